-- check_register: nothing in a register in order, and each finding where it is planted.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(123);

-- A register in order. Two districts tile a square of 2 km; in them two housing areas,
-- one with two parcels by way of its departments, one with a parcel of its own. Data
-- years 2018 to 2021. Every kind of row is there.
CALL monitor.create_register('checked', 25832, sensitive => true);
CREATE SCHEMA checks_test;
CREATE FUNCTION checks_test.box(x float8, y float8, width float8, height float8) RETURNS geometry LANGUAGE sql
RETURN ST_Multi(ST_MakeEnvelope(600000 + x, 6200000 + y, 600000 + x + width, 6200000 + y + height, 25832));
CREATE FUNCTION checks_test.spot(x float8, y float8) RETURNS geometry LANGUAGE sql
RETURN ST_SetSRID(ST_MakePoint(600000 + x, 6200000 + y), 25832);
SET search_path = checked, checks_test, public;

INSERT INTO landlord (id, name) VALUES (1, 'Housing organisation');
INSERT INTO department (id, landlord, name) VALUES (1, 1, 'North'), (2, 1, 'South'), (3, 1, 'Mill');
INSERT INTO area (id, name, layer, municipality, region) VALUES (1, 'Nordpark/Sydpark', 'housing_area', 'Lilleby', 'Syd'),
	(2, 'Moellevang', 'housing_area', 'Lilleby', 'Syd'), (11, 'West', 'district', 'Lilleby', 'Syd'), (12, 'East', 'district', 'Lilleby', 'Syd');
INSERT INTO area_boundary (area, valid_from, geom) VALUES (1, '-infinity', box(100, 100, 200, 100)), (2, '2015-01-01', box(1200, 100, 100, 100)),
	(11, '-infinity', box(0, 0, 1000, 2000)), (12, '-infinity', box(1000, 0, 1000, 2000));
INSERT INTO area_department (area, department) VALUES (1, 1), (1, 2), (2, 3);
INSERT INTO area_parcel (id, cadastral_district, parcel_number, area, department, geom) VALUES
	(1, 'Lilleby', '1a', NULL, 1, box(100, 100, 100, 100)), (2, 'Lilleby', '1b', NULL, 2, box(200, 100, 100, 100)),
	(3, 'Lilleby', '2a', 2, 3, box(1200, 100, 100, 100));
-- a parcel that ended, and the same one again with another extent
INSERT INTO area_parcel (id, cadastral_district, parcel_number, area, valid_to) VALUES (4, 'Lilleby', '3', 2, '2019-06-01');
INSERT INTO area_parcel (id, cadastral_district, parcel_number, area, valid_from) VALUES (5, 'Lilleby', '3', 2, '2019-06-01');
INSERT INTO area_alias (municipality, alias, area) VALUES ('Lilleby', 'The Park', 1);
INSERT INTO area (id, name, layer, municipality) VALUES (3, 'Gone', 'housing_area', 'Lilleby');
INSERT INTO area_boundary (area, valid_to, geom) VALUES (3, '2015-01-01', box(1200, 100, 100, 100));
INSERT INTO area_lineage (predecessor, successor, changed_on, kind) VALUES (3, 2, '2015-01-01', 'extension');
-- 1 to 20 in area 1, 21 to 30 in area 2, 31 to 40 elsewhere on parcels of no area, 41 demolished, 42 new
INSERT INTO address (id, street, geom, department, cadastral_district, parcel_number, tenure)
SELECT i, 'Parkvej', spot(105 + 9 * i, 150), 1 + (i > 10)::int, 'Lilleby', CASE WHEN i > 10 THEN '1b' ELSE '1a' END, 'social'
FROM generate_series(1, 20) AS i
UNION ALL SELECT i, 'Moellevej', spot(1000 + 9 * i, 150), 3, 'Lilleby', '2a', 'social' FROM generate_series(23, 30) AS i
UNION ALL SELECT i, 'Byvej', spot(50 * i, 1500), NULL, 'Lilleby', '77', 'owner' FROM generate_series(31, 40) AS i;
INSERT INTO address (id, geom, valid_from, valid_to) VALUES (41, spot(50, 1500), '-infinity', '2020-07-01'), (42, spot(60, 1500), '2019-07-01', 'infinity');
-- persons 1 to 40 stay at the address of their number; 41 leaves when 41 is demolished,
-- 42 comes from abroad to 42, moves on to 30 and dies, 43 is born at 30; 44 comes and goes within a year
INSERT INTO resident (person, data_year, address, household, age, outside_labour, education, in_education, convicted, gross_income, non_western)
SELECT i, y, i, i, a.age, CASE WHEN a.age BETWEEN 18 AND 64 THEN 0.25 ELSE 0 END, CASE WHEN a.age >= 18 THEN 1 END, false,
	a.age >= 15 AND i % 9 = 0, CASE WHEN a.age >= 15 THEN 200000 END, i % 3 = 0
