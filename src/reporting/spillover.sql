-- What is published of spill-over: a row a plan and measure in plain words, and the
-- figures behind it.

CREATE FUNCTION published_spillover_tables() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE TABLE dim_plan (
	plan bigint PRIMARY KEY,
	name varchar(300) NOT NULL,
	kind varchar(20) NOT NULL,
	starts_on date NOT NULL,
	ends_on date,
	n_areas int NOT NULL
);
COMMENT ON TABLE dim_plan IS 'Plans: physical and social master plans, development plans, city-wide plans.';

CREATE TABLE fact_effect (
	plan bigint NOT NULL REFERENCES dim_plan,
	measure varchar(100) NOT NULL,
	position int NOT NULL,
	part varchar(20) NOT NULL,
	is_primary bool NOT NULL,
	area bigint REFERENCES dim_area,
	other_area bigint,
	landlord bigint REFERENCES dim_landlord,
	ring int,
	figure varchar(30),
	estimate float8,
	se float8,
	low float8,
	high float8,
	p float8,
	p_adjusted float8,
	rests_on bigint,
	finding varchar(300),
	suppressed bool NOT NULL,
	note varchar(500),
	sentence varchar(2000),
	PRIMARY KEY (plan, measure, position)
);
COMMENT ON TABLE fact_effect IS 'What followed each plan, in its areas and around them, as monitor.spillover_report gives it: parts account, change, destination (findings only), landlord, displacement, ring, exposure, summary. suppressed: the figure rests on some persons but fewer than the threshold.';
CREATE INDEX ON fact_effect (area);
CREATE INDEX ON fact_effect (landlord);
CREATE INDEX ON fact_effect (measure);
$ddl$;
END;
COMMENT ON FUNCTION published_spillover_tables() IS
'Text of the statements that make the tables on spill-over of <register>_published; used by create_register, not for users.';

CREATE FUNCTION published_spillover_views() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT $ddl$
CREATE VIEW spillover_summary AS
SELECT e.plan, p.name, p.kind, p.starts_on, p.ends_on, p.n_areas, e.measure, e.is_primary, e.finding, e.figure, e.estimate, e.low, e.high,
	e.p, e.p_adjusted, e.suppressed, e.sentence
FROM fact_effect AS e
JOIN dim_plan AS p ON p.plan = e.plan
WHERE e.part = 'summary';
COMMENT ON VIEW spillover_summary IS 'What followed each plan: a row a plan and measure with what was found (or that no change is shown), the strongest change of the areas with its limits, and a sentence on what changed, what of it moved where, who received it, what the surroundings did and what cannot be told. fact_effect has the figures.';
$ddl$;
END;
COMMENT ON FUNCTION published_spillover_views() IS
'Text of the statement that makes the view on spill-over of <register>_published; used by create_register, not for users.';

