/*
 * global.c
 *	  The engine of global spatial autocorrelation, and its measures of one variable.
 *
 * P. A. P. Moran, Biometrika 37, 1950, 17-23; R. C. Geary, The Incorporated
 * Statistician 5, 1954, 115-145; A. Getis and J. K. Ord, Geographical Analysis 24,
 * 1992, 189-206; R. M. Assuncao and E. A. Reis, Statistics in Medicine 18, 1999,
 * 2147-2162; A. D. Cliff and J. K. Ord, Spatial Processes, 1981.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/global.h"
#include "backend/memory.h"
#include "statistics/distributions.h"

/* Sums of arrangements this near, relative to the statistic's scale, are ties. */
#define TIE 1e-12

/*
 * The same as if of another number of areas with the same moments: islands count in
 * mean and variance of the values but not in the n of the formulas, the rule
 * of spdep (adjust.n).
 */
static ValueSums
value_sums_of(const double *x, uint32 n, double areas)
{
	ValueSums sums = value_sums(x, x, n);

	sums.xx *= areas / n;
	sums.yy *= areas / n;
	sums.xy *= areas / n;
	sums.products *= areas / n;
	return sums;
}

static double
product_sum(const void *field, const double *x, const double *y)
{
	return pairs_product(&((const GlobalField *) field)->pairs, x, false);
}

static double
product_sum_with_self(const void *field, const double *x, const double *y)
{
	return pairs_product(&((const GlobalField *) field)->pairs, x, true);
}

static double
difference_sum(const void *field, const double *x, const double *y)
{
	return pairs_difference(&((const GlobalField *) field)->pairs, x);
}

/* Moran's I: links of places to themselves count, and are in the moments. */
static bool
moran_prepare(GlobalField *field)
{
	const Pairs *pairs = &field->pairs;
	double areas = pairs->attached;
	double s0 = pairs->total;
	double trace = 0;
	double squares = pairs->squares;
	double row_squares = 0;
	MatrixParts places, values;
	ValueSums sums;

	for (uint32 i = 0; i < pairs->n; i++)
	{
		double self = pairs->self == NULL ? 0 : pairs->self[i];

		trace += self;
		squares += self * self;
		row_squares += (pairs->row[i] + self) * (pairs->row[i] + self);
	}
	s0 += trace;
	if (!(s0 > 0) || !values_standardize(field->x, field->n))
		return false;
	places = matrix_parts(areas, pairs->n, pairs->row, pairs->self, pairs->squares);
	sums = value_sums_of(field->x, field->n, areas);
	values = cross_product_parts(areas, &sums);
	field->standardized = true;
	field->scale = areas / field->n / s0;
	field->expected = mantel_expected(areas, &places, &values) / s0;
	field->variance = mantel_variance(areas, &places, &values) / (s0 * s0);
	field->variance_normal =
		normal_ratio_variance(areas, trace - s0 / areas,
							  squares - 2 * row_squares / areas + s0 * s0 / (areas * areas)) /
		(s0 * s0);
	return true;
}

/* Geary's C. Islands stay in n: without them the values' sums would be of more areas than n. */
static bool
geary_prepare(GlobalField *field)
{
	const Pairs *pairs = &field->pairs;
	double n = field->n;
	double s0 = pairs->total;
	double row_squares = 0;
	MatrixParts places, values;
	ValueSums sums;

	if (!(s0 > 0) || !values_standardize(field->x, field->n))
		return false;
	for (uint32 i = 0; i < pairs->n; i++)
		row_squares += pairs->row[i] * pairs->row[i];
	places = matrix_parts(n, pairs->n, pairs->row, NULL, pairs->squares);
	sums = value_sums(field->x, field->x, field->n);
	values = difference_parts(n, &sums);
	field->standardized = true;
	field->scale = (n - 1) / (2 * s0 * n);
	field->expected = 1;
	field->variance = field->scale * field->scale * mantel_variance(n, &places, &values);
	field->variance_normal = 4 * field->scale * field->scale *
							 normal_ratio_variance(n, s0, row_squares + pairs->squares);
	return true;
}

