-- Spatial regression: the shape of results, stored models, names, what is left out.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA spillover_regression;
SET search_path = spillover_regression, monitor, public;
SET extra_float_digits = -5;
-- a grid of 5 x 5, rook neighbours, y = 1 + 2 a - b + the mean of the neighbours' a / 2 + a little
CREATE TABLE area AS
SELECT 5 * i + j AS id, i, j, ((7 * i + 3 * j * j) % 11)::float8 AS a, ((5 * i * i + 2 * j) % 7)::float8 AS b FROM generate_series(0, 4) AS i, generate_series(0, 4) AS j;
CREATE TABLE map AS
SELECT standardize(weights_agg(p.id, q.id, 1), 'W') AS w FROM area AS p LEFT JOIN area AS q ON abs(p.i - q.i) + abs(p.j - q.j) = 1;
CREATE TABLE data AS
SELECT w, id, a, b, 1 + 2 * a - b + spatial_lag(w, id, a) OVER () / 2 + ((13 * id) % 17 - 8) / 10.0 AS y FROM area, map;
CREATE TABLE model AS
SELECT 1 AS no, spatial_ols(w, id, y, ARRAY[a, b]) AS m FROM data
UNION ALL SELECT 2, slx(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 3, spatial_lag_model(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 4, durbin(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 5, spatial_lag_ml(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 6, durbin_ml(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 7, spatial_error_ml(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 8, durbin_error_ml(w, id, y, ARRAY[a, b]) FROM data
UNION ALL SELECT 9, spatial_error_model(w, id, y, ARRAY[a, b]) FROM data;
SELECT no, (m).model, (m).variables, (m).sigma2, (m).df, (m).log_likelihood, (m).n_used, (m).n_null, (m).n_islands, (m).s0, cardinality((m).coefficients) AS k, cardinality((m).covariance) AS kk,
	(m).multipliers IS NULL AS no_multipliers, cardinality((m).residual_tests) AS tests, (m).note FROM model ORDER BY no;
SELECT no, t.* FROM model, terms(m, ARRAY['own', 'other']) AS t WHERE no IN (2, 4) ORDER BY no, term;
SELECT no, t.term, t.estimate, t.p, t.high - t.low AS width FROM model, terms(m, conf => 0.5) AS t WHERE no IN (1, 3, 5, 6, 7, 8, 9) ORDER BY no, term;
SELECT no, t.* FROM model, impacts(m, names => '{own,other}') AS t ORDER BY no, term;
SELECT t.* FROM model, lm_tests(m) AS t WHERE no = 1;
SELECT t.* FROM model, residual_moran(m) AS t WHERE no <= 2;
-- what areas 0 and 12 send, from a model and at given coefficients
SELECT no, id_from, count(*), sum(effect) FROM model, map, impact_matrix(m, w, 2) WHERE no IN (1, 2, 4) AND id_from IN (0, 12) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT id_from, id_to, effect FROM impact_matrix(0.5, 2, 1, '{1:{2},2:{1:0.5,3:0.5},3:{2},4:{}}'::weights) ORDER BY 1, 2;
SELECT * FROM impacts(0.5, 2, 1, '{1:{2},2:{1:0.5,3:0.5},3:{2},4:{}}'::weights);
SELECT * FROM impacts(0, 2, 1, '{1:{2},2:{1:0.5,3:0.5},3:{2},4:{}}'::weights);
-- robust errors
SELECT e, t.term, t.se FROM (SELECT 'hc0' AS e, slx(w, id, y, ARRAY[a, b], 'hc0') AS m FROM data UNION ALL SELECT 'hc1', slx(w, id, y, ARRAY[a, b], 'hc1') FROM data) AS s, terms(m) AS t ORDER BY e, term;
SELECT t.term, t.se FROM (SELECT durbin(w, id, y, ARRAY[a, b], 'hc0', 1) AS m FROM data) AS s, terms(m) AS t;
-- a row without y, one with an unknown element, one without x, an area without a row: as if they were not on the map
WITH s AS (
	SELECT slx(w, id, CASE WHEN id <> 3 THEN y END, CASE WHEN id <> 7 THEN ARRAY[a, CASE WHEN id <> 11 THEN b END] END) AS m FROM data WHERE id <> 24)
SELECT (m).n_used, (m).n_null, (m).s0, t.term, t.estimate, t.se FROM s, terms(m) AS t;
SELECT (m).n_used, t.term, t.estimate, t.se FROM (
	SELECT slx((SELECT standardize(subset(w, array_agg(id) FILTER (WHERE id NOT IN (3, 7, 11, 24))), 'W') FROM data GROUP BY w), id, y, ARRAY[a, b]) AS m FROM data WHERE id NOT IN (3, 7, 11, 24)) AS s, terms(m) AS t;
-- the first rows without x
SELECT (m).n_used, (m).n_null FROM (SELECT spatial_ols(w, id, y, CASE WHEN id > 4 THEN ARRAY[a] END ORDER BY id) AS m FROM data) AS s;
-- no columns of x: the mean
SELECT t.*, avg FROM (SELECT spatial_ols(w, id, y, '{}') AS m, avg(y) FROM data) AS s, terms(m) AS t;
SELECT t.term, t.estimate FROM (SELECT spatial_lag_ml(w, id, y, '{}') AS m, avg(y) FROM data) AS s, terms(m) AS t;
-- islands and parts of the map that do not touch
SELECT (m).n_islands, t.term, t.estimate FROM (SELECT spatial_lag_model(weights_agg, id, y, ARRAY[a, b]) AS m FROM data,
	(SELECT weights_agg(p.id, q.id, 0.25) FROM area AS p LEFT JOIN area AS q ON abs(p.i - q.i) + abs(p.j - q.j) = 1 AND p.j NOT IN (0, 2) AND q.j NOT IN (0, 2)) AS n) AS s, terms(m) AS t;
DROP SCHEMA spillover_regression CASCADE;
