/*
 * margin.c
 *	  How many persons stand between an answer and its opposite.
 *
 * Only the latest data year can still change. With m years' mean S, limit L and
 * the latest group n the distance is g = m n (S - L): one person more in the
 * latest year raises S by 1/(m n). The same holds for the two other averages with
 * their own weight of a person. A national limit is held fixed.
 */
#include "compat.h"

#include "criteria/criteria.h"

bool
share_is_over(Rational share, Rational limit, bool strict)
{
	int order = rational_compare(share, limit);

	return strict ? order > 0 : order >= 0;
}

/*
 * The least whole number that carries a value over the limit or back. A tie is
 * not over where the test is strict, and over where it is not.
 */
Persons
persons_to_flip(Rational distance, bool over, bool strict)
{
	Persons persons = {false, 0};

	if (over && strict)
		persons.known = rational_ceiling(distance, &persons.count);
	else if (over)
		persons.known = rational_floor(distance, &persons.count) && persons.count < PG_INT64_MAX;
	else if (strict)
		persons.known = rational_floor(rational_negate(distance), &persons.count) &&
						persons.count < PG_INT64_MAX;
	else
		persons.known = rational_ceiling(rational_negate(distance), &persons.count);
	if (over != strict)
		persons.count++;
	return persons;
}

/* What one person, or one krone, in the latest year is worth: 1 over this. */
static Rational
latest_weight(const Rule *rule, const Figures *figures)
{
	Rational weight;

	switch (rule->averaging)
	{
		case POOLED:
			weight = figure_group(rule, &figures->year[0]);
			for (int i = 1; i < figures->years; i++)
				weight = rational_add(weight, figure_group(rule, &figures->year[i]));
			return weight;
		case MEAN_OF_COUNTS:
			weight = figure_group(rule, &figures->list_date);
			break;
		default:
			weight = figure_group(rule, &figures->year[figures->years - 1]);
	}
	return rational_scale(weight, figures->years);
}

/* Are there that many: to be taken from those who count, or from the others to join them? */
static bool
enough_people(const Rule *rule, const Figures *figures, Rational distance, bool over, bool strict)
{
	const Figure *latest = &figures->year[figures->years - 1];
	Rational room = figure_amount(rule, latest);
	int order;

	if (!over)
	{
		if (rule->measure == MEASURE_RESIDENTS)
			return true;
		room = rational_subtract(figure_group(rule, latest), room);
		distance = rational_negate(distance);
	}
	order = rational_compare(distance, room);
	/* a tie is enough where it is the other side already */
	return over == strict ? order <= 0 : order < 0;
}

/* After k people moved: does the answer stand on the other side? */
static bool
flips(Rational amount, Rational group, Rational limit, bool over, bool strict)
{
	if (rational_sign(amount) < 0)
		amount = rational_from_int64(0);
	if (rational_sign(group) <= 0 || rational_compare(amount, group) > 0)
		return false;
	return share_is_over(rational_divide(amount, group), limit, strict) != over;
}

/*
 * Origin does not change, but people come and go. Over the limit: how many who
 * count have to leave, or how many others to come. Not over it: how many others
 * leaving, or how many who count coming, carry it over. x of n people, limit L:
 * (x - Ln)/(1 - L) of those who count, x/L - n of the others.
 */
static void
margin_by_moves(const Rule *rule, const Figures *figures, const Comparison *comparison, bool strict,
				Margin *margin)
{
	const Figure *figure = &figures->year[0];
	Rational x = figure_amount(rule, figure);
	Rational n = figure_group(rule, figure);
	Rational limit = comparison->limit;
	Rational others = rational_subtract(rational_from_int64(1), limit);
	bool over = comparison->over;
	Persons counting = {false, 0};
	Persons other = {false, 0};
	Persons *leaving = over ? &counting : &other;
	Persons *coming = over ? &other : &counting;

	if (rational_sign(others) > 0)
		counting = persons_to_flip(
			rational_divide(rational_subtract(x, rational_multiply(limit, n)), others), over,
			strict);
	if (rational_sign(limit) > 0)
		other = persons_to_flip(rational_subtract(rational_divide(x, limit), n), over, strict);
	/* the formulas know nothing of the last person in the area */
	if (leaving->known)
	{
		Rational gone = rational_from_int64(leaving->count);

		leaving->known = flips(over ? rational_subtract(x, gone) : x, rational_subtract(n, gone),
							   limit, over, strict);
	}
	if (coming->known)
	{
		Rational come = rational_from_int64(coming->count);

		coming->known =
			flips(over ? x : rational_add(x, come), rational_add(n, come), limit, over, strict);
	}
	margin->by_leaving = *leaving;
	margin->by_newcomers = *coming;
}

/*
 * Income has no margin in persons: one large income can change it. Instead the
 * kroner by which all incomes together would have to change, and below the limit
 * how many residents of mean income would have to be exchanged for people with
 * the region's mean.
 */
static void
margin_in_kroner(const Rule *rule, const Figures *figures, const Figures *region,
				 const Comparison *comparison, bool strict, Margin *margin)
{
	const Figure *latest = &figures->year[figures->years - 1];
	const Figure *latest_region = &region->year[region->years - 1];
	Rational group = figure_group(rule, latest);
	Rational latest_mean =
		rational_divide(figure_amount(rule, latest_region), figure_group(rule, latest_region));
	Rational region_mean = latest_mean;
	Rational gain;

	if (rule->averaging != MEAN_OF_SHARES &&
		!figures_average(rule, region, NULL, rule->averaging, RESOLVE_AS_RULE, &region_mean))
		return;
	margin->amount_known = true;
	margin->amount = rational_multiply(rational_multiply(latest_weight(rule, figures), region_mean),
									   rational_subtract(comparison->limit, comparison->share));
	gain = rational_subtract(latest_mean, rational_divide(figure_amount(rule, latest), group));
	if (comparison->over || rational_sign(gain) <= 0)
		return;
	margin->swaps =
		persons_to_flip(rational_divide(rational_negate(margin->amount), gain), false, strict);
	if (rational_compare(rational_from_int64(margin->swaps.count), group) > 0)
		margin->swaps.known = false;
}

void
margin_of(const Rule *rule, const Figures *figures, const Figures *region,
		  const Comparison *comparison, Margin *margin)
{
	bool strict = COMPARATOR_IS_STRICT(rule->comparator);
	Rational distance;

	memset(margin, 0, sizeof(Margin));
	if (rule->measure == MEASURE_LOW_INCOME)
	{
		margin_in_kroner(rule, figures, region, comparison, strict, margin);
		return;
	}
	distance = rational_multiply(latest_weight(rule, figures),
								 rational_subtract(comparison->share, comparison->limit));
	margin->persons = persons_to_flip(distance, comparison->over, strict);
	if (!enough_people(rule, figures, distance, comparison->over, strict))
		margin->persons.known = false;
	if (rule->measure == MEASURE_OUTSIDE_LABOUR)
	{
		margin->fulltime_known = true;
		margin->fulltime = rational_sign(distance) < 0 ? rational_negate(distance) : distance;
	}
	if (rule->measure != MEASURE_RESIDENTS && figures->years == 1 &&
		(rule->averaging != MEAN_OF_COUNTS || figures->list_index >= 0))
		margin_by_moves(rule, figures, comparison, strict, margin);
}
