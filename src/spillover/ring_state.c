/*
 * ring_state.c
 *	  A panel as the composite type ring_did_state, to be stored and read again.
 *
 * The type is made of arrays, so anyone may put one together: all is checked when
 * it is read.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "spillover/ring_did.h"

#define RING_STATE_VERSION 1

/* Columns of the type in their order. */
typedef enum StateColumn
{
	STATE_VERSION,
	STATE_DISTANCE,
	STATE_RINGS,
	STATE_LIMIT,
	STATE_AREA,
	STATE_X,
	STATE_Y,
	STATE_TREATED_FROM,
	STATE_ARM,
	STATE_PAIR_FROM,
	STATE_PAIR_TO,
	STATE_PAIR_DISTANCE,
	STATE_CELL_AREA,
	STATE_CELL_PERIOD,
	STATE_CELL_Y,
	STATE_CELL_WEIGHT,
	STATE_CELL_RING
} StateColumn;

static const char *const distance_names[] = {"centroid", "edge", "given"};

const char *
panel_distance_name(PanelDistance distance)
{
	return distance_names[distance];
}

/* An array of numbers in 8 or 4 bytes; missing: those that become NULL. */
static Datum
make_array(Oid type, Datum *values, bool *missing, Size count)
{
	int dims[1] = {(int) count};
	int lower[1] = {1};
	int16 length = type == INT4OID ? 4 : 8;

	if (count > MaxAllocSize / sizeof(Datum))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a panel of %zu cells is too large", count),
						errhint("Sum areas or periods up.")));
	if (count == 0)
		return PointerGetDatum(construct_empty_array(type));
	return PointerGetDatum(construct_md_array(values, missing, 1, dims, lower, type, length, true,
											  type == INT4OID ? TYPALIGN_INT : TYPALIGN_DOUBLE));
}

static Datum
doubles_array(const double *numbers, Size count, Size stride)
{
	Datum *values = panel_array(count, sizeof(Datum));
	bool *missing = panel_array(count, sizeof(bool));

	for (Size i = 0; i < count; i++)
	{
		double number = *(const double *) ((const char *) numbers + i * stride);

		values[i] = Float8GetDatum(number);
		missing[i] = isnan(number);
	}
	return make_array(FLOAT8OID, values, missing, count);
}

/* Whole numbers; PANEL_NEVER becomes NULL where it stands for that, as among starts. */
static Datum
bigints_array(const int64 *numbers, Size count, bool may_miss)
{
	Datum *values = panel_array(count, sizeof(Datum));
	bool *missing = panel_array(count, sizeof(bool));

	for (Size i = 0; i < count; i++)
	{
		values[i] = Int64GetDatum(numbers[i]);
		missing[i] = may_miss && numbers[i] == PANEL_NEVER;
	}
	return make_array(INT8OID, values, missing, count);
}

/* Whole numbers of 1 or 4 bytes, with something added to each. */
static Datum
ints_array(const void *numbers, Size count, Size stride, bool byte, int add)
{
	Datum *values = panel_array(count, sizeof(Datum));

	for (Size i = 0; i < count; i++)
	{
		const char *at = (const char *) numbers + i * stride;

		values[i] = Int32GetDatum((byte ? *(const uint8 *) at : *(const int32 *) at) + add);
	}
	return make_array(INT4OID, values, NULL, count);
}

void
ring_state_values(const Panel *panel, Datum *values, bool *nulls)
{
	Size areas = panel->areas;
	Size cells = panel->cells;

	memset(nulls, 0, sizeof(bool) * RING_STATE_COLUMNS);
	values[STATE_VERSION] = Int32GetDatum(RING_STATE_VERSION);
	values[STATE_DISTANCE] = CStringGetTextDatum(panel_distance_name(panel->distance));
	values[STATE_RINGS] = Int32GetDatum(panel->rings);
	nulls[STATE_LIMIT] = panel->limit == NULL;
	if (panel->limit != NULL)
		values[STATE_LIMIT] = doubles_array(panel->limit, panel->rings, sizeof(double));
	values[STATE_AREA] = bigints_array(panel->id, areas, false);
	values[STATE_X] = doubles_array(&panel->point->x, areas, sizeof(Point));
	values[STATE_Y] = doubles_array(&panel->point->y, areas, sizeof(Point));
	values[STATE_TREATED_FROM] = bigints_array(panel->treated_from, areas, true);
	nulls[STATE_ARM] = panel->arm == NULL;
	if (panel->arm != NULL)
		values[STATE_ARM] = ints_array(panel->arm, areas, 1, true, 0);
	nulls[STATE_PAIR_FROM] = nulls[STATE_PAIR_TO] = nulls[STATE_PAIR_DISTANCE] =
		panel->distance != PANEL_EDGE;
	if (panel->distance == PANEL_EDGE)
	{
		values[STATE_PAIR_FROM] =
			ints_array(&panel->pair->from, panel->pairs, sizeof(PanelPair), false, 1);
		values[STATE_PAIR_TO] =
			ints_array(&panel->pair->to, panel->pairs, sizeof(PanelPair), false, 1);
		values[STATE_PAIR_DISTANCE] =
			doubles_array(&panel->pair->distance, panel->pairs, sizeof(PanelPair));
	}
	values[STATE_CELL_AREA] = ints_array(panel->area, cells, sizeof(uint32), false, 1);
	values[STATE_CELL_PERIOD] = bigints_array(panel->period, cells, false);
	values[STATE_CELL_Y] = doubles_array(panel->y, cells, sizeof(double));
	nulls[STATE_CELL_WEIGHT] = panel->weight == NULL;
	if (panel->weight != NULL)
		values[STATE_CELL_WEIGHT] = doubles_array(panel->weight, cells, sizeof(double));
	nulls[STATE_CELL_RING] = panel->given == NULL;
	if (panel->given != NULL)
		values[STATE_CELL_RING] = ints_array(panel->given, cells, sizeof(int32), false, 0);
}

