-- What is wrong with a register, as rows. Nothing here changes anything, and nothing
-- here needs refresh to have run. A check works with the caller's own rights.
--
-- Tables are loaded one by one and corrected later, so what one table's constraints
-- can refuse is refused there, and what takes two rows or two tables to see is here.

CREATE TYPE register_finding AS (
	severity text,
	finding text,
	table_name text,
	row_key text,
	area bigint,
	message text,
	hint text
);
COMMENT ON TYPE register_finding IS 'A row of check_register: something that is wrong in a register or worth a look.';
COMMENT ON COLUMN register_finding.severity IS 'error: figures are wrong or a row is not used; warning: probably a mistake; note: may well be right.';
COMMENT ON COLUMN register_finding.finding IS 'What it is, as a word that stays the same between versions, such as overlap.';
COMMENT ON COLUMN register_finding.table_name IS 'Table of the register that the row is in.';
COMMENT ON COLUMN register_finding.row_key IS 'The row: the values of its primary key, or of what the finding is about, with commas between.';
COMMENT ON COLUMN register_finding.area IS 'Area it is about; NULL where it is about none or several.';
COMMENT ON COLUMN register_finding.message IS 'What was found, in words.';
COMMENT ON COLUMN register_finding.hint IS 'What can be done.';

CREATE FUNCTION check_register(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE COST 1000000 ROWS 1000
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD' SET work_mem = '64MB'
AS $function$
BEGIN
	IF NOT has_schema_privilege(monitor.register_schema(register), 'USAGE') THEN
		RAISE EXCEPTION 'permission denied for register "%"', register USING ERRCODE = 'insufficient_privilege',
			HINT = 'check_register reads persons: ask the register''s owner.';
	END IF;
	RETURN QUERY
	SELECT f.* FROM (
		SELECT * FROM monitor.check_geometries(register)
		UNION ALL SELECT * FROM monitor.check_overlaps(register)
		UNION ALL SELECT * FROM monitor.check_gaps(register)
		UNION ALL SELECT * FROM monitor.check_areas(register)
		UNION ALL SELECT * FROM monitor.check_membership(register)
		UNION ALL SELECT * FROM monitor.check_parcels(register)
		UNION ALL SELECT * FROM monitor.check_addresses(register)
		UNION ALL SELECT * FROM monitor.check_residents(register)
		UNION ALL SELECT * FROM monitor.check_moves(register)
		UNION ALL SELECT * FROM monitor.check_deliveries(register)
		UNION ALL SELECT * FROM monitor.check_figures(register)
		UNION ALL SELECT * FROM monitor.check_lists(register)
		UNION ALL SELECT * FROM monitor.check_names(register)
	) AS f
	ORDER BY array_position(ARRAY['error', 'warning', 'note'], f.severity), f.finding COLLATE "C",
		f.table_name COLLATE "C", f.area, f.row_key COLLATE "C", f.message COLLATE "C";
END
$function$;
COMMENT ON FUNCTION check_register(name) IS
'Lists what is wrong in a register or worth a look, a row a finding, errors first: places (overlaps within a layer, gaps in covering layers, geometries, parcels, addresses), people (residents and moves), deliveries, lists and names. Changes nothing, needs no refresh, and is empty for a register in order. The findings are listed in the README of room register. Reads persons, so it needs the right to read all tables of the register: 42501 without; no such register: 3F000; NULL: 22004.';

-- Places -----------------------------------------------------------------------

CREATE FUNCTION geometry_problems(register name, table_name text, key text, types text[])
RETURNS TABLE (row_key text, finding text, reason text)
LANGUAGE plpgsql STABLE ROWS 10
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- The reason is asked for, not validity: that would send a notice a row as well.
	-- Type before validity, because GEOS knows no curves.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT concat_ws(',', @key@), p.finding, CASE p.finding
			WHEN 'wrong_geometry_type' THEN format('is of type %s', substr(@postgis@.ST_GeometryType(t.geom), 4))
			WHEN 'wrong_srid' THEN format('has SRID %s, but the register %s', @postgis@.ST_SRID(t.geom), s.srid)
			WHEN 'empty_geometry' THEN 'is empty'
			ELSE 'is invalid: ' || @postgis@.ST_IsValidReason(t.geom) END
		FROM @register@.@table@ AS t CROSS JOIN @register@.settings AS s
		CROSS JOIN LATERAL (SELECT CASE
			WHEN @postgis@.ST_GeometryType(t.geom) <> ALL ($1) THEN 'wrong_geometry_type'
			WHEN @postgis@.ST_SRID(t.geom) <> s.srid THEN 'wrong_srid'
			WHEN @postgis@.ST_IsEmpty(t.geom) THEN 'empty_geometry'
			WHEN @postgis@.ST_IsValidReason(t.geom) <> 'Valid Geometry' THEN 'invalid_geometry'
			END AS finding OFFSET 0) AS p
		WHERE p.finding IS NOT NULL$sql$, jsonb_build_object('table', quote_ident(table_name), 'key', key)) USING types;
END
$function$;
COMMENT ON FUNCTION geometry_problems(name, text, text, text[]) IS
'Rows of a register''s table whose geometry cannot be used, and why. Used by check_register, not for users.';

CREATE FUNCTION check_geometries(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT 'error', p.finding, k.name, p.row_key, CASE k.name WHEN 'area_boundary' THEN split_part(p.row_key, ',', 1)::bigint END,
			format('geometry of %s %s %s', k.word, p.row_key, p.reason),
			CASE p.finding WHEN 'invalid_geometry' THEN 'Repair with ST_MakeValid, and look at the result.'
				WHEN 'wrong_srid' THEN 'Transform with ST_Transform, or give the true SRID with ST_SetSRID.'
				WHEN 'empty_geometry' THEN 'Set it, or set NULL where the column may be.'
				ELSE 'The column takes ' || k.takes || ' only.' END
		FROM (VALUES ('area_boundary', 'boundary', 't.area, t.valid_from', 'polygons', '{ST_MultiPolygon,ST_Polygon}'::text[]),
			('area_parcel', 'parcel', 't.id', 'polygons', '{ST_MultiPolygon,ST_Polygon}'),
			('address', 'address', 't.id', 'points', '{ST_Point}')) AS k (name, word, key, takes, types)
		CROSS JOIN LATERAL monitor.geometry_problems(@name@, k.name, k.key, k.types) AS p$sql$);
	-- Denmark's box in degrees, with either axis first, where degrees cannot be.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT 'error', 'coordinates_in_degrees', g.name, g.row_key, g.area,
			format('%s %s lies at %s %s, which look like degrees, but SRID %s is not in degrees', g.word, g.row_key, g.x, g.y, s.srid),
			'Set the true SRID, 4326, with ST_SetSRID, then transform with ST_Transform.'
		FROM (
			SELECT 'address' AS name, 'address' AS word, d.id::text AS row_key, NULL::bigint AS area,
				@postgis@.ST_XMin(d.geom) AS x, @postgis@.ST_YMin(d.geom) AS y FROM @register@.address AS d
			UNION ALL
			SELECT 'area_boundary', 'boundary', concat_ws(',', b.area, b.valid_from), b.area,
				@postgis@.ST_XMin(b.geom), @postgis@.ST_YMin(b.geom) FROM @register@.area_boundary AS b
		) AS g
		JOIN @register@.settings AS s ON (g.x BETWEEN 7 AND 16 AND g.y BETWEEN 54 AND 58) OR (g.y BETWEEN 7 AND 16 AND g.x BETWEEN 54 AND 58)
		JOIN @postgis@.spatial_ref_sys AS r ON r.srid = s.srid AND r.proj4text !~ '\+proj=longlat'$sql$);
