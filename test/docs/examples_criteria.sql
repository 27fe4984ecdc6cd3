-- Persons, and profiles of areas, the nation and the region in three years.
CREATE TABLE resident AS
SELECT person, person % 3 AS area, 16 + person % 50 AS age, (person % 3 = 0)::int * 0.5 AS outside_labour, person % 40 = 0 AS convicted, (person % 4 <> 0)::int AS education,
	100000.0 + person AS gross_income, false AS in_education, person % 7 = 0 AS non_western
FROM generate_series(1, 4000) AS person;
CREATE TABLE area_profile AS
SELECT area, monitor.profile(age, outside_labour, convicted, education, gross_income, in_education, non_western) AS p FROM resident GROUP BY area;
CREATE TABLE figures AS
SELECT data_year, (SELECT p FROM area_profile WHERE area = 0) AS area, (SELECT monitor.rollup(p) FROM area_profile) AS nation, (SELECT monitor.rollup(p) FROM area_profile) AS region
FROM generate_series(2021, 2023) AS data_year;
