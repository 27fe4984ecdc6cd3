-- Properties of adjusted p, trends and emerging hot-spot classes.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA association_tests;
SET search_path = association_tests, monitor, public;
SELECT plan(58);
SELECT setseed(0.5);

-- Adjusted p --------------------------------------------------------------------

CREATE TABLE tests AS SELECT i AS id, CASE WHEN i % 7 = 0 THEN NULL WHEN i % 5 = 0 THEN 0.02 ELSE random() ^ 3 END AS p FROM generate_series(1, 90) AS i;
CREATE VIEW ranked AS SELECT id, p, row_number() OVER (ORDER BY p) AS i, count(*) OVER () AS n FROM tests WHERE p IS NOT NULL;
-- each method from its definition
CREATE VIEW defined AS
SELECT id, p AS none, least(1, n * p) AS bonferroni,
	least(1, (SELECT max((b.n - b.i + 1) * b.p) FROM ranked AS b WHERE b.i <= a.i)) AS holm,
	least(1, (SELECT min((b.n - b.i + 1) * b.p) FROM ranked AS b WHERE b.i >= a.i)) AS hochberg,
	least(1, (SELECT min(b.p * b.n / b.i) FROM ranked AS b WHERE b.i >= a.i)) AS bh,
	least(1, (SELECT sum(1.0::float8 / i) FROM ranked) * (SELECT min(b.p * b.n / b.i) FROM ranked AS b WHERE b.i >= a.i)) AS by
FROM ranked AS a;
CREATE TABLE adjusted AS
SELECT id, p, adjust_p(p, 'none') OVER () AS none, adjust_p(p, 'Bonferroni') OVER () AS bonferroni, adjust_p(p, 'HOLM') OVER () AS holm,
	adjust_p(p, 'hochberg') OVER () AS hochberg, adjust_p(p, 'bh') OVER () AS bh, adjust_p(p, 'BY') OVER () AS by, adjust_p(p, 'FDR') OVER () AS fdr
FROM tests;
SELECT is((SELECT count(*) FROM defined), 78::bigint, 'tests with a p');
SELECT is((SELECT count(*) FROM adjusted AS a JOIN defined AS d USING (id) WHERE abs(a.none - d.none) + abs(a.bonferroni - d.bonferroni) > 1e-12), 0::bigint, 'none and Bonferroni by definition');
SELECT is((SELECT count(*) FROM adjusted AS a JOIN defined AS d USING (id) WHERE abs(a.holm - d.holm) > 1e-12), 0::bigint, 'Holm by definition');
SELECT is((SELECT count(*) FROM adjusted AS a JOIN defined AS d USING (id) WHERE abs(a.hochberg - d.hochberg) > 1e-12), 0::bigint, 'Hochberg by definition');
SELECT is((SELECT count(*) FROM adjusted AS a JOIN defined AS d USING (id) WHERE abs(a.bh - d.bh) > 1e-12 OR a.fdr <> a.bh), 0::bigint, 'Benjamini-Hochberg by definition, under both names');
SELECT is((SELECT count(*) FROM adjusted AS a JOIN defined AS d USING (id) WHERE abs(a.by - d.by) > 1e-12), 0::bigint, 'Benjamini-Yekutieli by definition');
SELECT is((SELECT count(*) FROM adjusted WHERE (p IS NULL) <> (num_nulls(none, bonferroni, holm, hochberg, bh, by) = 6)), 0::bigint, 'NULL is NULL under every method, and nothing else is');
SELECT is((SELECT count(*) FROM adjusted WHERE NOT (p <= bh AND bh <= hochberg AND hochberg <= holm AND holm <= bonferroni AND bh <= by)), 0::bigint, 'the order of the methods');
SELECT ok(count(DISTINCT bh) > 20 AND bool_or(bh < hochberg) AND bool_or(hochberg < holm) AND bool_or(holm < bonferroni), 'which is not that of equal numbers') FROM adjusted;
SELECT results_eq('SELECT id, adjust_p(p, ''holm'') OVER () FROM (SELECT * FROM tests ORDER BY p DESC, id) AS s ORDER BY id', 'SELECT id, holm FROM adjusted ORDER BY id', 'the order of rows does not matter');
SELECT results_eq('SELECT id, adjust_p(p, ''BH'') OVER (PARTITION BY id > 40) FROM tests ORDER BY id',
	'SELECT * FROM (SELECT id, adjust_p(p, ''BH'') OVER () AS a FROM tests WHERE id > 40 UNION ALL SELECT id, adjust_p(p, ''BH'') OVER () FROM tests WHERE id <= 40) AS s ORDER BY id', 'a partition is a family');
