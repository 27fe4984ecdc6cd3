/*
 * rank_theta.c
 *	  Theta (S. J. Rey, Geographical Analysis 36, 2004): do the areas of a regime, such
 *	  as a landlord or a district, move in the order together?
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "association/global.h"
#include "association/sample.h"
#include "backend/aggregate.h"
#include "backend/composite.h"
#include "spillover/panel.h"
#include "spillover/rank.h"
#include "spillover/regression.h"

PG_FUNCTION_INFO_V1(monitor_rank_theta_transition);
PG_FUNCTION_INFO_V1(monitor_rank_theta);

#define THETA_COLUMNS 6

#define INTERRUPT_MASK 0xFFFF

/* State of the aggregate: the id of a row is its regime. */
typedef struct Theta
{
	SampleRows *rows;
	int64 unknown; /* rows with a NULL */
	RankPermutations permutations;
} Theta;

/* (state, regime, x, y) or (..., permutations, seed) */
Datum
monitor_rank_theta_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context = aggregate_context(fcinfo);
	Theta *state = PG_ARGISNULL(0) ? NULL : (Theta *) PG_GETARG_POINTER(0);
	double values[2];

	if (state == NULL)
	{
		state = MemoryContextAllocZero(context, sizeof(Theta));
		state->rows = sample_rows_create(context, 2);
		state->permutations.seed = GLOBAL_SEED_DEFAULT;
	}
	if (PG_NARGS() > 4)
		rank_permutations_argument(fcinfo, 4, &state->permutations);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		state->unknown++;
		PG_RETURN_POINTER(state);
	}
	values[0] = PG_GETARG_FLOAT8(2);
	values[1] = PG_GETARG_FLOAT8(3);
	if (!isfinite(values[0]) || !isfinite(values[1]))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a value of regime %lld is not finite", (long long) PG_GETARG_INT64(1)),
				 errhint("An unknown value is NULL.")));
	sample_rows_add(state->rows, PG_GETARG_INT64(1), values, NULL);
	PG_RETURN_POINTER(state);
}

/* A row's value, and its place. */
typedef struct PlacedValue
{
	double value;
	int64 place;
} PlacedValue;

#define ST_SORT sort_placed
#define ST_ELEMENT_TYPE PlacedValue
#define ST_COMPARE(a, b) ((a)->value < (b)->value ? -1 : (a)->value > (b)->value)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* A row's regime and how its rank has changed, doubled, which makes it whole. */
typedef struct RankChange
{
	int64 regime;
	double change;
} RankChange;

#define ST_SORT sort_changes
#define ST_ELEMENT_TYPE RankChange
#define ST_COMPARE(a, b)                                                                           \
	((a)->regime < (b)->regime   ? -1                                                              \
	 : (a)->regime > (b)->regime ? 1                                                               \
	 : (a)->change < (b)->change ? -1                                                              \
								 : (a)->change > (b)->change)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Adds sign times twice the rank of each row in a column; equal values share their mean rank. */
static void
add_ranks(const SampleRows *rows, int column, double sign, RankChange *change)
{
	int64 n = rows->count;
	PlacedValue *placed = panel_array(n, sizeof(PlacedValue));

	for (int64 i = 0; i < n; i++)
		placed[i] = (PlacedValue){rows->values[2 * i + column], i};
	sort_placed(placed, n);
	for (int64 i = 0, run; i < n; i += run)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (run = 1; i + run < n && placed[i + run].value == placed[i].value; run++)
			;
		for (int64 j = i; j < i + run; j++)
			change[placed[j].place].change += sign * (double) (2 * i + run + 1);
	}
	pfree(placed);
}

/* Rows by regime: where each one's begin. */
typedef struct Regimes
{
	uint32 n;
	uint32 count;
	uint32 *start; /* count + 1 */
	double total;  /* of all changes without their signs */
} Regimes;

static Regimes
regimes_of(const RankChange *sorted, uint32 n)
{
	Regimes regimes = {.n = n, .start = panel_array((Size) n + 1, sizeof(uint32))};

	for (uint32 i = 0; i < n; i++)
	{
		if (i == 0 || sorted[i].regime != sorted[i - 1].regime)
			regimes.start[regimes.count++] = i;
		regimes.total += fabs(sorted[i].change);
	}
	regimes.start[regimes.count] = n;
	return regimes;
}

/* Changes that do not cancel within their regimes. */
static double
moved_together(const void *field, const double *change, const double *unused)
{
	const Regimes *regimes = field;
	double total = 0;

	for (uint32 regime = 0; regime < regimes->count; regime++)
	{
		double sum = 0;

		for (uint32 i = regimes->start[regime]; i < regimes->start[regime + 1]; i++)
			sum += change[i];
		total += fabs(sum);
	}
	return total;
}

/* The result's figures from the changes in order of regimes. */
static void
theta_figures(const Theta *state, const RankChange *sorted, uint32 n, Datum *values, bool *nulls)
{
	Regimes regimes = regimes_of(sorted, n);
	double *change = panel_array(n, sizeof(double));
	Arrangement arrangement = {
		.n = n, .x = change, .sum = moved_together, .field = &regimes, .tolerance = 0};
	double p = NAN;

	for (uint32 i = 0; i < n; i++)
		change[i] = sorted[i].change;
	arrangement.observed = moved_together(&regimes, change, NULL);
	if (state->permutations.permutations > 0 && regimes.total > 0)
		p = permutation_p(&arrangement, state->permutations.permutations,
						  (uint64) state->permutations.seed);
	put_figure(values, nulls, 0, regimes.total == 0 ? NAN : arrangement.observed / regimes.total);
	put_figure(values, nulls, 1, p);
	values[2] = Float8GetDatum(regimes.total / 2);
	values[3] = Int64GetDatum(regimes.count);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_rank_theta(PG_FUNCTION_ARGS)
{
	const Theta *state;
	RankChange *change;
	int64 n;
	Datum values[THETA_COLUMNS];
	bool nulls[THETA_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (const Theta *) PG_GETARG_POINTER(0);
	n = state->rows->count;
	change = panel_array(n, sizeof(RankChange));
	for (int64 i = 0; i < n; i++)
		change[i].regime = state->rows->ids[i];
	if (n > 0)
	{
		add_ranks(state->rows, 0, -1, change);
		add_ranks(state->rows, 1, 1, change);
	}
	sort_changes(change, n);
	theta_figures(state, change, (uint32) n, values, nulls);
	values[4] = Int64GetDatum(n);
	values[5] = Int64GetDatum(state->unknown);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, THETA_COLUMNS), values, nulls));
}
