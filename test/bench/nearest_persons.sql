-- nearest_persons at k = 1,000 on grids of 100 m cells with 0-40 persons each: time,
-- growth, and what the same costs in SQL with the index's <-> for a sample of cells.
-- A figure is the least of the rounds, in processor time where the system tells it
-- (Linux), else elapsed. Fails where the answers differ.
DROP SCHEMA IF EXISTS bench_nearest_persons CASCADE;
CREATE SCHEMA bench_nearest_persons;
SET search_path = bench_nearest_persons, monitor, public;
SET work_mem = '256MB';
SET max_parallel_workers_per_gather = 0;

SELECT setseed(0.5) \g /dev/null
CREATE TABLE cell AS
SELECT row_number() OVER (ORDER BY random())::bigint AS id, total, floor(random() * (total + 1)) AS x, geom
FROM (SELECT floor(random() * 41)::float8 AS total, ST_SetSRID(ST_MakePoint(700050 + 100 * i, 6170050 + 100 * j), 25832) AS geom
	FROM generate_series(0, 399) AS i, generate_series(0, 399) AS j) AS c
ORDER BY id;
CREATE INDEX ON cell USING gist (geom);
-- 10,000 vertices around the cells
CREATE TABLE city AS SELECT ST_SetSRID(ST_Segmentize(ST_MakeEnvelope(699000, 6169000, 741000, 6211000), 16.8), 25832) AS geom;
VACUUM (ANALYZE) cell, city;

CREATE TABLE run (name text, areas bigint, seconds float8);
CREATE FUNCTION seconds_used() RETURNS float8 LANGUAGE sql VOLATILE
RETURN coalesce(split_part(pg_read_file('/proc/self/schedstat', 0, 100, true), ' ', 1)::float8 / 1e9,
	extract(epoch FROM clock_timestamp()));
CREATE PROCEDURE measure(name text, areas bigint, query text, rounds int) LANGUAGE plpgsql AS $$
DECLARE
	started float8;
BEGIN
	FOR round IN 1 .. rounds LOOP
		started := seconds_used();
		EXECUTE query;
		INSERT INTO run VALUES (name, areas, seconds_used() - started);
	END LOOP;
END
$$;
CREATE FUNCTION query_of(columns float8, options text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN format('SELECT count((p).share) FROM (SELECT nearest_persons(id, x, total, geom, %s) OVER () AS p FROM cell WHERE ST_X(geom) < %s) AS s', options, 700000 + 100 * columns);
CALL measure('local_mix, for the partition''s own cost', 160000, 'SELECT count((m).share) FROM (SELECT local_mix(x, total) OVER () AS m FROM cell) AS s', 3);
CALL measure('k = 1000', 40000, query_of(100, 'ARRAY[1000]'), 3);
CALL measure('k = 1000', 80000, query_of(200, 'ARRAY[1000]'), 3);
CALL measure('k = 1000', 160000, query_of(400, 'ARRAY[1000]'), 3);
CALL measure('k = 200, 400, 1600, 12800', 40000, query_of(100, 'ARRAY[200, 400, 1600, 12800]'), 2);
CALL measure('k = 1000, boundary of 10,000 vertices', 160000, query_of(400, 'ARRAY[1000], (SELECT geom FROM city)'), 3);

-- The same by SQL: areas by <-> until 1,000 persons, the last ring pro rata.
CREATE TABLE sample AS SELECT * FROM cell WHERE id % 400 = 0;
CREATE VIEW by_sql AS
SELECT a.id, ring.share, ring.radius
FROM sample AS a, LATERAL (
	WITH near AS (
		SELECT ST_Distance(a.geom, b.geom) AS d, b.x, b.total FROM cell AS b ORDER BY b.geom <-> a.geom LIMIT 150),
	rings AS (SELECT d, sum(x) AS x, sum(total) AS total FROM near GROUP BY d),
	sums AS (SELECT d, x, total, sum(x) OVER w - x AS x_before, sum(total) OVER w - total AS before FROM rings WINDOW w AS (ORDER BY d))
	SELECT (x_before + (1000 - before) / total * x) / 1000 AS share, d AS radius FROM sums WHERE before + total >= 1000 ORDER BY d LIMIT 1) AS ring;
SELECT count(*) AS sampled FROM sample \gset
CALL measure('SQL, LATERAL <-> of a sample', :sampled, 'CREATE TEMP TABLE IF NOT EXISTS sql_answer ON COMMIT DROP AS SELECT * FROM by_sql', 1);

WITH best AS (SELECT name, areas, min(seconds) AS seconds FROM run GROUP BY name, areas)
SELECT name, areas, round(seconds::numeric, 3) AS seconds, round((seconds / areas * 1e6)::numeric, 2) AS microseconds_an_area,
	round(((SELECT seconds / areas FROM best WHERE name LIKE 'SQL%') / (seconds / areas))::numeric, 1) AS times_faster_than_sql
FROM best ORDER BY name, areas;
SELECT round(((SELECT sum(total) FROM cell) / min(seconds))::numeric) AS persons_a_second FROM run WHERE name = 'k = 1000' AND areas = 160000;

SELECT count(*) AS compared, count(*) FILTER (WHERE abs(o.share - s.share) > 1e-12 OR abs(o.radius - s.radius) > 1e-9 OR o.share IS NULL) AS differ
FROM by_sql AS s LEFT JOIN (
	SELECT id, (p).share[1], (p).radius[1] FROM (SELECT id, nearest_persons(id, x, total, geom, ARRAY[1000]) OVER () AS p FROM cell) AS c) AS o USING (id) \gset
\echo :compared answers compared with SQL, :differ differ
SELECT 1 / (:differ = 0)::int AS fails_if_answers_differ \g /dev/null
DROP SCHEMA bench_nearest_persons CASCADE;
