-- Accounts of relocation from a register: every rule of places by hand, accounts against
-- plain SQL over the persons, and nothing small to be read from what is published.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, monitor;
SET LOCAL extra_float_digits = 1;
SELECT plan(68);

-- A town of five housing areas in a district. Area 1 and 2 are landlord 1's; 3 has one department of landlord 1 and two of
-- landlord 2; 4 has one of landlord 2 and one of 3; 5 has none and is placed by its parcel. Addresses 900 and up are in none.
CALL monitor.create_register('town', 25832, sensitive => true);
INSERT INTO town.landlord (id, name) VALUES (1, 'Nord'), (2, 'Syd'), (3, 'Vest');
INSERT INTO town.department (id, landlord, name) VALUES (1, 1, '1'), (2, 1, '2'), (31, 1, '3a'), (32, 2, '3b'), (33, 2, '3c'), (41, 3, '4a'), (42, 2, '4b');
INSERT INTO town.area (id, name, layer, municipality) SELECT n, 'A' || n, 'housing_area', 'T' FROM generate_series(1, 5) AS n
UNION ALL VALUES (11, 'D1', 'district', 'T'), (12, 'D2', 'district', 'T');
INSERT INTO town.area_department (area, department) VALUES (1, 1), (2, 2), (3, 31), (3, 32), (3, 33), (4, 41), (4, 42);
INSERT INTO town.area_parcel (cadastral_district, parcel_number, area) VALUES ('T', '5a', 5);
INSERT INTO town.area_boundary (area, geom) SELECT d, format('SRID=25832;MULTIPOLYGON(((%1$s 0,%2$s 0,%2$s 90,%1$s 90,%1$s 0)))', 100 * d, 100 * d + 100)
FROM unnest(ARRAY[11, 12]) AS d;
INSERT INTO town.area_boundary (area, geom) SELECT n, format('SRID=25832;MULTIPOLYGON(((%1$s 0,%2$s 0,%2$s 9,%1$s 9,%1$s 0)))', 1100 + 20 * n, 1110 + 20 * n)
FROM generate_series(1, 4) AS n;
INSERT INTO town.address (id, department, cadastral_district, parcel_number, geom)
SELECT n, CASE n / 100 WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 31 + n % 3 WHEN 4 THEN 41 + n % 2 END,
	CASE n / 100 WHEN 5 THEN 'T' END, CASE n / 100 WHEN 5 THEN '5a' END, format('SRID=25832;POINT(%s 50)', CASE WHEN n % 2 = 0 THEN 1150 ELSE 1250 END)
FROM generate_series(100, 949) AS n WHERE n % 100 < 50 AND n / 100 IN (1, 2, 3, 4, 5, 9);

-- Who was where, and what their moves say; -1 as address is no row at all.
CREATE TEMP TABLE who (person bigint PRIMARY KEY, home bigint, later bigint, age int, age_later int, before bigint, after bigint, rule text);
INSERT INTO who VALUES
	(1, 101, 101, 30, 33, 1, 1, 'stayed'), (2, 101, 201, 30, 33, 1, 2, 'moved'), (3, 101, 901, 30, 33, 1, 0, 'to an address in no area'),
	(4, NULL, 101, 30, 33, NULL, 1, 'no address before'), (5, 101, NULL, 30, 33, 1, NULL, 'no address after'), (6, 901, 501, 30, 33, 0, 5, 'from no area'),
	(7, -1, 101, NULL, 1, -3, 1, 'birth'), (8, -1, 101, NULL, 33, -2, 1, 'from abroad'), (9, -1, 101, NULL, 33, -1, 1, 'from the country'),
	(10, -1, 101, NULL, 2, -3, 1, 'no move, younger than the years'), (11, -1, 101, NULL, 3, -1, 1, 'no move, as old as the years'),
	(12, -1, 101, NULL, NULL, -1, 1, 'no move, age not known'), (13, -1, 101, NULL, 33, -1, 1, 'abroad, out, then the country: the last tells'),
	(14, -1, 101, NULL, 33, -1, 1, 'from an unknown place'), (15, -1, 101, NULL, 33, -1, 1, 'abroad before the first 1 January'),
	(16, -1, 101, NULL, 33, -1, 1, 'abroad on the last 1 January'), (17, -1, 101, NULL, 33, -2, 1, 'abroad on the first 1 January'),
	(18, -1, 201, NULL, 33, -2, 2, 'abroad, then within the city'), (19, 101, 101, 30, 33, 1, 1, 'away and back'),
	(20, 101, -1, 30, NULL, 1, -4, 'death'), (21, 101, -1, 30, NULL, 1, -2, 'to abroad'), (22, 101, -1, 30, NULL, 1, -1, 'to the country'),
	(23, 101, -1, 30, NULL, 1, -1, 'no move'), (24, 101, -1, 30, NULL, 1, -1, 'to an unknown place'), (25, 101, -1, 30, NULL, 1, -2, 'within the city, then abroad'),
	(26, -1, 101, NULL, 1, -2, 1, 'born abroad'), (27, 101, 301, 16, 19, 1, 3, 'ages in'), (28, 401, 401, 63, 66, 4, 4, 'ages out'),
	(29, 101, 201, NULL, 33, 1, 2, 'age not known before'), (30, 101, 201, 30, 33, 1, 2, 'moved too');
