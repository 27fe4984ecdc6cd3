-- What a plan did, in its areas and around them: one call over a register's tables.
--
-- The parts that read accounts and panels alone come first and know no register; then
-- what is read from a register; then the report, whose rows are put together in one
-- array and tested together at the end.

CREATE TYPE spillover_result AS (
	part text,
	measure text,
	is_primary boolean,
	area bigint,
	other bigint,
	ring integer,
	figure text,
	estimate double precision,
	se double precision,
	low double precision,
	high double precision,
	p double precision,
	p_adjusted double precision,
	n bigint,
	fewest double precision,
	finding text,
	note text
);
COMMENT ON TYPE spillover_result IS
'Row of spillover_report and city_changes. part: account, change, destination, diverted, landlord, displacement, ring, exposure or summary; measure; is_primary: whether it is the one outcome named first; area: the one the figure is of, NULL for all treated areas as one or for a group; other: where to or from, an area, in part landlord a landlord; ring: 0 treated, 1 and up, NULL beyond; figure; estimate with standard error and limits, shares as fractions of 1; p two-sided (landlord: one-sided) and adjusted for the tests of its part; n: persons, or areas in ring and exposure; fewest: least number of persons above 0 that the figure is made of, NULL where it is not about persons; finding: what may be said at the confidence asked for; note.';

-- Parts that read accounts alone.

