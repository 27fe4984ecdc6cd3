/*
 * ring_did.c
 *	  The aggregate ring_did: rows of areas and periods become a panel.
 */
#include "compat.h"
#include <math.h>
#include "access/detoast.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "spillover/ring_did.h"

PG_FUNCTION_INFO_V1(monitor_ring_did_transition);
PG_FUNCTION_INFO_V1(monitor_ring_did_given_transition);
PG_FUNCTION_INFO_V1(monitor_ring_did_final);

#define ARM_UNSEEN 255

/* An area among the rows: what is the same in all of them. */
typedef struct RowArea
{
	int64 id; /* key */
	uint32 number;
	int64 treated_from;
	uint8 arm;
	bool has_geometry;
	uint64 geometry; /* hash of its bytes */
	bool is_stored;  /* out of line, where stored points to */
	struct varatt_external stored;
	Point point;
} RowArea;

typedef struct RowCell
{
	uint32 area; /* number, later place */
	int32 given;
	int64 period;
	double y;
	double weight;
} RowCell;

/* The aggregate's state. */
typedef struct RingRows
{
	MemoryContext context;
	PanelDistance distance;
	int rings;
	double *limit;
	bool weighted;
	bool armed;
	HTAB *areas;
	AreaSet *polygons; /* PANEL_EDGE */
	int32 srid;
	bool has_srid;
	int64 cells;
	Size room;
	RowCell *cell;
} RingRows;

/* The state, made at the first row. */
static RingRows *
rows_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	RingRows *rows;
	HASHCTL control = {0};

	context = aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
		return (RingRows *) PG_GETARG_POINTER(0);
	rows = MemoryContextAllocZero(context, sizeof(RingRows));
	rows->context = context;
	control.keysize = sizeof(int64);
	control.entrysize = sizeof(RowArea);
	control.hcxt = context;
	rows->areas =
		hash_create("ring_did areas", 128, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	rows->room = 256;
	rows->cell = MemoryContextAllocHuge(context, rows->room * sizeof(RowCell));
	return rows;
}

static pg_noinline void
refuse_null(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", what),
					errhint("Leave such rows out with FILTER.")));
}

static pg_noinline void
refuse_change(int64 area, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("area %lld has two different values of %s", (long long) area, what),
					errhint("It must be the same in all rows of an area.")));
}

/* The area of a row, new or known, whose start of treatment must not change. */
static RowArea *
row_area(RingRows *rows, int64 id, int64 treated_from)
{
	bool found;
	RowArea *area = hash_search(rows->areas, &id, HASH_ENTER, &found);

	if (!found)
	{
		area->number = (uint32) hash_get_num_entries(rows->areas) - 1;
		area->treated_from = treated_from;
		area->arm = ARM_UNSEEN;
		area->has_geometry = area->is_stored = false;
		area->point = (Point){NAN, NAN};
	}
	else if (area->treated_from != treated_from)
		refuse_change(id, "treated_from");
	return area;
}

/* An arm as a word; NULL none. */
static uint8
arm_argument(FunctionCallInfo fcinfo, int argument)
{
	char *arm;

	if (PG_ARGISNULL(argument))
		return 0;
	arm = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	if (strcmp(arm, "physical") == 0)
		return ARM_PHYSICAL;
	if (strcmp(arm, "social") == 0)
		return ARM_SOCIAL;
	if (strcmp(arm, "both") == 0)
		return ARM_BOTH;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("arm must be physical, social or both, not \"%s\"", arm),
					errhint("NULL is right for areas that are not treated.")));
}

/* Weight and arm, the arguments that come last and may be absent. */
static void
row_settings(FunctionCallInfo fcinfo, RingRows *rows, RowArea *area, int first, RowCell *cell)
{
	cell->weight = 1;
	if (PG_NARGS() > first)
	{
		rows->weighted = true;
		if (PG_ARGISNULL(first))
			refuse_null("weight");
		cell->weight = PG_GETARG_FLOAT8(first);
		if (!(cell->weight >= 0) || isinf(cell->weight))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("weight of area %lld is %.15g", (long long) area->id, cell->weight),
					 errhint("Give a finite weight of 0 or more; 0 leaves the row out.")));
	}
	if (PG_NARGS() > first + 1)
	{
		uint8 arm = arm_argument(fcinfo, first + 1);

		rows->armed |= arm != 0;
		if (area->arm != ARM_UNSEEN && area->arm != arm)
			refuse_change(area->id, "arm");
		area->arm = arm;
	}
}

