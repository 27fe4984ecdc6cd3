-- What is no city, no text and no bytes of one.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA segregation_bad_input;
SET search_path = segregation_bad_input, monitor, public;
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
SELECT v, error_of(format('SELECT segregation(%s)', v)) FROM unnest(ARRAY['-1, 10', '1, -10', '11, 10', '10.00001, 10', '''NaN'', 10', '1, ''NaN''',
	'1, ''Infinity''', '''-Infinity'', 1', '1e14, 1e14', '1e14, 1.1e14', '0, 1e308', 'NULL, -1', '-1, NULL', '5e-324, 5e-324', '-0.0, 1']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT v, error_of(format('SELECT segregation_multi(%L::float8[])', v)) FROM unnest(ARRAY['{}', '{1}', '{{1,2}}', '{1,-2}', '{1,NaN}', '{1,Infinity}', '{1,1e15}', '[5:6]={1,2}', '{NULL,NULL}']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of('SELECT segregation_multi(array_fill(1::float8, ARRAY[1001]))'), error_of('SELECT groups(segregation_multi(array_fill(1::float8, ARRAY[1000])))');
SELECT error_of($$SELECT segregation_multi(c) FROM (VALUES ('{1,2}'::float8[]), ('{1,2,3}')) AS v (c)$$);
SELECT error_of($$SELECT segregation_multi(c) FROM (VALUES ('{1,2}'::float8[]), ('{1,NULL,3}')) AS v (c)$$);
SELECT error_of($$SELECT rollup(segregation_multi(c)) OVER () FROM (VALUES ('{1,2}'::float8[])) AS v (c) GROUP BY c$$);
SELECT error_of($$SELECT rollup(s) FROM (SELECT segregation_multi(c) AS s FROM (VALUES ('{1,2}'::float8[]), ('{1,2,3}')) AS v (c) GROUP BY c) AS t$$);
SELECT error_of($$SELECT segregation_multi('{1,2}'::float8[]) + segregation_multi('{1,2,3}'::float8[])$$);
SELECT error_of($$SELECT segregation_decomposition(s) FROM (SELECT segregation_multi(c) AS s FROM (VALUES ('{1,2}'::float8[]), ('{1,2,3}')) AS v (c) GROUP BY c) AS t$$);
-- more people than bigint holds in 1/10,000: nine rows and a bit
SELECT error_of('SELECT population(segregation(1, 1e14)) FROM generate_series(1, 9)'), error_of('SELECT segregation(1, 1e14) FROM generate_series(1, 10)');
SELECT error_of('SELECT segregation_multi(ARRAY[i, 1e14]) FROM generate_series(1, 10) AS i');
SELECT error_of($$SELECT s + s FROM (SELECT segregation(1, 1e14) AS s FROM generate_series(1, 9)) AS t$$);
SELECT error_of($$SELECT rollup(s) FROM (SELECT '{"groups": 2, "unknown": 9223372036854775807, "empty": 0, "units": []}'::segregation AS s FROM generate_series(1, 2)) AS t$$);
SELECT v, error_of(format('SELECT atkinson(segregation(1, 3), %s)', v)) FROM unnest(ARRAY['0', '1', '-1', '2', '''NaN''', 'NULL']) AS v;
SELECT v, error_of(format('SELECT gini_expected(segregation(1, 3), %s)', v)) FROM unnest(ARRAY['0', '-1', '1000001', '1', 'NULL']) AS v;
SELECT error_of('SELECT gini_modified(segregation(1, 3), 0)'), error_of('SELECT concentration_profile(segregation(1, 3), 1)');
SELECT v, error_of(format('SELECT two_groups(segregation_multi(''{1,2,3}''::float8[]), %s)', v)) FROM unnest(ARRAY['0', '4', '-2147483648', '1, 1', '1, 4', '1, 0']) AS v;
SELECT error_of('SELECT two_groups(segregation_multi(NULL::float8[]), 1)');
SELECT v, error_of(format('SELECT segregation_change(%s)', v)) FROM unnest(ARRAY['''{1}'', NULL', 'NULL, ''{{1,2}}''', '''{1,2}'', ''{1,2,3}''', '''{1,-2}'', NULL', '''{1,NaN}'', NULL', '''{}'', ''{}''']) AS v;
SELECT error_of('SELECT segregation_change(array_fill(1::float8, ARRAY[1001]), NULL)');
SELECT error_of('SELECT segregation_change(array_fill(1e14, ARRAY[1000]), array_fill(1e14, ARRAY[1000])) IS NOT NULL');
SELECT error_of($$SELECT gini_expected('{"groups": 2, "unknown": 0, "empty": 0, "units": [[1, 2, 100000001]]}'::segregation)$$);
-- Text.
\set good '{"groups": 2, "unknown": 0, "empty": 0, "units": [[1, 2, 3]]}'
SELECT n, error_of(format('SELECT %L::segregation', t)) FROM unnest(ARRAY['', '{', 'null', '{}', '[]', :'good' || ' x', replace(:'good', '}', ''),
	replace(:'good', '"groups": 2', '"groups": 3'), replace(:'good', '"groups": 2', '"groups": 1'), replace(:'good', '"groups": 2', '"groups": 0'),
	replace(:'good', '"groups": 2', '"groups": 99999999999999999999'), replace(:'good', '"unknown": 0', '"unknown": -1'), replace(:'good', '"unknown": 0', '"unknown": 20000000000000000000'),
	replace(:'good', '"empty": 0, ', ''),
	replace(:'good', '[1, 2, 3]', '[1, 2]'), replace(:'good', '[1, 2, 3]', '[1, 2, 3, 4]'), replace(:'good', '[1, 2, 3]', '[1, 2, 0]'), replace(:'good', '[1, 2, 3]', '[-1, 2, 3]'),
	replace(:'good', '[1, 2, 3]', '[1, 2, 1.5]'), replace(:'good', '[1, 2, 3]', '[1.00001, 2, 3]'), replace(:'good', '[1, 2, 3]', '[1., 2, 3]'), replace(:'good', '[1, 2, 3]', '[1e3, 2, 3]'),
	replace(:'good', '[1, 2, 3]', '[NaN, 2, 3]'), replace(:'good', '[1, 2, 3]', '[1, 2, 3],'), replace(:'good', '[1, 2, 3]', '[922337203685478, 2, 3]'),
	replace(:'good', '[1, 2, 3]', '[922337203685477.5808, 0, 1]'), replace(:'good', '[1, 2, 3]', '[922337203685477.5807, 0, 1]'), replace(:'good', '[1, 2, 3]', '[922337203685477.5807, 1, 1]'),
	replace(:'good', '[1, 2, 3]', '[9, 0, 9223372036854775807]'), replace(:'good', '[1, 2, 3]', '[9, 0, 92233720368547758080]')]) WITH ORDINALITY AS u (t, n) ORDER BY n;
SELECT n, error_of(format('SELECT %L::segregation_multi', t)) FROM unnest(ARRAY['{"groups": 0, "unknown": 0, "empty": 0, "units": [[1]]}', '{"groups": 1, "unknown": 0, "empty": 0, "units": []}',
	'{"groups": 1001, "unknown": 0, "empty": 0, "units": []}', '{"groups": 1000, "unknown": 0, "empty": 0, "units": []}', :'good']) WITH ORDINALITY AS u (t, n) ORDER BY n;

-- Bytes, in a file that COPY reads in binary form.
CREATE TABLE bytes (b bytea);
CREATE TABLE two (s segregation);
CREATE TABLE many (s segregation_multi);
CREATE FUNCTION received(type text, b bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/segregation_bad_input.bin';
BEGIN
	TRUNCATE bytes, two, many;
	INSERT INTO bytes VALUES (b);
	EXECUTE format('COPY bytes TO %L (FORMAT binary)', file);
	EXECUTE format('COPY %I FROM %L (FORMAT binary)', type, file);
	RETURN 'taken: ' || coalesce((SELECT s::text FROM two), (SELECT s::text FROM many));
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT segregation_send(:'good'::segregation) AS sent, segregation_multi_send(:'good'::segregation_multi) = segregation_send(:'good'::segregation) AS same;
-- version 1, 3 zero bytes, groups 4, unknown 8, empty 8, rows 8, then 8 each: places count from 0
SELECT what, received('two', b) FROM (SELECT segregation_send(:'good'::segregation) AS g) AS t, LATERAL (VALUES
	(1, 'as sent', g), (2, 'no bytes', ''::bytea), (3, 'a byte less', substr(g, 1, length(g) - 1)), (4, 'a byte more', g || '\x00'::bytea), (5, 'version 2', set_byte(g, 0, 2)),
	(6, 'reserved', set_byte(g, 2, 1)), (7, '3 groups', set_byte(g, 7, 3)), (8, '1 group', set_byte(g, 7, 1)), (9, '2^32-1 groups', overlay(g placing '\xffffffff'::bytea from 5)),
	(10, 'unknown -1', overlay(g placing '\xffffffffffffffff'::bytea from 9)), (11, 'empty -1', overlay(g placing '\xffffffffffffffff'::bytea from 17)),
	(12, '2 rows', set_byte(g, 31, 2)), (13, 'no rows', set_byte(g, 31, 0)), (14, '2^62 rows', set_byte(g, 24, 64)), (15, '-1 rows', overlay(g placing '\xffffffffffffffff'::bytea from 25)),
	(16, 'a count -1', overlay(g placing '\xffffffffffffffff'::bytea from 33)), (17, 'no unit of it', set_byte(g, 55, 0)), (18, 'a unit of nobody', overlay(g placing '\x00000000000000000000000000000000'::bytea from 33)),
	(19, 'people beyond bigint', overlay(g placing '\x7fffffffffffffff7fffffffffffffff'::bytea from 33)),
	(20, 'a row twice', set_byte(g, 31, 2) || substr(g, 33)), (21, 'rows that fall', set_byte(g, 31, 2) || set_byte(substr(g, 33), 7, 1)), (22, 'rows that rise', set_byte(g, 31, 2) || set_byte(substr(g, 33), 0, 1))
) AS v (n, what, b) ORDER BY n;
SELECT what, received('many', b) FROM (SELECT segregation_send(:'good'::segregation) AS g) AS t, LATERAL (VALUES
	(1, 'as sent', g), (2, 'no groups', set_byte(g, 7, 0)), (3, 'no groups, no rows', substr(set_byte(set_byte(g, 7, 0), 31, 0), 1, 32)), (4, '1001 groups', overlay(g placing '\x000003e9'::bytea from 5))
) AS v (n, what, b) ORDER BY n;
-- long work can be cancelled
CREATE TABLE large AS SELECT segregation(1e12 + i, 3e12 + i) AS s FROM generate_series(1, 50) AS i;
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '100ms';
SELECT mutual_information_expected(s) FROM large;
SELECT dissimilarity_bias_corrected(s) FROM large;
SELECT gini_expected(s, 1000000) FROM large;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '5 s' AS cancelled_soon;
-- stored bytes: version 1, 3 zero bytes, groups 4, 4 zero bytes, unknown 8, empty 8, rows 8, then 8 each; a newer version is told from damage
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS segregation LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(value segregation, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT what, error_of(format('SELECT raw(%L)::text', b)) FROM (SELECT bytes(segregation(1, 3)) AS g) AS t, LATERAL (VALUES
	(1, 'as made', g), (2, 'no bytes', ''::bytea), (3, 'version 2', set_byte(g, 0, 2)), (4, 'version 2, cut short', '\x02'::bytea), (5, 'version 0', set_byte(g, 0, 0)), (6, 'a byte less', substr(g, 1, length(g) - 1)), (7, 'a byte more', g || '\x00'::bytea),
	(8, '3 groups', set_byte(g, 4, 3)), (9, '2^32-1 groups', overlay(g placing '\xffffffff'::bytea from 5)), (10, '2 rows', set_byte(g, 28, 2)), (11, '-1 rows', overlay(g placing '\xffffffffffffffff'::bytea from 29)), (12, '2^61 rows', set_byte(g, 35, 32))
) AS v (n, what, b) ORDER BY n;
DROP SCHEMA segregation_bad_input CASCADE;
