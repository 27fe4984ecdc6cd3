/*
 * spatial_dimensions.c
 *	  Aggregate segregation_dimensions: concentration, centralization and clustering
 *	  of a group (Massey and Denton 1988), and exposure by distance (Morgan 1983).
 *
 * Areas at one place in an order, equally large or equally far from the centre, are
 * taken together, so that nothing depends on which comes first.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "geometry/geometry.h"
#include "mixing/spatial.h"

PG_FUNCTION_INFO_V1(monitor_segregation_dimensions_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_dimensions_final);

#define SEGREGATION_DIMENSIONS_COLUMNS 12

typedef struct DimensionArea
{
	double key; /* what the areas are ordered by */
	Point point;
	double x;
	double y; /* the rest */
	double area;
} DimensionArea;

typedef struct DimensionRows
{
	MemoryContext context;
	int64 count;
	Size room;
	DimensionArea *areas;
	int64 left_out;
	bool begun;
	double unit;
	bool centered;
	Point center;
	bool srid_known;
	int32 srid;
} DimensionRows;

/* Indices in the order of the result; NaN: not defined. */
typedef struct Dimensions
{
	double delta;
	double absolute_concentration, relative_concentration;
	double absolute_centralization, relative_centralization;
	double absolute_clustering, relative_clustering, spatial_proximity;
	double isolation, interaction;
} Dimensions;

/* All areas and their sums. */
typedef struct DimensionSums
{
	uint32 n;
	DimensionArea *areas;
	double x, y, area;
} DimensionSums;

/* By key, then by everything else. */
static int
area_compare(const void *a, const void *b, void *unused)
{
	const double *left = (const double *) a;
	const double *right = (const double *) b;

	for (int i = 0; i < sizeof(DimensionArea) / sizeof(double); i++)
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	return 0;
}

/* Sorts by the keys set. */
static void
areas_sort(DimensionSums *sums)
{
	qsort_interruptible(sums->areas, sums->n, sizeof(DimensionArea), area_compare, NULL);
}

/* Where the areas with the key of area i end. */
static uint32
same_key_end(const DimensionSums *sums, uint32 i)
{
	uint32 end = i + 1;

	while (end < sums->n && sums->areas[end].key == sums->areas[i].key)
		end++;
	return end;
}

/* ---- concentration: how little land does the group live on? ---- */

/*
 * Mean size of the areas, weighted by all people, if X people lived in the areas
 * with the least keys: all those needed to hold as many as the group has.
 */
static double
mean_of_first(const DimensionSums *sums)
{
	double people = 0;
	double land = 0;

	for (uint32 i = 0; i < sums->n && people < sums->x;)
		for (uint32 end = same_key_end(sums, i); i < end; i++)
		{
			double total = sums->areas[i].x + sums->areas[i].y;

			people += total;
			land += total * sums->areas[i].area;
		}
	return land / people;
}

/* Delta, absolute and relative concentration. */
static void
dimensions_concentration(DimensionSums *sums, Dimensions *d)
{
	double smallest, largest;
	double x_land = 0;
	double y_land = 0;
	double delta = 0;

	for (uint32 i = 0; i < sums->n; i++)
		sums->areas[i].key = sums->areas[i].area;
	areas_sort(sums);
	smallest = mean_of_first(sums);
	for (uint32 i = 0; i < sums->n; i++)
		sums->areas[i].key = -sums->areas[i].area;
	areas_sort(sums);
	largest = mean_of_first(sums);
	for (uint32 i = 0; i < sums->n; i++)
	{
		const DimensionArea *area = &sums->areas[i];

		x_land += area->x / sums->x * area->area;
		y_land += area->y / sums->y * area->area;
		delta += fabs(area->x / sums->x - area->area / sums->area);
	}
	d->delta = delta / 2;
	d->absolute_concentration = 1 - (x_land - smallest) / (largest - smallest);
	d->relative_concentration = (x_land / y_land - 1) / (smallest / largest - 1);
}

/* ---- centralization: how near the centre does the group live? ---- */

/* Both indices; the areas at one distance from the centre are one step of the curves. */
static void
dimensions_centralization(DimensionSums *sums, Point center, Dimensions *d)
{
	double x = 0, y = 0, area = 0; /* shares within the distance */
	double absolute = 0;
	double relative = 0;

	for (uint32 i = 0; i < sums->n; i++)
		sums->areas[i].key =
			hypot(sums->areas[i].point.x - center.x, sums->areas[i].point.y - center.y);
	areas_sort(sums);
	for (uint32 i = 0; i < sums->n;)
	{
		double x_before = x, y_before = y, area_before = area;

		for (uint32 end = same_key_end(sums, i); i < end; i++)
		{
			x += sums->areas[i].x / sums->x;
			y += sums->areas[i].y / sums->y;
			area += sums->areas[i].area / sums->area;
		}
		absolute += x_before * area - x * area_before;
		relative += x_before * y - x * y_before;
	}
	d->absolute_centralization = absolute;
	d->relative_centralization = relative;
}

