-- Status dynamics: small chains whose figures can be worked out by hand.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA markov_cases;
SET search_path = markov_cases, monitor, public;
SET extra_float_digits = -3;

-- Three areas, four years; area 3 is not known in 2021, and area 4 only once.
CREATE TABLE status (area bigint, year int, status text, near_listed int);
INSERT INTO status VALUES (1, 2019, 'off', 1), (1, 2020, 'near', 1), (1, 2021, 'listed', 2), (1, 2022, 'listed', 2),
	(2, 2019, 'listed', 2), (2, 2020, 'near', 2), (2, 2021, 'off', 1), (2, 2022, 'off', 1),
	(3, 2019, 'off', 1), (3, 2020, 'off', NULL), (3, 2021, NULL, 1), (3, 2022, 'near', 1), (4, 2022, 'listed', 2);
CREATE VIEW row AS SELECT area, year, array_position(ARRAY['off', 'near', 'listed'], status) AS class, near_listed FROM status;
CREATE TABLE value AS SELECT 'plain' AS form, markov(area, year, class) AS m FROM row UNION ALL SELECT 'spatial', markov(area, year, class, near_listed) FROM row ORDER BY form;
SELECT form, m FROM value;
SELECT form, s.* FROM value, markov_summary(m) AS s;
SELECT form, t.* FROM value, markov_table(m) AS t WHERE form = 'plain';
SELECT form, lag_class, class_from, class_to, n, n_from, p FROM value, markov_table(m) WHERE form = 'spatial' AND n_from > 0;
SELECT form, t.* FROM value, markov_classes(m) AS t;
SELECT form, t.* FROM value, markov_passages(m) AS t WHERE form = 'plain';
SELECT form, t.* FROM value, markov_mobility(m) AS t;
SELECT form, t.* FROM value, markov_test(m) AS t;

-- A gap is not a transition, and a row of unknown class makes one. Nothing known, one area, no rows.
SELECT markov(1, year, 1) FROM unnest('{2010,2012,2013,2020}'::int[]) AS year;
SELECT markov(1, year, NULLIF(year, 2011) - 2009) FROM generate_series(2010, 2013) AS year;
SELECT markov(1, year, NULL) FROM generate_series(2010, 2013) AS year;
SELECT markov(1, 2010, 7), markov(1, 2010, 7, NULL);
SELECT markov(1, 2010, 7) FILTER (WHERE false), rollup(NULL::markov), rollup(m), markov_counts(1, 2, 3) FILTER (WHERE false) FROM value WHERE false;
-- Periods at the ends of bigint, next to each other and as far apart as can be.
SELECT markov(1, p, 1 + (p > 0)::int) FROM unnest('{-9223372036854775808,-9223372036854775807,9223372036854775806,9223372036854775807}'::bigint[]) AS p;
-- What a value without transitions says
SELECT s.*, (SELECT count(*) FROM markov_table(m)) AS cells, (SELECT count(*) FROM markov_classes(m)) AS classes, (SELECT count(*) FROM markov_passages(m)) AS passages FROM (SELECT markov(1, 2010, 7) AS m) AS v, markov_summary(m) AS s;
SELECT t.* FROM (SELECT markov(1, 2010, 7) AS m) AS v, markov_mobility(m) AS t;
SELECT t.* FROM (SELECT markov(1, 2010, 7) AS m) AS v, markov_test(m) AS t;
SELECT markov_moves_test(markov(1, 2010, 7));
SELECT count(*) FROM markov_table(NULL);

-- Parts together, and tables of transitions as they are delivered.
SELECT rollup(m) = (SELECT markov(area, year, class) FROM row) AS parts_of_areas, rollup(m ORDER BY area DESC) = rollup(m) AS any_order FROM (SELECT area, markov(area, year, class) AS m FROM row GROUP BY area) AS s;
SELECT rollup(m) FROM (SELECT markov(area, year, class) AS m FROM row GROUP BY year <= 2020) AS s;
SELECT a.m + b.m FROM value AS a, value AS b WHERE (a.form, b.form) = ('plain', 'spatial');
SELECT markov_counts(f, t, n), markov_counts(f, t, n, lag) FROM (VALUES (1, 2, 3, 1), (1, 2, 4, 2), (2, 1, 0, 1), (NULL, 1, 5, 1), (1, NULL, 5, 1), (1, 1, NULL, 1), (2, 2, 6, NULL)) AS v (f, t, n, lag);

