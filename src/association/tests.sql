-- Many tests, and series of periods.

CREATE FUNCTION adjust_p(p double precision, method text, permutations integer DEFAULT NULL, alpha double precision DEFAULT 0.05) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_adjust_p'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 10;
COMMENT ON FUNCTION adjust_p(double precision, text, integer, double precision) IS
'Window function over the tests of a partition (one indicator and period): p adjusted for their number, to be compared with the level wanted. method, in any case: none, bonferroni, holm, hochberg (family-wise error), BH (or fdr; false discovery rate), BY (the same under any dependence). Result in 0 to 1. NULL for a NULL p, which does not count as a test. Where permutations, the number p was simulated with, is given and below 2 n / alpha - 1, a NOTICE says that so few draws cannot show one of n tests significant at alpha, and how many can. method, permutations and alpha must be the same in all rows. Errors: 22023 for p outside 0 to 1 or NaN, an unknown method, permutations below 1, alpha not between 0 and 1; 22004 for a NULL method or alpha. Source: Holm 1979; Hochberg 1988; Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001; as R''s p.adjust.';

CREATE FUNCTION fdr_cutoff_transition(state internal, p double precision, alpha double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_fdr_cutoff_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION fdr_cutoff_transition(internal, double precision, double precision) IS
'Step of fdr_cutoff.';
CREATE FUNCTION fdr_cutoff_final(state internal) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_fdr_cutoff_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION fdr_cutoff_final(internal) IS
'Step of fdr_cutoff: its result.';
CREATE AGGREGATE fdr_cutoff(p double precision, alpha double precision) (
	SFUNC = fdr_cutoff_transition,
	STYPE = internal,
	FINALFUNC = fdr_cutoff_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE fdr_cutoff(double precision, double precision) IS
'The p at or below which tests are significant at false discovery rate alpha: the largest p that is at most its rank times alpha over the number of tests. NULL where no p is, and for no rows; a NULL p does not count as a test. GeoDa''s lisa_fdr gives rank times alpha over the number instead, which calls the same tests significant. Errors: 22023 for p outside 0 to 1 or NaN, alpha not between 0 and 1 or not the same in all rows; 22004 for a NULL alpha. Source: Benjamini & Hochberg 1995; Caldas de Castro & Singer 2006.';

-- Series of periods

CREATE TYPE trend AS (
	s bigint,
	tau double precision,
	variance double precision,
	z double precision,
	p double precision,
	p_exact double precision,
	slope double precision,
	n bigint,
	n_null bigint
);
COMMENT ON TYPE trend IS
'Result of mann_kendall: pairs of periods between which x rises less pairs between which it falls; Kendall''s tau-b; variance of s with ties; z with continuity correction; two-sided p of z; two-sided exact p (up to 100 periods without equal values, else NULL); Sen''s slope in x a unit of t; periods used; periods whose x is NULL. tau, z and p are NULL where all values are equal, and all figures below 2 periods.';

CREATE FUNCTION mann_kendall_transition(state internal, t double precision, x double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_mann_kendall_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION mann_kendall_transition(internal, double precision, double precision) IS
'Step of mann_kendall.';
CREATE FUNCTION mann_kendall_final(state internal) RETURNS trend
AS 'MODULE_PATHNAME', 'monitor_mann_kendall_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mann_kendall_final(internal) IS
'Step of mann_kendall: its result.';
CREATE AGGREGATE mann_kendall(t double precision, x double precision) (
	SFUNC = mann_kendall_transition,
	STYPE = internal,
	FINALFUNC = mann_kendall_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE mann_kendall(double precision, double precision) IS
'Does x rise or fall over the periods t (years, say, or day - DATE ''2000-01-01''; the order of rows does not matter)? Periods with a NULL x are left out and counted. NULL for no rows. Errors: 22004 for a NULL t; 23505 for a t twice, naming it; 22023 for a value that is not finite; 54000 for more than 4,000 periods. Source: Mann 1945; Kendall 1975; slope: Sen 1968.';

CREATE TYPE hot_spot_history AS (
	class text,
	trend_z double precision,
	trend_p double precision,
	n_hot bigint,
	n_cold bigint,
	n bigint,
	n_null bigint
);
COMMENT ON TYPE hot_spot_history IS
'Result of emerging_hot_spot: class, one of new, consecutive, intensifying, persistent, diminishing, sporadic, oscillating or historical, with "hot spot" or "cold spot" after it, or "no pattern"; z and two-sided p of the Mann-Kendall trend of z; periods that are hot, cold, known and unknown.';

CREATE FUNCTION emerging_hot_spot_transition(state internal, t double precision, z double precision, p double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_emerging_hot_spot_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emerging_hot_spot_transition(internal, double precision, double precision, double precision) IS
'Step of emerging_hot_spot.';
CREATE FUNCTION emerging_hot_spot_transition(state internal, t double precision, z double precision, p double precision, alpha double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_emerging_hot_spot_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION emerging_hot_spot_transition(internal, double precision, double precision, double precision, double precision) IS
'Step of emerging_hot_spot with alpha.';
CREATE FUNCTION emerging_hot_spot_final(state internal) RETURNS hot_spot_history
AS 'MODULE_PATHNAME', 'monitor_emerging_hot_spot_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION emerging_hot_spot_final(internal) IS
'Step of emerging_hot_spot: its result.';
CREATE AGGREGATE emerging_hot_spot(t double precision, z double precision, p double precision) (
	SFUNC = emerging_hot_spot_transition,
	STYPE = internal,
	FINALFUNC = emerging_hot_spot_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE emerging_hot_spot(double precision, double precision, double precision) IS
'What has become of an area over the periods t, whose z and p (of local_g with star, say, p adjusted or not) are given for each: hot where p is at most 0.05 and z is above 0, cold where it is below. Class by the rules in the README of association, the first that holds. A period whose z or p is NULL is left out and counted; where it is the last one, class is NULL. NULL for no rows. Errors: 22004 for a NULL t; 23505 for a t twice, naming it; 22023 for a value that is not finite and p outside 0 to 1; 54000 for more than 4,000 periods. Source: Esri, How Emerging Hot Spot Analysis works; Mann 1945.';
CREATE AGGREGATE emerging_hot_spot(t double precision, z double precision, p double precision, alpha double precision) (
	SFUNC = emerging_hot_spot_transition,
	STYPE = internal,
	FINALFUNC = emerging_hot_spot_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE emerging_hot_spot(double precision, double precision, double precision, double precision) IS
'The same with alpha instead of 0.05, for hot and cold and for the trend. Errors besides: 22023 for alpha not between 0 and 1 or not the same in all rows, 22004 for a NULL alpha.';
