-- Partitions of resident on demand: nothing is lost on the way.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832);
CALL monitor.add_data_year('regtest', 2019);
CALL monitor.add_data_year('regtest', 2019);
INSERT INTO regtest.resident (person, data_year, age) SELECT n, y, n % 100 FROM generate_series(1, 500) AS n, generate_series(2018, 2021) AS y;
SELECT tableoid::regclass, data_year, count(*), sum(person) FROM regtest.resident GROUP BY 1, 2 ORDER BY 2;
CALL monitor.add_data_year('regtest', 2020);
SELECT tableoid::regclass, data_year, count(*), sum(person) FROM regtest.resident GROUP BY 1, 2 ORDER BY 2;
-- refresh moves the rest.
CALL monitor.refresh('regtest');
SELECT tableoid::regclass, data_year, count(*), sum(person) FROM regtest.resident GROUP BY 1, 2 ORDER BY 2;
SELECT count(*) FROM regtest.resident_other;
-- A partition made this way refuses what the others refuse.
INSERT INTO regtest.resident (person, data_year, age) VALUES (1, 2021, 5);
INSERT INTO regtest.resident (person, data_year, age) VALUES (1000, 2021, 500);
INSERT INTO regtest.resident (person, data_year, address) VALUES (1000, 2021, 77);
SELECT c.relname, count(DISTINCT i.indexrelid) AS indexes, count(DISTINCT o.oid) FILTER (WHERE o.contype = 'f') AS foreign_keys,
	count(DISTINCT o.oid) FILTER (WHERE o.contype = 'c') AS checks, obj_description(c.oid, 'pg_class') AS comment
FROM pg_inherits AS h JOIN pg_class AS c ON c.oid = h.inhrelid
JOIN pg_index AS i ON i.indrelid = c.oid JOIN pg_constraint AS o ON o.conrelid = c.oid
WHERE h.inhparent = 'regtest.resident'::regclass GROUP BY c.oid, c.relname ORDER BY 1;
CALL monitor.add_data_year('regtest', NULL);
CALL monitor.add_data_year('regtest', 1776);
-- A table of that name that is no partition is not touched.
CREATE TABLE regtest.resident_2030 (n int);
CALL monitor.add_data_year('regtest', 2030);
SELECT count(*) FROM pg_inherits WHERE inhparent = 'regtest.resident'::regclass;
CALL monitor.add_missing_years('regtest');
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;
