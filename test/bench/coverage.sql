-- Bias, coverage and rejection of ring_effects over 1,000 draws of each design of
-- test/reference/simulation.psql: 83 areas, 8 years, errors of AR(1) 0.5; 1, 3 and 10
-- treated, at once or staggered, with effects and without. Prints percents, and fails
-- where bias is beyond simulation error, coverage outside 92 to 98 % or rejection
-- without an effect outside 3 to 7 %. Errors that were not chosen are shown beside.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET jit = off;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_coverage CASCADE;
CREATE SCHEMA bench_coverage;
SET search_path = bench_coverage, monitor, public;
\if :{?draws}
\else
\set draws 1000
\endif
\if :{?placements}
\else
\set placements 999
\endif
\ir ../reference/simulation.psql
SELECT clock_timestamp() AS started \gset
SELECT count(find(design, first, least(first + 99, :draws), :placements)) FROM design, generate_series(1, :draws, 100) AS first \g /dev/null
SELECT count(find(design, first, least(first + 99, :draws), 1, errors)) FROM design, unnest('{iid,cluster,conley}'::text[]) AS errors, generate_series(1, :draws, 100) AS first WHERE effect = '{0,0,0}' AND NOT staggered AND treated > 1 \g /dev/null
CREATE VIEW shown AS
SELECT treated, staggered, planted, coalesce(errors, 'as chosen') AS errors, term, estimated, intervals, round(bias::numeric, 4) AS bias, round(simulation_error::numeric, 4) AS simulation_error, round(100.0 * covered / nullif(intervals, 0), 1) AS covered_percent,
	CASE WHEN NOT planted THEN round(100.0 * significant / nullif(tests, 0), 1) END AS rejected_percent, CASE WHEN planted THEN round(100.0 * significant / nullif(tests, 0), 1) END AS power_percent FROM figure;
SELECT * FROM shown WHERE errors = 'as chosen' ORDER BY planted, staggered, treated, term;
SELECT * FROM shown WHERE errors <> 'as chosen' ORDER BY treated, errors, term;
SELECT 'seconds' AS what, round(extract(epoch FROM clock_timestamp() - :'started')) AS seconds;
SELECT count(*) FILTER (WHERE abs(bias) > 3.5 * simulation_error) AS biased, count(*) FILTER (WHERE 100.0 * covered / intervals NOT BETWEEN 92 AND 98) AS miscovered, count(*) FILTER (WHERE NOT planted AND 100.0 * significant / tests NOT BETWEEN 3 AND 7) AS mistaken FROM figure WHERE errors IS NULL \gset
\echo :biased biased, :miscovered cover outside 92 to 98, :mistaken reject outside 3 to 7
SELECT 1 / (:biased = 0 AND :miscovered = 0 AND :mistaken = 0)::int AS fails_if_any \g /dev/null
DROP SCHEMA bench_coverage CASCADE;
