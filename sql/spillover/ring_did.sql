-- Rings and ring_did: small panels whose effects are known, what is NULL, what is refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA spillover_ring_did;
SET search_path = spillover_ring_did, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE '' END;
END
$$;
-- ten squares in a row; 1 is treated from 2003, 6 from 2005
CREATE TABLE square AS SELECT i::bigint AS id, ST_MakeEnvelope(i, 0, i + 1, 1, 25832) AS geom, CASE i WHEN 1 THEN 2003 WHEN 6 THEN 2005 END::bigint AS treated_from FROM generate_series(1, 10) AS i;
SELECT id, (r).* FROM (SELECT id, ring(id, geom, treated_from IS NOT NULL, '{1,3}') OVER () AS r FROM square) AS s ORDER BY id;
SELECT id, (r).* FROM (SELECT id, ring(id, geom, treated_from <= 2003, '{1,3}', 'edge') OVER () AS r FROM square) AS s ORDER BY id;
SELECT id, (r).* FROM (SELECT id, ring(id, CASE WHEN id <> 2 THEN geom END, NULL, '{1}') OVER () AS r FROM square WHERE id < 4) AS s ORDER BY id;

-- y: effects of area and year, -6 treated, +2 in the first ring (touching), +1 in the second
CREATE TABLE cell AS
SELECT s.*, year, 10 * id % 7 + 0.5 * (year - 2000) ^ 2 + CASE WHEN treated_from <= year THEN -6
	WHEN EXISTS (SELECT FROM square AS t WHERE t.treated_from <= year AND abs(t.id - s.id) < 1.5) THEN 2
	WHEN EXISTS (SELECT FROM square AS t WHERE t.treated_from <= year AND abs(t.id - s.id) < 2.5) THEN 1 ELSE 0 END AS y
FROM square AS s, generate_series(2000, 2007) AS year;
CREATE TABLE state AS SELECT ring_did(id, geom, year, y, treated_from, '{1.5,2.5}') AS s FROM cell;
CREATE FUNCTION show(OUT term text, OUT ring int, OUT event_time bigint, OUT estimate numeric, OUT n_areas bigint, OUT note text, e ring_effect) LANGUAGE sql AS 'SELECT (e).term, (e).ring, (e).event_time, round((e).estimate::numeric, 6), (e).n_areas, (e).note';
SELECT estimator, v.* FROM state, unnest('{two-stage,group-time}'::text[]) AS estimator, ring_effects(s, 'cluster', estimator => estimator) AS e, show(e) AS v;
SELECT v.* FROM state, ring_effects(s, 'cluster', event_time => true) AS e, show(e) AS v WHERE e.term <> 'pre-trend';
SELECT v.*, p FROM state, ring_effects(s, placements => 19) AS e, show(e) AS v;
SELECT v.* FROM state, ring_effects(s, 'cluster', placebo => 1) AS e, show(e) AS v;
SELECT v.* FROM state, ring_effects(s, 'cluster', anticipation => 1, control_set => '{9,10}') AS e, show(e) AS v;
-- the first areas by landlord or flows: a ring of one's own
SELECT v.* FROM (SELECT ring_did(id, CASE WHEN id IN (3, 4) AND year >= 2003 THEN 1 END, year, y, treated_from) AS s FROM cell) AS x, ring_effects(s, 'cluster') AS e, show(e) AS v;
-- physical, social and both
SELECT v.* FROM (SELECT ring_did(id, geom, year, 0.5 * year + CASE WHEN year >= 2004 THEN CASE id WHEN 1 THEN -1 WHEN 4 THEN -2 WHEN 7 THEN -5 ELSE 0 END ELSE 0 END, CASE WHEN id IN (1, 4, 7) THEN 2004 END, '{0.5}', 1, (ARRAY['physical', 'social', 'both'])[CASE id WHEN 1 THEN 1 WHEN 4 THEN 2 WHEN 7 THEN 3 END]) AS s FROM cell) AS x,
	ring_effects(s, 'cluster') AS e, show(e) AS v;

-- defined results: empty ring, nobody treated, treated everywhere, no period before, one area, no rows
SELECT what, v.* FROM (
	SELECT 1 AS number, 'empty ring' AS what, ring_did(id, geom, year, y, treated_from, '{0.5}') AS s FROM cell
	UNION ALL SELECT 2, 'nobody treated', ring_did(id, geom, year, y, NULL, '{1}') FROM cell
	UNION ALL SELECT 3, 'treated everywhere', ring_did(id, geom, year, y, 2003, '{1}') FROM cell
	UNION ALL SELECT 4, 'no period before', ring_did(id, geom, year, y, CASE WHEN id = 1 THEN 1990 END, '{1}') FROM cell
	UNION ALL SELECT 5, 'one area', ring_did(id, geom, year, y, 2003, '{1}') FROM cell WHERE id = 1
	UNION ALL SELECT 6, 'no y', ring_did(id, geom, year, NULL, treated_from, '{1}') FROM cell
	UNION ALL SELECT 7, 'no geometry', ring_did(id, NULL::geometry, year, y, treated_from, '{1}') FROM cell) AS x, ring_effects(s, 'cluster') AS e, show(e) AS v WHERE v.term <> 'control' ORDER BY number, ring;
