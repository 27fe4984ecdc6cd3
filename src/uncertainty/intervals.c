/*
 * intervals.c
 *	  Between what limits does the true share, or the true rate, lie?
 *
 * One entry for all methods: arguments (x, n, conf) checked, NULL where n is 0,
 * and a method, a plain function of the three numbers.
 */
#include "compat.h"

#include <float.h>
#include <math.h>

#include "backend/composite.h"
#include "statistics/distributions.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_wilson);
PG_FUNCTION_INFO_V1(monitor_wilson_corrected);
PG_FUNCTION_INFO_V1(monitor_agresti_coull);
PG_FUNCTION_INFO_V1(monitor_jeffreys);
PG_FUNCTION_INFO_V1(monitor_clopper_pearson);
PG_FUNCTION_INFO_V1(monitor_mid_p);
PG_FUNCTION_INFO_V1(monitor_poisson_exact);
PG_FUNCTION_INFO_V1(monitor_byar);
PG_FUNCTION_INFO_V1(monitor_byar_mid_p);
PG_FUNCTION_INFO_V1(monitor_prob_above);

/* A prior that is all but none. */
#define PRIOR_LEAST 1e-6

typedef Limits (*IntervalMethod)(double x, double n, double conf);

/* The normal deviate that leaves half of the rest above it. */
static double
deviate(double conf)
{
	return -normal_quantile((1 - conf) / 2);
}

/* Lower root of the score equation, which is not the difference of near numbers. */
static double
wilson_low(double x, double n, double z)
{
	double square = z * z;
	double high = x + square / 2 + z * sqrt(x * (n - x) / n + square / 4);

	return x == 0 ? 0 : x * x / n / high;
}

Limits
wilson_interval(double x, double n, double conf)
{
	double z = deviate(conf);
	double square = z * z;
	double half = z * sqrt(x * (n - x) / n + square / 4);
	Limits result = {wilson_low(x, n, z), 1};

	if (x < n)
		result.high = Min((x + square / 2 + half) / (n + square), 1);
	return result;
}

/* Newcombe 1998: a half person is added to the distance from the limit, as R's prop.test does. */
static Limits
wilson_corrected_interval(double x, double n, double conf)
{
	double z = deviate(conf);
	double square = z * z;
	double below = Max(x - 0.5, 0);
	double above = Min(x + 0.5, n);
	Limits result = {wilson_low(below, n, z), 1};

	if (above < n)
		result.high =
			(above + square / 2 + z * sqrt(above * (n - above) / n + square / 4)) / (n + square);
	return result;
}

/* z^2 / 2 persons more with and as many without, then the plain normal interval. */
static Limits
agresti_coull_interval(double x, double n, double conf)
{
	double z = deviate(conf);
	double total = n + z * z;
	double share = (x + z * z / 2) / total;
	double half = z * sqrt(share * (1 - share) / total);
	Limits result = {Max(share - half, 0), Min(share + half, 1)};

	return result;
}

/* Equal tails of the posterior; the end itself where x is at an end (Brown, Cai & DasGupta 2001). */
static Limits
jeffreys_interval(double x, double n, double conf)
{
	double tail = (1 - conf) / 2;
	Limits result = {0, 1};

	if (x > 0)
		result.low = beta_quantile(tail, x + 0.5, n - x + 0.5);
	if (x < n)
		result.high = beta_quantile_upper(tail, x + 0.5, n - x + 0.5);
	return result;
}

static Limits
clopper_pearson_interval(double x, double n, double conf)
{
	double tail = (1 - conf) / 2;
	Limits result = {0, 1};

	if (x > 0)
		result.low = beta_quantile(tail, x, n - x + 1);
	if (x < n)
		result.high = beta_quantile_upper(tail, x + 1, n - x);
	return result;
}

/*
 * The share at which the probability beyond x and half of that of x itself are
 * tail. Newton's steps on its logarithm, in a bracket that halves in the end.
 */
