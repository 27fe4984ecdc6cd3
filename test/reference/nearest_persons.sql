-- The nearest persons, row by row.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_nearest_persons;
SET search_path = reference_nearest_persons, monitor, public;
SELECT plan(4);

CREATE TABLE nc (id bigint, name text, fipsno int, bir74 float8, sid74 float8, nwbir74 float8, bir79 float8, sid79 float8, nwbir79 float8, wkb text);
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
CREATE TABLE peer (k float8, id bigint, n_areas bigint, radius float8, share_whole float8, share_proportional float8);
\copy peer FROM 'test/data/reference/ref_knn_population_context.csv' CSV HEADER

CREATE FUNCTION difference(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN CASE WHEN a = b THEN 0 ELSE abs(a - b) / greatest(abs(a), abs(b)) END;
CREATE TABLE ours AS
SELECT id, nearest_persons(id, nwbir74, bir74, wkb::geometry, ARRAY[20000, 5000], ties => 'id') OVER () AS proportional,
	nearest_persons(id, nwbir74, bir74, wkb::geometry, ARRAY[20000, 5000], last => 'whole', ties => 'id') OVER () AS whole,
	nearest_persons(id, nwbir74, bir74, wkb::geometry, ARRAY[20000, 5000]) OVER () AS rings
FROM nc;
CREATE TABLE compared AS
SELECT p.*, (proportional).areas[i] AS areas, (rings).share[i] AS rings, greatest(difference(p.radius, (proportional).radius[i]), difference(p.radius, (whole).radius[i]),
	difference(share_whole, (whole).share[i]), difference(share_proportional, (proportional).share[i])) AS difference
FROM peer AS p LEFT JOIN ours USING (id), LATERAL (SELECT CASE p.k WHEN 20000 THEN 1 WHEN 5000 THEN 2 END AS i) AS i;
SELECT is((SELECT count(*) FROM compared WHERE areas IS NOT NULL), 200::bigint, 'every county and k');
SELECT is_empty($$SELECT * FROM compared WHERE difference > 1e-9 OR difference IS NULL$$, 'radius, share with the last area whole and in part');
SELECT is_empty($$SELECT * FROM compared WHERE n_areas <> areas$$, 'number of areas');
-- no two counties are equally far from a third, so ties make no difference
SELECT is_empty($$SELECT * FROM compared WHERE difference(share_proportional, rings) > 1e-9$$, 'and the same by rings');
SELECT diag(format('ref_knn_population_context: %s rows compared, worst relative difference %s', count(*), max(difference)::numeric(30,17))) FROM compared;

SELECT * FROM finish();
ROLLBACK;
