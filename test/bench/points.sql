-- Weights by distance against PostGIS: 100,000 points, half of them spread and half in
-- clusters, one process, warm; 8 nearest against the index's order by <->, a band of
-- about 20 neighbors against ST_DWithin. Then memory a link, and growth to 1,000,000.
-- Prints the best of a few runs; fails where a link differs.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_points CASCADE;
CREATE SCHEMA bench_points;
SET search_path = bench_points, monitor, public;
\if :{?points}
\else
\set points 100000
\endif
SELECT setseed(0.25) \g /dev/null
CREATE TABLE point AS
SELECT id::bigint, CASE WHEN id % 2 = 0 THEN ST_MakePoint(10000 * random(), 10000 * random())
	ELSE ST_MakePoint(10000 * sin(id % 500) ^ 2 + 100 * random() ^ 2, 10000 * cos(id % 500 * 1.7) ^ 2 + 100 * random() ^ 2) END AS geom
FROM generate_series(1, :points) AS id;
CREATE INDEX ON point USING gist (geom);
VACUUM (ANALYZE) point;
-- Within this radius half of the points have 20 neighbors or more.
CREATE TABLE chosen AS
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d) AS radius FROM (
	SELECT (SELECT ST_Distance(a.geom, b.geom) FROM point AS b ORDER BY a.geom <-> b.geom OFFSET 20 LIMIT 1) AS d FROM point AS a WHERE id % 500 = 0) AS s;

-- Links of a value, so that nothing but its making is measured: 20 bytes, 12 an area, the rest links.
CREATE FUNCTION links_by_size(size int, areas bigint, bytes_a_link int) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN (size - 20 - 12 * areas) / bytes_a_link;

CREATE TABLE method (position int PRIMARY KEY, name text, rival int, query text);
INSERT INTO method VALUES
(1, 'scan of the points alone', NULL, $$SELECT count(geom) FROM point$$),
(2, 'LATERAL ... ORDER BY <-> LIMIT 8', NULL, $$SELECT count(*) FROM point AS a CROSS JOIN LATERAL
	(SELECT b.id FROM point AS b WHERE b.id <> a.id ORDER BY a.geom <-> b.geom LIMIT 8) AS b$$),
(3, 'knn_weights 8', 2, $$SELECT links_by_size(pg_column_size(knn_weights(id, geom, 8)), count(*), 4) FROM point$$),
(4, 'ST_DWithin join', NULL, $$SELECT count(*) FROM chosen, point AS a JOIN point AS b ON ST_DWithin(a.geom, b.geom, (SELECT radius FROM chosen)) AND a.id <> b.id$$),
(5, 'distance_weights', 4, $$SELECT links_by_size(pg_column_size(distance_weights(id, geom, radius)), count(*), 4) FROM point, chosen$$),
(6, 'inverse_distance_weights', 4, $$SELECT links_by_size(pg_column_size(inverse_distance_weights(id, geom, radius, 2)), count(*), 12) FROM point, chosen$$),
(7, 'knn_weights 8 on a sphere', 2, $$SELECT links_by_size(pg_column_size(knn_weights(id, ST_MakePoint(ST_X(geom) / 100, ST_Y(geom) / 200), 8, 6371008.8)), count(*), 4) FROM point$$),
(8, 'max_knn_distance 1,000', NULL, $$SELECT round(max_knn_distance(id, geom, 1000)) FROM point WHERE id <= 20000$$);
CREATE TABLE run (position int, seconds float8, answer bigint);
CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	started timestamptz;
	answer bigint;
BEGIN
	FOR round IN 1 .. rounds LOOP
		FOR m IN SELECT * FROM method WHERE position NOT IN (2, 4) OR round = 1 ORDER BY position LOOP
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started), answer);
		END LOOP;
	END LOOP;
END
$$;
CALL measure(5);
WITH best AS (SELECT position, min(seconds) AS seconds, max(answer) AS links FROM run GROUP BY position)
SELECT m.name, b.links, round(b.seconds::numeric, 3) AS seconds, round((r.seconds / b.seconds)::numeric, 1) AS times_faster
FROM method AS m JOIN best AS b USING (position) LEFT JOIN best AS r ON r.position = m.rival ORDER BY m.position;

-- The same links as the joins; of the nearest where no two are equally far, which at random they are not.
SELECT count(*) AS differ FROM (
	SELECT l.id, l.neighbor FROM links((SELECT knn_weights(id, geom, 8) FROM point)) AS l WHERE l.id % 20 = 0
	EXCEPT SELECT a.id, b.id FROM point AS a CROSS JOIN LATERAL (SELECT b.id FROM point AS b WHERE b.id <> a.id ORDER BY a.geom <-> b.geom LIMIT 8) AS b WHERE a.id % 20 = 0) AS s \gset nearest_
SELECT count(DISTINCT answer) - 1 AS differ FROM run WHERE position IN (4, 5, 6) \gset band_
\echo :nearest_differ nearest differ from those by the index, :band_differ numbers of links from those by ST_DWithin

-- Memory of a fresh process at its highest, above that of a scan: bands of many links.
\c
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET search_path = bench_points, monitor, public;
CREATE FUNCTION highest() RETURNS bigint LANGUAGE sql VOLATILE RETURN 1024 * substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')::bigint;
SELECT highest() AS before FROM (SELECT count(geom) FROM point) AS s \gset
SELECT links_by_size(pg_column_size(distance_weights(id, geom, 2 * radius)), count(*), 4) AS binary FROM point, chosen \gset links_
SELECT highest() AS binary \gset after_
SELECT links_by_size(pg_column_size(inverse_distance_weights(id, geom, 2 * radius, 1)), count(*), 12) AS weighted FROM point, chosen \gset links_
SELECT highest() AS weighted \gset after_
SELECT 'band, links, bytes a link at the highest, binary and weighted' AS memory, :links_binary AS links, round((:after_binary - :before)::numeric / :links_binary, 1) AS bytes_a_link_binary, round((:after_weighted - :before)::numeric / :links_weighted, 1) AS bytes_a_link_weighted;

-- Growth: points of one density.
CREATE TABLE grown (points int, seconds float8, bytes_a_link float8);
DO $$
DECLARE
	started timestamptz;
	size bigint;
BEGIN
	FOREACH size IN ARRAY '{10000,100000,1000000}'::int[] LOOP
		CREATE TEMP TABLE more AS SELECT id::bigint, ST_MakePoint(sqrt(size) * random(), sqrt(size) * random()) AS geom FROM generate_series(1, size) AS id;
		started := clock_timestamp();
		INSERT INTO grown SELECT size, 0, pg_column_size(knn_weights(id, geom, 8)) / (8.0 * size) FROM more;
		UPDATE grown SET seconds = extract(epoch FROM clock_timestamp() - started) WHERE points = size;
		DROP TABLE more;
	END LOOP;
END
$$;
SELECT '8 nearest, points, seconds, microseconds a point, bytes a link' AS growth, points, round(seconds::numeric, 3) AS seconds, round((1e6 * seconds / points)::numeric, 2) AS microseconds_a_point, round(bytes_a_link::numeric, 2) AS bytes_a_link FROM grown ORDER BY points;

SELECT 1 / (:nearest_differ = 0 AND :band_differ = 0)::int AS fails_if_links_differ \g /dev/null
DROP SCHEMA bench_points CASCADE;
