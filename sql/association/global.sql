-- Global spatial autocorrelation: small cases by hand, what is left out, windows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA association_global;
SET search_path = association_global, monitor, public;
SET extra_float_digits = -3;
-- four areas in a row and one that is far away
CREATE TABLE map AS SELECT '{1:{2},2:{1,3},3:{2,4},4:{3},9:{}}'::weights AS w;
CREATE TABLE area (id bigint, x float8, y float8, n float8, mark boolean);
INSERT INTO area VALUES (1, 1, 4, 10, false), (2, 2, 3, 20, false), (3, 3, 7, 10, true), (4, 4, 1, 30, true), (9, 5, 2, 15, true);
SELECT (moran(w, id, x)).* FROM map, area;
SELECT (geary(w, id, x)).* FROM map, area;
SELECT (getis_g(w, id, x)).* FROM map, area;
SELECT (eb_moran(w, id, x, n)).* FROM map, area;
SELECT (lee(w, id, x, y)).* FROM map, area;
SELECT (bivariate_moran(w, id, x, y)).* FROM map, area;
SELECT (join_count(w, id, mark)).* FROM map, area;
SELECT (join_count_mixed(w, id, mark)).* FROM map, area;
-- by permutation: all 120 arrangements, so that the seed does not matter
SELECT (moran(w, id, x, 99, 1)).p_permutation AS moran, (geary(w, id, x, 99, 2)).p_permutation AS geary, (getis_g(w, id, x, 99, 3)).p_permutation AS getis_g, (eb_moran(w, id, x, n, 99, 4)).p_permutation AS eb_moran,
	(lee(w, id, x, y, 99, 5)).p_permutation AS lee, (bivariate_moran(w, id, x, y, 99, 6)).p_permutation AS bivariate_moran, (join_count(w, id, mark, 99, 7)).p_permutation AS join_count,
	(join_count_mixed(w, id, mark, 99, 8)).p_permutation AS join_count_mixed
FROM map, area;
-- drawn, for 10 areas in a row: the same wherever it runs
CREATE TABLE ring AS SELECT weights_agg(i, j) AS w FROM generate_series(1, 10) AS i, generate_series(1, 10) AS j WHERE abs(i - j) = 1;
SELECT seed, (moran(w, id, x, 999, seed)).p_permutation FROM ring, (SELECT i AS id, i * i % 7 AS x FROM generate_series(1, 10) AS i) AS s, generate_series(1, 3) AS seed GROUP BY seed ORDER BY seed;
-- exact where all arrangements are no more than asked for: 9 areas, 362,880
SELECT (moran(w, id, x, 362880, 1)).p_permutation * 362880 / 2 AS tail, (moran(w, id, x, 362880, 1)).p_permutation = (moran(w, id, x, 400000, 2)).p_permutation AS seed_does_not_matter
FROM (SELECT weights_agg(i, j) AS w FROM generate_series(1, 9) AS i, generate_series(1, 9) AS j WHERE abs(i - j) = 1) AS m, (SELECT i AS id, i * i % 7 AS x FROM generate_series(1, 9) AS i) AS s;
-- left out: NULL, and an area of w without a row; its neighbour becomes an island
SELECT (moran(w, id, CASE WHEN id <> 3 THEN x END)).* FROM map, area;
SELECT (moran(w, id, x)).* FROM map, area WHERE id <> 3;
SELECT (lee(w, id, CASE WHEN id <> 2 THEN x END, CASE WHEN id <> 3 THEN y END)).* FROM map, area;
-- nobody lives there: no rate
SELECT (eb_moran(w, id, CASE WHEN id <> 9 THEN x ELSE 0 END, CASE WHEN id <> 9 THEN n ELSE 0 END)).* FROM map, area;
-- groups, and change between two dates: Moran's I of differences
SELECT year, (moran(w, id, (x::int * year % 5))).statistic FROM map, area, generate_series(1, 3) AS year GROUP BY year ORDER BY year;
SELECT (moran(w, id, y - x)).statistic FROM map, area;
-- as a window
SELECT id, (moran(w, id, x) OVER (ORDER BY id)).n_used, (moran(w, id, x) OVER (ORDER BY id)).statistic FROM map, area ORDER BY id;
-- weights built inside
CREATE TABLE block AS SELECT 10 * r + c AS id, r + c % 2 AS x, ST_SetSRID(ST_MakeEnvelope(c, r, c + 1, r + 1), 25832) AS geom FROM generate_series(0, 3) AS r, generate_series(0, 3) AS c;
SELECT method, (moran(id, x, geom, method)).* FROM block, unnest('{queen,queen B,rook,knn 4,distance 1.5 B,kernel triangular 2 raw}'::text[]) AS method GROUP BY method ORDER BY method;
SELECT moran(id, x, geom, 'rook', 99, 7) = moran(w, id, x, 99, 7) AS as_of_weights FROM block, (SELECT standardize(rook_weights(id, geom), 'W') AS w FROM block) AS m;
SELECT (moran(id, x, CASE WHEN id > 0 THEN geom END, 'queen')).n_islands AS null_geometry, (moran(id, x, CASE WHEN id > 0 THEN geom ELSE 'SRID=25832;POLYGON EMPTY' END, 'knn 2')).n_islands AS empty_geometry FROM block;
SELECT id, (moran(id, x, geom, 'queen') OVER (ORDER BY id ROWS 7 PRECEDING)).statistic FROM block ORDER BY id LIMIT 9;
-- nothing
SELECT moran(id, x, geom, 'queen') IS NULL AS no_row FROM block WHERE false;
SELECT moran(w, id, x) IS NULL AS no_row FROM map, area WHERE false;
SELECT moran(NULL, id, x) IS NULL AS no_weights FROM area;
DROP SCHEMA association_global CASCADE;
