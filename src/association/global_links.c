/*
 * global_links.c
 *	  The weights of a sample as a symmetric matrix: of a sum over all links, w_ij and
 *	  w_ji count together, so half the links are enough.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/global.h"
#include "backend/memory.h"

/* Rows of links between looks for an interrupt. */
#define INTERRUPT_MASK 0x3FF

Incoming
incoming_make(const Sample *sample, bool only_lower)
{
	Incoming incoming;
	uint32 *end = allocate_zero((Size) sample->n + 2, sizeof(uint32));

	for (uint32 i = 0; i < sample->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			if (!only_lower || sample->neighbor[link] < i)
				end[sample->neighbor[link] + 2]++;
	}
	for (uint32 i = 1; i <= sample->n; i++)
		end[i + 1] += end[i];
	incoming.from = allocate(end[sample->n + 1], sizeof(uint32));
	incoming.weight = allocate(end[sample->n + 1], sizeof(double));
	for (uint32 i = 0; i < sample->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			if (!only_lower || sample->neighbor[link] < i)
			{
				uint32 at = end[sample->neighbor[link] + 1]++;

				incoming.from[at] = i;
				incoming.weight[at] = sample_weight(sample, link);
			}
	}
	incoming.start = end; /* each end has moved to where the next begins */
	return incoming;
}

void
incoming_free(Incoming *incoming)
{
	pfree(incoming->start);
	pfree(incoming->from);
	pfree(incoming->weight);
}

/* Adds a pair, or to the last one if it is the same. */
static uint32
pair_add(Pairs *pairs, uint32 i, uint32 count, uint32 other, double weight)
{
	if (count > pairs->start[i] && pairs->other[count - 1] == other)
	{
		pairs->weight[count - 1] += weight;
		return count;
	}
	pairs->other[count] = other;
	pairs->weight[count] = weight;
	return count + 1;
}

/* The pairs of place i: its links to higher places and theirs to it, merged. */
static uint32
pairs_of_place(Pairs *pairs, const Sample *sample, const Incoming *lower, uint32 i, uint32 count)
{
	uint32 link = sample->start[i];
	uint32 turned = lower->start[i];

	while (link < sample->start[i + 1] && sample->neighbor[link] < i)
		link++;
	if (link < sample->start[i + 1] && sample->neighbor[link] == i)
	{
		if (pairs->self == NULL)
			pairs->self = allocate_zero(sample->n, sizeof(double));
		pairs->self[i] = sample_weight(sample, link++);
	}
	while (link < sample->start[i + 1] || turned < lower->start[i + 1])
	{
		if (turned == lower->start[i + 1] ||
			(link < sample->start[i + 1] && sample->neighbor[link] <= lower->from[turned]))
		{
			count = pair_add(pairs, i, count, sample->neighbor[link], sample_weight(sample, link));
			link++;
		}
		else
		{
			count = pair_add(pairs, i, count, lower->from[turned], lower->weight[turned]);
			turned++;
		}
	}
	return count;
}

/* Of each place whether it is in a pair. */
static bool *
places_linked(const Pairs *pairs)
{
	bool *linked = allocate_zero(pairs->n, sizeof(bool));

	for (uint32 i = 0; i < pairs->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 pair = pairs->start[i]; pair < pairs->start[i + 1]; pair++)
			linked[i] = linked[pairs->other[pair]] = true;
	}
	return linked;
}

/* Sums of rows, and how many places have links at all. */
static void
pairs_sum(Pairs *pairs)
{
	bool *linked = places_linked(pairs);

	pairs->total = pairs->squares = 0;
	pairs->attached = 0;
	for (uint32 i = 0; i < pairs->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 pair = pairs->start[i]; pair < pairs->start[i + 1]; pair++)
		{
			double half = pairs->weight[pair] / 2;

			pairs->row[i] += half;
			pairs->row[pairs->other[pair]] += half;
			pairs->squares += 2 * half * half;
		}
	}
	for (uint32 i = 0; i < pairs->n; i++)
	{
		pairs->total += pairs->row[i];
		pairs->attached += linked[i] || (pairs->self != NULL && pairs->self[i] != 0);
	}
	pfree(linked);
}

/* Drops the weights where all are the same. */
static void
pairs_compress(Pairs *pairs)
{
	uint32 count = pairs->start[pairs->n];

	pairs->common = count > 0 ? pairs->weight[0] : 0;
	for (uint32 pair = 1; pair < count; pair++)
		if (pairs->weight[pair] != pairs->common)
			return;
	pfree(pairs->weight);
	pairs->weight = NULL;
}

void
pairs_make(Pairs *pairs, const Sample *sample)
{
	Incoming lower = incoming_make(sample, true);
	uint32 count = 0;

	pairs->n = sample->n;
	pairs->start = allocate((Size) sample->n + 1, sizeof(uint32));
	pairs->other = allocate(sample->links, sizeof(uint32));
	pairs->weight = allocate(sample->links, sizeof(double));
	pairs->row = allocate_zero(sample->n, sizeof(double));
	pairs->self = NULL;
	for (uint32 i = 0; i < sample->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		pairs->start[i] = count;
		count = pairs_of_place(pairs, sample, &lower, i, count);
	}
	pairs->start[sample->n] = count;
	incoming_free(&lower);
	pairs_sum(pairs);
	pairs_compress(pairs);
}

void
pairs_drop_islands(Pairs *pairs, double *v)
{
	uint32 *place = allocate(pairs->n, sizeof(uint32));
	bool *linked = places_linked(pairs);
	uint32 count = pairs->start[pairs->n];
	uint32 kept = 0;

	for (uint32 i = 0; i < pairs->n; i++)
	{
		if (!linked[i])
			continue;
		place[i] = kept;
		pairs->start[kept] = pairs->start[i];
		pairs->row[kept] = pairs->row[i];
		v[kept++] = v[i];
	}
	for (uint32 pair = 0; pair < count; pair++)
		pairs->other[pair] = place[pairs->other[pair]];
	pairs->start[kept] = count;
	pairs->n = kept;
	pairs->self = NULL;
	pfree(place);
	pfree(linked);
}

/* Sum over the pairs of a place of weight times value. */
static inline double
pairs_lag(const Pairs *pairs, uint32 i, const double *v)
{
	double sum = 0;

	if (pairs->weight == NULL)
	{
		for (uint32 pair = pairs->start[i]; pair < pairs->start[i + 1]; pair++)
			sum += v[pairs->other[pair]];
		return sum * pairs->common;
	}
	for (uint32 pair = pairs->start[i]; pair < pairs->start[i + 1]; pair++)
		sum += pairs->weight[pair] * v[pairs->other[pair]];
	return sum;
}

double
pairs_product(const Pairs *pairs, const double *v, bool with_self)
{
	double sum = 0;

	for (uint32 i = 0; i < pairs->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		sum += v[i] * pairs_lag(pairs, i, v);
	}
	if (with_self && pairs->self != NULL)
		for (uint32 i = 0; i < pairs->n; i++)
			sum += pairs->self[i] * v[i] * v[i];
	return sum;
}

double
pairs_difference(const Pairs *pairs, const double *v)
{
	double sum = 0;

	for (uint32 i = 0; i < pairs->n; i++)
	{
		double own = v[i];
		double of_place = 0;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 pair = pairs->start[i]; pair < pairs->start[i + 1]; pair++)
		{
			double difference = own - v[pairs->other[pair]];

			of_place += pair_weight(pairs, pair) * difference * difference;
		}
		sum += of_place;
	}
	return sum;
}