-- Two hundred more, by arithmetic: every third moves, every tenth comes or goes.
INSERT INTO who
SELECT 1000 + n, CASE WHEN n % 10 = 3 THEN -1 ELSE h END, CASE WHEN n % 10 = 7 THEN -1 ELSE l END, CASE WHEN n % 10 <> 3 THEN n * 7 % 80 END,
	CASE WHEN n % 10 <> 7 THEN n * 7 % 80 + 3 END, CASE WHEN n % 10 = 3 THEN -1 ELSE CASE WHEN h < 900 THEN h / 100 ELSE 0 END END,
	CASE WHEN n % 10 = 7 THEN -4 ELSE CASE WHEN l < 900 THEN l / 100 ELSE 0 END END, 'more'
FROM generate_series(1, 200) AS n CROSS JOIN LATERAL (SELECT (ARRAY[1, 2, 3, 4, 5, 9])[1 + n % 6] * 100 + n % 50 AS h) AS h
CROSS JOIN LATERAL (SELECT CASE WHEN n % 3 = 0 THEN (ARRAY[1, 2, 3, 4, 5, 9])[1 + n / 3 % 6] * 100 + n % 49 ELSE h END AS l) AS l;
INSERT INTO town.resident (person, data_year, address, household, age, outside_labour, education, in_education, convicted, gross_income, non_western)
SELECT person, y, CASE y WHEN 2019 THEN later ELSE home END, person % 60 + 1, CASE y WHEN 2019 THEN age_later ELSE age END,
	nullif((person + y) % 5, 4) / 4.0, nullif((person + y) % 4, 3), CASE WHEN person % 9 > 0 THEN (person + y) % 3 = 0 END, (person + y) % 6 = 0,
	CASE person WHEN 1 THEN 2e9 ELSE 1000 * ((person + y) % 400) END, nullif(person % 7, 6) < 3
FROM who CROSS JOIN unnest(ARRAY[2016, 2018, 2019]) AS y
WHERE CASE y WHEN 2019 THEN later ELSE home END IS DISTINCT FROM -1 AND (y <> 2018 OR person % 2 = 0);
INSERT INTO town.move (person, moved_on, from_address, to_address, from_place, to_place) VALUES
	(2, '2017-05-01', 101, 201, NULL, NULL), (7, '2017-12-01', NULL, 101, 'birth', NULL), (8, '2018-02-01', NULL, 101, 'abroad', NULL),
	(9, '2018-02-01', NULL, 101, 'rest_of_country', NULL), (13, '2016-03-01', NULL, 301, 'abroad', NULL), (13, '2017-03-01', 301, NULL, NULL, 'abroad'),
	(13, '2018-03-01', NULL, 101, 'rest_of_country', NULL), (14, '2018-03-01', NULL, 101, 'unknown', NULL), (15, '2015-12-31', NULL, 101, 'abroad', NULL),
	(16, '2019-01-01', NULL, 101, 'abroad', NULL), (17, '2016-01-01', NULL, 101, 'abroad', NULL), (18, '2016-03-01', NULL, 101, 'abroad', NULL),
	(18, '2017-03-01', 101, 201, NULL, NULL), (19, '2016-03-01', 101, 201, NULL, NULL), (19, '2017-03-01', 201, 101, NULL, NULL),
	(20, '2017-03-01', 101, NULL, NULL, 'death'), (21, '2017-03-01', 101, NULL, NULL, 'abroad'), (22, '2017-03-01', 101, NULL, NULL, 'rest_of_country'),
	(24, '2017-03-01', 101, NULL, NULL, 'unknown'), (25, '2016-03-01', 101, 201, NULL, NULL), (25, '2017-03-01', 201, NULL, NULL, 'abroad'),
	(26, '2018-03-01', NULL, 101, 'abroad', NULL);
INSERT INTO town.move (person, moved_on, from_address, to_address, from_place, to_place)
SELECT person, '2018-06-01', nullif(home, -1), nullif(later, -1), CASE WHEN home = -1 THEN 'rest_of_country' END, CASE WHEN later = -1 THEN 'death' END
FROM who WHERE person > 1000 AND home <> later;
INSERT INTO town.plan (name, kind, starts_on) VALUES ('p', 'social', '2018-06-01'), ('early', 'social', '2000-01-01');

