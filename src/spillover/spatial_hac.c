/*
 * spatial_hac.c
 *	  Sums the products of rows over pairs that are near, and guards the result.
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "spillover/spatial_hac.h"
#include "statistics/matrix.h"
#include "weights/point_search.h"

/* Multiplications between two looks at interrupts. */
#define INTERRUPT_STRIDE (1 << 20)

/* What is below this part of the variance without correlation is rounding. */
#define ROUNDING 1e-10

/* Names of the kernels in the order of the enum. */
static const char *const kernel_name[] = {"spherical", "product_bartlett", "bartlett", "uniform"};

/* The kernel of a name. */
static SpatialKernel
kernel_by_name(const char *name)
{
	for (int i = 0; i < lengthof(kernel_name); i++)
		if (pg_strcasecmp(name, kernel_name[i]) == 0)
			return (SpatialKernel) i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown kernel \"%s\"", name),
					errhint("Kernels are spherical, product_bartlett, bartlett and uniform.")));
}

SpatialHac
spatial_hac_settings(const char *kernel, double cutoff, double sphere_radius, int64 lags)
{
	SpatialHac settings = {kernel_by_name(kernel), cutoff, sphere_radius, lags};

	if (!(cutoff > 0) || isinf(cutoff))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cutoff must be a positive finite number, not %.15g", cutoff),
				 errhint("Give the distance beyond which errors are taken as independent, in "
						 "the units of the coordinates or of the sphere's radius.")));
	if (!(sphere_radius >= 0) || isinf(sphere_radius))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sphere_radius must be finite and not negative, not %.15g", sphere_radius),
				 errhint("The Earth's is 6371008.8 metres; 0 is for planar coordinates.")));
	if (sphere_radius > 0 && settings.kernel == SPATIAL_PRODUCT_BARTLETT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("kernel product_bartlett needs planar coordinates"),
						errhint("Transform with ST_Transform, or take kernel spherical.")));
	if (lags < 0 || lags > PG_INT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("lags must be 0 to 2147483647, not %lld", (long long) lags),
						errhint("0 takes a unit's periods as independent of each other.")));
	return settings;
}

/* Weight of two points; for the product kernel it is 0 outside its square. */
double
spatial_kernel_weight(SpatialKernel kernel, double cutoff, double distance, Point from, Point to)
{
	double r = distance / cutoff;

	switch (kernel)
	{
		case SPATIAL_SPHERICAL:
			return r < 1 ? 1 - r * (1.5 - 0.5 * r * r) : 0;
		case SPATIAL_PRODUCT_BARTLETT:
			return Max(0, 1 - fabs(from.x - to.x) / cutoff) *
				   Max(0, 1 - fabs(from.y - to.y) / cutoff);
		case SPATIAL_BARTLETT:
			return r < 1 ? 1 - r : 0;
		case SPATIAL_UNIFORM:
			return r <= 1 ? 1 : 0;
	}
	pg_unreachable();
}

/* What the sum works on. */
typedef struct Sum
{
	const ScoreRows *rows;
	int64 *start;   /* first row of each unit, and one past the last */
	double *near;   /* of each row of the unit at hand: weighted sum of its neighbours' rows */
	double *across; /* sum of products of different rows, each pair once: half of it */
	int64 seen;     /* since the last look at interrupts */
} Sum;

/* So many multiplications done: lets a cancel in now and then. */
static inline void
sum_work(Sum *sum, int64 work)
{
	sum->seen += work + 256;
	if (sum->seen < INTERRUPT_STRIDE)
		return;
	sum->seen = 0;
	CHECK_FOR_INTERRUPTS();
}

/* Where each unit's rows start; returns the most rows that a unit has. */
static int64
find_starts(Sum *sum)
{
	const ScoreRows *rows = sum->rows;
	int64 row = 0;
	int64 most = 0;

	sum->start = allocate((Size) rows->units + 1, sizeof(int64));
	for (uint32 u = 0; u < rows->units; u++)
	{
		sum->start[u] = row;
		while (row < rows->count && rows->unit[row] == u)
			row++;
		most = Max(most, row - sum->start[u]);
	}
	sum->start[rows->units] = row;
	Assert(row == rows->count);
	return most;
}

