-- adjust_p, fdr_cutoff: the notice, errors, NULL.
SET client_min_messages = warning;
SET extra_float_digits = -4;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA association_adjust;
SET search_path = association_adjust, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
CREATE TABLE test AS SELECT i AS id, i / 84.0::float8 AS p FROM generate_series(1, 83) AS i;
-- R's help page of p.adjust has this order of methods for small p
SELECT p, round(adjust_p(p, 'holm') OVER ()::numeric, 6) AS holm, round(adjust_p(p, 'hochberg') OVER ()::numeric, 6) AS hochberg,
	round(adjust_p(p, 'BH') OVER ()::numeric, 6) AS bh, round(adjust_p(p, 'BY') OVER ()::numeric, 6) AS by, adjust_p(p, 'none') OVER () AS none
FROM (VALUES (0.01::float8), (0.02), (0.03), (NULL), (0.04), (0.05), (1), (0)) AS v (p);
-- too few draws for so many tests: said once a family, with the number that would do
SET client_min_messages = notice;
SELECT count(a) FROM (SELECT adjust_p(p, 'BH', 999) OVER () AS a FROM test) AS s;
SELECT count(a) FROM (SELECT adjust_p(p, 'holm', 3318) OVER () AS a FROM test) AS s;
SELECT count(a) FROM (SELECT adjust_p(p, 'holm', 3319) OVER () AS a FROM test) AS s;
SELECT count(a) FROM (SELECT adjust_p(p, 'BH', 999, 0.2) OVER () AS a FROM test) AS s;
SELECT count(a) FROM (SELECT adjust_p(p, 'none', 99) OVER () AS a FROM test) AS s;
SELECT count(a) FROM (SELECT adjust_p(p, 'BH', permutations => 2147483647, alpha => 1e-9) OVER () AS a FROM test) AS s;
SET client_min_messages = warning;
-- another method in each partition
SELECT k, p, adjust_p(p, CASE k WHEN 1 THEN 'holm' ELSE 'bonferroni' END) OVER (PARTITION BY k) AS adjusted FROM (VALUES (1, 0.01), (1, 0.04), (2, 0.01), (2, 0.04)) AS v(k, p) ORDER BY k, p;
-- nothing known, no rows
SELECT adjust_p(NULL, 'BH') OVER () AS nothing;
SELECT adjust_p(p, 'BH') OVER () AS no_rows FROM test WHERE false;
SELECT n, error_of(format('SELECT max(a) FROM (SELECT adjust_p(%s) OVER () AS a FROM test) AS s', arguments)) FROM (VALUES
	(1, $$1.5, 'BH'$$), (2, $$-0.1, 'BH'$$), (3, $$'NaN', 'BH'$$), (4, $$'Infinity', 'BH'$$), (5, $$p, 'sidak'$$), (6, $$p, ''$$), (7, $$p, NULL$$), (8, $$p, 'BH', 0$$), (9, $$p, 'BH', -5$$),
	(10, $$p, 'BH', 99, 0$$), (11, $$p, 'BH', 99, 1$$), (12, $$p, 'BH', 99, 'NaN'$$), (13, $$p, 'BH', 99, NULL$$), (14, $$p, CASE WHEN id = 7 THEN 'BY' ELSE 'BH' END$$),
	(15, $$p, 'BH', id$$), (16, $$p, 'BH', CASE WHEN id < 9 THEN 9999 END$$), (17, $$p, 'BH', 99999, CASE WHEN id < 9 THEN 0.1 ELSE 0.2 END$$)) AS v (n, arguments) ORDER BY n;
SELECT n, error_of(format('SELECT fdr_cutoff(%s) FROM test', arguments)) FROM (VALUES
	(1, '2, 0.05'), (2, $$'NaN', 0.05$$), (3, 'p, 0'), (4, 'p, 1'), (5, 'p, NULL'), (6, 'p, id / 100.0'), (7, 'NULL, 0.05')) AS v (n, arguments) ORDER BY n;
-- cancelled soon
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '50ms';
SELECT max(a) FROM (SELECT adjust_p(sin(i) ^ 2, 'BH') OVER () AS a FROM generate_series(1, 1000000) AS i) AS s;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon;
DROP SCHEMA association_adjust CASCADE;
