-- Properties of what is published: nothing small can be read off or subtracted to.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(15);

-- 300 small areas in three years, with counts that are often a few from 0 or from their whole.
CALL monitor.create_register('small', 25832);
CREATE FUNCTION pg_temp.draw(area bigint, year int, name text, most bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE h % 4 WHEN 0 THEN least(h / 4 % 6, most) WHEN 1 THEN greatest(most - h / 4 % 6, 0) ELSE h / 4 % (most + 1) END
	FROM (SELECT abs(hashtextextended(format('%s %s %s', area, year, name), 7)::numeric)::bigint % 1000003 AS h) AS x
$$;
INSERT INTO small.area (id, name, municipality, region) SELECT n, 'A' || n, 'M', 'R' FROM generate_series(1, 300) AS n;
INSERT INTO small.profile_delivery (area, data_year, vintage, residents, adults, working_age, outside_labour, convicted, aged_30_59,
	basic_education, not_approved_education, unknown_education, taxpayers, income_total, non_western, unknown_age, unknown_labour,
	unknown_conviction, unknown_income, unknown_in_education, unknown_origin)
SELECT n, y, '2022-01-01', r, a, w, l, c, m, b, na,
	pg_temp.draw(n, y, 'ue', m - b - na), t, 200000 * t, o, least(pg_temp.draw(n, y, 'ua', r - a), r - t),
	pg_temp.draw(n, y, 'ul', w - l), pg_temp.draw(n, y, 'uc', a - c), 0, 0, pg_temp.draw(n, y, 'uo', r - o)
FROM generate_series(1, 300) AS n CROSS JOIN generate_series(2018, 2020) AS y
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, y, 'r', 40) AS r) AS r
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, y, 'a', r) AS a, pg_temp.draw(n, y, 't', r) AS t) AS a
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, y, 'w', a) AS w) AS w
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, y, 'm', w) AS m) AS m
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, y, 'b', m) AS b, pg_temp.draw(n, y, 'l', w) AS l, pg_temp.draw(n, y, 'c', a) AS c,
	pg_temp.draw(n, y, 'o', r) AS o) AS b
CROSS JOIN LATERAL (SELECT pg_temp.draw(n, y, 'na', m - b) AS na) AS na;
INSERT INTO small.benchmark (scope, region, data_year, residents, adults, working_age, outside_labour, convicted, taxpayers, income_total)
SELECT s.scope, s.region, y, 1000000, 800000, 600000, 150000, 8000, 500000, 150000000000
FROM (VALUES ('national', ''), ('regional', 'R')) AS s(scope, region), generate_series(2018, 2020) AS y;
CALL monitor.refresh('small');

CREATE TEMP VIEW shown AS SELECT area, data_year, measure, count FROM small_published.fact_profile WHERE NOT suppressed;
SELECT cmp_ok((SELECT count(*) FROM shown)::int, '>', 2000, 'much is shown');
SELECT cmp_ok((SELECT count(*) FROM small_published.fact_profile WHERE suppressed)::int, '>', 2000, 'much is hidden');
SELECT is_empty('SELECT * FROM shown WHERE count > 0 AND count < 3', 'no count of one or two is shown');
SELECT is_empty($$SELECT * FROM shown AS x JOIN shown AS n USING (area, data_year)
	JOIN (VALUES ('adults', 'residents'), ('working_age', 'residents'), ('aged_30_59', 'residents'), ('taxpayers', 'residents'), ('non_western', 'residents'),
		('working_age', 'adults'), ('aged_30_59', 'adults'), ('convicted', 'adults'), ('aged_30_59', 'working_age'), ('outside_labour', 'working_age'),
		('basic_education', 'aged_30_59'), ('not_approved_education', 'aged_30_59')) AS part(x, n) ON part.x = x.measure AND part.n = n.measure
	WHERE n.count - x.count > 0 AND n.count - x.count < 3$$, 'nor two shown counts, one within the other, that differ by one or two');
