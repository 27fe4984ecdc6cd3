/*
 * weights_compare.c
 *	  Type weights: equality, order and hash, for GROUP BY, DISTINCT, EXCEPT and the
 *	  like. The form is canonical, so equal values have equal bytes.
 */
#include "compat.h"
#include "common/hashfn.h"
#include "weights/build.h"

PG_FUNCTION_INFO_V1(monitor_weights_eq);
PG_FUNCTION_INFO_V1(monitor_weights_ne);
PG_FUNCTION_INFO_V1(monitor_weights_lt);
PG_FUNCTION_INFO_V1(monitor_weights_le);
PG_FUNCTION_INFO_V1(monitor_weights_gt);
PG_FUNCTION_INFO_V1(monitor_weights_ge);
PG_FUNCTION_INFO_V1(monitor_weights_cmp);
PG_FUNCTION_INFO_V1(monitor_weights_hash);
PG_FUNCTION_INFO_V1(monitor_weights_hash_extended);

/* What follows the header, and its size. */
static const unsigned char *
weights_content(const Weights *w, Size *size)
{
	*size = VARSIZE(w) - sizeof(Weights);
	return (const unsigned char *) (w + 1);
}

/* -1, 0 or 1 as one number is less than, equal to or greater than another. */
static inline int
compare_numbers(int64 a, int64 b)
{
	return a < b ? -1 : a > b;
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

Datum
monitor_weights_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(weights_compare(fcinfo) == 0);
}

Datum
monitor_weights_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(weights_compare(fcinfo) != 0);
}

Datum
monitor_weights_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(weights_compare(fcinfo) < 0);
}

Datum
monitor_weights_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(weights_compare(fcinfo) <= 0);
}

Datum
monitor_weights_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(weights_compare(fcinfo) > 0);
}

Datum
monitor_weights_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(weights_compare(fcinfo) >= 0);
}

Datum
monitor_weights_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(weights_compare(fcinfo));
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

Datum
monitor_weights_hash(PG_FUNCTION_ARGS)
{
	PG_RETURN_UINT32((uint32) weights_hash(fcinfo, 0));
}

Datum
monitor_weights_hash_extended(PG_FUNCTION_ARGS)
{
	PG_RETURN_UINT64(weights_hash(fcinfo, (uint64) PG_GETARG_INT64(1)));
}
