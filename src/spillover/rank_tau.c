/*
 * rank_tau.c
 *	  Kendall's tau between two periods: do areas keep their order?
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "association/global.h"
#include "association/series.h"
#include "backend/composite.h"
#include "spillover/panel.h"
#include "spillover/rank.h"
#include "spillover/regression.h"
#include "statistics/distributions.h"
#include "statistics/order.h"

PG_FUNCTION_INFO_V1(monitor_kendall_tau_transition);
PG_FUNCTION_INFO_V1(monitor_kendall_tau);

#define TAU_COLUMNS 10

#define INTERRUPT_MASK 0xFFFF

/* A row's two values. */
typedef struct RankRow
{
	double x;
	double y;
} RankRow;

#define ST_SORT sort_rank_rows
#define ST_ELEMENT_TYPE RankRow
#define ST_COMPARE(a, b)                                                                           \
	((a)->x < (b)->x ? -1 : (a)->x > (b)->x ? 1 : (a)->y < (b)->y ? -1 : (a)->y > (b)->y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Sorts y by merging and counts the pairs that stood in the other order. */
static int64
count_inversions(double *y, double *scratch, int64 n)
{
	int64 inversions = 0;

	for (int64 width = 1; width < n; width *= 2)
	{
		for (int64 begin = 0; begin < n; begin += 2 * width)
		{
			int64 middle = Min(begin + width, n);
			int64 end = Min(begin + 2 * width, n);
			int64 left = begin;
			int64 right = middle;

			for (int64 k = begin; k < end; k++)
			{
				if ((k & INTERRUPT_MASK) == 0)
					CHECK_FOR_INTERRUPTS();
				if (left < middle && (right >= end || y[left] <= y[right]))
					scratch[k] = y[left++];
				else
				{
					scratch[k] = y[right++];
					inversions += middle - left;
				}
			}
		}
		memcpy(y, scratch, sizeof(double) * n);
	}
	return inversions;
}

/* What runs of equal values take from the number of pairs and from the variance. */
typedef struct RankTies
{
	int64 pairs;  /* t (t - 1) / 2 */
	double three; /* t (t - 1) (t - 2) */
	double five;  /* t (t - 1) (2 t + 5) */
} RankTies;

static void
ties_add(RankTies *ties, int64 run)
{
	double t = (double) run;

	ties->pairs += run * (run - 1) / 2;
	ties->three += t * (t - 1) * (t - 2);
	ties->five += t * (t - 1) * (2 * t + 5);
}

/* Runs in sorted numbers that stand `stride` doubles apart. */
static RankTies
ties_of(const double *sorted, int64 n, int stride)
{
	RankTies ties = {0};

	for (int64 i = 0, run; i < n; i += run)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (run = 1; i + run < n && sorted[(i + run) * stride] == sorted[i * stride]; run++)
			;
		ties_add(&ties, run);
	}
	return ties;
}

/* Pairs equal in both. */
static int64
tied_in_both(const RankRow *sorted, int64 n)
{
	int64 pairs = 0;

	for (int64 i = 0, run; i < n; i += run)
	{
		for (run = 1;
			 i + run < n && sorted[i + run].x == sorted[i].x && sorted[i + run].y == sorted[i].y;
			 run++)
			;
		pairs += run * (run - 1) / 2;
	}
	return pairs;
}

/* Of the sum of signs over pairs (M. G. Kendall, Rank Correlation Methods, 1970). */
static double
tau_variance(double n, const RankTies *x, const RankTies *y)
{
	double variance = (n * (n - 1) * (2 * n + 5) - x->five - y->five) / 18;

	if (n > 1)
		variance += 2.0 * (double) x->pairs * (double) y->pairs / (n * (n - 1));
	if (n > 2)
		variance += x->three * y->three / (9 * n * (n - 1) * (n - 2));
	return variance;
}

