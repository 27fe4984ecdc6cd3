/*
 * rule.c
 *	  Rows of the tables rule and status_rule as C sees them, and what keeps
 *	  the built-in ones as they are.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "backend/composite.h"
#include "criteria/criteria.h"

PG_FUNCTION_INFO_V1(monitor_read_only);
PG_FUNCTION_INFO_V1(monitor_known_rule_set);

static const char *const measure_names[] = {
	"residents",  "outside_labour", "convicted",      "basic_education",
	"low_income", "non_western",    "family_housing", NULL};
const char *const unknown_rule_names[] = {"not", "yes", "excluded", "undecided", NULL};
const char *const comparator_names[] = {">", ">=", "<", "<=", NULL};
static const char *const threshold_kind_names[] = {"absolute", "national", "regional", NULL};
static const char *const averaging_names[] = {"mean_of_shares", "pooled", "mean_of_counts", NULL};

/* Columns of the tables. */
enum
{
	RULE_SET,
	RULE_CRITERION,
	RULE_MEASURE,
	RULE_UNKNOWN,
	RULE_NOT_APPROVED,
	RULE_COMPARATOR,
	RULE_THRESHOLD_KIND,
	RULE_THRESHOLD,
	RULE_OFFSETS,
	RULE_AVERAGING,
	RULE_SOURCE,
	RULE_COLUMNS
};

enum
{
	STATUS_SET,
	STATUS_STATUS,
	STATUS_RANK,
	STATUS_REQUIRED,
	STATUS_CRITERIA,
	STATUS_NEEDED,
	STATUS_BASE,
	STATUS_YEARS,
	STATUS_COUNTS,
	STATUS_PRINTED,
	STATUS_SOURCE,
	STATUS_COLUMNS
};

bool
text_is(const text *a, const text *b)
{
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

int
array_elements(ArrayType *array, const char *what, Datum **values, bool **nulls)
{
	Oid type;
	int count;

	*values = NULL;
	*nulls = NULL;
	if (array == NULL || ARR_NDIM(array) == 0)
		return 0;
	if (ARR_NDIM(array) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s has %d dimensions", what, ARR_NDIM(array)),
						errhint("Give an array of one dimension.")));
	type = ARR_ELEMTYPE(array);
	if (type == INT4OID)
		deconstruct_array(array, type, sizeof(int32), true, TYPALIGN_INT, values, nulls, &count);
	else if (type == TEXTOID)
		deconstruct_array(array, type, -1, false, TYPALIGN_INT, values, nulls, &count);
	else /* rows and profiles */
		deconstruct_array(array, type, -1, false, TYPALIGN_DOUBLE, values, nulls, &count);
	return count;
}

int32
list_year_argument(FunctionCallInfo fcinfo, int argument)
{
	int32 year;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("list_year is NULL"),
						errhint("Give the year of the list of 1 December.")));
	year = PG_GETARG_INT32(argument);
	if (year < 1 || year > 9999)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("list_year %d is out of range", year),
						errhint("Give the year of the list of 1 December.")));
	return year;
}

/* Where a word stands in a list that ends with NULL. */
static int
word_read(Datum word, const char *const *words, const char *column, const char *criterion)
{
	char *given = TextDatumGetCString(word);
	StringInfoData known;

	for (int i = 0; words[i] != NULL; i++)
	{
		if (strcmp(words[i], given) == 0)
			return i;
	}
	initStringInfo(&known);
	for (int i = 0; words[i] != NULL; i++)
		appendStringInfo(&known, "%s%s", i > 0 ? ", " : "", words[i]);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("rule \"%s\" has %s \"%s\"", criterion, column, given),
					errhint("Use one of %s.", known.data)));
	return 0;
}

/* A required column. */
static void
refuse_null(const bool *nulls, int column, const char *name, const char *what)
{
	if (nulls[column])
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s has no %s", what, name),
				 errhint("Only source may be NULL; take a built-in rule as a pattern.")));
}

static int
int32_order(const void *a, const void *b)
{
	int32 left = *(const int32 *) a;
	int32 right = *(const int32 *) b;

	return left < right ? -1 : left > right;
}

