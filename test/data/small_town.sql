-- A small town for the tests, made by arithmetic alone, in the register that the
-- psql variable register names and that is there already, with sensitive columns.
--   area 1 Nordparken   by polygon     1,200 residents, meets everything
--   area 2 Sydparken    by polygon     1,100 residents, meets outside_labour alone
--   area 3 Oestparken   by parcel        700 residents, too small, meets the rest
--   area 4 Vestparken   by department  1,000 residents, meets nothing
--   11, 12 districts covering the town; 500 residents live in no housing area
-- Data years 2016 to 2021: the lists of 2018 to 2021 have all their figures.
INSERT INTO :"register".landlord (id, code, name) VALUES (1, 'AAB', 'Arbejdernes Andels Boligforening'), (2, 'OB', 'Oestbo');
INSERT INTO :"register".department (id, landlord, name) VALUES
	(1, 1, 'Afdeling Nord'), (2, 1, 'Afdeling Syd'), (3, 2, 'Afdeling Oest'), (4, 2, 'Afdeling Vest');
INSERT INTO :"register".area (id, code, name, layer, municipality, region, tenure) VALUES
	(1, 'N', 'Nordparken', 'housing_area', 'Lilleby', 'Syd', 'social'),
	(2, 'S', 'Sydparken', 'housing_area', 'Lilleby', 'Syd', 'social'),
	(3, 'O', 'Oestparken', 'housing_area', 'Lilleby', 'Syd', 'social'),
	(4, 'V', 'Vestparken', 'housing_area', 'Lilleby', 'Syd', 'social'),
	(11, 'D1', 'Byen vest', 'district', 'Lilleby', 'Syd', NULL),
	(12, 'D2', 'Byen oest', 'district', 'Lilleby', 'Syd', NULL);
INSERT INTO :"register".area_boundary (area, geom)
SELECT b.area, ('SRID=25832;MULTIPOLYGON(((' || concat_ws(',', x0 || ' ' || y0, x1 || ' ' || y0, x1 || ' ' || y1, x0 || ' ' || y1, x0 || ' ' || y0) || ')))')
FROM (VALUES (1, 600000, 6200600, 600400, 6201000), (2, 600000, 6200000, 600400, 6200400),
	(11, 600000, 6200000, 600500, 6201000), (12, 600500, 6200000, 601000, 6201000)) AS b(area, x0, y0, x1, y1);
INSERT INTO :"register".area_department (area, department) VALUES (1, 1), (2, 2), (3, 3), (4, 4);
INSERT INTO :"register".area_parcel (cadastral_district, parcel_number, area) VALUES ('Lilleby', '3a', 3);
-- A hundred addresses a place: 1xx in area 1 and so on, 5xx in none.
INSERT INTO :"register".address (id, street, house_number, geom, department, cadastral_district, parcel_number, tenure, dwelling_kind)
SELECT 100 * p.place + i, p.street, i::text,
	format('SRID=25832;POINT(%s %s)', p.x + 3 * i, p.y + i),
	CASE WHEN p.place = 4 THEN 4 END, CASE WHEN p.place = 3 THEN 'Lilleby' END, CASE WHEN p.place = 3 THEN '3a' END,
	CASE WHEN p.place < 5 THEN 'social' ELSE 'owner' END, 'family'
FROM (VALUES (1, 'Nordvej', 600010, 6200700), (2, 'Sydvej', 600010, 6200100), (3, 'Oestvej', 600600, 6200100),
	(4, 'Vestvej', 600600, 6200850), (5, 'Byvej', 600600, 6200600)) AS p(place, street, x, y)
CROSS JOIN generate_series(0, 99) AS i;
-- Person n of place p: a fifth children, a tenth 65 and over, the rest of working age.
INSERT INTO :"register".resident (person, data_year, address, household, age, outside_labour, education, in_education,
	convicted, gross_income, non_western)
SELECT 10000 * p.place + n, y, 100 * p.place + n % 100, 1000 * p.place + n % 100, g.age + y - 2016,
	CASE WHEN g.age BETWEEN 18 AND 64 - (y - 2016) THEN CASE WHEN n % 100 < p.outside THEN 1 ELSE 0 END END,
	CASE WHEN g.age BETWEEN 18 AND 64 THEN CASE WHEN n % 100 < p.basic THEN 0 ELSE 1 END END, false,
	g.age >= 18 AND n BETWEEN 300 AND 299 + p.convicted, CASE WHEN g.age >= 15 THEN p.income + n % 7 END, n % 100 < p.non_western
FROM (VALUES (1, 1200, 50, 70, 40, 150000, 60), (2, 1100, 45, 30, 0, 250000, 40), (3, 700, 55, 80, 60, 140000, 70),
	(4, 1000, 10, 20, 0, 300000, 10), (5, 500, 5, 10, 2, 350000, 5)) AS p(place, residents, outside, basic, convicted, income, non_western)
CROSS JOIN generate_series(0, 1199) AS n
CROSS JOIN generate_series(2016, 2021) AS y
CROSS JOIN LATERAL (SELECT CASE WHEN n / 100 % 10 < 2 THEN n % 11 WHEN n / 100 % 10 = 2 THEN 66 + n % 20 ELSE 31 + n % 25 END AS age) AS g
WHERE n < p.residents;
INSERT INTO :"register".benchmark (scope, region, data_year, vintage, residents, adults, working_age, outside_labour, convicted,
	aged_30_59, basic_education, taxpayers, income_total, non_western)
SELECT 'national', '', y, date '2022-01-01', 5800000, 4700000, 3500000, 700000, 31000, 2300000, 400000, 3000000, 1020000000000, 500000
FROM generate_series(2014, 2021) AS y
UNION ALL
SELECT 'regional', 'Syd', y, date '2022-01-01', 1200000, 950000, 700000, 140000, 6300, 460000, 80000, 600000, 198000000000, 90000
FROM generate_series(2014, 2021) AS y;
