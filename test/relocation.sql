-- Properties of the waterbed account: against the same written as plain SQL over persons, in
-- numeric, and against itself.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA relocation_test;
SET search_path = relocation_test, monitor, public;
SELECT plan(49);
SELECT setseed(0.25);

-- 60 cities of up to 9 areas, from nearly nobody to some hundreds of persons: flags, fractions, amounts of either sign.
CREATE TABLE place (city int, area bigint);
INSERT INTO place SELECT city, area FROM generate_series(1, 60) AS city, generate_series(1, 1 + city % 9) AS area;
CREATE TABLE person AS
SELECT city, person, kind, a0, CASE WHEN stays AND a0 <> -3 THEN a0 ELSE a1 END AS a1, CASE WHEN r1 < 0.05 THEN NULL ELSE CASE kind WHEN 0 THEN (r2 < 0.4)::int WHEN 1 THEN round(r2::numeric, 4)::float8 ELSE round((r2 * 1000 - 300)::numeric, 2)::float8 END END AS x0,
	CASE WHEN r3 < 0.05 THEN NULL ELSE CASE kind WHEN 0 THEN (r4 < 0.35)::int WHEN 1 THEN round(r4::numeric, 4)::float8 ELSE round((r4 * 1000 - 350)::numeric, 2)::float8 END END AS x1,
	r5 > 0.07 AS in0, r6 > 0.07 AS in1
FROM (SELECT city, person, city % 3 AS kind, random() < 0.55 AS stays, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6,
		CASE WHEN random() < 0.7 THEN 1 + floor(random() * (1 + city % 9))::bigint ELSE (ARRAY[0, -1, -2, -3, NULL])[1 + floor(random() * 5)] END AS a0,
		CASE WHEN random() < 0.7 THEN 1 + floor(random() * (1 + city % 9))::bigint ELSE (ARRAY[0, -1, -2, -4, NULL])[1 + floor(random() * 5)] END AS a1
	FROM generate_series(1, 60) AS city, LATERAL generate_series(1, (city * city) / 6 + 1) AS person) AS s;
CREATE TABLE city AS SELECT city, waterbed(a0, a1, x0, x1, in0, in1) AS w FROM person GROUP BY city;
CREATE TABLE account AS SELECT city, a.* FROM city, waterbed_areas(w) AS a;

-- The account, person by person ------------------------------------------------

CREATE VIEW seen AS SELECT *, b >= 0 AS from_city, a >= 0 AS to_city, b IS NOT NULL AND a IS NOT NULL AND (b < 0 OR y0 IS NOT NULL) AND (a < 0 OR y1 IS NOT NULL) AS counted
FROM (SELECT city, CASE WHEN in0 THEN a0 ELSE -3 END AS b, CASE WHEN in1 THEN a1 ELSE -4 END AS a, CASE WHEN in0 AND a0 IS DISTINCT FROM -3 THEN x0::numeric END AS y0, CASE WHEN in1 AND a1 IS DISTINCT FROM -4 THEN x1::numeric END AS y1 FROM person) AS s
WHERE b IS DISTINCT FROM -3 OR a IS DISTINCT FROM -4;
-- One row a person and area that the person was in, as what.
CREATE TABLE role AS
SELECT city, b AS area, CASE WHEN a = b THEN 'stay' WHEN to_city THEN 'out' ELSE 'left' END AS role, y0, y1, counted FROM seen WHERE from_city
UNION ALL SELECT city, a, CASE WHEN from_city THEN 'in' ELSE 'entered' END, y0, y1, counted FROM seen WHERE to_city AND b IS DISTINCT FROM a;
CREATE VIEW sums AS
SELECT city, area, count(*) FILTER (WHERE NOT counted) AS unknown,
	count(*) FILTER (WHERE counted AND role IN ('stay', 'out', 'left'))::numeric AS n0, count(*) FILTER (WHERE counted AND role IN ('stay', 'in', 'entered'))::numeric AS n1,
	coalesce(sum(y0) FILTER (WHERE counted AND role IN ('stay', 'out', 'left')), 0) AS x0, coalesce(sum(y1) FILTER (WHERE counted AND role IN ('stay', 'in', 'entered')), 0) AS x1,
	count(*) FILTER (WHERE counted AND role = 'stay')::numeric AS n_s, coalesce(sum(y0) FILTER (WHERE counted AND role = 'stay'), 0) AS s0, coalesce(sum(y1) FILTER (WHERE counted AND role = 'stay'), 0) AS s1,
	count(*) FILTER (WHERE counted AND role = 'in')::numeric AS n_in, coalesce(sum(y0) FILTER (WHERE counted AND role = 'in'), 0) AS in0, coalesce(sum(y1) FILTER (WHERE counted AND role = 'in'), 0) AS in1,
	count(*) FILTER (WHERE counted AND role = 'entered')::numeric AS n_entered, coalesce(sum(y1) FILTER (WHERE counted AND role = 'entered'), 0) AS entered1,
	coalesce(sum(coalesce(y0, y1)) FILTER (WHERE counted AND role = 'entered'), 0) AS entered, coalesce(sum(y1 - y0) FILTER (WHERE counted AND role IN ('in', 'entered')), 0) AS change,
	count(*) FILTER (WHERE counted AND role = 'out')::numeric AS n_out, coalesce(sum(y0) FILTER (WHERE counted AND role = 'out'), 0) AS out0,
	count(*) FILTER (WHERE counted AND role = 'left')::numeric AS n_left, coalesce(sum(y0) FILTER (WHERE counted AND role = 'left'), 0) AS left0