/* Moments of sums of products of values that have a mean; places are all areas. */
static void
product_moments(GlobalField *field, double pair_total)
{
	const Pairs *pairs = &field->pairs;
	double n = field->n;
	double *z = allocate(field->n, sizeof(double));
	double cubes = 0;
	double mean;
	MatrixParts places, values;
	ValueSums sums;

	memcpy(z, field->x, sizeof(double) * field->n);
	mean = values_take_mean(z, field->n);
	for (uint32 i = 0; i < field->n; i++)
		cubes += z[i] * z[i] * z[i];
	sums = value_sums(z, z, field->n);
	pfree(z);
	places = matrix_parts(n, field->n, pairs->row, NULL, pairs->squares);
	values = product_parts(n, mean, &sums, cubes);
	values.total = pair_total;
	field->expected = field->scale * mantel_expected(n, &places, &values);
	field->variance = field->scale * field->scale * mantel_variance(n, &places, &values);
}

/* Sum over ordered pairs of x_i x_j, without the cancellation of (sum x)^2 - sum x^2. */
static double
pair_total(const double *x, uint32 n)
{
	double before = 0;
	double total = 0;

	for (uint32 i = 0; i < n; i++)
	{
		total += x[i] * before;
		before += x[i];
	}
	return 2 * total;
}

/* Getis and Ord's general G: of values not negative; islands are left out whole. */
static bool
getis_g_prepare(GlobalField *field)
{
	double total;

	for (uint32 i = 0; i < field->n; i++)
		if (field->x[i] < 0)
			return false;
	pairs_drop_islands(&field->pairs, field->x);
	field->n = field->pairs.n;
	if (!(field->pairs.total > 0) || values_equal(field->x, field->n))
		return false;
	values_scale_down(field->x, field->n);
	total = pair_total(field->x, field->n);
	if (!(total > 0))
		return false;
	field->scale = field->unit / total;
	product_moments(field, total);
	return true;
}

/* Joins between marked areas. */
static bool
join_count_prepare(GlobalField *field)
{
	if (!(field->pairs.total > 0))
		return false;
	field->scale = 0.5 * field->unit;
	product_moments(field, pair_total(field->x, field->n));
	return true;
}

/* Joins between a marked area and one that is not. */
static bool
join_count_mixed_prepare(GlobalField *field)
{
	const Pairs *pairs = &field->pairs;
	double *z = allocate(field->n, sizeof(double));
	MatrixParts places, values;
	ValueSums sums;

	if (!(pairs->total > 0))
		return false;
	memcpy(z, field->x, sizeof(double) * field->n);
	values_take_mean(z, field->n);
	sums = value_sums(z, z, field->n);
	pfree(z);
	places = matrix_parts(field->n, field->n, pairs->row, NULL, pairs->squares);
	values = difference_parts(field->n, &sums);
	field->scale = 0.5 * field->unit;
	field->expected = field->scale * mantel_expected(field->n, &places, &values);
	field->variance = field->scale * field->scale * mantel_variance(field->n, &places, &values);
	return true;
}

/*
 * Rates standardised by what their populations let expect, x events and y persons;
 * then as Moran's I.
 */
static bool
eb_moran_prepare(GlobalField *field)
{
	double *x = field->x;
	double *y = field->y;
	double events = 0;
	double persons = 0;
	double squares = 0;
	double overall, between;

	for (uint32 i = 0; i < field->n; i++)
	{
		events += x[i];
		persons += y[i];
		x[i] /= y[i];
	}
	if (values_equal(x, field->n))
		return false;
	overall = events / persons;
	for (uint32 i = 0; i < field->n; i++)
		squares += y[i] * (x[i] - overall) * (x[i] - overall);
	between = fmax(0, squares / persons - overall * field->n / persons);
	for (uint32 i = 0; i < field->n; i++)
		x[i] = (x[i] - overall) / sqrt(between + overall / y[i]);
	field->y = NULL;
	return moran_prepare(field);
}

