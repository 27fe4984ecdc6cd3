-- What makes no sense is refused, with SQLSTATE and hint.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
SET search_path = monitor, public;
\a
\set VERBOSITY verbose
\set SHOW_CONTEXT never
CREATE SCHEMA bad;
-- Message, SQLSTATE and hint of an error.
CREATE FUNCTION bad.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text;
	message text;
	hint text;
BEGIN
	EXECUTE statement;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN format(E'%s %s\n    %s', state, message, hint);
END $$;
CREATE FUNCTION bad.rule(field text, value text) RETURNS rule LANGUAGE sql
RETURN (SELECT jsonb_populate_record(r, jsonb_build_object(field, value)) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'outside_labour');
CREATE FUNCTION bad.status(field text, value text) RETURNS status_rule LANGUAGE sql
RETURN (SELECT jsonb_populate_record(r, CASE WHEN value LIKE '[%' THEN jsonb_build_object(field, value::jsonb) ELSE jsonb_build_object(field, value) END)
	FROM status_rule AS r WHERE rule_set = '2018' AND status = 'udsat');

SELECT call, bad.try('SELECT * FROM ' || call) FROM unnest(ARRAY[
	$$criteria('2017', 2019, '{}', NULL, NULL, NULL)$$,
	$$criteria(NULL::text, 2019, '{}', NULL, NULL, NULL)$$,
	$$criteria(NULL::rule[], 2019, '{}', NULL, NULL, NULL)$$,
	$$criteria('2018', NULL, '{}', NULL, NULL, NULL)$$,
	$$criteria('2018', 0, '{}', NULL, NULL, NULL)$$,
	$$criteria('2018', 10000, '{}', NULL, NULL, NULL)$$,
	$$criteria('2018', 2019, NULL, NULL, NULL, NULL)$$,
	$$criteria('2018', 2019, '{2018,NULL}', NULL, NULL, NULL)$$,
	$$criteria('2018', 2019, '{2018,2018}', NULL, NULL, NULL)$$,
	$$criteria('2018', 2019, '{{2018},{2019}}', NULL, NULL, NULL)$$,
	$$criteria('2018', 2019, '{2018,2019}', ARRAY[profile_from_counts()], NULL, NULL)$$,
	$$criteria('2018', 2019, '{2018}', '{}', NULL, NULL)$$,
	$$criteria('2018', 2019, '{2018}', NULL, ARRAY[profile_from_counts(), NULL], NULL)$$,
	$$criteria('2018', 2019, '{2018}', NULL, NULL, '{}')$$,
	$$criteria('2018', 2019, '{-2147483648,2147483647}', NULL, NULL, NULL)$$,
	$$criteria(ARRAY[NULL::rule], 2019, '{}', NULL, NULL, NULL)$$,
	$$criteria(rules('2018') || rules('2021'), 2019, '{}', NULL, NULL, NULL)$$,
	$$rules('2022')$$,
	$$status_rules('forebyggelse')$$]) AS call;

SELECT field, value, bad.try(format('SELECT * FROM criteria(ARRAY[bad.rule(%L, %L)], 2019, %L, NULL, NULL, NULL)', field, value, '{}'))
FROM (VALUES ('criterion', NULL), ('measure', NULL), ('measure', 'crime'), ('unknown_counts_as', 'maybe'), ('unknown_counts_as', NULL),
	('not_approved_counts', NULL), ('comparator', '=>'), ('comparator', '='), ('threshold_kind', 'local'), ('threshold', NULL), ('threshold', 'NaN'),
	('threshold', 'Infinity'), ('threshold', '-1'), ('threshold', '1e30'), ('threshold', '1e-101'), ('threshold', '1e-100'), ('averaging', 'median'),
	('threshold_kind', 'regional'), ('source', NULL), ('rule_set', NULL)) AS v(field, value);
SELECT kind, measure, bad.try(format('SELECT * FROM criteria(ARRAY[ROW(NULL, %L, %L, %L, false, %L, %L, 1, %L, %L, NULL)::rule], 2019, %L, NULL, NULL, NULL)',
	't', measure, 'not', '>', kind, '{0}', 'pooled', '{}'))
