/*
 * order.h
 *	  An order of numbers, for qsort_interruptible.
 */
#ifndef STATISTICS_ORDER_H
#define STATISTICS_ORDER_H

#include "compat.h"

/* Ascending, of two doubles or of records that begin with one; none is NaN. */
extern int double_order(const void *a, const void *b, void *unused);

#endif /* STATISTICS_ORDER_H */
