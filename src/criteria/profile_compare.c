/*
 * profile_compare.c
 *	  Equality, an order and a hash, so that profiles can be grouped, sorted and
 *	  joined. The order is arbitrary but total: the counts in the order of
 *	  storage, residents first, then what is missing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "profile.h"

PG_FUNCTION_INFO_V1(monitor_profile_eq);
PG_FUNCTION_INFO_V1(monitor_profile_ne);
PG_FUNCTION_INFO_V1(monitor_profile_lt);
PG_FUNCTION_INFO_V1(monitor_profile_le);
PG_FUNCTION_INFO_V1(monitor_profile_gt);
PG_FUNCTION_INFO_V1(monitor_profile_ge);
PG_FUNCTION_INFO_V1(monitor_profile_cmp);
PG_FUNCTION_INFO_V1(monitor_profile_hash);
PG_FUNCTION_INFO_V1(monitor_profile_hash_extended);

static int
profile_compare(const Profile *a, const Profile *b)
{
	for (int field = 0; field < PROFILE_COUNTS; field++)
		if (a->count[field] != b->count[field])
			return a->count[field] < b->count[field] ? -1 : 1;
	if (a->missing != b->missing)
		return a->missing < b->missing ? -1 : 1;
	return 0;
}

static int
compare_arguments(FunctionCallInfo fcinfo)
{
	Profile *a = PG_GETARG_PROFILE_P(0);
	Profile *b = PG_GETARG_PROFILE_P(1);
	int result = profile_compare(a, b);

	/* Sorts and index searches call this many times in one memory context. */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result;
}

Datum
monitor_profile_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_arguments(fcinfo));
}

Datum
monitor_profile_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) == 0);
}

Datum
monitor_profile_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) != 0);
}

Datum
monitor_profile_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) < 0);
}

Datum
monitor_profile_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) <= 0);
}

Datum
monitor_profile_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) > 0);
}

Datum
monitor_profile_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_arguments(fcinfo) >= 0);
}

/* Equal profiles have equal bytes from the version on: a missing count is always 0. */
#define HASHED_FROM offsetof(Profile, version)

Datum
monitor_profile_hash(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	Datum hash = hash_any((unsigned char *) profile + HASHED_FROM, VARSIZE(profile) - HASHED_FROM);

	PG_FREE_IF_COPY(profile, 0);
	return hash;
}

Datum
monitor_profile_hash_extended(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	Datum hash = hash_any_extended((unsigned char *) profile + HASHED_FROM,
								   VARSIZE(profile) - HASHED_FROM, PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(profile, 0);
	return hash;
}
