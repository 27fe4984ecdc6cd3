-- create_register: what it makes, what it refuses, who may do what.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest_a', srid => 25832);
CALL monitor.create_register('Regtest B''s "by"', srid => 25832, sensitive => true);
SELECT srid, sensitive, suppression_threshold FROM regtest_a.settings
UNION ALL SELECT srid, sensitive, suppression_threshold FROM "Regtest B's ""by""".settings ORDER BY 2;
SELECT c.relname, string_agg(a.attname, ', ' ORDER BY a.attnum) AS columns
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.oid IN ('regtest_a.resident'::regclass, '"Regtest B''s ""by""".resident'::regclass) GROUP BY c.oid, c.relname ORDER BY 2 DESC;

-- Refused.
DO $$
DECLARE
	call record;
	state text; message text; hint text;
BEGIN
	FOR call IN SELECT * FROM (VALUES (NULL, 25832), ('regtest_c', NULL), ('', 25832), (repeat('x', 54), 25832), (repeat('æ', 27), 25832),
		('pg_vejle', 25832), ('monitor', 25832), (E'a\nb', 25832), ('regtest_c', 0), ('regtest_c', -1), ('regtest_c', 999999),
		('regtest_a', 25832)) AS c(name, srid)
	LOOP
		BEGIN
			CALL monitor.create_register(call.name, call.srid);
			RAISE WARNING '% was not refused', call;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
			RAISE WARNING '% % -- %', state, message, hint;
		END;
	END LOOP;
END $$;
-- The published schema is there already: nothing is made.
CREATE SCHEMA regtest_c_published;
CALL monitor.create_register('regtest_c', srid => 25832);
SELECT count(*) FROM pg_namespace WHERE nspname = 'regtest_c';
DROP SCHEMA regtest_c_published;

-- No comment is missing, on tables or on published columns.
SELECT c.oid::regclass FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname IN ('regtest_a', 'regtest_a_published') AND c.relkind IN ('r', 'p', 'v') AND obj_description(c.oid, 'pg_class') IS NULL;
SELECT a.attrelid::regclass, a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v')
WHERE c.relnamespace = 'regtest_a_published'::regnamespace AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL;
-- PUBLIC may do nothing, even where default privileges say otherwise.
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO PUBLIC;
CALL monitor.create_register('regtest_c', srid => 25832);
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SCHEMAS FROM PUBLIC;
SELECT n.nspname, n.nspacl FROM pg_namespace AS n WHERE nspname LIKE 'regtest_c%' AND n.nspacl::text ~ '[{,]=';
SELECT c.relname, c.relacl FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname LIKE 'regtest_c%' AND c.relacl::text ~ '[{,]=';

-- The reader reads what is published, also what is published later, and nothing else.
CREATE TABLE regtest_a_published.later (n int);
SET ROLE regtest_a_reader;
SELECT count(*) FROM regtest_a_published.computed_status;
SELECT count(*) FROM regtest_a_published.later;
SELECT count(*) FROM regtest_a.resident;
DELETE FROM regtest_a_published.later;
CREATE TABLE regtest_a_published.mine (n int);
SELECT count(*) FROM regtest_c_published.computed_status;
SELECT * FROM monitor.check_register('regtest_a');
CALL monitor.refresh('regtest_a');
CALL monitor.add_data_year('regtest_a', 2020);
CALL monitor.copy_rule_set('regtest_a', '2021', 'mine');
CALL monitor.grant_reader('regtest_a');
RESET ROLE;

-- Somebody who may make schemas but no roles: a warning, and a register without reader.
SET client_min_messages = warning;
CREATE ROLE regtest_owner NOLOGIN;
CREATE ROLE regtest_member NOLOGIN IN ROLE regtest_owner;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO regtest_owner', current_database()); END $$;
SET ROLE regtest_owner;
CALL monitor.create_register('regtest_d', srid => 25832);
RESET ROLE;
CREATE ROLE regtest_d_reader NOLOGIN;
SET ROLE regtest_member;
CALL monitor.grant_reader('regtest_d');
CALL monitor.add_data_year('regtest_d', 2020);
CALL monitor.refresh('regtest_d');
SELECT DISTINCT runner FROM regtest_d.run;
SELECT relowner::regrole FROM pg_class WHERE oid = 'regtest_d.resident_2020'::regclass;
RESET ROLE;
SET ROLE regtest_d_reader;
SELECT count(*) FROM regtest_d_published.area_profile;
RESET ROLE;
-- Not a register, and NULL.
CALL monitor.refresh('public');
CALL monitor.refresh(NULL);
SELECT * FROM monitor.check_register('no such register');

DROP SCHEMA regtest_a, regtest_a_published, "Regtest B's ""by""", "Regtest B's ""by""_published", regtest_c, regtest_c_published,
	regtest_d, regtest_d_published CASCADE;
DROP OWNED BY regtest_a_reader, "Regtest B's ""by""_reader", regtest_c_reader, regtest_d_reader, regtest_owner;
DROP ROLE regtest_a_reader, "Regtest B's ""by""_reader", regtest_c_reader, regtest_d_reader, regtest_member, regtest_owner;
