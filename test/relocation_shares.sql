-- Flows, shares and their limits, arrivals and delivered flows: against their formulas as plain
-- SQL, against enumeration, and against draws whose truth is known.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA relocation_shares_test;
SET search_path = relocation_shares_test, monitor, public;
SELECT plan(50);
SELECT setseed(0.5);

CREATE FUNCTION differ(a float8, b float8) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN CASE WHEN a IS NULL OR b IS NULL THEN (a IS NULL) <> (b IS NULL) ELSE abs(a - b) > 1e-9 * greatest(abs(a), abs(b), 1) END;

-- 20 cities of 400 persons in two periods: places -4 to 7 and unknown, x flags, fractions or amounts, some unknown.
CREATE TABLE person AS
SELECT city, period, i AS person, i / 3 AS household, CASE WHEN a < 0.06 THEN -1 WHEN a < 0.1 THEN -2 WHEN a < 0.14 THEN -3 WHEN a < 0.15 THEN NULL ELSE floor(sqrt(random()) * 8) END::bigint AS before,
	CASE WHEN b < 0.06 THEN -1 WHEN b < 0.1 THEN -2 WHEN b < 0.14 THEN -4 WHEN b < 0.15 THEN NULL ELSE floor(sqrt(random()) * 8) END::bigint AS after,
	CASE WHEN random() < 0.02 THEN NULL WHEN city % 3 = 0 THEN round((random() * 300)::numeric, 2) * (random() < 0.6)::int WHEN city % 3 = 1 THEN round(random()::numeric, 4) * (random() < 0.5)::int ELSE (random() < 0.5)::int END::float8 AS x0,
	CASE WHEN random() < 0.02 THEN NULL WHEN city % 3 = 0 THEN round((random() * 200)::numeric, 2) ELSE (random() < 0.4)::int END::float8 AS x1
FROM generate_series(1, 20) AS city, generate_series(0, 1) AS period, generate_series(1, 400) AS i, LATERAL (SELECT random() + 0 * i AS a, random() + 0 * i AS b) AS r;
-- A third of the movers stay where they were.
UPDATE person SET after = before WHERE before > 0 AND person % 3 = 0;
UPDATE person SET after = before WHERE before IS NULL AND after IS NULL;
CREATE TABLE city AS SELECT city, period, waterbed(before, after, x0, x1, true, true) AS w FROM person GROUP BY city, period;
-- Those who count: x is known whenever in the city.
CREATE TABLE known AS
SELECT city, period, person, household, before, after, CASE WHEN before >= 0 THEN x0 END AS x0, CASE WHEN after >= 0 THEN x1 END AS x1
FROM person WHERE before IS NOT NULL AND after IS NOT NULL AND (before >= 0 OR after >= 0) AND (before < 0 OR x0 IS NOT NULL) AND (after < 0 OR x1 IS NOT NULL);

-- Flows --------------------------------------------------------------------------

CREATE TABLE flow AS SELECT city, f.* FROM city, waterbed_flows(w) AS f WHERE period = 1;
CREATE TABLE expected_flow AS
WITH f AS (SELECT city, before, after, count(*) AS n, sum(x0) AS x0, sum(x1) AS x1, count(*) FILTER (WHERE x0 <> 0) AS m FROM known WHERE period = 1 AND before <> after GROUP BY 1, 2, 3),
	o AS (SELECT city, before, sum(n) AS n, sum(x0) AS x0, sum(m) AS m FROM f WHERE before >= 0 AND after >= 0 GROUP BY 1, 2)
SELECT f.city, f.before, f.after, f.n, f.x0, f.x1, f.m, f.before >= 0 AND f.after >= 0 AS inside, f.x0 - coalesce(b.x0, 0) AS net, f.x0 / nullif(o.x0, 0) AS share_of_origin, f.x0 / f.n AS share_in_flow,
	f.x0 - o.x0 * f.n / o.n AS excess, o.n AS leavers, o.m AS leavers_with
