/*
 * polygons_border.c
 *	  Weights by the length of common borders.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/polygons.h"

/* A line that parts of two areas share, a before b. */
typedef struct Border
{
	uint32 a;
	uint32 b;
	double length; /* infinite where the parts overlap: then the areas are no neighbours */
} Border;

/* A search for borders. */
typedef struct BorderSearch
{
	const AreaSet *set;
	RookSearch *search;
	Border *borders;
	Size count;
	Size room;
} BorderSearch;

/* Two links of a Weights value take 24 bytes. */
#define BORDERS_LIMIT (MaxAllocSize / 24)

/* Adds a border. */
static void
border_add(BorderSearch *search, uint32 a, uint32 b, double length)
{
	if (search->count >= BORDERS_LIMIT)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("areas have too many borders, more than %zu", BORDERS_LIMIT),
						errhint("Make weights of parts of the map.")));
	if (search->count == search->room)
	{
		search->room = Max(1024, 2 * search->room);
		search->borders =
			reallocate(CurrentMemoryContext, search->borders, search->room, sizeof(Border));
	}
	search->borders[search->count++] = (Border){Min(a, b), Max(a, b), length};
}

/* Notes the border of two parts, and where they overlap. */
static bool
border_parts(void *state, const void *part_a, const void *part_b)
{
	BorderSearch *search = state;
	const Part *a = part_a;
	const Part *b = part_b;
	int found = rook_search_parts(search->search, search->set, a, b);

	if (found == PARTS_SHARE_LINE)
		border_add(search, a->area, b->area, rook_search_length(search->search));
	else if (found == PARTS_OVERLAP)
		border_add(search, a->area, b->area, INFINITY);
	return false;
}

/* Orders by the areas, then by length, so that sums do not depend on the order found. */
static int
border_compare(const void *left, const void *right, void *arg)
{
	const Border *a = left;
	const Border *b = right;

	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	if (a->b != b->b)
		return a->b < b->b ? -1 : 1;
	return a->length < b->length ? -1 : a->length > b->length;
}

/* Makes one border of those of the same two areas. */
static void
borders_merge(BorderSearch *search)
{
	Border *borders = search->borders;
	Size kept = 0;

	if (search->count == 0)
		return;
	qsort_interruptible(borders, search->count, sizeof(Border), border_compare, NULL);
	for (Size i = 1; i < search->count; i++)
	{
		if (borders[i].a == borders[kept].a && borders[i].b == borders[kept].b)
			borders[kept].length += borders[i].length;
		else
			borders[++kept] = borders[i];
	}
	search->count = kept + 1;
}

/* Length of all rings of an area. */
static double
area_perimeter(const AreaSet *set, uint32 area)
{
	double perimeter = 0;

	for (uint32 part = group_start(set->area_end, area); part < set->area_end[area]; part++)
	{
		for (uint32 ring = group_start(set->part_end, part); ring < set->part_end[part]; ring++)
		{
			CHECK_FOR_INTERRUPTS();
			for (uint32 i = group_start(set->ring_end, ring) + 1; i < set->ring_end[ring]; i++)
				perimeter += hypot(set->points[i].x - set->points[i - 1].x,
								   set->points[i].y - set->points[i - 1].y);
		}
	}
	return perimeter;
}

Weights *
shared_border_weights(const AreaSet *sorted)
{
	Outlines *outlines = outlines_of_areas(sorted);
	BorderSearch search = {.set = sorted, .search = rook_search_create()};
	double *perimeter = allocate(sorted->areas, sizeof(double));
	WeightsLink *links;
	Size count = 0;

	box_tree_join(&outlines->tree, &outlines->tree, 0, border_parts, &search);
	borders_merge(&search);
	for (uint32 i = 0; i < sorted->areas; i++)
		perimeter[i] = area_perimeter(sorted, i);
	links = allocate(2 * search.count, sizeof(WeightsLink));
	for (Size i = 0; i < search.count; i++)
	{
		Border *border = &search.borders[i];

		if (isinf(border->length))
			continue;
		links[count++] = (WeightsLink){border->a, border->b, border->length / perimeter[border->a]};
		links[count++] = (WeightsLink){border->b, border->a, border->length / perimeter[border->b]};
	}
	return weights_from_links(sorted->areas, sorted->ids, links, count);
}
