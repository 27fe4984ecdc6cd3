/*
 * figure.c
 *	  What a rule looks at in a place's profiles, and its average over years.
 *
 * The law says "average of the last two years" and no text read says which one,
 * so there are three: the mean of the yearly shares, the pooled count over the
 * pooled group, and the mean of the counts over the group at the list's date.
 */
#include "compat.h"
#include "common/int.h"

#include "criteria/criteria.h"

/* Where a measure stands in a profile. */
typedef struct MeasureCounts
{
	ProfileCount amount;
	ProfileCount group;
	int unknown;     /* in the group, value unknown; -1 none */
	int possible[2]; /* perhaps in the group, value unknown; -1 none */
	int64 unit;      /* the amount is stored in 1/unit */
	const char *amount_name;
	const char *group_name;
} MeasureCounts;

static const MeasureCounts measure_counts[] = {
	[MEASURE_RESIDENTS] =
		{PROFILE_RESIDENTS, PROFILE_RESIDENTS, -1, {-1, -1}, 1, "residents", "residents"},
	[MEASURE_OUTSIDE_LABOUR] = {PROFILE_OUTSIDE_LABOUR,
								PROFILE_WORKING_AGE,
								PROFILE_UNKNOWN_LABOUR,
								{PROFILE_UNKNOWN_AGE, -1},
								PROFILE_LABOUR_UNIT,
								"outside_labour",
								"working_age"},
	[MEASURE_CONVICTED] = {PROFILE_CONVICTED,
						   PROFILE_ADULTS,
						   PROFILE_UNKNOWN_CONVICTION,
						   {PROFILE_UNKNOWN_AGE, -1},
						   1,
						   "convicted",
						   "adults"},
	[MEASURE_BASIC_EDUCATION] = {PROFILE_BASIC_EDUCATION,
								 PROFILE_AGED_30_59,
								 PROFILE_UNKNOWN_EDUCATION,
								 {PROFILE_UNKNOWN_AGE, -1},
								 1,
								 "basic_education",
								 "aged_30_59"},
	[MEASURE_LOW_INCOME] = {PROFILE_INCOME_TOTAL,
							PROFILE_TAXPAYERS,
							PROFILE_UNKNOWN_INCOME,
							{PROFILE_UNKNOWN_IN_EDUCATION, PROFILE_UNKNOWN_AGE},
							PROFILE_MONEY_UNIT,
							"income_total",
							"taxpayers"},
	[MEASURE_NON_WESTERN] = {PROFILE_NON_WESTERN,
							 PROFILE_RESIDENTS,
							 PROFILE_UNKNOWN_ORIGIN,
							 {-1, -1},
							 1,
							 "non_western",
							 "residents"},
};

/* Adds a count of unknowns; a missing one makes the number unknown. */
static void
unknown_add(const Profile *profile, int field, int64 *sum, bool *given)
{
	if (field < 0)
		return;
	if (PROFILE_IS_MISSING(profile, field))
		*given = false;
	else if (pg_add_s64_overflow(*sum, profile->count[field], sum))
		*sum = PG_INT64_MAX;
}

/* The group and the unknown values of a year. The answer is the count that is not given, or NULL. */
static const char *
group_read(const Rule *rule, const Profile *profile, Figure *figure)
{
	const MeasureCounts *counts = &measure_counts[rule->measure];
	bool possible_given = true;
	/* those of unknown income are not among the taxpayers, so excluded already */
	bool needed = rule->unknown_rule == UNKNOWN_YES ||
				  (rule->unknown_rule == UNKNOWN_EXCLUDED && rule->measure != MEASURE_LOW_INCOME);

	figure->unknown_given = true;
	unknown_add(profile, counts->unknown, &figure->unknown, &figure->unknown_given);
	for (int i = 0; i < 2; i++)
		unknown_add(profile, counts->possible[i], &figure->possible, &possible_given);
	/* those perhaps in the group are in no value, they only can flip the answer */
	needed = needed && !figure->unknown_given;
	figure->unknown_given = figure->unknown_given && possible_given;
	if (PROFILE_IS_MISSING(profile, counts->group))
		return counts->group_name;
	figure->group =
		rational_from_int64(rule->measure == MEASURE_RESIDENTS ? 1 : profile->count[counts->group]);
	return needed ? "the number of unknown" : NULL;
}