END
$function$;
COMMENT ON FUNCTION check_geometries(name) IS
'Findings wrong_geometry_type, wrong_srid, empty_geometry, invalid_geometry, coordinates_in_degrees. Used by check_register, not for users.';

CREATE FUNCTION check_overlaps(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- Coordinates are exact to about one part in 1e9 at best (6 mm in Danish UTM), so
	-- a shared strip of less mean width than that is rounding.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH bad AS MATERIALIZED (
			SELECT row_key FROM monitor.geometry_problems(@name@, 'area_boundary', 't.area, t.valid_from', '{ST_MultiPolygon,ST_Polygon}')
		), pair AS MATERIALIZED (
			SELECT a.layer, a.id, a.name, b.valid_from, b.geom, c.id AS other, c.name AS other_name, d.geom AS other_geom,
				greatest(b.valid_from, d.valid_from) AS since
			FROM @register@.area_boundary AS b JOIN @register@.area AS a ON a.id = b.area
			JOIN @register@.area_boundary AS d ON d.geom OPERATOR(@postgis@.&&) b.geom
				AND d.area > b.area AND d.valid_from < b.valid_to AND b.valid_from < d.valid_to
			JOIN @register@.area AS c ON c.id = d.area AND c.layer = a.layer
			WHERE @postgis@.ST_XMin(b.geom) < @postgis@.ST_XMax(d.geom) AND @postgis@.ST_XMin(d.geom) < @postgis@.ST_XMax(b.geom)
				AND @postgis@.ST_YMin(b.geom) < @postgis@.ST_YMax(d.geom) AND @postgis@.ST_YMin(d.geom) < @postgis@.ST_YMax(b.geom)
				AND concat_ws(',', b.area, b.valid_from) NOT IN (SELECT row_key FROM bad)
				AND concat_ws(',', d.area, d.valid_from) NOT IN (SELECT row_key FROM bad)
		)
		SELECT 'error', 'overlap', 'area_boundary', concat_ws(',', p.id, p.valid_from), p.id,
			format('area %s (%s) overlaps area %s (%s) of layer "%s" from %s on, over %s square units at %s', p.id, p.name, p.other, p.other_name,
				p.layer, p.since, round(s.size::numeric, 3), @postgis@.ST_AsText(@postgis@.ST_PointOnSurface(s.common), 6)),
			'Correct a boundary: addresses there count in the area with the smaller id alone.'
		FROM pair AS p
		CROSS JOIN LATERAL (SELECT c.common, @postgis@.ST_Area(c.common) AS size, @postgis@.ST_Perimeter(c.common) AS outline,
				1e-9 * greatest(abs(@postgis@.ST_XMin(p.geom)), abs(@postgis@.ST_XMax(p.geom)),
					abs(@postgis@.ST_YMin(p.geom)), abs(@postgis@.ST_YMax(p.geom))) AS noise
			FROM (SELECT @postgis@.ST_CollectionExtract(@postgis@.ST_Intersection(p.geom, p.other_geom), 3) AS common OFFSET 0) AS c) AS s
		WHERE s.size > 0 AND 2 * s.size / s.outline > s.noise$sql$);
END
$function$;
COMMENT ON FUNCTION check_overlaps(name) IS
'Finding overlap: boundaries of one layer, valid at the same time, with ground in common. Used by check_register, not for users.';

CREATE FUNCTION check_gaps(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- Only layers that the settings say cover the ground. A hole in their union is a gap.
	-- So is a sliver open to the outside, found by growing the union by half the width and
	-- shrinking it again with straight corners, where it lies between two areas and is long.
	-- Every state of a layer is looked at, but a gap is told once, with its first day.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH bad AS MATERIALIZED (
			SELECT row_key FROM monitor.geometry_problems(@name@, 'area_boundary', 't.area, t.valid_from', '{ST_MultiPolygon,ST_Polygon}')
		), boundary AS MATERIALIZED (
			SELECT a.layer, b.area, b.valid_from, b.valid_to, b.geom
			FROM @register@.area_boundary AS b JOIN @register@.area AS a ON a.id = b.area
			JOIN @register@.settings AS s ON a.layer = ANY (s.covering_layers)
			WHERE concat_ws(',', b.area, b.valid_from) NOT IN (SELECT row_key FROM bad)
		), state AS (
			SELECT DISTINCT b.layer, d.since FROM boundary AS b, unnest(ARRAY[b.valid_from, b.valid_to]) AS d (since)
		), ground AS MATERIALIZED (
			SELECT t.layer, t.since, @postgis@.ST_Union(b.geom ORDER BY b.area) AS geom,
				1e-9 * max(greatest(abs(@postgis@.ST_XMin(b.geom)), abs(@postgis@.ST_XMax(b.geom)),
					abs(@postgis@.ST_YMin(b.geom)), abs(@postgis@.ST_YMax(b.geom)))) AS noise
			FROM state AS t JOIN boundary AS b ON b.layer = t.layer AND b.valid_from <= t.since AND t.since < b.valid_to
			GROUP BY t.layer, t.since
		), outline AS MATERIALIZED (
			SELECT g.layer, g.since, @postgis@.ST_Union(@postgis@.ST_MakePolygon(@postgis@.ST_ExteriorRing(p.geom))) AS filled
			FROM ground AS g, @postgis@.ST_Dump(g.geom) AS p GROUP BY g.layer, g.since
		), gap AS MATERIALIZED (
			SELECT g.layer, g.since, g.noise, o.filled, s.gap_width, @postgis@.ST_Normalize(d.geom) AS geom
			FROM ground AS g JOIN outline AS o USING (layer, since) CROSS JOIN @register@.settings AS s,
				@postgis@.ST_Dump(@postgis@.ST_Difference(@postgis@.ST_Union(o.filled, @postgis@.ST_Buffer(
					@postgis@.ST_Buffer(g.geom, s.gap_width / 2, 'join=mitre'), -s.gap_width / 2, 'join=mitre')), g.geom)) AS d
			WHERE @postgis@.ST_Dimension(d.geom) = 2
				AND 2 * @postgis@.ST_Area(d.geom) > g.noise * @postgis@.ST_Perimeter(d.geom)
		)
		SELECT DISTINCT ON (g.layer, g.geom) 'warning', 'gap', 'area_boundary', array_to_string(n.areas, ','), CASE cardinality(n.areas) WHEN 1 THEN n.areas[1] END,
			format('%s square units at %s between areas %s belong to no area of the covering layer "%s" from %s on',
				round(@postgis@.ST_Area(g.geom)::numeric, 3), @postgis@.ST_AsText(@postgis@.ST_PointOnSurface(g.geom), 6),
				array_to_string(n.areas, ', '), g.layer, g.since),
			'Correct the boundaries, or take the layer out of settings.covering_layers if it need not cover the ground.'
		FROM gap AS g
		CROSS JOIN LATERAL (SELECT array_agg(b.area ORDER BY b.area) AS areas FROM boundary AS b
			WHERE b.layer = g.layer AND b.valid_from <= g.since AND g.since < b.valid_to
				AND @postgis@.ST_DWithin(b.geom, g.geom, g.noise)) AS n
		WHERE @postgis@.ST_Covers(g.filled, @postgis@.ST_PointOnSurface(g.geom))
			OR (cardinality(n.areas) > 1 AND @postgis@.ST_Perimeter(g.geom) > 4 * g.gap_width)
		ORDER BY g.layer, g.geom, g.since$sql$);
