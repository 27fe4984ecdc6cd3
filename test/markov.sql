-- Properties of status dynamics: against plain SQL, against the powers of a matrix, and
-- what must not change a value.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA test_markov;
SET search_path = test_markov, monitor, public;
SELECT plan(60);
SELECT setseed(0.25) \g /dev/null

-- ---- the value ----

-- 300 areas over 12 years with a row in ten missing, a class in ten unknown, a lag class in ten unknown.
CREATE TABLE status AS
SELECT (i * 37) % 1009 AS id, t AS year, CASE WHEN random() > 0.1 THEN 1 + floor(4 * sqrt(random()))::int END AS class, CASE WHEN random() > 0.1 THEN 1 + floor(3 * random())::int END AS lag_class
FROM generate_series(1, 300) AS i, generate_series(2010, 2021) AS t WHERE random() > 0.1;
CREATE TABLE whole AS SELECT markov(id, year, class) AS plain, markov(id, year, class, lag_class) AS spatial FROM status;

-- The same by lag() over the known rows.
CREATE VIEW move AS
SELECT *, next_year = year + 1 AS consecutive
FROM (SELECT id, year, class, lag_class, lead(year) OVER w AS next_year, lead(class) OVER w AS next_class FROM status WHERE class IS NOT NULL WINDOW w AS (PARTITION BY id ORDER BY year)) AS s;
SELECT results_eq('SELECT class_from, class_to, n FROM whole, markov_table(plain) WHERE n > 0', 'SELECT class, next_class, count(*) FROM move WHERE consecutive GROUP BY 1, 2 ORDER BY 1, 2', 'transitions as lead() has them');
SELECT results_eq('SELECT lag_class, class_from, class_to, n FROM whole, markov_table(spatial) WHERE n > 0 AND lag_class IS NOT NULL', 'SELECT lag_class, class, next_class, count(*) FROM move WHERE consecutive AND lag_class IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3', 'and by the lag class before the move');
SELECT results_eq('SELECT class_from, class_to, n FROM whole, markov_table(spatial) WHERE lag_class IS NULL', 'SELECT class_from, class_to, n FROM whole, markov_table(plain)', 'moves of an unknown lag class are in the chain of all');
SELECT results_eq('SELECT s.* FROM whole, markov_summary(spatial) AS s', 'SELECT 4, 3, count(*) FILTER (WHERE consecutive), count(*) FILTER (WHERE consecutive AND lag_class IS NULL), (SELECT count(*) FROM status WHERE class IS NULL), count(*) FILTER (WHERE NOT consecutive) FROM move', 'what was left out is counted');
SELECT is((SELECT markov(id, year, class, lag_class ORDER BY md5(id::text || year)) FROM status), spatial, 'the order of rows leaves no trace') FROM whole;
SELECT is((SELECT rollup(m ORDER BY random()) FROM (SELECT markov(id, year, class, lag_class) AS m FROM status GROUP BY id % 7) AS s), spatial, 'parts of the areas make the whole') FROM whole;
SELECT is((SELECT markov(id, year, class, lag_class) FROM status WHERE id % 2 = 0) + (SELECT markov(id, year, class, lag_class) FROM status WHERE id % 2 = 1), spatial, 'and with +') FROM whole;
SELECT is((SELECT markov_counts(class, next_class, n, lag_class) FROM (SELECT class, next_class, lag_class, count(*) AS n FROM move WHERE consecutive GROUP BY 1, 2, 3) AS s),
	(SELECT replace(replace(spatial::text, format('"unknown": %s', (markov_summary(spatial)).unknown), '"unknown": 0'), format('"gaps": %s', (markov_summary(spatial)).gaps), '"gaps": 0')::markov FROM whole), 'markov_counts of the transitions is the same but for what was left out');
SELECT is((SELECT markov(id, 5000000000 - year, class) FROM status), (SELECT markov_counts(class_to, class_from, n) FROM whole, markov_table(plain)) + (SELECT format('{"unknown": %s, "gaps": %s, "transitions": []}', s.unknown, s.gaps)::markov FROM whole, markov_summary(plain) AS s), 'time turned round turns every move round');
SELECT results_eq('SELECT year, m FROM (SELECT id, year, markov(id, year, class) OVER (ORDER BY year) AS m FROM status) AS s GROUP BY year, m ORDER BY year',
	'SELECT y.year, markov(s.id, s.year, class) FROM status AS s JOIN (SELECT DISTINCT year FROM status) AS y ON s.year <= y.year GROUP BY 1 ORDER BY 1', 'as a window that grows');

