/*
 * spatial_segregation.c
 *	  Aggregate segregation_spatial: segregation of any number of groups in local
 *	  environments, by a kernel of distance or by weights.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/memutils.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "mixing/spatial.h"
#include "weights/point_search.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_segregation_spatial_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_spatial_weights_transition);
PG_FUNCTION_INFO_V1(monitor_segregation_spatial_final);

#define SEGREGATION_SPATIAL_COLUMNS 9

typedef enum KernelShape
{
	KERNEL_UNIFORM,
	KERNEL_TRIANGULAR,
	KERNEL_QUADRATIC,
	KERNEL_QUARTIC,
	KERNEL_GAUSSIAN,
	KERNEL_EXPONENTIAL
} KernelShape;

static const char *const kernel_names[] = {"uniform", "triangular", "quadratic",
										   "quartic", "gaussian",   "exponential"};

/* What must be the same in all rows of a group. */
typedef struct SpatialOptions
{
	KernelShape kernel;
	double bandwidth;
	double radius; /* infinity: none */
	double sphere_radius;
	bool over_environments;
} SpatialOptions;

/* The aggregate's state: rows as they come. */
typedef struct SpatialRows
{
	MemoryContext context;
	bool begun;
	bool weighted; /* by weights, not by a kernel */
	SpatialOptions options;
	WeightsArgument w;
	PointSet *points; /* of the kernel's form */
	int64 *ids;       /* of the other's */
	int groups;
	int64 count;
	Size room;
	Size counts_room;
	double *counts; /* NaN in the first: left out */
} SpatialRows;

/* ---- rows ---- */

/* The state of the group, made at its first row. */
static SpatialRows *
state_of(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	SpatialRows *rows;

	context = aggregate_context(fcinfo);
	if (!PG_ARGISNULL(0))
		return (SpatialRows *) PG_GETARG_POINTER(0);
	rows = MemoryContextAllocZero(context, sizeof(SpatialRows));
	rows->context = context;
	return rows;
}

/* Makes room for a row, and for all counts once their number is known. */
static void
rows_make_room(SpatialRows *rows)
{
	Size cells;

	if (rows->count >= rows->room)
	{
		rows->room = Max(rows->room * 2, 64);
		rows->ids = reallocate(rows->context, rows->ids, rows->room, sizeof(int64));
	}
	cells = rows->room * rows->groups;
	if (cells <= rows->counts_room)
		return;
	if (rows->counts == NULL)
	{
		rows->counts = MemoryContextAllocHuge(rows->context, cells * sizeof(double));
		for (int64 i = 0; i < rows->count; i++)
			rows->counts[i * rows->groups] = NAN;
	}
	else
		rows->counts = repalloc_huge(rows->counts, cells * sizeof(double));
	rows->counts_room = cells;
}

/* Appends the counts of argument number; NULL leaves the row out. */
static void
rows_add(FunctionCallInfo fcinfo, SpatialRows *rows, int number, int64 id)
{
	double *counts = NULL;

	if (!PG_ARGISNULL(number))
		counts = group_counts_read(PG_GETARG_DATUM(number), &rows->groups);
	rows_make_room(rows);
	rows->ids[rows->count] = id;
	if (counts != NULL)
		memcpy(&rows->counts[rows->count * rows->groups], counts, sizeof(double) * rows->groups);
	else if (rows->counts != NULL)
		rows->counts[rows->count * rows->groups] = NAN;
	rows->count++;
	if (counts != NULL)
		pfree(counts);
}

/* ---- options ---- */

/* A number that must be positive, or 0 where that stands for something. */
static double
option_number(FunctionCallInfo fcinfo, int number, const char *name, bool zero_allowed)
{
	double value;

	if (PG_ARGISNULL(number))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must not be NULL", name), errhint("Give a distance.")));
	value = PG_GETARG_FLOAT8(number);
	if (!isfinite(value) || value < 0 || (value == 0 && !zero_allowed))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s is %g", name, value),
						zero_allowed ? errhint("0 stands for planar coordinates.")
									 : errhint("Give a distance above 0.")));
	return value;
}

