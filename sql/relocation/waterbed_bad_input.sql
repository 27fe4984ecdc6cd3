-- What is no person, no place, no text and no bytes of a waterbed value.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA waterbed_bad_input;
SET search_path = waterbed_bad_input, monitor, public;
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
SELECT v, error_of(format('SELECT waterbed(%s) IS NOT NULL', v)) FROM unnest(ARRAY['-4, 1, 1, 1, true, true', '1, -3, 1, 1, true, true', '-5, 1, 1, 1, true, true', '1, -5, 1, 1, true, true',
	'(-9223372036854775808)::bigint, 1, 1, 1, true, true', '1, (-9223372036854775808)::bigint, 1, 1, true, true', '9223372036854775807, 9223372036854775807, 1, 1, true, true', '-5, 1, 1, 1, false, true',
	'1, 1, ''NaN'', 1, true, true', '1, 1, 1, ''NaN'', true, true', '1, 1, ''Infinity'', 1, true, true', '1, 1, 1, ''-Infinity'', true, true', '1, 1, 1.1e9, 1, true, true', '1, 1, 1e9, -1e9, true, true', '1, 1, ''NaN'', 1, false, true',
	'1, 1, 1, 1, NULL, true', '1, 1, 1, 1, true, NULL', 'NULL, NULL, NULL, NULL, true, true', '1, 1, 1, 1, true, true, -1', '1, 1, 1, 1, true, true, NULL', '1, 1, 1, 1, true, true, 9223372036854775807', '1, 1, 1, 1, true, true, 922337203685477',
	'1, 1, 1e9, 1, true, true, 922336', '1, 1, 1e9, 1e9, true, true, 461168', '1, 1, 1e9, 1e9, true, true, 461169', '1, 1, 1e9, 1, true, true, 922338', '1, 1, 1, 1e9, true, true, 922338', '1, 1, NULL, 1e9, true, true, 922338', '1, 1, 1e9, NULL, true, true, 922338',
	'-4, 1, true, true', '1, -3, true, true', '1, 1, true, true, -1', '1, 1, true, true, NULL', '1, 1, true, NULL, 922337203685478', '1, 1, 0.5, true, true, true', '1, 1, true, true, 1.5']) WITH ORDINALITY AS t (v, n) ORDER BY n;
