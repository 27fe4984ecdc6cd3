-- Which part of an area's account changed: against the same in plain SQL, and over draws
-- of cities in which nothing or something known changed.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA relocation_changes_test;
SET search_path = relocation_changes_test, monitor, public;
SELECT plan(21);
SELECT setseed(0.5);

-- Cities of 30 areas and the rest of the city, two periods of persons in households of two who move together.
-- Areas differ for good in the share with x (0.1 to 0.5) and in how many come from outside.
CREATE FUNCTION draw_city(seed float8) RETURNS TABLE (period int, before bigint, after bigint, x0 float8, x1 float8) LANGUAGE sql AS $$
	SELECT setseed(seed);
	WITH area AS MATERIALIZED (SELECT area, 0.1 + 0.4 * random() AS share, 0.04 + 0.04 * random() AS coming FROM generate_series(0, 30) AS area),
	household AS MATERIALIZED (SELECT a.*, period, h, random() AS move, CASE WHEN random() < 0.3 THEN 0 ELSE 1 + floor(random() * 30) END::bigint AS wanted
		FROM area AS a, generate_series(0, 1) AS period, LATERAL generate_series(1, CASE a.area WHEN 0 THEN 900 ELSE 120 END) AS h)
	SELECT h.period, CASE WHEN h.move > 0.94 THEN -1 ELSE h.area END, CASE WHEN h.move < 0.1 THEN h.wanted WHEN h.move < 0.12 THEN -1 ELSE h.area END,
		CASE WHEN h.move <= 0.94 THEN (p.u < h.share)::int END::float8, CASE WHEN h.move < 0.1 OR h.move >= 0.12 THEN (CASE WHEN p.v < 0.15 THEN p.w < h.share ELSE p.u < h.share END)::int END::float8
	FROM household AS h, LATERAL (SELECT random() AS u, random() AS v, random() AS w, h.h + n AS k FROM generate_series(1, 2) AS n) AS p
$$;
CREATE TABLE person AS SELECT city, d.* FROM generate_series(1, 100) AS city, LATERAL draw_city(city / 1000.0) AS d;
CREATE TABLE city AS SELECT city, waterbed(before, after, x0, x1, true, true) FILTER (WHERE period = 0) AS b,
	waterbed(before, after, x0, x1, true, true) FILTER (WHERE period = 1) AS a FROM person GROUP BY city;
CREATE TABLE change AS SELECT city, c.* FROM city, waterbed_changes(b, a) AS c;

-- The same in plain SQL, for ten cities --------------------------------------------

CREATE TABLE sample AS
WITH known AS (SELECT * FROM person WHERE city <= 10), place AS (
	SELECT city, period, before AS area, 'stayers' AS sample, x1 - x0 AS x FROM known WHERE before = after AND before >= 0
	UNION ALL SELECT city, period, before, CASE WHEN after >= 0 AND after <> before THEN 'leavers' ELSE 'others' END, x0 FROM known WHERE before >= 0
	UNION ALL SELECT city, period, before, 'residents', x0 FROM known WHERE before >= 0
	UNION ALL SELECT city, period, after, 'arrivals', x1 FROM known WHERE after >= 0 AND before <> after)
SELECT city, period, area, sample, count(*)::float8 AS n, avg(x) AS mean, coalesce(var_pop(x) * count(*), 0) AS squares FROM place GROUP BY 1, 2, 3, 4;
CREATE TABLE pool AS SELECT city, period, sample, sum(squares) / sum(n - 1) AS pooled FROM sample GROUP BY 1, 2, 3;
CREATE TABLE mean AS SELECT s.*, (squares + CASE sample WHEN 'residents' THEN (SELECT pooled FROM pool AS o WHERE (o.city, o.period, o.sample) = (p.city, p.period, 'others')) ELSE pooled END) / (n * n) AS variance
	FROM sample AS s JOIN pool AS p USING (city, period, sample);
