-- Properties of rings and their estimators: what must not matter, what must be found.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA spillover_properties;
SET search_path = spillover_properties, monitor, public;
SELECT plan(42);

-- 83 areas on a grid, 8 years, three starts; effects grow with time, and are not the same in the rings; noise is none, or AR(1)
SELECT setseed(0.5);
CREATE TABLE area AS SELECT i::bigint AS id, ST_Buffer(ST_SetSRID(ST_MakePoint(100 * (i % 10), 100 * (i / 10)), 25832), 40, 'quad_segs=2') AS geom,
	CASE WHEN i IN (12, 15, 33) THEN 2018 WHEN i IN (37, 38, 71, 60) THEN 2019 WHEN i IN (75, 80, 3) THEN 2021 END::bigint AS treated_from, random() AS level FROM generate_series(1, 83) AS i;
CREATE TABLE exposed AS
SELECT a.id, a.geom, a.treated_from, level, period, min(t.d) AS distance, (array_agg(t.treated_from ORDER BY t.treated_from) FILTER (WHERE t.d < 110))[1] AS near_from
FROM area AS a CROSS JOIN generate_series(2015, 2022) AS period LEFT JOIN LATERAL (SELECT t.treated_from, ST_Distance(ST_Centroid(a.geom), ST_Centroid(t.geom)) AS d FROM area AS t WHERE t.treated_from <= period AND t.id <> a.id) AS t ON true
GROUP BY 1, 2, 3, 4, 5;
CREATE TABLE cell AS
SELECT id, geom, treated_from, period::bigint, 20 * level + 3 * sin(period) + CASE WHEN treated_from <= period THEN -5 - (period - treated_from) WHEN distance < 110 THEN 2 + 0.5 * (period - near_from) WHEN distance < 150 THEN 1 ELSE 0 END AS y,
	random() AS noise, CASE WHEN treated_from <= period THEN 0 WHEN distance < 110 THEN 1 WHEN distance < 150 THEN 2 ELSE 0 END AS ring, 1 + random() AS weight, random() < 0.15 AS missing
FROM exposed;
CREATE TABLE truth AS
SELECT CASE WHEN c.treated_from <= period THEN 0 ELSE ring END AS ring, avg(CASE WHEN c.treated_from <= period THEN -5.0 - (period - c.treated_from) WHEN c.ring = 1 THEN 2 + 0.5 * (period - near_from) ELSE 1 END) AS effect
FROM cell AS c JOIN exposed AS e USING (id, period) WHERE c.treated_from <= period OR c.ring > 0 GROUP BY 1;
CREATE TABLE state AS SELECT ring_did(id, geom, period, y, treated_from, '{110,150}') AS s, ring_did(id, geom, period, y + noise, treated_from, '{110,150}') AS noisy, ring_did(id, geom, period, y, treated_from, '{110,150}') FILTER (WHERE NOT missing) AS gaps FROM cell;

SELECT is((SELECT array_agg(ring ORDER BY ring) FROM truth), '{0,1,2}', 'the truth of each term');
SELECT is_empty($$SELECT estimator, e.term, e.ring, estimate, effect FROM state, unnest('{two-stage,group-time}'::text[]) AS estimator, LATERAL ring_effects(s, 'cluster', estimator => estimator) AS e LEFT JOIN truth USING (ring)
	WHERE e.term <> 'control' AND (abs(estimate - effect) <= 1e-9) IS NOT TRUE$$, 'a panel without noise and with staggered starts is recovered to 1e-9');
