-- Segregation of two and of many groups, on cities small enough for pencil and paper.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA segregation_test;
SET search_path = segregation_test, monitor, public;
\pset null (null)
\set SHOW_CONTEXT never

CREATE TABLE city (name text, unit int, x float8, total float8);
INSERT INTO city VALUES
	('even', 1, 10, 40), ('even', 2, 5, 20), ('even', 3, 25, 100),
	('apart', 1, 10, 10), ('apart', 2, 0, 20), ('apart', 3, 0, 10),
	-- X = 40, Y = 60: D = 1/2 (|30/40 - 20/60| + |10/40 - 40/60|) = 5/12; with two units Gini is the same
	('mixed', 1, 30, 50), ('mixed', 2, 10, 50),
	-- D = 1/2 (|1/2-1/4| + |1/2-1/4| + |0-1/2|) = 1/2; Gini: pairs of units 1,3 and 2,3, |1/2 - 0| 20 20 each, twice, over 2 3600 1/3 2/3: 800/1600 = 1/2
	('three', 1, 10, 20), ('three', 2, 10, 20), ('three', 3, 0, 20),
	('nobody of it', 1, 0, 10), ('nobody of it', 2, 0, 20),
	('only it', 1, 10, 10), ('only it', 2, 20, 20),
	('one unit', 1, 3, 10),
	('nobody', 1, 0, 0),
	('unknown', 1, NULL, 10), ('unknown', 2, 1, NULL), ('unknown', 3, NULL, NULL), ('unknown', 4, NULL, 0), ('unknown', 5, 0, 0), ('unknown', 6, 3, 10), ('unknown', 7, 0, NULL);
CREATE TABLE seg AS SELECT name, segregation(x, total) AS s FROM city GROUP BY name;

-- What a value holds: units of the same counts once, with their number.
SELECT name, s FROM seg ORDER BY name;
SELECT name, units(s), units_unknown(s), units_empty(s), population(s), group_population(s) FROM seg ORDER BY name;
SELECT segregation(x, total) FROM city WHERE false;
SELECT segregation(x, total) FILTER (WHERE unit > 9) FROM city;

-- Indices. 'mixed': E = -(.4 ln .4 + .6 ln .6); xPx = 3/4 3/5 + 1/4 1/5 = 1/2; eta2 = (1/2 - 2/5)/(3/5) = 1/6;
-- A(.5) = 1 - 4/6 (sum sqrt(x y)/40)^2 = 1 - 2/3 ((10 sqrt 6 + 20)/40)^2; square root index 1 - (10 sqrt 6 + 20)/sqrt(2400);
-- min-max 2 (5/12)/(17/12) = 10/17; profile (3/4 |3/5-2/5| + 1/4 |1/5-2/5|)/(3/5) = 1/3
CREATE FUNCTION shown(float8) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN round($1::numeric, 12);
SELECT name, shown(dissimilarity(s)) AS d, shown(gini(s)) AS gini, shown(theil_h(s)) AS h, shown(mutual_information(s)) AS m, shown(entropy(s)) AS e,
	shown(isolation(s)) AS isolation, shown(interaction(s)) AS interaction, shown(eta2(s)) AS eta2 FROM seg ORDER BY name;
SELECT name, shown(atkinson(s, 0.5)) AS atkinson, shown(min_max(s)) AS min_max, shown(square_root_index(s)) AS square_root,
	shown(concentration_profile(s)) AS profile, shown(concentration_profile(s, 2)) AS profile_2 FROM seg ORDER BY name;
SELECT shown(5 / 12.0) AS d, shown(1 - 2 / 3.0 * ((10 * sqrt(6) + 20) / 40) ^ 2) AS atkinson, shown(1 - (10 * sqrt(6) + 20) / sqrt(2400)) AS square_root,
	shown(10 / 17.0) AS min_max, shown(-(.4 * ln(.4) + .6 * ln(.6))) AS e,
	shown(.3 * ln(.6 / .4) + .1 * ln(.2 / .4) + .2 * ln(.4 / .6) + .4 * ln(.8 / .6)) AS m;
-- By chance. 4 people, 2 of the group, in two units of 2: x is 0, 1, 2 with 1/6, 4/6, 1/6, D is 1, 0, 1, so 1/3, which is
-- Gini and H too; M is ln 2 / 3. D = 0 is (0 - 1/3)/(1/3) = -1 beyond chance, D = 1 is 1.
SELECT shown(dissimilarity_expected(s)) AS d, shown(theil_h_expected(s)) AS h, shown(mutual_information_expected(s)) AS m,
	shown(dissimilarity_modified(s)) AS modified, abs(gini_expected(s, 20000) - 1 / 3.0) < 0.01 AS gini, shown(gini_modified(s)) AS gini_modified