SELECT (ring_did(id, geom, year, y, treated_from, '{1}')) IS NULL AS "no rows" FROM cell WHERE false;
SELECT count(*) AS "of NULL" FROM ring_effects(NULL);
SELECT term, ring, estimate, p, note FROM (SELECT ring_did(id, geom, year, y, NULL, '{1}') AS s FROM cell) AS x, ring_effects(s) AS e;
SELECT ring, n_areas, round(mean_change::numeric, 9), round(sd::numeric, 9) AS sd FROM (SELECT ring_did(id, geom, year, y - 0.5 * (year - 2000) ^ 2, CASE WHEN id = 1 THEN 2003 END, '{1.5,2.5}') AS s FROM cell) AS x, ring_changes(s);

-- refused
SELECT number, error_of(format('SELECT (ring_did(%s)).version FROM cell', arguments)) FROM (VALUES
	(1, 'NULL, geom, year, y, treated_from, ''{1}'''), (2, 'id, geom, NULL, y, treated_from, ''{1}'''), (3, 'id, geom, year, y, treated_from, NULL'), (4, 'id, geom, year, y, treated_from, ''{}'''),
	(5, 'id, geom, year, y, treated_from, ''{2,1}'''), (6, 'id, geom, year, y, treated_from, ''{0,1}'''), (7, 'id, geom, year, y, treated_from, ''{1,NULL}'''), (8, 'id, geom, year, y, treated_from, ''{1,Infinity}'''),
	(9, 'id, geom, year, ''NaN'', treated_from, ''{1}'''), (10, 'id, geom, year % 2, y, treated_from, ''{1}'''), (11, 'id, geom, year, y, year, ''{1}'''), (12, 'id, ST_SetSRID(geom, 25830 + id::int), year, y, treated_from, ''{1}'''),
	(13, 'id, ST_Translate(geom, year, 0), year, y, treated_from, ''{1}'''), (14, 'id, geom, year, y, treated_from, ''{1}'', -1'), (15, 'id, geom, year, y, treated_from, ''{1}'', NULL'), (16, 'id, geom, year, y, treated_from, ''{1}'', 1, ''brick'''),
	(17, 'id, geom, year, y, treated_from, ''{1}'', 1, CASE WHEN id = 1 THEN ''both'' END'), (18, 'id, geom, year, y, treated_from, ''{1}'', 1, NULL, ''road'''), (19, 'id, ST_Centroid(geom), year, y, treated_from, ''{1}'', 1, NULL, ''edge'''),
	(20, 'id, geom, year, y, treated_from, ARRAY[year]'), (21, 'id, -1, year, y, treated_from'), (22, 'id, 1000, year, y, treated_from'), (23, 'id, geom, 9223372036854775807, y, treated_from, ''{1}'''),
	(24, 'id, geom, year, y, -9223372036854775808, ''{1}''')) AS v (number, arguments) ORDER BY number;
