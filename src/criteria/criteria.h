/*
 * criteria.h
 *	  Rules, exact fractions, and what the files of this room share.
 */
#ifndef MONITOR_CRITERIA_H
#define MONITOR_CRITERIA_H

#include "compat.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/numeric.h"

#include "criteria/profile.h"

/* ---- rational.c: exact fractions; the denominator is always above zero ---- */

typedef struct Rational
{
	Numeric num;
	Numeric den;
} Rational;

extern Rational rational_from_int64(int64 value);
extern Rational rational_from_numeric(Numeric value);
extern Rational rational_ratio(int64 num, int64 den);
extern Rational rational_add(Rational a, Rational b);
extern Rational rational_subtract(Rational a, Rational b);
extern Rational rational_multiply(Rational a, Rational b);
extern Rational rational_divide(Rational a, Rational b);
extern Rational rational_scale(Rational a, int64 factor);
extern Rational rational_negate(Rational a);
extern int rational_compare(Rational a, Rational b);
extern int rational_sign(Rational a);
/* Largest integer not above, least not below; false where beyond bigint. */
extern bool rational_floor(Rational a, int64 *result);
extern bool rational_ceiling(Rational a, int64 *result);
/* The double nearest to the exact value. */
extern double rational_to_float8(Rational a);
/* Refuses NaN and infinity (22023), naming what it is. */
extern Rational rational_from_argument(Numeric value, const char *what);

/* ---- rule.c: rows of the tables rule and status_rule ---- */

typedef enum Measure
{
	MEASURE_RESIDENTS,
	MEASURE_OUTSIDE_LABOUR,
	MEASURE_CONVICTED,
	MEASURE_BASIC_EDUCATION,
	MEASURE_LOW_INCOME,
	MEASURE_NON_WESTERN,
	MEASURE_FAMILY_HOUSING
} Measure;

/* What an unknown value counts as. */
typedef enum UnknownRule
{
	UNKNOWN_NOT,
	UNKNOWN_YES,
	UNKNOWN_EXCLUDED,
	UNKNOWN_UNDECIDED
} UnknownRule;

typedef enum Comparator
{
	COMPARATOR_ABOVE,
	COMPARATOR_AT_LEAST,
	COMPARATOR_BELOW,
	COMPARATOR_AT_MOST
} Comparator;

typedef enum ThresholdKind
{
	THRESHOLD_ABSOLUTE,
	THRESHOLD_NATIONAL,
	THRESHOLD_REGIONAL
} ThresholdKind;

typedef enum Averaging
{
	MEAN_OF_SHARES,
	POOLED,
	MEAN_OF_COUNTS,
	AVERAGING_METHODS
} Averaging;

#define MAX_DATA_YEARS 20

typedef struct Rule
{
	text *criterion;
	Measure measure;
	UnknownRule unknown_rule;
	bool not_approved_counts;
	Comparator comparator;
	ThresholdKind threshold_kind;
	Rational threshold; /* as written: percent, multiple or count */
	int years;
	int32 offsets[MAX_DATA_YEARS]; /* ascending */
	Averaging averaging;
} Rule;

typedef struct StatusRule
{
	text *status;
	int32 rank;
	int required_count;
	text **required;
	int alternative_count;
	text **alternatives;
	int needed;
	text *base;         /* NULL: none */
	int32 years_in_row; /* 0: none */
} StatusRule;

extern const char *const comparator_names[];
extern const char *const unknown_rule_names[];

/* The rules of an array, or of one row; 22023 for what makes no sense. */
extern Rule *rules_read(ArrayType *array, int *count);
extern void rule_read(Datum row, Rule *rule);
extern StatusRule *status_rules_read(ArrayType *array, int *count);

/* Does the comparison ask for a value over the limit, and is a tie no? */
#define COMPARATOR_IS_OVER(comparator)                                                             \
	((comparator) == COMPARATOR_ABOVE || (comparator) == COMPARATOR_AT_LEAST)
#define COMPARATOR_IS_STRICT(comparator)                                                           \
	((comparator) == COMPARATOR_ABOVE || (comparator) == COMPARATOR_AT_MOST)

