-- What a plan did, in its areas and around them, in one call; and which areas of the city changed.
-- spillover_accounts.sql   rows from accounts of relocation
-- spillover_findings.sql   tests, findings, words
-- spillover_panels.sql     rows from panels
-- spillover_places.sql     what is read of a register
-- The rows are put together in one array and tested together at the end.

CREATE FUNCTION spillover_check(register name, measures text[], rings double precision[], distance text, first_year integer, last_year integer, confidence double precision) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	unknown text;
BEGIN
	IF measures IS NULL OR EXISTS (SELECT FROM unnest(measures) AS m WHERE m IS NULL) OR rings IS NULL
		OR EXISTS (SELECT FROM unnest(rings) AS r WHERE r IS NULL) OR distance IS NULL OR confidence IS NULL THEN
		RAISE EXCEPTION 'measures, rings, distance and confidence must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Leave an argument out to take its default; lists hold no NULL.';
	END IF;
	IF array_ndims(measures) > 1 THEN
		RAISE EXCEPTION 'measures has % dimensions', array_ndims(measures) USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give a plain list, the primary measure first.';
	END IF;
	SELECT min(m) INTO unknown FROM unnest(measures) AS m WHERE m NOT IN (SELECT k.measure FROM monitor.spillover_measures(register) AS k);
	IF unknown IS NOT NULL OR cardinality(measures) = 0 THEN
		RAISE EXCEPTION 'register "%" has no %', register, coalesce('measure "' || unknown || '"', 'report without a measure')
			USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Its measures are ' || (SELECT string_agg(k.measure, ', ') FROM monitor.spillover_measures(register) AS k) || '.';
	END IF;
	IF (SELECT count(DISTINCT m) FROM unnest(measures) AS m) < cardinality(measures) THEN
		RAISE EXCEPTION 'measures holds one twice: %', array_to_string(measures, ', ') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Name each measure once, the primary one first.';
	END IF;
	IF NOT confidence > 0 OR NOT confidence < 1 THEN
		RAISE EXCEPTION 'confidence must be between 0 and 1, not %', confidence USING ERRCODE = 'invalid_parameter_value', HINT = '0.95 is usual.';
	END IF;
	IF cardinality(rings) = 0 OR array_ndims(rings) > 1 OR distance NOT IN ('edge', 'centroid')
		OR EXISTS (SELECT FROM unnest(rings) WITH ORDINALITY AS r(upper, place) WHERE NOT r.upper > coalesce(rings[r.place - 1], 0) OR r.upper = 'infinity' OR r.upper = 'NaN') THEN
		RAISE EXCEPTION 'rings % by % are none', rings, distance USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give ascending upper limits above 0, such as {300,1500}, and distance => ''edge'' or ''centroid''.';
	END IF;
	IF first_year >= last_year THEN
		RAISE EXCEPTION 'first_year % is not before last_year %', first_year, last_year USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give two data years, the earlier one first.';
	END IF;
END
$function$;
COMMENT ON FUNCTION spillover_check(name, text[], double precision[], text, integer, integer, double precision) IS
'Refuses arguments that spillover_report cannot use. Not for users.';

CREATE FUNCTION spillover_person_rows(register name, measure text, years integer[], places bigint[], shapes geometry[], ring integer[], owners bigint[],
	starts date[], exposures date[], rings double precision[], distance text, confidence double precision) RETURNS spillover_result[]
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	counted CONSTANT boolean := (SELECT m.kind <> 'amount' FROM monitor.person_measures() AS m WHERE m.measure = spillover_person_rows.measure);
	treated CONSTANT bigint[] := (SELECT array_agg(p ORDER BY p) FROM ROWS FROM (unnest(places), unnest(starts)) AS t(p, s) WHERE s IS NOT NULL);
	beyond bigint[];
	near bigint[];
	period record;
	whole monitor.waterbed;
	changes monitor.spillover_result[];
	result monitor.spillover_result[] := '{}';