/* out += weight x in */
static inline void
add_row(double *out, const double *in, double weight, int columns)
{
	for (int c = 0; c < columns; c++)
		out[c] += weight * in[c];
}

/* matrix += a b' */
static inline void
add_product(double *matrix, const double *a, const double *b, int columns)
{
	for (int i = 0; i < columns; i++)
		add_row(matrix + (Size) i * columns, b, a[i], columns);
}

/* Adds a neighbour's rows to the rows of the unit of the same period. */
static void
add_neighbor(Sum *sum, uint32 unit, uint32 neighbor, double weight)
{
	const ScoreRows *rows = sum->rows;
	int columns = rows->columns;
	int64 first = sum->start[unit];
	int64 i = first;
	int64 j = sum->start[neighbor];

	while (i < sum->start[unit + 1] && j < sum->start[neighbor + 1])
	{
		if (rows->period != NULL && rows->period[i] != rows->period[j])
		{
			if (rows->period[i] < rows->period[j])
				i++;
			else
				j++;
			continue;
		}
		add_row(sum->near + (i - first) * columns, rows->scores + j * columns, weight, columns);
		i++;
		j++;
	}
}

/* Adds the products of a unit's rows with those of its neighbours at higher places. */
static int64
sum_unit(Sum *sum, const SpatialHac *settings, PointSearch *search, uint32 unit, PointsFound *found)
{
	const ScoreRows *rows = sum->rows;
	int columns = rows->columns;
	int64 count = sum->start[unit + 1] - sum->start[unit];
	double reach = settings->cutoff;
	int64 pairs = 0;

	if (settings->kernel == SPATIAL_PRODUCT_BARTLETT)
		reach *= M_SQRT2 * (1 + 1e-12);
	point_search_collect(search, rows->points[unit], reach, unit, found);
	point_search_sort_places(search, found);
	memset(sum->near, 0, count * columns * sizeof(double));
	for (uint32 f = 0; f < found->count; f++)
	{
		uint32 place = found->found[f].place;
		double weight;

		if (place <= unit)
			continue;
		weight = spatial_kernel_weight(settings->kernel, settings->cutoff, found->found[f].distance,
									   rows->points[unit], rows->points[place]);
		pairs++;
		add_neighbor(sum, unit, place, weight);
		sum_work(sum, count * columns);
	}
	for (int64 i = 0; i < count; i++)
	{
		add_product(sum->across, rows->scores + (sum->start[unit] + i) * columns,
					sum->near + i * columns, columns);
		sum_work(sum, (int64) columns * columns);
	}
	return pairs;
}

/* Adds the products of a unit's rows of different periods, each pair once. */
static void
sum_lags(Sum *sum, const SpatialHac *settings, uint32 unit)
{
	const ScoreRows *rows = sum->rows;
	int columns = rows->columns;
	int64 first = sum->start[unit];
	int64 end = sum->start[unit + 1];

	memset(sum->near, 0, (end - first) * columns * sizeof(double));
	for (int64 i = first; i < end; i++)
	{
		double *near = sum->near + (i - first) * columns;

		for (int64 j = i + 1; j < end; j++)
		{
			uint64 lag = (uint64) rows->period[j] - (uint64) rows->period[i];

			if (lag > (uint64) settings->lags)
				break;
			add_row(near, rows->scores + j * columns, 1 - lag / (settings->lags + 1.0), columns);
			sum_work(sum, columns);
		}
		add_product(sum->across, rows->scores + i * columns, near, columns);
		sum_work(sum, (int64) columns * columns);
	}
}

/* Sums over pairs of different rows. */
static int64
sum_across(Sum *sum, const SpatialHac *settings)
{
	const ScoreRows *rows = sum->rows;
	PointSearch *search = point_search_build(rows->points, rows->units, settings->sphere_radius);
	PointsFound found = {0};
	int64 pairs = 0;

	for (uint32 u = 0; u < rows->units; u++)
	{
		sum_work(sum, 1);
		if (!isnan(rows->points[u].x))
			pairs += sum_unit(sum, settings, search, u, &found);
		if (settings->lags > 0 && rows->period != NULL)
			sum_lags(sum, settings, u);
	}
	if (found.found != NULL)
		pfree(found.found);
	point_search_free(search);
	return pairs;
}

