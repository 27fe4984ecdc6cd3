-- Global spatial autocorrelation: what has no figure, and what is refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA association_global_bad_input;
SET search_path = association_global_bad_input, monitor, public;
SET extra_float_digits = -3;
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
-- each measure over areas (id, x) and weights given as text
CREATE FUNCTION measures(w text, area text) RETURNS TABLE (measure text, result text) LANGUAGE plpgsql AS $$
DECLARE
	call text;
BEGIN
	FOREACH call IN ARRAY ARRAY['moran(w, id, x', 'geary(w, id, x', 'getis_g(w, id, x', 'eb_moran(w, id, abs(x), 10 - abs(x)', 'lee(w, id, x, 3 - x', 'bivariate_moran(w, id, x, 3 - x',
		'join_count(w, id, x > 2', 'join_count_mixed(w, id, x > 2'] LOOP
		measure := split_part(call, '(', 1);
		result := error_of(format('SELECT %s, 9, 1) FROM (SELECT %L::weights AS w) AS m, (VALUES %s) AS a(id, x)', call, w, area));
		RETURN NEXT;
	END LOOP;
END
$$;
-- one, two, three areas
SELECT * FROM measures('{1:{}}', '(1, 1.0)');
SELECT * FROM measures('{1:{2},2:{1}}', '(1, 1.0), (2, 3.0)');
SELECT * FROM measures('{1:{2},2:{1,3},3:{2}}', '(1, 1.0), (2, 2.0), (3, 4.0)');
-- constant values; all islands; all weights 0; links to themselves only; no area; all NULL
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, 3.1), (2, 3.1), (3, 3.1), (4, 3.1)');
SELECT * FROM measures('{1:{},2:{},3:{},4:{}}', '(1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0)');
SELECT * FROM measures('{1:{2:0},2:{1:0},3:{4:0},4:{3:0}}', '(1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0)');
SELECT * FROM measures('{1:{1},2:{2},3:{3},4:{4}}', '(1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0)');
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, NULL), (2, NULL), (3, NULL), (4, 1.0::float8)');
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, NULL::float8), (2, NULL), (3, NULL)');
-- General G of a negative value, of zeros, of one value above zero
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, -1.0), (2, 2.0), (3, 4.0), (4, 5.0)') WHERE measure = 'getis_g';
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, 0.0), (2, 0.0), (3, 0.0), (4, 0.0)') WHERE measure = 'getis_g';
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, 0.0), (2, 2.0), (3, 0.0), (4, 0.0)') WHERE measure = 'getis_g';
-- numbers near the ends of their range
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3}}', '(1, 1e308), (2, -1e308), (3, 1e-308), (4, 0.0)') WHERE measure <> 'eb_moran';
SELECT * FROM measures('{1:{2:1e300},2:{1:1e300,3:1e-300},3:{2:1e-300,4:1},4:{3:1}}', '(1, 1.0), (2, 2.0), (3, 4.0), (4, 5.0)');
-- ids: twice, NULL, not in the weights, not in the data, of another set, at the ends of their range
SELECT * FROM measures('{1:{2},2:{1}}', '(1, 1.0), (2, 2.0), (1, 3.0)');
SELECT * FROM measures('{1:{2},2:{1}}', '(1, 1.0), (NULL, 2.0)');
SELECT * FROM measures('{1:{2},2:{1}}', '(1, 1.0), (2, 2.0), (3, 3.0)');
SELECT * FROM measures('{1:{2},2:{1,3},3:{2,4},4:{3,5},5:{4}}', '(1, 1.0), (2, 2.0), (3, 3.0), (4, 5.0)') WHERE measure IN ('moran', 'join_count');
SELECT * FROM measures('{11:{12},12:{11}}', '(1, 1.0), (2, 2.0)');
SELECT * FROM measures('{-9223372036854775808:{9223372036854775807},9223372036854775807:{-9223372036854775808}}', '(9223372036854775807, 1.0), (-9223372036854775808, 2.0)') WHERE measure = 'moran';
-- values
SELECT v, (SELECT string_agg(left(result, 60), '; ') FROM measures('{1:{2},2:{1}}', format('(1, 1.0), (2, %L::float8)', v)) WHERE measure NOT LIKE 'join%') FROM (VALUES ('NaN'), ('Infinity'), ('-Infinity')) AS s(v);
SELECT error_of($$SELECT eb_moran('{1:{2},2:{1}}'::weights, id, x, n) FROM (VALUES (1, 1, 2), (2, -1, 3)) AS s(id, x, n)$$);
SELECT error_of($$SELECT eb_moran('{1:{2},2:{1}}'::weights, id, x, n) FROM (VALUES (1, 1, 2), (2, 1, -3)) AS s(id, x, n)$$);
SELECT error_of($$SELECT eb_moran('{1:{2},2:{1}}'::weights, id, x, n) FROM (VALUES (1, 1, 2), (2, 1, 0)) AS s(id, x, n)$$);
SELECT error_of($$SELECT eb_moran('{1:{2},2:{1,3},3:{2}}'::weights, id, x, n) FROM (VALUES (1, 0, 2), (2, 0, 7), (3, 0, 5)) AS s(id, x, n)$$) AS no_events;
SELECT error_of($$SELECT eb_moran('{1:{2},2:{1,3},3:{2}}'::weights, id, x, n) FROM (VALUES (1, 1, 10), (2, 3, 30), (3, 7, 70)) AS s(id, x, n)$$) AS equal_rates;
-- permutations and seed
CREATE TABLE area AS SELECT id, id * id % 7 AS x FROM generate_series(1, 12) AS id;
CREATE TABLE map AS SELECT weights_agg(a.id, b.id) AS w FROM area AS a JOIN area AS b ON abs(a.id - b.id) = 1;
SELECT permutations, error_of(format('SELECT (moran(w, id, x, %s, 1)).p_permutation FROM map, area', coalesce(permutations, 'NULL')))
FROM unnest('{0,1,-1,1000001,-2147483648,2147483647,NULL}'::text[]) AS permutations;
SELECT error_of('SELECT (moran(w, id, x, 9, NULL)).p_permutation FROM map, area');
SELECT error_of('SELECT (moran(w, id, x, 9 + id::int, 1)).p_permutation FROM map, area');
SELECT error_of('SELECT (moran(w, id, x, 9, id)).p_permutation FROM map, area');
SELECT error_of('SELECT (moran(w, id, x, 9, 9223372036854775807)).p_permutation > 0 FROM map, area');
-- the weights: another in the group, NULL, NULL in some rows
SELECT error_of($$SELECT moran(CASE WHEN id < 9 THEN w ELSE '{1:{}}' END, id, x) FROM map, area$$);
SELECT error_of('SELECT moran(NULL::weights, id, x) FROM area');
SELECT error_of('SELECT moran(CASE WHEN id < 9 THEN w END, id, x) FROM map, area');
SELECT error_of($$SELECT moran('{1:{2}}', id, x) FROM area$$);
SELECT error_of('SELECT moran(w, id, x) FROM map, area WHERE id < 0');
-- other weights in line in each of many groups: they go with their group
CREATE FUNCTION used_memory(anything anyelement) RETURNS bigint LANGUAGE sql VOLATILE AS 'SELECT sum(used_bytes)::bigint FROM pg_backend_memory_contexts';
CREATE TABLE maps (g int, w weights);
ALTER TABLE maps ALTER w SET STORAGE plain;
INSERT INTO maps SELECT g, weights_agg(i, 1 + (i + g) % 100) FROM generate_series(1, 1000) AS g, generate_series(1, 100) AS i GROUP BY g;
SET enable_hashagg = off;
SELECT count(*), max(used) FILTER (WHERE g = 500) - max(used) FILTER (WHERE g = 10) < 300000 AS little_memory
FROM (SELECT g, used_memory(moran(w, i, i % 7)) AS used FROM (SELECT g, w, i FROM maps, generate_series(1, 100) AS i ORDER BY g OFFSET 0) AS s GROUP BY g ORDER BY g) AS t;
RESET enable_hashagg;
-- the method of weights built inside
CREATE TABLE block AS SELECT 10 * r + c AS id, r + c % 2 AS x, ST_MakeEnvelope(c, r, c + 1, r + 1) AS geom FROM generate_series(0, 3) AS r, generate_series(0, 3) AS c;
SELECT method, error_of(format('SELECT (moran(id, x, geom, %L)).n_used FROM block', method)) FROM unnest(ARRAY['queen', 'Queen', '', 'king', 'knn', 'knn 0', 'knn 16', 'distance -1', 'queen Z', NULL, repeat('q', 40)]) AS method;
SELECT error_of($$SELECT moran(id, x, geom, 'knn ' || id) FROM block WHERE id > 0$$);
SELECT error_of($$SELECT moran(NULL, x, geom, 'queen') FROM block$$);
SELECT error_of($$SELECT moran(id / 2, x, geom, 'queen') FROM block$$);
SELECT error_of($$SELECT moran(id, x, ST_SetSRID(geom, id), 'queen') FROM block$$);
SELECT error_of($$SELECT moran(id, x, geom, 'queen', -1, 1) FROM block$$);
SELECT error_of($$SELECT moran(id, x, geom, 'queen', 9, id) FROM block$$);
-- many permutations take long, but can be cancelled
CREATE TABLE many AS SELECT id, id * 7919 % 1000 AS x FROM generate_series(1, 100000) AS id;
CREATE TABLE large AS SELECT weights_agg(id, id + d) AS w FROM many, (VALUES (-300), (-1), (1), (300)) AS s(d) WHERE id + d BETWEEN 1 AND 100000;
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '500ms';
SELECT moran(w, id, x, 1000000, 1) FROM many, (SELECT w FROM large OFFSET 0) AS l;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '2 s' AS cancelled_soon;
DROP SCHEMA association_global_bad_input CASCADE;
