-- The tables that the examples in the READMEs of the spatial rooms read: a city of 36 cells
-- in two periods, and an area apart that has no neighbour.
CREATE TABLE area AS
SELECT id, 'area ' || id AS name, id % 4 AS district, ST_MakeEnvelope(x0, y0, x0 + 100, y0 + 100, 25832) AS geom, x, total, x / total AS share, ARRAY[x, total - x] AS counts
FROM (SELECT id, (id % 6 + id / 36) * 100.0 AS x0, (id / 6 + id / 36) * 100.0 AS y0, (7 * id % 11 + CASE WHEN id < 9 THEN 20 ELSE 1 END)::float8 AS x, (60 + id % 5)::float8 AS total
	FROM generate_series(0, 36) AS id) AS s;
CREATE TABLE area_period AS
SELECT id, DATE '2012-10-01' + 91 * q AS day, share + 0.001 * (id * q % 7) AS share FROM area, generate_series(0, 6) AS q;
CREATE TABLE counts AS SELECT id AS area, x, total AS n FROM area;
CREATE TABLE grid_cell AS
SELECT id, 2025 AS year, district, geom, x, total, x AS non_western, 5::float8 AS western, total - x - 5 AS danish, total AS residents FROM area;
CREATE TABLE unit_2015 AS SELECT id AS unit, x, total FROM area;
CREATE TABLE unit_2025 AS SELECT id AS unit, x + id % 3 AS x, total FROM area;
CREATE TABLE commuting AS SELECT id AS from_id, (id + 7) % 37 AS to_id, 0.5 AS travel_share FROM area;
CREATE TABLE map_weights AS SELECT monitor.queen_weights(id, geom) AS w FROM area;
CREATE TABLE weights AS SELECT w FROM map_weights;
CREATE TABLE railway AS SELECT ST_GeomFromText('LINESTRING(250 -10,250 700)', 25832) AS geom;
CREATE TABLE municipality AS SELECT 'Vejle' AS name, ST_Union(geom) AS geom FROM area;
-- A register of a housing area of one address, a year apart, as room relocation reads it.
CALL monitor.create_register('vejle', srid => 25832);
INSERT INTO vejle.area (id, name, municipality) VALUES (1, 'Løget By', 'Vejle');
INSERT INTO vejle.area_boundary (area, geom) SELECT 1, ST_Multi(ST_MakeEnvelope(575000, 6223000, 576000, 6224000, 25832));
INSERT INTO vejle.address (id, geom) SELECT id, ST_SetSRID(ST_MakePoint(575500 + 1000 * (id - 1), 6223500), 25832) FROM generate_series(1, 2) AS id;
INSERT INTO vejle.resident (person, data_year, address, age, outside_labour) VALUES (1, 2024, 1, 40, 1), (1, 2025, 2, 41, 0.5), (2, 2024, NULL, 30, 0), (3, 2025, 1, 20, 0);
CALL monitor.refresh('vejle');
-- The tables that the section on twins in room spillover reads: 100 areas of 200 m, six of them treated from 2020 on.
CREATE TABLE areas AS
SELECT 10 * r + c AS area, ST_MakeEnvelope(575000 + 200 * c, 6223000 + 200 * r, 575200 + 200 * c, 6223200 + 200 * r, 25832) AS geom,
	CASE WHEN r = 0 AND c < 6 THEN 2020 END AS treated_from
FROM generate_series(0, 9) AS r, generate_series(0, 9) AS c;
CREATE TABLE area_year AS
SELECT area, year, 40 + area % 7 + 0.5 * (year - 2016) * (area % 3) + (area * year * 7) % 11 * 0.2 - CASE WHEN year >= treated_from THEN 6 ELSE 0 END AS unemployed,
	50 + area * 13 % 29 AS renting, 20 + area * 5 % 17 AS young, 40 + (area * year) % 9 AS n
FROM areas, generate_series(2016, 2023) AS year;
-- Accounts of single years, as room relocation adds them up.
CREATE TABLE account_by_year AS
SELECT year, monitor.waterbed(area, CASE WHEN i % 9 = 0 THEN (area + i) % 6 ELSE area END, i % 3 = 0, i % 3 = 0 AND i % (7 + year % 3) > 0) AS w
FROM generate_series(2015, 2021) AS year, generate_series(1, 5) AS area, generate_series(1, 200) AS i GROUP BY year;
