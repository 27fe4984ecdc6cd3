-- Kernel weights against libpysal 4.7.0, every row of ref_kernel_weights.csv: number
-- of weights, their sum, sum of squares, sum of the diagonal, bandwidth.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA kernel_weights_test;
SET search_path = kernel_weights_test, monitor, public;
SELECT plan(7);

CREATE TABLE centroid (dataset text, id bigint, cx float8, cy float8);
\copy centroid FROM 'test/data/reference/centroids.csv' CSV HEADER
CREATE TABLE ref (dataset text, function text, fixed boolean, k int, bandwidth_first float8, nnz bigint, sum_w float8, sum_diag float8, sum_w2 float8, call text, package text);
\copy ref FROM 'test/data/reference/ref_kernel_weights.csv' CSV HEADER

-- PySAL's fixed bandwidth is the greatest distance to a k-th nearest, times 1.0000001.
CREATE TABLE ours AS
SELECT r.*, s.bandwidth, s.links, s.total, s.diagonal, s.squares
FROM ref AS r CROSS JOIN LATERAL (
	SELECT max(b.bandwidth) AS bandwidth, count(*) AS links, sum(l.weight) AS total, sum(l.weight) FILTER (WHERE l.id = l.neighbor) AS diagonal,
		sum(l.weight ^ 2) AS squares
	FROM (SELECT max_knn_distance(id, ST_MakePoint(cx, cy), r.k) * (1 + 1e-7) AS bandwidth FROM centroid WHERE dataset = r.dataset) AS b
	CROSS JOIN LATERAL links((SELECT CASE WHEN r.fixed
		THEN kernel_weights(id, ST_MakePoint(cx, cy), r.function, b.bandwidth)
		ELSE adaptive_kernel_weights(id, ST_MakePoint(cx, cy), r.function, r.k, false) END FROM centroid WHERE dataset = r.dataset)) AS l) AS s;
-- The adaptive bandwidth of area 1, by SQL.
UPDATE ours SET bandwidth = (SELECT (1 + 1e-7) * ST_Distance(ST_MakePoint(a.cx, a.cy), ST_MakePoint(b.cx, b.cy)) AS d
	FROM centroid AS a, centroid AS b WHERE a.id = 1 AND b.id <> 1 AND (a.dataset, b.dataset) = (ours.dataset, ours.dataset) ORDER BY d OFFSET 3 LIMIT 1)
WHERE NOT fixed;

CREATE FUNCTION apart(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN coalesce(abs(a - b) / greatest(abs(b), 1e-300), 'inf');

SELECT is(count(*), 20::bigint, 'every row is compared') FROM ours;
SELECT is_empty($$SELECT * FROM ours WHERE links <> nnz$$, 'number of weights');
SELECT is_empty($$SELECT * FROM ours WHERE apart(total, sum_w) > 1e-9$$, 'sum of weights');
SELECT is_empty($$SELECT * FROM ours WHERE apart(squares, sum_w2) > 1e-9$$, 'sum of squares');
SELECT is_empty($$SELECT * FROM ours WHERE apart(diagonal, sum_diag) > 1e-9$$, 'sum of the diagonal');
SELECT is_empty($$SELECT * FROM ours WHERE apart(bandwidth, bandwidth_first) > 1e-9$$, 'bandwidth');
-- Weights of area 1 of columbus, adaptive and triangular: 1 - d / h of the bandwidth that PySAL gives.
SELECT is_empty($$SELECT l.* FROM links((SELECT adaptive_kernel_weights(id, ST_MakePoint(cx, cy), 'triangular', 4, false) FROM centroid WHERE dataset = 'columbus')) AS l
	JOIN centroid AS a ON (a.dataset, a.id) = ('columbus', l.id) JOIN centroid AS b ON (b.dataset, b.id) = ('columbus', l.neighbor)
	WHERE l.id = 1 AND NOT abs(l.weight - (1 - sqrt((a.cx - b.cx) ^ 2 + (a.cy - b.cy) ^ 2) / 1.0214865336306485)) <= 1e-12$$, 'weights of one area');

SELECT diag(format('ref_kernel_weights: %s rows compared, worst relative difference %s', count(*),
	max(greatest(apart(total, sum_w), apart(squares, sum_w2), apart(diagonal, sum_diag), apart(bandwidth, bandwidth_first))))) FROM ours;
SELECT * FROM finish();
ROLLBACK;
