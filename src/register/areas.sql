-- Areas from geometry: from a polygon layer, or as groups of departments whose
-- parcels touch.

CREATE PROCEDURE advance_area_ids(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT setval(pg_get_serial_sequence($1, 'id'), max(id)) FROM @register@.area
		HAVING max(id) > nextval(pg_get_serial_sequence($1, 'id'))$sql$) USING format('%I.area', register);
END
$procedure$;
COMMENT ON PROCEDURE advance_area_ids(name) IS
'Lets the numbering of areas go on after the highest id, where rows came with ids of their own. Used by the procedures that make areas, not for users.';

CREATE PROCEDURE areas_from_layer(register name, layer text, source_table regclass, name_column name, geom_column name,
	municipality text, id_column name DEFAULT NULL, code_column name DEFAULT NULL, region text DEFAULT NULL,
	kind text DEFAULT NULL, valid_from date DEFAULT '-infinity')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks jsonb := jsonb_build_object('source', source_table::text, 'area_name', quote_ident(name_column),
		'geom', quote_ident(geom_column), 'id', coalesce(quote_ident(id_column) || '::bigint', 'NULL::bigint'),
		'code', coalesce(quote_ident(code_column) || '::text', 'NULL::text'));
	problem text;
	missing name;
BEGIN
	PERFORM monitor.register_is_mine(register);
	IF layer IS NULL OR source_table IS NULL OR name_column IS NULL OR geom_column IS NULL OR municipality IS NULL THEN
		RAISE EXCEPTION 'layer, source_table, name_column, geom_column and municipality must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT c INTO missing FROM unnest(ARRAY[name_column, geom_column, id_column, code_column]) AS c
	WHERE c IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = source_table AND attname = c AND attnum > 0 AND NOT attisdropped);
	IF missing IS NOT NULL THEN
		RAISE EXCEPTION '% has no column "%"', source_table, missing USING ERRCODE = 'undefined_column',
			HINT = 'Column names are given as they are stored, without double quotes.';
	END IF;
	EXECUTE monitor.register_sql(register, $sql$
		SELECT format('row %s of %s has %s', coalesce(quote_literal(s.@area_name@::text), s.ctid::text), $1, CASE
			WHEN coalesce(s.@area_name@::text, '') = '' THEN 'no name'
			WHEN s.@geom@ IS NULL OR @postgis@.ST_IsEmpty(s.@geom@) THEN 'no geometry'
			WHEN @postgis@.ST_SRID(s.@geom@) = 0 THEN 'a geometry without SRID'
			ELSE 'a geometry that is no polygon but a ' || @postgis@.GeometryType(s.@geom@) END)
		FROM @source@ AS s
		WHERE coalesce(s.@area_name@::text, '') = '' OR s.@geom@ IS NULL OR @postgis@.ST_IsEmpty(s.@geom@)
			OR @postgis@.ST_SRID(s.@geom@) = 0
			OR @postgis@.GeometryType(s.@geom@) NOT IN ('POLYGON', 'MULTIPOLYGON')
		LIMIT 1$sql$, marks) INTO problem USING source_table::text;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION '%', problem USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give each row a name and a polygon with its SRID; ST_CurveToLine makes lines of curves, ST_SetSRID sets an SRID.';
	END IF;
	CALL monitor.advance_area_ids(register);
	EXECUTE monitor.register_sql(register, $sql$
		WITH given AS (
			SELECT @id@ AS id, @code@ AS code, s.@area_name@::text AS name, @postgis@.ST_Multi(@postgis@.ST_Force2D(
				CASE WHEN @postgis@.ST_SRID(s.@geom@) = t.srid THEN s.@geom@
					ELSE @postgis@.ST_Transform(s.@geom@, t.srid) END)) AS geom
			FROM @source@ AS s CROSS JOIN @register@.settings AS t
		), numbered AS (
			SELECT coalesce(g.id, nextval(pg_get_serial_sequence($6, 'id'))) AS id, g.code, g.name, g.geom FROM given AS g
		), made AS (
			INSERT INTO @register@.area (id, code, name, layer, kind, municipality, region)
			SELECT n.id, n.code, n.name, $1, $2, $3, $4 FROM numbered AS n ORDER BY n.id
		)
		INSERT INTO @register@.area_boundary (area, valid_from, geom)
		SELECT n.id, $5, n.geom FROM numbered AS n$sql$, marks)
		USING layer, kind, municipality, region, valid_from, format('%I.area', register);
	CALL monitor.advance_area_ids(register);
END
$procedure$;
COMMENT ON PROCEDURE areas_from_layer(name, text, regclass, name, name, text, name, name, text, text, date) IS
'Makes an area of a layer, with its boundary, of each row of a table or view of polygons. Geometries of another reference system are transformed to the register''s; Z and M are left out. id_column gives the areas'' ids, otherwise they are numbered on. A column that is not there: 42703; a row without name, without polygon or without SRID: 22023, naming the row; a name, code or id that the layer has already: 23505; NULL: 22004; not the owner: 42501. Invalid rings are kept and found by check_register.';

