-- Properties of the indices of segregation: against their formulas written as plain SQL,
-- against enumeration, and against themselves.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA mixing_test;
SET search_path = mixing_test, monitor, public;
SELECT plan(47);
SELECT setseed(0.25);

-- 60 cities of 1 to 60 units: whole persons, fractions, units of nobody and wholly of one group.
CREATE TABLE unit AS
SELECT city, unit, district, c, t, c[1] AS x
FROM (SELECT city, unit, 1 + unit % (1 + city % 5) AS district,
		ARRAY(SELECT CASE WHEN random() < 0.15 THEN 0 WHEN city % 3 = 0 THEN round((random() * 40)::numeric, 4)::float8 ELSE floor(random() * 40) END FROM generate_series(1, 2 + city % 4) WHERE unit IS NOT NULL) AS c
	FROM generate_series(1, 60) AS city, LATERAL generate_series(1, city) AS unit) AS s,
	LATERAL (SELECT round(sum(v)::numeric, 4)::float8 AS t FROM unnest(c) AS v) AS total;
-- The two groups are the first and all others.
CREATE TABLE two AS SELECT city, segregation(x, t) AS s FROM unit GROUP BY city HAVING sum(x) > 0 AND sum(t) > sum(x);
CREATE TABLE many AS SELECT city, segregation_multi(c) AS s FROM unit GROUP BY city HAVING sum(x) > 0 AND sum(t) > sum(x);
CREATE VIEW cell AS SELECT city, unit, district, g, n, t FROM unit, unnest(c) WITH ORDINALITY AS u (n, g);
SELECT cmp_ok(count(*), '>', 50::bigint, 'cities of two groups') FROM two;

-- Formulas ---------------------------------------------------------------------

CREATE TABLE formula_two AS
WITH city AS (SELECT city, sum(x) AS bigx, sum(t) AS bigt FROM unit GROUP BY city), u AS (SELECT * FROM unit JOIN city USING (city) WHERE t > 0)
SELECT city, 0.5 * sum(abs(x / bigx - (t - x) / (bigt - bigx))) AS dissimilarity,
	sum(x / bigx * x / t) AS isolation, sum(x / bigx * (t - x) / t) AS interaction,
	(sum(x / bigx * x / t) - min(bigx / bigt)) / (1 - min(bigx / bigt)) AS eta2,
	1 - sum(least(x / bigx, (t - x) / (bigt - bigx))) / sum(greatest(x / bigx, (t - x) / (bigt - bigx))) AS min_max,
	1 - sum(sqrt(x / bigx * (t - x) / (bigt - bigx))) AS square_root_index,
	1 - min((bigx / bigt) / (1 - bigx / bigt)) * sum((1 - x / t) ^ 0.7 * (x / t) ^ 0.3 * t / bigx) ^ (1 / 0.7) AS atkinson,
	sum(x / bigx * abs(x / t - bigx / bigt)) / min(1 - bigx / bigt) AS concentration_profile
FROM u GROUP BY city;
CREATE FUNCTION differ(a float8, b float8) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN a IS NULL OR b IS NULL OR abs(a - b) > 1e-11;
SELECT is_empty($$SELECT city FROM two JOIN formula_two AS f USING (city) WHERE differ(dissimilarity(s), f.dissimilarity)$$, 'dissimilarity');
SELECT is_empty($$SELECT city FROM two JOIN formula_two AS f USING (city) WHERE differ(isolation(s), f.isolation) OR differ(interaction(s), f.interaction)$$, 'isolation and interaction');
SELECT is_empty($$SELECT city FROM two JOIN formula_two AS f USING (city) WHERE differ(eta2(s), f.eta2)$$, 'eta squared');
SELECT is_empty($$SELECT city FROM two JOIN formula_two AS f USING (city) WHERE differ(min_max(s), f.min_max) OR differ(square_root_index(s), f.square_root_index)$$, 'min-max and square root index');
SELECT is_empty($$SELECT city FROM two JOIN formula_two AS f USING (city) WHERE differ(atkinson(s, 0.3), f.atkinson)$$, 'Atkinson');
SELECT is_empty($$SELECT city FROM two JOIN formula_two AS f USING (city) WHERE differ(concentration_profile(s), f.concentration_profile)$$, 'concentration profile');

