-- Rows of spillover_report that accounts of relocation give: what changed, who went where,
-- who was turned away. Nothing here knows a register.

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
'Row of spillover_report and city_changes. part: account, change, destination, diverted, landlord, displacement, ring, exposure, summary, or link (city_changes only); measure; is_primary: whether it is the one outcome named first; area: the one the figure is of, NULL for all treated areas as one or for a group; other: where to or from, an area, in part landlord a landlord, in part link the area whose change it goes with; ring: 0 treated, 1 and up, NULL beyond; figure; estimate with standard error and limits, shares as fractions of 1; p two-sided (landlord: one-sided) and adjusted for the tests of its part; n: what it rests on, persons (in change and landlord those of each year added up), or areas in ring, exposure, summary and the displacement of an indicator; fewest: least number of persons above 0 that the figure is made of, NULL where it is not about persons; finding: what may be said at the confidence asked for; note.';

CREATE FUNCTION spillover_labelled(result spillover_result, measure text, is_primary boolean) RETURNS spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ROW((result).part, measure, is_primary, (result).area, (result).other, (result).ring, (result).figure, (result).estimate, (result).se, (result).low, (result).high,
	(result).p, (result).p_adjusted, (result).n, (result).fewest, (result).finding, (result).note)::spillover_result;
COMMENT ON FUNCTION spillover_labelled(spillover_result, text, boolean) IS
'The row as one of the measure, which is the primary one or is not. Used by spillover_report and city_changes, not for users.';

CREATE FUNCTION spillover_groups(account waterbed, areas bigint[], grp bigint[], otherwise bigint) RETURNS waterbed
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000
BEGIN ATOMIC
	SELECT waterbed_merge(account, pg_catalog.array_agg(p.area), pg_catalog.array_agg(coalesce(g.grp, otherwise, p.area)))
	FROM (SELECT DISTINCT v.area FROM waterbed_pairs(account) AS e
		CROSS JOIN LATERAL (VALUES (e.origin), (e.destination)) AS v(area) WHERE v.area > 0) AS p
	LEFT JOIN ROWS FROM (unnest(areas), unnest(grp)) AS g(area, grp) ON g.area = p.area;
END;
COMMENT ON FUNCTION spillover_groups(waterbed, bigint[], bigint[], bigint) IS
'The account with areas put together: those given into their groups, all others into one, or left as they are where that is NULL. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_fewest(account waterbed, counted boolean) RETURNS TABLE (area bigint, fewest double precision)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000 ROWS 100
BEGIN ATOMIC
	WITH pair AS MATERIALIZED (
		SELECT * FROM waterbed_pairs(account)
	), flow AS (
		SELECT origin AS area, CASE WHEN destination = origin THEN 0 WHEN destination >= 0 THEN 1 WHEN destination < 0 THEN 2 ELSE 3 END AS way,
			known_before AS persons, with_x AS x FROM pair WHERE origin > 0
		UNION ALL
		SELECT destination, CASE WHEN destination = origin THEN 4 WHEN origin >= 0 THEN 5 WHEN origin < 0 THEN 6 ELSE 7 END,
			known_after, x_after FROM pair WHERE destination > 0
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
		c.p, NULL::double precision, c.n_after, least(f.fewest, b.fewest), NULL::text,
		coalesce(c.note, CASE WHEN c.area IS NULL THEN 'nobody lived there'
			ELSE format('%s before, %s after where %s were expected', spillover_number(c.before), spillover_number(c.after), spillover_number(c.expected)) END)
	FROM ROWS FROM (unnest(areas), unnest(ring)) AS g(area, ring)
	LEFT JOIN waterbed_changes(account_before, account_after, controls, years_before, years_after, confidence) AS c ON c.area = g.area
	LEFT JOIN spillover_fewest(account_after, counted) AS f ON f.area = g.area
	LEFT JOIN spillover_fewest(account_before, counted) AS b ON b.area = g.area
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
	FROM (SELECT spillover_groups(waterbed_from(account, areas), areas,
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
		SELECT spillover_groups(waterbed_without_leavers(account_before, spillover_landlord_rows.areas || apart), o.areas, o.grp, 2) AS before,
			spillover_groups(waterbed_without_leavers(account_after, spillover_landlord_rows.areas || apart), o.areas, o.grp, 2) AS after
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
			FROM grouped, waterbed_pairs(w) AS p
			UNION ALL SELECT p.destination, p.squares_after FROM grouped, waterbed_pairs(w) AS p WHERE p.destination IS DISTINCT FROM p.origin) AS f
		GROUP BY f.grp
	), figure AS (
		SELECT a.area AS grp, a.x0, a.x1, a.n0, coalesce(s.squares, 0) AS squares
		FROM grouped CROSS JOIN LATERAL waterbed_areas(w, 0.95) AS a LEFT JOIN spread AS s ON s.grp = a.area WHERE a.area BETWEEN 1 AND 4 AND a.n0 > 0
	), wide AS (
		SELECT pg_catalog.array_agg(f.x0 ORDER BY g) AS x0, pg_catalog.array_agg(f.x1 ORDER BY g) AS x1, pg_catalog.array_agg(coalesce(f.n0, 1)::double precision ORDER BY g) AS n0,
			pg_catalog.array_agg(coalesce(f.squares, 0) ORDER BY g) AS squares, sum(f.n0)::bigint AS n
		FROM generate_series(1, 4) AS g LEFT JOIN figure AS f ON f.grp = g
	)
	SELECT r.*
	FROM wide AS v
	CROSS JOIN LATERAL displacement(v.x0[1], v.x1[1], v.x0[2], v.x1[2], v.x0[3], v.x1[3], v.x0[4], v.x1[4], NULL, v.n0, 'stock', v.squares, 1, confidence) AS d
	CROSS JOIN LATERAL spillover_displacement_figures(d, v.n, CASE WHEN v.x0[1] IS NULL THEN 'nobody lived in the treated areas' WHEN v.x0[2] IS NULL THEN 'no area beyond the last ring'
		WHEN v.x0[3] IS NULL THEN 'nobody lived in the first ring' END) AS r;
END;

COMMENT ON FUNCTION spillover_displacement_rows(waterbed, bigint[], bigint[], bigint[], double precision) IS
'Part displacement of spillover_report, of a measure of persons: x a resident of the start, with the first ring as the buffer. A stock''s spread is the sum over persons of the squared change of what they add to it. Not for users.';

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