SELECT cmp_ok(abs(estimate - effect), '>', 0.01::float8, 'which two-way fixed effects do not') FROM state, LATERAL ring_effects(s, 'cluster', estimator => 'twfe') AS e JOIN truth USING (ring) WHERE e.ring = 0;
SELECT is_empty($$SELECT e.* FROM state, LATERAL ring_effects(gaps, 'cluster', event_time => true) AS e WHERE e.ring = 0 AND event_time >= 0 AND (abs(estimate + 5 + event_time) <= 1e-9) IS NOT TRUE$$, 'the same with gaps, by time since the start');
SELECT is_empty($$SELECT e.* FROM state, LATERAL ring_effects(gaps, 'cluster', event_time => true, estimator => 'group-time') AS e WHERE e.ring = 0 AND event_time >= 0 AND (abs(estimate + 5 + event_time) <= 1e-9) IS NOT TRUE$$, 'by group and time too');
SELECT is_empty($$SELECT e.* FROM state, LATERAL ring_effects(gaps, 'cluster', event_time => true) AS e WHERE event_time < 0 AND (abs(estimate) <= 1e-9) IS NOT TRUE$$, 'leads are 0');
SELECT is_empty($$SELECT e.* FROM state, LATERAL ring_effects(s, 'cluster', placebo => 2) AS e WHERE term <> 'control' AND (abs(estimate) <= 1e-9) IS NOT TRUE$$, 'a placebo in time finds nothing');
SELECT is_empty($$SELECT e.* FROM state, LATERAL ring_effects(s, 'cluster', anticipation => 1) AS e JOIN truth USING (ring) WHERE (abs(estimate - effect) <= 1e-9) IS NOT TRUE$$, 'years of anticipation left out do not matter where there was none');
SELECT is_empty($$SELECT e.* FROM state, LATERAL ring_effects(s, 'cluster', control_set => (SELECT array_agg(id) FROM (SELECT id FROM cell GROUP BY id HAVING max(ring) = 0 AND min(treated_from) IS NULL ORDER BY id LIMIT 5) AS c)) AS e LEFT JOIN truth USING (ring)
	WHERE (term <> 'control' AND (abs(estimate - effect) <= 1e-9) IS NOT TRUE) OR (term = 'control' AND n_areas <> 5)$$, 'nor do controls of one''s choice');

-- what must not matter
SELECT is((SELECT ring_did(id, geom, period, y, treated_from, '{110,150}' ORDER BY md5(id::text || period)) FROM cell), s, 'the order of rows') FROM state;
SELECT is((SELECT ring_did(id, geom, period, y, treated_from, '{110,150}', 1)  FROM cell) IS NOT DISTINCT FROM s, false, 'a weight is kept') FROM state;
CREATE FUNCTION differ(a ring_did_state, b ring_did_state, errors text, estimator text, factor float8) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM ring_effects(a, errors, estimator => estimator, placements => 99) AS x FULL JOIN ring_effects(b, errors, estimator => estimator, placements => 99) AS y USING (term, ring)
	WHERE term <> 'control' AND (abs(x.estimate * factor - y.estimate) <= 1e-9 * abs(y.estimate) AND coalesce(abs(x.se * factor - y.se) <= 1e-8 * y.se, x.se IS NULL AND y.se IS NULL)
		AND coalesce(abs(x.p - y.p) <= 1e-8, x.p IS NULL AND y.p IS NULL)) IS NOT TRUE $$;
