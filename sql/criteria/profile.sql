SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA profile_test;
SET search_path = profile_test, monitor, public;
\pset null (null)

\set SHOW_CONTEXT never

-- The counts that are not 0, in order of storage, and how many are missing.
CREATE FUNCTION counts(p profile) RETURNS text LANGUAGE sql IMMUTABLE STRICT
RETURN (SELECT coalesce(string_agg(key || ' ' || value, ', ') FILTER (WHERE value::numeric <> 0), 'all 0')
		|| coalesce('; missing ' || nullif(count(*) FILTER (WHERE value IS NULL), 0), '')
	FROM json_each_text(p::json));

-- Persons of each age at the edges of the age groups.
SELECT age, counts(profile(age, 0.25, true, 0, 200000, false, true))
FROM unnest(ARRAY[0, 14, 15, 17, 18, 29, 30, 59, 60, 64, 65, 130, NULL]) AS age
GROUP BY age ORDER BY age;
-- Each value unknown, and the three educations.
SELECT counts(profile(40, NULL, NULL, NULL, NULL, NULL, NULL));
SELECT counts(profile(40, 0, false, 1, NULL, false, false));
SELECT counts(profile(40, 0, false, 1, NULL, true, false));
SELECT counts(profile(40, 0, false, 1, 100, NULL, false));
SELECT counts(profile(40, 0, false, 2, 100, true, false));
SELECT counts(profile(NULL, 0, true, 0, 100, false, true));
-- A row is a resident; no row is nobody, a count that is known.
SELECT counts(profile(NULL, NULL, NULL, NULL, NULL, NULL, NULL));
SELECT profile(1, 1, true, 1, 1, true, true) FILTER (WHERE false);
SELECT counts(profile(age, 0, false, 1, 1, false, false)) FROM generate_series(1, 0) AS age;
SELECT area, residents(profile(age, 0, false, 1, 1, false, false) FILTER (WHERE age IS NOT NULL))
FROM (VALUES (1, 20), (1, 30), (2, NULL)) AS resident (area, age) GROUP BY area ORDER BY area;

-- Fractions to the nearest 1/10,000 and money to the nearest 1/100, ties to even.
SELECT x, outside_labour(profile(20, x, false, 1, NULL, true, false))
FROM unnest('{0,-0,0.00004,0.00005,0.00006,0.00015,0.25,0.33333333,0.99994,0.99996,1,5e-324}'::float8[])
	WITH ORDINALITY AS t (x, i) GROUP BY x, i ORDER BY i;
SELECT x, income_total(profile(20, 0, false, 1, x, false, false))
FROM unnest('{0,0.004,0.125,0.375,-0.125,123456.789,-5000.5,9999999999999.99,1e13,-1e13}'::float8[])
	WITH ORDINALITY AS t (x, i) GROUP BY x, i ORDER BY i;
-- Values no person has, also where the age makes no use of them.
SELECT profile(-1, 0, false, 1, 1, false, false);
SELECT profile(131, 0, false, 1, 1, false, false);
SELECT profile(2147483647, NULL, false, 1, 1, false, false);
SELECT profile(5, 1.0001, false, 1, 1, false, false);
SELECT profile(5, -0.0001, NULL, 1, 1, false, false);
SELECT profile(5, 'NaN', false, 1, 1, false, false);
SELECT profile(NULL, 'Infinity', false, 1, 1, false, false);
SELECT profile(5, 0, false, 3, 1, false, false);
SELECT profile(5, 0, false, -1, 1, false, NULL);
SELECT profile(5, 0, false, 1, 'NaN', true, false);
SELECT profile(5, 0, false, 1, '-Infinity', true, NULL);
SELECT profile(5, 0, false, 1, 1.0001e13, true, false);
-- Too much money for the sum.
SELECT income_total(profile(40, 0, false, 1, 1e13, false, false)) FROM generate_series(1, 9223);
SELECT income_total(profile(40, 0, false, 1, 1e13, false, false)) FROM generate_series(1, 9224);

