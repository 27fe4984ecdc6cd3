-- Empirical Bayes rates and probability maps against spdep 1.2-7 (ref_eb_rates, ref_eb_parameters).
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_eb;
SET search_path = reference_eb, monitor, public;
SELECT plan(14);

CREATE TABLE rates (id bigint, x float8, n float8, raw float8, poisson float8, binomial float8, local float8, choynowski float8, choynowski_low bool, expected float8, relative_risk float8, probability float8);
\copy rates FROM 'test/data/reference/ref_eb_rates.csv' CSV HEADER
CREATE TABLE edges (dataset text, kind text, i bigint, j bigint);
\copy edges FROM 'test/data/reference/ref_weights_edges.csv' CSV HEADER
CREATE TABLE map AS SELECT weights_agg(i, j, 1) AS w FROM edges WHERE dataset = 'nc' AND kind = 'queen';
CREATE TABLE ours AS
SELECT r.*, eb_rate(x, n) OVER () AS p, eb_rate(x, n, binomial => true) OVER () AS b, eb_rate(w, id, x, n) OVER () AS l, probability_map(x, n) OVER () AS m
FROM rates AS r, map;
-- spdep's EBlocal takes each neighbour's distance from the mean of the neighbour's own surroundings, not from that of the
-- area's (as Marshall and GeoDa's manual have it, and as we do). With that done to our means, its rows come out.
CREATE TABLE around AS SELECT i, j FROM edges WHERE dataset = 'nc' AND kind = 'queen' UNION ALL SELECT id, id FROM rates;
CREATE TABLE by_peer AS
SELECT i, m + weight * (raw - m) AS estimate, weight
FROM (SELECT i, m, raw, a / (a + m / n) AS weight
	FROM (SELECT a.i, (o.l).mean AS m, (o.l).raw AS raw, o.n, greatest(sum(j.n * ((j.l).raw - (j.l).mean) ^ 2) / sum(j.n) - (o.l).mean / avg(j.n), 0) AS a
		FROM around AS a JOIN ours AS o ON o.id = a.i JOIN ours AS j ON j.id = a.j GROUP BY a.i, o.l, o.n) AS s) AS s;
-- The definition itself.
CREATE TABLE by_definition AS
SELECT i, m + a / (a + m / n) * (x / n - m) AS estimate, a
FROM (SELECT a.i, o.x, o.n, m, greatest(sum(j.n * (j.x / j.n - m) ^ 2) / sum(j.n) - m / avg(j.n), 0) AS a
	FROM around AS a JOIN rates AS o ON o.id = a.i JOIN rates AS j ON j.id = a.j
		JOIN (SELECT i, sum(x) / sum(n) AS m FROM around JOIN rates ON id = j GROUP BY i) AS s ON s.i = a.i
	GROUP BY a.i, o.x, o.n, m) AS s;
-- spdep prints the relative risk in percent.
CREATE TABLE compared AS
SELECT id, abs((p).raw - raw) / coalesce(nullif(raw, 0), 1) AS raw, abs((p).estimate / poisson - 1) AS poisson, abs((b).estimate / binomial - 1) AS binomial,
	abs(p.estimate / local - 1) AS local, abs((l).estimate / d.estimate - 1) AS definition,
	abs((CASE WHEN choynowski_low THEN (m).p_lower ELSE (m).p_upper END) / choynowski - 1) AS choynowski,
	(x < (m).expected) = choynowski_low AS same_side, abs((m).expected / expected - 1) AS expected,
	abs(100 * (m).relative_risk - relative_risk) / coalesce(nullif(relative_risk, 0), 1) AS relative_risk, abs((m).p_lower / probability - 1) AS probability
FROM ours JOIN by_peer AS p ON p.i = id JOIN by_definition AS d ON d.i = id;
SELECT is(count(*), 100::bigint, 'ref_eb_rates: all rows have been read') FROM compared;
SELECT cmp_ok(max(raw), '<=', 1e-9::float8, 'raw') FROM compared;
SELECT cmp_ok(max(poisson), '<=', 1e-9::float8, 'eb_global_poisson') FROM compared;
SELECT cmp_ok(max(binomial), '<=', 1e-9::float8, 'eb_global_binomial') FROM compared;
SELECT cmp_ok(max(local), '<=', 1e-9::float8, 'eb_local, each neighbour about its own mean') FROM compared;
SELECT cmp_ok(max(definition), '<=', 1e-9::float8, 'eb_rate with weights is what the definition says') FROM compared;
SELECT cmp_ok(count(*), '>', 20::bigint, 'and is not the raw rate, nor the mean, in many areas') FROM ours WHERE (l).weight BETWEEN 0.01 AND 0.99;
SELECT cmp_ok(max(choynowski), '<=', 1e-9::float8, 'choynowski_pmap') FROM compared;
SELECT ok(bool_and(same_side), 'choynowski_type') FROM compared;
SELECT cmp_ok(max(greatest(expected, relative_risk, probability)), '<=', 1e-9::float8, 'probmap') FROM compared;

CREATE TABLE parameters (quantity text, value float8, call text);
\copy parameters FROM 'test/data/reference/ref_eb_parameters.csv' CSV HEADER
-- spdep's s2 of the binomial family is the variance of the raw rates: that of the true ones plus chance's part.
CREATE TABLE own AS
SELECT * FROM (
	SELECT max((p).variance) AS a, max((p).mean) AS b, max((b).variance) + (max((b).mean) * (1 - max((b).mean)) - max((b).variance)) / avg(n) AS s2, max((b).mean) AS bb
	FROM ours) AS s, LATERAL (VALUES ('eb_poisson_a', a), ('eb_poisson_b', b), ('eb_binomial_s2', s2), ('eb_binomial_b', bb)) AS v (quantity, value)
UNION ALL SELECT NULL, NULL, NULL, NULL, 'EBImoran_I_queenB', (eb_moran(w, id, x, n)).statistic FROM rates, map
UNION ALL SELECT NULL, NULL, NULL, NULL, 'EBImoran_I_queenW', (eb_moran(w, id, x, n)).statistic FROM rates, (SELECT standardize(w, 'W') AS w FROM map OFFSET 0) AS s;
SELECT is(count(*), 6::bigint, 'ref_eb_parameters: all rows have been read') FROM parameters AS p JOIN own AS o USING (quantity);
SELECT cmp_ok(max(abs(o.value / p.value - 1)), '<=', 1e-9::float8, 'EBest parameters') FROM parameters AS p JOIN own AS o USING (quantity) WHERE quantity LIKE 'eb%';
SELECT cmp_ok(abs(o.value / p.value - 1), '<=', 1e-9::float8, quantity) FROM parameters AS p JOIN own AS o USING (quantity) WHERE quantity LIKE 'EBI%' ORDER BY quantity;

SELECT diag(format('ref_eb_rates: %s rows compared, worst relative difference %s', count(*), max(greatest(raw, poisson, binomial, local, choynowski, expected, relative_risk, probability)))) FROM compared;
SELECT diag(format('ref_eb_parameters: %s rows compared, worst relative difference %s', count(*), max(abs(o.value / p.value - 1)))) FROM parameters AS p JOIN own AS o USING (quantity);
SELECT * FROM finish();
ROLLBACK;