END
$function$;
COMMENT ON FUNCTION check_gaps(name) IS
'Finding gap: ground inside a covering layer that belongs to none of its areas. Used by check_register, not for users.';

CREATE FUNCTION lies_in(register name) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- What geometry_problems finds must not become an error here.
	RETURN jsonb_build_object('lies_in', monitor.register_sql(register, $sql$d.geom OPERATOR(@postgis@.&&) b.geom
		AND CASE WHEN @postgis@.ST_SRID(d.geom) = @postgis@.ST_SRID(b.geom) AND @postgis@.ST_GeometryType(d.geom) = 'ST_Point'
			AND @postgis@.ST_GeometryType(b.geom) IN ('ST_MultiPolygon', 'ST_Polygon') THEN @postgis@.ST_Intersects(b.geom, d.geom) END$sql$));
END
$function$;
COMMENT ON FUNCTION lies_in(name) IS
'The mark @lies_in@ of register_sql: the condition that address d lies in boundary b. Used by check_register, not for users.';

CREATE FUNCTION check_areas(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- Where no area of a layer has a boundary, that is told once.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH bounded AS (
			SELECT a.*, EXISTS (SELECT FROM @register@.area_boundary AS b WHERE b.area = a.id) AS has_boundary,
				EXISTS (SELECT FROM @register@.area_parcel AS p WHERE p.area = a.id)
					OR EXISTS (SELECT FROM @register@.area_department AS l WHERE l.area = a.id) AS has_other
			FROM @register@.area AS a
		), layer AS (
			SELECT l.layer, bool_or(l.has_boundary) AS has_boundaries, count(*) AS areas FROM bounded AS l GROUP BY l.layer
		)
		SELECT CASE WHEN b.has_other THEN 'note' ELSE 'warning' END, 'area_without_boundary', 'area', b.id::text, b.id,
			format('area %s (%s) has no boundary, as other areas of layer "%s" have', b.id, b.name, b.layer),
			'Take it with areas_from_layer, or insert it into area_boundary.'
		FROM bounded AS b JOIN layer AS l USING (layer) WHERE l.has_boundaries AND NOT b.has_boundary
		UNION ALL
		SELECT 'note', 'layer_without_boundaries', 'area', l.layer, NULL,
			format('no area of layer "%s" has a boundary (areas: %s)', l.layer, l.areas),
			'They cannot be shown on a map, and addresses are placed in them by parcel or department alone.'
		FROM layer AS l WHERE NOT l.has_boundaries$sql$);
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH area AS (
			SELECT a.id, a.name FROM @register@.area AS a CROSS JOIN @register@.settings AS s
			WHERE a.layer = s.housing_layer OR a.layer = ANY (s.covering_layers)
		), link AS (
			SELECT l.area, l.department FROM @register@.area_department AS l
		), reached AS (
			SELECT l.area FROM link AS l JOIN @register@.address AS d ON d.department = l.department
			UNION SELECT p.area FROM @register@.area_parcel AS p JOIN @register@.address AS d USING (cadastral_district, parcel_number)
			UNION SELECT l.area FROM link AS l JOIN @register@.area_parcel AS p USING (department)
				JOIN @register@.address AS d USING (cadastral_district, parcel_number)
		)
		SELECT 'warning', 'area_without_address', 'area', a.id::text, a.id,
			format('no address lies in area %s (%s) or ever did', a.id, a.name),
			'Load its addresses, or correct its boundary, parcels and departments.'
		FROM area AS a
		WHERE EXISTS (SELECT FROM @register@.address) AND a.id NOT IN (SELECT r.area FROM reached AS r WHERE r.area IS NOT NULL)
			AND NOT EXISTS (SELECT FROM @register@.area_boundary AS b JOIN @register@.address AS d
				ON @lies_in@
				WHERE b.area = a.id)$sql$, monitor.lies_in(register));
END
$function$;
COMMENT ON FUNCTION check_areas(name) IS
'Findings area_without_boundary, layer_without_boundaries, area_without_address. Used by check_register, not for users.';

