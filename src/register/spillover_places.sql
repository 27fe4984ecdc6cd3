-- What spillover_report reads of a register: measures, places and rings, accounts, observations.

CREATE FUNCTION spillover_measures(register name) RETURNS TABLE (measure text, source text, kind text, label text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY SELECT m.measure, 'persons', m.kind, m.label_english FROM monitor.register_measures(register) AS m ORDER BY m.number;
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT i.code, 'observations', i.kind, i.name FROM @register@.indicator AS i
		WHERE i.code NOT IN (SELECT m.measure FROM monitor.person_measures() AS m) ORDER BY i.code$sql$);
END
$function$;
COMMENT ON FUNCTION spillover_measures(name) IS
'What spillover_report can be asked for in a register: the measures of persons whose column it has, and its indicators. source: persons or observations; kind: flag, fraction, amount, or event, stock, mean, survey. 3F000: no such register.';

CREATE FUNCTION spillover_places(register name, areas bigint[], on_date date, rings double precision[], distance text)
RETURNS TABLE (area bigint, name text, geom geometry, ring integer, landlord bigint, landlords bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT a.id, a.name, b.geom, CASE WHEN a.id = ANY ($1) THEN 0 ELSE (monitor.ring(a.id, b.geom, a.id = ANY ($1), $3, $4) OVER ()).ring END, l.landlords[1], l.landlords
		FROM @register@.area AS a
		JOIN @register@.settings AS t ON t.housing_layer = a.layer
		LEFT JOIN @register@.area_boundary AS b ON b.area = a.id AND b.valid_from <= $2 AND $2 < b.valid_to
		CROSS JOIN LATERAL (
			SELECT array_agg(o.landlord ORDER BY o.departments DESC, o.landlord) AS landlords FROM (
				SELECT d.landlord, count(*) AS departments
				FROM @register@.area_department AS ad JOIN @register@.department AS d ON d.id = ad.department
				WHERE ad.area = a.id AND greatest(ad.valid_from, d.valid_from) <= $2 AND $2 < least(ad.valid_to, d.valid_to)
				GROUP BY d.landlord) AS o
		) AS l
		ORDER BY a.id$sql$) USING areas, on_date, rings, distance;
END
$function$;
COMMENT ON FUNCTION spillover_places(name, bigint[], date, double precision[], text) IS
'The areas of a register''s housing layer as they were on a date: name, boundary, ring about the areas given, the landlord with most departments and all landlords. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_account(register name, measure text, first_year integer, last_year integer) RETURNS waterbed
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 100000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	result monitor.waterbed;
BEGIN
	EXECUTE monitor.register_sql(register, $sql$
		SELECT pairs::text::monitor.waterbed FROM @register@.computed_waterbed
		WHERE measure = $1 AND first_data_year = $2 AND last_data_year = $3$sql$) INTO result USING measure, first_year, last_year;
	RETURN coalesce(result, monitor.register_waterbed(register, measure, first_year, last_year));
END
$function$;
COMMENT ON FUNCTION spillover_account(name, text, integer, integer) IS
'An account of a register between two data years: that of the last refresh, or made now where refresh made none. Used by spillover_report, not for users.';

