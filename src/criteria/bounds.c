/*
 * bounds.c
 *	  Criteria from deliveries that give no counts: a percentage as printed, a
 *	  value with bounds, or only a limit.
 */
#include "compat.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "criteria/criteria.h"

PG_FUNCTION_INFO_V1(monitor_criterion_from_bounds);
PG_FUNCTION_INFO_V1(monitor_printed_bounds);

/* A value of which one or both ends may be unknown. */
typedef struct Bounds
{
	bool has_low;
	bool has_high;
	Rational low;
	Rational high;
} Bounds;

static Bounds
bounds_read(FunctionCallInfo fcinfo, int argument, const char *what)
{
	Bounds bounds = {!PG_ARGISNULL(argument), !PG_ARGISNULL(argument + 1)};

	if (bounds.has_low)
		bounds.low = rational_from_argument(PG_GETARG_NUMERIC(argument), psprintf("%slow", what));
	if (bounds.has_high)
		bounds.high =
			rational_from_argument(PG_GETARG_NUMERIC(argument + 1), psprintf("%shigh", what));
	if (bounds.has_low && bounds.has_high && rational_compare(bounds.low, bounds.high) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%slow %s is above %shigh %s", what, numeric_normalize(bounds.low.num),
						what, numeric_normalize(bounds.high.num)),
				 errhint("Give the lower bound first, or NULL for none.")));
	return bounds;
}

static bool
is_exact(const Bounds *bounds)
{
	return bounds->has_low && bounds->has_high && rational_compare(bounds->low, bounds->high) == 0;
}

static void
describe(StringInfo note, const char *what, const Bounds *bounds)
{
	if (!bounds->has_low && !bounds->has_high)
		appendStringInfo(note, "%s not given", what);
	else if (!bounds->has_low)
		appendStringInfo(note, "%s at most %s", what, numeric_normalize(bounds->high.num));
	else if (!bounds->has_high)
		appendStringInfo(note, "%s at least %s", what, numeric_normalize(bounds->low.num));
	else if (is_exact(bounds))
		appendStringInfo(note, "%s %s", what, numeric_normalize(bounds->low.num));
	else
		appendStringInfo(note, "%s from %s to %s", what, numeric_normalize(bounds->low.num),
						 numeric_normalize(bounds->high.num));
}

/* Sure to be over, sure not to be, or neither. */
static void
decide(const Rule *rule, const Bounds *value, const Bounds *limit, Datum *values, bool *nulls)
{
	bool strict = COMPARATOR_IS_STRICT(rule->comparator);
	bool over = value->has_low && limit->has_high && share_is_over(value->low, limit->high, strict);
	bool not_over =
		value->has_high && limit->has_low && !share_is_over(value->high, limit->low, strict);

	nulls[RESULT_MET] = !over && !not_over;
	values[RESULT_MET] = BoolGetDatum(over == COMPARATOR_IS_OVER(rule->comparator));
}

/* criterion_from_bounds(rule, low, high, threshold_low, threshold_high) */
Datum
monitor_criterion_from_bounds(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, CRITERION_RESULT_COLUMNS);
	Datum values[CRITERION_RESULT_COLUMNS] = {0};
	bool nulls[CRITERION_RESULT_COLUMNS];
	StringInfoData note;
	Rule rule;
	Bounds value, limit;

	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rule is NULL"),
						errhint("Give a row of the table rule.")));
	rule_read(PG_GETARG_DATUM(0), &rule);
	value = bounds_read(fcinfo, 1, "");
	limit = bounds_read(fcinfo, 3, "threshold_");
	if (!limit.has_low && !limit.has_high && rule.threshold_kind != THRESHOLD_NATIONAL)
		limit = (Bounds){true, true, rule.threshold, rule.threshold};

	memset(nulls, true, sizeof(nulls));
	nulls[RESULT_CRITERION] = nulls[RESULT_COMPARATOR] = nulls[RESULT_NOTE] = false;
	values[RESULT_CRITERION] = PointerGetDatum(rule.criterion);
	values[RESULT_COMPARATOR] = CStringGetTextDatum(comparator_names[rule.comparator]);
	decide(&rule, &value, &limit, values, nulls);
	nulls[RESULT_VALUE] = !is_exact(&value);
	if (is_exact(&value))
		values[RESULT_VALUE] = Float8GetDatum(rational_to_float8(value.low));
	nulls[RESULT_THRESHOLD] = !is_exact(&limit);
	if (is_exact(&limit))
		values[RESULT_THRESHOLD] = Float8GetDatum(rational_to_float8(limit.low));
	nulls[RESULT_MARGIN] = nulls[RESULT_VALUE] || nulls[RESULT_THRESHOLD];
	if (!nulls[RESULT_MARGIN])
		values[RESULT_MARGIN] =
			Float8GetDatum(rational_to_float8(rational_subtract(value.low, limit.low)));

	initStringInfo(&note);
	describe(&note, "value", &value);
	appendStringInfoString(&note, ", ");
	describe(&note, "limit", &limit);
	values[RESULT_NOTE] = CStringGetTextDatum(note.data);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}

/* printed_bounds(value, decimals): what a printed figure can have been before rounding */
Datum
monitor_printed_bounds(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, 2);
	Numeric value = rational_from_argument(PG_GETARG_NUMERIC(0), "value").num;
	int32 decimals = PG_GETARG_INT32(1);
	Datum half, values[2];
	bool nulls[2] = {false, false};

	if (decimals < 0 || decimals > 20)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("decimals is %d", decimals),
				 errhint("Give the decimals that were printed, 0 to 20.")));
	if (DatumGetInt32(DirectFunctionCall1(numeric_min_scale, NumericGetDatum(value))) > decimals)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value %s has more than %d decimals", numeric_normalize(value), decimals),
				 errhint("Give the decimals that were printed.")));
	half = DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("5e-%d", decimals + 1)),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	values[0] = DirectFunctionCall2(numeric_sub, NumericGetDatum(value), half);
	values[1] = DirectFunctionCall2(numeric_add, NumericGetDatum(value), half);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
