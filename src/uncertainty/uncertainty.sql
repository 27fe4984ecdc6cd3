-- Room uncertainty: how sure is a figure of a small area? Shares, cutoffs and targets are
-- fractions here (0.4), as in R, not percent.
--
-- intervals.c         intervals of a share and of a rate, prob_above
-- difference.c        two shares: newcombe, fisher_exact
-- empirical_bayes.c   eb_rate over all areas or over neighbours, probability_map
-- funnel.c            funnel: limits by size, overdispersion
-- rank.c              rank_interval

-- One share or rate

CREATE TYPE confidence_interval AS (
	low double precision,
	high double precision
);
COMMENT ON TYPE confidence_interval IS
'Result of the interval functions: lower and upper limit, a fraction of 1 for shares, in events a unit of exposure for rates.';

CREATE FUNCTION wilson(x double precision, n double precision, conf double precision DEFAULT 0.95, population double precision DEFAULT NULL) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_wilson'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION wilson(double precision, double precision, double precision, double precision) IS
'Interval of the share x/n by Wilson''s score method, the one to use first. x of n have the mark, both may hold parts of a person; limits are fractions (0.4 is 40 percent), in 0 to 1; conf is the confidence, 0.95 by default. population, if given, is the number that the n were drawn from without replacement: the variance is then (population - n) / (population - 1) of what it is, and nothing is uncertain where all were counted. NULL where x, n or conf is NULL or n is 0. Errors: 22023 for x or n that is negative, NaN or above 1e10, x above n, n above population, conf not between 0 and 1. Source: Wilson 1927; finite population: Cochran 1977, 2.6.';