-- Base year: the last data year whose 1 January is not after the first start. A figure of a year is that of its 1 January,
-- so an area is treated from the first data year whose 1 January is after its start.
CREATE FUNCTION spillover_periods(register name, measure text, years integer[], first_start date,
	OUT base integer, OUT last_year integer, OUT accounts waterbed[], OUT before waterbed, OUT after waterbed,
	OUT years_before integer, OUT years_after integer, OUT step_before double precision, OUT step_after double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	steps record;
BEGIN
	base := coalesce((SELECT max(y) FROM unnest(years) AS y WHERE make_date(y, 1, 1) <= first_start), years[1]);
	last_year := years[cardinality(years)];
	IF coalesce(base >= last_year, true) THEN
		RETURN;
	END IF;
	years_before := base - years[1];
	years_after := last_year - base;
	accounts := (SELECT array_agg(monitor.spillover_account(register, measure, y, n) ORDER BY y)
		FROM ROWS FROM (unnest(years), unnest(years[2:])) AS s(y, n) WHERE n IS NOT NULL);
	SELECT monitor.rollup(w) FILTER (WHERE y < base) AS before, monitor.rollup(w) FILTER (WHERE y >= base) AS after,
		count(*) FILTER (WHERE y < base) AS n_before, count(*) FILTER (WHERE y >= base) AS n_after
	INTO steps FROM ROWS FROM (unnest(accounts), unnest(years)) AS s(w, y) WHERE w IS NOT NULL;
	before := steps.before;
	after := steps.after;
	step_before := coalesce(years_before::float8 / nullif(steps.n_before, 0), 1);
	step_after := years_after::float8 / steps.n_after;
END
$function$;
COMMENT ON FUNCTION spillover_periods(name, text, integer[], date) IS
'The data years split at a start: the base and the last year; the accounts of single years (or from one data year to the next), and their rollups before and after the base; the years of both periods and the mean years of a step. before is NULL without a year before the base; accounts and what follows from them are NULL without a year after it. Used by spillover_report and city_changes, not for users.';

-- A pass over the residents, so only where there is a share. The aggregate has limits at 95 percent alone.
CREATE FUNCTION spillover_with_households(register name, measure text, account spillover_result[], areas bigint[], first_year integer, last_year integer,
	confidence double precision) RETURNS spillover_result[]
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp SET jit = off SET work_mem = '64MB'
AS $function$
DECLARE
	whole CONSTANT bigint := CASE WHEN cardinality(areas) = 1 THEN areas[1] END;
	given boolean;
	shares monitor.waterbed_set_share;
	by_household text := 'limits by household';
BEGIN
	IF confidence <> 0.95 OR NOT EXISTS (SELECT FROM unnest(account) AS r
		WHERE r.area IS NOT DISTINCT FROM whole AND r.figure IN ('share_count', 'share_rate') AND r.estimate IS NOT NULL) THEN
		RETURN account;
	END IF;
	EXECUTE monitor.register_sql(register, 'SELECT EXISTS (SELECT FROM @register@.resident AS r WHERE r.data_year IN ($1, $2) AND r.household IS NOT NULL)')
		INTO given USING first_year, last_year;
	IF NOT given THEN
		RETURN account;
	END IF;
	shares := monitor.register_household_share(register, measure, first_year, last_year, areas);
	-- Residents other than those of the last refresh: another account.
	IF EXISTS (SELECT FROM unnest(account) AS r CROSS JOIN LATERAL (SELECT CASE r.figure WHEN 'share_count' THEN shares.share_count ELSE shares.share_rate END AS share) AS s
		WHERE r.area IS NOT DISTINCT FROM whole AND r.figure IN ('share_count', 'share_rate')
			AND ((r.estimate IS NULL) <> (s.share IS NULL) OR abs(r.estimate - s.share) > 1e-9 * (1 + abs(s.share)))) THEN
		RETURN account;
	END IF;
	-- Their number may be one or two.
	IF shares.note LIKE '%of no known household%' THEN
		by_household := by_household || ', those of no known household taken as independent';
	END IF;
	RETURN ARRAY(
		SELECT CASE WHEN r.area IS DISTINCT FROM whole OR r.figure NOT IN ('share_count', 'share_rate') THEN r.result
			ELSE ROW(r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se,
				CASE r.figure WHEN 'share_count' THEN shares.share_count_low ELSE shares.share_rate_low END,
				CASE r.figure WHEN 'share_count' THEN shares.share_count_high ELSE shares.share_rate_high END,
				r.p, r.p_adjusted, r.n, r.fewest, r.finding, concat_ws('; ', nullif(regexp_replace(r.note, '(; )?limits take persons as independent', ''), ''), by_household))::monitor.spillover_result END
		FROM (SELECT t.*, t::monitor.spillover_result AS result, row_number() OVER () AS place FROM unnest(account) AS t) AS r ORDER BY r.place);
END
$function$;
COMMENT ON FUNCTION spillover_with_households(name, text, spillover_result[], bigint[], integer, integer, double precision) IS
'Rows of part account of spillover_report with the shares of the areas as one given limits by household, and a note that says so; as they are where residents have no households, where neither number nor share fell, and where the confidence is not 0.95. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_ended(register name, areas bigint[], first_year integer, last_year integer) RETURNS TABLE (area bigint, addresses bigint, ended bigint)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT p.area, count(*), count(*) FILTER (WHERE a.valid_to <= make_date($3, 1, 1))
		FROM @register@.address_area AS p JOIN @register@.address AS a ON a.id = p.address
		WHERE p.area = ANY ($1) AND $2 BETWEEN p.first_data_year AND p.last_data_year
			AND a.valid_from <= make_date($2, 1, 1) AND make_date($2, 1, 1) < a.valid_to
		GROUP BY p.area$sql$) USING areas, first_year, last_year;
