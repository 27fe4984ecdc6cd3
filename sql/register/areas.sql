SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
-- Areas from a polygon layer and from groups of departments whose parcels touch.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET datestyle = ISO;
CREATE SCHEMA areas_test;
SET search_path = areas_test, monitor, public;
CALL create_register('areas_reg', 25832);

-- a square of side s with its lower-left corner at x, y
CREATE FUNCTION square(x float8, y float8, s float8) RETURNS geometry LANGUAGE sql
BEGIN ATOMIC
	SELECT ST_MakeEnvelope(x, y, x + s, y + s, 25832);
END;
CREATE VIEW boundaries AS
SELECT a.id, a.name, a.code, a.municipality, b.valid_from, b.valid_to, ST_AsText(b.geom) AS geom
FROM areas_reg.area AS a LEFT JOIN areas_reg.area_boundary AS b ON b.area = a.id WHERE a.layer = 'district';

-- an area a row, whatever the case of the names and with Z
CREATE TABLE "My Layer" (gid int, "Navn" text, kode int, "The Geom" geometry);
INSERT INTO "My Layer" VALUES (1, 'Nord', 20, ST_Force3D(square(0, 10, 10))), (2, ' Syd ', 10, square(0, 0, 10)),
	(3, '@register@ 100 % "x"', 30, ST_Multi(square(10, 0, 10)));
CALL areas_from_layer('areas_reg', 'district', '"My Layer"', 'Navn', 'The Geom', 'Vejle', 'kode');
SELECT * FROM boundaries ORDER BY id;
SELECT DISTINCT GeometryType(geom), ST_SRID(geom) FROM areas_reg.area_boundary;

-- again with nothing changed but the first vertex, and a code: the same rows and ids
UPDATE "My Layer" SET "The Geom" = ST_GeomFromText('POLYGON((10 10,10 20,0 20,0 10,10 10))', 25832), kode = 21 WHERE gid = 1;
CALL areas_from_layer('areas_reg', 'district', '"My Layer"', 'Navn', 'The Geom', 'Vejle', 'kode', '2020-01-01');
SELECT * FROM boundaries ORDER BY id;
-- a changed boundary ends, a new one begins; a new name is a new area; one that is gone stays
UPDATE "My Layer" SET "The Geom" = square(0, 10, 20) WHERE gid = 1;
UPDATE "My Layer" SET "Navn" = 'Vest' WHERE gid = 3;
CALL areas_from_layer('areas_reg', 'district', '"My Layer"', 'Navn', 'The Geom', 'Vejle', valid_from => '2020-01-01');
SELECT * FROM boundaries ORDER BY id, valid_from;
-- the same day again: corrected in place; an earlier date: until the one that is known
UPDATE "My Layer" SET "The Geom" = square(0, 10, 30) WHERE gid = 1;
CALL areas_from_layer('areas_reg', 'district', '"My Layer"', 'Navn', 'The Geom', 'Vejle', valid_from => '2020-01-01');
UPDATE "My Layer" SET "The Geom" = square(0, 10, 15) WHERE gid = 1;
CALL areas_from_layer('areas_reg', 'district', '"My Layer"', 'Navn', 'The Geom', 'Vejle', valid_from => '2015-01-01');
SELECT * FROM boundaries WHERE name IN ('Nord', 'Vest') ORDER BY id, valid_from;
-- another municipality has areas of its own by the same names; views and temporary tables will do
CREATE TEMP VIEW only_syd AS SELECT "Navn" AS name, "The Geom" AS geom FROM "My Layer" WHERE gid = 2;
CALL areas_from_layer('areas_reg', 'district', 'only_syd', 'name', 'geom', 'Kolding');
SELECT id, name, municipality FROM boundaries WHERE name = 'Syd' ORDER BY id;

