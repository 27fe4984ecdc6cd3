/*
 * profile_compare.c
 *	  Equality, an order and a hash, so that profiles can be grouped, sorted and
 *	  joined. The order is arbitrary but total: the counts in the order of
 *	  storage, residents first, then what is missing.
 */
#include "compat.h"
#include "common/hashfn.h"

#include "backend/comparison.h"
#include "criteria/profile.h"

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

/* Equal values have equal bytes from the version on: a missing count is always 0. */
#define HASHED_FROM offsetof(Profile, version)

static uint64
hash_argument(FunctionCallInfo fcinfo, uint64 seed)
{
	Profile *value = PG_GETARG_PROFILE_P(0);
	uint64 hash = hash_bytes_extended((unsigned char *) value + HASHED_FROM,
									  (int) (VARSIZE(value) - HASHED_FROM), seed);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

COMPARISON_FUNCTIONS(profile, compare_arguments, hash_argument);
