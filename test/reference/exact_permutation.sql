-- Local Moran over all arrangements of the neighbours on a grid of 2 x 4 areas.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA exact_permutation;
SET search_path = exact_permutation, monitor, public;
SELECT plan(9);
CREATE TABLE grid (id bigint, x float8, neighbours text);
CREATE TABLE ref (quantity text, value float8);
\copy grid FROM 'test/data/reference/data_grid2x4.csv' CSV HEADER
\copy ref FROM 'test/data/reference/ref_exact_permutation_2x4.csv' CSV HEADER
CREATE TABLE weight AS SELECT weights_agg(id, n::bigint) AS w FROM grid, LATERAL string_to_table(neighbours, ' ') AS n;
CREATE TABLE got AS
SELECT id, (m).*, exact FROM (SELECT id, local_moran((SELECT standardize(w, 'W') FROM weight), id, x, 999) OVER () AS m,
	local_moran((SELECT standardize(w, 'W') FROM weight), id, x, 1, 7) OVER () AS exact FROM grid) AS s;
CREATE TABLE compared AS
SELECT r.quantity, r.value, i.id, i.name, CASE i.name
	WHEN 'Ii' THEN statistic WHEN 'cond_mean_exact' THEN expected WHEN 'spdep_E_cond' THEN expected
	WHEN 'cond_var_exact' THEN variance WHEN 'spdep_V_cond' THEN variance END AS ours, g.p_directed, g.p_permutation
FROM ref AS r, LATERAL (SELECT substring(quantity FROM '_(\d+)$')::bigint AS id, substring(quantity FROM '^(.*)_\d+$') AS name) AS i LEFT JOIN got AS g USING (id)
WHERE i.id IS NOT NULL;
SELECT is(count(*), 56::bigint, 'all rows of an area') FROM compared;
-- The map's Moran: its statistic and its moments under randomisation, which are those of all 40,320 orders; p over them is drawn.
CREATE TABLE whole AS
SELECT r.quantity, r.value, CASE quantity WHEN 'I' THEN statistic WHEN 'perm_mean_exact' THEN expected WHEN 'analytic_E' THEN expected WHEN 'perm_var_exact' THEN variance WHEN 'analytic_V_rand' THEN variance END AS ours,
	(SELECT least(a.value, b.value) FROM ref AS a, ref AS b WHERE a.quantity = 'p_greater_exact' AND b.quantity = 'p_less_exact') AS smaller, p_permutation
FROM ref AS r, (SELECT (moran((SELECT standardize(w, 'W') FROM weight), id, x, 99999, 1)).* FROM grid) AS g WHERE quantity !~ '_\d+$' AND quantity <> 'Ii_';
SELECT is(count(*), 9::bigint, 'all rows of the map') FROM whole;
SELECT is_empty($$SELECT quantity, value, ours FROM whole WHERE quantity !~ '^p_' AND quantity <> 'n_perm' AND NOT coalesce(abs(value - ours) <= 1e-9 * abs(value), false)$$, 'Moran''s I and its moments');
SELECT ok(bool_and(abs(p_permutation - 2 * smaller) < 0.02), 'drawn p is near that of all 40,320 orders: twice the smaller tail') FROM whole;
SELECT is_empty($$SELECT value FROM ref WHERE quantity = 'n_perm' AND value <> 40320 UNION ALL SELECT a.value FROM ref AS a, ref AS b WHERE a.quantity = 'p_two_absdev_exact' AND b.quantity = 'p_greater_exact' AND a.value < b.value$$, 'the number of orders; p by the absolute deviation from the mean, which is not offered, is another two-sided p');
SELECT is_empty($$SELECT quantity, value, ours FROM compared WHERE name NOT LIKE 'p\_%' AND NOT coalesce(abs(value - ours) <= 1e-9 * abs(value), false)$$, 'statistic and exact conditional moments');
SELECT is_empty($$SELECT id, a.value, b.value, a.p_directed FROM compared AS a JOIN compared AS b USING (id)
	WHERE a.name = 'p_ge_exact' AND b.name = 'p_le_exact' AND NOT coalesce(abs(least(a.value, b.value) - a.p_directed) < 1e-15, false)$$, 'exact p of the smaller tail');
SELECT is_empty($$SELECT id FROM compared WHERE NOT coalesce(p_permutation = least(1, 2 * p_directed), false)$$, 'two-sided p is twice that');
SELECT is_empty($$SELECT id FROM got WHERE (exact).p_directed IS DISTINCT FROM p_directed$$, 'exact p depends neither on the seed nor on the number of permutations');
SELECT diag(format('ref_exact_permutation_2x4: %s rows compared, worst relative difference %s', count(*),
	greatest(max(abs(value / ours - 1)), (SELECT max(abs(least(a.value, b.value) / a.p_directed - 1)) FROM compared AS a JOIN compared AS b USING (id) WHERE a.name = 'p_ge_exact' AND b.name = 'p_le_exact')))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
