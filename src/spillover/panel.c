/*
 * panel.c
 *	  Cells in order, and effects of area and period taken out exactly.
 *
 * Areas are eliminated, which leaves one equation a period; these are solved by
 * Cholesky. In each connected part of the panel one period's effect is set to 0,
 * as only differences are known.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "spillover/panel.h"
#include "statistics/matrix.h"
#include "statistics/order.h"

struct TwoWay
{
	const Panel *panel;
	const bool *used;
	double *area_weight; /* sums over the used cells; 0: none of them */
	double *period_weight;
	int32 *part;    /* of each period, a period that stands for its part; -1: none used */
	double *factor; /* Cholesky's L, periods x periods */
};

/* Place of a period in the list. */
static int32
period_place(const Panel *panel, int64 period)
{
	uint32 low = 0;
	uint32 high = panel->periods;

	while (high - low > 1)
	{
		uint32 middle = low + (high - low) / 2;

		if (panel->period_list[middle] <= period)
			low = middle;
		else
			high = middle;
	}
	return (int32) low;
}

void
panel_index(Panel *panel)
{
	panel->period_list = panel_array(panel->cells, sizeof(int64));
	panel->when = panel_array(panel->cells, sizeof(int32));
	panel->start = panel_array((Size) panel->areas + 1, sizeof(int64));
	memcpy(panel->period_list, panel->period, panel->cells * sizeof(int64));
	qsort_interruptible(panel->period_list, panel->cells, sizeof(int64), bigint_order, NULL);
	panel->periods = 0;
	for (int64 i = 0; i < panel->cells; i++)
		if (i == 0 || panel->period_list[i] != panel->period_list[panel->periods - 1])
			panel->period_list[panel->periods++] = panel->period_list[i];
	if (panel->periods > PANEL_PERIODS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%u different periods are more than %d", panel->periods,
							   PANEL_PERIODS_MOST),
						errhint("Sum days or weeks up to longer periods.")));
	for (int64 i = 0; i < panel->cells; i++)
	{
		panel->when[i] = period_place(panel, panel->period[i]);
		panel->start[panel->area[i] + 1] = i + 1;
	}
	for (uint32 area = 0; area < panel->areas; area++)
		panel->start[area + 1] = Max(panel->start[area + 1], panel->start[area]);
}

Panel *
panel_subset(const Panel *panel, const bool *keep)
{
	Panel *subset = palloc(sizeof(Panel));
	int64 kept = 0;

	*subset = *panel;
	subset->area = panel_array(panel->cells, sizeof(uint32));
	subset->period = panel_array(panel->cells, sizeof(int64));
	subset->y = panel_array(panel->cells, sizeof(double));
	subset->weight = panel->weight ? panel_array(panel->cells, sizeof(double)) : NULL;
	subset->given = panel->given ? panel_array(panel->cells, sizeof(int32)) : NULL;
	for (int64 i = 0; i < panel->cells; i++)
	{
		if (!keep[i])
			continue;
		subset->area[kept] = panel->area[i];
		subset->period[kept] = panel->period[i];
		subset->y[kept] = panel->y[i];
		if (panel->weight)
			subset->weight[kept] = panel->weight[i];
		if (panel->given)
			subset->given[kept] = panel->given[i];
		kept++;
	}
	subset->cells = kept;
	panel_index(subset);
	return subset;
}

/* The period that stands for the part of another. */
static int32
part_of(TwoWay *two, int32 when)
{
	while (two->part[when] != when)
	{
		two->part[when] = two->part[two->part[when]];
		when = two->part[when];
	}
	return when;
}

/* Sums of weights, and which periods are linked by an area seen in both. */
static void
sum_and_link(TwoWay *two)
{
	const Panel *panel = two->panel;

	for (uint32 when = 0; when < panel->periods; when++)
		two->part[when] = (int32) when;
	for (uint32 area = 0; area < panel->areas; area++)
	{
		int32 first = -1;

		for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
		{
			double weight = panel_weight(panel, i);

			if (!two->used[i])
				continue;
			two->area_weight[area] += weight;
			two->period_weight[panel->when[i]] += weight;
			if (first < 0)
				first = panel->when[i];
			else
				two->part[part_of(two, panel->when[i])] = part_of(two, first);
		}
	}
	for (uint32 when = 0; when < panel->periods; when++)
		two->part[when] = two->period_weight[when] > 0 ? part_of(two, (int32) when) : -1;
}

/* What is left of the normal equations when the areas are eliminated. */
static void
eliminate_areas(TwoWay *two)
{
	const Panel *panel = two->panel;
	Size n = panel->periods;

	for (Size when = 0; when < n; when++)
	{
		bool fixed = two->part[when] < 0 || two->part[when] == (int32) when;

		two->factor[when * n + when] = two->period_weight[when];
		if (fixed)
			two->factor[when * n + when] += two->part[when] < 0 ? 1 : two->period_weight[when];
	}
	for (uint32 area = 0; area < panel->areas; area++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
		{
			double share = panel_weight(panel, i) / two->area_weight[area];

			if (!two->used[i])
				continue;
			for (int64 j = panel->start[area]; j <= i; j++)
				if (two->used[j])
					two->factor[panel->when[i] * n + panel->when[j]] -=
						share * panel_weight(panel, j);
		}
	}
	for (Size i = 0; i < n; i++)
		for (Size j = 0; j < i; j++)
			two->factor[j * n + i] = two->factor[i * n + j];
}

