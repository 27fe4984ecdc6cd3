/*
 * spatial_boundary.c
 *	  How far is a point from the edge of the study area?
 *
 * Borders are long: the segments stand in a tree of boxes over the order in which
 * they are drawn, which keeps neighbours together, so that a point far inside is
 * done with after a few boxes.
 */
#include "compat.h"
#include <float.h>
#include "miscadmin.h"

#include "backend/memory.h"
#include "mixing/spatial.h"

/* Segments under a leaf of the tree. */
#define LEAF_SEGMENTS 8

typedef struct BoundaryBox
{
	double xmin, ymin, xmax, ymax;
} BoundaryBox;

typedef struct BoundarySegment
{
	Point a;
	Point b;
} BoundarySegment;

struct Boundary
{
	AreaIndex *area; /* tells inside from outside */
	int32 srid;
	uint32 segments;
	uint32 leaves; /* a power of two; node i has the children 2 i and 2 i + 1, the root is 1 */
	BoundarySegment *segment;
	BoundaryBox *box;
};

/* Takes up the segments of the polygons, ring by ring. */
static void
boundary_add_segments(Boundary *boundary, const AreaSet *set)
{
	boundary->segment = allocate(set->vertices, sizeof(BoundarySegment));
	for (uint32 ring = 0; ring < set->rings; ring++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 i = group_start(set->ring_end, ring); i + 1 < set->ring_end[ring]; i++)
		{
			BoundarySegment *segment = &boundary->segment[boundary->segments++];

			segment->a = set->points[i];
			segment->b = set->points[i + 1];
		}
	}
}

/* The box of a leaf; one without segments has none of the plane. */
static BoundaryBox
leaf_box(const Boundary *boundary, uint32 leaf)
{
	BoundaryBox box = {DBL_MAX, DBL_MAX, -DBL_MAX, -DBL_MAX};
	uint32 first = Min((uint64) leaf * LEAF_SEGMENTS, boundary->segments);
	uint32 end = Min((uint64) first + LEAF_SEGMENTS, boundary->segments);

	for (uint32 i = first; i < end; i++)
	{
		const BoundarySegment *s = &boundary->segment[i];

		box.xmin = Min(box.xmin, Min(s->a.x, s->b.x));
		box.xmax = Max(box.xmax, Max(s->a.x, s->b.x));
		box.ymin = Min(box.ymin, Min(s->a.y, s->b.y));
		box.ymax = Max(box.ymax, Max(s->a.y, s->b.y));
	}
	return box;
}

/* Builds the tree from its leaves up. */
static void
boundary_add_boxes(Boundary *boundary)
{
	uint32 needed = boundary->segments / LEAF_SEGMENTS + 1;

	boundary->leaves = 1;
	while (boundary->leaves < needed)
		boundary->leaves *= 2;
	boundary->box = allocate(2 * (Size) boundary->leaves, sizeof(BoundaryBox));
	for (uint32 leaf = 0; leaf < boundary->leaves; leaf++)
		boundary->box[boundary->leaves + leaf] = leaf_box(boundary, leaf);
	for (uint32 node = boundary->leaves - 1; node > 0; node--)
	{
		const BoundaryBox *left = &boundary->box[2 * node];
		const BoundaryBox *right = left + 1;
		BoundaryBox *box = &boundary->box[node];

		box->xmin = Min(left->xmin, right->xmin);
		box->xmax = Max(left->xmax, right->xmax);
		box->ymin = Min(left->ymin, right->ymin);
		box->ymax = Max(left->ymax, right->ymax);
	}
}

Boundary *
boundary_build(const struct varlena *value)
{
	Geometry geometry = geometry_open(value);
	AreaSet *set = area_set_create(CurrentMemoryContext);
	Boundary *boundary = palloc0(sizeof(Boundary));

	if (geometry.type != GEOMETRY_POLYGON && geometry.type != GEOMETRY_MULTIPOLYGON)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("boundary is a %s, not a polygon", geometry_type_name(geometry.type)),
				 errhint("Give the study area itself, a POLYGON or MULTIPOLYGON.")));
	area_set_add_geometry(set, 1, &geometry);
	if (set->areas == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("boundary is EMPTY"),
						errhint("Give the study area, or NULL.")));
	boundary->srid = geometry.srid;
	boundary_add_segments(boundary, set);
	boundary_add_boxes(boundary);
	boundary->area = area_index_build(area_set_sorted(set));
	return boundary;
}

int32
boundary_srid(const Boundary *boundary)
{
	return boundary->srid;
}

/* Square of the distance from a point to a box. */
static double
box_distance2(const BoundaryBox *box, Point p)
{
	double dx = p.x < box->xmin ? box->xmin - p.x : p.x > box->xmax ? p.x - box->xmax : 0;
	double dy = p.y < box->ymin ? box->ymin - p.y : p.y > box->ymax ? p.y - box->ymax : 0;

	return dx * dx + dy * dy;
}

/* Square of the distance from a point to a segment. */
static double
segment_distance2(const BoundarySegment *s, Point p)
{
	double ux = s->b.x - s->a.x;
	double uy = s->b.y - s->a.y;
	double vx = p.x - s->a.x;
	double vy = p.y - s->a.y;
	double length2 = ux * ux + uy * uy;
	double along = length2 > 0 ? (ux * vx + uy * vy) / length2 : 0;
	double cross;

	if (along <= 0)
		return vx * vx + vy * vy;
	if (along >= 1)
		return (p.x - s->b.x) * (p.x - s->b.x) + (p.y - s->b.y) * (p.y - s->b.y);
	cross = ux * vy - uy * vx;
	return cross * cross / length2;
}

/* The least of best2 and the squared distances to the segments under a node. */
static double
node_distance2(const Boundary *boundary, uint32 node, Point p, double best2)
{
	uint32 first, end;

	if (box_distance2(&boundary->box[node], p) >= best2)
		return best2;
	if (node < boundary->leaves)
	{
		uint32 left = 2 * node;
		uint32 nearer = left + (box_distance2(&boundary->box[left + 1], p) <
								box_distance2(&boundary->box[left], p));

		best2 = node_distance2(boundary, nearer, p, best2);
		return node_distance2(boundary, left + left + 1 - nearer, p, best2);
	}
	first = (node - boundary->leaves) * LEAF_SEGMENTS;
	end = Min((uint64) first + LEAF_SEGMENTS, boundary->segments);
	for (uint32 i = first; i < end; i++)
	{
		double distance2 = segment_distance2(&boundary->segment[i], p);

		if (distance2 < best2)
			best2 = distance2;
	}
	return best2;
}

double
boundary_distance(const Boundary *boundary, Point point, double limit)
{
	bool inside = false;
	double limit2 = limit * limit;
	double best2;

	for (uint32 part = 0; part < boundary->area->parts && !inside; part++)
		inside = area_part_intersects(boundary->area, part, point);
	if (!inside)
		return -1;
	best2 = node_distance2(boundary, 1, point, limit2);
	return best2 < limit2 ? sqrt(best2) : INFINITY;
}
