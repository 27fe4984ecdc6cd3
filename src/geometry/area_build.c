/*
 * area_build.c
 *	  Makes the flat value of type area_index from a set of polygons: parts, and
 *	  rings cut into bands. The grid of cells is area_cells.c's.
 *
 * A band names the edges that reach into it, so that the winding number of a point
 * costs a few edges. The bands' lists are bounded by the number of edges.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "geometry/geometry.h"

/* Edges named in all bands of a ring, at most, beyond one of each: per edge. */
#define BAND_EDGES_FACTOR 3

/* Appends a section of zeros to a value, which may move, and returns the section. */
void *
area_index_add(AreaIndex **index, AreaSection section, Size count, Size width)
{
	Size start = section == 0 ? TYPEALIGN(8, sizeof(AreaIndex)) : (*index)->offset[section];
	Size size = TYPEALIGN(8, count * width);

	if (!AllocSizeIsValid(start + size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("area index would take more than the 1 GB that a value can hold"),
						errhint("Simplify the polygons with ST_SimplifyPreserveTopology, or make "
								"several indexes.")));
	*index = repalloc(*index, start + size);
	memset((char *) *index + start, 0, size);
	(*index)->offset[section] = (uint32) start;
	(*index)->offset[section + 1] = (uint32) (start + size);
	return (char *) *index + start;
}

/* Appends a section with content. */
static void
add_content(AreaIndex **index, AreaSection section, const void *content, Size count, Size width)
{
	void *target = area_index_add(index, section, count, width);

	if (count > 0)
		memcpy(target, content, count * width);
}

/* How many bands a ring gets: half its edges, fewer where long edges reach into many. */
static void
plan_bands(AreaRing *ring, const Point *points, uint32 edges)
{
	double travel = 0;
	double most;

	ring->ymin = ring->ymax = points[0].y;
	for (uint32 i = 1; i <= edges; i++)
	{
		ring->ymin = Min(ring->ymin, points[i].y);
		ring->ymax = Max(ring->ymax, points[i].y);
		travel += fabs(points[i].y - points[i - 1].y);
	}
	most = (double) BAND_EDGES_FACTOR * edges * ((ring->ymax - ring->ymin) / travel);
	ring->bands = edges / 2;
	if (!(most >= ring->bands)) /* also where there is no height */
		ring->bands = most >= 1 ? (uint32) most : 1;
	ring->bands_per_unit = strips_per_unit(&ring->bands, ring->ymax - ring->ymin);
}

/*
 * Goes through the bands that each edge of a ring reaches into. Without a table of
 * edges it counts them, one place ahead; with one it enters them, moving the
 * bands' starts.
 */
static void
enter_edges(const AreaIndex *index, uint32 r, uint32 *band_start, uint32 *band_edge)
{
	const Point *vertices = AREA_SECTION(index, SECTION_VERTICES, const Point);
	const uint32 *ring_end = AREA_SECTION(index, SECTION_RING_END, const uint32);
	const AreaRing *ring = AREA_SECTION(index, SECTION_RINGS, const AreaRing) + r;

	for (uint32 i = group_start(ring_end, r); i + 1 < ring_end[r]; i++)
	{
		const Point *edge = vertices + i;
		double low = Min(edge[0].y, edge[1].y);
		double high = Max(edge[0].y, edge[1].y);
		uint32 band = strip_of(low, ring->ymin, ring->bands_per_unit, ring->bands);
		uint32 last = strip_of(high, ring->ymin, ring->bands_per_unit, ring->bands);

		if (edge_is_void(edge))
			continue;
		for (; band <= last; band++)
		{
			if (band_edge == NULL)
				band_start[ring->band + band + 1]++;
			else
				band_edge[band_start[ring->band + band]++] = i;
		}
	}
}