END
$function$;
COMMENT ON FUNCTION spillover_ended(name, bigint[], integer, integer) IS
'Addresses that areas had on 1 January of a data year, and how many of them ended by that of another. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_with_ended(register name, changes spillover_result[], first_year integer, last_year integer) RETURNS spillover_result[]
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(pg_catalog.array_agg(ROW(c.part, c.measure, c.is_primary, c.area, c.other, c.ring, c.figure, c.estimate, c.se, c.low, c.high, c.p, c.p_adjusted, c.n, c.fewest, c.finding,
		CASE WHEN c.figure = 'size' AND e.ended > 0.01 * e.addresses THEN format('%s; %s of %s addresses ended', c.note, e.ended, e.addresses) ELSE c.note END)::spillover_result
		ORDER BY c.ordinality), '{}')
	FROM unnest(changes) WITH ORDINALITY AS c
	LEFT JOIN spillover_ended(register, (SELECT pg_catalog.array_agg(DISTINCT s.area) FROM unnest(changes) AS s), first_year, last_year) AS e ON e.area = c.area;
END;
COMMENT ON FUNCTION spillover_with_ended(name, spillover_result[], integer, integer) IS
'Rows of part change whose notes on size say how many addresses ended, where they are more than one in a hundred. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_observed(figure numeric) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN abs(figure) <= 1e15 THEN CASE WHEN abs(figure) < 1e-100 THEN 0 ELSE figure END::double precision END;
COMMENT ON FUNCTION spillover_observed(numeric) IS
'An observed figure as the estimators take it: NULL (not known) beyond 1e15 either way, of which squares and sums would overflow, and 0 within 1e-100 of it. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_observations(register name, measure text, first_year integer, last_year integer)
RETURNS TABLE (area bigint, period bigint, period_from date, period_to date, numerator double precision, denominator double precision, value double precision, standard_error double precision)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH latest AS (
			SELECT DISTINCT ON (o.area, o.period_from) o.*
			FROM @register@.observation AS o
			JOIN @register@.area AS a ON a.id = o.area JOIN @register@.settings AS t ON t.housing_layer = a.layer
			WHERE o.indicator = $1 AND extract(year FROM o.period_from) BETWEEN coalesce($2, -10000) AND coalesce($3, 10000)
			ORDER BY o.area, o.period_from, o.period_to DESC, o.vintage DESC
		)
		SELECT l.area, dense_rank() OVER (ORDER BY l.period_from), l.period_from, l.period_to,
			monitor.spillover_observed(l.numerator), monitor.spillover_observed(l.denominator),
			CASE WHEN l.mean IS NOT NULL THEN monitor.spillover_observed(l.mean::numeric)
				WHEN l.denominator IS NULL THEN monitor.spillover_observed(l.numerator)
				ELSE monitor.spillover_observed(l.numerator / nullif(l.denominator, 0)) END,
			CASE WHEN l.mean IS NOT NULL THEN monitor.spillover_observed(l.standard_error::numeric) END
		FROM latest AS l$sql$) USING measure, first_year, last_year;
END
$function$;
COMMENT ON FUNCTION spillover_observations(name, text, integer, integer) IS
'Observations of an indicator in housing areas, the latest vintage of each; of periods that begin together the longest. period numbers those that occur; value is the mean, else numerator over denominator, else the numerator; figures beyond 1e15 are not known. Used by spillover_report, not for users.';

