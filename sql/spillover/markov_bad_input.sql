-- What is no class, no period, no text and no bytes of status dynamics.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA markov_bad_input;
SET search_path = markov_bad_input, monitor, public;
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
SELECT v, error_of(format('SELECT markov(%s)', v)) FROM unnest(ARRAY['NULL, 2020, 1', '1, NULL, 1', '1, 2020, 0', '1, 2020, -1', '1, 2020, 1001', '1, 2020, 1000', '1, 2020, 2147483647', '1, 2020, 1, 0', '1, 2020, 1, 1001', '1, 2020, NULL, 0', '1, 2020, NULL, NULL']) WITH ORDINALITY AS t (v, n) ORDER BY n;
-- a period twice, also where the class is not known or the same, whatever stands between
SELECT error_of('SELECT markov(area, year, class) FROM (VALUES (7, 2020, 1), (8, 2020, 1), (7, 2021, 1), (7, 2020, 1)) AS v (area, year, class)'), error_of('SELECT markov(7, 2020, class) FROM (VALUES (NULL::int), (NULL)) AS v (class)');
SELECT v, error_of(format('SELECT markov_counts(%s)', v)) FROM unnest(ARRAY['0, 1, 1', '1, 0, 1', '1, 1001, 1', '1, 1, -1', '1, 1, 9223372036854775807', '1, 2, 3, 0', '1, 2, 3, 1001', '1, 2, 0, 1001', '1, 2, NULL, 1001']) WITH ORDINALITY AS t (v, n) ORDER BY n;
-- more than bigint holds: of a cell, of all together, of parts, of rows left out
SELECT error_of('SELECT markov_counts(1, 1, 9223372036854775807) FROM generate_series(1, 2)'), error_of('SELECT markov_counts(i, 1, 4611686018427387904) FROM generate_series(1, 2) AS i');
SELECT error_of($$SELECT m + m FROM (SELECT '{"unknown": 0, "gaps": 0, "transitions": [[1, 1, 1, 4611686018427387904]]}'::markov AS m) AS s$$), error_of($$SELECT m + m FROM (SELECT '{"unknown": 9223372036854775807, "gaps": 0, "transitions": []}'::markov AS m) AS s$$), error_of($$SELECT rollup(m) FROM (SELECT '{"unknown": 0, "gaps": 9223372036854775807, "transitions": []}'::markov AS m FROM generate_series(1, 2)) AS s$$);
-- counts at the ends of bigint have figures
SELECT p > 0 AS above, low <= p AND p <= high AS inside FROM (SELECT markov_counts(f, t, n) AS m FROM (VALUES (1, 1, 4611686018427387903), (1, 2, 1), (2, 1, 4611686018427387900)) AS v (f, t, n)) AS s, markov_table(m) WHERE class_from = 1;
SELECT class_from, class_to, periods > 0 AS known, probability FROM (SELECT markov_counts(f, t, n) AS m FROM (VALUES (1, 1, 4611686018427387903), (1, 2, 1), (2, 1, 4611686018427387900)) AS v (f, t, n)) AS s, markov_passages(m);
SELECT count(steady_state), sum(steady_state) BETWEEN 1 - 1e-15 AND 1 + 1e-15 AS sums_to_1 FROM (SELECT markov_counts(f, t, n) AS m FROM (VALUES (1, 1, 4611686018427387903), (1, 2, 1), (2, 1, 4611686018427387900)) AS v (f, t, n)) AS s, markov_classes(m);
-- arguments of what reads a value
CREATE TABLE one AS SELECT markov_counts(f, t, 1) AS m FROM generate_series(1, 4) AS f, generate_series(1, 4) AS t;
SELECT v, error_of(format('SELECT count(*) FROM one, %s', v)) FROM unnest(ARRAY['markov_table(m, 0)', 'markov_table(m, 1)', 'markov_table(m, ''NaN'')', 'markov_table(m, NULL)', 'markov_mobility(m, ''Steady'')', 'markov_mobility(m, '''')', 'markov_mobility(m, NULL)',
	'markov_moves(m, ''{1,2}'', ''{1,1}'')', 'markov_moves(m, ''{1,2,2,1}'', ''{1,1,2}'')', 'markov_moves(m, ''{1,2,2,1}'', ''{1,2,2,1}'')', 'markov_moves(m, ''{1,2,3,4}'', ''{1,1,1,1}'')', 'markov_moves(m, ''{}'', ''{}'')', 'markov_moves(m, ''{0,1,1,0}'')', 'markov_moves(m, ''{1,2,NULL,1}'')', 'markov_moves(m, ''{{1,2},{2,1}}'')',
	'markov_moves(m, ''{1,2000000000,2,1}'')', 'markov_moves(m, ''{1}'', ''{1}'')', 'markov_moves_test(m, ''{1,2}'', ''{1,1}'')', 'markov_moves_test(m, NULL)']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of('SELECT (SELECT markov_table(m)) FROM one') ~ '^(no error|0A000|21000)' AS in_select;

-- Text.
\set good '{"unknown": 0, "gaps": 1, "transitions": [[null, 1, 2, 3]]}'
SELECT n, error_of(format('SELECT %L::markov', t)) FROM unnest(ARRAY['', '{', 'null', '{}', '[]', :'good', ' ' || replace(:'good', ' ', '') || E'\n', :'good' || ' x', replace(:'good', '}', ''), replace(:'good', '"unknown": 0', '"unknown": -1'), replace(:'good', '"gaps": 1', '"gaps": 9223372036854775808'), replace(:'good', '"gaps": 1', '"gaps": 1.5'),
	replace(:'good', '"gaps": 1', '"gaps": null'), replace(:'good', '[null, 1, 2, 3]', '[1, 2, 3]'), replace(:'good', '[null, 1, 2, 3]', '[null, 1, 2, 3],'), replace(:'good', 'null', '0'), replace(:'good', 'null', '1000'), replace(:'good', 'null', '1001'), replace(:'good', 'null', '-1'), replace(:'good', '1, 2', '0, 2'), replace(:'good', '1, 2', '1001, 2'),
	replace(:'good', '1, 2', '1, 0'), replace(:'good', '2, 3', '2, 0'), replace(:'good', '2, 3', '2, -3'), replace(:'good', '2, 3', '2, 3e1'), replace(:'good', '2, 3', '2, 9223372036854775807'), replace(:'good', '2, 3', '2, 9223372036854775808'), replace(:'good', '2, 3', '2, 99999999999999999999'), replace(:'good', '[null, 1, 2, 3]', '[2, 1, 1, 1], [null, 1, 2, 3], [null, 1, 2, 3]'),
	replace(:'good', '[null, 1, 2, 3]', '[null, 1, 2, 9223372036854775807], [null, 1, 1, 1]'), replace(:'good', '[[null, 1, 2, 3]]', '[]')]) WITH ORDINALITY AS u (t, n) ORDER BY n;

-- Bytes, in a file that COPY reads in binary form.
CREATE TABLE bytes (b bytea);
CREATE TABLE received_one (m markov);
CREATE FUNCTION received(b bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/markov_bad_input.bin';
BEGIN
	TRUNCATE bytes, received_one;
	INSERT INTO bytes VALUES (b);
	EXECUTE format('COPY bytes TO %L (FORMAT binary)', file);
	BEGIN
		EXECUTE format('COPY received_one FROM %L (FORMAT binary)', file);
		RETURN (SELECT m FROM received_one);
	EXCEPTION WHEN OTHERS THEN
		RETURN SQLSTATE || ' ' || SQLERRM;
	END;
END
$$;
\set two '{"unknown": 0, "gaps": 1, "transitions": [[null, 1, 2, 3], [1, 1, 2, 4]]}'
SELECT markov_send(:'two'::markov) AS sent;
-- version 1, 3 zero bytes, unknown 8, gaps 8, cells 8, then 4 + 4 + 4 + 8 a cell: places count from 0
SELECT what, received(b) FROM (SELECT markov_send(:'two'::markov) AS g) AS t, LATERAL (VALUES
	(1, 'as sent', g), (2, 'no bytes', ''::bytea), (3, 'a byte less', substr(g, 1, length(g) - 1)), (4, 'a byte more', g || '\x00'::bytea), (5, 'version 2', set_byte(g, 0, 2)), (6, 'reserved', set_byte(g, 3, 1)),
	(7, 'unknown -1', overlay(g placing '\xffffffffffffffff'::bytea from 5)), (8, 'gaps -1', overlay(g placing '\xffffffffffffffff'::bytea from 13)), (9, '1 cell', set_byte(g, 27, 1)), (10, '3 cells', set_byte(g, 27, 3)), (11, '2^62 cells', set_byte(g, 20, 64)), (12, '-1 cells', overlay(g placing '\xffffffffffffffff'::bytea from 21)),
	(13, 'lag class 1001', overlay(g placing '\x000003e9'::bytea from 49)), (14, 'lag class -1', overlay(g placing '\xffffffff'::bytea from 29)), (15, 'from 0', set_byte(g, 35, 0)), (16, 'from 1001', overlay(g placing '\x000003e9'::bytea from 33)), (17, 'to 0', set_byte(g, 39, 0)), (18, 'to -1', overlay(g placing '\xffffffff'::bytea from 37)),
	(19, 'no transitions', set_byte(g, 47, 0)), (20, '-1 transitions', overlay(g placing '\xffffffffffffffff'::bytea from 41)), (21, 'a cell twice', set_byte(g, 51, 0)), (22, 'cells that fall', set_byte(g, 31, 2)), (23, 'more than bigint', overlay(overlay(g placing '\x7fffffffffffffff'::bytea from 41) placing '\x7fffffffffffffff'::bytea from 61)), (24, 'head only', substr(set_byte(g, 27, 0), 1, 28))
) AS v (n, what, b) ORDER BY n;

-- Order of areas between two periods.
CREATE TABLE map AS SELECT weights_agg(i, j, 1) AS w FROM (VALUES (1, 2), (2, 1)) AS v (i, j);
SELECT v, error_of(format('SELECT %s FROM map', v)) FROM unnest(ARRAY['kendall_tau(''NaN'', 1)', 'kendall_tau(1, ''Infinity'')', 'kendall_tau(NULL, ''NaN'')', 'rank_theta(1, ''-Infinity'', 1)', 'rank_theta(1, 1, 1, -1, 1)', 'rank_theta(1, 1, 1, 1000001, 1)', 'rank_theta(1, 1, 1, NULL, 1)', 'rank_theta(1, 1, 1, 9, NULL)', 'rank_theta(NULL, ''NaN'', 1)']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT v, error_of(format('SELECT spatial_tau((SELECT w FROM map), %s) FROM map', v)) FROM unnest(ARRAY['NULL, 1, 1', '3, 1, 1', '1, ''NaN'', 1', '1, 1, ''Infinity''', '1, 1, 1, -1, 1', '1, 1, 1, 1000001, 1', '1, 1, 1, NULL, 1', '1, 1, 1, 9, NULL']) WITH ORDINALITY AS t (v, n) ORDER BY n;
SELECT error_of('SELECT spatial_tau((SELECT w FROM map), 1, 1, 1) FROM generate_series(1, 2)'), error_of('SELECT spatial_tau((SELECT w FROM map), i, 1, 1, i, 1) FROM generate_series(1, 2) AS i'), error_of('SELECT rank_theta(1, 1, 1, 9, i) FROM generate_series(1, 2) AS i'), error_of('SELECT spatial_tau(w, id, 1, 1) FROM (SELECT w, 1 AS id FROM map UNION ALL SELECT standardize(symmetrize(w), ''C''), 2 FROM map UNION ALL SELECT weights_agg(1, 2, 5), 3) AS s');

