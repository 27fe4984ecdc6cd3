-- queen_weights, rook_weights and queen_weights with snap against PostGIS self-joins
-- over a GiST index: grids of squares, and Voronoi cells, one process, warm. Prints
-- the best of a few runs and how many times faster; 1,000,000 squares ours alone, for
-- the growth. Fails where a link differs.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_queen CASCADE;
CREATE SCHEMA bench_queen;
SET search_path = bench_queen, monitor, public;

CREATE FUNCTION squares(columns int, rows int) RETURNS TABLE (id bigint, geom geometry) LANGUAGE sql
AS $$SELECT row_number() OVER (), ST_MakeEnvelope(575000 + 100 * i, 6223000 + 100 * j, 575100 + 100 * i, 6223100 + 100 * j, 25832)
	FROM generate_series(1, columns) AS i, generate_series(1, rows) AS j$$;
SELECT setseed(0.25) \g /dev/null
CREATE TABLE grid_10000 AS SELECT * FROM squares(100, 100);
CREATE TABLE grid_100000 AS SELECT * FROM squares(400, 250);
CREATE TABLE grid_1000000 AS SELECT * FROM squares(1000, 1000);
CREATE TABLE voronoi_20000 AS SELECT row_number() OVER () AS id, ST_SetSRID(d.geom, 25832) AS geom
FROM (SELECT ST_VoronoiPolygons(ST_Collect(ST_MakePoint(575000 + 10000 * random(), 6223000 + 10000 * random()))) AS v FROM generate_series(1, 20000)) AS s, ST_Dump(v) AS d;
CREATE INDEX ON grid_10000 USING gist (geom);
CREATE INDEX ON grid_100000 USING gist (geom);
CREATE INDEX ON voronoi_20000 USING gist (geom);
VACUUM (ANALYZE) grid_10000, grid_100000, grid_1000000, voronoi_20000;

CREATE TABLE map (position int, areas text, joined boolean);
INSERT INTO map VALUES (1, 'grid_10000', true), (2, 'grid_100000', true), (3, 'grid_1000000', false), (4, 'voronoi_20000', true);
CREATE TABLE method (position int, kind text, ours text, predicate text);
INSERT INTO method VALUES
(1, 'queen', 'queen_weights(id, geom)', 'ST_Intersects(a.geom, b.geom)'),
(2, 'rook', 'rook_weights(id, geom)', $$a.geom && b.geom AND ST_Relate(a.geom, b.geom, 'F***1****')$$),
(3, 'snap 1', 'queen_weights(id, geom, 1)', 'ST_DWithin(a.geom, b.geom, 1)');

-- Ours three times, the join as often where it takes little, and the links of both.
CREATE TABLE run (areas text, kind text, ours boolean, seconds float8);
CREATE TABLE compared (areas text, kind text, links bigint, differ bigint);
CREATE PROCEDURE measure_one(what text, kind text, ours boolean, query text) LANGUAGE plpgsql AS $$
DECLARE
	started timestamptz;
	taken float8 := 0;
	answer bigint;
BEGIN
	FOR round IN 1 .. 4 LOOP
		CONTINUE WHEN taken > 3;
		started := clock_timestamp();
		EXECUTE query INTO answer;
		taken := extract(epoch FROM clock_timestamp() - started);
		INSERT INTO run VALUES (what, kind, ours, taken);
	END LOOP;
END
$$;
CREATE PROCEDURE measure() LANGUAGE plpgsql AS $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT map.areas, joined, kind, ours, predicate FROM map, method ORDER BY map.position, method.position LOOP
		CALL measure_one(c.areas, c.kind, true, format('SELECT pg_column_size(%s) FROM %I', c.ours, c.areas));
		CONTINUE WHEN NOT c.joined;
		CALL measure_one(c.areas, c.kind, false, format('SELECT count(*) FROM %I AS a JOIN %1$I AS b ON %s AND a.id <> b.id', c.areas, c.predicate));
		EXECUTE format('WITH ours AS MATERIALIZED (SELECT l.id, l.neighbor FROM (SELECT %s AS w FROM %I) AS s, links(w) AS l),
			theirs AS MATERIALIZED (SELECT a.id, b.id AS neighbor FROM %2$I AS a JOIN %2$I AS b ON %s AND a.id <> b.id)
			INSERT INTO compared SELECT %2$L, %4$L, (SELECT count(*) FROM theirs), (SELECT count(*) FROM ((TABLE ours EXCEPT TABLE theirs) UNION ALL (TABLE theirs EXCEPT TABLE ours)) AS d)',
			c.ours, c.areas, c.predicate, c.kind);
		COMMIT;
	END LOOP;
END
$$;
CALL measure();

SELECT m.areas, k.kind, round(o.seconds::numeric, 3) AS seconds, round(t.seconds::numeric, 3) AS postgis, round((t.seconds / o.seconds)::numeric, 1) AS times_faster, c.links, c.differ
FROM map AS m CROSS JOIN method AS k
JOIN (SELECT areas, kind, min(seconds) FROM run WHERE ours GROUP BY areas, kind) AS o(areas, kind, seconds) ON (o.areas, o.kind) = (m.areas, k.kind)
LEFT JOIN (SELECT areas, kind, min(seconds) FROM run WHERE NOT ours GROUP BY areas, kind) AS t(areas, kind, seconds) ON (t.areas, t.kind) = (m.areas, k.kind)
LEFT JOIN compared AS c ON (c.areas, c.kind) = (m.areas, k.kind)
ORDER BY m.position, k.position;
SELECT sum(links) AS links, sum(differ) AS differ FROM compared \gset
\echo :links links compared, :differ differ
SELECT 1 / (:differ = 0)::int AS fails_if_links_differ \g /dev/null
DROP SCHEMA bench_queen CASCADE;
