-- Counts, confidences and parameters that cannot be.
SET client_min_messages = warning;
SET extra_float_digits = -4;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA uncertainty_bad_input;
SET search_path = uncertainty_bad_input, monitor, public;
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
-- every interval function refuses the same
CREATE TABLE wrong (n int, arguments text, shares bool);
INSERT INTO wrong VALUES (1, '-1, 10', true), (2, $$'NaN', 10$$, true), (3, $$'Infinity', 'Infinity'$$, true), (4, '11, 10', true), (5, '1, -10', true), (6, $$1, 'NaN'$$, true), (7, '1, 1e11', true),
	(8, '5, 10, 0', true), (9, '5, 10, 1', true), (10, '5, 10, 95', true), (11, $$5, 10, 'NaN'$$, true), (12, '5, 10, -1', true), (13, '5e10, 10', false), (14, $$5, 'Infinity'$$, false), (15, '5, 0, 2', false), (16, '1, 0', true);
SELECT n, arguments, error_of(format('SELECT wilson(%s)', arguments)) FROM wrong WHERE shares ORDER BY n;
SELECT f, count(*), count(*) FILTER (WHERE error_of(format('SELECT %s(%s)', f, arguments)) = error_of(format('SELECT wilson(%s)', arguments))) AS as_wilson
FROM unnest(ARRAY['wilson_corrected', 'agresti_coull', 'jeffreys', 'clopper_pearson', 'mid_p']) AS f, wrong WHERE shares GROUP BY f ORDER BY f;
SELECT n, arguments, error_of(format('SELECT poisson_exact(%s)', arguments)) FROM wrong ORDER BY n;
SELECT f, count(*), count(*) FILTER (WHERE error_of(format('SELECT %s(%s)', f, arguments)) = error_of(format('SELECT poisson_exact(%s)', arguments))) AS as_poisson_exact
FROM unnest(ARRAY['byar', 'byar_mid_p']) AS f, wrong WHERE n NOT IN (4, 6, 7, 8, 15) GROUP BY f ORDER BY f;
-- what needs whole numbers, populations, two shares, cut-offs and priors
SELECT n, call, error_of('SELECT ' || call) FROM (VALUES
	(1, 'clopper_pearson(1.5, 10)'), (2, 'clopper_pearson(1, 10.5)'), (3, 'mid_p(1.5, 10)'), (4, 'poisson_exact(1.5)'), (5, 'fisher_exact(1.5, 10, 1, 10)'),
	(6, 'wilson(1, 10, 0.95, 9)'), (7, 'wilson(1, 10, 0.95, -1)'), (8, $$wilson(1, 10, 0.95, 'NaN')$$), (9, 'clopper_pearson(1, 10, 0.95, 20.5)'), (10, 'clopper_pearson(1, 10, 0.95, 1e11)'), (11, 'clopper_pearson(11, 10, 0.95, 20)'), (12, 'wilson(1, 10, 2, 20)'), (13, 'wilson(0, 0, 0.95, 20)'),
	(14, 'newcombe(11, 10, 1, 10)'), (15, 'newcombe(1, 10, 11, 10)'), (16, 'newcombe(1, 10, 1, 10, 0)'), (17, 'newcombe(0, 0, 1, 10)'), (18, 'fisher_exact(1, 10, -1, 10)'), (19, 'fisher_exact(1, 10, 0, 0)'),
	(20, 'prob_above(1, 10, 40)'), (21, 'prob_above(1, 10, -0.1)'), (22, $$prob_above(1, 10, 'NaN')$$), (23, 'prob_above(1, 10, 0.4, 0, 1)'), (24, $$prob_above(1, 10, 0.4, 1, 'NaN')$$), (25, $$prob_above(1, 10, 0.4, 'Infinity', 1)$$), (26, 'prob_above(11, 10, 0.4)'), (27, 'prob_above(1, 10, 0.4, 1e-7, 1)'), (28, 'wilson(1e-300, 1e-300)')) AS v (n, call) ORDER BY n;
