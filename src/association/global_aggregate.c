/*
 * global_aggregate.c
 *	  The aggregates of global spatial autocorrelation: rows in, one result out.
 */
#include "compat.h"
#include <math.h>
#include "utils/builtins.h"

#include "backend/aggregate.h"
#include "association/global.h"
#include "backend/composite.h"

PG_FUNCTION_INFO_V1(monitor_global_transition);
PG_FUNCTION_INFO_V1(monitor_global_transition_pair);
PG_FUNCTION_INFO_V1(monitor_global_transition_rate);
PG_FUNCTION_INFO_V1(monitor_global_transition_mark);
PG_FUNCTION_INFO_V1(monitor_global_transition_geometry);
PG_FUNCTION_INFO_V1(monitor_moran);
PG_FUNCTION_INFO_V1(monitor_geary);
PG_FUNCTION_INFO_V1(monitor_getis_g);
PG_FUNCTION_INFO_V1(monitor_eb_moran);
PG_FUNCTION_INFO_V1(monitor_lee);
PG_FUNCTION_INFO_V1(monitor_bivariate_moran);
PG_FUNCTION_INFO_V1(monitor_join_count);
PG_FUNCTION_INFO_V1(monitor_join_count_mixed);

#define AUTOCORRELATION_COLUMNS 12

/* State of the aggregates: what came, and what is constant in the group. */
typedef struct GlobalState
{
	SampleRows *rows;
	WeightsArgument w;
	WeightsMethod *method; /* weights to be built of geometries; NULL: w is given */
	text *method_text;
	int64 permutations; /* 0: none asked for */
	int64 seed;
} GlobalState;

/* The two last arguments of the longer forms, the same in all rows. */
static void
read_permutations(FunctionCallInfo fcinfo, int argument, GlobalState *state)
{
	int32 permutations;
	int64 seed;

	if (PG_ARGISNULL(argument) || PG_ARGISNULL(argument + 1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("permutations and seed must not be NULL"),
						errhint("Leave both out where no permutation is wanted.")));
	permutations = PG_GETARG_INT32(argument);
	seed = PG_GETARG_INT64(argument + 1);
	if (permutations < 0 || permutations > GLOBAL_PERMUTATIONS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("permutations must be from 0 to %d, not %d",
							   GLOBAL_PERMUTATIONS_MOST, permutations),
						errhint("999 is usual.")));
	if (state->rows->count > 0 && (state->permutations != permutations || state->seed != seed))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("permutations and seed are not the same in all rows of a group"),
						errhint("Give constants.")));
	state->permutations = permutations;
	state->seed = seed;
}

/* The state, made at the first row. */
static GlobalState *
state_of(FunctionCallInfo fcinfo, int columns, MemoryContext *context)
{
	GlobalState *state;

	*context = aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
		return (GlobalState *) PG_GETARG_POINTER(0);
	state = MemoryContextAllocZero(*context, sizeof(GlobalState));
	state->rows = sample_rows_create(*context, columns);
	state->seed = GLOBAL_SEED_DEFAULT;
	return state;
}

/* The state after a look at w, id, permutations and seed; columns stand between these. */
static GlobalState *
state_with_weights(FunctionCallInfo fcinfo, int columns)
{
	MemoryContext context;
	GlobalState *state = state_of(fcinfo, columns, &context);

	(void) aggregate_area_id(fcinfo, 2);
	weights_argument_add(fcinfo, &state->w, context, PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	if (PG_NARGS() > 3 + columns)
		read_permutations(fcinfo, 3 + columns, state);
	return state;
}

/* A value, 0 with null set where it is NULL. */
static double
value_of(FunctionCallInfo fcinfo, int argument, bool *null)
{
	*null = PG_ARGISNULL(argument);
	return *null ? 0 : PG_GETARG_FLOAT8(argument);
}

/* Step of moran(weights, bigint, float8) and those like it. */
Datum
monitor_global_transition(PG_FUNCTION_ARGS)
{
	GlobalState *state = state_with_weights(fcinfo, 1);
	bool null;
	double value = value_of(fcinfo, 3, &null);

	sample_rows_add(state->rows, PG_GETARG_INT64(2), &value, &null);
	PG_RETURN_POINTER(state);
}

/* Step of lee(weights, bigint, float8, float8) and those like it. */
Datum
monitor_global_transition_pair(PG_FUNCTION_ARGS)
{
	GlobalState *state = state_with_weights(fcinfo, 2);
	bool nulls[2];
	double values[2] = {value_of(fcinfo, 3, &nulls[0]), value_of(fcinfo, 4, &nulls[1])};

	sample_rows_add(state->rows, PG_GETARG_INT64(2), values, nulls);
	PG_RETURN_POINTER(state);
}

/* Step of eb_moran: events among persons; where nobody is, no rate is known. */
Datum
monitor_global_transition_rate(PG_FUNCTION_ARGS)
{
	GlobalState *state = state_with_weights(fcinfo, 2);
	int64 id = PG_GETARG_INT64(2);
	bool nulls[2];
	double values[2] = {value_of(fcinfo, 3, &nulls[0]), value_of(fcinfo, 4, &nulls[1])};

	if (values[0] < 0 || values[1] < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("events or persons of area %lld are negative", (long long) id),
						errhint("Give counts.")));
	if (values[1] == 0 && values[0] > 0 && !nulls[1])
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area %lld has events but no persons", (long long) id),
						errhint("An unknown number of persons is NULL.")));
	nulls[1] |= values[1] == 0;
	sample_rows_add(state->rows, id, values, nulls);
	PG_RETURN_POINTER(state);
}

