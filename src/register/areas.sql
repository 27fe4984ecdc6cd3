-- Areas from geometry: from a polygon layer of the user's, or from groups of
-- departments whose parcels touch.

CREATE PROCEDURE catch_up_ids(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	sequence regclass := pg_get_serial_sequence(format('%I.area', register), 'id');
BEGIN
	-- The last value of a sequence that gave none yet is the first it will give.
	EXECUTE monitor.register_sql(register, $sql$
		SELECT setval($1, a.last) FROM (SELECT max(id) AS last FROM @register@.area) AS a
		WHERE a.last >= (SELECT last_value FROM @sequence@)$sql$, jsonb_build_object('sequence', sequence)) USING sequence;
END
$procedure$;
COMMENT ON PROCEDURE catch_up_ids(name) IS
'Lets the ids of new areas begin after those that were inserted with an id of the user''s. Used by the procedures that make areas, not for users.';

CREATE PROCEDURE set_boundaries(register name, rows text, valid_from date, names text[] DEFAULT NULL, shapes text[] DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	-- Equal is equal as a point set: another first vertex is no new boundary.
	EXECUTE monitor.register_sql(register, $sql$
		WITH given AS MATERIALIZED (@rows@), held AS MATERIALIZED (
			SELECT g.area, b.valid_from, CASE WHEN b.geom OPERATOR(@postgis@.=) g.geom THEN true
				WHEN @postgis@.ST_IsValidReason(b.geom) <> 'Valid Geometry' THEN false
				ELSE @postgis@.ST_Equals(b.geom, g.geom) END AS same
			FROM given AS g JOIN @register@.area_boundary AS b USING (area)
			WHERE b.valid_from <= $1 AND $1 < b.valid_to
		), corrected AS (
			UPDATE @register@.area_boundary AS b SET geom = g.geom
			FROM held AS h JOIN given AS g USING (area)
			WHERE b.area = h.area AND b.valid_from = h.valid_from AND NOT h.same AND h.valid_from = $1
		), closed AS (
			UPDATE @register@.area_boundary AS b SET valid_to = $1
			FROM held AS h
			WHERE b.area = h.area AND b.valid_from = h.valid_from AND NOT h.same AND h.valid_from < $1
			RETURNING b.area
		)
		INSERT INTO @register@.area_boundary (area, valid_from, valid_to, geom)
		SELECT g.area, $1, coalesce((SELECT min(b.valid_from) FROM @register@.area_boundary AS b
				WHERE b.area = g.area AND b.valid_from > $1), 'infinity'), g.geom
		FROM given AS g
		WHERE g.area IN (SELECT c.area FROM closed AS c) OR g.area NOT IN (SELECT h.area FROM held AS h)$sql$,
		jsonb_build_object('rows', rows)) USING valid_from, names, shapes;
END
$procedure$;
COMMENT ON PROCEDURE set_boundaries(name, text, date, text[], text[]) IS
'Gives areas their boundary from a date on. rows is a query for area and geom; names and shapes are its $2 and $3. A boundary that differs ends that day and the new one begins, until the next one known; one that began that very day is corrected in place. Used by areas_from_layer and areas_from_departments, not for users.';

CREATE FUNCTION areas_check_arguments(register name, layer text, municipality text, valid_from date) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM monitor.register_schema(register);
	IF layer IS NULL OR municipality IS NULL OR valid_from IS NULL THEN
		RAISE EXCEPTION 'layer, municipality and valid_from must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF layer = '' OR municipality = '' THEN
		RAISE EXCEPTION 'layer and municipality must not be empty' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF valid_from = 'infinity' THEN
		RAISE EXCEPTION 'valid_from must not be infinity' USING ERRCODE = 'invalid_parameter_value';
	END IF;
END
$function$;
COMMENT ON FUNCTION areas_check_arguments(name, text, text, date) IS
'Refuses arguments that areas_from_layer and areas_from_departments share. Used by them, not for users.';

CREATE FUNCTION layer_query(register name, source regclass, name_column name, geom_column name, code_column name) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	wanted name;
	others text;
BEGIN
	IF source IS NULL OR name_column IS NULL OR geom_column IS NULL THEN
		RAISE EXCEPTION 'source, name_column and geom_column must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	FOREACH wanted IN ARRAY ARRAY[name_column, geom_column, code_column] LOOP
		IF wanted IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute AS t
			WHERE t.attrelid = source AND t.attname = wanted AND t.attnum > 0 AND NOT t.attisdropped) THEN
			RAISE EXCEPTION '% has no column "%"', source, wanted USING ERRCODE = 'undefined_column';
		END IF;
	END LOOP;
	IF NOT EXISTS (SELECT FROM pg_attribute AS t
		WHERE t.attrelid = source AND t.attname = geom_column
			AND t.atttypid = to_regtype(format('%I.geometry', monitor.postgis_schema()))) THEN
		RAISE EXCEPTION 'column "%" of % is not of type geometry', geom_column, source USING ERRCODE = 'datatype_mismatch';
	END IF;
	-- What tells a row without a name from others.
	SELECT string_agg(format('s.%I::text', t.attname), ', ' ORDER BY t.attnum) INTO others
	FROM pg_attribute AS t
	WHERE t.attrelid = source AND t.attnum > 0 AND NOT t.attisdropped AND t.attname <> geom_column;
	RETURN format('SELECT nullif(btrim(s.%I::text), %L) AS name, s.%I AS geom, nullif(btrim(%s), %L) AS code, left(concat_ws(%L, %s), 200) AS columns FROM %s AS s',
		name_column, '', geom_column, CASE WHEN code_column IS NULL THEN 'NULL' ELSE format('s.%I::text', code_column) END,
		'', ', ', others, source);
END
$function$;
COMMENT ON FUNCTION layer_query(name, regclass, name, name, name) IS
'A query for name, geom, code and the other columns'' text of a user''s polygon table. Used by areas_from_layer, not for users.';

CREATE FUNCTION refuse_layer(register name, source regclass, query text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	bad record;
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT p.*, count(*) OVER () AS rows
		FROM (
			SELECT CASE WHEN s.name IS NULL THEN format('row (%s)', s.columns) ELSE format('row "%s"', s.name) END AS row, CASE
				WHEN s.name IS NULL THEN 'has no name'
				WHEN s.geom IS NULL THEN 'has no geometry'
				WHEN @postgis@.ST_GeometryType(s.geom) NOT IN ('ST_Polygon', 'ST_MultiPolygon')
					THEN format('is of type %s, not a polygon', substr(@postgis@.ST_GeometryType(s.geom), 4))
				WHEN @postgis@.ST_SRID(s.geom) <> t.srid
					THEN format('has SRID %s but the register has %s', @postgis@.ST_SRID(s.geom), t.srid)
				WHEN @postgis@.ST_IsEmpty(s.geom) THEN 'is empty'
				WHEN @postgis@.ST_IsValidReason(s.geom) <> 'Valid Geometry'
					THEN 'is invalid: ' || @postgis@.ST_IsValidReason(s.geom)
				WHEN count(*) OVER (PARTITION BY s.name) > 1 THEN 'has the name of another row'
				WHEN count(s.code) OVER (PARTITION BY s.code) > 1 THEN format('has the code "%s" of another row', s.code)
				END AS problem
			FROM (@query@) AS s, @register@.settings AS t
		) AS p
		WHERE p.problem IS NOT NULL
		ORDER BY p.row COLLATE "C", p.problem COLLATE "C" LIMIT 1$sql$, jsonb_build_object('query', query)) INTO bad;
	IF bad.problem IS NOT NULL THEN
		RAISE EXCEPTION '% of % %', bad.row, source, bad.problem USING ERRCODE = 'invalid_parameter_value',
			DETAIL = format('Rows that cannot be taken: %s. No area was changed.', bad.rows),
			HINT = CASE WHEN bad.problem LIKE '%SRID%' THEN 'Transform with ST_Transform, or give the true SRID with ST_SetSRID.'
				WHEN bad.problem LIKE '%invalid%' THEN 'Repair with ST_MakeValid, and look at the result.'
				WHEN bad.problem LIKE '%not a polygon%' THEN 'Take the polygons alone; ST_CurveToLine makes polygons of curves.'
				ELSE 'Correct the table, or take a view of its good rows.' END;
	END IF;
END
$function$;
COMMENT ON FUNCTION refuse_layer(name, regclass, text) IS
'Raises an error (22023) that names the first row of a polygon layer that cannot be taken. Used by areas_from_layer, not for users.';

CREATE PROCEDURE areas_from_layer(register name, layer text, source regclass, name_column name, geom_column name,
	municipality text, code_column name DEFAULT NULL, valid_from date DEFAULT '-infinity', region text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	query text;
	marks jsonb;
BEGIN
	PERFORM monitor.areas_check_arguments(register, layer, municipality, valid_from);
	query := monitor.layer_query(register, source, name_column, geom_column, code_column);
	PERFORM monitor.refuse_layer(register, source, query);
	marks := jsonb_build_object('query', query, 'layer', quote_literal(layer), 'municipality', quote_literal(municipality),
		'region', quote_nullable(region));

	EXECUTE monitor.register_sql(register, $sql$
		UPDATE @register@.area AS a SET code = s.code
		FROM (@query@) AS s
		WHERE a.layer = @layer@ AND a.municipality = @municipality@ AND a.name = s.name AND a.code IS DISTINCT FROM s.code
			AND s.code IS NOT NULL$sql$, marks);
	CALL monitor.catch_up_ids(register);
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.area (layer, municipality, region, name, code)
		SELECT @layer@, @municipality@, @region@, s.name, s.code
		FROM (@query@) AS s
		WHERE NOT EXISTS (SELECT FROM @register@.area AS a
			WHERE a.layer = @layer@ AND a.municipality = @municipality@ AND a.name = s.name)
		ORDER BY s.code COLLATE "C", s.name COLLATE "C"$sql$, marks);
	CALL monitor.set_boundaries(register, monitor.register_sql(register, $sql$
		SELECT a.id AS area, @postgis@.ST_Multi(@postgis@.ST_Force2D(s.geom)) AS geom
		FROM (@query@) AS s JOIN @register@.area AS a
			ON a.layer = @layer@ AND a.municipality = @municipality@ AND a.name = s.name$sql$, marks), valid_from);
END
$procedure$;
COMMENT ON PROCEDURE areas_from_layer(name, text, regclass, name, name, text, name, date, text) IS
'Takes the areas of a layer from a polygon table or view of yours: an area and its boundary a row, as MultiPolygon without Z and M. An area is known by layer, municipality and name: called again, it keeps its id; a code that is given is written over the old one; a boundary that has changed ends at valid_from and the new one begins there (one that began that very day is corrected in place); areas that are not in the table stay as they are; region is given to new areas. A row without name or geometry, of another type or SRID than the register''s, empty, invalid, or with the name or code of another row: 22023, naming the row, and nothing is changed; a code that another area of the layer has: 23505; no such column: 42703; NULL argument: 22004; no such register: 3F000.';

CREATE FUNCTION refuse_parcels(register name, on_date date) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	bad record;
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT p.* FROM (
			SELECT a.id, a.cadastral_district, a.parcel_number, CASE
				WHEN @postgis@.ST_SRID(a.geom) <> t.srid
					THEN format('SRID %s, but the register has %s', @postgis@.ST_SRID(a.geom), t.srid)
				WHEN @postgis@.ST_IsValidReason(a.geom) <> 'Valid Geometry' THEN @postgis@.ST_IsValidReason(a.geom)
				END AS problem
			FROM @register@.area_parcel AS a, @register@.settings AS t
			WHERE a.department IS NOT NULL AND a.valid_from <= $1 AND $1 < a.valid_to
		) AS p WHERE p.problem IS NOT NULL ORDER BY p.id LIMIT 1$sql$) INTO bad USING on_date;
	IF bad.id IS NOT NULL THEN
		RAISE EXCEPTION 'parcel % (% %) cannot be used: %', bad.id, bad.cadastral_district, bad.parcel_number, bad.problem
			USING ERRCODE = 'invalid_parameter_value', HINT = format('SELECT * FROM monitor.check_register(%L) lists them all.', register);
	END IF;
