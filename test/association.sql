-- Properties of the global statistics of room association.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA association_test;
SET search_path = association_test, monitor, public;
SELECT plan(29);
SELECT setseed(0.25);
CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN abs(a - b) <= 1e-12 * greatest(1, abs(a), abs(b));

-- Against all 720 arrangements of 6 areas -------------------------------------

-- Weights that are not symmetric, with links of areas to themselves; and the same with an island.
CREATE TABLE small AS
SELECT 'all linked' AS name, weights_agg(i, j, (i * 7 + j * 13) % 5 / 3.0) AS w FROM generate_series(1, 6) AS i, generate_series(1, 6) AS j WHERE (i * 3 + j) % 4 <> 0
UNION ALL
SELECT 'an island', weights_agg(i, j, (i * 7 + j * 13) % 5 / 3.0) FROM generate_series(1, 6) AS i LEFT JOIN generate_series(1, 5) AS j ON i < 6 AND i <> j AND (i * 3 + j) % 4 <> 0;
CREATE TABLE datum AS SELECT * FROM (VALUES (1, 3, 2), (2, 1, 7), (3, 4, 1), (4, 1.5, 8), (5, 9, 2.8), (6, 2.6, 1.8)) AS v(id, x, y);
CREATE TABLE permutation AS
WITH RECURSIVE p AS (SELECT '{}'::int[] AS a UNION ALL SELECT a || i FROM p, generate_series(1, 6) AS i WHERE i <> ALL (a))
SELECT row_number() OVER (ORDER BY a) AS k, a FROM p WHERE cardinality(a) = 6;
-- The first permutation is the identity.
CREATE TABLE arranged AS
SELECT name, k, measure, r
FROM (SELECT name, k, moran(w, place, d.x, 1, 1) AS i, geary(w, place, d.x, 1, 1) AS c, getis_g(w, place, d.x, 1, 1) AS g, lee(w, place, d.x, d.y, 1, 1) AS l,
		bivariate_moran(w, place, stay.x, d.y, 1, 1) AS b, join_count(w, place, d.x > 2.9, 1, 1) AS bb, join_count_mixed(w, place, d.x > 2.9, 1, 1) AS bw
	FROM small CROSS JOIN permutation CROSS JOIN generate_series(1, 6) AS place JOIN datum AS d ON d.id = a[place] JOIN datum AS stay ON stay.id = place
	GROUP BY name, k) AS s,
	LATERAL (VALUES ('moran', i), ('geary', c), ('getis_g', g), ('lee', l), ('bivariate_moran', b), ('join_count', bb), ('join_count_mixed', bw)) AS m(measure, r);
CREATE TABLE moment AS
SELECT name, measure, count(*) AS arrangements, avg((r).statistic) AS mean, var_pop((r).statistic) AS variance,
	2.0 * least(count(*) FILTER (WHERE (r).statistic >= (f.r0).statistic - 1e-11), count(*) FILTER (WHERE (r).statistic <= (f.r0).statistic + 1e-11)) / count(*) AS p, f.r0 AS r
FROM arranged JOIN (SELECT name, measure, r AS r0 FROM arranged WHERE k = 1) AS f USING (name, measure) GROUP BY name, measure, f.r0;
SELECT is(count(*), 14::bigint, '7 measures, weights with and without an island') FROM moment WHERE arrangements = 720 AND variance > 1e-6;
-- With an island Moran's n is without it, and G leaves it out.
SELECT is_empty($$SELECT * FROM moment WHERE (name = 'all linked' OR measure NOT IN ('moran', 'getis_g')) AND NOT (near(mean, (r).expected) AND near(variance, (r).variance))$$,
	'expectation and variance are those of all arrangements, links of areas to themselves or not');
SELECT is_empty($$SELECT * FROM moment WHERE (name = 'all linked' OR measure <> 'getis_g') AND NOT near(least(1, p), (r).p_permutation)$$, 'p by permutation is that of all arrangements');
SELECT is(count(DISTINCT (r).p_permutation) > 4, true, 'and these p differ') FROM moment;
SELECT is_empty($$SELECT a.name, a.measure, a.r, b.r FROM moment AS a JOIN moment AS b USING (name, measure) WHERE (a.r).z IS NULL OR sign((a.r).z) <>
	sign((a.r).statistic - (a.r).expected) * CASE WHEN measure IN ('geary', 'join_count_mixed') THEN -1 ELSE 1 END$$, 'z is positive where like is beside like');