-- Parallel plans.
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE TABLE large AS SELECT i % 5003 AS id, i / 5003 AS year, 1 + (i * 7 + i / 5003 * 3) % 5 AS class, 1 + i % 2 AS lag_class FROM generate_series(0, 60000) AS i;
CREATE TABLE part AS SELECT id, markov(id, year, class, lag_class) AS m FROM large GROUP BY id;
ALTER TABLE large SET (parallel_workers = 2);
ALTER TABLE part SET (parallel_workers = 2);
ANALYZE large;
ANALYZE part;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	line text;
	plan text = '';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
		plan := plan || line;
	END LOOP;
	RETURN plan;
END $$;
SELECT matches(plan_of('SELECT markov(id, year, class, lag_class) FROM large'), 'Finalize Aggregate.*Partial Aggregate', 'markov is made in parallel');
SELECT matches(plan_of('SELECT rollup(m) FROM part'), 'Finalize Aggregate.*Partial Aggregate', 'and rollup');
CREATE TABLE together AS SELECT markov(id, year, class, lag_class) AS m FROM large;
SELECT is((SELECT rollup(m) FROM part), (SELECT m FROM together), 'parallel rollup of the areas is the parallel whole');
CREATE TABLE counted AS SELECT markov_counts(class, class, id, lag_class) AS m FROM large;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT markov(id, year, class, lag_class) FROM large), (SELECT m FROM together), 'the serial whole is the same');
SELECT is((SELECT rollup(m) FROM part), (SELECT m FROM together), 'and the serial rollup');
SELECT is((SELECT markov_counts(class, class, id, lag_class) FROM large), (SELECT m FROM counted), 'and markov_counts');

-- Text, bytes, order, hash.
SELECT is(spatial::text::markov, spatial, 'text loses nothing') FROM whole;
SELECT is((SELECT count(*) FROM part WHERE m::text::markov <> m), 0::bigint, 'nor that of small values');
SELECT current_setting('data_directory') || '/test_markov.bin' AS path \gset
COPY part (m) TO :'path' (FORMAT binary);
CREATE TABLE back (m markov);
COPY back FROM :'path' (FORMAT binary);
SELECT bag_eq('SELECT m FROM back', 'SELECT m FROM part', 'bytes lose nothing');
SELECT is((SELECT count(DISTINCT m) FROM part), (SELECT count(*) FROM (SELECT m FROM part GROUP BY m) AS s), 'sorting and hashing tell the same values apart');
SELECT is((SELECT count(*) FROM part AS a JOIN part AS b ON a.id < b.id AND a.id < 60 AND b.id < 60 WHERE (a.m = b.m) <> (markov_hash(a.m) = markov_hash(b.m)) OR (a.m = b.m) <> (a.m::text = b.m::text) OR (a.m < b.m)::int + (a.m = b.m)::int + (a.m > b.m)::int <> 1
	OR (a.m <= b.m) <> (a.m < b.m OR a.m = b.m) OR (a.m >= b.m) <> (NOT a.m < b.m) OR (a.m <> b.m) <> (markov_cmp(a.m, b.m) <> 0)), 0::bigint, 'the order is total, and equal values hash alike');
SELECT isnt(m, replace(m::text, '"unknown": 0', '"unknown": 1')::markov, 'rows left out make another value') FROM together;

-- ---- the chain, against the powers of its matrix ----

-- Random chains of 2 to 6 classes with few or many ways, numbered with holes; a class is always left or stayed in.
CREATE TABLE chain AS
SELECT c, 2 + c % 5 AS k, markov_counts(10 * i, 10 * j, n) AS m
FROM generate_series(1, 60) AS c, LATERAL generate_series(1, 2 + c % 5) AS i, LATERAL generate_series(1, 2 + c % 5) AS j,
	LATERAL (SELECT CASE WHEN random() < 0.25 + (c % 3) * 0.3 + 0 * (i + j + c) THEN 1 + floor(5 * random())::int ELSE 0 END + (i = j AND random() < 0.5)::int + (j = 1 + (i * 7 + c) % (2 + c % 5))::int AS n) AS s
