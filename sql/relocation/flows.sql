-- Flows between areas: small tables worked out by hand, NULL, and what is not defined.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA flows;
SET search_path = flows, monitor, public;
SET extra_float_digits = 0;

-- Three areas: 1 loses 20 to 2 and 5 to 3, gets 10 back from 2; 4 has a population only.
CREATE TABLE flow (origin bigint, destination bigint, flow float8, po float8, pd float8);
INSERT INTO flow VALUES (1, 2, 20, 1000, 500), (1, 3, 5, NULL, 250), (2, 1, 10, 500, 1000), (1, 1, 70, 1000, 1000), (2, 3, 0, 500, NULL), (4, 4, 0, 2000, NULL);
CREATE TABLE value AS SELECT flow_index(origin, destination, flow, po, pd) AS f FROM flow;
SELECT f FROM value;
SELECT a.* FROM value, flow_areas(f) AS a;
SELECT area, population, in_rate, out_rate, net_rate FROM value, flow_areas(f, population => 'start');
SELECT p.* FROM value, flow_pairs(f) AS p;
SELECT total_flow(f), crude_migration_intensity(f), migration_effectiveness(f), aggregate_net_migration_rate(f), courgeau_k(f) FROM value;
SELECT migration_preference(f), migration_velocity(f), migration_preference(f, 'start') < migration_preference(f) AS start_is_less FROM value;
SELECT migration_connectivity(f), migration_inequality(f), gini(f), entropy(f), flows_unknown(f) FROM value;
-- without populations
SELECT f, total_flow(f), crude_migration_intensity(f), migration_effectiveness(f), aggregate_net_migration_rate(f), courgeau_k(f), migration_preference(f), migration_velocity(f), gini(f) FROM (SELECT flow_index(origin, destination, flow) AS f FROM flow) AS s;
SELECT a.* FROM (SELECT flow_index(origin, destination, flow) AS f FROM flow) AS s, flow_areas(f) AS a;
-- one population missing; nobody lives in an area; one area; nobody moved; nothing known; no rows
CREATE TABLE edge (n int, what text, f flow_index);
INSERT INTO edge VALUES
(1, 'a population missing', '{"unknown": 0, "areas": [[1, 100], [2, null]], "flows": [[1, 2, 3]]}'),
(2, 'nobody lives in 2', '{"unknown": 0, "areas": [[1, 100], [2, 0]], "flows": [[1, 2, 3]]}'),
(3, 'one area', '{"unknown": 0, "areas": [[1, 100]], "flows": [[1, 1, 3]]}'),
(4, 'nobody moved', '{"unknown": 0, "areas": [[1, 100], [2, 100]], "flows": [[1, 1, 3]]}'),
(5, 'nothing known', '{"unknown": 2, "areas": [], "flows": []}'),
(6, 'all move one way', '{"unknown": 0, "areas": [[1, 100], [2, 100]], "flows": [[1, 2, 3]]}'),
(7, 'more leave than there were', '{"unknown": 0, "areas": [[1, 1], [2, 1]], "flows": [[1, 2, 3]]}');
SELECT what, total_flow(f) AS total, crude_migration_intensity(f) AS cmi, migration_effectiveness(f) AS mei, aggregate_net_migration_rate(f) AS anmr, courgeau_k(f) AS k, migration_preference(f) AS preference, migration_velocity(f) AS velocity FROM edge ORDER BY n;
SELECT what, migration_connectivity(f) AS connectivity, migration_inequality(f) AS inequality, gini(f), entropy(f), flows_unknown(f) AS unknown, (SELECT count(*) FROM flow_areas(f)) AS areas FROM edge ORDER BY n;
SELECT what, a.* FROM edge, flow_areas(f, 'start') AS a WHERE n IN (2, 3, 7) ORDER BY n, area;
SELECT migration_preference(f, 'start') IS NULL AS is_null FROM edge WHERE n = 7;
SELECT flow_index(1, 2, 3) FILTER (WHERE false) IS NULL AS no_rows, total_flow(NULL) IS NULL AS of_null, rollup(NULL::flow_index) IS NULL AS rolled;
SELECT flow_index(o, d, f) FROM (VALUES (1, 2, 3.00004), (NULL, 2, 3), (1, NULL, 3), (1, 2, NULL), (-9223372036854775808, 9223372036854775807, 0.5), (1, 2, 0.00004)) AS v (o, d, f);
SELECT rollup(f) FROM edge WHERE n IN (4, 6);
SELECT a.f + b.f FROM edge AS a, edge AS b WHERE a.n = 5 AND b.n = 6;
-- over a moving window
SELECT n, total_flow(rollup(f) OVER (ORDER BY n ROWS 1 PRECEDING)) FROM edge WHERE n IN (4, 6) ORDER BY n;
SELECT f < f AS lt, f <= f AS le, f = f AS eq, f <> f AS ne, f >= f AS ge, f > f AS gt FROM edge WHERE n = 1;
SELECT count(DISTINCT f), count(DISTINCT hashtext(f::text)) FROM edge;

