/*
 * partition.c
 *	  A window function's partition, read once at its first row.
 *
 * Window functions are called row by row. Those here need the whole partition,
 * so the first call reads it and works all answers out; later calls look up
 * theirs. Nothing depends on the order of the rows but the place of the answer.
 */
#include "compat.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "backend/partition.h"

/* Rows of which an argument is read before the next argument is, and fewer where it is copied. */
#define BLOCK_ROWS 256
#define BLOCK_ROWS_COPIED 16

typedef struct PartitionLocal
{
	bool ready;
	void *result;
} PartitionLocal;

void *
partition_result(WindowObject window, PartitionCompute compute, void *argument)
{
	/* zeroed at each new partition, in the context that is reset at its end */
	PartitionLocal *local = WinGetPartitionLocalMemory(window, sizeof(PartitionLocal));

	if (!local->ready)
	{
		MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(local));

		local->result = compute(window, argument);
		local->ready = true;
		MemoryContextSwitchTo(caller);
	}
	return local->result;
}

/*
 * Reads one argument of some rows, each so many places on. It is worked out in scratch
 * memory and copied into the current.
 */
static void
block_read(WindowObject window, const PartitionArgument *argument, int64 first, int count,
		   Datum *values, bool *nulls, int apart, MemoryContext scratch)
{
	MemoryContext block = MemoryContextSwitchTo(scratch);

	for (int i = 0; i < count; i++)
	{
		bool *isnull = &nulls[i * apart];
		bool outside;
		Datum value = WinGetFuncArgInPartition(window, argument->number, (int) (first + i),
											   WINDOW_SEEK_HEAD, false, isnull, &outside);

		/* what it points to lives until the next row is fetched */
		if (!*isnull && !argument->by_value)
		{
			MemoryContextSwitchTo(block);
			value = datumCopy(value, false, argument->length);
			MemoryContextSwitchTo(scratch);
		}
		values[i * apart] = value;
		if (!scratch->isReset)
			MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(block);
}

/* Rows that are read argument by argument. */
static int64
block_rows(const PartitionArgument *arguments, int columns)
{
	for (int i = 0; i < columns; i++)
		if (!arguments[i].by_value)
			return BLOCK_ROWS_COPIED;
	return BLOCK_ROWS;
}

int64
partition_rows(WindowObject window)
{
	int64 rows = WinGetPartitionRowCount(window);

	if (rows > PG_INT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a partition of %lld rows is too large", (long long) rows),
						errhint("Use PARTITION BY.")));
	return rows;
}

/*
 * The next argument of the same row costs a step forth and one back, so arguments take
 * turns by some rows; by all of them it would be quadratic where rows have spilled.
 */
int64
partition_each(WindowObject window, const PartitionArgument *arguments, int columns,
			   PartitionTake take, void *state)
{
	int64 rows = partition_rows(window);
	int64 most = block_rows(arguments, columns);
	Datum *values = palloc(sizeof(Datum) * most * columns);
	bool *nulls = palloc(sizeof(bool) * most * columns);
	MemoryContext block =
		AllocSetContextCreate(CurrentMemoryContext, "partition rows", ALLOCSET_SMALL_SIZES);
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "partition row", ALLOCSET_SMALL_SIZES);

	for (int64 first = 0; first < rows; first += most)
	{
		int count = (int) Min(most, rows - first);
		MemoryContext caller = MemoryContextSwitchTo(block);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < columns; i++)
			block_read(window, &arguments[i], first, count, values + i, nulls + i, columns,
					   scratch);
		for (int i = 0; i < count; i++)
			take(state, first + i, values + i * columns, nulls + i * columns);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(block);
	}
	MemoryContextDelete(block);
	MemoryContextDelete(scratch);
	pfree(values);
	pfree(nulls);
	return rows;
}

/* Puts a row into the columns. */
static void
columns_take(void *state, int64 row, const Datum *values, const bool *nulls)
{
	PartitionColumns *read = state;

	for (int i = 0; i < read->columns; i++)
	{
		read->values[i][row] = values[i];
		read->nulls[i][row] = nulls[i];
	}
}

PartitionColumns *
partition_read(WindowObject window, const PartitionArgument *arguments, int columns)
{
	PartitionColumns *read = palloc(sizeof(PartitionColumns));

	Assert(block_rows(arguments, columns) == BLOCK_ROWS);
	read->rows = partition_rows(window);
	read->columns = columns;
	read->values = palloc(sizeof(Datum *) * columns);
	read->nulls = palloc(sizeof(bool *) * columns);
	for (int i = 0; i < columns; i++)
	{
		read->values[i] = allocate(read->rows, sizeof(Datum));
		read->nulls[i] = allocate(read->rows, sizeof(bool));
	}
	partition_each(window, arguments, columns, columns_take, read);
	return read;
}

/* Is the argument a constant or a parameter, such as an uncorrelated subquery? */
static bool
argument_is_fixed(FunctionCallInfo fcinfo, int number)
{
	Node *call = fcinfo->flinfo->fn_expr;
	Node *expression;

	if (call == NULL || !IsA(call, WindowFunc) ||
		list_length(((WindowFunc *) call)->args) <= number)
		return false;
	expression = list_nth(((WindowFunc *) call)->args, number);
	return IsA(expression, Const) || IsA(expression, Param);
}

/* Are two values the same, as stored or once they are fetched? */
static bool
values_equal(const PartitionArgument *argument, Datum a, Datum b)
{
	struct varlena *left, *right;
	Size size;

	if (datumIsEqual(a, b, argument->by_value, argument->length))
		return true;
	if (argument->length != -1)
		return false;
	left = PG_DETOAST_DATUM_PACKED(a);
	right = PG_DETOAST_DATUM_PACKED(b);
	size = VARSIZE_ANY_EXHDR(left);
	return size == VARSIZE_ANY_EXHDR(right) &&
		   memcmp(VARDATA_ANY(left), VARDATA_ANY(right), size) == 0;
}

Datum
partition_constant(FunctionCallInfo fcinfo, const PartitionArgument *argument, const char *name,
				   bool *isnull)
{
	WindowObject window = PG_WINDOW_OBJECT();
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "constant argument", ALLOCSET_SMALL_SIZES);
	int64 rows = argument_is_fixed(fcinfo, argument->number) ? 1 : WinGetPartitionRowCount(window);
	Datum kept = 0;

	for (int64 row = 0; row < rows; row++)
	{
		MemoryContext caller = MemoryContextSwitchTo(scratch);
		bool null;
		bool outside;
		Datum value = WinGetFuncArgInPartition(window, argument->number, (int) row,
											   WINDOW_SEEK_HEAD, false, &null, &outside);
		bool same = row == 0 || (null == *isnull && (null || values_equal(argument, value, kept)));

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(caller);
		if (!same)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s is not the same in all rows of a partition", name),
							errhint("Give a constant, or PARTITION BY what it depends on.")));
		if (row == 0)
		{
			*isnull = null;
			if (!null)
				kept = datumCopy(value, argument->by_value, argument->length);
		}
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);
	return kept;
}
