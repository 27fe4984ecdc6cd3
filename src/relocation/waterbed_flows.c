/*
 * waterbed_flows.c
 *	  Who moved from where to where, and whether those with x went elsewhere than
 *	  the others who left the same place.
 *
 * The first expectation of a flow is that the place's leavers with x spread as all
 * its leavers do; the number in a flow is then hypergeometric, and p is exact, with
 * both tails: all numbers no more probable than the one observed. Many flows are
 * small and tested at once, so a question about areas is better put of set to set.
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "relocation/shares.h"
#include "statistics/distributions.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_flows);
PG_FUNCTION_INFO_V1(monitor_waterbed_excess);

#define FLOW_COLUMNS 11
#define EXCESS_COLUMNS 6

/* As in fisher_exact: as probable as the observed number, up to rounding, counts. */
#define PROBABILITY_SLACK (1 + 1e-7)

/* Beyond so many products, or values, the distribution of a sum over origins is taken as normal. */
#define MAX_PRODUCTS 2e8
#define MAX_VALUES 1e6

/* Sums over flows, x in 1/10,000. */
typedef struct Leavers
{
	int64 n;
	int64 with;
	int64 x0;
} Leavers;

static void
leavers_add(Leavers *sum, const WaterbedFlow *flow)
{
	sum->n += flow->n;
	sum->with += flow->with;
	sum->x0 += flow->x0;
}

/* x of the leavers that a flow of so many would carry if they were like the others. */
static double
expected_x(const Leavers *leavers, int64 movers)
{
	return (double) ((int128) leavers->x0 * movers) / (double) leavers->n / WATERBED_UNIT;
}

/* Whether x is 0 or 1 in every person: then products count those with x both times. */
static bool
all_flags(const Waterbed *value)
{
	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = &value->pair[i];

		if (pair->x0 != pair->with * WATERBED_UNIT ||
			pair->x00 != (int128) pair->x0 * WATERBED_UNIT ||
			pair->x11 != (int128) pair->x1 * WATERBED_UNIT ||
			pair->b0_x11 != (int128) pair->b0_x1 * WATERBED_UNIT ||
			pair->b1_x0 != pair->b1_with * WATERBED_UNIT ||
			pair->b1_x00 != (int128) pair->b1_x0 * WATERBED_UNIT)
			return false;
	}
	return true;
}

/* The pair of the same places the other way, or NULL. */
static const WaterbedPair *
reverse_pair(const WaterbedIndex *index, const WaterbedPair *pair)
{
	int64 place = waterbed_index_find(index, pair->after);
	Size low = index->from[place];
	Size high = index->from[place + 1];

	while (low < high)
	{
		Size middle = low + (high - low) / 2;

		if (index->value->pair[middle].after < pair->before)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->from[place + 1] || index->value->pair[low].after != pair->before)
		return NULL;
	return &index->value->pair[low];
}

/* Net export, and what was expected of a flow within the city. */
static void
put_comparison(const WaterbedIndex *index, const WaterbedPair *pair, const WaterbedFlow *flow,
			   const Leavers *leavers, Datum *values, bool *nulls)
{
	const WaterbedPair *reverse = reverse_pair(index, pair);
	WaterbedFlow back = {0};

	if (reverse != NULL)
		waterbed_flow(reverse, &back);
	values[6] = Float8GetDatum((double) (flow->x0 - back.x0) / WATERBED_UNIT);
	nulls[7] = leavers->x0 == 0;
	if (leavers->x0 != 0)
		values[7] = Float8GetDatum((double) flow->x0 / (double) leavers->x0);
	values[9] = Float8GetDatum((double) flow->x0 / WATERBED_UNIT - expected_x(leavers, flow->n));
	/* not to be had of more leavers than the distribution serves */
	nulls[10] = isnan(hypergeometric_mass(flow->with, flow->n, leavers->with, leavers->n));
	if (!nulls[10])
		values[10] = Float8GetDatum(fisher_two_sided(
			flow->with, flow->n, leavers->with - flow->with, leavers->n - flow->n));
}

