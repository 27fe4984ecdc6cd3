/*
 * segregation.c
 *	  Types segregation and segregation_multi as values: units collected, put in
 *	  order, added up.
 */
#include "compat.h"
#include <math.h>
#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "backend/value.h"
#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_plus);
PG_FUNCTION_INFO_V1(monitor_segregation_two_groups);

SegregationSet *
segregation_set_create(MemoryContext context)
{
	SegregationSet *set = MemoryContextAllocZero(context, sizeof(SegregationSet));

	set->context = context;
	return set;
}

void
segregation_set_groups(SegregationSet *set, uint32 groups)
{
	if (set->groups == 0)
		set->groups = groups;
	else if (set->groups != groups)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a unit has %u groups but %u were seen before", groups, set->groups),
						errhint("Give every unit a count of every group, 0 where there is none.")));
}

/* Makes room for so many rows more. */
static void
set_reserve(SegregationSet *set, Size more)
{
	Size width = (set->groups + 1) * sizeof(int64);
	Size wanted = set->rows + more;

	if (wanted <= set->room)
		return;
	if (wanted > MaxAllocHugeSize / width / 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("more units than memory can hold"),
				 errhint("Take parts of the city together and roll them up.")));
	wanted = Max(Max(wanted, set->room * 2), 16);
	set->data = reallocate(set->context, set->data, wanted, width);
	set->room = wanted;
}

static pg_noinline void
refuse_overflow(void)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("number of persons or units is out of range"),
					errhint("A value holds at most 9.2e14 persons.")));
}

/* A sum that must stay within bigint. */
static inline int64
add_checked(int64 a, int64 b)
{
	int64 sum;

	if (unlikely(pg_add_s64_overflow(a, b, &sum)))
		refuse_overflow();
	return sum;
}

void
segregation_set_add(SegregationSet *set, const int64 *counts, int64 times)
{
	int64 any = 0;
	int64 *row;

	for (uint32 i = 0; i < set->groups; i++)
		any |= counts[i];
	if (any == 0)
	{
		set->empty = add_checked(set->empty, times);
		return;
	}
	set_reserve(set, 1);
	row = set->data + set->rows * (set->groups + 1);
	memcpy(row, counts, set->groups * sizeof(int64));
	row[set->groups] = times;
	set->rows++;
}

void
segregation_set_append(SegregationSet *set, const Segregation *value)
{
	Size width = value->groups + 1;

	set->unknown = add_checked(set->unknown, value->unknown);
	set->empty = add_checked(set->empty, value->empty);
	if (value->groups == 0)
		return;
	segregation_set_groups(set, value->groups);
	if (value->rows == 0)
		return;
	set_reserve(set, value->rows);
	memcpy(set->data + set->rows * width, value->data, value->rows * width * sizeof(int64));
	set->rows += value->rows;
}

int
segregation_row_compare(const int64 *a, const int64 *b, uint32 groups)
{
	for (uint32 i = 0; i < groups; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* Rows of two groups, the common case, sorted without a call a comparison. */
typedef struct PairRow
{
	int64 count[2];
	int64 times;
} PairRow;

#define ST_SORT sort_pair_rows
#define ST_ELEMENT_TYPE PairRow
#define ST_COMPARE(a, b) segregation_row_compare((a)->count, (b)->count, 2)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static int
compare_rows(const void *a, const void *b, void *groups)
{
	return segregation_row_compare(a, b, *(const uint32 *) groups);
}

SegregationSet *
segregation_set_sorted(const SegregationSet *set)
{
	SegregationSet *sorted = segregation_set_create(CurrentMemoryContext);
	Size width = set->groups + 1;
	Size last = 0;

	sorted->groups = set->groups;
	sorted->unknown = set->unknown;
	sorted->empty = set->empty;
	if (set->rows == 0)
		return sorted;
	set_reserve(sorted, set->rows);
	memcpy(sorted->data, set->data, set->rows * width * sizeof(int64));
	if (set->groups == 2)
		sort_pair_rows((PairRow *) sorted->data, set->rows);
	else
		qsort_interruptible(sorted->data, set->rows, width * sizeof(int64), compare_rows,
							(void *) &set->groups);
	for (Size i = 1; i < set->rows; i++)
	{
		int64 *kept = sorted->data + last * width;
		const int64 *row = sorted->data + i * width;

		CHECK_FOR_INTERRUPTS();
		if (segregation_row_compare(kept, row, set->groups) == 0)
			kept[set->groups] = add_checked(kept[set->groups], row[set->groups]);
		else if (++last != i)
			memcpy(kept + width, row, width * sizeof(int64));
	}
	sorted->rows = last + 1;
	return sorted;
}

/* Every sum that an index may form of the value stays within bigint. */
static void
check_totals(const Segregation *value)
{
	int64 people = 0;
	int64 units = add_checked(value->unknown, value->empty);

	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);
		int64 total = 0;

		CHECK_FOR_INTERRUPTS();
		for (uint32 g = 0; g < value->groups; g++)
			total = add_checked(total, row[g]);
		if (pg_mul_s64_overflow(total, row[value->groups], &total))
			refuse_overflow();
		people = add_checked(people, total);
		units = add_checked(units, row[value->groups]);
	}
}

