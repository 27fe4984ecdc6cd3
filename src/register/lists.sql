-- Published lists: names as printed, matched to areas.

CREATE FUNCTION plain_name(name text, municipality text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	plain text := lower(translate(name, 'ÆØÅÄÖÜÉ' || chr(160), 'æøåäöüé '));
BEGIN
	plain := replace(replace(plain, 'aa', 'å'), '-', ' ');
	plain := btrim(regexp_replace(plain, '\s+', ' ', 'g'));
	IF municipality IS NOT NULL THEN
		plain := regexp_replace(plain, '(, ?| ?\()' || regexp_replace(monitor.plain_name(municipality), '([^a-zæøå0-9 ])', '\\\1', 'g')
			|| '( kommune)?\)?$', '');
	END IF;
	plain := regexp_replace(plain, ' kommune$', '');
	plain := regexp_replace(plain, ',? ?\m(m\. ?v\.?|mv\.?|m\. ?fl\.?|mfl\.?)$', '');
	plain := regexp_replace(plain, ' ?(kvarteret|området)$', '');
	plain := regexp_replace(plain, '\mgl\.? ', 'gamle ', 'g');
	RETURN (SELECT string_agg(btrim(part), '/' ORDER BY btrim(part) COLLATE "C")
		FROM regexp_split_to_table(plain, '/| og | & ') AS part WHERE btrim(part) <> '');
END
$function$;
COMMENT ON FUNCTION plain_name(text, text) IS
'An area''s or municipality''s name without what differs between spellings, for matching names of lists: lower case, aa as å, hyphens and runs of blanks as one blank; without a trailing "mv", "m.fl.", "-kvarteret", "-området", "kommune" or ", <municipality>"; "gl." as "gamle"; parts around "/", "og" and "&" in alphabetical order. NULL for NULL, and where nothing is left.';

CREATE PROCEDURE load_list(register name, list_year integer, status text, list_date date, complete boolean,
	municipality text[], printed_name text[], make_areas boolean DEFAULT false, source bigint DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	PERFORM monitor.register_is_mine(register);
	IF list_year IS NULL OR status IS NULL OR complete IS NULL OR municipality IS NULL OR printed_name IS NULL THEN
		RAISE EXCEPTION 'list_year, status, complete, municipality and printed_name must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF cardinality(municipality) <> cardinality(printed_name) THEN
		RAISE EXCEPTION 'municipality has % elements but printed_name has %', cardinality(municipality), cardinality(printed_name)
			USING ERRCODE = 'array_subscript_error', HINT = 'Give one municipality a name; NULL where it is not printed.';
	END IF;
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.published_list (list_year, status, list_date, complete, source) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (list_year, status) DO UPDATE
		SET list_date = excluded.list_date, complete = excluded.complete, source = excluded.source$sql$)
		USING list_year, status, list_date, complete, source;
	EXECUTE monitor.register_sql(register, 'DELETE FROM @register@.list_entry AS l WHERE (l.list_year, l.status) = ($1, $2)')
		USING list_year, status;
	EXECUTE monitor.register_sql(register, 'DELETE FROM @register@.unmatched_entry AS l WHERE (l.list_year, l.status) = ($1, $2)')
		USING list_year, status;
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.unmatched_entry (list_year, status, municipality, printed_name, reason, source)
		SELECT DISTINCT $1, $2, coalesce(n.municipality, ''), n.printed_name, 'not matched yet', $5
		FROM unnest($3, $4) AS n(municipality, printed_name) WHERE n.printed_name <> ''$sql$)
		USING list_year, status, municipality, printed_name, source;
	IF make_areas THEN
		CALL monitor.make_listed_areas(register);
	END IF;
	CALL monitor.match_list_names(register);
END
$procedure$;
COMMENT ON PROCEDURE load_list(name, integer, text, date, boolean, text[], text[], boolean, bigint) IS
'Loads one published list, in place of what was loaded for that list year and status: a municipality (NULL: any) and a printed name an area. complete says whether an area that is not on it was not listed. Names are matched by match_list_names; those that are not stay in unmatched_entry, with a WARNING. make_areas => true makes areas of the housing layer for names that fit none. NULL: 22004; arrays of different length: 2202E; not the owner: 42501.';

CREATE FUNCTION list_name_candidates(register name)
RETURNS TABLE (list_year integer, status text, municipality text, printed_name text, area bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH spelling AS (
			SELECT a.id, a.municipality, a.name, 1 AS grade FROM @register@.area AS a
			JOIN @register@.settings AS t ON t.housing_layer = a.layer
			UNION ALL
			SELECT l.area, l.municipality, l.alias, 2 FROM @register@.area_alias AS l
			JOIN @register@.settings AS t ON t.housing_layer = l.layer
		), plain AS (
			SELECT id, monitor.plain_name(municipality) AS place, name, monitor.plain_name(name, municipality) AS plain, grade
			FROM spelling
		), candidate AS (
			SELECT u.list_year, u.status, u.municipality, u.printed_name, p.id,
				CASE WHEN p.name = u.printed_name THEN p.grade ELSE 3 END AS grade
			FROM @register@.unmatched_entry AS u
			JOIN plain AS p ON (p.name = u.printed_name OR p.plain = monitor.plain_name(u.printed_name, nullif(u.municipality, '')))
				AND (u.municipality = '' OR p.place = monitor.plain_name(u.municipality))
		), best AS (
			SELECT c.*, min(c.grade) OVER (PARTITION BY c.list_year, c.status, c.municipality, c.printed_name) AS least
			FROM candidate AS c
		)
		SELECT DISTINCT b.list_year, b.status, b.municipality, b.printed_name, b.id FROM best AS b WHERE b.grade = b.least$sql$);
