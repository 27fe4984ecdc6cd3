-- Which part of an area's account changed, beyond its own past and the other areas.

CREATE TYPE waterbed_change AS (
	area bigint,
	component text,
	n_before bigint,
	n_after bigint,
	before double precision,
	after double precision,
	expected double precision,
	difference double precision,
	se double precision,
	low double precision,
	high double precision,
	overdispersion double precision,
	p double precision,
	p_adjusted double precision,
	note text
);
COMMENT ON TYPE waterbed_change IS
'Result of waterbed_changes: area and component of its account; persons it rests on in each period; its figure before and after; what was expected after, the difference with its standard error and limits; how much more the areas vary than persons do by chance (1: no more), which is in the error; two-sided p, and p adjusted by Holm for the components of the area; why a figure is NULL.';

CREATE FUNCTION waterbed_change_tests(before waterbed, after waterbed, controls bigint[], years_before double precision, years_after double precision, confidence double precision)
RETURNS TABLE (area bigint, component text, n_before bigint, n_after bigint, before_value double precision, after_value double precision, expected double precision, difference double precision, se double precision, low double precision, high double precision, overdispersion double precision, p double precision)
AS 'MODULE_PATHNAME', 'monitor_waterbed_change_tests'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20000 ROWS 400;
COMMENT ON FUNCTION waterbed_change_tests(waterbed, waterbed, bigint[], double precision, double precision, double precision) IS
'Implementation of waterbed_changes, before the adjustment of p; not for users.';

CREATE FUNCTION waterbed_changes(before waterbed, after waterbed, controls bigint[] DEFAULT NULL, years_before double precision DEFAULT 1, years_after double precision DEFAULT 1, confidence double precision DEFAULT 0.95) RETURNS SETOF waterbed_change
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 30000 ROWS 400
BEGIN ATOMIC
	SELECT area, component, n_before, n_after, before_value, after_value, expected, difference, se, low, high, overdispersion, p,
		adjust_p(p, 'holm') OVER (PARTITION BY area),
		CASE WHEN p IS NOT NULL THEN CASE WHEN before_value IS NULL THEN 'without a period before' END
			WHEN after_value IS NULL THEN CASE component WHEN 'stayers' THEN 'nobody stayed, or x does not vary'
				WHEN 'departures' THEN 'nobody or everybody left for elsewhere in the city, or x does not vary'
				WHEN 'arrivals' THEN 'nobody came or nobody lived there, or x does not vary'
				ELSE 'nobody lived there or moved within the city' END
			ELSE 'too few areas to compare with' END
	FROM waterbed_change_tests(before, after, controls, years_before, years_after, confidence)
	ORDER BY area, array_position(ARRAY['stayers', 'departures', 'arrivals', 'size'], component);
END;
COMMENT ON FUNCTION waterbed_changes(waterbed, waterbed, bigint[], double precision, double precision, double precision) IS
'Which part of each area''s account changed in a period after, beyond what its period before and the other areas lead to expect. Components: stayers (change of x of those who stayed, a person and year), departures (mean x before of those who left for elsewhere in the city less that of those who did not), arrivals (mean x after of those who came, from the city or outside it, less mean x of the residents at the start), size (net movers from elsewhere in the city, a resident and year). Take rollups of accounts of single years for both periods, with years 1; an account over several years counts arrivals when it ends and needs its length. expected = mean of the control areas + the lasting part of the area''s distance from them before; the part is found from how much areas differ beyond chance (random effects, DerSimonian and Laird; with fewer than three controls all of it, which is difference in differences). se: persons, the part that is not known, the controls; times the root of the overdispersion, by the median of the areas'' z squared over that of a normal (areas and households vary together; from 10 controls on). An area changed if its least p_adjusted is below 1 - confidence. controls: areas to compare with, NULL all codes above 0; an area is never its own control; before NULL: no period before. For landlords or districts give values of waterbed_merge. Rows of every area, 0 (rest of the city) included, by area and component. Errors: 22023 for years not above 0, confidence not between 0 and 1, a code below 0 in controls; 22004 for NULL in it. NULL for another NULL: no rows. Sources: Morris 1983 (Journal of the American Statistical Association 78:47), DerSimonian and Laird 1986, Holm 1979.';
