/*
 * point_search_found.c
 *	  Points found: room for them, and sorting them by distance or by place.
 */
#include "compat.h"
#include "miscadmin.h"
#include "backend/memory.h"
#include "weights/point_search_tree.h"

/* From so many on sorting goes by bytes. */
#define RADIX_LEAST 128

/* The order of points found, for sorting. */
static inline int
found_compare(const PointFound *a, const PointFound *b)
{
	return found_before(a, b) ? -1 : found_before(b, a);
}

#define ST_SORT sort_distances
#define ST_ELEMENT_TYPE PointFound
#define ST_COMPARE(a, b) found_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Orders what has one distance by place. */
#define ST_SORT sort_places
#define ST_ELEMENT_TYPE PointFound
#define ST_COMPARE(a, b) ((a)->place < (b)->place ? -1 : (a)->place > (b)->place)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

void
found_grow(PointsFound *out, Size room)
{
	if (room > PG_UINT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many points found")));
	room = Min(Max(room, 2 * (Size) out->room), PG_UINT32_MAX);
	out->found = reallocate(CurrentMemoryContext, out->found, room, sizeof(PointFound));
	out->room = (uint32) room;
}

/* What to sort by: a place, or the bits of a distance, which are in its order as it is not negative. */
static inline uint64
radix_key(const PointFound *found, bool by_place)
{
	uint64 bits;

	if (by_place)
		return found->place;
	memcpy(&bits, &found->distance, sizeof(bits));
	return bits;
}

/* Makes room for as many points as are to be sorted. */
static void
reserve_scratch(PointSearch *search, uint32 count)
{
	Size room = Min(2 * (Size) count, PG_UINT32_MAX);

	if (search->scratch_room >= count)
		return;
	if (search->scratch != NULL)
		pfree(search->scratch);
	search->scratch = NULL;
	search->scratch_room = 0;
	search->scratch = MemoryContextAllocHuge(search->context, room * sizeof(PointFound));
	search->scratch_room = (uint32) room;
}

/* Sorts byte by byte from the lowest, by those bytes that differ; equal ones stay in order. */
static pg_attribute_always_inline void
radix_sort(PointSearch *search, PointFound *found, uint32 count, bool by_place)
{
	uint32 counts[sizeof(uint64)][256] = {{0}};
	int bytes = by_place ? sizeof(uint32) : sizeof(uint64);
	PointFound *from = found;
	PointFound *to;

	reserve_scratch(search, count);
	to = search->scratch;
	for (uint32 i = 0; i < count; i++)
		for (int byte = 0; byte < bytes; byte++)
			counts[byte][(uint8) (radix_key(found + i, by_place) >> 8 * byte)]++;
	for (int byte = 0; byte < bytes; byte++)
	{
		uint32 *at = counts[byte];
		uint32 before = 0;
		PointFound *swap = from;

		if (at[(uint8) (radix_key(found, by_place) >> 8 * byte)] == count)
			continue;
		CHECK_FOR_INTERRUPTS();
		for (int value = 0; value < 256; value++)
		{
			uint32 here = at[value];

			at[value] = before;
			before += here;
		}
		for (uint32 i = 0; i < count; i++)
			to[at[(uint8) (radix_key(from + i, by_place) >> 8 * byte)]++] = from[i];
		from = to;
		to = swap;
	}
	if (from != found)
		memcpy(found, from, count * sizeof(PointFound));
}

void
found_sort(PointSearch *search, PointFound *found, uint32 count)
{
	if (count < RADIX_LEAST)
	{
		sort_distances(found, count);
		return;
	}
	radix_sort(search, found, count, false);
	for (uint32 i = 0, end; i < count; i = end)
	{
		for (end = i + 1; end < count && found[end].distance == found[i].distance; end++)
			;
		if (end - i > 1)
			sort_places(found + i, end - i);
	}
}

/* Sorts what was found by place. */
void
point_search_sort_places(PointSearch *search, PointsFound *found)
{
	if (found->count < RADIX_LEAST)
		sort_places(found->found, found->count);
	else
		radix_sort(search, found->found, found->count, true);
}
