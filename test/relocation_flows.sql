-- Properties of the indices of flows and of expected flows: against their formulas written as
-- plain SQL, and against themselves.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA flows_test;
SET search_path = flows_test, monitor, public;
SELECT plan(47);
SELECT setseed(0.25);

CREATE FUNCTION differ(a float8, b float8) RETURNS bool LANGUAGE sql IMMUTABLE
RETURN CASE WHEN a IS NULL AND b IS NULL THEN false WHEN a IS NULL OR b IS NULL THEN true ELSE abs(a - b) > 1e-11 * greatest(1, abs(a), abs(b)) END;

-- 24 systems of 2 to 14 areas; a third of the pairs without a flow, a few with fractions.
CREATE TABLE flow AS
SELECT system, origin, destination, period, CASE WHEN random() < 0.3 THEN 0 WHEN system % 4 = 0 THEN round((random() * 90)::numeric, 4)::float8 ELSE floor(random() * 90) END AS flow,
	1000 + 37 * origin AS population_origin, 1000 + 37 * destination AS population_destination
FROM generate_series(1, 24) AS system, LATERAL generate_series(1, 2 + system / 2) AS origin, LATERAL generate_series(1, 2 + system / 2) AS destination, generate_series(1, 2) AS period;
CREATE TABLE value AS SELECT system, flow_index(origin, destination, flow, population_origin, population_destination) AS f FROM flow GROUP BY system;

-- Indices against SQL.
CREATE TABLE pair AS SELECT system, origin, destination, sum(flow) AS m, min(population_origin)::float8 AS po, min(population_destination)::float8 AS pd FROM flow WHERE origin <> destination GROUP BY 1, 2, 3;
CREATE TABLE side AS
SELECT system, area, sum(o) AS outflow, sum(i) AS inflow, 1000 + 37 * area AS population FROM (SELECT system, origin AS area, m AS o, 0 AS i FROM pair UNION ALL SELECT system, destination, 0, m FROM pair) AS s GROUP BY 1, 2;
CREATE TABLE formula AS
SELECT s.*, p.connectivity, p.inequality, p.entropy, p.gini, p.preference, p.velocity FROM (
	SELECT system, sum(outflow) AS total, 100 * sum(outflow) / sum(population) AS cmi, 100 * sum(abs(inflow - outflow)) / nullif(sum(inflow + outflow), 0) AS mei,
		50 * sum(abs(inflow - outflow)) / sum(population) AS anmr, 100 * sum(outflow) / sum(population) / ln(count(*)::float8 ^ 2) AS k FROM side GROUP BY system) AS s
JOIN (
	SELECT system, avg((m > 0)::int)::float8 AS connectivity, sum(abs(share - 1 / k)) / 2 AS inequality, -sum(share * ln(nullif(share, 0))) AS entropy,
		sum((2 * rank - k - 1) * m) / min(k * total) AS gini, sum(share / (po / p * pd / p)) AS preference, sum(p * m / (po * pd)) AS velocity
	FROM (SELECT *, m / total AS share FROM (SELECT *, nullif(sum(m) OVER w, 0) AS total, count(*) OVER w::float8 AS k, row_number() OVER (PARTITION BY system ORDER BY m) AS rank,
		(SELECT sum(population) FROM side WHERE side.system = pair.system)::float8 AS p FROM pair WINDOW w AS (PARTITION BY system)) AS a) AS b GROUP BY system) AS p USING (system);
