/*
 * segregation_change.c
 *	  Why mutual information changed between two dates (Elbers 2021): units that
 *	  came or went, other sizes of units and of groups, and, what is left, who
 *	  lives with whom.
 *
 * The table of units by groups is raked (Deming and Stephan 1940) to every
 * combination of the two dates' margins and association. The structural part is
 * the change at fixed margins, the mean of both dates' margins; the marginal part
 * at fixed association is shared between units and groups in the same way
 * (Shapley), so that neither date nor order is preferred.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_change_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_change_final);

#define CHANGE_COLUMNS 12
#define RAKE_TOLERANCE 1e-12
#define RAKE_ROUNDS 10000

/* Before and after of units, and which of them are there at both dates. */
typedef struct Panel
{
	Size rows;
	uint32 groups;
	double *date[2]; /* rows of groups, as shares of the date's people */
	bool *row;       /* is the unit at both dates? */
	bool *group;     /* is the group? */
} Panel;

static uint32
counts_groups(ArrayType *array)
{
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("counts are not of two groups or more in one dimension"),
						errhint("Give one count a group; NULL for a unit that was not there.")));
	if (ARR_DIMS(array)[0] > SEGREGATION_MAX_GROUPS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("counts are of %d groups, more than %d", ARR_DIMS(array)[0],
							   SEGREGATION_MAX_GROUPS),
						errhint("Take small groups together.")));
	return (uint32) ARR_DIMS(array)[0];
}

/* One date's counts of a unit; false where one of them is unknown. */
static bool
take_counts(SegregationSet *set, ArrayType *array, int64 *counts)
{
	const double *given = (const double *) ARR_DATA_PTR(array);

	segregation_set_groups(set, 2 * counts_groups(array));
	if (array_contains_nulls(array))
		return false;
	for (uint32 g = 0; g < set->groups / 2; g++)
		counts[g] = segregation_count("a count", given[g]);
	return true;
}

/* A row is a unit's counts of before, then of after. */
Datum
monitor_segregation_change_transition(PG_FUNCTION_ARGS)
{
	SegregationSet *set = PG_ARGISNULL(0) ? NULL : (SegregationSet *) PG_GETARG_POINTER(0);
	int64 counts[2][SEGREGATION_MAX_GROUPS];
	int64 row[2 * SEGREGATION_MAX_GROUPS];
	bool known = true;
	MemoryContext context;

	context = aggregate_context(fcinfo);
	if (set == NULL)
		set = segregation_set_create(context);
	if (PG_ARGISNULL(1) && PG_ARGISNULL(2))
	{
		set->empty++;
		PG_RETURN_POINTER(set);
	}
	for (int date = 0; date < 2; date++)
	{
		if (PG_ARGISNULL(1 + date))
			memset(counts[date], 0, sizeof(counts[date]));
		else
			known &= take_counts(set, PG_GETARG_ARRAYTYPE_P(1 + date), counts[date]);
	}
	if (!known)
	{
		set->unknown++;
		PG_RETURN_POINTER(set);
	}
	memcpy(row, counts[0], set->groups / 2 * sizeof(int64));
	memcpy(row + set->groups / 2, counts[1], set->groups / 2 * sizeof(int64));
	segregation_set_add(set, row, 1);
	PG_RETURN_POINTER(set);
}

/* Units of the same counts at both dates count as one: that alters no index. */
static Panel
panel_open(const SegregationSet *sorted)
{
	Panel panel = {sorted->rows, sorted->groups / 2};
	Size cells = panel.rows * panel.groups;

	panel.row = allocate(panel.rows, sizeof(bool));
	panel.group = palloc(panel.groups + 1);
	memset(panel.row, true, panel.rows);
	memset(panel.group, true, panel.groups);
	for (int date = 0; date < 2; date++)
	{
		panel.date[date] = allocate(cells, sizeof(double));
		for (Size i = 0; i < panel.rows; i++)
		{
			const int64 *row = sorted->data + i * (sorted->groups + 1);

			CHECK_FOR_INTERRUPTS();
			for (uint32 g = 0; g < panel.groups; g++)
				panel.date[date][i * panel.groups + g] =
					(double) row[sorted->groups] * persons(row[date * panel.groups + g]);
		}
	}
	return panel;
}