/* Those who count. The answer is the count that is not given, or NULL. */
static const char *
amount_read(const Rule *rule, const Profile *profile, Figure *figure)
{
	const MeasureCounts *counts = &measure_counts[rule->measure];

	if (PROFILE_IS_MISSING(profile, counts->amount))
		return counts->amount_name;
	figure->amount = rational_ratio(profile->count[counts->amount], counts->unit);
	if (rule->measure != MEASURE_BASIC_EDUCATION || !rule->not_approved_counts)
		return NULL;
	if (PROFILE_IS_MISSING(profile, PROFILE_NOT_APPROVED_EDUCATION))
		return "not_approved_education";
	figure->amount = rational_add(
		figure->amount, rational_from_int64(profile->count[PROFILE_NOT_APPROVED_EDUCATION]));
	return NULL;
}

/* The profile of a year, NULL where there is none. */
static Profile *
profile_of(const Profiles *profiles, int64 data_year)
{
	if (profiles->profile != NULL)
	{
		for (int i = 0; i < profiles->count; i++)
		{
			if (profiles->data_years[i] == data_year)
				return profiles->profile[i];
		}
	}
	return NULL;
}

/* Fills one figure; the answer is what is lacking, in words, or NULL. */
static char *
figure_collect(const Rule *rule, const Profiles *profiles, int64 data_year, bool group_only,
			   Figure *figure)
{
	Profile *profile = profile_of(profiles, data_year);
	const char *lacking;

	if (profile == NULL)
		return psprintf("no %s profile of %lld", profiles->place, (long long) data_year);
	lacking = group_read(rule, profile, figure);
	if (lacking == NULL && !group_only)
		lacking = amount_read(rule, profile, figure);
	if (lacking != NULL)
		return psprintf("the %s profile of %lld does not give %s", profiles->place,
						(long long) data_year, lacking);
	if (rational_sign(figure_group(rule, figure)) <= 0)
		return psprintf("the %s profile of %lld has nobody in the group", profiles->place,
						(long long) data_year);
	return NULL;
}

Figures *
figures_collect(const Rule *rule, int32 list_year, const Profiles *profiles)
{
	Figures *figures = palloc0(sizeof(Figures));

	figures->years = rule->years;
	figures->list_index = -1;
	for (int i = 0; i < rule->years; i++)
	{
		char *lacking = figure_collect(rule, profiles, (int64) list_year + rule->offsets[i], false,
									   &figures->year[i]);

		if (figures->lacking == NULL)
			figures->lacking = lacking;
		if (rule->offsets[i] == 0)
			figures->list_index = i;
	}
	figures->list_lacking = figure_collect(rule, profiles, list_year, true, &figures->list_date);
	return figures;
}

Rational
figure_amount(const Rule *rule, const Figure *figure)
{
	/* an unknown income that counts as low is an income of nothing */
	if (rule->unknown_rule == UNKNOWN_YES && rule->measure != MEASURE_LOW_INCOME)
		return rational_add(figure->amount, rational_from_int64(figure->unknown));
	return figure->amount;
}

Rational
figure_group(const Rule *rule, const Figure *figure)
{
	Rational unknown = rational_from_int64(figure->unknown);

	if (rule->measure == MEASURE_LOW_INCOME)
		return rule->unknown_rule == UNKNOWN_YES ? rational_add(figure->group, unknown)
												 : figure->group;
	return rule->unknown_rule == UNKNOWN_EXCLUDED ? rational_subtract(figure->group, unknown)
												  : figure->group;
}

/*
 * Those of whom a figure is. Resolved, those perhaps in the group are in it: as
 * members who do not count they lower a share most, as members who do they raise
 * it most. A mean income is least with every unknown income nothing; a year's debt
 * is then least shared by few. (A debt of all years together is under any limit.)
 */
static Rational
group_resolved(const Rule *rule, const Figure *figure, Resolution resolution, bool in_debt)
{
	Rational group = figure->group;

	if (resolution == RESOLVE_AS_RULE)
		return figure_group(rule, figure);
	if (rule->measure == MEASURE_LOW_INCOME)
		group = rational_add(group, rational_from_int64(figure->unknown));
	if (rule->measure != MEASURE_LOW_INCOME || !in_debt)
		group = rational_add(group, rational_from_int64(figure->possible));
	return group;
}

