-- Room register: from a user's own tables to the legal list.
-- register.sql    create_register, the reader role, and what all procedures share
-- tables.sql      tables that the owner fills
-- computed.sql    tables that refresh fills, with unsuppressed figures
-- years.sql       partitions of resident by data year
-- areas.sql       areas from a polygon layer or from groups of departments
-- lists.sql       published lists: loading them, matching their names
-- rules.sql       rule sets of the register's own
-- places.sql      placing addresses in areas
-- refresh.sql     refresh and its steps
-- relocation.sql  accounts of relocation and flows, from persons, moves and deliveries
-- spillover_report.sql  what a plan did in its areas and around them, and which areas of the city changed
-- checks.sql      check_register
--
-- Every procedure here runs with search_path set to pg_catalog and pg_temp, so
-- operators and functions are PostgreSQL's own and every table is written with its
-- schema. A register's schema is known only at run time, so statements are texts
-- with the marks @register@, @published@ and @postgis@, which register_sql replaces
-- by quoted names: the only dynamic SQL there is.

CREATE FUNCTION postgis_schema() RETURNS name
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT n.nspname
	FROM pg_catalog.pg_extension AS e
	JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
	WHERE e.extname = 'postgis';
END;
COMMENT ON FUNCTION postgis_schema() IS
'Schema that PostGIS is installed in. Used by the register''s procedures, not for users.';

CREATE FUNCTION register_sql(register name, statement text, replacements jsonb DEFAULT '{}') RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	names jsonb := jsonb_build_object(
		'register', quote_ident(register),
		'name', quote_literal(register),
		'published', quote_ident(register || '_published'),
		'postgis', quote_ident(monitor.postgis_schema())) || replacements;
	parts text[] := string_to_array(statement, '@');
BEGIN
	-- Every second part is a mark. One pass: an inserted name is never read again.
	FOR i IN 2 .. cardinality(parts) BY 2 LOOP
		IF NOT names ? parts[i] THEN
			RAISE EXCEPTION 'statement has the unknown mark @%@', parts[i] USING ERRCODE = 'internal_error';
		END IF;
		parts[i] := names ->> parts[i];
	END LOOP;
	RETURN array_to_string(parts, '');
END
$function$;
COMMENT ON FUNCTION register_sql(name, text, jsonb) IS
'The statement with @register@, @published@ and @postgis@ replaced by the quoted names of the schemas, @name@ by the register''s name as a literal, and other marks by the given texts. Used by the register''s procedures, not for users.';

CREATE FUNCTION registers() RETURNS SETOF name
LANGUAGE sql STABLE PARALLEL SAFE ROWS 10
BEGIN ATOMIC
	SELECT n.nspname
	FROM pg_catalog.pg_namespace AS n
	WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'settings' AND c.relkind = 'r')
		AND EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'computed_profile' AND c.relkind = 'r')
	ORDER BY n.nspname;
END;
COMMENT ON FUNCTION registers() IS
'Names of the registers in this database, those the caller may not read included.';

CREATE FUNCTION register_schema(register name) RETURNS regnamespace
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	found regnamespace;
	known text;
BEGIN
	IF register IS NULL THEN
		RAISE EXCEPTION 'register name must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give the name of a register; monitor.registers() lists them.';
	END IF;
	SELECT n.oid INTO found
	FROM pg_namespace AS n
	JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'settings' AND c.relkind = 'r'
	JOIN pg_class AS d ON d.relnamespace = n.oid AND d.relname = 'computed_profile' AND d.relkind = 'r'
	WHERE n.nspname = register;
	IF found IS NULL THEN
		SELECT string_agg(format('"%s"', r), ', ' ORDER BY r) INTO known FROM monitor.registers() AS r;
		RAISE EXCEPTION '"%" is not a register', register USING ERRCODE = 'invalid_schema_name',
			HINT = coalesce('The registers of this database are ' || known || '.',
				'This database has no register. Make one with CALL monitor.create_register(name, srid => 25832).');
	END IF;
	RETURN found;
END
$function$;
COMMENT ON FUNCTION register_schema(name) IS
'The schema of an existing register. NULL name: 22004; no such register: 3F000. Used by the register''s procedures, not for users.';