static double
mid_p_limit(double x, double n, double tail, bool beyond_is_more, double low, double high)
{
	double p = beyond_is_more ? low : high;

	for (int step = 0; step < 200 && low < high; step++)
	{
		double mass = binomial_mass((int64) x, (int64) n, p);
		double beyond = beyond_is_more ? beta_lower(p, x + 1, n - x) : beta_upper(p, x, n - x + 1);
		double value = beyond + mass / 2;
		double slope = mass / 2 * (x / p + (n - x) / (1 - p));
		double next;

		if ((value > tail) == beyond_is_more)
			high = p;
		else
			low = p;
		next = p - (beyond_is_more ? 1 : -1) * log(value / tail) * value / slope;
		if (fabs(next - p) <= p * DBL_EPSILON)
			break;
		if (!(next > low && next < high) || (step > 40 && step % 2 == 0))
			next = low + (high - low) / 2;
		if (next == p)
			break;
		p = next;
	}
	return p;
}

static Limits
mid_p_interval(double x, double n, double conf)
{
	Limits exact = clopper_pearson_interval(x, n, conf);
	double tail = (1 - conf) / 2;
	Limits result = {0, 1};

	if (x > 0)
		result.low = mid_p_limit(x, n, tail, true, exact.low, 1);
	if (x < n)
		result.high = mid_p_limit(x, n, tail, false, 0, exact.high);
	return result;
}

/* Garwood 1936. */
static Limits
poisson_exact_interval(double x, double n, double conf)
{
	double tail = (1 - conf) / 2;
	Limits result = {0, gamma_quantile_upper(tail, x + 1) / n};

	if (x > 0)
		result.low = gamma_quantile(tail, x) / n;
	return result;
}

/* The Wilson-Hilferty cube for the limit that z standard errors from count x give. */
static double
byar_limit(double count, double z)
{
	double root = 1 - 1 / (9 * count) + z / (3 * sqrt(count));

	return root <= 0 ? 0 : count * root * root * root;
}

static Limits
byar_interval(double x, double n, double conf)
{
	double z = deviate(conf);
	Limits result = {0, byar_limit(x + 1, z) / n};

	if (x > 0)
		result.low = byar_limit(x, -z) / n;
	return result;
}

static Limits
byar_mid_p_interval(double x, double n, double conf)
{
	double z = deviate(conf);
	Limits result = {byar_limit(x + 0.5, -z) / n, byar_limit(x + 0.5, z) / n};

	return result;
}

/* ---- finite populations ---- */

/* The variance is (N - n) / (N - 1) of what it is with replacement: as if n were larger. */
static Limits
wilson_finite(double x, double n, double conf, double population)
{
	double rest = population - n;
	double factor = Max((population - 1) / rest, 1); /* 1 where n is one person, or part of one */
	Limits result = {x / n, x / n};

	if (rest > 0)
		result = wilson_interval(x * factor, n * factor, conf);
	return result;
}

/*
 * The least number with the mark among the whole population under which x or more
 * of n have a probability above tail; P rises with the number.
 */
static int64
finite_least(int64 x, int64 n, int64 population, double tail)
{
	int64 low = x;
	int64 high = population - (n - x);

	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (hypergeometric_upper(x, n, middle, population) > tail)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Exact limits by the hypergeometric distribution (Katz 1953; Buonaccorsi 1987). */
static Limits
clopper_pearson_finite(double x, double n, double conf, double population)
{
	double tail = (1 - conf) / 2;
	int64 all = (int64) population;
	Limits result;

	result.low = finite_least((int64) x, (int64) n, all, tail) / population;
	result.high = (all - finite_least((int64) (n - x), (int64) n, all, tail)) / population;
	return result;
}

/* ---- entries ---- */

/* With next to no confidence both limits are one number up to rounding. */
static Datum
interval_datum(FunctionCallInfo fcinfo, Limits interval)
{
	Datum values[2] = {Float8GetDatum(Min(interval.low, interval.high)),
					   Float8GetDatum(interval.high)};
	bool nulls[2] = {false, false};

	return composite_datum(composite_type(fcinfo, 2), values, nulls);
}

/* (x, n, conf) of a share. */
static Datum
share_interval(FunctionCallInfo fcinfo, IntervalMethod method, bool whole)
{
	double x = PG_GETARG_FLOAT8(0);
	double n = PG_GETARG_FLOAT8(1);
	double conf = PG_GETARG_FLOAT8(2);

	check_share("x", x, "n", n, whole);
	check_confidence(conf);
	if (n == 0)
		PG_RETURN_NULL();
	return interval_datum(fcinfo, method(x, n, conf));
}

/* (x, n, conf, population), of which the last may be NULL. */
static Datum
finite_interval(FunctionCallInfo fcinfo, IntervalMethod method,
				Limits (*finite)(double, double, double, double), bool whole)
{
	double population;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(3))
		return share_interval(fcinfo, method, whole);
	population = PG_GETARG_FLOAT8(3);
	check_share("x", PG_GETARG_FLOAT8(0), "n", PG_GETARG_FLOAT8(1), whole);
	check_share("n", PG_GETARG_FLOAT8(1), "population", population, whole);
	check_confidence(PG_GETARG_FLOAT8(2));
	if (PG_GETARG_FLOAT8(1) == 0)
		PG_RETURN_NULL();
	return interval_datum(
		fcinfo, finite(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2), population));
}