SELECT is(count(*), 24::bigint, 'systems') FROM formula JOIN value USING (system);
SELECT is_empty('SELECT system FROM value JOIN formula AS g USING (system) WHERE differ(total_flow(f), total)', 'total flow');
SELECT is_empty('SELECT system FROM value JOIN formula AS g USING (system) WHERE differ(crude_migration_intensity(f), cmi) OR differ(courgeau_k(f), k)', 'intensity and Courgeau''s k');
SELECT is_empty('SELECT system FROM value JOIN formula AS g USING (system) WHERE differ(migration_effectiveness(f), mei) OR differ(aggregate_net_migration_rate(f), anmr)', 'effectiveness and net migration rate');
SELECT is_empty('SELECT system FROM value JOIN formula AS g USING (system) WHERE differ(migration_preference(f), preference) OR differ(migration_velocity(f), velocity)', 'preference and velocity');
SELECT is_empty('SELECT system FROM value JOIN formula AS g USING (system) WHERE differ(migration_connectivity(f), connectivity) OR differ(migration_inequality(f), inequality)', 'connectivity and inequality');
SELECT is_empty('SELECT system FROM value JOIN formula AS g USING (system) WHERE differ(gini(f), g.gini) OR differ(entropy(f), coalesce(g.entropy, CASE WHEN total > 0 THEN 0 END))', 'Gini and entropy');
SELECT is_empty('SELECT value.system, area FROM value, flow_areas(f) AS a JOIN side AS s USING (area) WHERE s.system = value.system AND (differ(a.inflow, s.inflow) OR differ(a.outflow, s.outflow) OR differ(a.net, s.inflow - s.outflow)
	OR differ(a.turnover, s.inflow + s.outflow) OR differ(a.in_rate, 1000.0 * s.inflow / s.population) OR differ(a.effectiveness, 100 * (s.inflow - s.outflow) / nullif(s.inflow + s.outflow, 0)))', 'areas');
SELECT is_empty('SELECT system FROM value, flow_areas(f) GROUP BY system HAVING sum(round(net * 10000)) <> 0 OR sum(inflow) - sum(outflow) NOT BETWEEN -1e-9 AND 1e-9', 'net flows sum to zero');
SELECT is_empty('SELECT system FROM value WHERE differ(aggregate_net_migration_rate(f), crude_migration_intensity(f) * migration_effectiveness(f) / 100)', 'net migration rate is intensity times effectiveness');
SELECT is_empty('SELECT system FROM value WHERE differ(migration_velocity(f), migration_preference(f) * crude_migration_intensity(f) / 100)', 'velocity is preference times intensity');
-- The population of the middle of the period.
SELECT is_empty($$SELECT area FROM value, flow_areas(f, 'start') AS s JOIN flow_areas(f) AS g USING (area) WHERE differ(s.population, g.population + g.net / 2) OR differ(s.out_rate, 1000 * g.outflow / (g.population + g.net / 2))$$, 'mid-period populations');
SELECT is_empty($$SELECT system FROM value, LATERAL (SELECT flow_index(o.area, d.area, coalesce(flow, 0), o.population, d.population) AS mid
		FROM flow_areas(f, 'start') AS o CROSS JOIN flow_areas(f, 'start') AS d LEFT JOIN flow_pairs(f) AS p ON (p.origin, p.destination) = (o.area, d.area)) AS m
	WHERE abs(migration_preference(f, 'start') / migration_preference(mid) - 1) > 1e-7 OR abs(migration_velocity(f, 'start') / migration_velocity(mid) - 1) > 1e-7$$, 'preference and velocity of mid-period populations');

