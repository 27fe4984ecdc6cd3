/*
 * trend.c
 *	  Does a series rise or fall, and what has a hot spot become over the periods?
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "association/series.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "statistics/distributions.h"
#include "statistics/order.h"

PG_FUNCTION_INFO_V1(monitor_mann_kendall_transition);
PG_FUNCTION_INFO_V1(monitor_mann_kendall_final);
PG_FUNCTION_INFO_V1(monitor_emerging_hot_spot_transition);
PG_FUNCTION_INFO_V1(monitor_emerging_hot_spot_final);

/* Sen's slope takes all pairs: 64 MB for as many. */
#define PERIODS_MOST 4000

/* Up to here the distribution of S is counted out where no values are equal. */
#define EXACT_MOST 100

#define TREND_COLUMNS 9
#define HOT_SPOT_COLUMNS 7

/* Figures of one series; NaN: cannot be computed. */
typedef struct Trend
{
	int64 n;
	int64 s;
	double tau;
	double variance;
	double z;
	double p;
	double p_exact;
	double slope;
	bool tied;
} Trend;

/* Pairs that rise less pairs that fall. */
static int64
kendall_score(const double *x, int64 n)
{
	int64 score = 0;

	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 j = i + 1; j < n; j++)
			score += (x[j] > x[i]) - (x[j] < x[i]);
	}
	return score;
}

/* Pairs of equal values, and what they take from 18 times the variance. */
static void
kendall_ties(const double *x, int64 n, double *pairs, double *less)
{
	double *sorted = allocate(n, sizeof(double));

	memcpy(sorted, x, sizeof(double) * n);
	qsort_interruptible(sorted, n, sizeof(double), double_order, NULL);
	*pairs = *less = 0;
	for (int64 i = 0, run; i < n; i += run)
	{
		for (run = 1; i + run < n && sorted[i + run] == sorted[i]; run++)
			;
		*pairs += run * (run - 1.0) / 2;
		*less += run * (run - 1.0) * (2.0 * run + 5);
	}
	pfree(sorted);
}

/*
 * P(|S| >= |s|) over all orders of n different values (Kendall 1975, chapter 5): the
 * share of orders with k inversions, built up value by value. A new value adds 0 to
 * values - 1 inversions, hence the running sum.
 */
static double
kendall_exact(int64 n, int64 s)
{
	int64 most = n * (n - 1) / 2;
	int64 limit = (most - (s < 0 ? -s : s)) / 2; /* inversions of the lower tail */
	double *share = palloc0(sizeof(double) * (limit + 1));
	double *next = palloc0(sizeof(double) * (limit + 1));
	double tail = 0;

	share[0] = 1;
	for (int64 values = 2; values <= n; values++)
	{
		int64 reach = Min(values * (values - 1) / 2, limit);
		double running = 0;
		double *swap = share;

		for (int64 k = 0; k <= reach; k++)
		{
			running += share[k] - (k >= values ? share[k - values] : 0);
			next[k] = running / values;
		}
		share = next;
		next = swap;
	}
	for (int64 k = 0; k <= limit; k++)
		tail += share[k];
	pfree(share);
	pfree(next);
	return Min(2 * tail, 1);
}

/* Median of the slopes of all pairs (Sen 1968). */
static double
sen_slope(const double *t, const double *x, int64 n)
{
	int64 pairs = n * (n - 1) / 2;
	double *slope;
	double result;
	int64 k = 0;

	if (n < 2)
		return NAN;
	slope = allocate(pairs, sizeof(double));
	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 j = i + 1; j < n; j++)
			slope[k++] = (x[j] - x[i]) / (t[j] - t[i]);
	}
	qsort_interruptible(slope, pairs, sizeof(double), double_order, NULL);
	result = pairs % 2 == 1 ? slope[pairs / 2] : slope[pairs / 2 - 1] / 2 + slope[pairs / 2] / 2;
	pfree(slope);
	return result;
}

