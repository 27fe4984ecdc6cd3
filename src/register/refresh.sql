-- refresh: from the register's tables to computed_* and on to the published schema.
-- A full recompute in one transaction. Each step is one statement and one row of run.

CREATE PROCEDURE refresh(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	PERFORM monitor.refresh_begin(register);
	CALL monitor.add_missing_years(register);
	CALL monitor.refresh_places(register);
	CALL monitor.refresh_profiles(register);
	CALL monitor.refresh_criteria(register);
	CALL monitor.refresh_statuses(register);
	CALL monitor.refresh_relocation(register);
	CALL monitor.publish(register);
END
$procedure$;
COMMENT ON PROCEDURE refresh(name) IS
'Recomputes all that a register publishes, in one transaction: places addresses in areas, counts profiles by area and data year, tests every criterion and status of every list year that has figures under the edition that governed and under the register''s own rule sets, counts years in a row, makes the accounts of relocation between data years, and fills <register>_published with suppressed values. Readers see the old figures until it commits. Table run gets a row a step. NULL name: 22004; no such register: 3F000; not the owner: 42501; a refresh is under way already: 55P03.';

CREATE FUNCTION refresh_begin(register name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	schema regnamespace := monitor.register_is_mine(register);
	clash text;
BEGIN
	IF NOT pg_try_advisory_xact_lock(hashtextextended('monitor.refresh', schema::oid::bigint)) THEN
		RAISE EXCEPTION 'register "%" is being refreshed', register USING ERRCODE = 'lock_not_available',
			HINT = 'Wait until the other session has committed, then call refresh again if it is still needed.';
	END IF;
	EXECUTE monitor.register_sql(register,
		'SELECT min(o.rule_set) FROM @register@.rule_set AS o JOIN monitor.rule_set AS b USING (rule_set)') INTO clash;
	IF clash IS NOT NULL THEN
		RAISE EXCEPTION 'rule set "%" of register "%" has the name of a built-in set', clash, register
			USING ERRCODE = 'duplicate_object',
			HINT = format('Rename it with UPDATE %I.rule_set SET rule_set = ...; its rules follow.', register);
	END IF;
END
$function$;
COMMENT ON FUNCTION refresh_begin(name) IS
'What refresh checks before it begins; takes the advisory lock of the transaction. Used by refresh, not for users.';

-- Profiles.

CREATE FUNCTION register_profile(counts jsonb, row_name text) RETURNS monitor.profile
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN (SELECT jsonb_object_agg(k.name, counts -> k.name)
		FROM jsonb_object_keys(monitor.profile_from_counts()::jsonb) AS k(name))::text::monitor.profile;
EXCEPTION WHEN invalid_text_representation THEN
	RAISE EXCEPTION '%: %', row_name, replace(SQLERRM, 'invalid profile: ', '')
		USING ERRCODE = 'invalid_parameter_value', HINT = 'Correct that row, then refresh again.';
END
$function$;
COMMENT ON FUNCTION register_profile(jsonb, text) IS
'The profile of a row of counts given as JSON; other keys are left out, a count without a key is missing. Impossible counts: 22023, naming the row. Used by refresh, not for users.';

CREATE FUNCTION register_merge_counts(counted jsonb, delivered jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	families text[] := ARRAY['outside_labour,unknown_labour', 'convicted,unknown_conviction',
		'basic_education,not_approved_education,unknown_education',
		'taxpayers,income_total,unknown_income,unknown_in_education', 'non_western,unknown_origin'];
	family text;
	merged jsonb := counted || jsonb_strip_nulls(delivered);
	names text[];
BEGIN
	-- A figure and the number unknown beside it come from one source.
	FOREACH family IN ARRAY families LOOP
		names := string_to_array(family, ',');
		IF jsonb_strip_nulls(delivered) ?| names THEN
			merged := merged || (SELECT jsonb_object_agg(n, delivered -> n) FROM unnest(names) AS n);
		END IF;
	END LOOP;
	RETURN merged::text::monitor.profile::jsonb;
EXCEPTION WHEN invalid_text_representation THEN
	-- More delivered than counted, say: the two are not about the same people.
	RETURN delivered;
END
$function$;
COMMENT ON FUNCTION register_merge_counts(jsonb, jsonb) IS
'The counts of an area that has both person rows and a delivery: a delivered count wins, together with the others of its measure; if that is impossible (parts larger than wholes) the delivery stands alone, and check_register says so. Used by refresh, not for users.';

CREATE FUNCTION register_person_profile(register name) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.resident', register)::regclass
		AND attname = 'convicted' AND NOT attisdropped) THEN
		RETURN 'monitor.profile(r.age, r.outside_labour, r.convicted, r.education, r.gross_income, r.in_education, r.non_western)::jsonb';
	END IF;
	-- Columns that do not exist are counts that are missing, not people who are unknown.
	RETURN $sql$monitor.profile(r.age, r.outside_labour, NULL, r.education, NULL, r.in_education, NULL)::jsonb
		|| '{"convicted": null, "unknown_conviction": null, "taxpayers": null, "income_total": null,
			"unknown_income": null, "unknown_in_education": null, "non_western": null, "unknown_origin": null}'$sql$;
END
$function$;
COMMENT ON FUNCTION register_person_profile(name) IS
'Text of the expression that counts rows r of a register''s table resident, with or without the sensitive columns. Used by refresh, not for users.';

CREATE PROCEDURE refresh_profiles(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks jsonb := jsonb_build_object('profile', monitor.register_person_profile(register));
	years text;
BEGIN
	CALL monitor.register_step(register, 'clear profiles', 'DELETE FROM @register@.computed_profile');
	CALL monitor.register_step(register, 'count persons', $sql$
		INSERT INTO @register@.computed_profile (area, data_year, source, counts)
		SELECT aa.area, r.data_year, 'persons', @profile@
		FROM @register@.resident AS r
		JOIN @register@.address_area AS aa ON aa.address = r.address
			AND r.data_year BETWEEN aa.first_data_year AND aa.last_data_year
		GROUP BY aa.area, r.data_year$sql$, marks);
	EXECUTE monitor.register_sql(register, 'SELECT array_agg(DISTINCT data_year)::text FROM @register@.computed_profile') INTO years;
	CALL monitor.register_step(register, 'deliveries of counts', $sql$
		INSERT INTO @register@.computed_profile AS c (area, data_year, source, vintage, counts)
		SELECT DISTINCT ON (d.area, d.data_year) d.area, d.data_year, 'delivery', d.vintage,
			monitor.register_profile(to_jsonb(d), format('profile_delivery of area %s, data year %s, vintage %s', d.area, d.data_year, d.vintage))::jsonb
		FROM @register@.profile_delivery AS d
		ORDER BY d.area, d.data_year, d.vintage DESC
		ON CONFLICT (area, data_year) DO UPDATE SET (source, vintage, counts) = (
			SELECT CASE WHEN m.counts = excluded.counts THEN 'delivery' ELSE 'both' END, excluded.vintage, m.counts
			FROM (SELECT monitor.register_merge_counts(c.counts, excluded.counts) OFFSET 0) AS m(counts))$sql$);
	-- After the deliveries, whose missing counts would else be completed with zeros. An area without an
	-- address that is known from deliveries is unknown in the years they do not tell of, not empty.
	CALL monitor.register_step(register, 'areas without residents', $sql$
		WITH year AS (
			SELECT y.data_year, make_date(y.data_year, 1, 1) AS reference_date FROM unnest(@years@::integer[]) AS y(data_year)
		), extent AS (
			SELECT area, valid_from, valid_to FROM @register@.area_boundary
			UNION ALL SELECT area, valid_from, valid_to FROM @register@.area_parcel WHERE area IS NOT NULL
			UNION ALL SELECT area, valid_from, valid_to FROM @register@.area_department
		), elsewhere AS (
			SELECT area FROM @register@.profile_delivery
			UNION SELECT area FROM @register@.criterion_delivery WHERE coalesce(value, low, high) IS NOT NULL
			EXCEPT SELECT area FROM @register@.address_area
		), nobody AS (
			SELECT @profile@ AS counts FROM @register@.resident AS r WHERE false
		)
		INSERT INTO @register@.computed_profile (area, data_year, source, counts)
		SELECT DISTINCT e.area, y.data_year, 'persons', n.counts
		FROM extent AS e JOIN year AS y ON e.valid_from <= y.reference_date AND y.reference_date < e.valid_to
		CROSS JOIN nobody AS n
		WHERE NOT EXISTS (SELECT FROM elsewhere AS o WHERE o.area = e.area)
		ON CONFLICT DO NOTHING$sql$, marks || jsonb_build_object('years', quote_nullable(years)));
	CALL monitor.register_step(register, 'clear benchmarks', 'DELETE FROM @register@.computed_benchmark');
	CALL monitor.register_step(register, 'benchmarks', $sql$
		INSERT INTO @register@.computed_benchmark (scope, region, data_year, vintage, counts)
		SELECT DISTINCT ON (b.scope, b.region, b.data_year) b.scope, b.region, b.data_year, b.vintage,
			monitor.register_profile(to_jsonb(b), format('benchmark %s %s, data year %s, vintage %s', b.scope, b.region, b.data_year, b.vintage))::jsonb
		FROM @register@.benchmark AS b
		ORDER BY b.scope, b.region, b.data_year, b.vintage DESC$sql$);
END
$procedure$;
COMMENT ON PROCEDURE refresh_profiles(name) IS
'Step of refresh: counts of every area and data year, from person rows and deliveries, and the benchmarks. Not for users.';

-- Criteria.

CREATE FUNCTION register_rules(register name) RETURNS jsonb
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_build_object(
		'rule_sets', register_sql(register, $sql$(
			SELECT s.rule_set, s.title, s.kind, s.first_list_year, s.last_list_year, false AS own FROM monitor.rule_set AS s
			UNION ALL
			SELECT o.rule_set, o.title, o.kind, o.first_list_year, o.last_list_year, true FROM @register@.rule_set AS o)$sql$),
		'rules', register_sql(register, $sql$(
			SELECT b.rule_set, b.criterion, b.measure, b.data_offsets, b.averaging, b AS rule FROM monitor.rule AS b
			UNION ALL
			SELECT o.rule_set, o.criterion, o.measure, o.data_offsets, o.averaging,
				jsonb_populate_record(NULL::monitor.rule, to_jsonb(o)) FROM @register@.rule AS o)$sql$),
		'status_rules', register_sql(register, $sql$(
			SELECT b.rule_set, b.status, b.rank, b.base_status, b.years_in_row, b.counts_in_streak, b.printed, b AS rule
			FROM monitor.status_rule AS b
			UNION ALL
			SELECT o.rule_set, o.status, o.rank, o.base_status, o.years_in_row, o.counts_in_streak, o.printed,
				jsonb_populate_record(NULL::monitor.status_rule, to_jsonb(o)) FROM @register@.status_rule AS o)$sql$));
END;
COMMENT ON FUNCTION register_rules(name) IS
'Texts of the subqueries that join the built-in rules with a register''s own, under the marks they have in refresh''s statements. Used by refresh, not for users.';

CREATE PROCEDURE refresh_criteria(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks jsonb := monitor.register_rules(register);
BEGIN
	CALL monitor.register_step(register, 'clear editions', 'DELETE FROM @register@.computed_edition');
	CALL monitor.register_step(register, 'rule sets by list year', $sql$
		WITH looks_at AS (
			SELECT r.rule_set, array_agg(DISTINCT o.data_offset) AS data_offsets,
				min(o.data_offset) FILTER (WHERE r.measure = 'residents') AS residents_offset
			FROM @rules@ AS r CROSS JOIN LATERAL unnest(r.data_offsets) AS o(data_offset)
			GROUP BY r.rule_set
		), counted AS (
			SELECT DISTINCT p.data_year
			FROM @register@.computed_profile AS p
			JOIN @register@.area AS a ON a.id = p.area
			JOIN @register@.settings AS t ON t.housing_layer = a.layer
			WHERE p.counts ->> 'residents' IS NOT NULL
		), has AS (
			SELECT l.rule_set, c.data_year - l.residents_offset AS list_year, true AS has_figures
			FROM looks_at AS l CROSS JOIN counted AS c
			UNION ALL
			SELECT DISTINCT d.rule_set, d.list_year, true FROM @register@.criterion_delivery AS d
			UNION ALL
			SELECT DISTINCT s.rule_set, p.list_year, false
			FROM @rule_sets@ AS s CROSS JOIN @register@.published_list AS p WHERE s.kind = 'list'
		)
		INSERT INTO @register@.computed_edition (rule_set, list_year, kind, own, data_years, has_figures)
		SELECT s.rule_set, h.list_year, s.kind, s.own,
			ARRAY(SELECT h.list_year + o FROM unnest(l.data_offsets) AS o ORDER BY o), bool_or(h.has_figures)
		FROM @rule_sets@ AS s
		JOIN has AS h ON h.rule_set = s.rule_set
			AND h.list_year BETWEEN s.first_list_year AND coalesce(s.last_list_year, h.list_year)
		JOIN looks_at AS l ON l.rule_set = s.rule_set
		GROUP BY s.rule_set, h.list_year, s.kind, s.own, l.data_offsets$sql$, marks);
	CALL monitor.register_step(register, 'clear criteria', 'DELETE FROM @register@.computed_criterion');
	CALL monitor.register_step(register, 'criteria from profiles', monitor.criteria_statement(), marks);
	CALL monitor.register_step(register, 'criteria from deliveries', monitor.criteria_delivered_statement(), marks);
	EXECUTE monitor.register_sql(register, 'ANALYZE @register@.computed_criterion');
END
$procedure$;
COMMENT ON PROCEDURE refresh_criteria(name) IS
'Step of refresh: which rule sets apply to which list years, and every criterion of theirs for every housing area. Not for users.';

CREATE FUNCTION criteria_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH edition AS (
		SELECT e.rule_set, e.list_year, e.data_years, array_agg(r.rule ORDER BY r.criterion) AS rules
		FROM @register@.computed_edition AS e JOIN @rules@ AS r USING (rule_set)
		WHERE e.has_figures
		GROUP BY e.rule_set, e.list_year, e.data_years
	), profile AS MATERIALIZED (
		SELECT area, data_year, counts, counts::text::monitor.profile AS profile FROM @register@.computed_profile
	), benchmark AS MATERIALIZED (
		SELECT scope, region, data_year, counts::text::monitor.profile AS profile FROM @register@.computed_benchmark
	), given AS (
		SELECT e.rule_set, e.list_year, p.area FROM edition AS e JOIN profile AS p ON p.data_year = ANY (e.data_years)
		UNION
		SELECT rule_set, list_year, area FROM @register@.criterion_delivery WHERE area IS NOT NULL
	)
	INSERT INTO @register@.computed_criterion (rule_set, list_year, area, criterion, measure, source, value, threshold,
		comparator, met, margin, margin_persons, margin_fulltime, margin_amount, margin_swaps, by_leaving, by_newcomers,
		unknown, could_flip, methods_agree, note, data_years, population)
	SELECT e.rule_set, e.list_year, a.id, c.criterion, r.measure, 'profile', c.value, c.threshold,
		c.comparator, c.met, c.margin, c.margin_persons, c.margin_fulltime, c.margin_amount, c.margin_swaps, c.by_leaving,
		c.by_newcomers, c.unknown, c.could_flip, c.methods_agree, c.note, y.data_years,
		(latest.counts ->> CASE r.measure WHEN 'residents' THEN 'residents' WHEN 'outside_labour' THEN 'working_age'
			WHEN 'convicted' THEN 'adults' WHEN 'basic_education' THEN 'aged_30_59' WHEN 'low_income' THEN 'taxpayers'
			WHEN 'non_western' THEN 'residents' END)::bigint
	FROM edition AS e
	JOIN given AS g USING (rule_set, list_year)
	JOIN @register@.area AS a ON a.id = g.area
	JOIN @register@.settings AS t ON t.housing_layer = a.layer
	CROSS JOIN LATERAL (
		SELECT array_agg(p.profile ORDER BY y.data_year) AS area, array_agg(n.profile ORDER BY y.data_year) AS national,
			array_agg(d.profile ORDER BY y.data_year) AS regional
		FROM unnest(e.data_years) AS y(data_year)
		LEFT JOIN profile AS p ON p.area = a.id AND p.data_year = y.data_year
		LEFT JOIN benchmark AS n ON n.scope = 'national' AND n.data_year = y.data_year
		LEFT JOIN benchmark AS d ON d.scope = 'regional' AND d.region = a.region AND d.data_year = y.data_year
	) AS p
	CROSS JOIN LATERAL monitor.criteria(e.rules, e.list_year, e.data_years, p.area, p.national, p.regional) AS c
	JOIN @rules@ AS r ON r.rule_set = e.rule_set AND r.criterion = c.criterion
	CROSS JOIN LATERAL (
		SELECT array_agg(DISTINCT e.list_year + o ORDER BY e.list_year + o) AS data_years
		FROM unnest(r.data_offsets || CASE WHEN r.averaging = 'mean_of_counts' THEN 0 END) AS o WHERE o IS NOT NULL
	) AS y
	LEFT JOIN @register@.computed_profile AS latest ON latest.area = a.id
		AND latest.data_year = (SELECT max(e.list_year + o) FROM unnest(r.data_offsets) AS o)
	$sql$;
END;
COMMENT ON FUNCTION criteria_statement() IS
'Text of refresh''s statement that tests every criterion by the profiles of area, country and region. Not for users.';

CREATE FUNCTION criteria_delivered_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH delivery AS (
		SELECT DISTINCT ON (d.list_year, d.rule_set, d.criterion, d.area) d.*,
			coalesce(0.5 * 10::numeric ^ (-d.value_decimals), 0) AS value_half,
			coalesce(0.5 * 10::numeric ^ (-d.limit_decimals), 0) AS limit_half
		FROM @register@.criterion_delivery AS d
		ORDER BY d.list_year, d.rule_set, d.criterion, d.area, d.vintage DESC
	), open AS (
		SELECT c.list_year, c.rule_set, c.area, c.criterion, r.rule, v.value, l.limit_value,
			CASE WHEN v.id IS NOT NULL THEN coalesce(v.low, v.value - v.value_half) WHEN c.threshold IS NULL THEN c.value::numeric END AS low,
			CASE WHEN v.id IS NOT NULL THEN coalesce(v.high, v.value + v.value_half) WHEN c.threshold IS NULL THEN c.value::numeric END AS high,
			coalesce(l.limit_value - l.limit_half, c.threshold::numeric) AS threshold_low,
			coalesce(l.limit_value + l.limit_half, c.threshold::numeric) AS threshold_high
		FROM @register@.computed_criterion AS c
		JOIN @rules@ AS r USING (rule_set, criterion)
		LEFT JOIN delivery AS v ON v.list_year = c.list_year AND v.rule_set = c.rule_set AND v.criterion = c.criterion
			AND v.area = c.area AND (v.value IS NOT NULL OR v.low IS NOT NULL OR v.high IS NOT NULL)
		LEFT JOIN LATERAL (
			SELECT d.limit_value, d.limit_half FROM delivery AS d
			WHERE d.list_year = c.list_year AND d.rule_set = c.rule_set AND d.criterion = c.criterion
				AND (d.area = c.area OR d.area IS NULL) AND d.limit_value IS NOT NULL
			ORDER BY d.area NULLS LAST LIMIT 1
		) AS l ON true
		WHERE c.met IS NULL AND (v.id IS NOT NULL OR l.limit_value IS NOT NULL)
	)
	UPDATE @register@.computed_criterion AS c
	SET source = 'delivery', value = coalesce(r.value, o.value::float8), threshold = coalesce(r.threshold, o.limit_value::float8), comparator = r.comparator,
		met = r.met, margin = r.margin, margin_persons = r.margin_persons, margin_fulltime = r.margin_fulltime,
		margin_amount = r.margin_amount, margin_swaps = r.margin_swaps, by_leaving = r.by_leaving,
		by_newcomers = r.by_newcomers, unknown = r.unknown, could_flip = r.could_flip,
		methods_agree = r.methods_agree, note = r.note
	FROM open AS o
	CROSS JOIN LATERAL monitor.criterion_from_bounds(o.rule, o.low, o.high, o.threshold_low, o.threshold_high) AS r
	WHERE (c.list_year, c.rule_set, c.area, c.criterion) = (o.list_year, o.rule_set, o.area, o.criterion)
	$sql$;
END;
COMMENT ON FUNCTION criteria_delivered_statement() IS
'Text of refresh''s statement that answers, from printed values, bounds and limits, the criteria that profiles could not. Not for users.';

-- Statuses.

CREATE FUNCTION criterion_results_query() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$(
		SELECT c.rule_set, c.list_year, c.area, e.own, e.kind, s.rules,
			bool_or(c.measure = 'residents' AND NOT c.met) AS too_small,
			array_agg(ROW(c.criterion, c.value, c.threshold, c.comparator, c.met, c.margin, c.margin_persons, c.margin_fulltime,
				c.margin_amount, c.note, c.margin_swaps, c.by_leaving, c.by_newcomers, c.unknown, c.could_flip,
				c.methods_agree)::monitor.criterion_result ORDER BY c.criterion) AS results,
			array_agg(ROW(c.criterion, c.value, c.threshold, c.comparator, c.met OR c.measure = 'residents', c.margin,
				c.margin_persons, c.margin_fulltime, c.margin_amount, c.note, c.margin_swaps, c.by_leaving, c.by_newcomers,
				c.unknown, c.could_flip, c.methods_agree)::monitor.criterion_result ORDER BY c.criterion) AS results_if_larger
		FROM @register@.computed_criterion AS c
		JOIN @register@.computed_edition AS e USING (rule_set, list_year)
		JOIN (SELECT rule_set, array_agg(rule ORDER BY rank) AS rules FROM @status_rules@ AS r GROUP BY rule_set) AS s
			USING (rule_set)
		GROUP BY c.rule_set, c.list_year, c.area, e.own, e.kind, s.rules)$sql$;
END;
COMMENT ON FUNCTION criterion_results_query() IS
'Text of the subquery that gives each area''s criteria of a list year as the arguments of status_results. Used by refresh, not for users.';

CREATE PROCEDURE refresh_statuses(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks jsonb := monitor.register_rules(register);
BEGIN
	marks := marks || jsonb_build_object('results', monitor.register_sql(register, monitor.criterion_results_query(), marks));
	CALL monitor.register_step(register, 'clear listings', 'DELETE FROM @register@.computed_listing');
	CALL monitor.register_step(register, 'lists in a row', monitor.listing_statement(), marks);
	EXECUTE monitor.register_sql(register, 'ANALYZE @register@.computed_listing');
	CALL monitor.register_step(register, 'clear statuses', 'DELETE FROM @register@.computed_status');
	CALL monitor.register_step(register, 'statuses', monitor.status_statement(), marks);
	CALL monitor.register_step(register, 'statuses from lists alone', monitor.status_from_lists_statement(), marks);
	EXECUTE monitor.register_sql(register, 'ANALYZE @register@.computed_status');
END
$procedure$;
COMMENT ON PROCEDURE refresh_statuses(name) IS
'Step of refresh: membership of lists year by year, lists in a row, and every status. Not for users.';

CREATE FUNCTION listing_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH RECURSIVE ground AS (
		SELECT a.id AS area FROM @register@.area AS a JOIN @register@.settings AS t ON t.housing_layer = a.layer
	), span AS (
		SELECT generate_series(min(list_year), max(list_year)) AS list_year
		FROM @register@.computed_edition WHERE kind = 'list'
	), counting AS (
		-- Statuses that count, and stricter ones that nobody has without them.
		SELECT s.rule_set, s.own, s.first_list_year, s.last_list_year, r.status, r.counts_in_streak AS itself
		FROM @rule_sets@ AS s
		JOIN @status_rules@ AS r ON r.rule_set = s.rule_set
		LEFT JOIN @status_rules@ AS b ON b.rule_set = s.rule_set AND b.status = r.base_status
		WHERE s.kind = 'list' AND (r.counts_in_streak OR b.counts_in_streak)
	), official AS (
		SELECT g.area, p.list_year,
			bool_or(CASE WHEN l.area IS NOT NULL THEN true WHEN c.itself AND p.complete THEN false END) AS listed
		FROM counting AS c
		JOIN @register@.published_list AS p ON p.status = c.status AND NOT c.own
			AND p.list_year BETWEEN c.first_list_year AND coalesce(c.last_list_year, p.list_year)
		CROSS JOIN ground AS g
		LEFT JOIN @register@.list_entry AS l ON (l.list_year, l.status, l.area) = (p.list_year, p.status, g.area)
		GROUP BY g.area, p.list_year
	), computed AS (
		SELECT c.rule_set, c.own, c.list_year, c.area, bool_or(s.met) AS listed
		FROM @results@ AS c
		CROSS JOIN LATERAL monitor.status_results(c.rules, c.list_year, c.results, NULL, NULL) AS s
		JOIN counting AS k ON k.rule_set = c.rule_set AND k.status = s.status AND k.itself
		GROUP BY c.rule_set, c.own, c.list_year, c.area
	), law AS (
		SELECT g.area, y.list_year, o.listed AS official, c.listed AS computed
		FROM ground AS g CROSS JOIN span AS y
		LEFT JOIN official AS o ON (o.area, o.list_year) = (g.area, y.list_year)
		LEFT JOIN computed AS c ON (c.area, c.list_year) = (g.area, y.list_year) AND NOT c.own
	), value AS (
		-- The law's own lists, and for each own rule set the lists under it since its first year.
		SELECT '' AS rule_set, area, list_year, official, computed FROM law
		UNION ALL
		SELECT k.rule_set, l.area, l.list_year,
			CASE WHEN NOT within THEN l.official END, CASE WHEN within THEN c.listed ELSE l.computed END
		FROM (SELECT DISTINCT rule_set, first_list_year, last_list_year FROM counting
			WHERE own AND rule_set IN (SELECT rule_set FROM @register@.computed_edition)) AS k
		CROSS JOIN law AS l
		CROSS JOIN LATERAL (SELECT l.list_year BETWEEN k.first_list_year AND coalesce(k.last_list_year, l.list_year) AS within) AS w
		LEFT JOIN computed AS c ON (c.rule_set, c.area, c.list_year) = (k.rule_set, l.area, l.list_year) AND c.own
	), holder AS (
		-- Before an area came out of others by split or merger, these held its place.
		SELECT g.area, y.list_year, g.area AS holder FROM ground AS g CROSS JOIN span AS y
		UNION
		SELECT h.area, h.list_year, l.predecessor
		FROM holder AS h
		JOIN @register@.area_lineage AS l ON l.successor = h.holder AND l.changed_on > make_date(h.list_year, 12, 1)
		WHERE (SELECT inherit_through_lineage FROM @register@.settings)
	), inherited AS (
		SELECT v.rule_set, h.area, h.list_year,
			CASE WHEN bool_and(coalesce(v.official, v.computed)) AND count(coalesce(v.official, v.computed)) = count(*) THEN true
				WHEN NOT bool_or(coalesce(v.official, v.computed)) AND count(coalesce(v.official, v.computed)) = count(*) THEN false
			END AS listed
		FROM holder AS h
		JOIN value AS v ON (v.area, v.list_year) = (h.holder, h.list_year)
		WHERE h.area IN (SELECT successor FROM @register@.area_lineage) AND NOT EXISTS (
			SELECT FROM @register@.area_lineage AS l
			WHERE l.successor = h.holder AND l.changed_on > make_date(h.list_year, 12, 1))
		GROUP BY v.rule_set, h.area, h.list_year
		HAVING bool_or(h.holder <> h.area)
	), listing AS (
		SELECT v.rule_set, v.area, v.list_year,
			CASE WHEN v.official THEN true WHEN i.area IS NULL THEN coalesce(v.official, v.computed)
				ELSE coalesce(i.listed, v.computed) END AS listed,
			CASE WHEN v.official OR (i.area IS NULL AND v.official IS NOT NULL) THEN 'official'
				WHEN i.listed IS NOT NULL THEN 'inherited'
				WHEN v.computed IS NOT NULL THEN 'computed' ELSE 'unknown' END AS basis
		FROM value AS v
		LEFT JOIN inherited AS i ON (i.rule_set, i.area, i.list_year) = (v.rule_set, v.area, v.list_year)
	)
	INSERT INTO @register@.computed_listing (rule_set, area, list_year, listed, basis, at_least, at_most)
	SELECT rule_set, area, list_year, listed, basis, (run).at_least, (run).at_most
	FROM (SELECT *, monitor.streak(listed, list_year) OVER (PARTITION BY rule_set, area ORDER BY list_year) AS run
		FROM listing) AS s
	$sql$;
END;
COMMENT ON FUNCTION listing_statement() IS
'Text of refresh''s statement that settles, year by year, who was on the list whose years in a row count (the published list where there is one, else the criteria, before a split or merger the predecessors'' membership), and counts them. Not for users.';

CREATE FUNCTION status_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH result AS MATERIALIZED (
		SELECT * FROM @results@ AS r
	), base AS (
		SELECT r.rule_set, r.list_year, r.area, bool_or(s.met) AS listed
		FROM result AS r
		CROSS JOIN LATERAL monitor.status_results(r.rules, r.list_year, r.results, NULL, NULL) AS s
		JOIN @status_rules@ AS k ON k.rule_set = r.rule_set AND k.status = s.status AND k.counts_in_streak
		GROUP BY r.rule_set, r.list_year, r.area
	), run AS (
		-- Earlier years as settled; this year by the criteria, where they answer.
		SELECT r.rule_set, r.list_year, r.area,
			CASE WHEN b.listed THEN coalesce(p.at_least, 0) + 1 WHEN NOT b.listed THEN 0 ELSE l.at_least END AS at_least,
			CASE WHEN b.listed THEN p.at_most + 1 WHEN NOT b.listed THEN 0 ELSE l.at_most END AS at_most
		FROM result AS r
		LEFT JOIN base AS b ON (b.rule_set, b.list_year, b.area) = (r.rule_set, r.list_year, r.area)
		LEFT JOIN @register@.computed_listing AS l ON l.rule_set = CASE WHEN r.own THEN r.rule_set ELSE '' END
			AND l.area = r.area AND l.list_year = r.list_year
		LEFT JOIN @register@.computed_listing AS p ON p.rule_set = l.rule_set AND p.area = r.area AND p.list_year = r.list_year - 1
		WHERE r.kind = 'list'
	)
	INSERT INTO @register@.computed_status (rule_set, list_year, area, status, rank, printed, met, met_if_larger,
		at_least, at_most, margin_low, margin_high, note)
	SELECT r.rule_set, r.list_year, r.area, s.status, s.rank, k.printed, s.met, larger.met,
		CASE WHEN k.years_in_row IS NOT NULL THEN n.at_least END, CASE WHEN k.years_in_row IS NOT NULL THEN n.at_most END,
		s.margin_low, s.margin_high, s.note
	FROM result AS r
	LEFT JOIN run AS n ON (n.rule_set, n.list_year, n.area) = (r.rule_set, r.list_year, r.area)
	CROSS JOIN LATERAL monitor.status_results(r.rules, r.list_year, r.results, n.at_least, n.at_most) AS s
	JOIN @status_rules@ AS k ON k.rule_set = r.rule_set AND k.status = s.status
	LEFT JOIN LATERAL (
		SELECT i.met FROM monitor.status_results(r.rules, r.list_year, r.results_if_larger, n.at_least, n.at_most) AS i
		WHERE i.status = s.status
	) AS larger ON r.too_small
	$sql$;
END;
COMMENT ON FUNCTION status_statement() IS
'Text of refresh''s statement that gives every status of every area with figures. Not for users.';

CREATE FUNCTION status_from_lists_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	INSERT INTO @register@.computed_status AS s (rule_set, list_year, area, status, rank, printed, met, at_least, at_most, note)
	SELECT e.rule_set, e.list_year, l.area, k.status, k.rank, k.printed,
		l.listed AND CASE WHEN l.at_least >= k.years_in_row THEN true WHEN l.at_most < k.years_in_row THEN false END,
		l.at_least, l.at_most, 'from membership of published lists alone'
	FROM @register@.computed_edition AS e
	JOIN @status_rules@ AS k ON k.rule_set = e.rule_set AND k.years_in_row IS NOT NULL
	JOIN @register@.computed_listing AS l ON l.list_year = e.list_year AND l.rule_set = CASE WHEN e.own THEN e.rule_set ELSE '' END
	WHERE e.kind = 'list' AND l.listed IS NOT NULL
	ON CONFLICT (list_year, rule_set, area, status) DO UPDATE
	SET met = excluded.met, at_least = excluded.at_least, at_most = excluded.at_most, note = excluded.note
	WHERE s.met IS NULL AND excluded.met IS NOT NULL
	$sql$;
END;
COMMENT ON FUNCTION status_from_lists_statement() IS
'Text of refresh''s statement that gives the statuses that need years in a row to areas of which only the lists are known. Not for users.';
