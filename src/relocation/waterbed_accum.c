/*
 * waterbed_accum.c
 *	  The aggregates waterbed and rollup.
 *
 * A transition runs once a person, over millions, beside a count(*) GROUP BY of both
 * areas: the pair is found in a hash table and changed in place, and nothing is
 * allocated but for a new pair.
 */
#include "compat.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_transition);
PG_FUNCTION_INFO_V1(monitor_waterbed_transition_flags);
PG_FUNCTION_INFO_V1(monitor_waterbed_rollup);
PG_FUNCTION_INFO_V1(monitor_waterbed_combine);
PG_FUNCTION_INFO_V1(monitor_waterbed_serialize);
PG_FUNCTION_INFO_V1(monitor_waterbed_deserialize);
PG_FUNCTION_INFO_V1(monitor_waterbed_final);

#define MAX_PERSONS (PG_INT64_MAX / WATERBED_UNIT)

/* The state made at the first row. */
static pg_noinline WaterbedSet *
new_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	context = aggregate_context(fcinfo);
	return waterbed_set_create(context);
}

static inline WaterbedSet *
aggregate_state(FunctionCallInfo fcinfo)
{
	if (unlikely(PG_ARGISNULL(0)))
		return new_state(fcinfo);
	return (WaterbedSet *) PG_GETARG_POINTER(0);
}

static pg_noinline void
refuse_area(const char *name, int64 area)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s " INT64_FORMAT " is no place", name, area),
			 errhint("Areas are 1 and above; 0 is the rest of the city, -1 the rest of the "
					 "country, -2 abroad, -3 (before) born or aged in, -4 (after) died or aged "
					 "out, NULL unknown.")));
}

/* Codes that a person may have before or after, unknown for NULL. */
static inline int64
area_before(NullableDatum arg)
{
	int64 area = arg.isnull ? WATERBED_UNKNOWN : DatumGetInt64(arg.value);

	if (unlikely(area < WATERBED_NEW && !arg.isnull))
		refuse_area("area_before", area);
	return area;
}

static inline int64
area_after(NullableDatum arg)
{
	int64 area = arg.isnull ? WATERBED_UNKNOWN : DatumGetInt64(arg.value);

	if (unlikely((area < WATERBED_GONE || area == WATERBED_NEW) && !arg.isnull))
		refuse_area("area_after", area);
	return area;
}

static pg_noinline void
refuse_x(const char *name, double x)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s %g is not in -%g to %g", name, x, WATERBED_MAX_X, WATERBED_MAX_X),
					errhint("Give NULL where x is unknown.")));
}

typedef union FloatBits
{
	double number;
	uint64 bits;
} FloatBits;

/* x as stored; the nearest whole number of |x| < 2^51, ties to even, as in profile. */
static inline int64
stored_x(const char *name, Datum datum)
{
	double x = DatumGetFloat8(datum);
	FloatBits shift = {.number = 6755399441055744.0};
	FloatBits shifted;

	if (unlikely(!(x >= -WATERBED_MAX_X && x <= WATERBED_MAX_X)))
		refuse_x(name, x);
	shifted.number = x * WATERBED_UNIT + shift.number;
	return (int64) (shifted.bits - shift.bits);
}

/* The number of persons that a row stands for: the argument given, or 1. */
static inline int64
row_persons(FunctionCallInfo fcinfo, int place)
{
	int64 persons;

	if (PG_NARGS() <= place)
		return 1;
	if (PG_ARGISNULL(place))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("persons is NULL"),
						errhint("Leave out rows of an unknown number of persons.")));
	persons = PG_GETARG_INT64(place);
	if (persons < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("persons " INT64_FORMAT " is negative", persons),
						errhint("Give the number of persons that the row stands for.")));
	return persons;
}

/* The pair, most often found by its place in the last row. */
static inline WaterbedPair *
find_pair(WaterbedSet *set, int64 before, int64 after, int64 persons)
{
	if (unlikely(persons > MAX_PERSONS - set->persons))
		waterbed_refuse_range();
	set->persons += persons;
	if (likely(set->count > 0) && set->pair[set->last].before == before &&
		set->pair[set->last].after == after)
		return set->pair + set->last;
	return waterbed_set_find(set, before, after);
}

