/*
 * sample.c
 *	  Rows of (id, values) put beside the weights: which areas a statistic uses, and
 *	  the links among them.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/sample.h"
#include "backend/memory.h"

/* Row sums this near to 1 are those of row-standardised weights. */
#define ROW_SUM_TOLERANCE 1e-9

#define INTERRUPT_MASK 0xFFFF

/* A row's id and where it came. */
typedef struct RowId
{
	int64 id;
	uint32 row;
} RowId;

/* An empty collection in the context given. */
SampleRows *
sample_rows_create(MemoryContext context, int columns)
{
	SampleRows *rows = MemoryContextAllocZero(context, sizeof(SampleRows));

	Assert(columns > 0 && columns <= SAMPLE_COLUMNS_MOST);
	rows->context = context;
	rows->columns = columns;
	return rows;
}

/* Doubles the room of the arrays. */
static void
rows_grow(SampleRows *rows)
{
	Size room = Max(rows->room * 2, 64);
	Size width = sizeof(double) * rows->columns;

	if (room > PG_INT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many rows in a group"),
						errhint("Group by more columns, or use PARTITION BY.")));
	rows->ids = reallocate(rows->context, rows->ids, room, sizeof(int64));
	rows->values = reallocate(rows->context, rows->values, room, width);
	rows->room = room;
}

void
sample_rows_add(SampleRows *rows, int64 id, const double *values, const bool *nulls)
{
	double *row;

	if (rows->count == rows->room)
		rows_grow(rows);
	rows->ids[rows->count] = id;
	row = rows->values + rows->count * rows->columns;
	for (int i = 0; i < rows->columns; i++)
	{
		if (nulls != NULL && nulls[i])
			row[i] = NAN;
		else if (isfinite(values[i]))
			row[i] = values[i];
		else
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("the value of area %lld is not finite", (long long) id),
							errhint("An unknown value is NULL.")));
	}
	rows->count++;
}

static int
row_order(const void *a, const void *b, void *unused)
{
	const RowId *left = a;
	const RowId *right = b;

	return left->id < right->id ? -1 : left->id > right->id;
}

/* The rows in the order of ids, each id once. */
static RowId *
rows_by_id(const SampleRows *rows)
{
	RowId *order = allocate(rows->count, sizeof(RowId));
	bool ascending = true;

	for (int64 i = 0; i < rows->count; i++)
	{
		order[i].id = rows->ids[i];
		order[i].row = (uint32) i;
		if (i > 0 && order[i].id <= order[i - 1].id)
			ascending = false;
	}
	if (ascending)
		return order;
	qsort_interruptible(order, rows->count, sizeof(RowId), row_order, NULL);
	for (int64 i = 1; i < rows->count; i++)
		if (order[i].id == order[i - 1].id)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("two rows for area %lld", (long long) order[i].id),
					 errhint("Give one row an area, and group or partition by the period.")));
	return order;
}

/* Raises that a row's area is not among those of the weights. */
static void
refuse_unknown(int64 id)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("area %lld is not in the weights", (long long) id),
			 errhint("Build the weights from the same areas, or leave out the rows of others.")));
}

static bool
row_is_known(const SampleRows *rows, uint32 row)
{
	for (int i = 0; i < rows->columns; i++)
		if (isnan(rows->values[(Size) row * rows->columns + i]))
			return false;
	return true;
}

/*
 * Gives each area of w that has a known row its place in the sample, the others
 * SAMPLE_NO_PLACE; fills values and places of rows, and counts what is left out.
 */
static uint32 *
sample_match(Sample *sample, const Weights *w, const SampleRows *rows)
{
	const int64 *ids = weights_ids(w);
	RowId *order = rows_by_id(rows);
	uint32 *place = allocate(w->areas, sizeof(uint32));
	int64 next = 0;

	for (uint32 area = 0; area < w->areas; area++)
	{
		const RowId *row = &order[next];

		if (next < rows->count && row->id < ids[area])
			refuse_unknown(row->id);
		place[area] = SAMPLE_NO_PLACE;
		if (next == rows->count || row->id > ids[area])
			continue;
		sample->place[row->row] = SAMPLE_NO_PLACE;
		if (row_is_known(rows, row->row))
		{
			for (int i = 0; i < rows->columns; i++)
				sample->x[i][sample->n] = rows->values[(Size) row->row * rows->columns + i];
			sample->place[row->row] = place[area] = sample->n++;
		}
		next++;
	}
	if (next < rows->count)
		refuse_unknown(order[next].id);
	sample->n_null = (int64) w->areas - sample->n;
	pfree(order);
	return place;
}

