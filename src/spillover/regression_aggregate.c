/*
 * regression_aggregate.c
 *	  The aggregates of spatial regression: rows in, a model out.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "spillover/regression.h"

PG_FUNCTION_INFO_V1(monitor_regression_transition);
PG_FUNCTION_INFO_V1(monitor_spatial_ols);
PG_FUNCTION_INFO_V1(monitor_slx);
PG_FUNCTION_INFO_V1(monitor_spatial_lag_model);
PG_FUNCTION_INFO_V1(monitor_durbin);
PG_FUNCTION_INFO_V1(monitor_spatial_error_model);
PG_FUNCTION_INFO_V1(monitor_spatial_lag_ml);
PG_FUNCTION_INFO_V1(monitor_durbin_ml);
PG_FUNCTION_INFO_V1(monitor_spatial_error_ml);
PG_FUNCTION_INFO_V1(monitor_durbin_error_ml);

#define W_LAGS_DEFAULT 2
#define W_LAGS_MOST 4

#define ERRORS_HINT "Give classical, hc0 or hc1, or for spatial_ols with a kernel as w, hac."

/* State of the aggregates. Until x is seen the number of its columns is not known. */
typedef struct RegressionState
{
	SampleRows *rows; /* y, then x; NULL: no x yet */
	int64 *early;     /* ids of the rows before */
	int64 early_count;
	int64 early_room;
	WeightsArgument w;
	int64 count;
	RegressionErrors errors;
	int w_lags;
} RegressionState;

/* ---- rows ---- */

static RegressionErrors
read_errors(FunctionCallInfo fcinfo, int argument)
{
	char *name;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("errors must not be NULL"),
						errhint(ERRORS_HINT)));
	name = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	if (strcmp(name, "classical") == 0)
		return ERRORS_CLASSICAL;
	if (strcmp(name, "hc0") == 0)
		return ERRORS_HC0;
	if (strcmp(name, "hc1") == 0)
		return ERRORS_HC1;
	if (strcmp(name, "hac") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown errors \"%s\"", name), errhint(ERRORS_HINT)));
	return ERRORS_HAC;
}

static int
read_w_lags(FunctionCallInfo fcinfo, int argument)
{
	int w_lags;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("w_lags must not be NULL"),
						errhint("2 is usual.")));
	w_lags = PG_GETARG_INT32(argument);
	if (w_lags < 1 || w_lags > W_LAGS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("w_lags must be from 1 to %d, not %d", W_LAGS_MOST, w_lags),
						errhint("2 is usual.")));
	return w_lags;
}

/* The arguments that are the same in all rows. */
static void
read_constants(FunctionCallInfo fcinfo, RegressionState *state)
{
	RegressionErrors errors = PG_NARGS() > 5 ? read_errors(fcinfo, 5) : ERRORS_CLASSICAL;
	int w_lags = PG_NARGS() > 6 ? read_w_lags(fcinfo, 6) : W_LAGS_DEFAULT;

	if (state->count > 0 && (state->errors != errors || state->w_lags != w_lags))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("errors and w_lags are not the same in all rows of a group"),
						errhint("Give constants.")));
	state->errors = errors;
	state->w_lags = w_lags;
}

/* The state, made at the first row, after a look at all arguments but y and x. */
static RegressionState *
state_of(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	RegressionState *state;

	context = aggregate_context(fcinfo);
	if (PG_ARGISNULL(0))
		state = MemoryContextAllocZero(context, sizeof(RegressionState));
	else
		state = (RegressionState *) PG_GETARG_POINTER(0);
	(void) aggregate_area_id(fcinfo, 2);
	weights_argument_add(fcinfo, &state->w, context, PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	read_constants(fcinfo, state);
	state->count++;
	return state;
}

/* Remembers a row without x from before the number of columns is known. */
static void
early_add(RegressionState *state, MemoryContext context, int64 id)
{
	if (state->early_count == state->early_room)
	{
		int64 room = Max(state->early_room * 2, 64);

		state->early = state->early == NULL ? MemoryContextAllocHuge(context, sizeof(int64) * room)
											: repalloc_huge(state->early, sizeof(int64) * room);
		state->early_room = room;
	}
	state->early[state->early_count++] = id;
}

/* Makes room for the rows, the number of columns now known. */
static void
rows_open(RegressionState *state, MemoryContext context, int columns)
{
	double values[SAMPLE_COLUMNS_MOST] = {0};
	bool nulls[SAMPLE_COLUMNS_MOST];

	if (columns > SAMPLE_COLUMNS_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("x has %d columns", columns - 1),
				 errhint("At most %d are served.", SAMPLE_COLUMNS_MOST - 1)));
	memset(nulls, true, sizeof(nulls));
	state->rows = sample_rows_create(context, columns);
	for (int64 i = 0; i < state->early_count; i++)
		sample_rows_add(state->rows, state->early[i], values, nulls);
	state->early_count = 0;
}