SELECT is(sum(differ(noisy, (SELECT ring_did(id, geom, period, y + noise, treated_from, '{110,150}', 7) FROM cell), errors, estimator, 1)), 0::numeric, 'weights that are all alike')
FROM state, (VALUES ('cluster', 'two-stage'), ('cluster', 'twfe'), ('cluster', 'group-time'), ('iid', 'two-stage'), ('hetero', 'twfe'), ('randomisation', 'two-stage')) AS v (errors, estimator);
SELECT is(sum(differ(noisy, (SELECT ring_did(id, geom, period, 1000 * (y + noise) + id + 5 * period, treated_from, '{110,150}') FROM cell), errors, estimator, 1000)), 0::numeric, 'units of y, levels of areas and periods')
FROM state, (VALUES ('cluster', 'two-stage'), ('cluster', 'twfe'), ('cluster', 'group-time'), ('randomisation', 'two-stage')) AS v (errors, estimator);
SELECT is(sum(differ(noisy, (SELECT ring_did(1000 - id, ST_Translate(geom, 5e5, 6e6), period * 10, y + noise, treated_from * 10, '{110,150}') FROM cell), errors, estimator, 1)), 0::numeric, 'ids, places and numbering of periods')
FROM state, (VALUES ('cluster', 'two-stage'), ('cluster', 'twfe'), ('cluster', 'group-time')) AS v (errors, estimator);
SELECT is(differ(noisy, (SELECT ring_did(id, ring, period, y + noise, treated_from) FROM cell), 'cluster', 'two-stage', 1), 0::bigint, 'rings by distance or as given') FROM state;
SELECT is(differ(noisy, (SELECT ring_did(id, geom, period, y + noise, treated_from, '{30,70}', 1, NULL, 'edge') FROM cell), 'cluster', 'two-stage', 1), 0::bigint, 'rings between edges, which are 80 nearer here') FROM state;
SELECT is(s::text::ring_did_state, s, 'a state goes through text') FROM state;

-- weights as rows: a cell of weight 2 is two areas alike
SELECT ok(abs(a.estimate / b.estimate - 1) < 1e-9, 'weight 2 is two areas alike: ' || estimator)
FROM unnest('{two-stage,twfe,group-time}'::text[]) AS estimator,
	LATERAL (SELECT estimate FROM ring_effects((SELECT ring_did(id, ring, period, y + noise, treated_from, 1 + (id % 2)::float8) FROM cell), 'cluster', estimator => estimator) WHERE term = 'treated') AS a,
	LATERAL (SELECT estimate FROM ring_effects((SELECT ring_did(id + 1000 * copy, ring, period, y + noise, treated_from) FROM cell, generate_series(0, (id % 2)::int) AS copy), 'cluster', estimator => estimator) WHERE term = 'treated') AS b;

-- Conley errors with a cutoff below every distance and every lag are those of clusters but for their taper and factor
SELECT is_empty($$SELECT a.ring, a.se, b.se FROM state, LATERAL ring_effects(noisy, 'conley', 1) AS a, LATERAL ring_effects(noisy, 'hetero') AS b WHERE (a.term, a.ring) = (b.term, b.ring) AND NOT abs(a.se / b.se - 1) < 1e-9$$, 'no distance, no lag: errors of cells');
SELECT cmp_ok(abs(a.se / b.se - 1), '<', 0.05::float8, 'many lags: nearly errors by area') FROM state, LATERAL ring_effects(noisy, 'conley', 1, lags => 10000) AS a, LATERAL ring_effects(noisy, 'cluster') AS b WHERE a.term = 'treated' AND b.term = 'treated';

-- few treated areas
CREATE TABLE few AS SELECT ring_did(id, geom, period, noise + CASE WHEN id = 33 AND period >= 2019 THEN effect ELSE 0 END, CASE WHEN id = 33 THEN 2019 END, '{110}') AS s, effect FROM cell, (VALUES (0), (-3)) AS v (effect) GROUP BY effect;
SELECT ok(bool_and(note LIKE '%all 82 placements, p is at least 0.012048%'), 'one treated area: every placement there is, and the floor') FROM few, ring_effects(s) WHERE term = 'treated';
SELECT is(p, 1 / 83::float8, 'a large effect reaches the floor') FROM few, ring_effects(s) WHERE term = 'treated' AND effect = -3;
SELECT ok(a.low - 3 BETWEEN b.low - 1e-9 AND b.low + 1e-9 AND a.high - 3 BETWEEN b.high - 1e-9 AND b.high + 1e-9, 'the interval moves with the effect') FROM few AS f, ring_effects(f.s) AS a, few AS g, ring_effects(g.s) AS b WHERE f.effect = 0 AND g.effect = -3 AND a.term = 'treated' AND b.term = 'treated';
SELECT is((SELECT array_agg(p) FROM ring_effects(noisy, 'randomisation', placements => 50, seed => 7)), (SELECT array_agg(p) FROM ring_effects(noisy, 'randomisation', placements => 50, seed => 7)), 'a seed gives the same placements') FROM state;
-- the same by brute force: every placement tried on its own, on y without the effect of the ring
CREATE TABLE tiny AS SELECT i::bigint AS id, ST_MakePoint(i, 0) AS geom, t::bigint AS period, sin(i * t) AS y FROM generate_series(1, 7) AS i, generate_series(1, 6) AS t;
CREATE FUNCTION starts(design text, a int, b int, c int, id bigint) RETURNS bigint LANGUAGE sql AS $$
	SELECT CASE design WHEN 'one start' THEN CASE WHEN id IN (a, b) THEN 4 END WHEN 'two starts' THEN CASE id WHEN a THEN 3 WHEN b THEN 5 END ELSE CASE WHEN id IN (a, b) THEN 3 WHEN id = c THEN 5 END END::bigint $$;
