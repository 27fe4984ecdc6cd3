/*
 * waterbed_merge.c
 *	  Areas put together into landlords or districts. The account of a group is not
 *	  the sum of its areas' accounts, as moves inside it are no moves; so the pairs
 *	  are renamed and added, which is what the persons' rows would have given.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "backend/memory.h"
#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_merge);

/* An area and the group it goes into. */
typedef struct Membership
{
	int64 area;
	int64 group;
} Membership;

#define ST_SORT sort_memberships
#define ST_ELEMENT_TYPE Membership
#define ST_COMPARE(a, b) ((a)->area < (b)->area ? -1 : (a)->area > (b)->area)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The elements of an array of codes, which must have one dimension and no NULL. */
static const int64 *
codes(ArrayType *array, const char *name, int *n)
{
	*n = 0;
	if (ARR_NDIM(array) == 0)
		return NULL;
	if (ARR_NDIM(array) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s has %d dimensions, not 1", name, ARR_NDIM(array)),
						errhint("Give two arrays as array_agg makes them.")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s contains a NULL", name),
				 errhint("Leave out areas without a group only if the value has none of them.")));
	*n = ARR_DIMS(array)[0];
	return (const int64 *) ARR_DATA_PTR(array);
}

/* The memberships by area, each once. */
static Membership *
read_memberships(ArrayType *areas, ArrayType *groups, int *n)
{
	int n_groups;
	const int64 *area = codes(areas, "area", n);
	const int64 *group = codes(groups, "grp", &n_groups);
	Membership *member;

	if (*n != n_groups)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area has %d elements but grp has %d", *n, n_groups),
						errhint("Give one group for each area, in the same order.")));
	member = allocate(*n, sizeof(Membership));
	for (int i = 0; i < *n; i++)
	{
		if (area[i] < 1 || group[i] < 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s " INT64_FORMAT " is below 1", area[i] < 1 ? "area" : "group",
								   area[i] < 1 ? area[i] : group[i]),
							errhint("Codes from 0 down are places that are no areas; they stay as "
									"they are.")));
		member[i] = (Membership){area[i], group[i]};
	}
	sort_memberships(member, *n);
	for (int i = 1; i < *n; i++)
		if (member[i].area == member[i - 1].area)
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("area " INT64_FORMAT " is given twice", member[i].area),
							errhint("An area is in one group.")));
	return member;
}

static int64
group_of(int64 place, const Membership *member, int n)
{
	int low = 0;
	int high = n;

	if (place < 1)
		return place;
	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (member[middle].area < place)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == n || member[low].area != place)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area " INT64_FORMAT " has no group", place),
						errhint("Give a group for every area of the value; an area that stays by "
								"itself is a group of one.")));
	return member[low].group;
}

Datum
monitor_waterbed_merge(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	int n;
	Membership *member = read_memberships(PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_ARRAYTYPE_P(2), &n);
	WaterbedSet *set = waterbed_set_create(CurrentMemoryContext);

	for (int64 i = 0; i < value->count; i++)
	{
		WaterbedPair pair = value->pair[i];

		CHECK_FOR_INTERRUPTS();
		pair.before = group_of(pair.before, member, n);
		pair.after = group_of(pair.after, member, n);
		waterbed_set_add(set, &pair);
	}
	PG_RETURN_POINTER(waterbed_set_build(set));
}
