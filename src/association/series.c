/*
 * series.c
 *	  Collects rows of a few numbers for an aggregate.
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/series.h"
#include "backend/aggregate.h"
#include "backend/memory.h"
#include "statistics/order.h"

#define ALPHA_DEFAULT 0.05

/* Of rows, whatever is in them; sizes cannot overflow below it. */
#define ROWS_MOST ((int64) 1 << 40)

void
check_alpha(double alpha)
{
	if (!(alpha > 0 && alpha < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("alpha %.15g is not between 0 and 1", alpha),
						errhint("Give a fraction: 0.05 for 5 percent.")));
}

void
check_probability(double p)
{
	if (p < 0 || p > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("p %.15g is not between 0 and 1", p), errhint("Give the p of a test.")));
}

/* The alpha of a row, if the call has one. */
static double
row_alpha(FunctionCallInfo fcinfo, int columns)
{
	double alpha = ALPHA_DEFAULT;

	if (PG_NARGS() > columns + 1)
	{
		if (PG_ARGISNULL(columns + 1))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("alpha is NULL"),
							errhint("Give a fraction: 0.05 for 5 percent.")));
		alpha = PG_GETARG_FLOAT8(columns + 1);
		check_alpha(alpha);
	}
	return alpha;
}

Series *
series_state(FunctionCallInfo fcinfo, int columns)
{
	MemoryContext context;
	double alpha = row_alpha(fcinfo, columns);
	Series *series;

	context = aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
	{
		series = (Series *) PG_GETARG_POINTER(0);
		if (series->alpha != alpha)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("alpha is %.15g in one row and %.15g in another", series->alpha, alpha),
					 errhint("Give a constant.")));
		return series;
	}
	series = MemoryContextAllocZero(context, sizeof(Series));
	series->context = context;
	series->columns = columns;
	series->alpha = alpha;
	return series;
}

void
series_add(Series *series, const double *values)
{
	Size width = sizeof(double) * series->columns;

	if (series->count >= ROWS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many rows in a group"),
						errhint("Group by more columns.")));
	if (series->values == NULL)
	{
		series->room = 16;
		series->values = MemoryContextAlloc(series->context, width * series->room);
	}
	else if (series->count == series->room)
	{
		series->room *= 2;
		series->values = repalloc_huge(series->values, width * series->room);
	}
	memcpy(series->values + series->count * series->columns, values, width);
	series->count++;
}

double *
series_sorted(const Series *series)
{
	Size width = sizeof(double) * series->columns;
	double *copy = allocate(series->count, width);

	if (series->count > 0)
		memcpy(copy, series->values, width * series->count);
	qsort_interruptible(copy, series->count, width, double_order, NULL);
	return copy;
}

double
series_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	double value;

	if (PG_ARGISNULL(argument))
		return NAN;
	value = PG_GETARG_FLOAT8(argument);
	if (!isfinite(value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %g is not a finite number", name, value),
						errhint("Give NULL for an unknown value.")));
	return value;
}
