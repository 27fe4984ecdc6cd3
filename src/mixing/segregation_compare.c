/*
 * segregation_compare.c
 *	  Equality, an order and a hash of both types, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_eq);
PG_FUNCTION_INFO_V1(monitor_segregation_ne);
PG_FUNCTION_INFO_V1(monitor_segregation_lt);
PG_FUNCTION_INFO_V1(monitor_segregation_le);
PG_FUNCTION_INFO_V1(monitor_segregation_gt);
PG_FUNCTION_INFO_V1(monitor_segregation_ge);
PG_FUNCTION_INFO_V1(monitor_segregation_cmp);
PG_FUNCTION_INFO_V1(monitor_segregation_hash);
PG_FUNCTION_INFO_V1(monitor_segregation_hash_extended);

static inline int
compare_numbers(int64 a, int64 b)
{
	return a < b ? -1 : a > b;
}

/* By groups, units left out, rows, then count by count. */
static int
segregation_compare(const Segregation *a, const Segregation *b)
{
	int result = compare_numbers(a->groups, b->groups);

	if (result == 0)
		result = compare_numbers(a->rows, b->rows);
	if (result == 0)
		result = compare_numbers(a->unknown, b->unknown);
	if (result == 0)
		result = compare_numbers(a->empty, b->empty);
	for (int64 i = 0; result == 0 && i < a->rows; i++)
		result =
			segregation_row_compare(SEGREGATION_ROW(a, i), SEGREGATION_ROW(b, i), a->groups + 1);
	return result;
}

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Segregation *a = segregation_from_datum(PG_GETARG_DATUM(0));
	Segregation *b = segregation_from_datum(PG_GETARG_DATUM(1));
	int result = segregation_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

Datum
monitor_segregation_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

Datum
monitor_segregation_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
monitor_segregation_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
monitor_segregation_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
monitor_segregation_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
monitor_segregation_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
monitor_segregation_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(Segregation, version)

Datum
monitor_segregation_hash(PG_FUNCTION_ARGS)
{
	Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	Datum hash = hash_any((unsigned char *) value + HASHED_FROM, VARSIZE(value) - HASHED_FROM);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

Datum
monitor_segregation_hash_extended(PG_FUNCTION_ARGS)
{
	Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	Datum hash = hash_any_extended((unsigned char *) value + HASHED_FROM,
								   VARSIZE(value) - HASHED_FROM, PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}
