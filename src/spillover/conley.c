/*
 * conley.c
 *	  The aggregate conley: collects rows, and gives the model.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "spillover/conley.h"

PG_FUNCTION_INFO_V1(monitor_conley_transition);
PG_FUNCTION_INFO_V1(monitor_conley_panel_transition);
PG_FUNCTION_INFO_V1(monitor_conley_plain_transition);
PG_FUNCTION_INFO_V1(monitor_conley);

#define MODEL_COLUMNS 12

/* Where the arguments of a form are; 0: it has none. */
typedef struct Form
{
	int period;
	int geom;
	int y;
	int x;
	int cutoff;
	int kernel;
	int lags;
	int radius;
} Form;

/* 22004 unless an argument that is the same in all rows is there. */
static void
require(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name),
				 errhint("Give the same value in every row of the group.")));
}

/* A number that is the same in all rows, or what stands for it where the form has none. */
static double
number_argument(FunctionCallInfo fcinfo, int argument, const char *name, double absent)
{
	if (argument == 0 || argument >= PG_NARGS())
		return absent;
	require(fcinfo, argument, name);
	return PG_GETARG_FLOAT8(argument);
}

/* 22023 for settings that change within a group. */
static void
refuse_change(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s must be one in the group", name),
			 errhint("GROUP BY it to make a model for each.")));
}

/* Reads the kind of errors without space. */
static ConleyErrors
errors_by_name(const char *name)
{
	if (pg_strcasecmp(name, "HC0") == 0)
		return CONLEY_HC0;
	if (pg_strcasecmp(name, "HC1") == 0)
		return CONLEY_HC1;
	if (pg_strcasecmp(name, "HC3") == 0)
		return CONLEY_HC3;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown errors \"%s\"", name),
					errhint("Errors without space are HC0, HC1 and HC3; for errors correlated over "
							"distance give geom and cutoff.")));
}

/* Reads what is the same in all rows. */
static void
read_settings(FunctionCallInfo fcinfo, const Form *form, ConleyRows *rows)
{
	const char *kernel = "spherical";
	int64 lags = 0;

	if (form->kernel != 0 && form->kernel < PG_NARGS())
	{
		require(fcinfo, form->kernel, form->cutoff == 0 ? "errors" : "kernel");
		kernel = text_to_cstring(PG_GETARG_TEXT_PP(form->kernel));
	}
	rows->kernel = MemoryContextStrdup(rows->context, kernel);
	if (form->cutoff == 0)
	{
		rows->errors = errors_by_name(kernel);
		return;
	}
	if (form->lags != 0)
	{
		require(fcinfo, form->lags, "lags");
		lags = PG_GETARG_INT32(form->lags);
	}
	rows->errors = CONLEY_SPATIAL;
	rows->settings =
		spatial_hac_settings(kernel, number_argument(fcinfo, form->cutoff, "cutoff", 0),
							 number_argument(fcinfo, form->radius, "sphere_radius", 0), lags);
}

/* 22023 where a row has other settings than the first. */
static void
check_settings(FunctionCallInfo fcinfo, const Form *form, const ConleyRows *rows)
{
	const SpatialHac *settings = &rows->settings;

	if (form->kernel != 0 && form->kernel < PG_NARGS())
	{
		const char *name = form->cutoff == 0 ? "errors" : "kernel";
		text *kernel;

		require(fcinfo, form->kernel, name);
		kernel = PG_GETARG_TEXT_PP(form->kernel);
		if (VARSIZE_ANY_EXHDR(kernel) != strlen(rows->kernel) ||
			memcmp(VARDATA_ANY(kernel), rows->kernel, VARSIZE_ANY_EXHDR(kernel)) != 0)
			refuse_change(name);
	}
	if (number_argument(fcinfo, form->cutoff, "cutoff", settings->cutoff) != settings->cutoff)
		refuse_change("cutoff");
	if (number_argument(fcinfo, form->radius, "sphere_radius", settings->sphere_radius) !=
		settings->sphere_radius)
		refuse_change("sphere_radius");
	if (form->lags != 0)
	{
		require(fcinfo, form->lags, "lags");
		if (PG_GETARG_INT32(form->lags) != settings->lags)
			refuse_change("lags");
	}
}

/* A state with the settings of its first row. */
static ConleyRows *
create_state(FunctionCallInfo fcinfo, MemoryContext context, const Form *form)
{
	ConleyRows *rows = MemoryContextAllocZero(context, sizeof(ConleyRows));

	rows->context = context;
	rows->has_period = form->period != 0;
	rows->columns = -1;
	read_settings(fcinfo, form, rows);
	rows->places = point_set_create(context);
	return rows;
}

/* x of a row; 22023 for another number of columns than before. NULL where it has unknown ones. */
static const double *
read_x(FunctionCallInfo fcinfo, int argument, ConleyRows *rows, int64 id)
{
	ArrayType *x = PG_GETARG_ARRAYTYPE_P(argument);
	int count = ArrayGetNItems(ARR_NDIM(x), ARR_DIMS(x));

	if (ARR_NDIM(x) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has %d dimensions", (long long) id, ARR_NDIM(x)),
						errhint("Give the columns of x side by side in a list.")));
	if (count > CONLEY_COLUMNS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("x has %d columns, more than %d", count, CONLEY_COLUMNS_MOST),
						errhint("Take means out of y and x instead of giving a column to each "
								"area or period.")));
	if (rows->columns == -1)
		rows->columns = count;
	if (count != rows->columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has %d columns, others have %d", (long long) id,
							   count, rows->columns),
						errhint("An unknown value is NULL in its place in the list.")));
	return array_contains_nulls(x) ? NULL : (const double *) ARR_DATA_PTR(x);
}

