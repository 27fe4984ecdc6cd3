/*
 * twins.c
 *	  The aggregate twins: collects areas, and gives each its nearest matches.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "spillover/twins.h"

PG_FUNCTION_INFO_V1(monitor_twins_transition);
PG_FUNCTION_INFO_V1(monitor_twins_place_transition);
PG_FUNCTION_INFO_V1(monitor_twins_final);

/* Where the arguments of a form are; 0: it has none. */
typedef struct Form
{
	int geom;
	int x;
	int treated;
	int candidate;
	int k;
	int method;
	int caliper;
	int beyond;
} Form;

/* ---- settings ---- */

static TwinsMethod
read_method(FunctionCallInfo fcinfo, int argument)
{
	text *name;

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("method must not be NULL"),
						errhint("Give standardised or mahalanobis.")));
	name = PG_GETARG_TEXT_PP(argument);
	for (int i = 0; twins_method_names[i] != NULL; i++)
		if (VARSIZE_ANY_EXHDR(name) == strlen(twins_method_names[i]) &&
			memcmp(VARDATA_ANY(name), twins_method_names[i], VARSIZE_ANY_EXHDR(name)) == 0)
			return (TwinsMethod) i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("method must be standardised or mahalanobis, not \"%s\"",
						   text_to_cstring(name)),
					errhint("standardised is usual where areas are few.")));
}

/* A limit of 0 or more; absent where the form has none or it is NULL. */
static double
read_limit(FunctionCallInfo fcinfo, int argument, const char *name, double absent)
{
	double limit;

	if (argument == 0 || argument >= PG_NARGS() || PG_ARGISNULL(argument))
		return absent;
	limit = PG_GETARG_FLOAT8(argument);
	if (!(limit >= 0 && isfinite(limit)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be 0 or more and finite, not %g", name, limit),
						errhint("NULL sets no limit.")));
	return limit;
}

/* The arguments that are the same in all rows. */
static TwinsSettings
read_settings(FunctionCallInfo fcinfo, const Form *form)
{
	TwinsSettings settings = {0};

	if (PG_ARGISNULL(form->k))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("k must not be NULL"),
						errhint("Give the number of twins of each area.")));
	settings.k = PG_GETARG_INT32(form->k);
	if (settings.k < 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k must be 1 or more, not %d", settings.k),
						errhint("3 to 5 twins are usual.")));
	settings.method =
		form->method < PG_NARGS() ? read_method(fcinfo, form->method) : TWINS_STANDARDISED;
	settings.caliper = read_limit(fcinfo, form->caliper, "caliper", INFINITY);
	settings.beyond = read_limit(fcinfo, form->beyond, "beyond", 0);
	return settings;
}

/* 22023 for settings that change within a group. */
static void
check_settings(const TwinsSettings *first, const TwinsSettings *now)
{
	const char *changed = first->k != now->k               ? "k"
						  : first->method != now->method   ? "method"
						  : first->caliper != now->caliper ? "caliper"
						  : first->beyond != now->beyond   ? "beyond"
														   : NULL;

	if (changed != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be one in the group", changed),
						errhint("GROUP BY it to find twins for each.")));
}

/* ---- rows ---- */

/* x of a row; 22023 for another number of columns than before or values not finite. NULL where one is unknown. */
static const double *
read_x(FunctionCallInfo fcinfo, int argument, TwinsRows *rows, int64 id)
{
	ArrayType *x = PG_GETARG_ARRAYTYPE_P(argument);
	int count = ArrayGetNItems(ARR_NDIM(x), ARR_DIMS(x));
	const double *values = (const double *) ARR_DATA_PTR(x);
	bool unknown = array_contains_nulls(x);

	if (ARR_NDIM(x) > 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has %d dimensions", (long long) id, ARR_NDIM(x)),
						errhint("Give the columns of x side by side in a list.")));
	if (count == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has no columns", (long long) id),
						errhint("Give the figures that twins are to be alike in.")));
	if (count > TWINS_COLUMNS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("x has %d columns, more than %d", count, TWINS_COLUMNS_MOST),
						errhint("Twins in few figures are better twins: take those that matter.")));
	if (rows->columns == -1)
		rows->columns = count;
	if (count != rows->columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld has %d columns, others have %d", (long long) id,
							   count, rows->columns),
						errhint("An unknown value is NULL in its place in the list.")));
	/* where there are NULLs only what is known is stored */
	count = (ARR_SIZE(x) - ARR_DATA_OFFSET(x)) / sizeof(double);
	for (int i = 0; i < count; i++)
		if (!isfinite(values[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("x of area %lld is %g, not a finite number", (long long) id, values[i]),
					 errhint("Give NULL for a value that is not known.")));
	return unknown ? NULL : values;
}

