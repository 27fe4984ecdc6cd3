-- Properties of weights by distance: against the same by SQL over all pairs, on points
-- of every kind, on a plane and a sphere; against spdep; against themselves.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA weights_points_test;
SET search_path = weights_points_test, monitor, public;
SELECT plan(32);
SELECT setseed(0.5);

-- Planar ------------------------------------------------------------------------

-- Seven kinds of 80 points: spread, in clusters, on a lattice (many ties), at one place,
-- on a line, many at few places, and in a spiral over many orders of magnitude.
CREATE TABLE point AS
SELECT kind, id::bigint, ST_MakePoint(x, y) AS geom FROM (
	SELECT 'spread' AS kind, id, 700000 + 1000 * random() AS x, 6200000 + 1000 * random() AS y FROM generate_series(1, 80) AS id
	UNION ALL SELECT 'clusters', id, 1000 * (id % 4) + random() ^ 4, 500 * (id % 3) + random() ^ 4 FROM generate_series(1, 80) AS id
	UNION ALL SELECT 'lattice', id, id * 37 % 80 / 10, id * 37 % 80 % 10 FROM generate_series(1, 80) AS id
	UNION ALL SELECT 'one place', id, 5, 7 FROM generate_series(1, 80) AS id
	UNION ALL SELECT 'line', id, 3 * (id * 71 % 80), 4 * (id * 71 % 80) FROM generate_series(1, 80) AS id
	UNION ALL SELECT 'few places', id, id % 3, id % 5 FROM generate_series(1, 80) AS id
	UNION ALL SELECT 'spiral', id, exp(0.2 * id) * cos(id), exp(0.2 * id) * sin(id) FROM generate_series(1, 80) AS id) AS s;
CREATE TABLE pair AS
SELECT kind, a.id, b.id AS neighbor, ST_Distance(a.geom, b.geom) AS distance, row_number() OVER (PARTITION BY kind, a.id ORDER BY ST_Distance(a.geom, b.geom), b.id) AS rank
FROM point AS a JOIN point AS b USING (kind) WHERE a.id <> b.id;
ANALYZE pair;
SELECT is(count(*), 7 * 80 * 79::bigint, 'all pairs') FROM pair;

CREATE TABLE near AS
SELECT kind, k, l.id, l.neighbor, l.weight FROM (SELECT kind, k, knn_weights(id, geom, k) AS w FROM point, unnest('{1,2,8,24,25,60,79}'::int[]) AS k GROUP BY kind, k) AS s, links(w) AS l;
CREATE VIEW near_wanted AS SELECT kind, k, id, neighbor, 1::float8 AS weight FROM pair, unnest('{1,2,8,24,25,60,79}'::int[]) AS k WHERE rank <= k;
SELECT is((SELECT count(*) FROM near), 7 * 80 * (1 + 2 + 8 + 24 + 25 + 60 + 79)::bigint, 'k links from each point');
SELECT is_empty('TABLE near EXCEPT TABLE near_wanted', 'k nearest as ST_Distance orders them, then ids, for every kind of points');
SELECT is_empty($$SELECT kind, k, m, g FROM (SELECT kind, k, max_knn_distance(id, geom, k) AS m FROM point, unnest('{1,5,24,25,79}'::int[]) AS k GROUP BY kind, k) AS s
	JOIN (SELECT kind, rank AS k, max(distance) AS g FROM pair GROUP BY kind, rank) AS t USING (kind, k) WHERE m <> g$$, 'greatest distance to a k-th nearest, to the bit');

-- Many more points than a leaf holds.
CREATE TABLE many AS SELECT id::bigint, ST_MakePoint(1000 * random(), 1000 * random() ^ 3) AS geom FROM generate_series(1, 4000) AS id;
CREATE INDEX ON many USING gist (geom);
SELECT bag_eq('SELECT l.id, l.neighbor FROM links((SELECT knn_weights(id, geom, 8) FROM many)) AS l',
	'SELECT a.id, b.neighbor FROM many AS a CROSS JOIN LATERAL (SELECT id AS neighbor FROM many AS b WHERE b.id <> a.id ORDER BY a.geom <-> b.geom LIMIT 8) AS b', '8 nearest of 4,000 as the index finds them');

