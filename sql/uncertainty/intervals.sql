-- Intervals, differences, ranks: published examples, ends, NULL, names of the columns.
SET client_min_messages = warning;
SET extra_float_digits = -4;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA uncertainty_intervals;
SET search_path = uncertainty_intervals, monitor, public;
CREATE FUNCTION short(c confidence_interval) RETURNS text LANGUAGE sql RETURN format('%s %s', round((c).low::numeric, 4), round((c).high::numeric, 4));
-- Newcombe 1998, table I
SELECT x, n, short(wilson(x, n)) AS wilson, short(wilson_corrected(x, n)) AS corrected, short(clopper_pearson(x, n)) AS exact, short(mid_p(x, n)) AS mid_p, short(jeffreys(x, n)) AS jeffreys, short(agresti_coull(x, n)) AS agresti_coull
FROM (VALUES (81, 263), (15, 148), (0, 20), (1, 29)) AS v (x, n);
-- Newcombe 1998, table II, method 10: cases a to h
SELECT x1, n1, x2, n2, round((d).difference::numeric, 4) AS difference, round((d).low::numeric, 4) AS low, round((d).high::numeric, 4) AS high
FROM (SELECT *, newcombe(x1, n1, x2, n2) AS d FROM (VALUES (56, 70, 48, 80), (9, 10, 3, 10), (6, 7, 2, 7), (5, 56, 0, 29), (0, 10, 0, 20), (0, 10, 0, 10), (10, 10, 0, 20), (10, 10, 0, 10)) AS v (x1, n1, x2, n2)) AS s;
-- Fisher's tea: 3 of 4 cups; a table that could not be otherwise
SELECT round(fisher_exact(3, 4, 1, 4)::numeric, 6) AS tea, round(fisher_exact(4, 4, 0, 4)::numeric, 6) AS all_right, fisher_exact(0, 5, 0, 9) AS none, fisher_exact(5, 5, 9, 9) AS every_one;
-- Garwood 1936; Breslow & Day 1987, table 2.11
SELECT x, short(poisson_exact(x)) AS exact, short(byar(x)) AS byar, short(byar_mid_p(x)) AS byar_mid_p FROM (VALUES (0), (1), (5), (20)) AS v (x);
SELECT short(poisson_exact(7, 1000, 0.9)) AS a_thousand, short(byar(2.5, exposure => 10)) AS parts;
-- parts of a person, all counted, none, nobody
SELECT short(wilson(3.5, 20.25)) AS parts, short(jeffreys(3.5, 20.25)) AS parts_too, wilson(20, 20) AS all_of_them, wilson(0, 20) AS none, wilson(0, 0) AS nobody, clopper_pearson(0, 0) AS nobody_too, poisson_exact(3, 0) AS no_exposure;
-- out of a population: half of it, all of it, so large that it does not matter
SELECT population, short(wilson(3, 20, population => population)) AS wilson, short(clopper_pearson(3, 20, population => population)) AS exact FROM (VALUES (20), (21), (40), (2000000000), (NULL)) AS v (population);
-- more confidence, and as much as a double holds
SELECT conf, short(wilson(12, 30, conf)) AS wilson, short(clopper_pearson(12, 30, conf)) AS exact, short(mid_p(12, 30, conf)) AS mid_p FROM (VALUES (1e-12), (0.5), (0.998), (0.99999999), (1 - 1e-16)) AS v (conf);
-- large registers
SELECT short(wilson(4e9, 1e10)) AS wilson, short(clopper_pearson(4e9, 1e10)) AS exact, short(mid_p(4e9, 1e10)) AS mid_p, short(jeffreys(4e9, 1e10)) AS jeffreys, round(fisher_exact(5e9, 1e10, 5.0001e9, 1e10)::numeric, 6) AS fisher;
-- the probability of being over a limit of 40 percent; other priors; a certain answer
SELECT round(prob_above(12, 30, 0.4)::numeric, 6) AS jeffreys, round(prob_above(12, 30, 0.4, 1, 1)::numeric, 6) AS even, round(prob_above(0, 30, 0.4)::numeric, 9) AS none, prob_above(12, 30, 0) AS over_nothing, prob_above(12, 30, 1) AS over_all, prob_above(0, 0, 0.4) AS nobody;
-- NULL for NULL
SELECT num_nulls(wilson(NULL, 5), wilson(1, NULL), wilson(1, 5, NULL), wilson(1, 5, 0.9, NULL), wilson_corrected(NULL, 5), agresti_coull(1, NULL), jeffreys(1, 5, NULL), clopper_pearson(NULL, 5), mid_p(NULL, 5), poisson_exact(NULL), byar(1, NULL), byar_mid_p(NULL), prob_above(1, 5, NULL), newcombe(1, 5, NULL, 5), fisher_exact(1, 5, 2, NULL)) AS nulls_of_15;
-- columns
SELECT (eb_rate(x, n) OVER ()).* FROM (VALUES (1, 10), (4, 10), (0, 0), (NULL, 5)) AS v (x, n);
SELECT (probability_map(x, n) OVER ()).* FROM (VALUES (0, 10), (0, 20)) AS v (x, n);
SELECT (funnel(x, n) OVER ()).* FROM (VALUES (0, 10), (0, 20)) AS v (x, n);
SELECT (funnel(x, n) OVER ()).* FROM (VALUES (20, 20)) AS v (x, n);
SELECT (funnel(x, n, 0.5) OVER ()).* FROM (VALUES (5, 20)) AS v (x, n);
SELECT estimate, (rank_interval(estimate, 1) OVER ()).* FROM (VALUES (1), (2), (2), (9), (30), (NULL)) AS v (estimate);
SELECT (rank_interval(1, 1, NULL) OVER ()).* FROM generate_series(1, 2);
SELECT (rank_interval(e, 0) OVER ()).* FROM (VALUES (1), (2), (2)) AS v (e);
DROP SCHEMA uncertainty_intervals CASCADE;
