/*
 * order.h
 *	  Orders of numbers, for qsort_interruptible.
 */
#ifndef STATISTICS_ORDER_H
#define STATISTICS_ORDER_H

#include "compat.h"

/* Ascending, of two doubles or of records that begin with one; none is NaN. */
extern int double_order(const void *a, const void *b, void *unused);

/* The same of int64, such as ids, and of uint32, such as places. */
extern int bigint_order(const void *a, const void *b, void *unused);
extern int place_order(const void *a, const void *b, void *unused);

#endif /* STATISTICS_ORDER_H */
