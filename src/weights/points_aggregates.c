/*
 * points_aggregates.c
 *	  The aggregates that make weights of points: (id, geom, and what is constant
 *	  in the group, at the end of it the radius of a sphere or nothing).
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "backend/aggregate.h"
#include "weights/points.h"

PG_FUNCTION_INFO_V1(monitor_knn_weights_transition);
PG_FUNCTION_INFO_V1(monitor_distance_weights_transition);
PG_FUNCTION_INFO_V1(monitor_inverse_distance_weights_transition);
PG_FUNCTION_INFO_V1(monitor_kernel_weights_transition);
PG_FUNCTION_INFO_V1(monitor_adaptive_kernel_weights_transition);
PG_FUNCTION_INFO_V1(monitor_knn_weights_final);
PG_FUNCTION_INFO_V1(monitor_max_knn_distance_final);
PG_FUNCTION_INFO_V1(monitor_distance_weights_final);
PG_FUNCTION_INFO_V1(monitor_inverse_distance_weights_final);
PG_FUNCTION_INFO_V1(monitor_kernel_weights_final);
PG_FUNCTION_INFO_V1(monitor_adaptive_kernel_weights_final);

#define CONSTANTS_MOST 4
/* State, id, geometry. */
#define FIRST_CONSTANT 3

/* An argument that is constant in the group. */
typedef struct Constant
{
	const char *name;
	Oid type;
} Constant;

/* Its value: a text, or a number (a boolean is 0 or 1). */
typedef struct ConstantValue
{
	char *text;
	double number;
} ConstantValue;

typedef struct PointsState
{
	PointSet *set;
	int constants;
	ConstantValue constant[CONSTANTS_MOST];
} PointsState;

/* The value of an argument; a text is as long as the row. */
static ConstantValue
read_constant(FunctionCallInfo fcinfo, int i, const Constant *constant)
{
	int argument = FIRST_CONSTANT + i;
	ConstantValue value = {0};

	if (PG_ARGISNULL(argument))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must not be NULL", constant->name),
						errhint("Give the same value in every row of the group.")));
	if (constant->type == TEXTOID)
		value.text = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	else if (constant->type == INT4OID)
		value.number = PG_GETARG_INT32(argument);
	else if (constant->type == BOOLOID)
		value.number = PG_GETARG_BOOL(argument);
	else
		value.number = PG_GETARG_FLOAT8(argument);
	return value;
}

/* Are two values of an argument the same? NaN is the same as NaN. */
static bool
same_constant(const ConstantValue *a, const ConstantValue *b)
{
	if (a->text != NULL)
		return strcmp(a->text, b->text) == 0;
	return a->number == b->number || (isnan(a->number) && isnan(b->number));
}

/* The value as an error message shows it. */
static char *
show_constant(const ConstantValue *value, const Constant *constant)
{
	if (constant->type == TEXTOID)
		return psprintf("\"%s\"", value->text);
	if (constant->type == BOOLOID)
		return pstrdup(value->number != 0 ? "true" : "false");
	return psprintf("%.17g", value->number);
}

/* A state with the constants of its first row. */
static PointsState *
create_state(FunctionCallInfo fcinfo, MemoryContext context, const Constant *constants)
{
	PointsState *state = MemoryContextAllocZero(context, sizeof(PointsState));

	state->constants = PG_NARGS() - FIRST_CONSTANT;
	for (int i = 0; i < state->constants; i++)
	{
		state->constant[i] = read_constant(fcinfo, i, constants + i);
		if (state->constant[i].text != NULL)
			state->constant[i].text = MemoryContextStrdup(context, state->constant[i].text);
	}
	state->set = point_set_create(context);
	return state;
}

/* 22023 where a row has other constants than the first. */
static void
check_constants(FunctionCallInfo fcinfo, const PointsState *state, const Constant *constants)
{
	for (int i = 0; i < state->constants; i++)
	{
		ConstantValue value = read_constant(fcinfo, i, constants + i);

		if (!same_constant(&value, state->constant + i))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s must be one in the group, not %s and %s", constants[i].name,
								   show_constant(state->constant + i, constants + i),
								   show_constant(&value, constants + i)),
							errhint("GROUP BY it to make weights for each.")));
	}
}

