-- Over many made-up cities: how often the planted changes are found and named, and
-- how often an area where nothing was planted is called changed. Half a minute and more a city:
--   bash test/run.sh psql -X -v seeds=40 -f test/bench/seeds.sql
-- Seeds 1 to :seeds, analysed from 1 January 2018, the first day of what was planted.
\set ON_ERROR_STOP on
\if :{?seeds}
\else
\set seeds 10
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
CREATE TEMPORARY VIEW seed AS SELECT DISTINCT seed FROM answer;
-- rehoused: where those who had to leave Vesterparken were given a flat, which is a change as well
CREATE TEMPORARY TABLE kind AS SELECT area::bigint, CASE WHEN area = 12 THEN 'left alone' WHEN planted IS NOT NULL THEN planted WHEN area IN (24, 32, 33, 11, 17, 16, 35) THEN 'rehoused'
	ELSE 'nothing planted' END AS kind FROM monitor.demo_areas();

\echo Called changed, in percent of areas and seeds, with limits of the rate at 95 percent
SELECT k.kind, count(*) AS areas, count(*) FILTER (WHERE c.changed) AS changed, round(100.0 * avg(c.changed::int), 1) AS percent,
	round((100 * (w).low)::numeric, 1) AS low, round((100 * (w).high)::numeric, 1) AS high
FROM (SELECT seed, area, bool_or(finding IS NOT NULL) AS changed FROM said WHERE asked = 'city' AND part = 'change' GROUP BY seed, area) AS c
JOIN kind AS k USING (area)
CROSS JOIN LATERAL (SELECT NULL) AS n
GROUP BY k.kind ORDER BY k.kind;
