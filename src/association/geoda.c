/*
 * geoda.c
 *	  p by permutation as GeoDa has it, digit for digit, for those who must
 *	  reproduce its maps.
 *
 * Written from GeoDa's rules: numbers are Thomas Wang's 64-bit hash of seed, seed + 1
 * and so on, times 2^-64; a place is the number times the last place, rounded to
 * the nearest, so that the first and the last come half as often; places drawn
 * before, the area itself and islands are refused; those kept are summed last
 * first. Every neighbour has the weight 1. The tail is the smaller of #>= and
 * R - #>=, so one-sided. "complete" goes on through the seeds from area to area;
 * "lookup" draws R lists once and uses them for all areas.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/local.h"
#include "backend/memory.h"

/* 2^-64 as GeoDa prints it. */
#define TWO_TO_MINUS_64 5.42101086242752217E-20

/* Places in the table of "lookup": 1 GB. */
#define TABLE_MOST (INT64CONST(1) << 28)

/* A run over a sample: values in GeoDa's units, and the places of one draw. */
typedef struct Geoda
{
	const Sample *sample;
	GeodaStatistic statistic;
	int32 permutations;
	uint64 key;
	double *here;
	double *there;
	double total;
	LocalRows *rows;
	double *observed;  /* NaN: no p */
	uint32 *neighbors; /* of each area, without itself */
	uint32 with_neighbors;
	uint32 *drawn;
	uint32 *stamp; /* the draw that last took a place */
	uint32 draw;
} Geoda;

/* Thomas Wang's hash of 64 bits. */
static uint64
wang_hash(uint64 key)
{
	key = ~key + (key << 21);
	key ^= key >> 24;
	key += (key << 3) + (key << 8);
	key ^= key >> 14;
	key += (key << 2) + (key << 4);
	key ^= key >> 28;
	return key + (key << 31);
}

/* A place from 0 to last, both ends half as likely. */
static uint32
geoda_place(Geoda *geoda, uint32 last)
{
	return (uint32) floor(TWO_TO_MINUS_64 * wang_hash(geoda->key++) * last + 0.5);
}

static double *
values_copy(const double *x, uint32 n)
{
	double *copy = allocate(n, sizeof(double));

	memcpy(copy, x, sizeof(double) * n);
	return copy;
}

/* Standardised with n - 1, in the order of operations that gives GeoDa's last digits. */
static double *
values_standardised(const double *x, uint32 n)
{
	double *z = values_copy(x, n);
	double sum = 0;
	double squares = 0;

	for (uint32 i = 0; i < n; i++)
		sum += z[i];
	sum /= n;
	for (uint32 i = 0; i < n; i++)
	{
		z[i] -= sum;
		squares += z[i] * z[i];
	}
	squares = sqrt(squares / ((double) n - 1));
	for (uint32 i = 0; i < n; i++)
		z[i] /= squares;
	return z;
}

/* The statistic of an area with these neighbours; their order matters to the last digit. */
static double
geoda_value(const Geoda *geoda, uint32 place, const uint32 *neighbor, uint32 count)
{
	double own = geoda->here[place];
	double sum = 0;
	double squares = 0;

	for (uint32 i = 0; i < count; i++)
		sum += geoda->there[neighbor[i]];
	switch (geoda->statistic)
	{
		case GEODA_MORAN:
			return own * (sum / count);
		case GEODA_GEARY:
			for (uint32 i = 0; i < count; i++)
				squares += geoda->there[neighbor[i]] * geoda->there[neighbor[i]];
			return own * own - 2.0 * own * (sum / count) + squares / count;
		case GEODA_G:
			return sum / count / (geoda->total - own);
		case GEODA_G_STAR:
			return (sum + own) / (count + 1) / geoda->total;
		case GEODA_JOIN_COUNT:
			return sum;
	}
	return NAN;
}

/* Observed values and numbers of neighbours; an island has no p, nor has a join count of 0. */
static void
geoda_observe(Geoda *geoda)
{
	for (uint32 place = 0; place < geoda->sample->n; place++)
	{
		LocalRow row = local_row(geoda->rows, place);
		double value = NAN;

		CHECK_FOR_INTERRUPTS();
		geoda->neighbors[place] = row.neighbors;
		if (row.neighbors > 0)
		{
			geoda->with_neighbors++;
			value = geoda_value(geoda, place, row.neighbor, row.neighbors);
		}
		if (geoda->statistic == GEODA_JOIN_COUNT && (geoda->here[place] == 0 || value == 0))
			value = NAN;
		geoda->observed[place] = value;
	}
}

static Geoda *
geoda_create(const Sample *sample, GeodaStatistic statistic, const double *here,
			 const double *there, const LocalSettings *settings)
{
	Geoda *geoda = palloc0(sizeof(Geoda));
	uint32 n = sample->n;
	bool standardise = statistic == GEODA_MORAN || statistic == GEODA_GEARY;

	geoda->sample = sample;
	geoda->statistic = statistic;
	geoda->permutations = settings->permutations;
	geoda->key = (uint64) settings->seed;
	geoda->here = standardise ? values_standardised(here, n) : values_copy(here, n);
	geoda->there = standardise ? values_standardised(there, n) : values_copy(there, n);
	for (uint32 i = 0; i < n; i++)
		geoda->total += there[i];
	geoda->rows = local_rows(sample);
	geoda->observed = allocate(n, sizeof(double));
	geoda->neighbors = allocate(n, sizeof(uint32));
	geoda->drawn = allocate(n, sizeof(uint32));
	geoda->stamp = allocate_zero(n, sizeof(uint32));
	geoda_observe(geoda);
	return geoda;
}

