-- Which part of an area's account changed: a small city, and what is no account.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA changes_test;
SET search_path = changes_test, monitor, public;
SET extra_float_digits = 0;
\pset null NULL
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
-- Four areas; in area 1 half of those with x find work in the period after, from 2 they are sent to 3.
CREATE TABLE person AS
SELECT period, 1 + n / 100 AS area, n % 100 AS k FROM generate_series(0, 399) AS n, generate_series(0, 1) AS period;
CREATE TABLE account AS
SELECT waterbed(area, d, x, y) FILTER (WHERE period = 0) AS b, waterbed(area, d, x, y) FILTER (WHERE period = 1) AS a
FROM (SELECT period, area, CASE WHEN k >= 90 THEN 1 + (area + k) % 4 WHEN period = 1 AND area = 2 AND k < 20 THEN 3 WHEN k >= 85 THEN -1 ELSE area END AS d,
	k < 40 AS x, CASE WHEN period = 1 AND area = 1 AND k < 20 THEN false WHEN k % 10 = 9 THEN k >= 40 ELSE k < 40 END AS y FROM person) AS p;
SELECT area, component, n_before, n_after, round(before::numeric, 6) AS before, round(after::numeric, 6) AS after, round(expected::numeric, 6) AS expected, round(difference::numeric, 6) AS difference,
	round(se::numeric, 6) AS se, round(overdispersion::numeric, 6) AS overdispersion, round(p::numeric, 6) AS p, round(p_adjusted::numeric, 6) AS p_adjusted, note
FROM account, waterbed_changes(b, a);
-- Without a period before; against two areas; against one; against none.
SELECT area, component, round(expected::numeric, 6) AS expected, round(se::numeric, 6) AS se, note FROM account, waterbed_changes(NULL, a) WHERE area < 3;
SELECT area, component, round(expected::numeric, 6) AS expected, round(se::numeric, 6) AS se, note FROM account, waterbed_changes(b, a, '{3,4}') WHERE area IN (1, 3);
SELECT area, component, round(expected::numeric, 6) AS expected, round(se::numeric, 6) AS se, note FROM account, waterbed_changes(b, a, '{4}') WHERE area IN (1, 4);
SELECT count(*), count(expected), min(note), max(note) FROM account, waterbed_changes(b, a, '{}');
-- An area that was not there before, one that is there no more, one of a single person, one where nobody has x.
SELECT area, component, n_before, n_after, round(before::numeric, 6) AS before, round(after::numeric, 6) AS after, round(expected::numeric, 6) AS expected, round(se::numeric, 6) AS se, note
FROM (SELECT b + (SELECT waterbed(5, 5, true, false) FROM generate_series(1, 10)) AS b, a + (SELECT waterbed(v.a, v.b, false, false) FROM (VALUES (6, 6), (6, 6), (6, 1), (1, 6), (7, 7), (-1, 6)) AS v (a, b)) AS a FROM account) AS w, waterbed_changes(b, a) WHERE area > 4;
-- Cities of one area, of nobody, of nobody who moved, where x is the same for all.
SELECT c, area, component, n_after, after, p, note FROM (VALUES ('one', (SELECT waterbed(5, 5, k < 3, k < 2) FROM generate_series(1, 9) AS k)), ('nobody', (SELECT waterbed(5, 5, true, true) FILTER (WHERE false))),
	('alike', (SELECT waterbed(n, 1 + n % 2, true, true) FROM generate_series(1, 4) AS n)), ('unknown', (SELECT waterbed(NULL, 5, NULL::bool, NULL)))) AS v (c, w), waterbed_changes(w, w);
-- The sums behind an account.
SELECT p.* FROM waterbed_pairs((SELECT waterbed(a, b, x, y, i, j) FROM (VALUES (1, 1, 0.5, 1, true, true), (1, 1, 2, 0, true, true), (1, 1, NULL, 3, true, true), (1, 2, 4, NULL, true, true), (1, 2, NULL, NULL, true, true),
	(2, 2, 1, 1, false, true), (2, 2, 1, 1, true, false), (NULL, 2, 1, 1, true, true), (-1, 2, NULL, 1, true, true)) AS v (a, b, x, y, i, j))) AS p;
SELECT count(*) FROM waterbed_pairs(NULL);
SELECT error_of(format('SELECT count(*) FROM account, waterbed_changes(b, a, %s)', arguments)) FROM unnest(ARRAY['NULL, 0', 'NULL, 1, -1', 'NULL, ''NaN''', 'NULL, 1, ''Infinity''', 'NULL, 1, 1, 0', 'NULL, 1, 1, 1', 'NULL, 1, 1, ''NaN''',
	'''{NULL}''', '''{-1}''', '''{9}''', '''{{1},{2}}''', 'NULL, NULL', 'NULL, 1, NULL', 'NULL, 1, 1, NULL']) WITH ORDINALITY AS t (arguments, i) ORDER BY i;
SELECT count(*) FROM account, waterbed_changes(b, NULL);