/* A row of which x is not known at both times. */
static pg_noinline void
add_unknown(WaterbedPair *pair, const int64 *x0, const int64 *x1, int64 persons)
{
	WaterbedPair row = {0};
	int64 sum;

	if (x0 == NULL && x1 == NULL)
		row.neither_n = persons;
	else
	{
		if (pg_mul_s64_overflow(x0 == NULL ? *x1 : *x0, persons, &sum))
			waterbed_refuse_range();
		if (x0 == NULL)
		{
			row.b0_n = persons;
			row.b0_x1 = sum;
			row.b0_x11 = (int128) sum * *x1;
		}
		else
		{
			row.b1_n = persons;
			row.b1_x0 = sum;
			row.b1_with = *x0 != 0 ? persons : 0;
			row.b1_x00 = (int128) sum * *x0;
		}
	}
	waterbed_pair_add(pair, &row);
}

/* A row of flags: no sum can overflow, as the persons are limited. */
Datum
monitor_waterbed_transition_flags(PG_FUNCTION_ARGS)
{
	WaterbedSet *set = aggregate_state(fcinfo);
	const NullableDatum *arg = fcinfo->args + 1;
	int64 before = area_before(arg[0]);
	int64 after = area_after(arg[1]);
	int64 persons = row_persons(fcinfo, 5);
	bool known0 = !arg[2].isnull && before != WATERBED_NEW;
	bool known1 = !arg[3].isnull && after != WATERBED_GONE;
	int64 x0 = -(int64) DatumGetBool(arg[2].value) & WATERBED_UNIT;
	int64 x1 = -(int64) DatumGetBool(arg[3].value) & WATERBED_UNIT;
	WaterbedPair *pair;

	set->flags_only = true;
	if (persons == 0 || (before == WATERBED_NEW && after == WATERBED_GONE))
		PG_RETURN_POINTER(set);
	pair = find_pair(set, before, after, persons);
	if (likely(known0 & known1))
	{
		int64 with = -(int64) (x0 != 0) & persons;

		pair->n += persons;
		pair->x0 += x0 * persons;
		pair->x1 += x1 * persons;
		pair->with += with;
		pair->with_x1 += x1 * with;
	}
	else
		add_unknown(pair, known0 ? &x0 : NULL, known1 ? &x1 : NULL, persons);
	PG_RETURN_POINTER(set);
}

/* A row of which x is known at both times. */
static inline void
add_known(WaterbedPair *pair, int64 x0, int64 x1, int64 persons)
{
	int64 sum0, sum1;
	int64 with = x0 != 0 ? persons : 0;
	int64 with_x1;

	if (unlikely(pg_mul_s64_overflow(x0, persons, &sum0) ||
				 pg_mul_s64_overflow(x1, persons, &sum1) ||
				 pg_add_s64_overflow(pair->x0, sum0, &pair->x0) ||
				 pg_add_s64_overflow(pair->x1, sum1, &pair->x1)))
		waterbed_refuse_range();
	with_x1 = x0 != 0 ? sum1 : 0;
	pair->n += persons;
	pair->with += with;
	if (unlikely(pg_add_s64_overflow(pair->with_x1, with_x1, &pair->with_x1)))
		waterbed_refuse_range();
	if (unlikely(__builtin_add_overflow(pair->x00, (int128) sum0 * x0, &pair->x00) ||
				 __builtin_add_overflow(pair->x11, (int128) sum1 * x1, &pair->x11)))
		waterbed_refuse_range();
	/* No larger than the other two. */
	pair->x01 += (int128) sum0 * x1;
	pair->with_x11 += (int128) with_x1 * x1;
}

static bool
required_flag(NullableDatum arg, const char *name)
{
	if (unlikely(arg.isnull))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", name),
						errhint("Say whether the person counts in the group at that time; where "
								"only x is unknown, give NULL for x.")));
	return DatumGetBool(arg.value);
}