const GlobalMeasure measure_moran = {moran_prepare, product_sum_with_self, 1};
const GlobalMeasure measure_geary = {geary_prepare, difference_sum, -1};
const GlobalMeasure measure_getis_g = {getis_g_prepare, product_sum, 1};
const GlobalMeasure measure_eb_moran = {eb_moran_prepare, product_sum_with_self, 1};
const GlobalMeasure measure_join_count = {join_count_prepare, product_sum, 1};
const GlobalMeasure measure_join_count_mixed = {join_count_mixed_prepare, difference_sum, -1};

/* z and two-sided p; NaN where there is no variance or it is 0. */
static void
normal_inference(double excess, double variance, double *z, double *p)
{
	*z = variance > 0 && isfinite(variance) ? excess / sqrt(variance) + 0.0 : NAN;
	*p = isnan(*z) ? NAN : normal_two_sided(*z);
}

/* A column as the measure may change it. */
static double *
column_copy(const double *column, uint32 n)
{
	double *copy = allocate(n, sizeof(double));

	memcpy(copy, column, sizeof(double) * n);
	return copy;
}

/*
 * The sample with weights whose squares and sums are numbers, where they are not;
 * returns the power of 2 that they were divided by.
 */
static double
bring_weights_near(Sample *sample)
{
	double most = 0;
	double *weight;
	int exponent;

	for (uint32 link = 0; sample->weight != NULL && link < sample->links; link++)
		most = fmax(most, sample->weight[link]);
	if (most == 0 || (most > 1e-50 && most < 1e50))
		return 1;
	frexp(most, &exponent);
	weight = column_copy(sample->weight, sample->links);
	for (uint32 link = 0; link < sample->links; link++)
		weight[link] = ldexp(weight[link], 1 - exponent);
	sample->weight = weight;
	return ldexp(1, exponent - 1);
}

static void
field_make(GlobalField *field, Sample *sample, int columns)
{
	memset(field, 0, sizeof(GlobalField));
	field->sample = sample;
	field->unit = bring_weights_near(sample);
	field->n = sample->n;
	field->x = column_copy(sample->x[0], sample->n);
	if (columns > 1)
		field->y = column_copy(sample->x[1], sample->n);
	field->expected = field->variance = field->variance_normal = NAN;
	pairs_make(&field->pairs, sample);
}

Autocorrelation
global_autocorrelation(const GlobalMeasure *measure, Sample *sample, int columns,
					   int64 permutations, uint64 seed)
{
	Autocorrelation result = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	GlobalField field;
	double sum;

	result.n_used = sample->n;
	result.n_null = sample->n_null;
	result.n_islands = sample->n_islands;
	field_make(&field, sample, columns);
	if (sample->n == 0 || !measure->prepare(&field))
		return result;
	sum = measure->sum(&field, field.x, field.y);
	if (!isfinite(field.scale * sum))
		return result;
	result.statistic = field.scale * sum;
	result.expected = field.expected;
	result.variance = field.variance;
	result.variance_normal = field.variance_normal;
	normal_inference(measure->sign * (result.statistic - result.expected), result.variance,
					 &result.z, &result.p);
	normal_inference(measure->sign * (result.statistic - result.expected), result.variance_normal,
					 &result.z_normal, &result.p_normal);
	if (permutations > 0)
	{
		double unit = field.standardized ? 1 / field.scale : 0;
		Arrangement observed = {
			field.n, field.x, field.y, measure->sum, &field, sum, TIE * fmax(fabs(sum), unit)};

		result.p_permutation = permutation_p(&observed, permutations, seed);
	}
	return result;
}