Segregation *
segregation_build(const SegregationSet *set)
{
	SegregationSet *sorted = segregation_set_sorted(set);
	Size width = (sorted->groups + 1) * sizeof(int64);
	Size size;
	Segregation *value;

	if (sorted->rows > (MaxAllocSize - sizeof(Segregation)) / width)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%zu different units are too many for one value", sorted->rows),
				 errhint("Make a value of each part of the city, and average their indices.")));
	size = offsetof(Segregation, data) + sorted->rows * width;
	value = palloc0(size);
	SET_VARSIZE(value, size);
	value->version = SEGREGATION_VERSION;
	value->groups = sorted->groups;
	value->unknown = sorted->unknown;
	value->empty = sorted->empty;
	value->rows = sorted->rows;
	if (sorted->rows > 0)
	{
		memcpy(value->data, sorted->data, sorted->rows * width);
		pfree(sorted->data);
	}
	pfree(sorted);
	check_totals(value);
	return value;
}

int64
segregation_count(const char *what, double persons)
{
	if (unlikely(!(persons >= 0 && persons <= SEGREGATION_MAX_COUNT)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %.15g, which is no number of persons", what, persons),
						errhint("Counts are from 0 to %g; an unknown count is NULL.",
								SEGREGATION_MAX_COUNT)));
	return (int64) rint(persons * SEGREGATION_UNIT);
}

Segregation *
segregation_from_datum(Datum datum)
{
	Segregation *value = (Segregation *) PG_DETOAST_DATUM(datum);
	Size size = VARSIZE(value);

	value_check_version("segregation", value, SEGREGATION_VERSION);
	if (size < offsetof(Segregation, data) || value->groups > SEGREGATION_MAX_GROUPS ||
		value->rows < 0 ||
		(uint64) value->rows !=
			(size - offsetof(Segregation, data)) / sizeof(int64) / (value->groups + 1) ||
		size != offsetof(Segregation, data) + value->rows * (value->groups + 1) * sizeof(int64))
		value_refuse_damaged("segregation", value);
	return value;
}

int64
segregation_row_total(const int64 *counts, uint32 groups)
{
	int64 total = 0;

	for (uint32 i = 0; i < groups; i++)
		total += counts[i];
	return total;
}

/* The units of two cities, or of two parts of one, together. */
Datum
monitor_segregation_plus(PG_FUNCTION_ARGS)
{
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);

	segregation_set_append(set, segregation_from_datum(PG_GETARG_DATUM(0)));
	segregation_set_append(set, segregation_from_datum(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(segregation_build(set));
}

/* Raises unless the number is that of a group. */
static int
check_group(const Segregation *value, int group)
{
	if (group < 1 || group > (int) value->groups)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("there is no group %d among %u", group, value->groups),
						errhint("Groups are numbered from 1 in the order of the counts.")));
	return group - 1;
}

/* Group a against group b, or against all others where b is NULL. */
Datum
monitor_segregation_two_groups(PG_FUNCTION_ARGS)
{
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);
	const Segregation *value;
	int a, b = -1;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	value = segregation_from_datum(PG_GETARG_DATUM(0));
	a = check_group(value, PG_GETARG_INT32(1));
	if (!PG_ARGISNULL(2))
		b = check_group(value, PG_GETARG_INT32(2));
	if (a == b)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("group %d cannot stand against itself", a + 1),
						errhint("Leave b out to set a group against all others.")));
	segregation_set_groups(set, 2);
	set->unknown = value->unknown;
	set->empty = value->empty;
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);
		int64 counts[2] = {row[a],
						   b >= 0 ? row[b] : segregation_row_total(row, value->groups) - row[a]};

		CHECK_FOR_INTERRUPTS();
		segregation_set_add(set, counts, row[value->groups]);
	}
	PG_RETURN_POINTER(segregation_build(set));
}
