/*
 * order.c
 *	  Orders of numbers, for qsort_interruptible.
 */
#include "compat.h"

#include "statistics/order.h"

int
double_order(const void *a, const void *b, void *unused)
{
	double left = *(const double *) a;
	double right = *(const double *) b;

	return left < right ? -1 : left > right;
}

int
bigint_order(const void *a, const void *b, void *unused)
{
	int64 left = *(const int64 *) a;
	int64 right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

int
place_order(const void *a, const void *b, void *unused)
{
	uint32 left = *(const uint32 *) a;
	uint32 right = *(const uint32 *) b;

	return left < right ? -1 : left > right;
}
