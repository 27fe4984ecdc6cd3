/*
 * area_set.c
 *	  Polygons by id: collected from geometries, or read from the bytes that
 *	  area_index sends.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "geometry/geometry.h"

/* Beyond these a difference of products can overflow, and the answer is noise. */
#define COORDINATE_LIMIT 1e150
/* The flat value can be no larger than a varlena; its points take 16 bytes each. */
#define VERTEX_LIMIT (MaxAllocSize / sizeof(Point))

/* What the 21 bits of a geometry's SRID can hold. */
#define SRID_LEAST (-(1 << 20))
#define SRID_MOST ((1 << 20) - 1)

/* An id and where its area lies in a set. */
typedef struct IdPlace
{
	int64 id;
	uint32 place;
} IdPlace;

/* Makes room for one element more of the width given. */
static void *
make_room(MemoryContext context, void *array, Size *room, Size used, Size more, Size width)
{
	Size wanted;

	if (used + more <= *room)
		return array;
	wanted = Max(Max(*room * 2, used + more), 16);
	*room = wanted;
	return reallocate(context, array, wanted, width);
}

/* An empty set whose arrays live in the context given. */
AreaSet *
area_set_create(MemoryContext context)
{
	AreaSet *set = MemoryContextAllocZero(context, sizeof(AreaSet));

	set->context = context;
	return set;
}

/* Opens an area; its parts follow. */
static void
area_set_add_area(AreaSet *set, int64 id)
{
	set->ids = make_room(set->context, set->ids, &set->ids_room, set->areas, 1, sizeof(int64));
	set->area_end =
		make_room(set->context, set->area_end, &set->area_room, set->areas, 1, sizeof(uint32));
	set->ids[set->areas] = id;
	set->area_end[set->areas++] = set->parts;
}

/* Opens a part of the last area; its rings follow. */
static void
area_set_add_part(AreaSet *set)
{
	set->part_end =
		make_room(set->context, set->part_end, &set->part_room, set->parts, 1, sizeof(uint32));
	set->part_end[set->parts++] = set->rings;
	set->area_end[set->areas - 1] = set->parts;
}

/* Opens a ring of the last part and returns room for its points. */
static Point *
area_set_add_ring(AreaSet *set, uint32 count)
{
	Size limit = set->keep_empty ? PG_INT32_MAX : VERTEX_LIMIT;

	if (count > limit || set->vertices > limit - count)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 set->keep_empty ? errmsg("polygons have too many vertices, more than %zu", limit)
								 : errmsg("area index has too many vertices, more than %zu", limit),
				 set->keep_empty
					 ? errhint("Simplify the polygons with ST_SimplifyPreserveTopology.")
					 : errhint("Simplify the polygons with ST_SimplifyPreserveTopology, or make "
							   "several indexes.")));
	set->ring_end =
		make_room(set->context, set->ring_end, &set->ring_room, set->rings, 1, sizeof(uint32));
	set->points =
		make_room(set->context, set->points, &set->point_room, set->vertices, count, sizeof(Point));
	set->vertices += count;
	set->ring_end[set->rings++] = set->vertices;
	set->part_end[set->parts - 1] = set->rings;
	return set->points + set->vertices - count;
}

/* What is wrong with a ring, NULL for nothing. */
static const char *
ring_fault(const Point *points, uint32 count)
{
	if (count < 4)
		return "has fewer than 4 points";
	for (uint32 i = 0; i < count; i++)
	{
		if (!isfinite(points[i].x) || !isfinite(points[i].y))
			return "has a coordinate that is not finite";
		if (fabs(points[i].x) > COORDINATE_LIMIT || fabs(points[i].y) > COORDINATE_LIMIT)
			return "has a coordinate beyond 1e150";
	}
	if (points[0].x != points[count - 1].x || points[0].y != points[count - 1].y)
		return "is not closed";
	return NULL;
}

