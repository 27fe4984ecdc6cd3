-- Properties of room geometry: against PostGIS's own functions on random input of
-- every kind, and against itself.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA geometry_test;
SET search_path = geometry_test, monitor, public;
SELECT plan(41);
SELECT setseed(0.5);

-- The reader ------------------------------------------------------------------

CREATE FUNCTION random_points(n int, scale float8) RETURNS geometry[] LANGUAGE sql VOLATILE
RETURN (SELECT array_agg(ST_MakePoint(720000 + scale * random(), 6170000 + scale * random())) FROM generate_series(1, n));
-- A ring that may cross itself.
CREATE FUNCTION random_ring(n int, scale float8) RETURNS geometry LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	p geometry[] := random_points(n, scale);
BEGIN
	RETURN ST_MakeLine(p || p[1]);
END
$$;
CREATE TABLE flat AS
SELECT i AS n, CASE i % 7
	WHEN 0 THEN (random_points(1, 1000))[1]
	WHEN 1 THEN ST_MakeLine(random_points(2 + i % 20, 1000))
	WHEN 2 THEN ST_ConvexHull(ST_Collect(random_points(3 + i % 20, 1000)))
	WHEN 3 THEN ST_Collect(random_points(1 + i % 20, 1000))
	WHEN 4 THEN ST_Multi(ST_Collect(ST_MakeLine(random_points(2 + i % 9, 1000)), ST_MakeLine(random_points(2 + i % 5, 1000))))
	WHEN 5 THEN ST_Difference(ST_Buffer(ST_Union(random_points(1 + i % 5, 1000)), 100, 3), ST_Buffer(ST_Collect(random_points(3, 1000)), 30, 2))
	ELSE ST_Collect(ARRAY[(random_points(1, 1000))[1], ST_MakeLine(random_points(3, 1000)), ST_Collect(random_points(3, 1000)), 'POLYGON EMPTY'])
	END AS geom
FROM generate_series(1, 700) AS i;
CREATE TABLE sample AS
SELECT n, ST_SetSRID(CASE n % 4 WHEN 0 THEN geom WHEN 1 THEN ST_Force3DZ(geom) WHEN 2 THEN ST_Force3DM(geom) ELSE ST_Force4D(geom) END,
	CASE n % 3 WHEN 0 THEN 0 WHEN 1 THEN 25832 ELSE 4326 END) AS geom
FROM flat;
CREATE VIEW compared AS SELECT n, geom, (f).* FROM (SELECT n, geom, geometry_facts(geom) AS f FROM sample OFFSET 0) AS s;

SELECT is(count(DISTINCT type || has_z || has_m), 28::bigint, 'random geometries of 7 types in 4 dimensionalities') FROM compared;
SELECT is_empty($$SELECT n FROM compared WHERE type <> GeometryType(ST_Force2D(geom)) OR srid <> ST_SRID(geom)$$, 'type and SRID as PostGIS');
SELECT is_empty($$SELECT n FROM compared WHERE has_z::int * 2 + has_m::int <> CASE ST_Zmflag(geom) WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 2 ELSE 3 END$$, 'Z and M as PostGIS');
SELECT is_empty($$SELECT n FROM compared WHERE points <> ST_NPoints(geom) OR rings <> ST_NRings(geom)$$, 'points and rings as ST_NPoints, ST_NRings');
SELECT is_empty($$SELECT n FROM compared WHERE (xmin, ymin, xmax, ymax) IS DISTINCT FROM (ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom))$$, 'box as PostGIS, to the bit');
SELECT is_empty($$SELECT n FROM compared WHERE abs(area - ST_Area(geom)) > 1e-9 * greatest(1, ST_Area(geom))$$, 'area as ST_Area');
SELECT is_empty($$SELECT n, centroid_x - ST_X(ST_Centroid(geom)), centroid_y - ST_Y(ST_Centroid(geom)) FROM compared WHERE abs(centroid_x - ST_X(ST_Centroid(geom))) > 1e-7 OR abs(centroid_y - ST_Y(ST_Centroid(geom))) > 1e-7
	OR centroid_x IS NULL$$, 'centroid as ST_Centroid');
SELECT is_empty($$SELECT n FROM compared AS c, geometry_facts(ST_Translate(ST_Scale(geom, 2, 2), -500, 250)) AS f
	WHERE abs(f.area - 4 * c.area) > 1e-6 OR abs(f.centroid_x - (2 * c.centroid_x - 500)) > 1e-6 OR abs(f.centroid_y - (2 * c.centroid_y + 250)) > 1e-6$$,
	'area and centroid move and scale with the geometry');

