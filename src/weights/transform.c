/*
 * transform.c
 *	  Weights made of other weights: standardised, symmetric, of higher order, with
 *	  and without links of areas to themselves, of fewer areas.
 */
#include "compat.h"
#include <float.h>
#include "miscadmin.h"
#include "statistics/order.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/build.h"

PG_FUNCTION_INFO_V1(monitor_standardize);
PG_FUNCTION_INFO_V1(monitor_symmetrize);
PG_FUNCTION_INFO_V1(monitor_higher_order);
PG_FUNCTION_INFO_V1(monitor_with_self);
PG_FUNCTION_INFO_V1(monitor_without_self);
PG_FUNCTION_INFO_V1(monitor_subset);

/* Rows that are being filled in order. */
typedef struct Rows
{
	uint32 *start;
	uint32 *neighbor;
	double *weight; /* NULL: all 1 */
	Size links;
	Size room;
} Rows;

/* Rows for areas, at first with room for so many links. */
static Rows
rows_create(uint32 areas, Size room, bool binary)
{
	Rows rows = {.links = 0, .room = Max(room, 1)};

	rows.start = allocate((Size) areas + 1, sizeof(uint32));
	rows.start[0] = 0;
	rows.neighbor = allocate(rows.room, sizeof(uint32));
	if (!binary)
		rows.weight = allocate(rows.room, sizeof(double));
	return rows;
}

/* A link at the end of the row being filled; there is room. */
static inline void
rows_put_link(Rows *rows, uint32 neighbor, double weight)
{
	rows->neighbor[rows->links] = neighbor;
	if (rows->weight != NULL)
		rows->weight[rows->links] = weight;
	rows->links++;
}

/* The value, and the rows freed. */
static Weights *
rows_finish(Rows *rows, uint32 areas, const int64 *ids)
{
	Weights *w = weights_from_rows(areas, ids, rows->start, rows->neighbor, rows->weight);

	pfree(rows->start);
	pfree(rows->neighbor);
	if (rows->weight != NULL)
		pfree(rows->weight);
	return w;
}

/* Weight of a link. */
static inline double
link_weight(const double *values, uint32 link)
{
	return values == NULL ? 1 : values[link];
}

/* ---- styles ---- */

/* Reads the name of a style, in either case; false for another word. */
bool
weights_style(const char *name, WeightsStyle *style)
{
	static const char *const names[] = {"B", "W", "C", "U", "S", "minmax"};

	for (int i = 0; i < lengthof(names); i++)
		if (pg_strcasecmp(name, names[i]) == 0)
		{
			*style = (WeightsStyle) i;
			return true;
		}
	return false;
}

/* A sum of weights; 22003 where it is past what a double holds. */
static double
finite_sum(double sum)
{
	if (unlikely(sum > DBL_MAX))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("sum of the weights is out of range"),
						errhint("Divide the weights by a large number first.")));
	return sum;
}

/* Root of the sum of squares, by way of the largest, lest squares vanish. */
static double
root_of_squares(const double *values, uint32 count)
{
	double largest = 0;
	double sum = 0;

	for (uint32 i = 0; i < count; i++)
		largest = Max(largest, values[i]);
	for (uint32 i = 0; largest > 0 && i < count; i++)
		sum += (values[i] / largest) * (values[i] / largest);
	return largest * sqrt(sum);
}

static double
sum_of(const double *values, uint32 count)
{
	double sum = 0;

	for (uint32 i = 0; i < count; i++)
		sum += values[i];
	return sum;
}

/* Divides each row by its sum, or by the root of the sum of its squares; returns the new total. */
static double
scale_rows(const Weights *w, double *values, bool by_squares)
{
	const uint32 *start = weights_start(w);
	double total = 0;

	for (uint32 i = 0; i < w->areas; i++)
	{
		const double *row = values + start[i];
		uint32 count = start[i + 1] - start[i];
		double sum = finite_sum(by_squares ? root_of_squares(row, count) : sum_of(row, count));

		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = start[i]; sum > 0 && link < start[i + 1]; link++)
		{
			values[link] /= sum;
			total += values[link];
		}
	}
	return total;
}