/* Margins of the cells in use of a table; returns their total. */
static double
table_margins(const Panel *panel, const double *table, double *rows, double *groups)
{
	double total = 0;

	memset(groups, 0, panel->groups * sizeof(double));
	for (Size i = 0; i < panel->rows; i++)
	{
		const double *cell = table + i * panel->groups;

		CHECK_FOR_INTERRUPTS();
		rows[i] = 0;
		for (uint32 g = 0; panel->row[i] && g < panel->groups; g++)
			if (panel->group[g])
			{
				rows[i] += cell[g];
				groups[g] += cell[g];
			}
		total += rows[i];
	}
	return total;
}

/* Room for the margins of a table. */
typedef struct Margins
{
	double total;
	double *row;
	double *group;
} Margins;

static Margins
margins_of(const Panel *panel, const double *table)
{
	Margins margins;

	margins.row = allocate(panel->rows, sizeof(double));
	margins.group = palloc(Max(panel->groups, 1) * sizeof(double));
	margins.total = table_margins(panel, table, margins.row, margins.group);
	return margins;
}

/* Mutual information of the cells in use. */
static double
table_information(const Panel *panel, const double *table)
{
	Margins margins = margins_of(panel, table);
	double sum = 0;

	for (Size i = 0; i < panel->rows; i++)
	{
		const double *cell = table + i * panel->groups;

		CHECK_FOR_INTERRUPTS();
		for (uint32 g = 0; panel->row[i] && g < panel->groups; g++)
			if (panel->group[g] && cell[g] > 0)
				sum += cell[g] * log(cell[g] * margins.total / (margins.row[i] * margins.group[g]));
	}
	return margins.total > 0 ? Max(sum / margins.total, 0) : 0;
}

/* Leaves out units and groups that are not there at both dates, until all the rest are. */
static void
panel_common(Panel *panel)
{
	bool changed;

	do
	{
		changed = false;
		for (int date = 0; date < 2; date++)
		{
			Margins margins = margins_of(panel, panel->date[date]);

			for (Size i = 0; i < panel->rows; i++)
				if (panel->row[i] && margins.row[i] == 0)
					panel->row[i] = false, changed = true;
			for (uint32 g = 0; g < panel->groups; g++)
				if (panel->group[g] && margins.group[g] == 0)
					panel->group[g] = false, changed = true;
			pfree(margins.row);
			pfree(margins.group);
		}
	} while (changed);
}

/* One round of raking: rows, then groups; returns how far the rows were off. */
static double
rake_round(const Panel *panel, double *table, Margins *now, const double *rows,
		   const double *groups)
{
	double worst = 0;

	for (Size i = 0; i < panel->rows; i++)
	{
		double factor = rows[i] / now->row[i];

		CHECK_FOR_INTERRUPTS();
		if (!panel->row[i])
			continue;
		worst = Max(worst, fabs(factor - 1));
		for (uint32 g = 0; g < panel->groups; g++)
			table[i * panel->groups + g] *= factor;
	}
	table_margins(panel, table, now->row, now->group);
	for (Size i = 0; i < panel->rows; i++)
		for (uint32 g = 0; panel->row[i] && g < panel->groups; g++)
			if (panel->group[g])
				table[i * panel->groups + g] *= groups[g] / now->group[g];
	now->total = table_margins(panel, table, now->row, now->group);
	return worst;
}

/* Mutual information of one date's association with the margins given, NAN where it has none. */
static double
raked_information(const Panel *panel, const double *association, const Margins *rows,
				  const Margins *groups)
{
	Size cells = panel->rows * panel->groups;
	double *table = allocate(cells, sizeof(double));
	double *row = allocate(panel->rows, sizeof(double));
	double *group = palloc(Max(panel->groups, 1) * sizeof(double));
	double result = NAN;
	Margins now;

	memcpy(table, association, cells * sizeof(double));
	for (Size i = 0; i < panel->rows; i++)
		row[i] = rows->row[i] / rows->total;
	for (uint32 g = 0; g < panel->groups; g++)
		group[g] = groups->group[g] / groups->total;
	now = margins_of(panel, table);
	for (int round = 0; round < RAKE_ROUNDS; round++)
		if (rake_round(panel, table, &now, row, group) < RAKE_TOLERANCE)
		{
			result = table_information(panel, table);
			break;
		}
	pfree(table);
	return result;
}

