/*
 * markov_compare.c
 *	  Equality, an order and a hash of markov, so that values can be grouped, sorted
 *	  and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

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

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Markov *a = markov_from_datum(PG_GETARG_DATUM(0));
	Markov *b = markov_from_datum(PG_GETARG_DATUM(1));
	int result = markov_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(Markov, version)

static uint64
hash_argument(FunctionCallInfo fcinfo, uint64 seed)
{
	Markov *value = markov_from_datum(PG_GETARG_DATUM(0));
	uint64 hash = hash_bytes_extended((unsigned char *) value + HASHED_FROM,
									  (int) (VARSIZE(value) - HASHED_FROM), seed);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

COMPARISON_FUNCTIONS(markov, compare_arguments, hash_argument);
