-- Properties of the local statistics and of their permutations.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA association_local_test;
SET search_path = association_local_test, monitor, public;
SELECT plan(36);
SELECT setseed(0.25);

-- A map of 144 areas: a grid of queen neighbours with an island, ids far apart and out of order.
CREATE TABLE cell AS
SELECT (i * 12 + j) * 1000003::bigint - 7 AS id, i, j, random() + 0.1 * i AS x, random() - 0.05 * j AS y, random() < 0.3 AS has, random() < 0.4 AS other
FROM generate_series(0, 11) AS i, generate_series(0, 11) AS j;
CREATE TABLE link AS
SELECT a.id, b.id AS neighbor, 1 / (1 + abs(a.i - b.i) + abs(a.j - b.j))::float8 AS weight
FROM cell AS a LEFT JOIN cell AS b ON abs(a.i - b.i) <= 1 AND abs(a.j - b.j) <= 1 AND a.id <> b.id AND (a.i, a.j) <> (0, 0) AND (b.i, b.j) <> (0, 0);
CREATE TABLE w AS
SELECT weights_agg(id, neighbor) AS b, standardize(weights_agg(id, neighbor), 'W') AS r, weights_agg(id, neighbor, weight) AS u FROM link;
CREATE TABLE moment AS SELECT count(*)::float8 AS n, avg(x) AS mean, var_pop(x) AS m2, avg(y) AS mean_y, var_pop(y) AS m2_y FROM cell;

CREATE TABLE base AS
SELECT id, x, local_moran((SELECT u FROM w), id, x, 99) OVER () AS moran, local_bivariate_moran((SELECT u FROM w), id, x, y, 99) OVER () AS bivariate,
	local_geary((SELECT u FROM w), id, x, 99) OVER () AS geary, local_geary((SELECT r FROM w), id, ARRAY[x, y], 99) OVER () AS multivariate,
	local_g((SELECT u FROM w), id, x, false, 99) OVER () AS g, local_g((SELECT u FROM w), id, x, true, 99) OVER () AS gstar,
	local_join_count((SELECT b FROM w), id, has, 99) OVER () AS joins, local_bivariate_join_count((SELECT b FROM w), id, has, other, 99) OVER () AS bijoins,
	local_colocation((SELECT b FROM w), id, ARRAY[has, other], 99) OVER () AS both_, losh((SELECT u FROM w), id, x) OVER () AS losh,
	local_lee((SELECT r FROM w), id, x, y) OVER () AS lee, local_moran((SELECT b FROM w), id, x, 99, 3, 'geoda') OVER () AS geoda
FROM cell;

-- The statistics against their definitions.
SELECT ok(abs(sum((moran).statistic) - (SELECT sum(l.weight * (a.x - mean) * (b.x - mean)) / m2 FROM link AS l JOIN cell AS a USING (id) JOIN cell AS b ON b.id = neighbor, moment GROUP BY m2)) < 1e-9,
	'local Moran sums to S0 times Moran''s I') FROM base;
SELECT ok(abs(sum((local).statistic) - (SELECT s0 * (m).statistic * (m).n_used / ((m).n_used - (m).n_islands) FROM (SELECT s0, moran(u, id, x) AS m FROM w, cell, weights_summary(u) GROUP BY s0) AS g)) < 1e-9, 'which the aggregate has for the areas with neighbours')
FROM (SELECT local_moran((SELECT u FROM w), id, x) OVER () AS local FROM cell) AS s;
SELECT ok(max(abs((bivariate).statistic - c.s)) < 1e-12, 'bivariate Moran') FROM base JOIN (
	SELECT l.id, sum(l.weight * (a.x - mean) * (b.y - mean_y)) / sqrt(m2 * m2_y) AS s FROM link AS l JOIN cell AS a USING (id) JOIN cell AS b ON b.id = neighbor, moment GROUP BY l.id, m2, m2_y) AS c USING (id);
SELECT ok(max(abs((geary).statistic - c.s)) < 1e-12, 'local Geary') FROM base JOIN (
	SELECT l.id, sum(l.weight * (a.x - b.x) ^ 2) / (m2 * n / (n - 1)) AS s FROM link AS l JOIN cell AS a USING (id) JOIN cell AS b ON b.id = neighbor, moment GROUP BY l.id, m2, n) AS c USING (id);
