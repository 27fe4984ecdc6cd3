/*
 * point_set.c
 *	  Points of areas by id, collected from geometries.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/weights.h"

/* The ids of a weights value alone take 8 bytes each, and it can be no larger than 1 GB. */
#define AREAS_MOST (MaxAllocSize / sizeof(int64))

/* Beyond these the square of a distance overflows. */
#define COORDINATE_LIMIT 1e150

/* An id and its row. */
typedef struct IdRow
{
	int64 id;
	uint32 row;
} IdRow;

/* The order of ids, of equal ones that of rows. */
static inline int
id_row_compare(const IdRow *a, const IdRow *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

#define ST_SORT sort_id_rows
#define ST_ELEMENT_TYPE IdRow
#define ST_COMPARE(a, b) id_row_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* An empty set whose arrays live in the context given. */
PointSet *
point_set_create(MemoryContext context)
{
	PointSet *set = MemoryContextAllocZero(context, sizeof(PointSet));

	set->context = context;
	return set;
}

/* Makes room for so many points. */
static void
point_set_reserve(PointSet *set, Size room)
{
	if (room <= set->room)
		return;
	if (room > AREAS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("more than %zu areas do not fit in a weights value", AREAS_MOST),
						errhint("Make weights of a part of the areas at a time.")));
	room = Min(Max(room, Max(2 * set->room, 64)), AREAS_MOST);
	set->ids = reallocate(set->context, set->ids, room, sizeof(int64));
	set->points = reallocate(set->context, set->points, room, sizeof(Point));
	set->room = room;
}

/* All geometries that have a place must have one SRID. */
static void
check_srid(PointSet *set, int64 id, int32 srid)
{
	if (!set->srid_known)
	{
		set->srid = srid;
		set->srid_known = true;
	}
	area_check_srid(id, srid, set->srid);
}

/* The distances of points must be finite. */
static void
check_coordinates(int64 id, Point point)
{
	if (!(fabs(point.x) <= COORDINATE_LIMIT) || !(fabs(point.y) <= COORDINATE_LIMIT))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area %lld is at (%g %g), which is not finite or beyond 1e150",
							   (long long) id, point.x, point.y),
						errhint("Leave such rows out, or give NULL for a place that is not "
								"known.")));
}

/* The point of a geometry, its own or its centroid; false where it is EMPTY. */
static bool
geometry_place(const Geometry *geometry, Point *point)
{
	GeometryMeasures measures;

	if (geometry->type == GEOMETRY_POINT)
		return geometry_point(geometry, point);
	geometry_measure(geometry, &measures);
	if (measures.points == 0)
		return false;
	*point = measures.centroid;
	return true;
}

/* Adds an area; without a geometry, or with an EMPTY one, it has no place. */
void
point_set_add(PointSet *set, int64 id, const struct varlena *geometry_or_null)
{
	Point point = {NAN, NAN};

	if (geometry_or_null != NULL)
	{
		Geometry geometry = geometry_open(geometry_or_null);

		if (geometry_place(&geometry, &point))
		{
			check_srid(set, id, geometry.srid);
			check_coordinates(id, point);
		}
	}
	point_set_reserve(set, (Size) set->count + 1);
	set->ids[set->count] = id;
	set->points[set->count++] = point;
}

/* Copies the points in the order of their ids. */
static void
copy_sorted(PointSet *sorted, const PointSet *set)
{
	IdRow *rows = allocate(set->count, sizeof(IdRow));

	for (uint32 i = 0; i < set->count; i++)
		rows[i] = (IdRow){set->ids[i], i};
	sort_id_rows(rows, set->count);
	for (uint32 i = 0; i < set->count; i++)
	{
		if (i > 0 && rows[i].id == rows[i - 1].id)
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("area %lld comes more than once", (long long) rows[i].id),
							errhint("Join its parts with ST_Union or ST_Collect, grouped by id, "
									"first.")));
		sorted->ids[i] = rows[i].id;
		sorted->points[i] = set->points[rows[i].row];
	}
	pfree(rows);
}

/* A copy sorted by id, in the current memory context; an id twice: 23505. */
PointSet *
point_set_sorted(const PointSet *set)
{
	PointSet *sorted = point_set_create(CurrentMemoryContext);
	bool in_order = true;

	sorted->srid = set->srid;
	sorted->srid_known = set->srid_known;
	if (set->count == 0)
		return sorted;
	point_set_reserve(sorted, set->count);
	sorted->count = set->count;
	for (uint32 i = 1; i < set->count && in_order; i++)
		in_order = set->ids[i - 1] < set->ids[i];
	CHECK_FOR_INTERRUPTS();
	if (!in_order)
	{
		copy_sorted(sorted, set);
		return sorted;
	}
	memcpy(sorted->ids, set->ids, set->count * sizeof(int64));
	memcpy(sorted->points, set->points, set->count * sizeof(Point));
	return sorted;
}