/* Whose mix is averaged: 'residents' or 'environments'. */
static bool
option_over(FunctionCallInfo fcinfo, int number)
{
	static const char *const words[] = {"residents", "environments"};

	return word_choice("over", PG_GETARG_DATUM(number), PG_ARGISNULL(number), words, 2) == 1;
}

/* Keeps the first row's options and holds the others to them. */
static void
options_keep(SpatialRows *rows, const SpatialOptions *options)
{
	const SpatialOptions *kept = &rows->options;

	if (!rows->begun)
	{
		rows->options = *options;
		rows->begun = true;
		return;
	}
	if (kept->kernel != options->kernel || kept->bandwidth != options->bandwidth ||
		kept->radius != options->radius || kept->sphere_radius != options->sphere_radius ||
		kept->over_environments != options->over_environments)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("kernel, bandwidth and what follows are not the same in all rows"),
						errhint("Give constants, or use GROUP BY.")));
}

/* ---- environments ---- */

/* The kernel's weight at a distance, within its support. */
static inline double
kernel_weight(KernelShape kernel, double distance, double bandwidth)
{
	double z = distance / bandwidth;

	switch (kernel)
	{
		case KERNEL_UNIFORM:
			return 1;
		case KERNEL_TRIANGULAR:
			return 1 - z;
		case KERNEL_QUADRATIC:
			return 1 - z * z;
		case KERNEL_QUARTIC:
			return (1 - z * z) * (1 - z * z);
		case KERNEL_GAUSSIAN:
			return exp(-z * z / 2);
		case KERNEL_EXPONENTIAL:
			return exp(-z);
	}
	return 0;
}

/* Adds an area's people to an environment. */
static inline void
environment_add(double *environment, const double *counts, int groups, double weight)
{
	for (int m = 0; m < groups; m++)
		environment[m] += weight * counts[m];
}

/* Places in the order of position and counts, so that the order of rows is no matter. */
typedef struct PlaceOrder
{
	const SpatialRows *rows;
	const Point *points;
} PlaceOrder;

static int
place_compare(const void *a, const void *b, void *argument)
{
	const PlaceOrder *order = argument;
	uint32 left = *(const uint32 *) a;
	uint32 right = *(const uint32 *) b;
	Point p = order->points[left];
	Point q = order->points[right];
	int groups = order->rows->groups;

	if (p.x != q.x)
		return p.x < q.x ? -1 : 1;
	if (p.y != q.y)
		return p.y < q.y ? -1 : 1;
	for (int m = 0; m < groups; m++)
	{
		double c = order->rows->counts[(Size) left * groups + m];
		double d = order->rows->counts[(Size) right * groups + m];

		if (c != d)
			return c < d ? -1 : 1;
	}
	return 0;
}

/* The rows that are used, brought into their order. */
static Environments *
environments_begin(const SpatialRows *rows, Point **points)
{
	Environments *e = palloc0(sizeof(Environments));
	uint32 *order = allocate(rows->count, sizeof(uint32));
	PlaceOrder by = {rows, rows->points->points};
	double *counts;

	for (uint32 i = 0; i < rows->count; i++)
		if (rows->counts != NULL && !isnan(rows->counts[(Size) i * rows->groups]) &&
			!isnan(by.points[i].x))
			order[e->n++] = i;
	qsort_interruptible(order, e->n, sizeof(uint32), place_compare, &by);
	e->groups = rows->groups;
	counts = allocate((Size) e->n * e->groups, sizeof(double));
	*points = allocate(e->n, sizeof(Point));
	for (uint32 i = 0; i < e->n; i++)
	{
		memcpy(&counts[(Size) i * e->groups], &rows->counts[(Size) order[i] * e->groups],
			   sizeof(double) * e->groups);
		(*points)[i] = by.points[order[i]];
	}
	e->counts = counts;
	pfree(order);
	return e;
}

/* Environments of kernels without an end: all pairs of areas, each once. */
static void
environments_of_all(const Environments *e, const SpatialOptions *options, const Point *points,
					double *surrounding)
{
	for (uint32 i = 0; i < e->n; i++)
	{
		const double *counts = &e->counts[(Size) i * e->groups];
		double *environment = &surrounding[(Size) i * e->groups];

		environment_add(environment, counts, e->groups, 1);
		for (uint32 j = i + 1; j < e->n; j++)
		{
			double distance = point_distance(points[i], points[j], options->sphere_radius);
			double weight = kernel_weight(options->kernel, distance, options->bandwidth);

			if (j % 256 == 0)
				CHECK_FOR_INTERRUPTS();
			environment_add(environment, &e->counts[(Size) j * e->groups], e->groups, weight);
			environment_add(&surrounding[(Size) j * e->groups], counts, e->groups, weight);
		}
	}
}

