/*
 * waterbed.c
 *	  Type waterbed as a value: who of a pair counts, the pairs found from both
 *	  sides, sums and differences of values.
 */
#include "compat.h"
#include "miscadmin.h"

#include "backend/memory.h"
#include "backend/value.h"
#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_plus);
PG_FUNCTION_INFO_V1(monitor_waterbed_minus);

Waterbed *
waterbed_from_datum(Datum datum)
{
	Waterbed *value = (Waterbed *) PG_DETOAST_DATUM(datum);
	Size size = VARSIZE(value);

	value_check_version("waterbed", value, WATERBED_VERSION);
	if (unlikely(size < offsetof(Waterbed, pair) || value->count < 0 ||
				 (uint64) value->count > size / sizeof(WaterbedPair) ||
				 size != offsetof(Waterbed, pair) + value->count * sizeof(WaterbedPair)))
		value_refuse_damaged("waterbed", value);
	return value;
}

void
waterbed_flow(const WaterbedPair *pair, WaterbedFlow *flow)
{
	bool from_city = place_in_city(pair->before);
	bool to_city = place_in_city(pair->after);

	memset(flow, 0, sizeof(WaterbedFlow));
	flow->unknown = pair->n + pair->b0_n + pair->b1_n + pair->neither_n;
	if (pair->before == WATERBED_UNKNOWN || pair->after == WATERBED_UNKNOWN ||
		(!from_city && !to_city))
		return;
	flow->n = pair->n;
	if (from_city)
	{
		flow->x0 = pair->x0;
		flow->with = pair->with;
		flow->x00 = pair->x00;
	}
	if (to_city)
	{
		flow->x1 = pair->x1;
		flow->x11 = pair->x11;
	}
	if (from_city && to_city)
	{
		flow->with_x1 = pair->with_x1;
		flow->x01 = pair->x01;
		flow->with_x11 = pair->with_x11;
	}
	else if (from_city)
	{
		flow->n += pair->b1_n;
		flow->x0 += pair->b1_x0;
		flow->with += pair->b1_with;
		flow->x00 += pair->b1_x00;
	}
	else
	{
		flow->known_x0 = pair->x0;
		flow->known_x1 = pair->x1;
		flow->n += pair->b0_n;
		flow->x1 += pair->b0_x1;
		flow->x11 += pair->b0_x11;
	}
	flow->unknown -= flow->n;
}

static void
add_total(WaterbedFlow *to, const WaterbedFlow *from)
{
	to->n += from->n;
	to->x0 += from->x0;
	to->x1 += from->x1;
	to->with += from->with;
	to->with_x1 += from->with_x1;
	to->x00 += from->x00;
	to->x01 += from->x01;
	to->x11 += from->x11;
	to->with_x11 += from->with_x11;
	to->known_x0 += from->known_x0;
	to->known_x1 += from->known_x1;
	to->unknown += from->unknown;
}

#define ST_SORT sort_places
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* All codes of the value, ascending, each once. */
static void
index_places(WaterbedIndex *index)
{
	const Waterbed *value = index->value;
	int64 *place = allocate(2 * (Size) value->count, sizeof(int64));
	Size codes = 0;
	Size places = 0;

	for (int64 i = 0; i < value->count; i++)
	{
		if (i == 0 || value->pair[i].before != value->pair[i - 1].before)
			place[codes++] = value->pair[i].before;
		place[codes++] = value->pair[i].after;
	}
	sort_places(place, codes);
	for (Size i = 0; i < codes; i++)
		if (i == 0 || place[i] != place[places - 1])
			place[places++] = place[i];
	index->places = places;
	index->place = place;
}

