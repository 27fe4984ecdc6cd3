-- Properties of the register: persons and counts agree, places, lineage, lists in a
-- row from the real lists, deliveries of printed figures.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(44);

CALL monitor.create_register('persons', 25832, sensitive => true);
\set register persons
\i test/data/small_town.sql
CALL monitor.refresh('persons');

-- What readers would see of criteria and statuses, for comparing two registers.
CREATE FUNCTION pg_temp.answers(register name) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT (rule_set, list_year, area, criterion, value, threshold, met, margin, margin_persons, margin_fulltime,
		margin_amount, margin_swaps, by_leaving, by_newcomers, near_limit, suppressed)::text FROM %1$I.fact_criterion WHERE area < 11
		UNION ALL SELECT (rule_set, list_year, area, status, met, is_strictest, met_if_larger, at_least, at_most, margin_low, margin_high)::text
		FROM %1$I.fact_status WHERE area < 11', register || '_published');
END $$;
SELECT is(count(*)::int, 212 + 84, 'every criterion and status of four areas and six lists') FROM pg_temp.answers('persons');

-- The same people as counts.
CALL monitor.create_register('counts', 25832);
INSERT INTO counts.area SELECT * FROM persons.area;
INSERT INTO counts.benchmark SELECT * FROM persons.benchmark;
INSERT INTO counts.profile_delivery SELECT p.area, p.data_year, date '2022-01-01', c.*
FROM persons.computed_profile AS p CROSS JOIN LATERAL jsonb_to_record(p.counts) AS c(residents bigint, adults bigint, working_age bigint,
	outside_labour numeric, convicted bigint, aged_30_59 bigint, basic_education bigint, not_approved_education bigint,
	unknown_education bigint, taxpayers bigint, income_total numeric, non_western bigint, unknown_age bigint, unknown_labour bigint,
	unknown_conviction bigint, unknown_income bigint, unknown_in_education bigint, unknown_origin bigint);
CALL monitor.refresh('counts');
SELECT set_eq('SELECT * FROM pg_temp.answers(''counts'')', 'SELECT * FROM pg_temp.answers(''persons'')', 'counts give the answers of the persons');
SELECT results_eq('SELECT area, data_year, measure, count, share, mean_income, suppressed FROM counts_published.fact_profile ORDER BY 1, 2, 3',
	'SELECT area, data_year, measure, count, share, mean_income, suppressed FROM persons_published.fact_profile ORDER BY 1, 2, 3', 'and the same profiles');
UPDATE counts.profile_delivery SET unknown_age = NULL, unknown_labour = NULL, unknown_conviction = NULL, unknown_income = NULL,
	unknown_in_education = NULL, unknown_origin = NULL;  -- those of unknown education count as basic school before 2018
CALL monitor.refresh('counts');
SELECT set_eq('SELECT * FROM pg_temp.answers(''counts'')', 'SELECT * FROM pg_temp.answers(''persons'')', 'also where the numbers unknown are not delivered');

-- Persons without sensitive columns, and the office's counts of those.
CALL monitor.create_register('mixed', 25832);
INSERT INTO mixed.landlord SELECT * FROM persons.landlord;
INSERT INTO mixed.department SELECT * FROM persons.department;
INSERT INTO mixed.area SELECT * FROM persons.area;
INSERT INTO mixed.area_boundary SELECT * FROM persons.area_boundary;
INSERT INTO mixed.area_department SELECT * FROM persons.area_department;
INSERT INTO mixed.area_parcel SELECT * FROM persons.area_parcel;
INSERT INTO mixed.address SELECT * FROM persons.address;
INSERT INTO mixed.resident SELECT person, data_year, address, household, age, outside_labour, education, in_education FROM persons.resident;
INSERT INTO mixed.benchmark SELECT * FROM persons.benchmark;
CALL monitor.refresh('mixed');
SELECT is(counts - '{residents,unknown_age,adults,working_age,outside_labour,unknown_labour,aged_30_59,basic_education,not_approved_education,unknown_education}'::text[],
	'{"convicted": null, "unknown_conviction": null, "taxpayers": null, "income_total": null, "unknown_income": null, "unknown_in_education": null,
		"non_western": null, "unknown_origin": null}', 'without the columns conviction, income and origin are missing, not unknown people')
