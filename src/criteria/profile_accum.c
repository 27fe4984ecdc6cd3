/*
 * profile_accum.c
 *	  The transition of the aggregate profile(...): one resident into the counts.
 *
 * It runs once a person, over millions of them, beside a count(*) of some 100
 * nanoseconds a row. So the state is changed in place, age groups come from a
 * table and everything else is added as 0 or 1: ages, convictions and
 * education are in random order, and each branch on one of them would be
 * mispredicted every few rows.
 */
#include "compat.h"
#include "common/int.h"
#include "nodes/execnodes.h"

#include "profile.h"

#define MAX_AGE 130
#define AGE_UNKNOWN (MAX_AGE + 1)
#define MAX_EDUCATION 2
#define MAX_INCOME 1e13
/* With one more of these no count overflows in its unit, but the income. */
#define MAX_RESIDENTS (PG_INT64_MAX / PROFILE_LABOUR_UNIT)

/* Groups by age, bits of age_groups[]. */
#define ADULT 1
#define WORKING_AGE 2
#define AGED_30_59 4
#define EARNING_AGE 8

#define E EARNING_AGE
#define W (E | ADULT | WORKING_AGE)
#define M (W | AGED_30_59)
#define A ADULT

/* One row a decade; the last entry is the unknown age, which is in no group. */
static const uint8 age_groups[AGE_UNKNOWN + 1] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* 0 */
												  0, 0, 0, 0, 0, E, E, E, W, W, /* 10 */
												  W, W, W, W, W, W, W, W, W, W, /* 20 */
												  M, M, M, M, M, M, M, M, M, M, /* 30 */
												  M, M, M, M, M, M, M, M, M, M, /* 40 */
												  M, M, M, M, M, M, M, M, M, M, /* 50 */
												  W, W, W, W, W, A, A, A, A, A, /* 60 */
												  A, A, A, A, A, A, A, A, A, A, /* 70 */
												  A, A, A, A, A, A, A, A, A, A, /* 80 */
												  A, A, A, A, A, A, A, A, A, A, /* 90 */
												  A, A, A, A, A, A, A, A, A, A, /* 100 */
												  A, A, A, A, A, A, A, A, A, A, /* 110 */
												  A, A, A, A, A, A, A, A, A, A, /* 120 */
												  A, 0};

#undef E
#undef W
#undef M
#undef A

/* Places of the arguments, after the state. */
enum
{
	ARG_STATE,
	ARG_AGE,
	ARG_OUTSIDE_LABOUR,
	ARG_CONVICTED,
	ARG_EDUCATION,
	ARG_GROSS_INCOME,
	ARG_IN_EDUCATION,
	ARG_NON_WESTERN
};

PG_FUNCTION_INFO_V1(monitor_profile_accum);

typedef union FloatBits
{
	double number;
	uint64 bits;
} FloatBits;

/*
 * Nearest whole number of |x| < 2^51, ties to even as in SQL's round(float8):
 * at 1.5 x 2^52 a double has no bits left for a fraction. llrint() would be a
 * call of the C library for each value.
 */
static inline int64
round_to_int64(double x)
{
	FloatBits shift = {.number = 6755399441055744.0};
	FloatBits shifted = {.number = x + shift.number};

	return (int64) (shifted.bits - shift.bits);
}

/*
 * Is x surely in 0 to 1? As integers, doubles order like their sizes, with NaN
 * and infinity last and the sign on top; so -0 is not surely in it.
 */
static inline bool
surely_fraction(double x)
{
	FloatBits value = {.number = x};
	FloatBits one = {.number = 1.0};

	return value.bits <= one.bits;
}

static inline bool
possible_income(double x)
{
	FloatBits value = {.number = x};
	FloatBits most = {.number = MAX_INCOME};

	return value.bits << 1 <= most.bits << 1;
}

