-- Type weights: text and binary form, comparison, weights_agg.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_type;
SET search_path = weights_type, monitor, public;
-- text is read in any order, with blanks, and comes out in one form
SELECT t::weights FROM (VALUES
	('{}'), (' { } '), ('{1:{}}'), ('{1:{2,3},2:{1},3:{}}'), (E'{\n3 : {\t} ,\r\n 2:{ 1 }, 1 : {3 ,2} }\n'),
	('{1:{1}}'), ('{1:{1:1.0,2:1e0},2:{}}'), ('{1:{2:.5,1:1},2:{1:2.}}'), ('{1:{2:0.25,1},2:{1}}'), ('{1:{2:0},2:{}}'), ('{1:{2:-0},2:{1}}'),
	('{-9223372036854775808:{9223372036854775807},9223372036854775807:{-9223372036854775808}}'), ('{+1:{0},-0:{001},-5:{}}')) AS s(t);
-- every weight reads back as the same number, whatever extra_float_digits says
SET extra_float_digits = -15;
SELECT '{1:{2:0.1,3:0.30000000000000004,4:1e-5,5:123456789012345680,6:1e22},2:{1:5e-324,3:2.2250738585072014e-308,4:1.7976931348623157e308},3:{},4:{},5:{},6:{}}'::weights;
SELECT weights_agg(1, 2, 1.0::float8 / 3), weights_agg(1, 2, 1e300 * 1e8)::text::weights = weights_agg(1, 2, 1e308) AS same;
RESET extra_float_digits;
-- the binary form
SELECT weights_send('{}'), weights_send('{1:{2,3},2:{1},3:{}}'), weights_send('{-1:{7:0.5},7:{}}');
-- stored: no bytes for weights that are all 1
CREATE TABLE stored (n int, w weights);
INSERT INTO stored VALUES (1, '{1:{2,3},2:{1},3:{}}'), (2, '{1:{2:0.5,3:0.5},2:{1:1},3:{}}'), (3, '{}'), (4, NULL);
SELECT n, w, pg_column_size(w) FROM stored ORDER BY n;
SELECT typstorage, typalign, typlen FROM pg_type WHERE oid = 'weights'::regtype;
-- comparison: equal only where areas, links and weights are
CREATE TABLE compared (n int, w weights);
INSERT INTO compared VALUES (1, '{1:{2},2:{}}'), (2, '{2:{},1:{2:1.0}}'), (3, '{1:{},2:{}}'), (4, '{1:{2},2:{},3:{}}'), (5, '{1:{3},3:{}}'), (6, '{1:{2:2},2:{}}'), (7, '{1:{},2:{1}}'), (8, '{1:{2:1.0000000000000002},2:{}}');
SELECT a.n, b.n FROM compared AS a JOIN compared AS b ON a.w = b.w AND a.n < b.n ORDER BY 1, 2;
SELECT count(*) AS pairs, count(*) FILTER (WHERE (a.w = b.w) <> (a.w <> b.w)) AS ne, count(*) FILTER (WHERE (a.w < b.w) <> (a.w >= b.w)) AS ge,
	count(*) FILTER (WHERE (a.w > b.w) <> (a.w <= b.w)) AS le, count(*) FILTER (WHERE (a.w < b.w) = (b.w > a.w)) AS turned,
	count(*) FILTER (WHERE weights_cmp(a.w, b.w) = -weights_cmp(b.w, a.w)) AS cmp,
	count(*) FILTER (WHERE (a.w = b.w) = (weights_hash(a.w) = weights_hash(b.w))) AS hash,
	count(*) FILTER (WHERE (a.w = b.w) = (weights_hash_extended(a.w, 7) = weights_hash_extended(b.w, 7))) AS hash_extended
FROM compared AS a CROSS JOIN compared AS b;
SELECT count(DISTINCT w) FROM compared;
SET enable_hashagg = off;
SELECT count(*) FROM (SELECT w FROM compared GROUP BY w) AS s;
SET enable_hashagg = on;
SET enable_sort = off;
SELECT count(*) FROM (SELECT w FROM compared GROUP BY w) AS s;
SELECT count(*) FROM (SELECT w FROM compared WHERE n > 1 INTERSECT SELECT w FROM compared WHERE n = 1) AS s;
RESET enable_sort;
-- weights_agg: every id that occurs is an area, a NULL neighbour says that there is one
SELECT weights_agg(id, neighbor, weight) FROM (VALUES (5, 2, 0.5), (2, 5, 2), (-3, NULL, NULL), (-3, NULL, 7), (9, 9, 0)) AS v(id, neighbor, weight);
SELECT weights_agg(id, neighbor) FROM (VALUES (5, 2), (2, 5), (5, NULL), (-3, NULL), (9, 10)) AS v(id, neighbor);
SELECT weights_agg(id, neighbor, 1) FROM (VALUES (5, 2), (2, 5)) AS v(id, neighbor);
SELECT weights_agg(1, 2) FILTER (WHERE false) AS no_rows, weights_agg(1, NULL) AS island;
SELECT g, weights_agg(id, neighbor) FROM (VALUES (1, 1, 2), (2, 3, 1), (1, 2, 1)) AS v(g, id, neighbor) GROUP BY g ORDER BY g;
-- as a moving window the state goes on after each result
SELECT id, weights_agg(id, id - 1) OVER (ORDER BY id) FROM generate_series(1, 4) AS id;
-- ids far apart and close together
SELECT weights_agg(a, b) = weights_agg(a, b ORDER BY a DESC, b DESC), weights_agg(a, b)
FROM (VALUES (1, 3000000000000), (-4000000000000000000, 1), (3000000000000, 9223372036854775807)) AS v(a, b);
-- errors
\set VERBOSITY default
SELECT weights_agg(NULL, 1);
SELECT weights_agg(1, 2, NULL);
SELECT weights_agg(1, 2, -0.5);
SELECT weights_agg(1, 2, 'NaN');
SELECT weights_agg(1, 2, 'Infinity');
SELECT weights_agg(id, 2, 1) FROM (VALUES (1), (3), (1)) AS v(id);
DROP SCHEMA weights_type CASCADE;
