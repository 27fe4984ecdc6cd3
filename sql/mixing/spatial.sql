-- Mixing in space: small cases worked out by hand, NULL, and what cannot be computed.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA mixing_spatial;
SET search_path = mixing_spatial, monitor, public;
SET extra_float_digits = 0;

-- Nearest persons. Five areas in a row, 10 persons each; the second has 4 of the group.
CREATE TABLE area (id bigint, x float8, total float8, geom geometry);
INSERT INTO area VALUES (1, 0, 10, 'POINT(0 0)'), (2, 4, 10, 'POINT(10 0)'), (3, 0, 10, 'POINT(20 0)'), (4, 10, 10, 'POINT(30 0)'), (5, 0, 10, 'POINT(40 0)');
SELECT id, (p).* FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[10, 20, 50, 51]) OVER () AS p FROM area) AS s ORDER BY id;
SELECT id, (p).share, (p).areas FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[20, 15], last => 'whole') OVER () AS p FROM area) AS s ORDER BY id;
SELECT id, (p).share, (p).areas FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[20, 15], ties => 'id') OVER () AS p FROM area) AS s ORDER BY id;
SELECT id, (p).share, (p).areas FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[20, 15], last => 'whole', ties => 'id') OVER () AS p FROM area) AS s ORDER BY id;
-- the boundary: at 5 from areas 1 and 5; the radius must pass it
SELECT id, (p).radius, (p).edge FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[10, 30, 50], ST_MakeEnvelope(-5, -50, 45, 50)) OVER () AS p FROM area) AS s ORDER BY id;
SELECT id, (p).radius, (p).edge FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[10, 20], (SELECT ST_MakeEnvelope(-10, -10, 25, 10))) OVER () AS p FROM area) AS s ORDER BY id;
-- a border on the point; a MULTIPOLYGON; a hole
SELECT id, (p).edge FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[10, 20], 'MULTIPOLYGON(((0 -9,25 -9,25 9,0 9,0 -9),(19 -1,21 -1,21 1,19 1,19 -1)),((28 -9,60 -9,60 9,28 9,28 -9)))') OVER () AS p FROM area) AS s ORDER BY id;
-- unknown x, total, geom; EMPTY; nobody
INSERT INTO area VALUES (6, NULL, 10, 'POINT(1 0)'), (7, 1, NULL, 'POINT(2 0)'), (8, 1, 10, NULL), (9, 1, 10, 'POINT EMPTY'), (10, 0, 0, 'POINT(15 0)');
SELECT id, (p).* FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[10, 20, 50, 51]) OVER () AS p FROM area) AS s ORDER BY id;
-- nobody anywhere; everything unknown; one area; no area; a partition each
SELECT (nearest_persons(1, 0, 0, 'POINT(0 0)', ARRAY[1]) OVER ()).*;
SELECT nearest_persons(1, NULL, NULL, NULL, ARRAY[1]) OVER () IS NULL AS is_null;
SELECT (nearest_persons(1, 0.25, 0.5, 'POINT(0 0)', ARRAY[0.5, 0.25, 0.6]) OVER ()).*;
SELECT nearest_persons(id, x, total, geom, ARRAY[1]) OVER () FROM area WHERE false;
SELECT id, (p).share, (p).radius FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[10 * (1 + id % 2)]) OVER (PARTITION BY id % 2) AS p FROM area) AS s ORDER BY id;
-- extremes of ids, and of coordinates
SELECT id, (p).share, (p).radius FROM (SELECT id, nearest_persons(id, 1, 2, geom, ARRAY[3]) OVER () AS p FROM (VALUES (-9223372036854775808, 'POINT(0 0)'::geometry), (9223372036854775807, 'POINT(1e150 0)')) AS v(id, geom)) AS s ORDER BY id;

