/*
 * points.c
 *	  Links between points, and the weights that are made of them by distance.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/point_search.h"
#include "weights/points.h"

/* 22023 unless a number is positive and finite. */
void
points_check_positive(const char *what, double number)
{
	if (!(number > 0) || isinf(number))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a positive finite number, not %.15g", what, number),
						errhint("It is in the unit of the coordinates, or of the sphere's "
								"radius; max_knn_distance gives one to begin with.")));
}

/* How many areas have a place. */
static uint32
count_placed(const PointSet *sorted)
{
	uint32 placed = 0;

	for (uint32 i = 0; i < sorted->count; i++)
		placed += !isnan(sorted->points[i].x);
	return placed;
}

/* 22023 unless every area that has a place has k others. */
static void
check_k(int64 k, uint32 placed)
{
	if (k < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must be 1 or more, not %lld", (long long) k),
						errhint("k is the number of nearest neighbors of each area.")));
	if (k >= placed)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must be less than the number of areas that have a place: it is "
							   "%lld of %u",
							   (long long) k, placed),
						errhint("An area cannot have more nearest neighbors than there are "
								"others.")));
}

/* 54000 where so many links cannot be a weights value. */
static void
check_links(const PointSet *sorted, uint64 links, bool distances)
{
	uint64 width = sizeof(uint32) + (distances ? sizeof(double) : 0);
	uint64 fixed = sizeof(Weights) + (uint64) sorted->count * (sizeof(int64) + sizeof(uint32));

	if (fixed + links * width > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %llu links between %u areas do not fit in a weights "
						"value of 1 GB",
						(unsigned long long) ((MaxAllocSize - Min(fixed, MaxAllocSize)) / width),
						sorted->count),
				 errhint("Give a smaller radius, bandwidth or k, or make weights of a part "
						 "of the areas at a time.")));
}

/* Writes a row at an offset. */
static void
write_row(PointLinks *links, Size offset, const PointsFound *found)
{
	for (uint32 i = 0; i < found->count; i++)
		links->neighbor[offset + i] = found->found[i].place;
	if (links->distance != NULL)
		for (uint32 i = 0; i < found->count; i++)
			links->distance[offset + i] = found->found[i].distance;
}

/* Starts of rows of one length for the areas that have a place, none for the others. */
static uint32 *
even_starts(const PointSet *sorted, uint32 length)
{
	uint32 *start = allocate((Size) sorted->count + 1, sizeof(uint32));

	start[0] = 0;
	for (uint32 i = 0; i < sorted->count; i++)
		start[i + 1] = start[i] + (isnan(sorted->points[i].x) ? 0 : length);
	return start;
}

/* From each point to its k nearest others; to itself too where asked for. */
PointLinks *
points_link_nearest(const PointSet *sorted, int64 k, double sphere_radius, bool self,
					bool distances)
{
	PointLinks *links = palloc0(sizeof(PointLinks));
	uint32 placed = count_placed(sorted);
	PointsFound found = {0};
	PointSearch *search;
	const uint32 *order;
	uint32 count;

	check_k(k, placed);
	check_links(sorted, (uint64) placed * (k + self), distances);
	search = point_search_build(sorted->points, sorted->count, sphere_radius);
	links->start = even_starts(sorted, (uint32) k + self);
	links->neighbor = allocate((Size) placed * (k + self), sizeof(uint32));
	if (distances)
		links->distance = allocate((Size) placed * (k + self), sizeof(double));
	found.found = allocate(k + 1, sizeof(PointFound));
	found.room = (uint32) k + 1;
	order = point_search_order(search, &count);
	for (uint32 i = 0; i < count; i++)
	{
		uint32 place = order[i];

		point_search_gather(search, sorted->points[place], (uint32) k, place, &found);
		if (self)
			found.found[found.count++] = (PointFound){0, place};
		point_search_sort_places(search, &found);
		write_row(links, links->start[place], &found);
	}
	pfree(found.found);
	point_search_free(search);
	return links;
}

