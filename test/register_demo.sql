-- The demonstration city: the same on every machine, consistent, and with its
-- planted changes to be seen. Two cities: one of the default seed, one of another.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, monitor;
SET LOCAL extra_float_digits = 1;
SET LOCAL datestyle = 'ISO, MDY';
SET LOCAL work_mem = '64MB';
SELECT plan(105);

-- A sum over rows, so that their order does not count; geometry little-endian.
CREATE FUNCTION pg_temp.checksum(register name, relation name) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	fields text;
	result text;
BEGIN
	SELECT string_agg(CASE WHEN format_type(atttypid, NULL) LIKE '%geometry'
			THEN format('encode(ST_AsBinary(t.%I, ''NDR''), ''hex'')', attname) ELSE format('t.%I', attname) END, ', ' ORDER BY attnum)
	INTO fields FROM pg_attribute
	WHERE attrelid = format('%I.%I', register, relation)::regclass AND attnum > 0 AND NOT attisdropped;
	EXECUTE format('SELECT count(*) || '':'' || coalesce(sum((''x'' || left(md5(ROW(%s)::text), 15))::bit(60)::bigint), 0) FROM %I.%I AS t',
		fields, register, relation) INTO result;
	RETURN result;
END
$$;
CREATE TEMPORARY TABLE recorded (relation name, checksum text);
-- To record anew after a change that is meant: SELECT relation, pg_temp.checksum('demo_test', relation) FROM recorded.
INSERT INTO recorded VALUES
	('address', '50063:28810157835481731252563'),
	('area', '52:31781430614061405885'),
	('area_alias', '9:6731511088960081921'),
	('area_boundary', '52:29855046971259686623'),
	('area_department', '68:42042318000908610375'),
	('area_parcel', '68:39565110736137662430'),
	('benchmark', '16:10285354458627311859'),
	('department', '80:46336828837916814333'),
	('indicator', '3:1743890041001685563'),
	('landlord', '5:2012367654435628818'),
	('list_entry', '22:11074889473514993427'),
	('move', '110044:63502416704244351085491'),
	('observation', '960:540782591338427112454'),
	('official_value', '384:218973134073867305943'),
	('plan', '11:5744141892949220654'),
	('plan_area', '53:31973238128139866878'),
	('planted_change', '12:8286554039088561864'),
	('published_list', '4:2975904806426502998'),
	('resident', '822119:473575369431139000988039'),
	('source', '1:189842080091494260');

CALL create_demo('demo_test');
CALL create_demo('demo_other', 7);

SELECT is(pg_temp.checksum('demo_test', relation), checksum, format('rows of %s are those recorded', relation))
FROM recorded ORDER BY relation;
SELECT isnt(pg_temp.checksum('demo_other', relation), checksum, format('another seed: other rows of %s', relation))
FROM recorded WHERE relation IN ('address', 'resident', 'move', 'observation') ORDER BY relation;

