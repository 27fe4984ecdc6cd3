-- From rows to what may be said: tests adjusted together, findings, and the sentence.

CREATE FUNCTION spillover_note(part text, note text) RETURNS spillover_result[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ARRAY[ROW(part, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, note)::spillover_result];
END;
COMMENT ON FUNCTION spillover_note(text, text) IS
'A part of spillover_report that cannot be computed, with the reason. Not for users.';

CREATE FUNCTION spillover_tested(results spillover_result[], confidence double precision) RETURNS SETOF spillover_result
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100
BEGIN ATOMIC
	WITH adjusted AS MATERIALIZED (
		SELECT r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.n, r.fewest, r.note, r.ordinality AS place,
			adjust_p(r.p, 'holm') OVER (PARTITION BY r.part, r.is_primary, r.part = 'change' AND r.ring > 0, r.figure = 'pre-trend') AS p_adjusted
		FROM unnest(results) WITH ORDINALITY AS r
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

CREATE FUNCTION spillover_ring_words(figure text, ring integer, estimate double precision, low double precision, high double precision, finding text, kind text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT format('%s %s%s: %s.', CASE WHEN figure = 'treated' THEN 'By rings, treated areas' ELSE 'Ring ' || ring END, spillover_amount(estimate, kind, true),
		coalesce(' (' || spillover_amount(low, kind, false) || ' to ' || spillover_amount(high, kind, false) || ')', ''),
		coalesce(finding, CASE WHEN low > 0 OR high < 0 THEN 'not sure, as several are tested' ELSE 'no change shown' END));
END;
COMMENT ON FUNCTION spillover_ring_words(text, integer, double precision, double precision, double precision, text, text) IS
'What the sentence of spillover_report says of the treated areas by rings, or of a ring. Used by spillover_report, and by publish to take the words of a hidden ring out; not for users.';

CREATE FUNCTION spillover_share_words(share double precision, low double precision, high double precision, rate double precision, rate_low double precision, rate_high double precision,
	inhabited boolean, by_household boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE
		WHEN share IS NOT NULL THEN format('Of the fall in number %s percent (%s) is the same persons elsewhere in the city, net; %s.', pg_catalog.round((100 * share)::numeric),
			coalesce(pg_catalog.round((100 * low)::numeric) || ' to ' || pg_catalog.round((100 * high)::numeric) || w.independent, 'too few for limits'),
			coalesce('of the fall in share ' || pg_catalog.round((100 * rate)::numeric) || ' percent', w.no_share))
		WHEN rate IS NOT NULL THEN format('Of the fall in share %s percent (%s) is moves within the city, net; the number did not fall.', pg_catalog.round((100 * rate)::numeric),
			coalesce(pg_catalog.round((100 * rate_low)::numeric) || ' to ' || pg_catalog.round((100 * rate_high)::numeric) || w.independent, 'too few for limits'))
		WHEN inhabited THEN 'Neither the number nor the share of residents fell, so nothing can have moved away.'
		ELSE format('The number did not fall, so nothing can have moved away; %s.', w.no_share) END
	FROM (SELECT CASE WHEN by_household THEN '' ELSE ', persons taken as independent' END AS independent,
		CASE WHEN inhabited THEN 'the share of residents did not fall' ELSE 'nobody lived there before or after, so there is no share' END AS no_share) AS w;
END;
COMMENT ON FUNCTION spillover_share_words(double precision, double precision, double precision, double precision, double precision, double precision, boolean, boolean) IS
'Both waterbed shares in words, or why one is missing. inhabited: persons lived there both times; by_household: what the limits take as independent. Used by spillover_report, not for users.';

CREATE FUNCTION spillover_sentence(results spillover_result[], label text, kind text, areas bigint[], names text[], landlords bigint[], landlord_names text[], confidence double precision) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
	WITH r AS (
		SELECT s.*, s.ordinality AS place, n.name, o.name AS other_name, l.name AS landlord_name
		FROM unnest(results) WITH ORDINALITY AS s
		LEFT JOIN ROWS FROM (unnest(areas), unnest(names)) AS n(area, name) ON n.area = s.area
		LEFT JOIN ROWS FROM (unnest(areas), unnest(names)) AS o(area, name) ON o.area = s.other
		LEFT JOIN ROWS FROM (unnest(landlords), unnest(landlord_names)) AS l(landlord, name) ON l.landlord = s.other
	), set AS (
		SELECT max(estimate) FILTER (WHERE figure = 'x_before') AS x0, max(estimate) FILTER (WHERE figure = 'x_after') AS x1,
			max(note) FILTER (WHERE figure = 'x_before') AS day_before, max(note) FILTER (WHERE figure = 'x_after') AS day_after,
			max(estimate) FILTER (WHERE figure = 'persons_before') AS n0, max(estimate) FILTER (WHERE figure = 'persons_after') AS n1,
			max(estimate) FILTER (WHERE figure = 'share_count') AS share, max(low) FILTER (WHERE figure = 'share_count') AS low, max(high) FILTER (WHERE figure = 'share_count') AS high,
			max(estimate) FILTER (WHERE figure = 'share_rate') AS rate, max(low) FILTER (WHERE figure = 'share_rate') AS rate_low, max(high) FILTER (WHERE figure = 'share_rate') AS rate_high,
			coalesce(bool_and(note LIKE '%limits by household%') FILTER (WHERE figure IN ('share_count', 'share_rate')), false) AS by_household
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
		(SELECT spillover_share_words(share, low, high, rate, rate_low, rate_high, n0 > 0 AND n1 > 0, by_household) FROM set WHERE n0 IS NOT NULL),
		(SELECT 'Leavers with it went to ' || spillover_list(pg_catalog.array_agg(coalesce(other_name, 'the rest of the city') ORDER BY estimate DESC)) || ' more than other leavers did.'
			FROM r WHERE part = 'destination' AND finding IS NOT NULL HAVING count(*) > 0),
		(SELECT 'Meanwhile arrivals with it rose in the areas of ' || spillover_list(pg_catalog.array_agg(landlord_name ORDER BY place)) || ', where they may have gone instead.'
			FROM r WHERE part = 'landlord' AND finding IS NOT NULL HAVING count(*) > 0),
		(SELECT 'Where those went instead cannot be told.' FROM r WHERE part = 'change' AND ring = 0 AND finding = 'selective arrivals: fewer'
			AND NOT EXISTS (SELECT FROM r WHERE part = 'landlord' AND finding IS NOT NULL) LIMIT 1),
		(SELECT string_agg(spillover_ring_words(figure, ring, estimate, low, high, finding, kind), ' ' ORDER BY place)
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
		SELECT s.*, s.ordinality AS place FROM unnest(results) WITH ORDINALITY AS s
	), lead AS (
		-- the strongest change of a treated area; of an indicator the treated areas' estimate
		SELECT * FROM r WHERE part = 'change' AND ring = 0 OR part = 'ring' AND figure = 'treated'
		ORDER BY part = 'change' AND p IS NOT NULL DESC, p_adjusted NULLS LAST, p, place LIMIT 1
	)
	SELECT ROW('summary', f.measure, f.is_primary, l.area, NULL, NULL, l.figure, l.estimate, l.se, l.low, l.high, l.p, l.p_adjusted, areas, 
		(SELECT min(fewest) FROM r WHERE part IN ('account', 'change') AND coalesce(ring, 0) = 0 OR finding IS NOT NULL),
		coalesce(nullif(pg_catalog.concat_ws('; ', (SELECT string_agg(DISTINCT finding, '; ') FROM r WHERE part = 'change' AND ring = 0 OR part IN ('destination', 'landlord')),
			(SELECT string_agg(DISTINCT finding, '; ') FROM r WHERE part IN ('ring', 'displacement'))), ''), 'no change shown'), sentence)::spillover_result
	FROM (SELECT max(measure) AS measure, bool_or(is_primary) AS is_primary FROM r) AS f LEFT JOIN lead AS l ON true;
END;
COMMENT ON FUNCTION spillover_summary_row(spillover_result[], text, integer) IS
'Part summary of spillover_report: the strongest change of the treated areas, the findings of their account and after these those of rings and displacement, and the sentence as note. Not for users.';
