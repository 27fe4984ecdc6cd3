-- Conley errors of fixest, conleyreg and the plain matrix formula, and sandwich's
-- HC0, HC1 and HC3. fixest's "triangular" is no kernel but 111 km a degree, which for
-- its pairs is a sphere of 111 x 180 / pi km; its "spherical" has 2R = 12752 km;
-- conleyreg's sphere 6371.01 km.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_conley;
SET search_path = reference_conley, monitor, public;
SELECT plan(10);
\ir setup.psql
CREATE TABLE quake (id bigint, lat float8, long float8, depth float8, mag float8, stations float8);
\copy quake FROM 'test/data/reference/data_quakes.csv' CSV HEADER
CREATE TABLE reference (data text, model text, estimator text, kernel text, distance text, cutoff float8, term text, coef float8, se float8, call text);
\copy reference FROM 'test/data/reference/ref_conley.csv' CSV HEADER

CREATE TABLE model AS
SELECT 'quakes' AS data, estimator, kernel, distance, cutoff, estimator LIKE '%adj=TRUE%' AS adjust, conley(id, ST_MakePoint(long, lat), depth, ARRAY[mag, stations], cutoff, kernel, radius) AS m
FROM quake, (SELECT DISTINCT estimator, kernel, distance, cutoff, CASE distance WHEN 'triangular' THEN 111 * 180 / pi() WHEN 'spherical' THEN 12752 / 2 WHEN 'haversine' THEN 6371.01 END AS radius FROM reference WHERE data = 'quakes') AS s
GROUP BY estimator, kernel, distance, cutoff
UNION ALL
SELECT 'columbus', estimator, kernel, distance, cutoff, false, conley(id, wkb::geometry, "CRIME", ARRAY["INC", "HOVAL"], cutoff, kernel)
FROM read_columbus, (SELECT DISTINCT estimator, kernel, distance, cutoff FROM reference WHERE distance LIKE 'planar%') AS s
GROUP BY estimator, kernel, distance, cutoff
UNION ALL
SELECT 'columbus', estimator, kernel, distance, cutoff, false, conley(id, "CRIME", ARRAY["INC", "HOVAL"], right(estimator, 3))
FROM read_columbus, (SELECT DISTINCT estimator, kernel, distance, cutoff FROM reference WHERE estimator LIKE 'sandwich%') AS s
GROUP BY estimator, kernel, distance, cutoff;

-- The peers give the root of each positive variance even where the covariance is none; that is in covariance.
CREATE TABLE compared AS
SELECT r.*, t.estimate, t.se AS our_se, t.note, (m).least_eigenvalue >= -1e-10 AS positive,
	CASE WHEN variance > 0 THEN sqrt(variance * CASE WHEN adjust THEN ((m).n - 1.0) / ((m).n - 3) ELSE 1 END) END AS root
FROM model AS o, terms(m, CASE data WHEN 'quakes' THEN '{mag,stations}' ELSE '{INC,HOVAL}' END::text[], adjust => o.adjust) WITH ORDINALITY AS t(term, estimate, se, statistic, p, low, high, se_independent, note, place),
	LATERAL (SELECT (m).covariance[4 * place - 3] AS variance) AS v, reference AS r
WHERE (r.data, r.estimator, r.kernel, r.distance, r.cutoff) = (o.data, o.estimator, o.kernel, o.distance, o.cutoff) AND r.term = CASE place WHEN 1 THEN '(Intercept)' ELSE t.term END;
SELECT is((SELECT ROW(count(*), (SELECT count(*) FROM reference)) FROM compared), ROW(81::bigint, 81::bigint), 'every row is compared');
SELECT is_empty('SELECT estimator, term, relative_difference(estimate, coef) FROM compared WHERE NOT relative_difference(estimate, coef) <= 1e-9', 'coefficients');
SELECT is_empty('SELECT estimator, kernel, distance, cutoff, term, se, root FROM compared WHERE NOT relative_difference(root, se) <= 1e-9', 'roots of the variances');
SELECT is_empty('SELECT estimator, kernel, distance, cutoff, term, se, our_se FROM compared WHERE positive AND NOT relative_difference(our_se, se) <= 1e-9', 'standard errors where the covariance is one');
SELECT set_eq('SELECT DISTINCT kernel, cutoff, term, our_se, note FROM compared WHERE NOT positive', $$VALUES ('uniform', 2::float8, '(Intercept)', NULL::float8, 'covariance not positive semi-definite; take kernel spherical, fewer lags or another cutoff'),
	('uniform', 2, 'INC', NULL, 'covariance not positive semi-definite; take kernel spherical, fewer lags or another cutoff'), ('uniform', 2, 'HOVAL', NULL, 'covariance not positive semi-definite; take kernel spherical, fewer lags or another cutoff')$$, 'the uniform kernel at 2 has a negative variance and none of its errors is given');
