/*
 * summary.c
 *	  What weights hold: links, neighbours, components, sums.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"
#include "backend/composite.h"
#include "backend/detoast.h"
#include "backend/memory.h"
#include "weights/build.h"

PG_FUNCTION_INFO_V1(monitor_links);
PG_FUNCTION_INFO_V1(monitor_neighbors);
PG_FUNCTION_INFO_V1(monitor_weights_ids);
PG_FUNCTION_INFO_V1(monitor_components);
PG_FUNCTION_INFO_V1(monitor_weights_summary);

/* links(w) -> setof (id, neighbor, weight) */
Datum
monitor_links(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	const int64 *ids = weights_ids(w);
	const double *values = weights_values(w);
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	ReturnSetInfo *rows = rows_begin(fcinfo, 3);
	bool nulls[3] = {false};

	for (uint32 i = 0; i < w->areas; i++)
	{
		Datum row[3] = {Int64GetDatum(ids[i])};

		CHECK_FOR_INTERRUPTS();
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			if (link % 1024 == 0)
				CHECK_FOR_INTERRUPTS();
			row[1] = Int64GetDatum(ids[neighbor[link]]);
			row[2] = Float8GetDatum(values == NULL ? 1 : values[link]);
			rows_put(rows, row, nulls);
		}
	}
	return (Datum) 0;
}

/* Ids as an array. */
static ArrayType *
ids_array(const Datum *ids, uint32 count)
{
	return construct_array((Datum *) ids, (int) count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
						   TYPALIGN_DOUBLE);
}

/* neighbors(w, id) -> bigint[] */
Datum
monitor_neighbors(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_open(detoast_argument(fcinfo, 0));
	int64 id = PG_GETARG_INT64(1);
	int64 place = weights_find(w, id);
	uint32 first, count;
	Datum *ids;

	if (place < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area %lld is not in the weights", (long long) id),
						errhint("weights_ids lists the areas.")));
	first = weights_start(w)[place];
	count = weights_start(w)[place + 1] - first;
	ids = allocate(count, sizeof(Datum));
	for (uint32 i = 0; i < count; i++)
		ids[i] = Int64GetDatum(weights_ids(w)[weights_neighbors(w)[first + i]]);
	PG_RETURN_ARRAYTYPE_P(ids_array(ids, count));
}

/* weights_ids(w) -> bigint[] */
Datum
monitor_weights_ids(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	Datum *ids = allocate(w->areas, sizeof(Datum));

	for (uint32 i = 0; i < w->areas; i++)
		ids[i] = Int64GetDatum(weights_ids(w)[i]);
	PG_RETURN_ARRAYTYPE_P(ids_array(ids, w->areas));
}

/* ---- components ---- */

/* The first place of a component, the way there halved. */
static uint32
find_root(uint32 *parent, uint32 place)
{
	while (parent[place] != place)
	{
		parent[place] = parent[parent[place]];
		place = parent[place];
	}
	return place;
}

/* Numbers each area's weakly connected component, from 1 by smallest id; returns how many. */
uint32
weights_components(const Weights *w, uint32 *component)
{
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	uint32 count = 0;

	for (uint32 i = 0; i < w->areas; i++)
		component[i] = i; /* until they are numbered, a component's parent */
	for (uint32 i = 0; i < w->areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			uint32 a = find_root(component, i);
			uint32 b = find_root(component, neighbor[link]);

			component[Max(a, b)] = Min(a, b);
		}
	}
	for (uint32 i = 0; i < w->areas; i++)
		component[i] = find_root(component, i);
	/* A root comes before the rest of its component. */
	for (uint32 i = 0; i < w->areas; i++)
		component[i] = component[i] == i ? ++count : component[component[i]];
	return count;
}

/* Components of the areas, in memory that may pass 1 GB. */
static uint32 *
component_numbers(const Weights *w, uint32 *count)
{
	uint32 *component = allocate(w->areas, sizeof(uint32));

	*count = weights_components(w, component);
	return component;
}