FROM mixed.computed_profile WHERE area = 1 AND data_year = 2020;
SELECT set_eq($$SELECT DISTINCT criterion, met FROM mixed.computed_criterion WHERE rule_set = '2018' AND area = 1$$,
	$$VALUES ('residents', true), ('outside_labour', true), ('basic_education', true), ('convicted', NULL), ('low_income', NULL), ('non_western', NULL)$$,
	'their criteria are unknown, the others are not');
INSERT INTO mixed.profile_delivery (area, data_year, vintage, convicted, taxpayers, income_total, non_western)
SELECT area, data_year, '2022-01-01', convicted, taxpayers, income_total, non_western FROM counts.profile_delivery;
CALL monitor.refresh('mixed');
SELECT set_eq('SELECT * FROM pg_temp.answers(''mixed'')', 'SELECT * FROM pg_temp.answers(''persons'')', 'counted and delivered figures together give the answers of the persons');
SELECT results_eq('SELECT DISTINCT source::text FROM mixed_published.fact_profile', 'VALUES (''both'')', 'and are marked as both');
-- The latest vintage of a delivery counts, and wins over the person rows.
INSERT INTO mixed.profile_delivery (area, data_year, vintage, residents) VALUES (1, 2020, '2022-06-01', 1150), (1, 2020, '2021-06-01', 9999);
CALL monitor.refresh('mixed');
SELECT results_eq('SELECT residents, vintage FROM mixed_published.area_profile WHERE area = 1 AND data_year = 2020', $$VALUES (1150::bigint, date '2022-06-01')$$,
	'the latest vintage wins');
SELECT is((SELECT residents FROM persons_published.area_profile WHERE area = 1 AND data_year = 2020), 1200::bigint, 'and the register beside it is not touched');

-- Refresh again: the same rows, whatever the order of the rows and the plan.
CREATE TEMP TABLE first_answers AS SELECT * FROM pg_temp.answers('persons') AS a(answer);
CREATE TEMP TABLE shuffled AS SELECT * FROM persons.resident ORDER BY person * 7919 % 10007;
DELETE FROM persons.resident;
INSERT INTO persons.resident SELECT * FROM shuffled;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CALL monitor.refresh('persons');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SELECT set_eq('SELECT * FROM pg_temp.answers(''persons'')', 'SELECT answer FROM first_answers', 'a refresh of the same rows gives the same answers');
SELECT is(count(*)::int, 2 * count(DISTINCT step)::int, 'run has a row for each step of both refreshes') FROM persons.run;
SELECT is(count(*)::int, 0, 'finished, by whom') FROM persons.run
WHERE finished_at < started_at OR finished_at IS NULL OR rows IS NULL OR runner <> current_user OR what <> 'refresh';
-- Whatever is on the caller's search_path is not called.
CREATE SCHEMA planted;
CREATE FUNCTION planted.trap(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE OPERATOR planted.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = planted.trap);
CREATE FUNCTION planted.format(text, name) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION planted.make_date(integer, integer, integer) RETURNS date LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE FUNCTION pg_temp.make_date(integer, integer, integer) RETURNS date LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
CREATE TEMP TABLE settings (n int);
SET LOCAL search_path = pg_temp, planted, pg_catalog;
CALL monitor.refresh('persons');
DO $$ BEGIN
	IF 1 = 1 THEN RETURN; END IF;
EXCEPTION WHEN raise_exception THEN
	PERFORM set_config('monitor_test.trap', SQLERRM, true);
END $$;
RESET search_path;
SELECT is(current_setting('monitor_test.trap', true), 'trapped', 'an operator planted on the search_path');
SELECT set_eq('SELECT * FROM pg_temp.answers(''persons'')', 'SELECT answer FROM first_answers', 'is not called by refresh');
DROP SCHEMA planted CASCADE;
DELETE FROM persons.run WHERE id > (SELECT 2 * count(DISTINCT step) FROM persons.run);
-- All or nothing.
SAVEPOINT whole;
ALTER TABLE persons_published.fact_boundary ADD CONSTRAINT refuse CHECK (false) NOT VALID;
SELECT throws_ok('CALL monitor.refresh(''persons'')', '23514', NULL, 'a refresh that fails at its end');
ROLLBACK TO whole;
SELECT set_eq('SELECT * FROM pg_temp.answers(''persons'')', 'SELECT answer FROM first_answers', 'leaves what was published');
SELECT is(count(*)::int, 2 * count(DISTINCT step)::int, 'and no rows of run') FROM persons.run;