/* Transition of all: takes in a row. */
static Datum
points_transition(FunctionCallInfo fcinfo, const Constant *constants)
{
	MemoryContext context;
	PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	context = aggregate_context(fcinfo);
	if (state == NULL)
		state = create_state(fcinfo, context, constants);
	else
		check_constants(fcinfo, state, constants);
	point_set_add(state->set, aggregate_area_id(fcinfo, 1),
				  PG_ARGISNULL(2) ? NULL : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(2)));
	PG_RETURN_POINTER(state);
}

/* The radius of the sphere, after so many other constants; 0 for a plane. */
static double
sphere_radius(const PointsState *state, int others)
{
	double radius;

	if (state->constants <= others)
		return 0;
	radius = state->constant[others].number;
	if (!(radius > 0) || isinf(radius))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sphere_radius must be a positive finite number, not %.15g", radius),
				 errhint("The Earth's is 6371008.8 metres; leave it out where coordinates are "
						 "planar.")));
	return radius;
}

/* Transition of knn_weights and max_knn_distance. */
Datum
monitor_knn_weights_transition(PG_FUNCTION_ARGS)
{
	static const Constant constants[] = {{"k", INT4OID}, {"sphere_radius", FLOAT8OID}};

	return points_transition(fcinfo, constants);
}

/* Transition of distance_weights. */
Datum
monitor_distance_weights_transition(PG_FUNCTION_ARGS)
{
	static const Constant constants[] = {{"radius", FLOAT8OID}, {"sphere_radius", FLOAT8OID}};

	return points_transition(fcinfo, constants);
}

/* Transition of inverse_distance_weights. */
Datum
monitor_inverse_distance_weights_transition(PG_FUNCTION_ARGS)
{
	static const Constant constants[] = {
		{"radius", FLOAT8OID}, {"power", FLOAT8OID}, {"sphere_radius", FLOAT8OID}};

	return points_transition(fcinfo, constants);
}

/* Transition of kernel_weights. */
Datum
monitor_kernel_weights_transition(PG_FUNCTION_ARGS)
{
	static const Constant constants[] = {
		{"kernel", TEXTOID}, {"bandwidth", FLOAT8OID}, {"sphere_radius", FLOAT8OID}};

	return points_transition(fcinfo, constants);
}

/* Transition of adaptive_kernel_weights. */
Datum
monitor_adaptive_kernel_weights_transition(PG_FUNCTION_ARGS)
{
	static const Constant constants[] = {
		{"kernel", TEXTOID}, {"k", INT4OID}, {"diagonal", BOOLOID}, {"sphere_radius", FLOAT8OID}};

	return points_transition(fcinfo, constants);
}

/* Final functions: NULL where there was no row; they leave the state as it is. */
Datum
monitor_knn_weights_final(PG_FUNCTION_ARGS)
{
	const PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(knn_weights(point_set_sorted(state->set), (int64) state->constant[0].number,
								  sphere_radius(state, 1)));
}

Datum
monitor_max_knn_distance_final(PG_FUNCTION_ARGS)
{
	const PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(points_max_knn_distance(
		point_set_sorted(state->set), (int64) state->constant[0].number, sphere_radius(state, 1)));
}

Datum
monitor_distance_weights_final(PG_FUNCTION_ARGS)
{
	const PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(distance_weights(point_set_sorted(state->set), state->constant[0].number,
									   sphere_radius(state, 1)));
}

Datum
monitor_inverse_distance_weights_final(PG_FUNCTION_ARGS)
{
	const PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(inverse_distance_weights(point_set_sorted(state->set),
											   state->constant[0].number, state->constant[1].number,
											   sphere_radius(state, 2)));
}

Datum
monitor_kernel_weights_final(PG_FUNCTION_ARGS)
{
	const PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(kernel_weights(point_set_sorted(state->set), state->constant[0].text,
									 state->constant[1].number, sphere_radius(state, 2)));
}

Datum
monitor_adaptive_kernel_weights_final(PG_FUNCTION_ARGS)
{
	const PointsState *state = PG_ARGISNULL(0) ? NULL : (PointsState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(adaptive_kernel_weights(
		point_set_sorted(state->set), state->constant[0].text, (int64) state->constant[1].number,
		state->constant[2].number != 0, sphere_radius(state, 3)));
}