CREATE FUNCTION wilson_corrected(x double precision, n double precision, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_wilson_corrected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION wilson_corrected(double precision, double precision, double precision) IS
'Interval of the share x/n by Wilson''s score method with continuity correction: wider, seldom below its confidence. Limits are fractions, in 0 to 1. x and n may hold parts of a person. NULL for NULL and where n is 0. Errors: 22023 as in wilson. R''s prop.test corrects by less where x/n is within half a person of 1/2. Source: Newcombe 1998 (Statistics in Medicine 17:857), method 4.';

CREATE FUNCTION agresti_coull(x double precision, n double precision, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_agresti_coull'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION agresti_coull(double precision, double precision, double precision) IS
'Interval of the share x/n by the plain normal method after adding z^2/2 persons with and z^2/2 without the mark: contains the Wilson interval. Limits are fractions, kept within 0 to 1. x and n may hold parts of a person. NULL for NULL and where n is 0. Errors: 22023 as in wilson. Source: Agresti & Coull 1998; Brown, Cai & DasGupta 2001.';

CREATE FUNCTION jeffreys(x double precision, n double precision, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_jeffreys'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION jeffreys(double precision, double precision, double precision) IS
'Interval of the share x/n with equal tails of the posterior Beta(x + 1/2, n - x + 1/2); low is 0 where x is 0 and high is 1 where x is n. Limits are fractions. x and n may hold parts of a person. NULL for NULL and where n is 0. Errors: 22023 as in wilson. Source: Brown, Cai & DasGupta 2001.';

CREATE FUNCTION clopper_pearson(x double precision, n double precision, conf double precision DEFAULT 0.95, population double precision DEFAULT NULL) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_clopper_pearson'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION clopper_pearson(double precision, double precision, double precision, double precision) IS
'Exact interval of the share x/n: never below its confidence, wider than need be. x and n are whole numbers; limits are fractions. With population, a whole number, the exact interval of the share in a population of that size, out of which the n were drawn without replacement (hypergeometric). NULL where x, n or conf is NULL or n is 0. Errors: 22023 as in wilson, and for numbers that are not whole. Source: Clopper & Pearson 1934; finite population: Katz 1953, Buonaccorsi 1987.';

CREATE FUNCTION mid_p(x double precision, n double precision, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_mid_p'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mid_p(double precision, double precision, double precision) IS
'Interval of the share x/n by the exact method with half of the probability of x itself: inside Clopper and Pearson''s, near its confidence on average. x and n are whole numbers; limits are fractions. NULL for NULL and where n is 0. Errors: 22023 as in wilson, and for numbers that are not whole. Source: Lancaster 1961; Berry & Armitage 1995.';

CREATE FUNCTION poisson_exact(x double precision, exposure double precision DEFAULT 1, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_poisson_exact'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION poisson_exact(double precision, double precision, double precision) IS
'Exact interval of a rate of events: x events, a whole number, over exposure (persons, person-years; 1 by default: the interval of the expected count itself). Limits are events a unit of exposure. NULL for NULL and where exposure is 0. Errors: 22023 for x that is negative, NaN, not whole or above 1e10, exposure that is negative or not finite, conf not between 0 and 1. Source: Garwood 1936.';

CREATE FUNCTION byar(x double precision, exposure double precision DEFAULT 1, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_byar'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION byar(double precision, double precision, double precision) IS
'Interval of a rate of events by Byar''s approximation to the exact one, good to 1 percent or so from 5 events on; x may hold parts. Limits are events a unit of exposure, at least 0. NULL for NULL and where exposure is 0. Errors: 22023 as in poisson_exact, whole numbers apart. Source: Breslow & Day 1987, equation 2.13.';

CREATE FUNCTION byar_mid_p(x double precision, exposure double precision DEFAULT 1, conf double precision DEFAULT 0.95) RETURNS confidence_interval
AS 'MODULE_PATHNAME', 'monitor_byar_mid_p'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION byar_mid_p(double precision, double precision, double precision) IS
'Interval of a rate of events by Byar''s approximation about x + 1/2 at both ends, which approximates the mid-P interval (epitools calls it pois.byar); x may hold parts. Limits are events a unit of exposure, at least 0. NULL for NULL and where exposure is 0. Errors: 22023 as in byar. Source: Rothman & Boice 1979.';

CREATE FUNCTION prob_above(x double precision, n double precision, cutoff double precision, a double precision DEFAULT 0.5, b double precision DEFAULT 0.5) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_prob_above'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION prob_above(double precision, double precision, double precision, double precision, double precision) IS
'Probability that the true share is above the cutoff, a fraction (0.4 for a legal limit of 40 percent), when x of n have the mark: the upper tail of Beta(x + a, n - x + b). a and b are the prior; 1/2 and 1/2 by default (Jeffreys), 1 and 1 is the even one. Result in 0 to 1. x and n may hold parts of a person. NULL for NULL and where n is 0. Errors: 22023 for x or n as in wilson, cutoff not in 0 to 1, a or b not in 1e-6 to 1e10. Source: Jeffreys 1961; Gelman et al. 2013, 2.4.';

-- Two shares

CREATE TYPE difference_interval AS (
	difference double precision,
	low double precision,
	high double precision
);
COMMENT ON TYPE difference_interval IS
'Result of newcombe: the first share less the second, and the limits of that difference; fractions, in -1 to 1.';

CREATE FUNCTION newcombe(x1 double precision, n1 double precision, x2 double precision, n2 double precision, conf double precision DEFAULT 0.95) RETURNS difference_interval
AS 'MODULE_PATHNAME', 'monitor_newcombe'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION newcombe(double precision, double precision, double precision, double precision, double precision) IS
'Difference of two independent shares, x1/n1 - x2/n2, and its interval by the hybrid score method. Fractions, in -1 to 1; counts may hold parts of a person. NULL for NULL and where n1 or n2 is 0. Errors: 22023 as in wilson. Source: Newcombe 1998 (Statistics in Medicine 17:873), method 10.';

CREATE FUNCTION fisher_exact(x1 double precision, n1 double precision, x2 double precision, n2 double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_fisher_exact'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION fisher_exact(double precision, double precision, double precision, double precision) IS
'Two-sided p of Fisher''s exact test that two independent shares x1/n1 and x2/n2 are the same: the sum of the probabilities, with both totals given, of the tables no more probable than this one (up to a factor 1 + 1e-7, as in R). Whole numbers. NULL for NULL and where n1 or n2 is 0. Errors: 22023 for counts as in wilson, and for numbers that are not whole. Source: Fisher 1935; R fisher.test.';

-- Many areas

CREATE TYPE empirical_bayes AS (
	raw double precision,
	estimate double precision,
	weight double precision,
	mean double precision,
	variance double precision
);
COMMENT ON TYPE empirical_bayes IS
'Result of eb_rate: raw rate x/n; estimate, between raw and mean; weight of raw in it, 0 to 1; mean and variance of the true rates, of all areas or of this one and its neighbours. Fractions.';

CREATE FUNCTION eb_rate(x double precision, n double precision, binomial boolean DEFAULT false) RETURNS empirical_bayes
AS 'MODULE_PATHNAME', 'monitor_eb_rate'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 10;
COMMENT ON FUNCTION eb_rate(double precision, double precision, boolean) IS
'Window function over the areas of a partition: the rate x/n of each area drawn towards the rate of all, the more so the smaller the area, by empirical Bayes. Without binomial events are rare (Poisson), x may be above n; with it x is part of n. binomial must be the same in all rows. NULL where x or n is NULL or n is 0; such rows count for no other. Errors: 22023 for x or n that is negative, NaN or above 1e10, x above n (binomial, or n is 0). Source: Marshall 1991; binomial: Martuzzi & Elliott 1996.';

CREATE FUNCTION eb_rate(w weights, id bigint, x double precision, n double precision, binomial boolean DEFAULT false) RETURNS empirical_bayes
AS 'MODULE_PATHNAME', 'monitor_eb_rate_local'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 10;
COMMENT ON FUNCTION eb_rate(weights, bigint, double precision, double precision, boolean) IS
'Window function over the areas of a partition: the rate x/n of each area drawn towards the rate of the area and its neighbours in w together. Who is a neighbour counts, not the weight of the link. An island keeps its raw rate (variance 0 among one: weight 0, mean its own). NULL where x or n is NULL or n is 0; such areas, and those of w without a row, are nobody''s neighbours. Errors: 22023 as in the form without w, for an id not in w, w or binomial not the same in all rows; 22004 for a NULL id or w; 23505 for an id twice. Source: Marshall 1991.';

CREATE TYPE count_probability AS (
	expected double precision,
	relative_risk double precision,
	p_lower double precision,
	p_upper double precision,
	p double precision
);
COMMENT ON TYPE count_probability IS
'Result of probability_map: the count expected at the common rate; the observed count over it (NULL where 0 is expected); Poisson probability of as few, of as many, and two-sided (twice the smaller, at most 1).';

CREATE FUNCTION probability_map(x double precision, n double precision) RETURNS count_probability
AS 'MODULE_PATHNAME', 'monitor_probability_map'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 10;
COMMENT ON FUNCTION probability_map(double precision, double precision) IS
'Window function over the areas of a partition: how probable is the count x of an area if the common rate, sum of x over sum of n, holds in it? x is a whole number of events and may be above n. Choynowski''s figure is p_lower where x is below expected, p_upper elsewhere. NULL where x or n is NULL or n is 0. Errors: 22023 for x or n that is negative, NaN or above 1e10, x not whole, x above 0 where n is 0. Source: Choynowski 1959; Cressie & Read 1985.';

CREATE TYPE funnel_point AS (
	rate double precision,
	target double precision,
	low95 double precision,
	high95 double precision,
	low998 double precision,
	high998 double precision,
	z double precision,
	z_arcsine double precision,
	z_winsorised double precision,
	phi double precision,
	phi_raw double precision,
	z_adjusted double precision,
	tau2 double precision,
	z_additive double precision,
	p double precision
);
COMMENT ON TYPE funnel_point IS
'Result of funnel: share x/n; the share compared with; limits within which 95 and 99.8 percent of areas of this size fall by chance; z, as it is, on the arcsine scale, and drawn in to the 10th and 90th percentiles; overdispersion phi, the mean square of z drawn in and of z as it is; z over the root of phi where phi is above 1; variance tau2 between areas; z with it added; two-sided p of z_adjusted. Fractions. phi, tau2 and what rests on them NULL for a single area and where target is 0 or 1.';

CREATE FUNCTION funnel(x double precision, n double precision, target double precision DEFAULT NULL) RETURNS funnel_point
AS 'MODULE_PATHNAME', 'monitor_funnel'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 50;
COMMENT ON FUNCTION funnel(double precision, double precision, double precision) IS
'Window function over the areas of a partition: which shares x/n are off the target by more than the size of the area explains. n is a whole number, x may hold parts of a person. target is a fraction, the same in all rows; NULL: sum of x over sum of n. Limits are those of the binomial distribution, interpolated between counts, within 0 to 1. NULL where x or n is NULL or n is 0. Errors: 22023 for x or n that is negative, NaN or above 1e10, x above n, n not whole, target not in 0 to 1 or not the same in all rows. Source: Spiegelhalter 2005; tau2: DerSimonian & Laird 1986.';

CREATE TYPE rank_bounds AS (
	rank bigint,
	low bigint,
	high bigint
);
COMMENT ON TYPE rank_bounds IS
'Result of rank_interval: place of the estimate, 1 for the smallest, ties sharing the first; lowest and highest place that the true value may have.';

CREATE FUNCTION rank_interval(estimate double precision, standard_error double precision, conf double precision DEFAULT 0.95) RETURNS rank_bounds
AS 'MODULE_PATHNAME', 'monitor_rank_interval'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW COST 10;
COMMENT ON FUNCTION rank_interval(double precision, double precision, double precision) IS
'Window function over the areas of a partition: between what ranks the true value of each lies, for all areas together with confidence conf (0.95 by default, the same in all rows). Each estimate has a normal interval wide enough that all hold at once (Sidak); an area is surely below those whose intervals lie wholly above its own. rank 1 is the smallest. NULL where estimate or standard_error is NULL, and where conf is; such rows count for no other. Errors: 22023 for an infinite or NaN estimate, a negative, infinite or NaN standard_error, conf not between 0 and 1 or not the same in all rows. Source: Klein, Wright & Wieczorek 2020.';
