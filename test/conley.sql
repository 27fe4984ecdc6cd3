-- Properties of conley: kernels at their ends, what the order, names and places of
-- areas must not change, panels, the guard.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA test_conley;
SET search_path = test_conley, monitor, public;
SELECT plan(26);
SELECT setseed(0.125) \g /dev/null
CREATE TABLE area AS
SELECT i::bigint AS id, ST_MakePoint(20 * random(), 10 * random()) AS geom, random() AS a, 3 * random() AS b FROM generate_series(1, 80) AS i;
-- Outcomes of near areas are alike
CREATE TABLE panel AS
SELECT p.id, t::bigint AS period, p.geom, ARRAY[p.a + 0.1 * t * p.b, p.b] AS x, p.a - p.b + sin(ST_X(p.geom) / 3 + t) + 0.3 * cos(7 * p.id + t * t) AS y FROM area AS p, generate_series(2001, 2006) AS t;
CREATE VIEW one AS SELECT * FROM panel WHERE period = 2003;
CREATE FUNCTION near(a float8[], b float8[], tolerance float8 DEFAULT 1e-9) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN (SELECT bool_and(abs(x - y) <= tolerance * greatest(abs(x), abs(y), 1e-12)) FROM unnest(a, b) AS u(x, y)) AND cardinality(a) = cardinality(b);

