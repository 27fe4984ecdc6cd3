/*
 * polygons_rook.c
 *	  Have two polygons a line in common, and no point inside both?
 *
 * Edges that cross settle it. Else the borders meet only in ends of edges, and
 * around each such place the edges that leave it divide the plane in sectors: one
 * that is inside both polygons settles it too. Else no border that touches the
 * other enters it, and what is left is a shell that touches nothing of the other:
 * it lies inside where one of its points does. That holds for valid polygons,
 * whose insides are connected.
 */
#include "compat.h"
#include "miscadmin.h"
#include "weights/polygons.h"

/* An edge that leaves a place where borders meet. */
typedef struct Leaving
{
	Point place;
	Point to;
	bool of_b;
	bool interior_left;
} Leaving;

struct RookSearch
{
	Leaving *leaving;
	Size count;
	Size room;
	bool shares_line;
	double shared_length;
	bool shell_touched[2];
};

/* A search that can be used again and again. */
RookSearch *
rook_search_create(void)
{
	RookSearch *search = palloc0(sizeof(RookSearch));

	search->room = 256;
	search->leaving = palloc(search->room * sizeof(Leaving));
	return search;
}

/* Notes the ways along an edge from a place on it. */
static void
add_leaving(RookSearch *search, Point place, const Point *edge, const Run *run, bool of_b)
{
	if (search->count + 2 > search->room)
	{
		search->room *= 2;
		search->leaving = repalloc_huge(search->leaving, search->room * sizeof(Leaving));
	}
	if (!points_equal(place, edge[1]))
		search->leaving[search->count++] = (Leaving){place, edge[1], of_b, run->interior_left};
	if (!points_equal(place, edge[0]))
		search->leaving[search->count++] = (Leaving){place, edge[0], of_b, !run->interior_left};
	if (run->shell)
		search->shell_touched[of_b] = true;
}

/* Notes the places where two edges meet that do not cross: ends of the one on the other. */
static void
add_meeting(RookSearch *search, const Run *run_a, const Point *a, const Run *run_b, const Point *b)
{
	Point ends[4] = {a[0], a[1], b[0], b[1]};

	for (int i = 0; i < 4; i++)
	{
		/* an end of both is noted once */
		if (i >= 2 && (points_equal(ends[i], a[0]) || points_equal(ends[i], a[1])))
			continue;
		if (!point_on_edge(ends[i], i < 2 ? b : a))
			continue;
		add_leaving(search, ends[i], a, run_a, false);
		add_leaving(search, ends[i], b, run_b, true);
	}
}

/* Notes where edges of two runs meet; true where they cross, which ends the search. */
static bool
rook_runs(void *state, const void *run_a, const void *run_b)
{
	RookSearch *search = state;
	const Run *a = run_a;
	const Run *b = run_b;

	for (const Point *p = a->points; p < a->points + a->edges; p++)
	{
		Box box = edge_box(p);

		if (!boxes_near(&box, &b->box, 0) || edge_is_void(p))
			continue;
		for (const Point *q = b->points; q < b->points + b->edges; q++)
		{
			Box other = edge_box(q);
			Meeting meeting;

			if (!boxes_near(&box, &other, 0) || edge_is_void(q))
				continue;
			meeting = edges_meet(p, q);
			if (meeting == EDGES_CROSS)
				return true;
			if (meeting == EDGES_SHARE)
			{
				search->shares_line = true;
				search->shared_length += edges_shared_length(p, q);
			}
			if (meeting != EDGES_APART)
				add_meeting(search, a, p, b, q);
		}
	}
	return false;
}

/* 0 for directions from east to just before west, counterclockwise; 1 for the others. */
static inline int
half_plane(const Leaving *leaving)
{
	if (leaving->to.y != leaving->place.y)
		return leaving->to.y < leaving->place.y;
	return leaving->to.x < leaving->place.x;
}

