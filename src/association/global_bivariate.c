/*
 * global_bivariate.c
 *	  Global measures of two variables: bivariate Moran and Lee's L.
 *
 * D. Wartenberg, Geographical Analysis 17, 1985, 263-283; S.-I. Lee, Journal of
 * Geographical Systems 3, 2001, 369-385, and Environment and Planning A 36, 2004,
 * 1687-1703.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/global.h"
#include "backend/memory.h"

/* Rows of links between looks for an interrupt. */
#define INTERRUPT_MASK 0x3FF

/* y is permuted, its neighbours' x stay: a linear sum. */
static double
bivariate_sum(const void *field, const double *x, const double *y)
{
	const double *lag = ((const GlobalField *) field)->fixed;
	uint32 n = ((const GlobalField *) field)->n;
	double sum = 0;

	for (uint32 i = 0; i < n; i++)
		sum += lag[i] * x[i];
	return sum;
}

/* Bivariate Moran: x here against y at the neighbours. */
static bool
bivariate_moran_prepare(GlobalField *field)
{
	const Sample *sample = field->sample;
	uint32 n = field->n;
	double s0 = field->pairs.total;
	double *lag = allocate(n, sizeof(double));
	double mean = 0;
	double squares = 0;

	if (field->pairs.self != NULL)
		for (uint32 i = 0; i < n; i++)
			s0 += field->pairs.self[i];
	if (!(s0 > 0) || !values_standardize(field->x, n) || !values_standardize(field->y, n))
		return false;
	memset(lag, 0, sizeof(double) * n);
	for (uint32 i = 0; i < n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			lag[sample->neighbor[link]] += sample_weight(sample, link) * field->x[i];
	}
	for (uint32 i = 0; i < n; i++)
		mean += lag[i] / n;
	for (uint32 i = 0; i < n; i++)
		squares += (lag[i] - mean) * (lag[i] - mean);
	field->fixed = lag;
	field->x = field->y;
	field->y = NULL;
	field->standardized = true;
	field->scale = 1 / s0;
	field->expected = 0;
	field->variance = n < 4 ? NAN : squares * n / (n - 1.0) / (s0 * s0);
	return true;
}

/* Sum over the places of the product of two spatial lags. */
static double
lee_sum(const void *pointer, const double *x, const double *y)
{
	const Sample *sample = ((const GlobalField *) pointer)->sample;
	double sum = 0;

	for (uint32 i = 0; i < sample->n; i++)
	{
		double lag_x = 0;
		double lag_y = 0;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			lag_x += sample_weight(sample, link) * x[sample->neighbor[link]];
			lag_y += sample_weight(sample, link) * y[sample->neighbor[link]];
		}
		sum += lag_x * lag_y;
	}
	return sum;
}

/* Sum of the squares of row i of WW'; work is zero before and after. */
static double
gram_row_squares(const Sample *sample, const Incoming *incoming, uint32 i, double *work)
{
	double squares = 0;

	for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
	{
		uint32 j = sample->neighbor[link];
		double weight = sample_weight(sample, link);

		if ((link & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 back = incoming->start[j]; back < incoming->start[j + 1]; back++)
			work[incoming->from[back]] += weight * incoming->weight[back];
	}
	for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
	{
		uint32 j = sample->neighbor[link];

		for (uint32 back = incoming->start[j]; back < incoming->start[j + 1]; back++)
		{
			squares += work[incoming->from[back]] * work[incoming->from[back]];
			work[incoming->from[back]] = 0;
		}
	}
	return squares;
}

/* Sum of the squares of the matrix W'W, which is that of WW'. */
static double
gram_squares(const Sample *sample)
{
	Incoming incoming = incoming_make(sample, false);
	double *work = allocate_zero(sample->n, sizeof(double));
	double squares = 0;

	for (uint32 i = 0; i < sample->n; i++)
		squares += gram_row_squares(sample, &incoming, i, work);
	incoming_free(&incoming);
	pfree(work);
	return squares;
}

/* The matrix W'W in parts; returns its sum, which is that of the squared rows of W. */
static double
gram_parts(const Sample *sample, MatrixParts *parts)
{
	double *row = allocate_zero(sample->n, sizeof(double));
	double *diagonal = allocate_zero(sample->n, sizeof(double));
	double squares = gram_squares(sample);
	double total = 0;

	for (uint32 i = 0; i < sample->n; i++)
	{
		double sum = 0;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			sum += sample_weight(sample, link);
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			double weight = sample_weight(sample, link);

			row[sample->neighbor[link]] += weight * (sum - weight);
			diagonal[sample->neighbor[link]] += weight * weight;
		}
		total += sum * sum;
	}
	for (uint32 i = 0; i < sample->n; i++)
		squares -= diagonal[i] * diagonal[i];
	*parts = matrix_parts(sample->n, sample->n, row, diagonal, fmax(squares, 0));
	pfree(row);
	pfree(diagonal);
	return total;
}

/* Lee's L: pairs of values are permuted together. */
static bool
lee_prepare(GlobalField *field)
{
	uint32 n = field->n;
	MatrixParts places, values;
	ValueSums sums;
	double total;

	if (!values_standardize(field->x, n) || !values_standardize(field->y, n))
		return false;
	total = gram_parts(field->sample, &places);
	if (!(total > 0))
		return false;
	sums = value_sums(field->x, field->y, n);
	values = cross_product_parts(n, &sums);
	field->standardized = true;
	field->scale = 1 / total;
	field->expected = mantel_expected(n, &places, &values) / total;
	field->variance = mantel_variance(n, &places, &values) / (total * total);
	return true;
}

const GlobalMeasure measure_lee = {lee_prepare, lee_sum, 1};
const GlobalMeasure measure_bivariate_moran = {bivariate_moran_prepare, bivariate_sum, 1};