CREATE FUNCTION register_is_mine(register name) RETURNS regnamespace
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	schema regnamespace := monitor.register_schema(register);
	owner name;
BEGIN
	SELECT pg_get_userbyid(nspowner) INTO owner FROM pg_namespace WHERE oid = schema;
	IF NOT pg_has_role(owner, 'USAGE') THEN
		RAISE EXCEPTION 'register "%" belongs to role "%"', register, owner
			USING ERRCODE = 'insufficient_privilege', HINT = 'Only its owner, or a member of that role, may change it.';
	END IF;
	RETURN schema;
END
$function$;
COMMENT ON FUNCTION register_is_mine(name) IS
'The schema of a register that the current user owns, directly or as member of the owning role; 42501 for others. Used by the register''s procedures, not for users.';

CREATE FUNCTION register_name_problem(register name) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN register = '' THEN 'is empty'
		WHEN octet_length(register::text) > 53 THEN 'is longer than 53 bytes'
		WHEN register ~ '^pg_' THEN 'begins with "pg_", which PostgreSQL keeps for itself'
		WHEN register IN ('monitor', 'information_schema') THEN 'is taken'
		WHEN register ~ '[[:cntrl:]]' THEN 'has control characters'
	END;
END;
COMMENT ON FUNCTION register_name_problem(name) IS
'What is wrong with a register''s name, NULL if nothing. 53 bytes leave room for "_published" in PostgreSQL''s 63. Used by create_register, not for users.';

CREATE FUNCTION register_check_arguments(register name, srid integer, sensitive boolean) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	problem text := monitor.register_name_problem(register);
	known boolean;
	taken name;
BEGIN
	IF register IS NULL OR srid IS NULL OR sensitive IS NULL THEN
		RAISE EXCEPTION 'register name, srid and sensitive must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'register name "%" %', register, problem USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Take a short name such as vejle.';
	END IF;
	EXECUTE monitor.register_sql(register, 'SELECT EXISTS (SELECT FROM @postgis@.spatial_ref_sys WHERE srid = $1)')
		INTO known USING srid;
	IF NOT known THEN
		RAISE EXCEPTION 'srid % is not in spatial_ref_sys', srid USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Denmark uses 25832 (ETRS89 / UTM zone 32N).';
	END IF;
	SELECT nspname INTO taken FROM pg_namespace WHERE nspname IN (register, register || '_published') ORDER BY nspname;
	IF taken IS NOT NULL THEN
		RAISE EXCEPTION 'schema "%" exists already', taken USING ERRCODE = 'duplicate_schema',
			HINT = 'Choose another name for the register, or rename or drop that schema.';
	END IF;
END
$function$;
COMMENT ON FUNCTION register_check_arguments(name, integer, boolean) IS
'Refuses what create_register cannot make. Used by create_register, not for users.';

CREATE PROCEDURE create_register(register name, srid integer, sensitive boolean DEFAULT false)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks jsonb;
BEGIN
	PERFORM monitor.register_check_arguments(register, srid, sensitive);
	marks := jsonb_build_object('srid', srid, 'counts', monitor.register_count_columns(),
		'account', monitor.published_account_columns(), 'sensitive', CASE WHEN sensitive THEN monitor.register_sensitive_columns() ELSE '' END);

	EXECUTE format('CREATE SCHEMA %I', register);
	PERFORM set_config('search_path', format('%I, pg_temp', register), true);
	EXECUTE monitor.register_sql(register, monitor.register_tables_of_places(), marks);
	EXECUTE monitor.register_sql(register, monitor.register_tables_of_people(), marks);
	EXECUTE monitor.register_sql(register, monitor.register_tables_of_deliveries(), marks);
	EXECUTE monitor.register_sql(register, monitor.register_tables_of_rules(), marks);
	EXECUTE monitor.register_sql(register, monitor.register_tables_computed(), marks);

	EXECUTE format('CREATE SCHEMA %I', register || '_published');
	PERFORM set_config('search_path', format('%I, pg_temp', register || '_published'), true);
	EXECUTE monitor.register_sql(register, monitor.published_tables(), marks);
	EXECUTE monitor.register_sql(register, monitor.published_relocation_tables(), marks);
	EXECUTE monitor.register_sql(register, monitor.published_spillover_tables(), marks);
	EXECUTE monitor.register_sql(register, monitor.published_views(), marks);
	EXECUTE monitor.register_sql(register, monitor.published_relocation_views(), marks);
	EXECUTE monitor.register_sql(register, monitor.published_spillover_views(), marks);
	CALL monitor.label_published(register);
	PERFORM set_config('search_path', 'pg_catalog, pg_temp', true);

	EXECUTE monitor.register_sql(register,
		'INSERT INTO @register@.settings (srid, sensitive, created_with) VALUES ($1, $2, monitor.library_version())')
		USING srid, sensitive;
	CALL monitor.register_close(register);
	CALL monitor.grant_reader(register);