-- Two states with p = 1/10 and 3/10: long run 3/4 and 1/4, passages 10 and 10/3, second eigenvalue 6/10.
CREATE TABLE two AS SELECT markov_counts(f, t, n) AS m FROM (VALUES (1, 1, 9), (1, 2, 1), (2, 1, 3), (2, 2, 7)) AS v (f, t, n);
SELECT t.* FROM two, markov_classes(m) AS t;
SELECT t.* FROM two, markov_passages(m) AS t;
SELECT initial, t.* FROM two, unnest('{uniform,observed,steady}'::text[]) AS initial, markov_mobility(m, initial) AS t;
SELECT class_from, class_to, p, w.low = t.low AND w.high = t.high AS wilson, round(t.low::numeric, 6) AS low, round(t.high::numeric, 6) AS high FROM two, markov_table(m, 0.9) AS t, wilson(n, n_from, 0.9) AS w;

-- Chains that are not left: absorbing; two of them; a passing class; a return every two periods; one of which nothing follows.
CREATE TABLE special AS
SELECT name, markov_counts(c[1], c[2], c[3]) AS m FROM (VALUES ('absorbing', '{{1,1,1},{1,2,1},{2,1,1},{2,3,1},{3,3,5}}'::int[]), ('two absorbing', '{{1,1,5},{2,1,1},{2,2,2},{2,3,1},{3,3,5}}'),
	('transient', '{{1,1,1},{1,2,1},{2,2,1},{2,3,1},{3,2,1},{3,3,1}}'), ('periodic', '{{1,2,4},{2,1,4}}'), ('no next period', '{{1,1,1},{1,2,1},{2,1,1},{2,3,1}}'), ('all end', '{{1,2,3}}')) AS v (name, cells),
	LATERAL (SELECT ARRAY[cells[i][1], cells[i][2], cells[i][3]] AS c FROM generate_series(1, array_length(cells, 1)) AS i) AS s GROUP BY name;
SELECT name, class, n_from, stays, sojourn, steady_state, return_time, kind, note FROM special, markov_classes(m) ORDER BY name, class;
SELECT name, class_from, class_to, periods, probability, note FROM special, markov_passages(m) ORDER BY name, class_from, class_to;
SELECT name, classes, shorrocks, determinant, round(second_eigenvalue::numeric, 9) AS second_eigenvalue, unconditional_leaving, bartholomew, note FROM special, markov_mobility(m, 'steady') ORDER BY name;

-- Tests: 2 x 2 tables of each class, as Pearson has them; the same probabilities everywhere; a row that only one lag class has.
CREATE TABLE tested AS
SELECT name, markov_counts(c[2], c[3], c[4], c[1]) AS m FROM (VALUES ('different', '{{1,1,1,30},{1,1,2,10},{1,2,1,10},{1,2,2,10},{2,1,1,10},{2,1,2,30},{2,2,1,5},{2,2,2,15}}'::int[]), ('the same', '{{1,1,1,9},{1,1,2,3},{2,1,1,30},{2,1,2,10},{5,1,1,3},{5,1,2,1}}'),
	('one row in one lag class', '{{1,1,1,30},{1,1,2,10},{2,1,1,10},{2,1,2,30},{2,2,2,15},{2,2,1,5}}'), ('nothing to compare', '{{1,1,1,3},{2,2,2,3},{2,2,1,1}}')) AS v (name, cells),
	LATERAL (SELECT ARRAY[cells[i][1], cells[i][2], cells[i][3], cells[i][4]] AS c FROM generate_series(1, array_length(cells, 1)) AS i) AS s GROUP BY name;
SELECT name, t.* FROM tested, markov_test(m) AS t ORDER BY name, lag_class NULLS FIRST;
-- 40 x 40 against 20 and 60 together: 80 transitions from 1, q = 20; 40 from 2, q = 8/3
SELECT sum(q) FROM (VALUES (20.0::float8), (8.0 / 3)) AS v (q);

