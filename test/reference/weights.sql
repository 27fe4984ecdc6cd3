-- spdep's neighbour lists, link by link, and its constants of weights in every
-- style: of our builders, on the polygons of columbus and nc.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_weights;
SET search_path = reference_weights, monitor, public;
SELECT plan(8);
\ir setup.psql
CREATE TABLE reference (dataset text, kind text, style text, n int, n_adj int, links bigint, islands int, components int, min_card int, max_card int, mean_card float8, is_symmetric boolean, s0 float8, s1 float8, s2 float8, call text, package text);
\copy reference FROM 'test/data/reference/ref_weights.csv' CSV HEADER

-- As built; spdep's style B leaves given weights as they are, so idw rows of style B are the weights built.
CREATE TABLE built AS
WITH radius AS (SELECT dataset, max_knn_distance(id, geom, 1) * (1 + 1e-12) AS r FROM area GROUP BY dataset)
SELECT dataset, kind, w FROM (
	SELECT dataset, queen_weights(id, geom) AS queen, rook_weights(id, geom) AS rook, queen_weights(id, geom, 0) AS st_intersects, rook_weights(id, geom) AS st_relate_rook,
		knn_weights(id, geom, 1) AS knn1, knn_weights(id, geom, 4) AS knn4, knn_weights(id, geom, 6) AS knn6, symmetrize(knn_weights(id, geom, 4)) AS knn4_sym,
		distance_weights(id, geom, r) AS dband, distance_weights(id, geom, 0.6 * r) AS dband_islands, inverse_distance_weights(id, geom, r, 1) AS idw1, inverse_distance_weights(id, geom, r, 2) AS idw2
	FROM area JOIN radius USING (dataset) GROUP BY dataset) AS s,
	LATERAL (VALUES ('queen', queen), ('rook', rook), ('st_intersects', st_intersects), ('st_relate_rook', st_relate_rook), ('knn1', knn1), ('knn4', knn4), ('knn6', knn6), ('knn4_sym', knn4_sym),
		('dband_max1nn', dband), ('dband_0.6max1nn', dband_islands), ('idw1_max1nn', idw1), ('idw2_max1nn', idw2)) AS v(kind, w);

-- Links
SELECT results_eq('SELECT DISTINCT dataset, kind FROM read_edge ORDER BY 1, 2', 'SELECT DISTINCT dataset, kind FROM built WHERE kind NOT LIKE ''idw%'' ORDER BY 1, 2', 'links of these kinds');
CREATE VIEW our_edge AS SELECT dataset, kind, id AS i, neighbor AS j FROM built, links(w) WHERE kind NOT LIKE 'idw%';
SELECT is_empty('TABLE read_edge EXCEPT ALL TABLE our_edge', 'every link of spdep''s is ours');
SELECT is_empty('TABLE our_edge EXCEPT ALL TABLE read_edge', 'every link of ours is spdep''s');
SELECT is_empty('SELECT dataset, b.kind FROM built AS b JOIN built AS d USING (dataset) WHERE b.kind LIKE ''idw%'' AND d.kind = ''dband_max1nn'' AND standardize(b.w, ''B'') <> d.w', 'links of the inverse distances are those of the band');

-- Constants
CREATE TABLE compared AS
SELECT dataset, kind, style, r.*::text AS peer, (s.n, s.n - s.islands, s.links, s.islands, s.components, s.min_neighbors, s.max_neighbors, s.is_symmetric) = (r.n, r.n_adj, r.links, r.islands, r.components, r.min_card, r.max_card, r.is_symmetric) AS same_counts,
	greatest(relative_difference(s.mean_neighbors, r.mean_card), relative_difference(s.s0, r.s0), relative_difference(s.s1, r.s1), relative_difference(s.s2, r.s2)) AS difference
FROM reference AS r LEFT JOIN built AS b USING (dataset, kind), LATERAL weights_summary(CASE WHEN kind LIKE 'idw%' AND style = 'B' THEN w ELSE standardize(w, style) END) AS s;
SELECT is((SELECT count(*) FROM compared), (SELECT count(*) FROM reference), 'every row is compared');
SELECT is_empty('SELECT dataset, kind, style FROM compared WHERE same_counts IS NOT TRUE', 'n, n without islands, links, islands, components, fewest and most neighbours, symmetry');
SELECT is_empty('SELECT dataset, kind, style, difference FROM compared WHERE NOT difference <= 1e-9', 'mean neighbours, S0, S1, S2');
SELECT is((SELECT count(*) FROM built WHERE weights_from_gwt(weights_to_gwt(w), weights_ids(w)) = w AND weights_from_gal(weights_to_gal(w)) = standardize(w, 'B')), 24::bigint, 'each through GWT and GAL');
SELECT diag(format('ref_weights: %s rows compared, worst relative difference %s', count(*), max(difference))) FROM compared;
SELECT diag(format('ref_weights_edges: %s rows compared, all the same', count(*))) FROM read_edge;
SELECT * FROM finish();
ROLLBACK;
