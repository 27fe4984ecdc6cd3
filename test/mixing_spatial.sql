-- Properties of room mixing in space: nearest persons against the same worked out in
-- SQL, environments against their limits and the plain indices.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA mixing_spatial_test;
SET search_path = mixing_spatial_test, monitor, public;
SELECT plan(53);
SELECT setseed(0.5);

CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= 1e-9 * greatest(1e-3, abs(a), abs(b)), false);

-- The nearest persons -----------------------------------------------------------

-- Random points; a grid, where most distances are tied; a grid with several areas a
-- cell, empty areas, and fractions of persons; a few towers in a wide land.
CREATE TABLE area AS
SELECT 'random' AS city, i::bigint * 7 AS id, floor(random() * 41)::float8 AS total, ST_MakePoint(1000 * random(), 1000 * random()) AS geom FROM generate_series(1, 120) AS i
UNION ALL SELECT 'grid', 1000 + 20 * i + j, floor(random() * 41), ST_MakePoint(100 * i, 100 * j) FROM generate_series(0, 10) AS i, generate_series(0, 10) AS j
UNION ALL SELECT 'stacked', -i, CASE WHEN i % 3 = 0 THEN 0 ELSE random() * 20 END, ST_MakePoint(100 * (i % 9), 100 * (i / 9 % 7)) FROM generate_series(1, 120) AS i
UNION ALL SELECT 'towers', i, 1 + floor(random() * 15), CASE WHEN i % 2 = 0 THEN ST_MakePoint(500, 500) WHEN i % 5 = 0 THEN ST_MakePoint(1e4 * random(), 1e4 * random()) ELSE ST_MakePoint(900, 100 + i % 7) END FROM generate_series(1, 120) AS i;
ALTER TABLE area ADD x float8;
UPDATE area SET x = CASE city WHEN 'stacked' THEN random() * total ELSE floor(random() * (total + 1)) END;
CREATE TABLE wanted AS SELECT ARRAY[100, 1, 350, 1e9, 33.5, 600]::float8[] AS k;

CREATE TABLE ordered AS
SELECT a.city, a.id, b.id AS other, b.x, b.total, ST_Distance(a.geom, b.geom) AS d, CASE WHEN a.id = b.id THEN 0 ELSE 1 END AS others
FROM area AS a JOIN area AS b USING (city);
-- rings: all at one distance together; ids: one by one, the own area first
CREATE TABLE by_sql AS
WITH unit AS (
	SELECT 'pro rata' AS ties, city, id, d, row_number() OVER (PARTITION BY city, id ORDER BY d) AS place, sum(x) AS x, sum(total) AS total, count(*) AS areas FROM ordered GROUP BY city, id, d
	UNION ALL
	SELECT 'id', city, id, d, row_number() OVER (PARTITION BY city, id ORDER BY d, CASE WHEN d = 0 THEN others ELSE 0 END, other), x, total, 1 FROM ordered),
sums AS (SELECT *, sum(x) OVER w AS x_to, sum(total) OVER w AS to, sum(areas) OVER w AS areas_to FROM unit WINDOW w AS (PARTITION BY ties, city, id ORDER BY place)),
reached AS (
	SELECT * FROM sums, wanted, LATERAL unnest(k) WITH ORDINALITY AS u(persons, i)
	WHERE total > 0 AND "to" >= persons AND "to" - total < persons)
SELECT ties, city, id, i, d AS radius, areas_to AS areas, (x_to - x + (persons - ("to" - total)) / total * x) / persons AS proportional, x_to / "to" AS whole FROM reached;
CREATE TABLE ours AS
SELECT city, id, ties, last, nearest_persons(id, x, total, geom, k, last => last, ties => ties) OVER (PARTITION BY city, last, ties) AS p
FROM area, wanted, (VALUES ('pro rata'), ('id')) AS t(ties), (VALUES ('proportional'), ('whole')) AS l(last);
CREATE TABLE compared AS
SELECT o.city, o.id, o.ties, o.last, i, (p).share[i] AS share, (p).radius[i] AS radius, (p).areas[i] AS areas, CASE o.last WHEN 'whole' THEN s.whole ELSE s.proportional END AS expected,
	s.radius AS expected_radius, s.areas AS expected_areas
