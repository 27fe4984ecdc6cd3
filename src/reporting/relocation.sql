-- What is published of relocation: accounts of areas and landlords, pairs of landlords,
-- flows; tables, views, filling. Refresh makes accounts of flags and fractions only: a sum of incomes would show
-- one that is large.

CREATE FUNCTION published_account_columns() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$n0 bigint,
	n1 bigint,
	x0 numeric(16, 4),
	x1 numeric(16, 4),
	stayers_change numeric(16, 4),
	net_import numeric(16, 4),
	export_by_size float8,
	export_selective float8,
	left_city numeric(16, 4),
	entered_city numeric(16, 4),
	arrivals_change numeric(16, 4),
	term_stayers float8,
	term_arrivals_within float8,
	term_arrivals_outside float8,
	term_departures_within float8,
	term_departures_outside float8,
	share_count float8,
	share_count_low float8,
	share_count_high float8,
	share_rate float8,
	share_rate_low float8,
	share_rate_high float8,
	unknown bigint,
	suppressed bool NOT NULL,
	note varchar(500)$ddl$;
END;
COMMENT ON FUNCTION published_account_columns() IS
'Text of the columns that hold an account in published tables, in the order of waterbed_account; used by create_register, not for users.';

CREATE FUNCTION published_account_figures(qualifier text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(qualifier || f.name, ', ' ORDER BY f.place)
	FROM unnest('{n0,n1,x0,x1,stayers_change,net_import,export_by_size,export_selective,left_city,entered_city,arrivals_change,
		term_stayers,term_arrivals_within,term_arrivals_outside,term_departures_within,term_departures_outside,
		share_count,share_count_low,share_count_high,share_rate,share_rate_low,share_rate_high}'::text[]) WITH ORDINALITY AS f(name, place);
END;
COMMENT ON FUNCTION published_account_figures(text) IS
'Text of the list of an account''s figures, in published tables and in waterbed_account alike, each after the qualifier: those of published_account_columns up to unknown. Used by refresh, not for users.';

CREATE FUNCTION published_relocation_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE TABLE dim_place (
	place bigint PRIMARY KEY,
	label_english varchar(200) NOT NULL,
	label_danish varchar(200) NOT NULL,
	is_area bool NOT NULL,
	is_within_city bool NOT NULL
);
COMMENT ON TABLE dim_place IS 'Where people come from and go to: the housing areas, the rest of the city (0) and what is outside it (below 0).';

CREATE TABLE fact_waterbed (
	measure varchar(50) NOT NULL REFERENCES dim_measure,
	first_data_year int NOT NULL REFERENCES dim_data_year,
	last_data_year int NOT NULL REFERENCES dim_data_year,
	area bigint NOT NULL REFERENCES dim_place,
	@account@,
	PRIMARY KEY (measure, first_data_year, last_data_year, area)
);
COMMENT ON TABLE fact_waterbed IS 'The account of each area between two 1 Januaries: what of the change of x is those who stayed, moves within the city, moves into and out of it. Area 0 is the rest of the city. suppressed: a group that the figures are sums of is some persons but fewer than the threshold.';
CREATE INDEX ON fact_waterbed (area);
CREATE INDEX ON fact_waterbed (first_data_year);
CREATE INDEX ON fact_waterbed (last_data_year);

CREATE TABLE fact_waterbed_landlord (
	measure varchar(50) NOT NULL REFERENCES dim_measure,
	first_data_year int NOT NULL REFERENCES dim_data_year,
	last_data_year int NOT NULL REFERENCES dim_data_year,
	landlord bigint NOT NULL REFERENCES dim_landlord,
	areas int NOT NULL,
	@account@,
	PRIMARY KEY (measure, first_data_year, last_data_year, landlord)
);
COMMENT ON TABLE fact_waterbed_landlord IS 'The same with each landlord''s areas as one: moves between them are none. An area with departments of several landlords is with the one that has most there. suppressed also where exactly one of the areas is hidden.';
CREATE INDEX ON fact_waterbed_landlord (landlord);
CREATE INDEX ON fact_waterbed_landlord (first_data_year);
CREATE INDEX ON fact_waterbed_landlord (last_data_year);

CREATE TABLE fact_waterbed_between (
	measure varchar(50) NOT NULL REFERENCES dim_measure,
	first_data_year int NOT NULL REFERENCES dim_data_year,
	last_data_year int NOT NULL REFERENCES dim_data_year,
	landlord_a bigint NOT NULL REFERENCES dim_landlord,
	landlord_b bigint NOT NULL REFERENCES dim_landlord,
	before_data_year int REFERENCES dim_data_year,
	change_a numeric(16, 4),
	change_b numeric(16, 4),
	movers bigint,
	moved numeric(16, 4),
	same_persons numeric(16, 4),
	returned numeric(16, 4),
	from_a numeric(16, 4),
	diverted float8,
	diverted_low float8,
	diverted_high float8,
	own_residents numeric(16, 4),
	other float8,
	from_a_before float8,
	fall_share float8,
	fall_share_low float8,
	fall_share_high float8,
	unknown bigint,
	suppressed bool NOT NULL,
	note varchar(500),
	sentence varchar(1000),
	fall_share_rate float8,
	fall_share_rate_low float8,
	fall_share_rate_high float8,
	PRIMARY KEY (measure, first_data_year, last_data_year, landlord_a, landlord_b)
);
COMMENT ON TABLE fact_waterbed_between IS 'Pairs of landlords: what of the change of b is the fall of a, change_b = from_a + diverted + own_residents + other, against the years before.';
CREATE INDEX ON fact_waterbed_between (landlord_a);
CREATE INDEX ON fact_waterbed_between (landlord_b);
CREATE INDEX ON fact_waterbed_between (first_data_year);
CREATE INDEX ON fact_waterbed_between (last_data_year);
CREATE INDEX ON fact_waterbed_between (before_data_year);

CREATE TABLE fact_move (
	measure varchar(50) NOT NULL REFERENCES dim_measure,
	first_data_year int NOT NULL REFERENCES dim_data_year,
	last_data_year int NOT NULL REFERENCES dim_data_year,
	origin bigint NOT NULL REFERENCES dim_place,
	destination bigint NOT NULL REFERENCES dim_place,
	movers bigint,
	x_before numeric(16, 4),
	x_after numeric(16, 4),
	suppressed bool NOT NULL,
	PRIMARY KEY (measure, first_data_year, last_data_year, origin, destination)
);
COMMENT ON TABLE fact_move IS 'Persons of a measure''s group by where they were on the first 1 January and on the last; no row: nobody, or fewer persons than the threshold. suppressed: of those with x, or those without it, there are fewer, or of those hidden on their way between the area and what is outside the city.';
CREATE INDEX ON fact_move (origin);
CREATE INDEX ON fact_move (destination);
CREATE INDEX ON fact_move (first_data_year);
CREATE INDEX ON fact_move (last_data_year);

CREATE TABLE fact_flow_line (
	fid int PRIMARY KEY,
	measure varchar(50) NOT NULL REFERENCES dim_measure,
	first_data_year int NOT NULL REFERENCES dim_data_year,
	last_data_year int NOT NULL REFERENCES dim_data_year,
	origin bigint NOT NULL REFERENCES dim_place,
	destination bigint NOT NULL REFERENCES dim_place,
	geom @postgis@.geometry(LineString, @srid@) NOT NULL,
	UNIQUE (measure, first_data_year, last_data_year, origin, destination)
);
COMMENT ON TABLE fact_flow_line IS 'Lines of the flows between areas that are shown and have a boundary, with a number that stays from refresh to refresh.';
CREATE INDEX ON fact_flow_line USING gist (geom);
$ddl$;
END;
COMMENT ON FUNCTION published_relocation_tables() IS
'Text of the statements that make the tables on relocation of <register>_published; used by create_register, not for users.';

CREATE FUNCTION published_relocation_views() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE VIEW waterbed_area AS
SELECT w.measure, w.first_data_year, w.last_data_year, w.area, a.code, p.label_english AS name, a.municipality,
	w.n0, w.n1, w.x0, w.x1, (w.x1 - w.x0)::numeric(16, 4) AS change, w.stayers_change, w.net_import, w.export_by_size, w.export_selective,
	w.left_city, w.entered_city, w.arrivals_change, w.term_stayers, w.term_arrivals_within, w.term_arrivals_outside,
	w.term_departures_within, w.term_departures_outside, w.share_count, w.share_count_low, w.share_count_high,
	w.share_rate, w.share_rate_low, w.share_rate_high, w.unknown, w.suppressed, w.note
FROM fact_waterbed AS w
JOIN dim_place AS p ON p.place = w.area
LEFT JOIN dim_area AS a ON a.area = w.area;
COMMENT ON VIEW waterbed_area IS 'The account of relocation of each area, by measure and span of data years: change = stayers_change + net_import - left_city + entered_city + arrivals_change.';

CREATE VIEW waterbed_landlord AS
SELECT w.measure, w.first_data_year, w.last_data_year, w.landlord_a, a.name AS name_a, w.landlord_b, b.name AS name_b,
	w.sentence, w.change_a, w.change_b, w.from_a, w.diverted, w.diverted_low, w.diverted_high, w.own_residents, w.other,
	w.fall_share, w.fall_share_low, w.fall_share_high, w.movers, w.moved, w.same_persons, w.returned, w.before_data_year,
	w.from_a_before, w.unknown, w.suppressed, w.note, w.fall_share_rate, w.fall_share_rate_low, w.fall_share_rate_high
FROM fact_waterbed_between AS w
JOIN dim_landlord AS a ON a.landlord = w.landlord_a
JOIN dim_landlord AS b ON b.landlord = w.landlord_b;
COMMENT ON VIEW waterbed_landlord IS 'When one landlord gets better, does another get worse: a sentence for each pair of landlords, measure and span of data years, and the numbers in it.';

CREATE VIEW moves AS
SELECT m.measure, m.first_data_year, m.last_data_year, m.origin, o.label_english AS origin_name, m.destination,
	d.label_english AS destination_name, o.is_within_city AND d.is_within_city AS is_within_city, m.movers, m.x_before, m.x_after, m.suppressed
FROM fact_move AS m
JOIN dim_place AS o ON o.place = m.origin
JOIN dim_place AS d ON d.place = m.destination;
COMMENT ON VIEW moves IS 'Who moved from where to where between two 1 Januaries, by measure and span of data years.';

CREATE VIEW move_flows AS
SELECT l.fid, m.measure, m.first_data_year, m.last_data_year, m.origin, o.name AS origin_name, m.destination, d.name AS destination_name,
	m.movers, m.x_before, m.x_after, y.reference_date AS valid_from, z.reference_date AS valid_to, l.geom
FROM fact_flow_line AS l
JOIN fact_move AS m USING (measure, first_data_year, last_data_year, origin, destination)
JOIN dim_area AS o ON o.area = m.origin
JOIN dim_area AS d ON d.area = m.destination
JOIN dim_data_year AS y ON y.data_year = m.first_data_year
JOIN dim_data_year AS z ON z.data_year = m.last_data_year;
COMMENT ON VIEW move_flows IS 'Map layer of the flows between areas: a line bent to the right of its way, so that those there and back lie apart. Flows to and from the rest of the city and outside have no place on a map and are left out, as are hidden ones.';
$ddl$;
END;
COMMENT ON FUNCTION published_relocation_views() IS
'Text of the statements that make the views on relocation of <register>_published; used by create_register, not for users.';

-- Filling.

CREATE FUNCTION few_of(persons numeric, x numeric, threshold integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT threshold > 1 AND (few(persons, threshold) OR few(x, threshold) OR few(persons - x, threshold));
END;
COMMENT ON FUNCTION few_of(numeric, numeric, integer) IS
'Whether a group, its part with x or its part without is some persons but fewer than the threshold. NULL persons or x is passed over; a threshold of 1 hides nothing. Used by publish.';

CREATE FUNCTION few_in_accounts(w waterbed, threshold integer) RETURNS TABLE (area bigint, few boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10000 ROWS 100
BEGIN ATOMIC
	WITH flow AS MATERIALIZED (
		SELECT f.origin, f.destination, f.movers, round(f.x_before::numeric, 4) AS x_before, round(f.x_after::numeric, 4) AS x_after
		FROM waterbed_flows(w) AS f
	), moved AS (
		SELECT origin AS area, false AS arrived, destination >= 0 AS within, sum(movers) AS persons, sum(x_before) AS x_before, NULL::numeric AS x_after
		FROM flow WHERE origin >= 0 GROUP BY origin, destination >= 0
		UNION ALL
		SELECT destination, true, origin >= 0, sum(movers), sum(x_before), sum(x_after)
		FROM flow WHERE destination >= 0 GROUP BY destination, origin >= 0
	), stayed AS (
		SELECT a.area, a.n0 - coalesce(m.persons, 0) AS persons, round(a.x0::numeric, 4) - coalesce(m.x_before, 0) AS x_before,
			round(a.x1::numeric, 4) - coalesce(m.x_after, 0) AS x_after
		FROM waterbed_areas(w) AS a
		LEFT JOIN (
			SELECT area, sum(persons) FILTER (WHERE NOT arrived) AS persons, sum(x_before) FILTER (WHERE NOT arrived) AS x_before,
				sum(x_after) AS x_after
			FROM moved GROUP BY area
		) AS m ON m.area = a.area
	)
	SELECT g.area, bool_or(few_of(g.persons, g.x_before, threshold) OR few_of(g.persons, g.x_after, threshold))
	FROM (SELECT area, persons, x_before, x_after FROM stayed UNION ALL SELECT area, persons, x_before, x_after FROM moved) AS g
	GROUP BY g.area;
END;
COMMENT ON FUNCTION few_in_accounts(waterbed, integer) IS
'For each area of an account whether a group that its figures are sums of (those who stayed, arrivals and departures within and outside the city: persons, x before, x after, persons without x) is some persons but fewer than the threshold. Used by publish, not for users.';

CREATE FUNCTION landlord_groups(register name, data_year integer, earlier integer)
RETURNS TABLE (area bigint[], grp bigint[])
LANGUAGE plpgsql STABLE PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN QUERY EXECUTE monitor.register_sql(register, $sql$
		WITH held AS (
			SELECT ad.area, d.landlord,
				count(*) FILTER (WHERE greatest(ad.valid_from, d.valid_from) <= $1 AND $1 < least(ad.valid_to, d.valid_to)) AS departments,
				count(*) FILTER (WHERE greatest(ad.valid_from, d.valid_from) <= $2 AND $2 < least(ad.valid_to, d.valid_to)) AS earlier
			FROM @register@.area_department AS ad JOIN @register@.department AS d ON d.id = ad.department
			GROUP BY ad.area, d.landlord
		), holder AS (
			SELECT DISTINCT ON (h.area) h.area, h.landlord FROM held AS h WHERE h.departments + h.earlier > 0
			ORDER BY h.area, h.departments DESC, h.earlier DESC, h.landlord
		)
		SELECT array_agg(a.id ORDER BY a.id),
			array_agg(coalesce(h.landlord, (SELECT coalesce(max(l.id), 0) + 1 FROM @register@.landlord AS l)) ORDER BY a.id)
		FROM @register@.area AS a
		JOIN @register@.settings AS t ON t.housing_layer = a.layer
		LEFT JOIN holder AS h ON h.area = a.id$sql$) USING make_date(data_year, 1, 1), make_date(earlier, 1, 1);
END
$function$;
COMMENT ON FUNCTION landlord_groups(name, integer, integer) IS
'The housing areas of a register and the landlord each counts as, for waterbed_merge: the one with most departments there on 1 January of data_year (where none has any then, of the earlier one), ties by smallest id. Areas without a landlord are one group, under the number after the last landlord''s. Used by publish, not for users.';

CREATE PROCEDURE publish_relocation(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	marks CONSTANT jsonb := jsonb_build_object('account_columns', monitor.published_account_figures(''), 'account_figures', monitor.published_account_figures('v.'));
BEGIN
	CALL monitor.register_step(register, 'dim_place', $sql$
		INSERT INTO @published@.dim_place (place, label_english, label_danish, is_area, is_within_city)
		SELECT a.area, a.name, a.name, true, true FROM @published@.dim_area AS a WHERE a.is_housing_area
		UNION ALL VALUES (0, 'Rest of the city', 'Resten af byen', false, true), (-1, 'Rest of the country', 'Resten af landet', false, false),
			(-2, 'Abroad', 'Udlandet', false, false), (-3, 'Born or aged in', 'Født eller vokset ind i gruppen', false, false),
			(-4, 'Died or aged out', 'Død eller vokset ud af gruppen', false, false)$sql$);
	CALL monitor.register_step(register, 'fact_waterbed', monitor.published_waterbed_statement(), marks);
	CALL monitor.register_step(register, 'fact_waterbed_landlord', monitor.published_landlord_statement(), marks);
	CALL monitor.register_step(register, 'fact_waterbed_between', monitor.published_between_statement());
	CALL monitor.register_step(register, 'fact_move', $sql$
		WITH flow AS MATERIALIZED (
			SELECT c.measure, c.first_data_year, c.last_data_year, t.suppression_threshold AS k, f.*,
				monitor.few_of(f.movers, f.x_before::numeric, t.suppression_threshold)
					OR monitor.few_of(f.movers, f.x_after::numeric, t.suppression_threshold) AS few
			FROM @register@.computed_waterbed AS c CROSS JOIN @register@.settings AS t
			CROSS JOIN LATERAL monitor.waterbed_flows(c.pairs::text::monitor.waterbed) AS f
			WHERE NOT c.only_before
		), crossing AS (
			SELECT f.*, greatest(f.origin, f.destination) AS area, f.origin < 0 AS entered FROM flow AS f
			WHERE (f.origin < 0) <> (f.destination < 0)
		), left_over AS MATERIALIZED (
			-- What an account's left_city or entered_city less the flows shown would leave.
			SELECT c.measure, c.first_data_year, c.last_data_year, c.area, c.entered FROM crossing AS c WHERE c.few OR c.movers < c.k
			GROUP BY c.measure, c.first_data_year, c.last_data_year, c.area, c.entered, c.k
			HAVING monitor.few_of(sum(c.movers), round(sum(CASE WHEN c.entered THEN c.x_after ELSE c.x_before END)::numeric, 4), c.k)
		), shown AS (
			SELECT f.*, f.few OR l.area IS NOT NULL AS hidden
			FROM flow AS f
			LEFT JOIN left_over AS l ON (l.measure, l.first_data_year, l.last_data_year, l.area, l.entered) = (f.measure, f.first_data_year, f.last_data_year,
				CASE WHEN (f.origin < 0) <> (f.destination < 0) THEN greatest(f.origin, f.destination) END, f.origin < 0)
			WHERE f.movers >= f.k
		)
		INSERT INTO @published@.fact_move (measure, first_data_year, last_data_year, origin, destination, movers, x_before, x_after, suppressed)
		SELECT s.measure, s.first_data_year, s.last_data_year, s.origin, s.destination, v.movers, v.x_before, v.x_after, s.hidden
		FROM shown AS s LEFT JOIN LATERAL (SELECT s.movers, s.x_before, s.x_after) AS v ON NOT s.hidden$sql$);
	EXECUTE monitor.register_sql(register, 'ANALYZE @published@.fact_move');
	CALL monitor.publish_flow_lines(register);
END
$procedure$;
COMMENT ON PROCEDURE publish_relocation(name) IS
'Step of refresh: fills the tables on relocation, with primary suppression. Not for users.';

CREATE FUNCTION published_waterbed_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	INSERT INTO @published@.fact_waterbed (measure, first_data_year, last_data_year, area, @account_columns@, unknown, suppressed, note)
	SELECT c.measure, c.first_data_year, c.last_data_year, a.area, @account_figures@,
		CASE WHEN NOT monitor.few(v.unknown, t.suppression_threshold) THEN v.unknown END, g.few, v.note::varchar(500)
	FROM (
		SELECT c.*, c.pairs::text::monitor.waterbed AS w FROM @register@.computed_waterbed AS c WHERE NOT c.only_before
		OFFSET 0
	) AS c
	CROSS JOIN @register@.settings AS t
	CROSS JOIN LATERAL monitor.waterbed_areas(c.w) AS a
	JOIN LATERAL monitor.few_in_accounts(c.w, t.suppression_threshold) AS g ON g.area = a.area
	LEFT JOIN LATERAL (SELECT a.*) AS v ON NOT g.few
	$sql$;
END;
COMMENT ON FUNCTION published_waterbed_statement() IS
'Text of refresh''s statement that fills fact_waterbed. Not for users.';

CREATE FUNCTION published_landlord_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	INSERT INTO @published@.fact_waterbed_landlord (measure, first_data_year, last_data_year, landlord, areas, @account_columns@, unknown, suppressed, note)
	SELECT c.measure, c.first_data_year, c.last_data_year, a.area, n.areas, @account_figures@,
		CASE WHEN NOT monitor.few(v.unknown, t.suppression_threshold) THEN v.unknown END, n.hidden, v.note::varchar(500)
	FROM (
		SELECT c.*, l.area AS areas, l.grp, monitor.waterbed_merge(c.pairs::text::monitor.waterbed, l.area, l.grp) AS w
		FROM @register@.computed_waterbed AS c
		CROSS JOIN LATERAL monitor.landlord_groups(@name@, c.last_data_year, c.first_data_year) AS l
		WHERE NOT c.only_before
		OFFSET 0
	) AS c
	CROSS JOIN @register@.settings AS t
	CROSS JOIN LATERAL monitor.waterbed_areas(c.w) AS a
	JOIN @published@.dim_landlord AS l ON l.landlord = a.area
	JOIN LATERAL monitor.few_in_accounts(c.w, t.suppression_threshold) AS g ON g.area = a.area
	CROSS JOIN LATERAL (
		-- One hidden area of a landlord is what the landlord's figures less the other areas' would leave.
		SELECT count(*) AS areas, g.few OR count(*) FILTER (WHERE f.suppressed) = 1 AS hidden
		FROM unnest(c.areas, c.grp) AS member(area, grp)
		JOIN @published@.fact_waterbed AS f ON f.area = member.area AND f.measure = c.measure
			AND f.first_data_year = c.first_data_year AND f.last_data_year = c.last_data_year
		WHERE member.grp = a.area
	) AS n
	LEFT JOIN LATERAL (SELECT a.*) AS v ON NOT n.hidden
	$sql$;
END;
COMMENT ON FUNCTION published_landlord_statement() IS
'Text of refresh''s statement that fills fact_waterbed_landlord. Not for users.';

-- A span of one year is set against the year before it, a longer one against all years known before it.
CREATE FUNCTION published_between_statement() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $sql$
	WITH account AS MATERIALIZED (
		SELECT v.measure, m.label_english, v.first_data_year, v.last_data_year, b.first_data_year AS before_data_year,
			monitor.waterbed_merge(v.pairs::text::monitor.waterbed, l.area, l.grp) AS w,
			monitor.waterbed_merge(b.pairs::text::monitor.waterbed, l.area, l.grp) AS before
		FROM @register@.computed_waterbed AS v
		JOIN monitor.person_measures() AS m ON m.measure = v.measure
		CROSS JOIN LATERAL monitor.landlord_groups(@name@, v.last_data_year, v.first_data_year) AS l
		LEFT JOIN LATERAL (
			SELECT e.first_data_year, e.pairs FROM @register@.computed_waterbed AS e
			WHERE e.measure = v.measure AND e.last_data_year = v.first_data_year
			ORDER BY CASE WHEN v.last_data_year - v.first_data_year = 1 THEN -e.first_data_year ELSE e.first_data_year END LIMIT 1
		) AS b ON true
		WHERE NOT v.only_before
	), few_flow AS MATERIALIZED (
		SELECT c.measure, c.first_data_year, c.last_data_year, f.origin, f.destination
		FROM account AS c CROSS JOIN @register@.settings AS t
		CROSS JOIN LATERAL (SELECT c.w UNION ALL SELECT c.before) AS period(w)
		CROSS JOIN LATERAL (
			SELECT f.origin, f.destination, f.movers, round(f.x_before::numeric, 4) AS x_before, round(f.x_after::numeric, 4) AS x_after,
				round(f.x_both::numeric, 4) AS x_both FROM monitor.waterbed_flows(period.w) AS f) AS f
		WHERE f.origin > 0 AND f.destination > 0 AND (monitor.few_of(f.movers, f.x_before, t.suppression_threshold)
			OR monitor.few_of(f.movers, f.x_after, t.suppression_threshold) OR monitor.few_of(f.x_before, f.x_both, t.suppression_threshold)
			OR monitor.few_of(f.x_after, f.x_both, t.suppression_threshold))
	), few_landlord AS MATERIALIZED (
		SELECT c.measure, c.first_data_year, c.last_data_year, g.area AS landlord
		FROM account AS c CROSS JOIN @register@.settings AS t
		CROSS JOIN LATERAL monitor.few_in_accounts(c.before, t.suppression_threshold) AS g WHERE g.few
		UNION
		SELECT f.measure, f.first_data_year, f.last_data_year, f.landlord FROM @published@.fact_waterbed_landlord AS f WHERE f.suppressed
	)
	INSERT INTO @published@.fact_waterbed_between (measure, first_data_year, last_data_year, landlord_a, landlord_b, before_data_year,
		change_a, change_b, movers, moved, same_persons, returned, from_a, diverted, diverted_low, diverted_high, own_residents, other,
		from_a_before, fall_share, fall_share_low, fall_share_high, unknown, suppressed, note, sentence,
		fall_share_rate, fall_share_rate_low, fall_share_rate_high)
	SELECT c.measure, c.first_data_year, c.last_data_year, a.landlord, b.landlord, c.before_data_year,
		n.change_a, n.change_b, n.movers, n.moved, n.same_persons, n.returned, n.from_a, n.diverted, n.diverted_low, n.diverted_high,
		n.own_residents, n.other, n.from_a_before, n.share, n.share_low, n.share_high,
		CASE WHEN NOT monitor.few(n.unknown, t.suppression_threshold) THEN n.unknown END, h.hidden, n.note::varchar(500), n.sentence::varchar(1000),
		n.share_rate, n.share_rate_low, n.share_rate_high
	FROM account AS c
	CROSS JOIN @register@.settings AS t
	JOIN @published@.fact_waterbed_landlord AS a USING (measure, first_data_year, last_data_year)
	JOIN @published@.fact_waterbed_landlord AS b USING (measure, first_data_year, last_data_year)
	JOIN @published@.dim_landlord AS la ON la.landlord = a.landlord
	JOIN @published@.dim_landlord AS lb ON lb.landlord = b.landlord
	CROSS JOIN LATERAL (
		SELECT EXISTS (SELECT FROM few_landlord AS f WHERE (f.measure, f.first_data_year, f.last_data_year) =
				(c.measure, c.first_data_year, c.last_data_year) AND f.landlord IN (a.landlord, b.landlord))
			OR EXISTS (SELECT FROM few_flow AS f WHERE (f.measure, f.first_data_year, f.last_data_year) =
				(c.measure, c.first_data_year, c.last_data_year) AND f.origin IN (a.landlord, b.landlord)
				AND f.destination IN (a.landlord, b.landlord)) AS hidden
		OFFSET 0
	) AS h
	LEFT JOIN LATERAL (
		SELECT p.*, monitor.waterbed_sentence(p, la.name, lb.name, c.label_english) AS sentence
		FROM monitor.waterbed_between(c.before, c.w, a.landlord, b.landlord,
			coalesce(c.first_data_year - c.before_data_year, 1), c.last_data_year - c.first_data_year) AS p
		WHERE NOT h.hidden
	) AS n ON true
	WHERE a.landlord <> b.landlord
	$sql$;
END;
COMMENT ON FUNCTION published_between_statement() IS
'Text of refresh''s statement that fills fact_waterbed_between. Not for users.';

CREATE PROCEDURE publish_flow_lines(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.register_step(register, 'flow_feature', $sql$
		INSERT INTO @register@.flow_feature (measure, first_data_year, last_data_year, origin, destination)
		SELECT m.measure, m.first_data_year, m.last_data_year, m.origin, m.destination FROM @published@.fact_move AS m
		WHERE m.origin > 0 AND m.destination > 0 AND NOT m.suppressed AND NOT EXISTS (SELECT FROM @register@.flow_feature AS k
			WHERE (k.measure, k.first_data_year, k.last_data_year, k.origin, k.destination) =
				(m.measure, m.first_data_year, m.last_data_year, m.origin, m.destination))
		ORDER BY m.measure, m.first_data_year, m.last_data_year, m.origin, m.destination$sql$);
	CALL monitor.register_step(register, 'fact_flow_line', $sql$
		WITH ground AS MATERIALIZED (
			SELECT y.data_year, b.area, b.geom
			FROM @published@.dim_data_year AS y CROSS JOIN @published@.dim_area AS a
			CROSS JOIN LATERAL (
				SELECT b.area, b.geom FROM @register@.area_boundary AS b WHERE b.area = a.area
				ORDER BY b.valid_from <= y.reference_date AND y.reference_date < b.valid_to DESC, b.valid_from DESC LIMIT 1
			) AS b
			WHERE a.is_housing_area
		), line AS (
			SELECT k.*, monitor.flow_line(o.geom, d.geom, 0.2) AS geom
			FROM @published@.fact_move AS m
			JOIN @register@.flow_feature AS k USING (measure, first_data_year, last_data_year, origin, destination)
			JOIN ground AS o ON o.area = m.origin AND o.data_year = m.last_data_year
			JOIN ground AS d ON d.area = m.destination AND d.data_year = m.last_data_year
			WHERE NOT m.suppressed
		)
		INSERT INTO @published@.fact_flow_line (fid, measure, first_data_year, last_data_year, origin, destination, geom)
		SELECT l.fid, l.measure, l.first_data_year, l.last_data_year, l.origin, l.destination, l.geom
		FROM line AS l WHERE l.geom IS NOT NULL$sql$);
END
$procedure$;
COMMENT ON PROCEDURE publish_flow_lines(name) IS
'Step of refresh: draws the flows between areas, each under its own number. Not for users.';
