/*
 * point_search_within.c
 *	  All points within a distance.
 */
#include "compat.h"
#include "miscadmin.h"
#include "weights/point_search_tree.h"

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
	found_sort(search, out->found, out->count);
}
