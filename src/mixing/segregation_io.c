/*
 * segregation_io.c
 *	  Both types as text (a JSON object) and as bytes.
 */
#include "compat.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "backend/scanner.h"
#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_in);
PG_FUNCTION_INFO_V1(monitor_segregation_multi_in);
PG_FUNCTION_INFO_V1(monitor_segregation_out);
PG_FUNCTION_INFO_V1(monitor_segregation_recv);
PG_FUNCTION_INFO_V1(monitor_segregation_multi_recv);
PG_FUNCTION_INFO_V1(monitor_segregation_send);

Datum
monitor_segregation_out(PG_FUNCTION_ARGS)
{
	const Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text,
					 "{\"groups\": %u, \"unknown\": " INT64_FORMAT ", \"empty\": " INT64_FORMAT
					 ", \"units\": [",
					 value->groups, value->unknown, value->empty);
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&text, i == 0 ? "[" : ", [");
		for (uint32 g = 0; g < value->groups; g++)
		{
			append_decimal(&text, row[g], SEGREGATION_UNIT);
			appendStringInfoString(&text, ", ");
		}
		appendStringInfo(&text, INT64_FORMAT "]", row[value->groups]);
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

/* The rows between the outer brackets, at any order. */
static void
expect_rows(Scanner *scanner, SegregationSet *set)
{
	int64 counts[SEGREGATION_MAX_GROUPS];

	do
	{
		int64 times;

		CHECK_FOR_INTERRUPTS();
		scanner_expect(scanner, "[");
		for (uint32 g = 0; g < set->groups; g++)
		{
			counts[g] = scanner_expect_number(scanner, SEGREGATION_UNIT);
			scanner_expect(scanner, ",");
		}
		times = scanner_expect_number(scanner, 1);
		if (times == 0)
			scanner_refuse(scanner, "0 units of these counts");
		scanner_expect(scanner, "]");
		segregation_set_add(set, counts, times);
	} while (scanner_take(scanner, ","));
}

/* A value of groups from least on, or of none where not one unit is known. */
static Segregation *
segregation_from_text(const char *text, uint32 least, uint32 most)
{
	Scanner scanner = scanner_open("segregation",
								   "The text is {\"groups\": 2, \"unknown\": 0, \"empty\": 0, "
								   "\"units\": [[x, others, times], ...]}; make values with the "
								   "aggregates.",
								   text);
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);
	int64 groups;

	scanner_expect(&scanner, "{");
	scanner_expect_field(&scanner, "\"groups\"");
	groups = scanner_expect_number(&scanner, 1);
	if (groups < least || groups > most || groups == 1)
		scanner_refuse(&scanner, psprintf(INT64_FORMAT " groups", groups));
	set->groups = (uint32) groups;
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"unknown\"");
	set->unknown = scanner_expect_number(&scanner, 1);
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"empty\"");
	set->empty = scanner_expect_number(&scanner, 1);
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"units\"");
	scanner_expect(&scanner, "[");
	if (!scanner_take(&scanner, "]"))
	{
		if (groups == 0)
			scanner_refuse(&scanner, "units of no groups");
		expect_rows(&scanner, set);
		scanner_expect(&scanner, "]");
	}
	scanner_expect(&scanner, "}");
	scanner_expect_end(&scanner);
	return segregation_build(set);
}

Datum
monitor_segregation_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(segregation_from_text(PG_GETARG_CSTRING(0), 2, 2));
}

Datum
monitor_segregation_multi_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(segregation_from_text(PG_GETARG_CSTRING(0), 0, SEGREGATION_MAX_GROUPS));
}

Datum
monitor_segregation_send(PG_FUNCTION_ARGS)
{
	const Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	int64 numbers = value->rows * (value->groups + 1);
	StringInfoData bytes;

	pq_begintypsend(&bytes);
	pq_sendint8(&bytes, value->version);
	for (int i = 0; i < lengthof(value->reserved); i++)
		pq_sendint8(&bytes, 0);
	pq_sendint32(&bytes, value->groups);
	pq_sendint64(&bytes, value->unknown);
	pq_sendint64(&bytes, value->empty);
	pq_sendint64(&bytes, value->rows);
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
					errmsg("invalid bytes of a segregation value: %s", what),
					errhint("Send values as segregation_send writes them, or as text.")));
}

/* The rows of bytes: ascending, nobody negative, no unit empty. */
static void
receive_rows(StringInfo bytes, SegregationSet *set, int64 rows)
{
	int64 pair[2][SEGREGATION_MAX_GROUPS];

	for (int64 i = 0; i < rows; i++)
	{
		int64 *counts = pair[i % 2];
		int64 any = 0;
		int64 times;

		CHECK_FOR_INTERRUPTS();
		for (uint32 g = 0; g < set->groups; g++)
		{
			counts[g] = pq_getmsgint64(bytes);
			any |= counts[g];
		}
		times = pq_getmsgint64(bytes);
		if (any < 0 || times < 1)
			refuse_bytes("a negative count or a number of units below 1");
		if (any == 0)
			refuse_bytes("an empty unit among the others");
		if (i > 0 && segregation_row_compare(pair[(i - 1) % 2], counts, set->groups) >= 0)
			refuse_bytes("units are not in ascending order");
		segregation_set_add(set, counts, times);
	}
}

/* Bytes of a stranger: nothing is taken that send would not have written. */
static Segregation *
segregation_from_bytes(StringInfo bytes, uint32 least, uint32 most)
{
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);
	int64 rows, numbers;

	if (bytes->len - bytes->cursor < 32)
		refuse_bytes("fewer than the 32 bytes of the head");
	if (pq_getmsgbyte(bytes) != SEGREGATION_VERSION)
		refuse_bytes("unknown version");
	for (int i = 0; i < 3; i++)
		if (pq_getmsgbyte(bytes) != 0)
			refuse_bytes("reserved bytes are not zero");
	set->groups = (uint32) pq_getmsgint(bytes, 4);
	if (set->groups < least || set->groups > most || set->groups == 1)
		refuse_bytes(psprintf("%u groups", set->groups));
	set->unknown = pq_getmsgint64(bytes);
	set->empty = pq_getmsgint64(bytes);
	rows = pq_getmsgint64(bytes);
	if (set->unknown < 0 || set->empty < 0)
		refuse_bytes("a negative number of units");
	numbers = (bytes->len - bytes->cursor) / 8;
	if (rows < 0 || rows > numbers / (set->groups + 1) || (set->groups == 0 && rows > 0) ||
		rows * (set->groups + 1) * 8 != bytes->len - bytes->cursor)
		refuse_bytes("rows and bytes do not agree");
	receive_rows(bytes, set, rows);
	return segregation_build(set);
}

Datum
monitor_segregation_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(segregation_from_bytes((StringInfo) PG_GETARG_POINTER(0), 2, 2));
}

Datum
monitor_segregation_multi_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(
		segregation_from_bytes((StringInfo) PG_GETARG_POINTER(0), 0, SEGREGATION_MAX_GROUPS));
}
