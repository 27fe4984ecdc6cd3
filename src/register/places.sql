-- Placing addresses in areas: by parcel, else by point in polygon, else by department.

CREATE FUNCTION placements(register name, on_date date)
RETURNS TABLE (layer text, address bigint, area bigint, placed_by text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	ground text;
	polygons monitor.area_index;
BEGIN
	FOR ground IN EXECUTE monitor.register_sql(register, 'SELECT DISTINCT layer FROM @register@.area ORDER BY layer') LOOP
		EXECUTE monitor.register_sql(register, $sql$
			SELECT monitor.area_index(b.area, b.geom)
			FROM @register@.area_boundary AS b JOIN @register@.area AS a ON a.id = b.area
			WHERE a.layer = $1 AND b.valid_from <= $2 AND $2 < b.valid_to$sql$)
			INTO polygons USING ground, on_date;
		RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
			WITH department_area AS (
				SELECT ad.department, min(ad.area) AS area
				FROM @register@.area_department AS ad JOIN @register@.area AS a ON a.id = ad.area
				WHERE a.layer = $1 AND ad.valid_from <= $2 AND $2 < ad.valid_to
				GROUP BY ad.department
			), parcel_area AS (
				SELECT p.cadastral_district, p.parcel_number, min(coalesce(a.id, da.area)) AS area
				FROM @register@.area_parcel AS p
				LEFT JOIN @register@.area AS a ON a.id = p.area AND a.layer = $1
				LEFT JOIN department_area AS da ON da.department = p.department
				WHERE p.valid_from <= $2 AND $2 < p.valid_to
				GROUP BY p.cadastral_district, p.parcel_number
			)
			SELECT $1, ad.id, coalesce(p.area, point.area, d.area),
				CASE WHEN p.area IS NOT NULL THEN 'parcel' WHEN point.area IS NOT NULL THEN 'point' ELSE 'department' END
			FROM @register@.address AS ad
			LEFT JOIN parcel_area AS p USING (cadastral_district, parcel_number)
			LEFT JOIN department_area AS d ON d.department = ad.department
			CROSS JOIN LATERAL (SELECT CASE WHEN p.area IS NULL THEN monitor.locate($3, ad.geom) END AS area OFFSET 0) AS point
			WHERE coalesce(p.area, point.area, d.area) IS NOT NULL$sql$)
			USING ground, on_date, polygons;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION placements(name, date) IS
'The area of each layer that each address of a register lies in on a date: by parcel first (the area''s own or through a department), then by point in polygon, then through the address''s department; the smallest id where there are several. An address in no area of a layer has no row. Used by refresh and check_register.';

CREATE FUNCTION place_periods(register name)
RETURNS TABLE (first_data_year integer, last_data_year integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH change AS (
			SELECT unnest(ARRAY[valid_from, valid_to]) AS changed_on FROM @register@.area_boundary
			UNION SELECT unnest(ARRAY[valid_from, valid_to]) FROM @register@.area_parcel
			UNION SELECT unnest(ARRAY[valid_from, valid_to]) FROM @register@.area_department
		), year AS (
			SELECT DISTINCT data_year FROM @register@.resident
		), state AS (
			SELECT y.data_year, (SELECT count(*) FROM change AS c WHERE c.changed_on <= make_date(y.data_year, 1, 1)) AS changes
			FROM year AS y
		)
		SELECT min(data_year), max(data_year) FROM state GROUP BY changes ORDER BY 1$sql$);
END
$function$;
COMMENT ON FUNCTION place_periods(name) IS
'The data years of resident in runs within which no boundary, parcel or department changed from one 1 January to the next, so that addresses need placing once a run. Used by refresh, not for users.';

CREATE PROCEDURE refresh_places(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	period record;
BEGIN
	CALL monitor.register_step(register, 'clear places', 'DELETE FROM @register@.address_area');
	FOR period IN SELECT * FROM monitor.place_periods(register) LOOP
		CALL monitor.register_step(register, format('place addresses %s-%s', period.first_data_year, period.last_data_year), $sql$
			INSERT INTO @register@.address_area (layer, address, area, placed_by, first_data_year, last_data_year)
			SELECT p.layer, p.address, p.area, p.placed_by, @first@, @last@
			FROM monitor.placements(@name@, make_date(@first@, 1, 1)) AS p$sql$,
			jsonb_build_object('first', period.first_data_year, 'last', period.last_data_year));
	END LOOP;
	EXECUTE monitor.register_sql(register, 'ANALYZE @register@.address_area');
END
$procedure$;
COMMENT ON PROCEDURE refresh_places(name) IS
'Step of refresh: places every address in an area of every layer. Not for users.';
