\echo Use "CREATE EXTENSION monitor CASCADE" to load this file. \quit

-- Guard. The script's names are looked up first in its own schema, so nothing may
-- be there before us: a type monitor.geometry or an operator planted by somebody
-- else would be taken for PostGIS's or PostgreSQL's own, and a schema of somebody
-- else's could be filled later.
DO $guard$
DECLARE
	planted text;
BEGIN
	SELECT pg_catalog.string_agg(pg_catalog.pg_describe_object(d.classid, d.objid, 0), ', '
		ORDER BY d.classid, d.objid)
	INTO planted
	FROM pg_catalog.pg_depend AS d
	WHERE d.classid OPERATOR(pg_catalog.<>) 'pg_catalog.pg_extension'::pg_catalog.regclass
		AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass
		AND d.refobjid OPERATOR(pg_catalog.=) 'monitor'::pg_catalog.regnamespace;
	IF planted IS NOT NULL THEN
		RAISE EXCEPTION 'schema "monitor" already holds objects: %', planted
			USING ERRCODE = 'duplicate_object',
			HINT = 'Move or drop them, then create the extension again.';
	END IF;
	IF (SELECT n.nspowner OPERATOR(pg_catalog.<>) u.oid
		FROM pg_catalog.pg_namespace AS n, pg_catalog.pg_roles AS u
		WHERE n.nspname OPERATOR(pg_catalog.=) 'monitor' AND u.rolname OPERATOR(pg_catalog.=) CURRENT_USER) THEN
		RAISE EXCEPTION 'schema "monitor" belongs to another role, which could change what is in it'
			USING ERRCODE = 'insufficient_privilege',
			HINT = 'Rename or drop that schema, then create the extension again.';
	END IF;
END
$guard$;

-- Everybody may use the measures; tables say for themselves who may read them.
GRANT USAGE ON SCHEMA monitor TO PUBLIC;

CREATE FUNCTION library_version() RETURNS text
AS 'MODULE_PATHNAME', 'monitor_library_version'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION library_version() IS
'Version of the shared library that this server has loaded. After an upgrade of the package it is ahead of the SQL objects until ALTER EXTENSION monitor UPDATE is run.';

CREATE FUNCTION monitor.version(OUT library text, OUT sql text, OUT postgis text) RETURNS record
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT library_version(),
		(SELECT extversion FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'monitor'),
		(SELECT extversion FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'postgis');
END;
-- Qualified: pg_catalog has a version() too.
COMMENT ON FUNCTION monitor.version() IS
'Versions of the shared library, of the SQL objects of this database and of PostGIS, as text. Library and SQL version should be equal; if they are not, run ALTER EXTENSION monitor UPDATE.';