-- A field on a grid -----------------------------------------------------------

CREATE TABLE cell AS SELECT 100 * r + c AS id, r, c, random() + r / 10.0 AS x, random() * random() - c AS y, random() < 0.3 AS mark FROM generate_series(0, 11) AS r, generate_series(0, 9) AS c;
CREATE TABLE map AS
SELECT weights_agg(a.id, b.id) AS joined, weights_agg(a.id, b.id, 1.0 / n) AS standardized, weights_agg(a.id, b.id, 1.0 / n) FILTER (WHERE b.c >= a.c) AS leaning
FROM (SELECT a.*, (SELECT count(*) FROM cell AS b WHERE abs(a.r - b.r) + abs(a.c - b.c) = 1) AS n FROM cell AS a) AS a JOIN cell AS b ON abs(a.r - b.r) + abs(a.c - b.c) = 1;
CREATE VIEW result AS
SELECT moran(w, id, x, 99, 1) AS i, geary(w, id, x, 99, 1) AS c, getis_g(w, id, x, 99, 1) AS g, lee(w, id, x, y, 99, 1) AS l, bivariate_moran(w, id, x, y, 99, 1) AS b,
	join_count(w, id, mark, 99, 1) AS bb, join_count_mixed(w, id, mark, 99, 1) AS bw, eb_moran(w, id, x, x + c + 1, 99, 1) AS e
FROM cell, (SELECT leaning AS w FROM map OFFSET 0) AS m;
CREATE TABLE expected AS SELECT * FROM result;
SELECT results_eq('SELECT * FROM result', 'SELECT * FROM expected', 'the same twice');
CREATE TABLE shuffled AS SELECT * FROM cell ORDER BY random();
SELECT results_eq($$SELECT moran(w, id, x, 99, 1), geary(w, id, x, 99, 1), getis_g(w, id, x, 99, 1), lee(w, id, x, y, 99, 1), bivariate_moran(w, id, x, y, 99, 1),
	join_count(w, id, mark, 99, 1), join_count_mixed(w, id, mark, 99, 1), eb_moran(w, id, x, x + c + 1, 99, 1) FROM shuffled, (SELECT leaning AS w FROM map OFFSET 0) AS m$$,
	'SELECT * FROM expected', 'the order of rows changes no bit');
SELECT results_eq($$WITH m AS (SELECT weights_agg(id * 7 - 5000, neighbor * 7 - 5000, weight) AS w FROM map, links(leaning))
	SELECT moran(w, id * 7 - 5000, x, 99, 1), geary(w, id * 7 - 5000, x, 99, 1), getis_g(w, id * 7 - 5000, x, 99, 1), lee(w, id * 7 - 5000, x, y, 99, 1), bivariate_moran(w, id * 7 - 5000, x, y, 99, 1),
	join_count(w, id * 7 - 5000, mark, 99, 1), join_count_mixed(w, id * 7 - 5000, mark, 99, 1), eb_moran(w, id * 7 - 5000, x, x + c + 1, 99, 1) FROM cell, m$$,
	'SELECT * FROM expected', 'other ids in the same order change no bit');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT results_eq('SELECT * FROM result', 'SELECT * FROM expected', 'nor do parallel plans');
SELECT isnt((a).p_permutation, (b).p_permutation, 'another seed, another draw')
FROM (SELECT moran(leaning, id, y, 999, 1) AS a, moran(leaning, id, y, 999, 2) AS b FROM (SELECT id, x, random() AS y FROM cell) AS s, map) AS s;

CREATE TABLE whole AS SELECT moran(standardized, id, x) AS i, geary(standardized, id, x) AS c, getis_g(standardized, id, x) AS g, lee(standardized, id, x, y) AS l, bivariate_moran(standardized, id, x, y) AS b FROM cell, map;
SELECT ok(near((i).statistic, (s.i2).statistic) AND near((i).variance, (s.i2).variance) AND near((c).statistic, (s.c2).statistic) AND near((c).variance, (s.c2).variance)
	AND near((l).statistic, -(s.l2).statistic) AND near((l).expected, -(s.l2).expected) AND near((l).variance, (s.l2).variance)
	AND near((b).statistic, -(s.b2).statistic) AND near((b).variance, (s.b2).variance) AND near((g).statistic, (s.g2).statistic) AND near((g).z, (s.g2).z), 'another unit and origin of the values')
