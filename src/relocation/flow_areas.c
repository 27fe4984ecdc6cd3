/*
 * flow_areas.c
 *	  What a table of flows says of each area, and of the system of all areas.
 *
 * Who stays within an area (the diagonal) is in none of the measures. Sums are
 * integers, so that net flows sum to zero to the bit.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/value.h"
#include "relocation/flow.h"

PG_FUNCTION_INFO_V1(monitor_flow_areas);
PG_FUNCTION_INFO_V1(monitor_flow_pairs);
PG_FUNCTION_INFO_V1(monitor_flows_unknown);
PG_FUNCTION_INFO_V1(monitor_total_flow);
PG_FUNCTION_INFO_V1(monitor_crude_migration_intensity);
PG_FUNCTION_INFO_V1(monitor_migration_effectiveness);
PG_FUNCTION_INFO_V1(monitor_aggregate_net_migration_rate);
PG_FUNCTION_INFO_V1(monitor_courgeau_k);
PG_FUNCTION_INFO_V1(monitor_migration_preference);
PG_FUNCTION_INFO_V1(monitor_migration_velocity);
PG_FUNCTION_INFO_V1(monitor_migration_connectivity);
PG_FUNCTION_INFO_V1(monitor_migration_inequality);
PG_FUNCTION_INFO_V1(monitor_flow_gini);
PG_FUNCTION_INFO_V1(monitor_flow_entropy);

#define FLOW_AREAS_COLUMNS 11

/* Sums over the pairs of one area. */
typedef struct AreaFlows
{
	int64 inflow;
	int64 outflow;
	int64 self;
	double population; /* NaN: unknown */
} AreaFlows;

/* The value with its sums. */
typedef struct Flows
{
	const FlowIndex *value;
	int64 areas;
	AreaFlows *area;
	int64 moved;       /* off the diagonal */
	int64 connected;   /* pairs with a flow, likewise */
	int64 net;         /* sum of net gains, which is that of net losses */
	double pairs;      /* that could have one */
	double population; /* NaN where one is unknown */
} Flows;

/* Where an area stands in the table of areas; from is a place not after it. */
static int64
area_place(const FlowIndex *value, int64 area, int64 from)
{
	const FlowArea *areas = FLOW_AREAS(value);
	int64 low = from;
	int64 high = value->areas;

	while (low < high)
	{
		int64 middle = low + (high - low) / 2;

		if (areas[middle].area < area)
			low = middle + 1;
		else
			high = middle;
	}
	if (low >= value->areas || areas[low].area != area)
		value_refuse_damaged("flow_index", value);
	return low;
}

/* Populations as they were given, or of the middle of the period where they are of its start. */
static void
flows_populations(Flows *flows, bool at_start)
{
	int64 total = 0;
	bool known = true;

	for (int64 i = 0; i < flows->areas; i++)
	{
		AreaFlows *area = &flows->area[i];
		int64 population = FLOW_AREAS(flows->value)[i].population;

		area->population = NAN;
		if (population == FLOW_POPULATION_UNKNOWN)
		{
			known = false;
			continue;
		}
		total += population;
		area->population = flow_persons(population);
		if (at_start)
			area->population += flow_persons(area->inflow - area->outflow) / 2;
	}
	flows->population = known ? flow_persons(total) : NAN;
}

static Flows
flows_open(const FlowIndex *value, bool at_start)
{
	const FlowPair *pairs = FLOW_PAIRS(value);
	Flows flows = {.value = value, .areas = value->areas};
	int64 origin = 0;

	flows.pairs = (double) value->areas * (double) (value->areas - 1);
	flows.area = allocate_zero(value->areas, sizeof(AreaFlows));
	for (int64 i = 0; i < value->pairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		origin = area_place(value, pairs[i].origin, origin);
		if (pairs[i].origin == pairs[i].destination)
		{
			flows.area[origin].self = pairs[i].flow;
			continue;
		}
		flows.area[origin].outflow += pairs[i].flow;
		flows.area[area_place(value, pairs[i].destination, 0)].inflow += pairs[i].flow;
		flows.moved += pairs[i].flow;
		flows.connected++;
	}
	for (int64 i = 0; i < flows.areas; i++)
		flows.net += Max(flows.area[i].inflow - flows.area[i].outflow, 0);
	flows_populations(&flows, at_start);
	return flows;
}

