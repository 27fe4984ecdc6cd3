/*
 * flow_index.c
 *	  Type flow_index as a value: flows collected by pair, put in order, added up.
 */
#include "compat.h"
#include <math.h>
#include "common/hashfn.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/value.h"
#include "relocation/flow.h"

PG_FUNCTION_INFO_V1(monitor_flow_index_plus);

typedef struct AreaEntry
{
	FlowArea area;
	char status;
} AreaEntry;

typedef struct PairKey
{
	int64 origin;
	int64 destination;
} PairKey;

typedef struct PairEntry
{
	PairKey key;
	int64 flow;
	char status;
} PairEntry;

static inline uint32
hash_place(int64 place)
{
	uint64 hash = (uint64) place * UINT64CONST(0x9E3779B97F4A7C15);

	return murmurhash32((uint32) (hash >> 32) ^ (uint32) hash);
}

#define SH_PREFIX area_table
#define SH_ELEMENT_TYPE AreaEntry
#define SH_KEY_TYPE int64
#define SH_KEY area.area
#define SH_HASH_KEY(table, key) hash_place(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

#define SH_PREFIX pair_table
#define SH_ELEMENT_TYPE PairEntry
#define SH_KEY_TYPE PairKey
#define SH_KEY key
#define SH_HASH_KEY(table, k) hash_combine(hash_place((k).origin), hash_place((k).destination))
#define SH_EQUAL(table, a, b) ((a).origin == (b).origin && (a).destination == (b).destination)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct FlowSet
{
	int64 unknown;
	area_table_hash *areas;
	pair_table_hash *pairs;
};

FlowSet *
flow_set_create(MemoryContext context)
{
	FlowSet *set = MemoryContextAllocZero(context, sizeof(FlowSet));

	set->areas = area_table_create(context, 64, NULL);
	set->pairs = pair_table_create(context, 256, NULL);
	return set;
}

static pg_noinline void
refuse_overflow(void)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("number of persons or rows is out of range"),
					errhint("A value holds at most 4.6e14 persons.")));
}

/* A sum that must stay within bigint. */
static inline int64
add_checked(int64 a, int64 b)
{
	int64 sum;

	if (unlikely(pg_add_s64_overflow(a, b, &sum)))
		refuse_overflow();
	return sum;
}

void
flow_set_add_unknown(FlowSet *set, int64 rows)
{
	set->unknown = add_checked(set->unknown, rows);
}

static pg_noinline void
refuse_population(int64 area, int64 before, int64 population)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("area %lld has population %.15g but %.15g was seen before", (long long) area,
					flow_persons(population), flow_persons(before)),
			 errhint("Give one population an area, such as that of the middle of all periods "
					 "that are put together.")));
}

void
flow_set_add_area(FlowSet *set, int64 area, int64 population)
{
	bool found;
	AreaEntry *entry = area_table_insert(set->areas, area, &found);

	if (!found)
		entry->area.population = population;
	else if (population == FLOW_POPULATION_UNKNOWN || population == entry->area.population)
		return;
	else if (entry->area.population == FLOW_POPULATION_UNKNOWN)
		entry->area.population = population;
	else
		refuse_population(area, Min(population, entry->area.population),
						  Max(population, entry->area.population));
}

void
flow_set_add(FlowSet *set, int64 origin, int64 destination, int64 flow)
{
	PairKey key = {origin, destination};
	PairEntry *entry;
	bool found;

	entry = pair_table_insert(set->pairs, key, &found);
	if (found)
	{
		entry->flow = add_checked(entry->flow, flow);
		return;
	}
	entry->flow = flow;
	flow_set_add_area(set, origin, FLOW_POPULATION_UNKNOWN);
	flow_set_add_area(set, destination, FLOW_POPULATION_UNKNOWN);
}

void
flow_set_append(FlowSet *set, const FlowIndex *value)
{
	const FlowArea *areas = FLOW_AREAS(value);
	const FlowPair *pairs = FLOW_PAIRS(value);

	flow_set_add_unknown(set, value->unknown);
	for (int64 i = 0; i < value->areas; i++)
	{
		CHECK_FOR_INTERRUPTS();
		flow_set_add_area(set, areas[i].area, areas[i].population);
	}
	for (int64 i = 0; i < value->pairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		flow_set_add(set, pairs[i].origin, pairs[i].destination, pairs[i].flow);
	}
}

static inline int
pair_compare(const FlowPair *a, const FlowPair *b)
{
	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	return a->destination < b->destination ? -1 : a->destination > b->destination;
}

