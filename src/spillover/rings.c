/*
 * rings.c
 *	  Which areas lie in which ring around the treated ones, and from when on.
 *
 * A ring is a half-open interval of distances [lower, upper), the first from 0. The
 * ring of an area is that of the nearest area treated by then; treatment comes first.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "statistics/order.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "backend/partition.h"
#include "spillover/ring_did.h"

PG_FUNCTION_INFO_V1(monitor_ring);

double *
rings_argument(Datum datum, int *rings)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	const double *given = (const double *) ARR_DATA_PTR(array);
	double *limit;

	if (ARR_NDIM(array) != 1 || array_contains_nulls(array) ||
		ARR_DIMS(array)[0] > PANEL_RINGS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rings must hold 1 to %d distances and no NULL", PANEL_RINGS_MOST),
						errhint("Give the upper limit of each ring: '{300,600}' is [0, 300) and "
								"[300, 600).")));
	*rings = ARR_DIMS(array)[0];
	limit = palloc(sizeof(double) * *rings);
	memcpy(limit, given, sizeof(double) * *rings);
	for (int i = 0; i < *rings; i++)
		if (!(limit[i] > (i == 0 ? 0 : limit[i - 1])) || isinf(limit[i]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("rings must ascend from above 0, but number %d is %.15g", i + 1,
								   limit[i]),
							errhint("Give the upper limit of each ring: '{300,600}' is [0, 300) "
									"and [300, 600).")));
	return limit;
}

int
ring_of(const double *limit, int rings, double distance)
{
	for (int i = 0; i < rings; i++)
		if (distance < limit[i])
			return i + 1;
	return 0;
}

/* Notes that an area is within reach of another from a time on. */
static void
enter(Exposure *exposure, const Panel *panel, uint32 area, double distance, int64 from)
{
	int ring = ring_of(panel->limit, panel->rings, distance);
	int64 *entered = &exposure->entered[(Size) area * exposure->categories];

	if (ring > 0)
		entered[ring] = Min(entered[ring], from);
}

/* From when on each area is in each ring, by distance. */
static void
enter_by_distance(Exposure *exposure, const Panel *panel, const int64 *treated_from)
{
	if (panel->distance == PANEL_EDGE)
	{
		for (uint32 i = 0; i < panel->pairs; i++)
			if (treated_from[panel->pair[i].to] != PANEL_NEVER)
				enter(exposure, panel, panel->pair[i].from, panel->pair[i].distance,
					  treated_from[panel->pair[i].to]);
		return;
	}
	for (uint32 treated = 0; treated < panel->areas; treated++)
	{
		Point from = panel->point[treated];

		if (treated_from[treated] == PANEL_NEVER || isnan(from.x))
			continue;
		CHECK_FOR_INTERRUPTS();
		for (uint32 area = 0; area < panel->areas; area++)
			if (area != treated && !isnan(panel->point[area].x))
				enter(exposure, panel, area,
					  hypot(panel->point[area].x - from.x, panel->point[area].y - from.y),
					  treated_from[treated]);
	}
}

/* The same where each cell says its ring. */
static void
enter_as_given(Exposure *exposure, const Panel *panel, const int32 *given)
{
	for (int64 i = 0; i < panel->cells; i++)
	{
		int64 *entered = &exposure->entered[(Size) panel->area[i] * exposure->categories];

		if (given[i] > 0 && panel->period[i] < entered[0])
			entered[given[i]] = Min(entered[given[i]], panel->period[i]);
	}
}

