/*
 * flow_index_compare.c
 *	  Equality, an order and a hash of flow_index, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "relocation/flow.h"

PG_FUNCTION_INFO_V1(monitor_flow_index_eq);
PG_FUNCTION_INFO_V1(monitor_flow_index_ne);
PG_FUNCTION_INFO_V1(monitor_flow_index_lt);
PG_FUNCTION_INFO_V1(monitor_flow_index_le);
PG_FUNCTION_INFO_V1(monitor_flow_index_gt);
PG_FUNCTION_INFO_V1(monitor_flow_index_ge);
PG_FUNCTION_INFO_V1(monitor_flow_index_cmp);
PG_FUNCTION_INFO_V1(monitor_flow_index_hash);
PG_FUNCTION_INFO_V1(monitor_flow_index_hash_extended);

static inline int
compare_numbers(int64 a, int64 b)
{
	return a < b ? -1 : a > b;
}

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

Datum
monitor_flow_index_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

Datum
monitor_flow_index_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
monitor_flow_index_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
monitor_flow_index_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
monitor_flow_index_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
monitor_flow_index_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
monitor_flow_index_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(FlowIndex, version)

Datum
monitor_flow_index_hash(PG_FUNCTION_ARGS)
{
	FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	Datum hash = hash_any((unsigned char *) value + HASHED_FROM, VARSIZE(value) - HASHED_FROM);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

Datum
monitor_flow_index_hash_extended(PG_FUNCTION_ARGS)
{
	FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	Datum hash = hash_any_extended((unsigned char *) value + HASHED_FROM,
								   VARSIZE(value) - HASHED_FROM, PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}
