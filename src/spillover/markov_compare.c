/*
 * markov_compare.c
 *	  Equality, an order and a hash of markov, so that values can be grouped, sorted
 *	  and joined. The order means nothing.
 */
#include "compat.h"

#include "backend/comparison.h"
#include "spillover/markov.h"

static int
cell_compare(const MarkovCell *a, const MarkovCell *b)
{
	int result = compare_numbers(a->lag, b->lag);

	if (result == 0)
		result = compare_numbers(a->from, b->from);
	if (result == 0)
		result = compare_numbers(a->to, b->to);
	return result == 0 ? compare_numbers(a->n, b->n) : result;
}

/* By the number of cells, rows left out, gaps, then cell by cell. */
static int
markov_compare(const Markov *a, const Markov *b)
{
	int result = compare_numbers(a->cells, b->cells);

	if (result == 0)
		result = compare_numbers(a->unknown, b->unknown);
	if (result == 0)
		result = compare_numbers(a->gaps, b->gaps);
	for (int64 i = 0; result == 0 && i < a->cells; i++)
		result = cell_compare(&a->cell[i], &b->cell[i]);
	return result;
}

VALUE_COMPARISON_FUNCTIONS(markov, Markov, markov_from_datum, markov_compare);