FROM (VALUES ('low_income', 'absolute'), ('low_income', 'national'), ('residents', 'national'), ('family_housing', 'national')) AS v(measure, kind);
SELECT offsets, bad.try(format('SELECT * FROM criteria(ARRAY[ROW(NULL, %L, %L, %L, false, %L, %L, 1, %L, %L, NULL)::rule], 2019, %L, NULL, NULL, NULL)',
	't', 'convicted', 'not', '>', 'absolute', offsets, 'pooled', '{}'))
FROM unnest(ARRAY['{}', '{NULL}', '{-1,-1}', '{{-1},{-2}}', '{1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21}', '{-2147483648,2147483647}']) AS offsets;

SELECT call, bad.try('SELECT ' || call) FROM unnest(ARRAY[
	$$criterion_from_bounds(NULL, 1, 2)$$,
	$$criterion_from_bounds((rules('2018'))[2], 'NaN', 2)$$,
	$$criterion_from_bounds((rules('2018'))[2], 1, 'Infinity')$$,
	$$criterion_from_bounds((rules('2018'))[2], 1, 2, '-Infinity', 3)$$,
	$$criterion_from_bounds((rules('2018'))[2], 2, 1)$$,
	$$criterion_from_bounds((rules('2018'))[2], 1, 2, 41, 40)$$,
	$$printed_bounds('NaN', 1)$$,
	$$printed_bounds(40.12, 1)$$,
	$$printed_bounds(40, -1)$$,
	$$printed_bounds(40, 21)$$,
	$$development_share(-1, 3, 0, 0)$$,
	$$development_share(4, 3, 0, 0)$$,
	$$development_share(1, 3, -1, 0)$$,
	$$development_share(1, 3, 0, -1)$$,
	$$development_share(1, 3, 0, 'NaN')$$,
	$$development_plan(1, 3, 0, 'Infinity')$$,
	$$development_plan(NULL::rule, 1, 3, 0, 0)$$,
	$$development_plan((rules('2018'))[2], 1, 3, 0, 0)$$]) AS call;

SELECT field, value, bad.try(format('SELECT statuses(ARRAY[bad.status(%L, %L)], 2019, NULL)', field, value))
FROM (VALUES ('status', NULL), ('rank', NULL), ('needed', NULL), ('needed', '5'), ('needed', '-1'), ('base_status', 'ghetto'), ('base_status', 'udsat'),
	('years_in_row', '5'), ('required', '["a", null]'), ('required', '["a", "a"]'), ('criteria', '[]'), ('source', NULL)) AS v(field, value);
SELECT call, bad.try('SELECT ' || call) FROM unnest(ARRAY[
	$$statuses(NULL::status_rule[], 2019, NULL)$$,
	$$statuses(NULL::text, 2019, NULL)$$,
	$$statuses('2019', 2019, NULL)$$,
	$$statuses('2018', NULL, NULL)$$,
	$$statuses('2018', 2019, NULL, -1)$$,
	$$status_results('2018', 2019, NULL, 3, 2)$$,
	$$statuses('2018', 2019, ARRAY[NULL::criterion_result])$$,
	$$statuses('2018', 2019, array_fill(criterion_from_bounds((rules('2018'))[2], 1, 2), '{2}'))$$,
	$$status_margin('2018', 2019, NULL, 'parallelsamfund')$$,
	$$status_margin('2018', 2019, NULL, NULL)$$,
	$$statuses(ARRAY[ROW('o', 'a', 1, '{}', '{}', 0, 'b', NULL, true, true, NULL)::status_rule, ROW('o', 'b', 1, '{}', '{}', 0, 'a', NULL, true, true, NULL)::status_rule], 2019, NULL)$$,
	$$statuses(ARRAY[NULL::status_rule], 2019, NULL)$$,
	$$statuses(status_rules('2018') || status_rules('2018'), 2019, NULL)$$,
	$$statuses(ARRAY[ROW('o', 'a', 1, '{}', '{}', 0, NULL, NULL, true, true, NULL)::status_rule], 2019, NULL)$$]) AS call;
