-- mann_kendall, emerging_hot_spot: columns, errors, extremes.
SET client_min_messages = warning;
SET extra_float_digits = -4;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA association_trend;
SET search_path = association_trend, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
-- seven years, the last two equal; of Kendall's table for six values: P(S >= 11) = 0.028, one-sided
SELECT s, round(tau::numeric, 6) AS tau, variance, round(z::numeric, 6) AS z, round(p::numeric, 6) AS p, p_exact, slope, n, n_null
FROM (SELECT (mann_kendall(t, x)).* FROM (VALUES (2019, 3), (2018, 1), (2020, 2), (2021, 5), (2022, 4), (2023, 7), (2024, 7), (2025, NULL)) AS v (t, x)) AS s;
SELECT s, round(p_exact::numeric, 6) AS p_exact FROM (SELECT (mann_kendall(t, x)).* FROM unnest(ARRAY[2, 1, 3, 4, 6, 5]) WITH ORDINALITY AS v (x, t)) AS s;
SELECT class, round(trend_z::numeric, 4) AS trend_z, n_hot, n_cold, n, n_null FROM (
	SELECT (emerging_hot_spot(t, z, p)).* FROM (VALUES (2021, 1, 0.3), (2022, 2.5, 0.01), (2023, 3, 0.002), (2024, NULL, NULL), (2025, 4, 0.0001)) AS v (t, z, p)) AS s;
-- tau is 1 or -1 to the bit where x only rises or falls
SELECT min((mann_kendall).tau) = 1 AS rises, max((mann_kendall).tau) = 1 AS never_above FROM (SELECT mann_kendall(t, t * t) FROM generate_series(2, 60) AS n, generate_series(1, 60) AS t WHERE t <= n GROUP BY n) AS s;
-- by group, by infinity's neighbours, by dates
SELECT g, (mann_kendall(t, x * t)).slope FROM (VALUES (1, 1.5), (2, -2)) AS v (g, x), generate_series(1, 9) AS t GROUP BY g ORDER BY g;
SELECT s, slope FROM (SELECT (mann_kendall(t, x)).* FROM (VALUES (-1.7e308, -1), (0, 0), (1.7e308, 1)) AS v (t, x)) AS m;
SELECT s, slope, z IS NOT NULL AS has_z FROM (SELECT (mann_kendall(t, x)).* FROM (VALUES (0, -1.7e308::float8), (1, 1.7e308)) AS v (t, x)) AS m;
SELECT n, error_of('SELECT ' || call) FROM (VALUES
	(1, 'mann_kendall(NULL, 1)'), (2, $$mann_kendall('NaN', 1)$$), (3, $$mann_kendall('Infinity', 1)$$), (4, $$mann_kendall(1, 'NaN')$$), (5, $$mann_kendall(1, '-Infinity')$$),
	(6, 'mann_kendall(t, 1) FROM (VALUES (2024), (2023), (2024)) AS v (t)'), (7, 'mann_kendall(t, 1) FROM generate_series(1, 4001) AS t'), (8, 'mann_kendall(t, x) FROM (VALUES (1, NULL), (1, 2)) AS v (t, x)'),
	(9, 'emerging_hot_spot(NULL, 1, 1)'), (10, $$emerging_hot_spot(1, 'Infinity', 0.5)$$), (11, $$emerging_hot_spot(1, 1, 1.5)$$), (12, $$emerging_hot_spot(1, 1, -1)$$), (13, $$emerging_hot_spot(1, 1, 'NaN')$$),
	(14, 'emerging_hot_spot(1, 1, 1, 0)'), (15, 'emerging_hot_spot(1, 1, 1, NULL)'), (16, 'emerging_hot_spot(t, 1, 1, 1.0 / t) FROM generate_series(2, 3) AS t'), (17, 'emerging_hot_spot(1, 1, 1) FROM generate_series(1, 2)')) AS v (n, call) ORDER BY n;
-- cancelled soon
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '200ms';
SELECT mann_kendall(t, sin(t)) FROM generate_series(1, 4000) AS t;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon;
DROP SCHEMA association_trend CASCADE;