SELECT is((SELECT array_agg(id ORDER BY id) FROM tests WHERE p <= (SELECT fdr_cutoff(p, a) FROM tests)), (SELECT array_agg(id ORDER BY id) FROM adjusted WHERE bh <= a),
	'fdr_cutoff calls the same tests significant as BH at ' || a)
FROM unnest(ARRAY[0.01, 0.05, 0.2]) AS a;
SELECT is((SELECT fdr_cutoff(p, 0.05) FROM (VALUES (0.04), (0.9), (NULL)) AS v (p)), NULL::float8, 'no p is at most its rank times alpha over n');
SELECT is((SELECT fdr_cutoff(p, 0.05) FROM (VALUES (0.01), (0.9), (0.024), (NULL)) AS v (p)), 0.024::float8, 'the largest that is');
SELECT is((SELECT fdr_cutoff(p, 0.05) FROM tests WHERE false), NULL::float8, 'fdr_cutoff of no rows');
SELECT results_eq('SELECT fdr_cutoff(p, 0.2) OVER (ORDER BY id) FROM tests ORDER BY id', 'SELECT (SELECT fdr_cutoff(b.p, 0.2) FROM tests AS b WHERE b.id <= a.id) FROM tests AS a ORDER BY id', 'fdr_cutoff in a growing window');

-- Trend ---------------------------------------------------------------------------

CREATE TABLE series AS SELECT g, t, CASE WHEN g % 4 = 0 AND t % 5 = 1 THEN NULL WHEN g % 3 = 0 THEN floor(random() * 6) ELSE random() + t * (g - 10) / 100.0 END AS x
FROM generate_series(1, 20) AS g, generate_series(2005, 2005 + 2 + g) AS t;
CREATE VIEW known AS SELECT * FROM series WHERE x IS NOT NULL;
CREATE VIEW brute AS
SELECT g, s, s / sqrt((pairs - tied) * pairs) AS tau, (n * (n - 1.0) * (2 * n + 5) - less) / 18 AS variance, slope, n
FROM (SELECT a.g, sum(sign(b.x - a.x)) AS s, count(*)::float8 AS pairs, (count(*) FILTER (WHERE a.x = b.x))::float8 AS tied, percentile_cont(0.5) WITHIN GROUP (ORDER BY (b.x - a.x) / (b.t - a.t)) AS slope
	FROM known AS a JOIN known AS b ON a.g = b.g AND a.t < b.t GROUP BY a.g) AS p
