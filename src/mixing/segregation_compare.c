/*
 * segregation_compare.c
 *	  Equality, an order and a hash of both types, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"

#include "backend/comparison.h"
#include "mixing/segregation.h"

/* By groups, units left out, rows, then count by count. */
static int
segregation_compare(const Segregation *a, const Segregation *b)
{
	int result = compare_numbers(a->groups, b->groups);

	if (result == 0)
		result = compare_numbers(a->rows, b->rows);
	if (result == 0)
		result = compare_numbers(a->unknown, b->unknown);
	if (result == 0)
		result = compare_numbers(a->empty, b->empty);
	for (int64 i = 0; result == 0 && i < a->rows; i++)
		result =
			segregation_row_compare(SEGREGATION_ROW(a, i), SEGREGATION_ROW(b, i), a->groups + 1);
	return result;
}

VALUE_COMPARISON_FUNCTIONS(segregation, Segregation, segregation_from_datum, segregation_compare);
