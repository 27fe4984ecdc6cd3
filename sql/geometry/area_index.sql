-- Type and aggregate area_index.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA geometry_area_index;
SET search_path = geometry_area_index, monitor, public;

CREATE TABLE area (id bigint, geom geometry);
INSERT INTO area VALUES
	(7, 'SRID=25832;POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 4,4 4,4 2,2 2))'),
	(3, 'SRID=25832;MULTIPOLYGON(((10 0,20 0,20 10,10 10,10 0)),((30 0,40 0,40 10,30 10,30 0)))'),
	(9223372036854775807, 'SRID=25832;POLYGON ZM((10 10 1 2,20 10 1 2,20 20 1 2,10 20 1 2,10 10 1 2))'),
	(4, NULL), (5, 'SRID=25832;POLYGON EMPTY'), (6, 'POINT EMPTY'), (8, 'SRID=4326;MULTIPOLYGON(EMPTY)');
CREATE TABLE stored AS SELECT area_index(id, geom) AS areas FROM area;
SELECT areas FROM stored;
SELECT area_index_ids(areas) FROM stored;
SELECT (s).srid, (s).areas, (s).polygons, (s).rings, (s).vertices, (s).xmin, (s).ymin, (s).xmax, (s).ymax, (s).cells > 0 AS cells,
	(s).bytes = pg_column_size(i.areas) AS bytes
FROM (SELECT area_index_summary(areas) AS s FROM stored) AS s, (SELECT area_index(id, geom) AS areas FROM area) AS i;

-- no rows, and rows without a polygon
SELECT area_index(id, geom) IS NULL AS null_for_no_rows FROM area WHERE false;
SELECT i AS no_area, area_index_ids(i), (area_index_summary(i)).areas, (area_index_summary(i)).xmin IS NULL AS no_box
FROM (SELECT area_index(id, geom) AS i FROM area WHERE id IN (4, 5, 6, 8)) AS s;
SELECT area_index_ids(NULL) IS NULL AS a, area_index_summary(NULL::area_index) IS NULL AS b;

-- text is lossless, and so is the order of rows without meaning
SELECT areas::text::area_index = areas AS text_round_trip, areas = (SELECT area_index(id, geom ORDER BY id DESC) FROM area) AS any_order
FROM stored;
-- the last bit of a coordinate survives
SELECT bool_and(area_index_send(i::text::area_index) = area_index_send(i))
FROM (SELECT area_index(1, ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(0.1 + 0.2, 1e-300), ST_MakePoint(1 / 3.0, 7), ST_MakePoint(-0.0, 1e100),
	ST_MakePoint(0.1 + 0.2, 1e-300)]))) AS i) AS s;

-- what the type is for: grouping, sorting, comparing
CREATE TABLE many AS
SELECT k, area_index(id, ST_Translate(geom, k % 3, 0)) AS areas FROM area, generate_series(1, 9) AS k GROUP BY k;
SELECT count(*) AS groups, sum(n) FROM (SELECT areas, count(*) AS n FROM many GROUP BY areas) AS g;
SELECT count(DISTINCT areas) FROM many;
SET enable_hashagg = off;
SELECT count(*) AS groups FROM (SELECT areas FROM many GROUP BY areas) AS g;
RESET enable_hashagg;
SELECT count(*) FROM (SELECT areas FROM many EXCEPT SELECT areas FROM many WHERE k > 3) AS e;
SELECT bool_and((a.areas < b.areas)::int + (a.areas = b.areas)::int + (a.areas > b.areas)::int = 1) AS trichotomy,
	bool_and((a.areas <= b.areas) = NOT (a.areas > b.areas)) AS le, bool_and((a.areas >= b.areas) = NOT (a.areas < b.areas)) AS ge,
	bool_and((a.areas <> b.areas) = NOT (a.areas = b.areas)) AS ne,
	bool_and(sign(area_index_cmp(a.areas, b.areas)) = -sign(area_index_cmp(b.areas, a.areas))) AS antisymmetry,
	bool_and((a.areas = b.areas) = (a.k % 3 = b.k % 3)) AS equal_where_made_equal,
	bool_and(a.areas <> b.areas OR area_index_hash(a.areas) = area_index_hash(b.areas)) AS hash,
	bool_and(a.areas <> b.areas OR area_index_hash_extended(a.areas, 42) = area_index_hash_extended(b.areas, 42)) AS hash_extended,
	bool_or(area_index_hash(a.areas) <> area_index_hash(b.areas)) AS hash_tells_apart
FROM many AS a, many AS b;
-- by id, SRID and starting point too
SELECT area_index(1, g) = area_index(2, g) AS other_id, area_index(1, g) = area_index(1, ST_SetSRID(g, 4326)) AS other_srid,
	area_index(1, g) = area_index(1, ST_Translate(g, 0, 1e-12)) AS other_point, area_index(1, g) = area_index(1, ST_Force3D(g)) AS z_left_out
FROM (SELECT 'SRID=25832;POLYGON((0 0,1 0,1 1,0 0))'::geometry AS g) AS s;
-- a moving window asks for the final result again and again
SELECT k, area_index_ids(area_index(k, ST_MakeEnvelope(k, 0, k + 1, 1)) OVER (ORDER BY k)) FROM generate_series(1, 4) AS k;
SELECT typstorage, typalign FROM pg_type WHERE oid = 'area_index'::regtype;

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
SELECT error_of(format('SELECT area_index(id, geom::geometry) FROM (VALUES %s) AS v(id, geom)', v)) FROM (VALUES
	(1, $$(1, 'POLYGON((0 0,1 0,1 1,0 0))'), (2, 'POLYGON((0 0,1 0,1 1,0 0))'), (1, 'POLYGON((5 5,6 5,6 6,5 5))')$$),
	(2, $$(0, 'POLYGON((0 0,1 0,1 1,0 0))')$$),
	(3, $$(-5, NULL)$$),
	(4, $$(NULL::bigint, 'POLYGON((0 0,1 0,1 1,0 0))')$$),
	(5, $$(1, 'SRID=25832;POLYGON((0 0,1 0,1 1,0 0))'), (2, 'SRID=4326;POLYGON((0 0,1 0,1 1,0 0))')$$),
	(6, $$(1, 'POINT(0 0)')$$),
	(7, $$(1, 'MULTILINESTRING((0 0,1 1))')$$),
	(8, $$(1, 'GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)))')$$),
	(9, $$(1, 'CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))')$$),
	(10, $$(1, 'TIN(((0 0,1 0,1 1,0 0)))')$$)
) AS t(n, v) ORDER BY n;
SELECT error_of($$SELECT area_index(4, ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(0, 0), ST_MakePoint(1, x), ST_MakePoint(1, 1), ST_MakePoint(0, 0)]))) FROM (VALUES ($$ || quote_literal(x) || $$::float8)) AS v(x)$$)
FROM unnest(ARRAY['NaN', 'infinity', '1e200']) AS x;
DROP SCHEMA geometry_area_index CASCADE;
