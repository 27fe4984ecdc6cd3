/*
 * locate.c
 *	  Which areas of an index a point lies in.
 *
 * The rule is ST_Intersects's own: for each ring the winding number (Sunday 2001),
 * with the side of an edge as the sign of a difference of two products in double
 * precision, a point on an edge belonging to the polygon. PostGIS evaluates it
 * without exact arithmetic, and so do we, with the same expression: of the middles of
 * edges with decimals one in six is "on" the edge by this rule and beside it in
 * exact arithmetic, and such a point must have one answer, not two. As every edge
 * counts, rings that cross themselves, overlap or leave their shell have the same
 * answer too.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "backend/detoast.h"
#include "geometry/geometry.h"

PG_FUNCTION_INFO_V1(monitor_locate);
PG_FUNCTION_INFO_V1(monitor_locate_all);

typedef enum RingSide
{
	RING_OUTSIDE,
	RING_ON,
	RING_INSIDE
} RingSide;

/* Does a point on the line through an edge lie between the edge's ends? */
static inline bool
between_ends(const Point *edge, Point p)
{
	return p.x >= Min(edge[0].x, edge[1].x) && p.x <= Max(edge[0].x, edge[1].x) &&
		   p.y >= Min(edge[0].y, edge[1].y) && p.y <= Max(edge[0].y, edge[1].y);
}

/* What an edge does to a point. */
typedef enum Crossing
{
	CROSSING_NONE,           /* the edge does not pass the point's height */
	CROSSING_ON,             /* the point is on the edge */
	CROSSING_RISING,         /* passes upwards, the point not to its left */
	CROSSING_FALLING,        /* passes downwards, the point not to its right */
	CROSSING_RISING_COUNTED, /* passes upwards to the right of the point */
	CROSSING_FALLING_COUNTED /* passes downwards to the right of the point */
} Crossing;

/* How an edge passes a point; the comparisons are those of PostGIS. */
static inline Crossing
edge_crossing(const Point *edge, Point p)
{
	bool below = edge[0].y <= p.y;
	double side;

	/* both ends above, or both below */
	if (below ? edge[0].y < p.y && edge[1].y < p.y : edge[1].y > p.y)
		return CROSSING_NONE;
	side =
		(edge[1].x - edge[0].x) * (p.y - edge[0].y) - (p.x - edge[0].x) * (edge[1].y - edge[0].y);
	if (side == 0 && between_ends(edge, p))
		return CROSSING_ON;
	if (below && p.y < edge[1].y)
		return side > 0 ? CROSSING_RISING_COUNTED : CROSSING_RISING;
	if (!below && edge[1].y <= p.y)
		return side < 0 ? CROSSING_FALLING_COUNTED : CROSSING_FALLING;
	return CROSSING_NONE;
}

/* Where a point lies relative to a ring. */
static RingSide
ring_side(const AreaIndex *index, uint32 r, Point p)
{
	const AreaRing *ring = AREA_SECTION(index, SECTION_RINGS, const AreaRing) + r;
	const Point *vertices = AREA_SECTION(index, SECTION_VERTICES, const Point);
	const uint32 *edges = AREA_SECTION(index, SECTION_BAND_EDGES, const uint32);
	const uint32 *start = AREA_SECTION(index, SECTION_BAND_START, const uint32);
	int winding = 0;

	if (!(p.y >= ring->ymin && p.y <= ring->ymax))
		return RING_OUTSIDE;
	start += ring->band + strip_of(p.y, ring->ymin, ring->bands_per_unit, ring->bands);
	for (uint32 i = start[0]; i < start[1]; i++)
	{
		Crossing crossing = edge_crossing(vertices + edges[i], p);

		if (crossing == CROSSING_ON)
			return RING_ON;
		winding += (crossing == CROSSING_RISING_COUNTED) - (crossing == CROSSING_FALLING_COUNTED);
	}
	return winding == 0 ? RING_OUTSIDE : RING_INSIDE;
}

/*
 * The same for a point of a cell and the shell of a part, by the run of edges to one
 * side of the cell. A ring rises past a height as often as it falls, so that the
 * winding number can as well be had, with its sign turned, from the crossings that
 * PostGIS does not count.
 */
static bool
run_intersects(const AreaIndex *index, const CellRef *ref, Point p)
{
	const Point *edge = AREA_SECTION(index, SECTION_VERTICES, const Point) + ref->run;
	const Point *end = edge + ref->run_edges;
	Crossing up = ref->run_side == RUN_TO_LEFT ? CROSSING_RISING : CROSSING_RISING_COUNTED;
	Crossing down = ref->run_side == RUN_TO_LEFT ? CROSSING_FALLING : CROSSING_FALLING_COUNTED;
	int winding = 0;

	for (; edge < end; edge++)
	{
		Crossing crossing = edge_crossing(edge, p);

		if (crossing == CROSSING_ON)
			return true;
		winding += (crossing == up) - (crossing == down);
	}
	return winding != 0;
}

/* Is a point in a polygon or on its boundary? */
bool
area_part_intersects(const AreaIndex *index, uint32 p, Point point)
{
	const AreaPart *part = AREA_SECTION(index, SECTION_PARTS, const AreaPart) + p;
	RingSide side;

	if (!(point.x >= part->xmin && point.x <= part->xmax && point.y >= part->ymin &&
		  point.y <= part->ymax))
		return false;
	side = ring_side(index, part->ring, point);
	if (side != RING_INSIDE)
		return side == RING_ON;
	for (uint32 hole = part->ring + 1; hole < part->ring_end; hole++)
	{
		side = ring_side(index, hole, point);
		if (side != RING_OUTSIDE)
			return side == RING_ON;
	}
	return true;
}

