-- Errors correlated over distance: 5,000 areas over 15 years, treated areas and two
-- rings around them, about 30 neighbours within the cutoff, 2 lags; one process, warm.
-- Against the same sum of the same products in SQL, its pairs from an ST_DWithin join
-- over a GiST index, the scores given to it. Prints the best of a few runs; fails where the errors differ.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SET work_mem = '1GB';
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
DROP SCHEMA IF EXISTS bench_conley CASCADE;
CREATE SCHEMA bench_conley;
SET search_path = bench_conley, monitor, public;
\if :{?areas}
\else
\set areas 5000
\endif
-- One area a square kilometre; cutoff 3.1 km.
SELECT setseed(0.25) \g /dev/null
CREATE TABLE area AS SELECT id::bigint, ST_MakePoint(sqrt(:areas) * random(), sqrt(:areas) * random()) AS geom, CASE WHEN id % 100 = 0 THEN 2015 END AS treated_from FROM generate_series(1, :areas) AS id;
CREATE INDEX ON area USING gist (geom);
ALTER TABLE area ADD PRIMARY KEY (id);
VACUUM (ANALYZE) area;
CREATE TABLE near AS SELECT a.id, min(ST_Distance(a.geom, t.geom)) AS distance FROM area AS a, area AS t WHERE t.treated_from IS NOT NULL GROUP BY 1;
-- The plain two-way model with treatment and rings from 2015 on, means of areas and periods taken out.
CREATE TABLE panel AS
SELECT id, period, geom, treated_from, sin(ST_X(geom) / 3 + period) + cos(id * 7.0 + period * period) - 6 * d AS y, ARRAY[d, (period >= 2015 AND distance > 0 AND distance < 1)::int, (period >= 2015 AND distance >= 1 AND distance < 2)::int]::float8[] AS x
FROM area JOIN near USING (id), generate_series(2008, 2022) AS period, LATERAL (SELECT (period >= treated_from AND treated_from IS NOT NULL)::int AS d) AS t;
VACUUM (ANALYZE) panel;
CREATE TABLE swept AS
SELECT id, period, geom, v[1] AS y, v[2:4] AS x FROM (
	SELECT id, period, geom, array_agg(v - a - t + m ORDER BY place) AS v FROM (
		SELECT id, period, geom, place, v, avg(v) OVER (PARTITION BY place, id) AS a, avg(v) OVER (PARTITION BY place, period) AS t, avg(v) OVER (PARTITION BY place) AS m
		FROM panel, unnest(y || x) WITH ORDINALITY AS u(v, place)) AS w
	GROUP BY 1, 2, 3) AS s;
VACUUM (ANALYZE) swept;
-- What each row adds to each coefficient.
CREATE TABLE score AS
WITH m AS (SELECT conley(id * 10000 + period, y, x, 'HC0') AS m FROM swept),
	b AS MATERIALIZED (SELECT (m).coefficients AS b FROM m),
	cross_product AS (SELECT sum(x[1] * x[1]) AS a11, sum(x[1] * x[2]) AS a12, sum(x[1] * x[3]) AS a13, sum(x[2] * x[2]) AS a22, sum(x[2] * x[3]) AS a23, sum(x[3] * x[3]) AS a33 FROM swept),
	det AS (SELECT *, a11 * (a22 * a33 - a23 * a23) - a12 * (a12 * a33 - a13 * a23) + a13 * (a12 * a23 - a13 * a22) AS det FROM cross_product)
SELECT id, period, geom, u * (x[1] * (a22 * a33 - a23 * a23) + x[2] * (a13 * a23 - a12 * a33) + x[3] * (a12 * a23 - a13 * a22)) / det AS s1,
	u * (x[1] * (a13 * a23 - a12 * a33) + x[2] * (a11 * a33 - a13 * a13) + x[3] * (a12 * a13 - a11 * a23)) / det AS s2,
	u * (x[1] * (a12 * a23 - a13 * a22) + x[2] * (a12 * a13 - a11 * a23) + x[3] * (a11 * a22 - a12 * a12)) / det AS s3
FROM swept, det, b, LATERAL (SELECT y - b[1] - b[2] * x[1] - b[3] * x[2] - b[4] * x[3] AS u) AS r;
CREATE INDEX ON score (id, period);
VACUUM (ANALYZE) score;

-- The rival at its best: its pairs kept and analysed, its sums by hash joins.
CREATE FUNCTION errors_by_join() RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
	near float8[];
	lagged float8[];
