-- Accounts of relocation from a register's persons and moves: who lived where on two
-- 1 Januaries, what is counted of them, and the flows by dated moves or by delivery.

CREATE FUNCTION person_measures()
RETURNS TABLE (measure text, x text, in_group text, kind text, lowest_age integer, highest_age integer, sensitive boolean,
	label_english text, label_danish text, number integer)
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
	SELECT * FROM (VALUES
	('outside_labour', 'CASE WHEN r.age IS NOT NULL THEN r.outside_labour END', 'coalesce(r.age BETWEEN 18 AND 64, true)',
		'fraction', 18, 64, false, 'persons outside the labour market', 'personer uden for arbejdsmarkedet', 1),
	('basic_education', 'CASE WHEN r.age IS NOT NULL THEN (r.education = 0)::integer END', 'coalesce(r.age BETWEEN 30 AND 59, true)',
		'flag', 30, 59, false, 'persons with basic school only', 'personer med kun grundskole', 2),
	('convicted', 'CASE WHEN r.age IS NOT NULL THEN r.convicted::integer END', 'coalesce(r.age >= 18, true)',
		'flag', 18, NULL, true, 'convicted persons', 'dømte', 3),
	('gross_income', 'CASE WHEN r.age IS NOT NULL AND NOT r.in_education AND abs(r.gross_income) <= 1e9 THEN r.gross_income END',
		'coalesce(r.age BETWEEN 15 AND 64, true) AND coalesce(NOT r.in_education, true)',
		'amount', 15, 64, true, 'gross income', 'bruttoindkomst', 4),
	('non_western', 'r.non_western::integer', 'true',
		'flag', NULL, NULL, true, 'persons of non-western origin', 'personer af ikke-vestlig oprindelse', 5)
	) AS measure(measure, x, in_group, kind, lowest_age, highest_age, sensitive, label_english, label_danish, number);
END;
COMMENT ON FUNCTION person_measures() IS
'What the accounts of relocation count of a person of table resident, as texts over a row r: x, and whether the person is in the group (with in_group true and x NULL for one whose age or value is not known). kind: flag (0 or 1), fraction (full-time persons) or amount (kroner). lowest_age and highest_age bound the group (NULL: no bound). sensitive: only registers made with sensitive => true have the column. The groups are those of the aggregate profile; incomes beyond 1e9 kroner count as unknown. The labels are for sentences.';

CREATE FUNCTION register_measures(register name) RETURNS TABLE (measure text, kind text, label_english text, number integer)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
	SELECT m.measure, m.kind, m.label_english, m.number FROM person_measures() AS m
	WHERE NOT m.sensitive OR EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
		WHERE a.attrelid = format('%I.resident', register)::regclass AND a.attname = m.measure AND NOT a.attisdropped)
	ORDER BY m.number;
END;
COMMENT ON FUNCTION register_measures(name) IS
'The measures of person_measures() whose column a register has. 3F000: no such register. Used by the functions on relocation and by spillover_report, not for users.';

