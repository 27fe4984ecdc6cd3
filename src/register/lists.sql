-- Published lists: when two spellings are the same name, and loading a list. The
-- same area is spelt differently from list to list, so entries hold an area's id;
-- names are compared here only, by one rule, with area_alias for what no rule can know.

CREATE FUNCTION plain_letters(name text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	plain text := name;
BEGIN
	IF getdatabaseencoding() = 'UTF8' THEN
		plain := normalize(plain, NFKC);
	END IF;
	-- Lower case by hand, so that the database's collation does not matter.
	plain := translate(lower(plain COLLATE "C"), U&'\00C6\00D8\00C5\00C4\00D6\00DC\00C9', U&'\00E6\00F8\00E5\00E4\00F6\00FC\00E9');
	plain := regexp_replace(replace(plain, 'aa', U&'\00E5'), U&'[-.\2010-\2015\00AD[:space:]]+', ' ', 'g');
	RETURN btrim(regexp_replace(regexp_replace(plain, ' *([,/]) *', '\1', 'g'), '\mgl\M', 'gammel', 'g'));
END
$function$;
COMMENT ON FUNCTION plain_letters(text) IS
'A name in the letters by which names are compared: lower case, aa as one letter with a ring, hyphens, dots and runs of blanks as one blank, none around "/" and ",", gl as gammel. NULL gives NULL. Used by area_spelling, not for users.';

CREATE FUNCTION area_spelling(name text, municipality text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	tail CONSTANT text := U&'( m ?(v|fl|m)| kvarteret| omr\00E5det| kommune)+$';
	plain text := regexp_replace(monitor.plain_letters(name), tail, '');
	place text := ',' || regexp_replace(monitor.plain_letters(municipality), tail, '');
BEGIN
	IF right(plain, length(place)) = place THEN
		plain := left(plain, -length(place));
	END IF;
	IF strpos(plain, '/') = 0 THEN
		RETURN nullif(btrim(regexp_replace(plain, tail, ''), ' ,'), '');
	END IF;
	RETURN (SELECT string_agg(p.part, '/' ORDER BY p.part COLLATE "C")
		FROM (SELECT btrim(regexp_replace(s.part, tail, ''), ' ,') AS part FROM string_to_table(plain, '/') AS s (part)) AS p
		WHERE p.part <> '');
END
$function$;
COMMENT ON FUNCTION area_spelling(text, text) IS
'The form in which names of areas and municipalities are compared: two names are the same if this is equal. Capitals do not count, nor hyphens or dots against blanks ("Hoeje-Taastrup", "Hoeje Taastrup"), aa against the letter with a ring, gl. against gammel, the order of parts around "/", a last ", <municipality>", or a last mv., m.fl., m.m., kvarteret, omraadet (spelt as in Danish) or kommune. NULL, or nothing but such signs, gives NULL. The rule was made from the lists of 2012 to 2020.';

CREATE FUNCTION match_areas(register name, layer text, municipalities text[], printed_names text[])
RETURNS TABLE (place integer, areas bigint[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH written AS (
			SELECT a.id, a.municipality, a.name FROM @register@.area AS a WHERE a.layer = $1
			UNION
			SELECT l.area, l.municipality, l.alias FROM @register@.area_alias AS l WHERE l.layer = $1
		), known AS MATERIALIZED (
			SELECT w.id, w.name, monitor.area_spelling(w.municipality) AS municipality,
				monitor.area_spelling(w.name, w.municipality) AS spelling
			FROM written AS w
		), wanted AS MATERIALIZED (
			SELECT e.place::integer, e.name, e.municipality IS NULL AS anywhere,
				monitor.area_spelling(e.municipality) AS municipality, monitor.area_spelling(e.name, e.municipality) AS spelling
			FROM unnest($2, $3) WITH ORDINALITY AS e (municipality, name, place)
		), matched AS (
			-- a name written in the very same way goes before one that is the same by rule
			SELECT w.place, k.id, k.name = w.name AS as_written, bool_or(k.name = w.name) OVER (PARTITION BY w.place) AS has_written
			FROM wanted AS w JOIN known AS k ON k.spelling = w.spelling AND (w.anywhere OR k.municipality = w.municipality)
		)
		SELECT w.place, array_agg(DISTINCT m.id ORDER BY m.id) FILTER (WHERE m.as_written OR NOT m.has_written)
		FROM wanted AS w LEFT JOIN matched AS m USING (place)
		GROUP BY w.place ORDER BY w.place$sql$)
		USING layer, municipalities, printed_names;
END
$function$;
COMMENT ON FUNCTION match_areas(name, text, text[], text[]) IS
'For each of the names (arrays of equal length) its place in the array and the areas of the layer it may mean, NULL for none. Used by resolve_area and load_list, not for users.';

CREATE FUNCTION register_housing_layer(register name) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	schema regnamespace := monitor.register_schema(register);
	layer text;
BEGIN
	EXECUTE monitor.register_sql(register, 'SELECT housing_layer FROM @register@.settings') INTO layer;
	RETURN layer;
END
$function$;
COMMENT ON FUNCTION register_housing_layer(name) IS
'The layer of a register''s housing areas, from its settings. Used by the register''s procedures, not for users.';

CREATE FUNCTION resolve_area(register name, municipality text, printed_name text, layer text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	searched text := coalesce(layer, monitor.register_housing_layer(register));
	meant bigint[];
	spelt text;
BEGIN
	PERFORM monitor.register_schema(register);
	SELECT m.areas INTO meant
	FROM monitor.match_areas(register, searched, ARRAY[municipality], ARRAY[printed_name]) AS m;
	IF cardinality(meant) > 1 THEN
		EXECUTE monitor.register_sql(register, $sql$
			SELECT string_agg(format('%s (%s, %s)', id, name, municipality), ' and ' ORDER BY id) FROM @register@.area WHERE id = ANY ($1)$sql$)
			INTO spelt USING meant;
		RAISE EXCEPTION '"%" may be any of % areas of layer "%": %', printed_name, cardinality(meant), searched, spelt
			USING ERRCODE = 'cardinality_violation',
			HINT = 'Name the municipality, or remove the alias that is wrong.';
	END IF;
	RETURN meant[1];
END
$function$;
COMMENT ON FUNCTION resolve_area(name, text, text, text) IS
'The area of a layer (NULL: the housing areas) that a printed name means, by area.name and area_alias within the municipality (NULL: in all), both compared by area_spelling; one written in the very same way goes first. NULL if there is none, or printed_name is NULL. More than one: 21000, naming them; no such register: 3F000.';

CREATE PROCEDURE load_list(register name, list_year integer, status text, entries regclass, list_date date DEFAULT NULL,
	complete boolean DEFAULT true, create_missing boolean DEFAULT false, areas integer DEFAULT NULL, source bigint DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	schema regnamespace := monitor.register_schema(register);
	housing text := monitor.register_housing_layer(register);
	municipalities text[];
	names text[];
	notes text[];
	meant bigint[];
BEGIN
	IF list_year IS NULL OR status IS NULL OR entries IS NULL OR complete IS NULL OR create_missing IS NULL THEN
		RAISE EXCEPTION 'list_year, status, entries, complete and create_missing must not be null'
			USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT r.municipalities, r.names, r.notes INTO municipalities, names, notes FROM monitor.list_rows(entries) AS r;
	IF create_missing THEN
		CALL monitor.add_listed_areas(register, housing, municipalities, names);
	END IF;
	SELECT array_agg(CASE WHEN cardinality(m.areas) = 1 THEN m.areas[1] END ORDER BY m.place) INTO meant
	FROM monitor.match_areas(register, housing, municipalities, names) AS m;
	PERFORM monitor.refuse_unmatched(register, format('%s list of %s', status, list_year), municipalities, names, meant);

	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.published_list (list_year, status, list_date, complete, areas, source)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (list_year, status) DO UPDATE SET list_date = EXCLUDED.list_date, complete = EXCLUDED.complete,
			areas = EXCLUDED.areas, source = EXCLUDED.source$sql$)
		USING list_year, status, list_date, complete, areas, source;
	EXECUTE monitor.register_sql(register, 'DELETE FROM @register@.list_entry WHERE list_year = $1 AND status = $2')
		USING list_year, status;
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.list_entry (list_year, status, area, printed_name, note, source)
		SELECT $1, $2, e.area, e.name, e.note, $3 FROM unnest($4, $5, $6) AS e (area, name, note)$sql$)
		USING list_year, status, source, meant, names, notes;
END
$procedure$;
COMMENT ON PROCEDURE load_list(name, integer, text, regclass, date, boolean, boolean, integer, bigint) IS
'Loads a published list from a table or view of yours, temporary or not, with columns municipality, printed_name and, where you like, note: the list itself into published_list, a row an area into list_entry. Names mean areas of the housing layer as in resolve_area; with create_missing => true an area is made for each name that means none. complete says whether an area that is not among the rows was not on the list, areas how many the list was said to have, source is an id of table source. A list that is there is replaced. If any name is missing, means no area or several, or two mean the same area, nothing is loaded and one error names them all: 22023. NULL where a value is needed: 22004; no column of that name: 42703; no such register: 3F000.';

CREATE FUNCTION list_rows(entries regclass, OUT municipalities text[], OUT names text[], OUT notes text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	note text := 'NULL';
	lacking text;
BEGIN
	SELECT string_agg(c.name, ' and ' ORDER BY c.name) INTO lacking
	FROM (VALUES ('municipality'), ('printed_name')) AS c (name)
	WHERE NOT EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = entries AND t.attname = c.name AND NOT t.attisdropped);
	IF lacking IS NOT NULL THEN
		RAISE EXCEPTION '% has no column %', entries, lacking USING ERRCODE = 'undefined_column',
			HINT = 'A list''s table has the columns municipality, printed_name and, where you like, note.';
	END IF;
	IF EXISTS (SELECT FROM pg_attribute AS t WHERE t.attrelid = entries AND t.attname = 'note' AND NOT t.attisdropped) THEN
		note := 'e.note::text';
	END IF;
	EXECUTE format($sql$
		SELECT coalesce(array_agg(e.m ORDER BY e.m COLLATE "C", e.p COLLATE "C"), '{}'),
			coalesce(array_agg(e.p ORDER BY e.m COLLATE "C", e.p COLLATE "C"), '{}'),
			coalesce(array_agg(e.n ORDER BY e.m COLLATE "C", e.p COLLATE "C"), '{}')
		FROM (SELECT coalesce(btrim(e.municipality::text), '') AS m, btrim(e.printed_name::text) AS p, %s AS n FROM %s AS e) AS e$sql$,
		note, entries) INTO municipalities, names, notes;
END
$function$;
COMMENT ON FUNCTION list_rows(regclass) IS
'The rows of a list''s table as arrays, ordered by municipality and name; a municipality that is NULL is given as empty. Used by load_list, not for users.';

CREATE PROCEDURE add_listed_areas(register name, layer text, municipalities text[], names text[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.catch_up_ids(register);
	-- A municipality keeps the spelling by which the register knows it.
	EXECUTE monitor.register_sql(register, $sql$
		INSERT INTO @register@.area (layer, municipality, name)
		SELECT $1, coalesce(known.municipality, wanted.municipality), wanted.name
		FROM (
			SELECT DISTINCT ON (monitor.area_spelling(e.municipality), monitor.area_spelling(e.name, e.municipality))
				e.municipality, e.name, e.place
			FROM monitor.match_areas(@name@, $1, $2, $3) AS m
			JOIN unnest($2, $3) WITH ORDINALITY AS e (municipality, name, place) USING (place)
			WHERE m.areas IS NULL AND monitor.area_spelling(e.municipality) IS NOT NULL
				AND monitor.area_spelling(e.name, e.municipality) IS NOT NULL
			ORDER BY monitor.area_spelling(e.municipality), monitor.area_spelling(e.name, e.municipality), e.place
		) AS wanted
		LEFT JOIN LATERAL (
			SELECT min(a.municipality COLLATE "C") AS municipality FROM @register@.area AS a
			WHERE monitor.area_spelling(a.municipality) = monitor.area_spelling(wanted.municipality)
		) AS known ON true
		ORDER BY wanted.place$sql$)
		USING layer, municipalities, names;
END
$procedure$;
COMMENT ON PROCEDURE add_listed_areas(name, text, text[], text[]) IS
'Makes areas for those names of a list that mean none. Used by load_list, not for users.';

CREATE FUNCTION refuse_unmatched(register name, list text, municipalities text[], names text[], meant bigint[]) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	failed bigint;
	problems text;
BEGIN
	SELECT count(*), string_agg(format('"%s", "%s": %s', p.municipality, p.name, p.problem), E'\n' ORDER BY p.place)
	INTO failed, problems
	FROM (
		SELECT e.place, e.municipality, e.name, CASE
			WHEN monitor.area_spelling(e.municipality) IS NULL THEN 'no municipality'
			WHEN monitor.area_spelling(e.name, e.municipality) IS NULL THEN 'no name'
			WHEN cardinality(m.areas) > 1 THEN 'areas ' || array_to_string(m.areas, ' and ')
			WHEN e.area IS NULL THEN 'no area'
			WHEN e.times > 1 THEN format('area %s, as another name of this list', e.area)
			END AS problem
		FROM (
			SELECT u.*, count(*) OVER (PARTITION BY u.area) AS times
			FROM unnest(municipalities, names, meant) WITH ORDINALITY AS u (municipality, name, area, place)
		) AS e
		JOIN monitor.match_areas(register, monitor.register_housing_layer(register), municipalities, names) AS m USING (place)
	) AS p
	WHERE p.problem IS NOT NULL;
	IF failed > 0 THEN
		RAISE EXCEPTION '% of % names of the % do not mean one area each', failed, cardinality(names), list
			USING ERRCODE = 'invalid_parameter_value', DETAIL = problems,
			HINT = format('Add spellings to %I.area_alias, or call load_list with create_missing => true to make areas of new names.', register);
	END IF;
END
$function$;
COMMENT ON FUNCTION refuse_unmatched(name, text, text[], text[], bigint[]) IS
'Raises one error (22023) that names all rows of a list that cannot be loaded. Used by load_list, not for users.';
