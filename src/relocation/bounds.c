/*
 * bounds.c
 *	  The account of areas from delivered flows of which small cells are hidden, as
 *	  bounds.
 *
 * Each cell lies between two numbers, whatever the others are. A figure of an area
 * is a sum over cells, each once, so interval arithmetic gives sharp bounds. The
 * waterbed share is (out - in) / (out + other falls - other rises): increasing or
 * decreasing in each sum where the fall is certain, so its extremes are at the ends
 * of these. Nothing sharper follows unless totals are delivered too, which link cells.
 */
#include "compat.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "statistics/order.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "relocation/shares.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_bounds_transition);
PG_FUNCTION_INFO_V1(monitor_waterbed_bounds_final);

#define BOUNDS_COLUMNS 17

typedef struct Bounds
{
	double low;
	double high;
} Bounds;

typedef struct Cell
{
	int64 origin;
	int64 destination;
	Bounds before;
	Bounds after;
} Cell;

typedef struct Cells
{
	MemoryContext context;
	Cell *cell;
	Size n;
	Size room;
} Cells;

/* Sums of an area; fixed signs, so that each is a sum of cells. */
typedef struct AreaBounds
{
	int64 area;
	Bounds export;
	Bounds import;
	Bounds left;
	Bounds entered;
	Bounds stayed_before;
	Bounds stayed_after;
	Bounds arrived_after; /* x after of all arrivals */
	Bounds unknown_left;  /* x before of those who left for no known place */
	int64 hidden;
	bool stayers;
} AreaBounds;

static void
bounds_add(Bounds *sum, const Bounds *cell)
{
	sum->low += cell->low;
	sum->high += cell->high;
}

/* A cell of which it is not known whether it belongs here. */
static void
bounds_add_perhaps(Bounds *sum, const Bounds *cell)
{
	sum->high += cell->high;
}

static double
count_argument(FunctionCallInfo fcinfo, int argument, const char *name, double if_null)
{
	double value;

	if (PG_ARGISNULL(argument))
		return if_null;
	value = PG_GETARG_FLOAT8(argument);
	if (!(value >= 0 && value <= WATERBED_MAX_X))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %g is not in 0 to %g", name, value, WATERBED_MAX_X),
						errhint("Give NULL where it is hidden.")));
	return value;
}

/* One of the two x of a row, from its limits or from the value itself. */
static Bounds
row_bounds(FunctionCallInfo fcinfo, int low, int high, const char *low_name, const char *high_name,
		   double movers)
{
	Bounds bounds;

	bounds.low = count_argument(fcinfo, low, low_name, 0);
	if (low == high && !PG_ARGISNULL(low))
		bounds.high = bounds.low;
	else
		bounds.high = count_argument(fcinfo, high, high_name, Max(movers, bounds.low));
	if (bounds.low > bounds.high)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s %g is above %s %g", low_name, bounds.low, high_name, bounds.high),
				 errhint("Give the lower limit first.")));
	if (low == high && bounds.low > movers)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %g is more than movers %g", low_name, bounds.low, movers),
						errhint("x counts movers; give limits if it is an amount.")));
	return bounds;
}

static int64
row_place(FunctionCallInfo fcinfo, int argument, const char *name, int64 last, int64 never)
{
	int64 area;

	if (PG_ARGISNULL(argument))
		return WATERBED_UNKNOWN;
	area = PG_GETARG_INT64(argument);
	if (area < last || area == never)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s " INT64_FORMAT " is no place", name, area),
				 errhint("Areas are 1 and above; 0 is the rest of the city, -1 the rest of the "
						 "country, -2 abroad, -3 (origin) born or aged in, -4 (destination) died "
						 "or aged out, NULL unknown.")));
	return area;
}

static double
row_movers(FunctionCallInfo fcinfo)
{
	int64 movers;

	if (PG_ARGISNULL(3))
		return INFINITY;
	movers = PG_GETARG_INT64(3);
	if (movers < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("movers " INT64_FORMAT " is negative", movers),
						errhint("Give NULL where it is hidden.")));
	return (double) movers;
}

static Cells *
aggregate_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	Cells *cells;

	context = aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
		return (Cells *) PG_GETARG_POINTER(0);
	cells = MemoryContextAllocZero(context, sizeof(Cells));
	cells->context = context;
	cells->room = 64;
	cells->cell = MemoryContextAlloc(context, cells->room * sizeof(Cell));
	return cells;
}

