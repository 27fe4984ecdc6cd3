-- Contiguity of small maps made by hand, against PostGIS's own predicates, and barriers.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_polygons;
SET search_path = weights_polygons, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
-- Links, those in both directions once; a link in one direction only would show as a > b.
CREATE FUNCTION shown(w weights) RETURNS text LANGUAGE sql
RETURN (SELECT string_agg(CASE WHEN l.id < l.neighbor THEN l.id || '-' || l.neighbor ELSE l.id || '>' || l.neighbor END, ' ' ORDER BY l.id, l.neighbor)
	FROM links(w) AS l LEFT JOIN links(w) AS back ON back.id = l.neighbor AND back.neighbor = l.id
	WHERE l.id < l.neighbor OR back.id IS NULL);
CREATE TABLE map (n int, what text, id bigint, geom geometry);
INSERT INTO map SELECT n, what, i, g::geometry FROM (VALUES
	(1, 'a grid of four', 'POLYGON((0 0,1 0,1 1,0 1,0 0));POLYGON((1 0,2 0,2 1,1 1,1 0));POLYGON((0 1,1 1,1 2,0 2,0 1));POLYGON((1 1,2 1,2 2,1 2,1 1))'),
	(2, 'the same drawn the other way round', 'POLYGON((0 0,0 1,1 1,1 0,0 0));POLYGON((1 0,2 0,2 1,1 1,1 0));POLYGON((0 1,0 2,1 2,1 1,0 1));POLYGON((1 1,2 1,2 2,1 2,1 1))'),
	(3, 'a T: three at a place that is a vertex of two', 'POLYGON((0 0,2 0,2 1,0 1,0 0));POLYGON((0 1,1 1,1 2,0 2,0 1));POLYGON((1 1,2 1,2 2,1 2,1 1))'),
	(4, 'one border with different vertices', 'POLYGON((0 0,9 0,9 3,6 3,3 3,0 3,0 0));POLYGON((-1 3,2 3,4 3,10 3,10 9,-1 9,-1 3))'),
	(5, 'a slanted border with different vertices', 'POLYGON((0 0,3 1,6 2,0 9,0 0));POLYGON((-3 -1,9 3,9 -9,-3 -1))'),
	(6, 'a corner on the middle of an edge', 'POLYGON((0 0,2 0,2 2,0 2,0 0));POLYGON((2 1,3 0,3 2,2 1))'),
	(7, 'a corner near the middle of an edge', 'POLYGON((0 0,2 0,2 2,0 2,0 0));POLYGON((2.0000000000000004 1,3 0,3 2,2.0000000000000004 1))'),
	(8, 'a corner through an edge', 'POLYGON((0 0,2 0,2 2,0 2,0 0));POLYGON((1.9999999999999998 1,3 0,3 2,1.9999999999999998 1))'),
	(9, 'overlapping slivers', 'POLYGON((0 0,1 0,1 1,0 1,0 0));POLYGON((0.99 0,2 0,2 1,0.99 1,0.99 0))'),
	(10, 'one within another', 'POLYGON((0 0,9 0,9 9,0 9,0 0));POLYGON((3 3,4 3,4 4,3 4,3 3))'),
	(11, 'one within another, along its border', 'POLYGON((0 0,9 0,9 9,0 9,0 0));POLYGON((3 0,4 0,4 4,3 4,3 0))'),
	(12, 'the same twice', 'POLYGON((0 0,9 0,9 9,0 9,0 0));POLYGON((9 0,9 9,0 9,0 0,9 0))'),
	(13, 'a hole filled', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,4 3,4 4,3 4,3 3));POLYGON((3 3,4 3,4 4,3 4,3 3))'),
	(14, 'a hole filled by a larger one', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,4 3,4 4,3 4,3 3));POLYGON((3 3,5 3,5 5,3 5,3 3))'),
	(15, 'a hole filled in part', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,6 3,6 6,3 6,3 3));POLYGON((3 3,4 3,4 5,3 5,3 3))'),
	(16, 'an island in a hole', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,6 3,6 6,3 6,3 3));POLYGON((4 4,5 4,5 5,4 5,4 4))'),
	(17, 'an island in a hole, touching it', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,6 3,6 6,3 6,3 3));POLYGON((4 4,6 5,4 5,4 4))'),
	(18, 'a ring around what is larger than its hole', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(3 3,6 3,6 6,3 6,3 3));POLYGON((2 2,7 2,7 7,2 7,2 2))'),
	(19, 'parts of one in holes of another', 'POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,2 1,2 2,1 2,1 1),(3 3,6 3,6 6,3 6,3 3));MULTIPOLYGON(((1 1,2 1,2 2,1 2,1 1)),((4 4,5 4,5 5,4 5,4 4)))'),
	(20, 'a part that shares a line and one that overlaps', 'POLYGON((0 0,9 0,9 9,0 9,0 0));MULTIPOLYGON(((9 0,10 0,10 9,9 9,9 0)),((4 4,5 4,5 5,4 5,4 4)))'),
	(21, 'parts far apart around another', 'MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)),((8 8,9 8,9 9,8 9,8 8)));POLYGON((4 4,5 4,5 5,4 5,4 4));POLYGON((9 8,10 8,10 9,9 8))'),
	(22, 'sectors at one place', 'POLYGON((0 0,4 0,4 4,0 0));POLYGON((0 0,4 4,0 4,0 0));POLYGON((0 0,-4 0,0 -4,0 0));POLYGON((0 0,2 -4,4 -2,0 0));POLYGON((0 0,5 -1,5 1,0 0))'),
	(23, 'a line shared and a corner that enters', 'POLYGON((0 0,4 0,4 4,0 4,0 0));POLYGON((0 0,1 0,2 1,3 0,3 -1,0 -1,0 0))'),
	(24, 'a line shared and a corner that just touches', 'POLYGON((0 0,4 0,4 4,0 4,0 0));POLYGON((0 0,1 0,2 -0.5,3 0,4 -1,4 -2,0 -2,0 0))'),
	(25, 'a line shared; they cross elsewhere', 'POLYGON((0 0,9 0,9 9,0 9,0 0));POLYGON((0 0,-3 0,-3 9,-1 9,-1 5,5 5,5 4,0 4,0 0))'),
	(26, 'a hole that touches the shell', 'POLYGON((0 0,4 0,4 4,0 4,0 0),(0 0,2 1,1 2,0 0));POLYGON((0 0,2 1,1 2,0 0));POLYGON((0 0,-1 0,0 -1,0 0))'),
	(27, 'repeated points', 'POLYGON((0 0,0 0,1 0,1 0,1 1,0 1,0 1,0 0,0 0));POLYGON((1 0,2 0,2 0,2 1,1 1,1 1,1 1,1 0));POLYGON((2 1,3 1,3 2,2 1,2 1))'),
	(28, 'minus zero', 'POLYGON((-1 -1,0 -1,-0 0,-1 -0,-1 -1));POLYGON((0 0,1 0,1 1,0 1,0 0));POLYGON((-0 -0,-0 1,-1 1,-0 -0))'),
	(29, 'decimals of a Danish map', 'POLYGON((575000.13 6223000.27,575100.41 6223033.93,575050.77 6223090.09,575000.13 6223000.27));POLYGON((575000.13 6223000.27,575100.41 6223033.93,575160.3 6222990.1,575000.13 6223000.27));POLYGON((575050.27 6223017.1,575060 6222000,575070 6222000,575050.27 6223017.1))'),
	(30, 'a corner on a line that doubles do not hold', 'POLYGON((0 0,0.3 0.1,0 1,0 0));POLYGON((0.15 0.05,0.3 -1,0.2 -1,0.15 0.05));POLYGON((0.03 0.01,0.3 -2,0.2 -2,0.03 0.01))'),
	(31, 'all of a line', 'POLYGON((0 0,1 0,1 1,0 1,0 0));POLYGON((1 1,2 1,2 2,1 2,1 1));POLYGON((5 5,6 5,6 6,5 6,5 5))'),
	(32, 'heights do not matter', 'POLYGON Z((0 0 1,1 0 1,1 1 1,0 0 1));POLYGON Z((0 0 9,1 1 9,0 1 9,0 0 9));POLYGON M((1 1 2,2 1 2,2 2 2,1 1 2))')
) AS s(n, what, geoms), unnest(string_to_array(geoms, ';')) WITH ORDINALITY AS u(g, i);
SELECT n, what, bool_and(ST_IsValid(geom)) AS valid, shown(queen_weights(id, geom)) AS queen, shown(rook_weights(id, geom)) AS rook
FROM map GROUP BY n, what ORDER BY n;
-- the same links as PostGIS's predicates give: none is missing, none too many
CREATE VIEW ours AS
SELECT n, kind, l.id, l.neighbor FROM (
	SELECT n, 'queen' AS kind, queen_weights(id, geom) AS w FROM map GROUP BY n
	UNION ALL SELECT n, 'rook', rook_weights(id, geom) FROM map GROUP BY n
	UNION ALL SELECT n, 'snap', queen_weights(id, geom, 1) FROM map GROUP BY n) AS s, links(w) AS l;