-- One area
CREATE TABLE mix (id int, x float8, total float8);
INSERT INTO mix VALUES (1, 5, 10), (2, 0, 10), (3, 10, 10), (4, 0, 0), (5, NULL, 10), (6, 1, NULL);
SELECT id, location_quotient(x, total) OVER () FROM mix ORDER BY id;
SELECT id, (m).* FROM (SELECT id, local_mix(x, total) OVER () AS m FROM mix) AS s ORDER BY id;
SELECT (local_mix(0, 10) OVER ()).*, location_quotient(0, 10) OVER ();
SELECT (local_mix(10, 10) OVER ()).*, location_quotient(10, 10) OVER ();
SELECT id, (m).* FROM (SELECT id, local_mutual_information(ARRAY[x, total - x]) OVER () AS m FROM mix) AS s ORDER BY id;
SELECT (local_mutual_information(NULL) OVER ()).*;
SELECT (local_mutual_information(ARRAY[0, 0]) OVER ()).*;
SELECT n, (m).* FROM (SELECT n, local_mutual_information(c) OVER (ORDER BY n) AS m FROM (VALUES (1, NULL), (2, NULL), (3, ARRAY[1, 3]), (4, ARRAY[1, 1])) AS v(n, c)) AS s;

-- Environments
SELECT (segregation_spatial(ARRAY[x, total - x], geom, 'uniform', 5)).* FROM area;
SELECT (segregation_spatial(ARRAY[x, total - x], geom, 'triangular', 20)).* FROM area;
SELECT (segregation_spatial(ARRAY[x, total - x], geom, 'uniform', 15, NULL, 0, 'environments')).* FROM area;
SELECT (segregation_spatial(ARRAY[x, total - x], geom, 'uniform', 1000, 6371008.8)).* FROM area;
SELECT (segregation_spatial(w, id, ARRAY[x, total - x])).* FROM area, (SELECT weights_agg(n, NULL, NULL) AS w FROM generate_series(1, 10) AS n) AS w;
-- one group; a group of nobody; nobody; nothing known; no row
SELECT (segregation_spatial(ARRAY[total], geom, 'uniform', 5)).* FROM area;
SELECT (segregation_spatial(ARRAY[total, 0], geom, 'uniform', 5)).* FROM area;
SELECT (segregation_spatial(ARRAY[0, 0], geom, 'uniform', 5)).* FROM area;
SELECT (segregation_spatial(NULL, geom, 'uniform', 5)).* FROM area;
SELECT segregation_spatial(ARRAY[total], geom, 'uniform', 5) IS NULL AS is_null FROM area WHERE false;
SELECT segregation_spatial(NULL::weights, id, ARRAY[total]) IS NULL AS is_null FROM area;
-- a moving window calls the final function again and again
SELECT id, ((segregation_spatial(ARRAY[x, total - x], geom, 'uniform', 5) OVER (ORDER BY id))).dissimilarity FROM area ORDER BY id;

-- Borders, dimensions
CREATE TABLE cell AS SELECT n::bigint AS id, ST_MakeEnvelope(n, 0, n + 1, n) AS geom, 10::float8 AS total, (ARRAY[9, 5, 5, 1])[n]::float8 AS x FROM generate_series(1, 4) AS n;
CREATE TABLE link AS SELECT rook_weights(id, geom) AS w FROM cell;
SELECT spatial_dissimilarity((SELECT w FROM link), id, x, total), spatial_dissimilarity((SELECT w FROM link), id, x, total, 1), spatial_proximity_profile((SELECT w FROM link), id, x, total) FROM cell;
SELECT spatial_dissimilarity((SELECT w FROM link), id, 0, total), spatial_dissimilarity((SELECT w FROM link), id, total, total), spatial_dissimilarity(NULL::weights, id, x, total), spatial_proximity_profile((SELECT w FROM link), id, total, total) FROM cell;
SELECT spatial_dissimilarity((SELECT weights_agg(id, NULL, NULL) FROM cell), id, x, total), spatial_proximity_profile((SELECT weights_agg(id, NULL, NULL) FROM cell), id, x, total) FROM cell;
SELECT spatial_dissimilarity((SELECT w FROM link), id, x, CASE WHEN id < 4 THEN total END), spatial_dissimilarity((SELECT w FROM link), id, x, total) FILTER (WHERE id < 4) FROM cell;
SELECT (segregation_dimensions(x, total, geom, 1)).* FROM cell;
SELECT (segregation_dimensions(x, total, geom, 1, 'POINT(0 0)')).* FROM cell;
SELECT (segregation_dimensions(0, total, geom, 1)).* FROM cell;
SELECT (segregation_dimensions(x, total, ST_Centroid(geom), 1)).* FROM cell;
SELECT (segregation_dimensions(NULL, total, geom, 1)).* FROM cell;
SELECT segregation_dimensions(x, total, geom, 1) IS NULL AS is_null FROM cell WHERE false;
DROP SCHEMA mixing_spatial CASCADE;