/* What each cell is exposed to, and each area first. */
static void
find_categories(Exposure *exposure, const Panel *panel, const int32 *given)
{
	int categories = exposure->categories;

	for (uint32 area = 0; area < panel->areas; area++)
	{
		const int64 *entered = &exposure->entered[(Size) area * categories];

		exposure->onset[area] = PANEL_NEVER;
		exposure->first[area] = -1;
		for (int category = 0; category < categories; category++)
			if (entered[category] < exposure->onset[area])
			{
				exposure->onset[area] = entered[category];
				exposure->first[area] = category;
			}
		for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
		{
			exposure->category[i] = -1;
			if (panel->period[i] >= entered[0])
				exposure->category[i] = 0;
			else if (given != NULL)
				exposure->category[i] = given[i] > 0 ? given[i] : -1;
			else
				for (int category = categories - 1; category > 0; category--)
					if (panel->period[i] >= entered[category])
						exposure->category[i] = category;
		}
	}
}

Exposure *
exposure_make(const Panel *panel, const int64 *treated_from, const int32 *given)
{
	Exposure *exposure = palloc(sizeof(Exposure));

	exposure->categories = panel->rings + 1;
	exposure->category = panel_array(panel->cells, sizeof(int32));
	exposure->entered = panel_array((Size) panel->areas * exposure->categories, sizeof(int64));
	exposure->onset = panel_array(panel->areas, sizeof(int64));
	exposure->first = panel_array(panel->areas, sizeof(int32));
	for (Size i = 0; i < (Size) panel->areas * exposure->categories; i++)
		exposure->entered[i] = PANEL_NEVER;
	for (uint32 area = 0; area < panel->areas; area++)
		exposure->entered[(Size) area * exposure->categories] = treated_from[area];
	if (panel->distance == PANEL_GIVEN)
		enter_as_given(exposure, panel, given);
	else
		enter_by_distance(exposure, panel, treated_from);
	find_categories(exposure, panel, panel->distance == PANEL_GIVEN ? given : NULL);
	return exposure;
}

/* ---- rings for a map ---- */

#define RING_COLUMNS 3

/* The answer of a row. */
typedef struct RingPlace
{
	int ring; /* 0 treated, -1 beyond the last */
	double distance;
	int64 nearest;
	bool unknown;
} RingPlace;

/* A row of the partition. */
typedef struct RingRow
{
	int64 id;
	Point point;
	bool treated;
	uint32 place; /* in the set of polygons */
} RingRow;

/* What rows are read into: polygons where their edges count. */
typedef struct RingRows
{
	RingRow *row;
	AreaSet *set;
	int32 srid;
	bool has_srid;
} RingRows;

/* Takes an area, its geometry, and whether it is treated. */
static void
ring_row_take(void *state, int64 at, const Datum *values, const bool *nulls)
{
	RingRows *rows = state;
	RingRow *row = &rows->row[at];
	Geometry geometry;
	GeometryMeasures measures;

	if (nulls[0])
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("area is NULL"),
						errhint("Leave such rows out with WHERE.")));
	row->id = DatumGetInt64(values[0]);
	row->treated = !nulls[2] && DatumGetBool(values[2]);
	row->point = (Point){NAN, NAN};
	if (nulls[1])
		return;
	geometry = geometry_open(PG_DETOAST_DATUM_PACKED(values[1]));
	area_check_srid(row->id, geometry.srid, rows->has_srid ? rows->srid : geometry.srid);
	rows->srid = geometry.srid;
	rows->has_srid = true;
	geometry_measure(&geometry, &measures);
	if (measures.points > 0)
		row->point = measures.centroid;
	row->place = rows->set->areas;
	if (rows->set->keep_empty)
		area_set_add_geometry(rows->set, row->id, &geometry);
}

/* 23505 for an area that comes twice. */
static void
check_areas_once(const RingRow *rows, int64 count)
{
	int64 *ids = panel_array(count, sizeof(int64));

	for (int64 i = 0; i < count; i++)
		ids[i] = rows[i].id;
	qsort_interruptible(ids, count, sizeof(int64), bigint_order, NULL);
	for (int64 i = 1; i < count; i++)
		if (ids[i] == ids[i - 1])
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("area %lld comes more than once", (long long) ids[i]),
							errhint("Give one row for each area, and PARTITION BY the period.")));
	pfree(ids);
}