FROM role GROUP BY city, area;
CREATE TABLE formula AS
SELECT *, s1 - s0 AS stayers_change, in0 - out0 AS net_import, (n_out - n_in) * p0 AS export_by_size, (out0 - n_out * p0) - (in0 - n_in * p0) AS export_selective,
	CASE WHEN n0 > 0 AND n1 > 0 THEN (s1 - s0) / n1 END AS t1, CASE WHEN n0 > 0 AND n1 > 0 THEN (in1 - n_in * ps) / n1 END AS t2, CASE WHEN n0 > 0 AND n1 > 0 THEN (entered1 - n_entered * ps) / n1 END AS t3,
	CASE WHEN n0 > 0 AND n1 > 0 THEN -(out0 - n_out * ps) / n0 END AS t4, CASE WHEN n0 > 0 AND n1 > 0 THEN -(left0 - n_left * ps) / n0 END AS t5
FROM (SELECT *, x0 / nullif(n0, 0) AS p0, x1 / nullif(n1, 0) AS p1, coalesce(s0 / nullif(n_s, 0), x0 / nullif(n0, 0)) AS ps FROM sums) AS s;
CREATE TABLE both_ways AS
SELECT city, area, v.* FROM account AS a FULL JOIN formula AS f USING (city, area), LATERAL (VALUES
	('n0', a.n0::float8, f.n0), ('n1', a.n1, f.n1), ('x0', a.x0, f.x0), ('x1', a.x1, f.x1), ('stayers_change', a.stayers_change, f.stayers_change), ('net_import', a.net_import, f.net_import),
	('export_by_size', a.export_by_size, f.export_by_size), ('export_selective', a.export_selective, f.export_selective), ('left_city', a.left_city, f.left0), ('entered_city', a.entered_city, f.entered),
	('arrivals_change', a.arrivals_change, f.change), ('term_stayers', a.term_stayers, f.t1), ('term_arrivals_within', a.term_arrivals_within, f.t2), ('term_arrivals_outside', a.term_arrivals_outside, f.t3),
	('term_departures_within', a.term_departures_within, f.t4), ('term_departures_outside', a.term_departures_outside, f.t5), ('unknown', a.unknown, f.unknown),
	('share_count', a.share_count, CASE WHEN f.x0 > f.x1 THEN -f.net_import / (f.x0 - f.x1) END), ('share_rate', a.share_rate, CASE WHEN f.p1 < f.p0 THEN (f.t2 + f.t4) / (f.p1 - f.p0) END)) AS v (name, ours, formula);
SELECT cmp_ok(count(*), '>', 250::bigint, 'areas of all cities') FROM account;
SELECT is_empty($$SELECT * FROM both_ways WHERE (ours IS NULL) <> (formula IS NULL) OR abs(ours - formula::float8) > 1e-9 * greatest(1, abs(formula))$$, 'every figure is that of its formula over persons');
SELECT bag_eq($$SELECT city, area FROM account$$, $$SELECT city, area FROM formula$$, 'every place of the city with a person has an account');
SELECT is(count(DISTINCT name) FILTER (WHERE ours IS NULL), 9::bigint, 'figures that are NULL somewhere: terms, size and selection, shares') FROM both_ways;