-- Radii at random and at distances that occur.
CREATE TABLE radius AS
SELECT DISTINCT kind, radius FROM (
	SELECT kind, (SELECT max(distance) FROM pair AS p WHERE p.kind = k.kind) * f + 0.1 AS radius FROM (SELECT DISTINCT kind FROM point) AS k, unnest('{0.01,0.1,1}'::float8[]) AS f
	UNION ALL SELECT kind, distance FROM pair WHERE id = 17 AND neighbor IN (18, 70) AND distance > 0) AS s;
CREATE TABLE band AS
SELECT kind, radius, l.id, l.neighbor, l.weight FROM (SELECT kind, radius, distance_weights(id, geom, radius) AS w FROM point JOIN radius USING (kind) GROUP BY kind, radius) AS s, links(w) AS l;
CREATE VIEW band_wanted AS SELECT kind, radius, a.id, b.id AS neighbor, 1::float8 AS weight
	FROM radius JOIN point AS a USING (kind) JOIN point AS b USING (kind) WHERE a.id <> b.id AND ST_DWithin(a.geom, b.geom, radius);
SELECT cmp_ok(count(*), '>=', 30::bigint, 'radii') FROM radius;
SELECT is_empty('TABLE band EXCEPT TABLE band_wanted', 'every link of a band is one of ST_DWithin');
SELECT is_empty('TABLE band_wanted EXCEPT TABLE band', 'every pair of ST_DWithin is a link of a band');
SELECT is_empty($$SELECT kind, m FROM (SELECT kind, max_knn_distance(id, geom, 1) AS m FROM point WHERE kind NOT IN ('one place', 'few places') GROUP BY kind) AS s
	CROSS JOIN LATERAL (SELECT count(DISTINCT l.id) AS linked FROM links((SELECT distance_weights(id, geom, m) FROM point AS p WHERE p.kind = s.kind)) AS l) AS t
	CROSS JOIN LATERAL (SELECT count(DISTINCT l.id) AS less FROM links((SELECT distance_weights(id, geom, m * (1 - 1e-15)) FROM point AS p WHERE p.kind = s.kind)) AS l) AS u
	WHERE linked <> 80 OR less >= 80$$, 'max_knn_distance of 1 is the smallest radius that leaves no island');

CREATE TABLE inverse AS
SELECT kind, radius, power, l.id, l.neighbor, l.weight FROM (
	SELECT kind, radius, power, inverse_distance_weights(id, geom, radius, power) AS w FROM point JOIN radius USING (kind), unnest('{1,2,0.5}'::float8[]) AS power
	WHERE kind IN ('spread', 'clusters', 'spiral') GROUP BY kind, radius, power) AS s, links(w) AS l;
SELECT is((SELECT count(*) FROM inverse), 3 * (SELECT count(*) FROM band WHERE kind IN ('spread', 'clusters', 'spiral')), 'inverse distance has the links of the band');
SELECT is_empty($$SELECT * FROM inverse JOIN pair USING (kind, id, neighbor) WHERE distance > radius OR NOT abs(weight * distance ^ power - 1) <= 1e-14$$, 'inverse distance is 1 / distance ^ power');

CREATE FUNCTION kernel_of(kernel text, z float8) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN CASE kernel WHEN 'triangular' THEN 1 - z WHEN 'uniform' THEN 0.5 WHEN 'quadratic' THEN 0.75 * (1 - z * z) WHEN 'quartic' THEN 0.9375 * (1 - z * z) ^ 2 WHEN 'gaussian' THEN exp(-0.5 * z * z) / sqrt(2 * pi()) END;
CREATE TABLE kernel (kernel text);
INSERT INTO kernel VALUES ('triangular'), ('uniform'), ('quadratic'), ('quartic'), ('gaussian');
CREATE TABLE fixed AS
SELECT kind, radius, kernel, l.id, l.neighbor, l.weight FROM (
	SELECT kind, radius, kernel, kernel_weights(id, geom, kernel, radius) AS w FROM point JOIN radius USING (kind), kernel WHERE kind IN ('lattice', 'few places') GROUP BY kind, radius, kernel) AS s, links(w) AS l;
SELECT is((SELECT count(*) FROM fixed), 5 * ((SELECT count(*) FROM band WHERE kind IN ('lattice', 'few places')) + 80 * (SELECT count(*) FROM radius WHERE kind IN ('lattice', 'few places'))), 'a kernel has the links of the band and one to each point itself');
SELECT is_empty($$SELECT * FROM fixed LEFT JOIN pair USING (kind, id, neighbor) WHERE NOT abs(weight - kernel_of(kernel, coalesce(distance, 0) / radius)) <= 1e-15 OR (distance IS NULL) <> (id = neighbor)$$,
	'kernels are of distance / bandwidth');