/* Refuses values that cannot be, also those that are not used at the person's age. */
static void
check_person(const NullableDatum *arg)
{
	int32 age = arg[ARG_AGE].isnull ? 0 : DatumGetInt32(arg[ARG_AGE].value);
	int32 education = arg[ARG_EDUCATION].isnull ? 0 : DatumGetInt32(arg[ARG_EDUCATION].value);
	double outside =
		arg[ARG_OUTSIDE_LABOUR].isnull ? 0.0 : DatumGetFloat8(arg[ARG_OUTSIDE_LABOUR].value);
	double income =
		arg[ARG_GROSS_INCOME].isnull ? 0.0 : DatumGetFloat8(arg[ARG_GROSS_INCOME].value);

	if (age < 0 || age > MAX_AGE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("age %d is not in 0 to %d", age, MAX_AGE),
						errhint("Give NULL where the age is unknown.")));
	if (!(outside >= 0.0 && outside <= 1.0))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("outside_labour %g is not in 0 to 1", outside),
			 errhint("Give the part of the year spent outside the labour market, such as 0.25 for "
					 "three months, and NULL where it is unknown.")));
	if (education < 0 || education > MAX_EDUCATION)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("education %d is not 0, 1 or 2", education),
			 errhint("0 is basic school only, 1 more that was taken or approved in Denmark, 2 more "
					 "that was not approved, and NULL unknown.")));
	if (!possible_income(income))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gross_income %g is not a sum of kroner between -1e13 and 1e13", income),
				 errhint("Give the year's income in kroner, and NULL where it is unknown.")));
}

static pg_noinline void
refuse_income_total(void)
{
	ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("income_total of the profile is out of range"),
					errhint("The sum of the incomes must stay below 9.2e16 kroner.")));
}

/* The 0 or 1 of "is NULL", known to be 0 where the whole row is known. */
#define IS_NULL(place) ((int64) (!complete && arg[place].isnull))

/*
 * Counts one resident of checked values; NULL is unknown. Expanded twice, because
 * most rows are complete and need none of the unknown counts.
 */
static pg_attribute_always_inline void
add_person(Profile *state, const NullableDatum *arg, bool complete)
{
	int64 no_age = IS_NULL(ARG_AGE);
	int64 no_labour = IS_NULL(ARG_OUTSIDE_LABOUR);
	int64 no_conviction = IS_NULL(ARG_CONVICTED);
	int64 no_education = IS_NULL(ARG_EDUCATION);
	int64 no_income = IS_NULL(ARG_GROSS_INCOME);
	int64 no_in_education = IS_NULL(ARG_IN_EDUCATION);
	int64 no_origin = IS_NULL(ARG_NON_WESTERN);
	uint32 age = no_age ? 0 : (uint32) DatumGetInt32(arg[ARG_AGE].value);
	double outside = no_labour ? 0.0 : DatumGetFloat8(arg[ARG_OUTSIDE_LABOUR].value);
	uint32 education = no_education ? 1 : (uint32) DatumGetInt32(arg[ARG_EDUCATION].value);
	double income = no_income ? 0.0 : DatumGetFloat8(arg[ARG_GROSS_INCOME].value);
	int64 convicted = !no_conviction & DatumGetBool(arg[ARG_CONVICTED].value);
	int64 non_western = !no_origin & DatumGetBool(arg[ARG_NON_WESTERN].value);
	int64 not_in_education = !no_in_education & !DatumGetBool(arg[ARG_IN_EDUCATION].value);
	int64 groups, adult, working, middle, earning, earner, taxpayer, amount;

	groups = age_groups[no_age ? AGE_UNKNOWN : age];
	adult = groups & 1;
	working = (groups >> 1) & 1;
	middle = (groups >> 2) & 1;
	earning = groups >> 3;
	earner = earning & not_in_education;
	taxpayer = earner & !no_income;

	amount = -taxpayer & round_to_int64(income * PROFILE_MONEY_UNIT);
	if (unlikely(pg_add_s64_overflow(state->count[PROFILE_INCOME_TOTAL], amount,
									 &state->count[PROFILE_INCOME_TOTAL])))
		refuse_income_total();
	state->count[PROFILE_RESIDENTS]++;
	state->count[PROFILE_ADULTS] += adult;
	state->count[PROFILE_WORKING_AGE] += working;
	state->count[PROFILE_OUTSIDE_LABOUR] +=
		-working & round_to_int64(outside * PROFILE_LABOUR_UNIT);
	state->count[PROFILE_CONVICTED] += adult & convicted;
	state->count[PROFILE_AGED_30_59] += middle;
	state->count[PROFILE_BASIC_EDUCATION] += middle & (education == 0);
	state->count[PROFILE_NOT_APPROVED_EDUCATION] += middle & (education == 2);
	state->count[PROFILE_TAXPAYERS] += taxpayer;
	state->count[PROFILE_NON_WESTERN] += non_western;
	if (complete)
		return;
	state->count[PROFILE_UNKNOWN_AGE] += no_age;
	state->count[PROFILE_UNKNOWN_LABOUR] += working & no_labour;
	state->count[PROFILE_UNKNOWN_CONVICTION] += adult & no_conviction;
	state->count[PROFILE_UNKNOWN_EDUCATION] += middle & no_education;
	state->count[PROFILE_UNKNOWN_INCOME] += earner & no_income;
	state->count[PROFILE_UNKNOWN_IN_EDUCATION] += earning & no_in_education;
	state->count[PROFILE_UNKNOWN_ORIGIN] += no_origin;
}