/* What is stored for the cell that a point lies in, and the point's subcell there. */
static inline uint32
cell_of(const AreaIndex *index, Point p, uint64 *subcell)
{
	uint32 column, row;

	if (!(p.x >= index->xmin && p.x <= index->xmax && p.y >= index->ymin && p.y <= index->ymax))
		return CELL_EMPTY;
	column = strip_of(p.x, index->x0, index->subcolumns_per_unit, index->columns * SUBCELLS);
	row = strip_of(p.y, index->y0, index->subrows_per_unit, index->rows * SUBCELLS);
	*subcell = UINT64CONST(1) << (row % SUBCELLS * SUBCELLS + column % SUBCELLS);
	return AREA_SECTION(index, SECTION_CELLS,
						const uint32)[(Size) (row / SUBCELLS) * index->columns + column / SUBCELLS];
}

/* Does the part of a reference hold a point of this subcell? */
static inline bool
ref_holds(const AreaIndex *index, const CellRef *ref, uint64 subcell, Point point)
{
	if ((ref->inside & subcell) != 0)
		return true;
	if ((ref->border & subcell) == 0)
		return false;
	return ref->run_edges > 0 ? run_intersects(index, ref, point)
							  : area_part_intersects(index, ref->part, point);
}

/* Opens both arguments; NULL where the point is empty. */
static inline const AreaIndex *
locate_arguments(FunctionCallInfo fcinfo, Point *point)
{
	Geometry geometry = geometry_open(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1)));
	const AreaIndex *index = area_index_open(detoast_argument(fcinfo, 0));

	if (unlikely(geometry.type != GEOMETRY_POINT))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("only a point can be located, not a %s", geometry_type_name(geometry.type)),
				 errhint("Take ST_PointOnSurface(geom) or ST_Centroid(geom), or dump a "
						 "MULTIPOINT with ST_Dump.")));
	if (unlikely(geometry.srid != index->srid && index->areas > 0))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("point has SRID %d but the areas have %d", geometry.srid, index->srid),
			 geometry.srid == 0 || index->srid == 0
				 ? errhint("0 means unknown: say what the coordinates are with ST_SetSRID.")
				 : errhint("Transform the point with ST_Transform(geom, %d) first.", index->srid)));
	return geometry_point(&geometry, point) ? index : NULL;
}

/* locate(area_index, geometry) -> bigint */
Datum
monitor_locate(PG_FUNCTION_ARGS)
{
	Point point;
	const AreaIndex *index = locate_arguments(fcinfo, &point);
	const CellRef *ref;
	uint64 subcell;
	uint32 cell;

	if (index == NULL)
		PG_RETURN_NULL();
	cell = cell_of(index, point, &subcell);
	if (cell == CELL_EMPTY)
		PG_RETURN_NULL();
	if (CELL_IS_COVERED(cell))
		PG_RETURN_INT64(AREA_SECTION(index, SECTION_IDS, const int64)[CELL_AREA(cell)]);
	ref = AREA_SECTION(index, SECTION_CELL_REFS, const CellRef) + CELL_FIRST_REF(cell);
	while (!ref_holds(index, ref, subcell, point))
	{
		if (ref->last)
			PG_RETURN_NULL();
		ref++;
	}
	PG_RETURN_INT64(AREA_SECTION(index, SECTION_IDS, const int64)[ref->area]);
}

/* Ids of all areas of a cell that hold a point; returns how many. */
static int
find_all(const AreaIndex *index, uint32 cell, uint64 subcell, Point point, Datum **found)
{
	const int64 *ids = AREA_SECTION(index, SECTION_IDS, const int64);
	const CellRef *first, *end, *ref;
	int count = 0;

	if (CELL_IS_COVERED(cell))
	{
		*found = palloc(sizeof(Datum));
		(*found)[0] = Int64GetDatum(ids[CELL_AREA(cell)]);
		return 1;
	}
	first = AREA_SECTION(index, SECTION_CELL_REFS, const CellRef) + CELL_FIRST_REF(cell);
	for (end = first; !end->last; end++)
		;
	*found = palloc((end - first + 1) * sizeof(Datum));
	for (ref = first; ref <= end; ref++)
	{
		/* another part of an area that is found already */
		if (count > 0 && DatumGetInt64((*found)[count - 1]) == ids[ref->area])
			continue;
		if (ref_holds(index, ref, subcell, point))
			(*found)[count++] = Int64GetDatum(ids[ref->area]);
	}
	return count;
}

/* locate_all(area_index, geometry) -> bigint[] */
Datum
monitor_locate_all(PG_FUNCTION_ARGS)
{
	Point point;
	const AreaIndex *index = locate_arguments(fcinfo, &point);
	Datum *found = NULL;
	uint64 subcell;
	uint32 cell;
	int count = 0;

	if (index == NULL)
		PG_RETURN_NULL();
	cell = cell_of(index, point, &subcell);
	if (cell != CELL_EMPTY)
		count = find_all(index, cell, subcell, point, &found);
	PG_RETURN_ARRAYTYPE_P(
		construct_array(found, count, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
