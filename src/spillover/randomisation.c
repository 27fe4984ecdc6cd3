/*
 * randomisation.c
 *	  Few treated areas: how large an effect is estimated where the treatment is
 *	  placed elsewhere, rings moved along?
 *
 * With so few the usual interval is far too narrow. Starts (and arms) are dealt to
 * other areas; rings follow from where these are. Where rings are given and not
 * measured, whole histories of exposure are dealt. The treatment as it is counts as
 * one placement, each other one once (Phipson & Smyth 2010). An effect is accepted if, taken
 * out of y, it leaves an estimate that enough placements reach (Fisher 1935;
 * MacKinnon & Webb 2020).
 */
#include "compat.h"
#include <math.h>
#include "common/hashfn.h"
#include "miscadmin.h"
#include "statistics/order.h"
#include "utils/hsearch.h"

#include "spillover/ring_estimate.h"
#include "statistics/random.h"

/* Cells between two looks at interrupts. */
#define INTERRUPT_CELLS 1024

/*
 * What is dealt, and to whom. Areas that would be treated alike (same start and arm;
 * where rings are given, the same history of exposure) have one role; a placement
 * gives each eligible area a role.
 */
typedef struct Placing
{
	const Panel *panel;
	uint32 *eligible; /* areas that can be treated */
	uint32 count;
	uint32 *treated; /* areas that are */
	uint32 treated_count;
	uint32 *role;  /* of each area, by rank: treated first */
	uint32 *model; /* of each role an area that has it */
	uint32 *bag;   /* roles to deal, as many as eligible areas */
	uint32 *dealt; /* role of each eligible area */
	uint32 *order;
	int64 seed;
	int64 tried;
	bool enumerate; /* all there are, in order; else draws */
	HTAB *seen;     /* hashes of what was drawn */
	int64 *treated_from;
	uint8 *arm;
	int32 *given;
} Placing;