/* Mann 1945, with the variance for ties and the continuity correction of Kendall 1975. */
static Trend
mann_kendall(const double *x, int64 n)
{
	double pairs = n * (n - 1.0) / 2;
	Trend trend = {n, kendall_score(x, n), NAN, NAN, NAN, NAN, NAN, NAN, true};
	double tied;
	double less;
	int direction = (trend.s > 0) - (trend.s < 0);

	if (n < 2)
		return trend;
	kendall_ties(x, n, &tied, &less);
	trend.variance = (n * (n - 1.0) * (2.0 * n + 5) - less) / 18;
	if (tied == pairs)
		return trend;
	/* one root of whole numbers: exactly 1 where x only rises */
	trend.tau = trend.s / sqrt((pairs - tied) * pairs);
	trend.z = (trend.s - direction) / sqrt(trend.variance);
	trend.p = normal_two_sided(trend.z);
	trend.tied = tied > 0;
	return trend;
}

/* ---- series in time ---- */

/* Adds a period: its time and values. */
static void
period_add(FunctionCallInfo fcinfo, Series *series, const char *const *names)
{
	double values[3];

	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("t is NULL"),
						errhint("Give the time of each value, a year for instance.")));
	for (int i = 0; i < series->columns; i++)
		values[i] = series_argument(fcinfo, i + 1, names[i]);
	if (series->count >= PERIODS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("more than %d periods in a group", PERIODS_MOST),
						errhint("Group by area, and give one value a period.")));
	series_add(series, values);
}

/* The periods in order; a time given twice is refused. */
static double *
periods_sorted(const Series *series)
{
	double *sorted = series_sorted(series);
	int columns = series->columns;

	for (int64 i = 1; i < series->count; i++)
		if (sorted[i * columns] == sorted[(i - 1) * columns])
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("two values for t %.15g", sorted[i * columns]),
							errhint("Group by area, and give one value a period.")));
	return sorted;
}

static const char *const trend_names[] = {"t", "x"};
static const char *const hot_spot_names[] = {"t", "z", "p"};

/* step of mann_kendall(t, x) */
Datum
monitor_mann_kendall_transition(PG_FUNCTION_ARGS)
{
	Series *series = series_state(fcinfo, 2);

	period_add(fcinfo, series, trend_names);
	PG_RETURN_POINTER(series);
}

Datum
monitor_mann_kendall_final(PG_FUNCTION_ARGS)
{
	const Series *series;
	double *sorted;
	double *t;
	double *x;
	int64 n = 0;
	Trend trend;
	Datum values[TREND_COLUMNS];
	bool nulls[TREND_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = (const Series *) PG_GETARG_POINTER(0);
	sorted = periods_sorted(series);
	t = palloc(sizeof(double) * series->count);
	x = palloc(sizeof(double) * series->count);
	for (int64 i = 0; i < series->count; i++)
	{
		if (isnan(sorted[2 * i + 1]))
			continue;
		t[n] = sorted[2 * i];
		x[n++] = sorted[2 * i + 1];
	}
	trend = mann_kendall(x, n);
	trend.slope = sen_slope(t, x, n);
	if (!trend.tied && n <= EXACT_MOST)
		trend.p_exact = kendall_exact(n, trend.s);
	values[0] = Int64GetDatum(trend.s);
	nulls[0] = n < 2;
	put_figure(values, nulls, 1, trend.tau);
	put_figure(values, nulls, 2, trend.variance);
	put_figure(values, nulls, 3, trend.z);
	put_figure(values, nulls, 4, trend.p);
	put_figure(values, nulls, 5, trend.p_exact);
	put_figure(values, nulls, 6, trend.slope);
	values[7] = Int64GetDatum(n);
	values[8] = Int64GetDatum(series->count - n);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, TREND_COLUMNS), values, nulls));
}

/* ---- what a hot spot has become ---- */