-- Places: parcel before point, point before department; what held on 1 January.
UPDATE persons.address SET geom = (SELECT geom FROM persons.address WHERE id = 101) WHERE id = 301;
UPDATE persons.address SET department = 2 WHERE id = 102;
UPDATE persons.area_boundary SET valid_to = '2019-01-01' WHERE area = 2;
INSERT INTO persons.area_boundary (area, valid_from, geom)
SELECT 2, '2019-01-01', 'SRID=25832;MULTIPOLYGON(((600000 6200000,600160 6200000,600160 6200400,600000 6200400,600000 6200000)))';
CALL monitor.refresh('persons');
SELECT results_eq('SELECT area, placed_by FROM persons.address_area WHERE address = 301 AND layer = ''housing_area'' AND first_data_year = 2016',
	$$VALUES (3::bigint, 'parcel')$$, 'a parcel wins over the point');
SELECT results_eq('SELECT area, placed_by FROM persons.address_area WHERE address = 102 AND layer = ''housing_area'' AND first_data_year = 2016',
	$$VALUES (1::bigint, 'point')$$, 'a point wins over the department');
SELECT results_eq('SELECT area, placed_by FROM persons.address_area WHERE address = 402 AND layer = ''housing_area'' AND first_data_year = 2016',
	$$VALUES (4::bigint, 'department')$$, 'the department is last');
SELECT results_eq('SELECT DISTINCT first_data_year, last_data_year FROM persons.address_area ORDER BY 1', 'VALUES (2016, 2018), (2019, 2021)',
	'a boundary that is new on 1 January holds from that data year');
SELECT results_eq('SELECT data_year, residents FROM persons_published.area_profile WHERE area = 2 AND data_year IN (2018, 2019) ORDER BY 1',
	'VALUES (2018, 1100::bigint), (2019, 561::bigint)', 'those outside it are no longer counted');
-- A housing area that nobody lives in has a profile of nobody; one that is nowhere has none.
INSERT INTO persons.area (id, name, municipality, region) VALUES (5, 'Tom', 'Lilleby', 'Syd'), (6, 'Uden', 'Lilleby', 'Syd');
INSERT INTO persons.area_boundary (area, valid_from, geom)
VALUES (5, '2018-06-01', 'SRID=25832;MULTIPOLYGON(((600000 6205000,600100 6205000,600100 6205100,600000 6205000)))');
CALL monitor.refresh('persons');
SELECT results_eq('SELECT data_year, residents FROM persons_published.area_profile WHERE area = 5 ORDER BY 1',
	'VALUES (2019, 0::bigint), (2020, 0), (2021, 0)', 'an empty area has nobody, from its first 1 January');
SELECT results_eq($$SELECT criterion, met FROM persons.computed_criterion WHERE area = 5 AND rule_set = '2021' AND criterion IN ('residents', 'outside_labour') ORDER BY 1$$,
	$$VALUES ('outside_labour', NULL::boolean), ('residents', false)$$, 'its shares are unknown, its size is not');
SELECT is_empty('SELECT FROM persons.computed_profile WHERE area = 6', 'an area that is nowhere has no profile');
-- What is known from deliveries alone is not completed with a count of nobody.
INSERT INTO persons.area (id, name, municipality, region) VALUES (7, 'Talby', 'Lilleby', 'Syd'), (8, 'Trykby', 'Lilleby', 'Syd');
INSERT INTO persons.area_boundary (area, geom)
SELECT area, 'SRID=25832;MULTIPOLYGON(((600000 6206000,600100 6206000,600100 6206100,600000 6206000)))' FROM unnest(ARRAY[7, 8]) AS area;
INSERT INTO persons.profile_delivery (area, data_year, residents) VALUES (7, 2020, 1500);
INSERT INTO persons.criterion_delivery (list_year, rule_set, criterion, area, value, value_decimals) VALUES (2021, '2021', 'residents', 8, 1450, 0);
CALL monitor.refresh('persons');
SELECT results_eq('SELECT data_year, source, counts ->> ''residents'', counts ->> ''non_western'' FROM persons.computed_profile WHERE area = 7',
	$$VALUES (2020, 'delivery', '1500', NULL)$$, 'a delivery of residents alone says nothing of the rest, nor of other years');
