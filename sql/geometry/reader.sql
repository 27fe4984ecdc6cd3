-- The reader of serialized geometries, by what geometry_facts says.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA geometry_reader;
SET search_path = geometry_reader, monitor, public;
SET extra_float_digits = 0;

-- every type that is read, with and without Z and M
SELECT (f).* FROM (
	SELECT geometry_facts(g::geometry) AS f, n
	FROM unnest(ARRAY[
		'SRID=25832;POINT(1 2)',
		'POINT Z(1 2 3)',
		'POINT M(1 2 3)',
		'POINT ZM(1 2 3 4)',
		'LINESTRING(0 0,3 4,3 9)',
		'LINESTRING Z(0 0 9,3 4 9)',
		'POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,1 3,3 3,3 1,1 1))',
		'POLYGON ZM((0 0 1 1,0 6 1 1,6 6 1 1,0 0 1 1))',
		'MULTIPOINT((0 0),(2 4),(4 2))',
		'MULTILINESTRING((0 0,2 0),(0 0,0 2))',
		'SRID=4326;MULTIPOLYGON(((0 0,3 0,3 3,0 0)),((6 6,9 6,9 9,6 6)))',
		'GEOMETRYCOLLECTION(POINT(9 9),LINESTRING(0 0,1 1),POLYGON((0 0,3 0,3 3,0 0)))',
		'GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 1))),POINT(3 3))'
	]) WITH ORDINALITY AS t(g, n)) AS s
ORDER BY n;

-- empty ones, in whole and in part
SELECT g, (f).type, (f).points, (f).polygons, (f).rings, (f).xmin, (f).area, (f).centroid_x
FROM (
	SELECT geometry_facts(g::geometry) AS f, g, n
	FROM unnest(ARRAY[
		'POINT EMPTY', 'LINESTRING EMPTY', 'POLYGON EMPTY', 'MULTIPOINT EMPTY', 'MULTILINESTRING EMPTY',
		'MULTIPOLYGON EMPTY', 'GEOMETRYCOLLECTION EMPTY', 'GEOMETRYCOLLECTION(POINT EMPTY,POLYGON EMPTY)',
		'MULTIPOLYGON(EMPTY,((0 0,2 0,2 2,0 2,0 0)),EMPTY)', 'MULTIPOINT(EMPTY,(1 1))'
	]) WITH ORDINALITY AS t(g, n)) AS s
ORDER BY n;
SELECT geometry_facts(NULL) IS NULL AS null_for_null;

-- SRIDs of 21 bits with a sign
SELECT (geometry_facts(ST_SetSRID(ST_MakePoint(1, 2), srid))).srid
FROM unnest(ARRAY[0, 1, 4326, 25832, 900913, 998999]) AS srid;

-- centroids of what has no extent: of the lines, then of the points
SELECT ST_AsText(ST_Centroid(g::geometry)) AS postgis, (f).centroid_x, (f).centroid_y
FROM unnest(ARRAY[
	'POLYGON((0 0,4 0,8 0,0 0))', 'LINESTRING(1 1,1 1)', 'GEOMETRYCOLLECTION(LINESTRING(1 1,1 1),POINT(3 5))',
	'POLYGON((2 2,2 2,2 2,2 2))']) AS g,
	LATERAL geometry_facts(g::geometry) AS f;

