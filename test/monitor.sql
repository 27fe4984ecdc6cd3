-- What holds for every object of the extension: documented, safe, declared.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(13);

CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS name
FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'monitor' AND d.deptype = 'e';

CREATE TEMPORARY VIEW function AS
SELECT p.*, l.lanname, m.name FROM member AS m
JOIN pg_proc AS p ON p.oid = m.objid AND m.classid = 'pg_proc'::regclass
JOIN pg_language AS l ON l.oid = p.prolang;

SELECT ok((SELECT library = sql FROM monitor.version()), 'the library and the SQL objects are of one version');
SELECT is((SELECT postgis FROM monitor.version()), (SELECT extversion FROM pg_extension WHERE extname = 'postgis'),
	'version() names PostGIS''s version');

SELECT is_empty($$
	SELECT name FROM member
	WHERE classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_class'::regclass, 'pg_operator'::regclass,
			'pg_opclass'::regclass, 'pg_cast'::regclass)
		AND coalesce(obj_description(objid, classid::regclass::name), '') = ''
		AND NOT EXISTS (SELECT FROM pg_type AS t WHERE classid = 'pg_type'::regclass AND t.oid = objid
			AND (t.typcategory = 'A' OR EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind <> 'c')))
		AND NOT EXISTS (SELECT FROM pg_class AS c WHERE classid = 'pg_class'::regclass AND c.oid = objid
			AND c.relkind IN ('i', 'c', 't', 'S'))
$$, 'every object has a comment');

SELECT is_empty('SELECT name FROM function WHERE prosecdef', 'no function runs with another role''s rights');
SELECT is_empty($$SELECT name FROM function WHERE lanname = 'sql' AND prosqlbody IS NULL$$,
	'every SQL function has its names bound when it is created');
SELECT is_empty($$SELECT name FROM function WHERE lanname = 'plpgsql'
	AND NOT coalesce(proconfig::text LIKE '%search_path=%', false)$$,
	'every plpgsql function sets its search_path');
SELECT is_empty($$SELECT name FROM function WHERE lanname NOT IN ('c', 'sql', 'plpgsql', 'internal')$$,
	'no other language is used');
SELECT is_empty($$SELECT name FROM function WHERE prokind = 'a' AND proparallel <> 's'$$,
	'every aggregate may run in parallel');
SELECT is_empty($$SELECT name FROM function WHERE lanname = 'c' AND proparallel <> 's'
	AND prorettype <> 'trigger'::regtype AND proname <> 'detoast_count'$$,
	'every C function may run in parallel but the count that each process keeps for itself');
SELECT is_empty($$
	SELECT c.relname FROM member AS m JOIN pg_class AS c ON c.oid = m.objid AND m.classid = 'pg_class'::regclass
	WHERE c.relkind IN ('r', 'p', 'v') AND (has_table_privilege('public', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
$$, 'nobody but the owner may write to the extension''s tables');
SELECT is((SELECT count(*)::int FROM member WHERE name LIKE 'schema %'), 0,
	'the schema is the database''s, so that DROP EXTENSION leaves what is not ours');

-- Rows of numbers are made after the one before where the same columns are NULL.
CREATE TEMPORARY TABLE figure AS
SELECT part, t::float8, (part * t * t) % 7 + 0.5 AS x FROM unnest(ARRAY[1, 1, 9, 9, 9, 2, 9, 1, 1, 1, 9, 9]) WITH ORDINALITY AS p (rows, part), generate_series(1, rows) AS t;
CREATE FUNCTION pg_temp.alone(part bigint) RETURNS monitor.trend LANGUAGE plpgsql AS
$$DECLARE answer monitor.trend; BEGIN EXECUTE format('SELECT (monitor.mann_kendall(t, x)).* FROM pg_temp.figure WHERE part = %s', part) INTO answer; RETURN answer; END$$;
SELECT is_empty($$SELECT * FROM (SELECT part, monitor.mann_kendall(t, x) AS trend FROM figure GROUP BY part) AS s WHERE trend *<> pg_temp.alone(part)$$,
	'a row of numbers is the same after others as alone');
SELECT cmp_ok((SELECT count(DISTINCT (p IS NULL, z IS NULL, slope IS NULL)) FROM figure, pg_temp.alone(part))::int, '>', 1, 'though NULL stands in other columns');

SELECT * FROM finish();
ROLLBACK;
