/*
 * spatial_persons.c
 *	  Engine of nearest_persons: areas are taken by distance, the own one first, until
 *	  k persons are found. What is taken last, the whole ring of areas at one distance
 *	  or one area of them by id, counts in part or whole.
 *
 * An area's circle is looked for with its neighbour's radius and a little more, and
 * what lies in it is put in order by counting, as squares of distances are spread
 * evenly over a circle: the work of an area is in proportion to the areas found.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "backend/memory.h"
#include "mixing/spatial.h"
#include "weights/point_search.h"

/* How much wider than its neighbour's an area's first circle is. */
#define CIRCLE_MARGIN 1.06

/* Areas to a bucket; larger buckets than the other are sorted, not inserted into. */
#define BUCKET_AREAS 2
#define INSERTION_MOST 24

/* Persons of a group of areas taken together. */
typedef struct Ring
{
	double distance;
	double persons;
	double x;
	double unknown;
	int64 areas;
} Ring;

/* The areas within a circle, by distance. */
typedef struct Circle
{
	PointSearch *search;
	PointsFound near;   /* in no order */
	PointsFound sorted; /* the same, by distance and place */
	uint32 *bucket;     /* where each bucket of the sort starts */
	uint32 bucket_room;
	bool complete; /* are all areas in it? */
	double radius;
} Circle;

/* ---- the circle ---- */

/* By distance, then by place. */
static int
found_compare(const void *a, const void *b, void *unused)
{
	const PointFound *left = a;
	const PointFound *right = b;

	if (left->distance != right->distance)
		return left->distance < right->distance ? -1 : 1;
	return left->place < right->place ? -1 : left->place > right->place;
}

/* Sorts a few, nearly in order already. */
static void
sort_bucket(PointFound *found, uint32 count)
{
	if (count > INSERTION_MOST)
	{
		qsort_interruptible(found, count, sizeof(PointFound), found_compare, NULL);
		return;
	}
	for (uint32 i = 1; i < count; i++)
	{
		PointFound one = found[i];
		uint32 at = i;

		for (; at > 0 && found_compare(&found[at - 1], &one, NULL) > 0; at--)
			found[at] = found[at - 1];
		found[at] = one;
	}
}

/* Makes room for as many sorted as were found, and for the buckets. */
static void
circle_reserve(Circle *circle, uint32 buckets)
{
	if (circle->sorted.room < circle->near.count)
	{
		if (circle->sorted.found != NULL)
			pfree(circle->sorted.found);
		circle->sorted.room = circle->near.room;
		circle->sorted.found = allocate(circle->sorted.room, sizeof(PointFound));
	}
	if (circle->bucket_room < buckets + 2)
	{
		if (circle->bucket != NULL)
			pfree(circle->bucket);
		circle->bucket_room = Max(2 * circle->bucket_room, buckets + 2);
		circle->bucket = allocate(circle->bucket_room, sizeof(uint32));
	}
}

/* Puts the areas found in order: counted into rings of one size, each then sorted. */
static void
circle_sort(Circle *circle)
{
	const PointsFound *near = &circle->near;
	uint32 buckets = near->count / BUCKET_AREAS + 1;
	double scale = buckets / (circle->radius * circle->radius);
	uint32 *bucket;

	circle_reserve(circle, buckets);
	bucket = circle->bucket;
	memset(bucket, 0, sizeof(uint32) * (buckets + 2));
	if (!isfinite(scale))
		scale = 0;
#define BUCKET_OF(found)                                                                           \
	Min((uint32) Min((found).distance *(found).distance *scale, PG_INT32_MAX), buckets - 1)
	for (uint32 i = 0; i < near->count; i++)
		bucket[BUCKET_OF(near->found[i]) + 2]++;
	for (uint32 i = 2; i <= buckets; i++)
		bucket[i] += bucket[i - 1];
	/* bucket[i + 1] is where bucket i is filled up to, in the end its end */
	for (uint32 i = 0; i < near->count; i++)
		circle->sorted.found[bucket[BUCKET_OF(near->found[i]) + 1]++] = near->found[i];
	for (uint32 i = 0; i < buckets; i++)
		sort_bucket(circle->sorted.found + bucket[i], bucket[i + 1] - bucket[i]);
	circle->sorted.count = near->count;
#undef BUCKET_OF
}

