/*
 * flow_line.c
 *	  A flow as a line on a map, from the middle of its origin to that of its destination.
 */
#include "compat.h"
#include <math.h>

#include "geometry/geometry.h"

PG_FUNCTION_INFO_V1(monitor_flow_line);

/* A bent line has so many straight pieces. */
#define FLOW_LINE_PIECES 32

/* The point at t, from 0 to 1, of the parabola that leaves the straight line by the offset. */
static Point
bent_point(Point from, Point to, Point offset, double t)
{
	double away = 2 * t * (1 - t);
	Point point;

	point.x = (1 - t) * from.x + t * to.x + away * offset.x;
	point.y = (1 - t) * from.y + t * to.y + away * offset.y;
	return point;
}

/*
 * The curve's control point lies to the right of the way, so that flows there and
 * back bend apart.
 */
static int
flow_line_points(Point from, Point to, double curvature, Point *points)
{
	Point offset = {curvature * (to.y - from.y), -curvature * (to.x - from.x)};

	if (curvature == 0)
	{
		points[0] = from;
		points[1] = to;
		return 2;
	}
	for (int i = 0; i <= FLOW_LINE_PIECES; i++)
	{
		points[i] = bent_point(from, to, offset, (double) i / FLOW_LINE_PIECES);
		if (!isfinite(points[i].x) || !isfinite(points[i].y))
			ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
							errmsg("a line from %g %g to %g %g bends beyond the range of numbers",
								   from.x, from.y, to.x, to.y),
							errhint("Mend the geometries, or draw the line straight.")));
	}
	return FLOW_LINE_PIECES + 1;
}

/* The middle of a geometry that has points; 22023 where it is no place. */
static Point
middle(const GeometryMeasures *measures, const char *name)
{
	Point point = measures->centroid;

	if (!isfinite(point.x) || !isfinite(point.y))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s has a coordinate that is not finite", name),
						errhint("Mend the geometry.")));
	return point;
}

Datum
monitor_flow_line(PG_FUNCTION_ARGS)
{
	Geometry origin = geometry_open((struct varlena *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0)));
	Geometry destination = geometry_open((struct varlena *) PG_DETOAST_DATUM(PG_GETARG_DATUM(1)));
	double curvature = PG_GETARG_FLOAT8(2);
	GeometryMeasures from_measures, to_measures;
	Point from, to;
	Point points[FLOW_LINE_PIECES + 1];
	StringInfoData ewkb;
	int count;

	if (origin.srid != destination.srid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("origin has SRID %d but destination has %d", origin.srid, destination.srid),
				 errhint("Transform with ST_Transform first.")));
	if (!(fabs(curvature) <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("curvature %g is not from -1 to 1", curvature),
				 errhint("0 is straight; 0.2 bends to the right of the way, -0.2 to the left.")));
	geometry_measure(&origin, &from_measures);
	geometry_measure(&destination, &to_measures);
	if (from_measures.points == 0 || to_measures.points == 0)
		PG_RETURN_NULL();
	from = middle(&from_measures, "origin");
	to = middle(&to_measures, "destination");
	if (from.x == to.x && from.y == to.y)
		PG_RETURN_NULL();
	count = flow_line_points(from, to, curvature, points);
	ewkb_begin_linestring(&ewkb, origin.srid);
	ewkb_points(&ewkb, points, count);
	return ewkb_geometry(fcinfo, &ewkb);
}
