-- Least squares whose errors are correlated over short distances.

CREATE TYPE conley_model AS (
	coefficients double precision[],
	covariance double precision[],
	independent double precision[],
	least_eigenvalue double precision,
	n bigint,
	n_null bigint,
	areas bigint,
	pairs bigint,
	kernel text,
	cutoff double precision,
	lags bigint,
	note text
);
COMMENT ON TYPE conley_model IS
'Result of conley, made to be stored and read by terms: coefficients, the intercept first; their covariance, row by row, as estimated, without a factor for degrees of freedom and even where it is no covariance; their variances if no two rows were correlated (HC0); least eigenvalue of the covariance in units of these, below -1e-10 where it is no covariance; rows used; rows left out because something of them is unknown; areas; pairs of areas within the cutoff; kernel, or the errors of the form without space; cutoff; lags; what is remarkable, in words. pairs, cutoff and lags are NULL in the form without space.';

CREATE FUNCTION conley_transition(state internal, id bigint, geom geometry, y double precision, x double precision[], cutoff double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_conley_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION conley_transition(internal, bigint, geometry, double precision, double precision[], double precision) IS
'Step of conley.';
CREATE FUNCTION conley_transition(state internal, id bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_conley_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION conley_transition(internal, bigint, geometry, double precision, double precision[], double precision, text) IS
'Step of conley with a kernel.';
CREATE FUNCTION conley_transition(state internal, id bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_conley_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION conley_transition(internal, bigint, geometry, double precision, double precision[], double precision, text, double precision) IS
'Step of conley on a sphere.';
CREATE FUNCTION conley_transition(state internal, id bigint, period bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text, lags integer) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_conley_panel_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION conley_transition(internal, bigint, bigint, geometry, double precision, double precision[], double precision, text, integer) IS
'Step of conley over periods.';
CREATE FUNCTION conley_transition(state internal, id bigint, period bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text, lags integer, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_conley_panel_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION conley_transition(internal, bigint, bigint, geometry, double precision, double precision[], double precision, text, integer, double precision) IS
'Step of conley over periods on a sphere.';
CREATE FUNCTION conley_transition(state internal, id bigint, y double precision, x double precision[], errors text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_conley_plain_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION conley_transition(internal, bigint, double precision, double precision[], text) IS
'Step of conley without space.';
CREATE FUNCTION conley_final(state internal) RETURNS conley_model
AS 'MODULE_PATHNAME', 'monitor_conley'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION conley_final(internal) IS
'Step of conley: its result.';

CREATE AGGREGATE conley(id bigint, geom geometry, y double precision, x double precision[], cutoff double precision) (
	SFUNC = conley_transition,
	STYPE = internal,
	FINALFUNC = conley_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conley(bigint, geometry, double precision, double precision[], double precision) IS
'Least squares of y on an intercept and the columns of x, whose errors in areas closer than cutoff may be correlated; read it by terms. Distances are planar, between points or centroids, in the units of the coordinates. Kernel spherical: a pair at r = distance / cutoff counts 1 - 1.5 r + 0.5 r^3. A row where y, an element of x or the place is NULL, or the geometry EMPTY, is left out and counted. Errors: 22004 for a NULL id or setting; 23505 for an id twice; 22023 for a cutoff that is not positive, a setting that is not the same in all rows, a value that is not finite, x of different lengths, a column of x that depends on those before it, no more rows than coefficients, mixed SRIDs; 54000 for more than 100 columns. NULL for no rows, or where all are left out. Source: Conley 1999.';
CREATE AGGREGATE conley(id bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text) (
	SFUNC = conley_transition,
	STYPE = internal,
	FINALFUNC = conley_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conley(bigint, geometry, double precision, double precision[], double precision, text) IS
'As conley without kernel, which see. kernel, in any case: spherical; product_bartlett, (1 - |dx| / cutoff) (1 - |dy| / cutoff), Conley''s own; bartlett, 1 - r; uniform, 1 up to the cutoff, that distance included. The covariance of the last two need not be positive semi-definite in the plane: then terms gives no errors and says so. Another kernel: 22023.';
CREATE AGGREGATE conley(id bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text, sphere_radius double precision) (
	SFUNC = conley_transition,
	STYPE = internal,
	FINALFUNC = conley_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conley(bigint, geometry, double precision, double precision[], double precision, text, double precision) IS
'As conley without sphere_radius, which see, for coordinates in degrees: distances are along a sphere of this radius (the Earth''s is 6371008.8 metres), cutoff in its unit. 0: planar. Kernel product_bartlett: 22023.';
CREATE AGGREGATE conley(id bigint, period bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text, lags integer) (
	SFUNC = conley_transition,
	STYPE = internal,
	FINALFUNC = conley_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conley(bigint, bigint, geometry, double precision, double precision[], double precision, text, integer) IS
'As conley without period, which see, for areas seen in several periods: rows of one period are correlated over distance, rows of one area that are l periods apart count 1 - l / (lags + 1), up to lags (Newey & West 1987); lags 0: periods are independent. Effects of areas or periods are not added: take their means out of y and x first, or use ring_did. The same area and period twice: 23505; a NULL period: 22004; an area at two places, or negative lags: 22023.';
CREATE AGGREGATE conley(id bigint, period bigint, geom geometry, y double precision, x double precision[], cutoff double precision, kernel text, lags integer, sphere_radius double precision) (
	SFUNC = conley_transition,
	STYPE = internal,
	FINALFUNC = conley_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conley(bigint, bigint, geometry, double precision, double precision[], double precision, text, integer, double precision) IS
'As conley with period, which see, for coordinates in degrees on a sphere of this radius.';
CREATE AGGREGATE conley(id bigint, y double precision, x double precision[], errors text) (
	SFUNC = conley_transition,
	STYPE = internal,
	FINALFUNC = conley_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE conley(bigint, double precision, double precision[], text) IS
'The same least squares with errors that know of no space, to compare: HC0 (White 1980), what conley gives where no area is within the cutoff of another; HC1, times n / (n - k); HC3, each residual divided by 1 - its leverage (MacKinnon & White 1985). Other errors: 22023. Else as conley, which see.';

CREATE FUNCTION terms(model conley_model, names text[] DEFAULT NULL, conf double precision DEFAULT 0.95, adjust boolean DEFAULT false, clip boolean DEFAULT false,
	OUT term text, OUT estimate double precision, OUT se double precision, OUT statistic double precision, OUT p double precision, OUT low double precision, OUT high double precision, OUT se_independent double precision, OUT note text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'monitor_conley_terms'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 4;
COMMENT ON FUNCTION terms(conley_model, text[], double precision, boolean, boolean) IS
'Coefficients of a model of conley with standard error, t, two-sided p and interval by Student''s t with n - k degrees of freedom; se_independent is the error if no two rows were correlated. Terms: intercept, x1, x2, ...; names gives the columns of x names of their own. adjust multiplies variances by (n - 1) / (n - k), as fixest does. Where the covariance is not positive semi-definite all errors are NULL and the note says so; clip sets its negative eigenvalues to 0 instead (Cameron, Gelbach & Miller 2011). A variance that is 0 but for rounding, as of a uniform kernel over all areas: NULL. Errors: 22023 for another number of names, conf not between 0 and 1, or a value that no aggregate made; 22004 for a name that is NULL. NULL model, conf, adjust or clip: no rows.';
