SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
-- The demonstration city: its random numbers and its errors. The city itself is
-- tested by test/register_demo.sql.
\set SHOW_CONTEXT never
\set VERBOSITY sqlstate

-- Known answers of Philox4x32-10 (Random123, kat_vectors): counter and key all
-- zeros give 6627e8d5 e169c58d ..., all ones 408f276d 41c83b0e ...
SELECT monitor.demo_uniform(0, 0, 0) = (x'6627e8d5e169c58d'::bit(64) >> 11)::bigint / 9007199254740992.0::float8 AS zeros,
	monitor.demo_uniform(-1, -1, -1) = (x'408f276d41c83b0e'::bit(64) >> 11)::bigint / 9007199254740992.0::float8 AS ones;
-- more, as computed once
SET extra_float_digits = 1;
SELECT seed, id, slot, monitor.demo_uniform(seed, id, slot)
FROM (VALUES (1::bigint, 1::bigint, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1), (20220101, 4294967296, 201511),
	(9223372036854775807, -9223372036854775808, 2147483647)) AS v (seed, id, slot);
SELECT monitor.demo_uniform(NULL, 1, 1) IS NULL AS no_seed, monitor.demo_uniform(1, NULL, 1) IS NULL AS no_id,
	monitor.demo_uniform(1, 1, NULL) IS NULL AS no_slot;
-- uniform, and draws, rows and seeds independent of each other: each sum lies within
-- four standard errors of what independence gives (a fixed sample, so always the same)
SELECT count(*), min(u) >= 0 AS from_zero, max(u) < 1 AS below_one, abs(avg(u) - 0.5) < 0.0037 AS mean,
	abs(var_pop(u) - 1 / 12.0) < 0.00095 AS variance, abs(corr(u, next_slot)) < 0.0127 AS by_slot,
	abs(corr(u, next_id)) < 0.0127 AS by_id, abs(corr(u, next_seed)) < 0.0127 AS by_seed
FROM generate_series(1, 100000) AS id, LATERAL (SELECT monitor.demo_uniform(3, id, 5) AS u,
	monitor.demo_uniform(3, id, 6) AS next_slot, monitor.demo_uniform(3, id + 1, 5) AS next_id,
	monitor.demo_uniform(4, id, 5) AS next_seed) AS d;

-- errors, by their code
CALL monitor.create_demo(NULL);
CALL monitor.create_demo('demo_errors', NULL);
CREATE SCHEMA demo_errors;
CALL monitor.create_demo('demo_errors');
DROP SCHEMA demo_errors;
-- the 40 areas as they are meant
SELECT count(*), count(*) FILTER (WHERE residents >= 1000) AS thousand, min(residents), max(residents),
	count(DISTINCT district) AS districts, count(DISTINCT landlord) AS landlords, count(DISTINCT (district, lot)) AS lots
FROM monitor.demo_areas();
