-- Room geometry: facts of one geometry, the Danish grid, and the area index that
-- says which area a point lies in.

-- One geometry

CREATE TYPE geometry_facts AS (
	type text,
	srid integer,
	has_z boolean,
	has_m boolean,
	points bigint,
	polygons bigint,
	rings bigint,
	xmin double precision,
	ymin double precision,
	xmax double precision,
	ymax double precision,
	area double precision,
	centroid_x double precision,
	centroid_y double precision
);
COMMENT ON TYPE geometry_facts IS
'Result of geometry_facts: type of the geometry (POINT, MULTIPOLYGON, ...), SRID, whether it has Z and M, number of points, of non-empty polygons and of rings, box, planar area and centroid in the units of its SRID.';

CREATE FUNCTION geometry_facts(geom geometry) RETURNS geometry_facts
AS 'MODULE_PATHNAME', 'monitor_geometry_facts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION geometry_facts(geometry) IS
'Counts, box, planar area and centroid of a geometry in one pass, in the units of its SRID. Area as ST_Area (0 for points and lines), centroid as ST_Centroid (of the parts of highest dimension that have an extent). Of an EMPTY geometry box and centroid are NULL. NULL for NULL. Errors: 0A000 for curves (use ST_CurveToLine first), TIN, triangles, polyhedral surfaces and formats not known; XX001 for a damaged value. Source: OGC Simple Features 1.2.1; PostGIS gserialized format 1 and 2.';

-- The Danish grid

CREATE FUNCTION grid_cell(geom geometry, size integer) RETURNS text
AS 'MODULE_PATHNAME', 'monitor_grid_cell'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION grid_cell(geometry, integer) IS
'Name of the cell of the Danish square grid that holds the point, or the centroid of any other geometry: unit_northing_easting by the cell''s lower left corner, such as 100m_62237_5756. Size in metres: 100, 250, 1000, 10000, 50000 or 100000; a cell holds its lower and left edge. NULL for NULL and EMPTY. Errors: 22023 for another size, an SRID other than 25832, coordinates that are not finite or outside 0-1,000 km east and 0-10,000 km north; geometry_facts tells the rest. Source: Det Danske Kvadratnet, EPSG:25832.';

CREATE FUNCTION grid_cell_geom(cell text) RETURNS geometry
AS 'MODULE_PATHNAME', 'monitor_grid_cell_geom'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION grid_cell_geom(text) IS
'The square, a POLYGON in EPSG:25832, of the cell of the Danish square grid that has this name. The inverse of grid_cell. NULL for NULL. Errors: 22P02 for what is not the name of a cell, in exactly the form that grid_cell gives. Source: Det Danske Kvadratnet.';

-- Type area_index

CREATE TYPE area_index;

CREATE FUNCTION area_index_in(cstring) RETURNS area_index
AS 'MODULE_PATHNAME', 'monitor_area_index_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION area_index_out(area_index) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_area_index_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION area_index_recv(internal) RETURNS area_index
AS 'MODULE_PATHNAME', 'monitor_area_index_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION area_index_send(area_index) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_area_index_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE area_index (
	INPUT = area_index_in,
	OUTPUT = area_index_out,
	RECEIVE = area_index_recv,
	SEND = area_index_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = external
);
COMMENT ON TYPE area_index IS
'Polygons by id, with a search structure for locate and locate_all; made by the aggregate area_index. Text form: the bytes of the binary form as hexadecimal digits, lossless. Both hold the polygons alone; the search structure is made anew when they are read.';
COMMENT ON FUNCTION area_index_in(cstring) IS
'Input of type area_index: the hexadecimal digits that its output gives. Errors: 22P02 for anything else.';
COMMENT ON FUNCTION area_index_out(area_index) IS
'Output of type area_index: its binary form as hexadecimal digits.';
COMMENT ON FUNCTION area_index_recv(internal) IS
'Binary input of type area_index. Every count, id and coordinate is checked. Errors: 22P03 for bytes that area_index_send does not give.';
COMMENT ON FUNCTION area_index_send(area_index) IS
'Binary form of type area_index in network byte order: version 1 (1 byte), SRID (4), number of areas (4), and for each area in the order of ids: id (8), number of polygons (4), for each polygon number of rings (4), for each ring number of points (4), x and y of each (8 and 8).';

-- Comparison, for GROUP BY, DISTINCT, EXCEPT and the like

