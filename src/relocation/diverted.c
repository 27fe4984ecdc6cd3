/*
 * diverted.c
 *	  Arrivals diverted from one place of the city to another.
 *
 * Diverted arrivals never lived in the area that got better: they were turned away
 * there, or given a flat elsewhere. So they are in no flow out of it, and are found
 * from how arrivals spread over the city in a period before and a period after. The
 * change of a place's arrivals is mean share x change of all + mean of all x change
 * of share; the second part sums to nothing over the city.
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"

#include "backend/composite.h"
#include "relocation/arrivals.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_diverted);

#define DIVERTED_COLUMNS 7

/* A period is at most so many times as long as the other, lest figures leave the range of doubles. */
#define SCALE_MOST 1e9

double
check_years(const char *name, double years)
{
	if (!(years > 0) || !isfinite(years))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %g is not above 0", name, years),
						errhint("Give the length of the period in years.")));
	return years;
}

double
years_scale(double years_before, double years_after)
{
	double scale =
		check_years("years_after", years_after) / check_years("years_before", years_before);

	if (!(scale >= 1 / SCALE_MOST && scale <= SCALE_MOST))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("years_after %g over years_before %g is out of range", years_after,
							   years_before),
						errhint("Give the lengths of both periods in years.")));
	return scale;
}

bool
is_arrival(const WaterbedPair *pair)
{
	return pair->before != pair->after && pair->before != WATERBED_NEW;
}

static Arrivals
arrivals_to(const WaterbedIndex *index, int64 area, const PlaceSet *without)
{
	int64 place = waterbed_index_find(index, area);
	Arrivals sum = {0};
	int128 x = 0;
	int128 squares = 0;

	if (place < 0)
		return sum;
	for (Size k = index->to[place]; k < index->to[place + 1]; k++)
	{
		const WaterbedPair *pair = &index->value->pair[index->to_pair[k]];
		WaterbedFlow flow;

		CHECK_FOR_INTERRUPTS();
		if (!is_arrival(pair) || place_set_has(without, pair->before))
			continue;
		waterbed_flow(pair, &flow);
		x += flow.x1;
		squares += flow.x11;
	}
	sum.x = (double) x / WATERBED_UNIT;
	sum.squares = (double) squares / WATERBED_SQUARE_UNIT;
	return sum;
}

void
periods_open(Periods *periods)
{
	for (int p = 0; p < 2; p++)
	{
		const WaterbedIndex *index = periods->index[p];

		periods->all[p] = (Arrivals){0};
		for (Size i = 0; i < index->places; i++)
		{
			Arrivals to;

			if (!place_in_city(index->place[i]))
				continue;
			to = arrivals_to(index, index->place[i], &periods->without);
			periods->all[p].x += to.x;
			periods->all[p].squares += to.squares;
		}
	}
}

void
divert(const Periods *periods, int64 area, Diversion *d)
{
	double share[2], n[2], mean;

	memset(d, 0, sizeof(Diversion));
	d->defined = d->bounded = true;
	for (int p = 0; p < 2; p++)
	{
		Arrivals to = arrivals_to(periods->index[p], area, &periods->without);
		const Arrivals *all = &periods->all[p];

		d->arrivals[p] = to.x * periods->scale[p];
		d->defined = d->defined && all->x > 0;
		if (!(all->x > 0))
			continue;
		share[p] = to.x / all->x;
		/* Persons that would say as much if x were a flag. */
		n[p] = all->x * all->x / all->squares;
		d->bounded = d->bounded && share[p] >= 0 && share[p] <= 1;
	}
	d->bounded = d->bounded && d->defined;
	if (!d->defined)
		return;
	mean = (periods->all[0].x * periods->scale[0] + periods->all[1].x * periods->scale[1]) / 2;
	d->diverted = mean * (share[1] - share[0]);
	d->by_volume = (share[0] + share[1]) / 2 *
				   (periods->all[1].x * periods->scale[1] - periods->all[0].x * periods->scale[0]);
	if (d->bounded)
	{
		Limits limits =
			newcombe_interval(share[1] * n[1], n[1], share[0] * n[0], n[0], periods->confidence);

		d->low = mean * limits.low;
		d->high = mean * limits.high;
	}
}

bool
next_destination(const Periods *periods, Size *at, int64 *area)
{
	bool found = false;

	for (int p = 0; p < 2; p++)
	{
		const WaterbedIndex *index = periods->index[p];

		while (at[p] < index->places && !place_in_city(index->place[at[p]]))
			at[p]++;
		if (at[p] < index->places && (!found || index->place[at[p]] < *area))
		{
			*area = index->place[at[p]];
			found = true;
		}
	}
	for (int p = 0; found && p < 2; p++)
		if (at[p] < periods->index[p]->places && periods->index[p]->place[at[p]] == *area)
			at[p]++;
	return found;
}

/* diverted(before, after, without, years_before, years_after, confidence) */
Datum
monitor_diverted(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, DIVERTED_COLUMNS);
	Periods periods = {0};
	Size at[2] = {0, 0};
	int64 area = 0;

	periods.index[0] = waterbed_index(PG_GETARG_WATERBED_P(0));
	periods.index[1] = waterbed_index(PG_GETARG_WATERBED_P(1));
	periods.without = place_set_from_array(PG_GETARG_ARRAYTYPE_P(2), "without");
	periods.scale[0] = years_scale(PG_GETARG_FLOAT8(3), PG_GETARG_FLOAT8(4));
	periods.scale[1] = 1;
	periods.confidence = PG_GETARG_FLOAT8(5);
	share_check_confidence(periods.confidence);
	periods_open(&periods);
	while (next_destination(&periods, at, &area))
	{
		Datum values[DIVERTED_COLUMNS];
		bool nulls[DIVERTED_COLUMNS] = {false};
		Diversion d;

		divert(&periods, area, &d);
		values[0] = Int64GetDatum(area);
		values[1] = Float8GetDatum(d.arrivals[0]);
		values[2] = Float8GetDatum(d.arrivals[1]);
		values[3] = Float8GetDatum(d.by_volume);
		values[4] = Float8GetDatum(d.diverted);
		values[5] = Float8GetDatum(d.low);
		values[6] = Float8GetDatum(d.high);
		nulls[3] = nulls[4] = !d.defined;
		nulls[5] = nulls[6] = !d.bounded;
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}
