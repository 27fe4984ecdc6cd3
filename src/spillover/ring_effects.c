/*
 * ring_effects.c
 *	  ring_effects: from a stored panel to rows of effects.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "spillover/ring_effects.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_ring_effects);
PG_FUNCTION_INFO_V1(monitor_ring_changes);

#define EFFECT_COLUMNS 10
#define CHANGE_COLUMNS 5

/* What is at hand when rows are written. */
typedef struct Answer
{
	ReturnSetInfo *rows;
	const RingOptions *options;
	const RingDesign *design;
	const RingEstimates *estimates;
	const RingCovariance *covariance;       /* NULL: randomisation */
	const RingRandomisation *randomisation; /* NULL: covariance */
	char *about;                            /* what every note begins with */
} Answer;

/* ---- arguments ---- */

/* Which of some words an argument is. */
static int
word_argument(FunctionCallInfo fcinfo, int argument, const char *name, const char *const *words)
{
	char *word = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	StringInfoData all;

	initStringInfo(&all);
	for (int i = 0; words[i] != NULL; i++)
	{
		if (strcmp(words[i], word) == 0)
			return i;
		appendStringInfo(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s must be one of %s, not \"%s\"", name, all.data, word),
					errhint("The comment of ring_effects says what each does.")));
}

/* A whole number from 0 or 1 on. */
static int64
count_argument(FunctionCallInfo fcinfo, int argument, const char *name, int64 least, int64 most)
{
	int64 number;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", name),
						errhint("Leave it out for the default.")));
	number = PG_GETARG_INT32(argument);
	if (number < least || number > most)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be %lld to %lld, not %lld", name, (long long) least,
							   (long long) most, (long long) number),
						errhint("Leave it out for the default.")));
	return number;
}

/* The control set: ids of areas that may be compared with. */
static bool *
control_set_argument(FunctionCallInfo fcinfo, int argument, const Panel *panel)
{
	bool *allowed = panel_array(panel->areas, sizeof(bool));
	ArrayType *array;
	const int64 *ids;

	if (PG_ARGISNULL(argument))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("control_set must be ids of areas and no NULL"),
						errhint("NULL itself allows every area.")));
	ids = (const int64 *) ARR_DATA_PTR(array);
	for (int i = 0; i < ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)); i++)
	{
		uint32 low = 0;
		uint32 high = panel->areas;

		while (low < high)
		{
			uint32 middle = low + (high - low) / 2;

			if (panel->id[middle] < ids[i])
				low = middle + 1;
			else
				high = middle;
		}
		if (low == panel->areas || panel->id[low] != ids[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("area %lld of control_set is not in the panel", (long long) ids[i]),
					 errhint("Take the ids from the same table.")));
		allowed[low] = true;
	}
	return allowed;
}

/* Treated areas that have cells. */
static int64
count_treated(const Panel *panel)
{
	int64 treated = 0;

	for (uint32 i = 0; i < panel->areas; i++)
		treated += panel->treated_from[i] != PANEL_NEVER && panel->start[i] < panel->start[i + 1];
	return treated;
}

/* errors, cutoff, kernel, lags, radius. */
static void
errors_arguments(FunctionCallInfo fcinfo, const Panel *panel, RingOptions *options)
{
	static const char *const names[] = {"iid",    "hetero",        "cluster",
										"conley", "randomisation", NULL};

	if (PG_ARGISNULL(1))
		options->errors =
			count_treated(panel) < FEW_TREATED ? ERRORS_RANDOMISATION : ERRORS_CLUSTER;
	else
		options->errors = (RingErrors) word_argument(fcinfo, 1, "errors", names);
	if (options->estimator == RING_GROUP_TIME && options->errors <= ERRORS_HETERO)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("errors \"%s\" do not go with estimator group-time",
							   names[options->errors]),
						errhint("Its changes of an area hang together: use cluster, conley or "
								"randomisation.")));
	if (options->errors != ERRORS_CONLEY)
		return;
	if (PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("conley errors need a cutoff"),
				 errhint("Give the distance beyond which areas are independent.")));
	if (PG_ARGISNULL(3) || PG_ARGISNULL(14))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("kernel or sphere_radius is NULL"),
				 errhint("Leave it out for the default.")));
	if (panel->distance == PANEL_GIVEN)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("conley errors need places, and a panel with given rings has none"),
						errhint("Use cluster or randomisation.")));
	options->hac = spatial_hac_settings(text_to_cstring(PG_GETARG_TEXT_PP(3)), PG_GETARG_FLOAT8(2),
										PG_GETARG_FLOAT8(14),
										(int) count_argument(fcinfo, 4, "lags", 0, 10000));
}