CREATE FUNCTION department_groups(register name, gap double precision DEFAULT 0, at date DEFAULT CURRENT_DATE)
RETURNS TABLE (grp integer, departments bigint[], residents bigint, geom geometry)
LANGUAGE plpgsql STABLE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM monitor.register_schema(register);
	IF gap IS NULL OR at IS NULL OR NOT (gap >= 0 AND gap < 'infinity') THEN
		RAISE EXCEPTION 'gap % is not a distance, or the date is NULL', coalesce(gap::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'gap is the widest distance, 0 or more, across which parcels still touch.';
	END IF;
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH shape AS (
			SELECT p.department, @postgis@.ST_CollectionExtract(@postgis@.ST_Collect(p.geom), 3) AS geom
			FROM @register@.area_parcel AS p JOIN @register@.department AS d ON d.id = p.department
			WHERE p.geom IS NOT NULL AND NOT @postgis@.ST_IsEmpty(p.geom)
				AND p.valid_from <= $2 AND $2 < p.valid_to AND d.valid_from <= $2 AND $2 < d.valid_to
			GROUP BY p.department
		), clustered AS (
			SELECT s.*, @postgis@.ST_ClusterDBSCAN(s.geom, eps := $1, minpoints := 1) OVER () AS cluster FROM shape AS s
		), census AS (
			SELECT max(r.data_year) AS data_year FROM @register@.resident AS r WHERE r.data_year <= extract(year FROM $2)
		), home AS (
			SELECT ad.id AS address, c.cluster
			FROM clustered AS c JOIN @register@.address AS ad ON ad.department = c.department
			UNION
			SELECT ad.id, c.cluster
			FROM clustered AS c
			JOIN @register@.area_parcel AS p ON p.department = c.department AND p.valid_from <= $2 AND $2 < p.valid_to
			JOIN @register@.address AS ad USING (cadastral_district, parcel_number)
		), living AS (
			SELECT h.cluster, count(*) AS residents
			FROM home AS h JOIN @register@.resident AS r ON r.address = h.address JOIN census AS y ON y.data_year = r.data_year
			GROUP BY h.cluster
		)
		SELECT (dense_rank() OVER (ORDER BY min(c.department)))::integer, array_agg(c.department ORDER BY c.department),
			coalesce(l.residents, 0),
			@postgis@.ST_Multi(@postgis@.ST_UnaryUnion(@postgis@.ST_Collect(c.geom)))
		FROM clustered AS c LEFT JOIN living AS l USING (cluster)
		GROUP BY c.cluster, l.residents
		ORDER BY 1$sql$) USING gap, at;
END
$function$;
COMMENT ON FUNCTION department_groups(name, double precision, date) IS
'Groups of departments whose parcels touch, directly or through others, as the law''s contiguous parcels do: parcels at most gap apart (in the unit of the reference system; 0 = a shared point or edge) on a date. Numbered from 1 by the smallest department; with the departments, the residents of the latest data year up to the date, and the parcels'' union. Departments without a parcel that has a geometry are in no group. Negative, NaN or infinite gap, or NULL: 22023; no such register: 3F000. Source: Act on Social Housing, section 61 a.';

CREATE PROCEDURE areas_from_departments(register name, layer text, municipality text, gap double precision DEFAULT 0,
	at date DEFAULT CURRENT_DATE, least_residents bigint DEFAULT 0, region text DEFAULT NULL, valid_from date DEFAULT '-infinity')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	PERFORM monitor.register_is_mine(register);
	IF layer IS NULL OR municipality IS NULL OR least_residents IS NULL OR valid_from IS NULL THEN
		RAISE EXCEPTION 'layer, municipality, least_residents and valid_from must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	CALL monitor.advance_area_ids(register);
	EXECUTE monitor.register_sql(register, $sql$
		WITH grouped AS (
			SELECT nextval(pg_get_serial_sequence($8, 'id')) AS id, g.departments, g.geom
			FROM monitor.department_groups(@name@, $1, $2) AS g WHERE g.residents >= $3 ORDER BY g.grp
		), made AS (
			INSERT INTO @register@.area (id, name, layer, municipality, region)
			SELECT g.id, (SELECT string_agg(d.name, '/' ORDER BY d.id) FROM @register@.department AS d
				WHERE d.id = ANY (g.departments[1:3])) || CASE WHEN cardinality(g.departments) > 3 THEN ' m.fl.' ELSE '' END,
				$4, $5, $6
			FROM grouped AS g
		), bounded AS (
			INSERT INTO @register@.area_boundary (area, valid_from, geom) SELECT g.id, $7, g.geom FROM grouped AS g
		)
		INSERT INTO @register@.area_department (area, department, valid_from)
		SELECT g.id, unnest(g.departments), $7 FROM grouped AS g$sql$)
		USING gap, at, least_residents, layer, municipality, region, valid_from, format('%I.area', register);
END
$procedure$;
COMMENT ON PROCEDURE areas_from_departments(name, text, text, double precision, date, bigint, text, date) IS
'Makes an area of a layer of each group that department_groups gives and that has least_residents or more, with its departments and its boundary; the first three departments give the name. A name that the layer has already: 23505; otherwise as department_groups; not the owner: 42501.';
