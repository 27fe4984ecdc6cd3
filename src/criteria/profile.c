/*
 * profile.c
 *	  The profile as a value: what is possible in it, sum, difference, roll-up.
 */
#include "compat.h"
#include "common/int.h"
#include "lib/stringinfo.h"

#include "backend/value.h"
#include "profile.h"

PG_FUNCTION_INFO_V1(monitor_profile_plus);
PG_FUNCTION_INFO_V1(monitor_profile_minus);
PG_FUNCTION_INFO_V1(monitor_rollup_accum);
PG_FUNCTION_INFO_V1(monitor_rollup_remove);

const char *const profile_count_names[PROFILE_COUNTS] = {
	[PROFILE_RESIDENTS] = "residents",
	[PROFILE_UNKNOWN_AGE] = "unknown_age",
	[PROFILE_ADULTS] = "adults",
	[PROFILE_WORKING_AGE] = "working_age",
	[PROFILE_OUTSIDE_LABOUR] = "outside_labour",
	[PROFILE_UNKNOWN_LABOUR] = "unknown_labour",
	[PROFILE_CONVICTED] = "convicted",
	[PROFILE_UNKNOWN_CONVICTION] = "unknown_conviction",
	[PROFILE_AGED_30_59] = "aged_30_59",
	[PROFILE_BASIC_EDUCATION] = "basic_education",
	[PROFILE_NOT_APPROVED_EDUCATION] = "not_approved_education",
	[PROFILE_UNKNOWN_EDUCATION] = "unknown_education",
	[PROFILE_TAXPAYERS] = "taxpayers",
	[PROFILE_INCOME_TOTAL] = "income_total",
	[PROFILE_UNKNOWN_INCOME] = "unknown_income",
	[PROFILE_UNKNOWN_IN_EDUCATION] = "unknown_in_education",
	[PROFILE_NON_WESTERN] = "non_western",
	[PROFILE_UNKNOWN_ORIGIN] = "unknown_origin",
};

/* Groups with nobody in common, of which a whole can be made up. */
typedef struct ProfileParts
{
	ProfileCount whole;
	int nparts;
	ProfileCount part[4];
} ProfileParts;

static const ProfileParts parts_of[] = {
	{PROFILE_RESIDENTS, 2, {PROFILE_UNKNOWN_AGE, PROFILE_ADULTS}},
	{PROFILE_ADULTS, 1, {PROFILE_WORKING_AGE}},
	{PROFILE_WORKING_AGE, 2, {PROFILE_OUTSIDE_LABOUR, PROFILE_UNKNOWN_LABOUR}},
	{PROFILE_ADULTS, 2, {PROFILE_CONVICTED, PROFILE_UNKNOWN_CONVICTION}},
	{PROFILE_WORKING_AGE, 1, {PROFILE_AGED_30_59}},
	{PROFILE_AGED_30_59,
	 3,
	 {PROFILE_BASIC_EDUCATION, PROFILE_NOT_APPROVED_EDUCATION, PROFILE_UNKNOWN_EDUCATION}},
	{PROFILE_RESIDENTS,
	 4,
	 {PROFILE_UNKNOWN_AGE, PROFILE_TAXPAYERS, PROFILE_UNKNOWN_INCOME,
	  PROFILE_UNKNOWN_IN_EDUCATION}},
	{PROFILE_RESIDENTS, 2, {PROFILE_NON_WESTERN, PROFILE_UNKNOWN_ORIGIN}},
};

/* Digits after the point: persons are whole, the two sums are not. */
int
profile_count_decimals(ProfileCount field)
{
	StaticAssertStmt(PROFILE_LABOUR_UNIT == 10000 && PROFILE_MONEY_UNIT == 100,
					 "the decimals follow from the units");
	if (field == PROFILE_OUTSIDE_LABOUR)
		return 4;
	return field == PROFILE_INCOME_TOTAL ? 2 : 0;
}

Profile *
profile_new(void)
{
	Profile *profile = palloc0(sizeof(Profile));

	SET_VARSIZE(profile, sizeof(Profile));
	profile->version = PROFILE_VERSION;
	return profile;
}

Profile *
profile_from_datum(Datum datum)
{
	Profile *profile = (Profile *) PG_DETOAST_DATUM(datum);

	value_check_version("profile", profile, PROFILE_VERSION);
	if (VARSIZE(profile) != sizeof(Profile))
		value_refuse_damaged("profile", profile);
	return profile;
}

char *
profile_count_text(const Profile *profile, ProfileCount field)
{
	int64 count = profile->count[field];
	int decimals = profile_count_decimals(field);
	uint64 unit = decimals == 4 ? PROFILE_LABOUR_UNIT : PROFILE_MONEY_UNIT;
	uint64 size = count < 0 ? -(uint64) count : (uint64) count;

	if (PROFILE_IS_MISSING(profile, field))
		return pstrdup("null");
	if (decimals == 0)
		return psprintf(INT64_FORMAT, count);
	return psprintf("%s" UINT64_FORMAT ".%0*u", count < 0 ? "-" : "", size / unit, decimals,
					(unsigned) (size % unit));
}

/* The smallest group given that holds this one: its own, or a larger where that is missing. */
static ProfileCount
nearest_whole(const Profile *profile, ProfileCount whole)
{
	while (PROFILE_IS_MISSING(profile, whole) && whole != PROFILE_RESIDENTS)
	{
		if (whole == PROFILE_AGED_30_59)
			whole = PROFILE_WORKING_AGE;
		else if (whole == PROFILE_WORKING_AGE)
			whole = PROFILE_ADULTS;
		else
			whole = PROFILE_RESIDENTS;
	}
	return whole;
}