static RingOptions
read_options(FunctionCallInfo fcinfo, const Panel *panel)
{
	static const char *const estimators[] = {"two-stage", "twfe", "group-time", NULL};
	static const char *const required[] = {
		[7] = "event_time", "estimator", "placebo", "placements", "seed", "adjust", "conf"};
	RingOptions options = {0};

	for (int i = 7; i < lengthof(required); i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", required[i]),
					 errhint("Leave it out for the default; errors, cutoff and control_set may "
							 "be NULL.")));
	options.anticipation = count_argument(fcinfo, 5, "anticipation", 0, PG_INT32_MAX);
	options.event_time = PG_GETARG_BOOL(7);
	options.estimator = (RingEstimator) word_argument(fcinfo, 8, "estimator", estimators);
	options.placebo = count_argument(fcinfo, 9, "placebo", 0, PG_INT32_MAX);
	options.placements = count_argument(fcinfo, 10, "placements", 1, 1000000);
	options.seed = PG_GETARG_INT64(11);
	options.adjust = PG_GETARG_BOOL(12);
	options.conf = PG_GETARG_FLOAT8(13);
	if (!(options.conf > 0 && options.conf < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("conf must be between 0 and 1, not %.15g", options.conf),
						errhint("0.95 is usual.")));
	errors_arguments(fcinfo, panel, &options);
	return options;
}

/* ---- which cells ---- */

/*
 * Without controls that are not allowed; with a placebo only cells before any
 * exposure, and starts so many periods earlier.
 */
static const Panel *
prepare_panel(const Panel *panel, const bool *allowed, const RingOptions *options)
{
	Exposure *exposure;
	Panel *kept;
	bool *keep;

	if (allowed == NULL && options->placebo == 0)
		return panel;
	exposure = exposure_make(panel, panel->treated_from, panel->given);
	keep = panel_array(panel->cells, sizeof(bool));
	for (int64 i = 0; i < panel->cells; i++)
	{
		int64 onset = exposure->onset[panel->area[i]];

		keep[i] = onset != PANEL_NEVER || allowed == NULL || allowed[panel->area[i]];
		if (options->placebo > 0 && onset != PANEL_NEVER)
			keep[i] &= panel->period[i] < onset - options->anticipation;
	}
	kept = panel_subset(panel, keep);
	if (options->placebo == 0)
		return kept;
	kept->treated_from = panel_array(panel->areas, sizeof(int64));
	for (uint32 i = 0; i < panel->areas; i++)
		kept->treated_from[i] = panel->treated_from[i] == PANEL_NEVER
									? PANEL_NEVER
									: panel->treated_from[i] - options->placebo;
	for (int64 i = 0; kept->given != NULL && i < kept->cells; i++)
	{
		uint32 area = kept->area[i];

		kept->given[i] =
			exposure->first[area] > 0 && kept->period[i] >= exposure->onset[area] - options->placebo
				? exposure->first[area]
				: 0;
	}
	return kept;
}

/* Areas that are never exposed. */
static int64
count_controls(const RingDesign *design)
{
	const Panel *panel = design->panel;
	int64 controls = 0;

	for (uint32 i = 0; i < panel->areas; i++)
		controls +=
			design->exposure->onset[i] == PANEL_NEVER && panel->start[i] < panel->start[i + 1];
	return controls;
}

/* ---- notes ---- */

