-- Twin areas: distances and balance against plain SQL, what must not matter, and twins as a control group.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA test_twins;
SET search_path = test_twins, monitor, public;
SELECT plan(48);
SELECT setseed(0.25) \g /dev/null
\ir reference/setup.psql

-- the 49 areas of columbus: those of much crime are treated
CREATE TABLE figures AS
SELECT id, wkb::geometry AS geom, ARRAY["HOVAL", "INC", "CRIME"] AS x, "HOVAL" AS a, "INC" AS b, "CRIME" AS c, "CRIME" > 55 AS treated, "CRIME" <= 55 AS candidate FROM read_columbus;
CREATE FUNCTION far_apart(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN relative_difference(a, b) > 1e-12;

-- distances of all pairs by their definitions
CREATE TABLE distance AS
WITH scale AS (SELECT stddev_samp(a) AS a, stddev_samp(b) AS b, stddev_samp(c) AS c, var_samp(a) AS aa, var_samp(b) AS bb, covar_samp(a, b) AS ab FROM figures)
SELECT i.id AS area, j.id AS twin, sqrt(((i.a - j.a) / s.a) ^ 2 + ((i.b - j.b) / s.b) ^ 2 + ((i.c - j.c) / s.c) ^ 2) AS standardised,
	sqrt((bb * (i.a - j.a) ^ 2 - 2 * ab * (i.a - j.a) * (i.b - j.b) + aa * (i.b - j.b) ^ 2) / (aa * bb - ab ^ 2)) AS mahalanobis, i.treated AND j.candidate AS asked
FROM figures AS i JOIN figures AS j ON i.id <> j.id, scale AS s;
CREATE TABLE everybody AS SELECT twins(id, x, true, true, 48) AS t, twins(id, x[1:2], true, true, 48, 'mahalanobis') AS m FROM figures;
SELECT is((SELECT count(*) FROM everybody, twin_pairs(t)) + (SELECT count(*) FROM everybody, twin_pairs(m)), 2 * 49 * 48::bigint, 'all pairs of all areas, none with itself');
SELECT is_empty('SELECT area, twin, p.distance, standardised FROM everybody, twin_pairs(t) AS p FULL JOIN distance USING (area, twin) WHERE far_apart(p.distance, standardised)', 'standardised distances');
SELECT is_empty('SELECT area, twin, p.distance, mahalanobis FROM everybody, twin_pairs(m) AS p FULL JOIN distance USING (area, twin) WHERE far_apart(p.distance, mahalanobis)', 'Mahalanobis distances');
SELECT is_empty('SELECT area, rank FROM everybody, LATERAL (SELECT * FROM twin_pairs(t) UNION ALL SELECT area + 1000, rank, twin, distance, note FROM twin_pairs(m)) AS p
	WHERE rank <> (SELECT count(*) FROM distance AS d WHERE d.area = p.area % 1000 AND (CASE WHEN p.area > 1000 THEN mahalanobis ELSE standardised END) <= distance * (1 + 1e-12))', 'ranks count the areas as near');
SELECT diag(format('columbus: %s distances compared, worst relative difference %s', count(*), max(greatest(relative_difference(p.distance, standardised), relative_difference(q.distance, mahalanobis)))))
FROM everybody, twin_pairs(t) AS p JOIN distance USING (area, twin), LATERAL (SELECT r.distance FROM twin_pairs(m) AS r WHERE (r.area, r.twin) = (p.area, p.twin)) AS q;

CREATE TABLE sample AS
SELECT name, t FROM (SELECT twins(id, x, treated, candidate, 3) AS three, twins(id, x, treated, candidate, 5, 'standardised', 0.9) AS near, twins(id, x[1:2], treated, candidate, 3, 'mahalanobis') AS turned FROM figures) AS s,
	LATERAL (VALUES ('three', three), ('near', near), ('turned', turned)) AS v (name, t);
SELECT results_eq($$SELECT area, rank, twin FROM sample, twin_pairs(t) WHERE name = 'three' ORDER BY area, rank$$,
	$$SELECT area, rank::int, twin FROM (SELECT area, twin, row_number() OVER (PARTITION BY area ORDER BY standardised, twin) AS rank FROM distance WHERE asked) AS d WHERE rank <= 3 ORDER BY area, rank$$, 'the three nearest');
SELECT results_eq($$SELECT area, rank, twin FROM sample, twin_pairs(t) WHERE name = 'near' AND twin IS NOT NULL ORDER BY area, rank$$,
	$$SELECT area, rank::int, twin FROM (SELECT area, twin, row_number() OVER (PARTITION BY area ORDER BY standardised, twin) AS rank FROM distance WHERE asked AND standardised <= 0.9) AS d WHERE rank <= 5 ORDER BY area, rank$$, 'five within the caliper');
SELECT results_eq($$SELECT area, rank, twin FROM sample, twin_pairs(t) WHERE name = 'turned' ORDER BY area, rank$$,
	$$SELECT area, rank::int, twin FROM (SELECT area, twin, row_number() OVER (PARTITION BY area ORDER BY mahalanobis, twin) AS rank FROM distance WHERE asked) AS d WHERE rank <= 3 ORDER BY area, rank$$, 'the three nearest by Mahalanobis distance');
SELECT set_eq($$SELECT area FROM sample, twin_pairs(t) WHERE name = 'near'$$, 'SELECT id FROM figures WHERE treated', 'no area is lost');
SELECT ok(count(*) BETWEEN 1 AND 6 AND bool_and(distance IS NULL AND rank IS NULL AND p.note = 'no candidate within the caliper'), 'areas without a twin say so') FROM sample, twin_pairs(t) AS p WHERE name = 'near' AND twin IS NULL;
SELECT is_empty($$SELECT * FROM sample, twin_pairs(t) AS p WHERE name = 'near' AND twin IS NOT NULL AND (p.note IS NULL) <> ((SELECT count(*) FROM distance AS d WHERE asked AND d.area = p.area AND standardised <= 0.9) >= 5)$$, 'and those with fewer than five');

-- a caliper that is the distance itself lets it in
SELECT is((SELECT array_agg(q.distance) FROM (SELECT twins(id, x, id = 25, candidate, 1, 'standardised', d) AS t FROM figures GROUP BY d) AS s, twin_pairs(t) AS q), ARRAY[d], 'the caliper itself is within')
FROM (SELECT distance AS d FROM sample, twin_pairs(t) WHERE name = 'three' AND area = 25 AND rank = 1) AS p;

-- balance: weighted means, variances and distribution functions by their definitions
CREATE TABLE member AS
WITH pair AS (SELECT name, area, twin, 1.0::float8 / count(*) OVER (PARTITION BY name, area) AS weight FROM sample, twin_pairs(t) WHERE twin IS NOT NULL)
SELECT n.name, column_number, grp, value, weight FROM (SELECT name FROM sample) AS n,
	LATERAL (SELECT 'treated' AS grp, id, 1 AS weight FROM figures WHERE treated UNION ALL SELECT 'candidates', id, 1 FROM figures WHERE candidate
		UNION ALL SELECT DISTINCT 'matched', area, 1 FROM pair WHERE pair.name = n.name UNION ALL SELECT 'twins', twin, sum(weight) FROM pair WHERE pair.name = n.name GROUP BY twin) AS g
	JOIN figures USING (id), unnest(x) WITH ORDINALITY AS u (value, column_number) WHERE n.name <> 'turned' OR column_number < 3;
CREATE TABLE moment AS
SELECT name, column_number, grp, mean, sum(weight * (value - mean) ^ 2) / (sum(weight) - sum(weight ^ 2) / sum(weight)) AS variance
FROM (SELECT *, sum(weight * value) OVER w / sum(weight) OVER w AS mean FROM member WINDOW w AS (PARTITION BY name, column_number, grp)) AS m GROUP BY name, column_number, grp, mean;
CREATE TABLE expected AS
SELECT t.name, t.column_number, t.mean AS mean_treated, c.mean AS mean_candidates, m.mean AS mean_matched, w.mean AS mean_twins, (t.mean - c.mean) / sqrt((t.variance + c.variance) / 2) AS difference_before,
	(m.mean - w.mean) / sqrt((t.variance + c.variance) / 2) AS difference_after, t.variance / c.variance AS variance_ratio_before, m.variance / w.variance AS variance_ratio_after, sqrt(t.variance) AS treated, sqrt(c.variance) AS candidates
FROM moment AS t JOIN moment AS c USING (name, column_number) JOIN moment AS m USING (name, column_number) JOIN moment AS w USING (name, column_number) WHERE (t.grp, c.grp, m.grp, w.grp) = ('treated', 'candidates', 'matched', 'twins');
CREATE TABLE gap AS
SELECT name, column_number, max(abs(f - g)) FILTER (WHERE kind = 'before') AS before, max(abs(f - g)) FILTER (WHERE kind = 'after') AS after FROM (
	SELECT v.name, v.column_number, kind, sum(m.weight * (m.value <= v.value)::int) FILTER (WHERE m.grp = one) / sum(m.weight) FILTER (WHERE m.grp = one) AS f, sum(m.weight * (m.value <= v.value)::int) FILTER (WHERE m.grp = other) / sum(m.weight) FILTER (WHERE m.grp = other) AS g
	FROM (VALUES ('before', 'treated', 'candidates'), ('after', 'matched', 'twins')) AS k (kind, one, other), (SELECT DISTINCT name, column_number, value FROM member) AS v JOIN member AS m USING (name, column_number) GROUP BY 1, 2, 3, v.value) AS d GROUP BY name, column_number;
CREATE TABLE own AS SELECT name, b.*, substr(variable, 2)::int AS column_number FROM sample, twin_balance(t) AS b;
SELECT is((SELECT count(*) FROM own JOIN expected USING (name, column_number) JOIN gap USING (name, column_number)), 8::bigint, 'every column has its balance');
SELECT is_empty('SELECT * FROM own AS o FULL JOIN expected AS e USING (name, column_number) WHERE far_apart(o.mean_treated, e.mean_treated) OR far_apart(o.mean_candidates, e.mean_candidates) OR far_apart(o.mean_matched, e.mean_matched) OR far_apart(o.mean_twins, e.mean_twins)', 'means');
SELECT is_empty('SELECT * FROM own AS o FULL JOIN expected AS e USING (name, column_number) WHERE NOT abs(o.difference_before - e.difference_before) < 1e-12 OR NOT abs(o.difference_after - e.difference_after) < 1e-12 OR o.difference_after IS NULL', 'standardised differences');
SELECT is_empty('SELECT * FROM own AS o FULL JOIN expected AS e USING (name, column_number) WHERE far_apart(o.variance_ratio_before, e.variance_ratio_before) OR far_apart(o.variance_ratio_after, e.variance_ratio_after)', 'ratios of variances');
SELECT is_empty('SELECT * FROM own AS o FULL JOIN gap AS e USING (name, column_number) WHERE ks_before IS NULL OR NOT abs(ks_before - before) < 1e-12 OR NOT abs(ks_after - after) < 1e-12', 'distances of distribution functions');
SELECT is_empty($$SELECT * FROM sample, unnest('{treated,candidates,all}'::text[]) AS divisor, twin_balance(t, divisor => divisor) AS b JOIN expected AS e ON substr(b.variable, 2)::int = column_number WHERE e.name = sample.name
	AND (far_apart(sd, CASE divisor WHEN 'treated' THEN treated WHEN 'candidates' THEN candidates ELSE (SELECT stddev_samp(u) FROM figures, unnest(x) WITH ORDINALITY AS v (u, o) WHERE o = column_number) END) OR NOT abs(b.difference_after - (b.mean_matched - b.mean_twins) / sd) < 1e-12)$$, 'other divisors');
SELECT ok(bool_and(abs(difference_after) < abs(difference_before)), 'twins are more alike than candidates are') FROM own WHERE name = 'near';

-- weights
SELECT is_empty($$SELECT name, twin, w.times, w.weight, p.* FROM sample, twin_weights(t) AS w FULL JOIN LATERAL (SELECT twin, count(*) AS n, sum(share) AS share FROM (SELECT twin, 1.0::float8 / count(*) OVER (PARTITION BY area) AS share FROM twin_pairs(t) WHERE twin IS NOT NULL) AS q GROUP BY twin) AS p USING (twin)
	WHERE w.times IS DISTINCT FROM p.n OR far_apart(w.weight, p.share)$$, 'how often, and with what weight, a twin is used');
SELECT is_empty($$SELECT * FROM sample, twin_summary(t) AS s, LATERAL (SELECT count(*) AS n, sum(weight) AS total, sum(weight) ^ 2 / sum(weight ^ 2) AS effective, (array_agg(twin ORDER BY times DESC, twin))[1] AS most, max(times) AS times FROM twin_weights(t)) AS w
	WHERE (twins, matched, most_used, most_used_times) IS DISTINCT FROM (n, round(total)::bigint, most, w.times) OR far_apart(effective_twins, effective) OR far_apart(total, matched)
	OR (areas, candidates, n_used, n_null) <> (7, 42, 49, 0) OR largest_distance <> (SELECT max(distance) FROM twin_pairs(t))$$, 'the summary');
SELECT is_empty($$SELECT * FROM sample WHERE control_set(t) <> (SELECT array_agg(DISTINCT twin ORDER BY twin) FROM twin_pairs(t) WHERE twin IS NOT NULL)$$, 'the control set: each twin once, ascending');

-- what must not matter
CREATE FUNCTION differ(one twins, other twins, tolerance float8 DEFAULT 1e-11) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM twin_pairs(one) AS a FULL JOIN twin_pairs(other) AS b USING (area, rank) WHERE a.twin IS DISTINCT FROM b.twin OR relative_difference(a.distance, b.distance) > tolerance $$;
SELECT is((SELECT twins(id, x, treated, candidate, 3 ORDER BY md5(id::text)) FROM figures), t, 'the order of rows') FROM sample WHERE name = 'three';
SELECT is((SELECT twins(id, x[1:2], treated, candidate, 3, 'mahalanobis' ORDER BY -id) FROM figures), t, 'the order of rows, Mahalanobis') FROM sample WHERE name = 'turned';
SELECT is(differ(t, (SELECT twins(id, ARRAY[1e7 * a - 3, 4 - b / 7, -1e-5 * c], treated, candidate, 3) FROM figures)), 0::bigint, 'units and sign of columns') FROM sample WHERE name = 'three';
SELECT is(differ(t, (SELECT twins(id, ARRAY[1024 * a, b / 4, -c], treated, candidate, 3) FROM figures), 0), 0::bigint, 'to the bit for powers of 2') FROM sample WHERE name = 'three';
SELECT is(differ(t, (SELECT twins(id, ARRAY[c, a, b], treated, candidate, 3) FROM figures)), 0::bigint, 'the order of columns') FROM sample WHERE name = 'three';
SELECT is(differ((SELECT twins(id, x, treated, candidate, 5, 'mahalanobis') FROM figures), (SELECT twins(id, ARRAY[a + 2 * b - c, 1000 * (b + 3 * c) + 7, c - a / 5], treated, candidate, 5, 'mahalanobis') FROM figures)), 0::bigint, 'any linear map, Mahalanobis');
SELECT isnt(differ((SELECT twins(id, x, treated, candidate, 5) FROM figures), (SELECT twins(id, ARRAY[a + 2 * b - c, 1000 * (b + 3 * c) + 7, c - a / 5], treated, candidate, 5) FROM figures)), 0::bigint, 'which does matter to standardised distances');
SELECT is(differ((SELECT twins(id, x[1:1], treated, candidate, 5) FROM figures), (SELECT twins(id, x[1:1], treated, candidate, 5, 'mahalanobis') FROM figures)), 0::bigint, 'with one column both methods are the same');
SELECT is(differ(t, (SELECT twins(id, x || 7::float8, treated, candidate, 3) FROM figures), 0), 0::bigint, 'a constant column') FROM sample WHERE name = 'three';
SELECT is(differ(t, (SELECT twins(id, x, treated, candidate, 3) FROM (SELECT * FROM figures UNION ALL SELECT 1000 + id, NULL, ARRAY[1, NULL, 2], 0, 0, 0, false, true FROM figures) AS s)), 0::bigint, 'areas of which something is unknown') FROM sample WHERE name = 'three';
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT is((SELECT twins(id, x, treated, candidate, 3) FROM figures), t, 'parallel plans') FROM sample WHERE name = 'three';
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SELECT is(t::text::twins, t, 'twins go through text') FROM sample WHERE name = 'near';
SELECT is_empty($$SELECT part FROM (SELECT id % 2 AS part, twins(id, x, true, true, 2) AS t FROM figures GROUP BY 1) AS g WHERE t IS DISTINCT FROM (SELECT twins(id, x, true, true, 2) FROM figures WHERE id % 2 = part)$$, 'groups of one statement know nothing of each other');

-- over all pairs of p columns the mean of squared distances is 2 p, by either method
SELECT ok(abs(avg(distance ^ 2) - 6) < 1e-11, 'the mean of squared distances') FROM everybody, twin_pairs(t);
SELECT ok(abs(avg(distance ^ 2) - 4) < 1e-11, 'the same by Mahalanobis') FROM everybody, twin_pairs(m);

-- ties: whole numbers are exactly as far; the lower id is taken, and said
CREATE TABLE tie AS SELECT i::bigint AS id, ARRAY[(3 * (i % 5))::float8, 7 * (i / 5)] AS x FROM generate_series(0, 24) AS i;
SELECT results_eq('SELECT area, twin, distance = min(distance) OVER (), note FROM (SELECT twins(id, x, id = 12, true, 2) AS t FROM tie) AS s, twin_pairs(t)', $$VALUES (12::bigint, 7::bigint, true, 'another is as near as the last, the lower id was taken'), (12, 11, true, 'another is as near as the last, the lower id was taken')$$, 'of four as near the two of the lowest ids');
SELECT is_empty('SELECT note FROM (SELECT twins(id, x, id = 12, true, 4) AS t FROM tie) AS s, twin_pairs(t) WHERE note IS NOT NULL', 'no tie where all four are taken');
SELECT is(array_agg(distance), '{0,0}', 'areas alike in all are 0 apart, by Mahalanobis too') FROM (SELECT twins(id, ARRAY[a, b, c], id = 5, true, 2, 'mahalanobis') AS t FROM (SELECT id, a, b, c FROM figures UNION ALL SELECT 99 + n, a, b, c FROM figures, generate_series(1, 2) AS n WHERE id = 5) AS s) AS s, twin_pairs(t);

-- twins beyond a distance
SELECT results_eq($$SELECT area, rank, twin FROM (SELECT twins(id, geom, x, true, true, 3, 'standardised', NULL, 2) AS t FROM figures) AS s, twin_pairs(t) ORDER BY area, rank$$,
	$$SELECT area, rank::int, twin FROM (SELECT area, twin, row_number() OVER (PARTITION BY area ORDER BY standardised, twin) AS rank FROM distance JOIN figures AS i ON i.id = area JOIN figures AS j ON j.id = twin WHERE ST_Distance(ST_Centroid(i.geom), ST_Centroid(j.geom)) >= 2) AS d WHERE rank <= 3 ORDER BY area, rank$$, 'for each area its twins, none of them near');

-- areas of two kinds whose trends differ, some near a treated one, which spills over: only twins outside the rings find the effect
CREATE TABLE place AS SELECT i::bigint AS id, ST_SetSRID(ST_MakePoint(100 * (i % 10), 100 * (i / 10)), 25832) AS geom, (i * 7 % 10 < 4)::int AS kind, i IN (17, 40, 63) AS treated FROM generate_series(0, 79) AS i;
UPDATE place SET kind = 1 WHERE treated;
CREATE TABLE placed AS SELECT *, (ring(id, geom, treated, '{110}') OVER ()).ring FROM place;
CREATE TABLE panel AS
SELECT id, geom, year::bigint, CASE WHEN treated THEN 2020 END::bigint AS treated_from, kind, ring, 50 + 3 * kind + id % 3 + (2 * kind - 1) * (year - 2015) + CASE WHEN year < 2020 THEN 0 WHEN treated THEN -4 WHEN ring = 1 THEN 2 ELSE 0 END AS y
FROM placed, generate_series(2015, 2023) AS year;
CREATE TABLE profile_and_trend AS
SELECT id, geom, treated_from IS NOT NULL AS treated, treated_from IS NULL AND ring IS NULL AS candidate, ARRAY[avg(y), regr_slope(y, year)] AS x FROM panel WHERE year < 2020 GROUP BY id, geom, treated_from, ring;
CREATE TABLE control AS SELECT control_set(twins(id, x, treated, candidate, 4)) AS ids FROM profile_and_trend;
CREATE FUNCTION effect(controls bigint[]) RETURNS TABLE (ring int, estimate float8, se float8, n_areas bigint) LANGUAGE sql AS $$
	SELECT e.ring, e.estimate, e.se, e.n_areas FROM (SELECT ring_did(id, geom, year, y, treated_from, '{110}') AS s FROM panel) AS p, ring_effects(s, 'cluster', control_set => controls) AS e WHERE e.term IN ('treated', 'control') $$;
SELECT ok(abs(e.estimate + 4) < 1e-9, 'twins on the trend find the effect, in one statement')
FROM (SELECT ring_did(id, geom, year, y, treated_from, '{110}') AS s FROM panel) AS p, (SELECT twins(id, x, treated, candidate, 4) AS t FROM profile_and_trend) AS q, ring_effects(s, 'cluster', control_set => control_set(t)) AS e WHERE e.term = 'treated';
SELECT cmp_ok(abs(estimate + 4), '>', 1::float8, 'which all areas together do not') FROM effect(NULL) WHERE ring = 0;
SELECT results_eq('SELECT e.* FROM control, effect(ids) AS e', format('SELECT * FROM effect(%L)', ids::text), 'the same as with the array written by hand') FROM control;
SELECT results_eq('SELECT e.ring, round(e.estimate::numeric, 9) FROM control, effect(ids) AS e WHERE ring = 0', $$SELECT e.ring, round(e.estimate::numeric, 9) FROM (SELECT ring_did(id, geom, year, y, treated_from, '{110}') AS s FROM panel, control WHERE ring IS NOT NULL OR id = ANY (ids)) AS p, ring_effects(s, 'cluster') AS e WHERE e.ring = 0 AND term = 'treated'$$, 'and as with a panel of treated areas, rings and twins alone');
-- counts of events before and after; those of twins by their weights stand for as many areas as are treated, with the variance of as many as serve
CREATE TABLE events AS
SELECT d.*, r0 + r1 + v0 + v1 AS variance FROM (SELECT twins(id, x, treated, candidate, 4) AS t FROM profile_and_trend) AS q, twin_summary(t) AS s, LATERAL (SELECT effective_twins / matched AS e) AS each,
	LATERAL (SELECT sum(y) FILTER (WHERE year = 2019 AND treated_from IS NOT NULL) AS r0, sum(y) FILTER (WHERE year = 2020 AND treated_from IS NOT NULL) AS r1, sum(y * weight) FILTER (WHERE year = 2019) AS c0, sum(y * weight) FILTER (WHERE year = 2020) AS c1,
			sum(y * weight ^ 2) FILTER (WHERE year = 2019) AS v0, sum(y * weight ^ 2) FILTER (WHERE year = 2020) AS v1 FROM panel LEFT JOIN twin_weights(t) AS w ON twin = id) AS n,
	displacement(r0, r1, e * c0, e * c1, area_weight => ARRAY[1, e, 1, 1]) AS d;
SELECT ok(abs(wdd - 3 * -4) < 1e-9, 'twins as the control counts of displacement') FROM events;
SELECT ok(abs(se / sqrt(variance) - 1) < 0.01, 'with their variance') FROM events;
-- the README's warning: without any effect, twins chosen on the last year's outcome find one, twins chosen on what lasts do not
CREATE TABLE figure AS SELECT draw, id::bigint, id <= 10 AS treated, lasting, lasting + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS last, lasting + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS later
FROM (SELECT draw, id, CASE WHEN id <= 10 THEN 1.5 ELSE 0 END + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS lasting FROM generate_series(1, 200) AS draw, generate_series(1, 83) AS id) AS s;
CREATE TABLE control_change AS
SELECT draw, w.kind, sum(weight * (f.later - f.last)) / sum(weight) AS change FROM (SELECT draw, twins(id, ARRAY[last], treated, NOT treated, 3) AS by_last, twins(id, ARRAY[lasting], treated, NOT treated, 3) AS by_lasting FROM figure GROUP BY draw) AS s
	CROSS JOIN LATERAL (SELECT 'last' AS kind, * FROM twin_weights(by_last) UNION ALL SELECT 'lasting', * FROM twin_weights(by_lasting)) AS w JOIN figure AS f USING (draw) WHERE f.id = twin GROUP BY 1, 2;
CREATE TABLE found AS SELECT kind, avg(f.later - f.last - change) AS effect FROM figure AS f JOIN control_change USING (draw) WHERE treated GROUP BY kind;
SELECT ok(effect BETWEEN 0.5 AND 0.9, 'twins by the last outcome regress to the mean') FROM found WHERE kind = 'last';
SELECT ok(abs(effect) < 0.2, 'twins by what lasts do not') FROM found WHERE kind = 'lasting';
SELECT * FROM finish();
ROLLBACK;
