/*
 * segregation_parts.c
 *	  Segregation between the districts of a city and within them: mutual
 *	  information adds up, M = M between + sum over districts of T_k / T x M within k.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_decomposition_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_decomposition_final);

#define DECOMPOSITION_COLUMNS 7

/* What the whole needs to know of a district. */
typedef struct District
{
	double within; /* mutual information x people */
	int64 units;
	int64 *group; /* as stored */
} District;

typedef struct Districts
{
	MemoryContext context;
	uint32 groups;
	Size n;
	Size room;
	District *district;
} Districts;

/* A district's totals, which fit as its maker has seen to it. */
static District
district_of(const Segregation *value, MemoryContext context)
{
	City city = city_open(value);
	District district = {0};

	district.group = MemoryContextAllocZero(context, value->groups * sizeof(int64));
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);

		for (uint32 g = 0; g < value->groups; g++)
			district.group[g] += row[g] * row[value->groups];
		district.units += row[value->groups];
	}
	/* A district of one group has none, which is no information. */
	if (city_mutual_information(&city, &district.within))
		district.within *= city.total;
	return district;
}

Datum
monitor_segregation_decomposition_transition(PG_FUNCTION_ARGS)
{
	Districts *all = PG_ARGISNULL(0) ? NULL : (Districts *) PG_GETARG_POINTER(0);
	MemoryContext context;
	const Segregation *value;

	context = aggregate_context(fcinfo);
	if (all == NULL)
	{
		all = MemoryContextAllocZero(context, sizeof(Districts));
		all->context = context;
		all->room = 16;
		all->district = MemoryContextAlloc(context, all->room * sizeof(District));
	}
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(all);
	value = segregation_from_datum(PG_GETARG_DATUM(1));
	if (value->rows == 0)
		PG_RETURN_POINTER(all);
	if (all->groups != 0 && all->groups != value->groups)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a district has %u groups but %u were seen before", value->groups,
							   all->groups),
						errhint("Make every district's value of counts of the same groups.")));
	all->groups = value->groups;
	if (all->n == all->room)
	{
		all->room *= 2;
		all->district = repalloc_huge(all->district, all->room * sizeof(District));
	}
	all->district[all->n++] = district_of(value, context);
	PG_RETURN_POINTER(all);
}

static int
compare_districts(const void *a, const void *b, void *groups)
{
	const District *left = a;
	const District *right = b;
	int result = segregation_row_compare(left->group, right->group, *(const uint32 *) groups);

	if (result == 0 && left->within != right->within)
		result = left->within < right->within ? -1 : 1;
	return result;
}

/* Mutual information between districts as if each were one unit, and the sums of all of them. */
static bool
between_districts(Districts *all, City *city, double *between, double *within, int64 *units)
{
	SegregationSet *set = segregation_set_create(CurrentMemoryContext);

	segregation_set_groups(set, Max(all->groups, 2));
	*within = 0;
	*units = 0;
	qsort_interruptible(all->district, all->n, sizeof(District), compare_districts, &all->groups);
	for (Size i = 0; i < all->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		segregation_set_add(set, all->district[i].group, 1);
		*within += all->district[i].within;
		*units += all->district[i].units;
	}
	*city = city_open(segregation_build(set));
	*within /= city->total;
	return city_mutual_information(city, between);
}

Datum
monitor_segregation_decomposition_final(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, DECOMPOSITION_COLUMNS);
	Datum values[DECOMPOSITION_COLUMNS];
	bool nulls[DECOMPOSITION_COLUMNS] = {false};
	Districts *all;
	City city;
	double between, within, entropy;
	int64 units;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	all = (Districts *) PG_GETARG_POINTER(0);
	if (between_districts(all, &city, &between, &within, &units))
	{
		entropy = city_entropy(&city);
		values[0] = Float8GetDatum(between + within);
		values[1] = Float8GetDatum(between);
		values[2] = Float8GetDatum(within);
		values[3] = Float8GetDatum(within_bounds((between + within) / entropy));
		values[4] = Float8GetDatum(within_bounds(between / entropy));
		values[5] = Float8GetDatum(within_bounds(within / entropy));
	}
	else
		memset(nulls, true, 6);
	values[6] = Int64GetDatum((int64) all->n);
	return composite_datum(type, values, nulls);
}