static void
refuse_parts(const Profile *profile, const ProfileParts *parts, ProfileCount whole, int sqlstate,
			 const char *hint)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < parts->nparts; i++)
		if (profile->count[parts->part[i]] != 0)
			appendStringInfo(&list, "%s%s %s", list.len > 0 ? " + " : "",
							 profile_count_names[parts->part[i]],
							 profile_count_text(profile, parts->part[i]));
	ereport(ERROR, (errcode(sqlstate),
					errmsg("%s is more than %s %s", list.data, profile_count_names[whole],
						   profile_count_text(profile, whole)),
					hint ? errhint("%s", hint) : 0));
}

/* Are the parts together at most the whole? Persons that are fractions count as the next whole. */
static void
check_parts(const Profile *profile, const ProfileParts *parts, int sqlstate, const char *hint)
{
	ProfileCount whole = nearest_whole(profile, parts->whole);
	int64 left = profile->count[whole];

	if (PROFILE_IS_MISSING(profile, whole))
		return;
	for (int i = 0; i < parts->nparts; i++)
	{
		int64 part = profile->count[parts->part[i]];

		if (parts->part[i] == PROFILE_OUTSIDE_LABOUR)
			part = part / PROFILE_LABOUR_UNIT + (part % PROFILE_LABOUR_UNIT != 0);
		if (part > left)
			refuse_parts(profile, parts, whole, sqlstate, hint);
		left -= part;
	}
}

/*
 * Sums and, of a part and its whole, differences of possible profiles are
 * possible again, also where counts are missing.
 */
void
profile_check(const Profile *profile, int sqlstate, const char *hint)
{
	for (int field = 0; field < PROFILE_COUNTS; field++)
		if (profile->count[field] < 0 && field != PROFILE_INCOME_TOTAL)
			ereport(ERROR, (errcode(sqlstate),
							errmsg("%s %s is negative", profile_count_names[field],
								   profile_count_text(profile, field)),
							hint ? errhint("%s", hint) : 0));
	for (int i = 0; i < lengthof(parts_of); i++)
		check_parts(profile, &parts_of[i], sqlstate, hint);
	if (!PROFILE_IS_MISSING(profile, PROFILE_TAXPAYERS) && profile->count[PROFILE_TAXPAYERS] == 0 &&
		profile->count[PROFILE_INCOME_TOTAL] != 0)
		ereport(ERROR, (errcode(sqlstate),
						errmsg("taxpayers is 0 but income_total is %s",
							   profile_count_text(profile, PROFILE_INCOME_TOTAL)),
						hint ? errhint("%s", hint) : 0));
}

static pg_noinline void
refuse_overflow(int field)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("%s of the profile is out of range", profile_count_names[field])));
}

/* What is missing in either is missing in the result, and a missing count is 0. */
static void
clear_missing(Profile *to, const Profile *from)
{
	to->missing |= from->missing;
	if (to->missing == 0)
		return;
	for (int field = 0; field < PROFILE_COUNTS; field++)
		if (PROFILE_IS_MISSING(to, field))
			to->count[field] = 0;
}

void
profile_add(Profile *to, const Profile *from)
{
	for (int field = 0; field < PROFILE_COUNTS; field++)
		if (unlikely(pg_add_s64_overflow(to->count[field], from->count[field], &to->count[field])))
			refuse_overflow(field);
	clear_missing(to, from);
}

void
profile_subtract(Profile *to, const Profile *from)
{
	for (int field = 0; field < PROFILE_COUNTS; field++)
		if (unlikely(pg_sub_s64_overflow(to->count[field], from->count[field], &to->count[field])))
			refuse_overflow(field);
	clear_missing(to, from);
}

Profile *
profile_copy(const Profile *profile)
{
	Profile *copy = palloc(sizeof(Profile));

	memcpy(copy, profile, sizeof(Profile));
	return copy;
}

Datum
monitor_profile_plus(PG_FUNCTION_ARGS)
{
	Profile *sum = profile_copy(PG_GETARG_PROFILE_P(0));

	profile_add(sum, PG_GETARG_PROFILE_P(1));
	PG_RETURN_PROFILE_P(sum);
}

/* The rest of the city: the city less an area of it. */
Datum
monitor_profile_minus(PG_FUNCTION_ARGS)
{
	Profile *rest = profile_copy(PG_GETARG_PROFILE_P(0));

	profile_subtract(rest, PG_GETARG_PROFILE_P(1));
	profile_check(rest, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
				  "The profile subtracted must be of a part of the people in the other.");
	PG_RETURN_PROFILE_P(rest);
}

/*
 * The state of rollup and of a merge of parallel states. Inside an aggregate it
 * is the executor's own and is changed in place; only the first value adopted as
 * the state of a rollup can still be compressed, and then the executor keeps
 * the copy that is returned.
 */
static Profile *
rollup_state(FunctionCallInfo fcinfo)
{
	Profile *state = PG_GETARG_PROFILE_P(0);

	if (AggCheckCallContext(fcinfo, NULL))
		return state;
	return profile_copy(state);
}

Datum
monitor_rollup_accum(PG_FUNCTION_ARGS)
{
	Profile *state = rollup_state(fcinfo);

	profile_add(state, PG_GETARG_PROFILE_P(1));
	PG_RETURN_PROFILE_P(state);
}

/*
 * Takes a row that left the window frame out of the state. NULL asks the
 * executor to sum anew: which counts the other rows miss is not in the state.
 */
Datum
monitor_rollup_remove(PG_FUNCTION_ARGS)
{
	Profile *leaver = PG_GETARG_PROFILE_P(1);
	Profile *state;

	if (leaver->missing != 0)
		PG_RETURN_NULL();
	state = rollup_state(fcinfo);
	profile_subtract(state, leaver);
	PG_RETURN_PROFILE_P(state);
}
