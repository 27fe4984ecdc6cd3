-- Twin areas: what is refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA spillover_twins_bad_input;
SET search_path = spillover_twins_bad_input, monitor, public;
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
CREATE TABLE area AS SELECT i::bigint AS id, (i * i % 7)::float8 AS a, (i * 3 % 5)::float8 AS b, i < 3 AS treated, ST_SetSRID(ST_MakePoint(i, 0), 25832) AS geom FROM generate_series(1, 10) AS i;
-- ids, k, method, limits
SELECT number, error_of(format('SELECT (twins(%s)).n_used FROM area', arguments)) FROM (VALUES
	(1, 'NULL, ARRAY[a, b], treated, true, 2'), (2, 'id % 5, ARRAY[a, b], treated, true, 2'), (3, 'id % 5, CASE WHEN id < 6 THEN ARRAY[a, b] END, treated, true, 2'),
	(4, 'id, ARRAY[a, b], treated, true, NULL'), (5, 'id, ARRAY[a, b], treated, true, 0'), (6, 'id, ARRAY[a, b], treated, true, -1'), (7, 'id, ARRAY[a, b], treated, true, id::int'), (8, 'id, ARRAY[a, b], treated, true, 2147483647'),
	(9, 'id, ARRAY[a, b], treated, true, 2, ''euclidean'''), (10, 'id, ARRAY[a, b], treated, true, 2, NULL'), (11, 'id, ARRAY[a, b], treated, true, 2, CASE WHEN id < 4 THEN ''standardised'' ELSE ''mahalanobis'' END'),
	(12, 'id, ARRAY[a, b], treated, true, 2, ''standardised'', -1'), (13, 'id, ARRAY[a, b], treated, true, 2, ''standardised'', ''NaN'''), (14, 'id, ARRAY[a, b], treated, true, 2, ''standardised'', ''Infinity'''), (15, 'id, ARRAY[a, b], treated, true, 2, ''standardised'', id'),
	(16, 'id, ARRAY[a, b], treated, true, 2, ''standardised'', CASE WHEN id < 4 THEN 1 END'), (17, 'id, ARRAY[a, b], treated, true, 2, ''standardised'', 0'),
	(18, 'id, geom, ARRAY[a, b], treated, true, 2, ''standardised'', 1, -1'), (19, 'id, geom, ARRAY[a, b], treated, true, 2, ''standardised'', 1, ''-Infinity'''), (20, 'id, geom, ARRAY[a, b], treated, true, 2, ''standardised'', 1, id'),
	(21, 'id, ST_SetSRID(geom, 25830 + id::int), ARRAY[a, b], treated, true, 2, ''standardised'', 1, 1'), (22, 'id, ST_SetSRID(ST_MakePoint(''NaN'', id), 25832), ARRAY[a, b], treated, true, 2, ''standardised'', 1, 1')) AS v (number, arguments) ORDER BY number;
-- x: not finite, of other lengths, of two dimensions, empty, too long
SELECT number, error_of(format('SELECT (twins(id, %s, treated, true, 2)).n_used FROM area', x)) FROM (VALUES
	(1, 'ARRAY[a, CASE id WHEN 4 THEN ''NaN'' ELSE b END]'), (2, 'ARRAY[a, CASE id WHEN 4 THEN ''Infinity'' ELSE b END]'), (3, 'ARRAY[NULL, CASE id WHEN 4 THEN ''-Infinity'' ELSE b END]'), (4, 'CASE id WHEN 4 THEN ARRAY[a] ELSE ARRAY[a, b] END'),
	(5, 'CASE id WHEN 4 THEN ARRAY[a, b, NULL] ELSE ARRAY[a, b] END'), (6, 'ARRAY[[a, b]]'), (7, '''{}'''), (8, 'CASE id WHEN 4 THEN ''{}'' ELSE ARRAY[a, b] END'), (9, 'array_fill(a, ARRAY[101])'), (10, 'array_fill(a, ARRAY[100])')) AS v (number, x) ORDER BY number;
