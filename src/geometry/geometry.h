/*
 * geometry.h
 *	  PostGIS values read in place, planar measures, and the area index.
 */
#ifndef GEOMETRY_GEOMETRY_H
#define GEOMETRY_GEOMETRY_H

#include "compat.h"
#include <math.h>
#include "lib/stringinfo.h"

/* ---- reader.c: the serialized geometry ---- */

/* Type numbers as PostGIS stores them. */
typedef enum GeometryType
{
	GEOMETRY_POINT = 1,
	GEOMETRY_LINESTRING,
	GEOMETRY_POLYGON,
	GEOMETRY_MULTIPOINT,
	GEOMETRY_MULTILINESTRING,
	GEOMETRY_MULTIPOLYGON,
	GEOMETRY_COLLECTION,
	GEOMETRY_CIRCULARSTRING,
	GEOMETRY_COMPOUNDCURVE,
	GEOMETRY_CURVEPOLYGON,
	GEOMETRY_MULTICURVE,
	GEOMETRY_MULTISURFACE,
	GEOMETRY_POLYHEDRALSURFACE,
	GEOMETRY_TRIANGLE,
	GEOMETRY_TIN
} GeometryType;

/* A value opened for reading; it points into the varlena and copies nothing. */
typedef struct Geometry
{
	const char *body; /* the outermost geometry's type number */
	const char *end;  /* one past the value's last byte */
	GeometryType type;
	int32 srid;
	uint32 stride; /* bytes from point to point */
	bool has_z;
	bool has_m;
} Geometry;

/* Points where they lie: not aligned when the value has a one-byte header. */
typedef struct PointArray
{
	const char *data;
	uint32 count;
	uint32 stride;
} PointArray;

typedef struct Point
{
	double x;
	double y;
} Point;

/* The i-th point; Z and M are passed over. */
static inline Point
point_array_get(const PointArray *points, uint32 i)
{
	Point point;

	memcpy(&point, points->data + (Size) i * points->stride, sizeof(Point));
	return point;
}

/*
 * Called for each non-empty sequence of points in order. Type is POINT,
 * LINESTRING or POLYGON; a polygon's rings come one by one, ring 0 is its shell.
 */
typedef void (*PointsCallback)(void *state, GeometryType type, uint32 ring,
							   const PointArray *points);

extern Geometry geometry_open(const struct varlena *value);
extern void geometry_walk(const Geometry *geometry, PointsCallback callback, void *state);
extern bool geometry_point(const Geometry *geometry, Point *point);
extern const char *geometry_type_name(GeometryType type);

/* ---- ewkb.c: new geometries ---- */

extern void ewkb_begin_polygon(StringInfo ewkb, int32 srid, uint32 rings);
extern void ewkb_begin_linestring(StringInfo ewkb, int32 srid);
extern void ewkb_points(StringInfo ewkb, const Point *points, uint32 count);
extern Datum ewkb_geometry(FunctionCallInfo fcinfo, StringInfo ewkb);

/* ---- measures.c: planar measures ---- */

typedef struct GeometryMeasures
{
	int64 points;
	int64 polygons;
	int64 rings;
	double xmin, ymin, xmax, ymax; /* meaningless where points = 0 */
	double area;
	Point centroid; /* as ST_Centroid; meaningless where points = 0 */
} GeometryMeasures;

extern void geometry_measure(const Geometry *geometry, GeometryMeasures *measures);

/* ---- area_set.c: polygons by id, collected or read from bytes ---- */

/*
 * Areas in the order they came. The ends count parts, rings and vertices from the
 * start of the set: area i has the parts area_end[i - 1] to area_end[i] - 1.
 */
typedef struct AreaSet
{
	MemoryContext context; /* of the arrays, which are reallocated as they grow */
	bool keep_empty;       /* areas without a polygon stay, as weights need; not set by an index */
	int32 srid;
	uint32 areas, parts, rings, vertices;
	int64 *ids;
	uint32 *area_end;
	uint32 *part_end;
	uint32 *ring_end;
	Point *points;
	Size ids_room, area_room, part_room, ring_room, point_room;
} AreaSet;

/* 22023 unless an area's geometry has the SRID of those seen before. */
extern void area_check_srid(int64 id, int32 srid, int32 seen);

extern AreaSet *area_set_create(MemoryContext context);
extern void area_set_add_geometry(AreaSet *set, int64 id, const Geometry *geometry);
extern void area_set_add_empty(AreaSet *set, int64 id);
extern AreaSet *area_set_sorted(const AreaSet *set);
extern AreaSet *area_set_from_bytes(const char *bytes, Size size, int errcode_malformed);

/* ---- area_index.c, area_build.c, area_cells.c, locate.c: the flat search structure ---- */

#define AREA_INDEX_VERSION 1

/*
 * Sections of the type area_index, each starting at a multiple of 8. First what was
 * put in, which is all that equality, hash, send and text know; then what the
 * search needs, made from it.
 */
