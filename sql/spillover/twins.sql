-- Twin areas: a small town whose twins can be counted on the fingers, and what has no figure.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA spillover_twins;
SET search_path = spillover_twins, monitor, public;
SET extra_float_digits = -3;
-- twelve areas in a row: share and trend; 2 and 7 are treated, those next to them are in their ring
CREATE TABLE area AS
SELECT id, share, trend, id IN (2, 7) AS treated, ST_SetSRID(ST_MakePoint(100 * id, 0), 25832) AS geom
FROM (VALUES (1::bigint, 40::float8, 1::float8), (2, 50, 3), (3, 50, 3), (4, 45, 3), (5, 20, -1), (6, 30, 2), (7, 30, 1), (8, 35, 1), (9, 50, 2), (10, 30, 2), (11, 30, 0), (12, 25, 1)) AS v (id, share, trend);
CREATE TABLE placed AS SELECT *, ring(id, geom, treated, '{150}') OVER () AS r FROM area;
CREATE TABLE result AS SELECT twins(id, ARRAY[share, trend], treated, NOT treated AND (r).ring IS NULL, 2) AS t FROM placed;
SELECT id, share, trend, (r).ring FROM placed ORDER BY id;
SELECT p.* FROM result, twin_pairs(t) AS p;
SELECT b.* FROM result, twin_balance(t, '{share,trend}') AS b;
SELECT variable, difference_before, difference_after, sd, b.note FROM result, twin_balance(t, NULL, 'all') AS b;
SELECT s.* FROM result, twin_summary(t) AS s;
SELECT w.* FROM result, twin_weights(t) AS w;
SELECT control_set(t) FROM result;
SELECT t FROM result;
-- by Mahalanobis distance; with a caliper; the ring as a distance of each pair, for every area
SELECT p.* FROM (SELECT twins(id, ARRAY[share, trend], treated, NOT treated AND (r).ring IS NULL, 2, 'mahalanobis') AS t FROM placed) AS s, twin_pairs(t) AS p;
SELECT p.* FROM (SELECT twins(id, ARRAY[share, trend], treated, NOT treated AND (r).ring IS NULL, 3, 'standardised', 0.7) AS t FROM placed) AS s, twin_pairs(t) AS p;
SELECT p.* FROM (SELECT twins(id, geom, ARRAY[share, trend], true, true, 1, 'standardised', 0.8, 150) AS t FROM placed) AS s, twin_pairs(t) AS p;
-- the same without limits: NULL
SELECT twins(id, ARRAY[share, trend], treated, true, 2, 'standardised', NULL) = twins(id, ARRAY[share, trend], treated, true, 2) AS "no caliper",
	twins(id, geom, ARRAY[share, trend], treated, true, 2, 'standardised', NULL, 0) = twins(id, ARRAY[share, trend], treated, true, 2) AS "anywhere" FROM placed;

-- defined results: k larger than the candidates, no candidate, nobody treated, the only candidate itself, one area, no figures known, some not, columns that are constant
CREATE TABLE defined AS
SELECT 1 AS number, 'few candidates' AS what, twins(id, ARRAY[share, trend], treated, id > 10, 5) AS t FROM area
UNION ALL SELECT 2, 'no candidate', twins(id, ARRAY[share, trend], treated, NULL, 2) FROM area
UNION ALL SELECT 3, 'nobody treated', twins(id, ARRAY[share, trend], NULL, true, 2) FROM area
UNION ALL SELECT 4, 'only itself', twins(id, ARRAY[share, trend], id = 2, id = 2, 2) FROM area
UNION ALL SELECT 5, 'one area', twins(id, ARRAY[share, trend], true, true, 2) FROM area WHERE id = 1
UNION ALL SELECT 6, 'nothing known', twins(id, NULL, treated, true, 2) FROM area
UNION ALL SELECT 7, 'nothing known, mahalanobis', twins(id, ARRAY[NULL, share], treated, true, 2, 'mahalanobis') FROM area
UNION ALL SELECT 8, 'some unknown', twins(id, CASE WHEN id <> 2 THEN ARRAY[share, CASE WHEN id <> 10 THEN trend END] END, treated, NOT treated, 1) FROM area
UNION ALL SELECT 9, 'constant', twins(id, ARRAY[5, share, 0.1], treated, NOT treated, 1) FROM area
UNION ALL SELECT 10, 'all constant', twins(id, ARRAY[5, 5]::float8[], treated, NOT treated, 1) FROM area
UNION ALL SELECT 11, 'one treated', twins(id, ARRAY[share, trend], id = 7, NOT treated, 1) FROM area
UNION ALL SELECT 12, 'no place', twins(id, CASE WHEN id <> 7 THEN geom END, ARRAY[share], treated, NOT treated, 1, 'standardised', NULL, 150) FROM area
UNION ALL SELECT 13, 'all too near', twins(id, geom, ARRAY[share], treated, NOT treated, 1, 'standardised', NULL, 1e6) FROM area
UNION ALL SELECT 14, 'none in both', twins(id, geom, ARRAY[share, trend], treated, NOT treated, 1, 'standardised', 0.1, 200) FROM area;
SELECT number, what, p.* FROM defined LEFT JOIN twin_pairs(t) AS p ON true ORDER BY number, area, rank;
SELECT number, what, s.* FROM defined, twin_summary(t) AS s ORDER BY number;
SELECT number, what, variable, mean_treated, mean_candidates, mean_twins, difference_before, difference_after, variance_ratio_before AS ratio_before, variance_ratio_after AS ratio_after, ks_before, ks_after, sd, b.note FROM defined, twin_balance(t) AS b ORDER BY number, variable;
SELECT number, control_set(t) FROM defined WHERE number < 7 ORDER BY number;
SELECT twins(id, ARRAY[share], treated, true, 1) IS NULL AS "no rows", control_set(NULL) IS NULL AS "of NULL" FROM area WHERE false;
SELECT count(*) AS "pairs of NULL" FROM twin_pairs(NULL);
SELECT count(*) AS "balance of NULL" FROM twin_balance(NULL);
-- an empty control set lets nobody serve
SELECT term, ring, estimate, note FROM (SELECT ring_did(id, geom, period, share + period, CASE WHEN treated THEN 2 END::bigint, '{150}') AS s FROM area, generate_series(1, 3) AS period) AS p, defined, ring_effects(s, 'cluster', control_set => control_set(t)) WHERE number = 2;

-- numbers near the ends of their range: distances stand, what overflows is NULL
SELECT factor, area, twin, distance FROM (SELECT factor, twins(id, ARRAY[share * factor, trend], treated, NOT treated, 1) AS t FROM area, (VALUES (1::float8), (1e306), (1e-306), (1e-322)) AS v (factor) GROUP BY factor) AS s, twin_pairs(t) ORDER BY factor, area;
SELECT variable, mean_treated, difference_after, variance_ratio_after, ks_after, sd, b.note FROM (SELECT twins(id, ARRAY[share * 1e306, trend * 1e-200], treated, NOT treated, 1, 'mahalanobis') AS t FROM area) AS s, twin_balance(t) AS b;
DROP SCHEMA spillover_twins CASCADE;