-- What holds in every city; the register is the one first in the search path.
CREATE FUNCTION pg_temp.holds(city text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	CREATE TEMPORARY TABLE home ON COMMIT DROP AS
	SELECT ad.id AS address, ad.valid_to, a.area FROM address AS ad LEFT JOIN area_department AS a USING (department);
	CREATE TEMPORARY TABLE lived ON COMMIT DROP AS
	SELECT r.*, h.area FROM resident AS r JOIN home AS h USING (address);
	CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
	SELECT m.*, extract(year FROM m.moved_on)::integer AS year, o.area AS origin, d.area AS destination
	FROM move AS m LEFT JOIN home AS o ON o.address = m.from_address LEFT JOIN home AS d ON d.address = m.to_address;
	CREATE TEMPORARY TABLE size ON COMMIT DROP AS
	SELECT area, data_year, count(*) AS residents, sum(outside_labour) / count(*) FILTER (WHERE age BETWEEN 18 AND 64) AS outside
	FROM lived GROUP BY area, data_year;
	ANALYZE home, lived, moved;

	RETURN NEXT ok((SELECT min(residents) >= 200 AND max(residents) <= 3000 AND count(*) = 40 * 8 FROM size WHERE area IS NOT NULL),
		city || ': 40 areas of 200 to 3,000 residents in each of 8 years');
	RETURN NEXT ok((SELECT min(areas) >= 12 FROM (SELECT count(*) AS areas FROM size
		WHERE area IS NOT NULL AND residents >= 1000 GROUP BY data_year) AS y), city || ': a dozen of 1,000 or more each year');
	RETURN NEXT ok((SELECT bool_and(residents BETWEEN 97000 AND 107000 AND 2 * outside > residents) AND count(*) = 8
		FROM (SELECT sum(residents) AS residents, sum(residents) FILTER (WHERE area IS NULL) AS outside FROM size GROUP BY data_year) AS y),
		city || ': about 100,000 residents, most of them outside the areas');

	-- moves tell exactly who is at which address on the next 1 January
	RETURN NEXT is((WITH person_year AS (
			SELECT person, data_year AS year FROM resident WHERE data_year < 2022
			UNION SELECT person, data_year - 1 FROM resident WHERE data_year > 2015
			UNION SELECT person, year FROM moved)
		SELECT count(*) FROM person_year AS p
			LEFT JOIN resident AS b ON (b.person, b.data_year) = (p.person, p.year)
			LEFT JOIN resident AS a ON (a.person, a.data_year) = (p.person, p.year + 1)
			LEFT JOIN moved AS m ON (m.person, m.year) = (p.person, p.year)
		WHERE CASE WHEN m.person IS NULL THEN b.address IS DISTINCT FROM a.address OR b.address IS NULL
			ELSE m.from_address IS DISTINCT FROM b.address OR m.to_address IS DISTINCT FROM a.address END), 0::bigint,
		city || ': moves explain residents year by year');
	RETURN NEXT is((SELECT count(*) FROM (SELECT FROM moved GROUP BY person, year HAVING count(*) > 1) AS m), 0::bigint,
		city || ': nobody moves twice in a year');
	RETURN NEXT is((SELECT count(*) FROM (SELECT FROM resident GROUP BY person, data_year HAVING count(*) > 1) AS r), 0::bigint,
		city || ': nobody is there twice');
	RETURN NEXT is((SELECT count(*) FROM (SELECT FROM resident GROUP BY data_year, household HAVING min(address) <> max(address)) AS r),
		0::bigint, city || ': a household lives at one address');
	RETURN NEXT is((SELECT count(*) FROM (SELECT FROM resident GROUP BY data_year, address HAVING min(household) <> max(household)) AS r),
		0::bigint, city || ': an address has one household');
	RETURN NEXT is((SELECT count(*) FROM (
			SELECT FROM moved AS m JOIN resident AS b ON (b.person, b.data_year) = (m.person, m.year) AND b.household = m.household
			WHERE m.to_address IS NOT NULL GROUP BY m.year, m.household
			HAVING min(m.moved_on) <> max(m.moved_on) OR min(m.to_address) <> max(m.to_address)) AS h), 0::bigint,
		city || ': household members move on the same day to the same address');
	RETURN NEXT is((SELECT count(*) FROM resident GROUP BY data_year, household HAVING max(age) < 18 LIMIT 1), NULL,
		city || ': no household of children alone');
	RETURN NEXT is((SELECT count(*) FROM moved AS m JOIN resident AS b ON b.address = m.to_address AND b.data_year = m.year
			AND b.household IS DISTINCT FROM m.household
		LEFT JOIN moved AS o ON (o.person, o.year) = (b.person, b.data_year) AND o.moved_on < m.moved_on
		WHERE o.person IS NULL AND m.from_place IS DISTINCT FROM 'birth'), 0::bigint,
		city || ': nobody moves in before the last one has left');
	RETURN NEXT is((SELECT count(*) FROM resident AS b JOIN resident AS a USING (person)
		WHERE a.data_year = b.data_year + 1 AND a.age <> b.age + 1), 0::bigint, city || ': everybody ages by a year a year');

	-- demolition
	RETURN NEXT is((SELECT count(*) FROM lived AS r JOIN home AS h USING (address) WHERE h.valid_to <= make_date(r.data_year, 1, 1))
		+ (SELECT count(*) FROM moved AS m JOIN home AS h ON h.address = m.to_address WHERE m.moved_on >= h.valid_to)
		+ (SELECT count(*) FROM moved AS m JOIN home AS h ON h.address = m.from_address WHERE m.moved_on >= h.valid_to),
		0::bigint, city || ': nobody at a demolished address');
	RETURN NEXT ok((SELECT count(DISTINCT destination) >= 5 AND count(*) >= 150 AND bool_and(to_address IS NOT NULL AND year = 2019)
		FROM moved WHERE reason = 'rehoused'), city || ': residents of demolished dwellings are rehoused in several areas');

	-- planted changes, by the rows
	RETURN NEXT ok((SELECT sum(CASE data_year WHEN 2022 THEN outside ELSE -outside END) < -0.07 FROM size
		WHERE area = 1 AND data_year IN (2017, 2022)), city || ': residents_improve, the share outside the labour market falls');
	RETURN NEXT ok((SELECT sum(a.outside_labour - b.outside_labour) / count(*) < -0.05
		FROM lived AS b JOIN lived AS a ON (a.person, a.area) = (b.person, b.area)
		WHERE b.area = 1 AND b.data_year = 2017 AND a.data_year = 2022 AND b.age >= 18 AND a.age <= 64),
		city || ': residents_improve, of those who stayed');
	RETURN NEXT ok((SELECT abs(count(*) FILTER (WHERE year >= 2018) / 4.0 / (count(*) FILTER (WHERE year < 2018) / 3.0) - 1) < 0.3
		FROM moved WHERE origin = 1 AND from_place IS NULL AND destination IS DISTINCT FROM 1),
		city || ': residents_improve, no more leave than before');
	RETURN NEXT ok((SELECT sum(CASE data_year WHEN 2022 THEN outside ELSE -outside END) > 0.06 FROM size
		WHERE area = 2 AND data_year IN (2017, 2022)), city || ': neighbour_declines, the share outside the labour market rises');
	RETURN NEXT ok((SELECT sum(CASE data_year WHEN 2022 THEN outside ELSE -outside END) < -0.10 FROM size
		WHERE area = 3 AND data_year IN (2017, 2022)), city || ': sent_elsewhere, the share outside the labour market falls');
	RETURN NEXT ok((SELECT count(*) FILTER (WHERE destination IN (4, 5)) > 0.5 * count(*) AND
			sum(r.outside_labour) FILTER (WHERE destination IN (4, 5)) / count(r.outside_labour) FILTER (WHERE destination IN (4, 5)) > 0.7
		FROM moved AS m JOIN lived AS r ON (r.person, r.data_year) = (m.person, m.year)
		WHERE m.origin = 3 AND m.destination <> 3 AND m.year >= 2018 AND r.age BETWEEN 18 AND 64),
		city || ': sent_elsewhere, leavers to other areas are outside the labour market and go to the two named');
	RETURN NEXT ok((SELECT count(*) FILTER (WHERE year >= 2018) / 4.0 > 5 * count(*) FILTER (WHERE year < 2018) / 3.0
		FROM moved WHERE origin = 3 AND destination IN (4, 5)), city || ': receives_sent, many times as many come from there as before');
	RETURN NEXT ok((WITH arrival AS (
			SELECT m.destination = 6 AS turned, count(*) FILTER (WHERE m.year >= 2018) / 4.0 AS after, count(*) FILTER (WHERE m.year < 2018) / 3.0 AS before
			FROM moved AS m JOIN lived AS r ON (r.person, r.data_year) = (m.person, m.year + 1)
			WHERE m.destination IN (6, 7, 8, 9) AND m.origin IS DISTINCT FROM m.destination AND r.outside_labour >= 0.5 GROUP BY 1)
		SELECT bool_and(CASE WHEN turned THEN after < 0.4 * before ELSE after > 1.3 * before END) FROM arrival),
		city || ': turned_away, arrivals outside the labour market fall in the one and rise at the other landlord''s');
	RETURN NEXT is((SELECT array_agg(DISTINCT d.landlord ORDER BY d.landlord) FROM area_department AS a
		JOIN department AS d ON d.id = a.department WHERE a.area IN (7, 8, 9)), ARRAY[2::bigint], city || ': they are of one landlord');
	RETURN NEXT ok((SELECT abs(sum(CASE data_year WHEN 2022 THEN outside ELSE -outside END)) < 0.04 FROM size
		WHERE area = 12 AND data_year IN (2017, 2022)), city || ': left_alone, nothing changes');
	RETURN NEXT ok((SELECT max(n * 1.0 / total) BETWEEN 0.002 AND 0.03 FROM (SELECT count(*) FILTER (WHERE outside_labour IS NULL) AS n, count(*) AS total
		FROM resident WHERE age BETWEEN 18 AND 64) AS u), city || ': a few values are unknown');
	DROP TABLE home, lived, moved, size;
END
$$;
SET LOCAL search_path = demo_test, public, monitor;
SELECT pg_temp.holds('default');

-- places
SELECT is((SELECT count(*) FROM area WHERE layer = 'district'), 12::bigint, '12 districts');
SELECT is((SELECT count(*) FROM area_boundary WHERE NOT ST_IsValid(geom)), 0::bigint, 'boundaries are valid');
SELECT is((SELECT count(*) FROM area_parcel WHERE NOT ST_IsValid(geom)), 0::bigint, 'parcels are valid');
SELECT is((SELECT sum(ST_Area(ST_Intersection(b.geom, c.geom))) FROM area_boundary AS b JOIN area_boundary AS c ON b.area < c.area AND b.geom && c.geom
	JOIN area AS x ON x.id = b.area JOIN area AS y ON y.id = c.area AND y.layer = x.layer), 0::float8, 'areas of a layer do not overlap');
SELECT ok((SELECT ST_NumGeometries(ST_Multi(u)) = 1 AND ST_NumInteriorRings(ST_GeometryN(ST_Multi(u), 1)) = 0
	FROM (SELECT ST_Union(geom) AS u FROM area_boundary WHERE area > 100) AS d), 'districts leave no gap');
SELECT is((SELECT count(*) FROM area_boundary AS b JOIN area_boundary AS d ON d.area > 100 AND ST_Contains(d.geom, b.geom) WHERE b.area <= 40),
	40::bigint, 'each housing area lies in one district');
SELECT is((SELECT count(*) FROM area_parcel AS p WHERE NOT EXISTS (SELECT FROM area_department AS a JOIN area_boundary AS b USING (area)
	WHERE a.department = p.department AND ST_Covers(b.geom, p.geom))), 0::bigint, 'parcels lie in their area');
SELECT is((SELECT count(*) FROM address AS ad WHERE NOT EXISTS (SELECT FROM area_boundary AS d WHERE d.area > 100 AND ST_Intersects(d.geom, ad.geom))),
	0::bigint, 'addresses lie in the city');
SELECT is((SELECT count(*) FROM address AS ad LEFT JOIN area_boundary AS b ON b.area <= 40 AND ST_Intersects(b.geom, ad.geom)
	LEFT JOIN area_department AS a ON a.department = ad.department WHERE a.area IS DISTINCT FROM b.area), 0::bigint,
	'addresses of the areas'' departments, and no others, lie in their area');
SELECT ok((SELECT count(*) FILTER (WHERE parcel_number IS NULL) BETWEEN 100 AND 0.06 * count(*) FROM address AS ad JOIN area_department USING (department)),
	'some of these addresses have no parcel');
SELECT is((SELECT count(*) FROM address WHERE valid_to < 'infinity'),
	(SELECT size::bigint FROM planted_change WHERE kind = 'demolished'), 'as many addresses end as dwellings were demolished');
SELECT ok((SELECT count(*) = 1 AND min(ST_Distance(a.geom, b.geom)) <= 250 FROM area_boundary AS a, area_boundary AS b WHERE (a.area, b.area) = (1, 2)),
	'the neighbour is a neighbour');
SELECT set_eq('SELECT kind FROM plan', ARRAY['physical', 'social', 'development', 'city_wide'], 'plans of every kind');
SELECT ok((SELECT bool_or(kinds @> ARRAY['physical', 'social']) AND bool_or(NOT kinds @> ARRAY['social'] AND kinds @> ARRAY['physical'])
	AND bool_or(NOT kinds @> ARRAY['physical'] AND kinds @> ARRAY['social']) AND bool_or(kinds = ARRAY['city_wide'])
	FROM (SELECT array_agg(p.kind) AS kinds FROM plan_area AS a JOIN plan AS p ON p.id = a.plan GROUP BY a.area) AS k),
	'areas with a physical plan, a social one, both, neither');

-- the register takes it
SELECT is((SELECT count(*) FROM check_register('demo_test') WHERE severity = 'error'), 0::bigint, 'check_register finds no error');
CALL refresh('demo_test');
SELECT is((SELECT count(*) FROM address_area AS p JOIN area AS a ON a.id = p.area AND a.layer = 'housing_area' JOIN address AS ad ON ad.id = p.address
	JOIN area_department AS d ON d.department = ad.department WHERE d.area <> p.area), 0::bigint, 'addresses are placed where they belong');
SELECT set_eq($$SELECT status FROM demo_test_published.computed_status WHERE list_year = 2022 AND rule_set = '2021' AND is_strictest AND met$$,
	ARRAY['udsat', 'parallelsamfund', 'omdannelse', 'forebyggelse'], 'the latest list has areas of every status');
SELECT set_has($$SELECT status FROM demo_test_published.computed_status WHERE list_year = 2018 AND is_strictest AND met$$,
	$$VALUES ('udsat'::varchar), ('ghetto'), ('haard_ghetto')$$, 'the list of 2018 has the statuses of its edition');
SELECT is((SELECT string_agg(name, ', ') FROM demo_test_published.early_warning WHERE list_year = 2022 AND too_small), 'Lillevang',
	'one area is too small to be listed');
SELECT results_eq($$SELECT area FROM demo_test_published.early_warning WHERE list_year = 2022 AND near_limit ORDER BY 1$$,
	$$SELECT area FROM demo_test_published.criteria_margin AS c WHERE list_year = 2022 AND rule_set = '2021'
		GROUP BY area HAVING bool_or(near_limit) AND max(value) FILTER (WHERE criterion = 'residents') >= 900 ORDER BY 1$$,
	'of an area with fewer than 900 residents no limit is near');
SELECT is((SELECT string_agg(criterion || ' ' || name, ', ') FROM demo_test_published.official_difference WHERE NOT agrees),
	'outside_labour Solgaarden', 'the printed figures are ours, save the misprint');

-- accounts of relocation find what was planted
CREATE TEMPORARY TABLE account AS
SELECT year, w FROM (VALUES (2017, register_waterbed('demo_test', 'outside_labour', 2017, 2022)), (2018, register_waterbed('demo_test', 'outside_labour', 2018, 2022))) AS v(year, w);
SELECT results_eq($$SELECT (a).area, (a).n0, (a).n1, (a).x0, (a).x1, (a).net_import FROM account, waterbed_areas(w) AS a WHERE year = 2017 ORDER BY 1$$, $$
	WITH person AS (
		SELECT coalesce(b.area, 0) AS before, coalesce(a.area, 0) AS after, round(10000 * b.outside_labour::numeric) AS x0, round(10000 * a.outside_labour::numeric) AS x1,
			b.age BETWEEN 18 AND 64 AS here, a.age BETWEEN 18 AND 64 AS there
		FROM (SELECT r.*, d.area FROM demo_test.resident AS r JOIN demo_test.address AS ad ON ad.id = r.address LEFT JOIN demo_test.area_department AS d USING (department) WHERE data_year = 2017) AS b
		FULL JOIN (SELECT r.*, d.area FROM demo_test.resident AS r JOIN demo_test.address AS ad ON ad.id = r.address LEFT JOIN demo_test.area_department AS d USING (department) WHERE data_year = 2022) AS a USING (person)
	), known AS (
		SELECT * FROM person WHERE (x0 IS NOT NULL OR here IS NOT TRUE) AND (x1 IS NOT NULL OR there IS NOT TRUE)
	)
	SELECT area, count(*) FILTER (WHERE here AND before = area), count(*) FILTER (WHERE there AND after = area), (sum(x0) FILTER (WHERE here AND before = area) / 10000)::float8,
		(sum(x1) FILTER (WHERE there AND after = area) / 10000)::float8,
		(coalesce(sum(CASE WHEN after = area THEN x0 ELSE -x0 END) FILTER (WHERE here AND there AND before <> after), 0) / 10000)::float8
	FROM known CROSS JOIN generate_series(0::bigint, 40) AS area WHERE area IN (before, after) GROUP BY area ORDER BY area$$,
	'the account of every area is what plain SQL over the persons gives');
SELECT ok((SELECT bool_and(CASE area WHEN 1 THEN stayers_change < -40 AND stayers_change < net_import WHEN 2 THEN stayers_change > 30 WHEN 12 THEN abs(stayers_change) < 15 ELSE stayers_change > -15 END)
	FROM account, waterbed_areas(w) WHERE year = 2017 AND area IN (1, 2, 3, 6, 12)),
	'residents_improve and neighbour_declines are those who stayed; sent_elsewhere, turned_away and left_alone are not');
SELECT ok((SELECT net_import < -80 AND share_count_low > 0.4 FROM account, waterbed_areas(w) WHERE year = 2017 AND area = 3), 'sent_elsewhere, most of the fall is elsewhere in the city');
SELECT ok((SELECT min(f.excess) > 0 AND min(e.p) < 0.001 FROM account, waterbed_flows(w) AS f, waterbed_excess(w, ARRAY[3], ARRAY[4, 5]) AS e
	WHERE year = 2018 AND f.origin = 3 AND f.destination IN (4, 5)), 'and goes to the two named more than others who leave');
SELECT ok((SELECT diverted_low > 0 AND diverted > from_a FROM demo_test_published.waterbed_landlord
	WHERE (measure, name_a, name_b, first_data_year, last_data_year) = ('outside_labour', 'AAB Fjordby', 'Boligforeningen Oesterbo', 2018, 2022)),
	'turned_away, arrivals are diverted to the other landlord');
SELECT matches((SELECT sentence::text FROM demo_test_published.waterbed_landlord
	WHERE (measure, name_a, name_b, first_data_year, last_data_year) = ('outside_labour', 'AAB Fjordby', 'Boligforeningen Oesterbo', 2018, 2022)),
	'^AAB Fjordby -[0-9.]+ on persons outside the labour market; .* diverted arrivals .* own residents, .* other\.$', 'the sentence names the city''s own landlords');
SELECT ok((SELECT arrivals > 500 AND share BETWEEN 0.05 AND 0.3 AND low < share AND share < high FROM waterbed_arrivals(register_waterbed('demo_test', 'outside_labour', 2021, 2022),
	ARRAY(SELECT area FROM demo_test_published.area_profile WHERE layer = 'housing_area' AND data_year = 2021 AND residents < 1000),
	ARRAY(SELECT area FROM demo_test_published.computed_status WHERE list_year = 2021 AND rule_set = '2021' AND is_strictest))), 'who moves to small areas from listed ones');
SELECT ok((SELECT residents > 5000 AND low < difference AND difference < high FROM waterbed_attachment(register_waterbed('demo_test', 'outside_labour', 2021, 2022),
	ARRAY(SELECT area FROM demo_test_published.area_profile WHERE layer = 'housing_area' AND data_year = 2021 AND residents < 1000))), 'and how they compare with those who live there');
SELECT ok((SELECT count(*) > 10000 AND count(*) FILTER (WHERE movers < 3 OR x_before > 0 AND x_before < 3 OR movers - x_before > 0 AND movers - x_before < 3
	OR x_after > 0 AND x_after < 3 OR movers - x_after > 0 AND movers - x_after < 3) = 0 FROM demo_test_published.fact_move), 'no flow of a few is shown');

SET LOCAL search_path = demo_other, public, monitor;
SELECT pg_temp.holds('other');
-- identities go on after the rows written
INSERT INTO demo_other.landlord (name) VALUES ('Nybyg') RETURNING ok(id = 6, 'a new row gets a new id');
SELECT * FROM finish();
ROLLBACK;
