/*
 * criteria.c
 *	  Does an area meet the criteria of a rule set in the year of a list?
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "criteria/criteria.h"

PG_FUNCTION_INFO_V1(monitor_criteria);

/* Three answers. */
typedef enum Answer
{
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_UNKNOWN
} Answer;

/* One rule applied to one area. */
typedef struct Judgement
{
	const Rule *rule;
	Figures *area;
	Figures *benchmark; /* national or regional figures, NULL where the limit needs none */
	bool has_value;
	Rational value; /* as shown: percent or count */
	bool has_limit;
	Rational limit; /* in the units of value */
	Answer met;
	Answer could_flip;
	Answer agree;
	Answer by_method[AVERAGING_METHODS];
	Comparison comparison;
	Margin margin;
} Judgement;

/* Shares are fractions of one in the arithmetic, percent when shown. */
static int64
shown_scale(const Rule *rule)
{
	return rule->measure == MEASURE_RESIDENTS ? 1 : 100;
}

/* The limit by a method, in the units of a share; false where the national share is not known. */
static bool
limit_by(const Judgement *judgement, Averaging method, Resolution resolution, Rational *limit)
{
	const Rule *rule = judgement->rule;
	Rational national;

	*limit = rule->threshold;
	if (rule->threshold_kind == THRESHOLD_NATIONAL)
	{
		if (!figures_average(rule, judgement->benchmark, NULL, method, resolution, &national))
			return false;
		*limit = rational_multiply(*limit, national);
	}
	else
		*limit = rational_divide(*limit, rational_from_int64(shown_scale(rule)));
	return true;
}

static bool
share_by(const Judgement *judgement, Averaging method, Resolution resolution, Rational *share)
{
	const Rule *rule = judgement->rule;

	return figures_average(rule, judgement->area,
						   rule->threshold_kind == THRESHOLD_REGIONAL ? judgement->benchmark : NULL,
						   method, resolution, share);
}

static Answer
met_where_over(const Rule *rule, bool over)
{
	return over == COMPARATOR_IS_OVER(rule->comparator) ? ANSWER_YES : ANSWER_NO;
}

/* The answer by one method, with unknown values as the rule says. */
static Answer
met_by(const Judgement *judgement, Averaging method)
{
	Rational share, limit;

	if (!share_by(judgement, method, RESOLVE_AS_RULE, &share) ||
		!limit_by(judgement, method, RESOLVE_AS_RULE, &limit))
		return ANSWER_UNKNOWN;
	return met_where_over(
		judgement->rule,
		share_is_over(share, limit, COMPARATOR_IS_STRICT(judgement->rule->comparator)));
}

/*
 * Do the averages agree, unknown values counted as the rule says? No as soon as
 * two differ, yes only if all three are known.
 */
static void
compare_methods(Judgement *judgement)
{
	bool own_over = judgement->comparison.over;
	bool yes = false;
	bool no = false;
	bool unknown = false;

	judgement->agree = ANSWER_UNKNOWN;
	if (judgement->rule->years == 1)
		return;
	for (int method = 0; method < AVERAGING_METHODS; method++)
	{
		Answer answer = method == judgement->rule->averaging
							? met_where_over(judgement->rule, own_over)
							: met_by(judgement, method);

		judgement->by_method[method] = answer;
		yes = yes || answer == ANSWER_YES;
		no = no || answer == ANSWER_NO;
		unknown = unknown || answer == ANSWER_UNKNOWN;
	}
	if (yes && no)
		judgement->agree = ANSWER_NO;
	else if (!unknown)
		judgement->agree = ANSWER_YES;
}

/* How many values are unknown in all that the average uses; -1 where that is not given. */
static int64
unknown_used(const Rule *rule, const Figures *figures)
{
	int64 unknown = figures_unknown(figures);

	if (rule->averaging != MEAN_OF_COUNTS || unknown < 0)
		return unknown;
	if (!figures->list_date.unknown_given)
		return -1;
	return Max(unknown, Max(figures->list_date.unknown, figures->list_date.possible));
}