-- windows
CREATE TABLE area (id bigint, x float8, n float8);
INSERT INTO area VALUES (1, 1, 10), (2, 4, 20), (3, 0, 0), (4, NULL, 10);
SELECT n, call, error_of(format('SELECT max(e::text) FROM (SELECT %s OVER () AS e FROM area) AS s', call)) FROM (VALUES
	(1, 'eb_rate(x - 2, n)'), (2, 'eb_rate(x * 10, n, true)'), (3, $$eb_rate(x, 'NaN')$$), (4, 'eb_rate(x + 1, n)'), (5, 'eb_rate(x, n, id = 1)'), (6, 'eb_rate(x, n, NULL)'), (7, 'eb_rate(x, 0)'), (8, 'eb_rate(0, n)'), (9, 'eb_rate(NULL, n)'), (28, 'eb_rate(x + 1, 5e-324)'),
	(10, 'probability_map(x + 0.5, n)'), (11, 'probability_map(x - 2, n)'), (12, 'probability_map(x + 1, n)'), (13, 'probability_map(0, 0)'), (29, 'probability_map(x + 1, 5e-324)'),
	(14, 'funnel(x * 10, n)'), (15, 'funnel(x, n + 0.5)'), (16, 'funnel(x, n, 40)'), (17, $$funnel(x, n, 'NaN')$$), (18, 'funnel(x, n, id / 10.0)'), (19, 'funnel(0, 0)'), (20, 'funnel(NULL, n)'), (21, 'funnel(x, n, CASE WHEN id = 1 THEN 0.5 END)'),
	(22, $$rank_interval('NaN', 1)$$), (23, 'rank_interval(1, -1)'), (24, $$rank_interval(1, 'Infinity')$$), (25, 'rank_interval(x, n, 95)'), (26, 'rank_interval(x, n, id / 10.0)'), (27, 'rank_interval(1.7e308, 1.7e308)')) AS v (n, call) ORDER BY n;
-- rates with neighbours
CREATE TABLE map AS SELECT weights_agg(i, j, 1) AS w FROM (VALUES (1, 2), (2, 1), (2, 3), (3, 2), (4, NULL)) AS v (i, j);
SELECT n, call, error_of(format('SELECT string_agg(coalesce(e::text, ''NULL''), '' '' ORDER BY id) FROM (SELECT id, %s OVER () AS e FROM area, map) AS s', call)) FROM (VALUES
	(1, 'eb_rate(w, id, 1, 10)'), (2, 'eb_rate(w, id, x, n)'), (3, 'eb_rate(w, NULL, x, n)'), (4, 'eb_rate(w, id + 1, x, n)'), (5, 'eb_rate(w, 1, x, n)'), (6, 'eb_rate(NULL, id, x, n)'), (7, 'eb_rate(w, id, 30, n, true)'), (8, 'eb_rate(w, id, x - 2, n)'),
	(9, $$eb_rate(w, id, x, 'Infinity')$$), (10, $$eb_rate(CASE WHEN id > 2 THEN w ELSE '{1:{}}'::weights END, id, x, n)$$), (11, 'eb_rate(w, id, x, n, id > 1)'), (12, 'eb_rate(w, id, NULL, n)'), (13, 'eb_rate(w, id, 0, 10)')) AS v (n, call) ORDER BY n;
-- weights in line in every row, compressed: each row's copy is let go
CREATE TABLE in_line (w weights);
ALTER TABLE in_line ALTER w SET STORAGE main;
INSERT INTO in_line SELECT weights_agg(i, NULL::bigint) FROM generate_series(1, 2000) AS i;
SELECT eb_rate(w, i, 1, 10) OVER () IS NOT NULL AS answered, (SELECT sum(used_bytes) < 30000000 FROM pg_backend_memory_contexts) AS little_memory FROM in_line, generate_series(1, 2000) AS i LIMIT 1;
-- cancelled soon
SELECT clock_timestamp() AS began \gset
\set VERBOSITY sqlstate
SET statement_timeout = '100ms';
SELECT max((f).z) FROM (SELECT funnel(i % 50, 1e9 + i) OVER () AS f FROM generate_series(1, 500000) AS i) AS s;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '1 s' AS cancelled_soon;
DROP SCHEMA uncertainty_bad_input CASCADE;