/* Makes room for one more row. */
static TwinsRow *
new_row(TwinsRows *rows)
{
	if (rows->count == rows->room)
	{
		rows->room = Max(2 * rows->room, 64);
		rows->row = rows->row == NULL
						? MemoryContextAllocHuge(rows->context, rows->room * sizeof(TwinsRow))
						: repalloc_huge(rows->row, rows->room * sizeof(TwinsRow));
	}
	return &rows->row[rows->count++];
}

/* Keeps x of a row and gives its place. */
static int64
add_x(TwinsRows *rows, const double *x)
{
	Size width = rows->columns * sizeof(double);

	if (rows->known == rows->x_room)
	{
		rows->x_room = Max(2 * rows->x_room, 64);
		rows->x = rows->x == NULL ? MemoryContextAllocHuge(rows->context, rows->x_room * width)
								  : repalloc_huge(rows->x, rows->x_room * width);
	}
	memcpy(rows->x + rows->known * rows->columns, x, width);
	return rows->known++;
}

/* The place of an area; NaN where it has none. The set of places only reads and checks, it stays empty. */
static Point
read_point(FunctionCallInfo fcinfo, int argument, TwinsRows *rows, int64 id)
{
	point_set_add(rows->places, id,
				  PG_ARGISNULL(argument) ? NULL
										 : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(argument)));
	return rows->places->points[--rows->places->count];
}

static inline bool
flag_argument(FunctionCallInfo fcinfo, int argument)
{
	return !PG_ARGISNULL(argument) && PG_GETARG_BOOL(argument);
}

/* Adds an area, also one of which something is unknown. */
static void
add_row(FunctionCallInfo fcinfo, const Form *form, TwinsRows *rows)
{
	int64 id = PG_GETARG_INT64(1);
	const double *x = PG_ARGISNULL(form->x) ? NULL : read_x(fcinfo, form->x, rows, id);
	Point point = {0, 0};
	TwinsRow *row;

	if (form->geom != 0)
		point = read_point(fcinfo, form->geom, rows, id);
	row = new_row(rows);
	row->id = id;
	row->point = point;
	row->place = x == NULL || isnan(point.x) ? -1 : add_x(rows, x);
	row->treated = flag_argument(fcinfo, form->treated);
	row->candidate = flag_argument(fcinfo, form->candidate);
}

/* A state with the settings of its first row. */
static TwinsRows *
create_state(MemoryContext context, const Form *form, TwinsSettings settings)
{
	TwinsRows *rows = MemoryContextAllocZero(context, sizeof(TwinsRows));

	rows->context = context;
	rows->settings = settings;
	rows->columns = -1;
	if (form->geom != 0)
		rows->places = point_set_create(context);
	return rows;
}

/* Transition of all forms. */
static Datum
transition(FunctionCallInfo fcinfo, const Form *form)
{
	MemoryContext context = aggregate_context(fcinfo);
	TwinsRows *rows = PG_ARGISNULL(0) ? NULL : (TwinsRows *) PG_GETARG_POINTER(0);
	TwinsSettings settings = read_settings(fcinfo, form);

	if (rows == NULL)
		rows = create_state(context, form, settings);
	else
		check_settings(&rows->settings, &settings);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an area's id must not be NULL"),
				 errhint("Leave such rows out with FILTER (WHERE area IS NOT NULL).")));
	add_row(fcinfo, form, rows);
	PG_RETURN_POINTER(rows);
}

/* (area, x, treated, candidate, k, method, caliper), the last two may be absent */
Datum
monitor_twins_transition(PG_FUNCTION_ARGS)
{
	static const Form form = {
		.x = 2, .treated = 3, .candidate = 4, .k = 5, .method = 6, .caliper = 7};

	return transition(fcinfo, &form);
}

/* (area, geom, x, treated, candidate, k, method, caliper, beyond) */
Datum
monitor_twins_place_transition(PG_FUNCTION_ARGS)
{
	static const Form form = {.geom = 2,
							  .x = 3,
							  .treated = 4,
							  .candidate = 5,
							  .k = 6,
							  .method = 7,
							  .caliper = 8,
							  .beyond = 9};

	return transition(fcinfo, &form);
}

/* Final function: the twins, or NULL over no rows. */
Datum
monitor_twins_final(PG_FUNCTION_ARGS)
{
	Datum values[TWINS_COLUMNS];
	bool nulls[TWINS_COLUMNS];

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	twins_values(twins_match((const TwinsRows *) PG_GETARG_POINTER(0)), values, nulls);
	return composite_datum(composite_type(fcinfo, TWINS_COLUMNS), values, nulls);
}