-- Before is what ended by the start, after what began with it or later; a stock or a mean as in the last period of each.
CREATE FUNCTION spillover_observed_displacement(register name, measure text, kind text, first_year integer, last_year integer, on_date date,
	places bigint[], ring integer[], confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 ROWS 5
BEGIN ATOMIC
	WITH figure AS (
		SELECT o.*, CASE WHEN o.period_to <= on_date THEN 1 WHEN o.period_from >= on_date THEN 2 END AS side,
			CASE t.ring WHEN 0 THEN 1 WHEN 1 THEN 3 END AS grp, t.ring
		FROM spillover_observations(register, measure, first_year, last_year) AS o
		JOIN ROWS FROM (unnest(places), unnest(ring)) AS t(area, ring) ON t.area = o.area
		WHERE coalesce(t.ring, 0) < 2 AND CASE WHEN kind IN ('mean', 'survey') THEN o.value ELSE o.numerator END IS NOT NULL
	), sided AS (
		SELECT f.*, min(f.period) OVER (PARTITION BY f.side) AS first_period, max(f.period) OVER (PARTITION BY f.side) AS last_period FROM figure AS f WHERE f.side IS NOT NULL
	), used AS (
		SELECT s.* FROM sided AS s WHERE kind = 'event' OR s.period = s.last_period
	), complete AS (
		-- areas with every period
		SELECT u.area, (pg_catalog.row_number() OVER (PARTITION BY u.grp ORDER BY u.area)) AS place FROM used AS u
		GROUP BY u.area, u.grp HAVING count(*) = (SELECT count(DISTINCT v.period) FROM used AS v)
	), grouped AS (
		SELECT coalesce(u.grp, CASE WHEN c.place % 2 = 0 AND EXISTS (SELECT FROM used AS b JOIN complete AS k ON k.area = b.area WHERE b.grp = 3) THEN 4 ELSE 2 END) AS grp,
			u.side, count(DISTINCT u.period) AS periods, count(DISTINCT u.area) AS areas, sum(u.numerator) AS total, avg(u.value) AS mean,
			CASE WHEN count(u.standard_error) = count(*) THEN sqrt(sum(u.standard_error ^ 2)) / count(*) END AS error,
			CASE WHEN count(nullif(u.denominator, 0)) = count(*) THEN sum(u.denominator) END AS denominator
		FROM used AS u JOIN complete AS c ON c.area = u.area GROUP BY 1, 2
	), wide AS (
		SELECT pg_catalog.array_agg(CASE WHEN kind IN ('mean', 'survey') THEN b.mean ELSE b.total END ORDER BY g) AS pre,
			pg_catalog.array_agg(CASE WHEN kind IN ('mean', 'survey') THEN a.mean ELSE a.total END ORDER BY g) AS post,
			pg_catalog.array_agg(CASE WHEN b.grp IS NULL THEN 1 WHEN b.denominator IS NOT NULL THEN b.denominator / b.periods ELSE b.areas END::double precision ORDER BY g) AS size,
			max(b.periods)::double precision AS before_periods, max(a.periods)::double precision AS after_periods, sum(b.areas)::bigint AS n,
			CASE WHEN count(*) FILTER (WHERE b.grp IS NOT NULL AND (b.error IS NULL OR a.error IS NULL)) = 0
				THEN pg_catalog.array_agg(coalesce(e.error, 0) ORDER BY g, e.side) END AS errors
		FROM generate_series(1, 4) AS g
		LEFT JOIN grouped AS b ON b.grp = g AND b.side = 1 LEFT JOIN grouped AS a ON a.grp = g AND a.side = 2
		CROSS JOIN LATERAL (VALUES (1, b.error), (2, a.error)) AS e(side, error)
	), once AS (
		SELECT ARRAY[pre[1], pre[3], pre[5], pre[7]] AS pre, ARRAY[post[1], post[3], post[5], post[7]] AS post, ARRAY[size[1], size[3], size[5], size[7]] AS size,
			before_periods, after_periods, (n / 2)::bigint AS n, errors FROM wide
	)
	SELECT r.*
	FROM once AS v
	CROSS JOIN LATERAL displacement(v.pre[1], v.post[1], v.pre[2], v.post[2], v.pre[3], v.post[3], v.pre[4], v.post[4],
		CASE WHEN kind = 'event' THEN ARRAY[v.before_periods, v.after_periods] END, CASE WHEN kind IN ('event', 'stock') THEN v.size END,
		CASE kind WHEN 'survey' THEN 'mean' ELSE kind END, CASE WHEN kind IN ('mean', 'survey') THEN v.errors END, 1, confidence) AS d
	CROSS JOIN LATERAL spillover_displacement_figures(d, v.n,
		CASE WHEN v.before_periods IS NULL THEN 'no area has figures of every period before and after the start'
			WHEN v.pre[1] IS NULL OR v.post[1] IS NULL THEN 'the treated areas have no figures of every period before and after the start'
			WHEN v.pre[2] IS NULL OR v.post[2] IS NULL THEN 'no area beyond the last ring has figures of every period'
			WHEN kind IN ('mean', 'survey') AND v.errors IS NULL THEN 'no standard error: the observations have none'
			WHEN kind = 'stock' THEN 'no standard error: the moves in and out of an observed stock are not known' END) AS r;
END;
COMMENT ON FUNCTION spillover_observed_displacement(name, text, text, integer, integer, date, bigint[], integer[], double precision) IS
'Part displacement of spillover_report, of an indicator: events over all periods, a year (period) and unit of the denominator; a stock, a mean or a survey in the last period before the start and the last after. Not for users.';

-- An area is treated from the first period that ends after its start.
CREATE FUNCTION spillover_observed_rows(register name, measure text, kind text, first_year integer, last_year integer, places bigint[], shapes geometry[], ring integer[],
	starts date[], exposures date[], rings double precision[], distance text, confidence double precision) RETURNS spillover_result[]
LANGUAGE sql STABLE PARALLEL SAFE COST 1000000
BEGIN ATOMIC
	WITH cell AS MATERIALIZED (
		SELECT * FROM spillover_observations(register, measure, first_year, last_year) AS o WHERE o.value IS NOT NULL AND o.area = ANY (places)
	), period AS (
		SELECT c.period, max(c.period_to) AS period_to FROM cell AS c GROUP BY c.period
	), panel AS (
		SELECT pg_catalog.array_agg(c.area) AS areas, pg_catalog.array_agg(c.period) AS periods, pg_catalog.array_agg(c.value) AS ys,
			pg_catalog.array_agg(CASE WHEN c.denominator > 0 THEN c.denominator ELSE 1 END) AS weights
		FROM cell AS c
	), since AS (
		SELECT pg_catalog.array_agg(CASE WHEN t.s IS NOT NULL THEN coalesce((SELECT min(p.period) FROM period AS p WHERE p.period_to > t.s), 1000000) END ORDER BY t.place) AS starts,
			pg_catalog.array_agg(CASE WHEN t.e IS NOT NULL THEN coalesce((SELECT min(p.period) FROM period AS p WHERE p.period_to > t.e), 1000000) END ORDER BY t.place) AS exposures
		FROM ROWS FROM (unnest(starts), unnest(exposures)) WITH ORDINALITY AS t(s, e, place)
	)
	SELECT ARRAY(SELECT r FROM spillover_observed_displacement(register, measure, kind, first_year, last_year, (SELECT min(d) FROM unnest(spillover_observed_rows.starts) AS d), places, ring, confidence) AS r)
		|| spillover_panel_rows(p.areas, p.periods, p.ys, p.weights, places, shapes, s.starts, s.exposures, rings, distance, confidence)
	FROM panel AS p, since AS s;
END;
COMMENT ON FUNCTION spillover_observed_rows(name, text, text, integer, integer, bigint[], geometry[], integer[], date[], date[], double precision[], text, double precision) IS
'All parts of spillover_report for an indicator, untested. Not for users.';