/* Smaller of the largest row sum and the largest column sum. */
static double
minmax_divisor(const Weights *w, const double *values)
{
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	double *columns = allocate_zero(w->areas, sizeof(double));
	double row_max = 0;
	double column_max = 0;

	for (uint32 i = 0; i < w->areas; i++)
	{
		double sum = 0;

		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			sum += values[link];
			columns[neighbor[link]] += values[link];
		}
		row_max = Max(row_max, sum);
	}
	for (uint32 i = 0; i < w->areas; i++)
		column_max = Max(column_max, columns[i]);
	pfree(columns);
	return finite_sum(Min(row_max, column_max));
}

/* The factor for all weights in a style, after its work on the rows; 0: none. */
static double
style_factor(const Weights *w, double *values, WeightsStyle style)
{
	const uint32 *start = weights_start(w);
	double with_links = 0;
	double sum = 0;

	for (uint32 i = 0; i < w->areas; i++)
		with_links += start[i + 1] > start[i];
	switch (style)
	{
		case WEIGHTS_W:
			scale_rows(w, values, false);
			return 0;
		case WEIGHTS_S:
			sum = scale_rows(w, values, true);
			return sum > 0 ? with_links / sum : 0;
		case WEIGHTS_MINMAX:
			sum = minmax_divisor(w, values);
			return sum > 0 ? 1 / sum : 0;
		default:
			sum = finite_sum(sum_of(values, w->links));
			return sum > 0 ? (style == WEIGHTS_C ? with_links : 1) / sum : 0;
	}
}

Weights *
weights_standardize(const Weights *w, WeightsStyle style)
{
	Weights *result;
	double *values;
	double factor;

	if (style == WEIGHTS_B || w->links == 0)
		return weights_from_rows(w->areas, weights_ids(w), weights_start(w), weights_neighbors(w),
								 NULL);
	values = allocate(w->links, sizeof(double));
	for (uint32 link = 0; link < w->links; link++)
		values[link] = link_weight(weights_values(w), link);
	factor = style_factor(w, values, style);
	if (factor > 0)
		for (uint32 link = 0; link < w->links; link++)
			values[link] *= factor;
	result =
		weights_from_rows(w->areas, weights_ids(w), weights_start(w), weights_neighbors(w), values);
	pfree(values);
	return result;
}

/* standardize(w, style) -> weights */
Datum
monitor_standardize(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	WeightsStyle style;

	if (!weights_style(name, &style))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown style of weights \"%s\"", name),
						errhint("Styles are B (all 1), W (rows sum to 1), C (all sum to the number "
								"of areas with links), U (all sum to 1), S (variance-stabilising) "
								"and minmax.")));
	PG_RETURN_POINTER(weights_standardize(w, style));
}

/* ---- both directions ---- */

/* The links the other way round; taking rows in order leaves every new row in order. */
Weights *
weights_transpose(const Weights *w)
{
	const double *values = weights_values(w);
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	Weights *result = weights_allocate(w->areas, weights_ids(w), w->links, values == NULL);
	uint32 *new_start = (uint32 *) weights_start(result);
	uint32 *new_neighbor = (uint32 *) weights_neighbors(result);
	double *new_values = (double *) weights_values(result);
	Size bytes = ((Size) w->areas + 1) * sizeof(uint32);
	uint32 *next = allocate((Size) w->areas + 1, sizeof(uint32));

	memset(new_start, 0, bytes);
	for (uint32 link = 0; link < w->links; link++)
		new_start[neighbor[link] + 1]++;
	for (uint32 i = 0; i < w->areas; i++)
		new_start[i + 1] += new_start[i];
	memcpy(next, new_start, bytes);
	for (uint32 i = 0; i < w->areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			uint32 place = next[neighbor[link]]++;

			new_neighbor[place] = i;
			if (values != NULL)
				new_values[place] = values[link];
		}
	}
	pfree(next);
	return result;
}

/* What becomes of the weights of a link and of the link back. */
typedef enum SymmetryRule
{
	SYMMETRY_MAX,
	SYMMETRY_MEAN,
	SYMMETRY_MIN /* only links that have one back */
} SymmetryRule;