CREATE FUNCTION check_membership(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH held AS MATERIALIZED (
			SELECT l.department, a.layer, a.id AS area, l.valid_from, l.valid_to
			FROM @register@.area_department AS l JOIN @register@.area AS a ON a.id = l.area
		), parcel AS MATERIALIZED (
			SELECT p.cadastral_district, p.parcel_number, a.layer, a.id AS area, p.valid_from, p.valid_to
			FROM @register@.area_parcel AS p JOIN @register@.area AS a ON a.id = p.area
			UNION
			SELECT p.cadastral_district, p.parcel_number, h.layer, h.area,
				greatest(p.valid_from, h.valid_from), least(p.valid_to, h.valid_to)
			FROM @register@.area_parcel AS p JOIN held AS h USING (department)
			WHERE p.valid_from < h.valid_to AND h.valid_from < p.valid_to
		)
		SELECT DISTINCT ON (h.department, h.area, i.area) 'error', 'department_in_two_areas', 'area_department',
			concat_ws(',', h.area, h.department, h.valid_from), h.area,
			format('department %s is in areas %s and %s of layer "%s" at the same time, from %s on', h.department, h.area, i.area,
				h.layer, greatest(h.valid_from, i.valid_from)),
			'End one of the two by valid_to: areas of one layer have no dwelling in common.'
		FROM held AS h JOIN held AS i ON i.department = h.department AND i.layer = h.layer AND i.area > h.area
			AND i.valid_from < h.valid_to AND h.valid_from < i.valid_to
		UNION ALL
		SELECT DISTINCT ON (p.cadastral_district, p.parcel_number, p.area, q.area) 'error', 'parcel_in_two_areas', 'area_parcel',
			concat_ws(',', p.cadastral_district, p.parcel_number), p.area,
			format('parcel %s %s is in areas %s and %s of layer "%s" at the same time, from %s on', p.cadastral_district, p.parcel_number,
				p.area, q.area, p.layer, greatest(p.valid_from, q.valid_from)),
			'Correct its area or department: addresses on it count in the area with the smaller id alone.'
		FROM parcel AS p JOIN parcel AS q ON q.cadastral_district = p.cadastral_district AND q.parcel_number = p.parcel_number
			AND q.layer = p.layer AND q.area > p.area AND q.valid_from < p.valid_to AND p.valid_from < q.valid_to
		UNION ALL
		SELECT 'note', 'department_without_area', 'department', d.id::text, NULL,
			format('department %s (%s) is in no area', d.id, d.name),
			'Add it to area_department if it should count in one.'
		FROM @register@.department AS d
		WHERE NOT EXISTS (SELECT FROM @register@.area_department AS l WHERE l.department = d.id)
			AND NOT EXISTS (SELECT FROM @register@.area_parcel AS p WHERE p.department = d.id AND p.area IS NOT NULL)$sql$);
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH RECURSIVE follows AS (
			SELECT l.predecessor, l.successor FROM @register@.area_lineage AS l
			UNION
			SELECT f.predecessor, l.successor FROM follows AS f JOIN @register@.area_lineage AS l ON l.predecessor = f.successor
		)
		SELECT 'error', 'lineage_circle', 'area_lineage', f.predecessor::text, f.predecessor,
			format('area %s is its own successor by way of others', f.predecessor), 'Remove one of the rows.'
		FROM follows AS f WHERE f.predecessor = f.successor$sql$);
END
$function$;
COMMENT ON FUNCTION check_membership(name) IS
'Findings department_in_two_areas, parcel_in_two_areas, department_without_area, lineage_circle. Used by check_register, not for users.';

CREATE FUNCTION check_parcels(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- In use: something of the area or department goes on after the parcel has ended.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH ended AS (
			SELECT p.* FROM @register@.area_parcel AS p
			WHERE p.valid_to <= CURRENT_DATE AND NOT EXISTS (SELECT FROM @register@.area_parcel AS q
				WHERE q.cadastral_district = p.cadastral_district AND q.parcel_number = p.parcel_number AND q.valid_to > p.valid_to)
		), owner AS (
			SELECT e.id, e.area FROM ended AS e WHERE e.area IS NOT NULL
			UNION
			SELECT e.id, l.area FROM ended AS e JOIN @register@.area_department AS l USING (department)
			WHERE l.valid_from <= e.valid_to AND e.valid_to < l.valid_to
		)
		SELECT DISTINCT ON (e.id) 'warning', 'vanished_parcel', 'area_parcel', e.id::text, o.area,
			format('parcel %s %s ended on %s without a successor of that number, but %s is still in use', e.cadastral_district,
				e.parcel_number, e.valid_to, coalesce('area ' || o.area, 'department ' || e.department)),
			'Add the parcels it was divided into or renumbered as, or the same one from that day on.'
		FROM ended AS e LEFT JOIN owner AS o USING (id)
		WHERE EXISTS (SELECT FROM @register@.area_boundary AS b WHERE b.area = o.area AND b.valid_to > e.valid_to)
			OR EXISTS (SELECT FROM @register@.area_department AS l WHERE l.area = o.area AND l.valid_to > e.valid_to)
			OR EXISTS (SELECT FROM @register@.area_parcel AS q WHERE q.area = o.area AND q.valid_to > e.valid_to)
			OR EXISTS (SELECT FROM @register@.department AS d WHERE d.id = e.department AND d.valid_to > e.valid_to)
		ORDER BY e.id, o.area$sql$);
	-- Most parcels of a town belong to no area. One that is unknown matters where parcels
	-- are known: at an address of a department with parcels, or inside an area with parcels.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH unknown AS MATERIALIZED (
			SELECT d.* FROM @register@.address AS d
			WHERE d.parcel_number IS NOT NULL AND NOT EXISTS (SELECT FROM @register@.area_parcel AS p
				WHERE p.cadastral_district = d.cadastral_district AND p.parcel_number = d.parcel_number)
		), known AS MATERIALIZED (
			SELECT p.area FROM @register@.area_parcel AS p WHERE p.area IS NOT NULL
			UNION SELECT l.area FROM @register@.area_parcel AS p JOIN @register@.area_department AS l USING (department)
		), place AS (
			SELECT d.id, d.cadastral_district, d.parcel_number, NULL::bigint AS area FROM unknown AS d
			WHERE d.department IN (SELECT p.department FROM @register@.area_parcel AS p)
			UNION ALL
			SELECT d.id, d.cadastral_district, d.parcel_number, b.area
			FROM known AS k JOIN @register@.area_boundary AS b USING (area) JOIN unknown AS d ON @lies_in@
		)
		SELECT 'warning', 'unknown_parcel', 'address', concat_ws(',', p.cadastral_district, p.parcel_number), min(p.area),
			format('parcel %s %s is not in area_parcel (addresses: %s, the first is %s)', p.cadastral_district, p.parcel_number,
				count(DISTINCT p.id), min(p.id)),
			'Correct the spelling of the parcel, or add it to area_parcel.'
		FROM place AS p GROUP BY p.cadastral_district, p.parcel_number$sql$, monitor.lies_in(register));
END
$function$;
COMMENT ON FUNCTION check_parcels(name) IS
'Findings vanished_parcel, unknown_parcel. Used by check_register, not for users.';

