-- What mixing in space refuses.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA mixing_spatial_bad_input;
SET search_path = mixing_spatial_bad_input, monitor, public;
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
CREATE TABLE area AS SELECT n::bigint AS id, 1::float8 AS x, 2::float8 AS total, ST_MakePoint(n, 0) AS geom FROM generate_series(1, 3) AS n;

SELECT a AS arguments, error_of(format('SELECT nearest_persons(%s) OVER () FROM area', a)) FROM unnest(ARRAY[
	'id, x, total, geom, NULL', 'id, x, total, geom, ARRAY[]::float8[]', 'id, x, total, geom, ARRAY[1, NULL]', 'id, x, total, geom, ARRAY[0]', 'id, x, total, geom, ARRAY[-1]',
	'id, x, total, geom, ARRAY[''NaN''::float8]', 'id, x, total, geom, ARRAY[''infinity''::float8]', 'id, x, total, geom, ARRAY[ARRAY[1]]', 'id, x, total, geom, ARRAY[id]',
	'id, x, total, geom, array_fill(1::float8, ARRAY[1001])',
	'NULL, x, total, geom, ARRAY[1]', '1, x, total, geom, ARRAY[1]', 'id, -1, total, geom, ARRAY[1]', 'id, x, -2, geom, ARRAY[1]', 'id, x, 0.5, geom, ARRAY[1]', 'id, ''NaN'', total, geom, ARRAY[1]',
	'id, x, ''infinity'', geom, ARRAY[1]', 'id, x, total, ST_SetSRID(geom, (25830 + id)::int), ARRAY[1]', 'id, x, total, ''CIRCULARSTRING(0 0,1 1,2 0)'', ARRAY[1]', 'id, x, total, ST_MakePoint(''NaN'', 0), ARRAY[1]',
	'id, x, total, geom, ARRAY[1], ''POINT(0 0)''', 'id, x, total, geom, ARRAY[1], ''LINESTRING(0 0,1 1)''', 'id, x, total, geom, ARRAY[1], ''POLYGON EMPTY''', 'id, x, total, geom, ARRAY[1], ST_SetSRID(ST_MakeEnvelope(0, 0, 9, 9), 25832)',
	'id, x, total, geom, ARRAY[1], ST_MakeEnvelope(0, 0, id, 9)', 'id, x, total, geom, ARRAY[1], CASE WHEN id < 3 THEN ST_MakeEnvelope(0, 0, 9, 9) END',
	'id, x, total, geom, ARRAY[1], last => NULL', 'id, x, total, geom, ARRAY[1], last => ''half''', 'id, x, total, geom, ARRAY[1], ties => NULL', 'id, x, total, geom, ARRAY[1], ties => ''random''',
	'id, x, total, geom, ARRAY[1], ties => CASE WHEN id < 3 THEN ''id'' ELSE ''pro rata'' END', 'id, x, total, geom, ARRAY[1], sphere_radius => NULL', 'id, x, total, geom, ARRAY[1], sphere_radius => -1',
	'id, x, total, geom, ARRAY[1], sphere_radius => ''NaN''', 'id, x, total, geom, ARRAY[1], sphere_radius => id', 'id, x, total, geom, ARRAY[1], ST_MakeEnvelope(0, 0, 9, 9), sphere_radius => 6371']) AS a;

SELECT a AS arguments, error_of(format('SELECT location_quotient(%s) OVER () FROM area', a)), error_of(format('SELECT local_mix(%s) OVER () FROM area', a)) FROM unnest(ARRAY[
	'-1, total', 'x, -1', '3, total', '''NaN'', total', 'x, ''infinity''', 'x, 1.1e15']) AS a;
SELECT a AS counts, error_of(format('SELECT local_mutual_information(%s) OVER () FROM area', a)), error_of(format('SELECT segregation_spatial(%s, geom, ''uniform'', 1) FROM area', a)) FROM unnest(ARRAY[
	'ARRAY[]::float8[]', 'ARRAY[ARRAY[1]]', 'ARRAY[x, -1]', 'ARRAY[x, ''NaN'']', 'ARRAY[x, ''infinity'']', 'array_fill(x, ARRAY[id::int])', 'array_fill(x, ARRAY[1001])']) AS a;