SELECT throws_ok($$SELECT monitor.register_waterbed('town', 'non_western', 2016, 2019)$$, '55000', NULL, 'a register that is not refreshed has no places');
CALL monitor.refresh('town');

-- Places, by the rules.
CREATE TEMP TABLE person AS SELECT w.*, b.person IS NOT NULL AS here, a.person IS NOT NULL AS here_later,
	b.outside_labour AS labour0, a.outside_labour AS labour1, b.education AS education0, a.education AS education1, b.convicted AS convicted0, a.convicted AS convicted1,
	b.in_education AS studies0, a.in_education AS studies1, b.gross_income AS income0, a.gross_income AS income1, b.non_western AS origin0, a.non_western AS origin1,
	b.household AS household0, a.household AS household1
FROM who AS w LEFT JOIN town.resident AS b ON b.person = w.person AND b.data_year = 2016 LEFT JOIN town.resident AS a ON a.person = w.person AND a.data_year = 2019;
CREATE FUNCTION pg_temp.places(bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT place_before || '' '' || place_after FROM (SELECT coalesce(place_before::text, ''?'') AS place_before,
		coalesce(place_after::text, ''?'') AS place_after FROM %s AS p WHERE person = %s) AS x',
		monitor.pairs_query('town', 2016, 2019, 'housing_area', '{non_western}', NULL), $1) INTO result;
	RETURN result;
END $$;
SELECT is(pg_temp.places(person), coalesce(before::text, '?') || ' ' || coalesce(after::text, '?'), rule) FROM who WHERE person <= 26 ORDER BY person;

-- Accounts, against plain SQL over the persons.
SELECT ok(monitor.register_waterbed('town', 'non_western', 2016, 2019) = (SELECT monitor.waterbed(before, after, origin0::int, origin1::int, true, true) FROM person),
	'everybody');
SELECT ok(monitor.register_waterbed('town', 'outside_labour', 2016, 2019) = (SELECT monitor.waterbed(before, after,
	CASE WHEN age IS NOT NULL THEN labour0 END, CASE WHEN age_later IS NOT NULL THEN labour1 END,
	coalesce(CASE WHEN here THEN age ELSE age_later - 3 END, 40) BETWEEN 18 AND 64, coalesce(CASE WHEN here_later THEN age_later ELSE age + 3 END, 40) BETWEEN 18 AND 64)
	FROM person), 'those of an age, with fractions');
SELECT ok(monitor.register_waterbed('town', 'basic_education', 2016, 2019) = (SELECT monitor.waterbed(before, after,
	CASE WHEN age IS NOT NULL THEN (education0 = 0)::int END, CASE WHEN age_later IS NOT NULL THEN (education1 = 0)::int END,
	coalesce(CASE WHEN here THEN age ELSE age_later - 3 END, 40) BETWEEN 30 AND 59, coalesce(CASE WHEN here_later THEN age_later ELSE age + 3 END, 40) BETWEEN 30 AND 59)
	FROM person), 'basic education');
SELECT ok(monitor.register_waterbed('town', 'convicted', 2016, 2019) = (SELECT monitor.waterbed(before, after,
	CASE WHEN age IS NOT NULL THEN convicted0::int END, CASE WHEN age_later IS NOT NULL THEN convicted1::int END,
	coalesce(CASE WHEN here THEN age ELSE age_later - 3 END, 40) >= 18, coalesce(CASE WHEN here_later THEN age_later ELSE age + 3 END, 40) >= 18) FROM person), 'convictions');
SELECT ok(monitor.register_waterbed('town', 'gross_income', 2016, 2019) = (SELECT monitor.waterbed(before, after,
	CASE WHEN age IS NOT NULL AND NOT studies0 AND income0 < 1e9 THEN income0 END, CASE WHEN age_later IS NOT NULL AND NOT studies1 AND income1 < 1e9 THEN income1 END,
	coalesce(CASE WHEN here THEN age ELSE age_later - 3 END, 40) BETWEEN 15 AND 64 AND (NOT here OR studies0 IS NOT TRUE),
	coalesce(CASE WHEN here_later THEN age_later ELSE age + 3 END, 40) BETWEEN 15 AND 64 AND (NOT here_later OR studies1 IS NOT TRUE)) FROM person),
	'incomes: not of those in education, unknown beyond 1e9');