CREATE TABLE brute AS
SELECT design, a, b, c, (SELECT ring_did(id, geom, period, y, starts(design, a, b, c, id), '{0.5}') FROM tiny) AS s
FROM (VALUES ('one start', 0), ('two starts', 0), ('three areas', 7)) AS d (design, most), generate_series(1, 7) AS a, generate_series(1, 7) AS b, generate_series(least(1, most), most) AS c
WHERE a <> b AND (design = 'two starts' OR a < b) AND c NOT IN (a, b);
CREATE TABLE brute_p AS
SELECT design, count(*) AS n, count(*) FILTER (WHERE abs(estimate) >= abs(found) * (1 - 1e-12)) / count(*)::float8 AS p
FROM (SELECT design, estimate, first_value(estimate) OVER (PARTITION BY design ORDER BY a, b, c) AS found FROM brute, ring_effects(s, 'iid') WHERE term = 'treated') AS x GROUP BY design;
SELECT results_eq('SELECT design, n, p FROM brute_p ORDER BY n', $$SELECT design, n, p FROM (VALUES ('one start', 21::bigint, 1, 2, 0), ('two starts', 42, 1, 2, 0), ('three areas', 105, 1, 2, 3)) AS v (design, n, a, b, c) JOIN brute USING (design, a, b, c), ring_effects(s) WHERE term = 'treated' AND note LIKE format('%%; all %s placements, p is at least %s', n - 1, round(1.0 / n, 6)) ORDER BY n$$,
	'p is exact where all placements are made, and the floor is said');
SELECT is((SELECT array_agg(ROW(p, low, high, se)::text ORDER BY design) FROM brute, ring_effects(s, seed => 1) WHERE (a, b) = (1, 2) AND c IN (0, 3) AND term = 'treated'),
	(SELECT array_agg(ROW(p, low, high, se)::text ORDER BY design) FROM brute, ring_effects(s, seed => 2) WHERE (a, b) = (1, 2) AND c IN (0, 3) AND term = 'treated'), 'then for any seed');
SELECT is((SELECT count(*) FROM generate_series(1, 10) AS seed, brute JOIN brute_p AS b USING (design), ring_effects(s, placements => 19, seed => seed) AS e WHERE (a, b.n) = (1, 21) AND brute.b = 2 AND term = 'treated'
	AND round((e.p * 20)::numeric, 9) - round((b.p * 21)::numeric, 9) IN (0, -1)), 10::bigint, 'draws do not repeat: 19 of 20 placements leave one out');
