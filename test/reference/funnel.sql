-- Funnel limits and overdispersion against the formulas of Spiegelhalter 2005 in R (ref_funnel, ref_funnel_parameters).
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_funnel;
SET search_path = reference_funnel, monitor, public;
SELECT plan(7);

CREATE TABLE points (id bigint, x float8, n float8, theta float8, lo95 float8, hi95 float8, lo998 float8, hi998 float8, z_naive float8, z_arcsine float8, z_winsor float8);
\copy points FROM 'test/data/reference/ref_funnel.csv' CSV HEADER
-- The file leaves limits below 0; ours end there.
CREATE TABLE compared AS
SELECT id, lo95, lo998, (f).*, abs((f).target / theta - 1) AS d_target, greatest(abs((f).low95 - greatest(lo95, 0)) / coalesce(nullif(greatest(lo95, 0), 0), 1), abs((f).high95 / hi95 - 1)) AS d95,
	greatest(abs((f).low998 - greatest(lo998, 0)) / coalesce(nullif(greatest(lo998, 0), 0), 1), abs((f).high998 / hi998 - 1)) AS d998,
	greatest(abs((f).z / z_naive - 1), abs((f).z_arcsine / z_arcsine - 1), abs((f).z_winsorised / z_winsor - 1)) AS dz
FROM (SELECT *, funnel(x, n) OVER () AS f FROM points) AS s;
SELECT is(count(*), 100::bigint, 'ref_funnel: all rows have been read') FROM compared;
SELECT cmp_ok(max(d_target), '<=', 1e-9::float8, 'theta') FROM compared;
SELECT cmp_ok(max(greatest(d95, d998)), '<=', 1e-9::float8, 'limits of 95 and 99.8 percent') FROM compared;
SELECT cmp_ok(max(dz), '<=', 1e-9::float8, 'z, z on the arcsine scale, z drawn in') FROM compared;
SELECT cmp_ok(count(*), '>', 0::bigint, 'limits below 0 in the file end at 0') FROM compared WHERE lo95 < 0 AND low95 = 0 AND lo998 < 0 AND low998 = 0;

CREATE TABLE parameters (quantity text, value float8);
\copy parameters FROM 'test/data/reference/ref_funnel_parameters.csv' CSV HEADER
CREATE TABLE own AS
SELECT v.* FROM (SELECT max(target) AS target, max(phi) AS phi, max(phi_raw) AS phi_raw, max(tau2) AS tau2 FROM compared) AS s,
	LATERAL (VALUES ('theta', target), ('phi_winsor10', phi), ('phi_raw', phi_raw), ('tau2_additive_dersimonian_laird', tau2)) AS v (quantity, value);
SELECT is(count(*), 4::bigint, 'ref_funnel_parameters: all rows have been read') FROM parameters JOIN own USING (quantity);
SELECT cmp_ok(max(abs(o.value / p.value - 1)), '<=', 1e-9::float8, 'target, phi and tau2') FROM parameters AS p JOIN own AS o USING (quantity);

SELECT diag(format('ref_funnel: %s rows compared, worst relative difference %s', count(*), max(greatest(d_target, d95, d998, dz)))) FROM compared;
SELECT diag(format('ref_funnel_parameters: %s rows compared, worst relative difference %s', count(*), max(abs(o.value / p.value - 1)))) FROM parameters AS p JOIN own AS o USING (quantity);
SELECT * FROM finish();
ROLLBACK;