-- The value: order of rows, parts, periods, parallel workers, text and bytes.
SELECT is_empty('SELECT system FROM value JOIN (SELECT system, flow_index(origin, destination, flow, population_origin, population_destination ORDER BY destination, origin DESC) AS other FROM flow GROUP BY system) AS o USING (system) WHERE f <> other', 'row order');
SELECT is_empty('SELECT system FROM value JOIN (SELECT system, rollup(part) AS other FROM (SELECT system, period, flow_index(origin, destination, flow, population_origin, population_destination) AS part FROM flow GROUP BY system, period) AS p GROUP BY system) AS o USING (system) WHERE f <> other', 'two periods rolled up');
SELECT is_empty('SELECT a.system FROM (SELECT system, flow_index(origin, destination, flow, population_origin, population_destination) AS part FROM flow WHERE origin <= 3 GROUP BY system) AS a
	JOIN (SELECT system, flow_index(origin, destination, flow, population_origin, population_destination) AS part FROM flow WHERE origin > 3 GROUP BY system) AS b USING (system) JOIN value USING (system) WHERE a.part + b.part <> f OR b.part + a.part <> f', 'two parts added');
SELECT is_empty('SELECT system FROM value WHERE f::text::flow_index <> f', 'text and back');
SELECT is((SELECT count(DISTINCT f) FROM (SELECT f FROM value UNION ALL SELECT f FROM value) AS s), 24::bigint, 'sorted and grouped');
SELECT is((SELECT count(*) FROM value AS a JOIN value AS b ON a.f = b.f), 24::bigint, 'joined');
CREATE TABLE many AS SELECT i % 97 AS origin, (i * 7) % 89 AS destination, 1 + i % 3 AS flow FROM generate_series(1, 60000) AS i;
ALTER TABLE many SET (parallel_workers = 2);
CREATE TABLE serial AS SELECT flow_index(origin, destination, flow) AS f FROM many;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT is((SELECT flow_index(origin, destination, flow) FROM many), f, 'parallel workers leave no trace') FROM serial;
SELECT is((SELECT sum(flow) FROM flow_pairs(f)), (SELECT sum(flow)::float8 FROM many), 'persons one by one are summed') FROM serial;
-- Units: all numbers times 10
SELECT is_empty($$SELECT system FROM value JOIN (SELECT system, flow_index(origin, destination, 10 * flow, 10 * population_origin, 10 * population_destination) AS ten FROM flow GROUP BY system) AS t USING (system)
	WHERE differ(total_flow(ten), 10 * total_flow(f)) OR differ(crude_migration_intensity(ten), crude_migration_intensity(f)) OR differ(gini(ten), gini(f)) OR differ(entropy(ten), entropy(f))
	OR differ(migration_inequality(ten), migration_inequality(f)) OR differ(migration_velocity(ten), migration_velocity(f))$$, 'indices do not depend on the unit');
-- Extremes
SELECT results_eq($$SELECT migration_effectiveness(f), migration_inequality(f), round(gini(f) * 1e12) / 1e12, entropy(f), migration_connectivity(f) FROM (SELECT flow_index(o, d, CASE WHEN o = 1 AND d = 2 THEN 5 ELSE 0 END) AS f FROM generate_series(1, 4) AS o, generate_series(1, 4) AS d) AS t$$,
	$$VALUES (100::float8, 11 / 12::float8, round(11e12 / 12::float8) / 1e12, 0::float8, 1 / 12::float8)$$, 'all go one way');
SELECT ok(migration_effectiveness(f) = 0 AND abs(migration_inequality(f)) < 1e-12 AND abs(gini(f)) < 1e-12 AND abs(entropy(f) - ln(12)) < 1e-12 AND migration_connectivity(f) = 1, 'all flows equal')
FROM (SELECT flow_index(o, d, 7) AS f FROM generate_series(1, 4) AS o, generate_series(1, 4) AS d) AS t;

-- Expected flows -----------------------------------------------------------------

CREATE TABLE place AS SELECT i AS id, (i * 37) % 23 AS x, (i * 11) % 17 AS y FROM generate_series(1, 15) AS i;
CREATE TABLE way AS SELECT o.id AS origin, d.id AS destination, sqrt((o.x - d.x) ^ 2 + (o.y - d.y) ^ 2) AS distance FROM place AS o, place AS d;
CREATE TABLE model (model text, beta float8);
INSERT INTO model VALUES ('quasi-independence', NULL), ('power', -1.3), ('exponential', -0.21);
-- An exact model is found: ratio 1, beta as planted.
CREATE TABLE exact AS
SELECT model, m.beta AS planted, origin, destination, distance,
	(100 + origin * 13) * (50 + (destination * 29) % 71) * CASE model WHEN 'power' THEN distance ^ m.beta WHEN 'exponential' THEN exp(m.beta * distance) ELSE 1 END AS flow FROM way, model AS m WHERE origin <> destination;
CREATE TABLE exact_found AS SELECT t.*, (e).* FROM (SELECT model, planted, expected_flow(origin, destination, flow, distance, model) OVER (PARTITION BY model) AS e FROM exact) AS t;
SELECT is_empty('SELECT * FROM exact_found WHERE ratio IS NULL OR abs(ratio - 1) > 1e-10', 'ratio 1 where flows are a product');
SELECT is_empty('SELECT * FROM exact_found WHERE differ(beta, planted)', 'beta as planted');
SELECT is_empty('SELECT * FROM exact_found WHERE NOT dispersion < 1e-15 OR p < 0.999999 OR df <> 15 * 14 - 29 - (planted IS NOT NULL)::int', 'no dispersion, nothing significant, degrees of freedom');

-- Noisy flows with zeros, pairs that are impossible, an unknown flow.
CREATE TABLE noisy AS
SELECT model, origin, destination, distance, CASE WHEN origin = 3 AND destination = 5 THEN NULL WHEN random() < 0.1 THEN 0 ELSE floor(flow / 20 * (0.5 + random())) END AS flow
FROM exact WHERE NOT (origin = 1 AND destination IN (2, 3, 4)) AND NOT (destination = 15 AND origin % 2 = 0);
CREATE TABLE found AS SELECT model, origin, destination, flow, distance, (e).* FROM (SELECT *, expected_flow(origin, destination, flow, distance, model) OVER (PARTITION BY model) AS e FROM noisy) AS t;
SELECT is_empty('SELECT model, origin FROM found WHERE flow IS NOT NULL GROUP BY 1, 2 HAVING abs(sum(expected) / sum(flow) - 1) > 1e-12 UNION ALL SELECT model, destination FROM found WHERE flow IS NOT NULL GROUP BY 1, 2 HAVING abs(sum(expected) / sum(flow) - 1) > 1e-12',
	'origins and destinations keep their sums');
SELECT is_empty('SELECT model FROM found WHERE flow IS NOT NULL AND model <> ''quasi-independence'' GROUP BY model HAVING abs(sum((flow - expected) * CASE model WHEN ''power'' THEN ln(distance) ELSE distance END)) > 1e-9 * sum(flow)', 'and distance its sum: the likelihood''s condition for beta');
SELECT is((SELECT count(*) FROM found WHERE flow IS NULL AND expected IS NULL), 3::bigint, 'an unknown flow has no expectation');
-- log expected is additive
SELECT is_empty($$SELECT a.model FROM found AS a JOIN found AS b ON (b.model, b.origin) = (a.model, a.origin) JOIN found AS c ON (c.model, c.destination) = (a.model, a.destination) JOIN found AS d ON (d.model, d.origin, d.destination) = (a.model, c.origin, b.destination)
	WHERE a.model = 'quasi-independence' AND abs(a.expected * d.expected / (b.expected * c.expected) - 1) > 1e-10$$, 'expected flows are a product');
SELECT is_empty($$SELECT * FROM found WHERE flow IS NOT NULL AND (differ(ratio, flow / expected) OR differ(pearson, (flow - expected) / sqrt(expected)) OR differ(deviance, sign(flow - expected) * sqrt(2 * greatest(0, CASE WHEN flow > 0 THEN flow * ln(flow / expected) ELSE 0 END - flow + expected))))$$, 'ratio and residuals');
SELECT is_empty('SELECT model FROM found WHERE flow IS NOT NULL GROUP BY model HAVING differ(sum(pearson ^ 2) / min(df), min(dispersion))', 'dispersion is chi-square over df');
SELECT is_empty('SELECT model FROM found WHERE flow IS NOT NULL GROUP BY model HAVING abs(sum((pearson / adjusted) ^ 2) - min(df)) > 1e-8', 'leverages sum to the number of parameters');
SELECT is_empty('SELECT * FROM found WHERE (p IS NULL) <> (expected IS NULL OR expected < 5) OR p < p_poisson', 'p where 5 are expected, and dispersion makes it larger');
-- A leverage is how much an expectation moves with its own flow.
CREATE TABLE moved AS
SELECT model, which, by, (e).expected FROM (
	SELECT n.model, which, by, n.origin, n.destination, expected_flow(n.origin, n.destination, n.flow + CASE WHEN n.origin = which AND n.destination = which + 1 THEN by ELSE 0 END, distance, n.model) OVER (PARTITION BY n.model, which, by) AS e
	FROM noisy AS n, generate_series(4, 11) AS which, (VALUES (0.01), (0.0)) AS b (by)) AS t WHERE origin = which AND destination = which + 1;
SELECT is_empty($$SELECT * FROM (SELECT model, which, (max(expected) FILTER (WHERE by > 0) - max(expected) FILTER (WHERE by = 0)) / 0.01 AS leverage FROM moved GROUP BY 1, 2) AS m JOIN found AS f ON (f.model, f.origin, f.destination) = (m.model, which, which + 1)
	WHERE abs(leverage - (1 - (pearson / adjusted) ^ 2)) > 1e-3$$, 'leverages are derivatives');
-- Order of rows, unit of flows and of distance
SELECT is_empty('SELECT * FROM found AS f JOIN (SELECT *, expected_flow(origin, destination, flow, distance, model) OVER (PARTITION BY model ORDER BY destination DESC, origin ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS e FROM noisy) AS t USING (model, origin, destination)
	WHERE ((e).expected, (e).p, (e).beta) IS DISTINCT FROM (f.expected, f.p, f.beta)', 'row order, to the bit');
SELECT is_empty('SELECT * FROM found AS f JOIN (SELECT *, expected_flow(origin, destination, 8 * flow, 1000 * distance, model) OVER (PARTITION BY model) AS e FROM noisy) AS t USING (model, origin, destination)
	WHERE differ((e).expected, 8 * f.expected) OR differ((e).dispersion, 8 * f.dispersion) OR differ((e).beta * CASE model WHEN ''exponential'' THEN 1000 ELSE 1 END, f.beta)', 'persons by 8, kilometres to metres');
-- Areas explain distances but for 1e-5, and nobody moves to a destination that is far from all.
CREATE TABLE far AS
SELECT origin, destination, CASE WHEN destination < 9 THEN 10 + (origin * 7 + destination * 3) % 5 + 20 * (origin = destination + 1)::int ELSE 0 END AS flow,
	origin * 10 + destination * 5 + CASE WHEN (origin + destination) % 3 = 0 THEN 1e-5 ELSE 0 END + CASE WHEN destination = 9 THEN 1000 * origin ELSE 0 END AS distance
FROM generate_series(1, 8) AS origin, generate_series(1, 9) AS destination WHERE origin <> destination;
SELECT is_empty($$SELECT * FROM (SELECT origin, destination, expected_flow(origin, destination, flow, distance, 'exponential') OVER () AS e FROM far) AS a LEFT JOIN (SELECT origin, destination, expected_flow(origin, destination, flow, distance, 'exponential') OVER () AS e FROM far WHERE destination < 9) AS b USING (origin, destination)
	WHERE (a.e).expected IS NULL OR abs((a.e).expected / (b.e).expected - 1) > 1e-9 OR destination = 9 AND (a.e).expected <> 0$$, 'a destination to which nobody moves changes no other expectation, however far');
-- Flows that stop at a distance, where the slope runs away and areas hardly hang together.
CREATE TABLE stops AS
SELECT v.*, expected_flow(o, d, f, x, 'power') OVER () AS e FROM (VALUES (1, 2, 5, 10), (1, 3, 0, 12), (1, 4, 0, 1), (1, 5, 0, 3), (2, 1, 0, 10), (2, 3, 0, 14), (2, 4, 0, 9), (2, 5, 0, 9), (3, 1, 0, 12), (3, 2, 0, 14),
	(3, 4, 3, 11), (3, 5, 0, 9), (4, 1, 0, 1), (4, 2, 1, 9), (4, 3, 1, 11), (4, 5, 0, 2), (5, 1, 0, 3), (5, 2, 0, 9), (5, 3, 0, 9), (5, 4, 0, 2)) AS v (o, d, f, x);
SELECT ok(bool_and((e).beta IS NULL AND (e).note LIKE 'beta is not estimated: flows stop at a distance%'), 'no beta where flows stop at a distance, and a note') FROM stops;
SELECT is_empty('SELECT o FROM stops GROUP BY o HAVING NOT abs(sum((e).expected) - sum(f)) < 1e-9 UNION ALL SELECT d FROM stops GROUP BY d HAVING NOT abs(sum((e).expected) - sum(f)) < 1e-9', 'yet the margins are met');
-- Complete tables: the classical expectation and adjusted residual
SELECT is_empty($$SELECT * FROM (SELECT *, sum(flow) OVER (PARTITION BY origin) AS o, sum(flow) OVER (PARTITION BY destination) AS d, sum(flow) OVER () AS n, expected_flow(origin, destination, flow) OVER () AS e
	FROM (SELECT o AS origin, 100 + d AS destination, (o * 17 + d * 5 + o * d) % 41 + 3.0::float8 AS flow FROM generate_series(1, 6) AS o, generate_series(1, 9) AS d) AS f) AS t
	WHERE differ((e).expected, o * d / n) OR differ((e).adjusted, (flow - o * d / n) / sqrt(o * d / n * (1 - o / n) * (1 - d / n))) OR (e).df <> 40$$, 'a complete table');
-- Beyond 500 destinations the closed form, which complete tables share
SELECT is_empty($$SELECT * FROM (SELECT *, sum(flow) OVER (PARTITION BY origin) AS o, sum(flow) OVER (PARTITION BY destination) AS d, sum(flow) OVER () AS n, expected_flow(origin, destination, flow) OVER () AS e
	FROM (SELECT o AS origin, 100 + d AS destination, (o * 17 + d * 5 + o * d) % 41 + 3.0::float8 AS flow FROM generate_series(1, 6) AS o, generate_series(1, 501) AS d) AS f) AS t
	WHERE differ((e).adjusted, (flow - o * d / n) / sqrt(o * d / n * (1 - o / n) * (1 - d / n)))$$, 'a complete table of 501 destinations');
-- Poisson flows are called significant as often as stated, or less as dispersion may only add: 40 tables, dispersion about 1.
CREATE FUNCTION poisson(mean float8) RETURNS int LANGUAGE plpgsql AS $$
DECLARE k int := 0; product float8 := random();
BEGIN
	WHILE product > exp(-mean) LOOP k := k + 1; product := product * random(); END LOOP;
	RETURN k;
END $$;
CREATE TABLE simulated AS SELECT draw, (expected_flow(origin, destination, flow, distance, 'power') OVER (PARTITION BY draw)).* FROM (
	SELECT draw, origin, destination, distance, poisson(3e-2 * flow)::float8 AS flow FROM exact, generate_series(1, 40) AS draw WHERE model = 'power' AND origin <= 8 AND destination <= 8) AS f;
SELECT diag(format('%s of %s called significant, %s as Poisson, mean dispersion %s', count(*) FILTER (WHERE p < 0.05), count(p), count(*) FILTER (WHERE p_poisson < 0.05), avg(dispersion))) FROM simulated;
SELECT ok(avg((p < 0.05)::int) BETWEEN 0.015 AND 0.055 AND avg((p_poisson < 0.05)::int) BETWEEN 0.03 AND 0.065 AND avg(dispersion) BETWEEN 0.9 AND 1.1, 'Poisson flows: 5 % are called significant') FROM simulated;

-- Lines.
SELECT ok(ST_Equals(flow_line('SRID=25832;POLYGON((0 0,2 0,2 2,0 2,0 0))', 'SRID=25832;POINT(11 5)'), 'SRID=25832;LINESTRING(1 1,11 5)'), 'a straight line from middle to middle');
SELECT ok(ST_NPoints(l) = 33 AND ST_StartPoint(l) = 'POINT(0 0)'::geometry AND ST_EndPoint(l) = 'POINT(10 0)'::geometry AND abs(ST_YMin(l) + 1) < 1e-12 AND ST_YMax(l) = 0, 'bent to the right by half the curvature') FROM flow_line('POINT(0 0)', 'POINT(10 0)', 0.2) AS l;
SELECT ok(ST_HausdorffDistance(flow_line('POINT(0 0)', 'POINT(10 0)', 0.2), flow_line('POINT(10 0)', 'POINT(0 0)', -0.2)) < 1e-12, 'there and back bend apart, but for the sign');
SELECT * FROM finish();
ROLLBACK;
