-- The hard lists of 2018, 2019 and 2020 from membership of the yearly lists alone:
-- five lists in a row, across the change of rules in 2018.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(20);
SET LOCAL search_path = monitor, public, pg_temp;

CREATE TEMP TABLE printed (list_date text, list text, kommune text, omraade text, note text, source text);
CREATE TEMP TABLE derived (list_date text, list text, kommune text, omraade text, derivation text);
CREATE TEMP TABLE alias (kommune text, alias text, area text, reason text);
CREATE TEMP TABLE hard (list_date date, area text, derived_by text, official_count int);
CREATE TEMP TABLE counts (list_date text, udsatte int, listed int, hard int, forebyggelse int, source text);
CREATE TEMP TABLE figures (list_date text, omraade text, indicator text, value numeric, unit text, precision_note text, source text);
\copy printed FROM 'test/data/lists/membership.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
\copy derived FROM 'test/data/lists/membership_2014_2016_derived.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
\copy alias (kommune, alias, area) FROM 'test/data/lists/alias.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
\copy alias FROM 'test/data/lists/alias_more.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
\copy hard FROM 'test/data/lists/hard_streak_oracle.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
\copy counts FROM 'test/data/lists/counts_by_year.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')
\copy figures FROM 'test/data/lists/figures_scattered.csv' WITH (FORMAT csv, HEADER, ENCODING 'UTF8')

-- One name an area: the alias, then without "mv." and "m.fl.", then the alias of that.
CREATE FUNCTION pg_temp.municipality(kommune text) RETURNS text LANGUAGE sql RETURN replace(kommune, '-', ' ');
CREATE FUNCTION pg_temp.bare(omraade text) RETURNS text LANGUAGE sql RETURN regexp_replace(omraade, '\s+(mv|m\.fl)\.?$', '');
CREATE FUNCTION pg_temp.area_of(municipality text, omraade text) RETURNS text LANGUAGE sql
RETURN coalesce(
	(SELECT a.area FROM alias AS a WHERE pg_temp.municipality(a.kommune) = municipality AND a.alias = omraade),
	(SELECT a.area FROM alias AS a WHERE pg_temp.municipality(a.kommune) = municipality AND a.alias = pg_temp.bare(omraade)),
	pg_temp.bare(omraade));

-- The lists whose years in a row count: those of a status that the edition of that year says counts.
CREATE TEMP TABLE listed AS
SELECT DISTINCT left(l.list_date, 4)::int AS list_year, pg_temp.municipality(l.kommune) AS municipality,
	pg_temp.area_of(pg_temp.municipality(l.kommune), l.omraade) AS area, l.is_derived
FROM (SELECT list_date, list, kommune, omraade, false AS is_derived FROM printed
	UNION ALL SELECT list_date, list, kommune, omraade, true FROM derived) AS l
JOIN status_rule AS s ON s.rule_set = rule_set_of(left(l.list_date, 4)::int) AND s.counts_in_streak
	AND s.status = split_part(l.list, '(', 1)
WHERE l.list NOT LIKE '%partial%';

SELECT set_eq('SELECT DISTINCT list_year FROM listed WHERE NOT is_derived', ARRAY[2012, 2013, 2017, 2018, 2019, 2020],
	'six lists are known in full');
SELECT set_eq('SELECT DISTINCT list_year FROM listed WHERE is_derived', ARRAY[2014, 2015, 2016], 'and three are derived');
SELECT set_eq($$ SELECT list_year, count(*)::int FROM listed WHERE NOT is_derived GROUP BY list_year $$,
	$$ SELECT left(list_date, 4)::int, c.listed FROM counts AS c WHERE left(list_date, 4) IN ('2012', '2013', '2017', '2018', '2019', '2020') $$,
	'each has as many areas as was announced');
SELECT is_empty($$
	SELECT a.municipality, a.area, b.area FROM listed AS a JOIN listed AS b USING (municipality)
	WHERE a.area <> b.area AND (starts_with(a.area, b.area)
		OR string_to_array(a.area, '/') @> string_to_array(b.area, '/'))
$$, 'no area is left under two names');

-- Every area and every year of which the list is known.
CREATE FUNCTION pg_temp.panel(with_derived bool) RETURNS TABLE (municipality text, area text, list_year int, at_least int, at_most int)
LANGUAGE sql AS $$
	WITH used AS (SELECT * FROM listed WHERE with_derived OR NOT is_derived)
	SELECT p.municipality, p.area, p.list_year, (p.years).at_least, (p.years).at_most
	FROM (SELECT a.municipality, a.area, y.list_year, streak(EXISTS (SELECT FROM used AS u WHERE u.list_year = y.list_year
				AND u.municipality = a.municipality AND u.area = a.area), y.list_year)
			OVER (PARTITION BY a.municipality, a.area) AS years
		FROM (SELECT DISTINCT l.municipality, l.area FROM listed AS l) AS a,
			(SELECT DISTINCT u.list_year FROM used AS u) AS y) AS p
$$;
CREATE TEMP TABLE known AS SELECT * FROM pg_temp.panel(true);
CREATE TEMP TABLE printed_only AS SELECT * FROM pg_temp.panel(false);

-- The statuses, from an area that is on the list: five years as the edition says.
CREATE FUNCTION pg_temp.hard(at_least int, at_most int, list_year int, listed bool) RETURNS bool LANGUAGE sql AS $$
	SELECT r.met FROM status_results(status_rules('2018'), list_year,
		(SELECT array_agg(ROW(c, NULL, NULL, NULL, listed, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			NULL)::criterion_result) FROM unnest(ARRAY['residents', 'non_western', 'outside_labour', 'convicted']) AS c),
		at_least, at_most) AS r WHERE r.status = 'haard_ghetto'
