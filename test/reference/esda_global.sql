-- Global statistics beside esda, every row, and EB Moran beside spdep.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA esda_global_test;
SET search_path = esda_global_test, monitor, public;
\ir setup.psql
SELECT plan(8);

CREATE TABLE ref (dataset text, kind text, transform text, variable text, statistic text, quantity text, value float8, call text, package text);
\copy ref FROM 'test/data/reference/ref_esda_global.csv' CSV HEADER
SELECT is(count(*), 337::bigint, 'rows read') FROM ref;

-- Two variables side by side, as the rows of the reference name them.
CREATE TABLE pair AS
SELECT a.dataset, a.id, label, a.x AS x, b.x AS y
FROM (VALUES ('columbus', 'CRIME', 'HOVAL'), ('nc', 'rate74', 'rate79')) AS v(dataset, first, second),
	LATERAL (VALUES (first || ' x lag(' || second || ')', first, second), (second || ' x lag(' || first || ')', second, first),
		(second || '-' || first, first, second), (first || ',' || second, first, second)) AS l(label, x_name, y_name)
	JOIN value AS a ON a.variable = x_name JOIN value AS b ON b.variable = y_name AND b.id = a.id
WHERE (a.dataset, b.dataset) = (v.dataset, v.dataset);
CREATE TABLE mark AS
SELECT dataset, id, variable || '>q75' AS variable, x > limit_ AS x
FROM value JOIN (SELECT dataset, variable, percentile_cont(0.75) WITHIN GROUP (ORDER BY x) AS limit_ FROM value GROUP BY 1, 2) AS q USING (dataset, variable)
WHERE (dataset, variable) IN (('columbus', 'CRIME'), ('nc', 'rate74'));
CREATE TABLE weighted AS
SELECT dataset, kind, CASE style WHEN 'B' THEN 'b' ELSE 'r' END AS transform, w, s.n, s.s0 FROM weight, weights_summary(w) AS s WHERE kind IN ('queen', 'knn4');

-- Ours by statistic and quantity. esda's Geary z has the other sign and its p is one
-- tail, that of the observed side; so is that of G.
CREATE TABLE got (dataset text, kind text, transform text, variable text, statistic text, quantity text, ours float8);
INSERT INTO got
SELECT dataset, kind, transform, variable, 'Moran', q.*
FROM (SELECT dataset, kind, transform, variable, moran(w, id, x) AS r FROM weighted JOIN value USING (dataset) GROUP BY 1, 2, 3, 4) AS s,
	LATERAL (VALUES ('I', (r).statistic), ('EI', (r).expected), ('VI_norm', (r).variance_normal), ('VI_rand', (r).variance), ('z_norm', (r).z_normal), ('z_rand', (r).z),
		('p_norm', (r).p_normal), ('p_rand', (r).p)) AS q;
INSERT INTO got
SELECT dataset, kind, transform, variable, 'Geary', q.*
FROM (SELECT dataset, kind, transform, variable, geary(w, id, x) AS r FROM weighted JOIN value USING (dataset) GROUP BY 1, 2, 3, 4) AS s,
	LATERAL (VALUES ('C', (r).statistic), ('EC', (r).expected), ('VC_norm', (r).variance_normal), ('VC_rand', (r).variance), ('z_norm', -(r).z_normal), ('z_rand', -(r).z),
		('p_norm', (r).p_normal / 2), ('p_rand', (r).p / 2)) AS q;
INSERT INTO got
SELECT dataset, kind, transform, variable, 'G', q.*
FROM (SELECT dataset, kind, transform, variable, getis_g(w, id, x) AS r FROM weighted JOIN value USING (dataset) GROUP BY 1, 2, 3, 4) AS s,
	LATERAL (VALUES ('G', (r).statistic), ('EG', (r).expected), ('VG', (r).variance), ('z_norm', (r).z), ('p_norm', (r).p / 2)) AS q;
