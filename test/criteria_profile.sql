BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA profile_test;
SET search_path = profile_test, monitor, public;
SELECT plan(40);

-- Every pattern of NULLs (bits of pattern) at every age, twice with other values.
CREATE TABLE person AS
SELECT pattern % 7 + 1 AS area, pattern,
	CASE WHEN pattern & 1 = 0 THEN years END AS age,
	CASE WHEN pattern & 2 = 0 THEN (h & 16383) / 16383.0::float8 END AS outside_labour,
	CASE WHEN pattern & 4 = 0 THEN h >> 14 & 3 = 0 END AS convicted,
	CASE WHEN pattern & 8 = 0 THEN (h >> 16 & 255)::int % 3 END AS education,
	CASE WHEN pattern & 16 = 0 THEN ((h >> 24) % 100000000) / 97.0::float8 - 10000 END AS gross_income,
	CASE WHEN pattern & 32 = 0 THEN h >> 18 & 3 = 0 END AS in_education,
	CASE WHEN pattern & 64 = 0 THEN h >> 20 & 1 = 0 END AS non_western
FROM generate_series(0, 127) AS pattern, generate_series(0, 130) AS years, generate_series(1, 2) AS again,
	LATERAL (SELECT hashint8extended(pattern * 1000 + years, again) & 9223372036854775807 AS h) AS hash;
CREATE TABLE area AS
SELECT area, profile(age, outside_labour, convicted, education, gross_income, in_education, non_western) AS p
FROM person GROUP BY area;

-- The same by FILTER, rounded as the aggregate says.
CREATE VIEW by_filter AS
SELECT area,
	count(*) AS residents,
	count(*) FILTER (WHERE age IS NULL) AS unknown_age,
	count(*) FILTER (WHERE age >= 18) AS adults,
	count(*) FILTER (WHERE age BETWEEN 18 AND 64) AS working_age,
	coalesce(sum(round(outside_labour * 10000)::bigint) FILTER (WHERE age BETWEEN 18 AND 64), 0) / 10000 AS outside_labour,
	count(*) FILTER (WHERE age BETWEEN 18 AND 64 AND outside_labour IS NULL) AS unknown_labour,
	count(*) FILTER (WHERE age >= 18 AND convicted) AS convicted,
	count(*) FILTER (WHERE age >= 18 AND convicted IS NULL) AS unknown_conviction,
	count(*) FILTER (WHERE age BETWEEN 30 AND 59) AS aged_30_59,
	count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education = 0) AS basic_education,
	count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education = 2) AS not_approved_education,
	count(*) FILTER (WHERE age BETWEEN 30 AND 59 AND education IS NULL) AS unknown_education,
	count(*) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education AND gross_income IS NOT NULL) AS taxpayers,
	coalesce(sum(round(gross_income * 100)::bigint) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education), 0) / 100 AS income_total,
	count(*) FILTER (WHERE age BETWEEN 15 AND 64 AND NOT in_education AND gross_income IS NULL) AS unknown_income,
	count(*) FILTER (WHERE age BETWEEN 15 AND 64 AND in_education IS NULL) AS unknown_in_education,
	count(*) FILTER (WHERE non_western) AS non_western,
	count(*) FILTER (WHERE non_western IS NULL) AS unknown_origin
FROM person GROUP BY area;
CREATE VIEW by_accessor AS
SELECT area, residents(p), unknown_age(p), adults(p), working_age(p), outside_labour(p), unknown_labour(p),
	convicted(p), unknown_conviction(p), aged_30_59(p), basic_education(p), not_approved_education(p),
	unknown_education(p), taxpayers(p), income_total(p), unknown_income(p), unknown_in_education(p),
	non_western(p), unknown_origin(p)
FROM area;

SELECT is(count(*)::int, 33536, 'every pattern of NULLs at every age') FROM person;
SELECT results_eq('SELECT * FROM by_accessor ORDER BY area', 'SELECT * FROM by_filter ORDER BY area',
	'the aggregate counts as FILTER does');
SELECT ok(min(least(unknown_age, unknown_labour, unknown_conviction, unknown_education, unknown_income,
	unknown_in_education, unknown_origin, convicted, basic_education, not_approved_education, non_western)) > 0,
	'and there was something to count everywhere') FROM by_filter;
SELECT results_eq(
	$$SELECT a.area, j.key, j.value::numeric FROM area AS a, jsonb_each_text(p::jsonb) AS j ORDER BY 1, 2$$,
	$$SELECT f.area, j.key, j.value::numeric FROM by_filter AS f, jsonb_each_text(to_jsonb(f) - 'area') AS j ORDER BY 1, 2$$,
	'jsonb has every count by name');