FROM (SELECT segregation(x, 2) AS s FROM (VALUES (1), (1)) AS v (x)) AS t;
SELECT shown(dissimilarity_modified(s)) AS modified, shown(dissimilarity_bias_corrected(s)) AS bias_corrected, shown(dissimilarity_density_corrected(s)) AS density_corrected
FROM (SELECT segregation(x, 2) AS s FROM (VALUES (0), (2)) AS v (x)) AS t;
-- Two units of 1 and 1: resampled, each group's two people fall 2-0, 1-1 or 0-2 with 1/4, 1/2, 1/4: P(D = 0) = 3/8,
-- P(1/2) = 1/2, P(1) = 1/8, so the mean is 3/8 and the corrected index 0 - 3/8
SELECT shown(dissimilarity_bias_corrected(s)) AS bias_corrected, shown(-3 / 8.0), shown(dissimilarity_density_corrected(s)) AS density_corrected
FROM (SELECT segregation(x, 2) AS s FROM (VALUES (1), (1)) AS v (x)) AS t;
SELECT name, shown(dissimilarity_expected(s)), shown(theil_h_expected(s)), shown(gini_expected(s)), shown(dissimilarity_modified(s)), shown(gini_modified(s)),
	shown(dissimilarity_bias_corrected(s)), shown(dissimilarity_density_corrected(s))
FROM seg WHERE name IN ('apart', 'nobody of it', 'only it', 'one unit', 'nobody', 'unknown') ORDER BY name;

-- Fractions of a person to the nearest 1/10,000.
SELECT segregation(x, total) FROM (VALUES (0.00005, 1), (0.00006, 1.00004), (0.12345, 2.5)) AS v (x, total);

