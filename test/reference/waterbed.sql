-- The account of every area of a synthetic city of 4,212 persons: every row and column of
-- ref_waterbed_accounting.csv. The pairs of areas are compared in waterbed_matrix.sql.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA waterbed_reference;
SET search_path = waterbed_reference, monitor, public;
SELECT plan(9);

CREATE TABLE panel (person int, area_t0 text, area_t1 text, x_t0 float8, x_t1 float8);
\copy panel FROM 'test/data/reference/data_person_panel.csv' CSV HEADER
CREATE TABLE ref (area text, n0 float8, n1 float8, x0 float8, x1 float8, p0 float8, p1 float8, dp float8, n_stayers float8, n_out float8, n_in float8,
	p_stayers_t0 float8, p_stayers_t1 float8, p_out_t0 float8, p_in_t1 float8, term_stayers float8, term_inmovers float8, term_outmovers float8, identity_residual float8,
	dx_stayers float8, x_exported_internal float8, x_imported_internal float8, x_net_import_internal float8, x_left_city float8, x_entered_city float8,
	dx_arrivals_status_change float8, waterbed_share float8, dx_check float8);
\copy ref FROM 'test/data/reference/ref_waterbed_accounting.csv' CSV HEADER

CREATE FUNCTION code(area text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN CASE WHEN area = 'OUT' THEN -1 ELSE ascii(area) - ascii('A') + 1 END;
CREATE TABLE city AS
SELECT 'amounts' AS form, waterbed(code(area_t0), code(area_t1), x_t0, x_t1, true, true) AS w FROM panel
UNION ALL SELECT 'flags', waterbed(code(area_t0), code(area_t1), x_t0 = 1, x_t1 = 1) FROM panel
UNION ALL SELECT 'counts', waterbed(code(area_t0), code(area_t1), x_t0, x_t1, true, true, n) FROM (SELECT area_t0, area_t1, x_t0, x_t1, count(*) AS n FROM panel GROUP BY 1, 2, 3, 4) AS g
UNION ALL SELECT 'counts of flags', waterbed(code(area_t0), code(area_t1), x_t0 = 1, x_t1 = 1, n) FROM (SELECT area_t0, area_t1, x_t0, x_t1, count(*) AS n FROM panel GROUP BY 1, 2, 3, 4) AS g;
SELECT is(count(DISTINCT w), 1::bigint, 'all forms give the same value') FROM city;

-- What the account does not show of the movers is in the value itself.
CREATE TABLE movers AS
SELECT area, sum(n) FILTER (WHERE side = 'stay') AS n_stayers, sum(n) FILTER (WHERE side = 'out') AS n_out, sum(n) FILTER (WHERE side = 'in') AS n_in,
	sum(x0) FILTER (WHERE side = 'stay') AS x_stay0, sum(x1) FILTER (WHERE side = 'stay') AS x_stay1, sum(x0) FILTER (WHERE side = 'out') AS x_out, sum(x1) FILTER (WHERE side = 'in') AS x_in,
	sum(x0) FILTER (WHERE side = 'out' AND other > 0) AS exported, sum(x0) FILTER (WHERE side = 'in' AND other > 0) AS imported
FROM (SELECT p[1] AS a, p[2] AS b, p[3] + p[12] + p[15] AS n, (p[4] + p[16]) / 1e4 AS x0, (p[5] + p[13]) / 1e4 AS x1
	FROM city, LATERAL (SELECT ARRAY(SELECT v::numeric FROM jsonb_array_elements_text(pair) AS v) AS p FROM jsonb_array_elements(w::text::jsonb -> 'pairs') AS pair) AS s WHERE form = 'flags') AS pairs,
	LATERAL (VALUES (a, b, CASE WHEN a = b THEN 'stay' ELSE 'out' END), (b, a, CASE WHEN a = b THEN NULL ELSE 'in' END)) AS v (area, other, side)
WHERE area > 0 AND side IS NOT NULL GROUP BY area;
CREATE TABLE ours AS
SELECT a.*, m.n_stayers, m.n_out, m.n_in, x_stay0, x_stay1, x_out, x_in, exported, imported FROM city, waterbed_areas(w) AS a JOIN movers AS m USING (area) WHERE form = 'flags';

CREATE TABLE compared AS
SELECT r.area, v.name, v.ours::float8, v.reference FROM ref AS r JOIN ours AS o ON o.area = code(r.area), LATERAL (VALUES
	('n0', o.n0::numeric::float8, r.n0), ('n1', o.n1, r.n1), ('x0', o.x0, r.x0), ('x1', o.x1, r.x1), ('p0', o.x0 / o.n0, r.p0), ('p1', o.x1 / o.n1, r.p1), ('dp', o.x1 / o.n1 - o.x0 / o.n0, r.dp),
	('n_stayers', o.n_stayers, r.n_stayers), ('n_out', o.n_out, r.n_out), ('n_in', o.n_in, r.n_in),
	('p_stayers_t0', o.x_stay0 / o.n_stayers, r.p_stayers_t0), ('p_stayers_t1', o.x_stay1 / o.n_stayers, r.p_stayers_t1), ('p_out_t0', o.x_out / o.n_out, r.p_out_t0), ('p_in_t1', o.x_in / o.n_in, r.p_in_t1),
	('term_stayers', o.term_stayers, r.term_stayers), ('term_inmovers', o.term_arrivals_within + o.term_arrivals_outside, r.term_inmovers), ('term_outmovers', o.term_departures_within + o.term_departures_outside, r.term_outmovers),
	('dx_stayers', o.stayers_change, r.dx_stayers), ('x_exported_internal', o.exported, r.x_exported_internal), ('x_imported_internal', o.imported, r.x_imported_internal),
	('x_net_import_internal', o.net_import, r.x_net_import_internal), ('x_left_city', o.left_city, r.x_left_city), ('x_entered_city', o.entered_city, r.x_entered_city),
	('dx_arrivals_status_change', o.arrivals_change, r.dx_arrivals_status_change),
	('dx_check', o.x1 - o.x0 - (o.stayers_change + o.net_import - o.left_city + o.entered_city + o.arrivals_change), r.dx_check)) AS v (name, ours, reference);
SELECT is(count(*), 150::bigint, 'rows of the reference, 25 columns each') FROM compared;
SELECT is_empty($$SELECT * FROM compared WHERE ours IS NULL OR abs(ours - reference) > 1e-9 * abs(reference)$$, 'every figure of the account');

-- The reference's residual is its own rounding; ours must be as small.
SELECT is_empty($$SELECT area FROM ours WHERE abs(term_stayers + term_arrivals_within + term_arrivals_outside + term_departures_within + term_departures_outside - (x1 / n1 - x0 / n0)) > 1e-15$$,
	'the terms sum to the change of the share');
-- The reference divides by x0 - x1 also where x rose, where the quotient is no share.
SELECT is_empty($$SELECT o.area FROM ours AS o JOIN ref AS r ON code(r.area) = o.area WHERE abs(-o.net_import / (o.x0 - o.x1) - r.waterbed_share) > 1e-9 * abs(r.waterbed_share)$$, 'net export over the fall');
SELECT is_empty($$SELECT o.area FROM ours AS o JOIN ref AS r ON code(r.area) = o.area WHERE o.share_count IS DISTINCT FROM CASE WHEN r.x0 > r.x1 THEN r.waterbed_share END$$, 'a waterbed share only where x fell');
-- Area A exports 57 of its fall of 67; it lost 159 net movers, 66.1 at its own mean; and moves raised its share.
SELECT is((round(export_by_size::numeric, 1), round(export_selective::numeric, 1), round((export_by_size + export_selective)::numeric, 9))::text, '(66.1,-9.1,57.000000000)', 'size and selection of area A') FROM ours WHERE area = 1;
SELECT ok(share_rate < 0 AND abs(share_rate / ((term_arrivals_within + term_departures_within) / (x1 / n1 - x0 / n0)) - 1) < 1e-12, 'rate share of area A') FROM ours WHERE area = 1;
SELECT is(array_agg(area ORDER BY area), ARRAY[1, 2, 4, 6]::bigint[], 'areas whose share fell') FROM ours WHERE share_rate IS NOT NULL;
SELECT diag(format('ref_waterbed_accounting: %s rows compared, worst relative difference %s', (SELECT count(*) FROM ref),
	(SELECT max(abs(ours - reference) / CASE WHEN reference = 0 THEN 1 ELSE abs(reference) END) FROM compared)));
SELECT * FROM finish();
ROLLBACK;
