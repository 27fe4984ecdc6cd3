-- locate and locate_all on shapes whose answers are known.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA geometry_locate;
SET search_path = geometry_locate, monitor, public;

-- two squares that share an edge, one with a hole, one of two parts, one over all
CREATE TABLE area (id bigint, geom geometry);
INSERT INTO area VALUES
	(20, 'POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2))'),
	(10, 'MULTIPOLYGON(((10 0,20 0,20 10,10 10,10 0)),((30 0,40 0,40 10,30 10,30 0)))'),
	(30, 'POLYGON((-5 -5,45 -5,45 5,-5 5,-5 -5))');
CREATE TABLE stored AS SELECT area_index(id, geom) AS areas FROM area;
SELECT what, locate(areas, ST_MakePoint(x, y)), locate_all(areas, ST_MakePoint(x, y)) FROM stored, (VALUES
	(1, 'in one', 5, 8), (2, 'in two', 15, 3), (3, 'on the edge shared by 10 and 20', 10, 7), (4, 'on a corner', 0, 10),
	(5, 'in the hole', 3, 3), (6, 'on the hole''s edge', 2, 3), (7, 'on the hole''s corner', 4, 4), (8, 'in the second part', 35, 8),
	(9, 'between the parts', 25, 8), (10, 'outside all', 100, 100), (11, 'just outside', 10, 10.000001), (12, 'on the top edge', 35, 10),
	(13, 'far away', -1e300, 1e300), (14, 'lower left corner of all', -5, -5), (15, 'upper right corner of the part', 40, 10)
) AS p(n, what, x, y) ORDER BY n;
SELECT locate(areas, 'POINT Z(15 3 99)') AS z, locate(areas, 'POINT M(15 3 99)') AS m, locate(areas, 'POINT ZM(15 3 99 99)') AS zm FROM stored;
SELECT locate(areas, 'POINT EMPTY') IS NULL AS a, locate_all(areas, 'POINT EMPTY') IS NULL AS b, locate(NULL, 'POINT(1 1)') IS NULL AS c,
	locate(areas, NULL) IS NULL AS d, locate(areas, ST_MakePoint('NaN', 1)) IS NULL AS e, locate(areas, ST_MakePoint(1, 'infinity')) IS NULL AS f,
	locate_all(areas, ST_MakePoint('NaN', 'NaN')) AS g
FROM stored;
-- an index of no areas has every SRID
SELECT locate(i, 'SRID=25832;POINT(0 0)') IS NULL AS a, locate_all(i, 'SRID=4326;POINT(0 0)') AS b
FROM (SELECT area_index(1, 'POLYGON EMPTY') AS i) AS s;

-- rings that are not valid: a bow-tie, a ring that runs twice around, a hole outside
-- its shell, a hole that crosses it, parts that overlap, a spike, a ring without extent
SELECT what, locate(area_index(1, geom), ST_MakePoint(x, y)) IS NOT NULL AS located, ST_Intersects(ST_Multi(geom), ST_MakePoint(x, y)) AS postgis
FROM (VALUES
	(1, 'bow-tie, left wing', 'POLYGON((0 0,10 10,10 0,0 10,0 0))'::geometry, 2, 5), (2, 'bow-tie, right wing', 'POLYGON((0 0,10 10,10 0,0 10,0 0))', 8, 5),
	(3, 'bow-tie, above', 'POLYGON((0 0,10 10,10 0,0 10,0 0))', 5, 8), (4, 'bow-tie, crossing', 'POLYGON((0 0,10 10,10 0,0 10,0 0))', 5, 5),
	(5, 'twice around', 'POLYGON((0 0,9 0,9 9,0 9,0 0,9 0,9 9,0 9,0 0))', 4, 4),
	(6, 'pentagram, middle', 'POLYGON((0 4,8 4,1 9,4 0,7 9,0 4))', 4, 5), (7, 'there and back', 'POLYGON((0 0,9 0,9 9,0 9,9 9,9 0,0 0))', 4, 4),
	(8, 'there and back, on it', 'POLYGON((0 0,9 0,9 9,0 9,9 9,9 0,0 0))', 9, 4),
	(9, 'in a hole outside its shell', 'POLYGON((0 0,1 0,1 1,0 1,0 0),(5 5,6 5,6 6,5 6,5 5))', 5.5, 5.5), (10, 'on that hole', 'POLYGON((0 0,1 0,1 1,0 1,0 0),(5 5,6 5,6 6,5 6,5 5))', 5, 5.5),
	(11, 'on a shell in a hole that crosses it', 'POLYGON((0 0,10 0,10 10,0 10,0 0),(5 5,15 5,15 7,5 7,5 5))', 10, 6), (12, 'on that hole', 'POLYGON((0 0,10 0,10 10,0 10,0 0),(5 5,15 5,15 7,5 7,5 5))', 7, 7),
	(13, 'overlap of two parts', 'MULTIPOLYGON(((0 0,5 0,5 5,0 5,0 0)),((3 3,8 3,8 8,3 8,3 3)))', 4, 4),
	(14, 'in the hole of one part, in another', 'MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(2 2,7 2,7 7,2 7,2 2)),((3 3,4 3,4 4,3 4,3 3)))', 3.5, 3.5),
	(15, 'on a spike', 'POLYGON((0 0,5 0,5 5,9 5,5 5,0 5,0 0))', 7, 5), (16, 'no extent', 'POLYGON((1 1,1 1,1 1,1 1))', 1, 1), (17, 'a line', 'POLYGON((0 0,4 4,2 2,0 0))', 3, 3),
	(18, 'beside the line', 'POLYGON((0 0,4 4,2 2,0 0))', 3, 2), (19, 'flat', 'POLYGON((0 5,9 5,4 5,0 5))', 4, 5), (20, 'upright', 'POLYGON((5 0,5 9,5 4,5 0))', 5, 4)
) AS t(n, what, geom, x, y) GROUP BY n, what, geom, x, y ORDER BY n;