/* 22023 for a value that is not finite. */
static void
check_finite(const char *what, int64 id, double value)
{
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of area %lld is %g, not a finite number", what, (long long) id, value),
				 errhint("Give NULL for a value that is not known.")));
}

/* Makes room for one more row. */
static void
reserve(ConleyRows *rows)
{
	Size width = (1 + rows->columns) * sizeof(double);

	if (rows->places->count < rows->room)
		return;
	rows->room = Max(2 * rows->room, 64);
	if (rows->values == NULL)
	{
		rows->values = MemoryContextAllocHuge(rows->context, rows->room * width);
		if (rows->has_period)
			rows->period = MemoryContextAllocHuge(rows->context, rows->room * sizeof(int64));
		return;
	}
	rows->values = repalloc_huge(rows->values, rows->room * width);
	if (rows->has_period)
		rows->period = repalloc_huge(rows->period, rows->room * sizeof(int64));
}

/* Adds a row, or counts it where something of it is unknown. */
static void
add_row(FunctionCallInfo fcinfo, const Form *form, ConleyRows *rows)
{
	PointSet *places = rows->places;
	int64 id = PG_GETARG_INT64(1);
	const double *x = PG_ARGISNULL(form->x) ? NULL : read_x(fcinfo, form->x, rows, id);
	double *values;

	for (int i = 0; x != NULL && i < rows->columns; i++)
		check_finite("x", id, x[i]);
	if (!PG_ARGISNULL(form->y))
		check_finite("y", id, PG_GETARG_FLOAT8(form->y));
	if (x == NULL || PG_ARGISNULL(form->y) || (form->geom != 0 && PG_ARGISNULL(form->geom)))
	{
		rows->unknown++;
		return;
	}
	reserve(rows);
	point_set_add(places, id,
				  form->geom == 0 ? NULL : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(form->geom)));
	if (form->geom != 0 && isnan(places->points[places->count - 1].x))
	{
		places->count--;
		rows->unknown++;
		return;
	}
	values = rows->values + (Size) (places->count - 1) * (1 + rows->columns);
	values[0] = PG_GETARG_FLOAT8(form->y);
	memcpy(values + 1, x, rows->columns * sizeof(double));
	if (rows->has_period)
		rows->period[places->count - 1] = PG_GETARG_INT64(form->period);
}

/* Transition of all forms. */
static Datum
transition(FunctionCallInfo fcinfo, const Form *form)
{
	MemoryContext context;
	ConleyRows *rows = PG_ARGISNULL(0) ? NULL : (ConleyRows *) PG_GETARG_POINTER(0);

	context = aggregate_context(fcinfo);
	if (rows == NULL)
		rows = create_state(fcinfo, context, form);
	else
		check_settings(fcinfo, form, rows);
	(void) aggregate_area_id(fcinfo, 1);
	if (form->period != 0 && PG_ARGISNULL(form->period))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("period of area %lld must not be NULL", (long long) PG_GETARG_INT64(1)),
				 errhint("Leave such rows out with FILTER (WHERE period IS NOT NULL).")));
	add_row(fcinfo, form, rows);
	PG_RETURN_POINTER(rows);
}

/* (id, geom, y, x, cutoff, kernel, sphere_radius), the last two may be absent */
Datum
monitor_conley_transition(PG_FUNCTION_ARGS)
{
	static const Form form = {.geom = 2, .y = 3, .x = 4, .cutoff = 5, .kernel = 6, .radius = 7};

	return transition(fcinfo, &form);
}

/* (id, period, geom, y, x, cutoff, kernel, lags, sphere_radius), the last may be absent */
Datum
monitor_conley_panel_transition(PG_FUNCTION_ARGS)
{
	static const Form form = {
		.period = 2, .geom = 3, .y = 4, .x = 5, .cutoff = 6, .kernel = 7, .lags = 8, .radius = 9};

	return transition(fcinfo, &form);
}

/* (id, y, x, errors) */
Datum
monitor_conley_plain_transition(PG_FUNCTION_ARGS)
{
	static const Form form = {.y = 2, .x = 3, .kernel = 4};

	return transition(fcinfo, &form);
}

/* Final function: the model, or NULL where no row is left. */
Datum
monitor_conley(PG_FUNCTION_ARGS)
{
	const ConleyRows *rows = PG_ARGISNULL(0) ? NULL : (ConleyRows *) PG_GETARG_POINTER(0);
	Datum values[MODEL_COLUMNS];
	bool nulls[MODEL_COLUMNS] = {false};
	bool spatial;
	ConleyModel *model;

	if (rows == NULL || rows->places->count == 0)
		PG_RETURN_NULL();
	spatial = rows->errors == CONLEY_SPATIAL;
	model = conley_fit(rows);
	values[0] = figures_array(model->coefficients, model->terms);
	values[1] = figures_array(model->estimate->covariance, model->terms * model->terms);
	values[2] = figures_array(model->estimate->own, model->terms);
	values[3] = Float8GetDatum(model->estimate->least);
	nulls[3] = isnan(model->estimate->least);
	values[4] = Int64GetDatum(model->n);
	values[5] = Int64GetDatum(rows->unknown);
	values[6] = Int64GetDatum(model->units);
	values[7] = Int64GetDatum(model->estimate->pairs);
	values[8] = CStringGetTextDatum(asc_tolower(rows->kernel, strlen(rows->kernel)));
	values[9] = Float8GetDatum(rows->settings.cutoff);
	values[10] = Int64GetDatum(rows->settings.lags);
	nulls[7] = nulls[9] = nulls[10] = !spatial;
	put_text(values, nulls, 11, model->note);
	return composite_datum(composite_type(fcinfo, MODEL_COLUMNS), values, nulls);
}