/* Environments by distance. */
static Environments *
environments_by_kernel(const SpatialRows *rows)
{
	const SpatialOptions *options = &rows->options;
	Point *points;
	Environments *e = environments_begin(rows, &points);
	Size cells = (Size) e->n * e->groups;
	double *surrounding = allocate_zero(cells, sizeof(double));
	double reach = options->kernel < KERNEL_GAUSSIAN ? Min(options->bandwidth, options->radius)
													 : options->radius;
	PointSearch *search;
	PointsFound near = {0};

	e->surrounding = surrounding;
	if (isinf(reach))
	{
		environments_of_all(e, options, points, surrounding);
		return e;
	}
	search = point_search_build(points, e->n, options->sphere_radius);
	for (uint32 i = 0; i < e->n; i++)
	{
		double *environment = &surrounding[(Size) i * e->groups];

		CHECK_FOR_INTERRUPTS();
		point_search_within(search, points[i], reach, -1, &near);
		for (uint32 j = 0; j < near.count; j++)
			environment_add(
				environment, &e->counts[(Size) near.found[j].place * e->groups], e->groups,
				kernel_weight(options->kernel, near.found[j].distance, options->bandwidth));
	}
	point_search_free(search);
	return e;
}

/* The row of each area of w, -1 for none or one left out. */
static int64 *
rows_by_place(const SpatialRows *rows, const Weights *w)
{
	int64 *row_of = allocate(w->areas, sizeof(int64));
	bool *seen = allocate_zero(w->areas, sizeof(bool));

	for (uint32 place = 0; place < w->areas; place++)
		row_of[place] = -1;
	for (int64 row = 0; row < rows->count; row++)
	{
		int64 place = weights_find(w, rows->ids[row]);

		if (place < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("area %lld is not in the weights", (long long) rows->ids[row]),
							errhint("Make the weights of all areas, or leave the row out.")));
		if (seen[place])
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("area %lld comes more than once", (long long) rows->ids[row]),
							errhint("Give one row an area, or use GROUP BY.")));
		seen[place] = true;
		if (rows->counts != NULL && !isnan(rows->counts[row * rows->groups]))
			row_of[place] = row;
	}
	pfree(seen);
	return row_of;
}

/* Environments by links; an area without a link to itself has one of weight 1. */
static Environments *
environments_by_weights(const SpatialRows *rows, const Weights *w)
{
	Environments *e = palloc0(sizeof(Environments));
	int64 *row_of = rows_by_place(rows, w);
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	const double *weight = weights_values(w);
	Size cells = (Size) w->areas * rows->groups;
	double *counts = allocate(cells, sizeof(double));
	double *surrounding = allocate_zero(cells, sizeof(double));

	for (uint32 place = 0; place < w->areas; place++)
	{
		double *environment = &surrounding[(Size) e->n * rows->groups];
		bool self = false;

		CHECK_FOR_INTERRUPTS();
		if (row_of[place] < 0)
			continue;
		memcpy(&counts[(Size) e->n * rows->groups], &rows->counts[row_of[place] * rows->groups],
			   sizeof(double) * rows->groups);
		for (uint32 link = start[place]; link < start[place + 1]; link++)
		{
			self = self || neighbor[link] == place;
			if (row_of[neighbor[link]] >= 0)
				environment_add(environment, &rows->counts[row_of[neighbor[link]] * rows->groups],
								rows->groups, weight == NULL ? 1 : weight[link]);
		}
		if (!self)
			environment_add(environment, &rows->counts[row_of[place] * rows->groups], rows->groups,
							1);
		e->n++;
	}
	e->groups = rows->groups;
	e->counts = counts;
	e->surrounding = surrounding;
	return e;
}

/* ---- the aggregate ---- */

