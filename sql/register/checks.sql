-- check_register finds each kind of trouble that is planted, and nothing in a clean town.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832, sensitive => true);
\set register regtest
\set ECHO none
\i test/data/small_town.sql
\set ECHO all
CALL monitor.refresh('regtest');
SELECT * FROM monitor.check_register('regtest');
SET search_path = regtest, public;
-- places
INSERT INTO area (id, name, layer, municipality, region) VALUES (5, 'Overlap', 'housing_area', 'Lilleby', 'Syd'), (6, 'Loop', 'housing_area', 'Lilleby', 'Syd'),
	(7, 'Nowhere', 'housing_area', 'Lilleby', 'Syd'), (8, 'Empty', 'housing_area', 'Lilleby', 'Syd'), (9, 'Degrees', 'housing_area', 'Lilleby', 'Syd'),
	(13, 'Byen nord', 'district', 'Lilleby', 'Syd'), (14, 'Byen uden', 'district', 'Lilleby', 'Syd');
INSERT INTO area_boundary (area, geom) VALUES
	(5, 'SRID=25832;MULTIPOLYGON(((600300 6200900,600450 6200900,600450 6201000,600300 6201000,600300 6200900)))'),
	(6, 'SRID=25832;MULTIPOLYGON(((600700 6200000,600800 6200100,600700 6200100,600800 6200000,600700 6200000)))'),
	(8, 'SRID=25832;MULTIPOLYGON EMPTY'),
	(9, 'SRID=25832;MULTIPOLYGON(((9 55,10 55,10 56,9 56,9 55)))'),
	-- half a metre north of districts 11 and 12, with a hole of 100 x 100
	(13, 'SRID=25832;MULTIPOLYGON(((600000 6201000.5,601000 6201000.5,601000 6202000,600000 6202000,600000 6201000.5),(600100 6201500,600200 6201500,600200 6201600,600100 6201600,600100 6201500)))');
INSERT INTO address (id, street, house_number, geom, department) VALUES (601, 'Udenfor', '1', 'SRID=25832;POINT(700000 6300000)', NULL),
	(602, 'Ingensteds', '2', NULL, NULL), (603, 'Tom', '3', 'SRID=25832;POINT EMPTY', 1), (604, 'Grader', '4', 'SRID=25832;POINT(9.5 55.5)', 1);
INSERT INTO department (id, landlord, name) VALUES (5, 1, 'Afdeling Uden');
INSERT INTO area_parcel (id, cadastral_district, parcel_number, area, valid_to) VALUES (101, 'Lilleby', '3a', 1, 'infinity'), (102, 'Lilleby', '9x', 2, '2019-01-01'),
	(103, 'Lilleby', '9y', 2, '2018-01-01');
INSERT INTO area_parcel (id, cadastral_district, parcel_number, area, valid_from) VALUES (104, 'Lilleby', '9z', 2, '2018-01-01');
INSERT INTO area_lineage VALUES (1, 2, '2020-01-01', 'split'), (2, 1, '2021-01-01', 'merger');
-- people
INSERT INTO resident (person, data_year, address, household, age, outside_labour, education, convicted) VALUES
	(1, 2023, 101, NULL, 40, NULL, NULL, NULL), (2, 2021, NULL, NULL, 40, NULL, NULL, NULL), (3, 2021, 101, NULL, 17, 0.5, NULL, NULL),
	(4, 2021, 101, NULL, 12, NULL, 1, NULL), (5, 2021, 101, NULL, 14, NULL, NULL, true), (6, 2020, 101, NULL, 40, NULL, NULL, NULL),
	(6, 2021, 101, NULL, 50, NULL, NULL, NULL), (7, 2021, 102, 77, 40, NULL, NULL, NULL), (8, 2021, 103, 77, 40, NULL, NULL, NULL),
	(9, 2021, 104, NULL, 40, NULL, NULL, NULL), (10, 2020, 105, NULL, 0, NULL, NULL, NULL), (11, 2021, 106, NULL, 40, NULL, NULL, NULL),
	(12, 2021, 107, NULL, 40, NULL, NULL, NULL);
