/*
 * markov_io.c
 *	  Type markov in text, which loses nothing, and in bytes, which are checked
 *	  field by field.
 */
#include "compat.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "backend/scanner.h"
#include "spillover/markov.h"

PG_FUNCTION_INFO_V1(monitor_markov_in);
PG_FUNCTION_INFO_V1(monitor_markov_out);
PG_FUNCTION_INFO_V1(monitor_markov_recv);
PG_FUNCTION_INFO_V1(monitor_markov_send);

Datum
monitor_markov_out(PG_FUNCTION_ARGS)
{
	const Markov *value = markov_from_datum(PG_GETARG_DATUM(0));
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(
		&text, "{\"unknown\": " INT64_FORMAT ", \"gaps\": " INT64_FORMAT ", \"transitions\": [",
		value->unknown, value->gaps);
	for (int64 i = 0; i < value->cells; i++)
	{
		const MarkovCell *cell = &value->cell[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&text, i == 0 ? "[" : ", [");
		if (cell->lag == MARKOV_NO_LAG)
			appendStringInfoString(&text, "null");
		else
			appendStringInfo(&text, "%d", cell->lag);
		appendStringInfo(&text, ", %d, %d, " INT64_FORMAT "]", cell->from, cell->to, cell->n);
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

/* A whole number from least to most. */
static int64
expect_number(Scanner *scanner, int64 least, int64 most)
{
	int64 number = scanner_expect_number(scanner, 1);

	if (number < least)
		scanner_refuse(scanner, "too small a number");
	if (number > most)
		scanner_refuse(scanner, "too large a number");
	return number;
}

/* [lag class or null, from, to, number] */
static void
expect_cell(Scanner *scanner, MarkovSet *set)
{
	int32 lag, from, to;

	scanner_expect(scanner, "[");
	lag = scanner_take(scanner, "null") ? MARKOV_NO_LAG
										: (int32) expect_number(scanner, 1, MARKOV_CLASS_MOST);
	scanner_expect(scanner, ",");
	from = (int32) expect_number(scanner, 1, MARKOV_CLASS_MOST);
	scanner_expect(scanner, ",");
	to = (int32) expect_number(scanner, 1, MARKOV_CLASS_MOST);
	scanner_expect(scanner, ",");
	markov_set_add(set, lag, from, to, expect_number(scanner, 1, PG_INT64_MAX));
	scanner_expect(scanner, "]");
}

/* Cells up to the bracket that closes. */
static void
expect_cells(Scanner *scanner, MarkovSet *set)
{
	if (scanner_take(scanner, "]"))
		return;
	do
	{
		CHECK_FOR_INTERRUPTS();
		expect_cell(scanner, set);
	} while (scanner_take(scanner, ","));
	scanner_expect(scanner, "]");
}

Datum
monitor_markov_in(PG_FUNCTION_ARGS)
{
	Scanner scanner =
		scanner_open("markov",
					 "The text is {\"unknown\": 0, \"gaps\": 0, \"transitions\": [[lag class "
					 "or null, class from, class to, number], ...]}; make values with the "
					 "aggregates markov and markov_counts.",
					 PG_GETARG_CSTRING(0));
	MarkovSet *set = markov_set_create(CurrentMemoryContext);
	int64 unknown, gaps;

	scanner_expect(&scanner, "{");
	scanner_expect_field(&scanner, "\"unknown\"");
	unknown = scanner_expect_number(&scanner, 1);
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"gaps\"");
	gaps = scanner_expect_number(&scanner, 1);
	markov_set_add_missing(set, unknown, gaps);
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"transitions\"");
	scanner_expect(&scanner, "[");
	expect_cells(&scanner, set);
	scanner_expect(&scanner, "}");
	scanner_expect_end(&scanner);
	PG_RETURN_POINTER(markov_set_build(set));
}

