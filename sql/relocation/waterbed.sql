-- The account of a small city, to be checked by hand.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA waterbed_exact;
SET search_path = waterbed_exact, monitor, public;
CREATE TABLE person (area_before bigint, area_after bigint, before float8, after float8, persons bigint);
INSERT INTO person VALUES
(1, 1, 1, 1, 30), (1, 1, 1, 0, 10), (1, 1, 0, 0, 40), (1, 2, 1, 1, 8), (1, 2, 0, 0, 2), (1, 3, 1, 0, 5), (1, 0, 1, 1, 3), (1, -1, 1, NULL, 2), (1, -4, 0, NULL, 4), (1, NULL, 1, 1, 1),
(2, 2, 0, 0, 50), (2, 2, 0, 1, 5), (2, 1, 0, 0, 6), (2, -2, 0, NULL, 3), (2, 2, NULL, 1, 2), (3, 3, 1, 1, 1), (3, 1, 1, 1, 1), (0, 1, 0, 1, 2), (0, 0, 0, 0, 900), (0, 0, 1, 1, 100),
(-1, 1, NULL, 1, 3), (-1, 2, 1, 0, 1), (-2, 3, NULL, 0, 2), (-3, 1, NULL, 0, 5), (NULL, 2, 1, 1, 4), (-1, -1, 1, 1, 7), (2, 4, 0, 0, 1);
CREATE TABLE city AS SELECT waterbed(area_before, area_after, before, after, true, true, persons) AS w FROM person;
SELECT jsonb_array_elements(w::text::jsonb -> 'pairs') AS pair FROM city;
SELECT area, n0, n1, x0, x1, stayers_change, net_import, left_city, entered_city, arrivals_change, unknown FROM city, waterbed_areas(w);
SELECT area, round(export_by_size::numeric, 6) AS by_size, round(export_selective::numeric, 6) AS selective, round(term_stayers::numeric, 6) AS stayers, round(term_arrivals_within::numeric, 6) AS arrivals_within,
	round(term_arrivals_outside::numeric, 6) AS arrivals_outside, round(term_departures_within::numeric, 6) AS departures_within, round(term_departures_outside::numeric, 6) AS departures_outside FROM city, waterbed_areas(w);
SELECT area, round(share_count::numeric, 6) AS share_count, round(share_rate::numeric, 6) AS share_rate FROM city, waterbed_areas(w);
SELECT area, note FROM city, waterbed_areas(w) WHERE area = 4;
-- landlords: areas 1 and 3 are one's, 2 and 4 another's
SELECT area, n0, n1, x0, x1, stayers_change, net_import, unknown FROM city, waterbed_areas(waterbed_merge(w, '{4,1,2,3,77}', '{20,10,20,10,77}'));
-- nobody
SELECT waterbed(area_before, area_after, before, after, true, true) IS NULL AS none, waterbed(area_before, area_after, before = 1, after = 1) IS NULL AS none_either FROM person WHERE false;
SELECT waterbed(1, 1, 1, 1, true, true, 0), waterbed(1, 2, 1, 1, false, false), waterbed(-3, -4, true, true) IS NOT NULL AS value;
SELECT rollup(w), rollup(NULL::waterbed) IS NULL AS none FROM (SELECT waterbed(1, 2, true, false) AS w UNION ALL SELECT NULL) AS s;
SELECT (SELECT count(*) FROM waterbed_areas(NULL)) AS of_null, (SELECT count(*) FROM waterbed_areas((SELECT waterbed(-1, -1, 1, 1, false, false)))) AS of_nobody, chain(1, NULL) IS NULL AS chain_of_null;
SELECT chain(1, w) FROM (SELECT waterbed(1, 2, 1, 1, false, false) AS w) AS s;
-- one area; nobody moved; an area that was not there before; one that is no longer
SELECT area, n0, n1, share_count, share_rate, note FROM waterbed_areas((SELECT waterbed(1, 1, f, false) FROM unnest('{t,t,f}'::bool[]) AS f));
SELECT area, n0, n1, net_import, export_by_size, term_stayers, share_count, share_rate, note FROM waterbed_areas((SELECT waterbed(a, 3 - a, f, f) FROM (VALUES (1, true), (1, false)) AS v (a, f)));
-- only unknown
SELECT area, n0, n1, unknown, note FROM waterbed_areas((SELECT waterbed(1, NULL, true, true)));
-- in the group at one time only: not of the area before, born or not
SELECT area, n0, n1, x0, x1, left_city, entered_city FROM waterbed_areas((SELECT waterbed(a, b, x0, x1, i0, i1) FROM (VALUES (1, 2, 5.0, 1.0, false, true), (1, 2, 1, 5, true, false), (NULL, 2, NULL, 1, false, true), (2, 2, 5, 0, false, true)) AS v (a, b, x0, x1, i0, i1)));
-- to the nearest 1/10,000
SELECT x0, x1 FROM waterbed_areas((SELECT waterbed(1, 1, 0.000049, -0.000051, true, true)));
-- grouping, sorting, storing
CREATE TABLE stored (w waterbed UNIQUE);
INSERT INTO stored SELECT waterbed(1, 1 + i % 3, true, false) FROM generate_series(1, 3) AS i GROUP BY i;
INSERT INTO stored SELECT w FROM city ON CONFLICT DO NOTHING;
INSERT INTO stored SELECT w FROM city ON CONFLICT DO NOTHING;
SELECT count(*), count(DISTINCT w) FROM stored;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT w FROM stored UNION ALL SELECT w FROM stored) AS s GROUP BY w ORDER BY w;
RESET enable_hashagg;
SELECT count(*) FROM stored AS a JOIN stored AS b USING (w);
DROP SCHEMA waterbed_exact CASCADE;
