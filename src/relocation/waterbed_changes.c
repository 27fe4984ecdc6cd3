/*
 * waterbed_changes.c
 *	  Which part of an area's account changed, beyond its own past and the other areas.
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "relocation/arrivals.h"
#include "relocation/changes.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_change_tests);

#define CHANGE_COLUMNS 13

static const char *const component_name[CHANGE_COMPONENTS] = {"stayers", "departures", "arrivals",
															  "size"};

/* The areas of two accounts with their rates. */
typedef struct Changes
{
	Periods periods;
	ChangeRates *rates[2];
	int64 *area;
	Size n;
	ChangeCase *cases; /* component by component */
	double overdispersion[CHANGE_COMPONENTS];
} Changes;

static const Waterbed *
no_account(void)
{
	Waterbed *value = palloc0(sizeof(Waterbed));

	SET_VARSIZE(value, sizeof(Waterbed));
	value->version = WATERBED_VERSION;
	return value;
}

static void
find_areas(Changes *changes)
{
	const Periods *periods = &changes->periods;
	Size at[2] = {0, 0};
	int64 area = 0;

	changes->area = allocate(periods->index[0]->places + periods->index[1]->places, sizeof(int64));
	while (next_destination(periods, at, &area))
		changes->area[changes->n++] = area;
}

static ChangeRate
find_rate(const Changes *changes, int period, int64 area, ChangeComponent component)
{
	int64 place = waterbed_index_find(changes->periods.index[period], area);

	return place < 0 ? (ChangeRate){0} : changes->rates[period][place][component];
}

/* Without a set of controls every housing area is one, the rest of the city is not. */
static void
find_cases(Changes *changes, const PlaceSet *controls)
{
	changes->cases = allocate_zero(changes->n * CHANGE_COMPONENTS, sizeof(ChangeCase));
	for (int c = 0; c < CHANGE_COMPONENTS; c++)
	{
		ChangeCase *cases = changes->cases + c * changes->n;

		for (Size i = 0; i < changes->n; i++)
		{
			CHECK_FOR_INTERRUPTS();
			cases[i].before = find_rate(changes, 0, changes->area[i], c);
			cases[i].after = find_rate(changes, 1, changes->area[i], c);
			cases[i].control = controls != NULL ? place_set_has(controls, changes->area[i])
												: changes->area[i] > WATERBED_REST_OF_CITY;
		}
		changes->overdispersion[c] = change_expect(cases, changes->n);
	}
}

static void
put_change(ReturnSetInfo *rows, const Changes *changes, Size i, ChangeComponent component)
{
	const ChangeCase *change = &changes->cases[component * changes->n + i];
	double se = sqrt(change->variance * changes->overdispersion[component]);
	double reach = normal_quantile((1 + changes->periods.confidence) / 2) * se;
	Datum values[CHANGE_COLUMNS];
	bool nulls[CHANGE_COLUMNS] = {false};

	values[0] = Int64GetDatum(changes->area[i]);
	values[1] = CStringGetTextDatum(component_name[component]);
	values[2] = Int64GetDatum(change->before.n);
	values[3] = Int64GetDatum(change->after.n);
	values[4] = Float8GetDatum(change->before.value);
	values[5] = Float8GetDatum(change->after.value);
	values[6] = Float8GetDatum(change->expected);
	values[7] = Float8GetDatum(change->difference);
	values[8] = Float8GetDatum(se);
	values[9] = Float8GetDatum(change->difference - reach);
	values[10] = Float8GetDatum(change->difference + reach);
	values[11] = Float8GetDatum(changes->overdispersion[component]);
	values[12] = Float8GetDatum(normal_two_sided(change->difference / se));
	nulls[4] = !change->before.defined;
	nulls[5] = !change->after.defined;
	for (int column = 6; column < CHANGE_COLUMNS; column++)
		nulls[column] = !change->defined;
	rows_put(rows, values, nulls);
}

/* waterbed_change_tests(before, after, controls, years_before, years_after, confidence) */
Datum
monitor_waterbed_change_tests(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, CHANGE_COLUMNS);
	Changes changes = {0};
	Periods *periods = &changes.periods;
	PlaceSet controls;

	for (int i = 1; i < PG_NARGS(); i++)
		if (i != 2 && PG_ARGISNULL(i))
			return (Datum) 0;
	periods->index[0] = waterbed_index(PG_ARGISNULL(0) ? no_account() : PG_GETARG_WATERBED_P(0));
	periods->index[1] = waterbed_index(PG_GETARG_WATERBED_P(1));
	if (!PG_ARGISNULL(2))
		controls = place_set_from_array(PG_GETARG_ARRAYTYPE_P(2), "controls");
	periods->confidence = PG_GETARG_FLOAT8(5);
	share_check_confidence(periods->confidence);
	changes.rates[0] =
		change_rates(periods->index[0], check_years("years_before", PG_GETARG_FLOAT8(3)));
	changes.rates[1] =
		change_rates(periods->index[1], check_years("years_after", PG_GETARG_FLOAT8(4)));
	find_areas(&changes);
	find_cases(&changes, PG_ARGISNULL(2) ? NULL : &controls);
	for (Size i = 0; i < changes.n; i++)
		for (int c = 0; c < CHANGE_COMPONENTS; c++)
			put_change(rows, &changes, i, c);
	return (Datum) 0;
}
