-- Views of <register>_published over its own tables.

CREATE FUNCTION published_views() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE VIEW computed_status AS
SELECT s.list_year, s.rule_set, r.is_own, s.area, a.code, a.name, a.municipality, s.status, d.rank, d.is_printed,
	s.met, s.is_strictest, s.official, s.met_if_larger, s.at_least, s.at_most, d.years_in_row,
	s.margin_low, s.margin_high, s.suppressed, s.note
FROM fact_status AS s
JOIN dim_rule_set AS r ON r.rule_set = s.rule_set
JOIN dim_status AS d ON d.rule_set = s.rule_set AND d.status = s.status
JOIN dim_area AS a ON a.area = s.area;
COMMENT ON VIEW computed_status IS 'Which statuses each housing area has by the figures, list year by list year, with the margin in persons and beside the published list. A row a rule set, list year, area and status; met is yes, no or unknown.';

CREATE VIEW official_list AS
SELECT l.list_year, l.list_date, l.status, l.area, a.code, a.name, a.municipality, l.printed_name, l.list_complete,
	n.at_least, n.at_most
FROM fact_list AS l
JOIN dim_area AS a ON a.area = l.area
LEFT JOIN fact_listing AS n ON n.rule_set = '' AND n.list_year = l.list_year AND n.area = l.area;
COMMENT ON VIEW official_list IS 'The published lists, with lists in a row.';

CREATE VIEW official_difference AS
SELECT v.list_year, v.rule_set, v.area, a.code, a.name, a.municipality, v.criterion, v.ours, v.theirs, v.decimals,
	v.difference, v.difference_persons, v.agrees, v.suppressed
FROM fact_official_value AS v
JOIN dim_area AS a ON a.area = v.area;
COMMENT ON VIEW official_difference IS 'Printed figures beside ours: the difference, what it is in persons, and whether ours rounds to what was printed.';

CREATE VIEW criteria_margin AS
SELECT c.list_year, c.rule_set, r.is_own, c.area, a.code, a.name, a.municipality, c.criterion, d.measure, c.value,
	d.comparator, c.threshold, c.met, c.margin, c.margin_persons, c.margin_fulltime, c.margin_amount, c.margin_swaps,
	c.by_leaving, c.by_newcomers, c.unknown, c.could_flip, c.methods_agree, c.near_limit, c.suppressed, c.source, c.note
FROM fact_criterion AS c
JOIN dim_rule_set AS r ON r.rule_set = c.rule_set
JOIN dim_criterion AS d ON d.rule_set = c.rule_set AND d.criterion = c.criterion
JOIN dim_area AS a ON a.area = c.area;
COMMENT ON VIEW criteria_margin IS 'Each criterion of each housing area and list year: value, limit, whether met, and how far from the limit.';

CREATE VIEW early_warning AS
SELECT y.list_year, y.rule_set, y.area, a.code, a.name, a.municipality, y.near_limit, y.too_small,
	n.criterion AS nearest_criterion, n.met AS nearest_met, n.margin AS nearest_margin,
	n.margin_persons AS nearest_margin_persons, t.status AS status_if_larger