/* components(w) -> setof (id, component) */
Datum
monitor_components(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	ReturnSetInfo *rows = rows_begin(fcinfo, 2);
	bool nulls[2] = {false};
	uint32 count;
	uint32 *component = component_numbers(w, &count);

	for (uint32 i = 0; i < w->areas; i++)
	{
		Datum row[2] = {Int64GetDatum(weights_ids(w)[i]), Int32GetDatum((int32) component[i])};

		if (i % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		rows_put(rows, row, nulls);
	}
	return (Datum) 0;
}

/* ---- summary ---- */

typedef struct Summary
{
	uint32 islands;
	uint32 min_neighbors, max_neighbors; /* meaningless where there is no area */
	bool is_symmetric;
	double s0, s1, s2;
} Summary;

/* Half the sum over row i of (w_ij + w_ji)^2, the links and those back walked side by side. */
static double
row_s1(const Weights *w, const Weights *back, uint32 i)
{
	const uint32 *neighbor = weights_neighbors(w);
	const uint32 *back_neighbor = weights_neighbors(back);
	const double *values = weights_values(w);
	const double *back_values = weights_values(back);
	uint32 a = weights_start(w)[i];
	uint32 a_end = weights_start(w)[i + 1];
	uint32 b = weights_start(back)[i];
	uint32 b_end = weights_start(back)[i + 1];
	double sum = 0;

	while (a < a_end || b < b_end)
	{
		bool has_a = a < a_end && (b == b_end || neighbor[a] <= back_neighbor[b]);
		bool has_b = b < b_end && (a == a_end || back_neighbor[b] <= neighbor[a]);
		double both = 0;

		if (has_a)
			both += values == NULL ? 1 : values[a];
		if (has_b)
			both += back_values == NULL ? 1 : back_values[b];
		a += has_a;
		b += has_b;
		sum += both * both;
	}
	return sum / 2;
}

/* Sum of an area's weights. */
static double
row_sum(const Weights *w, uint32 i)
{
	const double *values = weights_values(w);
	uint32 first = weights_start(w)[i];
	uint32 end = weights_start(w)[i + 1];
	double sum = 0;

	if (values == NULL)
		return end - first;
	for (uint32 link = first; link < end; link++)
		sum += values[link];
	return sum;
}

static Summary
summarize(const Weights *w)
{
	Weights *back = weights_transpose(w);
	const uint32 *start = weights_start(w);
	Summary summary = {.min_neighbors = PG_UINT32_MAX};

	summary.is_symmetric =
		memcmp(start, weights_start(back), ((Size) w->areas + 1 + w->links) * sizeof(uint32)) ==
		0; /* starts and neighbours */
	for (uint32 i = 0; i < w->areas; i++)
	{
		uint32 count = start[i + 1] - start[i];
		double row = row_sum(w, i);
		double both = row + row_sum(back, i);

		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		summary.islands += count == 0;
		summary.min_neighbors = Min(summary.min_neighbors, count);
		summary.max_neighbors = Max(summary.max_neighbors, count);
		summary.s0 += row;
		summary.s1 += row_s1(w, back, i);
		summary.s2 += both * both;
	}
	pfree(back);
	return summary;
}

#define WEIGHTS_SUMMARY_COLUMNS 11

/* weights_summary(w) -> weights_summary */
Datum
monitor_weights_summary(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, WEIGHTS_SUMMARY_COLUMNS);
	const Weights *w = weights_get_argument(fcinfo, 0);
	Summary summary = summarize(w);
	Datum values[WEIGHTS_SUMMARY_COLUMNS];
	bool nulls[WEIGHTS_SUMMARY_COLUMNS] = {false};
	uint32 components;

	pfree(component_numbers(w, &components));
	values[0] = Int32GetDatum((int32) w->areas);
	values[1] = Int64GetDatum((int64) w->links);
	values[2] = Int32GetDatum((int32) summary.islands);
	values[3] = Int32GetDatum((int32) components);
	values[4] = Int32GetDatum((int32) summary.min_neighbors);
	values[5] = Int32GetDatum((int32) summary.max_neighbors);
	values[6] = Float8GetDatum(w->areas == 0 ? 0 : (double) w->links / w->areas);
	values[7] = BoolGetDatum(summary.is_symmetric);
	values[8] = Float8GetDatum(summary.s0);
	values[9] = Float8GetDatum(summary.s1);
	values[10] = Float8GetDatum(summary.s2);
	nulls[4] = nulls[5] = nulls[6] = w->areas == 0;
	return composite_datum(type, values, nulls);
}