FROM f LEFT JOIN f AS b ON (b.city, b.before, b.after) = (f.city, f.after, f.before) LEFT JOIN o ON (o.city, o.before) = (f.city, f.before);
SELECT cmp_ok(count(*), '>', 800::bigint, 'flows') FROM flow;
SELECT set_eq('SELECT city, origin, destination, movers FROM flow', 'SELECT city, before, after, n FROM expected_flow', 'every flow and its movers');
CREATE VIEW both_flows AS SELECT f.*, e.x0, e.x1, e.m, e.inside, e.net, e.share_of_origin AS e_origin, e.share_in_flow AS e_flow, e.excess AS e_excess, e.leavers, e.leavers_with
FROM flow AS f JOIN expected_flow AS e ON (e.city, e.before, e.after) = (f.city, f.origin, f.destination);
SELECT is_empty('SELECT * FROM both_flows WHERE differ(x_before, x0) OR differ(x_after, x1)', 'x before and after');
SELECT is_empty('SELECT * FROM both_flows WHERE inside AND (differ(net_export, net) OR differ(share_of_origin, e_origin) OR differ(share_in_flow, e_flow) OR differ(excess, e_excess))', 'net export, shares and excess');
SELECT is_empty('SELECT * FROM both_flows WHERE NOT inside AND num_nonnulls(net_export, share_of_origin, excess, p) > 0', 'no net export to or from outside');
SELECT is_empty('SELECT * FROM both_flows WHERE (x_both IS NOT NULL) <> (inside AND city % 3 = 2)', 'x_both of flags only');
SELECT is_empty('SELECT city, origin FROM flow WHERE excess IS NOT NULL GROUP BY 1, 2 HAVING abs(sum(excess)) > 1e-8', 'excesses of an origin sum to 0');
SELECT is_empty('SELECT * FROM flow AS f JOIN flow AS b ON (b.city, b.origin, b.destination) = (f.city, f.destination, f.origin) WHERE f.net_export <> -b.net_export', 'net export turns its sign with the flow');
SELECT is_empty('SELECT * FROM both_flows WHERE inside AND differ(p, CASE WHEN leavers = movers THEN 1 ELSE fisher_exact(m, movers, (leavers_with - m)::float8, (leavers - movers)::float8) END)', 'p is the exact test of leavers with and without x');

-- A set against a set ----------------------------------------------------------

-- All ways to mark leavers of two origins: 5 of 2 marked and 6 of 3 marked, 2 and 3 of them going to the destination.
CREATE TABLE small AS SELECT waterbed(o, d, x, x) AS w FROM (VALUES (1, 3, true), (1, 3, true), (1, 0, false), (1, 0, false), (1, 0, false), (2, 3, true), (2, 3, true), (2, 3, false), (2, 0, true), (2, 0, false), (2, 0, false),
	(3, 3, true), (1, 1, true), (1, 2, true), (2, -1, true)) AS v (o, d, x);
CREATE TABLE enumerated AS
WITH a AS (SELECT (i IN (1, 2))::int + (j IN (1, 2))::int AS k FROM generate_series(1, 5) i, generate_series(1, 5) j WHERE i < j),
	b AS (SELECT (i <= 3)::int + (j <= 3)::int + (l <= 3)::int AS k FROM generate_series(1, 6) i, generate_series(1, 6) j, generate_series(1, 6) l WHERE i < j AND j < l)
