-- Rows of spillover_report that a panel of areas gives: rings by distance and by landlord.

CREATE FUNCTION spillover_year(start date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN start = 'infinity' THEN 1000000 WHEN start = '-infinity' THEN -1000000 ELSE extract(year FROM start)::bigint + 1 END;
COMMENT ON FUNCTION spillover_year(date) IS
'The first data year whose 1 January is after a start. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_ring_rows(cell_area bigint[], cell_period bigint[], cell_y double precision[], cell_weight double precision[],
	places bigint[], shapes geometry[], starts bigint[], rings double precision[], distance text, confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000000 ROWS 6
BEGIN ATOMIC
	WITH state AS MATERIALIZED (
		SELECT ring_did(p.area, p.geom, c.period, c.y, p.treated_from, rings, c.weight, NULL, distance) AS s
		FROM ROWS FROM (unnest(cell_area), unnest(cell_period), unnest(cell_y), unnest(cell_weight)) AS c(area, period, y, weight)
		JOIN ROWS FROM (unnest(places), unnest(shapes), unnest(starts)) AS p(area, geom, treated_from) ON p.area = c.area
	)
	SELECT 'ring', NULL::text, NULL::boolean, NULL::bigint, NULL::bigint, e.ring, e.term,
		e.estimate, e.se, e.low, e.high, e.p, NULL::double precision, e.n_areas, NULL::double precision, NULL::text, e.note
	FROM state, ring_effects(s, conf => confidence) AS e WHERE e.term IN ('treated', 'ring', 'control')
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
