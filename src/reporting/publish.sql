-- Filling <register>_published. Primary suppression is applied here, in the tables:
-- a count x out of n persons is hidden if 0 < x < threshold or 0 < n - x < threshold,
-- and so is everything that was computed from it.

CREATE PROCEDURE publish(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	PERFORM monitor.register_is_mine(register);
	CALL monitor.publish_clear(register);
	CALL monitor.publish_dimensions(register);
	CALL monitor.publish_profiles(register);
	CALL monitor.publish_criteria(register);
	CALL monitor.publish_lists(register);
	CALL monitor.publish_map(register);
	CALL monitor.publish_relocation(register);
END
$procedure$;
COMMENT ON PROCEDURE publish(name) IS
'Step of refresh: fills <register>_published from the computed tables, with primary suppression. Not for users.';

CREATE PROCEDURE publish_clear(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	target text;
BEGIN
	-- DELETE, not TRUNCATE: readers and dumps see the old rows until the commit.
	FOREACH target IN ARRAY ARRAY['fact_flow_line', 'fact_move', 'fact_waterbed_between', 'fact_waterbed_landlord',
		'fact_waterbed', 'dim_place', 'fact_boundary', 'fact_official_value', 'fact_list', 'fact_listing', 'fact_status',
		'fact_criterion', 'fact_profile', 'dim_measure', 'dim_status', 'dim_criterion', 'dim_list_year', 'dim_rule_set',
		'dim_data_year', 'area_landlord', 'dim_landlord', 'dim_area', 'publication'] LOOP
		CALL monitor.register_step(register, 'clear ' || target, 'DELETE FROM @published@.' || target);
	END LOOP;
END
$procedure$;
COMMENT ON PROCEDURE publish_clear(name) IS
'Step of refresh: empties the published tables. Not for users.';

CREATE PROCEDURE publish_dimensions(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks jsonb := monitor.register_rules(register);
BEGIN
	CALL monitor.register_step(register, 'publication', $sql$
		INSERT INTO @published@.publication (refreshed_at, suppression_threshold, near_limit_percent, near_limit_persons,
			extension_version)
		SELECT now(), suppression_threshold, near_limit_percent, near_limit_persons, monitor.library_version()
		FROM @register@.settings$sql$);
	CALL monitor.register_step(register, 'dim_area', $sql$
		INSERT INTO @published@.dim_area (area, code, name, layer, is_housing_area, kind, municipality, region, tenure)
		SELECT a.id, a.code::varchar(100), a.name::varchar(200), a.layer::varchar(100), a.layer = t.housing_layer,
			a.kind::varchar(100), a.municipality::varchar(200), a.region::varchar(200), a.tenure::varchar(100)
		FROM @register@.area AS a CROSS JOIN @register@.settings AS t$sql$);
	CALL monitor.register_step(register, 'dim_landlord', $sql$
		INSERT INTO @published@.dim_landlord (landlord, code, name)
		SELECT id, code::varchar(100), name::varchar(200) FROM @register@.landlord$sql$);
	CALL monitor.register_step(register, 'area_landlord', $sql$
		INSERT INTO @published@.area_landlord (area, landlord, departments, valid_from, valid_to)
		SELECT ad.area, d.landlord, count(DISTINCT d.id),
			nullif(min(greatest(ad.valid_from, d.valid_from)), '-infinity'), nullif(max(least(ad.valid_to, d.valid_to)), 'infinity')
		FROM @register@.area_department AS ad JOIN @register@.department AS d ON d.id = ad.department
		GROUP BY ad.area, d.landlord$sql$);
	CALL monitor.register_step(register, 'dim_data_year', $sql$
		INSERT INTO @published@.dim_data_year (data_year, reference_date)
		SELECT DISTINCT data_year, make_date(data_year, 1, 1) FROM @register@.computed_profile$sql$);
	CALL monitor.register_step(register, 'dim_rule_set', $sql$
		INSERT INTO @published@.dim_rule_set (rule_set, title, kind, first_list_year, last_list_year, is_own)
		SELECT rule_set::varchar(100), title::varchar(300), kind, first_list_year, last_list_year, own FROM @rule_sets@ AS s$sql$,
		marks);
	CALL monitor.register_step(register, 'dim_list_year', $sql$
		WITH year AS (
			SELECT list_year, bool_or(has_figures) AS has_figures FROM (
				SELECT list_year, has_figures FROM @register@.computed_edition
				UNION ALL SELECT list_year, false FROM @register@.published_list
				UNION ALL SELECT list_year, false FROM @register@.official_value
				UNION ALL SELECT list_year, false FROM @register@.computed_listing) AS y
			GROUP BY list_year
		)
		INSERT INTO @published@.dim_list_year (list_year, list_date, rule_set, has_figures, has_official_list, is_latest)
		SELECT y.list_year, coalesce(p.list_date, make_date(y.list_year, 12, 1)), monitor.rule_set_of(y.list_year),
			y.has_figures, p.list_year IS NOT NULL,
			y.list_year = (SELECT max(list_year) FROM year WHERE has_figures OR NOT EXISTS (SELECT FROM year WHERE has_figures))
		FROM year AS y
		LEFT JOIN (SELECT list_year, min(list_date) AS list_date FROM @register@.published_list GROUP BY list_year) AS p
			USING (list_year)$sql$);
	CALL monitor.register_step(register, 'dim_criterion', $sql$
		INSERT INTO @published@.dim_criterion (rule_set, criterion, measure, comparator, threshold_kind, rule_threshold,
			averaging, unknown_counts_as)
		SELECT r.rule_set::varchar(100), r.criterion::varchar(100), r.measure, (r.rule).comparator, (r.rule).threshold_kind,
			(r.rule).threshold, r.averaging, (r.rule).unknown_counts_as
		FROM @rules@ AS r$sql$, marks);
	CALL monitor.register_step(register, 'dim_status', $sql$
		INSERT INTO @published@.dim_status (rule_set, status, rank, is_printed, years_in_row)
		SELECT rule_set::varchar(100), status::varchar(100), rank, printed, years_in_row FROM @status_rules@ AS s$sql$, marks);
END
$procedure$;
COMMENT ON PROCEDURE publish_dimensions(name) IS
'Step of refresh: fills the dimension tables. Not for users.';

-- A count is hidden if it is small, or if subtracting it from a shown group around it,
-- alone or with the shown counts beside it, leaves a small one.
CREATE FUNCTION published_profile_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH given AS (
		SELECT p.area, p.data_year, p.source, p.vintage, t.suppression_threshold AS k, c.*
		FROM @register@.computed_profile AS p
		CROSS JOIN @register@.settings AS t
		CROSS JOIN LATERAL jsonb_to_record(p.counts) AS c(residents bigint, unknown_age bigint, adults bigint,
			working_age bigint, outside_labour numeric, unknown_labour bigint, convicted bigint, unknown_conviction bigint,
			aged_30_59 bigint, basic_education bigint, not_approved_education bigint, unknown_education bigint,
			taxpayers bigint, income_total numeric, unknown_income bigint, unknown_in_education bigint,
			non_western bigint, unknown_origin bigint)
	), age AS MATERIALIZED (
		SELECT g.*, monitor.few(residents, k) AS few_residents,
			monitor.few(residents, k) OR monitor.few(adults, k) OR monitor.few(residents - adults, k) AS few_adults,
			monitor.few(residents, k) OR monitor.few(working_age, k) OR monitor.few(adults - working_age, k)
				OR monitor.few(residents - working_age, k) AS few_working,
			monitor.few(residents, k) OR monitor.few(aged_30_59, k) OR monitor.few(working_age - aged_30_59, k)
				OR monitor.few(adults - aged_30_59, k) OR monitor.few(residents - aged_30_59, k) AS few_middle,
			monitor.few(residents, k) OR monitor.few(taxpayers, k) OR monitor.few(residents - taxpayers, k) AS few_taxpayers
		FROM given AS g
	), cell AS MATERIALIZED (
		-- The number unknown goes first where it and the figure together leave too few.
		SELECT a.*,
			few_working OR monitor.few(outside_labour, k) OR monitor.few(working_age - outside_labour, k) AS few_outside,
			few_working OR monitor.few(unknown_labour, k) OR monitor.few(working_age - unknown_labour, k)
				OR monitor.few(working_age - outside_labour - unknown_labour, k) AS few_unknown_labour,
			few_adults OR monitor.few(convicted, k) OR monitor.few(adults - convicted, k) AS few_convicted,
			few_adults OR monitor.few(unknown_conviction, k) OR monitor.few(adults - unknown_conviction, k)
				OR monitor.few(adults - convicted - unknown_conviction, k) AS few_unknown_conviction,
			few_middle OR monitor.few(basic_education, k) OR monitor.few(not_approved_education, k)
				OR monitor.few(aged_30_59 - basic_education, k) OR monitor.few(aged_30_59 - not_approved_education, k)
				OR monitor.few(aged_30_59 - basic_education - not_approved_education, k) AS few_educated,
			few_middle OR monitor.few(unknown_education, k) OR monitor.few(aged_30_59 - unknown_education, k)
				OR monitor.few(aged_30_59 - basic_education - unknown_education, k)
				OR monitor.few(aged_30_59 - not_approved_education - unknown_education, k)
				OR monitor.few(aged_30_59 - basic_education - not_approved_education - unknown_education, k) AS few_unknown_education,
			few_residents OR monitor.few(non_western, k) OR monitor.few(residents - non_western, k) AS few_non_western,
			few_residents OR monitor.few(unknown_origin, k) OR monitor.few(residents - unknown_origin, k)
				OR monitor.few(residents - non_western - unknown_origin, k) AS few_unknown_origin
		FROM age AS a
	)
	INSERT INTO @published@.fact_profile (area, data_year, measure, count, population, share, mean_income, suppressed,
		source, vintage)
	SELECT c.area, c.data_year, m.measure,
		CASE WHEN NOT m.few THEN m.count END, CASE WHEN NOT m.few THEN m.population END,
		CASE WHEN NOT m.few THEN 100 * m.count / nullif(m.population, 0) END,
		CASE WHEN NOT m.few THEN m.mean_income END, m.few, c.source, c.vintage
	FROM cell AS c
	CROSS JOIN LATERAL (VALUES
		('residents', c.residents::numeric, NULL::bigint, NULL::numeric, c.few_residents),
		('adults', c.adults, c.residents, NULL, c.few_adults),
		('working_age', c.working_age, c.residents, NULL, c.few_working),
		('aged_30_59', c.aged_30_59, c.residents, NULL, c.few_middle),
		('outside_labour', c.outside_labour, c.working_age, NULL, c.few_outside),
		('unknown_labour', c.unknown_labour, c.working_age, NULL, c.few_unknown_labour),
		('convicted', c.convicted, c.adults, NULL, c.few_convicted),
		('unknown_conviction', c.unknown_conviction, c.adults, NULL, c.few_unknown_conviction),
		('basic_education', c.basic_education, c.aged_30_59, NULL, c.few_educated),
		('not_approved_education', c.not_approved_education, c.aged_30_59, NULL, c.few_educated),
		('unknown_education', c.unknown_education, c.aged_30_59, NULL, c.few_unknown_education),
		('taxpayers', c.taxpayers, c.residents, c.income_total / nullif(c.taxpayers, 0), c.few_taxpayers),
		('non_western', c.non_western, c.residents, NULL, c.few_non_western),
		('unknown_origin', c.unknown_origin, c.residents, NULL, c.few_unknown_origin)
	) AS m(measure, count, population, mean_income, few)
	WHERE m.count IS NOT NULL
	$sql$;
END;
COMMENT ON FUNCTION published_profile_statement() IS
'Text of refresh''s statement that fills fact_profile: each count of each profile, hidden where it, or what it leaves of a group around it, is some persons but fewer than the threshold. Not for users.';

CREATE PROCEDURE publish_profiles(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.register_step(register, 'dim_measure', $sql$
		INSERT INTO @published@.dim_measure (measure, label_english, label_danish, share_of, position) VALUES
			('residents', 'Residents', 'Beboere', NULL, 1),
			('adults', 'Adults', 'Voksne', 'residents', 2),
			('working_age', 'Aged 18-64', '18-64-årige', 'residents', 3),
			('aged_30_59', 'Aged 30-59', '30-59-årige', 'residents', 4),
			('outside_labour', 'Outside the labour market, full-time persons', 'Uden for arbejdsmarkedet, fuldtidspersoner', 'working_age', 5),
			('unknown_labour', 'Labour market unknown', 'Uoplyst arbejdsmarked', 'working_age', 6),
			('convicted', 'Convicted', 'Dømte', 'adults', 7),
			('unknown_conviction', 'Conviction unknown', 'Uoplyst dom', 'adults', 8),
			('basic_education', 'Basic school only', 'Kun grundskole', 'aged_30_59', 9),
			('not_approved_education', 'Education not approved', 'Ikke godkendt uddannelse', 'aged_30_59', 10),
			('unknown_education', 'Education unknown', 'Uoplyst uddannelse', 'aged_30_59', 11),
			('taxpayers', 'Taxpayers', 'Skatteydere', 'residents', 12),
			('non_western', 'Non-western origin', 'Ikke-vestlig oprindelse', 'residents', 13),
			('unknown_origin', 'Origin unknown', 'Uoplyst oprindelse', 'residents', 14)$sql$);
	CALL monitor.register_step(register, 'fact_profile', monitor.published_profile_statement());
	EXECUTE monitor.register_sql(register, 'ANALYZE @published@.fact_profile');
END
$procedure$;
COMMENT ON PROCEDURE publish_profiles(name) IS
'Step of refresh: fills fact_profile with suppressed counts. Not for users.';

CREATE PROCEDURE publish_criteria(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	-- A hidden figure of any year that a value is of hides the value and all that comes of it.
	CALL monitor.register_step(register, 'fact_criterion', $sql$
		WITH hidden AS (
			SELECT c.*, EXISTS (SELECT FROM @published@.fact_profile AS f
				WHERE f.area = c.area AND f.data_year = ANY (c.data_years) AND f.suppressed
					AND (f.measure = CASE c.measure WHEN 'low_income' THEN 'taxpayers' ELSE c.measure END
						OR (d.unknown_counts_as <> 'not' AND f.measure = CASE c.measure WHEN 'outside_labour' THEN 'unknown_labour'
							WHEN 'convicted' THEN 'unknown_conviction' WHEN 'basic_education' THEN 'unknown_education'
							WHEN 'non_western' THEN 'unknown_origin' END))) AS suppressed,
				monitor.few(c.unknown, t.suppression_threshold) AS few_unknown,
				(c.measure <> 'residents' AND abs(c.margin) <= t.near_limit_percent AND c.threshold >= 5 * t.near_limit_percent)
					OR c.margin_persons <= t.near_limit_persons
					OR (c.measure = 'residents' AND abs(c.margin) <= t.near_limit_persons) AS near_limit
			FROM @register@.computed_criterion AS c
			JOIN @published@.dim_criterion AS d ON d.rule_set = c.rule_set AND d.criterion = c.criterion
			CROSS JOIN @register@.settings AS t
		)
		INSERT INTO @published@.fact_criterion (rule_set, list_year, area, criterion, value, threshold, met, margin,
			margin_persons, margin_fulltime, margin_amount, margin_swaps, by_leaving, by_newcomers, unknown, could_flip,
			methods_agree, near_limit, suppressed, source, note)
		SELECT h.rule_set::varchar(100), h.list_year, h.area, h.criterion::varchar(100), v.value, h.threshold, h.met, v.margin,
			v.margin_persons, v.margin_fulltime, v.margin_amount, v.margin_swaps, v.by_leaving, v.by_newcomers,
			CASE WHEN NOT h.few_unknown THEN v.unknown END, v.could_flip, v.methods_agree,
			CASE WHEN v.margin IS NOT NULL THEN coalesce(v.near_limit, false) END, h.suppressed, h.source,
			CASE WHEN NOT h.few_unknown THEN v.note::varchar(500) END
		FROM hidden AS h
		LEFT JOIN LATERAL (SELECT h.value, h.margin, h.margin_persons, h.margin_fulltime, h.margin_amount, h.margin_swaps,
			h.by_leaving, h.by_newcomers, h.unknown, h.could_flip, h.methods_agree, h.near_limit, h.note) AS v
			ON NOT h.suppressed$sql$);
	EXECUTE monitor.register_sql(register, 'ANALYZE @published@.fact_criterion');
	CALL monitor.register_step(register, 'fact_status', $sql$
		WITH hidden AS (
			SELECT rule_set, list_year, area, bool_or(suppressed) AS suppressed
			FROM @published@.fact_criterion GROUP BY rule_set, list_year, area
		)
		INSERT INTO @published@.fact_status (rule_set, list_year, area, status, met, is_strictest, official, met_if_larger,
			at_least, at_most, margin_low, margin_high, suppressed, note)
		SELECT s.rule_set::varchar(100), s.list_year, s.area, s.status::varchar(100), s.met,
			s.met IS TRUE AND s.printed AND s.rank = max(s.rank) FILTER (WHERE s.met AND s.printed)
				OVER (PARTITION BY s.rule_set, s.list_year, s.area),
			CASE WHEN e.own THEN NULL WHEN l.area IS NOT NULL THEN true WHEN p.complete THEN false END,
			s.met_if_larger, s.at_least, s.at_most,
			CASE WHEN NOT coalesce(h.suppressed, false) THEN s.margin_low END,
			CASE WHEN NOT coalesce(h.suppressed, false) THEN s.margin_high END,
			coalesce(h.suppressed, false), CASE WHEN NOT coalesce(h.suppressed, false) THEN s.note::varchar(500) END
		FROM @register@.computed_status AS s
		JOIN @register@.computed_edition AS e USING (rule_set, list_year)
		LEFT JOIN hidden AS h USING (rule_set, list_year, area)
		LEFT JOIN @register@.published_list AS p ON p.list_year = s.list_year AND p.status = s.status
		LEFT JOIN @register@.list_entry AS l ON l.list_year = s.list_year AND l.status = s.status AND l.area = s.area$sql$);
END
$procedure$;
COMMENT ON PROCEDURE publish_criteria(name) IS
'Step of refresh: fills fact_criterion and fact_status. Not for users.';

CREATE PROCEDURE publish_lists(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.register_step(register, 'fact_listing', $sql$
		INSERT INTO @published@.fact_listing (rule_set, list_year, area, listed, basis, at_least, at_most)
		SELECT rule_set::varchar(100), list_year, area, listed, basis, at_least, at_most FROM @register@.computed_listing$sql$);
	CALL monitor.register_step(register, 'fact_list', $sql$
		INSERT INTO @published@.fact_list (list_year, status, area, printed_name, list_complete, list_date)
		SELECT e.list_year, e.status::varchar(100), e.area, e.printed_name::varchar(200), p.complete, p.list_date
		FROM @register@.list_entry AS e JOIN @register@.published_list AS p USING (list_year, status)$sql$);
	CALL monitor.register_step(register, 'fact_official_value', $sql$
		INSERT INTO @published@.fact_official_value (rule_set, list_year, area, criterion, theirs, decimals, ours, difference,
			difference_persons, agrees, suppressed)
		SELECT o.rule_set::varchar(100), o.list_year, o.area, o.criterion::varchar(100), o.value, o.decimals, f.value,
			f.value - o.value,
			CASE c.measure WHEN 'residents' THEN f.value - o.value WHEN 'low_income' THEN NULL
				ELSE (f.value - o.value) / 100 * c.population END,
			abs(f.value::numeric - o.value) <= 0.5 * 10::numeric ^ (-o.decimals), coalesce(f.suppressed, false)
		FROM @register@.official_value AS o
		LEFT JOIN @register@.computed_criterion AS c USING (rule_set, list_year, area, criterion)
		LEFT JOIN @published@.fact_criterion AS f USING (rule_set, list_year, area, criterion)$sql$);
END
$procedure$;
COMMENT ON PROCEDURE publish_lists(name) IS
'Step of refresh: fills the tables of published lists and printed figures. Not for users.';

CREATE PROCEDURE publish_map(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.register_step(register, 'map_feature', $sql$
		INSERT INTO @register@.map_feature (area, valid_from)
		SELECT b.area, b.valid_from FROM @register@.area_boundary AS b
		WHERE NOT EXISTS (SELECT FROM @register@.map_feature AS m WHERE (m.area, m.valid_from) = (b.area, b.valid_from))
		ORDER BY b.area, b.valid_from$sql$);
	CALL monitor.register_step(register, 'fact_boundary', $sql$
		INSERT INTO @published@.fact_boundary (fid, area, valid_from, valid_to, geom)
		SELECT m.fid, b.area, nullif(b.valid_from, '-infinity'), nullif(b.valid_to, 'infinity'), b.geom
		FROM @register@.area_boundary AS b JOIN @register@.map_feature AS m USING (area, valid_from)$sql$);
END
$procedure$;
COMMENT ON PROCEDURE publish_map(name) IS
'Step of refresh: fills fact_boundary, each boundary under its own number. Not for users.';