JOIN (SELECT g, count(*)::float8 AS n FROM known GROUP BY g) AS c USING (g)
JOIN (SELECT g, sum(k * (k - 1) * (2 * k + 5))::float8 AS less FROM (SELECT g, x, count(*) AS k FROM known GROUP BY g, x) AS s GROUP BY g) AS d USING (g);
CREATE TABLE trends AS SELECT g, (mann_kendall(t, x)).*, count(*) AS rows FROM series GROUP BY g;
SELECT is((SELECT count(*) FROM trends AS a JOIN brute AS b USING (g) WHERE a.s = b.s AND abs(a.tau - b.tau) < 1e-12 AND abs(a.variance - b.variance) < 1e-9 AND abs(a.slope - b.slope) < 1e-12 AND a.n = b.n), 20::bigint, 's, tau, variance, slope and n, pair by pair');
SELECT is((SELECT count(*) FROM trends WHERE n + n_null <> rows OR abs(z * sqrt(variance) - (s - sign(s))) > 1e-9), 0::bigint, 'periods add up; z is s one nearer to 0 over the root of its variance');
SELECT ok(min(s) < -3 AND max(s) > 3 AND count(*) FILTER (WHERE n_null > 0) = 5 AND count(*) FILTER (WHERE p_exact IS NULL) BETWEEN 4 AND 7, 'the series fall, rise, have gaps and equal values') FROM trends;
-- all orders of six values
CREATE TABLE orders AS
WITH RECURSIVE o (a) AS (SELECT ARRAY[]::int[] UNION ALL SELECT a || v FROM o, generate_series(1, 6) AS v WHERE cardinality(a) < 6 AND v <> ALL (a))
SELECT a, (SELECT mann_kendall(t, x) FROM unnest(a) WITH ORDINALITY AS u (x, t)) AS m FROM o WHERE cardinality(a) = 6;
SELECT is((SELECT count(*) FROM orders), 720::bigint, 'orders of six values');
SELECT is((SELECT max(abs((m).p_exact - share)) < 1e-12 FROM orders JOIN (SELECT abs(s) AS size, (SELECT count(*) / 720.0::float8 FROM orders WHERE abs((m).s) >= abs(s)) AS share FROM (SELECT DISTINCT (m).s FROM orders) AS d) AS e ON abs((m).s) = size), true, 'p_exact is the share of orders as far out');
SELECT is((SELECT count(*) FROM generate_series(3, 30) AS n, LATERAL (SELECT (mann_kendall(t, t)).p_exact AS p FROM generate_series(1, n) AS t) AS s WHERE abs(p / (2 / factorial(n)::float8) - 1) > 1e-12), 0::bigint, 'two of all orders are as far out as the straight one');
SELECT is((SELECT count(*) FROM generate_series(60, 100, 10) AS n, generate_series(1, 4) AS k, LATERAL (SELECT mann_kendall(t, sin(k * t) + t / 99.0) AS m FROM generate_series(1, n) AS t) AS s WHERE abs((m).p_exact - (m).p) > 0.004 OR abs((m).z) > 4), 0::bigint, 'near to p of z for long series');
SELECT is((SELECT round(variance(((m).s)::numeric) * 719 / 720, 9) FROM orders), (SELECT round(((m).variance)::numeric, 9) FROM orders LIMIT 1), 'the variance is that of all orders');
SELECT results_eq('SELECT g, (mann_kendall(t, x)).* FROM (SELECT * FROM series ORDER BY x) AS s GROUP BY g ORDER BY g', 'SELECT g, s, tau, variance, z, p, p_exact, slope, n, n_null FROM trends ORDER BY g', 'the order of rows does not matter');
SELECT is((SELECT count(*) FROM trends AS a JOIN (SELECT g, (mann_kendall(t * 2, 5 - 3 * x)).* FROM series GROUP BY g) AS b USING (g) WHERE a.s = -b.s AND a.p = b.p AND abs(a.slope + b.slope * 2 / 3) < 1e-9), 20::bigint, 'turned over and scaled');
SELECT is((SELECT m FROM (SELECT mann_kendall(t, 3) AS m FROM generate_series(1, 5) AS t) AS s), ROW(0, NULL, 0, NULL, NULL, NULL, 0, 5, 0)::trend, 'equal values: no trend can be computed');
SELECT is((SELECT mann_kendall(1, 3)), ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, 0)::trend, 'one period');
SELECT is((SELECT mann_kendall(t, NULL) FROM generate_series(1, 3) AS t), ROW(NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 3)::trend, 'nothing known');
SELECT is((SELECT mann_kendall(t, t) FROM generate_series(1, 0) AS t), NULL::trend, 'no rows');
SELECT is((SELECT ((m).s, (m).p_exact, (m).slope)::text FROM (SELECT mann_kendall(t, x) AS m FROM (VALUES (1, 1), (2, 2)) AS v (t, x)) AS s), '(1,1,1)', 'two periods say nothing');
SELECT results_eq('SELECT (mann_kendall(t, x) OVER (ORDER BY t)).s FROM series WHERE g = 20 ORDER BY t', 'SELECT (SELECT (mann_kendall(b.t, b.x)).s FROM series AS b WHERE b.g = 20 AND b.t <= a.t) FROM series AS a WHERE g = 20 ORDER BY t', 'mann_kendall in a growing window');

