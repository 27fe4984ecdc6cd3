/*
 * quotient.c
 *	  One area against the city: location quotient, an area's part of the indices,
 *	  local mutual information.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "mixing/spatial.h"
#include "statistics/order.h"

PG_FUNCTION_INFO_V1(monitor_location_quotient);
PG_FUNCTION_INFO_V1(monitor_local_mix);
PG_FUNCTION_INFO_V1(monitor_local_mutual_information);

#define LOCAL_MIX_COLUMNS 5
#define LOCAL_MUTUAL_COLUMNS 2

/* Counts of a partition, row by row; NaN in the first column: the row is left out. */
typedef struct AreaCounts
{
	int64 rows;
	int columns;
	double *count;
	double *sum; /* of each column */
	double all;  /* of all columns */
} AreaCounts;

/* The sum of a column; in the order of size, so that the order of rows is no matter. */
static double
column_sum(const AreaCounts *counts, int column, double *sorted)
{
	int64 n = 0;
	double sum = 0;

	for (int64 row = 0; row < counts->rows; row++)
		if (!isnan(counts->count[row * counts->columns]))
			sorted[n++] = counts->count[row * counts->columns + column];
	qsort_interruptible(sorted, n, sizeof(double), double_order, NULL);
	for (int64 i = 0; i < n; i++)
		sum += sorted[i];
	return sum;
}

/* Sums the columns up. */
static void
counts_sum(AreaCounts *counts)
{
	double *sorted = allocate(counts->rows, sizeof(double));

	counts->sum = palloc(sizeof(double) * counts->columns);
	for (int column = 0; column < counts->columns; column++)
	{
		counts->sum[column] = column_sum(counts, column, sorted);
		counts->all += counts->sum[column];
	}
	pfree(sorted);
}

/* Reads x and total into two columns: those of the group and the rest. */
static void *
pairs_compute(WindowObject window, void *argument)
{
	static const PartitionArgument arguments[] = {{0, sizeof(float8), true},
												  {1, sizeof(float8), true}};
	PartitionColumns *read = partition_read(window, arguments, 2);
	AreaCounts *counts = palloc0(sizeof(AreaCounts));

	counts->rows = read->rows;
	counts->columns = 2;
	counts->count = allocate(2 * read->rows, sizeof(double));
	for (int64 row = 0; row < read->rows; row++)
	{
		double *pair = &counts->count[2 * row];
		double x = read->nulls[0][row] ? NAN : DatumGetFloat8(read->values[0][row]);
		double total = read->nulls[1][row] ? NAN : DatumGetFloat8(read->values[1][row]);

		if (!read->nulls[0][row])
			group_count_check(x, "x");
		if (!read->nulls[1][row])
			group_count_check(total, "total");
		if (x > total)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("x is %g, more than the total of %g", x, total),
							errhint("x is a part of total.")));
		pair[0] = isnan(total) ? NAN : x;
		pair[1] = total - x;
	}
	counts_sum(counts);
	return counts;
}

/* (x / total) / (X / T), NaN or infinite where it is not defined. */
static double
location_quotient(const AreaCounts *counts, const double *pair)
{
	return (pair[0] / (pair[0] + pair[1])) / (counts->sum[0] / counts->all);
}

/* location_quotient(x, total) OVER () */
Datum
monitor_location_quotient(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const AreaCounts *counts = partition_result(window, pairs_compute, NULL);
	double quotient = location_quotient(counts, &counts->count[2 * WinGetCurrentPosition(window)]);

	if (!isfinite(quotient))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(quotient);
}

/* local_mix(x, total) OVER () */
Datum
monitor_local_mix(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, LOCAL_MIX_COLUMNS);
	const AreaCounts *counts = partition_result(window, pairs_compute, NULL);
	const double *pair = &counts->count[2 * WinGetCurrentPosition(window)];
	double total = pair[0] + pair[1];
	Datum values[LOCAL_MIX_COLUMNS];
	bool nulls[LOCAL_MIX_COLUMNS];

	if (isnan(pair[0]))
		PG_RETURN_NULL();
	put_figure(values, nulls, 0, location_quotient(counts, pair));
	put_figure(values, nulls, 1, pair[0] / total);
	put_figure(values, nulls, 2, pair[0] / counts->sum[0]);
	put_figure(values, nulls, 3, fabs(pair[0] / counts->sum[0] - pair[1] / counts->sum[1]) / 2);
	put_figure(values, nulls, 4, total > 0 ? shares_entropy(pair, 2, total) : NAN);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}

/* ---- many groups ---- */

/* Takes the array of counts of a row. */
static void
groups_take(void *state, int64 row, const Datum *values, const bool *nulls)
{
	AreaCounts *counts = state;
	const double *read = nulls[0] ? NULL : group_counts_read(values[0], &counts->columns);

	if (counts->columns > 0 && counts->count == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(counts));

		/* the rows before were NULL */
		counts->count = allocate(counts->rows * counts->columns, sizeof(double));
		for (int64 before = 0; before < row; before++)
			counts->count[before * counts->columns] = NAN;
		MemoryContextSwitchTo(caller);
	}
	if (read != NULL)
		memcpy(&counts->count[row * counts->columns], read, sizeof(double) * counts->columns);
	else if (counts->count != NULL)
		counts->count[row * counts->columns] = NAN;
}

/* Reads an array of counts for each row. */
static void *
groups_compute(WindowObject window, void *argument)
{
	static const PartitionArgument array = {0, -1, false};
	AreaCounts *counts = palloc0(sizeof(AreaCounts));

	counts->rows = partition_rows(window);
	partition_each(window, &array, 1, groups_take, counts);
	if (counts->count != NULL)
		counts_sum(counts);
	return counts;
}

/* local_mutual_information(counts) OVER () */
Datum
monitor_local_mutual_information(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, LOCAL_MUTUAL_COLUMNS);
	const AreaCounts *counts = partition_result(window, groups_compute, NULL);
	const double *mine = counts->count + WinGetCurrentPosition(window) * counts->columns;
	Datum values[LOCAL_MUTUAL_COLUMNS];
	bool nulls[LOCAL_MUTUAL_COLUMNS];
	double total = 0;
	double divergence = 0;

	if (counts->count == NULL || isnan(mine[0]))
		PG_RETURN_NULL();
	for (int group = 0; group < counts->columns; group++)
		total += mine[group];
	for (int group = 0; group < counts->columns; group++)
	{
		double share = mine[group] / total;

		if (share > 0)
			divergence += share * log(share / (counts->sum[group] / counts->all));
	}
	put_figure(values, nulls, 0, total > 0 ? Max(divergence, 0.0) : NAN);
	put_figure(values, nulls, 1, total / counts->all);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
