/*
 * reader.c
 *	  Bounds-checked reader of the serialized PostGIS geometry, versions 1 and 2.
 *
 * The value after its length word: three bytes of SRID, one of flags; in version
 * 2 eight bytes of further flags where flag 0x10 is set; a box of floats where
 * flag 0x04 is set; then the geometry: type number, count, content, nested.
 * Described in PostGIS's liblwgeom/gserialized.txt (which gives the extended flag
 * as 0x20; gserialized2.h, which is what is compiled, has 0x10).
 */
#include "compat.h"
#include "miscadmin.h"
#include "geometry/geometry.h"

#define FLAG_Z 0x01
#define FLAG_M 0x02
#define FLAG_BOX 0x04
#define FLAG_GEODETIC 0x08
#define FLAG_EXTENDED 0x10 /* version 1: read only, of no meaning on disk */
#define FLAG_SOLID 0x20    /* version 1 only; reserved in version 2 */
#define FLAG_VERSION_2 0x40
#define FLAG_VERSION_OTHER 0x80

/* Extended flags that leave the layout alone: solid, checked for validity, valid. */
#define EXTENDED_KNOWN UINT64CONST(0x07)

#define HEADER_SIZE 4 /* SRID and flags */

/* A place in a value, moved forward by what is read. */
typedef struct Cursor
{
	const char *at;
	const char *end;
	uint32 stride;
	PointsCallback callback;
	void *state;
} Cursor;

static void walk_geometry(Cursor *cursor, GeometryType parent);

/* Name of a type as ST_GeometryType users know it from text, such as POLYGON. */
const char *
geometry_type_name(GeometryType type)
{
	static const char *const names[] = {"POINT",
										"LINESTRING",
										"POLYGON",
										"MULTIPOINT",
										"MULTILINESTRING",
										"MULTIPOLYGON",
										"GEOMETRYCOLLECTION",
										"CIRCULARSTRING",
										"COMPOUNDCURVE",
										"CURVEPOLYGON",
										"MULTICURVE",
										"MULTISURFACE",
										"POLYHEDRALSURFACE",
										"TRIANGLE",
										"TIN"};

	if (type < GEOMETRY_POINT || type > GEOMETRY_TIN)
		return "unknown type";
	return names[type - GEOMETRY_POINT];
}

/* Counts and sizes in the value do not fit its length. */
_Noreturn static void
report_corrupted(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED), errmsg("geometry value is truncated or damaged"),
			 errhint("Restore the row from a backup, or write the geometry again.")));
}

/* Flags or a type that this reader does not know. */
_Noreturn static void
report_unknown(const char *what, uint64 number)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("geometry has unknown %s %llu", what, (unsigned long long) number),
			 errhint("It was written by a PostGIS that is newer than this version of monitor.")));
}

/* Types that are known but not read, with the way out. */
static void
check_type(uint32 type)
{
	if (likely(type >= GEOMETRY_POINT && type <= GEOMETRY_COLLECTION))
		return;
	if (type >= GEOMETRY_CIRCULARSTRING && type <= GEOMETRY_MULTISURFACE)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("geometry type %s is not supported", geometry_type_name(type)),
						errhint("Turn curves into lines with ST_CurveToLine first.")));
	if (type >= GEOMETRY_POLYHEDRALSURFACE && type <= GEOMETRY_TIN)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("geometry type %s is not supported", geometry_type_name(type)),
						errhint("Take its faces as polygons with ST_Dump first.")));
	report_unknown("type", type);
}

/* Number at the cursor, in the server's own byte order, as PostGIS stores it. */
static uint32
read_uint32(Cursor *cursor)
{
	uint32 number;

	if (cursor->end - cursor->at < (ptrdiff_t) sizeof(number))
		report_corrupted();
	memcpy(&number, cursor->at, sizeof(number));
	cursor->at += sizeof(number);
	return number;
}

