/*
 * measures.c
 *	  Planar measures of a geometry in one pass: counts, box, area, centroid.
 */
#include "compat.h"
#include <math.h>
#include "utils/builtins.h"
#include "backend/composite.h"
#include "geometry/geometry.h"

PG_FUNCTION_INFO_V1(monitor_geometry_facts);

/* A mass and its moments, from which a centroid follows. */
typedef struct Moments
{
	double mass;
	double x;
	double y;
} Moments;

/* What a pass gathers; moments are about the first point met, which keeps them small. */
typedef struct Pass
{
	GeometryMeasures *measures;
	Point base;
	Moments areas;  /* of polygons, holes negative; twice the area, six times the moments */
	Moments lines;  /* of lines and rings; once the length, twice the moments */
	Moments points; /* of points, and of lines without length */
} Pass;

/* Widens counts and box by a sequence of points. */
static void
pass_extent(Pass *pass, const PointArray *points)
{
	GeometryMeasures *m = pass->measures;

	if (m->points == 0)
	{
		pass->base = point_array_get(points, 0);
		m->xmin = m->xmax = pass->base.x;
		m->ymin = m->ymax = pass->base.y;
	}
	for (uint32 i = 0; i < points->count; i++)
	{
		Point p = point_array_get(points, i);

		m->xmin = Min(m->xmin, p.x);
		m->xmax = Max(m->xmax, p.x);
		m->ymin = Min(m->ymin, p.y);
		m->ymax = Max(m->ymax, p.y);
	}
	m->points += points->count;
}

/* Adds a single point's mass. */
static void
pass_point(Pass *pass, Point p)
{
	pass->points.mass += 1;
	pass->points.x += p.x - pass->base.x;
	pass->points.y += p.y - pass->base.y;
}

/* Adds a line's segments; where it has no length it counts as a point, as in GEOS. */
static void
pass_line(Pass *pass, const PointArray *points)
{
	Point a = point_array_get(points, 0);
	double total = 0;

	for (uint32 i = 1; i < points->count; i++)
	{
		Point b = point_array_get(points, i);
		double length = hypot(b.x - a.x, b.y - a.y);

		total += length;
		pass->lines.x += length * ((a.x - pass->base.x) + (b.x - pass->base.x));
		pass->lines.y += length * ((a.y - pass->base.y) + (b.y - pass->base.y));
		a = b;
	}
	pass->lines.mass += total;
	if (total == 0)
		pass_point(pass, a);
}

/*
 * Adds a ring: a shell with a positive, a hole with a negative sign, whichever way
 * round it is drawn. Taken about the ring's own first point, so that large
 * coordinates do not eat the digits.
 */
static void
pass_ring(Pass *pass, const PointArray *points, bool hole)
{
	Point base = point_array_get(points, 0);
	double ax = 0, ay = 0, area2 = 0, mx = 0, my = 0, sign;

	for (uint32 i = 1; i < points->count; i++)
	{
		Point p = point_array_get(points, i);
		double bx = p.x - base.x;
		double by = p.y - base.y;
		double cross = ax * by - bx * ay;

		area2 += cross;
		mx += cross * (ax + bx);
		my += cross * (ay + by);
		ax = bx;
		ay = by;
	}
	sign = (area2 < 0) == hole ? 1 : -1;
	pass->areas.mass += sign * area2;
	pass->areas.x += sign * (mx + 3 * area2 * (base.x - pass->base.x));
	pass->areas.y += sign * (my + 3 * area2 * (base.y - pass->base.y));
}

/* Takes in one sequence of points. */
static void
pass_points(void *state, GeometryType type, uint32 ring, const PointArray *points)
{
	Pass *pass = state;

	pass_extent(pass, points);
	if (type == GEOMETRY_POINT)
	{
		pass_point(pass, point_array_get(points, 0));
		return;
	}
	pass_line(pass, points);
	if (type == GEOMETRY_POLYGON)
	{
		pass->measures->rings++;
		if (ring == 0)
			pass->measures->polygons++;
		pass_ring(pass, points, ring > 0);
	}
}

/* The centroid of the highest dimension that has any extent, as ST_Centroid. */
static Point
pass_centroid(const Pass *pass)
{
	const Moments *moments = &pass->points;
	double scale = 1;
	Point centroid;

	if (pass->areas.mass != 0)
	{
		moments = &pass->areas;
		scale = 3;
	}
	else if (pass->lines.mass != 0)
	{
		moments = &pass->lines;
		scale = 2;
	}
	centroid.x = pass->base.x + moments->x / (scale * moments->mass);
	centroid.y = pass->base.y + moments->y / (scale * moments->mass);
	return centroid;
}

/* Measures a geometry. */
void
geometry_measure(const Geometry *geometry, GeometryMeasures *measures)
{
	Pass pass = {measures};

	memset(measures, 0, sizeof(*measures));
	geometry_walk(geometry, pass_points, &pass);
	measures->area = pass.areas.mass / 2;
	if (measures->points > 0)
		measures->centroid = pass_centroid(&pass);
}

#define GEOMETRY_FACTS_COLUMNS 14

/* geometry_facts(geometry) -> geometry_facts */
Datum
monitor_geometry_facts(PG_FUNCTION_ARGS)
{
	Geometry geometry = geometry_open(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0)));
	GeometryMeasures m;
	Datum values[GEOMETRY_FACTS_COLUMNS];
	bool nulls[GEOMETRY_FACTS_COLUMNS] = {false};

	geometry_measure(&geometry, &m);
	values[0] = CStringGetTextDatum(geometry_type_name(geometry.type));
	values[1] = Int32GetDatum(geometry.srid);
	values[2] = BoolGetDatum(geometry.has_z);
	values[3] = BoolGetDatum(geometry.has_m);
	values[4] = Int64GetDatum(m.points);
	values[5] = Int64GetDatum(m.polygons);
	values[6] = Int64GetDatum(m.rings);
	values[7] = Float8GetDatum(m.xmin);
	values[8] = Float8GetDatum(m.ymin);
	values[9] = Float8GetDatum(m.xmax);
	values[10] = Float8GetDatum(m.ymax);
	values[11] = Float8GetDatum(m.area);
	values[12] = Float8GetDatum(m.centroid.x);
	values[13] = Float8GetDatum(m.centroid.y);
	if (m.points == 0)
	{
		for (int i = 7; i <= 10; i++)
			nulls[i] = true;
		nulls[12] = nulls[13] = true;
	}
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, GEOMETRY_FACTS_COLUMNS), values, nulls));
}
