/*
 * change_expect.c
 *	  What would have been expected of an area, from its own period before and from
 *	  the other areas.
 *
 * Areas differ for good (tau^2, from the period before, DerSimonian and Laird 1986)
 * and by the chance of persons. The best expectation takes of an area's distance from
 * the others before the part that lasts (Morris 1983): all of it if areas differ
 * greatly, none if they are alike, when a short period before is noise. Its error
 * is that of what lasts and is not known, of the persons, and of the others' mean.
 *
 * Persons of a household move together and areas have good and bad years, so all
 * errors are stretched by what the middle of the areas shows (a median, which
 * the areas that did change do not move much).
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"

#include "backend/memory.h"
#include "relocation/changes.h"
#include "statistics/order.h"

/* With fewer controls what lasts cannot be told from chance: all of before is taken. */
#define LEAST_FOR_TAU 3
/* With fewer areas a median says nothing about overdispersion. */
#define LEAST_FOR_OVERDISPERSION 10
/* Median of the absolute value of a standard normal. */
#define NORMAL_MEDIAN 0.67448975019608171

/* A weighted mean that one member can be taken out of. */
typedef struct Center
{
	double weight;
	double sum;
	double variance; /* of the members */
	int64 n;
} Center;

static double
rate_weight(const ChangeRate *rate, double tau2)
{
	return isinf(tau2) ? 1 : 1 / (rate->variance + tau2);
}

/* Sign 1 takes the rate in, -1 out. */
static void
center_add(Center *center, const ChangeRate *rate, double tau2, int sign)
{
	double weight = sign * rate_weight(rate, tau2);

	center->weight += weight;
	center->sum += weight * rate->value;
	center->variance += sign * rate->variance;
	center->n += sign;
}

static const ChangeRate *
case_rate(const ChangeCase *change, bool after)
{
	return after ? &change->after : &change->before;
}

/* Variance of the areas apart from chance; infinite where it cannot be told. */
static double
find_tau2(const ChangeCase *change, Size n, bool after)
{
	double weights = 0, squares = 0, sum = 0, q = 0;
	int64 controls = 0;

	for (Size i = 0; i < n; i++)
	{
		const ChangeRate *rate = case_rate(&change[i], after);

		if (!change[i].control || !rate->defined)
			continue;
		weights += 1 / rate->variance;
		squares += 1 / (rate->variance * rate->variance);
		sum += rate->value / rate->variance;
		controls++;
	}
	if (controls < LEAST_FOR_TAU)
		return INFINITY;
	for (Size i = 0; i < n; i++)
	{
		const ChangeRate *rate = case_rate(&change[i], after);
		double deviation = rate->value - sum / weights;

		if (change[i].control && rate->defined)
			q += deviation * deviation / rate->variance;
	}
	return Max(q - (controls - 1), 0) / (weights - squares / weights);
}

static Center
find_center(const ChangeCase *change, Size n, bool after, double tau2)
{
	Center center = {0};

	for (Size i = 0; i < n; i++)
		if (change[i].control && case_rate(&change[i], after)->defined)
			center_add(&center, case_rate(&change[i], after), tau2, 1);
	return center;
}

/* Of the mean; under an infinite tau members weigh alike, and only their chance counts. */
static double
center_variance(const Center *center, double tau2)
{
	return isinf(tau2) ? center->variance / center->n / center->n : 1 / center->weight;
}

/* The part of a distance before that lasts. */
static double
lasting_part(const ChangeRate *before, double tau2)
{
	if (!before->defined)
		return 0;
	return isinf(tau2) ? 1 : tau2 / (tau2 + before->variance);
}

/* One area against the others. */
static void
expect_one(ChangeCase *change, Center before, Center after, double tau2)
{
	double lasts = lasting_part(&change->before, tau2);

	change->defined = false;
	if (!change->after.defined)
		return;
	if (change->control)
	{
		center_add(&after, &change->after, tau2, -1);
		if (change->before.defined)
			center_add(&before, &change->before, tau2, -1);
	}
	if (after.n < 1 || (change->before.defined && before.n < 1) ||
		(isinf(tau2) && !change->before.defined))
		return;
	change->expected = after.sum / after.weight;
	change->variance = change->after.variance + center_variance(&after, tau2);
	/* The error of what lasts: without a period before all of it. */
	change->variance += change->before.defined ? lasts * change->before.variance : tau2;
	if (lasts > 0)
	{
		change->expected += lasts * (change->before.value - before.sum / before.weight);
		change->variance += lasts * lasts * center_variance(&before, tau2);
	}
	change->difference = change->after.value - change->expected;
	change->defined = isfinite(change->difference) && isfinite(change->variance);
}

static double
median(double *value, Size n)
{
	qsort_interruptible(value, n, sizeof(double), double_order, NULL);
	return n % 2 == 1 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

static double
find_overdispersion(const ChangeCase *change, Size n)
{
	double *z = allocate(n, sizeof(double));
	Size count = 0;
	double scale = 1;

	for (Size i = 0; i < n; i++)
		if (change[i].control && change[i].defined)
			z[count++] = fabs(change[i].difference) / sqrt(change[i].variance);
	if (count >= LEAST_FOR_OVERDISPERSION)
		scale = median(z, count) / NORMAL_MEDIAN;
	pfree(z);
	return Max(scale * scale, 1);
}

double
change_expect(ChangeCase *change, Size n)
{
	bool has_before = false;
	double tau2;
	Center before;
	Center after;

	for (Size i = 0; i < n; i++)
		has_before = has_before || change[i].before.defined;
	tau2 = find_tau2(change, n, !has_before);
	before = find_center(change, n, false, tau2);
	after = find_center(change, n, true, tau2);
	for (Size i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		expect_one(&change[i], before, after, tau2);
	}
	return find_overdispersion(change, n);
}