static void
put_flow(ReturnSetInfo *rows, const WaterbedIndex *index, const WaterbedPair *pair,
		 const Leavers *leavers, bool flags)
{
	bool from_city = place_in_city(pair->before);
	bool to_city = place_in_city(pair->after);
	Datum values[FLOW_COLUMNS] = {0};
	bool nulls[FLOW_COLUMNS] = {false};
	WaterbedFlow flow;

	waterbed_flow(pair, &flow);
	if (flow.n == 0)
		return;
	values[0] = Int64GetDatum(pair->before);
	values[1] = Int64GetDatum(pair->after);
	values[2] = Int64GetDatum(flow.n);
	values[3] = Float8GetDatum((double) flow.x0 / WATERBED_UNIT);
	values[4] = Float8GetDatum((double) flow.x1 / WATERBED_UNIT);
	values[5] = Float8GetDatum((double) flow.x01 / WATERBED_SQUARE_UNIT);
	values[8] = Float8GetDatum((double) flow.x0 / WATERBED_UNIT / (double) flow.n);
	nulls[3] = nulls[8] = !from_city;
	nulls[4] = !to_city;
	nulls[5] = !flags || !from_city || !to_city;
	if (from_city && to_city)
		put_comparison(index, pair, &flow, leavers, values, nulls);
	else
		nulls[6] = nulls[7] = nulls[9] = nulls[10] = true;
	rows_put(rows, values, nulls);
}

Datum
monitor_waterbed_flows(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	ReturnSetInfo *rows = rows_begin(fcinfo, FLOW_COLUMNS);
	WaterbedIndex *index = waterbed_index(value);
	bool flags = all_flags(value);

	for (Size i = 0; i < index->places; i++)
	{
		Leavers leavers = {0};

		for (Size k = index->from[i]; k < index->from[i + 1]; k++)
		{
			WaterbedFlow flow;

			CHECK_FOR_INTERRUPTS();
			waterbed_flow(&value->pair[k], &flow);
			if (place_in_city(value->pair[k].after) && value->pair[k].after != index->place[i])
				leavers_add(&leavers, &flow);
		}
		for (Size k = index->from[i]; k < index->from[i + 1]; k++)
		{
			CHECK_FOR_INTERRUPTS();
			if (value->pair[k].after != value->pair[k].before)
				put_flow(rows, index, &value->pair[k], &leavers, flags);
		}
	}
	return (Datum) 0;
}

/* The distribution of a number of leavers with x, from least on. */
typedef struct Distribution
{
	int64 least;
	int64 n;
	double *p;
} Distribution;

/* One origin's leavers: drawn go to the destinations, marked of the total have x. */
typedef struct Draw
{
	int64 drawn;
	int64 marked;
	int64 total;
} Draw;

static int64
draw_least(const Draw *draw)
{
	return Max(0, draw->drawn + draw->marked - draw->total);
}

static int64
draw_values(const Draw *draw)
{
	return Min(draw->drawn, draw->marked) - draw_least(draw) + 1;
}

/* Adds an independent draw to a sum. */
static void
convolve(Distribution *sum, const Draw *draw)
{
	int64 least = draw_least(draw);
	int64 values = draw_values(draw);
	int64 n = sum->n + values - 1;
	double *p = allocate_zero(n, sizeof(double));

	for (int64 k = 0; k < values; k++)
	{
		double mass = hypergeometric_mass(least + k, draw->drawn, draw->marked, draw->total);

		CHECK_FOR_INTERRUPTS();
		for (int64 i = 0; i < sum->n; i++)
			p[i + k] += mass * sum->p[i];
	}
	pfree(sum->p);
	sum->p = p;
	sum->n = n;
	sum->least += least;
}

/* NaN where an origin has more leavers than the exact distribution serves. */
static double
exact_two_sided(const Draw *draw, Size n, int64 observed)
{
	Distribution sum = {0, 1, palloc(sizeof(double))};
	double limit;
	double p = 0;

	sum.p[0] = 1;
	for (Size i = 0; i < n; i++)
		convolve(&sum, &draw[i]);
	limit = sum.p[observed - sum.least] * PROBABILITY_SLACK;
	for (int64 i = 0; i < sum.n; i++)
		if (!(sum.p[i] > limit))
			p += sum.p[i];
	pfree(sum.p);
	return isnan(p) ? NAN : Min(p, 1);
}