/* What holds for all rows. */
static char *
describe(const RingDesign *design, const RingEstimates *estimates, const RingOptions *options)
{
	static const char *const estimator[] = {"two-stage", "two-way fixed effects", "group-time"};
	static const char *const errors[] = {"independent errors", "errors robust by cell",
										 "errors by area", "spatial errors", "randomisation"};
	StringInfoData about;

	initStringInfo(&about);
	appendStringInfo(&about, "%s, %s, ", estimator[options->estimator], errors[options->errors]);
	if (design->panel->distance == PANEL_GIVEN)
		appendStringInfoString(&about, "rings as given");
	else
		appendStringInfo(&about, "rings by distance between %ss",
						 panel_distance_name(design->panel->distance));
	if (options->placebo > 0)
		appendStringInfo(&about, ", placebo %lld periods before", (long long) options->placebo);
	if (estimates->dropped_cells > 0)
		appendStringInfo(&about,
						 "; left out: %lld exposed cells (%lld areas without a clean period, "
						 "%lld periods without a clean area)",
						 (long long) estimates->dropped_cells, (long long) estimates->dropped_areas,
						 (long long) estimates->dropped_periods);
	return about.data;
}

/* Why a term is NULL. */
static const char *
why_unknown(const Answer *answer, int term)
{
	if (answer->design->terms->term[term].areas == 0)
		return "no areas in it";
	if (answer->options->estimator == RING_TWFE || answer->design->terms->term[term].lead)
		return "cannot be told from the effects of area and period or from other terms";
	return "no clean periods and areas to compare with";
}

/* ---- rows ---- */

static const char *const arm_names[] = {"treated", "physical", "social", "both"};

/* Writes a row; NaN is NULL, and so are ring -1 and areas -1. */
static void
put_row(const Answer *answer, const char *name, int ring, const RingTerm *event,
		const double figures[5], int64 areas, const char *note)
{
	Datum values[EFFECT_COLUMNS];
	bool nulls[EFFECT_COLUMNS];
	char *whole = note == NULL ? answer->about : psprintf("%s; %s", answer->about, note);

	values[0] = CStringGetTextDatum(name);
	nulls[0] = false;
	values[1] = Int32GetDatum(ring);
	nulls[1] = ring < 0;
	nulls[2] = event == NULL || !answer->design->terms->by_event;
	values[2] = nulls[2] ? (Datum) 0 : Int64GetDatum(event->event);
	put_figures(values, nulls, 3, figures, 5);
	values[8] = Int64GetDatum(areas);
	nulls[8] = areas < 0;
	values[9] = CStringGetTextDatum(whole);
	nulls[9] = false;
	rows_put(answer->rows, values, nulls);
}

/* Estimate, error, limits and p by t. */
static void
student_figures(const Answer *answer, double estimate, double variance, double freedom,
				double figures[5])
{
	double se = variance > 0 ? sqrt(variance) : NAN;
	double t = isfinite(se) ? student_quantile_two_sided(answer->options->conf, freedom) : NAN;

	figures[0] = estimate;
	figures[1] = variance == 0 ? 0 : se;
	figures[2] = estimate - t * se;
	figures[3] = estimate + t * se;
	figures[4] = isinf(freedom) ? normal_two_sided(estimate / se)
								: student_two_sided(estimate / se, freedom);
}

/* Spread of the placements. */
static double
noise_spread(const double *noise, int64 count)
{
	double squares = 0;
	int64 used = 0;

	for (int64 i = 0; i < count; i++)
		if (!isnan(noise[i]))
		{
			squares += noise[i] * noise[i];
			used++;
		}
	return used > 0 ? sqrt(squares / (double) used) : NAN;
}

/* How many placements, the least p there can be, and whether that is too large to be of use. */
static char *
placements_note(const Answer *answer, int64 placements)
{
	double floor = 1.0 / (double) (placements + 1);
	double level = 1 - answer->options->conf;
	StringInfoData note;

	if (placements == 0)
		return "nowhere else to place the treatment: no test";
	initStringInfo(&note);
	appendStringInfo(&note, "%s%lld placements, p is at least %.6f",
					 answer->randomisation->exhaustive ? "all " : "", (long long) placements,
					 floor);
	/* 1 less 0.9 is a little less than 0.1 */
	if (floor > Min(0.05, level + 1e-9))
		appendStringInfo(&note, ": too few for significance at %.6g percent",
						 floor > 0.05 ? 5 : 100 * level);
	return note.data;
}