/* Any row: with NULLs, or with values that are impossible or nearly. */
static pg_noinline Datum
accum_any(const NullableDatum *arg)
{
	check_person(arg);
	add_person((Profile *) DatumGetPointer(arg[ARG_STATE].value), arg, false);
	return arg[ARG_STATE].value;
}

/* No NULL and nothing impossible? Some rows where this is false are possible all the same. */
static inline bool
surely_complete(const NullableDatum *arg)
{
	bool unknown = arg[ARG_AGE].isnull | arg[ARG_OUTSIDE_LABOUR].isnull |
				   arg[ARG_CONVICTED].isnull | arg[ARG_EDUCATION].isnull |
				   arg[ARG_GROSS_INCOME].isnull | arg[ARG_IN_EDUCATION].isnull |
				   arg[ARG_NON_WESTERN].isnull;

	return !unknown & ((uint32) DatumGetInt32(arg[ARG_AGE].value) <= MAX_AGE) &
		   ((uint32) DatumGetInt32(arg[ARG_EDUCATION].value) <= MAX_EDUCATION) &
		   surely_fraction(DatumGetFloat8(arg[ARG_OUTSIDE_LABOUR].value)) &
		   possible_income(DatumGetFloat8(arg[ARG_GROSS_INCOME].value));
}

/*
 * In a window the state is the executor's too, elsewhere it is somebody's value;
 * and an aggregate of somebody's own may have got its state out of a table.
 */
static pg_noinline Datum
accum_elsewhere(FunctionCallInfo fcinfo)
{
	Profile *person, *sum;

	if (PG_ARGISNULL(ARG_STATE))
		PG_RETURN_NULL();
	check_person(fcinfo->args);
	person = profile_new();
	add_person(person, fcinfo->args, false);
	sum = PG_GETARG_PROFILE_P(ARG_STATE);
	if (!AggCheckCallContext(fcinfo, NULL))
		sum = profile_copy(sum);
	profile_add(sum, person);
	PG_RETURN_PROFILE_P(sum);
}

/*
 * Is the state the executor's own, as this library makes it? An aggregate of
 * somebody's own may begin with counts that are missing or huge.
 */
static inline bool
is_own_state(FunctionCallInfo fcinfo)
{
	const Profile *state = (const Profile *) PG_GETARG_POINTER(ARG_STATE);

	return fcinfo->context != NULL && IsA(fcinfo->context, AggState) && !PG_ARGISNULL(ARG_STATE) &&
		   VARATT_IS_4B_U(state) && VARSIZE(state) == sizeof(Profile) && state->missing == 0 &&
		   state->count[PROFILE_RESIDENTS] < MAX_RESIDENTS;
}

/*
 * profile_accum(state, person): in place when the executor's own state is handed
 * over (the same pointer returned means that nothing is copied). Such a state
 * grows by one resident, so only the income can overflow.
 */
Datum
monitor_profile_accum(PG_FUNCTION_ARGS)
{
	const NullableDatum *arg = fcinfo->args;

	if (unlikely(!is_own_state(fcinfo)))
		return accum_elsewhere(fcinfo);
	if (!surely_complete(arg))
		return accum_any(arg);
	add_person((Profile *) DatumGetPointer(arg[ARG_STATE].value), arg, true);
	return arg[ARG_STATE].value;
}
