/*
 * waterbed_compare.c
 *	  Equality, an order and a hash of type waterbed, so that values can be grouped,
 *	  sorted and joined. The order means nothing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_eq);
PG_FUNCTION_INFO_V1(monitor_waterbed_ne);
PG_FUNCTION_INFO_V1(monitor_waterbed_lt);
PG_FUNCTION_INFO_V1(monitor_waterbed_le);
PG_FUNCTION_INFO_V1(monitor_waterbed_gt);
PG_FUNCTION_INFO_V1(monitor_waterbed_ge);
PG_FUNCTION_INFO_V1(monitor_waterbed_cmp);
PG_FUNCTION_INFO_V1(monitor_waterbed_hash);
PG_FUNCTION_INFO_V1(monitor_waterbed_hash_extended);

/* By the number of pairs, then byte by byte. */
static int
waterbed_compare(const Waterbed *a, const Waterbed *b)
{
	int result = (a->count > b->count) - (a->count < b->count);

	return result != 0 ? result : memcmp(a->pair, b->pair, a->count * sizeof(WaterbedPair));
}

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Waterbed *a = waterbed_from_datum(PG_GETARG_DATUM(0));
	Waterbed *b = waterbed_from_datum(PG_GETARG_DATUM(1));
	int result = waterbed_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

Datum
monitor_waterbed_cmp(PG_FUNCTION_ARGS)
{
	int order = compare_arguments(fcinfo);

	PG_RETURN_INT32((order > 0) - (order < 0));
}

Datum
monitor_waterbed_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
monitor_waterbed_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
monitor_waterbed_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
monitor_waterbed_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
monitor_waterbed_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
monitor_waterbed_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

/* Equal values have equal bytes from the version on. */
#define HASHED_FROM offsetof(Waterbed, version)

Datum
monitor_waterbed_hash(PG_FUNCTION_ARGS)
{
	Waterbed *value = waterbed_from_datum(PG_GETARG_DATUM(0));
	Datum hash = hash_any((unsigned char *) value + HASHED_FROM, VARSIZE(value) - HASHED_FROM);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

Datum
monitor_waterbed_hash_extended(PG_FUNCTION_ARGS)
{
	Waterbed *value = waterbed_from_datum(PG_GETARG_DATUM(0));
	Datum hash = hash_any_extended((unsigned char *) value + HASHED_FROM,
								   VARSIZE(value) - HASHED_FROM, PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}
