/*
 * point_search_nearest.c
 *	  The k nearest points: nodes are visited nearest first, until none can hold one
 *	  that comes before the k-th.
 */
#include "compat.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "weights/point_search_tree.h"

/* Up to this many nearest are kept in order; more are gathered and divided. */
#define ORDERED_MOST 24

/* A node to be visited, and how near its box comes, squared. */
typedef struct Visit
{
	double square;
	uint32 node;
} Visit;

/* The nearest found so far. Once k are there, the worst of them is a limit. */
typedef struct Nearest
{
	PointsFound *out;
	uint32 k;
	uint32 gather;    /* more than k: divided when so many are there */
	PointFound worst; /* infinitely far until there are k */
	double limit;     /* see square_limit */
	double sure;      /* planar: below this a square is of a lesser distance than the worst's */
} Nearest;

/* Takes note that the k-th nearest is now this one. */
static inline void
nearest_set_worst(const PointSearch *search, Nearest *nearest, PointFound worst, int dims)
{
	nearest->worst = worst;
	nearest->limit = square_limit(search, worst.distance, dims);
	nearest->sure = dims == 2 ? worst.distance * worst.distance * (1 - 8 * DBL_EPSILON) - DBL_MIN
							  : nearest->limit;
}

/* Of gathered points leaves the k nearest, in no order. */
static void
nearest_divide(const PointSearch *search, Nearest *nearest, int dims)
{
	PointFound *found = nearest->out->found;
	Size from = 0;
	Size to = nearest->out->count;
	Size middle = nearest->k - 1;

	while (to - from > 1)
	{
		PointFound pivot = found[from + (to - from) / 2];
		Size i = from;
		Size j = to - 1;

		CHECK_FOR_INTERRUPTS();
		for (;;)
		{
			PointFound swap;

			while (found_before(found + i, &pivot))
				i++;
			while (found_before(&pivot, found + j))
				j--;
			if (i >= j)
				break;
			swap = found[i];
			found[i++] = found[j];
			found[j--] = swap;
		}
		if (i == j && middle == i)
			break;
		if (middle < i)
			to = i;
		else
			from = i == j ? i + 1 : i;
	}
	nearest->out->count = nearest->k;
	nearest_set_worst(search, nearest, found[middle], dims);
}

/* Takes in a point found that is before the worst. */
static inline void
nearest_add(const PointSearch *search, Nearest *nearest, PointFound found, int dims)
{
	PointFound *all = nearest->out->found;
	uint32 i;

	if (nearest->k > ORDERED_MOST)
	{
		all[nearest->out->count++] = found;
		if (nearest->out->count == nearest->gather)
			nearest_divide(search, nearest, dims);
		return;
	}
	if (nearest->out->count < nearest->k)
		nearest->out->count++;
	for (i = nearest->out->count - 1; i > 0 && found_before(&found, all + i - 1); i--)
		all[i] = all[i - 1];
	all[i] = found;
	if (nearest->out->count == nearest->k)
		nearest_set_worst(search, nearest, all[nearest->k - 1], dims);
}

/* Has a node, whose box is so near, no point that comes before the worst? */
static inline bool
nearest_passes_over(const PointSearch *search, const Nearest *nearest, const Target *target,
					uint32 number, double square, int dims)
{
	const SearchNode *node = search->nodes + number;
	PointFound best = {0, node->least_place};

	if (square > nearest->limit)
		return true;
	if (dims == 2)
	{
		if (square < nearest->sure)
			return false;
		best.distance = sqrt(square);
	}
	else if (node->one_point)
	{
		int level = pg_leftmost_one_pos32(number);

		best.distance = exact_distance(
			search, target, node_start(search, number - (UINT64CONST(1) << level), level), 0, dims);
	}
	return !found_before(&best, &nearest->worst);
}

