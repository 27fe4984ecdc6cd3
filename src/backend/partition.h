/*
 * partition.h
 *	  What a window function needs to read its whole partition once, at the
 *	  first row, and to answer every row from what it worked out then.
 */
#ifndef MONITOR_PARTITION_H
#define MONITOR_PARTITION_H

#include "compat.h"
#include "windowapi.h"

/* Arguments of all rows of a partition: values[argument][row], likewise nulls. */
typedef struct PartitionColumns
{
	int64 rows;
	int columns;
	Datum **values;
	bool **nulls;
} PartitionColumns;

/*
 * Works the partition out. Called once a partition, in a memory context that
 * lives as long as the partition; what it returns is handed back at each row.
 */
typedef void *(*PartitionCompute)(WindowObject window, void *argument);

extern void *partition_result(WindowObject window, PartitionCompute compute, void *argument);

/* How one argument is stored, for copying: by value, or of a fixed length, or varlena (-1). */
typedef struct PartitionArgument
{
	int number;
	int16 length;
	bool by_value;
} PartitionArgument;

/* Rows of the partition; 54000 where they are more than a window function can read. */
extern int64 partition_rows(WindowObject window);

/* Takes a row of the arguments read, in memory that a few rows later is gone with all values. */
typedef void (*PartitionTake)(void *state, int64 row, const Datum *values, const bool *nulls);

/* Hands some of the arguments of every row over, in the partition's order; returns the rows. */
extern int64 partition_each(WindowObject window, const PartitionArgument *arguments, int columns,
							PartitionTake take, void *state);

/* Reads arguments of every row that are stored by value, in the current memory context. */
extern PartitionColumns *partition_read(WindowObject window, const PartitionArgument *arguments,
										int columns);

/*
 * The value of an argument that must be the same in all rows of a partition, in the
 * current memory context; 22023 with its name where rows differ. The partition has a row.
 */
extern Datum partition_constant(FunctionCallInfo fcinfo, const PartitionArgument *argument,
								const char *name, bool *isnull);

#endif /* MONITOR_PARTITION_H */
