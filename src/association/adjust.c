/*
 * adjust.c
 *	  One p among many: adjusted for the number of tests, or a cut-off for all.
 */
#include "compat.h"

#include <math.h>

#include "utils/builtins.h"
#include "windowapi.h"

#include "association/series.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "statistics/order.h"

PG_FUNCTION_INFO_V1(monitor_adjust_p);
PG_FUNCTION_INFO_V1(monitor_fdr_cutoff_transition);
PG_FUNCTION_INFO_V1(monitor_fdr_cutoff_final);

/* A p and the row it belongs to. */
typedef struct Test
{
	double p;
	int64 row;
} Test;

/* What is multiplied with the p of rank i (1 is the smallest) of n. */
typedef double (*Factor)(int64 i, int64 n);

typedef struct AdjustMethod
{
	const char *name;
	Factor factor;
	bool step_down; /* running maximum from the smallest p; else minimum from the largest */
} AdjustMethod;

static double
factor_none(int64 i, int64 n)
{
	return 1;
}

static double
factor_bonferroni(int64 i, int64 n)
{
	return n;
}

/* Holm and Hochberg: the number of tests with no smaller p. */
static double
factor_remaining(int64 i, int64 n)
{
	return n - i + 1;
}

static double
factor_benjamini_hochberg(int64 i, int64 n)
{
	return (double) n / i;
}

/* Benjamini-Yekutieli is Benjamini-Hochberg times this, for any dependence between tests. */
static double
harmonic(int64 n)
{
	double sum = 0;

	for (int64 i = n; i >= 1; i--)
		sum += 1.0 / i;
	return sum;
}

static const AdjustMethod methods[] = {
	{"none", factor_none, true},
	{"bonferroni", factor_bonferroni, true},
	{"holm", factor_remaining, true},
	{"hochberg", factor_remaining, false},
	{"BH", factor_benjamini_hochberg, false},
	{"fdr", factor_benjamini_hochberg, false},
	{"BY", factor_benjamini_hochberg, false},
};

static const AdjustMethod *
method_find(const char *name)
{
	for (int i = 0; i < lengthof(methods); i++)
		if (pg_strcasecmp(name, methods[i].name) == 0)
			return &methods[i];
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("there is no adjustment \"%s\"", name),
					errhint("Use none, bonferroni, holm, hochberg, BH or BY.")));
}

/* Sorted tests to adjusted p, as R's p.adjust. */
static void
adjust(const AdjustMethod *method, const Test *tests, int64 n, double *adjusted)
{
	double scale = strcmp(method->name, "BY") == 0 ? harmonic(n) : 1;
	double running = method->step_down ? 0 : 1;

	for (int64 k = 0; k < n; k++)
	{
		int64 i = method->step_down ? k : n - 1 - k;
		double p = Min(scale * method->factor(i + 1, n) * tests[i].p, 1);

		running = method->step_down ? Max(running, p) : Min(running, p);
		adjusted[tests[i].row] = running;
	}
}

/* The smallest two-sided p of R draws is 2 / (R + 1); can it survive n tests? */
static void
notice_if_coarse(int32 permutations, int64 n, double alpha)
{
	double needed = ceil(2.0 * n / alpha - 1 - 1e-9);

	if (permutations < needed)
		ereport(NOTICE,
				(errmsg("%d permutations give no two-sided p below %.3g: too coarse for %lld tests "
						"at %g",
						permutations, 2.0 / (permutations + 1.0), (long long) n, alpha),
				 errhint("Use at least %.0f permutations, or an exact or analytic p.", needed)));
}

/* ---- reading the partition ---- */

/* What must be the same in all rows. */
typedef struct AdjustArguments
{
	char *method;
	bool has_permutations;
	int32 permutations;
	double alpha;
} AdjustArguments;

static AdjustArguments
arguments_read(FunctionCallInfo fcinfo)
{
	static const PartitionArgument given[] = {
		{1, -1, false}, {2, sizeof(int32), true}, {3, sizeof(float8), FLOAT8PASSBYVAL}};
	AdjustArguments arguments;
	bool isnull;
	Datum value = partition_constant(fcinfo, &given[0], "method", &isnull);

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("method is NULL"),
						errhint("Use none, bonferroni, holm, hochberg, BH or BY.")));
	arguments.method = TextDatumGetCString(value);
	value = partition_constant(fcinfo, &given[1], "permutations", &isnull);
	arguments.has_permutations = !isnull;
	arguments.permutations = isnull ? 0 : DatumGetInt32(value);
	if (!isnull && arguments.permutations < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("permutations %d is not a number above 0", arguments.permutations),
						errhint("Give the number that p was simulated with, or NULL.")));
	value = partition_constant(fcinfo, &given[2], "alpha", &isnull);
	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("alpha is NULL"),
						errhint("Give a fraction: 0.05 for 5 percent.")));
	arguments.alpha = DatumGetFloat8(value);
	check_alpha(arguments.alpha);
	return arguments;
}

/* The p that are known; the others are NaN in the answer already. */
static int64
tests_read(const PartitionColumns *read, Test *tests, double *adjusted)
{
	int64 n = 0;

	for (int64 row = 0; row < read->rows; row++)
	{
		double p;

		adjusted[row] = NAN;
		if (read->nulls[0][row])
			continue;
		p = DatumGetFloat8(read->values[0][row]);
		if (isnan(p))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("p is NaN"),
							errhint("Give NULL for an unknown p.")));
		check_probability(p);
		tests[n++] = (Test){p, row};
	}
	return n;
}

static void *
adjust_compute(WindowObject window, void *argument)
{
	static const PartitionArgument columns[] = {{0, sizeof(float8), FLOAT8PASSBYVAL}};
	AdjustArguments arguments = arguments_read(argument);
	PartitionColumns *read;
	const AdjustMethod *method;
	double *adjusted;
	Test *tests;
	int64 n;

	method = method_find(arguments.method);
	read = partition_read(window, columns, 1);
	adjusted = allocate(read->rows, sizeof(double));
	tests = allocate(read->rows, sizeof(Test));
	n = tests_read(read, tests, adjusted);
	qsort_interruptible(tests, n, sizeof(Test), double_order, NULL);
	if (arguments.has_permutations && method->factor != factor_none)
		notice_if_coarse(arguments.permutations, n, arguments.alpha);
	adjust(method, tests, n, adjusted);
	pfree(tests);
	return adjusted;
}

/* adjust_p(p, method, permutations, alpha) OVER () */
Datum
monitor_adjust_p(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	const double *adjusted = partition_result(window, adjust_compute, fcinfo);
	double mine = adjusted[WinGetCurrentPosition(window)];

	if (isnan(mine))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(mine);
}

/* ---- one cut-off ---- */

/* step of fdr_cutoff(p, alpha) */
Datum
monitor_fdr_cutoff_transition(PG_FUNCTION_ARGS)
{
	Series *series = series_state(fcinfo, 1);
	double p = series_argument(fcinfo, 1, "p");

	check_probability(p);
	if (!isnan(p))
		series_add(series, &p);
	PG_RETURN_POINTER(series);
}

/* The largest p of rank i that is at most i alpha / n. */
Datum
monitor_fdr_cutoff_final(PG_FUNCTION_ARGS)
{
	const Series *series;
	double *sorted;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	series = (const Series *) PG_GETARG_POINTER(0);
	sorted = series_sorted(series);
	for (int64 i = series->count; i >= 1; i--)
		if (sorted[i - 1] <= i * series->alpha / series->count)
			PG_RETURN_FLOAT8(sorted[i - 1]);
	PG_RETURN_NULL();
}