-- Small groups in the account of a treated area hide all figures of the measure: shares, rings and the sentence are equations
-- that link them. Of an area around, they hide its own, and where it is the only such area of its ring, the ring's, in the sentence too.
-- A sentence in which the words are not found, or that says more of the ring, is not published at all.
CREATE FUNCTION published_sentence(sentence text, rings spillover_result[], kind text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
	hidden record;
	words text;
BEGIN
	FOR hidden IN SELECT r.* FROM unnest(rings) AS r
	LOOP
		IF hidden.estimate IS NOT NULL THEN
			words := monitor.spillover_ring_words(hidden.figure, hidden.ring, hidden.estimate, hidden.low, hidden.high, hidden.finding, kind);
			IF words IS NULL OR strpos(sentence, words) = 0 THEN
				RETURN NULL;
			END IF;
			sentence := replace(sentence, words, format('Ring %s: hidden, it rests on too few persons.', hidden.ring));
		END IF;
		IF sentence ~* format('ring %s(?![0-9]|: hidden, it rests on too few persons\.)', hidden.ring) THEN
			RETURN NULL;
		END IF;
	END LOOP;
	RETURN sentence;
END
$function$;
COMMENT ON FUNCTION published_sentence(text, spillover_result[], text) IS
'The sentence of a plan''s report with what it says of hidden rings taken out, NULL where that cannot be done for certain. kind: the measure''s. Used by publish, not for users.';

CREATE FUNCTION published_effects(register name, plan bigint, measures text[], threshold integer)
RETURNS TABLE (place bigint, result monitor.spillover_result, hidden boolean)
LANGUAGE sql STABLE PARALLEL SAFE COST 1000000 ROWS 50
BEGIN ATOMIC
	WITH report AS MATERIALIZED (
		SELECT r.*, r.ordinality AS place, ROW(r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p, r.p_adjusted, r.n, r.fewest, r.finding, r.note)::spillover_result AS result
		FROM spillover_report(register, plan, measures) WITH ORDINALITY AS r
	), small AS (
		SELECT r.measure, bool_or(few(r.fewest::numeric, threshold)) AS linked FROM report AS r WHERE r.part IN ('account', 'change') AND r.ring = 0 GROUP BY r.measure
	), left_over AS (
		-- The figures of a ring less those of its other areas are the one area's that is hidden.
		SELECT r.measure, r.ring FROM report AS r WHERE r.part = 'change' AND r.ring > 0
		GROUP BY r.measure, r.ring HAVING count(DISTINCT r.area) FILTER (WHERE few(r.fewest::numeric, threshold)) = 1
	)
	SELECT r.place, CASE WHEN r.part = 'summary' AND o.rings IS NOT NULL THEN ROW(r.part, r.measure, r.is_primary, r.area, r.other, r.ring, r.figure, r.estimate, r.se, r.low, r.high, r.p,
			r.p_adjusted, r.n, r.fewest, r.finding, published_sentence(r.note, o.rings, o.kind))::spillover_result ELSE r.result END,
		few(r.fewest::numeric, threshold) OR coalesce(s.linked, false)
		OR EXISTS (SELECT FROM left_over AS l WHERE l.measure = r.measure AND CASE r.part WHEN 'ring' THEN l.ring = r.ring
			WHEN 'displacement' THEN l.ring = 1 AND r.figure <> 'local' ELSE false END)
	FROM report AS r LEFT JOIN small AS s ON s.measure = r.measure
	LEFT JOIN (SELECT l.measure, k.kind, pg_catalog.array_agg(h.result) AS rings FROM left_over AS l JOIN spillover_measures(register) AS k ON k.measure = l.measure
		JOIN report AS h ON h.measure = l.measure AND h.part = 'ring' AND h.figure = 'ring' AND h.ring = l.ring GROUP BY l.measure, k.kind) AS o ON o.measure = r.measure
	WHERE r.part <> 'diverted' AND (r.part <> 'destination' OR r.finding IS NOT NULL)
		-- of an indicator these are differences of counts, and how few persons are counted is not known
		AND (r.part <> 'displacement' OR r.measure IN (SELECT m.measure FROM person_measures() AS m));
END;
COMMENT ON FUNCTION published_effects(name, bigint, text[], integer) IS
'The rows of a plan''s report that are published, and which of them are hidden: those of fewer persons than the threshold, where these are of a treated area all of the measure, and where they are of one area of a ring alone the ring, in the sentence too. Used by publish, not for users.';

CREATE PROCEDURE publish_spillover(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.register_step(register, 'dim_plan', $sql$
		INSERT INTO @published@.dim_plan (plan, name, kind, starts_on, ends_on, n_areas)
		SELECT p.id, p.name::varchar(300), p.kind, p.starts_on, p.ends_on, (SELECT count(*) FROM @register@.plan_area AS a WHERE a.plan = p.id)
		FROM @register@.plan AS p$sql$);
	CALL monitor.register_step(register, 'fact_effect', $sql$
		INSERT INTO @published@.fact_effect (plan, measure, position, part, is_primary, area, other_area, landlord, ring, figure, estimate, se, low, high,
			p, p_adjusted, rests_on, finding, suppressed, note, sentence)
		SELECT p.plan, (e.result).measure::varchar(100), e.place, (e.result).part, (e.result).is_primary, (e.result).area,
			CASE WHEN (e.result).part <> 'landlord' THEN (e.result).other END, CASE WHEN (e.result).part = 'landlord' THEN (e.result).other END,
			(e.result).ring, (e.result).figure, s.estimate, s.se, s.low, s.high, s.p, s.p_adjusted, s.n, (e.result).finding::varchar(300), e.hidden,
			CASE WHEN (e.result).part <> 'summary' THEN s.note::varchar(500) END,
			CASE WHEN (e.result).part = 'summary' THEN coalesce(s.note, 'The figures are hidden: they rest on too few persons.')::varchar(2000) END
		FROM @published@.dim_plan AS p
		CROSS JOIN @register@.settings AS t
		CROSS JOIN LATERAL (SELECT array_agg(m.measure ORDER BY m.source = 'observations', m.measure) AS measures FROM monitor.spillover_measures(@name@) AS m
			WHERE m.measure = 'outside_labour' OR m.source = 'observations') AS m
		CROSS JOIN LATERAL monitor.published_effects(@name@, p.plan, m.measures, t.suppression_threshold) AS e
		LEFT JOIN LATERAL (SELECT (e.result).*) AS s ON NOT e.hidden
		WHERE p.n_areas > 0$sql$);
	EXECUTE monitor.register_sql(register, 'ANALYZE @published@.fact_effect');
END
$procedure$;
COMMENT ON PROCEDURE publish_spillover(name) IS
'Step of refresh: fills the tables on spill-over, for every plan with areas, with outside_labour as the primary measure and every indicator. Not for users.';