SELECT results_eq($$SELECT criterion, met, source FROM persons.computed_criterion WHERE (area, list_year, rule_set) = (8, 2021, '2021') AND criterion IN ('residents', 'non_western') ORDER BY 1$$,
	$$VALUES ('non_western', NULL::boolean, 'profile'), ('residents', true, 'delivery')$$, 'a printed number of residents is not overruled by a polygon without addresses');

-- Printed figures: a value, bounds, or only a limit.
CALL monitor.create_register('printed', 25832);
INSERT INTO printed.area (id, name, municipality, region) SELECT n, 'A' || n, 'M', 'R' FROM generate_series(1, 3) AS n;
INSERT INTO printed.criterion_delivery (list_year, rule_set, criterion, area, value, value_decimals, low, high, limit_value, limit_decimals) VALUES
	(2018, '2018', 'convicted', NULL, NULL, NULL, NULL, NULL, 1.98, 2),
	(2018, '2018', 'convicted', 1, 1.47, 2, NULL, NULL, NULL, NULL), (2018, '2018', 'convicted', 2, 1.98, 2, NULL, NULL, NULL, NULL),
	(2018, '2018', 'convicted', 3, 1.985, NULL, NULL, NULL, NULL, NULL),
	(2018, '2018', 'outside_labour', 1, 40.1, 1, NULL, NULL, NULL, NULL), (2018, '2018', 'outside_labour', 2, 40.0, 1, NULL, NULL, NULL, NULL),
	(2018, '2018', 'outside_labour', 3, NULL, NULL, NULL, 40, NULL, NULL),
	(2018, '2018', 'low_income', 1, 60, 0, NULL, NULL, NULL, NULL), (2018, '2018', 'low_income', 2, NULL, NULL, 54, 56, NULL, NULL),
	(2018, '2018', 'low_income', 3, NULL, NULL, NULL, 54.9, NULL, NULL),
	(2018, '2018', 'residents', 1, 1600, 0, NULL, NULL, NULL, NULL), (2018, '2018', 'residents', 3, NULL, NULL, 1000, NULL, NULL, NULL),
	(2018, '2018', 'basic_education', 3, NULL, NULL, 60.01, NULL, NULL, NULL);
CALL monitor.refresh('printed');
SELECT results_eq('SELECT area, criterion, met FROM printed_published.criteria_margin ORDER BY 1, 2', $$VALUES
	(1::bigint, 'basic_education'::varchar, NULL::bool), (1, 'convicted', false), (1, 'low_income', false), (1, 'non_western', NULL), (1, 'outside_labour', true), (1, 'residents', true),
	(2, 'basic_education', NULL), (2, 'convicted', NULL), (2, 'low_income', NULL), (2, 'non_western', NULL), (2, 'outside_labour', NULL), (2, 'residents', NULL),
	(3, 'basic_education', true), (3, 'convicted', true), (3, 'low_income', true), (3, 'non_western', NULL), (3, 'outside_labour', false), (3, 'residents', true)$$,
	'printed figures answer yes, no or unknown');
SELECT results_eq('SELECT area, met FROM printed_published.computed_status WHERE status = ''udsat'' ORDER BY 1',
	'VALUES (1::bigint, NULL::bool), (2, NULL), (3, true)', 'and so do the statuses');
