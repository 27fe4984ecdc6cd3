-- A user's own tables, as the examples of room register read them: 16 housing areas of 300 m
-- by 300 m, 12 addresses in each and 8 beyond, eight data years, 1 in 8 of the persons moving in each.
CREATE TABLE my_polygons AS
SELECT 'area ' || i AS name, ST_Multi(ST_MakeEnvelope(530000 + 400 * (i % 4), 6170000 + 400 * (i / 4), 530300 + 400 * (i % 4), 6170300 + 400 * (i / 4), 25832)) AS geom
FROM generate_series(0, 15) AS i;
CREATE TABLE my_addresses AS
SELECT 12 * i + k + 1 AS id, ST_SetSRID(ST_MakePoint(530020 + 400 * (i % 4) + 20 * k, 6170020 + 400 * (i / 4) + 20 * k), 25832) AS geom FROM generate_series(0, 15) AS i, generate_series(0, 11) AS k
UNION ALL SELECT 192 + k, ST_SetSRID(ST_MakePoint(535000 + 20 * k, 6170000), 25832) FROM generate_series(1, 8) AS k;
CREATE TABLE my_persons AS
SELECT person, year, 1 + (person * 7 + (person % 8 + year) / 8 * 37) % 200 AS address, 16 + person % 50 AS age, (person % 3 = 0)::int * 0.5 + ((person + year) % 5 = 0)::int * 0.5 AS outside,
	(person * 31 + year) % 40 = 0 AS convicted, (person % 4 <> 0)::int AS education, 100000.0 + person % 97 * 3000 AS income, person % 50 < 4 AS in_education, person % 7 = 0 AS non_western
FROM generate_series(1, 4000) AS person, generate_series(2015, 2022) AS year;
CREATE TABLE my_benchmarks AS
SELECT scope, region, year, 4600000 AS adults, 34000 AS convicted, 3000000 AS taxpayers, 1.2e12 AS income
FROM (VALUES ('national', ''), ('regional', 'Syddanmark')) AS s (scope, region), generate_series(2015, 2022) AS year;
CREATE TABLE my_evictions AS
SELECT area, year, (area * 7 + year) % 5 AS evictions, 100 + area AS dwellings FROM generate_series(1, 16) AS area, generate_series(2015, 2022) AS year;
CREATE TABLE my_moves AS
SELECT b.person, make_date(a.year, 6, 1) + (b.person % 90)::int AS day, a.address AS from_address, b.address AS to_address, NULL AS from_place, NULL AS to_place
FROM my_persons AS a JOIN my_persons AS b ON b.person = a.person AND b.year = a.year + 1 WHERE a.address <> b.address;
