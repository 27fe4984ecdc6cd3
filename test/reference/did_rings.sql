-- Ring difference-in-differences against fixest and plain matrix formulas (ref_did_rings).
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA reference_did_rings;
SET search_path = reference_did_rings, monitor, public;
SELECT plan(7);

CREATE TABLE panel (id bigint, year bigint, ring int, treated int, post int, dist float8, cx float8, cy float8, pop float8, y float8, r1 int, r2 int);
\copy panel FROM 'test/data/reference/data_ring_panel.csv' CSV HEADER
CREATE TABLE read_columbus (id bigint, "POLYID" int, "NEIGNO" int, "AREA" float8, "PERIMETER" float8, "HOVAL" float8, "INC" float8, "CRIME" float8, "OPEN" float8,
	"PLUMB" float8, "DISCBD" float8, "X" float8, "Y" float8, "NSA" float8, "NSB" float8, "EW" float8, "CP" float8, "THOUS" float8, wkb text);
\copy read_columbus FROM 'test/data/reference/data_columbus.csv' CSV HEADER
CREATE TABLE peer (spec text, term text, coef float8, se float8, se_type text, call text, package text);
\copy peer FROM 'test/data/reference/ref_did_rings.csv' CSV HEADER

CREATE TABLE rows AS
SELECT p.*, wkb::geometry AS geom, CASE WHEN treated = 1 THEN 2019 END AS treated_from FROM panel AS p JOIN read_columbus USING (id);
-- One row before and one after: first differences.
CREATE TABLE two AS
SELECT id, post, avg(y) AS y, geom, min(CASE WHEN treated = 1 THEN 1 END)::bigint AS treated_from FROM rows GROUP BY id, post, geom;
CREATE TABLE difference AS
SELECT id, geom, ring, dy FROM (SELECT id, geom, avg(y) FILTER (WHERE post = 1) - avg(y) FILTER (WHERE post = 0) AS dy FROM rows GROUP BY id, geom) AS d JOIN (SELECT DISTINCT id, ring FROM panel) AS p USING (id);
CREATE TABLE state AS
SELECT 'twfe_rings' AS spec, ring_did(id, geom, year, y, treated_from, '{0.6,1.2}') AS s FROM rows
UNION ALL SELECT 'twfe_naive', ring_did(id, geom, year, y, treated_from, '{1e-9}') FROM rows
UNION ALL SELECT 'twfe_rings_w', ring_did(id, geom, year, y, treated_from, '{0.6,1.2}', pop) FROM rows
UNION ALL SELECT 'first_diff_rings', ring_did(id, geom, post, y, treated_from, '{0.6,1.2}') FROM two;

SELECT is((SELECT count(*) FROM rows, LATERAL (SELECT 1) AS x), 392::bigint, 'the panel has been read');
SELECT is_empty($$SELECT id, ring, (r).ring, dist, (r).distance FROM (SELECT *, ring(id, geom, treated = 1, '{0.6,1.2}') OVER (PARTITION BY year) AS r FROM rows) AS s
	WHERE (r).ring IS DISTINCT FROM nullif(ring, 3) OR (ring > 0 AND abs((r).distance / dist - 1) > 1e-9)$$, 'rings and distances by centroids');

CREATE TABLE own AS
SELECT spec, kind AS se_type, CASE WHEN e.ring = 0 THEN 'treated:post' ELSE 'post:r' || e.ring END AS term, estimate, se
FROM state, (VALUES ('iid', 'iid', true), ('hetero', 'hetero', true), ('cluster_id_default', 'cluster', true), ('cluster_id_noadj', 'cluster', false)) AS k (kind, errors, adjust),
	LATERAL ring_effects(s, errors, estimator => 'twfe', adjust => k.adjust) AS e
WHERE spec LIKE 'twfe%' AND e.term IN ('treated', 'ring')
UNION ALL
SELECT 'event', kind, 'year::' || 2019 + e.event_time || ':' || CASE WHEN e.ring = 0 THEN 'treated' ELSE 'r' || e.ring END, estimate, se
FROM state, (VALUES ('iid', 'iid', true), ('hetero', 'hetero', true), ('cluster_id_default', 'cluster', true), ('cluster_id_noadj', 'cluster', false)) AS k (kind, errors, adjust),
	LATERAL ring_effects(s, errors, estimator => 'twfe', adjust => k.adjust, event_time => true) AS e