/* (state, origin, destination, movers, x_before, x_after), or with low and high of each */
Datum
monitor_waterbed_bounds_transition(PG_FUNCTION_ARGS)
{
	Cells *cells = aggregate_state(fcinfo);
	double movers = row_movers(fcinfo);
	Cell cell;

	cell.origin = row_place(fcinfo, 1, "origin", WATERBED_NEW, WATERBED_GONE);
	cell.destination = row_place(fcinfo, 2, "destination", WATERBED_GONE, WATERBED_NEW);
	if (PG_NARGS() == 6)
	{
		cell.before = row_bounds(fcinfo, 4, 4, "x_before", "x_before", movers);
		cell.after = row_bounds(fcinfo, 5, 5, "x_after", "x_after", movers);
	}
	else
	{
		cell.before = row_bounds(fcinfo, 4, 5, "x_before_low", "x_before_high", movers);
		cell.after = row_bounds(fcinfo, 6, 7, "x_after_low", "x_after_high", movers);
	}
	if (cells->n == cells->room)
	{
		cells->room *= 2;
		cells->cell = repalloc_huge(cells->cell, cells->room * sizeof(Cell));
	}
	cells->cell[cells->n++] = cell;
	PG_RETURN_POINTER(cells);
}

#define COMPARE(a, b)                                                                              \
	if ((a) != (b))                                                                                \
	return (a) < (b) ? -1 : 1

static int
compare_cells(const void *a, const void *b, void *unused)
{
	const Cell *left = a;
	const Cell *right = b;

	COMPARE(left->origin, right->origin);
	COMPARE(left->destination, right->destination);
	COMPARE(left->before.low, right->before.low);
	COMPARE(left->before.high, right->before.high);
	COMPARE(left->after.low, right->after.low);
	COMPARE(left->after.high, right->after.high);
	return 0;
}

/* Places in the city, ascending and each once. */
static PlaceSet
places_of(const Cells *cells)
{
	int64 *area = allocate(2 * (Size) cells->n, sizeof(int64));
	PlaceSet set = {area, 0};
	Size n = 0;

	for (Size i = 0; i < cells->n; i++)
	{
		if (place_in_city(cells->cell[i].origin))
			area[n++] = cells->cell[i].origin;
		if (place_in_city(cells->cell[i].destination))
			area[n++] = cells->cell[i].destination;
	}
	qsort_interruptible(area, n, sizeof(int64), bigint_order, NULL);
	for (Size i = 0; i < n; i++)
		if (set.n == 0 || area[set.n - 1] != area[i])
			area[set.n++] = area[i];
	return set;
}

/* The area of an account, which is in the set the accounts were made of. */
static AreaBounds *
find_area(AreaBounds *all, Size n, int64 area)
{
	Size low = 0;

	while (n > 1)
	{
		Size half = n / 2;

		if (all[low + half].area <= area)
			low += half;
		n -= half;
	}
	return &all[low];
}

/* Puts a cell where it belongs in the account of its origin. */
static void
add_departures(AreaBounds *area, const Cell *cell)
{
	area->hidden += cell->before.low < cell->before.high;
	if (cell->destination == WATERBED_UNKNOWN)
	{
		bounds_add_perhaps(&area->export, &cell->before);
		bounds_add_perhaps(&area->left, &cell->before);
		bounds_add(&area->unknown_left, &cell->before);
	}
	else if (place_in_city(cell->destination))
		bounds_add(&area->export, &cell->before);
	else
		bounds_add(&area->left, &cell->before);
}

/* And in that of its destination. */
static void
add_arrivals(AreaBounds *area, const Cell *cell)
{
	area->hidden += cell->after.low < cell->after.high;
	bounds_add(&area->arrived_after, &cell->after);
	if (cell->origin == WATERBED_UNKNOWN)
	{
		bounds_add_perhaps(&area->import, &cell->before);
		bounds_add_perhaps(&area->entered, &cell->after);
	}
	else if (place_in_city(cell->origin))
	{
		bounds_add(&area->import, &cell->before);
		area->hidden += cell->before.low < cell->before.high;
	}
	else
		bounds_add(&area->entered, &cell->after);
}

static void
add_cell(AreaBounds *all, Size n, const Cell *cell)
{
	if (cell->origin == cell->destination && place_in_city(cell->origin))
	{
		AreaBounds *area = find_area(all, n, cell->origin);

		area->stayers = true;
		bounds_add(&area->stayed_before, &cell->before);
		bounds_add(&area->stayed_after, &cell->after);
		area->hidden += cell->before.low < cell->before.high;
		area->hidden += cell->after.low < cell->after.high;
		return;
	}
	if (place_in_city(cell->origin))
		add_departures(find_area(all, n, cell->origin), cell);
	if (place_in_city(cell->destination))
		add_arrivals(find_area(all, n, cell->destination), cell);
}

/*
 * Where nobody is known to have left for an unknown place, x before is the sum of
 * export, left and stayed; those who did are in both of the first two at most once.
 */
