/*
 * point_search.c
 *	  Nearest points and points within a distance: a balanced k-d tree.
 *
 * The points lie in the order of the tree's leaves, and a node's are found by
 * arithmetic, so that only boxes are stored. On a sphere the tree holds unit vectors;
 * its chords choose candidates with a margin, the haversine distance decides. In the
 * plane every bound is exact: rounding keeps the order of differences, squares, sums
 * and roots, so that a box is never computed as farther than a point in it.
 *
 * Equal distances are decided by place. A node knows its lowest place and points of
 * one coordinate are divided by place, so that of a million equal points those
 * wanted are found at once.
 */
#include "compat.h"
#include <float.h>
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/point_search.h"

/* Points in a leaf, at most. */
#define LEAF_MOST 8
/* Up to this many nearest are kept in order; more are gathered and divided. */
#define ORDERED_MOST 24
/* From so many on sorting goes by bytes. */
#define RADIX_LEAST 128
/* Deeper than a tree over 2^32 points. */
#define STACK_MOST 40

/* What chords of unit vectors may be wrong by, with much to spare. */
#define CHORD_MARGIN 1e-14

#define RADIANS(degrees) ((degrees) * (M_PI / 180))

/* A point while the tree is built; on a plane at[2] is 0. */
typedef struct TreePoint
{
	double at[3];
	uint32 place;
} TreePoint;

/* The points below a node. */
typedef struct SearchNode
{
	uint32 least_place;
	bool one_point; /* on a sphere: all have the same coordinates */
	struct
	{
		double low;
		double high;
	} box[3];
} SearchNode;

/* The last search for many nearest: the next, from near by, will not look much farther. */
typedef struct LastNearest
{
	Point point;
	uint32 k; /* 0: there was none */
	double distance;
} LastNearest;

/* Node 1 is the root, the children of i are 2i and 2i + 1; leaves are on one level. */
struct PointSearch
{
	double sphere_radius;
	int dims;
	uint32 count; /* of points that are finite */
	int levels;   /* from the root to the leaves */
	SearchNode *nodes;
	double *at[3];
	uint32 *place;
	Point *degrees; /* on a sphere, else NULL */
	double *cos_latitude;
	MemoryContext context;
	PointFound *scratch; /* for sorting */
	uint32 scratch_room;
	LastNearest last;
};

/* What is looked for. */
typedef struct Target
{
	double at[3];
	Point point;
	double cos_latitude;
	int64 exclude;
} Target;

/* A node to be visited, and how near its box comes, squared. */
typedef struct Visit
{
	double square;
	uint32 node;
} Visit;

/* Does one point found come before another? */
static inline bool
found_before(const PointFound *a, const PointFound *b)
{
	return a->distance < b->distance || (a->distance == b->distance && a->place < b->place);
}

/* The order of points found, for sorting. */
static inline int
found_compare(const PointFound *a, const PointFound *b)
{
	return found_before(a, b) ? -1 : found_before(b, a);
}

#define ST_SORT sort_found
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

/* Cosine of a latitude in degrees, none at the poles. */
static inline double
latitude_cosine(double latitude)
{
	return fabs(latitude) == 90 ? 0 : cos(RADIANS(latitude));
}

/* Distance along the sphere by the haversine formula; the same both ways. */
static inline double
haversine(Point a, double cos_a, Point b, double cos_b, double radius)
{
	double longitude = fabs(a.x - b.x);
	double u, v, square;

	if (longitude > 180)
		longitude = fabs(remainder(longitude, 360));
	u = sin(RADIANS(a.y - b.y) / 2);
	v = sin(RADIANS(longitude) / 2);
	square = u * u + cos_a * cos_b * (v * v);
	return 2 * radius * asin(Min(1, sqrt(square)));
}

/* The distance that the searches use. */
double
point_distance(Point a, Point b, double sphere_radius)
{
	double dx = a.x - b.x;
	double dy = a.y - b.y;

	if (sphere_radius > 0)
		return haversine(a, latitude_cosine(a.y), b, latitude_cosine(b.y), sphere_radius);
	return sqrt(dx * dx + dy * dy);
}