SELECT ok(note LIKE '%; all 5 placements, p is at least 0.166667: too few for significance at 5 percent' AND p >= 1 / 6.0 AND low IS NULL AND high IS NULL, 'few controls, few placements: the note says what is out of reach')
FROM brute, ring_effects(s, control_set => '{6,7}') WHERE (design, a, b) = ('one start', 1, 2) AND term = 'treated';
SELECT ok(note LIKE '%: too few for significance at 1 percent', 'and by the confidence asked for') FROM brute, ring_effects(s, conf => 0.99) WHERE (design, a, b) = ('one start', 1, 2) AND term = 'treated';
SELECT ok(note NOT LIKE '%too few%', 'but not where it is within reach') FROM brute, ring_effects(s) WHERE (design, a, b) = ('one start', 1, 2) AND term = 'treated';
CREATE FUNCTION given(a int, b int, c int, d int, id bigint, period bigint) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN id IN (c, d) AND period >= 4 OR id IN (a, b) AND period >= 4 + id % 2 THEN 1 ELSE 0 END';
SELECT is((e.p, e.note)::text, (b.p, format('two-stage, randomisation, rings as given; all %s placements, p is at least %s', n - 1, round(1.0 / n, 6)))::text, 'given rings: histories dealt, alike ones once')
FROM (SELECT ring_did(id, given(1, 2, 3, 4, id, period), period, y, starts('one start', 1, 2, 0, id)) AS s FROM tiny) AS x, ring_effects(s) AS e,
	LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE abs(o.estimate) >= abs(e.estimate) * (1 - 1e-12)) / count(*)::float8 AS p
		FROM generate_series(1, 7) AS a, generate_series(a + 1, 7) AS b, generate_series(1, 7) AS c, generate_series(c + 1, 7) AS d, ring_effects(s) AS r,
			LATERAL (SELECT ring_did(id, given(a, b, c, d, id, period), period, y - CASE WHEN id IN (3, 4) AND period >= 4 THEN r.estimate ELSE 0 END, starts('one start', a, b, 0, id)) AS tried FROM tiny) AS t, ring_effects(tried, 'iid') AS o
		WHERE c NOT IN (a, b) AND d NOT IN (a, b) AND r.term = 'ring' AND o.term = 'treated') AS b
WHERE e.term = 'treated';
-- a planted trend before the start is seen, by F and by placements; none is not
SELECT ok(bool_and(p < 0.05), 'a trend before the start') FROM (SELECT ring_did(area, ST_MakePoint(area * 10, 0), period, random() + CASE WHEN area <= 12 THEN period ELSE 0 END, CASE WHEN area <= 12 THEN 5 END, '{5}') AS s FROM generate_series(1, 40) AS area, generate_series(1, 7) AS period) AS x, ring_effects(s, event_time => true) WHERE term = 'pre-trend' AND ring = 0;
SELECT ok(bool_and(p < 0.05), 'the same by placements') FROM (SELECT ring_did(id, geom, period, noise + CASE WHEN id = 33 THEN 3 * (period - 2015) ELSE 0 END, CASE WHEN id = 33 THEN 2019 END, '{110}') AS s FROM cell) AS x, ring_effects(s, event_time => true) WHERE term = 'pre-trend' AND ring = 0;
-- and of nothing the F of many leads of few areas says so: 6 leads of 10 treated areas, 4 leads of those and of a ring of 5
CREATE TABLE nothing AS
SELECT periods, e.ring, e.p, e.note FROM (SELECT periods, draw, ring_did(area, ST_MakePoint(area * 10, 0), period, area + random() + random() + random() + random(), CASE WHEN area <= 10 THEN periods - 1 END, ARRAY[55]) AS s
	FROM (VALUES (9), (7)) AS d (periods), generate_series(1, 300) AS draw, generate_series(1, 60) AS area, generate_series(1, periods) AS period GROUP BY periods, draw) AS x,
	LATERAL ring_effects(s, 'cluster', event_time => true) AS e WHERE e.term = 'pre-trend';
