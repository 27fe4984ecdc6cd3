-- Local statistics of spdep, over five kinds of weights in two styles.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA local_statistics;
SET search_path = local_statistics, monitor, public;
\ir setup.psql
SELECT plan(16);
CREATE TABLE ref (dataset text, kind text, style text, variable text, id bigint, x float8, lag_x float8, lag_z float8, ii float8,
	e_ii_cond float8, v_ii_cond float8, z_ii_cond float8, p2_ii_cond float8, e_ii_tot float8, v_ii_tot float8, z_ii_tot float8, p2_ii_tot float8,
	ii_mlvarf float8, quadr text, g_i float8, e_g_i float8, v_g_i float8, z_g_i float8, gstar_i float8, e_gstar float8, v_gstar float8, z_gstar float8,
	localc float8, h_i float8, e_h_i float8, v_h_i float8, z_h_i float8, xbar_i float8, ei float8, package text);
\copy ref FROM 'test/data/reference/ref_local_statistics.csv' CSV HEADER

CREATE TABLE got AS
SELECT w.dataset, w.kind, w.style, v.variable, s.*
FROM weight AS w JOIN (SELECT DISTINCT dataset, kind, style, variable FROM ref) AS v USING (dataset, kind, style),
	LATERAL (SELECT id, x, spatial_lag(w.w, id, x) OVER () AS lag, local_moran(w.w, id, x) OVER () AS i, local_g(w.w, id, x) OVER () AS g,
			local_g(w.w, id, x, star => true) OVER () AS gs, local_geary(w.w, id, x) OVER () AS c, losh(w.w, id, x) OVER () AS h
		FROM value WHERE dataset = w.dataset AND variable = v.variable) AS s;
-- Sums of the rows of weights, for what is worked out here.
CREATE TABLE row_sum AS
SELECT dataset, kind, style, l.id, sum(weight) AS wi, sum(weight * weight) AS wi2 FROM weight, LATERAL links(w) AS l GROUP BY 1, 2, 3, 4;
CREATE TABLE spread AS
SELECT dataset, variable, count(*) AS n, mean, sum((x - mean) ^ 2) / count(*) AS m2, sum((x - mean) ^ 4) / count(*) AS m4
FROM (SELECT *, avg(x) OVER (PARTITION BY dataset, variable) AS mean FROM value) AS v GROUP BY dataset, variable, mean;