static void
offsets_read(Datum datum, Rule *rule, const char *criterion)
{
	Datum *values;
	bool *nulls;

	rule->years = array_elements(DatumGetArrayTypeP(datum), "data_offsets", &values, &nulls);
	if (rule->years < 1 || rule->years > MAX_DATA_YEARS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("rule \"%s\" has %d data_offsets", criterion, rule->years),
						errhint("Give 1 to %d years relative to the list year, such as {-2,-1}.",
								MAX_DATA_YEARS)));
	for (int i = 0; i < rule->years; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("rule \"%s\" has NULL in data_offsets", criterion),
							errhint("Give years relative to the list year, such as {-2,-1}.")));
		rule->offsets[i] = DatumGetInt32(values[i]);
	}
	qsort(rule->offsets, rule->years, sizeof(int32), int32_order);
	for (int i = 1; i < rule->years; i++)
	{
		if (rule->offsets[i] == rule->offsets[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("rule \"%s\" has data_offset %d twice", criterion, rule->offsets[i]),
					 errhint("Each year counts once.")));
	}
}

/* A mean income is compared with the region's, a share with a number or the national share. */
static void
threshold_kind_check(const Rule *rule, const char *criterion)
{
	bool allowed;

	switch (rule->measure)
	{
		case MEASURE_LOW_INCOME:
			allowed = rule->threshold_kind == THRESHOLD_REGIONAL;
			break;
		case MEASURE_RESIDENTS:
		case MEASURE_FAMILY_HOUSING:
			allowed = rule->threshold_kind == THRESHOLD_ABSOLUTE;
			break;
		default:
			allowed = rule->threshold_kind != THRESHOLD_REGIONAL;
	}
	if (!allowed)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rule \"%s\" measures %s against threshold_kind \"%s\"", criterion,
						measure_names[rule->measure], threshold_kind_names[rule->threshold_kind]),
				 errhint("Use regional for low_income only, national for shares only.")));
}

void
rule_read(Datum row, Rule *rule)
{
	static const char *const columns[] = {
		"rule_set",   "criterion",      "measure",   "unknown_counts_as", "not_approved_counts",
		"comparator", "threshold_kind", "threshold", "data_offsets",      "averaging"};
	Datum values[RULE_COLUMNS];
	bool nulls[RULE_COLUMNS];
	char *criterion;
	char *what;

	composite_read(row, RULE_COLUMNS, values, nulls);
	refuse_null(nulls, RULE_CRITERION, "criterion", "a rule");
	rule->criterion = DatumGetTextPP(values[RULE_CRITERION]);
	criterion = text_to_cstring(rule->criterion);
	what = psprintf("rule \"%s\"", criterion);
	for (int i = RULE_MEASURE; i < RULE_SOURCE; i++)
		refuse_null(nulls, i, columns[i], what);

	rule->measure = word_read(values[RULE_MEASURE], measure_names, "measure", criterion);
	rule->unknown_rule =
		word_read(values[RULE_UNKNOWN], unknown_rule_names, "unknown_counts_as", criterion);
	rule->not_approved_counts = DatumGetBool(values[RULE_NOT_APPROVED]);
	rule->comparator =
		word_read(values[RULE_COMPARATOR], comparator_names, "comparator", criterion);
	rule->threshold_kind =
		word_read(values[RULE_THRESHOLD_KIND], threshold_kind_names, "threshold_kind", criterion);
	threshold_kind_check(rule, criterion);
	rule->threshold = rational_from_argument(DatumGetNumeric(values[RULE_THRESHOLD]),
											 psprintf("threshold of rule \"%s\"", criterion));
	if (rational_sign(rule->threshold) < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("threshold of rule \"%s\" is negative", criterion),
						errhint("Give a percentage, a multiple or a count.")));
	offsets_read(values[RULE_OFFSETS], rule, criterion);
	rule->averaging = word_read(values[RULE_AVERAGING], averaging_names, "averaging", criterion);
}

/* Rules are told apart by name: a NULL or a second one of a name is refused. */
static void
refuse_duplicates(const text *name, const text *other, const char *what)
{
	if (text_is(name, other))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s \"%s\" is given twice", what, text_to_cstring(name)),
						errhint("Give the rules of one rule set.")));
}

static void
refuse_null_element(bool is_null, const char *what)
{
	if (is_null)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s contains NULL", what),
						errhint("Give the rules of one rule set.")));
}

Rule *
rules_read(ArrayType *array, int *count)
{
	Datum *values;
	bool *nulls;
	Rule *rules;

	*count = array_elements(array, "rules", &values, &nulls);
	rules = palloc(sizeof(Rule) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		refuse_null_element(nulls[i], "rules");
		rule_read(values[i], &rules[i]);
		for (int j = 0; j < i; j++)
			refuse_duplicates(rules[i].criterion, rules[j].criterion, "criterion");
	}
	return rules;
}

