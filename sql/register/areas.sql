-- Areas from a polygon layer, and as groups of departments whose parcels touch.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832);
SET search_path = regtest, public;
CREATE TABLE layer (gid int, "Navn" text, kode int, "the geom" geometry);
INSERT INTO layer VALUES (11, 'Vest', 7, 'SRID=25832;POLYGON((0 0,10 0,10 10,0 10,0 0))'), (12, 'Oest', 8, 'SRID=25832;MULTIPOLYGON Z(((10 0 1,20 0 1,20 10 1,10 10 1,10 0 1)))');
CALL monitor.areas_from_layer('regtest', 'block', 'layer', 'Navn', 'the geom', 'Lilleby', id_column => 'gid', code_column => 'kode', region => 'Syd', valid_from => '2020-01-01');
SELECT a.*, b.valid_from, b.valid_to, ST_AsEWKT(b.geom) FROM area AS a JOIN area_boundary AS b ON b.area = a.id ORDER BY id;
-- Ids go on after the highest given; another reference system is transformed.
INSERT INTO area (name, municipality) VALUES ('Naeste', 'Lilleby') RETURNING id;
CREATE TEMP TABLE degrees AS SELECT 'Grader' AS name, ST_Transform('SRID=25832;POLYGON((600000 6200000,600010 6200000,600010 6200010,600000 6200010,600000 6200000))'::geometry, 4326) AS geom;
CALL monitor.areas_from_layer('regtest', 'block', 'degrees', 'name', 'geom', 'Lilleby');
SELECT a.id, round(ST_Area(b.geom)) AS area, ST_SRID(b.geom) FROM area AS a JOIN area_boundary AS b ON b.area = a.id WHERE a.name = 'Grader';
-- Refused, naming the row, and nothing is made.
CALL monitor.areas_from_layer('regtest', 'block', 'layer', 'Navn', 'the geom', 'Lilleby');
UPDATE layer SET "Navn" = NULL WHERE gid = 12;
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'Navn', 'the geom', 'Lilleby', id_column => 'gid');
UPDATE layer SET "Navn" = 'X', "the geom" = NULL WHERE gid = 12;
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'Navn', 'the geom', 'Lilleby');
UPDATE layer SET "the geom" = 'SRID=25832;POLYGON EMPTY' WHERE gid = 12;
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'Navn', 'the geom', 'Lilleby');
UPDATE layer SET "the geom" = 'POLYGON((0 0,1 0,1 1,0 0))' WHERE gid = 12;
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'Navn', 'the geom', 'Lilleby');
UPDATE layer SET "the geom" = 'SRID=25832;CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))' WHERE gid = 12;
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'Navn', 'the geom', 'Lilleby');
UPDATE layer SET "the geom" = 'SRID=25832;POINT(0 0)' WHERE gid = 12;
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'Navn', 'the geom', 'Lilleby');
CALL monitor.areas_from_layer('regtest', 'b2', 'layer', 'nix', 'the geom', 'Lilleby');
CALL monitor.areas_from_layer('regtest', NULL, 'layer', 'Navn', 'the geom', 'Lilleby');
SELECT count(*) FROM area WHERE layer = 'b2';

-- Departments: 1 touches 2 in a point, 2 shares an edge with 3, 4 lies 5 away from 3,
-- 5 has two parcels that join 4 and 6, 7 is closed, 8 has no geometry.
INSERT INTO landlord (id, name) VALUES (1, 'L');
INSERT INTO department (id, landlord, name, valid_to) SELECT n, 1, 'Afd. ' || n, CASE WHEN n = 7 THEN date '2015-01-01' ELSE 'infinity' END FROM generate_series(1, 8) AS n;
INSERT INTO area_parcel (cadastral_district, parcel_number, department, geom)
SELECT 'E', n::text, d, ST_Multi(ST_MakeEnvelope(x, y, x + 10, y + 10, 25832)) FROM (VALUES
	(1, 1, 0, 0), (2, 2, 10, 10), (3, 3, 20, 10), (4, 4, 35, 10), (5, 5, 45, 10), (6, 5, 200, 0), (7, 6, 210, 0), (8, 7, 0, 10)) AS p(n, d, x, y)
UNION ALL SELECT 'E', '9', 8, NULL;
INSERT INTO address (id, department, cadastral_district, parcel_number) VALUES (1, 1, 'E', '1'), (2, NULL, 'E', '2'), (3, 6, NULL, NULL), (4, 8, NULL, NULL);
INSERT INTO resident (person, data_year, address) SELECT n, y, 1 + n % 4 FROM generate_series(1, 40) AS n, generate_series(2018, 2020) AS y WHERE y < 2020 OR n <= 20;
SELECT grp, departments, residents, ST_NumGeometries(geom), ST_Area(geom), ST_SRID(geom) FROM monitor.department_groups('regtest');
SELECT grp, departments, residents FROM monitor.department_groups('regtest', 5, '2019-07-01');
SELECT grp, departments, residents FROM monitor.department_groups('regtest', 4.99, '2017-07-01');
SELECT grp, departments FROM monitor.department_groups('regtest', 0, '2014-07-01');
SELECT * FROM monitor.department_groups('regtest', -1);
SELECT * FROM monitor.department_groups('regtest', 'NaN');
SELECT * FROM monitor.department_groups('regtest', NULL);
SELECT * FROM monitor.department_groups('nix');
CALL monitor.areas_from_departments('regtest', 'housing_area', 'Lilleby', gap => 5, at => '2019-07-01', least_residents => 25);
SELECT a.name, a.layer, array_agg(d.department ORDER BY 1) AS departments, ST_Area(b.geom) FROM area AS a JOIN area_department AS d ON d.area = a.id
JOIN area_boundary AS b ON b.area = a.id GROUP BY a.id, a.name, a.layer, b.geom ORDER BY a.id;
CALL monitor.areas_from_departments('regtest', 'housing_area', 'Lilleby', at => '2019-07-01', least_residents => 5);
SELECT name FROM area WHERE layer = 'housing_area' ORDER BY id;
CALL monitor.areas_from_departments('regtest', 'housing_area', 'Lilleby', at => '2019-07-01', least_residents => 5);
RESET search_path;
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;
