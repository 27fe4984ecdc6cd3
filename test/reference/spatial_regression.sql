-- Least squares, tests of its residuals, SLX, two-stage least squares and effects
-- beside spatialreg and spdep, every row. Maximum likelihood is compared by its first
-- order condition: peers stop some 1e-8 short of the maximum, so what follows from
-- rho is compared at the rho that they print.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA spatial_regression_test;
SET search_path = spatial_regression_test, monitor, public;
\ir setup.psql
SELECT plan(11);

CREATE TABLE ref (dataset text, weights text, model text, term text, quantity text, value float8, call text, package text);
\copy ref FROM 'test/data/reference/ref_spatial_regression.csv' CSV HEADER
SELECT is(count(*), 226::bigint, 'rows read') FROM ref;
UPDATE ref SET term = coalesce(term, '');

CREATE TABLE columbus AS
SELECT kind || '/W' AS weights, w, id, "CRIME" AS y, "INC" AS inc, "HOVAL" AS hoval,
	spatial_lag(w, id, "CRIME") OVER p AS wy, spatial_lag(w, id, "INC") OVER p AS winc, spatial_lag(w, id, "HOVAL") OVER p AS whoval
FROM read_columbus JOIN weight ON (dataset, style) = ('columbus', 'W') AND kind IN ('queen', 'knn4') WINDOW p AS (PARTITION BY kind);

CREATE TABLE fit AS
SELECT weights, w, spatial_ols(w, id, y, x) AS ols, slx(w, id, y, x) AS slx, spatial_lag_model(w, id, y, x) AS lag,
	spatial_lag_ml(w, id, y, x) AS lag_ml, durbin_ml(w, id, y, x) AS durbin_ml, spatial_error_ml(w, id, y, x) AS error_ml, durbin_error_ml(w, id, y, x) AS durbin_error_ml
FROM columbus, LATERAL (SELECT ARRAY[inc, hoval] AS x) AS c GROUP BY weights, w;

-- ---- ours in the shape of the reference ----
CREATE TABLE model AS
SELECT weights, w, v.* FROM fit, LATERAL (VALUES ('OLS', ols), ('SLX', slx), ('S2SLS lag', lag), ('SAR lag ML', lag_ml), ('SDM ML', durbin_ml), ('SEM ML', error_ml), ('SDEM ML', durbin_error_ml)) AS v(model, m);

CREATE TABLE ours AS
SELECT weights, model, t.term, q.quantity, q.value
FROM model, terms(m, '{INC,HOVAL}') AS t, LATERAL (VALUES ('coef', estimate), ('se', se)) AS q(quantity, value)
UNION ALL
SELECT weights, model, '', q.quantity, q.value
FROM model, LATERAL (VALUES ('logLik', (m).log_likelihood), (CASE WHEN model LIKE '% ML' THEN 'sigma2_ml' ELSE 'sigma2' END, (m).sigma2)) AS q(quantity, value)
UNION ALL
SELECT weights, model, t.term, q.quantity, q.value
FROM model, impacts(m, names => '{INC,HOVAL}') AS t, LATERAL (VALUES ('impact_direct', direct), ('impact_indirect', indirect), ('impact_total', total)) AS q(quantity, value)
UNION ALL
SELECT weights, 'OLS', t.test, q.quantity, q.value FROM fit, lm_tests(ols) AS t, LATERAL (VALUES ('statistic', statistic), ('p', p)) AS q(quantity, value)
UNION ALL
SELECT weights, 'OLS residual Moran', q.* FROM fit, residual_moran(ols) AS t, LATERAL (VALUES ('Observed Moran I', 'value', statistic), ('Expectation', 'value', expected), ('Variance', 'value', variance), ('', 'z', z)) AS q(term, quantity, value)
UNION ALL
-- effects at fixed coefficients: of INC and HOVAL, with and without the lag of x
SELECT weights, format('%s fixed rho=%s beta=%s theta=%s', f.kind, rho, beta, theta), f.term, q.quantity, q.value
FROM fit CROSS JOIN (VALUES (0.25), (0.5), (-0.2)) AS r(rho) CROSS JOIN (VALUES ('SDM', 'INC', -1, 0.3), ('SDM', 'HOVAL', -0.25, 0.1), ('SAR', 'INC', -1, 0.3), ('SAR', 'HOVAL', -0.25, 0.1)) AS f(kind, term, beta, theta),
	LATERAL impacts(rho, beta, CASE f.kind WHEN 'SDM' THEN theta ELSE 0 END, w) AS t, LATERAL (VALUES ('impact_direct', direct), ('impact_indirect', indirect), ('impact_total', total)) AS q(quantity, value)