/* Orders the directions at one place counterclockwise from east. */
static inline int
direction_compare(const Leaving *a, const Leaving *b)
{
	int half_a = half_plane(a);
	int half_b = half_plane(b);

	if (half_a != half_b)
		return half_a - half_b;
	return -orientation(a->place, a->to, b->to);
}

/* Orders by place, then by direction. */
static inline int
leaving_compare(const Leaving *a, const Leaving *b)
{
	if (a->place.x != b->place.x)
		return a->place.x < b->place.x ? -1 : 1;
	if (a->place.y != b->place.y)
		return a->place.y < b->place.y ? -1 : 1;
	return direction_compare(a, b);
}

#define ST_SORT sort_leaving
#define ST_ELEMENT_TYPE Leaving
#define ST_COMPARE(a, b) leaving_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Is a sector around a place inside both polygons? All that leaves it is given in order. */
static bool
sectors_overlap(const Leaving *leaving, Size count)
{
	bool inside[2] = {false, false};

	/* before the first direction it is as after the last one */
	for (Size i = 0; i < count; i++)
		inside[leaving[i].of_b] = leaving[i].interior_left;
	for (Size i = 0; i < count; i++)
	{
		inside[leaving[i].of_b] = leaving[i].interior_left;
		if (i + 1 < count && direction_compare(&leaving[i], &leaving[i + 1]) == 0)
			continue;
		if (inside[0] && inside[1])
			return true;
	}
	return false;
}

/* Is there such a sector at any of the places? */
static bool
any_sectors_overlap(RookSearch *search)
{
	Size next;

	sort_leaving(search->leaving, search->count);
	for (Size first = 0; first < search->count; first = next)
	{
		CHECK_FOR_INTERRUPTS();
		for (next = first + 1; next < search->count; next++)
			if (!points_equal(search->leaving[first].place, search->leaving[next].place))
				break;
		if (sectors_overlap(search->leaving + first, next - first))
			return true;
	}
	return false;
}

/* Does the shell of a, which nothing of b touches, lie inside b? */
static bool
shell_inside(const Part *a, const Part *b)
{
	const Run *runs = (const Run *) a->runs.items;
	uint32 i = 0;

	if (!box_within(&a->box, &b->box))
		return false;
	while (!runs[i].shell)
		i++;
	return part_contains(b, runs[i].points[0]);
}

/*
 * What two polygons have in common. Of those that overlap it is not said whether
 * they share a line, nor, unless asked for, the other way round.
 */
static int
polygons_found(RookSearch *search, const Part *a, const Part *b, bool overlap_asked)
{
	search->count = 0;
	search->shares_line = false;
	search->shared_length = 0;
	search->shell_touched[0] = search->shell_touched[1] = false;
	if (box_tree_join(&a->runs, &b->runs, 0, rook_runs, search))
		return PARTS_OVERLAP;
	if (!search->shares_line && !overlap_asked)
		return 0;
	if (any_sectors_overlap(search) || (!search->shell_touched[0] && shell_inside(a, b)) ||
		(!search->shell_touched[1] && shell_inside(b, a)))
		return PARTS_OVERLAP;
	return search->shares_line ? PARTS_SHARE_LINE : 0;
}

/*
 * What parts of two areas have in common; an overlap only where one of the areas has
 * several parts, of which another may share a line.
 */
int
rook_search_parts(RookSearch *search, const AreaSet *set, const Part *a, const Part *b)
{
	bool several;
	int found;

	CHECK_FOR_INTERRUPTS();
	if (a->area == b->area)
		return 0;
	several = area_parts(set, a->area) > 1 || area_parts(set, b->area) > 1;
	found = polygons_found(search, a, b, several);
	return found == PARTS_OVERLAP && !several ? 0 : found;
}

/* Length of the line that the last two polygons share. */
double
rook_search_length(const RookSearch *search)
{
	return search->shared_length;
}