/* A term's row. */
static void
put_term(const Answer *answer, int index)
{
	const RingTerm *term = &answer->design->terms->term[index];
	const RingEstimates *estimates = answer->estimates;
	const char *name = term->category == 0 ? arm_names[term->arm] : "ring";
	double figures[5] = {NAN, NAN, NAN, NAN, NAN};
	const char *note = NULL;

	if (!estimates->known[index])
		note = why_unknown(answer, index);
	else if (answer->randomisation != NULL)
	{
		const RingRandomisation *found = answer->randomisation;

		figures[0] = estimates->estimate[index];
		figures[1] = noise_spread(&found->noise[(Size) index * found->count], found->count);
		figures[2] = found->low[index];
		figures[3] = found->high[index];
		figures[4] = found->placements[index] > 0 ? found->p[index] : NAN;
		note = placements_note(answer, found->placements[index]);
	}
	else
	{
		double variance = answer->covariance->covariance[(Size) index * estimates->terms + index];

		/* the residuals of a single area are 0 by construction */
		if (term->areas < 2 && !term->lead && answer->options->errors >= ERRORS_CLUSTER &&
			answer->options->estimator != RING_TWFE)
			variance = NAN;
		student_figures(answer, estimates->estimate[index], variance,
						answer->covariance->freedom[index], figures);
		if (answer->covariance->note != NULL)
			note = answer->covariance->note;
		else if (answer->covariance->space_note != NULL)
			note = answer->covariance->space_note;
		else if (variance == 0)
			note = "fitted exactly: no test";
		else if (term->areas < 2 && !isfinite(figures[1]))
			note = "one area: no standard error, use randomisation";
		else if (term->areas < FEW_TREATED)
			note = "few areas: the interval may be too narrow";
	}
	put_row(answer, name, term->category, term, figures, term->areas, note);
}

/* Both less physical less social: what the two do together beyond their sum. */
static void
put_interaction(const Answer *answer)
{
	const RingEstimates *estimates = answer->estimates;
	static const double sign[] = {0, -1, -1, 1};
	double figures[5] = {NAN, NAN, NAN, NAN, NAN};
	int place[ARM_BOTH + 1];
	double estimate = 0;
	double variance = 0;
	double freedom = INFINITY;
	bool alone = false;
	const char *note = NULL;

	for (int arm = ARM_PHYSICAL; arm <= ARM_BOTH; arm++)
	{
		place[arm] = arm - 1; /* arms come first among the terms */
		estimate += sign[arm] * estimates->estimate[place[arm]];
		alone |= answer->design->terms->term[place[arm]].areas < 2;
	}
	if (!isfinite(estimate))
		note = "an arm has no estimate";
	else if (answer->randomisation != NULL)
	{
		const RingRandomisation *found = answer->randomisation;
		double *noise = panel_array(found->count, sizeof(double));
		int64 used = 0;
		int64 reaching = 0;

		for (int64 i = 0; i < found->count; i++)
		{
			for (int arm = ARM_PHYSICAL; arm <= ARM_BOTH; arm++)
				noise[i] += sign[arm] * found->noise[(Size) place[arm] * found->count + i];
			used += !isnan(noise[i]);
			reaching += fabs(noise[i]) >= fabs(estimate);
		}
		figures[0] = estimate;
		figures[1] = noise_spread(noise, found->count);
		figures[4] = used > 0 ? (double) (reaching + 1) / (double) (used + 1) : NAN;
		note = placements_note(answer, used);
	}
	else
	{
		for (int a = ARM_PHYSICAL; a <= ARM_BOTH; a++)
		{
			freedom = Min(freedom, answer->covariance->freedom[place[a]]);
			for (int b = ARM_PHYSICAL; b <= ARM_BOTH; b++)
				variance +=
					sign[a] * sign[b] *
					answer->covariance->covariance[(Size) place[a] * estimates->terms + place[b]];
		}
		/* as in put_term: one area's residuals are 0 by construction */
		if (alone && answer->options->errors >= ERRORS_CLUSTER &&
			answer->options->estimator != RING_TWFE)
			variance = NAN;
		student_figures(answer, estimate, variance, freedom, figures);
		note = isnan(variance) ? "an arm of one area: no standard error, use randomisation"
							   : answer->covariance->note;
	}
	put_row(answer, "interaction", 0, NULL, figures, -1, note);
}