-- rows that cannot be taken: the first is named, and nothing is changed
CREATE TABLE bad (gid int, name text, code text, geom geometry);
CREATE FUNCTION try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	said text; detail text; hint text;
BEGIN
	TRUNCATE bad;
	INSERT INTO bad VALUES (1, 'Aaa', 'a', square(100, 100, 1));
	EXECUTE 'INSERT INTO bad VALUES ' || statement;
	CALL areas_from_layer('areas_reg', 'bad', 'bad', 'name', 'geom', 'Vejle', 'code');
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE, said, nullif(detail, ''), nullif(hint, ''));
END
$$;
SELECT try($$(2, NULL, 'b', square(0, 0, 1))$$);
SELECT try($$(2, '  ', 'b', square(0, 0, 1)), (3, NULL, NULL, NULL)$$);
SELECT try($$(2, 'B', 'b', NULL)$$);
SELECT try($$(2, 'B', 'b', 'SRID=25832;POINT(1 1)')$$);
SELECT try($$(2, 'B', 'b', 'SRID=25832;CURVEPOLYGON(CIRCULARSTRING(0 0,1 1,2 0,1 -1,0 0))')$$);
SELECT try($$(2, 'B', 'b', 'SRID=25832;GEOMETRYCOLLECTION(POLYGON((0 0,1 0,1 1,0 0)))')$$);
SELECT try($$(2, 'B', 'b', 'POLYGON((0 0,1 0,1 1,0 0))')$$);
SELECT try($$(2, 'B', 'b', 'SRID=4326;POLYGON((0 0,1 0,1 1,0 0))')$$);
SELECT try($$(2, 'B', 'b', 'SRID=25832;MULTIPOLYGON EMPTY')$$);
SELECT try($$(2, 'B', 'b', 'SRID=25832;POLYGON((0 0,1 1,1 0,0 1,0 0))')$$);
SELECT try($$(2, 'Aaa', 'b', square(0, 0, 1))$$);
SELECT try($$(2, 'B', 'a', square(0, 0, 1))$$);
SELECT count(*) FROM areas_reg.area WHERE layer = 'bad';
-- a code that another area of the layer has
CREATE TABLE taken (name text, code text, geom geometry);
INSERT INTO taken VALUES ('Oest', '10', square(100, 100, 1));
CALL areas_from_layer('areas_reg', 'district', 'taken', 'name', 'geom', 'Vejle', 'code');

-- arguments that cannot be
CALL areas_from_layer('areas_reg', 'district', 'bad', 'navn', 'geom', 'Vejle');
CALL areas_from_layer('areas_reg', 'district', 'bad', 'name', 'code', 'Vejle');
CALL areas_from_layer('areas_reg', NULL, 'bad', 'name', 'geom', 'Vejle');
CALL areas_from_layer('areas_reg', 'district', NULL, 'name', 'geom', 'Vejle');
CALL areas_from_layer('areas_reg', '', 'bad', 'name', 'geom', 'Vejle');
CALL areas_from_layer('areas_reg', 'district', 'bad', 'name', 'geom', 'Vejle', NULL, 'infinity');
CALL areas_from_layer('no_register', 'district', 'bad', 'name', 'geom', 'Vejle');

-- Groups of departments. Along a line: 1 and 2 share an edge, 2 and 3 only a corner,
-- 3 and 4 are 5 apart, 5 is 8 from 4, 6 is far; 7 has no geometry, 8 is no more.
INSERT INTO areas_reg.landlord (id, name) VALUES (1, 'Landlord');
INSERT INTO areas_reg.department (id, landlord, name, valid_to)
SELECT d, 1, CASE d WHEN 6 THEN 'Park 5' ELSE 'Park ' || d END, CASE d WHEN 8 THEN '2020-01-01' ELSE 'infinity' END::date
FROM generate_series(1, 8) AS d;
INSERT INTO areas_reg.area_parcel (department, cadastral_district, parcel_number, geom)
SELECT d, 'Test', d::text, ST_Multi(g) FROM (VALUES (1, square(0, 0, 10)), (2, square(10, 0, 10)), (3, square(20, 10, 10)),
	(4, square(35, 10, 10)), (5, square(53, 10, 10)), (6, square(500, 500, 10)), (7, NULL), (8, square(510, 500, 10))) AS p (d, g);
