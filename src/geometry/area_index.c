/*
 * area_index.c
 *	  Type area_index: layout, aggregate, input and output, comparison, facts.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "backend/aggregate.h"
#include "backend/comparison.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "geometry/geometry.h"

PG_FUNCTION_INFO_V1(monitor_area_index_transition);
PG_FUNCTION_INFO_V1(monitor_area_index_final);
PG_FUNCTION_INFO_V1(monitor_area_index_in);
PG_FUNCTION_INFO_V1(monitor_area_index_out);
PG_FUNCTION_INFO_V1(monitor_area_index_recv);
PG_FUNCTION_INFO_V1(monitor_area_index_send);
PG_FUNCTION_INFO_V1(monitor_area_index_ids);
PG_FUNCTION_INFO_V1(monitor_area_index_summary);

/* A detoasted value, after a look at its version and size. */
const AreaIndex *
area_index_open(const struct varlena *value)
{
	const AreaIndex *index = (const AreaIndex *) value;

	if (unlikely(VARSIZE(value) < sizeof(AreaIndex) || index->version != AREA_INDEX_VERSION ||
				 index->offset[SECTIONS] != VARSIZE(value)))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("area_index value is damaged or of an unknown version"),
				 errhint("Make the index again from its polygons with the aggregate area_index.")));
	return index;
}

/* Opens an argument that is used once a call. */
static const AreaIndex *
open_argument(FunctionCallInfo fcinfo, int argument)
{
	return area_index_open(PG_GETARG_VARLENA_P(argument));
}

/* Transition of the aggregate area_index(bigint, geometry). */
Datum
monitor_area_index_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	AreaSet *set = PG_ARGISNULL(0) ? NULL : (AreaSet *) PG_GETARG_POINTER(0);
	int64 id;
	Geometry geometry;

	context = aggregate_context(fcinfo);
	if (set == NULL)
		set = area_set_create(context);
	id = aggregate_area_id(fcinfo, 1);
	if (id < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("an area's id must be 1 or more, not %lld", (long long) id),
						errhint("0 and negative numbers stand for places outside the areas.")));
	if (PG_ARGISNULL(2))
		PG_RETURN_POINTER(set);
	geometry = geometry_open(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(2)));
	area_set_add_geometry(set, id, &geometry);
	PG_RETURN_POINTER(set);
}

/* Final function; leaves the state as it is, as a moving window calls it again. */
Datum
monitor_area_index_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(area_index_build(area_set_sorted((AreaSet *) PG_GETARG_POINTER(0))));
}

/* Writes what area_set_from_bytes reads. */
static void
send_index(StringInfo out, const AreaIndex *index)
{
	const int64 *ids = AREA_SECTION(index, SECTION_IDS, const int64);
	const Point *vertices = AREA_SECTION(index, SECTION_VERTICES, const Point);
	const uint32 *area_end = AREA_SECTION(index, SECTION_AREA_END, const uint32);
	const uint32 *part_end = AREA_SECTION(index, SECTION_PART_END, const uint32);
	const uint32 *ring_end = AREA_SECTION(index, SECTION_RING_END, const uint32);
	uint32 part = 0;
	uint32 ring = 0;
	uint32 vertex = 0;

	pq_sendint8(out, AREA_INDEX_VERSION);
	pq_sendint32(out, (uint32) index->srid);
	pq_sendint32(out, index->areas);
	for (uint32 area = 0; area < index->areas; area++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint64(out, (uint64) ids[area]);
		pq_sendint32(out, area_end[area] - part);
		for (; part < area_end[area]; part++)
		{
			pq_sendint32(out, part_end[part] - ring);
			for (; ring < part_end[part]; ring++)
			{
				pq_sendint32(out, ring_end[ring] - vertex);
				for (; vertex < ring_end[ring]; vertex++)
				{
					pq_sendfloat8(out, vertices[vertex].x);
					pq_sendfloat8(out, vertices[vertex].y);
				}
			}
		}
	}
}

/* area_index_send(area_index) -> bytea */
Datum
monitor_area_index_send(PG_FUNCTION_ARGS)
{
	StringInfoData out;

	pq_begintypsend(&out);
	send_index(&out, open_argument(fcinfo, 0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* area_index_recv(internal) -> area_index */
Datum
monitor_area_index_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
	int size = in->len - in->cursor;
	const char *bytes = pq_getmsgbytes(in, size);

	PG_RETURN_POINTER(
		area_index_build(area_set_from_bytes(bytes, size, ERRCODE_INVALID_BINARY_REPRESENTATION)));
}

/* area_index_out(area_index) -> cstring: the bytes sent, as hexadecimal digits. */
Datum
monitor_area_index_out(PG_FUNCTION_ARGS)
{
	StringInfoData out;
	char *text;

	initStringInfo(&out);
	send_index(&out, open_argument(fcinfo, 0));
	if (!AllocSizeIsValid(2 * (Size) out.len + 1))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("area index is too large for text"), errhint("Copy it in binary format.")));
	text = palloc(2 * (Size) out.len + 1);
	hex_encode(out.data, out.len, text);
	text[2 * (Size) out.len] = '\0';
	PG_RETURN_CSTRING(text);
}

