-- Two-stage least squares, robust errors and likelihood beside spreg, every row.
-- Where spreg's convention is another, what it prints follows from ours by formula:
-- GM_Lag divides squares by n, we by n - k; ML standard errors take tr(G G) for
-- tr(G'G), G = W (I - rho W)^-1. Its moments of the error model stop some 1e-8 short
-- of their minimum.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA spreg_test;
SET search_path = spreg_test, monitor, public;
\ir setup.psql
SELECT plan(7);

CREATE TABLE ref (dataset text, model text, term text, coef float8, se float8, package text);
\copy ref FROM 'test/data/reference/ref_spreg.csv' CSV HEADER
SELECT is(count(*), 30::bigint, 'rows read') FROM ref;

CREATE TABLE columbus AS
SELECT w, id, "CRIME" AS y, ARRAY["INC", "HOVAL"] AS x FROM read_columbus JOIN weight ON (dataset, style, kind) = ('columbus', 'W', 'queen');
CREATE TABLE model AS
SELECT w, v.* FROM (
	SELECT w, spatial_lag_model(w, id, y, x, 'classical', 1) AS lag1, spatial_lag_model(w, id, y, x, 'classical', 2) AS lag2, spatial_lag_model(w, id, y, x, 'hc0', 1) AS white,
		spatial_lag_ml(w, id, y, x) AS lag_ml, spatial_error_ml(w, id, y, x) AS error_ml, spatial_error_model(w, id, y, x) AS error, spatial_ols(w, id, y, x, 'hc1') AS ols_white,
		spatial_ols((SELECT kernel_weights(id, geom, 'triangular', 1.0) FROM area WHERE dataset = 'columbus'), id, y, x, 'hac') AS ols_hac
	FROM columbus GROUP BY w) AS f,
	LATERAL (VALUES ('GM_Lag wlags=1', lag1), ('GM_Lag wlags=2', lag2), ('GM_Lag white', white), ('ML_Lag', lag_ml), ('ML_Error', error_ml), ('GM_Error_Hom', error), ('OLS white', ols_white), ('OLS HAC triangular bw=1.0', ols_hac)) AS v(model, m);

-- G = W (I - rho W)^-1 at our rho or lambda
CREATE TABLE g AS
SELECT model, i.* FROM model, LATERAL impact_matrix((m).coefficients[4], 0, 1, w) AS i WHERE model LIKE 'ML%';
CREATE TABLE traces AS
SELECT a.model, sum(a.effect * b.effect) AS of_square, (SELECT sum(effect ^ 2) FROM g WHERE g.model = a.model) AS of_product
FROM g AS a JOIN g AS b ON (b.model, b.id_from, b.id_to) = (a.model, a.id_to, a.id_from) GROUP BY a.model;

-- The information on rho with tr(G G) twice; what else changes hangs on the covariance with rho.
CREATE TABLE ours AS
SELECT model, 'beta' || k - 1 AS term, (m).coefficients[k] AS coef,
	sqrt(CASE
		WHEN model LIKE 'GM_Lag wlags%' THEN v * ((m).n_used - 4) / (m).n_used
		WHEN model LIKE 'ML%' THEN v + (1 / (1 / v_rho - of_product + of_square) - v_rho) * (c_rho / v_rho) ^ 2
		ELSE v
	END) AS se, model LIKE 'ML%' OR model LIKE 'GM_Error%' AS minimised
FROM model LEFT JOIN traces USING (model), generate_subscripts((m).coefficients, 1) AS k,
	LATERAL (SELECT cardinality((m).coefficients) AS size) AS s,
	LATERAL (SELECT (m).covariance[(k - 1) * size + k] AS v, (m).covariance[(k - 1) * size + size] AS c_rho, (m).covariance[size * size] AS v_rho) AS c;

CREATE TABLE compared AS
SELECT ref.model, ref.term, minimised, ref.coef AS their_coef, ours.coef, ref.se AS their_se, ours.se,
	greatest(relative_difference(ref.coef, ours.coef), relative_difference(ref.se, ours.se)) AS difference
FROM ref LEFT JOIN ours USING (model, term);
SELECT is_empty($$SELECT * FROM compared WHERE NOT minimised AND difference > 1e-9$$, 'closed forms');
SELECT is_empty($$SELECT * FROM compared WHERE minimised AND difference > 1e-6$$, 'likelihood and moments as near as spreg comes to the end');
SELECT is(count(*), 12::bigint, 'rows of likelihood and moments') FROM compared WHERE minimised;
SELECT is(count(*), 30::bigint, 'no row is passed over') FROM compared WHERE coef IS NOT NULL;
-- what tr(G G) twice does to the standard error of rho, and that of lambda
SELECT is_empty($$SELECT * FROM compared JOIN model USING (model) WHERE model LIKE 'ML%' AND term = 'beta3' AND their_se < 1.015 * sqrt((m).covariance[16])$$, 'their errors of rho and lambda are too large');
-- the moment estimator of the same model lies within a standard error of maximum likelihood
SELECT is_empty($$
	SELECT * FROM ref JOIN compared AS c ON c.model = 'ML_Error' AND c.term = ref.term WHERE ref.model = 'GM_Error_Hom' AND abs(ref.coef - c.coef) > c.se$$, 'moments and likelihood agree on the error model');

SELECT diag(format('ref_spreg: %s rows compared, worst relative difference %s; %s rows of likelihood and moments, worst %s', count(*) FILTER (WHERE NOT minimised),
	max(difference) FILTER (WHERE NOT minimised), count(*) FILTER (WHERE minimised), max(difference) FILTER (WHERE minimised))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