-- an area far out does not make the rest coarse, or wrong
CREATE TABLE far AS
SELECT 1 + i + 30 * j AS id, ST_MakeEnvelope(i, j, i + 1, j + 1) AS geom FROM generate_series(0, 29) AS i, generate_series(0, 29) AS j
UNION ALL SELECT 5000, ST_MakeEnvelope(-1e6, -1e6, -1e6 + 1, -1e6 + 1) UNION ALL SELECT 5001, ST_MakeEnvelope(1e7, 15, 2e7, 16);
SELECT count(*) AS points, count(*) FILTER (WHERE locate(areas, p) IS DISTINCT FROM (SELECT min(id) FROM far WHERE ST_Intersects(geom, p))) AS wrong
FROM (SELECT area_index(id, geom) AS areas FROM far) AS i,
	(SELECT ST_MakePoint(x, y) AS p FROM generate_series(-1, 31, 0.5) AS x, generate_series(-1, 31, 0.5) AS y
		UNION ALL SELECT ST_MakePoint(-1e6 + 0.5, -1e6 + 0.5) UNION ALL SELECT ST_MakePoint(1.5e7, 15.5) UNION ALL SELECT ST_MakePoint(1.5e7, 14)
		UNION ALL SELECT ST_MakePoint(1e6, 15.5)) AS s;

-- coordinates of any size
CREATE TABLE scaled AS
SELECT scale, ST_Scale(g, scale, scale) AS geom
FROM (SELECT 'MULTIPOLYGON(((0 0,7 1,9 8,3 9,0 0),(3 3,4 3,4 4,3 3)),((10 2,12 2,11 9,10 2)))'::geometry AS g) AS s, unnest(ARRAY[1e-6, 1, 1e9, 1e100]) AS scale;
SELECT scale, count(*) AS points, count(locate(areas, p)) AS located,
	count(*) FILTER (WHERE (locate(areas, p) IS NOT NULL) IS DISTINCT FROM ST_Intersects(geom, p)) AS wrong
FROM scaled, LATERAL (SELECT area_index(1, s.geom) AS areas FROM scaled AS s WHERE s.scale = scaled.scale) AS i,
	LATERAL (SELECT ST_MakePoint(x * scale, y * scale) AS p FROM generate_series(-1, 13, 0.5) AS x, generate_series(-1, 10, 0.5) AS y) AS p
GROUP BY scale ORDER BY scale;

-- errors
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || ' / ' || hint;
END
$$;
SELECT error_of(format('SELECT %s(areas, %L) FROM stored', f, g)) FROM unnest(ARRAY['locate', 'locate_all']) AS f,
	unnest(ARRAY['SRID=25832;POINT(1 1)', 'MULTIPOINT((1 1))', 'LINESTRING(0 0,1 1)', 'POLYGON EMPTY', 'CIRCULARSTRING(0 0,1 1,2 0)']) AS g;
DROP SCHEMA geometry_locate CASCADE;
