/*
 * twins_balance.c
 *	  How alike areas and their twins are, before and after matching.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "spillover/column_names.h"
#include "spillover/twins.h"

PG_FUNCTION_INFO_V1(monitor_twin_balance);

#define BALANCE_COLUMNS 13

/* A value and whose it is. */
typedef struct Value
{
	double x;
	int64 row;
} Value;

#define ST_SORT sort_values
#define ST_ELEMENT_TYPE Value
#define ST_COMPARE(a, b)                                                                           \
	((a)->x != (b)->x ? ((a)->x < (b)->x ? -1 : 1)                                                 \
					  : ((a)->row < (b)->row ? -1 : (a)->row > (b)->row))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Weighted mean, and standard deviation with the divisor W - sum w^2 / W, W the sum of
 * weights, which is n - 1 where all are 1. Deviations are from the first value, so that
 * a group all alike has exactly no spread.
 */
static void
weighted_moments(const double *values, const double *weight, int64 n, double *mean, double *sd)
{
	double total = 0;
	double squares = 0;
	double sum = 0;
	double spread = 0;
	double first = NAN;
	double freedom;

	for (int64 i = 0; i < n; i++)
	{
		if (weight[i] == 0)
			continue;
		if (isnan(first))
			first = values[i];
		total += weight[i];
		squares += weight[i] * weight[i];
		sum += weight[i] * (values[i] - first);
	}
	sum /= total;
	for (int64 i = 0; i < n; i++)
		if (weight[i] != 0)
			spread += weight[i] * (values[i] - first - sum) * (values[i] - first - sum);
	*mean = first + sum;
	freedom = total - squares / total;
	*sd = freedom > 1e-9 * total ? sqrt(spread / freedom) : NAN;
}

/* The sum of a group's weights. */
static double
weight_sum(const double *weight, int64 n)
{
	double sum = 0;

	for (int64 i = 0; i < n; i++)
		sum += weight[i];
	return sum;
}

/* The largest distance between two weighted distribution functions; NaN where a group is empty. */
static double
largest_gap(const Value *sorted, int64 n, const double *a, const double *b)
{
	double a_total = weight_sum(a, n);
	double b_total = weight_sum(b, n);
	double a_sum = 0;
	double b_sum = 0;
	double gap = 0;

	if (a_total == 0 || b_total == 0)
		return NAN;
	for (int64 i = 0; i < n; i++)
	{
		a_sum += a[sorted[i].row];
		b_sum += b[sorted[i].row];
		if (i + 1 == n || sorted[i + 1].x != sorted[i].x)
			gap = Max(gap, fabs(a_sum / a_total - b_sum / b_total));
	}
	/* at the end both are 1 but for rounding */
	return gap < 1e-12 ? 0 : Min(gap, 1);
}

void
twins_balance(TwinsColumn *column, const double *values, int64 n,
			  double *const weight[TWINS_GROUPS])
{
	Value *sorted = allocate(n, sizeof(Value));

	for (int g = 0; g < TWINS_GROUPS; g++)
	{
		CHECK_FOR_INTERRUPTS();
		weighted_moments(values, weight[g], n, &column->mean[g], &column->sd[g]);
	}
	for (int64 i = 0; i < n; i++)
		sorted[i] = (Value){values[i], i};
	sort_values(sorted, n);
	column->ks_before = largest_gap(sorted, n, weight[TWINS_TREATED], weight[TWINS_CANDIDATES]);
	column->ks_after = largest_gap(sorted, n, weight[TWINS_MATCHED], weight[TWINS_TWINS]);
	pfree(sorted);
}

/* ---- twin_balance ---- */

/* What a difference of means is divided by. */
typedef enum Divisor
{
	DIVISOR_POOLED,
	DIVISOR_TREATED,
	DIVISOR_CANDIDATES,
	DIVISOR_ALL
} Divisor;

static Divisor
read_divisor(FunctionCallInfo fcinfo, int argument)
{
	static const char *const names[] = {"pooled", "treated", "candidates", "all"};
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (Divisor) i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("divisor must be pooled, treated, candidates or all, not \"%s\"", name),
					errhint("pooled is the default.")));
}

/* The standard deviation that differences are divided by; NaN where there is none. */
static double
divisor_of(const TwinsColumn *column, Divisor divisor)
{
	double treated = column->sd[TWINS_TREATED];
	double candidates = column->sd[TWINS_CANDIDATES];
	double sd = hypot(treated, candidates) / M_SQRT2;

	if (divisor == DIVISOR_TREATED)
		sd = treated;
	else if (divisor == DIVISOR_ALL)
		sd = column->sd_all;
	else if (divisor == DIVISOR_CANDIDATES || isnan(treated))
		sd = candidates;
	return sd > 0 ? sd : NAN;
}

/* What is missing of a column's balance, or not as asked for; NULL: nothing. */
static const char *
balance_note(const TwinsColumn *column, Divisor divisor, double sd)
{
	if (isnan(column->mean[TWINS_TREATED]))
		return "no treated area is known";
	if (isnan(column->mean[TWINS_CANDIDATES]))
		return "no candidate";
	if (isnan(sd))
		return "no spread to divide by";
	if (isnan(column->mean[TWINS_MATCHED]))
		return "no area has a twin";
	if (divisor == DIVISOR_POOLED && isnan(column->sd[TWINS_TREATED]))
		return "one treated area has no spread, divided by that of the candidates";
	return NULL;
}

/* A ratio of variances. */
static double
variance_ratio(double sd, double other)
{
	return (sd / other) * (sd / other);
}

/* One column as a row. */
static void
put_column(ReturnSetInfo *rows, const TwinsColumn *column, const char *name, Divisor divisor)
{
	const double *mean = column->mean;
	double sd = divisor_of(column, divisor);
	const char *note = balance_note(column, divisor, sd);
	double figures[] = {mean[TWINS_TREATED],
						mean[TWINS_CANDIDATES],
						mean[TWINS_MATCHED],
						mean[TWINS_TWINS],
						(mean[TWINS_TREATED] - mean[TWINS_CANDIDATES]) / sd,
						(mean[TWINS_MATCHED] - mean[TWINS_TWINS]) / sd,
						variance_ratio(column->sd[TWINS_TREATED], column->sd[TWINS_CANDIDATES]),
						variance_ratio(column->sd[TWINS_MATCHED], column->sd[TWINS_TWINS]),
						column->ks_before,
						column->ks_after,
						sd};
	Datum values[BALANCE_COLUMNS];
	bool nulls[BALANCE_COLUMNS] = {false};

	values[0] = CStringGetTextDatum(name);
	put_figures(values, nulls, 1, figures, lengthof(figures));
	put_text(values, nulls, 12, note);
	rows_put(rows, values, nulls);
}

/* twin_balance(twins, names, divisor) -> setof (variable, mean_treated, ..., note) */
Datum
monitor_twin_balance(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, BALANCE_COLUMNS);
	Twins *twins;
	Divisor divisor;
	char **names;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		return (Datum) 0;
	twins = twins_read(PG_GETARG_DATUM(0));
	divisor = read_divisor(fcinfo, 2);
	/* where x is unknown everywhere the number of its columns is too */
	if (twins->columns == 0)
		return (Datum) 0;
	names = column_names(fcinfo, 1, twins->columns);
	for (int i = 0; i < twins->columns; i++)
		put_column(rows, &twins->column[i], names[i], divisor);
	return (Datum) 0;
}
