/*
 * series.h
 *	  Rows of a few numbers as the aggregates over time and over tests collect them.
 */
#ifndef ASSOCIATION_SERIES_H
#define ASSOCIATION_SERIES_H

#include "compat.h"

#include <math.h>

typedef struct Series
{
	MemoryContext context;
	int columns;
	int64 count;
	Size room;
	double *values; /* columns of a row side by side; NaN: NULL */
	double alpha;   /* of the group */
} Series;

/*
 * The state of an aggregate whose arguments are columns numbers and, where the call
 * has one more, alpha (0.05 without it; 22023 unless between 0 and 1 and the same in
 * all rows). Adds nothing.
 */
extern Series *series_state(FunctionCallInfo fcinfo, int columns);

/* Adds a row. */
extern void series_add(Series *series, const double *values);

/* A copy in the order of the first column, in the current context; interruptible. */
extern double *series_sorted(const Series *series);

/* Argument as a number, NaN where NULL; 22023 where it is not finite. */
extern double series_argument(FunctionCallInfo fcinfo, int argument, const char *name);

/* 22023 unless in 0 to 1; NaN passes as NULL. */
extern void check_probability(double p);
extern void check_alpha(double alpha);

#endif /* ASSOCIATION_SERIES_H */
