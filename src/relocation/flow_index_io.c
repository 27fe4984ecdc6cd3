/*
 * flow_index_io.c
 *	  Type flow_index as text (a JSON object) and as bytes.
 */
#include "compat.h"
#include <ctype.h>
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "relocation/flow.h"

PG_FUNCTION_INFO_V1(monitor_flow_index_in);
PG_FUNCTION_INFO_V1(monitor_flow_index_out);
PG_FUNCTION_INFO_V1(monitor_flow_index_recv);
PG_FUNCTION_INFO_V1(monitor_flow_index_send);

/* Persons with as many decimals as they need. */
static void
append_persons(StringInfo text, int64 count)
{
	int fraction = (int) (count % FLOW_UNIT);

	appendStringInfo(text, INT64_FORMAT, count / FLOW_UNIT);
	if (fraction == 0)
		return;
	appendStringInfo(text, ".%04d", fraction);
	while (text->data[text->len - 1] == '0')
		text->data[--text->len] = '\0';
}

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
			append_persons(&text, areas[i].population);
		appendStringInfoChar(&text, ']');
	}
	appendStringInfoString(&text, "], \"flows\": [");
	for (int64 i = 0; i < value->pairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfo(&text, "%s[" INT64_FORMAT ", " INT64_FORMAT ", ", i == 0 ? "" : ", ",
						 pairs[i].origin, pairs[i].destination);
		append_persons(&text, pairs[i].flow);
		appendStringInfoChar(&text, ']');
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

/* Text being read, and where it stands. */
typedef struct Reader
{
	const char *start;
	const char *at;
} Reader;

static void
refuse_text(const Reader *reader, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("malformed flow_index value: %s at character %zu", what,
					(size_t) (reader->at - reader->start) + 1),
			 errhint("The text is {\"unknown\": 0, \"areas\": [[area, population or null], "
					 "...], \"flows\": [[origin, destination, flow], ...]}; make values with "
					 "the aggregate.")));
}

/* Takes the word if it stands next. */
static bool
take(Reader *reader, const char *word)
{
	while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r')
		reader->at++;
	if (strncmp(reader->at, word, strlen(word)) != 0)
		return false;
	reader->at += strlen(word);
	return true;
}

static void
expect(Reader *reader, const char *word)
{
	if (!take(reader, word))
		refuse_text(reader, psprintf("no %s", word));
}

/* A number that is not above most, in units of 1/unit, where unit is a power of ten. */
static uint64
expect_digits(Reader *reader, uint64 unit, uint64 most)
{
	uint64 number = 0;

	if (!isdigit((unsigned char) *reader->at))
		refuse_text(reader, "no number");
	for (; isdigit((unsigned char) *reader->at); reader->at++)
	{
		uint64 digit = (uint64) (*reader->at - '0');

		if (number > (most / unit - digit) / 10)
			refuse_text(reader, "too large a number");
		number = number * 10 + digit;
	}
	number *= unit;
	if (unit == 1 || *reader->at != '.' || !isdigit((unsigned char) reader->at[1]))
		return number;
	for (reader->at++; isdigit((unsigned char) *reader->at); reader->at++)
	{
		if (unit == 1)
			refuse_text(reader, "more than 4 decimals");
		unit /= 10;
		number += unit * (uint64) (*reader->at - '0');
	}
	if (number > most)
		refuse_text(reader, "too large a number");
	return number;
}

static int64
expect_persons(Reader *reader)
{
	take(reader, "");
	return (int64) expect_digits(reader, FLOW_UNIT, PG_INT64_MAX);
}

/* An area: any bigint. */
static int64
expect_area(Reader *reader)
{
	if (!take(reader, "-"))
		return (int64) expect_digits(reader, 1, PG_INT64_MAX);
	return (int64) (~expect_digits(reader, 1, (uint64) PG_INT64_MAX + 1) + 1);
}

/* [area, population or null], ... up to the bracket that closes. */
static void
expect_areas(Reader *reader, FlowSet *set)
{
	if (take(reader, "]"))
		return;
	do
	{
		int64 area;

		CHECK_FOR_INTERRUPTS();
		expect(reader, "[");
		area = expect_area(reader);
		expect(reader, ",");
		flow_set_add_area(set, area,
						  take(reader, "null") ? FLOW_POPULATION_UNKNOWN : expect_persons(reader));
		expect(reader, "]");
	} while (take(reader, ","));
	expect(reader, "]");
}

/* [origin, destination, flow], ... up to the bracket that closes. */
static void
expect_flows(Reader *reader, FlowSet *set)
{
	if (take(reader, "]"))
		return;
	do
	{
		int64 origin, destination;

		CHECK_FOR_INTERRUPTS();
		expect(reader, "[");
		origin = expect_area(reader);
		expect(reader, ",");
		destination = expect_area(reader);
		expect(reader, ",");
		flow_set_add(set, origin, destination, expect_persons(reader));
		expect(reader, "]");
	} while (take(reader, ","));
	expect(reader, "]");
}

Datum
monitor_flow_index_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	Reader reader = {text, text};
	FlowSet *set = flow_set_create(CurrentMemoryContext);

	expect(&reader, "{");
	expect(&reader, "\"unknown\"");
	expect(&reader, ":");
	take(&reader, "");
	flow_set_add_unknown(set, (int64) expect_digits(&reader, 1, PG_INT64_MAX));
	expect(&reader, ",");
	expect(&reader, "\"areas\"");
	expect(&reader, ":");
	expect(&reader, "[");
	expect_areas(&reader, set);
	expect(&reader, ",");
	expect(&reader, "\"flows\"");
	expect(&reader, ":");
	expect(&reader, "[");
	expect_flows(&reader, set);
	expect(&reader, "}");
	take(&reader, "");
	if (*reader.at != '\0')
		refuse_text(&reader, "more than a value");
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
					errmsg("invalid bytes of a flow_index value: %s", what)));
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
