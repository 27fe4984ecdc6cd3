-- GeoDa's local statistics: values, and the p of its own random numbers to the digit.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA rgeoda_local;
SET search_path = rgeoda_local, monitor, public;
\ir setup.psql
SELECT plan(6);
CREATE TABLE ref (dataset text, variable text, stat text, perm_method text, id bigint, value float8, pseudo_p float8, cluster int, label text, nn int, package text);
\copy ref FROM 'test/data/reference/ref_rgeoda_local.csv' CSV HEADER

CREATE TABLE x AS
SELECT id, "CRIME" AS crime, "HOVAL" AS hoval,
	"CRIME" > (SELECT percentile_cont(0.75) WITHIN GROUP (ORDER BY "CRIME") FROM read_columbus) AS high
FROM read_columbus;
CREATE TABLE queen AS SELECT w FROM weight WHERE (dataset, kind, style) = ('columbus', 'queen', 'B');
CREATE TABLE got AS
SELECT variable, perm_method, stat, id, (a).*
FROM (VALUES ('complete', 'geoda'), ('lookup', 'geoda_lookup')) AS m(perm_method, rng),
	LATERAL (
		SELECT v.variable, v.id, l.stat, l.a
		FROM (SELECT variable, id,
				local_moran((SELECT standardize(w, 'W') FROM queen), id, x, 999, 123456789, rng) OVER p AS moran,
				local_geary((SELECT standardize(w, 'W') FROM queen), id, x, 999, 123456789, rng) OVER p AS geary,
				local_g((SELECT standardize(w, 'W') FROM queen), id, x, false, 999, 123456789, rng) OVER p AS g,
				local_g((SELECT standardize(w, 'W') FROM queen), id, x, true, 999, 123456789, rng) OVER p AS gstar
			FROM value WHERE dataset = 'columbus' AND variable IN ('CRIME', 'HOVAL') WINDOW p AS (PARTITION BY variable)) AS v,
			LATERAL (VALUES ('local_moran', moran), ('local_geary', geary), ('local_g', g), ('local_gstar', gstar)) AS l(stat, a)) AS s
UNION ALL
SELECT 'CRIME x lag HOVAL', 'complete?', 'local_bimoran', id, (local_bivariate_moran((SELECT standardize(w, 'W') FROM queen), id, crime, hoval, 999, 123456789, 'geoda') OVER ()).* FROM x
UNION ALL
SELECT 'CRIME>q75', NULL, 'local_joincount', id, (local_join_count((SELECT w FROM queen), id, high, 999, 123456789, 'geoda') OVER ()).* FROM x;

-- GeoDa's scales: Moran by n - 1; G and G* over row-standardised weights as here.
CREATE TABLE compared AS
SELECT r.*, CASE WHEN g.stat IN ('local_moran', 'local_bimoran') THEN statistic * 48 / 49 ELSE statistic END AS our_value,
	p_directed, quadrant, neighbors, statistic > expected AS above,
	statistic >= avg(statistic) OVER (PARTITION BY r.variable, r.stat, r.perm_method) AS hot
FROM ref AS r LEFT JOIN got AS g ON (r.variable, r.stat, r.id) = (g.variable, g.stat, g.id) AND r.perm_method IS NOT DISTINCT FROM g.perm_method;
-- What GeoDa colours of p up to 0.05.
CREATE TABLE coloured AS
SELECT *, CASE
	WHEN coalesce(p_directed, 1) > 0.05 THEN 0
	WHEN stat IN ('local_moran', 'local_bimoran') THEN array_position(ARRAY['HH', 'LL', 'LH', 'HL'], quadrant)
	WHEN stat = 'local_geary' THEN CASE WHEN above THEN 4 WHEN quadrant = 'HH' THEN 1 WHEN quadrant = 'LL' THEN 2 ELSE 3 END
	WHEN stat = 'local_joincount' THEN 1
	WHEN hot THEN 1 ELSE 2 END AS our_cluster
FROM compared;

SELECT is(count(*), 882::bigint, 'all rows') FROM compared;
SELECT is_empty($$SELECT variable, stat, perm_method, id, pseudo_p, p_directed FROM compared WHERE pseudo_p IS DISTINCT FROM p_directed$$, 'p of GeoDa, the same to the bit');
SELECT is_empty($$SELECT variable, stat, id, value, our_value FROM compared WHERE coalesce(relative_difference(value, our_value), 1) > 1e-9 AND abs(value - our_value) > 1e-13$$, 'values');
SELECT is_empty($$SELECT id, nn, neighbors FROM compared WHERE nn IS DISTINCT FROM neighbors$$, 'numbers of neighbours');
SELECT is_empty($$SELECT variable, stat, perm_method, id, cluster, our_cluster FROM coloured WHERE cluster IS DISTINCT FROM our_cluster$$, 'clusters');
SELECT is_empty($$SELECT stat, cluster, label FROM compared WHERE label IS DISTINCT FROM CASE
	WHEN cluster = 0 THEN 'Not significant'
	WHEN stat = 'local_joincount' THEN 'Significant'
	WHEN stat = 'local_geary' THEN (ARRAY['High-High', 'Low-Low', 'Other Positive', 'Negative'])[cluster]
	ELSE (ARRAY['High-High', 'Low-Low', 'Low-High', 'High-Low'])[cluster] END$$, 'what the clusters are called');
SELECT diag(format('ref_rgeoda_local: %s rows compared, worst relative difference of a value %s, of p %s', count(*),
	max(least(relative_difference(value, our_value), abs(value - our_value))), max(relative_difference(pseudo_p, p_directed)))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
