/*
 * local_values.c
 *	  What the local statistics have in common: values about their mean, an area's
 *	  row of links, moments of a sum under conditional permutation, answers.
 */
#include "compat.h"
#include <float.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/local.h"
#include "backend/memory.h"
#include "statistics/distributions.h"

/* A variance, or a lag beside the sum of weights, that is rounding error of this size is 0. */
#define ZERO_VARIANCE 1e-12
#define ZERO_LAG 1e-14

/* A value this near to the mean, beside the largest, is the mean. */
#define AT_MEAN (8 * DBL_EPSILON)

/* Are all values the same? */
static bool
is_constant(const double *x, uint32 n)
{
	for (uint32 i = 1; i < n; i++)
		if (x[i] != x[0])
			return false;
	return true;
}

/* Exponent that brings the largest value near 1, so that squares neither over- nor underflow. */
static int
column_exponent(const double *x, uint32 n)
{
	double most = 0;
	int exponent = 0;

	for (uint32 i = 0; i < n; i++)
		most = Max(most, fabs(x[i]));
	frexp(most, &exponent);
	return exponent;
}

/* Fills z with the deviations from the mean and returns the mean. */
static double
column_center(const double *x, uint32 n, int exponent, double *z)
{
	double sum = 0;
	double rest = 0;

	for (uint32 i = 0; i < n; i++)
	{
		z[i] = ldexp(x[i], -exponent);
		sum += z[i];
	}
	sum /= n;
	for (uint32 i = 0; i < n; i++)
		rest += z[i] -= sum;
	rest /= n;
	for (uint32 i = 0; i < n; i++)
	{
		z[i] -= rest;
		if (fabs(z[i]) < AT_MEAN)
			z[i] = 0;
	}
	return ldexp(sum + rest, exponent);
}

LocalColumn *
local_column(const Sample *sample, int column)
{
	LocalColumn *result = palloc0(sizeof(LocalColumn));
	const double *x = sample->x[column];
	uint32 n = sample->n;
	int exponent = column_exponent(x, n);
	double squares = 0;
	double unit;

	result->x = x;
	result->z = allocate(n, sizeof(double));
	result->mean = column_center(x, n, exponent, result->z);
	for (uint32 i = 0; i < n; i++)
	{
		squares += result->z[i] * result->z[i];
		result->total += x[i];
	}
	unit = is_constant(x, n) ? NAN : sqrt(squares / n);
	result->deviation = ldexp(unit, exponent);
	for (uint32 i = 0; i < n; i++)
	{
		double z = result->z[i] /= unit;

		result->cubes += z * z * z;
		result->fourths += z * z * z * z;
	}
	return result;
}

LocalRows *
local_rows(const Sample *sample)
{
	LocalRows *rows = palloc(sizeof(LocalRows));
	uint32 most = 0;

	for (uint32 i = 0; i < sample->n; i++)
		most = Max(most, sample->start[i + 1] - sample->start[i]);
	rows->sample = sample;
	rows->neighbor = allocate(most, sizeof(uint32));
	rows->weight = allocate(most, sizeof(double));
	return rows;
}

LocalRow
local_row(LocalRows *rows, uint32 place)
{
	const Sample *sample = rows->sample;
	LocalRow row = {.place = place, .uniform = true, .neighbor = rows->neighbor};

	for (uint32 link = sample->start[place]; link < sample->start[place + 1]; link++)
	{
		double weight = sample_weight(sample, link);

		if (sample->neighbor[link] == place)
		{
			row.own = weight;
			continue;
		}
		rows->neighbor[row.neighbors] = sample->neighbor[link];
		rows->weight[row.neighbors] = weight;
		row.uniform = row.uniform && weight > 0 && weight == rows->weight[0];
		row.sum += weight;
		row.squares += weight * weight;
		row.neighbors++;
	}
	row.weight = sample->weight == NULL ? NULL : rows->weight;
	return row;
}

double
local_lag(const LocalRow *row, const double *value)
{
	double sum = row->own == 0 ? 0 : row->own * value[row->place];

	for (uint32 i = 0; i < row->neighbors; i++)
		sum += row->weight == NULL ? value[row->neighbor[i]]
								   : row->weight[i] * value[row->neighbor[i]];
	return sum;
}

/*
 * Neighbours are a draw without replacement from the other n - 1 values, of mean m
 * and variance v: mean W m, variance v ((n-1) sum w^2 - W^2) / (n-2). Of z-scores
 * this is the A7 and A8 of R. R. Sokal, N. L. Oden, B. A. Thomson, Geographical
 * Analysis 30 (1998).
 */
void
local_moments(const LocalRow *row, uint32 n, double own, double total, double squares, double *mean,
			  double *variance)
{
	double others = (double) n - 1;
	double average = (total - own) / others;
	double spread = (squares - own * own) / others - average * average;
	double scale = others * row->squares - row->sum * row->sum;

	if (scale <= ZERO_VARIANCE * others * row->squares || spread <= ZERO_VARIANCE * squares / n)
		spread = 0;
	*mean = row->sum * average;
	*variance = n < 3 ? NAN : spread * scale / (others - 1);
}

void
local_normal(LocalAnswer *answer)
{
	if (!(answer->variance > 0))
		return;
	answer->z = (answer->statistic - answer->expected) / sqrt(answer->variance);
	answer->p = normal_two_sided(answer->z);
}

LocalAnswer *
local_answers(const Sample *sample)
{
	LocalAnswer *answers = allocate(sample->n, sizeof(LocalAnswer));

	for (uint32 i = 0; i < sample->n; i++)
		answers[i] = (LocalAnswer){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0};
	return answers;
}

/* HH, LL, LH, HL; 0 where either stands at the mean, or within zero of it. */
static int8
quadrant_of(double here, double there, double zero)
{
	if (fabs(there) <= zero)
		return 0;
	if (here > 0)
		return there > 0 ? 1 : 4;
	if (here < 0)
		return there > 0 ? 3 : 2;
	return 0;
}

void
local_scatter(LocalAnswer *answer, const LocalRow *row, const LocalColumn *here,
			  const LocalColumn *there)
{
	answer->neighbors = row->neighbors;
	answer->z_value = here->z[row->place];
	if (row->neighbors == 0)
		return;
	answer->lag = local_lag(row, there->x);
	answer->lag_z = local_lag(row, there->z);
	answer->quadrant =
		quadrant_of(answer->z_value, answer->lag_z, ZERO_LAG * (row->sum + row->own));
}

void
local_permute(LocalAnswer *answer, Permutation *permutation, const Sample *sample,
			  const LocalRow *row)
{
	PermutationRow around = {row->place, sample->ids[row->place], row->neighbors, row->neighbor,
							 row->uniform ? NULL : row->weight};
	PermutationTails tails = permutation_tails(permutation, &around);

	answer->p_directed = permutation_directed(&tails);
	answer->p_permutation = Min(1, 2 * answer->p_directed);
}
