-- Spatial regression: what is refused, and what has no figure.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA spillover_regression_bad_input;
SET search_path = spillover_regression_bad_input, monitor, public;
SET extra_float_digits = -5;
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
-- a ring of ten areas
CREATE TABLE map AS SELECT standardize(weights_agg(i, (i + d) % 10, 1), 'W') AS w FROM generate_series(0, 9) AS i, (VALUES (1), (9)) AS s(d);
CREATE TABLE data AS SELECT i AS id, (i * i % 7)::float8 AS a, (i * 3 % 5)::float8 AS b, (i * i * i % 11)::float8 AS y FROM generate_series(0, 9) AS i;
-- each model with y and x given as expressions
CREATE FUNCTION models(y text, x text, condition text DEFAULT 'true') RETURNS TABLE (model text, result text) LANGUAGE plpgsql AS $$
BEGIN
	FOREACH model IN ARRAY ARRAY['spatial_ols', 'slx', 'spatial_lag_model', 'durbin', 'spatial_error_model', 'spatial_lag_ml', 'durbin_ml', 'spatial_error_ml', 'durbin_error_ml'] LOOP
		result := error_of(format($q$SELECT concat_ws(' ', (m).n_used, round((m).coefficients[1]::numeric, 6), round((m).sigma2::numeric, 6), (m).note) FROM (SELECT %s(w, id, %s, %s) AS m FROM map, data WHERE %s) AS s$q$, model, y, x, condition));
		RETURN NEXT;
	END LOOP;
END
$$;
-- no row, one row, no more areas than coefficients
SELECT * FROM models('y', 'ARRAY[a]', 'false');
SELECT * FROM models('y', 'ARRAY[a]', 'id = 1');
SELECT * FROM models('y', 'ARRAY[a, b]', 'id < 5');
-- all NULL
SELECT * FROM models('NULL::float8', 'ARRAY[a]');
SELECT * FROM models('y', 'NULL');
SELECT * FROM models('y', 'ARRAY[NULL, a]');
-- collinear: a constant column, a column twice, one that is the sum of others, lags that depend
SELECT * FROM models('y', 'ARRAY[a, 5]');
SELECT * FROM models('y', 'ARRAY[a, b, 2 * a]');
SELECT * FROM models('y', 'ARRAY[a, b, a + b + 1]');
SELECT * FROM models('y', 'ARRAY[a, (id % 2)::float8]');
-- constant y; an exact fit; no x
SELECT * FROM models('7', 'ARRAY[a]');
SELECT * FROM models('7 + 3 * a', 'ARRAY[a]');
SELECT * FROM models('y', '''{}''');
SELECT t.* FROM (SELECT spatial_ols(w, id, 7 + 3 * a, ARRAY[a]) AS m FROM map, data) AS s, terms(m) AS t;
SELECT t.* FROM (SELECT spatial_ols(w, id, 7, ARRAY[a]) AS m FROM map, data) AS s, lm_tests(m) AS t;
SELECT t.* FROM (SELECT spatial_ols(w, id, 7, ARRAY[a]) AS m FROM map, data) AS s, residual_moran(m) AS t;
-- values
SELECT v, result FROM (VALUES ('NaN'), ('Infinity')) AS s(v), LATERAL models('y', format('ARRAY[a, CASE id WHEN 3 THEN %L ELSE b END]', v)) WHERE model = 'slx';
SELECT v, result FROM (VALUES ('NaN'), ('-Infinity')) AS s(v), LATERAL models(format('CASE id WHEN 3 THEN %L ELSE y END', v), 'ARRAY[a]') WHERE model = 'slx';
-- numbers near the ends of their range: what overflows is NULL
SELECT t.* FROM (SELECT spatial_ols(w, id, y * 1e140, ARRAY[a * 1e-140, b * 1e280]) AS m, slx(w, id, y * 1e300, ARRAY[a * 1e300]) AS n, spatial_ols(w, id, y * 1e-300, ARRAY[a * 1e-300]) AS o FROM map, data) AS s,
	LATERAL (SELECT 1, * FROM terms(m) UNION ALL SELECT 2, * FROM terms(n) UNION ALL SELECT 3, * FROM terms(o)) AS t(no);