/* Periods are numbered by year or month, not by anything that could overflow. */
static int64
period_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	int64 period = PG_GETARG_INT64(argument);

	if (period < -PANEL_PERIOD_MOST || period > PANEL_PERIOD_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %lld is out of range", name, (long long) period),
						errhint("Number the periods, for example by year.")));
	return period;
}

/* Keeps a cell unless y is NULL or the weight 0. */
static void
add_cell(FunctionCallInfo fcinfo, RingRows *rows, const RowArea *area, RowCell *cell)
{
	cell->period = period_argument(fcinfo, 3, "period");
	if (PG_ARGISNULL(4) || cell->weight == 0)
		return;
	cell->area = area->number;
	cell->y = PG_GETARG_FLOAT8(4);
	if (!isfinite(cell->y))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("y of area %lld in period %lld is not finite", (long long) area->id,
							   (long long) cell->period),
						errhint("Use NULL where it is unknown.")));
	if (rows->cells == rows->room)
		rows->cell = repalloc_huge(rows->cell, (rows->room *= 2) * sizeof(RowCell));
	rows->cell[rows->cells++] = *cell;
}

/* Area, period and start of treatment, which all forms have in the same places. */
static RowArea *
begin_row(FunctionCallInfo fcinfo, RingRows *rows)
{
	if (PG_ARGISNULL(1))
		refuse_null("area");
	if (PG_ARGISNULL(3))
		refuse_null("period");
	return row_area(rows, PG_GETARG_INT64(1),
					PG_ARGISNULL(5) ? PANEL_NEVER : period_argument(fcinfo, 5, "treated_from"));
}

/* Rings and the kind of distance, which must not change from row to row. */
static void
row_rings(FunctionCallInfo fcinfo, RingRows *rows)
{
	PanelDistance distance = PANEL_CENTROID;
	double *limit;
	int rings;

	if (PG_ARGISNULL(6))
		refuse_null("rings");
	if (PG_NARGS() > 9 && !PG_ARGISNULL(9))
	{
		char *name = text_to_cstring(PG_GETARG_TEXT_PP(9));

		if (strcmp(name, "edge") == 0)
			distance = PANEL_EDGE;
		else if (strcmp(name, "centroid") != 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("distance must be centroid or edge, not \"%s\"", name),
							errhint("centroid is the default.")));
	}
	limit = rings_argument(PG_GETARG_DATUM(6), &rings);
	if (rows->limit == NULL)
	{
		rows->limit = MemoryContextAlloc(rows->context, sizeof(double) * rings);
		memcpy(rows->limit, limit, sizeof(double) * rings);
		rows->rings = rings;
		rows->distance = distance;
		if (distance == PANEL_EDGE)
		{
			rows->polygons = area_set_create(rows->context);
			rows->polygons->keep_empty = true;
		}
	}
	else if (rings != rows->rings || memcmp(limit, rows->limit, sizeof(double) * rings) != 0 ||
			 distance != rows->distance)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rings and distance must be the same in all rows"),
						errhint("Use GROUP BY for several sets of rings.")));
}

/* Is this the geometry seen last, out of line in the same place? Else notes where it is. */
static bool
is_stored_alike(RowArea *area, Datum datum)
{
	const struct varlena *value = (const struct varlena *) DatumGetPointer(datum);
	struct varatt_external stored;

	if (!VARATT_IS_EXTERNAL_ONDISK(value))
		return false;
	VARATT_EXTERNAL_GET_POINTER(stored, value);
	if (area->is_stored && memcmp(&area->stored, &stored, sizeof(stored)) == 0)
		return true;
	area->is_stored = true;
	area->stored = stored;
	return false;
}

