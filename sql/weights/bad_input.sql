-- What is no weights value, and arguments that cannot be.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_bad_input;
SET search_path = weights_bad_input, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN detail = '' THEN '' ELSE ': ' || detail END || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
-- text
SELECT t, error_of(format('SELECT %L::weights', t)) FROM (VALUES
	(1, ''), (2, '  '), (3, 'x'), (4, '{'), (5, '{}}'), (6, '{},'), (7, '[]'), (8, '{1}'), (9, '{1:}'), (10, '{1:{}'), (11, '{1:{'), (12, '{1:{2}}'), (13, '{1:{1},}'), (14, '{1:{1,}}'),
	(15, '{1:{,1}}'), (16, '{,1:{}}'), (17, '{1:{} 2:{}}'), (18, '{1:{1 1}}'), (19, '{1:{1::1}}'), (20, '{1:{1:}}'), (21, '{1:{1:-1}}'), (22, '{1:{1:nan}}'), (23, '{1:{1:inf}}'), (24, '{1:{1:1e999}}'),
	(25, '{1:{1:0x1p3}}'), (26, '{1:{1:1e}}'), (27, '{1:{1:1.5.5}}'), (28, '{1:{1:+}}'), (29, '{1:{1:.}}'), (30, '{1:{1:-1e-400}}'), (31, '{9223372036854775808:{}}'), (32, '{-9223372036854775809:{}}'), (33, '{1.5:{}}'), (34, '{a:{}}'),
	(35, '{-:{}}'), (36, '{1:{},1:{}}'), (37, '{1:{1,1}}'), (38, '{1:{1:2,1:3}}'), (39, '{1:{2},2:{3}}'), (40, '{1:{}} x'), (41, '{1 :{æøåæøåæøåæøåæøåæøå}}'), (42, '{1:{1:1,5}}')) AS s(n, t) ORDER BY n;
SELECT error_of(format('SELECT %L::weights', '{1:{1:' || repeat('0', 3000) || '}}')) AS long_number, error_of(format('SELECT %L::weights', '{' || repeat('0', 3000) || '1:{}}')) AS long_id;
-- binary: the server reads it as COPY does
CREATE TABLE bytes (b bytea);
CREATE TABLE read (w weights);
CREATE FUNCTION recv(bytes bytea) RETURNS weights LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/weights_bad_input.bin';
	result weights;
BEGIN
	TRUNCATE bytes, read;
	INSERT INTO bytes VALUES (bytes);
	EXECUTE format('COPY bytes TO %L (FORMAT binary)', file);
	EXECUTE format('COPY read FROM %L (FORMAT binary)', file);
	SELECT w INTO result FROM read;
	RETURN result;
END
$$;
-- {1:{2,3},2:{1},3:{}}: version, flags, 3 areas, 3 links; id 1, 2 links, places 1 and 2; id 2, 1 link, place 0; id 3, no link
SELECT weights_send('{1:{2,3},2:{1},3:{}}')::text AS good, weights_send('{1:{2:0.5},2:{}}')::text AS weighted \gset
SELECT recv(:'good'), recv(:'weighted');
SELECT what, error_of(format('SELECT recv(%L)', b)) FROM (VALUES
	(1, 'nothing', '\x'), (2, '9 bytes', left(:'good', 20)), (3, 'head alone', left(:'good', 22)), (4, 'version 0', overlay(:'good' placing '00' from 3)), (5, 'version 2', overlay(:'good' placing '02' from 3)),
	(6, 'flags 2', overlay(:'good' placing '02' from 5)), (7, 'flags 0', overlay(:'good' placing '00' from 5)), (8, '2^32-1 areas', overlay(:'good' placing 'ffffffff' from 7)), (9, '2^32-1 links', overlay(:'good' placing 'ffffffff' from 15)),
	(10, '6 areas, no link', overlay(:'good' placing '0000000400000000' from 7)), (11, 'id 9 first', overlay(:'good' placing '0000000000000009' from 23)), (12, 'id 2 twice', overlay(:'good' placing '0000000000000002' from 23)),
	(13, '3 links of 1', overlay(:'good' placing '00000003' from 39)), (14, '2^32-1 links of 1', overlay(:'good' placing 'ffffffff' from 39)), (15, '1 link of 1', overlay(:'good' placing '00000001' from 39)),
	(16, 'place 3', overlay(:'good' placing '00000003' from 55)), (17, 'place 2^32-1', overlay(:'good' placing 'ffffffff' from 55)), (18, 'places fall', overlay(:'good' placing '0000000200000001' from 47)), (19, 'a place twice', overlay(:'good' placing '0000000100000001' from 47)),
	(20, 'one byte less', left(:'good', -2)), (21, 'one byte more', :'good' || '00'), (22, 'NaN', overlay(:'weighted' placing '7ff8000000000000' from 55)), (23, 'infinity', overlay(:'weighted' placing '7ff0000000000000' from 55)),
	(24, '-0.5', overlay(:'weighted' placing 'bfe0000000000000' from 55)), (25, '-0', overlay(:'weighted' placing '8000000000000000' from 55)), (26, 'all 1', overlay(:'weighted' placing '3ff0000000000000' from 55)), (27, 'links of the last', overlay(:'good' placing '00000001' from 103))
) AS s(n, what, b) ORDER BY n;
-- arguments
SELECT q, error_of('SELECT ' || q) FROM (VALUES
	(1, $$standardize('{}', 'X')$$), (2, $$standardize('{}', '')$$), (3, $$standardize('{1:{1:1e308,2:1e308},2:{}}', 'W')$$), (4, $$standardize('{1:{1:1e308,2:1e308},2:{}}', 'C')$$), (5, $$standardize('{1:{1:1e308,2:1e308},2:{}}', 'S')$$),
	(6, $$standardize('{1:{1:1e308},2:{1:1e308}}', 'minmax')$$), (7, $$standardize('{1:{1:1e308,2:1e308},2:{1:1e308}}', 'minmax')$$), (8, $$symmetrize('{}', 'median')$$), (9, $$higher_order('{}', 0)$$), (10, $$higher_order('{}', -1)$$), (11, $$with_self('{1:{}}', -1)$$), (12, $$with_self('{1:{}}', 'NaN')$$),
	(13, $$with_self('{1:{}}', 'Infinity')$$), (14, $$subset('{1:{}}', '{2}')$$), (15, $$subset('{1:{}}', '{1,NULL}')$$), (16, $$neighbors('{1:{}}', 2)$$), (17, $$weights_to_gal('{}', 'a b')$$), (18, $$weights_to_gal('{}', '', 'id')$$), (19, $$weights_to_gwt('{}', 'a', E'i\nd')$$),
	(20, $$standardize('{1:{2:1e-320},2:{}}', 'C')$$), (21, $$weights_from_gwt('0', '{NULL}')$$), (22, $$symmetrize('{1:{2:1e308},2:{1:1e308}}', 'mean')$$)) AS s(n, q) ORDER BY n;