CREATE TABLE rate AS
SELECT city, period, area, 'stayers' AS component, n, mean AS value, variance FROM mean WHERE sample = 'stayers'
UNION ALL SELECT city, period, area, 'departures', l.n, l.mean - o.mean, l.variance + o.variance FROM mean AS l JOIN mean AS o USING (city, period, area) WHERE (l.sample, o.sample) = ('leavers', 'others')
UNION ALL SELECT city, period, area, 'arrivals', l.n, l.mean - o.mean, l.variance + o.variance FROM mean AS l JOIN mean AS o USING (city, period, area) WHERE (l.sample, o.sample) = ('arrivals', 'residents')
UNION ALL SELECT city, period, area, 'size', i + o, (i - o) / r.n, (i + o) / (r.n * r.n) FROM (
	SELECT city, period, area, count(*) FILTER (WHERE comes)::float8 AS i, count(*) FILTER (WHERE NOT comes)::float8 AS o FROM (
		SELECT city, period, before AS area, false AS comes FROM person WHERE before >= 0 AND after >= 0 AND before <> after
		UNION ALL SELECT city, period, after, true FROM person WHERE before >= 0 AND after >= 0 AND before <> after) AS m GROUP BY 1, 2, 3) AS m
	JOIN mean AS r USING (city, period, area) WHERE r.sample = 'residents';
CREATE TABLE expected AS
WITH tau AS (
	SELECT city, component, greatest(sum((value - m) ^ 2 / variance) - (count(*) - 1), 0) / (sum(1 / variance) - sum(1 / variance ^ 2) / sum(1 / variance)) AS tau2
	FROM (SELECT r.*, sum(value / variance) OVER w / sum(1 / variance) OVER w AS m FROM rate AS r WHERE area > 0 AND period = 0 WINDOW w AS (PARTITION BY city, component)) AS q GROUP BY 1, 2
), pair AS (
	SELECT city, area, component, b.value AS vb, b.variance AS sb, a.value AS va, a.variance AS sa, tau2, tau2 / (tau2 + b.variance) AS lasts
	FROM rate AS a JOIN rate AS b USING (city, area, component) JOIN tau USING (city, component) WHERE a.period = 1 AND b.period = 0
), centre AS (
	SELECT p.*, c.* FROM pair AS p, LATERAL (SELECT sum(o.vb / (o.sb + tau2)) / sum(1 / (o.sb + tau2)) AS cb, 1 / sum(1 / (o.sb + tau2)) AS cvb,
		sum(o.va / (o.sa + tau2)) / sum(1 / (o.sa + tau2)) AS ca, 1 / sum(1 / (o.sa + tau2)) AS cva
		FROM pair AS o WHERE (o.city, o.component) = (p.city, p.component) AND o.area <> p.area AND o.area > 0) AS c
), z AS (
	SELECT *, ca + lasts * (vb - cb) AS expected, sa + cva + lasts * sb + CASE WHEN lasts > 0 THEN lasts ^ 2 * cvb ELSE 0 END AS variance FROM centre
)
SELECT z.*, va - expected AS difference, greatest((SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(o.va - o.expected) / sqrt(o.variance)) / 0.67448975019608171
	FROM z AS o WHERE (o.city, o.component) = (z.city, z.component) AND o.area > 0) ^ 2, 1) AS overdispersion FROM z;

