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
	FROM (SELECT origin AS area FROM spillover_pairs(account) WHERE origin > 0
		UNION SELECT destination FROM spillover_pairs(account) WHERE destination > 0) AS p
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
RETURN coalesce((CASE WHEN abs(figure) >= 100 THEN round(figure::numeric) ELSE round(figure::numeric, 4) END)::text, 'nothing');
COMMENT ON FUNCTION spillover_number(double precision) IS
'A figure in the notes of spillover_report: to four decimals, whole from 100 on. Not for users.';

CREATE FUNCTION spillover_account_rows(account waterbed, areas bigint[], counted boolean, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 50000 ROWS 30
BEGIN ATOMIC
	WITH part AS (
		SELECT CASE WHEN pg_catalog.cardinality(areas) = 1 THEN areas[1] END AS area, areas AS members
		UNION ALL
		SELECT m, ARRAY[m] FROM unnest(areas) AS m WHERE pg_catalog.cardinality(areas) > 1
	), one AS MATERIALIZED (
		SELECT p.area, p.members, a.*, l.fewest
		FROM part AS p
		CROSS JOIN LATERAL (SELECT spillover_groups(account, p.members, pg_catalog.array_fill(p.members[1], ARRAY[pg_catalog.cardinality(p.members)]), NULL) AS w OFFSET 0) AS m
		LEFT JOIN LATERAL (SELECT b.* FROM waterbed_areas(m.w, confidence) AS b WHERE b.area = p.members[1]) AS a(place, n0, n1, x0, x1,
			stayers_change, net_import, export_by_size, export_selective, left_city, entered_city, arrivals_change, term_stayers,
			term_arrivals_within, term_arrivals_outside, term_departures_within, term_departures_outside, share_count, share_count_low,
			share_count_high, share_rate, share_rate_low, share_rate_high, unknown, note) ON true
		LEFT JOIN LATERAL (SELECT f.fewest FROM spillover_fewest(m.w, counted) AS f WHERE f.area = p.members[1]) AS l ON true
	)
	SELECT 'account', NULL::text, NULL::boolean, o.area, NULL::bigint, 0, f.figure, f.estimate, NULL::double precision, f.low, f.high,
		NULL::double precision, NULL::double precision, coalesce(o.n0, 0), o.fewest, NULL::text, CASE WHEN o.n0 IS NULL THEN 'nobody lived there' ELSE f.note END
	FROM one AS o
	CROSS JOIN LATERAL (VALUES
		(1, 'x_before', o.x0, NULL::double precision, NULL::double precision, NULL::text), (2, 'x_after', o.x1, NULL, NULL, NULL),
		(3, 'persons_before', o.n0, NULL, NULL, NULL), (4, 'persons_after', o.n1, NULL, NULL, NULL),
		(5, 'change', o.x1 - o.x0, NULL, NULL, NULL), (6, 'stayers_change', o.stayers_change, NULL, NULL, NULL),
		(7, 'net_import', o.net_import, NULL, NULL, NULL), (8, 'export_by_size', o.export_by_size, NULL, NULL, NULL),
		(9, 'export_selective', o.export_selective, NULL, NULL, NULL), (10, 'left_city', o.left_city, NULL, NULL, NULL),
		(11, 'entered_city', o.entered_city, NULL, NULL, NULL), (12, 'arrivals_change', o.arrivals_change, NULL, NULL, NULL),
		(13, 'share_count', o.share_count, o.share_count_low, o.share_count_high, o.note),
		(14, 'share_rate', o.share_rate, o.share_rate_low, o.share_rate_high, o.note)) AS f(place, figure, estimate, low, high, note)
	ORDER BY o.area NULLS FIRST, f.place;
END;
COMMENT ON FUNCTION spillover_account_rows(waterbed, bigint[], boolean, double precision) IS
'Part account of spillover_report: the account of the areas as one and of each. Not for users.';

CREATE FUNCTION spillover_change_rows(account_before waterbed, account_after waterbed, areas bigint[], ring integer[], controls bigint[], counted boolean, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100000 ROWS 50
BEGIN ATOMIC
	SELECT 'change', NULL::text, NULL::boolean, g.area, NULL::bigint, g.ring, c.component, c.difference, c.se, c.low, c.high,
		c.p, NULL::double precision, c.n_after, least(b.fewest, f.fewest), NULL::text,
		coalesce(c.note, CASE WHEN c.area IS NULL THEN 'nobody lived there'
			ELSE format('%s before, %s after where %s were expected', spillover_number(c.before), spillover_number(c.after), spillover_number(c.expected)) END)
	FROM ROWS FROM (unnest(areas), unnest(ring)) AS g(area, ring)
	LEFT JOIN waterbed_changes(account_before, account_after, controls, 1, 1, confidence) AS c ON c.area = g.area
	LEFT JOIN spillover_fewest(account_before, counted) AS b ON b.area = g.area
	LEFT JOIN spillover_fewest(account_after, counted) AS f ON f.area = g.area
	ORDER BY g.ring, g.area, c.component = 'size', c.component = 'arrivals', c.component = 'departures';
END;
COMMENT ON FUNCTION spillover_change_rows(waterbed, waterbed, bigint[], integer[], bigint[], boolean, double precision) IS
'Part change of spillover_report: which part of an area''s account changed, for the areas given with their rings, from rollups of accounts of single years. Not for users.';


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
		SELECT a.id, a.name, b.geom, (monitor.ring(a.id, b.geom, a.id = ANY ($1), $3, $4) OVER ()).ring, l.landlords[1], l.landlords
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
		WHERE y.data_year BETWEEN coalesce($1, y.data_year) AND coalesce($2, y.data_year)
			AND EXISTS (SELECT FROM @register@.resident AS r WHERE r.data_year = y.data_year)$sql$) INTO years USING first_year, last_year;
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
