/*
 * segregation_accum.c
 *	  The aggregates segregation, segregation_multi and rollup. Their state is a
 *	  growing array of units; it is put in order when the value is made, so that
 *	  neither the order of rows nor parallel workers can be seen in it.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/memory.h"
#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_multi_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_rollup);
PG_FUNCTION_INFO_V1(monitor_segregation_combine);
PG_FUNCTION_INFO_V1(monitor_segregation_serialize);
PG_FUNCTION_INFO_V1(monitor_segregation_deserialize);
PG_FUNCTION_INFO_V1(monitor_segregation_final);

/* The state, made at the first row. */
static SegregationSet *
aggregate_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	context = aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		return segregation_set_create(context);
	return (SegregationSet *) PG_GETARG_POINTER(0);
}

static pg_noinline void
refuse_part(double x, double total)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("x %.15g is more than total %.15g", x, total),
					errhint("x counts those of a unit's total who are in the group.")));
}

/* A unit with x of total in the group. */
Datum
monitor_segregation_transition(PG_FUNCTION_ARGS)
{
	SegregationSet *set = aggregate_state(fcinfo);
	int64 x = PG_ARGISNULL(1) ? -1 : segregation_count("x", PG_GETARG_FLOAT8(1));
	int64 total = PG_ARGISNULL(2) ? -1 : segregation_count("total", PG_GETARG_FLOAT8(2));

	segregation_set_groups(set, 2);
	if (total == 0 && x <= 0)
		set->empty++;
	else if (x < 0 || total < 0)
		set->unknown++;
	else
	{
		int64 counts[2] = {x, total - x};

		if (unlikely(PG_GETARG_FLOAT8(1) > PG_GETARG_FLOAT8(2)))
			refuse_part(PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
		segregation_set_add(set, counts, 1);
	}
	PG_RETURN_POINTER(set);
}

/* Number of groups of an array of counts, which must have one dimension. */
static uint32
array_groups(ArrayType *array)
{
	if (ARR_NDIM(array) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("counts have %d dimensions, not 1", ARR_NDIM(array)),
						errhint("Give one count a group, of two groups or more.")));
	if (ARR_DIMS(array)[0] < 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("counts are of %d group, but two or more are needed", ARR_DIMS(array)[0]),
				 errhint("Give those outside the group as a second count.")));
	if (ARR_DIMS(array)[0] > SEGREGATION_MAX_GROUPS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("counts are of %d groups, more than %d", ARR_DIMS(array)[0],
							   SEGREGATION_MAX_GROUPS),
						errhint("Take small groups together.")));
	return (uint32) ARR_DIMS(array)[0];
}

/* A unit's counts of every group. */
Datum
monitor_segregation_multi_transition(PG_FUNCTION_ARGS)
{
	SegregationSet *set = aggregate_state(fcinfo);
	ArrayType *array;
	const double *given;
	int64 counts[SEGREGATION_MAX_GROUPS];

	if (PG_ARGISNULL(1))
	{
		set->unknown++;
		PG_RETURN_POINTER(set);
	}
	array = PG_GETARG_ARRAYTYPE_P(1);
	segregation_set_groups(set, array_groups(array));
	if (array_contains_nulls(array))
	{
		set->unknown++;
		PG_RETURN_POINTER(set);
	}
	given = (const double *) ARR_DATA_PTR(array);
	for (uint32 i = 0; i < set->groups; i++)
		counts[i] = segregation_count("a count", given[i]);
	segregation_set_add(set, counts, 1);
	PG_RETURN_POINTER(set);
}

/* The units of a part of the city. */
Datum
monitor_segregation_rollup(PG_FUNCTION_ARGS)
{
	SegregationSet *set = PG_ARGISNULL(0) ? NULL : (SegregationSet *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = aggregate_state(fcinfo);
	segregation_set_append(set, segregation_from_datum(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(set);
}

/* The states of two workers; what is adopted is copied into the aggregate's memory. */
Datum
monitor_segregation_combine(PG_FUNCTION_ARGS)
{
	SegregationSet *set = PG_ARGISNULL(0) ? NULL : (SegregationSet *) PG_GETARG_POINTER(0);
	const SegregationSet *other;
	Size width;

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = aggregate_state(fcinfo);
	other = (const SegregationSet *) PG_GETARG_POINTER(1);
	if (pg_add_s64_overflow(set->unknown, other->unknown, &set->unknown) ||
		pg_add_s64_overflow(set->empty, other->empty, &set->empty))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("number of units is out of range")));
	if (other->groups > 0)
		segregation_set_groups(set, other->groups);
	width = other->groups + 1;
	for (Size i = 0; i < other->rows; i++)
	{
		const int64 *row = other->data + i * width;

		CHECK_FOR_INTERRUPTS();
		segregation_set_add(set, row, row[other->groups]);
	}
	PG_RETURN_POINTER(set);
}

/* What a worker sends: groups, unknown, empty, then the rows put in order, as they are in memory. */
Datum
monitor_segregation_serialize(PG_FUNCTION_ARGS)
{
	SegregationSet *set = segregation_set_sorted((SegregationSet *) PG_GETARG_POINTER(0));
	int64 head[3] = {set->groups, set->unknown, set->empty};
	Size rows = set->rows * (set->groups + 1) * sizeof(int64);
	Size size = VARHDRSZ + sizeof(head) + rows;
	bytea *bytes;

	if (!AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu different units are too many for one value", set->rows),
						errhint("Make a value of each part of the city.")));
	bytes = palloc(size);
	SET_VARSIZE(bytes, size);
	memcpy(VARDATA(bytes), head, sizeof(head));
	if (rows > 0)
		memcpy(VARDATA(bytes) + sizeof(head), set->data, rows);
	PG_RETURN_BYTEA_P(bytes);
}

Datum
monitor_segregation_deserialize(PG_FUNCTION_ARGS)
{
	bytea *bytes = PG_GETARG_BYTEA_PP(0);
	Size size = VARSIZE_ANY_EXHDR(bytes);
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);
	int64 head[3];

	aggregate_context(fcinfo);
	memcpy(head, VARDATA_ANY(bytes), sizeof(head));
	size -= sizeof(head);
	set->groups = (uint32) head[0];
	set->unknown = head[1];
	set->empty = head[2];
	set->rows = set->room = size / ((set->groups + 1) * sizeof(int64));
	set->data = allocate(size, 1);
	memcpy(set->data, (char *) VARDATA_ANY(bytes) + sizeof(head), size);
	PG_RETURN_POINTER(set);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_segregation_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(segregation_build((SegregationSet *) PG_GETARG_POINTER(0)));
}