SELECT a.k + b.k AS k, count(*) / sum(count(*)) OVER () AS p FROM a, b GROUP BY 1;
CREATE TABLE small_excess AS SELECT e.* FROM small, waterbed_excess(w, ARRAY[1, 2], ARRAY[3]) AS e;
SELECT results_eq('SELECT movers, with_x FROM small_excess', 'VALUES (5::bigint, 4::bigint)', 'set to set: movers, and those with x');
SELECT ok(abs(expected - (2 * 2 / 5.0 + 3 * 3 / 6.0)) < 1e-12, 'expected, moves between the origins apart') FROM small_excess;
SELECT ok(abs(p - (SELECT sum(p) FROM enumerated WHERE p <= (SELECT p * 1.0000001 FROM enumerated WHERE k = 4))) < 1e-12, 'p by enumeration') FROM small_excess;
SELECT is_empty('SELECT f.city, origin, destination FROM flow AS f JOIN city AS c ON c.city = f.city AND period = 1, waterbed_excess(w, ARRAY[origin], ARRAY[destination]) AS e
	WHERE f.p IS NOT NULL AND (differ(e.p, f.p) OR differ(e.excess, f.excess) OR e.movers <> f.movers)', 'one origin and one destination: the flow');
-- Too many products for the exact sum.
CREATE TABLE large AS SELECT waterbed(o, d, x, x, n) AS w FROM generate_series(1, 300) AS o, (VALUES (1000::bigint, true, 260::bigint), (1000, false, 500), (1001, true, 500), (1001, false, 1000)) AS v (d, x, n);
SELECT ok((e).p BETWEEN 0 AND 1 AND (e).p < 0.05 AND (e).excess > 0, 'a sum of 300 origins') FROM (SELECT waterbed_excess(w, ARRAY(SELECT generate_series(1, 300)::bigint), ARRAY[1000]) AS e FROM large) AS s;

-- Shares -------------------------------------------------------------------------

CREATE TABLE sets (origins bigint[]);
INSERT INTO sets VALUES ('{1}'), ('{7}'), ('{0}'), ('{2,5,6}'), ('{7,3,4,3}'), ('{0,1,2,3,4,5,6,7}'), ('{}'), ('{99}');
CREATE TABLE share AS SELECT city, origins, s.* FROM city, sets, waterbed_share(w, origins) AS s WHERE period = 1;
CREATE TABLE expected_share AS
WITH m AS (SELECT city, origins, count(*) FILTER (WHERE o) AS n0, count(*) FILTER (WHERE d) AS n1, coalesce(sum(x0) FILTER (WHERE o), 0) AS x0, coalesce(sum(x1) FILTER (WHERE d), 0) AS x1, count(*) FILTER (WHERE o AND d) AS s,
		sum(x0) FILTER (WHERE o AND d) AS xs, count(*) FILTER (WHERE NOT o AND d AND before >= 0) AS i, coalesce(sum(x1) FILTER (WHERE NOT o AND d AND before >= 0), 0) AS xi, count(*) FILTER (WHERE o AND NOT d AND after >= 0) AS l,
		coalesce(sum(x0) FILTER (WHERE o AND NOT d AND after >= 0), 0) AS xl, coalesce(sum(x0) FILTER (WHERE NOT o AND d AND before >= 0), 0) AS xi0
	FROM known, sets, LATERAL (SELECT before = ANY (origins) AS o, after = ANY (origins) AS d) AS t WHERE period = 1 GROUP BY 1, 2)
SELECT city, origins, xl - xi0 AS exported, x0 - x1 AS fall, CASE WHEN x0 - x1 > 1e-9 THEN (xl - xi0) / (x0 - x1) END AS c,
	CASE WHEN n0 > 0 AND n1 > 0 AND x1 / n1 < x0 / n0 - 1e-12 THEN ((xi - i * ps) / n1 - (xl - l * ps) / n0) / (x1 / n1 - x0 / n0) END AS r
FROM m, LATERAL (SELECT coalesce(xs / nullif(s, 0), x0 / nullif(n0, 0)) AS ps) AS p;
SELECT is_empty('SELECT * FROM share JOIN expected_share AS e USING (city, origins) WHERE differ(share.exported, e.exported) OR differ(share.fall, e.fall) OR differ(share_count, c) OR differ(share_rate, r)', 'both shares by their formulas');
SELECT is((SELECT count(*) FROM share JOIN expected_share USING (city, origins)), 160::bigint, 'of every set');
SELECT is_empty('SELECT * FROM share WHERE NOT (share_count BETWEEN share_count_low AND share_count_high) OR NOT (share_rate BETWEEN share_rate_low AND share_rate_high)', 'limits on both sides');
SELECT is_empty('SELECT * FROM share WHERE (share_count_low IS NULL OR share_rate_low IS NULL) AND note IS NULL OR share_count_low IS NOT NULL AND note NOT LIKE ''%persons as independent''', 'what is missing is explained');
SELECT is_empty('SELECT city, origins FROM share WHERE origins = ''{0,1,2,3,4,5,6,7}'' AND exported <> 0', 'the whole city exports nothing');
SELECT is_empty('SELECT a.area FROM city, waterbed_areas(w) AS a, waterbed_share(w, ARRAY[area]) AS s WHERE differ(a.share_count, s.share_count) OR differ(a.share_rate, s.share_rate) OR differ(-a.net_import, s.exported)
	OR differ(a.share_count_low, s.share_count_low) OR differ(a.share_rate_high, s.share_rate_high)', 'an area: its account');
SELECT is_empty('SELECT city.city FROM city, waterbed_share(w, ARRAY[2, 5, 6]) AS s, waterbed_share(waterbed_merge(w, ARRAY[1, 2, 3, 4, 5, 6, 7], ARRAY[1, 50, 3, 4, 50, 50, 7]), ARRAY[50]) AS m WHERE differ(s.share_count, m.share_count) OR differ(s.share_rate, m.share_rate)
	OR differ(s.exported, m.exported) OR s.share_count IS NULL <> (m.share_count IS NULL)', 'a set: its merged account');

-- One household a person: the limits of persons; and the same whatever the order of rows.
CREATE TABLE by_household AS
SELECT city, origins, (waterbed_household_share(person, before, after, x0, x1, origins)).*, waterbed_household_share(household, before, after, x0, x1, origins)::text AS a,
	waterbed_household_share(household, before, after, x0, x1, origins ORDER BY x1, person)::text AS b, waterbed_household_share(NULL, before, after, x0, x1, true, true, origins) AS alone
FROM person, sets WHERE period = 1 AND person IS NOT NULL GROUP BY 1, 2;
SELECT is_empty('SELECT * FROM share AS s JOIN by_household AS h USING (city, origins) WHERE differ(s.share_count_low, h.share_count_low) OR differ(s.share_count_high, h.share_count_high) OR differ(s.share_rate_low, h.share_rate_low)
	OR differ(s.share_rate_high, h.share_rate_high) OR differ(s.exported, h.exported) OR differ(s.fall, h.fall) OR s.unknown <> h.unknown', 'households of one: the limits of persons');
SELECT is_empty('SELECT * FROM by_household WHERE differ(share_count_low, (alone).share_count_low) OR differ(share_rate_high, (alone).share_rate_high)', 'no household: alone');
SELECT is_empty('SELECT * FROM by_household WHERE a <> b', 'no order of rows');
SELECT is((SELECT count(*) FROM by_household AS h JOIN share AS s USING (city, origins) WHERE h.share_count_low IS NOT NULL), (SELECT count(*) FROM share WHERE share_count_low IS NOT NULL), 'as often');

-- Coverage: 300 draws of persons, and of households of two who move together.
CREATE TABLE start (origin bigint, x0 bool, n int, to1 float8, to2 float8, to0 float8, x1 float8);
INSERT INTO start VALUES (1, true, 120, .45, .25, .12, .85), (1, false, 160, .75, .10, .08, .05), (2, true, 40, .08, .82, .05, .9), (2, false, 80, .08, .82, .05, .05), (0, true, 60, .08, .05, .82, .9), (0, false, 120, .08, .05, .82, .05);
CREATE TABLE household AS SELECT size, draw, s.*, random() AS u, row_number() OVER () AS household FROM generate_series(1, 2) AS size, generate_series(1, 300) AS draw, start AS s, LATERAL generate_series(1, n / size);
CREATE TABLE entrant AS SELECT size, draw, sum((random() < 0.2 / size)::int) AS n FROM generate_series(1, 2) AS size, generate_series(1, 300) AS draw, generate_series(1, 200) GROUP BY 1, 2;
CREATE TABLE drawn AS
SELECT size, draw, household, origin AS before, CASE WHEN u < to1 THEN 1 WHEN u < to1 + to2 THEN 2 WHEN u < to1 + to2 + to0 THEN 0 ELSE -1 END::bigint AS after, x0, random() < x1 AS x1 FROM household, LATERAL generate_series(1, size)
UNION ALL SELECT size, draw, -i, -1, 1, NULL, random() < 0.25 FROM entrant, LATERAL generate_series(1, n) AS i, LATERAL generate_series(1, size);
CREATE TABLE truth AS
WITH e AS (SELECT origin, x0, n * to1 AS s, n * (to2 * (origin <> 2)::int + to0 * (origin <> 0)::int) AS moved, x1 FROM start),
	m AS (SELECT sum(moved) FILTER (WHERE origin = 1) AS o, sum(moved) FILTER (WHERE origin = 1 AND x0) AS xo, sum(s) FILTER (WHERE origin = 1) AS s, sum(s) FILTER (WHERE origin = 1 AND x0) AS xs,
		sum(s) FILTER (WHERE origin <> 1) AS i, sum(s * x1) FILTER (WHERE origin <> 1) AS xi, sum(s) FILTER (WHERE origin <> 1 AND x0) AS xi0, sum(s) + 40 AS n1, sum(s * x1) + 10 AS x1 FROM e)
SELECT (xo - xi0) / (120 - x1) AS c, ((xi - i * xs / s) / n1 - (xo - o * xs / s) / 280) / (x1 / n1 - 120 / 280.0) AS r FROM m;
CREATE TABLE coverage AS
SELECT size, kind, avg(coalesce(c BETWEEN (s).share_count_low AND (s).share_count_high, true)::int) AS c, avg(coalesce(r BETWEEN (s).share_rate_low AND (s).share_rate_high, true)::int) AS r
FROM (SELECT size, 'persons' AS kind, waterbed_share(waterbed(before, after, x0, x1), ARRAY[1]) AS s FROM drawn GROUP BY size, draw
	UNION ALL SELECT size, 'households', waterbed_household_share(household, before, after, x0, x1, '{1}') FROM drawn WHERE size = 2 GROUP BY size, draw) AS l, truth GROUP BY 1, 2;
SELECT diag(format('coverage of 95 percent limits, %s of size %s: share_count %s, share_rate %s', kind, size, round(c, 3), round(r, 3))) FROM coverage ORDER BY size, kind DESC;
SELECT ok(c BETWEEN 0.93 AND 0.97 AND r BETWEEN 0.93 AND 0.97, 'independent persons are covered') FROM coverage WHERE size = 1;
SELECT ok(c BETWEEN 0.93 AND 0.97 AND r BETWEEN 0.93 AND 0.97, 'households are covered') FROM coverage WHERE size = 2 AND kind = 'households';
SELECT ok(c < 0.93, 'and limits by person too narrow for them') FROM coverage WHERE size = 2 AND kind = 'persons';

-- Arrivals -----------------------------------------------------------------------

CREATE TABLE arrival AS SELECT city, period, after, sum(x1) AS x, sum(x1) FILTER (WHERE before NOT IN (1, 2)) AS other FROM known WHERE before <> after AND before <> -3 AND after >= 0 GROUP BY 1, 2, 3;
CREATE TABLE expected_diverted AS
SELECT city, after, coalesce(b.x, 0) AS m0, coalesce(a.x, 0) AS m1, (coalesce(b.x, 0) / tb.x + coalesce(a.x, 0) / ta.x) / 2 * (ta.x - tb.x) AS by_volume, (ta.x + tb.x) / 2 * (coalesce(a.x, 0) / ta.x - coalesce(b.x, 0) / tb.x) AS diverted
FROM (SELECT * FROM arrival WHERE period = 0) AS b FULL JOIN (SELECT * FROM arrival WHERE period = 1) AS a USING (city, after)
	JOIN (SELECT city, sum(x) AS x FROM arrival WHERE period = 0 GROUP BY 1) AS tb USING (city) JOIN (SELECT city, sum(x) AS x FROM arrival WHERE period = 1 GROUP BY 1) AS ta USING (city);
CREATE TABLE ours AS SELECT b.city, d.* FROM city AS b JOIN city AS a USING (city), diverted(b.w, a.w) AS d WHERE b.period = 0 AND a.period = 1;
SELECT is_empty('SELECT * FROM ours AS o FULL JOIN expected_diverted AS e ON (o.city, o.destination) = (e.city, e.after) WHERE differ(arrivals_before, m0) OR differ(arrivals_after, m1) OR differ(o.by_volume, e.by_volume) OR differ(o.diverted, e.diverted)', 'diverted arrivals by their formula');
SELECT is_empty('SELECT * FROM ours WHERE differ(by_volume + diverted, arrivals_after - arrivals_before) OR NOT diverted BETWEEN low AND high', 'parts sum to the change, limits on both sides');
SELECT is_empty('SELECT city FROM ours GROUP BY 1 HAVING abs(sum(diverted)) > 1e-7', 'diverted sums to 0 over the city');
SELECT is_empty('SELECT a.city FROM city AS b JOIN city AS a USING (city), diverted(b.w, a.w, years_before => 2, years_after => 1) AS d JOIN ours AS o USING (destination) WHERE b.period = 0 AND a.period = 1 AND o.city = a.city AND differ(2 * d.arrivals_before, o.arrivals_before)', 'two years of a period before count half');
SELECT is_empty('SELECT a.city FROM city AS b JOIN city AS a USING (city), diverted(b.w, a.w, ARRAY[1, 2]) AS d JOIN arrival AS e ON e.after = d.destination WHERE b.period = 0 AND a.period = 1 AND e.period = 1 AND e.city = a.city AND differ(d.arrivals_after, coalesce(e.other, 0))', 'without those from some places');

CREATE TABLE pairs AS SELECT b.city, o.*, n.* FROM city AS b JOIN city AS a USING (city), (VALUES (1, 2), (3, 0), (7, 4)) AS o (oa, ob), waterbed_between(b.w, a.w, oa, ob) AS n WHERE b.period = 0 AND a.period = 1;
SELECT is_empty('SELECT * FROM pairs WHERE differ(change_b, from_a + diverted + own_residents + other) OR differ(from_a, moved - returned) OR NOT (share BETWEEN share_low AND share_high) OR NOT diverted BETWEEN diverted_low AND diverted_high', 'the parts sum to the change of b');
SELECT is_empty('SELECT * FROM pairs AS p JOIN flow AS f ON (f.city, f.origin, f.destination) = (p.city, oa, ob) JOIN city AS c ON c.city = p.city AND c.period = 1, waterbed_areas(c.w) AS a
	WHERE a.area = oa AND (differ(f.net_export, from_a) OR differ(moved, x_before) OR differ(a.x1 - a.x0, change_a) OR f.movers <> p.movers OR differ(share, CASE WHEN change_a < 0 THEN -from_a / change_a END))', 'from the flow and the account');
SELECT is_empty('SELECT x.city FROM pairs AS x JOIN city AS b ON b.city = x.city AND b.period = 0 JOIN city AS a ON a.city = x.city AND a.period = 1, waterbed_between(b.w, a.w, ob, oa) AS y WHERE x.diverted * y.diverted > 0 OR differ(x.from_a, -y.from_a)', 'seen from the other side, signs turn');
SELECT is_empty('SELECT p.city FROM pairs AS p JOIN city AS c ON c.city = p.city AND c.period = 1, waterbed_areas(c.w) AS a WHERE a.area = oa AND ((p.share_rate IS NULL) <> (a.share_rate IS NULL) OR NOT coalesce(p.share_rate BETWEEN p.share_rate_low AND p.share_rate_high, true)
	OR (p.share_rate IS NULL) <> (p.note LIKE ''%share_rate: the share of x did not fall%''))', 'a share of the rate where the account has one, else the reason');
CREATE TABLE partners AS SELECT city, a.area, count(n.share) AS counts, count(n.share_rate) AS rates, sum(n.share) AS count, sum(n.share_rate) AS rate, max(a.share_count) AS whole_count, max(a.share_rate) AS whole_rate
FROM city, waterbed_areas(w) AS a, waterbed_areas(w) AS b, waterbed_between(NULL, w, a.area, b.area) AS n WHERE period = 1 AND b.area <> a.area AND city <= 12 GROUP BY 1, 2;
SELECT is_empty('SELECT * FROM partners WHERE differ(count, whole_count) OR differ(rate, whole_rate)', 'over the partners within the city both shares sum to the account''s');
SELECT isnt_empty('SELECT * FROM partners WHERE rate IS NOT NULL AND count IS NULL', 'also where only the share fell');
-- By hand: 100 in 1, 50 with x, afterwards 80 and 20; stayers 60 with 30 before. From 2 10 with 2, to 2 20 with 15: (10/80 (.2 - .5) - 20/100 (.75 - .5)) / (.25 - .5).
CREATE TABLE by_hand AS SELECT waterbed(o, d, x0, x1, n) AS w FROM (VALUES (1::bigint, 1::bigint, true, true, 18::bigint), (1, 1, true, false, 12), (1, 1, false, false, 30), (1, 2, true, true, 15), (1, 2, false, false, 5), (1, 0, true, true, 1), (1, 0, false, false, 9),
	(1, -1, true, NULL, 4), (1, -1, false, NULL, 6), (2, 1, true, true, 2), (2, 1, false, false, 8), (0, 1, false, false, 10), (2, 2, false, false, 40), (0, 0, false, false, 50)) AS v (o, d, x0, x1, n);
CREATE TABLE two AS SELECT waterbed(o, d, x0, x1, n) AS w FROM (VALUES (1::bigint, 1::bigint, true, true, 180::bigint), (1, 1, true, false, 120), (1, 1, false, false, 300), (1, 2, true, true, 150), (1, 2, false, false, 50),
	(1, -1, true, NULL, 40), (1, -1, false, NULL, 60), (2, 1, true, true, 20), (2, 1, false, false, 80), (2, 2, false, false, 400)) AS v (o, d, x0, x1, n);
SELECT results_eq('SELECT b, round(n.share_rate::numeric, 12) FROM by_hand, (VALUES (0), (2)) AS v (b), waterbed_between(NULL, w, 1, b) AS n ORDER BY 1', 'VALUES (0, 0.09), (2, 0.35)', 'by hand');
SELECT results_eq('SELECT share, share_low, share_high, share_rate, share_rate_low, share_rate_high FROM two, waterbed_between(NULL, w, 1, 2)', 'SELECT share_count, share_count_low, share_count_high, share_rate, share_rate_low, share_rate_high FROM two, waterbed_share(w, ''{1}'')', 'with one partner only, shares and limits are those of waterbed_share');
SELECT ok(share_rate_low < share_rate AND share_rate < share_rate_high, 'which are an interval') FROM two, waterbed_between(NULL, w, 1, 2);
SELECT ok((s).share_rate IS NULL AND (s).note LIKE '%share_rate: the share of x did not fall' AND waterbed_sentence(s, 'B', 'A', 'x') LIKE 'B +13 on x; no fall that could have moved (the share did not fall); A -30,%', 'and where the share rose') FROM (SELECT waterbed_between(NULL, w, 2, 1) AS s FROM by_hand) AS t;
-- The planted city: 70 less in 1, of whom 41 are in 2; 9 arrivals from outside diverted from 1 to 2; 5 of the residents of 2.
CREATE TABLE planted AS
SELECT waterbed(o, d, x0, x1, n) FILTER (WHERE period = 0) AS before, waterbed(o, d, x0, x1, n) FILTER (WHERE period = 1) AS after
FROM (VALUES (0, 1::bigint, 1::bigint, true, true, 200::bigint), (0, 2, 2, true, true, 100), (0, -1, 1, NULL, true, 20), (0, -1, 2, NULL, true, 11), (0, -1, 0, NULL, true, 69), (0, 1, -1, true, false, 20), (0, 2, -1, true, false, 11),
	(1, 1, 1, true, true, 120), (1, 1, 2, true, true, 41), (1, 1, 1, true, false, 20), (1, 2, 2, true, true, 100), (1, 2, 2, false, true, 5), (1, -1, 1, NULL, true, 11), (1, -1, 2, NULL, true, 20), (1, -1, 0, NULL, true, 69), (1, 1, -1, true, false, 20), (1, 2, -1, true, false, 11)) AS v (period, o, d, x0, x1, n);
SELECT is(waterbed_sentence(waterbed_between(before, after, 1, 2), 'AAB', 'Oesterbo', 'unemployment'),
	'AAB -70 on unemployment; 41 of them the same persons now in Oesterbo (59 percent of the fall, 95 percent interval 45 to 74, persons taken as independent; of the fall in the share 0 percent, too little for limits); Oesterbo +55, of which 41 from AAB, 9 diverted arrivals (-1.1 to 19.1), 5 own residents, 0 other.', 'the sentence') FROM planted;

SELECT is_empty('SELECT city FROM city JOIN (SELECT city, period, count(*) FILTER (WHERE before IS NOT NULL) AS n, count(*) FILTER (WHERE before IN (5, 6)) AS k, count(*) FILTER (WHERE before IS NULL) AS u FROM person WHERE after IN (1, 2, 3) AND coalesce(before, 99) NOT IN (1, 2, 3, -3) GROUP BY 1, 2) AS e USING (city, period),
	waterbed_arrivals(w, ARRAY[1, 2, 3], ARRAY[5, 6]) AS a, wilson(k, n) AS l WHERE a.arrivals <> n OR a.from_origins <> k OR a.unknown <> u OR differ(a.share, k::float8 / n) OR differ(a.low, l.low) OR differ(a.high, l.high)', 'arrivals and where from');
SELECT is_empty('SELECT city FROM city JOIN (SELECT city, period, count(x1) FILTER (WHERE NOT s) AS n, sum(x1) FILTER (WHERE NOT s) AS x, count(x1) FILTER (WHERE s) AS m, sum(x1) FILTER (WHERE s) AS y FROM (SELECT *, before IN (1, 2, 3) AS s FROM person WHERE after IN (1, 2, 3) AND before <> -3) AS t GROUP BY 1, 2) AS e USING (city, period),
	waterbed_attachment(w, ARRAY[1, 2, 3]) AS a WHERE a.arrivals <> n OR a.residents <> m OR differ(a.arrivals_x, x) OR differ(a.residents_x, y) OR differ(a.difference, x / n - y / m) OR city % 3 <> 0 AND (differ(a.low, (newcombe(x, n, y, m)).low) OR differ(a.high, (newcombe(x, n, y, m)).high)) OR city % 3 = 0 AND a.low IS NOT NULL', 'arrivals against residents');

-- Compared with a period before.
SELECT is_empty('SELECT c.area FROM city AS b JOIN city AS a USING (city), waterbed_compare(b.w, a.w, 2, 1) AS c JOIN waterbed_areas(a.w) AS y USING (area) JOIN waterbed_areas(b.w) AS z USING (area) WHERE b.period = 0 AND a.period = 1 AND (differ(net_import_difference, y.net_import - z.net_import / 2)
	OR differ(change_after, stayers_after + net_import_after + outside_after + arrivals_change_after) OR differ(change_before, stayers_before + net_import_before + outside_before + arrivals_change_before))', 'the account against the period before');

-- Delivered flows ----------------------------------------------------------------

-- Cities of flags as deliveries, first whole, then with cells below 4 hidden.
CREATE TABLE delivery AS SELECT city, before, after, count(*) AS n, coalesce(sum(x0), 0) AS x0, coalesce(sum(x1), 0) AS x1 FROM known WHERE city % 3 = 2 AND period = 1 GROUP BY 1, 2, 3;
INSERT INTO delivery SELECT DISTINCT city, area, area, 0, 0, 0 FROM delivery, unnest(ARRAY[before, after]) AS area WHERE area >= 0;
CREATE TABLE whole AS SELECT city, b.* FROM (SELECT city, waterbed_bounds(before, after, n, x0, x1) AS b FROM delivery GROUP BY 1) AS s, unnest(b) AS b;
CREATE TABLE hidden AS SELECT city, b.* FROM (SELECT city, waterbed_bounds(before, after, n, CASE WHEN x0 >= 4 THEN x0 END, CASE WHEN x1 >= 4 THEN x1 END) AS b FROM delivery GROUP BY 1) AS s, unnest(b) AS b;
SELECT is_empty('SELECT * FROM whole AS b JOIN (SELECT city, a.* FROM city, waterbed_areas(w) AS a WHERE period = 1 AND city % 3 = 2) AS a USING (city, area) WHERE differ(net_import_low, net_import) OR differ(net_import_high, net_import) OR differ(b.left_city_low, left_city) OR differ(change_low, a.x1 - a.x0)
	OR differ(change_high, a.x1 - a.x0) OR differ(b.share_count_low, a.share_count) OR differ(b.share_count_high, a.share_count) OR b.hidden > 0', 'nothing hidden: the account');
SELECT is_empty('SELECT * FROM hidden AS h JOIN whole AS w USING (city, area) WHERE NOT w.net_import_low BETWEEN h.net_import_low AND h.net_import_high OR NOT w.change_low BETWEEN h.change_low AND h.change_high OR NOT coalesce(w.share_count_low BETWEEN h.share_count_low AND h.share_count_high, true)', 'hidden cells: the truth is within');
-- Sharp: the best of all fillings of one area's hidden cells.
CREATE TABLE filled AS
SELECT b, low, high
FROM (SELECT waterbed_bounds(o, d, n, x0, x1) AS b FROM (VALUES (1::bigint, 1::bigint, 50::bigint, 30::float8, 20::float8), (1, 2, 3, NULL, NULL), (1, 0, 10, 5, 4), (2, 1, 2, NULL, NULL), (-1, 1, 4, NULL, NULL), (1, -1, 8, 6, NULL)) AS v (o, d, n, x0, x1)) AS s,
	(SELECT min(e / d) AS low, max(e / d) AS high FROM generate_series(0, 3) AS out, generate_series(0, 2) AS back, generate_series(0, 2) AS came, generate_series(0, 4) AS entered,
		LATERAL (SELECT 5 + out - back AS e, 30.0 + 5 + 6 + out - 20 - came - entered AS d) AS f) AS t;
SELECT ok(abs((b[2]).share_count_low - low) < 1e-12 AND abs((b[2]).share_count_high - high) < 1e-12, 'bounds of the share are those of the extreme fillings') FROM filled;

SELECT * FROM finish();
ROLLBACK;
