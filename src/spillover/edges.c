/*
 * edges.c
 *	  How far is it from the edge of one polygon to that of another?
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "spillover/ring_did.h"

/* Distances of boxes and of what is in them are rounded apart: a limit leaves so much room. */
#define LIMIT_SLACK 1e-9

typedef struct Box
{
	Point low;
	Point high;
} Box;

/* Distance of a point from a segment. */
static double
point_to_segment(Point p, Point a, Point b)
{
	double dx = b.x - a.x;
	double dy = b.y - a.y;
	double length = dx * dx + dy * dy;
	double t = length > 0 ? ((p.x - a.x) * dx + (p.y - a.y) * dy) / length : 0;

	t = Min(Max(t, 0.0), 1.0);
	return hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

/* Which side of a line a point is on. */
static double
side(Point a, Point b, Point p)
{
	return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

static double
segment_to_segment(const Point *a, const Point *b)
{
	double s1 = side(a[0], a[1], b[0]);
	double s2 = side(a[0], a[1], b[1]);
	double s3 = side(b[0], b[1], a[0]);
	double s4 = side(b[0], b[1], a[1]);
	double distance;

	if (((s1 > 0 && s2 < 0) || (s1 < 0 && s2 > 0)) && ((s3 > 0 && s4 < 0) || (s3 < 0 && s4 > 0)))
		return 0;
	distance = Min(point_to_segment(b[0], a[0], a[1]), point_to_segment(b[1], a[0], a[1]));
	distance = Min(distance, point_to_segment(a[0], b[0], b[1]));
	return Min(distance, point_to_segment(a[1], b[0], b[1]));
}

static Box
box_of(const Point *points, uint32 from, uint32 to)
{
	Box box = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};

	for (uint32 i = from; i < to; i++)
	{
		box.low.x = Min(box.low.x, points[i].x);
		box.low.y = Min(box.low.y, points[i].y);
		box.high.x = Max(box.high.x, points[i].x);
		box.high.y = Max(box.high.y, points[i].y);
	}
	return box;
}

/* At least this far apart is all that the boxes hold; infinite for an empty one. */
static double
box_distance(const Box *a, const Box *b)
{
	double dx = Max(Max(a->low.x - b->high.x, b->low.x - a->high.x), 0.0);
	double dy = Max(Max(a->low.y - b->high.y, b->low.y - a->high.y), 0.0);

	return hypot(dx, dy);
}

/* The vertices of an area: from the start of its first ring to the end of its last. */
static void
area_vertices(const AreaSet *set, uint32 area, uint32 *rings, uint32 *from, uint32 *to)
{
	uint32 part = group_start(set->area_end, area);
	uint32 part_end = set->area_end[area];

	rings[0] = group_start(set->part_end, part);
	rings[1] = part == part_end ? rings[0] : set->part_end[part_end - 1];
	*from = group_start(set->ring_end, rings[0]);
	*to = rings[0] == rings[1] ? *from : set->ring_end[rings[1] - 1];
}

/* Is a point inside an area? By the number of edges to its right; borders are found elsewhere. */
static bool
area_contains(const AreaSet *set, uint32 area, Point p)
{
	uint32 rings[2], from, to;
	bool inside = false;

	area_vertices(set, area, rings, &from, &to);
	for (uint32 ring = rings[0]; ring < rings[1]; ring++)
		for (uint32 i = group_start(set->ring_end, ring); i + 1 < set->ring_end[ring]; i++)
		{
			const Point *edge = &set->points[i];

			if ((edge[0].y > p.y) != (edge[1].y > p.y) &&
				p.x < (edge[1].x - edge[0].x) * (p.y - edge[0].y) / (edge[1].y - edge[0].y) +
						  edge[0].x)
				inside = !inside;
		}
	return inside;
}

/* Does a part of one area begin inside the other? */
static bool
part_within(const AreaSet *set, uint32 outer, uint32 inner)
{
	for (uint32 part = group_start(set->area_end, inner); part < set->area_end[inner]; part++)
	{
		uint32 vertex = group_start(set->ring_end, group_start(set->part_end, part));

		CHECK_FOR_INTERRUPTS();
		if (area_contains(set, outer, set->points[vertex]))
			return true;
	}
	return false;
}

/* The least distance of an edge from the edges of an area, if below what is known already. */
static double
edge_to_area(const AreaSet *set, const Point *edge, uint32 area, double least)
{
	uint32 rings[2], from, to;
	Box box = box_of(edge, 0, 2);

	area_vertices(set, area, rings, &from, &to);
	for (uint32 ring = rings[0]; ring < rings[1]; ring++)
		for (uint32 i = group_start(set->ring_end, ring); i + 1 < set->ring_end[ring]; i++)
		{
			Box other = box_of(set->points, i, i + 2);

			if (box_distance(&box, &other) < least)
				least = Min(least, segment_to_segment(edge, &set->points[i]));
		}
	return least;
}

double
area_edge_distance(const AreaSet *set, uint32 a, uint32 b, double limit)
{
	uint32 rings[2], from, to;
	double least = limit * (1 + LIMIT_SLACK);
	Box box, mine;

	area_vertices(set, b, rings, &from, &to);
	if (from == to)
		return NAN;
	box = box_of(set->points, from, to);
	area_vertices(set, a, rings, &from, &to);
	if (from == to)
		return NAN;
	mine = box_of(set->points, from, to);
	if (!(box_distance(&mine, &box) < least))
		return least;
	if (part_within(set, a, b) || part_within(set, b, a))
		return 0;
	for (uint32 ring = rings[0]; ring < rings[1]; ring++)
		for (uint32 i = group_start(set->ring_end, ring); i + 1 < set->ring_end[ring]; i++)
		{
			Box edge = box_of(set->points, i, i + 2);

			CHECK_FOR_INTERRUPTS();
			if (box_distance(&edge, &box) < least)
				least = edge_to_area(set, &set->points[i], b, least);
			if (least == 0)
				return 0;
		}
	return least;
}

/* Pairs, the lower area first and in order, and the same from the higher one, all in order. */
static PanelPair *
both_ways(PanelPair *pairs, Size n, uint32 areas)
{
	PanelPair *both = panel_array(2 * n, sizeof(PanelPair));
	Size *next = panel_array((Size) areas + 1, sizeof(Size));

	for (Size i = 0; i < n; i++)
	{
		next[pairs[i].from + 1]++;
		next[pairs[i].to + 1]++;
	}
	for (uint32 area = 0; area < areas; area++)
		next[area + 1] += next[area];
	/* what leads to lower areas comes before what leads to higher ones */
	for (Size i = 0; i < n; i++)
	{
		both[next[pairs[i].from]++] = pairs[i];
		both[next[pairs[i].to]++] = (PanelPair){pairs[i].to, pairs[i].from, pairs[i].distance};
	}
	pfree(pairs);
	pfree(next);
	return both;
}

PanelPair *
area_edge_pairs(const AreaSet *set, double limit, uint32 *count)
{
	Box *box = panel_array(set->areas, sizeof(Box));
	Size room = 64;
	PanelPair *pairs = panel_array(room, sizeof(PanelPair));
	Size n = 0;

	for (uint32 area = 0; area < set->areas; area++)
	{
		uint32 rings[2], from, to;

		area_vertices(set, area, rings, &from, &to);
		box[area] = box_of(set->points, from, to);
	}
	for (uint32 a = 0; a < set->areas; a++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 b = a + 1; b < set->areas; b++)
		{
			double distance;

			if (!(box_distance(&box[a], &box[b]) < limit))
				continue;
			distance = area_edge_distance(set, a, b, limit);
			if (!(distance < limit))
				continue;
			if (n == room)
				pairs = repalloc_huge(pairs, (room *= 2) * sizeof(PanelPair));
			pairs[n++] = (PanelPair){a, b, distance};
		}
	}
	if (n > PG_INT32_MAX / 2)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu pairs of areas within the last ring are too many", 2 * n),
						errhint("Give smaller rings, or the distance between centroids.")));
	pfree(box);
	*count = (uint32) (2 * n);
	return both_ways(pairs, n, set->areas);
}