-- 2 P(Z > |z|): a series near 0, else a continued fraction.
CREATE FUNCTION two_sided(z float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
	a float8 := abs(z);
	term float8 := a;
	s float8 := a;
	density float8 := exp(-z * z / 2) / sqrt(2 * pi());
BEGIN
	IF a < 2.5 THEN
		FOR k IN 1 .. 80 LOOP
			EXIT WHEN term < 1e-18 * s;
			term := term * a * a / (2 * k + 1);
			s := s + term;
		END LOOP;
		RETURN 1 - 2 * density * s;
	END IF;
	s := a;
	FOR k IN REVERSE 120 .. 1 LOOP
		s := a + k / s;
	END LOOP;
	RETURN 2 * density / s;
END
$$;

-- Inference under total randomisation (Anselin 1995) is not offered: it is worked
-- out here from the statistic and the weights.
CREATE TABLE compared AS
SELECT r.*, g.x AS our_x, lag, (i).statistic, (i).expected, (i).variance, (i).z, (i).p, (i).quadrant, (i).neighbors, (i).island, (i).lag AS moran_lag,
	(i).lag_z * sqrt(m2) AS our_lag_z, g.g, gs, c, h, -wi / (n - 1) AS e_tot,
	wi2 * (n - m4 / m2 ^ 2) / (n - 1) + (wi ^ 2 - wi2) * (2 * m4 / m2 ^ 2 - n) / ((n - 1) * (n - 2)) - (wi / (n - 1)) ^ 2 AS v_tot,
	(n - 1) / n::float8 AS by_n_1
FROM ref AS r LEFT JOIN got AS g USING (dataset, kind, style, variable, id) LEFT JOIN spread USING (dataset, variable)
	LEFT JOIN row_sum USING (dataset, kind, style, id);

-- Every column: ours and spdep's, one row each; what spdep gives islands apart.
CREATE TABLE figure AS
SELECT c.dataset, kind, style, variable, id, island, f.*
FROM compared AS c, LATERAL (VALUES
	('x', x, our_x), ('lag_x', lag_x, lag), ('lag_x of local_moran', lag_x, moran_lag), ('lag_z', lag_z, our_lag_z),
	('Ii', ii, statistic), ('E_Ii_cond', e_ii_cond, expected), ('V_Ii_cond', v_ii_cond, variance), ('Z_Ii_cond', z_ii_cond, z), ('P2_Ii_cond', p2_ii_cond, p),
	('E_Ii_tot', e_ii_tot, e_tot), ('V_Ii_tot', v_ii_tot, v_tot), ('Z_Ii_tot', z_ii_tot, (statistic - e_tot) / sqrt(v_tot)),
	('P2_Ii_tot', p2_ii_tot, two_sided((statistic - e_tot) / sqrt(v_tot))),
	('Ii_mlvarF', ii_mlvarf, statistic * by_n_1),
	('G_i', g_i, (g).statistic), ('E_G_i', e_g_i, (g).expected), ('V_G_i', v_g_i, (g).variance), ('Z_G_i', z_g_i, (g).z),
	('Gstar_i', gstar_i, (gs).statistic), ('E_Gstar', e_gstar, (gs).expected), ('V_Gstar', v_gstar, (gs).variance), ('Z_Gstar', z_gstar, (gs).z),
	('localC', localc, (c.c).statistic),
	('H_i', h_i, (h).statistic), ('E_H_i', e_h_i, (h).expected), ('V_H_i', v_h_i, (h).variance), ('Z_H_i', z_h_i, (h).z),
	('xbar_i', xbar_i, (h).lag), ('ei', ei, (x - (h).lag) ^ 2)) AS f(name, theirs, ours);

-- What spdep gives an island is no value of it: 0, or of G* its own value.
CREATE TABLE disputed AS
SELECT *, CASE WHEN island AND name NOT IN ('x', 'lag_z') THEN 'island'
	WHEN name = 'lag_z' AND island THEN 'island'
	WHEN name IN ('H_i', 'E_H_i', 'V_H_i', 'Z_H_i', 'xbar_i', 'ei') AND kind = 'dband_0.6max1nn' THEN 'LOSH beside islands'
	WHEN name IN ('Gstar_i', 'E_Gstar', 'V_Gstar', 'Z_Gstar') AND kind = 'idw1_max1nn' THEN 'G* of unequal weights'
	END AS reason, relative_difference(theirs, ours) AS difference
FROM figure;
ANALYZE compared, disputed, spread;

SELECT is(count(*), 2980::bigint, 'all rows') FROM compared;
SELECT is_empty($$SELECT * FROM disputed WHERE reason IS NULL AND difference > 1e-9 AND NOT abs(theirs - ours) <= 1e-15$$, 'every column at 1e-9, where spdep has a value of the area');
SELECT is_empty($$SELECT dataset, kind, style, variable, id FROM compared WHERE island IS DISTINCT FROM (neighbors = 0)$$, 'islands are those without neighbours');
SELECT set_eq($$SELECT name, theirs FROM disputed WHERE island AND name <> 'x' AND name NOT LIKE 'Gstar%' AND name NOT LIKE '%Gstar' AND theirs IS NOT NULL$$,
	$$VALUES ('lag_x', 0::float8), ('lag_x of local_moran', 0), ('lag_z', 0), ('Ii', 0), ('E_Ii_cond', 0), ('V_Ii_cond', 0), ('E_Ii_tot', 0), ('V_Ii_tot', 0), ('Ii_mlvarF', 0), ('G_i', 0), ('E_G_i', 0), ('V_G_i', 0), ('localC', 0)$$,
	'spdep gives islands zeros, and nothing else');
SELECT is_empty($$SELECT d.* FROM disputed AS d JOIN compared AS c USING (dataset, kind, style, variable, id) JOIN spread USING (dataset, variable)
	WHERE d.island AND (name = 'Gstar_i' AND relative_difference(theirs, c.x / (n * mean)) > 1e-9 OR name = 'E_Gstar' AND relative_difference(theirs, 1 / n::float8) > 1e-9
		OR name = 'Z_Gstar' AND relative_difference(theirs, (c.x - mean) / sqrt(m2)) > 1e-9)$$, 'and for G* their own value');
SELECT is_empty($$SELECT d.* FROM disputed AS d JOIN compared AS c USING (dataset, kind, style, variable, id) JOIN spread USING (dataset, variable)
	WHERE d.island AND name = 'V_Gstar' AND relative_difference(theirs, m2 / (n * mean) ^ 2) > 1e-9$$, 'with its variance');
SELECT is_empty($$SELECT * FROM disputed WHERE island AND name <> 'x' AND ours IS NOT NULL$$, 'here an island has no value of any');
SELECT is_empty($$SELECT dataset, kind, variable, id, quadr FROM compared WHERE island AND (quadrant IS NOT NULL OR quadr IS NULL)$$, 'nor a quadrant, which spdep gives it');
-- spdep halves the lags at their own mean, islands' zeros with them; here, as in GeoDa and esda, they are halved at the mean of x.
CREATE TABLE halved AS
SELECT *, CASE WHEN x > avg(x) OVER p THEN 'High' ELSE 'Low' END || CASE WHEN coalesce(lag, 0) > avg(coalesce(lag, 0)) OVER p THEN '-High' ELSE '-Low' END AS at_mean_lag,
	CASE WHEN x > avg(x) OVER p THEN 'H' ELSE 'L' END || CASE WHEN our_lag_z > 0 THEN 'H' ELSE 'L' END AS at_mean
FROM compared WINDOW p AS (PARTITION BY dataset, kind, style, variable);
SELECT is_empty($$SELECT dataset, kind, style, variable, id, quadr, at_mean_lag FROM halved WHERE quadr IS DISTINCT FROM at_mean_lag$$, 'the quadrants of spdep out of our lags');
SELECT is_empty($$SELECT dataset, kind, style, variable, id, quadrant, at_mean FROM halved WHERE NOT island AND quadrant IS DISTINCT FROM at_mean$$, 'quadrants are by the signs');
SELECT is_empty($$SELECT * FROM disputed WHERE reason = 'LOSH beside islands' AND theirs IS NOT NULL$$, 'spdep has no LOSH at all where there is an island');
SELECT is_empty($$SELECT d.* FROM disputed AS d JOIN (
		SELECT dataset, kind, style, v.variable, s.id, (s.h).*
		FROM weight AS w JOIN (SELECT DISTINCT dataset, variable FROM ref) AS v USING (dataset),
			LATERAL (SELECT array_agg(DISTINCT l.id) AS ids FROM links(w.w) AS l) AS i,
			LATERAL (SELECT x.id, losh(subset(w.w, ids), x.id, x) OVER () AS h FROM value AS x WHERE x.dataset = w.dataset AND x.variable = v.variable AND x.id = ANY (ids)) AS s
		WHERE kind = 'dband_0.6max1nn') AS m USING (dataset, kind, style, variable, id)
	WHERE relative_difference(ours, CASE name WHEN 'H_i' THEN statistic WHEN 'E_H_i' THEN expected WHEN 'V_H_i' THEN variance WHEN 'Z_H_i' THEN z WHEN 'xbar_i' THEN lag END) > 1e-9
		AND name IN ('H_i', 'E_H_i', 'V_H_i', 'Z_H_i', 'xbar_i')$$, 'here it is that of the areas with neighbours');
SELECT isnt_empty($$SELECT * FROM disputed WHERE reason = 'LOSH beside islands' AND NOT island AND ours > 0$$, 'and there are such');
SELECT is_empty($$SELECT * FROM disputed WHERE reason = 'G* of unequal weights' AND theirs IS NOT NULL$$, 'there is no G* of unequal weights to compare with');
SELECT is_empty($$SELECT dataset, variable, id, a.ours, b.ours FROM disputed AS a JOIN disputed AS b USING (dataset, kind, variable, id, name)
	WHERE a.style = 'B' AND b.style = 'W' AND name = 'Z_Gstar' AND NOT a.island AND relative_difference(a.ours, b.ours) > 1e-9$$, 'z of G* is the same in both styles');
SELECT is_empty($$SELECT d.* FROM disputed AS d JOIN (
		SELECT dataset, kind, style, v.variable, s.id, (s.g).*
		FROM (SELECT dataset, kind, style, weights_agg(id, neighbor, weight) AS w FROM (
				SELECT w.dataset, kind, style, l.id, l.neighbor, l.weight / (1 + CASE style WHEN 'W' THEN max(l.weight) OVER r ELSE 0 END) AS weight FROM weight AS w, LATERAL links(w.w) AS l WHERE kind = 'idw1_max1nn'
				WINDOW r AS (PARTITION BY w.dataset, kind, style, l.id)
				UNION ALL SELECT w.dataset, kind, style, l.id, l.id, max(l.weight) / (1 + CASE style WHEN 'W' THEN max(l.weight) ELSE 0 END) FROM weight AS w, LATERAL links(w.w) AS l WHERE kind = 'idw1_max1nn' GROUP BY 1, 2, 3, 4) AS l GROUP BY 1, 2, 3) AS w
			JOIN (SELECT DISTINCT dataset, variable FROM ref) AS v USING (dataset),
			LATERAL (SELECT x.id, local_g(w.w, x.id, x, true) OVER () AS g FROM value AS x WHERE x.dataset = w.dataset AND x.variable = v.variable) AS s) AS m USING (dataset, kind, style, variable, id)
	WHERE reason = 'G* of unequal weights' AND relative_difference(ours, CASE name WHEN 'Gstar_i' THEN statistic WHEN 'E_Gstar' THEN expected WHEN 'V_Gstar' THEN variance WHEN 'Z_Gstar' THEN z END) > 1e-9$$,
	'here it has a link to itself as heavy as the heaviest');
SELECT diag(format('ref_local_statistics: %s rows of %s columns compared, worst relative difference %s; beside a value of the peer: %s', (SELECT count(*) FROM compared), count(DISTINCT name),
	max(difference) FILTER (WHERE reason IS NULL AND abs(theirs - ours) > 1e-15), string_agg(DISTINCT reason, ', '))) FROM disputed;
SELECT * FROM finish();
ROLLBACK;