/* Are the populations given those of the start, from which those of the middle follow? */
static bool
population_argument(FunctionCallInfo fcinfo, int argument)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));

	if (strcmp(name, "given") == 0)
		return false;
	if (strcmp(name, "start") == 0)
		return true;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown population \"%s\"", name),
			 errhint("Known are given (used as it is) and start (of the start of the period, from "
					 "which that of its middle is made).")));
}

/* ---- one area ---- */

Datum
monitor_flow_areas(PG_FUNCTION_ARGS)
{
	const FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	Flows flows = flows_open(value, population_argument(fcinfo, 1));
	ReturnSetInfo *rows = rows_begin(fcinfo, FLOW_AREAS_COLUMNS);

	for (int64 i = 0; i < flows.areas; i++)
	{
		const AreaFlows *area = &flows.area[i];
		double in = flow_persons(area->inflow);
		double out = flow_persons(area->outflow);
		double net = flow_persons(area->inflow - area->outflow);
		double turnover = flow_persons(area->inflow + area->outflow);
		double thousands = area->population > 0 ? area->population / 1000 : NAN;
		Datum values[FLOW_AREAS_COLUMNS];
		bool nulls[FLOW_AREAS_COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		values[0] = Int64GetDatum(FLOW_AREAS(value)[i].area);
		put_figure(values, nulls, 1, in);
		put_figure(values, nulls, 2, out);
		put_figure(values, nulls, 3, net);
		put_figure(values, nulls, 4, turnover);
		put_figure(values, nulls, 5, area->population);
		put_figure(values, nulls, 6, in / thousands);
		put_figure(values, nulls, 7, out / thousands);
		put_figure(values, nulls, 8, net / thousands);
		put_figure(values, nulls, 9, 100 * net / turnover);
		put_figure(values, nulls, 10, flow_persons(area->self));
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

Datum
monitor_flow_pairs(PG_FUNCTION_ARGS)
{
	const FlowIndex *value = flow_index_from_datum(PG_GETARG_DATUM(0));
	const FlowPair *pairs = FLOW_PAIRS(value);
	ReturnSetInfo *rows = rows_begin(fcinfo, 3);

	for (int64 i = 0; i < value->pairs; i++)
	{
		Datum values[3] = {Int64GetDatum(pairs[i].origin), Int64GetDatum(pairs[i].destination),
						   Float8GetDatum(flow_persons(pairs[i].flow))};
		bool nulls[3] = {false};

		CHECK_FOR_INTERRUPTS();
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

Datum
monitor_flows_unknown(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(flow_index_from_datum(PG_GETARG_DATUM(0))->unknown);
}

/* ---- the system; what is not defined is NaN or infinite ---- */

static double
total_flow(const Flows *flows)
{
	return flow_persons(flows->moved);
}

static double
crude_migration_intensity(const Flows *flows)
{
	return 100 * total_flow(flows) / flows->population;
}

/* Net gains over all moves: of each pair of gain and loss there are two moves in the turnover. */
static double
migration_effectiveness(const Flows *flows)
{
	return 100 * flow_persons(flows->net) / total_flow(flows);
}

static double
aggregate_net_migration_rate(const Flows *flows)
{
	return 100 * flow_persons(flows->net) / flows->population;
}

static double
courgeau_k(const Flows *flows)
{
	return crude_migration_intensity(flows) / (2 * log((double) flows->areas));
}

/* Sum over pairs of the flow, each over the product of the populations at its ends. */
static double
sum_over_products(const Flows *flows)
{
	const FlowPair *pairs = FLOW_PAIRS(flows->value);
	double sum = 0;
	int64 origin = 0;

	/* an area whose moves exceed what the start had, or that nobody lives in */
	for (int64 i = 0; i < flows->areas; i++)
		if (!(flows->area[i].population > 0))
			return NAN;
	for (int64 i = 0; i < flows->value->pairs; i++)
	{
		int64 destination;

		CHECK_FOR_INTERRUPTS();
		if (pairs[i].origin == pairs[i].destination)
			continue;
		origin = area_place(flows->value, pairs[i].origin, origin);
		destination = area_place(flows->value, pairs[i].destination, 0);
		sum += flow_persons(pairs[i].flow) /
			   (flows->area[origin].population * flows->area[destination].population);
	}
	return flows->areas > 1 ? sum : NAN;
}

static double
migration_preference(const Flows *flows)
{
	return sum_over_products(flows) * flows->population * flows->population / total_flow(flows);
}

static double
migration_velocity(const Flows *flows)
{
	return sum_over_products(flows) * flows->population;
}

static double
migration_connectivity(const Flows *flows)
{
	return (double) flows->connected / flows->pairs;
}

static double
migration_inequality(const Flows *flows)
{
	const FlowPair *pairs = FLOW_PAIRS(flows->value);
	double even = 1 / flows->pairs;
	double sum = (flows->pairs - (double) flows->connected) * even;

	for (int64 i = 0; i < flows->value->pairs; i++)
		if (pairs[i].origin != pairs[i].destination)
			sum += fabs((double) pairs[i].flow / (double) flows->moved - even);
	return flows->moved > 0 ? sum / 2 : NAN;
}

#define ST_SORT sort_flows
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Over all pairs that could have a flow: those without take the lowest ranks. */
static double
flow_gini(const Flows *flows)
{
	const FlowPair *pairs = FLOW_PAIRS(flows->value);
	int64 *flow = allocate(flows->connected, sizeof(int64));
	int64 n = 0;
	double sum = 0;

	for (int64 i = 0; i < flows->value->pairs; i++)
		if (pairs[i].origin != pairs[i].destination)
			flow[n++] = pairs[i].flow;
	sort_flows(flow, n);
	for (int64 i = 0; i < n; i++)
		sum += (flows->pairs - 2 * (double) (n - i) + 1) * (double) flow[i];
	pfree(flow);
	return sum / flows->pairs / (double) flows->moved;
}

static double
flow_entropy(const Flows *flows)
{
	const FlowPair *pairs = FLOW_PAIRS(flows->value);
	double sum = 0;

	for (int64 i = 0; i < flows->value->pairs; i++)
	{
		double share = (double) pairs[i].flow / (double) flows->moved;

		CHECK_FOR_INTERRUPTS();
		if (pairs[i].origin != pairs[i].destination)
			sum -= share * log(share);
	}
	return flows->moved > 0 ? fabs(sum) : NAN;
}

/* One measure of the value that is the first argument; a second says what the populations are. */
static Datum
system_figure(FunctionCallInfo fcinfo, double (*measure)(const Flows *))
{
	bool at_start = PG_NARGS() > 1 && population_argument(fcinfo, 1);
	Flows flows = flows_open(flow_index_from_datum(PG_GETARG_DATUM(0)), at_start);
	double figure = measure(&flows);

	if (!isfinite(figure))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(figure);
}

Datum
monitor_total_flow(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, total_flow);
}

Datum
monitor_crude_migration_intensity(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, crude_migration_intensity);
}

Datum
monitor_migration_effectiveness(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, migration_effectiveness);
}

Datum
monitor_aggregate_net_migration_rate(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, aggregate_net_migration_rate);
}

Datum
monitor_courgeau_k(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, courgeau_k);
}

Datum
monitor_migration_preference(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, migration_preference);
}

Datum
monitor_migration_velocity(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, migration_velocity);
}

Datum
monitor_migration_connectivity(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, migration_connectivity);
}

Datum
monitor_migration_inequality(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, migration_inequality);
}

Datum
monitor_flow_gini(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, flow_gini);
}

Datum
monitor_flow_entropy(PG_FUNCTION_ARGS)
{
	return system_figure(fcinfo, flow_entropy);
}