FROM ours AS o CROSS JOIN generate_series(1, 6) AS i LEFT JOIN by_sql AS s USING (ties, city, id, i);
ANALYZE compared;
SELECT is(count(*), 481 * 4 * 6::bigint, 'four cities, two ways with ties, two with the last, six k') FROM compared;
SELECT is_empty($$SELECT * FROM compared WHERE NOT near(share, expected)$$, 'shares as in SQL');
SELECT is_empty($$SELECT * FROM compared WHERE NOT near(radius, expected_radius)$$, 'radius as in SQL');
SELECT is_empty($$SELECT * FROM compared WHERE areas IS DISTINCT FROM expected_areas$$, 'areas as in SQL');
SELECT is(count(*), 481 * 4::bigint, 'k beyond the total has no answer, and none else') FROM compared WHERE share IS NULL AND i = 4 HAVING count(*) FILTER (WHERE i <> 4) = 0;
SELECT cmp_ok(count(*), '>', 200::bigint, 'ties make a difference on a grid')
FROM compared AS a JOIN compared AS b USING (city, id, last, i) WHERE a.ties = 'id' AND b.ties = 'pro rata' AND NOT near(a.share, b.share) AND city = 'grid';
SELECT is_empty($$SELECT * FROM compared WHERE share NOT BETWEEN 0 AND 1$$, 'a share is a share');

-- all persons: everybody has the share of the city, whichever way
SELECT is_empty($$
	SELECT city, id, p FROM (SELECT city, id, nearest_persons(id, x, total, geom, ARRAY[t], last => last) OVER (PARTITION BY city, last) AS p, t, s
		FROM area JOIN (SELECT city, sum(total) AS t, sum(x) / sum(total) AS s FROM area GROUP BY city) AS c USING (city), (VALUES ('proportional'), ('whole')) AS l(last)) AS q
	WHERE NOT near((p).share[1], s)$$, 'k = all persons is the share of the city');

-- rows in another order, moved and turned
SELECT is_empty($$
	SELECT id FROM (SELECT city, id, nearest_persons(id, x, total, geom, ARRAY[100, 700]) OVER (PARTITION BY city ORDER BY x DESC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS p FROM area) AS a
	JOIN (SELECT city, id, nearest_persons(id, x, total, geom, ARRAY[100, 700]) OVER (PARTITION BY city ORDER BY id DESC) AS q FROM area) AS b USING (city, id) WHERE p IS DISTINCT FROM q$$,
	'the order of rows does not matter, to the bit');
SELECT is_empty($$
	SELECT id FROM (SELECT city, id, nearest_persons(id, x, total, geom, ARRAY[100, 700]) OVER (PARTITION BY city) AS p FROM area) AS a
	JOIN (SELECT city, id, nearest_persons(id, x, total, ST_Translate(ST_SwapOrdinates(geom, 'xy'), 4096, -8192), ARRAY[100, 700]) OVER (PARTITION BY city) AS q FROM area WHERE city <> 'random') AS b USING (city, id)
	WHERE NOT (near((p).share[1], (q).share[1]) AND near((p).share[2], (q).share[2]) AND near((p).radius[1], (q).radius[1]))$$, 'moved and mirrored: the same');
SELECT is_empty($$
	SELECT id FROM (SELECT city, id, nearest_persons(id, x, total, geom, ARRAY[100, 700]) OVER (PARTITION BY city) AS p FROM area) AS a
	JOIN (SELECT city, id, nearest_persons(id, total - x, total, ST_Scale(geom, 4, 4), ARRAY[700, 100]) OVER (PARTITION BY city) AS q FROM area) AS b USING (city, id)
	WHERE NOT (near(1 - (p).share[1], (q).share[2]) AND near(1 - (p).share[2], (q).share[1]) AND near(4 * (p).radius[2], (q).radius[1]))$$, 'the rest of the people, on a larger map, k in another order');
SELECT is_empty($$
	SELECT id FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[100, 700]) OVER () AS p FROM area WHERE city = 'grid') AS a
	JOIN (SELECT id, nearest_persons(id, x, total, ST_Expand(geom, 50), ARRAY[100, 700]) OVER () AS q FROM area WHERE city = 'grid') AS b USING (id) WHERE p IS DISTINCT FROM q$$,
	'cells count by their centroids');

