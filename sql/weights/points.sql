-- Weights by distance: small cases by hand, ties, zero distances, bad input.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_points;
SET search_path = weights_points, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
-- five on a line at 0, 1, 2, 4 and 8; one without a place
CREATE TABLE line (id bigint, geom geometry);
INSERT INTO line VALUES (50, 'POINT(8 0)'), (10, 'POINT(0 0)'), (40, 'POINT(4 0)'), (30, 'POINT(2 0)'), (20, 'POINT(1 0)'), (45, NULL);
-- 30 is as near to 10 as to 40: of equal distances the lower id
SELECT k, knn_weights(id, geom, k) AS w, max_knn_distance(id, geom, k) FROM line, generate_series(1, 4) AS k GROUP BY k ORDER BY k;
SELECT knn_weights(-id, geom, 2) AS ids_turned_round FROM line;
-- the distance itself is within
SELECT radius, distance_weights(id, geom, radius) AS w FROM line, unnest('{0.5,1,2,3.999999,4,1e300}'::float8[]) AS radius GROUP BY radius ORDER BY radius;
SELECT power, inverse_distance_weights(id, geom, 3, power) AS w FROM line, unnest('{1,2,0.5}'::float8[]) AS power GROUP BY power ORDER BY power;
-- from each to itself too; at the bandwidth the weight may be 0, and is a link
SELECT kernel, kernel_weights(id, geom, kernel, 2) AS w FROM line, unnest('{triangular,uniform,quadratic,quartic}'::text[]) AS kernel GROUP BY kernel ORDER BY kernel;
SELECT l.id, neighbor, round(weight::numeric, 9) AS gaussian FROM links((SELECT kernel_weights(id, geom, 'gaussian', 2) FROM line)) AS l WHERE l.id <= 20;
SELECT diagonal, l.id, neighbor, round(weight::numeric, 6) AS uniform
FROM (VALUES (false), (true)) AS d(diagonal), links((SELECT adaptive_kernel_weights(id, geom, 'uniform', 1, diagonal) FROM line)) AS l ORDER BY 1, 2, 3;
SELECT l.id, neighbor, round(weight::numeric, 6) AS triangular FROM links((SELECT adaptive_kernel_weights(id, geom, 'triangular', 2, true) FROM line)) AS l;
-- a square with its centre: the ties of the centre and of the corners
SELECT knn_weights(id, geom, 2) AS square FROM (VALUES (1, 'POINT(1 1)'), (2, 'POINT(0 1)'), (3, 'POINT(0.5 0.5)'), (4, 'POINT(1 0)'), (5, 'POINT(0 0)')) AS s(id, geom);
-- all at one place: the lowest ids, and all within the smallest band
SELECT knn_weights(id, 'POINT(3 3)', 2) AS one_place FROM generate_series(1, 5) AS id;
SELECT distance_weights(id, 'POINT(3 3)', 1e-300) AS one_place FROM generate_series(1, 3) AS id;
SELECT kernel_weights(id, 'POINT(3 3)', 'triangular', 1) AS one_place FROM generate_series(1, 3) AS id;
SELECT max_knn_distance(id, 'POINT(3 3)', 2) AS one_place FROM generate_series(1, 3) AS id;
-- other geometries stand at their centroid; Z and M are left out
SELECT distance_weights(id, ST_SetSRID(geom::geometry, 25832), 1) AS centroids FROM (VALUES
	(1, 'POLYGON((0 0,2 0,2 2,0 2,0 0))'), (2, 'LINESTRING(1 0,3 2)'), (3, 'POINT Z (3 1 1000)'), (4, 'MULTIPOINT((3 0),(5 2))'), (5, 'GEOMETRYCOLLECTION(POINT(9 9))'),
	(6, 'GEOMETRYCOLLECTION EMPTY'), (7, 'POINT EMPTY'), (8, 'POLYGON EMPTY')) AS s(id, geom);
-- one area; none; ids of every size
SELECT distance_weights(id, 'POINT(0 0)', 1), inverse_distance_weights(id, 'POINT(0 0)', 1, 1), kernel_weights(id, 'POINT(0 0)', 'uniform', 1) FROM (VALUES (7)) AS s(id);
SELECT distance_weights(id, geom, 1) IS NULL AS no_rows, knn_weights(id, geom, 1) IS NULL, inverse_distance_weights(id, geom, 1, 1) IS NULL, kernel_weights(id, geom, 'uniform', 1) IS NULL,
	adaptive_kernel_weights(id, geom, 'uniform', 1, true) IS NULL, max_knn_distance(id, geom, 1) IS NULL FROM line WHERE false;