-- Brute force: no set of shown counts beside each other, subtracted from the shown group around them, leaves one or two.
SELECT is_empty($$SELECT n.area, n.data_year, n.measure, s.sum FROM shown AS n
	JOIN (WITH RECURSIVE beside(whole, measure) AS (VALUES ('working_age', 'outside_labour'), ('working_age', 'unknown_labour'), ('adults', 'convicted'),
			('adults', 'unknown_conviction'), ('aged_30_59', 'basic_education'), ('aged_30_59', 'not_approved_education'), ('aged_30_59', 'unknown_education'),
			('residents', 'non_western'), ('residents', 'unknown_origin')),
		subset AS (SELECT x.area, x.data_year, b.whole, x.measure, x.count::numeric AS sum FROM shown AS x JOIN beside AS b USING (measure)
			UNION ALL SELECT x.area, x.data_year, s.whole, x.measure, s.sum + x.count::numeric FROM subset AS s
			JOIN beside AS b ON b.whole = s.whole AND b.measure > s.measure JOIN shown AS x ON (x.area, x.data_year, x.measure) = (s.area, s.data_year, b.measure))
		SELECT * FROM subset) AS s ON (s.area, s.data_year, s.whole) = (n.area, n.data_year, n.measure)
	WHERE n.count - s.sum > 0 AND n.count - s.sum < 3$$, 'nor any shown counts together, from the shown group around them');
SELECT is_empty('SELECT * FROM small_published.fact_profile WHERE suppressed AND num_nonnulls(count, population, share, mean_income) > 0', 'a hidden row has no figure');
SELECT is_empty($$SELECT f.* FROM small_published.fact_profile AS f JOIN small_published.dim_measure AS m USING (measure)
	LEFT JOIN shown AS n ON (n.area, n.data_year, n.measure) = (f.area, f.data_year, m.share_of)
	WHERE NOT f.suppressed AND m.share_of IS NOT NULL AND (n.count IS NULL OR f.population <> n.count)$$, 'no share stands beside a whole that is hidden');
SELECT is_empty($$SELECT c.* FROM small_published.fact_criterion AS c JOIN small.computed_criterion AS k USING (rule_set, list_year, area, criterion)
	JOIN monitor.rule AS r USING (rule_set, criterion)
	WHERE c.suppressed <> EXISTS (SELECT FROM small_published.fact_profile AS f WHERE f.area = c.area AND f.data_year = ANY (k.data_years) AND f.suppressed
		AND (f.measure = CASE k.measure WHEN 'low_income' THEN 'taxpayers' ELSE k.measure END
			OR r.unknown_counts_as <> 'not' AND f.measure = 'unknown_education'))$$, 'a criterion is hidden exactly where a year of it is');
SELECT is_empty($$SELECT * FROM small_published.fact_criterion WHERE suppressed AND num_nonnulls(value, margin, margin_persons, margin_fulltime, margin_amount,
	margin_swaps, by_leaving, by_newcomers, unknown, could_flip, methods_agree, near_limit, note) > 0$$, 'and then it has no figure');
SELECT is_empty($$SELECT c.* FROM small_published.fact_criterion AS c JOIN small.computed_criterion AS k USING (rule_set, list_year, area, criterion)
	WHERE c.met IS DISTINCT FROM k.met$$, 'but its answer');
SELECT is_empty($$SELECT * FROM small_published.fact_status AS s WHERE (margin_low IS NOT NULL OR margin_high IS NOT NULL OR note IS NOT NULL)
	AND EXISTS (SELECT FROM small_published.fact_criterion AS c WHERE (c.rule_set, c.list_year, c.area) = (s.rule_set, s.list_year, s.area) AND c.suppressed)$$,
	'a status has no margin where a criterion is hidden');
SELECT cmp_ok((SELECT count(*) FROM small_published.fact_criterion WHERE NOT suppressed AND value IS NOT NULL)::int, '>', 500, 'and much is left');
-- Every column has an English and a Danish label.
SELECT is_empty($$SELECT DISTINCT a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
	WHERE c.relnamespace = 'small_published'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0
		AND a.attname NOT IN (SELECT column_name FROM monitor.published_labels() WHERE english <> '' AND danish <> '')$$, 'no column is without labels');
-- The figures of an account stand under one list of names.
SELECT is(monitor.published_account_figures(''), (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
	WHERE attrelid = 'small_published.fact_waterbed'::regclass AND attnum > 0 AND attname NOT IN ('measure', 'first_data_year', 'last_data_year', 'area', 'unknown', 'suppressed', 'note')),
	'which are those of the published table, in its order');
SELECT is(monitor.published_account_figures('v.'), (SELECT string_agg('v.' || attname, ', ' ORDER BY attnum) FROM pg_attribute
	WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = 'monitor.waterbed_account'::regtype) AND attname NOT IN ('area', 'unknown', 'note')), 'and of the account itself');
SELECT * FROM finish();
ROLLBACK;