WHERE weights = 'queen/W'
UNION ALL
-- what three areas send and receive
SELECT weights, format('SAR fixed rho=%s beta=-1 theta=0.3', rho), 'area' || a.id, q.quantity, q.value
FROM fit CROSS JOIN (VALUES (0.25), (0.5), (-0.2)) AS r(rho) CROSS JOIN (VALUES (1), (10), (25)) AS a(id),
	LATERAL (SELECT sum(effect) FILTER (WHERE id_from = a.id AND id_to <> a.id) AS emission, sum(effect) FILTER (WHERE id_to = a.id AND id_from <> a.id) AS reception FROM impact_matrix(rho, -1, 0, w)) AS s,
	LATERAL (VALUES ('emission_sum_j_neq_k S_jk', emission), ('reception_sum_j_neq_k S_kj', reception)) AS q(quantity, value)
WHERE weights = 'queen/W';
UPDATE ours SET term = CASE term WHEN 'intercept' THEN '(Intercept)' WHEN 'lag_INC' THEN 'lag.INC' WHEN 'lag_HOVAL' THEN 'lag.HOVAL' WHEN 'rho' THEN CASE model WHEN 'S2SLS lag' THEN 'Rho' ELSE term END ELSE term END;
SELECT is(count(*), 0::bigint, 'none of ours stands twice') FROM (SELECT FROM ours GROUP BY weights, model, term, quantity HAVING count(*) > 1) AS s;

CREATE TABLE compared AS
SELECT ref.*, ours.value AS ours, ref.model LIKE '% ML' AS likelihood, relative_difference(ref.value, ours.value) AS difference
FROM ref LEFT JOIN ours USING (weights, model, term, quantity);
SELECT is_empty($$SELECT * FROM compared WHERE NOT likelihood AND difference > 1e-9$$, 'closed forms');
SELECT is_empty($$SELECT * FROM compared WHERE likelihood AND quantity = 'logLik' AND difference > 1e-12$$, 'the maximum of the likelihood');
SELECT is_empty($$SELECT * FROM compared WHERE likelihood AND difference > 1e-6$$, 'likelihood rows as near as peers come to the maximum');

-- ---- likelihood: the first-order condition ----
-- G = W (I - rho W)^-1; its trace is the derivative of -log|I - rho W|.
CREATE FUNCTION trace_of_g(rho float8, w weights) RETURNS float8 LANGUAGE sql RETURN (SELECT sum(effect) FROM monitor.impact_matrix(rho, 0, 1, w) WHERE id_from = id_to);

-- Every likelihood model at our parameter and at theirs. At a fixed parameter what is left is least squares of y - rho W y on x, for errors of
-- (I - lambda W) y on (I - lambda W) x, whose intercept is then 1 - lambda times as large.
CREATE TABLE parameter AS
SELECT weights, model, who, parameter FROM compared, LATERAL (VALUES ('ours', ours), ('theirs', value)) AS v(who, parameter) WHERE term IN ('rho', 'lambda') AND quantity = 'coef';
CREATE TABLE row_at AS
SELECT p.weights, model, who, parameter, c.id, w, model LIKE 'S%EM%' AS error, y - parameter * wy AS y, wy, s.f, winc, whoval, inc, hoval,
	spatial_lag(w, id, winc) OVER q AS wwinc, spatial_lag(w, id, whoval) OVER q AS wwhoval
FROM parameter AS p JOIN columbus AS c USING (weights), LATERAL (SELECT CASE WHEN model LIKE 'S%EM%' THEN parameter ELSE 0 END AS f) AS s
WINDOW q AS (PARTITION BY p.weights, model, who);
CREATE TABLE row_x AS
SELECT *, CASE WHEN model LIKE 'SD%' THEN ARRAY[inc - f * winc, hoval - f * whoval, winc - f * wwinc, whoval - f * wwhoval] ELSE ARRAY[inc - f * winc, hoval - f * whoval] END AS x,
	CASE WHEN NOT error THEN wy END AS lagged