CREATE VIEW theirs AS
SELECT n, kind, a.id, b.id AS neighbor FROM map AS a JOIN map AS b USING (n), (VALUES ('queen'), ('rook'), ('snap')) AS k(kind)
WHERE a.id <> b.id AND CASE kind WHEN 'queen' THEN ST_Intersects(a.geom, b.geom) WHEN 'rook' THEN ST_Relate(a.geom, b.geom, 'F***1****') ELSE ST_DWithin(a.geom, b.geom, 1) END;
SELECT (SELECT count(*) FROM ours) AS links, (SELECT count(*) FROM theirs) AS theirs;
(TABLE ours EXCEPT TABLE theirs) UNION ALL (TABLE theirs EXCEPT TABLE ours);
-- snap: the distance itself is within it
SELECT snap, shown(queen_weights(i, ST_MakeEnvelope(2 * i, 0, 2 * i + 1, 1), snap))
FROM generate_series(1, 4) AS i, unnest('{0,0.5,0.9999999999999999,1,3,1e300}'::float8[]) AS snap GROUP BY snap ORDER BY snap;
SELECT shown(queen_weights(1, 'POLYGON((0 0,9 0,9 9,0 9,0 0),(1 1,8 1,8 8,1 8,1 1))', 1)) AS one_row;
SELECT snap, shown(queen_weights(id, geom, snap)) FROM map, unnest('{0.9,1}'::float8[]) AS snap WHERE n = 16 GROUP BY snap ORDER BY snap;
-- areas without a polygon, and ids of any sign
SELECT weights_ids(w), shown(w) FROM (SELECT queen_weights(id, geom) AS w FROM (VALUES
	(-5, 'POLYGON((0 0,1 0,1 1,0 0))'::geometry), (0, 'POLYGON((0 0,1 1,0 1,0 0))'), (7, NULL), (8, 'POLYGON EMPTY'), (9, 'SRID=25832;MULTIPOLYGON EMPTY'),
	(10, 'POINT EMPTY'), (11, 'GEOMETRYCOLLECTION EMPTY'), (9223372036854775807, 'POLYGON((1 1,2 1,2 2,1 1))'), (-9223372036854775808, 'POLYGON((5 5,6 5,6 6,5 5))')) AS v(id, geom)) AS s;
