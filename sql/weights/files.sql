-- GAL and GWT, as GeoDa, PySAL and spdep write them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA weights_files;
SET search_path = weights_files, monitor, public;
SELECT weights_to_gal('{1:{2,3},2:{1},3:{},-7:{1:0.5}}') AS gal;
SELECT weights_to_gal('{}') AS gal, weights_to_gal('{5:{5}}', 'buildings', 'KEY') AS named;
SELECT weights_to_gwt('{1:{2,3:0.1},2:{1:1e-9},3:{},-7:{1:0.5}}', id_name => 'KEY') AS gwt;
SELECT weights_to_gwt('{1:{2},2:{}}') AS gwt;
-- one header or the other, either line end, tabs, blanks, empty lines, a byte order mark
SELECT weights_from_gal(gal) FROM (VALUES
	(1, E'0 3 columbus POLYID\n1 2\n2 3\n2 1\n1\n3 0\n\n'),
	(2, E'3\n1 2\n2 3\n2 1\n1\n3 0\n'),
	(3, E'3\r\n1 2\r\n2 3\r\n2 1\r\n1\r\n3 0\r\n\r\n'),
	(4, E'\n\n  0\t3 a map with blanks \n\n 1\t2 \n\n3  2\t\n\n\n2 1\n1\n3 0'),
	(5, E'\uFEFF3\n3 0\n2 1\n1\n1 2\n3 2'),
	(6, '0'), (7, E'0 0 a b\n'), (8, E'1\n-5 1\n-5\n'), (9, E'2\n1 0\n2 0\n')) AS s(n, gal) ORDER BY n;
SELECT weights_from_gwt(gwt) FROM (VALUES
	(1, E'0 3 columbus POLYID\n1 2 0.5\n1 3 1e-3\n3 1 1\n'),
	(2, E'3\r\n3\t1\t1\r\n\r\n1 3 1e-3 \r\n1 2 .5'),
	(3, E'0 2 x ind\n1 2 1\n2 1 1.0\n'), (4, E'0 0 a b'), (5, E'1\n1 1 0')) AS s(n, gwt) ORDER BY n;
SELECT weights_from_gwt(E'0 4 a id\n1 2 0.5\n', '{4,2,1,-3,1}'), weights_from_gwt(E'2\n', '{1,2}');
SELECT weights_from_gal(NULL), weights_to_gal(NULL), weights_from_gwt(NULL), weights_from_gwt('0', NULL), weights_to_gwt(NULL);
DROP SCHEMA weights_files CASCADE;
