-- Flows of a panel of 4,212 persons in six areas: every row of ref_waterbed_matrix.csv.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA waterbed_matrix_reference;
SET search_path = waterbed_matrix_reference, monitor, public;
SELECT plan(7);

CREATE TABLE panel (person int, area_t0 text, area_t1 text, x_t0 int, x_t1 int);
\copy panel FROM 'test/data/reference/data_person_panel.csv' CSV HEADER
CREATE TABLE ref (origin text, dest text, movers int, x_movers int, x_net_export int, share_of_origin_x_movers float8, x_share_in_flow float8);
\copy ref FROM 'test/data/reference/ref_waterbed_matrix.csv' CSV HEADER
CREATE FUNCTION place(name text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN CASE name WHEN 'OUT' THEN -1 ELSE ascii(name) - 64 END;

CREATE TABLE ours AS SELECT f.* FROM (SELECT waterbed(place(area_t0), place(area_t1), x_t0 = 1, x_t1 = 1) AS w FROM panel) AS s, waterbed_flows(w) AS f;
CREATE VIEW compared AS
SELECT r.origin, r.dest, o.movers = r.movers AND o.x_before = r.x_movers AND o.net_export = r.x_net_export AS counts,
	greatest(abs(o.share_of_origin - share_of_origin_x_movers) / greatest(share_of_origin_x_movers, 1e-300), abs(o.share_in_flow - x_share_in_flow) / greatest(x_share_in_flow, 1e-300)) AS difference
FROM ref AS r LEFT JOIN ours AS o ON o.origin = place(r.origin) AND o.destination = place(r.dest);
SELECT is((SELECT count(*) FROM compared), 30::bigint, 'rows compared');
SELECT is_empty('SELECT * FROM compared WHERE counts IS NOT TRUE', 'movers, x and net export to the person');
SELECT is_empty('SELECT * FROM compared WHERE difference IS NULL OR difference > 1e-9', 'shares');
SELECT set_eq('SELECT origin, destination, movers, x_after FROM ours WHERE origin = -1', 'SELECT -1, place(area_t1) AS destination, count(*), sum(x_t1)::float8 FROM panel WHERE area_t0 = ''OUT'' GROUP BY area_t1', 'entrants');
SELECT set_eq('SELECT origin, destination, movers, x_both FROM ours WHERE origin > 0 AND destination > 0', 'SELECT place(area_t0) AS origin, place(area_t1) AS destination, count(*), sum(x_t0 * x_t1)::float8 FROM panel WHERE area_t0 <> area_t1 AND ''OUT'' NOT IN (area_t0, area_t1) GROUP BY 1, 2', 'those with x both times');
SELECT is((SELECT sum(x_both) FROM ours WHERE origin = 1), 51::float8, 'of the 60 exported by A 51 still had x after');
SELECT is((SELECT sum(x_before) FROM ours WHERE origin = 1 AND destination > 0), 60::float8, 'of 60');

SELECT diag(format('ref_waterbed_matrix: %s rows compared, worst relative difference %s', count(*), max(difference))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
