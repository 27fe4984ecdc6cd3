/*
 * point_search_tree.h
 *	  The tree of point_search.h, for the files that build it and search it: a balanced
 *	  k-d tree.
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
#ifndef WEIGHTS_POINT_SEARCH_TREE_H
#define WEIGHTS_POINT_SEARCH_TREE_H

#include "compat.h"
#include <float.h>
#include "utils/float.h"
#include "weights/point_search.h"

/* Deeper than a tree over 2^32 points. */
#define STACK_MOST 40

/* What chords of unit vectors may be wrong by, with much to spare. */
#define CHORD_MARGIN 1e-14

#define RADIANS(degrees) ((degrees) * (M_PI / 180))

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

/* First point of the i-th of the nodes of a level. */
static inline uint32
node_start(const PointSearch *search, uint64 i, int level)
{
	return (uint32) ((i * search->count) >> level);
}

/* ---- point_search_distance.c: distances of points, and of a target from the tree ---- */

/* What is looked for. */
typedef struct Target
{
	double at[3];
	Point point;
	double cos_latitude;
	int64 exclude;
} Target;

/* A point as the tree holds it. */
extern void point_to_tree(Point point, double sphere_radius, double at[3]);

/* What is looked for, as the tree has it. False where nothing is near it. */
extern bool target_open(const PointSearch *search, Point point, int64 exclude, Target *target);

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

/* ---- point_search_found.c: points found, their room and their order ---- */

/* Does one point found come before another? */
static inline bool
found_before(const PointFound *a, const PointFound *b)
{
	return a->distance < b->distance || (a->distance == b->distance && a->place < b->place);
}

/* Makes the array larger, to so many at least. */
extern void found_grow(PointsFound *out, Size room);

/* Makes room for points found. */
static inline void
found_reserve(PointsFound *out, Size room)
{
	if (room > out->room)
		found_grow(out, room);
}

/* Sorts by (distance, place). */
extern void found_sort(PointSearch *search, PointFound *found, uint32 count);

#endif /* WEIGHTS_POINT_SEARCH_TREE_H */