-- A share counted here against a limit that was printed.
DELETE FROM mixed.benchmark WHERE scope = 'national';
CALL monitor.refresh('mixed');
SELECT is((SELECT met FROM mixed.computed_criterion WHERE (list_year, rule_set, area, criterion) = (2019, '2018', 1, 'convicted')), NULL::bool, 'without the national share the limit is unknown');
INSERT INTO mixed.criterion_delivery (list_year, rule_set, criterion, limit_value, limit_decimals) VALUES (2019, '2018', 'convicted', 1.98, 2);
CALL monitor.refresh('mixed');
SELECT results_eq('SELECT met, source::text, value, threshold FROM mixed_published.criteria_margin WHERE (list_year, rule_set, area, criterion) = (2019, ''2018'', 1, ''convicted'')',
	$$VALUES (true, 'delivery', 5::float8, 1.98::float8)$$, 'a printed limit answers');

-- Lineage: who follows an area inherits its lists.
CALL monitor.create_register('lineage', 25832);
INSERT INTO lineage.area (id, name, municipality) SELECT n, 'A' || n, 'M' FROM generate_series(1, 7) AS n;
INSERT INTO lineage.published_list (list_year, status, complete) SELECT y, 'ghetto', y <> 2013 FROM generate_series(2012, 2018) AS y;
INSERT INTO lineage.list_entry (list_year, status, area) SELECT y, 'ghetto', 1 FROM generate_series(2012, 2015) AS y
UNION ALL SELECT y, 'ghetto', a FROM generate_series(2016, 2018) AS y, (VALUES (2), (3), (5), (6)) AS v(a)
UNION ALL SELECT y, 'ghetto', 4 FROM generate_series(2012, 2015) AS y;
-- 1 is split into 2 and 3; 4 and 7, which was never listed, become 5; 6 is new.
INSERT INTO lineage.area_lineage VALUES (1, 2, '2016-06-01', 'split'), (1, 3, '2016-06-01', 'split'), (4, 5, '2016-06-01', 'merger'), (7, 5, '2016-06-01', 'merger');
CALL monitor.refresh('lineage');
SELECT results_eq('SELECT area, at_least, at_most FROM lineage_published.official_list WHERE list_year = 2018 ORDER BY 1',
	'VALUES (2::bigint, 7, NULL::int), (3, 7, NULL), (5, 3, NULL), (6, 3, 3)',
	'both parts inherit; a merger of listed and not listed is unknown before it; a new area has its own lists alone');
SELECT results_eq('SELECT area, list_year, basis::text FROM lineage_published.fact_listing WHERE area IN (2, 6) AND list_year IN (2013, 2015, 2016) ORDER BY 1, 2',
	$$VALUES (2::bigint, 2013, 'inherited'), (2, 2015, 'inherited'), (2, 2016, 'official'), (6, 2013, 'unknown'), (6, 2015, 'official'), (6, 2016, 'official')$$,
	'it is marked which years are inherited; an incomplete list says nothing of those who are not on it');
SELECT results_eq('SELECT area, met FROM lineage_published.computed_status WHERE list_year = 2018 AND status = ''haard_ghetto'' AND area IN (1, 2, 5, 6) ORDER BY 1',
	'VALUES (1::bigint, false), (2, true), (5, NULL), (6, false)', 'five lists in a row through the lineage');
UPDATE lineage.settings SET inherit_through_lineage = false;
CALL monitor.refresh('lineage');
SELECT results_eq('SELECT area, at_least, at_most FROM lineage_published.official_list WHERE list_year = 2018 ORDER BY 1',
	'VALUES (2::bigint, 3, 3), (3, 3, 3), (5, 3, 3), (6, 3, 3)', 'or not, as the settings say');

-- The real lists: from membership alone, the areas of the official note.
CREATE TEMP TABLE membership (list_date text, list text, kommune text, omraade text, note text, source text);
CREATE TEMP TABLE derived (list_date text, list text, kommune text, omraade text, derivation text);
CREATE TEMP TABLE oracle (list_date text, area text, derived_by text, official_count int);
CREATE TEMP TABLE alias (kommune text, alias text, area text);
\copy membership FROM 'test/data/lists/membership.csv' CSV HEADER ENCODING 'UTF8'
\copy derived FROM 'test/data/lists/membership_2014_2016_derived.csv' CSV HEADER ENCODING 'UTF8'
\copy oracle FROM 'test/data/lists/hard_streak_oracle.csv' CSV HEADER ENCODING 'UTF8'
\copy alias FROM 'test/data/lists/alias.csv' CSV HEADER ENCODING 'UTF8'
CALL monitor.create_register('denmark', 25832);
CREATE TEMP TABLE entries (municipality text, printed_name text);
CREATE PROCEDURE pg_temp.load(source text, complete boolean) LANGUAGE plpgsql AS $$
DECLARE
	list record;