-- the sphere
SELECT is_empty($$
	WITH a AS (SELECT i::bigint AS id, 10 + i % 7 AS total, i % 5 AS x, ST_MakePoint(8 + 5 * random(), 54 + 3 * random()) AS geom FROM generate_series(1, 100) AS i),
	o AS (SELECT a.id, b.x, b.total, ST_DistanceSphere(a.geom, b.geom) AS d FROM a, a AS b),
	s AS (SELECT *, sum(x) OVER w AS x_to, sum(total) OVER w AS to FROM o WINDOW w AS (PARTITION BY id ORDER BY d)),
	r AS (SELECT DISTINCT ON (id) id, (x_to - x + (200 - ("to" - total)) / total::float8 * x) / 200 AS share, d FROM s WHERE "to" >= 200 ORDER BY id, d)
	SELECT * FROM r JOIN (SELECT id, nearest_persons(id, x, total, geom, ARRAY[200], sphere_radius => 6371008.77141506) OVER () AS p FROM a) AS n USING (id)
	WHERE NOT (near(r.share, (p).share[1]) AND abs(d - (p).radius[1]) < 1e-3)$$, 'on the sphere, as by ST_DistanceSphere');

-- unknown
CREATE TABLE holes AS SELECT *, id % 4 = 1 AS no_x, id % 11 = 2 AS no_total, id % 13 = 3 AS no_geom FROM area WHERE city = 'random';
CREATE TABLE holed AS
SELECT id, no_x OR no_total OR no_geom AS hole, nearest_persons(id, CASE WHEN NOT no_x THEN x END, CASE WHEN NOT no_total THEN total END, CASE WHEN NOT no_geom THEN geom END, ARRAY[300]) OVER () AS p FROM holes;
SELECT is_empty($$SELECT id FROM holed WHERE hole <> (p IS NULL)$$, 'no answer where anything is unknown');
SELECT is_empty($$
	SELECT id FROM holed JOIN (SELECT id, nearest_persons(id, x, total, geom, ARRAY[300]) OVER () AS q FROM holes WHERE NOT (no_x OR no_total OR no_geom)) AS w USING (id)
	WHERE (p).share <> (q).share OR (p).radius <> (q).radius OR (p).areas <> (q).areas OR (q).unknown[1] <> 0$$, 'others as if these areas were not there');
SELECT is_empty($$
	SELECT h.id FROM holed AS h JOIN holes AS a USING (id)
	WHERE NOT hole AND NOT near((p).unknown[1], (SELECT coalesce(sum(b.total), 0) FROM holes AS b WHERE b.no_x AND NOT b.no_total AND NOT b.no_geom AND ST_Distance(a.geom, b.geom) <= (p).radius[1]))$$,
	'people in the circle of whom x is unknown are counted');
SELECT cmp_ok(sum((p).unknown[1]), '>', 100::float8, 'and there are some') FROM holed;

-- the boundary: a ragged city with a lake, and another part
CREATE TABLE study AS
SELECT ST_Union(ST_Difference(ST_Buffer(ST_MakePoint(500, 500), 430, 40), ST_Buffer(ST_MakePoint(620, 430), 60, 20)), ST_MakeEnvelope(-50, -50, 120, 130)) AS geom;
CREATE TABLE edged AS
SELECT id, a.geom, s.geom AS study, nearest_persons(id, x, total, a.geom, ARRAY[100, 700, 20], s.geom) OVER () AS p FROM area AS a, study AS s WHERE city = 'random';
CREATE TABLE edges AS
SELECT *, NOT ST_Intersects(study, geom) OR (p).radius[i] > ST_Distance(geom, ST_Boundary(study)) AS expected, abs((p).radius[i] - ST_Distance(geom, ST_Boundary(study))) < 1e-9 AS close
FROM edged, generate_series(1, 3) AS i;
SELECT is_empty($$SELECT id, i FROM edges WHERE (p).edge[i] IS DISTINCT FROM expected AND NOT close$$, 'edge as by ST_Distance to ST_Boundary');
SELECT ok(bool_or(expected) AND bool_or(NOT expected) AND bool_or(NOT ST_Intersects(study, geom)), 'and it is true, false, and outside, of k = ' || k) FROM edges, unnest(ARRAY[100, 700, 20]) WITH ORDINALITY AS u(k, n) WHERE n = i AND k <> 700 GROUP BY k ORDER BY k;
SELECT ok(bool_and((p).edge IS NULL), 'no boundary, no edge') FROM ours;
SELECT is_empty($$
	SELECT id FROM edged JOIN (SELECT id, nearest_persons(id, x, total, geom, ARRAY[100, 700, 20]) OVER () AS q FROM area WHERE city = 'random') AS w USING (id)
	WHERE (p).share <> (q).share OR (p).radius <> (q).radius$$, 'a boundary changes nothing else');

