/*
 * flow_index_io.c
 *	  Type flow_index as text (a JSON object) and as bytes.
 */
#include "compat.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "backend/scanner.h"
#include "relocation/flow.h"

PG_FUNCTION_INFO_V1(monitor_flow_index_in);
PG_FUNCTION_INFO_V1(monitor_flow_index_out);
PG_FUNCTION_INFO_V1(monitor_flow_index_recv);
PG_FUNCTION_INFO_V1(monitor_flow_index_send);

Datum
monitor_flow_index_out(PG_FUNCTION_ARGS)
{
	const FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	const FlowArea *areas = FLOW_AREAS(value);
	const FlowPair *pairs = FLOW_PAIRS(value);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "{\"unknown\": " INT64_FORMAT ", \"areas\": [", value->unknown);
	for (int64 i = 0; i < value->areas; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfo(&text, "%s[" INT64_FORMAT ", ", i == 0 ? "" : ", ", areas[i].area);
		if (areas[i].population == FLOW_POPULATION_UNKNOWN)
			appendStringInfoString(&text, "null");
		else
			append_decimal(&text, areas[i].population, FLOW_UNIT);
		appendStringInfoChar(&text, ']');
	}
	appendStringInfoString(&text, "], \"flows\": [");
	for (int64 i = 0; i < value->pairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfo(&text, "%s[" INT64_FORMAT ", " INT64_FORMAT ", ", i == 0 ? "" : ", ",
						 pairs[i].origin, pairs[i].destination);
		append_decimal(&text, pairs[i].flow, FLOW_UNIT);
		appendStringInfoChar(&text, ']');
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

/* [area, population or null], ... up to the bracket that closes. */
static void
expect_areas(Scanner *scanner, FlowSet *set)
{
	if (scanner_take(scanner, "]"))
		return;
	do
	{
		int64 area;

		CHECK_FOR_INTERRUPTS();
		scanner_expect(scanner, "[");
		area = scanner_expect_bigint(scanner);
		scanner_expect(scanner, ",");
		flow_set_add_area(set, area,
						  scanner_take(scanner, "null")
							  ? FLOW_POPULATION_UNKNOWN
							  : scanner_expect_number(scanner, FLOW_UNIT));
		scanner_expect(scanner, "]");
	} while (scanner_take(scanner, ","));
	scanner_expect(scanner, "]");
}

/* [origin, destination, flow], ... up to the bracket that closes. */
static void
expect_flows(Scanner *scanner, FlowSet *set)
{
	if (scanner_take(scanner, "]"))
		return;
	do
	{
		int64 origin, destination;

		CHECK_FOR_INTERRUPTS();
		scanner_expect(scanner, "[");
		origin = scanner_expect_bigint(scanner);
		scanner_expect(scanner, ",");
		destination = scanner_expect_bigint(scanner);
		scanner_expect(scanner, ",");
		flow_set_add(set, origin, destination, scanner_expect_number(scanner, FLOW_UNIT));
		scanner_expect(scanner, "]");
	} while (scanner_take(scanner, ","));
	scanner_expect(scanner, "]");
}

Datum
monitor_flow_index_in(PG_FUNCTION_ARGS)
{
	Scanner scanner = scanner_open("flow_index",
								   "The text is {\"unknown\": 0, \"areas\": [[area, population or "
								   "null], ...], \"flows\": [[origin, destination, flow], ...]}; "
								   "make values with the aggregate.",
								   PG_GETARG_CSTRING(0));
	FlowSet *set = flow_set_create(CurrentMemoryContext);

	scanner_expect(&scanner, "{");
	scanner_expect_field(&scanner, "\"unknown\"");
	flow_set_add_unknown(set, scanner_expect_number(&scanner, 1));
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"areas\"");
	scanner_expect(&scanner, "[");
	expect_areas(&scanner, set);
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"flows\"");
	scanner_expect(&scanner, "[");
	expect_flows(&scanner, set);
	scanner_expect(&scanner, "}");
	scanner_expect_end(&scanner);
	PG_RETURN_POINTER(flow_set_build(set));
}