$$;
SELECT is(years_in_row, 5, 'the edition of 2018 asks for five lists') FROM status_rule
WHERE rule_set = '2018' AND status = 'haard_ghetto';

SELECT set_eq(
	format('SELECT area FROM known WHERE list_year = %s AND pg_temp.hard(at_least, at_most, list_year, at_least > 0)', y),
	format('SELECT area FROM hard WHERE list_date = make_date(%s, 12, 1)', y),
	'the hard list of ' || y || ' by name')
FROM generate_series(2018, 2020) AS y;
SELECT is(array_agg(n ORDER BY list_year), ARRAY[15, 15, 13]::bigint[], '15, 15 and 13 areas')
FROM (SELECT list_year, count(*) AS n FROM known WHERE list_year >= 2018 AND at_least >= 5 GROUP BY list_year) AS v;
SELECT set_eq('SELECT extract(year FROM list_date)::int, count(*)::int FROM hard GROUP BY 1',
	'SELECT DISTINCT extract(year FROM list_date)::int, official_count FROM hard', 'as announced');
SELECT set_eq($$ SELECT count(*)::int FROM known WHERE list_year = 2019 AND at_least >= 4 $$, ARRAY[19],
	'a rule of four years would give 19 in 2019');
SELECT set_eq($$
	SELECT area FROM known WHERE list_year = 2020 AND at_least >= 5
$$, $$
	(SELECT area FROM known WHERE list_year = 2019 AND at_least >= 5
	EXCEPT SELECT pg_temp.area_of(pg_temp.municipality(kommune), omraade) FROM printed WHERE list LIKE 'haard: left%')
	UNION SELECT pg_temp.area_of(pg_temp.municipality(kommune), omraade) FROM printed WHERE list LIKE 'haard: new%'
$$, 'four left the hard list in 2020 and two are new, as the official note says');

-- Without the derived lists the answer is bounds, not a guess.
SELECT is_empty($$
	SELECT h.*, p.* FROM hard AS h LEFT JOIN printed_only AS p ON p.area = h.area AND p.list_year = extract(year FROM h.list_date)
	WHERE p.area IS NULL OR NOT (p.at_least < 5 AND coalesce(p.at_most, 5) >= 5)
$$, 'without the lists of 2014 to 2016 every hard area has fewer than five lists at least and five or more at most');
SELECT is_empty($$
	SELECT * FROM printed_only JOIN known USING (municipality, area, list_year)
	WHERE printed_only.at_least > known.at_least OR coalesce(printed_only.at_most, 99) < coalesce(known.at_most, 99)
$$, 'bounds hold what is known better');
SELECT is_empty($$
	SELECT h.area FROM hard AS h JOIN printed_only AS p ON p.area = h.area AND p.list_year = extract(year FROM h.list_date)
	WHERE pg_temp.hard(p.at_least, p.at_most, p.list_year, true) IS NOT NULL
$$, 'so the status is unknown, neither yes nor no');
SELECT results_eq($$
	SELECT area, at_least, at_most FROM printed_only
	WHERE list_year = 2018 AND area IN ('Finlandsparken', 'Munkebo', 'Skovgårdsparken', 'Ellekonebakken', 'Blågården')
	ORDER BY area COLLATE "C"
$$, $$ VALUES ('Blågården', 0, 0), ('Ellekonebakken', 1, 1), ('Finlandsparken', 2, NULL), ('Munkebo', 2, 5),
	('Skovgårdsparken', 2, 5) $$, 'bounds of single areas');

-- Figures that were printed, as bounds.
SELECT is((criterion_from_bounds((SELECT r FROM rule AS r WHERE rule_set = '2018' AND criterion = 'convicted'),
		b.low, b.high, l.low, l.high)).met, false, 'Munkebo 2018: 1.47 % convicted is under 3 x = 1.98 %')
FROM figures AS f, printed_bounds(f.value, 2) AS b, figures AS n, printed_bounds(n.value, 2) AS l
WHERE f.omraade = 'Munkebo' AND f.indicator = 'doemte' AND n.indicator = 'doemte_graense_3x' AND n.list_date = '2018-12-01';
SELECT is((criterion_from_bounds((SELECT r FROM rule AS r WHERE rule_set = '2018' AND criterion = 'non_western'),
		b.low, b.high)).met, v.expected, 'Korskærparken ' || v.list_date || ': ' || f.value || ' % non-western')
FROM (VALUES ('2019-12-01', true), ('2020-12-01', false)) AS v(list_date, expected)
JOIN figures AS f ON f.list_date = v.list_date AND f.omraade = 'Korskærparken' AND f.indicator = 'ikke_vestlig',
	printed_bounds(f.value, 1) AS b ORDER BY v.list_date;
SELECT is_empty($$
	SELECT f.* FROM figures AS f, printed_bounds(f.value, 1) AS b,
		criterion_from_bounds((SELECT r FROM rule AS r WHERE rule_set = '2014' AND criterion = 'outside_labour'), b.low, b.high) AS c
	WHERE f.indicator = 'uden_tilknytning_18_64' AND c.met IS NOT TRUE
$$, 'the areas printed with more than 40 % outside the labour market meet that test');

SELECT * FROM finish();
ROLLBACK;
