-- What conley takes and refuses.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA conley_input;
SET search_path = conley_input, monitor, public;
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
-- 12 areas in 4 columns and 3 rows, 3 periods
CREATE TABLE area AS
SELECT i::bigint AS id, t AS period, ST_SetSRID(ST_MakePoint(i % 4, i / 4), 25832) AS geom, ((i * i * 7 + t * 3) % 11)::float8 AS y, ARRAY[i % 3, (i * 5 + t) % 7]::float8[] AS x
FROM generate_series(0, 11) AS i, generate_series(1, 3) AS t;
CREATE VIEW one AS SELECT * FROM area WHERE period = 1;

-- The model and its terms
SELECT n, n_null, areas, pairs, kernel, cutoff, lags, round(least_eigenvalue::numeric, 6) AS least, note FROM (SELECT (conley(id, geom, y, x, 1.5)).* FROM one) AS m;
SELECT term, round(estimate::numeric, 6) AS estimate, round(se::numeric, 6) AS se, round(statistic::numeric, 4) AS t, round(p::numeric, 6) AS p, round(low::numeric, 4) AS low, round(high::numeric, 4) AS high, round(se_independent::numeric, 6) AS independent, note
FROM (SELECT conley(id, geom, y, x, 1.5) AS m FROM one) AS s, terms(m, '{mod,mix}');
SELECT kernel, (m).pairs, (m).note, term, round(se::numeric, 6) AS se, round(low::numeric, 4) AS low_90
FROM (SELECT kernel, conley(id, geom, y, x, 1.5, kernel) AS m FROM one, unnest('{Spherical,PRODUCT_BARTLETT,bartlett,uniform}'::text[]) AS kernel GROUP BY kernel) AS s, terms(m, conf => 0.9, adjust => true) ORDER BY kernel, term;
SELECT lags, (m).n, (m).areas, (m).pairs, (m).lags AS kept, term, round(se::numeric, 6) AS se FROM (SELECT lags, conley(id, period, geom, y, x, 1.5, 'spherical', lags) AS m FROM area, generate_series(0, 2) AS lags GROUP BY lags) AS s, terms(m) ORDER BY lags, term;
SELECT errors, (m).kernel, (m).pairs, (m).cutoff, term, round(se::numeric, 6) AS se FROM (SELECT errors, conley(id, y, x, errors) AS m FROM one, unnest('{hc0,HC1,HC3}'::text[]) AS errors GROUP BY errors) AS s, terms(m) ORDER BY errors, term;

-- A covariance that is none: no errors, or with its negative eigenvalues at 0
CREATE TABLE checkered AS SELECT i::bigint AS id, ST_MakePoint(i % 6, i / 6) AS geom, (CASE WHEN (i % 6 + i / 6) % 2 = 0 THEN 1 ELSE -1 END * (1 + i % 5) + i % 3)::float8 AS y FROM generate_series(0, 35) AS i;
SELECT clip, (m).least_eigenvalue < -1e-10 AS negative, t.se, t.p, t.low, round(t.se_independent::numeric, 6) AS independent, t.note FROM (SELECT conley(id, geom, y, '{}', 1.1, 'uniform') AS m FROM checkered) AS s, (VALUES (false), (true)) AS v(clip), terms(m, clip => clip) AS t ORDER BY clip;
-- A uniform kernel over all areas: residuals sum to 0, so does the variance
SELECT t.term, t.se, t.se_independent > 0 AS independent, t.note FROM (SELECT conley(id, geom, y, x, 100, 'uniform') AS m FROM one) AS s, terms(m) AS t;
SELECT t.term, round(estimate::numeric, 9) AS estimate, se, p, t.note FROM (SELECT conley(id, geom, 1 + 2 * x[1] - x[2], x, 1.5) AS m FROM one) AS s, terms(m) AS t;