FROM whole, (SELECT moran(standardized, id, x * 1e150 - 3e150) AS i2, geary(standardized, id, x * -1e-160) AS c2, getis_g(standardized, id, x * 1e300) AS g2, lee(standardized, id, 2 - 3 * x, y * 1e200) AS l2,
	bivariate_moran(standardized, id, 7 * x, 1 - y) AS b2 FROM cell, map) AS s;
SELECT ok(near((i).statistic, (s.i2).statistic) AND near((i).z, (s.i2).z) AND near((i).z_normal, (s.i2).z_normal) AND near((c).statistic, (s.c2).statistic) AND near((c).z, (s.c2).z) AND near((c).z_normal, (s.c2).z_normal)
	AND near((g).z, (s.g2).z) AND near((l).statistic, (s.l2).statistic) AND near((l).z, (s.l2).z) AND near((b).statistic, (s.b2).statistic) AND near((b).z, (s.b2).z), 'another unit of the weights')
FROM whole, (SELECT moran(w, id, x) AS i2, geary(w, id, x) AS c2, getis_g(w, id, x) AS g2, lee(w, id, x, y) AS l2, bivariate_moran(w, id, x, y) AS b2
	FROM cell, (SELECT weights_agg(id, neighbor, weight * 1e-20) AS w FROM map, links(standardized)) AS m) AS s;

-- A chessboard, a complete graph, an identity.
SELECT ok(near((moran(joined, id, (r + c) % 2)).statistic, -1) AND near((moran(standardized, id, (r + c) % 2)).statistic, -1), 'Moran''s I of a chessboard is -1') FROM cell, map;
SELECT ok(bool_and(near((a).statistic, -1.0 / 7) AND (a).variance = 0 AND (a).variance_normal = 0 AND (a).z IS NULL AND (a).p IS NULL AND (a).p_permutation = 1 AND near((b).statistic, 1) AND (b).variance = 0
	AND (b).p_permutation = 1), 'where all are neighbours every arrangement is as good: no z, p 1')
FROM (SELECT moran(w, id, x, 1, 1) AS a, geary(w, id, x, 1, 1) AS b FROM (SELECT weights_agg(i, j, 0.3) AS w FROM generate_series(1, 8) AS i, generate_series(1, 8) AS j WHERE i <> j) AS m,
	(SELECT id, random() AS x FROM generate_series(1, 8) AS id) AS d) AS s;
SELECT ok(near((lee(w, id, x, y)).statistic, corr(x, y)) AND near((bivariate_moran(w, id, x, y)).statistic, corr(x, y)) AND near((moran(w, id, x)).statistic, 1), 'each area its own neighbour: Lee''s L is Pearson''s r')
FROM cell, (SELECT weights_agg(id, id) AS w FROM cell) AS m;
SELECT ok(near((lee(leaning, id, x, y)).statistic, (lee(leaning, id, y, x)).statistic) AND near((bivariate_moran(leaning, id, x, x)).statistic, (moran(leaning, id, x)).statistic), 'Lee''s L is symmetric, bivariate Moran of x and x is Moran') FROM cell, map;
SELECT is((join_count(joined, id, mark)).statistic + (join_count(joined, id, NOT mark)).statistic + (join_count_mixed(joined, id, mark)).statistic, (weights_summary(joined)).s0 / 2, 'every join is BB, WW or BW') FROM cell, map GROUP BY joined;
SELECT is(round((join_count_mixed(joined, id, (r + c) % 2 = 0)).statistic), 218::float8, 'a chessboard''s joins are all mixed') FROM cell, map;
-- A link to itself of weight 1 for each: I' = (S0 I + n) / (S0 + n), and so its moments.
SELECT ok(near((b).statistic, ((a).statistic * s0 + n) / (s0 + n)) AND near((b).expected, ((a).expected * s0 + n) / (s0 + n)) AND near((b).z, (a).z) AND near((b).z_normal, (a).z_normal) AND near((c).statistic, (d).statistic) AND near((c).z, (d).z),
	'links of areas to themselves move I and its moments together, and leave C alone')
FROM (SELECT moran(leaning, id, x) AS a, moran(own, id, x) AS b, geary(leaning, id, x) AS c, geary(own, id, x) AS d, s0, n FROM cell, (SELECT leaning, with_self(leaning) AS own, s0, n FROM map, weights_summary(leaning)) AS m GROUP BY s0, n) AS s;

