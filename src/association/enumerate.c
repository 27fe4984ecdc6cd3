/*
 * enumerate.c
 *	  All arrangements of a few neighbours among the other areas, so that p has no
 *	  Monte Carlo error.
 *
 * The rule depends on the numbers of areas and of neighbours alone. With weights
 * that are not all the same it matters who comes to which place, and orders are
 * counted as well.
 */
#include "compat.h"
#include "miscadmin.h"

#include "association/permutation.h"

/* How far the enumeration has come. */
typedef struct Enumeration
{
	const Arrangements *of;
	PermutationTails tails;
	uint32 taken[ENUMERATE_NEIGHBORS_MOST];
} Enumeration;

int64
arrangements_count(uint32 n, uint32 neighbors, bool weighted)
{
	int64 pool = (int64) n - 1;
	int64 count = 1;

	if (neighbors > ENUMERATE_NEIGHBORS_MOST || neighbors > pool)
		return 0;
	for (uint32 i = 0; i < neighbors; i++)
	{
		count *= pool - i;
		if (!weighted)
			count /= i + 1;
		if (count > ENUMERATE_ARRANGEMENTS_MOST)
			return 0;
	}
	return count * n > ENUMERATE_WORK_MOST ? 0 : count;
}

/* Fills the last place with each area that may come there. */
static void
last_slot(Enumeration *run, uint32 slot, uint32 from, double sum)
{
	const Arrangements *of = run->of;
	int64 at_least = 0;
	int64 at_most = 0;

	for (uint32 place = from; place < of->pool; place++)
	{
		double all =
			sum + (of->weight == NULL ? of->term[place] : of->weight[slot] * of->term[place]);

		at_least += all >= of->low;
		at_most += all <= of->high;
	}
	run->tails.at_least += at_least;
	run->tails.at_most += at_most;
	run->tails.total += of->pool - from;
}

/* Takes out again of the last place's count an area that stands in another place. */
static void
last_slot_without(Enumeration *run, uint32 slot, double sum)
{
	const Arrangements *of = run->of;

	for (uint32 i = 0; i < slot; i++)
	{
		double all = sum + of->weight[slot] * of->term[run->taken[i]];

		run->tails.at_least -= all >= of->low;
		run->tails.at_most -= all <= of->high;
		run->tails.total--;
	}
}

static bool
is_taken(const Enumeration *run, uint32 slot, uint32 place)
{
	for (uint32 i = 0; i < slot; i++)
		if (run->taken[i] == place)
			return true;
	return false;
}

/* Fills a place and those after it: ascending without weights, else in every order. */
static void
fill_slots(Enumeration *run, uint32 slot, uint32 from, double sum)
{
	const Arrangements *of = run->of;

	if (slot + 1 == of->neighbors)
	{
		CHECK_FOR_INTERRUPTS();
		last_slot(run, slot, from, sum);
		if (of->weight != NULL)
			last_slot_without(run, slot, sum);
		return;
	}
	for (uint32 place = from; place < of->pool; place++)
	{
		if (of->weight != NULL && is_taken(run, slot, place))
			continue;
		run->taken[slot] = place;
		fill_slots(run, slot + 1, of->weight == NULL ? place + 1 : 0,
				   sum +
					   (of->weight == NULL ? of->term[place] : of->weight[slot] * of->term[place]));
	}
}

PermutationTails
arrangements_tails(const Arrangements *arrangements)
{
	Enumeration run = {arrangements, {.exact = true}, {0}};

	fill_slots(&run, 0, 0, 0);
	return run.tails;
}