FROM (
	SELECT c.list_year, c.rule_set, c.area,
		-- of an area that is more than a tenth short of residents no limit is near
		coalesce(bool_or(c.near_limit), false)
			AND NOT coalesce(bool_or(k.measure = 'residents' AND c.value < 0.9 * c.threshold), false) AS near_limit,
		EXISTS (SELECT FROM fact_status AS s WHERE s.rule_set = c.rule_set AND s.list_year = c.list_year
			AND s.area = c.area AND s.met_if_larger) AS too_small
	FROM fact_criterion AS c
	JOIN dim_rule_set AS r ON r.rule_set = c.rule_set AND r.kind = 'list'
	JOIN dim_criterion AS k ON k.rule_set = c.rule_set AND k.criterion = c.criterion
	GROUP BY c.list_year, c.rule_set, c.area
) AS y
JOIN dim_area AS a ON a.area = y.area
LEFT JOIN LATERAL (
	SELECT c.criterion, c.met, c.margin, c.margin_persons FROM fact_criterion AS c
	WHERE c.rule_set = y.rule_set AND c.list_year = y.list_year AND c.area = y.area AND c.near_limit
	ORDER BY c.margin_persons NULLS LAST, abs(c.margin), c.criterion LIMIT 1
) AS n ON true
LEFT JOIN LATERAL (
	SELECT s.status FROM fact_status AS s
	JOIN dim_status AS d ON d.rule_set = s.rule_set AND d.status = s.status
	WHERE s.rule_set = y.rule_set AND s.list_year = y.list_year AND s.area = y.area AND s.met_if_larger
	ORDER BY d.rank DESC, s.status LIMIT 1
) AS t ON true
WHERE y.near_limit OR y.too_small;
COMMENT ON VIEW early_warning IS 'Areas to watch, by list year and rule set: near_limit, a criterion is close to its limit on either side and the area has at least nine tenths of the residents it takes; too_small, the area has too few residents to be listed but meets the rest.';

CREATE VIEW area_profile AS
SELECT f.area, a.code, a.name, a.layer, a.municipality, f.data_year,
	(max(f.count) FILTER (WHERE f.measure = 'residents'))::bigint AS residents,
	(max(f.count) FILTER (WHERE f.measure = 'adults'))::bigint AS adults,
	(max(f.count) FILTER (WHERE f.measure = 'working_age'))::bigint AS working_age,
	(max(f.count) FILTER (WHERE f.measure = 'aged_30_59'))::bigint AS aged_30_59,
	(max(f.count) FILTER (WHERE f.measure = 'outside_labour'))::numeric(16, 4) AS outside_labour,
	max(f.share) FILTER (WHERE f.measure = 'outside_labour') AS outside_labour_share,
	(max(f.count) FILTER (WHERE f.measure = 'convicted'))::bigint AS convicted,
	max(f.share) FILTER (WHERE f.measure = 'convicted') AS convicted_share,
	(max(f.count) FILTER (WHERE f.measure = 'basic_education'))::bigint AS basic_education,
	max(f.share) FILTER (WHERE f.measure = 'basic_education') AS basic_education_share,
	(max(f.count) FILTER (WHERE f.measure = 'not_approved_education'))::bigint AS not_approved_education,
	(max(f.count) FILTER (WHERE f.measure = 'unknown_education'))::bigint AS unknown_education,
	(max(f.count) FILTER (WHERE f.measure = 'taxpayers'))::bigint AS taxpayers,
	(max(f.mean_income) FILTER (WHERE f.measure = 'taxpayers'))::numeric(16, 2) AS mean_income,
	(max(f.count) FILTER (WHERE f.measure = 'non_western'))::bigint AS non_western,
	max(f.share) FILTER (WHERE f.measure = 'non_western') AS non_western_share,
	(count(*) FILTER (WHERE f.suppressed))::int AS suppressed_measures,
	f.source, f.vintage
FROM fact_profile AS f
JOIN dim_area AS a ON a.area = f.area
GROUP BY f.area, a.code, a.name, a.layer, a.municipality, f.data_year, f.source, f.vintage;
COMMENT ON VIEW area_profile IS 'Residents of each area and data year, a column a measure. NULL is not known or hidden: suppressed_measures says how many are hidden, fact_profile which.';

CREATE VIEW area_map AS
SELECT b.fid, b.area, a.code, a.name, a.layer, a.municipality, b.valid_from, b.valid_to, y.list_year,
	s.status, s.at_least, s.at_most, b.geom
FROM fact_boundary AS b
JOIN dim_area AS a ON a.area = b.area
LEFT JOIN dim_list_year AS y ON y.is_latest
LEFT JOIN fact_status AS s ON s.is_strictest AND s.area = b.area AND s.list_year = y.list_year AND s.rule_set = y.rule_set;
COMMENT ON VIEW area_map IS 'Map layer of all boundaries with the strictest status of the latest list that has figures.';
$ddl$;
END;
COMMENT ON FUNCTION published_views() IS
'Text of the statements that make the views of <register>_published; used by create_register, not for users.';
