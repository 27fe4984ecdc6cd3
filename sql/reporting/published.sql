-- What readers see: shape, suppression, and views that answer.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832, sensitive => true);
\set register regtest
\set ECHO none
\i test/data/small_town.sql
\set ECHO all
INSERT INTO regtest.published_list (list_year, status, list_date) VALUES (2019, 'ghetto', '2019-12-01');
INSERT INTO regtest.list_entry (list_year, status, area, printed_name) VALUES (2019, 'ghetto', 1, 'Nordparken'), (2019, 'ghetto', 2, 'Sydparken');
INSERT INTO regtest.official_value (list_year, rule_set, criterion, area, value, decimals) VALUES
	(2019, '2018', 'outside_labour', 1, 50.0, 1), (2019, '2018', 'outside_labour', 2, 45.3, 1), (2019, '2018', 'residents', 1, 1203, 0),
	(2019, '2018', 'low_income', 1, 45.5, 1), (2019, '2018', 'convicted', 3, 13.04, 2);
CALL monitor.refresh('regtest');
SET search_path = regtest_published, public;
-- Columns that every client can read: these types alone, with lengths, and no geometry but the map's.
SELECT DISTINCT format_type(a.atttypid, CASE WHEN a.atttypid IN ('varchar'::regtype, 'numeric'::regtype) THEN NULL ELSE a.atttypmod END) AS type,
	bool_and(a.atttypmod > 0) FILTER (WHERE a.atttypid IN ('varchar'::regtype, 'numeric'::regtype)) AS has_length
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = 'regtest_published'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 GROUP BY 1 ORDER BY 1;
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = 'regtest_published'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0
	AND (a.atttypid IN ('varchar'::regtype, 'numeric'::regtype) AND a.atttypmod < 0 OR a.atttypid = 'geometry'::regtype) ORDER BY 1, 2;
-- Every table has a primary key; every fact leads to its dimensions.
SELECT relname FROM pg_class AS c WHERE relnamespace = 'regtest_published'::regnamespace AND relkind = 'r'
	AND NOT EXISTS (SELECT FROM pg_constraint AS p WHERE p.conrelid = c.oid AND p.contype = 'p');
SELECT conrelid::regclass, string_agg(confrelid::regclass::text, ', ' ORDER BY conname) FROM pg_constraint
WHERE connamespace = 'regtest_published'::regnamespace AND contype = 'f' GROUP BY conrelid ORDER BY conrelid::regclass::text;
SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) AS columns
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'regtest_published'::regnamespace AND c.relkind = 'v' GROUP BY c.relname ORDER BY 1;
SELECT a.attname, col_description(a.attrelid, a.attnum) FROM pg_attribute AS a WHERE a.attrelid = 'early_warning'::regclass AND a.attnum > 0 ORDER BY a.attnum;

-- The town as published.
SELECT area, data_year, residents, adults, working_age, outside_labour, outside_labour_share, convicted, convicted_share::numeric(6, 3),
	basic_education_share, mean_income, non_western_share, suppressed_measures FROM area_profile WHERE data_year IN (2016, 2021) ORDER BY 1, 2;
SELECT list_year, area, status, rank, met, is_strictest, official, met_if_larger, at_least, at_most, margin_low, margin_high FROM computed_status
WHERE list_year IN (2019, 2021) AND rule_set <> 'combined_letting' ORDER BY 1, 2, 4 DESC;
SELECT area, criterion, value, comparator, threshold::numeric(8, 4), met, margin::numeric(8, 4), margin_persons, near_limit, source FROM criteria_margin
WHERE list_year = 2019 AND rule_set = '2018' ORDER BY 1, 2;
SELECT list_year, rule_set, area, name, near_limit, too_small, nearest_criterion, nearest_met, nearest_margin, nearest_margin_persons, status_if_larger
FROM early_warning WHERE list_year >= 2019 ORDER BY 1, 2, 3;
SELECT * FROM official_list ORDER BY area;
SELECT area, criterion, ours::numeric(10, 3), theirs::float8, decimals, difference::numeric(10, 3), difference_persons, agrees, suppressed FROM official_difference ORDER BY 1, 2;
SELECT list_year, listed, basis, at_least, at_most FROM fact_listing WHERE area = 2 ORDER BY 1;
SELECT fid, area, valid_from, valid_to, list_year, status, GeometryType(geom), ST_Area(geom) FROM area_map ORDER BY fid;
SELECT * FROM dim_list_year ORDER BY 1;
SELECT * FROM area_landlord ORDER BY 1;

-- fid stays with its boundary when others come and go.
DELETE FROM regtest.area_boundary WHERE area = 1;
INSERT INTO regtest.area_boundary (area, geom) VALUES (3, 'SRID=25832;MULTIPOLYGON(((0 0,1 0,1 1,0 0)))');
CALL monitor.refresh('regtest');
INSERT INTO regtest.area_boundary (area, geom) VALUES (1, 'SRID=25832;MULTIPOLYGON(((600000 6200600,600400 6200600,600400 6201000,600000 6201000,600000 6200600)))');
CALL monitor.refresh('regtest');
SELECT fid, area FROM area_map ORDER BY fid;

