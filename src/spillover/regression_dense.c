/*
 * regression_dense.c
 *	  (I - rho W)^-1, what it says of effects, and the range of rho where it has a
 *	  meaning.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "spillover/regression.h"

#define RADIUS_STEPS 500

double *
spatial_inverse(const Sample *sample, double rho, double *log_determinant)
{
	int n = (int) sample->n;
	double *a = allocate_zero((Size) n * n, sizeof(double));
	double *inverse;
	int *pivot = palloc(sizeof(int) * (n + 1));

	for (int i = 0; i < n; i++)
	{
		a[(Size) i * n + i] = 1;
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			a[(Size) i * n + sample->neighbor[link]] -= rho * sample_weight(sample, link);
	}
	if (!matrix_lu(a, n, pivot))
	{
		pfree(a);
		return NULL;
	}
	if (log_determinant != NULL)
		*log_determinant = matrix_lu_log_determinant(a, pivot, n, NULL);
	inverse = allocate((Size) n * n, sizeof(double));
	matrix_lu_inverse(a, pivot, n, inverse);
	pfree(a);
	pfree(pivot);
	return inverse;
}

double *
spatial_times_w(const Sample *sample, const double *inverse)
{
	Size n = sample->n;
	double *product = allocate_zero(n * n, sizeof(double));

	for (Size i = 0; i < n; i++)
	{
		const double *row = inverse + i * n;

		CHECK_FOR_INTERRUPTS();
		for (Size k = 0; k < n; k++)
			for (uint32 link = sample->start[k]; link < sample->start[k + 1]; link++)
				product[i * n + sample->neighbor[link]] += row[k] * sample_weight(sample, link);
	}
	return product;
}

/* Largest sum of a row. */
static double
largest_row(const Sample *sample)
{
	double most = 0;

	for (uint32 i = 0; i < sample->n; i++)
	{
		double sum = 0;

		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			sum += sample_weight(sample, link);
		most = Max(most, sum);
	}
	return most;
}

/*
 * W is not negative, so the row sums of its powers grow as the largest eigenvalue
 * does; I is added, lest they swing. Where rows sum to 1 it is 1.
 */
double
spatial_radius(const Sample *sample)
{
	double most = largest_row(sample);
	double *v = allocate(sample->n + (Size) 1, sizeof(double));
	double *next = allocate(sample->n + (Size) 1, sizeof(double));
	double growth = 1;

	if (most == 0 || !isfinite(most))
		return most;
	for (uint32 i = 0; i < sample->n; i++)
		v[i] = 1;
	for (int step = 0; step < RADIUS_STEPS; step++)
	{
		double largest = 0;

		sample_lag(sample, v, next);
		for (uint32 i = 0; i < sample->n; i++)
		{
			next[i] = v[i] + next[i] / most;
			largest = Max(largest, next[i]);
		}
		for (uint32 i = 0; i < sample->n; i++)
			v[i] = next[i] / largest;
		if (step > 0 && fabs(growth - largest) <= 1e-15)
			break;
		growth = largest;
	}
	pfree(v);
	pfree(next);
	return (growth - 1) * most;
}

/* Sum over i, j of a_ij b_ji: the trace of A B. */
static double
trace_of_product(const double *a, const double *b, Size n)
{
	double sum = 0;

	for (Size i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (Size j = 0; j < n; j++)
			sum += a[i * n + j] * b[j * n + i];
	}
	return sum;
}

static double
trace(const double *a, Size n)
{
	double sum = 0;

	for (Size i = 0; i < n; i++)
		sum += a[i * n + i];
	return sum;
}

/* Sum of all elements of A B, of row sums of B and column sums of A. */
static double
total_of_product(const double *a, const double *b, Size n)
{
	double *column = palloc0(sizeof(double) * (n + 1));
	double sum = 0;

	for (Size i = 0; i < n; i++)
		for (Size j = 0; j < n; j++)
			column[j] += a[i * n + j];
	for (Size i = 0; i < n; i++)
	{
		double row = 0;

		for (Size j = 0; j < n; j++)
			row += b[i * n + j];
		sum += column[i] * row;
	}
	pfree(column);
	return sum;
}

static double
total(const double *a, Size n)
{
	double sum = 0;

	for (Size i = 0; i < n; i++)
	{
		double row = 0;

		for (Size j = 0; j < n; j++)
			row += a[i * n + j];
		sum += row;
	}
	return sum;
}

bool
multipliers_make(const Sample *sample, double rho, Multipliers *result)
{
	Size n = sample->n;
	double *s;
	double *sw;

	if (!(fabs(rho) * spatial_radius(sample) < 1))
		return false;
	s = spatial_inverse(sample, rho, NULL);
	if (s == NULL)
		return false;
	sw = spatial_times_w(sample, s);
	/* the derivative of S by rho is S W S */
	result->direct_beta = trace(s, n) / n;
	result->direct_theta = trace(sw, n) / n;
	result->total_beta = total(s, n) / n;
	result->total_theta = total(sw, n) / n;
	result->direct_beta_slope = trace_of_product(sw, s, n) / n;
	result->direct_theta_slope = trace_of_product(sw, sw, n) / n;
	result->total_beta_slope = total_of_product(sw, s, n) / n;
	result->total_theta_slope = total_of_product(sw, sw, n) / n;
	pfree(s);
	pfree(sw);
	return true;
}