/* Adds a row whose x is given. */
static void
row_add(RegressionState *state, int64 id, double y, bool y_null, ArrayType *x)
{
	double values[SAMPLE_COLUMNS_MOST];
	bool nulls[SAMPLE_COLUMNS_MOST];
	Datum *elements;
	bool *missing;
	int count;

	deconstruct_array(x, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements, &missing,
					  &count);
	if (count + 1 != state->rows->columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has %d columns, others have %d", (long long) id,
							   count, state->rows->columns - 1),
						errhint("An unknown element is NULL.")));
	values[0] = y_null ? 0 : y;
	nulls[0] = y_null;
	for (int i = 0; i < count; i++)
	{
		nulls[1 + i] = missing[i];
		values[1 + i] = missing[i] ? 0 : DatumGetFloat8(elements[i]);
	}
	sample_rows_add(state->rows, id, values, nulls);
	pfree(elements);
	pfree(missing);
}

/* Step of all the regressions: collects id, y and x. */
Datum
monitor_regression_transition(PG_FUNCTION_ARGS)
{
	RegressionState *state = state_of(fcinfo);
	int64 id = PG_GETARG_INT64(2);
	MemoryContext context = aggregate_context(fcinfo);
	ArrayType *x;

	if (PG_ARGISNULL(4) && state->rows == NULL)
	{
		early_add(state, context, id);
		PG_RETURN_POINTER(state);
	}
	if (PG_ARGISNULL(4))
	{
		double values[SAMPLE_COLUMNS_MOST] = {0};
		bool nulls[SAMPLE_COLUMNS_MOST];

		memset(nulls, true, sizeof(nulls));
		sample_rows_add(state->rows, id, values, nulls);
		PG_RETURN_POINTER(state);
	}
	x = PG_GETARG_ARRAYTYPE_P(4);
	if (ARR_NDIM(x) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has %d dimensions", (long long) id, ARR_NDIM(x)),
						errhint("Give one number a column, in one row.")));
	if (state->rows == NULL)
		rows_open(state, context, 1 + ArrayGetNItems(ARR_NDIM(x), ARR_DIMS(x)));
	row_add(state, id, PG_ARGISNULL(3) ? 0 : PG_GETARG_FLOAT8(3), PG_ARGISNULL(3), x);
	PG_RETURN_POINTER(state);
}

/* ---- results ---- */

/* Final function of all; leaves the state as it is. No row, no w, or no x at all: NULL. */
static Datum
regression_final(FunctionCallInfo fcinfo, SpatialModelKind kind)
{
	const ModelShape *shape = &model_shapes[kind];
	RegressionState *state = PG_ARGISNULL(0) ? NULL : (RegressionState *) PG_GETARG_POINTER(0);
	const Weights *w = state == NULL ? NULL : weights_argument_value(&state->w);
	const Design *design;
	SpatialModel *model;

	if (w == NULL || state->rows == NULL)
		PG_RETURN_NULL();
	if (state->errors == ERRORS_HAC && kind != MODEL_OLS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("errors \"hac\" need a kernel, but w says who are neighbours"),
						errhint(ERRORS_HINT)));
	design = design_make(sample_make(w, state->rows), state->rows->columns - 1, shape,
						 shape->parameter != NULL ? 1 : 0);
	if (kind == MODEL_OLS || kind == MODEL_SLX)
		model = model_least_squares(design, kind, state->errors);
	else if (kind == MODEL_LAG || kind == MODEL_DURBIN)
		model = model_two_stage(design, kind, state->errors, state->w_lags);
	else if (kind == MODEL_ERROR)
		model = model_moments(design, kind);
	else
		model = model_likelihood(design, kind);
	PG_RETURN_DATUM(model_datum(composite_type(fcinfo, SPATIAL_MODEL_COLUMNS), model));
}

Datum
monitor_spatial_ols(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_OLS);
}

Datum
monitor_slx(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_SLX);
}

Datum
monitor_spatial_lag_model(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_LAG);
}

Datum
monitor_durbin(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_DURBIN);
}

Datum
monitor_spatial_error_model(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_ERROR);
}

Datum
monitor_spatial_lag_ml(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_LAG_ML);
}

Datum
monitor_durbin_ml(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_DURBIN_ML);
}

Datum
monitor_spatial_error_ml(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_ERROR_ML);
}

Datum
monitor_durbin_error_ml(PG_FUNCTION_ARGS)
{
	return regression_final(fcinfo, MODEL_DURBIN_ERROR_ML);
}
