/*
 * global_moments.c
 *	  Mean and variance of sum_ij a_ij b_ij when the values of matrix b are permuted
 *	  over the places of matrix a, all permutations alike.
 *
 * A symmetric matrix falls into its mean, effects of rows and a rest; permutations
 * mix none of these, so the variance is the sum of theirs, each the product of the
 * two matrices' squares over the number of dimensions: n - 1 for effects, of rows
 * and of the diagonal together, n (n - 3) / 2 for the rest. It equals the formulas of
 * Mantel and of Cliff and Ord in S0, S1, S2, without their cancellation of large
 * terms, and it holds with links of places to themselves.
 */
#include "compat.h"
#include <math.h>

#include "association/global.h"

/* What is left of terms that cancel is 0 where it is within their rounding. */
static double
without_rounding(double value, double terms)
{
	return value > 1e-12 * terms ? value : 0;
}

MatrixParts
matrix_parts(double n, uint32 rows, const double *row, const double *diagonal, double squares)
{
	MatrixParts parts = {0};
	double row_squares = 0;
	double mean;
	double diagonal_mean;

	for (uint32 i = 0; i < rows; i++)
	{
		parts.total += row[i];
		row_squares += row[i] * row[i];
		if (diagonal != NULL)
			parts.trace += diagonal[i];
	}
	mean = parts.total / n;
	diagonal_mean = parts.trace / n;
	for (uint32 i = 0; i < rows; i++)
	{
		double effect = (row[i] - mean) / (n - 2);
		double own = diagonal == NULL ? 0 : diagonal[i] - diagonal_mean;

		parts.effects += effect * effect;
		parts.deviation += own * own;
		parts.cross += effect * own;
	}
	/* Rows beyond n are of places apart: zeros that the formulas do not count. */
	parts.effects -= (rows - n) * (mean / (n - 2)) * (mean / (n - 2));
	parts.deviation -= (rows - n) * diagonal_mean * diagonal_mean;
	parts.cross -= (rows - n) * mean / (n - 2) * diagonal_mean;
	if (parts.effects <= 1e-24 * row_squares)
		parts.effects = parts.cross = 0;
	parts.rest = without_rounding(
		squares - parts.total * mean / (n - 1) - 2 * (n - 2) * parts.effects, squares);
	return parts;
}

MatrixParts
cross_product_parts(double n, const ValueSums *sums)
{
	MatrixParts parts;
	double squares = (sums->xx * sums->yy + sums->xy * sums->xy) / 2;

	parts.total = -sums->xy;
	parts.effects = sums->products / ((n - 2) * (n - 2));
	parts.trace = sums->xy;
	parts.deviation = sums->products;
	parts.cross = -sums->products / (n - 2);
	parts.rest = without_rounding(
		squares - sums->xy * sums->xy / (n - 1) - sums->products * n / (n - 2), squares);
	return parts;
}

MatrixParts
product_parts(double n, double mean, const ValueSums *sums, double cubes)
{
	MatrixParts parts = cross_product_parts(n, sums);

	parts.total = n * (n - 1) * mean * mean - sums->xx;
	parts.effects =
		without_rounding(mean * mean * sums->xx - 2 * mean * cubes / (n - 2) + parts.effects,
						 mean * mean * sums->xx);
	parts.trace = parts.deviation = parts.cross = 0;
	return parts;
}

MatrixParts
difference_parts(double n, const ValueSums *sums)
{
	MatrixParts parts = cross_product_parts(n, sums);

	parts.total = 2 * n * sums->xx;
	parts.effects *= n * n;
	parts.rest *= 4;
	parts.trace = parts.deviation = parts.cross = 0;
	return parts;
}

double
mantel_expected(double n, const MatrixParts *a, const MatrixParts *b)
{
	return a->total * b->total / (n * (n - 1)) + a->trace * b->trace / n;
}

double
mantel_variance(double n, const MatrixParts *a, const MatrixParts *b)
{
	double both = 2 * (n - 2); /* an effect of a row meets one of a row this often */
	double effects = both * both * a->effects * b->effects + 2 * both * a->cross * b->cross +
					 a->deviation * b->deviation;

	if (n < 4)
		return NAN;
	return effects / (n - 1) + a->rest * b->rest / (n * (n - 3) / 2);
}

double
normal_ratio_variance(double n, double trace, double trace_of_square)
{
	double squares = (n - 1) * trace_of_square;

	if (n < 3)
		return NAN;
	return n * n * 2 * without_rounding(squares - trace * trace, squares) /
		   ((n - 1) * (n - 1) * (n + 1));
}

bool
values_equal(const double *v, uint32 n)
{
	for (uint32 i = 1; i < n; i++)
		if (v[i] != v[0])
			return false;
	return true;
}

void
values_scale_down(double *v, uint32 n)
{
	double most = 0;
	int exponent;

	for (uint32 i = 0; i < n; i++)
		most = fmax(most, fabs(v[i]));
	frexp(most, &exponent);
	for (uint32 i = 0; i < n; i++)
		v[i] = ldexp(v[i], -exponent);
}

double
values_take_mean(double *v, uint32 n)
{
	double mean = 0;
	double rest = 0;

	for (uint32 i = 0; i < n; i++)
		mean += v[i];
	mean /= n;
	for (uint32 i = 0; i < n; i++)
		rest += v[i] -= mean;
	rest /= n;
	for (uint32 i = 0; i < n; i++)
		v[i] -= rest;
	return mean + rest;
}

bool
values_standardize(double *v, uint32 n)
{
	double squares = 0;
	double deviation;

	if (values_equal(v, n))
		return false;
	values_scale_down(v, n);
	values_take_mean(v, n);
	values_scale_down(v, n);
	for (uint32 i = 0; i < n; i++)
		squares += v[i] * v[i];
	deviation = sqrt(squares / n);
	for (uint32 i = 0; i < n; i++)
		v[i] /= deviation;
	return isfinite(deviation) && deviation > 0;
}

ValueSums
value_sums(const double *x, const double *y, uint32 n)
{
	ValueSums sums = {0};

	for (uint32 i = 0; i < n; i++)
	{
		sums.xx += x[i] * x[i];
		sums.yy += y[i] * y[i];
		sums.xy += x[i] * y[i];
	}
	for (uint32 i = 0; i < n; i++)
	{
		double deviation = x[i] * y[i] - sums.xy / n;

		sums.products += deviation * deviation;
	}
	return sums;
}