/* ---- reading ---- */

pg_attribute_noreturn() static void malformed(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("ring_did_state is malformed: %s", what),
					errhint("Take it from the aggregate ring_did as it is.")));
}

/* The elements of a column, which must be so many (-1: any number). */
static Datum *
read_array(const Datum *values, const bool *nulls, StateColumn column, Oid type, int64 *count,
		   bool **missing)
{
	ArrayType *array;
	Datum *elements;
	int found;

	if (nulls[column])
		malformed("an array is NULL");
	array = DatumGetArrayTypeP(values[column]);
	if (ARR_NDIM(array) > 1 || (missing == NULL && array_contains_nulls(array)))
		malformed("an array has several dimensions or a NULL");
	deconstruct_array(array, type, type == INT4OID ? 4 : 8, true,
					  type == INT4OID ? TYPALIGN_INT : TYPALIGN_DOUBLE, &elements, missing, &found);
	if (*count >= 0 && found != *count)
		malformed("arrays differ in length");
	*count = found;
	return elements;
}

/* Finite numbers; NULL becomes NaN where allowed. */
static double *
read_doubles(const Datum *values, const bool *nulls, StateColumn column, int64 *count,
			 bool may_miss)
{
	bool *missing = NULL;
	Datum *elements =
		read_array(values, nulls, column, FLOAT8OID, count, may_miss ? &missing : NULL);
	double *numbers = panel_array(*count, sizeof(double));

	for (int64 i = 0; i < *count; i++)
	{
		numbers[i] = missing != NULL && missing[i] ? NAN : DatumGetFloat8(elements[i]);
		if (!isfinite(numbers[i]) && !(missing != NULL && missing[i]))
			malformed("a number is not finite");
	}
	return numbers;
}

/* Whole numbers, NULL becomes PANEL_NEVER where allowed. */
static int64 *
read_bigints(const Datum *values, const bool *nulls, StateColumn column, int64 *count,
			 bool may_miss)
{
	bool *missing = NULL;
	Datum *elements = read_array(values, nulls, column, INT8OID, count, may_miss ? &missing : NULL);
	int64 *numbers = panel_array(*count, sizeof(int64));

	for (int64 i = 0; i < *count; i++)
		numbers[i] = missing != NULL && missing[i] ? PANEL_NEVER : DatumGetInt64(elements[i]);
	return numbers;
}

/* Whole numbers from low to high. */
static int32 *
read_ints(const Datum *values, const bool *nulls, StateColumn column, int64 *count, int32 low,
		  int32 high)
{
	Datum *elements = read_array(values, nulls, column, INT4OID, count, NULL);
	int32 *numbers = panel_array(*count, sizeof(int32));

	for (int64 i = 0; i < *count; i++)
	{
		numbers[i] = DatumGetInt32(elements[i]);
		if (numbers[i] < low || numbers[i] > high)
			malformed("a number is out of range");
	}
	return numbers;
}