SELECT a AS arguments, error_of(format('SELECT segregation_spatial(%s) FROM area', a)) FROM unnest(ARRAY[
	'ARRAY[x], geom, NULL, 1', 'ARRAY[x], geom, ''cone'', 1', 'ARRAY[x], geom, '''', 1', 'ARRAY[x], geom, ''uniform'', NULL', 'ARRAY[x], geom, ''uniform'', 0', 'ARRAY[x], geom, ''uniform'', -1', 'ARRAY[x], geom, ''uniform'', ''NaN''',
	'ARRAY[x], geom, ''uniform'', id', 'ARRAY[x], ST_SetSRID(geom, (25830 + id)::int), ''uniform'', 1', 'ARRAY[x], geom, ''uniform'', 1, -1', 'ARRAY[x], geom, ''uniform'', 1, NULL', 'ARRAY[x], geom, ''uniform'', 1, 0, 0, ''residents''',
	'ARRAY[x], geom, ''uniform'', 1, 1, 0, ''all''', 'ARRAY[x], geom, ''uniform'', 1, 1, 0, NULL', 'NULL::weights, NULL, ARRAY[x]', '(SELECT weights_agg(1, 2) FROM area WHERE area.id = 1), id, ARRAY[x]',
	'(SELECT weights_agg(n, NULL, NULL) FROM generate_series(1, 3) AS n), 1, ARRAY[x]', '(SELECT weights_agg(n, NULL, NULL) FROM generate_series(1, 3) AS n), id, ARRAY[x], ''all''']) AS a;
SELECT a AS arguments, error_of(format('SELECT spatial_dissimilarity((SELECT weights_agg(n, NULL, NULL) FROM generate_series(1, 3) AS n), %s) FROM area', a)) FROM unnest(ARRAY[
	'NULL, x, total', 'id + 1, x, total', '1, x, total', 'id, -1, total', 'id, x, 0.5', 'id, ''NaN'', total', 'id, x, total, -1', 'id, x, total, ''infinity''']) AS a;
SELECT a AS arguments, error_of(format('SELECT segregation_dimensions(%s) FROM area', a)) FROM unnest(ARRAY[
	'-1, total, geom, 1', 'x, 0.5, geom, 1', '''NaN'', total, geom, 1', 'x, total, geom, NULL', 'x, total, geom, 0', 'x, total, geom, ''infinity''', 'x, total, geom, id', 'x, total, ST_SetSRID(geom, (25830 + id)::int), 1',
	'x, total, geom, 1, NULL', 'x, total, geom, 1, ''POINT EMPTY''', 'x, total, geom, 1, geom', 'x, total, geom, 1, ''SRID=25832;POINT(0 0)''', 'x, total, ''CIRCULARSTRING(0 0,1 1,2 0)'', 1', 'x, total, ST_MakePoint(''NaN'', 0), 1']) AS a;
-- what takes long can be cancelled
CREATE TABLE many AS SELECT 300 * i + j AS id, ST_MakePoint(i, j) AS geom, (i + j) % 9 AS x, 40 AS total FROM generate_series(0, 299) AS i, generate_series(0, 299) AS j;
\set VERBOSITY sqlstate
SET statement_timeout = '300ms';
SELECT clock_timestamp() AS began \gset
SELECT count(n) FROM (SELECT nearest_persons(id, x, total, geom, ARRAY[200000]) OVER () AS n FROM many) AS s;
SELECT segregation_spatial(ARRAY[x, total - x], geom, 'gaussian', 10) FROM many;
SELECT segregation_dimensions(x, total, geom, 10) FROM many;
SELECT spatial_proximity_profile((SELECT knn_weights(id, geom, 4) FROM many), id, x, total) FROM many;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '4 s' AS cancelled_soon \gset
\echo :cancelled_soon
DROP SCHEMA mixing_spatial_bad_input CASCADE;
