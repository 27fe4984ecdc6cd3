/*
 * streak.c
 *	  For how many lists in a row? With years missing the answer is bounds.
 */
#include "compat.h"
#include "miscadmin.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "criteria/criteria.h"

PG_FUNCTION_INFO_V1(monitor_streak);

typedef enum Listed
{
	LISTED_NO,
	LISTED_YES,
	LISTED_UNKNOWN
} Listed;

typedef struct YearListed
{
	int32 year;
	Listed listed;
	int64 row; /* place in the partition */
} YearListed;

typedef struct YearBounds
{
	int32 at_least;
	int32 at_most; /* -1: unbounded */
} YearBounds;

static int
year_order(const void *a, const void *b)
{
	int32 left = ((const YearListed *) a)->year;
	int32 right = ((const YearListed *) b)->year;

	return left < right ? -1 : left > right;
}

/*
 * Years in ascending order. The least run counts back over known lists without
 * a gap; the greatest goes back to the last year known to be off the list, over
 * gaps and unknown years, and has no bound if there is none.
 */
static void
streak_bounds(const YearListed *years, int64 count, YearBounds *bounds)
{
	int32 run = 0;
	int32 last_off = -1;

	for (int64 i = 0; i < count; i++)
	{
		const YearListed *now = &years[i];
		YearBounds *answer = &bounds[now->row];

		if (i > 0 && (int64) now->year != (int64) years[i - 1].year + 1)
			run = 0;
		run = now->listed == LISTED_YES ? run + 1 : 0;
		if (now->listed == LISTED_NO)
			last_off = now->year;
		answer->at_least = run;
		if (now->listed == LISTED_NO)
			answer->at_most = 0;
		else
			answer->at_most = last_off < 0 ? -1 : now->year - last_off;
	}
}

static void *
streak_compute(WindowObject window, void *argument)
{
	static const PartitionArgument arguments[] = {{0, sizeof(bool), true},
												  {1, sizeof(int32), true}};
	PartitionColumns *read = partition_read(window, arguments, 2);
	YearListed *years = allocate(read->rows, sizeof(YearListed));
	YearBounds *bounds = allocate(read->rows, sizeof(YearBounds));

	for (int64 row = 0; row < read->rows; row++)
	{
		YearListed *year = &years[row];

		if (read->nulls[1][row])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("list_year is NULL"),
							errhint("Give the year of the list of 1 December.")));
		year->year = DatumGetInt32(read->values[1][row]);
		if (year->year < 1 || year->year > 9999)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("list_year %d is out of range", year->year),
							errhint("Give the year of the list of 1 December.")));
		year->row = row;
		if (read->nulls[0][row])
			year->listed = LISTED_UNKNOWN;
		else
			year->listed = DatumGetBool(read->values[0][row]) ? LISTED_YES : LISTED_NO;
	}
	qsort(years, read->rows, sizeof(YearListed), year_order);
	for (int64 i = 1; i < read->rows; i++)
	{
		if (years[i].year == years[i - 1].year)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("two rows for the list of %d", years[i].year),
							errhint("Give one row a year, and PARTITION BY the area.")));
	}
	streak_bounds(years, read->rows, bounds);
	return bounds;
}

/* streak(listed, list_year) OVER (PARTITION BY area ORDER BY list_year) */
Datum
monitor_streak(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, 2);
	YearBounds *bounds = partition_result(window, streak_compute, NULL);
	const YearBounds *mine = &bounds[WinGetCurrentPosition(window)];
	Datum values[2] = {Int32GetDatum(mine->at_least), Int32GetDatum(mine->at_most)};
	bool nulls[2] = {false, mine->at_most < 0};

	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
