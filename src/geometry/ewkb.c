/*
 * ewkb.c
 *	  New geometries, made by handing EWKB to the type's own receive function.
 */
#include "compat.h"
#include "libpq/pqformat.h"
#include "utils/lsyscache.h"
#include "geometry/geometry.h"

#define EWKB_BIG_ENDIAN 0
#define EWKB_HAS_SRID 0x20000000

/* The receive function of the type that the calling function declares to return. */
typedef struct Receiver
{
	FmgrInfo receive;
	Oid io_parameter;
} Receiver;

/* Starts a geometry without Z and M. */
static void
ewkb_begin(StringInfo ewkb, GeometryType type, int32 srid)
{
	initStringInfo(ewkb);
	pq_sendint8(ewkb, EWKB_BIG_ENDIAN);
	pq_sendint32(ewkb, (uint32) type | EWKB_HAS_SRID);
	pq_sendint32(ewkb, (uint32) srid);
}

/* Starts a POLYGON of so many rings. */
void
ewkb_begin_polygon(StringInfo ewkb, int32 srid, uint32 rings)
{
	ewkb_begin(ewkb, GEOMETRY_POLYGON, srid);
	pq_sendint32(ewkb, rings);
}

/* Starts a LINESTRING; its points follow at once. */
void
ewkb_begin_linestring(StringInfo ewkb, int32 srid)
{
	ewkb_begin(ewkb, GEOMETRY_LINESTRING, srid);
}

/* Adds the points of a LINESTRING, or those of a ring, the last of which repeats the first. */
void
ewkb_points(StringInfo ewkb, const Point *points, uint32 count)
{
	pq_sendint32(ewkb, count);
	for (uint32 i = 0; i < count; i++)
	{
		pq_sendfloat8(ewkb, points[i].x);
		pq_sendfloat8(ewkb, points[i].y);
	}
}

/*
 * The geometry that EWKB describes. PostGIS's functions are found through the
 * result type that the calling SQL function was declared with, never by name.
 */
Datum
ewkb_geometry(FunctionCallInfo fcinfo, StringInfo ewkb)
{
	Receiver *receiver = fcinfo->flinfo->fn_extra;

	if (receiver == NULL)
	{
		Oid function;

		receiver = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Receiver));
		getTypeBinaryInputInfo(get_func_rettype(fcinfo->flinfo->fn_oid), &function,
							   &receiver->io_parameter);
		fmgr_info_cxt(function, &receiver->receive, fcinfo->flinfo->fn_mcxt);
		fcinfo->flinfo->fn_extra = receiver;
	}
	return ReceiveFunctionCall(&receiver->receive, ewkb, receiver->io_parameter, -1);
}