BEGIN
	SELECT * INTO period FROM monitor.spillover_periods(register, measure, years, (SELECT min(s) FROM unnest(starts) AS s));
	IF period.accounts IS NULL THEN
		RETURN monitor.spillover_note('account', CASE WHEN cardinality(years) < 2 THEN 'there are no two data years with placed residents'
			ELSE 'there is no data year after the start' END);
	END IF;
	whole := monitor.spillover_account(register, measure, period.base, period.last_year);
	beyond := (SELECT coalesce(array_agg(p ORDER BY p), '{}') FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r IS NULL);
	near := (SELECT coalesce(array_agg(p ORDER BY p), '{}') FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r = 1);

	result := monitor.spillover_with_households(register, measure,
		ARRAY(SELECT r FROM monitor.spillover_account_rows(whole, treated, period.base, period.last_year, counted, confidence) AS r),
		treated, period.base, period.last_year, confidence);
	-- Under ten controls what areas have in common beyond chance cannot be told: then all areas.
	changes := ARRAY(SELECT r FROM monitor.spillover_change_rows(period.before, period.after,
		(SELECT array_agg(p ORDER BY p) FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r IS NOT NULL),
		(SELECT array_agg(r ORDER BY p) FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r IS NOT NULL),
		CASE WHEN cardinality(beyond) >= 10 THEN beyond END, period.step_before, period.step_after,
		counted, confidence) AS r);
	result := result || monitor.spillover_with_ended(register, changes, period.base, period.last_year)
		|| ARRAY(SELECT r FROM monitor.spillover_destination_rows(period.after, treated, counted) AS r);
	IF period.before IS NULL THEN
		result := result || monitor.spillover_note('diverted', 'there is no period before') || monitor.spillover_note('landlord', 'there is no period before');
	ELSE
		result := result || ARRAY(SELECT r FROM monitor.spillover_diverted_rows(period.before, period.after, treated, period.years_before, period.years_after, confidence) AS r)
			|| ARRAY(SELECT r FROM monitor.spillover_landlord_rows(period.before, period.after, treated,
				monitor.spillover_apart(period.before, period.after, treated, confidence), places, owners,
				monitor.spillover_candidates(period.after, places, owners, treated), period.years_before, period.years_after, confidence) AS r);
	END IF;
	result := result || CASE WHEN counted THEN ARRAY(SELECT r FROM monitor.spillover_displacement_rows(whole, treated, near, beyond, confidence) AS r)
		ELSE monitor.spillover_note('displacement', 'displacement is of counts, not of amounts') END;
	RETURN result || monitor.spillover_account_panel_rows(period.accounts, years, places, shapes, starts, exposures, rings, distance, confidence);
END
$function$;
COMMENT ON FUNCTION spillover_person_rows(name, text, integer[], bigint[], geometry[], integer[], bigint[], date[], date[], double precision[], text, double precision) IS
'All parts of spillover_report for a measure of persons, untested. Not for users.';

