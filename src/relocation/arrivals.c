/*
 * arrivals.c
 *	  Where those come from who move to a set of areas, and how they compare with
 *	  those who lived there already: two figures of the state's yearly report.
 */
#include "compat.h"
#include "miscadmin.h"

#include "backend/composite.h"
#include "relocation/arrivals.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_arrivals);
PG_FUNCTION_INFO_V1(monitor_waterbed_attachment);

#define ARRIVALS_COLUMNS 6
#define ATTACHMENT_COLUMNS 10

/* All persons of a pair, whether x is known or not. */
static int64
pair_persons(const WaterbedPair *pair)
{
	return pair->n + pair->b0_n + pair->b1_n + pair->neither_n;
}

/* waterbed_arrivals(waterbed, destinations, origins, confidence) */
Datum
monitor_waterbed_arrivals(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	PlaceSet destinations = place_set_from_array(PG_GETARG_ARRAYTYPE_P(1), "destinations");
	PlaceSet origins = place_set_from_array(PG_GETARG_ARRAYTYPE_P(2), "origins");
	double confidence = PG_GETARG_FLOAT8(3);
	Datum values[ARRIVALS_COLUMNS] = {0};
	bool nulls[ARRIVALS_COLUMNS] = {false};
	int64 arrivals = 0;
	int64 chosen = 0;
	int64 unknown = 0;

	share_check_confidence(confidence);
	area_sets_apart(&destinations, "destinations", &origins, "origins");
	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = &value->pair[i];

		CHECK_FOR_INTERRUPTS();
		if (!place_set_has(&destinations, pair->after) || !is_arrival(pair) ||
			place_set_has(&destinations, pair->before))
			continue;
		if (pair->before == WATERBED_UNKNOWN)
			unknown += pair_persons(pair);
		else
			arrivals += pair_persons(pair);
		if (place_set_has(&origins, pair->before))
			chosen += pair_persons(pair);
	}
	values[0] = Int64GetDatum(arrivals);
	values[1] = Int64GetDatum(chosen);
	nulls[2] = nulls[3] = nulls[4] = arrivals == 0;
	if (arrivals > 0)
	{
		Limits limits = wilson_interval((double) chosen, (double) arrivals, confidence);

		values[2] = Float8GetDatum((double) chosen / (double) arrivals);
		values[3] = Float8GetDatum(limits.low);
		values[4] = Float8GetDatum(limits.high);
	}
	values[5] = Int64GetDatum(unknown);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, ARRIVALS_COLUMNS), values, nulls));
}

/* Persons of a set after, with their x. */
typedef struct Present
{
	double n;
	double x;
} Present;

static void
put_share(const Present *present, Datum *values, bool *nulls)
{
	values[0] = Int64GetDatum((int64) present->n);
	values[1] = Float8GetDatum(present->x);
	nulls[2] = present->n == 0;
	if (present->n > 0)
		values[2] = Float8GetDatum(present->x / present->n);
}

static bool
is_share(const Present *present)
{
	return present->x >= 0 && present->x <= present->n;
}

/* x after of those who lived in the areas already [0] and of those who moved in [1]. */
static void
sum_present(const Waterbed *value, const PlaceSet *areas, Present *present, int64 *unknown)
{
	int64 n[2] = {0, 0};
	int128 x[2] = {0, 0};

	*unknown = 0;
	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = &value->pair[i];
		bool arrived = !place_set_has(areas, pair->before);

		CHECK_FOR_INTERRUPTS();
		if (!place_set_has(areas, pair->after) || (arrived && !is_arrival(pair)))
			continue;
		if (pair->before == WATERBED_UNKNOWN)
		{
			*unknown += pair_persons(pair);
			continue;
		}
		n[arrived] += pair->n + pair->b0_n;
		x[arrived] += (int128) pair->x1 + pair->b0_x1;
		*unknown += pair->b1_n + pair->neither_n;
	}
	for (int k = 0; k < 2; k++)
		present[k] = (Present){(double) n[k], (double) x[k] / WATERBED_UNIT};
}

/* The difference, and its limits if x is a part of a person. */
static void
put_difference(const Present *present, double confidence, Datum *values, bool *nulls)
{
	Limits limits;

	nulls[0] = present[0].n == 0 || present[1].n == 0;
	nulls[1] = nulls[2] = nulls[0] || !is_share(&present[0]) || !is_share(&present[1]);
	if (!nulls[0])
		values[0] = Float8GetDatum(present[1].x / present[1].n - present[0].x / present[0].n);
	if (nulls[1])
		return;
	limits = newcombe_interval(present[1].x, present[1].n, present[0].x, present[0].n, confidence);
	values[1] = Float8GetDatum(limits.low);
	values[2] = Float8GetDatum(limits.high);
}

/* waterbed_attachment(waterbed, areas, confidence) */
Datum
monitor_waterbed_attachment(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	PlaceSet areas = place_set_from_array(PG_GETARG_ARRAYTYPE_P(1), "areas");
	double confidence = PG_GETARG_FLOAT8(2);
	Datum values[ATTACHMENT_COLUMNS] = {0};
	bool nulls[ATTACHMENT_COLUMNS] = {false};
	int64 unknown;
	Present present[2];

	share_check_confidence(confidence);
	sum_present(value, &areas, present, &unknown);
	put_share(&present[1], values, nulls);
	put_share(&present[0], values + 3, nulls + 3);
	put_difference(present, confidence, values + 6, nulls + 6);
	values[9] = Int64GetDatum(unknown);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, ATTACHMENT_COLUMNS), values, nulls));
}