/* Where an area is; its geometry is read once, and must not change. */
static void
row_geometry(RingRows *rows, RowArea *area, Datum datum)
{
	struct varlena *value;
	uint64 hash;
	Geometry geometry;
	GeometryMeasures measures;

	if (is_stored_alike(area, datum))
		return;
	value = PG_DETOAST_DATUM_PACKED(datum);
	hash = hash_bytes_extended((unsigned char *) VARDATA_ANY(value), (int) VARSIZE_ANY_EXHDR(value),
							   0);
	if (area->has_geometry && area->geometry != hash)
		refuse_change(area->id, "geom");
	if (area->has_geometry)
		return;
	geometry = geometry_open(value);
	area_check_srid(area->id, geometry.srid, rows->has_srid ? rows->srid : geometry.srid);
	rows->srid = geometry.srid;
	rows->has_srid = true;
	geometry_measure(&geometry, &measures);
	area->has_geometry = true;
	area->geometry = hash;
	if (measures.points > 0)
		area->point = measures.centroid;
	if (measures.points > 0 && (!isfinite(area->point.x) || !isfinite(area->point.y)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("area %lld has a coordinate that is not finite", (long long) area->id),
				 errhint("Mend the geometry.")));
	if (rows->distance == PANEL_EDGE)
		area_set_add_geometry(rows->polygons, area->id, &geometry);
}

/* ring_did(area, geom, period, y, treated_from, rings [, weight [, arm [, distance]]]) */
Datum
monitor_ring_did_transition(PG_FUNCTION_ARGS)
{
	RingRows *rows = rows_state(fcinfo);
	RowArea *area = begin_row(fcinfo, rows);
	RowCell cell = {0};

	row_rings(fcinfo, rows);
	if (!PG_ARGISNULL(2))
		row_geometry(rows, area, PG_GETARG_DATUM(2));
	row_settings(fcinfo, rows, area, 7, &cell);
	add_cell(fcinfo, rows, area, &cell);
	PG_RETURN_POINTER(rows);
}

/* ring_did(area, ring, period, y, treated_from [, weight [, arm]]) */
Datum
monitor_ring_did_given_transition(PG_FUNCTION_ARGS)
{
	RingRows *rows = rows_state(fcinfo);
	RowArea *area = begin_row(fcinfo, rows);
	RowCell cell = {0};

	rows->distance = PANEL_GIVEN;
	cell.given = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2);
	if (cell.given < 0 || cell.given > PANEL_RINGS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ring of area %lld is %d, not 0 to %d", (long long) area->id,
							   cell.given, PANEL_RINGS_MOST),
						errhint("0 or NULL: not exposed in that period.")));
	rows->rings = Max(rows->rings, cell.given);
	row_settings(fcinfo, rows, area, 6, &cell);
	add_cell(fcinfo, rows, area, &cell);
	PG_RETURN_POINTER(rows);
}

/* ---- the final function ---- */

static int
area_compare(const void *a, const void *b, void *unused)
{
	int64 left = ((const RowArea *) a)->id;
	int64 right = ((const RowArea *) b)->id;

	return left < right ? -1 : left > right;
}

static int
cell_compare(const void *a, const void *b, void *unused)
{
	const RowCell *left = a;
	const RowCell *right = b;

	if (left->area != right->area)
		return left->area < right->area ? -1 : 1;
	return left->period < right->period ? -1 : left->period > right->period;
}