-- From counts: what is not given is missing.
SELECT counts(profile_from_counts());
SELECT profile_from_counts(residents => 1200, non_western => 30);
SELECT counts(profile_from_counts(1200, 900, 700, 123.4567, 12, 400, 100, 20, 30, 690, -1234567.89, 300));
SELECT counts(profile_from_counts(1200, 900, 700, 123.4567, 12, 400, 100, 20, 30, 690, 1e9, 300, 0, 1, 2, 3, 4, 5));
SELECT outside_labour(profile_from_counts(outside_labour => 0.00005)),
	outside_labour(profile_from_counts(outside_labour => 0.1::float8::numeric)),
	income_total(profile_from_counts(income_total => 0.005));
SELECT counts(profile_from_counts(residents => 9223372036854775807,
	income_total => -92233720368547758.08, outside_labour => 922337203685477.5807));
SELECT profile_from_counts(residents => -1);
SELECT profile_from_counts(outside_labour => -0.5);
SELECT profile_from_counts(outside_labour => 'NaN');
SELECT profile_from_counts(income_total => '-Infinity');
SELECT profile_from_counts(income_total => 92233720368547758.08);
SELECT profile_from_counts(outside_labour => 1e100);
SELECT profile_from_counts(residents => 10, adults => 11);
SELECT profile_from_counts(residents => 10, adults => 10, unknown_age => 1);
SELECT profile_from_counts(residents => 10, non_western => 11);
SELECT profile_from_counts(residents => 10, non_western => 6, unknown_origin => 5);
SELECT profile_from_counts(residents => 10, taxpayers => 11);
SELECT profile_from_counts(adults => 10, working_age => 11);
SELECT profile_from_counts(adults => 10, convicted => 11);
SELECT profile_from_counts(working_age => 10, outside_labour => 10.0001);
SELECT profile_from_counts(working_age => 10, outside_labour => 9.5, unknown_labour => 1);
SELECT profile_from_counts(working_age => 10, aged_30_59 => 11);
SELECT profile_from_counts(aged_30_59 => 10, basic_education => 5, not_approved_education => 5, unknown_education => 1);
SELECT profile_from_counts(aged_30_59 => 10, unknown_education => 11);
SELECT profile_from_counts(taxpayers => 0, income_total => 0.01);
-- Where the group itself is missing, the next larger one is the limit.
SELECT profile_from_counts(residents => 10, outside_labour => 10.5);
SELECT profile_from_counts(adults => 10, basic_education => 11);
SELECT profile_from_counts(residents => 10, convicted => 11);
SELECT counts(profile_from_counts(residents => 10, adults => 10, working_age => 10, outside_labour => 10,
	convicted => 10, aged_30_59 => 10, basic_education => 10, taxpayers => 10, non_western => 10));

-- Sums and differences.
CREATE TABLE area (id int, p profile);
INSERT INTO area
SELECT id, profile(age, 0.5, age % 7 = 0, age % 3, 1000.01 * age, age < 25, age % 4 = id)
FROM generate_series(1, 3) AS id, generate_series(0, 90) AS age WHERE age % 4 <= id GROUP BY id;
INSERT INTO area VALUES (4, profile_from_counts(residents => 100, adults => 80)), (5, NULL);
SELECT id, counts(p) FROM area ORDER BY id;
SELECT counts(rollup(p)) FROM area WHERE id <= 3;
SELECT counts(rollup(p)) FROM area;
SELECT rollup(p) FROM area WHERE id = 5;
SELECT rollup(p) FROM area WHERE false;
SELECT (SELECT rollup(p) FROM area WHERE id IN (1, 2)) = (SELECT a.p + b.p FROM area AS a, area AS b WHERE a.id = 1 AND b.id = 2) AS same;
SELECT counts(city - area.p) FROM area, (SELECT rollup(p) FROM area WHERE id <= 3) AS c (city) WHERE id = 2;
SELECT counts(a.p + b.p), counts(a.p - b.p) FROM area AS a, area AS b WHERE a.id = 4 AND b.id = 3;
SELECT p + NULL, NULL - p FROM area WHERE id = 1;
SELECT b.p - a.p FROM area AS a, area AS b WHERE a.id = 4 AND b.id = 3;
SELECT profile(1, 0, false, 1, 1, false, false) - profile(40, 0, false, 1, 1, false, false);
-- No count goes below 0, but half a person outside would be left over of nobody.
SELECT (profile(20, 0.5, false, 1, 1, true, false) - profile(20, 0, false, 1, 1, true, false));
SELECT counts(profile(40, 0, false, 1, 0, false, false) - profile(40, 0, false, 1, 0, false, false));
SELECT profile(40, 0, false, 1, 5, false, false) - profile(40, 0, false, 1, 7, false, false);
SELECT profile_from_counts(9223372036854775807) + profile_from_counts(1);
SELECT profile_from_counts(income_total => 92233720368547758.07) + profile_from_counts(income_total => 0.01);
SELECT profile_from_counts(income_total => -92233720368547758.08) - profile_from_counts(income_total => 0.01);
SELECT rollup(p) FROM (VALUES (profile_from_counts(9223372036854775807)), (profile_from_counts(1))) AS v (p);

