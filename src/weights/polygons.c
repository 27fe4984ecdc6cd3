/*
 * polygons.c
 *	  Contiguity: whose polygons have a point, or a line, in common.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/aggregate.h"
#include "backend/memory.h"
#include "weights/polygons.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_contiguity_transition);
PG_FUNCTION_INFO_V1(monitor_contiguity_snap_transition);
PG_FUNCTION_INFO_V1(monitor_queen_weights_final);
PG_FUNCTION_INFO_V1(monitor_rook_weights_final);
PG_FUNCTION_INFO_V1(monitor_shared_border_weights_final);

/* Pairs of areas, as they are found. */
typedef struct Pairs
{
	WeightsPair *pairs;
	Size count;
	Size room;
} Pairs;

/* More pairs than this have more links than a value can hold. */
#define PAIRS_LIMIT (MaxAllocSize / (2 * sizeof(uint32)))

/* Adds a pair, the lower area first. */
static void
pairs_add(Pairs *pairs, uint32 a, uint32 b)
{
	if (pairs->count >= PAIRS_LIMIT)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("areas have too many neighbors, more than %zu pairs", PAIRS_LIMIT),
						errhint("Use a smaller snap, or make weights of parts of the map.")));
	if (pairs->count == pairs->room)
	{
		pairs->room = Max(1024, 2 * pairs->room);
		pairs->pairs =
			reallocate(CurrentMemoryContext, pairs->pairs, pairs->room, sizeof(WeightsPair));
	}
	pairs->pairs[pairs->count++] = (WeightsPair){Min(a, b), Max(a, b)};
}

/* ---- queen ---- */

/* How near is near. */
typedef struct Nearness
{
	double snap;
	double slack; /* for boxes; no less than snap, whatever rounding does to a distance */
} Nearness;

/* Do edges of two runs meet, or come within the distance? */
static bool
runs_near(void *state, const void *run_a, const void *run_b)
{
	const Nearness *near = state;
	const Run *a = run_a;
	const Run *b = run_b;

	for (const Point *p = a->points; p < a->points + a->edges; p++)
	{
		Box box = edge_box(p);

		if (!boxes_near(&box, &b->box, near->slack))
			continue;
		for (const Point *q = b->points; q < b->points + b->edges; q++)
		{
			Box other = edge_box(q);

			if (boxes_near(&box, &other, near->slack) &&
				(near->snap == 0 ? edges_meet(p, q) != EDGES_APART
								 : edges_distance(p, q) <= near->snap))
				return true;
		}
	}
	return false;
}

/* Does a lie inside b? No edges of theirs meet. */
static bool
part_inside(const Part *a, const Part *b)
{
	return box_within(&a->box, &b->box) &&
		   part_contains(b, ((const Run *) a->runs.items)->points[0]);
}

/* Do two parts have a point in common, or points within snap of each other? */
bool
parts_near(const Part *a, const Part *b, double snap, double slack)
{
	Nearness near = {snap, slack};

	return box_tree_join(&a->runs, &b->runs, slack, runs_near, &near) || part_inside(a, b) ||
		   part_inside(b, a);
}

/* A search for the pairs of areas whose polygons are near. */
typedef struct QueenSearch
{
	Pairs pairs;
	Nearness near;
} QueenSearch;

/* Links the areas of two parts that have a point in common. */
static bool
queen_parts(void *state, const void *part_a, const void *part_b)
{
	QueenSearch *search = state;
	const Part *a = part_a;
	const Part *b = part_b;

	CHECK_FOR_INTERRUPTS();
	if (a->area != b->area && parts_near(a, b, search->near.snap, search->near.slack))
		pairs_add(&search->pairs, a->area, b->area);
	return false;
}

/* More than snap by what rounding may do to a distance between coordinates of a map. */
static double
snap_slack(const Outlines *outlines, double snap)
{
	double most = 0;

	if (snap == 0)
		return 0;
	for (uint32 i = 0; i < outlines->tree.count; i++)
	{
		const Box *box = &outlines->parts[i].box;

		most = Max(most, Max(Max(fabs(box->xmin), fabs(box->xmax)),
							 Max(fabs(box->ymin), fabs(box->ymax))));
	}
	return snap + 1e-9 * snap + 1e-15 * most;
}

/* Neighbours are areas whose polygons come within snap, at 0 those that intersect. */
Weights *
queen_weights(const AreaSet *sorted, double snap)
{
	Outlines *outlines = outlines_of_areas(sorted);
	QueenSearch search = {.near = {snap, snap_slack(outlines, snap)}};

	box_tree_join(&outlines->tree, &outlines->tree, search.near.slack, queen_parts, &search);
	return weights_from_pairs(sorted->areas, sorted->ids, search.pairs.pairs, search.pairs.count);
}

/* ---- rook ---- */

/* A search for the pairs of areas whose polygons have a line, but no inner point, in common. */
typedef struct ContiguitySearch
{
	const AreaSet *set;
	RookSearch *search;
	Pairs shared;
	Pairs overlapping; /* where an area has several parts, which may share a line elsewhere */
} ContiguitySearch;

