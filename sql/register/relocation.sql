-- Accounts of relocation from a register: exact figures of four areas, and what is refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832);
INSERT INTO regtest.area (id, name, municipality) SELECT n, 'Area ' || n, 'M' FROM generate_series(1, 3) AS n;
INSERT INTO regtest.landlord (id, name) VALUES (1, 'AAB'), (2, 'Oesterbo');
INSERT INTO regtest.department (id, landlord, name) VALUES (1, 1, 'D1'), (2, 1, 'D2'), (3, 2, 'D3');
INSERT INTO regtest.area_department (area, department) VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO regtest.address (id, department) SELECT n, CASE WHEN n < 4 THEN n END FROM generate_series(1, 4) AS n;
-- Twenty persons an address; of those in area 1, ten move to area 3 and five away, of whom two abroad.
INSERT INTO regtest.resident (person, data_year, address, household, age, outside_labour, education)
SELECT 100 * a + n, y, CASE WHEN y > 2020 AND a = 1 AND n <= 10 THEN 3 ELSE a END, 100 * a + n / 2, 30 + y - 2020,
	CASE WHEN n % 20 = 7 THEN NULL WHEN n <= 6 THEN 1 WHEN n <= 12 THEN 0.25 ELSE 0 END, CASE WHEN n <= 8 + y - 2020 THEN 0 ELSE 1 END
FROM generate_series(1, 4) AS a, generate_series(1, 20) AS n, generate_series(2020, 2021) AS y WHERE NOT (y = 2021 AND a = 1 AND n > 15);
INSERT INTO regtest.move (person, moved_on, from_address, to_address, to_place)
SELECT 100 + n, '2020-07-01', 1, CASE WHEN n <= 10 THEN 3 END, CASE WHEN n > 18 THEN 'abroad' WHEN n > 15 THEN 'death' END
FROM generate_series(1, 20) AS n WHERE n <= 10 OR n > 15;
SELECT monitor.register_waterbed('regtest', 'outside_labour', 2020, 2021);   -- not refreshed
CALL monitor.refresh('regtest');
SELECT measure, kind, lowest_age, highest_age, sensitive, label_english, label_danish FROM monitor.person_measures() ORDER BY number;
SELECT monitor.register_waterbed('regtest', 'outside_labour', 2020, 2021);
SELECT area, n0, n1, x0, x1, stayers_change, net_import, left_city, entered_city, unknown
FROM monitor.waterbed_areas(monitor.register_waterbed('regtest', 'outside_labour', 2020, 2021));
SELECT origin, destination, movers, x_before, x_after, excess FROM monitor.waterbed_flows(monitor.register_waterbed('regtest', 'basic_education', 2020, 2021));
SELECT exported, fall, share_count, share_count_low::numeric(8, 6), share_count_high::numeric(8, 6), unknown, note
FROM monitor.register_household_share('regtest', 'outside_labour', 2020, 2021, ARRAY[1]);
SELECT * FROM monitor.register_flows('regtest', '2020-01-01', '2021-01-01');
SELECT * FROM monitor.register_flows('regtest', '2020-01-01', '2021-01-01', 'outside_labour');
SELECT * FROM monitor.register_flows('regtest', '2021-01-01', '2022-01-01');
-- As the state reports: who moves to small areas from listed ones, and how they compare with those who live there.
SELECT * FROM monitor.waterbed_arrivals(monitor.register_waterbed('regtest', 'outside_labour', 2020, 2021), ARRAY[3], ARRAY[1, 2]);
SELECT arrivals, arrivals_x, residents, residents_x, difference::numeric(8, 6) FROM monitor.waterbed_attachment(monitor.register_waterbed('regtest', 'outside_labour', 2020, 2021), ARRAY[3]);

