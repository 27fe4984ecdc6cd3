-- What a year does: deaths and births at any time; households that leave the city
-- go from January to April, those that move within it from May to August, into
-- dwellings empty by then, and newcomers from September on. So no dwelling has two
-- households at once, and a person moves at most once a year.

-- The households as the year begins.
CREATE PROCEDURE demo_look_round(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	TRUNCATE pg_temp.demo_fact, pg_temp.demo_applicant, pg_temp.demo_assignment;
	INSERT INTO pg_temp.demo_fact
	SELECT h.household, h.dwelling, d.area, p.adults, p.children, p.head_age, p.outside, p.all_outside, p.non_western,
		coalesce(extract(year FROM d.closed_on) = year, false), false, false
	FROM pg_temp.demo_household AS h JOIN pg_temp.demo_dwelling AS d USING (dwelling)
	JOIN (
		SELECT q.household, count(*) FILTER (WHERE year - q.born >= 18) AS adults,
			count(*) FILTER (WHERE year - q.born < 18) AS children, max(year - q.born) AS head_age,
			bool_or(q.outside AND year - q.born BETWEEN 18 AND 64) AS outside,
			coalesce(bool_and(q.outside) FILTER (WHERE year - q.born BETWEEN 18 AND 64), false) AS all_outside,
			bool_or(q.non_western) AS non_western
		FROM pg_temp.demo_person AS q GROUP BY q.household
	) AS p USING (household);
	ANALYZE pg_temp.demo_fact;
END
$procedure$;
COMMENT ON PROCEDURE demo_look_round(bigint, integer) IS 'Step of create_demo: facts of each household as a year begins.';

-- No parent of a child at home dies, and nobody where a dwelling is to be pulled down.
CREATE PROCEDURE demo_deaths(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	WITH dead AS (
		DELETE FROM pg_temp.demo_person AS p
		USING pg_temp.demo_fact AS f
		WHERE f.household = p.household AND NOT f.closing AND (f.children = 0 OR p.child)
			AND monitor.demo_uniform(seed, p.person, 100 * year + 20) < CASE WHEN year - p.born < 40 THEN 0.0004
				WHEN year - p.born < 60 THEN 0.003 WHEN year - p.born < 70 THEN 0.010 WHEN year - p.born < 80 THEN 0.026
				WHEN year - p.born < 90 THEN 0.085 WHEN year - p.born < 100 THEN 0.22 ELSE 0.6 END
		RETURNING p.person, p.household, f.dwelling
	), noted AS (
		INSERT INTO pg_temp.demo_move (person, household, moved_on, from_dwelling, to_place)
		SELECT d.person, d.household,
			make_date(year, 1, 2) + floor(360 * monitor.demo_uniform(seed, d.person, 100 * year + 21))::integer, d.dwelling, 'death'
		FROM dead AS d
		RETURNING household
	)
	UPDATE pg_temp.demo_fact AS f SET bereaved = true FROM noted AS n WHERE n.household = f.household;
	DELETE FROM pg_temp.demo_household AS h
	USING pg_temp.demo_fact AS f
	WHERE f.household = h.household AND f.bereaved
		AND h.household NOT IN (SELECT p.household FROM pg_temp.demo_person AS p);
END
$procedure$;
COMMENT ON PROCEDURE demo_deaths(bigint, integer) IS 'Step of create_demo: the deaths of a year.';

-- Households that leave the city, January to April, and grown children who leave
-- home and city.
CREATE PROCEDURE demo_departures(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	WITH departed AS (
		DELETE FROM pg_temp.demo_household AS h
		USING pg_temp.demo_fact AS f
		WHERE f.household = h.household AND NOT f.bereaved
			AND monitor.demo_uniform(seed, f.household, 100 * year + 60) < CASE WHEN f.area = 0 THEN 0.040 ELSE 0.045 END
				* CASE WHEN f.head_age < 30 THEN 1.8 WHEN f.head_age < 45 THEN 1.2 WHEN f.head_age < 67 THEN 0.6 ELSE 0.3 END
		RETURNING h.household
	)
	UPDATE pg_temp.demo_fact AS f SET departed = true FROM departed AS d WHERE d.household = f.household;
	WITH left_city AS (
		DELETE FROM pg_temp.demo_person AS p
		USING pg_temp.demo_fact AS f WHERE f.household = p.household AND f.departed
		RETURNING p.person, f.household, f.dwelling
	)
	INSERT INTO pg_temp.demo_move (person, household, moved_on, from_dwelling, to_place)
	SELECT l.person, l.household,
		make_date(year, 1, 3) + floor(115 * monitor.demo_uniform(seed, l.household, 100 * year + 61))::integer, l.dwelling,
		CASE WHEN monitor.demo_uniform(seed, l.household, 100 * year + 62) < 0.1 THEN 'abroad' ELSE 'rest_of_country' END
	FROM left_city AS l;
	WITH left_home AS (
		DELETE FROM pg_temp.demo_person AS p
		USING pg_temp.demo_fact AS f
		WHERE f.household = p.household AND p.child AND year - p.born BETWEEN 18 AND f.head_age - 16 AND NOT f.bereaved
			AND NOT f.closing AND monitor.demo_uniform(seed, p.person, 100 * year + 28) < 0.12
		RETURNING p.person, p.household, f.dwelling
	)
	INSERT INTO pg_temp.demo_move (person, household, moved_on, from_dwelling, to_place)
	SELECT l.person, l.household,
		make_date(year, 1, 3) + floor(115 * monitor.demo_uniform(seed, l.person, 100 * year + 29))::integer, l.dwelling,
		'rest_of_country'
	FROM left_home AS l;
END
$procedure$;
COMMENT ON PROCEDURE demo_departures(bigint, integer) IS 'Step of create_demo: the households that leave the city in a year.';

-- Who wants another dwelling in the city, and where: households by chance, those
-- that have to (planted), and grown children who leave home. wanted is an area, 0
-- the rest of the city. Households draw by household, the young by person; the unit
-- of the young is minus the person.
CREATE PROCEDURE demo_applicants(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	INSERT INTO pg_temp.demo_applicant
	SELECT f.household, false, f.dwelling, f.household,
		CASE WHEN f.closing THEN 1 WHEN u.sent THEN 2 ELSE 3 END,
		CASE WHEN f.closing AND u.draw < 0.7 THEN (ARRAY[24, 32, 33, 11, 17, 16, 35])[1 + floor(10 * u.draw)::integer]
			WHEN u.sent AND u.draw < 0.84 THEN CASE WHEN u.draw < 0.42 THEN 4 ELSE 5 END ELSE 0 END,
		f.outside, monitor.demo_uniform(seed, f.household, 100 * year + 65),
		make_date(year, 5, 1) + floor(120 * monitor.demo_uniform(seed, f.household, 100 * year + 66))::integer,
		CASE WHEN f.closing THEN 'rehoused' END
	FROM pg_temp.demo_fact AS f LEFT JOIN pg_temp.demo_area AS a USING (area),
		LATERAL (SELECT monitor.demo_uniform(seed, f.household, 100 * year + 64) AS draw, a.planted = 'sent_elsewhere'
			AND year >= 2018 AND f.all_outside AND monitor.demo_uniform(seed, f.household, 100 * year + 67) < 0.22 AS sent) AS u
	WHERE NOT f.bereaved AND NOT f.departed
		AND (f.closing OR u.sent
			OR monitor.demo_uniform(seed, f.household, 100 * year + 63) < CASE WHEN f.area = 0 THEN 0.04 ELSE 0.05 END
				* CASE WHEN f.head_age < 30 THEN 1.8 WHEN f.head_age < 45 THEN 1.2 WHEN f.head_age < 67 THEN 0.7 ELSE 0.35 END);
	INSERT INTO pg_temp.demo_applicant
	SELECT -p.person, true, f.dwelling, p.household, 3, 0, p.outside, monitor.demo_uniform(seed, p.person, 100 * year + 24),
		make_date(year, 5, 1) + floor(120 * monitor.demo_uniform(seed, p.person, 100 * year + 25))::integer, NULL
	FROM pg_temp.demo_person AS p JOIN pg_temp.demo_fact AS f USING (household)
	WHERE p.child AND year - p.born >= 18 AND NOT f.departed AND NOT f.bereaved AND NOT f.closing AND f.head_age >= 16 + year - p.born
		AND monitor.demo_uniform(seed, p.person, 100 * year + 23) < 0.16;
	-- Free choice: those outside the labour market look to the housing areas more
	-- often, and to the worse off the more they have in common with them.
	UPDATE pg_temp.demo_applicant AS a
	SET wanted = c.area
	FROM (
		SELECT b.unit, o.area
		FROM pg_temp.demo_applicant AS b JOIN pg_temp.demo_fact AS f USING (household),
			LATERAL (SELECT 100 * year + CASE WHEN b.youth THEN 26 ELSE 68 END AS slot) AS s,
			LATERAL (SELECT monitor.demo_uniform(seed, abs(b.unit), s.slot) AS whether,
				0.20 + 0.22 * b.outside::integer + 0.24 * f.non_western::integer
					+ 0.8 * (monitor.demo_uniform(seed, abs(b.unit), s.slot + 1) - 0.5) AS place) AS w
			JOIN pg_temp.demo_choice AS o ON o.place = 1 + floor(least(greatest(w.place, 0.0), 0.999999)
				* (SELECT count(*) FROM pg_temp.demo_choice))::integer
		WHERE b.priority = 3 AND w.whether < CASE WHEN b.outside THEN 0.52 WHEN b.youth THEN 0.25 ELSE 0.33 END
	) AS c
	WHERE c.unit = a.unit;
END
$procedure$;
COMMENT ON PROCEDURE demo_applicants(bigint, integer) IS 'Step of create_demo: who looks for another dwelling in the city in a year.';

-- Assigns empty dwellings by priority and lot; whoever gets nothing in the area
-- wanted tries the rest of the city, and else stays.
CREATE PROCEDURE demo_match(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	TRUNCATE pg_temp.demo_vacant;
	INSERT INTO pg_temp.demo_vacant
	SELECT d.dwelling, d.area, monitor.demo_uniform(seed, d.dwelling, 100 * year + 90)
	FROM pg_temp.demo_dwelling AS d LEFT JOIN pg_temp.demo_fact AS f USING (dwelling)
	WHERE (f.dwelling IS NULL OR f.departed) AND d.kind <> 'commercial' AND (d.closed_on IS NULL OR year < 2018);
	FOR choice IN 1 .. 2 LOOP
		INSERT INTO pg_temp.demo_assignment
		SELECT a.unit, v.dwelling, v.area, a.outside
		FROM (
			SELECT b.unit, b.outside, CASE choice WHEN 1 THEN b.wanted ELSE 0 END AS area,
				row_number() OVER (PARTITION BY CASE choice WHEN 1 THEN b.wanted ELSE 0 END
					ORDER BY b.priority, b.draw, b.unit) AS place
			FROM pg_temp.demo_applicant AS b
			WHERE NOT EXISTS (SELECT FROM pg_temp.demo_assignment AS g WHERE g.unit = b.unit)
		) AS a JOIN (
			SELECT w.dwelling, w.area, row_number() OVER (PARTITION BY w.area ORDER BY w.draw, w.dwelling) AS place
			FROM pg_temp.demo_vacant AS w
			WHERE NOT EXISTS (SELECT FROM pg_temp.demo_assignment AS g WHERE g.dwelling = w.dwelling)
		) AS v USING (area, place);
	END LOOP;
END
$procedure$;
COMMENT ON PROCEDURE demo_match(bigint, integer) IS 'Step of create_demo: assigns empty dwellings to those who look for one.';

-- Planted: of the applicants outside the labour market who would have come to the
-- area that turns them away, six of seven change places with others who were to
-- come to the other landlord's areas.
CREATE PROCEDURE demo_turn_away(seed bigint, year integer, slot integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	IF year < 2018 THEN
		RETURN;
	END IF;
	WITH drawn AS (
		SELECT g.unit, g.dwelling, g.area, a.planted, g.outside,
			monitor.demo_uniform(seed, abs(g.unit), 100 * year + slot) AS draw
		FROM pg_temp.demo_assignment AS g JOIN pg_temp.demo_area AS a USING (area)
		WHERE a.planted IN ('turned_away', 'receives_turned_away')
	), turned AS (
		SELECT d.*, row_number() OVER (ORDER BY draw, unit) AS place
		FROM drawn AS d WHERE planted = 'turned_away' AND outside AND draw < 0.86
	), favoured AS (
		SELECT d.*, row_number() OVER (ORDER BY draw, unit) AS place
		FROM drawn AS d WHERE planted = 'receives_turned_away' AND NOT outside
	), swapped AS (
		SELECT t.unit, f.dwelling, f.area FROM turned AS t JOIN favoured AS f USING (place)
		UNION ALL
		SELECT f.unit, t.dwelling, t.area FROM turned AS t JOIN favoured AS f USING (place)
	)
	UPDATE pg_temp.demo_assignment AS g SET dwelling = s.dwelling, area = s.area FROM swapped AS s WHERE s.unit = g.unit;
END
$procedure$;
COMMENT ON PROCEDURE demo_turn_away(bigint, integer, integer) IS
'Step of create_demo: the planted change of letting that sends applicants to the other landlord.';

-- Moves within the city, May to August. Grown children found households.
CREATE PROCEDURE demo_move_within(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	before CONSTANT bigint := monitor.demo_last_household();
BEGIN
	CALL monitor.demo_applicants(seed, year);
	CALL monitor.demo_match(seed, year);
	CALL monitor.demo_turn_away(seed, year, 70);
	WITH founded AS (
		SELECT -g.unit AS person, before + row_number() OVER (ORDER BY g.unit DESC) AS household, a.moved_on,
			a.dwelling AS from_dwelling, g.dwelling AS to_dwelling
		FROM pg_temp.demo_assignment AS g JOIN pg_temp.demo_applicant AS a USING (unit) WHERE a.youth
	), opened AS (
		INSERT INTO pg_temp.demo_household SELECT f.household, f.to_dwelling FROM founded AS f
	), left_home AS (
		UPDATE pg_temp.demo_person AS p SET household = f.household, child = false
		FROM founded AS f WHERE f.person = p.person
	)
	INSERT INTO pg_temp.demo_move (person, household, moved_on, from_dwelling, to_dwelling)
	SELECT f.person, f.household, f.moved_on, f.from_dwelling, f.to_dwelling FROM founded AS f;
	INSERT INTO pg_temp.demo_move (person, household, moved_on, from_dwelling, to_dwelling, reason)
	SELECT p.person, p.household, a.moved_on, a.dwelling, g.dwelling, a.reason
	FROM pg_temp.demo_assignment AS g JOIN pg_temp.demo_applicant AS a USING (unit)
		JOIN pg_temp.demo_person AS p ON p.household = g.unit;
	UPDATE pg_temp.demo_household AS h SET dwelling = g.dwelling
	FROM pg_temp.demo_assignment AS g WHERE g.unit = h.household;
END
$procedure$;
COMMENT ON PROCEDURE demo_move_within(bigint, integer) IS 'Step of create_demo: the moves of a year within the city.';

-- The highest number a person or household has had: numbers are not used twice.
CREATE FUNCTION demo_last_person() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN greatest((SELECT max(person) FROM pg_temp.demo_person), (SELECT max(person) FROM pg_temp.demo_move), 0);
END
$function$;
COMMENT ON FUNCTION demo_last_person() IS 'Step of create_demo: the highest person number given out so far.';

CREATE FUNCTION demo_last_household() RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
	RETURN greatest((SELECT max(household) FROM pg_temp.demo_household), (SELECT max(household) FROM pg_temp.demo_move), 0);
END
$function$;
COMMENT ON FUNCTION demo_last_household() IS 'Step of create_demo: the highest household number given out so far.';

-- Children are born to couples, and to a few who live alone; after the move in a
-- household that moves this year.
CREATE PROCEDURE demo_births(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	before CONSTANT bigint := monitor.demo_last_person();
BEGIN
	TRUNCATE pg_temp.demo_entrant;
	INSERT INTO pg_temp.demo_entrant
	SELECT before + row_number() OVER (ORDER BY f.household), f.household, true, year + 1, d.area, f.non_western, 1
	FROM pg_temp.demo_fact AS f JOIN pg_temp.demo_household AS h USING (household)
		JOIN pg_temp.demo_dwelling AS d ON d.dwelling = h.dwelling
	WHERE NOT f.bereaved AND f.head_age BETWEEN 20 AND 41 AND f.children < 3
		AND monitor.demo_uniform(seed, f.household, 100 * year + 72)
			< CASE WHEN f.adults = 1 THEN 0.012 WHEN f.non_western THEN 0.16 ELSE 0.14 END;
	CALL monitor.demo_enrol(seed);
	INSERT INTO pg_temp.demo_move (person, household, moved_on, from_place, to_dwelling)
	SELECT e.person, e.household, CASE WHEN h.dwelling = f.dwelling
			THEN make_date(year, 1, 2) + floor(360 * monitor.demo_uniform(seed, e.person, 27))::integer
			ELSE make_date(year, 9, 1) + floor(115 * monitor.demo_uniform(seed, e.person, 27))::integer END,
		'birth', h.dwelling
	FROM pg_temp.demo_entrant AS e JOIN pg_temp.demo_household AS h USING (household)
		JOIN pg_temp.demo_fact AS f USING (household);
END
$procedure$;
COMMENT ON PROCEDURE demo_births(bigint, integer) IS 'Step of create_demo: the births of a year.';

-- Households from outside the city, from September on, until one dwelling in forty
-- of each area is left empty. Where somebody died this year nobody comes yet.
CREATE PROCEDURE demo_newcomers(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
DECLARE
	before CONSTANT bigint := monitor.demo_last_household();
BEGIN
	TRUNCATE pg_temp.demo_opening, pg_temp.demo_assignment;
	INSERT INTO pg_temp.demo_opening
	WITH stock AS (
		SELECT d.dwelling, d.area, h.household IS NULL AS free, f.bereaved IS NOT TRUE AS open,
			count(*) OVER (PARTITION BY d.area) AS dwellings,
			count(*) FILTER (WHERE h.household IS NULL) OVER (PARTITION BY d.area) AS vacant
		FROM pg_temp.demo_dwelling AS d LEFT JOIN pg_temp.demo_household AS h USING (dwelling)
			LEFT JOIN pg_temp.demo_fact AS f ON f.dwelling = d.dwelling
		WHERE d.kind <> 'commercial' AND (d.closed_on IS NULL OR year < 2018)
	), ranked AS (
		SELECT s.*, row_number() OVER (PARTITION BY s.area
			ORDER BY monitor.demo_uniform(seed, s.dwelling, 100 * year + 91), s.dwelling) AS place
		FROM stock AS s WHERE s.free AND s.open
	)
	SELECT r.dwelling, r.area, before + row_number() OVER (ORDER BY r.dwelling), true,
		CASE WHEN year >= 2018 AND a.planted = 'sent_elsewhere' THEN 0.5 ELSE 1 END
	FROM ranked AS r LEFT JOIN pg_temp.demo_area AS a USING (area)
	WHERE r.place <= r.vacant - r.dwellings / 40;
	CALL monitor.demo_form_households(seed, year + 1);
	CALL monitor.demo_enrol(seed);
	INSERT INTO pg_temp.demo_assignment
	SELECT o.household, o.dwelling, o.area, p.outside
	FROM pg_temp.demo_opening AS o JOIN (
		SELECT e.household, bool_or(q.outside AND year + 1 - q.born BETWEEN 18 AND 64) AS outside
		FROM pg_temp.demo_entrant AS e JOIN pg_temp.demo_person AS q USING (person) GROUP BY e.household
	) AS p USING (household);
	CALL monitor.demo_turn_away(seed, year, 74);
	INSERT INTO pg_temp.demo_household SELECT g.unit, g.dwelling FROM pg_temp.demo_assignment AS g;
	INSERT INTO pg_temp.demo_move (person, household, moved_on, from_place, to_dwelling)
	SELECT e.person, e.household,
		make_date(year, 9, 1) + floor(115 * monitor.demo_uniform(seed, e.household, 75))::integer,
		CASE WHEN monitor.demo_uniform(seed, e.household, 76) < CASE WHEN e.non_western THEN 0.3 ELSE 0.08 END
			THEN 'abroad' ELSE 'rest_of_country' END, g.dwelling
	FROM pg_temp.demo_entrant AS e JOIN pg_temp.demo_assignment AS g ON g.unit = e.household;
END
$procedure$;
COMMENT ON PROCEDURE demo_newcomers(bigint, integer) IS 'Step of create_demo: the households that come to the city in a year.';

CREATE PROCEDURE demo_year(seed bigint, year integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	CALL monitor.demo_look_round(seed, year);
	CALL monitor.demo_deaths(seed, year);
	CALL monitor.demo_departures(seed, year);
	CALL monitor.demo_move_within(seed, year);
	CALL monitor.demo_births(seed, year);
	CALL monitor.demo_newcomers(seed, year);
	ANALYZE pg_temp.demo_household, pg_temp.demo_person;
END
$procedure$;
COMMENT ON PROCEDURE demo_year(bigint, integer) IS
'Step of create_demo: takes the city from 1 January of a year to 1 January of the next.';

CREATE PROCEDURE demo_moves(register name)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $procedure$
BEGIN
	EXECUTE format($sql$
		INSERT INTO %1$I.move (id, person, household, moved_on, from_address, to_address, from_place, to_place, reason)
		SELECT row_number() OVER (ORDER BY m.moved_on, m.person), m.person, m.household, m.moved_on, m.from_dwelling,
			m.to_dwelling, m.from_place, m.to_place, m.reason
		FROM pg_temp.demo_move AS m
	$sql$, register);
END
$procedure$;
COMMENT ON PROCEDURE demo_moves(name) IS 'Step of create_demo: writes table move.';