/* One row of the symmetric weights, merged of a row and of the same row the other way round. */
static void
merge_row(Rows *rows, const Weights *w, const Weights *back, uint32 i, SymmetryRule rule)
{
	const uint32 *neighbor = weights_neighbors(w);
	const uint32 *back_neighbor = weights_neighbors(back);
	uint32 a = weights_start(w)[i];
	uint32 a_end = weights_start(w)[i + 1];
	uint32 b = weights_start(back)[i];
	uint32 b_end = weights_start(back)[i + 1];

	while (a < a_end || b < b_end)
	{
		bool has_a = a < a_end && (b == b_end || neighbor[a] <= back_neighbor[b]);
		bool has_b = b < b_end && (a == a_end || back_neighbor[b] <= neighbor[a]);
		uint32 place = has_a ? neighbor[a] : back_neighbor[b];
		double there = has_a ? link_weight(weights_values(w), a++) : 0;
		double here = has_b ? link_weight(weights_values(back), b++) : 0;

		if (rule == SYMMETRY_MAX)
			rows_put_link(rows, place, Max(there, here));
		else if (rule == SYMMETRY_MEAN)
			rows_put_link(rows, place, there / 2 + here / 2);
		else if (has_a && has_b)
			rows_put_link(rows, place, Min(there, here));
	}
}

static Weights *
symmetrize(const Weights *w, SymmetryRule rule)
{
	Weights *back = weights_transpose(w);
	Rows rows = rows_create(w->areas, 2 * (Size) w->links,
							weights_values(w) == NULL && rule != SYMMETRY_MEAN);

	for (uint32 i = 0; i < w->areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		merge_row(&rows, w, back, i, rule);
		rows.start[i + 1] = (uint32) rows.links;
	}
	pfree(back);
	return rows_finish(&rows, w->areas, weights_ids(w));
}

/* symmetrize(w, rule) -> weights */
Datum
monitor_symmetrize(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"max", "mean", "min"};
	const Weights *w = weights_get_argument(fcinfo, 0);
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));

	for (int i = 0; i < lengthof(names); i++)
		if (pg_strcasecmp(name, names[i]) == 0)
			PG_RETURN_POINTER(symmetrize(w, (SymmetryRule) i));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("unknown rule \"%s\" to make weights symmetric", name),
					errhint("Rules are max (a link where there is one in either direction), mean "
							"(half the sum of both directions) and min (a link where there is one "
							"in both).")));
}

/* ---- higher order ---- */

/* A search from area to area, step by step. */
typedef struct StepSearch
{
	const Weights *w;
	uint32 *seen;  /* by place: 1 + the area whose search came here last */
	uint32 *queue; /* places in the order they were reached */
	uint32 reached;
	uint32 looked; /* links looked at since the last look at interrupts */
} StepSearch;

/* Reaches the neighbours of the places from `first` on that are new. */
static void
search_step(StepSearch *search, uint32 first, uint32 origin)
{
	const uint32 *start = weights_start(search->w);
	const uint32 *neighbor = weights_neighbors(search->w);
	uint32 end = search->reached;

	for (uint32 at = first; at < end; at++)
	{
		uint32 place = search->queue[at];

		search->looked += start[place + 1] - start[place] + 1;
		if (search->looked > WEIGHTS_INTERRUPT_STRIDE)
		{
			CHECK_FOR_INTERRUPTS();
			search->looked = 0;
		}
		for (uint32 link = start[place]; link < start[place + 1]; link++)
			if (search->seen[neighbor[link]] != origin + 1)
			{
				search->seen[neighbor[link]] = origin + 1;
				search->queue[search->reached++] = neighbor[link];
			}
	}
}

/* Raises 54000, and else makes room for a row of so many links. */
static void
rows_reserve(Rows *rows, uint32 areas, Size count)
{
	if (rows->links + count > MaxAllocSize / sizeof(uint32))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("weights of %u areas and more than %zu links do not fit into a "
							   "value of 1 GB",
							   areas, rows->links),
						errhint("Take fewer steps.")));
	if (rows->links + count <= rows->room)
		return;
	rows->room = Max(2 * rows->room, rows->links + count);
	rows->neighbor = repalloc_huge(rows->neighbor, rows->room * sizeof(uint32));
}