-- Expected flows: 3 areas by hand. Without the diagonal: 6 pairs, 5 parameters.
CREATE TABLE moves AS SELECT * FROM (VALUES (1, 2, 10.0, 1.0), (1, 3, 20, 2), (2, 1, 30, 1), (2, 3, 10, 3), (3, 1, 20, 2), (3, 2, 20, 3)) AS v (origin, destination, flow, distance);
SELECT origin, destination, flow, round((e).expected::numeric, 9) AS expected, round((e).ratio::numeric, 9) AS ratio, (e).df, (e).note FROM (SELECT *, expected_flow(origin, destination, flow) OVER () AS e FROM moves) AS s ORDER BY 1, 2;
-- as many parameters as pairs: nothing is left to test
SELECT origin, destination, flow, round((e).expected::numeric, 9) AS expected, round((e).beta::numeric, 9) AS beta, (e).adjusted, (e).p, (e).dispersion, (e).df FROM (SELECT *, expected_flow(origin, destination, flow, CASE WHEN origin = 1 AND destination = 2 THEN 4 ELSE distance END, 'power') OVER () AS e FROM moves) AS s ORDER BY 1, 2;
-- two areas; one area; the diagonal; an unknown flow; no distance where none counts
SELECT origin, destination, (e).* FROM (SELECT *, expected_flow(origin, destination, flow) OVER () AS e FROM (VALUES (1, 2, 10), (2, 1, 4)) AS v (origin, destination, flow)) AS s ORDER BY 1, 2;
SELECT expected_flow(1, 1, 5) OVER () IS NULL AS one_area, expected_flow(1, 2, NULL) OVER () IS NULL AS unknown, expected_flow(1, 1, 5, NULL, 'power') OVER () IS NULL AS no_distance_to_itself, expected_flow(1, 2, NULL, NULL, 'power') OVER () IS NULL AS nor_of_the_unknown;
SELECT (expected_flow(1, 2, 5) OVER ()).*;
-- nobody moved; nobody from 1, nobody to 3
SELECT origin, destination, (e).* FROM (SELECT *, expected_flow(origin, destination, 0) OVER () AS e FROM moves) AS s ORDER BY 1, 2;
SELECT origin, destination, (e).expected, (e).ratio, (e).pearson, (e).p, (e).df FROM (SELECT *, expected_flow(origin, destination, CASE WHEN origin = 1 OR destination = 3 THEN 0 ELSE flow END) OVER () AS e FROM moves) AS s ORDER BY 1, 2;
-- two groups of areas without a pair between them: each fits by itself
SELECT origin, destination, flow, round((e).expected::numeric, 9) AS expected, (e).df FROM (SELECT *, expected_flow(origin, destination, flow) OVER () AS e FROM (SELECT * FROM moves UNION ALL SELECT origin + 10, destination + 10, flow * 2, distance FROM moves) AS m) AS s ORDER BY 1, 2;
-- distance that tells nothing: the same everywhere; a sum over areas, as are all there and back alike between three areas
SELECT DISTINCT (e).beta, (e).df, (e).note FROM (SELECT expected_flow(origin, destination, flow, 7, 'power') OVER () AS e FROM moves) AS s;
SELECT DISTINCT (e).beta, (e).df, (e).note FROM (SELECT expected_flow(origin, destination, flow, distance, 'exponential') OVER () AS e FROM moves) AS s;
SELECT DISTINCT (e).beta, (e).df, (e).note FROM (SELECT expected_flow(origin, destination, flow, origin + 2 * destination, 'exponential') OVER () AS e FROM moves) AS s;
-- flows that stop at a distance
SELECT DISTINCT (e).beta IS NULL AS no_beta, (e).note FROM (SELECT expected_flow(o, d, CASE WHEN abs(o - d) = 1 THEN 10 + o ELSE 0 END, abs(o - d), 'power') OVER () AS e FROM generate_series(1, 6) AS o, generate_series(1, 6) AS d) AS s WHERE e IS NOT NULL OR (e).note IS NOT NULL;
-- distance 0 in the exponential model
SELECT count((e).expected) FROM (SELECT expected_flow(origin, destination, flow, distance - 1, 'exponential') OVER () AS e FROM moves) AS s;

-- Lines.
SELECT ST_AsEWKT(flow_line('SRID=25832;POINT(0 0)', 'SRID=25832;POLYGON((9 0,11 0,11 2,9 2,9 0))'));
SELECT ST_SRID(l), ST_NPoints(l), ST_AsText(ST_PointN(l, 17)) FROM flow_line('SRID=25832;POINT(0 0)', 'SRID=25832;POINT(10 0)', curvature => 0.4) AS l;
SELECT flow_line('POINT EMPTY', 'POINT(1 1)') IS NULL AS empty, flow_line('POINT(1 1)', 'POLYGON((0 0,2 0,2 2,0 2,0 0))') IS NULL AS same_middle, flow_line(NULL, 'POINT(1 1)') IS NULL AS of_null;
DROP SCHEMA flows CASCADE;
