-- Over many made-up cities: how often the planted changes are found and named, and
-- how often an area where nothing was planted is called changed. Half a minute and more a city:
--   bash test/run.sh psql -X -v seeds=40 -f test/bench/seeds.sql
-- Seeds 1 to :seeds, analysed from 1 January 2018, the first day of what was planted.
\set ON_ERROR_STOP on
\if :{?seeds}
\else
\set seeds 5
\endif
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE TEMPORARY TABLE answer (seed bigint, asked text, row monitor.spillover_result);

-- A city without what the reports do not read: lists, benchmarks, indicators, and the index on persons.
CREATE PROCEDURE pg_temp.city(register name, seed bigint) LANGUAGE plpgsql SET work_mem = '64MB' AS $$
BEGIN
	CALL monitor.create_register(register, 25832, sensitive => true);
	CALL monitor.demo_workspace();
	CALL monitor.demo_places(register, seed);
	CALL monitor.demo_first_households(seed, 2015);
	EXECUTE format('ALTER TABLE %I.resident DROP CONSTRAINT resident_once_a_year', register);
	FOR year IN 2015 .. 2022 LOOP
		IF year > 2015 THEN
			CALL monitor.demo_year(seed, year - 1);
			CALL monitor.demo_labour(seed, year);
		END IF;
		CALL monitor.add_data_year(register, year);
		CALL monitor.demo_residents(register, seed, year);
	END LOOP;
	CALL monitor.demo_moves(register);
	DROP TABLE pg_temp.demo_area, pg_temp.demo_dwelling, pg_temp.demo_choice, pg_temp.demo_household, pg_temp.demo_person, pg_temp.demo_move,
		pg_temp.demo_fact, pg_temp.demo_applicant, pg_temp.demo_vacant, pg_temp.demo_assignment, pg_temp.demo_opening, pg_temp.demo_entrant;
	EXECUTE format('ANALYZE %1$I.address, %1$I.resident, %1$I.move', register);
	CALL monitor.refresh_places(register);
	EXECUTE format('INSERT INTO %1$I.computed_waterbed (measure, first_data_year, last_data_year, only_before, pairs)
		SELECT ''outside_labour'', y, n, false, monitor.register_waterbed(%1$L, ''outside_labour'', y, n)::text::jsonb
		FROM (SELECT y, y + 1 FROM generate_series(2015, 2021) AS y UNION VALUES (2018, 2022)) AS s(y, n)', register);
END
$$;
CREATE PROCEDURE pg_temp.ask(register name, seed bigint) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO answer SELECT seed, 'city', c FROM monitor.city_changes(register, 2018) AS c;
	INSERT INTO answer SELECT seed, 'report ' || a, r FROM unnest(ARRAY[1, 3, 6, 10, 12]::bigint[]) AS a, monitor.spillover_report(register, ARRAY[a], 2018) AS r;
END
$$;
SELECT format('CALL pg_temp.city(''bench_seeds'', %1$s)', seed), format('CALL pg_temp.ask(''bench_seeds'', %1$s)', seed), 'DROP SCHEMA bench_seeds, bench_seeds_published CASCADE'
FROM generate_series(1, :seeds) AS seed \gexec

CREATE TEMPORARY VIEW said AS SELECT seed, asked, (row).* FROM answer;
-- rehoused: where those who had to leave Vesterparken were given a flat, which is a change as well
CREATE TEMPORARY VIEW kind AS SELECT area::bigint, CASE WHEN area = 12 THEN '1 left alone' WHEN planted IS NOT NULL THEN '4 planted'
	WHEN area IN (24, 32, 33, 11, 17, 16, 35) THEN '3 rehoused' ELSE '2 nothing planted' END AS kind FROM monitor.demo_areas();
CREATE TEMPORARY VIEW question AS
SELECT c.seed, k.kind AS what, bool_or(c.finding IS NOT NULL) AS yes FROM said AS c JOIN kind AS k USING (area) WHERE c.asked = 'city' AND c.part = 'change' GROUP BY c.seed, k.kind, c.area
UNION ALL SELECT c.seed, '1 left alone, by its report', bool_or(c.finding IS NOT NULL) FROM said AS c WHERE c.asked = 'report 12' AND c.part IN ('change', 'landlord') AND coalesce(c.ring, 0) = 0 GROUP BY c.seed
UNION ALL SELECT s.seed, '5 found: ' || q.what, EXISTS (SELECT FROM said AS c WHERE c.seed = s.seed AND c.asked = q.asked AND c.part = q.part AND (q.area IS NULL OR c.area = q.area)
		AND (q.other IS NULL OR c.other = q.other) AND c.finding = q.finding)
FROM (SELECT DISTINCT seed FROM answer) AS s, (VALUES
	('1 own change falls (Bakkeparken)', 'report 1', 'change', 1, NULL, 'own change: fell'),
	('2 its neighbour declines (Kirkemarken), in the same report', 'report 1', 'change', 2, NULL, 'own change: rose'),
	('3 selective export (Havnevang)', 'report 3', 'change', 3, NULL, 'selective export'),
	('3 to Lyngdalen', 'report 3', 'destination', NULL, 4, 'receives leavers'),
	('3 to Elmevang', 'report 3', 'destination', NULL, 5, 'receives leavers'),
	('4 fewer taken in (Skovhaven)', 'report 6', 'change', 6, NULL, 'selective arrivals: fewer'),
	('4 diverted to Oesterbo', 'report 6', 'landlord', NULL, 2, 'receives diverted arrivals'),
	('4 more come to Askeparken', 'city', 'change', 7, NULL, 'selective arrivals: more'),
	('4 more come to Roennehaven', 'city', 'change', 8, NULL, 'selective arrivals: more'),
	('4 more come to Pilevang', 'city', 'change', 9, NULL, 'selective arrivals: more'),
	('5 demolition (Vesterparken)', 'report 10', 'change', 10, NULL, 'size: demolition'))
	AS q(what, asked, part, area, other, finding)
UNION ALL SELECT s.seed, '6 another landlord named for Skovhaven', EXISTS (SELECT FROM said AS c WHERE c.seed = s.seed AND c.asked = 'report 6' AND c.part = 'landlord' AND c.other <> 2 AND c.finding IS NOT NULL)
FROM (SELECT DISTINCT seed FROM answer) AS s
UNION ALL SELECT s.seed, '6 another area named for Havnevang', EXISTS (SELECT FROM said AS c WHERE c.seed = s.seed AND c.asked = 'report 3' AND c.part = 'destination' AND c.other NOT IN (4, 5) AND c.finding IS NOT NULL)
FROM (SELECT DISTINCT seed FROM answer) AS s;
\echo Called changed or found, of areas and seeds, in percent with 95 percent limits (Wilson)
SELECT what, count(*) AS asked, count(*) FILTER (WHERE yes) AS yes, round(100.0 * avg(yes::int), 1) AS percent,
	round((100 * (monitor.wilson(count(*) FILTER (WHERE yes), count(*))).low)::numeric, 1) AS low, round((100 * (monitor.wilson(count(*) FILTER (WHERE yes), count(*))).high)::numeric, 1) AS high
FROM question GROUP BY what ORDER BY what;
DROP ROLE IF EXISTS bench_seeds_reader;