-- curves, and other types that are not read
CREATE FUNCTION error_of(geom text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	RETURN 'no error: ' || geometry_facts(geom::geometry)::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || ' / ' || hint;
END
$$;
SELECT error_of(g) FROM unnest(ARRAY['CIRCULARSTRING(0 0,1 1,2 0)', 'COMPOUNDCURVE((0 0,1 1),(1 1,2 0))',
	'CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))', 'MULTICURVE((0 0,1 1))', 'MULTISURFACE(((0 0,1 0,1 1,0 0)))',
	'GEOMETRYCOLLECTION(POINT(0 0),CIRCULARSTRING(0 0,1 1,2 0))', 'CURVEPOLYGON EMPTY',
	'TRIANGLE((0 0,1 0,1 1,0 0))', 'TIN(((0 0,1 0,1 1,0 0)))', 'POLYHEDRALSURFACE(((0 0,1 0,1 1,0 0)))']) AS g;

-- Values byte by byte: geometries made of bytes by a function of PostgreSQL that
-- concatenates them, so that formats can be tried that PostGIS does not write.
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS geometry LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(geom geometry, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT bytes('SRID=25832;POINT(1 2)') AS format_2;
CREATE FUNCTION facts_or_error(b bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	RETURN geometry_facts(raw(b))::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;

SELECT what, facts_or_error(b) FROM (VALUES
	(1, 'format 1, 2D', '\x0064e8000100000001000000000000000000f03f0000000000000040'::bytea),
	(2, 'format 1, box', '\x0064e8040000803f0000803f00000040000000400100000001000000000000000000f03f0000000000000040'),
	(3, 'format 1, Z and M', '\x0064e8030100000001000000000000000000f03f000000000000004000000000000008400000000000001040'),
	(4, 'format 1, solid flag', '\x0064e8200100000001000000000000000000f03f0000000000000040'),
	(5, 'format 2, extended flags', '\x0064e85003000000000000000100000001000000000000000000f03f0000000000000040'),
	(6, 'format 2, unknown extended flag', '\x0064e85008000000000000000100000001000000000000000000f03f0000000000000040'),
	(7, 'format 2, geodetic box of 3 dimensions', '\x0010e64c0000000000000000000000000000000000000000000000000100000001000000000000000000f03f0000000000000040'),
	(8, 'negative SRID', '\x1fffff400100000001000000000000000000f03f0000000000000040'),
	(9, 'format 3', '\x0064e8800100000001000000000000000000f03f0000000000000040'),
	(10, 'format 2, reserved flag', '\x0064e8600100000001000000000000000000f03f0000000000000040'),
	(11, 'unknown type', '\x0064e8406300000001000000000000000000f03f0000000000000040'),
	(12, 'no bytes', '\x'),
	(13, 'SRID and flags only', '\x0064e840'),
	(14, 'a type where extended flags belong', '\x0064e8500100000001000000'),
	(15, 'box missing', '\x0064e8440100000001000000'),
	(16, 'point without coordinates', '\x0064e8400100000001000000'),
	(17, 'point with half of its coordinates', '\x0064e8400100000001000000000000000000f03f'),
	(18, 'point of two points', '\x0064e8400100000002000000000000000000f03f0000000000000040000000000000f03f0000000000000040'),
	(19, 'line of 2^32-1 points', '\x0064e84002000000ffffffff000000000000f03f0000000000000040'),
	(20, 'polygon of 2^32-1 rings', '\x0064e84003000000ffffffff000000000000f03f0000000000000040'),
	(21, 'polygon of a ring of 2^31 points', '\x0064e840030000000100000000000080ffffffff000000000000f03f0000000000000040'),
	(22, 'collection of 2^32-1 members', '\x0064e84007000000ffffffff0100000000000000'),
	(23, 'multipoint of a line', '\x0064e84004000000010000000200000000000000'),
	(24, 'multipolygon of a collection', '\x0064e84006000000010000000700000000000000'),
	(25, 'polygon with an empty shell and a hole', '\x0064e84003000000020000000000000001000000000000000000f03f0000000000000040')
) AS t(n, what, b) ORDER BY n;

-- depth is bounded by the stack, not by the length of the value
SELECT facts_or_error('\x0064e840' || decode(repeat('0700000001000000', 1000), 'hex') || '\x0100000001000000000000000000f03f0000000000000040');
SELECT left(facts_or_error('\x0064e840' || decode(repeat('0700000001000000', 1000000), 'hex') || '\x0100000000000000'), 34);

DROP SCHEMA geometry_reader CASCADE;