/*
 * Is the share over the limit with all unknown values resolved to the least of
 * the one and the greatest of the other, and the other way round? Those of the
 * nation are resolved against the area's; the region's mean is held fixed, as
 * an unknown income has no bound. False where their number is not given.
 * Without any the answer is the rule's own.
 */
static bool
over_resolved(const Judgement *judgement, bool *low_over, bool *high_over)
{
	const Rule *rule = judgement->rule;
	bool strict = COMPARATOR_IS_STRICT(rule->comparator);
	Resolution least = RESOLVE_LEAST;
	Resolution greatest = RESOLVE_GREATEST;
	Rational share, limit;
	int64 unknown = unknown_used(rule, judgement->area);
	int64 national =
		rule->threshold_kind == THRESHOLD_NATIONAL ? unknown_used(rule, judgement->benchmark) : 0;

	*low_over = *high_over = judgement->comparison.over;
	if (unknown < 0 || national < 0)
		return false;
	if (unknown == 0 && national == 0)
		return true;
	if (!share_by(judgement, rule->averaging, least, &share) ||
		!limit_by(judgement, rule->averaging, greatest, &limit))
		return false;
	*low_over = share_is_over(share, limit, strict);
	*high_over = *low_over || unknown > 0;
	if (rule->measure == MEASURE_LOW_INCOME)
		return true;
	if (!share_by(judgement, rule->averaging, greatest, &share) ||
		!limit_by(judgement, rule->averaging, least, &limit))
		return false;
	*high_over = share_is_over(share, limit, strict);
	return true;
}

/* Could the unknown values change the answer? An undecided rule has only the answer all share. */
static void
resolve_unknown(Judgement *judgement)
{
	const Rule *rule = judgement->rule;
	bool undecided = rule->unknown_rule == UNKNOWN_UNDECIDED;
	bool *over = &judgement->comparison.over;
	bool low_over, high_over;

	if (over_resolved(judgement, &low_over, &high_over))
	{
		if (undecided)
			*over = low_over;
		judgement->could_flip = low_over != *over || high_over != *over ? ANSWER_YES : ANSWER_NO;
	}
	judgement->met = met_where_over(rule, *over);
	if (undecided && judgement->could_flip != ANSWER_NO)
		judgement->met = ANSWER_UNKNOWN;
}

/* What is needed besides the area's own profiles. */
static void
collect(Judgement *judgement, int32 list_year, const Profiles places[3])
{
	const Rule *rule = judgement->rule;

	judgement->area = figures_collect(rule, list_year, &places[0]);
	if (rule->threshold_kind == THRESHOLD_NATIONAL)
		judgement->benchmark = figures_collect(rule, list_year, &places[1]);
	else if (rule->threshold_kind == THRESHOLD_REGIONAL)
		judgement->benchmark = figures_collect(rule, list_year, &places[2]);
}

/* Value, limit, answer and margins. */
static void
judge(Judgement *judgement)
{
	const Rule *rule = judgement->rule;
	Comparison *comparison = &judgement->comparison;
	int64 scale = shown_scale(rule);

	judgement->has_value =
		share_by(judgement, rule->averaging, RESOLVE_AS_RULE, &comparison->share);
	judgement->has_limit =
		limit_by(judgement, rule->averaging, RESOLVE_AS_RULE, &comparison->limit);
	if (judgement->has_value)
		judgement->value = rational_scale(comparison->share, scale);
	if (judgement->has_limit)
		judgement->limit = rational_scale(comparison->limit, scale);
	judgement->met = judgement->could_flip = judgement->agree = ANSWER_UNKNOWN;
	if (!judgement->has_value || !judgement->has_limit)
		return;

	comparison->over =
		share_is_over(comparison->share, comparison->limit, COMPARATOR_IS_STRICT(rule->comparator));
	compare_methods(judgement);
	resolve_unknown(judgement);
	if (judgement->met != ANSWER_UNKNOWN)
		margin_of(rule, judgement->area, judgement->benchmark, comparison, &judgement->margin);
}