/* Rows as they were found: one after the other, in the order of the search. */
typedef struct FoundRows
{
	PointLinks links; /* start: of each area's row */
	uint32 *length;
	Size count;
	Size room;
} FoundRows;

/* Makes room for a row more. */
static void
found_rows_reserve(FoundRows *rows, Size more, bool distances)
{
	if (rows->count + more <= rows->room)
		return;
	rows->room = Max(rows->count + more, rows->room + rows->room / 2);
	rows->links.neighbor = repalloc_huge(rows->links.neighbor, rows->room * sizeof(uint32));
	if (distances)
		rows->links.distance = repalloc_huge(rows->links.distance, rows->room * sizeof(double));
}

/* Searches from every point. */
static void
found_rows_search(FoundRows *rows, const PointSet *sorted, double radius, double sphere_radius,
				  bool self, bool distances)
{
	PointSearch *search = point_search_build(sorted->points, sorted->count, sphere_radius);
	PointsFound found = {0};
	uint32 count;
	const uint32 *order = point_search_order(search, &count);

	for (uint32 i = 0; i < count; i++)
	{
		uint32 place = order[i];

		point_search_collect(search, sorted->points[place], radius, self ? -1 : (int64) place,
							 &found);
		check_links(sorted, (uint64) rows->count + found.count, distances);
		found_rows_reserve(rows, found.count, distances);
		write_row(&rows->links, rows->count, &found);
		rows->links.start[place] = (uint32) rows->count;
		rows->length[place] = found.count;
		rows->count += found.count;
	}
	if (found.found != NULL)
		pfree(found.found);
	point_search_free(search);
}

/* Where each row starts, of their lengths. */
static uint32 *
starts_of_lengths(const uint32 *length, uint32 areas)
{
	uint32 *start = allocate((Size) areas + 1, sizeof(uint32));

	start[0] = 0;
	for (uint32 i = 0; i < areas; i++)
		start[i + 1] = start[i] + length[i];
	return start;
}

/*
 * The rows in the order of areas, each ascending; frees them as found. As a distance
 * is the same both ways, each area is put into the rows of those that it found, one
 * area after the other, and nothing need be sorted.
 */
static PointLinks *
found_rows_in_order(FoundRows *rows, uint32 areas)
{
	PointLinks *links = palloc0(sizeof(PointLinks));
	uint32 *left = rows->length; /* of each row, what is yet to come */

	links->start = starts_of_lengths(rows->length, areas);
	links->neighbor = allocate(rows->count, sizeof(uint32));
	if (rows->links.distance != NULL)
		links->distance = allocate(rows->count, sizeof(double));
	for (uint32 i = 0; i < areas; i++)
	{
		uint32 from = rows->links.start[i];
		uint32 length = links->start[i + 1] - links->start[i];

		CHECK_FOR_INTERRUPTS();
		for (uint32 link = from; link < from + length; link++)
		{
			uint32 row = rows->links.neighbor[link];
			uint32 at = links->start[row + 1] - left[row];

			if (left[row]-- == 0)
				elog(ERROR, "the distance of two points is not the same both ways");
			links->neighbor[at] = i;
			if (links->distance != NULL)
				links->distance[at] = rows->links.distance[link];
		}
	}
	pfree(rows->length);
	pfree(rows->links.start);
	pfree(rows->links.neighbor);
	if (rows->links.distance != NULL)
		pfree(rows->links.distance);
	return links;
}

