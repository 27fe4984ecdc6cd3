-- Properties of spatial regression: what must hold whatever the data.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA regression_test;
SET search_path = regression_test, monitor, public;
SELECT plan(34);

CREATE FUNCTION differ(a float8[], b float8[], tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN cardinality(a) IS DISTINCT FROM cardinality(b) OR EXISTS (SELECT FROM unnest(a, b) AS s(x, y) WHERE abs(x - y) > tolerance * greatest(abs(x), abs(y), 1e-3) OR (x IS NULL) <> (y IS NULL));

-- a number from -1 to 1 that looks random
CREATE FUNCTION draw(id int, salt text) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN ('x' || left(md5(salt || id), 8))::bit(32)::bigint / 2147483648.0::float8 - 1;

-- 12 x 12 areas, queen neighbours, and a map with k nearest that is not symmetric
CREATE TABLE area AS
SELECT id, i, j, 10 * draw(id, 'a') AS a, 5 * draw(id, 'b') + i AS b, 3 * draw(id, 'e') AS e, draw(id, 'x') AS dx, draw(id, 'y') AS dy
FROM generate_series(0, 11) AS i, generate_series(0, 11) AS j, LATERAL (SELECT 12 * i + j + 1 AS id) AS s;
CREATE TABLE map AS
SELECT 'queen' AS kind, standardize(weights_agg(p.id, q.id, 1), 'W') AS w FROM area AS p JOIN area AS q ON greatest(abs(p.i - q.i), abs(p.j - q.j)) = 1
UNION ALL SELECT 'knn', standardize(knn_weights(id, ST_Point(i + dx / 3, j + dy / 3), 5), 'W') FROM area;
-- y by the Durbin model: (I - 0.4 W)^-1 (1 + 2 a - b + 0.5 W a + e)
CREATE TABLE data AS
SELECT kind, w, id, a, b, wa, wb, 1 + 2 * a - b + wa / 2 + e AS local FROM (
	SELECT kind, w, id, a, b, e, spatial_lag(w, id, a) OVER p AS wa, spatial_lag(w, id, b) OVER p AS wb FROM area, map WINDOW p AS (PARTITION BY kind)) AS s;
CREATE TABLE outcome AS
SELECT d.kind, m.id_to AS id, sum(m.effect * d.local) AS y FROM data AS d JOIN map USING (kind), impact_matrix(0.4, 1, 0, map.w) AS m WHERE m.id_from = d.id GROUP BY 1, 2;
CREATE TABLE panel AS SELECT kind, w, id, a, b, wa, wb, y, local, spatial_lag(w, id, y) OVER (PARTITION BY kind) AS wy FROM data JOIN outcome USING (kind, id);
SELECT ok(bool_and(abs(y - 0.4 * wy - local) < 1e-9), 'impact_matrix is (I - rho W)^-1') FROM panel;

CREATE TABLE model AS
SELECT kind, w, v.* FROM (
	SELECT kind, w, spatial_ols(w, id, y, ARRAY[a, b]) AS ols, slx(w, id, y, ARRAY[a, b]) AS slx, spatial_lag_model(w, id, y, ARRAY[a, b]) AS lag, durbin(w, id, y, ARRAY[a, b]) AS durbin,
		spatial_lag_ml(w, id, y, ARRAY[a, b]) AS lag_ml, durbin_ml(w, id, y, ARRAY[a, b]) AS durbin_ml, spatial_error_ml(w, id, y, ARRAY[a, b]) AS error_ml, durbin_error_ml(w, id, y, ARRAY[a, b]) AS durbin_error_ml
	FROM panel GROUP BY kind, w) AS s,
	LATERAL (VALUES (ols), (slx), (lag), (durbin), (lag_ml), (durbin_ml), (error_ml), (durbin_error_ml)) AS v(m);
SELECT is(count(*), 16::bigint, 'models') FROM model;

-- ---- what is planted is found ----
SELECT is_empty($$
	SELECT kind, (m).model, t.* FROM model, terms(m) AS t JOIN (VALUES ('x1', 2.0), ('x2', -1), ('lag_x1', 0.5), ('lag_x2', 0), ('rho', 0.4)) AS p(term, planted) USING (term)
	WHERE (m).model IN ('durbin', 'durbin_ml') AND abs(estimate - planted) > 3 * se$$, 'planted coefficients within three standard errors');
SELECT is_empty($$
	SELECT kind, t.* FROM model, impacts(m) AS t, impacts(0.4, CASE term WHEN 'x1' THEN 2 ELSE -1 END, CASE term WHEN 'x1' THEN 0.5 ELSE 0 END, w) AS p
	WHERE (m).model = 'durbin_ml' AND (abs(t.direct - p.direct) > 3 * t.direct_se OR abs(t.indirect - p.indirect) > 3 * t.indirect_se OR abs(t.total - p.total) > 3 * t.total_se)$$, 'and so are effects');
SELECT ok(bool_and(p < 1e-6), 'tests of residuals see the lag') FROM model, lm_tests(m) WHERE (m).model = 'ols' AND test IN ('LMlag', 'RLMlag', 'SARMA');
SELECT ok(bool_and(p < 1e-6), 'so does Moran''s I') FROM model, residual_moran(m) WHERE (m).model = 'ols';
-- without error all is found to rounding
SELECT is_empty($$
	SELECT * FROM (SELECT kind, durbin(w, id, exact, ARRAY[a, b]) AS m FROM panel AS p
		JOIN (SELECT d.kind, m.id_to AS id, sum(m.effect * (1 + 2 * a - b + wa / 2)) AS exact FROM data AS d JOIN map USING (kind), impact_matrix(0.4, 1, 0, map.w) AS m WHERE m.id_from = d.id GROUP BY 1, 2) AS e USING (kind, id)
		GROUP BY kind) AS s, terms(m) AS t JOIN (VALUES ('intercept', 1.0), ('x1', 2), ('x2', -1), ('lag_x1', 0.5), ('lag_x2', 0), ('rho', 0.4)) AS p(term, planted) USING (term) WHERE abs(estimate - planted) > 1e-8$$, 'noise-free data are recovered');

-- ---- least squares ----
SELECT is_empty($$
	SELECT * FROM (SELECT kind, sum(r), sum(r * a), sum(r * b), sum(r * wa), sum(r * wb)
		FROM (SELECT p.*, y - (m).coefficients[1] - (m).coefficients[2] * a - (m).coefficients[3] * b - (m).coefficients[4] * wa - (m).coefficients[5] * wb AS r FROM panel AS p JOIN model USING (kind) WHERE (m).model = 'slx') AS s GROUP BY kind) AS n(kind, r, ra, rb, rwa, rwb)
	WHERE greatest(abs(r), abs(ra), abs(rb), abs(rwa), abs(rwb)) > 1e-8$$, 'normal equations');
SELECT ok(bool_and(NOT differ((s).coefficients, (o).coefficients) AND NOT differ((s).covariance, (o).covariance) AND NOT differ(ARRAY[(s).sigma2, (s).log_likelihood, (s).df] || (s).residual_tests, ARRAY[(o).sigma2, (o).log_likelihood, (o).df] || (o).residual_tests)),
	'slx is spatial_ols with the lags as columns')
FROM (SELECT slx(w, id, y, ARRAY[a, b]) AS s, spatial_ols(w, id, y, ARRAY[a, b, wa, wb]) AS o FROM panel GROUP BY kind) AS s;
SELECT ok(bool_and(abs((m).coefficients[2] - slope) < 1e-12 * abs(slope) AND abs((m).coefficients[1] - base) < 1e-10), 'one column: as regr_slope and regr_intercept')
FROM (SELECT spatial_ols(w, id, y, ARRAY[a]) AS m, regr_slope(y, a) AS slope, regr_intercept(y, a) AS base FROM panel GROUP BY kind) AS s;

-- ---- scale, labels, order, parallel ----
SELECT is_empty($$
	SELECT kind, (s).m.model FROM model AS m JOIN (
		SELECT kind, v.m FROM (SELECT kind, spatial_ols(w, id, 10 * y + 3, ARRAY[a, b]) AS ols, slx(w, id, 10 * y + 3, ARRAY[a, b]) AS slx FROM panel GROUP BY kind) AS s, LATERAL (VALUES (ols), (slx)) AS v(m)) AS s USING (kind)
	WHERE (m.m).model = (s.m).model AND (differ((s.m).coefficients[2:], ARRAY(SELECT 10 * c FROM unnest((m.m).coefficients[2:]) AS c)) OR differ((s.m).residual_tests, (m.m).residual_tests, 1e-8))$$, 'y times 10, plus 3: coefficients times 10, the same tests');
SELECT is_empty($$
	SELECT kind FROM model AS m JOIN (SELECT kind, spatial_lag_model(w, id, 10 * y, ARRAY[a / 100, b]) AS s, spatial_lag_ml(w, id, 10 * y, ARRAY[a / 100, b]) AS l FROM panel GROUP BY kind) AS s USING (kind),
		LATERAL (SELECT CASE (m.m).model WHEN 'lag' THEN s ELSE l END AS n) AS n
	WHERE (m.m).model IN ('lag', 'lag_ml') AND (differ(ARRAY[(n).coefficients[1] / 10, (n).coefficients[2] / 1000, (n).coefficients[3] / 10, (n).coefficients[4]], (m.m).coefficients) OR differ((n).multipliers, (m.m).multipliers))$$,
	'rho and multipliers know no units');
CREATE TABLE relabelled AS
SELECT kind, weights_agg(-7 * id, -7 * neighbor, weight) AS w FROM map, links(w) GROUP BY kind;
SELECT ok(bool_and(NOT differ((a).coefficients, (b).coefficients, 1e-8) AND NOT differ((a).residual_tests, (b).residual_tests, 1e-8)), 'ids are names: turned round, the same') FROM (
	SELECT slx(r.w, -7 * id, y, ARRAY[a, b]) AS a, slx(p.w, id, y, ARRAY[a, b]) AS b FROM panel AS p JOIN relabelled AS r USING (kind) GROUP BY kind) AS s;
SELECT ok(bool_and(a = b), 'the order of rows changes no bit') FROM (
	SELECT durbin(w, id, y, ARRAY[a, b] ORDER BY id) AS a, durbin(w, id, y, ARRAY[a, b] ORDER BY a) AS b FROM panel GROUP BY kind) AS s;
SELECT ok(bool_and(NOT differ((a).coefficients, ARRAY[(b).coefficients[1], (b).coefficients[3], (b).coefficients[2], (b).coefficients[5], (b).coefficients[4], (b).coefficients[6]], 1e-8)), 'columns may be given in any order') FROM (
	SELECT durbin(w, id, y, ARRAY[a, b]) AS a, durbin(w, id, y, ARRAY[b, a]) AS b FROM panel GROUP BY kind) AS s;

-- ---- two stages ----
SELECT is_empty($$
	SELECT kind FROM model JOIN panel USING (kind), LATERAL (SELECT (m).coefficients AS c) AS s WHERE (m).model = 'lag'
	GROUP BY kind HAVING greatest(abs(sum(y - c[1] - c[2] * a - c[3] * b - c[4] * wy)), abs(sum(a * (y - c[1] - c[2] * a - c[3] * b - c[4] * wy))), abs(sum(b * (y - c[1] - c[2] * a - c[3] * b - c[4] * wy)))) > 1e-7$$,
	'residuals are orthogonal to the regressors given');
-- with as many instruments as unknowns the residuals are orthogonal to the instrument
SELECT ok(bool_and(abs(o) < 1e-7), 'one instrument: its moment is 0') FROM (
	SELECT kind, sum(wa * (y - c[1] - c[2] * a - c[3] * wy)) AS o FROM panel JOIN (SELECT kind, (spatial_lag_model(w, id, y, ARRAY[a], 'classical', 1)).coefficients AS c FROM panel GROUP BY kind) AS s USING (kind) GROUP BY kind) AS s;

-- ---- effects ----
SELECT is_empty($$SELECT kind, (m).model, t.* FROM model, impacts(m) AS t WHERE abs(direct + indirect - total) > 1e-12 * abs(total) OR direct IS NULL$$, 'direct + indirect = total');
SELECT is_empty($$
	SELECT kind, (m).model, t.* FROM model, impacts(m) AS t, LATERAL (SELECT right(term, 1)::int AS no) AS v,
		LATERAL (SELECT sum(effect) / 144 AS total, sum(effect) FILTER (WHERE id_from = id_to) / 144 AS direct FROM impact_matrix(m, w, no)) AS x
	WHERE differ(ARRAY[t.direct, t.indirect, t.total], ARRAY[x.direct, x.total - x.direct, x.total])$$, 'effects are the means of the matrix');
SELECT is_empty($$SELECT kind, (m).model FROM model, LATERAL (SELECT array_agg(ARRAY[direct, direct_se, indirect, indirect_se, total, total_se] ORDER BY term) AS a FROM impacts(m)) AS a,
	LATERAL (SELECT array_agg(ARRAY[direct, direct_se, indirect, indirect_se, total, total_se] ORDER BY term) AS b FROM impacts(m, w)) AS b WHERE a IS DISTINCT FROM b$$, 'weights given again: the same bits');
SELECT ok(bool_and(abs(sum - 2.5 / 0.6) < 1e-12), 'rows of the matrix sum to (beta + theta)/(1 - rho)') FROM (SELECT kind, id_to, sum(effect) FROM map, impact_matrix(0.4, 2, 0.5, w) GROUP BY 1, 2) AS s;
SELECT ok(bool_and(abs(effect - power) < 1e-6), 'the matrix is the sum of the powers of rho W') FROM (
	WITH RECURSIVE p AS (
		SELECT 0 AS step, id AS id_to, (id = 30)::int::float8 AS value FROM area
		UNION ALL
		SELECT step + 1, id_to, 0.4 * spatial_lag((SELECT w FROM map WHERE kind = 'knn'), id_to, value) OVER () FROM p WHERE step < 20)
	SELECT effect, sum(value) AS power FROM p JOIN (SELECT m.* FROM map, impact_matrix(0.4, 1, 0, w) AS m WHERE kind = 'knn' AND id_from = 30) AS m USING (id_to) GROUP BY id_to, effect) AS s;
-- the delta method against differences: what a small change of rho does
SELECT is_empty($$
	SELECT kind, d, slope FROM (SELECT kind, w, (spatial_lag_ml(w, id, y, ARRAY[a, b])).* FROM panel GROUP BY kind, w) AS m, LATERAL (SELECT coefficients[4] AS rho) AS r,
		LATERAL (SELECT p.direct - q.direct AS d0, p.total - q.total AS t0 FROM impacts(rho + 1e-5, 1, 0, w) AS p, impacts(rho - 1e-5, 1, 0, w) AS q) AS x,
		LATERAL (SELECT p.direct - q.direct AS d1, p.total - q.total AS t1 FROM impacts(rho + 1e-5, 0, 1, w) AS p, impacts(rho - 1e-5, 0, 1, w) AS q) AS y,
		LATERAL (SELECT ARRAY[d0, d1, t0, t1] AS d, ARRAY(SELECT 2e-5 * multipliers[k] FROM unnest(ARRAY[5, 6, 7, 8]) AS k) AS slope) AS z
	WHERE differ(ARRAY(SELECT 1e5 * v FROM unnest(d) AS v), ARRAY(SELECT 1e5 * v FROM unnest(slope) AS v), 1e-6)$$, 'derivatives of the multipliers');

-- ---- likelihood ----
SELECT is_empty($$SELECT kind FROM model AS a JOIN model AS b USING (kind), (VALUES ('ols', 'lag_ml'), ('lag_ml', 'durbin_ml'), ('ols', 'slx'), ('slx', 'durbin_ml'), ('slx', 'durbin_error_ml'), ('ols', 'error_ml'), ('error_ml', 'durbin_ml')) AS n(small, large)
	WHERE (a.m).model = small AND (b.m).model = large AND (a.m).log_likelihood > (b.m).log_likelihood + 1e-9$$, 'a larger model is at least as likely');
-- rho 0 planted: least squares and likelihood give nearly the same
SELECT ok(bool_and(abs((m).coefficients[4]) < 3 * sqrt((m).covariance[16])), 'no lag where none is') FROM (SELECT kind, spatial_lag_ml(w, id, local - wa / 2, ARRAY[a, b]) AS m FROM data GROUP BY kind) AS s;

-- ---- moments ----
-- y of an error model: u = (I - 0.5 W)^-1 e
CREATE TABLE noisy AS
SELECT kind, m.id_to AS id, sum(m.effect * e) AS u FROM area AS d, map, impact_matrix(0.5, 1, 0, map.w) AS m WHERE m.id_from = d.id GROUP BY 1, 2;
CREATE TABLE error_fit AS
SELECT kind, spatial_error_model(w, id, 1 + 2 * a - b + u, ARRAY[a, b]) AS m, spatial_error_ml(w, id, 1 + 2 * a - b + u, ARRAY[a, b]) AS l,
	spatial_error_model(w, id, 7 + 10 * (1 + 2 * a - b + u), ARRAY[a / 100, b]) AS scaled FROM panel JOIN noisy USING (kind, id) GROUP BY kind;
SELECT is_empty($$SELECT kind, t.* FROM error_fit, terms(m) AS t JOIN (VALUES ('x1', 2.0), ('x2', -1), ('lambda', 0.5)) AS p(term, planted) USING (term) WHERE abs(estimate - planted) > 3 * se$$, 'planted errors alike are found by moments');
SELECT ok(bool_and(abs((m).coefficients[4] - (l).coefficients[4]) < sqrt((l).covariance[16])), 'moments and likelihood agree') FROM error_fit;
SELECT ok(bool_and(NOT differ((m).coefficients, ARRAY[((scaled).coefficients[1] - 7) / 10, (scaled).coefficients[2] / 1000, (scaled).coefficients[3] / 10, (scaled).coefficients[4]])
	AND abs((m).covariance[16] / (scaled).covariance[16] - 1) < 1e-8), 'lambda knows no units') FROM error_fit;

-- ---- errors ----
SELECT ok(bool_and(abs((b).covariance[k] / (a).covariance[k] - 144.0 / 139) < 1e-12), 'hc1 is hc0 times n/(n - k)') FROM (SELECT slx(w, id, y, ARRAY[a, b], 'hc0') AS a, slx(w, id, y, ARRAY[a, b], 'hc1') AS b FROM panel GROUP BY kind) AS s, generate_series(1, 25) AS k;
SELECT ok(bool_and(NOT differ((a).covariance, (b).covariance)), 'a kernel without links: hac is hc0') FROM (
	SELECT spatial_ols((SELECT weights_agg(id, NULL, 1) FROM area), id, y, ARRAY[a, b], 'hac') AS a, spatial_ols(w, id, y, ARRAY[a, b], 'hc0') AS b FROM panel GROUP BY kind) AS s;
SELECT ok(bool_and(NOT differ((a).covariance, (b).covariance)), 'the kernel''s diagonal counts 1, given or not') FROM (
	SELECT spatial_ols(w, id, y, ARRAY[a, b], 'hac') AS a, spatial_ols(with_self(w), id, y, ARRAY[a, b], 'hac') AS b FROM panel GROUP BY kind, w) AS s;

-- ---- stored, in windows ----
CREATE TEMP TABLE stored AS SELECT kind, m, w FROM model;
SELECT results_eq('SELECT kind, t.* FROM stored, terms(m) AS t', 'SELECT kind, t.* FROM model, terms(m) AS t', 'a stored model says the same');
SELECT ok(bool_and(m::text::spatial_model::text = m::text), 'and so does one dumped as text') FROM model;
SELECT is(string_agg((m).n_used::text, ' ' ORDER BY id), '6 7 8 9 9 9 9 9 9', 'a growing window calls the final function again and again') FROM (
	SELECT id, spatial_ols((SELECT w FROM map WHERE kind = 'queen'), id, a, ARRAY[b]) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 5 FOLLOWING) AS m FROM area WHERE id BETWEEN 1 AND 9) AS s;
SELECT * FROM finish();
ROLLBACK;
