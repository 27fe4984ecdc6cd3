/*
 * waterbed_share.c
 *	  The waterbed shares of a set of areas taken as one.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "statistics/order.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "relocation/shares.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_share);

bool
place_set_has(const PlaceSet *set, int64 area)
{
	Size low = 0;
	Size high = set->n;

	while (low < high)
	{
		Size middle = low + (high - low) / 2;

		if (set->area[middle] < area)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->n && set->area[low] == area;
}

PlaceSet
place_set_from_array(ArrayType *array, const char *name)
{
	PlaceSet set = {NULL, 0};
	int n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	int64 *area;

	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s contain NULL", name),
						errhint("Leave out areas that are not known.")));
	area = allocate((Size) n, sizeof(int64));
	memcpy(area, ARR_DATA_PTR(array), (Size) n * sizeof(int64));
	qsort_interruptible(area, n, sizeof(int64), bigint_order, NULL);
	for (int i = 0; i < n; i++)
	{
		if (!place_in_city(area[i]))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s contain " INT64_FORMAT ", which is no place in the city",
								   name, area[i]),
							errhint("Areas are 1 and above; 0 is the rest of the city.")));
		if (set.n == 0 || area[set.n - 1] != area[i])
			area[set.n++] = area[i];
	}
	set.area = area;
	return set;
}

void
area_sets_apart(const PlaceSet *a, const char *a_name, const PlaceSet *b, const char *b_name)
{
	for (Size i = 0; i < a->n; i++)
		if (place_set_has(b, a->area[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("area " INT64_FORMAT " is among both %s and %s", a->area[i], a_name,
							b_name),
					 errhint("Moves within a set are no moves; give sets that share no area.")));
}

void
share_check_confidence(double confidence)
{
	if (!(confidence > 0.0 && confidence < 1.0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("confidence %g is not between 0 and 1", confidence),
						errhint("Give 0.95 for intervals of 95 percent.")));
}

static void
put_share(const WaterbedInterval *share, const char *name, Datum *values, bool *nulls,
		  StringInfo note)
{
	nulls[0] = !share->defined;
	nulls[1] = nulls[2] = !share->defined || !share->bounded;
	values[0] = Float8GetDatum(share->share);
	values[1] = Float8GetDatum(share->low);
	values[2] = Float8GetDatum(share->high);
	if (share->why != NULL)
		appendStringInfo(note, "%s%s: %s", note->len > 0 ? "; " : "", name, share->why);
}

Datum
share_row(CompositeType *type, const ShareResult *result, const char *about)
{
	Datum values[SHARE_COLUMNS];
	bool nulls[SHARE_COLUMNS] = {false};
	StringInfoData note;

	initStringInfo(&note);
	put_share(&result->count, "share_count", values + 2, nulls + 2, &note);
	put_share(&result->rate, "share_rate", values + 5, nulls + 5, &note);
	if (about != NULL && (!nulls[3] || !nulls[6]))
		appendStringInfo(&note, "%s%s", note.len > 0 ? "; " : "", about);
	values[0] = Float8GetDatum(result->exported);
	values[1] = Float8GetDatum(result->fall);
	values[8] = Int64GetDatum(result->unknown);
	nulls[9] = note.len == 0;
	values[9] = CStringGetTextDatum(note.data);
	return composite_datum(type, values, nulls);
}

/* waterbed_share(waterbed, origins, confidence) */
Datum
monitor_waterbed_share(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	PlaceSet origins = place_set_from_array(PG_GETARG_ARRAYTYPE_P(1), "origins");
	ShareResult result;

	share_check_confidence(PG_GETARG_FLOAT8(2));
	share_of_set(waterbed_index(value), &origins, NULL, PG_GETARG_FLOAT8(2), &result);
	PG_RETURN_DATUM(share_row(composite_type(fcinfo, SHARE_COLUMNS), &result,
							  "limits take persons as independent"));
}