/* The three parts of the change among units and groups common to both dates. */
typedef struct Change
{
	double units;
	double groups;
	double structural;
} Change;

static Change
change_of(const Panel *panel)
{
	Margins margins[2] = {margins_of(panel, panel->date[0]), margins_of(panel, panel->date[1])};
	double m[2][2][2]; /* by the date of units, groups, association */
	Change change = {0};

	if (!(margins[0].total > 0))
		return change;
	for (int i = 0; i < 8; i++)
	{
		int unit = i & 1, group = i >> 1 & 1, association = i >> 2;

		m[unit][group][association] = unit == association && group == association
										  ? table_information(panel, panel->date[association])
										  : raked_information(panel, panel->date[association],
															  &margins[unit], &margins[group]);
	}
	for (int k = 0; k < 2; k++)
	{
		change.structural += (m[k][k][1] - m[k][k][0]) / 2;
		for (int l = 0; l < 2; l++)
		{
			change.units += (m[1][k][l] - m[0][k][l]) / 4;
			change.groups += (m[k][1][l] - m[k][0][l]) / 4;
		}
	}
	return change;
}

/* How many units are at one date, at the other, at both. */
static void
count_units(const SegregationSet *sorted, int64 *common, int64 *added, int64 *removed)
{
	uint32 groups = sorted->groups / 2;

	*common = *added = *removed = 0;
	for (Size i = 0; i < sorted->rows; i++)
	{
		const int64 *row = sorted->data + i * (sorted->groups + 1);
		int64 before = 0, after = 0;

		for (uint32 g = 0; g < groups; g++)
		{
			before |= row[g];
			after |= row[groups + g];
		}
		*(before && after ? common : after ? added : removed) += row[sorted->groups];
	}
}

/* Figures of the whole change; those of no date with people, and parts not reached, are NULL. */
static void
change_figures(Panel *panel, Datum *values, bool *nulls)
{
	double before, after, common_before, common_after;
	Change change;

	if (!(margins_of(panel, panel->date[0]).total > 0 &&
		  margins_of(panel, panel->date[1]).total > 0))
	{
		memset(nulls, true, 8);
		return;
	}
	before = table_information(panel, panel->date[0]);
	after = table_information(panel, panel->date[1]);
	panel_common(panel);
	common_before = table_information(panel, panel->date[0]);
	common_after = table_information(panel, panel->date[1]);
	change = change_of(panel);
	values[0] = Float8GetDatum(before);
	values[1] = Float8GetDatum(after);
	values[2] = Float8GetDatum(after - before);
	values[3] = Float8GetDatum(after - common_after);
	values[4] = Float8GetDatum(common_before - before);
	values[5] = Float8GetDatum(change.units);
	values[6] = Float8GetDatum(change.groups);
	values[7] = Float8GetDatum(change.structural);
	nulls[5] = isnan(change.units);
	nulls[6] = isnan(change.groups);
	nulls[7] = isnan(change.structural);
}

Datum
monitor_segregation_change_final(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, CHANGE_COLUMNS);
	Datum values[CHANGE_COLUMNS];
	bool nulls[CHANGE_COLUMNS] = {false};
	const SegregationSet *set;
	SegregationSet *sorted;
	Panel panel;
	int64 common, added, removed;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	set = (const SegregationSet *) PG_GETARG_POINTER(0);
	sorted = segregation_set_sorted(set);
	panel = panel_open(sorted);
	change_figures(&panel, values, nulls);
	count_units(sorted, &common, &added, &removed);
	values[8] = Int64GetDatum(common);
	values[9] = Int64GetDatum(added);
	values[10] = Int64GetDatum(removed);
	values[11] = Int64GetDatum(sorted->unknown);
	return composite_datum(type, values, nulls);
}
