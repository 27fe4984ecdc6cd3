-- Segregation in space, row by row against seg (R) and pysal segregation.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_segregation_spatial;
SET search_path = reference_segregation_spatial, monitor, public;
SELECT plan(11);

CREATE TABLE nc (id bigint, name text, fipsno int, bir74 float8, sid74 float8, nwbir74 float8, bir79 float8, sid79 float8, nwbir79 float8, wkb text);
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
CREATE TABLE area AS SELECT *, wkb::geometry AS geom, ARRAY[nwbir74, bir74 - nwbir74, nwbir79, sid74] AS d4, ARRAY[nwbir74, bir74 - nwbir74] AS d2 FROM nc;

CREATE FUNCTION difference(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN CASE WHEN a = b THEN 0 ELSE abs(a - b) / greatest(abs(a), abs(b)) END;

-- seg::spseg ------------------------------------------------------------------

CREATE TABLE seg (groups text, env text, index text, value float8, package text);
\copy seg FROM 'test/data/reference/ref_segregation_reardon_osullivan.csv' CSV HEADER

-- useExp=TRUE is exp(-power d), a bandwidth of 1 / power. useExp=FALSE is d^-power,
-- whose weight for the area itself is infinite (in seg 1 / 2.2e-16): no environment
-- but the area's own, here a circle too small for another.
CREATE TABLE kernel (env text, kernel text, bandwidth float8, radius float8);
INSERT INTO kernel VALUES
('localenv(power=2,useExp=TRUE,maxdist=0.6)', 'exponential', 0.5, 0.6),
('localenv(power=2,useExp=TRUE,maxdist=-1)', 'exponential', 0.5, NULL),
('localenv(power=1,useExp=FALSE,maxdist=1)', 'uniform', 1e-9, NULL);
CREATE TABLE spatial AS
SELECT 'D4' AS groups, env, segregation_spatial(d4, geom, kernel, bandwidth, radius, 0, 'residents') AS s FROM area, kernel GROUP BY env
UNION ALL
SELECT 'D2', env, segregation_spatial(d2, geom, kernel, bandwidth, radius, 0, 'residents') FROM area, kernel GROUP BY env;
CREATE TABLE seg_ours AS
SELECT groups, env, 'H_tilde' AS index, (s).information_theory AS value FROM spatial
UNION ALL SELECT groups, env, 'R_tilde', (s).relative_diversity FROM spatial
UNION ALL SELECT groups, env, 'D_tilde', (s).dissimilarity FROM spatial
UNION ALL SELECT groups, env, format('P_G%s_G%s', m, n), (s).exposure[m][n] FROM spatial, generate_series(1, 4) AS m, generate_series(1, 4) AS n;
CREATE TABLE seg_compared AS
SELECT s.*, o.value AS ours, difference(s.value, o.value) AS difference FROM seg AS s LEFT JOIN seg_ours AS o USING (groups, env, index);

SELECT is((SELECT count(*) FROM seg_compared), 78::bigint, 'every row of seg::spseg');
SELECT is_empty($$SELECT groups, env, index, value, ours FROM seg_compared WHERE difference > 1e-9 OR difference IS NULL$$, 'H~, R~, D~ and P~ of Reardon and O''Sullivan as seg::spseg');
SELECT diag(format('ref_segregation_reardon_osullivan: %s rows compared, worst relative difference %s', count(*), max(difference)::numeric(30,17))) FROM seg_compared;

-- pysal -----------------------------------------------------------------------

CREATE TABLE pysal (dataset text, groups text, family text, index text, params text, value float8, package text);
\copy pysal FROM 'test/data/reference/ref_segregation.csv' CSV HEADER
DELETE FROM pysal WHERE family NOT LIKE '%generalised spatial' AND index NOT IN ('Delta', 'SpatialDissim', 'BoundarySpatialDissim', 'PARDissim', 'SpatialProximity',
	'AbsoluteClustering', 'RelativeClustering', 'DistanceDecayInteraction', 'DistanceDecayIsolation', 'AbsoluteConcentration', 'RelativeConcentration',
	'AbsoluteCentralization', 'RelativeCentralization', 'SpatialProxProf');
SELECT is((SELECT count(*) FROM pysal), 86::bigint, 'rows of pysal that use where the areas lie');

CREATE TABLE one AS
SELECT groups, id, x, total, geom FROM area, LATERAL (VALUES ('NWBIR74 of BIR74', nwbir74, bir74), ('SID74 of BIR74', sid74, bir74), ('NWBIR79 of BIR79', nwbir79, bir79), ('SID79 of BIR79', sid79, bir79)) AS g(groups, x, total);
CREATE TABLE weight AS SELECT queen_weights(id, geom) AS queen, NULL::weights AS border FROM area;
UPDATE weight SET border = (
	SELECT weights_agg(l.id, l.neighbor, ST_Length(ST_Intersection(a.geom, b.geom)))
	FROM links((SELECT rook_weights(id, geom) FROM area)) AS l JOIN area AS a USING (id) JOIN area AS b ON b.id = l.neighbor);
CREATE TABLE dimension AS SELECT groups, segregation_dimensions(x, total, geom, 1) AS d FROM one GROUP BY groups;
-- Peers row-standardise the lengths in the one index and not in the other, where
-- the sum is divided by anyway.
CREATE TABLE ours AS
SELECT groups, 'SpatialDissim' AS index, spatial_dissimilarity((SELECT queen FROM weight), id, x, total) AS value FROM one GROUP BY groups
UNION ALL SELECT groups, 'BoundarySpatialDissim', spatial_dissimilarity((SELECT standardize(border, 'W') FROM weight), id, x, total) FROM one GROUP BY groups
UNION ALL SELECT groups, 'PARDissim', spatial_dissimilarity((SELECT border FROM weight), id, x, total, ST_Perimeter(geom) / ST_Area(geom)) FROM one GROUP BY groups
UNION ALL SELECT groups, 'SpatialProxProf', spatial_proximity_profile((SELECT queen FROM weight), id, x, total) FROM one GROUP BY groups
UNION ALL SELECT groups, index, value FROM dimension, LATERAL (VALUES
	('Delta', (d).delta), ('AbsoluteConcentration', (d).absolute_concentration), ('RelativeConcentration', (d).relative_concentration),
	('AbsoluteCentralization', (d).absolute_centralization), ('RelativeCentralization', (d).relative_centralization),
	('AbsoluteClustering', (d).absolute_clustering), ('RelativeClustering', (d).relative_clustering), ('SpatialProximity', (d).spatial_proximity),
	('DistanceDecayIsolation', (d).distance_decay_isolation), ('DistanceDecayInteraction', (d).distance_decay_interaction)) AS v(index, value);
CREATE TABLE agreed AS
SELECT p.groups, p.index, p.value, o.value AS ours, difference(p.value, o.value) AS difference
FROM pysal AS p LEFT JOIN ours AS o USING (groups, index)
WHERE p.family = 'singlegroup' AND p.index !~ 'Clustering|SpatialProximity|DistanceDecay';
SELECT is((SELECT count(*) FROM agreed), 36::bigint, 'dissimilarity over borders, profile, delta, concentration and centralization');
SELECT is_empty($$SELECT * FROM agreed WHERE difference > 1e-9 OR difference IS NULL$$, 'the same as pysal');
SELECT diag(format('ref_segregation, spatial: %s rows compared, worst relative difference %s', count(*), max(difference)::numeric(30,17))) FROM agreed;

-- Clustering and distance decay: pysal 2.4.2 takes as proximity of i and j
-- 1 - exp(-d_ij / sum_k d_jk), which grows with distance, where Massey and Denton
-- have exp(-d_ij); relative clustering sums c_ij x_j^2 in place of c_ij x_i x_j, and
-- distance decay divides c_ij t_j by area j's sum in place of i's, so that isolation
-- and interaction do not add up to 1. The rows come out of these formulas.
CREATE TABLE pair AS
WITH d AS (
	SELECT a.id AS i, b.id AS j, ST_Distance(ST_Centroid(a.geom), ST_Centroid(b.geom)) AS d, ST_Area(a.geom) AS area
	FROM area AS a, area AS b), s AS (SELECT i AS j, sum(d) AS sum FROM d GROUP BY i)
SELECT i, j, CASE WHEN i = j THEN 1 - exp(-sqrt(0.6 * area)) ELSE 1 - exp(-d / sum) END AS wrong,
	CASE WHEN i = j THEN exp(-sqrt(0.6 * area)) ELSE exp(-d) END AS c
FROM d JOIN s USING (j);
CREATE TABLE wrong AS
WITH p AS (
	SELECT a.groups, i, j, wrong AS c, a.x AS xi, a.total AS ti, b.x AS xj, b.total AS tj
	FROM pair JOIN one AS a ON a.id = i JOIN one AS b ON b.id = j AND b.groups = a.groups),
around AS (SELECT groups, i AS j, sum(c * tj) AS s FROM p GROUP BY groups, i),
sums AS (
	SELECT groups, sum(c) AS c, sum(c * xi * xj) AS xx, sum(c * (ti - xi) * (tj - xj)) AS yy, sum(c * ti * tj) AS tt, sum(c * xi * tj) AS xt,
		sum(c * xj * xj) AS xj2, sum(c * (tj - xj) ^ 2) AS yj2, sum(xi * c * xj / s) AS isolation, sum(xi * c * (tj - xj) / s) AS interaction
	FROM p JOIN around USING (groups, j) GROUP BY groups),
city AS (SELECT groups, sum(x) AS x, sum(total) AS t, count(*) AS n FROM one GROUP BY groups)
SELECT groups, index, value FROM sums JOIN city USING (groups), LATERAL (VALUES
	('AbsoluteClustering', (xx / x - x / n ^ 2 * c) / (xt / x - x / n ^ 2 * c)),
	('RelativeClustering', xj2 / x ^ 2 / (yj2 / (t - x) ^ 2) - 1),
	('SpatialProximity', (xx / x + yy / (t - x)) / (tt / t)),
	('DistanceDecayIsolation', isolation / x), ('DistanceDecayInteraction', interaction / x)) AS v(index, value);
CREATE TABLE explained AS
SELECT p.groups, p.index, p.value, w.value AS wrong, o.value AS ours, difference(p.value, w.value) AS difference
FROM pysal AS p LEFT JOIN wrong AS w USING (groups, index) LEFT JOIN ours AS o USING (groups, index)
WHERE p.family = 'singlegroup' AND p.index ~ 'Clustering|SpatialProximity|DistanceDecay';
SELECT is_empty($$SELECT * FROM explained WHERE difference > 1e-9 OR difference IS NULL$$, 'clustering and distance decay of pysal are those of its formulas');
-- the right values, from all pairs
SELECT is_empty($$
	WITH p AS (
		SELECT a.groups, i, c, a.x AS xi, a.total AS ti, b.x AS xj, b.total AS tj
		FROM pair JOIN one AS a ON a.id = i JOIN one AS b ON b.id = j AND b.groups = a.groups),
	sums AS (
		SELECT groups, sum(c) AS c, sum(c * xi * xj) AS xx, sum(c * (ti - xi) * (tj - xj)) AS yy, sum(c * ti * tj) AS tt, sum(c * xi * tj) AS xt FROM p GROUP BY groups),
	near AS (SELECT groups, sum(xi * nx / nt) AS isolation FROM (SELECT groups, i, min(xi) AS xi, sum(c * xj) AS nx, sum(c * tj) AS nt FROM p GROUP BY groups, i) AS n GROUP BY groups),
	city AS (SELECT groups, sum(x) AS x, sum(total) AS t, count(*) AS n FROM one GROUP BY groups)
	SELECT e.groups, e.index, e.ours, v.value
	FROM sums JOIN city USING (groups) JOIN near USING (groups), LATERAL (VALUES
		('AbsoluteClustering', (xx / x - x / n ^ 2 * c) / (xt / x - x / n ^ 2 * c)), ('RelativeClustering', xx / x ^ 2 / (yy / (t - x) ^ 2) - 1),
		('SpatialProximity', (xx / x + yy / (t - x)) / (tt / t)), ('DistanceDecayIsolation', isolation / x), ('DistanceDecayInteraction', 1 - isolation / x)) AS v(index, value)
	JOIN explained AS e ON e.index = v.index
	WHERE e.groups = sums.groups AND difference(v.value, e.ours) > 1e-9$$, 'ours are those of the published formulas');
SELECT diag(format('%s of %s: pysal %s, by its formula %s, right %s', index, groups, value, wrong, ours)) FROM explained ORDER BY index, groups;

-- Environments as areas: pysal rounds the weighted counts to whole people. With
-- counts rounded likewise every row is reproduced; the unrounded values stand beside.
CREATE TABLE environment AS
WITH k AS (
	SELECT a.id, function, bandwidth, b.nwbir74, b.bir74, b.d4, CASE WHEN a.id = b.id THEN 1 WHEN function = 'uniform' THEN 0.5 ELSE 1 - d / bandwidth END AS w
	FROM (VALUES ('triangular', 0.6::float8), ('triangular', 1.2), ('uniform', 0.6)) AS f(function, bandwidth), area AS a, area AS b,
		LATERAL (SELECT ST_Distance(ST_Centroid(a.geom), ST_Centroid(b.geom)) AS d) AS d
	WHERE d <= bandwidth)
SELECT id, function, bandwidth, ARRAY[round(sum(w * nwbir74)), round(sum(w * bir74)) - round(sum(w * nwbir74))] AS d2,
	ARRAY[round(sum(w * d4[1])), round(sum(w * d4[2])), round(sum(w * d4[3])), round(sum(w * d4[4]))] AS d4
FROM k GROUP BY id, function, bandwidth;
-- in pysal an area's weight for itself is 1 whatever the kernel: ours where there is no link
CREATE TABLE kernel_of AS
SELECT function, bandwidth, (
	SELECT weights_agg(a.id, l.neighbor, l.weight)
	FROM area AS a LEFT JOIN links((SELECT kernel_weights(id, geom, function, bandwidth) FROM area)) AS l ON l.id = a.id AND l.neighbor <> a.id) AS w
FROM (VALUES ('triangular', 0.6::float8), ('triangular', 1.2), ('uniform', 0.6)) AS f(function, bandwidth);
CREATE FUNCTION generalised(groups text, s segregation_spatial) RETURNS TABLE (index text, value float8) LANGUAGE sql
BEGIN ATOMIC
	SELECT v.* FROM (VALUES ('MultiInfoTheory', (s).information_theory), ('MultiDissim', (s).dissimilarity), ('MultiRelativeDiversity', (s).relative_diversity),
		('MultiNormExposure', (s).normalized_exposure), ('MultiDivergence', (s).mutual_information)) AS v(index, value) WHERE groups = 'G1..G4'
	UNION ALL
	SELECT v.* FROM (VALUES ('Dissim', (s).dissimilarity), ('Isolation', (s).exposure[1][1]), ('Interaction', (s).exposure[1][2]), ('Entropy', (s).information_theory),
		('Gini', (s).gini)) AS v(index, value) WHERE groups <> 'G1..G4';
END;
CREATE TABLE rounded AS
SELECT g.groups, function, bandwidth, segregation_spatial((SELECT weights_agg(id, NULL, NULL) FROM area), id, CASE g.groups WHEN 'G1..G4' THEN d4 ELSE d2 END) AS s
FROM environment, (VALUES ('G1..G4'), ('NWBIR74 of BIR74')) AS g(groups) GROUP BY g.groups, function, bandwidth;
CREATE TABLE unrounded AS
SELECT g.groups, function, bandwidth, segregation_spatial((SELECT w FROM kernel_of AS k WHERE (k.function, k.bandwidth) = (f.function, f.bandwidth)), id,
	CASE g.groups WHEN 'G1..G4' THEN d4 ELSE d2 END, 'environments') AS s
FROM area, (VALUES ('G1..G4'), ('NWBIR74 of BIR74')) AS g(groups), (SELECT function, bandwidth FROM kernel_of) AS f GROUP BY g.groups, function, bandwidth;
CREATE TABLE kernel_compared AS
SELECT p.groups, p.index, p.params, p.value, r.value AS rounded, u.value AS ours, difference(p.value, r.value) AS difference
FROM pysal AS p
LEFT JOIN (SELECT groups, function, bandwidth, g.* FROM rounded, LATERAL generalised(groups, s) AS g) AS r
	ON r.groups = p.groups AND r.index = p.index AND p.params = format('Kernel(centroids,bandwidth=%s,fixed=True,function=%s,diagonal=True)', r.bandwidth, r.function)
LEFT JOIN (SELECT groups, function, bandwidth, g.* FROM unrounded, LATERAL generalised(groups, s) AS g) AS u
	ON u.groups = p.groups AND u.index = p.index AND (u.function, u.bandwidth) = (r.function, r.bandwidth)
WHERE p.family LIKE '%generalised spatial';
SELECT is((SELECT count(*) FROM kernel_compared), 30::bigint, 'rows of pysal with environments as areas');
SELECT is_empty($$SELECT * FROM kernel_compared WHERE difference > 1e-9 OR difference IS NULL$$, 'the same as pysal with its rounded counts');
SELECT is_empty($$SELECT * FROM kernel_compared WHERE difference(value, ours) > 1e-3 OR ours IS NULL$$, 'near pysal without rounding');
SELECT is_empty($$
	SELECT u.groups FROM unrounded AS u, LATERAL (
		SELECT segregation_spatial(CASE u.groups WHEN 'G1..G4' THEN d4 ELSE d2 END, geom, 'triangular', 0.6, NULL, 0, 'environments') AS s FROM area) AS k
	WHERE u.function = 'triangular' AND u.bandwidth = 0.6
		AND (difference((k.s).dissimilarity, (u.s).dissimilarity) > 1e-12 OR difference((k.s).gini, (u.s).gini) > 1e-12)$$, 'the same by kernel and by kernel weights');
SELECT diag(format('ref_segregation, environments: %s rows compared, worst relative difference %s with rounded counts, %s without', count(*), max(difference)::numeric(30,17),
	max(difference(value, ours))::numeric(30,17))) FROM kernel_compared;
SELECT diag(format('%s of %s, %s: pysal %s, unrounded %s', index, groups, params, value, ours)) FROM kernel_compared ORDER BY params, groups, index;

SELECT * FROM finish();
ROLLBACK;
