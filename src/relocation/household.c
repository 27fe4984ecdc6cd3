/*
 * household.c
 *	  The waterbed shares with limits by household: those who live together move
 *	  together, so persons are not independent, and limits that take them as such
 *	  are too narrow.
 *
 * The figures are those of waterbed_share. For the limits, what persons did beyond
 * what their stratum lets expect is summed by household and squared, households
 * being independent. Which stratum expects what is known at the end only, so the
 * persons are kept: 48 bytes each.
 */
#include "compat.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "relocation/shares.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_household_transition);
PG_FUNCTION_INFO_V1(monitor_waterbed_household_transition_flags);
PG_FUNCTION_INFO_V1(monitor_waterbed_household_final);

#define CONFIDENCE 0.95

typedef struct HouseholdPerson
{
	int64 household;
	int64 before;
	int64 x0;
	int64 x1;
	int64 stratum; /* -1: entered from outside */
	ShareCategory category;
	bool alone; /* no household known */
} HouseholdPerson;

typedef struct Households
{
	MemoryContext context;
	ArrayType *origins; /* as given */
	PlaceSet set;
	HouseholdPerson *person;
	Size n;
	Size room;
	ShareSums sums;
} Households;

/* One row: what is known of the person. */
typedef struct HouseholdRow
{
	NullableDatum household;
	int64 before;
	int64 after;
	bool known0;
	bool known1;
	int64 x0;
	int64 x1;
} HouseholdRow;

static void
refuse_area(const char *name, int64 area)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s " INT64_FORMAT " is no place", name, area),
			 errhint("Areas are 1 and above; 0 is the rest of the city, -1 the rest of the "
					 "country, -2 abroad, -3 (before) born or aged in, -4 (after) died or aged "
					 "out, NULL unknown.")));
}

static int64
row_area(NullableDatum arg, const char *name, int64 last, int64 never)
{
	int64 area;

	if (arg.isnull)
		return WATERBED_UNKNOWN;
	area = DatumGetInt64(arg.value);
	if (area < last || area == never)
		refuse_area(name, area);
	return area;
}

static int64
row_x(const char *name, double x)
{
	if (!(x >= -WATERBED_MAX_X && x <= WATERBED_MAX_X))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %g is not in -%g to %g", name, x, WATERBED_MAX_X, WATERBED_MAX_X),
				 errhint("Give NULL where x is unknown.")));
	return (int64) rint(x * WATERBED_UNIT);
}

/* The state, made at the first row; the origins must stay as they are. */
static Households *
aggregate_state(FunctionCallInfo fcinfo, int origins)
{
	Households *all = PG_ARGISNULL(0) ? NULL : (Households *) PG_GETARG_POINTER(0);
	MemoryContext context, caller;
	ArrayType *array;

	context = aggregate_context(fcinfo);
	if (PG_ARGISNULL(origins))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("origins are NULL"),
						errhint("Give the areas whose exports are asked for.")));
	array = PG_GETARG_ARRAYTYPE_P(origins);
	if (all == NULL)
	{
		caller = MemoryContextSwitchTo(context);
		all = palloc0(sizeof(Households));
		all->context = context;
		all->origins = PG_GETARG_ARRAYTYPE_P_COPY(origins);
		all->set = place_set_from_array(all->origins, "origins");
		all->room = 256;
		all->person = palloc(all->room * sizeof(HouseholdPerson));
		MemoryContextSwitchTo(caller);
	}
	else if (VARSIZE(array) != VARSIZE(all->origins) ||
			 memcmp(array, all->origins, VARSIZE(array)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("origins differ within a group"),
				 errhint("Give every row of the group the same areas.")));
	if ((Pointer) array != PG_GETARG_POINTER(origins))
		pfree(array);
	return all;
}

/* A person counts as in the aggregate waterbed: x is known whenever they are in the city. */
static void
add_row(Households *all, const HouseholdRow *row)
{
	bool from_city = place_in_city(row->before);
	bool to_city = place_in_city(row->after);
	HouseholdPerson person = {0};
	ShareSum *sum;

	if (row->before == WATERBED_NEW && row->after == WATERBED_GONE)
		return;
	person.category = share_category(&all->set, NULL, row->before, row->after);
	if (row->before == WATERBED_UNKNOWN || row->after == WATERBED_UNKNOWN ||
		(from_city && !row->known0) || (to_city && !row->known1))
	{
		all->sums.unknown += person.category != SHARE_NONE;
		return;
	}
	if (!from_city && person.category == SHARE_NONE)
		return;
	person.alone = row->household.isnull;
	person.household = person.alone ? 0 : DatumGetInt64(row->household.value);
	person.before = row->before;
	person.x0 = from_city ? row->x0 : 0;
	person.x1 = to_city ? row->x1 : 0;
	sum = &all->sums.of[person.category];
	sum->n++;
	sum->x0 += person.x0;
	sum->x1 += person.x1;
	if (all->n == all->room)
	{
		all->room *= 2;
		all->person = repalloc_huge(all->person, all->room * sizeof(HouseholdPerson));
	}
	all->person[all->n++] = person;
}

