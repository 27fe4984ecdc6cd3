-- Moran's I, Geary's C and general G beside spdep, every row: value, expectation,
-- variance, z and p.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA global_autocorrelation_test;
SET search_path = global_autocorrelation_test, monitor, public;
\ir setup.psql
SELECT plan(6);

CREATE TABLE ref (dataset text, kind text, style text, variable text, stat text, "null" text, adjust_n boolean, value float8, expectation float8, variance float8, z float8, p_two_sided float8, package text);
\copy ref FROM 'test/data/reference/ref_global_autocorrelation.csv' CSV HEADER
SELECT is(count(*), 896::bigint, 'rows read') FROM ref;

CREATE TABLE ours AS
SELECT dataset, kind, style, variable, moran(w, id, x) AS i, geary(w, id, x) AS c, getis_g(w, id, x) AS g
FROM weight JOIN value USING (dataset) GROUP BY 1, 2, 3, 4;

-- Ours in the shape of the reference.
CREATE TABLE got AS
SELECT dataset, kind, style, variable, stat, "null", adjust_n, (r).n_islands, (r).statistic AS value, (r).expected AS expectation,
	CASE "null" WHEN 'normality' THEN (r).variance_normal ELSE (r).variance END AS variance,
	CASE "null" WHEN 'normality' THEN (r).z_normal ELSE (r).z END AS z,
	CASE "null" WHEN 'normality' THEN (r).p_normal ELSE (r).p END AS p_two_sided
FROM ref JOIN ours USING (dataset, kind, style, variable), LATERAL (SELECT CASE stat WHEN 'moran_I' THEN i WHEN 'geary_C' THEN c ELSE g END AS r) AS s;
SELECT is(count(*), 896::bigint, 'as many of ours') FROM got;


-- Where there are islands spdep has three rules. G: they are left out whole, and so
-- we do. Moran's I: their values count in mean and variance, they do not in n
-- (adjust.n); so we do, and adjust.n = FALSE follows from ours by the formula.
-- Geary's C: adjust.n puts n_adj for n - 1 and n^2 but leaves n, over sums of all
-- values: z is 7 where C is far from rare among permutations, and variances are
-- negative. Ours is adjust.n = FALSE, whose moments are those of all permutations.
CREATE TABLE styled AS
SELECT dataset, style, i, j, CASE style WHEN 'B' THEN 1 ELSE 1.0::float8 / count(*) OVER (PARTITION BY dataset, style, i) END AS w
FROM link CROSS JOIN (VALUES ('B'), ('W')) AS s(style) WHERE kind = 'dband_0.6max1nn';
CREATE TABLE constants AS
SELECT dataset, style, count(*) AS n_adj, sum(row) AS s0, sum(s1) AS s1, sum(both_ways ^ 2) AS s2
FROM (
	SELECT a.dataset, a.style, a.i, sum(a.w) AS row, sum((a.w + b.w) ^ 2) / 2 AS s1, sum(a.w + b.w) AS both_ways
	FROM styled AS a JOIN styled AS b ON (b.dataset, b.style, b.i, b.j) = (a.dataset, a.style, a.j, a.i) GROUP BY 1, 2, 3) AS s
GROUP BY 1, 2;
CREATE TABLE moments AS
SELECT dataset, variable, count(*) AS n, sum(z ^ 2) AS zz, sum(z ^ 4) AS z4
FROM (SELECT *, x - avg(x) OVER (PARTITION BY dataset, variable) AS z FROM value) AS s GROUP BY 1, 2;

