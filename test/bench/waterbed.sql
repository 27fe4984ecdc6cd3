-- waterbed over 6 million persons and 1,000 areas, against count(*) GROUP BY both areas of
-- the same rows: one process and warm, with flags and with fractions. One person in seven
-- moves, anywhere. Prints the best of a few runs and the ratio; fails where the values
-- of both forms, or persons and x, differ from what GROUP BY counts.
\set ON_ERROR_STOP on
\pset footer off
\if :{?persons}
\else
\set persons 6000000
\endif
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
-- So that the count may use its hash table, which it would spill otherwise.
SET work_mem = '1GB';
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_waterbed CASCADE;
CREATE SCHEMA bench_waterbed;
SET search_path = bench_waterbed, monitor, public;
SELECT setseed(0.25) \g /dev/null
CREATE TABLE person AS
SELECT area_before, CASE WHEN random() < 1.0 / 7 THEN 1 + floor(random() * 1000)::bigint ELSE area_before END AS area_after, f0 < 0.3 AS flag_before, f1 < 0.3 AS flag_after,
	round(f0::numeric, 4)::float8 AS x_before, round(f1::numeric, 4)::float8 AS x_after, true AS in_before, true AS in_after
FROM (SELECT 1 + floor(random() * 1000)::bigint AS area_before, random() AS f0, random() AS f1 FROM generate_series(1, :persons) OFFSET 0) AS s;
VACUUM (ANALYZE) person;

CREATE TABLE method (position int PRIMARY KEY, name text, query text, limit_ratio float8);
INSERT INTO method VALUES
(1, 'count(*) GROUP BY both areas', $$SELECT count(*) FROM (SELECT area_before, area_after, count(*) FROM person GROUP BY area_before, area_after OFFSET 0) AS s$$, NULL),
(2, 'waterbed of flags', $$SELECT waterbed(area_before, area_after, flag_before, flag_after) IS NOT NULL FROM person$$, 1.0),
(3, 'waterbed of fractions', $$SELECT waterbed(area_before, area_after, x_before, x_after, in_before, in_after) IS NOT NULL FROM person$$, 1.5);
CREATE TABLE run (position int, seconds float8);
CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	started timestamptz;
BEGIN
	FOR round IN 1 .. rounds LOOP
		FOR m IN SELECT * FROM method ORDER BY position LOOP
			started := clock_timestamp();
			EXECUTE m.query;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started));
		END LOOP;
	END LOOP;
END
$$;
CALL measure(4);
WITH best AS (SELECT position, min(seconds) AS seconds FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds, round((b.seconds / (SELECT seconds FROM best WHERE position = 1))::numeric, 2) AS times_the_count, m.limit_ratio AS at_most
FROM method AS m JOIN best AS b USING (position) ORDER BY m.position;

-- The same persons and x, pair by pair.
CREATE TABLE value AS SELECT waterbed(area_before, area_after, x_before, x_after, in_before, in_after) AS w FROM person;
SELECT count(*) AS areas_that_differ FROM (SELECT area, n0, n1, round(x0 * 1e4), round(x1 * 1e4) FROM value, waterbed_areas(w)
	EXCEPT SELECT area, n0, n1, round(x0 * 1e4), round(x1 * 1e4) FROM (SELECT area_before AS area, count(*) AS n0, sum(x_before) AS x0 FROM person GROUP BY 1) AS b
		JOIN (SELECT area_after AS area, count(*) AS n1, sum(x_after) AS x1 FROM person GROUP BY 1) AS a USING (area)) AS s \gset
\echo :areas_that_differ areas differ from sums of GROUP BY
SELECT 1 / (:areas_that_differ = 0)::int AS fails_if_accounts_differ \g /dev/null
DROP SCHEMA bench_waterbed CASCADE;
