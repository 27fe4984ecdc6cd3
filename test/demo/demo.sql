-- What make demo prints: from the published schemas, but for the changes of the city, which ask the register.
\pset footer off
\pset null ''
SET search_path = demo_published;

SELECT list_year, rule_set FROM dim_list_year WHERE is_latest \gset
\echo
\echo The list of 1 December :list_year, Fjordby (a made-up city)
\echo 'Value; + met, - not met; how many persons would have to change for the answer to change (none: it cannot'
\echo 'in one year; income: percentage points). In a row: lists as ghetto or parallelsamfund, + or more.'
CREATE TEMPORARY VIEW latest AS
SELECT c.*, replace(c.criterion, 'prevention_', '') AS measured, starts_with(c.criterion, 'prevention_') AS milder
FROM criteria_margin AS c JOIN dim_list_year AS y ON y.is_latest AND (c.list_year, c.rule_set) = (y.list_year, y.rule_set);
CREATE TEMPORARY VIEW shown AS
SELECT l.area, l.milder, l.measured, CASE WHEN l.suppressed THEN 'hidden' ELSE
	round(l.value::numeric, CASE l.measured WHEN 'convicted' THEN 2 WHEN 'residents' THEN 0 ELSE 1 END)
	|| CASE WHEN l.met THEN ' +' ELSE ' -' END
	|| coalesce(l.margin_persons::text, CASE l.measured WHEN 'low_income' THEN round(abs(l.margin)::numeric, 1) || 'pt' END, '') END AS text,
	l.comparator || ' ' || round(l.threshold::numeric, CASE l.measured WHEN 'convicted' THEN 2 ELSE 0 END) AS limit
FROM latest AS l;
CREATE TEMPORARY VIEW listed AS
SELECT s.area, s.name, s.status, s.rank, s.status = 'forebyggelse' AS milder, n.at_least, n.at_most
FROM computed_status AS s JOIN dim_list_year AS y ON y.is_latest AND (s.list_year, s.rule_set) = (y.list_year, y.rule_set)
LEFT JOIN fact_listing AS n ON n.rule_set = '' AND n.list_year = s.list_year AND n.area = s.area
WHERE s.met AND s.is_strictest;

WITH line AS (
	SELECT 1 AS part, l.rank, l.name, l.status, CASE WHEN l.at_least = 0 THEN '' WHEN l.at_most IS NULL THEN l.at_least || '+'
			WHEN l.at_most > l.at_least THEN l.at_least || '-' || l.at_most ELSE l.at_least::text END AS in_a_row,
		s.measured, s.text
	FROM listed AS l JOIN shown AS s ON s.area = l.area AND (s.milder = l.milder OR s.measured = 'residents')
		OR s.area = l.area AND l.milder AND s.measured = 'basic_education' AND NOT s.milder
			AND NOT EXISTS (SELECT FROM latest AS p WHERE p.criterion = 'prevention_basic_education')
	UNION ALL
	SELECT DISTINCT 0, 0, CASE WHEN s.milder THEN 'limit, forebyggelse' ELSE 'limit' END, '', '', s.measured, s.limit FROM shown AS s
)
SELECT name AS "Area", status AS "Status", in_a_row AS "In a row",
	max(text) FILTER (WHERE measured = 'residents') AS "Residents",
	max(text) FILTER (WHERE measured = 'outside_labour') AS "Outside labour %",
	max(text) FILTER (WHERE measured = 'convicted') AS "Convicted %",
	max(text) FILTER (WHERE measured = 'basic_education') AS "Basic school %",
	max(text) FILTER (WHERE measured = 'low_income') AS "Income %",
	max(text) FILTER (WHERE measured = 'non_western') AS "Non-western %"
FROM line GROUP BY part, rank, name, status, in_a_row ORDER BY part, rank DESC, name COLLATE "C";

\echo Nearest to a limit, of the areas with residents enough
SELECT l.name AS "Area", l.criterion AS "Criterion", round(l.value::numeric, 2) AS "Value", l.comparator || ' ' || round(l.threshold::numeric, 2) AS "Limit",
	CASE WHEN l.met THEN 'yes' ELSE 'no' END AS "Met", l.margin_persons AS "Persons", CASE WHEN NOT l.methods_agree THEN 'means disagree' END AS "Note"
FROM latest AS l JOIN latest AS r ON r.area = l.area AND r.criterion = 'residents' AND r.met
WHERE l.near_limit AND l.margin_persons IS NOT NULL AND l.criterion <> 'residents'
ORDER BY l.margin_persons, abs(l.margin), l.name COLLATE "C" LIMIT 8;

\echo Early warnings: areas on no list that are near a limit or too small
SELECT e.name AS "Area", r.value AS "Residents", CASE WHEN e.too_small THEN 'if larger: ' || e.status_if_larger ELSE '' END AS "Too small",
	e.nearest_criterion AS "Nearest limit", CASE e.nearest_met WHEN true THEN 'yes' WHEN false THEN 'no' END AS "Met", e.nearest_margin_persons AS "Persons"
