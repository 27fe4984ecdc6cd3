/*
 * status.c
 *	  From criteria to the statuses of the law, in three-valued logic, and how
 *	  many persons stand between an area and a status.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "criteria/criteria.h"

PG_FUNCTION_INFO_V1(monitor_status_results);
PG_FUNCTION_INFO_V1(monitor_statuses);
PG_FUNCTION_INFO_V1(monitor_status_margin);

/* All sets of so many criteria are tried for the cheapest; two to this power. */
#define MAX_FLIPS 16

typedef enum Answer
{
	ANSWER_NO,
	ANSWER_YES,
	ANSWER_UNKNOWN
} Answer;

typedef struct CriterionMet
{
	text *criterion;
	Answer met;
	Persons margin;
} CriterionMet;

/* A status rule with its names looked up; -1 stands for a criterion not among the results. */
typedef struct Status
{
	const StatusRule *rule;
	int *required;
	int *alternatives;
	int base; /* -1: none */
} Status;

typedef struct StatusContext
{
	int result_count;
	CriterionMet *results;
	int status_count;
	Status *statuses;
	int32 list_year;
	int32 at_least;
	bool has_at_most;
	int32 at_most;
} StatusContext;

/* Cheapest change: at least and at most so many persons. */
typedef struct StatusMargin
{
	Persons low;
	Persons high;
} StatusMargin;

static void
results_read(ArrayType *array, StatusContext *context)
{
	Datum *values;
	bool *nulls;
	int count = array_elements(array, "results", &values, &nulls);

	context->result_count = count;
	context->results = palloc0(sizeof(CriterionMet) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		Datum columns[CRITERION_RESULT_COLUMNS];
		bool empty[CRITERION_RESULT_COLUMNS];
		CriterionMet *result = &context->results[i];

		CHECK_FOR_INTERRUPTS();
		if (!nulls[i])
			composite_read(values[i], CRITERION_RESULT_COLUMNS, columns, empty);
		if (nulls[i] || empty[RESULT_CRITERION])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("results contains a row without a criterion"),
							errhint("Give rows of criteria() or criterion_from_bounds().")));
		result->criterion = DatumGetTextPP(columns[RESULT_CRITERION]);
		for (int j = 0; j < i; j++)
		{
			if (text_is(result->criterion, context->results[j].criterion))
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("criterion \"%s\" is given twice",
									   text_to_cstring(result->criterion)),
								errhint("Give the results of one area and one list.")));
		}
		result->met = ANSWER_UNKNOWN;
		if (!empty[RESULT_MET])
			result->met = DatumGetBool(columns[RESULT_MET]) ? ANSWER_YES : ANSWER_NO;
		result->margin.known = !empty[RESULT_MARGIN_PERSONS];
		if (result->margin.known)
			result->margin.count = DatumGetInt64(columns[RESULT_MARGIN_PERSONS]);
		if (result->margin.known && result->margin.count < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("margin_persons of criterion \"%s\" is %lld",
							text_to_cstring(result->criterion), (long long) result->margin.count),
					 errhint("Give rows of criteria() or criterion_from_bounds().")));
	}
}

static int *
criteria_find(const StatusContext *context, text *const *names, int count)
{
	int *found = palloc(sizeof(int) * Max(count, 1));

	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		found[i] = -1;
		for (int j = 0; j < context->result_count; j++)
		{
			if (text_is(names[i], context->results[j].criterion))
				found[i] = j;
		}
	}
	return found;
}

static int
status_find(const StatusContext *context, const text *name)
{
	for (int i = 0; i < context->status_count; i++)
	{
		if (text_is(name, context->statuses[i].rule->status))
			return i;
	}
	return -1;
}

static void
bases_find(StatusContext *context)
{
	for (int i = 0; i < context->status_count; i++)
	{
		Status *status = &context->statuses[i];

		CHECK_FOR_INTERRUPTS();
		status->base = status->rule->base == NULL ? -1 : status_find(context, status->rule->base);
		if (status->rule->base != NULL && status->base < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("base_status \"%s\" of status \"%s\" is not among the rules",
								   text_to_cstring(status->rule->base),
								   text_to_cstring(status->rule->status)),
							errhint("Give all status rules of the set.")));
	}
	/* a chain longer than there are statuses goes round */
	for (int i = 0; i < context->status_count; i++)
	{
		int base = context->statuses[i].base;

		CHECK_FOR_INTERRUPTS();
		for (int step = 0; base >= 0; step++)
		{
			if (step >= context->status_count)
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("status \"%s\" rests on itself",
									   text_to_cstring(context->statuses[i].rule->status)),
								errhint("Correct base_status.")));
			base = context->statuses[base].base;
		}
	}
}