CREATE TABLE formula AS
WITH g AS (SELECT city, g, sum(n) AS n FROM cell GROUP BY city, g), city AS (SELECT city, sum(n) AS bigt, sum(n * n) AS squares, count(*) FILTER (WHERE n > 0) AS k FROM g GROUP BY city),
	c AS (SELECT cell.city, unit, g, cell.n / t AS p, g.n / bigt AS bigp, cell.n, t, bigt, k, 1 - squares / bigt ^ 2 AS i FROM cell JOIN g USING (city, g) JOIN city ON city.city = cell.city WHERE t > 0 AND g.n > 0)
SELECT city, sum(t * abs(p - bigp)) / min(2 * bigt * i) AS dissimilarity, sum(CASE WHEN p > 0 THEN n / bigt * ln(p / bigp) ELSE 0 END) AS mutual_information,
	sum(t * (p - bigp) ^ 2) / min(bigt * i) AS relative_diversity, sum(t * (p - bigp) ^ 2 / (1 - bigp)) / min(bigt) AS normalized_exposure,
	sum(t * (p - bigp) ^ 2 / bigp) / min(bigt * (k - 1)) AS squared_coefficient_of_variation
FROM c GROUP BY city;
CREATE TABLE entropies AS
SELECT city, -sum(CASE WHEN n > 0 THEN n / bigt * ln(n / bigt) ELSE 0 END) AS entropy, sum((n / bigt) ^ 2) AS concentration
FROM (SELECT city, g, sum(n) AS n, sum(sum(n)) OVER (PARTITION BY city) AS bigt FROM cell GROUP BY city, g) AS s GROUP BY city;
SELECT is_empty($$SELECT city FROM many JOIN formula AS f USING (city) WHERE differ(dissimilarity(s), f.dissimilarity)$$, 'dissimilarity of many groups');
SELECT is_empty($$SELECT city FROM many JOIN formula AS f USING (city) JOIN entropies AS e USING (city) WHERE differ(mutual_information(s), f.mutual_information) OR differ(theil_h(s), f.mutual_information / e.entropy)
	OR differ(entropy(s), e.entropy)$$, 'mutual information, H and entropy');
SELECT is_empty($$SELECT city FROM many JOIN formula AS f USING (city) WHERE differ(relative_diversity(s), f.relative_diversity) OR differ(normalized_exposure(s), f.normalized_exposure)
	OR differ(squared_coefficient_of_variation(s), f.squared_coefficient_of_variation)$$, 'relative diversity, normalized exposure, squared coefficient of variation');
SELECT is_empty($$SELECT city FROM many JOIN entropies AS e USING (city) WHERE differ(simpson_concentration(s), e.concentration) OR differ(simpson_interaction(s), 1 - e.concentration)$$, 'Simpson''s indices');
SELECT is_empty($$SELECT city FROM many JOIN (SELECT a.city, sum(a.t * b.t * abs(a.n / a.t - b.n / b.t)) AS g FROM cell AS a JOIN cell AS b USING (city, g) WHERE a.t > 0 AND b.t > 0 GROUP BY a.city) AS f USING (city)
	JOIN entropies AS e USING (city) WHERE differ(gini(s), g / (2 * population(s) ^ 2 * (1 - concentration)))$$, 'Gini against all pairs of units');
SELECT is_empty($$SELECT city, a.g, b.g FROM many JOIN cell AS a USING (city) JOIN cell AS b USING (city, unit) WHERE a.t > 0 AND (group_populations(s))[a.g] > 0 GROUP BY city, s, a.g, b.g
	HAVING differ((exposure(s))[a.g][b.g], sum(a.n * b.n / a.t) / (group_populations(s))[a.g]) OR differ((isolation(s))[a.g], (exposure(s))[a.g][a.g])$$, 'exposure of each group to each');

-- Invariance ---------------------------------------------------------------------