CREATE TABLE adaptive AS
SELECT kind, k, kernel, diagonal, l.id, l.neighbor, l.weight FROM (
	SELECT kind, k, kernel, diagonal, adaptive_kernel_weights(id, geom, kernel, k, diagonal) AS w FROM point, unnest('{1,12}'::int[]) AS k, kernel, (VALUES (false), (true)) AS d(diagonal)
	WHERE kind IN ('spread', 'lattice') GROUP BY kind, k, kernel, diagonal) AS s, links(w) AS l;
ANALYZE adaptive;
SELECT is_empty($$SELECT kind, k, kernel, diagonal, id FROM adaptive GROUP BY kind, k, kernel, diagonal, id HAVING count(*) <> k + 1$$, 'an adaptive kernel has k links and one to the point itself');
SELECT is_empty($$SELECT * FROM adaptive AS a JOIN pair AS p USING (kind, id, neighbor) JOIN pair AS h ON h.kind = a.kind AND h.id = a.id AND h.rank = a.k
	WHERE p.rank > k OR NOT abs(weight - kernel_of(kernel, p.distance / (h.distance * (1 + 1e-7)))) <= 1e-14$$, 'an adaptive bandwidth is the distance to the k-th nearest, and a little');
SELECT is_empty($$SELECT * FROM adaptive WHERE id = neighbor AND weight <> CASE WHEN diagonal THEN 1 ELSE kernel_of(kernel, 0) END$$, 'the diagonal is 1, or the kernel at 0');

-- Against themselves --------------------------------------------------------------

SELECT is_empty($$SELECT kind, k FROM point, unnest('{3,30}'::int[]) AS k GROUP BY kind, k
	HAVING knn_weights(id, geom, k)::text <> knn_weights(id, geom, k ORDER BY -id)::text OR knn_weights(id, geom, k)::text <> knn_weights(id, geom, k ORDER BY id * 7919 % 251)::text$$, 'row order does not matter');
SELECT is_empty($$SELECT kind, radius FROM point JOIN radius USING (kind) GROUP BY kind, radius
	HAVING distance_weights(id, geom, radius)::text <> distance_weights(id, geom, radius ORDER BY -id)::text$$, 'row order does not matter to a band');
SELECT is_empty($$SELECT kind FROM point WHERE kind IN ('lattice', 'few places', 'line') GROUP BY kind
	HAVING knn_weights(id, geom, 7)::text <> knn_weights(id, ST_Translate(geom, 700000, -6200000), 7)::text OR knn_weights(id, geom, 7)::text <> knn_weights(id, ST_Scale(geom, -1024, -1024), 7)::text$$,
	'nor do translation and scale, where they are exact');
CREATE VIEW near_wanted_7 AS SELECT kind, id, neighbor FROM pair WHERE rank <= 7;
SELECT is_empty($$SELECT kind, l.id, l.neighbor FROM (SELECT kind, knn_weights(id * id - 5000, geom, 7) AS w FROM point GROUP BY kind) AS s, links(w) AS l
	EXCEPT SELECT kind, id * id - 5000, neighbor * neighbor - 5000 FROM near_wanted_7$$, 'other ids of the same order: the same links');
SELECT is_empty($$TABLE band EXCEPT SELECT kind, radius, neighbor, id, weight FROM band$$, 'a band is symmetric');

-- Areas without a place: theirs are no links, and the others' are as if they were not there.
SELECT is_empty($$SELECT l.id, l.neighbor FROM links((SELECT knn_weights(id, CASE WHEN id % 3 > 0 THEN geom WHEN id % 2 = 0 THEN 'POINT EMPTY' END, 5) FROM point WHERE kind = 'spread')) AS l
	EXCEPT SELECT l.id, l.neighbor FROM links((SELECT knn_weights(id, geom, 5) FROM point WHERE kind = 'spread' AND id % 3 > 0)) AS l$$, 'areas without a place are in no link');
SELECT is(count(DISTINCT l.id), 54::bigint, 'and are islands') FROM links((SELECT knn_weights(id, CASE WHEN id % 3 > 0 THEN geom END, 5) FROM point WHERE kind = 'spread')) AS l;

-- Polygons stand at their centroid.
SELECT is(knn_weights(id, ST_Buffer(geom, 1 + id % 5, 3), 4)::text, knn_weights(id, ST_Centroid(ST_Buffer(geom, 1 + id % 5, 3)), 4)::text, 'polygons stand at their centroid') FROM point WHERE kind = 'spread';

