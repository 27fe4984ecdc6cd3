-- Statuses from criteria, in three-valued logic, with their margins.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
SET search_path = monitor, public;
\a
CREATE SCHEMA status_test;
-- Results from words: criterion yes|no|unknown and a margin.
CREATE FUNCTION status_test.results(VARIADIC words text[]) RETURNS criterion_result[] LANGUAGE sql
RETURN (SELECT array_agg(ROW(w[1], NULL, NULL, NULL, CASE w[2] WHEN 'yes' THEN true WHEN 'no' THEN false END, NULL, w[3]::bigint,
	NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::criterion_result)
	FROM unnest(words) AS word, LATERAL string_to_array(word, ' ') AS w);
CREATE TABLE status_test.area (name text, results criterion_result[]);
INSERT INTO status_test.area VALUES
('all', status_test.results('residents yes 300', 'outside_labour yes 5', 'convicted yes 2', 'basic_education yes 9', 'low_income yes', 'non_western yes 40')),
('two', status_test.results('residents yes 300', 'outside_labour yes 5', 'convicted no 3', 'basic_education yes 9', 'low_income no', 'non_western yes 40')),
('one', status_test.results('residents yes 300', 'outside_labour yes 5', 'convicted no 3', 'basic_education no 11', 'low_income no', 'non_western yes 40')),
('none, small', status_test.results('residents no 20', 'outside_labour no 15', 'convicted no 3', 'basic_education no 11', 'low_income no', 'non_western no 4')),
('unknown decides', status_test.results('residents yes 300', 'outside_labour yes 5', 'convicted unknown', 'basic_education no 11', 'low_income no', 'non_western yes 40')),
('unknown does not', status_test.results('residents yes 300', 'outside_labour yes 5', 'convicted unknown', 'basic_education yes 11', 'low_income no', 'non_western no 40')),
('income only', status_test.results('residents yes 300', 'outside_labour yes 5', 'low_income yes', 'convicted no', 'basic_education no', 'non_western yes 40'));
SELECT name, s.* FROM status_test.area, status_results('2018', 2019, results, 4, 6) AS s;
SELECT name, statuses('2018', 2019, results, 5), statuses('2018', 2019, results, 4), statuses('2018', 2019, results), statuses('2014', 2017, results)
FROM status_test.area;
SELECT name, lose.*, udsat.* FROM status_test.area, status_margin('2018', 2019, results, 'ghetto') AS lose, status_margin('2018', 2019, results, 'udsat') AS udsat;
-- The milder criteria of 2021 go into forebyggelse only.
SELECT s.status, s.met, s.note FROM status_results('2021', 2022, status_test.results('residents yes 1', 'non_western no 2', 'prevention_non_western yes 3',
	'outside_labour no 1', 'convicted no 1', 'basic_education no 1', 'low_income no', 'prevention_outside_labour yes 2', 'prevention_convicted yes 1',
	'prevention_basic_education no 1', 'prevention_low_income no')) AS s;
-- Years in a row.
SELECT at_least, at_most, s.met, s.margin_low, s.margin_high, s.note
FROM status_test.area, (VALUES (5, 5), (4, 4), (2, NULL), (4, 5), (6, NULL), (NULL, 3), (NULL, NULL)) AS y(at_least, at_most),
	status_results('2018', 2019, results, at_least, at_most) AS s WHERE name = 'all' AND s.status = 'haard_ghetto';
-- Combined letting and the development plan.
SELECT s.* FROM status_results('combined_letting', 2022, status_test.results('residents yes 12', 'outside_labour yes 7')) AS s;
SELECT s.* FROM status_results('development_plan', 2022, status_test.results('family_housing no 12')) AS s;
-- No results at all: everything is unknown.
SELECT s.status, s.met, s.note FROM status_results('2018', 2019, NULL) AS s;
SELECT statuses('2018', 2019, '{}', 5);
-- From counts to statuses in one statement.
SELECT statuses('combined_letting', 2020, array_agg(c))
FROM criteria('combined_letting', 2020, '{2019,2020}', array_fill(profile_from_counts(residents => 1000, working_age => 500, outside_labour => 200), '{2}'), NULL, NULL) AS c;
-- Rules of one's own: a base with a condition beside it, and a status that shares a criterion with its base.
WITH own(rules) AS (SELECT ARRAY[
	ROW('own', 'low', 1, '{a}', '{b,c}', 1, NULL, NULL, true, true, NULL)::status_rule,
	ROW('own', 'high', 2, '{a,d}', '{}', 0, 'low', NULL, true, true, NULL)::status_rule,
	ROW('own', 'now', 3, NULL, NULL, 0, 'high', 1, true, true, NULL)::status_rule])
SELECT v.results, s.* FROM own, (VALUES (ARRAY['a no 2', 'b no 5', 'c no 3', 'd no 4']), (ARRAY['a yes 2', 'b yes 1', 'c no 1', 'd yes 4'])) AS v(results),
	status_results(own.rules, 2020, status_test.results(VARIADIC v.results)) AS s;
DROP SCHEMA status_test CASCADE;