/* Those who count. The greatest mean income has no bound and is not asked for. */
static Rational
amount_resolved(const Rule *rule, const Figure *figure, Resolution resolution)
{
	if (resolution == RESOLVE_AS_RULE)
		return figure_amount(rule, figure);
	if (resolution == RESOLVE_LEAST)
		return figure->amount;
	Assert(rule->measure != MEASURE_LOW_INCOME);
	return rational_add(figure->amount, rational_add(rational_from_int64(figure->unknown),
													 rational_from_int64(figure->possible)));
}

static Rational
sum_of(const Rational *terms, int count)
{
	Rational sum = rational_from_int64(0);

	for (int i = 0; i < count; i++)
		sum = rational_add(sum, terms[i]);
	return sum;
}

/* Mean of the counts over the group at the list's date. */
static bool
mean_of_counts(const Rule *rule, const Figures *figures, Resolution resolution,
			   const Rational *amounts, Rational *result)
{
	const Figure *list = &figures->list_date;
	Rational years = rational_from_int64(figures->years);
	Rational mean = rational_divide(sum_of(amounts, figures->years), years);
	Rational group, fewest;

	if (figures->list_lacking != NULL)
		return false;
	group = group_resolved(rule, list, resolution, false);
	*result = rational_divide(mean, group);
	if (resolution != RESOLVE_GREATEST || rational_sign(list->group) <= 0)
		return true;

	/* the greatest may be with nobody more in the group, if they are not counted either */
	fewest = mean;
	if (figures->list_index >= 0)
		fewest =
			rational_subtract(fewest, rational_divide(rational_from_int64(list->possible), years));
	fewest = rational_divide(fewest, list->group);
	if (rational_compare(fewest, *result) > 0)
		*result = fewest;
	return true;
}

/* A yearly share, or a yearly mean income as a share of the region's. */
static bool
share_of_year(const Rule *rule, const Figures *figures, const Figures *region, int year,
			  Resolution resolution, Rational *share)
{
	const Figure *figure = &figures->year[year];
	bool debt = rational_sign(figure->amount) < 0;
	Rational mean;

	*share = rational_divide(amount_resolved(rule, figure, resolution),
							 group_resolved(rule, figure, resolution, debt));
	if (region == NULL)
		return true;
	mean = rational_divide(figure_amount(rule, &region->year[year]),
						   figure_group(rule, &region->year[year]));
	if (rational_sign(mean) <= 0)
		return false;
	*share = rational_divide(*share, mean);
	return true;
}

static bool
mean_of_shares(const Rule *rule, const Figures *figures, const Figures *region,
			   Resolution resolution, Rational *result)
{
	Rational shares[MAX_DATA_YEARS];

	for (int i = 0; i < figures->years; i++)
	{
		if (!share_of_year(rule, figures, region, i, resolution, &shares[i]))
			return false;
	}
	*result = rational_divide(sum_of(shares, figures->years), rational_from_int64(figures->years));
	return true;
}

bool
figures_average(const Rule *rule, const Figures *figures, const Figures *region, Averaging method,
				Resolution resolution, Rational *result)
{
	Rational amounts[MAX_DATA_YEARS];
	Rational groups[MAX_DATA_YEARS];
	Rational mean;

	if (figures->lacking != NULL || (region != NULL && region->lacking != NULL))
		return false;
	if (method == MEAN_OF_SHARES)
		return mean_of_shares(rule, figures, region, resolution, result);

	for (int i = 0; i < figures->years; i++)
	{
		amounts[i] = amount_resolved(rule, &figures->year[i], resolution);
		groups[i] = group_resolved(rule, &figures->year[i], resolution, false);
	}
	if (method == POOLED)
		*result = rational_divide(sum_of(amounts, figures->years), sum_of(groups, figures->years));
	else if (!mean_of_counts(rule, figures, resolution, amounts, result))
		return false;
	if (region == NULL)
		return true;
	if (!figures_average(rule, region, NULL, method, RESOLVE_AS_RULE, &mean) ||
		rational_sign(mean) <= 0)
		return false;
	*result = rational_divide(*result, mean);
	return true;
}

int64
figures_unknown(const Figures *figures)
{
	int64 sum = 0;

	for (int i = 0; i < figures->years; i++)
	{
		if (!figures->year[i].unknown_given)
			return -1;
		if (pg_add_s64_overflow(sum, figures->year[i].unknown, &sum) ||
			pg_add_s64_overflow(sum, figures->year[i].possible, &sum))
			return PG_INT64_MAX;
	}
	return sum;
}