SELECT is((SELECT count(*) FROM model, terms(m, clip => true) WHERE (m).least_eigenvalue < -1e-10 AND se > 0), 3::bigint, 'but they are with its negative eigenvalues at 0');
SELECT is((SELECT (m).covariance[1] < 0 FROM model WHERE data = 'columbus' AND kernel = 'uniform' AND cutoff = 2), true, 'the negative variance is seen');

-- First differences of the ring panel: the rows of ref_did_rings with Conley errors
CREATE TABLE ring_panel (id bigint, year int, ring int, treated int, post int, dist float8, cx float8, cy float8, pop float8, y float8, r1 int, r2 int);
\copy ring_panel FROM 'test/data/reference/data_ring_panel.csv' CSV HEADER
CREATE TABLE ring_reference (spec text, term text, coef float8, se float8, vcov text, call text, package text);
\copy ring_reference FROM 'test/data/reference/ref_did_rings.csv' CSV HEADER
SELECT results_eq($$SELECT kernel, place, relative_difference(coef, estimate) <= 1e-9 AND relative_difference(se, sqrt((m).covariance[5 * place - 4])) <= 1e-9
		FROM (SELECT kernel, conley(id, ST_MakePoint(cx, cy), change, ARRAY[(ring = 0)::int, (ring = 1)::int, (ring = 2)::int], 1, kernel) AS m
			FROM (SELECT id, cx, cy, ring, avg(y) FILTER (WHERE post = 1) - avg(y) FILTER (WHERE post = 0) AS change FROM ring_panel GROUP BY 1, 2, 3, 4) AS c, unnest('{uniform,bartlett}'::text[]) AS kernel GROUP BY kernel) AS s,
			unnest((m).coefficients) WITH ORDINALITY AS u(estimate, place), ring_reference AS r WHERE r.vcov = 'conley_' || kernel || '_cutoff1_nodof' AND r.term = (ARRAY['(Intercept)', 'I(ring == 0)TRUE', 'I(ring == 1)TRUE', 'I(ring == 2)TRUE'])[place] ORDER BY 1, 2$$,
	$$SELECT kernel, place::bigint, true FROM unnest('{bartlett,uniform}'::text[]) AS kernel, generate_series(1, 4) AS place$$, 'changes in rings');

-- The kernel that is safe: own matrix sums in SQL.
CREATE FUNCTION covariance_by_hand(area_weights text, OUT v float8) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format($query$WITH a AS (SELECT id, "INC" AS x, "CRIME" AS y, ST_X(c) AS cx, ST_Y(c) AS cy FROM read_columbus, ST_Centroid(wkb::geometry) AS c),
		s AS (SELECT avg(x) AS mx, regr_slope(y, x) AS b, regr_intercept(y, x) AS a0, regr_sxx(y, x) AS sxx FROM a),
		u AS (SELECT id, cx, cy, (x - mx) * (y - a0 - b * x) / sxx AS g FROM a, s)
		SELECT sum(i.g * j.g * %s) FROM u AS i, u AS j, LATERAL (SELECT least(1, sqrt((i.cx - j.cx) ^ 2 + (i.cy - j.cy) ^ 2) / 1.5) AS r, abs(i.cx - j.cx) / 1.5 AS dx, abs(i.cy - j.cy) / 1.5 AS dy) AS d$query$, area_weights) INTO v;
END
$$;
SELECT ok(relative_difference((conley(id, wkb::geometry, "CRIME", ARRAY["INC"], 1.5)).covariance[4], covariance_by_hand('(1 - 1.5 * r + 0.5 * r ^ 3)')) < 1e-9, 'the spherical kernel as summed in SQL') FROM read_columbus;
SELECT ok(relative_difference((conley(id, wkb::geometry, "CRIME", ARRAY["INC"], 1.5, 'product_bartlett')).covariance[4], covariance_by_hand('greatest(0, 1 - dx) * greatest(0, 1 - dy)')) < 1e-9, 'Conley''s product kernel as summed in SQL') FROM read_columbus;
SELECT diag(format('ref_conley: %s rows compared, worst relative difference %s', count(*), max(greatest(relative_difference(estimate, coef), relative_difference(root, se))))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