/* The nearest treated row; of equally near ones the lowest id. */
static RingPlace
ring_place(const RingRow *rows, int64 count, int64 mine, const AreaSet *set, const double *limit,
		   int rings)
{
	RingPlace found = {-1, INFINITY, 0, isnan(rows[mine].point.x)};

	if (rows[mine].treated)
		return (RingPlace){0, 0, rows[mine].id, false};
	for (int64 i = 0; i < count && !found.unknown; i++)
	{
		double distance;

		if (!rows[i].treated || isnan(rows[i].point.x))
			continue;
		CHECK_FOR_INTERRUPTS();
		if (set->keep_empty)
			distance = area_edge_distance(set, Min(rows[mine].place, rows[i].place),
										  Max(rows[mine].place, rows[i].place),
										  nextafter(found.distance, INFINITY));
		else
			distance =
				hypot(rows[i].point.x - rows[mine].point.x, rows[i].point.y - rows[mine].point.y);
		if (distance < found.distance || (distance == found.distance && rows[i].id < found.nearest))
		{
			found.distance = distance;
			found.nearest = rows[i].id;
		}
	}
	found.ring = ring_of(limit, rings, found.distance);
	if (found.ring == 0)
		found.ring = -1;
	return found;
}

/* The upper limit of each ring. */
static double *
ring_limits(FunctionCallInfo fcinfo, int *rings)
{
	static const PartitionArgument argument = {3, -1, false};
	bool isnull;
	Datum datum = partition_constant(fcinfo, &argument, "rings", &isnull);

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("rings is NULL"),
						errhint("Give the upper limit of each ring.")));
	return rings_argument(datum, rings);
}

/* Are distances those of edges, not of centroids? */
static bool
ring_by_edge(FunctionCallInfo fcinfo)
{
	static const PartitionArgument argument = {4, -1, false};
	bool isnull;
	Datum datum = partition_constant(fcinfo, &argument, "distance", &isnull);
	char *name = isnull ? "centroid" : text_to_cstring(DatumGetTextPP(datum));

	if (strcmp(name, "edge") != 0 && strcmp(name, "centroid") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("distance must be centroid or edge, not \"%s\"", name),
						errhint("centroid is the default.")));
	return strcmp(name, "edge") == 0;
}

/* Works a partition out; argument is the call itself. */
static void *
ring_compute(WindowObject window, void *argument)
{
	static const PartitionArgument arguments[] = {
		{0, sizeof(int64), FLOAT8PASSBYVAL}, {1, -1, false}, {2, sizeof(bool), true}};
	int64 count = partition_rows(window);
	RingPlace *places = panel_array(count, sizeof(RingPlace));
	RingRows rows = {panel_array(count, sizeof(RingRow)), area_set_create(CurrentMemoryContext)};
	int rings;
	double *limit = ring_limits(argument, &rings);

	rows.set->keep_empty = ring_by_edge(argument);
	partition_each(window, arguments, lengthof(arguments), ring_row_take, &rows);
	check_areas_once(rows.row, count);
	for (int64 i = 0; i < count; i++)
		places[i] = ring_place(rows.row, count, i, rows.set, limit, rings);
	return places;
}

/* ring(area, geom, treated, rings, distance) OVER () */
Datum
monitor_ring(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, RING_COLUMNS);
	const RingPlace *places = partition_result(window, ring_compute, fcinfo);
	const RingPlace *mine = &places[WinGetCurrentPosition(window)];
	bool none = mine->unknown || isinf(mine->distance);
	Datum values[RING_COLUMNS] = {Int32GetDatum(mine->ring), Float8GetDatum(mine->distance),
								  Int64GetDatum(mine->nearest)};
	bool nulls[RING_COLUMNS] = {mine->unknown || mine->ring < 0, none, none};

	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
