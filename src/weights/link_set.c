/*
 * link_set.c
 *	  Links between ids, collected row by row or read from a text, and the aggregate
 *	  weights_agg over them.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "backend/aggregate.h"
#include "backend/memory.h"
#include "weights/build.h"

PG_FUNCTION_INFO_V1(monitor_weights_agg_transition);
PG_FUNCTION_INFO_V1(monitor_weights_agg_final);

LinkSet *
link_set_create(MemoryContext context)
{
	LinkSet *set = MemoryContextAllocZero(context, sizeof(LinkSet));

	set->context = context;
	return set;
}

/* An array with room for one element more; doubles. */
static void *
grow_array(MemoryContext context, void *array, Size count, Size *room, Size element)
{
	if (count < *room)
		return array;
	*room = Max(2 * *room, 64);
	return reallocate(context, array, *room, element);
}

void
link_set_add_area(LinkSet *set, int64 id)
{
	set->areas =
		grow_array(set->context, set->areas, set->area_count, &set->area_room, sizeof(int64));
	set->areas[set->area_count++] = id;
}

void
link_set_add(LinkSet *set, int64 from, int64 to, double weight)
{
	IdLink link = {from, to, weight};

	set->links =
		grow_array(set->context, set->links, set->link_count, &set->link_room, sizeof(IdLink));
	set->links[set->link_count++] = link;
}

/* One byte of an id, by which order is ascending. */
static inline uint32
id_byte(int64 id, int shift)
{
	return (((uint64) id ^ ((uint64) 1 << 63)) >> shift) & 0xff;
}

/* Sorts ids, drops repetitions and returns how many are left. Byte by byte, for speed. */
Size
ids_sort_unique(int64 *ids, Size count)
{
	int64 *from = ids;
	int64 *to = allocate(count, sizeof(int64));
	int64 *room = to;
	uint64 varying = 0; /* bits in which not all are the same */
	Size kept = 0;

	for (Size i = 0; i < count; i++)
		varying |= (uint64) (ids[i] ^ ids[0]);
	for (int shift = 0; shift < 64; shift += 8)
	{
		Size next[257] = {0};
		int64 *swap = from;

		CHECK_FOR_INTERRUPTS();
		if (((varying >> shift) & 0xff) == 0)
			continue;
		for (Size i = 0; i < count; i++)
			next[id_byte(from[i], shift) + 1]++;
		for (int byte = 0; byte < 256; byte++)
			next[byte + 1] += next[byte];
		for (Size i = 0; i < count; i++)
			to[next[id_byte(from[i], shift)]++] = from[i];
		from = to;
		to = swap;
	}
	for (Size i = 0; i < count; i++)
		if (i == 0 || from[i] != ids[kept - 1])
			ids[kept++] = from[i];
	pfree(room);
	return kept;
}

/* The elements of a bigint[] argument; 22004 for a NULL among them. */
int64 *
weights_ids_argument(FunctionCallInfo fcinfo, int argument, uint32 *count)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P_COPY(argument);

	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an area's id must not be NULL"),
				 errhint("Take NULL out with array_remove.")));
	*count = (uint32) ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (int64 *) ARR_DATA_PTR(array);
}

/* Finds the places of ids: by a table where the ids are dense, else by halving. */
typedef struct PlaceFinder
{
	const int64 *ids;
	uint32 count;
	uint32 *table; /* place of id ids[0] + i, UINT32_MAX for none; or NULL */
	uint64 span;
} PlaceFinder;

static PlaceFinder
place_finder(const int64 *ids, uint32 count)
{
	PlaceFinder finder = {ids, count};

	if (count == 0)
		return finder;
	finder.span = (uint64) ids[count - 1] - (uint64) ids[0];
	if (finder.span < 4 * (uint64) count)
	{
		finder.table = allocate(finder.span + 1, sizeof(uint32));
		memset(finder.table, 0xff, (finder.span + 1) * sizeof(uint32));
		for (uint32 i = 0; i < count; i++)
			finder.table[ids[i] - ids[0]] = i;
	}
	return finder;
}