/* (x, exposure, conf) of a rate. */
static Datum
rate_interval(FunctionCallInfo fcinfo, IntervalMethod method, bool whole)
{
	double x = PG_GETARG_FLOAT8(0);
	double exposure = PG_GETARG_FLOAT8(1);
	double conf = PG_GETARG_FLOAT8(2);

	check_count("x", x, whole);
	if (!(exposure >= 0) || isinf(exposure))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("exposure %.15g is not a number of 0 or more", exposure),
						errhint("Give persons, person-years or 1 for the count itself.")));
	check_confidence(conf);
	if (exposure == 0)
		PG_RETURN_NULL();
	return interval_datum(fcinfo, method(x, exposure, conf));
}

/* wilson(x, n, conf, population) */
Datum
monitor_wilson(PG_FUNCTION_ARGS)
{
	return finite_interval(fcinfo, wilson_interval, wilson_finite, false);
}

/* wilson_corrected(x, n, conf) */
Datum
monitor_wilson_corrected(PG_FUNCTION_ARGS)
{
	return share_interval(fcinfo, wilson_corrected_interval, false);
}

/* agresti_coull(x, n, conf) */
Datum
monitor_agresti_coull(PG_FUNCTION_ARGS)
{
	return share_interval(fcinfo, agresti_coull_interval, false);
}

/* jeffreys(x, n, conf) */
Datum
monitor_jeffreys(PG_FUNCTION_ARGS)
{
	return share_interval(fcinfo, jeffreys_interval, false);
}

/* clopper_pearson(x, n, conf, population) */
Datum
monitor_clopper_pearson(PG_FUNCTION_ARGS)
{
	return finite_interval(fcinfo, clopper_pearson_interval, clopper_pearson_finite, true);
}

/* mid_p(x, n, conf) */
Datum
monitor_mid_p(PG_FUNCTION_ARGS)
{
	return share_interval(fcinfo, mid_p_interval, true);
}

/* poisson_exact(x, exposure, conf) */
Datum
monitor_poisson_exact(PG_FUNCTION_ARGS)
{
	return rate_interval(fcinfo, poisson_exact_interval, true);
}

/* byar(x, exposure, conf) */
Datum
monitor_byar(PG_FUNCTION_ARGS)
{
	return rate_interval(fcinfo, byar_interval, false);
}

/* byar_mid_p(x, exposure, conf) */
Datum
monitor_byar_mid_p(PG_FUNCTION_ARGS)
{
	return rate_interval(fcinfo, byar_mid_p_interval, false);
}

/* prob_above(x, n, cutoff, a, b) */
Datum
monitor_prob_above(PG_FUNCTION_ARGS)
{
	double x = PG_GETARG_FLOAT8(0);
	double n = PG_GETARG_FLOAT8(1);
	double cutoff = PG_GETARG_FLOAT8(2);
	double a = PG_GETARG_FLOAT8(3);
	double b = PG_GETARG_FLOAT8(4);

	check_share("x", x, "n", n, false);
	if (!(cutoff >= 0 && cutoff <= 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("cutoff %.15g is not between 0 and 1", cutoff),
						errhint("Give a fraction: 0.4 for 40 percent.")));
	if (!(a >= PRIOR_LEAST && a <= COUNT_MOST && b >= PRIOR_LEAST && b <= COUNT_MOST))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("prior parameters %.15g and %.15g are not both from %g to %.0f", a,
							   b, PRIOR_LEAST, COUNT_MOST),
						errhint("0.5 and 0.5 is Jeffreys' prior, 1 and 1 the even one.")));
	if (n == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(beta_upper(cutoff, x + a, n - x + b));
}