SELECT ok(max(abs((multivariate).statistic - ((a).statistic + (b).statistic) / 2)) < 1e-12, 'of several variables it is the mean')
FROM (SELECT id, local_geary((SELECT r FROM w), id, x) OVER () AS a, local_geary((SELECT r FROM w), id, y) OVER () AS b FROM cell) AS s JOIN base USING (id);
SELECT is_empty($$SELECT id FROM (SELECT id, local_geary((SELECT r FROM w), id, x, 99) OVER () AS a, local_geary((SELECT r FROM w), id, ARRAY[x, x, x], 99) OVER () AS b FROM cell) AS s
	WHERE (a).p_directed IS DISTINCT FROM (b).p_directed OR abs((a).statistic - (b).statistic) > 1e-12$$, 'of one variable three times it is that of the one, drawn areas and all');
SELECT ok(max(abs((lee).statistic - (lee).lag_z * (a).lag_z)) < 1e-12, 'local Lee is the product of the lags')
FROM (SELECT id, local_moran((SELECT r FROM w), id, x) OVER () AS a FROM cell) AS s JOIN base USING (id);
SELECT ok(abs(avg((local).statistic) - (SELECT (lee(r, id, x, y)).statistic FROM w, cell WHERE (i, j) <> (0, 0))) < 1e-9, 'whose mean is the global one')
FROM (SELECT local_lee((SELECT r FROM w), id, x, y) OVER () AS local FROM cell WHERE (i, j) <> (0, 0)) AS s;
SELECT is_empty($$SELECT id FROM base JOIN (SELECT a.id, coalesce(sum(CASE WHEN a.has AND b.has THEN 1 ELSE 0 END), 0) AS s, coalesce(sum(CASE WHEN a.has AND NOT a.other AND b.other AND NOT b.has THEN 1 ELSE 0 END), 0) AS t,
		coalesce(sum(CASE WHEN a.has AND a.other AND b.has AND b.other THEN 1 ELSE 0 END), 0) AS u
		FROM link AS l JOIN cell AS a USING (id) JOIN cell AS b ON b.id = neighbor GROUP BY a.id) AS c USING (id) WHERE ((joins).statistic, (bijoins).statistic, (both_).statistic) IS DISTINCT FROM (s::float8, t::float8, u::float8)$$, 'join counts');

-- Nothing depends on the order of rows, on the scale, or on other partitions.
CREATE VIEW as_usual AS SELECT id, moran, bivariate, geary, multivariate, g, gstar, joins, bijoins, both_, losh, lee, geoda FROM base;
CREATE FUNCTION statistics(a float8, b float8, ordering text) RETURNS SETOF as_usual LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT id, local_moran((SELECT u FROM w), id, x, 99) OVER (), local_bivariate_moran((SELECT u FROM w), id, x, y, 99) OVER (),
	local_geary((SELECT u FROM w), id, x, 99) OVER (), local_geary((SELECT r FROM w), id, ARRAY[x, y], 99) OVER (), local_g((SELECT u FROM w), id, x, false, 99) OVER (),
	local_g((SELECT u FROM w), id, x, true, 99) OVER (), local_join_count((SELECT b FROM w), id, has, 99) OVER (), local_bivariate_join_count((SELECT b FROM w), id, has, other, 99) OVER (),
	local_colocation((SELECT b FROM w), id, ARRAY[has, other], 99) OVER (), losh((SELECT u FROM w), id, x) OVER (), local_lee((SELECT r FROM w), id, x, y) OVER (),
	local_moran((SELECT b FROM w), id, x, 99, 3, ''geoda'') OVER () FROM (SELECT id, %s + %s * x AS x, y, has, other FROM cell ORDER BY %s) AS s', a, b, ordering);
END
$$;
SELECT results_eq($$SELECT * FROM statistics(0, 1, 'md5(id::text)') ORDER BY id$$, $$SELECT * FROM as_usual ORDER BY id$$, 'any order of rows gives the same bits');
SELECT results_eq($$SELECT id, (moran).p_directed, (geary).p_directed, (g).p_directed, (bivariate).p_directed FROM statistics(0, 4, 'id') ORDER BY id$$,
	$$SELECT id, (moran).p_directed, (geary).p_directed, (g).p_directed, (bivariate).p_directed FROM as_usual ORDER BY id$$, 'in other units the permutations are the same');
SELECT ok(max(abs((s.moran).statistic - (u.moran).statistic)) < 1e-9 AND max(abs((s.geary).statistic - (u.geary).statistic)) < 1e-9 AND max(abs((s.g).z - (u.g).z)) < 1e-9 AND max(abs((s.gstar).z - (u.gstar).z)) < 1e-9
	AND max(abs((s.losh).statistic - (u.losh).statistic)) < 1e-9 AND max(abs((s.moran).p_directed - (u.moran).p_directed)) = 0, 'statistics stay under a shift and a change of units')