/* Both tails from a normal distribution, with the correction for whole numbers. */
static double
normal_both_tails(const Draw *draw, Size n, int64 observed)
{
	double mean = 0;
	double variance = 0;

	for (Size i = 0; i < n; i++)
	{
		double total = (double) draw[i].total;
		double share = (double) draw[i].marked / total;

		mean += (double) draw[i].drawn * share;
		if (draw[i].total > 1)
			variance += (double) draw[i].drawn * share * (1 - share) *
						(total - (double) draw[i].drawn) / (total - 1);
	}
	if (variance == 0)
		return 1;
	return normal_two_sided(Max(fabs((double) observed - mean) - 0.5, 0) / sqrt(variance));
}

/* The probability of a number as far out, the origins being independent. */
static double
draws_two_sided(const Draw *draw, Size n, int64 observed)
{
	double values = 1;
	double products = 0;

	for (Size i = 0; i < n; i++)
	{
		products += values * (double) draw_values(&draw[i]);
		values += (double) draw_values(&draw[i]) - 1;
	}
	if (products > MAX_PRODUCTS || values > MAX_VALUES)
		return normal_both_tails(draw, n, observed);
	return exact_two_sided(draw, n, observed);
}

/* Of one origin: its leavers to the city outside the origins, and of these to the destinations. */
static void
origin_leavers(const WaterbedIndex *index, Size place, const PlaceSet *origins,
			   const PlaceSet *destinations, Leavers *all, Leavers *chosen)
{
	for (Size k = index->from[place]; k < index->from[place + 1]; k++)
	{
		const WaterbedPair *pair = &index->value->pair[k];
		WaterbedFlow flow;

		CHECK_FOR_INTERRUPTS();
		if (!place_in_city(pair->after) || place_set_has(origins, pair->after))
			continue;
		waterbed_flow(pair, &flow);
		leavers_add(all, &flow);
		if (place_set_has(destinations, pair->after))
			leavers_add(chosen, &flow);
	}
}

/* waterbed_excess(waterbed, origins, destinations) */
Datum
monitor_waterbed_excess(PG_FUNCTION_ARGS)
{
	WaterbedIndex *index = waterbed_index(PG_GETARG_WATERBED_P(0));
	PlaceSet origins = place_set_from_array(PG_GETARG_ARRAYTYPE_P(1), "origins");
	PlaceSet destinations = place_set_from_array(PG_GETARG_ARRAYTYPE_P(2), "destinations");
	Draw *draw = allocate(origins.n, sizeof(Draw));
	Datum values[EXCESS_COLUMNS] = {0};
	bool nulls[EXCESS_COLUMNS] = {false};
	Leavers moved = {0};
	double expected = 0;
	double p;
	Size n = 0;

	area_sets_apart(&origins, "origins", &destinations, "destinations");
	for (Size i = 0; i < origins.n; i++)
	{
		int64 place = waterbed_index_find(index, origins.area[i]);
		Leavers all = {0};
		Leavers chosen = {0};

		if (place < 0)
			continue;
		origin_leavers(index, place, &origins, &destinations, &all, &chosen);
		if (all.n == 0)
			continue;
		moved.n += chosen.n;
		moved.with += chosen.with;
		moved.x0 += chosen.x0;
		expected += expected_x(&all, chosen.n);
		draw[n++] = (Draw){chosen.n, all.with, all.n};
	}
	values[0] = Int64GetDatum(moved.n);
	values[1] = Float8GetDatum((double) moved.x0 / WATERBED_UNIT);
	values[2] = Int64GetDatum(moved.with);
	values[3] = Float8GetDatum(expected);
	values[4] = Float8GetDatum((double) moved.x0 / WATERBED_UNIT - expected);
	p = n > 0 ? draws_two_sided(draw, n, moved.with) : NAN;
	nulls[5] = isnan(p);
	values[5] = Float8GetDatum(p);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, EXCESS_COLUMNS), values, nulls));
}