SELECT distance_weights(id, NULL, 1) AS no_places FROM line;
SELECT knn_weights(id, ST_MakePoint(row_number, 0), 1) AS large_ids FROM (SELECT id, row_number() OVER () FROM unnest('{9223372036854775807,-9223372036854775808,0}'::bigint[]) AS id) AS s;
-- as a moving window the aggregate is asked again and again
SELECT id, distance_weights(id, geom, 2) OVER (ORDER BY id) FROM line;

-- A sphere: degrees, here of circumference 360
CREATE TABLE globe (id bigint, geom geometry);
INSERT INTO globe VALUES (1, 'POINT(179 0)'), (2, 'POINT(-179 0)'), (3, 'POINT(175 0)'), (4, 'POINT(0 90)'), (5, 'POINT(77 90)'), (6, 'POINT(-100 89)'), (7, 'POINT(80 88.5)'), (8, 'POINT(-180 -45)'), (9, 'POINT(180 -45)');
SELECT knn_weights(id, geom, 1, 180 / pi()) AS sphere, distance_weights(id, geom, 2.6, 180 / pi()) AS band FROM globe;
SELECT l.id, neighbor, round((1 / weight)::numeric, 12) AS degrees FROM links((SELECT inverse_distance_weights(id, geom, 5, 1, 180 / pi()) FROM globe WHERE id NOT IN (5, 9))) AS l;
SELECT max_knn_distance(id, geom, 1, 180 / pi())::numeric(20, 12) AS antipodes FROM (VALUES (1, 'POINT(10 20)'), (2, 'POINT(-170 -20)')) AS s(id, geom);
SELECT l.id, neighbor, round(weight::numeric, 9) AS weight FROM links((SELECT kernel_weights(id, geom, 'triangular', 5, 180 / pi()) FROM globe WHERE id < 4)) AS l;
SELECT adaptive_kernel_weights(id, geom, 'uniform', 1, true, 6371008.8) AS sphere FROM globe WHERE id < 4;