WHERE spec = 'twfe_rings' AND e.event_time IS NOT NULL
UNION ALL
-- HC1 of one difference an area: clusters of its two rows, and n / (n - K).
SELECT spec, 'HC1', format('I(ring == %s)TRUE', e.ring), estimate, se * sqrt(49.0 / 45)
FROM state, LATERAL ring_effects(s, 'cluster', estimator => 'twfe', adjust => false) AS e WHERE spec = 'first_diff_rings' AND e.term IN ('treated', 'ring')
UNION ALL
-- The uniform kernel's covariance is not positive, so that ring_effects gives no error: the root of the variance itself.
SELECT 'first_diff_rings', format('conley_%s_cutoff1_nodof', kernel), CASE place WHEN 1 THEN '(Intercept)' ELSE format('I(ring == %s)TRUE', place - 2) END, (m).coefficients[place], sqrt((m).covariance[5 * place - 4])
FROM (SELECT kernel, conley(id, geom, dy, ARRAY[(ring = 0)::int, (ring = 1)::int, (ring = 2)::int], 1, kernel) AS m FROM difference, (VALUES ('uniform'), ('bartlett')) AS k (kernel) GROUP BY kernel) AS s, generate_series(1, 4) AS place
UNION ALL
-- The areas beyond the last ring are the constant: their variance is that of their mean.
SELECT 'first_diff_rings', 'HC1', '(Intercept)', mean_change, se * sqrt((n_areas - 1.0) / n_areas * 49 / 45)
FROM state, LATERAL ring_changes(s) AS c WHERE spec = 'first_diff_rings' AND c.ring IS NULL
UNION ALL
SELECT '2x2_mean_change', 'sd/sqrt(n)', format('ring%s_n%s', coalesce(c.ring, 3), n_areas), mean_change, se FROM state, LATERAL ring_changes(s) AS c WHERE spec = 'twfe_rings';

CREATE TABLE compared AS
SELECT p.*, o.estimate AS own_coef, o.se AS own_se, abs(o.estimate / p.coef - 1) AS d_coef, abs(o.se / p.se - 1) AS d_se
FROM peer AS p LEFT JOIN own AS o ON (o.spec, o.term) = (p.spec, p.term) AND o.se_type = p.se_type;
SELECT is((SELECT ROW(count(*), (SELECT count(*) FROM peer)) FROM compared), ROW(128::bigint, 128::bigint), 'every row of ref_did_rings is matched once');
-- Only pairs within a period count, so the two rows of an area give half of the variance of their difference.
SELECT is_empty($$SELECT e.term, e.ring, e.se, p.se FROM state AS s, LATERAL ring_effects(s.s, 'conley', 1, 'bartlett', estimator => 'twfe', adjust => false) AS e, peer AS p
	WHERE s.spec = 'first_diff_rings' AND p.spec = s.spec AND p.se_type LIKE 'conley_bartlett%' AND p.term = format('I(ring == %s)TRUE', e.ring) AND NOT abs(e.se * sqrt(2) / p.se - 1) < 1e-9$$, 'Conley errors of ring_effects');
SELECT is_empty('SELECT spec, term, se_type, coef, own_coef FROM compared WHERE own_coef IS NULL OR d_coef > 1e-9', 'estimates');
SELECT is_empty($$SELECT spec, term, se_type, se, own_se FROM compared WHERE own_se IS NULL OR d_se > 1e-9$$, 'standard errors');
-- With one start and nobody missing the three estimators agree.
SELECT is_empty($$SELECT a.term, a.ring FROM state, LATERAL ring_effects(s, 'cluster', estimator => 'twfe') AS a, LATERAL ring_effects(s, 'cluster') AS b
	WHERE spec = 'twfe_rings' AND a.term = b.term AND a.ring = b.ring AND abs(a.estimate / b.estimate - 1) > 1e-9$$, 'one start: two stages are two-way fixed effects');
SELECT diag(format('ref_did_rings: %s rows compared, worst relative difference %s', count(*), max(greatest(d_coef, d_se)))) FROM compared;
SELECT * FROM finish();
ROLLBACK;