/* Elements of an array argument of one dimension; 22023 otherwise. NULL is the empty array. */
extern int array_elements(ArrayType *array, const char *what, Datum **values, bool **nulls);
extern bool text_is(const text *a, const text *b);

/* 22023 unless a plausible year; the argument must not be NULL. */
extern int32 list_year_argument(FunctionCallInfo fcinfo, int argument);

/* ---- figure.c: what a rule looks at, for one place ---- */

/* One data year of one place. Amounts are in full units: persons, kroner. */
typedef struct Figure
{
	bool given;
	Rational amount;    /* those who count, or the income */
	Rational group;     /* those they are of */
	int64 unknown;      /* in the group, value unknown */
	int64 possible;     /* perhaps in the group, value unknown */
	bool unknown_given; /* both of the above */
} Figure;

/* The years a rule uses, in the order of its offsets, and the list date's. */
typedef struct Figures
{
	int years;
	Figure year[MAX_DATA_YEARS];
	Figure list_date;         /* for its group only */
	int list_index;           /* which of the years is the list date's, or -1 */
	const char *lacking;      /* why there is no value, or NULL */
	const char *list_lacking; /* why there is none over the list date's population */
} Figures;

/* How unknown values are resolved: as the rule says, or to the least or greatest result. */
typedef enum Resolution
{
	RESOLVE_AS_RULE,
	RESOLVE_LEAST,
	RESOLVE_GREATEST
} Resolution;

/* Profiles of one place; profile[i] NULL: none of that year. */
typedef struct Profiles
{
	const char *place;
	int count;
	const int32 *data_years;
	Profile **profile; /* NULL: no array was given */
} Profiles;

extern Figures *figures_collect(const Rule *rule, int32 list_year, const Profiles *profiles);
/*
 * Share by a method, or mean income over the region's (region NULL: the mean itself).
 * False where something is lacking or the region's mean is not above zero.
 */
extern bool figures_average(const Rule *rule, const Figures *figures, const Figures *region,
							Averaging method, Resolution resolution, Rational *result);
/* An amount and a group after the rule's treatment of unknown values. */
extern Rational figure_amount(const Rule *rule, const Figure *figure);
extern Rational figure_group(const Rule *rule, const Figure *figure);
/* Known, in the group or perhaps in it, over all years; -1 where a year does not say. */
extern int64 figures_unknown(const Figures *figures);

/* ---- the composite criterion_result, written by criteria.c and bounds.c, read by status.c ---- */

enum
{
	RESULT_CRITERION,
	RESULT_VALUE,
	RESULT_THRESHOLD,
	RESULT_COMPARATOR,
	RESULT_MET,
	RESULT_MARGIN,
	RESULT_MARGIN_PERSONS,
	RESULT_MARGIN_FULLTIME,
	RESULT_MARGIN_AMOUNT,
	RESULT_NOTE,
	RESULT_MARGIN_SWAPS,
	RESULT_BY_LEAVING,
	RESULT_BY_NEWCOMERS,
	RESULT_UNKNOWN,
	RESULT_COULD_FLIP,
	RESULT_METHODS_AGREE,
	CRITERION_RESULT_COLUMNS
};

/* ---- margin.c ---- */

/* A margin that may be absent. */
typedef struct Persons
{
	bool known;
	int64 count;
} Persons;

typedef struct Margin
{
	Persons persons;
	Persons swaps;
	Persons by_leaving;
	Persons by_newcomers;
	bool fulltime_known;
	Rational fulltime;
	bool amount_known;
	Rational amount;
} Margin;

/* One comparison: share against limit, both as fractions of one. */
typedef struct Comparison
{
	Rational share;
	Rational limit;
	bool over; /* the share is over the limit in the sense of the comparator */
} Comparison;

extern bool share_is_over(Rational share, Rational limit, bool strict);
extern Persons persons_to_flip(Rational distance, bool over, bool strict);
extern void margin_of(const Rule *rule, const Figures *figures, const Figures *region,
					  const Comparison *comparison, Margin *margin);

#endif /* MONITOR_CRITERIA_H */