-- Rows left out are counted
SELECT what, (m).n, (m).n_null, (m).areas FROM (
	SELECT 'y' AS what, conley(id, geom, CASE WHEN id > 1 THEN y END, x, 1.5) AS m FROM one UNION ALL
	SELECT 'x', conley(id, geom, y, CASE WHEN id > 1 THEN x END, 1.5) FROM one UNION ALL
	SELECT 'element of x', conley(id, geom, y, ARRAY[x[1], CASE WHEN id > 1 THEN x[2] END], 1.5) FROM one UNION ALL
	SELECT 'place', conley(id, CASE WHEN id > 1 THEN geom END, y, x, 1.5) FROM one UNION ALL
	SELECT 'EMPTY', conley(id, CASE WHEN id > 1 THEN geom ELSE 'POINT EMPTY' END, y, x, 1.5) FROM one UNION ALL
	SELECT 'period', conley(id, period, geom, CASE WHEN (id, period) <> (3, 2) THEN y END, x, 1.5, 'bartlett', 1) FROM area UNION ALL
	SELECT 'no row', conley(id, geom, y, x, 1.5) FROM one WHERE false UNION ALL
	SELECT 'all', conley(id, geom, NULL, x, 1.5) FROM one) AS s;
-- Two areas at one place count as 1; an intercept alone
SELECT (m).pairs, term, round(se::numeric, 6) AS se FROM (SELECT conley(id, 'POINT(0 0)'::geometry, y, '{}', 1.5) AS m FROM one WHERE id < 4) AS s, terms(m);
SELECT (m).pairs, round(se::numeric, 6) AS se, round(se_independent::numeric, 6) AS independent FROM (SELECT conley(id, CASE WHEN id IN (2, 7) THEN 'POINT(9 9)' ELSE ST_SetSRID(geom, 0) END, y, '{}', 0.5) AS m FROM one) AS s, terms(m);

-- Bad input
SELECT what, error_of('SELECT ' || call || ' FROM ' || source) FROM (VALUES
	(1, 'cutoff 0', 'conley(id, geom, y, x, 0)', 'one'), (2, 'cutoff below 0', 'conley(id, geom, y, x, -1)', 'one'),
	(3, 'cutoff NaN', 'conley(id, geom, y, x, ''NaN'')', 'one'), (4, 'cutoff infinite', 'conley(id, geom, y, x, ''Infinity'')', 'one'), (5, 'cutoff NULL', 'conley(id, geom, y, x, NULL)', 'one'),
	(6, 'cutoff changes', 'conley(id, geom, y, x, 1 + id)', 'one'), (7, 'kernel unknown', 'conley(id, geom, y, x, 1, ''gaussian'')', 'one'), (8, 'kernel NULL', 'conley(id, geom, y, x, 1, NULL)', 'one'),
	(9, 'kernel changes', 'conley(id, geom, y, x, 1, CASE WHEN id > 3 THEN ''bartlett'' ELSE ''uniform'' END)', 'one'), (10, 'radius below 0', 'conley(id, geom, y, x, 1, ''bartlett'', -1)', 'one'),
	(11, 'radius NaN', 'conley(id, geom, y, x, 1, ''bartlett'', ''NaN'')', 'one'), (12, 'product kernel on a sphere', 'conley(id, geom, y, x, 1, ''product_bartlett'', 6371)', 'one'), (13, 'radius changes', 'conley(id, geom, y, x, 1, ''bartlett'', id)', 'one'),
	(14, 'lags below 0', 'conley(id, period, geom, y, x, 1, ''bartlett'', -1)', 'area'), (15, 'lags NULL', 'conley(id, period, geom, y, x, 1, ''bartlett'', NULL)', 'area'), (16, 'lags change', 'conley(id, period, geom, y, x, 1, ''bartlett'', period)', 'area'),
	(17, 'errors unknown', 'conley(id, y, x, ''HC2'')', 'one'), (18, 'errors NULL', 'conley(id, y, x, NULL)', 'one'),
	(19, 'id NULL', 'conley(CASE WHEN id > 0 THEN id END, geom, y, x, 1)', 'one'), (20, 'id twice', 'conley(id / 2, geom, y, x, 1)', 'one'), (21, 'period NULL', 'conley(id, NULL::bigint, geom, y, x, 1, ''bartlett'', 1)', 'area'),
	(22, 'period twice', 'conley(id, 5, geom, y, x, 1, ''bartlett'', 1)', 'area'), (23, 'an area moves', 'conley(id, period, ST_Translate(geom, period, 0), y, x, 1, ''bartlett'', 1)', 'area'),
	(24, 'y NaN', 'conley(id, geom, CASE WHEN id = 3 THEN ''NaN'' ELSE y END, x, 1)', 'one'), (25, 'x infinite', 'conley(id, geom, y, ARRAY[y, CASE WHEN id = 3 THEN ''Infinity'' ELSE y END], 1)', 'one'),
	(26, 'lengths of x', 'conley(id, geom, y, x[1:1 + id::int % 2], 1)', 'one'), (27, 'dimensions of x', 'conley(id, geom, y, ARRAY[x, x], 1)', 'one'), (28, '101 columns', 'conley(id, geom, y, array_fill(1::float8, ARRAY[101]), 1)', 'one'),
	(29, 'collinear', 'conley(id, geom, y, ARRAY[x[1], x[2], x[1] - 2 * x[2]], 1)', 'one'), (30, 'constant column', 'conley(id, geom, y, ARRAY[x[1], 4], 1)', 'one'),
	(31, 'too few rows', 'conley(id, geom, y, x, 1)', 'one WHERE id < 3'), (32, 'mixed SRIDs', 'conley(id, ST_SetSRID(geom, id::int), y, x, 1)', 'one'), (33, 'place not finite', 'conley(id, ST_MakePoint(''Infinity'', 0), y, x, 1)', 'one'),
	(34, 'numbers out of range', '(conley(id, geom, 1e200 * y, x, 1)).note', 'one'), (35, 'HC3 of a row alone', '(conley(id, y, ARRAY[CASE WHEN id = 3 THEN 1 ELSE 0 END], ''HC3'')).note', 'one')) AS v(place, what, call, source) ORDER BY place;