CREATE FUNCTION near(a float8, b float8) RETURNS bool LANGUAGE sql IMMUTABLE RETURN abs(a - b) <= 1e-9 * greatest(abs(a), abs(b), 1e-3);
SELECT is(count(*), 1240::bigint, 'every component of every area is compared') FROM expected JOIN change USING (city, area, component);
SELECT is_empty($$SELECT * FROM expected AS e JOIN change AS c USING (city, area, component) WHERE NOT near(e.vb, c.before) OR NOT near(e.va, c.after)$$, 'figures before and after');
SELECT is_empty($$SELECT * FROM expected AS e JOIN change AS c USING (city, area, component) WHERE NOT near(e.expected, c.expected) OR NOT near(e.difference, c.difference)$$, 'expectation and difference');
SELECT is_empty($$SELECT * FROM expected AS e JOIN change AS c USING (city, area, component) WHERE NOT near(e.overdispersion, c.overdispersion) OR NOT near(sqrt(e.variance * e.overdispersion), c.se)$$, 'overdispersion and error');
SELECT is_empty($$SELECT * FROM change WHERE NOT near(low + high, 2 * difference) OR NOT near((high - low) / 2, 1.959963984540054 * se) OR p NOT BETWEEN 0 AND p_adjusted$$, 'limits and p');
SELECT is_empty($$SELECT * FROM (SELECT p_adjusted, adjust_p(p, 'holm') OVER (PARTITION BY city, area) AS holm FROM change) AS h WHERE p_adjusted <> holm$$, 'Holm by area');
SELECT cmp_ok(count(DISTINCT (city, component)), '>', 20::bigint, 'areas differ for good in some, which is used') FROM expected WHERE lasts > 0;

-- The sums it is all made of.
SELECT set_eq('SELECT city, p.origin, p.destination, p.persons, p.known_before, p.known_after, p.with_x, p.x_before, p.x_after, p.squares_before, p.squares_after, p.products FROM city, waterbed_pairs(a) AS p WHERE city <= 10',
	'SELECT city, before AS origin, after AS destination, count(*) AS persons, count(x0) AS known_before, count(x1) AS known_after, count(*) FILTER (WHERE x0 <> 0) AS with_x, coalesce(sum(x0), 0) AS x_before, coalesce(sum(x1), 0) AS x_after, coalesce(sum(x0 * x0), 0) AS squares_before, coalesce(sum(x1 * x1), 0) AS squares_after, coalesce(sum(x0 * x1), 0) AS products FROM person WHERE city <= 10 AND period = 1 GROUP BY 1, 2, 3', 'sums of pairs');

-- Properties -----------------------------------------------------------------------

CREATE TABLE tripled AS SELECT c.* FROM (SELECT waterbed(before, after, 3 * x0, 3 * x1, true, true) FILTER (WHERE period = 0) AS b,
	waterbed(before, after, 3 * x0, 3 * x1, true, true) FILTER (WHERE period = 1) AS a FROM person WHERE city = 3) AS w, waterbed_changes(b, a) AS c;
SELECT is_empty($$SELECT * FROM tripled AS t JOIN change AS c USING (area, component) WHERE c.city = 3 AND (NOT near(t.p, c.p) OR NOT near(t.difference, CASE component WHEN 'size' THEN 1 ELSE 3 END * c.difference))$$,
	'x in other units: the same answers');
SELECT is_empty($$SELECT * FROM city JOIN change AS c USING (city), waterbed_changes(b, a, ARRAY(SELECT generate_series(1, 30))) AS g WHERE city = 4 AND (g.area, g.component) = (c.area, c.component) AND g IS DISTINCT FROM
	(SELECT ROW(c.area, c.component, c.n_before, c.n_after, c.before, c.after, c.expected, c.difference, c.se, c.low, c.high, c.overdispersion, c.p, c.p_adjusted, c.note)::waterbed_change)$$, 'all areas as controls: the default');
SELECT is_empty($$SELECT * FROM city, waterbed_changes(b, a, NULL, 5, 5) AS y JOIN change AS c USING (area, component) WHERE c.city = 5 AND city.city = 5 AND component IN ('stayers', 'size') AND (NOT near(5 * y.difference, c.difference) OR NOT near(y.p, c.p))$$,
	'longer periods: figures a year, the same answers');
