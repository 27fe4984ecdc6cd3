/*
 * waterbed_compare.c
 *	  Equality, an order and a hash of type waterbed, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "backend/comparison.h"
#include "relocation/waterbed.h"

/* By the number of pairs, then byte by byte. */
static int
waterbed_compare(const Waterbed *a, const Waterbed *b)
{
	int result = compare_numbers(a->count, b->count);

	if (result == 0)
		result = memcmp(a->pair, b->pair, a->count * sizeof(WaterbedPair));
	return compare_numbers(result, 0);
}

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Waterbed *a = waterbed_from_datum(PG_GETARG_DATUM(0));
	Waterbed *b = waterbed_from_datum(PG_GETARG_DATUM(1));
	int result = waterbed_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(Waterbed, version)

static uint64
hash_argument(FunctionCallInfo fcinfo, uint64 seed)
{
	Waterbed *value = waterbed_from_datum(PG_GETARG_DATUM(0));
	uint64 hash = hash_bytes_extended((unsigned char *) value + HASHED_FROM,
									  (int) (VARSIZE(value) - HASHED_FROM), seed);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

COMPARISON_FUNCTIONS(waterbed, compare_arguments, hash_argument);
