/*
 * flow_index_compare.c
 *	  Equality, an order and a hash of flow_index, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"

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

VALUE_COMPARISON_FUNCTIONS(flow_index, FlowIndex, flow_index_from_datum, flow_index_compare);