SELECT weights_ids(w), shown(w) FROM (SELECT rook_weights(id, geom) AS w FROM (VALUES (2, NULL::geometry), (1, NULL)) AS v(id, geom)) AS s;
SELECT queen_weights(1, NULL) IS NULL AS one_area, queen_weights(id, geom) IS NULL AS no_row, rook_weights(id, geom) IS NULL AS no_row, queen_weights(id, geom, 1) IS NULL AS no_row FROM map WHERE false;
-- the state stands when a moving window calls the final function again
SELECT id, shown(queen_weights(id, geom) OVER (ORDER BY id)), shown(rook_weights(id, geom) OVER (ORDER BY id)) FROM map WHERE n = 1 ORDER BY id;
-- shares of the border: a hole filled, different vertices, parts that share lines, an overlap elsewhere, and nobody
SELECT n, what, (SELECT string_agg(format('%s>%s:%s', l.id, neighbor, round(weight::numeric, 6)), ' ' ORDER BY l.id, neighbor) FROM links(w) AS l)
FROM (SELECT n, what, shared_border_weights(id, geom) AS w FROM map WHERE n IN (1, 3, 4, 5, 13, 15, 19, 20, 24, 31) GROUP BY n, what) AS s ORDER BY n;
SELECT shared_border_weights(1, NULL)::text AS one_area, (SELECT shared_border_weights(id, geom) FROM map WHERE false) IS NULL AS no_row;
-- barriers: four cells in a row, their points at 0.5, 1.5, 2.5, 3.5
CREATE TABLE strip AS SELECT i AS id, ST_MakeEnvelope(i - 1, 0, i, 1) AS geom FROM generate_series(1, 4) AS i;
CREATE TABLE strip_weights AS SELECT queen_weights(id, geom) AS w FROM strip;
SELECT what, (SELECT shown(without_links_across((SELECT w FROM strip_weights), id, geom, barrier)) FROM strip) FROM (VALUES
	(1, 'NULL', NULL::geometry), (2, 'EMPTY', 'LINESTRING EMPTY'), (3, 'EMPTY of another SRID', 'SRID=25832;GEOMETRYCOLLECTION EMPTY'), (4, 'a line along a border', 'LINESTRING(1 0,1 1)'),
	(5, 'a line that ends on the way', 'LINESTRING(1.7 -1,1.7 0.5)'), (6, 'a line that ends before it', 'LINESTRING(1.7 -1,1.7 0.4999999999999999)'), (7, 'a line through an area''s point', 'LINESTRING(1.5 -1,1.5 2)'),
	(8, 'a line along the way', 'LINESTRING(1.9 0.5,2.1 0.5)'), (9, 'lines', 'MULTILINESTRING((1 0,1 1),(3 0,3 1))'), (10, 'a lake on the border', 'POLYGON((0.9 0.4,1.1 0.4,1.1 0.6,0.9 0.6,0.9 0.4))'),
	(11, 'a lake all around a way', 'POLYGON((1.4 0,2.6 0,2.6 1,1.4 1,1.4 0))'), (12, 'a ring all around a way', 'POLYGON((1 0,3 0,3 1,1 1,1 0),(1.4 0.1,2.6 0.1,2.6 0.9,1.4 0.9,1.4 0.1))'),
	(13, 'lakes', 'MULTIPOLYGON(((0.9 0.4,1.1 0.4,1 1,0.9 0.4)),((2.9 0.4,3.1 0.4,3 1,2.9 0.4)))'), (14, 'a point', 'POINT(2 0.5)'), (15, 'points', 'MULTIPOINT((1 0.5),(2 0.4),(3 0.5))'),
	(16, 'a collection', 'GEOMETRYCOLLECTION(POINT(1 0.5),LINESTRING(3 0,3 1),GEOMETRYCOLLECTION(POLYGON((8 8,9 8,9 9,8 8))))'), (17, 'far away', 'LINESTRING(8 8,9 9)'), (18, 'everything', 'POLYGON((-9 -9,9 -9,9 9,-9 9,-9 -9))'),
	(19, 'a line without length', 'LINESTRING(2 0.5,2 0.5)')
) AS b(n, what, barrier) ORDER BY n;
-- areas without a row are islands before, weights and links of areas to themselves stay
SELECT weights_ids(w), (SELECT string_agg(id || '-' || neighbor || ':' || weight, ' ' ORDER BY id, neighbor) FROM links(w)) FROM (
	SELECT without_links_across((SELECT weights_agg(a, b, v) FROM (VALUES (1, 1, 5::float8), (1, 2, 0.25), (2, 1, 0.5), (2, 3, 0), (3, 4, 2), (6, NULL, NULL), (7, NULL, NULL)) AS l(a, b, v)), id, geom, 'LINESTRING(1 0,1 1)') AS w
	FROM (TABLE strip UNION ALL SELECT 6, NULL) AS s) AS t;