-- Emerging hot spots ------------------------------------------------------------------

-- One letter a period: H hot, C cold, digits neither; z rises, falls or wavers as told.
CREATE FUNCTION class_of(periods text, slope float8) RETURNS text LANGUAGE sql
RETURN (SELECT (emerging_hot_spot(t, z, p)).class FROM (
	SELECT t, CASE c WHEN 'H' THEN 10 WHEN 'C' THEN -10 ELSE 0.5 * (-1) ^ t END + slope * t + CASE WHEN slope = 0 THEN (t * 7 % 5) / 100.0 ELSE 0 END AS z, CASE WHEN c IN ('H', 'C') THEN 0.001 ELSE 0.5 END AS p
	FROM regexp_split_to_table(periods, '') WITH ORDINALITY AS r (c, t)) AS s);
SELECT is(class_of(periods, slope), class, format('%s, trend %s: %s', periods, slope, class)) FROM (VALUES
	(1, '.........H', 0, 'new hot spot'), (2, '.C.......H', 0, 'new hot spot'), (3, '.......HHH', 0, 'consecutive hot spot'), (4, 'C......HHH', 0, 'consecutive hot spot'),
	(5, 'HHHHHHHHHH', 0.1, 'intensifying hot spot'), (6, 'HHHHHHHHHH', -0.1, 'diminishing hot spot'), (7, 'HHHHHHHHHH', 0, 'persistent hot spot'), (8, 'H.HHHHHHHH', 0, 'persistent hot spot'),
	(9, 'H.H..HH..H', 0, 'sporadic hot spot'), (10, 'HHHHHHHH.H', 0, 'persistent hot spot'), (11, 'HH.HHHHH.H', 0, 'sporadic hot spot'), (12, 'H.C..HH..H', 0, 'oscillating hot spot'),
	(13, 'HHHHHHHHH.', 0, 'historical hot spot'), (14, 'HHHHHHHH..', 0, 'no pattern'), (15, '..........', 0, 'no pattern'), (16, '....HHH...', 0, 'no pattern'),
	(17, 'HHHHHHHHHC', 0, 'new cold spot'), (18, 'H', 0, 'new hot spot')) AS v (n, periods, slope, class) ORDER BY n;
SELECT is((SELECT count(*) FROM (VALUES ('.........H', 0), ('HHHHHHHHHH', 0.1), ('HHHHHHHHHH', -0.1), ('HHHHHHHHHH', 0), ('H.C..HH..H', 0), ('HHHHHHHHH.', 0), ('.......HHH', 0), ('H.H..HH..H', 0), ('HHHHHHHHHC', 0)) AS v (periods, slope)
	WHERE replace(class_of(periods, slope), 'hot', 'cold') <> replace(class_of(translate(periods, 'HC', 'CH'), -slope), 'hot', 'cold')), 0::bigint, 'cold spots are hot spots upside down');
SELECT is((SELECT (emerging_hot_spot(t, z, 0.03, a)).class FROM generate_series(1, 10) AS t, LATERAL (SELECT t % 3 + 5 AS z) AS s), class, 'hot at ' || a || ': ' || class) FROM (VALUES (0.05, 'persistent hot spot'), (0.01, 'no pattern')) AS v (a, class);
SELECT is((SELECT ((e).class, (e).n_hot, (e).n, (e).n_null)::text FROM (SELECT emerging_hot_spot(t, z, 0.001) AS e FROM (VALUES (1, 3), (2, NULL), (3, 4), (4, 5)) AS v (t, z)) AS s), '("persistent hot spot",3,3,1)', 'an unknown period is left out');
SELECT is((SELECT ((e).class, (e).n_hot, (e).n, (e).n_null)::text FROM (SELECT emerging_hot_spot(t, z, 0.001) AS e FROM (VALUES (1, 3), (2, 4), (3, 4), (4, NULL)) AS v (t, z)) AS s), '(,3,3,1)', 'the last period unknown: no class');
SELECT is((SELECT emerging_hot_spot(1, 1, 1) WHERE false), NULL::hot_spot_history, 'no rows');
SELECT * FROM finish();
ROLLBACK;