SELECT what, error_of('SELECT count(*) FROM (SELECT conley(id, geom, y, x, 1) AS m FROM one) AS s, ' || call) FROM (VALUES
	(1, 'too many names', 'terms(m, ''{a,b,c}'')'), (2, 'conf 0', 'terms(m, conf => 0)'), (3, 'conf 1', 'terms(m, conf => 1)'), (4, 'conf NaN', 'terms(m, conf => ''NaN'')'), (5, 'conf NULL', 'terms(m, conf => NULL)'), (6, 'no model', 'terms(NULL::conley_model)'),
	(7, 'nothing in it', 'terms(ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::conley_model)'), (8, 'covariance too short', 'terms(ROW(''{1,2}'', ''{1,2,3}'', ''{1,2}'', 0, 9, 0, 9, 0, ''x'', 1, 0, NULL)::conley_model)'),
	(9, 'variances below 0', 'terms(ROW(''{1}'', ''{1}'', ''{-1}'', 0, 9, 0, 9, 0, ''x'', 1, 0, NULL)::conley_model)'), (10, 'no coefficient', 'terms(ROW(''{}'', ''{}'', ''{}'', 0, 9, 0, 9, 0, ''x'', 1, 0, NULL)::conley_model)'),
	(11, 'no degree of freedom', 'terms(ROW(''{1}'', ''{1}'', ''{1}'', 0, 1, 0, 9, 0, ''x'', 1, 0, NULL)::conley_model)'), (12, 'values unknown', 'terms(ROW(''{NULL}'', ''{NULL}'', ''{NaN}'', -1, 5, 0, 9, 0, ''x'', 1, 0, NULL)::conley_model, clip => true)'), (13, 'a name NULL', 'terms(m, ''{a,NULL}'')')) AS v(place, what, call) ORDER BY place;
-- A model is stored
CREATE TABLE stored AS SELECT conley(id, geom, y, x, 1.5) AS model FROM one;
SELECT count(*) FROM (SELECT DISTINCT model FROM (TABLE stored UNION ALL SELECT model::text::conley_model FROM stored) AS s) AS d;
DROP SCHEMA conley_input CASCADE;