-- A status may rest on 16 criteria, not more.
SELECT n, bad.try(format($$SELECT status_margin(ARRAY[ROW('o', 's', 1, ARRAY(SELECT 'c' || i FROM generate_series(1, %1$s) AS i), '{}', 0, NULL, NULL, true, true,
	NULL)::status_rule], 2019, ARRAY(SELECT ROW('c' || i, NULL, NULL, NULL, true, NULL, i, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
	NULL)::criterion_result FROM generate_series(1, %1$s) AS i), 's')$$, n)) FROM unnest(ARRAY[16, 17]) AS n;

SELECT call, bad.try('SELECT streak(' || call || ') OVER () FROM (VALUES (true, 2018), (NULL, 2019)) AS v(listed, list_year)') FROM unnest(ARRAY[
	'listed, NULL', 'listed, 2018', 'listed, list_year - 2018', 'listed, list_year + 2147480000', 'NULL, list_year']) AS call;

-- Rows of another version of the SQL objects.
CREATE TYPE bad.short AS (low numeric);
CREATE TYPE bad.long AS (at_least int, at_most int, more int);
CREATE FUNCTION bad.printed_bounds(numeric, int) RETURNS bad.short AS '$libdir/monitor', 'monitor_printed_bounds' LANGUAGE C STRICT;
CREATE FUNCTION bad.streak(bool, int) RETURNS bad.long AS '$libdir/monitor', 'monitor_streak' LANGUAGE C WINDOW;
CREATE FUNCTION bad.criteria(rule[], int, int[], profile[], profile[], profile[]) RETURNS SETOF bad.short AS '$libdir/monitor', 'monitor_criteria' LANGUAGE C;
CREATE FUNCTION bad.statuses(bad.short[], int, criterion_result[], int) RETURNS text[] AS '$libdir/monitor', 'monitor_statuses' LANGUAGE C;
CREATE FUNCTION bad.read_only() RETURNS bad.short AS '$libdir/monitor', 'monitor_read_only' LANGUAGE C;
SELECT call, bad.try('SELECT ' || call) FROM unnest(ARRAY[
	'bad.printed_bounds(1, 1)', 'bad.streak(true, 2020) OVER ()', $$bad.criteria('{}', 2020, '{}', NULL, NULL, NULL)$$,
	$$bad.statuses(ARRAY[ROW(1)::bad.short], 2020, NULL, NULL)$$, 'bad.read_only()']) AS call;

-- A chain of base statuses is followed no deeper than the stack is.
CREATE FUNCTION bad.chain(length int) RETURNS status_rule[] LANGUAGE sql
RETURN (SELECT array_agg(ROW('o', 's' || i, i, '{}', CASE WHEN i = 1 THEN '{a}' ELSE '{}' END::text[], (i = 1)::int, 's' || nullif(i - 1, 0), nullif(i, 1) / i,
	true, true, NULL)::status_rule) FROM generate_series(1, length) AS i);
SET max_stack_depth = '200kB';
SELECT length, bad.try(format('SELECT statuses(bad.chain(%s), 2020, NULL)', length)) FROM unnest(ARRAY[10, 5000]) AS length;
RESET max_stack_depth;

-- Arguments that take half a minute to read can be cancelled while they are read.
CREATE TABLE bad.long_arguments AS SELECT
	(SELECT array_agg(i) FROM generate_series(1, 300000) AS i) AS years,
	(SELECT array_agg(ROW('c' || 100000 + i, NULL, NULL, NULL, true, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::criterion_result)
		FROM generate_series(1, 90000) AS i) AS results,
	ARRAY[ROW('o', 's', 1, (SELECT array_agg('c' || 100000 + i) FROM generate_series(1, 90000) AS i), '{}', 0, NULL, NULL, true, true, NULL)::status_rule] AS names;
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '100ms';
SELECT count(*) FROM bad.long_arguments AS l, criteria('2021', 2021, l.years, NULL, NULL, NULL);
SELECT statuses('2021', 2021, l.results) FROM bad.long_arguments AS l;
SELECT statuses(l.names, 2021, NULL) FROM bad.long_arguments AS l;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '4 s' AS cancelled_soon;
DROP SCHEMA bad CASCADE;
