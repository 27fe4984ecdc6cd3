-- Margins at and around the limit, and the development plan.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
SET search_path = monitor, public;
\a
-- 100 persons, limit 40 %: one under, at, one over, for each comparator.
SELECT o.comparator, x, c.met, c.margin, c.margin_persons, c.margin_fulltime, c.by_leaving, c.by_newcomers
FROM unnest(ARRAY['>', '>=', '<', '<=']) AS o(comparator), unnest(ARRAY[39, 39.5, 40, 40.5, 41]) AS x,
	criteria(ARRAY[ROW('own', 'test', 'outside_labour', 'not', false, o.comparator, 'absolute', 40, '{-1}', 'mean_of_shares', NULL)::rule], 2020,
		'{2019}', ARRAY[profile_from_counts(working_age => 100, outside_labour => x)], NULL, NULL) AS c;
-- Two years: the latest alone can change. 41.96 + 38 of 100 each; then out of reach.
SELECT x, c.value, c.met, c.margin_persons, c.margin_fulltime
FROM (VALUES (ARRAY[41.96, 42]), (ARRAY[95, 3]), (ARRAY[0, 0])) AS v(x),
	criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2021' AND criterion = 'outside_labour'), 2020, '{2018,2019}',
		ARRAY[profile_from_counts(working_age => 100, outside_labour => x[1]), profile_from_counts(working_age => 100, outside_labour => x[2])],
		NULL, NULL) AS c;
-- A tie at three times the national share: 3 x 0.66 = 1.98 %.
SELECT x, c.value, c.threshold, c.met, c.margin, c.margin_persons
FROM unnest(ARRAY[98, 99, 100]) AS x,
	criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'convicted'), 2020, '{2018,2019}',
		array_fill(profile_from_counts(adults => 5000, convicted => x), '{2}'),
		array_fill(profile_from_counts(adults => 5000000, convicted => 33000), '{2}'), NULL) AS c;
-- Origin: 0, half, all of 10; nobody left, nobody to come.
SELECT x, n, o.comparator, t.threshold, c.met, c.margin_persons, c.by_leaving, c.by_newcomers
FROM (VALUES (0, 10), (5, 10), (6, 10), (10, 10), (1, 1)) AS v(x, n), unnest(ARRAY['>', '>=']) AS o(comparator), unnest(ARRAY[0, 50, 100, 120]) AS t(threshold),
	criteria(ARRAY[ROW('own', 'test', 'non_western', 'not', false, o.comparator, 'absolute', t.threshold, '{0}', 'mean_of_shares', NULL)::rule], 2020,
		'{2020}', ARRAY[profile_from_counts(residents => n, non_western => x)], NULL, NULL) AS c;
-- Income under, at and over 55 % of the region's 200.
SELECT total, c.value, c.met, c.margin_amount, c.margin_swaps
FROM unnest(ARRAY[0, 1000, 1099.99, 1100, 1100.01, 2500]) AS total,
	criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'low_income'), 2020, '{2019}',
		ARRAY[profile_from_counts(taxpayers => 10, income_total => total)], NULL, ARRAY[profile_from_counts(taxpayers => 100, income_total => 20000)]) AS c;
-- Residents.
SELECT n, c.met, c.margin, c.margin_persons FROM unnest(ARRAY[0, 999, 1000, 1001]) AS n,
	criteria((SELECT array_agg(r) FROM rule AS r WHERE rule_set = '2018' AND criterion = 'residents'), 2020, '{2020}',
		ARRAY[profile_from_counts(residents => n)], NULL, NULL) AS c;
-- The largest counts there can be.
SELECT c.criterion, c.value, c.met, c.margin_persons, c.by_leaving, c.by_newcomers
FROM criteria('2010', 2020, '{2016,2017,2018,2019,2020}', array_fill(profile_from_counts(residents => 9223372036854775807,
	adults => 9223372036854775807, convicted => 9223372036854775807, non_western => 9223372036854775807, working_age => 900000000000000,
	outside_labour => 900000000000000), '{5}'), NULL, NULL) AS c;

-- Development plan: at most 40 %.
SELECT f, p.* FROM unnest(ARRAY[0, 40, 41, 90]) AS f, development_plan(f, 90, 5, 375) AS p;
SELECT * FROM development_plan(0, 0, 0, 0);
SELECT * FROM development_plan(NULL, 90, 5, 375);
SELECT development_share(40, 90, 5, 375), development_share(1, 3, 0, 0), development_share(0, 0, 0, 0), development_share(1, 3, NULL, 0);
SELECT * FROM development_plan((SELECT ROW(r.rule_set, r.criterion, r.measure, r.unknown_counts_as, false, '<', 'absolute', 50, '{0}', r.averaging, NULL)::rule
	FROM rule AS r WHERE rule_set = 'development_plan'), 50, 100, 0, 0);
