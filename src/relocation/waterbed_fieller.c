/*
 * waterbed_fieller.c
 *	  Limits of the waterbed shares by Fieller's theorem: those t for which
 *	  (E - tD)^2 <= z^2 (V_EE - 2t V_ED + t^2 V_DD).
 *
 * The delta method fails where the fall is small, which is where it matters: at a
 * fall of 15 persons it covers .86, this .95. What is random is what persons did,
 * given where they were and whether they had x: the variance is that within strata
 * of one origin, those with x before and those without apart. Where x is more than
 * a flag, persons are compared with what their x before lets expect.
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "relocation/shares.h"
#include "statistics/distributions.h"

#define UNBOUNDED "the interval is unbounded"
/* A sum of squares below this part of what it is the difference of is rounding. */
#define ROUNDING 1e-12

#define NO_VARIANCE "nobody or everybody moved, so no interval"

/* A pair with something to do with the set. */
typedef struct ShareItem
{
	const WaterbedPair *pair;
	int64 origin; /* place in the index, -1 outside the city */
	ShareCategory category;
} ShareItem;

typedef struct ShareItems
{
	ShareItem *item;
	Size n;
	Size room;
} ShareItems;

ShareCategory
share_category(const PlaceSet *set, const PlaceSet *receivers, int64 before, int64 after)
{
	bool from = place_in_city(before) && place_set_has(set, before);
	bool to = place_in_city(after) && place_set_has(set, after);

	if (from && to)
		return SHARE_STAYED;
	if (from)
	{
		if (!place_in_city(after))
			return SHARE_LEFT_CITY;
		return receivers == NULL || place_set_has(receivers, after) ? SHARE_LEFT_TO
																	: SHARE_LEFT_OTHER;
	}
	if (!to)
		return SHARE_NONE;
	if (!place_in_city(before))
		return SHARE_CAME_OUTSIDE;
	return receivers == NULL || place_set_has(receivers, before) ? SHARE_CAME_FROM
																 : SHARE_CAME_OTHER;
}

static inline bool
before_in_set(ShareCategory category)
{
	return category >= SHARE_STAYED && category <= SHARE_LEFT_CITY;
}

static inline bool
after_in_set(ShareCategory category)
{
	return category == SHARE_STAYED || category >= SHARE_CAME_FROM;
}

/* Sums of x in persons, and what follows from them; differences are taken before rounding. */
typedef struct ShareTotals
{
	double n0, n1, x0, x1;
	bool count_fell, rate_fell;
	double stay_n, stay_p;
	double in_n, in_x1, out_n, out_x0;
	double exported, fall;
	double rate_within, rate_change;
} ShareTotals;

static void
share_totals(const ShareSums *sums, ShareTotals *totals)
{
	const ShareSum *of = sums->of;
	int128 n0 = 0, n1 = 0, x0 = 0, x1 = 0;
	int128 stay_n, stay_x0;

	memset(totals, 0, sizeof(ShareTotals));
	for (int i = SHARE_STAYED; i < SHARE_CATEGORIES; i++)
	{
		if (before_in_set(i))
		{
			n0 += of[i].n;
			x0 += of[i].x0;
		}
		if (after_in_set(i))
		{
			n1 += of[i].n;
			x1 += of[i].x1;
		}
	}
	totals->count_fell = x0 > x1;
	totals->rate_fell = n0 > 0 && n1 > 0 && x1 * n0 < x0 * n1;
	totals->n0 = (double) n0;
	totals->n1 = (double) n1;
	totals->x0 = (double) x0 / WATERBED_UNIT;
	totals->x1 = (double) x1 / WATERBED_UNIT;
	totals->in_n = (double) of[SHARE_CAME_FROM].n;
	totals->in_x1 = (double) of[SHARE_CAME_FROM].x1 / WATERBED_UNIT;
	totals->out_n = (double) of[SHARE_LEFT_TO].n;
	totals->out_x0 = (double) of[SHARE_LEFT_TO].x0 / WATERBED_UNIT;
	totals->exported = (double) (of[SHARE_LEFT_TO].x0 - of[SHARE_CAME_FROM].x0) / WATERBED_UNIT;
	totals->fall = (double) (x0 - x1) / WATERBED_UNIT;
	/* Without stayers the share before stands for theirs. */
	totals->stay_n = (double) of[SHARE_STAYED].n;
	stay_n = of[SHARE_STAYED].n > 0 ? of[SHARE_STAYED].n : n0;
	stay_x0 = of[SHARE_STAYED].n > 0 ? of[SHARE_STAYED].x0 : x0;
	if (stay_n > 0)
		totals->stay_p = (double) stay_x0 / WATERBED_UNIT / (double) stay_n;
	if (n0 == 0 || n1 == 0)
		return;
	totals->rate_change = share_term(x1, n1, x0, n0, n1);
	totals->rate_within =
		share_term(of[SHARE_CAME_FROM].x1, of[SHARE_CAME_FROM].n, stay_x0, stay_n, n1) -
		share_term(of[SHARE_LEFT_TO].x0, of[SHARE_LEFT_TO].n, stay_x0, stay_n, n0);
}

