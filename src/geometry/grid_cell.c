/*
 * grid_cell.c
 *	  Names of the cells of the Danish square grid, and the cells they name.
 *
 * The grid (Statistics Denmark and the Danish mapping agency, EPSG:25832) names a
 * cell unit_northing_easting by its lower left corner in whole cells; of 250 m and
 * 50 km cells the number of cells is multiplied by 25 and 5, so that it reads as a
 * coordinate in tens of metres and in tens of kilometres.
 */
#include "compat.h"
#include <math.h>
#include "utils/builtins.h"
#include "geometry/geometry.h"

PG_FUNCTION_INFO_V1(monitor_grid_cell);
PG_FUNCTION_INFO_V1(monitor_grid_cell_geom);

#define GRID_SRID 25832
/* Where a UTM zone has meaning: metres east and north, both from zero. */
#define GRID_EAST_END 1000000
#define GRID_NORTH_END 10000000

typedef struct GridSize
{
	int32 metres;
	const char *unit;
	int32 factor; /* of the number of cells, in the name */
} GridSize;

static const GridSize grid_sizes[] = {{100, "100m", 1},   {250, "250m", 25},  {1000, "1km", 1},
									  {10000, "10km", 1}, {50000, "50km", 5}, {100000, "100km", 1}};

#define GRID_NAME_HINT                                                                             \
	"A name is unit_northing_easting, such as 100m_62237_5756, with unit 100m, 250m, 1km, 10km, "  \
	"50km or 100km."

/* The grid of cells of so many metres. */
static const GridSize *
grid_size(int32 metres)
{
	for (int i = 0; i < lengthof(grid_sizes); i++)
		if (grid_sizes[i].metres == metres)
			return &grid_sizes[i];
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("there is no grid of cells of %d m", metres),
					errhint("Sizes are 100, 250, 1000, 10000, 50000 and 100000.")));
}

/* The point that stands for a geometry: its centroid. False where it is empty. */
static bool
grid_point(const Geometry *geometry, Point *point)
{
	GeometryMeasures measures;

	if (geometry->type == GEOMETRY_POINT)
		return geometry_point(geometry, point);
	geometry_measure(geometry, &measures);
	*point = measures.centroid;
	return measures.points > 0;
}

/* grid_cell(geometry, int) -> text */
Datum
monitor_grid_cell(PG_FUNCTION_ARGS)
{
	Geometry geometry = geometry_open(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0)));
	const GridSize *size = grid_size(PG_GETARG_INT32(1));
	Point point;
	int32 north, east;

	if (!grid_point(&geometry, &point))
		PG_RETURN_NULL();
	if (geometry.srid != GRID_SRID)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("geometry has SRID %d but the Danish grid is in %d", geometry.srid, GRID_SRID),
			 geometry.srid == 0
				 ? errhint("Say what its coordinates are with ST_SetSRID, then transform "
						   "with ST_Transform(geom, %d) if that is another.",
						   GRID_SRID)
				 : errhint("Transform with ST_Transform(geom, %d) first.", GRID_SRID)));
	if (!isfinite(point.x) || !isfinite(point.y))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("geometry has a coordinate that is not finite"),
						errhint("Correct or leave out the row; ST_AsText shows the coordinates.")));
	if (!(point.x >= 0 && point.x < GRID_EAST_END && point.y >= 0 && point.y < GRID_NORTH_END))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("point (%.10g, %.10g) lies outside the Danish grid", point.x, point.y),
				 errhint("Coordinates are metres east below %d and metres north below %d; have "
						 "they been exchanged?",
						 GRID_EAST_END, GRID_NORTH_END)));

	north = (int32) point.y / size->metres * size->factor;
	east = (int32) point.x / size->metres * size->factor;
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s_%d_%d", size->unit, north, east)));
}

/*
 * Number of metres that a name's part stands for: decimal digits without leading
 * zeros, up to end. False where it is malformed or beyond the limit.
 */
static bool
grid_parse_number(const char *part, const char *end, const GridSize *size, int32 limit,
				  int32 *metres)
{
	int64 number = 0;

	if (part == end || end - part > 8 || (*part == '0' && end - part > 1))
		return false;
	for (; part < end; part++)
	{
		if (*part < '0' || *part > '9')
			return false;
		number = number * 10 + (*part - '0');
	}
	if (number % size->factor != 0 || number / size->factor * size->metres >= limit)
		return false;
	*metres = (int32) (number / size->factor * size->metres);
	return true;
}

/* Lower left corner and size of the cell of a name; false where it is malformed. */
static bool
grid_parse(const char *name, const char *end, const GridSize **size, int32 *north, int32 *east)
{
	const char *first = memchr(name, '_', end - name);
	const char *second = first ? memchr(first + 1, '_', end - first - 1) : NULL;

	if (second == NULL)
		return false;
	for (int i = 0; i < lengthof(grid_sizes); i++)
	{
		*size = &grid_sizes[i];
		if (strlen((*size)->unit) == first - name && memcmp((*size)->unit, name, first - name) == 0)
			return grid_parse_number(first + 1, second, *size, GRID_NORTH_END, north) &&
				   grid_parse_number(second + 1, end, *size, GRID_EAST_END, east);
	}
	return false;
}

/* grid_cell_geom(text) -> geometry */
Datum
monitor_grid_cell_geom(PG_FUNCTION_ARGS)
{
	text *name = PG_GETARG_TEXT_PP(0);
	const char *start = VARDATA_ANY(name);
	const GridSize *size;
	int32 north, east;
	StringInfoData ewkb;

	if (!grid_parse(start, start + VARSIZE_ANY_EXHDR(name), &size, &north, &east))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid name of a grid cell: \"%s\"", text_to_cstring(name)),
						errhint(GRID_NAME_HINT)));
	{
		double n = north, e = east, m = size->metres;
		/* the order of ST_MakeEnvelope */
		const Point ring[] = {{e, n}, {e, n + m}, {e + m, n + m}, {e + m, n}, {e, n}};

		ewkb_begin_polygon(&ewkb, GRID_SRID, 1);
		ewkb_points(&ewkb, ring, lengthof(ring));
	}
	PG_RETURN_DATUM(ewkb_geometry(fcinfo, &ewkb));
}