/* Why there is no value or no limit, in words. */
static const char *
lacking_of(const Judgement *judgement)
{
	const Figures *area = judgement->area;
	const Figures *benchmark = judgement->benchmark;

	if (area->lacking != NULL)
		return area->lacking;
	if (benchmark != NULL && benchmark->lacking != NULL)
		return benchmark->lacking;
	if (judgement->rule->averaging == MEAN_OF_COUNTS)
	{
		if (area->list_lacking != NULL)
			return area->list_lacking;
		if (benchmark != NULL && benchmark->list_lacking != NULL)
			return benchmark->list_lacking;
	}
	return "the region's mean income is not above zero";
}

static void
note_unknown(const Judgement *judgement, StringInfo note)
{
	int64 unknown = figures_unknown(judgement->area);

	if (unknown == 0)
		appendStringInfoString(note, "none unknown");
	else if (unknown < 0)
		appendStringInfoString(note, "number unknown not given");
	else
		appendStringInfo(note, "%lld unknown (counted as %s)", (long long) unknown,
						 unknown_rule_names[judgement->rule->unknown_rule]);
	if (judgement->rule->threshold_kind == THRESHOLD_NATIONAL)
	{
		unknown = figures_unknown(judgement->benchmark);
		if (unknown > 0)
			appendStringInfo(note, ", %lld in the nation", (long long) unknown);
		else if (unknown < 0)
			appendStringInfoString(note, ", number in the nation not given");
	}
	if (judgement->could_flip == ANSWER_YES)
		appendStringInfoString(note, ", which could flip the answer");
	else if (judgement->could_flip == ANSWER_NO && note->len > strlen("none unknown"))
		appendStringInfoString(note, ", which could not flip the answer");
}

static text *
note_of(const Judgement *judgement)
{
	static const char *const words[] = {"no", "yes", "unknown"};
	StringInfoData note;

	initStringInfo(&note);
	if (judgement->rule->measure == MEASURE_FAMILY_HOUSING)
		appendStringInfoString(&note, "not measured by a profile: use development_plan()");
	else if (!judgement->has_value || !judgement->has_limit)
		appendStringInfoString(&note, lacking_of(judgement));
	else
	{
		note_unknown(judgement, &note);
		if (judgement->agree == ANSWER_NO)
			appendStringInfo(&note,
							 "; the averages disagree: mean of shares %s, pooled %s, mean of "
							 "counts %s",
							 words[judgement->by_method[MEAN_OF_SHARES]],
							 words[judgement->by_method[POOLED]],
							 words[judgement->by_method[MEAN_OF_COUNTS]]);
	}
	return cstring_to_text_with_len(note.data, note.len);
}

static void
put_answer(int column, Answer answer, Datum *values, bool *nulls)
{
	nulls[column] = answer == ANSWER_UNKNOWN;
	values[column] = BoolGetDatum(answer == ANSWER_YES);
}

static void
put_float8(int column, bool known, Rational value, Datum *values, bool *nulls)
{
	nulls[column] = !known;
	if (known)
		values[column] = Float8GetDatum(rational_to_float8(value));
}

static void
put_persons(int column, Persons persons, Datum *values, bool *nulls)
{
	nulls[column] = !persons.known;
	values[column] = Int64GetDatum(persons.count);
}

