/*
 * point_search_tree.c
 *	  Building the tree: points divided at their middle along the widest axis, again
 *	  and again.
 */
#include "compat.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "backend/memory.h"
#include "weights/point_search_tree.h"

/* Points in a leaf, at most. */
#define LEAF_MOST 8

/* A point while the tree is built; on a plane at[2] is 0. */
typedef struct TreePoint
{
	double at[3];
	uint32 place;
} TreePoint;

/* Does a point come before another along an axis? Of equal ones the lower place. */
static inline bool
tree_before(const TreePoint *a, const TreePoint *b, int axis)
{
	return a->at[axis] < b->at[axis] || (a->at[axis] == b->at[axis] && a->place < b->place);
}

/* The middle one of three elements spread over a range by a cheap sequence. */
static TreePoint
choose_pivot(const TreePoint *points, Size from, Size to, int axis, uint64 *sequence)
{
	const TreePoint *three[3];
	const TreePoint *swap;

	for (int i = 0; i < 3; i++)
	{
		*sequence = *sequence * UINT64CONST(6364136223846793005) + UINT64CONST(1442695040888963407);
		three[i] = points + from + (*sequence >> 33) % (to - from);
	}
	if (tree_before(three[1], three[0], axis))
	{
		swap = three[0];
		three[0] = three[1];
		three[1] = swap;
	}
	if (tree_before(three[2], three[1], axis))
		three[1] = tree_before(three[2], three[0], axis) ? three[0] : three[2];
	return *three[1];
}

/* Divides points[from..to) so that the middle is where sorting would put it. */
static void
divide_points(TreePoint *points, Size from, Size to, Size middle, int axis)
{
	uint64 sequence = to - from;

	while (to - from > 1)
	{
		TreePoint pivot = choose_pivot(points, from, to, axis, &sequence);
		Size i = from;
		Size j = to - 1;

		CHECK_FOR_INTERRUPTS();
		for (;;)
		{
			TreePoint swap;

			while (tree_before(points + i, &pivot, axis))
				i++;
			while (tree_before(&pivot, points + j, axis))
				j--;
			if (i >= j)
				break;
			swap = points[i];
			points[i++] = points[j];
			points[j--] = swap;
		}
		/* Left of i all are less than those from i on; where they met lies the pivot itself. */
		if (middle < i)
			to = i;
		else if (i == j)
			from = Min(i + 1, middle);
		else
			from = i;
		if (i == j && middle == i)
			return;
	}
}

/* The box and the lowest place of the points of a node; returns its widest axis. */
static int
measure_node(const PointSearch *search, SearchNode *node, const TreePoint *points, uint32 start,
			 uint32 end)
{
	int widest = 0;

	node->least_place = points[start].place;
	for (int axis = 0; axis < 3; axis++)
		node->box[axis].low = node->box[axis].high = points[start].at[axis];
	for (uint32 i = start + 1; i < end; i++)
	{
		node->least_place = Min(node->least_place, points[i].place);
		for (int axis = 0; axis < 3; axis++)
		{
			double at = points[i].at[axis];

			node->box[axis].low = Min(node->box[axis].low, at);
			node->box[axis].high = Max(node->box[axis].high, at);
		}
	}
	for (int axis = 1; axis < search->dims; axis++)
		if (node->box[axis].high - node->box[axis].low >
			node->box[widest].high - node->box[widest].low)
			widest = axis;
	return widest;
}

/* Orders the points of a node by leaves, and measures it and all below it. */
static void
build_node(PointSearch *search, TreePoint *points, uint32 number, int level)
{
	uint64 i = number - (UINT64CONST(1) << level);
	uint32 start = node_start(search, i, level);
	uint32 end = node_start(search, i + 1, level);
	int axis = measure_node(search, search->nodes + number, points, start, end);

	CHECK_FOR_INTERRUPTS();
	if (level == search->levels)
		return;
	divide_points(points, start, end, node_start(search, 2 * i + 1, level + 1), axis);
	build_node(search, points, 2 * number, level + 1);
	build_node(search, points, 2 * number + 1, level + 1);
}

