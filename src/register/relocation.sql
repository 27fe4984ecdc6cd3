-- Accounts of relocation from a register's persons and moves: who lived where on two
-- 1 Januaries, what is counted of them, and the flows by dated moves or by delivery.

CREATE FUNCTION person_measures()
RETURNS TABLE (measure text, x text, in_group text, kind text, lowest_age integer, highest_age integer, sensitive boolean,
	label_english text, label_danish text, number integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
	SELECT * FROM (VALUES
	('outside_labour', 'CASE WHEN r.age IS NOT NULL THEN r.outside_labour END', 'coalesce(r.age BETWEEN 18 AND 64, true)',
		'fraction', 18, 64, false, 'outside the labour market', 'uden for arbejdsmarkedet', 1),
	('basic_education', 'CASE WHEN r.age IS NOT NULL THEN (r.education = 0)::integer END', 'coalesce(r.age BETWEEN 30 AND 59, true)',
		'flag', 30, 59, false, 'basic school only', 'kun grundskole', 2),
	('convicted', 'CASE WHEN r.age IS NOT NULL THEN r.convicted::integer END', 'coalesce(r.age >= 18, true)',
		'flag', 18, NULL, true, 'convicted', 'dømte', 3),
	('gross_income', 'CASE WHEN r.age IS NOT NULL AND NOT r.in_education AND abs(r.gross_income) <= 1e9 THEN r.gross_income END',
		'coalesce(r.age BETWEEN 15 AND 64, true) AND coalesce(NOT r.in_education, true)',
		'amount', 15, 64, true, 'gross income', 'bruttoindkomst', 4),
	('non_western', 'r.non_western::integer', 'true',
		'flag', NULL, NULL, true, 'of non-western origin', 'af ikke-vestlig oprindelse', 5)
	) AS measure(measure, x, in_group, kind, lowest_age, highest_age, sensitive, label_english, label_danish, number);
END;
COMMENT ON FUNCTION person_measures() IS
'What the accounts of relocation count of a person of table resident, as texts over a row r: x, and whether the person is in the group (with in_group true and x NULL for one whose age or value is not known). kind: flag (0 or 1), fraction (full-time persons) or amount (kroner). lowest_age and highest_age bound the group (NULL: no bound). sensitive: only registers made with sensitive => true have the column. The groups are those of the aggregate profile; incomes beyond 1e9 kroner count as unknown.';

CREATE FUNCTION register_measure(register name, measure text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	known record;
BEGIN
	SELECT m.measure, m.sensitive INTO known FROM monitor.person_measures() AS m WHERE m.measure = register_measure.measure;
	IF known IS NULL THEN
		RAISE EXCEPTION 'measure "%" is not known', measure USING ERRCODE = 'invalid_parameter_value',
			HINT = 'The measures are ' || (SELECT string_agg(m.measure, ', ' ORDER BY m.number) FROM monitor.person_measures() AS m) || '.';
	END IF;
	IF known.sensitive AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.resident', register)::regclass
		AND attname = known.measure AND NOT attisdropped) THEN
		RAISE EXCEPTION 'register "%" has no column for measure "%"', register, measure USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Only a register made by create_register with sensitive => true has it.';
	END IF;
	RETURN measure;
END
$function$;
COMMENT ON FUNCTION register_measure(name, text) IS
'The measure, if a register has it: 22023 for one that is not in person_measures(), or whose column the register lacks. Used by the functions on relocation, not for users.';

CREATE FUNCTION register_layer(register name, layer text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	found text;
	known text;
	exists_there boolean;
BEGIN
	EXECUTE monitor.register_sql(register, 'SELECT coalesce($1, t.housing_layer) FROM @register@.settings AS t') INTO found USING layer;
	EXECUTE monitor.register_sql(register, $sql$
		SELECT string_agg(DISTINCT format('"%s"', a.layer), ', '), coalesce(bool_or(a.layer = $1), false) FROM @register@.area AS a$sql$)
		INTO known, exists_there USING found;
	IF NOT exists_there THEN
		RAISE EXCEPTION 'register "%" has no area of layer "%"', register, found USING ERRCODE = 'invalid_parameter_value',
			HINT = coalesce('It has areas of ' || known || '.', 'Make areas with areas_from_layer or areas_from_departments.');
	END IF;
	RETURN found;
END
$function$;
COMMENT ON FUNCTION register_layer(name, text) IS
'The layer given, or the housing layer for NULL; 22023 where the register has no area of it. Used by the functions on relocation, not for users.';

CREATE FUNCTION register_data_year(register name, data_year integer, layer text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	known text;
	placed boolean;
BEGIN
	EXECUTE monitor.register_sql(register, 'SELECT EXISTS (SELECT FROM @register@.resident WHERE data_year = $1)') INTO placed USING data_year;
	IF NOT placed THEN
		EXECUTE monitor.register_sql(register,
			'SELECT string_agg(data_year::text, '', '' ORDER BY data_year) FROM (SELECT DISTINCT data_year FROM @register@.resident) AS y') INTO known;
		RAISE EXCEPTION 'register "%" has no residents of data year %', register, data_year USING ERRCODE = 'invalid_parameter_value',
			HINT = coalesce('It has those of ' || known || '.', 'Its table resident is empty; delivered flows have register_flow_bounds.');
	END IF;
	EXECUTE monitor.register_sql(register, $sql$
		SELECT EXISTS (SELECT FROM @register@.address_area AS p WHERE p.layer = $1 AND $2 BETWEEN p.first_data_year AND p.last_data_year)$sql$)
		INTO placed USING layer, data_year;
	IF NOT placed THEN
		RAISE EXCEPTION 'no address of register "%" is placed in an area of layer "%" for data year %', register, layer, data_year
			USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('CALL monitor.refresh(%L) places them; if that has been done, no area of the layer has an address.', register);
	END IF;
END
$function$;
COMMENT ON FUNCTION register_data_year(name, integer, text) IS
'Refuses a data year of which a register has no residents (22023) or has placed no address in the layer (55000). Used by the functions on relocation, not for users.';

-- Who lived where on two 1 Januaries, a row a person.

CREATE FUNCTION people_query(register name, data_year integer, layer text, measures text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT register_sql(register, $sql$(
		SELECT r.person, r.household, r.age, CASE WHEN r.address IS NOT NULL THEN coalesce(p.area, 0) END AS place, @columns@
		FROM @register@.resident AS r
		LEFT JOIN @register@.address_area AS p ON p.layer = @layer@ AND p.address = r.address
			AND @year@ BETWEEN p.first_data_year AND p.last_data_year
		WHERE r.data_year = @year@)$sql$,
		pg_catalog.jsonb_build_object('year', data_year, 'layer', pg_catalog.quote_literal(layer), 'columns', (
			SELECT pg_catalog.string_agg(pg_catalog.format('(%s)::float8 AS x_%s, %s AS in_%s', m.x, m.measure, m.in_group, m.measure), ', ')
			FROM person_measures() AS m WHERE m.measure = ANY (measures))));
END;
COMMENT ON FUNCTION people_query(name, integer, text, text[]) IS
'Text of the subquery that gives the residents of a data year: person, household, age, place (area of the layer, 0 for none, NULL for no address) and x_<measure> and in_<measure> for each measure. Used by the functions on relocation, not for users.';

CREATE FUNCTION age_condition(age text, lowest integer, highest integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN lowest IS NULL THEN 'true' ELSE pg_catalog.format('coalesce(%s BETWEEN %s AND %s, true)', age, lowest, coalesce(highest, 1000)) END;
END;
COMMENT ON FUNCTION age_condition(text, integer, integer) IS
'Text of the condition that an age is within a measure''s group, true for an age that is not known. Used by pairs_query, not for users.';

-- Somebody without a row at one time is placed by the last move that brought them in, or took them out, between the
-- two 1 Januaries, and is in the group then by the age they must have had.
CREATE FUNCTION pairs_query(register name, first_year integer, last_year integer, layer text, measures text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT register_sql(register, $sql$(
		SELECT coalesce(b.person, a.person) AS person,
			CASE WHEN b.person IS NOT NULL THEN b.household ELSE hashint8extended(a.household, 0) END AS household,
			CASE WHEN b.person IS NOT NULL THEN b.place WHEN came.from_place = 'birth' THEN -3 WHEN came.from_place = 'abroad' THEN -2
				WHEN came.from_place IS NULL AND a.age < @years@ THEN -3 ELSE -1 END AS place_before,
			CASE WHEN a.person IS NOT NULL THEN a.place WHEN went.to_place = 'death' THEN -4 WHEN went.to_place = 'abroad' THEN -2
				ELSE -1 END AS place_after, @columns@
		FROM @before@ AS b
		FULL JOIN @after@ AS a ON a.person = b.person
		LEFT JOIN (
			SELECT DISTINCT ON (m.person) m.person, m.from_place FROM @register@.move AS m
			WHERE m.moved_on >= make_date(@first@, 1, 1) AND m.moved_on < make_date(@last@, 1, 1)
				AND m.to_address IS NOT NULL AND m.from_place IN ('birth', 'abroad', 'rest_of_country')
			ORDER BY m.person, m.moved_on DESC
		) AS came ON b.person IS NULL AND came.person = a.person
		LEFT JOIN (
			SELECT DISTINCT ON (m.person) m.person, m.to_place FROM @register@.move AS m
			WHERE m.moved_on >= make_date(@first@, 1, 1) AND m.moved_on < make_date(@last@, 1, 1)
				AND m.from_address IS NOT NULL AND m.to_place IN ('death', 'abroad', 'rest_of_country')
			ORDER BY m.person, m.moved_on DESC
		) AS went ON a.person IS NULL AND went.person = b.person)$sql$,
		pg_catalog.jsonb_build_object('first', first_year, 'last', last_year, 'years', last_year - first_year,
			'before', people_query(register, first_year, layer, measures), 'after', people_query(register, last_year, layer, measures),
			'columns', (
				SELECT pg_catalog.string_agg(pg_catalog.format('b.x_%1$s AS x_before_%1$s, a.x_%1$s AS x_after_%1$s, '
					'CASE WHEN b.person IS NOT NULL THEN b.in_%1$s ELSE %2$s END AS in_before_%1$s, '
					'CASE WHEN a.person IS NOT NULL THEN a.in_%1$s ELSE %3$s END AS in_after_%1$s', m.measure,
					age_condition(pg_catalog.format('a.age - %s', last_year - first_year), m.lowest_age, m.highest_age),
					age_condition(pg_catalog.format('b.age + %s', last_year - first_year), m.lowest_age, m.highest_age)), ', ')
				FROM person_measures() AS m WHERE m.measure = ANY (measures))));
END;
COMMENT ON FUNCTION pairs_query(name, integer, integer, text, text[]) IS
'Text of the subquery that gives a row a person resident in either data year: person, household (before; of those who came since a number of their own), place_before, place_after, and x_before_, x_after_, in_before_, in_after_<measure> for each measure. Used by the functions on relocation, not for users.';

CREATE FUNCTION checked_pairs_query(register name, measure text, first_year integer, last_year integer, layer text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	ground text;
BEGIN
	PERFORM monitor.register_schema(register);
	IF measure IS NULL OR first_year IS NULL OR last_year IS NULL THEN
		RAISE EXCEPTION 'measure, first_year and last_year must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF first_year >= last_year THEN
		RAISE EXCEPTION 'first_year % is not before last_year %', first_year, last_year USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give two data years, the earlier one first.';
	END IF;
	PERFORM monitor.register_measure(register, measure);
	ground := monitor.register_layer(register, layer);
	PERFORM monitor.register_data_year(register, first_year, ground);
	PERFORM monitor.register_data_year(register, last_year, ground);
	RETURN monitor.pairs_query(register, first_year, last_year, ground, ARRAY[measure]);
END
$function$;
COMMENT ON FUNCTION checked_pairs_query(name, text, integer, integer, text) IS
'pairs_query for one measure, after what may be wrong with the arguments has been refused. Used by register_waterbed and register_household_share, not for users.';

CREATE FUNCTION register_waterbed(register name, measure text, first_year integer, last_year integer, layer text DEFAULT NULL) RETURNS waterbed
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	query text := monitor.checked_pairs_query(register, measure, first_year, last_year, layer);
	result monitor.waterbed;
BEGIN
	EXECUTE format('SELECT monitor.waterbed(p.place_before, p.place_after, p.x_before_%1$s, p.x_after_%1$s, p.in_before_%1$s, p.in_after_%1$s) FROM %2$s AS p',
		measure, query) INTO result;
	RETURN result;
END
$function$;
COMMENT ON FUNCTION register_waterbed(name, text, integer, integer, text) IS
'Who of a register lived where on 1 January of first_year and of last_year, with x the measure (person_measures): the value that waterbed_areas, waterbed_flows, waterbed_share and the others read. Places are areas of the layer (the housing layer by default) as addresses were placed in those data years by the last refresh; 0 is an address in none, NULL no address. Who has no row before comes from where the last move between the two dates that brought them into the register says: birth -3, abroad -2, rest_of_country -1; without such a move from -3 if they are younger than the years between, else from -1. Who has no row after went where the last move out says: death -4, abroad -2, rest_of_country -1; without one to -1. So without moves abroad cannot be told from the rest of the country, nor the dead from those who moved away. Who is outside the group (by age) at a time comes from -3 or goes to -4. Reads both years once. Errors: 22004 for NULL (but layer), 3F000 for no such register, 22023 for a measure that is not known or that the register has no column for, years in the wrong order or without residents, a layer without areas; 55000 for a register not refreshed.';

CREATE FUNCTION register_household_share(register name, measure text, first_year integer, last_year integer, origins bigint[], layer text DEFAULT NULL)
RETURNS waterbed_set_share
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	query text := monitor.checked_pairs_query(register, measure, first_year, last_year, layer);
	result monitor.waterbed_set_share;
BEGIN
	EXECUTE format('SELECT (monitor.waterbed_household_share(p.household, p.place_before, p.place_after, p.x_before_%1$s, p.x_after_%1$s,
		p.in_before_%1$s, p.in_after_%1$s, $1)).* FROM %2$s AS p', measure, query) INTO result USING origins;
	RETURN result;
END
$function$;
COMMENT ON FUNCTION register_household_share(name, text, integer, integer, bigint[], text) IS
'Both waterbed shares of a set of areas (origins) between two data years, with limits at 95 percent by household instead of by person: the aggregate waterbed_household_share over the rows of register_waterbed, with the figures of waterbed_share. The household is that of first_year, and of those who came since that of last_year; a person of household NULL is one alone. Memory: 56 bytes a person. Errors as register_waterbed, and as the aggregate for origins: 22004 for NULL or holding NULL, 22023 for a code below 0.';
