-- Status dynamics against giddy 2.3.4 (ref_giddy_markov): income of 48 states, 1929 to 2009.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_giddy_markov;
SET search_path = reference_giddy_markov, monitor, public;
SELECT plan(19);

CREATE TABLE line (place bigint GENERATED ALWAYS AS IDENTITY, content text);
\copy line (content) FROM 'test/data/reference/data_usjoin.csv' (DELIMITER E'\001')
CREATE TABLE edge (i bigint, j bigint);
\copy edge FROM 'test/data/reference/data_usjoin_edges.csv' CSV HEADER
CREATE TABLE peer (quantity text, i int, j int, value float8, call text, package text);
\copy peer FROM 'test/data/reference/ref_giddy_markov.csv' CSV HEADER

CREATE TABLE income AS
SELECT l.place - 1 AS id, h.year::int AS year, v.y::float8 AS y
FROM line AS l, (SELECT string_to_array(content, ',') AS cells FROM line WHERE place = 1) AS head,
	unnest(head.cells) WITH ORDINALITY AS h (year, n) JOIN LATERAL unnest(string_to_array(l.content, ',')) WITH ORDINALITY AS v (y, n) USING (n)
WHERE l.place > 1 AND n > 2;
CREATE TABLE map AS SELECT standardize(weights_agg(i, j, 1), 'W') AS w FROM edge;
SELECT is((SELECT count(*) FROM income), 48 * 81::bigint, 'the panel has been read');

-- The peer's classes: up to and with the first quantile 1, and so on; quantiles by linear interpolation.
CREATE FUNCTION class_of(y float8, cuts float8[]) RETURNS int LANGUAGE sql IMMUTABLE RETURN (SELECT 1 + count(*)::int FROM unnest(cuts) AS cut WHERE y > cut);
CREATE TABLE chain AS
SELECT markov(id, year, class_of(y, cuts)) AS m
FROM income JOIN (SELECT year, percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY y) AS cuts FROM income GROUP BY year) AS c USING (year);

-- Fixed classes of income relative to the year's mean, and of that of neighbours.
CREATE TABLE relative AS
SELECT id, year, x, spatial_lag((SELECT w FROM map), id, x) OVER (PARTITION BY year) AS lag
FROM (SELECT id, year, y / avg(y) OVER (PARTITION BY year) AS x FROM income) AS s;
CREATE TABLE cuts AS
SELECT percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY x) AS own, percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY lag) AS neighbors FROM relative;
CREATE TABLE spatial AS SELECT markov(id, year, class_of(x, own), class_of(lag, neighbors)) AS m FROM relative, cuts;

-- Quadrants of local Moran.
CREATE TABLE lisa AS
SELECT markov(id, year, array_position('{HH,LH,LL,HL}', (l).quadrant)) AS m
FROM (SELECT id, year, local_moran((SELECT w FROM map), id, y) OVER (PARTITION BY year) AS l FROM income) AS s;

-- The moves of areas and of neighbours apart, of the same quadrants.
CREATE TABLE apart AS
SELECT markov(id, year, CASE WHEN (l).quadrant IN ('HH', 'HL') THEN 1 ELSE 2 END) AS own, markov(id, year, CASE WHEN (l).quadrant IN ('HH', 'LH') THEN 1 ELSE 2 END) AS neighbors
FROM (SELECT id, year, local_moran((SELECT w FROM map), id, y) OVER (PARTITION BY year) AS l FROM income) AS s;
-- The peer has years and states mixed up here: high and low is against the state's mean over the years, and
-- transitions go from a state to the next one in the list within a year.
CREATE TABLE astray AS
SELECT markov(year, id, 1 + (y < mean)::int) AS own, markov(year, id, 1 + (lag < mean)::int) AS neighbors
FROM (SELECT id, year, y, avg(y) OVER (PARTITION BY id) AS mean, spatial_lag((SELECT w FROM map), id, y) OVER (PARTITION BY year) AS lag FROM income) AS s;
CREATE FUNCTION expected(t lisa, own markov, neighbors markov) RETURNS TABLE (i int, j int, n bigint, expected float8) LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT t.class_from, t.class_to, t.n, t.n_from * o.p * b.p
	FROM markov_table($1.m) AS t JOIN markov_table(own) AS o ON (o.class_from, o.class_to) = (('{1,2,2,1}'::int[])[t.class_from], ('{1,2,2,1}'::int[])[t.class_to])
		JOIN markov_table(neighbors) AS b ON (b.class_from, b.class_to) = (('{1,1,2,2}'::int[])[t.class_from], ('{1,1,2,2}'::int[])[t.class_to]);