BEGIN
	DROP TABLE IF EXISTS pair;
	CREATE TEMP TABLE pair AS SELECT a.id AS i, b.id AS j, 1 - 1.5 * (d / 3.1) + 0.5 * (d / 3.1) ^ 3 AS k FROM area AS a JOIN area AS b ON ST_DWithin(a.geom, b.geom, 3.1), LATERAL (SELECT ST_Distance(a.geom, b.geom) AS d) AS l;
	ANALYZE pair;
	PERFORM set_config('enable_nestloop', 'off', true);
	SELECT ARRAY[sum(k * a.s1 * b.s1), sum(k * a.s2 * b.s2), sum(k * a.s3 * b.s3)] INTO near FROM pair JOIN score AS a ON a.id = i JOIN score AS b ON b.id = j AND b.period = a.period;
	SELECT ARRAY[sum(k * a.s1 * b.s1), sum(k * a.s2 * b.s2), sum(k * a.s3 * b.s3)] INTO lagged FROM score AS a JOIN score AS b ON b.id = a.id AND abs(b.period - a.period) BETWEEN 1 AND 2, LATERAL (SELECT 1 - abs(b.period - a.period) / 3.0 AS k) AS l;
	PERFORM set_config('enable_nestloop', 'on', true);
	RETURN (SELECT array_agg(sqrt(n + l)) FROM unnest(near, lagged) AS u(n, l));
END
$$;
CREATE TABLE method (position int PRIMARY KEY, name text, rounds int, query text);
INSERT INTO method VALUES
(1, 'scan of the panel alone', 5, $$SELECT ARRAY[count(geom), sum(y), sum(x[1])] FROM swept$$),
(2, 'three variances from an ST_DWithin join of given scores', 3, $$SELECT errors_by_join()$$),
(3, 'conley: coefficients and all covariances', 5, $$SELECT array_agg(se ORDER BY term) FROM (SELECT conley(id, period, geom, y, x, 3.1, 'spherical', 2) AS m FROM swept) AS s, terms(m) WHERE term <> 'intercept'$$),
(4, 'the same with 100 neighbours', 3, $$SELECT array_agg(se ORDER BY term) FROM (SELECT conley(id, period, geom, y, x, 5.66, 'spherical', 2) AS m FROM swept) AS s, terms(m) WHERE term <> 'intercept'$$),
(5, 'ring_did and ring_effects, two-way effects, from the rows on', 5, $$SELECT array_agg(se ORDER BY ring) FROM (SELECT ring_did(id, geom, period, y, treated_from, ARRAY[1, 2]) AS state FROM panel) AS s, ring_effects(state, errors => 'conley', cutoff => 3.1, kernel => 'spherical', lags => 2, estimator => 'twfe', adjust => false) WHERE ring IS NOT NULL$$),
(6, 'ring_did and ring_effects, in two stages', 5, $$SELECT array_agg(se ORDER BY ring) FROM (SELECT ring_did(id, geom, period, y, treated_from, ARRAY[1, 2]) AS state FROM panel) AS s, ring_effects(state, errors => 'conley', cutoff => 3.1, kernel => 'spherical', lags => 2) WHERE ring IS NOT NULL$$);
CREATE TABLE run (position int, seconds float8, answer float8[]);
DO $$
DECLARE
	m method;
	started timestamptz;
	answer float8[];
BEGIN
	FOR m IN SELECT * FROM method ORDER BY position LOOP
		FOR round IN 1 .. m.rounds LOOP
			started := clock_timestamp();
			EXECUTE m.query INTO answer;
			INSERT INTO run VALUES (m.position, extract(epoch FROM clock_timestamp() - started), answer);
		END LOOP;
	END LOOP;
END
$$;
SELECT (m).n AS rows, (m).areas, (m).pairs, round(2.0 * (m).pairs / (m).areas, 1) AS neighbors FROM (SELECT conley(id, period, geom, y, x, 3.1, 'spherical', 2) AS m FROM swept) AS s;
WITH best AS (SELECT position, min(seconds) AS seconds FROM run GROUP BY position)
SELECT m.name, round(b.seconds::numeric, 3) AS seconds, round((r.seconds / b.seconds)::numeric, 1) AS times_faster
FROM method AS m JOIN best AS b USING (position) LEFT JOIN best AS r ON r.position = 2 AND m.position IN (3, 5, 6) ORDER BY m.position;
SELECT max(abs(a.v / b.v - 1)) < 1e-6 AS same FROM run AS ra, run AS rb, unnest(ra.answer) WITH ORDINALITY AS a(v, i) JOIN unnest(rb.answer) WITH ORDINALITY AS b(v, i) USING (i) WHERE ra.position = 2 AND rb.position IN (3, 5) \gset
SELECT 1 / :'same'::boolean::int AS fails_if_errors_differ \g /dev/null
DROP SCHEMA bench_conley CASCADE;