SELECT ok(monitor.register_waterbed('town', 'non_western', 2016, 2019, 'district') <> monitor.register_waterbed('town', 'non_western', 2016, 2019)
	AND (SELECT array_agg(area ORDER BY area) = ARRAY[11, 12]::bigint[] FROM monitor.waterbed_areas(monitor.register_waterbed('town', 'non_western', 2016, 2019, 'district'))),
	'another layer, another account');
SELECT results_eq($$SELECT origin, destination, movers FROM monitor.waterbed_flows(monitor.register_waterbed('town', 'outside_labour', 2016, 2019))
	WHERE (origin, destination) IN ((4, -4), (-3, 3)) ORDER BY 1$$,
	$$SELECT before, after, count(*) FROM (SELECT CASE WHEN age < 18 THEN -3 ELSE before END AS before, CASE WHEN age_later > 64 THEN -4 ELSE after END AS after,
		labour0, labour1, age, age_later FROM person) AS p
	WHERE (before = 4 AND after = -4 AND age BETWEEN 18 AND 64 AND labour0 IS NOT NULL) OR (before = -3 AND after = 3 AND age_later BETWEEN 18 AND 64 AND labour1 IS NOT NULL)
	GROUP BY 1, 2 ORDER BY 1$$, 'who ages in comes from -3, who ages out goes to -4');
SELECT is((SELECT sum(net_import) FROM monitor.waterbed_areas(monitor.register_waterbed('town', 'basic_education', 2016, 2019))), 0::float8, 'net import sums to 0');

-- Shares by household.
SELECT is((SELECT (exported, fall, share_count, share_rate, unknown)::text FROM monitor.register_household_share('town', 'outside_labour', 2016, 2019, ARRAY[3])),
	(SELECT (exported, fall, share_count, share_rate, unknown)::text FROM monitor.waterbed_share(monitor.register_waterbed('town', 'outside_labour', 2016, 2019), ARRAY[3])),
	'shares by household are those by person');
SELECT ok(abs(h.share_count_low - p.share_count_low) < 1e-9 AND abs(h.share_count_high - p.share_count_high) < 1e-9,
	'with limits from the household before, or of those who came, after')
FROM monitor.register_household_share('town', 'non_western', 2016, 2019, ARRAY[1, 4]) AS h,
	(SELECT (monitor.waterbed_household_share(CASE WHEN here THEN household0 ELSE -household1 END, before, after, origin0::int, origin1::int, true, true,
		ARRAY[1, 4]::bigint[])).* FROM person) AS p;

-- Dated moves.
SELECT results_eq($$SELECT origin, destination, movers FROM monitor.register_flows('town', '-infinity', 'infinity') WHERE year = 2017 ORDER BY 1, 2$$,
	$$VALUES (-3::bigint, 1::bigint, 1::bigint), (1, -4, 1), (1, -2, 1), (1, -1, 1), (1, 2, 2), (1, NULL, 1), (2, -2, 1), (2, 1, 1), (3, -2, 1)$$, 'moves of a year');
SELECT results_eq($$SELECT origin, destination, movers, x_before, x_after, unknown FROM monitor.register_flows('town', '2018-01-01', '2019-01-01', 'outside_labour') WHERE origin = 1 OR destination = 1 ORDER BY 1, 2$$,
	$$WITH moved AS (
		SELECT CASE WHEN m.from_place = 'abroad' THEN -2 WHEN m.from_place = 'rest_of_country' THEN -1 WHEN m.from_address >= 900 THEN 0 ELSE m.from_address / 100 END AS origin,
			CASE WHEN m.to_place = 'death' THEN -4 WHEN m.to_address >= 900 THEN 0 ELSE m.to_address / 100 END AS destination,
			CASE WHEN b.age BETWEEN 18 AND 64 THEN b.outside_labour END AS x0, CASE WHEN a.age BETWEEN 18 AND 64 THEN a.outside_labour END AS x1, b.person, b.age, a.age AS later,
			m.from_address, m.to_address
		FROM town.move AS m LEFT JOIN town.resident AS b ON (b.person, b.data_year) = (m.person, 2018) LEFT JOIN town.resident AS a ON (a.person, a.data_year) = (m.person, 2019)
		WHERE extract(year FROM m.moved_on) = 2018)
	SELECT origin, destination::bigint, count(*), sum(x0), sum(x1), count(*) FILTER (WHERE from_address IS NOT NULL AND x0 IS NULL
		OR to_address IS NOT NULL AND x1 IS NULL AND coalesce(later BETWEEN 18 AND 64, true))
	FROM moved WHERE (origin = 1 OR destination = 1) AND (CASE WHEN person IS NOT NULL THEN age ELSE coalesce(later, 40) END BETWEEN 18 AND 64) GROUP BY 1, 2 ORDER BY 1, 2$$,
	'with x of the year of the move and of the next');