CREATE FUNCTION check_addresses(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH loose AS MATERIALIZED (
			SELECT d.* FROM @register@.address AS d
			WHERE d.department IS NULL AND NOT EXISTS (SELECT FROM @register@.area_parcel AS p
				WHERE p.cadastral_district = d.cadastral_district AND p.parcel_number = d.parcel_number)
		)
		SELECT 'warning', 'address_without_place', 'address', d.id::text, NULL::bigint,
			format('address %s has no point, no department and no known parcel, so it lies in no area', d.id),
			'Give it a point, or a parcel of area_parcel.'
		FROM loose AS d WHERE d.geom IS NULL
		UNION ALL
		SELECT 'warning', 'social_address_without_area', 'address', d.id::text, NULL,
			format('social dwelling %s has no department and lies in no housing area', d.id),
			'Set its department, or correct its tenure or point.'
		FROM loose AS d CROSS JOIN @register@.settings AS s
		WHERE d.tenure = 'social' AND d.geom IS NOT NULL
			AND NOT EXISTS (SELECT FROM @register@.area_boundary AS b JOIN @register@.area AS a ON a.id = b.area
				WHERE a.layer = s.housing_layer AND @lies_in@)
		UNION ALL
		SELECT 'warning', 'address_outside', 'address', d.id::text, NULL,
			format('address %s lies in no area of the covering layer "%s"', d.id, c.layer),
			'Correct its point, or the boundaries.'
		FROM (SELECT DISTINCT a.layer FROM @register@.area AS a JOIN @register@.area_boundary AS b ON b.area = a.id
			JOIN @register@.settings AS s ON a.layer = ANY (s.covering_layers)) AS c
		CROSS JOIN @register@.settings AS s
		JOIN @register@.address AS d ON @postgis@.ST_GeometryType(d.geom) = 'ST_Point' AND @postgis@.ST_SRID(d.geom) = s.srid
			AND NOT @postgis@.ST_IsEmpty(d.geom)
		WHERE NOT EXISTS (SELECT FROM @register@.area_boundary AS b JOIN @register@.area AS a ON a.id = b.area
			WHERE a.layer = c.layer AND @lies_in@)$sql$, monitor.lies_in(register));
END
$function$;
COMMENT ON FUNCTION check_addresses(name) IS
'Findings address_without_place, social_address_without_area, address_outside. Used by check_register, not for users.';

-- People -----------------------------------------------------------------------

CREATE FUNCTION check_residents(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- Years of birth that differ by one at most cannot jump: that spares sorting all persons.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT 'warning', 'resident_without_address', 'resident', concat_ws(',', r.person, r.data_year), NULL::bigint,
			format('person %s has no address on 1 January %s', r.person, r.data_year),
			'Without an address a person counts in no area.'
		FROM @register@.resident AS r WHERE r.address IS NULL
		UNION ALL
		SELECT 'error', CASE WHEN d.valid_from > y.day THEN 'address_not_begun' ELSE 'address_ended' END, 'resident',
			concat_ws(',', r.person, r.data_year), NULL,
			CASE WHEN d.valid_from > y.day
				THEN format('person %s lives on %s at address %s, which begins on %s', r.person, y.day, d.id, d.valid_from)
				ELSE format('person %s lives on %s at address %s, which ended on %s', r.person, y.day, d.id, d.valid_to) END,
			'Correct the address''s period, or the person''s address.'
		FROM @register@.resident AS r JOIN @register@.address AS d ON d.id = r.address
		CROSS JOIN LATERAL (SELECT make_date(r.data_year, 1, 1) AS day) AS y
		WHERE (d.valid_from > '-infinity' OR d.valid_to < 'infinity') AND NOT (d.valid_from <= y.day AND y.day < d.valid_to)
		UNION ALL
		SELECT 'warning', 'age_jump', 'resident', concat_ws(',', r.person, r.data_year), NULL,
			format('person %s is %s years old in %s and was %s in %s', r.person, r.age, r.data_year, r.age_before, r.year_before),
			'One of the ages is wrong, or two persons have the same number.'
		FROM (
			SELECT r.person, r.data_year, r.age, lag(r.age) OVER w AS age_before, lag(r.data_year) OVER w AS year_before
			FROM @register@.resident AS r
			WHERE r.age IS NOT NULL AND r.person IN (SELECT p.person FROM @register@.resident AS p
				GROUP BY p.person HAVING max(p.age - p.data_year) - min(p.age - p.data_year) > 1)
			WINDOW w AS (PARTITION BY r.person ORDER BY r.data_year)
		) AS r
		WHERE (r.age - r.age_before) - (r.data_year - r.year_before) NOT BETWEEN -1 AND 1
		UNION ALL
		SELECT 'warning', h.finding, 'resident', concat_ws(',', h.household, h.data_year), NULL,
			CASE h.finding WHEN 'large_household' THEN format('household %s has %s persons in %s', h.household, h.persons, h.data_year)
				ELSE format('household %s lives at addresses %s and %s in %s', h.household, h.first, h.last, h.data_year) END,
			CASE h.finding WHEN 'large_household' THEN 'More than 30: perhaps an institution, or a number used for "unknown".'
				ELSE 'A household has one address: correct one of them, or the household''s number.' END
		FROM (
			SELECT g.*, unnest(ARRAY[CASE WHEN g.persons > 30 THEN 'large_household' END, CASE WHEN g.first <> g.last THEN 'divided_household' END]) AS finding
			FROM (SELECT r.household, r.data_year, count(*) AS persons, min(r.address) AS first, max(r.address) AS last
				FROM @register@.resident AS r WHERE r.household IS NOT NULL GROUP BY r.household, r.data_year) AS g
			WHERE g.persons > 30 OR g.first <> g.last
		) AS h WHERE h.finding IS NOT NULL
		UNION ALL
		SELECT 'note', 'waiting_residents', 'resident_other', r.data_year::text, NULL,
			format('rows of %s wait in resident_other: %s', r.data_year, count(*)),
			format('CALL monitor.add_data_year(%L, %s), or refresh, gives them their own partition.', @name@, r.data_year)
		FROM @register@.resident_other AS r GROUP BY r.data_year$sql$);
	RETURN QUERY SELECT * FROM monitor.check_ages(register);
END
$function$;
COMMENT ON FUNCTION check_residents(name) IS
'Findings resident_without_address, address_not_begun, address_ended, age_jump, large_household, divided_household, waiting_residents, and those of check_ages. Used by check_register, not for users.';