SELECT model, left(result, 8) FROM models('y * 1e300', 'ARRAY[a * 1e300]');
SELECT model, left(result, 8) FROM models('y * 1e-300', 'ARRAY[a * 1e-300]');
-- x: of other lengths, of two dimensions, too long
SELECT result FROM models('y', 'CASE id WHEN 4 THEN ARRAY[a] ELSE ARRAY[a, b] END') WHERE model = 'slx';
SELECT result FROM models('y', 'CASE id WHEN 4 THEN ARRAY[a, b, a] ELSE ARRAY[a, b] END') WHERE model = 'slx';
SELECT result FROM models('y', 'CASE id WHEN 4 THEN ''{}'' ELSE ARRAY[a, b] END') WHERE model = 'slx';
SELECT result FROM models('y', 'ARRAY[[a, b]]') WHERE model = 'slx';
SELECT result FROM models('y', 'array_fill(a, ARRAY[32])') WHERE model = 'slx';
SELECT result FROM models('y', 'array_fill(a, ARRAY[31])') WHERE model = 'slx';
-- ids
SELECT error_of($$SELECT slx(w, CASE id WHEN 3 THEN 4 ELSE id END, y, ARRAY[a]) FROM map, data$$);
SELECT error_of($$SELECT slx(w, NULLIF(id, 3), y, ARRAY[a]) FROM map, data$$);
SELECT error_of($$SELECT slx(w, id + 1, y, ARRAY[a]) FROM map, data$$);
-- weights: NULL, without links, with links to itself only, not the same, not standardised
SELECT error_of($$SELECT slx(NULL, id, y, ARRAY[a]) FROM data$$);
CREATE TABLE islands AS SELECT weights_agg(id, NULL, 1) AS w FROM data;
SELECT error_of($$SELECT spatial_ols(w, id, y, ARRAY[a]) IS NOT NULL FROM islands, data$$);
SELECT error_of($$SELECT slx(w, id, y, ARRAY[a]) FROM islands, data$$);
SELECT error_of($$SELECT spatial_lag_model(w, id, y, ARRAY[a]) FROM islands, data$$);
SELECT error_of($$SELECT durbin(w, id, y, ARRAY[a]) FROM islands, data$$);
SELECT error_of($$SELECT (spatial_lag_ml(w, id, y, ARRAY[a])).note FROM islands, data$$), error_of($$SELECT (spatial_error_model(w, id, y, ARRAY[a])).note FROM islands, data$$);
SELECT t.* FROM (SELECT spatial_ols(w, id, y, ARRAY[a]) AS m FROM islands, data) AS s, lm_tests(m) AS t;
SELECT t.* FROM (SELECT spatial_ols(w, id, y, ARRAY[a]) AS m FROM islands, data) AS s, residual_moran(m) AS t;
SELECT error_of($$SELECT slx(with_self(w), id, y, ARRAY[a]) FROM islands, data$$);
SELECT error_of($$SELECT slx(CASE id WHEN 3 THEN i.w ELSE m.w END, id, y, ARRAY[a]) FROM islands AS i, map AS m, data$$);
SELECT error_of($$SELECT (spatial_lag_model(standardize(w, 'B'), id, y, ARRAY[a, b])).note FROM map, data$$);
-- errors and w_lags
SELECT error_of(format($$SELECT slx(w, id, y, ARRAY[a], %s) FROM map, data$$, e)) FROM (VALUES ('''HC3'''), ('NULL'), ('''hac'''), ('CASE id WHEN 3 THEN ''hc0'' ELSE ''hc1'' END')) AS s(e);
SELECT error_of(format($$SELECT durbin(w, id, y, ARRAY[a], 'classical', %s) FROM map, data$$, l)) FROM (VALUES ('0'), ('5'), ('NULL'), ('id::int % 2 + 1')) AS s(l);
SELECT (m).note, t.term, t.se FROM (SELECT spatial_ols((SELECT weights_agg(p.id, q.id, 5) FROM data AS p JOIN data AS q ON p.id <> q.id), id, y, ARRAY[a], 'hac') AS m FROM data) AS s, terms(m) AS t;
-- rho out of range
CREATE TABLE wild AS SELECT spatial_lag_model(w, id, CASE WHEN id % 2 = 0 THEN 10 ELSE -10 END + a + id / 10.0, ARRAY[a]) AS m FROM map, data;
SELECT (m).coefficients[3] < -1 AS beyond, (m).multipliers, t.* FROM wild, impacts(m) AS t;
SELECT t.* FROM wild, map, impacts(m, w) AS t;
SELECT error_of($$SELECT count(*) FROM wild, map, impact_matrix(m, w)$$) ~ '^22023 rho is -.* outside the range in which effects die out$';
SELECT rho::float8, t.* FROM map, (VALUES (1), (-1), (0.9999999), (7), (1e308)) AS s(rho), impacts(rho, 1, 0, w) AS t;
SELECT rho, error_of(format($$SELECT count(*) FROM map, impact_matrix(%s, 1, 0, w)$$, rho)) FROM (VALUES ('1'), ('-1'), ('0.5'), ('''NaN'''), ('''Infinity'''), ('NULL')) AS s(rho);
SELECT error_of(format($$SELECT direct FROM map, impacts(%s, %s, %s, w)$$, r, b, t)) FROM (VALUES ('''NaN''', '1', '1'), ('0', '''Infinity''', '1'), ('0', '1', '''-Infinity'''), ('0', '1', 'NULL')) AS s(r, b, t);
SELECT * FROM impacts(0.5, 1, 1, '{}'::weights);
SELECT * FROM impacts(0.5, 1, 1, '{7:{}}'::weights);
SELECT * FROM impact_matrix(0.5, 1, 1, '{7:{7:1}}'::weights);
-- too many areas
CREATE TABLE many AS SELECT weights_agg(i, i % 5001 + 1, 1) AS w FROM generate_series(1, 5001) AS i;
SELECT error_of($$SELECT count(*) FROM many, impacts(0.5, 1, 0, w)$$);
SELECT error_of($$SELECT count(*) FROM many, impact_matrix(0.5, 1, 0, w)$$);
SELECT error_of($$SELECT count(*) FROM many, impact_matrix(0, 1, 1, w)$$);
SELECT error_of($$SELECT spatial_lag_ml((SELECT w FROM many), i, i % 7, ARRAY[i % 3]) FROM generate_series(1, 5001) AS i$$);
SELECT error_of($$SELECT count(*) FROM (SELECT spatial_lag_model((SELECT w FROM many), i, i * i % 7, ARRAY[i * i % 3]) AS m FROM generate_series(1, 5001) AS i) AS s, impacts(m)$$);
-- accessors: names, conf, another model, other weights, another column
CREATE TABLE model AS SELECT spatial_ols(w, id, y, ARRAY[a, b]) AS ols, durbin(w, id, y, ARRAY[a]) AS durbin FROM map, data;
SELECT error_of(format('SELECT term FROM model, terms(ols, %s)', n)) FROM (VALUES ('''{one}'''), ('''{one,NULL}'''), ('''{one,two,three}'''), ('NULL'), ('''{}''')) AS s(n);
SELECT error_of(format('SELECT round(low::numeric, 6) FROM model, terms(ols, conf => %s)', c)) FROM (VALUES ('0'), ('1'), ('''NaN'''), ('-0.5'), ('NULL'), ('0.999999')) AS s(c);
SELECT error_of('SELECT count(*) FROM model, impacts(durbin, names => ''{a,b}'')'), error_of('SELECT count(*) FROM model, impacts(durbin, names => ''{NULL}'')');
SELECT error_of('SELECT count(*) FROM model, lm_tests(durbin)'), error_of('SELECT residual_moran(durbin) FROM model');
SELECT error_of('SELECT count(*) FROM model, many, impacts(durbin, w)');
SELECT error_of('SELECT count(*) FROM model, map, impacts(durbin, standardize(w, ''B''))');
SELECT error_of(format('SELECT count(*) FROM model, map, impact_matrix(ols, w, %s)', v)) FROM (VALUES ('0'), ('3'), ('2'), ('NULL'), ('-2147483648')) AS s(v);
SELECT error_of('SELECT terms(NULL::spatial_model)'), error_of('SELECT impacts(NULL::spatial_model)'), error_of('SELECT lm_tests(NULL)'), error_of('SELECT residual_moran(NULL)');
-- values that no aggregate made
SELECT error_of(format('SELECT count(*) FROM terms(%s::spatial_model)', r)) FROM (VALUES
	('ROW(NULL, 1, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 1, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''probit'', 1, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', -1, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 2147483647, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 1, ''{1,2,3}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 1, ''{1,2}'', ''{1,0,0}'', 1, 5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 1, ''{1,NULL}'', ''{1,0,0,-1}'', 1, -5, 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 1, ''{NaN,Infinity}'', ''{NaN,0,0,Infinity}'', 1, ''Infinity'', 1, 7, 0, 0, 1, NULL, NULL, NULL)'),
	('ROW(''ols'', 1, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, ''{1}'', NULL, NULL)'),
	('ROW(''ols'', 1, ''{1,2}'', ''{1,0,0,1}'', 1, 5, 1, 7, 0, 0, 1, NULL, ''{}'', NULL)'),
	('ROW(''lag'', 1, ''{1,2,NaN}'', ''{1,0,0,0,1,0,0,0,1}'', 1, NULL, 1, 10, 0, 0, 10, NULL, NULL, NULL)')) AS s(r);