CREATE FUNCTION register_measure(register name, measure text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	sensitive boolean := (SELECT m.sensitive FROM monitor.person_measures() AS m WHERE m.measure = register_measure.measure);
BEGIN
	IF sensitive IS NULL THEN
		RAISE EXCEPTION 'measure "%" is not known', measure USING ERRCODE = 'invalid_parameter_value',
			HINT = 'The measures are ' || (SELECT string_agg(m.measure, ', ' ORDER BY m.number) FROM monitor.person_measures() AS m) || '.';
	END IF;
	IF sensitive AND NOT EXISTS (SELECT FROM monitor.register_measures(register) AS m WHERE m.measure = register_measure.measure) THEN
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

CREATE FUNCTION register_is_placed(register name, layer text, data_year integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	placed boolean;
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT EXISTS (SELECT FROM @register@.address_area AS p
			WHERE p.layer = $1 AND ($2 IS NULL OR $2 BETWEEN p.first_data_year AND p.last_data_year))$sql$) INTO placed USING layer, data_year;
	IF NOT placed THEN
		RAISE EXCEPTION 'no address of register "%" is placed in an area of layer "%"%', register, layer, coalesce(' for data year ' || data_year, '')
			USING ERRCODE = 'object_not_in_prerequisite_state',
			HINT = format('CALL monitor.refresh(%L) places them; if that has been done, no area of the layer has an address.', register);
	END IF;
END
$function$;
COMMENT ON FUNCTION register_is_placed(name, text, integer) IS
'Refuses a register of which no address is placed in the layer (for the data year), with 55000. Used by the functions on relocation, not for users.';

CREATE FUNCTION register_data_year(register name, data_year integer) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	inhabited boolean;
	known text;
BEGIN
	EXECUTE monitor.register_sql(register, 'SELECT EXISTS (SELECT FROM @register@.resident WHERE data_year = $1)') INTO inhabited USING data_year;
	IF NOT inhabited THEN
		EXECUTE monitor.register_sql(register,
			'SELECT string_agg(data_year::text, '', '' ORDER BY data_year) FROM (SELECT DISTINCT data_year FROM @register@.resident) AS y') INTO known;
		RAISE EXCEPTION 'register "%" has no residents of data year %', register, data_year USING ERRCODE = 'invalid_parameter_value',
			HINT = coalesce('It has those of ' || known || '.', 'Its table resident is empty; for delivered flows there is register_flow_bounds.');
	END IF;
END
$function$;
COMMENT ON FUNCTION register_data_year(name, integer) IS
'Refuses a data year of which a register has no residents, with 22023. Used by the functions on relocation, not for users.';

-- Who lived where on two 1 Januaries, a row a person.

CREATE FUNCTION people_query(register name, data_year integer, areas_of integer, layer text, measures text[]) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT register_sql(register, $sql$(
		SELECT r.person, r.household, r.age, CASE WHEN r.address IS NOT NULL THEN coalesce(p.area, 0) END AS place, @columns@
		FROM @register@.resident AS r
		LEFT JOIN @register@.address_area AS p ON p.layer = @layer@ AND p.address = r.address
			AND @areas_of@ BETWEEN p.first_data_year AND p.last_data_year
		WHERE r.data_year = @year@)$sql$,
		pg_catalog.jsonb_build_object('year', data_year, 'areas_of', areas_of, 'layer', pg_catalog.quote_literal(layer), 'columns', (
			SELECT pg_catalog.string_agg(pg_catalog.format('(%s)::float8 AS x_%s, %s AS in_%s', m.x, m.measure, m.in_group, m.measure), ', ')
			FROM person_measures() AS m WHERE m.measure = ANY (measures))));
END;
COMMENT ON FUNCTION people_query(name, integer, integer, text, text[]) IS
'Text of the subquery that gives the residents of a data year: person, household, age, place (area of the layer, as addresses were placed in the data year areas_of, 0 for none, NULL for no address) and x_<measure> and in_<measure> for each measure. Used by the functions on relocation, not for users.';

CREATE FUNCTION age_condition(age text, lowest integer, highest integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN lowest IS NULL THEN 'true' ELSE pg_catalog.format('coalesce(%s BETWEEN %s AND %s, true)', age, lowest, coalesce(highest, 1000)) END;
END;
COMMENT ON FUNCTION age_condition(text, integer, integer) IS
'Text of the condition that an age is within a measure''s group, true for an age that is not known. Used by pairs_query, not for users.';

-- Somebody without a row at one time is placed by the last move that brought them in, or took them out, between the
-- two 1 Januaries, and is in the group then by the age they must have had.
CREATE FUNCTION pairs_query(register name, first_year integer, last_year integer, layer text, measures text[], areas_of integer DEFAULT NULL) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT register_sql(register, $sql$(
		SELECT coalesce(b.person, a.person) AS person,
			CASE WHEN b.person IS NOT NULL THEN b.household ELSE hashint8extended(a.household, 0) END AS household,
			CASE WHEN b.person IS NOT NULL THEN b.place ELSE coalesce(crossed.place, CASE WHEN a.age < @years@ THEN -3 ELSE -1 END) END AS place_before,
			CASE WHEN a.person IS NOT NULL THEN a.place ELSE coalesce(crossed.place, -1) END AS place_after, @columns@
		FROM @before@ AS b
		FULL JOIN @after@ AS a ON a.person = b.person
		LEFT JOIN (
			SELECT DISTINCT ON (m.person, m.to_address IS NULL) m.person, m.to_address IS NULL AS went,
				CASE coalesce(m.from_place, m.to_place) WHEN 'birth' THEN -3 WHEN 'death' THEN -4 WHEN 'abroad' THEN -2 ELSE -1 END AS place
			FROM @register@.move AS m
			WHERE m.moved_on >= make_date(@first@, 1, 1) AND m.moved_on < make_date(@last@, 1, 1)
				AND (m.from_address IS NULL) <> (m.to_address IS NULL) AND coalesce(m.from_place, m.to_place) <> 'unknown'
			ORDER BY m.person, m.to_address IS NULL, m.moved_on DESC
		) AS crossed ON crossed.person = CASE WHEN a.person IS NULL THEN b.person WHEN b.person IS NULL THEN a.person END
			AND crossed.went = (a.person IS NULL))$sql$,
		pg_catalog.jsonb_build_object('first', first_year, 'last', last_year, 'years', last_year - first_year,
			'before', people_query(register, first_year, coalesce(areas_of, first_year), layer, measures),
			'after', people_query(register, last_year, coalesce(areas_of, last_year), layer, measures),
			'columns', (
				SELECT pg_catalog.string_agg(pg_catalog.format('b.x_%1$s AS x_before_%1$s, a.x_%1$s AS x_after_%1$s, '
					'CASE WHEN b.person IS NOT NULL THEN b.in_%1$s ELSE %2$s END AS in_before_%1$s, '
					'CASE WHEN a.person IS NOT NULL THEN a.in_%1$s ELSE %3$s END AS in_after_%1$s', m.measure,
					age_condition(pg_catalog.format('a.age - %s', last_year - first_year), m.lowest_age, m.highest_age),
					age_condition(pg_catalog.format('b.age + %s', last_year - first_year), m.lowest_age, m.highest_age)), ', ')
				FROM person_measures() AS m WHERE m.measure = ANY (measures))));
END;
COMMENT ON FUNCTION pairs_query(name, integer, integer, text, text[], integer) IS
'Text of the subquery that gives a row a person resident in either data year: person, household (before; of those who came since a number of their own), place_before, place_after, and x_before_, x_after_, in_before_, in_after_<measure> for each measure. Used by the functions on relocation, not for users.';

CREATE FUNCTION checked_pairs_query(register name, measure text, first_year integer, last_year integer, layer text, areas_of integer) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	ground text;
BEGIN
	PERFORM monitor.register_schema(register);
	IF measure IS NULL OR first_year IS NULL OR last_year IS NULL THEN
		RAISE EXCEPTION 'measure, first_year and last_year must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give a measure of person_measures and two data years; only layer and areas_of may be NULL.';
	END IF;
	IF first_year >= last_year THEN
		RAISE EXCEPTION 'first_year % is not before last_year %', first_year, last_year USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give two data years, the earlier one first.';
	END IF;
	PERFORM monitor.register_measure(register, measure);
	ground := monitor.register_layer(register, layer);
	PERFORM monitor.register_data_year(register, first_year);
	PERFORM monitor.register_data_year(register, last_year);
	PERFORM monitor.register_is_placed(register, ground, coalesce(areas_of, first_year));
	PERFORM monitor.register_is_placed(register, ground, coalesce(areas_of, last_year));
	RETURN monitor.pairs_query(register, first_year, last_year, ground, ARRAY[measure], areas_of);
END
$function$;
COMMENT ON FUNCTION checked_pairs_query(name, text, integer, integer, text, integer) IS
'pairs_query for one measure, after what may be wrong with the arguments has been refused. Used by register_waterbed and register_household_share, not for users.';

CREATE FUNCTION register_waterbed(register name, measure text, first_year integer, last_year integer, layer text DEFAULT NULL,
	areas_of integer DEFAULT NULL) RETURNS waterbed
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	query text := monitor.checked_pairs_query(register, measure, first_year, last_year, layer, areas_of);
	result monitor.waterbed;
BEGIN
	EXECUTE format('SELECT monitor.waterbed(p.place_before, p.place_after, p.x_before_%1$s, p.x_after_%1$s, p.in_before_%1$s, p.in_after_%1$s) FROM %2$s AS p',
		measure, query) INTO result;
	RETURN result;
END
$function$;
COMMENT ON FUNCTION register_waterbed(name, text, integer, integer, text, integer) IS
'Who of a register lived where on 1 January of first_year and of last_year, with x the measure (person_measures): the value that waterbed_areas, waterbed_flows, waterbed_share and the others read. Places are areas of the layer (the housing layer by default) as addresses were placed in those data years by the last refresh; 0 is an address in none, NULL no address. Where an area''s ground changed in between its people count as moved, unless areas_of names one data year whose areas hold for both. Who has no row before comes from where the last move between the two dates that brought them into the register says: birth -3, abroad -2, rest_of_country -1; without such a move from -3 if they are younger than the years between, else from -1. Who has no row after went where the last move out says: death -4, abroad -2, rest_of_country -1; without one to -1. So without moves abroad cannot be told from the rest of the country, nor the dead from those who moved away. Who is outside the group (by age) at a time comes from -3 or goes to -4. Reads both years once. Errors: 22004 for NULL (but layer), 3F000 for no such register, 22023 for a measure that is not known or that the register has no column for, years in the wrong order or without residents, a layer without areas; 55000 for a register not refreshed.';

CREATE FUNCTION register_household_share(register name, measure text, first_year integer, last_year integer, origins bigint[],
	layer text DEFAULT NULL, areas_of integer DEFAULT NULL)
RETURNS waterbed_set_share
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	query text := monitor.checked_pairs_query(register, measure, first_year, last_year, layer, areas_of);
	result monitor.waterbed_set_share;
BEGIN
	EXECUTE format('SELECT (monitor.waterbed_household_share(p.household, p.place_before, p.place_after, p.x_before_%1$s, p.x_after_%1$s,
		p.in_before_%1$s, p.in_after_%1$s, $1)).* FROM %2$s AS p', measure, query) INTO result USING origins;
	RETURN result;
END
$function$;
COMMENT ON FUNCTION register_household_share(name, text, integer, integer, bigint[], text, integer) IS
'Both waterbed shares of a set of areas (origins) between two data years, with limits at 95 percent by household instead of by person: the aggregate waterbed_household_share over the rows of register_waterbed, with the figures of waterbed_share. The household is that of first_year, and of those who came since that of last_year; a person of household NULL is one alone. Memory: 48 bytes a person. Errors as register_waterbed, and as the aggregate for origins: 22004 for NULL or holding NULL, 22023 for a code below 0.';

-- Flows by the dates of moves, and delivered ones.

CREATE FUNCTION register_flows(register name, from_date date, to_date date, measure text DEFAULT NULL, layer text DEFAULT NULL)
RETURNS TABLE (year integer, origin bigint, destination bigint, movers bigint, x_before double precision, x_after double precision, unknown bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 10000
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
DECLARE
	ground text;
	counted record;
BEGIN
	PERFORM monitor.register_schema(register);
	IF from_date IS NULL OR to_date IS NULL THEN
		RAISE EXCEPTION 'from_date and to_date must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give -infinity and infinity for all moves.';
	ELSIF from_date >= to_date THEN
		RAISE EXCEPTION 'from_date % is not before to_date %', from_date, to_date USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Moves on to_date itself are not counted.';
	END IF;
	IF measure IS NOT NULL THEN
		PERFORM monitor.register_measure(register, measure);
	END IF;
	ground := monitor.register_layer(register, layer);
	PERFORM monitor.register_is_placed(register, ground);
	SELECT m.x, m.in_group INTO counted FROM monitor.person_measures() AS m WHERE m.measure = register_flows.measure;
	RETURN QUERY EXECUTE monitor.register_sql(register, monitor.flows_statement(),
		jsonb_build_object('x', coalesce(counted.x, 'NULL'), 'in_group', coalesce(counted.in_group, 'true'),
			'counted', (measure IS NOT NULL)::text)) USING from_date, to_date, ground;
END
$function$;
COMMENT ON FUNCTION register_flows(name, date, date, text, text) IS
'The moves of a register from from_date until the day before to_date, by calendar year, origin and destination; a move at -infinity is of no year and left out. Places as in waterbed: areas of the layer (the housing layer by default) as addresses are placed in the last data year up to then, 0 in none, -1 rest of the country, -2 abroad, -3 born, -4 died, NULL not known; origin = destination are moves within an area. Every move counts, so who moves twice is in two flows, and who moves away and back too: not the flows of register_waterbed, which compares two 1 Januaries. With a measure (person_measures) only movers in its group count (on the 1 January before, or after for those who had no row before): x_before is x on the 1 January before, x_after on that after, of those of known x; unknown counts movers of whom x is not known at a time spent in the city. NULL where nobody''s is known. flow_index and expected_flow read origin, destination and movers (or x_before); leave codes below 0 out with FILTER or WHERE. Errors: 22004 for NULL dates, 3F000 for no such register, 22023 for dates in the wrong order, a measure or layer the register does not have; 55000 for a register not refreshed.';

CREATE FUNCTION flows_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH run AS MATERIALIZED (
		SELECT DISTINCT p.first_data_year FROM @register@.address_area AS p
	), moved AS MATERIALIZED (
		SELECT m.person, m.from_address, m.to_address, m.from_place, m.to_place, extract(year FROM m.moved_on)::integer AS year
		FROM @register@.move AS m WHERE m.moved_on >= $1 AND m.moved_on < $2 AND isfinite(m.moved_on)
	), placed AS MATERIALIZED (
		SELECT y.year, coalesce(max(run.first_data_year) FILTER (WHERE run.first_data_year <= y.year), min(run.first_data_year)) AS first_data_year
		FROM (SELECT DISTINCT moved.year FROM moved) AS y CROSS JOIN run GROUP BY y.year
	), person_year AS NOT MATERIALIZED (
		-- Clamped, because there is no year of infinity; data years are 1900 to 2200.
		SELECT r.person, r.data_year, round(10000 * (@x@)::float8)::bigint AS x, @in_group@ AS in_group
		FROM @register@.resident AS r
		WHERE @counted@ AND r.data_year >= extract(year FROM greatest($1, date '1899-01-01'))::integer
			AND r.data_year <= extract(year FROM least($2, date '2201-01-01'))::integer + 1
	), flow AS (
		SELECT m.year,
			CASE WHEN m.from_address IS NOT NULL THEN coalesce(o.area, 0) ELSE CASE m.from_place
				WHEN 'birth' THEN -3 WHEN 'abroad' THEN -2 WHEN 'rest_of_country' THEN -1 END END AS origin,
			CASE WHEN m.to_address IS NOT NULL THEN coalesce(d.area, 0) ELSE CASE m.to_place
				WHEN 'death' THEN -4 WHEN 'abroad' THEN -2 WHEN 'rest_of_country' THEN -1 END END AS destination,
			CASE WHEN b.in_group THEN b.x END AS x_before, CASE WHEN a.in_group THEN a.x END AS x_after,
			@counted@ AND (m.from_address IS NOT NULL AND b.x IS NULL OR m.to_address IS NOT NULL AND a.x IS NULL AND a.in_group IS NOT FALSE) AS unknown
		FROM moved AS m
		JOIN placed AS p ON p.year = m.year
		LEFT JOIN @register@.address_area AS o ON o.layer = $3 AND o.address = m.from_address AND o.first_data_year = p.first_data_year
		LEFT JOIN @register@.address_area AS d ON d.layer = $3 AND d.address = m.to_address AND d.first_data_year = p.first_data_year
		LEFT JOIN person_year AS b ON b.person = m.person AND b.data_year = m.year
		LEFT JOIN person_year AS a ON a.person = m.person AND a.data_year = m.year + 1
		WHERE NOT @counted@ OR coalesce(b.in_group, a.in_group, true)
	)
	SELECT f.year, f.origin, f.destination, count(*), sum(f.x_before)::float8 / 10000, sum(f.x_after)::float8 / 10000, count(*) FILTER (WHERE f.unknown)
	FROM flow AS f GROUP BY f.year, f.origin, f.destination ORDER BY f.year, f.origin, f.destination
	$sql$;
END;
COMMENT ON FUNCTION flows_statement() IS
'Text of the statement of register_flows; not for users.';

CREATE FUNCTION register_flow_bounds(register name, indicator text, period_from date, period_to date) RETURNS SETOF waterbed_bound
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 10000 ROWS 100
SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO, YMD'
AS $function$
DECLARE
	known text;
BEGIN
	PERFORM monitor.register_schema(register);
	IF indicator IS NULL OR period_from IS NULL OR period_to IS NULL THEN
		RAISE EXCEPTION 'indicator, period_from and period_to must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give an indicator and a period as delivered, as in the table flow_delivery.';
	END IF;
	EXECUTE monitor.register_sql(register, $sql$
		SELECT CASE WHEN NOT bool_or((d.period_from, d.period_to) = ($2, $3)) IS TRUE THEN
			coalesce(string_agg(DISTINCT format('%s to %s', d.period_from, d.period_to), ', '), '') END
		FROM @register@.flow_delivery AS d WHERE d.indicator = $1$sql$) INTO known USING indicator, period_from, period_to;
	IF known IS NOT NULL THEN
		RAISE EXCEPTION 'register "%" has no delivered flows of indicator "%" from % to %', register, indicator, period_from, period_to
			USING ERRCODE = 'invalid_parameter_value',
			HINT = CASE known WHEN '' THEN 'There are none of that indicator in flow_delivery.' ELSE 'There are those of ' || known || '.' END;
	END IF;
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH latest AS (
			SELECT DISTINCT ON (d.origin, d.destination, d.indicator) d.*
			FROM @register@.flow_delivery AS d
			WHERE (d.indicator = $1 OR d.indicator IS NULL) AND d.period_from = $2 AND d.period_to = $3
			ORDER BY d.origin, d.destination, d.indicator, d.vintage DESC
		), flow AS (
			SELECT f.origin, f.destination, coalesce(f.movers, n.movers) AS movers, f.x_before, f.x_before_low, f.x_before_high,
				f.x_after, f.x_after_low, f.x_after_high, coalesce(f.movers, n.movers, f.movers_high, n.movers_high) AS most
			FROM latest AS f
			LEFT JOIN latest AS n ON n.indicator IS NULL AND (n.origin, n.destination) = (f.origin, f.destination)
			WHERE f.indicator IS NOT NULL
		)
		SELECT b.* FROM (
			SELECT monitor.waterbed_bounds(f.origin, f.destination, f.movers,
				coalesce(f.x_before, f.x_before_low)::float8, coalesce(f.x_before, f.x_before_high, f.most)::float8,
				coalesce(f.x_after, f.x_after_low)::float8, coalesce(f.x_after, f.x_after_high, f.most)::float8) AS bounds
			FROM flow AS f
		) AS t CROSS JOIN LATERAL unnest(t.bounds) AS b$sql$) USING indicator, period_from, period_to;
END
$function$;
COMMENT ON FUNCTION register_flow_bounds(name, text, date, date) IS
'Between which numbers each area''s account of relocation lies, from delivered flows of an indicator (flow_delivery, the latest vintage of each flow) for a period, given as delivered: waterbed_bounds over them, for registers without persons. A hidden x lies between its delivered limits, else between 0 and the movers, or the most that they can be; movers not given with the indicator are taken from the row of the flow without indicator. Where x is an amount hidden cells need their limits. Flows with origin = destination are those who stayed; without them change and share are not known. Errors: 22004 for NULL, 3F000 for no such register, 22023 for an indicator or period without flows.';

-- Step of refresh.

CREATE FUNCTION placed_years(register name, first_year integer, last_year integer) RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	years integer[];
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT array_agg(y.data_year ORDER BY y.data_year) FROM (
			SELECT DISTINCT s.data_year
			FROM (SELECT DISTINCT p.first_data_year, p.last_data_year FROM @register@.address_area AS p
				JOIN @register@.settings AS t ON t.housing_layer = p.layer) AS run
			CROSS JOIN LATERAL generate_series(run.first_data_year, run.last_data_year) AS s(data_year)) AS y
		CROSS JOIN LATERAL (SELECT FROM @register@.resident AS r WHERE r.data_year = y.data_year LIMIT 1) AS inhabited
		WHERE y.data_year BETWEEN coalesce($1, y.data_year) AND coalesce($2, y.data_year)$sql$) INTO years USING first_year, last_year;
	RETURN coalesce(years, '{}');