CREATE FUNCTION check_ages(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	convicted text := 'false';
BEGIN
	IF EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = to_regclass(format('%I.resident', register))
		AND t.attname = 'convicted' AND NOT t.attisdropped) THEN
		convicted := 'r.convicted';
	END IF;
	-- Facts are of a year and ages of its first day, so the law's ages, 18 and 15, can be reached within it.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT 'warning', 'impossible_at_age', 'resident', concat_ws(',', r.person, r.data_year), NULL::bigint,
			format('person %s is %s years old in %s, yet %s', r.person, r.age, r.data_year,
				concat_ws(' and ', CASE WHEN r.age < 17 AND r.outside_labour > 0 THEN 'is outside the labour market' END,
					CASE WHEN r.age < 14 AND @convicted@ THEN 'is convicted' END,
					CASE WHEN r.age < 14 AND r.education > 0 THEN 'has more than basic school' END)),
			'The age or the fact is wrong. Nobody under 18 counts in these criteria.'
		FROM @register@.resident AS r
		WHERE r.age < 17 AND (r.outside_labour > 0 OR (r.age < 14 AND (@convicted@ OR r.education > 0)))$sql$,
		jsonb_build_object('convicted', convicted));
END
$function$;
COMMENT ON FUNCTION check_ages(name) IS
'Finding impossible_at_age: outside the labour market under 17, convicted or with more than basic school under 14. Used by check_register, not for users.';

CREATE FUNCTION expected_residence(register name)
RETURNS TABLE (move bigint, person bigint, data_year integer, address bigint, place text)
LANGUAGE plpgsql STABLE ROWS 100000
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	-- Moves of 1 January itself say nothing about where a person was that day.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH year AS MATERIALIZED (
			SELECT y.data_year, make_date(y.data_year, 1, 1) AS day FROM (SELECT DISTINCT r.data_year FROM @register@.resident AS r) AS y
		), step AS MATERIALIZED (
			SELECT m.*, lead(m.moved_on, 1, 'infinity') OVER w AS next_on, row_number() OVER w AS number
			FROM @register@.move AS m WINDOW w AS (PARTITION BY m.person ORDER BY m.moved_on)
		)
		SELECT s.id, s.person, y.data_year, s.to_address, s.to_place
		FROM step AS s JOIN year AS y ON y.day > s.moved_on AND y.day < s.next_on
		WHERE s.to_place IS DISTINCT FROM 'unknown'
		UNION ALL
		SELECT s.id, s.person, y.data_year, s.from_address, s.from_place
		FROM step AS s JOIN year AS y ON y.day < s.moved_on AND (y.data_year = extract(year FROM s.moved_on) OR s.from_place = 'birth')
		WHERE s.number = 1 AND s.from_place IS DISTINCT FROM 'unknown'$sql$);
END
$function$;
COMMENT ON FUNCTION expected_residence(name) IS
'Where moves say that a person was on 1 January: after the last move before it, or before the first move known, in the year of that move (before a birth: in all years); an address, or a place outside the register. Used by check_register, not for users.';

CREATE FUNCTION check_moves(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- Of a person who is resident in no year, one move is told, of others the first year a move.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH wrong AS MATERIALIZED (
			SELECT e.*, r.person IS NOT NULL AS is_resident, r.address AS lives_at
			FROM monitor.expected_residence(@name@) AS e
			LEFT JOIN @register@.resident AS r ON r.person = e.person AND r.data_year = e.data_year
			WHERE CASE WHEN e.place IS NOT NULL THEN r.person IS NOT NULL ELSE r.person IS NULL OR r.address <> e.address END
		)
		SELECT DISTINCT ON (w.person, CASE WHEN NOT s.stranger THEN w.move END)
			'warning', CASE WHEN s.stranger THEN 'move_of_stranger' ELSE 'move_contradicts_residence' END, 'move', w.move::text, NULL::bigint,
			format('move %s says that person %s %s on 1 January %s, but %s', w.move, w.person,
				CASE WHEN w.place = 'death' THEN 'was dead' WHEN w.place = 'birth' THEN 'was not born'
					WHEN w.place IS NOT NULL THEN 'lived outside the register' ELSE 'lived at address ' || w.address END, w.data_year,
				CASE WHEN s.stranger THEN 'the person is resident in no year' WHEN w.is_resident THEN 'resident says address ' || coalesce(w.lives_at::text, 'unknown')
					ELSE 'resident has no such row' END),
			CASE WHEN s.stranger THEN 'Load the person''s rows of resident, or correct the number of the person.'
				ELSE 'A move is missing or wrong, or the address of that year.' END
		FROM wrong AS w
		CROSS JOIN LATERAL (SELECT NOT w.is_resident
			AND NOT EXISTS (SELECT FROM @register@.resident AS r WHERE r.person = w.person) AS stranger OFFSET 0) AS s
		ORDER BY w.person, CASE WHEN NOT s.stranger THEN w.move END, w.data_year, w.move$sql$);
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT 'warning', 'broken_chain', 'move', m.id::text, NULL::bigint,
			format('person %s moves on %s from %s, but the move before, of %s, went to %s', m.person, m.moved_on,
				coalesce('address ' || m.from_address, m.from_place), m.on_before,
				coalesce('address ' || m.address_before, m.place_before)),
			'A move is missing or wrong, or two persons have the same number.'
		FROM (SELECT m.*, lag(m.moved_on) OVER w AS on_before, lag(m.to_address) OVER w AS address_before, lag(m.to_place) OVER w AS place_before
			FROM @register@.move AS m WINDOW w AS (PARTITION BY m.person ORDER BY m.moved_on)) AS m
		WHERE m.on_before IS NOT NULL AND (m.place_before = 'death' OR m.from_place = 'birth'
			OR (m.from_address IS DISTINCT FROM m.address_before AND coalesce(m.from_place, '') <> 'unknown'
				AND coalesce(m.place_before, '') <> 'unknown'))
		UNION ALL
		SELECT 'error', CASE WHEN d.valid_from > m.moved_on THEN 'move_before_address' ELSE 'move_after_address' END, 'move', m.id::text, NULL,
			CASE WHEN d.valid_from > m.moved_on THEN format('move %s of %s goes to address %s, which begins on %s', m.id, m.moved_on, d.id, d.valid_from)
				ELSE format('move %s of %s goes to address %s, which ended on %s', m.id, m.moved_on, d.id, d.valid_to) END,
			'Correct the address''s period, or the move.'
		FROM @register@.move AS m JOIN @register@.address AS d ON d.id = m.to_address
		WHERE NOT (d.valid_from <= m.moved_on AND m.moved_on < d.valid_to)$sql$);
END
$function$;
COMMENT ON FUNCTION check_moves(name) IS
'Findings move_of_stranger, move_contradicts_residence, broken_chain, move_before_address, move_after_address. Used by check_register, not for users.';

-- Deliveries and lists -----------------------------------------------------------