INSERT INTO areas_reg.area_parcel (department, cadastral_district, parcel_number, geom) VALUES (6, 'Test', '6b', ST_Multi(square(540, 500, 10)));
SELECT grp, departments, parcels, ST_AsText(geom) AS geom, ST_SRID(geom) AS srid FROM department_groups('areas_reg');
SELECT grp, departments, parcels, ST_Area(geom) AS area FROM department_groups('areas_reg', 5);
SELECT grp, departments FROM department_groups('areas_reg', 4.999999);
SELECT grp, departments FROM department_groups('areas_reg', 8);
-- as they were; 6 has two parcels that lie apart, and both are in its group
SELECT grp, departments, parcels FROM department_groups('areas_reg', 0, '2019-12-31');
SELECT * FROM department_groups('areas_reg', -1);
SELECT * FROM department_groups('areas_reg', 'NaN');
SELECT * FROM department_groups('areas_reg', 'infinity');
SELECT * FROM department_groups('areas_reg', NULL);
SELECT * FROM department_groups('no_register');

-- areas of the groups, named after their departments
CALL areas_from_departments('areas_reg', 'housing_area', 'Vejle');
CREATE VIEW made AS
SELECT a.id, a.name, (SELECT array_agg(format('%s: %s - %s', l.department, l.valid_from, l.valid_to) ORDER BY l.department, l.valid_from)
	FROM areas_reg.area_department AS l WHERE l.area = a.id) AS departments,
	b.valid_from, b.valid_to, ST_Area(b.geom) AS size
FROM areas_reg.area AS a LEFT JOIN areas_reg.area_boundary AS b ON b.area = a.id WHERE a.layer = 'housing_area';
SELECT * FROM made ORDER BY id, valid_from;
-- again: nothing changes
CREATE TEMP TABLE before AS SELECT * FROM made;
CALL areas_from_departments('areas_reg', 'housing_area', 'Vejle', valid_from => '2022-01-01');
SELECT count(*) AS changed FROM (SELECT * FROM made EXCEPT SELECT * FROM before) AS m;
-- a wider gap from a date on: 4 joins 1 to 3 in a new area, the two old ones end
CALL areas_from_departments('areas_reg', 'housing_area', 'Vejle', gap => 5, valid_from => '2023-01-01');
SELECT * FROM made ORDER BY id, valid_from;
-- and back from the same date: the boundary and links that had begun then are gone
CALL areas_from_departments('areas_reg', 'housing_area', 'Vejle', valid_from => '2023-01-01');
SELECT * FROM made ORDER BY id, valid_from;
-- two groups that would have the same name
UPDATE areas_reg.department SET name = 'Park' WHERE id IN (5, 6);
CALL areas_from_departments('areas_reg', 'same_name', 'Vejle');
SELECT name FROM areas_reg.area WHERE layer = 'same_name' ORDER BY id;
CALL areas_from_departments('areas_reg', 'housing_area', 'Vejle', gap => 'NaN');
CALL areas_from_departments('areas_reg', 'housing_area', NULL);

-- a parcel that cannot be used
ALTER TABLE areas_reg.area_parcel ALTER COLUMN geom TYPE geometry;
INSERT INTO areas_reg.area_parcel (id, department, cadastral_district, parcel_number, geom)
VALUES (100, 1, 'Test', '100', 'SRID=4326;POLYGON((0 0,1 0,1 1,0 0))');
SELECT * FROM department_groups('areas_reg');
UPDATE areas_reg.area_parcel SET geom = 'SRID=25832;POLYGON((0 0,1 1,1 0,0 1,0 0))' WHERE id = 100;
CALL areas_from_departments('areas_reg', 'housing_area', 'Vejle');

-- the very first area made by a procedure, beside one that was inserted as number 1
CALL create_register('areas_first', 25832);
INSERT INTO areas_first.area (id, name, municipality) VALUES (1, 'Of my own', 'Vejle');
UPDATE "My Layer" SET "Navn" = gid;
CALL areas_from_layer('areas_first', 'district', '"My Layer"', 'Navn', 'The Geom', 'Vejle');
SELECT id, name FROM areas_first.area ORDER BY id;

DROP SCHEMA areas_test, areas_reg, areas_reg_published CASCADE;
DROP ROLE areas_reg_reader;
DROP SCHEMA areas_first, areas_first_published CASCADE;
DROP ROLE areas_first_reader;