/* Adds a ring of a polygon to the last area of a set. */
static void
area_set_points(void *state, GeometryType type, uint32 ring, const PointArray *points)
{
	AreaSet *set = state;
	Point *copy;
	const char *fault;

	if (ring == 0)
		area_set_add_part(set);
	copy = area_set_add_ring(set, points->count);
	for (uint32 i = 0; i < points->count; i++)
		copy[i] = point_array_get(points, i);
	fault = ring_fault(copy, points->count);
	if (fault != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a ring of area %lld %s", (long long) set->ids[set->areas - 1], fault),
				 errhint("ST_IsValidReason and ST_AsText show where; ST_MakeValid mends "
						 "most rings.")));
}

/* Refuses what has no area to be in; an empty geometry of any type passes. */
static void
check_has_area(const AreaSet *set, int64 id, const Geometry *geometry)
{
	GeometryMeasures measures;

	geometry_measure(geometry, &measures);
	if (measures.points == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("area %lld is a %s, not a polygon", (long long) id,
					geometry_type_name(geometry->type)),
			 geometry->type == GEOMETRY_COLLECTION
				 ? errhint("Take its polygons with ST_CollectionExtract(geom, 3).")
			 : set->keep_empty
				 ? errhint("Contiguity is of POLYGON and MULTIPOLYGON; knn_weights and "
						   "distance_weights take points and lines.")
				 : errhint("An area is a POLYGON or MULTIPOLYGON; ST_MakePolygon makes one of a "
						   "closed line, ST_Buffer of a point.")));
}

/* Adds an area without a polygon, where the set keeps such. */
void
area_set_add_empty(AreaSet *set, int64 id)
{
	if (set->keep_empty)
		area_set_add_area(set, id);
}

void
area_check_srid(int64 id, int32 srid, int32 seen)
{
	if (srid != seen)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("area %lld has SRID %d but %d was seen before", (long long) id, srid, seen),
				 srid == 0 || seen == 0
					 ? errhint("0 means unknown: say what the coordinates are with "
							   "ST_SetSRID.")
					 : errhint("Transform with ST_Transform(geom, %d) first.", seen)));
}

/* Adds an area; without a polygon (EMPTY) it is passed over, or kept as the set says. */
void
area_set_add_geometry(AreaSet *set, int64 id, const Geometry *geometry)
{
	uint32 parts = set->parts;

	if (geometry->type != GEOMETRY_POLYGON && geometry->type != GEOMETRY_MULTIPOLYGON)
	{
		check_has_area(set, id, geometry);
		area_set_add_empty(set, id);
		return;
	}
	area_set_add_area(set, id);
	geometry_walk(geometry, area_set_points, set);
	if (set->parts == parts)
	{
		if (!set->keep_empty)
			set->areas--;
		return;
	}
	if (parts == 0)
		set->srid = geometry->srid;
	area_check_srid(id, geometry->srid, set->srid);
}

/* Orders places by id, then by place. */
static int
id_place_compare(const void *a, const void *b, void *arg)
{
	const IdPlace *left = a;
	const IdPlace *right = b;

	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return left->place < right->place ? -1 : (left->place > right->place);
}

/* Appends area number place of another set. */
static void
area_set_copy_area(AreaSet *set, const AreaSet *from, uint32 place)
{
	uint32 part = place == 0 ? 0 : from->area_end[place - 1];

	area_set_add_area(set, from->ids[place]);
	for (; part < from->area_end[place]; part++)
	{
		area_set_add_part(set);
		for (uint32 ring = part == 0 ? 0 : from->part_end[part - 1]; ring < from->part_end[part];
			 ring++)
		{
			uint32 start = ring == 0 ? 0 : from->ring_end[ring - 1];
			uint32 count = from->ring_end[ring] - start;

			memcpy(area_set_add_ring(set, count), from->points + start, count * sizeof(Point));
		}
	}
}

/* The same areas in the order of their ids, each of which may come only once. */
AreaSet *
area_set_sorted(const AreaSet *set)
{
	AreaSet *sorted = area_set_create(CurrentMemoryContext);
	IdPlace *order = allocate(set->areas, sizeof(IdPlace));

	for (uint32 i = 0; i < set->areas; i++)
		order[i] = (IdPlace){set->ids[i], i};
	qsort_interruptible(order, set->areas, sizeof(IdPlace), id_place_compare, NULL);
	sorted->keep_empty = set->keep_empty;
	sorted->srid = set->srid;
	for (uint32 i = 0; i < set->areas; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i > 0 && order[i].id == order[i - 1].id)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("area %lld comes more than once", (long long) order[i].id),
					 errhint("Join its parts with ST_Union or ST_Collect, grouped by id, first.")));
		area_set_copy_area(sorted, set, order[i].place);
	}
	pfree(order);
	return sorted;
}