typedef enum AreaSection
{
	SECTION_IDS,        /* int64 of each area, ascending */
	SECTION_VERTICES,   /* Point */
	SECTION_AREA_END,   /* uint32 of each area, as in AreaSet */
	SECTION_PART_END,   /* uint32 of each part */
	SECTION_RING_END,   /* uint32 of each ring */
	SECTION_PARTS,      /* AreaPart */
	SECTION_RINGS,      /* AreaRing */
	SECTION_BAND_START, /* uint32 of each band and one more: its first place in the next */
	SECTION_BAND_EDGES, /* uint32, the vertex that an edge starts from */
	SECTION_CELLS,      /* uint32 of each cell, row by row: see CELL_EMPTY */
	SECTION_CELL_REFS,  /* CellRef */
	SECTIONS
} AreaSection;

/* The type area_index: this header, then the sections. */
typedef struct AreaIndex
{
	int32 vl_len_;
	uint8 version;
	uint8 reserved[3]; /* zero */
	int32 srid;
	uint32 areas;
	uint32 parts;
	uint32 rings;
	uint32 vertices;
	uint32 columns; /* of cells */
	uint32 rows;
	uint32 offset[SECTIONS + 1];   /* from the value's start; the last is its size */
	double xmin, ymin, xmax, ymax; /* of all shells */
	double x0, y0;                 /* lower left corner of the grid of cells */
	double subcolumns_per_unit, subrows_per_unit;
} AreaIndex;

#define AREA_SECTION(index, section, type)                                                         \
	((type *) ((const char *) (index) + (index)->offset[section]))

/* A polygon of an area. The box is the shell's. */
typedef struct AreaPart
{
	double xmin, ymin, xmax, ymax;
	uint32 area;
	uint32 ring;     /* first */
	uint32 ring_end; /* one past the last */
	uint32 reserved;
} AreaPart;

/* A ring cut into horizontal bands of one height, each with the edges that reach into it. */
typedef struct AreaRing
{
	double ymin, ymax;
	double bands_per_unit;
	uint32 band; /* first */
	uint32 bands;
} AreaRing;

/* A cell is divided into 8 x 8 subcells, one bit each in a CellRef. */
#define SUBCELLS 8

/*
 * What is stored for a cell: CELL_EMPTY; or an area, where its polygon covers the
 * whole cell and there is no other; or the first of the cell's references.
 */
#define CELL_EMPTY 0u
#define CELL_COVERED(area) (((area) << 1) | 1)
#define CELL_IS_COVERED(cell) ((cell) &1)
#define CELL_REFS(first) (((first) + 1) << 1)
#define CELL_AREA(cell) ((cell) >> 1)
#define CELL_FIRST_REF(cell) (((cell) >> 1) - 1)

/*
 * A part that has something of a cell. References come in the order of areas. Where
 * the run has edges, it holds all edges of the part that can decide about a point
 * of the cell: every one that a ray from the point to that side may meet.
 */
typedef struct CellRef
{
	uint64 inside; /* subcells wholly inside the part */
	uint64 border; /* subcells that an edge reaches, where the point must be tested */
	uint32 part;
	uint32 run; /* the vertex that its first edge starts from */
	uint32 area;
	uint8 run_edges; /* 0: there is no such run, the part's rings must be asked */
	uint8 run_side;
	uint8 last; /* of this cell */
	uint8 reserved;
} CellRef;

#define RUN_TO_RIGHT 0
#define RUN_TO_LEFT 1
#define RUN_EDGES_MOST 32

/* Which of count equal strips from origin on holds a coordinate; never decreasing in it. */
static inline uint32
strip_of(double coordinate, double origin, double per_unit, uint32 count)
{
	double strip = (coordinate - origin) * per_unit;

	if (!(strip > 0))
		return 0;
	return strip < count ? (uint32) strip : count - 1;
}

/* Strips for each unit of a length that is cut into count of them; one where it cannot be. */
static inline double
strips_per_unit(uint32 *count, double length)
{
	double per_unit = *count / length;

	if (length > 0 && isfinite(per_unit))
		return per_unit;
	*count = 1;
	return 0;
}

/* First element of the i-th group of consecutive ones whose ends are given. */
static inline uint32
group_start(const uint32 *ends, Size i)
{
	return i == 0 ? 0 : ends[i - 1];
}

/* Has an edge no length? PostGIS passes over these, and so do we. */
static inline bool
edge_is_void(const Point *edge)
{
	return edge[0].x == edge[1].x && edge[0].y == edge[1].y;
}

extern AreaIndex *area_index_build(const AreaSet *set);
extern void *area_index_add(AreaIndex **index, AreaSection section, Size count, Size width);
extern void area_index_add_cells(AreaIndex **index);
extern const AreaIndex *area_index_open(const struct varlena *value);
extern bool area_part_intersects(const AreaIndex *index, uint32 part, Point point);

#endif /* GEOMETRY_GEOMETRY_H */