/* Adds the rings with their bands. */
static void
build_rings(AreaIndex **index)
{
	uint32 rings = (*index)->rings;
	uint32 bands = 0;
	AreaRing *ring = area_index_add(index, SECTION_RINGS, rings, sizeof(AreaRing));
	const Point *vertices = AREA_SECTION(*index, SECTION_VERTICES, const Point);
	const uint32 *ring_end = AREA_SECTION(*index, SECTION_RING_END, const uint32);
	uint32 *start, *edge;

	for (uint32 r = 0; r < rings; r++)
	{
		uint32 first = group_start(ring_end, r);

		plan_bands(&ring[r], vertices + first, ring_end[r] - first - 1);
		ring[r].band = bands;
		bands += ring[r].bands;
	}
	start = area_index_add(index, SECTION_BAND_START, (Size) bands + 1, sizeof(uint32));
	for (uint32 r = 0; r < rings; r++)
	{
		CHECK_FOR_INTERRUPTS();
		enter_edges(*index, r, start, NULL);
	}
	for (uint32 i = 0; i < bands; i++)
		start[i + 1] += start[i];
	edge = area_index_add(index, SECTION_BAND_EDGES, start[bands], sizeof(uint32));
	start = AREA_SECTION(*index, SECTION_BAND_START, uint32);
	for (uint32 r = 0; r < rings; r++)
	{
		CHECK_FOR_INTERRUPTS();
		enter_edges(*index, r, start, edge);
	}
	/* each start has moved to the next one's place */
	memmove(start + 1, start, bands * sizeof(uint32));
	start[0] = 0;
}

/* Widens a part's box to a point. */
static void
widen_part(AreaPart *part, Point p)
{
	part->xmin = Min(part->xmin, p.x);
	part->ymin = Min(part->ymin, p.y);
	part->xmax = Max(part->xmax, p.x);
	part->ymax = Max(part->ymax, p.y);
}

/* Adds the parts with the boxes of their shells, and the box of all. */
static void
build_parts(AreaIndex **value)
{
	AreaPart *part = area_index_add(value, SECTION_PARTS, (*value)->parts, sizeof(AreaPart));
	AreaIndex *index = *value;
	const Point *vertices = AREA_SECTION(index, SECTION_VERTICES, const Point);
	const uint32 *area_end = AREA_SECTION(index, SECTION_AREA_END, const uint32);
	const uint32 *part_end = AREA_SECTION(index, SECTION_PART_END, const uint32);
	const uint32 *ring_end = AREA_SECTION(index, SECTION_RING_END, const uint32);
	uint32 area = 0;

	for (uint32 p = 0; p < index->parts; p++, part++)
	{
		uint32 shell = group_start(part_end, p);
		uint32 first = group_start(ring_end, shell);
		Point corner = vertices[first];

		while (area_end[area] <= p)
			area++;
		*part = (AreaPart){corner.x, corner.y, corner.x, corner.y, area, shell, part_end[p], 0};
		for (uint32 i = first + 1; i < ring_end[shell]; i++)
			widen_part(part, vertices[i]);
		index->xmin = p == 0 ? part->xmin : Min(index->xmin, part->xmin);
		index->ymin = p == 0 ? part->ymin : Min(index->ymin, part->ymin);
		index->xmax = p == 0 ? part->xmax : Max(index->xmax, part->xmax);
		index->ymax = p == 0 ? part->ymax : Max(index->ymax, part->ymax);
	}
}

/* The index of a set whose areas are in the order of their ids. */
AreaIndex *
area_index_build(const AreaSet *set)
{
	AreaIndex *index = palloc0(TYPEALIGN(8, sizeof(AreaIndex)));

	index->version = AREA_INDEX_VERSION;
	index->srid = set->srid;
	index->areas = set->areas;
	index->parts = set->parts;
	index->rings = set->rings;
	index->vertices = set->vertices;
	add_content(&index, SECTION_IDS, set->ids, set->areas, sizeof(int64));
	add_content(&index, SECTION_VERTICES, set->points, set->vertices, sizeof(Point));
	add_content(&index, SECTION_AREA_END, set->area_end, set->areas, sizeof(uint32));
	add_content(&index, SECTION_PART_END, set->part_end, set->parts, sizeof(uint32));
	add_content(&index, SECTION_RING_END, set->ring_end, set->rings, sizeof(uint32));
	build_parts(&index);
	build_rings(&index);
	area_index_add_cells(&index);
	SET_VARSIZE(index, index->offset[SECTIONS]);
	return index;
}
