-- Twin areas: for each area its nearest matches, as a control group.
--
-- twins.c             the aggregate twins
-- twins_match.c       one scale for all columns, and the nearest candidates
-- twins_balance.c     twin_balance: how alike areas and their twins are
-- twins_state.c       the type twins, written and checked when read
-- twins_read.c        twin_pairs, twin_weights, twin_summary, control_set

CREATE TYPE twins AS (
	version integer,
	method text,
	k integer,
	caliper double precision,
	beyond double precision,
	n_used bigint,
	n_null bigint,
	candidates bigint,
	areas bigint[],
	found integer[],
	tied boolean[],
	twin bigint[],
	distance double precision[],
	sd_all double precision[],
	mean_treated double precision[],
	mean_candidates double precision[],
	mean_matched double precision[],
	mean_twins double precision[],
	sd_treated double precision[],
	sd_candidates double precision[],
	sd_matched double precision[],
	sd_twins double precision[],
	ks_before double precision[],
	ks_after double precision[],
	note text
);
COMMENT ON TYPE twins IS
'Result of the aggregate twins, made to be stored and read by twin_pairs, twin_balance, twin_weights, twin_summary and control_set. Settings (caliper and beyond NULL: no limit); areas used, areas left out because something of them is unknown, candidates among those used; the areas that twins are asked for, ascending, with how many each has (NULL: the area is unknown) and whether another candidate is exactly as near as the last; their twins and distances one area after the other, nearest first; for each column of x its standard deviation over all areas used, means and standard deviations of four groups (treated areas, candidates, treated areas that have a twin, their twins by weight) and the Kolmogorov-Smirnov distance before and after; note: columns that are constant. Read with 22023 for a value that twins cannot have made, 0A000 for another version.';