INSERT INTO resident (person, data_year, address, household, age) SELECT 100 + n, 2021, 108, 88, 40 FROM generate_series(1, 31) AS n;
INSERT INTO address (id, geom, valid_to) VALUES (605, 'SRID=25832;POINT(600020 6200710)', '2019-05-01');
INSERT INTO resident (person, data_year, address, age) VALUES (13, 2019, 605, 40), (13, 2020, 605, 41);
INSERT INTO move (id, person, moved_on, from_address, from_place, to_address, to_place) VALUES
	(1, 9, '2020-06-01', 104, NULL, NULL, 'death'), (2, 9, '2020-07-01', 104, NULL, 105, NULL),
	(3, 10, '2020-06-01', NULL, 'birth', 105, NULL), (4, 10, '2020-05-01', 104, NULL, 105, NULL),
	(5, 11, '2019-01-01', 104, NULL, 105, NULL), (6, 11, '2019-02-01', 106, NULL, 107, NULL), (7, 12, '2019-01-01', 104, NULL, 105, NULL);
-- lists, deliveries and rules
INSERT INTO published_list (list_year, status, complete, areas) VALUES (2020, 'ghetto', true, 5), (2020, 'slum', true, NULL), (2199, 'udsat', false, NULL);
INSERT INTO list_entry (list_year, status, area, printed_name) VALUES (2020, 'ghetto', 1, 'Nordparken mv.'), (2020, 'ghetto', 2, 'Soenderparken');
INSERT INTO unmatched_entry VALUES (2020, 'ghetto', 'Lilleby', 'Midtparken', 'no area has this name or alias', NULL);
INSERT INTO area_alias (layer, municipality, alias, area) VALUES ('housing_area', 'Lilleby', 'Sydparken', 1), ('housing_area', 'Storeby', 'Nordby', 1);
INSERT INTO criterion_delivery (id, list_year, rule_set, criterion, area, value) VALUES (1, 2020, '2019', 'convicted', 1, 2), (2, 2020, '2018', 'crime', 1, 2);
INSERT INTO official_value VALUES (2019, '2018', 'convicted', 1, 2, 1), (2019, '2018', 'crime', 1, 2, 1), (2019, '2019', 'convicted', 1, 2, 1);
INSERT INTO profile_delivery (area, data_year, vintage, adults, convicted) VALUES (1, 2020, '2021-01-01', NULL, 5000);
DELETE FROM benchmark WHERE data_year = 2019 AND scope = 'national';
CALL monitor.copy_rule_set('regtest', '2021', 'mine');
UPDATE status_rule SET criteria = criteria || 'crime'::text WHERE status = 'udsat';
CALL monitor.refresh('regtest');
INSERT INTO resident (person, data_year, address, age) VALUES (1, 2024, 101, 41);
INSERT INTO rule_set (rule_set, title, kind, first_list_year) VALUES ('2018', 'taken', 'list', 2018);
ALTER TABLE area_parcel ALTER COLUMN geom TYPE geometry;
UPDATE area_parcel SET geom = 'SRID=4326;MULTIPOLYGON(((9 55,10 56,10 55,9 56,9 55)))' WHERE id = 101;
BEGIN READ ONLY;
SELECT severity, "check", table_name, row_key, area, message FROM monitor.check_register('regtest')
WHERE row_key <> 'id=601' OR "check" <> 'address_without_resident';
ROLLBACK;
-- Each check has found something, each finding has a hint, and the severities are three.
SELECT c.name AS check_that_found_nothing FROM (SELECT * FROM monitor.checks_of_places() UNION ALL SELECT * FROM monitor.checks_of_people()
	UNION ALL SELECT * FROM monitor.checks_of_lists()) AS c
WHERE c.name NOT IN (SELECT "check" FROM monitor.check_register('regtest'));
SELECT DISTINCT severity FROM monitor.check_register('regtest') WHERE hint <> '' ORDER BY 1;
RESET search_path;
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;