-- esda's bivariate Moran lacks the factor n / S0: with binary weights it is too large
-- by the mean number of neighbours (columbus queen b: -1.1599, ours -0.2408).
INSERT INTO got
SELECT dataset, kind, transform, label, 'Moran_BV', 'I', (bivariate_moran(w, id, x, y)).statistic * s0 / n
FROM weighted JOIN pair USING (dataset) GROUP BY dataset, kind, transform, label, n, s0;
INSERT INTO got
SELECT dataset, kind, transform, label, 'Moran_differential', 'I', (moran(w, id, y - x)).statistic FROM weighted JOIN pair USING (dataset) GROUP BY 1, 2, 3, 4;
INSERT INTO got
SELECT dataset, kind, transform, label, 'Lee_L', 'L', (lee(w, id, x, y)).statistic FROM weighted JOIN pair USING (dataset) GROUP BY 1, 2, 3, 4;
INSERT INTO got
SELECT dataset, kind, transform, variable, 'Join_Counts', q.*
FROM (SELECT dataset, kind, transform, variable, join_count(w, id, x) AS bb, join_count(w, id, NOT x) AS ww, join_count_mixed(w, id, x) AS bw
		FROM weighted JOIN mark USING (dataset) GROUP BY 1, 2, 3, 4) AS s,
	LATERAL (VALUES ('bb', (bb).statistic), ('ww', (ww).statistic), ('bw', (bw).statistic), ('J', (bb).statistic + (ww).statistic + (bw).statistic)) AS q;

INSERT INTO got
SELECT dataset, kind, transform, variable, 'Join_Counts_Local', id, (local_join_count(w, id, x) OVER (PARTITION BY dataset)).statistic
FROM weighted JOIN mark USING (dataset) WHERE kind = 'queen' AND transform = 'b';
SELECT is_empty($$
	SELECT weighted.dataset, without FROM weighted JOIN mark USING (dataset) JOIN (SELECT dataset, id AS without FROM area) AS a USING (dataset) JOIN got ON (got.dataset, statistic, quantity) = (weighted.dataset, 'Join_Counts_Local', without::text)
	WHERE weighted.kind = 'queen' AND weighted.transform = 'b' GROUP BY 1, 2, ours
	HAVING ours IS DISTINCT FROM (join_count(w, id, x)).statistic - (join_count(w, id, x AND id <> without)).statistic$$,
	'a local join count is what the count loses when the area''s mark is taken away');

CREATE TABLE compared AS
SELECT ref.*, ours, relative_difference(value, ours) AS difference FROM ref LEFT JOIN got USING (dataset, kind, transform, variable, statistic, quantity);
SELECT is(count(*), 337::bigint, 'rows compared') FROM compared;
SELECT is_empty($$SELECT * FROM compared WHERE difference > 1e-9$$, 'as esda');

-- Join counts: expectation and variance from S0, S1, S2 as Cliff and Ord print them
-- for BB and BW, marks laid out without replacement.
CREATE TABLE join_moments AS
SELECT s.*, s.n1 * (s.n1 - 1) / (n * (n - 1.0)) AS p2, s.n1 * (s.n1 - 1) * (s.n1 - 2) / (n * (n - 1.0) * (n - 2)) AS p3,
	s.n1 * (s.n1 - 1) * (s.n1 - 2) * (s.n1 - 3) / (n * (n - 1.0) * (n - 2) * (n - 3)) AS p4, s.n1 * s.n2 / (n * (n - 1.0)) AS q2,
	s.n1 * s.n2 / (n * (n - 1.0) * (n - 2)) * (s.n1 + s.n2 - 2) AS q3, s.n1 * (s.n1 - 1) * s.n2 * (s.n2 - 1) / (n * (n - 1.0) * (n - 2) * (n - 3)) AS q4
