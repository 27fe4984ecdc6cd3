-- How the order of areas changes between two periods.
--
-- rank_tau.c          kendall_tau, for all pairs of areas
-- rank_spatial.c      spatial_tau, for pairs of neighbours and the others
-- rank_theta.c        rank_theta, for areas of the same regime

CREATE TYPE kendall AS (
	tau double precision,
	concordant bigint,
	discordant bigint,
	tied_x bigint,
	tied_y bigint,
	variance double precision,
	z double precision,
	p double precision,
	n_used bigint,
	n_null bigint
);
COMMENT ON TYPE kendall IS
'Result of kendall_tau: tau-b; pairs of rows in the same order in x and in y, pairs in opposite order, pairs equal in x, equal in y; variance of concordant - discordant with ties; z without continuity correction; two-sided p of z; rows used; rows left out because x or y is NULL. tau, variance, z and p are NULL where all x or all y are equal, and below two rows.';

CREATE FUNCTION kendall_tau_transition(state internal, x double precision, y double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_kendall_tau_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION kendall_tau_transition(internal, double precision, double precision) IS
'Step of kendall_tau.';

CREATE FUNCTION kendall_tau_final(state internal) RETURNS kendall
AS 'MODULE_PATHNAME', 'monitor_kendall_tau'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION kendall_tau_final(internal) IS
'Step of kendall_tau: its result.';

CREATE AGGREGATE kendall_tau(x double precision, y double precision) (
	SFUNC = kendall_tau_transition, STYPE = internal, FINALFUNC = kendall_tau_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE kendall_tau(double precision, double precision) IS
'Kendall''s tau-b of two figures of each area, such as a share in two years: do areas keep their order? 1: all do; -1: it is turned round. Rows with a NULL are left out and counted. n log n steps. No rows: NULL. 22023 for a value that is not finite. Sources: Kendall 1970, Knight 1966.';

CREATE TYPE spatial_kendall AS (
	tau double precision,
	tau_neighbors double precision,
	tau_others double precision,
	p_permutation double precision,
	pairs_neighbors bigint,
	concordant_neighbors bigint,
	discordant_neighbors bigint,
	pairs_others bigint,
	concordant_others bigint,
	discordant_others bigint,
	n_used bigint,
	n_null bigint,
	n_islands bigint
);
COMMENT ON TYPE spatial_kendall IS
'Result of spatial_tau: tau-b of all pairs of areas, of pairs of neighbours, of all other pairs; two-sided p of tau_neighbors by permutation; pairs, and those in the same and in opposite order, of neighbours and of others; areas used; areas left out because a value is NULL or w has an area without a row; areas used without a neighbour. A tau is NULL where it has no pairs that differ; p_permutation also where no permutations are asked for.';

CREATE FUNCTION spatial_tau_transition(state internal, w weights, id bigint, x double precision, y double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_spatial_tau_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION spatial_tau_transition(internal, weights, bigint, double precision, double precision) IS
'Step of spatial_tau.';

CREATE FUNCTION spatial_tau_transition(state internal, w weights, id bigint, x double precision, y double precision, permutations integer, seed bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_spatial_tau_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION spatial_tau_transition(internal, weights, bigint, double precision, double precision, integer, bigint) IS
'Step of spatial_tau. With permutations and seed.';

CREATE FUNCTION spatial_tau_final(state internal) RETURNS spatial_kendall
AS 'MODULE_PATHNAME', 'monitor_spatial_tau'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION spatial_tau_final(internal) IS
'Step of spatial_tau: its result.';

CREATE AGGREGATE spatial_tau(w weights, id bigint, x double precision, y double precision) (
	SFUNC = spatial_tau_transition, STYPE = internal, FINALFUNC = spatial_tau_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_tau(weights, bigint, double precision, double precision) IS
'Kendall''s tau of two figures of each area, apart for pairs of neighbours and for all other pairs: do neighbours keep or change their order more than areas apart do? Neighbours are areas with a link in w, one way or both; how large a weight is and links of an area to itself do not matter. What is left out: as in moran. w NULL or no rows: NULL. Errors: 22004 for a NULL id; 22023 for an id that is not in w, a value that is not finite, w that differs in the group; 23505 for an id twice. Sources: Rey 2004, 2014.';

CREATE AGGREGATE spatial_tau(w weights, id bigint, x double precision, y double precision, permutations integer, seed bigint) (
	SFUNC = spatial_tau_transition, STYPE = internal, FINALFUNC = spatial_tau_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_tau(weights, bigint, double precision, double precision, integer, bigint) IS
'spatial_tau, and p_permutation: layouts of the areas'' pairs of values over the places, counted on both sides of tau_neighbors by the rules of moran (permutations up to 1000000, 999 is usual; draws depend on the seed alone). Low tau_neighbors: neighbours change places among each other. Neighbours are areas with a link in w, one way or both; how large a weight is and links of an area to itself do not matter. What is left out: as in moran. w NULL or no rows: NULL. Errors: 22004 for a NULL id, permutations or seed; 22023 for an id that is not in w, a value that is not finite, w, permutations or seed that differs in the group, permutations out of range; 23505 for an id twice. Sources: Rey 2004, 2014.';

CREATE TYPE rank_exchange AS (
	theta double precision,
	p_permutation double precision,
	ranks_moved double precision,
	regimes bigint,
	n_used bigint,
	n_null bigint
);
COMMENT ON TYPE rank_exchange IS
'Result of rank_theta: theta, 0 to 1; its two-sided p by permutation, NULL where none was asked for; the sum of changes of rank without their signs; regimes; rows used; rows left out because of a NULL. theta and p are NULL where no rank changes.';

CREATE FUNCTION rank_theta_transition(state internal, regime bigint, x double precision, y double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_rank_theta_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_theta_transition(internal, bigint, double precision, double precision) IS
'Step of rank_theta.';

CREATE FUNCTION rank_theta_transition(state internal, regime bigint, x double precision, y double precision, permutations integer, seed bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_rank_theta_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rank_theta_transition(internal, bigint, double precision, double precision, integer, bigint) IS
'Step of rank_theta. With permutations and seed.';

CREATE FUNCTION rank_theta_final(state internal) RETURNS rank_exchange
AS 'MODULE_PATHNAME', 'monitor_rank_theta'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rank_theta_final(internal) IS
'Step of rank_theta: its result.';

CREATE AGGREGATE rank_theta(regime bigint, x double precision, y double precision) (
	SFUNC = rank_theta_transition, STYPE = internal, FINALFUNC = rank_theta_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_theta(bigint, double precision, double precision) IS
'Theta of rank mobility: with r the rank of each area by x and by y (equal values share their mean rank), the sum over regimes (landlords, districts) of |sum of r(y) - r(x) of its areas|, divided by the sum of |r(y) - r(x)| of all areas. 1: the areas of each regime move the same way; 0: what one gains another of the same regime loses. Rows with a NULL are left out and counted. No rows: NULL. 22023 for a value that is not finite. Source: Rey 2004.';

CREATE AGGREGATE rank_theta(regime bigint, x double precision, y double precision, permutations integer, seed bigint) (
	SFUNC = rank_theta_transition, STYPE = internal, FINALFUNC = rank_theta_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rank_theta(bigint, double precision, double precision, integer, bigint) IS
'rank_theta, and p_permutation: changes of rank dealt to regimes at random, each as large as it is, by the rules of moran (permutations up to 1000000, 999 is usual; draws depend on the seed alone). Errors: 22004 for NULL permutations or seed; 22023 for a value that is not finite, permutations out of range, permutations or seed that differ in the group. Source: Rey 2004.';
