-- A register's own rule sets: copied from an edition, changed, computed beside it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832, sensitive => true);
\set register regtest
\set ECHO none
\i test/data/small_town.sql
\set ECHO all
SET search_path = regtest, public;
-- The same columns and the same CHECKs as the built-in tables.
SELECT m.attrelid::regclass, m.attname FROM pg_attribute AS m
WHERE m.attrelid IN ('monitor.rule_set'::regclass, 'monitor.rule'::regclass, 'monitor.status_rule'::regclass) AND m.attnum > 0
	AND NOT EXISTS (SELECT FROM pg_attribute AS o JOIN pg_class AS c ON c.oid = o.attrelid JOIN pg_class AS b ON b.oid = m.attrelid AND b.relname = c.relname
		WHERE c.relnamespace = 'regtest'::regnamespace AND (o.attnum, o.attname, o.atttypid, o.attnotnull) = (m.attnum, m.attname, m.atttypid, m.attnotnull));
SELECT m.conrelid::regclass, m.conname FROM pg_constraint AS m
WHERE m.conrelid IN ('monitor.rule_set'::regclass, 'monitor.rule'::regclass, 'monitor.status_rule'::regclass) AND m.contype = 'c'
	AND NOT EXISTS (SELECT FROM pg_constraint AS o WHERE o.connamespace = 'regtest'::regnamespace AND pg_get_constraintdef(o.oid) = pg_get_constraintdef(m.oid));
-- Without the origin criterion: two of four is enough for the list whose years count.
CALL monitor.copy_rule_set('regtest', '2018', 'no origin');
UPDATE status_rule SET required = array_remove(required, 'non_western') WHERE rule_set = 'no origin';
CALL monitor.copy_rule_set('regtest', 'no origin', 'at 30 %', first_list_year => 2019, last_list_year => 2021);
UPDATE rule SET threshold = 30 WHERE rule_set = 'at 30 %' AND measure = 'basic_education';
UPDATE rule SET comparator = '>=' WHERE rule_set = 'at 30 %' AND measure = 'basic_education';
UPDATE rule_set SET rule_set = 'from 30 %' WHERE rule_set = 'at 30 %';
SELECT rule_set, count(*) FROM rule GROUP BY 1 UNION ALL SELECT rule_set, count(*) FROM status_rule GROUP BY 1 ORDER BY 1, 2;
CALL monitor.refresh('regtest');
SELECT rule_set, own, kind, array_agg(list_year ORDER BY list_year) FROM computed_edition GROUP BY 1, 2, 3 ORDER BY 1;
SELECT list_year, rule_set, area, status, met, at_least, at_most FROM regtest_published.computed_status
WHERE area = 2 AND status NOT IN ('combined_letting', 'forebyggelse') ORDER BY 1, 2, 4;
-- In its own years a set's lists in a row are its own, before them the law's.
SELECT rule_set, area, list_year, listed, basis, at_least, at_most FROM computed_listing WHERE area IN (1, 2) ORDER BY 1, 2, 3;
-- Refused.
CALL monitor.copy_rule_set('regtest', '2019', 'mine');
CALL monitor.copy_rule_set('regtest', NULL, 'mine');
CALL monitor.copy_rule_set('regtest', '2018', '2021');
CALL monitor.copy_rule_set('regtest', '2018', '');
CALL monitor.copy_rule_set('regtest', '2018', NULL);
CALL monitor.copy_rule_set('regtest', '2018', 'no origin');
CALL monitor.copy_rule_set('regtest', '2018', 'mine', 2018, 2017);
UPDATE rule_set SET rule_set = '2021' WHERE rule_set = 'no origin';
CALL monitor.refresh('regtest');
RESET search_path;
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;