CREATE FUNCTION spillover_rows(register name, areas bigint[], starts date[], measures text[], rings double precision[], distance text,
	first_year integer, last_year integer, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 150
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	years CONSTANT integer[] := monitor.placed_years(register, first_year, last_year);
	place record;
	landlord record;
	asked record;
	raw monitor.spillover_result[] := '{}';
	tested monitor.spillover_result[];
	own monitor.spillover_result[];
BEGIN
	WITH known AS MATERIALIZED (
		SELECT p.*, t.start FROM monitor.spillover_places(register, areas, (SELECT min(s) FROM unnest(starts) AS s), rings, distance) AS p
		LEFT JOIN ROWS FROM (unnest(areas), unnest(starts)) AS t(area, start) ON t.area = p.area
	)
	SELECT array_agg(p.area ORDER BY p.area) AS ids, array_agg(p.name ORDER BY p.area) AS names, array_agg(p.geom ORDER BY p.area) AS shapes,
		array_agg(p.ring ORDER BY p.area) AS ring, array_agg(p.landlord ORDER BY p.area) AS owners, array_agg(p.start ORDER BY p.area) AS starts,
		array_agg(CASE WHEN p.start IS NULL THEN (SELECT min(t.start) FROM known AS t WHERE t.landlords && p.landlords) END ORDER BY p.area) AS exposures
	INTO place FROM known AS p;
	EXECUTE monitor.register_sql(register, 'SELECT array_agg(id ORDER BY id) AS ids, array_agg(name ORDER BY id) AS names FROM @register@.landlord') INTO landlord;

	FOR asked IN SELECT m.measure, k.source, k.kind, k.label, m.place = 1 AS is_primary
		FROM unnest(measures) WITH ORDINALITY AS m(measure, place) JOIN monitor.spillover_measures(register) AS k ON k.measure = m.measure ORDER BY m.place
	LOOP
		IF asked.source = 'persons' THEN
			own := monitor.spillover_person_rows(register, asked.measure, years, place.ids, place.shapes, place.ring, place.owners, place.starts, place.exposures,
				rings, distance, confidence);
		ELSE
			own := monitor.spillover_observed_rows(register, asked.measure, asked.kind, first_year, last_year, place.ids, place.shapes, place.ring, place.starts,
				place.exposures, rings, distance, confidence);
		END IF;
		raw := raw || ARRAY(SELECT monitor.spillover_labelled(r, asked.measure, asked.is_primary) FROM unnest(own) AS r);
	END LOOP;
	tested := ARRAY(SELECT t FROM monitor.spillover_tested(raw, confidence) AS t);
	FOR asked IN SELECT m.measure, k.kind, k.label FROM unnest(measures) WITH ORDINALITY AS m(measure, place)
		JOIN monitor.spillover_measures(register) AS k ON k.measure = m.measure ORDER BY m.place
	LOOP
		own := ARRAY(SELECT t FROM unnest(tested) AS t WHERE t.measure = asked.measure);
		RETURN QUERY SELECT t.* FROM unnest(own) AS t;
		RETURN QUERY SELECT s.* FROM monitor.spillover_summary_row(own, monitor.spillover_sentence(own, asked.label, asked.kind, place.ids, place.names,
			landlord.ids, landlord.names, confidence), cardinality(areas)) AS s;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION spillover_rows(name, bigint[], date[], text[], double precision[], text, integer, integer, double precision) IS
'The rows of spillover_report for areas with the day that each was begun with, after arguments have been checked. Not for users.';

CREATE FUNCTION spillover_report(register name, areas bigint[], start_year integer, measures text[] DEFAULT '{outside_labour}', rings double precision[] DEFAULT '{300,1500}',
	distance text DEFAULT 'edge', first_year integer DEFAULT NULL, last_year integer DEFAULT NULL, confidence double precision DEFAULT 0.95) RETURNS SETOF spillover_result
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 150
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	missing bigint;
BEGIN
	PERFORM monitor.register_schema(register);
	PERFORM monitor.spillover_check(register, measures, rings, distance, first_year, last_year, confidence);
	IF areas IS NULL OR EXISTS (SELECT FROM unnest(areas) AS a WHERE a IS NULL) OR start_year IS NULL THEN
		RAISE EXCEPTION 'areas and start_year must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give ids of housing areas, none of them NULL, and the year whose 1 January is the start.';
	END IF;
	IF start_year NOT BETWEEN 1900 AND 2200 THEN
		RAISE EXCEPTION 'start_year must be 1900 to 2200, not %', start_year USING ERRCODE = 'invalid_parameter_value', HINT = 'The start is its 1 January.';
	END IF;
	EXECUTE monitor.register_sql(register, $sql$
		SELECT min(g.area) FROM unnest($1) AS g(area)
		WHERE g.area NOT IN (SELECT a.id FROM @register@.area AS a JOIN @register@.settings AS t ON t.housing_layer = a.layer)$sql$) INTO missing USING areas;
	IF missing IS NOT NULL OR cardinality(areas) = 0 THEN
		RAISE EXCEPTION 'register "%" has no %', register, coalesce('housing area ' || missing, 'report on no areas') USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Give ids of areas of the housing layer, as in its table area.';
	END IF;
	RETURN QUERY SELECT r.* FROM monitor.spillover_rows(register, ARRAY(SELECT DISTINCT a FROM unnest(areas) AS a ORDER BY a),
		array_fill(make_date(start_year, 1, 1), ARRAY[(SELECT count(DISTINCT a)::integer FROM unnest(areas) AS a)]),
		measures, rings, distance, first_year, last_year, confidence) AS r;
END
$function$;
COMMENT ON FUNCTION spillover_report(name, bigint[], integer, text[], double precision[], text, integer, integer, double precision) IS
'What happened in the areas given from 1 January of start_year on, and around them: as spillover_report of a plan. Errors: 22004 for NULL among register, areas, start_year, measures, rings, distance, confidence; 3F000 for no such register; 22023 for an area that is none of the housing layer, a measure the register has not, one twice, rings that do not ascend from above 0, another distance, years in the wrong order, confidence not between 0 and 1; 55000 for a register not refreshed.';

CREATE FUNCTION spillover_report(register name, plan bigint, measures text[] DEFAULT '{outside_labour}', rings double precision[] DEFAULT '{300,1500}',
	distance text DEFAULT 'edge', first_year integer DEFAULT NULL, last_year integer DEFAULT NULL, confidence double precision DEFAULT 0.95) RETURNS SETOF spillover_result
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 150
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	known text;
	place record;
BEGIN
	PERFORM monitor.register_schema(register);
	PERFORM monitor.spillover_check(register, measures, rings, distance, first_year, last_year, confidence);
	IF plan IS NULL THEN
		RAISE EXCEPTION 'plan must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give the id of a plan, as in the table plan.';
	END IF;
	EXECUTE monitor.register_sql(register, 'SELECT p.name FROM @register@.plan AS p WHERE p.id = $1') INTO known USING plan;
	IF known IS NULL THEN
		EXECUTE monitor.register_sql(register, 'SELECT string_agg(format(''%s (%s)'', p.id, p.name), '', '' ORDER BY p.id) FROM (SELECT * FROM @register@.plan ORDER BY id LIMIT 20) AS p')
			INTO known;
		RAISE EXCEPTION 'register "%" has no plan %', register, plan USING ERRCODE = 'invalid_parameter_value',
			HINT = coalesce('Its plans are ' || known || '.', 'Its table plan is empty.');
	END IF;
	EXECUTE monitor.register_sql(register, $sql$
		SELECT array_agg(a.id ORDER BY a.id) AS areas, array_agg(greatest(p.starts_on, coalesce(g.starts_on, p.starts_on)) ORDER BY a.id) AS starts
		FROM @register@.plan AS p JOIN @register@.plan_area AS g ON g.plan = p.id JOIN @register@.area AS a ON a.id = g.area
		JOIN @register@.settings AS t ON t.housing_layer = a.layer
		WHERE p.id = $1$sql$) INTO place USING plan;
	IF place.areas IS NULL THEN
		RETURN QUERY SELECT n.part, m, m = measures[1], n.area, n.other, n.ring, n.figure, n.estimate, n.se, n.low, n.high, n.p, n.p_adjusted, 0::bigint, n.fewest, n.finding, n.note
			FROM unnest(measures) AS m CROSS JOIN unnest(monitor.spillover_note('summary', 'The plan has no housing areas.')) AS n;
		RETURN;
	END IF;
	RETURN QUERY SELECT r.* FROM monitor.spillover_rows(register, place.areas, place.starts, measures, rings, distance, first_year, last_year, confidence) AS r;
END
$function$;
COMMENT ON FUNCTION spillover_report(name, bigint, text[], double precision[], text, integer, integer, double precision) IS
'What a plan did in its areas and around them, for measures of persons (person_measures) and indicators of the register; the first measure is the primary outcome. Starts are those of plan and plan_area, areas, rings (upper limits in units of the coordinates, between edges or centroids) and landlords those of the first start. Parts: account (the areas as one and each, from the base year, the last data year whose 1 January is not after the start, to the last; at 95 percent the limits of both shares of the areas as one are by household where residents have households), change (waterbed_changes of treated areas and those in rings, over accounts of single years before and after the base), destination (excess flows of the leavers), diverted and landlord (arrivals with x, and whose areas came to have more among theirs), displacement (treated, first ring as the buffer, controls beyond the last), ring (ring_effects, with the joint test of pre-trends), exposure (landlord in place of distance), summary (a sentence as note). Indicators have displacement, ring, exposure and summary. p_adjusted: Holm over the tests of a part, of the primary measure and of all others together. What cannot be computed is NULL with a note. Figures are those of the last refresh. Errors: as for given areas, and 22004 for NULL, 22023 for an unknown plan.';

CREATE FUNCTION spillover_links(register name, changes spillover_result[], account_before waterbed, account_after waterbed, on_date date,
	years_before integer, years_after integer, rings double precision[], distance text, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 20
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	source record;
	place record;
	landlord record;
	counted boolean := (SELECT bool_or(m.kind <> 'amount') FROM monitor.person_measures() AS m WHERE m.measure = (changes[1]).measure);
	apart bigint[];
BEGIN
	EXECUTE monitor.register_sql(register, 'SELECT array_agg(id ORDER BY id) AS ids, array_agg(name ORDER BY id) AS names FROM @register@.landlord') INTO landlord;
	FOR source IN SELECT c.area, array_agg(c.finding) AS findings, bool_or(c.figure = 'arrivals' AND c.estimate < 0) AS fewer_came
		FROM unnest(changes) AS c WHERE c.finding IS NOT NULL GROUP BY c.area ORDER BY c.area
	LOOP
		SELECT array_agg(p.area ORDER BY p.area) AS ids, array_agg(p.landlord ORDER BY p.area) AS owners, array_agg(p.area ORDER BY p.area) FILTER (WHERE p.ring = 1) AS near
		INTO place FROM monitor.spillover_places(register, ARRAY[source.area], on_date, rings, distance) AS p;
		RETURN QUERY SELECT 'link', c.measure, c.is_primary, c.area, source.area, 1, 'neighbour', c.estimate, c.se, c.low, c.high, c.p, c.p_adjusted, c.n, c.fewest,
			'beside an area that changed', c.finding FROM unnest(changes) AS c WHERE c.area = ANY (place.near) AND c.finding IS NOT NULL;
		RETURN QUERY SELECT 'link', t.measure, t.is_primary, t.other, source.area, NULL::integer, 'leavers', t.estimate, t.se, t.low, t.high, t.p, t.p_adjusted, t.n, t.fewest, t.finding, t.note
			FROM monitor.spillover_tested(ARRAY(SELECT monitor.spillover_labelled(d, (changes[1]).measure, true)
				FROM monitor.spillover_destination_rows(account_after, ARRAY[source.area], counted) AS d), confidence) AS t
			WHERE t.finding IS NOT NULL AND t.other > 0;
		IF source.fewer_came AND account_before IS NOT NULL THEN
			apart := coalesce(apart, monitor.spillover_apart(account_before, account_after, '{}', confidence));
			RETURN QUERY SELECT 'link', t.measure, t.is_primary, NULL::bigint, source.area, NULL::integer, 'landlord', t.estimate, t.se, t.low, t.high, t.p, t.p_adjusted, t.n, t.fewest, t.finding,
				landlord.names[array_position(landlord.ids, t.other)]
				FROM monitor.spillover_tested(ARRAY(SELECT c FROM unnest(changes) AS c WHERE c.area = source.area)
				|| ARRAY(SELECT monitor.spillover_labelled(d, (changes[1]).measure, true) FROM monitor.spillover_landlord_rows(account_before, account_after, ARRAY[source.area],
					array_remove(apart, source.area), place.ids, place.owners,
					monitor.spillover_candidates(account_after, place.ids, place.owners, ARRAY[source.area]), years_before, years_after, confidence) AS d), confidence) AS t
				WHERE t.part = 'landlord' AND t.finding IS NOT NULL;
		END IF;
	END LOOP;
END
$function$;
COMMENT ON FUNCTION spillover_links(name, spillover_result[], waterbed, waterbed, date, integer, integer, double precision[], text, double precision) IS
'Part link of city_changes. Not for users.';

CREATE FUNCTION city_changes(register name, start_year integer, measure text DEFAULT 'outside_labour', rings double precision[] DEFAULT '{300,1500}', distance text DEFAULT 'edge',
	first_year integer DEFAULT NULL, last_year integer DEFAULT NULL, confidence double precision DEFAULT 0.95) RETURNS SETOF spillover_result
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 200
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	years integer[];
	places bigint[];
	period record;
	counted boolean;
	changes monitor.spillover_result[];
BEGIN
	PERFORM monitor.register_schema(register);
	PERFORM monitor.spillover_check(register, ARRAY[measure], rings, distance, first_year, last_year, confidence);
	IF start_year IS NULL THEN
		RAISE EXCEPTION 'start_year must not be null' USING ERRCODE = 'null_value_not_allowed',
			HINT = 'Give the year whose 1 January divides before from after.';
	END IF;
	IF (SELECT m.source FROM monitor.spillover_measures(register) AS m WHERE m.measure = city_changes.measure) <> 'persons' THEN
		RAISE EXCEPTION 'measure "%" is an indicator', measure USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Accounts are of persons; for an indicator take spillover_report.';
	END IF;
	years := monitor.placed_years(register, first_year, last_year);
	-- Clamped, because there is no year 0; data years are 1900 to 2200.
	SELECT * INTO period FROM monitor.spillover_periods(register, measure, years, make_date(least(greatest(start_year, 1), 9999), 1, 1));
	IF period.accounts IS NULL THEN
		RETURN;
	END IF;
	counted := (SELECT m.kind <> 'amount' FROM monitor.person_measures() AS m WHERE m.measure = city_changes.measure);
	places := (SELECT array_agg(p.area ORDER BY p.area) FROM monitor.spillover_places(register, '{}', make_date(period.base, 1, 1), rings, distance) AS p);
	changes := monitor.spillover_with_ended(register, ARRAY(SELECT c FROM monitor.spillover_change_rows(period.before, period.after, places,
		array_fill(0, ARRAY[cardinality(places)]), NULL, period.step_before, period.step_after, counted, confidence) AS c), period.base, period.last_year);
	-- each area is a question of its own
	changes := ARRAY(SELECT t FROM (SELECT DISTINCT c.area FROM unnest(changes) AS c) AS a CROSS JOIN LATERAL monitor.spillover_tested(ARRAY(
		SELECT monitor.spillover_labelled(c, city_changes.measure, true) FROM unnest(changes) AS c WHERE c.area = a.area), confidence) AS t ORDER BY a.area);
	RETURN QUERY SELECT c.* FROM unnest(changes) AS c;
	RETURN QUERY SELECT l.* FROM monitor.spillover_links(register, changes, period.before, period.after, make_date(period.base, 1, 1), period.years_before, period.years_after,
		rings, distance, confidence) AS l;
END
$function$;
COMMENT ON FUNCTION city_changes(name, integer, text, double precision[], text, integer, integer, double precision) IS
'When one area improves, does another deteriorate? Part change: which part of the account of every housing area changed from 1 January of start_year on, beyond its own past and the other areas (waterbed_changes over accounts of single years), p_adjusted by Holm for the parts of an area: so one area in which nothing changed is called changed with a chance of at most 1 - confidence. Part link, of the areas called changed: figure neighbour (area changed too, and lies in the first ring of other; note says how), leavers (area receives the leavers of other), landlord (area NULL, other: whose arrivals went to the landlord that note names). Errors as spillover_report; 22023 also for an indicator. No rows where no data year is after the start.';