SELECT ok((SELECT monitor.total_flow(monitor.flow_index(origin, destination, movers) FILTER (WHERE origin >= 0 AND destination >= 0)) > 0
	FROM monitor.register_flows('town', '-infinity', 'infinity')), 'flow_index takes them');

-- Delivered flows: the latest vintage, hidden cells, movers from the row without indicator.
INSERT INTO town.indicator (code, name, kind) VALUES ('jobless', 'J', 'stock');
INSERT INTO town.flow_delivery (period_from, period_to, origin, destination, indicator, vintage, movers, x_before, x_after, x_before_low, x_before_high) VALUES
	('2016-01-01', '2019-01-01', 1, 1, 'jobless', '2020-01-01', 50, 30, 20, NULL, NULL), ('2016-01-01', '2019-01-01', 1, 2, 'jobless', '2020-01-01', 9, 9, 9, NULL, NULL),
	('2016-01-01', '2019-01-01', 1, 2, 'jobless', '2021-01-01', NULL, NULL, 3, 1, 4), ('2016-01-01', '2019-01-01', 1, 2, NULL, '2020-01-01', 10, NULL, NULL, NULL, NULL),
	('2016-01-01', '2019-01-01', 2, 1, 'jobless', '2020-01-01', 6, NULL, NULL, NULL, NULL), ('2016-01-01', '2018-01-01', 2, 1, 'jobless', '2020-01-01', 99, 99, 9, NULL, NULL);
SELECT results_eq($$SELECT area, export_low, export_high, import_low, import_high, hidden FROM monitor.register_flow_bounds('town', 'jobless', '2016-01-01', '2019-01-01') ORDER BY area$$,
	$$VALUES (1::bigint, 1::float8, 4::float8, 0::float8, 6::float8, 3::bigint), (2, 0, 6, 1, 4, 2)$$, 'bounds from delivered flows');

-- What refresh makes and publishes.
SELECT results_eq('SELECT DISTINCT first_data_year, last_data_year, only_before FROM town.computed_waterbed ORDER BY 1, 2',
	'VALUES (2016, 2018, false), (2016, 2019, false), (2018, 2019, false)', 'from year to year, from first to last, from each plan''s base year to the last');
SELECT is((SELECT count(*) FROM town.computed_waterbed WHERE pairs::text::monitor.waterbed <> monitor.register_waterbed('town', measure, first_data_year, last_data_year)),
	0::bigint, 'what is kept is the account');
SELECT is((SELECT string_agg(format('%s %s', l.area, l.grp), ', ' ORDER BY l.area) FROM monitor.landlord_groups('town', 2019, 2016) AS g, unnest(g.area, g.grp) AS l(area, grp)),
	'1 1, 2 1, 3 2, 4 2, 5 4', 'the landlord with most departments, ties by id, no landlord as one more');
UPDATE town.settings SET suppression_threshold = 1;
CALL monitor.refresh('town');
SELECT results_eq($$SELECT landlord, areas, n0, n1, x0::float8, x1::float8, net_import::float8 FROM town_published.fact_waterbed_landlord
	WHERE (measure, first_data_year, last_data_year) = ('outside_labour', 2016, 2019) ORDER BY 1$$,
	$$SELECT area, 2, n0, n1, x0, x1, net_import FROM monitor.waterbed_areas(monitor.waterbed_merge(
		monitor.register_waterbed('town', 'outside_labour', 2016, 2019), ARRAY[1, 2, 3, 4, 5], ARRAY[1, 1, 2, 2, 4])) WHERE area IN (1, 2) ORDER BY 1$$,
	'landlords, with their areas as one');
SELECT results_eq($$SELECT area, n0, n1, x0::float8, x1::float8, stayers_change::float8, net_import::float8, term_stayers, share_rate FROM town_published.fact_waterbed
	WHERE (measure, first_data_year, last_data_year) = ('outside_labour', 2016, 2019) ORDER BY 1$$,
	$$SELECT area, n0, n1, x0, x1, stayers_change, net_import, term_stayers, share_rate FROM monitor.waterbed_areas(monitor.register_waterbed('town', 'outside_labour', 2016, 2019)) ORDER BY 1$$,
	'areas as they are, with a threshold of 1');
