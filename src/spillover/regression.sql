-- Spatial regression: what else goes along with an outcome, and how far it reaches.

CREATE TYPE spatial_model AS (
	model text,
	variables integer,
	coefficients double precision[],
	covariance double precision[],
	sigma2 double precision,
	df double precision,
	log_likelihood double precision,
	n_used bigint,
	n_null bigint,
	n_islands bigint,
	s0 double precision,
	multipliers double precision[],
	residual_tests double precision[],
	note text
);
COMMENT ON TYPE spatial_model IS
'Result of a spatial regression, made to be stored and read by terms, impacts, impact_matrix, lm_tests and residual_moran: kind of model; number of columns of x; coefficients in the order intercept, x, lags of x, rho or lambda; their covariance, row by row; variance of the errors (by n - k for least squares, n for likelihood); degrees of freedom of t, NULL where inference is by the normal distribution; log-likelihood, NULL for two-stage least squares; areas used, areas left out because a value is unknown, areas used without neighbours; sum of the weights among those used. Multipliers: mean diagonal of S = (I - rho W)^-1 and of S W, mean row sums of both, and the derivatives of these four by rho; NULL above 1000 areas or where effects do not die out. Residual tests: LMerr, LMlag, RLMerr, RLMlag, Moran''s I, its expectation and variance. Note: what is remarkable, in words.';

CREATE FUNCTION regression_transition(state internal, w weights, id bigint, y double precision, x double precision[]) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_regression_transition';
COMMENT ON FUNCTION regression_transition(internal, weights, bigint, double precision, double precision[]) IS
'Step of spatial_ols, slx, spatial_lag_model, durbin and the likelihood forms: collects id, y and x.';
CREATE FUNCTION regression_transition(state internal, w weights, id bigint, y double precision, x double precision[], errors text) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_regression_transition';
COMMENT ON FUNCTION regression_transition(internal, weights, bigint, double precision, double precision[], text) IS
'Step of spatial_ols and slx: collects id, y and x. With the kind of errors.';
CREATE FUNCTION regression_transition(state internal, w weights, id bigint, y double precision, x double precision[], errors text, w_lags integer) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_regression_transition';
COMMENT ON FUNCTION regression_transition(internal, weights, bigint, double precision, double precision[], text, integer) IS
'Step of spatial_lag_model and durbin: collects id, y and x. With the kind of errors and the powers of w on x among the instruments.';

