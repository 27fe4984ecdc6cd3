/*
 * segregation_compare.c
 *	  Equality, an order and a hash of both types, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

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

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Segregation *a = segregation_from_datum(PG_GETARG_DATUM(0));
	Segregation *b = segregation_from_datum(PG_GETARG_DATUM(1));
	int result = segregation_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(Segregation, version)

static uint64
hash_argument(FunctionCallInfo fcinfo, uint64 seed)
{
	Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	uint64 hash = hash_bytes_extended((unsigned char *) value + HASHED_FROM,
									  (int) (VARSIZE(value) - HASHED_FROM), seed);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

COMPARISON_FUNCTIONS(segregation, compare_arguments, hash_argument);