END
$procedure$;
COMMENT ON PROCEDURE create_register(name, integer, boolean) IS
'Makes a register: schema <register> with its tables, schema <register>_published for readers, and the role <register>_reader that can read the second and nothing else (a WARNING where the caller may not create roles). srid is the reference system of all its geometries. With sensitive => true, table resident has columns on conviction, income and origin. Several registers live side by side. NULL: 22004; a name that is empty, over 53 bytes or reserved, or an srid that is not in spatial_ref_sys: 22023; a schema of that name exists: 42P06.';

CREATE PROCEDURE register_close(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	schema name;
BEGIN
	-- New objects grant PUBLIC nothing by themselves, but default privileges may.
	FOREACH schema IN ARRAY ARRAY[register, register || '_published']::name[] LOOP
		EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', schema);
		EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM PUBLIC', schema);
		EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM PUBLIC', schema);
	END LOOP;
	EXECUTE format('COMMENT ON SCHEMA %I IS %L', register,
		'Register of vulnerable housing areas, made by the extension monitor. Holds persons: for its owner alone.');
	EXECUTE format('COMMENT ON SCHEMA %I IS %L', register || '_published',
		format('What readers may see of the register %I: suppressed values. Filled by CALL monitor.refresh(%L).', register, register));
END
$procedure$;
COMMENT ON PROCEDURE register_close(name) IS
'Revokes all of a new register from PUBLIC and comments its schemas. Used by create_register, not for users.';

CREATE PROCEDURE grant_reader(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	schema regnamespace := monitor.register_is_mine(register);
	reader name := register || '_reader';
	published name := register || '_published';
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
		BEGIN
			EXECUTE format('CREATE ROLE %I NOLOGIN', reader);
		EXCEPTION WHEN insufficient_privilege THEN
			RAISE WARNING 'role "%" is missing and you may not create roles, so nobody else can read "%"', reader, published
				USING ERRCODE = 'insufficient_privilege',
				HINT = format('Ask an administrator for CREATE ROLE %I NOLOGIN, then CALL monitor.grant_reader(%L).', reader, register);
			RETURN;
		END;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', published, reader);
	EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', published, reader);
	EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I',
		(SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE oid = schema), published, reader);
END
$procedure$;
COMMENT ON PROCEDURE grant_reader(name) IS
'Makes the role <register>_reader if it is missing (NOLOGIN; grant it to people or BI tools) and lets it read all that is in <register>_published, now and later, and nothing else. create_register calls it; call it again where an administrator had to make the role. A caller who may not create roles gets a WARNING. Not the owner: 42501.';

CREATE PROCEDURE register_step(register name, step text, statement text, replacements jsonb DEFAULT '{}')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	started timestamptz := clock_timestamp();
	done bigint;
BEGIN
	EXECUTE monitor.register_sql(register, statement, replacements);
	GET DIAGNOSTICS done = ROW_COUNT;
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.run (what, step, started_at, finished_at, rows)
		VALUES ('refresh', $1, $2, clock_timestamp(), $3)$sql$)
		USING step, started, done;
END
$procedure$;
COMMENT ON PROCEDURE register_step(name, text, text, jsonb) IS
'Runs one statement of refresh and writes a row about it into the register''s table run. Used by refresh, not for users.';