-- Published.
SELECT * FROM regtest_published.dim_place ORDER BY place;
SELECT area, name, n0, n1, x0, x1, change, net_import, unknown, suppressed FROM regtest_published.waterbed_area WHERE measure = 'outside_labour' ORDER BY area;
SELECT name_a, name_b, sentence, suppressed FROM regtest_published.waterbed_landlord WHERE measure = 'outside_labour' ORDER BY 1;
SELECT measure, origin_name, destination_name, is_within_city, movers, x_before, x_after, suppressed FROM regtest_published.moves ORDER BY measure, origin, destination;
UPDATE regtest.settings SET suppression_threshold = 1;
CALL monitor.refresh('regtest');
SELECT name_a, name_b, sentence, suppressed FROM regtest_published.waterbed_landlord WHERE measure = 'outside_labour' ORDER BY 1;
SELECT count(*) FROM regtest_published.move_flows;  -- no boundaries

-- Refused.
INSERT INTO regtest.indicator (code, name, kind) VALUES ('jobless', 'Jobless', 'stock');
INSERT INTO regtest.flow_delivery (period_from, period_to, origin, destination, indicator, movers, x_before) VALUES
	('2020-01-01', '2021-01-01', 1, 2, 'jobless', 5, 3), ('2019-01-01', '2020-01-01', 1, 2, 'jobless', 5, 7);
DO $$
DECLARE
	call text;
	state text; message text; hint text;
BEGIN
	FOREACH call IN ARRAY ARRAY[
		$c$register_waterbed('regtest', 'outside_labour', NULL, 2021)$c$, $c$register_waterbed(NULL, 'outside_labour', 2020, 2021)$c$,
		$c$register_waterbed('nowhere', 'outside_labour', 2020, 2021)$c$, $c$register_waterbed('regtest', 'unemployed', 2020, 2021)$c$,
		$c$register_waterbed('regtest', 'convicted', 2020, 2021)$c$, $c$register_waterbed('regtest', 'outside_labour', 2021, 2021)$c$,
		$c$register_waterbed('regtest', 'outside_labour', 2019, 2021)$c$, $c$register_waterbed('regtest', 'outside_labour', 2020, 2021, 'parish')$c$,
		$c$register_household_share('regtest', 'outside_labour', 2020, 2021, NULL)$c$, $c$register_household_share('regtest', 'outside_labour', 2020, 2021, ARRAY[-1])$c$,
		$c$register_flows('regtest', '2021-01-01', '2021-01-01')$c$, $c$register_flows('regtest', NULL, '2021-01-01')$c$,
		$c$register_flows('regtest', '2020-01-01', '2021-01-01', 'gross_income')$c$, $c$register_flows('regtest', '2020-01-01', '2021-01-01', NULL, 'parish')$c$,
		$c$register_flow_bounds('regtest', NULL, '2020-01-01', '2021-01-01')$c$, $c$register_flow_bounds('regtest', 'income', '2020-01-01', '2021-01-01')$c$,
		$c$register_flow_bounds('regtest', 'jobless', '2018-01-01', '2021-01-01')$c$, $c$register_flow_bounds('regtest', 'jobless', '2019-01-01', '2020-01-01')$c$]
	LOOP
		BEGIN
			EXECUTE 'SELECT * FROM monitor.' || call;
			RAISE WARNING '% was not refused', call;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
			RAISE WARNING E'%\n  % % -- %', call, state, message, hint;
		END;
	END LOOP;
END $$;
SELECT area, export_low, export_high, hidden FROM monitor.register_flow_bounds('regtest', 'jobless', '2020-01-01', '2021-01-01');
-- Somebody else may not read persons.
CREATE ROLE regtest_other NOLOGIN;
SET ROLE regtest_other;
SELECT monitor.register_waterbed('regtest', 'outside_labour', 2020, 2021);
RESET ROLE;
DROP ROLE regtest_other;
-- A register without areas, and one without persons.
CALL monitor.create_register('regtest_b', srid => 25832);
SELECT monitor.register_waterbed('regtest_b', 'outside_labour', 2020, 2021);
INSERT INTO regtest_b.area (name, municipality) VALUES ('A', 'M');
SELECT monitor.register_waterbed('regtest_b', 'outside_labour', 2020, 2021);
SELECT * FROM monitor.register_flows('regtest_b', '2020-01-01', '2021-01-01');
DROP SCHEMA regtest, regtest_published, regtest_b, regtest_b_published CASCADE;
DROP OWNED BY regtest_reader, regtest_b_reader;
DROP ROLE regtest_reader, regtest_b_reader;