/* Bytes being read, and the error code where they turn out not to be an index. */
typedef struct Bytes
{
	const char *at;
	const char *end;
	int errcode_malformed;
} Bytes;

_Noreturn static void
report_malformed(const Bytes *bytes, const char *what)
{
	ereport(ERROR,
			(errcode(bytes->errcode_malformed),
			 errmsg("malformed value of type area_index: %s", what),
			 errhint("Make the index again from its polygons with the aggregate area_index.")));
}

/* The next number, in network byte order. */
static uint64
bytes_next(Bytes *bytes, int width)
{
	uint64 number = 0;

	if (bytes->end - bytes->at < width)
		report_malformed(bytes, "it is too short");
	for (int i = 0; i < width; i++)
		number = number << 8 | (uint8) *bytes->at++;
	return number;
}

/* A count of things that take at least so many bytes each; none is malformed. */
static uint32
bytes_count(Bytes *bytes, Size least, const char *none)
{
	uint32 count = (uint32) bytes_next(bytes, 4);

	if (count == 0)
		report_malformed(bytes, none);
	if ((Size) (bytes->end - bytes->at) / least < count)
		report_malformed(bytes, "it is too short");
	return count;
}

/* Reads one ring. */
static void
bytes_ring(Bytes *bytes, AreaSet *set)
{
	uint32 count = bytes_count(bytes, sizeof(Point), "a ring has no point");
	Point *points = area_set_add_ring(set, count);
	const char *fault;

	for (uint32 i = 0; i < count; i++)
	{
		uint64 x = bytes_next(bytes, 8);
		uint64 y = bytes_next(bytes, 8);

		memcpy(&points[i].x, &x, sizeof(double));
		memcpy(&points[i].y, &y, sizeof(double));
	}
	fault = ring_fault(points, count);
	if (fault != NULL)
		report_malformed(bytes, psprintf("a ring %s", fault));
}

/*
 * The set that area_index_send wrote: version (1 byte), SRID (4), number of areas
 * (4), and for each area id (8), number of parts (4), for each part number of rings
 * (4), for each ring number of points (4) and their x and y (8 each). Nothing is
 * believed: every count is held against the bytes that are left, and the search
 * structure is not sent at all but made anew.
 */
AreaSet *
area_set_from_bytes(const char *data, Size size, int errcode_malformed)
{
	Bytes bytes = {data, data + size, errcode_malformed};
	AreaSet *set = area_set_create(CurrentMemoryContext);
	uint32 areas;
	int64 last = 0;

	if (bytes_next(&bytes, 1) != AREA_INDEX_VERSION)
		report_malformed(&bytes, "its version is unknown");
	set->srid = (int32) bytes_next(&bytes, 4);
	if (set->srid < SRID_LEAST || set->srid > SRID_MOST)
		report_malformed(&bytes, "its SRID is out of range");
	areas = (uint32) bytes_next(&bytes, 4);
	for (uint32 i = 0; i < areas; i++)
	{
		int64 id = (int64) bytes_next(&bytes, 8);
		uint32 parts = bytes_count(&bytes, 8, "an area has no polygon");

		if (id <= last)
			report_malformed(&bytes, "ids are not positive and ascending");
		last = id;
		area_set_add_area(set, id);
		for (uint32 part = 0; part < parts; part++)
		{
			uint32 rings = bytes_count(&bytes, 4, "a polygon has no ring");

			CHECK_FOR_INTERRUPTS();
			area_set_add_part(set);
			for (uint32 ring = 0; ring < rings; ring++)
				bytes_ring(&bytes, set);
		}
	}
	if (areas == 0 && set->srid != 0)
		report_malformed(&bytes, "an empty index has no SRID");
	if (bytes.at != bytes.end)
		report_malformed(&bytes, "it is too long");
	return set;
}
