/*
 * weights_compare.c
 *	  Type weights: equality, order and hash, for GROUP BY, DISTINCT, EXCEPT and the
 *	  like. The form is canonical, so equal values have equal bytes.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "backend/comparison.h"
#include "weights/build.h"

/* What follows the header, and its size. */
static const unsigned char *
weights_content(const Weights *w, Size *size)
{
	*size = VARSIZE(w) - sizeof(Weights);
	return (const unsigned char *) (w + 1);
}

/* Any fixed order, equal only where ids, links and weights are. */
static int
weights_compare(FunctionCallInfo fcinfo)
{
	const Weights *a = weights_get_argument(fcinfo, 0);
	const Weights *b = weights_get_argument(fcinfo, 1);
	Size size;
	int result;

	if (a->areas != b->areas)
		return compare_numbers(a->areas, b->areas);
	if (a->links != b->links)
		return compare_numbers(a->links, b->links);
	if (a->flags != b->flags)
		return compare_numbers(a->flags, b->flags);
	weights_content(a, &size);
	result = memcmp(a + 1, b + 1, size);
	return result < 0 ? -1 : result > 0;
}

/* Hash of what equality compares. */
static uint64
weights_hash(FunctionCallInfo fcinfo, uint64 seed)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	Size size;
	const unsigned char *content = weights_content(w, &size);

	return hash_bytes_extended(content, (int) size, hash_combine64(seed, w->areas));
}

COMPARISON_FUNCTIONS(weights, weights_compare, weights_hash);