-- Identities: sums of x come back as the nearest doubles of whole numbers of 1/10,000, so they can be put back and added exactly.
CREATE TABLE whole AS
SELECT city, area, n0, n1, round((x0 * 1e4)::numeric) AS x0, round((x1 * 1e4)::numeric) AS x1, round((stayers_change * 1e4)::numeric) AS stayers_change, round((net_import * 1e4)::numeric) AS net_import,
	round((left_city * 1e4)::numeric) AS left_city, round((entered_city * 1e4)::numeric) AS entered_city, round((arrivals_change * 1e4)::numeric) AS arrivals_change FROM account;
SELECT is_empty($$SELECT * FROM whole WHERE x1 - x0 <> stayers_change + net_import - left_city + entered_city + arrivals_change$$, 'the count identity holds exactly');
SELECT is_empty($$SELECT city FROM whole GROUP BY city HAVING sum(net_import) <> 0$$, 'net import sums to zero over the city');
SELECT is_empty($$SELECT city FROM account WHERE city % 3 = 0 AND x1 - x0 <> stayers_change + net_import - left_city + entered_city + arrivals_change$$, 'in doubles too where x is a flag');
SELECT is_empty($$SELECT * FROM account WHERE abs(term_stayers + term_arrivals_within + term_arrivals_outside + term_departures_within + term_departures_outside - (x1 / nullif(n1, 0) - x0 / nullif(n0, 0))) > 1e-12 * greatest(1, abs(x0 / nullif(n0, 0)))$$, 'the five terms sum to the change of the mean');
SELECT is_empty($$SELECT * FROM account WHERE abs(export_by_size + export_selective + net_import) > 1e-9 * greatest(1, abs(export_by_size))$$, 'size and selection sum to the net export');
SELECT is_empty($$SELECT * FROM account WHERE (share_count IS NULL) <> (x0 <= x1) AND n0 > 0$$, 'a share of the count exactly where it fell');
SELECT is_empty($$SELECT * FROM account WHERE note IS NULL AND (share_count IS NULL OR share_rate IS NULL OR term_stayers IS NULL OR export_by_size IS NULL)$$, 'what is missing is explained');
SELECT is_empty($$SELECT * FROM account WHERE share_count_low > share_count OR share_count_high < share_count OR share_rate_low > share_rate OR share_rate_high < share_rate$$, 'limits are on both sides of their share');
SELECT cmp_ok(count(share_count_low) + count(share_rate_low), '>', 100::bigint, 'and most shares have them') FROM account;
SELECT is_empty($$SELECT * FROM account AS a WHERE a::text ~ '[(,]-0[,)]'$$, 'no 0 has a sign');

-- Parts, order, forms -----------------------------------------------------------