SELECT number, error_of(format('SELECT estimate FROM state, ring_effects(s, %s)', arguments)) FROM (VALUES
	(1, '''robust'''), (2, '''conley'''), (3, '''conley'', -1'), (4, '''conley'', 1, ''cosine'''), (5, '''conley'', 1, lags => -1'), (6, 'estimator => ''did'''), (7, 'anticipation => -1'), (8, 'placebo => -1'), (9, 'placements => 0'),
	(10, 'conf => 0'), (11, 'control_set => ''{99}'''), (12, 'control_set => ''{1,NULL}'''), (13, 'event_time => NULL'), (14, '''iid'', estimator => ''group-time'''), (15, '''cluster'', estimator => NULL')) AS v (number, arguments) ORDER BY number;
-- a state put together by hand
SELECT number, error_of(format('SELECT estimate FROM ring_effects(%L::ring_did_state, ''cluster'')', state)) FROM (VALUES
	(1, '(2,centroid,1,{1},{1},{0},{0},{NULL},,,,,{1},{1},{1},,)'), (2, '(1,near,1,{1},{1},{0},{0},{NULL},,,,,{1},{1},{1},,)'), (3, '(1,centroid,1,{1},"{2,1}","{0,0}","{0,0}","{NULL,NULL}",,,,,{1},{1},{1},,)'),
	(4, '(1,centroid,1,{1},{1},{0},{0},{NULL},,,,,{2},{1},{1},,)'), (5, '(1,centroid,1,{1},{1},{0},{0},{NULL},,,,,"{1,1}","{1,1}","{1,2}",,)'), (6, '(1,centroid,1,{1},{1},{0},{0},{NULL},,,,,{1},{1},"{1,2}",,)'),
	(7, '(1,centroid,1,{1},{1},{0},{0},{NULL},,,,,{1},{1},{NaN},,)'), (8, '(1,centroid,1,{1},{1},{0},{0},{NULL},,,,,{1},{1},{1},{0},)'), (9, '(1,edge,1,{1},{1},{0},{0},{NULL},,{1},{5},{1},{1},{1},{1},,)'),
	(10, '(1,given,-1,,{1},{0},{0},{NULL},,,,,{1},{1},{1},,)'), (11, '(1,given,1,,{1},{0},{0},{NULL},,,,,{1},{1},{1},,{7})'), (12, '(,,,,,,,,,,,,,,,,)'), (13, '(1,centroid,1,{1},{},{},{},{},,,,,{},{},{},,)'),
	(14, '(1,centroid,1,{1},{1},{0},{0},{NULL},{9},,,,{1},{1},{1},,)')) AS v (number, state) ORDER BY number;
SELECT number, error_of(format('SELECT ring(%s) OVER () FROM square', arguments)) FROM (VALUES
	(1, 'NULL, geom, true, ''{1}'''), (2, 'id, geom, true, NULL'), (3, 'id, geom, true, ''{1}'', ''road'''), (4, 'id, ST_SetSRID(geom, id::int), true, ''{1}'''), (5, 'id, ST_Centroid(geom), true, ''{1}'', ''edge'''), (6, 'id, geom, true, ''{3,2}'''), (7, 'id, geom, true, ARRAY[id]'), (8, 'id, geom, true, ''{1}'', CASE id WHEN 1 THEN ''edge'' ELSE ''centroid'' END'), (9, 'id / 2, geom, true, ''{1}''')) AS v (number, arguments) ORDER BY number;
-- any bigint is an area, the largest too
SELECT area FROM (SELECT (ring_did(9223372036854775807, 0, p, p, NULL)).area FROM generate_series(1, 3) AS p) AS s;
SELECT term, n_areas FROM (SELECT ring_did(a, 0, p, p, NULL) AS s FROM generate_series(1, 3) AS p, (VALUES (-9223372036854775808), (9223372036854775807)) AS v (a)) AS x, ring_effects(s, 'cluster', control_set => '{9223372036854775807}') WHERE term = 'control';
-- treated, but by no arm: it is no state of ring_did, and would be a control
SELECT error_of(format('SELECT estimate FROM ring_effects(%L::ring_did_state, ''iid'', estimator => ''twfe'')', '(1,given,0,,"{1,2,3}","{0,0,0}","{0,0,0}","{2,2,NULL}","{1,0,0}",,,,"{1,1,2,2,3,3}","{1,2,1,2,1,2}","{1,2,3,4,5,6}",,"{0,0,0,0,0,0}")'));
-- tables of numbers beyond what should be asked of memory
CREATE TABLE wide AS SELECT ring_did(a, 0, p, a * p % 7, CASE WHEN a < 10 THEN 120 END) AS s FROM generate_series(1, 26) AS a, generate_series(1, 220) AS p;
SELECT error_of('SELECT count(*) FROM wide, ring_effects(s, event_time => true, placements => 1000000)');
CREATE TABLE long AS SELECT ring_did(a, 0, p, a * p % 7, CASE WHEN a = 1 THEN 500 END) AS s FROM generate_series(1, 300) AS a, generate_series(1, 1000) AS p;
SELECT error_of('SELECT count(*) FROM long, ring_effects(s, ''cluster'', event_time => true)');
-- geometries stored out of line, and compressed
CREATE TABLE round (id bigint, external geometry, compressed geometry);
ALTER TABLE round ALTER external SET STORAGE EXTERNAL;
INSERT INTO round SELECT i, ST_Translate(g, 20 * i, 0), ST_Translate(ST_Segmentize(ST_Envelope(g), 0.01), 20 * i, 0) FROM (SELECT ST_Buffer(ST_Point(0, 0), 5, 200) AS g) AS s, generate_series(1, 3) AS i;
SELECT bool_and(pg_column_size(external) > 4000) AS external, bool_and(pg_column_size(compressed) < ST_MemSize(compressed)) AS compressed FROM round;
SELECT id, name, (r).ring, round((r).distance::numeric, 6) AS distance, (r).nearest
FROM (SELECT id, ring(id, external, id = 1, '{12,100}') OVER () AS a, ring(id, external, id = 1, '{12,100}', 'edge') OVER () AS b, ring(id, compressed, id = 1, '{12,100}') OVER () AS c, ring(id, compressed, id = 1, '{12,100}', 'edge') OVER () AS d FROM round) AS s,
	(VALUES (1, 'external, centroid'), (2, 'external, edge'), (3, 'compressed, centroid'), (4, 'compressed, edge')) AS v (i, name), LATERAL (SELECT CASE i WHEN 1 THEN a WHEN 2 THEN b WHEN 3 THEN c ELSE d END AS r) AS t ORDER BY id, i;