/* A number below n, all alike; of the stream of a draw. */
static uint32
draw(const Placing *placing, uint32 slot, uint32 n)
{
	return (uint32) (random_uniform((uint64) placing->seed, (uint64) placing->tried, slot) * n);
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

/* The next cell of an area from one on that has a given ring that counts, or the area's end. */
static int64
next_given(const Panel *panel, uint32 area, int64 cell)
{
	while (cell < panel->start[area + 1] &&
		   (panel->given[cell] == 0 || panel->period[cell] >= panel->treated_from[area]))
		cell++;
	return cell;
}

/* Order of given rings by period; a period that is missing is not exposed. */
static int
given_compare(const Panel *panel, uint32 a, uint32 b)
{
	int64 i = panel->start[a];
	int64 j = panel->start[b];

	for (;; i++, j++)
	{
		i = next_given(panel, a, i);
		j = next_given(panel, b, j);
		if (i == panel->start[a + 1] || j == panel->start[b + 1])
			return (i < panel->start[a + 1]) - (j < panel->start[b + 1]);
		if (panel->period[i] != panel->period[j])
			return panel->period[i] < panel->period[j] ? -1 : 1;
		if (panel->given[i] != panel->given[j])
			return panel->given[i] < panel->given[j] ? -1 : 1;
	}
}

/* Order of what is dealt: by start (never last), arm and given rings; 0 for one role. */
static int
role_compare(const Panel *panel, uint32 a, uint32 b)
{
	int64 left = panel->treated_from[a];
	int64 right = panel->treated_from[b];

	if (left != right)
		return left < right ? -1 : 1;
	if (panel->arm != NULL && left != PANEL_NEVER && panel->arm[a] != panel->arm[b])
		return panel->arm[a] < panel->arm[b] ? -1 : 1;
	return panel->distance == PANEL_GIVEN ? given_compare(panel, a, b) : 0;
}

static int
area_compare(const void *a, const void *b, void *panel)
{
	uint32 left = *(const uint32 *) a;
	uint32 right = *(const uint32 *) b;
	int order = role_compare(panel, left, right);

	if (order != 0)
		return order;
	return left < right ? -1 : left > right;
}

/* The role of each area. */
static void
find_roles(Placing *placing)
{
	const Panel *panel = placing->panel;
	uint32 *areas = panel_array(panel->areas, sizeof(uint32));
	uint32 roles = 0;

	placing->role = panel_array(panel->areas, sizeof(uint32));
	placing->model = panel_array(panel->areas, sizeof(uint32));
	for (uint32 i = 0; i < panel->areas; i++)
		areas[i] = i;
	qsort_interruptible(areas, panel->areas, sizeof(uint32), area_compare, (void *) panel);
	for (uint32 i = 0; i < panel->areas; i++)
	{
		if (i == 0 || role_compare(panel, areas[i - 1], areas[i]) != 0)
			placing->model[roles++] = areas[i];
		placing->role[areas[i]] = roles - 1;
	}
	pfree(areas);
	placing->bag = panel_array(placing->count, sizeof(uint32));
	for (uint32 i = 0; i < placing->count; i++)
	{
		if (panel->distance == PANEL_GIVEN)
			placing->bag[i] = placing->role[placing->eligible[i]];
		else if (i < placing->treated_count)
			placing->bag[i] = placing->role[placing->treated[i]];
		else
			placing->bag[i] = roles - 1;
	}
}

/* In how many ways roles in order can be dealt; no more are counted than one over a limit. */
static int64
count_deals(const uint32 *roles, uint32 count, int64 most)
{
	int64 ways = 1;
	uint32 alike = 0;

	/* a role's number j of those alike, after i others: C(i, j) grows by i / j */
	for (uint32 i = 0; i < count && ways <= most; i++)
	{
		alike = i > 0 && roles[i] == roles[i - 1] ? alike + 1 : 1;
		ways = ways * ((int64) i + 1) / alike;
	}
	return ways;
}

static void
swap_roles(uint32 *roles, uint32 a, uint32 b)
{
	uint32 role = roles[a];

	roles[a] = roles[b];
	roles[b] = role;
}

/* The next order of the roles dealt, each once; false after the last. */
static bool
next_deal(Placing *placing)
{
	uint32 *dealt = placing->dealt;
	uint32 at = placing->count;
	uint32 other = placing->count;

	/* from here on roles descend; the one before gives way to the next higher of them */
	while (at > 0 && (at == placing->count || dealt[at - 1] >= dealt[at]))
		at--;
	if (at == 0)
		return false;
	do
		other--;
	while (dealt[other] <= dealt[at - 1]);
	swap_roles(dealt, at - 1, other);
	for (uint32 last = placing->count - 1; at < last; at++, last--)
		swap_roles(dealt, at, last);
	return true;
}

/* Roles dealt in a random order; where rings are measured only the treated are drawn. */
static void
draw_deal(Placing *placing)
{
	bool given = placing->panel->distance == PANEL_GIVEN;
	uint32 first = given ? placing->count : placing->treated_count;

	for (uint32 i = 0; i < placing->count; i++)
		placing->order[i] = i;
	for (uint32 i = 0; i < first; i++)
		swap_roles(placing->order, i, i + draw(placing, i, placing->count - i));
	for (uint32 i = 0; i < placing->count; i++)
	{
		if (given)
			placing->dealt[i] = placing->bag[placing->order[i]];
		else
			placing->dealt[placing->order[i]] = placing->bag[i];
	}
}

/* Is what was dealt what there is, or was it drawn before? Two draws of one hash do not happen. */
static bool
is_repeat(Placing *placing)
{
	bool found = true;
	uint64 hash;

	for (uint32 i = 0; found && i < placing->count; i++)
		found = placing->dealt[i] == placing->role[placing->eligible[i]];
	if (found || placing->enumerate)
		return found;
	hash = hash_bytes_extended((const unsigned char *) placing->dealt,
							   (int) (placing->count * sizeof(uint32)), 0);
	hash_search(placing->seen, &hash, HASH_ENTER, &found);
	return found;
}

/* Deals the next placement that is new; false where there is none. */
static bool
next_placement(Placing *placing)
{
	do
	{
		CHECK_FOR_INTERRUPTS();
		if (!placing->enumerate)
			draw_deal(placing);
		else if (placing->tried > 0 && !next_deal(placing))
			return false;
		placing->tried++;
	} while (is_repeat(placing));
	return true;
}

/* Rings given to one area dealt to another; periods that the giver lacks are not exposed. */
static void
deal_rings(Placing *placing, uint32 from, uint32 to)
{
	const Panel *panel = placing->panel;
	int64 source = panel->start[from];

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

/* Treatment as it was dealt. */
static void
place(Placing *placing)
{
	const Panel *panel = placing->panel;

	for (uint32 i = 0; i < panel->areas; i++)
		placing->treated_from[i] = PANEL_NEVER;
	for (uint32 i = 0; i < placing->count; i++)
	{
		uint32 to = placing->eligible[i];
		uint32 from = placing->model[placing->dealt[i]];

		placing->treated_from[to] = panel->treated_from[from];
		if (panel->arm != NULL)
			placing->arm[to] = panel->arm[from];
		if (panel->distance == PANEL_GIVEN)
			deal_rings(placing, from, to);
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
		reach[term] = (Reach){estimates->known[term] ? estimates->estimate[term] : NAN, 0};
	for (int64 i = 0; i < panel.cells; i++)
	{
		int32 term = actual->term[i];

		if (i % INTERRUPT_CELLS == 0)
			CHECK_FOR_INTERRUPTS();
		if (term >= 0)
			reach[term].overlap += estimates->share[i * estimates->terms + term];
	}
}

/*
 * How many placements to make beside the one there is: all others where they are no
 * more than asked for, each once; or draws.
 */
static int64
plan_placements(Placing *placing, int64 placements)
{
	const Panel *panel = placing->panel;
	HASHCTL control = {
		.keysize = sizeof(uint64), .entrysize = sizeof(uint64), .hcxt = CurrentMemoryContext};
	int64 others;
	uint32 placed = 0;

	find_eligible(placing);
	if (panel->distance != PANEL_GIVEN && placing->treated_count > placing->count)
		return 0;
	find_roles(placing);
	placing->treated_from = panel_array(panel->areas, sizeof(int64));
	placing->arm = panel->arm == NULL ? NULL : panel_array(panel->areas, sizeof(uint8));
	placing->given = panel->given == NULL ? NULL : panel_array(panel->cells, sizeof(int32));
	placing->order = panel_array(placing->count, sizeof(uint32));
	placing->dealt = panel_array(placing->count, sizeof(uint32));
	for (uint32 i = 0; i < placing->count; i++)
	{
		placing->dealt[i] = placing->bag[i];
		placed += panel->treated_from[placing->eligible[i]] != PANEL_NEVER;
	}
	qsort_interruptible(placing->dealt, placing->count, sizeof(uint32), place_order, NULL);
	others = count_deals(placing->dealt, placing->count, placements + 1);
	/* what there is counts among them unless an area without cells or place is treated */
	others -= panel->distance == PANEL_GIVEN || placed == placing->treated_count;
	placing->enumerate = others <= placements;
	if (placing->enumerate)
		return others;
	placing->seen = hash_create("ring_effects placements", placements, &control,
								HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return placements;
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
	while (result->count < count && next_placement(&placing))
	{
		MemoryContext before = MemoryContextSwitchTo(scratch);

		place(&placing);
		try_placement(estimator, design, &placing, noise, one);
		MemoryContextSwitchTo(before);
		MemoryContextReset(scratch);
		for (int term = 0; term < terms; term++)
			reach[term][result->count] = one[term];
		result->count++;
	}
	result->exhaustive = placing.enumerate;
	if (placing.seen != NULL)
		hash_destroy(placing.seen);
	keep_noise(result, reach, terms);
	for (int term = 0; term < terms; term++)
		if (actual->known[term])
			invert_test(result, term, actual->estimate[term], reach[term], result->count, conf);
	MemoryContextDelete(scratch);
	return result;
}