CREATE FUNCTION twins_transition(state internal, area bigint, x double precision[], treated boolean, candidate boolean, k integer) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_twins_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION twins_transition(internal, bigint, double precision[], boolean, boolean, integer) IS
'Step of twins.';
CREATE FUNCTION twins_transition(state internal, area bigint, x double precision[], treated boolean, candidate boolean, k integer, method text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_twins_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION twins_transition(internal, bigint, double precision[], boolean, boolean, integer, text) IS
'Step of twins with a method.';
CREATE FUNCTION twins_transition(state internal, area bigint, x double precision[], treated boolean, candidate boolean, k integer, method text, caliper double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_twins_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION twins_transition(internal, bigint, double precision[], boolean, boolean, integer, text, double precision) IS
'Step of twins with a caliper.';
CREATE FUNCTION twins_transition(state internal, area bigint, geom geometry, x double precision[], treated boolean, candidate boolean, k integer, method text, caliper double precision, beyond double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_twins_place_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION twins_transition(internal, bigint, geometry, double precision[], boolean, boolean, integer, text, double precision, double precision) IS
'Step of twins beyond a distance.';
CREATE FUNCTION twins_final(state internal) RETURNS twins
AS 'MODULE_PATHNAME', 'monitor_twins_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION twins_final(internal) IS
'Step of twins: its result.';

CREATE AGGREGATE twins(area bigint, x double precision[], treated boolean, candidate boolean, k integer) (
	SFUNC = twins_transition,
	STYPE = internal,
	FINALFUNC = twins_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE twins(bigint, double precision[], boolean, boolean, integer) IS
'The k areas most alike each area, one row an area in any order: x holds the figures that they are to be alike in (profile, and trend before the start); treated: twins are asked for it; candidate: it may serve as a twin; both: for each area its twins; neither: it counts in the scale only (NULL is false). Distance: root of the sum of squared differences, each column divided by its standard deviation over all areas used. An area is never its own twin, and may be the twin of several; of equally near ones the lowest id is taken. A constant column counts nothing, and the note says so. An area where x or an element of it is NULL is left out and counted. Fewer candidates than k: as many as there are. NULL over no rows. Errors: 22004 for area or k NULL; 23505 for an area twice; 22023 for k below 1 or not the same in all rows, a value that is not finite, x empty, of different lengths or of two dimensions; 54000 for more than 100 columns or 20 million pairs. Sources: Rubin 1980, Stuart 2010.';
CREATE AGGREGATE twins(area bigint, x double precision[], treated boolean, candidate boolean, k integer, method text) (
	SFUNC = twins_transition,
	STYPE = internal,
	FINALFUNC = twins_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE twins(bigint, double precision[], boolean, boolean, integer, text) IS
'As twins without method, which see. method: standardised, or mahalanobis: the distance by the inverse of the covariance over all areas used, so that columns which say the same count once (Rubin 1980). For mahalanobis 22023 where the areas used are not two more than the columns, or a column is constant or depends on those before it, which is named. Another method: 22023; NULL: 22004.';
CREATE AGGREGATE twins(area bigint, x double precision[], treated boolean, candidate boolean, k integer, method text, caliper double precision) (
	SFUNC = twins_transition,
	STYPE = internal,
	FINALFUNC = twins_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE twins(bigint, double precision[], boolean, boolean, integer, text, double precision) IS
'As twins with method, which see. caliper: the largest distance of a twin, that distance included; NULL: none. Over all pairs of p columns the mean of squared distances is 2 p (by either method, constant columns not counted), so that a caliper of half of sqrt(2 p) asks for clearly more alike than chance. Areas without a candidate that near have no twin, and twin_pairs says so. Negative or not finite: 22023.';
CREATE AGGREGATE twins(area bigint, geom geometry, x double precision[], treated boolean, candidate boolean, k integer, method text, caliper double precision, beyond double precision) (
	SFUNC = twins_transition,
	STYPE = internal,
	FINALFUNC = twins_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE twins(bigint, geometry, double precision[], boolean, boolean, integer, text, double precision, double precision) IS
'As twins with caliper, which see, where twins must also lie at least beyond away from the area itself (centroid to centroid, planar, in units of the coordinates; NULL: anywhere), so that no area has a neighbour for a twin. An area whose geometry is NULL or EMPTY is left out and counted. Errors: 22023 for beyond negative or not finite, mixed SRIDs, coordinates that are not finite.';

CREATE FUNCTION twin_pairs(twins twins,
	OUT area bigint, OUT rank integer, OUT twin bigint, OUT distance double precision, OUT note text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'monitor_twin_pairs'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 300;
COMMENT ON FUNCTION twin_pairs(twins) IS
'The twins of each area by id and rank, 1 the nearest, with their distance (in standard deviations). An area without a twin has one row with rank, twin and distance NULL. note: why there is no twin, or fewer than k, or that another candidate is exactly as near as the last and the lower id was taken; else NULL. Malformed twins: 22023. NULL: no rows.';

CREATE FUNCTION twin_balance(twins twins, names text[] DEFAULT NULL, divisor text DEFAULT 'pooled',
	OUT variable text, OUT mean_treated double precision, OUT mean_candidates double precision, OUT mean_matched double precision, OUT mean_twins double precision,
	OUT difference_before double precision, OUT difference_after double precision, OUT variance_ratio_before double precision, OUT variance_ratio_after double precision,
	OUT ks_before double precision, OUT ks_after double precision, OUT sd double precision, OUT note text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'monitor_twin_balance'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 5;
COMMENT ON FUNCTION twin_balance(twins, text[], text) IS
'How alike areas and their twins are, a row for each column of x: means of all treated areas, of all candidates, of the treated areas that have a twin, and of twins, each weighted by its shares among the twins of the areas it serves; standardised differences of the first two and of the last two means, both divided by the same sd: below 0.1 in absolute value is good, above 0.25 is not. divisor: pooled, the root of the mean of the variances of treated and candidates (Austin 2009; with one treated area that of the candidates, and the note says so); treated (Stuart 2010), candidates, or all areas used. variance_ratio: treated to candidates, matched to twins (weights w: variance with divisor sum w - sum w^2 / sum w), good between 0.5 and 2 (Rubin 2001). ks: largest distance of the two distribution functions, 0 to 1. names: of the columns, else x1, x2. What is not defined is NULL. Errors: 22023 for another number of names, another divisor, malformed twins; 22004 for a name that is NULL. twins or divisor NULL: no rows.';

CREATE FUNCTION twin_weights(twins twins,
	OUT twin bigint, OUT times bigint, OUT weight double precision) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'monitor_twin_weights'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION twin_weights(twins) IS
'Each twin once, by id: how many areas it serves, and its weight: the sum of 1 / m over those, m the number of twins of the area. Weights sum to the number of areas that have a twin, so that a weighted mean over twins is the mean over areas of the means of their twins, and a weighted sum stands for as many areas. Malformed twins: 22023. NULL: no rows.';

CREATE FUNCTION control_set(twins twins) RETURNS bigint[]
AS 'MODULE_PATHNAME', 'monitor_control_set'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION control_set(twins) IS
'Each twin once, ascending, as ring_effects takes them in control_set; empty where no area has a twin. Malformed twins: 22023. NULL for NULL, which in ring_effects allows every area.';

CREATE TYPE twin_summary_result AS (
	method text,
	k integer,
	n_used bigint,
	n_null bigint,
	areas bigint,
	matched bigint,
	candidates bigint,
	twins bigint,
	effective_twins double precision,
	most_used bigint,
	most_used_times bigint,
	largest_distance double precision,
	note text
);
COMMENT ON TYPE twin_summary_result IS
'Result of twin_summary. n_used, n_null: areas used and left out because something of them is unknown; areas: those that twins are asked for; matched: of them those that have one; twins: different ones; effective_twins: (sum w)^2 / sum w^2 of their weights, as many as twins where all are used alike, fewer where few are used much (Kish 1965); most_used: the twin of most areas, the lowest id of several, with their number; the last five are NULL without a twin, but for the note: areas without a twin, unknown areas, constant columns.';

CREATE FUNCTION twin_summary(twins twins) RETURNS twin_summary_result
AS 'MODULE_PATHNAME', 'monitor_twin_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION twin_summary(twins) IS
'How many areas have twins, how many different ones, and how evenly they are used, in one row. Malformed twins: 22023. NULL for NULL.';