/* How the part within the city and the change of the share answer to one person more or less. */
static void
rate_influences(const ShareTotals *t, ShareCategory category, ShareInfluence *influence)
{
	double p1 = t->x1 / t->n1;

	if (after_in_set(category))
	{
		influence->constant[SHARE_A] -= (t->in_x1 - t->in_n * t->stay_p) / (t->n1 * t->n1);
		influence->constant[SHARE_R] -= p1 / t->n1;
		influence->x1[SHARE_R] += 1 / t->n1;
	}
	if (category == SHARE_CAME_FROM)
	{
		influence->constant[SHARE_A] -= t->stay_p / t->n1;
		influence->x1[SHARE_A] += 1 / t->n1;
	}
	else if (category == SHARE_LEFT_TO)
	{
		influence->constant[SHARE_A] += t->stay_p / t->n0;
		influence->x0[SHARE_A] -= 1 / t->n0;
	}
	else if (category == SHARE_STAYED && t->stay_n > 0)
	{
		double moved = (t->out_n / t->n0 - t->in_n / t->n1) / t->stay_n;

		influence->constant[SHARE_A] -= moved * t->stay_p;
		influence->x0[SHARE_A] += moved;
	}
}

void
share_influences(const ShareSums *sums, ShareInfluence *influence)
{
	ShareTotals totals;

	share_totals(sums, &totals);
	memset(influence, 0, SHARE_CATEGORIES * sizeof(ShareInfluence));
	for (int i = SHARE_STAYED; i < SHARE_CATEGORIES; i++)
	{
		if (before_in_set(i))
			influence[i].x0[SHARE_D] = 1;
		if (after_in_set(i))
			influence[i].x1[SHARE_D] = -1;
		if (i == SHARE_LEFT_TO)
			influence[i].x0[SHARE_E] = 1;
		if (i == SHARE_CAME_FROM)
			influence[i].x0[SHARE_E] = -1;
		if (totals.n0 > 0 && totals.n1 > 0)
			rate_influences(&totals, i, &influence[i]);
	}
}

/* Persons of one category with x before, or without. */
typedef struct ShareGroup
{
	double n, x0, x1, x00, x01, x11;
} ShareGroup;

static void
stratum_add(ShareStratum *stratum, const ShareInfluence *f, const ShareGroup *g)
{
	for (int k = 0; k < SHARE_PARTS; k++)
	{
		double c = f->constant[k];
		double a = f->x0[k];
		double b = f->x1[k];

		stratum->u[k] += c * g->n + a * g->x0 + b * g->x1;
		stratum->ux0[k] += c * g->x0 + a * g->x00 + b * g->x01;
		stratum->size[k] += c * c * g->n + a * a * g->x00 + b * b * g->x11 +
							2 * (fabs(c * a * g->x0) + fabs(c * b * g->x1) + fabs(a * b * g->x01));
		for (int l = 0; l <= k; l++)
		{
			double c2 = f->constant[l];
			double a2 = f->x0[l];
			double b2 = f->x1[l];

			stratum->uu[k][l] += c * c2 * g->n + (c * a2 + a * c2) * g->x0 +
								 (c * b2 + b * c2) * g->x1 + a * a2 * g->x00 +
								 (a * b2 + b * a2) * g->x01 + b * b2 * g->x11;
		}
	}
}

void
share_fit(const ShareStratum *stratum, ShareFit *fit)
{
	double n = stratum->n;
	double spread = stratum->x00 - stratum->x0 * stratum->x0 / n;
	/* Of flags x before is the same in all of a stratum, up to rounding. */
	bool sloped = n > 2 && spread > 1e-9 * stratum->x00;

	fit->inflation = sloped ? (n - 1) / (n - 2) : 1;
	for (int k = 0; k < SHARE_PARTS; k++)
	{
		fit->slope[k] = sloped ? (stratum->ux0[k] - stratum->u[k] * stratum->x0 / n) / spread : 0;
		fit->intercept[k] = (stratum->u[k] - fit->slope[k] * stratum->x0) / n;
	}
}