CREATE FUNCTION area_index_eq(a area_index, b area_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_area_index_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_eq(area_index, area_index) IS
'Whether two indexes hold the same ids with the same rings, point for point, in the same SRID. NULL for NULL.';
CREATE FUNCTION area_index_ne(a area_index, b area_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_area_index_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_ne(area_index, area_index) IS
'Whether two indexes differ in SRID, ids or any point of a ring. NULL for NULL.';
CREATE FUNCTION area_index_lt(a area_index, b area_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_area_index_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_lt(area_index, area_index) IS
'Whether a comes before b in a fixed order that means nothing, for sorting and grouping. NULL for NULL.';
CREATE FUNCTION area_index_le(a area_index, b area_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_area_index_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_le(area_index, area_index) IS
'Whether a comes before b, or equals it, in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION area_index_gt(a area_index, b area_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_area_index_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_gt(area_index, area_index) IS
'Whether a comes after b in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION area_index_ge(a area_index, b area_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_area_index_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_ge(area_index, area_index) IS
'Whether a comes after b, or equals it, in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION area_index_cmp(a area_index, b area_index) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_area_index_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_cmp(area_index, area_index) IS
'-1, 0 or 1 as a comes before, equals or comes after b in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION area_index_hash(area_index) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_area_index_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_hash(area_index) IS
'Hash of an index, the same for equal ones. NULL for NULL.';
CREATE FUNCTION area_index_hash_extended(area_index, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_area_index_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION area_index_hash_extended(area_index, bigint) IS
'Hash of 64 bits of an index and a seed, the same for equal ones. NULL for NULL.';

CREATE OPERATOR = (
	LEFTARG = area_index, RIGHTARG = area_index, FUNCTION = area_index_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
	LEFTARG = area_index, RIGHTARG = area_index, FUNCTION = area_index_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
	LEFTARG = area_index, RIGHTARG = area_index, FUNCTION = area_index_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
	LEFTARG = area_index, RIGHTARG = area_index, FUNCTION = area_index_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
	LEFTARG = area_index, RIGHTARG = area_index, FUNCTION = area_index_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
	LEFTARG = area_index, RIGHTARG = area_index, FUNCTION = area_index_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR = (area_index, area_index) IS 'the same areas, point for point';
COMMENT ON OPERATOR <> (area_index, area_index) IS 'not the same areas';
COMMENT ON OPERATOR < (area_index, area_index) IS 'before, in a fixed order that means nothing';
COMMENT ON OPERATOR <= (area_index, area_index) IS 'before or equal, in a fixed order that means nothing';
COMMENT ON OPERATOR > (area_index, area_index) IS 'after, in a fixed order that means nothing';
COMMENT ON OPERATOR >= (area_index, area_index) IS 'after or equal, in a fixed order that means nothing';

CREATE OPERATOR CLASS area_index_ops DEFAULT FOR TYPE area_index USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 area_index_cmp(area_index, area_index);
COMMENT ON OPERATOR CLASS area_index_ops USING btree IS
'Sorts, groups and compares indexes of areas, so that they may stand in GROUP BY, DISTINCT, UNION and EXCEPT.';
CREATE OPERATOR CLASS area_index_ops DEFAULT FOR TYPE area_index USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 area_index_hash(area_index),
	FUNCTION 2 area_index_hash_extended(area_index, bigint);
COMMENT ON OPERATOR CLASS area_index_ops USING hash IS
'Groups and joins indexes of areas by hash.';

-- Making and asking an index

CREATE FUNCTION area_index_transition(internal, id bigint, geom geometry) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_area_index_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION area_index_transition(internal, bigint, geometry) IS
'Takes in a row of the aggregate area_index. Not to be called by itself.';
CREATE FUNCTION area_index_final(internal) RETURNS area_index
AS 'MODULE_PATHNAME', 'monitor_area_index_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION area_index_final(internal) IS
'Result of the aggregate area_index. Not to be called by itself.';

CREATE AGGREGATE area_index(id bigint, geom geometry) (
	SFUNC = area_index_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = area_index_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE area_index(bigint, geometry) IS
'Index of areas for locate and locate_all: POLYGONs and MULTIPOLYGONs, with or without Z and M (which are left out), of one SRID, each with an id of 1 or more. Rows whose geom is NULL or EMPTY are passed over; the order of rows does not matter; NULL for no rows. Errors: 23505 for an id that comes twice, 22004 for a NULL id, 22023 for an id below 1, a second SRID, a geometry that is no polygon, a ring that is not closed, has fewer than 4 points or coordinates that are not finite; 54000 above 1 GB; geometry_facts tells the rest.';

CREATE FUNCTION locate(areas area_index, point geometry) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_locate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION locate(area_index, geometry) IS
'Smallest id of the areas that the point lies in or on the border of, by the rule of ST_Intersects, for rings that are not valid too; NULL where there is none, and for NULL, EMPTY and coordinates that are not finite. Take the index from a table column, from a CTE of one row or from (SELECT area_index(id, geom) FROM ...). Errors: 22023 for another SRID than the index''s and for a geometry that is not a POINT.';

CREATE FUNCTION locate_all(areas area_index, point geometry) RETURNS bigint[]
AS 'MODULE_PATHNAME', 'monitor_locate_all'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 15;
COMMENT ON FUNCTION locate_all(area_index, geometry) IS
'Ids, ascending, of all areas that the point lies in or on the border of, by the rule of ST_Intersects; an empty array where there is none; NULL for NULL and EMPTY. Errors as locate.';

CREATE FUNCTION area_index_ids(areas area_index) RETURNS bigint[]
AS 'MODULE_PATHNAME', 'monitor_area_index_ids'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION area_index_ids(area_index) IS
'Ids of all areas of an index, ascending; an empty array for an index of no areas. NULL for NULL.';

CREATE TYPE area_index_summary AS (
	srid integer,
	areas integer,
	polygons integer,
	rings integer,
	vertices integer,
	xmin double precision,
	ymin double precision,
	xmax double precision,
	ymax double precision,
	cells bigint,
	bytes bigint
);
COMMENT ON TYPE area_index_summary IS
'Result of area_index_summary: SRID, numbers of areas, polygons, rings and points, box in the units of the SRID, cells of the search grid, and size in bytes.';

CREATE FUNCTION area_index_summary(areas area_index) RETURNS area_index_summary
AS 'MODULE_PATHNAME', 'monitor_area_index_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION area_index_summary(area_index) IS
'What an index holds: SRID, numbers of areas, polygons, rings and points, box (NULL where there is no area), cells of the search grid, and size in bytes. NULL for NULL.';
