-- Criteria from counts: values, limits, answers, notes.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
SET search_path = monitor, public;
\a
CREATE SCHEMA criteria_test;
-- Three years of one area, of the nation and of the region.
CREATE TABLE criteria_test.delivery (place text, data_year int, counts profile);
INSERT INTO criteria_test.delivery VALUES
('area', 2017, profile_from_counts(1580, 1105, 1010, 410.25, 25, 640, 390, 30, 12, 700, 154000000, 870, 0, 0, 0, 0, 0, 0)),
('area', 2018, profile_from_counts(1600, 1120, 1020, 406.5, 20, 650, 380, 30, 10, 710, 156200000, 880, 0, 0, 0, 0, 0, 0)),
('area', 2019, profile_from_counts(1630, 1140, 1040, 405, 18, 660, 370, 30, 9, 720, 158400000, 890, 0, 0, 0, 0, 0, 0)),
('nation', 2017, profile_from_counts(adults => 4600000, convicted => 31000, unknown_conviction => 0, unknown_age => 0)),
('nation', 2018, profile_from_counts(adults => 4620000, convicted => 30800, unknown_conviction => 0, unknown_age => 0)),
('nation', 2019, profile_from_counts(adults => 4640000, convicted => 30500, unknown_conviction => 0, unknown_age => 0)),
('region', 2018, profile_from_counts(taxpayers => 400000, income_total => 150000000000));
CREATE VIEW criteria_test.places AS
SELECT array_agg(y ORDER BY y) AS years,
	array_agg((SELECT counts FROM criteria_test.delivery WHERE place = 'area' AND data_year = y) ORDER BY y) AS area,
	array_agg((SELECT counts FROM criteria_test.delivery WHERE place = 'nation' AND data_year = y) ORDER BY y) AS nation,
	array_agg((SELECT counts FROM criteria_test.delivery WHERE place = 'region' AND data_year = y) ORDER BY y) AS region
FROM generate_series(2017, 2019) AS y;

\x on
SELECT c.* FROM criteria_test.places AS p, criteria('2018', 2019, p.years, p.area, p.nation, p.region) AS c;
\x off
SELECT c.criterion, c.value, c.threshold, c.met FROM criteria_test.places AS p, criteria('2014', 2019, p.years, p.area, p.nation, p.region) AS c;
SELECT c.criterion, c.value, c.threshold, c.met, c.note FROM criteria_test.places AS p, criteria('2010', 2019, p.years, p.area, p.nation, p.region) AS c;
SELECT c.criterion, c.threshold, c.met FROM criteria_test.places AS p, criteria('2021', 2019, p.years, p.area, p.nation, p.region) AS c;
SELECT c.criterion, c.value, c.comparator, c.threshold, c.met, c.margin_persons, c.by_leaving
FROM criteria_test.places AS p, criteria('combined_letting', 2019, p.years, p.area, NULL, NULL) AS c;
SELECT criterion, met, note FROM criteria('development_plan', 2019, '{}', NULL, NULL, NULL);
-- The same from an array of rules, in its order.
SELECT c.criterion, c.met FROM criteria_test.places AS p,
	criteria((SELECT array_agg(r ORDER BY criterion COLLATE "C") FROM rule AS r WHERE rule_set = '2018'), 2019, p.years, p.area, p.nation, p.region) AS c;
SELECT * FROM criteria('{}'::rule[], 2019, '{}', '{}', '{}', '{}');
-- As a column, and the order of the years does not matter.
SELECT (c).criterion, (c).met FROM (SELECT criteria('2018', 2019, '{2019,2017,2018}', ARRAY[area[3], area[1], area[2]],
	ARRAY[nation[3], nation[1], nation[2]], ARRAY[region[3], region[1], region[2]]) AS c FROM criteria_test.places) AS v;

-- A missing year, profile or count, an empty group: unknown, and the note says why.
SELECT y.years, c.value, c.threshold, c.met, c.margin_persons, c.note
FROM (VALUES ('{2018}'::int[]), ('{2017,2018}')) AS y(years),
	criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'outside_labour'), 2019, y.years,
		ARRAY(SELECT counts FROM criteria_test.delivery WHERE place = 'area' AND data_year = ANY (y.years) ORDER BY data_year), NULL, NULL) AS c;
SELECT c.criterion, c.met, c.note FROM criteria('2018', 2019, '{2017,2018,2019}', NULL, NULL, NULL) AS c;
SELECT c.criterion, c.value, c.threshold, c.met, c.note FROM criteria_test.places AS p, criteria('2018', 2019, p.years, p.area, NULL, NULL) AS c
WHERE c.criterion IN ('convicted', 'low_income');
SELECT c.criterion, c.value, c.threshold, c.met, c.note FROM criteria_test.places AS p, criteria('2018', 2019, p.years, NULL, p.nation, p.region) AS c
WHERE c.criterion IN ('convicted', 'low_income');
SELECT c.criterion, c.value, c.met, c.note FROM criteria('2018', 2019, '{2017,2018,2019}', array_fill(profile_from_counts(residents => 900,
	working_age => 0, outside_labour => 0, adults => 600), '{3}'),
	array_fill(profile_from_counts(adults => 1000, convicted => 4), '{3}'), NULL) AS c;