/* Sums of squares and products about the fit of the stratum; what is only rounding is nothing. */
static void
stratum_variance(const ShareStratum *stratum, ShareVariance variance)
{
	ShareVariance about = {{0}};
	bool varies[SHARE_PARTS];
	ShareFit fit;

	if (stratum->n <= 0)
		return;
	share_fit(stratum, &fit);
	for (int k = 0; k < SHARE_PARTS; k++)
	{
		for (int l = 0; l <= k; l++)
			about[k][l] = stratum->uu[k][l] - fit.intercept[k] * stratum->u[l] -
						  fit.slope[k] * stratum->ux0[l];
		varies[k] = about[k][k] > ROUNDING * stratum->size[k];
	}
	for (int k = 0; k < SHARE_PARTS; k++)
		for (int l = 0; l <= k; l++)
			if (varies[k] && varies[l])
				variance[k][l] += fit.inflation * about[k][l];
}

/* Entrants: their number is random too; what is only rounding is nothing here too. */
static void
entrant_variance(const ShareStratum *stratum, ShareVariance variance)
{
	for (int k = 0; k < SHARE_PARTS; k++)
		for (int l = 0; l <= k; l++)
			if (stratum->uu[k][k] > ROUNDING * stratum->size[k] &&
				stratum->uu[l][l] > ROUNDING * stratum->size[l])
				variance[k][l] += stratum->uu[k][l];
}

/* Those of a flow with x before, and the others. */
static void
flow_groups(const WaterbedFlow *flow, ShareGroup *with, ShareGroup *without)
{
	with->n = (double) flow->with;
	with->x0 = (double) flow->x0 / WATERBED_UNIT;
	with->x1 = (double) flow->with_x1 / WATERBED_UNIT;
	with->x00 = (double) flow->x00 / WATERBED_SQUARE_UNIT;
	with->x01 = (double) flow->x01 / WATERBED_SQUARE_UNIT;
	with->x11 = (double) flow->with_x11 / WATERBED_SQUARE_UNIT;
	memset(without, 0, sizeof(ShareGroup));
	without->n = (double) (flow->n - flow->with);
	without->x1 = (double) ((int128) flow->x1 - flow->with_x1) / WATERBED_UNIT;
	without->x11 = (double) (flow->x11 - flow->with_x11) / WATERBED_SQUARE_UNIT;
}

/* The items of one origin. */
static void
origin_variance(const WaterbedIndex *index, const ShareItem *item, Size n,
				const ShareInfluence *influence, ShareVariance variance)
{
	ShareStratum with = {0};
	ShareStratum without = {0};

	for (Size i = 0; i < n; i++)
	{
		WaterbedFlow flow;
		ShareGroup group[2];

		CHECK_FOR_INTERRUPTS();
		waterbed_flow(item[i].pair, &flow);
		flow_groups(&flow, &group[0], &group[1]);
		stratum_add(&with, &influence[item[i].category], &group[0]);
		stratum_add(&without, &influence[item[i].category], &group[1]);
	}
	if (item->origin < 0)
	{
		entrant_variance(&without, variance);
		return;
	}
	with.n = (double) index->totals[item->origin].with;
	with.x0 = (double) index->totals[item->origin].x0 / WATERBED_UNIT;
	with.x00 = (double) index->totals[item->origin].x00 / WATERBED_SQUARE_UNIT;
	without.n = (double) (index->totals[item->origin].n - index->totals[item->origin].with);
	stratum_variance(&with, variance);
	stratum_variance(&without, variance);
}

static void
put_item(ShareItems *items, const WaterbedPair *pair, int64 origin, ShareCategory category)
{
	ShareItem item = {pair, origin, category};

	if (items->n == items->room)
	{
		items->room *= 2;
		items->item = repalloc_huge(items->item, items->room * sizeof(ShareItem));
	}
	items->item[items->n++] = item;
}

static int
compare_items(const void *a, const void *b, void *unused)
{
	const ShareItem *left = a;
	const ShareItem *right = b;

	if (left->origin != right->origin)
		return left->origin < right->origin ? -1 : 1;
	return left->pair < right->pair ? -1 : left->pair > right->pair;
}