static Weights *
higher_order(const Weights *w, int32 steps, bool cumulative)
{
	Rows rows = rows_create(w->areas, w->links, true);
	StepSearch search = {w};

	search.seen = allocate_zero(w->areas, sizeof(uint32));
	search.queue = allocate(w->areas, sizeof(uint32));
	for (uint32 i = 0; i < w->areas; i++)
	{
		uint32 first = 0;
		uint32 count;

		search.seen[i] = i + 1;
		search.queue[0] = i;
		search.reached = 1;
		for (int32 step = 0; step < steps && first < search.reached; step++)
		{
			uint32 next = search.reached;

			search_step(&search, first, i);
			first = next;
		}
		if (cumulative)
			first = 1;
		count = search.reached - first;
		rows_reserve(&rows, w->areas, count);
		qsort_interruptible(search.queue + first, count, sizeof(uint32), place_order, NULL);
		memcpy(rows.neighbor + rows.links, search.queue + first, count * sizeof(uint32));
		rows.links += count;
		rows.start[i + 1] = (uint32) rows.links;
	}
	pfree(search.seen);
	pfree(search.queue);
	return rows_finish(&rows, w->areas, weights_ids(w));
}

/* higher_order(w, steps, cumulative) -> weights */
Datum
monitor_higher_order(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	int32 steps = PG_GETARG_INT32(1);

	if (steps < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("steps must be 1 or more, not %d", steps),
						errhint("1 gives the neighbors, 2 the neighbors' neighbors.")));
	PG_RETURN_POINTER(higher_order(w, steps, PG_GETARG_BOOL(2)));
}

/* ---- links of areas to themselves ---- */

/* Each area linked to itself with this weight; weight NULL: none linked to itself. */
static Weights *
replace_self(const Weights *w, const double *weight)
{
	const double *values = weights_values(w);
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	Rows rows = rows_create(w->areas, (Size) w->links + w->areas,
							values == NULL && (weight == NULL || *weight == 1));

	for (uint32 i = 0; i < w->areas; i++)
	{
		bool pending = weight != NULL;

		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			if (pending && neighbor[link] >= i)
			{
				rows_put_link(&rows, i, *weight);
				pending = false;
			}
			if (neighbor[link] != i)
				rows_put_link(&rows, neighbor[link], link_weight(values, link));
		}
		if (pending)
			rows_put_link(&rows, i, *weight);
		rows.start[i + 1] = (uint32) rows.links;
	}
	return rows_finish(&rows, w->areas, weights_ids(w));
}

/* with_self(w, weight) -> weights */
Datum
monitor_with_self(PG_FUNCTION_ARGS)
{
	double weight = PG_GETARG_FLOAT8(1);

	PG_RETURN_POINTER(replace_self(weights_get_argument(fcinfo, 0), &weight));
}

/* without_self(w) -> weights */
Datum
monitor_without_self(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(replace_self(weights_get_argument(fcinfo, 0), NULL));
}

/* ---- fewer areas ---- */

/* The areas with these ids, which are sorted and without repetitions, and the links among them. */
static Weights *
subset(const Weights *w, const int64 *ids, uint32 count)
{
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	Rows rows = rows_create(count, w->links, weights_values(w) == NULL);
	uint32 *place = allocate(w->areas, sizeof(uint32));

	memset(place, 0xff, w->areas * sizeof(uint32));
	for (uint32 i = 0; i < count; i++)
	{
		int64 found = weights_find(w, ids[i]);

		if (found < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("area %lld is not in the weights", (long long) ids[i]),
							errhint("weights_ids lists the areas.")));
		place[found] = i;
	}
	for (uint32 i = 0, row = 0; i < w->areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		if (place[i] == PG_UINT32_MAX)
			continue;
		for (uint32 link = start[i]; link < start[i + 1]; link++)
			if (place[neighbor[link]] != PG_UINT32_MAX)
				rows_put_link(&rows, place[neighbor[link]], link_weight(weights_values(w), link));
		rows.start[++row] = (uint32) rows.links;
	}
	pfree(place);
	return rows_finish(&rows, count, ids);
}

/* subset(w, ids) -> weights */
Datum
monitor_subset(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	uint32 count;
	int64 *ids = weights_ids_argument(fcinfo, 1, &count);

	PG_RETURN_POINTER(subset(w, ids, (uint32) ids_sort_unique(ids, count)));
}
