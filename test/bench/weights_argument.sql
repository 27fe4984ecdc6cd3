-- A value of weights of about 10 MB as the argument w of a window function over
-- 100,000 rows: as a column of a table and as a subquery, beside a small one; how
-- often it is fetched.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_weights_argument CASCADE;
CREATE SCHEMA bench_weights_argument;
SET search_path = bench_weights_argument, monitor, public;

CREATE TABLE area AS SELECT i::bigint AS id, sin(i) AS x FROM generate_series(1, 100000) AS i;
CREATE TABLE weight (name text, w weights);
ALTER TABLE weight ALTER w SET STORAGE EXTERNAL;
INSERT INTO weight SELECT 'large', weights_agg(i, (i + d + 99999) % 100000 + 1, 1 + 1.0 / (i + d * d)) FROM generate_series(1, 100000) AS i, generate_series(-4, 4) AS d WHERE d <> 0;
INSERT INTO weight SELECT 'small', weights_agg(i, CASE WHEN i < 100000 AND i % 1000 = 1 THEN i + 1 END) FROM generate_series(1, 100000) AS i;
VACUUM (ANALYZE) area, weight;
SELECT name, pg_size_pretty(pg_column_size(w)::bigint) AS size FROM weight;
CREATE TABLE method (position int PRIMARY KEY, name text, query text);
INSERT INTO method VALUES
(1, 'rows alone, row_number() OVER ()', $$SELECT count(n) FROM (SELECT row_number() OVER () AS n, x FROM area) AS s$$),
(2, 'small w, subquery', $$SELECT count(l) FROM (SELECT spatial_lag((SELECT w FROM weight WHERE name = 'small'), id, x) OVER () AS l FROM area) AS s$$),
(3, 'large w, subquery', $$SELECT count(l) FROM (SELECT spatial_lag((SELECT w FROM weight WHERE name = 'large'), id, x) OVER () AS l FROM area) AS s$$),
(4, 'large w, column of a table', $$SELECT count(l) FROM (SELECT spatial_lag(w, id, x) OVER () AS l FROM weight, area WHERE name = 'large') AS s$$),
(5, 'large w, column, aggregate moran', $$SELECT (moran(w, id, x)).n_used FROM weight, area WHERE name = 'large'$$);
CREATE TABLE run (position int, seconds float8, answer bigint, detoasts bigint);
CREATE PROCEDURE measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	m method;
	started timestamptz;
	before bigint;
	answer bigint;
BEGIN
	FOR round IN 1 .. rounds LOOP
		FOR m IN SELECT * FROM method ORDER BY position LOOP
			before := detoast_count();
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started), answer, detoast_count() - before);
		END LOOP;
	END LOOP;
END
$$;
CALL measure(5);
WITH best AS (SELECT position, min(seconds) AS seconds, max(detoasts) AS detoasts FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds, round((b.seconds / (SELECT seconds FROM best WHERE position = 2))::numeric, 2) AS times_the_small_w, b.detoasts AS detoasts_a_query
FROM method AS m JOIN best AS b USING (position) ORDER BY m.position;
SELECT 1 / (max(detoasts) <= 1)::int AS fails_if_fetched_twice FROM run \g /dev/null
DROP SCHEMA bench_weights_argument CASCADE;