int64
waterbed_index_find(const WaterbedIndex *index, int64 place)
{
	Size low = 0;
	Size high = index->places;

	while (low < high)
	{
		Size middle = (low + high) / 2;

		if (index->place[middle] < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low < index->places && index->place[low] == place ? (int64) low : -1;
}

/* The pairs to each place: counted, then dealt out, which keeps origins in order. */
static void
index_destinations(WaterbedIndex *index)
{
	const Waterbed *value = index->value;
	uint32 *after = allocate(value->count, sizeof(uint32));
	Size *next;

	index->to = allocate_zero(index->places + 1, sizeof(Size));
	index->to_pair = allocate(value->count, sizeof(uint32));
	for (int64 i = 0; i < value->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		after[i] = (uint32) waterbed_index_find(index, value->pair[i].after);
		index->to[after[i] + 1]++;
	}
	for (Size p = 0; p < index->places; p++)
		index->to[p + 1] += index->to[p];
	next = allocate(index->places + 1, sizeof(Size));
	memcpy(next, index->to, (index->places + 1) * sizeof(Size));
	for (int64 i = 0; i < value->count; i++)
		index->to_pair[next[after[i]]++] = (uint32) i;
	pfree(next);
	pfree(after);
}

WaterbedIndex *
waterbed_index(const Waterbed *value)
{
	WaterbedIndex *index = palloc0(sizeof(WaterbedIndex));
	Size pair = 0;

	index->value = value;
	index_places(index);
	index->from = allocate(index->places + 1, sizeof(Size));
	index->totals = allocate_zero(index->places, sizeof(WaterbedFlow));
	for (Size p = 0; p < index->places; p++)
	{
		index->from[p] = pair;
		for (; pair < value->count && value->pair[pair].before == index->place[p]; pair++)
		{
			WaterbedFlow flow;

			CHECK_FOR_INTERRUPTS();
			waterbed_flow(value->pair + pair, &flow);
			add_total(index->totals + p, &flow);
		}
	}
	index->from[index->places] = pair;
	index_destinations(index);
	return index;
}

static inline int
compare_places(const WaterbedPair *a, const WaterbedPair *b)
{
	if (a->before != b->before)
		return a->before < b->before ? -1 : 1;
	return a->after < b->after ? -1 : a->after > b->after;
}

static pg_noinline void
refuse_difference(const WaterbedPair *pair, const char *fault)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("what is taken away is no part of the value: %s", fault),
					errdetail("From place " INT64_FORMAT " to place " INT64_FORMAT ".",
							  pair->before, pair->after),
					errhint("Take away persons who were aggregated into the value.")));
}

/* Both walked in order, the sums added or subtracted. */
static Waterbed *
join_values(const Waterbed *a, const Waterbed *b, bool subtract)
{
	Waterbed *result = waterbed_allocate(a->count + b->count);
	int64 i = 0;
	int64 j = 0;

	while (i < a->count || j < b->count)
	{
		WaterbedPair *pair = result->pair + result->count;
		int order = i == a->count   ? 1
					: j == b->count ? -1
									: compare_places(a->pair + i, b->pair + j);

		CHECK_FOR_INTERRUPTS();
		memset(pair, 0, sizeof(WaterbedPair));
		pair->before = order <= 0 ? a->pair[i].before : b->pair[j].before;
		pair->after = order <= 0 ? a->pair[i].after : b->pair[j].after;
		if (order <= 0)
			waterbed_pair_add(pair, a->pair + i++);
		if (order >= 0)
			(subtract ? waterbed_pair_subtract : waterbed_pair_add)(pair, b->pair + j++);
		if (subtract && waterbed_pair_fault(pair) != NULL)
			refuse_difference(pair, waterbed_pair_fault(pair));
		if (!waterbed_pair_is_empty(pair))
			result->count++;
	}
	SET_VARSIZE(result, offsetof(Waterbed, pair) + result->count * sizeof(WaterbedPair));
	waterbed_check_totals(result);
	return result;
}

Datum
monitor_waterbed_plus(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(join_values(PG_GETARG_WATERBED_P(0), PG_GETARG_WATERBED_P(1), false));
}

Datum
monitor_waterbed_minus(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(join_values(PG_GETARG_WATERBED_P(0), PG_GETARG_WATERBED_P(1), true));
}