TwoWay *
twoway_make(const Panel *panel, const bool *used)
{
	TwoWay *two = palloc(sizeof(TwoWay));

	two->panel = panel;
	two->used = used;
	two->area_weight = panel_array(panel->areas, sizeof(double));
	two->period_weight = panel_array(panel->periods, sizeof(double));
	two->part = panel_array(panel->periods, sizeof(int32));
	two->factor = panel_array((Size) panel->periods * panel->periods, sizeof(double));
	sum_and_link(two);
	eliminate_areas(two);
	if (panel->periods > 0 && !matrix_cholesky(two->factor, (int) panel->periods))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("weights of the panel differ too much to tell effects of area and "
							   "period apart"),
						errhint("Give weights of about the same size.")));
	return two;
}

void
twoway_free(TwoWay *two)
{
	pfree(two->area_weight);
	pfree(two->period_weight);
	pfree(two->part);
	pfree(two->factor);
	pfree(two);
}

void
twoway_solve(const TwoWay *two, const double *area_sum, const double *period_sum, double *area,
			 double *period)
{
	const Panel *panel = two->panel;

	for (uint32 when = 0; when < panel->periods; when++)
		period[when] = two->part[when] < 0 ? 0 : period_sum[when];
	for (int64 i = 0; i < panel->cells; i++)
		if (two->used[i])
			period[panel->when[i]] -= panel_weight(panel, i) * area_sum[panel->area[i]] /
									  two->area_weight[panel->area[i]];
	if (panel->periods > 0)
		matrix_cholesky_solve(two->factor, (int) panel->periods, period, 1);
	for (uint32 i = 0; i < panel->areas; i++)
		area[i] = two->area_weight[i] > 0 ? area_sum[i] : 0;
	for (int64 i = 0; i < panel->cells; i++)
		if (two->used[i])
			area[panel->area[i]] -= panel_weight(panel, i) * period[panel->when[i]];
	for (uint32 i = 0; i < panel->areas; i++)
		if (two->area_weight[i] > 0)
			area[i] /= two->area_weight[i];
}

/* Solved once, and once more for what rounding left. */
void
twoway_effects(const TwoWay *two, const double *v, double *area, double *period)
{
	const Panel *panel = two->panel;
	double *area_sum = panel_array(panel->areas, sizeof(double));
	double *period_sum = panel_array(panel->periods, sizeof(double));
	double *area_more = panel_array(panel->areas, sizeof(double));
	double *period_more = panel_array(panel->periods, sizeof(double));

	memset(area, 0, panel->areas * sizeof(double));
	memset(period, 0, panel->periods * sizeof(double));
	for (int round = 0; round < 2; round++)
	{
		CHECK_FOR_INTERRUPTS();
		memset(area_sum, 0, panel->areas * sizeof(double));
		memset(period_sum, 0, panel->periods * sizeof(double));
		for (int64 i = 0; i < panel->cells; i++)
		{
			double left;

			if (!two->used[i])
				continue;
			left = panel_weight(panel, i) * (v[i] - area[panel->area[i]] - period[panel->when[i]]);
			area_sum[panel->area[i]] += left;
			period_sum[panel->when[i]] += left;
		}
		twoway_solve(two, area_sum, period_sum, area_more, period_more);
		for (uint32 i = 0; i < panel->areas; i++)
			area[i] += area_more[i];
		for (uint32 i = 0; i < panel->periods; i++)
			period[i] += period_more[i];
	}
	pfree(area_sum);
	pfree(period_sum);
	pfree(area_more);
	pfree(period_more);
}

void
twoway_sweep(const TwoWay *two, double *v)
{
	const Panel *panel = two->panel;
	double *area = panel_array(panel->areas, sizeof(double));
	double *period = panel_array(panel->periods, sizeof(double));

	twoway_effects(two, v, area, period);
	for (int64 i = 0; i < panel->cells; i++)
		v[i] = two->used[i] ? v[i] - area[panel->area[i]] - period[panel->when[i]] : 0;
	pfree(area);
	pfree(period);
}

bool
twoway_known(const TwoWay *two, uint32 area, int32 when)
{
	const Panel *panel = two->panel;

	if (two->area_weight[area] <= 0 || two->part[when] < 0)
		return false;
	for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
		if (two->used[i])
			return two->part[panel->when[i]] == two->part[when];
	return false;
}

void
twoway_count(const TwoWay *two, int64 *areas, int64 *periods, int64 *parts)
{
	*areas = *periods = *parts = 0;
	for (uint32 i = 0; i < two->panel->areas; i++)
		*areas += two->area_weight[i] > 0;
	for (uint32 i = 0; i < two->panel->periods; i++)
	{
		*periods += two->part[i] >= 0;
		*parts += two->part[i] == (int32) i;
	}
}
