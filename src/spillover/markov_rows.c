/*
 * markov_rows.c
 *	  The aggregate markov: rows of areas and periods in any order, put in order
 *	  once at the end.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "spillover/markov.h"

PG_FUNCTION_INFO_V1(monitor_markov_transition);
PG_FUNCTION_INFO_V1(monitor_markov_combine);
PG_FUNCTION_INFO_V1(monitor_markov_serialize);
PG_FUNCTION_INFO_V1(monitor_markov_deserialize);
PG_FUNCTION_INFO_V1(monitor_markov_final);

#define UNKNOWN 0

/* A row as it came. */
typedef struct StatusRow
{
	int64 id;
	int64 period;
	int32 class; /* or UNKNOWN */
	int32 lag;   /* or MARKOV_NO_LAG */
} StatusRow;

/* The state: rows, in no order. */
typedef struct StatusRows
{
	MemoryContext context;
	int64 count;
	int64 room;
	StatusRow *row;
} StatusRows;

/* More than memory holds; sizes cannot overflow below it. */
#define ROWS_MOST ((int64) 1 << 40)

static StatusRows *
rows_create(MemoryContext context)
{
	StatusRows *rows = MemoryContextAllocZero(context, sizeof(StatusRows));

	rows->context = context;
	return rows;
}

/* Makes room for so many more. */
static void
rows_reserve(StatusRows *rows, int64 more)
{
	int64 room = Max(rows->room, 64);

	while (room < rows->count + more)
		room *= 2;
	if (room > ROWS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many rows in a group"),
						errhint("Make values of parts of the areas, and put them together with "
								"rollup.")));
	if (rows->row == NULL)
		rows->row = MemoryContextAllocHuge(rows->context, room * sizeof(StatusRow));
	else if (room > rows->room)
		rows->row = repalloc_huge(rows->row, room * sizeof(StatusRow));
	rows->room = room;
}

/* The state, made at the first row. */
static StatusRows *
rows_state(FunctionCallInfo fcinfo)
{
	MemoryContext context = aggregate_context(fcinfo);

	return PG_ARGISNULL(0) ? rows_create(context) : (StatusRows *) PG_GETARG_POINTER(0);
}

/* A class of a row, or 0 where it is NULL. */
static int32
class_argument(FunctionCallInfo fcinfo, int argument, const char *what)
{
	int32 class;

	if (PG_NARGS() <= argument || PG_ARGISNULL(argument))
		return 0;
	class = PG_GETARG_INT32(argument);
	markov_check_class(what, class);
	return class;
}

/* (state, id, period, class) or (..., lag class) */
Datum
monitor_markov_transition(PG_FUNCTION_ARGS)
{
	StatusRows *rows = rows_state(fcinfo);
	StatusRow *row;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("an area's id and period must not be NULL"),
				 errhint("Leave such rows out with FILTER (WHERE id IS NOT NULL AND period IS NOT "
						 "NULL).")));
	if (rows->count == rows->room)
		rows_reserve(rows, 1);
	row = &rows->row[rows->count];
	row->id = PG_GETARG_INT64(1);
	row->period = PG_GETARG_INT64(2);
	row->class = class_argument(fcinfo, 3, "a class");
	row->lag = class_argument(fcinfo, 4, "a lag class");
	rows->count++;
	PG_RETURN_POINTER(rows);
}

/* Adds rows of another state, or of a worker. */
static void
rows_append(StatusRows *rows, const StatusRow *row, int64 count)
{
	rows_reserve(rows, count);
	memcpy(rows->row + rows->count, row, count * sizeof(StatusRow));
	rows->count += count;
}

/* The states of two workers; the second is copied. */
Datum
monitor_markov_combine(PG_FUNCTION_ARGS)
{
	StatusRows *rows = PG_ARGISNULL(0) ? NULL : (StatusRows *) PG_GETARG_POINTER(0);
	const StatusRows *other;

	if (PG_ARGISNULL(1))
	{
		if (rows == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(rows);
	}
	rows = rows_state(fcinfo);
	other = (const StatusRows *) PG_GETARG_POINTER(1);
	rows_append(rows, other->row, other->count);
	PG_RETURN_POINTER(rows);
}

/* What a worker sends: its rows, as they lie. */
Datum
monitor_markov_serialize(PG_FUNCTION_ARGS)
{
	const StatusRows *rows = (const StatusRows *) PG_GETARG_POINTER(0);
	Size size = VARHDRSZ + rows->count * sizeof(StatusRow);
	bytea *sent;

	if (!AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%lld rows of a group are too many for one parallel worker",
							   (long long) rows->count),
						errhint("SET max_parallel_workers_per_gather = 0, or make values of parts "
								"of the areas and put them together with rollup.")));
	sent = palloc(size);
	SET_VARSIZE(sent, size);
	memcpy(VARDATA(sent), rows->row, rows->count * sizeof(StatusRow));
	PG_RETURN_BYTEA_P(sent);
}

Datum
monitor_markov_deserialize(PG_FUNCTION_ARGS)
{
	bytea *sent = PG_GETARG_BYTEA_PP(0);
	StatusRows *rows = rows_create(CurrentMemoryContext);
	Size size = VARSIZE_ANY_EXHDR(sent);

	aggregate_context(fcinfo);
	rows_reserve(rows, size / sizeof(StatusRow));
	rows->count = (int64) (size / sizeof(StatusRow));
	memcpy(rows->row, VARDATA_ANY(sent), rows->count * sizeof(StatusRow));
	PG_RETURN_POINTER(rows);
}

static inline int
row_compare(const StatusRow *a, const StatusRow *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->period < b->period ? -1 : a->period > b->period;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE StatusRow
#define ST_COMPARE(a, b) row_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static pg_noinline void
refuse_duplicate(const StatusRow *row)
{
	ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
					errmsg("area %lld has two rows for period %lld", (long long) row->id,
						   (long long) row->period),
					errhint("Give one row an area and period.")));
}

/* The transitions between rows in order: from each known row to the next of its area. */
static void
rows_count(const StatusRows *rows, MarkovSet *set)
{
	const StatusRow *known = NULL;
	int64 unknown = 0;
	int64 gaps = 0;

	for (int64 i = 0; i < rows->count; i++)
	{
		const StatusRow *row = &rows->row[i];

		if ((i & 0xFFFF) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0 && row_compare(row - 1, row) == 0)
			refuse_duplicate(row);
		if (row->class == UNKNOWN)
		{
			unknown++;
			continue;
		}
		if (known != NULL && known->id == row->id)
		{
			/* periods ascend, so that the difference is above 0 as an unsigned number */
			if ((uint64) row->period - (uint64) known->period == 1)
				markov_set_add(set, known->lag, known->class, row->class, 1);
			else
				gaps++;
		}
		known = row;
	}
	markov_set_add_missing(set, unknown, gaps);
}

/* Puts the rows of the state in order where they lie: it holds the same rows as before. */
Datum
monitor_markov_final(PG_FUNCTION_ARGS)
{
	StatusRows *rows;
	MarkovSet *set;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = (StatusRows *) PG_GETARG_POINTER(0);
	set = markov_set_create(CurrentMemoryContext);
	sort_rows(rows->row, rows->count);
	rows_count(rows, set);
	PG_RETURN_POINTER(markov_set_build(set));
}