/* A row of amounts, with the group's edge. */
Datum
monitor_waterbed_transition(PG_FUNCTION_ARGS)
{
	WaterbedSet *set = aggregate_state(fcinfo);
	const NullableDatum *arg = fcinfo->args + 1;
	int64 before = area_before(arg[0]);
	int64 after = area_after(arg[1]);
	int64 persons = row_persons(fcinfo, 7);
	int64 x0 = arg[2].isnull ? 0 : stored_x("x_before", arg[2].value);
	int64 x1 = arg[3].isnull ? 0 : stored_x("x_after", arg[3].value);
	bool known0, known1;
	WaterbedPair *pair;

	if (!required_flag(arg[4], "in_before"))
		before = WATERBED_NEW;
	if (!required_flag(arg[5], "in_after"))
		after = WATERBED_GONE;
	if (persons == 0 || (before == WATERBED_NEW && after == WATERBED_GONE))
		PG_RETURN_POINTER(set);
	known0 = !arg[2].isnull && before != WATERBED_NEW;
	known1 = !arg[3].isnull && after != WATERBED_GONE;
	pair = find_pair(set, before, after, persons);
	if (likely(known0 & known1))
		add_known(pair, x0, x1, persons);
	else
		add_unknown(pair, known0 ? &x0 : NULL, known1 ? &x1 : NULL, persons);
	PG_RETURN_POINTER(set);
}

/* The persons of another part of the city, or of the group. */
Datum
monitor_waterbed_rollup(PG_FUNCTION_ARGS)
{
	WaterbedSet *set = PG_ARGISNULL(0) ? NULL : (WaterbedSet *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = aggregate_state(fcinfo);
	waterbed_set_append(set, PG_GETARG_WATERBED_P(1));
	PG_RETURN_POINTER(set);
}

/* From here on squares and products are kept. */
static void
keep_squares(WaterbedSet *set)
{
	if (!set->flags_only)
		return;
	for (Size i = 0; i < set->count; i++)
		waterbed_pair_complete(set->pair + i);
	set->flags_only = false;
}

/* The states of two workers; what is adopted is copied into the aggregate's memory. */
Datum
monitor_waterbed_combine(PG_FUNCTION_ARGS)
{
	WaterbedSet *set = PG_ARGISNULL(0) ? NULL : (WaterbedSet *) PG_GETARG_POINTER(0);
	const WaterbedSet *other;

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = aggregate_state(fcinfo);
	keep_squares(set);
	other = (const WaterbedSet *) PG_GETARG_POINTER(1);
	for (Size i = 0; i < other->count; i++)
	{
		WaterbedPair pair = other->pair[i];

		CHECK_FOR_INTERRUPTS();
		if (other->flags_only)
			waterbed_pair_complete(&pair);
		waterbed_set_add(set, &pair);
	}
	PG_RETURN_POINTER(set);
}

/* What a worker sends: its pairs as they are in memory, in no order. */
Datum
monitor_waterbed_serialize(PG_FUNCTION_ARGS)
{
	WaterbedSet *set = (WaterbedSet *) PG_GETARG_POINTER(0);
	Size size = VARHDRSZ + set->count * sizeof(WaterbedPair);
	bytea *bytes;

	if (!AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu pairs of areas are too many for one value", set->count),
						errhint("Put small areas together before aggregating.")));
	keep_squares(set);
	bytes = palloc(size);
	SET_VARSIZE(bytes, size);
	memcpy(VARDATA(bytes), set->pair, size - VARHDRSZ);
	PG_RETURN_BYTEA_P(bytes);
}

/* Only combine reads it, so there are no slots. */
Datum
monitor_waterbed_deserialize(PG_FUNCTION_ARGS)
{
	bytea *bytes = PG_GETARG_BYTEA_PP(0);
	Size size = VARSIZE_ANY_EXHDR(bytes);
	WaterbedSet *set = palloc0(sizeof(WaterbedSet));

	aggregate_context(fcinfo);
	set->context = CurrentMemoryContext;
	set->count = set->room = size / sizeof(WaterbedPair);
	set->pair = palloc_extended(Max(size, 1), MCXT_ALLOC_HUGE);
	memcpy(set->pair, VARDATA_ANY(bytes), size);
	PG_RETURN_POINTER(set);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_waterbed_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(waterbed_set_build((WaterbedSet *) PG_GETARG_POINTER(0)));
}