/* The place of an id, UINT32_MAX if it is not there. */
static uint32
find_place(const PlaceFinder *finder, int64 id)
{
	uint32 low = 0;
	uint32 high = finder->count;

	if (finder->table != NULL)
	{
		uint64 distance = (uint64) id - (uint64) finder->ids[0];

		return distance <= finder->span ? finder->table[distance] : PG_UINT32_MAX;
	}
	while (low < high)
	{
		uint32 middle = low + (high - low) / 2;

		if (finder->ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < finder->count && finder->ids[low] == id ? low : PG_UINT32_MAX;
}

/* The links by places among the ids, which are sorted; an end that is not there: this errcode. */
static Weights *
build_value(const LinkSet *set, const int64 *ids, Size count, int errcode_missing,
			int errcode_twice)
{
	WeightsLink *links = allocate(set->link_count, sizeof(WeightsLink));
	PlaceFinder finder;
	uint32 from = 0;
	Weights *w;

	if (count >= PG_UINT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu areas do not fit into a value of 1 GB", count),
						errhint("Cut the map into parts.")));
	finder = place_finder(ids, (uint32) count);
	for (Size i = 0; i < set->link_count; i++)
	{
		const IdLink *link = &set->links[i];
		uint32 to = find_place(&finder, link->to);

		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		if (i == 0 || link->from != link[-1].from)
			from = find_place(&finder, link->from);
		if (from == PG_UINT32_MAX || to == PG_UINT32_MAX)
			ereport(ERROR,
					(errcode(errcode_missing),
					 errmsg("area %lld has neighbor %lld, but %lld does not stand among the areas",
							(long long) link->from, (long long) link->to,
							(long long) (from == PG_UINT32_MAX ? link->from : link->to)),
					 errhint("Name every area once, also those without neighbors.")));
		links[i] = (WeightsLink){from, to, link->weight};
	}
	w = weights_from_links_coded((uint32) count, ids, links, set->link_count, errcode_twice);
	pfree(links);
	if (finder.table != NULL)
		pfree(finder.table);
	return w;
}

/* Ids in an array that grows. */
typedef struct IdList
{
	int64 *ids;
	Size count;
	Size room;
} IdList;

static inline void
id_list_add(IdList *list, int64 id)
{
	list->ids =
		grow_array(CurrentMemoryContext, list->ids, list->count, &list->room, sizeof(int64));
	list->ids[list->count++] = id;
}

/* Adds the neighbours that are not in the list yet, and sorts it again. */
static void
add_neighbors(IdList *list, const LinkSet *set)
{
	PlaceFinder finder = place_finder(list->ids, (uint32) Min(list->count, PG_UINT32_MAX));
	IdList others = {0};

	for (Size i = 0; i < set->link_count; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		if (find_place(&finder, set->links[i].to) == PG_UINT32_MAX)
			id_list_add(&others, set->links[i].to);
	}
	if (finder.table != NULL)
		pfree(finder.table);
	if (others.count == 0)
		return;
	for (Size i = 0; i < others.count; i++)
		id_list_add(list, others.ids[i]);
	pfree(others.ids);
	list->count = ids_sort_unique(list->ids, list->count);
}

/* A value of all ids that occur, as area or at an end of a link; duplicates have this errcode. */
Weights *
link_set_build(const LinkSet *set, int errcode_twice)
{
	IdList list = {0};
	Weights *w;

	for (Size i = 0; i < set->area_count; i++)
		id_list_add(&list, set->areas[i]);
	for (Size i = 0; i < set->link_count; i++)
		if (i == 0 || set->links[i].from != set->links[i - 1].from)
			id_list_add(&list, set->links[i].from);
	/* Nearly all neighbours are there by now, and need not be sorted. */
	list.count = ids_sort_unique(list.ids, list.count);
	add_neighbors(&list, set);
	w = build_value(set, list.ids, list.count, errcode_twice, errcode_twice);
	if (list.ids != NULL)
		pfree(list.ids);
	return w;
}

/* Raises this errcode for an area added twice; the ids are sorted and without repetitions. */
static void
check_areas(const LinkSet *set, const int64 *ids, Size count, int errcode_malformed)
{
	PlaceFinder finder;
	bool *seen;

	if (count == set->area_count)
		return;
	finder = place_finder(ids, (uint32) count);
	seen = allocate_zero(count, sizeof(bool));
	for (Size i = 0; i < set->area_count; i++)
	{
		uint32 place = find_place(&finder, set->areas[i]);

		if (seen[place])
			ereport(ERROR, (errcode(errcode_malformed),
							errmsg("area %lld stands more than once", (long long) set->areas[i]),
							errhint("Name every area once, with all its neighbors.")));
		seen[place] = true;
	}
}

/* A value of the areas added; one added twice, or a link's end that is none: this errcode. */
Weights *
link_set_build_strict(const LinkSet *set, int errcode_malformed)
{
	int64 *ids = allocate(set->area_count, sizeof(int64));
	Size count;
	Weights *w;

	if (set->area_count > 0)
		memcpy(ids, set->areas, set->area_count * sizeof(int64));
	count = ids_sort_unique(ids, set->area_count);
	check_areas(set, ids, count, errcode_malformed);
	w = build_value(set, ids, count, errcode_malformed, errcode_malformed);
	pfree(ids);
	return w;
}

/* weights_agg_transition(internal, id, neighbor [, weight]) -> internal */
Datum
monitor_weights_agg_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	LinkSet *set = PG_ARGISNULL(0) ? NULL : (LinkSet *) PG_GETARG_POINTER(0);
	double weight = 1;
	int64 id;

	context = aggregate_context(fcinfo);
	if (set == NULL)
		set = link_set_create(context);
	id = aggregate_area_id(fcinfo, 1);
	if (PG_ARGISNULL(2))
	{
		link_set_add_area(set, id);
		PG_RETURN_POINTER(set);
	}
	if (PG_NARGS() > 3)
	{
		if (PG_ARGISNULL(3))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("weight of the link from area %lld to area %lld must not be NULL",
							(long long) id, (long long) PG_GETARG_INT64(2)),
					 errhint("Leave such links out, or give 0 for a link that counts nothing.")));
		weight = PG_GETARG_FLOAT8(3);
	}
	link_set_add(set, id, PG_GETARG_INT64(2), weight);
	PG_RETURN_POINTER(set);
}

/* Final function; leaves the state as it is, as a moving window calls it again. */
Datum
monitor_weights_agg_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(link_set_build((LinkSet *) PG_GETARG_POINTER(0), ERRCODE_UNIQUE_VIOLATION));
}