-- What is left out.
CREATE TABLE gaps AS SELECT id, r, c, CASE WHEN id % 7 <> 0 THEN x END AS x FROM cell;
SELECT is((a).n_used + (a).n_null, 120::bigint, 'areas used and left out are all') FROM (SELECT moran(joined, id, x) AS a FROM gaps, map) AS s;
SELECT ok(near((a).statistic, (b).statistic) AND near((a).z, (b).z) AND near((c).statistic, (d).statistic) AND (a).n_null = 17 AND (b).n_null = 0, 'a NULL is as if the area were not there; weights that sum to 1 still do')
FROM (SELECT moran(standardized, id, x) AS a, getis_g(joined, id, x) AS c FROM gaps, map) AS s,
	(SELECT moran(ws, id, x) AS b, getis_g(wb, id, x) AS d FROM (SELECT * FROM gaps WHERE x IS NOT NULL) AS g,
		(SELECT weights_agg(a.id, b.id) AS wb, weights_agg(a.id, b.id, 1.0 / n) AS ws
		FROM (SELECT a.*, (SELECT count(*) FROM gaps AS b WHERE b.x IS NOT NULL AND abs(a.r - b.r) + abs(a.c - b.c) = 1) AS n FROM gaps AS a WHERE a.x IS NOT NULL) AS a
			JOIN gaps AS b ON b.x IS NOT NULL AND abs(a.r - b.r) + abs(a.c - b.c) = 1) AS m) AS t;
SELECT results_eq($$SELECT moran(joined, id, x) FROM gaps, map$$, $$SELECT moran(joined, id, x) FROM gaps, map WHERE x IS NOT NULL$$, 'a row with NULL is as no row');
-- A window whose frame grows calls the final function again and again.
SELECT is_empty($$SELECT * FROM (SELECT id, moran(joined, id, x) OVER (ORDER BY id) AS m FROM cell, map) AS s WHERE m IS DISTINCT FROM (SELECT moran(joined, c.id, c.x) FROM cell AS c, map WHERE c.id <= s.id)$$,
	'as a window aggregate');

-- Chance ----------------------------------------------------------------------

-- 2,000 fields without autocorrelation: p by permutation is uniform on 0.02, 0.04, ... 1.
CREATE TABLE null_field AS SELECT f, c / 7 * 10 + c % 7 AS id, random() AS x FROM generate_series(1, 2000) AS f, generate_series(0, 48) AS c;
CREATE TABLE null_p AS
SELECT f, moran(w, id, x, 99, f) AS i, join_count_mixed(w, id, x < 0.4, 99, f) AS bw
FROM null_field, (SELECT weights_agg(a, b) AS w FROM (SELECT DISTINCT id AS a FROM null_field) AS a, (SELECT DISTINCT id AS b FROM null_field) AS b
	WHERE abs(a / 10 - b / 10) + abs(a % 10 - b % 10) = 1) AS m GROUP BY f;
SELECT cmp_ok(max(abs((below - p)::float8)), '<', 1.63 / sqrt(2000::float8), 'p by permutation is uniform where there is nothing (Kolmogorov-Smirnov, 1 %)')
FROM (SELECT (i).p_permutation AS p, (count(*) OVER (ORDER BY (i).p_permutation)) / 2000.0 AS below FROM null_p) AS s;
SELECT cmp_ok(max((below - p)::float8), '<', 1.63 / sqrt(2000::float8), 'of discrete data with ties it is not too small') FROM (SELECT (bw).p_permutation AS p, (count(*) OVER (ORDER BY (bw).p_permutation)) / 2000.0 AS below FROM null_p) AS s;
SELECT ok(abs(avg((i).z)) < 3 / sqrt(2000) AND abs(stddev((i).z) - 1) < 0.06 AND abs(avg((i).z_normal)) < 3 / sqrt(2000), 'z has mean 0 and deviation 1') FROM null_p;
SELECT cmp_ok(avg(abs((i).p_permutation - (i).p)), '<', 0.07::float8, 'p by permutation is near that of z') FROM null_p;
SELECT cmp_ok(abs((r).p_permutation - (r).p), '<', 0.02::float8, 'nearer with 9999 permutations') FROM (SELECT moran(standardized, id, y, 9999, 5) AS r FROM (SELECT id, random() AS y FROM cell) AS s, map) AS s;
SELECT is((r).p_permutation, 0.002::float8, 'the least p of 999 permutations is 2 / 1000') FROM (SELECT moran(joined, id, r, 999, 1) AS r FROM cell, map) AS s;
SELECT * FROM finish();
ROLLBACK;
