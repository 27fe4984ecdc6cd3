-- local_moran with 999 permutations over a grid of queen neighbours, beside the time
-- that PostGIS takes to find the neighbours (ST_Intersects self-join with an index),
-- in one run, one process, warm. Then how the time grows with areas and permutations.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_local_moran CASCADE;
CREATE SCHEMA bench_local_moran;
SET search_path = bench_local_moran, monitor, public;

-- Values that drift and differ.
CREATE TABLE cell AS
SELECT size, (i * side + j + 1)::bigint AS id, i, j, sin(i * 0.05) + cos(j * 0.07) + 2 * (('x' || left(md5(i || ' ' || j), 8))::bit(32)::bigint / 4294967296.0)::float8 AS x
FROM (VALUES (10000, 100), (100000, 316), (1000000, 1000)) AS s(size, side), generate_series(0, side - 1) AS i, generate_series(0, side - 1) AS j;
CREATE TABLE weight AS
SELECT size, weights_agg(a.id, (a.i + di) * side + a.j + dj + 1) AS w
FROM cell AS a JOIN (VALUES (10000, 100), (100000, 316), (1000000, 1000)) AS s(size, side) USING (size),
	generate_series(-1, 1) AS di, generate_series(-1, 1) AS dj
WHERE (di, dj) <> (0, 0) AND a.i + di BETWEEN 0 AND side - 1 AND a.j + dj BETWEEN 0 AND side - 1
GROUP BY size;
CREATE TABLE polygon AS
SELECT id, ST_MakeEnvelope(100 * i, 100 * j, 100 * i + 100, 100 * j + 100, 25832) AS geom FROM cell WHERE size = 100000;
CREATE INDEX ON polygon USING gist (geom);
VACUUM (ANALYZE) cell, weight, polygon;

CREATE TABLE method (position int PRIMARY KEY, name text, areas int, permutations int, query text);
INSERT INTO method VALUES (1, 'ST_Intersects self-join', 100000, NULL, $$SELECT count(*) FROM polygon AS a JOIN polygon AS b ON ST_Intersects(a.geom, b.geom)$$);
INSERT INTO method
SELECT row_number() OVER (ORDER BY areas, permutations) + 1, 'local_moran', areas, permutations, format(
	$$SELECT count((m).statistic) FROM (SELECT local_moran((SELECT w FROM weight WHERE size = %1$s), id, x, %2$s) OVER () AS m FROM cell WHERE size = %1$s) AS s$$, areas, permutations)
FROM (VALUES (10000, 0), (10000, 999), (100000, 0), (100000, 99), (100000, 999), (1000000, 0), (1000000, 9)) AS m(areas, permutations);
CREATE TABLE run (position int, seconds float8, answer bigint);
CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	started timestamptz;
	answer bigint;
BEGIN
	FOR round IN 1 .. rounds LOOP
		FOR m IN SELECT * FROM method ORDER BY position LOOP
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started), answer);
		END LOOP;
	END LOOP;
END
$$;
CALL measure(2);

WITH best AS (SELECT position, min(seconds) AS seconds, max(answer) AS answer FROM run GROUP BY position)
SELECT m.name, m.areas, m.permutations, round(b.seconds::numeric, 3) AS seconds,
	round((b.seconds / (SELECT seconds FROM best WHERE position = 1))::numeric, 2) AS times_the_join,
	round((1e9 * (b.seconds - z.seconds) / (SELECT sum(neighbors) FROM (SELECT (weights_summary(w)).links AS neighbors FROM weight WHERE size = m.areas) AS l) / nullif(m.permutations, 0))::numeric, 2) AS ns_a_draw
FROM method AS m JOIN best AS b USING (position) LEFT JOIN method AS y ON (y.areas, y.permutations) = (m.areas, 0) LEFT JOIN best AS z ON z.position = y.position
ORDER BY m.position;
DROP SCHEMA bench_local_moran CASCADE;