/* A point as the tree holds it. */
static void
point_to_tree(Point point, double sphere_radius, double at[3])
{
	at[0] = point.x;
	at[1] = point.y;
	at[2] = 0;
	if (sphere_radius > 0)
	{
		double longitude = RADIANS(remainder(point.x, 360));
		double cosine = latitude_cosine(point.y);

		at[0] = cosine * cos(longitude);
		at[1] = cosine * sin(longitude);
		at[2] = sin(RADIANS(point.y));
	}
}

/* First point of the i-th of the nodes of a level. */
static inline uint32
node_start(const PointSearch *search, uint64 i, int level)
{
	return (uint32) ((i * search->count) >> level);
}

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

/* ---- searches ---- */

/* What is looked for, as the tree has it. False where nothing is near it. */
static bool
target_open(const PointSearch *search, Point point, int64 exclude, Target *target)
{
	if (search->count == 0 || !isfinite(point.x) || !isfinite(point.y))
		return false;
	target->point = point;
	target->exclude = exclude;
	target->cos_latitude = search->dims == 2 ? 0 : latitude_cosine(point.y);
	point_to_tree(point, search->sphere_radius, target->at);
	return true;
}

/* How near a node's box comes to the target, squared. */
static inline double
box_square(const SearchNode *node, const Target *target, int dims)
{
	double square = 0;

	for (int axis = 0; axis < dims; axis++)
	{
		double below = node->box[axis].low - target->at[axis];
		double above = target->at[axis] - node->box[axis].high;
		double gap = Max(below, above);

		gap = Max(gap, 0);
		square += gap * gap;
	}
	return square;
}

/* Distance of the tree's i-th point, squared: of the chord on a sphere. */
static inline double
point_square(const PointSearch *search, const Target *target, uint32 i, int dims)
{
	double square = 0;

	for (int axis = 0; axis < dims; axis++)
	{
		double gap = target->at[axis] - search->at[axis][i];

		square += gap * gap;
	}
	return square;
}

/* The distance that decides, of the tree's i-th point. */
static inline double
exact_distance(const PointSearch *search, const Target *target, uint32 i, double square, int dims)
{
	if (dims == 2)
		return sqrt(square);
	return haversine(target->point, target->cos_latitude, search->degrees[i],
					 search->cos_latitude[i], search->sphere_radius);
}

/* No point that is within a distance has a square greater than this. */
static inline double
square_limit(const PointSearch *search, double distance, int dims)
{
	double chord;

	if (dims == 2)
		return distance * distance * (1 + 8 * DBL_EPSILON) + DBL_MIN;
	if (!(distance < M_PI * search->sphere_radius))
		return get_float8_infinity();
	chord = 2 * sin(distance / (2 * search->sphere_radius)) + CHORD_MARGIN;
	return chord * chord * (1 + CHORD_MARGIN);
}

