/*
 * polygons.h
 *	  Outlines in trees of boxes, and exact tests between their edges: what
 *	  contiguity and barriers are made of.
 *
 * A ring is cut into runs of consecutive edges. The runs of a part have a tree of
 * boxes above them, the parts of a map have one above the parts. Two trees are
 * joined by going down both wherever their boxes come near each other.
 */
#ifndef WEIGHTS_POLYGONS_H
#define WEIGHTS_POLYGONS_H

#include "compat.h"
#include "weights/weights.h"

typedef struct Box
{
	double xmin, ymin, xmax, ymax;
} Box;

/* Edges points[0] to points[1] and so on, of one ring or line. */
typedef struct Run
{
	Box box; /* first: the tree reads it */
	const Point *points;
	uint32 ring;
	uint16 edges;
	bool shell;
	bool interior_left; /* the polygon lies to the left of the edges */
} Run;

#define RUN_EDGES 16

/* Items that begin with their box, and the boxes above them, level upon level. */
typedef struct BoxTree
{
	const char *items;
	uint32 stride;
	uint32 count;
	const Box *upper; /* NULL where there are so few items that nothing is above them */
} BoxTree;

#define TREE_FANOUT 16

/* A polygon, line or point. */
typedef struct Part
{
	Box box;      /* first: the tree reads it */
	BoxTree runs; /* of Run */
	uint32 area;
	bool surface; /* has an inside */
} Part;

/* Parts in an order that keeps near ones near, and the tree above them. */
typedef struct Outlines
{
	Part *parts;
	BoxTree tree; /* of the parts */
} Outlines;

/* ---- polygons_tree.c ---- */

/* Called for items whose boxes come near each other; true ends the search. */
typedef bool (*BoxVisit)(void *state, const void *a, const void *b);

/* Do the boxes come within slack of each other? */
static inline bool
boxes_near(const Box *a, const Box *b, double slack)
{
	return a->xmin - b->xmax <= slack && b->xmin - a->xmax <= slack && a->ymin - b->ymax <= slack &&
		   b->ymin - a->ymax <= slack;
}

/* The box of an edge. */
static inline Box
edge_box(const Point *edge)
{
	return (Box){Min(edge[0].x, edge[1].x), Min(edge[0].y, edge[1].y), Max(edge[0].x, edge[1].x),
				 Max(edge[0].y, edge[1].y)};
}

/* Is a within b? */
static inline bool
box_within(const Box *a, const Box *b)
{
	return a->xmin >= b->xmin && a->xmax <= b->xmax && a->ymin >= b->ymin && a->ymax <= b->ymax;
}

/* Widens a box by another. */
static inline void
box_add(Box *box, const Box *other)
{
	box->xmin = Min(box->xmin, other->xmin);
	box->ymin = Min(box->ymin, other->ymin);
	box->xmax = Max(box->xmax, other->xmax);
	box->ymax = Max(box->ymax, other->ymax);
}

extern Size box_tree_upper_size(Size count);
extern void box_tree_fill(BoxTree *tree, Box *upper);
extern bool box_tree_join(const BoxTree *a, const BoxTree *b, double slack, BoxVisit visit,
						  void *state);
extern bool part_contains(const Part *part, Point point);

/* ---- polygons_outlines.c ---- */

extern Outlines *outlines_of_areas(const AreaSet *set);
extern Outlines *outlines_of_geometry(const Geometry *geometry);

/* ---- polygons_exact.c ---- */

/* How two edges meet. */
typedef enum Meeting
{
	EDGES_APART,
	EDGES_TOUCH, /* in one point, an end of at least one of them */
	EDGES_CROSS, /* in one point inside both */
	EDGES_SHARE  /* along a line */
} Meeting;

extern int orientation(Point a, Point b, Point c);
extern bool point_on_edge(Point point, const Point *edge);
extern Meeting edges_meet(const Point *a, const Point *b);
extern double edges_shared_length(const Point *a, const Point *b);
extern double edges_distance(const Point *a, const Point *b);

static inline bool
points_equal(Point a, Point b)
{
	return a.x == b.x && a.y == b.y;
}

/* ---- polygons.c ---- */

/* Do two parts intersect, or come within snap of each other? Slack is for boxes. */
extern bool parts_near(const Part *a, const Part *b, double snap, double slack);

/* ---- polygons_rook.c ---- */

/* Number of an area's parts. */
static inline uint32
area_parts(const AreaSet *set, uint32 area)
{
	return set->area_end[area] - group_start(set->area_end, area);
}

/* What rook_search_parts finds; of one area, or of nothing in common, 0. */
#define PARTS_SHARE_LINE 1
#define PARTS_OVERLAP 2

typedef struct RookSearch RookSearch;

extern RookSearch *rook_search_create(void);
extern int rook_search_parts(RookSearch *search, const AreaSet *set, const Part *a, const Part *b);
extern double rook_search_length(const RookSearch *search);

/* ---- polygons_border.c ---- */

/* Weights of rook neighbours: the share of an area's border that is common with the other. */
extern Weights *shared_border_weights(const AreaSet *sorted);

#endif /* WEIGHTS_POLYGONS_H */
