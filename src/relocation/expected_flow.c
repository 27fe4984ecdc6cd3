/*
 * expected_flow.c
 *	  The window function expected_flow: how many would move from one area to
 *	  another by what leaves the one, what arrives in the other, and the distance.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "relocation/expected_flow.h"
#include "relocation/flow.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_expected_flow);

#define EXPECTED_FLOW_COLUMNS 11

/* Below it the normal approximation of a cell is not to be trusted. */
#define EXPECTED_LEAST 5.0
/* From so many degrees of freedom on Student's t is taken for normal. */
#define NORMAL_DF 10000

#define NO_CELL (-1)

typedef enum FlowModel
{
	QUASI_INDEPENDENCE,
	GRAVITY_POWER,
	GRAVITY_EXPONENTIAL
} FlowModel;

/* A row of the partition. */
typedef struct FlowRow
{
	int64 origin;
	int64 destination;
	double flow; /* NaN: unknown */
	double x;
	int64 row;
} FlowRow;

typedef struct ExpectedFlows
{
	FlowFit fit;
	int64 *cell; /* of each row of the partition, or NO_CELL */
	Datum note;
} ExpectedFlows;

static pg_noinline void
refuse_null(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", what),
					errhint("Leave rows of unknown areas out.")));
}

static FlowModel
model_from_text(const char *name)
{
	if (strcmp(name, "quasi-independence") == 0)
		return QUASI_INDEPENDENCE;
	if (strcmp(name, "power") == 0)
		return GRAVITY_POWER;
	if (strcmp(name, "exponential") == 0)
		return GRAVITY_EXPONENTIAL;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown model \"%s\"", name),
					errhint("Models are quasi-independence, power and exponential.")));
}

/* The model of the partition, which must be one. */
static FlowModel
model_read(FunctionCallInfo fcinfo)
{
	static const PartitionArgument argument = {4, -1, false};
	bool isnull;
	Datum model = partition_constant(fcinfo, &argument, "model", &isnull);

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("model is NULL"),
						errhint("Models are quasi-independence, power and exponential.")));
	return model_from_text(text_to_cstring(DatumGetTextPP(model)));
}

static double
flow_checked(double flow, const FlowRow *row)
{
	if (unlikely(!(flow >= 0 && flow <= FLOW_MAX)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the flow is %.15g from %lld to %lld, which is no number of persons",
							   flow, (long long) row->origin, (long long) row->destination),
						errhint("Numbers of persons are from 0 to %g; an unknown one is NULL.",
								FLOW_MAX)));
	return flow;
}

/* The distance as the model has it. */
static double
distance_term(double distance, bool null, FlowModel model, const FlowRow *row)
{
	if (unlikely(null))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("the distance is NULL from %lld to %lld", (long long) row->origin,
							   (long long) row->destination),
						errhint("A gravity model needs the distance of every pair with a flow, 0 "
								"included; model => 'quasi-independence' needs none.")));
	if (unlikely(!(distance >= 0 && isfinite(distance)) ||
				 (model == GRAVITY_POWER && distance == 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the distance is %.15g from %lld to %lld", distance,
							   (long long) row->origin, (long long) row->destination),
						errhint("Distances are above 0; model => 'exponential' takes 0 as well.")));
	return model == GRAVITY_POWER ? log(distance) : distance;
}

/* What rows are read into. */
typedef struct FlowRows
{
	FlowModel model;
	FlowRow *row;
} FlowRows;

/* Takes a row of the arguments; its distance counts only where its flow does. */
static void
row_take(void *state, int64 at, const Datum *values, const bool *nulls)
{
	const FlowRows *rows = state;
	FlowRow *row = &rows->row[at];

	if (nulls[0])
		refuse_null("origin");
	if (nulls[1])
		refuse_null("destination");
	row->row = at;
	row->x = 0;
	row->origin = DatumGetInt64(values[0]);
	row->destination = DatumGetInt64(values[1]);
	row->flow = nulls[2] ? NAN : flow_checked(DatumGetFloat8(values[2]), row);
	if (rows->model == QUASI_INDEPENDENCE || nulls[2] || row->origin == row->destination)
		return;
	row->x = distance_term(nulls[3] ? 0 : DatumGetFloat8(values[3]), nulls[3], rows->model, row);
}

