-- One area against the city, row by row.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_local_mix;
SET search_path = reference_local_mix, monitor, public;
SELECT plan(5);

CREATE TABLE nc (id bigint, name text, fipsno int, bir74 float8, sid74 float8, nwbir74 float8, bir79 float8, sid79 float8, nwbir79 float8, wkb text);
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
CREATE TABLE mix (id bigint, x float8, n float8, "LQ" float8, share_of_group float8, abs_dissim_contrib float8, entropy_e float8);
\copy mix FROM 'test/data/reference/ref_local_mix.csv' CSV HEADER
CREATE TABLE mutual (unit bigint, ls float8, p float8);
\copy mutual FROM 'test/data/reference/ref_segregation_local_mutual.csv' CSV HEADER

CREATE FUNCTION difference(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN CASE WHEN a = b THEN 0 ELSE abs(a - b) / greatest(abs(a), abs(b)) END;

CREATE TABLE mix_compared AS
SELECT m.*, o.l, o.quotient, greatest(difference(m."LQ", (l).location_quotient), difference(m."LQ", quotient), difference(m.share_of_group, (l).share_of_group),
	difference(m.abs_dissim_contrib, (l).dissimilarity), difference(m.entropy_e, (l).entropy), difference(m.x / m.n, (l).share)) AS difference
FROM mix AS m LEFT JOIN (SELECT id, local_mix(nwbir74, bir74) OVER () AS l, location_quotient(nwbir74, bir74) OVER () AS quotient FROM nc) AS o USING (id);
SELECT is((SELECT count(*) FROM mix_compared WHERE l IS NOT NULL), 100::bigint, 'every county');
SELECT is_empty($$SELECT * FROM mix_compared WHERE difference > 1e-9 OR difference IS NULL$$, 'location quotient, share of the group, part of the dissimilarity, entropy');
SELECT diag(format('ref_local_mix: %s rows compared, worst relative difference %s', count(*), max(difference)::numeric(30,17))) FROM mix_compared;

CREATE TABLE mutual_compared AS
SELECT m.*, (l).ls AS our_ls, (l).p AS our_p, greatest(difference(m.ls, (l).ls), difference(m.p, (l).p)) AS difference
FROM mutual AS m LEFT JOIN (SELECT id AS unit, local_mutual_information(ARRAY[nwbir74, bir74 - nwbir74, nwbir79, sid74]) OVER () AS l FROM nc) AS o USING (unit);
SELECT is((SELECT count(*) FROM mutual_compared WHERE our_ls IS NOT NULL), 100::bigint, 'every county, by local mutual information');
SELECT is_empty($$SELECT * FROM mutual_compared WHERE difference > 1e-9 OR difference IS NULL$$, 'local mutual information as segregation::mutual_local');
SELECT is((SELECT sum(our_p * our_ls)::numeric(20,12) FROM mutual_compared), (SELECT sum(p * ls)::numeric(20,12) FROM mutual), 'adds up to M');
SELECT diag(format('ref_segregation_local_mutual: %s rows compared, worst relative difference %s', count(*), max(difference)::numeric(30,17))) FROM mutual_compared;

SELECT * FROM finish();
ROLLBACK;