/* The arguments all three functions open with: rules, list_year, results. */
static void
context_read(FunctionCallInfo fcinfo, StatusContext *context)
{
	StatusRule *rules;

	memset(context, 0, sizeof(StatusContext));
	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rules is NULL"),
						errhint("Give the name of a rule set, or an array of status rules.")));
	rules = status_rules_read(PG_GETARG_ARRAYTYPE_P(0), &context->status_count);
	context->list_year = list_year_argument(fcinfo, 1);
	results_read(PG_ARGISNULL(2) ? NULL : PG_GETARG_ARRAYTYPE_P(2), context);
	context->statuses = palloc0(sizeof(Status) * Max(context->status_count, 1));
	for (int i = 0; i < context->status_count; i++)
	{
		Status *status = &context->statuses[i];

		status->rule = &rules[i];
		status->required = criteria_find(context, rules[i].required, rules[i].required_count);
		status->alternatives =
			criteria_find(context, rules[i].alternatives, rules[i].alternative_count);
	}
	bases_find(context);
}

/* Lists in a row; NULL is no knowledge. */
static void
streak_read(FunctionCallInfo fcinfo, int at_least, int at_most, StatusContext *context)
{
	if (!PG_ARGISNULL(at_least))
		context->at_least = PG_GETARG_INT32(at_least);
	context->has_at_most = !PG_ARGISNULL(at_most);
	if (context->has_at_most)
		context->at_most = PG_GETARG_INT32(at_most);
	if (context->at_least < 0 || (context->has_at_most && context->at_most < context->at_least))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("years in a row are at least %d and at most %d", context->at_least,
							   context->at_most),
						errhint("Give the bounds that streak() returns.")));
}

static Answer
both(Answer a, Answer b)
{
	if (a == ANSWER_NO || b == ANSWER_NO)
		return ANSWER_NO;
	return a == ANSWER_YES && b == ANSWER_YES ? ANSWER_YES : ANSWER_UNKNOWN;
}

static Answer
answer_of(const Answer *met, int criterion)
{
	return criterion < 0 ? ANSWER_UNKNOWN : met[criterion];
}

/* How many of the alternatives are met, and of how many it is unknown. */
static void
alternatives_count(const Status *status, const Answer *met, int *yes, int *unknown)
{
	*yes = *unknown = 0;
	for (int i = 0; i < status->rule->alternative_count; i++)
	{
		Answer answer = answer_of(met, status->alternatives[i]);

		*yes += answer == ANSWER_YES;
		*unknown += answer == ANSWER_UNKNOWN;
	}
}

/* Enough lists in a row, this one among them where the base status holds now? */
static Answer
streak_answer(const StatusContext *context, const Status *status, Answer base)
{
	int years = status->rule->years_in_row;

	if (years == 0 || context->at_least >= years || (years == 1 && base == ANSWER_YES))
		return ANSWER_YES;
	return context->has_at_most && context->at_most < years ? ANSWER_NO : ANSWER_UNKNOWN;
}

static Answer
status_answer(const StatusContext *context, const Status *status, const Answer *met)
{
	Answer answer = ANSWER_YES;
	int yes, unknown;

	/* a chain of base statuses is as long as the caller makes it */
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < status->rule->required_count; i++)
		answer = both(answer, answer_of(met, status->required[i]));
	alternatives_count(status, met, &yes, &unknown);
	if (yes + unknown < status->rule->needed)
		return ANSWER_NO;
	if (yes < status->rule->needed)
		answer = both(answer, ANSWER_UNKNOWN);
	if (status->base >= 0)
	{
		Answer base = status_answer(context, &context->statuses[status->base], met);

		answer = both(answer, both(base, streak_answer(context, status, base)));
	}
	return answer;
}

static Answer *
answers_given(const StatusContext *context)
{
	Answer *met = palloc(sizeof(Answer) * Max(context->result_count, 1));

	for (int i = 0; i < context->result_count; i++)
		met[i] = context->results[i].met;
	return met;
}