/* One row of the answer. */
static void
put_result(ReturnSetInfo *rows, const Judgement *judgement)
{
	const Rule *rule = judgement->rule;
	const Margin *margin = &judgement->margin;
	bool both = judgement->has_value && judgement->has_limit;
	int64 unknown = rule->measure == MEASURE_FAMILY_HOUSING ? -1 : figures_unknown(judgement->area);
	Datum values[CRITERION_RESULT_COLUMNS] = {0};
	bool nulls[CRITERION_RESULT_COLUMNS] = {false};

	values[RESULT_CRITERION] = PointerGetDatum(rule->criterion);
	put_float8(RESULT_VALUE, judgement->has_value, judgement->value, values, nulls);
	put_float8(RESULT_THRESHOLD, judgement->has_limit, judgement->limit, values, nulls);
	values[RESULT_COMPARATOR] = CStringGetTextDatum(comparator_names[rule->comparator]);
	put_answer(RESULT_MET, judgement->met, values, nulls);
	nulls[RESULT_MARGIN] = !both;
	if (both)
		put_float8(RESULT_MARGIN, true, rational_subtract(judgement->value, judgement->limit),
				   values, nulls);
	put_persons(RESULT_MARGIN_PERSONS, margin->persons, values, nulls);
	put_float8(RESULT_MARGIN_FULLTIME, margin->fulltime_known, margin->fulltime, values, nulls);
	put_float8(RESULT_MARGIN_AMOUNT, margin->amount_known, margin->amount, values, nulls);
	values[RESULT_NOTE] = PointerGetDatum(note_of(judgement));
	put_persons(RESULT_MARGIN_SWAPS, margin->swaps, values, nulls);
	put_persons(RESULT_BY_LEAVING, margin->by_leaving, values, nulls);
	put_persons(RESULT_BY_NEWCOMERS, margin->by_newcomers, values, nulls);
	put_persons(RESULT_UNKNOWN, (Persons){unknown >= 0, unknown}, values, nulls);
	put_answer(RESULT_COULD_FLIP, judgement->could_flip, values, nulls);
	put_answer(RESULT_METHODS_AGREE, judgement->agree, values, nulls);
	rows_put(rows, values, nulls);
}

/* The years that the profiles are of; each once. */
static int32 *
data_years_read(FunctionCallInfo fcinfo, int argument, int *count)
{
	Datum *values;
	bool *nulls;
	int32 *years;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("data_years is NULL"),
						errhint("Give the data year of each profile.")));
	*count = array_elements(PG_GETARG_ARRAYTYPE_P(argument), "data_years", &values, &nulls);
	years = palloc(sizeof(int32) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("data_years contains NULL"),
					 errhint("Give the data year of each profile.")));
		years[i] = DatumGetInt32(values[i]);
		for (int j = 0; j < i; j++)
		{
			if (years[i] == years[j])
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("data year %d is given twice", years[i]),
								errhint("Give one profile a data year.")));
		}
	}
	return years;
}

/* The profiles of one place, beside the years. No array at all is no profile of any year. */
static void
profiles_read(FunctionCallInfo fcinfo, int argument, Profiles *profiles)
{
	Datum *values;
	bool *nulls;
	int count;

	profiles->profile = NULL;
	if (PG_ARGISNULL(argument))
		return;
	count = array_elements(PG_GETARG_ARRAYTYPE_P(argument), profiles->place, &values, &nulls);
	if (count != profiles->count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%d %s profiles are given for %d data years", count, profiles->place,
						profiles->count),
				 errhint("Give a profile, or NULL, for each of data_years in the same order.")));
	profiles->profile = palloc(sizeof(Profile *) * Max(count, 1));
	for (int i = 0; i < count; i++)
		profiles->profile[i] = nulls[i] ? NULL : DatumGetProfileP(values[i]);
}

/* criteria(rules, list_year, data_years, area, national, regional) */
Datum
monitor_criteria(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, CRITERION_RESULT_COLUMNS);
	int32 list_year = list_year_argument(fcinfo, 1);
	Profiles places[3] = {{"area"}, {"national"}, {"regional"}};
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "criterion", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller;
	Rule *rules;
	int count, years;
	int32 *data_years;

	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules is NULL"),
						errhint("Give the name of a rule set, or an array of rules.")));
	rules = rules_read(PG_GETARG_ARRAYTYPE_P(0), &count);
	data_years = data_years_read(fcinfo, 2, &years);
	for (int i = 0; i < 3; i++)
	{
		places[i].count = years;
		places[i].data_years = data_years;
		profiles_read(fcinfo, 3 + i, &places[i]);
	}
	caller = MemoryContextSwitchTo(scratch);
	for (int i = 0; i < count; i++)
	{
		Judgement judgement = {&rules[i]};

		if (rules[i].measure != MEASURE_FAMILY_HOUSING)
		{
			collect(&judgement, list_year, places);
			judge(&judgement);
		}
		else
			judgement.met = judgement.could_flip = judgement.agree = ANSWER_UNKNOWN;
		put_result(rows, &judgement);
		MemoryContextReset(scratch);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	return (Datum) 0;
}