END
$function$;
COMMENT ON FUNCTION refuse_parcels(name, date) IS
'Raises an error (22023) that names the first parcel of a department with a geometry that is invalid or of another SRID. Used by department_groups, not for users.';

CREATE FUNCTION department_groups(register name, gap double precision DEFAULT 0, at date DEFAULT CURRENT_DATE)
RETURNS TABLE (grp integer, departments bigint[], parcels integer, geom geometry)
LANGUAGE plpgsql STABLE COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	PERFORM monitor.register_schema(register);
	IF gap IS NULL OR at IS NULL THEN
		RAISE EXCEPTION 'gap and at must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF NOT (gap >= 0 AND gap < 'infinity') THEN
		RAISE EXCEPTION 'gap % is not a distance', gap USING ERRCODE = 'invalid_parameter_value',
			HINT = 'It is in units of the register''s reference system; 0 asks for parcels that touch.';
	END IF;
	PERFORM monitor.refuse_parcels(register, at);
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH parcel AS MATERIALIZED (
			SELECT p.department, p.id, p.cadastral_district, p.parcel_number, p.geom
			FROM @register@.area_parcel AS p JOIN @register@.department AS d ON d.id = p.department
			WHERE p.valid_from <= $2 AND $2 < p.valid_to AND d.valid_from <= $2 AND $2 < d.valid_to
				AND p.geom IS NOT NULL AND NOT @postgis@.ST_IsEmpty(p.geom)
		), ground AS (
			SELECT p.department, @postgis@.ST_Collect(p.geom) AS geom FROM parcel AS p GROUP BY p.department
		), linked AS (
			-- with one point as a cluster already, this is the transitive closure of "within the distance"
			SELECT g.department, @postgis@.ST_ClusterDBSCAN(g.geom, $1, 1) OVER (ORDER BY g.department
				ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS cluster
			FROM ground AS g
		)
		SELECT (row_number() OVER (ORDER BY min(l.department)))::integer, array_agg(DISTINCT l.department ORDER BY l.department),
			count(DISTINCT (p.cadastral_district, p.parcel_number))::integer,
			@postgis@.ST_Normalize(@postgis@.ST_Multi(@postgis@.ST_CollectionExtract(
				@postgis@.ST_UnaryUnion(@postgis@.ST_Collect(@postgis@.ST_Force2D(p.geom) ORDER BY p.id)), 3)))
		FROM linked AS l JOIN parcel AS p USING (department)
		GROUP BY l.cluster ORDER BY 1$sql$) USING gap, at;