-- The sphere ----------------------------------------------------------------------

-- Over the globe, about 180 degrees, about both poles, at the poles, at few places.
CREATE TABLE place AS
SELECT id::bigint, CASE id % 6
	WHEN 0 THEN ST_MakePoint(360 * random() - 180, degrees(asin(2 * random() - 1)))
	WHEN 1 THEN ST_MakePoint(CASE WHEN random() < 0.5 THEN 179.9 + 0.1 * random() ELSE -179.9 - 0.1 * random() END, random())
	WHEN 2 THEN ST_MakePoint(360 * random() - 180, 90 - 0.1 * random())
	WHEN 3 THEN ST_MakePoint(360 * random() - 180, -90 + 0.1 * random())
	WHEN 4 THEN ST_MakePoint(id * 50, CASE WHEN id % 4 < 2 THEN 90 ELSE -90 END)
	ELSE ST_MakePoint(12.5 + 0.001 * random(), 55.7 + 0.001 * random()) END AS geom
FROM generate_series(1, 180) AS id;
CREATE FUNCTION great_circle(a geometry, b geometry) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN 2 * 6371 * asin(least(1, sqrt(sin(radians(ST_Y(a) - ST_Y(b)) / 2) ^ 2 + cos(radians(ST_Y(a))) * cos(radians(ST_Y(b))) * sin(radians(ST_X(a) - ST_X(b)) / 2) ^ 2)));
CREATE TABLE arc AS SELECT a.id, b.id AS neighbor, great_circle(a.geom, b.geom) AS distance FROM place AS a, place AS b WHERE a.id <> b.id;
CREATE TABLE arc_at AS SELECT id, distance AS at, row_number() OVER (PARTITION BY id ORDER BY distance) AS k FROM arc;
CREATE TABLE arc_near AS
SELECT k, l.id, l.neighbor FROM (SELECT k, knn_weights(id, geom, k, 6371) AS w FROM place, unnest('{1,7,24,60,150}'::int[]) AS k GROUP BY k) AS s, links(w) AS l;
SELECT is_empty($$SELECT k, id FROM arc_near GROUP BY k, id HAVING count(*) <> k$$, 'sphere: k links from each');
SELECT is_empty($$SELECT * FROM arc_near JOIN arc USING (id, neighbor) JOIN arc_at USING (k, id) WHERE NOT distance <= at + 1e-9$$, 'sphere: none is farther than the k-th by the haversine formula');
SELECT is_empty($$SELECT k, id, max_knn_distance FROM (SELECT k, max_knn_distance(id, geom, k, 6371) FROM place, unnest('{1,7,24,60,150}'::int[]) AS k GROUP BY k) AS s
	CROSS JOIN LATERAL (SELECT id, at FROM arc_at WHERE arc_at.k = s.k ORDER BY at DESC LIMIT 1) AS m WHERE NOT abs(max_knn_distance - at) <= 1e-9$$, 'sphere: greatest distance to the k-th nearest');
CREATE TABLE arc_radius AS SELECT unnest('{0.0371,1.7,400,9999.9,20015,30000}'::float8[]) AS radius;
CREATE TABLE arc_band AS
SELECT radius, l.id, l.neighbor, l.weight FROM (SELECT radius, inverse_distance_weights(id, geom, radius, 1, 6371) AS w FROM place, arc_radius WHERE id % 6 <> 4 GROUP BY radius) AS s, links(w) AS l;
SELECT bag_eq('SELECT radius, id, neighbor FROM arc_band', 'SELECT radius, id, neighbor FROM arc, arc_radius WHERE id % 6 <> 4 AND neighbor % 6 <> 4 AND distance <= radius', 'sphere: all within a radius by the haversine formula');
SELECT is_empty($$SELECT * FROM arc_band JOIN arc USING (id, neighbor) WHERE NOT abs(1 / weight - distance) <= 1e-9 + 1e-12 * distance$$, 'sphere: distances by the haversine formula');
SELECT ok(knn_weights(id, geom, 9, 6371)::text = knn_weights(id, ST_Translate(geom, 360 * (id % 3 - 1), 0), 9, 6371)::text, 'sphere: 360 degrees more or less are the same') FROM place
WHERE id % 6 <> 4;

-- Published: spdep ----------------------------------------------------------------