/* The points that are finite, as the tree holds them. */
static TreePoint *
collect_points(PointSearch *search, const Point *points, uint32 count)
{
	TreePoint *collected = allocate(count, sizeof(TreePoint));

	for (uint32 i = 0; i < count; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (!isfinite(points[i].x) || !isfinite(points[i].y))
			continue;
		if (search->sphere_radius > 0 && fabs(points[i].y) > 90)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("latitude %g is outside -90 to 90", points[i].y),
							errhint("On a sphere a point is its longitude and latitude in degrees: "
									"transform with ST_Transform(geom, 4326), or give no radius of "
									"a sphere.")));
		point_to_tree(points[i], search->sphere_radius, collected[search->count].at);
		collected[search->count++].place = i;
	}
	return collected;
}

/* Have points i - 1 and i of the tree the same degrees? */
static inline bool
same_as_before(const PointSearch *search, uint32 i)
{
	const Point *point = search->degrees + i;

	return point[-1].x == point[0].x && point[-1].y == point[0].y;
}

/* Marks the nodes all of whose points have the same degrees, from the leaves up. */
static void
mark_one_point(PointSearch *search)
{
	for (uint32 number = (2u << search->levels) - 1; number > 0; number--)
	{
		int level = pg_leftmost_one_pos32(number);
		uint64 i = number - (UINT64CONST(1) << level);
		SearchNode *node = search->nodes + number;

		if (number % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (level < search->levels)
		{
			node->one_point = search->nodes[2 * number].one_point &&
							  search->nodes[2 * number + 1].one_point &&
							  same_as_before(search, node_start(search, 2 * i + 1, level + 1));
			continue;
		}
		node->one_point = true;
		for (uint32 at = node_start(search, i, level) + 1; at < node_start(search, i + 1, level);
			 at++)
			node->one_point = node->one_point && same_as_before(search, at);
	}
}

/* Lays the points out leaf by leaf as the searches read them. */
static void
lay_out_points(PointSearch *search, const TreePoint *ordered, const Point *points)
{
	for (int axis = 0; axis < search->dims; axis++)
		search->at[axis] = allocate(search->count, sizeof(double));
	search->place = allocate(search->count, sizeof(uint32));
	if (search->sphere_radius > 0)
	{
		search->degrees = allocate(search->count, sizeof(Point));
		search->cos_latitude = allocate(search->count, sizeof(double));
	}
	for (uint32 i = 0; i < search->count; i++)
	{
		if (i % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		for (int axis = 0; axis < search->dims; axis++)
			search->at[axis][i] = ordered[i].at[axis];
		search->place[i] = ordered[i].place;
		if (search->sphere_radius > 0)
		{
			search->degrees[i] = points[ordered[i].place];
			search->cos_latitude[i] = latitude_cosine(search->degrees[i].y);
		}
	}
}

/* A structure over points in the current memory context. */
PointSearch *
point_search_build(const Point *points, uint32 count, double sphere_radius)
{
	PointSearch *search = palloc0(sizeof(PointSearch));
	TreePoint *ordered;

	search->context = CurrentMemoryContext;
	search->sphere_radius = sphere_radius;
	search->dims = sphere_radius > 0 ? 3 : 2;
	ordered = collect_points(search, points, count);
	while ((search->count >> search->levels) > LEAF_MOST)
		search->levels++;
	search->nodes = allocate((Size) 2 << search->levels, sizeof(SearchNode));
	if (search->count > 0)
		build_node(search, ordered, 1, 0);
	lay_out_points(search, ordered, points);
	if (sphere_radius > 0 && search->count > 0)
		mark_one_point(search);
	pfree(ordered);
	return search;
}

/* Gives the memory back. */
void
point_search_free(PointSearch *search)
{
	for (int axis = 0; axis < search->dims; axis++)
		pfree(search->at[axis]);
	if (search->degrees != NULL)
	{
		pfree(search->degrees);
		pfree(search->cos_latitude);
	}
	if (search->scratch != NULL)
		pfree(search->scratch);
	pfree(search->place);
	pfree(search->nodes);
	pfree(search);
}

/* Places in an order in which neighbours are near each other, for searches of all points. */
const uint32 *
point_search_order(const PointSearch *search, uint32 *count)
{
	*count = search->count;
	return search->place;
}