FROM statistics(100, 0.5, 'id') AS s JOIN as_usual AS u USING (id);
SELECT ok(max(abs((s.moran).statistic - (u.moran).statistic)) < 1e-12 AND max(abs((s.g).z + (u.g).z)) < 1e-9 AND max(abs((s.moran).p_directed - (u.moran).p_directed)) = 0, 'of -x: Moran the same, G''s z of the other sign')
FROM statistics(0, -1, 'id') AS s JOIN as_usual AS u USING (id);
SELECT results_eq($$SELECT id, local_moran((SELECT u FROM w), id, x, 99) OVER (PARTITION BY k) FROM cell, generate_series(1, 3) AS k ORDER BY id, k$$, $$SELECT id, moran FROM base, generate_series(1, 3) AS k ORDER BY id, k$$, 'a partition does not see others');
SELECT results_eq($$SELECT (local_moran((SELECT weights_agg(id * 2, neighbor * 2, weight) FROM link), id * 2, x) OVER ()) FROM cell ORDER BY id$$, $$SELECT local_moran((SELECT u FROM w), id, x) OVER () FROM cell ORDER BY id$$, 'other ids in the same order change nothing but the draws');
SELECT results_eq($$SELECT (local_moran((SELECT u FROM w), id, x, 50) OVER ()).p_directed * 51 <= (local_moran((SELECT u FROM w), id, x, 99) OVER ()).p_directed * 100 + 1e-9 AS ok FROM cell WHERE (i, j) <> (0, 0)$$, $$SELECT true FROM generate_series(2, 144)$$, 'more permutations go on from fewer');
SELECT ok(abs(max((g).z - (b).z)) < 1e-9, 'z of G is that of row-standardised weights') FROM (SELECT local_g((SELECT b FROM w), id, x) OVER () AS g, local_g((SELECT r FROM w), id, x) OVER () AS b FROM cell) AS s;

-- Unknown values are as if the area were not there.
CREATE TABLE without AS
SELECT c.id, s.m AS absent, a.m AS unknown FROM (SELECT id, local_moran((SELECT r FROM w), id, CASE WHEN j = 5 THEN NULL ELSE x END) OVER () AS m FROM cell) AS a JOIN cell AS c USING (id)
	LEFT JOIN (SELECT id, local_moran((SELECT standardize(weights_agg(l.id, n.id), 'W') FROM link AS l JOIN cell AS a USING (id) LEFT JOIN cell AS n ON n.id = neighbor AND n.j <> 5 WHERE a.j <> 5), id, x) OVER () AS m FROM cell WHERE j <> 5) AS s USING (id);
SELECT is(count(*) FILTER (WHERE unknown IS NULL AND absent IS NULL), 12::bigint, 'areas that are not known') FROM without;
SELECT is_empty($$SELECT * FROM without WHERE ((absent).neighbors, (absent).island, (absent).quadrant) IS DISTINCT FROM ((unknown).neighbors, (unknown).island, (unknown).quadrant) OR abs((absent).statistic - (unknown).statistic) > 1e-12 OR abs((absent).z - (unknown).z) > 1e-12$$,
	'others are as on a map without them');

-- Draws -----------------------------------------------------------------------

-- p of the smaller tail against exact ones: all arrangements, hypergeometric, and drawn.
CREATE TABLE ring AS SELECT i::bigint AS id, exp(random() * 2) AS x, random() < 0.35 AS has FROM generate_series(1, 30) AS i;
CREATE TABLE ring_w AS SELECT weights_agg(i, (i + d + 29) % 30 + 1) AS four, weights_agg(i, (i + d + 29) % 30 + 1) FILTER (WHERE abs(d) = 1) AS two,
	weights_agg(i, (i + d + 29) % 30 + 1, 1 + (d + 2) / 10.0) AS unequal
FROM generate_series(1, 30) AS i, (VALUES (-2), (-1), (1), (2)) AS d(d);
-- by hand: every pair of two neighbours
SELECT ok(max(abs(p - least(ge, le))) < 1e-15, 'two neighbours: p counts all pairs of the others')
FROM (SELECT r.id, (r.m).p_directed AS p, avg((b.x + c.x >= r.lag - 1e-9)::int::float8) AS ge, avg((b.x + c.x <= r.lag + 1e-9)::int::float8) AS le
	FROM (SELECT id, x, local_moran((SELECT two FROM ring_w), id, x, 1) OVER () AS m, spatial_lag((SELECT two FROM ring_w), id, x) OVER () AS lag FROM ring) AS r
	JOIN ring AS b ON b.id <> r.id JOIN ring AS c ON c.id > b.id AND c.id <> r.id GROUP BY r.id, r.m) AS s;
