-- Properties of room uncertainty: coverage by enumeration, symmetry, nesting, order of
-- the methods, empirical Bayes and funnel against their definitions.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA uncertainty_test;
SET search_path = uncertainty_test, monitor, public;
SELECT plan(63);
SELECT setseed(0.5);

-- Shares ------------------------------------------------------------------------

CREATE TABLE intervals AS
SELECT method, conf, n, x, (i).low, (i).high
FROM unnest(ARRAY[1, 2, 7, 30]) AS n, generate_series(0, n) AS x, unnest(ARRAY[0.8, 0.95, 0.998]) AS conf,
	LATERAL (VALUES ('wilson', wilson(x, n, conf)), ('wilson_corrected', wilson_corrected(x, n, conf)), ('agresti_coull', agresti_coull(x, n, conf)),
		('jeffreys', jeffreys(x, n, conf)), ('clopper_pearson', clopper_pearson(x, n, conf)), ('mid_p', mid_p(x, n, conf))) AS v (method, i);
SELECT is(count(*) FILTER (WHERE NOT (0 <= low AND low <= x / n::float8 AND x / n::float8 <= high AND high <= 1 AND low < high)), 0::bigint, method || ': ordered, within 0 to 1, around the share')
FROM intervals GROUP BY method ORDER BY method;
SELECT is((SELECT count(*) FROM intervals AS a JOIN intervals AS b USING (method, conf, n) WHERE a.x + b.x = a.n AND greatest(abs(a.low + b.high - 1), abs(a.high + b.low - 1)) > 1e-12), 0::bigint, 'x with is n - x without: mirrored limits');
SELECT is((SELECT count(*) FROM intervals AS a JOIN intervals AS b USING (method, n, x) WHERE a.conf < b.conf AND NOT (b.low <= a.low + 1e-15 AND a.high <= b.high + 1e-15)), 0::bigint, 'more confidence, a wider interval');
SELECT is((SELECT count(*) FROM intervals AS a JOIN intervals AS b USING (method, n, conf) WHERE b.x = a.x + 1 AND NOT (a.low <= b.low AND a.high <= b.high)), 0::bigint, 'limits rise with x');
SELECT is((SELECT count(*) FROM intervals AS e JOIN intervals AS m USING (n, x, conf) WHERE e.method = 'clopper_pearson' AND m.method = 'mid_p' AND NOT (e.low <= m.low AND m.high <= e.high)), 0::bigint, 'the exact interval contains the mid-P one');
SELECT is((SELECT count(*) FROM intervals AS e JOIN intervals AS w USING (n, x, conf) WHERE e.method = 'agresti_coull' AND w.method = 'wilson' AND NOT (e.low <= w.low + 1e-15 AND w.high <= e.high + 1e-15)), 0::bigint, 'Agresti and Coull''s contains Wilson''s');
SELECT is((SELECT count(*) FROM intervals AS e JOIN intervals AS w USING (n, x, conf) WHERE e.method = 'wilson_corrected' AND w.method = 'wilson' AND NOT (e.low <= w.low AND w.high <= e.high)), 0::bigint, 'so does the corrected one');
-- Wilson's limits are those at which the score is z; the exact ones leave half of the rest on each side
SELECT is((SELECT count(*) FROM intervals WHERE method = 'wilson' AND conf = 0.95 AND x BETWEEN 1 AND n - 1 AND greatest(abs(abs(x - n * low) / sqrt(n * low * (1 - low)) - 1.959963984540054), abs(abs(x - n * high) / sqrt(n * high * (1 - high)) - 1.959963984540054)) > 1e-12), 0::bigint, 'wilson solves the score equation');
CREATE FUNCTION choose(n int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN factorial(n) / (factorial(k) * factorial(n - k));
CREATE FUNCTION binomial(k int, n int, p float8) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN choose(n, k) * CASE k WHEN 0 THEN 1 ELSE p ^ k END * CASE n - k WHEN 0 THEN 1 ELSE (1 - p) ^ (n - k) END;
CREATE TABLE tails AS
SELECT i.*, (SELECT sum(binomial(k, n, low)) FROM generate_series(x, n) AS k) AS above_low, (SELECT sum(binomial(k, n, high)) FROM generate_series(0, x) AS k) AS below_high,
	binomial(x, n, low) AS at_low, binomial(x, n, high) AS at_high
FROM intervals AS i WHERE method IN ('clopper_pearson', 'mid_p') AND n IN (2, 30);
SELECT is((SELECT count(*) FROM tails WHERE method = 'clopper_pearson' AND ((x > 0 AND abs(above_low / ((1 - conf) / 2) - 1) > 1e-10) OR (x < n AND abs(below_high / ((1 - conf) / 2) - 1) > 1e-10))), 0::bigint, 'clopper_pearson: each limit leaves half of the rest');
SELECT is((SELECT count(*) FROM tails WHERE method = 'mid_p' AND ((x > 0 AND abs((above_low - at_low / 2) / ((1 - conf) / 2) - 1) > 1e-10) OR (x < n AND abs((below_high - at_high / 2) / ((1 - conf) / 2) - 1) > 1e-10))), 0::bigint, 'mid_p: the same with half of the probability of x');
-- coverage, all outcomes counted out, over true shares from 0 to 1
CREATE TABLE coverage AS
SELECT method, conf, n, p / 100.0 AS p, sum(binomial(x, n, p / 100.0)) FILTER (WHERE low <= p / 100.0 AND p / 100.0 <= high) AS covered
FROM intervals, generate_series(1, 99) AS p WHERE n IN (7, 30) AND conf = 0.95 GROUP BY method, conf, n, p;
SELECT cmp_ok(min(covered), '>=', conf::float8 - 1e-12::float8, 'clopper_pearson covers at least ' || conf) FROM coverage WHERE method = 'clopper_pearson' GROUP BY conf;
SELECT ok(avg(covered) BETWEEN 0.93 AND 0.985 AND min(covered) > least_of, format('%s: mean coverage near 0.95, never below %s', method, least_of)) FROM coverage JOIN (VALUES ('wilson', 0.83), ('wilson_corrected', 0.93), ('agresti_coull', 0.91), ('jeffreys', 0.78), ('mid_p', 0.91)) AS v (m, least_of) ON m = method GROUP BY method, least_of ORDER BY method;

-- extremes of counts and confidence
CREATE TABLE extreme AS SELECT v FROM unnest(ARRAY[0, 1e-20, 1e-6, 0.5, 1, 1.5, 2, 3, 10, 1000, 123456, 1e7, 1e10]::float8[]) AS v;
CREATE TABLE confidence AS SELECT c FROM unnest(ARRAY[5e-324, 1e-9, 0.5, 0.999999, 1 - 1e-16]::float8[]) AS c;
SELECT is((SELECT count(*) FROM extreme AS x, extreme AS n, confidence, LATERAL (VALUES (wilson(x.v, n.v, c)), (wilson_corrected(x.v, n.v, c)), (agresti_coull(x.v, n.v, c)), (jeffreys(x.v, n.v, c)), (wilson(x.v, n.v, c, least(1e10, n.v * 2)))) AS s (i)
	WHERE x.v <= n.v AND n.v > 0 AND NOT (0 <= (i).low AND (i).low <= (i).high AND (i).high <= 1)), 0::bigint, 'extremes: ordered, within 0 to 1');
SELECT is((SELECT count(*) FROM extreme AS x, extreme AS n, confidence, LATERAL (VALUES (clopper_pearson(x.v, n.v, c)), (mid_p(x.v, n.v, c)), (clopper_pearson(x.v, n.v, c, least(1e10, n.v * 2))), (poisson_exact(x.v, n.v * 1e9, c))) AS s (i)
	WHERE x.v <= n.v AND n.v > 0 AND x.v = floor(x.v) AND n.v = floor(n.v) AND NOT (0 <= (i).low AND (i).low <= (i).high AND (i).high <= 1)), 0::bigint, 'the exact methods too');

-- Out of a population: hypergeometric, counted out.
CREATE FUNCTION hypergeometric(k int, n int, marked int, total int) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN CASE WHEN k > marked OR n - k > total - marked THEN 0 ELSE choose(marked, k) * choose(total - marked, n - k) / choose(total, n) END;
CREATE TABLE finite AS SELECT total, x, (clopper_pearson(x, 10, 0.9, total)).*, (wilson(x, 10, 0.9, total)).low AS wilson_low, (wilson(x, 10, 0.9, total)).high AS wilson_high FROM unnest(ARRAY[10, 11, 25, 60]) AS total, generate_series(0, 10) AS x;
SELECT is((SELECT min(covered) >= 0.9 - 1e-12 FROM (SELECT total, marked, sum(hypergeometric(x, 10, marked, total)) FILTER (WHERE low <= marked / total::float8 AND marked / total::float8 <= high) AS covered FROM finite, generate_series(0, total) AS marked GROUP BY total, marked) AS s), true, 'clopper_pearson out of a population covers');
SELECT is((SELECT count(*) FROM finite WHERE total = 10 AND NOT (low = x / 10.0::float8 AND high = low AND wilson_low = low AND wilson_high = high)), 0::bigint, 'all counted: nothing is uncertain');
SELECT is((SELECT count(*) FROM finite AS f, LATERAL (SELECT wilson(x, 10, 0.9) AS w, clopper_pearson(x, 10, 0.9) AS c) AS s WHERE NOT ((w).low <= wilson_low AND wilson_high <= (w).high AND low >= (c).low AND high <= (c).high)), 0::bigint, 'a population makes intervals narrower');
SELECT cmp_ok(abs((i).low - (j).low) + abs((i).high - (j).high), '<', 1e-7::float8, 'a very large one does not') FROM (SELECT wilson(3, 20, 0.9, 1e10) AS i, wilson(3, 20, 0.9) AS j) AS s;

-- Rates: the Poisson distribution counted out.
CREATE TABLE rates AS SELECT x, conf, (poisson_exact(x, 1, conf)).* FROM unnest(ARRAY[0, 1, 5, 40]) AS x, unnest(ARRAY[0.5, 0.95]) AS conf;
CREATE FUNCTION poisson(k int, mean float8) RETURNS float8 LANGUAGE sql IMMUTABLE RETURN exp(-mean) * CASE k WHEN 0 THEN 1 ELSE mean ^ k END / factorial(k)::float8;
SELECT is((SELECT count(*) FROM rates WHERE abs((SELECT sum(poisson(k, high)) FROM generate_series(0, x) AS k) / ((1 - conf) / 2) - 1) > 1e-10), 0::bigint, 'poisson_exact: what is left below the upper limit');
SELECT is((SELECT count(*) FROM rates WHERE x > 0 AND abs((1 - (SELECT sum(poisson(k, low)) FROM generate_series(0, x - 1) AS k)) / ((1 - conf) / 2) - 1) > 1e-9), 0::bigint, 'and above the lower one');
SELECT is((SELECT count(*) FROM generate_series(5, 200) AS x WHERE abs((byar(x)).low / (poisson_exact(x)).low - 1) > 0.01 OR abs((byar(x)).high / (poisson_exact(x)).high - 1) > 0.001), 0::bigint, 'byar is near to it from five events on');
SELECT is((SELECT count(*) FROM generate_series(0, 50) AS x, (VALUES (1), (7.5), (1000)) AS e (exposure) WHERE abs((poisson_exact(x, exposure)).high * exposure - (poisson_exact(x)).high) > 1e-12 * (x + 5) OR abs((byar(x, exposure)).low * exposure - (byar(x)).low) > 1e-12 * (x + 5)), 0::bigint, 'limits over exposure');

-- The probability of being above a cut-off.
SELECT is((SELECT count(*) FROM generate_series(0, 20) AS x, unnest(ARRAY[0.1, 0.4, 0.77]) AS c WHERE abs(prob_above(x, 20, c) + prob_above(20 - x, 20, 1 - c) - 1) > 1e-12 OR (x < 20 AND prob_above(x, 20, c) > prob_above(x + 0.5 * (x < 20)::int, 20, c))), 0::bigint, 'prob_above: mirrored, and rises with x');
SELECT is((SELECT count(*) FROM generate_series(1, 19) AS x WHERE abs(prob_above(x, 20, (jeffreys(x, 20)).low) - 0.975) > 1e-12 OR abs(prob_above(x, 20, (jeffreys(x, 20)).high) - 0.025) > 1e-12), 0::bigint, 'the limits of jeffreys leave 2.5 percent on each side');
SELECT is((SELECT count(*) FROM generate_series(0, 20) AS x, unnest(ARRAY[0.1, 0.4, 0.77]) AS c WHERE abs(prob_above(x, 20, c, 1, 1) - (SELECT sum(binomial(k, 21, c)) FROM generate_series(0, x) AS k)) > 1e-12), 0::bigint, 'with an even prior: a binomial tail');

-- Two shares -----------------------------------------------------------------------

CREATE TABLE pairs AS SELECT x1, n1, x2, n2, newcombe(x1, n1, x2, n2) AS d, fisher_exact(x1, n1, x2, n2) AS p FROM (VALUES (5, 8), (12, 12), (1, 6)) AS v (n1, n2), generate_series(0, n1) AS x1, generate_series(0, n2) AS x2;
SELECT is((SELECT count(*) FROM pairs WHERE NOT (-1 - 1e-15 <= (d).low AND (d).low <= (d).difference AND (d).difference <= (d).high AND (d).high <= 1 + 1e-15)), 0::bigint, 'newcombe: ordered, within -1 to 1');
SELECT is((SELECT count(*) FROM pairs, LATERAL (SELECT newcombe(x2, n2, x1, n1) AS e, fisher_exact(x2, n2, x1, n1) AS q, fisher_exact(n1 - x1, n1, n2 - x2, n2) AS r) AS s WHERE abs((d).low + (e).high) > 1e-15 OR abs(p / q - 1) > 1e-12 OR abs(p / r - 1) > 1e-12), 0::bigint, 'the other way round');
SELECT is((SELECT count(*) FROM pairs WHERE abs(p / (SELECT sum(h) FILTER (WHERE h <= hypergeometric(x1, n1, x1 + x2, n1 + n2) * (1 + 1e-7)) FROM generate_series(greatest(0, x1 + x2 - n2), least(n1, x1 + x2)) AS k, LATERAL (SELECT hypergeometric(k, n1, x1 + x2, n1 + n2) AS h) AS s) - 1) > 1e-11), 0::bigint, 'fisher_exact: all tables counted out');
SELECT ok(count(*) > 200 AND min(p) < 1e-5 AND max(p) > 1 - 1e-12, 'small and large p') FROM pairs;

-- Many areas -------------------------------------------------------------------------

CREATE TABLE area AS
SELECT i AS id, CASE WHEN i % 17 = 0 THEN NULL WHEN i % 13 = 0 THEN 0 ELSE round(n * (0.1 + 0.2 * random())) END AS x, CASE WHEN i % 13 = 0 THEN 0 ELSE n END AS n
FROM generate_series(1, 80) AS i, LATERAL (SELECT (5 + floor(exp(random() * 6)))::float8 + 0 * i AS n) AS s;
CREATE TABLE map AS SELECT weights_agg(a, b, 1 + a * b) AS w FROM (SELECT a, b FROM generate_series(1, 79) AS a, generate_series(1, 79) AS b WHERE abs(a - b) <= 3 AND (a - b <> 0 OR a % 2 = 0) UNION ALL VALUES (80, NULL::int)) AS v (a, b);
CREATE TABLE smooth AS SELECT id, x, n, eb_rate(x, n) OVER () AS p, eb_rate(x, n, true) OVER () AS b, eb_rate(w, id, x, n) OVER () AS l, eb_rate(w, id, x, n, true) OVER () AS lb, funnel(x, n) OVER () AS f, probability_map(x, n) OVER () AS m FROM area, map;
SELECT is((SELECT count(*) FROM smooth WHERE (x IS NULL OR n = 0) <> (num_nulls(p, b, l, lb, f, m) = 6)), 0::bigint, 'NULL and nobody: NULL; the others are not');
SELECT is((SELECT count(*) FROM smooth, LATERAL (VALUES (p), (b), (l), (lb)) AS v (e) WHERE n > 0 AND NOT ((e).weight BETWEEN 0 AND 1 AND abs((e).raw - x / n) < 1e-15 AND (e).estimate BETWEEN least((e).raw, (e).mean) - 1e-15 AND greatest((e).raw, (e).mean) + 1e-15)), 0::bigint, 'estimates lie between the raw rate and the mean');
SELECT ok(min((p).weight) < 0.5 AND max((p).weight) > 0.6 AND bool_and((p).variance > 0), 'and are drawn in by different parts') FROM smooth WHERE n > 0;
SELECT is((SELECT count(*) FROM smooth AS a JOIN smooth AS c ON a.n < c.n WHERE (a.p).weight > (c.p).weight OR (a.b).weight > (c.b).weight), 0::bigint, 'small areas more');
SELECT is((SELECT bool_and(abs((p).mean - mean) < 1e-15) FROM smooth, (SELECT sum(x) / sum(n) AS mean FROM area WHERE x IS NOT NULL) AS s), true, 'the mean is that of all persons');
SELECT is((SELECT count(*) FROM smooth WHERE id = 80 AND (l).estimate = (l).raw AND (l).mean = (l).raw AND (l).variance = 0), 1::bigint, 'an island keeps its rate');
-- neighbours given as rows
CREATE TABLE around AS SELECT a.id AS i, b.id AS j, b.x, b.n FROM area AS a JOIN area AS b ON b.x IS NOT NULL AND b.n > 0 AND (a.id = b.id OR (a.id < 80 AND b.id < 80 AND abs(a.id - b.id) <= 3));
SELECT is((SELECT count(*) FROM smooth AS s JOIN (SELECT i, mu, greatest((nbar * v - mu * (1 - mu)) / (nbar - 1), 0) AS a, greatest(v - mu / nbar, 0) AS ap FROM (SELECT i, mu, avg(n) AS nbar, sum(n * (x / n - mu) ^ 2) / sum(n) AS v FROM around JOIN (SELECT i, sum(x) / sum(n) AS mu FROM around GROUP BY i) AS c USING (i) GROUP BY i, mu) AS c) AS d ON s.id = d.i
	WHERE s.n > 0 AND s.x IS NOT NULL AND NOT (abs((s.l).mean - mu) < 1e-13 AND abs((s.l).variance - ap) < 1e-13 AND abs((s.lb).variance - a) < 1e-13)), 0::bigint, 'local means and variances by definition, self once, weights of links without effect');
SELECT is((SELECT count(*) FROM smooth AS s WHERE n > 0 AND x IS NOT NULL AND id < 80 AND (p).variance > 0 AND (lb).variance > 0 AND abs((lb).weight - (lb).variance * n / ((lb).variance * (n - 1) + (lb).mean * (1 - (lb).mean))) > 1e-12), 0::bigint, 'binomial weight by definition');
SELECT results_eq('SELECT id, eb_rate(x, n) OVER (), funnel(x, n) OVER (), probability_map(x, n) OVER (), eb_rate(w, id, x, n) OVER () FROM (SELECT * FROM area ORDER BY n DESC, id DESC) AS s, map ORDER BY id', 'SELECT id, p, f, m, l FROM smooth ORDER BY id', 'the order of rows does not matter, to the bit');
SELECT results_eq('SELECT id, (eb_rate(x, n) OVER (PARTITION BY id > 30)).mean FROM area WHERE x IS NOT NULL AND n > 0 ORDER BY id', 'SELECT id, CASE WHEN id > 30 THEN (SELECT (eb_rate(x, n) OVER ()).mean FROM area WHERE id > 30 AND x IS NOT NULL LIMIT 1) ELSE (SELECT (eb_rate(x, n) OVER ()).mean FROM area WHERE id <= 30 AND x IS NOT NULL LIMIT 1) END FROM area WHERE x IS NOT NULL AND n > 0 ORDER BY id', 'partitions are apart');
SELECT is((SELECT (e).variance FROM (SELECT eb_rate(x, n) OVER () AS e FROM (VALUES (1, 10), (2, 20), (3, 30)) AS v (x, n)) AS s LIMIT 1), 0::float8, 'equal rates have no variance');
SELECT is((SELECT count(*) FROM (SELECT x, eb_rate(x, 1, true) OVER () AS e FROM (VALUES (0), (1), (1)) AS v (x)) AS s WHERE (e).weight <> 0), 0::bigint, 'areas of one person say nothing of the variance');

SELECT is((SELECT count(*) FROM smooth WHERE n > 0 AND x IS NOT NULL AND NOT (abs((m).expected - n * (p).mean) < 1e-9 AND abs((m).relative_risk * (m).expected - x) < 1e-9 AND (m).p_lower + (m).p_upper > 1 AND (m).p BETWEEN 0 AND 1)), 0::bigint, 'probability_map: expected, risk, tails that share x');
SELECT is((SELECT count(*) FROM smooth WHERE x BETWEEN 1 AND 30 AND (m).expected < 30 AND abs((m).p_lower + (m).p_upper - 1 - poisson(x::int, (m).expected)) > 1e-12), 0::bigint, 'by the probability of x');

SELECT is((SELECT count(*) FROM smooth WHERE n > 0 AND NOT (0 <= (f).low998 AND (f).low998 <= (f).low95 AND (f).low95 < (f).target AND (f).target < (f).high95 AND (f).high95 <= (f).high998 AND (f).high998 <= 1)), 0::bigint, 'funnel: limits within limits');
SELECT is((SELECT count(*) FROM smooth WHERE n BETWEEN 20 AND 150 AND x IS NOT NULL AND (SELECT sum(binomial(k, n::int, (f).target)) FROM generate_series(0, (ceil((f).low95 * n - 1e-9) - 1)::int) AS k) > 0.025 + 1e-9), 0::bigint, 'no more than 2.5 percent lie below the lower limit');
SELECT is((SELECT count(*) FROM smooth WHERE n BETWEEN 20 AND 150 AND x IS NOT NULL AND (SELECT sum(binomial(k, n::int, (f).target)) FROM generate_series((floor((f).high95 * n + 1e-9) + 2)::int, n::int) AS k) > 0.025 + 1e-9), 0::bigint, 'nor above the count that follows the upper one');
SELECT ok(bool_and(abs((f).z - ((f).rate - (f).target) / sqrt((f).target * (1 - (f).target) / n)) < 1e-9 AND abs((f).z_adjusted * sqrt(greatest((f).phi, 1)) - (f).z) < 1e-9 AND (f).phi <= (f).phi_raw AND abs((f).z_additive) <= abs((f).z)), 'z, z over the root of phi, z with the variance between') FROM smooth WHERE f IS NOT NULL AND n > 0;
SELECT is((SELECT count(*) FROM (SELECT funnel(x, n) OVER () AS a, funnel(n - x, n) OVER () AS b FROM area WHERE n > 0 AND x IS NOT NULL) AS s WHERE abs((a).z + (b).z) > 1e-9 OR abs((a).z_additive + (b).z_additive) > 1e-9 OR abs((a).phi - (b).phi) > 1e-9), 0::bigint, 'those without are those with, upside down');
SELECT is((SELECT count(*) FROM (SELECT (funnel(x, n, 0.3) OVER ()).target AS t FROM area WHERE n > 0 AND x IS NOT NULL) AS s WHERE t <> 0.3), 0::bigint, 'the target given');
SELECT is((SELECT count(*) FROM (SELECT funnel(s % 3 + 5, 20) OVER () AS f FROM generate_series(1, 40) AS s) AS q WHERE (f).tau2 <> 0 OR (f).z_additive <> (f).z OR (f).z_adjusted <> (f).z), 0::bigint, 'less spread than chance gives: no variance between, nothing adjusted');

-- Ranks ----------------------------------------------------------------------------------

CREATE TABLE scores AS SELECT i AS id, round((random() * 20)::numeric, 1)::float8 AS e, 0.2 + random() * 2 AS s FROM generate_series(1, 60) AS i;
CREATE TABLE ranks AS SELECT id, e, s, (rank_interval(e, s) OVER ()).*, rank() OVER (ORDER BY e) AS plain FROM scores;
SELECT is((SELECT count(*) FROM ranks WHERE NOT (low <= rank AND rank <= high AND low >= 1 AND high <= 60 AND rank = plain)), 0::bigint, 'rank_interval: in order, around the rank');
-- z of 1 - 0.95^(1/60), two-sided
SELECT is((SELECT count(*) FROM ranks AS a WHERE low <> 1 + (SELECT count(*) FROM ranks AS b WHERE b.e + 3.3355277378 * b.s < a.e - 3.3355277378 * a.s) OR high <> 60 - (SELECT count(*) FROM ranks AS b WHERE b.e - 3.3355277378 * b.s > a.e + 3.3355277378 * a.s)), 0::bigint, 'counted out');
SELECT ok(max(high - low) > 1.5 * min(high - low), 'some are surer than others') FROM ranks;
SELECT is((SELECT count(*) FROM (SELECT rank_interval(e, s, 0.5) OVER () AS a, rank_interval(e, s, 0.99) OVER () AS b FROM scores) AS q WHERE NOT ((b).low <= (a).low AND (a).high <= (b).high)), 0::bigint, 'more confidence, wider ranks');
SELECT * FROM finish();
ROLLBACK;