CREATE FUNCTION spillover_pairs(account waterbed)
RETURNS TABLE (origin bigint, destination bigint, persons double precision, with_x double precision, persons_after double precision,
	x_after double precision, squares_before double precision, squares_after double precision, products double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000
BEGIN ATOMIC
	SELECT (e ->> 0)::bigint, (e ->> 1)::bigint,
		(e ->> 2)::double precision + (e ->> 14)::double precision, (e ->> 5)::double precision + (e ->> 16)::double precision,
		(e ->> 2)::double precision + (e ->> 11)::double precision, ((e ->> 4)::double precision + (e ->> 12)::double precision) / 1e4,
		((e ->> 7)::double precision + (e ->> 17)::double precision) / 1e8, ((e ->> 9)::double precision + (e ->> 13)::double precision) / 1e8,
		(e ->> 8)::double precision / 1e8
	FROM pg_catalog.jsonb_array_elements(account::text::jsonb -> 'pairs') AS e;
END;
COMMENT ON FUNCTION spillover_pairs(waterbed) IS
'The pairs of places of an account: persons of known x before, those of them with x; persons of known x after, their x; sums of squares of x before, of x after, and of their products. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_leavers(account waterbed, origins bigint[], kept boolean) RETURNS waterbed
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT pg_catalog.jsonb_set(t.value, '{pairs}', (
		SELECT coalesce(pg_catalog.jsonb_agg(e), '[]') FROM pg_catalog.jsonb_array_elements(t.value -> 'pairs') AS e
		WHERE CASE WHEN kept THEN coalesce((e ->> 0)::bigint = ANY (origins), false)
			ELSE coalesce((e ->> 0)::bigint <> ALL (origins), true) OR e -> 0 = e -> 1 END))::text::waterbed
	FROM (SELECT account::text::jsonb AS value OFFSET 0) AS t;
END;
COMMENT ON FUNCTION spillover_leavers(waterbed, bigint[], boolean) IS
'Of an account only those who lived in the origins before, or all but those who left these. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_groups(account waterbed, areas bigint[], grp bigint[], otherwise bigint) RETURNS waterbed
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT waterbed_merge(account, pg_catalog.array_agg(p.area), pg_catalog.array_agg(coalesce(g.grp, otherwise, p.area)))
	FROM (SELECT DISTINCT v.area FROM pg_catalog.jsonb_array_elements(account::text::jsonb -> 'pairs') AS e
		CROSS JOIN LATERAL (VALUES ((e ->> 0)::bigint), ((e ->> 1)::bigint)) AS v(area) WHERE v.area > 0) AS p
	LEFT JOIN ROWS FROM (unnest(areas), unnest(grp)) AS g(area, grp) ON g.area = p.area;
END;
COMMENT ON FUNCTION spillover_groups(waterbed, bigint[], bigint[], bigint) IS
'The account with areas put together: those given into their groups, all others into one, or left as they are where that is NULL. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_fewest(account waterbed, counted boolean) RETURNS TABLE (area bigint, fewest double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000 ROWS 100
BEGIN ATOMIC
	WITH pair AS MATERIALIZED (
		SELECT * FROM spillover_pairs(account)
	), flow AS (
		SELECT origin AS area, CASE WHEN destination = origin THEN 0 WHEN destination >= 0 THEN 1 WHEN destination < 0 THEN 2 ELSE 3 END AS way,
			persons, with_x AS x FROM pair WHERE origin > 0
		UNION ALL
		SELECT destination, CASE WHEN destination = origin THEN 4 WHEN origin >= 0 THEN 5 WHEN origin < 0 THEN 6 ELSE 7 END,
			persons_after, x_after FROM pair WHERE destination > 0
	), total AS (
		SELECT f.area, sum(f.persons) AS persons, CASE WHEN counted THEN sum(f.x) END AS x FROM flow AS f GROUP BY f.area, f.way
	)
	SELECT t.area, min(c.cell) FROM total AS t CROSS JOIN LATERAL (VALUES (t.persons), (t.x), (t.persons - t.x)) AS c(cell)
	WHERE c.cell > 0 GROUP BY t.area;
END;
COMMENT ON FUNCTION spillover_fewest(waterbed, boolean) IS
'For each area of an account the least number of persons above 0, with x, without it or together, among those who stayed, left or came, within the city or outside it; only together where x cannot be counted. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_number(figure double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10
RETURN coalesce(trim_scale(CASE WHEN abs(figure) >= 100 THEN round(figure::numeric) ELSE round(figure::numeric, 4) END)::text, 'nothing');
COMMENT ON FUNCTION spillover_number(double precision) IS
'A figure in the notes of spillover_report: to four decimals, whole from 100 on. Not for users.';

CREATE FUNCTION spillover_account_rows(account waterbed, areas bigint[], first_year integer, last_year integer, counted boolean, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 50000 ROWS 30
BEGIN ATOMIC
	WITH part AS (
		SELECT true AS joined, areas[1] AS area, CASE WHEN pg_catalog.cardinality(areas) = 1 THEN areas[1] END AS shown
		UNION ALL
		SELECT false, m, m FROM unnest(areas) AS m WHERE pg_catalog.cardinality(areas) > 1
	), whole AS MATERIALIZED (
		SELECT true AS joined, spillover_groups(account, areas, pg_catalog.array_fill(areas[1], ARRAY[pg_catalog.cardinality(areas)]), NULL) AS w
		UNION ALL
		SELECT false, account WHERE pg_catalog.cardinality(areas) > 1
	), one AS MATERIALIZED (
		SELECT p.shown, a.*, f.fewest
		FROM part AS p
		LEFT JOIN (SELECT h.joined, b.* FROM whole AS h CROSS JOIN LATERAL waterbed_areas(h.w, confidence) AS b) AS a USING (joined, area)
		LEFT JOIN (SELECT h.joined, l.* FROM whole AS h CROSS JOIN LATERAL spillover_fewest(h.w, counted) AS l) AS f USING (joined, area)
	)
	SELECT 'account', NULL::text, NULL::boolean, o.shown, NULL::bigint, 0, f.figure, f.estimate, NULL::double precision, f.low, f.high,
		NULL::double precision, NULL::double precision, coalesce(o.n0, 0), o.fewest, NULL::text, CASE WHEN o.n0 IS NULL THEN 'nobody lived there' ELSE f.note END
	FROM one AS o
	CROSS JOIN LATERAL (VALUES
		(1, 'x_before', o.x0, NULL::double precision, NULL::double precision, 'on 1 January ' || first_year), (2, 'x_after', o.x1, NULL, NULL, 'on 1 January ' || last_year),
		(3, 'persons_before', o.n0, NULL, NULL, 'on 1 January ' || first_year), (4, 'persons_after', o.n1, NULL, NULL, 'on 1 January ' || last_year),
		(5, 'change', o.x1 - o.x0, NULL, NULL, NULL), (6, 'stayers_change', o.stayers_change, NULL, NULL, NULL),
		(7, 'net_import', o.net_import, NULL, NULL, NULL), (8, 'export_by_size', o.export_by_size, NULL, NULL, NULL),
		(9, 'export_selective', o.export_selective, NULL, NULL, NULL), (10, 'left_city', o.left_city, NULL, NULL, NULL),
		(11, 'entered_city', o.entered_city, NULL, NULL, NULL), (12, 'arrivals_change', o.arrivals_change, NULL, NULL, NULL),
		(13, 'share_count', o.share_count, o.share_count_low, o.share_count_high, o.note),
		(14, 'share_rate', o.share_rate, o.share_rate_low, o.share_rate_high, o.note)) AS f(place, figure, estimate, low, high, note)
	ORDER BY o.shown NULLS FIRST, f.place;
END;
COMMENT ON FUNCTION spillover_account_rows(waterbed, bigint[], integer, integer, boolean, double precision) IS
'Part account of spillover_report: the account of the areas as one and of each, between the years given. Not for users.';

CREATE FUNCTION spillover_change_rows(account_before waterbed, account_after waterbed, areas bigint[], ring integer[], controls bigint[], years_before double precision, years_after double precision,
	counted boolean, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100000 ROWS 50
BEGIN ATOMIC
	SELECT 'change', NULL::text, NULL::boolean, g.area, NULL::bigint, g.ring, c.component, c.difference, c.se, c.low, c.high,
		c.p, NULL::double precision, c.n_after, f.fewest, NULL::text,
		coalesce(c.note, CASE WHEN c.area IS NULL THEN 'nobody lived there'
			ELSE format('%s before, %s after where %s were expected', spillover_number(c.before), spillover_number(c.after), spillover_number(c.expected)) END)
	FROM ROWS FROM (unnest(areas), unnest(ring)) AS g(area, ring)
	LEFT JOIN waterbed_changes(account_before, account_after, controls, years_before, years_after, confidence) AS c ON c.area = g.area
	LEFT JOIN spillover_fewest(account_after, counted) AS f ON f.area = g.area
	ORDER BY g.ring, g.area, c.component = 'size', c.component = 'arrivals', c.component = 'departures';
END;
COMMENT ON FUNCTION spillover_change_rows(waterbed, waterbed, bigint[], integer[], bigint[], double precision, double precision, boolean, double precision) IS
'Part change of spillover_report: which part of an area''s account changed, for the areas given with their rings, from rollups of accounts of single years, or of so many years where data years are missing. Not for users.';


CREATE FUNCTION spillover_destination_rows(account waterbed, areas bigint[], counted boolean) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 40
BEGIN ATOMIC
	SELECT 'destination', NULL::text, NULL::boolean, CASE WHEN pg_catalog.cardinality(areas) = 1 THEN areas[1] END, f.destination, NULL::integer,
		'excess', f.excess, NULL::double precision, NULL::double precision, NULL::double precision, f.p, NULL::double precision, f.movers,
		(SELECT min(c.cell) FROM (VALUES (f.movers::double precision), (CASE WHEN counted THEN f.x_before END),
			(CASE WHEN counted THEN f.movers - f.x_before END)) AS c(cell) WHERE c.cell > 0), NULL::text,
		format('%s movers with %s', f.movers, spillover_number(f.x_before))
	FROM (SELECT spillover_groups(spillover_leavers(account, areas, true), areas,
			pg_catalog.array_fill(areas[1], ARRAY[pg_catalog.cardinality(areas)]), NULL) AS w OFFSET 0) AS m
	CROSS JOIN LATERAL waterbed_flows(m.w) AS f
	WHERE f.origin = areas[1] AND f.destination >= 0 AND f.destination <> areas[1]
	ORDER BY f.excess DESC NULLS LAST, f.destination;
END;
COMMENT ON FUNCTION spillover_destination_rows(waterbed, bigint[], boolean) IS
'Part destination of spillover_report: where in the city those who left the areas, taken as one, went: x beyond what it would be had leavers with x gone where the other leavers went. Not for users.';

CREATE FUNCTION spillover_diverted_rows(account_before waterbed, account_after waterbed, areas bigint[], years_before double precision, years_after double precision, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 40
BEGIN ATOMIC
	SELECT 'diverted', NULL::text, NULL::boolean, CASE WHEN pg_catalog.cardinality(areas) = 1 THEN areas[1] END, d.destination, NULL::integer,
		'diverted', d.diverted, NULL::double precision, d.low, d.high, NULL::double precision, NULL::double precision,
		pg_catalog.round(d.arrivals_after)::bigint, nullif(least(nullif(d.arrivals_after, 0), nullif(d.arrivals_before, 0)), 0), NULL::text,
		format('%s arrivals, %s before in as many years', spillover_number(d.arrivals_after), spillover_number(d.arrivals_before))
	FROM diverted(account_before, account_after, areas, years_before, years_after, confidence) AS d
	ORDER BY d.diverted DESC NULLS LAST, d.destination;
END;
COMMENT ON FUNCTION spillover_diverted_rows(waterbed, waterbed, bigint[], double precision, double precision, double precision) IS
'Part diverted of spillover_report: arrivals with x diverted between all places of the city, those who left the treated areas not counted. Not for users.';

CREATE FUNCTION spillover_landlord_rows(account_before waterbed, account_after waterbed, areas bigint[], apart bigint[], places bigint[], owners bigint[], candidates bigint[],
	years_before double precision, years_after double precision, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 200000 ROWS 10
BEGIN ATOMIC
	-- first 3 for those set apart, 10 and up a candidate's areas, 2 all others; then one candidate at a time as 1
	WITH owned AS (
		SELECT pg_catalog.array_agg(g.area) AS areas, pg_catalog.array_agg(g.grp) AS grp FROM (
			SELECT p.area, 10 + c.place AS grp
			FROM ROWS FROM (unnest(places), unnest(owners)) AS p(area, landlord)
			JOIN unnest(candidates) WITH ORDINALITY AS c(landlord, place) ON c.landlord = p.landlord
			WHERE p.area <> ALL (areas || apart)
			UNION SELECT s, 3 FROM unnest(areas || apart) AS s) AS g
	), flow AS MATERIALIZED (
		SELECT spillover_groups(spillover_leavers(account_before, spillover_landlord_rows.areas || apart, false), o.areas, o.grp, 2) AS before,
			spillover_groups(spillover_leavers(account_after, spillover_landlord_rows.areas || apart, false), o.areas, o.grp, 2) AS after
		FROM owned AS o
	), one AS MATERIALIZED (
		SELECT c.landlord, c.place, spillover_groups(f.before, ARRAY[3, 10 + c.place], ARRAY[3, 1], 2) AS before,
			spillover_groups(f.after, ARRAY[3, 10 + c.place], ARRAY[3, 1], 2) AS after
		FROM flow AS f CROSS JOIN unnest(candidates) WITH ORDINALITY AS c(landlord, place)
	)
	SELECT 'landlord', NULL::text, NULL::boolean, CASE WHEN pg_catalog.cardinality(areas) = 1 THEN areas[1] END, o.landlord, NULL::integer,
		r.figure, r.estimate, r.se, r.low, r.high, r.p, NULL::double precision, r.n,
		least((SELECT f.fewest FROM spillover_fewest(o.before, true) AS f WHERE f.area = 1), (SELECT f.fewest FROM spillover_fewest(o.after, true) AS f WHERE f.area = 1)),
		NULL::text, r.note
	FROM one AS o
	CROSS JOIN LATERAL (
		SELECT 'arrivals' AS figure, c.difference AS estimate, c.se, c.low, c.high,
			CASE WHEN c.difference > 0 THEN c.p / 2 ELSE 1 - c.p / 2 END AS p, c.n_after AS n,
			coalesce(c.note, format('%s before, %s after where %s were expected; p for a rise alone', spillover_number(c.before), spillover_number(c.after), spillover_number(c.expected))) AS note
		FROM waterbed_changes(o.before, o.after, ARRAY[0, 2], 1, 1, greatest(2 * confidence - 1, confidence / 2)) AS c
		WHERE c.area = 1 AND c.component = 'arrivals'
		UNION ALL
		SELECT 'diverted', d.diverted, NULL, d.low, d.high, NULL, pg_catalog.round(d.arrivals_after)::bigint,
			format('%s arrivals, %s before in as many years', spillover_number(d.arrivals_after), spillover_number(d.arrivals_before))
		FROM diverted(o.before, o.after, ARRAY[3], years_before, years_after, confidence) AS d WHERE d.destination = 1
	) AS r
	ORDER BY r.figure, o.place;
END;
COMMENT ON FUNCTION spillover_landlord_rows(waterbed, waterbed, bigint[], bigint[], bigint[], bigint[], bigint[], double precision, double precision, double precision) IS
'Part landlord of spillover_report: whether the arrivals of each candidate''s areas, taken as one, came to have more of x than those of all other places; the treated areas and those set apart, with their leavers, are left out. places and owners say whose an area is. Not for users.';

CREATE FUNCTION spillover_displacement_figures(result displacement_result, n bigint, missing text) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100 ROWS 5
BEGIN ATOMIC
	SELECT 'displacement', NULL::text, NULL::boolean, NULL::bigint, NULL::bigint, f.ring, f.figure, f.estimate, f.se, f.low, f.high, f.p, NULL::double precision,
		spillover_displacement_figures.n, NULL::double precision, NULL::text, coalesce(missing, f.note)
	FROM (VALUES
		(1, NULL::integer, 'difference', (result).wdd, (result).se, (result).low, (result).high, (result).p, 'treated and first ring together, each less its controls'),
		(2, 0, 'local', (result).local, (result).local_se, NULL, NULL, NULL, 'treated less controls'),
		(3, 1, 'displaced', (result).displaced, (result).displaced_se, NULL, NULL, NULL, 'first ring less its controls'),
		(4, NULL, 'quotient', (result).wdq, NULL, NULL, NULL, NULL, coalesce((result).note, 'above 0 the gain spread, below 0 it was displaced')),
		(5, NULL, 'total_net_effect', (result).total_net_effect, NULL, NULL, NULL, NULL, 'above 0 is a gain, in the unit of the figures')) AS f(place, ring, figure, estimate, se, low, high, p, note)
	ORDER BY f.place;
END;
COMMENT ON FUNCTION spillover_displacement_figures(displacement_result, bigint, text) IS
'A result of displacement as rows of spillover_report. Not for users.';

CREATE FUNCTION spillover_displacement_rows(account waterbed, treated bigint[], buffer bigint[], controls bigint[], confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 ROWS 5
BEGIN ATOMIC
	-- 1 treated, 2 their controls, 3 the buffer, 4 its controls: every second one, so that errors are independent
	WITH grouped AS (
		SELECT spillover_groups(account, treated || buffer || controls, pg_catalog.array_fill(1::bigint, ARRAY[pg_catalog.cardinality(treated)])
			|| pg_catalog.array_fill(3::bigint, ARRAY[pg_catalog.cardinality(buffer)])
			|| (SELECT coalesce(pg_catalog.array_agg(CASE WHEN place % 2 = 0 AND pg_catalog.cardinality(buffer) > 0 THEN 4 ELSE 2 END::bigint ORDER BY place), '{}')
				FROM unnest(controls) WITH ORDINALITY AS c(area, place)), 5) AS w
	), spread AS (
		SELECT f.grp, sum(f.squares) AS squares FROM (
			SELECT p.origin AS grp, CASE WHEN p.destination = p.origin THEN p.squares_before - 2 * p.products + p.squares_after ELSE p.squares_before END AS squares
			FROM grouped, spillover_pairs(w) AS p
			UNION ALL SELECT p.destination, p.squares_after FROM grouped, spillover_pairs(w) AS p WHERE p.destination IS DISTINCT FROM p.origin) AS f
		GROUP BY f.grp
	), figure AS (
		SELECT a.area AS grp, a.x0, a.x1, a.n0, coalesce(s.squares, 0) AS squares
		FROM grouped CROSS JOIN LATERAL waterbed_areas(w, 0.95) AS a LEFT JOIN spread AS s ON s.grp = a.area WHERE a.area BETWEEN 1 AND 4 AND a.n0 > 0
	), wide AS (
		SELECT pg_catalog.array_agg(f.x0 ORDER BY g) AS x0, pg_catalog.array_agg(f.x1 ORDER BY g) AS x1, pg_catalog.array_agg(coalesce(f.n0, 1)::double precision ORDER BY g) AS n0,
			pg_catalog.array_agg(coalesce(f.squares, 0) ORDER BY g) AS squares, sum(f.n0)::bigint AS n
		FROM generate_series(1, 4) AS g LEFT JOIN figure AS f ON f.grp = g
	)
	SELECT r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.p_adjusted, r.n, r.fewest, r.finding, r.note
	FROM wide AS v
	CROSS JOIN LATERAL displacement(v.x0[1], v.x1[1], v.x0[2], v.x1[2], v.x0[3], v.x1[3], v.x0[4], v.x1[4], NULL, v.n0, 'stock', v.squares, 1, confidence) AS d
	CROSS JOIN LATERAL spillover_displacement_figures(d, v.n, CASE WHEN v.x0[1] IS NULL THEN 'nobody lived in the treated areas' WHEN v.x0[2] IS NULL THEN 'no area beyond the last ring'
		WHEN v.x0[3] IS NULL THEN 'nobody lived in the first ring' END) AS r;
END;

COMMENT ON FUNCTION spillover_displacement_rows(waterbed, bigint[], bigint[], bigint[], double precision) IS
'Part displacement of spillover_report, of a measure of persons: x a resident of the start, with the first ring as the buffer. A stock''s spread is the sum over persons of the squared change of what they add to it. Not for users.';

CREATE FUNCTION spillover_ring_rows(cell_area bigint[], cell_period bigint[], cell_y double precision[], cell_weight double precision[],
	places bigint[], shapes geometry[], starts bigint[], rings double precision[], distance text, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 6
BEGIN ATOMIC
	WITH state AS MATERIALIZED (
		SELECT ring_did(p.area, p.geom, c.period, c.y, p.treated_from, rings, c.weight, CASE WHEN p.treated_from IS NOT NULL THEN 'physical' END, distance) AS s
		FROM ROWS FROM (unnest(cell_area), unnest(cell_period), unnest(cell_y), unnest(cell_weight)) AS c(area, period, y, weight)
		JOIN ROWS FROM (unnest(places), unnest(shapes), unnest(starts)) AS p(area, geom, treated_from) ON p.area = c.area
	)
	SELECT 'ring', NULL::text, NULL::boolean, NULL::bigint, NULL::bigint, e.ring, CASE e.term WHEN 'physical' THEN 'treated' ELSE e.term END,
		e.estimate, e.se, e.low, e.high, e.p, NULL::double precision, e.n_areas, NULL::double precision, NULL::text, e.note
	FROM state, ring_effects(s, conf => confidence) AS e WHERE e.term IN ('physical', 'ring', 'control')
	UNION ALL
	SELECT 'ring', NULL, NULL, NULL, NULL, NULL, e.term, e.estimate, e.se, e.low, e.high, e.p, NULL, e.n_areas, NULL, NULL, e.note
	FROM state, ring_effects(s, event_time => true, conf => confidence) AS e WHERE e.term = 'pre-trend' AND e.ring IS NULL;
END;
COMMENT ON FUNCTION spillover_ring_rows(bigint[], bigint[], double precision[], double precision[], bigint[], geometry[], bigint[], double precision[], text, double precision) IS
'Part ring of spillover_report: ring_effects of a panel given as cells, and of areas with geometry and first period of treatment. Not for users.';

CREATE FUNCTION spillover_exposure_rows(cell_area bigint[], cell_period bigint[], cell_y double precision[], cell_weight double precision[],
	places bigint[], starts bigint[], exposures bigint[], confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 3
BEGIN ATOMIC
	WITH state AS MATERIALIZED (
		SELECT ring_did(p.area, CASE WHEN c.period >= p.exposed_from THEN 1 ELSE 0 END, c.period, c.y, p.treated_from, c.weight) AS s
		FROM ROWS FROM (unnest(cell_area), unnest(cell_period), unnest(cell_y), unnest(cell_weight)) AS c(area, period, y, weight)
		JOIN ROWS FROM (unnest(places), unnest(starts), unnest(exposures)) AS p(area, treated_from, exposed_from) ON p.area = c.area
	)
	SELECT 'exposure', NULL::text, NULL::boolean, NULL::bigint, NULL::bigint, e.ring, CASE e.term WHEN 'ring' THEN 'same_landlord' ELSE e.term END,
		e.estimate, e.se, e.low, e.high, e.p, NULL::double precision, e.n_areas, NULL::double precision, NULL::text, e.note
	FROM state, ring_effects(s, conf => confidence) AS e WHERE e.term IN ('treated', 'ring', 'control');
END;
COMMENT ON FUNCTION spillover_exposure_rows(bigint[], bigint[], double precision[], double precision[], bigint[], bigint[], bigint[], double precision) IS
'Part exposure of spillover_report: the same where being exposed is having a landlord with a treated area, whatever the distance. Not for users.';

-- What is read from a register.

CREATE FUNCTION spillover_measures(register name) RETURNS TABLE (measure text, source text, kind text, label text)
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY SELECT m.measure, 'persons', m.kind, m.label_english FROM monitor.person_measures() AS m
	WHERE NOT m.sensitive OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.resident', register)::regclass
		AND attname = m.measure AND NOT attisdropped)
	ORDER BY m.number;
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

CREATE FUNCTION spillover_years(register name, first_year integer, last_year integer) RETURNS integer[]
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
COMMENT ON FUNCTION spillover_years(name, integer, integer) IS
'The data years of a register with residents that have been placed in housing areas. Used by spillover_report, not for users.';

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

-- The report.

CREATE FUNCTION spillover_check(register name, measures text[], rings double precision[], distance text, first_year integer, last_year integer, confidence double precision) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	unknown text;
BEGIN
	IF measures IS NULL OR array_position(measures, NULL) IS NOT NULL OR rings IS NULL OR array_position(rings, NULL) IS NOT NULL
		OR distance IS NULL OR confidence IS NULL THEN
		RAISE EXCEPTION 'measures, rings, distance and confidence must not be null' USING ERRCODE = 'null_value_not_allowed';
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

CREATE FUNCTION spillover_note(part text, note text) RETURNS spillover_result[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ARRAY[ROW(part, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note)::spillover_result];
END;
COMMENT ON FUNCTION spillover_note(text, text) IS
'A part of spillover_report that cannot be computed, with the reason. Not for users.';

-- Base year: the last data year whose 1 January is not after the first start. A figure of a year is that of its 1 January,
-- so an area is treated from the first data year whose 1 January is after its start.
CREATE FUNCTION spillover_person_rows(register name, measure text, years integer[], places bigint[], shapes geometry[], ring integer[], owners bigint[],
	starts date[], exposures date[], rings double precision[], distance text, confidence double precision) RETURNS spillover_result[]
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	counted CONSTANT boolean := (SELECT m.kind <> 'amount' FROM monitor.person_measures() AS m WHERE m.measure = spillover_person_rows.measure);
	first_start CONSTANT date := (SELECT min(s) FROM unnest(starts) AS s);
	base CONSTANT integer := coalesce((SELECT max(y) FROM unnest(years) AS y WHERE make_date(y, 1, 1) <= first_start), years[1]);
	last_year CONSTANT integer := years[cardinality(years)];
	treated CONSTANT bigint[] := (SELECT array_agg(p ORDER BY p) FROM ROWS FROM (unnest(places), unnest(starts)) AS t(p, s) WHERE s IS NOT NULL);
	beyond bigint[];
	near bigint[];
	accounts monitor.waterbed[];
	account_before monitor.waterbed;
	account_after monitor.waterbed;
	steps_before integer;
	steps_after integer;
	whole monitor.waterbed;
	changes monitor.spillover_result[];
	result monitor.spillover_result[] := '{}';
BEGIN
	IF coalesce(base >= last_year, true) THEN
		RETURN monitor.spillover_note('account', CASE WHEN cardinality(years) < 2 THEN 'there are no two data years with placed residents'
			ELSE 'there is no data year after the start' END);
	END IF;
	accounts := (SELECT array_agg(monitor.spillover_account(register, measure, y, n) ORDER BY y)
		FROM ROWS FROM (unnest(years), unnest(years[2:])) AS s(y, n) WHERE n IS NOT NULL);
	SELECT monitor.rollup(w) FILTER (WHERE y < base), monitor.rollup(w) FILTER (WHERE y >= base), count(*) FILTER (WHERE y < base), count(*) FILTER (WHERE y >= base)
	INTO account_before, account_after, steps_before, steps_after FROM ROWS FROM (unnest(accounts), unnest(years)) AS s(w, y) WHERE w IS NOT NULL;
	whole := monitor.spillover_account(register, measure, base, last_year);
	beyond := (SELECT coalesce(array_agg(p ORDER BY p), '{}') FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r IS NULL);
	near := (SELECT coalesce(array_agg(p ORDER BY p), '{}') FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r = 1);

	result := result || ARRAY(SELECT r FROM monitor.spillover_account_rows(whole, treated, base, last_year, counted, confidence) AS r);
	-- Under ten controls what areas have in common beyond chance cannot be told: then all areas.
	changes := ARRAY(SELECT r FROM monitor.spillover_change_rows(account_before, account_after,
		(SELECT array_agg(p ORDER BY p) FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r IS NOT NULL),
		(SELECT array_agg(r ORDER BY p) FROM ROWS FROM (unnest(places), unnest(ring)) AS t(p, r) WHERE r IS NOT NULL),
		CASE WHEN cardinality(beyond) >= 10 THEN beyond END, coalesce((base - years[1])::float8 / nullif(steps_before, 0), 1), (last_year - base)::float8 / steps_after,
		counted, confidence) AS r);
	result := result || monitor.spillover_with_ended(register, changes, base, last_year)
		|| ARRAY(SELECT r FROM monitor.spillover_destination_rows(account_after, treated, counted) AS r);
	IF account_before IS NULL THEN
		result := result || monitor.spillover_note('diverted', 'there is no period before') || monitor.spillover_note('landlord', 'there is no period before');
	ELSE
		result := result || ARRAY(SELECT r FROM monitor.spillover_diverted_rows(account_before, account_after, treated, base - years[1], last_year - base, confidence) AS r)
			|| ARRAY(SELECT r FROM monitor.spillover_landlord_rows(account_before, account_after, treated,
				monitor.spillover_apart(account_before, account_after, treated, confidence), places, owners,
				monitor.spillover_candidates(account_after, places, owners, treated), base - years[1], last_year - base, confidence) AS r);
	END IF;
	result := result || CASE WHEN counted THEN ARRAY(SELECT r FROM monitor.spillover_displacement_rows(whole, treated, near, beyond, confidence) AS r)
		ELSE monitor.spillover_note('displacement', 'displacement is of counts, not of amounts') END;
	RETURN result || monitor.spillover_account_panel_rows(accounts, years, places, shapes, starts, exposures, rings, distance, confidence);
END
$function$;
COMMENT ON FUNCTION spillover_person_rows(name, text, integer[], bigint[], geometry[], integer[], bigint[], date[], date[], double precision[], text, double precision) IS
'All parts of spillover_report for a measure of persons, untested. Not for users.';

CREATE FUNCTION spillover_with_ended(register name, changes spillover_result[], first_year integer, last_year integer) RETURNS spillover_result[]
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT coalesce(pg_catalog.array_agg(ROW(c.part, c.measure, c.is_primary, c.area, c.other, c.ring, c.figure, c.estimate, c.se, c.low, c.high, c.p, c.p_adjusted, c.n, c.fewest, c.finding,
		CASE WHEN c.figure = 'size' AND e.ended > 0.01 * e.addresses THEN format('%s; %s of %s addresses ended', c.note, e.ended, e.addresses) ELSE c.note END)::spillover_result
		ORDER BY c.place), '{}')
	FROM unnest(changes) WITH ORDINALITY AS c(part, measure, is_primary, area, other, ring, figure, estimate, se, low, high, p, p_adjusted, n, fewest, finding, note, place)
	LEFT JOIN spillover_ended(register, (SELECT pg_catalog.array_agg(DISTINCT s.area) FROM unnest(changes) AS s), first_year, last_year) AS e ON e.area = c.area;
END;
COMMENT ON FUNCTION spillover_with_ended(name, spillover_result[], integer, integer) IS
'Rows of part change whose notes on size say how many addresses ended, where they are more than one in a hundred. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_apart(account_before waterbed, account_after waterbed, treated bigint[], confidence double precision) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 50000
BEGIN ATOMIC
	SELECT coalesce(pg_catalog.array_agg(DISTINCT c.area), '{}') FROM waterbed_changes(account_before, account_after, NULL, 1, 1, confidence) AS c
	WHERE (c.component = 'departures' AND c.difference > 0 OR c.component = 'arrivals' AND c.difference < 0)
		AND c.p_adjusted < 1 - confidence AND c.area > 0 AND c.area <> ALL (treated);
END;
COMMENT ON FUNCTION spillover_apart(waterbed, waterbed, bigint[], double precision) IS
'Areas other than the treated ones that came to send away those with x, or to take fewer in: what came of that is not what came of the treated areas. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_candidates(account waterbed, places bigint[], owners bigint[], treated bigint[]) RETURNS bigint[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 20000
BEGIN ATOMIC
	SELECT coalesce(pg_catalog.array_agg(o.owner ORDER BY o.own, o.n DESC, o.owner), '{}') FROM (
		SELECT t.owner, t.owner IN (SELECT s.owner FROM ROWS FROM (unnest(places), unnest(owners)) AS s(area, owner) WHERE s.area = ANY (treated) AND s.owner IS NOT NULL) AS own,
			sum(a.n0) AS n
		FROM ROWS FROM (unnest(places), unnest(owners)) AS t(area, owner) JOIN waterbed_areas(account, 0.95) AS a ON a.area = t.area
		WHERE t.owner IS NOT NULL AND t.area <> ALL (treated)
		GROUP BY t.owner HAVING sum(a.n0) > 0
		ORDER BY 2, 3 DESC, 1 LIMIT 10) AS o;
END;
COMMENT ON FUNCTION spillover_candidates(waterbed, bigint[], bigint[], bigint[]) IS
'The landlords of areas that are not treated, at most ten, by their persons; those of treated areas last. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_panel_rows(areas bigint[], periods bigint[], ys double precision[], weights double precision[], places bigint[], shapes geometry[],
	starts bigint[], exposures bigint[], rings double precision[], distance text, confidence double precision) RETURNS spillover_result[]
LANGUAGE sql STABLE PARALLEL SAFE COST 1000000
BEGIN ATOMIC
	SELECT CASE WHEN areas IS NULL THEN spillover_note('ring', 'there are no figures') ELSE
		ARRAY(SELECT r FROM spillover_ring_rows(areas, periods, ys, weights, places, shapes, starts, rings, distance, confidence) AS r)
		|| CASE WHEN NOT EXISTS (SELECT FROM unnest(exposures) AS e WHERE e IS NOT NULL)
			THEN spillover_note('exposure', 'the landlords of the treated areas are not known, or have no other area')
			ELSE ARRAY(SELECT r FROM spillover_exposure_rows(areas, periods, ys, weights, places, starts, exposures, confidence) AS r) END END;
END;
COMMENT ON FUNCTION spillover_panel_rows(bigint[], bigint[], double precision[], double precision[], bigint[], geometry[], bigint[], bigint[], double precision[], text, double precision) IS
'Parts ring and exposure of spillover_report. Not for users.';

CREATE FUNCTION spillover_year(start date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN start = 'infinity' THEN 1000000 WHEN start = '-infinity' THEN -1000000 ELSE extract(year FROM start)::bigint + 1 END;
COMMENT ON FUNCTION spillover_year(date) IS
'The first data year whose 1 January is after a start. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_account_panel_rows(accounts waterbed[], years integer[], places bigint[], shapes geometry[], starts date[], exposures date[],
	rings double precision[], distance text, confidence double precision) RETURNS spillover_result[]
LANGUAGE sql STABLE PARALLEL SAFE COST 1000000
BEGIN ATOMIC
	WITH step AS (
		SELECT s.y, s.place, a.* FROM ROWS FROM (unnest(accounts), unnest(years)) WITH ORDINALITY AS s(w, y, place)
		CROSS JOIN LATERAL waterbed_areas(s.w, 0.95) AS a WHERE a.area > 0
	), cell AS (
		SELECT area, y, x0 AS x, n0 AS n FROM step
		UNION ALL SELECT area, years[place + 1], x1, n1 FROM step WHERE place = pg_catalog.cardinality(years) - 1
	), panel AS (
		SELECT pg_catalog.array_agg(c.area) AS areas, pg_catalog.array_agg(c.y::bigint) AS periods, pg_catalog.array_agg(c.x / c.n) AS ys, pg_catalog.array_agg(c.n::double precision) AS weights
		FROM cell AS c WHERE c.n > 0 AND c.area = ANY (places)
	), since AS (
		SELECT pg_catalog.array_agg(spillover_year(t.s) ORDER BY t.place) AS starts, pg_catalog.array_agg(spillover_year(t.e) ORDER BY t.place) AS exposures
		FROM ROWS FROM (unnest(starts), unnest(exposures)) WITH ORDINALITY AS t(s, e, place)
	)
	SELECT spillover_panel_rows(p.areas, p.periods, p.ys, p.weights, places, shapes, s.starts, s.exposures, rings, distance, confidence) FROM panel AS p, since AS s;
END;
COMMENT ON FUNCTION spillover_account_panel_rows(waterbed[], integer[], bigint[], geometry[], date[], date[], double precision[], text, double precision) IS
'Parts ring and exposure for the panel of x a resident that accounts of single years hold. Used by spillover_report, not for users.';

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
		SELECT l.area, dense_rank() OVER (ORDER BY l.period_from), l.period_from, l.period_to, l.numerator::float8, l.denominator::float8,
			CASE WHEN l.mean IS NOT NULL THEN l.mean WHEN l.denominator IS NULL THEN l.numerator::float8
				ELSE (l.numerator / nullif(l.denominator, 0))::float8 END,
			CASE WHEN l.mean IS NOT NULL THEN l.standard_error END
		FROM latest AS l$sql$) USING measure, first_year, last_year;
END
$function$;
COMMENT ON FUNCTION spillover_observations(name, text, integer, integer) IS
'Observations of an indicator in housing areas, the latest vintage of each; of periods that begin together the longest. period numbers those that occur; value is the mean, else numerator over denominator, else the numerator. Used by spillover_report, not for users.';

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
	SELECT r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.p_adjusted, r.n, r.fewest, r.finding, r.note
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

-- p adjusted, and what may be said.
CREATE FUNCTION spillover_tested(results spillover_result[], confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	WITH adjusted AS MATERIALIZED (
		SELECT r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.n, r.fewest, r.note, r.place,
			adjust_p(r.p, 'holm') OVER (PARTITION BY r.part, r.is_primary, r.part = 'change' AND r.ring > 0, r.figure = 'pre-trend') AS p_adjusted
		FROM unnest(results) WITH ORDINALITY AS r(part, measure, is_primary, area, other, ring, figure, estimate, se, low, high, p, p_adjusted, n, fewest, finding, note, place)
	)
	SELECT a.part, a.measure, a.is_primary, a.area, a.other, a.ring, a.figure, a.estimate, a.se, a.low, a.high, a.p, a.p_adjusted, a.n, a.fewest,
		CASE WHEN a.p_adjusted < 1 - confidence AND a.figure <> 'pre-trend' THEN
			CASE a.part
				WHEN 'change' THEN CASE a.figure
					WHEN 'stayers' THEN CASE WHEN a.estimate < 0 THEN 'own change: fell' ELSE 'own change: rose' END
					WHEN 'departures' THEN CASE WHEN a.estimate > 0 THEN 'selective export' ELSE 'selective retention' END
					WHEN 'arrivals' THEN CASE WHEN a.estimate < 0 THEN 'selective arrivals: fewer' ELSE 'selective arrivals: more' END
					ELSE CASE WHEN a.estimate > 0 THEN 'size: grew by moves' WHEN a.note LIKE '%addresses ended' THEN 'size: demolition' ELSE 'size: shrank by moves' END END
				WHEN 'destination' THEN CASE WHEN a.estimate > 0 THEN 'receives leavers' END
				WHEN 'landlord' THEN CASE WHEN EXISTS (SELECT FROM adjusted AS t WHERE t.measure = a.measure AND t.part = 'change' AND t.ring = 0
					AND t.figure = 'arrivals' AND t.estimate < 0 AND t.p_adjusted < 1 - confidence) THEN 'receives diverted arrivals' END
				WHEN 'displacement' THEN CASE WHEN a.estimate < 0 THEN 'net fall' ELSE 'net rise' END
				WHEN 'ring' THEN CASE a.figure WHEN 'ring' THEN 'ring ' || a.ring ELSE a.figure END || CASE WHEN a.estimate < 0 THEN ' fell' ELSE ' rose' END
				WHEN 'exposure' THEN pg_catalog.replace(a.figure, '_', ' ') || CASE WHEN a.estimate < 0 THEN ' fell' ELSE ' rose' END END END,
		a.note
	FROM adjusted AS a ORDER BY a.place;
END;
COMMENT ON FUNCTION spillover_tested(spillover_result[], double precision) IS
'Rows of spillover_report with p adjusted and findings: Holm over the tests of a part, for the primary measure and for all others together, the treated areas and those of the rings apart. Not for users.';

-- In words.

CREATE FUNCTION spillover_amount(figure double precision, kind text, signed boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN signed AND figure > 0 THEN '+' ELSE '' END || CASE WHEN kind IN ('flag', 'fraction') THEN pg_catalog.round((100 * figure)::numeric, 1) || ' points'
		ELSE pg_catalog.trim_scale(pg_catalog.round(figure::numeric, CASE WHEN abs(figure) >= 100 THEN 0 WHEN abs(figure) >= 1 THEN 2 ELSE 4 END))::text END;
END;
COMMENT ON FUNCTION spillover_amount(double precision, text, boolean) IS
'A figure in a sentence: percentage points of a share, else the figure itself. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_list(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.cardinality(names) > 4 THEN pg_catalog.array_to_string(names[:3], ', ') || format(' and %s others', pg_catalog.cardinality(names) - 3)
		ELSE pg_catalog.regexp_replace(pg_catalog.array_to_string(names, ', '), ', ([^,]*)$', ' and \1') END;
END;
COMMENT ON FUNCTION spillover_list(text[]) IS
'Names in a sentence, at most four. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_change_words(figure text, estimate double precision, low double precision, high double precision, kind text, confidence double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT format(CASE figure
			WHEN 'stayers' THEN CASE WHEN estimate < 0 THEN 'own residents fell by %s a year' ELSE 'own residents rose by %s a year' END
			WHEN 'departures' THEN CASE WHEN estimate > 0 THEN 'leavers had more of it than expected, by %s' ELSE 'leavers had less of it than expected, by %s' END
			WHEN 'arrivals' THEN CASE WHEN estimate < 0 THEN 'arrivals had less of it than expected, by %s' ELSE 'arrivals had more of it than expected, by %s' END
			ELSE CASE WHEN estimate < 0 THEN 'more left for the city than expected, by %s a year' ELSE 'more came from the city than expected, by %s a year' END END,
			spillover_amount(abs(estimate), CASE WHEN figure = 'size' THEN 'flag' ELSE kind END, false))
		|| coalesce(' (' || spillover_amount(least(abs(low), abs(high)), CASE WHEN figure = 'size' THEN 'flag' ELSE kind END, false)
			|| ' to ' || spillover_amount(greatest(abs(low), abs(high)), CASE WHEN figure = 'size' THEN 'flag' ELSE kind END, false) || ')', '');
END;
COMMENT ON FUNCTION spillover_change_words(text, double precision, double precision, double precision, text, double precision) IS
'A changed part of an account in words. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_sentence(results spillover_result[], label text, kind text, areas bigint[], names text[], landlords bigint[], landlord_names text[], confidence double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	WITH r AS (
		SELECT s.*, n.name, o.name AS other_name, l.name AS landlord_name
		FROM unnest(results) WITH ORDINALITY AS s(part, measure, is_primary, area, other, ring, figure, estimate, se, low, high, p, p_adjusted, n, fewest, finding, note, place)
		LEFT JOIN ROWS FROM (unnest(areas), unnest(names)) AS n(area, name) ON n.area = s.area
		LEFT JOIN ROWS FROM (unnest(areas), unnest(names)) AS o(area, name) ON o.area = s.other
		LEFT JOIN ROWS FROM (unnest(landlords), unnest(landlord_names)) AS l(landlord, name) ON l.landlord = s.other
	), set AS (
		SELECT max(estimate) FILTER (WHERE figure = 'x_before') AS x0, max(estimate) FILTER (WHERE figure = 'x_after') AS x1,
			max(note) FILTER (WHERE figure = 'x_before') AS day_before, max(note) FILTER (WHERE figure = 'x_after') AS day_after,
			max(estimate) FILTER (WHERE figure = 'persons_before') AS n0, max(estimate) FILTER (WHERE figure = 'persons_after') AS n1,
			max(estimate) FILTER (WHERE figure = 'share_count') AS share, max(low) FILTER (WHERE figure = 'share_count') AS low, max(high) FILTER (WHERE figure = 'share_count') AS high,
			max(estimate) FILTER (WHERE figure = 'share_rate') AS rate, count(*) > 0 AS known
		FROM r WHERE part = 'account' AND place <= (SELECT min(place) + 13 FROM r WHERE part = 'account') AND figure IS NOT NULL
	), changed AS (
		SELECT string_agg(CASE WHEN (SELECT count(DISTINCT area) FROM r WHERE part = 'change' AND ring = 0) > 1 THEN name || ': ' ELSE '' END
			|| spillover_change_words(figure, estimate, low, high, kind, confidence)
			|| CASE WHEN finding = 'size: demolition' THEN ', where dwellings ended' ELSE '' END, '; ' ORDER BY p_adjusted, place) AS words
		FROM r WHERE part = 'change' AND ring = 0 AND finding IS NOT NULL
	)
	SELECT pg_catalog.concat_ws(' ',
		(SELECT format('%s: %s %s, %s %s, among %s and %s persons.', label, spillover_number(x0), day_before, spillover_number(x1), day_after, n0, n1) FROM set WHERE n0 IS NOT NULL),
		(SELECT label || ':' FROM set WHERE n0 IS NULL),
		(SELECT CASE WHEN words IS NOT NULL THEN 'Beyond their past and the other areas: ' || words || '.'
			ELSE format('No part of the account changed beyond its past and the other areas (least adjusted p %s).',
				(SELECT pg_catalog.round(min(p_adjusted)::numeric, 3) FROM r WHERE part = 'change' AND ring = 0)) END
			FROM changed WHERE EXISTS (SELECT FROM r WHERE part = 'change' AND ring = 0 AND p IS NOT NULL)),
		(SELECT CASE WHEN share IS NOT NULL THEN format('Of the fall in number %s percent (%s) is the same persons elsewhere in the city, net%s.', pg_catalog.round((100 * share)::numeric),
				coalesce(pg_catalog.round((100 * low)::numeric) || ' to ' || pg_catalog.round((100 * high)::numeric), 'too few for limits'),
				CASE WHEN rate IS NOT NULL THEN format('; of the fall in share %s percent', pg_catalog.round((100 * rate)::numeric)) ELSE '' END)
			WHEN n0 IS NOT NULL THEN 'The number did not fall, so nothing can have moved away.' END FROM set),
		(SELECT 'Leavers with it went to ' || spillover_list(pg_catalog.array_agg(coalesce(other_name, 'the rest of the city') ORDER BY estimate DESC)) || ' more than other leavers did.'
			FROM r WHERE part = 'destination' AND finding IS NOT NULL HAVING count(*) > 0),
		(SELECT 'Meanwhile arrivals with it rose in the areas of ' || spillover_list(pg_catalog.array_agg(landlord_name ORDER BY place)) || ', where they may have gone instead.'
			FROM r WHERE part = 'landlord' AND finding IS NOT NULL HAVING count(*) > 0),
		(SELECT 'Where those went instead cannot be told.' FROM r WHERE part = 'change' AND ring = 0 AND finding = 'selective arrivals: fewer'
			AND NOT EXISTS (SELECT FROM r WHERE part = 'landlord' AND finding IS NOT NULL) LIMIT 1),
		(SELECT string_agg(format('%s %s%s: %s.', CASE WHEN figure = 'treated' THEN 'By rings, treated areas' ELSE 'Ring ' || ring END, spillover_amount(estimate, kind, true),
				coalesce(' (' || spillover_amount(low, kind, false) || ' to ' || spillover_amount(high, kind, false) || ')', ''), coalesce(finding, 'no change shown')), ' ' ORDER BY place)
			FROM r WHERE part = 'ring' AND figure IN ('treated', 'ring') AND estimate IS NOT NULL),
		(SELECT 'Around: ' || string_agg(name || ', ' || spillover_change_words(figure, estimate, low, high, kind, confidence), '; ' ORDER BY p_adjusted, place) || '.'
			FROM r WHERE part = 'change' AND ring > 0 AND finding IS NOT NULL HAVING count(*) > 0),
		(SELECT 'Not told: ' || string_agg(DISTINCT note, '; ') || '.' FROM r
			WHERE figure IS NULL OR estimate IS NULL AND part IN ('ring', 'displacement') AND figure IN ('treated', 'difference') HAVING count(*) > 0));
END;
COMMENT ON FUNCTION spillover_sentence(spillover_result[], text, text, bigint[], text[], bigint[], text[], double precision) IS
'What the tested rows of one measure say, in plain words: direction and limits of what changed, what of it moved where, who received it, what the rings did, and what cannot be told. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_summary_row(results spillover_result[], sentence text, areas integer) RETURNS spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
BEGIN ATOMIC
	WITH r AS (
		SELECT s.* FROM unnest(results) WITH ORDINALITY AS s(part, measure, is_primary, area, other, ring, figure, estimate, se, low, high, p, p_adjusted, n, fewest, finding, note, place)
	), lead AS (
		-- the strongest change of a treated area; of an indicator the treated areas' estimate
		SELECT * FROM r WHERE part = 'change' AND ring = 0 OR part = 'ring' AND figure = 'treated'
		ORDER BY part = 'change' AND p IS NOT NULL DESC, p_adjusted NULLS LAST, p, place LIMIT 1
	)
	SELECT ROW('summary', f.measure, f.is_primary, l.area, NULL, NULL, l.figure, l.estimate, l.se, l.low, l.high, l.p, l.p_adjusted, areas, 
		(SELECT min(fewest) FROM r WHERE part IN ('account', 'change') AND coalesce(ring, 0) = 0 OR finding IS NOT NULL),
		coalesce((SELECT string_agg(DISTINCT finding, '; ') FROM r WHERE part = 'change' AND ring = 0 OR part IN ('destination', 'landlord')),
			(SELECT string_agg(DISTINCT finding, '; ') FROM r WHERE part IN ('ring', 'displacement')), 'no change shown'), sentence)::spillover_result
	FROM (SELECT max(measure) AS measure, bool_or(is_primary) AS is_primary FROM r) AS f LEFT JOIN lead AS l ON true;
END;
COMMENT ON FUNCTION spillover_summary_row(spillover_result[], text, integer) IS
'Part summary of spillover_report: the strongest change of the treated areas, all their findings, and the sentence as note. Not for users.';

CREATE FUNCTION spillover_rows(register name, areas bigint[], starts date[], measures text[], rings double precision[], distance text,
	first_year integer, last_year integer, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000000 ROWS 150
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	years CONSTANT integer[] := monitor.spillover_years(register, first_year, last_year);
	place record;
	landlord record;
	asked record;
	raw monitor.spillover_result[] := '{}';
	tested monitor.spillover_result[];
	own monitor.spillover_result[];
BEGIN
	SELECT array_agg(p.area ORDER BY p.area) AS ids, array_agg(p.name ORDER BY p.area) AS names, array_agg(p.geom ORDER BY p.area) AS shapes,
		array_agg(p.ring ORDER BY p.area) AS ring, array_agg(p.landlord ORDER BY p.area) AS owners, array_agg(t.start ORDER BY p.area) AS starts,
		array_agg(CASE WHEN t.start IS NULL THEN (SELECT min(s.start) FROM ROWS FROM (unnest(areas), unnest(starts)) AS s(area, start)
			JOIN monitor.spillover_landlords(register, areas, (SELECT min(s) FROM unnest(starts) AS s)) AS o ON o.area = s.area
			WHERE o.landlords && p.landlords) END ORDER BY p.area) AS exposures
	INTO place
	FROM monitor.spillover_places(register, areas, (SELECT min(s) FROM unnest(starts) AS s), rings, distance) AS p
	LEFT JOIN ROWS FROM (unnest(areas), unnest(starts)) AS t(area, start) ON t.area = p.area;
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
		raw := raw || ARRAY(SELECT ROW(r.part, asked.measure, asked.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.p_adjusted, r.n,
			r.fewest, r.finding, r.note)::monitor.spillover_result FROM unnest(own) WITH ORDINALITY AS r(part, measure, is_primary, area, other, ring, figure, estimate, se,
			low, high, p, p_adjusted, n, fewest, finding, note, at) ORDER BY r.at);
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

CREATE FUNCTION spillover_landlords(register name, areas bigint[], on_date date) RETURNS TABLE (area bigint, landlords bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 100
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		SELECT ad.area, array_agg(DISTINCT d.landlord) FROM @register@.area_department AS ad JOIN @register@.department AS d ON d.id = ad.department
		WHERE ad.area = ANY ($1) AND greatest(ad.valid_from, d.valid_from) <= $2 AND $2 < least(ad.valid_to, d.valid_to)
		GROUP BY ad.area$sql$) USING areas, on_date;
END
$function$;
COMMENT ON FUNCTION spillover_landlords(name, bigint[], date) IS
'The landlords of areas on a date. Used by spillover_report, not for users.';

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
	IF areas IS NULL OR array_position(areas, NULL) IS NOT NULL OR start_year IS NULL THEN
		RAISE EXCEPTION 'areas and start_year must not be null' USING ERRCODE = 'null_value_not_allowed';
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
		RAISE EXCEPTION 'plan must not be null' USING ERRCODE = 'null_value_not_allowed';
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
'What a plan did in its areas and around them, for measures of persons (person_measures) and indicators of the register; the first measure is the primary outcome. Starts are those of plan and plan_area, areas, rings (upper limits in units of the coordinates, between edges or centroids) and landlords those of the first start. Parts: account (the areas as one and each, from the base year, the last data year whose 1 January is not after the start, to the last), change (waterbed_changes of treated areas and those in rings, over accounts of single years before and after the base), destination (excess flows of the leavers), diverted and landlord (arrivals with x, and whose areas came to have more among theirs), displacement (treated, first ring as the buffer, controls beyond the last), ring (ring_effects, with the joint test of pre-trends), exposure (landlord in place of distance), summary (a sentence as note). Indicators have displacement, ring, exposure and summary. p_adjusted: Holm over the tests of a part, of the primary measure and of all others together. What cannot be computed is NULL with a note. Figures are those of the last refresh. Errors: as for given areas, and 22004 for NULL, 22023 for an unknown plan.';

-- The whole city.

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
			FROM monitor.spillover_tested(ARRAY(SELECT ROW(d.part, (changes[1]).measure, true, d.area, d.other, d.ring, d.figure, d.estimate, d.se, d.low, d.high, d.p, NULL, d.n, d.fewest,
				NULL, d.note)::monitor.spillover_result FROM monitor.spillover_destination_rows(account_after, ARRAY[source.area], counted) AS d), confidence) AS t
			WHERE t.finding IS NOT NULL AND t.other > 0;
		IF source.fewer_came AND account_before IS NOT NULL THEN
			RETURN QUERY SELECT 'link', t.measure, t.is_primary, NULL::bigint, source.area, NULL::integer, 'landlord', t.estimate, t.se, t.low, t.high, t.p, t.p_adjusted, t.n, t.fewest, t.finding,
				landlord.names[array_position(landlord.ids, t.other)]
				FROM monitor.spillover_tested(ARRAY(SELECT ROW(c.part, c.measure, c.is_primary, c.area, c.other, 0, c.figure, c.estimate, c.se, c.low, c.high, c.p, NULL, c.n, c.fewest, NULL,
					c.note)::monitor.spillover_result FROM unnest(changes) AS c WHERE c.area = source.area)
				|| ARRAY(SELECT ROW(d.part, (changes[1]).measure, true, d.area, d.other, d.ring, d.figure, d.estimate, d.se, d.low, d.high, d.p, NULL, d.n, d.fewest, NULL,
					d.note)::monitor.spillover_result FROM monitor.spillover_landlord_rows(account_before, account_after, ARRAY[source.area],
					monitor.spillover_apart(account_before, account_after, ARRAY[source.area], confidence), place.ids, place.owners,
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
	base integer;
	places bigint[];
	accounts monitor.waterbed[];
	account record;
	counted boolean;
	changes monitor.spillover_result[];
BEGIN
	PERFORM monitor.register_schema(register);
	PERFORM monitor.spillover_check(register, ARRAY[measure], rings, distance, first_year, last_year, confidence);
	IF start_year IS NULL THEN
		RAISE EXCEPTION 'start_year must not be null' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF (SELECT m.source FROM monitor.spillover_measures(register) AS m WHERE m.measure = city_changes.measure) <> 'persons' THEN
		RAISE EXCEPTION 'measure "%" is an indicator', measure USING ERRCODE = 'invalid_parameter_value',
			HINT = 'Accounts are of persons; for an indicator take spillover_report.';
	END IF;
	years := monitor.spillover_years(register, first_year, last_year);
	base := coalesce((SELECT max(y) FROM unnest(years) AS y WHERE y <= start_year), years[1]);
	IF coalesce(base >= years[cardinality(years)], true) THEN
		RETURN;
	END IF;
	counted := (SELECT m.kind <> 'amount' FROM monitor.person_measures() AS m WHERE m.measure = city_changes.measure);
	places := (SELECT array_agg(p.area ORDER BY p.area) FROM monitor.spillover_places(register, '{}', make_date(base, 1, 1), rings, distance) AS p);
	accounts := (SELECT array_agg(monitor.spillover_account(register, city_changes.measure, y, n) ORDER BY y) FROM ROWS FROM (unnest(years), unnest(years[2:])) AS s(y, n) WHERE n IS NOT NULL);
	SELECT monitor.rollup(w) FILTER (WHERE y < base) AS before, monitor.rollup(w) FILTER (WHERE y >= base) AS after, count(*) FILTER (WHERE y < base)::integer AS steps_before,
		count(*) FILTER (WHERE y >= base)::integer AS steps_after
	INTO account FROM ROWS FROM (unnest(accounts), unnest(years)) AS s(w, y) WHERE w IS NOT NULL;
	changes := monitor.spillover_with_ended(register, ARRAY(SELECT c FROM monitor.spillover_change_rows(account.before, account.after, places,
		array_fill(0, ARRAY[cardinality(places)]), NULL, coalesce((base - years[1])::float8 / nullif(account.steps_before, 0), 1),
		(years[cardinality(years)] - base)::float8 / account.steps_after, counted, confidence) AS c), base, years[cardinality(years)]);
	-- each area is a question of its own
	changes := ARRAY(SELECT t FROM (SELECT DISTINCT c.area FROM unnest(changes) AS c) AS a CROSS JOIN LATERAL monitor.spillover_tested(ARRAY(
		SELECT ROW(c.part, city_changes.measure, true, c.area, c.other, c.ring, c.figure, c.estimate, c.se, c.low, c.high, c.p, c.p_adjusted, c.n, c.fewest, c.finding, c.note)::monitor.spillover_result
		FROM unnest(changes) AS c WHERE c.area = a.area), confidence) AS t ORDER BY a.area);
	RETURN QUERY SELECT c.* FROM unnest(changes) AS c;
	RETURN QUERY SELECT l.* FROM monitor.spillover_links(register, changes, account.before, account.after, make_date(base, 1, 1), base - years[1], years[cardinality(years)] - base,
		rings, distance, confidence) AS l;
END
$function$;
COMMENT ON FUNCTION city_changes(name, integer, text, double precision[], text, integer, integer, double precision) IS
'When one area improves, does another deteriorate? Part change: which part of the account of every housing area changed from 1 January of start_year on, beyond its own past and the other areas (waterbed_changes over accounts of single years), p_adjusted by Holm for the parts of an area: so one area in which nothing changed is called changed with a chance of at most 1 - confidence. Part link, of the areas called changed: figure neighbour (area changed too, and lies in the first ring of other; note says how), leavers (area receives the leavers of other), landlord (area NULL, other: whose arrivals went to the landlord that note names). Errors as spillover_report; 22023 also for an indicator. No rows where no data year is after the start.';