END
$function$;
COMMENT ON FUNCTION placed_years(name, integer, integer) IS
'The data years of a register with residents that have been placed in housing areas, within the limits given, ascending. Used by refresh and spillover_report, not for users.';

CREATE FUNCTION waterbed_spans(register name) RETURNS TABLE (first_data_year integer, last_data_year integer, only_before boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH year AS MATERIALIZED (
			SELECT y.data_year, lead(y.data_year) OVER (ORDER BY y.data_year) AS next_year
			FROM unnest(monitor.placed_years(@name@, NULL, NULL)) AS y(data_year)
			WHERE EXISTS (SELECT FROM @register@.computed_profile AS c WHERE c.data_year = y.data_year)
		), extent AS (
			SELECT min(y.data_year) AS first_year, max(y.data_year) AS last_year FROM year AS y
		), base AS (
			SELECT DISTINCT (SELECT max(y.data_year) FROM year AS y WHERE make_date(y.data_year, 1, 1) <= p.starts_on) AS data_year
			FROM @register@.plan AS p
		)
		SELECT s.first_year, s.last_year, bool_and(s.only_before) FROM (
			SELECT y.data_year, y.next_year, false FROM year AS y WHERE y.next_year IS NOT NULL
			UNION ALL SELECT e.first_year, e.last_year, false FROM extent AS e WHERE e.first_year < e.last_year
			UNION ALL SELECT b.data_year, e.last_year, false FROM base AS b, extent AS e WHERE b.data_year < e.last_year
			UNION ALL SELECT e.first_year, b.data_year, true FROM base AS b, extent AS e
				WHERE e.first_year < b.data_year AND b.data_year < e.last_year) AS s(first_year, last_year, only_before)
		GROUP BY s.first_year, s.last_year ORDER BY s.first_year, s.last_year$sql$);