-- Bytes: values of format 1, values cut short, values with bytes changed.
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS geometry LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(geom geometry, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT is_empty($$SELECT n FROM sample WHERE geometry_facts(raw(set_byte(bytes(geom), 3, get_byte(bytes(geom), 3) & ~64))) IS DISTINCT FROM geometry_facts(geom)$$,
	'format 1 is read as format 2');
CREATE FUNCTION state_of(b bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN CASE WHEN geometry_facts(raw(b)) IS NULL THEN 'NULL' ELSE 'read' END;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
SELECT is_empty($$SELECT n, size FROM sample, LATERAL generate_series(0, length(bytes(geom)) - 1, 4) AS size
	WHERE n <= 140 AND state_of(substr(bytes(geom), 1, size)) NOT IN ('XX001')$$, 'every value cut short is found damaged');
SELECT set_eq($$SELECT DISTINCT state_of(set_byte(bytes(geom), place, (get_byte(bytes(geom), place) # (1 << (random() * 7.99)::int % 8))))
	FROM sample, LATERAL generate_series(0, length(bytes(geom)) - 1, 1 + n % 3) AS place WHERE n <= 210$$,
	ARRAY['read', 'XX001', '0A000'], 'values with a bit turned are read or refused');

-- The grid --------------------------------------------------------------------

CREATE TABLE cell AS
SELECT size, grid_cell(ST_SetSRID(ST_MakePoint(e, n), 25832), size) AS name, e, n
FROM (SELECT 400000 + 500000 * random() AS e, 6000000 + 500000 * random() AS n FROM generate_series(1, 500)) AS p,
	unnest(ARRAY[100, 250, 1000, 10000, 50000, 100000]) AS size;
SELECT is_empty($$SELECT * FROM cell WHERE NOT ST_Intersects(grid_cell_geom(name), ST_SetSRID(ST_MakePoint(e, n), 25832))$$, 'a point lies in the cell that it names');
SELECT is_empty($$SELECT * FROM cell WHERE grid_cell(grid_cell_geom(name), size) <> name$$, 'a cell has the name that made it');
SELECT is_empty($$SELECT * FROM cell WHERE name <> (SELECT unit || '_' || floor(n / size)::int * factor || '_' || floor(e / size)::int * factor
	FROM (VALUES (100, '100m', 1), (250, '250m', 25), (1000, '1km', 1), (10000, '10km', 1), (50000, '50km', 5), (100000, '100km', 1)) AS v(s, unit, factor) WHERE s = size)$$,
	'names by the formulas');
SELECT is(ST_AsEWKB(grid_cell_geom('1km_6223_575')), ST_AsEWKB(ST_MakeEnvelope(575000, 6223000, 576000, 6224000, 25832)), 'a cell is ST_MakeEnvelope''s rectangle');

-- locate against ST_Intersects ------------------------------------------------

-- Layers: valid, with borders shared; invalid in many ways; integers, so that points
-- fall on edges and crossings; of many parts and holes; of large coordinates.
CREATE TABLE layer (layer text, id bigint, geom geometry);
INSERT INTO layer
SELECT 'hexagons', row_number() OVER (), geom FROM ST_HexagonGrid(37.3, ST_MakeEnvelope(720000, 6170000, 720700, 6170600));
INSERT INTO layer
SELECT 'circles', i, ST_Buffer((random_points(1, 700))[1], 20 + 200 * random() ^ 3, 1 + i % 40) FROM generate_series(1, 60) AS i;
INSERT INTO layer
SELECT 'rings that cross themselves', i, ST_MakePolygon(random_ring(3 + i, 700)) FROM generate_series(1, 60) AS i;
INSERT INTO layer
SELECT 'integers', i, ST_SnapToGrid(ST_MakePolygon(random_ring(3 + i % 12, 14)), 720000, 6170000, 1, 1) FROM generate_series(1, 300) AS i;
DELETE FROM layer WHERE ST_IsEmpty(geom);
INSERT INTO layer
SELECT 'holes anywhere', i, ST_Multi(ST_MakePolygon(random_ring(5 + i % 9, 60), ARRAY[random_ring(3 + i % 5, 60), random_ring(4, 60), random_ring(3, 90)]))
FROM generate_series(1, 60) AS i;
INSERT INTO layer
SELECT 'parts that overlap', i, ST_Collect(ARRAY(SELECT ST_MakePolygon(random_ring(4 + k, 40 * (k % 3 + 1))) FROM generate_series(1, 6) AS k)) FROM generate_series(1, 30) AS i;
INSERT INTO layer
SELECT 'combs', i + 1, ST_MakePolygon(ST_MakeLine(ARRAY(SELECT ST_MakePoint(720000 + k, 6170000 + 100 * i + CASE WHEN k % 2 = 0 THEN 0 ELSE 97.3 END)
	FROM generate_series(0, 300) AS k) || ST_MakePoint(720000, 6170000 + 100 * i))) FROM generate_series(0, 3) AS i;
INSERT INTO layer
SELECT 'with decimals', i, ST_SnapToGrid(ST_MakePolygon(random_ring(6 + i % 5, 30)), 0.01) FROM generate_series(1, 60) AS i;
INSERT INTO layer
SELECT 'parcels, one far away', i, ST_MakeEnvelope(720000 + 7 * (i % 20), 6170000 + 5 * (i / 20), 720007 + 7 * (i % 20), 6170005 + 5 * (i / 20)) FROM generate_series(1, 400) AS i
UNION ALL SELECT 'parcels, one far away', 401, ST_MakeEnvelope(0, 0, 1, 1);
INSERT INTO layer
SELECT 'one', 1, ST_MakePolygon(random_ring(40, 700));

-- Points: everywhere, on a lattice, every vertex, every middle of an edge, places
-- next to both.
CREATE TABLE point AS
WITH edge AS (
	SELECT layer, (d).geom AS g FROM (SELECT layer, ST_DumpSegments(geom) AS d FROM layer) AS s
), place AS (
	SELECT layer, ST_StartPoint(g) AS p FROM edge
	UNION ALL SELECT layer, ST_LineInterpolatePoint(g, 0.5) FROM edge
	UNION ALL SELECT layer, ST_MakePoint((ST_X(ST_StartPoint(g)) + ST_X(ST_EndPoint(g))) / 2, (ST_Y(ST_StartPoint(g)) + ST_Y(ST_EndPoint(g))) / 2) FROM edge
	UNION ALL SELECT layer, ST_LineInterpolatePoint(g, random()) FROM edge
	UNION ALL SELECT layer, ST_Translate(ST_StartPoint(g), (random() - 0.5) * 1e-8, (random() - 0.5) * 1e-8) FROM edge
	UNION ALL SELECT layer, ST_MakePoint(ST_X(ST_StartPoint(g)) + random() * 10, ST_Y(ST_StartPoint(g))) FROM edge
)
SELECT layer, p FROM (SELECT layer, p, row_number() OVER (PARTITION BY layer ORDER BY random()) AS k FROM place) AS r WHERE k <= 6000
UNION ALL
SELECT layer, (random_points(1, CASE WHEN layer IN ('integers', 'with decimals') THEN 40 ELSE 750 END))[1]
FROM (SELECT DISTINCT layer FROM layer) AS l, generate_series(1, 3000)
UNION ALL
SELECT layer, ST_MakePoint(720000 + x, 6170000 + y)
FROM (SELECT DISTINCT layer FROM layer) AS l, generate_series(-1, 30) AS x, generate_series(-1, 30) AS y;
ALTER TABLE point ADD n bigserial PRIMARY KEY;
CREATE INDEX ON point USING gist (p);
ANALYZE point, layer;
CREATE TABLE stored AS SELECT layer, area_index(id, geom) AS areas FROM layer GROUP BY layer;
-- ST_Multi: of a POLYGON whose hole crosses its shell PostGIS gives two answers, by
-- whether it has the polygon in its cache; of a MULTIPOLYGON it gives one.
CREATE TABLE expected AS
SELECT p.n, array_agg(l.id ORDER BY l.id) AS ids
FROM (SELECT layer, id, ST_Multi(geom) AS geom FROM layer OFFSET 0) AS l
	CROSS JOIN LATERAL (SELECT n FROM point WHERE point.layer = l.layer AND ST_Intersects(l.geom, point.p) OFFSET 0) AS p
GROUP BY p.n;
SELECT cmp_ok(min(k), '>=', 10::bigint, 'each layer has points in no, in one or in several areas')
FROM (SELECT layer, count(*) FILTER (WHERE ids IS NULL) + 1 AS k FROM point LEFT JOIN expected USING (n) GROUP BY layer HAVING layer <> 'hexagons') AS s;
SELECT is((SELECT count(*) FROM point JOIN stored USING (layer) LEFT JOIN expected USING (n)
	WHERE point.layer = l AND locate_all(areas, p) IS DISTINCT FROM coalesce(ids, '{}')), 0::bigint, 'locate_all equals ST_Intersects: ' || l)
FROM (SELECT DISTINCT layer AS l FROM layer ORDER BY layer) AS s;
SELECT is_empty($$SELECT n FROM point JOIN stored USING (layer) LEFT JOIN expected USING (n) WHERE locate(areas, p) IS DISTINCT FROM ids[1]$$,
	'locate is the smallest id that ST_Intersects finds');

-- Properties of the index -----------------------------------------------------

SELECT is_empty($$SELECT layer FROM stored WHERE areas <> (SELECT area_index(l.id, l.geom ORDER BY md5(l.id::text)) FROM layer AS l WHERE l.layer = stored.layer)$$,
	'the order of rows does not matter');
SELECT is_empty($$SELECT n FROM point JOIN (SELECT layer, area_index(id, ST_Translate(geom, 1024, -4096)) AS moved FROM layer WHERE layer IN ('integers', 'parcels, one far away') GROUP BY layer) AS m USING (layer)
	JOIN stored USING (layer) WHERE ST_X(p) = floor(ST_X(p)) AND ST_Y(p) = floor(ST_Y(p)) AND locate_all(moved, ST_Translate(p, 1024, -4096)) <> locate_all(areas, p)$$,
	'moving areas and points together changes nothing');
SELECT is_empty($$SELECT n FROM point, (SELECT area_index(id + 1000000, geom) AS shifted FROM layer WHERE layer = 'circles') AS s, stored
	WHERE stored.layer = 'circles' AND point.layer = 'circles' AND locate(shifted, p) IS DISTINCT FROM locate(areas, p) + 1000000$$, 'ids are but names');
SELECT is_empty($$SELECT n FROM point, stored, (SELECT area_index(1 + id % 5, g) AS joined FROM (SELECT id % 5 AS id, ST_Collect(geom) AS g FROM layer WHERE layer = 'hexagons' GROUP BY 1) AS c) AS u
	WHERE stored.layer = 'hexagons' AND point.layer = 'hexagons'
	AND locate_all(joined, p) <> ARRAY(SELECT DISTINCT 1 + i % 5 FROM unnest(locate_all(areas, p)) AS i ORDER BY 1)$$, 'an area of several is in where one of them is');
SELECT is_empty($$SELECT id FROM layer JOIN stored USING (layer) WHERE layer = 'hexagons' AND locate(areas, ST_Centroid(geom)) <> id$$, 'a hexagon''s middle lies in it alone');
SELECT is_empty($$SELECT layer FROM stored WHERE areas::text::area_index <> areas OR area_index_send(areas::text::area_index) <> area_index_send(areas)$$, 'text is lossless');
CREATE TABLE read AS SELECT layer, areas::text::area_index AS areas FROM stored;
SELECT is_empty($$SELECT n FROM point JOIN read USING (layer) LEFT JOIN expected USING (n) WHERE locate_all(areas, p) <> coalesce(ids, '{}')$$, 'and answers alike');

-- binary form, through COPY
CREATE TABLE copied (LIKE stored);
CREATE TABLE sent (layer text, areas bytea);
DO $$
DECLARE
	file text := current_setting('data_directory') || '/geometry_test.bin';
BEGIN
	EXECUTE format('COPY stored TO %L (FORMAT binary)', file);
	EXECUTE format('COPY copied FROM %L (FORMAT binary)', file);
	EXECUTE format('COPY sent FROM %L (FORMAT binary)', file);
END
$$;
SELECT is_empty($$SELECT layer FROM stored FULL JOIN copied USING (layer) WHERE copied.areas IS DISTINCT FROM stored.areas$$, 'send and receive are lossless');
SELECT is_empty($$SELECT layer FROM stored JOIN sent USING (layer) WHERE encode(sent.areas, 'hex') <> stored.areas::text$$, 'text is the binary form in hexadecimal digits');

-- Hostile bytes: each byte of a small index changed in three ways, and cut short at
-- each place; what is taken must be usable and come back the same.
CREATE FUNCTION try_bytes(b bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	i area_index;
BEGIN
	i := encode(b, 'hex')::area_index;
	RETURN CASE WHEN area_index_send(i) <> b THEN 'changed'
		-- PostGIS makes no point of these
		WHEN (area_index_summary(i)).srid NOT BETWEEN 0 AND 998999 THEN 'taken'
		WHEN locate_all(i, ST_SetSRID(ST_MakePoint(3.5, 3.25), (area_index_summary(i)).srid)) IS NOT NULL THEN 'taken' ELSE 'not searched' END;
EXCEPTION WHEN invalid_text_representation THEN
	RETURN SQLSTATE;
END
$$;
CREATE TABLE small AS
SELECT area_index_send(area_index(id, geom::geometry)) AS b FROM (VALUES (5, 'SRID=25832;MULTIPOLYGON(((0 0,9 0,9 9,0 9,0 0),(2 2,3 2,3 3,2 2)),((20 0,21 0,21 1,20 0)))'),
	(9, 'SRID=25832;POLYGON((3 3,7 3,5 8,3 3))')) AS v(id, geom);
CREATE TABLE tried AS
SELECT try_bytes(set_byte(b, place, CASE how WHEN 0 THEN 255 - get_byte(b, place) WHEN 1 THEN get_byte(b, place) # (1 << (place % 8)) ELSE (random() * 255)::int END)) AS result
FROM small, LATERAL generate_series(0, length(b) - 1) AS place, generate_series(0, 2) AS how
UNION ALL SELECT try_bytes(substr(b, 1, size)) FROM small, LATERAL generate_series(0, length(b) - 1) AS size
UNION ALL SELECT try_bytes(b || substr(b, 1, size)) FROM small, LATERAL generate_series(1, length(b)) AS size;
SELECT set_eq($$SELECT DISTINCT result FROM tried$$, ARRAY['taken', '22P02'], 'changed bytes are an index or refused');

-- A stored index is fetched once a query --------------------------------------

SELECT cmp_ok((SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'stored'::regclass), '>', 50000::bigint, 'the indexes lie in a TOAST table');
CREATE TABLE fetched (what text, n bigint);
SET LOCAL max_parallel_workers_per_gather = 0;
DO $$
DECLARE
	before bigint := detoast_count();
BEGIN
	PERFORM count(locate(areas, p)) FROM stored, point WHERE stored.layer = 'circles';
	INSERT INTO fetched VALUES ('join', detoast_count() - before);
	before := detoast_count();
	PERFORM count(locate((SELECT areas FROM stored WHERE layer = 'circles'), p)) FROM point;
	INSERT INTO fetched VALUES ('subquery', detoast_count() - before);
	before := detoast_count();
	PERFORM count(locate(areas, p)) FROM (SELECT p FROM point ORDER BY n LIMIT 100) AS q CROSS JOIN LATERAL (SELECT areas FROM stored WHERE layer IN ('circles', 'hexagons') AND p IS NOT NULL ORDER BY layer) AS s;
	INSERT INTO fetched VALUES ('two indexes in turns', detoast_count() - before);
	before := detoast_count();
	PERFORM count(locate(areas, p)) FROM (SELECT p FROM point ORDER BY n LIMIT 20) AS q CROSS JOIN LATERAL (SELECT areas FROM stored WHERE p IS NOT NULL ORDER BY layer) AS s;
	INSERT INTO fetched VALUES ('ten indexes in turns', detoast_count() - before);
	before := detoast_count();
	PERFORM count(locate((SELECT area_index(id, geom) FROM layer WHERE layer = 'circles'), p)) FROM point;
	INSERT INTO fetched VALUES ('made in the query', detoast_count() - before);
END
$$;
SELECT results_eq('SELECT what, n FROM fetched ORDER BY what', $$VALUES ('join', 1::bigint), ('made in the query', 0), ('subquery', 1), ('ten indexes in turns', 200), ('two indexes in turns', 2)$$, 'a stored index is fetched once a call, not once a row');
SELECT is((SELECT sum(locate((SELECT areas FROM stored WHERE layer = 'circles'), p)) FROM point),
	(SELECT sum(locate((SELECT area_index(id, geom) FROM layer WHERE layer = 'circles'), p)) FROM point), 'stored or made in the query, the answers are the same');
SELECT is_empty($$SELECT layer FROM stored WHERE pg_column_size(areas) < (area_index_summary(areas)).bytes - 4$$, 'an index is stored as it is, not compressed');

SELECT * FROM finish();
ROLLBACK;