/* The covariance in units of own; what has no variance of its own is 0. */
static double *
in_units_of_own(const SpatialCovariance *estimate)
{
	int k = estimate->columns;
	double *scaled = palloc((Size) k * k * sizeof(double));

	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
		{
			double unit = sqrt(estimate->own[i]) * sqrt(estimate->own[j]);

			scaled[i * k + j] = unit == 0 ? 0 : estimate->covariance[i * k + j] / unit;
		}
	return scaled;
}

/* The least eigenvalue in units of own, 0 of nothing; NaN where a number is out of range. */
static double
least_eigenvalue(const SpatialCovariance *estimate)
{
	int k = estimate->columns;
	double *scaled = in_units_of_own(estimate);
	double *values = palloc(k * sizeof(double));
	double least = k == 0 ? 0 : NAN;
	bool finite = k > 0;

	for (int i = 0; i < k * k; i++)
		finite = finite && isfinite(scaled[i]);
	if (finite && matrix_eigen(scaled, k, values, false))
		least = values[0];
	pfree(values);
	pfree(scaled);
	return least;
}

SpatialCovariance *
spatial_hac(const SpatialHac *settings, const ScoreRows *rows)
{
	SpatialCovariance *estimate = palloc0(sizeof(SpatialCovariance));
	Sum sum = {.rows = rows};
	int k = estimate->columns = rows->columns;
	int64 most = find_starts(&sum);

	sum.across = palloc0((Size) k * k * sizeof(double));
	sum.near = allocate(Max(most, 1) * k, sizeof(double));
	estimate->covariance = palloc0((Size) k * k * sizeof(double));
	estimate->own = palloc(k * sizeof(double));
	for (int64 i = 0; i < rows->count; i++)
	{
		add_product(estimate->covariance, rows->scores + i * k, rows->scores + i * k, k);
		sum_work(&sum, (int64) k * k);
	}
	for (int i = 0; i < k; i++)
		estimate->own[i] = estimate->covariance[i * k + i];
	if (settings != NULL)
		estimate->pairs = sum_across(&sum, settings);
	for (int i = 0; i < k; i++)
		for (int j = 0; j <= i; j++)
			estimate->covariance[i * k + j] = estimate->covariance[j * k + i] +=
				sum.across[i * k + j] + sum.across[j * k + i];
	estimate->least = least_eigenvalue(estimate);
	pfree(sum.near);
	pfree(sum.across);
	pfree(sum.start);
	return estimate;
}

bool
spatial_hac_positive(double least)
{
	return least >= -ROUNDING;
}

double
spatial_hac_error(double variance, double own, double least)
{
	if (!spatial_hac_positive(least) || !(variance >= ROUNDING * own) || isinf(variance))
		return NAN;
	return sqrt(variance);
}

const char *
spatial_hac_note(const SpatialCovariance *estimate)
{
	int k = estimate->columns;

	if (isnan(estimate->least))
		return "covariance out of the range of numbers";
	if (!spatial_hac_positive(estimate->least))
		return "covariance not positive semi-definite; take kernel spherical, fewer lags or "
			   "another cutoff";
	for (int i = 0; i < k; i++)
		if (!(estimate->covariance[i * k + i] >= ROUNDING * estimate->own[i]))
			return "a variance is 0 but for rounding; take a smaller cutoff";
	return NULL;
}

void
spatial_hac_clip(SpatialCovariance *estimate)
{
	int k = estimate->columns;
	double *vectors;
	double *values;

	if (!(estimate->least < 0))
		return;
	vectors = in_units_of_own(estimate);
	values = palloc(k * sizeof(double));
	if (!matrix_eigen(vectors, k, values, true))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the eigenvalues of a covariance of %d terms cannot be found", k),
				 errhint("Do without clip, or bring the regressors to scales that are alike.")));
	memset(estimate->covariance, 0, (Size) k * k * sizeof(double));
	for (int e = 0; e < k; e++)
	{
		double *vector = vectors + e * k;

		if (!(values[e] > 0))
			continue;
		for (int i = 0; i < k; i++)
			vector[i] *= sqrt(values[e]) * sqrt(estimate->own[i]);
		add_product(estimate->covariance, vector, vector, k);
	}
	estimate->least = 0;
	pfree(values);
	pfree(vectors);
}