/* Makes room for points found. */
static void
found_reserve(PointsFound *out, Size room)
{
	if (room <= out->room)
		return;
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

/* Sorts by (distance, place). */
static void
sort_points_found(PointSearch *search, PointFound *found, uint32 count)
{
	if (count < RADIX_LEAST)
	{
		sort_found(found, count);
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

/* The nearest found so far. Once k are there, the worst of them is a limit. */
typedef struct Nearest
{
	PointsFound *out;
	uint32 k;
	uint32 gather;    /* more than k: divided when so many are there */
	PointFound worst; /* infinitely far until there are k */
	double limit;     /* see square_limit */
	double sure;      /* planar: below this a square is of a lesser distance than the worst's */
} Nearest;

/* Takes note that the k-th nearest is now this one. */
static inline void
nearest_set_worst(const PointSearch *search, Nearest *nearest, PointFound worst, int dims)
{
	nearest->worst = worst;
	nearest->limit = square_limit(search, worst.distance, dims);
	nearest->sure = dims == 2 ? worst.distance * worst.distance * (1 - 8 * DBL_EPSILON) - DBL_MIN
							  : nearest->limit;
}

/* Of gathered points leaves the k nearest, in no order. */
static void
nearest_divide(const PointSearch *search, Nearest *nearest, int dims)
{
	PointFound *found = nearest->out->found;
	Size from = 0;
	Size to = nearest->out->count;
	Size middle = nearest->k - 1;

	while (to - from > 1)
	{
		PointFound pivot = found[from + (to - from) / 2];
		Size i = from;
		Size j = to - 1;

		CHECK_FOR_INTERRUPTS();
		for (;;)
		{
			PointFound swap;

			while (found_before(found + i, &pivot))
				i++;
			while (found_before(&pivot, found + j))
				j--;
			if (i >= j)
				break;
			swap = found[i];
			found[i++] = found[j];
			found[j--] = swap;
		}
		if (i == j && middle == i)
			break;
		if (middle < i)
			to = i;
		else
			from = i == j ? i + 1 : i;
	}
	nearest->out->count = nearest->k;
	nearest_set_worst(search, nearest, found[middle], dims);
}

/* Takes in a point found that is before the worst. */
static inline void
nearest_add(const PointSearch *search, Nearest *nearest, PointFound found, int dims)
{
	PointFound *all = nearest->out->found;
	uint32 i;

	if (nearest->k > ORDERED_MOST)
	{
		all[nearest->out->count++] = found;
		if (nearest->out->count == nearest->gather)
			nearest_divide(search, nearest, dims);
		return;
	}
	if (nearest->out->count < nearest->k)
		nearest->out->count++;
	for (i = nearest->out->count - 1; i > 0 && found_before(&found, all + i - 1); i--)
		all[i] = all[i - 1];
	all[i] = found;
	if (nearest->out->count == nearest->k)
		nearest_set_worst(search, nearest, all[nearest->k - 1], dims);
}

/* Has a node, whose box is so near, no point that comes before the worst? */
static inline bool
nearest_passes_over(const PointSearch *search, const Nearest *nearest, const Target *target,
					uint32 number, double square, int dims)
{
	const SearchNode *node = search->nodes + number;
	PointFound best = {0, node->least_place};

	if (square > nearest->limit)
		return true;
	if (dims == 2)
	{
		if (square < nearest->sure)
			return false;
		best.distance = sqrt(square);
	}
	else if (node->one_point)
	{
		int level = pg_leftmost_one_pos32(number);

		best.distance = exact_distance(
			search, target, node_start(search, number - (UINT64CONST(1) << level), level), 0, dims);
	}
	return !found_before(&best, &nearest->worst);
}

/* Takes in the points of a leaf. */
static inline void
nearest_scan(const PointSearch *search, Nearest *nearest, const Target *target, uint32 number,
			 int dims)
{
	uint32 leaf = number - (1u << search->levels);
	uint32 end = node_start(search, (uint64) leaf + 1, search->levels);

	for (uint32 i = node_start(search, leaf, search->levels); i < end; i++)
	{
		double square = point_square(search, target, i, dims);
		PointFound found;

		if (square > nearest->limit)
			continue;
		found.place = search->place[i];
		found.distance = exact_distance(search, target, i, square, dims);
		if (found_before(&found, &nearest->worst) && (int64) found.place != target->exclude)
			nearest_add(search, nearest, found, dims);
	}
}

/* Visits the nodes, of two the nearer first, of equally near ones that of the lowest place. */
static pg_attribute_always_inline void
nearest_visit(const PointSearch *search, Nearest *nearest, const Target *target, int dims)
{
	Visit stack[STACK_MOST];
	int waiting = 0;
	Visit visit = {0, 1};

	for (;;)
	{
		Visit other;

		if (!nearest_passes_over(search, nearest, target, visit.node, visit.square, dims))
		{
			if (visit.node < (1u << search->levels))
			{
				other.node = 2 * visit.node + 1;
				visit.node = 2 * visit.node;
				visit.square = box_square(search->nodes + visit.node, target, dims);
				other.square = box_square(search->nodes + other.node, target, dims);
				if (other.square < visit.square ||
					(other.square == visit.square &&
					 search->nodes[other.node].least_place < search->nodes[visit.node].least_place))
				{
					stack[waiting++] = visit;
					visit = other;
				}
				else
					stack[waiting++] = other;
				continue;
			}
			CHECK_FOR_INTERRUPTS();
			nearest_scan(search, nearest, target, visit.node, dims);
		}
		if (waiting == 0)
			return;
		visit = stack[--waiting];
	}
}

/* Looks for the k nearest, no farther than a distance. */
static void
nearest_search(PointSearch *search, Nearest *nearest, const Target *target, double farthest)
{
	nearest->out->count = 0;
	nearest_set_worst(search, nearest, (PointFound){farthest, PG_UINT32_MAX}, search->dims);
	if (search->dims == 2)
		nearest_visit(search, nearest, target, 2);
	else
		nearest_visit(search, nearest, target, 3);
}

/*
 * The k-th nearest is not farther than that of the last search and the way from
 * there, with a margin for rounding. It may be if the point left out is another one.
 */
static double
nearest_bound(const PointSearch *search, Point point, uint32 k)
{
	double way;

	if (k <= ORDERED_MOST || k > search->last.k)
		return get_float8_infinity();
	way = point_distance(point, search->last.point, search->sphere_radius);
	return (search->last.distance + way) * (1 + 1e-9) + 1e-9 * search->sphere_radius;
}

/* The k nearest in no order. */
void
point_search_gather(PointSearch *search, Point point, uint32 k, int64 exclude, PointsFound *out)
{
	Nearest nearest = {out};
	Target target;
	double bound;

	out->count = 0;
	nearest.k = Min(k, search->count);
	if (nearest.k == 0 || !target_open(search, point, exclude, &target))
		return;
	nearest.gather = Min((uint64) nearest.k + nearest.k / 2 + 16, (uint64) search->count + 1);
	found_reserve(out, nearest.k > ORDERED_MOST ? nearest.gather : nearest.k);
	bound = nearest_bound(search, point, nearest.k);
	nearest_search(search, &nearest, &target, bound);
	if (out->count < nearest.k && !isinf(bound))
		nearest_search(search, &nearest, &target, get_float8_infinity());
	if (nearest.k <= ORDERED_MOST || out->count < nearest.k)
		return;
	nearest_divide(search, &nearest, search->dims);
	search->last = (LastNearest){point, nearest.k, nearest.worst.distance};
}

/* The k nearest to a point, of equal distances the lower places; exclude: a place, or -1. */
void
point_search_nearest(PointSearch *search, Point point, uint32 k, int64 exclude, PointsFound *out)
{
	point_search_gather(search, point, k, exclude, out);
	if (k > ORDERED_MOST)
		sort_points_found(search, out->found, out->count);
}

/* Takes in the points of a leaf that are within a distance. */
static inline void
within_scan(const PointSearch *search, PointsFound *out, const Target *target, double distance,
			double limit, uint32 number, int dims)
{
	uint32 leaf = number - (1u << search->levels);
	uint32 end = node_start(search, (uint64) leaf + 1, search->levels);
	uint32 i = node_start(search, leaf, search->levels);

	found_reserve(out, (Size) out->count + (end - i));
	for (; i < end; i++)
	{
		double square = point_square(search, target, i, dims);
		PointFound found;

		if (square > limit)
			continue;
		found.distance = exact_distance(search, target, i, square, dims);
		found.place = search->place[i];
		if (found.distance <= distance && (int64) found.place != target->exclude)
			out->found[out->count++] = found;
	}
}

/* Visits the nodes that come near enough. */
static pg_attribute_always_inline void
within_visit(const PointSearch *search, PointsFound *out, const Target *target, double distance,
			 int dims)
{
	double limit = square_limit(search, distance, dims);
	uint32 stack[STACK_MOST];
	int waiting = 0;

	stack[waiting++] = 1;
	while (waiting > 0)
	{
		uint32 number = stack[--waiting];

		if (box_square(search->nodes + number, target, dims) > limit)
			continue;
		if (number < (1u << search->levels))
		{
			stack[waiting++] = 2 * number + 1;
			stack[waiting++] = 2 * number;
			continue;
		}
		CHECK_FOR_INTERRUPTS();
		within_scan(search, out, target, distance, limit, number, dims);
	}
}

/* All within a distance, that distance included, in no order. */
void
point_search_collect(PointSearch *search, Point point, double distance, int64 exclude,
					 PointsFound *out)
{
	Target target;

	out->count = 0;
	if (!(distance >= 0) || !target_open(search, point, exclude, &target))
		return;
	if (search->dims == 2)
		within_visit(search, out, &target, distance, 2);
	else
		within_visit(search, out, &target, distance, 3);
}

/* All within a distance, that distance included; sorted by (distance, place). */
void
point_search_within(PointSearch *search, Point point, double distance, int64 exclude,
					PointsFound *out)
{
	point_search_collect(search, point, distance, exclude, out);
	sort_points_found(search, out->found, out->count);
}
