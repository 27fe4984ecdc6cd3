-- Impossible rows are refused, and the message names the rule and the row.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
\set SHOW_CONTEXT never
CALL monitor.create_register('regtest', srid => 25832, sensitive => true);
SET search_path = regtest, public;
INSERT INTO landlord (id, name) VALUES (1, 'L');
INSERT INTO department (id, landlord, name) VALUES (1, 1, 'D');
INSERT INTO area (id, name, municipality) VALUES (1, 'A', 'M'), (2, 'B', 'M');
INSERT INTO address (id, geom) VALUES (1, 'SRID=25832;POINT(600000 6200000)'), (2, NULL);
INSERT INTO indicator (code, name, kind) VALUES ('i', 'I', 'event');
INSERT INTO published_list (list_year, status) VALUES (2020, 'udsat');
INSERT INTO plan (id, name, kind, starts_on) VALUES (1, 'P', 'social', '2020-01-01');
-- Every constraint has a name that says what must hold: none is PostgreSQL's own choice.
SELECT conrelid::regclass, conname FROM pg_constraint AS c
WHERE connamespace = 'regtest'::regnamespace AND contype = 'c' AND conname ~ '_check\d*$'
	AND conrelid NOT IN ('rule'::regclass, 'rule_set'::regclass, 'status_rule'::regclass) ORDER BY 1, 2;