-- Environments --------------------------------------------------------------------

CREATE TABLE block AS
SELECT id, geom, ARRAY[x, total - x] AS two, ARRAY[x, floor((total - x) / 2), total - x - floor((total - x) / 2)] AS three, x, total FROM area WHERE city IN ('random', 'grid') ORDER BY id;
CREATE FUNCTION figures(s segregation_spatial) RETURNS float8[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[(s).dissimilarity, (s).gini, (s).information_theory, (s).mutual_information, (s).relative_diversity, (s).normalized_exposure];
CREATE FUNCTION near_all(a float8[], b float8[]) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN (SELECT bool_and(near(x, y)) FROM unnest(a, b) AS u(x, y));

-- plain indices in SQL
CREATE TABLE plain AS
WITH c AS (SELECT sum(three[1]) AS x1, sum(three[2]) AS x2, sum(three[3]) AS x3, sum(total) AS t FROM block),
p AS (SELECT total AS t, u.g, u.x / total AS p, c.t AS tt, CASE u.g WHEN 1 THEN x1 WHEN 2 THEN x2 ELSE x3 END / c.t AS q FROM block, c, unnest(three) WITH ORDINALITY AS u(x, g) WHERE total > 0),
i AS (SELECT sum(q * (1 - q)) AS i, -sum(q * ln(q)) AS e FROM (SELECT DISTINCT g, q FROM p) AS d)
SELECT ARRAY[
	(SELECT sum(t * abs(p - q)) / (2 * min(tt) * min(i)) FROM p, i),
	(SELECT sum(a.t * b.t * abs(a.p - b.p)) / (2 * min(a.tt) ^ 2 * min(i)) FROM p AS a JOIN p AS b USING (g), i),
	(SELECT sum(t * p * ln(p / q)) FILTER (WHERE p > 0) / (min(tt) * min(e)) FROM p, i),
	(SELECT sum(t * p * ln(p / q)) FILTER (WHERE p > 0) / min(tt) FROM p),
	(SELECT sum(t * (p - q) ^ 2) / (min(tt) * min(i)) FROM p, i),
	(SELECT sum(t * (p - q) ^ 2 / (1 - q)) / min(tt) FROM p)] AS figures;
SELECT ok(near_all(figures(s), figures), 'an environment of the own area alone is the plain index: ' || kernel)
FROM plain, (SELECT kernel, segregation_spatial(three, geom, kernel, 1e-6) AS s FROM block, (VALUES ('uniform'), ('gaussian'), ('exponential')) AS k(kernel) GROUP BY kernel) AS s;
SELECT ok(near_all(figures(s), figures), 'likewise by weights without links, over ' || o)
FROM plain, (SELECT o, segregation_spatial((SELECT weights_agg(id, NULL, NULL) FROM block), id, three, o) AS s FROM block, (VALUES ('residents'), ('environments')) AS v(o) GROUP BY o) AS s;
SELECT ok((SELECT bool_and(abs(f) < 1e-6) FROM unnest(figures(s)) AS f), 'an environment of everybody has no segregation: ' || kernel)
FROM (SELECT kernel, segregation_spatial(three, geom, kernel, 1e7) AS s FROM block, (VALUES ('uniform'), ('triangular'), ('quadratic'), ('quartic'), ('gaussian')) AS k(kernel) GROUP BY kernel) AS s WHERE kernel <> 'triangular';
SELECT ok(bool_and(near(f, g)), 'the rows of exposure add up to 1')
FROM (SELECT segregation_spatial(three, geom, 'quartic', 200) AS s FROM block) AS s, LATERAL (SELECT sum(e) AS f, 1::float8 AS g FROM generate_series(1, 3) AS m, generate_series(1, 3) AS n, LATERAL (SELECT (s).exposure[m][n] AS e) AS e GROUP BY m) AS r;
-- by all pairs, in SQL
SELECT ok(near((s).exposure[1][2], x.e) AND near((s).dissimilarity, x.d), kernel || ' as by all pairs')
FROM (SELECT kernel, segregation_spatial(two, geom, kernel, 250) AS s FROM block, (VALUES ('uniform'), ('triangular'), ('quadratic'), ('quartic'), ('gaussian'), ('exponential')) AS k(kernel) GROUP BY kernel) AS s
JOIN LATERAL (
	WITH w AS (
		SELECT a.id, a.x, a.total, b.x AS bx, b.total AS bt, CASE kernel WHEN 'uniform' THEN (z <= 1)::int WHEN 'triangular' THEN greatest(1 - z, 0) WHEN 'quadratic' THEN greatest(1 - z * z, 0)
			WHEN 'quartic' THEN greatest(1 - z * z, 0) ^ 2 WHEN 'gaussian' THEN exp(-z * z / 2) ELSE exp(-z) END AS w
		FROM block AS a, block AS b, LATERAL (SELECT ST_Distance(a.geom, b.geom) / 250 AS z) AS z),
	p AS (SELECT id, min(x) AS x, min(total) AS t, sum(w * bx) / sum(w * bt) AS p FROM w GROUP BY id HAVING sum(w * bt) > 0), c AS (SELECT sum(x) AS x, sum(t) AS t, sum(x) / sum(t) AS q FROM p)
	SELECT sum(p.x * (1 - p)) / min(c.x) AS e, sum(p.t * abs(p - q)) / (2 * min(c.t) * min(q * (1 - q))) AS d FROM p, c) AS x ON true;
SELECT ok((SELECT figures(segregation_spatial(three, geom, 'quartic', 200 ORDER BY id)) = figures(segregation_spatial(three, geom, 'quartic', 200 ORDER BY x, id DESC)) FROM block), 'the order of rows does not matter, to the bit');
SELECT ok((SELECT near_all(figures(segregation_spatial(three, geom, 'quartic', 200)), figures(segregation_spatial(ARRAY[3 * three[2], 3 * three[3], 3 * three[1]], ST_Translate(ST_Scale(geom, 2, 2), 500, 70), 'quartic', 400))) FROM block),
	'three times as many people, groups in another order, a larger map: the same');
CREATE TABLE w AS SELECT knn_weights(id, geom, 6) AS w FROM block;
SELECT ok((SELECT figures(segregation_spatial(w, id, two ORDER BY id DESC)) FROM block, w) = (SELECT figures(segregation_spatial((SELECT with_self(w) FROM w), id, two)) FROM block), 'weights from a table or a subquery, with the own link given or not');

-- Reardon's profile by nearest persons, as the room's README has it: own people alone, and everybody.
CREATE TABLE profile AS
WITH n AS (SELECT total, x, nearest_persons(id, x, total, geom, ARRAY[0.5, (SELECT sum(total) FROM block)]) OVER () AS p FROM block WHERE total > 0),
s AS (SELECT i, total, (p).share[i] AS q FROM n, generate_series(1, 2) AS i WHERE (p).share IS NOT NULL),
c AS (SELECT sum(x) / sum(total) AS q FROM n WHERE (p).share IS NOT NULL),
e AS (SELECT i, sum(total * (CASE WHEN q > 0 THEN -q * ln(q) ELSE 0 END + CASE WHEN q < 1 THEN -(1 - q) * ln(1 - q) ELSE 0 END)) / sum(total) AS e FROM s GROUP BY i)
SELECT i, 1 - e / (-q * ln(q) - (1 - q) * ln(1 - q)) AS h FROM e, c;
SELECT ok(near(h, (SELECT (segregation_spatial(two, geom, 'uniform', 1e-6)).information_theory FROM block)), 'the profile starts at the plain H') FROM profile WHERE i = 1;
SELECT ok(abs(h) < 1e-12, 'and ends at 0') FROM profile WHERE i = 2;

-- One area ------------------------------------------------------------------------

SELECT ok(near(sum((l).dissimilarity), min((s).dissimilarity)) AND near(sum((l).share_of_group), 1), 'the parts of the dissimilarity add up')
FROM (SELECT local_mix(x, total) OVER () AS l FROM block) AS l, (SELECT segregation_spatial(two, geom, 'uniform', 1e-6) AS s FROM block) AS s;
SELECT ok(near(sum((l).p * (l).ls), min((s).mutual_information)) AND near(sum((l).p), 1), 'local mutual information adds up to M')
FROM (SELECT local_mutual_information(three) OVER () AS l FROM block) AS l, (SELECT segregation_spatial(three, geom, 'uniform', 1e-6) AS s FROM block) AS s;
SELECT is_empty($$SELECT * FROM (SELECT x, total, location_quotient(x, total) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS q, (x / nullif(total, 0)) / (SELECT sum(x) / sum(total) FROM block) AS e FROM block) AS b WHERE NOT near(q, e)$$,
	'location quotient is of the whole partition, whatever the frame');

-- Borders and dimensions ------------------------------------------------------------

CREATE TABLE cell AS SELECT i * 10 + j + 1::bigint AS id, ST_MakeEnvelope(100 * i, 100 * j, 100 * i + 100, 100 * j + 100) AS geom, 10::float8 AS total, CASE WHEN (i + j) % 2 = 0 THEN 10 ELSE 0 END::float8 AS board,
	CASE WHEN i < 5 THEN 10 ELSE 0 END::float8 AS halves FROM generate_series(0, 9) AS i, generate_series(0, 9) AS j;
CREATE TABLE rook AS SELECT rook_weights(id, geom) AS w FROM cell;
SELECT cmp_ok(abs(spatial_dissimilarity((SELECT w FROM rook), id, board, total)), '<', 1e-12::float8, 'a chess board: each neighbour is of the other group') FROM cell;
SELECT ok(near(spatial_dissimilarity((SELECT w FROM rook), id, halves, total), 1 - 20 / 360.0), 'two halves: 10 of 180 borders are between groups') FROM cell;
SELECT ok(near(spatial_dissimilarity((SELECT w FROM rook), id, halves, total, ST_Perimeter(geom) / ST_Area(geom)), spatial_dissimilarity((SELECT w FROM rook), id, halves, total)), 'areas of one shape: D(s) is D(w)') FROM cell;
SELECT cmp_ok(spatial_proximity_profile((SELECT w FROM rook), id, halves, total), '>', spatial_proximity_profile((SELECT w FROM rook), id, board, total), 'halves stand nearer together than a chess board') FROM cell;
SELECT ok(near((d).delta, 0.5) AND (d).absolute_concentration IS NULL AND near((d).distance_decay_isolation + (d).distance_decay_interaction, 1) AND (d).n_used = 100, 'cells of one size have no concentration')
FROM (SELECT segregation_dimensions(halves, total, geom, 100) AS d FROM cell) AS s;
SELECT ok(near((a).relative_clustering, (b).relative_clustering) AND near((a).absolute_centralization, (b).absolute_centralization) AND near((a).spatial_proximity, (b).spatial_proximity), 'the order of rows, of units and of origin does not matter')
FROM (SELECT segregation_dimensions(x, total, ST_Buffer(geom, 10), 100 ORDER BY id) AS a, segregation_dimensions(2 * x, 2 * total, ST_Translate(ST_Scale(ST_Buffer(geom, 10), 2, 2), 9, 9), 200 ORDER BY x, id) AS b FROM block) AS s;
SELECT cmp_ok((a).absolute_centralization, '>', (b).absolute_centralization, 'nearer the centre given')
FROM (SELECT segregation_dimensions(halves, total, geom, 100, ST_MakePoint(250, 500)) AS a, segregation_dimensions(halves, total, geom, 100, ST_MakePoint(750, 500)) AS b FROM cell) AS s;

SELECT * FROM finish();
ROLLBACK;
