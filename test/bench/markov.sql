-- Transitions between classes: 500,000 areas over 10 years in no order, 5 million rows,
-- against lead() over each area and GROUP BY, which is what they are in SQL.
-- One process, warm. Prints the best of a few runs; fails where the counts differ.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SET work_mem = '1GB';
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_markov CASCADE;
CREATE SCHEMA bench_markov;
SET search_path = bench_markov, monitor, public;
\if :{?areas}
\else
\set areas 500000
\endif
CREATE TABLE status AS
SELECT id, year::int, (1 + (id * 7 + year * 3 + id / 1000 * year) % 5)::int AS class, (1 + (id + year) % 4)::int AS lag_class
FROM (SELECT i * 7919 % (10 * :areas) / 10 AS id, 2010 + i * 7919 % (10 * :areas) % 10 AS year FROM generate_series(0::bigint, 10 * :areas - 1) AS i) AS s;
VACUUM (ANALYZE) status;
CREATE TABLE method (position int PRIMARY KEY, name text, query text, same_as int);
INSERT INTO method VALUES
(1, 'scan alone', $$SELECT ARRAY[count(id), sum(year), sum(class), sum(lag_class)] FROM status$$, NULL),
(2, 'lead() and GROUP BY', $$SELECT array_agg(n ORDER BY class, next_class) FROM (SELECT class, next_class, count(*) AS n FROM (SELECT year, class, lead(year) OVER w AS next_year, lead(class) OVER w AS next_class FROM status WINDOW w AS (PARTITION BY id ORDER BY year)) AS s WHERE next_year = year + 1 GROUP BY 1, 2) AS t$$, NULL),
(3, 'markov', $$SELECT array_agg(n ORDER BY class_from, class_to) FROM (SELECT markov(id, year, class) AS m FROM status) AS s, markov_table(m) WHERE n > 0$$, 2),
(4, 'lead() and GROUP BY, with lag classes', $$SELECT array_agg(n ORDER BY lag_class, class, next_class) FROM (SELECT lag_class, class, next_class, count(*) AS n FROM (SELECT year, class, lag_class, lead(year) OVER w AS next_year, lead(class) OVER w AS next_class FROM status WINDOW w AS (PARTITION BY id ORDER BY year)) AS s WHERE next_year = year + 1 GROUP BY 1, 2, 3) AS t$$, NULL),
(5, 'markov, with lag classes', $$SELECT array_agg(n ORDER BY lag_class, class_from, class_to) FROM (SELECT markov(id, year, class, lag_class) AS m FROM status) AS s, markov_table(m) WHERE n > 0 AND lag_class IS NOT NULL$$, 4);
CREATE TABLE run (position int, seconds float8, answer bigint[]);
DO $$
DECLARE
	m method;
	started timestamptz;
	answer bigint[];
BEGIN
	FOR m IN SELECT * FROM method ORDER BY position LOOP
		FOR round IN 1 .. 3 LOOP
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started), answer);
		END LOOP;
	END LOOP;
END
$$;
WITH best AS (SELECT position, min(seconds) AS seconds FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds, round((r.seconds / b.seconds)::numeric, 1) AS times_faster
FROM method AS m JOIN best AS b USING (position) LEFT JOIN best AS r ON r.position = m.same_as ORDER BY m.position;
SELECT bool_and(a.answer = b.answer) AS same FROM method AS m JOIN run AS a USING (position) JOIN run AS b ON b.position = m.same_as \gset
SELECT 1 / :'same'::boolean::int AS fails_if_counts_differ \g /dev/null
DROP SCHEMA bench_markov CASCADE;
