/*
 * markov_counts.c
 *	  The aggregates markov_counts and rollup. Their state is a hash table of
 *	  cells, so memory grows with the kinds of transitions and not with the rows.
 */
#include "compat.h"

#include "backend/aggregate.h"
#include "spillover/markov.h"

PG_FUNCTION_INFO_V1(monitor_markov_counts_transition);
PG_FUNCTION_INFO_V1(monitor_markov_rollup);
PG_FUNCTION_INFO_V1(monitor_markov_set_combine);
PG_FUNCTION_INFO_V1(monitor_markov_set_serialize);
PG_FUNCTION_INFO_V1(monitor_markov_set_deserialize);
PG_FUNCTION_INFO_V1(monitor_markov_set_final);

/* The state, made at the first row. */
static MarkovSet *
set_state(FunctionCallInfo fcinfo)
{
	MemoryContext context = aggregate_context(fcinfo);

	return PG_ARGISNULL(0) ? markov_set_create(context) : (MarkovSet *) PG_GETARG_POINTER(0);
}

/* (state, class from, class to, n) or (..., lag class) */
Datum
monitor_markov_counts_transition(PG_FUNCTION_ARGS)
{
	MarkovSet *set = set_state(fcinfo);
	int32 lag = MARKOV_NO_LAG;
	int64 n;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		markov_set_add_missing(set, 1, 0);
		PG_RETURN_POINTER(set);
	}
	markov_check_class("a class", PG_GETARG_INT32(1));
	markov_check_class("a class", PG_GETARG_INT32(2));
	n = PG_GETARG_INT64(3);
	if (n < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%lld transitions from class %d to class %d", (long long) n,
							   PG_GETARG_INT32(1), PG_GETARG_INT32(2)),
						errhint("A number of transitions is 0 or more; an unknown one is NULL.")));
	if (PG_NARGS() > 4 && !PG_ARGISNULL(4))
	{
		lag = PG_GETARG_INT32(4);
		markov_check_class("a lag class", lag);
	}
	if (n > 0)
		markov_set_add(set, lag, PG_GETARG_INT32(1), PG_GETARG_INT32(2), n);
	PG_RETURN_POINTER(set);
}

/* The transitions of a part. */
Datum
monitor_markov_rollup(PG_FUNCTION_ARGS)
{
	MarkovSet *set = PG_ARGISNULL(0) ? NULL : (MarkovSet *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = set_state(fcinfo);
	markov_set_append(set, markov_from_datum(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(set);
}

/* The states of two workers; what is adopted is copied into the aggregate's memory. */
Datum
monitor_markov_set_combine(PG_FUNCTION_ARGS)
{
	MarkovSet *set = PG_ARGISNULL(0) ? NULL : (MarkovSet *) PG_GETARG_POINTER(0);

	if (PG_ARGISNULL(1))
	{
		if (set == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(set);
	}
	set = set_state(fcinfo);
	markov_set_append(set, markov_set_build((MarkovSet *) PG_GETARG_POINTER(1)));
	PG_RETURN_POINTER(set);
}

/* What a worker sends is the value. */
Datum
monitor_markov_set_serialize(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P((bytea *) markov_set_build((MarkovSet *) PG_GETARG_POINTER(0)));
}

Datum
monitor_markov_set_deserialize(PG_FUNCTION_ARGS)
{
	MarkovSet *set = markov_set_create(CurrentMemoryContext);

	aggregate_context(fcinfo);
	/* a copy, as bytea is not aligned as the value is */
	markov_set_append(
		set, markov_from_datum(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)))));
	PG_RETURN_POINTER(set);
}

/* Leaves the state as it is, as a moving window calls it again. */
Datum
monitor_markov_set_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(markov_set_build((MarkovSet *) PG_GETARG_POINTER(0)));
}