/* Names of criteria; NULL is the empty list. */
static int
names_read(Datum datum, bool is_null, const char *what, text ***names)
{
	Datum *values;
	bool *nulls;
	int count = array_elements(is_null ? NULL : DatumGetArrayTypeP(datum), what, &values, &nulls);

	*names = palloc(sizeof(text *) * Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		refuse_null_element(nulls[i], what);
		(*names)[i] = DatumGetTextPP(values[i]);
		for (int j = 0; j < i; j++)
			refuse_duplicates((*names)[i], (*names)[j], "criterion");
	}
	return count;
}

static void
status_rule_read(Datum row, StatusRule *rule)
{
	Datum values[STATUS_COLUMNS];
	bool nulls[STATUS_COLUMNS];
	char *what;

	composite_read(row, STATUS_COLUMNS, values, nulls);
	refuse_null(nulls, STATUS_STATUS, "status", "a status rule");
	rule->status = DatumGetTextPP(values[STATUS_STATUS]);
	what = psprintf("status rule \"%s\"", text_to_cstring(rule->status));
	refuse_null(nulls, STATUS_RANK, "rank", what);
	refuse_null(nulls, STATUS_NEEDED, "needed", what);
	rule->rank = DatumGetInt32(values[STATUS_RANK]);
	rule->required_count =
		names_read(values[STATUS_REQUIRED], nulls[STATUS_REQUIRED], "required", &rule->required);
	rule->alternative_count = names_read(values[STATUS_CRITERIA], nulls[STATUS_CRITERIA],
										 "criteria", &rule->alternatives);
	rule->needed = DatumGetInt32(values[STATUS_NEEDED]);
	if (rule->needed < 0 || rule->needed > rule->alternative_count)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s needs %d of %d criteria", what, rule->needed, rule->alternative_count),
				 errhint("Correct needed or criteria.")));
	rule->base = nulls[STATUS_BASE] ? NULL : DatumGetTextPP(values[STATUS_BASE]);
	rule->years_in_row = nulls[STATUS_YEARS] ? 0 : DatumGetInt32(values[STATUS_YEARS]);
	if (!nulls[STATUS_YEARS] && (rule->years_in_row < 1 || rule->base == NULL))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s asks for %d years in a row of %s", what, rule->years_in_row,
							   rule->base == NULL ? "no status" : text_to_cstring(rule->base)),
						errhint("Give base_status and a number of years above zero.")));
	if (rule->base == NULL && rule->required_count == 0 && rule->needed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s asks for nothing", what),
				 errhint("Give required, needed or base_status.")));
}

StatusRule *
status_rules_read(ArrayType *array, int *count)
{
	Datum *values;
	bool *nulls;
	StatusRule *rules;

	*count = array_elements(array, "rules", &values, &nulls);
	rules = palloc(sizeof(StatusRule) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		refuse_null_element(nulls[i], "rules");
		status_rule_read(values[i], &rules[i]);
		for (int j = 0; j < i; j++)
			refuse_duplicates(rules[i].status, rules[j].status, "status");
	}
	return rules;
}

/* The built-in sets are the same in every installation: only the extension's scripts write them. */
Datum
monitor_read_only(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("read_only can only be called as a trigger")));
	if (!creating_extension)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("cannot change built-in table \"%s\"",
						RelationGetRelationName(trigger->tg_relation)),
				 errhint("Copy the rule set into tables of your own (a register has them), change "
						 "it there and pass its rows to criteria() and statuses().")));
	/* a trigger returns a null pointer, not the SQL null */
	PG_RETURN_POINTER(NULL);
}

/* The name given, or an error that lists the names there are. */
Datum
monitor_known_rule_set(PG_FUNCTION_ARGS)
{
	text *name = PG_GETARG_TEXT_PP(0);
	Datum *known;
	bool *nulls;
	int count = array_elements(PG_GETARG_ARRAYTYPE_P(1), "known", &known, &nulls);
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			continue;
		if (text_is(name, DatumGetTextPP(known[i])))
			PG_RETURN_TEXT_P(name);
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", TextDatumGetCString(known[i]));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("rule set \"%s\" does not exist", text_to_cstring(name)),
			 errhint("The built-in sets are %s; pass the rows of one of your own.", names.data)));
}