END
$function$;
COMMENT ON FUNCTION list_name_candidates(name) IS
'Areas that each name in unmatched_entry fits best: by the area''s name, else by an alias, else by plain_name of either, within the municipality. Used by match_list_names, not for users.';

CREATE PROCEDURE make_listed_areas(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.advance_area_ids(register);
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.area (name, layer, municipality)
		SELECT DISTINCT ON (monitor.plain_name(u.municipality), monitor.plain_name(u.printed_name, u.municipality))
			u.printed_name, t.housing_layer, u.municipality
		FROM @register@.unmatched_entry AS u CROSS JOIN @register@.settings AS t
		WHERE u.municipality <> '' AND NOT EXISTS (SELECT FROM monitor.list_name_candidates(@name@) AS c
			WHERE (c.list_year, c.status, c.municipality, c.printed_name) = (u.list_year, u.status, u.municipality, u.printed_name))
		ORDER BY monitor.plain_name(u.municipality), monitor.plain_name(u.printed_name, u.municipality), u.list_year, u.printed_name$sql$);
END
$procedure$;
COMMENT ON PROCEDURE make_listed_areas(name) IS
'Makes an area for each name in unmatched_entry that fits none. Used by load_list, not for users.';

CREATE PROCEDURE match_list_names(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	unmatched bigint;
	example text;
BEGIN
	PERFORM monitor.register_is_mine(register);
	EXECUTE monitor.register_sql(register, $sql$
		WITH candidate AS MATERIALIZED (
			SELECT * FROM monitor.list_name_candidates(@name@)
		), single AS (
			SELECT list_year, status, municipality, printed_name, min(area) AS area
			FROM candidate GROUP BY list_year, status, municipality, printed_name HAVING count(*) = 1
		), one_an_area AS (
			SELECT DISTINCT ON (list_year, status, area) * FROM single ORDER BY list_year, status, area, printed_name
		), entered AS (
			INSERT INTO @register@.list_entry (list_year, status, area, printed_name, source)
			SELECT o.list_year, o.status, o.area, o.printed_name, u.source
			FROM one_an_area AS o JOIN @register@.unmatched_entry AS u USING (list_year, status, municipality, printed_name)
			ON CONFLICT DO NOTHING
			RETURNING list_year, status, area
		), matched AS (
			DELETE FROM @register@.unmatched_entry AS u
			USING one_an_area AS o JOIN entered AS e USING (list_year, status, area)
			WHERE (u.list_year, u.status, u.municipality, u.printed_name) = (o.list_year, o.status, o.municipality, o.printed_name)
			RETURNING u.*
		)
		UPDATE @register@.unmatched_entry AS u
		SET reason = CASE
			WHEN r.areas IS NULL THEN 'no area has this name or alias'
			WHEN r.areas = 1 THEN format('area %s is on the list under another name already', r.first_area)
			ELSE format('fits %s areas: %s', r.areas, r.ids) END
		FROM @register@.unmatched_entry AS v
		LEFT JOIN (SELECT list_year, status, municipality, printed_name, count(*) AS areas, min(area) AS first_area,
				string_agg(area::text, ', ' ORDER BY area) AS ids
			FROM candidate GROUP BY list_year, status, municipality, printed_name) AS r
			USING (list_year, status, municipality, printed_name)
		WHERE (u.list_year, u.status, u.municipality, u.printed_name) = (v.list_year, v.status, v.municipality, v.printed_name)
			AND NOT EXISTS (SELECT FROM matched AS m
				WHERE (m.list_year, m.status, m.municipality, m.printed_name) = (u.list_year, u.status, u.municipality, u.printed_name))$sql$);
	EXECUTE monitor.register_sql(register, $sql$
		SELECT count(*), min(format('"%s" of %s (%s)', printed_name, list_year, reason)) FROM @register@.unmatched_entry$sql$)
		INTO unmatched, example;
	IF unmatched > 0 THEN
		RAISE WARNING 'names on published lists that match no area: %, such as %', unmatched, example
			USING HINT = format('Add the spelling to %I.area_alias, then CALL monitor.match_list_names(%L). All of them are in %I.unmatched_entry.',
				register, register, register);
	END IF;
END
$procedure$;
COMMENT ON PROCEDURE match_list_names(name) IS
'Enters the names waiting in unmatched_entry into list_entry where they fit one area: by its name, else by an alias, else by plain_name of either, within the municipality. Names that fit none, or several, stay with the reason, and a WARNING tells how many. Not the owner: 42501.';
