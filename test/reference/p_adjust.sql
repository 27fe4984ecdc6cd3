-- Adjusted p against R 4.2.2's p.adjust (ref_p_adjust).
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_p_adjust;
SET search_path = reference_p_adjust, monitor, public;
SELECT plan(5);
CREATE TABLE tests (p float8, bonferroni float8, holm float8, bh float8, by float8);
\copy tests FROM 'test/data/reference/ref_p_adjust.csv' CSV HEADER
CREATE TABLE compared AS
SELECT abs(adjust_p(p, 'bonferroni') OVER () / bonferroni - 1) AS bonferroni, abs(adjust_p(p, 'holm') OVER () / holm - 1) AS holm,
	abs(adjust_p(p, 'BH') OVER () / bh - 1) AS bh, abs(adjust_p(p, 'BY') OVER () / by - 1) AS by
FROM tests;
SELECT is(count(*), 20::bigint, 'ref_p_adjust: all rows have been read') FROM compared;
SELECT cmp_ok(max(bonferroni), '<=', 1e-9::float8, 'bonferroni') FROM compared;
SELECT cmp_ok(max(holm), '<=', 1e-9::float8, 'holm') FROM compared;
SELECT cmp_ok(max(bh), '<=', 1e-9::float8, 'BH') FROM compared;
SELECT cmp_ok(max(by), '<=', 1e-9::float8, 'BY') FROM compared;
SELECT diag(format('ref_p_adjust: %s rows compared, worst relative difference %s', count(*), max(greatest(bonferroni, holm, bh, by)))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
