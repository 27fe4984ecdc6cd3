/*
 * rank_spatial.c
 *	  Kendall's tau of pairs of neighbours and of all other pairs (S. J. Rey,
 *	  Geographical Analysis 36, 2004; Journal of Geographical Systems 16, 2014):
 *	  do neighbours keep or change their order more than areas apart?
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "association/global.h"
#include "association/sample.h"
#include "backend/aggregate.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "spillover/rank.h"
#include "spillover/regression.h"

PG_FUNCTION_INFO_V1(monitor_spatial_tau_transition);
PG_FUNCTION_INFO_V1(monitor_spatial_tau);

#define SPATIAL_TAU_COLUMNS 13

/* State of the aggregate. */
typedef struct SpatialTau
{
	SampleRows *rows;
	WeightsArgument w;
	RankPermutations permutations;
} SpatialTau;

/* Pairs of places that are neighbours, whichever is the other's. */
typedef struct NeighborPairs
{
	uint32 *start; /* of the pairs of each place with higher ones, n + 1 */
	uint32 *other;
	uint32 n;
} NeighborPairs;

/* (state, w, id, x, y) or (..., permutations, seed) */
Datum
monitor_spatial_tau_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	SpatialTau *state = PG_ARGISNULL(0) ? NULL : (SpatialTau *) PG_GETARG_POINTER(0);
	double values[2] = {0};
	bool nulls[2] = {PG_ARGISNULL(3), PG_ARGISNULL(4)};
	int64 id = aggregate_area_id(fcinfo, 2);

	if (state == NULL)
	{
		state = MemoryContextAllocZero(context, sizeof(SpatialTau));
		state->rows = sample_rows_create(context, 2);
		state->permutations.seed = GLOBAL_SEED_DEFAULT;
	}
	weights_argument_add(fcinfo, &state->w, context, PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	if (PG_NARGS() > 5)
		rank_permutations_argument(fcinfo, 5, &state->permutations);
	for (int i = 0; i < 2; i++)
		if (!nulls[i])
			values[i] = PG_GETARG_FLOAT8(i + 3);
	sample_rows_add(state->rows, id, values, nulls);
	PG_RETURN_POINTER(state);
}

/* Each pair once, at the lower place, or at the higher one where only that has the link. */
static NeighborPairs
neighbor_pairs(const Sample *sample)
{
	NeighborPairs pairs = {palloc(sizeof(uint32) * (sample->n + 1)), NULL, sample->n};
	uint32 count = 0;

	pairs.other = allocate(sample->links, sizeof(uint32));
	for (uint32 i = 0; i < sample->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pairs.start[i] = count;
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			uint32 j = sample->neighbor[link];

			if (j > i || (j < i && sample_find_link(sample, j, i) == SAMPLE_NO_LINK))
				pairs.other[count++] = j;
		}
	}
	pairs.start[sample->n] = count;
	return pairs;
}

/* Places in no pair. */
static int64
count_islands(const NeighborPairs *pairs)
{
	bool *paired = palloc0(Max(pairs->n, 1));
	int64 islands = pairs->n;

	for (uint32 i = 0; i < pairs->n; i++)
		for (uint32 link = pairs->start[i]; link < pairs->start[i + 1]; link++)
		{
			uint32 j = pairs->other[link];

			islands -= !paired[i];
			paired[i] = true;
			islands -= !paired[j];
			paired[j] = true;
		}
	pfree(paired);
	return islands;
}

/* Pairs of neighbours by how their orders agree. */
static RankPairs
count_neighbors(const NeighborPairs *pairs, const double *x, const double *y)
{
	RankPairs counts = {.pairs = pairs->start[pairs->n]};

	for (uint32 i = 0; i < pairs->n; i++)
		for (uint32 link = pairs->start[i]; link < pairs->start[i + 1]; link++)
		{
			uint32 j = pairs->other[link];
			int in_x = (x[i] > x[j]) - (x[i] < x[j]);
			int in_y = (y[i] > y[j]) - (y[i] < y[j]);

			counts.concordant += in_x * in_y > 0;
			counts.discordant += in_x * in_y < 0;
			counts.tied_x += in_x == 0;
			counts.tied_y += in_y == 0;
		}
	return counts;
}

/* What is compared between arrangements; where there is no tau it is 0. */
static double
neighbors_tau(const void *field, const double *x, const double *y)
{
	RankPairs counts = count_neighbors(field, x, y);
	double tau = rank_tau(&counts);

	return isnan(tau) ? 0 : tau;
}

/* Pairs that are in the first and not in the second. */
static RankPairs
pairs_without(const RankPairs *all, const RankPairs *some)
{
	return (RankPairs){all->pairs - some->pairs,           all->concordant - some->concordant,
					   all->discordant - some->discordant, all->tied_x - some->tied_x,
					   all->tied_y - some->tied_y,         0};
}

/* p of the tau of neighbours over layouts of the areas' pairs of values. */
static double
spatial_tau_p(const SpatialTau *state, const Sample *sample, const NeighborPairs *pairs)
{
	Arrangement arrangement = {.n = sample->n,
							   .x = sample->x[0],
							   .y = sample->x[1],
							   .sum = neighbors_tau,
							   .field = pairs,
							   .tolerance = 1e-12};

	if (state->permutations.permutations == 0)
		return NAN;
	arrangement.observed = neighbors_tau(pairs, sample->x[0], sample->x[1]);
	return permutation_p(&arrangement, state->permutations.permutations,
						 (uint64) state->permutations.seed);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_spatial_tau(PG_FUNCTION_ARGS)
{
	const SpatialTau *state = PG_ARGISNULL(0) ? NULL : (SpatialTau *) PG_GETARG_POINTER(0);
	const Weights *w = state == NULL ? NULL : weights_argument_value(&state->w);
	const Sample *sample;
	NeighborPairs pairs;
	RankPairs all, near, apart;
	double tau_near;
	Datum values[SPATIAL_TAU_COLUMNS];
	bool nulls[SPATIAL_TAU_COLUMNS] = {false};

	if (w == NULL)
		PG_RETURN_NULL();
	sample = sample_make(w, state->rows);
	pairs = neighbor_pairs(sample);
	all = rank_pairs(sample->x[0], sample->x[1], sample->n);
	near = count_neighbors(&pairs, sample->x[0], sample->x[1]);
	apart = pairs_without(&all, &near);
	tau_near = rank_tau(&near);
	put_figure(values, nulls, 0, rank_tau(&all));
	put_figure(values, nulls, 1, tau_near);
	put_figure(values, nulls, 2, rank_tau(&apart));
	put_figure(values, nulls, 3, isnan(tau_near) ? NAN : spatial_tau_p(state, sample, &pairs));
	values[4] = Int64GetDatum(near.pairs);
	values[5] = Int64GetDatum(near.concordant);
	values[6] = Int64GetDatum(near.discordant);
	values[7] = Int64GetDatum(apart.pairs);
	values[8] = Int64GetDatum(apart.concordant);
	values[9] = Int64GetDatum(apart.discordant);
	values[10] = Int64GetDatum(sample->n);
	values[11] = Int64GetDatum(sample->n_null);
	values[12] = Int64GetDatum(count_islands(&pairs));
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, SPATIAL_TAU_COLUMNS), values, nulls));
}