-- sums beyond bigint and beyond 128 bits
SELECT error_of('SELECT waterbed(1, 1, 1e9, 1, true, true, 500000) FROM generate_series(1, 2)'), error_of('SELECT waterbed(1, i, 1e9, 1, true, true, 500000) FROM generate_series(1, 2) AS i');
SELECT error_of('SELECT waterbed(1, i, true, true, 500000000000000) FROM generate_series(1, 2) AS i'), error_of('SELECT rollup(w) FROM (SELECT waterbed(1, i, true, true, 500000000000000) AS w FROM generate_series(1, 2) AS i GROUP BY i) AS s');
SELECT error_of('SELECT w + w FROM (SELECT waterbed(1, 1, true, NULL, 500000000000000) AS w) AS s'), error_of('SELECT w - w - w FROM (SELECT waterbed(1, 1, true, NULL, 5) AS w) AS s');
SELECT v, error_of(format('SELECT %L::waterbed', v)) FROM unnest(ARRAY['', '{', '{}', 'null', '{"unit": 1, "pairs": []}', '{"unit": 10000, "pairs": []}', ' { "unit" :10000,"pairs" : [ ] } ', '{"unit": 10000, "pairs": []} x', '{"unit": 10000, "pairs": [[]]}', '{"unit": 10000, "pairs": [[1]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[-4, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, -3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[-3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, -4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[-3, -4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]}',
	'{"unit": 10000, "pairs": [[null, null, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9223372036854775807]]}', '{"unit": 10000, "pairs": [[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9223372036854775808]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 10000, 0, 0, 0, 100000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, 1, 10000, 0, 2, 0, 100000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, 1, 10000, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 20000000000000, 0, 1, 0, 400000000000000000000000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 10000, 10000, 1, 10000, 100000000, 200000000, 100000000, 100000000, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, 1, 10000, 10000, 1, 10000, 100000000, 100000000, 100000000, 200000000, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 0, 0, 1, 0, 170141183460469231731687303715884105727, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, 1, 0, 0, 1, 0, 170141183460469231731687303715884105728, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}', '{"unit": 10000, "pairs": [[1, 1, 900000000000000, 0, 0, 900000000000000, 0, 17000000000000000000000000000000000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}',
	'{"unit": 10000, "pairs": [[2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of($$SELECT rollup(w) FROM (SELECT '{"unit": 10000, "pairs": [[1, 1, 1000000000000, 0, 0, 1000000000000, 0, 90000000000000000000000000000000000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]}'::waterbed AS w FROM generate_series(1, 2)) AS s$$);
-- bytes, by way of a file of COPY
CREATE TABLE bytes (what text, data bytea);
CREATE TABLE good AS SELECT waterbed_send(waterbed(a, b, x, y)) AS data FROM (VALUES (1, 1, true, false), (1, 2, NULL, true), (2, 2, true, NULL), (2, 2, NULL, NULL)) AS v (a, b, x, y);
SELECT length(data) FROM good;
INSERT INTO bytes SELECT 'as sent', data FROM good;
INSERT INTO bytes SELECT 'nothing', '';
INSERT INTO bytes SELECT 'head of nobody', '\x010000000000000000000000';
INSERT INTO bytes SELECT 'version', set_byte(data, 0, 2) FROM good;
INSERT INTO bytes SELECT 'reserved', set_byte(data, 3, 1) FROM good;
INSERT INTO bytes SELECT 'cut short', substr(data, 1, length(data) - 1) FROM good;
INSERT INTO bytes SELECT 'a byte more', data || '\x00' FROM good;
INSERT INTO bytes SELECT 'fewer pairs', set_byte(data, 11, 2) FROM good;
INSERT INTO bytes SELECT 'huge number of pairs', set_byte(data, 4, 127) FROM good;
INSERT INTO bytes SELECT 'negative number of pairs', set_byte(data, 4, 255) FROM good;
INSERT INTO bytes SELECT 'a number of pairs that wraps', set_byte(data, 5, 64) FROM good;
INSERT INTO bytes SELECT 'no order', substr(data, 1, 12) || substr(data, 213, 200) || substr(data, 13, 200) || substr(data, 413) FROM good;
INSERT INTO bytes SELECT 'a pair twice', substr(data, 1, 12) || substr(data, 13, 200) || substr(data, 13, 200) || substr(data, 413) FROM good;
INSERT INTO bytes SELECT 'no such place', set_byte(set_byte(data, 12, 255), 19, 0) FROM good;
INSERT INTO bytes SELECT 'negative persons', set_byte(data, 28, 255) FROM good;
INSERT INTO bytes SELECT 'squares', set_byte(data, 70, 255) FROM good;
CREATE FUNCTION received(data bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	path text := current_setting('data_directory') || '/waterbed_bytes.bin';
	header CONSTANT bytea := '\x5047434f50590aff0d0a00' || int4send(0) || int4send(0);
	file oid;
	result text;
BEGIN
	file := lo_from_bytea(0, header || int2send(1::int2) || int4send(length(data)) || data || int2send((-1)::int2));
	PERFORM lo_export(file, path);
	PERFORM lo_unlink(file);
	CREATE TEMP TABLE IF NOT EXISTS taken (w waterbed);
	TRUNCATE taken;
	EXECUTE format('COPY taken FROM %L (FORMAT binary)', path);
	SELECT w::text INTO result FROM taken;
	RETURN CASE WHEN (SELECT waterbed_send(w) FROM taken) = data THEN 'the same' ELSE 'other: ' || result END;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ' ' || SQLERRM;
END
$$;
SELECT what, received(data) FROM bytes;
-- every byte changed: taken as another value or refused, never a crash
SELECT count(*), count(*) FILTER (WHERE r LIKE 'other%') AS odd, bool_and(r = 'the same' OR r LIKE '22P03%' OR r LIKE '22003%') AS refused_or_taken FROM good, generate_series(0, 611, 3) AS i, LATERAL received(set_byte(data, i, get_byte(data, i) # 129)) AS r;
SELECT v, error_of(format('SELECT waterbed_merge(w, %s) FROM (SELECT waterbed(a, 3 - a, true, true) AS w FROM generate_series(1, 2) AS a) AS s', v)) FROM unnest(ARRAY['''{1,2}'', ''{1}''', '''{}'', ''{}''', '''{1}'', ''{1}''', '''{1,2,1}'', ''{1,1,1}''', '''{1,2}'', ''{0,1}''',
	'''{1,2}'', ''{-3,1}''', '''{0,1,2}'', ''{1,1,1}''', '''{1,NULL}'', ''{1,1}''', '''{1,2}'', ''{1,NULL}''', '''{{1,2}}'', ''{{1,1}}''', '''[3:4]={1,2}'', ''{7,8}''', 'NULL, ''{}''']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT v, error_of(format('SELECT array_agg(p.origin) FROM (SELECT waterbed(a, 3 - a, true, true) AS w FROM generate_series(1, 2) AS a) AS s, waterbed_pairs(waterbed_from(w, %s)) AS p', v)) AS "from",
	error_of(format('SELECT array_agg(p.origin) FROM (SELECT waterbed(a, 3 - a, true, true) AS w FROM generate_series(1, 2) AS a) AS s, waterbed_pairs(waterbed_without_leavers(w, %s)) AS p', v)) AS without
FROM unnest(ARRAY['''{}''', '''{1}''', '''{1,1}''', '''{2,1,2}''', '''{0,77}''', '''{{1,2}}''', '''[3:3]={2}''', '''{1,-1}''', '''{-9223372036854775808}''', '''{1,NULL}''', 'NULL']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of('SELECT waterbed_from(NULL, ''{1}'')'), error_of('SELECT waterbed_without_leavers(NULL, ''{-1}'')');
SELECT v, error_of(format('SELECT count(*) FROM waterbed_areas((SELECT waterbed(1, 1, true, true)), %s)', v)) FROM unnest(ARRAY['0', '1', '''NaN''', '-1', '0.9', 'NULL']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of('SELECT chain(NULL, w) FROM (SELECT waterbed(1, 1, true, true) AS w) AS s'), error_of('SELECT chain(NULL, NULL::waterbed)');
SELECT error_of('SELECT chain(i, w) FROM (SELECT waterbed(1, 1, true, true) AS w) AS s, unnest(''{3,1,3}''::int[]) AS i');
SELECT error_of($$SELECT cardinality(chain(i, w)) FROM (SELECT waterbed(1, 1, true, true) AS w) AS s, unnest('{-9223372036854775808,9223372036854775807,0}'::bigint[]) AS i$$);
-- stored bytes: version 1, 3 zero bytes, number of pairs 8, then 208 a pair; a newer version is told from damage
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS waterbed LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(value waterbed, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT what, error_of(format('SELECT raw(%L)::text', b)) FROM (SELECT bytes((SELECT waterbed(a, b, true, false) FROM (VALUES (1, 1), (1, 2)) AS v (a, b))) AS g) AS t, LATERAL (VALUES
	(1, 'as made', g), (2, 'no bytes', ''::bytea), (3, 'version 2', set_byte(g, 0, 2)), (4, 'version 2, cut short', '\x02'::bytea), (5, 'version 0', set_byte(g, 0, 0)), (6, 'a byte less', substr(g, 1, length(g) - 1)), (7, 'a byte more', g || '\x00'::bytea),
	(8, 'fewer pairs', set_byte(g, 4, 1)), (9, 'more pairs', set_byte(g, 4, 3)), (10, 'a million pairs', set_byte(g, 6, 16)), (11, '2^62 pairs', set_byte(g, 11, 64)), (12, '-1 pairs', overlay(g placing '\xffffffffffffffff'::bytea from 5)), (13, 'a number of pairs that wraps', set_byte(g, 11, 16)), (14, 'no pairs', substr(set_byte(g, 4, 0), 1, 12))
) AS v (n, what, b) ORDER BY n;
DROP SCHEMA waterbed_bad_input CASCADE;