CREATE TEMP TABLE attempt (n int GENERATED ALWAYS AS IDENTITY, statement text);
INSERT INTO attempt (statement) VALUES
($$UPDATE settings SET srid = 0$$), ($$INSERT INTO settings (srid, sensitive, created_with) VALUES (25832, true, '0')$$),
($$UPDATE settings SET suppression_threshold = 0$$), ($$UPDATE settings SET near_limit_percent = 'NaN'$$),
($$INSERT INTO landlord (id, name) VALUES (0, 'Z')$$), ($$INSERT INTO landlord (id, name) VALUES (2, 'L')$$),
($$INSERT INTO department (id, landlord, name) VALUES (2, 9, 'D')$$),
($$INSERT INTO department (landlord, name, valid_from, valid_to) VALUES (1, 'D', '2020-01-01', '2020-01-01')$$),
($$INSERT INTO area (id, name, municipality) VALUES (3, 'A', 'M')$$), ($$INSERT INTO area (name, municipality, layer) VALUES ('C', 'M', '')$$),
($$INSERT INTO area (name, municipality) VALUES ('', 'M')$$),
($$INSERT INTO area_department VALUES (1, 1, '2010-01-01', '2020-01-01'), (1, 1, '2019-12-31', '2021-01-01')$$),
($$INSERT INTO area_parcel (cadastral_district, parcel_number) VALUES ('E', '1a')$$),
($$INSERT INTO area_boundary VALUES (1, '2010-01-01', '2020-01-01', 'SRID=25832;MULTIPOLYGON EMPTY'), (1, '2019-12-31', 'infinity', 'SRID=25832;MULTIPOLYGON EMPTY')$$),
($$INSERT INTO area_boundary VALUES (1, '2010-01-01', '2020-01-01', 'SRID=4326;MULTIPOLYGON EMPTY')$$),
($$INSERT INTO area_lineage VALUES (1, 1, '2020-01-01', 'split')$$), ($$INSERT INTO area_lineage VALUES (1, 2, '2020-01-01', 'gift')$$),
($$INSERT INTO area_alias (municipality, alias, area) VALUES ('M', 'a', 1), ('M', 'a', 2)$$),
($$INSERT INTO address (geom) VALUES ('SRID=4326;POINT(9 55)')$$), ($$INSERT INTO address (tenure) VALUES ('squat')$$),
($$INSERT INTO address (rooms) VALUES (-1)$$), ($$INSERT INTO address (floor_area_m2) VALUES ('NaN')$$),
($$INSERT INTO address (built_year) VALUES (20200)$$), ($$INSERT INTO address (cadastral_district) VALUES ('E')$$),
($$INSERT INTO address (dwelling_kind) VALUES ('castle')$$),
($$INSERT INTO resident (person, data_year, age) VALUES (7, 2020, 131)$$), ($$INSERT INTO resident (person, data_year, age) VALUES (7, 2020, -1)$$),
($$INSERT INTO resident (person, data_year, outside_labour) VALUES (7, 2020, 1.01)$$),
($$INSERT INTO resident (person, data_year, outside_labour) VALUES (7, 2020, 'NaN')$$),
($$INSERT INTO resident (person, data_year, outside_labour) VALUES (7, 2020, '-infinity')$$),
($$INSERT INTO resident (person, data_year, education) VALUES (7, 2020, 3)$$),
($$INSERT INTO resident (person, data_year, gross_income) VALUES (7, 2020, 'infinity')$$),
($$INSERT INTO resident (person, data_year, address) VALUES (7, 2020, 9)$$), ($$INSERT INTO resident (person, data_year) VALUES (7, 20200)$$),
($$INSERT INTO resident (person, data_year) VALUES (7, 2020), (7, 2020)$$), ($$INSERT INTO resident (person, data_year) VALUES (NULL, 2020)$$),
($$INSERT INTO move (person, moved_on, from_address, to_address) VALUES (7, '2020-01-01', 1, 1)$$),
($$INSERT INTO move (person, moved_on, from_address) VALUES (7, '2020-01-01', 1)$$),
($$INSERT INTO move (person, moved_on, from_place, from_address, to_address) VALUES (7, '2020-01-01', 'abroad', 1, 2)$$),
($$INSERT INTO move (person, moved_on, from_place, to_address) VALUES (7, '2020-01-01', 'the moon', 2)$$),
($$INSERT INTO move (person, moved_on, from_address, to_place) VALUES (7, '2020-01-01', 1, 'birth')$$),
($$INSERT INTO move (person, moved_on, from_address, to_address) VALUES (7, '2020-01-01', 1, 2), (7, '2020-01-01', 2, 1)$$),
($$INSERT INTO profile_delivery (area, data_year, residents) VALUES (1, 2020, -1)$$),
($$INSERT INTO profile_delivery (area, data_year, residents) VALUES (1, 2020, 10000000001)$$),
($$INSERT INTO profile_delivery (area, data_year, residents, adults) VALUES (1, 2020, 10, 11)$$),
($$INSERT INTO profile_delivery (area, data_year, adults, working_age) VALUES (1, 2020, 10, 11)$$),
($$INSERT INTO profile_delivery (area, data_year, working_age, outside_labour) VALUES (1, 2020, 10, 10.5)$$),
($$INSERT INTO profile_delivery (area, data_year, adults, convicted) VALUES (1, 2020, 10, 11)$$),
($$INSERT INTO profile_delivery (area, data_year, aged_30_59, basic_education, not_approved_education, unknown_education) VALUES (1, 2020, 10, 4, 4, 4)$$),
($$INSERT INTO profile_delivery (area, data_year, taxpayers, income_total) VALUES (1, 2020, 0, 5)$$),
($$INSERT INTO profile_delivery (area, data_year, residents, taxpayers, unknown_income, unknown_in_education, unknown_age) VALUES (1, 2020, 10, 8, 1, 1, 1)$$),
($$INSERT INTO profile_delivery (area, data_year, income_total) VALUES (1, 2020, 'NaN')$$),
($$INSERT INTO profile_delivery (area, data_year, outside_labour) VALUES (1, 2020, 'NaN')$$),
($$INSERT INTO profile_delivery (area, data_year, residents, non_western, unknown_origin) VALUES (1, 2020, 10, 6, 6)$$),
($$INSERT INTO benchmark (scope, data_year) VALUES ('global', 2020)$$), ($$INSERT INTO benchmark (scope, data_year) VALUES ('regional', 2020)$$),
($$INSERT INTO benchmark (scope, region, data_year) VALUES ('national', 'Syd', 2020)$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area) VALUES (2020, '2018', 'convicted', 1)$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, low, high) VALUES (2020, '2018', 'convicted', 1, 2, 1)$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, value, low) VALUES (2020, '2018', 'convicted', 1, 2, 3)$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, value) VALUES (2020, '2018', 'convicted', 1, 'NaN')$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, low) VALUES (2020, '2018', 'convicted', 1, 'NaN')$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, low) VALUES (2020, '2018', 'convicted', 1, 'Infinity')$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, area, high) VALUES (2020, '2018', 'convicted', 1, '-Infinity')$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, value) VALUES (2020, '2018', 'convicted', 2)$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, limit_value, limit_decimals) VALUES (2020, '2018', 'convicted', 2, 11)$$),
($$INSERT INTO criterion_delivery (list_year, rule_set, criterion, limit_value) VALUES (2020, '2018', 'convicted', 2), (2020, '2018', 'convicted', 3)$$),
($$INSERT INTO flow_delivery (period_from, period_to, origin, destination) VALUES ('2020-01-01', '2021-01-01', -4, 1)$$),
($$INSERT INTO flow_delivery (period_from, period_to, origin, destination) VALUES ('2020-01-01', '2021-01-01', 1, -3)$$),
($$INSERT INTO flow_delivery (period_from, period_to, origin, destination, movers_low, movers_high) VALUES ('2020-01-01', '2021-01-01', 1, 2, 3, 1)$$),
($$INSERT INTO flow_delivery (period_from, period_to, origin, destination, x_before_low) VALUES ('2020-01-01', '2021-01-01', 1, 2, 'NaN')$$),
($$INSERT INTO flow_delivery (period_from, period_to, origin, destination, movers_high) VALUES ('2020-01-01', '2021-01-01', 1, 2, -1)$$),
($$INSERT INTO flow_delivery (period_from, period_to, origin, destination, x_after_high) VALUES ('2020-01-01', '2021-01-01', 1, 2, -1)$$),
($$INSERT INTO observation (area, indicator, period_from, period_to) VALUES (1, 'i', '2020-01-01', '2021-01-01')$$),
($$INSERT INTO observation (area, indicator, period_from, period_to, numerator) VALUES (1, 'i', '2021-01-01', '2020-01-01', 1)$$),
($$INSERT INTO observation (area, indicator, period_from, period_to, numerator, denominator) VALUES (1, 'i', '2020-01-01', '2021-01-01', 1, -1)$$),
($$INSERT INTO observation (area, indicator, period_from, period_to, mean, standard_error) VALUES (1, 'i', '2020-01-01', '2021-01-01', 'infinity', 1)$$),
($$INSERT INTO indicator (code, name, kind) VALUES ('j', 'J', 'guess')$$),
($$INSERT INTO list_entry (list_year, status, area) VALUES (2019, 'udsat', 1)$$), ($$INSERT INTO list_entry (list_year, status, area) VALUES (2020, 'udsat', 9)$$),
($$INSERT INTO official_value (list_year, rule_set, criterion, area, value, decimals) VALUES (2020, '2018', 'convicted', 1, 'NaN', 1)$$),
($$INSERT INTO official_value (list_year, rule_set, criterion, area, value, decimals) VALUES (2020, '2018', 'convicted', 1, 1, -1)$$),
($$INSERT INTO published_list (list_year, status, areas) VALUES (2021, 'udsat', -1)$$),
($$INSERT INTO plan (name, kind, starts_on) VALUES ('Q', 'secret', '2020-01-01')$$), ($$INSERT INTO plan (name, kind, starts_on, ends_on) VALUES ('Q', 'social', '2020-01-01', '2019-01-01')$$),
($$INSERT INTO rule (rule_set, criterion, measure, unknown_counts_as, not_approved_counts, comparator, threshold_kind, threshold, data_offsets, averaging) VALUES ('none', 'c', 'convicted', 'not', false, '>', 'absolute', 1, '{0,101}', 'pooled')$$),
($$INSERT INTO rule (rule_set, criterion, measure, unknown_counts_as, not_approved_counts, comparator, threshold_kind, threshold, data_offsets, averaging) VALUES ('none', 'c', 'convicted', 'not', false, '>', 'absolute', 1, '{-2147483648}', 'pooled')$$),
($$INSERT INTO rule (rule_set, criterion, measure, unknown_counts_as, not_approved_counts, comparator, threshold_kind, threshold, data_offsets, averaging) VALUES ('none', 'c', 'convicted', 'not', false, '>', 'absolute', 1, '{{-1,0}}', 'pooled')$$),
($$INSERT INTO rule (rule_set, criterion, measure, unknown_counts_as, not_approved_counts, comparator, threshold_kind, threshold, data_offsets, averaging) VALUES ('none', 'c', 'convicted', 'not', false, '>', 'absolute', 1, '{}', 'pooled')$$),
($$INSERT INTO rule (rule_set, criterion, measure, unknown_counts_as, not_approved_counts, comparator, threshold_kind, threshold, data_offsets, averaging) VALUES ('none', 'c', 'convicted', 'not', false, '>', 'absolute', 1, '{0}', 'pooled')$$),
($$INSERT INTO rule_set (rule_set, title, kind, first_list_year) VALUES ('', 'T', 'list', 2020)$$);
DO $$
DECLARE
	a record;
	message text; detail text;
BEGIN
	FOR a IN SELECT * FROM attempt ORDER BY n LOOP
		BEGIN
			EXECUTE a.statement;
			RAISE WARNING 'was not refused: %', a.statement;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
			RAISE WARNING '% % | %', SQLSTATE, message, regexp_replace(detail, CURRENT_DATE::text, '<today>');
		END;
	END LOOP;
END $$;
RESET search_path;
DROP SCHEMA regtest, regtest_published CASCADE;
DROP OWNED BY regtest_reader;
DROP ROLE regtest_reader;