SELECT without_links_across(NULL, id, geom, 'LINESTRING(1 0,1 1)') IS NULL AS without_w FROM strip;
SELECT without_links_across(w, id, geom, NULL) IS NULL AS no_row FROM strip, strip_weights WHERE false;
-- a barrier that is a column, or stored out of line, is the same in every row
CREATE TABLE barrier AS SELECT ST_Segmentize('LINESTRING(1 -9,1 9)'::geometry, 0.01) AS geom;
SELECT shown(without_links_across(w, id, s.geom, b.geom)) AS stored, shown(without_links_across(w, id, s.geom, ST_Translate(b.geom, 1, 0))) AS computed,
	shown(without_links_across(w, id, s.geom, (SELECT geom FROM barrier))) AS subquery FROM strip AS s, strip_weights, barrier AS b;
-- what is refused
SELECT error_of('SELECT ' || query) FROM (VALUES
	(1, 'queen_weights(NULL, geom) FROM strip'), (2, 'rook_weights(NULL, geom) FROM strip'), (3, 'queen_weights(1, geom) FROM strip'), (4, 'rook_weights(id / 2, geom) FROM strip'), (5, 'queen_weights(1, NULL) FROM strip'),
	(6, 'queen_weights(id, ST_SetSRID(geom, 25832 + id)) FROM strip'), (7, 'queen_weights(id, CASE WHEN id > 1 THEN ST_SetSRID(geom, 25832) ELSE geom END) FROM strip'),
	(8, 'queen_weights(id, ST_Centroid(geom)) FROM strip'), (9, 'rook_weights(id, ST_Boundary(geom)) FROM strip'), (10, 'queen_weights(id, ST_Collect(geom, ST_Centroid(geom))) FROM strip'), (11, 'queen_weights(1, ''MULTIPOINT(1 1)'')'),
	(12, 'queen_weights(1, ''CURVEPOLYGON((0 0,1 0,1 1,0 0))'')'), (13, 'queen_weights(1, ''TRIANGLE((0 0,1 0,1 1,0 0))'')'),
	(14, 'queen_weights(1, ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(0, 0), ST_MakePoint(1, 0), ST_MakePoint(''NaN'', 1), ST_MakePoint(0, 0)])))'),
	(15, 'queen_weights(1, ''POLYGON((0 0,1e200 0,1 1,0 0))'')'),
	(16, 'queen_weights(id, geom, -1) FROM strip'), (17, 'queen_weights(id, geom, ''NaN'') FROM strip'), (18, 'queen_weights(id, geom, ''infinity'') FROM strip'), (19, 'queen_weights(id, geom, NULL) FROM strip'), (20, 'queen_weights(id, geom, id) FROM strip'),
	(21, 'without_links_across(w, NULL, geom, NULL) FROM strip, strip_weights'), (22, 'without_links_across(w, 1, geom, NULL) FROM strip, strip_weights'), (23, 'without_links_across(w, id + 1, geom, NULL) FROM strip, strip_weights'), (24, 'without_links_across(w, id - 1, geom, NULL) FROM strip, strip_weights'),
	(25, 'without_links_across(w, id, geom, NULL) FROM strip, strip_weights WHERE id < 4'), (26, 'without_links_across(w, id, CASE WHEN id < 4 THEN geom END, NULL) FROM strip, strip_weights'), (27, 'without_links_across(w, id, CASE WHEN id < 4 THEN geom ELSE ''POINT EMPTY'' END, NULL) FROM strip, strip_weights'),
	(28, 'without_links_across(w, id, geom, ''SRID=25832;LINESTRING(1 0,1 1)'') FROM strip, strip_weights'), (29, 'without_links_across(w, id, ST_SetSRID(geom, 25832 + id), NULL) FROM strip, strip_weights'),
	(30, 'without_links_across(w, id, geom, ST_MakePoint(id, 0)) FROM strip, strip_weights'), (31, 'without_links_across(w, id, geom, CASE WHEN id < 3 THEN ST_MakePoint(1, 0) END) FROM strip, strip_weights'), (32, 'without_links_across(w, id, geom, CASE WHEN id > 3 THEN ST_MakePoint(1, 0) END) FROM strip, strip_weights'),
	(33, 'without_links_across(CASE WHEN id < 3 THEN w END, id, geom, NULL) FROM strip, strip_weights'),
	(34, 'without_links_across(w, id, geom, ST_MakePoint(''NaN'', 0)) FROM strip, strip_weights'), (35, 'without_links_across(w, id, geom, ''CIRCULARSTRING(0 0,1 1,2 0)'') FROM strip, strip_weights'),
	(36, 'shared_border_weights(NULL, geom) FROM strip'), (37, 'shared_border_weights(1, geom) FROM strip'), (38, 'shared_border_weights(id, ST_Boundary(geom)) FROM strip')
) AS q(n, query) ORDER BY n;
-- what takes long can be cancelled: 3,000 polygons of 200 vertices, all over each other
CREATE TABLE heap AS SELECT i AS id, ST_Buffer(ST_MakePoint(i % 60, i / 60), 100 + i % 7, 50) AS geom FROM generate_series(1, 3000) AS i;
\set VERBOSITY sqlstate
SET statement_timeout = '100ms';
SELECT clock_timestamp() AS began \gset
SELECT shown(queen_weights(id, geom, 1)) FROM heap;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon;
RESET statement_timeout;
DROP SCHEMA weights_polygons CASCADE;