/* The rows of the partition, in its order. */
static FlowRow *
rows_read(WindowObject window, FlowModel model)
{
	static const PartitionArgument arguments[] = {
		{0, 8, true}, {1, 8, true}, {2, 8, true}, {3, 8, true}};
	FlowRows rows = {model, allocate(partition_rows(window), sizeof(FlowRow))};

	partition_each(window, arguments, model == QUASI_INDEPENDENCE ? 3 : 4, row_take, &rows);
	return rows.row;
}

static inline int
row_compare(const FlowRow *a, const FlowRow *b)
{
	if (a->origin != b->origin)
		return a->origin < b->origin ? -1 : 1;
	return a->destination < b->destination ? -1 : a->destination > b->destination;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE FlowRow
#define ST_COMPARE(a, b) row_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_places
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* A pair that is a cell of the table: the areas differ and the flow is known. */
static inline bool
is_cell(const FlowRow *row)
{
	return row->origin != row->destination && !isnan(row->flow);
}

/* The place of a destination, or of the next one; it mostly follows on that of the cell before. */
static int64
destination_place(const int64 *place, int64 count, int64 destination, int64 guess)
{
	int64 low = 0, high = count;

	if (guess < count && place[guess] == destination)
		return guess;
	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (place[middle] < destination)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Sorts, and keeps each once. */
static int64
places_unique(int64 *place, int64 n)
{
	int64 last = 0;

	sort_places(place, n);
	for (int64 i = 1; i < n; i++)
		if (place[i] != place[last])
			place[++last] = place[i];
	return n > 0 ? last + 1 : 0;
}

/*
 * The destinations of all cells, ascending, each once. Those of the first origin
 * are mostly all, so what they hold is not sorted again.
 */
static int64 *
destinations(const FlowRow *rows, int64 n, int *count)
{
	int64 *place = allocate(n, sizeof(int64));
	int64 known = 0, all = 0, at = 0;

	for (int64 i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (rows[i].origin != rows[0].origin && known == 0)
			known = all;
		if (!is_cell(&rows[i]))
			continue;
		at = destination_place(place, known, rows[i].destination, at + 1);
		if (at >= known || place[at] != rows[i].destination)
			place[all++] = rows[i].destination;
	}
	*count = (int) places_unique(place, all);
	return place;
}

/* The table of the rows, which are sorted. */
static void
table_fill(ExpectedFlows *flows, const FlowRow *rows, int64 n, bool with_distance)
{
	FlowFit *fit = &flows->fit;
	int64 *place = destinations(rows, n, &fit->columns);
	int64 last = 0;

	fit->row_start = allocate(n + 1, sizeof(int64));
	fit->column = allocate(n, sizeof(int));
	fit->flow = allocate(n, sizeof(double));
	fit->x = with_distance ? allocate(n, sizeof(double)) : NULL;
	for (int64 i = 0; i < n; i++)
	{
		const FlowRow *row = &rows[i];
		int64 cell = fit->cells;

		CHECK_FOR_INTERRUPTS();
		if (!is_cell(row))
			continue;
		if (cell == 0 || row->origin != last)
			fit->row_start[fit->rows++] = cell;
		last = row->origin;
		fit->column[cell] = (int) destination_place(place, fit->columns, row->destination,
													cell == 0 ? 0 : fit->column[cell - 1] + 1);
		fit->flow[cell] = row->flow;
		if (with_distance)
			fit->x[cell] = row->x;
		flows->cell[row->row] = cell;
		fit->cells++;
	}
	fit->row_start[fit->rows] = fit->cells;
	pfree(place);
}

static void
refuse_duplicates(const FlowRow *rows, int64 n)
{
	for (int64 i = 1; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (row_compare(&rows[i - 1], &rows[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("two rows from %lld to %lld", (long long) rows[i].origin,
							(long long) rows[i].destination),
					 errhint("Sum the flows of a pair first, and PARTITION BY the period.")));
	}
}

/* Reads and sorts the partition, and fits. */
static void *
expected_flow_compute(WindowObject window, void *argument)
{
	int64 n = WinGetPartitionRowCount(window);
	FlowModel model = model_read((FunctionCallInfo) argument);
	ExpectedFlows *flows = palloc0(sizeof(ExpectedFlows));
	FlowRow *rows;

	if (n > PG_INT32_MAX / 2)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a partition of %lld rows is too large", (long long) n),
						errhint("Use PARTITION BY.")));
	rows = rows_read(window, model);
	flows->cell = allocate(n, sizeof(int64));
	for (int64 i = 0; i < n; i++)
		flows->cell[i] = NO_CELL;
	sort_rows(rows, n);
	refuse_duplicates(rows, n);
	table_fill(flows, rows, n, model != QUASI_INDEPENDENCE);
	pfree(rows);
	flow_fit(&flows->fit);
	if (flows->fit.note != NULL)
		flows->note = CStringGetTextDatum(flows->fit.note);
	return flows;
}

/* Signed root of a cell's part of the deviance. */
static double
deviance_residual(double flow, double expected)
{
	double half = expected - flow + (flow > 0 ? flow * log(flow / expected) : 0);

	return copysign(sqrt(2 * Max(half, 0)), flow - expected) + 0.0;
}

/* Two-sided p of a residual that has been divided by its standard error. */
static double
residual_p(const FlowFit *fit, double residual)
{
	if (!(fit->dispersion > 0))
		return NAN;
	if (fit->dispersion > 1)
		residual /= sqrt(fit->dispersion);
	if (fit->df >= NORMAL_DF)
		return normal_two_sided(residual);
	return student_two_sided(residual, (double) fit->df);
}

/* One row's answer: columns expected, ratio, pearson, deviance, adjusted, p, p_poisson. */
static void
put_cell(const FlowFit *fit, int64 cell, Datum *values, bool *nulls)
{
	double flow = fit->flow[cell];
	double expected = fit->expected[cell];
	double gap = flow - expected;
	double adjusted = gap / sqrt(expected * fit->complement[cell]);

	put_figure(values, nulls, 0, expected);
	put_figure(values, nulls, 1, expected > 0 ? flow / expected : NAN);
	put_figure(values, nulls, 2, expected > 0 ? gap / sqrt(expected) : NAN);
	put_figure(values, nulls, 3, expected > 0 ? deviance_residual(flow, expected) : NAN);
	put_figure(values, nulls, 4, adjusted);
	nulls[5] = nulls[6] = true;
	if (expected < EXPECTED_LEAST || fit->df == 0 || !isfinite(adjusted))
		return;
	put_figure(values, nulls, 5, residual_p(fit, adjusted));
	put_figure(values, nulls, 6, normal_two_sided(adjusted));
}

/* expected_flow(origin, destination, flow, distance, model) OVER () */
Datum
monitor_expected_flow(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, EXPECTED_FLOW_COLUMNS);
	const ExpectedFlows *flows = partition_result(window, expected_flow_compute, fcinfo);
	const FlowFit *fit = &flows->fit;
	int64 cell = flows->cell[WinGetCurrentPosition(window)];
	Datum values[EXPECTED_FLOW_COLUMNS];
	bool nulls[EXPECTED_FLOW_COLUMNS];

	if (cell == NO_CELL)
		PG_RETURN_NULL();
	memset(nulls, true, sizeof(nulls));
	if (fit->expected != NULL)
	{
		put_cell(fit, cell, values, nulls);
		put_figure(values, nulls, 7, fit->beta);
		put_figure(values, nulls, 8, fit->dispersion);
		values[9] = Int64GetDatum(fit->df);
		nulls[9] = false;
	}
	values[10] = flows->note;
	nulls[10] = fit->note == NULL;
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