CREATE FUNCTION check_deliveries(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH given AS (
			SELECT 'criterion_delivery' AS name, c.rule_set, c.criterion FROM @register@.criterion_delivery AS c
			UNION ALL SELECT 'official_value', o.rule_set, o.criterion FROM @register@.official_value AS o
		), known AS (
			SELECT k.rule_set, k.criterion FROM monitor.rule AS k UNION SELECT k.rule_set, k.criterion FROM @register@.rule AS k
		), counted AS (
			SELECT g.name, g.rule_set, g.criterion, count(*) AS rows, EXISTS (SELECT FROM known AS k WHERE k.rule_set = g.rule_set) AS set_known
			FROM given AS g GROUP BY g.name, g.rule_set, g.criterion
		)
		SELECT 'error', CASE WHEN c.set_known THEN 'unknown_criterion' ELSE 'unknown_rule_set' END, c.name,
			concat_ws(',', c.rule_set, c.criterion), NULL::bigint,
			CASE WHEN c.set_known THEN format('rule set "%s" has no criterion "%s", but %s names it (rows: %s)', c.rule_set, c.criterion, c.name, c.rows)
				ELSE format('there is no rule set "%s", but %s names it (rows: %s)', c.rule_set, c.name, c.rows) END,
			format('Sets and criteria are in monitor.rule and %I.rule.', @name@)
		FROM counted AS c WHERE NOT EXISTS (SELECT FROM known AS k WHERE k.rule_set = c.rule_set AND k.criterion = c.criterion)
		UNION ALL
		SELECT 'warning', 'region_of_no_area', 'benchmark', b.region, NULL,
			format('there are benchmarks of region "%s" (rows: %s), but no area has that region', b.region, count(*)),
			'Correct area.region or benchmark.region: they must be spelt alike.'
		FROM @register@.benchmark AS b
		WHERE b.scope = 'regional' AND NOT EXISTS (SELECT FROM @register@.area AS a WHERE a.region = b.region)
		GROUP BY b.region
		UNION ALL
		SELECT 'error', 'flow_of_no_area', 'flow_delivery', f.id::text, NULL,
			format('flow %s is from %s to %s, and area %s is not there', f.id, f.origin, f.destination, concat_ws(' or ', f.origin_lacking, f.destination_lacking)),
			'Codes of 0 and below stand for places outside the areas; all others are ids of areas.'
		FROM (
			SELECT f.*, CASE WHEN f.origin > 0 AND NOT EXISTS (SELECT FROM @register@.area AS a WHERE a.id = f.origin) THEN f.origin END AS origin_lacking,
				CASE WHEN f.destination > 0 AND NOT EXISTS (SELECT FROM @register@.area AS a WHERE a.id = f.destination) THEN f.destination END AS destination_lacking
			FROM @register@.flow_delivery AS f
		) AS f WHERE f.origin_lacking IS NOT NULL OR f.destination_lacking IS NOT NULL
		UNION ALL
		SELECT 'error', 'rule_set_name_taken', 'rule_set', o.rule_set, NULL, format('a built-in rule set is called "%s" too', o.rule_set),
			'Rename it: refresh refuses to run.'
		FROM @register@.rule_set AS o JOIN monitor.rule_set AS b ON b.rule_set = o.rule_set
		UNION ALL
		SELECT 'error', 'rule_set_incomplete', 'status_rule', concat_ws(',', s.rule_set, s.status), NULL,
			format('status "%s" needs criterion "%s", which rule set "%s" does not have', s.status, c.criterion, s.rule_set),
			'Add the criterion to table rule, or take it out of the status.'
		FROM @register@.status_rule AS s CROSS JOIN LATERAL unnest(s.required || s.criteria) AS c (criterion)
		WHERE NOT EXISTS (SELECT FROM @register@.rule AS r WHERE r.rule_set = s.rule_set AND r.criterion = c.criterion)$sql$);
END
$function$;
COMMENT ON FUNCTION check_deliveries(name) IS
'Findings unknown_rule_set, unknown_criterion, region_of_no_area, flow_of_no_area, rule_set_name_taken, rule_set_incomplete. Used by check_register, not for users.';

CREATE FUNCTION check_figures(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
BEGIN
	-- The latest vintage alone. Small areas may well grow by half, so the larger year has 50 or more.
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH latest AS MATERIALIZED (
			SELECT DISTINCT ON (p.area, p.data_year) p.*, a.name, a.region
			FROM @register@.profile_delivery AS p JOIN @register@.area AS a ON a.id = p.area
			ORDER BY p.area, p.data_year, p.vintage DESC
		), reference AS MATERIALIZED (
			SELECT DISTINCT ON (b.scope, b.region, b.data_year) b.* FROM @register@.benchmark AS b
			ORDER BY b.scope, b.region, b.data_year, b.vintage DESC
		)
		SELECT 'warning', 'population_jump', 'profile_delivery', concat_ws(',', l.area, l.data_year, l.vintage), l.area,
			format('area %s (%s) has %s residents in %s and had %s in %s', l.area, l.name, l.residents, l.data_year, b.residents, b.data_year),
			'More than half up or down in a year: look for a wrong area, year or unit.'
		FROM latest AS l JOIN latest AS b ON b.area = l.area AND b.data_year = l.data_year - 1
		WHERE abs(l.residents - b.residents) > 0.5 * b.residents AND greatest(l.residents, b.residents) >= 50
		UNION ALL
		SELECT 'error', 'more_than_benchmark', 'profile_delivery', concat_ws(',', l.area, l.data_year, l.vintage), l.area,
			format('area %s (%s) has %s residents in %s, its %s benchmark %s', l.area, l.name, l.residents, l.data_year, r.scope, r.residents),
			'A part cannot be larger than the whole: one of the two is wrong.'
		FROM latest AS l JOIN reference AS r ON r.data_year = l.data_year AND (r.scope = 'national' OR r.region = l.region)
		WHERE l.residents > r.residents
		UNION ALL
		SELECT 'warning', 'implausible_income', 'profile_delivery', concat_ws(',', l.area, l.data_year, l.vintage), l.area,
			format('mean income in area %s (%s) in %s is %s, in its %s benchmark %s', l.area, l.name, l.data_year,
				round(l.income_total / l.taxpayers), r.scope, round(r.income_total / r.taxpayers)),
			'More than five times the one or the other: look at the unit, kroner or thousands.'
		FROM latest AS l JOIN reference AS r ON r.data_year = l.data_year AND (r.scope = 'national' OR r.region = l.region)
		WHERE l.taxpayers > 0 AND r.taxpayers > 0 AND r.income_total > 0
			AND NOT 5 * l.income_total / l.taxpayers BETWEEN r.income_total / r.taxpayers AND 25 * r.income_total / r.taxpayers
		UNION ALL
		SELECT 'warning', 'delivery_conflicts_with_persons', 'profile_delivery', concat_ws(',', c.area, c.data_year, c.vintage), c.area,
			format('the delivery for area %s in %s cannot be joined with its person rows: a part is larger than the whole', c.area, c.data_year),
			'Compare the two; refresh used the delivery alone.'
		FROM @register@.computed_profile AS c
		WHERE c.source = 'delivery' AND EXISTS (SELECT FROM @register@.address_area AS p
			JOIN @register@.resident AS r ON r.address = p.address AND r.data_year = c.data_year
			WHERE p.area = c.area AND c.data_year BETWEEN p.first_data_year AND p.last_data_year)$sql$);