-- Two-sided p of z: a series for small z, a continued fraction for large.
CREATE FUNCTION two_sided(z float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
	a float8 := abs(z);
	term float8 := a;
	sum float8 := a;
BEGIN
	IF a < 3 THEN
		FOR k IN 1..100 LOOP
			term := term * a * a / (2 * k + 1);
			sum := sum + term;
		END LOOP;
		RETURN 1 - 2 * sum * exp(-a * a / 2) / sqrt(2 * pi());
	END IF;
	sum := 0;
	FOR k IN REVERSE 300..1 LOOP
		sum := k / (a + sum);
	END LOOP;
	RETURN 2 * exp(-a * a / 2) / sqrt(2 * pi()) / (a + sum);
END
$$;

-- What spdep prints by the rules that are not ours, from our statistic.
CREATE TABLE other_rule AS
SELECT dataset, kind, style, variable, stat, "null", adjust_n, f.value, f.expectation, f.variance, s.z, two_sided(s.z) AS p_two_sided
FROM got JOIN constants USING (dataset, style) JOIN moments USING (dataset, variable),
	LATERAL (SELECT n_adj::float8 AS a, n * z4 / zz ^ 2 AS b, n_adj * z4 / zz ^ 2 AS b_adj) AS k,
	LATERAL (SELECT
		CASE stat WHEN 'moran_I' THEN got.value * n / a ELSE got.value * (a - 1) / (n - 1) END AS value,
		CASE stat WHEN 'moran_I' THEN -1.0 / (n - 1) ELSE 1 END AS expectation,
		CASE
			WHEN stat = 'moran_I' AND "null" = 'normality' THEN (n ^ 2 * s1 - n * s2 + 3 * s0 ^ 2) / (s0 ^ 2 * (n ^ 2 - 1)) - 1 / (n - 1.0) ^ 2
			WHEN stat = 'moran_I' THEN (n * ((n ^ 2 - 3 * n + 3) * s1 - n * s2 + 3 * s0 ^ 2) - b * ((n ^ 2 - n) * s1 - 2 * n * s2 + 6 * s0 ^ 2))
				/ ((n - 1.0) * (n - 2) * (n - 3) * s0 ^ 2) - 1 / (n - 1.0) ^ 2
			WHEN "null" = 'normality' THEN ((2 * s1 + s2) * (a - 1) - 4 * s0 ^ 2) / (2 * (n + 1) * s0 ^ 2)
			ELSE ((a - 1) * s1 * (a ^ 2 - 3 * n + 3 - b_adj * (a - 1)) - (a - 1) * s2 * (a ^ 2 + 3 * n - 6 - b_adj * (a ^ 2 - n + 2)) / 4 + s0 ^ 2 * (a ^ 2 - 3 - b_adj * (a - 1) ^ 2))
				/ (n * (a - 2) * (a - 3) * s0 ^ 2)
		END AS variance) AS f,
	LATERAL (SELECT CASE WHEN f.variance > 0 THEN CASE stat WHEN 'moran_I' THEN 1 ELSE -1 END * (f.value - f.expectation) / sqrt(f.variance) END AS z) AS s
WHERE n_islands > 0 AND stat = 'moran_I' AND NOT adjust_n OR n_islands > 0 AND stat = 'geary_C' AND adjust_n;
SELECT is(count(*), 56::bigint, 'rows by a rule that is not ours') FROM other_rule;

CREATE TABLE compared AS
SELECT r.*, o.dataset IS NOT NULL AS by_formula, greatest(
	relative_difference(coalesce(o.value, g.value), r.value), relative_difference(coalesce(o.expectation, g.expectation), r.expectation),
	relative_difference(coalesce(o.variance, g.variance), r.variance), relative_difference(CASE WHEN o.dataset IS NULL THEN g.z ELSE o.z END, r.z),
	relative_difference(CASE WHEN o.dataset IS NULL THEN g.p_two_sided ELSE o.p_two_sided END, r.p_two_sided)) AS difference
FROM ref AS r JOIN got AS g USING (dataset, kind, style, variable, stat, "null", adjust_n) LEFT JOIN other_rule AS o USING (dataset, kind, style, variable, stat, "null", adjust_n);
SELECT is_empty($$SELECT * FROM compared WHERE NOT by_formula AND difference > 1e-9$$, 'value, expectation, variance, z and p as spdep');
SELECT is_empty($$SELECT * FROM compared WHERE by_formula AND difference > 1e-9$$, 'islands: what spdep prints by the rules that are not ours follows from ours');
SELECT is_empty($$
	SELECT * FROM got WHERE stat = 'geary_C' AND n_islands > 0 AND "null" = 'randomisation' AND NOT adjust_n AND NOT EXISTS (
		SELECT FROM ref WHERE (ref.dataset, ref.kind, ref.style, ref.variable, ref.stat, ref."null") = (got.dataset, got.kind, got.style, got.variable, got.stat, got."null")
			AND adjust_n AND (ref.variance < 0 OR ref.z > 1.4 * got.z))$$,
	'islands: with adjust.n every Geary variance is negative or z far too large');
SELECT diag(format('ref_global_autocorrelation: %s rows compared, worst relative difference %s; %s of them by formula, worst %s', count(*),
	max(difference) FILTER (WHERE NOT by_formula), count(*) FILTER (WHERE by_formula), max(difference) FILTER (WHERE by_formula))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