SELECT is_empty($$SELECT city FROM (SELECT city, waterbed(a0, a1, x0, x1, in0, in1 ORDER BY person * 7919 % 601) AS w FROM person GROUP BY city) AS s JOIN city AS c USING (city) WHERE s.w <> c.w$$, 'the order of rows leaves no trace');
CREATE TABLE part AS SELECT city, person % 4 AS part, waterbed(a0, a1, x0, x1, in0, in1) AS w FROM person GROUP BY city, person % 4;
SELECT is_empty($$SELECT city FROM (SELECT city, rollup(w) AS w FROM part GROUP BY city) AS s JOIN city AS c USING (city) WHERE s.w <> c.w$$, 'rollup of parts is the whole');
SELECT is_empty($$SELECT city FROM (SELECT city, rollup(w ORDER BY part DESC) AS w FROM (TABLE part UNION ALL SELECT city, NULL, NULL FROM city) AS p GROUP BY city) AS s JOIN city AS c USING (city) WHERE s.w <> c.w$$, 'NULLs are passed over');
SELECT is_empty($$SELECT city FROM part AS a JOIN part AS b USING (city) JOIN part AS c USING (city) JOIN part AS d USING (city) JOIN city USING (city) WHERE (a.part, b.part, c.part, d.part) = (0, 1, 2, 3) AND (a.w + b.w) + (c.w + d.w) <> city.w$$, 'so is their sum');
SELECT is_empty($$SELECT city FROM city JOIN part AS p USING (city) WHERE city.w - p.w <> (SELECT waterbed(a0, a1, x0, x1, in0, in1) FROM person AS q WHERE q.city = p.city AND person % 4 <> p.part)$$, 'a difference is the others alone');
SELECT ok(bool_and((w - w)::text = '{"unit": 10000, "pairs": []}'), 'nothing is left of a value without itself') FROM city;
SELECT throws_ok(format('SELECT %L::waterbed - %L::waterbed', b.w, a.w), '22023', NULL, 'but what is no part of it cannot be taken away') FROM city AS a, city AS b WHERE a.city = 60 AND b.city = 57;
SELECT is_empty($$SELECT city FROM (SELECT city, waterbed(a0, a1, x0, x1, in0, in1, persons) AS w FROM (SELECT city, a0, a1, x0, x1, in0, in1, count(*) AS persons FROM person GROUP BY 1, 2, 3, 4, 5, 6, 7) AS g GROUP BY city) AS s JOIN city AS c USING (city) WHERE s.w <> c.w$$, 'rows of many persons');
SELECT is_empty($$SELECT city FROM (SELECT city, waterbed(CASE WHEN in0 THEN a0 ELSE -3 END, CASE WHEN in1 THEN a1 ELSE -4 END, x0 = 1, x1 = 1) AS w,
	waterbed(CASE WHEN in0 THEN a0 ELSE -3 END, CASE WHEN in1 THEN a1 ELSE -4 END, x0 = 1, x1 = 1, 1) AS many FROM person WHERE city % 3 = 0 GROUP BY city) AS s JOIN city AS c USING (city) WHERE s.w <> c.w OR s.many <> c.w$$, 'flags, alone and with persons');