/* The pairs that begin or end in the set, those of an origin together. */
static ShareItems
collect_items(const WaterbedIndex *index, const PlaceSet *set, const PlaceSet *receivers)
{
	ShareItems items = {NULL, 0, 64};

	items.item = palloc(items.room * sizeof(ShareItem));
	for (Size i = 0; i < set->n; i++)
	{
		int64 place = waterbed_index_find(index, set->area[i]);

		if (place < 0)
			continue;
		for (Size k = index->from[place]; k < index->from[place + 1]; k++)
		{
			const WaterbedPair *pair = index->value->pair + k;

			CHECK_FOR_INTERRUPTS();
			put_item(&items, pair, place,
					 share_category(set, receivers, pair->before, pair->after));
		}
		for (Size k = index->to[place]; k < index->to[place + 1]; k++)
		{
			const WaterbedPair *pair = index->value->pair + index->to_pair[k];
			ShareCategory category = share_category(set, receivers, pair->before, pair->after);

			CHECK_FOR_INTERRUPTS();
			if (category != SHARE_STAYED)
				put_item(&items, pair,
						 place_in_city(pair->before) ? waterbed_index_find(index, pair->before)
													 : -1,
						 category);
		}
	}
	if (set->n > 1)
		qsort_interruptible(items.item, items.n, sizeof(ShareItem), compare_items, NULL);
	return items;
}

/* Limits of a ratio; false where they are no interval. */
static bool
fieller_limits(double e, double d, double vee, double ved, double vdd, double z, double *low,
			   double *high)
{
	double a = d * d - z * z * vdd;
	double b = e * d - z * z * ved;
	double c = e * e - z * z * vee;
	double root;

	if (!(a > 0))
		return false;
	root = sqrt(Max(b * b - a * c, 0));
	/* No negative zero. */
	*low = (b - root) / a + 0.0;
	*high = (b + root) / a + 0.0;
	return isfinite(*low) && isfinite(*high);
}

static void
put_interval(WaterbedInterval *interval, const ShareVariance variance, int e, int d, double top,
			 double bottom, double z)
{
	interval->defined = true;
	interval->share = top / bottom + 0.0;
	/* Of 0 moves or of all the variance is taken as none, which it is not. */
	if (!(variance[e][e] > 0))
	{
		interval->why = NO_VARIANCE;
		return;
	}
	interval->bounded = fieller_limits(top, bottom, variance[e][e], variance[Max(e, d)][Min(e, d)],
									   variance[d][d], z, &interval->low, &interval->high);
	/* Limits without any width may be off the share by a last bit. */
	interval->low = Min(interval->low, interval->share);
	interval->high = Max(interval->high, interval->share);
	interval->why = interval->bounded ? NULL : UNBOUNDED;
}

void
share_result(const ShareSums *sums, const ShareVariance variance, double confidence,
			 ShareResult *result)
{
	double z = normal_quantile(0.5 + confidence / 2);
	ShareTotals t;

	share_totals(sums, &t);
	memset(result, 0, sizeof(ShareResult));
	result->exported = t.exported;
	result->fall = t.fall;
	result->unknown = sums->unknown;
	if (t.count_fell)
		put_interval(&result->count, variance, SHARE_E, SHARE_D, t.exported, t.fall, z);
	else
		result->count.why = "x did not fall";
	if (t.n0 == 0 || t.n1 == 0)
		result->rate.why = "nobody before or nobody after";
	else if (t.rate_fell)
		put_interval(&result->rate, variance, SHARE_A, SHARE_R, t.rate_within, t.rate_change, z);
	else
		result->rate.why = "the share of x did not fall";
}

void
share_of_set(const WaterbedIndex *index, const PlaceSet *set, const PlaceSet *receivers,
			 double confidence, ShareResult *result)
{
	ShareItems items = collect_items(index, set, receivers);
	ShareInfluence influence[SHARE_CATEGORIES];
	ShareSums sums = {0};
	ShareVariance variance = {{0}};
	Size next;

	for (Size i = 0; i < items.n; i++)
	{
		ShareSum *sum = &sums.of[items.item[i].category];
		WaterbedFlow flow;

		CHECK_FOR_INTERRUPTS();
		waterbed_flow(items.item[i].pair, &flow);
		sum->n += flow.n;
		sum->x0 += flow.x0;
		sum->x1 += flow.x1;
		sums.unknown += flow.unknown;
	}
	share_influences(&sums, influence);
	for (Size i = 0; i < items.n; i = next)
	{
		CHECK_FOR_INTERRUPTS();
		for (next = i + 1; next < items.n && items.item[next].origin == items.item[i].origin;)
			next++;
		origin_variance(index, items.item + i, next - i, influence, variance);
	}
	pfree(items.item);
	share_result(&sums, variance, confidence, result);
}

void
waterbed_fieller(const WaterbedIndex *index, const int64 *origins, Size n, double confidence,
				 WaterbedInterval *count, WaterbedInterval *rate)
{
	PlaceSet set = {origins, n};
	ShareResult result;

	share_of_set(index, &set, NULL, confidence, &result);
	*count = result.count;
	*rate = result.rate;
}
