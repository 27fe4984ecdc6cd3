/*
 * rank.c
 *	  Between what ranks does an area lie, all areas' estimates being uncertain?
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "windowapi.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "statistics/distributions.h"
#include "statistics/order.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_rank_interval);

typedef struct RankInterval
{
	bool known;
	int64 rank;
	int64 low;
	int64 high;
} RankInterval;

/* Known estimates of a partition, and three sorted lists of them. */
typedef struct Estimates
{
	int64 count;
	int64 *row;
	double *value;
	double *error;
	double *sorted;
	double *sorted_low;
	double *sorted_high;
} Estimates;

/* How many of the sorted values are below the value; or_equal: or equal to it. */
static int64
count_below(const double *sorted, int64 count, double value, bool or_equal)
{
	int64 low = 0;
	int64 high = count;

	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (sorted[middle] < value || (or_equal && sorted[middle] == value))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The rows whose estimate and standard error are known. */
static Estimates *
estimates_read(const PartitionColumns *read)
{
	Estimates *all = palloc0(sizeof(Estimates));

	all->row = allocate(read->rows, sizeof(int64));
	all->value = allocate(read->rows, sizeof(double));
	all->error = allocate(read->rows, sizeof(double));
	for (int64 row = 0; row < read->rows; row++)
	{
		double value;
		double error;

		if (read->nulls[0][row] || read->nulls[1][row])
			continue;
		value = DatumGetFloat8(read->values[0][row]);
		error = DatumGetFloat8(read->values[1][row]);
		if (!isfinite(value) || !isfinite(error) || error < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("estimate %.15g with standard error %.15g is not one", value, error),
					 errhint("Give a finite estimate and a standard error of 0 or more.")));
		all->row[all->count] = row;
		all->value[all->count] = value;
		all->error[all->count++] = error;
	}
	return all;
}

/* Intervals that hold for all areas together with the confidence given (Sidak 1967), sorted. */
static double
estimates_sort(Estimates *all, double conf)
{
	double each = -expm1(log(conf) / Max(all->count, 1)); /* 1 - conf^(1 / count) */
	double z = -normal_quantile(each / 2);

	all->sorted = allocate(all->count, sizeof(double));
	all->sorted_low = allocate(all->count, sizeof(double));
	all->sorted_high = allocate(all->count, sizeof(double));
	for (int64 i = 0; i < all->count; i++)
	{
		all->sorted[i] = all->value[i];
		all->sorted_low[i] = all->value[i] - z * all->error[i];
		all->sorted_high[i] = all->value[i] + z * all->error[i];
	}
	qsort_interruptible(all->sorted, all->count, sizeof(double), double_order, NULL);
	qsort_interruptible(all->sorted_low, all->count, sizeof(double), double_order, NULL);
	qsort_interruptible(all->sorted_high, all->count, sizeof(double), double_order, NULL);
	return z;
}

/* Klein, Wright & Wieczorek 2020: an area whose interval is wholly below or above is ranked so. */
static void *
rank_compute(WindowObject window, void *argument)
{
	static const PartitionArgument arguments[] = {{0, sizeof(float8), FLOAT8PASSBYVAL},
												  {1, sizeof(float8), FLOAT8PASSBYVAL}};
	bool isnull;
	double conf = window_double(argument, 2, "conf", &isnull);
	PartitionColumns *read = partition_read(window, arguments, 2);
	RankInterval *results = allocate_zero(read->rows, sizeof(RankInterval));
	Estimates *all;
	double z;

	if (isnull)
		return results;
	check_confidence(conf);
	all = estimates_read(read);
	z = estimates_sort(all, conf);
	for (int64 i = 0; i < all->count; i++)
	{
		RankInterval *result = &results[all->row[i]];
		double low = all->value[i] - z * all->error[i];
		double high = all->value[i] + z * all->error[i];

		CHECK_FOR_INTERRUPTS();
		result->known = true;
		result->rank = 1 + count_below(all->sorted, all->count, all->value[i], false);
		result->low = 1 + count_below(all->sorted_high, all->count, low, false);
		result->high = count_below(all->sorted_low, all->count, high, true);
	}
	return results;
}

/* rank_interval(estimate, standard_error, conf) OVER () */
Datum
monitor_rank_interval(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, 3);
	const RankInterval *results = partition_result(window, rank_compute, fcinfo);
	const RankInterval *mine = &results[WinGetCurrentPosition(window)];
	Datum values[3] = {Int64GetDatum(mine->rank), Int64GetDatum(mine->low),
					   Int64GetDatum(mine->high)};
	bool nulls[3] = {false, false, false};

	if (!mine->known)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