CREATE FUNCTION indices(s segregation) RETURNS float8[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[dissimilarity(s), gini(s), theil_h(s), eta2(s), atkinson(s, 0.5), min_max(s), square_root_index(s), concentration_profile(s)];
CREATE FUNCTION indices(s segregation_multi) RETURNS float8[] LANGUAGE sql IMMUTABLE
RETURN ARRAY[dissimilarity(s), gini(s), theil_h(s), relative_diversity(s), normalized_exposure(s), squared_coefficient_of_variation(s)];
CREATE FUNCTION differ(a float8[], b float8[]) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN (SELECT bool_or(differ(x, y)) FROM unnest(a, b) AS u (x, y));
SELECT is_empty($$SELECT city FROM two WHERE indices(s) && ARRAY[NULL::float8] OR 0 > ANY (indices(s)) OR 1 < ANY (indices(s)) OR isolation(s) < group_population(s) / population(s) - 1e-12$$, 'all between 0 and 1');
SELECT is_empty($$SELECT city FROM many WHERE 0 > ANY (indices(s)) OR 1 < ANY (indices(s)) OR mutual_information(s) > entropy(s) + 1e-12$$, 'all of many groups between 0 and 1');
SELECT is_empty($$SELECT k FROM (SELECT k, segregation(k * i, 3 * k * i) AS s, segregation_multi(ARRAY[k * i, i, 7 * i]) AS m FROM generate_series(1, 20) AS k, generate_series(0, 30) AS i GROUP BY k) AS t
	WHERE indices(s) <> array_fill(0::float8, ARRAY[8]) AND (SELECT bool_or(abs(v) > 1e-15) FROM unnest(indices(s)) AS v)
		OR (indices(s))[1:4] <> array_fill(0::float8, ARRAY[4]) OR indices(m) <> array_fill(0::float8, ARRAY[6])$$, 'an even city is 0, of whole persons exactly so');
SELECT is_empty($$SELECT n FROM (SELECT n, segregation(CASE i % n WHEN 0 THEN i ELSE 0 END, i) AS s, segregation_multi(CASE i % n WHEN 0 THEN ARRAY[i, 0, 0] WHEN 1 THEN ARRAY[0, i, 0] ELSE ARRAY[0, 0, i] END) AS m FROM generate_series(2, 9) AS n, generate_series(1, 40) AS i GROUP BY n) AS t
	WHERE differ(indices(s), array_fill(1::float8, ARRAY[8])) OR differ(indices(m), array_fill(1::float8, ARRAY[6]))$$, 'a city wholly apart is 1');
-- Organizational equivalence: units of the same mix may be put together or split.
SELECT is_empty($$SELECT city FROM two JOIN (SELECT city, segregation(x / k, t / k) AS split FROM (SELECT city, 5 * x AS x, 5 * t AS t, k FROM unit, LATERAL (SELECT CASE WHEN unit % 2 = 0 THEN 5 ELSE 1 END AS k) AS o, LATERAL generate_series(1, k) WHERE city % 3 <> 0) AS v GROUP BY city) AS f USING (city)
	WHERE differ(indices(s), indices(split))$$, 'splitting units changes nothing, nor does the size of the city');
SELECT is_empty($$SELECT city FROM many JOIN (SELECT city, segregation_multi(ARRAY(SELECT 3 * v FROM unnest(c) AS v)) AS larger FROM unit GROUP BY city) AS f USING (city) WHERE differ(indices(s), indices(larger))$$, 'nor does it of many groups');
-- Composition: these do not change where the group alone is larger.
SELECT is_empty($$SELECT city FROM two JOIN (SELECT city, segregation(8 * x, t + 7 * x) AS more FROM unit GROUP BY city) AS f USING (city)
	WHERE differ(ARRAY[dissimilarity(s), gini(s), atkinson(s, 0.5), square_root_index(s)], ARRAY[dissimilarity(more), gini(more), atkinson(more, 0.5), square_root_index(more)])$$, 'composition does not matter to D, Gini, Atkinson and the square root index');
-- Transfers: one of the group and one other change places, towards the even city.
CREATE TABLE transfer AS
SELECT a.city, segregation(CASE u.unit WHEN a.unit THEN u.x - 1 WHEN b.unit THEN u.x + 1 ELSE u.x END, u.t) AS after
FROM (SELECT DISTINCT ON (city) * FROM unit WHERE x >= 1 AND city % 3 <> 0 ORDER BY city, x / t DESC, unit) AS a
JOIN (SELECT DISTINCT ON (city) * FROM unit WHERE t - x >= 1 AND city % 3 <> 0 ORDER BY city, x / t, unit) AS b ON a.city = b.city AND a.x / a.t - 1 / a.t > b.x / b.t + 1 / b.t
JOIN unit AS u ON u.city = a.city GROUP BY a.city;
SELECT cmp_ok(count(*), '>', 25::bigint, 'cities with a transfer') FROM transfer;
SELECT is_empty($$SELECT city FROM two JOIN transfer USING (city) WHERE gini(after) >= gini(s) OR theil_h(after) >= theil_h(s) OR eta2(after) >= eta2(s) OR atkinson(after, 0.5) >= atkinson(s, 0.5) OR dissimilarity(after) > dissimilarity(s) + 1e-12$$, 'transfers lower the indices');
-- Two groups as many.
SELECT is_empty($$SELECT city FROM two JOIN (SELECT city, segregation_multi(ARRAY[x, t - x]) AS m FROM unit GROUP BY city) AS f USING (city)
	WHERE differ(ARRAY[dissimilarity(s), gini(s), theil_h(s), mutual_information(s), eta2(s), entropy(s)], ARRAY[dissimilarity(m), gini(m), theil_h(m), mutual_information(m), normalized_exposure(m), entropy(m)])
		OR two_groups(m, 1) <> s OR differ(ARRAY[dissimilarity_expected(s), theil_h_expected(s)], ARRAY[dissimilarity_expected(m), theil_h_expected(m)])$$, 'two groups are two of many');
SELECT is_empty($$SELECT city FROM many JOIN two USING (city) WHERE two_groups(many.s, 1) <> two.s$$, 'a group against all others');

-- Values --------------------------------------------------------------------------

SELECT is((SELECT rollup(part) FROM (SELECT segregation(x, t) AS part FROM unit GROUP BY city, district) AS p), (SELECT segregation(x, t ORDER BY random()) FROM unit), 'parts make the whole, in any order');
SELECT is((SELECT rollup(s) FROM many WHERE groups(s) = 3), (SELECT segregation_multi(c) FROM unit JOIN many USING (city) WHERE groups(s) = 3), 'parts of many groups too');
SELECT is_empty('SELECT a.city FROM two AS a, two AS b WHERE b.city = 7 AND (a.s + b.s <> b.s + a.s OR units(a.s + b.s) <> units(a.s) + units(b.s))', 'plus');
SELECT is_empty($$SELECT city FROM (SELECT city, unit, segregation(x, t) OVER w AS s, array_agg(unit) OVER w AS units FROM unit WHERE city > 50 WINDOW w AS (PARTITION BY city ORDER BY unit ROWS BETWEEN 4 PRECEDING AND CURRENT ROW)) AS v
	WHERE s <> (SELECT segregation(x, t) FROM unit AS u WHERE u.city = v.city AND u.unit = ANY (units))$$, 'a moving window');
SELECT is_empty('SELECT city FROM two WHERE s::text::segregation <> s UNION ALL SELECT city FROM many WHERE s::text::segregation_multi <> s', 'text and back');
CREATE TABLE two_copy (city int, s segregation);
CREATE TABLE many_copy (city int, s segregation_multi);
DO $$
DECLARE
	file text := current_setting('data_directory') || '/mixing_test.bin';
BEGIN
	EXECUTE format('COPY two TO %L (FORMAT binary)', file);
	EXECUTE format('COPY two_copy FROM %L (FORMAT binary)', file);
	EXECUTE format('COPY many TO %L (FORMAT binary)', file);
	EXECUTE format('COPY many_copy FROM %L (FORMAT binary)', file);
END
$$;
SELECT results_eq('TABLE two_copy', 'TABLE two', 'bytes and back');
SELECT set_eq('TABLE many_copy', 'TABLE many', 'bytes of many groups and back');
-- Bytes with one changed are a value, which is what its text says, or refused.
CREATE TABLE bytes (b bytea);
CREATE TABLE taken (s segregation_multi);
CREATE FUNCTION state_of(b bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/mixing_test.bin';
BEGIN
	TRUNCATE bytes, taken;
	INSERT INTO bytes VALUES (b);
	EXECUTE format('COPY bytes TO %L (FORMAT binary)', file);
	EXECUTE format('COPY taken FROM %L (FORMAT binary)', file);
	RETURN (SELECT CASE WHEN s::text::segregation_multi = s AND dissimilarity(s) BETWEEN 0 AND 1 AND segregation_multi_send(s) = b THEN 'read' ELSE 'misread' END FROM taken);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
SELECT set_eq($$SELECT DISTINCT state_of(set_byte(b, place, get_byte(b, place) # (1 << (place * 5 % 8)))) FROM (SELECT segregation_multi_send(s) AS b FROM many WHERE city = 4) AS v, LATERAL generate_series(0, length(b) - 1, 2) AS place$$,
	ARRAY['read', '22P03', '22003'], 'bytes with a bit turned are read or refused');

-- Parallel workers.
CREATE TABLE large AS SELECT i % 7 AS part, CASE WHEN i % 101 <> 0 THEN (i * 7919) % 23 END AS x, 22 + (i * 31) % 50 + (i % 3) / 3.0::float8 AS t FROM generate_series(1, 120000) AS i;
ALTER TABLE large SET (parallel_workers = 2);
ANALYZE large;
CREATE TABLE serial AS SELECT segregation(x, t) AS s, segregation_multi(ARRAY[x, t - x, part]) AS m FROM large;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	result text := '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		result := result || line || E'\n';
	END LOOP;
	RETURN result;
END
$$;
SELECT matches(plan_of('SELECT segregation(x, t), segregation_multi(ARRAY[x, t - x, part]) FROM large'), 'Finalize.*Gather.*Partial', 'workers make partial states');
SELECT results_eq('SELECT segregation(x, t), segregation_multi(ARRAY[x, t - x, part]) FROM large', 'TABLE serial', 'parallel is serial, to the bit');
CREATE TABLE parts AS SELECT part, segregation(x, t) AS s FROM large GROUP BY part;
ALTER TABLE parts SET (parallel_workers = 2);
SELECT results_eq('SELECT rollup(s) FROM parts', 'SELECT s FROM serial', 'rollup by workers');

-- Chance --------------------------------------------------------------------------

-- All 126 ways to place 4 of 9 people in units of 2, 3 and 4.
CREATE TABLE way AS
SELECT mask, segregation(x, size) AS s FROM (
	SELECT mask, size, (SELECT sum(mask >> place & 1) FROM generate_series(first, first + size - 1) AS place)::float8 AS x
	FROM generate_series(0, 511) AS mask, (VALUES (0, 2), (2, 3), (5, 4)) AS u (first, size)
	WHERE (SELECT sum(mask >> place & 1) FROM generate_series(0, 8) AS place) = 4) AS v GROUP BY mask;
SELECT ok(count(*) = 126 AND NOT differ(avg(dissimilarity(s)), min(dissimilarity_expected(s))) AND NOT differ(avg(theil_h(s)), max(theil_h_expected(s)))
	AND NOT differ(avg(mutual_information(s)), min(mutual_information_expected(s))), 'expected D, H and M are the mean of all allocations') FROM way;
SELECT ok(abs(avg(gini(s)) - gini_expected((array_agg(s))[1], 20000)) < 0.005 AND gini_expected((array_agg(s))[1], 50, 1) <> gini_expected((array_agg(s))[1], 50, 2)
	AND gini_expected((array_agg(s))[1]) = gini_expected((array_agg(s))[2], 100, 20260101), 'expected Gini is their mean, up to simulation, and follows the seed') FROM way;
-- Three groups: 2, 3 and 4 people in units of 3 and 6, all 1,260 ways.
CREATE TABLE way_many AS
SELECT a, b, segregation_multi(ARRAY[(SELECT sum(a >> p & 1) FROM generate_series(first, last) AS p), (SELECT sum(b >> p & 1) FROM generate_series(first, last) AS p),
	(SELECT sum(1 - (a >> p & 1) - (b >> p & 1)) FROM generate_series(first, last) AS p)]::float8[]) AS s
FROM (SELECT v FROM generate_series(0, 511) AS v WHERE (SELECT sum(v >> p & 1) FROM generate_series(0, 8) AS p) = 2) AS i (a),
	(SELECT v FROM generate_series(0, 511) AS v WHERE (SELECT sum(v >> p & 1) FROM generate_series(0, 8) AS p) = 3) AS j (b), (VALUES (0, 2), (3, 8)) AS u (first, last)
WHERE a & b = 0 GROUP BY a, b;
SELECT ok(count(*) = 1260 AND NOT differ(avg(dissimilarity(s)), min(dissimilarity_expected(s))) AND NOT differ(avg(theil_h(s)), min(theil_h_expected(s)))
	AND NOT differ(avg(mutual_information(s)), min(mutual_information_expected(s))), 'the same of three groups') FROM way_many;
-- Beyond chance and bias: the formulas, with binomial masses.
CREATE FUNCTION mass(x int, n int, p float8) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (factorial(n) / factorial(x) / factorial(n - x))::float8 * p ^ x * (1 - p) ^ (n - x);
CREATE TABLE small AS SELECT n, i, (n * i * 7 + i) % 6 + 1 / i AS x, (n + i * 3) % 5 + 1 AS y FROM generate_series(1, 8) AS n, generate_series(1, 5) AS i;
SELECT is_empty($$SELECT n FROM (SELECT n, segregation(x, x + y) AS s FROM small GROUP BY n) AS v JOIN (
	SELECT n, sum(mass(a, bigx, x / bigx::float8) * mass(b, bigy, y / bigy::float8) * abs(a / bigx::float8 - b / bigy::float8)) / 2 AS mean
	FROM (SELECT *, (sum(x) OVER w)::int AS bigx, (sum(y) OVER w)::int AS bigy FROM (SELECT n, i, x, y FROM small) AS t WINDOW w AS (PARTITION BY n)) AS u, LATERAL generate_series(0, bigx::int) AS a, LATERAL generate_series(0, bigy::int) AS b GROUP BY n) AS f USING (n)
	WHERE differ(dissimilarity_bias_corrected(s), 2 * dissimilarity(s) - mean)$$, 'bias-corrected dissimilarity');
SELECT is_empty($$SELECT city FROM two WHERE differ(dissimilarity_modified(s), CASE WHEN dissimilarity(s) >= dissimilarity_expected(s) THEN (dissimilarity(s) - dissimilarity_expected(s)) / nullif(1 - dissimilarity_expected(s), 0)
	ELSE dissimilarity(s) / nullif(dissimilarity_expected(s), 0) - 1 END) AND dissimilarity_expected(s) BETWEEN 1e-9 AND 1 - 1e-9$$, 'dissimilarity beyond chance');
-- The likeliest distance of two units, whose distances are the same, on a fine grid.
SELECT is_empty($$SELECT x FROM (SELECT x, segregation(v, 40) AS s, abs(2 * x - 40) / 40.0::float8 AS d, sqrt(2 * (x / 40.0::float8) * (1 - x / 40.0::float8) / 40) AS e FROM generate_series(21, 39) AS x, LATERAL (VALUES (x), (40 - x)) AS w (v) GROUP BY x) AS u
	WHERE abs(dissimilarity_density_corrected(s) - e * (SELECT g / 2000.0::float8 FROM generate_series(0, 20000) AS g
		ORDER BY exp(-0.5 * (d / e - g / 2000.0) ^ 2) + exp(-0.5 * (d / e + g / 2000.0) ^ 2) DESC LIMIT 1)) > e * 2e-3 AND x < 35$$, 'density-corrected dissimilarity');

-- Parts, change --------------------------------------------------------------------

SELECT is_empty($$SELECT city FROM many JOIN (SELECT city, (segregation_decomposition(s)).* FROM (SELECT city, segregation_multi(c) AS s FROM unit GROUP BY city, district) AS p GROUP BY city) AS d USING (city)
	WHERE abs(mutual_information - mutual_information(s)) > 1e-12 OR abs(theil_h - theil_h(s)) > 1e-12 OR abs(theil_between + theil_within - theil_h) > 1e-12$$, 'between and within districts make the whole');
SELECT is_empty($$SELECT city FROM (SELECT city, (segregation_decomposition(p)).*, sum(population(p) * coalesce(mutual_information(p), 0)) / sum(population(p)) AS w,
		mutual_information(segregation(group_population(p), population(p))) AS b FROM (SELECT city, segregation(x, t) AS p FROM unit GROUP BY city, district HAVING sum(t) > 0) AS v GROUP BY city) AS d
	WHERE b IS NOT NULL AND (abs(mutual_within - w) > 1e-12 OR abs(mutual_between - b) > 1e-12)$$, 'each is what it says');
-- Two dates of every city, with units that come and go.
CREATE TABLE dates AS
SELECT city, unit, CASE WHEN unit % 7 <> 1 THEN a END AS a, CASE WHEN unit % 5 <> 2 THEN b END AS b
FROM (SELECT city, unit, ARRAY[1 + (unit * 7 + city) % 30, 1 + (unit * 11 + 3 * city) % 17, 1 + (unit * 3) % 5]::float8[] AS a,
	ARRAY[1 + (unit * 13 + city) % 20, 1 + (unit * 5 + city) % 23, 1 + (unit * 2) % 9]::float8[] AS b FROM generate_series(3, 30) AS city, LATERAL generate_series(1, city) AS unit) AS v;
CREATE TABLE change AS
SELECT city, segregation_change(a, b) AS c, segregation_change(b, a) AS back, segregation_multi(a) FILTER (WHERE a IS NOT NULL) AS a, segregation_multi(b) FILTER (WHERE b IS NOT NULL) AS b FROM dates GROUP BY city;
SELECT is_empty($$SELECT city, c FROM change WHERE differ((c).before, mutual_information(a)) OR differ((c).after, mutual_information(b))
	OR differ((c).difference, (c).additions + (c).removals + (c).unit_marginal + (c).group_marginal + (c).structural)
	OR (c).units_common + (c).units_added <> units(b) OR (c).units_common + (c).units_removed <> units(a)$$, 'the parts make the change');
SELECT is_empty($$SELECT city FROM change WHERE differ((c).additions, -(back).removals) OR differ((c).unit_marginal, -(back).unit_marginal) OR differ((c).group_marginal, -(back).group_marginal)
	OR differ((c).structural, -(back).structural)$$, 'backwards is the opposite');
-- Units and groups change places; margins alone are no structure.
SELECT ok(NOT differ((p).structural, (q).structural) AND NOT differ((p).unit_marginal, (q).group_marginal) AND NOT differ((p).group_marginal, (q).unit_marginal), 'units and groups may change places')
FROM (SELECT segregation_change(a, b) AS p FROM (VALUES ('{40,5}'::float8[], '{20,5}'::float8[]), ('{30,10}', '{20,10}'), ('{20,15}', '{20,10}'), ('{10,20}', '{15,15}')) AS v (a, b)) AS s,
	(SELECT segregation_change(a, b) AS q FROM (VALUES ('{40,30,20,10}'::float8[], '{20,20,20,15}'::float8[]), ('{5,10,15,20}', '{5,10,10,15}')) AS v (a, b)) AS t;
SELECT is_empty($$SELECT city FROM (SELECT city, segregation_change(a, ARRAY[a[1] * (1 + unit % 4), 3 * a[2] * (1 + unit % 4), a[3] * (1 + unit % 4)]) AS c FROM dates GROUP BY city) AS v WHERE abs((c).structural) > 1e-11 OR (c).structural IS NULL$$,
	'sizes of units and groups are no structure');

SELECT * FROM finish();
ROLLBACK;
