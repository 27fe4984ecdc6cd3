-- Who comes: households for the dwellings in demo_opening (the first ones of the
-- city, later those from outside it), and the traits of every new person. A
-- person's inclinations are drawn once, from the area of the first address, and
-- are taken along: areas differ because different people live there.

-- Households with their members, into demo_entrant.
CREATE PROCEDURE demo_form_households(seed bigint, arrival_year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	before CONSTANT bigint := monitor.demo_last_person();
BEGIN
	TRUNCATE pg_temp.demo_entrant;
	INSERT INTO pg_temp.demo_entrant
	WITH household AS (
		SELECT o.household, o.area, o.labour_factor, o.movers,
			monitor.demo_uniform(seed, o.household, 50) AS kind,
			monitor.demo_uniform(seed, o.household, 51) * CASE WHEN o.movers THEN 0.8 ELSE 1 END AS age,
			monitor.demo_uniform(seed, o.household, 52) AS children,
			monitor.demo_uniform(seed, o.household, 53) < coalesce(a.non_western, 0.055) AS non_western
		FROM pg_temp.demo_opening AS o LEFT JOIN pg_temp.demo_area AS a USING (area)
	), typed AS (
		-- alone, a couple, one parent, two parents
		SELECT h.*, CASE
			WHEN h.area = 0 THEN CASE WHEN kind < 0.41 THEN 1 WHEN kind < 0.68 THEN 2 WHEN kind < 0.73 THEN 3 ELSE 4 END
			WHEN h.non_western THEN CASE WHEN kind < 0.25 THEN 1 WHEN kind < 0.38 THEN 2 WHEN kind < 0.55 THEN 3 ELSE 4 END
			ELSE CASE WHEN kind < 0.57 THEN 1 WHEN kind < 0.77 THEN 2 WHEN kind < 0.90 THEN 3 ELSE 4 END
			END AS type
		FROM household AS h
	), headed AS (
		SELECT t.*, CASE t.type
			WHEN 1 THEN CASE WHEN age < 0.24 THEN 18 + floor(50 * age) WHEN age < 0.48 THEN 30 + floor(83 * (age - 0.24))
				WHEN age < 0.72 THEN 50 + floor(70 * (age - 0.48)) ELSE 67 + floor(92 * (age - 0.72)) END
			WHEN 2 THEN CASE WHEN age < 0.20 THEN 20 + floor(60 * age) WHEN age < 0.55 THEN 32 + floor(97 * (age - 0.20))
				ELSE 66 + floor(50 * (age - 0.55)) END
			ELSE 23 + floor(27 * age) END::integer AS head_age,
			-- one to four children
			1 + (children >= 0.38)::integer + (children >= 0.80)::integer + (non_western AND children >= 0.93)::integer
				AS wanted
		FROM typed AS t
	), sized AS (
		SELECT h.*, CASE h.type WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 1 + h.wanted ELSE 2 + h.wanted END AS members,
			CASE WHEN h.type IN (2, 4) THEN 2 ELSE 1 END AS adults
		FROM headed AS h
	), member AS (
		SELECT before + row_number() OVER (ORDER BY s.household, n) AS person, n, s.*
		FROM sized AS s, generate_series(1, s.members) AS n
	)
	SELECT m.person, m.household, m.n > m.adults, arrival_year - CASE
			WHEN m.n = 1 THEN m.head_age
			WHEN m.n <= m.adults THEN greatest(18, m.head_age - floor(5 * draw)::integer)
			ELSE floor(least(18, m.head_age - 20) * draw)::integer END,
		m.area, m.non_western, m.labour_factor
	FROM member AS m, LATERAL (SELECT monitor.demo_uniform(seed, m.person, 1) AS draw) AS u;
END
$procedure$;
COMMENT ON PROCEDURE demo_form_households(bigint, integer) IS
'Step of create_demo: members for the households of demo_opening.';

-- The people of demo_entrant with their traits, into demo_person. labour_factor
-- under 1 makes an area's newcomers less inclined to be outside the labour market.
CREATE PROCEDURE demo_enrol(seed bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	INSERT INTO pg_temp.demo_person
	WITH placed AS (
		SELECT e.*, coalesce(a.outside, 0.15)::float8 AS area_outside, coalesce(a.basic, 0.16)::float8 AS area_basic,
			coalesce(a.convicted, 0.005)::float8 AS area_convicted, coalesce(a.wage, 428)::float8 AS area_wage
		FROM pg_temp.demo_entrant AS e LEFT JOIN pg_temp.demo_area AS a USING (area)
	), schooled AS (
		SELECT p.*, CASE
				WHEN monitor.demo_uniform(seed, p.person, 2) < CASE WHEN p.non_western THEN 0.05 ELSE 0.012 END THEN NULL
				WHEN monitor.demo_uniform(seed, p.person, 3) >= p.area_basic * CASE WHEN p.child THEN 0.7 ELSE 1.04 END THEN 1
				WHEN p.non_western AND monitor.demo_uniform(seed, p.person, 4) < 0.35 THEN 2
				ELSE 0 END AS education
		FROM placed AS p
	), inclined AS (
		SELECT s.*, least(0.9, s.labour_factor * s.area_outside * CASE WHEN s.education = 1 THEN 0.6 ELSE 1.4 END
				/ (1.4 * s.area_basic + 0.6 * (1 - s.area_basic))) AS risk
		FROM schooled AS s
	)
	SELECT i.person, i.household, i.child, i.born, i.non_western, i.education, i.risk,
		i.area_convicted * CASE WHEN monitor.demo_uniform(seed, i.person, 5) < 0.1 THEN 5.5 ELSE 0.5 END,
		-- three uniforms summed lie close enough to a bell: mean 1.5, variance 1/4
		i.area_wage * CASE i.education WHEN 1 THEN 1.05 WHEN 2 THEN 0.88 ELSE 0.92 END
			* (1 + 0.4 * (monitor.demo_uniform(seed, i.person, 6) + monitor.demo_uniform(seed, i.person, 7)
				+ monitor.demo_uniform(seed, i.person, 8) - 1.5)),
		CASE WHEN i.education = 1 THEN 18 + floor(8 * monitor.demo_uniform(seed, i.person, 9))
			ELSE 16 + floor(3 * monitor.demo_uniform(seed, i.person, 9)) END::integer,
		monitor.demo_uniform(seed, i.person, 10) < i.risk, monitor.demo_uniform(seed, i.person, 10) < i.risk
	FROM inclined AS i;
END
$procedure$;
COMMENT ON PROCEDURE demo_enrol(bigint) IS 'Step of create_demo: draws the traits of the people in demo_entrant.';

-- The city as it is found: 39 of 40 dwellings are lived in.
CREATE PROCEDURE demo_first_households(seed bigint, first_year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	INSERT INTO pg_temp.demo_opening
	SELECT d.dwelling, d.area, row_number() OVER (ORDER BY d.dwelling), false, 1
	FROM pg_temp.demo_dwelling AS d
	WHERE d.kind <> 'commercial' AND monitor.demo_uniform(seed, d.dwelling, 89) < 0.975;
	CALL monitor.demo_form_households(seed, first_year);
	CALL monitor.demo_enrol(seed);
	INSERT INTO pg_temp.demo_household SELECT o.household, o.dwelling FROM pg_temp.demo_opening AS o;
	ANALYZE pg_temp.demo_household, pg_temp.demo_person;
END
$procedure$;
COMMENT ON PROCEDURE demo_first_households(bigint, integer) IS 'Step of create_demo: the residents of the first year.';

-- Who is outside the labour market in a year, given the year before. Chances of
-- going out and coming back keep each person's own share in the long run, save
-- where a change is planted.
CREATE PROCEDURE demo_labour(seed bigint, data_year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	UPDATE pg_temp.demo_person AS p
	SET was_outside = p.outside,
		outside = CASE WHEN p.outside THEN c.draw >= 0.10 * c.back_factor
			ELSE c.draw < 0.10 * c.out_factor * p.risk / (1 - p.risk) END
	FROM (
		SELECT q.person, monitor.demo_uniform(seed, q.person, 100 * data_year + 11) AS draw,
			CASE WHEN data_year < 2018 THEN 1 WHEN a.planted = 'residents_improve' THEN 1.5
				WHEN a.planted = 'neighbour_declines' THEN 0.6 ELSE 1 END AS back_factor,
			CASE WHEN data_year < 2018 THEN 1 WHEN a.planted = 'residents_improve' THEN 0.6
				WHEN a.planted = 'neighbour_declines' THEN 2.2 ELSE 1 END AS out_factor
		FROM pg_temp.demo_person AS q JOIN pg_temp.demo_household AS h USING (household)
			JOIN pg_temp.demo_dwelling AS d USING (dwelling) LEFT JOIN pg_temp.demo_area AS a ON a.area = d.area
	) AS c
	WHERE c.person = p.person;
END
$procedure$;
COMMENT ON PROCEDURE demo_labour(bigint, integer) IS
'Step of create_demo: moves people between inside and outside the labour market, once a data year.';

-- Writes the residents of 1 January with the facts of that year.
CREATE PROCEDURE demo_residents(register name, seed bigint, data_year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.resident (person, data_year, address, household, age, outside_labour, education, in_education,
			convicted, gross_income, non_western)
		WITH aged AS (
			SELECT p.*, h.dwelling, $2 - p.born AS age, $2 - p.born BETWEEN 18 AND 64 AS working_age,
				$2 - p.born BETWEEN 6 AND p.student_until AS studies,
				monitor.demo_uniform($1, p.person, 100 * $2 + 12) AS months_draw
			FROM pg_temp.demo_person AS p JOIN pg_temp.demo_household AS h USING (household)
		), worked AS (
			SELECT a.*, CASE
					WHEN NOT working_age OR studies THEN 0
					WHEN outside AND was_outside THEN CASE WHEN months_draw < 0.75 THEN 12 ELSE 6 + floor(24 * (months_draw - 0.75)) END
					WHEN outside THEN 3 + floor(8 * months_draw)
					WHEN was_outside THEN 1 + floor(4 * months_draw)
					WHEN months_draw < 0.06 THEN 1 + floor(50 * months_draw)
					ELSE 0 END AS months
			FROM aged AS a
		), paid AS (
			SELECT w.*, round(CASE WHEN age < 15 THEN NULL WHEN age < 18 THEN 22000 WHEN studies THEN 105000
					WHEN age >= 65 THEN 150000 + 0.3 * 1000 * wage
					ELSE months / 12 * 150000 + (12 - months) / 12 * 1000 * wage END
				* (0.97 + 0.06 * monitor.demo_uniform($1, w.person, 100 * $2 + 13)) * (1 + 0.02 * ($2 - 2015))) AS income
			FROM worked AS w
		)
		SELECT p.person, $2, p.dwelling, p.household, p.age,
			CASE WHEN p.working_age AND monitor.demo_uniform($1, p.person, 14) >= 0.012
				THEN round((p.months / 12)::numeric, 4)::float8 END,
			CASE WHEN p.age < 15 THEN NULL WHEN p.age <= p.student_until THEN 0 ELSE p.education END,
			CASE WHEN p.age < 15 OR monitor.demo_uniform($1, p.person, 15) >= 0.010 THEN p.studies END,
			CASE WHEN monitor.demo_uniform($1, p.person, 16) >= 0.009 THEN p.age >= 15
				AND monitor.demo_uniform($1, p.person, 100 * $2 + 17) < p.crime * CASE WHEN p.age < 30 THEN 1.8
					WHEN p.age < 50 THEN 1.2 ELSE 0.4 END END,
			CASE WHEN monitor.demo_uniform($1, p.person, 18) >= 0.012 THEN p.income END,
			CASE WHEN monitor.demo_uniform($1, p.person, 19) >= 0.008 THEN p.non_western END
		FROM paid AS p ORDER BY p.person
	$sql$, register) USING seed, data_year;
END
$procedure$;
COMMENT ON PROCEDURE demo_residents(name, bigint, integer) IS 'Step of create_demo: writes a data year of table resident.';
