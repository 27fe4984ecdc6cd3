/*
 * polygons_outlines.c
 *	  Outlines made of areas and of any geometry.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/polygons.h"

/* Something with a box and a place, put in an order that keeps near ones near. */
typedef struct Placed
{
	uint32 key;
	uint32 place;
} Placed;

/* The bits of a number of 16 bits, a gap after each. */
static inline uint32
spread_bits(uint32 bits)
{
	bits = (bits | bits << 8) & 0x00FF00FF;
	bits = (bits | bits << 4) & 0x0F0F0F0F;
	bits = (bits | bits << 2) & 0x33333333;
	return (bits | bits << 1) & 0x55555555;
}

/* Key of a box's centre in a whole: bits of x and y in turns (Morton 1966). */
static uint32
box_key(const Box *box, const Box *whole)
{
	uint32 columns = 65536;
	uint32 rows = 65536;
	double per_x = strips_per_unit(&columns, whole->xmax - whole->xmin);
	double per_y = strips_per_unit(&rows, whole->ymax - whole->ymin);
	double x = box->xmin / 2 + box->xmax / 2;
	double y = box->ymin / 2 + box->ymax / 2;

	return spread_bits(strip_of(x, whole->xmin, per_x, columns)) |
		   spread_bits(strip_of(y, whole->ymin, per_y, rows)) << 1;
}

/* Sorts by key, digit by digit, keeping the order of equal ones. */
static void
placed_sort(Placed *placed, uint32 count)
{
	Placed *other = allocate(count, sizeof(Placed));

	for (int shift = 0; shift < 32; shift += 8)
	{
		Size start[257] = {0};
		Placed *swap = placed;

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < count; i++)
			start[(placed[i].key >> shift & 255) + 1]++;
		for (int i = 0; i < 256; i++)
			start[i + 1] += start[i];
		for (uint32 i = 0; i < count; i++)
			other[start[placed[i].key >> shift & 255]++] = placed[i];
		placed = other;
		other = swap;
	}
	pfree(other);
}

/* Places of count boxes, stride bytes apart, so that near ones come near each other. */
static Placed *
order_boxes(const char *boxes, Size stride, uint32 count)
{
	Placed *placed = allocate(count, sizeof(Placed));
	Box whole;

	for (uint32 i = 0; i < count; i++)
	{
		const Box *box = (const Box *) (boxes + i * stride);

		if (i == 0)
			whole = *box;
		else
			box_add(&whole, box);
	}
	for (uint32 i = 0; i < count; i++)
		placed[i] = (Placed){box_key((const Box *) (boxes + i * stride), &whole), i};
	placed_sort(placed, count);
	return placed;
}

/* Outlines being filled; the numbers of parts and runs are known beforehand. */
typedef struct Builder
{
	Part *parts;
	Run *runs;
	uint32 part_count;
	uint32 run_count;
	uint32 ring_count;
	uint32 first_run; /* of the last part */
	uint32 first_ring;
} Builder;

/* Runs of a sequence of two points or more. */
static inline uint32
runs_of(uint32 points)
{
	return (points - 2) / RUN_EDGES + 1;
}

/*
 * Is a closed ring drawn counterclockwise? The corner that is highest, and of these
 * rightmost, turns the way the whole ring does.
 */
static bool
ring_counterclockwise(const Point *points, uint32 count)
{
	uint32 last = count - 1;
	uint32 top = 0;
	uint32 before, after;

	for (uint32 i = 1; i < last; i++)
		if (points[i].y > points[top].y ||
			(points[i].y == points[top].y && points[i].x > points[top].x))
			top = i;
	before = after = top;
	do
		before = before == 0 ? last - 1 : before - 1;
	while (before != top && points_equal(points[before], points[top]));
	do
		after = after == last - 1 ? 0 : after + 1;
	while (after != top && points_equal(points[after], points[top]));
	return orientation(points[before], points[top], points[after]) > 0;
}

/* Adds a part without rings. */
static void
builder_part(Builder *builder, uint32 area, bool surface)
{
	Part *part = &builder->parts[builder->part_count++];

	memset(part, 0, sizeof(*part));
	part->area = area;
	part->surface = surface;
	builder->first_run = builder->run_count;
	builder->first_ring = builder->ring_count;
}

/* Adds a ring or line to the last part. The points stay where they are. */
static void
builder_ring(Builder *builder, const Point *points, uint32 count)
{
	bool shell = builder->ring_count == builder->first_ring;
	bool surface = builder->parts[builder->part_count - 1].surface;
	bool left = surface && count >= 4 && ring_counterclockwise(points, count) == shell;
	uint32 edges = count - 1;

	for (uint32 first = 0; first < edges; first += RUN_EDGES)
	{
		Run *run = &builder->runs[builder->run_count++];
		const Point *p = points + first;

		CHECK_FOR_INTERRUPTS();
		run->points = p;
		run->edges = Min(edges - first, RUN_EDGES);
		run->ring = builder->ring_count;
		run->shell = shell;
		run->interior_left = left;
		run->box = (Box){p->x, p->y, p->x, p->y};
		for (uint32 i = 1; i <= run->edges; i++)
			box_add(&run->box, &(Box){p[i].x, p[i].y, p[i].x, p[i].y});
	}
	builder->ring_count++;
}

