-- check_register: what is wrong, missing or odd in a register, found without changing
-- anything. Each check is a row: severity, name, hint, and a statement that gives
-- table, row, area and message of each finding.

CREATE TYPE finding AS (
	severity text,
	"check" text,
	table_name text,
	row_key text,
	area bigint,
	message text,
	hint text
);
COMMENT ON TYPE finding IS
'A finding of check_register. severity: error (figures are wrong or refresh fails), warning (figures may be wrong), note (worth knowing). row_key names the row by its key; area is the area concerned, NULL if none.';

CREATE FUNCTION check_register(register name) RETURNS SETOF finding
LANGUAGE plpgsql STABLE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	marks jsonb;
	item record;
	sensitive boolean;
BEGIN
	PERFORM monitor.register_schema(register);
	sensitive := EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.resident', register)::regclass
		AND attname = 'convicted' AND NOT attisdropped);
	marks := monitor.register_rules(register);
	FOR item IN
		SELECT * FROM monitor.checks_of_places()
		UNION ALL SELECT * FROM monitor.checks_of_people()
		UNION ALL SELECT * FROM monitor.checks_of_lists()
	LOOP
		CONTINUE WHEN item.sensitive AND NOT sensitive;
		RETURN QUERY EXECUTE format('SELECT %L, %L, f.table_name, f.row_key, f.area, f.message, %L
			FROM (%s) AS f(table_name, row_key, area, message) ORDER BY f.row_key COLLATE "C"',
			item.severity, item.name, item.hint, monitor.register_sql(register, item.statement, marks));
	END LOOP;
END
$function$;
COMMENT ON FUNCTION check_register(name) IS
'Lists what is wrong, missing or odd in a register: overlaps within a layer, gaps, orphans, invalid or wrong-SRID geometry, impossible values, unknown names, vanished parcels, rows that wait, deliveries that nothing uses. Changes nothing. src/register/README.md lists the checks. NULL name: 22004; no such register: 3F000.';

