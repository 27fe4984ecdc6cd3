/*
 * ring_group_time.c
 *	  Each exposed cell against its area's last clean period, less the same of areas
 *	  never exposed (Callaway & Sant'Anna 2021; Sun & Abraham 2021).
 */
#include "compat.h"
#include "miscadmin.h"

#include "spillover/ring_estimate.h"

/* Cells between two looks at interrupts; for each, the cells of its area are looked through. */
#define INTERRUPT_CELLS 1024

/* Of pairs of periods (base, then now): weight and mean change of areas never exposed. */
typedef struct ControlChanges
{
	double *weight;
	double *mean;
} ControlChanges;

static bool
is_control(const RingDesign *design, uint32 area)
{
	return design->exposure->onset[area] == PANEL_NEVER;
}

static ControlChanges
control_changes(const RingDesign *design, const double *y)
{
	const Panel *panel = design->panel;
	Size n = panel->periods;
	ControlChanges changes = {panel_array(n * n, sizeof(double)),
							  panel_array(n * n, sizeof(double))};

	for (uint32 area = 0; area < panel->areas; area++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!is_control(design, area))
			continue;
		for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
			for (int64 j = panel->start[area]; j < panel->start[area + 1]; j++)
			{
				Size pair = panel->when[j] * n + panel->when[i];

				changes.weight[pair] += panel_weight(panel, i);
				changes.mean[pair] += panel_weight(panel, i) * (y[i] - y[j]);
			}
	}
	for (Size pair = 0; pair < n * n; pair++)
		if (changes.weight[pair] > 0)
			changes.mean[pair] /= changes.weight[pair];
	return changes;
}

/* The last clean cell of a cell's area, or -1. */
static int64
base_cell(const RingDesign *design, int64 cell)
{
	const Panel *panel = design->panel;
	uint32 area = panel->area[cell];

	for (int64 i = panel->start[area + 1] - 1; i >= panel->start[area]; i--)
		if (design->clean[i])
			return i;
	return -1;
}

/* Shares of exposed areas in a term, the weight of each pair of periods, and the estimate. */
static void
term_changes(const RingDesign *design, const ControlChanges *changes, const double *y, int term,
			 double *pair_share, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	double total = 0;
	double estimate = 0;

	for (int round = 0; round < 2; round++)
		for (int64 i = panel->cells - 1; i >= 0; i--)
		{
			int64 base = design->term[i] == term ? base_cell(design, i) : -1;
			Size pair;
			double share;

			if (i % INTERRUPT_CELLS == 0)
				CHECK_FOR_INTERRUPTS();
			if (base < 0)
				continue;
			pair = (Size) panel->when[base] * panel->periods + panel->when[i];
			if (changes->weight[pair] <= 0)
				continue;
			if (round == 0)
			{
				total += panel_weight(panel, i);
				continue;
			}
			share = panel_weight(panel, i) / total;
			pair_share[pair] += share;
			estimate += share * (y[i] - y[base] - changes->mean[pair]);
			estimates->share[i * estimates->terms + term] += share;
			estimates->share[base * estimates->terms + term] -= share;
		}
	estimates->known[term] = total > 0;
	if (total > 0)
		estimates->estimate[term] = estimate;
}

/* What the surprises of an area's cells of a term add to it. */
static void
exposed_scores(const RingDesign *design, const ControlChanges *changes, const double *y, int term,
			   uint32 area, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	Size terms = estimates->terms;

	for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
	{
		int64 base = design->term[i] == term ? base_cell(design, i) : -1;

		if (base >= 0)
			estimates->score[i * terms + term] +=
				estimates->share[i * terms + term] *
				(y[i] - y[base] -
				 changes->mean[panel->when[base] * panel->periods + panel->when[i]] -
				 estimates->estimate[term]);
	}
}

/* Shares of an area never exposed in a term, and what its surprises add, at the cell of now. */
static void
control_shares(const RingDesign *design, const ControlChanges *changes, const double *y, int term,
			   uint32 area, const double *pair_share, const bool *shared, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	Size terms = estimates->terms;

	for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
	{
		if (!shared[panel->when[i]])
			continue;
		for (int64 j = panel->start[area]; j < panel->start[area + 1]; j++)
		{
			Size pair = (Size) panel->when[j] * panel->periods + panel->when[i];
			double share;

			if (pair_share[pair] == 0)
				continue;
			share = pair_share[pair] * panel_weight(panel, i) / changes->weight[pair];
			estimates->share[i * terms + term] -= share;
			estimates->share[j * terms + term] += share;
			if (estimates->score != NULL)
				estimates->score[i * terms + term] -= share * (y[i] - y[j] - changes->mean[pair]);
		}
	}
}

/* What each area adds to a term; shared are the periods in which cells of it are. */
static void
term_scores(const RingDesign *design, const ControlChanges *changes, const double *y, int term,
			const double *pair_share, bool *shared, RingEstimates *estimates)
{
	const Panel *panel = design->panel;

	for (Size now = 0; now < panel->periods; now++)
	{
		shared[now] = false;
		for (Size base = 0; base < panel->periods; base++)
			shared[now] |= pair_share[base * panel->periods + now] != 0;
	}
	for (uint32 area = 0; area < panel->areas; area++)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_control(design, area))
			control_shares(design, changes, y, term, area, pair_share, shared, estimates);
		else if (estimates->score != NULL)
			exposed_scores(design, changes, y, term, area, estimates);
	}
}

/* Exposed cells that have no clean period before or no area never exposed to be set against. */
static void
count_dropped(const RingDesign *design, const ControlChanges *changes, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	uint32 last = PG_UINT32_MAX;

	for (int64 i = 0; i < panel->cells; i++)
	{
		int64 base;

		if (i % INTERRUPT_CELLS == 0)
			CHECK_FOR_INTERRUPTS();
		if (design->exposure->category[i] < 0 || design->term[i] < 0)
			continue;
		base = base_cell(design, i);
		if (base < 0 && panel->area[i] != last)
		{
			last = panel->area[i];
			estimates->dropped_areas++;
		}
		if (base < 0 ||
			changes->weight[(Size) panel->when[base] * panel->periods + panel->when[i]] <= 0)
			estimates->dropped_cells++;
	}
}

RingEstimates *
ring_group_time(const RingDesign *design, const double *y, bool scores)
{
	RingEstimates *estimates = ring_estimates_create(design);
	const Panel *panel = design->panel;
	ControlChanges changes = control_changes(design, y);
	Size pairs = (Size) panel->periods * panel->periods;
	double *pair_share = panel_array(pairs, sizeof(double));
	bool *shared = panel_array(panel->periods, sizeof(bool));

	if (scores)
		estimates->score =
			panel_array((Size) panel->cells * Max(estimates->terms, 1), sizeof(double));
	for (int term = 0; term < estimates->terms; term++)
	{
		CHECK_FOR_INTERRUPTS();
		memset(pair_share, 0, pairs * sizeof(double));
		term_changes(design, &changes, y, term, pair_share, estimates);
		if (estimates->known[term])
			term_scores(design, &changes, y, term, pair_share, shared, estimates);
	}
	if (scores)
		ring_widen_scores(design, estimates);
	count_dropped(design, &changes, estimates);
	estimates->variance = NAN;
	estimates->cells = panel->cells;
	pfree(pair_share);
	pfree(shared);
	pfree(changes.weight);
	pfree(changes.mean);
	return estimates;
}