-- GAL
SELECT t, error_of(format('SELECT weights_from_gal(%L)', t)) FROM (VALUES
	(1, ''), (2, E'\n \n'), (3, 'x'), (4, '-1'), (5, '0 -1 a b'), (6, '1 2 a b'), (7, '0 x a b'), (8, '0'), (9, '1'), (10, E'1\n1'), (11, E'1\n1 0 0'), (12, E'1\n1 -1'), (13, E'1\n1 1'), (14, E'1\n1 2\n1'), (15, E'1\n1 1\n1 1'),
	(16, E'1\n1 1\n2'), (17, E'2\n1 1\n1\n1 0'), (18, E'1\n1 2\n1 1'), (19, E'1\nA01 0'), (20, E'1\n1 1\nA01'), (21, E'1\n1 0\n2 0'), (22, E'3\n1 0\n2 0'), (23, E'1\n9223372036854775808 0'), (24, E'1\n1 9223372036854775807\n1'), (25, E'1\n1.0 0'), (26, '9223372036854775807')) AS s(n, t) ORDER BY n;
-- GWT
SELECT t, error_of(format('SELECT weights_from_gwt(%L)', t)) FROM (VALUES
	(1, ''), (2, E'0 2 a b\n1'), (3, E'0 2 a b\n1 2'), (4, E'0 2 a b\n1 2 x'), (5, E'0 2 a b\n1 2 1 1'), (6, E'0 2 a b\n1 2 -1'), (7, E'0 2 a b\n1 2 nan'), (8, E'0 2 a b\n1 2 1e999'), (9, E'0 2 a b\nA B 1'), (10, E'0 2 a b\n1 2 1\n1 2 1'), (11, E'0 3 a b\n1 2 1'), (12, E'0 1 a b\n1 2 1'), (13, E'2\n1 2 1x'), (14, E'2\n1 2 0x10')) AS s(n, t) ORDER BY n;
SELECT error_of($$SELECT weights_from_gwt(E'2\n1 2 1', '{1}')$$) AS not_among, error_of($$SELECT weights_from_gwt(E'2\n1 2 1', '{1,2,3}')$$) AS more;
-- what takes long can be cancelled
CREATE TABLE large AS SELECT weights_agg(i, (i + d * d * 37) % 300000) AS w FROM generate_series(0, 299999) AS i, generate_series(1, 6) AS d;
\set VERBOSITY sqlstate
SET statement_timeout = '100ms';
SELECT clock_timestamp() AS began \gset
SELECT weights_hash(higher_order(w, 20, true)) FROM large;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon \gset
\echo :cancelled_soon
SELECT clock_timestamp() AS began \gset
SELECT count(*) FROM large, links(w);
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon \gset
\echo :cancelled_soon
SELECT clock_timestamp() AS began \gset
SELECT w::text::weights = w FROM large;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon \gset
\echo :cancelled_soon
SELECT clock_timestamp() AS began \gset
SELECT weights_from_gwt(weights_to_gwt(w)) = w FROM large;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon \gset
\echo :cancelled_soon
RESET statement_timeout;
DROP SCHEMA weights_bad_input CASCADE;
