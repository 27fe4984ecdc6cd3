-- Intervals of shares and rates, and differences of shares, against R 4.2.2 and epitools
-- (ref_intervals, ref_diff_proportions).
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_intervals;
SET search_path = reference_intervals, monitor, public;
SELECT plan(12);

CREATE TABLE intervals (x float8, n float8, conf float8, method text, low float8, high float8, package text);
\copy intervals FROM 'test/data/reference/ref_intervals.csv' CSV HEADER
-- The peers do not keep limits of shares within 0 to 1, nor of rates at 0 or more; we do.
CREATE TABLE compared AS
SELECT method, x, n, conf, (i).low, (i).high, r.low AS peer_low, r.high AS peer_high,
	greatest(r.low, 0) AS expected_low,
	CASE WHEN method LIKE 'poisson%' THEN r.high ELSE least(r.high, 1) END AS expected_high
FROM (SELECT *, CASE method
		WHEN 'wilson' THEN wilson(x, n, conf) WHEN 'wilson_cc' THEN wilson_corrected(x, n, conf)
		WHEN 'clopper_pearson' THEN clopper_pearson(x, n, conf) WHEN 'agresti_coull' THEN agresti_coull(x, n, conf)
		WHEN 'jeffreys' THEN jeffreys(x, n, conf) WHEN 'mid_p' THEN mid_p(x, n, conf)
		WHEN 'poisson_exact' THEN poisson_exact(x, n, conf) WHEN 'poisson_byar' THEN byar_mid_p(x, n, conf) END AS i
	FROM intervals) AS r;
CREATE VIEW difference AS
SELECT *, greatest(abs(low - expected_low) / coalesce(nullif(expected_low, 0), 1), abs(high - expected_high) / expected_high) AS relative
FROM compared;
SELECT is(count(*), 240::bigint, 'ref_intervals: all rows have been read') FROM difference;
SELECT cmp_ok(max(relative), '<=', 1e-9::float8, 'ref_intervals: ' || method)
FROM difference GROUP BY method ORDER BY method;
-- What is beyond the ends in the peers' rows.
SELECT results_eq($$ SELECT method, count(*) FROM compared WHERE (peer_low, peer_high) IS DISTINCT FROM (expected_low, expected_high) GROUP BY method ORDER BY method $$,
	$$ VALUES ('agresti_coull', 17::bigint), ('poisson_byar', 4) $$, 'limits that peers leave below 0 or above 1');

CREATE TABLE differences (x1 float8, n1 float8, x2 float8, n2 float8, diff float8, newcombe_low float8, newcombe_high float8, fisher_p float8);
\copy differences FROM 'test/data/reference/ref_diff_proportions.csv' CSV HEADER
CREATE TABLE differences_compared AS
SELECT abs((d).difference - diff) / coalesce(nullif(abs(diff), 0), 1) AS difference, abs((d).low / newcombe_low - 1) AS low, abs((d).high / newcombe_high - 1) AS high, abs(p / fisher_p - 1) AS p
FROM (SELECT *, newcombe(x1, n1, x2, n2) AS d, fisher_exact(x1, n1, x2, n2) AS p FROM differences) AS s;
SELECT is(count(*), 5::bigint, 'ref_diff_proportions: all rows have been read') FROM differences_compared;
SELECT cmp_ok(max(greatest(difference, low, high, p)), '<=', 1e-9::float8, 'ref_diff_proportions: newcombe and fisher_exact') FROM differences_compared;

SELECT diag(format('ref_intervals: %s rows compared, worst relative difference %s', count(*), max(relative))) FROM difference;
SELECT diag(format('ref_diff_proportions: %s rows compared, worst relative difference %s', count(*), max(greatest(difference, low, high, p)))) FROM differences_compared;
SELECT * FROM finish();
ROLLBACK;