-- Together.
SELECT rollup(s) = (SELECT segregation(x, total) FROM city) AS same, units(rollup(s)), units_unknown(rollup(s)), units_empty(rollup(s)) FROM seg;
SELECT rollup(s) FROM seg WHERE false;
SELECT rollup(NULL::segregation);
SELECT rollup(s) FROM (VALUES (NULL), ('{"groups": 2, "unknown": 0, "empty": 0, "units": [[1, 2, 3]]}'::segregation), (NULL)) AS v (s);
SELECT a.s + b.s FROM seg AS a, seg AS b WHERE a.name = 'mixed' AND b.name = 'three';
SELECT segregation(x, total) OVER (ORDER BY unit ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM city WHERE name = 'three';

-- Many groups.
CREATE TABLE many (name text, counts float8[]);
INSERT INTO many VALUES
	('apart', '{10,0,0}'), ('apart', '{0,10,0}'), ('apart', '{0,0,20}'),
	('even', '{1,2,3}'), ('even', '{2,4,6}'),
	('mixed', '{6,2,2}'), ('mixed', '{2,6,2}'), ('mixed', '{2,2,6}'),
	('with a group of nobody', '{30,20,0}'), ('with a group of nobody', '{10,40,0}'),
	('one group', '{3,0,0}'), ('one group', '{2,0,0}'),
	('unknown', '{1,NULL,2}'), ('unknown', NULL), ('unknown', '{0,0,0}'), ('unknown', '{4,2,1}');
CREATE TABLE multi AS SELECT name, segregation_multi(counts) AS s FROM many GROUP BY name;
SELECT name, s FROM multi ORDER BY name;
SELECT name, groups(s), units(s), units_unknown(s), units_empty(s), population(s), group_populations(s) FROM multi ORDER BY name;
SELECT segregation_multi(n), units_unknown(segregation_multi(n)), dissimilarity(segregation_multi(n)), exposure(segregation_multi(n)), group_populations(segregation_multi(n)) FROM (SELECT NULL::float8[]) AS t (n);
-- 'mixed': P = 1/3 each, I = 2/3, E = ln 3; D = 3 units x 10 (4/15 + 2 2/15)/(2 30 2/3) = .4; R = C = P = 3 10 (16 + 2 4)/225/(30 2/3) = .16
SELECT name, shown(dissimilarity(s)) AS d, shown(gini(s)) AS gini, shown(theil_h(s)) AS h, shown(mutual_information(s)) AS m, shown(relative_diversity(s)) AS r,
	shown(normalized_exposure(s)) AS p, shown(squared_coefficient_of_variation(s)) AS c FROM multi ORDER BY name;
SELECT name, shown(entropy(s)) AS e, shown(simpson_concentration(s)) AS concentration, shown(simpson_interaction(s)) AS interaction,
	shown(dissimilarity_expected(s)) AS d_expected, shown(theil_h_expected(s)) AS h_expected, shown(mutual_information_expected(s)) AS m_expected FROM multi ORDER BY name;
SELECT name, isolation(s), exposure(s) FROM multi WHERE name NOT IN ('unknown', 'even') ORDER BY name;
-- Two groups of them: the same as the aggregate of two.
SELECT two_groups(s, 2), two_groups(s, 1, 3), dissimilarity(two_groups(s, 2)) FROM multi WHERE name = 'mixed';
SELECT two_groups(s, NULL), two_groups(NULL, 1), two_groups(s, 3, 1) FROM multi WHERE name = 'with a group of nobody';

-- Parts and the whole. Two districts of the same mix, each wholly apart within: nothing between.
SELECT shown(mutual_information) AS m, shown(mutual_between) AS between, shown(mutual_within) AS within, shown(theil_h) AS h, shown(theil_between) AS h_between, shown(theil_within) AS h_within, districts
FROM (SELECT (segregation_decomposition(s)).* FROM (SELECT segregation(x, total) AS s FROM (VALUES (1, 10, 10), (1, 0, 10), (2, 5, 5), (2, 0, 5)) AS v (district, x, total) GROUP BY district) AS d) AS t;
-- All between: districts are even within.
SELECT shown(mutual_information) AS m, shown(mutual_between) AS between, shown(mutual_within) AS within, districts
FROM (SELECT (segregation_decomposition(s)).* FROM (SELECT segregation_multi(c) AS s FROM (VALUES (1, '{3,1}'::float8[]), (1, '{6,2}'), (2, '{1,3}'), (2, '{2,6}')) AS v (district, c) GROUP BY district UNION ALL SELECT NULL) AS d) AS t;
SELECT segregation_decomposition(s) FROM multi WHERE name = 'one group';
SELECT segregation_decomposition(s) FROM multi WHERE false;
SELECT segregation_decomposition(NULL::segregation);

-- Change. Nothing changes; the city doubles; a unit comes, another goes; groups swap.
CREATE FUNCTION change(before text[], after text[]) RETURNS text LANGUAGE sql
RETURN (SELECT format('%s -> %s: added %s removed %s units %s groups %s structural %s; common %s added %s removed %s unknown %s', shown((c).before), shown((c).after), shown((c).additions), shown((c).removals),
	shown((c).unit_marginal), shown((c).group_marginal), shown((c).structural), (c).units_common, (c).units_added, (c).units_removed, (c).units_unknown)
	FROM (SELECT segregation_change(b::float8[], a::float8[]) AS c FROM unnest(before, after) AS u (b, a)) AS t);
SELECT change('{"{8,2}","{2,8}"}', '{"{8,2}","{2,8}"}');
SELECT change('{"{8,2}","{2,8}"}', '{"{16,4}","{4,16}"}');
SELECT change('{"{8,2}","{2,8}","{5,0}"}', '{"{8,2}","{2,8}",NULL}');
SELECT change('{"{8,2}","{2,8}","{0,0}"}', '{"{8,2}","{2,8}","{5,0}"}');
SELECT change('{"{8,2}","{2,8}"}', '{"{5,5}","{5,5}"}');
SELECT change('{"{8,2}","{2,8}","{1,NULL}",NULL}', '{"{9,1}","{2,18}","{5,5}",NULL}');
-- Cells of nobody are kept. Where they leave no table of the sizes wanted, as when each unit is
-- of one group and a group must be larger than its unit, the parts that need it are NULL.
SELECT change('{"{5,0}","{0,5}","{5,5}"}', '{"{7,2}","{1,5}","{3,9}"}');
SELECT change('{"{5,0}","{0,5}"}', '{"{2,3}","{3,1}"}');
SELECT change('{"{1,2}",NULL}', '{NULL,"{2,1}"}');
SELECT change('{"{1,2}"}', '{NULL}');
SELECT segregation_change(NULL, NULL);
SELECT segregation_change('{1,2}', '{1,2}') FROM city WHERE false;

-- Text in and out, order, hash.
SELECT name, s::text::segregation = s AS same FROM seg ORDER BY name;
SELECT name, s::text::segregation_multi = s AS same FROM multi ORDER BY name;
SELECT ' { "groups" :2,"unknown":1 , "empty": 0,"units":[ [2,1.50,1],[0.1,3,2] ,[2,1.5,4],[0,0,5]]} '::segregation;
SELECT '{"groups": 0, "unknown": 3, "empty": 0, "units": []}'::segregation_multi;
SELECT count(DISTINCT s), count(DISTINCT s::text) FROM seg;
SELECT count(*) FROM (SELECT s FROM seg UNION SELECT s FROM seg EXCEPT SELECT s FROM seg WHERE name = 'even') AS t;
SELECT a.name, b.name, a.s < b.s, a.s <= b.s, a.s = b.s, a.s <> b.s, a.s >= b.s, a.s > b.s FROM multi AS a, multi AS b WHERE a.name IN ('even', 'apart') AND b.name IN ('even', 'apart') ORDER BY 1, 2;
SELECT bool_and(segregation_hash(s) = segregation_hash(s::text::segregation) AND segregation_hash_extended(s, 7) = segregation_hash_extended(s::text::segregation, 7)) FROM seg;
CREATE TABLE kept (s segregation PRIMARY KEY, m segregation_multi) PARTITION BY HASH (s);
CREATE TABLE kept_0 PARTITION OF kept FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE kept_1 PARTITION OF kept FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO kept (s) SELECT s FROM seg;
SELECT count(*) FROM kept JOIN seg USING (s);
DROP SCHEMA segregation_test CASCADE;