-- the covariance: constant and collinear columns are named, few areas; the standardised distance does not mind
SELECT number, error_of(format('SELECT (twins(id, %s, treated, true, 2, ''mahalanobis'')).n_used FROM area WHERE %s', x, condition)) AS mahalanobis, error_of(format('SELECT concat_ws('' '', (t).n_used, (t).note) FROM (SELECT twins(id, %s, treated, true, 2) AS t FROM area WHERE %s) AS s', x, condition)) AS standardised
FROM (VALUES (1, 'ARRAY[a, 7, b]', 'true'), (2, 'ARRAY[a, b, 2 * a]', 'true'), (3, 'ARRAY[a, b, a + b - 3]', 'true'), (4, 'ARRAY[5, a]', 'true'), (5, 'ARRAY[a, a + 1e-9 * b]', 'true'), (6, 'ARRAY[a, a + 1e-5 * b]', 'true'), (7, 'ARRAY[a, 0.1 + 1e-17 * b]', 'true'),
	(8, 'ARRAY[a, b, id]', 'id <= 4'), (9, 'ARRAY[a, b, id]', 'id <= 5'), (10, 'ARRAY[a, b]', 'id = 1')) AS v (number, x, condition) ORDER BY number;
-- balance
CREATE TABLE result AS SELECT twins(id, ARRAY[a, b], treated, true, 2) AS t FROM area;
SELECT number, error_of(format('SELECT variable FROM result, twin_balance(t, %s)', arguments)) FROM (VALUES (1, '''{a}'''), (2, '''{a,b,c}'''), (3, '''{a,NULL}'''), (4, '''{}'''), (5, 'NULL, ''control'''), (6, 'NULL, NULL')) AS v (number, arguments) ORDER BY number;
-- put together by hand
CREATE FUNCTION readers(value text) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(DISTINCT error_of(format('SELECT %s FROM (SELECT %L::twins AS t) AS s %s', what, value, source)), ' | ')
	FROM (VALUES ('p.area', ', twin_pairs(t) AS p'), ('b.variable', ', twin_balance(t) AS b'), ('w.twin', ', twin_weights(t) AS w'), ('(twin_summary(t)).twins', ''), ('control_set(t)', '')) AS v (what, source) $$;
SELECT number, readers(value) FROM (VALUES
	(1, '(,,,,,,,,,,,,,,,,,,,,,,,,)'), (2, '(2,standardised,1,,,3,0,2,{1},{1},{f},{2},{0.5},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (3, '(1,near,1,,,3,0,2,{1},{1},{f},{2},{0.5},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'),
	(4, '(1,standardised,0,,,3,0,2,{1},{1},{f},{2},{0.5},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (5, '(1,standardised,1,NaN,,3,0,2,{1},{1},{f},{2},{0.5},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'),
	(6, '(1,standardised,1,,,-3,0,2,{1},{1},{f},{2},{0.5},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (7, '(1,standardised,1,,,3,0,2,"{2,1}","{1,1}","{f,f}","{2,2}","{0.5,1}",{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'),
	(8, '(1,standardised,1,,,3,0,2,{1},{2},{f},"{2,3}","{0.5,1}",{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (9, '(1,standardised,3,,,3,0,2,{1},{2},{f},{2},{0.5},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'),
	(10, '(1,standardised,1,,,3,0,2,{1},{-2},{f},{},{},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (11, '(1,standardised,1,,,3,0,2,{1},{1},{f},{2},{-1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'),
	(12, '(1,standardised,1,,,3,0,2,{1},{1},{f},{2},{NULL},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (13, '(1,standardised,1,,,3,0,2,{1},{1},"{f,t}",{2},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'),
	(14, '(1,standardised,1,,,3,0,2,{1},{1},{f},{2},{1},{1},{1},"{1,2}",{1},{1},{1},{1},{1},{1},{1},{1},)'), (15, '(1,standardised,1,,,3,0,2,{1},{1},{f},{2},{1},{1},{1},{1},{1},{1},{-1},{1},{1},{1},{1},{1},)'),
	(16, '(1,standardised,1,,,3,0,2,{{1}},{1},{f},{2},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)'), (17, '(1,standardised,1,,,3,0,2,{1},{1},{f},{2},{1},{1},{NULL},{NULL},{-1},{1},{NULL},{1},{1},{1},{NULL},{1},hello)'),
	(18, '(1,standardised,1,,,3,0,2,{1},{NULL},{f},{},{},{},{},{},{},{},{},{},{},{},{},{},)'), (19, format('(1,standardised,1,,,3,0,2,{},{},{},{},{},"%s",{},{},{},{},{},{},{},{},{},{},)', array_fill(1, ARRAY[101]))),
	(20, '(1,standardised,2147483647,,,3,0,2,"{1,2}","{2147483647,2147483647}","{f,f}",{2},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},{1},)')) AS v (number, value) ORDER BY number;
DROP SCHEMA spillover_twins_bad_input CASCADE;
