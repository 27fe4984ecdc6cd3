-- What the intervals and p of ring_effects are worth, over draws in which the truth
-- is known: 1, 3 and 10 of 83 areas treated, at once or staggered, with effects and
-- without. A small edition, its bounds as wide as so few draws ask for; the full one
-- is test/bench/coverage.sql.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_simulation;
SET search_path = reference_simulation, monitor, public;
SELECT plan(10);
\set draws 20
\ir simulation.psql
-- The draws are as they are said to be.
WITH e AS (SELECT draw, area, t, e, lag(e) OVER (PARTITION BY draw, area ORDER BY t) AS before FROM noise)
SELECT ok(abs(avg(e)) < 0.04 AND abs(variance(e) - 1) < 0.05 AND abs(corr(e, before) - 0.5) < 0.03, 'errors of mean 0, variance 1 and correlation 0.5 from year to year') FROM e;
SELECT count(find(design, 1, :draws, 199)) FROM design \g /dev/null
SELECT is((SELECT count(*) FROM figure), 36::bigint, 'twelve designs of three terms');
-- A city of one treated area has draws with an empty ring; nothing else goes without an estimate.
SELECT is_empty('SELECT * FROM found WHERE estimate IS NULL OR low IS NULL OR high IS NULL OR p IS NULL', 'each has an estimate, an interval and a p');
SELECT is_empty('SELECT design, term, bias, simulation_error FROM figure WHERE NOT abs(bias) <= 3.5 * simulation_error', 'no bias beyond simulation error');
-- 20 draws at 95 %: fewer than 15 covered three times in ten thousand, more than 5 significant likewise
SELECT is_empty('SELECT design, treated, staggered, term, covered, intervals FROM figure WHERE NOT covered >= 0.74 * intervals', 'intervals cover the truth');
SELECT is_empty('SELECT design, treated, staggered, term, significant, tests FROM figure WHERE NOT planted AND NOT significant <= 0.26 * tests', 'what is not there is seldom found');
SELECT is_empty('SELECT design, staggered, significant, tests FROM figure WHERE planted AND treated = 10 AND term = 0 AND NOT significant = tests', 'an effect of two standard deviations on ten areas is always found');
-- All designs together, 700 intervals: 0.92 to 0.98 is nearly four standard errors either way; 350 tests
SELECT ok(sum(covered) BETWEEN 0.92 * sum(intervals) AND 0.98 * sum(intervals), format('coverage over all: %s %%', round(100 * sum(covered) / sum(intervals), 1))) FROM figure;
SELECT ok(sum(significant) BETWEEN 0.02 * sum(tests) AND 0.08 * sum(tests), format('significant without an effect: %s %%', round(100 * sum(significant) / sum(tests), 1))) FROM figure WHERE NOT planted;
-- The same yardstick sees errors that are too small: those that take all cells as independent.
SELECT count(find(3, 1, :draws, 1, 'iid')) \g /dev/null
SELECT ok(sum(covered) < 0.9 * sum(intervals), format('independent errors cover too little: %s %%', round(100 * sum(covered) / sum(intervals), 1))) FROM figure WHERE errors = 'iid';
SELECT * FROM finish();
ROLLBACK;