SELECT is((SELECT profile_send(profile(age, outside_labour, convicted, education, gross_income, in_education, non_western
		ORDER BY gross_income DESC)) FROM person),
	(SELECT profile_send(profile(age, outside_labour, convicted, education, gross_income, in_education, non_western
		ORDER BY convicted, hashint4(age))) FROM person), 'the order of the rows does not matter');

-- Parts and wholes.
SELECT ok((SELECT rollup(p) FROM area) =
	(SELECT profile(age, outside_labour, convicted, education, gross_income, in_education, non_western) FROM person),
	'the roll-up of the areas is the city');
SELECT ok(bool_and(c.city - a.p = rest.p), 'city - area is the rest of the city')
FROM area AS a, (SELECT rollup(p) FROM area) AS c (city),
	LATERAL (SELECT rollup(p) FROM area AS o WHERE o.area <> a.area) AS rest (p);
SELECT ok(bool_and((a.p + b.p) - b.p = a.p AND a.p + b.p = b.p + a.p), '(a + b) - b = a, and + commutes')
FROM area AS a, area AS b;
SELECT ok(bool_and((a.p + b.p) + c.p = a.p + (b.p + c.p)), '+ is associative') FROM area AS a, area AS b, area AS c;
SELECT ok(rollup(p) = (SELECT p FROM area WHERE area = 1), 'NULL is skipped')
FROM (SELECT p FROM area WHERE area = 1 UNION ALL SELECT NULL) AS one;

-- Each count missing in turn: missing in sums and differences, the others untouched.
CREATE TABLE gap AS
SELECT key, (SELECT jsonb_set(p::jsonb, ARRAY[key], 'null') FROM area WHERE area = 1)::text::profile AS p
FROM area, jsonb_object_keys(p::jsonb) AS key WHERE area = 1;
SELECT is(count(*)::int, 18, 'each count can be missing') FROM gap
WHERE p::jsonb = (SELECT jsonb_set(p::jsonb, ARRAY[key], 'null') FROM area WHERE area = 1);
SELECT ok(bool_and((g.p + a.p)::jsonb = jsonb_set((b.p + a.p)::jsonb, ARRAY[key], 'null')
	AND (a.p + g.p) = (g.p + a.p)
	AND ((a.p + b.p) - g.p)::jsonb = jsonb_set(a.p::jsonb, ARRAY[key], 'null')
	AND ((a.p + g.p) - b.p)::jsonb = jsonb_set(a.p::jsonb, ARRAY[key], 'null')),
	'what is missing in either is missing in the result')
FROM gap AS g, area AS a, area AS b WHERE a.area = 2 AND b.area = 1;
SELECT is(rollup(p)::jsonb, (SELECT jsonb_object_agg(key, NULL) FROM gap), 'all of them together miss everything') FROM gap;

-- Windows: moving frames, with a missing count now and then, as summed anew.
CREATE TABLE row_of AS SELECT row_number() OVER (ORDER BY area, kind) AS i, p
FROM (SELECT area, 1 AS kind, p FROM area UNION ALL SELECT area, 2, NULL FROM area
	UNION ALL SELECT area, 3, CASE WHEN area % 3 = 0 THEN profile_from_counts(residents => area) ELSE p END FROM area) AS mixed;
SELECT results_eq(
	'SELECT i, rollup(p) OVER (ORDER BY i ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) FROM row_of ORDER BY i',
	'SELECT i, (SELECT rollup(o.p) FROM row_of AS o WHERE o.i BETWEEN r.i - 2 AND r.i + 1) FROM row_of AS r ORDER BY i',
	'moving frames give the sums of their rows');
SELECT results_eq(
	$$SELECT DISTINCT area, profile(age, outside_labour, convicted, education, gross_income, in_education, non_western)
		OVER (PARTITION BY area) FROM person ORDER BY area$$,
	'SELECT area, p FROM area ORDER BY area', 'as a window function over a partition');

-- Text and bytes.
SELECT ok(bool_and(p::text::profile = p AND p::text::profile::text = p::text AND profile_send(p::text::profile) = profile_send(p)),
	'text and back is the same to the byte')
FROM (SELECT p FROM area UNION ALL SELECT p FROM gap UNION ALL SELECT rollup(p) FROM gap) AS every;
SELECT is(octet_length(profile_send(p)), 152, 'bytes sent: version, reserved, mask, 18 counts') FROM area WHERE area = 1;