/* Opens a value that is detoasted; a one-byte header is fine. */
Geometry
geometry_open(const struct varlena *value)
{
	Geometry geometry;
	const unsigned char *head = (const unsigned char *) VARDATA_ANY(value);
	Size size = VARSIZE_ANY_EXHDR(value);
	Size offset = HEADER_SIZE;
	uint8 flags;
	uint32 type;

	if (size < HEADER_SIZE + 2 * sizeof(uint32))
		report_corrupted();
	flags = head[3];
	if (flags & FLAG_VERSION_OTHER ||
		(flags & (FLAG_VERSION_2 | FLAG_SOLID)) == (FLAG_VERSION_2 | FLAG_SOLID))
		report_unknown("flags", flags);

	/* 21 bits with a sign */
	geometry.srid =
		(int32) (((uint32) head[0] << 16 | (uint32) head[1] << 8 | head[2]) << 11) >> 11;
	geometry.has_z = (flags & FLAG_Z) != 0;
	geometry.has_m = (flags & FLAG_M) != 0;
	geometry.stride = sizeof(double) * (2 + geometry.has_z + geometry.has_m);

	if ((flags & (FLAG_VERSION_2 | FLAG_EXTENDED)) == (FLAG_VERSION_2 | FLAG_EXTENDED))
	{
		uint64 extended;

		if (size < offset + sizeof(extended))
			report_corrupted();
		memcpy(&extended, head + offset, sizeof(extended));
		if (extended & ~EXTENDED_KNOWN)
			report_unknown("extended flags", extended);
		offset += sizeof(extended);
	}
	if (flags & FLAG_BOX)
		offset +=
			2 * sizeof(float) * ((flags & FLAG_GEODETIC) ? 3 : 2 + geometry.has_z + geometry.has_m);
	if (size < offset + 2 * sizeof(uint32))
		report_corrupted();

	geometry.body = (const char *) head + offset;
	geometry.end = (const char *) head + size;
	memcpy(&type, geometry.body, sizeof(type));
	check_type(type);
	geometry.type = (GeometryType) type;
	return geometry;
}

/* The coordinates of a POINT; false where it is empty. */
bool
geometry_point(const Geometry *geometry, Point *point)
{
	uint32 count;

	Assert(geometry->type == GEOMETRY_POINT);
	memcpy(&count, geometry->body + sizeof(uint32), sizeof(count));
	if (count == 0)
		return false;
	if (count != 1 || geometry->end - geometry->body < (ptrdiff_t) (8 + geometry->stride))
		report_corrupted();
	memcpy(point, geometry->body + 8, sizeof(Point));
	return true;
}

/* Hands count points at the cursor to the callback. */
static void
walk_points(Cursor *cursor, GeometryType type, uint32 ring, uint32 count)
{
	PointArray points = {cursor->at, count, cursor->stride};

	if ((Size) (cursor->end - cursor->at) / cursor->stride < count)
		report_corrupted();
	cursor->at += (Size) count * cursor->stride;
	if (count > 0)
		cursor->callback(cursor->state, type, ring, &points);
}

/* Rings of a polygon: their sizes, padded to a multiple of 8 bytes, then their points. */
static void
walk_polygon(Cursor *cursor)
{
	uint32 rings = read_uint32(cursor);
	Cursor sizes = *cursor;
	Size bytes = sizeof(uint32) * ((Size) rings + rings % 2);

	if ((Size) (cursor->end - cursor->at) < bytes)
		report_corrupted();
	cursor->at += bytes;
	for (uint32 ring = 0; ring < rings; ring++)
	{
		uint32 count = read_uint32(&sizes);

		/* a polygon is empty where its shell is, whatever follows */
		if (ring == 0 && count == 0)
		{
			while (++ring < rings)
			{
				Size skipped = (Size) read_uint32(&sizes) * cursor->stride;

				if ((Size) (cursor->end - cursor->at) < skipped)
					report_corrupted();
				cursor->at += skipped;
			}
			return;
		}
		walk_points(cursor, GEOMETRY_POLYGON, ring, count);
	}
}

/* Members of a collection, each a geometry of its own. */
static void
walk_members(Cursor *cursor, GeometryType type)
{
	uint32 members = read_uint32(cursor);

	check_stack_depth();
	for (uint32 i = 0; i < members; i++)
	{
		CHECK_FOR_INTERRUPTS();
		walk_geometry(cursor, type);
	}
}

/* One geometry at the cursor; parent is what it is a member of, 0 for none. */
static void
walk_geometry(Cursor *cursor, GeometryType parent)
{
	uint32 type = read_uint32(cursor);

	check_type(type);
	/* MULTIPOINT, MULTILINESTRING and MULTIPOLYGON hold only what they say */
	if (parent >= GEOMETRY_MULTIPOINT && parent <= GEOMETRY_MULTIPOLYGON && type != parent - 3)
		report_corrupted();
	switch ((GeometryType) type)
	{
		case GEOMETRY_POINT:
		case GEOMETRY_LINESTRING:
		{
			uint32 count = read_uint32(cursor);

			if (type == GEOMETRY_POINT && count > 1)
				report_corrupted();
			walk_points(cursor, (GeometryType) type, 0, count);
			break;
		}
		case GEOMETRY_POLYGON:
			walk_polygon(cursor);
			break;
		default:
			walk_members(cursor, (GeometryType) type);
			break;
	}
}

/* Visits every sequence of points of a geometry. */
void
geometry_walk(const Geometry *geometry, PointsCallback callback, void *state)
{
	Cursor cursor = {geometry->body, geometry->end, geometry->stride, callback, state};

	walk_geometry(&cursor, (GeometryType) 0);
}
