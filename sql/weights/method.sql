-- Weights named by a text, through the shorthand of moran that builds them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_method;
SET search_path = weights_method, monitor, public;
-- a grid of 4 by 4 squares and one area that is nowhere
CREATE TABLE area AS SELECT i AS id, CASE WHEN i < 16 THEN ST_MakeEnvelope(i % 4, i / 4, i % 4 + 1, i / 4 + 1) END AS geom, i * i % 7 + 0.1 * i AS x FROM generate_series(0, 16) AS i;
CREATE TABLE built (method text, w weights);
INSERT INTO built SELECT m.* FROM (
	SELECT queen_weights(id, geom) AS queen, queen_weights(id, geom, 0.5) AS snapped, rook_weights(id, geom) AS rook, knn_weights(id, geom, 3) AS knn, distance_weights(id, geom, 1.2) AS distance,
		inverse_distance_weights(id, geom, 1.5, 1) AS inverse, inverse_distance_weights(id, geom, 1.5, 2) AS inverse_2, kernel_weights(id, geom, 'quartic', 1.5) AS kernel,
		adaptive_kernel_weights(id, geom, 'gaussian', 3, false) AS adaptive, adaptive_kernel_weights(id, geom, 'gaussian', 3, true) AS diagonal FROM area) AS s,
	LATERAL (VALUES ('queen', standardize(queen)), ('queen W', standardize(queen)), (' QUEEN:b ', queen), ('queen raw', queen), ('queen c', standardize(queen, 'C')), ('queen U', standardize(queen, 'U')),
		('queen 0.5 minmax', standardize(snapped, 'minmax')), ('rook, S', standardize(rook, 'S')), ('rook', standardize(rook)), ('knn 3', standardize(knn)), ('knn:3:B', knn), ('distance 1.2', standardize(distance)), ('distance 12e-1 b', distance),
		('inverse 1.5', standardize(inverse)), ('inverse 1.5 raw', inverse), ('inverse 1.5 B', standardize(inverse, 'B')), ('inverse 1.5 2 raw', inverse_2), ('inverse 1.5 1', standardize(inverse)),
		('kernel quartic 1.5', standardize(kernel)), ('Kernel Quartic 1.5 Raw', kernel), ('adaptive gaussian 3', standardize(adaptive)), ('adaptive gaussian 3 raw', adaptive), ('adaptive gaussian 3 diagonal', standardize(diagonal)), ('adaptive gaussian 3 diagonal raw', diagonal)) AS m(method, w);
SELECT method, (SELECT moran(id, x, geom, method)::text FROM area) = (SELECT moran(w, id, x)::text FROM area) AS same FROM built;
SELECT count(*) AS methods, count(DISTINCT (SELECT round((moran(id, x, geom, method)).statistic::numeric, 9) FROM area)) AS different FROM built;
-- what is no method
CREATE FUNCTION error_of(method text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	SELECT moran(id, x, geom, method) INTO result FROM area;
	RETURN 'no error: ' || result;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
SELECT n, error_of(method) FROM unnest(ARRAY['', ' ', 'x', 'queens', 'queen x', 'queen -1', 'queen nan', 'queen 1 2', 'rook 1', 'rook X', 'rook raw raw', 'rook W C', 'knn', 'knn 2.5', 'knn 0', 'knn -1', 'knn 16', 'knn 99999999999', 'knn 3 diagonal',
	'knn 3 Z', 'distance', 'distance 0', 'distance inf', 'distance 1 2', 'inverse', 'inverse 1 0', 'inverse 1 2 3', 'kernel', 'kernel 1', 'kernel box 1', 'kernel triangular', 'kernel triangular 0', 'adaptive triangular', 'adaptive box 2', 'adaptive triangular 2 diagonal W W',
	repeat('x', 40), 'a b c d e f g', E'knn\t3\tæ']) WITH ORDINALITY AS m(method, n) ORDER BY n;
\set VERBOSITY default
SELECT moran(id, x, geom, 'nearest 5') FROM area;
DROP SCHEMA weights_method CASCADE;