END
$function$;
COMMENT ON FUNCTION department_groups(name, double precision, date) IS
'Groups of departments whose parcels touch, or lie at most gap apart (units of the register''s reference system), directly or by way of others: number, departments, number of parcels, union of the parcels as MultiPolygon. Departments and parcels as valid on the date; a department without a parcel''s geometry is in no group; all parcels of a department count, also where they lie apart. Groups are numbered by their smallest department. gap negative, NaN or infinite, or a parcel with invalid geometry or another SRID: 22023; NULL argument: 22004; no such register: 3F000.';

CREATE FUNCTION named_groups(register name, gap double precision, at date)
RETURNS TABLE (name text, departments bigint[], geom geometry)
LANGUAGE plpgsql STABLE COST 100000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT CASE count(*) OVER (PARTITION BY n.name) WHEN 1 THEN n.name ELSE format('%s (%s)', n.name, g.departments[1]) END,
			g.departments, g.geom
		FROM monitor.department_groups(@name@, $1, $2) AS g
		CROSS JOIN LATERAL (
			SELECT string_agg(d.name, '/' ORDER BY d.first) AS name
			FROM (SELECT c.name, min(c.id) AS first FROM @register@.department AS c WHERE c.id = ANY (g.departments) GROUP BY c.name) AS d
		) AS n
		ORDER BY g.grp$sql$) USING gap, at;