-- Moves of areas and of neighbours: independent by construction, and not.
CREATE TABLE joint AS
SELECT 'independent' AS name, markov_counts(f, t, (100 * a * b)::int) AS m FROM (VALUES (1, 1, 0.8), (1, 2, 0.2), (2, 1, 0.4), (2, 2, 0.6)) AS own (i, j, a), (VALUES (1, 1, 0.9), (1, 2, 0.1), (2, 1, 0.5), (2, 2, 0.5)) AS neighbors (k, l, b),
	LATERAL (SELECT (ARRAY[[1, 4], [2, 3]])[i][k] AS f, (ARRAY[[1, 4], [2, 3]])[j][l] AS t) AS s
UNION ALL SELECT 'together', markov_counts(1 + 2 * (i > 5)::int, 1 + 2 * (i % 5 > 2)::int, 1) FROM generate_series(1, 10) AS i;
SELECT name, t.* FROM joint, markov_moves_test(m) AS t ORDER BY name;
SELECT name, class_from, class_to, n, expected FROM joint, markov_moves(m) WHERE class_from = 1 OR name = 'together' ORDER BY name, class_from, class_to;
-- status (2) beside the class of the neighbours (3)
SELECT t.* FROM (SELECT markov(area, year, 2 * (near - 1) + listed) AS m FROM (VALUES (1, 1, 1, 1), (1, 2, 1, 2), (1, 3, 2, 2), (1, 4, 2, 3), (2, 1, 2, 3), (2, 2, 2, 2), (2, 3, 1, 1)) AS v (area, year, listed, near)) AS s, markov_moves_test(m, '{1,2,1,2,1,2}', '{1,1,2,2,3,3}') AS t;

-- Order of areas between two periods.
SELECT t.* FROM (SELECT kendall_tau(x, y) AS k FROM unnest('{1,2,3,4,5}'::float8[], '{1,3,2,5,4}'::float8[]) AS u (x, y)) AS s, LATERAL (SELECT (k).*) AS t;
SELECT t.* FROM (SELECT kendall_tau(x, y) AS k FROM unnest('{1,1,2,2,3,NULL}'::float8[], '{2,1,1,2,3,1}'::float8[]) AS u (x, y)) AS s, LATERAL (SELECT (k).*) AS t;
SELECT kendall_tau(x, 1), kendall_tau(1, 1) FILTER (WHERE x = 1), kendall_tau(NULL, 1), kendall_tau(x, -x), kendall_tau(x, x) FILTER (WHERE false) FROM generate_series(1, 4) AS x;
-- four areas in a row: neighbours 1-2, 2-3, 3-4
CREATE TABLE chain AS SELECT weights_agg(i, j, 1) AS w FROM (VALUES (1, 2), (2, 1), (2, 3), (3, 4), (5, NULL)) AS v (i, j);
SELECT (spatial_tau((SELECT w FROM chain), id, x, y)).* FROM (VALUES (1, 1, 2), (2, 2, 1), (3, 3, 4), (4, 4, 3), (5, NULL, 9)) AS v (id, x, y);
SELECT (spatial_tau((SELECT w FROM chain), id, x, y, 999, 1)).* FROM (VALUES (1, 1, 2), (2, 2, 1), (3, 3, 4), (4, 4, 3), (5, 5, 5)) AS v (id, x, y);
SELECT spatial_tau(NULL, 1, 1, 2), spatial_tau((SELECT w FROM chain), 1, 1, 2), spatial_tau((SELECT w FROM chain), 1, NULL, 2, 0, 1);
SELECT (rank_theta(regime, x, y)).* FROM (VALUES (1, 1, 3), (1, 2, 4), (2, 3, 1), (2, 4, 2), (NULL, 5, 5)) AS v (regime, x, y);
SELECT (rank_theta(regime, x, y, 999, 1)).* FROM (VALUES (1, 1, 2), (1, 2, 1), (2, 3, 4), (2, 4, 3)) AS v (regime, x, y);
SELECT rank_theta(1, x, x), rank_theta(1, NULL, x), rank_theta(1, 1, 1) FILTER (WHERE false) FROM generate_series(1, 3) AS x;

DROP SCHEMA markov_cases CASCADE;
