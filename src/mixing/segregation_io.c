/*
 * segregation_io.c
 *	  Both types as text (a JSON object) and as bytes.
 */
#include "compat.h"
#include <ctype.h>
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_in);
PG_FUNCTION_INFO_V1(monitor_segregation_multi_in);
PG_FUNCTION_INFO_V1(monitor_segregation_out);
PG_FUNCTION_INFO_V1(monitor_segregation_recv);
PG_FUNCTION_INFO_V1(monitor_segregation_multi_recv);
PG_FUNCTION_INFO_V1(monitor_segregation_send);

/* A count with as many decimals as it needs. */
static void
append_count(StringInfo text, int64 count)
{
	int fraction = (int) (count % SEGREGATION_UNIT);

	appendStringInfo(text, INT64_FORMAT, count / SEGREGATION_UNIT);
	if (fraction == 0)
		return;
	appendStringInfo(text, ".%04d", fraction);
	while (text->data[text->len - 1] == '0')
		text->data[--text->len] = '\0';
}

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
			append_count(&text, row[g]);
			appendStringInfoString(&text, ", ");
		}
		appendStringInfo(&text, INT64_FORMAT "]", row[value->groups]);
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
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("malformed segregation value: %s at character %zu", what,
						   (size_t) (reader->at - reader->start) + 1),
					errhint("The text is {\"groups\": 2, \"unknown\": 0, \"empty\": 0, \"units\": "
							"[[x, others, times], ...]}; make values with the aggregates.")));
}

static void
skip_space(Reader *reader)
{
	while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\n' || *reader->at == '\r')
		reader->at++;
}

/* Takes the word if it stands next. */
static bool
take(Reader *reader, const char *word)
{
	skip_space(reader);
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

/* A number that is not negative, in units of 1/unit, where unit is a power of ten. */
static int64
expect_number(Reader *reader, int64 unit)
{
	uint64 number = 0;

	skip_space(reader);
	if (!isdigit((unsigned char) *reader->at))
		refuse_text(reader, "no number");
	for (; isdigit((unsigned char) *reader->at); reader->at++)
	{
		uint64 digit = (uint64) (*reader->at - '0');

		if (number > ((uint64) (PG_INT64_MAX / unit) - digit) / 10)
			refuse_text(reader, "too large a number");
		number = number * 10 + digit;
	}
	number *= unit;
	if (unit > 1 && *reader->at == '.' && isdigit((unsigned char) reader->at[1]))
	{
		for (reader->at++; isdigit((unsigned char) *reader->at); reader->at++)
		{
			if (unit == 1)
				refuse_text(reader, "more than 4 decimals");
			unit /= 10;
			number += unit * (uint64) (*reader->at - '0');
		}
	}
	if (number > (uint64) PG_INT64_MAX)
		refuse_text(reader, "too large a number");
	return (int64) number;
}

static int64
expect_field(Reader *reader, const char *name)
{
	expect(reader, name);
	expect(reader, ":");
	return expect_number(reader, 1);
}

/* The rows between the outer brackets, at any order. */
static void
expect_rows(Reader *reader, SegregationSet *set)
{
	int64 counts[SEGREGATION_MAX_GROUPS];

	do
	{
		int64 times;

		CHECK_FOR_INTERRUPTS();
		expect(reader, "[");
		for (uint32 g = 0; g < set->groups; g++)
		{
			counts[g] = expect_number(reader, SEGREGATION_UNIT);
			expect(reader, ",");
		}
		times = expect_number(reader, 1);
		if (times == 0)
			refuse_text(reader, "0 units of these counts");
		expect(reader, "]");
		segregation_set_add(set, counts, times);
	} while (take(reader, ","));
}

/* A value of groups from least on, or of none where not one unit is known. */
static Segregation *
segregation_from_text(const char *text, uint32 least, uint32 most)
{
	Reader reader = {text, text};
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);
	int64 groups;

	expect(&reader, "{");
	groups = expect_field(&reader, "\"groups\"");
	if (groups < least || groups > most || groups == 1)
		refuse_text(&reader, psprintf(INT64_FORMAT " groups", groups));
	set->groups = (uint32) groups;
	expect(&reader, ",");
	set->unknown = expect_field(&reader, "\"unknown\"");
	expect(&reader, ",");
	set->empty = expect_field(&reader, "\"empty\"");
	expect(&reader, ",");
	expect(&reader, "\"units\"");
	expect(&reader, ":");
	expect(&reader, "[");
	if (!take(&reader, "]"))
	{
		if (groups == 0)
			refuse_text(&reader, "units of no groups");
		expect_rows(&reader, set);
		expect(&reader, "]");
	}
	expect(&reader, "}");
	skip_space(&reader);
	if (*reader.at != '\0')
		refuse_text(&reader, "more than a value");
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
					errmsg("invalid bytes of a segregation value: %s", what)));
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