/* Notes what two parts have in common. */
static bool
rook_parts(void *state, const void *part_a, const void *part_b)
{
	ContiguitySearch *search = state;
	const Part *a = part_a;
	const Part *b = part_b;
	int found = rook_search_parts(search->search, search->set, a, b);

	if (found == PARTS_SHARE_LINE)
		pairs_add(&search->shared, a->area, b->area);
	else if (found == PARTS_OVERLAP)
		pairs_add(&search->overlapping, a->area, b->area);
	return false;
}

/* Orders pairs. */
static int
pair_compare(const void *a, const void *b, void *arg)
{
	const WeightsPair *left = a;
	const WeightsPair *right = b;

	if (left->a != right->a)
		return left->a < right->a ? -1 : 1;
	return left->b < right->b ? -1 : left->b > right->b;
}

/* Takes out of the pairs those that are also among others. */
static void
pairs_remove(Pairs *pairs, Pairs *others)
{
	Size kept = 0;
	Size k = 0;

	if (others->count == 0 || pairs->count == 0)
		return;
	qsort_interruptible(pairs->pairs, pairs->count, sizeof(WeightsPair), pair_compare, NULL);
	qsort_interruptible(others->pairs, others->count, sizeof(WeightsPair), pair_compare, NULL);
	for (Size i = 0; i < pairs->count; i++)
	{
		while (k < others->count && pair_compare(&others->pairs[k], &pairs->pairs[i], NULL) < 0)
			k++;
		if (k == others->count || pair_compare(&others->pairs[k], &pairs->pairs[i], NULL) > 0)
			pairs->pairs[kept++] = pairs->pairs[i];
	}
	pairs->count = kept;
}

/* Neighbours are areas whose borders have a line in common and whose insides have nothing. */
Weights *
rook_weights(const AreaSet *sorted)
{
	Outlines *outlines = outlines_of_areas(sorted);
	ContiguitySearch search = {.set = sorted, .search = rook_search_create()};

	box_tree_join(&outlines->tree, &outlines->tree, 0, rook_parts, &search);
	pairs_remove(&search.shared, &search.overlapping);
	return weights_from_pairs(sorted->areas, sorted->ids, search.shared.pairs, search.shared.count);
}

/* ---- SQL ---- */

/* What an aggregate has collected. */
typedef struct ContiguityState
{
	AreaSet *set;
	double snap;
} ContiguityState;

/* Takes a row in: state, id, geom. */
static ContiguityState *
contiguity_add(FunctionCallInfo fcinfo, bool *first)
{
	ContiguityState *state = PG_ARGISNULL(0) ? NULL : (ContiguityState *) PG_GETARG_POINTER(0);
	MemoryContext context;
	Geometry geometry;
	int64 id;

	context = aggregate_context(fcinfo);
	*first = state == NULL;
	if (state == NULL)
	{
		state = MemoryContextAllocZero(context, sizeof(ContiguityState));
		state->set = area_set_create(context);
		state->set->keep_empty = true;
	}
	id = aggregate_area_id(fcinfo, 1);
	if (PG_ARGISNULL(2))
		area_set_add_empty(state->set, id);
	else
	{
		geometry = geometry_open(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(2)));
		area_set_add_geometry(state->set, id, &geometry);
	}
	return state;
}

/* Transition of the aggregates over (bigint, geometry). */
Datum
monitor_contiguity_transition(PG_FUNCTION_ARGS)
{
	bool first;

	PG_RETURN_POINTER(contiguity_add(fcinfo, &first));
}

/* Transition of queen_weights(bigint, geometry, double precision). */
Datum
monitor_contiguity_snap_transition(PG_FUNCTION_ARGS)
{
	bool first;
	ContiguityState *state = contiguity_add(fcinfo, &first);
	double snap;

	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("snap must not be NULL"),
						errhint("Give 0, or leave the argument out, for polygons that touch.")));
	snap = PG_GETARG_FLOAT8(3);
	if (!isfinite(snap) || snap < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("snap must be a number of 0 or more, not %g", snap),
						errhint("It is the distance, in the units of the SRID, within which "
								"polygons are neighbors.")));
	if (first)
		state->snap = snap;
	else if (snap != state->snap)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("snap must be the same in every row, not %g and %g", state->snap, snap),
				 errhint("One map has one snap; group by what tells the maps apart.")));
	PG_RETURN_POINTER(state);
}

/* Final function of queen_weights; leaves the state as it is. */
Datum
monitor_queen_weights_final(PG_FUNCTION_ARGS)
{
	ContiguityState *state = PG_ARGISNULL(0) ? NULL : (ContiguityState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(queen_weights(area_set_sorted(state->set), state->snap));
}

/* Final function of rook_weights; leaves the state as it is. */
Datum
monitor_rook_weights_final(PG_FUNCTION_ARGS)
{
	ContiguityState *state = PG_ARGISNULL(0) ? NULL : (ContiguityState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(rook_weights(area_set_sorted(state->set)));
}

/* Final function of shared_border_weights; leaves the state as it is. */
Datum
monitor_shared_border_weights_final(PG_FUNCTION_ARGS)
{
	ContiguityState *state = PG_ARGISNULL(0) ? NULL : (ContiguityState *) PG_GETARG_POINTER(0);

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(shared_border_weights(area_set_sorted(state->set)));
}
