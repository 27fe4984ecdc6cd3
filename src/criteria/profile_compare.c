/*
 * profile_compare.c
 *	  Equality, an order and a hash, so that profiles can be grouped, sorted and
 *	  joined. The order is arbitrary but total: the counts in the order of
 *	  storage, residents first, then what is missing.
 */
#include "compat.h"

#include "backend/comparison.h"
#include "criteria/profile.h"

static int
profile_compare(const Profile *a, const Profile *b)
{
	int result = 0;

	for (int field = 0; result == 0 && field < PROFILE_COUNTS; field++)
		result = compare_numbers(a->count[field], b->count[field]);
	return result != 0 ? result : compare_numbers(a->missing, b->missing);
}

/* Equal profiles have equal bytes: a missing count is always 0. */
VALUE_COMPARISON_FUNCTIONS(profile, Profile, profile_from_datum, profile_compare);