/* Adds to the list the criteria that are answered and have a margin in persons. */
static void
flips_add(const StatusContext *context, const int *criteria, int count, int *flips, int *flip_count)
{
	for (int i = 0; i < count; i++)
	{
		int criterion = criteria[i];
		bool known = criterion < 0 || context->results[criterion].met == ANSWER_UNKNOWN ||
					 !context->results[criterion].margin.known;

		for (int j = 0; j < *flip_count && !known; j++)
			known = flips[j] == criterion;
		if (known)
			continue;
		if (*flip_count == MAX_FLIPS)
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg("a status rests on more than %d criteria", MAX_FLIPS),
							errhint("Use fewer criteria in one status rule.")));
		flips[(*flip_count)++] = criterion;
	}
}

static void
persons_least(Persons *least, int64 count)
{
	if (!least->known || count < least->count)
		*least = (Persons){true, count};
}

/*
 * The cheapest way to the other answer. One person can stand in the way of
 * several criteria, so a set of flips takes at least its largest margin and at
 * most the sum. All sets are tried: low is the least of the largest, high the
 * least of the sums. Only criteria with a margin in persons can be flipped.
 */
static StatusMargin
status_margin_of(const StatusContext *context, const Status *status)
{
	StatusMargin margin = {{false, 0}, {false, 0}};
	Answer *met = answers_given(context);
	Answer now = status_answer(context, status, met);
	int flips[MAX_FLIPS];
	int flip_count = 0;
	const Status *part = status;

	if (now == ANSWER_UNKNOWN)
		return margin;
	for (;;)
	{
		flips_add(context, part->required, part->rule->required_count, flips, &flip_count);
		flips_add(context, part->alternatives, part->rule->alternative_count, flips, &flip_count);
		if (part->base < 0)
			break;
		part = &context->statuses[part->base];
	}
	for (uint32 set = 1; set < (1u << flip_count); set++)
	{
		int64 largest = 0;
		int64 sum = 0;

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < flip_count; i++)
		{
			const CriterionMet *result = &context->results[flips[i]];
			bool flipped = (set & (1u << i)) != 0;

			met[flips[i]] = flipped == (result->met == ANSWER_NO) ? ANSWER_YES : ANSWER_NO;
			if (!flipped)
				continue;
			largest = Max(largest, result->margin.count);
			if (pg_add_s64_overflow(sum, result->margin.count, &sum))
				sum = PG_INT64_MAX;
		}
		if (status_answer(context, status, met) != (now == ANSWER_YES ? ANSWER_NO : ANSWER_YES))
			continue;
		persons_least(&margin.low, largest);
		persons_least(&margin.high, sum);
	}
	return margin;
}

static void
note_part(StringInfo note, const char *format, const char *name)
{
	if (note->len > 0)
		appendStringInfoString(note, "; ");
	appendStringInfo(note, format, name);
}

static void
note_streak(const StatusContext *context, const Status *status, StringInfo note)
{
	char *years;

	if (!context->has_at_most)
		years = psprintf("%d or more", context->at_least);
	else if (context->at_most == context->at_least)
		years = psprintf("%d", context->at_least);
	else
		years = psprintf("%d to %d", context->at_least, context->at_most);
	note_part(note, "%s",
			  psprintf("%s lists in a row to %d, %d needed", years, context->list_year,
					   status->rule->years_in_row));
}

/* What the answer rests on. */
static text *
status_note(const StatusContext *context, const Status *status, const Answer *met)
{
	static const char *const formats[] = {"%s not met", "%s met", "%s unknown"};
	StringInfoData note;

	initStringInfo(&note);
	for (int i = 0; i < status->rule->required_count; i++)
		note_part(&note, formats[answer_of(met, status->required[i])],
				  text_to_cstring(status->rule->required[i]));
	if (status->rule->alternative_count > 0)
	{
		int yes, unknown;

		alternatives_count(status, met, &yes, &unknown);
		note_part(&note, "%s", psprintf("%d of %d met", yes, status->rule->alternative_count));
		if (unknown > 0)
			appendStringInfo(&note, ", %d unknown", unknown);
		appendStringInfo(&note, ", %d needed", status->rule->needed);
	}
	if (status->base >= 0)
	{
		const Status *base = &context->statuses[status->base];

		note_part(&note, formats[status_answer(context, base, met)],
				  text_to_cstring(base->rule->status));
	}
	if (status->rule->years_in_row > 0)
		note_streak(context, status, &note);
	return cstring_to_text_with_len(note.data, note.len);
}

