/*
 * flow_index_accum.c
 *	  The aggregates flow_index and rollup. Their state is two hash tables, of
 *	  areas and of pairs, so memory grows with the pairs and not with the rows.
 */
#include "compat.h"

#include "backend/aggregate.h"
#include "relocation/flow.h"

PG_FUNCTION_INFO_V1(monitor_flow_index_transition);
PG_FUNCTION_INFO_V1(monitor_flow_index_rollup);
PG_FUNCTION_INFO_V1(monitor_flow_index_combine);
PG_FUNCTION_INFO_V1(monitor_flow_index_serialize);
PG_FUNCTION_INFO_V1(monitor_flow_index_deserialize);
PG_FUNCTION_INFO_V1(monitor_flow_index_final);

/* The state, made at the first row. */
static FlowSet *
aggregate_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	context = aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		return flow_set_create(context);
	return (FlowSet *) PG_GETARG_POINTER(0);
}

/* A population of the row, or unknown. */
static int64
population_argument(FunctionCallInfo fcinfo, int argument, int64 origin, int64 destination)
{
	if (PG_ARGISNULL(argument))
		return FLOW_POPULATION_UNKNOWN;
	return flow_count("a population", PG_GETARG_FLOAT8(argument), origin, destination);
}

/* (state, origin, destination, flow) or (..., population of origin, of destination). */
Datum
monitor_flow_index_transition(PG_FUNCTION_ARGS)
{
	FlowSet *set = aggregate_state(fcinfo);
	int64 origin, destination;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		flow_set_add_unknown(set, 1);
		PG_RETURN_POINTER(set);
	}
	origin = PG_GETARG_INT64(1);
	destination = PG_GETARG_INT64(2);
	flow_set_add(set, origin, destination,
				 flow_count("the flow", PG_GETARG_FLOAT8(3), origin, destination));
	if (PG_NARGS() > 4)
	{
		flow_set_add_area(set, origin, population_argument(fcinfo, 4, origin, destination));
		flow_set_add_area(set, destination, population_argument(fcinfo, 5, origin, destination));
	}
	PG_RETURN_POINTER(set);
}

/* The flows of a part. */
Datum
monitor_flow_index_rollup(PG_FUNCTION_ARGS)
{
	FlowSet *set = PG_ARGISNULL(0) ? NULL : (FlowSet *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = aggregate_state(fcinfo);
	flow_set_append(set, flow_index_from_datum(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(set);
}

/* The states of two workers; what is adopted is copied into the aggregate's memory. */
Datum
monitor_flow_index_combine(PG_FUNCTION_ARGS)
{
	FlowSet *set = PG_ARGISNULL(0) ? NULL : (FlowSet *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = aggregate_state(fcinfo);
	flow_set_append(set, flow_set_build((FlowSet *) PG_GETARG_POINTER(1)));
	PG_RETURN_POINTER(set);
}

/* What a worker sends is the value. */
Datum
monitor_flow_index_serialize(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P((bytea *) flow_set_build((FlowSet *) PG_GETARG_POINTER(0)));
}

Datum
monitor_flow_index_deserialize(PG_FUNCTION_ARGS)
{
	FlowSet *set = flow_set_create(CurrentMemoryContext);

	aggregate_context(fcinfo);
	/* a copy, as bytea is not aligned as the value is */
	flow_set_append(
		set, flow_index_from_datum(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)))));
	PG_RETURN_POINTER(set);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_flow_index_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(flow_set_build((FlowSet *) PG_GETARG_POINTER(0)));
}