/* ---- clustering: how near do people of the group live to each other? ---- */

/* Sums over all pairs of areas of proximity c_ij, and of it times people of both. */
typedef struct PairSums
{
	double c, xx, yy, tt, xt;
	double *near_x; /* of each area: sum of c_ij x_j */
	double *near_y;
} PairSums;

/* One pair of areas; twice: both ways round. */
static inline void
pair_add(PairSums *sums, const DimensionArea *areas, uint32 i, uint32 j, double c, int times)
{
	const DimensionArea *a = &areas[i];
	const DimensionArea *b = &areas[j];

	sums->near_x[i] += c * b->x;
	sums->near_y[i] += c * b->y;
	if (times == 2)
	{
		sums->near_x[j] += c * a->x;
		sums->near_y[j] += c * a->y;
	}
	sums->c += times * c;
}

/* Proximity exp(-d) of all pairs; an area is sqrt(0.6 area) from itself. */
static void
pairs_sum(const DimensionSums *sums, double unit, PairSums *pairs)
{
	for (uint32 i = 0; i < sums->n; i++)
	{
		const DimensionArea *a = &sums->areas[i];

		CHECK_FOR_INTERRUPTS();
		pair_add(pairs, sums->areas, i, i, exp(-sqrt(0.6 * a->area) / unit), 1);
		for (uint32 j = i + 1; j < sums->n; j++)
		{
			const DimensionArea *b = &sums->areas[j];
			double dx = a->point.x - b->point.x;
			double dy = a->point.y - b->point.y;

			pair_add(pairs, sums->areas, i, j, exp(-sqrt(dx * dx + dy * dy) / unit), 2);
		}
	}
}

/* The indices of clustering, and exposure by distance. */
static void
dimensions_clustering(const DimensionSums *sums, double unit, Dimensions *d)
{
	PairSums pairs = {.near_x = allocate_zero(sums->n, sizeof(double)),
					  .near_y = allocate_zero(sums->n, sizeof(double))};
	double x = sums->x, y = sums->y, t = sums->x + sums->y;
	double even;
	double isolation = 0;

	pairs_sum(sums, unit, &pairs);
	for (uint32 i = 0; i < sums->n; i++)
	{
		const DimensionArea *a = &sums->areas[i];
		double near = pairs.near_x[i] + pairs.near_y[i];

		pairs.xx += a->x * pairs.near_x[i];
		pairs.yy += a->y * pairs.near_y[i];
		pairs.xt += a->x * near;
		pairs.tt += (a->x + a->y) * near;
		if (a->x > 0)
			isolation += a->x / x * (pairs.near_x[i] / near);
	}
	even = x / sums->n / sums->n * pairs.c;
	d->absolute_clustering = (pairs.xx / x - even) / (pairs.xt / x - even);
	d->relative_clustering = pairs.xx / (x * x) / (pairs.yy / (y * y)) - 1;
	d->spatial_proximity = (pairs.xx / x + pairs.yy / y) / (pairs.tt / t);
	d->isolation = isolation;
	d->interaction = 1 - isolation;
	pfree(pairs.near_x);
	pfree(pairs.near_y);
}

/* All of it; nothing is defined without people of the group. */
static void
dimensions_compute(const DimensionRows *rows, Dimensions *d)
{
	DimensionSums sums = {.n = (uint32) rows->count};
	Point center = rows->center;

	sums.areas = allocate(rows->count, sizeof(DimensionArea));
	for (uint32 i = 0; i < sums.n; i++)
		sums.areas[i] = rows->areas[i];
	areas_sort(&sums);
	for (uint32 i = 0; i < sums.n; i++)
	{
		const DimensionArea *area = &sums.areas[i];

		sums.x += area->x;
		sums.y += area->y;
		sums.area += area->area;
		if (!rows->centered)
		{
			center.x += area->point.x / sums.n;
			center.y += area->point.y / sums.n;
		}
	}
	*d = (Dimensions){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
	if (sums.x > 0)
	{
		dimensions_concentration(&sums, d);
		dimensions_centralization(&sums, center, d);
		dimensions_clustering(&sums, rows->unit, d);
	}
	pfree(sums.areas);
}

/* ---- the aggregate ---- */

/* A geometry's measures; none for NULL and EMPTY. Its SRID must be the others'. */
static bool
geometry_read(DimensionRows *rows, FunctionCallInfo fcinfo, int number, GeometryMeasures *measures)
{
	Geometry geometry;

	if (PG_ARGISNULL(number))
		return false;
	geometry = geometry_open(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(number)));
	if (rows->srid_known && geometry.srid != rows->srid)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("geometry has SRID %d but %d was seen before", geometry.srid, rows->srid),
				 errhint("Transform with ST_Transform first.")));
	rows->srid = geometry.srid;
	rows->srid_known = true;
	geometry_measure(&geometry, measures);
	if (measures->points == 0)
		return false;
	if (!isfinite(measures->centroid.x) || !isfinite(measures->centroid.y) ||
		!isfinite(measures->area))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a geometry has a coordinate that is not finite"),
						errhint("ST_AsText shows it.")));
	return true;
}