SELECT is_empty('SELECT periods, ring, avg((p < 0.05)::int) FROM nothing WHERE p IS NOT NULL GROUP BY 1, 2 HAVING avg((p < 0.05)::int) > 0.08', 'leads of nothing are rejected no more often than said');
SELECT ok(bool_and(p IS NULL AND note LIKE '%6 leads are too many for the areas there are'), '6 leads of a ring of 5 areas: no test') FROM nothing WHERE periods = 9 AND ring = 1;
SELECT ok(bool_and(a.p = least(1, 2 * least(t.p, r.p)) AND a.note LIKE '%8 leads are too many for one test: the least p of 2 times 2'), 'too many for one test of all: Bonferroni')
FROM (SELECT *, row_number() OVER (PARTITION BY ring) AS draw FROM nothing WHERE periods = 7) AS a JOIN (SELECT *, row_number() OVER (PARTITION BY ring) AS draw FROM nothing WHERE periods = 7) AS t ON t.ring = 0 AND t.draw = a.draw
	JOIN (SELECT *, row_number() OVER (PARTITION BY ring) AS draw FROM nothing WHERE periods = 7) AS r ON r.ring = 1 AND r.draw = a.draw WHERE a.ring IS NULL;

-- distances between edges are those of PostGIS, for polygons with holes, within each other, of several parts
CREATE TABLE shape AS
SELECT i::bigint AS id, CASE i % 4 WHEN 0 THEN ST_Buffer(c, 20) WHEN 1 THEN ST_Difference(ST_Buffer(c, 25, 3), ST_Buffer(c, 12)) WHEN 2 THEN ST_Union(ST_Buffer(c, 3), ST_Buffer(ST_Translate(c, 40, 5), 6, 1)) ELSE ST_Buffer(c, 4) END AS geom
FROM generate_series(1, 60) AS i, LATERAL ST_MakePoint(400 * random() + 0 * i, 400 * random() + 0 * i) AS c;
INSERT INTO shape SELECT 61, ST_Buffer(ST_Centroid(geom), 2) FROM shape WHERE id = 1;
SELECT cmp_ok(max(abs((r).distance - d)), '<=', 1e-9::float8, 'distances between edges') FROM (SELECT s.id, ring(s.id, s.geom, s.id % 10 = 1, '{1e6}', 'edge') OVER () AS r FROM shape AS s) AS s,
	LATERAL (SELECT CASE WHEN s.id % 10 = 1 THEN 0 ELSE min(ST_Distance(a.geom, b.geom)) END AS d FROM shape AS a, shape AS b WHERE a.id = s.id AND b.id % 10 = 1) AS t;
CREATE TABLE edge_state AS SELECT ring_did(id, geom, 1, 0, NULL, '{50}', 1, NULL, 'edge') AS s FROM shape;
SELECT set_eq('SELECT f, t FROM edge_state, unnest((s).pair_from, (s).pair_to) AS u(f, t)', 'SELECT a.id::int AS f, b.id::int AS t FROM shape AS a, shape AS b WHERE a.id <> b.id AND ST_Distance(a.geom, b.geom) < 50', 'near pairs of a state');
SELECT is((s).pair_distance[array_position((s).pair_from, 61)] IS NOT NULL AND 0 < ALL (SELECT d FROM unnest((s).pair_from, (s).pair_to, (s).pair_distance) AS u(f, t, d) WHERE (f, t) = (61, 1)), true, 'what lies in a hole is not within') FROM edge_state;

-- physical and social work: the arms and what they do together
SELECT results_eq($$SELECT term, round(estimate::numeric, 9) FROM (SELECT ring_did(id, geom, period, y + CASE WHEN period >= 2018 THEN (ARRAY[0, -1, -2, -5])[arm + 1] ELSE 0 END, CASE WHEN arm > 0 THEN 2018 END, '{1}', 1, (ARRAY['physical', 'social', 'both'])[arm]) AS s
		FROM (SELECT id, geom, period, 5 * sin(period) + id AS y, (id % 4)::int AS arm FROM cell) AS c) AS x, ring_effects(s, 'cluster') AS e WHERE ring = 0$$,
	$$VALUES ('physical', -1.000000000), ('social', -2.000000000), ('both', -5.000000000), ('interaction', -2.000000000)$$, 'physical, social, both, and the interaction');
SELECT * FROM finish();
ROLLBACK;
