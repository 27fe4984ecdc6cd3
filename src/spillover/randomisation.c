/*
 * randomisation.c
 *	  Few treated areas: how large an effect is estimated where the treatment is
 *	  placed elsewhere, rings moved along?
 *
 * With so few the usual interval is far too narrow. Starts (and arms) are dealt to
 * other areas; rings follow from where these are. Where rings are given and not
 * measured, whole histories of exposure are dealt. An effect is accepted if, taken
 * out of y, it leaves an estimate that enough placements reach (Fisher 1935;
 * MacKinnon & Webb 2020).
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "spillover/ring_estimate.h"
#include "statistics/random.h"

/* One placement to come. */
typedef struct Placing
{
	const Panel *panel;
	uint32 *eligible; /* areas that can be treated */
	uint32 count;
	uint32 *treated; /* areas that are */
	uint32 treated_count;
	int64 seed;
	bool enumerate; /* one treated area: each of the others in turn */
	int64 *treated_from;
	uint8 *arm;
	int32 *given;
	uint32 *order;
} Placing;

/* A number below n, all alike; of the stream of a placement. */
static uint32
draw(const Placing *placing, int64 placement, uint32 slot, uint32 n)
{
	return (uint32) (random_uniform((uint64) placing->seed, (uint64) placement, slot) * n);
}

/* Areas with cells and, where rings are measured, with a place; those treated that are so too. */
static void
find_eligible(Placing *placing)
{
	const Panel *panel = placing->panel;

	placing->eligible = panel_array(panel->areas, sizeof(uint32));
	placing->treated = panel_array(panel->areas, sizeof(uint32));
	for (uint32 i = 0; i < panel->areas; i++)
	{
		if (panel->treated_from[i] != PANEL_NEVER)
			placing->treated[placing->treated_count++] = i;
		if (panel->start[i] < panel->start[i + 1] &&
			(panel->distance == PANEL_GIVEN || !isnan(panel->point[i].x)))
			placing->eligible[placing->count++] = i;
	}
}

/* A random order of the first so many of the eligible. */
static void
shuffle(Placing *placing, int64 placement, uint32 first)
{
	for (uint32 i = 0; i < placing->count; i++)
		placing->order[i] = placing->eligible[i];
	for (uint32 i = 0; i < first && i < placing->count; i++)
	{
		uint32 other = i + draw(placing, placement, i, placing->count - i);
		uint32 swap = placing->order[i];

		placing->order[i] = placing->order[other];
		placing->order[other] = swap;
	}
}

/* Histories of exposure dealt to the areas; periods that the giver lacks are not exposed. */
static void
deal_histories(Placing *placing)
{
	const Panel *panel = placing->panel;

	for (uint32 i = 0; i < placing->count; i++)
	{
		uint32 to = placing->eligible[i];
		uint32 from = placing->order[i];
		int64 source = panel->start[from];

		placing->treated_from[to] = panel->treated_from[from];
		if (panel->arm != NULL)
			placing->arm[to] = panel->arm[from];
		for (int64 cell = panel->start[to]; cell < panel->start[to + 1]; cell++)
		{
			while (source < panel->start[from + 1] && panel->period[source] < panel->period[cell])
				source++;
			placing->given[cell] =
				source < panel->start[from + 1] && panel->period[source] == panel->period[cell]
					? panel->given[source]
					: 0;
		}
	}
}

/* The placement of a number. */
static void
place(Placing *placing, int64 placement)
{
	const Panel *panel = placing->panel;

	for (uint32 i = 0; i < panel->areas; i++)
		placing->treated_from[i] = PANEL_NEVER;
	if (panel->distance == PANEL_GIVEN)
	{
		shuffle(placing, placement, placing->count);
		deal_histories(placing);
		return;
	}
	if (placing->enumerate)
		placing->order[0] = placing->eligible[placement];
	else
		shuffle(placing, placement, placing->treated_count);
	for (uint32 i = 0; i < placing->treated_count; i++)
	{
		placing->treated_from[placing->order[i]] = panel->treated_from[placing->treated[i]];
		if (panel->arm != NULL)
			placing->arm[placing->order[i]] = panel->arm[placing->treated[i]];
	}
}

/* How a placement bears on a term: what it gives where nothing is, and of the real exposure. */
typedef struct Reach
{
	double noise;
	double overlap;
} Reach;

/* An effect s above the estimate is accepted by a placement where |noise - s overlap| >= |s|. */
static void
accepted(const Reach *reach, double *low, double *high)
{
	double a = reach->noise / (reach->overlap + 1);
	double b = reach->noise / (reach->overlap - 1);

	*low = -INFINITY;
	*high = INFINITY;
	if (fabs(reach->overlap) >= 1)
		return;
	*low = Min(a, b);
	*high = Max(a, b);
}

static int
descending(const void *a, const void *b, void *unused)
{
	double left = *(const double *) a;
	double right = *(const double *) b;

	return left > right ? -1 : left < right;
}