-- One profile as a file of COPY BINARY.
SELECT current_setting('data_directory') || '/monitor_profile_test.bin' AS path \gset
CREATE TABLE received (p profile);
CREATE FUNCTION receive(bytes bytea, path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file oid = lo_from_bytea(0, '\x5047434f50590aff0d0a00'::bytea || '\x0000000000000000'::bytea || int2send(1::int2)
		|| int4send(octet_length(bytes)) || bytes || '\xffff'::bytea);
BEGIN
	PERFORM lo_export(file, path);
	PERFORM lo_unlink(file);
	DELETE FROM received;
	EXECUTE format('COPY received FROM %L (FORMAT binary)', path);
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE FUNCTION received_bytes(bytes bytea, path text) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	answer text = receive(bytes, path);
BEGIN
	RETURN CASE WHEN answer = 'accepted' THEN (SELECT profile_send(p) FROM received WHERE p::text::profile = p) END;
END $$;
SELECT is(received_bytes(profile_send(p), :'path'), profile_send(p), 'bytes and back are the same, area ' || area)
FROM area WHERE area IN (1, 2) ORDER BY area;
SELECT ok(bool_and(received_bytes(profile_send(p), :'path') = profile_send(p)), 'also with missing counts') FROM gap;
-- Whatever bit is flipped: refused as bad bytes, or a possible profile of exactly these bytes.
CREATE TABLE flipped AS
SELECT bit, flip, receive(flip, :'path') AS answer, received_bytes(flip, :'path') AS again
FROM generate_series(0, 152 * 8 - 1) AS bit,
	LATERAL (SELECT set_bit(profile_send(p), bit, 1 - get_bit(profile_send(p), bit)) FROM area WHERE area = 3) AS f (flip);
SELECT is(count(*)::int, 0, 'a flipped bit is refused as 22P03 or gives a possible profile')
FROM flipped WHERE answer NOT IN ('accepted', '22P03') OR (answer = 'accepted' AND again IS DISTINCT FROM flip);
SELECT ok(count(*) FILTER (WHERE answer = 'accepted') > 100 AND count(*) FILTER (WHERE answer = '22P03') > 500,
	'both happen') FROM flipped;
SELECT is(min(answer) FILTER (WHERE bit < 32) || max(answer) FILTER (WHERE bit < 32), '22P0322P03',
	'version and reserved bytes are checked') FROM flipped;
SELECT is(array_agg(DISTINCT receive(substr(profile_send(p), 1, length), :'path')), '{22P03}', 'truncated bytes are refused')
FROM area, generate_series(0, 151) AS length WHERE area = 3;
SELECT is(receive(profile_send(p) || '\x00'::bytea, :'path'), '22P03', 'bytes too many are refused') FROM area WHERE area = 3;
\set remove 'rm -f ' :path
COPY (SELECT WHERE false) TO PROGRAM :'remove';

-- Parallel plans, forced, give the same bytes.
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
ALTER TABLE person SET (parallel_workers = 2);
ANALYZE person;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text = '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		plan := plan || line || E'\n';
	END LOOP;
	RETURN plan;
END $$;
PREPARE grouped AS SELECT area, profile_send(profile(age, outside_labour, convicted, education, gross_income, in_education, non_western))
	FROM person GROUP BY area ORDER BY area;
SELECT matches(plan_of('EXECUTE grouped'), 'Gather.*Partial', 'a parallel plan is used');
CREATE TABLE grouped_parallel AS EXECUTE grouped;
SELECT results_eq('TABLE grouped_parallel', 'SELECT area, profile_send(p) FROM area ORDER BY area', 'and gives the same bytes');
CREATE TABLE many AS SELECT i % 5 AS grp, a.p FROM area AS a, generate_series(1, 2000) AS i;
ALTER TABLE many SET (parallel_workers = 2);
ANALYZE many;
PREPARE rolled AS SELECT grp, profile_send(rollup(p)) FROM many GROUP BY grp ORDER BY grp;
SELECT matches(plan_of('EXECUTE rolled'), 'Gather.*Partial', 'rollup is parallel too');
CREATE TABLE rolled_parallel AS EXECUTE rolled;
DEALLOCATE rolled;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT results_eq('SELECT grp, profile_send(rollup(p)) FROM many GROUP BY grp ORDER BY grp', 'TABLE rolled_parallel', 'with the same bytes');

-- Partitionwise: the states of the partitions are combined.
CREATE TABLE parted (LIKE person) PARTITION BY LIST (area);
CREATE TABLE parted1 PARTITION OF parted FOR VALUES IN (1, 2, 3);
CREATE TABLE parted2 PARTITION OF parted FOR VALUES IN (4, 5, 6, 7);
INSERT INTO parted SELECT * FROM person;
ANALYZE parted;
SET LOCAL enable_partitionwise_aggregate = on;
PREPARE by_pattern AS SELECT pattern, profile_send(profile(age, outside_labour, convicted, education, gross_income, in_education, non_western))
	FROM parted GROUP BY pattern ORDER BY pattern;
SELECT matches(plan_of('EXECUTE by_pattern'), 'Partial', 'partitions are aggregated each for itself');
SELECT results_eq('by_pattern', $$SELECT pattern, profile_send(profile(age, outside_labour, convicted, education, gross_income, in_education, non_western))
	FROM person GROUP BY pattern ORDER BY pattern$$, 'with the same bytes');

-- Impossible values: SQLSTATE and a hint.
CREATE FUNCTION state_and_hint(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
BEGIN
	EXECUTE query;
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || CASE WHEN hint <> '' THEN ' hint' ELSE '' END;
END $$;
CREATE TABLE expected (expression text, state text);
INSERT INTO expected VALUES
	('profile(-1, 0, true, 0, 0, true, true)', '22023 hint'),
	('profile(131, 0, true, 0, 0, true, true)', '22023 hint'),
	('profile(1, 2, true, 0, 0, true, true)', '22023 hint'),
	($$profile(1, 'NaN', true, 0, 0, true, true)$$, '22023 hint'),
	('profile(1, 0, true, 3, 0, true, true)', '22023 hint'),
	($$profile(1, 0, true, 0, 'Infinity', true, true)$$, '22023 hint'),
	($$profile(1, 0, true, 0, 'NaN', true, true)$$, '22023 hint'),
	('profile(20, 0, true, 0, 1e13, false, true) FROM generate_series(1, 10000)', '22003 hint'),
	('profile_from_counts(-1)', '22023 hint'),
	('profile_from_counts(1, 2)', '22023 hint'),
	($$profile_from_counts(income_total => 'NaN')$$, '22023 hint'),
	('profile_from_counts(1) - profile_from_counts(2)', '22003 hint'),
	('profile_from_counts(9223372036854775807) + profile_from_counts(1)', '22003'),
	($$'{"residents": 1}'::profile$$, '22P02 hint'),
	($$'{"residents": '::profile$$, '22P02'),
	('profile_from_counts(0)', 'accepted');
SELECT results_eq($$SELECT expression, state_and_hint('SELECT ' || expression) FROM expected ORDER BY 1$$,
	'SELECT * FROM expected ORDER BY 1', 'bad input has its SQLSTATE');

-- Signatures.
CREATE TABLE function_of AS
SELECT f.oid, f.proname, f.prokind, f.proisstrict, f.provolatile, f.proparallel
FROM pg_proc AS f JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e'
WHERE f.pronamespace = 'monitor'::regnamespace AND (f.proname ~ '^(profile|rollup_(accum|remove)$)' OR
	(f.pronargs = 1 AND f.proargtypes[0] = 'profile'::regtype));
SELECT is(string_agg(proname, ' ' ORDER BY proname), 'adults aged_30_59 basic_education convicted income_total mean_income '
	'non_western not_approved_education outside_labour profile profile_accum profile_cmp profile_eq profile_from_counts '
	'profile_ge profile_gt profile_hash profile_hash_extended profile_in profile_json profile_jsonb profile_le profile_lt '
	'profile_minus profile_ne profile_out profile_plus profile_recv profile_send residents rollup rollup_accum rollup_remove '
	'share_basic_education share_convicted share_non_western share_outside_labour taxpayers unknown_age unknown_conviction '
	'unknown_education unknown_in_education unknown_income unknown_labour unknown_origin working_age', 'the functions of the type')
FROM function_of;
SELECT is(string_agg(proname, ' ' ORDER BY proname), NULL, 'all are immutable and parallel safe')
FROM function_of WHERE provolatile <> 'i' OR proparallel <> 's';
SELECT is(string_agg(proname, ' ' ORDER BY proname), 'profile_accum profile_from_counts', 'all but two are strict')
FROM function_of WHERE prokind = 'f' AND NOT proisstrict;
SELECT is(string_agg(proname, ' ' ORDER BY proname), NULL, 'all have comments')
FROM function_of WHERE obj_description(oid, 'pg_proc') IS NULL;
SELECT is(string_agg(f.proname || ' ' || aggcombinefn || ' ' || aggtranstype::regtype || ' ' || aggfinalfn, ', ' ORDER BY f.proname),
	'profile rollup_accum profile -, rollup rollup_accum profile -', 'the state of the aggregates is the type itself')
FROM pg_aggregate JOIN pg_proc AS f ON f.oid = aggfnoid WHERE aggtranstype = 'profile'::regtype;
SELECT is((SELECT array_agg(opcname || ' ' || amname ORDER BY amname) FROM pg_opclass JOIN pg_am AS a ON a.oid = opcmethod
	WHERE opcintype = 'profile'::regtype AND opcdefault), '{profile_ops btree,profile_ops hash}', 'default operator classes');
SELECT ok(amvalidate, 'operator class of ' || amname || ' is valid')
FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = opcmethod, LATERAL (SELECT amvalidate(c.oid)) AS v
WHERE opcintype = 'profile'::regtype ORDER BY amname;

SELECT * FROM finish();
ROLLBACK;