/* p of leads by the sum of squares in units of their spread over placements. */
static double
leads_by_placement(const Answer *answer, const int *leads, int count, double *statistic)
{
	const RingRandomisation *found = answer->randomisation;
	double *spread = panel_array(count, sizeof(double));
	int64 used = 0;
	int64 reaching = 0;

	*statistic = 0;
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		spread[i] = noise_spread(&found->noise[(Size) leads[i] * found->count], found->count);
		*statistic += pow(answer->estimates->estimate[leads[i]] / spread[i], 2);
	}
	for (int64 placement = 0; placement < found->count; placement++)
	{
		double sum = 0;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < count; i++)
			sum += pow(found->noise[(Size) leads[i] * found->count + placement] / spread[i], 2);
		used += !isnan(sum);
		reaching += sum >= *statistic;
	}
	pfree(spread);
	return used > 0 ? (double) (reaching + 1) / (double) (used + 1) : NAN;
}

/* The leads of a category (-1: of all) that are known. */
static int
leads_of(const Answer *answer, int category, int *leads)
{
	const RingTerms *terms = answer->design->terms;
	int count = 0;

	for (int i = 0; i < terms->count; i++)
		if (terms->term[i].lead && answer->estimates->known[i] &&
			(category < 0 || terms->term[i].category == category))
			leads[count++] = i;
	return count;
}

/*
 * Are all leads 0, by Bonferroni over the treated areas and each ring, where all
 * together are too many? The least p times their number; NaN where one has none.
 */
static double
leads_apart(const Answer *answer, int *tests)
{
	int *leads = panel_array(answer->design->terms->count, sizeof(int));
	double least = 1;

	*tests = 0;
	for (int category = 0; category <= answer->design->panel->rings; category++)
	{
		int count = leads_of(answer, category, leads);
		double f, p;

		if (count == 0)
			continue;
		if (!ring_wald(answer->covariance, answer->estimates, leads, count, &f, &p))
			least = NAN;
		else
			least = p < least ? p : least;
		(*tests)++;
	}
	pfree(leads);
	return isnan(least) ? NAN : Min(least * *tests, 1);
}

/* Are all leads of a category (-1: of all) 0? */
static void
put_pre_trend(const Answer *answer, int category)
{
	int *leads = panel_array(answer->design->terms->count, sizeof(int));
	double figures[5] = {NAN, NAN, NAN, NAN, NAN};
	const char *note = NULL;
	int count = leads_of(answer, category, leads);
	int tests;

	if (count == 0)
		note = "no leads to test";
	else if (answer->randomisation != NULL)
	{
		figures[4] = leads_by_placement(answer, leads, count, &figures[0]);
		note = isnan(figures[0])
				   ? "a lead is 0 wherever the treatment is placed: no test"
				   : psprintf("%d leads, sum of squares in units of their spread", count);
	}
	else if (ring_wald(answer->covariance, answer->estimates, leads, count, &figures[0],
					   &figures[4]))
		note = psprintf("%d leads, F", count);
	else if (category < 0 && !isnan(figures[4] = leads_apart(answer, &tests)))
		note = psprintf("%d leads are too many for one test: the least p of %d times %d", count,
						tests, tests);
	else
		note = psprintf("%d leads are too many for the areas there are", count);
	put_row(answer, "pre-trend", category, NULL, figures, -1, note);
	pfree(leads);
}

/* All rows. */
static void
put_rows(const Answer *answer)
{
	const RingTerms *terms = answer->design->terms;
	static const double none[5] = {NAN, NAN, NAN, NAN, NAN};

	for (int i = 0; i < terms->count; i++)
		put_term(answer, i);
	if (!terms->by_event && answer->design->panel->arm != NULL)
		put_interaction(answer);
	if (terms->by_event)
	{
		put_pre_trend(answer, -1);
		for (int category = 0; category <= answer->design->panel->rings; category++)
			put_pre_trend(answer, category);
	}
	put_row(answer, "control", -1, NULL, none, count_controls(answer->design), NULL);
}

