/*
 * distributions.c
 *	  Normal, beta, gamma and the distributions of counts that follow from them.
 *
 * Every density is built on one saddle-point form (Loader 2000): the deviance is
 * worked out without cancellation, so that counts of millions lose no digits,
 * where differences of log-gammas lose seven. Tails are a density times a
 * continued fraction or a series of positive terms, always of the smaller tail.
 */
#include "compat.h"

#include <float.h>
#include <math.h>

#include "statistics/distributions.h"

#define LOG_SQRT_2PI 0.918938533204672741780329736406
#define SQRT_2PI 2.506628274631000502415765284811

/* Continued fractions take in the order of the root of their parameters: 1e7 steps at most. */
#define PARAMETER_MOST 1e13
#define STEPS_MOST 20000000

/* ---- the saddle-point form ---- */

/* log x! less Stirling's formula for it, x > 0. */
static double
stirling_error(double x)
{
	double square = x * x;
	int sign;

	if (x < 16)
		return lgamma_r(x + 1, &sign) - (x + 0.5) * log(x) + x - LOG_SQRT_2PI;
	return (1.0 / 12 -
			(1.0 / 360 - (1.0 / 1260 -
						  (1.0 / 1680 -
						   (1.0 / 1188 - (691.0 / 360360 - 1.0 / 156 / square) / square) / square) /
							  square) /
							 square) /
				square) /
		   x;
}

/* x log(x / mean) + mean - x, x and mean above 0, without cancellation where they are near. */
static double
deviance_half(double x, double mean)
{
	double v = (x - mean) / (x + mean);
	double sum;
	double power;

	if (fabs(v) >= 0.1)
		return x * log(x / mean) + mean - x;
	sum = (x - mean) * v;
	power = 2 * x * v;
	for (int j = 3; j < 100; j += 2)
	{
		double before = sum;

		power *= v * v;
		sum += power / j;
		if (sum == before)
			break;
	}
	return sum;
}

/* mean^x exp(-mean) / Gamma(x + 1), x >= 0 and mean > 0 not necessarily whole. */
static double
poisson_density(double x, double mean)
{
	if (x == 0)
		return exp(-mean);
	return exp(-stirling_error(x) - deviance_half(x, mean)) / (SQRT_2PI * sqrt(x));
}

/* Gamma(a + b + 1) / (Gamma(a + 1) Gamma(b + 1)) p^a q^b; q = 1 - p is given apart. */
static double
binomial_density(double a, double b, double p, double q)
{
	double n = a + b;

	if (p <= 0)
		return a == 0 ? 1 : 0;
	if (q <= 0)
		return b == 0 ? 1 : 0;
	if (a == 0)
		return exp(p < 0.5 ? n * log1p(-p) : n * log(q));
	if (b == 0)
		return exp(q < 0.5 ? n * log1p(-q) : n * log(p));
	return exp(stirling_error(n) - stirling_error(a) - stirling_error(b) - deviance_half(a, n * p) -
			   deviance_half(b, n * q)) /
		   SQRT_2PI * sqrt(n / a / b);
}

/* ---- normal ---- */

double
normal_lower(double z)
{
	return 0.5 * erfc(-z * M_SQRT1_2);
}