SELECT t.* FROM impacts(ROW('lag', 1, '{1,2,NaN}', '{1,0,0,0,1,0,0,0,1}', 1, NULL, 1, 10, 0, 0, 10, NULL, NULL, NULL)::spatial_model) AS t;
SELECT t.* FROM map, impacts(ROW('lag', 1, '{1,2,NaN}', '{1,0,0,0,1,0,0,0,1}', 1, NULL, 1, 10, 0, 0, 10, NULL, NULL, NULL)::spatial_model, w) AS t;
SELECT t.* FROM map, impact_matrix(ROW('lag', 1, '{1,2,NaN}', '{1,0,0,0,1,0,0,0,1}', 1, NULL, 1, 10, 0, 0, 10, NULL, NULL, NULL)::spatial_model, w) AS t;
SELECT t.* FROM lm_tests(ROW('ols', 1, '{1,2}', '{1,0,0,1}', 1, 5, 1, 7, 0, 0, 1, NULL, '{-1,NaN,NULL,Infinity,1,1,-1}', NULL)::spatial_model) AS t;
SELECT t.* FROM residual_moran(ROW('ols', 1, '{1,2}', '{1,0,0,1}', 1, 5, 1, 7, 0, 0, 1, NULL, '{-1,NaN,NULL,Infinity,1,1,-1}', NULL)::spatial_model) AS t;
-- a sum of weights that no w has
SELECT s0, error_of(format('SELECT t::text FROM map, impacts(ROW(''lag'', 1, ''{1,2,0.5}'', ''{1,0,0,0,1,0,0,0,1}'', 1, NULL, 1, 10, 0, 0, %L, NULL, NULL, NULL)::spatial_model, w) AS t', s0)) FROM (VALUES (NULL), ('Infinity'), ('NaN'), ('-1')) AS v (s0);
DROP SCHEMA spillover_regression_bad_input CASCADE;