/* Puts the runs of many rings in an order that keeps near rings near. */
static void
order_rings(Run *runs, uint32 count, uint32 first_ring, uint32 rings)
{
	Box *boxes = allocate(rings, sizeof(Box));
	uint32 *start = allocate(rings + 1, sizeof(uint32));
	Run *copy = allocate(count, sizeof(Run));
	Placed *order;

	memcpy(copy, runs, count * sizeof(Run));
	for (uint32 i = 0; i < count; i++)
	{
		uint32 ring = copy[i].ring - first_ring;

		if (i == 0 || copy[i - 1].ring != copy[i].ring)
		{
			start[ring] = i;
			boxes[ring] = copy[i].box;
		}
		else
			box_add(&boxes[ring], &copy[i].box);
	}
	start[rings] = count;
	order = order_boxes((const char *) boxes, sizeof(Box), rings);
	for (uint32 i = 0; i < rings; i++)
		for (uint32 k = start[order[i].place]; k < start[order[i].place + 1]; k++)
			*runs++ = copy[k];
	pfree(order);
	pfree(copy);
	pfree(start);
	pfree(boxes);
}

/* Closes the last part, all rings of which have been added. */
static void
builder_part_done(Builder *builder)
{
	Part *part = &builder->parts[builder->part_count - 1];
	Run *runs = builder->runs + builder->first_run;
	uint32 rings = builder->ring_count - builder->first_ring;
	Size upper;

	part->runs.items = (const char *) runs;
	part->runs.stride = sizeof(Run);
	part->runs.count = builder->run_count - builder->first_run;
	part->box = runs[0].box;
	for (uint32 i = 1; i < part->runs.count; i++)
		box_add(&part->box, &runs[i].box);
	if (rings > TREE_FANOUT)
		order_rings(runs, part->runs.count, builder->first_ring, rings);
	upper = box_tree_upper_size(part->runs.count);
	if (upper > 0)
		box_tree_fill(&part->runs, allocate(upper, sizeof(Box)));
}

/* The parts put in order, and the tree above them. */
static Outlines *
builder_finish(Builder *builder)
{
	Outlines *outlines = palloc0(sizeof(Outlines));
	uint32 count = builder->part_count;
	Placed *order = order_boxes((const char *) builder->parts, sizeof(Part), count);

	outlines->parts = allocate(count, sizeof(Part));
	for (uint32 i = 0; i < count; i++)
		outlines->parts[i] = builder->parts[order[i].place];
	pfree(order);
	pfree(builder->parts);
	outlines->tree.items = (const char *) outlines->parts;
	outlines->tree.stride = sizeof(Part);
	outlines->tree.count = count;
	box_tree_fill(&outlines->tree, allocate(box_tree_upper_size(count), sizeof(Box)));
	return outlines;
}

/* Outlines of all areas of a set, whose points they use. */
Outlines *
outlines_of_areas(const AreaSet *set)
{
	Builder builder = {0};
	Size runs = 0;
	uint32 part = 0;
	uint32 ring = 0;
	uint32 vertex = 0;

	for (uint32 i = 0; i < set->rings; i++)
		runs += runs_of(set->ring_end[i] - group_start(set->ring_end, i));
	builder.parts = allocate(set->parts, sizeof(Part));
	builder.runs = allocate(runs, sizeof(Run));
	for (uint32 area = 0; area < set->areas; area++)
	{
		for (; part < set->area_end[area]; part++)
		{
			builder_part(&builder, area, true);
			for (; ring < set->part_end[part]; ring++)
			{
				builder_ring(&builder, set->points + vertex, set->ring_end[ring] - vertex);
				vertex = set->ring_end[ring];
			}
			builder_part_done(&builder);
		}
	}
	return builder_finish(&builder);
}

/* A pass over a geometry: first it counts, then it fills. */
typedef struct GeometryPass
{
	Builder builder;
	Point *points; /* NULL while counting */
	Size parts, runs, vertices;
} GeometryPass;

/* Counts or adds a sequence of points; a single one becomes an edge without length. */
static void
geometry_pass_points(void *state, GeometryType type, uint32 ring, const PointArray *points)
{
	GeometryPass *pass = state;
	Builder *builder = &pass->builder;
	Point *copy = pass->points + pass->vertices;
	uint32 count = Max(points->count, 2);

	pass->vertices += count;
	if (pass->points == NULL)
	{
		pass->parts += ring == 0;
		pass->runs += runs_of(count);
		for (uint32 i = 0; i < points->count; i++)
		{
			Point p = point_array_get(points, i);

			if (!isfinite(p.x) || !isfinite(p.y))
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("a coordinate of the barrier is not finite"),
								errhint("ST_AsText shows where.")));
		}
		return;
	}
	for (uint32 i = 0; i < count; i++)
		copy[i] = point_array_get(points, Min(i, points->count - 1));
	if (ring == 0)
	{
		if (builder->part_count > 0)
			builder_part_done(builder);
		builder_part(builder, 0, type == GEOMETRY_POLYGON);
	}
	builder_ring(builder, copy, count);
}

/* Outlines of a geometry of any type that is read, each point and line a part. */
Outlines *
outlines_of_geometry(const Geometry *geometry)
{
	GeometryPass pass = {{0}};

	geometry_walk(geometry, geometry_pass_points, &pass);
	pass.builder.parts = allocate(pass.parts, sizeof(Part));
	pass.builder.runs = allocate(pass.runs, sizeof(Run));
	pass.points = allocate(pass.vertices, sizeof(Point));
	pass.vertices = 0;
	geometry_walk(geometry, geometry_pass_points, &pass);
	if (pass.builder.part_count > 0)
		builder_part_done(&pass.builder);
	return builder_finish(&pass.builder);
}
