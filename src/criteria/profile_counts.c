/*
 * profile_counts.c
 *	  The counts of a profile: given by a delivery, and read one by one.
 */
#include "compat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "profile.h"

PG_FUNCTION_INFO_V1(monitor_profile_from_counts);
PG_FUNCTION_INFO_V1(monitor_share_outside_labour);
PG_FUNCTION_INFO_V1(monitor_share_convicted);
PG_FUNCTION_INFO_V1(monitor_share_basic_education);
PG_FUNCTION_INFO_V1(monitor_share_non_western);
PG_FUNCTION_INFO_V1(monitor_mean_income);

/* The arguments of profile_from_counts, in order. */
static const ProfileCount given_counts[] = {
	PROFILE_RESIDENTS,
	PROFILE_ADULTS,
	PROFILE_WORKING_AGE,
	PROFILE_OUTSIDE_LABOUR,
	PROFILE_CONVICTED,
	PROFILE_AGED_30_59,
	PROFILE_BASIC_EDUCATION,
	PROFILE_NOT_APPROVED_EDUCATION,
	PROFILE_UNKNOWN_EDUCATION,
	PROFILE_TAXPAYERS,
	PROFILE_INCOME_TOTAL,
	PROFILE_NON_WESTERN,
	PROFILE_UNKNOWN_AGE,
	PROFILE_UNKNOWN_LABOUR,
	PROFILE_UNKNOWN_CONVICTION,
	PROFILE_UNKNOWN_INCOME,
	PROFILE_UNKNOWN_IN_EDUCATION,
	PROFILE_UNKNOWN_ORIGIN,
};

bool
profile_count_from_numeric(ProfileCount field, Numeric number, int64 *count, bool *exact)
{
	static const int64 units[] = {[0] = 1, [2] = PROFILE_MONEY_UNIT, [4] = PROFILE_LABOUR_UNIT};
	int64 unit = units[profile_count_decimals(field)];
	Datum scaled, rounded;

	if (numeric_is_nan(number) || numeric_is_inf(number))
		return false;
	scaled = DirectFunctionCall2(numeric_mul, NumericGetDatum(number),
								 NumericGetDatum(int64_to_numeric(unit)));
	rounded = DirectFunctionCall2(numeric_round, scaled, Int32GetDatum(0));
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, rounded,
										 NumericGetDatum(int64_to_numeric(PG_INT64_MAX)))) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, rounded,
										 NumericGetDatum(int64_to_numeric(PG_INT64_MIN)))))
		return false;
	*count = DatumGetInt64(DirectFunctionCall1(numeric_int8, rounded));
	*exact = DatumGetBool(DirectFunctionCall2(numeric_eq, scaled, rounded));
	return true;
}

Numeric
profile_count_numeric(const Profile *profile, ProfileCount field)
{
	return int64_div_fast_to_numeric(profile->count[field], profile_count_decimals(field));
}

/* A delivery's counts; what is NULL was not delivered, and is missing, not 0. */
Datum
monitor_profile_from_counts(PG_FUNCTION_ARGS)
{
	Profile *profile = profile_new();

	StaticAssertStmt(lengthof(given_counts) == PROFILE_COUNTS, "each count can be given");
	for (int i = 0; i < PROFILE_COUNTS; i++)
	{
		ProfileCount field = given_counts[i];
		bool exact;

		if (PG_ARGISNULL(i))
			profile->missing |= 1u << field;
		else if (profile_count_decimals(field) == 0)
			profile->count[field] = PG_GETARG_INT64(i);
		else if (!profile_count_from_numeric(field, PG_GETARG_NUMERIC(i), &profile->count[field],
											 &exact))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s %s is not finite or is too large", profile_count_names[field],
							numeric_normalize(PG_GETARG_NUMERIC(i))),
					 errhint("Give NULL where it is not known.")));
	}
	profile_check(
		profile, ERRCODE_INVALID_PARAMETER_VALUE,
		"Give NULL for a count that is not known; all counts must be of the same people.");
	PG_RETURN_PROFILE_P(profile);
}

