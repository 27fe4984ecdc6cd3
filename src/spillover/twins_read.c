/*
 * twins_read.c
 *	  What is read from twins: pairs, the control group, weights, a summary.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "spillover/twins.h"

PG_FUNCTION_INFO_V1(monitor_twin_pairs);
PG_FUNCTION_INFO_V1(monitor_twin_weights);
PG_FUNCTION_INFO_V1(monitor_twin_summary);
PG_FUNCTION_INFO_V1(monitor_control_set);

#define PAIR_COLUMNS 5
#define WEIGHT_COLUMNS 3
#define SUMMARY_COLUMNS 13

/* Why an area has no twin, or fewer than it was to have; NULL: it has them all. */
static char *
pair_note(const Twins *twins, int64 area)
{
	const TwinsSettings *settings = &twins->settings;
	int32 found = twins->found[area];
	const char *limit = "";

	if (found < 0)
		return "something of the area is unknown";
	if (found == settings->k)
		return twins->tied[area] ? "another is as near as the last, the lower id was taken" : NULL;
	if (isfinite(settings->caliper) && settings->beyond > 0)
		limit = " within the caliper and beyond the distance";
	else if (isfinite(settings->caliper))
		limit = " within the caliper";
	else if (settings->beyond > 0)
		limit = " beyond the distance";
	if (found == 0)
		return psprintf("no candidate%s", limit);
	return psprintf("%d of %d, there are no more candidates%s", found, settings->k, limit);
}

/* twin_pairs(twins) -> setof (area, rank, twin, distance, note) */
Datum
monitor_twin_pairs(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, PAIR_COLUMNS);
	Twins *twins = twins_read(PG_GETARG_DATUM(0));
	int64 pair = 0;

	for (int64 i = 0; i < twins->areas; i++)
	{
		char *note = pair_note(twins, i);
		Datum values[PAIR_COLUMNS] = {Int64GetDatum(twins->area[i])};
		bool nulls[PAIR_COLUMNS] = {false, true, true, true, note == NULL};

		CHECK_FOR_INTERRUPTS();
		values[4] = note == NULL ? (Datum) 0 : CStringGetTextDatum(note);
		if (twins->found[i] <= 0)
			rows_put(rows, values, nulls);
		nulls[1] = nulls[2] = nulls[3] = false;
		for (int32 rank = 0; rank < twins->found[i]; rank++, pair++)
		{
			values[1] = Int32GetDatum(rank + 1);
			values[2] = Int64GetDatum(twins->twin[pair]);
			values[3] = Float8GetDatum(twins->distance[pair]);
			rows_put(rows, values, nulls);
		}
	}
	return (Datum) 0;
}

/* twin_weights(twins) -> setof (twin, times, weight) */
Datum
monitor_twin_weights(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, WEIGHT_COLUMNS);
	int64 count;
	const TwinsUse *uses = twins_uses(twins_read(PG_GETARG_DATUM(0)), &count);

	for (int64 i = 0; i < count; i++)
	{
		Datum values[WEIGHT_COLUMNS] = {Int64GetDatum(uses[i].twin), Int64GetDatum(uses[i].times),
										Float8GetDatum(uses[i].weight)};
		bool nulls[WEIGHT_COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* control_set(twins) -> bigint[] */
Datum
monitor_control_set(PG_FUNCTION_ARGS)
{
	int64 count;
	const TwinsUse *uses = twins_uses(twins_read(PG_GETARG_DATUM(0)), &count);
	Datum *ids;

	if (count == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(INT8OID));
	ids = allocate(count, sizeof(Datum));
	for (int64 i = 0; i < count; i++)
		ids[i] = Int64GetDatum(uses[i].twin);
	PG_RETURN_ARRAYTYPE_P(
		construct_array(ids, (int) count, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* The areas with a twin, and those of which something is unknown. */
static void
count_areas(const Twins *twins, int64 *matched, int64 *unknown)
{
	for (int64 i = 0; i < twins->areas; i++)
	{
		*matched += twins->found[i] > 0;
		*unknown += twins->found[i] < 0;
	}
}

/* What is remarkable, in words; NULL: nothing. */
static char *
summary_note(const Twins *twins, int64 matched, int64 unknown)
{
	const char *parts[] = {NULL, NULL, twins->note};
	char *note = NULL;

	if (twins->areas == 0)
		parts[0] = "twins are asked for no area";
	else if (twins->areas - matched - unknown > 0)
		parts[0] = psprintf("without a twin: %lld of the areas that are known",
							(long long) (twins->areas - matched - unknown));
	if (unknown > 0)
		parts[1] =
			psprintf("unknown: %lld of the areas that twins are asked for", (long long) unknown);
	for (int i = 0; i < lengthof(parts); i++)
		if (parts[i] != NULL)
			note = note == NULL ? pstrdup(parts[i]) : psprintf("%s; %s", note, parts[i]);
	return note;
}

/* twin_summary(twins) -> (method, k, n_used, n_null, areas, matched, candidates, twins, ...) */
Datum
monitor_twin_summary(PG_FUNCTION_ARGS)
{
	Twins *twins = twins_read(PG_GETARG_DATUM(0));
	int64 count;
	const TwinsUse *uses = twins_uses(twins, &count);
	const TwinsUse *most = uses;
	double sum = 0;
	double squares = 0;
	double largest = 0;
	int64 matched = 0;
	int64 unknown = 0;
	char *note;
	Datum values[SUMMARY_COLUMNS];
	bool nulls[SUMMARY_COLUMNS] = {false};

	for (int64 i = 0; i < count; i++)
	{
		sum += uses[i].weight;
		squares += uses[i].weight * uses[i].weight;
		if (uses[i].times > most->times)
			most = &uses[i];
	}
	for (int64 i = 0; i < twins->pairs; i++)
		largest = Max(largest, twins->distance[i]);
	count_areas(twins, &matched, &unknown);
	note = summary_note(twins, matched, unknown);
	values[0] = CStringGetTextDatum(twins_method_names[twins->settings.method]);
	values[1] = Int32GetDatum(twins->settings.k);
	values[2] = Int64GetDatum(twins->used);
	values[3] = Int64GetDatum(twins->unknown);
	values[4] = Int64GetDatum(twins->areas);
	values[5] = Int64GetDatum(matched);
	values[6] = Int64GetDatum(twins->candidates);
	values[7] = Int64GetDatum(count);
	nulls[8] = nulls[9] = nulls[10] = nulls[11] = count == 0;
	if (count > 0)
	{
		values[8] = Float8GetDatum(sum * sum / squares);
		values[9] = Int64GetDatum(most->twin);
		values[10] = Int64GetDatum(most->times);
		values[11] = Float8GetDatum(largest);
	}
	nulls[12] = note == NULL;
	values[12] = note == NULL ? (Datum) 0 : CStringGetTextDatum(note);
	return composite_datum(composite_type(fcinfo, SUMMARY_COLUMNS), values, nulls);
}