END
$function$;
COMMENT ON FUNCTION named_groups(name, double precision, date) IS
'Groups of departments with a name each: the departments'' names joined by "/", with the smallest department''s id where two groups would have the same. Used by areas_from_departments, not for users.';

CREATE PROCEDURE areas_from_departments(register name, layer text, municipality text, gap double precision DEFAULT 0,
	at date DEFAULT CURRENT_DATE, valid_from date DEFAULT '-infinity', region text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	-- A variable cannot be of PostGIS's type, whose schema is known at run time only.
	names text[];
	shapes text[];
	members text[];
	marks jsonb;
BEGIN
	PERFORM monitor.areas_check_arguments(register, layer, municipality, valid_from);
	SELECT array_agg(g.name), array_agg(g.departments::text), array_agg(g.geom::text) INTO names, members, shapes
	FROM monitor.named_groups(register, gap, at) AS g;
	marks := jsonb_build_object('layer', quote_literal(layer), 'municipality', quote_literal(municipality));
	CALL monitor.catch_up_ids(register);
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.area (layer, municipality, region, name)
		SELECT @layer@, @municipality@, $2, g.name
		FROM unnest($1) WITH ORDINALITY AS g (name, place)
		WHERE NOT EXISTS (SELECT FROM @register@.area AS a
			WHERE a.layer = @layer@ AND a.municipality = @municipality@ AND a.name = g.name)
		ORDER BY g.place$sql$, marks) USING names, region;
	CALL monitor.set_boundaries(register, monitor.register_sql(register, $sql$
		SELECT a.id AS area, g.shape::@postgis@.geometry AS geom FROM unnest($2, $3) AS g (name, shape)
		JOIN @register@.area AS a ON a.layer = @layer@ AND a.municipality = @municipality@ AND a.name = g.name$sql$, marks),
		valid_from, names, shapes);
	CALL monitor.set_departments(register, marks, valid_from, names, members);