-- One count by name, shares and mean.
SELECT residents(p), unknown_age(p), adults(p), working_age(p), outside_labour(p), unknown_labour(p),
	convicted(p), unknown_conviction(p), aged_30_59(p), basic_education(p), not_approved_education(p),
	unknown_education(p), taxpayers(p), income_total(p), unknown_income(p), unknown_in_education(p),
	non_western(p), unknown_origin(p) FROM area WHERE id IN (3, 4, 5) ORDER BY id \gx
SELECT share_outside_labour(p), share_convicted(p), share_basic_education(p), share_non_western(p), mean_income(p)
FROM (VALUES (1, profile_from_counts(1000, 800, 640, 200.5, 12, 300, 100, 5, 5, 500, 123456789.5, 250)),
	(2, profile_from_counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
	(3, profile_from_counts(residents => 10, non_western => 3))) AS v (id, p) ORDER BY id;

-- Text, lossless and strict.
SELECT p FROM area WHERE id = 1;
SELECT p FROM area WHERE id = 4;
SELECT p = p::text::profile AS same FROM area ORDER BY id;
SELECT ' { "unknown_origin":0,"residents" : 1e1 ' || substr(profile(NULL, 0, false, 1, 1, false, false) FILTER (WHERE false)::text, 16)
	AS text \gset
SELECT counts(:'text'::profile);
CREATE FUNCTION changed(pattern text, replacement text) RETURNS profile LANGUAGE sql IMMUTABLE
RETURN regexp_replace((profile_from_counts(10, 10, 10, 5, 1, 5, 1, 1, 1, 5, 500, 3, 0, 0, 0, 0, 0, 0))::text,
	pattern, replacement)::profile;
SELECT changed('10', '9');
SELECT changed('"residents": 10, ', '');
SELECT changed('"residents"', '"Residents"');
SELECT changed('^\{', '{"heads": 1, ');
SELECT changed('^\{', '{"residents": 10, ');
SELECT changed('^\{', '{"residents": {"a": ":"}, ');
SELECT changed(': 10', ': "10"');
SELECT changed(': 10', ': true');
SELECT changed(': 10', ': [10]');
SELECT changed(': 10', ': 10.5');
SELECT changed(': 10', ': 9223372036854775808');
SELECT changed(': 10', ': -10');
SELECT changed('5.0000', '5.00001');
SELECT changed('500.00', '500.001');
SELECT counts(changed('500.00', '-5e2'));
\set VERBOSITY sqlstate
SELECT changed('\}', '');
SELECT ''::profile;
\set VERBOSITY default
SELECT '[]'::profile;
SELECT '7'::profile;
SELECT 'null'::profile;
SELECT '{}'::profile;

-- JSON keeps the digits.
SELECT p::jsonb -> 'outside_labour' AS outside, p::jsonb -> 'income_total' AS income, p::jsonb -> 'convicted' AS convicted,
	json_typeof(p::json), jsonb_typeof(to_jsonb(p)) FROM area WHERE id IN (3, 4) ORDER BY id;
SELECT row_to_json(area) -> 'p' ->> 'residents' AS residents FROM area ORDER BY id;
CREATE TABLE document (j jsonb);
INSERT INTO document SELECT p FROM area WHERE id = 1;
SELECT j ->> 'residents' AS residents FROM document;

-- Grouping, sorting, joining, indexing.
INSERT INTO area SELECT id + 10, p FROM area;
SELECT count(*), count(DISTINCT p) FROM area;
SELECT array_agg(id ORDER BY id) FROM area GROUP BY p ORDER BY 1;
SELECT id FROM area ORDER BY p, id;
SELECT count(*) FROM (SELECT p FROM area EXCEPT SELECT p FROM area WHERE id > 2) AS rest;
SET enable_hashjoin = off; SET enable_nestloop = off;
SELECT a.id, b.id FROM area AS a JOIN area AS b ON a.p = b.p WHERE a.id < b.id ORDER BY 1;
RESET enable_hashjoin;
SET enable_mergejoin = off;
SELECT a.id, b.id FROM area AS a JOIN area AS b ON a.p = b.p WHERE a.id < b.id ORDER BY 1;
RESET ALL;
SET client_min_messages = warning;
SET search_path = profile_test, monitor, public;
SELECT a.id, b.id, a.p < b.p AS lt, a.p <= b.p AS le, a.p = b.p AS eq, a.p <> b.p AS ne, a.p >= b.p AS ge, a.p > b.p AS gt
FROM area AS a, area AS b WHERE a.id IN (1, 4) AND b.id IN (1, 4, 11) ORDER BY 1, 2;
-- Missing is not zero.
SELECT profile_from_counts(residents => 0) = profile_from_counts(residents => 0, adults => 0) AS same;
CREATE UNIQUE INDEX area_p ON area (p) WHERE id < 10;
SET enable_seqscan = off;
SELECT id FROM area WHERE p = (SELECT p FROM area WHERE id = 12) AND id < 10;
RESET enable_seqscan;
INSERT INTO area SELECT 6, p FROM area WHERE id = 3;
CREATE TABLE hashed (p profile) PARTITION BY HASH (p);
CREATE TABLE hashed0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT profile_from_counts(i) FROM generate_series(1, 100) AS i;
SELECT count(*) FROM hashed WHERE p = profile_from_counts(42);

-- Windows: sums over frames that move, with counts missing in one row.
CREATE TABLE yearly AS SELECT data_year, CASE data_year WHEN 2015 THEN profile_from_counts(residents => 7)
	ELSE profile(data_year - 1980, 0.5, false, 1, 100, false, true) END AS p
FROM generate_series(2010, 2020) AS data_year GROUP BY data_year;
INSERT INTO yearly VALUES (2021, NULL);
SELECT data_year, residents(rollup(p) OVER w), adults(rollup(p) OVER w), outside_labour(rollup(p) OVER w), income_total(rollup(p) OVER w)
FROM yearly WINDOW w AS (ORDER BY data_year ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) ORDER BY data_year;
SELECT data_year, residents(s), adults(s) FROM (SELECT data_year, rollup(p) OVER (ORDER BY data_year) AS s FROM yearly) AS running ORDER BY data_year;
SELECT age, residents(s), adults(s), income_total(s) FROM (SELECT age, profile(age, 0, NULL, 1, 10, false, true) OVER (ORDER BY age) AS s
	FROM generate_series(16, 20) AS age) AS running ORDER BY age;
SELECT profile(131, 0, NULL, 1, 10, false, true) OVER ();
SELECT age, residents(s), adults(s) FROM (SELECT age, profile(age, 0, NULL, 1, 10, false, true)
	OVER (ORDER BY age ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM generate_series(16, 20) AS age) AS moving ORDER BY age;

-- The transitions called by hand change no argument and add to a missing count nothing.
SELECT counts(p), counts(profile_accum(p, 40, 1, true, 0, 100, false, true)), counts(rollup_accum(p, p)), counts(rollup_remove(p, p)), counts(p)
FROM area WHERE id = 1;
SELECT counts(profile_accum(p, 40, 1, true, 0, 100, false, true)) FROM area WHERE id = 4;
SELECT profile_accum(NULL, 40, 1, true, 0, 100, false, true);
SELECT profile_accum(p, 400, 1, true, 0, 100, false, true) FROM area WHERE id = 1;
SELECT rollup_remove(p, p) FROM area WHERE id = 4;
-- In an aggregate of somebody else's without a first state.
CREATE AGGREGATE stateless(int, float8, bool, int, float8, bool, bool) (SFUNC = profile_accum, STYPE = profile);
SELECT stateless(40, 1, true, 0, 100, false, true);

-- Compressed values.
CREATE TABLE wide (id int, filler text, p profile);
ALTER TABLE wide ALTER COLUMN filler SET STORAGE PLAIN;
INSERT INTO wide SELECT id, repeat('x', 5000), p FROM area WHERE id < 5;
SELECT bool_and(pg_column_size(p) < 168) AS compressed, counts(rollup(p)) FROM wide;
SELECT (SELECT rollup(p) FROM wide WHERE id = 2) = (SELECT p FROM area WHERE id = 2) AS same;
SELECT count(DISTINCT p), count(*) FROM (SELECT p FROM wide UNION ALL SELECT p FROM area WHERE id < 5) AS u;
SELECT id FROM wide ORDER BY p;
-- An aggregate of somebody else's whose state comes compressed out of a table.
CREATE FUNCTION stored(state profile, int, float8, bool, int, float8, bool, bool) RETURNS profile LANGUAGE sql
AS 'SELECT p FROM profile_test.wide WHERE id = 1';
CREATE AGGREGATE odd(int, float8, bool, int, float8, bool, bool) (SFUNC = stored, STYPE = profile,
	FINALFUNC = profile_accum, FINALFUNC_EXTRA);
SELECT counts(odd(40, 1, true, 0, 100, false, true));

-- Aggregates of somebody else's that begin with missing counts, or with as many residents as can be.
SELECT profile_from_counts(residents => 5, outside_labour => NULL) AS missing,
	profile_from_counts(9223372036854775806, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) AS full \gset
CREATE AGGREGATE from_missing(int, float8, bool, int, float8, bool, bool) (SFUNC = profile_accum, STYPE = profile, INITCOND = :'missing');
CREATE AGGREGATE from_full(int, float8, bool, int, float8, bool, bool) (SFUNC = profile_accum, STYPE = profile, INITCOND = :'full');
SELECT counts(from_missing(40, 1, true, 0, 100, false, true)), from_missing(40, 1, true, 0, 100, false, true)
	= profile_from_counts(residents => 6) AS same FROM generate_series(1, 1);
SELECT residents(from_full(40, 1, true, 0, 100, false, true)) FROM generate_series(1, 1);
SELECT residents(from_full(40, 1, true, 0, 100, false, true)) FROM generate_series(1, 2);

-- Stored bytes: a newer version is told from damage.
CREATE FUNCTION raw(bytes bytea, nothing bytea DEFAULT '') RETURNS profile LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
CREATE FUNCTION bytes(value profile, nothing bytea DEFAULT '') RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'byteacat';
SELECT residents(raw(bytes(profile_from_counts(residents => 6))));
SELECT raw(set_byte(bytes(profile_from_counts(residents => 6)), 0, 2));
\echo :LAST_ERROR_SQLSTATE
SELECT raw(set_byte(bytes(profile_from_counts(residents => 6)), 0, 0));
\echo :LAST_ERROR_SQLSTATE
SELECT raw(bytes(profile_from_counts(residents => 6)) || '\x00');
\echo :LAST_ERROR_SQLSTATE
SELECT raw('');
\echo :LAST_ERROR_SQLSTATE

SET client_min_messages = error;
DROP SCHEMA profile_test CASCADE;
