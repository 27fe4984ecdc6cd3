/*
 * point_search_distance.c
 *	  Distances between points, and points as the tree holds them.
 */
#include "compat.h"
#include "weights/point_search_tree.h"

double
point_distance(Point a, Point b, double sphere_radius)
{
	double dx = a.x - b.x;
	double dy = a.y - b.y;

	if (sphere_radius > 0)
		return haversine(a, latitude_cosine(a.y), b, latitude_cosine(b.y), sphere_radius);
	return sqrt(dx * dx + dy * dy);
}

void
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

bool
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