/* W. R. Knight, Journal of the American Statistical Association 61, 1966, 436-439. */
RankPairs
rank_pairs(const double *x, const double *y, int64 n)
{
	RankRow *row = panel_array(n, sizeof(RankRow));
	double *sorted = panel_array(n, sizeof(double));
	double *scratch = panel_array(n, sizeof(double));
	RankPairs pairs = {.pairs = n * (n - 1) / 2};
	RankTies x_ties, y_ties;
	int64 both;

	for (int64 i = 0; i < n; i++)
		row[i] = (RankRow){x[i], y[i]};
	sort_rank_rows(row, n);
	x_ties = ties_of(&row->x, n, 2);
	both = tied_in_both(row, n);
	for (int64 i = 0; i < n; i++)
		sorted[i] = row[i].y;
	pairs.discordant = count_inversions(sorted, scratch, n);
	y_ties = ties_of(sorted, n, 1);
	pairs.tied_x = x_ties.pairs;
	pairs.tied_y = y_ties.pairs;
	pairs.concordant = pairs.pairs - x_ties.pairs - y_ties.pairs + both - pairs.discordant;
	pairs.variance = tau_variance((double) n, &x_ties, &y_ties);
	pfree(row);
	pfree(sorted);
	pfree(scratch);
	return pairs;
}

double
rank_tau(const RankPairs *pairs)
{
	double in_x = (double) (pairs->pairs - pairs->tied_x);
	double in_y = (double) (pairs->pairs - pairs->tied_y);

	if (in_x == 0 || in_y == 0)
		return NAN;
	return (double) (pairs->concordant - pairs->discordant) /
		   (in_x == in_y ? in_x : sqrt(in_x) * sqrt(in_y));
}

void
rank_permutations_argument(FunctionCallInfo fcinfo, int argument, RankPermutations *permutations)
{
	int32 count;
	int64 seed;

	if (PG_ARGISNULL(argument) || PG_ARGISNULL(argument + 1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("permutations and seed must not be NULL"),
						errhint("Leave both out where no permutation is wanted.")));
	count = PG_GETARG_INT32(argument);
	seed = PG_GETARG_INT64(argument + 1);
	if (count < 0 || count > GLOBAL_PERMUTATIONS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("permutations must be from 0 to %d, not %d",
							   GLOBAL_PERMUTATIONS_MOST, count),
						errhint("999 is usual.")));
	if (permutations->read && (permutations->permutations != count || permutations->seed != seed))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("permutations and seed are not the same in all rows of a group"),
						errhint("Give constants.")));
	*permutations = (RankPermutations){true, count, seed};
}

/* step of kendall_tau(x, y) */
Datum
monitor_kendall_tau_transition(PG_FUNCTION_ARGS)
{
	Series *series = series_state(fcinfo, 2);
	double values[2] = {series_argument(fcinfo, 1, "x"), series_argument(fcinfo, 2, "y")};

	series_add(series, values);
	PG_RETURN_POINTER(series);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_kendall_tau(PG_FUNCTION_ARGS)
{
	const Series *series;
	double *x, *y;
	double tau, z;
	int64 n = 0;
	RankPairs pairs;
	Datum values[TAU_COLUMNS];
	bool nulls[TAU_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = (const Series *) PG_GETARG_POINTER(0);
	x = panel_array(series->count, sizeof(double));
	y = panel_array(series->count, sizeof(double));
	for (int64 i = 0; i < series->count; i++)
	{
		if (isnan(series->values[2 * i]) || isnan(series->values[2 * i + 1]))
			continue;
		x[n] = series->values[2 * i];
		y[n++] = series->values[2 * i + 1];
	}
	pairs = rank_pairs(x, y, n);
	tau = rank_tau(&pairs);
	z = isnan(tau) ? NAN : (double) (pairs.concordant - pairs.discordant) / sqrt(pairs.variance);
	put_figure(values, nulls, 0, tau);
	values[1] = Int64GetDatum(pairs.concordant);
	values[2] = Int64GetDatum(pairs.discordant);
	values[3] = Int64GetDatum(pairs.tied_x);
	values[4] = Int64GetDatum(pairs.tied_y);
	put_figure(values, nulls, 5, isnan(tau) ? NAN : pairs.variance);
	put_figure(values, nulls, 6, z);
	put_figure(values, nulls, 7, isnan(z) ? NAN : normal_two_sided(z));
	values[8] = Int64GetDatum(n);
	values[9] = Int64GetDatum(series->count - n);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, TAU_COLUMNS), values, nulls));
}
