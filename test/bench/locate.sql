-- locate against the two PostGIS join plans: 1 million points in 1,000 polygons of
-- 129 vertices that share wavy borders, or with \set apart (locate_apart.sql) are
-- circles that stand apart, one process, warm. Prints the best of a few
-- runs and how many times faster; fails where an answer differs or the index is
-- fetched more than once.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_locate CASCADE;
CREATE SCHEMA bench_locate;
SET search_path = bench_locate, monitor, public;

-- A point of the 1,281 x 801 lattice that the borders of 40 x 25 areas lie on.
CREATE FUNCTION corner(i int, j int) RETURNS geometry LANGUAGE sql IMMUTABLE
RETURN ST_SetSRID(ST_MakePoint(
	700000 + 6.25 * i + 12 * sin(j * 0.7) * sin(pi() * j / 32),
	6170000 + 6.25 * j + 12 * sin(i * 0.9) * sin(pi() * i / 32)), 25832);
\if :{?apart}
CREATE TABLE area AS
SELECT row_number() OVER (ORDER BY i, j)::bigint AS id,
	ST_Buffer(ST_SetSRID(ST_MakePoint(700100 + 200 * i, 6170100 + 200 * j), 25832), 90, 32) AS geom
FROM generate_series(0, 39) AS i, generate_series(0, 24) AS j;
\else
CREATE TABLE area AS
SELECT row_number() OVER (ORDER BY i, j)::bigint AS id, ST_MakePolygon(ST_MakeLine(ARRAY(
	SELECT CASE k / 32
		WHEN 0 THEN corner(32 * i + k, 32 * j)
		WHEN 1 THEN corner(32 * i + 32, 32 * j + k - 32)
		WHEN 2 THEN corner(32 * i + 96 - k, 32 * j + 32)
		WHEN 3 THEN corner(32 * i, 32 * j + 128 - k)
		ELSE corner(32 * i, 32 * j) END
	FROM generate_series(0, 128) AS k))) AS geom
FROM generate_series(0, 39) AS i, generate_series(0, 24) AS j;
\endif
SELECT setseed(0.25) \g /dev/null
CREATE TABLE point AS
SELECT n::bigint AS id, ST_SetSRID(ST_MakePoint(700000 + 8000 * random(), 6170000 + 5000 * random()), 25832) AS geom
FROM generate_series(1, 1000000) AS n;
-- One copy of each with an index, so that only one of the join plans is open.
CREATE TABLE area_indexed AS TABLE area;
CREATE INDEX ON area_indexed USING gist (geom);
CREATE TABLE point_indexed AS TABLE point;
CREATE INDEX ON point_indexed USING gist (geom);
CREATE TABLE stored AS SELECT area_index(id, geom) AS areas FROM area;
VACUUM (ANALYZE) area, area_indexed, point, point_indexed, stored;
SELECT count(*) AS areas, min(ST_NPoints(geom)) AS vertices_min, max(ST_NPoints(geom)) AS vertices_max,
	bool_and(ST_IsValid(geom)) AS valid, (SELECT pg_size_pretty((area_index_summary(areas)).bytes) FROM stored) AS index_size
FROM area;

CREATE TABLE method (position int PRIMARY KEY, name text, query text);
INSERT INTO method VALUES
(1, 'scan of the points alone', $$SELECT count(geom) FROM point$$),
(2, 'PostGIS join, points outer', $$SELECT count(*)
	FROM point AS p JOIN area_indexed AS a ON ST_Intersects(a.geom, p.geom)$$),
(3, 'PostGIS join, areas outer', $$SELECT count(*)
	FROM area AS a JOIN point_indexed AS p ON ST_Intersects(a.geom, p.geom)$$),
(4, 'locate, index from a CTE', $$WITH i AS MATERIALIZED (SELECT area_index(id, geom) AS areas FROM area)
	SELECT count(locate(i.areas, p.geom)) FROM i, point AS p$$),
(5, 'locate, index from a table', $$SELECT count(locate(i.areas, p.geom)) FROM stored AS i, point AS p$$),
(6, 'locate, index from a subquery', $$SELECT count(locate((SELECT areas FROM stored), p.geom)) FROM point AS p$$);

-- Each in turn, so that a busy machine hits them alike; the slower plans in fewer rounds.
CREATE TABLE run (position int, seconds float8, answer bigint, detoasts bigint);
CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	started timestamptz;
	before bigint;
	answer bigint;
BEGIN
	FOR round IN 0 .. rounds LOOP
		FOR m IN SELECT * FROM method WHERE position NOT IN (2, 3) OR round = 0 OR (position = 3 AND round <= 2) ORDER BY position LOOP
			before := detoast_count();
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started), answer,
				detoast_count() - before);
		END LOOP;
	END LOOP;
END
$$;
CALL measure(7);

WITH best AS (SELECT position, min(seconds) AS seconds, max(detoasts) AS detoasts FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds,
	round(((SELECT min(seconds) FROM best WHERE position IN (2, 3)) / b.seconds)::numeric, 1)
		AS times_faster_than_better_join,
	b.detoasts AS detoasts_a_query
FROM method AS m JOIN best AS b USING (position)
ORDER BY m.position;

-- The same answers: the smallest id of the join, point by point.
CREATE TABLE joined AS
SELECT p.id, min(a.id) AS area FROM area AS a JOIN point_indexed AS p ON ST_Intersects(a.geom, p.geom) GROUP BY p.id;
SELECT count(*) AS points, count(j.area) AS in_an_area,
	count(*) FILTER (WHERE locate((SELECT areas FROM stored), p.geom) IS DISTINCT FROM j.area) AS answers_that_differ
FROM point AS p LEFT JOIN joined AS j USING (id) \gset
\echo :points points, :in_an_area in an area, :answers_that_differ answers differ from ST_Intersects
DO $$
BEGIN
	IF (SELECT max(detoasts) FROM run) > 1 THEN
		RAISE EXCEPTION 'the index was fetched more than once a query';
	END IF;
END
$$;
SELECT 1 / (:answers_that_differ = 0)::int AS fails_if_answers_differ \g /dev/null
DROP SCHEMA bench_locate CASCADE;
