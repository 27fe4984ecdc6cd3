/*
 * barrier.c
 *	  Weights without the links that a barrier cuts.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"
#include "backend/aggregate.h"
#include "backend/memory.h"
#include "weights/polygons.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_without_links_across_transition);
PG_FUNCTION_INFO_V1(monitor_without_links_across_final);

/* ---- the cut ---- */

/* The way between two areas, in the form of a part. */
typedef struct Way
{
	Part part; /* first: the visit gets it */
	Run run;
	Point points[2];
} Way;

/* Does the way meet a part of the barrier? */
static bool
way_meets(void *state, const void *way, const void *barrier)
{
	return parts_near(way, barrier, 0, 0);
}

/* Does the straight way between two points meet the barrier? */
static bool
barrier_between(const Outlines *barrier, Point from, Point to)
{
	Way way = {.points = {from, to}};
	BoxTree ways = {(const char *) &way, sizeof(Way), 1, NULL};

	way.run = (Run){.points = way.points, .edges = 1, .box = edge_box(way.points)};
	way.part = (Part){.box = way.run.box, .runs = {(const char *) &way.run, sizeof(Run), 1, NULL}};
	return box_tree_join(&ways, &barrier->tree, 0, way_meets, NULL);
}

/* Points of the areas of w by place; NaN where an area has no row or no place. */
static Point *
points_by_place(const Weights *w, const PointSet *sorted)
{
	const int64 *ids = weights_ids(w);
	Point *points = allocate(w->areas, sizeof(Point));
	uint32 row = 0;

	for (uint32 i = 0; i < w->areas; i++)
	{
		points[i] = (Point){NAN, NAN};
		if (row < sorted->count && sorted->ids[row] == ids[i])
			points[i] = sorted->points[row++];
		else if (row < sorted->count && sorted->ids[row] < ids[i])
			break;
	}
	if (row < sorted->count)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("area %lld is not in the weights", (long long) sorted->ids[row]),
			 errhint("Build the weights from the same areas, or leave out the rows of others.")));
	return points;
}

/* An area with links must have a place. */
static void
check_place(int64 id, Point point)
{
	if (isnan(point.x))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area %lld has links but no geometry", (long long) id),
						errhint("Give a row with a geometry for every area that has neighbors.")));
}

/* The same weights without the links that the barrier cuts; a link to itself is not cut. */
static Weights *
without_links_across(const Weights *w, const PointSet *sorted, const Outlines *barrier)
{
	const uint32 *start = weights_start(w);
	const uint32 *neighbors = weights_neighbors(w);
	const double *values = weights_values(w);
	Point *points = points_by_place(w, sorted);
	uint32 *kept_start = allocate((Size) w->areas + 1, sizeof(uint32));
	uint32 *kept = allocate(w->links, sizeof(uint32));
	double *kept_values = values == NULL ? NULL : allocate(w->links, sizeof(double));
	uint32 count = 0;

	for (uint32 i = 0; i < w->areas; i++)
	{
		kept_start[i] = count;
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			uint32 k = neighbors[link];

			CHECK_FOR_INTERRUPTS();
			check_place(weights_ids(w)[i], points[i]);
			check_place(weights_ids(w)[k], points[k]);
			if (k != i && barrier_between(barrier, points[i], points[k]))
				continue;
			if (values != NULL)
				kept_values[count] = values[link];
			kept[count++] = k;
		}
	}
	kept_start[w->areas] = count;
	return weights_from_rows(w->areas, weights_ids(w), kept_start, kept, kept_values);
}

/* ---- SQL ---- */

/* What the aggregate has collected. */
typedef struct BarrierState
{
	WeightsArgument w;
	PointSet *points;
	struct varlena *barrier; /* as the first row brought it; NULL for NULL */
} BarrierState;

#define ARGUMENT_BARRIER 4