SELECT is((SELECT count(*) FROM town_published.waterbed_area WHERE change <> stayers_change + net_import - left_city + entered_city + arrivals_change), 0::bigint, 'and their parts are the change');
SELECT results_eq($$SELECT sentence::text FROM town_published.waterbed_landlord WHERE (measure, first_data_year, last_data_year, landlord_a, landlord_b) = ('outside_labour', 2018, 2019, 1, 2)$$,
	$$SELECT monitor.waterbed_sentence(monitor.waterbed_between(b.w, a.w, 1, 2, 2, 1), 'Nord', 'Syd', 'persons outside the labour market') FROM
	(SELECT monitor.waterbed_merge(monitor.register_waterbed('town', 'outside_labour', 2018, 2019), ARRAY[1, 2, 3, 4, 5], ARRAY[1, 1, 2, 2, 4]) AS w) AS a,
	(SELECT monitor.waterbed_merge(monitor.register_waterbed('town', 'outside_labour', 2016, 2018), ARRAY[1, 2, 3, 4, 5], ARRAY[1, 1, 2, 2, 4]) AS w) AS b$$,
	'the sentence, against the years before');

-- Numbers of flows on the map stay when others come and go.
CREATE TEMP TABLE fids AS SELECT fid, measure, first_data_year, last_data_year, origin, destination FROM town_published.move_flows;
SELECT cmp_ok((SELECT count(DISTINCT fid) FROM fids), '>', 10::bigint, 'flows have numbers');
SELECT is((SELECT count(*) FROM town_published.fact_flow_line WHERE origin = 5 OR destination = 5), 0::bigint, 'an area without a boundary has no line');
SELECT ok((SELECT bool_and(GeometryType(geom) = 'LINESTRING' AND ST_SRID(geom) = 25832 AND ST_Length(geom) > 15) FROM town_published.move_flows), 'lines from area to area');
UPDATE town.settings SET suppression_threshold = 1000;
CALL monitor.refresh('town');
SELECT is((SELECT count(*) FROM town_published.fact_flow_line) + (SELECT count(*) FROM town_published.fact_waterbed WHERE NOT suppressed), 0::bigint, 'all flows are gone');
UPDATE town.settings SET suppression_threshold = 1;
CALL monitor.refresh('town');
SELECT set_eq('SELECT fid, measure, first_data_year, last_data_year, origin, destination FROM town_published.move_flows', 'SELECT * FROM fids', 'and have their numbers again');

-- Ground that changes hands: department 2 leaves area 2 for area 1 on the last 1 January.
UPDATE town.area_department SET valid_to = '2019-01-01' WHERE department = 2;
INSERT INTO town.area_department (area, department, valid_from) VALUES (1, 2, '2019-01-01');
UPDATE town.area_boundary SET valid_to = '2019-01-01' WHERE area = 2;
CALL monitor.refresh('town');
SELECT results_eq($$SELECT area, n0, n1 FROM monitor.waterbed_areas(monitor.register_waterbed('town', 'non_western', 2016, 2019)) WHERE area IN (1, 2) ORDER BY 1$$,
	$$SELECT area, count(*) FILTER (WHERE before = area AND origin0 IS NOT NULL AND (after < 0 OR origin1 IS NOT NULL)),
		count(*) FILTER (WHERE area = 1 AND after IN (1, 2) AND origin1 IS NOT NULL AND (before < 0 OR origin0 IS NOT NULL))
	FROM person, generate_series(1::bigint, 2) AS area WHERE before IS NOT NULL AND after IS NOT NULL GROUP BY area ORDER BY 1$$,
	'each year has its own areas, so its people count as moved');
SELECT ok(monitor.register_waterbed('town', 'non_western', 2016, 2019, areas_of => 2016) = (SELECT monitor.waterbed(before, after, origin0::int, origin1::int, true, true) FROM person),
	'unless both have the areas of the first');
SELECT ok(monitor.register_waterbed('town', 'non_western', 2016, 2019, areas_of => 2019) = (SELECT monitor.waterbed(CASE before WHEN 2 THEN 1 ELSE before END,
	CASE after WHEN 2 THEN 1 ELSE after END, origin0::int, origin1::int, true, true) FROM person), 'or of the last');