-- Bad input
SELECT what, error_of(format('SELECT %s FROM line', call)) FROM (VALUES
	(1, 'k 0', 'knn_weights(id, geom, 0)'), (2, 'k negative', 'knn_weights(id, geom, -2147483648)'), (3, 'k of all', 'knn_weights(id, geom, 5)'), (4, 'k large', 'knn_weights(id, geom, 2147483647)'),
	(5, 'k NULL', 'knn_weights(id, geom, NULL)'), (6, 'k differs', 'knn_weights(id, geom, 1 + (id = 20)::int)'), (7, 'no place', 'knn_weights(id, NULL, 1)'), (8, 'k of all', 'max_knn_distance(id, geom, 5)'),
	(9, 'k of all', $$adaptive_kernel_weights(id, geom, 'uniform', 5, true)$$), (10, 'k 0', 'max_knn_distance(id, geom, 0)'),
	(20, 'radius 0', 'distance_weights(id, geom, 0)'), (21, 'radius negative', 'distance_weights(id, geom, -1e-9)'), (22, 'radius NaN', $$distance_weights(id, geom, 'NaN')$$), (23, 'radius infinite', $$distance_weights(id, geom, 'inf')$$),
	(24, 'radius NULL', 'distance_weights(id, geom, NULL)'), (25, 'radius differs', 'distance_weights(id, geom, id)'), (26, 'radius 0', 'inverse_distance_weights(id, geom, 0, 1)'),
	(30, 'power 0', 'inverse_distance_weights(id, geom, 1, 0)'), (31, 'power negative', 'inverse_distance_weights(id, geom, 1, -1)'), (32, 'power NaN', $$inverse_distance_weights(id, geom, 1, 'NaN')$$),
	(33, 'power infinite', $$inverse_distance_weights(id, geom, 1, 'inf')$$), (34, 'power differs', 'inverse_distance_weights(id, geom, 1, 1 + (id = 20)::int)'), (35, 'power NULL', 'inverse_distance_weights(id, geom, 1, NULL)'),
	(36, 'one place', $$inverse_distance_weights(100 - id, 'POINT(3 3)', 1, 1)$$), (37, 'power large', 'inverse_distance_weights(id, ST_Scale(geom, 0.1, 0.1), 1, 400)'), (38, 'power large, far', 'inverse_distance_weights(id, ST_Scale(geom, 10, 10), 10, 400)'),
	(40, 'kernel', $$kernel_weights(id, geom, 'Gaussian', 1)$$), (41, 'kernel', $$adaptive_kernel_weights(id, geom, '', 1, true)$$), (42, 'kernel NULL', 'kernel_weights(id, geom, NULL, 1)'),
	(43, 'kernel differs', $$kernel_weights(id, geom, CASE id WHEN 20 THEN 'uniform' ELSE 'gaussian' END, 1)$$), (44, 'bandwidth 0', $$kernel_weights(id, geom, 'uniform', 0)$$), (45, 'bandwidth NaN', $$kernel_weights(id, geom, 'uniform', 'NaN')$$),
	(46, 'one place', $$adaptive_kernel_weights(id, 'POINT(3 3)', 'uniform', 2, true)$$), (47, 'diagonal differs', $$adaptive_kernel_weights(id, geom, 'uniform', 2, id = 20)$$), (48, 'diagonal NULL', $$adaptive_kernel_weights(id, geom, 'uniform', 2, NULL)$$),
	(50, 'sphere 0', 'knn_weights(id, geom, 1, 0)'), (51, 'sphere negative', 'distance_weights(id, geom, 1, -6371)'), (52, 'sphere NaN', $$inverse_distance_weights(id, geom, 1, 1, 'NaN')$$), (53, 'sphere infinite', $$kernel_weights(id, geom, 'uniform', 1, 'inf')$$),
	(54, 'sphere NULL', $$adaptive_kernel_weights(id, geom, 'uniform', 1, true, NULL)$$), (55, 'sphere differs', 'max_knn_distance(id, geom, 1, id)'), (56, 'latitude', $$knn_weights(id, ST_Translate(geom, 0, 90.5), 1, 6371)$$),
	(60, 'id NULL', 'knn_weights(nullif(id, 20), geom, 1)'), (61, 'id twice', 'knn_weights(id / 20, geom, 1)'), (62, 'id twice', 'distance_weights(1, geom, 1)'), (63, 'SRID', 'knn_weights(id, ST_SetSRID(geom, id::int), 1)'),
	(64, 'NaN', $$knn_weights(id, ST_MakePoint(id, 'NaN'), 1)$$), (65, 'infinite', $$knn_weights(id, ST_MakePoint('-inf', id), 1)$$), (66, 'too large', 'knn_weights(id, ST_MakePoint(id, 1.1e150), 1)'), (67, 'curve', $$knn_weights(id, 'CIRCULARSTRING(0 0,1 1,2 0)', 1)$$)
) AS s(n, what, call) ORDER BY n;
-- more links than a value can hold are refused before they are made
CREATE TABLE crowd AS SELECT id, ST_MakePoint(id % 100, id / 100) AS geom FROM generate_series(1, 40000) AS id;
SELECT what, error_of(format('SELECT %s FROM crowd', call)) FROM (VALUES (1, 'k', 'knn_weights(id, geom, 39999)'), (2, 'kernel', $$kernel_weights(id, geom, 'uniform', 1000)$$)) AS s(n, what, call) ORDER BY n;
-- many ties are no labor: all at one place; most at one place and some elsewhere; a lattice
CREATE TABLE tied AS SELECT 'one' AS kind, id, ST_MakePoint(12.5, 55.7) AS geom FROM generate_series(1, 100000) AS id
UNION ALL SELECT 'two', id, ST_MakePoint(CASE WHEN id <= 1000 THEN 10 + id / 1000.0 ELSE 12.5 END, 55.7) FROM generate_series(1, 30000) AS id
UNION ALL SELECT 'lattice', id, ST_MakePoint(id % 150 / 16.0, id / 150 / 16.0) FROM generate_series(1, 30000) AS id;
SET statement_timeout = '10s';
SELECT kind, (weights_summary(knn_weights(id, geom, 8))).links AS plane FROM tied GROUP BY kind ORDER BY kind;
SELECT kind, (weights_summary(knn_weights(id, geom, 8, 6371))).links AS sphere FROM tied GROUP BY kind ORDER BY kind;
RESET statement_timeout;
-- what takes long can be cancelled
CREATE TABLE many AS SELECT id, ST_MakePoint(sin(id), cos(id * 1.1)) AS geom FROM generate_series(1, 60000) AS id;
CREATE PROCEDURE cancelled_soon(query text) LANGUAGE plpgsql AS $$
DECLARE
	began timestamptz := clock_timestamp();
BEGIN
	EXECUTE query;
	RAISE WARNING 'not cancelled: %', query;
EXCEPTION WHEN query_canceled THEN
	IF clock_timestamp() - began > '2 s' THEN
		RAISE WARNING 'cancelled late: %', query;
	END IF;
END
$$;
SET statement_timeout = '200ms';
CALL cancelled_soon('SELECT knn_weights(id, geom, 1500) FROM many');
CALL cancelled_soon('SELECT distance_weights(id, geom, 0.15) FROM many');
CALL cancelled_soon('SELECT max_knn_distance(id, geom, 50000, 6371) FROM many');
CALL cancelled_soon($$SELECT adaptive_kernel_weights(id, ST_Scale(geom, 50, 50), 'gaussian', 1000, true, 6371) FROM many$$);
RESET statement_timeout;
DROP SCHEMA weights_points CASCADE;