/* Is the barrier one value for all rows? */
static bool
barrier_is_constant(FunctionCallInfo fcinfo)
{
	Aggref *aggregate = AggGetAggref(fcinfo);
	Node *expression;

	if (aggregate == NULL || list_length(aggregate->args) < ARGUMENT_BARRIER)
		return false;
	expression = (Node *) ((TargetEntry *) list_nth(aggregate->args, ARGUMENT_BARRIER - 1))->expr;
	return IsA(expression, Const) || IsA(expression, Param);
}

/* Do two values have the same bytes, as they are stored or else fetched? */
static bool
barriers_equal(struct varlena *a, struct varlena *b)
{
	if (VARSIZE_ANY(a) == VARSIZE_ANY(b) && memcmp(a, b, VARSIZE_ANY(a)) == 0)
		return true;
	a = pg_detoast_datum_packed(a);
	b = pg_detoast_datum_packed(b);
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		   memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

/* Keeps the first row's barrier and holds the others against it. */
static void
barrier_add(FunctionCallInfo fcinfo, BarrierState *state, MemoryContext context, bool first)
{
	struct varlena *barrier = PG_ARGISNULL(ARGUMENT_BARRIER)
								  ? NULL
								  : (struct varlena *) PG_GETARG_POINTER(ARGUMENT_BARRIER);

	if (first)
	{
		if (barrier == NULL)
			return;
		state->barrier = MemoryContextAllocHuge(context, VARSIZE_ANY(barrier));
		memcpy(state->barrier, barrier, VARSIZE_ANY(barrier));
		return;
	}
	if ((barrier == NULL && state->barrier == NULL) || barrier_is_constant(fcinfo))
		return;
	if (barrier == NULL || state->barrier == NULL || !barriers_equal(state->barrier, barrier))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the barrier is not the same in all rows of a group"),
						errhint("Join barriers with ST_Collect first, and give the result in a "
								"subquery: (SELECT ST_Collect(geom) FROM ...).")));
}

/* Transition of without_links_across(weights, bigint, geometry, geometry). */
Datum
monitor_without_links_across_transition(PG_FUNCTION_ARGS)
{
	BarrierState *state = PG_ARGISNULL(0) ? NULL : (BarrierState *) PG_GETARG_POINTER(0);
	MemoryContext context;
	bool first = state == NULL;

	context = aggregate_context(fcinfo);
	if (first)
	{
		state = MemoryContextAllocZero(context, sizeof(BarrierState));
		state->points = point_set_create(context);
	}
	weights_argument_add(fcinfo, &state->w, context, PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	barrier_add(fcinfo, state, context, first);
	point_set_add(state->points, aggregate_area_id(fcinfo, 2),
				  PG_ARGISNULL(3) ? NULL : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(3)));
	PG_RETURN_POINTER(state);
}

/* The outlines of the barrier, which must have the SRID of the areas. */
static Outlines *
barrier_outlines(const BarrierState *state)
{
	Geometry geometry = geometry_open(pg_detoast_datum_packed(state->barrier));
	Outlines *outlines = outlines_of_geometry(&geometry);

	if (outlines->tree.count > 0 && state->points->srid_known &&
		geometry.srid != state->points->srid)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the barrier has SRID %d but the areas have %d", geometry.srid,
							   state->points->srid),
						errhint("Transform it with ST_Transform first, or say what its coordinates "
								"are with ST_SetSRID.")));
	return outlines;
}

/* Final function of without_links_across; leaves the state as it is. */
Datum
monitor_without_links_across_final(PG_FUNCTION_ARGS)
{
	BarrierState *state = PG_ARGISNULL(0) ? NULL : (BarrierState *) PG_GETARG_POINTER(0);
	const Weights *w = state == NULL ? NULL : weights_argument_value(&state->w);
	Outlines none = {0};

	if (w == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(
		without_links_across(w, point_set_sorted(state->points),
							 state->barrier == NULL ? &none : barrier_outlines(state)));
}