static Bounds
fall_bounds(const AreaBounds *area, const Bounds *known_export, const Bounds *known_left)
{
	Bounds fall;

	fall.low = known_export->low + known_left->low + area->unknown_left.low +
			   area->stayed_before.low - area->stayed_after.high - area->arrived_after.high;
	fall.high = known_export->high + known_left->high + area->unknown_left.high +
				area->stayed_before.high - area->stayed_after.low - area->arrived_after.low;
	return fall;
}

/* Extremes of (out - in) / (out + rest), at the ends of each; fall above 0 throughout. */
static Bounds
share_bounds(const Bounds *out, const Bounds *in, const Bounds *rest)
{
	Bounds share = {INFINITY, -INFINITY};

	for (int corner = 0; corner < 8; corner++)
	{
		double o = corner & 1 ? out->high : out->low;
		double r = corner & 2 ? rest->high : rest->low;
		double i = corner & 4 ? in->high : in->low;

		share.low = Min(share.low, (o - i) / (o + r));
		share.high = Max(share.high, (o - i) / (o + r));
	}
	return share;
}

static void
put_bounds(const Bounds *bounds, Datum *values, bool *nulls)
{
	values[0] = Float8GetDatum(bounds->low);
	values[1] = Float8GetDatum(bounds->high);
	nulls[0] = !isfinite(bounds->low);
	nulls[1] = !isfinite(bounds->high);
}

/* What is known of the change and of the share; a note says what is missing. */
static const char *
put_share(const AreaBounds *area, Datum *values, bool *nulls)
{
	Bounds known_export = area->export;
	Bounds known_left = area->left;
	Bounds fall, change, rest, share;

	nulls[0] = nulls[1] = nulls[2] = nulls[3] = true;
	if (!area->stayers)
		return "no row of those who stayed, so the change is not known";
	known_export.high -= isfinite(area->unknown_left.high) ? area->unknown_left.high : 0;
	known_left.high -= isfinite(area->unknown_left.high) ? area->unknown_left.high : 0;
	fall = fall_bounds(area, &known_export, &known_left);
	change = (Bounds){0 - fall.high, 0 - fall.low};
	put_bounds(&change, values, nulls);
	if (!isfinite(fall.low) || !isfinite(fall.high) || !isfinite(area->import.high))
		return "a cell has no upper limit";
	if (!(fall.low > 0))
		return fall.high > 0 ? "it is not certain that x fell, so no share"
							 : "x did not fall, so no share";
	if (area->unknown_left.high > 0)
		return "some left for no known place, so no share";
	rest = (Bounds){fall.low - area->export.low, fall.high - area->export.high};
	share = share_bounds(&area->export, &area->import, &rest);
	put_bounds(&share, values + 2, nulls + 2);
	return NULL;
}

static Datum
bounds_row(CompositeType *type, const AreaBounds *area)
{
	Datum values[BOUNDS_COLUMNS] = {0};
	bool nulls[BOUNDS_COLUMNS] = {false};
	Bounds net;
	const char *note;

	net.low = area->import.low - area->export.high;
	net.high = area->import.high - area->export.low;
	values[0] = Int64GetDatum(area->area);
	put_bounds(&area->export, values + 1, nulls + 1);
	put_bounds(&area->import, values + 3, nulls + 3);
	put_bounds(&net, values + 5, nulls + 5);
	put_bounds(&area->left, values + 7, nulls + 7);
	put_bounds(&area->entered, values + 9, nulls + 9);
	note = put_share(area, values + 11, nulls + 11);
	values[15] = Int64GetDatum(area->hidden);
	put_text(values, nulls, 16, note);
	return composite_datum(type, values, nulls);
}

Datum
monitor_waterbed_bounds_final(PG_FUNCTION_ARGS)
{
	Oid element = get_element_type(get_fn_expr_rettype(fcinfo->flinfo));
	CompositeType *type;
	Cells *cells;
	PlaceSet places;
	AreaBounds *area;
	Datum *row;
	ArrayType *result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	cells = (Cells *) PG_GETARG_POINTER(0);
	type = composite_type_create(element, BOUNDS_COLUMNS);
	qsort_interruptible(cells->cell, cells->n, sizeof(Cell), compare_cells, NULL);
	places = places_of(cells);
	area = allocate_zero(places.n, sizeof(AreaBounds));
	for (Size i = 0; i < places.n; i++)
		area[i].area = places.area[i];
	for (Size i = 0; i < cells->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_cell(area, places.n, &cells->cell[i]);
	}
	row = allocate(places.n, sizeof(Datum));
	for (Size i = 0; i < places.n; i++)
		row[i] = bounds_row(type, &area[i]);
	result = construct_array(row, (int) places.n, element, -1, false, TYPALIGN_DOUBLE);
	PG_RETURN_ARRAYTYPE_P(result);
}