/* One function a count; persons are bigint, the two sums numeric. */
#define COUNT_FUNCTION(name, field, result)                                                        \
	PG_FUNCTION_INFO_V1(monitor_##name);                                                           \
	Datum monitor_##name(PG_FUNCTION_ARGS)                                                         \
	{                                                                                              \
		Profile *profile = PG_GETARG_PROFILE_P(0);                                                 \
                                                                                                   \
		if (PROFILE_IS_MISSING(profile, field))                                                    \
			PG_RETURN_NULL();                                                                      \
		return result;                                                                             \
	}                                                                                              \
	extern int no_such_variable
#define PERSONS(name, field) COUNT_FUNCTION(name, field, Int64GetDatum(profile->count[field]))
#define AMOUNT(name, field)                                                                        \
	COUNT_FUNCTION(name, field, NumericGetDatum(profile_count_numeric(profile, field)))

PERSONS(residents, PROFILE_RESIDENTS);
PERSONS(unknown_age, PROFILE_UNKNOWN_AGE);
PERSONS(adults, PROFILE_ADULTS);
PERSONS(working_age, PROFILE_WORKING_AGE);
AMOUNT(outside_labour, PROFILE_OUTSIDE_LABOUR);
PERSONS(unknown_labour, PROFILE_UNKNOWN_LABOUR);
PERSONS(convicted, PROFILE_CONVICTED);
PERSONS(unknown_conviction, PROFILE_UNKNOWN_CONVICTION);
PERSONS(aged_30_59, PROFILE_AGED_30_59);
PERSONS(basic_education, PROFILE_BASIC_EDUCATION);
PERSONS(not_approved_education, PROFILE_NOT_APPROVED_EDUCATION);
PERSONS(unknown_education, PROFILE_UNKNOWN_EDUCATION);
PERSONS(taxpayers, PROFILE_TAXPAYERS);
AMOUNT(income_total, PROFILE_INCOME_TOTAL);
PERSONS(unknown_income, PROFILE_UNKNOWN_INCOME);
PERSONS(unknown_in_education, PROFILE_UNKNOWN_IN_EDUCATION);
PERSONS(non_western, PROFILE_NON_WESTERN);
PERSONS(unknown_origin, PROFILE_UNKNOWN_ORIGIN);

/* part / whole, times a factor; NULL where either is missing or the whole is nobody. */
static Datum
profile_ratio(FunctionCallInfo fcinfo, double factor, ProfileCount part, double unit,
			  ProfileCount whole)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);

	if (PROFILE_IS_MISSING(profile, part) || PROFILE_IS_MISSING(profile, whole) ||
		profile->count[whole] == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(factor * profile->count[part] / (unit * profile->count[whole]));
}

Datum
monitor_share_outside_labour(PG_FUNCTION_ARGS)
{
	return profile_ratio(fcinfo, 100.0, PROFILE_OUTSIDE_LABOUR, PROFILE_LABOUR_UNIT,
						 PROFILE_WORKING_AGE);
}

Datum
monitor_share_convicted(PG_FUNCTION_ARGS)
{
	return profile_ratio(fcinfo, 100.0, PROFILE_CONVICTED, 1.0, PROFILE_ADULTS);
}

Datum
monitor_share_basic_education(PG_FUNCTION_ARGS)
{
	return profile_ratio(fcinfo, 100.0, PROFILE_BASIC_EDUCATION, 1.0, PROFILE_AGED_30_59);
}

Datum
monitor_share_non_western(PG_FUNCTION_ARGS)
{
	return profile_ratio(fcinfo, 100.0, PROFILE_NON_WESTERN, 1.0, PROFILE_RESIDENTS);
}

Datum
monitor_mean_income(PG_FUNCTION_ARGS)
{
	return profile_ratio(fcinfo, 1.0, PROFILE_INCOME_TOTAL, PROFILE_MONEY_UNIT, PROFILE_TAXPAYERS);
}