CREATE FUNCTION spatial_ols_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_spatial_ols';
COMMENT ON FUNCTION spatial_ols_final(internal) IS 'Step of spatial_ols: computes the result.';
CREATE AGGREGATE spatial_ols(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_ols_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_ols(weights, bigint, double precision, double precision[]) IS
'Least squares of y on an intercept and the columns of x, with what the tests of spatial dependence need: read it by terms, lm_tests and residual_moran. Errors classical, s^2 (X''X)^-1, t with n - k degrees of freedom. Where all rows of w sum to 1 they do so again over the neighbours used. A row where y or an element of x is NULL is left out, and so is an area of w without a row. id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows, a value not finite, x of different lengths, a column that depends on those before it (as lm of R finds it), or no more areas than coefficients: 22023; more than 31 columns: 54000. No row, w NULL, or x NULL everywhere: NULL.';
CREATE AGGREGATE spatial_ols(w weights, id bigint, y double precision, x double precision[], errors text) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_ols_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_ols(weights, bigint, double precision, double precision[], text) IS
'As spatial_ols without errors, which see. errors: classical, hc0 (White 1980), hc1 (hc0 times n/(n - k)), or hac: w is then a kernel over distance, such as kernel_weights gives, by which errors of areas near each other go together, an area with itself counting 1 (Kelejian and Prucha 2007); where that makes a variance negative it is NULL and the note says so. The same in all rows, else 22023; NULL: 22004.';

CREATE FUNCTION slx_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_slx';
COMMENT ON FUNCTION slx_final(internal) IS 'Step of slx: computes the result.';
CREATE AGGREGATE slx(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = slx_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE slx(weights, bigint, double precision, double precision[]) IS
'Least squares of y on an intercept, x and the neighbours'' x: y = X beta + W X theta + u. The first choice for spill-over: effects reach the neighbours and end there. Halleck Vega and Elhorst 2015. Rows, errors and refusals as spatial_ols, which see; a lag that depends on the columns before it: 22023.';
CREATE AGGREGATE slx(w weights, id bigint, y double precision, x double precision[], errors text) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = slx_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE slx(weights, bigint, double precision, double precision[], text) IS
'As slx without errors, which see. errors: classical, hc0 or hc1, as in spatial_ols.';

CREATE FUNCTION spatial_lag_model_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'monitor_spatial_lag_model';
COMMENT ON FUNCTION spatial_lag_model_final(internal) IS 'Step of spatial_lag_model: computes the result.';
CREATE AGGREGATE spatial_lag_model(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_lag_model_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_lag_model(weights, bigint, double precision, double precision[]) IS
'The outcome of the neighbours reaches the own one: y = rho W y + X beta + u, by two-stage least squares with instruments W X and W^2 X (Kelejian and Prucha 1998). Errors classical with n - k, inference by the normal distribution. rho at 1 or beyond is returned, its effects are NULL. Where the lags of x do not explain W y: 22023. Rows and other refusals as spatial_ols, which see.';
CREATE AGGREGATE spatial_lag_model(w weights, id bigint, y double precision, x double precision[], errors text, w_lags integer) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_lag_model_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_lag_model(weights, bigint, double precision, double precision[], text, integer) IS
'As spatial_lag_model without errors and w_lags, which see. errors: classical, hc0 or hc1, as in spatial_ols; w_lags: instruments are W X to W^w_lags X, 1 to 4, 2 if not given; both the same in all rows, else 22023; NULL: 22004.';

CREATE FUNCTION durbin_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'monitor_durbin';
COMMENT ON FUNCTION durbin_final(internal) IS 'Step of durbin: computes the result.';
CREATE AGGREGATE durbin(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = durbin_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE durbin(weights, bigint, double precision, double precision[]) IS
'Spatial Durbin model y = rho W y + X beta + W X theta + u, by two-stage least squares with instruments W^2 X and W^3 X. LeSage and Pace 2009, Kelejian and Prucha 1998. Errors, rows and refusals as spatial_lag_model, which see. The further instruments are often weak: look at the error of rho.';
CREATE AGGREGATE durbin(w weights, id bigint, y double precision, x double precision[], errors text, w_lags integer) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = durbin_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE durbin(weights, bigint, double precision, double precision[], text, integer) IS
'As durbin without errors and w_lags, which see. errors: classical, hc0 or hc1; w_lags: instruments are W^2 X to W^(w_lags + 1) X, 1 to 4, 2 if not given.';

CREATE FUNCTION spatial_error_model_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10000 AS 'MODULE_PATHNAME', 'monitor_spatial_error_model';
COMMENT ON FUNCTION spatial_error_model_final(internal) IS 'Step of spatial_error_model: computes the result.';
CREATE AGGREGATE spatial_error_model(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_error_model_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_error_model(weights, bigint, double precision, double precision[]) IS
'Errors of neighbours are alike, effects do not reach them: y = X beta + u, u = lambda W u + e, by generalised moments in two steps for any number of areas (Kelejian and Prucha 1999; Drukker, Egger and Prucha 2013, homoskedastic). lambda inside the range where w''s powers die out; if the moments have no minimum there all figures are NULL and the note says so. sigma2 by n, inference by the normal distribution, beta and lambda as if independent. Rows and refusals as spatial_ols, which see.';

CREATE FUNCTION spatial_lag_ml_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'monitor_spatial_lag_ml';
COMMENT ON FUNCTION spatial_lag_ml_final(internal) IS 'Step of spatial_lag_ml: computes the result.';
CREATE AGGREGATE spatial_lag_ml(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_lag_ml_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_lag_ml(weights, bigint, double precision, double precision[]) IS
'The lag model y = rho W y + X beta + u by maximum likelihood with normal errors: the root of the score, to 1e-12. Ord 1975, Anselin 1988. rho inside the range where effects die out (rows that sum to 1: between -1 and 1); if the likelihood has no maximum there all figures are NULL and the note says so. Standard errors from the expected information, inference by the normal distribution, sigma2 by n. More than 2000 areas: 54000. Rows and other refusals as spatial_ols, which see.';

CREATE FUNCTION durbin_ml_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'monitor_durbin_ml';
COMMENT ON FUNCTION durbin_ml_final(internal) IS 'Step of durbin_ml: computes the result.';
CREATE AGGREGATE durbin_ml(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = durbin_ml_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE durbin_ml(weights, bigint, double precision, double precision[]) IS
'The spatial Durbin model y = rho W y + X beta + W X theta + u by maximum likelihood. As spatial_lag_ml, which see.';

CREATE FUNCTION spatial_error_ml_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'monitor_spatial_error_ml';
COMMENT ON FUNCTION spatial_error_ml_final(internal) IS 'Step of spatial_error_ml: computes the result.';
CREATE AGGREGATE spatial_error_ml(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = spatial_error_ml_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_error_ml(weights, bigint, double precision, double precision[]) IS
'Errors of neighbours are alike, effects do not reach them: y = X beta + u, u = lambda W u + e, by maximum likelihood. As spatial_lag_ml, which see; lambda in the place of rho.';

CREATE FUNCTION durbin_error_ml_final(state internal) RETURNS spatial_model
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'monitor_durbin_error_ml';
COMMENT ON FUNCTION durbin_error_ml_final(internal) IS 'Step of durbin_error_ml: computes the result.';
CREATE AGGREGATE durbin_error_ml(w weights, id bigint, y double precision, x double precision[]) (
	SFUNC = regression_transition, STYPE = internal, FINALFUNC = durbin_error_ml_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE durbin_error_ml(weights, bigint, double precision, double precision[]) IS
'slx whose errors are those of spatial_error_ml: y = X beta + W X theta + u, u = lambda W u + e, by maximum likelihood. As spatial_lag_ml, which see.';

CREATE FUNCTION terms(model spatial_model, names text[] DEFAULT NULL, conf double precision DEFAULT 0.95,
	OUT term text, OUT estimate double precision, OUT se double precision, OUT statistic double precision, OUT p double precision, OUT low double precision, OUT high double precision) RETURNS SETOF record
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100 ROWS 6 AS 'MODULE_PATHNAME', 'monitor_terms';
COMMENT ON FUNCTION terms(spatial_model, text[], double precision) IS
'Coefficients of a spatial regression with standard error, t or z, two-sided p and interval; t where the model has degrees of freedom. Terms: intercept, x1, x2, ..., lag_x1, ..., rho or lambda; names gives the columns of x names of their own. A standard error of 0 (the model fits exactly): statistic and p NULL. Another number of names, conf not between 0 and 1, or a value that no aggregate made: 22023; a name that is NULL: 22004. model NULL: no rows.';

CREATE FUNCTION impacts(model spatial_model, w weights DEFAULT NULL, names text[] DEFAULT NULL,
	OUT term text, OUT direct double precision, OUT direct_se double precision, OUT direct_p double precision,
	OUT indirect double precision, OUT indirect_se double precision, OUT indirect_p double precision,
	OUT total double precision, OUT total_se double precision, OUT total_p double precision, OUT note text) RETURNS SETOF record
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 ROWS 3 AS 'MODULE_PATHNAME', 'monitor_impacts';
COMMENT ON FUNCTION impacts(spatial_model, weights, text[]) IS
'Effects of one unit of each column of x, feedback included, as means over the areas (LeSage and Pace 2009): direct, on the area itself; indirect, on all others together; total. S_k = (I - rho W)^-1 (beta_k + W theta_k): direct is its mean diagonal, total its mean row sum. Standard errors by the delta method, p two-sided, as in terms; names as there. Where effects do not die out (|rho| times the largest eigenvalue of w at 1 or above) all is NULL and the note says so. w is needed for a model with rho of more than 1000 areas, else 54000, and serves up to 5000: the weights among the areas that the model used; other weights: 22023. model NULL: no rows.';
CREATE FUNCTION impacts(rho double precision, beta double precision, theta double precision, w weights,
	OUT term text, OUT direct double precision, OUT direct_se double precision, OUT direct_p double precision,
	OUT indirect double precision, OUT indirect_se double precision, OUT indirect_p double precision,
	OUT total double precision, OUT total_se double precision, OUT total_p double precision, OUT note text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 1 AS 'MODULE_PATHNAME', 'monitor_impacts_fixed';
COMMENT ON FUNCTION impacts(double precision, double precision, double precision, weights) IS
'Effects at given coefficients, as impacts of a model; standard errors and p are NULL. Not finite: 22023; more than 5000 areas: 54000. An argument NULL, or no areas: no rows.';

CREATE FUNCTION impact_matrix(model spatial_model, w weights, variable integer DEFAULT 1,
	OUT id_from bigint, OUT id_to bigint, OUT effect double precision) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 10000 AS 'MODULE_PATHNAME', 'monitor_impact_matrix';
COMMENT ON FUNCTION impact_matrix(spatial_model, weights, integer) IS
'Which area sends how much to which: the effect of one unit of a column of x in area id_from on y of area id_to, feedback included; the own effect where both are the same. Sums over id_from give what an area receives, over id_to what it sends. Pairs between which nothing passes are left out. variable counts the columns of x from 1. w: the weights among the areas that the model used; other weights, a column that is not there, or rho out of range: 22023; more than 5000 areas: 54000. A NULL, or rho unknown: no rows.';
CREATE FUNCTION impact_matrix(rho double precision, beta double precision, theta double precision, w weights,
	OUT id_from bigint, OUT id_to bigint, OUT effect double precision) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 10000 AS 'MODULE_PATHNAME', 'monitor_impact_matrix_fixed';
COMMENT ON FUNCTION impact_matrix(double precision, double precision, double precision, weights) IS
'The same at given coefficients.';

CREATE FUNCTION lm_tests(model spatial_model, OUT test text, OUT statistic double precision, OUT df integer, OUT p double precision) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 5 AS 'MODULE_PATHNAME', 'monitor_lm_tests';
COMMENT ON FUNCTION lm_tests(spatial_model) IS
'Lagrange multiplier tests of the residuals of spatial_ols or slx (Anselin 1988; Anselin, Bera, Florax and Yoon 1996): LMerr, a spatial error; LMlag, a lag of y; RLMerr and RLMlag, the one in presence of the other; SARMA, both. Chi-square with df degrees of freedom. Use: if only one of LMerr and LMlag is significant take that model; if both, the one whose robust form is. Figures are NULL where the model fits exactly or w has no links, the robust ones also where x does not vary; another kind of model: 22023.';

CREATE FUNCTION residual_moran(model spatial_model, OUT statistic double precision, OUT expected double precision, OUT variance double precision, OUT z double precision, OUT p double precision) RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'monitor_residual_moran';
COMMENT ON FUNCTION residual_moran(spatial_model) IS
'Moran''s I of the residuals of spatial_ols or slx, with expectation and variance for residuals of normal errors (Cliff and Ord 1981), z and two-sided p. The moran of residuals taken as data would not know that they are fitted. NULL figures where the model fits exactly or w has no links; another kind of model: 22023.';
