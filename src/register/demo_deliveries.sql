-- What a city is sent or writes down beside its people: benchmarks, published
-- lists, indicators, plans; and the list of what was planted.

-- Sizes like Denmark's: residents in thousands, then per thousand of the group. The
-- shares convicted give the limits printed for the lists of 2018 (3 x 0.66 = 1.98 %)
-- and of 2022 (2 x 0.725 = 1.45 %).
CREATE PROCEDURE demo_benchmarks(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.benchmark (scope, region, data_year, vintage, residents, adults, working_age, outside_labour,
			convicted, aged_30_59, basic_education, not_approved_education, unknown_education, taxpayers, income_total,
			non_western, source)
		SELECT s.scope, s.region, y.data_year, make_date(y.data_year + 1, 6, 1), n.residents, n.adults,
			round(n.residents * 0.617), round(round(n.residents * 0.617) * (y.outside + s.outside) / 1000),
			round(n.adults * y.convicted * s.convicted / 100000), round(n.residents * 0.385),
			round(round(n.residents * 0.385) * (200 - 2 * (y.data_year - 2015)) / 1000),
			round(round(n.residents * 0.385) * 0.02), round(round(n.residents * 0.385) * 0.025),
			round(n.residents * 0.53), round(n.residents * 0.53) * y.income * s.income,
			round(n.residents * (y.non_western + s.non_western) / 1000), 1
		FROM (VALUES (2015, 5660, 221, 680, 388000, 71), (2016, 5707, 219, 660, 395000, 75), (2017, 5749, 216, 660, 403000, 78),
				(2018, 5781, 214, 665, 411000, 81), (2019, 5806, 212, 680, 419000, 83), (2020, 5823, 216, 720, 424000, 85),
				(2021, 5840, 212, 730, 433000, 87), (2022, 5873, 206, 730, 446000, 90))
			AS y (data_year, thousands, outside, convicted, income, non_western),
			(VALUES ('national', '', 1.0, 0, 1.0, 1.0, 0), ('regional', 'Fjordland', 0.23, 4, 1.02, 0.985, -12))
			AS s (scope, region, part, outside, convicted, income, non_western),
			LATERAL (SELECT round(1000 * y.thousands * s.part) AS residents) AS r,
			LATERAL (SELECT r.residents, round(r.residents * 0.797) AS adults) AS n
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_benchmarks(name) IS 'Step of create_demo: national and regional counts.';

-- Counts of each housing area and data year, for the steps below.
CREATE PROCEDURE demo_count(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		CREATE TEMPORARY TABLE demo_count ON COMMIT DROP AS
		SELECT d.area, r.data_year, count(*) AS residents,
			count(*) FILTER (WHERE r.age BETWEEN 18 AND 64) AS working_age,
			sum(round(r.outside_labour::numeric, 4)) FILTER (WHERE r.age BETWEEN 18 AND 64) AS outside_labour,
			count(*) FILTER (WHERE r.age >= 18) AS adults, count(*) FILTER (WHERE r.age >= 18 AND r.convicted) AS convicted,
			count(*) FILTER (WHERE r.age BETWEEN 30 AND 59) AS aged_30_59,
			count(*) FILTER (WHERE r.age BETWEEN 30 AND 59 AND r.education IN (0, 2)) AS basic_education,
			avg(round(r.gross_income::numeric, 2)) FILTER (WHERE r.age BETWEEN 15 AND 64 AND NOT r.in_education) AS income,
			count(*) FILTER (WHERE r.non_western) AS non_western
		FROM %1$I.resident AS r JOIN pg_temp.demo_dwelling AS d ON d.dwelling = r.address
		WHERE d.area > 0 GROUP BY d.area, r.data_year
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_count(name) IS 'Step of create_demo: counts by housing area and data year.';

-- Lists as they were printed, under names that are not always the register's, and
-- the figures printed for the lists of 2018 to 2021. One figure was printed wrong.
CREATE PROCEDURE demo_lists(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		WITH entry (status, first_list, last_list, area) AS (
			SELECT l.status, l.first_list, l.last_list, unnest(l.areas)
			FROM (VALUES ('ghetto', 2014, 2017, ARRAY[10, 11, 12]), ('ghetto', 2015, 2017, ARRAY[3, 13]),
				('ghetto', 2016, 2017, ARRAY[1, 14])) AS l (status, first_list, last_list, areas)
		), listed AS (
			SELECT e.status, list_year, e.area FROM entry AS e, generate_series(e.first_list, e.last_list) AS list_year
		), list AS (
			INSERT INTO %1$I.published_list (list_year, status, list_date, complete, areas, source)
			SELECT l.list_year, l.status, make_date(l.list_year, 12, 1), true, count(*), 1
			FROM listed AS l GROUP BY l.list_year, l.status
		)
		INSERT INTO %1$I.list_entry (list_year, status, area, printed_name, source)
		SELECT l.list_year, l.status, l.area, CASE WHEN a.area = 11 THEN 'Stationsgaarden, Fjordby'
			WHEN a.departments >= 3 AND l.list_year < 2017 THEN a.name || ' mv.' ELSE a.name END, 1
		FROM listed AS l JOIN pg_temp.demo_area AS a USING (area)
	$sql$, register);
	EXECUTE format($sql$
		INSERT INTO %1$I.official_value (list_year, rule_set, criterion, area, value, decimals, source)
		SELECT c.data_year, CASE WHEN c.data_year < 2021 THEN '2018' ELSE '2021' END, v.criterion, c.area,
			round(v.value, v.decimals), v.decimals, 1
		FROM pg_temp.demo_count AS c JOIN pg_temp.demo_count AS b ON (b.area, b.data_year) = (c.area, c.data_year - 1)
			JOIN pg_temp.demo_count AS a ON (a.area, a.data_year) = (c.area, c.data_year - 2)
			JOIN %1$I.benchmark AS r ON (r.region, r.data_year) = ('Fjordland', c.data_year - 1),
			LATERAL (VALUES ('residents', c.residents, 0),
				('outside_labour', 50 * (a.outside_labour / a.working_age + b.outside_labour / b.working_age)
					+ CASE WHEN (c.area, c.data_year) = (15, 2020) THEN 0.3 ELSE 0 END, 1),
				('convicted', 50 * (a.convicted / a.adults::numeric + b.convicted / b.adults::numeric), 2),
				('basic_education', 100 * c.basic_education / c.aged_30_59::numeric, 1),
				('low_income', 100 * b.income / (r.income_total / r.taxpayers), 1),
				('non_western', 100 * c.non_western / c.residents::numeric, 1)) AS v (criterion, value, decimals)
		WHERE c.data_year BETWEEN 2018 AND 2021 AND c.residents >= 1000
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_lists(name) IS 'Step of create_demo: published lists and the figures printed with them.';

CREATE PROCEDURE demo_indicators(register name, seed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.indicator (code, name, name_da, kind, unit, note) VALUES
			('child_overweight', 'Overweight at school entry', 'Overvaegt ved skolestart', 'stock', 'children aged 5 to 7',
				'Children measured by the school nurse.'),
			('evictions', 'Evictions', 'Udsaettelser', 'event', 'dwellings', 'Evictions by the bailiff''s court.'),
			('safety', 'Feeling safe', 'Tryghed', 'survey', 'points, 1 to 5', 'Mean answer of a yearly survey.')
	$sql$, register);
	EXECUTE format($sql$
		INSERT INTO %1$I.observation (area, indicator, period_from, period_to, vintage, numerator, denominator, source)
		SELECT d.area, 'child_overweight', make_date(r.data_year, 1, 1), make_date(r.data_year + 1, 1, 1),
			make_date(r.data_year + 1, 3, 1),
			count(*) FILTER (WHERE monitor.demo_uniform($1, r.person, 31) < 0.07 + 0.35 * a.outside::float8), count(*), 1
		FROM %1$I.resident AS r JOIN pg_temp.demo_dwelling AS d ON d.dwelling = r.address
			JOIN pg_temp.demo_area AS a ON a.area = d.area
		WHERE r.age BETWEEN 5 AND 7 AND monitor.demo_uniform($1, r.person, 30) < 0.92
		GROUP BY d.area, r.data_year;
		INSERT INTO %1$I.observation (area, indicator, period_from, period_to, vintage, numerator, denominator, source)
		SELECT d.area, 'evictions', make_date(r.data_year, 1, 1), make_date(r.data_year + 1, 1, 1),
			make_date(r.data_year + 1, 3, 1), count(DISTINCT d.dwelling) FILTER (WHERE
				monitor.demo_uniform($1, d.dwelling, 100 * r.data_year + 92) < 0.0015 + 0.018 * a.outside::float8),
			count(DISTINCT d.dwelling), 1
		FROM %1$I.resident AS r JOIN pg_temp.demo_dwelling AS d ON d.dwelling = r.address
			JOIN pg_temp.demo_area AS a ON a.area = d.area
		GROUP BY d.area, r.data_year;
		INSERT INTO %1$I.observation (area, indicator, period_from, period_to, vintage, mean, standard_error, source)
		SELECT c.area, 'safety', make_date(c.data_year, 1, 1), make_date(c.data_year + 1, 1, 1),
			make_date(c.data_year + 1, 3, 1), round(4.6 - 2.2 * c.outside_labour / c.working_age
				+ (0.3 * monitor.demo_uniform($1, c.area, 100 * c.data_year + 93))::numeric, 2)::float8,
			round((0.05 + 20.0 / c.residents), 3)::float8, 1
		FROM pg_temp.demo_count AS c
	$sql$, register) USING seed;
END
$procedure$;
COMMENT ON PROCEDURE demo_indicators(name, bigint) IS 'Step of create_demo: indicators and their observations.';

-- Engparken (12), Tvaervang (14) and most of the small areas have no plan of their own.
CREATE PROCEDURE demo_plans(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.plan (id, name, kind, starts_on, ends_on, note) VALUES
			(1, 'Fysisk helhedsplan Havnevang', 'physical', '2016-03-01', '2022-12-31', 'Renovation, larger flats.'),
			(2, 'Fysisk helhedsplan Vesterparken', 'physical', '2018-01-01', NULL, 'Demolition of a block, new streets.'),
			(3, 'Fysisk helhedsplan Stationsgaarden', 'physical', '2019-06-01', NULL, NULL),
			(4, 'Fysisk helhedsplan Moellevang', 'physical', '2017-01-01', '2020-12-31', NULL),
			(5, 'Social helhedsplan Bakkeparken', 'social', '2017-08-01', '2021-07-31', 'Work, schooling, neighbourhood.'),
			(6, 'Social helhedsplan Vesterparken og Stationsgaarden', 'social', '2018-01-01', '2021-12-31', NULL),
			(7, 'Social helhedsplan Lyngdalen', 'social', '2020-01-01', NULL, NULL),
			(8, 'Social helhedsplan Oesterbo', 'social', '2016-01-01', '2019-12-31', 'The landlord''s areas in four districts.'),
			(9, 'Udviklingsplan Vesterparken', 'development', '2019-06-01', '2030-01-01', 'Family dwellings at most 40 percent.'),
			(10, 'Udviklingsplan Stationsgaarden', 'development', '2019-06-01', '2030-01-01', NULL),
			(11, 'Bydaekkende boligsocial plan Fjordby', 'city_wide', '2019-01-01', '2023-12-31', 'All areas of the city.');
		INSERT INTO %1$I.plan_area (plan, area, starts_on)
		SELECT p.plan, unnest(p.areas), NULL FROM (VALUES (1, ARRAY[3]), (2, ARRAY[10]), (3, ARRAY[11]), (4, ARRAY[13]),
			(5, ARRAY[1]), (6, ARRAY[10, 11]), (7, ARRAY[4]), (8, ARRAY[7, 8, 9, 24]), (9, ARRAY[10]), (10, ARRAY[11]))
			AS p (plan, areas)
		UNION ALL
		SELECT 11, a.area, CASE WHEN a.district = 12 THEN date '2021-01-01' END
		FROM pg_temp.demo_area AS a WHERE a.planted IS DISTINCT FROM 'left_alone'
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_plans(name) IS 'Step of create_demo: physical, social, development and city-wide plans.';

-- What was planted, with sizes counted from the rows that were written.
CREATE PROCEDURE demo_planted(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		CREATE TABLE %1$I.planted_change (
			id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
			area bigint NOT NULL REFERENCES %1$I.area,
			kind text NOT NULL,
			first_year integer NOT NULL,
			last_year integer NOT NULL,
			because_of bigint REFERENCES %1$I.area,
			measure text NOT NULL,
			size numeric NOT NULL,
			what text NOT NULL,
			CONSTRAINT planted_change_years CHECK (first_year <= last_year)
		);
		COMMENT ON TABLE %1$I.planted_change IS 'Changes that create_demo planted in the synthetic city, for analyses to find. first_year and last_year are data years for what happens to residents, calendar years for moves; because_of is the area where the cause lies; size is counted from the rows.';
		COMMENT ON COLUMN %1$I.planted_change.measure IS 'What size counts. share: percentage points of outside_labour, residents 18-64, data year 2022 less 2017. moved: persons, over the years together. arrivals: persons a year with half a year or more outside the labour market when they come, 2018-2021 less 2015-2017. dwellings: number. printed: percentage points.';
	$sql$, register);
	EXECUTE format($sql$
		WITH share AS (
			SELECT c.area, 100 * sum(CASE c.data_year WHEN 2022 THEN 1 ELSE -1 END * c.outside_labour / c.working_age) AS size
			FROM pg_temp.demo_count AS c WHERE c.data_year IN (2017, 2022) GROUP BY c.area
		), moved AS (
			SELECT d.area, count(*) AS size
			FROM %1$I.move AS m JOIN pg_temp.demo_dwelling AS o ON o.dwelling = m.from_address
				JOIN pg_temp.demo_dwelling AS d ON d.dwelling = m.to_address
			WHERE o.area = 3 AND d.area <> 3 AND m.moved_on >= date '2018-01-01' GROUP BY d.area
		), arrivals AS (
			SELECT d.area, count(*) FILTER (WHERE m.moved_on >= date '2018-01-01') / 4.0
				- count(*) FILTER (WHERE m.moved_on < date '2018-01-01') / 3.0 AS size
			FROM %1$I.move AS m JOIN pg_temp.demo_dwelling AS d ON d.dwelling = m.to_address
				LEFT JOIN pg_temp.demo_dwelling AS o ON o.dwelling = m.from_address
				JOIN %1$I.resident AS r ON r.person = m.person AND r.data_year = extract(year FROM m.moved_on) + 1
			WHERE d.area IN (6, 7, 8, 9) AND o.area IS DISTINCT FROM d.area AND r.outside_labour >= 0.5
			GROUP BY d.area
		), demolished AS (
			SELECT d.area, count(*) AS size FROM pg_temp.demo_dwelling AS d WHERE d.closed_on IS NOT NULL GROUP BY d.area
		), change (area, kind, first_year, last_year, because_of, measure, what) AS (VALUES
			(1, 'residents_improve', 2018, 2022, NULL, 'share', 'Residents find work: the chance to come back into work is 1.5 times, the chance to go out 0.6 times what it was. Nobody moves more than before.'),
			(2, 'neighbour_declines', 2018, 2022, 1, 'share', 'The neighbour of Bakkeparken: the chance to go out of work is 2.2 times, the chance to come back 0.6 times what it was.'),
			(3, 'sent_elsewhere', 2018, 2021, NULL, 'share', 'Each year 22 percent of the households with every adult outside the labour market are moved, most of them to Lyngdalen and Elmevang; newcomers from outside the city are half as likely to be outside the labour market.'),
			(4, 'receives_sent', 2018, 2021, 3, 'moved', 'Receives households that Havnevang sends elsewhere.'),
			(5, 'receives_sent', 2018, 2021, 3, 'moved', 'Receives households that Havnevang sends elsewhere.'),
			(6, 'turned_away', 2018, 2021, NULL, 'arrivals', 'Six of seven applicants with somebody outside the labour market are turned away and settle in Askeparken, Roennehaven and Pilevang of the other landlord, in place of others.'),
			(7, 'receives_turned_away', 2018, 2021, 6, 'arrivals', 'Receives applicants that Skovhaven turns away.'),
			(8, 'receives_turned_away', 2018, 2021, 6, 'arrivals', 'Receives applicants that Skovhaven turns away.'),
			(9, 'receives_turned_away', 2018, 2021, 6, 'arrivals', 'Receives applicants that Skovhaven turns away.'),
			(10, 'demolished', 2018, 2019, NULL, 'dwellings', 'A department is pulled down on 1 October 2019, not let from 2018; its residents are rehoused in seven areas and the rest of the city.'),
			(12, 'left_alone', 2018, 2022, NULL, 'share', 'Nothing was planted and no plan works here.'),
			(15, 'misprinted', 2020, 2020, NULL, 'printed', 'The printed share outside the labour market of the list of 2020 is too high by 0.3.')
		)
		INSERT INTO %1$I.planted_change (id, area, kind, first_year, last_year, because_of, measure, size, what)
		SELECT row_number() OVER (ORDER BY c.area), c.area, c.kind, c.first_year, c.last_year, c.because_of, c.measure,
			round(CASE c.measure WHEN 'share' THEN s.size WHEN 'moved' THEN m.size WHEN 'arrivals' THEN a.size
				WHEN 'dwellings' THEN d.size ELSE 0.3 END, 1), c.what
		FROM change AS c LEFT JOIN share AS s USING (area) LEFT JOIN moved AS m USING (area)
			LEFT JOIN arrivals AS a USING (area) LEFT JOIN demolished AS d USING (area)
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_planted(name) IS 'Step of create_demo: table planted_change.';