CREATE TABLE columbus (id bigint, polyid text, neigno text, area text, perimeter text, hoval text, inc text, crime text, open text, plumb text, discbd text, x text, y text, nsa text, nsb text, ew text, cp text, thous text, wkb text);
\copy columbus FROM 'test/data/reference/data_columbus.csv' CSV HEADER
CREATE TABLE nc (id bigint, name text, fipsno text, bir74 text, sid74 text, nwbir74 text, bir79 text, sid79 text, nwbir79 text, wkb text);
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
CREATE TABLE edge (dataset text, kind text, id bigint, neighbor bigint);
\copy edge FROM 'test/data/reference/ref_weights_edges.csv' CSV HEADER
CREATE TABLE sums (dataset text, kind text, style text, n int, n_adj int, links bigint, islands int, components int, min_card int, max_card int, mean_card float8, is_symmetric boolean, s0 float8, s1 float8, s2 float8, call text, package text);
\copy sums FROM 'test/data/reference/ref_weights.csv' CSV HEADER
CREATE TABLE area AS SELECT 'columbus' AS dataset, id, wkb::geometry AS geom FROM columbus UNION ALL SELECT 'nc', id, wkb::geometry FROM nc;
CREATE TABLE ours AS
WITH band AS (SELECT dataset, max_knn_distance(id, geom, 1) * (1 + 1e-12) AS radius FROM area GROUP BY dataset)
SELECT dataset, kind, l.id, l.neighbor, l.weight FROM (
	SELECT dataset, 'knn' || k AS kind, knn_weights(id, geom, k) AS w FROM area, unnest('{1,4,6}'::int[]) AS k GROUP BY dataset, k
	UNION ALL SELECT dataset, 'dband_max1nn', distance_weights(id, geom, radius) FROM area JOIN band USING (dataset) GROUP BY dataset
	UNION ALL SELECT dataset, 'dband_0.6max1nn', distance_weights(id, geom, 0.6 * radius) FROM area JOIN band USING (dataset) GROUP BY dataset
	UNION ALL SELECT dataset, format('idw%s_max1nn', power), inverse_distance_weights(id, geom, radius, power) FROM area JOIN band USING (dataset), unnest('{1,2}'::float8[]) AS power GROUP BY dataset, power) AS s, links(w) AS l;
SELECT bag_eq($$SELECT dataset, kind, id, neighbor FROM ours WHERE kind NOT LIKE 'idw%'$$,
	$$SELECT * FROM edge WHERE kind IN ('knn1', 'knn4', 'knn6', 'dband_max1nn', 'dband_0.6max1nn')$$, 'spdep: every link of knearneigh and dnearneigh');
CREATE TABLE ours_sums AS
SELECT dataset, kind, count(*) AS links, sum(weight) AS s0,
	(SELECT sum((coalesce(a.weight, 0) + coalesce(b.weight, 0)) ^ 2) / 2 FROM (SELECT * FROM ours WHERE dataset = o.dataset AND kind = o.kind) AS a FULL JOIN (SELECT * FROM ours WHERE dataset = o.dataset AND kind = o.kind) AS b ON (a.id, a.neighbor) = (b.neighbor, b.id)) AS s1,
	(SELECT sum(s ^ 2) FROM (SELECT sum(weight) AS s FROM (SELECT id, weight FROM ours WHERE dataset = o.dataset AND kind = o.kind UNION ALL SELECT neighbor, weight FROM ours WHERE dataset = o.dataset AND kind = o.kind) AS t GROUP BY id) AS u) AS s2
FROM ours AS o GROUP BY dataset, kind;
SELECT is_empty($$SELECT * FROM sums AS r LEFT JOIN ours_sums AS o USING (dataset, kind) WHERE style = 'B' AND kind ~ '^(knn[146]|dband|idw[12])' AND kind <> 'knn4_sym'
	AND (o.links IS DISTINCT FROM r.links OR NOT abs(o.s0 / r.s0 - 1) <= 1e-9 OR NOT abs(o.s1 / r.s1 - 1) <= 1e-9 OR NOT abs(o.s2 / r.s2 - 1) <= 1e-9)$$, 'spdep: links, s0, s1 and s2 of neighbors and of inverse distances');
SELECT diag(format('ref_weights: %s sums by distance, worst relative difference %s', count(*), max(greatest(abs(o.s0 / r.s0 - 1), abs(o.s1 / r.s1 - 1), abs(o.s2 / r.s2 - 1)))))
FROM sums AS r JOIN ours_sums AS o USING (dataset, kind) WHERE style = 'B';

SELECT * FROM finish();
ROLLBACK;