/* The known periods of an area seen from one side, hot or cold. */
typedef struct History
{
	int64 periods;
	int64 here;     /* periods on this side */
	int64 there;    /* periods on the other */
	int64 last_run; /* periods on this side up to the last one, uninterrupted */
	int trend;      /* of the intensity of this side: 1 rises, -1 falls, 0 neither */
} History;

/* The first of Esri's classes that holds, in the order of their list; NULL: none. */
static const char *
history_class(const History *history)
{
	bool now = history->last_run > 0;
	bool nearly_always = 10 * history->here >= 9 * history->periods && history->here > 0;
	bool only_last_run = history->here == history->last_run;

	if (now && only_last_run && history->last_run == 1)
		return "new";
	if (now && only_last_run && !nearly_always)
		return "consecutive";
	if (now && nearly_always)
		return history->trend > 0   ? "intensifying"
			   : history->trend < 0 ? "diminishing"
									: "persistent";
	if (now)
		return history->there == 0 ? "sporadic" : "oscillating";
	return nearly_always ? "historical" : NULL;
}

/* side[i]: 1 hot, -1 cold, 0 neither. */
static History
history_of(const int *side, int64 n, int which, int trend)
{
	History history = {.periods = n, .trend = trend * which};

	for (int64 i = 0; i < n; i++)
	{
		history.here += side[i] == which;
		history.there += side[i] == -which;
		history.last_run = side[i] == which ? history.last_run + 1 : 0;
	}
	return history;
}

/* What the area is now comes before what it was: a new cold spot may be a historical hot spot. */
static text *
hot_spot_class(const int *side, int64 n, int trend)
{
	int first = side[n - 1] < 0 ? -1 : 1;

	for (int i = 0; i < 2; i++)
	{
		int which = i == 0 ? first : -first;
		History history = history_of(side, n, which, trend);
		const char *class = history_class(&history);

		if (class != NULL)
			return cstring_to_text(psprintf("%s %s spot", class, which > 0 ? "hot" : "cold"));
	}
	return cstring_to_text("no pattern");
}

/* step of emerging_hot_spot(t, z, p [, alpha]) */
Datum
monitor_emerging_hot_spot_transition(PG_FUNCTION_ARGS)
{
	Series *series = series_state(fcinfo, 3);

	if (!PG_ARGISNULL(3))
		check_probability(PG_GETARG_FLOAT8(3));
	period_add(fcinfo, series, hot_spot_names);
	PG_RETURN_POINTER(series);
}

Datum
monitor_emerging_hot_spot_final(PG_FUNCTION_ARGS)
{
	const Series *series;
	double *sorted;
	double *z;
	int *side;
	int64 n = 0;
	bool last_known = false;
	Trend trend;
	History hot;
	History cold;
	Datum values[HOT_SPOT_COLUMNS] = {0};
	bool nulls[HOT_SPOT_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = (const Series *) PG_GETARG_POINTER(0);
	sorted = periods_sorted(series);
	z = palloc(sizeof(double) * series->count);
	side = palloc(sizeof(int) * series->count);
	for (int64 i = 0; i < series->count; i++)
	{
		const double *period = sorted + 3 * i;

		last_known = !isnan(period[1]) && !isnan(period[2]);
		if (!last_known)
			continue;
		z[n] = period[1];
		side[n++] = period[2] <= series->alpha ? (period[1] > 0) - (period[1] < 0) : 0;
	}
	trend = mann_kendall(z, n);
	hot = history_of(side, n, 1, 0);
	cold = history_of(side, n, -1, 0);
	nulls[0] = !last_known;
	if (last_known)
		values[0] = PointerGetDatum(
			hot_spot_class(side, n, trend.p <= series->alpha ? (trend.z > 0 ? 1 : -1) : 0));
	put_figure(values, nulls, 1, trend.z);
	put_figure(values, nulls, 2, trend.p);
	values[3] = Int64GetDatum(hot.here);
	values[4] = Int64GetDatum(cold.here);
	values[5] = Int64GetDatum(n);
	values[6] = Int64GetDatum(series->count - n);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, HOT_SPOT_COLUMNS), values, nulls));
}