-- Ends of the cutoff
SELECT is((conley(id, geom, y, x, 1e-9)).covariance, (conley(id, y, x, 'HC0')).covariance, 'no area within the cutoff: HC0') FROM one;
SELECT is((conley(id, geom, y, x, 1e-9)).independent, ARRAY[(m).covariance[1], (m).covariance[5], (m).covariance[9]], 'variances without correlation are HC0''s') FROM (SELECT conley(id, y, x, 'HC0') AS m FROM one) AS s, one GROUP BY m;
SELECT ok((SELECT bool_and(abs((m).covariance[4 * i - 3]) < 1e-12 * (m).independent[i]) FROM generate_series(1, 3) AS i), 'uniform over all areas: residuals sum to 0') FROM (SELECT conley(id, geom, y, x, 1000, 'uniform') AS m FROM one) AS s;
SELECT is((conley(id, geom, y, x, 1000, 'uniform')).pairs, 80 * 79 / 2::bigint, 'all pairs') FROM one;
SELECT ok((m).covariance[1] BETWEEN 0 AND 1e-6 * (m).independent[1] AND (m).least_eigenvalue BETWEEN -1e-10 AND 1e-6, 'so nearly for the spherical kernel, which stays positive') FROM (SELECT conley(id, geom, y, x, 1e9) AS m FROM one) AS s;
-- Two groups far apart, uniform: (sum of the group's scores) squared, the covariance of clusters
SELECT ok(near((conley(id, CASE WHEN id <= 30 THEN 'POINT(0 0)'::geometry WHEN id <= 55 THEN 'POINT(50 50)' ELSE 'POINT(100 100)' END, y, '{}', 1, 'uniform')).covariance, ARRAY[(SELECT sum(s * s) / 6400 FROM (SELECT sum(y - m) AS s FROM one, (SELECT avg(y) AS m FROM one) AS n GROUP BY (id > 30)::int + (id > 55)::int) AS g)]), 'uniform over groups: clusters') FROM one;

-- Kernels at r = 0, 1/2 and 1: two areas, residuals u and -u, variance u^2 / 2 (1 - weight)
CREATE FUNCTION weight(kernel text, dx float8, dy float8, cutoff float8) RETURNS float8 LANGUAGE sql STABLE
RETURN (SELECT 1 - (conley(id, ST_MakePoint(id * dx, id * dy), id, '{}', cutoff, kernel)).covariance[1] / (conley(id, ST_MakePoint(id * dx, id * dy), id, '{}', cutoff, kernel)).independent[1] FROM generate_series(0, 1) AS id);
SELECT is(ARRAY[weight(k, 0, 0, 5), weight(k, 3, 4, 10), weight(k, 3, 4, 5), weight(k, 3, 4, 4.999)], expected::float8[], 'kernel ' || k)
FROM (VALUES ('spherical', ARRAY[1, 1 - 0.75 + 0.0625, 0, 0]), ('bartlett', ARRAY[1, 0.5, 0, 0]), ('uniform', ARRAY[1, 1, 1, 0])) AS v(k, expected);
SELECT ok(near(ARRAY[weight('product_bartlett', 0, 0, 5), weight('product_bartlett', 3, 4, 10), weight('product_bartlett', 3, 4, 5), weight('product_bartlett', 3, 4, 4), weight('product_bartlett', 4, 4, 5)], ARRAY[1, 0.7 * 0.6, 0.4 * 0.2, 0, 0.04]), 'kernel product_bartlett reaches into the corners of its square');
SELECT ok(near(ARRAY[weight('bartlett', 0, 1, 2)], ARRAY[0.5]) AND near(ARRAY[(SELECT 1 - (conley(id, ST_MakePoint(0, id), id, '{}', 2 * pi() / 180, 'bartlett', 1)).covariance[1] / (conley(id, id, '{}', 'HC0')).covariance[1] FROM generate_series(0, 1) AS id)], ARRAY[0.5]), 'a degree on the sphere of radius 1');

-- What must not matter
SELECT is(conley(id, geom, y, x, 3 ORDER BY md5(id::text)), conley(id, geom, y, x, 3 ORDER BY id), 'order of rows') FROM one;
SELECT is(conley(id, period, geom, y, x, 3, 'bartlett', 2 ORDER BY md5(id::text || period)), conley(id, period, geom, y, x, 3, 'bartlett', 2 ORDER BY period, id), 'order of rows of a panel') FROM panel;
SELECT ok(near((conley(id, geom, y, x, 3)).covariance, (conley(1000 - 7 * id, geom, y, x, 3)).covariance), 'names of areas') FROM one;
SELECT ok(near((conley(id, geom, y, x, 3)).covariance, (conley(id, ST_Rotate(ST_Translate(geom, 5000, -700), 1), y, x, 3)).covariance, 1e-8), 'origin and direction of the axes') FROM one;
SELECT ok(near((conley(id, geom, y, x, 3)).covariance, (conley(id, ST_Scale(geom, 1000, 1000), y, x, 3000)).covariance), 'unit of distance') FROM one;
SELECT ok(near((SELECT array_agg(se ORDER BY term) FROM terms(m) AS t), (SELECT array_agg(se * CASE term WHEN 'x1' THEN 1e6 ELSE 1 END ORDER BY term) FROM terms(n) AS t), 1e-8), 'unit of x') FROM (SELECT conley(id, geom, y, x, 3) AS m, conley(id, geom, y, ARRAY[1e6 * x[1], x[2]], 3) AS n FROM one) AS s;
SELECT ok(near((SELECT array_agg(1e-150 * se ORDER BY term) FROM terms(n) AS t), (SELECT array_agg(se ORDER BY term) FROM terms(m) AS t)), 'unit of y') FROM (SELECT conley(id, geom, y, x, 3) AS m, conley(id, geom, 1e150 * y, x, 3) AS n FROM one) AS s;

-- Panels
SELECT is((conley(id, period, geom, y, x, 3, 'spherical', 4)).covariance, (conley(id, geom, y, x, 3)).covariance, 'one period is a cross-section') FROM one;
SELECT ok(near((conley(id, period, geom, y, x, 3, 'bartlett', 0)).covariance, (conley(id + 1000 * period, ST_Translate(geom, 100 * (period - 2000), 0), y, x, 3, 'bartlett')).covariance), 'without lags periods are places apart') FROM panel;
SELECT ok(near((conley(id, period, geom, y, x, 1e-9, 'bartlett', 3)).covariance, (conley(id * 10 + period, ST_MakePoint(period, 100 * id), y, x, 4, 'bartlett')).covariance), 'lags alone are Bartlett''s kernel along a line') FROM panel;
SELECT ok(near((conley(id, period * 1000000000000000000 - 4000000000000000000, geom, y, x, 3, 'bartlett', 100)).covariance, (conley(id, period, geom, y, x, 3, 'bartlett', 0)).covariance), 'periods far apart, up to the ends of bigint') FROM (SELECT id, period - 2000 AS period, geom, y, x FROM panel) AS p;
-- By hand, with gaps
CREATE VIEW gappy AS SELECT * FROM panel WHERE (id * period) % 7 <> 3;
WITH m AS (SELECT avg(y) AS m, count(*) AS n FROM gappy), u AS (SELECT id, period, geom, (y - m) / n AS g FROM gappy, m)
SELECT ok(near(ARRAY[sum(i.g * j.g * CASE WHEN i.period = j.period THEN greatest(0, 1 - ST_Distance(i.geom, j.geom) / 3) WHEN i.id = j.id THEN greatest(0, 1 - abs(i.period - j.period) / 3.0) ELSE 0 END)], (SELECT (conley(id, period, geom, y, '{}', 3, 'bartlett', 2)).covariance FROM gappy)), 'a panel with gaps as summed in SQL') FROM u AS i, u AS j;

-- The guard: a 12 x 12 grid on which the radial kernel is not positive, and the spherical one is
CREATE TABLE grid AS SELECT i::bigint AS id, ST_MakePoint(i % 12, i / 12) AS geom, sin(2.2 * (i % 12) + 0.1) * sin(2.2 * (i / 12) + 0.3) AS y FROM generate_series(0, 143) AS i;
CREATE TABLE tried AS SELECT kernel, cutoff, f, (conley(id, geom, sin(f * (id % 12)) * sin(f * (id / 12)), '{}', cutoff, kernel)).covariance[1] AS v FROM grid, unnest('{spherical,product_bartlett,bartlett,uniform}'::text[]) AS kernel, unnest('{1.5,2,3}'::float8[]) AS cutoff, (SELECT 0.31 * generate_series(1, 10) AS f) AS s GROUP BY kernel, cutoff, f;
SELECT set_eq('SELECT DISTINCT kernel FROM tried WHERE v < 0', '{bartlett,uniform}'::text[], 'which kernels give negative variances');
-- Half the interval of an error of 1 is Student's t: in closed form for 1 and 2 degrees of freedom, by 50 digits elsewhere
CREATE FUNCTION half(df bigint, conf float8) RETURNS float8 LANGUAGE sql STABLE
RETURN (SELECT high FROM terms(ROW('{0}', '{1}', '{1}', 0, df + 1, 0, 9, 0, 'x', 1, 0, NULL)::conley_model, conf => $2));
SELECT ok(near(array_agg(half(1, c)), array_agg(CASE WHEN c < 0.5 THEN tan(pi() / 2 * c) ELSE 1 / tan(pi() / 2 * (1 - c)) END), 1e-13) AND near(array_agg(half(2, c)), array_agg(c * sqrt(2 / ((1 - c) * (1 + c)))), 1e-13), 'one and two degrees of freedom') FROM unnest('{0.001,0.3,0.5,0.9,0.95,0.999999}'::float8[]) AS c;
SELECT ok(near(ARRAY[half(5, 0.95), half(5, 0.999999), half(1000000, 0.95), half(1000000, 0.999999), half(1000001, 0.95), half(1000001, 0.999999), half(1000000000, 0.95)],
	ARRAY[2.57058183563631478, 28.4784734628195612, 1.95996635681410666, 4.89166896070472655, 1.95996635681173438, 4.89166896067424141, 1.95996398691232509], 1e-13), 'many degrees of freedom');
SELECT * FROM finish();
ROLLBACK;
