-- profile(...) against count(*) and against the same figures by FILTER: grouped
-- by 1,000 areas, serial, warm, side by side in one process; then in parallel.
--   psql -X -v rows=6000000 -v rounds=9 -f test/bench/profile.sql
-- A figure is the least of the rounds, in which the queries take turns: of
-- processor time where the system tells it (Linux), so that other work on the
-- machine disturbs less, else of elapsed time. The slow queries have fewer rounds.
\if :{?rows}
\else
	\set rows 6000000
\endif
\if :{?rounds}
\else
	\set rounds 9
\endif
\set QUIET on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA profile_bench;
SET search_path = profile_bench, monitor, public;
SELECT setseed(0.5) AS seed \gset

-- Residents in no order, as they come from a register: all known, and some unknown.
CREATE UNLOGGED TABLE known AS
SELECT 1 + floor(random() * 1000)::int AS area, floor(random() * 95)::int AS age, random() AS outside_labour,
	random() < 0.02 AS convicted, floor(random() * 3)::int AS education, random() * 700000 AS gross_income,
	random() < 0.2 AS in_education, random() < 0.3 AS non_western
FROM generate_series(1, :rows);
CREATE UNLOGGED TABLE unknown AS
SELECT area, age, CASE WHEN age BETWEEN 18 AND 64 THEN outside_labour END AS outside_labour,
	CASE WHEN age >= 15 THEN convicted END AS convicted, CASE WHEN age >= 18 AND gross_income > 50000 THEN education END AS education,
	CASE WHEN age >= 15 THEN gross_income END AS gross_income, in_education, non_western
FROM known;
VACUUM ANALYZE known;
VACUUM ANALYZE unknown;

CREATE TABLE query (id int, title text, sql text);
INSERT INTO query VALUES
	(1, 'count(*)', 'count(*)'),
	(2, 'count(*), last column read', 'count(non_western)'),
	(3, 'profile(...)', 'profile(age, outside_labour, convicted, education, gross_income, in_education, non_western)'),
	(4, '18 figures by FILTER', $$count(*), count(*) FILTER (WHERE age IS NULL), count(*) FILTER (WHERE age >= 18),
		count(*) FILTER (WHERE age BETWEEN 18 AND 64), sum(outside_labour) FILTER (WHERE age BETWEEN 18 AND 64),
		count(*) FILTER (WHERE age BETWEEN 18 AND 64 AND outside_labour IS NULL),
		count(*) FILTER (WHERE age >= 18 AND convicted), count(*) FILTER (WHERE age >= 18 AND convicted IS NULL),
		count(*) FILTER (WHERE age BETWEEN 30 AND 59), count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education = 0),
		count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education = 2),
		count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education IS NULL),
		count(*) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education AND gross_income IS NOT NULL),
		sum(gross_income) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education),
		count(*) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education AND gross_income IS NULL),
		count(*) FILTER (WHERE age BETWEEN 15 AND 64 AND in_education IS NULL),
		count(*) FILTER (WHERE non_western), count(*) FILTER (WHERE non_western IS NULL)$$),
	(5, '5 numerators by FILTER', $$count(*), sum(outside_labour) FILTER (WHERE age BETWEEN 18 AND 64),
		count(*) FILTER (WHERE age >= 18 AND convicted), count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education = 0),
		sum(gross_income) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education), count(*) FILTER (WHERE non_western)$$);
CREATE TABLE timing (people text, id int, ms float8);

CREATE FUNCTION clock_ms() RETURNS float8 LANGUAGE sql VOLATILE
RETURN coalesce(split_part(pg_read_file('/proc/self/schedstat', 0, 100, true), ' ', 1)::float8 / 1e6,
	1000 * extract(epoch FROM clock_timestamp()));
-- One execution, its rows thrown away.
CREATE PROCEDURE run(people text, query_id int) LANGUAGE plpgsql AS $$
DECLARE
	statement text = (SELECT format('SELECT area, %s FROM %I GROUP BY area', q.sql, people) FROM query AS q WHERE q.id = query_id);
	start float8 = clock_ms();
BEGIN
	EXECUTE statement;
	INSERT INTO timing VALUES (people, query_id, clock_ms() - start);
END $$;
CREATE PROCEDURE run_all(rounds int) LANGUAGE plpgsql AS $$
DECLARE
	people text;
	query_id int;
BEGIN
	FOR people, query_id IN SELECT p, q.id FROM generate_series(0, rounds) AS i, unnest(ARRAY['known', 'unknown']) AS p, query AS q
		WHERE q.id <= 3 OR i % 3 < 2 AND i < 6 ORDER BY p, i, q.id LOOP
		CALL run(people, query_id);
	END LOOP;
	-- The first round has warmed the buffers.
	DELETE FROM timing AS t WHERE t.ctid IN (SELECT min(f.ctid) FROM timing AS f GROUP BY f.people, f.id);
END $$;
SET max_parallel_workers_per_gather = 0;
CALL run_all(:rounds);

\pset footer off
\echo 'profile(...) over' :rows 'residents in 1,000 areas, serial, least of' :rounds 'rounds'
WITH least_of AS (SELECT people, id, min(ms) AS ms FROM timing GROUP BY people, id)
SELECT t.people AS "values", q.title AS query, t.ms::int AS ms, round((t.ms / one.ms)::numeric, 2) AS "x count(*)",
	CASE WHEN q.id >= 4 THEN round((t.ms / p.ms)::numeric, 2) END AS "x profile",
	CASE WHEN t.people <> 'known' THEN '' WHEN q.id = 3 THEN CASE WHEN t.ms <= 1.3 * one.ms THEN 'at most 1.3: yes' ELSE 'at most 1.3: NO' END
		WHEN q.id = 4 THEN CASE WHEN t.ms >= 1.4 * p.ms THEN 'at least 1.4: yes' ELSE 'at least 1.4: NO' END ELSE '' END AS wanted
FROM least_of AS t JOIN query AS q USING (id) JOIN least_of AS one ON one.people = t.people AND one.id = 1
	JOIN least_of AS p ON p.people = t.people AND p.id = 3
ORDER BY t.people, q.id;

-- In parallel where the planner may: which plan, and whether every byte is the same.
CREATE TABLE serial AS SELECT area, profile(age, outside_labour, convicted, education, gross_income, in_education, non_western) AS p
FROM unknown GROUP BY area;
SET max_parallel_workers_per_gather = 2;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text = '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan;
END $$;
PREPARE parallel AS SELECT area, profile(age, outside_labour, convicted, education, gross_income, in_education, non_western) AS p
FROM unknown GROUP BY area;
CREATE TABLE together AS EXECUTE parallel;
SELECT CASE WHEN plan_of('EXECUTE parallel') ~ 'Gather.*Partial' THEN 'yes' ELSE 'NO' END AS "parallel plan chosen",
	CASE WHEN count(*) = count(profile_send(s.p) = profile_send(t.p) OR NULL) AND count(*) = (SELECT count(*) FROM serial)
		THEN 'yes' ELSE 'NO' END AS "same bytes as serial"
FROM serial AS s JOIN together AS t USING (area);
SET client_min_messages = error;
DROP SCHEMA profile_bench CASCADE;
