-- The Danish grid: names of cells, and cells of names.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA geometry_grid;
SET search_path = geometry_grid, monitor, public;
CREATE FUNCTION utm(text) RETURNS geometry LANGUAGE sql IMMUTABLE RETURN ST_GeomFromText($1, 25832);

-- the published example: N 6223777, E 575617
SELECT size, grid_cell(utm('POINT(575617 6223777)'), size),
	ST_AsEWKT(grid_cell_geom(grid_cell(utm('POINT(575617 6223777)'), size)))
FROM unnest(ARRAY[100, 250, 1000, 10000, 50000, 100000]) AS size;

-- a cell holds its lower and left edge
SELECT ST_AsText(p), grid_cell(p, 100), grid_cell(p, 250)
FROM unnest(ARRAY[utm('POINT(500 1000)'), utm('POINT(499.9999 1000)'), utm('POINT(500 999.9999)'), utm('POINT(0 0)'),
	utm('POINT(999999.99 9999999.99)')]) AS p;

-- other geometries by their centroid; Z and M make no difference
SELECT ST_GeometryType(g), grid_cell(g, 100)
FROM unnest(ARRAY[utm('POINT Z(575617 6223777 5)'), utm('POINT ZM(575617 6223777 5 6)'),
	utm('LINESTRING(575610 6223770,575620 6223780)'), utm('MULTIPOINT((575610 6223770),(575620 6223780))'),
	utm('POLYGON((575601 6223701,575699 6223701,575699 6223799,575601 6223701))'),
	grid_cell_geom('100m_62237_5756'), ST_Multi(grid_cell_geom('100m_62237_5756')),
	utm('GEOMETRYCOLLECTION(POINT(1 1),POLYGON((575601 6223701,575699 6223701,575699 6223799,575601 6223701)))')]) AS g;

-- round trip: every name from the cell it names, for all sizes
SELECT size, count(*) AS cells, bool_and(grid_cell(grid_cell_geom(name), size) = name) AS same_name,
	bool_and(ST_Area(grid_cell_geom(name)) = size::float8 * size) AS right_area,
	bool_and(grid_cell_geom(name) = ST_MakeEnvelope(floor(e / size) * size, floor(n / size) * size,
		floor(e / size) * size + size, floor(n / size) * size + size, 25832)) AS right_place
FROM unnest(ARRAY[100, 250, 1000, 10000, 50000, 100000]) AS size,
	(SELECT 441000.0 + 4567.8 * i AS e, 6049000.0 + 3989.1 * ((i * 37) % 100) AS n FROM generate_series(0, 99) AS i) AS p,
	LATERAL grid_cell(utm(format('POINT(%s %s)', e, n)), size) AS name
GROUP BY size ORDER BY size;
-- 100 m cells do not nest in 250 m cells
SELECT count(DISTINCT grid_cell(p, 250))
FROM unnest(ARRAY[utm('POINT(200 0)'), utm('POINT(299 0)')]) AS p;

-- nothing for nothing
SELECT grid_cell(NULL, 100) IS NULL AS a, grid_cell(utm('POINT(1 1)'), NULL) IS NULL AS b, grid_cell(utm('POINT EMPTY'), 100) IS NULL AS c,
	grid_cell('POLYGON EMPTY', 100) IS NULL AS d, grid_cell_geom(NULL) IS NULL AS e;

-- errors
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE 'SELECT (' || query || ')::text' INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || ' / ' || hint;
END
$$;
SELECT error_of(q) FROM (VALUES
	(1, $$grid_cell(utm('POINT(1 1)'), 200)$$),
	(2, $$grid_cell(utm('POINT(1 1)'), 0)$$),
	(3, $$grid_cell(utm('POINT(1 1)'), -100)$$),
	(4, $$grid_cell('SRID=4326;POINT(12 55)', 100)$$),
	(5, $$grid_cell('POINT(575617 6223777)', 100)$$),
	(6, $$grid_cell(ST_SetSRID(ST_MakePoint(575617, 'NaN'), 25832), 100)$$),
	(7, $$grid_cell(ST_SetSRID(ST_MakePoint('infinity', 6223777), 25832), 100)$$),
	(8, $$grid_cell(ST_SetSRID(ST_MakeLine(ST_MakePoint('-infinity', 1), ST_MakePoint(1, 1)), 25832), 100)$$),
	(9, $$grid_cell(utm('POINT(-0.5 6223777)'), 100)$$),
	(10, $$grid_cell(utm('POINT(6223777 575617)'), 100)$$),
	(11, $$grid_cell(utm('POINT(1 1e300)'), 100)$$),
	(12, $$grid_cell(utm('CIRCULARSTRING(0 0,1 1,2 0)'), 100)$$)
) AS t(n, q) ORDER BY n;
SELECT error_of(format('grid_cell_geom(%L)', name)) FROM unnest(ARRAY[
	'', '_', '__', '100m', '100m_', '100m__', '100m_62237', '100m_62237_', '100m__5756', '100m_62237_5756_', '100m_62237_5756 ',
	' 100m_62237_5756', '100M_62237_5756', '100m_62237_575x', '100m_-1_5756', '100m_+1_5756', '100m_062237_5756', '100m_62237.0_5756',
	'200m_62237_5756', '1000m_6223_575', '250m_622376_57550', '250m_622375_57551', '50km_621_55', '100m_100000_5756', '100m_62237_10000',
	'100m_99999999999999999999_1', '100km_100_1', '100m_622３7_5756', 'nonsense']) AS name;
DROP SCHEMA geometry_grid CASCADE;