-- Two areas beside the one: difference in differences.
SELECT is_empty($$SELECT * FROM (SELECT f.*, g.before AS b1, g.after AS a1, h.before AS b2, h.after AS a2 FROM city, waterbed_changes(b, a, '{2,3}') AS f JOIN waterbed_changes((SELECT b FROM city WHERE city = 6), (SELECT a FROM city WHERE city = 6)) AS g ON (g.area, g.component) = (2, f.component)
	JOIN waterbed_changes((SELECT b FROM city WHERE city = 6), (SELECT a FROM city WHERE city = 6)) AS h ON (h.area, h.component) = (3, f.component) WHERE city = 6 AND f.area = 1) AS d
	WHERE NOT near(difference, (after - before) - ((a1 - b1) + (a2 - b2)) / 2) OR overdispersion <> 1$$, 'two controls: difference in differences');
SELECT is((SELECT count(*) FROM city, waterbed_changes(NULL, a) AS c WHERE city = 7 AND c.before IS NULL AND c.p IS NOT NULL AND note = 'without a period before'), 124::bigint, 'no period before: against the others alone');
SELECT is_empty($$SELECT * FROM city AS w, waterbed_changes(NULL, w.a) AS c, change AS f WHERE w.city = 7 AND (f.city, f.area, f.component) = (7, c.area, c.component) AND c.component = 'arrivals' AND c.se < f.se * 0.5$$, 'and no surer for it');

-- What it says over draws ----------------------------------------------------------

CREATE FUNCTION rate_of(what text) RETURNS float8 LANGUAGE sql RETURN (SELECT avg(called::int) FROM (SELECT min(p_adjusted) < 0.05 AS called FROM change WHERE area > 0 AND (what = 'area' OR component = what) GROUP BY city, area) AS c);
SELECT cmp_ok(rate_of('area'), '<', 0.06::float8, 'nothing changed: 3,000 areas are called changed in no more than 5 percent, but for the chance of the draws');
SELECT cmp_ok(avg((p < 0.05)::int), '<', 0.06::numeric, 'and of the components no more than 5 percent have p below 0.05, with households that move together') FROM change WHERE area > 0;
SELECT cmp_ok(avg((p < 0.05)::int), '>', 0.03::numeric, 'nor far fewer') FROM change WHERE area > 0;
SELECT cmp_ok((SELECT avg(overdispersion) FROM change WHERE area = 1 AND component = 'size'), '>', 1.4::float8, 'households that move together are seen in size');

-- In area 1 those with x find work, in area 2 those with x are sent away, in area 3 those who come are chosen.
CREATE TABLE planted AS SELECT city, period, before,
	CASE WHEN period = 1 AND before = 2 AND after = 2 AND x0 = 1 AND random() < 0.5 THEN 4 + floor(random() * 20)::bigint ELSE after END AS after, x0,
	CASE WHEN period = 1 AND after = 1 AND before = 1 AND random() < 0.5 THEN 0 WHEN period = 1 AND after = 3 AND before <> 3 AND random() < 0.9 THEN 0 ELSE x1 END AS x1
FROM person;
CREATE TABLE found AS SELECT city, c.* FROM (SELECT city, waterbed(before, after, x0, x1, true, true) FILTER (WHERE period = 0) AS b,
	waterbed(before, after, x0, x1, true, true) FILTER (WHERE period = 1) AS a FROM planted GROUP BY city) AS w, waterbed_changes(b, a) AS c;
SELECT cmp_ok(avg((p_adjusted < 0.05 AND difference < 0)::int), '>', 0.8::numeric, 'own change is found and named') FROM found WHERE (area, component) = (1, 'stayers');
SELECT cmp_ok(avg((p_adjusted < 0.05 AND difference > 0)::int), '>', 0.8::numeric, 'selective export is found and named') FROM found WHERE (area, component) = (2, 'departures');
SELECT cmp_ok(avg((p_adjusted < 0.05 AND difference < 0)::int), '>', 0.2::numeric, 'who comes is found more often than by chance, with 15 who come') FROM found WHERE (area, component) = (3, 'arrivals');
SELECT * FROM finish();
ROLLBACK;