/* Step of join_count(weights, bigint, boolean) and its like. */
Datum
monitor_global_transition_mark(PG_FUNCTION_ARGS)
{
	GlobalState *state = state_with_weights(fcinfo, 1);
	bool null = PG_ARGISNULL(3);
	double value = !null && PG_GETARG_BOOL(3) ? 1 : 0;

	sample_rows_add(state->rows, PG_GETARG_INT64(2), &value, &null);
	PG_RETURN_POINTER(state);
}

/* Reads the method at the first row, compares it at later ones. */
static void
read_method(FunctionCallInfo fcinfo, int argument, GlobalState *state)
{
	text *given;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("the method of the weights must not be NULL"),
						errhint("Give the name of a method, such as queen or knn 8.")));
	given = PG_GETARG_TEXT_PP(argument);
	if (state->method == NULL)
	{
		state->method_text = (text *) PG_DETOAST_DATUM_COPY(PointerGetDatum(given));
		state->method = weights_method(text_to_cstring(given));
	}
	else if (VARSIZE_ANY_EXHDR(given) != VARSIZE_ANY_EXHDR(state->method_text) ||
			 memcmp(VARDATA_ANY(given), VARDATA_ANY(state->method_text),
					VARSIZE_ANY_EXHDR(given)) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the method of the weights is not the same in all rows of a group"),
						errhint("Give a constant.")));
}

/* Step of moran(bigint, float8, geometry, text): weights are built at the end. */
Datum
monitor_global_transition_geometry(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	GlobalState *state = state_of(fcinfo, 1, &context);
	int64 id = aggregate_area_id(fcinfo, 1);
	bool null;
	double value = value_of(fcinfo, 2, &null);
	const struct varlena *geometry =
		PG_ARGISNULL(3) ? NULL : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(3));
	MemoryContext caller = MemoryContextSwitchTo(context);

	read_method(fcinfo, 4, state);
	weights_method_add(state->method, id, geometry);
	MemoryContextSwitchTo(caller);
	if (PG_NARGS() > 5)
		read_permutations(fcinfo, 5, state);
	sample_rows_add(state->rows, id, &value, &null);
	PG_RETURN_POINTER(state);
}

/* A result as a row. */
static Datum
autocorrelation_datum(FunctionCallInfo fcinfo, const Autocorrelation *result)
{
	CompositeType *type = composite_type(fcinfo, AUTOCORRELATION_COLUMNS);
	double figures[] = {result->statistic, result->expected, result->variance,
						result->z,         result->p,        result->variance_normal,
						result->z_normal,  result->p_normal, result->p_permutation};
	Datum values[AUTOCORRELATION_COLUMNS];
	bool nulls[AUTOCORRELATION_COLUMNS] = {false};

	put_figures(values, nulls, 0, figures, lengthof(figures));
	values[9] = Int64GetDatum(result->n_used);
	values[10] = Int64GetDatum(result->n_null);
	values[11] = Int64GetDatum(result->n_islands);
	return composite_datum(type, values, nulls);
}

/* Final function of all; leaves the state as it is, as a moving window calls it again. */
static Datum
global_final(FunctionCallInfo fcinfo, const GlobalMeasure *measure)
{
	GlobalState *state = PG_ARGISNULL(0) ? NULL : (GlobalState *) PG_GETARG_POINTER(0);
	const Weights *w;
	Autocorrelation result;

	if (state == NULL)
		PG_RETURN_NULL();
	w = state->method != NULL ? weights_method_build(state->method)
							  : weights_argument_value(&state->w);
	if (w == NULL)
		PG_RETURN_NULL();
	result = global_autocorrelation(measure, sample_make(w, state->rows), state->rows->columns,
									state->permutations, (uint64) state->seed);
	return autocorrelation_datum(fcinfo, &result);
}

Datum
monitor_moran(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_moran);
}

Datum
monitor_geary(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_geary);
}

Datum
monitor_getis_g(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_getis_g);
}

Datum
monitor_eb_moran(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_eb_moran);
}

Datum
monitor_lee(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_lee);
}

Datum
monitor_bivariate_moran(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_bivariate_moran);
}

Datum
monitor_join_count(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_join_count);
}

Datum
monitor_join_count_mixed(PG_FUNCTION_ARGS)
{
	return global_final(fcinfo, &measure_join_count_mixed);
}