SELECT is_empty($$SELECT city FROM (SELECT city, w, lag(w) OVER (ORDER BY city) FROM (SELECT city, waterbed(a0, a1, x0, x1, in0, in1) OVER (PARTITION BY city ORDER BY person ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS w,
	row_number() OVER (PARTITION BY city ORDER BY person DESC) AS back FROM person WHERE city < 20) AS s WHERE back = 1) AS s JOIN city AS c USING (city) WHERE s.w <> c.w$$, 'as a window function');

-- Workers, made to be used.
CREATE TABLE many AS SELECT p.* FROM person AS p, generate_series(1, 6);
ALTER TABLE many SET (parallel_workers = 2);
ANALYZE many;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT waterbed(a0, a1, x0, x1, in0, in1) AS w, waterbed(a0, a1, x0 > 0.5, x1 > 0.5) AS flags FROM many WHERE a0 IS DISTINCT FROM -4 AND a1 IS DISTINCT FROM -3;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END$$;
SELECT matches(string_agg(p, ' '), 'Partial Aggregate', 'workers aggregate') FROM plan_of('SELECT waterbed(a0, a1, x0, x1, in0, in1) FROM many') AS p;
SELECT ok(s.w = p.w AND s.flags = p.flags AND s.w <> s.flags, 'workers leave no trace')
FROM serial AS s, (SELECT waterbed(a0, a1, x0, x1, in0, in1) AS w, waterbed(a0, a1, x0 > 0.5, x1 > 0.5) AS flags FROM many WHERE a0 IS DISTINCT FROM -4 AND a1 IS DISTINCT FROM -3) AS p;

-- Merging -----------------------------------------------------------------------

SELECT is_empty($$SELECT city FROM (SELECT city, waterbed_merge(w, array_agg(area), array_agg(1000 + area % 3)) AS w FROM city JOIN place USING (city) GROUP BY city, w) AS m
	JOIN (SELECT city, waterbed(CASE WHEN a0 > 0 THEN 1000 + a0 % 3 ELSE a0 END, CASE WHEN a1 > 0 THEN 1000 + a1 % 3 ELSE a1 END, x0, x1, in0, in1) AS w FROM person GROUP BY city) AS r USING (city) WHERE m.w <> r.w$$,
	'merging is aggregating with the groups for areas');
SELECT is_empty($$SELECT city FROM (SELECT city, waterbed_merge(w, array_agg(area ORDER BY area DESC), array_agg(area ORDER BY area DESC)) AS merged, w FROM city JOIN place USING (city) GROUP BY city, w) AS m WHERE merged <> w$$, 'groups of one area change nothing');
SELECT is_empty($$SELECT city FROM (SELECT city, waterbed_merge(w, array_agg(area), array_agg(1::bigint)) AS w FROM city JOIN place USING (city) GROUP BY city, w) AS m, waterbed_areas(w) AS a
	WHERE area = 1 AND net_import <> -coalesce((SELECT net_import FROM account AS r WHERE r.city = m.city AND r.area = 0), 0)$$, 'of one group only the rest of the city is elsewhere');

-- Some of the persons -----------------------------------------------------------

CREATE FUNCTION by_text(account waterbed, origins bigint[], kept boolean) RETURNS waterbed LANGUAGE sql AS $$
	SELECT jsonb_set(t.value, '{pairs}', (
		SELECT coalesce(jsonb_agg(e), '[]') FROM jsonb_array_elements(t.value -> 'pairs') AS e
		WHERE CASE WHEN kept THEN coalesce((e ->> 0)::bigint = ANY (origins), false)
			ELSE coalesce((e ->> 0)::bigint <> ALL (origins), true) OR e -> 0 = e -> 1 END))::text::waterbed
	FROM (SELECT account::text::jsonb AS value OFFSET 0) AS t
$$;
CREATE TABLE chosen AS SELECT city, w, o AS origins FROM city, (VALUES ('{}'::bigint[]), ('{0}'), ('{2}'), ('{3,0,5,3}'), ('{7,1,4,2}'), ('{99,1}'), ('{9223372036854775807}')) AS v (o);
SELECT is_empty($$SELECT city, origins FROM chosen WHERE waterbed_from(w, origins) <> by_text(w, origins, true)$$, 'who lived in the areas: as by the pairs of the text');
SELECT is_empty($$SELECT city, origins FROM chosen WHERE waterbed_without_leavers(w, origins) <> by_text(w, origins, false)$$, 'all but their leavers: the same');
SELECT is_empty($$SELECT c.city, origins FROM chosen AS c LEFT JOIN LATERAL (SELECT waterbed(a0, a1, x0, x1, in0, in1) AS w FROM person AS p WHERE p.city = c.city AND in0 AND a0 = ANY (origins)) AS r ON true
	WHERE waterbed_from(c.w, origins) <> coalesce(r.w, c.w - c.w)$$, 'which is aggregating those persons');
SELECT is_empty($$SELECT c.city, origins FROM chosen AS c CROSS JOIN LATERAL (SELECT waterbed(a0, a1, x0, x1, in0, in1) AS w FROM person AS p WHERE p.city = c.city AND NOT coalesce(in0 AND a0 = ANY (origins) AND NOT coalesce(in1 AND a1 = a0, false), false)) AS r
	WHERE waterbed_without_leavers(c.w, origins) <> r.w$$, 'and aggregating the others');
SELECT is_empty($$SELECT city, origins FROM chosen, LATERAL (SELECT waterbed_without_leavers(w, origins) AS others) AS o WHERE others + (waterbed_from(w, origins) - waterbed_from(others, origins)) <> w$$, 'with the leavers it is the whole');
SELECT cmp_ok(count(*) FILTER (WHERE waterbed_from(w, origins) <> w AND waterbed_from(w, origins) <> w - w AND waterbed_without_leavers(w, origins) <> w), '>', 100::bigint, 'and mostly neither all nor nobody') FROM chosen;

-- Chains ------------------------------------------------------------------------

-- The same persons over four years: those who are in place at the end of one year begin the next.
CREATE TABLE history AS SELECT person, year, CASE WHEN random() < 0.3 THEN floor(random() * 5)::bigint ELSE 1 + person % 4 END AS area, (random() < 0.5)::int::float8 AS x FROM generate_series(1, 300) AS person, generate_series(2016, 2020) AS year;
CREATE TABLE yearly AS SELECT b.year, waterbed(b.area, a.area, b.x, a.x, true, true) AS w FROM history AS b JOIN history AS a ON a.person = b.person AND a.year = b.year + 1 GROUP BY b.year;
CREATE TABLE chained AS SELECT c.* FROM (SELECT chain(year, w ORDER BY year % 3, year) AS c FROM yearly) AS s, unnest(c) AS c;
CREATE TABLE single AS SELECT year, a.* FROM yearly, waterbed_areas(w) AS a;
SELECT results_eq($$SELECT area, n0, x0, n1, x1 FROM chained ORDER BY area$$, $$SELECT f.area, f.n0, f.x0, l.n1, l.x1 FROM single AS f JOIN single AS l USING (area) WHERE f.year = 2016 AND l.year = 2019 ORDER BY area$$, 'stocks of the first and last year');
SELECT results_eq($$SELECT area, stayers_change, net_import, left_city, entered_city, arrivals_change, unknown FROM chained ORDER BY area$$,
	$$SELECT area, sum(stayers_change), sum(net_import), sum(left_city), sum(entered_city), sum(arrivals_change), sum(unknown)::bigint FROM single GROUP BY area ORDER BY area$$, 'flows are summed');
SELECT is_empty($$SELECT area FROM chained WHERE x1 - x0 <> stayers_change + net_import - left_city + entered_city + arrivals_change$$, 'the identity holds over the chain');
SELECT is_empty($$SELECT area FROM chained WHERE abs(term_stayers + term_arrivals_within + term_arrivals_outside + term_departures_within + term_departures_outside - (x1 / n1 - x0 / n0)) > 1e-12$$, 'so do the terms');
SELECT isnt(c.net_import, e.net_import, 'a chain is not the account of the end points') FROM chained AS c, (SELECT waterbed(b.area, a.area, b.x, a.x, true, true) AS w FROM history AS b JOIN history AS a USING (person) WHERE b.year = 2016 AND a.year = 2020) AS s, waterbed_areas(w) AS e WHERE c.area = 1 AND e.area = 1;
SELECT ok(bool_and(share_count_low IS NULL AND share_rate_low IS NULL AND note LIKE '4 periods from 2016 to 2019%'), 'a chain has no limits and says what it is') FROM chained;
SELECT is_empty($$(SELECT c.area, c.n0, c.x1, c.term_stayers, c.share_rate FROM (SELECT chain(7, w) AS c FROM yearly WHERE year = 2017) AS s, unnest(c) AS c) EXCEPT SELECT area, n0, x1, term_stayers, share_rate FROM single WHERE year = 2017$$, 'a chain of one period is its account');
SELECT ok(bool_and(note LIKE '%no period between 2017 and 2019, so no shares%' AND share_count IS NULL AND share_rate IS NULL), 'a missing year is named, and there are no shares over it')
FROM (SELECT chain(year, w) AS c FROM (SELECT year, w FROM yearly WHERE year <> 2018 UNION ALL SELECT 2015, NULL) AS y) AS s, unnest(c) AS c WHERE area > 0;

SELECT ok(bool_and(note LIKE '%flows do not sum%' AND share_count IS NULL AND share_rate IS NULL AND x1 - x0 <> stayers_change + net_import - left_city + entered_city + arrivals_change), 'nor over years that do not join')
FROM (SELECT chain(10 - year, w) AS c FROM yearly) AS s, unnest(c) AS c WHERE area > 0;
SELECT throws_ok('SELECT chain(1, w) FROM yearly', '23505', 'period 1 is given twice', 'a period given twice');

-- Text and bytes ------------------------------------------------------------------

SELECT is_empty($$SELECT city FROM city WHERE w::text::waterbed <> w OR waterbed_send(w::text::waterbed) <> waterbed_send(w)$$, 'text loses nothing');
CREATE TABLE shuffled AS SELECT city, (SELECT jsonb_build_object('unit', 10000) || jsonb_build_object('pairs', jsonb_agg(p ORDER BY p ->> 5, p ->> 4)) FROM jsonb_array_elements(w::text::jsonb -> 'pairs') AS p) AS j FROM city;
SELECT is_empty($$SELECT city FROM shuffled JOIN city USING (city) WHERE replace(j::text, '"pairs": ', '"pairs":')::jsonb IS NULL OR format('{"unit":10000,"pairs":%s}', j -> 'pairs')::waterbed <> w$$, 'in any order of pairs');
SELECT is(count(DISTINCT w), count(*), 'cities are different values') FROM (SELECT w FROM city UNION SELECT w::text::waterbed FROM city) AS s;
SELECT ok(bool_and((a.w < b.w) = (b.w > a.w) AND (a.w <= b.w) = NOT (a.w > b.w) AND ((a.w = b.w) = (a.city = b.city)) AND (waterbed_cmp(a.w, b.w) = -waterbed_cmp(b.w, a.w))), 'an order') FROM city AS a, city AS b WHERE a.city % 7 = 0;
SELECT * FROM finish();
ROLLBACK;