FROM row_at;
CREATE TABLE fit_at AS
SELECT weights, model, who, parameter, error, w, spatial_ols(w, id, y, x) AS m FROM row_x GROUP BY weights, model, who, parameter, error, w;
-- beta at that parameter, and the score
CREATE TABLE beta_at AS
SELECT weights, model, who, parameter, error, w, (m).sigma2 * (m).df / (m).n_used AS sigma2, (m).coefficients AS raw,
	ARRAY[(m).coefficients[1] / CASE WHEN error THEN 1 - parameter ELSE 1 END] || (m).coefficients[2:] AS b
FROM fit_at;
CREATE TABLE score_at AS
SELECT b.weights, b.model, who, b.parameter, sum(e * g) / min(sigma2) - trace_of_g(b.parameter, b.w) AS score
FROM beta_at AS b JOIN row_x AS r USING (weights, model, who),
	LATERAL (SELECT r.y - raw[1] - (SELECT sum(raw[k + 1] * r.x[k]) FROM generate_subscripts(r.x, 1) AS k) AS e,
		r.wy - CASE WHEN b.error THEN b.b[1] + b.b[2] * winc + b.b[3] * whoval + CASE WHEN b.model LIKE 'SD%' THEN b.b[4] * wwinc + b.b[5] * wwhoval ELSE 0 END ELSE 0 END AS g) AS s
GROUP BY b.weights, b.model, who, b.parameter, b.w;
SELECT is(count(*), 16::bigint, 'scores') FROM score_at;
SELECT is_empty($$SELECT * FROM score_at WHERE who = 'ours' AND abs(score) > 1e-9$$, 'our score is 0');
SELECT is_empty($$SELECT * FROM score_at AS t JOIN score_at AS o USING (weights, model) WHERE t.who = 'theirs' AND o.who = 'ours' AND (abs(o.score) > abs(t.score) OR abs(t.score) > 1e-3)$$,
	'theirs is near it, none nearer');

-- Their coefficients, variance and effects follow from their rho.
CREATE TABLE at_theirs AS
SELECT weights, model, CASE k WHEN 1 THEN '(Intercept)' WHEN 2 THEN 'INC' WHEN 3 THEN 'HOVAL' WHEN 4 THEN 'lag.INC' ELSE 'lag.HOVAL' END AS term, 'coef' AS quantity, b[k] AS value FROM beta_at, generate_subscripts(b, 1) AS k WHERE who = 'theirs'
UNION ALL SELECT weights, model, '', 'sigma2_ml', sigma2 FROM beta_at WHERE who = 'theirs'
UNION ALL
SELECT weights, model, v.term, q.quantity, q.value
FROM beta_at, LATERAL (VALUES ('INC', b[2], coalesce(b[4], 0)), ('HOVAL', b[3], coalesce(b[5], 0))) AS v(term, beta, theta), impacts(parameter, v.beta, v.theta, w) AS t,
	LATERAL (VALUES ('impact_direct', direct), ('impact_indirect', indirect), ('impact_total', total)) AS q(quantity, value)
WHERE who = 'theirs' AND NOT error;
CREATE TABLE compared_at AS
SELECT ref.*, t.value AS ours, relative_difference(ref.value, t.value) AS difference FROM ref LEFT JOIN at_theirs AS t USING (weights, model, term, quantity)
WHERE model LIKE '% ML' AND (quantity = 'coef' AND term NOT IN ('rho', 'lambda') OR quantity = 'sigma2_ml' OR quantity LIKE 'impact%');
SELECT is(count(*), 50::bigint, 'likelihood rows that follow from rho') FROM compared_at;
SELECT is_empty($$SELECT * FROM compared_at WHERE difference > 1e-9$$, 'they follow from their rho');
SELECT is_empty($$SELECT * FROM compared WHERE likelihood AND quantity NOT IN ('se', 'logLik') AND term NOT IN ('rho', 'lambda') AND NOT EXISTS (
	SELECT FROM compared_at AS c WHERE (c.weights, c.model, c.term, c.quantity) = (compared.weights, compared.model, compared.term, compared.quantity))$$, 'no likelihood row is passed over');

SELECT diag(format('ref_spatial_regression: %s rows compared, worst relative difference %s; %s likelihood rows, worst %s at our maximum, %s of them at the rho printed, worst %s',
	count(*) FILTER (WHERE NOT likelihood), max(difference) FILTER (WHERE NOT likelihood), count(*) FILTER (WHERE likelihood), max(difference) FILTER (WHERE likelihood),
	(SELECT count(*) FROM compared_at), (SELECT max(difference) FROM compared_at))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