/* Areas by id; of each number its place. */
static uint32 *
place_areas(const RingRows *rows, Panel *panel)
{
	RowArea *areas;
	uint32 *place;
	HASH_SEQ_STATUS scan;
	RowArea *next;
	uint32 n = 0;

	panel->areas = (uint32) hash_get_num_entries(rows->areas);
	areas = panel_array(panel->areas, sizeof(RowArea));
	place = panel_array(panel->areas, sizeof(uint32));
	hash_seq_init(&scan, rows->areas);
	while ((next = hash_seq_search(&scan)) != NULL)
		areas[n++] = *next;
	qsort_interruptible(areas, n, sizeof(RowArea), area_compare, NULL);
	panel->id = panel_array(n, sizeof(int64));
	panel->point = panel_array(n, sizeof(Point));
	panel->treated_from = panel_array(n, sizeof(int64));
	panel->arm = rows->armed ? panel_array(n, sizeof(uint8)) : NULL;
	for (uint32 i = 0; i < n; i++)
	{
		place[areas[i].number] = i;
		panel->id[i] = areas[i].id;
		panel->point[i] = areas[i].point;
		panel->treated_from[i] = areas[i].treated_from;
		if (panel->arm != NULL)
			panel->arm[i] = areas[i].arm;
		if (panel->arm != NULL && areas[i].arm == 0 && areas[i].treated_from != PANEL_NEVER)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("area %lld is treated but its arm is NULL", (long long) areas[i].id),
					 errhint("Say physical, social or both.")));
	}
	pfree(areas);
	return place;
}

/* Near pairs of areas by place; the set has those with a geometry only. */
static void
place_pairs(const RingRows *rows, Panel *panel)
{
	const AreaSet *sorted = area_set_sorted(rows->polygons);
	uint32 *place = panel_array(sorted->areas, sizeof(uint32));
	uint32 at = 0;

	panel->pair = area_edge_pairs(sorted, panel->limit[panel->rings - 1], &panel->pairs);
	for (uint32 i = 0; i < sorted->areas; i++)
	{
		while (panel->id[at] < sorted->ids[i])
			at++;
		place[i] = at;
	}
	for (uint32 i = 0; i < panel->pairs; i++)
	{
		panel->pair[i].from = place[panel->pair[i].from];
		panel->pair[i].to = place[panel->pair[i].to];
	}
	pfree(place);
}

/* The cells in order; two of one area and period are an error. */
static void
place_cells(const RingRows *rows, Panel *panel, const uint32 *place)
{
	RowCell *cells = panel_array(rows->cells, sizeof(RowCell));

	for (int64 i = 0; i < rows->cells; i++)
	{
		cells[i] = rows->cell[i];
		cells[i].area = place[cells[i].area];
	}
	qsort_interruptible(cells, rows->cells, sizeof(RowCell), cell_compare, NULL);
	panel->cells = rows->cells;
	panel->area = panel_array(panel->cells, sizeof(uint32));
	panel->period = panel_array(panel->cells, sizeof(int64));
	panel->y = panel_array(panel->cells, sizeof(double));
	panel->weight = rows->weighted ? panel_array(panel->cells, sizeof(double)) : NULL;
	panel->given = rows->distance == PANEL_GIVEN ? panel_array(panel->cells, sizeof(int32)) : NULL;
	for (int64 i = 0; i < panel->cells; i++)
	{
		if (i > 0 && cell_compare(&cells[i - 1], &cells[i], NULL) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("two rows of area %lld in period %lld",
							(long long) panel->id[cells[i].area], (long long) cells[i].period),
					 errhint("Give one row an area and period.")));
		panel->area[i] = cells[i].area;
		panel->period[i] = cells[i].period;
		panel->y[i] = cells[i].y;
		if (panel->weight != NULL)
			panel->weight[i] = cells[i].weight;
		if (panel->given != NULL)
			panel->given[i] = cells[i].given;
	}
	pfree(cells);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_ring_did_final(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, RING_STATE_COLUMNS);
	const RingRows *rows;
	Panel panel = {0};
	uint32 *place;
	Datum values[RING_STATE_COLUMNS];
	bool nulls[RING_STATE_COLUMNS];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = (const RingRows *) PG_GETARG_POINTER(0);
	panel.distance = rows->distance;
	panel.rings = rows->rings;
	panel.limit = rows->limit;
	place = place_areas(rows, &panel);
	place_cells(rows, &panel, place);
	if (rows->distance == PANEL_EDGE)
		place_pairs(rows, &panel);
	ring_state_values(&panel, values, nulls);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
