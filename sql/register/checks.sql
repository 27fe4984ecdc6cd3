SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
-- check_register in words: every message and hint once. What each finding needs, and
-- that a register in order has none, is in test/register_checks.sql.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET datestyle = German;
CREATE SCHEMA checks_words;
SET search_path = checks_words, public;
CALL monitor.create_register('checks_reg', 25832, sensitive => true);
CREATE FUNCTION box(x float8, y float8, width float8, height float8) RETURNS geometry LANGUAGE sql
RETURN ST_Multi(ST_MakeEnvelope(600000 + x, 6200000 + y, 600000 + x + width, 6200000 + y + height, 25832));
SET search_path = checks_reg, checks_words, public;

-- places
INSERT INTO landlord (id, name) VALUES (1, 'Housing organisation');
INSERT INTO department (id, landlord, name) VALUES (1, 1, 'Nord'), (2, 1, 'Syd');
INSERT INTO area (id, name, layer, municipality, region) VALUES (1, 'Nordpark', 'housing_area', 'Lilleby', 'Syd'),
	(2, 'Sydpark', 'housing_area', 'Lilleby', 'Syd'), (3, 'Vestpark', 'housing_area', 'Lilleby', 'Syd'), (4, 'Oestpark', 'housing_area', 'Lilleby', NULL),
	(5, 'Bowtie', 'housing_area', 'Lilleby', NULL), (11, 'West', 'district', 'Lilleby', NULL), (12, 'East', 'district', 'Lilleby', NULL),
	(21, 'School', 'school', 'Lilleby', NULL);
ALTER TABLE area_boundary ALTER geom TYPE geometry;
INSERT INTO area_boundary (area, valid_from, geom) VALUES (1, '2010-01-01', box(100, 100, 100, 100)), (2, '2012-01-01', box(190, 100, 100, 100)),
	(5, '2012-01-01', 'SRID=25832;POLYGON((600500 6200100,600600 6200200,600600 6200100,600500 6200200,600500 6200100))'),
	(11, '-infinity', box(0, 0, 1000, 2000)), (12, '-infinity', box(1000.5, 0, 999.5, 2000));
INSERT INTO area_department (area, department) VALUES (1, 1), (3, 1);
INSERT INTO area_parcel (id, cadastral_district, parcel_number, area, department, valid_to, geom) VALUES
	(1, 'Lilleby', '1a', NULL, 1, 'infinity', 'SRID=25832;MULTIPOLYGON EMPTY'), (2, 'Lilleby', '1b', 1, NULL, '2015-01-01', NULL);
INSERT INTO area_lineage VALUES (1, 4, '2015-01-01', 'split'), (4, 1, '2016-01-01', 'merger');
ALTER TABLE address ALTER geom TYPE geometry;
INSERT INTO address (id, geom, valid_from, valid_to, department, cadastral_district, parcel_number, tenure) VALUES
	(1, ST_Centroid(box(100, 100, 10, 10)), '-infinity', 'infinity', 1, 'Lilleby', '1 a', 'social'),
	(2, NULL, '2019-06-01', 'infinity', NULL, NULL, NULL, NULL), (3, ST_Centroid(box(700, 700, 10, 10)), '-infinity', '2019-06-01', NULL, NULL, NULL, 'social'),
	(4, 'SRID=25832;POINT(9.5 55.7)', '-infinity', 'infinity', NULL, NULL, NULL, NULL), (5, 'SRID=4326;POINT(600 600)', '-infinity', 'infinity', NULL, NULL, NULL, NULL),
	(6, 'SRID=25832;MULTIPOINT(600100 6200100)', '-infinity', 'infinity', NULL, NULL, NULL, NULL);
-- people
INSERT INTO resident (person, data_year, address, household, age, outside_labour, education, convicted) VALUES
	(1, 2018, 1, 1, 7, 0.5, 1, true), (1, 2019, 1, 1, 18, 0, 1, false), (2, 2019, 2, 2, 30, 0, 1, false), (3, 2020, 3, 2, 30, 0, 1, false),
	(4, 2019, NULL, NULL, 30, 0, 1, false), (5, 2019, 2, 2, 30, 0, 1, false), (5, 2020, 2, 2, 31, 0, 1, false), (2, 2020, 2, 2, 31, 0, 1, false);
INSERT INTO resident (person, data_year, address, household) SELECT i, 2020, 1, 9 FROM generate_series(100, 130) AS i;
INSERT INTO move (id, person, moved_on, from_address, to_address, from_place, to_place) VALUES
	(1, 1, '2018-06-01', NULL, 2, 'abroad', NULL), (2, 1, '2018-07-01', 3, 1, NULL, NULL), (3, 5, '2019-06-15', 2, 3, NULL, NULL),
	(4, 9, '2019-03-01', NULL, 1, 'abroad', NULL), (5, 2, '2019-07-01', 2, NULL, NULL, 'death'), (6, 3, '2020-02-01', NULL, 1, 'birth', NULL),
	(7, 4, '2018-07-01', 3, NULL, NULL, 'abroad');
-- deliveries and lists
INSERT INTO profile_delivery (area, data_year, vintage, residents, taxpayers, income_total) VALUES (1, 2018, '2022-01-01', 1000, 500, 500 * 180),
	(1, 2019, '2022-01-01', 2000, NULL, NULL);
INSERT INTO benchmark (scope, region, data_year, vintage, residents, taxpayers, income_total) VALUES
	('national', '', 2018, '2022-01-01', 900, 500, 500 * 330000), ('regional', 'Nord', 2018, '2022-01-01', 900, NULL, NULL);
INSERT INTO computed_profile VALUES (1, 2018, 'delivery', '2022-01-01', '{}');
INSERT INTO address_area VALUES ('housing_area', 1, 1, 2018, 2021, 'parcel');
INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, value) VALUES (2021, '2022', 'convicted', 1, 2.1), (2021, '2021', 'crime', 1, 2.1);
INSERT INTO flow_delivery (id, period_from, period_to, origin, destination) VALUES (1, '2019-01-01', '2020-01-01', 99, 98);
CALL monitor.copy_rule_set('checks_reg', '2018', 'own');
DELETE FROM rule WHERE rule_set = 'own' AND criterion = 'convicted';
DELETE FROM status_rule WHERE rule_set = 'own' AND status <> 'udsat';
INSERT INTO rule_set SELECT * FROM monitor.rule_set WHERE rule_set = '2018';
INSERT INTO published_list (list_year, status, complete, areas) VALUES (2019, 'ghetto(5crit)', true, 5), (2020, 'ghetto', true, 5), (2190, 'ghetto', false, NULL);
INSERT INTO list_entry (list_year, status, area, printed_name) VALUES (2020, 'ghetto', 1, 'Parken'), (2020, 'ghetto', 21, 'School');
INSERT INTO area_alias (layer, municipality, alias, area) VALUES ('housing_area', 'Lilleby', 'sydpark mv.', 1), ('housing_area', 'Storby', 'Park', 2);

-- no notice of PostGIS's about the rows that are bad
SET client_min_messages = notice;
\x
SELECT * FROM monitor.check_register('checks_reg');
\x
SET client_min_messages = warning;
SELECT * FROM monitor.check_register(NULL);

RESET search_path;
DROP SCHEMA checks_words, checks_reg, checks_reg_published CASCADE;
DROP ROLE checks_reg_reader;
\set VERBOSITY terse
SELECT * FROM monitor.check_register('checks_reg');