/* Bytes of a cell and of what stands before the cells. */
#define CELL_BYTES (3 * sizeof(int32) + sizeof(int64))
#define HEAD_BYTES (4 + 3 * sizeof(int64))

Datum
monitor_markov_send(PG_FUNCTION_ARGS)
{
	const Markov *value = markov_from_datum(PG_GETARG_DATUM(0));
	StringInfoData bytes;

	pq_begintypsend(&bytes);
	pq_sendint8(&bytes, value->version);
	for (int i = 0; i < lengthof(value->reserved); i++)
		pq_sendint8(&bytes, 0);
	pq_sendint64(&bytes, value->unknown);
	pq_sendint64(&bytes, value->gaps);
	pq_sendint64(&bytes, value->cells);
	for (int64 i = 0; i < value->cells; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&bytes, value->cell[i].lag);
		pq_sendint32(&bytes, value->cell[i].from);
		pq_sendint32(&bytes, value->cell[i].to);
		pq_sendint64(&bytes, value->cell[i].n);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&bytes));
}

static void
refuse_bytes(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid bytes of a markov value: %s", what),
					errhint("Send values as markov_send writes them, or as text.")));
}

/* Is a before b? */
static bool
cell_before(const MarkovCell *a, const MarkovCell *b)
{
	if (a->lag != b->lag)
		return a->lag < b->lag;
	return a->from != b->from ? a->from < b->from : a->to < b->to;
}

/* One cell, of which nothing is taken on trust. */
static MarkovCell
receive_cell(StringInfo bytes)
{
	MarkovCell cell = {0};

	cell.lag = (int32) pq_getmsgint(bytes, 4);
	cell.from = (int32) pq_getmsgint(bytes, 4);
	cell.to = (int32) pq_getmsgint(bytes, 4);
	cell.n = pq_getmsgint64(bytes);
	if (cell.lag < 0 || cell.lag > MARKOV_CLASS_MOST)
		refuse_bytes("a lag class out of range");
	if (cell.from < 1 || cell.from > MARKOV_CLASS_MOST || cell.to < 1 ||
		cell.to > MARKOV_CLASS_MOST)
		refuse_bytes("a class out of range");
	if (cell.n <= 0)
		refuse_bytes("a number of transitions that is not above 0");
	return cell;
}

/* Bytes of a stranger: nothing is taken that send would not have written. */
Datum
monitor_markov_recv(PG_FUNCTION_ARGS)
{
	StringInfo bytes = (StringInfo) PG_GETARG_POINTER(0);
	MarkovSet *set = markov_set_create(CurrentMemoryContext);
	MarkovCell before = {0};
	int64 unknown, gaps, cells, left;

	if (bytes->len - bytes->cursor < HEAD_BYTES)
		refuse_bytes("fewer than the 28 bytes of the head");
	if (pq_getmsgbyte(bytes) != MARKOV_VERSION)
		refuse_bytes("unknown version");
	for (int i = 0; i < 3; i++)
		if (pq_getmsgbyte(bytes) != 0)
			refuse_bytes("reserved bytes are not zero");
	unknown = pq_getmsgint64(bytes);
	gaps = pq_getmsgint64(bytes);
	cells = pq_getmsgint64(bytes);
	left = bytes->len - bytes->cursor;
	if (unknown < 0 || gaps < 0)
		refuse_bytes("a negative number of rows");
	if (cells < 0 || cells > left || cells * (int64) CELL_BYTES != left)
		refuse_bytes("cells and bytes do not agree");
	markov_set_add_missing(set, unknown, gaps);
	for (int64 i = 0; i < cells; i++)
	{
		MarkovCell cell = receive_cell(bytes);

		CHECK_FOR_INTERRUPTS();
		if (i > 0 && !cell_before(&before, &cell))
			refuse_bytes("cells are not in ascending order");
		markov_set_add(set, cell.lag, cell.from, cell.to, cell.n);
		before = cell;
	}
	PG_RETURN_POINTER(markov_set_build(set));
}