-- Suppression. Area 20: 600 residents, of whom few are something; k = 3.
RESET search_path;
INSERT INTO regtest.area (id, name, municipality, region) SELECT n, 'Lille ' || n, 'Lilleby', 'Syd' FROM generate_series(20, 33) AS n;
INSERT INTO regtest.profile_delivery (area, data_year, vintage, residents, adults, working_age, outside_labour, convicted, aged_30_59, basic_education,
	not_approved_education, unknown_education, taxpayers, income_total, non_western, unknown_conviction)
SELECT d.area, y, '2022-01-01', d.residents, d.adults, d.working, d.outside, d.convicted, d.middle, d.basic, d.not_approved, d.unknown, d.taxpayers,
	200000 * d.taxpayers, d.non_western, d.unknown_conviction
FROM (VALUES
	(20, 600, 500, 400, 180.0, 10, 200, 100, 20, 10, 300, 60, 0),    -- nothing small
	(21, 600, 500, 400, 180.0, 2, 200, 100, 20, 10, 300, 60, 0),     -- two convicted
	(22, 600, 500, 400, 2.5, 10, 200, 100, 20, 10, 300, 598, 0),     -- 2.5 full-time persons; 2 who are western
	(23, 600, 500, 498, 180.0, 10, 200, 100, 20, 10, 300, 60, 0),    -- 2 aged 65 and over
	(24, 600, 598, 400, 180.0, 10, 200, 100, 20, 10, 300, 60, 0),    -- 2 children
	(25, 600, 500, 400, 180.0, 10, 200, 100, 2, 10, 300, 60, 0),     -- 2 not approved
	(26, 600, 500, 400, 180.0, 10, 200, 150, 28, 20, 300, 60, 0),    -- 2 educated: what basic, not approved and unknown leave
	(27, 600, 500, 400, 180.0, 10, 200, 100, 20, 10, 2, 60, 0),      -- 2 taxpayers
	(28, 2, 2, 2, 0.0, 0, 2, 2, 0, 0, 2, 0, 0),                      -- 2 residents
	(29, 600, 500, 400, 180.0, 0, 200, 100, 20, 10, 300, 0, 0),      -- zeros are shown
	(30, 600, 500, 400, 180.0, 3, 200, 100, 20, 10, 300, 597, 0),    -- exactly three
	(31, 600, 500, 400, 180.0, 10, 200, 100, 20, 10, 300, 60, 1),    -- one of unknown conviction
	(32, 0, 0, 0, 0.0, 0, 0, 0, 0, 0, 0, 0, 0),                      -- nobody
	(33, 600, 500, 400, 180.0, 498, 200, 100, 20, 10, 300, 60, 0)    -- all but two convicted
) AS d(area, residents, adults, working, outside, convicted, middle, basic, not_approved, unknown, taxpayers, non_western, unknown_conviction)
CROSS JOIN generate_series(2018, 2020) AS y;
-- Area 20 had two convicted in one year alone, of the list of 2020 as of that of 2021.
UPDATE regtest.profile_delivery SET convicted = 2 WHERE area = 20 AND data_year = 2019;
CALL monitor.refresh('regtest');
SET search_path = regtest_published, public;
SELECT area, string_agg(measure, ', ' ORDER BY measure) FILTER (WHERE suppressed) AS hidden FROM fact_profile WHERE area >= 20 AND data_year = 2020 GROUP BY 1 ORDER BY 1;
SELECT count(*) AS hidden_but_there FROM fact_profile WHERE suppressed AND num_nonnulls(count, population, share, mean_income) > 0;
-- The answer stays, the figures go, in every year that looks at the hidden one, and in no other.
SELECT list_year, area, criterion, value IS NULL AS hidden, threshold::numeric(6, 3), met, num_nonnulls(margin, margin_persons, margin_fulltime, margin_amount,
	margin_swaps, by_leaving, by_newcomers, unknown, could_flip, methods_agree, near_limit, note) AS shown, suppressed FROM fact_criterion
WHERE area = 20 AND criterion IN ('convicted', 'outside_labour') AND rule_set IN ('2018', '2021') ORDER BY 1, 3;
SELECT list_year, status, met, margin_low, margin_high, suppressed FROM computed_status WHERE area = 20 AND status = 'udsat' ORDER BY 1;
SELECT area, string_agg(criterion, ', ' ORDER BY criterion) FROM criteria_margin WHERE list_year = 2020 AND rule_set = '2018' AND area >= 20 AND suppressed GROUP BY 1 ORDER BY 1;
SELECT DISTINCT area FROM early_warning WHERE nearest_criterion = 'convicted' AND area IN (SELECT area FROM fact_criterion WHERE suppressed AND criterion = 'convicted') ORDER BY 1;
-- A printed figure is public, ours beside it is not.
RESET search_path;
INSERT INTO regtest.official_value VALUES (2020, '2018', 'convicted', 21, 0.40, 2);
UPDATE regtest.settings SET suppression_threshold = 5;
CALL monitor.refresh('regtest');
SET search_path = regtest_published, public;
SELECT ours, theirs::float8, difference, difference_persons, agrees, suppressed FROM official_difference WHERE area = 21;
SELECT suppression_threshold FROM publication;
SELECT area, string_agg(measure, ', ' ORDER BY measure) FILTER (WHERE suppressed) AS hidden FROM fact_profile WHERE area IN (29, 30) AND data_year = 2020 GROUP BY 1 ORDER BY 1;
RESET search_path;
UPDATE regtest.settings SET suppression_threshold = 1;
CALL monitor.refresh('regtest');
SELECT count(*) FROM regtest_published.fact_profile WHERE suppressed;
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;