/* p of no effect, and the interval of effects that are not rejected. */
static void
invert_test(RingRandomisation *result, int term, double estimate, const Reach *reach, int64 count,
			double conf)
{
	double *low = panel_array(count, sizeof(double));
	double *high = panel_array(count, sizeof(double));
	/* so many placements must accept an effect */
	int64 enough;
	int64 reaching = 0;
	int64 used = 0;

	for (int64 i = 0; i < count; i++)
	{
		if (isnan(reach[i].noise))
			continue;
		accepted(&reach[i], &low[used], &high[used]);
		low[used] = -low[used];
		used++;
		reaching +=
			fabs(reach[i].noise + estimate * reach[i].overlap) >= fabs(estimate) * (1 - 1e-12);
	}
	enough = Min((int64) floor((1 - conf) * (double) (used + 1) + 1e-9), used);
	qsort_interruptible(low, used, sizeof(double), descending, NULL);
	qsort_interruptible(high, used, sizeof(double), descending, NULL);
	result->placements[term] = used;
	result->p[term] = (double) (reaching + 1) / (double) (used + 1);
	result->low[term] = enough > 0 ? estimate - low[enough - 1] : NAN;
	result->high[term] = enough > 0 ? estimate + high[enough - 1] : NAN;
	if (!isfinite(result->low[term]))
		result->low[term] = NAN;
	if (!isfinite(result->high[term]))
		result->high[term] = NAN;
	pfree(low);
	pfree(high);
}

/* y without the effects that were estimated. */
static double *
without_effects(const RingDesign *design, const RingEstimates *actual)
{
	const Panel *panel = design->panel;
	double *y = panel_array(panel->cells, sizeof(double));

	for (int64 i = 0; i < panel->cells; i++)
	{
		int32 term = design->term[i];

		y[i] = panel->y[i];
		if (term >= 0 && actual->known[term] && !design->terms->term[term].lead)
			y[i] -= actual->estimate[term];
	}
	return y;
}

/* Estimates of one placement; NaN for terms that it has none of. */
static void
try_placement(RingEstimator estimator, const RingDesign *actual, const Placing *placing,
			  const double *noise, Reach *reach)
{
	Panel panel = *actual->panel;
	Exposure *exposure;
	RingDesign *design;
	RingEstimates *estimates;

	panel.arm = placing->arm;
	exposure = exposure_make(&panel, placing->treated_from, placing->given);
	design = ring_design(&panel, exposure, actual->terms);
	estimates = ring_estimate(estimator, design, noise, false);
	for (int term = 0; term < estimates->terms; term++)
	{
		CHECK_FOR_INTERRUPTS();
		reach[term] = (Reach){estimates->known[term] ? estimates->estimate[term] : NAN, 0};
		for (int64 i = 0; estimates->known[term] && i < panel.cells; i++)
			if (actual->term[i] == term)
				reach[term].overlap += estimates->share[i * estimates->terms + term];
	}
}

/* How many placements to make: all of them where there are no more. */
static int64
plan_placements(Placing *placing, int64 placements)
{
	find_eligible(placing);
	placing->treated_from = panel_array(placing->panel->areas, sizeof(int64));
	placing->arm =
		placing->panel->arm == NULL ? NULL : panel_array(placing->panel->areas, sizeof(uint8));
	placing->given =
		placing->panel->given == NULL ? NULL : panel_array(placing->panel->cells, sizeof(int32));
	placing->order = panel_array(Max(placing->panel->areas, 1), sizeof(uint32));
	placing->enumerate = placing->panel->distance != PANEL_GIVEN && placing->treated_count == 1 &&
						 placing->count <= placements + 1;
	if (placing->treated_count > placing->count)
		return 0;
	return placing->enumerate ? placing->count : placements;
}

/* Room for the answer, and what each placement gives of each term where nothing is. */
static void
keep_noise(RingRandomisation *result, Reach **reach, int terms)
{
	result->placements = panel_array(terms, sizeof(int64));
	result->p = panel_array(terms, sizeof(double));
	result->low = panel_array(terms, sizeof(double));
	result->high = panel_array(terms, sizeof(double));
	result->noise = panel_array((Size) terms * Max(result->count, 1), sizeof(double));
	for (int term = 0; term < terms; term++)
		for (int64 i = 0; i < result->count; i++)
			result->noise[(Size) term * result->count + i] = reach[term][i].noise;
}

RingRandomisation *
ring_randomise(RingEstimator estimator, const RingDesign *design, const RingEstimates *actual,
			   int64 placements, int64 seed, double conf)
{
	RingRandomisation *result = palloc0(sizeof(RingRandomisation));
	Placing placing = {.panel = design->panel, .seed = seed};
	int64 count = plan_placements(&placing, placements);
	int terms = actual->terms;
	double *noise = without_effects(design, actual);
	Reach **reach = panel_array(terms, sizeof(Reach *));
	Reach *one = panel_array(terms, sizeof(Reach));
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "ring_effects placement",
												  ALLOCSET_DEFAULT_SIZES);

	if (count * terms > RING_NUMBERS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%lld placements times %d terms are more than %lld",
							   (long long) count, terms, (long long) RING_NUMBERS_MOST),
						errhint("Use fewer placements, fewer rings or longer periods.")));
	for (int term = 0; term < terms; term++)
		reach[term] = panel_array(count, sizeof(Reach));
	for (int64 i = 0; i < count; i++)
	{
		MemoryContext before;

		CHECK_FOR_INTERRUPTS();
		if (placing.enumerate && placing.eligible[i] == placing.treated[0])
			continue;
		before = MemoryContextSwitchTo(scratch);
		place(&placing, i);
		try_placement(estimator, design, &placing, noise, one);
		MemoryContextSwitchTo(before);
		MemoryContextReset(scratch);
		for (int term = 0; term < terms; term++)
			reach[term][result->count] = one[term];
		result->count++;
	}
	result->exhaustive = placing.enumerate;
	keep_noise(result, reach, terms);
	for (int term = 0; term < terms; term++)
		if (actual->known[term])
			invert_test(result, term, actual->estimate[term], reach[term], result->count, conf);
	MemoryContextDelete(scratch);
	return result;
}