/* Reads the areas and applies the group's edge: who is not in it comes from -3 or goes to -4. */
static void
read_places(HouseholdRow *row, const NullableDatum *arg, bool in_before, bool in_after)
{
	row->household = arg[0];
	row->before = row_area(arg[1], "area_before", WATERBED_NEW, WATERBED_GONE);
	row->after = row_area(arg[2], "area_after", WATERBED_GONE, WATERBED_NEW);
	if (!in_before)
		row->before = WATERBED_NEW;
	if (!in_after)
		row->after = WATERBED_GONE;
	row->known0 = !arg[3].isnull && row->before != WATERBED_NEW;
	row->known1 = !arg[4].isnull && row->after != WATERBED_GONE;
}

static bool
row_flag(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", name),
						errhint("Say whether the person counts in the group at that time; where "
								"only x is unknown, give NULL for x.")));
	return PG_GETARG_BOOL(argument);
}

/* (state, household, area_before, area_after, x_before, x_after, [in_before, in_after,] origins) */
Datum
monitor_waterbed_household_transition(PG_FUNCTION_ARGS)
{
	bool edged = PG_NARGS() == 9;
	Households *all = aggregate_state(fcinfo, edged ? 8 : 6);
	HouseholdRow row = {0};

	read_places(&row, fcinfo->args + 1, !edged || row_flag(fcinfo, 6, "in_before"),
				!edged || row_flag(fcinfo, 7, "in_after"));
	/* Outside the group x is not looked at. */
	if (row.known0)
		row.x0 = row_x("x_before", PG_GETARG_FLOAT8(4));
	if (row.known1)
		row.x1 = row_x("x_after", PG_GETARG_FLOAT8(5));
	add_row(all, &row);
	PG_RETURN_POINTER(all);
}

Datum
monitor_waterbed_household_transition_flags(PG_FUNCTION_ARGS)
{
	Households *all = aggregate_state(fcinfo, 6);
	HouseholdRow row = {0};

	read_places(&row, fcinfo->args + 1, true, true);
	row.x0 = !PG_ARGISNULL(4) && PG_GETARG_BOOL(4) ? WATERBED_UNIT : 0;
	row.x1 = !PG_ARGISNULL(5) && PG_GETARG_BOOL(5) ? WATERBED_UNIT : 0;
	add_row(all, &row);
	PG_RETURN_POINTER(all);
}

#define COMPARE(a, b)                                                                              \
	if ((a) != (b))                                                                                \
	return (a) < (b) ? -1 : 1

/* What is known of two persons but for their households. */
static int
compare_persons(const HouseholdPerson *left, const HouseholdPerson *right)
{
	COMPARE(left->before, right->before);
	COMPARE(left->x0 != 0, right->x0 != 0);
	COMPARE(left->category, right->category);
	COMPARE(left->x0, right->x0);
	COMPARE(left->x1, right->x1);
	return 0;
}

static int
compare_strata(const void *a, const void *b, void *unused)
{
	return compare_persons(a, b);
}

static int
compare_households(const void *a, const void *b, void *unused)
{
	const HouseholdPerson *left = a;
	const HouseholdPerson *right = b;

	COMPARE(left->alone, right->alone);
	COMPARE(left->household, right->household);
	return compare_persons(left, right);
}

static void
contribution(const HouseholdPerson *person, const ShareInfluence *influence, double *u)
{
	const ShareInfluence *f = &influence[person->category];

	for (int k = 0; k < SHARE_PARTS; k++)
		u[k] = f->constant[k] + f->x0[k] * person->x0 / WATERBED_UNIT +
			   f->x1[k] * person->x1 / WATERBED_UNIT;
}

/* The same without signs, squared: what tells a difference from rounding. */
static void
add_squared_size(const HouseholdPerson *person, const ShareInfluence *influence, double *size)
{
	const ShareInfluence *f = &influence[person->category];

	for (int k = 0; k < SHARE_PARTS; k++)
	{
		double u = fabs(f->constant[k]) + fabs(f->x0[k] * person->x0 / WATERBED_UNIT) +
				   fabs(f->x1[k] * person->x1 / WATERBED_UNIT);

		size[k] += u * u;
	}
}

