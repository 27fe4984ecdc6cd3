/*
 * point_search.h
 *	  Nearest points and points within a distance, planar or on a sphere.
 */
#ifndef WEIGHTS_POINT_SEARCH_H
#define WEIGHTS_POINT_SEARCH_H

#include "compat.h"
#include "geometry/geometry.h"

typedef struct PointSearch PointSearch;

/* A point found: its place in the array given, and its distance. */
typedef struct PointFound
{
	double distance;
	uint32 place;
} PointFound;

/* What a search finds; the array grows as needed and is used again. Sorted by (distance, place). */
typedef struct PointsFound
{
	PointFound *found;
	uint32 count;
	uint32 room;
} PointsFound;

/*
 * A structure over points in the current memory context; points with NaN are in
 * no answer. sphere_radius > 0: degrees, distances along the sphere; 0: planar, as
 * ST_Distance computes them.
 */
extern PointSearch *point_search_build(const Point *points, uint32 count, double sphere_radius);

/* Gives its memory back. */
extern void point_search_free(PointSearch *search);

/* The k nearest to a point, of equal distances the lower places; exclude: a place, or -1. */
extern void point_search_nearest(PointSearch *search, Point point, uint32 k, int64 exclude,
								 PointsFound *out);

/* The same in no order. */
extern void point_search_gather(PointSearch *search, Point point, uint32 k, int64 exclude,
								PointsFound *out);

/* All within a distance, that distance included; sorted by (distance, place). */
extern void point_search_within(PointSearch *search, Point point, double distance, int64 exclude,
								PointsFound *out);

/* The same in no order. */
extern void point_search_collect(PointSearch *search, Point point, double distance, int64 exclude,
								 PointsFound *out);

/* Sorts what was found by place. */
extern void point_search_sort_places(PointSearch *search, PointsFound *found);

/* Places in an order in which neighbours are near each other, for searches from all points. */
extern const uint32 *point_search_order(const PointSearch *search, uint32 *count);

/* The distance that the searches use. */
extern double point_distance(Point a, Point b, double sphere_radius);

#endif /* WEIGHTS_POINT_SEARCH_H */
