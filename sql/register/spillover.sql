SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
-- spillover_report and city_changes over three areas, in full, and what they refuse.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET datestyle = ISO;
SET extra_float_digits = 0;
CREATE SCHEMA spillover_test;
SET search_path = spillover_test, monitor, public;
CALL create_register('spill', 25832);
INSERT INTO spill.landlord (id, name) VALUES (1, 'Nord'), (2, 'Syd');
INSERT INTO spill.area (id, name, municipality) VALUES (1, 'Ager', 'By'), (2, 'Birk', 'By'), (3, 'Cedervang', 'By');
INSERT INTO spill.area (id, name, layer, municipality) VALUES (9, 'Bydel', 'district', 'By');
INSERT INTO spill.area_boundary (area, geom) SELECT n, ST_Multi(ST_MakeEnvelope(x, 0, x + 10, 10, 25832)) FROM (VALUES (1, 0), (2, 15), (3, 100)) AS v(n, x);
INSERT INTO spill.department (id, landlord, name) VALUES (1, 1, 'Ager'), (2, 2, 'Birk'), (3, 2, 'Cedervang');
INSERT INTO spill.area_department (area, department) VALUES (1, 1), (2, 2), (3, 3);
INSERT INTO spill.address (id, department) VALUES (1, 1), (2, 2), (3, 3), (4, NULL);
-- 20 persons an area, every second with x; each year the next two of area 1 with x move to area 2, of area 2 without it to area 1
INSERT INTO spill.resident (person, data_year, address, age, outside_labour)
SELECT p, y, CASE WHEN p <= 20 AND p % 2 = 0 AND p <= 4 * (y - 2018) THEN 2 WHEN p BETWEEN 21 AND 40 AND p % 2 = 1 AND p - 20 <= 4 * (y - 2018) THEN 1 ELSE 1 + (p - 1) / 20 END,
	30, ((p + CASE WHEN p > 60 AND y > 2019 THEN p / 7 ELSE 0 END) % 2 = 0)::int
FROM generate_series(1, 80) AS p, generate_series(2017, 2021) AS y;
INSERT INTO spill.indicator (code, name, kind) VALUES ('noise', 'Complaints of noise', 'event');
INSERT INTO spill.observation (area, indicator, period_from, period_to, numerator, denominator)
SELECT n, 'noise', make_date(y, 1, 1), make_date(y + 1, 1, 1), 10 * n + (7 * n * y) % 5, 20 FROM generate_series(1, 3) AS n, generate_series(2017, 2020) AS y;
INSERT INTO spill.plan (id, name, kind, starts_on) VALUES (1, 'Helhedsplan Ager', 'social', '2019-01-01'), (2, 'No areas', 'social', '2019-01-01');
INSERT INTO spill.plan_area (plan, area) VALUES (1, 1);

-- before refresh no address is placed: there are no years
SELECT part, measure, note FROM spillover_report('spill', 1) WHERE part IN ('account', 'ring', 'summary');
CALL refresh('spill');
SELECT part, area, other, ring, figure, round(estimate::numeric, 4) AS estimate, round(se::numeric, 4) AS se, round(low::numeric, 4) AS low, round(high::numeric, 4) AS high,
	round(p::numeric, 4) AS p, round(p_adjusted::numeric, 4) AS p_adjusted, n, round(fewest::numeric, 4) AS fewest, finding
FROM spillover_report('spill', 1, rings => '{10}') WHERE part <> 'summary';
SELECT part, figure, area, other, note FROM spillover_report('spill', 1, rings => '{10}') WHERE note IS NOT NULL;
SELECT part, measure, is_primary, ring, figure, round(estimate::numeric, 4) AS estimate, round(p::numeric, 4) AS p, finding, note
FROM spillover_report('spill', ARRAY[1], 2019, '{noise,outside_labour}', '{10}', first_year => 2018, confidence => 0.9) WHERE measure = 'noise' OR part = 'summary';
SELECT part, area, figure, round(estimate::numeric, 4) AS estimate, round(p_adjusted::numeric, 4) AS p_adjusted, finding FROM city_changes('spill', 2019);
SELECT * FROM city_changes('spill', 2021);
SELECT part, measure, is_primary, n, finding, note FROM spillover_report('spill', 2, '{noise,outside_labour}');
SELECT * FROM spillover_measures('spill');
SELECT plan, name, n_areas, measure, finding, sentence FROM spill_published.spillover_summary ORDER BY plan, measure;
UPDATE spill.settings SET suppression_threshold = 1;
CALL publish('spill');
SELECT plan, measure, finding, sentence FROM spill_published.spillover_summary WHERE measure = 'outside_labour';

-- what is refused
CREATE FUNCTION try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	code text; said text; hint text;
BEGIN
	EXECUTE 'SELECT count(*) FROM ' || statement;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(': ', code, said, nullif(hint, ''));
END
$$;
SELECT statement, try(statement) FROM unnest(ARRAY[
	$$spillover_report('nowhere', 1)$$,
	$$spillover_report(NULL, 1)$$,
	$$spillover_report('spill', NULL::bigint)$$,
	$$spillover_report('spill', 7)$$,
	$$spillover_report('spill', 1, NULL)$$,
	$$spillover_report('spill', 1, '{}')$$,
	$$spillover_report('spill', 1, '{outside_labour,NULL}')$$,
	$$spillover_report('spill', 1, '{outside_labour,happiness}')$$,
	$$spillover_report('spill', 1, '{convicted}')$$,
	$$spillover_report('spill', 1, '{noise,noise}')$$,
	$$spillover_report('spill', 1, '{{noise},{outside_labour}}')$$,
	$$spillover_report('spill', 1, rings => NULL)$$,
	$$spillover_report('spill', 1, rings => '{{300},{1500}}')$$,
	$$spillover_report('spill', 1, rings => '{}')$$,
	$$spillover_report('spill', 1, rings => '{300,300}')$$,
	$$spillover_report('spill', 1, rings => '{0,300}')$$,
	$$spillover_report('spill', 1, rings => '{300,NaN}')$$,
	$$spillover_report('spill', 1, rings => '{300,Infinity}')$$,
	$$spillover_report('spill', 1, distance => 'road')$$,
	$$spillover_report('spill', 1, first_year => 2020, last_year => 2019)$$,
	$$spillover_report('spill', 1, confidence => 1)$$,
	$$spillover_report('spill', 1, confidence => 'NaN')$$,
	$$spillover_report('spill', 1, confidence => NULL)$$,
	$$spillover_report('spill', '{1,9}'::bigint[], 2019)$$,
	$$spillover_report('spill', '{1,77}'::bigint[], 2019)$$,
	$$spillover_report('spill', '{}'::bigint[], 2019)$$,
	$$spillover_report('spill', '{1,NULL}'::bigint[], 2019)$$,
	$$spillover_report('spill', NULL::bigint[], 2019)$$,
	$$spillover_report('spill', '{1}'::bigint[], NULL)$$,
	$$spillover_report('spill', '{1}'::bigint[], 20190)$$,
	$$city_changes('spill', NULL)$$,
	$$city_changes('spill', 2019, 'noise')$$,
	$$city_changes('spill', 2019, NULL)$$,
	$$city_changes('nowhere', 2019)$$]) WITH ORDINALITY AS s(statement, place) ORDER BY place;
DROP SCHEMA spill, spill_published CASCADE;
DROP ROLE spill_reader;
DROP SCHEMA spillover_test CASCADE;
