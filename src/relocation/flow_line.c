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
	int pieces = curvature == 0 ? 1 : FLOW_LINE_PIECES;

	for (int i = 0; i <= pieces; i++)
		points[i] = bent_point(from, to, offset, (double) i / pieces);
	return pieces + 1;
}

Datum
monitor_flow_line(PG_FUNCTION_ARGS)
{
	Geometry origin = geometry_open((struct varlena *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0)));
	Geometry destination = geometry_open((struct varlena *) PG_DETOAST_DATUM(PG_GETARG_DATUM(1)));
	double curvature = PG_GETARG_FLOAT8(2);
	GeometryMeasures from, to;
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
	geometry_measure(&origin, &from);
	geometry_measure(&destination, &to);
	if (from.points == 0 || to.points == 0 ||
		(from.centroid.x == to.centroid.x && from.centroid.y == to.centroid.y))
		PG_RETURN_NULL();
	count = flow_line_points(from.centroid, to.centroid, curvature, points);
	ewkb_begin_linestring(&ewkb, origin.srid);
	ewkb_points(&ewkb, points, count);
	return ewkb_geometry(fcinfo, &ewkb);
}