FROM (SELECT dataset, kind, transform, join_count(w, id, x) AS bb, join_count_mixed(w, id, x) AS bw, n::float8, s0, s1, s2, count(*) FILTER (WHERE x)::float8 AS n1, count(*) FILTER (WHERE NOT x)::float8 AS n2
	FROM weighted JOIN mark USING (dataset), LATERAL (SELECT s1, s2 FROM weights_summary(w)) AS c GROUP BY dataset, kind, transform, n, s0, s1, s2) AS s;
SELECT is_empty($$
	SELECT dataset, kind, transform, bb, bw FROM join_moments WHERE greatest(
		relative_difference((bb).expected, s0 * p2 / 2), relative_difference((bb).variance, (s1 * p2 + (s2 - 2 * s1) * p3 + (s0 ^ 2 + s1 - s2) * p4 - (s0 * p2) ^ 2) / 4),
		relative_difference((bw).expected, s0 * q2),
		relative_difference((bw).variance, (2 * s1 * q2 + (s2 - 2 * s1) * q3 + 4 * (s0 ^ 2 + s1 - s2) * q4) / 4 - (s0 * q2) ^ 2)) > 1e-9$$,
	'moments of join counts as Cliff and Ord');

-- EB Moran, whose rates esda standardises by the same formula.
CREATE TABLE ref_eb (quantity text, value float8, call text);
\copy ref_eb FROM 'test/data/reference/ref_eb_parameters.csv' CSV HEADER
CREATE TABLE eb AS
SELECT quantity, value, (eb_moran(w, id, e.x, p.x)).statistic AS ours
FROM ref_eb JOIN (SELECT 'EBImoran_I_queen' || style AS quantity, w FROM weight WHERE (dataset, kind) = ('nc', 'queen')) AS q USING (quantity),
	value AS e JOIN value AS p USING (dataset, id) WHERE (dataset, e.variable, p.variable) = ('nc', 'SID74', 'BIR74') GROUP BY quantity, value;
SELECT is(count(*), 2::bigint, 'EB Moran: rows compared') FROM eb;
SELECT is_empty($$SELECT * FROM eb WHERE relative_difference(value, ours) > 1e-9$$, 'EB Moran as spdep');

-- Exact p: 8 areas, all 40,320 permutations.
CREATE TABLE ref_exact (quantity text, value float8);
\copy ref_exact FROM 'test/data/reference/ref_exact_permutation_2x4.csv' CSV HEADER
CREATE TABLE grid (id bigint, x float8, neighbours text);
\copy grid FROM 'test/data/reference/data_grid2x4.csv' CSV HEADER
CREATE TABLE grid_weights AS SELECT weights_agg(id, n::bigint, 1.0 / cardinality(s)) AS w FROM grid, LATERAL string_to_array(neighbours, ' ') AS s, unnest(s) AS n;
CREATE TABLE exact AS
SELECT quantity, value, ours
FROM (SELECT moran(w, id, x, 1, 1) AS r FROM grid, grid_weights) AS s,
	LATERAL (VALUES ('I', (r).statistic), ('perm_mean_exact', (r).expected), ('perm_var_exact', (r).variance), ('analytic_E', (r).expected), ('analytic_V_rand', (r).variance),
		('p_less_exact', (r).p_permutation / 2)) AS q(quantity, ours) JOIN ref_exact USING (quantity);
SELECT is(count(*) FILTER (WHERE relative_difference(value, ours) < 1e-9), 6::bigint, 'Moran''s I, its moments and p of all 40,320 permutations') FROM exact;
SELECT diag(format('ref_esda_global: %s rows compared, worst relative difference %s', count(*), max(difference))) FROM compared;
SELECT diag(format('ref_eb_parameters: %s rows compared (EBImoran), worst relative difference %s', count(*), max(relative_difference(value, ours)))) FROM eb;
SELECT diag(format('ref_exact_permutation_2x4: %s rows compared (global), worst relative difference %s', count(*), max(relative_difference(value, ours)))) FROM exact;
SELECT * FROM finish();
ROLLBACK;