CREATE FUNCTION checks_of_places()
RETURNS TABLE (severity text, name text, hint text, sensitive boolean, statement text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 15
BEGIN ATOMIC
	SELECT column1, column2, column3, false, column4 FROM (VALUES
	('error', 'area_overlap', 'Correct one of the boundaries, or end its validity. Addresses in both go to the smaller id.', $sql$
		SELECT 'area_boundary', format('area=%s and area=%s', a.area, b.area), a.area,
			format('areas %s (%s) and %s (%s) of layer %s overlap by %s square units', a.area, n.name, b.area, m.name, n.layer, round(o.extent::numeric, 2))
		FROM @register@.area_boundary AS a
		JOIN @register@.area_boundary AS b ON a.area < b.area AND a.geom OPERATOR(@postgis@.&&) b.geom
			AND a.valid_from < b.valid_to AND b.valid_from < a.valid_to
		JOIN @register@.area AS n ON n.id = a.area
		JOIN @register@.area AS m ON m.id = b.area AND m.layer = n.layer
		CROSS JOIN LATERAL (SELECT CASE
			WHEN @postgis@.ST_IsValidReason(a.geom) = 'Valid Geometry' AND @postgis@.ST_IsValidReason(b.geom) = 'Valid Geometry'
			THEN @postgis@.ST_Area(@postgis@.ST_Intersection(a.geom, b.geom)) END AS extent) AS o
		WHERE o.extent > 0.01$sql$),
	('error', 'invalid_geometry', 'Redraw it, or mend it with ST_MakeValid.', $sql$
		SELECT 'area_boundary', format('area=%s valid_from=%s', b.area, b.valid_from), b.area,
			CASE WHEN @postgis@.ST_IsEmpty(b.geom) THEN 'boundary is empty' ELSE @postgis@.ST_IsValidReason(b.geom) END
		FROM @register@.area_boundary AS b
		WHERE @postgis@.ST_IsEmpty(b.geom) OR @postgis@.ST_IsValidReason(b.geom) <> 'Valid Geometry'
		UNION ALL
		SELECT 'area_parcel', format('id=%s', p.id), p.area,
			CASE WHEN @postgis@.ST_IsEmpty(p.geom) THEN 'parcel is empty' ELSE @postgis@.ST_IsValidReason(p.geom) END
		FROM @register@.area_parcel AS p
		WHERE @postgis@.ST_IsEmpty(p.geom) OR @postgis@.ST_IsValidReason(p.geom) <> 'Valid Geometry'
		UNION ALL
		SELECT 'address', format('id=%s', a.id), NULL, CASE WHEN @postgis@.ST_IsEmpty(a.geom) THEN 'point is empty'
			ELSE 'point has a coordinate that is not finite' END
		FROM @register@.address AS a
		WHERE @postgis@.ST_IsEmpty(a.geom) OR @postgis@.ST_X(a.geom) IN ('NaN', 'infinity', '-infinity')
			OR @postgis@.ST_Y(a.geom) IN ('NaN', 'infinity', '-infinity')$sql$),
	('error', 'wrong_srid', 'Transform it with ST_Transform to settings.srid.', $sql$
		SELECT g.table_name, g.row_key, g.area, format('geometry has SRID %s but the register has %s', g.srid, t.srid)
		FROM (SELECT 'area_boundary', format('area=%s valid_from=%s', area, valid_from), area, @postgis@.ST_SRID(geom)
			FROM @register@.area_boundary
			UNION ALL SELECT 'area_parcel', format('id=%s', id), area, @postgis@.ST_SRID(geom) FROM @register@.area_parcel
			UNION ALL SELECT 'address', format('id=%s', id), NULL, @postgis@.ST_SRID(geom) FROM @register@.address
		) AS g(table_name, row_key, area, srid) JOIN @register@.settings AS t ON t.srid <> g.srid$sql$),
	('error', 'coordinates_in_degrees', 'Load it again with its true SRID (4326) and ST_Transform.', $sql$
		SELECT g.table_name, g.row_key, g.area, format('coordinates %s %s look like degrees, but SRID %s is not',
			@postgis@.ST_X(g.point), @postgis@.ST_Y(g.point), t.srid)
		FROM (SELECT 'area_boundary', format('area=%s valid_from=%s', area, valid_from), area, @postgis@.ST_PointN(@postgis@.ST_Boundary(@postgis@.ST_Envelope(geom)), 1)
			FROM @register@.area_boundary
			UNION ALL SELECT 'address', format('id=%s', id), NULL, geom FROM @register@.address WHERE NOT @postgis@.ST_IsEmpty(geom)
		) AS g(table_name, row_key, area, point)
		CROSS JOIN @register@.settings AS t
		JOIN @postgis@.spatial_ref_sys AS s ON s.srid = t.srid AND s.proj4text !~ '\+proj=longlat'
		WHERE @postgis@.ST_X(g.point) BETWEEN -180 AND 180 AND @postgis@.ST_Y(g.point) BETWEEN -90 AND 90
			AND s.proj4text ~ '\+proj=utm'$sql$),
	('warning', 'gap', 'Move the boundaries together, or take the layer out of settings.covering_layers.', $sql$
		WITH ground AS (
			SELECT a.layer, @postgis@.ST_Union(b.geom) AS geom, t.gap_width
			FROM @register@.area_boundary AS b
			JOIN @register@.area AS a ON a.id = b.area
			JOIN @register@.settings AS t ON a.layer = ANY (t.covering_layers)
			WHERE b.valid_from <= CURRENT_DATE AND CURRENT_DATE < b.valid_to
				AND @postgis@.ST_IsValidReason(b.geom) = 'Valid Geometry'
			GROUP BY a.layer, t.gap_width
		), filled AS (
			SELECT layer, geom, @postgis@.ST_Union(
				@postgis@.ST_Buffer(@postgis@.ST_Buffer(geom, gap_width / 2, 'join=mitre'), -gap_width / 2, 'join=mitre'),
				(SELECT @postgis@.ST_Collect(@postgis@.ST_MakePolygon(@postgis@.ST_ExteriorRing(d.geom)))
					FROM @postgis@.ST_Dump(g.geom) AS d)) AS whole
			FROM (SELECT layer, @postgis@.ST_Multi(geom) AS geom, gap_width FROM ground) AS g
		)
		SELECT 'area_boundary', format('layer=%s', f.layer), NULL::bigint,
			format('gap of %s square units in layer %s at %s', round(@postgis@.ST_Area(h.geom)::numeric, 2), f.layer,
				@postgis@.ST_AsText(@postgis@.ST_PointOnSurface(h.geom), 1))
		FROM filled AS f CROSS JOIN LATERAL @postgis@.ST_Dump(@postgis@.ST_Difference(f.whole, f.geom)) AS h
		WHERE @postgis@.ST_Area(h.geom) > 0.01$sql$),
	('warning', 'area_without_boundary', 'Give it a row in area_boundary, or take the layer out of settings.covering_layers.', $sql$
		SELECT 'area', format('id=%s', a.id), a.id, format('area %s (%s) of covering layer %s has no boundary', a.id, a.name, a.layer)
		FROM @register@.area AS a JOIN @register@.settings AS t ON a.layer = ANY (t.covering_layers)
		WHERE NOT EXISTS (SELECT FROM @register@.area_boundary AS b WHERE b.area = a.id)$sql$),
	('warning', 'area_without_extent', 'Give it a boundary, parcels or departments; without, nobody is placed in it.', $sql$
		SELECT 'area', format('id=%s', a.id), a.id, format('area %s (%s) has neither boundary nor parcels nor departments', a.id, a.name)
		FROM @register@.area AS a JOIN @register@.settings AS t ON NOT a.layer = ANY (t.covering_layers)
		WHERE NOT EXISTS (SELECT FROM @register@.area_boundary AS b WHERE b.area = a.id)
			AND NOT EXISTS (SELECT FROM @register@.area_parcel AS p WHERE p.area = a.id)
			AND NOT EXISTS (SELECT FROM @register@.area_department AS d WHERE d.area = a.id)
			AND NOT EXISTS (SELECT FROM @register@.list_entry AS l WHERE l.area = a.id)
			AND NOT EXISTS (SELECT FROM @register@.profile_delivery AS l WHERE l.area = a.id)$sql$),
	('warning', 'address_in_no_area', 'Move the point, give the address its parcel, or close the gap.', $sql$
		WITH placed AS MATERIALIZED (SELECT p.layer, p.address FROM monitor.placements(@name@, CURRENT_DATE) AS p)
		SELECT 'address', format('id=%s', a.id), NULL::bigint, format('address %s (%s) lies in no area of covering layer %s',
			a.id, concat_ws(' ', a.street, a.house_number), l.layer)
		FROM @register@.address AS a
		CROSS JOIN (SELECT DISTINCT r.layer FROM @register@.area AS r JOIN @register@.settings AS t ON r.layer = ANY (t.covering_layers)) AS l
		LEFT JOIN placed AS p ON p.address = a.id AND p.layer = l.layer
		WHERE p.address IS NULL AND a.valid_from <= CURRENT_DATE AND CURRENT_DATE < a.valid_to$sql$),
	('warning', 'address_without_place', 'Give it a point, a parcel or a department.', $sql$
		SELECT 'address', format('id=%s', a.id), NULL::bigint, format('address %s (%s) has neither point nor parcel nor department',
			a.id, concat_ws(' ', a.street, a.house_number))
		FROM @register@.address AS a WHERE a.geom IS NULL AND a.parcel_number IS NULL AND a.department IS NULL$sql$),
	('note', 'area_without_address', 'Check its boundary, parcels and departments.', $sql$
		WITH placed AS MATERIALIZED (SELECT DISTINCT p.area FROM monitor.placements(@name@, CURRENT_DATE) AS p)
		SELECT 'area', format('id=%s', a.id), a.id, format('no address lies in area %s (%s)', a.id, a.name)
		FROM @register@.area AS a
		JOIN @register@.settings AS t ON a.layer = t.housing_layer OR a.layer = ANY (t.covering_layers)
		WHERE EXISTS (SELECT FROM @register@.address) AND a.id NOT IN (SELECT p.area FROM placed AS p)
			AND (EXISTS (SELECT FROM @register@.area_boundary AS b WHERE b.area = a.id AND CURRENT_DATE < b.valid_to)
				OR EXISTS (SELECT FROM @register@.area_parcel AS b WHERE b.area = a.id AND CURRENT_DATE < b.valid_to)
				OR EXISTS (SELECT FROM @register@.area_department AS b WHERE b.area = a.id AND CURRENT_DATE < b.valid_to))$sql$),
	('note', 'department_without_area', 'Give it a row in area_department if it belongs to an area.', $sql$
		SELECT 'department', format('id=%s', d.id), NULL::bigint, format('department %s (%s) is in no area', d.id, d.name)
		FROM @register@.department AS d
		WHERE NOT EXISTS (SELECT FROM @register@.area_department AS a WHERE a.department = d.id)$sql$),
	('note', 'address_without_resident', 'Nothing, if it is empty or not a dwelling (dwelling_kind commercial).', $sql$
		SELECT 'address', format('id=%s', a.id), NULL::bigint, format('nobody ever lived at address %s (%s)', a.id, concat_ws(' ', a.street, a.house_number))
		FROM @register@.address AS a
		WHERE a.dwelling_kind IS DISTINCT FROM 'commercial' AND EXISTS (SELECT FROM @register@.resident)
			AND NOT EXISTS (SELECT FROM @register@.resident AS r WHERE r.address = a.id)$sql$),
	('error', 'parcel_in_two_areas', 'End the validity of one of the rows. Addresses on it go to the smaller id.', $sql$
		SELECT 'area_parcel', format('id=%s and id=%s', p.id, q.id), p.area,
			format('parcel %s %s is in areas %s and %s of layer %s at once', p.cadastral_district, p.parcel_number, p.area, q.area, a.layer)
		FROM @register@.area_parcel AS p
		JOIN @register@.area_parcel AS q USING (cadastral_district, parcel_number)
		JOIN @register@.area AS a ON a.id = p.area
		JOIN @register@.area AS b ON b.id = q.area AND b.layer = a.layer
		WHERE p.id < q.id AND p.area <> q.area AND p.valid_from < q.valid_to AND q.valid_from < p.valid_to$sql$),
	('warning', 'vanished_parcel', 'Add the parcel that took its place, or end the area''s boundary too.', $sql$
		SELECT 'area_parcel', format('id=%s', p.id), p.area, format('parcel %s %s ended on %s and nothing follows it',
			p.cadastral_district, p.parcel_number, p.valid_to)
		FROM @register@.area_parcel AS p
		WHERE p.valid_to <= CURRENT_DATE AND NOT EXISTS (
			SELECT FROM @register@.area_parcel AS q
			WHERE q.id <> p.id AND q.valid_from <= p.valid_to AND q.valid_to > p.valid_to
				AND ((q.cadastral_district, q.parcel_number) = (p.cadastral_district, p.parcel_number)
					OR (q.valid_from = p.valid_to AND (q.area = p.area OR q.department = p.department))))$sql$),
	('error', 'lineage_circle', 'Remove one of the rows of area_lineage.', $sql$
		WITH RECURSIVE follows AS (
			SELECT l.predecessor, l.successor FROM @register@.area_lineage AS l
			UNION
			SELECT f.predecessor, l.successor FROM follows AS f JOIN @register@.area_lineage AS l ON l.predecessor = f.successor
		)
		SELECT 'area_lineage', format('predecessor=%s', f.predecessor), f.predecessor, format('area %s follows itself', f.predecessor)
		FROM follows AS f WHERE f.predecessor = f.successor$sql$)
	) AS checks;
END;
COMMENT ON FUNCTION checks_of_places() IS
'The checks of places and geometry, as rows. Used by check_register, not for users.';

CREATE FUNCTION checks_of_people()
RETURNS TABLE (severity text, name text, hint text, sensitive boolean, statement text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 15
BEGIN ATOMIC
	SELECT column1, column2, column3, column4, column5 FROM (VALUES
	('note', 'waiting_rows', 'CALL monitor.add_missing_years; refresh does it too.', false, $sql$
		SELECT 'resident_other', format('data_year=%s', r.data_year), NULL::bigint,
			format('rows of data year %s that wait for a partition: %s', r.data_year, count(*))
		FROM @register@.resident_other AS r GROUP BY r.data_year$sql$),
	('warning', 'resident_without_address', 'Give them their address; they are in no area.', false, $sql$
		SELECT 'resident', format('data_year=%s', r.data_year), NULL::bigint,
			format('residents of data year %s without address: %s', r.data_year, count(*))
		FROM @register@.resident AS r WHERE r.address IS NULL GROUP BY r.data_year$sql$),
	('error', 'resident_at_closed_address', 'Correct the address''s validity or the resident''s address.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s lives on 1 January %s at address %s, which was there from %s until %s', r.person, r.data_year, a.id, a.valid_from, a.valid_to)
		FROM @register@.resident AS r JOIN @register@.address AS a ON a.id = r.address
		WHERE a.valid_from > make_date(r.data_year, 1, 1) OR a.valid_to <= make_date(r.data_year, 1, 1)$sql$),
	('error', 'labour_of_child', 'outside_labour is for residents aged 18-64; leave it NULL or 0.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s is %s years old and has outside_labour %s', r.person, r.age, r.outside_labour)
		FROM @register@.resident AS r WHERE r.age < 18 AND r.outside_labour > 0$sql$),
	('error', 'education_of_child', 'education is for residents who can have left basic school; leave it NULL or 0.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s is %s years old and has education %s', r.person, r.age, r.education)
		FROM @register@.resident AS r WHERE r.age < 13 AND r.education > 0$sql$),
	('error', 'conviction_of_child', 'Nobody under 15 can be convicted.', true, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s is %s years old and convicted', r.person, r.age)
		FROM @register@.resident AS r WHERE r.age < 15 AND r.convicted$sql$),
	('warning', 'large_household', 'Check the household''s number.', false, $sql$
		SELECT 'resident', format('household=%s data_year=%s', r.household, r.data_year), NULL::bigint,
			format('household %s has %s persons in %s', r.household, count(*), r.data_year)
		FROM @register@.resident AS r WHERE r.household IS NOT NULL GROUP BY r.household, r.data_year HAVING count(*) > 30$sql$),
	('warning', 'household_at_two_addresses', 'Check the household''s number or its members'' addresses.', false, $sql$
		SELECT 'resident', format('household=%s data_year=%s', r.household, r.data_year), NULL::bigint,
			format('household %s lives at addresses %s and %s in %s', r.household, min(r.address), max(r.address), r.data_year)
		FROM @register@.resident AS r WHERE r.household IS NOT NULL
		GROUP BY r.household, r.data_year HAVING min(r.address) < max(r.address)$sql$),
	('error', 'age_jump', 'Correct one of the ages, or give the person of one of the rows another number.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s is %s years old in %s but %s in %s', r.person, p.age, p.data_year, r.age, r.data_year)
		FROM @register@.resident AS r
		JOIN @register@.resident AS p ON p.person = r.person AND p.data_year = r.data_year - 1
		WHERE abs(r.age - p.age - 1) > 1$sql$),
	('error', 'resident_after_death', 'Correct the move to death, or take the resident out.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s died on %s but lives in %s', r.person, m.moved_on, r.data_year)
		FROM @register@.move AS m JOIN @register@.resident AS r ON r.person = m.person AND make_date(r.data_year, 1, 1) > m.moved_on
		WHERE m.to_place = 'death'$sql$),
	('error', 'resident_before_birth', 'Correct the move from birth, or take the resident out.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s was born on %s but lives in %s', r.person, m.moved_on, r.data_year)
		FROM @register@.move AS m JOIN @register@.resident AS r ON r.person = m.person AND make_date(r.data_year, 1, 1) < m.moved_on
		WHERE m.from_place = 'birth'$sql$),
	('error', 'move_outside_life', 'Correct the dates; nobody moves before birth or after death.', false, $sql$
		SELECT 'move', format('id=%s', o.id), NULL::bigint, CASE WHEN m.to_place = 'death'
			THEN format('person %s moves on %s but died on %s', o.person, o.moved_on, m.moved_on)
			ELSE format('person %s moves on %s but was born on %s', o.person, o.moved_on, m.moved_on) END
		FROM @register@.move AS m JOIN @register@.move AS o ON o.person = m.person AND o.id <> m.id
			AND CASE WHEN m.to_place = 'death' THEN o.moved_on > m.moved_on ELSE o.moved_on < m.moved_on END
		WHERE m.to_place = 'death' OR m.from_place = 'birth'$sql$),
	('error', 'moves_do_not_join', 'A move must begin where the one before it ended; add the one that is missing.', false, $sql$
		SELECT 'move', format('id=%s', m.id), NULL::bigint,
			format('person %s leaves %s on %s but moved to %s on %s', m.person, coalesce('address ' || m.from_address, m.from_place), m.moved_on,
				coalesce('address ' || m.last_address, m.last_place), m.last_moved_on)
		FROM (SELECT x.*, lag(x.to_address) OVER w AS last_address, lag(x.to_place) OVER w AS last_place,
				lag(x.moved_on) OVER w AS last_moved_on
			FROM @register@.move AS x WINDOW w AS (PARTITION BY x.person ORDER BY x.moved_on)) AS m
		WHERE m.last_moved_on IS NOT NULL AND m.last_place IS DISTINCT FROM 'death' AND m.from_place IS DISTINCT FROM 'birth'
			AND m.last_place IS DISTINCT FROM 'unknown' AND m.from_place IS DISTINCT FROM 'unknown'
			AND (m.last_address IS DISTINCT FROM m.from_address)$sql$),
	('error', 'resident_not_where_moves_lead', 'The person is in two places: correct the resident''s address or the moves.', false, $sql$
		SELECT 'resident', format('person=%s data_year=%s', r.person, r.data_year), NULL::bigint,
			format('person %s lives at address %s on 1 January %s but moved to %s on %s', r.person, r.address, r.data_year,
				coalesce('address ' || m.to_address, m.to_place), m.moved_on)
		FROM (SELECT x.person, x.to_address, x.to_place, x.moved_on, lead(x.moved_on) OVER (PARTITION BY x.person ORDER BY x.moved_on) AS next_on
			FROM @register@.move AS x) AS m
		JOIN @register@.resident AS r ON r.person = m.person AND make_date(r.data_year, 1, 1) > m.moved_on
			AND (m.next_on IS NULL OR make_date(r.data_year, 1, 1) < m.next_on)
		WHERE r.address <> m.to_address OR (m.to_address IS NULL AND m.to_place NOT IN ('unknown', 'death'))$sql$)
	) AS checks;