-- Nothing small: 24 areas of six landlords; groups counted over the persons.
CALL monitor.create_register('tiny', 25832, sensitive => true);
INSERT INTO tiny.landlord (id, name) SELECT n, 'L' || n FROM generate_series(1, 6) AS n;
INSERT INTO tiny.department (id, landlord, name) SELECT n, 1 + n % 6, 'D' || n FROM generate_series(1, 24) AS n;
INSERT INTO tiny.area (id, name, municipality) SELECT n, 'A' || n, 'T' FROM generate_series(1, 24) AS n;
INSERT INTO tiny.area_department (area, department) SELECT n, n FROM generate_series(1, 24) AS n;
INSERT INTO tiny.address (id, department) SELECT n, CASE WHEN n <= 24 THEN n END FROM generate_series(1, 25) AS n;
CREATE FUNCTION pg_temp.draw(bigint, text, int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
	SELECT (abs(hashtextextended(format('%s %s', $1, $2), 7)::numeric)::bigint % $3)::int $$;
INSERT INTO tiny.resident (person, data_year, address, age, outside_labour, education, convicted, non_western)
SELECT n, y, 1 + CASE WHEN pg_temp.draw(n, 'moves' || y, 10) < 7 THEN n ELSE pg_temp.draw(n, 'to' || y, 50) / 2 END % 25, 45, 1,
	least(nullif(pg_temp.draw(n, 'x', 40), 0) / (10 + n % 25), 1), pg_temp.draw(n, 'c' || y, 3 + n::int % 25) = 0, pg_temp.draw(n, 'w', 1 + n::int % 25) > 3
FROM generate_series(1, 2400) AS n, unnest(ARRAY[2018, 2020]) AS y WHERE pg_temp.draw(n, 'here' || y, 6) > 0;
CALL monitor.refresh('tiny');
CREATE TEMP TABLE counted AS
SELECT m.measure, v.* FROM (
	SELECT person, CASE WHEN b.person IS NULL THEN -1 ELSE b.address % 25 END AS origin, CASE WHEN a.person IS NULL THEN -1 ELSE a.address % 25 END AS destination, b, a
	FROM (SELECT * FROM tiny.resident WHERE data_year = 2018) AS b FULL JOIN (SELECT * FROM tiny.resident WHERE data_year = 2020) AS a USING (person)) AS p
CROSS JOIN LATERAL (VALUES ('basic_education', ((b).education = 0)::int, ((a).education = 0)::int), ('convicted', (b).convicted::int, (a).convicted::int),
	('non_western', (b).non_western::int, (a).non_western::int)) AS m(measure, x0, x1)
CROSS JOIN LATERAL (SELECT p.person, p.origin, p.destination, m.x0, m.x1) AS v
WHERE (p.origin < 0 OR m.x0 IS NOT NULL) AND (p.destination < 0 OR m.x1 IS NOT NULL);
CREATE FUNCTION pg_temp.small(bigint, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT $1 IN (1, 2) OR coalesce($2 IN (1, 2) OR $1 - $2 IN (1, 2), false) $$;
-- Whether a group that an area's (a landlord's) figures are sums of is small.
CREATE FUNCTION pg_temp.hidden(landlords boolean) RETURNS TABLE (measure text, area int, hidden boolean) LANGUAGE sql AS $$
	WITH person AS (
		SELECT c.measure, c.x0, c.x1, CASE WHEN landlords AND origin > 0 THEN 1 + origin % 6 ELSE origin END AS origin,
			CASE WHEN landlords AND destination > 0 THEN 1 + destination % 6 ELSE destination END AS destination FROM counted AS c
	), part AS (
		SELECT measure, origin AS area, CASE WHEN destination = origin THEN 'stayed' WHEN destination < 0 THEN 'left' ELSE 'moved out' END AS kind,
			x0, CASE WHEN destination = origin THEN x1 END AS x1 FROM person WHERE origin >= 0
		UNION ALL
		SELECT measure, destination, CASE WHEN origin < 0 THEN 'came' ELSE 'moved in' END, x0, x1 FROM person WHERE destination >= 0 AND origin <> destination
	)
	SELECT measure, area, bool_or(small) FROM (
		SELECT measure, area, pg_temp.small(count(*), sum(x0)) OR pg_temp.small(count(*), sum(x1)) AS small FROM part GROUP BY measure, area, kind) AS g
	GROUP BY measure, area $$;
SELECT set_eq($$SELECT measure, area, suppressed FROM tiny_published.fact_waterbed WHERE measure <> 'outside_labour'$$, 'SELECT * FROM pg_temp.hidden(false)',
	'an account is hidden exactly where a group behind it is small');
SELECT ok(least(hidden, shown) > 30, format('many are, %s, and many are not, %s', hidden, shown))
FROM (SELECT count(*) FILTER (WHERE suppressed) AS hidden, count(*) FILTER (WHERE NOT suppressed) AS shown FROM tiny_published.fact_waterbed WHERE measure <> 'outside_labour') AS f;
SELECT is((SELECT count(*) FROM tiny_published.fact_waterbed WHERE suppressed AND num_nonnulls(n0, n1, x0, x1, stayers_change, net_import, export_by_size, export_selective,
	left_city, entered_city, arrivals_change, term_stayers, term_arrivals_within, term_arrivals_outside, term_departures_within, term_departures_outside, share_count,
	share_count_low, share_count_high, share_rate, share_rate_low, share_rate_high, unknown, note) > 0), 0::bigint, 'a hidden account has no figure');
SELECT is((SELECT count(*) FROM tiny_published.fact_waterbed WHERE unknown BETWEEN 1 AND 2), 0::bigint, 'nor is a small number unknown shown');
SELECT set_eq($$SELECT measure, landlord, suppressed FROM tiny_published.fact_waterbed_landlord WHERE measure <> 'outside_labour'$$,
	$$SELECT h.measure, h.area, h.hidden OR (SELECT count(*) FROM tiny_published.fact_waterbed AS f WHERE f.suppressed AND f.measure = h.measure AND f.area > 0
		AND 1 + f.area % 6 = h.area) = 1 FROM pg_temp.hidden(true) AS h WHERE h.area > 0$$, 'a landlord is hidden also where one area is');
SELECT set_eq($$SELECT measure, origin, destination, movers, x_before::bigint, x_after::bigint, suppressed FROM tiny_published.fact_move WHERE measure <> 'outside_labour'$$,
	$$SELECT measure, origin, destination, CASE WHEN NOT small THEN n END AS n, CASE WHEN NOT small THEN x0 END AS x0, CASE WHEN NOT small THEN x1 END AS x1, small FROM (
		SELECT measure, origin, destination, count(*) AS n, sum(x0) AS x0, CASE WHEN destination >= 0 THEN sum(x1) END AS x1,
			pg_temp.small(count(*), sum(x0)) OR pg_temp.small(count(*), sum(x1)) AS small
		FROM counted WHERE origin <> destination GROUP BY measure, origin, destination HAVING count(*) >= 3) AS f$$,
	'a flow has a row from three movers on, and figures where those with and without x are none or three');
SELECT ok((SELECT count(*) FILTER (WHERE suppressed) > 20 AND count(*) FILTER (WHERE NOT suppressed) > 20 FROM tiny_published.fact_move WHERE measure <> 'outside_labour'),
	'many flows are hidden, many are not');
SELECT is((SELECT count(*) FROM tiny_published.fact_waterbed_between AS w JOIN (
		SELECT measure, 1 + origin % 6 AS a, 1 + destination % 6 AS b, count(*) AS n, sum(x0) AS x0, sum(x1) AS x1, sum(x0 * x1) AS x_both
		FROM counted WHERE origin > 0 AND destination > 0 GROUP BY 1, 2, 3) AS f
	ON f.measure = w.measure AND ((f.a, f.b) = (w.landlord_a, w.landlord_b) OR (f.a, f.b) = (w.landlord_b, w.landlord_a))
	WHERE NOT w.suppressed AND (pg_temp.small(n, x0) OR pg_temp.small(n, x1) OR pg_temp.small(x0, x_both) OR pg_temp.small(x1, x_both))), 0::bigint,
	'no pair of landlords is shown of which a flow is small');
SELECT is((SELECT count(*) FROM tiny_published.waterbed_landlord WHERE suppressed AND num_nonnulls(sentence, change_a, change_b, from_a, own_residents, movers, unknown, note) > 0
	OR NOT suppressed AND sentence IS NULL), 0::bigint, 'a hidden pair has no sentence, a shown one has');

SELECT is((SELECT count(*) FROM (
		SELECT f.left_city - coalesce(sum(m.x_before) FILTER (WHERE m.origin = f.area AND m.destination < 0), 0) AS gone,
			f.entered_city - coalesce(sum(m.x_after) FILTER (WHERE m.destination = f.area AND m.origin < 0), 0) AS come
		FROM tiny_published.fact_waterbed AS f LEFT JOIN tiny_published.fact_move AS m ON (m.measure, m.first_data_year, m.last_data_year) =
			(f.measure, f.first_data_year, f.last_data_year) AND f.area IN (m.origin, m.destination)
		WHERE NOT f.suppressed GROUP BY f.measure, f.first_data_year, f.last_data_year, f.area) AS g
	WHERE gone > 0 AND gone < 3 OR come > 0 AND come < 3), 0::bigint, 'no account less the flows shown leaves a small x');

-- A move of no date is in no year.
SELECT set_eq($$SELECT * FROM monitor.register_flows('tiny', '-infinity', 'infinity', 'outside_labour')$$, $$SELECT * FROM monitor.register_flows('tiny', '1900-01-01', '2200-01-01', 'outside_labour')$$,
	'all moves are those of all years');

-- A register without persons.
CALL monitor.create_register('nobody', 25832);
INSERT INTO nobody.area (name, municipality) VALUES ('A', 'T');
INSERT INTO nobody.plan (name, kind, starts_on) VALUES ('p', 'social', '2018-06-01');
CALL monitor.refresh('nobody');
SELECT is((SELECT count(*) FROM nobody.computed_waterbed) + (SELECT count(*) FROM nobody_published.fact_waterbed) + (SELECT count(*) FROM nobody_published.fact_move),
	0::bigint, 'a register without persons has no accounts and refreshes');
SELECT * FROM finish();
ROLLBACK;