END;

-- Upper tail of chi-square for an even number of degrees of freedom: a sum of Poisson terms.
CREATE FUNCTION even_tail(x float8, df bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (SELECT sum(exp(-x / 2 + j * ln(x / 2) - (SELECT coalesce(sum(ln(f)), 0) FROM generate_series(1, j) AS f))) FROM generate_series(0, df / 2 - 1) AS j);
-- erfc by its continued fraction, from the inside out; for x above 2.
CREATE FUNCTION erfc_large(x float8) RETURNS float8 LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	WITH RECURSIVE f (k, tail) AS (SELECT 300, x UNION ALL SELECT k - 1, x + k / 2.0 / tail FROM f WHERE k > 0)
	SELECT exp(-x * x) / sqrt(pi()) / tail FROM f WHERE k = 0;
END;

CREATE TABLE own AS
SELECT 'markov_transitions' AS quantity, class_from AS i, class_to AS j, n::float8 AS value FROM chain, markov_table(m)
UNION ALL SELECT 'markov_P', class_from, class_to, p FROM chain, markov_table(m)
UNION ALL SELECT 'markov_steady_state', 1, class, steady_state FROM chain, markov_classes(m)
UNION ALL SELECT 'markov_sojourn', 1, class, sojourn FROM chain, markov_classes(m)
UNION ALL SELECT 'markov_mfpt', class_from, class_to, periods FROM chain, markov_passages(m)
UNION ALL SELECT v.name, NULL, NULL, v.value FROM chain, markov_mobility(m) AS o, LATERAL (VALUES ('mobility_P', shorrocks), ('mobility_D', determinant), ('mobility_L2', second_eigenvalue), ('mobility_B1', unconditional_leaving), ('mobility_B2', bartholomew)) AS v (name, value)
UNION ALL SELECT 'sm_cutoffs', 1, n, cut FROM cuts, unnest(own) WITH ORDINALITY AS u (cut, n)
UNION ALL SELECT 'sm_lag_cutoffs', 1, n, cut FROM cuts, unnest(neighbors) WITH ORDINALITY AS u (cut, n)
UNION ALL SELECT 'sm_T_lag' || lag_class, class_from, class_to, n FROM spatial, markov_table(m) WHERE lag_class IS NOT NULL
UNION ALL SELECT 'sm_P_lag' || lag_class, class_from, class_to, p FROM spatial, markov_table(m) WHERE lag_class IS NOT NULL
UNION ALL SELECT 'sm_S', lag_class, class, steady_state FROM spatial, markov_classes(m) WHERE lag_class IS NOT NULL
UNION ALL SELECT v.name, NULL, NULL, v.value FROM spatial, markov_test(m) AS t, LATERAL (VALUES ('sm_homogeneity_Q', q), ('sm_homogeneity_Q_p', p_q), ('sm_homogeneity_LR', lr), ('sm_homogeneity_LR_p', p_lr), ('sm_homogeneity_dof', df)) AS v (name, value) WHERE lag_class IS NULL
UNION ALL SELECT 'sm_homogeneity_chi2_sum', NULL, NULL, sum(contribution) FROM spatial, markov_test(m) WHERE lag_class IS NOT NULL
-- The peer's second test: the same sum, with degrees of freedom of full matrices, lag classes x (classes - 1)^2.
UNION ALL SELECT 'sm_x2_shtest', 1, v.n, v.value FROM (SELECT q, (markov_summary(m)).lag_classes * ((markov_summary(m)).classes - 1) ^ 2 AS full_df FROM spatial, markov_test(m) WHERE lag_class IS NULL) AS s, LATERAL (VALUES (1, q), (2, even_tail(q, full_df::bigint)), (3, full_df)) AS v (n, value)
UNION ALL SELECT 'lisa_T', class_from, class_to, n FROM lisa, markov_table(m)
UNION ALL SELECT 'lisa_P', class_from, class_to, p FROM lisa, markov_table(m)
UNION ALL SELECT 'lisa_expected_t', i, j, expected FROM lisa, astray, expected(lisa, own, neighbors)
-- The peer takes (4 - 1)(4 - 1) degrees of freedom; the tail of 10 is more than that of 9, and beyond the peer's 0.
UNION ALL SELECT 'lisa_chi2_indep', 1, v.n, v.value FROM (SELECT sum((n - expected) ^ 2 / expected) AS q FROM lisa, astray, expected(lisa, own, neighbors)) AS s, LATERAL (VALUES (1, q), (2, even_tail(q, 10)), (3, 9)) AS v (n, value)
UNION ALL SELECT 'tau', NULL, NULL, (kendall_tau(a.y, b.y)).tau FROM income AS a JOIN income AS b USING (id) WHERE (a.year, b.year) = (1929, 2009)
-- The peer's variance knows no ties (two states have the same income in 1929), and its root of 2 has eight digits.
UNION ALL SELECT 'tau_p', NULL, NULL, erfc_large((k).tau / sqrt((4 * n + 10) / (9 * n * (n - 1))) / 1.4142136) FROM (SELECT kendall_tau(a.y, b.y) AS k, count(*)::float8 AS n FROM income AS a JOIN income AS b USING (id) WHERE (a.year, b.year) = (1929, 2009)) AS s;

CREATE TABLE compared AS
SELECT p.*, o.value AS own, quantity ~ '_p$' AND quantity <> 'tau_p' OR quantity IN ('sm_x2_shtest', 'lisa_chi2_indep') AND p.j = 2 AS one_less_cdf,
	CASE WHEN p.value = o.value THEN 0 ELSE abs(p.value - o.value) / greatest(abs(p.value), abs(o.value)) END AS difference
FROM peer AS p LEFT JOIN (SELECT quantity, i, j, value FROM own) AS o USING (quantity) WHERE o.i IS NOT DISTINCT FROM p.i AND o.j IS NOT DISTINCT FROM p.j;
SELECT is((SELECT ROW(count(*), (SELECT count(*) FROM peer)) FROM compared), ROW(435::bigint, 435::bigint), 'every row of ref_giddy_markov is matched once');
SELECT is_empty('SELECT quantity, i, j, value, own FROM compared WHERE NOT one_less_cdf AND (difference <= 1e-9) IS NOT TRUE', 'figures');
-- The peer takes these from 1, which leaves them the rounding of 1.
SELECT is((SELECT ROW(count(*), bool_and(abs(value - own) <= 2.3e-16)) FROM compared WHERE one_less_cdf), ROW(4::bigint, true), 'tails that the peer has as 1 less the rest');
-- Degrees of freedom by Bickenbach and Bode: 60 of the peer's Q and LR, not the 80 of its x2, whose statistic is the same.
SELECT is((SELECT ROW(df, abs(p_q / even_tail(q, 60) - 1) < 1e-9, abs(p_lr / even_tail(lr, 60) - 1) < 1e-9) FROM spatial, markov_test(m) WHERE lag_class IS NULL), ROW(60::bigint, true, true), 'degrees of freedom of rows that are not empty');
SELECT is_empty('SELECT a.i, a.j FROM lisa, apart, expected(lisa, own, neighbors) AS a FULL JOIN (SELECT class_from AS i, class_to AS j, expected FROM lisa, markov_moves(m)) AS b USING (i, j) WHERE NOT coalesce(abs(a.expected / b.expected - 1) < 1e-12, false)',
	'markov_moves expects what the chains of states and of neighbours give, over the years of each state');
SELECT is((SELECT ROW((t).df, abs((t).q / q - 1) < 1e-12, abs((t).p_q / even_tail(q, 8) - 1) < 1e-9) FROM (SELECT markov_moves_test(m) AS t, (SELECT sum((n - expected) ^ 2 / expected) FROM markov_moves(m)) AS q FROM lisa) AS s), ROW(8::bigint, true, true), 'and tests it with 12 - 2 - 2 degrees of freedom');
SELECT is((SELECT ROW((t).q > 60, (t).q < 61) FROM (SELECT markov_moves_test(m) AS t FROM lisa) AS s), ROW(true, true), 'chi-square 60 where the peer''s mix-up makes 1058');

-- ---- what the peer's documentation prints beyond ref_giddy_markov, to its 8 decimals ----

CREATE FUNCTION agree(own float8[], printed float8[]) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN cardinality(own) = cardinality(printed) AND (SELECT bool_and(abs(a - b) <= 0.500001e-8) FROM unnest(own, printed) AS u (a, b));
SELECT ok(agree((SELECT array_agg(periods ORDER BY class_from, class_to) FROM spatial, markov_passages(m) WHERE lag_class = 1),
	'{2.29835259,28.95614035,46.14285714,80.80952381,279.42857143,33.86549708,3.79459555,22.57142857,57.23809524,255.85714286,43.60233918,9.73684211,4.91085714,34.66666667,233.28571429,46.62865497,12.76315789,6.25714286,14.61564626,198.61904762,52.62865497,18.76315789,12.25714286,6,34.1031746}'), 'first passages within the poorest lag class');
SELECT ok((SELECT bool_and(abs(contribution / printed - 1) < 0.5e-8) FROM spatial, markov_test(m) JOIN unnest('{40.5598541,55.4751974,17.7528996,40.0390961,46.7966803}'::float8[]) WITH ORDINALITY AS u (printed, place) ON place = lag_class), 'each lag class against the pooled chain');
-- Ranks as classes, and states as the classes of ranks; the first is the richest.
CREATE TABLE ranked AS SELECT id, year, row_number() OVER (PARTITION BY year ORDER BY y DESC, id DESC)::int AS place FROM income;
CREATE TABLE full_rank AS SELECT markov(id, year, place) AS m FROM ranked;
CREATE TABLE geo_rank AS SELECT markov(place, year, id::int) AS m FROM ranked;
SELECT is((SELECT array_agg(n ORDER BY class_from) FROM full_rank, markov_table(m) WHERE class_to = 1 AND class_from <= 7), '{66,8,2,1,1,2,0}', 'full rank: who comes to the top');
SELECT ok(agree((SELECT array_agg(stays ORDER BY class) FROM full_rank, markov_classes(m)), '{0.825,0.6375,0.55,0.4375,0.4,0.425,0.35,0.35,0.35,0.3,0.3,0.3625,0.35,0.2875,0.225,0.175,0.2375,0.275,0.225,0.2,0.1375,0.1125,0.2,0.15,0.1625,0.075,0.1625,0.2,0.2,0.125,0.25,0.2125,0.2,0.275,0.3,0.2375,0.2125,0.2,0.2375,0.2,0.1625,0.2,0.35,0.375,0.4625,0.5,0.675,0.9625}')
	AND agree((SELECT array_agg(sojourn ORDER BY class) FROM full_rank, markov_classes(m) WHERE class IN (1, 2, 3, 47, 48)), '{5.71428571,2.75862069,2.22222222,3.07692308,26.66666667}'), 'full rank: who stays, how long');
SELECT ok(agree((SELECT array_agg(periods ORDER BY class_from) FROM full_rank, markov_passages(m) WHERE class_to = 1), '{48,225.92564594,271.55443692,302.87799868,333.42179417,374.21580987,426.47219884,483.53240947,511.26683305,533.22661693,543.81107061,563.27715414,579.45351872,596.25588041,604.82361556,616.40151207,625.31101556,632.96110086,640.6957394,643.33238787,643.71256647,648.50366743,652.26839484,651.72983865,654.91433128,657.45876076,660.39021071,664.37167639,658.72091238,670.1547569,675.01030372,676.67416815,682.25590553,685.06608009,690.00725885,699.6945703,704.22342186,707.21163247,710.650161,713.4234693,714.95522965,717.08496941,718.07040543,719.28902106,724.40383642,727.11189921,730.40467469,754.8761577}')
	AND agree((SELECT array_agg(periods ORDER BY class_to) FROM full_rank, markov_passages(m) WHERE class_from = 1 AND class_to IN (2, 3, 46, 47, 48)), '{87.96280048,68.1089084,443.76689275,518.31000749,1628.59025557}'), 'full rank: years to the top and from it');
SELECT ok(agree((SELECT array_agg(stays ORDER BY class) FROM geo_rank, markov_classes(m) WHERE class <= 10), '{0.475,0.1875,0.55,0.425,0.1375,0.7375,0.4125,0.2,0.2375,0.1}') AND agree((SELECT array_agg(sojourn ORDER BY class) FROM geo_rank, markov_classes(m) WHERE class <= 10), '{1.9047619,1.23076923,2.22222222,1.73913043,1.15942029,3.80952381,1.70212766,1.25,1.31147541,1.11111111}')
	AND agree((SELECT array_agg(periods ORDER BY class_from) FROM geo_rank, markov_passages(m) WHERE class_to = 1 AND class_from <= 10), '{48,108.25928005,76.96801786,122.39954444,116.18226087,126.19058109,122.35062239,111.70536817,103.91572935,99.71598303}'), 'geographic rank: states that follow each other at a rank');
-- The first two years alone: class 1 and class 4 are never left. From class 2, left for 3 with 1/9 and for nothing else, it
-- is 9 years to class 3; the peer has 8.65447755, from the share of 2 and 3 in a long run that there is not.
CREATE TABLE two_years AS SELECT markov(id, year, class_of(y, cuts)) AS m FROM income JOIN (SELECT year, percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY y) AS cuts FROM income WHERE year < 1931 GROUP BY year) AS c USING (year);
SELECT results_eq('SELECT class, kind, round(sojourn::numeric, 12)::float8, steady_state FROM two_years, markov_classes(m)', $$VALUES (1, 'absorbing', NULL::float8, NULL::float8), (2, 'transient', 9, NULL), (3, 'transient', 5.5, NULL), (4, 'absorbing', NULL, NULL), (5, 'transient', 10, NULL)$$, 'two years: classes that are never left');
SELECT results_eq('SELECT class_from, class_to, round(periods::numeric, 12)::float8, probability FROM two_years, markov_passages(m) WHERE (class_from, class_to) IN ((2, 3), (3, 2), (3, 4), (2, 4), (5, 4), (4, 4))', 'VALUES (2, 3, 9::float8, 1::float8), (2, 4, 29, 1), (3, 2, NULL, 0.5), (3, 4, 20, 1), (4, 4, 1, 1), (5, 4, 10, 1)', 'and what leads to them');
-- Kullback, Kupperman and Ku's information statistic of two tables of 6 x 6 (their table 9.2). They have 30 degrees of
-- freedom; one cell is empty in both tables, so that Bickenbach and Bode count 29.
SELECT ok(abs(lr / 160.96060031170782 - 1) < 1e-12 AND df = 29, 'conditional homogeneity of two tables')
FROM (SELECT markov_counts(i, j, n, l) AS m FROM (VALUES (1, '{{22,11,24,2,2,7},{5,23,15,3,42,6},{4,21,190,25,20,34},{0,2,14,56,14,28},{32,15,20,10,56,14},{5,22,31,18,13,134}}'::int[]), (2, '{{3,6,9,3,0,8},{1,9,3,12,27,5},{2,9,208,32,5,18},{0,14,32,108,40,40},{22,14,9,26,224,14},{1,5,13,53,13,116}}')) AS v (l, t), generate_series(1, 6) AS i, generate_series(1, 6) AS j, LATERAL (SELECT t[i][j] AS n) AS c) AS s, markov_test(m) WHERE lag_class IS NULL;
-- With ties the peer cites scipy's p, 0.28275, beside its own.
SELECT ok(abs((k).tau + 0.47140452079103173) < 1e-15 AND round((k).p::numeric, 5) = 0.28275, 'tau with ties') FROM (SELECT kendall_tau(x, y) AS k FROM unnest('{12,2,1,12,2}'::float8[], '{1,4,7,1,0}'::float8[]) AS u (x, y)) AS s;
SELECT ok(abs((k).tau - 0.15494494670022804) < 1e-15, 'tau with many ties') FROM (SELECT kendall_tau(x, y) AS k FROM unnest('{0,0,0,1,0,0,0,1,0,0,0,1,0,0,0,1}'::float8[], '{1,4,7,1,1,3,1,6,7,7,3,6,2,7,2,8}'::float8[]) AS u (x, y)) AS s;
SELECT diag(format('ref_giddy_markov: %s rows compared, worst relative difference %s; %s tails within %s', count(*) FILTER (WHERE NOT one_less_cdf), max(difference) FILTER (WHERE NOT one_less_cdf), count(*) FILTER (WHERE one_less_cdf), max(abs(value - own)) FILTER (WHERE one_less_cdf))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
