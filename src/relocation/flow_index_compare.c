/*
 * flow_index_compare.c
 *	  Equality, an order and a hash of flow_index, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "backend/comparison.h"
#include "relocation/flow.h"

/* By areas, pairs, rows left out, then number by number. */
static int
flow_index_compare(const FlowIndex *a, const FlowIndex *b)
{
	int result = compare_numbers(a->areas, b->areas);
	int64 numbers;

	if (result == 0)
		result = compare_numbers(a->pairs, b->pairs);
	if (result == 0)
		result = compare_numbers(a->unknown, b->unknown);
	if (result != 0)
		return result;
	numbers = (VARSIZE(a) - offsetof(FlowIndex, data)) / sizeof(int64);
	for (int64 i = 0; result == 0 && i < numbers; i++)
		result = compare_numbers(a->data[i], b->data[i]);
	return result;
}

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	FlowIndex *a = flow_index_from_datum(PG_GETARG_DATUM(0));
	FlowIndex *b = flow_index_from_datum(PG_GETARG_DATUM(1));
	int result = flow_index_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(FlowIndex, version)

static uint64
hash_argument(FunctionCallInfo fcinfo, uint64 seed)
{
	FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	uint64 hash = hash_bytes_extended((unsigned char *) value + HASHED_FROM,
									  (int) (VARSIZE(value) - HASHED_FROM), seed);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

COMPARISON_FUNCTIONS(flow_index, compare_arguments, hash_argument);