BEGIN
	FOR list IN EXECUTE format('SELECT left(list_date, 4)::int AS list_year, min(list_date) AS list_date, array_agg(kommune) AS kommune, array_agg(omraade) AS omraade
		FROM %I WHERE list IN (''ghetto'', ''ghetto(5crit)'') GROUP BY 1 ORDER BY 1', source) LOOP
		DELETE FROM entries;
		INSERT INTO entries SELECT * FROM unnest(list.kommune, list.omraade);
		CALL monitor.load_list('denmark', list.list_year, 'ghetto', 'entries',
			CASE WHEN list.list_date ~ '^\d{4}-\d\d-\d\d$' THEN list.list_date::date END, complete, create_missing => true);
	END LOOP;
END $$;
CALL pg_temp.load('membership', true);
SELECT results_eq('SELECT list_year, count(*)::int FROM denmark.list_entry GROUP BY 1 ORDER BY 1',
	'VALUES (2012, 33), (2013, 34), (2017, 22), (2018, 29), (2019, 28), (2020, 15)', 'every name on six lists is an area of its own');
SELECT is((SELECT count(*)::int FROM alias AS s WHERE (SELECT a.id FROM denmark.area AS a WHERE monitor.area_spelling(a.name, a.municipality) = monitor.area_spelling(s.alias, s.kommune) AND monitor.area_spelling(a.municipality) = monitor.area_spelling(s.kommune))
	IS DISTINCT FROM (SELECT a.id FROM denmark.area AS a WHERE monitor.area_spelling(a.name, a.municipality) = monitor.area_spelling(s.area, s.kommune) AND monitor.area_spelling(a.municipality) = monitor.area_spelling(s.kommune))),
	0, 'every known alias is one area with its name by the rules of spelling alone');
CALL monitor.refresh('denmark');
SELECT is_empty($$SELECT * FROM denmark_published.computed_status WHERE status = 'haard_ghetto' AND list_year BETWEEN 2018 AND 2020 AND met$$,
	'without the lists of 2014 to 2016 nobody is surely five years in a row');
SELECT results_eq($$SELECT DISTINCT at_least, at_most FROM denmark_published.official_list WHERE name LIKE 'Vollsmose%' AND list_year = 2018$$,
	'VALUES (2, NULL::int)', 'the bounds: two lists at least, at most without end');
SELECT is_empty($$SELECT o.list_date, o.area FROM oracle AS o WHERE NOT EXISTS (SELECT FROM denmark_published.computed_status AS s
	WHERE s.status = 'haard_ghetto' AND s.list_year = left(o.list_date, 4)::int AND s.met IS NULL
		AND monitor.area_spelling(s.name, s.municipality) = monitor.area_spelling(o.area, s.municipality))$$, 'those of the official note are among the unknown');
CALL pg_temp.load('derived', false);
CALL monitor.refresh('denmark');
SELECT results_eq($$SELECT list_year, count(*)::int FROM denmark_published.computed_status WHERE status = 'haard_ghetto' AND list_year BETWEEN 2018 AND 2020 AND met GROUP BY 1 ORDER BY 1$$,
	'VALUES (2018, 15), (2019, 15), (2020, 13)', 'with them 15, 15 and 13 areas, across the change of rules');
SELECT set_eq($$SELECT list_year, monitor.area_spelling(name, municipality) FROM denmark_published.computed_status WHERE status = 'haard_ghetto' AND list_year BETWEEN 2018 AND 2020 AND met$$,
	'SELECT left(list_date, 4)::int, monitor.area_spelling(area) FROM oracle', 'and they are those of the official note');
SELECT is_empty($$SELECT finding, message FROM monitor.check_register('denmark') WHERE severity = 'error'$$, 'check_register finds no error in a register of lists alone');

SELECT * FROM finish();
ROLLBACK;