/* Areas: ids ascending, places, starts, arms. */
static void
read_areas(Panel *panel, const Datum *values, const bool *nulls)
{
	int64 count = -1;
	double *x, *y;

	panel->id = read_bigints(values, nulls, STATE_AREA, &count, false);
	panel->areas = (uint32) count;
	for (int64 i = 1; i < count; i++)
		if (panel->id[i] <= panel->id[i - 1])
			malformed("areas do not ascend");
	x = read_doubles(values, nulls, STATE_X, &count, true);
	y = read_doubles(values, nulls, STATE_Y, &count, true);
	panel->point = panel_array(count, sizeof(Point));
	for (int64 i = 0; i < count; i++)
		panel->point[i] = isnan(x[i]) || isnan(y[i]) ? (Point){NAN, NAN} : (Point){x[i], y[i]};
	panel->treated_from = read_bigints(values, nulls, STATE_TREATED_FROM, &count, true);
	for (int64 i = 0; i < count; i++)
		if (panel->treated_from[i] != PANEL_NEVER && (panel->treated_from[i] < -PANEL_PERIOD_MOST ||
													  panel->treated_from[i] > PANEL_PERIOD_MOST))
			malformed("a start of treatment is out of range");
	if (!nulls[STATE_ARM])
	{
		int32 *arm = read_ints(values, nulls, STATE_ARM, &count, 0, ARM_BOTH);

		panel->arm = panel_array(count, sizeof(uint8));
		for (int64 i = 0; i < count; i++)
		{
			if (arm[i] == 0 && panel->treated_from[i] != PANEL_NEVER)
				malformed("an area is treated without an arm");
			panel->arm[i] = (uint8) arm[i];
		}
	}
}

/* Rings, and near pairs of areas. */
static void
read_rings(Panel *panel, const Datum *values, const bool *nulls)
{
	int64 count = -1;
	int32 *from, *to;
	double *distance;

	panel->rings = DatumGetInt32(values[STATE_RINGS]);
	if (panel->rings < 0 || panel->rings > PANEL_RINGS_MOST)
		malformed("the number of rings is out of range");
	if (panel->distance == PANEL_GIVEN)
		return;
	if (nulls[STATE_LIMIT])
		malformed("rings are NULL");
	panel->limit = rings_argument(values[STATE_LIMIT], &panel->rings);
	if (panel->distance != PANEL_EDGE)
		return;
	from = read_ints(values, nulls, STATE_PAIR_FROM, &count, 1, (int32) panel->areas);
	to = read_ints(values, nulls, STATE_PAIR_TO, &count, 1, (int32) panel->areas);
	distance = read_doubles(values, nulls, STATE_PAIR_DISTANCE, &count, false);
	panel->pairs = (uint32) count;
	panel->pair = panel_array(count, sizeof(PanelPair));
	for (int64 i = 0; i < count; i++)
		panel->pair[i] = (PanelPair){(uint32) from[i] - 1, (uint32) to[i] - 1, distance[i]};
}

/* Cells in order, each once. */
static void
read_cells(Panel *panel, const Datum *values, const bool *nulls)
{
	int64 count = -1;
	int32 *area = read_ints(values, nulls, STATE_CELL_AREA, &count, 1, (int32) panel->areas);

	panel->cells = count;
	panel->area = (uint32 *) area;
	panel->period = read_bigints(values, nulls, STATE_CELL_PERIOD, &count, false);
	for (int64 i = 0; i < count; i++)
	{
		area[i]--;
		if (i > 0 && (area[i] < area[i - 1] ||
					  (area[i] == area[i - 1] && panel->period[i] <= panel->period[i - 1])))
			malformed("cells are not in order");
	}
	for (int64 i = 0; i < count; i++)
		if (panel->period[i] < -PANEL_PERIOD_MOST || panel->period[i] > PANEL_PERIOD_MOST)
			malformed("a period is out of range");
	panel->y = read_doubles(values, nulls, STATE_CELL_Y, &count, false);
	if (!nulls[STATE_CELL_WEIGHT])
		panel->weight = read_doubles(values, nulls, STATE_CELL_WEIGHT, &count, false);
	for (int64 i = 0; panel->weight != NULL && i < count; i++)
		if (!(panel->weight[i] > 0))
			malformed("a weight is not above 0");
	if (panel->distance == PANEL_GIVEN)
		panel->given = read_ints(values, nulls, STATE_CELL_RING, &count, 0, panel->rings);
}

Panel *
ring_state_read(Datum datum)
{
	Panel *panel = palloc0(sizeof(Panel));
	Datum values[RING_STATE_COLUMNS];
	bool nulls[RING_STATE_COLUMNS];
	char *name;

	composite_read(datum, RING_STATE_COLUMNS, values, nulls);
	if (nulls[STATE_VERSION] || nulls[STATE_DISTANCE] || nulls[STATE_RINGS])
		malformed("version, distance or number of rings is NULL");
	if (DatumGetInt32(values[STATE_VERSION]) != RING_STATE_VERSION)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("ring_did_state has version %d, this library knows %d",
							   DatumGetInt32(values[STATE_VERSION]), RING_STATE_VERSION),
						errhint("Install the library that made it, or make it anew.")));
	name = TextDatumGetCString(values[STATE_DISTANCE]);
	panel->distance = PANEL_CENTROID;
	while (strcmp(name, distance_names[panel->distance]) != 0)
		if (++panel->distance > PANEL_GIVEN)
			malformed("the distance has an unknown name");
	read_areas(panel, values, nulls);
	read_rings(panel, values, nulls);
	read_cells(panel, values, nulls);
	panel_index(panel);
	return panel;
}
