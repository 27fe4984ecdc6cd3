/*
 * order.c
 *	  An order of numbers, for qsort_interruptible.
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
