/*
 * waterbed_compare.c
 *	  Equality, an order and a hash of type waterbed, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"

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

VALUE_COMPARISON_FUNCTIONS(waterbed, Waterbed, waterbed_from_datum, waterbed_compare);
