-- Displacement quotient and difference against ptools::wdd and its companions (ref_displacement).
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_displacement;
SET search_path = reference_displacement, monitor, public;
SELECT plan(4);

CREATE TABLE peer (control_pre float8, control_post float8, treated_pre float8, treated_post float8, dispcontrol_pre float8, dispcontrol_post float8, disp_pre float8, disp_post float8,
	time_w text, area_w text, est_local float8, se_local float8, est_displace float8, se_displace float8, est_total float8, se_total float8, z float8, low float8, high float8,
	buffer float8, success float8, wdq float8, odds_ratio float8, ln_or_se float8, or_low float8, or_high float8, total_net_effect float8, phi float8);
\copy peer FROM 'test/data/reference/ref_displacement.csv' CSV HEADER
-- The peer orders weights of areas control, treated, control of the buffer, buffer.
CREATE TABLE own AS
SELECT row_number() OVER () AS number, p.*, d.r
FROM peer AS p, LATERAL (SELECT string_to_array(time_w, ';')::float8[] AS t, string_to_array(area_w, ';')::float8[] AS a) AS w,
	LATERAL (SELECT displacement(treated_pre, treated_post, control_pre, control_post, disp_pre, disp_post, dispcontrol_pre, dispcontrol_post, t, ARRAY[a[2], a[1], a[4], a[3]]) AS r) AS d;
CREATE TABLE compared AS
SELECT number, name, theirs, ours, abs(ours - theirs) / greatest(abs(theirs), 1e-300) AS difference
FROM own, LATERAL (VALUES ('local', est_local, (r).local), ('local_se', se_local, (r).local_se), ('displaced', est_displace, (r).displaced), ('displaced_se', se_displace, (r).displaced_se),
	('wdd', est_total, (r).wdd), ('se', se_total, (r).se), ('z', own.z, (r).z), ('low', own.low, (r).low), ('high', own.high, (r).high), ('buffer', buffer, (r).buffer_measure),
	('success', success, (r).success_measure), ('wdq', own.wdq, (r).wdq), ('odds_ratio', own.odds_ratio, (r).odds_ratio), ('ln_or_se', ln_or_se, (r).odds_ratio_log_se),
	('or_low', or_low, (r).odds_ratio_low), ('or_high', or_high, (r).odds_ratio_high), ('total_net_effect', own.total_net_effect, (r).total_net_effect), ('phi', own.phi, (r).phi)) AS v (name, theirs, ours);
SELECT is(count(*), 4 * 18::bigint, 'ref_displacement: every figure of every row') FROM compared;
SELECT is_empty('SELECT number, name, theirs, ours FROM compared WHERE (theirs IS NULL) <> (ours IS NULL)', 'NULL where the file has none');
SELECT cmp_ok(max(difference), '<=', 1e-9::float8, 'all figures') FROM compared WHERE theirs <> 0;
SELECT is_empty('SELECT number, name, ours FROM compared WHERE theirs = 0 AND ours <> 0', 'zeros are zeros');
SELECT diag(format('ref_displacement: %s rows compared, worst relative difference %s', count(DISTINCT number), max(difference) FILTER (WHERE theirs <> 0))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