/* A new draw: places taken before are free again. */
static void
geoda_next_draw(Geoda *geoda)
{
	CHECK_FOR_INTERRUPTS();
	if (++geoda->draw == 0)
	{
		memset(geoda->stamp, 0, sizeof(uint32) * geoda->sample->n);
		geoda->draw = 1;
	}
}

/* Draws the places around an area, last drawn first. */
static void
complete_draw(Geoda *geoda, uint32 place, uint32 count)
{
	uint32 left = count;

	geoda_next_draw(geoda);
	while (left > 0)
	{
		uint32 at = geoda_place(geoda, geoda->sample->n - 1);

		if (at == place || geoda->stamp[at] == geoda->draw || geoda->neighbors[at] == 0)
			continue;
		geoda->stamp[at] = geoda->draw;
		geoda->drawn[--left] = at;
	}
}

/* The count of GeoDa's tail among the values of the permutations. */
static int64
tail_count(const Geoda *geoda, double observed, const double *value)
{
	int64 count = 0;
	double mean = 0;

	if (geoda->statistic == GEODA_GEARY)
	{
		for (int32 i = 0; i < geoda->permutations; i++)
			mean += value[i];
		mean /= geoda->permutations;
		for (int32 i = 0; i < geoda->permutations; i++)
			count += observed <= mean ? value[i] <= observed : value[i] > observed;
		return count;
	}
	for (int32 i = 0; i < geoda->permutations; i++)
		count += value[i] >= observed;
	return Min(count, geoda->permutations - count);
}

static void
answer_set(const Geoda *geoda, LocalAnswer *answer, int64 count)
{
	answer->p_directed = (count + 1.0) / (geoda->permutations + 1);
	answer->p_permutation = Min(1, 2 * answer->p_directed);
}

/* Draws of its own for every area; one that has more neighbours than can be drawn has no p. */
static void
complete_permute(Geoda *geoda, LocalAnswer *answers)
{
	double *value = allocate(geoda->permutations, sizeof(double));

	for (uint32 place = 0; place < geoda->sample->n; place++)
	{
		uint32 count = geoda->neighbors[place];
		double observed = geoda->observed[place];

		if (isnan(observed) || count >= geoda->with_neighbors)
			continue;
		for (int32 i = 0; i < geoda->permutations; i++)
		{
			complete_draw(geoda, place, count);
			value[i] = geoda_value(geoda, place, geoda->drawn, count);
		}
		answer_set(geoda, &answers[place], tail_count(geoda, observed, value));
	}
}

/* Draws a list, last drawn first, of places among all areas but one. */
static void
lookup_draw(Geoda *geoda, uint32 *list, uint32 count)
{
	uint32 left = count;

	geoda_next_draw(geoda);
	while (left > 0)
	{
		uint32 at = geoda_place(geoda, geoda->sample->n - 2);

		if (geoda->stamp[at] == geoda->draw)
			continue;
		geoda->stamp[at] = geoda->draw;
		list[--left] = at;
	}
}

/* One table of draws for all areas: the first of a list's places are around an area. */
static void
lookup_permute(Geoda *geoda, LocalAnswer *answers)
{
	uint32 most = 0;
	uint32 *table;
	double *value = allocate(geoda->permutations, sizeof(double));

	for (uint32 place = 0; place < geoda->sample->n; place++)
		most = Max(most, geoda->neighbors[place]);
	if ((int64) most * geoda->permutations > TABLE_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a table of %d permutations of %u neighbors is too large",
						geoda->permutations, most),
				 errhint("Give fewer permutations, or rng => 'geoda', which needs no table.")));
	table = allocate((Size) most * geoda->permutations, sizeof(uint32));
	for (int32 i = 0; i < geoda->permutations; i++)
		lookup_draw(geoda, table + (Size) i * most, most);
	for (uint32 place = 0; place < geoda->sample->n; place++)
	{
		uint32 count = geoda->neighbors[place];

		if (isnan(geoda->observed[place]))
			continue;
		for (int32 i = 0; i < geoda->permutations; i++)
		{
			const uint32 *list = table + (Size) i * most;

			CHECK_FOR_INTERRUPTS();
			for (uint32 k = 0; k < count; k++)
				geoda->drawn[k] = list[k] + (list[k] >= place);
			value[i] = geoda_value(geoda, place, geoda->drawn, count);
		}
		answer_set(geoda, &answers[place], tail_count(geoda, geoda->observed[place], value));
	}
}

void
geoda_permute(const Sample *sample, GeodaStatistic statistic, const double *here,
			  const double *there, const LocalSettings *settings, LocalAnswer *answers)
{
	Geoda *geoda = geoda_create(sample, statistic, here, there, settings);

	if (settings->draws == LOCAL_DRAWS_GEODA)
		complete_permute(geoda, answers);
	else
		lookup_permute(geoda, answers);
}