FROM generate_series(1, 40) AS i CROSS JOIN generate_series(2018, 2021) AS y
CROSS JOIN LATERAL (SELECT 3 + 2 * i + y - 2018 AS age) AS a
WHERE i NOT IN (21, 22);
INSERT INTO resident (person, data_year, address, household, age) VALUES
	(41, 2018, 41, 41, 50), (41, 2019, 41, 41, 51), (41, 2020, 41, 41, 52), (41, 2021, 31, 41, 53),
	(42, 2020, 42, 42, 30), (43, 2021, 30, 30, 0), (45, 2018, 30, 30, 1);
INSERT INTO move (id, person, moved_on, from_address, to_address, from_place, to_place) VALUES
	(1, 41, '2020-06-15', 41, 31, NULL, NULL), (2, 42, '2019-08-01', NULL, 42, 'abroad', NULL),
	(3, 42, '2020-03-01', 42, 30, NULL, NULL), (4, 42, '2020-09-01', 30, NULL, NULL, 'death'),
	(5, 43, '2020-05-05', NULL, 30, 'birth', NULL), (6, 44, '2019-02-01', NULL, 1, 'unknown', NULL),
	(7, 44, '2019-11-01', 1, NULL, NULL, 'rest_of_country'), (8, 45, '2018-04-01', 30, NULL, NULL, 'unknown'),
	(9, 46, '2021-03-01', NULL, 1, 'abroad', NULL), (10, 1, '2018-01-01', NULL, 1, 'abroad', NULL);
CALL monitor.add_missing_years('checked');
INSERT INTO profile_delivery (area, data_year, vintage, residents, taxpayers, income_total)
SELECT a, y, '2022-01-01', 1000 * a + 100 * (y - 2018), 500, 500 * 180000 FROM generate_series(1, 2) AS a, generate_series(2018, 2021) AS y;
-- an older vintage may say what it likes
INSERT INTO profile_delivery (area, data_year, vintage, residents) VALUES (1, 2019, '2020-01-01', 9);
INSERT INTO benchmark (scope, region, data_year, vintage, residents, taxpayers, income_total)
SELECT s, CASE s WHEN 'regional' THEN 'Syd' ELSE '' END, y, '2022-01-01', 5800000, 3000000, 3000000 * 330000::numeric
FROM unnest(ARRAY['national', 'regional']) AS s, generate_series(2018, 2021) AS y;
CALL monitor.copy_rule_set('checked', '2021', 'own');
INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, value) VALUES (2021, '2021', 'convicted', 1, 2.1), (2021, 'own', 'convicted', 1, 2.1);
INSERT INTO official_value (list_year, rule_set, criterion, area, value, decimals) VALUES (2021, '2021', 'convicted', 1, 2.1, 1);
INSERT INTO flow_delivery (id, period_from, period_to, origin, destination, movers) VALUES (1, '2019-01-01', '2020-01-01', 1, 0, 5), (2, '2019-01-01', '2020-01-01', -3, 2, 5);
INSERT INTO published_list (list_year, status, complete, areas) VALUES (2020, 'ghetto', true, 2), (2021, 'udsat', true, 0),
	(2022, 'parallelsamfund', false, 10), (2023, 'udsat', true, NULL);
INSERT INTO list_entry (list_year, status, area, printed_name) VALUES (2020, 'ghetto', 1, 'the park mv.'), (2020, 'ghetto', 2, 'MOELLEVANG, Lilleby'),
	(2022, 'parallelsamfund', 1, 'Sydpark/Nordpark'), (2023, 'udsat', 2, NULL);

