-- expected_flow of 1,000 x 1,000 areas against a bare window function over the same rows, and
-- against one that reads as many columns; one process, warm. Prints the best of some runs.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SET work_mem = '256MB';
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_expected_flow CASCADE;
CREATE SCHEMA bench_expected_flow;
SET search_path = bench_expected_flow, monitor, public;

SELECT setseed(0.25) \g /dev/null
CREATE TABLE flow AS
SELECT o::bigint AS origin, d::bigint AS destination, floor(1e4 * exp(-0.8 * ln(distance) + sin(o) + cos(d * 3)) * (0.5 + random()))::float8 AS flow, distance
FROM (SELECT o, d, 1 + sqrt((o % 32 - d % 32) ^ 2 + (o / 32 - d / 32) ^ 2) AS distance FROM generate_series(1, 1000) AS o, generate_series(1, 1000) AS d) AS s;
VACUUM (ANALYZE) flow;
CREATE TABLE method (position int PRIMARY KEY, name text, query text);
INSERT INTO method VALUES
(1, 'sum(flow) OVER ()', $$SELECT count(s) FROM (SELECT origin, destination, flow, distance, sum(flow) OVER () AS s FROM flow) AS t$$),
(2, 'local_mix(flow, distance) OVER ()', $$SELECT count(s) FROM (SELECT origin, destination, local_mix(flow, flow + distance) OVER () AS s FROM flow) AS t$$),
(3, 'quasi-independence', $$SELECT count((e).expected) FROM (SELECT origin, destination, expected_flow(origin, destination, flow) OVER () AS e FROM flow) AS t$$),
(4, 'power', $$SELECT count((e).expected) FROM (SELECT origin, destination, expected_flow(origin, destination, flow, distance, 'power') OVER () AS e FROM flow) AS t$$),
(5, 'exponential', $$SELECT count((e).expected) FROM (SELECT origin, destination, expected_flow(origin, destination, flow, distance, 'exponential') OVER () AS e FROM flow) AS t$$);

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
CALL measure(5);

WITH best AS (SELECT position, min(seconds) AS seconds, max(answer) AS answers FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds, round((b.seconds / (SELECT seconds FROM best WHERE position = 1))::numeric, 2) AS times_a_bare_window, b.answers
FROM method AS m JOIN best AS b USING (position) ORDER BY m.position;
-- Persons one by one: 3 million moves between 1,000 areas, and the same counted by GROUP BY.
CREATE TABLE person AS SELECT i * 7919 % 1000 AS origin, i * 104729 / 1000 % 1000 AS destination FROM generate_series(1, 3000000::bigint) AS i;
TRUNCATE run, method;
INSERT INTO method VALUES
(1, 'count(*) GROUP BY origin, destination', $$SELECT count(*) FROM (SELECT origin, destination, count(*) FROM person GROUP BY origin, destination) AS t$$),
(2, 'flow_index(origin, destination, 1)', $$SELECT total_flow(flow_index(origin, destination, 1)) FROM person$$);
CALL measure(3);
WITH best AS (SELECT position, min(seconds) AS seconds FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds, round((b.seconds / (SELECT seconds FROM best WHERE position = 1))::numeric, 2) AS times_group_by
FROM method AS m JOIN best AS b USING (position) ORDER BY m.position;
DROP SCHEMA bench_expected_flow CASCADE;