#define ST_SORT sort_areas
#define ST_ELEMENT_TYPE FlowArea
#define ST_COMPARE(a, b) ((a)->area < (b)->area ? -1 : (a)->area > (b)->area)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_pairs
#define ST_ELEMENT_TYPE FlowPair
#define ST_COMPARE(a, b) pair_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* A value of areas and pairs to be filled in. */
static FlowIndex *
value_create(Size areas, Size pairs)
{
	Size size;
	FlowIndex *value;

	if (areas > MaxAllocSize / sizeof(FlowArea) / 2 || pairs > MaxAllocSize / sizeof(FlowPair) / 2)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu areas and %zu pairs are too many for one value", areas, pairs),
						errhint("Take areas together.")));
	size = offsetof(FlowIndex, data) + areas * sizeof(FlowArea) + pairs * sizeof(FlowPair);
	value = palloc0(size);
	SET_VARSIZE(value, size);
	value->version = FLOW_INDEX_VERSION;
	value->areas = (int64) areas;
	value->pairs = (int64) pairs;
	return value;
}

/* Every sum that a measure may form of the value stays within bigint. */
static void
check_totals(const FlowIndex *value)
{
	int64 moved = 0;
	int64 people = 0;

	for (int64 i = 0; i < value->pairs; i++)
		moved = add_checked(moved, FLOW_PAIRS(value)[i].flow);
	add_checked(moved, moved);
	for (int64 i = 0; i < value->areas; i++)
		people = add_checked(people, Max(FLOW_AREAS(value)[i].population, 0));
	add_checked(people, moved);
}

FlowIndex *
flow_set_build(const FlowSet *set)
{
	Size pairs = 0;
	area_table_iterator each_area;
	pair_table_iterator each_pair;
	const AreaEntry *area;
	const PairEntry *pair;
	FlowArea *next_area;
	FlowPair *next_pair;
	FlowIndex *value;

	pair_table_start_iterate(set->pairs, &each_pair);
	while ((pair = pair_table_iterate(set->pairs, &each_pair)) != NULL)
		pairs += pair->flow > 0;
	value = value_create(set->areas->members, pairs);
	value->unknown = set->unknown;
	next_area = FLOW_AREAS(value);
	area_table_start_iterate(set->areas, &each_area);
	while ((area = area_table_iterate(set->areas, &each_area)) != NULL)
		*next_area++ = area->area;
	next_pair = FLOW_PAIRS(value);
	pair_table_start_iterate(set->pairs, &each_pair);
	while ((pair = pair_table_iterate(set->pairs, &each_pair)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (pair->flow > 0)
			*next_pair++ = (FlowPair){pair->key.origin, pair->key.destination, pair->flow};
	}
	sort_areas(FLOW_AREAS(value), value->areas);
	sort_pairs(FLOW_PAIRS(value), value->pairs);
	check_totals(value);
	return value;
}

int64
flow_count(const char *what, double persons, int64 origin, int64 destination)
{
	if (unlikely(!(persons >= 0 && persons <= FLOW_MAX)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %.15g from %lld to %lld, which is no number of persons", what,
							   persons, (long long) origin, (long long) destination),
						errhint("Numbers of persons are from 0 to %g; an unknown one is NULL.",
								FLOW_MAX)));
	return (int64) rint(persons * FLOW_UNIT);
}

FlowIndex *
flow_index_from_datum(Datum datum)
{
	FlowIndex *value = (FlowIndex *) PG_DETOAST_DATUM(datum);
	Size size = VARSIZE(value);
	Size most = size / sizeof(FlowArea);

	value_check_version("flow_index", value, FLOW_INDEX_VERSION);
	if (size < offsetof(FlowIndex, data) || value->areas < 0 || value->pairs < 0 ||
		(uint64) value->areas > most || (uint64) value->pairs > most ||
		size != offsetof(FlowIndex, data) + value->areas * sizeof(FlowArea) +
					value->pairs * sizeof(FlowPair))
		value_refuse_damaged("flow_index", value);
	return value;
}

/* The flows of two periods, or of two parts of a table, together. */
Datum
monitor_flow_index_plus(PG_FUNCTION_ARGS)
{
	FlowSet *set = flow_set_create(CurrentMemoryContext);

	flow_set_append(set, flow_index_from_datum(PG_GETARG_DATUM(0)));
	flow_set_append(set, flow_index_from_datum(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(flow_set_build(set));
}