-- Findings after a statement that is then undone: the codes, or the rows' keys.
CREATE FUNCTION checks_test.planted(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	seen text;
BEGIN
	EXECUTE statement;
	SELECT string_agg(format('%s %s %s(%s)%s', f.severity, f.finding, f.table_name, f.row_key, coalesce(' area ' || f.area, '')), '; ' ORDER BY f.ordinality)
	INTO seen FROM monitor.check_register('checked') WITH ORDINALITY AS f;
	RAISE EXCEPTION SQLSTATE 'CHK01';
EXCEPTION WHEN SQLSTATE 'CHK01' THEN
	RETURN seen;
WHEN OTHERS THEN
	RETURN 'ERROR: ' || SQLERRM;
END
$$;
CREATE TEMP TABLE wanted (place int GENERATED ALWAYS AS IDENTITY, statement text, findings text);

SELECT is_empty($$SELECT * FROM monitor.check_register('checked')$$, 'a register in order has no findings');
CALL monitor.create_register('checked_empty', 25832);
SELECT is_empty($$SELECT * FROM monitor.check_register('checked_empty')$$, 'nor has an empty one, without sensitive columns');

INSERT INTO wanted (statement, findings) VALUES
-- places
('UPDATE area_boundary SET geom = box(100, 100, 1150, 100) WHERE area = 1', 'error overlap area_boundary(1,-infinity) area 1; error overlap area_boundary(1,-infinity) area 1'),
('UPDATE area_boundary SET geom = box(1000.001, 0, 999.999, 2000) WHERE area = 12', NULL),
('UPDATE area_boundary SET geom = box(999.999, 0, 1000.001, 2000) WHERE area = 12', NULL),
('UPDATE area_boundary SET geom = box(999.98, 0, 1000.02, 2000) WHERE area = 12', 'error overlap area_boundary(11,-infinity) area 11'),
('UPDATE area_boundary SET valid_to = ''infinity'' WHERE area = 3', 'error overlap area_boundary(2,2015-01-01) area 2'),
('UPDATE area_boundary SET geom = box(1000.5, 0, 999.5, 2000) WHERE area = 12', 'warning gap area_boundary(11,12)'),
('UPDATE area_boundary SET geom = box(1001.5, 0, 998.5, 2000) WHERE area = 12', NULL),
('UPDATE settings SET gap_width = 0; UPDATE area_boundary SET geom = box(1000.5, 0, 999.5, 2000) WHERE area = 12', NULL),
('UPDATE settings SET covering_layers = ''{}''; UPDATE area_boundary SET geom = box(1000.5, 0, 999.5, 2000) WHERE area = 12', NULL),
-- a hole of any size between neighbours, and one within an area
('UPDATE area_boundary SET geom = ST_Multi(ST_Difference(geom, box(990, 700, 20, 20))) WHERE area IN (11, 12)', 'warning gap area_boundary(11,12)'),
('UPDATE area_boundary SET geom = ST_Multi(ST_Difference(geom, box(500, 700, 20, 20))) WHERE area = 11', 'warning gap area_boundary(11) area 11'),
-- a gap that was, told once with the day it began, though other boundaries change later
('UPDATE area_boundary SET valid_to = ''2010-01-01'' WHERE area = 12;
	INSERT INTO area_boundary VALUES (12, ''2010-01-01'', ''2012-01-01'', box(1000.5, 0, 999.5, 2000)), (12, ''2013-01-01'', ''infinity'', box(1000, 0, 1000, 2000))',
	'warning gap area_boundary(11,12)'),
('DELETE FROM area_boundary WHERE area = 2', 'note area_without_boundary area(2) area 2'),
('INSERT INTO area (id, name, layer, municipality) VALUES (13, ''Third'', ''district'', ''Lilleby'')',
	'warning area_without_address area(13) area 13; warning area_without_boundary area(13) area 13'),
('INSERT INTO area (id, name, layer, municipality) VALUES (13, ''A'', ''school'', ''Lilleby''), (14, ''B'', ''school'', ''Lilleby'')', 'note layer_without_boundaries area(school)'),
('INSERT INTO area (id, name, layer, municipality) VALUES (13, ''Field'', ''housing_area'', ''Lilleby''); INSERT INTO area_boundary (area, geom) VALUES (13, box(100, 300, 10, 10))',
	'warning area_without_address area(13) area 13'),
('INSERT INTO area (id, name, layer, municipality) VALUES (13, ''Field'', ''school'', ''Lilleby''); INSERT INTO area_boundary (area, geom) VALUES (13, box(100, 300, 10, 10))', NULL),
('INSERT INTO department (id, landlord, name) VALUES (9, 1, ''Lost'')', 'note department_without_area department(9)'),
('INSERT INTO area_department (area, department, valid_from) VALUES (2, 1, ''2020-01-01'')',
	'error department_in_two_areas area_department(1,1,-infinity) area 1; error parcel_in_two_areas area_parcel(Lilleby,1a) area 1'),
('UPDATE area_department SET valid_to = ''2020-01-01'' WHERE (area, department) = (2, 3); INSERT INTO area_department (area, department, valid_from) VALUES (1, 3, ''2020-01-01'')',
	'error parcel_in_two_areas area_parcel(Lilleby,2a) area 1'),
('UPDATE area_parcel SET area = 2 WHERE id = 1', 'error parcel_in_two_areas area_parcel(Lilleby,1a) area 1'),
('INSERT INTO area_lineage VALUES (2, 3, ''2016-01-01'', ''merger'')', 'error lineage_circle area_lineage(2) area 2; error lineage_circle area_lineage(3) area 3'),
('DELETE FROM area_parcel WHERE id = 5', 'warning vanished_parcel area_parcel(4) area 2'),
('UPDATE area_parcel SET valid_to = ''2020-01-01'' WHERE id = 1', 'warning vanished_parcel area_parcel(1) area 1'),
('UPDATE area_parcel SET valid_to = CURRENT_DATE + 1 WHERE id = 1', NULL),
('UPDATE area_parcel SET valid_to = ''2015-01-01'' WHERE id = 4; UPDATE area_parcel SET area = 3, department = NULL WHERE id = 4; DELETE FROM area_parcel WHERE id = 5', NULL),
('UPDATE address SET parcel_number = ''9z'' WHERE id IN (5, 6)', 'warning unknown_parcel address(Lilleby,9z) area 1'),
('UPDATE address SET department = NULL, parcel_number = ''9z'', tenure = NULL WHERE id = 25', 'warning unknown_parcel address(Lilleby,9z) area 2'),
('UPDATE address SET geom = NULL, parcel_number = ''9z'' WHERE id = 5', 'warning unknown_parcel address(Lilleby,9z)'),
('UPDATE address SET geom = NULL WHERE id = 35', 'warning address_without_place address(35)'),
('UPDATE address SET geom = NULL, department = NULL WHERE id = 5', NULL),
('UPDATE address SET tenure = ''social'' WHERE id = 35', 'warning social_address_without_area address(35)'),
('UPDATE address SET geom = spot(-10, 10) WHERE id = 35', 'warning address_outside address(35)'),
('INSERT INTO area_department (area, department) VALUES (2, 1); UPDATE settings SET housing_layer = ''none''',
	'error department_in_two_areas area_department(1,1,-infinity) area 1; error parcel_in_two_areas area_parcel(Lilleby,1a) area 1; warning entry_of_other_layer list_entry(2020,ghetto,1) area 1; warning entry_of_other_layer list_entry(2022,parallelsamfund,1) area 1; warning entry_of_other_layer list_entry(2020,ghetto,2) area 2; warning entry_of_other_layer list_entry(2023,udsat,2) area 2'),
-- geometry: where the user has widened the column, nothing else may fail over such a row
('ALTER TABLE area_boundary ALTER geom TYPE geometry; UPDATE area_boundary SET geom = ''SRID=25832;POLYGON((600100 6200100,600300 6200200,600300 6200100,600100 6200200,600100 6200100))'' WHERE area = 1',
	'error invalid_geometry area_boundary(1,-infinity) area 1'),
('ALTER TABLE area_boundary ALTER geom TYPE geometry; UPDATE area_boundary SET geom = ST_SetSRID(geom, 3857) WHERE area = 1', 'error wrong_srid area_boundary(1,-infinity) area 1'),
('ALTER TABLE area_boundary ALTER geom TYPE geometry; UPDATE area_boundary SET geom = ''SRID=25832;CURVEPOLYGON(CIRCULARSTRING(600100 6200100,600200 6200200,600300 6200100,600200 6200000,600100 6200100))'' WHERE area = 1',
	'error wrong_geometry_type area_boundary(1,-infinity) area 1'),
('UPDATE area_boundary SET geom = ''SRID=25832;MULTIPOLYGON EMPTY'' WHERE area = 1', 'error empty_geometry area_boundary(1,-infinity) area 1'),
('ALTER TABLE area_boundary ALTER geom TYPE geometry; UPDATE area_boundary SET geom = ST_GeometryN(geom, 1) WHERE area = 11', NULL),
('UPDATE area_parcel SET geom = ''SRID=25832;MULTIPOLYGON(((0 0,1 1,1 0,0 1,0 0)))'' WHERE id = 3', 'error invalid_geometry area_parcel(3)'),
('ALTER TABLE area_parcel ALTER geom TYPE geometry; UPDATE area_parcel SET geom = ''SRID=4326;POLYGON((0 0,1 0,1 1,0 0))'' WHERE id = 3', 'error wrong_srid area_parcel(3)'),
('ALTER TABLE address ALTER geom TYPE geometry; UPDATE address SET geom = ''POINT(600200 6200150)'' WHERE id = 7', 'error wrong_srid address(7)'),
('ALTER TABLE address ALTER geom TYPE geometry; UPDATE address SET geom = ''SRID=25832;LINESTRING(600200 6200150,600210 6200150)'' WHERE id = 7',
	'error wrong_geometry_type address(7)'),
('UPDATE address SET geom = ''SRID=25832;POINT EMPTY'' WHERE id = 7', 'error empty_geometry address(7)'),
('UPDATE address SET geom = ST_SetSRID(ST_MakePoint(''infinity'', 6200000), 25832) WHERE id = 7', 'error invalid_geometry address(7); warning address_outside address(7)'),
('UPDATE address SET geom = ''SRID=25832;POINT(9.5 55.7)'' WHERE id = 7', 'error coordinates_in_degrees address(7); warning address_outside address(7)'),
-- people
('UPDATE resident SET address = NULL WHERE (person, data_year) = (7, 2019)', 'warning resident_without_address resident(7,2019)'),
('UPDATE address SET valid_from = ''2018-01-02'' WHERE id = 7', 'error address_not_begun resident(7,2018)'),
('UPDATE address SET valid_from = ''2018-01-01'' WHERE id = 7', NULL),
('UPDATE address SET valid_to = ''2021-01-01'' WHERE id = 7', 'error address_ended resident(7,2021)'),
('UPDATE address SET valid_to = ''2021-01-02'' WHERE id = 7', NULL),
('UPDATE resident SET age = age + 2 WHERE (person, data_year) = (20, 2021)', 'warning age_jump resident(20,2021)'),
('UPDATE resident SET age = age - 1 WHERE (person, data_year) = (20, 2021)', NULL),
('UPDATE resident SET age = age + 1 WHERE (person, data_year) = (20, 2021)', NULL),
('DELETE FROM resident WHERE (person, data_year) = (20, 2019); UPDATE resident SET age = age - 2 WHERE (person, data_year) >= (20, 2020) AND person = 20', 'warning age_jump resident(20,2020)'),
('UPDATE resident SET household = 1, address = 1 WHERE data_year = 2018 AND person BETWEEN 1 AND 32', NULL),
('UPDATE resident SET household = 1, address = 1 WHERE data_year = 2018 AND person BETWEEN 1 AND 33', 'warning large_household resident(1,2018)'),
('UPDATE resident SET household = 1 WHERE (person, data_year) = (2, 2018)', 'warning divided_household resident(1,2018)'),
('UPDATE resident SET outside_labour = 0.1 WHERE (person, data_year) = (1, 2018)', 'warning impossible_at_age resident(1,2018)'),
('UPDATE resident SET outside_labour = 0.1 WHERE (person, data_year) = (7, 2018)', NULL),
('UPDATE resident SET convicted = true WHERE (person, data_year) = (5, 2018)', 'warning impossible_at_age resident(5,2018)'),
('UPDATE resident SET education = 1, outside_labour = 1, convicted = true WHERE (person, data_year) = (1, 2018)', 'warning impossible_at_age resident(1,2018)'),
('ALTER TABLE resident DROP COLUMN convicted; UPDATE resident SET education = 1 WHERE (person, data_year) = (1, 2018)', 'warning impossible_at_age resident(1,2018)'),
('INSERT INTO resident (person, data_year, address) VALUES (90, 2011, 1), (91, 2011, 1), (90, 2012, 1)', 'note waiting_residents resident_other(2011); note waiting_residents resident_other(2012)'),
('INSERT INTO move (id, person, moved_on, from_place, to_address) VALUES (99, 999, ''2019-05-01'', ''abroad'', 1)', 'warning move_of_stranger move(99)'),
('INSERT INTO move (id, person, moved_on, from_place, to_address) VALUES (99, 999, ''2019-05-01'', ''abroad'', 1);
	INSERT INTO move (id, person, moved_on, to_place, from_address) VALUES (100, 999, ''2019-12-31'', ''abroad'', 1)', NULL),
('UPDATE resident SET address = 1 WHERE (person, data_year) = (42, 2020)', 'warning move_contradicts_residence move(2)'),
('INSERT INTO resident (person, data_year, address, age) VALUES (42, 2021, 30, 31)', 'warning move_contradicts_residence move(4)'),
('INSERT INTO resident (person, data_year, address, age) VALUES (43, 2019, 30, 0)', 'warning age_jump resident(43,2021); warning move_contradicts_residence move(5)'),
('DELETE FROM resident WHERE (person, data_year) = (41, 2021)', 'warning move_contradicts_residence move(1)'),
('UPDATE resident SET address = 1 WHERE (person, data_year) = (41, 2020)', 'warning move_contradicts_residence move(1)'),
('UPDATE resident SET address = NULL WHERE (person, data_year) = (41, 2020)', 'warning resident_without_address resident(41,2020)'),
('INSERT INTO resident (person, data_year, address, age) VALUES (45, 2019, 30, 2)', NULL),
('UPDATE move SET from_address = 29 WHERE id = 3', 'warning broken_chain move(3)'),
('INSERT INTO move (id, person, moved_on, from_address, to_address) VALUES (99, 42, ''2020-10-01'', 30, 31)', 'warning broken_chain move(99); warning move_contradicts_residence move(99)'),
('UPDATE move SET moved_on = ''2019-06-30'' WHERE id = 2', 'error move_before_address move(2)'),
('INSERT INTO move (id, person, moved_on, from_address, to_address) VALUES (99, 41, ''2020-07-01'', 31, 41), (100, 41, ''2020-07-02'', 41, 31)', 'error move_after_address move(99)'),
-- deliveries
('INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, value) VALUES (2021, ''2022'', ''convicted'', 1, 2.1)', 'error unknown_rule_set criterion_delivery(2022,convicted)'),
('INSERT INTO official_value VALUES (2021, ''2021'', ''crime'', 1, 2.1, 1), (2021, ''2021'', ''crime'', 2, 2.1, 1)', 'error unknown_criterion official_value(2021,crime)'),
('DELETE FROM rule WHERE rule_set = ''own''; DELETE FROM status_rule WHERE rule_set = ''own''', 'error unknown_rule_set criterion_delivery(own,convicted)'),
('INSERT INTO benchmark (scope, region, data_year, residents) VALUES (''regional'', ''Nord'', 2020, 1000000), (''regional'', ''Nord'', 2021, 1000000)', 'warning region_of_no_area benchmark(Nord)'),
('INSERT INTO flow_delivery (id, period_from, period_to, origin, destination) VALUES (9, ''2019-01-01'', ''2020-01-01'', 99, 98)', 'error flow_of_no_area flow_delivery(9)'),
('UPDATE profile_delivery SET residents = 1651 WHERE (area, data_year) = (1, 2019) AND vintage = ''2022-01-01''; DELETE FROM profile_delivery WHERE data_year > 2019', 'warning population_jump profile_delivery(1,2019,2022-01-01) area 1'),
('UPDATE profile_delivery SET residents = 1500 WHERE (area, data_year) = (1, 2019) AND vintage = ''2022-01-01''', NULL),
('UPDATE profile_delivery SET residents = 500, taxpayers = 500 WHERE (area, data_year) = (1, 2021)', 'warning population_jump profile_delivery(1,2021,2022-01-01) area 1'),
('UPDATE profile_delivery SET residents = 10 * data_year - 20170, taxpayers = NULL WHERE area = 1', NULL),
('UPDATE benchmark SET residents = 1999, taxpayers = NULL WHERE (scope, data_year) = (''regional'', 2018)', 'error more_than_benchmark profile_delivery(2,2018,2022-01-01) area 2'),
('UPDATE profile_delivery SET income_total = 500 * 180 WHERE (area, data_year) = (2, 2018); DELETE FROM benchmark WHERE scope = ''national''', 'warning implausible_income profile_delivery(2,2018,2022-01-01) area 2'),
('INSERT INTO computed_profile VALUES (1, 2020, ''delivery'', ''2022-01-01'', ''{}''); INSERT INTO address_area VALUES (''housing_area'', 1, 1, 2018, 2021, ''parcel'')',
	'warning delivery_conflicts_with_persons profile_delivery(1,2020,2022-01-01) area 1'),
('INSERT INTO rule_set SELECT * FROM monitor.rule_set WHERE rule_set = ''2018''', 'error rule_set_name_taken rule_set(2018)'),
('DELETE FROM rule WHERE rule_set = ''own'' AND criterion = ''prevention_convicted''', 'error rule_set_incomplete status_rule(own,forebyggelse)'),
-- lists
('DELETE FROM list_entry WHERE (list_year, area) = (2020, 2)', 'warning list_count_differs published_list(2020,ghetto)'),
('UPDATE published_list SET areas = 1 WHERE list_year = 2020', 'warning list_count_differs published_list(2020,ghetto)'),
('UPDATE published_list SET areas = 0 WHERE list_year = 2022', 'warning list_count_differs published_list(2022,parallelsamfund)'),
('DELETE FROM list_entry WHERE list_year = 2023', 'warning empty_list published_list(2023,udsat)'),
('INSERT INTO published_list (list_year, status, areas) VALUES (2190, ''udsat'', 0)', 'warning list_year_to_come published_list(2190,udsat)'),
('INSERT INTO published_list (list_year, status, areas) VALUES (2019, ''ghetto(5crit)'', 0)', 'warning unknown_status published_list(2019,ghetto(5crit))'),
('INSERT INTO list_entry (list_year, status, area, printed_name) VALUES (2022, ''parallelsamfund'', 11, ''West'')', 'warning entry_of_other_layer list_entry(2022,parallelsamfund,11) area 11'),
('UPDATE list_entry SET printed_name = ''Nordpark'' WHERE (list_year, area) = (2020, 1)', 'warning unknown_alias list_entry(2020,ghetto,1) area 1'),
('DELETE FROM area_alias', 'warning unknown_alias list_entry(2020,ghetto,1) area 1'),
('INSERT INTO area_alias (municipality, alias, area) VALUES (''Lilleby'', ''moellevang mv.'', 1)', 'warning ambiguous_name area(1,2) area 1'),
('INSERT INTO area_alias (municipality, alias, area) VALUES (''LILLEBY kommune'', ''Park'', 1)', NULL),
('INSERT INTO area_alias (municipality, alias, area) VALUES (''Storby'', ''Park'', 1)', 'warning alias_elsewhere area_alias(housing_area,Storby,Park) area 1'),
('INSERT INTO area_alias (layer, municipality, alias, area) VALUES (''district'', ''Lilleby'', ''Park'', 1)', 'warning alias_elsewhere area_alias(district,Lilleby,Park) area 1');

SELECT is(checks_test.planted(w.statement), w.findings, left(coalesce(w.findings, 'nothing'), 60) || ': ' || left(regexp_replace(w.statement, '\s+', ' ', 'g'), 80))
FROM wanted AS w ORDER BY w.place;

-- every code that the checks can give is planted above
SELECT set_eq(
	$$SELECT DISTINCT (regexp_matches(p.prosrc, '''(?:error|warning|note)'', ''([a-z_]+)'',', 'g'))[1] FROM pg_proc AS p
		WHERE p.pronamespace = 'monitor'::regnamespace AND p.proname LIKE 'check\_%' AND p.proname <> 'check_register'
	UNION SELECT unnest(ARRAY['wrong_geometry_type', 'wrong_srid', 'empty_geometry', 'invalid_geometry', 'address_not_begun', 'address_ended',
		'move_before_address', 'move_after_address', 'large_household', 'divided_household', 'move_of_stranger', 'move_contradicts_residence', 'unknown_criterion', 'unknown_rule_set', 'area_without_boundary'])$$,
	$$SELECT DISTINCT (regexp_matches(findings, '(?:error|warning|note) ([a-z_]+) ', 'g'))[1] FROM wanted$$,
	'each finding has its test');

-- words
SELECT is((SELECT format('%s | %s', message, hint) FROM monitor.check_register('checked')), NULL, 'still none: planting was undone');
UPDATE settings SET housing_layer = 'housing_area';
UPDATE area_boundary SET geom = checks_test.box(999, 0, 1001, 2000) WHERE area = 12;
SELECT is((SELECT message FROM monitor.check_register('checked')),
	'area 11 (West) overlaps area 12 (East) of layer "district" from -infinity on, over 2000.000 square units at POINT(600999.5 6201000)', 'an overlap in words');
UPDATE area_boundary SET geom = checks_test.box(1000.5, 0, 999.5, 2000) WHERE area = 12;
SELECT is((SELECT message FROM monitor.check_register('checked')),
	'1000.000 square units at POINT(601000.25 6201000) between areas 11, 12 belong to no area of the covering layer "district" from -infinity on', 'a gap in words');
UPDATE area_boundary SET geom = checks_test.box(1000, 0, 1000, 2000) WHERE area = 12;

-- it changes nothing, and needs rights on the register and no more
SELECT volatility_is('monitor', 'check_register', ARRAY['name'], 'stable', 'check_register is STABLE');
SELECT throws_ok($$SELECT * FROM monitor.check_register('no_register')$$, '3F000', '"no_register" is not a register', 'an unknown register');
SELECT throws_ok($$SELECT * FROM monitor.check_register(NULL)$$, '22004', NULL, 'NULL');
SELECT set_has($$SELECT monitor.registers()$$, $$VALUES ('checked'::name), ('checked_empty')$$, 'registers() knows both');
SELECT set_hasnt($$SELECT monitor.registers()$$, $$VALUES ('monitor'::name), ('checked_published')$$, 'and nothing else');
SELECT throws_like($$SELECT * FROM monitor.check_register('no_register')$$, '%not a register', 'said in words');
CREATE FUNCTION checks_test.hint_of(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE statement;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN hint;
END
$$;
SELECT matches(checks_test.hint_of($$SELECT * FROM monitor.check_register('no_register')$$), '"checked", "checked_empty"', 'the hint names the registers');
CALL monitor.create_register('Sm@by "x" % ''y''', 25832);
INSERT INTO "Sm@by ""x"" % 'y'".area (name, municipality) VALUES ('A', 'Lilleby');
SELECT results_eq($$SELECT finding, message FROM monitor.check_register('Sm@by "x" % ''y''')$$,
	$$VALUES ('layer_without_boundaries', 'no area of layer "housing_area" has a boundary (areas: 1)')$$, 'a register of any name');
CREATE ROLE checks_nobody;
CREATE ROLE checks_analyst;
GRANT USAGE ON SCHEMA checked TO checks_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA checked TO checks_analyst;
SET LOCAL ROLE checks_nobody;
SELECT throws_ok($$SELECT * FROM monitor.check_register('checked')$$, '42501', 'permission denied for register "checked"', 'no rights');
SELECT throws_ok($$SELECT * FROM monitor.check_register('no_register')$$, '3F000', NULL, 'an unknown register is unknown to all');
SET LOCAL ROLE checks_analyst;
SELECT is_empty($$SELECT * FROM monitor.check_register('checked')$$, 'who may read may check');
RESET ROLE;

-- whatever names and operators the caller's search_path has first
CREATE SCHEMA checks_trap;
CREATE FUNCTION checks_trap.concat_ws(text, VARIADIC "any") RETURNS text LANGUAGE internal STABLE AS 'text_concat_ws';
CREATE FUNCTION checks_trap.equal(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END';
CREATE OPERATOR checks_trap.= (FUNCTION = checks_trap.equal, LEFTARG = bigint, RIGHTARG = bigint);
SET search_path = checks_trap, pg_catalog, checked, public;
SELECT throws_ok('SELECT 1::bigint = 1::bigint', 'P0001', 'trapped', 'the trap works');
SELECT is_empty($$SELECT * FROM monitor.check_register('checked')$$, 'and check_register is not caught in it');

SELECT * FROM finish();
ROLLBACK;
