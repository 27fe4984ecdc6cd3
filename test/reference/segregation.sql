-- Indices of segregation without a map, against pysal segregation 2.4.2 on the counties of
-- North Carolina: every such row of ref_segregation.csv. The rows that need a map, by kernel
-- or by shape, are compared in segregation_spatial.sql.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA segregation_reference;
SET search_path = segregation_reference, monitor, public;
SELECT plan(6);

CREATE TABLE nc (id int, name text, fipsno int, bir74 float8, sid74 float8, nwbir74 float8, bir79 float8, sid79 float8, nwbir79 float8, wkb text);
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
CREATE TABLE ref (dataset text, groups text, family text, index text, params text, value float8, package text);
\copy ref FROM 'test/data/reference/ref_segregation.csv' CSV HEADER

-- Delta is the dissimilarity of people and ground: the "others" are the unit's area, here in
-- 1/10^10 of a square degree, as counts have four decimals.
CREATE TABLE city AS
SELECT groups, segregation(x, t) AS s, segregation(x, x + ST_Area(wkb::geometry) * 1e10) AS ground
FROM nc, LATERAL (VALUES ('NWBIR74 of BIR74', nwbir74, bir74), ('SID74 of BIR74', sid74, bir74),
	('NWBIR79 of BIR79', nwbir79, bir79), ('SID79 of BIR79', sid79, bir79)) AS v (groups, x, t)
GROUP BY groups;
CREATE TABLE many AS
SELECT 'G1=NWBIR74 G2=BIR74-NWBIR74 G3=NWBIR79 G4=SID74' AS groups, segregation_multi(ARRAY[nwbir74, bir74 - nwbir74, nwbir79, sid74]) AS s FROM nc;

CREATE TABLE ours AS
SELECT groups, 'singlegroup' AS family, index, params, value
FROM city, LATERAL (VALUES ('Dissim', NULL, dissimilarity(s)), ('Gini', NULL, gini(s)), ('Entropy', NULL, theil_h(s)),
	('Atkinson', NULL, atkinson(s, 0.5)), ('Isolation', NULL, isolation(s)), ('Interaction', NULL, interaction(s)),
	('CorrelationR', NULL, eta2(s)), ('ConProf', NULL, concentration_profile(s, 1000)), ('MinMax', NULL, min_max(s)),
	('Delta', NULL, dissimilarity(ground)),
	('Atkinson (_atkinson function; the class ignores b)', 'b=0.1', atkinson(s, 0.1)),
	('Atkinson (_atkinson function; the class ignores b)', 'b=0.5', atkinson(s, 0.5)),
	('Atkinson (_atkinson function; the class ignores b)', 'b=0.9', atkinson(s, 0.9))) AS v (index, params, value)
UNION ALL
SELECT groups, 'multigroup', index, NULL, value
FROM many, LATERAL (VALUES ('MultiDissim', dissimilarity(s)), ('MultiDivergence', mutual_information(s)), ('MultiDiversity', entropy(s)),
	('MultiGini', gini(s)), ('MultiInfoTheory', theil_h(s)), ('MultiNormExposure', normalized_exposure(s)),
	('MultiRelativeDiversity', relative_diversity(s)), ('MultiSquaredCoefVar', squared_coefficient_of_variation(s)),
	('SimpsonsConcentration', simpson_concentration(s)), ('SimpsonsInteraction', simpson_interaction(s))) AS v (index, value);

-- What segregation_spatial.sql compares: by name, so that a new row of the file is missed here.
CREATE TABLE spatial (index text);
INSERT INTO spatial VALUES ('SpatialDissim'), ('BoundarySpatialDissim'), ('PARDissim'), ('SpatialProximity'), ('AbsoluteClustering'),
	('RelativeClustering'), ('DistanceDecayInteraction'), ('DistanceDecayIsolation'), ('AbsoluteConcentration'), ('RelativeConcentration'),
	('AbsoluteCentralization'), ('RelativeCentralization'), ('SpatialProxProf');

CREATE VIEW compared AS
SELECT r.groups, r.index, r.params, r.value, o.value AS ours, abs(o.value / r.value - 1) AS difference
FROM ref AS r JOIN ours AS o ON o.groups = r.groups AND o.family = r.family AND o.index = r.index AND o.params IS NOT DISTINCT FROM r.params;
SELECT is((SELECT count(*) FROM compared), 62::bigint, 'rows compared: 13 indices of four groups, 10 of many groups');
SELECT is_empty('SELECT * FROM compared WHERE difference IS NULL OR difference > 1e-9', 'every index as the peer''s');
SELECT is_empty($$SELECT index, params FROM ref AS r WHERE NOT EXISTS (SELECT FROM compared AS c WHERE (c.groups, c.index, c.value) = (r.groups, r.index, r.value))
	AND family NOT LIKE '%generalised spatial' AND index NOT IN (TABLE spatial)$$, 'no row without a map is left out');

-- The peer's class Atkinson passes no b on: its rows are all of b = 0.5.
SELECT is_empty($$SELECT r.groups FROM ref AS r JOIN ref AS f ON f.groups = r.groups AND f.params = 'b=0.5' WHERE r.index = 'Atkinson' AND r.value <> f.value$$,
	'the peer''s Atkinson without b is that of b = 0.5');
-- Its concentration profile is a sum of 1,000 steps; ours without steps is the integral.
SELECT ok(bool_and(abs(concentration_profile(s, 1000) - concentration_profile(s)) BETWEEN 1e-6 AND 1e-2
	AND abs(concentration_profile(s, 100000) - concentration_profile(s)) < 1e-4), 'the sum of steps goes to the integral') FROM city;
-- Its corrected indices are means of random draws that it does not seed and the file does not
-- hold (BiasCorrectedDissim, ModifiedDissim, ModifiedGiniSeg); ours are compared with draws in test/mixing.sql.
SELECT is_empty($$SELECT index FROM ref WHERE index ~ 'Bias|Density|Modified'$$, 'no row of the peer''s random indices');

SELECT diag(index || difference) FROM compared WHERE difference > 1e-12;
SELECT diag(format('ref_segregation: %s rows compared, worst relative difference %s', count(*), max(difference))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