END;
COMMENT ON FUNCTION checks_of_people() IS
'The checks of residents and moves, as rows; sensitive: needs the sensitive columns. Used by check_register, not for users.';

CREATE FUNCTION checks_of_lists()
RETURNS TABLE (severity text, name text, hint text, sensitive boolean, statement text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 15
BEGIN ATOMIC
	SELECT column1, column2, column3, false, column4 FROM (VALUES
	('warning', 'unmatched_name', 'Add the spelling to area_alias, then CALL monitor.match_list_names.', $sql$
		SELECT 'unmatched_entry', format('list_year=%s status=%s printed_name=%s', u.list_year, u.status, u.printed_name), NULL::bigint,
			format('"%s" on the list of %s (%s): %s', u.printed_name, u.list_year, u.status, u.reason)
		FROM @register@.unmatched_entry AS u$sql$),
	('warning', 'unknown_alias', 'Add the spelling to area_alias, or correct the area of the entry.', $sql$
		SELECT 'list_entry', format('list_year=%s status=%s area=%s', l.list_year, l.status, l.area), l.area,
			format('"%s" on the list of %s is neither name nor alias of area %s (%s)', l.printed_name, l.list_year, a.id, a.name)
		FROM @register@.list_entry AS l JOIN @register@.area AS a ON a.id = l.area
		WHERE monitor.plain_name(l.printed_name, a.municipality) <> monitor.plain_name(a.name, a.municipality)
			AND NOT EXISTS (SELECT FROM @register@.area_alias AS s WHERE s.area = a.id
				AND monitor.plain_name(s.alias, a.municipality) = monitor.plain_name(l.printed_name, a.municipality))$sql$),
	('error', 'alias_of_another_area', 'Remove the alias, or rename one of the areas.', $sql$
		SELECT 'area_alias', format('layer=%s municipality=%s alias=%s', s.layer, s.municipality, s.alias), s.area,
			format('alias "%s" of area %s is the name of area %s', s.alias, s.area, a.id)
		FROM @register@.area_alias AS s JOIN @register@.area AS a
			ON (a.layer, a.municipality, a.name) = (s.layer, s.municipality, s.alias) AND a.id <> s.area$sql$),
	('error', 'alias_in_another_place', 'Correct layer or municipality of the alias.', $sql$
		SELECT 'area_alias', format('layer=%s municipality=%s alias=%s', s.layer, s.municipality, s.alias), s.area,
			format('alias "%s" is of layer %s in %s, but area %s is of layer %s in %s', s.alias, s.layer, s.municipality, a.id, a.layer, a.municipality)
		FROM @register@.area_alias AS s JOIN @register@.area AS a ON a.id = s.area
		WHERE s.layer <> a.layer OR monitor.plain_name(s.municipality) <> monitor.plain_name(a.municipality)$sql$),
	('error', 'unknown_rule_set', 'Give the name of a built-in set or of one of the register''s own; refresh does not use the row.', $sql$
		SELECT d.table_name, d.row_key, d.area, format('there is no rule set "%s"', d.rule_set)
		FROM (SELECT 'criterion_delivery', format('id=%s', id), area, rule_set FROM @register@.criterion_delivery
			UNION ALL SELECT 'official_value', format('list_year=%s rule_set=%s criterion=%s area=%s', list_year, rule_set, criterion, area),
				area, rule_set FROM @register@.official_value) AS d(table_name, row_key, area, rule_set)
		WHERE d.rule_set NOT IN (SELECT s.rule_set FROM @rule_sets@ AS s)$sql$),
	('error', 'unknown_criterion', 'Give the name of a criterion of that rule set; refresh does not use the row.', $sql$
		SELECT d.table_name, d.row_key, d.area, format('rule set "%s" has no criterion "%s"', d.rule_set, d.criterion)
		FROM (SELECT 'criterion_delivery', format('id=%s', id), area, rule_set, criterion FROM @register@.criterion_delivery
			UNION ALL SELECT 'official_value', format('list_year=%s rule_set=%s criterion=%s area=%s', list_year, rule_set, criterion, area),
				area, rule_set, criterion FROM @register@.official_value) AS d(table_name, row_key, area, rule_set, criterion)
		WHERE d.rule_set IN (SELECT s.rule_set FROM @rule_sets@ AS s)
			AND (d.rule_set, d.criterion) NOT IN (SELECT r.rule_set, r.criterion FROM @rules@ AS r)$sql$),
	('warning', 'unknown_status', 'Give the status as table status_rule spells it for the edition of that year.', $sql$
		SELECT 'published_list', format('list_year=%s status=%s', p.list_year, p.status), NULL::bigint,
			format('the law had no status "%s" in %s', p.status, p.list_year)
		FROM @register@.published_list AS p
		WHERE (monitor.rule_set_of(p.list_year), p.status) NOT IN (SELECT s.rule_set, s.status FROM @status_rules@ AS s)
			OR monitor.rule_set_of(p.list_year) IS NULL$sql$),
	('warning', 'list_incomplete', 'Load the names that are missing, or set complete to false.', $sql$
		SELECT 'published_list', format('list_year=%s status=%s', p.list_year, p.status), NULL::bigint,
			format('the list of %s (%s) is said to have %s areas but %s are entered', p.list_year, p.status, p.areas, count(e.area))
		FROM @register@.published_list AS p LEFT JOIN @register@.list_entry AS e USING (list_year, status)
		WHERE p.complete GROUP BY p.list_year, p.status, p.areas HAVING p.areas <> count(e.area)$sql$),
	('note', 'figures_without_list', 'Load that list, if it was published; lists in a row are counted from the criteria where it is not.', $sql$
		SELECT 'official_value', format('list_year=%s', o.list_year), NULL::bigint,
			format('printed figures of the list of %s, which is not in published_list: %s', o.list_year, count(*))
		FROM @register@.official_value AS o
		WHERE NOT EXISTS (SELECT FROM @register@.published_list AS p WHERE p.list_year = o.list_year)
		GROUP BY o.list_year$sql$),
	('warning', 'list_year_to_come', 'Check the list year; it lies after this year.', $sql$
		SELECT d.table_name, format('list_year=%s', d.list_year), NULL::bigint, format('list year %s is still to come', d.list_year)
		FROM (SELECT 'published_list', list_year FROM @register@.published_list
			UNION SELECT 'official_value', list_year FROM @register@.official_value
			UNION SELECT 'criterion_delivery', list_year FROM @register@.criterion_delivery) AS d(table_name, list_year)
		WHERE d.list_year > extract(year FROM CURRENT_DATE)$sql$),
	('warning', 'delivery_conflicts_with_persons', 'Compare the delivery with the person rows; refresh used the delivery alone.', $sql$
		SELECT 'profile_delivery', format('area=%s data_year=%s vintage=%s', c.area, c.data_year, c.vintage), c.area,
			format('the delivery for area %s in %s cannot be joined with its person rows: a part is larger than its whole', c.area, c.data_year)
		FROM @register@.computed_profile AS c
		WHERE c.source = 'delivery' AND EXISTS (SELECT FROM @register@.address_area AS aa
			JOIN @register@.resident AS r ON r.address = aa.address AND r.data_year = c.data_year
			WHERE aa.area = c.area AND c.data_year BETWEEN aa.first_data_year AND aa.last_data_year)$sql$),
	('note', 'benchmark_missing', 'Load it into benchmark, or the printed limit into criterion_delivery.', $sql$
		SELECT 'benchmark', format('scope=%s data_year=%s', r.scope, y.data_year), NULL::bigint,
			format('no %s counts for %s, which criteria of the lists of %s refer to', r.scope, y.data_year,
				string_agg(DISTINCT e.list_year::text, ', '))
		FROM @register@.computed_edition AS e
		JOIN (SELECT rule_set, data_offsets, (rule).threshold_kind AS scope FROM @rules@ AS x) AS r USING (rule_set)
		CROSS JOIN LATERAL (SELECT e.list_year + o AS data_year FROM unnest(r.data_offsets) AS o) AS y
		WHERE e.has_figures AND r.scope IN ('national', 'regional') AND NOT EXISTS (SELECT FROM @register@.benchmark AS b
			WHERE b.scope = r.scope AND b.data_year = y.data_year)
		GROUP BY r.scope, y.data_year$sql$),
	('error', 'rule_set_name_taken', 'Rename it; refresh refuses to run.', $sql$
		SELECT 'rule_set', format('rule_set=%s', o.rule_set), NULL::bigint, format('a built-in rule set is called "%s" too', o.rule_set)
		FROM @register@.rule_set AS o JOIN monitor.rule_set AS b USING (rule_set)$sql$),
	('error', 'rule_set_incomplete', 'Add the criterion to table rule, or take it out of the status rule.', $sql$
		SELECT 'status_rule', format('rule_set=%s status=%s', s.rule_set, s.status), NULL::bigint,
			format('status "%s" needs criterion "%s", which rule set "%s" has not', s.status, c.criterion, s.rule_set)
		FROM @register@.status_rule AS s CROSS JOIN LATERAL unnest(s.required || s.criteria) AS c(criterion)
		WHERE NOT EXISTS (SELECT FROM @register@.rule AS r WHERE (r.rule_set, r.criterion) = (s.rule_set, c.criterion))$sql$)
	) AS checks;
END;
COMMENT ON FUNCTION checks_of_lists() IS
'The checks of deliveries, lists and rules, as rows. Used by check_register, not for users.';