/* Known persons in the circle. */
static double
circle_persons(const Circle *circle, const PersonAreas *areas)
{
	double persons = 0;

	for (uint32 i = 0; i < circle->near.count; i++)
	{
		const Persons *found = &areas->persons[circle->near.found[i].place];

		if (!isnan(found->x))
			persons += found->total;
	}
	return persons;
}

/* A radius within which there is more than there is now, by the nearest areas. */
static double
circle_wider(Circle *circle, Point point, uint32 total)
{
	uint32 count = circle->near.count;
	PointsFound *nearest = &circle->sorted; /* not in use yet */

	for (;;)
	{
		count = count > total / 2 ? total : Max(2 * count, 16);
		point_search_nearest(circle->search, point, count, -1, nearest);
		if (nearest->count < count || count == total)
			return INFINITY;
		if (nearest->found[count - 1].distance > circle->radius)
			return nearest->found[count - 1].distance;
	}
}

/*
 * Finds a circle around a point that holds the persons wanted, or all areas. The
 * radius starts as it was left.
 */
static void
circle_find(Circle *circle, const PersonAreas *areas, Point point, double wanted)
{
	uint32 total;

	point_search_order(circle->search, &total);
	for (;;)
	{
		double persons;
		double factor;

		point_search_collect(circle->search, point, circle->radius, -1, &circle->near);
		circle->complete = circle->near.count == total;
		if (circle->complete)
			break;
		persons = circle_persons(circle, areas);
		if (persons >= wanted)
			break;
		/* people per land do not change much, unless there are few */
		factor = sqrt(wanted / persons) * CIRCLE_MARGIN;
		if (circle->near.count >= 8 && factor < 2 && circle->radius > 0)
			circle->radius *= factor;
		else
			circle->radius = circle_wider(circle, point, total);
	}
	circle_sort(circle);
}

/* ---- what is in it ---- */

/* Takes up the areas at one distance, or one by id; returns where the next starts. */
static uint32
ring_read(const PersonAreas *areas, const PointsFound *near, uint32 from, bool by_id, Ring *ring)
{
	uint32 i = from;

	memset(ring, 0, sizeof(*ring));
	ring->distance = near->found[from].distance;
	do
	{
		const Persons *persons = &areas->persons[near->found[i].place];

		if (isnan(persons->x))
			ring->unknown += persons->total;
		else
		{
			ring->persons += persons->total;
			ring->x += persons->x;
			ring->areas++;
		}
		i++;
	} while (!by_id && i < near->count && near->found[i].distance == ring->distance);
	return i;
}

/* The answer for k persons, given what lies nearer and the ring that reaches k. */
static Neighborhood
neighborhood_of(double k, const Ring *nearer, const Ring *ring, bool whole)
{
	Neighborhood answer = {0};

	if (whole)
		answer.share = (nearer->x + ring->x) / (nearer->persons + ring->persons);
	else
	{
		/* rounding of fractions of persons must not take more than there is */
		double part = Min((k - nearer->persons) / ring->persons, 1.0);

		answer.share = (nearer->x + part * ring->x) / k;
	}
	answer.share = Min(answer.share, 1.0);
	answer.radius = ring->distance;
	answer.areas = nearer->areas + ring->areas;
	answer.unknown = nearer->unknown + ring->unknown;
	return answer;
}

/* Adds a ring to what lies nearer. */
static void
ring_add(Ring *nearer, const Ring *ring)
{
	nearer->persons += ring->persons;
	nearer->x += ring->x;
	nearer->unknown += ring->unknown;
	nearer->areas += ring->areas;
}

