-- Weights of weights, and what they hold.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_transform;
SET search_path = weights_transform, monitor, public;
CREATE TABLE w (n int, what text, w weights);
INSERT INTO w VALUES (1, 'no area', '{}'), (2, 'an island', '{7:{}}'), (3, 'itself', '{7:{7}}'), (4, 'one way', '{1:{2,3},2:{1},3:{},4:{}}'),
	(5, 'weighted', '{1:{2:3,3:4},2:{1:2},3:{},4:{4:0.5},5:{}}'), (6, 'zeros', '{1:{2:0,3:0},2:{1:0},3:{}}'), (7, 'a zero', '{1:{2:0,3:2},2:{1:0},3:{}}');
-- styles
SELECT n, what, style, standardize(w, style) FROM w, unnest('{B,W,C,U,S,minmax}'::text[]) WITH ORDINALITY AS s(style, i) ORDER BY n, i;
SELECT standardize('{1:{2:1e-200,3:1e-200},2:{1:1e-200},3:{}}', 'S'), standardize('{1:{2:1e-320},2:{}}', 'W'), standardize('{1:{2,3},2:{},3:{}}');
SELECT standardize('{1:{2:3},2:{}}', 'MinMax') = standardize('{1:{2:3},2:{}}', 'minmax') AS any_case;
-- symmetric: the larger, half the sum, the smaller of both directions
SELECT n, what, symmetrize(w), symmetrize(w, 'mean') AS mean, symmetrize(w, 'min') AS min FROM w ORDER BY n;
-- higher order, on a ring of seven with a tail and an island
CREATE TABLE ring AS SELECT symmetrize(weights_agg(a, b)) AS w FROM (VALUES (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 1), (7, 8), (9, NULL), (1, 1)) AS v(a, b);
SELECT steps, higher_order(w, steps), higher_order(w, steps, true) AS cumulative FROM ring, generate_series(1, 5) AS steps ORDER BY steps;
SELECT higher_order(w, 2147483647) = weights_agg(id, NULL) AS too_far FROM ring, unnest(weights_ids(w)) AS id GROUP BY w;
SELECT higher_order(w, 2147483647, true) = higher_order(w, 8, true) AS all_there_are FROM ring;
-- one way only where links go one way
SELECT higher_order('{1:{2},2:{3},3:{1:0}}', 2), higher_order(w, steps => 2, cumulative => true) FROM w WHERE n = 4;
-- oneself
SELECT n, what, with_self(w), with_self(w, 0.5) AS half, without_self(w) FROM w ORDER BY n;
-- fewer areas
SELECT subset(w, '{3,1}'), subset(w, '{1,4,4,5,1}'), subset(w, '{}'), subset(w, '{2,4,5}'), subset(w, weights_ids(w)) = w AS whole FROM w WHERE n = 5;
-- what they hold
SELECT what, weights_ids(w), s.* FROM w, weights_summary(w) AS s ORDER BY w.n;
SELECT neighbors(w, 7), neighbors(w, 9) FROM ring;
SELECT * FROM links('{1:{2:3,3:4},2:{1:2},3:{},4:{4:0.5}}');
SELECT * FROM links('{1:{2},2:{},3:{}}');
SELECT count(*) FROM links('{}');
SELECT * FROM components('{5:{1},1:{},9:{},7:{8},8:{7},-4:{9},3:{}}');
-- in the list of results too
SELECT (links(w)).neighbor, (components(w)).component FROM w WHERE n = 4;
-- islands come along
SELECT weights_agg(id, neighbor, weight) = w FROM w, LATERAL (SELECT * FROM components(w) LEFT JOIN links(w) USING (id)) AS l WHERE n = 5 GROUP BY w;
-- NULL for NULL
SELECT standardize(NULL), symmetrize(NULL), higher_order(NULL, 1), with_self(NULL), without_self(NULL), subset('{}', NULL), weights_ids(NULL), neighbors('{}', NULL), weights_summary(NULL);
SELECT (SELECT count(*) FROM links(NULL)), (SELECT count(*) FROM components(NULL));
DROP SCHEMA weights_transform CASCADE;