/* Step of segregation_spatial(counts, geom, kernel, bandwidth, ...): 4, 5 or 7 arguments. */
Datum
monitor_segregation_spatial_transition(PG_FUNCTION_ARGS)
{
	SpatialRows *rows = state_of(fcinfo);
	SpatialOptions options = {.radius = INFINITY};
	int sphere = PG_NARGS() == 6 ? 5 : PG_NARGS() == 8 ? 6 : 0;

	options.kernel = (KernelShape) word_choice("kernel", PG_GETARG_DATUM(3), PG_ARGISNULL(3),
											   kernel_names, lengthof(kernel_names));
	options.bandwidth = option_number(fcinfo, 4, "bandwidth", false);
	if (sphere > 0)
		options.sphere_radius = option_number(fcinfo, sphere, "sphere_radius", true);
	if (PG_NARGS() == 8)
	{
		if (!PG_ARGISNULL(5))
			options.radius = option_number(fcinfo, 5, "radius", false);
		options.over_environments = option_over(fcinfo, 7);
	}
	options_keep(rows, &options);
	if (rows->points == NULL)
		rows->points = point_set_create(rows->context);
	/* there is no id: messages count the rows */
	point_set_add(rows->points, rows->count + 1,
				  PG_ARGISNULL(2) ? NULL : PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(2)));
	rows_add(fcinfo, rows, 1, rows->count);
	PG_RETURN_POINTER(rows);
}

/* Step of segregation_spatial(w, id, counts) and (w, id, counts, over). */
Datum
monitor_segregation_spatial_weights_transition(PG_FUNCTION_ARGS)
{
	SpatialRows *rows = state_of(fcinfo);
	SpatialOptions options = {0};

	rows->weighted = true;
	if (PG_NARGS() == 5)
		options.over_environments = option_over(fcinfo, 4);
	options_keep(rows, &options);
	weights_argument_add(fcinfo, &rows->w, rows->context, PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	rows_add(fcinfo, rows, 3, aggregate_area_id(fcinfo, 2));
	PG_RETURN_POINTER(rows);
}

/* The matrix of exposures as an array of two dimensions. */
static Datum
exposure_array(const SpatialIndices *indices, int groups)
{
	Size cells = (Size) groups * groups;
	Datum *values = palloc(sizeof(Datum) * cells);
	bool *nulls = palloc(sizeof(bool) * cells);
	int dims[2] = {groups, groups};
	int lower[2] = {1, 1};

	for (Size i = 0; i < cells; i++)
	{
		nulls[i] = isnan(indices->exposure[i]);
		values[i] = Float8GetDatum(indices->exposure[i]);
	}
	return PointerGetDatum(construct_md_array(values, nulls, 2, dims, lower, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Final function; leaves the state as it is, as a moving window calls it again. */
Datum
monitor_segregation_spatial_final(PG_FUNCTION_ARGS)
{
	const SpatialRows *rows;
	const Weights *w = NULL;
	Environments *e;
	SpatialIndices indices;
	CompositeType *type;
	Datum values[SEGREGATION_SPATIAL_COLUMNS] = {0};
	bool nulls[SEGREGATION_SPATIAL_COLUMNS] = {false};
	const double *figure[] = {&indices.dissimilarity,      &indices.gini,
							  &indices.information_theory, &indices.mutual_information,
							  &indices.relative_diversity, &indices.normalized_exposure};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	rows = (SpatialRows *) PG_GETARG_POINTER(0);
	if (rows->weighted)
		w = weights_argument_value(&rows->w);
	if (rows->weighted && w == NULL)
		PG_RETURN_NULL();
	type = composite_type(fcinfo, SEGREGATION_SPATIAL_COLUMNS);
	e = rows->weighted ? environments_by_weights(rows, w) : environments_by_kernel(rows);
	environments_indices(e, rows->options.over_environments, &indices);
	for (int i = 0; i < lengthof(figure); i++)
	{
		values[i] = Float8GetDatum(*figure[i]);
		nulls[i] = isnan(*figure[i]);
	}
	nulls[6] = e->groups == 0;
	if (!nulls[6])
		values[6] = exposure_array(&indices, e->groups);
	values[7] = Int64GetDatum(e->n);
	values[8] = Int64GetDatum((w == NULL ? rows->count : (int64) w->areas) - e->n);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
