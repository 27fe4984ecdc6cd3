/*
 * empirical_bayes.c
 *	  Rates of small areas drawn towards the mean of all, or of their neighbours,
 *	  by as much as chance accounts for; and how probable the raw count is.
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "windowapi.h"

#include "association/sample.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "statistics/distributions.h"
#include "uncertainty/uncertainty.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_eb_rate);
PG_FUNCTION_INFO_V1(monitor_eb_rate_local);
PG_FUNCTION_INFO_V1(monitor_probability_map);

/* Of a row of eb_rate and of one of probability_map. */
#define FIGURES 5

/* What a group of areas says of the true rates: their mean and variance. */
typedef struct Prior
{
	double mean;
	double variance;
} Prior;

/* Sums over a group of areas, in two rounds. */
typedef struct PriorSums
{
	double x;
	double n;
	double squares; /* n times the squared distance of the rate from the mean */
	int64 areas;
} PriorSums;

typedef struct EmpiricalBayes
{
	bool known;
	double raw;
	double estimate;
	double weight;
	Prior prior;
} EmpiricalBayes;

typedef struct CountProbability
{
	bool known;
	double expected;
	double relative_risk;
	double p_lower;
	double p_upper;
} CountProbability;

static void
sums_add(PriorSums *sums, double x, double n)
{
	sums->x += x;
	sums->n += n;
	sums->areas++;
}

static void
sums_add_square(PriorSums *sums, double x, double n)
{
	double distance = x / n - sums->x / sums->n;

	sums->squares += n * distance * distance;
}

/*
 * Moments of Marshall 1991: the variance of the rates less what chance alone would
 * give. Of shares, chance gives mean (1 - mean) / n and not mean / n, and takes
 * part of the variance between with it (Martuzzi & Elliott 1996).
 */
static Prior
prior_from_sums(const PriorSums *sums, bool binomial)
{
	double mean = sums->x / sums->n;
	double size = sums->n / sums->areas;
	double variance = sums->squares / sums->n;
	Prior prior = {mean, 0};

	if (!binomial)
		prior.variance = Max(variance - mean / size, 0);
	else if (size > 1)
		prior.variance = Max((size * variance - mean * (1 - mean)) / (size - 1), 0);
	return prior;
}

/* The part of the raw rate in the estimate: variance between over that and chance. */
static EmpiricalBayes
empirical_bayes(const Prior *prior, double x, double n, bool binomial)
{
	EmpiricalBayes result = {true, x / n, prior->mean, 0, *prior};
	double chance = binomial ? prior->mean * (1 - prior->mean) - prior->variance : prior->mean;

	if (prior->variance > 0)
		result.weight = prior->variance / (prior->variance + Max(chance, 0) / n);
	result.estimate = prior->mean + result.weight * (result.raw - prior->mean);
	return result;
}

/* All areas of the partition have one prior. */
static void *
eb_compute(WindowObject window, void *argument)
{
	bool binomial = window_bool(argument, 2, "binomial");
	Shares *shares = shares_read(window, binomial, false, false);
	EmpiricalBayes *results = allocate_zero(shares->rows, sizeof(EmpiricalBayes));
	PriorSums sums = {0};
	Prior prior;

	for (int64 i = 0; i < shares->count; i++)
		sums_add(&sums, shares->share[i].x, shares->share[i].n);
	for (int64 i = 0; i < shares->count; i++)
		sums_add_square(&sums, shares->share[i].x, shares->share[i].n);
	prior = prior_from_sums(&sums, binomial);
	for (int64 i = 0; i < shares->count; i++)
	{
		const Share *share = &shares->share[i];

		results[share->row] = empirical_bayes(&prior, share->x, share->n, binomial);
	}
	return results;
}

/* Figures as a row; what is past a double (of a billionth of a billionth of a person) is NULL. */
static Datum
figures_datum(CompositeType *type, const double *figures)
{
	Datum values[FIGURES];
	bool nulls[FIGURES];

	put_figures(values, nulls, 0, figures, FIGURES);
	return composite_datum(type, values, nulls);
}

static Datum
eb_datum(CompositeType *type, const EmpiricalBayes *result)
{
	double figures[FIGURES] = {result->raw, result->estimate, result->weight, result->prior.mean,
							   result->prior.variance};

	return figures_datum(type, figures);
}

/* eb_rate(x, n, binomial) OVER () */
Datum
monitor_eb_rate(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, FIGURES);
	EmpiricalBayes *results = partition_result(window, eb_compute, fcinfo);
	const EmpiricalBayes *mine = &results[WinGetCurrentPosition(window)];

	if (!mine->known)
		PG_RETURN_NULL();
	return eb_datum(type, mine);
}

/* ---- by neighbours ---- */

