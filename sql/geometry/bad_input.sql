-- Text and bytes that are no area_index.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA geometry_bad_input;
SET search_path = geometry_bad_input, monitor, public;
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
-- the whole of a triangle's index, to be spoilt: version, SRID, 1 area, id 1, 1 part, 1 ring, 4 points
SELECT area_index(1, 'SRID=7;POLYGON((0 0,1 0,1 1,0 0))')::text AS good \gset
SELECT :'good' AS good, length(:'good');
SELECT what, error_of(format('SELECT %L::area_index', t)) FROM (VALUES
	(1, 'nothing', ''), (2, 'not hexadecimal', 'zz'), (3, 'odd digits', '010'), (4, 'a space', ' ' || :'good'),
	(5, 'version 0', overlay(:'good' placing '00' from 1)), (6, 'version 2', overlay(:'good' placing '02' from 1)),
	(7, 'no count', '0100000007'), (8, 'no area but a SRID', '010000000700000000'), (9, 'no area', '010000000000000000'),
	(10, '2 areas', overlay(:'good' placing '00000002' from 11)), (11, '2^32-1 areas', overlay(:'good' placing 'ffffffff' from 11)), (12, '0 areas and more', overlay(:'good' placing '00000000' from 11)),
	(13, 'id 0', overlay(:'good' placing '0000000000000000' from 19)), (14, 'id -1', overlay(:'good' placing 'ffffffffffffffff' from 19)),
	(15, '0 parts', overlay(:'good' placing '00000000' from 35)), (16, '2 parts', overlay(:'good' placing '00000002' from 35)), (17, '2^32-1 parts', overlay(:'good' placing 'ffffffff' from 35)),
	(18, '0 rings', overlay(:'good' placing '00000000' from 43)), (19, '2 rings', overlay(:'good' placing '00000002' from 43)), (20, '2^31 rings', overlay(:'good' placing '80000000' from 43)),
	(21, '0 points', overlay(:'good' placing '00000000' from 51)), (22, '3 points', overlay(:'good' placing '00000003' from 51)), (23, '5 points', overlay(:'good' placing '00000005' from 51)), (24, '2^32-1 points', overlay(:'good' placing 'ffffffff' from 51)),
	(25, 'NaN', overlay(:'good' placing '7ff8000000000000' from 91)), (26, 'infinity', overlay(:'good' placing 'fff0000000000000' from 91)), (27, '1e300', overlay(:'good' placing '7e37e43c8800759c' from 91)),
	(28, 'not closed', overlay(:'good' placing '3ff0000000000000' from 155)), (29, 'one digit less', left(:'good', -2)), (30, 'one byte more', :'good' || '00'),
	(31, 'ids that fall', '010000000700000002' || substr(:'good', 19) || substr(:'good', 19)),
	(32, 'SRID beyond 21 bits', overlay(:'good' placing '00100000' from 3)), (33, 'capitals', upper(:'good'))
) AS s(n, what, t) ORDER BY n;
-- the binary form has its own code
DO $$
DECLARE
	file text := current_setting('data_directory') || '/geometry_bad_input.bin';
BEGIN
	CREATE TABLE bytes (b bytea);
	CREATE TABLE index (i area_index);
	INSERT INTO bytes SELECT '\x0200000007' || substr(area_index_send(area_index(1, 'POLYGON((0 0,1 0,1 1,0 0))')), 6);
	EXECUTE format('COPY bytes TO %L (FORMAT binary)', file);
	EXECUTE format('COPY index FROM %L (FORMAT binary)', file);
EXCEPTION WHEN invalid_binary_representation THEN
	RAISE WARNING '% %', SQLSTATE, SQLERRM;
END
$$;
-- a ring whose every edge reaches through the whole grid takes long, but can be cancelled
CREATE TABLE zigzag AS SELECT ST_MakePolygon(ST_MakeLine(p ORDER BY i)) AS geom FROM (
	SELECT i, ST_MakePoint(i, i % 2 * 3e5 + 1) AS p FROM generate_series(1, 100000) AS i
	UNION ALL VALUES (0, ST_MakePoint(0, 0)), (100001, ST_MakePoint(100001, 0)), (100002, ST_MakePoint(0, 0))) AS s;
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '100ms';
SELECT area_index_summary(area_index(1, geom)) FROM zigzag;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '2 s' AS cancelled_soon;
DROP SCHEMA geometry_bad_input CASCADE;