/* Do the weights of every area with neighbours sum to 1? */
static bool
weights_sum_to_one(const Weights *w)
{
	const uint32 *start = weights_start(w);
	const double *weight = weights_values(w);

	for (uint32 area = 0; area < w->areas; area++)
	{
		double sum = 0;

		if (start[area] == start[area + 1])
			continue;
		for (uint32 link = start[area]; link < start[area + 1]; link++)
			sum += weight == NULL ? 1 : weight[link];
		if (fabs(sum - 1) > ROW_SUM_TOLERANCE)
			return false;
	}
	return true;
}

/* Rescales a row's weights to the sum 1; a row of zeros stays. */
static void
row_rescale(double *weight, uint32 links)
{
	double sum = 0;

	for (uint32 i = 0; i < links; i++)
		sum += weight[i];
	if (sum > 0)
		for (uint32 i = 0; i < links; i++)
			weight[i] /= sum;
}

/* The links among the areas used, when some areas are left out. */
static void
sample_reduce(Sample *sample, const Weights *w, const uint32 *place)
{
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	const double *value = weights_values(w);
	bool rescale = value != NULL && weights_sum_to_one(w);
	int64 *ids = allocate(sample->n, sizeof(int64));
	uint32 *starts = allocate((Size) sample->n + 1, sizeof(uint32));
	uint32 *neighbors = allocate(w->links, sizeof(uint32));
	double *weight = value == NULL ? NULL : allocate(w->links, sizeof(double));
	uint32 links = 0;

	for (uint32 area = 0; area < w->areas; area++)
	{
		uint32 at = place[area];

		if ((area & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (at == SAMPLE_NO_PLACE)
			continue;
		ids[at] = weights_ids(w)[area];
		starts[at] = links;
		for (uint32 link = start[area]; link < start[area + 1]; link++)
		{
			if (place[neighbor[link]] == SAMPLE_NO_PLACE)
				continue;
			neighbors[links] = place[neighbor[link]];
			if (weight != NULL)
				weight[links] = value[link];
			links++;
		}
		if (rescale)
			row_rescale(weight + starts[at], links - starts[at]);
	}
	starts[sample->n] = links;
	sample->ids = ids;
	sample->start = starts;
	sample->neighbor = neighbors;
	sample->weight = weight;
	sample->links = links;
}

/* Areas used that have no neighbour but perhaps themselves. */
static uint32
sample_islands(const Sample *sample)
{
	uint32 islands = 0;

	for (uint32 i = 0; i < sample->n; i++)
	{
		uint32 links = sample->start[i + 1] - sample->start[i];

		if (links == 0 || (links == 1 && sample->neighbor[sample->start[i]] == i))
			islands++;
	}
	return islands;
}

Sample *
sample_make(const Weights *w, const SampleRows *rows)
{
	Sample *sample = palloc0(sizeof(Sample));
	uint32 *place;

	sample->x = palloc(sizeof(double *) * rows->columns);
	for (int i = 0; i < rows->columns; i++)
		sample->x[i] = allocate(w->areas, sizeof(double));
	sample->place = allocate(rows->count, sizeof(uint32));
	place = sample_match(sample, w, rows);
	if (sample->n < w->areas)
		sample_reduce(sample, w, place);
	else
	{
		sample->ids = weights_ids(w);
		sample->start = weights_start(w);
		sample->neighbor = weights_neighbors(w);
		sample->weight = weights_values(w);
		sample->links = w->links;
	}
	sample->n_islands = sample_islands(sample);
	pfree(place);
	return sample;
}

uint32
sample_find_link(const Sample *sample, uint32 from, uint32 to)
{
	uint32 low = sample->start[from];
	uint32 high = sample->start[from + 1];

	while (low < high)
	{
		uint32 middle = low + (high - low) / 2;

		if (sample->neighbor[middle] < to)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sample->start[from + 1] && sample->neighbor[low] == to ? low : SAMPLE_NO_LINK;
}