/* The prior of one area: itself and its neighbours, each once. */
static Prior
local_prior(const Sample *sample, uint32 area, bool binomial)
{
	const double *x = sample->x[0];
	const double *n = sample->x[1];
	PriorSums sums = {0};

	sums_add(&sums, x[area], n[area]);
	for (uint32 link = sample->start[area]; link < sample->start[area + 1]; link++)
		if (sample->neighbor[link] != area)
			sums_add(&sums, x[sample->neighbor[link]], n[sample->neighbor[link]]);
	sums_add_square(&sums, x[area], n[area]);
	for (uint32 link = sample->start[area]; link < sample->start[area + 1]; link++)
		if (sample->neighbor[link] != area)
			sums_add_square(&sums, x[sample->neighbor[link]], n[sample->neighbor[link]]);
	return prior_from_sums(&sums, binomial);
}

/* Rows of (w, id, x, n); one without persons is left out as one with NULL is. */
static SampleRows *
local_rows(WindowObject window, bool binomial)
{
	static const PartitionArgument arguments[] = {{1, sizeof(int64), FLOAT8PASSBYVAL},
												  {2, sizeof(float8), FLOAT8PASSBYVAL},
												  {3, sizeof(float8), FLOAT8PASSBYVAL}};
	PartitionColumns *read = partition_read(window, arguments, 3);
	SampleRows *rows = sample_rows_create(CurrentMemoryContext, 2);

	for (int64 row = 0; row < read->rows; row++)
	{
		double values[2] = {0, 0};
		bool nulls[2] = {read->nulls[1][row], read->nulls[2][row]};

		if (read->nulls[0][row])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("id is NULL"),
							errhint("Give the id that the area has in the weights.")));
		if (!nulls[0] && !nulls[1])
		{
			values[0] = DatumGetFloat8(read->values[1][row]);
			values[1] = DatumGetFloat8(read->values[2][row]);
			check_count("x", values[0], false);
			check_count("n", values[1], false);
			if (binomial || values[1] == 0)
				check_share("x", values[0], "n", values[1], false);
			nulls[1] = values[1] == 0;
		}
		sample_rows_add(rows, DatumGetInt64(read->values[0][row]), values, nulls);
	}
	return rows;
}

static void *
eb_local_compute(WindowObject window, void *argument)
{
	FunctionCallInfo fcinfo = argument;
	const Weights *w = weights_argument_window(fcinfo, window);
	bool binomial = window_bool(fcinfo, 4, "binomial");
	SampleRows *rows;
	Sample *sample;
	EmpiricalBayes *results;

	if (w == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("w is NULL"),
						errhint("Give the weights of the areas.")));
	rows = local_rows(window, binomial);
	sample = sample_make(w, rows);
	results = allocate_zero(rows->count, sizeof(EmpiricalBayes));
	for (int64 row = 0; row < rows->count; row++)
	{
		uint32 area = sample->place[row];
		Prior prior;

		CHECK_FOR_INTERRUPTS();
		if (area == SAMPLE_NO_PLACE)
			continue;
		prior = local_prior(sample, area, binomial);
		results[row] = empirical_bayes(&prior, sample->x[0][area], sample->x[1][area], binomial);
	}
	return results;
}

/* eb_rate(w, id, x, n, binomial) OVER () */
Datum
monitor_eb_rate_local(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type_at(fcinfo, FIGURES, &weights_site(fcinfo)->type);
	EmpiricalBayes *results = partition_result(window, eb_local_compute, fcinfo);
	const EmpiricalBayes *mine = &results[WinGetCurrentPosition(window)];

	if (!mine->known)
		PG_RETURN_NULL();
	return eb_datum(type, mine);
}

/* ---- how probable the count is ---- */

static void *
probability_compute(WindowObject window, void *argument)
{
	Shares *shares = shares_read(window, false, true, false);
	CountProbability *results = allocate_zero(shares->rows, sizeof(CountProbability));
	PriorSums sums = {0};

	for (int64 i = 0; i < shares->count; i++)
		sums_add(&sums, shares->share[i].x, shares->share[i].n);
	for (int64 i = 0; i < shares->count; i++)
	{
		const Share *share = &shares->share[i];
		CountProbability *result = &results[share->row];
		int64 x = (int64) share->x;

		CHECK_FOR_INTERRUPTS();
		result->known = true;
		result->expected = share->n * (sums.x / sums.n);
		result->relative_risk = share->x / result->expected;
		result->p_lower = poisson_lower(x, result->expected);
		result->p_upper = x == 0 ? 1 : gamma_lower(share->x, result->expected);
		if (isnan(result->p_lower) || isnan(result->p_upper))
			result->p_lower = result->p_upper = NAN;
	}
	return results;
}

/* probability_map(x, n) OVER () */
Datum
monitor_probability_map(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, FIGURES);
	CountProbability *results = partition_result(window, probability_compute, NULL);
	const CountProbability *mine = &results[WinGetCurrentPosition(window)];
	double p = 2 * Min(mine->p_lower, mine->p_upper);
	double figures[FIGURES] = {mine->expected, mine->relative_risk, mine->p_lower, mine->p_upper,
							   Min(1, p)};

	if (!mine->known)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(figures_datum(type, figures));
}