SELECT ok(max(abs((m).p_directed - least(ge, le))) < 1e-15, 'of unequal weights it counts all orders')
FROM (SELECT r.id, r.m, avg((2 * b.x + 3 * c.x >= r.lag - 1e-9)::int::float8) AS ge, avg((2 * b.x + 3 * c.x <= r.lag + 1e-9)::int::float8) AS le
	FROM (SELECT id, local_moran(w, id, x, 1) OVER () AS m, spatial_lag(w, id, x) OVER () AS lag FROM ring,
		(SELECT weights_agg(i, (i + d + 29) % 30 + 1, CASE WHEN ((i + d + 29) % 30 < (i - d + 29) % 30) THEN 2 ELSE 3 END) AS w FROM generate_series(1, 30) AS i, (VALUES (-1), (1)) AS d(d)) AS w) AS r
	JOIN ring AS b ON b.id <> r.id JOIN ring AS c ON c.id <> b.id AND c.id <> r.id GROUP BY r.id, r.m) AS s;
-- Join counts have an exact p of their own: P(count or more), and P(count or less) with the rest.
CREATE FUNCTION choose(n int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN (SELECT CASE WHEN k < 0 OR k > n THEN 0 ELSE coalesce(round(exp(sum(ln(greatest(n - k + i, 1)::float8 / i)))), 1) END FROM generate_series(1, k) AS i);
CREATE FUNCTION exact_tail(total int, marked int, drawn int, count int) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (SELECT least(sum(m) FILTER (WHERE k >= count), sum(m) FILTER (WHERE k <= count)) FROM (SELECT k, choose(marked, k) * choose(total - marked, drawn - k) / choose(total, drawn) AS m FROM generate_series(0, drawn) AS k) AS s);
SELECT ok(max(abs((j).p_directed - exact_tail(29, marked, 4, (j).statistic::int))) < 1e-9, 'four neighbours: p is the hypergeometric one')
FROM (SELECT has, local_join_count((SELECT four FROM ring_w), id, has, 9) OVER () AS j, (SELECT count(*)::int - 1 FROM ring WHERE has) AS marked FROM ring) AS s WHERE has;

-- Drawn: among few and many areas, with few and many neighbours; five standard errors.
CREATE TABLE design (areas int, neighbors int, permutations int);
INSERT INTO design VALUES (30, 8, 50000), (40, 39, 99), (60, 36, 20000), (300, 5, 50000), (300, 16, 20000), (300, 18, 20000), (2000, 8, 50000), (2000, 30, 10000);
CREATE TABLE drawn AS
SELECT d.*, s.id, s.j, exact_tail(areas - 1, areas / 5 - 1, neighbors, (s.j).statistic::int) AS exact
FROM design AS d, LATERAL (SELECT weights_agg(id, neighbor) AS w FROM (
		SELECT c AS id, (c + k - 1) % areas + 1 AS neighbor FROM (VALUES (1), (areas / 10), (areas / 5)) AS centre(c), generate_series(1, neighbors) AS k
		UNION ALL SELECT i, NULL FROM generate_series(1, areas) AS i WHERE i NOT IN (1, areas / 10, areas / 5)) AS l) AS w,
	LATERAL (SELECT i AS id, local_join_count(w.w, i, i <= areas / 5, permutations) OVER () AS j FROM generate_series(1, areas) AS i) AS s
WHERE NOT (s.j).island;
SELECT is_empty($$SELECT areas, neighbors, id, (j).statistic, (j).p_directed, exact FROM drawn WHERE abs((j).p_directed - exact) > 5 * sqrt(exact * (1 - exact) / permutations) + 2.0 / permutations$$, 'drawn p are near the exact ones');
SELECT is(count(*), 24::bigint, 'of all designs') FROM drawn;
SELECT ok(bool_and((j).p_directed = 1), 'all the others as neighbours: p is 1') FROM drawn WHERE neighbors = areas - 1;

-- Every area is drawn alike: one marked area is among 8 drawn of 199 in 8/199 of the draws, wherever it stands.
SELECT ok(bool_and(abs(hits - 8 / 199.0) < 5 * sqrt(8 / 199.0 / 20000)), 'the first, the last and any other area are drawn as often') FROM (
	SELECT mark, 1 - ((local_g((SELECT weights_agg(i, (i + k + 49) % 200 + 1) FROM generate_series(1, 200) AS i, generate_series(1, 8) AS k), i, (i = mark)::int, false, 20000, 5) OVER (PARTITION BY mark)).p_directed * 20001 - 1) / 20000 AS hits, i
	FROM (VALUES (2), (3), (100), (199), (200)) AS m(mark), generate_series(1, 200) AS i) AS s WHERE i = 1;
-- Ties count in both tails: the smaller tail never counts less than half of all.
SELECT ok(bool_and((m).p_directed = 1 AND (m).p_permutation = 1), 'an area at the mean ties with every draw') FROM (
	SELECT i, local_moran((SELECT weights_agg(i, i % 49 + 1) FROM generate_series(1, 49) AS i), i, i - 25, 99) OVER () AS m FROM generate_series(1, 49) AS i) AS s WHERE (m).z_value = 0;
SELECT ok(min((m).p_directed) > 0 AND max((m).p_directed) <= 1 AND bool_and((m).p_permutation = least(1, 2 * (m).p_directed)), 'p is in (0, 1], two-sided twice the smaller tail') FROM (SELECT (moran) AS m FROM base WHERE NOT (moran).island) AS s;

-- Fields without autocorrelation: p is uniform. 600 fields, one area each; Kolmogorov's distance at 1 in 10,000.
CREATE TABLE field AS
SELECT f, id, local_moran((SELECT r FROM w), id, random_x, 199, f) OVER (PARTITION BY f) AS m, local_geary((SELECT u FROM w), id, random_x, 199, f) OVER (PARTITION BY f) AS c
FROM (SELECT f, id, random() AS random_x FROM generate_series(1, 600) AS f, cell) AS s;
SELECT ok(max(abs(two_tails - place)) < 2.23 / sqrt(600), 'p of Moran by permutation is uniform without autocorrelation') FROM (
	SELECT least(1, 2 * (m).p_directed) AS two_tails, (row_number() OVER (ORDER BY (m).p_directed) - 0.5) / 600 AS place FROM field WHERE id = (SELECT id FROM cell WHERE (i, j) = (5, 5))) AS s;
SELECT ok(max(abs(two_tails - place)) < 2.23 / sqrt(600), 'and of Geary with unequal weights') FROM (
	SELECT least(1, 2 * (c).p_directed) AS two_tails, (row_number() OVER (ORDER BY (c).p_directed) - 0.5) / 600 AS place FROM field WHERE id = (SELECT id FROM cell WHERE (i, j) = (5, 5))) AS s;
SELECT ok(abs(avg((m).z)) < 5 / sqrt(600) AND abs(stddev((m).z) - 1) < 0.2, 'z of Moran has mean 0 and variance 1') FROM field WHERE id = (SELECT id FROM cell WHERE (i, j) = (5, 5));
SELECT ok(abs(avg((c).z)) < 5 / sqrt(600) AND abs(stddev((c).z) - 1) < 0.2, 'as has that of Geary') FROM field WHERE id = (SELECT id FROM cell WHERE (i, j) = (5, 5));

-- One w for all rows is fetched once; a call site with a column of a table as well.
CREATE TABLE large AS SELECT weights_agg(i, (i * 31) % 100000 + 1, 0.5 + i) AS w FROM generate_series(1, 100000) AS i;
SELECT ok(pg_column_size(w) > 100000, 'weights out of line') FROM large;
CREATE FUNCTION fetched(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint := detoast_count();
BEGIN
	EXECUTE query;
	RETURN detoast_count() - before;
END
$$;
SELECT is(fetched($$SELECT count(l) FROM (SELECT spatial_lag(w, i, i) OVER () AS l FROM large, generate_series(1, 100000) AS i) AS s$$), 1::bigint, 'a column of a table is fetched once');
SELECT is(fetched($$SELECT count(l) FROM (SELECT spatial_lag((SELECT w FROM large), i, i) OVER () AS l FROM generate_series(1, 100000) AS i) AS s$$), 1::bigint, 'a subquery once');
SELECT is(fetched($$SELECT count(l) FROM (SELECT spatial_lag(w, i, i) OVER (PARTITION BY k) AS l FROM large, generate_series(1, 2000) AS i, generate_series(1, 5) AS k) AS s$$), 1::bigint, 'once for all partitions');

SELECT * FROM finish();
ROLLBACK;