/* Value of a hexadecimal digit, -1 for anything else. */
static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* area_index_in(cstring) -> area_index */
Datum
monitor_area_index_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	Size size = strlen(text);
	char *bytes = palloc(size / 2 + 1);

	for (Size i = 0; i < size; i++)
	{
		int digit = hex_digit(text[i]);

		if (digit < 0 || size % 2 != 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
							errmsg("malformed value of type area_index: it is not an even number "
								   "of hexadecimal digits"),
							errhint("Make the index from its polygons with the aggregate "
									"area_index.")));
		bytes[i / 2] = (char) (i % 2 == 0 ? digit << 4 : bytes[i / 2] | digit);
	}
	PG_RETURN_POINTER(area_index_build(
		area_set_from_bytes(bytes, size / 2, ERRCODE_INVALID_TEXT_REPRESENTATION)));
}

/* The sections that hold what was put in, which are one stretch of bytes. */
static const char *
index_content(const AreaIndex *index, Size *size)
{
	*size = index->offset[SECTION_PARTS] - index->offset[SECTION_IDS];
	return (const char *) index + index->offset[SECTION_IDS];
}

/* Any fixed order, equal only where SRID, ids and every ring are. */
static int
index_compare(FunctionCallInfo fcinfo)
{
	const AreaIndex *a = open_argument(fcinfo, 0);
	const AreaIndex *b = open_argument(fcinfo, 1);
	Size a_size, b_size;
	const char *a_content = index_content(a, &a_size);
	const char *b_content = index_content(b, &b_size);
	int result;

	if (a->srid != b->srid)
		return compare_numbers(a->srid, b->srid);
	if (a->areas != b->areas)
		return compare_numbers(a->areas, b->areas);
	if (a->parts != b->parts)
		return compare_numbers(a->parts, b->parts);
	if (a->rings != b->rings)
		return compare_numbers(a->rings, b->rings);
	if (a->vertices != b->vertices)
		return compare_numbers(a->vertices, b->vertices);
	result = memcmp(a_content, b_content, a_size);
	return result < 0 ? -1 : result > 0;
}

/* Hash of what equality compares. */
static uint64
index_hash(FunctionCallInfo fcinfo, uint64 seed)
{
	const AreaIndex *index = open_argument(fcinfo, 0);
	Size size;
	const char *content = index_content(index, &size);

	return hash_bytes_extended((const unsigned char *) content, (int) size,
							   hash_combine64(seed, (uint32) index->srid));
}

COMPARISON_FUNCTIONS(area_index, index_compare, index_hash);

/* area_index_ids(area_index) -> bigint[] */
Datum
monitor_area_index_ids(PG_FUNCTION_ARGS)
{
	const AreaIndex *index = open_argument(fcinfo, 0);
	const int64 *stored = AREA_SECTION(index, SECTION_IDS, const int64);
	Datum *ids = allocate(index->areas, sizeof(Datum));

	for (uint32 i = 0; i < index->areas; i++)
		ids[i] = Int64GetDatum(stored[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(ids, index->areas, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

#define AREA_INDEX_SUMMARY_COLUMNS 11

/* area_index_summary(area_index) -> area_index_summary */
Datum
monitor_area_index_summary(PG_FUNCTION_ARGS)
{
	const AreaIndex *head = open_argument(fcinfo, 0);
	Datum values[AREA_INDEX_SUMMARY_COLUMNS];
	bool nulls[AREA_INDEX_SUMMARY_COLUMNS] = {false};

	values[0] = Int32GetDatum(head->srid);
	values[1] = Int32GetDatum(head->areas);
	values[2] = Int32GetDatum(head->parts);
	values[3] = Int32GetDatum(head->rings);
	values[4] = Int32GetDatum(head->vertices);
	values[5] = Float8GetDatum(head->xmin);
	values[6] = Float8GetDatum(head->ymin);
	values[7] = Float8GetDatum(head->xmax);
	values[8] = Float8GetDatum(head->ymax);
	values[9] = Int64GetDatum((int64) head->columns * head->rows);
	values[10] = Int64GetDatum((int64) VARSIZE(head));
	if (head->areas == 0)
		for (int i = 5; i <= 8; i++)
			nulls[i] = true;
	PG_RETURN_DATUM(
		composite_datum(composite_type(fcinfo, AREA_INDEX_SUMMARY_COLUMNS), values, nulls));
}
