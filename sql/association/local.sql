-- Local statistics: small maps worked out by hand, islands, unknown values, options.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA association_local;
SET search_path = association_local, monitor, public;
SET extra_float_digits = -2;
-- a chain 1-2-3-4 and the island 5
CREATE TABLE w AS SELECT '{1:{2},2:{1,3},3:{2,4},4:{3},5:{}}'::weights AS b, standardize('{1:{2},2:{1,3},3:{2,4},4:{3},5:{}}', 'W') AS r;
CREATE TABLE a (id bigint, x float8, y float8, has bool, z float8[], flags bool[]);
INSERT INTO a VALUES (1, 1, 5, true, '{1,5}', '{t,t}'), (2, 2, 3, true, '{2,3}', '{t,t}'), (3, 4, 2, false, '{4,2}', '{t,f}'), (4, 8, 1, true, '{8,1}', '{t,t}'), (5, 5, 4, false, '{5,4}', '{f,f}');
SELECT id, spatial_lag((SELECT b FROM w), id, x) OVER () AS sum, spatial_lag((SELECT r FROM w), id, x) OVER () AS mean FROM a ORDER BY id;
SELECT id, (local_moran((SELECT r FROM w), id, x) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_bivariate_moran((SELECT r FROM w), id, x, y) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_lee((SELECT r FROM w), id, x, y) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_geary((SELECT r FROM w), id, x) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_geary((SELECT r FROM w), id, z, 99) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_g((SELECT r FROM w), id, x) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_g((SELECT r FROM w), id, x, star => true) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_join_count((SELECT b FROM w), id, has, 99) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_bivariate_join_count((SELECT b FROM w), id, has, x > 3) OVER ()).* FROM a ORDER BY id;
SELECT id, (local_colocation((SELECT b FROM w), id, flags) OVER ()).* FROM a ORDER BY id;
SELECT id, (losh((SELECT r FROM w), id, x) OVER ()).* FROM a ORDER BY id;
SELECT id, (losh((SELECT r FROM w), id, x, 1) OVER ()).statistic FROM a ORDER BY id;

-- few neighbours: every arrangement is counted, so neither number nor seed matters
SELECT id, (local_moran((SELECT r FROM w), id, x, 1) OVER ()).p_directed, (local_moran((SELECT r FROM w), id, x, 999, 3) OVER ()).p_permutation FROM a ORDER BY id;
-- the draws of a seed are fixed for good: a change of these numbers changes what users have published
CREATE TABLE big AS SELECT i::bigint AS id, sin(i) + cos(i * i) AS x FROM generate_series(1, 900) AS i;
CREATE TABLE big_w AS SELECT weights_agg(a.id, CASE WHEN b BETWEEN 1 AND 900 THEN b END) AS w FROM big AS a, generate_series(-4, 4) AS d, LATERAL (SELECT a.id + d AS b) AS l WHERE d <> 0 AND b BETWEEN 1 AND 900;
SELECT id, (m).p_directed, (m).p_permutation, (s).p_directed AS other_seed, (c).p_directed AS geary, (g).p_directed AS geoda, (l).p_directed AS geoda_lookup
FROM (SELECT id, local_moran((SELECT w FROM big_w), id, x, 999) OVER () AS m, local_moran((SELECT w FROM big_w), id, x, 999, 42) OVER () AS s,
	local_geary((SELECT w FROM big_w), id, x, 999) OVER () AS c, local_moran((SELECT w FROM big_w), id, x, 999, 123456789, 'geoda') OVER () AS g,
	local_moran((SELECT w FROM big_w), id, x, 999, 123456789, 'geoda_lookup') OVER () AS l FROM big) AS s
WHERE id IN (1, 5, 450, 451, 899) ORDER BY id;

-- unknown values: NULL, nobody's neighbour, rows that sum to 1 rescaled; absent rows alike
SELECT id, spatial_lag((SELECT b FROM w), id, nullif(x, 2)) OVER () AS sum, spatial_lag((SELECT r FROM w), id, nullif(x, 2)) OVER () AS mean, (local_moran((SELECT r FROM w), id, nullif(x, 2)) OVER ()).island FROM a ORDER BY id;
SELECT id, spatial_lag((SELECT r FROM w), id, x) OVER () AS mean FROM a WHERE id <> 2 ORDER BY id;
SELECT id, local_geary((SELECT r FROM w), id, CASE id WHEN 1 THEN NULL WHEN 2 THEN '{1,NULL}' ELSE z END) OVER () FROM a ORDER BY id;
SELECT id, local_geary((SELECT r FROM w), id, NULL::float8[]) OVER () FROM a ORDER BY id;
SELECT id, local_moran(NULL, id, x) OVER () AS no_w, spatial_lag(NULL, id, x) OVER () FROM a ORDER BY id;
-- values all the same, two areas, three, a total of 0
SELECT id, local_moran((SELECT r FROM w), id, 0.1, 99) OVER (), local_g((SELECT r FROM w), id, 0.1, false, 99) OVER (), local_geary((SELECT r FROM w), id, 0.1, 99) OVER (), losh((SELECT r FROM w), id, 0.1) OVER () FROM a ORDER BY id;
SELECT id, local_moran('{1:{2},2:{1}}', id, x, 99) OVER () FROM a WHERE id < 3 ORDER BY id;
SELECT id, local_moran('{1:{2},2:{1,3},3:{2}}', id, x, 99) OVER () FROM a WHERE id < 4 ORDER BY id;
SELECT id, local_g('{1:{2},2:{1,3},3:{2}}', id, x, false, 99) OVER () FROM (VALUES (1, -1.0), (2, 0), (3, 1)) AS v(id, x) ORDER BY id;
SELECT id, local_moran('{1:{}}', id, x, 99) OVER (), losh('{1:{}}', id, x) OVER () FROM a WHERE id = 1;
SELECT local_moran((SELECT b FROM w), id, x) OVER () FROM a WHERE false;
-- a link to itself stays, whatever is drawn; it is no neighbour
SELECT id, (local_moran('{1:{1:0.5,2:0.5},2:{1:0.5,2:0.5},3:{3:1}}', id, x, 99) OVER ()).* FROM a WHERE id < 4 ORDER BY id;
-- sizes at the end of double precision
SELECT id, (local_moran((SELECT r FROM w), id, x * 1e300) OVER ()).statistic AS huge, (local_moran((SELECT r FROM w), id, x * 1e-300) OVER ()).statistic AS tiny, (local_geary((SELECT r FROM w), id, x * 1e300) OVER ()).statistic AS geary FROM a ORDER BY id;
-- one partition a period; any order of the rows
SELECT period, id, (local_moran((SELECT r FROM w), id, x * period) OVER (PARTITION BY period ORDER BY x DESC)).statistic FROM a, generate_series(1, 2) AS period ORDER BY period, id;
-- weights inside
SELECT id, local_moran(id, x, geom, 'rook', 9) OVER () = local_moran((SELECT standardize(rook_weights(id, geom), 'W') FROM (SELECT id, ST_MakeEnvelope(id, 0, id + 1, 1) AS geom FROM a) AS g), id, x, 9) OVER () AS same
FROM (SELECT id, x, ST_MakeEnvelope(id, 0, id + 1, 1) AS geom FROM a) AS g ORDER BY id;
DROP SCHEMA association_local CASCADE;
