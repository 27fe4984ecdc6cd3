-- Every edition of the law as it is built in.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\a
SELECT rule_set, title, kind, first_list_year, last_list_year FROM monitor.rule_set ORDER BY kind COLLATE "C" DESC, rule_set COLLATE "C";
SELECT r.criterion, r.measure, r.comparator, r.threshold, r.threshold_kind AS kind, r.data_offsets AS years,
	r.averaging, r.unknown_counts_as AS unknown, r.not_approved_counts AS not_approved
FROM unnest(monitor.rules('2010')) AS r;
SELECT r.criterion, r.measure, r.comparator, r.threshold, r.threshold_kind AS kind, r.data_offsets AS years,
	r.averaging, r.unknown_counts_as AS unknown, r.not_approved_counts AS not_approved
FROM unnest(monitor.rules('2014')) AS r;
SELECT r.criterion, r.measure, r.comparator, r.threshold, r.threshold_kind AS kind, r.data_offsets AS years,
	r.averaging, r.unknown_counts_as AS unknown, r.not_approved_counts AS not_approved
FROM unnest(monitor.rules('2018')) AS r;
SELECT r.criterion, r.measure, r.comparator, r.threshold, r.threshold_kind AS kind, r.data_offsets AS years,
	r.averaging, r.unknown_counts_as AS unknown, r.not_approved_counts AS not_approved
FROM unnest(monitor.rules('2021')) AS r;
SELECT r.rule_set, r.criterion, r.measure, r.comparator, r.threshold, r.threshold_kind AS kind, r.data_offsets AS years,
	r.averaging, r.unknown_counts_as AS unknown, r.not_approved_counts AS not_approved
FROM unnest(monitor.rules('combined_letting') || monitor.rules('development_plan')) AS r;
SELECT rule_set, status, rank, required, criteria, needed, base_status, years_in_row, counts_in_streak, printed
FROM monitor.status_rule ORDER BY rule_set COLLATE "C", rank DESC;
-- What is not settled says so.
SELECT rule_set, criterion, source FROM monitor.rule WHERE source ~ 'press|open' ORDER BY rule_set COLLATE "C", criterion COLLATE "C";
SELECT rule_set, reference_note, source FROM monitor.rule_set ORDER BY rule_set COLLATE "C";
SELECT rule_set, status, source FROM monitor.status_rule ORDER BY rule_set COLLATE "C", status COLLATE "C";
-- Which edition governs a list.
SELECT y, monitor.rule_set_of(y) FROM unnest('{2009,2010,2013,2014,2017,2018,2020,2021,2030,NULL}'::int[]) AS y;

-- Built-in rules are read-only; a copy is not.
UPDATE monitor.rule_set SET title = 'mine';
INSERT INTO monitor.rule SELECT * FROM monitor.rule;
DELETE FROM monitor.status_rule;
TRUNCATE monitor.rule_set CASCADE;
SET session_replication_role = replica;
DELETE FROM monitor.rule;
RESET session_replication_role;
SELECT count(*) FROM monitor.rule;
CREATE SCHEMA own_rules;
CREATE TABLE own_rules.rule (LIKE monitor.rule INCLUDING ALL);
INSERT INTO own_rules.rule SELECT * FROM monitor.rule WHERE rule_set = '2021';
UPDATE own_rules.rule SET threshold = 45 WHERE criterion = 'outside_labour';
SELECT c.criterion, c.threshold, c.met
FROM (SELECT array_agg(ROW(r.*)::monitor.rule ORDER BY r.criterion) AS rules FROM own_rules.rule AS r WHERE r.measure = 'outside_labour') AS r,
	monitor.criteria(r.rules, 2022, '{2020,2021}', array_fill(monitor.profile_from_counts(working_age => 100, outside_labour => 43), '{2}'),
		NULL, NULL) AS c;
DROP SCHEMA own_rules CASCADE;

-- Everybody reads them.
CREATE ROLE monitor_test_reader;
SET ROLE monitor_test_reader;
SELECT count(*), cardinality(monitor.rules('2021')), cardinality(monitor.status_rules('2021')) FROM monitor.rule_set;
UPDATE monitor.rule SET threshold = 45;
RESET ROLE;
DROP ROLE monitor_test_reader;
