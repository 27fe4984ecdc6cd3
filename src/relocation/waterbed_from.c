/*
 * waterbed_from.c
 *	  A value with some of its persons only, by where they lived before: those of a
 *	  set of areas, or all but those who left it.
 */
#include "compat.h"

#include "miscadmin.h"

#include "relocation/shares.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_from);
PG_FUNCTION_INFO_V1(monitor_waterbed_without_leavers);

static bool
lived_in(const WaterbedPair *pair, const PlaceSet *origins)
{
	return place_set_has(origins, pair->before);
}

/* Who moved from an area of the set to another one of it left that area too. */
static bool
did_not_leave(const WaterbedPair *pair, const PlaceSet *origins)
{
	return pair->before == pair->after || !place_set_has(origins, pair->before);
}

/* The value of the pairs that are kept, which stay in order. */
static Datum
keep_pairs(FunctionCallInfo fcinfo, bool (*keep)(const WaterbedPair *, const PlaceSet *))
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	PlaceSet origins = place_set_from_array(PG_GETARG_ARRAYTYPE_P(1), "origins");
	Waterbed *kept = waterbed_allocate(value->count);

	for (int64 i = 0; i < value->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (keep(value->pair + i, &origins))
			kept->pair[kept->count++] = value->pair[i];
	}
	SET_VARSIZE(kept, offsetof(Waterbed, pair) + kept->count * sizeof(WaterbedPair));
	PG_RETURN_POINTER(kept);
}

/* waterbed_from(waterbed, origins) */
Datum
monitor_waterbed_from(PG_FUNCTION_ARGS)
{
	return keep_pairs(fcinfo, lived_in);
}

/* waterbed_without_leavers(waterbed, origins) */
Datum
monitor_waterbed_without_leavers(PG_FUNCTION_ARGS)
{
	return keep_pairs(fcinfo, did_not_leave);
}