/* Distance unit and centre, the same in all rows. */
static void
options_read(DimensionRows *rows, FunctionCallInfo fcinfo)
{
	double unit = PG_ARGISNULL(4) ? NAN : PG_GETARG_FLOAT8(4);
	bool centered = PG_NARGS() > 5;
	GeometryMeasures measures;
	Point center = {0, 0};

	if (!isfinite(unit) || unit <= 0)
		ereport(ERROR,
				(errcode(PG_ARGISNULL(4) ? ERRCODE_NULL_VALUE_NOT_ALLOWED
										 : ERRCODE_INVALID_PARAMETER_VALUE),
				 PG_ARGISNULL(4) ? errmsg("unit must not be NULL") : errmsg("unit is %g", unit),
				 errhint("Give the distance at which proximity falls to 1/e, such as 1000 "
						 "for a kilometre where coordinates are metres.")));
	if (centered)
	{
		if (!geometry_read(rows, fcinfo, 5, &measures))
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("center must not be NULL or EMPTY"),
							errhint("Leave the argument out for the mean of the areas' points.")));
		center = measures.centroid;
	}
	if (rows->begun &&
		(unit != rows->unit || center.x != rows->center.x || center.y != rows->center.y))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unit and center are not the same in all rows"),
						errhint("Give constants, or use GROUP BY.")));
	rows->begun = true;
	rows->unit = unit;
	rows->centered = centered;
	rows->center = center;
}

/* Appends an area. */
static void
rows_add(DimensionRows *rows, const DimensionArea *area)
{
	if (rows->count >= PG_INT32_MAX)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many areas"),
						errhint("Use GROUP BY.")));
	if (rows->count >= rows->room)
	{
		rows->room = Max(rows->room * 2, 64);
		rows->areas = reallocate(rows->context, rows->areas, rows->room, sizeof(DimensionArea));
	}
	rows->areas[rows->count++] = *area;
}

/* Step of segregation_dimensions(x, total, geom, unit) and (..., center). */
Datum
monitor_segregation_dimensions_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	DimensionRows *rows = PG_ARGISNULL(0) ? NULL : (DimensionRows *) PG_GETARG_POINTER(0);
	double x = PG_ARGISNULL(1) ? 0 : PG_GETARG_FLOAT8(1);
	double total = PG_ARGISNULL(2) ? 0 : PG_GETARG_FLOAT8(2);
	GeometryMeasures measures;
	DimensionArea area = {0};

	context = aggregate_context(fcinfo);
	if (rows == NULL)
	{
		rows = MemoryContextAllocZero(context, sizeof(DimensionRows));
		rows->context = context;
	}
	options_read(rows, fcinfo);
	group_count_check(x, "x");
	group_count_check(total, "total");
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2) && x > total)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x is %g, more than the total of %g", x, total),
						errhint("x is a part of total.")));
	if (!geometry_read(rows, fcinfo, 3, &measures) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		rows->left_out++;
		PG_RETURN_POINTER(rows);
	}
	area.point = measures.centroid;
	area.x = x;
	area.y = total - x;
	area.area = measures.area;
	rows_add(rows, &area);
	PG_RETURN_POINTER(rows);
}

/* Final function; leaves the state as it is, as a moving window calls it again. */
Datum
monitor_segregation_dimensions_final(PG_FUNCTION_ARGS)
{
	const DimensionRows *rows;
	Dimensions d;
	const double *figure[] = {&d.delta,
							  &d.absolute_concentration,
							  &d.relative_concentration,
							  &d.absolute_centralization,
							  &d.relative_centralization,
							  &d.absolute_clustering,
							  &d.relative_clustering,
							  &d.spatial_proximity,
							  &d.isolation,
							  &d.interaction};
	CompositeType *type;
	Datum values[SEGREGATION_DIMENSIONS_COLUMNS];
	bool nulls[SEGREGATION_DIMENSIONS_COLUMNS] = {false};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = (DimensionRows *) PG_GETARG_POINTER(0);
	type = composite_type(fcinfo, SEGREGATION_DIMENSIONS_COLUMNS);
	dimensions_compute(rows, &d);
	for (int i = 0; i < lengthof(figure); i++)
		put_figure(values, nulls, i, *figure[i]);
	values[10] = Int64GetDatum(rows->count);
	values[11] = Int64GetDatum(rows->left_out);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
