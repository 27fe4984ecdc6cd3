-- What is no flow, no distance, no text and no bytes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA flows_bad_input;
SET search_path = flows_bad_input, monitor, public;
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
SELECT v, error_of(format('SELECT flow_index(1, 2, %s)', v)) FROM unnest(ARRAY['-1', '''NaN''', '''Infinity''', '''-Infinity''', '1.1e14', '1e14', '5e-324', '-0.0']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT v, error_of(format('SELECT flow_index(1, 2, 3, %s)', v)) FROM unnest(ARRAY['-1, 5', '5, ''NaN''', '1e15, 5', 'NULL, NULL', '0, 0']) WITH ORDINALITY AS t (v, n) ORDER BY n;
-- two populations of an area: in a row, in two rows, in parts, in a sum
SELECT error_of('SELECT flow_index(1, 1, 3, 5, 6)');
SELECT error_of('SELECT flow_index(o, d, 3, p, q) FROM (VALUES (1, 2, 10, 20), (3, 1, 7, 11)) AS v (o, d, p, q)'), error_of('SELECT flow_index(o, d, 3, p, q) FROM (VALUES (3, 1, 7, 11), (1, 2, 10, 20)) AS v (o, d, p, q)');
CREATE TABLE part AS SELECT flow_index(1, i, 3, 10 * i, 20) AS f FROM generate_series(2, 3) AS i GROUP BY i;
SELECT error_of('SELECT rollup(f) FROM part');
SELECT error_of('SELECT a.f + b.f FROM part AS a, part AS b WHERE a.f < b.f');
-- more than bigint holds
SELECT error_of('SELECT flow_index(1, 2, 1e14) FROM generate_series(1, 10)'), error_of('SELECT total_flow(flow_index(1, i, 1e14)) FROM generate_series(2, 5) AS i'), error_of('SELECT flow_index(1, i, 1e14) FROM generate_series(2, 7) AS i');
SELECT error_of('SELECT rollup(f) FROM (SELECT flow_index(i, 2, 9e13) AS f FROM generate_series(3, 8) AS i GROUP BY i) AS s');
SELECT error_of($$SELECT flow_areas(f, 'mid') FROM part$$), error_of($$SELECT migration_velocity(f, '') FROM part$$), error_of($$SELECT migration_preference(f, NULL) FROM part LIMIT 1$$);
SELECT error_of($$SELECT (SELECT flow_areas(f)) FROM part LIMIT 1$$) ~ '^(no error|0A000|21000)' AS in_select;

-- Text.
\set good '{"unknown": 0, "areas": [[1, 10], [2, null]], "flows": [[1, 2, 3.5]]}'
SELECT n, error_of(format('SELECT %L::flow_index', t)) FROM unnest(ARRAY['', '{', 'null', '{}', '[]', :'good', ' ' || replace(:'good', ' ', '') || E'\n', :'good' || ' x', replace(:'good', '}', ''), replace(:'good', '"unknown": 0', '"unknown": -1'),
	replace(:'good', '"unknown": 0', '"unknown": 9223372036854775808'), replace(:'good', '"unknown": 0', '"unknown": 1.5'), replace(:'good', '[1, 10]', '[1]'), replace(:'good', '[1, 10]', '[1, -1]'), replace(:'good', '[1, 10]', '[1, 1.00001]'),
	replace(:'good', '[1, 10]', '[-9223372036854775808, 10]'), replace(:'good', '[1, 10]', '[-9223372036854775809, 10]'), replace(:'good', '[1, 10]', '[9223372036854775808, 10]'), replace(:'good', '[1, 10]', '[2, 10]'), replace(:'good', '[2, null]', '[1, 11]'),
	replace(:'good', '[1, 2, 3.5]', '[1, 2]'), replace(:'good', '[1, 2, 3.5]', '[1, 2, -3]'), replace(:'good', '[1, 2, 3.5]', '[1, 2, 3.]'), replace(:'good', '[1, 2, 3.5]', '[1, 2, 3e1]'), replace(:'good', '[1, 2, 3.5]', '[1, 2, NaN]'),
	replace(:'good', '[1, 2, 3.5]', '[1, 2, 0]'), replace(:'good', '[1, 2, 3.5]', '[2, 1, 1], [1, 2, 3], [1, 2, 0.5]'), replace(:'good', '[1, 2, 3.5]', '[7, 8, 1]'), replace(:'good', '[1, 2, 3.5]', '[1, 2, 3.5],'), replace(:'good', '[1, 2, 3.5]', '[1, 2, 461168601842738.7903]'),
	replace(:'good', '[1, 2, 3.5]', '[1, 2, 461168601842738.7904]'), replace(:'good', '[1, 2, 3.5]', '[1, 2, 922337203685477.5808]'), replace(:'good', '[[1, 2, 3.5]]', '[]')]) WITH ORDINALITY AS u (t, n) ORDER BY n;

-- Bytes, in a file that COPY reads in binary form.
CREATE TABLE bytes (b bytea);
CREATE TABLE one (f flow_index);
CREATE FUNCTION received(b bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/flows_bad_input.bin';
BEGIN
	TRUNCATE bytes, one;
	INSERT INTO bytes VALUES (b);
	EXECUTE format('COPY bytes TO %L (FORMAT binary)', file);
	BEGIN
		EXECUTE format('COPY one FROM %L (FORMAT binary)', file);
		RETURN (SELECT f FROM one);
	EXCEPTION WHEN OTHERS THEN
		RETURN SQLSTATE || ' ' || SQLERRM;
	END;
END
$$;
SELECT flow_index_send(:'good'::flow_index) AS sent;
-- version 1, 3 zero bytes, unknown 8, areas 8, pairs 8, then 16 an area and 24 a pair: places count from 0
SELECT what, received(b) FROM (SELECT flow_index_send(:'good'::flow_index) AS g) AS t, LATERAL (VALUES
	(1, 'as sent', g), (2, 'no bytes', ''::bytea), (3, 'a byte less', substr(g, 1, length(g) - 1)), (4, 'a byte more', g || '\x00'::bytea), (5, 'version 2', set_byte(g, 0, 2)), (6, 'reserved', set_byte(g, 2, 1)),
	(7, 'unknown -1', overlay(g placing '\xffffffffffffffff'::bytea from 5)), (8, '3 areas', set_byte(g, 19, 3)), (9, '2^62 areas', set_byte(g, 12, 64)), (10, '-1 areas', overlay(g placing '\xffffffffffffffff'::bytea from 13)),
	(11, 'no pairs', set_byte(g, 27, 0)), (12, '2^61 pairs', set_byte(g, 20, 32)), (13, '3 pairs for 2 areas', set_byte(set_byte(g, 19, 0), 27, 3)), (14, 'an area twice', set_byte(g, 51, 1)), (15, 'areas that fall', set_byte(g, 51, 0)),
	(16, 'population -2', overlay(g placing '\xfffffffffffffffe'::bytea from 37)), (17, 'no flow', overlay(g placing '\x0000000000000000'::bytea from 77)), (18, 'flow -1', overlay(g placing '\xffffffffffffffff'::bytea from 77)),
	(19, 'a pair of area 9', set_byte(g, 75, 9)), (20, 'flow beyond bigint', overlay(g placing '\x7fffffffffffffff'::bytea from 77)), (21, 'a pair twice', set_byte(g, 27, 2) || substr(g, 61))
) AS v (n, what, b) ORDER BY n;

-- Expected flows.
CREATE TABLE moves AS SELECT o AS origin, d AS destination, 10.0 + o * d AS flow, o + d + 0.0 AS distance, 'power' AS model FROM generate_series(1, 4) AS o, generate_series(1, 4) AS d WHERE o <> d;
SELECT v, error_of(format('SELECT (expected_flow(%s) OVER ()).expected FROM moves LIMIT 1', v)) FROM unnest(ARRAY['NULL, destination, flow', 'origin, NULL, flow', 'origin, destination, -1', 'origin, destination, ''NaN''', 'origin, destination, ''Infinity''', 'origin, destination, 1.1e14',
	'origin, destination, flow, 0, ''power''', 'origin, destination, flow, -1, ''power''', 'origin, destination, flow, -1, ''exponential''', 'origin, destination, flow, ''NaN'', ''exponential''', 'origin, destination, flow, ''Infinity'', ''power''', 'origin, destination, flow, NULL, ''power''',
	'origin, destination, flow, distance, NULL', 'origin, destination, flow, distance, ''''', 'origin, destination, flow, distance, ''Power''', 'origin, destination, flow, distance, CASE origin WHEN 3 THEN ''power'' ELSE ''exponential'' END', 'origin, destination + 0 * origin, flow, -1, ''quasi-independence''', '1, 2, flow', '1, 1, flow'])
	WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of('SELECT round((expected_flow(origin, destination, flow, distance, model) OVER ()).expected::numeric, 6) FROM moves LIMIT 1');
SELECT error_of('SELECT expected_flow(1, 2, 3)') ~ '^42P20|^42809' AS needs_over;
-- numbers at the ends: a range of distances no double can square, flows of 1e14 beside 1e-300
SELECT error_of('SELECT bool_and((e).expected > 0) FROM (SELECT expected_flow(origin, destination, flow, distance * 1e300, ''exponential'') OVER () AS e FROM moves) AS s');
SELECT error_of('SELECT bool_and((e).expected > 0) FROM (SELECT expected_flow(origin, destination, flow, distance * 1e-300, ''power'') OVER () AS e FROM moves) AS s');
SELECT error_of('SELECT count(*) FROM (SELECT expected_flow(origin, destination, CASE origin WHEN 1 THEN 1e14 ELSE 1e-300 END, distance, ''power'') OVER () AS e FROM moves) AS s');
SELECT error_of('SELECT count(*) FROM (SELECT expected_flow(origin, destination, 5e-324, distance, ''power'') OVER () AS e FROM moves) AS s');
SELECT error_of('SELECT (expected_flow(9223372036854775807, -9223372036854775808, 1) OVER ()).expected');
-- lines
SELECT error_of($$SELECT flow_line('SRID=25832;POINT(0 0)', 'POINT(1 1)')$$), error_of($$SELECT flow_line('POINT(0 0)', 'POINT(1 1)', 'NaN')$$), error_of($$SELECT flow_line('POINT(0 0)', 'POINT(1 1)', -1.1)$$);
SELECT error_of($$SELECT flow_line('CIRCULARSTRING(0 0,1 1,2 0)', 'POINT(1 1)') IS NULL$$);
-- long work can be cancelled
CREATE TABLE large AS SELECT o AS origin, d AS destination, (o * 31 + d * 17) % 101 AS flow, 1 + abs(o - d) AS distance FROM generate_series(1, 800) AS o, generate_series(1, 800) AS d;
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '200ms';
SELECT count(e) FROM (SELECT expected_flow(origin, destination, flow, distance, 'power') OVER () AS e FROM large) AS s;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '5 s' AS cancelled_soon;
-- as many parameters as cells that have flows: no p of either kind
SELECT o, d, round((e).expected::numeric, 6) AS expected, (e).p, (e).p_poisson, (e).df FROM (SELECT o, d, expected_flow(o, d, f) OVER () AS e FROM (VALUES (1, 0, NULL), (2, 0, 0), (0, 1, 15), (0, 2, 0), (1, 2, 2), (1, 3, 0)) AS v (o, d, f)) AS s WHERE (e).expected > 1 ORDER BY o, d;
-- lines from nowhere, and beyond what numbers hold
SELECT g, c, error_of(format('SELECT ST_AsText(flow_line(%s, %L))', g, c)) FROM (VALUES ('ST_Point(1e308, 0), ST_Point(-1e308, 1)', '0'), ('ST_Point(1e308, 0), ST_Point(-1e308, 1)', '0.5'), ('ST_Point(''NaN'', 0), ST_Point(1, 1)', '0'),
	('ST_Point(0, 0), ST_Point(''-Infinity'', 1)', '0.2'), ('ST_Point(''NaN'', 0), ''POINT EMPTY''', '0'), ('ST_Point(0, 0), ST_Point(1, 1)', 'NaN')) AS v (g, c);
-- stored bytes: version 1, 3 zero bytes, unknown 8, areas 8, pairs 8, then 16 an area and 24 a pair; a newer version is told from damage
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS flow_index LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(value flow_index, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT what, error_of(format('SELECT raw(%L)::text', b)) FROM (SELECT bytes((SELECT flow_index(1, 2, 3))) AS g) AS t, LATERAL (VALUES
	(1, 'as made', g), (2, 'no bytes', ''::bytea), (3, 'version 2', set_byte(g, 0, 2)), (4, 'version 2, cut short', '\x02'::bytea), (5, 'version 0', set_byte(g, 0, 0)), (6, 'a byte less', substr(g, 1, length(g) - 1)), (7, 'a byte more', g || '\x00'::bytea),
	(8, '1 area', set_byte(g, 12, 1)), (9, '2^61 areas', set_byte(g, 19, 32)), (10, '-1 areas', overlay(g placing '\xffffffffffffffff'::bytea from 13)), (11, '2 pairs', set_byte(g, 20, 2)), (12, '-1 pairs', overlay(g placing '\xffffffffffffffff'::bytea from 21)), (13, '5 areas, -1 pairs', set_byte(overlay(g placing '\xffffffffffffffff'::bytea from 21), 12, 5))
) AS v (n, what, b) ORDER BY n;
-- a pair of an area that is not among the areas, which the measures find
SELECT error_of(format('SELECT count(*) FROM flow_areas(raw(%L))', set_byte(bytes(flow_index(1, 2, 3)), 28, 9)));
DROP SCHEMA flows_bad_input CASCADE;