/* Answers all k, ascending, from a circle that holds the persons wanted or all. */
static void
neighborhoods_fill(const PersonAreas *areas, const NearestOptions *options, const Circle *circle,
				   Neighborhood *answers)
{
	Ring nearer = {0};
	Ring last = {0};
	Ring before_last = {0};
	int next = 0;

	for (uint32 i = 0; i < circle->sorted.count && next < options->count;)
	{
		Ring ring;

		i = ring_read(areas, &circle->sorted, i, options->by_id, &ring);
		if (ring.persons > 0)
		{
			last = ring;
			before_last = nearer;
		}
		for (; next < options->count && ring.persons > 0; next++)
		{
			const Wanted *wanted = &options->wanted[next];

			if (nearer.persons + ring.persons < wanted->persons)
				break;
			answers[wanted->place] =
				neighborhood_of(wanted->persons, &nearer, &ring, options->whole);
		}
		ring_add(&nearer, &ring);
	}
	/* added up in another order, all there is may come out a rounding short of k */
	for (; next < options->count && options->wanted[next].persons <= areas->known; next++)
		answers[options->wanted[next].place] =
			neighborhood_of(options->wanted[next].persons, &before_last, &last, options->whole);
}

/* Of areas at distance 0 the own one comes first. */
static void
own_first(PointsFound *near, uint32 own)
{
	for (uint32 i = 1; i < near->count && near->found[i].distance == 0; i++)
	{
		if (near->found[i].place != own)
			continue;
		memmove(&near->found[1], &near->found[0], sizeof(PointFound) * i);
		near->found[0].place = own;
		return;
	}
}

/* Does the circle of each k pass the boundary? One distance serves all. */
static void
neighborhoods_edge(const NearestOptions *options, Point point, double largest,
				   Neighborhood *answers)
{
	double distance;

	if (options->boundary == NULL)
		return;
	distance = boundary_distance(options->boundary, point, largest);
	for (int i = 0; i < options->count; i++)
		answers[i].edge = answers[i].radius > distance;
}

/* The radius of the largest k answered, 0 for none. */
static double
largest_radius(const NearestOptions *options, const Neighborhood *answers)
{
	double largest = 0;

	for (int i = 0; i < options->count; i++)
		if (!isnan(answers[i].share))
			largest = Max(largest, answers[i].radius);
	return largest;
}

void
nearest_persons(const PersonAreas *areas, const NearestOptions *options, Neighborhood *answers,
				bool *given)
{
	Circle circle = {.search =
						 point_search_build(areas->points, areas->count, options->sphere_radius)};
	uint32 count;
	const uint32 *order = point_search_order(circle.search, &count);
	double wanted = 0;
	int64 same = -1; /* the last place answered: areas at one point have one answer */

	/* not more than there is: a k beyond it has no answer and needs no search */
	for (int i = 0; i < options->count; i++)
		if (options->wanted[i].persons <= areas->known)
			wanted = options->wanted[i].persons;
	for (uint32 i = 0; i < count; i++)
	{
		uint32 place = order[i];
		Neighborhood *mine = &answers[areas->rows[place] * options->count];
		Point point = areas->points[place];
		double largest;

		CHECK_FOR_INTERRUPTS();
		if (isnan(areas->persons[place].x))
			continue;
		given[areas->rows[place]] = true;
		if (same >= 0 && !options->by_id && point.x == areas->points[same].x &&
			point.y == areas->points[same].y)
		{
			memcpy(mine, &answers[areas->rows[same] * options->count],
				   sizeof(Neighborhood) * options->count);
			continue;
		}
		same = place;
		for (int k = 0; k < options->count; k++)
			mine[k].share = NAN;
		if (wanted == 0)
			continue;
		circle_find(&circle, areas, point, wanted);
		if (options->by_id)
			own_first(&circle.sorted, place);
		neighborhoods_fill(areas, options, &circle, mine);
		largest = largest_radius(options, mine);
		neighborhoods_edge(options, point, largest, mine);
		circle.radius = largest * CIRCLE_MARGIN;
	}
	point_search_free(circle.search);
}