END
$function$;
COMMENT ON FUNCTION check_figures(name) IS
'Findings population_jump, more_than_benchmark, implausible_income, and, of the last refresh, delivery_conflicts_with_persons. Used by check_register, not for users.';

CREATE FUNCTION check_lists(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH counted AS (
			SELECT p.*, (SELECT count(*) FROM @register@.list_entry AS e WHERE e.list_year = p.list_year AND e.status = p.status) AS entries
			FROM @register@.published_list AS p
		)
		SELECT 'warning', 'list_count_differs', 'published_list', concat_ws(',', c.list_year, c.status), NULL::bigint,
			format('the %s list of %s has %s entries, but was said to have %s areas', c.status, c.list_year, c.entries, c.areas),
			'Load the whole list, or say complete => false.'
		FROM counted AS c WHERE c.entries > c.areas OR (c.complete AND c.entries > 0 AND c.entries < c.areas)
		UNION ALL
		SELECT 'warning', 'empty_list', 'published_list', concat_ws(',', c.list_year, c.status), NULL,
			format('the %s list of %s is complete without an entry: no area was listed', c.status, c.list_year),
			'Load its entries, say complete => false, or give 0 as its number of areas.'
		FROM counted AS c WHERE c.complete AND c.entries = 0 AND c.areas IS DISTINCT FROM 0
		UNION ALL
		SELECT 'warning', 'list_year_to_come', 'published_list', concat_ws(',', c.list_year, c.status), NULL,
			format('the list of %s (%s) is still to come', c.list_year, c.status), 'Correct the list year.'
		FROM counted AS c WHERE c.list_year > extract(year FROM CURRENT_DATE)
		UNION ALL
		SELECT 'warning', 'unknown_status', 'published_list', concat_ws(',', c.list_year, c.status), NULL,
			format('no rule set has the status "%s" of the list of %s', c.status, c.list_year),
			format('Statuses are in monitor.status_rule and %I.status_rule. A list of another status takes no part in years in a row.', @name@)
		FROM counted AS c
		WHERE c.status NOT IN (SELECT s.status FROM monitor.status_rule AS s UNION SELECT s.status FROM @register@.status_rule AS s)
		UNION ALL
		SELECT 'warning', 'entry_of_other_layer', 'list_entry', concat_ws(',', e.list_year, e.status, e.area), e.area,
			format('area %s (%s) on the %s list of %s is of layer "%s"', a.id, a.name, e.status, e.list_year, a.layer),
			format('Lists are of housing areas, layer "%s": enter the housing area.', s.housing_layer)
		FROM @register@.list_entry AS e JOIN @register@.area AS a ON a.id = e.area CROSS JOIN @register@.settings AS s
		WHERE a.layer <> s.housing_layer$sql$);
END
$function$;
COMMENT ON FUNCTION check_lists(name) IS
'Findings list_count_differs, empty_list, list_year_to_come, unknown_status, entry_of_other_layer. Used by check_register, not for users.';

CREATE FUNCTION check_names(register name) RETURNS SETOF register_finding
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH called AS MATERIALIZED (
			SELECT c.area, c.layer, c.municipality, monitor.area_spelling(c.municipality) AS place,
				monitor.area_spelling(c.name, c.municipality) AS spelling, string_agg(c.name, ', ' ORDER BY c.name COLLATE "C") AS names
			FROM (
				SELECT a.id AS area, a.layer, a.municipality, a.name FROM @register@.area AS a
				WHERE a.layer IN (SELECT s.housing_layer FROM @register@.settings AS s UNION SELECT l.layer FROM @register@.area_alias AS l)
					OR a.id IN (SELECT e.area FROM @register@.list_entry AS e)
				UNION SELECT l.area, l.layer, l.municipality, l.alias FROM @register@.area_alias AS l
			) AS c
			GROUP BY c.area, c.layer, c.municipality, 4, 5
		)
		SELECT 'warning', 'unknown_alias', 'list_entry', concat_ws(',', e.list_year, e.status, e.area), e.area,
			format('the %s list of %s calls area %s (%s) "%s", which is no name of it', e.status, e.list_year, e.area, a.name, e.printed_name),
			'Add the spelling to area_alias, or correct the area.'
		FROM @register@.list_entry AS e JOIN @register@.area AS a ON a.id = e.area
		WHERE e.printed_name IS NOT NULL AND NOT EXISTS (SELECT FROM called AS c
			WHERE c.area = e.area AND c.spelling = monitor.area_spelling(e.printed_name, c.municipality))
		UNION ALL
		SELECT 'warning', 'ambiguous_name', 'area', concat_ws(',', c.area, d.area), c.area,
			format('areas %s and %s of layer "%s" in %s are both called %s', c.area, d.area, c.layer, c.municipality, c.names),
			'A list that prints this name cannot be loaded. Rename an area, or remove an alias.'
		FROM called AS c JOIN called AS d ON d.layer = c.layer AND d.place = c.place AND d.spelling = c.spelling AND d.area > c.area
		UNION ALL
		SELECT 'warning', 'alias_elsewhere', 'area_alias', concat_ws(',', l.layer, l.municipality, l.alias), l.area,
			format('alias "%s" is of layer "%s" in %s, but its area %s is of layer "%s" in %s', l.alias, l.layer, l.municipality,
				a.id, a.layer, a.municipality),
			'Correct layer and municipality of the alias, or its area.'
		FROM @register@.area_alias AS l JOIN @register@.area AS a ON a.id = l.area
		WHERE l.layer <> a.layer OR monitor.area_spelling(l.municipality) IS DISTINCT FROM monitor.area_spelling(a.municipality)$sql$);
END
$function$;
COMMENT ON FUNCTION check_names(name) IS
'Findings unknown_alias, ambiguous_name, alias_elsewhere. Used by check_register, not for users.';
