-- Room register: from a user's own tables to the legal list.
-- register.sql    create_register
-- tables.sql      the statements that make a register's tables

CREATE PROCEDURE create_register(register name, srid integer, sensitive boolean DEFAULT false)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	postgis_schema name;
	ddl text;
BEGIN
	IF register IS NULL OR srid IS NULL OR sensitive IS NULL THEN
		RAISE EXCEPTION 'register name, srid and sensitive must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT n.nspname INTO STRICT postgis_schema
	FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
	WHERE e.extname = 'postgis';
	EXECUTE pg_catalog.format('CREATE SCHEMA %I', register);
	PERFORM pg_catalog.set_config('search_path', pg_catalog.format('%I, pg_temp', register), true);
	ddl := monitor.register_tables_of_places() || monitor.register_tables_of_people()
		|| monitor.register_tables_of_deliveries();
	ddl := pg_catalog.replace(ddl, '@geometry@', pg_catalog.quote_ident(postgis_schema) || '.geometry');
	ddl := pg_catalog.replace(ddl, '@srid@', srid::text);
	ddl := pg_catalog.replace(ddl, '@counts@', monitor.register_count_columns());
	ddl := pg_catalog.replace(ddl, '@sensitive@', CASE WHEN sensitive THEN
		'convicted boolean,
	gross_income double precision CONSTRAINT resident_gross_income CHECK (gross_income BETWEEN -1e13 AND 1e13),
	non_western boolean,' ELSE '' END);
	EXECUTE ddl;
	PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
	EXECUTE pg_catalog.format('INSERT INTO %I.settings (srid, sensitive, created_with) VALUES ($1, $2, monitor.library_version())',
		register) USING srid, sensitive;
END
$procedure$;
COMMENT ON PROCEDURE create_register(name, integer, boolean) IS
'Makes a register: schema <register> with its tables. srid is the reference system of all its geometries. With sensitive => true, table resident has columns on conviction, income and origin.';