SELECT c.criterion, c.value, c.met, c.note, c.unknown, c.could_flip FROM criteria('2018', 2019, '{2017,2018,2019}',
	array_fill((SELECT profile(30, 0, false, 0, 1, false, false) FILTER (WHERE false)), '{3}'),
	array_fill(profile_from_counts(adults => 1000, convicted => 4), '{3}'), NULL) AS c;
-- The region's mean has to be above zero.
SELECT c.value, c.met, c.note FROM unnest(ARRAY[0, -5]) AS total, criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2018'
	AND criterion = 'low_income'), 2019, '{2018}', ARRAY[profile_from_counts(taxpayers => 10, income_total => 100)], NULL,
	ARRAY[profile_from_counts(taxpayers => 10, income_total => total)]) AS c;
-- An income in debt is under any limit.
SELECT c.value, c.met, c.margin_amount, c.margin_swaps FROM criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2018'
	AND criterion = 'low_income'), 2019, '{2018}', ARRAY[profile_from_counts(taxpayers => 10, income_total => -100)], NULL,
	ARRAY[profile_from_counts(taxpayers => 10, income_total => 1000)]) AS c;
-- The three averages, where they differ, and where the list date's population is not given.
SELECT a.averaging, y.years, c.value, c.met, c.methods_agree, c.margin_persons, c.margin_fulltime, c.note
FROM unnest(ARRAY['mean_of_shares', 'pooled', 'mean_of_counts']) AS a(averaging), (VALUES ('{2017,2018,2019}'::int[]), ('{2017,2018}')) AS y(years),
	criteria(ARRAY[ROW('own', 'test', 'outside_labour', 'not', false, '>', 'absolute', 40, '{-2,-1}', a.averaging, NULL)::rule], 2019, y.years,
		(ARRAY[profile_from_counts(working_age => 1000, outside_labour => 390), profile_from_counts(working_age => 500, outside_labour => 207),
			profile_from_counts(working_age => 740)])[:cardinality(y.years)], NULL, NULL) AS c;
-- Unknown values.
SELECT u.says, c.value, c.met, c.unknown, c.could_flip, c.note
FROM unnest(ARRAY['not', 'yes', 'excluded', 'undecided']) AS u(says),
	criteria(ARRAY[ROW('own', 'test', 'basic_education', u.says, true, '>', 'absolute', 60, '{0}', 'mean_of_shares', NULL)::rule], 2019, '{2019}',
		ARRAY[profile_from_counts(aged_30_59 => 200, basic_education => 100, not_approved_education => 15, unknown_education => 9, unknown_age => 2)],
		NULL, NULL) AS c;
SELECT u.says, c.value, c.met, c.unknown, c.could_flip, c.note
FROM unnest(ARRAY['not', 'yes', 'excluded', 'undecided']) AS u(says),
	criteria(ARRAY[ROW('own', 'test', 'low_income', u.says, true, '<', 'regional', 55, '{0}', 'mean_of_shares', NULL)::rule], 2019, '{2019}',
		ARRAY[profile_from_counts(taxpayers => 90, income_total => 52000, unknown_income => 8, unknown_in_education => 2, unknown_age => 1)],
		NULL, ARRAY[profile_from_counts(taxpayers => 1000, income_total => 1000000, unknown_income => 20)]) AS c;
-- Education not approved in Denmark counts as basic school from 2018.
SELECT s, c.value FROM unnest(ARRAY['2014', '2018']) AS s, criteria(s, 2019, '{2019}', ARRAY[profile_from_counts(aged_30_59 => 100,
	basic_education => 40, not_approved_education => 25, unknown_education => 5)], NULL, NULL) AS c WHERE c.criterion = 'basic_education';
-- Person rows and counts give the same.
CREATE TABLE criteria_test.person AS
SELECT i, 5 + i % 80 AS age, (i % 5) / 4.0::float8 AS outside, i % 37 = 0 AS convicted, i % 4 AS education, 100000 + i % 200 * 1000.0::float8 AS income,
	i % 6 = 0 AS studying, i % 9 < 5 AS non_western FROM generate_series(1, 1500) AS i;
WITH persons AS (
	SELECT profile(age, outside, convicted, nullif(education, 3), income, studying, non_western) AS p FROM criteria_test.person
), counts AS (
	SELECT profile_from_counts(residents(p), adults(p), working_age(p), outside_labour(p), convicted(p), aged_30_59(p), basic_education(p),
		not_approved_education(p), unknown_education(p), taxpayers(p), income_total(p), non_western(p), unknown_age(p), unknown_labour(p),
		unknown_conviction(p), unknown_income(p), unknown_in_education(p), unknown_origin(p)) AS p FROM persons
)
SELECT count(*), count(met), bool_and(a = b) AS same FROM persons, counts,
	LATERAL criteria('2021', 2019, '{2017,2018,2019}', array_fill(persons.p, '{3}'), array_fill(persons.p, '{3}'), array_fill(persons.p, '{3}')) WITH ORDINALITY AS a
	JOIN LATERAL criteria('2021', 2019, '{2017,2018,2019}', array_fill(counts.p, '{3}'), array_fill(counts.p, '{3}'), array_fill(counts.p, '{3}')) WITH ORDINALITY AS b
	USING (criterion, met);
DROP SCHEMA criteria_test CASCADE;
