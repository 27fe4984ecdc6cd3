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

void
exposure_free(Exposure *exposure)
{
	pfree(exposure->category);
	pfree(exposure->entered);
	pfree(exposure->onset);
	pfree(exposure->first);
	pfree(exposure);
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

/* The rows, and polygons where their edges count. */
static RingRow *
ring_rows_read(const PartitionColumns *read, AreaSet *set)
{
	RingRow *rows = panel_array(read->rows, sizeof(RingRow));
	int32 srid = 0;
	bool has_srid = false;

	for (int64 i = 0; i < read->rows; i++)
	{
		struct varlena *value;
		Geometry geometry;
		GeometryMeasures measures;

		if (read->nulls[0][i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("area is NULL"),
							errhint("Leave such rows out with WHERE.")));
		rows[i].id = DatumGetInt64(read->values[0][i]);
		rows[i].treated = !read->nulls[2][i] && DatumGetBool(read->values[2][i]);
		rows[i].point = (Point){NAN, NAN};
		if (read->nulls[1][i])
			continue;
		value = PG_DETOAST_DATUM_PACKED(read->values[1][i]);
		geometry = geometry_open(value);
		if (has_srid && srid != geometry.srid)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("geometry has SRID %d but %d was seen before", geometry.srid, srid),
					 errhint("Transform with ST_Transform first.")));
		srid = geometry.srid;
		has_srid = true;
		geometry_measure(&geometry, &measures);
		if (measures.points > 0)
			rows[i].point = measures.centroid;
		rows[i].place = set->areas;
		if (set->keep_empty)
			area_set_add_geometry(set, rows[i].id, &geometry);
		if ((Pointer) value != DatumGetPointer(read->values[1][i]))
			pfree(value);
	}
	return rows;
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
										  Max(rows[mine].place, rows[i].place));
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

/* An argument that must be the same in all rows: that of the first. */
static Datum
first_argument(WindowObject window, int argument, bool *null)
{
	bool outside;

	return WinGetFuncArgInPartition(window, argument, 0, WINDOW_SEEK_HEAD, false, null, &outside);
}

static void *
ring_compute(WindowObject window, void *unused)
{
	static const PartitionArgument arguments[] = {
		{0, sizeof(int64), true}, {1, -1, false}, {2, sizeof(bool), true}};
	PartitionColumns *read = partition_read(window, arguments, 3);
	RingPlace *places = panel_array(read->rows, sizeof(RingPlace));
	AreaSet *set = area_set_create(CurrentMemoryContext);
	RingRow *rows;
	double *limit;
	int rings;
	bool null;
	Datum datum = first_argument(window, 3, &null);

	if (null)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("rings is NULL"),
						errhint("Give the upper limit of each ring.")));
	limit = rings_argument(datum, &rings);
	datum = first_argument(window, 4, &null);
	if (!null)
	{
		char *name = text_to_cstring(DatumGetTextPP(datum));

		set->keep_empty = strcmp(name, "edge") == 0;
		if (!set->keep_empty && strcmp(name, "centroid") != 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("distance must be centroid or edge, not \"%s\"", name),
							errhint("centroid is the default.")));
	}
	rows = ring_rows_read(read, set);
	for (int64 i = 0; i < read->rows; i++)
		places[i] = ring_place(rows, read->rows, i, set, limit, rings);
	return places;
}

/* ring(area, geom, treated, rings, distance) OVER () */
Datum
monitor_ring(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	TupleDesc desc = composite_result_desc(fcinfo, RING_COLUMNS);
	const RingPlace *places = partition_result(window, ring_compute, NULL);
	const RingPlace *mine = &places[WinGetCurrentPosition(window)];
	bool none = mine->unknown || isinf(mine->distance);
	Datum values[RING_COLUMNS] = {Int32GetDatum(mine->ring), Float8GetDatum(mine->distance),
								  Int64GetDatum(mine->nearest)};
	bool nulls[RING_COLUMNS] = {mine->unknown || mine->ring < 0, none, none};

	PG_RETURN_DATUM(composite_datum(desc, values, nulls));
}