/* Strictest first, then by name. */
static int
status_order(const void *a, const void *b)
{
	const StatusRule *left = ((const Status *) a)->rule;
	const StatusRule *right = ((const Status *) b)->rule;

	if (left->rank != right->rank)
		return left->rank > right->rank ? -1 : 1;
	return strcmp(text_to_cstring(left->status), text_to_cstring(right->status));
}

/* Orders the statuses; places of the bases change with it. */
static void
statuses_sort(StatusContext *context)
{
	qsort(context->statuses, context->status_count, sizeof(Status), status_order);
	bases_find(context);
}

static void
put_persons(Persons persons, Datum *value, bool *is_null)
{
	*value = Int64GetDatum(persons.count);
	*is_null = !persons.known;
}

/* status_results(rules, list_year, results, at_least, at_most) */
Datum
monitor_status_results(PG_FUNCTION_ARGS)
{
	enum
	{
		STATUS,
		RANK,
		MET,
		MARGIN_LOW,
		MARGIN_HIGH,
		NOTE,
		COLUMNS
	};
	ReturnSetInfo *rows = rows_begin(fcinfo, COLUMNS);
	StatusContext context;
	Answer *met;

	context_read(fcinfo, &context);
	streak_read(fcinfo, 3, 4, &context);
	statuses_sort(&context);
	met = answers_given(&context);
	for (int i = 0; i < context.status_count; i++)
	{
		const Status *status = &context.statuses[i];
		Answer answer = status_answer(&context, status, met);
		StatusMargin margin = status_margin_of(&context, status);
		Datum values[COLUMNS];
		bool nulls[COLUMNS] = {false};

		values[STATUS] = PointerGetDatum(status->rule->status);
		values[RANK] = Int32GetDatum(status->rule->rank);
		values[MET] = BoolGetDatum(answer == ANSWER_YES);
		nulls[MET] = answer == ANSWER_UNKNOWN;
		put_persons(margin.low, &values[MARGIN_LOW], &nulls[MARGIN_LOW]);
		put_persons(margin.high, &values[MARGIN_HIGH], &nulls[MARGIN_HIGH]);
		values[NOTE] = PointerGetDatum(status_note(&context, status, met));
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* statuses(rules, list_year, results, years_in_row) */
Datum
monitor_statuses(PG_FUNCTION_ARGS)
{
	StatusContext context;
	Datum *names;
	Answer *met;
	int count = 0;

	context_read(fcinfo, &context);
	streak_read(fcinfo, 3, 3, &context);
	statuses_sort(&context);
	met = answers_given(&context);
	names = palloc(sizeof(Datum) * Max(context.status_count, 1));
	for (int i = 0; i < context.status_count; i++)
	{
		if (status_answer(&context, &context.statuses[i], met) == ANSWER_YES)
			names[count++] = PointerGetDatum(context.statuses[i].rule->status);
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* status_margin(rules, list_year, results, status, at_least, at_most) */
Datum
monitor_status_margin(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, 2);
	StatusContext context;
	StatusMargin margin;
	Datum values[2];
	bool nulls[2];
	int status;

	context_read(fcinfo, &context);
	streak_read(fcinfo, 4, 5, &context);
	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("status is NULL"),
						errhint("Give the name of a status of the rules.")));
	status = status_find(&context, PG_GETARG_TEXT_PP(3));
	if (status < 0)
	{
		StringInfoData names;

		initStringInfo(&names);
		for (int i = 0; i < context.status_count; i++)
			appendStringInfo(&names, "%s%s", i > 0 ? ", " : "",
							 text_to_cstring(context.statuses[i].rule->status));
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("status \"%s\" is not among the rules",
							   text_to_cstring(PG_GETARG_TEXT_PP(3))),
						errhint("The rules have %s.", names.data)));
	}
	margin = status_margin_of(&context, &context.statuses[status]);
	put_persons(margin.low, &values[0], &nulls[0]);
	put_persons(margin.high, &values[1], &nulls[1]);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