-- Long work can be cancelled: a sort of rows, a chain of 1,000 classes and its passages, a permutation.
CREATE TABLE long_rows AS SELECT (i * 7919::bigint) % 3000017 AS id, i AS period, 1 + i % 3 AS class FROM generate_series(1, 3000000) AS i;
CREATE TABLE long_chain AS SELECT markov_counts(1 + i % 1000, 1 + (i * 7 + i / 1000 * 13) % 1000, 1) AS m FROM generate_series(1, 50000) AS i;
\set VERBOSITY sqlstate
SET max_parallel_workers_per_gather = 0;
SET statement_timeout = '200ms';
SELECT clock_timestamp() AS began \gset
SELECT markov_summary(markov(id, period, class)) FROM long_rows;
SELECT count(*) FROM long_chain, markov_passages(m);
SELECT (rank_theta(id % 100, id, class, 1000000, 1)).theta FROM long_rows;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '10 s' AS cancelled_soon;
-- stored bytes: version 1, 3 zero bytes, unknown 8, gaps 8, cells 8, then cells of lag class, from, to and 4 zero bytes, 4 each, number 8; a newer version is told from damage
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS markov LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(value markov, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT what, error_of(format('SELECT raw(%L)::text', b)) FROM (SELECT bytes('{"unknown": 0, "gaps": 0, "transitions": [[1, 1, 2, 5], [2, 1, 1, 4], [3, 1, 1, 6]]}'::markov) AS g) AS t, LATERAL (VALUES
	(1, 'as made', g), (2, 'no bytes', ''::bytea), (3, 'version 2', set_byte(g, 0, 2)), (4, 'version 2, cut short', '\x02'::bytea), (5, 'version 0', set_byte(g, 0, 0)), (6, 'a byte less', substr(g, 1, length(g) - 1)), (7, 'a byte more', g || '\x00'::bytea),
	(8, '4 cells', set_byte(g, 20, 4)), (9, '2^62 cells', set_byte(g, 27, 64)), (10, '-1 cells', overlay(g placing '\xffffffffffffffff'::bytea from 21)), (11, 'lag classes that fall', substr(g, 1, 28) || substr(g, 53, 24) || substr(g, 29, 24) || substr(g, 77)), (12, 'a cell twice', substr(g, 1, 52) || substr(g, 29, 24) || substr(g, 77)),
	(13, 'lag classes in turns', substr(set_byte(set_byte(g, 20, 177), 21, 4), 1, 28) || decode(repeat(encode(substr(g, 29, 48), 'hex'), 600), 'hex') || substr(g, 29, 24)), (14, 'class 0', set_byte(g, 32, 0)), (15, 'class 1001', overlay(g placing '\xe9030000'::bytea from 37)), (16, 'no transitions', set_byte(g, 44, 0)), (17, 'transitions -5', set_byte(g, 51, 128))
) AS v (n, what, b) ORDER BY n;
DROP SCHEMA markov_bad_input CASCADE;