/* Sums over a stratum, as far as the fit asks for them. */
static void
sum_stratum(const HouseholdPerson *person, Size n, const ShareInfluence *influence,
			ShareStratum *stratum)
{
	memset(stratum, 0, sizeof(ShareStratum));
	for (Size i = 0; i < n; i++)
	{
		double x0 = (double) person[i].x0 / WATERBED_UNIT;
		double u[SHARE_PARTS];

		CHECK_FOR_INTERRUPTS();
		contribution(&person[i], influence, u);
		stratum->n += 1;
		stratum->x0 += x0;
		stratum->x00 += x0 * x0;
		for (int k = 0; k < SHARE_PARTS; k++)
		{
			stratum->u[k] += u[k];
			stratum->ux0[k] += u[k] * x0;
		}
	}
}

/* Puts persons in order of strata, numbers these, and says what each lets expect. */
static ShareFit *
fit_strata(Households *all, const ShareInfluence *influence)
{
	HouseholdPerson *person = all->person;
	Size strata = 0;
	Size room = 64;
	ShareFit *fit = palloc(room * sizeof(ShareFit));
	Size next;

	qsort_interruptible(person, all->n, sizeof(HouseholdPerson), compare_strata, NULL);
	for (Size i = 0; i < all->n; i = next)
	{
		bool entrants = !place_in_city(person[i].before);
		ShareStratum stratum;

		for (next = i; next < all->n && person[next].before == person[i].before &&
					   (person[next].x0 != 0) == (person[i].x0 != 0);
			 next++)
			person[next].stratum = entrants ? -1 : (int64) strata;
		if (entrants)
			continue;
		if (strata == room)
		{
			room *= 2;
			fit = repalloc_huge(fit, room * sizeof(ShareFit));
		}
		sum_stratum(person + i, next - i, influence, &stratum);
		share_fit(&stratum, &fit[strata++]);
	}
	return fit;
}

/* Adds what a person did beyond what was expected. */
static void
add_residual(const HouseholdPerson *person, const ShareInfluence *influence, const ShareFit *fits,
			 double *sum, double *size)
{
	double x0 = (double) person->x0 / WATERBED_UNIT;
	double u[SHARE_PARTS];

	contribution(person, influence, u);
	add_squared_size(person, influence, size);
	for (int k = 0; k < SHARE_PARTS; k++)
	{
		if (person->stratum >= 0)
		{
			const ShareFit *fit = &fits[person->stratum];

			u[k] = sqrt(fit->inflation) * (u[k] - fit->intercept[k] - fit->slope[k] * x0);
		}
		sum[k] += u[k];
	}
}

/* The variance between households, which come in order; what is only rounding is nothing. */
static void
household_variance(Households *all, const ShareInfluence *influence, const ShareFit *fit,
				   ShareVariance variance)
{
	const HouseholdPerson *person = all->person;
	double size[SHARE_PARTS] = {0};
	Size next;

	qsort_interruptible(all->person, all->n, sizeof(HouseholdPerson), compare_households, NULL);
	for (Size i = 0; i < all->n; i = next)
	{
		double sum[SHARE_PARTS] = {0};

		CHECK_FOR_INTERRUPTS();
		next = i;
		do
			add_residual(&person[next++], influence, fit, sum, size);
		while (next < all->n && !person[i].alone && !person[next].alone &&
			   person[next].household == person[i].household);
		for (int k = 0; k < SHARE_PARTS; k++)
			for (int l = 0; l <= k; l++)
				variance[k][l] += sum[k] * sum[l];
	}
	for (int k = 0; k < SHARE_PARTS; k++)
		if (variance[k][k] <= 1e-12 * size[k])
			for (int l = 0; l < SHARE_PARTS; l++)
				variance[Max(k, l)][Min(k, l)] = 0;
}

Datum
monitor_waterbed_household_final(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, SHARE_COLUMNS);
	ShareInfluence influence[SHARE_CATEGORIES];
	ShareVariance variance = {{0}};
	ShareFit *fit;
	Households *all;
	ShareResult result;
	int64 alone = 0;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	all = (Households *) PG_GETARG_POINTER(0);
	share_influences(&all->sums, influence);
	fit = fit_strata(all, influence);
	household_variance(all, influence, fit, variance);
	for (Size i = all->n; i > 0 && all->person[i - 1].alone; i--)
		alone++;
	share_result(&all->sums, variance, CONFIDENCE, &result);
	PG_RETURN_DATUM(share_row(
		type, &result,
		alone == 0 ? "limits take households as independent"
				   : psprintf("limits take households as independent, and alone those of no known "
							  "household, of whom there are " INT64_FORMAT,
							  alone)));
}