double
normal_upper(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

double
normal_two_sided(double z)
{
	return erfc(fabs(z) * M_SQRT1_2);
}

/* A quotient of polynomials of degree seven, coefficients from the highest. */
static double
rational_value(const double above[8], const double below[8], double r)
{
	double num = above[0];
	double den = below[0];

	for (int i = 1; i < 8; i++)
	{
		num = num * r + above[i];
		den = den * r + below[i];
	}
	return num / den;
}

/* Wichura 1988, algorithm AS 241, PPND16, for p <= 1/2. */
static double
normal_quantile_start(double p)
{
	static const double middle[2][8] = {
		{2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
		 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608},
		{5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
		 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1}};
	static const double outer[2][8] = {
		{7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
		 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
		 4.6303378461565452959, 1.42343711074968357734},
		{1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
		 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
		 2.05319162663775882187, 1}};
	static const double far[2][8] = {
		{2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
		 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
		 5.4637849111641143699, 6.6579046435011037772},
		{2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
		 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
		 0.59983220655588793769, 1}};
	double q = p - 0.5;
	double r;

	if (q >= -0.425)
		return q * rational_value(middle[0], middle[1], 0.180625 - q * q);
	r = sqrt(-log(p));
	if (r <= 5)
		return -rational_value(outer[0], outer[1], r - 1.6);
	return -rational_value(far[0], far[1], r - 5);
}

/* AS 241, and one step of Newton's on the logarithm, which is straight in the tail. */
double
normal_quantile(double p)
{
	double tail = p <= 0.5 ? p : 1 - p;
	double z;
	double area;

	if (isnan(p) || p < 0 || p > 1)
		return NAN;
	if (tail == 0)
		return p == 0 ? -INFINITY : INFINITY;
	z = normal_quantile_start(tail);
	area = normal_lower(z);
	if (area >= DBL_MIN)
		z -= log(area / tail) * area * SQRT_2PI * exp(0.5 * z * z);
	return p <= 0.5 ? z : -z;
}

/* ---- continued fractions ---- */

/* What one more term of a continued fraction multiplies its value by, after Lentz. */
static inline double
lentz_step(double alpha, double beta, double *c, double *d)
{
	*d = beta + alpha * *d;
	*d = 1 / (*d == 0 ? DBL_MIN : *d);
	*c = beta + alpha / *c;
	if (*c == 0)
		*c = DBL_MIN;
	return *c * *d;
}

/* ---- beta ---- */

/*
 * I_x(a, b) over x^a y^b / B(a, b), for x below the mean: the even part of the
 * continued fraction DLMF 8.17.22 (Didonato & Morris 1992, section 3), by Lentz's
 * method. Its terms do not cancel, whatever a and b.
 */
static double
beta_fraction(double x, double y, double a, double b)
{
	double lambda = a * y - b * x;
	double value = a / (a + 1) * (lambda + 1);
	double c = value;
	double d = 0;

	for (int n = 1; n < STEPS_MOST; n++)
	{
		double odd = a + 2.0 * n - 1;
		double alpha = (a + n - 1) / odd * ((a + b + n - 1) / odd) * n * (b - n) * x * x;
		double beta = n + n * (b - n) * x / odd + (a + n) / (odd + 2) * (lambda + 1 + n * (1 + y));
		double change = lentz_step(alpha, beta, &c, &d);

		value *= change;
		if (fabs(change - 1) <= DBL_EPSILON)
			break;
	}
	return 1 / value;
}

/* Both tails at x, y = 1 - x; false where the arguments are none of a distribution. */
static bool
beta_tails(double x, double y, double a, double b, double *lower, double *upper)
{
	bool swap;
	double tail;

	if (isnan(x) || isnan(y) || !(a >= 0) || !(b >= 0) || (a == 0 && b == 0) ||
		a > PARAMETER_MOST || b > PARAMETER_MOST)
		return false;
	if (x <= 0 || y <= 0 || a == 0 || b == 0)
	{
		/* all of it lies below x: at the upper end, or where the mass is at 0 */
		*lower = y <= 0 || (a == 0 && x >= 0) ? 1 : 0;
		*upper = 1 - *lower;
		return true;
	}
	swap = x > (a + 1) / (a + b + 2);
	tail = (swap ? beta_fraction(y, x, b, a) : beta_fraction(x, y, a, b)) *
		   binomial_density(a, b, x, y) * (a / (a + b)) * b;
	tail = Min(tail, 1);
	*lower = swap ? 1 - tail : tail;
	*upper = swap ? tail : 1 - tail;
	return true;
}

double
beta_lower(double x, double a, double b)
{
	double lower;
	double upper;

	return beta_tails(x, 1 - x, a, b, &lower, &upper) ? lower : NAN;
}

double
beta_upper(double x, double a, double b)
{
	double lower;
	double upper;

	return beta_tails(x, 1 - x, a, b, &lower, &upper) ? upper : NAN;
}

/* ---- gamma ---- */

/* P(a, x) over its density, for x below a + 1: a series of positive terms. */
static double
gamma_series(double a, double x)
{
	double term = 1;
	double sum = 1;

	for (int n = 1; n < STEPS_MOST; n++)
	{
		term *= x / (a + n);
		sum += term;
		if (term <= sum * (DBL_EPSILON / 4))
			break;
	}
	return sum;
}

/* Q(a, x) over x^a exp(-x) / Gamma(a), for x above: DLMF 8.9.2 contracted, by Lentz's method. */
static double
gamma_fraction(double a, double x)
{
	double value = x + 1 - a;
	double c = value;
	double d = 0;

	for (int n = 1; n < STEPS_MOST; n++)
	{
		double alpha = n * (a - n);
		double beta = x - a + (2.0 * n + 1);
		double change = lentz_step(alpha, beta, &c, &d);

		value *= change;
		if (fabs(change - 1) <= DBL_EPSILON)
			break;
	}
	return 1 / value;
}

/* Both tails; false where the arguments are none of a distribution. */
static bool
gamma_tails(double a, double x, double *lower, double *upper)
{
	if (isnan(x) || !(a >= 0) || a > PARAMETER_MOST)
		return false;
	if (x <= 0 || a == 0 || isinf(x))
	{
		*lower = (a == 0 && x >= 0) || x > 0 ? 1 : 0;
		*upper = 1 - *lower;
	}
	else if (x < a + 1)
	{
		*lower = Min(poisson_density(a, x) * gamma_series(a, x), 1);
		*upper = 1 - *lower;
	}
	else
	{
		*upper = Min(poisson_density(a, x) * a * gamma_fraction(a, x), 1);
		*lower = 1 - *upper;
	}
	return true;
}

double
gamma_lower(double a, double x)
{
	double lower;
	double upper;

	return gamma_tails(a, x, &lower, &upper) ? lower : NAN;
}

double
gamma_upper(double a, double x)
{
	double lower;
	double upper;

	return gamma_tails(a, x, &lower, &upper) ? upper : NAN;
}

/* ---- quantiles ---- */

/* What a quantile is searched in: both tails and the density at x. */
typedef struct Curve
{
	bool beta;
	double a;
	double b;
} Curve;

static bool
curve_tails(const Curve *curve, double x, double *lower, double *upper)
{
	return curve->beta ? beta_tails(x, 1 - x, curve->a, curve->b, lower, upper)
					   : gamma_tails(curve->a, x, lower, upper);
}

static double
curve_density(const Curve *curve, double x)
{
	double a = curve->a;
	double b = curve->b;

	if (curve->beta)
		return binomial_density(a, b, x, 1 - x) * (a / (a + b)) * b / x / (1 - x);
	return poisson_density(a, x) * a / x;
}

/* Halfway by count of doubles between two that are not negative: 64 halvings reach any. */
static double
double_between(double low, double high)
{
	uint64 a;
	uint64 b;
	double middle;

	memcpy(&a, &low, sizeof(a));
	memcpy(&b, &high, sizeof(b));
	a += (b - a) / 2;
	memcpy(&middle, &a, sizeof(middle));
	return middle;
}

/*
 * The x with the lower tail p and the upper tail q = 1 - p, of which the smaller is
 * sought: Newton's steps on its logarithm, which is near to a line in log x for the
 * lower and in x for the upper tail. A bracket that halves in the end bounds them.
 */
static double
curve_quantile(const Curve *curve, double p, double q, double start, double high)
{
	double low = 0;
	double x = start;

	for (int round = 0; round < 200; round++)
	{
		double lower;
		double upper;
		double difference; /* of log tail from the log tail sought, rising with x */
		double step;
		double next;

		if (!curve_tails(curve, x, &lower, &upper))
			return NAN;
		difference = p <= q ? log(lower / p) : log(q / upper);
		if (difference == 0)
			return x;
		if (difference > 0)
			high = x;
		else
			low = x;
		step = difference * (p <= q ? lower : upper) / curve_density(curve, x);
		next = p <= q ? x * exp(-step / x) : x - step;
		if (fabs(next - x) <= x * (DBL_EPSILON / 2))
			return x;
		if (!(next > low && next < high) || (round > 40 && round % 2 == 0))
			next = double_between(low, high);
		if (next == low || next == high)
			return next;
		x = next;
	}
	return x;
}

/* One of p and q as given, the other from it. */
static double
beta_quantile_of(double p, double q, double a, double b)
{
	Curve curve = {true, a, b};

	if (isnan(p) || p < 0 || q < 0 || !(a > 0) || !(b > 0) || a > PARAMETER_MOST ||
		b > PARAMETER_MOST)
		return NAN;
	if (p == 0 || q == 0)
		return p == 0 ? 0 : 1;
	return curve_quantile(&curve, p, q, a / (a + b), 1);
}

double
beta_quantile(double p, double a, double b)
{
	return beta_quantile_of(p, 1 - p, a, b);
}

double
beta_quantile_upper(double q, double a, double b)
{
	return beta_quantile_of(1 - q, q, a, b);
}

static double
gamma_quantile_of(double p, double q, double a)
{
	Curve curve = {false, a, 0};

	if (isnan(p) || p < 0 || q < 0 || !(a > 0) || a > PARAMETER_MOST)
		return NAN;
	if (p == 0 || q == 0)
		return p == 0 ? 0 : INFINITY;
	return curve_quantile(&curve, p, q, a, DBL_MAX);
}

double
gamma_quantile(double p, double a)
{
	return gamma_quantile_of(p, 1 - p, a);
}

double
gamma_quantile_upper(double q, double a)
{
	return gamma_quantile_of(1 - q, q, a);
}

double
chi_square_upper(double x, double df)
{
	return gamma_upper(df / 2, x / 2);
}

double
student_two_sided(double t, double df)
{
	double square = t * t;
	double lower;
	double upper;

	if (isnan(t) || !(df > 0))
		return NAN;
	if (isinf(square))
		return 0;
	if (df > PARAMETER_MOST)
		return normal_two_sided(t);
	beta_tails(df / (df + square), square / (df + square), df / 2, 0.5, &lower, &upper);
	return lower;
}

/* Beyond 1e6 degrees of freedom by Cornish and Fisher 1938, exact to doubles there. */
double
student_quantile_two_sided(double p, double df)
{
	double z;
	double square;
	double share;

	if (!(df > 0))
		return NAN;
	if (df > 1e6)
	{
		z = fabs(normal_quantile((1 - p) / 2));
		square = z * z;
		return isinf(z) || isinf(df) ? z
									 : z * (1 + (square + 1) / (4 * df) +
											((5 * square + 16) * square + 3) / (96 * df * df));
	}
	/* of t^2 / (df + t^2) and its complement the smaller one, which keeps its digits */
	share = beta_quantile(p, 0.5, df / 2);
	if (share <= 0.5)
		return sqrt(df * share / (1 - share));
	share = beta_quantile_upper(p, df / 2, 0.5);
	return sqrt(df * (1 - share) / share);
}

/* ---- counts ---- */

double
binomial_mass(int64 x, int64 n, double p)
{
	if (isnan(p) || p < 0 || p > 1 || n < 0 || n > PARAMETER_MOST)
		return NAN;
	if (x < 0 || x > n)
		return 0;
	return binomial_density((double) x, (double) (n - x), p, 1 - p);
}

double
binomial_lower(int64 x, int64 n, double p)
{
	if (isnan(p) || p < 0 || p > 1 || n < 0 || n > PARAMETER_MOST)
		return NAN;
	if (x < 0)
		return 0;
	if (x >= n)
		return 1;
	return beta_upper(p, (double) x + 1, (double) (n - x));
}

double
poisson_mass(int64 x, double mean)
{
	if (isnan(mean) || mean < 0 || isinf(mean))
		return NAN;
	if (x < 0)
		return 0;
	if (mean == 0)
		return x == 0 ? 1 : 0;
	return poisson_density((double) x, mean);
}

double
poisson_lower(int64 x, double mean)
{
	if (isnan(mean) || mean < 0 || isinf(mean))
		return NAN;
	if (x < 0)
		return 0;
	return gamma_upper((double) x + 1, mean);
}

double
hypergeometric_mass(int64 x, int64 drawn, int64 marked, int64 total)
{
	double p;

	if (total < 0 || drawn < 0 || drawn > total || marked < 0 || marked > total ||
		total > PARAMETER_MOST)
		return NAN;
	if (x < 0 || x > drawn || x > marked || drawn - x > total - marked)
		return 0;
	if (drawn == 0 || drawn == total)
		return 1;
	p = (double) drawn / total;
	return binomial_mass(x, marked, p) * binomial_mass(drawn - x, total - marked, p) /
		   binomial_mass(drawn, total, p);
}

/* Sums from x outwards, away from the mean, where every term is below the one before. */
static double
hypergeometric_tail(int64 x, int64 drawn, int64 marked, int64 total, bool upwards)
{
	double term = hypergeometric_mass(x, drawn, marked, total);
	double sum = term;

	while (term > sum * (DBL_EPSILON / 4))
	{
		double rest = (double) (total - marked - drawn);

		if (upwards)
			term *= ((double) (marked - x) / (x + 1)) * ((double) (drawn - x) / (rest + x + 1));
		else
			term *= ((double) x / (marked - x + 1)) * ((rest + x) / (drawn - x + 1));
		x += upwards ? 1 : -1;
		sum += term;
	}
	return Min(sum, 1);
}

double
hypergeometric_upper(int64 x, int64 drawn, int64 marked, int64 total)
{
	int64 least = Max(0, drawn - (total - marked));

	if (total < 0 || drawn < 0 || drawn > total || marked < 0 || marked > total ||
		total > PARAMETER_MOST)
		return NAN;
	if (x <= least)
		return 1;
	if (x > Min(drawn, marked))
		return 0;
	if ((double) x > (double) drawn * marked / total)
		return hypergeometric_tail(x, drawn, marked, total, true);
	return 1 - hypergeometric_tail(x - 1, drawn, marked, total, false);
}