Datum
monitor_flow_index_send(PG_FUNCTION_ARGS)
{
	const FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	int64 numbers = (VARSIZE(value) - offsetof(FlowIndex, data)) / sizeof(int64);
	StringInfoData bytes;

	pq_begintypsend(&bytes);
	pq_sendint8(&bytes, value->version);
	for (int i = 0; i < lengthof(value->reserved); i++)
		pq_sendint8(&bytes, 0);
	pq_sendint64(&bytes, value->unknown);
	pq_sendint64(&bytes, value->areas);
	pq_sendint64(&bytes, value->pairs);
	for (int64 i = 0; i < numbers; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint64(&bytes, value->data[i]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&bytes));
}

static void
refuse_bytes(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid bytes of a flow_index value: %s", what),
					errhint("Send values as flow_index_send writes them, or as text.")));
}

/* Areas ascending, populations not negative unless unknown. */
static void
receive_areas(StringInfo bytes, FlowSet *set, int64 areas)
{
	int64 before = 0;

	for (int64 i = 0; i < areas; i++)
	{
		int64 area = pq_getmsgint64(bytes);
		int64 population = pq_getmsgint64(bytes);

		CHECK_FOR_INTERRUPTS();
		if (i > 0 && area <= before)
			refuse_bytes("areas are not in ascending order");
		if (population < FLOW_POPULATION_UNKNOWN)
			refuse_bytes("a negative population");
		flow_set_add_area(set, area, population);
		before = area;
	}
}

/* Pairs ascending, with flows. */
static void
receive_pairs(StringInfo bytes, FlowSet *set, int64 pairs)
{
	FlowPair before = {0};

	for (int64 i = 0; i < pairs; i++)
	{
		FlowPair pair;

		CHECK_FOR_INTERRUPTS();
		pair.origin = pq_getmsgint64(bytes);
		pair.destination = pq_getmsgint64(bytes);
		pair.flow = pq_getmsgint64(bytes);
		if (i > 0 && (pair.origin < before.origin ||
					  (pair.origin == before.origin && pair.destination <= before.destination)))
			refuse_bytes("pairs are not in ascending order");
		if (pair.flow <= 0)
			refuse_bytes("a flow that is not above 0");
		flow_set_add(set, pair.origin, pair.destination, pair.flow);
		before = pair;
	}
}

/* Bytes of a stranger: nothing is taken that send would not have written. */
Datum
monitor_flow_index_recv(PG_FUNCTION_ARGS)
{
	StringInfo bytes = (StringInfo) PG_GETARG_POINTER(0);
	FlowSet *set = flow_set_create(CurrentMemoryContext);
	FlowIndex *value;
	int64 unknown, areas, pairs, left;

	if (bytes->len - bytes->cursor < 28)
		refuse_bytes("fewer than the 28 bytes of the head");
	if (pq_getmsgbyte(bytes) != FLOW_INDEX_VERSION)
		refuse_bytes("unknown version");
	for (int i = 0; i < 3; i++)
		if (pq_getmsgbyte(bytes) != 0)
			refuse_bytes("reserved bytes are not zero");
	unknown = pq_getmsgint64(bytes);
	areas = pq_getmsgint64(bytes);
	pairs = pq_getmsgint64(bytes);
	left = bytes->len - bytes->cursor;
	if (unknown < 0)
		refuse_bytes("a negative number of rows");
	if (areas < 0 || areas > left || pairs < 0 || pairs > left || areas * 16 + pairs * 24 != left)
		refuse_bytes("areas, pairs and bytes do not agree");
	flow_set_add_unknown(set, unknown);
	receive_areas(bytes, set, areas);
	receive_pairs(bytes, set, pairs);
	value = flow_set_build(set);
	if (value->areas != areas)
		refuse_bytes("a pair of an area that is not among the areas");
	PG_RETURN_POINTER(value);
}