/* From each point to those within a radius; to itself too where asked for. */
PointLinks *
points_link_within(const PointSet *sorted, double radius, double sphere_radius, bool self,
				   bool distances)
{
	FoundRows rows = {0};

	rows.room = (Size) sorted->count * 4 + 1;
	rows.links.neighbor = allocate(rows.room, sizeof(uint32));
	if (distances)
		rows.links.distance = allocate(rows.room, sizeof(double));
	rows.links.start = allocate(sorted->count, sizeof(uint32));
	rows.length = allocate(sorted->count, sizeof(uint32));
	memset(rows.links.start, 0, sorted->count * sizeof(uint32));
	memset(rows.length, 0, sorted->count * sizeof(uint32));
	found_rows_search(&rows, sorted, radius, sphere_radius, self, distances);
	return found_rows_in_order(&rows, sorted->count);
}

/* The weights value of links; frees them. */
Weights *
points_links_to_weights(const PointSet *sorted, PointLinks *links, const double *weight)
{
	Weights *w =
		weights_from_rows(sorted->count, sorted->ids, links->start, links->neighbor, weight);

	pfree(links->start);
	pfree(links->neighbor);
	if (links->distance != NULL)
		pfree(links->distance);
	pfree(links);
	return w;
}

/* The k nearest, of equally near ones the lowest ids. */
Weights *
knn_weights(const PointSet *sorted, int64 k, double sphere_radius)
{
	return points_links_to_weights(
		sorted, points_link_nearest(sorted, k, sphere_radius, false, false), NULL);
}

/* All within a radius. */
Weights *
distance_weights(const PointSet *sorted, double radius, double sphere_radius)
{
	points_check_positive("radius", radius);
	return points_links_to_weights(
		sorted, points_link_within(sorted, radius, sphere_radius, false, false), NULL);
}

/* The weight of a distance, finite unless it is 0 or all but 0. */
static inline double
inverse_distance(double distance, double power)
{
	if (power == 1)
		return 1 / distance;
	if (power == 2)
		return 1 / (distance * distance);
	return pow(distance, -power);
}

/* 22023 that names two areas at one place. */
_Noreturn static void
report_too_near(const PointSet *sorted, uint32 a, uint32 b, double distance, double power)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("areas %lld and %lld are %.15g apart, which to the power -%.15g is no "
						   "finite weight",
						   (long long) Min(sorted->ids[a], sorted->ids[b]),
						   (long long) Max(sorted->ids[a], sorted->ids[b]), distance, power),
					errhint("Merge areas at one place, move them apart by a little, or use "
							"distance_weights.")));
}

/* All within a radius, weighted by distance to the power -power. */
Weights *
inverse_distance_weights(const PointSet *sorted, double radius, double power, double sphere_radius)
{
	PointLinks *links;

	points_check_positive("radius", radius);
	if (!(power > 0) || isinf(power))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("power must be a positive finite number, not %.15g", power),
						errhint("A weight is 1 / distance ^ power; 1 and 2 are usual.")));
	links = points_link_within(sorted, radius, sphere_radius, false, true);
	for (uint32 i = 0; i < sorted->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 link = links->start[i]; link < links->start[i + 1]; link++)
		{
			double weight = inverse_distance(links->distance[link], power);

			if (!isfinite(weight))
				report_too_near(sorted, i, links->neighbor[link], links->distance[link], power);
			links->distance[link] = weight;
		}
	}
	return points_links_to_weights(sorted, links, links->distance);
}

/* The greatest distance from a point to its k-th nearest. */
double
points_max_knn_distance(const PointSet *sorted, int64 k, double sphere_radius)
{
	PointsFound found = {0};
	PointSearch *search;
	const uint32 *order;
	uint32 count;
	double greatest = 0;

	check_k(k, count_placed(sorted));
	search = point_search_build(sorted->points, sorted->count, sphere_radius);
	order = point_search_order(search, &count);
	for (uint32 i = 0; i < count; i++)
	{
		point_search_gather(search, sorted->points[order[i]], (uint32) k, order[i], &found);
		for (uint32 j = 0; j < found.count; j++)
			greatest = Max(greatest, found.found[j].distance);
	}
	pfree(found.found);
	point_search_free(search);
	return greatest;
}
