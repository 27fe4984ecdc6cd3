-- locate against the two PostGIS join plans: 1 million points in 1,000 polygons of
-- 129 vertices, one process, warm. Prints the best of a few runs and ratios; fails
-- where answers differ or the index is fetched more than once.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_locate CASCADE;
CREATE SCHEMA bench_locate;
SET search_path = bench_locate, monitor, public;

-- 40 x 25 areas 200 m apart: bumpy, not convex, apart from each other
CREATE TABLE area AS
SELECT row_number() OVER (ORDER BY i, j)::bigint AS id, ST_MakePolygon(ST_MakeLine(ARRAY(
	SELECT ST_SetSRID(ST_MakePoint(
		700000 + 200 * i + (75 + 15 * sin(5 * t + i) + 8 * sin(11 * t + j)) * cos(t),
		6170000 + 200 * j + (75 + 15 * sin(5 * t + i) + 8 * sin(11 * t + j)) * sin(t)), 25832)
	FROM (SELECT 2 * pi() * (k % 128) / 128 AS t FROM generate_series(0, 128) AS k) AS angle))) AS geom
FROM generate_series(1, 40) AS i, generate_series(1, 25) AS j;
SELECT setseed(0.25);
CREATE TABLE point AS
SELECT n::bigint AS id, ST_SetSRID(ST_MakePoint(700100 + 8000 * random(), 6170100 + 5000 * random()), 25832) AS geom
FROM generate_series(1, 1000000) AS n;
-- one copy of each with an index, so that only one of the join plans is open
CREATE TABLE area_indexed AS TABLE area;
CREATE INDEX ON area_indexed USING gist (geom);
CREATE TABLE point_indexed AS TABLE point;
CREATE INDEX ON point_indexed USING gist (geom);
CREATE TABLE stored AS SELECT area_index(id, geom) AS areas FROM area;
VACUUM (ANALYZE) area, area_indexed, point, point_indexed, stored;
SELECT min(ST_NPoints(geom)) AS vertices_min, max(ST_NPoints(geom)) AS vertices_max, count(*) AS areas,
	bool_and(ST_IsValid(geom)) AS valid
FROM area;

CREATE TABLE method (position int PRIMARY KEY, name text, query text, runs int);
INSERT INTO method VALUES
(1, 'count(*), no geometry', $$SELECT count(*), 0, 0 FROM point AS p$$, 3),
(2, 'PostGIS join, points outer', $$SELECT count(*), sum(a.id), sum(a.id * (p.id % 1009))
	FROM point AS p JOIN area_indexed AS a ON ST_Intersects(a.geom, p.geom)$$, 2),
(3, 'PostGIS join, areas outer', $$SELECT count(*), sum(a.id), sum(a.id * (p.id % 1009))
	FROM area AS a JOIN point_indexed AS p ON ST_Intersects(a.geom, p.geom)$$, 2),
(4, 'locate, index from a CTE', $$WITH i AS MATERIALIZED (SELECT area_index(id, geom) AS areas FROM area)
	SELECT count(id), sum(id), sum(id * (point % 1009))
	FROM (SELECT locate(i.areas, p.geom) AS id, p.id AS point FROM i, point AS p OFFSET 0) AS l$$, 5),
(5, 'locate, index from a table', $$SELECT count(id), sum(id), sum(id * (point % 1009))
	FROM (SELECT locate(i.areas, p.geom) AS id, p.id AS point FROM stored AS i, point AS p OFFSET 0) AS l$$, 5),
(6, 'locate, index from a subquery', $$SELECT count(id), sum(id), sum(id * (point % 1009))
	FROM (SELECT locate((SELECT areas FROM stored), p.geom) AS id, p.id AS point FROM point AS p OFFSET 0) AS l$$, 5);

CREATE TABLE result (position int PRIMARY KEY, seconds float8, answer text, detoasts bigint);
CREATE PROCEDURE measure() LANGUAGE plpgsql AS $$
DECLARE
	m method;
	started timestamptz;
	best float8;
	answer record;
	before bigint;
BEGIN
	FOR m IN SELECT * FROM method ORDER BY position LOOP
		EXECUTE m.query INTO answer; -- warms up
		before := detoast_count();
		best := 'infinity';
		FOR run IN 1 .. m.runs LOOP
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			best := least(best, extract(epoch FROM clock_timestamp() - started));
		END LOOP;
		INSERT INTO result VALUES (m.position, best, answer::text, (detoast_count() - before) / m.runs);
	END LOOP;
END
$$;
CALL measure();

SELECT m.name, round(r.seconds::numeric, 3) AS seconds,
	round((least(p.seconds, a.seconds) / r.seconds)::numeric, 1) AS times_faster_than_better_join,
	r.detoasts AS detoasts_a_run,
	CASE WHEN m.position > 1 THEN r.answer = p.answer END AS same_answer
FROM method AS m JOIN result AS r USING (position), result AS p, result AS a
WHERE p.position = 2 AND a.position = 3
ORDER BY m.position;

DO $$
BEGIN
	IF (SELECT count(DISTINCT answer) FROM result WHERE position > 1) <> 1 THEN
		RAISE EXCEPTION 'locate and ST_Intersects differ';
	END IF;
	IF (SELECT max(detoasts) FROM result) > 1 THEN
		RAISE EXCEPTION 'the index was fetched more than once a query';
	END IF;
END
$$;
DROP SCHEMA bench_locate CASCADE;