GROUP BY c;
CREATE FUNCTION matrix(m markov) RETURNS float8[] LANGUAGE sql STABLE RETURN (SELECT array_agg(row ORDER BY class_from) FROM (SELECT class_from, array_agg(p ORDER BY class_to) AS row FROM markov_table(m) GROUP BY class_from) AS s);
CREATE FUNCTION product(a float8[], b float8[]) RETURNS float8[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	k int = array_length(a, 1);
	c float8[] = array_fill(0::float8, ARRAY[k, k]);
BEGIN
	FOR i IN 1..k LOOP FOR j IN 1..k LOOP FOR l IN 1..k LOOP
		-- below that doubles cannot be multiplied
		IF a[i][l] > 1e-150 AND b[l][j] > 1e-150 THEN
			c[i][j] := c[i][j] + a[i][l] * b[l][j];
		END IF;
	END LOOP; END LOOP; END LOOP;
	RETURN c;
END $$;
-- The limit of the chain that stays put every other time on average: the same long run, without periods.
CREATE FUNCTION long_run(p float8[]) RETURNS float8[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	k int = array_length(p, 1);
BEGIN
	FOR i IN 1..k LOOP FOR j IN 1..k LOOP
		p[i][j] := p[i][j] / 2 + CASE WHEN i = j THEN 0.5 ELSE 0 END;
	END LOOP; END LOOP;
	FOR i IN 1..20 LOOP
		p := product(p, p);
	END LOOP;
	RETURN p;
END $$;
-- Probability to have come from i to j by some step, and the mean of that step over those seen, by adding steps.
CREATE FUNCTION passage(p float8[], i int, j int, OUT reached float8, OUT mean float8) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	k int = array_length(p, 1);
	at float8[] = array_fill(0::float8, ARRAY[k]);
	after float8[];
BEGIN
	at[i] := 1;
	reached := 0;
	mean := 0;
	FOR step IN 1..2000 LOOP
		after := array_fill(0::float8, ARRAY[k]);
		FOR a IN 1..k LOOP
			CONTINUE WHEN at[a] < 1e-150;
			FOR b IN 1..k LOOP
				after[b] := after[b] + at[a] * p[a][b];
			END LOOP;
		END LOOP;
		reached := reached + after[j];
		mean := mean + step * after[j];
		after[j] := 0;
		EXIT WHEN (SELECT max(abs(x - y)) FROM unnest(at, after) AS u (x, y)) < 1e-15;
		at := after;
	END LOOP;
END $$;
CREATE TABLE known AS SELECT c, k, m, p, long_run(p) AS limits FROM (SELECT c, k, m, matrix(m) AS p FROM chain OFFSET 0) AS s;
CREATE TABLE class AS SELECT c, k, p, limits, t.* FROM known, LATERAL markov_classes(m) WITH ORDINALITY AS t (lag_class, class, n_from, n_to, share, stays, sojourn, steady_state, return_time, kind, note, place);
CREATE TABLE passages AS SELECT c, k, p, class_from / 10 AS i, class_to / 10 AS j, periods, probability, note FROM known, markov_passages(m);

SELECT cmp_ok(count(DISTINCT kind), '=', 3::bigint, 'the chains have classes of every kind') FROM class;
SELECT is_empty('SELECT c, class_from FROM chain, markov_table(m) GROUP BY 1, 2 HAVING abs(sum(p) - 1) > 1e-12', 'rows of P sum to 1');
SELECT is_empty($$SELECT c, place, kind FROM class WHERE kind IS DISTINCT FROM CASE WHEN limits[place][place] < 1e-9 THEN 'transient' WHEN p[place][place] = 1 THEN 'absorbing' ELSE 'recurrent' END$$, 'kinds of classes: by their chance to be there in the long run');
SELECT is_empty('SELECT c FROM class GROUP BY c, k, limits HAVING (count(steady_state) = k) <> (SELECT bool_and(abs(limits[i][j] - limits[1][j]) < 1e-6) FROM generate_series(1, k) AS i, generate_series(1, k) AS j) OR count(steady_state) NOT IN (0, k)', 'there is a steady state where the long run does not depend on the start');
SELECT cmp_ok(count(*) FILTER (WHERE steady_state IS NULL), '>', 5::bigint, 'which is not so in some chains') FROM class;
SELECT is_empty('SELECT c, place, steady_state FROM class WHERE steady_state IS NOT NULL AND abs(limits[1][place] - steady_state) > 1e-9', 'the steady state is the long run');
SELECT is_empty('SELECT c, b.place FROM class AS a JOIN class AS b USING (c) GROUP BY c, b.place, b.steady_state HAVING abs(sum(a.steady_state * a.p[a.place][b.place]) - b.steady_state) > 1e-14 OR abs(sum(a.steady_state) - 1) > 1e-14', 'pi P = pi, and it sums to 1');
SELECT is_empty('SELECT c, i FROM passages AS q JOIN class USING (c) WHERE i = j AND place = i AND steady_state > 0 AND NOT coalesce(abs(periods * steady_state - 1) < 1e-12 AND periods = periods AND abs(return_time / periods - 1) < 1e-12, false)', 'm_jj = 1 / pi_j');
SELECT is_empty('SELECT c, place FROM class WHERE abs(sojourn * (1 - stays) - 1) > 1e-12 OR (sojourn IS NULL) <> (stays = 1)', 'sojourn = 1 / (1 - p_kk)');
SELECT is_empty('SELECT a.c, a.i, a.j FROM passages AS a JOIN passages AS b ON b.c = a.c AND b.j = a.j GROUP BY a.c, a.i, a.j, a.p, a.probability HAVING abs(a.p[a.i][a.j] + sum(CASE WHEN b.i <> a.j THEN a.p[a.i][b.i] * b.probability ELSE 0 END) - a.probability) > 1e-13', 'a passage is a step and what follows: probability');
SELECT is_empty('SELECT a.c, a.i, a.j FROM passages AS a JOIN passages AS b ON b.c = a.c AND b.j = a.j WHERE a.periods IS NOT NULL GROUP BY a.c, a.i, a.j, a.p, a.periods HAVING NOT coalesce(abs((1 + sum(CASE WHEN b.i <> a.j AND a.p[a.i][b.i] > 0 THEN a.p[a.i][b.i] * b.periods ELSE 0 END)) / a.periods - 1) < 1e-12, false)', 'and mean');
SELECT is_empty('SELECT c, i, j, s.* FROM passages, passage(p, i, j) AS s WHERE c <= 30 AND (abs(reached - probability) > 1e-7 OR (periods IS NULL) <> (reached < 1 - 1e-7) OR abs(mean / periods - 1) > 1e-5)', 'passages as steps add up');
SELECT cmp_ok(count(*) FILTER (WHERE periods IS NULL AND probability > 0), '>', 10::bigint, 'some of which are not certain') FROM passages;

-- ---- mobility ----

CREATE FUNCTION near(a float8, b float8, tolerance float8 DEFAULT 1e-12) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN abs(a - b) <= tolerance * greatest(abs(a), abs(b), 1e-3);
-- Three classes: beside 1 the eigenvalues are the roots of x^2 - (trace - 1) x + det.
CREATE TABLE three AS SELECT c, matrix(m) AS p, y.* FROM (SELECT c, markov_counts(i, j, 1 + floor(50 * random() * random())::int) AS m FROM generate_series(1, 200) AS c, generate_series(1, 3) AS i, generate_series(1, 3) AS j GROUP BY c) AS s, markov_mobility(m) AS y;
SELECT is_empty($$SELECT c FROM three, LATERAL (SELECT p[1][1] + p[2][2] + p[3][3] - 1 AS t, p[1][1] * (p[2][2] * p[3][3] - p[2][3] * p[3][2]) - p[1][2] * (p[2][1] * p[3][3] - p[2][3] * p[3][1]) + p[1][3] * (p[2][1] * p[3][2] - p[2][2] * p[3][1]) AS d) AS x
	WHERE NOT (near(shorrocks, (2 - t) / 2) AND near(unconditional_leaving, shorrocks) AND near(determinant, 1 - abs(d)) AND near(second_eigenvalue, 1 - CASE WHEN t * t / 4 < d THEN sqrt(d) ELSE abs(t) / 2 + sqrt(t * t / 4 - d) END, 1e-9))$$, 'mobility of three classes in closed form');
-- Circulant matrices: eigenvalues are sums over roots of unity.
CREATE TABLE circulant AS SELECT k, markov_counts(1 + i, 1 + (i + s) % k, 1 + (s * s * 5 + 3 * s) % 11) AS m, array_agg((1 + (s * s * 5 + 3 * s) % 11)::float8 ORDER BY s) FILTER (WHERE i = 0) AS c FROM unnest('{2,5,8,30,61}'::int[]) AS k, LATERAL generate_series(0, k - 1) AS i, LATERAL generate_series(0, k - 1) AS s GROUP BY k;
SELECT is_empty($$SELECT k FROM circulant, LATERAL markov_mobility(m) AS y, LATERAL (SELECT max(modulus) AS second FROM (SELECT sqrt(sum(c[s + 1] * cos(2 * pi() * s * j / k)) ^ 2 + sum(c[s + 1] * sin(2 * pi() * s * j / k)) ^ 2) / (SELECT sum(x) FROM unnest(c) AS x) AS modulus FROM generate_series(1, k - 1) AS j, generate_series(0, k - 1) AS s GROUP BY j) AS e) AS f
	WHERE NOT near(second_eigenvalue, 1 - second, 1e-9)$$, 'second eigenvalue of circulant matrices up to 61 classes');
-- Rows that are alike, and of five kinds: all eigenvalues but one, or but some, are 0.
SELECT is_empty($$SELECT k, kinds, second_eigenvalue FROM (SELECT k, kinds, markov_counts(i, j, 1 + (i % kinds * j * 7) % 5) AS m FROM unnest('{3,40,100}'::int[]) AS k, unnest('{1,5}'::int[]) AS kinds, LATERAL generate_series(1, k) AS i, LATERAL generate_series(1, k) AS j GROUP BY k, kinds) AS s, markov_mobility(m)
	WHERE NOT coalesce(second_eigenvalue BETWEEN 0 AND 1 AND (kinds > 1 OR abs(second_eigenvalue - 1) < 1e-12), false)$$, 'matrices of low rank');
SELECT is_empty($$SELECT c FROM three, LATERAL (SELECT sum(p[i][j] * abs(i - j)) / 3 / 2 AS bartholomew FROM generate_series(1, 3) AS i, generate_series(1, 3) AS j) AS x WHERE NOT near(three.bartholomew, x.bartholomew)$$, 'mean classes moved');

-- ---- tests ----

-- By hand from the table: all lag classes, then each against the others.
CREATE VIEW cell AS SELECT t.lag_class, t.class_from, t.class_to, t.n::float8, t.n_from::float8, sum(t.n) OVER (PARTITION BY class_from, class_to)::float8 AS n_all, sum(t.n) OVER (PARTITION BY class_from)::float8 AS n_from_all FROM whole, markov_table(spatial) AS t WHERE lag_class IS NOT NULL;
SELECT ok(near(q, q_hand) AND near(lr, lr_hand) AND df = 2 * 4 * 3, 'homogeneity as summed in SQL') FROM whole, markov_test(spatial), (SELECT sum((n - e) ^ 2 / e) AS q_hand, 2 * sum(n * ln(nullif(n, 0) / e)) AS lr_hand FROM (SELECT *, n_from * n_all / n_from_all AS e FROM cell) AS s) AS h WHERE lag_class IS NULL;
SELECT is_empty($$SELECT lag_class, q, q_hand FROM whole, markov_test(spatial) JOIN (SELECT lag_class, sum((n - e) ^ 2 / e + (n - e) ^ 2 / (n_all - e)) AS q_hand, 2 * sum(n * ln(nullif(n, 0) / e) + (n_all - n) * ln((n_all - n) / (n_all - e))) AS lr_hand, sum((n - e) ^ 2 / e) AS part FROM (SELECT *, n_from * n_all / n_from_all AS e FROM cell) AS s GROUP BY lag_class) AS h USING (lag_class)
	WHERE NOT (near(q, q_hand) AND near(lr, lr_hand) AND near(contribution, part) AND df = 12)$$, 'each lag class against the others as summed in SQL');
SELECT ok(near(sum(contribution) FILTER (WHERE lag_class IS NOT NULL), sum(q) FILTER (WHERE lag_class IS NULL)), 'the parts of Q sum to it') FROM whole, markov_test(spatial);
SELECT is((SELECT ROW(q, lr, df, p_q) FROM (SELECT markov_counts(i, j, 7 * i + (3 - l) * 0 + 2 * j, l) AS m FROM generate_series(1, 3) AS i, generate_series(1, 3) AS j, generate_series(1, 4) AS l) AS s, markov_test(m) WHERE lag_class IS NULL), ROW(0::float8, 0::float8, 18::bigint, 1::float8), 'Q of chains that are alike is 0');
-- Years as lag classes test that nothing changes over time; here nothing does but chance.
SELECT ok(p_q > 0.001 AND df = 10 * 12 AND n = (SELECT count(*) FROM move WHERE consecutive), 'homogeneity over time') FROM (SELECT markov(id, year, class, year - 2009) AS m FROM status) AS s, markov_test(m) WHERE lag_class IS NULL;
-- Under the null p is uniform: 400 panels of a chain whose classes do not care for the lag class.
CREATE TABLE null_p AS SELECT r, p_q, p_lr FROM (SELECT r, markov(i, t, c, 1 + (random() < 0.4 + 0 * i)::int) AS m FROM generate_series(1, 400) AS r, generate_series(1, 60) AS i, generate_series(1, 6) AS t, LATERAL (SELECT 1 + floor(3 * random() + 0 * (r + i + t))::int AS c) AS s GROUP BY r) AS s, markov_test(m) WHERE lag_class IS NULL;
SELECT ok(count(*) FILTER (WHERE p_q < 0.05) BETWEEN 8 AND 34 AND avg(p_q) BETWEEN 0.44 AND 0.56, 'p of what is by chance is uniform') FROM null_p;

-- Classes and lag classes by other names.
CREATE TABLE renamed AS SELECT markov(id, year, (ARRAY[900, 4, 17, 1])[class], (ARRAY[7, 1000, 2])[lag_class]) AS m FROM status;
SELECT bag_eq('SELECT (ARRAY[7, 1000, 2])[lag_class] AS lag_class, (ARRAY[900, 4, 17, 1])[class_from] AS class_from, (ARRAY[900, 4, 17, 1])[class_to] AS class_to, n, p, low FROM whole, markov_table(spatial)', 'SELECT lag_class, class_from, class_to, n, p, low FROM renamed, markov_table(m)', 'other numbers, the same transitions');
SELECT is_empty($$SELECT * FROM (SELECT (ARRAY[7, 1000, 2])[lag_class] AS lag_class, q, lr, df, contribution FROM whole, markov_test(spatial)) AS a, renamed, markov_test(m) AS b WHERE a.lag_class IS NOT DISTINCT FROM b.lag_class AND NOT (near(a.q, b.q) AND near(a.lr, b.lr) AND a.df = b.df AND near(a.contribution, b.contribution))$$, 'the same tests');
SELECT is_empty($$SELECT * FROM (SELECT (ARRAY[7, 1000, 2])[lag_class] AS lag_class, shorrocks, determinant, second_eigenvalue FROM whole, markov_mobility(spatial)) AS a, renamed, markov_mobility(m) AS b WHERE a.lag_class IS NOT DISTINCT FROM b.lag_class AND NOT (near(a.shorrocks, b.shorrocks) AND near(a.determinant, b.determinant) AND near(a.second_eigenvalue, b.second_eigenvalue, 1e-9))$$, 'the same mobility');
SELECT is_empty($$SELECT * FROM (SELECT (ARRAY[7, 1000, 2])[lag_class] AS lag_class, (ARRAY[900, 4, 17, 1])[class] AS class, steady_state FROM whole, markov_classes(spatial)) AS a, renamed, markov_classes(m) AS b WHERE a.lag_class IS NOT DISTINCT FROM b.lag_class AND a.class = b.class AND NOT coalesce(near(a.steady_state, b.steady_state), false)$$, 'the same long run');

-- Areas and neighbours that move independently: as many as expected in every row, and p is uniform.
CREATE TABLE joint AS SELECT r, markov(i, t, 1 + 2 * own + other) AS m FROM generate_series(1, 300) AS r, generate_series(1, 40) AS i, generate_series(1, 8) AS t, LATERAL (SELECT (random() + 0 * (r + i + t) < 0.4)::int AS own, (random() + 0 * (r + i + t) < 0.7)::int AS other) AS s GROUP BY r;
SELECT is_empty($$SELECT r, class_from FROM joint, markov_moves(m, '{1,1,2,2}', '{1,2,1,2}') WHERE r <= 20 GROUP BY 1, 2 HAVING NOT near(sum(expected), sum(n)::float8)$$, 'as many are expected as there are');
SELECT ok(count(*) FILTER (WHERE (t).p_q < 0.05) BETWEEN 5 AND 28 AND avg((t).q) BETWEEN 7.4 AND 8.6, 'chi-square of independent moves has 8 degrees of freedom') FROM (SELECT markov_moves_test(m, '{1,1,2,2}', '{1,2,1,2}') AS t FROM joint) AS s;

-- ---- order of areas ----

CREATE TABLE area AS SELECT i::bigint AS id, floor(20 * random()) AS x, floor(20 * random()) AS y, 1 + i % 7 AS regime FROM generate_series(1, 150) AS i;
CREATE TABLE map AS SELECT weights_agg(i, j, 1 + (i * j) % 5) AS w FROM (SELECT i, CASE WHEN i % 10 > 0 THEN (i * d) % 150 + 1 END AS j FROM generate_series(1, 150) AS i, unnest('{3,11}'::int[]) AS d WHERE d = 3 OR (i % 10 > 0 AND (i * 3) % 150 <> (i * 11) % 150)) AS s WHERE j IS DISTINCT FROM i;
CREATE VIEW pair AS SELECT sign(a.x - b.x) * sign(a.y - b.y) AS s, (a.x <> b.x)::int AS in_x, (a.y <> b.y)::int AS in_y, EXISTS (SELECT FROM links((SELECT w FROM map)) AS l WHERE (l.id, l.neighbor) IN ((a.id, b.id), (b.id, a.id))) AS near FROM area AS a JOIN area AS b ON a.id < b.id;
CREATE TABLE pairs AS SELECT near, count(*) AS pairs, count(*) FILTER (WHERE s > 0) AS concordant, count(*) FILTER (WHERE s < 0) AS discordant, sum(s) / sqrt(sum(in_x)::float8 * sum(in_y)) AS tau FROM pair GROUP BY GROUPING SETS ((near), ());
SELECT ok(near((k).tau, p.tau) AND (k).concordant = p.concordant AND (k).discordant = p.discordant AND (k).tied_x = (SELECT count(*) FROM pair WHERE in_x = 0) AND (k).tied_y = (SELECT count(*) FROM pair WHERE in_y = 0), 'tau as all pairs have it') FROM (SELECT kendall_tau(x, y) AS k FROM area) AS s, pairs AS p WHERE near IS NULL;
-- All orders of y give the variance of S, ties or not.
CREATE TABLE layout AS WITH RECURSIVE o (a) AS (SELECT '{}'::int[] UNION ALL SELECT a || i FROM o, generate_series(1, 6) AS i WHERE i <> ALL (a)) SELECT a FROM o WHERE cardinality(a) = 6;
SELECT is_empty($$SELECT x, y FROM (VALUES ('{1,2,3,4,5,6}'::float8[], '{1,2,3,4,5,6}'::float8[]), ('{1,1,2,3,3,3}', '{1,2,3,4,5,6}'), ('{1,1,2,3,3,3}', '{1,1,1,1,2,2}'), ('{1,1,1,2,2,2}', '{5,5,4,4,3,3}')) AS v (x, y),
	LATERAL (SELECT var_pop((k).concordant - (k).discordant)::float8 AS all_orders, max((k).variance) AS variance FROM (SELECT kendall_tau(x[i], y[a[i]]) AS k FROM layout, generate_series(1, 6) AS i GROUP BY a) AS s) AS t WHERE NOT near(all_orders, variance)$$, 'its variance is that of all orders');
SELECT ok(near((t).tau, a.tau) AND near((t).tau_neighbors, n.tau) AND near((t).tau_others, o.tau) AND ROW((t).pairs_neighbors, (t).concordant_neighbors, (t).discordant_neighbors, (t).pairs_others, (t).concordant_others, (t).discordant_others, (t).n_islands) = ROW(n.pairs, n.concordant, n.discordant, o.pairs, o.concordant, o.discordant, (SELECT count(*) FROM area WHERE NOT EXISTS (SELECT FROM links((SELECT w FROM map)) AS l WHERE area.id IN (l.id, l.neighbor)))), 'tau of neighbours and of others as their pairs have it')
FROM (SELECT spatial_tau((SELECT w FROM map), id, x, y) AS t FROM area) AS s, pairs AS a, pairs AS n, pairs AS o WHERE a.near IS NULL AND n.near AND NOT o.near;
SELECT ok((a).p_permutation = (b).p_permutation AND (a).p_permutation <> (c).p_permutation AND (a).tau = (c).tau AND (a).p_permutation BETWEEN 0.01 AND 1, 'p of spatial_tau: a seed, one draw, whatever the order of rows')
FROM (SELECT spatial_tau((SELECT w FROM map), id, x, y, 499, 1 ORDER BY id) AS a, spatial_tau((SELECT w FROM map), id, x, y, 499, 1 ORDER BY md5(id::text)) AS b, spatial_tau((SELECT w FROM map), id, x, y, 499, 2) AS c FROM area) AS s;
SELECT ok((t).p_permutation <= 0.004 AND (t).tau_neighbors = -1, 'neighbours that change places are found') FROM (SELECT spatial_tau((SELECT weights_agg(i, i - 1 + 2 * (i % 2), 1) FROM generate_series(1, 40) AS i), i, i, i - 1 + 2 * (i % 2), 999, 1) AS t FROM generate_series(1, 40) AS i) AS s;
WITH r AS (SELECT regime, rank() OVER (ORDER BY y) - rank() OVER (ORDER BY x) + (count(*) OVER (PARTITION BY y) - count(*) OVER (PARTITION BY x)) / 2.0 AS d FROM area), s AS (SELECT abs(sum(d)) AS moved, sum(abs(d)) AS total FROM r GROUP BY regime)
SELECT ok(near((t).theta, (SELECT sum(moved) / sum(total) FROM s)::float8) AND near((t).ranks_moved, (SELECT sum(total) FROM s)::float8) AND (t).regimes = 7, 'theta as its sums have it') FROM (SELECT rank_theta(regime, x, y) AS t FROM area) AS q;
SELECT ok((a).p_permutation = (b).p_permutation AND (a).theta = (d).theta AND (a).p_permutation > 0.01 AND (c).p_permutation <= 0.004 AND (c).theta = 1, 'p of theta, and regimes that move as one')
FROM (SELECT rank_theta(regime, x, y, 499, 1) AS a, rank_theta(regime, x, y, 499, 1 ORDER BY md5(id::text)) AS b, rank_theta(100 - regime, x, y) AS d, rank_theta((id > 75)::int, id, (id + 74) % 150, 999, 1) AS c FROM area) AS s;
-- Few areas: every layout once.
CREATE TABLE few AS SELECT i::bigint AS id, (ARRAY[1, 2, 3, 4, 5, 6])[i] AS x, (ARRAY[2, 1, 4, 3, 3, 6])[i] AS y, (ARRAY[1, 1, 2, 2, 3, 3])[i] AS regime FROM generate_series(1, 6) AS i;
CREATE TABLE few_map AS SELECT weights_agg(i, i + 1, 1) AS w FROM generate_series(1, 5) AS i;
CREATE TABLE laid AS SELECT a, (spatial_tau((SELECT w FROM few_map), id, b.x, b.y)).tau_neighbors AS tau, (rank_theta(b.regime, few.x, few.y)).theta AS theta FROM layout, few, LATERAL (SELECT x, y, regime FROM few AS f WHERE f.id = a[few.id]) AS b GROUP BY a;
SELECT ok(near((t).p_permutation, least(1, 2.0 * least(count(*) FILTER (WHERE tau >= (t).tau_neighbors - 1e-12), count(*) FILTER (WHERE tau <= (t).tau_neighbors + 1e-12)) / 720)::float8), 'p of spatial_tau over all layouts') FROM (SELECT spatial_tau((SELECT w FROM few_map), id, x, y, 9, 1) AS t FROM few) AS s, laid GROUP BY t;
SELECT ok(near((t).p_permutation, least(1, 2.0 * least(count(*) FILTER (WHERE theta >= (t).theta - 1e-12), count(*) FILTER (WHERE theta <= (t).theta + 1e-12)) / 720)::float8), 'p of theta over all layouts') FROM (SELECT rank_theta(regime, x, y, 9, 1) AS t FROM few) AS s, laid GROUP BY t;
SELECT * FROM finish();
ROLLBACK;