-- an area's geometry comes from one place or from two, alike or not
CREATE TABLE again (LIKE round INCLUDING STORAGE);
INSERT INTO again SELECT id, external, NULL FROM round UNION ALL SELECT id + 10, ST_Translate(external, 1, 0), NULL FROM round;
SELECT round((s).x[2]::numeric, 6) AS x, cardinality((s).area) AS areas FROM (SELECT ring_did(id % 10, external, p, p, NULL, '{1}') AS s FROM (SELECT p, round.* FROM round, generate_series(1, 3, 2) AS p UNION ALL SELECT 2, * FROM again WHERE id < 10) AS r) AS x;
SELECT error_of('SELECT (ring_did(id % 10, external, p, p, NULL, ''{1}'')).version FROM (SELECT 1 AS p, * FROM round UNION ALL SELECT 2, * FROM again WHERE id > 10) AS r');
SELECT error_of('SELECT (ring_did(id, CASE p WHEN 2 THEN compressed ELSE external END, p, p, NULL, ''{1}'')).version FROM round, generate_series(1, 3) AS p');
-- fitted exactly but for rounding: no t, no F and no p by it
SELECT est, err, count(*) AS terms, count(estimate) AS estimates, count(nullif(se, 0)) AS errors, count(p) AS p, count(estimate) FILTER (WHERE term = 'pre-trend') AS f
FROM (SELECT ring_did(a, ST_Point(a, 0), p, a * 0.7 + p * 1.3 + CASE WHEN a IN (1, 6) AND p >= 4 THEN 0.1 ELSE 0 END, CASE WHEN a IN (1, 6) THEN 4 END, '{1.5}') AS s FROM generate_series(1, 12) AS a, generate_series(1, 6) AS p) AS x,
	(VALUES ('two-stage'), ('twfe'), ('group-time')) AS v (est), (VALUES ('cluster'), ('conley')) AS w (err), LATERAL ring_effects(s, err, 1.5, event_time => true, estimator => est) WHERE term <> 'control' GROUP BY est, err ORDER BY est, err;
-- nothing but area and period: no placement is larger than another
SELECT k, term, ring, estimate, se, p FROM (SELECT k, ring_did(a, ST_Point(a % 4, a / 4), p, k * (a * 0.7 + p * 1.3), CASE WHEN a = 5 THEN 4 END, '{1.1}') AS s FROM generate_series(0, 15) AS a, generate_series(1, 6) AS p, (VALUES (0.3), (1.0), (1000.0)) AS v (k) GROUP BY k) AS x,
	ring_effects(s, 'randomisation') WHERE term <> 'control' ORDER BY ring, k;
SELECT k, ring, estimate, p FROM (SELECT k, ring_did(a, ST_Point(a % 4, a / 4), p, k * (a * 0.7 + p * 1.3), CASE WHEN a = 5 THEN 4 END, '{1.1}') AS s FROM generate_series(0, 15) AS a, generate_series(1, 6) AS p, (VALUES (0.3), (1.0)) AS v (k) GROUP BY k) AS x,
	ring_effects(s, 'randomisation', event_time => true) WHERE term = 'pre-trend' ORDER BY ring, k;
-- exposed, but no cell that counts: there is no term, and no error of one
SELECT term, ring, estimate, note FROM (SELECT ring_did(a, ST_Point(a, 0), p, a * p, CASE WHEN a = 1 THEN 3 END, '{0.5}') AS s FROM generate_series(1, 4) AS a, generate_series(1, 3) AS p) AS x, ring_effects(s, 'conley', 1.5, 'uniform', event_time => true, placebo => 1, anticipation => 2);
-- squares beyond the range of numbers
SELECT ring, n_areas, mean_change, sd, se FROM (SELECT ring_did(a, 0, p, CASE WHEN p = 2 THEN a * 1e307 ELSE 0 END, CASE WHEN a < 3 THEN 2 END) AS s FROM generate_series(1, 6) AS a, generate_series(1, 2) AS p) AS x, ring_changes(s) ORDER BY ring;
DROP SCHEMA spillover_ring_did CASCADE;
