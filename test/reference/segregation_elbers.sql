-- Mutual information, H, dissimilarity and exposure, against R's segregation 1.1.0 on the
-- counties of North Carolina: every row of ref_segregation_elbers.csv.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA elbers_reference;
SET search_path = elbers_reference, monitor, public;
SELECT plan(4);

CREATE TABLE nc (id int, name text, fipsno int, bir74 float8, sid74 float8, nwbir74 float8, bir79 float8, sid79 float8, nwbir79 float8, wkb text);
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
CREATE TABLE ref (index text, value float8, call text, package text);
\copy ref FROM 'test/data/reference/ref_segregation_elbers.csv' CSV HEADER
CREATE TABLE many AS SELECT segregation_multi(ARRAY[nwbir74, bir74 - nwbir74, nwbir79, sid74]) AS s FROM nc;

CREATE TABLE ours AS
SELECT 'M' AS index, mutual_information(s) AS value FROM many
UNION ALL SELECT 'H', theil_h(s) FROM many
UNION ALL SELECT 'D_G1vsG2', dissimilarity(two_groups(s, 1, 2)) FROM many
UNION ALL SELECT format('exposure_G%s_to_G%s', a, b), (exposure(s))[a][b] FROM many, generate_series(1, 4) AS a, generate_series(1, 4) AS b;
CREATE VIEW compared AS SELECT index, r.value, o.value AS ours, abs(o.value / r.value - 1) AS difference FROM ref AS r LEFT JOIN ours AS o USING (index);
SELECT is((SELECT count(*) FROM compared), 19::bigint, 'rows compared');
SELECT is_empty('SELECT * FROM compared WHERE difference IS NULL OR difference > 1e-9', 'every figure as the peer''s');
SELECT is(isolation(s), (SELECT array_agg(value ORDER BY index) FROM ours WHERE index ~ 'G(\d)_to_G\1'), 'isolation is the diagonal of exposure') FROM many;

-- The table of the peer's own test of its decomposition of a change, whose raked tables keep the
-- dates' odds: what doubles one unit, or one group, is no structural change, and most of it is
-- the units' part, as the peer's test has it (a group that doubles alters units' sizes too).
CREATE TABLE case_of (what text, unit int, before float8[], after float8[]);
INSERT INTO case_of
SELECT what, unit, ARRAY[a, b], CASE what WHEN 'a unit' THEN CASE unit WHEN 3 THEN ARRAY[2 * a, 2 * b] ELSE ARRAY[a, b] END ELSE ARRAY[a, 2 * b] END
FROM (VALUES (1, 25::float8, 25::float8), (2, 28, 2), (3, 2, 18)) AS t (unit, a, b), (VALUES ('a unit'), ('a group')) AS w (what);
SELECT results_eq($$SELECT what, abs((c).structural) < 1e-12,
		abs((c).unit_marginal) > abs((c).group_marginal), abs((c).unit_marginal + (c).group_marginal - (c).difference) < 1e-12
	FROM (SELECT what, segregation_change(before, after) AS c FROM case_of GROUP BY what) AS s ORDER BY what$$,
	$$VALUES ('a group', true, true, true), ('a unit', true, true, true)$$, 'margins alone are no structural change');

SELECT diag(format('ref_segregation_elbers: %s rows compared, worst relative difference %s', count(*), max(difference))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