/* ring_effects(state, errors, cutoff, kernel, lags, anticipation, control_set, event_time, ...) */
Datum
monitor_ring_effects(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, EFFECT_COLUMNS);
	Answer answer = {.rows = rows};
	const Panel *panel;
	Panel *whole;
	RingOptions options;
	Exposure *exposure;
	RingTerms *terms;
	RingDesign *design;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	whole = ring_state_read(PG_GETARG_DATUM(0));
	options = read_options(fcinfo, whole);
	panel = prepare_panel(whole, control_set_argument(fcinfo, 6, whole), &options);
	exposure = exposure_make(panel, panel->treated_from, panel->given);
	terms = ring_terms(panel, exposure, options.event_time, options.anticipation);
	design = ring_design(panel, exposure, terms);
	answer.options = &options;
	answer.design = design;
	answer.estimates =
		ring_estimate(options.estimator, design, panel->y, options.errors != ERRORS_RANDOMISATION);
	answer.about = describe(design, answer.estimates, &options);
	if (options.errors == ERRORS_RANDOMISATION)
		answer.randomisation = ring_randomise(options.estimator, design, answer.estimates,
											  options.placements, options.seed, options.conf);
	else
		answer.covariance = ring_covariance(design, answer.estimates, &options);
	put_rows(&answer);
	PG_RETURN_NULL();
}

/* ---- plain changes ---- */

/* Mean change of each area, and of the areas of each ring. */
typedef struct RingChange
{
	int64 areas;
	double sum;
	double squares;
} RingChange;

/* Mean of an area's y from a period on, or before it; NaN where there is none. */
static double
area_mean(const Panel *panel, uint32 area, int64 from, bool after)
{
	double sum = 0;
	double weight = 0;

	for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
		if ((panel->period[i] >= from) == after)
		{
			sum += panel_weight(panel, i) * panel->y[i];
			weight += panel_weight(panel, i);
		}
	return sum / weight;
}

/* ring_changes(state): mean after less mean before, by ring */
Datum
monitor_ring_changes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, CHANGE_COLUMNS);
	Panel *panel = ring_state_read(PG_GETARG_DATUM(0));
	Exposure *exposure = exposure_make(panel, panel->treated_from, panel->given);
	RingChange *found = panel_array(panel->rings + 2, sizeof(RingChange));
	int64 start = PANEL_NEVER;

	for (uint32 i = 0; i < panel->areas; i++)
		start = Min(start, panel->treated_from[i]);
	for (int round = 0; round < 2; round++)
		for (uint32 i = 0; i < panel->areas; i++)
		{
			int64 onset = exposure->onset[i];
			double change = area_mean(panel, i, onset == PANEL_NEVER ? start : onset, true) -
							area_mean(panel, i, onset == PANEL_NEVER ? start : onset, false);
			RingChange *ring = &found[exposure->first[i] + 1];

			if (isnan(change))
				continue;
			if (round == 0)
			{
				ring->areas++;
				ring->sum += change;
			}
			else
				ring->squares += pow(change - ring->sum / (double) ring->areas, 2);
		}
	for (int category = -1; category <= panel->rings; category++)
	{
		const RingChange *ring = &found[category + 1];
		double n = (double) ring->areas;
		Datum values[CHANGE_COLUMNS] = {Int32GetDatum(category), Int64GetDatum(ring->areas),
										Float8GetDatum(ring->sum / n),
										Float8GetDatum(sqrt(ring->squares / (n - 1))),
										Float8GetDatum(sqrt(ring->squares / (n - 1) / n))};
		bool nulls[CHANGE_COLUMNS] = {category < 0};

		for (int i = 2; i < CHANGE_COLUMNS; i++)
			nulls[i] = n < (i == 2 ? 1 : 2) || !isfinite(DatumGetFloat8(values[i]));
		rows_put(rows, values, nulls);
	}
	PG_RETURN_NULL();
}
