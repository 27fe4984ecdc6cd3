-- Partitions of resident: one a data year, made on demand.

CREATE PROCEDURE add_data_year(register name, data_year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	schema regnamespace := monitor.register_is_mine(register);
	partition name := format('resident_%s', data_year);
	marks jsonb := jsonb_build_object('partition', quote_ident(partition), 'year', data_year);
BEGIN
	IF data_year IS NULL OR data_year NOT BETWEEN 1900 AND 2200 THEN
		RAISE EXCEPTION 'data year % is not within 1900 to 2200', coalesce(data_year::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It is the year a figure is about, such as 2024.';
	END IF;
	-- Looked up again under the lock: of two callers the second finds the work done.
	FOR attempt IN 1 .. 2 LOOP
		IF EXISTS (SELECT FROM pg_class AS c JOIN pg_inherits AS i ON i.inhrelid = c.oid
			WHERE c.relnamespace = schema AND c.relname = partition) THEN
			RETURN;
		END IF;
		EXECUTE monitor.register_sql(register, 'LOCK TABLE @register@.resident IN ACCESS EXCLUSIVE MODE');
	END LOOP;
	-- Rows that wait are moved before the partition is attached, and the CHECK spares a scan.
	EXECUTE monitor.register_sql(register, $sql$
		CREATE TABLE @register@.@partition@ (LIKE @register@.resident INCLUDING ALL,
			CONSTRAINT partition_year CHECK (data_year = @year@));
		WITH waiting AS (DELETE FROM @register@.resident_other WHERE data_year = @year@ RETURNING *)
		INSERT INTO @register@.@partition@ SELECT * FROM waiting;
		ALTER TABLE @register@.resident ATTACH PARTITION @register@.@partition@ FOR VALUES IN (@year@);
		ALTER TABLE @register@.@partition@ DROP CONSTRAINT partition_year;
		REVOKE ALL ON TABLE @register@.@partition@ FROM PUBLIC;
		COMMENT ON TABLE @register@.@partition@ IS 'Residents of data year @year@.'
		$sql$, marks);
	EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', register, partition,
		(SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = schema AND relname = 'resident'));
END
$procedure$;
COMMENT ON PROCEDURE add_data_year(name, integer) IS
'Makes the partition of resident for a data year and moves the rows of that year that wait in resident_other into it; does nothing if it is there. A year outside 1900 to 2200 or NULL: 22023; not the owner: 42501.';

CREATE PROCEDURE add_missing_years(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	schema regnamespace := monitor.register_is_mine(register);
	waiting integer;
BEGIN
	FOR waiting IN EXECUTE monitor.register_sql(register,
		'SELECT DISTINCT data_year FROM @register@.resident_other ORDER BY data_year') LOOP
		CALL monitor.add_data_year(register, waiting);
	END LOOP;
END
$procedure$;
COMMENT ON PROCEDURE add_missing_years(name) IS
'Makes a partition for every data year that has rows waiting in resident_other and moves them there; refresh does it first of all. Not the owner: 42501.';
