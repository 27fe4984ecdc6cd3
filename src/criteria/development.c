/*
 * development.c
 *	  The share of family social housing that a development plan has to bring
 *	  down (section 168 a).
 */
#include "compat.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "criteria/criteria.h"

PG_FUNCTION_INFO_V1(monitor_development_share);
PG_FUNCTION_INFO_V1(monitor_development_plan);

/* Floor area of trade that counts as one dwelling, m2. */
#define COMMERCIAL_DWELLING 75

typedef struct Housing
{
	int64 family;
	int64 dwellings;
	int64 demolished;
	Rational commercial; /* m2 */
} Housing;

static int64
count_argument(FunctionCallInfo fcinfo, int argument, const char *what)
{
	int64 count = PG_GETARG_INT64(argument);

	if (count < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %lld", what, (long long) count),
						errhint("Give a count of dwellings, or NULL where it is not known.")));
	return count;
}

/* Four arguments from the first on, none NULL. */
static Housing
housing_read(FunctionCallInfo fcinfo, int first)
{
	Housing housing;

	housing.family = count_argument(fcinfo, first, "family_housing");
	housing.dwellings = count_argument(fcinfo, first + 1, "dwellings");
	housing.demolished = count_argument(fcinfo, first + 2, "demolished");
	housing.commercial = rational_from_argument(PG_GETARG_NUMERIC(first + 3), "commercial_m2");
	if (rational_sign(housing.commercial) < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("commercial_m2 is %s", numeric_normalize(housing.commercial.num)),
						errhint("Give a floor area, or NULL where it is not known.")));
	if (housing.family > housing.dwellings)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("family_housing %lld is more than dwellings %lld",
							   (long long) housing.family, (long long) housing.dwellings),
						errhint("Family social dwellings are counted among all dwellings.")));
	return housing;
}

/* Dwellings, those demolished and not replaced, and one for each 75 m2 of trade. */
static Rational
housing_whole(const Housing *housing)
{
	return rational_add(
		rational_add(rational_from_int64(housing->dwellings),
					 rational_from_int64(housing->demolished)),
		rational_divide(housing->commercial, rational_from_int64(COMMERCIAL_DWELLING)));
}

/* development_share(family_housing, dwellings, demolished, commercial_m2), percent */
Datum
monitor_development_share(PG_FUNCTION_ARGS)
{
	Housing housing = housing_read(fcinfo, 0);
	Rational whole = housing_whole(&housing);

	if (rational_sign(whole) <= 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rational_to_float8(
		rational_divide(rational_scale(rational_from_int64(housing.family), 100), whole)));
}

/*
 * Family dwellings that have to become something else, or may yet become family
 * dwellings. One demolished and not replaced stays in the whole, so demolition
 * and conversion count alike.
 */
static Persons
margin_dwellings(const Housing *housing, Rational limit, Rational whole, bool over, bool strict)
{
	Rational distance =
		rational_subtract(rational_from_int64(housing->family), rational_multiply(limit, whole));
	Persons margin = persons_to_flip(distance, over, strict);

	if (margin.count > (over ? housing->family : housing->dwellings - housing->family))
		margin.known = false;
	return margin;
}

/* development_plan(rule, family_housing, dwellings, demolished, commercial_m2) */
Datum
monitor_development_plan(PG_FUNCTION_ARGS)
{
	enum
	{
		SHARE,
		THRESHOLD,
		COMPARATOR,
		MET,
		MARGIN,
		MARGIN_DWELLINGS,
		NOTE,
		COLUMNS
	};
	CompositeType *type = composite_type(fcinfo, COLUMNS);
	Datum values[COLUMNS] = {0};
	bool nulls[COLUMNS] = {true, false, false, true, true, true, false};
	bool known = true;
	Rule rule;

	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rule is NULL"),
						errhint("Give a row of the table rule.")));
	rule_read(PG_GETARG_DATUM(0), &rule);
	if (rule.measure != MEASURE_FAMILY_HOUSING)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rule \"%s\" does not measure family_housing",
							   text_to_cstring(rule.criterion)),
						errhint("Give a rule like that of the rule set development_plan.")));
	values[THRESHOLD] = Float8GetDatum(rational_to_float8(rule.threshold));
	values[COMPARATOR] = CStringGetTextDatum(comparator_names[rule.comparator]);
	for (int i = 1; i <= 4; i++)
		known = known && !PG_ARGISNULL(i);
	if (known)
	{
		Housing housing = housing_read(fcinfo, 1);
		Rational whole = housing_whole(&housing);
		Rational limit = rational_divide(rule.threshold, rational_from_int64(100));
		bool strict = COMPARATOR_IS_STRICT(rule.comparator);

		known = rational_sign(whole) > 0;
		if (known)
		{
			Rational share = rational_divide(rational_from_int64(housing.family), whole);
			bool over = share_is_over(share, limit, strict);
			Persons margin = margin_dwellings(&housing, limit, whole, over, strict);

			memset(nulls, false, sizeof(nulls));
			values[SHARE] = Float8GetDatum(rational_to_float8(rational_scale(share, 100)));
			values[MET] = BoolGetDatum(over == COMPARATOR_IS_OVER(rule.comparator));
			values[MARGIN] = Float8GetDatum(
				rational_to_float8(rational_scale(rational_subtract(share, limit), 100)));
			values[MARGIN_DWELLINGS] = Int64GetDatum(margin.count);
			nulls[MARGIN_DWELLINGS] = !margin.known;
			nulls[NOTE] = true;
		}
	}
	if (!known)
		values[NOTE] = CStringGetTextDatum("a count is not given, or there are no dwellings");
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