END
$procedure$;
COMMENT ON PROCEDURE areas_from_departments(name, text, text, double precision, date, date, text) IS
'Makes an area of each group of department_groups(register, gap, at), with its boundary and departments from valid_from on, named after the departments ("A/B"). An area is known by layer, municipality and name: called again, it keeps its id; region is given to new areas. A department that is in another area of the layer leaves it at valid_from, and an area of the layer and municipality that so loses its last department ends then. Errors as in department_groups and areas_from_layer.';

CREATE PROCEDURE set_departments(register name, marks jsonb, valid_from date, names text[], members text[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	emptied bigint[];
BEGIN
	-- Links of the layer that do not hold from the date on: those begun before end, later ones go.
	EXECUTE monitor.register_sql(register, $sql$
		WITH given AS MATERIALIZED (
			SELECT a.id AS area, d.id AS department
			FROM unnest($2, $3) AS g (name, departments)
			JOIN @register@.area AS a ON a.layer = @layer@ AND a.municipality = @municipality@ AND a.name = g.name
			CROSS JOIN LATERAL unnest(g.departments::bigint[]) AS d (id)
		), stale AS MATERIALIZED (
			SELECT l.area, l.department, l.valid_from
			FROM @register@.area_department AS l JOIN @register@.area AS a ON a.id = l.area
			WHERE a.layer = @layer@ AND a.municipality = @municipality@ AND l.valid_to > $1
				AND (l.department IN (SELECT g.department FROM given AS g) OR l.area IN (SELECT g.area FROM given AS g))
				AND (l.area, l.department) NOT IN (SELECT g.area, g.department FROM given AS g)
		), ended AS (
			UPDATE @register@.area_department AS l SET valid_to = $1
			FROM stale AS s
			WHERE (l.area, l.department, l.valid_from) = (s.area, s.department, s.valid_from) AND l.valid_from < $1
		), gone AS (
			DELETE FROM @register@.area_department AS l USING stale AS s
			WHERE (l.area, l.department, l.valid_from) = (s.area, s.department, s.valid_from) AND l.valid_from >= $1
		), added AS (
			INSERT INTO @register@.area_department (area, department, valid_from, valid_to)
			SELECT g.area, g.department, $1, coalesce((SELECT min(l.valid_from) FROM @register@.area_department AS l
				WHERE (l.area, l.department) = (g.area, g.department) AND l.valid_from > $1), 'infinity')
			FROM given AS g
			WHERE NOT EXISTS (SELECT FROM @register@.area_department AS l
				WHERE (l.area, l.department) = (g.area, g.department) AND l.valid_from <= $1 AND $1 < l.valid_to)
		)
		SELECT array_agg(DISTINCT s.area) FROM stale AS s WHERE s.area NOT IN (SELECT g.area FROM given AS g)$sql$, marks)
		INTO emptied USING valid_from, names, members;
	EXECUTE monitor.register_sql(register, $sql$
		WITH ending AS MATERIALIZED (
			SELECT b.area, b.valid_from FROM @register@.area_boundary AS b
			WHERE b.area = ANY ($2) AND b.valid_to > $1 AND NOT EXISTS (SELECT FROM @register@.area_department AS l
				WHERE l.area = b.area AND l.valid_to > $1)
		), ended AS (
			UPDATE @register@.area_boundary AS b SET valid_to = $1 FROM ending AS e
			WHERE (b.area, b.valid_from) = (e.area, e.valid_from) AND b.valid_from < $1
		)
		DELETE FROM @register@.area_boundary AS b USING ending AS e
		WHERE (b.area, b.valid_from) = (e.area, e.valid_from) AND b.valid_from >= $1$sql$, marks) USING valid_from, emptied;
END
$procedure$;
COMMENT ON PROCEDURE set_departments(name, jsonb, date, text[], text[]) IS
'Links areas made from groups of departments with their departments, and ends what no longer holds. Used by areas_from_departments, not for users.';
