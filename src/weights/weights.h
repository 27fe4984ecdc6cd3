/*
 * weights.h
 *	  Spatial weights: compressed sparse rows in one flat value, used where it lies.
 *
 * Areas are known by their place in the ascending list of ids. A row's links are
 * its neighbours' places, ascending; a link to itself is allowed, a weight of 0 is
 * a link, an area without links is an island.
 */
#ifndef WEIGHTS_WEIGHTS_H
#define WEIGHTS_WEIGHTS_H

#include "compat.h"
#include "windowapi.h"

#include "backend/detoast.h"
#include "geometry/geometry.h"

#define WEIGHTS_VERSION 1

/* All weights are 1 and are not stored. Canonical: set exactly where they are. */
#define WEIGHTS_BINARY 0x01

/*
 * The type weights: this header; int64 ids[areas], strictly ascending; double
 * weight[links], finite, not negative, no minus zero, absent where binary; uint32
 * start[areas + 1]; uint32 neighbor[links], strictly ascending in a row.
 */
typedef struct Weights
{
	int32 vl_len_;
	uint8 version;
	uint8 flags;
	uint8 reserved[2]; /* zero */
	uint32 areas;
	uint32 links;
} Weights;

/* Ids of the areas, ascending. */
static inline const int64 *
weights_ids(const Weights *w)
{
	return (const int64 *) (w + 1);
}

/* Weight of each link, NULL where all are 1. */
static inline const double *
weights_values(const Weights *w)
{
	return (w->flags & WEIGHTS_BINARY) ? NULL : (const double *) (weights_ids(w) + w->areas);
}

/* The links of area i are start[i] to start[i + 1] - 1. */
static inline const uint32 *
weights_start(const Weights *w)
{
	return (const uint32 *) (weights_ids(w) + w->areas +
							 ((w->flags & WEIGHTS_BINARY) ? 0 : w->links));
}

/* Place of the neighbour of each link. */
static inline const uint32 *
weights_neighbors(const Weights *w)
{
	return weights_start(w) + w->areas + 1;
}

/* ---- weights.c: values made, opened and searched ---- */

/* A link between places; for weights_from_links. */
typedef struct WeightsLink
{
	uint32 from;
	uint32 to;
	double weight;
} WeightsLink;

/* A pair of places that are neighbours of each other; for weights_from_pairs. */
typedef struct WeightsPair
{
	uint32 a;
	uint32 b;
} WeightsPair;

/* The place of an id, -1 if it is not there. */
extern int64 weights_find(const Weights *w, int64 id);

/* Makes a value of rows that are in order; weight NULL: all 1. Too large: 54000. */
extern Weights *weights_from_rows(uint32 areas, const int64 *ids, const uint32 *start,
								  const uint32 *neighbor, const double *weight);

/* The same of links in any order; a link given twice: 23505 naming the ids. */
extern Weights *weights_from_links(uint32 areas, const int64 *ids, const WeightsLink *links,
								   Size count);

/* The same of binary neighbours, each pair given once or more often, in any order. */
extern Weights *weights_from_pairs(uint32 areas, const int64 *ids, const WeightsPair *pairs,
								   Size count);

/* A value as it is stored, its header checked (XX001 for another version). */
extern const Weights *weights_open(const struct varlena *value);

/* ---- argument.c: the argument w of aggregates and window functions ---- */

/* Values in line that a call site shares among groups. */
#define WEIGHTS_COPIES 4

/*
 * A call site whose first SQL argument is w: what it has fetched, in fn_extra. The
 * row type is for a window function's use (composite_type_at).
 */
typedef struct WeightsSite
{
	DetoastCache cache;
	struct varlena *copy[WEIGHTS_COPIES]; /* values in line, the first NULL after the last */
	bool examined;
	bool constant; /* a constant, parameter or (SELECT ...): one value for all rows */
	struct CompositeType *type;
} WeightsSite;

extern WeightsSite *weights_site(FunctionCallInfo fcinfo);

/*
 * What a group keeps of its w: a TOAST pointer, or where the value lies; a copy of
 * its own only of a value in line that is none of the call site's. To be zeroed.
 */
typedef struct WeightsArgument
{
	WeightsSite *site;    /* NULL: no row yet */
	struct varlena *kept; /* NULL: w is NULL */
} WeightsArgument;

/*
 * Remembers the w of the group's first row, compares that of later ones: 22023
 * where it is another; 54000 where it lies in line in the rows and is over 1 MB.
 */
extern void weights_argument_add(FunctionCallInfo fcinfo, WeightsArgument *argument,
								 MemoryContext context, Datum datum, bool isnull);

/* The value, fetched once a call site; NULL where w is NULL or there was no row. */
extern const Weights *weights_argument_value(const WeightsArgument *argument);

/* The w of a window function's partition, compared over its rows; NULL where it is NULL. */
extern const Weights *weights_argument_window(FunctionCallInfo fcinfo, WindowObject window);

/* ---- points.c: points by id ---- */

/* Points of areas: a point's own, any other geometry's centroid. */
typedef struct PointSet
{
	MemoryContext context;
	int32 srid;
	bool srid_known;
	uint32 count;
	Size room;
	int64 *ids;
	Point *points; /* NaN where the geometry was NULL or EMPTY: an area without a place */
} PointSet;

extern PointSet *point_set_create(MemoryContext context);
extern void point_set_add(PointSet *set, int64 id, const struct varlena *geometry_or_null);
/* A copy sorted by id; an id twice: 23505. */
extern PointSet *point_set_sorted(const PointSet *set);

/* sphere_radius > 0: coordinates are degrees, distances are along the sphere in its unit. 0: planar. */
extern Weights *knn_weights(const PointSet *sorted, int64 k, double sphere_radius);
extern Weights *distance_weights(const PointSet *sorted, double radius, double sphere_radius);
extern Weights *inverse_distance_weights(const PointSet *sorted, double radius, double power,
										 double sphere_radius);
extern Weights *kernel_weights(const PointSet *sorted, const char *kernel, double bandwidth,
							   double sphere_radius);
extern Weights *adaptive_kernel_weights(const PointSet *sorted, const char *kernel, int64 k,
										bool diagonal, double sphere_radius);

/* ---- polygons.c: contiguity ---- */

/* snap 0: the geometries themselves. The set is sorted by id. */
extern Weights *queen_weights(const AreaSet *sorted, double snap);
extern Weights *rook_weights(const AreaSet *sorted);

/* ---- transform.c ---- */

typedef enum WeightsStyle
{
	WEIGHTS_B,
	WEIGHTS_W,
	WEIGHTS_C,
	WEIGHTS_U,
	WEIGHTS_S,
	WEIGHTS_MINMAX
} WeightsStyle;

extern Weights *weights_standardize(const Weights *w, WeightsStyle style);

/* ---- method.c: weights named by a text, 'queen', 'knn 8', 'distance 500 B' ---- */

typedef struct WeightsMethod WeightsMethod;

/* Reads the text; 22023 with a hint that lists the methods. */
extern WeightsMethod *weights_method(const char *text);
/* Collects a row, then builds. NULL or EMPTY geometry: the area has no neighbours. */
extern void weights_method_add(WeightsMethod *method, int64 id,
							   const struct varlena *geometry_or_null);
extern Weights *weights_method_build(WeightsMethod *method);

#endif /* WEIGHTS_WEIGHTS_H */