END
$function$;
COMMENT ON FUNCTION waterbed_spans(name) IS
'The spans of data years that refresh makes accounts of relocation for: from each year with residents to the next, from the first to the last, and from each plan''s base year (the last data year whose 1 January is not after the plan''s start) to the last; and from the first to each of these, only as a period before. Used by refresh, not for users.';

-- Compiling these statements takes longer than it saves; two years of persons are joined in memory.
CREATE PROCEDURE refresh_relocation(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '64MB'
AS $procedure$
DECLARE
	layer text;
	measures text[];
	aggregates text;
	span record;
BEGIN
	CALL monitor.register_step(register, 'clear accounts of relocation', 'DELETE FROM @register@.computed_waterbed');
	EXECUTE monitor.register_sql(register, 'SELECT housing_layer FROM @register@.settings') INTO layer;
	SELECT array_agg(m.measure ORDER BY m.number) INTO measures FROM monitor.register_measures(register) AS m WHERE m.kind <> 'amount';
	SELECT string_agg(format('monitor.waterbed(p.place_before, p.place_after, p.x_before_%1$s, p.x_after_%1$s, '
		'p.in_before_%1$s, p.in_after_%1$s)', m), ', ') INTO aggregates FROM unnest(measures) AS m;
	FOR span IN SELECT * FROM monitor.waterbed_spans(register) LOOP
		CALL monitor.register_step(register, format('account of relocation %s-%s', span.first_data_year, span.last_data_year), $sql$
			INSERT INTO @register@.computed_waterbed (measure, first_data_year, last_data_year, only_before, pairs)
			SELECT a.measure, @first@, @last@, @only_before@, a.w::text::jsonb
			FROM (SELECT ARRAY[@aggregates@] AS accounts FROM @pairs@ AS p) AS s
			CROSS JOIN LATERAL unnest(@measures@::text[], s.accounts) AS a(measure, w)$sql$,
			jsonb_build_object('first', span.first_data_year, 'last', span.last_data_year,
				'only_before', span.only_before::text, 'aggregates', aggregates,
				'measures', quote_literal(measures),
				'pairs', monitor.pairs_query(register, span.first_data_year, span.last_data_year, layer, measures)));
	END LOOP;
	EXECUTE monitor.register_sql(register, 'ANALYZE @register@.computed_waterbed');
END
$procedure$;
COMMENT ON PROCEDURE refresh_relocation(name) IS
'Step of refresh: the accounts of relocation of all measures but amounts, which are not published, one pass over two data years for each span of waterbed_spans. Not for users.';
