-- spillover_report and city_changes over a made-up town with changes that are known.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SET LOCAL search_path = public, monitor;
SELECT plan(84);

-- 16 areas in a row, 300 m apart, of two landlords by turns, and the rest of the town. From 2017 on those of area 1 find work,
-- area 5 sends those out of work to area 9, half of area 12 is pulled down, nobody out of work comes to area 8.
CALL create_register('town', 25832);
INSERT INTO town.landlord (id, name) VALUES (1, 'Odd'), (2, 'Even');
INSERT INTO town.area (id, name, municipality) SELECT n, 'Area ' || n, 'Town' FROM generate_series(1, 16) AS n;
INSERT INTO town.area_boundary (area, geom) SELECT n, ST_Multi(ST_MakeEnvelope(500000 + 400 * n, 6200000, 500100 + 400 * n, 6200100, 25832)) FROM generate_series(1, 16) AS n;
INSERT INTO town.department (id, landlord, name) SELECT n, 2 - n % 2, 'Department ' || n FROM generate_series(1, 16) AS n;
INSERT INTO town.area_department (area, department) SELECT n, n FROM generate_series(1, 16) AS n;
INSERT INTO town.address (id, department, valid_to) SELECT 1000 * n + k, n, CASE WHEN n = 12 AND k > 50 THEN date '2017-07-01' ELSE 'infinity' END
FROM generate_series(1, 16) AS n, generate_series(1, 100) AS k;
INSERT INTO town.address (id) SELECT k FROM generate_series(1, 900) AS k;
CREATE FUNCTION pg_temp.draw(person bigint, year int, purpose text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
	SELECT ((hashtextextended(format('%s %s %s', person, year, purpose), 3) % 1000003) + 1000003) % 1000003 / 1000003.0::float8
$$;
CREATE FUNCTION pg_temp.settle(area int, person bigint, year int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN area = 0 THEN 1 + floor(900 * pg_temp.draw(person, year, 'k')) ELSE 1000 * area + 1 + floor(CASE WHEN area = 12 AND year >= 2017 THEN 50 ELSE 100 END * pg_temp.draw(person, year, 'k')) END::bigint
$$;
CREATE TEMPORARY TABLE lives AS
WITH RECURSIVE life(person, year, area, address, x) AS (
	SELECT p, 2014, a, pg_temp.settle(a, p, 2014), (pg_temp.draw(p, 2014, 'x') < 0.4)::int
	FROM generate_series(1, 5000) AS p, LATERAL (SELECT CASE WHEN p <= 3600 THEN 1 + p % 16 ELSE 0 END) AS h(a)
	UNION ALL
	SELECT l.person, l.year + 1, w.area, CASE WHEN w.area = l.area AND NOT c.closing THEN l.address ELSE pg_temp.settle(w.area, l.person, l.year + 1) END,
		CASE WHEN l.x = 1 THEN (pg_temp.draw(l.person, l.year + 1, 'x') >= CASE WHEN w.area = 1 AND l.year >= 2017 THEN 0.5 ELSE 0.12 END)::int
			ELSE (pg_temp.draw(l.person, l.year + 1, 'x') < CASE WHEN w.area = 1 AND l.year >= 2017 THEN 0.02 ELSE 0.08 END)::int END
	FROM life AS l
	CROSS JOIN LATERAL (SELECT l.area = 12 AND l.year = 2017 AND l.address > 12050 AS closing, CASE WHEN pg_temp.draw(l.person, l.year, 'where') < 0.4 THEN 0
		ELSE 1 + floor(16 * pg_temp.draw(l.person, l.year, 'area'))::int END AS wish) AS c
	CROSS JOIN LATERAL (SELECT CASE WHEN l.area = 5 AND l.year >= 2017 AND l.x = 1 AND pg_temp.draw(l.person, l.year, 'sent') < 0.5 THEN 9
		WHEN c.closing THEN 0
		WHEN pg_temp.draw(l.person, l.year, 'moves') < 0.1 THEN CASE WHEN c.wish = 8 AND l.x = 1 AND l.year >= 2017 THEN 7 ELSE c.wish END
		ELSE l.area END AS area) AS w
	WHERE l.year < 2020
)
SELECT * FROM life WHERE year >= 2015;
INSERT INTO town.resident (person, data_year, address, age, outside_labour, education) SELECT person, year, address, 40, x, CASE WHEN pg_temp.draw(person, 0, 'e') < 0.5 THEN 0 ELSE 1 END FROM lives;
INSERT INTO town.indicator (code, name, kind) VALUES ('fires', 'Fires', 'event'), ('trees', 'Trees', 'stock'), ('joy', 'Joy', 'survey');
INSERT INTO town.observation (area, indicator, period_from, period_to, numerator, denominator)
SELECT n, i, make_date(y, 1, 1), make_date(y + 1, 1, 1), floor(20 + 10 * pg_temp.draw(n, y, i)) - CASE WHEN n = 1 AND y >= 2017 THEN 15 ELSE 0 END, 100
FROM generate_series(1, 16) AS n, generate_series(2013, 2019) AS y, unnest('{fires,trees}'::text[]) AS i;
INSERT INTO town.observation (area, indicator, period_from, period_to, mean, standard_error)
SELECT n, 'joy', make_date(y, 1, 1), make_date(y + 1, 1, 1), 3 + pg_temp.draw(n, y, 'joy'), 0.1 FROM generate_series(1, 16) AS n, generate_series(2013, 2019) AS y;
INSERT INTO town.plan (id, name, kind, starts_on) VALUES (1, 'Work', 'social', '2017-01-01'), (2, 'Sent', 'physical', '2017-01-01'), (3, 'Down', 'physical', '2017-01-01'),
	(4, 'Turned', 'social', '2017-01-01'), (5, 'Nowhere', 'social', '2017-01-01'), (6, 'Everywhere', 'city_wide', '2017-01-01'), (7, 'Late', 'social', '2021-05-01'),
	(8, 'Early', 'social', '2010-01-01'), (9, 'Two', 'social', '2017-01-01'), (10, 'Still', 'social', '2017-01-01');
INSERT INTO town.plan_area (plan, area) VALUES (1, 1), (2, 5), (3, 12), (4, 8), (7, 3), (8, 3), (9, 1), (9, 5), (10, 15);
INSERT INTO town.plan_area (plan, area) SELECT 6, n FROM generate_series(1, 16) AS n;
CALL refresh('town');
CREATE TEMPORARY TABLE said AS SELECT g AS asked, r.* FROM generate_series(1, 10) AS g, spillover_report('town', g, '{outside_labour,basic_education,fires,trees,joy}', '{350,800}') AS r;
CREATE TEMPORARY TABLE city AS SELECT * FROM city_changes('town', 2017, rings => '{350,800}');

CALL create_register('rich', 25832, sensitive => true);
INSERT INTO rich.area (id, name, municipality) VALUES (1, 'A', 'B'), (2, 'C', 'B'), (3, 'D', 'B');
INSERT INTO rich.landlord (id, name) VALUES (1, 'L');
INSERT INTO rich.department (id, landlord, name) SELECT n, 1, n FROM generate_series(1, 3) AS n;
INSERT INTO rich.area_department SELECT n, n FROM generate_series(1, 3) AS n;
INSERT INTO rich.address (id, department) SELECT n, n FROM generate_series(1, 3) AS n;
INSERT INTO rich.resident (person, data_year, address, age, gross_income, in_education) SELECT p, y, 1 + (p + (p % 7 = y % 7)::int) % 3, 40, 1000 * (p % 50) - 5000, false
FROM generate_series(1, 90) AS p, generate_series(2015, 2019) AS y;
INSERT INTO rich.plan (id, name, kind, starts_on) VALUES (1, 'P', 'social', '2017-01-01');
INSERT INTO rich.plan_area (plan, area) VALUES (1, 1);
CALL refresh('rich');

-- what was planted is found and named
SELECT is((SELECT finding FROM said WHERE (asked, part, measure, area, figure) = (1, 'change', 'outside_labour', 1, 'stayers')), 'own change: fell', 'own change');
SELECT is((SELECT finding FROM said WHERE (asked, part, measure, area, figure) = (2, 'change', 'outside_labour', 5, 'departures')), 'selective export', 'selective export');
SELECT results_eq($$SELECT other FROM said WHERE (asked, part, measure) = (2, 'destination', 'outside_labour') AND finding = 'receives leavers'$$, ARRAY[9::bigint], 'and where to');
SELECT is((SELECT finding FROM said WHERE (asked, part, measure, area, figure) = (3, 'change', 'outside_labour', 12, 'size')), 'size: demolition', 'demolition');
SELECT ok((SELECT note LIKE '%; 50 of 100 addresses ended' FROM said WHERE (asked, part, measure, area, figure) = (3, 'change', 'outside_labour', 12, 'size')), 'with the number of addresses');
SELECT is((SELECT finding FROM said WHERE (asked, part, measure, area, figure) = (4, 'change', 'outside_labour', 8, 'arrivals')), 'selective arrivals: fewer', 'turned away');
SELECT is_empty($$SELECT * FROM said WHERE asked = 10 AND measure = 'outside_labour' AND part IN ('change', 'landlord') AND coalesce(ring, 0) = 0 AND finding IS NOT NULL$$, 'and nothing where nothing was planted');
SELECT is_empty($$SELECT * FROM said WHERE measure = 'basic_education' AND part = 'change' AND finding IS NOT NULL AND figure <> 'size'$$, 'nor of a measure that nobody changes');
SELECT set_eq($$SELECT area FROM city WHERE part = 'change' AND finding IS NOT NULL$$, ARRAY[1, 5, 8, 9, 12]::bigint[], 'the city: areas that changed, with the one that receives');
SELECT set_eq($$SELECT area, other FROM city WHERE figure = 'leavers'$$, $$VALUES (9::bigint, 5::bigint)$$, 'the city: who receives whose leavers');
SELECT set_eq($$SELECT area, other FROM city WHERE figure = 'neighbour'$$, $$VALUES (8::bigint, 9::bigint), (9, 8)$$, 'the city: who changed beside an area that changed');

SELECT is_empty($$SELECT * FROM city_changes('town', 2147483647)$$, 'the city: a start after all years');
SELECT set_eq($$SELECT area, figure, note FROM city_changes('town', -2147483648) WHERE part = 'change'$$, $$SELECT area, figure, note FROM city_changes('town', 2014) WHERE part = 'change'$$,
	'or before them: no period before');

-- figures are those of the parts
SELECT set_eq($$SELECT figure, estimate FROM said WHERE (asked, part, measure) = (1, 'account', 'outside_labour') AND figure IN ('x_before', 'x_after', 'net_import', 'share_count')$$,
	$$SELECT v.* FROM waterbed_areas(register_waterbed('town', 'outside_labour', 2017, 2020)) AS a, LATERAL (VALUES ('x_before', a.x0), ('x_after', a.x1), ('net_import', a.net_import), ('share_count', a.share_count)) AS v(f, x)
	WHERE a.area = 1$$, 'the account is from the base year to the last');
SELECT set_eq($$SELECT figure, estimate, se, p FROM said WHERE (asked, part, measure, area) = (1, 'change', 'outside_labour', 1)$$,
	$$SELECT c.component, c.difference, c.se, c.p FROM (SELECT rollup(register_waterbed('town', 'outside_labour', y, y + 1)) FILTER (WHERE y < 2017) AS b,
		rollup(register_waterbed('town', 'outside_labour', y, y + 1)) FILTER (WHERE y >= 2017) AS a FROM generate_series(2015, 2019) AS y) AS w,
		waterbed_changes(b, a, ARRAY(SELECT n::bigint FROM generate_series(4, 16) AS n)) AS c WHERE c.area = 1$$, 'changes are over accounts of single years, against areas beyond the rings');
SELECT set_eq($$SELECT area, figure, difference, p_adjusted FROM (SELECT area, figure, estimate AS difference, p_adjusted FROM city WHERE part = 'change') AS c$$,
	$$SELECT c.area, c.component, c.difference, c.p_adjusted FROM (SELECT rollup(register_waterbed('town', 'outside_labour', y, y + 1)) FILTER (WHERE y < 2017) AS b,
		rollup(register_waterbed('town', 'outside_labour', y, y + 1)) FILTER (WHERE y >= 2017) AS a FROM generate_series(2015, 2019) AS y) AS w,
		waterbed_changes(b, a) AS c WHERE c.area > 0$$, 'the city: each area a question of its own');
SELECT results_eq($$SELECT e.excess, e.p FROM said AS s, (SELECT rollup(register_waterbed('town', 'outside_labour', y, y + 1)) AS a FROM generate_series(2017, 2019) AS y) AS w,
	waterbed_excess(w.a, ARRAY[5], ARRAY[9]) AS e WHERE (asked, part, measure, other) = (2, 'destination', 'outside_labour', 9)$$,
	$$SELECT estimate, p FROM said WHERE (asked, part, measure, other) = (2, 'destination', 'outside_labour', 9)$$, 'excess flows are those of waterbed_excess');
SELECT ok((SELECT abs(sum(estimate)) < 1e-9 FROM said WHERE (asked, part, measure) = (9, 'destination', 'outside_labour')), 'and sum to 0');
SELECT ok((SELECT abs(sum(estimate)) < 1e-9 FROM said WHERE (asked, part, measure) = (4, 'diverted', 'outside_labour')), 'so do diverted arrivals');
SELECT ok((SELECT abs(max(estimate) FILTER (WHERE figure = 'difference') - max(estimate) FILTER (WHERE figure = 'local') - max(estimate) FILTER (WHERE figure = 'displaced')) < 1e-12
	FROM said WHERE (asked, part, measure) = (1, 'displacement', 'outside_labour')), 'the displacement difference is its two parts');
SELECT is((SELECT round(estimate::numeric, 9) FROM said WHERE (asked, part, measure, figure) = (1, 'displacement', 'outside_labour', 'local')),
	(SELECT round((sum(x) FILTER (WHERE year = 2020 AND area = 1)::float8 / count(*) FILTER (WHERE year = 2017 AND area = 1) - sum(x) FILTER (WHERE year = 2017 AND area = 1)::float8 / count(*) FILTER (WHERE year = 2017 AND area = 1)
		- sum(x) FILTER (WHERE year = 2020 AND area > 3 AND area % 2 = 0)::float8 / count(*) FILTER (WHERE year = 2017 AND area > 3 AND area % 2 = 0)
		+ sum(x) FILTER (WHERE year = 2017 AND area > 3 AND area % 2 = 0)::float8 / count(*) FILTER (WHERE year = 2017 AND area > 3 AND area % 2 = 0))::numeric, 9) FROM lives),
	'by hand: x a resident of the start, every second area beyond the rings');
SELECT set_eq($$SELECT ring, estimate, p FROM said WHERE (asked, part, measure) = (1, 'ring', 'outside_labour') AND figure IN ('treated', 'ring')$$,
	$$SELECT e.ring, e.estimate, e.p FROM (SELECT ring_did(l.area, ST_MakeEnvelope(500000 + 400 * l.area, 6200000, 500100 + 400 * l.area, 6200100, 25832), l.year, l.y, CASE WHEN l.area = 1 THEN 2018 END,
		'{350,800}', l.n, CASE WHEN l.area = 1 THEN 'physical' END, 'edge') AS s
		FROM (SELECT area, year, avg(x)::float8 AS y, count(*)::float8 AS n FROM lives WHERE area > 0 GROUP BY area, year) AS l) AS d, ring_effects(s) AS e WHERE e.term IN ('physical', 'ring')$$,
	'ring effects are those of the shares, treated from the year after the base');
SELECT set_eq($$SELECT ring, estimate FROM said WHERE (asked, part, measure) = (1, 'exposure', 'outside_labour') AND figure = 'same_landlord'$$,
	$$SELECT e.ring, e.estimate FROM (SELECT ring_did(l.area, (l.year >= 2018 AND l.area % 2 = 1)::int, l.year, l.y, CASE WHEN l.area = 1 THEN 2018 END, l.n) AS s
		FROM (SELECT area, year, avg(x)::float8 AS y, count(*)::float8 AS n FROM lives WHERE area > 0 GROUP BY area, year) AS l) AS d, ring_effects(s) AS e WHERE e.term = 'ring'$$,
	'and exposure by landlord those of areas with the same');
SELECT set_eq($$SELECT area, ring FROM said WHERE (asked, part, measure) = (1, 'change', 'outside_labour')$$, $$VALUES (1::bigint, 0), (2, 1), (3, 2)$$, 'areas lie in the ring of their distance between edges');
SELECT set_eq($$SELECT part, measure, area, other, ring, figure, estimate, se, low, high, p, n, finding FROM spillover_report('town', ARRAY[5, 1, 5]::bigint[], 2017, '{outside_labour}', '{350,800}')$$,
	$$SELECT part, measure, area, other, ring, figure, estimate, se, low, high, p, n, finding FROM spillover_report('town', 9, '{outside_labour}', '{350,800}')$$, 'given areas and a start: the same as the plan');
SELECT is((SELECT count(DISTINCT area) FROM said WHERE (asked, part, measure) = (9, 'account', 'outside_labour')), 2::bigint, 'two areas: each has its account');
SELECT is((SELECT max(estimate) FILTER (WHERE area IS NULL) FROM said WHERE (asked, part, measure, figure) = (9, 'account', 'outside_labour', 'x_before')),
	(SELECT sum(estimate) FILTER (WHERE area IS NOT NULL) FROM said WHERE (asked, part, measure, figure) = (9, 'account', 'outside_labour', 'x_before')), 'and as one their x is the sum');

-- both shares, or why one is missing; limits by household where households are known
SELECT results_eq($$SELECT spillover_share_words(1.12, 0.85, 1.57, r, -0.1, 0.9, inhabited, h) FROM (VALUES (1, 0.14, true, true), (2, NULL, true, false), (3, NULL, false, true)) AS v (i, r, inhabited, h) ORDER BY i$$,
	ARRAY['Of the fall in number 112 percent (85 to 157) is the same persons elsewhere in the city, net; of the fall in share 14 percent.',
		'Of the fall in number 112 percent (85 to 157, persons taken as independent) is the same persons elsewhere in the city, net; the share of residents did not fall.',
		'Of the fall in number 112 percent (85 to 157) is the same persons elsewhere in the city, net; nobody lived there before or after, so there is no share.'], 'the number fell');
SELECT results_eq($$SELECT spillover_share_words(NULL, NULL, NULL, r, l, 0.9, inhabited, false) FROM (VALUES (1, 0.14, -0.1, true), (2, 0.14, NULL, true), (3, NULL, NULL, true), (4, NULL, NULL, false)) AS v (i, r, l, inhabited) ORDER BY i$$,
	ARRAY['Of the fall in share 14 percent (-10 to 90, persons taken as independent) is moves within the city, net; the number did not fall.',
		'Of the fall in share 14 percent (too few for limits) is moves within the city, net; the number did not fall.',
		'Neither the number nor the share of residents fell, so nothing can have moved away.',
		'The number did not fall, so nothing can have moved away; nobody lived there before or after, so there is no share.'], 'the number did not fall');
CREATE TEMPORARY VIEW shares AS SELECT r.area, r.figure, r.estimate, r.low, r.high, r.note FROM spillover_report('town', 9, rings => '{350,800}') AS r WHERE figure IN ('share_count', 'share_rate');
CREATE TEMPORARY TABLE by_person AS SELECT * FROM shares;
SELECT is_empty($$SELECT * FROM by_person WHERE low IS NOT NULL AND note NOT LIKE '%limits take persons as independent'$$, 'no households: limits by person, and the note says so');
SELECT ok((SELECT note LIKE '%, persons taken as independent) is the same persons elsewhere%' FROM said WHERE (asked, part, measure) = (9, 'summary', 'outside_labour')), 'the sentence too');
SAVEPOINT alone;
UPDATE town.resident SET household = person / 3;
SELECT set_eq($$SELECT figure, estimate, low, high, note FROM shares WHERE area IS NULL$$, $$SELECT v.f, v.s, v.l, v.h, 'limits by household' FROM register_household_share('town', 'outside_labour', 2017, 2020, '{1,5}') AS w,
	LATERAL (VALUES ('share_count', share_count, share_count_low, share_count_high), ('share_rate', share_rate, share_rate_low, share_rate_high)) AS v (f, s, l, h)$$, 'households: limits of the areas as one are by household');
SELECT isnt_empty($$SELECT * FROM shares AS s JOIN by_person AS p USING (figure) WHERE s.area IS NULL AND p.area IS NULL AND s.low <> p.low$$, 'which are others');
SELECT set_eq($$SELECT * FROM shares WHERE area IS NOT NULL$$, $$SELECT * FROM by_person WHERE area IS NOT NULL$$, 'those of single areas stay by person');
SELECT is_empty($$SELECT * FROM spillover_report('town', 9, rings => '{350,800}', confidence => 0.9) WHERE note LIKE '%by household%'$$, 'so do those of another confidence');
SELECT ok((SELECT note LIKE '%) is the same persons elsewhere%' AND note NOT LIKE '%independent%' FROM spillover_report('town', 9, rings => '{350,800}') WHERE part = 'summary'), 'and the sentence has nothing to add');
UPDATE town.resident SET household = NULL WHERE person = (SELECT min(person) FROM town.resident);
SELECT set_eq($$SELECT note FROM shares WHERE area IS NULL$$, ARRAY['limits by household, those of no known household taken as independent'], 'some of no known household: no number, which may be small');
UPDATE town.resident SET outside_labour = 1 - outside_labour WHERE data_year = 2020 AND address / 1000 = 1;
SELECT set_eq($$SELECT * FROM shares$$, $$SELECT * FROM by_person$$, 'residents changed since the refresh: the account it made, by person');
ROLLBACK TO alone;

-- tests are adjusted
SELECT is_empty($$SELECT * FROM said WHERE p_adjusted < p$$, 'adjusted p is never less');
SELECT is_empty($$SELECT * FROM said WHERE (p IS NULL) <> (p_adjusted IS NULL)$$, 'and there is one for each p');
SELECT set_eq($$SELECT other, p_adjusted FROM said WHERE (asked, part, measure) = (2, 'destination', 'outside_labour')$$,
	$$SELECT other, adjust_p(p, 'holm') OVER () FROM said WHERE (asked, part, measure) = (2, 'destination', 'outside_labour')$$, 'destinations of the primary measure are one family');
SELECT set_eq($$SELECT measure, ring, p_adjusted FROM said WHERE asked = 1 AND part = 'ring' AND NOT is_primary AND figure IN ('treated', 'ring')$$,
	$$SELECT measure, ring, adjust_p(p, 'holm') OVER () FROM said WHERE asked = 1 AND part = 'ring' AND NOT is_primary AND figure IN ('treated', 'ring')$$, 'all other measures together are another');
SELECT is_empty($$SELECT * FROM said WHERE finding IS NOT NULL AND part <> 'summary' AND (p_adjusted IS NULL OR p_adjusted >= 0.05)$$, 'nothing is said without a test');
SELECT is((SELECT array_agg(DISTINCT measure) FROM said WHERE is_primary), ARRAY['outside_labour'], 'the first measure is the primary one');

-- indicators
SELECT is((SELECT array_agg(DISTINCT part ORDER BY part) FROM said WHERE asked = 1 AND measure = 'fires'), '{displacement,exposure,ring,summary}', 'an indicator has displacement, rings, exposure and a sentence');
SELECT is((SELECT round(estimate::numeric, 9) FROM said WHERE (asked, part, measure, figure) = (1, 'displacement', 'fires', 'local')),
	(SELECT round((sum(numerator) FILTER (WHERE area = 1 AND a) / 3 / 100 - sum(numerator) FILTER (WHERE area = 1 AND NOT a) / 4 / 100
		- sum(numerator) FILTER (WHERE area > 3 AND area % 2 = 0 AND a) / 3 / 700 + sum(numerator) FILTER (WHERE area > 3 AND area % 2 = 0 AND NOT a) / 4 / 700)::numeric, 9)
		FROM (SELECT *, period_from >= '2017-01-01' AS a FROM town.observation WHERE indicator = 'fires') AS o), 'events: a period and unit of the denominator, by hand');
SELECT ok((SELECT p < 0.05 AND estimate < 0 FROM said WHERE (asked, part, measure, figure) = (1, 'displacement', 'fires', 'difference')), 'and tested as Poisson counts');
SELECT is((SELECT note FROM said WHERE (asked, part, measure, figure) = (1, 'displacement', 'trees', 'difference')), 'no standard error: the moves in and out of an observed stock are not known',
	'an observed stock has no error, and says so');
SELECT ok((SELECT se IS NULL AND p IS NULL AND estimate IS NOT NULL FROM said WHERE (asked, part, measure, figure) = (1, 'displacement', 'trees', 'difference')), 'but its figures');
SELECT is((SELECT round(se::numeric, 9) FROM said WHERE (asked, part, measure, figure) = (1, 'displacement', 'joy', 'local')), round(sqrt(2 * 0.01 + 2 * 0.01 / 7)::numeric, 9), 'a survey has the errors it brings');

-- what cannot be told
SELECT is((SELECT count(*) FROM said WHERE asked = 5), 5::bigint, 'a plan without areas: a row a measure');
SELECT is((SELECT DISTINCT note FROM said WHERE asked = 5), 'The plan has no housing areas.', 'which says so');
SELECT is((SELECT note FROM said WHERE (asked, part, measure) = (7, 'account', 'outside_labour')), 'there is no data year after the start', 'a start after the last year');
SELECT is_empty($$SELECT * FROM said WHERE asked = 7 AND measure = 'outside_labour' AND p IS NOT NULL$$, 'no test');
SELECT ok((SELECT bool_and(note = 'there is no period before') FROM said WHERE (asked, measure) = (8, 'outside_labour') AND part IN ('diverted', 'landlord')), 'a start before the first year: nothing diverted');
SELECT ok((SELECT bool_and(note LIKE 'without a period before%') FROM said WHERE (asked, part, measure, area) = (8, 'change', 'outside_labour', 3)), 'changes against the other areas alone');
SELECT ok((SELECT estimate IS NULL AND note = 'no area beyond the last ring' FROM said WHERE (asked, part, measure, figure) = (6, 'displacement', 'outside_labour', 'difference')), 'treated everywhere: no control');
SELECT ok((SELECT estimate IS NULL AND note IS NOT NULL FROM said WHERE (asked, part, measure, figure) = (6, 'ring', 'outside_labour', 'treated')), 'no ring effect');
SELECT is((SELECT count(*) FROM said WHERE part = 'summary'), 50::bigint, 'a summary a plan and measure');
SELECT is_empty($$SELECT * FROM said WHERE part = 'summary' AND coalesce(note, '') = '' AND NOT (asked = 7 AND measure IN ('fires', 'trees', 'joy'))$$, 'with a sentence');
SELECT ok((SELECT note LIKE '%own residents fell by%' AND note NOT LIKE '%NULL%' FROM said WHERE (asked, part, measure) = (1, 'summary', 'outside_labour')), 'that says what changed');
SELECT ok((SELECT note LIKE '%Leavers with it went to Area 9 more than other leavers did.%' FROM said WHERE (asked, part, measure) = (2, 'summary', 'outside_labour')), 'and who received');

SELECT results_eq($$SELECT part, note FROM spillover_report('rich', 1, '{gross_income}') WHERE part = 'displacement'$$, $$VALUES ('displacement', 'displacement is of counts, not of amounts')$$, 'an amount is not displaced');
-- without boundaries the treated areas are known, and nothing lies around them
SAVEPOINT flat;
DELETE FROM town.area_boundary;
SELECT set_eq($$SELECT area, ring FROM spillover_report('town', 1) WHERE part = 'change'$$, $$VALUES (1::bigint, 0)$$, 'no boundaries: no rings');
SELECT ok((SELECT bool_and(estimate IS NULL) FROM spillover_report('town', 1) WHERE part = 'ring' AND figure = 'ring'), 'and no ring effects');
ROLLBACK TO flat;

-- what the sentence says of a ring can be taken out, and where it is not found nothing is said
CREATE TEMPORARY VIEW ring_words AS SELECT s.asked, r.ring, s.note AS sentence, r.figure, r.estimate, r.low, r.high, r.finding, k.kind,
	ROW(r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.p_adjusted, r.n, r.fewest, r.finding, r.note)::spillover_result AS result
FROM said AS s JOIN said AS r USING (asked, measure) JOIN spillover_measures('town') AS k USING (measure) WHERE s.part = 'summary' AND r.part = 'ring' AND r.figure = 'ring' AND r.estimate IS NOT NULL;
SELECT is_empty($$SELECT * FROM ring_words WHERE strpos(sentence, spillover_ring_words(figure, ring, estimate, low, high, finding, kind)) = 0$$, 'the words of every ring are found in the sentence');
SELECT is_empty($$SELECT * FROM ring_words WHERE published_sentence(sentence, ARRAY[result], kind) IS DISTINCT FROM replace(sentence, spillover_ring_words(figure, ring, estimate, low, high, finding, kind), format('Ring %s: hidden, it rests on too few persons.', ring))$$, 'and taken out');
SELECT ok((SELECT count(*) = 2 AND bool_and(s NOT LIKE '%Ring 1 %' AND s NOT LIKE '%Ring 2 %' AND s LIKE '%Ring 1: hidden, it rests on too few persons. Ring 2: hidden, it rests on too few persons.%') FROM (
	SELECT published_sentence(sentence, array_agg(result), kind) AS s FROM ring_words WHERE asked IN (1, 2) AND kind = 'fraction' GROUP BY asked, sentence, kind) AS t), 'several rings too');
SELECT is_empty($$SELECT * FROM ring_words WHERE published_sentence(overlay(sentence placing 'about ' from strpos(sentence, 'Ring ' || ring) + 7 for 0), ARRAY[result], kind) IS NOT NULL$$, 'other words of the ring: no sentence');
SELECT is_empty($$SELECT * FROM ring_words WHERE published_sentence(sentence || ' In ring ' || ring || ' it rose.', ARRAY[result], kind) IS NOT NULL$$, 'more of the ring: no sentence');
SELECT results_eq($$SELECT (result).note LIKE '%. Ring 2: hidden, it rests on too few persons.', (result).note LIKE '%By rings, treated areas +%' FROM published_effects('town', 3, '{outside_labour}', 12) WHERE (result).part = 'summary' AND NOT hidden$$,
	$$VALUES (true, true)$$, 'a hidden ring leaves the sentence, not the sentence with it');

-- what is published
SELECT is((SELECT count(*) FROM town_published.spillover_summary), 36::bigint, 'a row a plan with areas and measure');
SELECT is((SELECT finding FROM town_published.spillover_summary WHERE plan = 1 AND measure = 'outside_labour'), 'own change: fell; net fall', 'with the findings, those of the account first');
SELECT ok((SELECT bool_and(is_primary = (measure = 'outside_labour')) FROM town_published.spillover_summary), 'one outcome is primary');
SELECT is_empty($$SELECT * FROM town_published.fact_effect WHERE suppressed AND num_nonnulls(estimate, se, low, high, p, p_adjusted, rests_on, note) > 0$$, 'a hidden row has no figure');
SELECT is_empty($$SELECT * FROM town_published.fact_effect WHERE part IN ('diverted') OR part = 'destination' AND finding IS NULL$$, 'single flows are not for readers');
UPDATE town.settings SET suppression_threshold = 1000;
CALL publish('town');
SELECT is_empty($$SELECT * FROM town_published.fact_effect WHERE measure = 'outside_labour' AND figure IS NOT NULL AND NOT suppressed AND part IN ('account', 'change', 'destination', 'displacement', 'ring')$$, 'a high threshold hides all figures of persons');
SELECT is((SELECT DISTINCT sentence FROM town_published.spillover_summary WHERE measure = 'outside_labour' AND suppressed), 'The figures are hidden: they rest on too few persons.', 'and the sentence');
SELECT isnt_empty($$SELECT * FROM town_published.fact_effect WHERE measure = 'fires' AND estimate IS NOT NULL$$, 'what is not of persons stays');

-- one person with x in the years before in one area around: its figures and the ring's are hidden, the treated area's are not
UPDATE town.settings SET suppression_threshold = 3;
UPDATE town.resident SET outside_labour = (person = (SELECT min(person) FROM lives WHERE area = 2 AND year = 2015))::int WHERE data_year < 2017 AND address / 1000 = 2;
CALL refresh('town');
SELECT ok((SELECT min(fewest) < 3 FROM spillover_report('town', 1, rings => '{300,1500}') WHERE part = 'change' AND area = 2), 'fewest is of the time before too');
SELECT set_eq($$SELECT part, figure, suppressed FROM town_published.fact_effect WHERE plan = 1 AND measure = 'outside_labour' AND (area = 2 AND part = 'change' OR part = 'account' AND figure = 'x_after')$$,
	$$VALUES ('change', 'stayers', true), ('change', 'departures', true), ('change', 'arrivals', true), ('change', 'size', true), ('account', 'x_after', false)$$, 'a small area around hides its own figures');
SELECT results_eq($$SELECT e.suppressed, e.estimate IS NULL, s.suppressed OR s.sentence LIKE '% Ring 2: hidden, it rests on too few persons.%', s.sentence LIKE '%Ring 2 %' FROM town_published.fact_effect AS e JOIN town_published.spillover_summary AS s USING (plan, measure)
	WHERE e.plan = 1 AND e.measure = 'outside_labour' AND e.part = 'ring' AND e.ring = 2$$, $$VALUES (true, true, true, false)$$, 'and where it is the only one of its ring the ring''s, in the sentence too');

-- figures that no estimator can take are not known; parts of persons are not hidden at a threshold of 1
UPDATE town.observation SET mean = 1e308, standard_error = 1e300 WHERE indicator = 'joy' AND area = 3;
UPDATE town.observation SET numerator = 1e300, denominator = 1e-400 WHERE indicator = 'fires' AND area = 4;
SELECT lives_ok($$CALL publish('town')$$, 'observations out of any range');
SELECT results_eq($$SELECT few(0.25, 1), few(0.25, 2), few(2, 3), few(3, 3), few(0, 3)$$, $$VALUES (false, true, true, false, false)$$, 'what is few');
SELECT * FROM finish();
ROLLBACK;