FROM early_warning AS e JOIN dim_list_year AS y ON y.is_latest AND (e.list_year, e.rule_set) = (y.list_year, y.rule_set)
	JOIN latest AS r ON r.area = e.area AND r.criterion = 'residents'
WHERE (e.too_small OR r.value >= 900) AND NOT EXISTS (SELECT FROM listed AS l WHERE l.area = e.area)
ORDER BY e.too_small DESC, e.nearest_margin_persons, e.name COLLATE "C";

\echo When one landlord gets better, does the other get worse? Full-time persons outside the labour market
\pset tuples_only on
\pset format unaligned
SELECT format('%s-%s: %s', first_data_year, last_data_year, sentence) FROM waterbed_landlord
WHERE measure = 'outside_labour' AND (name_a, name_b) = ('AAB Fjordby', 'Boligforeningen Oesterbo') AND first_data_year IN (2017, 2018) AND last_data_year = 2022
ORDER BY first_data_year;
\pset format aligned
\pset tuples_only off
\echo
\echo 'Areas that changed most from 2017 to 2022: own residents, moves within the city (came less went), the rest; limits take persons as independent'
WITH changed AS (
	SELECT *, round(change, 1) AS rounded FROM waterbed_area
	WHERE measure = 'outside_labour' AND (first_data_year, last_data_year) = (2017, 2022) AND area > 0 AND NOT suppressed
	ORDER BY abs(change) DESC, area LIMIT 8
)
SELECT name AS "Area", rounded AS "Change", round(stayers_change, 1) AS "Own residents", round(net_import, 1) AS "Within the city",
	round(change - stayers_change - net_import, 1) AS "Outside, new, other",
	round(100 * share_count) || CASE WHEN share_count_low IS NOT NULL THEN format(' (%s to %s)', round(100 * share_count_low), round(100 * share_count_high)) ELSE '' END
		AS "% of the fall now elsewhere in the city"
FROM changed ORDER BY rounded, name COLLATE "C";

\echo 'Areas where something changed from 2018 on, beyond their own past and the other areas, and what lies beside it'
CREATE TEMPORARY TABLE changes AS SELECT c.*, a.name, o.name AS other_name FROM monitor.city_changes('demo', 2018) AS c
	LEFT JOIN dim_area AS a ON a.area = c.area LEFT JOIN dim_area AS o ON o.area = c.other;
SELECT c.name AS "Area", c.finding AS "What changed", CASE WHEN c.p_adjusted < 0.0001 THEN '< 0.0001' ELSE round(c.p_adjusted::numeric, 4)::text END AS "p",
	(SELECT string_agg(CASE l.figure WHEN 'neighbour' THEN 'beside ' || l.other_name WHEN 'leavers' THEN 'leavers go to ' || l.name
		ELSE 'those turned away may have gone to ' || l.note END, ', ' ORDER BY l.figure, l.name)
	FROM changes AS l WHERE l.part = 'link' AND CASE l.figure WHEN 'neighbour' THEN l.area = c.area AND c.figure = 'stayers' WHEN 'leavers' THEN l.other = c.area AND c.figure = 'departures'
		ELSE l.other = c.area AND c.figure = 'arrivals' END) AS "Beside it"
FROM changes AS c WHERE c.part = 'change' AND c.finding IS NOT NULL ORDER BY c.p_adjusted, c.name COLLATE "C";
\echo 'What followed the plans, in their areas and around them: full-time persons outside the labour market'
SELECT plan AS "Plan", name AS "Name", starts_on AS "Starts", n_areas AS "Areas", replace(finding, '; ', E',\n') AS "Found"
FROM spillover_summary WHERE is_primary AND finding <> 'no change shown' ORDER BY plan;
\pset tuples_only on
\pset format unaligned
SELECT format('%s: %s', name, sentence) FROM spillover_summary WHERE is_primary AND plan IN (1, 5) ORDER BY plan;
\pset format aligned
\pset tuples_only off
\echo
\echo Denmark: the five-year rule on the lists as they were published
CREATE TEMPORARY TABLE hard (list_date date, name text, derived_by text, official integer);
\copy hard FROM test/data/lists/hard_streak_oracle.csv WITH (FORMAT csv, HEADER)
SELECT l.list_year AS "List", count(*) AS "Areas on it", count(*) FILTER (WHERE l.at_least >= 5) AS "Five lists in a row",
	h.official AS "Official count", count(*) FILTER (WHERE l.at_least >= 5 AND l.area = ANY (h.areas)) AS "The same areas"
FROM denmark_published.official_list AS l
JOIN (SELECT extract(year FROM list_date) AS list_year, max(official) AS official, array_agg(monitor.resolve_area('denmark', NULL, name)) AS areas
	FROM hard GROUP BY 1) AS h ON h.list_year = l.list_year
WHERE l.status = 'ghetto' GROUP BY l.list_year, h.official ORDER BY l.list_year;