/* Takes in the points of a leaf. */
static inline void
nearest_scan(const PointSearch *search, Nearest *nearest, const Target *target, uint32 number,
			 int dims)
{
	uint32 leaf = number - (1u << search->levels);
	uint32 end = node_start(search, (uint64) leaf + 1, search->levels);

	for (uint32 i = node_start(search, leaf, search->levels); i < end; i++)
	{
		double square = point_square(search, target, i, dims);
		PointFound found;

		if (square > nearest->limit)
			continue;
		found.place = search->place[i];
		found.distance = exact_distance(search, target, i, square, dims);
		if (found_before(&found, &nearest->worst) && (int64) found.place != target->exclude)
			nearest_add(search, nearest, found, dims);
	}
}

/* Visits the nodes, of two the nearer first, of equally near ones that of the lowest place. */
static pg_attribute_always_inline void
nearest_visit(const PointSearch *search, Nearest *nearest, const Target *target, int dims)
{
	Visit stack[STACK_MOST];
	int waiting = 0;
	Visit visit = {0, 1};

	for (;;)
	{
		Visit other;

		if (!nearest_passes_over(search, nearest, target, visit.node, visit.square, dims))
		{
			if (visit.node < (1u << search->levels))
			{
				other.node = 2 * visit.node + 1;
				visit.node = 2 * visit.node;
				visit.square = box_square(search->nodes + visit.node, target, dims);
				other.square = box_square(search->nodes + other.node, target, dims);
				if (other.square < visit.square ||
					(other.square == visit.square &&
					 search->nodes[other.node].least_place < search->nodes[visit.node].least_place))
				{
					stack[waiting++] = visit;
					visit = other;
				}
				else
					stack[waiting++] = other;
				continue;
			}
			CHECK_FOR_INTERRUPTS();
			nearest_scan(search, nearest, target, visit.node, dims);
		}
		if (waiting == 0)
			return;
		visit = stack[--waiting];
	}
}

/* Looks for the k nearest, no farther than a distance. */
static void
nearest_search(PointSearch *search, Nearest *nearest, const Target *target, double farthest)
{
	nearest->out->count = 0;
	nearest_set_worst(search, nearest, (PointFound){farthest, PG_UINT32_MAX}, search->dims);
	if (search->dims == 2)
		nearest_visit(search, nearest, target, 2);
	else
		nearest_visit(search, nearest, target, 3);
}

/*
 * The k-th nearest is not farther than that of the last search and the way from
 * there, with a margin for rounding. It may be if the point left out is another one.
 */
static double
nearest_bound(const PointSearch *search, Point point, uint32 k)
{
	double way;

	if (k <= ORDERED_MOST || k > search->last.k)
		return get_float8_infinity();
	way = point_distance(point, search->last.point, search->sphere_radius);
	return (search->last.distance + way) * (1 + 1e-9) + 1e-9 * search->sphere_radius;
}

/* The k nearest in no order. */
void
point_search_gather(PointSearch *search, Point point, uint32 k, int64 exclude, PointsFound *out)
{
	Nearest nearest = {out};
	Target target;
	double bound;

	out->count = 0;
	nearest.k = Min(k, search->count);
	if (nearest.k == 0 || !target_open(search, point, exclude, &target))
		return;
	nearest.gather = Min((uint64) nearest.k + nearest.k / 2 + 16, (uint64) search->count + 1);
	found_reserve(out, nearest.k > ORDERED_MOST ? nearest.gather : nearest.k);
	bound = nearest_bound(search, point, nearest.k);
	nearest_search(search, &nearest, &target, bound);
	if (out->count < nearest.k && !isinf(bound))
		nearest_search(search, &nearest, &target, get_float8_infinity());
	if (nearest.k <= ORDERED_MOST || out->count < nearest.k)
		return;
	nearest_divide(search, &nearest, search->dims);
	search->last = (LastNearest){point, nearest.k, nearest.worst.distance};
}

/* The k nearest to a point, of equal distances the lower places; exclude: a place, or -1. */
void
point_search_nearest(PointSearch *search, Point point, uint32 k, int64 exclude, PointsFound *out)
{
	point_search_gather(search, point, k, exclude, out);
	if (k > ORDERED_MOST)
		found_sort(search, out->found, out->count);
}
