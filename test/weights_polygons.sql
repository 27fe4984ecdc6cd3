-- Properties of contiguity weights: on random maps of every kind the links are exactly
-- those of self-joins with PostGIS's predicates; nothing depends on how a map is
-- drawn; the maps of two textbooks have the links that spdep finds.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA weights_polygons_test;
SET search_path = weights_polygons_test, monitor, public;
SELECT plan(47);
SELECT setseed(0.75);

-- Maps --------------------------------------------------------------------------

CREATE TABLE map (kind text, id bigint, geom geometry);
CREATE FUNCTION voronoi(n int, scale float8) RETURNS SETOF geometry LANGUAGE sql VOLATILE
AS $$SELECT d.geom FROM (SELECT ST_VoronoiPolygons(ST_Collect(ST_MakePoint(575000 + scale * random(), 6223000 + scale * random()))) AS v FROM generate_series(1, n)) AS s, ST_Dump(v) AS d$$;
CREATE FUNCTION squares(size int) RETURNS TABLE (geom geometry, i int, j int) LANGUAGE sql
AS $$SELECT ST_MakeEnvelope(i, j, i + 1, j + 1), i, j FROM generate_series(0, size - 1) AS i, generate_series(0, size - 1) AS j$$;
INSERT INTO map SELECT 'Voronoi cells', row_number() OVER (), v FROM voronoi(500, 1000) AS v;
INSERT INTO map SELECT 'Voronoi cells of rounded corners', row_number() OVER (), ST_SnapToGrid(v, 0.01) FROM voronoi(500, 1000) AS v;
INSERT INTO map SELECT 'Voronoi cells a little wider or narrower', row_number() OVER (), ST_Translate(ST_Scale(ST_Translate(v, -ST_X(c), -ST_Y(c)), 0.97 + 0.06 * random(), 1), ST_X(c), ST_Y(c))
	FROM voronoi(500, 1000) AS v, ST_Centroid(v) AS c;
-- rows of bricks: each border has the corners of one side only
INSERT INTO map SELECT 'bricks', row_number() OVER (), ST_MakeEnvelope(3 * i + j % 3, j, 3 * i + 3 + j % 3, j + 1) FROM generate_series(1, 20) AS i, generate_series(1, 25) AS j;
INSERT INTO map SELECT 'bricks, turned', id, ST_Rotate(ST_Translate(geom, 575000.13, 6223000.27), 0.3, ST_MakePoint(575000, 6223000)) FROM map WHERE kind = 'bricks';
-- corners on the middle of slanted edges, rounded: some just beyond, some just short of them
INSERT INTO map SELECT 'halved triangles', 4 * (20 * i + j) + k, ST_MakePolygon(ST_MakeLine(ARRAY[p[k], p[k + 1], p[k + 2], p[k]]))
	FROM generate_series(0, 9) AS i, generate_series(0, 9) AS j,
	LATERAL (SELECT ARRAY[ST_MakePoint(x, y), ST_MakePoint(x + 9.7, y + 3.1), ST_MakePoint(x + 4.85, y + 1.55), ST_MakePoint(x + 6, y - 8), ST_MakePoint(x, y)] AS p FROM (SELECT 575000.13 + 9.7 * i, 6223000.27 + 11.1 * j + 3.1 * i) AS s(x, y)) AS t, generate_series(1, 3) AS k
	WHERE k <> 1;
INSERT INTO map SELECT 'boxes of whole numbers', i, ST_MakeEnvelope(x, y, x + 1 + floor(5 * random()), y + 1 + floor(5 * random())) FROM (SELECT i, floor(45 * random()), floor(45 * random()) FROM generate_series(1, 400) AS i) AS s(i, x, y);
INSERT INTO map SELECT 'triangles of whole numbers', i, ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(x, y), ST_MakePoint(x + a, y + b), ST_MakePoint(x - c, y + d), ST_MakePoint(x, y)]))
	FROM (SELECT i, floor(22 * random()), floor(22 * random()), floor(4 * random()), floor(4 * random()), floor(4 * random()), floor(4 * random()) FROM generate_series(1, 500) AS i) AS s(i, x, y, a, b, c, d) WHERE a * d + b * c <> 0;
INSERT INTO map SELECT 'rings', i, ST_Difference(ST_Buffer(p, 6, 3), ST_Buffer(p, 3 + random(), 3)) FROM (SELECT i, ST_MakePoint(5 * floor(25 * random()), 5 * floor(25 * random())) FROM generate_series(1, 300) AS i) AS s(i, p);
-- every square belongs to an area by chance: many parts, holes, corners that touch
INSERT INTO map SELECT 'scattered squares', c, ST_Union(geom) FROM (SELECT geom, (random() * 200)::int AS c FROM squares(20)) AS s GROUP BY c;
INSERT INTO map SELECT 'blocks with squares of their own', row_number() OVER (), ST_Union(geom) FROM (SELECT geom, CASE WHEN random() < 0.2 THEN -row_number() OVER () ELSE i / 4 + j / 4 * 100 END AS c FROM squares(36)) AS s GROUP BY c;
-- the same, with parts of other areas laid over them
INSERT INTO map SELECT 'scattered squares, some twice', c, ST_Union(geom) FROM (SELECT geom, (random() * 200)::int AS c FROM squares(20), generate_series(1, 2) AS k WHERE k = 1 OR random() < 0.2) AS s GROUP BY c;
INSERT INTO map SELECT 'clumps of hexagons, turned', row_number() OVER (), ST_Rotate(ST_Translate(ST_Union(geom), 575000.13, 6223000.27), 0.3, ST_MakePoint(575000, 6223000))
	FROM (SELECT geom, (random() * 150)::int AS c FROM ST_HexagonGrid(1, ST_MakeEnvelope(0, 0, 30, 30))) AS s GROUP BY c;
-- one area around and between the others, and one over all of them
INSERT INTO map SELECT 'lakes and land', row_number() OVER (), geom FROM (SELECT ST_Buffer(ST_MakePoint(10 * i, 10 * j), 4, 6) FROM generate_series(1, 15) AS i, generate_series(1, 15) AS j) AS s(geom);
INSERT INTO map SELECT 'lakes and land', 1001, ST_MakePolygon(ST_MakeLine(ARRAY[ST_MakePoint(0, 0), ST_MakePoint(160, 0), ST_MakePoint(160, 160), ST_MakePoint(0, 160), ST_MakePoint(0, 0)]), array_agg(ST_ExteriorRing(geom) ORDER BY random()) FILTER (WHERE id % 7 <> 0))
	FROM map WHERE kind = 'lakes and land';
INSERT INTO map VALUES ('lakes and land', 1002, ST_Buffer(ST_MakePoint(80, 80), 70, 200));
SELECT ok((SELECT count(*) FROM map) > 4500 AND bool_and(ST_IsValid(geom)), 'several hundred valid polygons a map') FROM map;

-- Links as PostGIS finds them ---------------------------------------------------

CREATE TABLE built AS
SELECT kind, queen_weights(id, geom) AS queen, rook_weights(id, geom) AS rook, queen_weights(id, geom, 0.25) AS snap FROM map GROUP BY kind;
CREATE TABLE ours AS
SELECT kind, v.relation, l.id, l.neighbor FROM built, LATERAL (VALUES ('queen', queen), ('rook', rook), ('snap', snap)) AS v(relation, w), links(w) AS l;
CREATE INDEX ON map USING gist (geom);
ANALYZE map;
CREATE TABLE theirs AS
SELECT a.kind, a.id, b.id AS neighbor, ST_Intersects(a.geom, b.geom) AS queen, false AS rook, ST_DWithin(a.geom, b.geom, 0.25) AS snap
FROM map AS a JOIN map AS b ON a.kind = b.kind AND a.id < b.id AND a.geom && ST_Expand(b.geom, 0.26);
UPDATE theirs SET rook = ST_Relate(a.geom, b.geom, 'F***1****') FROM map AS a, map AS b
WHERE queen AND (a.kind, a.id) = (theirs.kind, theirs.id) AND (b.kind, b.id) = (theirs.kind, theirs.neighbor);
INSERT INTO theirs SELECT kind, neighbor, id, queen, rook, snap FROM theirs;
CREATE TABLE theirs_long AS
SELECT kind, v.relation, id, neighbor FROM theirs, LATERAL (VALUES ('queen', queen), ('rook', rook), ('snap', snap)) AS v(relation, holds) WHERE holds;
CREATE TABLE difference AS (TABLE ours EXCEPT TABLE theirs_long) UNION ALL (TABLE theirs_long EXCEPT TABLE ours);
SELECT is((SELECT count(*) FROM difference AS d WHERE d.kind = k.kind), 0::bigint, k.kind || ': the links are those of ST_Intersects, ST_Relate and ST_DWithin')
FROM (SELECT DISTINCT kind FROM map) AS k ORDER BY k.kind;
SELECT ok(bool_and(queen > 300) AND bool_and(rook <= queen) AND bool_and(snap >= queen) AND count(*) FILTER (WHERE rook > 200) > 7 AND count(*) FILTER (WHERE snap > queen) > 3, 'the maps have links of every sort')
FROM (SELECT kind, count(*) FILTER (WHERE relation = 'queen') AS queen, count(*) FILTER (WHERE relation = 'rook') AS rook, count(*) FILTER (WHERE relation = 'snap') AS snap FROM ours GROUP BY kind) AS s;
SELECT is_empty('SELECT kind, id, neighbor FROM ours WHERE relation = ''rook'' EXCEPT SELECT kind, id, neighbor FROM ours WHERE relation = ''queen''', 'rook neighbours are queen neighbours');
SELECT is_empty('SELECT kind, relation, id, neighbor FROM ours EXCEPT SELECT kind, relation, neighbor, id FROM ours', 'links go in both directions');
SELECT is_empty('SELECT * FROM ours WHERE id = neighbor', 'no area is its own neighbour');
SELECT results_eq('SELECT kind, weights_ids(queen), weights_ids(rook), weights_ids(snap) FROM built ORDER BY kind',
	'SELECT kind, array_agg(id ORDER BY id), array_agg(id ORDER BY id), array_agg(id ORDER BY id) FROM map GROUP BY kind ORDER BY kind', 'all areas are in the weights');
SELECT ok(bool_and(s.is_symmetric AND s.s0 = s.links), 'weights are all 1 and symmetric') FROM built, LATERAL (VALUES (queen), (rook), (snap)) AS v(w), weights_summary(w) AS s;

-- Nothing depends on how the map is drawn ---------------------------------------

SELECT results_eq('SELECT kind, queen::text, rook::text, snap::text FROM built ORDER BY kind',
	'SELECT kind, queen_weights(id, geom ORDER BY random())::text, rook_weights(id, geom ORDER BY id DESC)::text, queen_weights(id, geom, 0.25 ORDER BY random())::text FROM map GROUP BY kind ORDER BY kind', 'the order of the rows does not matter');
SELECT results_eq('SELECT kind, queen::text FROM built ORDER BY kind', 'SELECT kind, queen_weights(id, geom, 0)::text FROM map GROUP BY kind ORDER BY kind', 'snap 0 is queen');
SELECT results_eq('SELECT kind, queen::text, rook::text, snap::text FROM built ORDER BY kind',
	'SELECT kind, queen_weights(id, g)::text, rook_weights(id, g)::text, queen_weights(id, g, 0.25)::text FROM (SELECT kind, id, CASE id % 3 WHEN 0 THEN ST_Reverse(geom) WHEN 1 THEN ST_ForceRHR(geom) ELSE geom END AS g FROM map) AS s GROUP BY kind ORDER BY kind', 'rings may be drawn either way round');
SELECT results_eq('SELECT kind, queen::text, rook::text FROM built ORDER BY kind',
	'SELECT kind, queen_weights(id, ST_Force4D(ST_Multi(geom)))::text, rook_weights(id, ST_Force3DM(geom))::text FROM map GROUP BY kind ORDER BY kind', 'Z, M and the multi type do not matter');
SELECT results_eq('SELECT kind, queen::text, rook::text, snap::text FROM built WHERE kind ~ ''whole|squares|bricks$'' ORDER BY kind',
	'SELECT kind, queen_weights(id, g)::text, rook_weights(id, g)::text, queen_weights(id, g, 0.25)::text FROM (SELECT kind, id, ST_Translate(geom, 524288, 6291456) AS g FROM map WHERE kind ~ ''whole|squares|bricks$'') AS s GROUP BY kind ORDER BY kind', 'a translation that rounds nothing changes nothing');
SELECT results_eq('SELECT kind, queen::text, rook::text, snap::text FROM built ORDER BY kind',
	'SELECT kind, queen_weights(id, g)::text, rook_weights(id, g)::text, queen_weights(id, g, 256)::text FROM (SELECT kind, id, ST_Scale(geom, 1024, -1024) AS g FROM map) AS s GROUP BY kind ORDER BY kind', 'a scale of a power of 2, and a mirror image, change nothing');
SELECT results_eq('SELECT kind, queen::text, rook::text, snap::text FROM built WHERE kind ~ ''boxes|squares|bricks$'' ORDER BY kind',
	'SELECT kind, queen_weights(id, g)::text, rook_weights(id, g)::text, queen_weights(id, g, 0.25)::text FROM (SELECT kind, id, CASE WHEN id % 2 = 0 THEN ST_Segmentize(geom, 0.1 + 0.01 * (id % 9)) ELSE geom END AS g FROM map WHERE kind ~ ''boxes|squares|bricks$'') AS s GROUP BY kind ORDER BY kind', 'vertices on the edges of one side change nothing');
SELECT results_eq('SELECT l.id, l.neighbor FROM (SELECT queen_weights(id, CASE WHEN id <> 7 THEN geom END) AS w FROM map WHERE kind = ''Voronoi cells'') AS s, links(w) AS l ORDER BY 1, 2',
	'SELECT id, neighbor FROM ours WHERE kind = ''Voronoi cells'' AND relation = ''queen'' AND id <> 7 AND neighbor <> 7 ORDER BY 1, 2', 'without an area''s geometry its links are gone, no others');
CREATE TABLE snapped AS
SELECT n, l.id, l.neighbor FROM (SELECT n, queen_weights(id, geom, snap) AS w FROM map, unnest('{0,0.001,0.5,2,11,40}'::float8[]) WITH ORDINALITY AS s(snap, n) WHERE kind = 'Voronoi cells a little wider or narrower' GROUP BY n) AS t, links(w) AS l;
SELECT is_empty('SELECT n + 1, id, neighbor FROM snapped WHERE n < 6 EXCEPT SELECT n, id, neighbor FROM snapped', 'a larger snap keeps all links');
SELECT ok(bool_and(links > last_links), 'and finds more') FROM (SELECT count(*) AS links, lag(count(*)) OVER (ORDER BY n) AS last_links FROM snapped GROUP BY n) AS s;

-- Common borders ----------------------------------------------------------------

CREATE TABLE bordering AS
SELECT kind, l.* FROM (SELECT kind, shared_border_weights(id, geom) AS w FROM map GROUP BY kind) AS s, links(w) AS l;
SELECT results_eq('SELECT kind, id, neighbor FROM bordering ORDER BY 1, 2, 3', 'SELECT kind, id, neighbor FROM ours WHERE relation = ''rook'' ORDER BY 1, 2, 3', 'common borders are those of rook neighbours');
-- the border of one that lies on the other's, by PostGIS; where corners are rounded it finds no whole line
SELECT cmp_ok(max(abs(l.weight / (ST_Length(ST_Intersection(ST_Boundary(a.geom), ST_Boundary(b.geom))) / ST_Perimeter(a.geom)) - 1)), '<', 1e-9::float8, 'of the length that PostGIS finds')
FROM bordering AS l JOIN map AS a USING (kind, id) JOIN map AS b ON b.kind = l.kind AND b.id = l.neighbor WHERE l.kind ~ 'squares|bricks$|whole|lakes' AND l.kind <> 'scattered squares';
SELECT ok(bool_and(round(total::numeric, 9) = 1) AND count(*) > 100, 'an area inside a tessellation has all its border with others')
FROM (SELECT id, sum(weight) FROM bordering WHERE kind = 'blocks with squares of their own' GROUP BY id) AS s(id, total) JOIN map USING (id) WHERE kind = 'blocks with squares of their own' AND ST_ContainsProperly(ST_MakeEnvelope(0, 0, 36, 36), geom);

-- squares a hundredth apart in decimals of a Danish map: of which the hundredth is a little less, or a little more
CREATE TABLE apart AS
SELECT 20 * i + j AS id, t, ST_Rotate(ST_MakeEnvelope(575000 + 10.01 * i, 6223000 + 10.01 * j, 575010 + 10.01 * i, 6223010 + 10.01 * j), t * 0.1, ST_MakePoint(575000, 6223000)) AS geom
FROM generate_series(1, 15) AS i, generate_series(1, 15) AS j, generate_series(0, 2) AS t;
SELECT results_eq('SELECT t, l.id::int, l.neighbor::int FROM (SELECT t, queen_weights(id, geom, 0.01) AS w FROM apart GROUP BY t) AS s, links(w) AS l ORDER BY 1, 2, 3',
	'SELECT t, a.id, b.id FROM apart AS a JOIN apart AS b USING (t) WHERE a.id <> b.id AND ST_DWithin(a.geom, b.geom, 0.01) ORDER BY 1, 2, 3', 'distances are rounded as ST_DWithin rounds them');
SELECT ok(count(*) BETWEEN 200 AND 1400, 'and some of the hundredths are too large') FROM (SELECT queen_weights(id, geom, 0.01) AS w FROM apart GROUP BY t) AS s, links(w);

-- Barriers ----------------------------------------------------------------------

CREATE FUNCTION place() RETURNS geometry LANGUAGE sql VOLATILE AS 'SELECT ST_MakePoint(5 * floor(40 * random()), 5 * floor(40 * random()))';
CREATE TABLE cell AS SELECT row_number() OVER () AS id, ST_Scale(geom, 10, 10) AS geom FROM squares(20);
CREATE TABLE cell_weights AS SELECT queen_weights(id, geom) AS w FROM cell;
CREATE TABLE way AS SELECT l.id, l.neighbor, ST_MakeLine(ST_Centroid(a.geom), ST_Centroid(b.geom)) AS geom FROM cell_weights, links(w) AS l, cell AS a, cell AS b WHERE a.id = l.id AND b.id = l.neighbor;
-- corners and points on the lines between cells, so that barriers touch and run along ways
CREATE TABLE barrier AS
SELECT 'lines' AS kind, i, ST_MakeLine(place(), place()) AS geom FROM generate_series(1, 15) AS i
UNION ALL SELECT 'long lines', i, (SELECT ST_MakeLine(place() ORDER BY k) FROM generate_series(1, 40 + i) AS k) FROM generate_series(1, 5) AS i
UNION ALL SELECT 'lakes', i, ST_Buffer(place(), 90 * random(), 2) FROM generate_series(1, 15) AS i
UNION ALL SELECT 'lakes with islands', i, ST_Difference(ST_Buffer(p, 40 + 60 * random(), 20), ST_Buffer(p, 30, 20)) FROM generate_series(1, 5) AS i, place() AS p
UNION ALL SELECT 'points', i, (SELECT ST_Collect(place()) FROM generate_series(1, 150 + i)) FROM generate_series(1, 5) AS i
UNION ALL SELECT 'collections', i, ST_Collect(ARRAY[ST_MakeLine(place(), place()), ST_Buffer(place(), 20), ST_Buffer(place(), 35), place(), ST_Collect(place(), ST_MakeLine(place(), place()))]) FROM generate_series(1, 5) AS i;
CREATE TABLE cut AS
SELECT kind, i, l.id, l.neighbor FROM barrier AS b, LATERAL (SELECT without_links_across(w, id, c.geom, b.geom) AS w FROM cell AS c, cell_weights) AS s, links(w) AS l;
CREATE INDEX ON way USING gist (geom);
CREATE TABLE met AS
SELECT DISTINCT b.kind, i, way.id, way.neighbor FROM barrier AS b, ST_Dump(b.geom) AS d, way WHERE ST_Intersects(d.geom, way.geom);
CREATE TABLE kept AS SELECT kind, i, id, neighbor FROM barrier, way EXCEPT TABLE met;
CREATE TABLE cut_difference AS (TABLE cut EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE cut);
SELECT is((SELECT count(*) FROM cut_difference AS d WHERE d.kind = k.kind), 0::bigint, k.kind || ' cut the ways that they intersect') FROM (SELECT DISTINCT kind FROM barrier) AS k ORDER BY k.kind;
SELECT ok(count(*) FILTER (WHERE links < total) > 40 AND min(links) > 300, 'barriers cut some links and not all') FROM (SELECT count(*) AS links FROM cut GROUP BY kind, i) AS s, (SELECT count(*) FROM way) AS t(total);
SELECT results_eq('SELECT l.id, l.neighbor FROM (SELECT without_links_across(w, id, c.geom, (SELECT ST_Collect(geom) FROM barrier WHERE kind = ''lines'')) AS w FROM cell AS c, cell_weights) AS s, links(w) AS l ORDER BY 1, 2',
	'SELECT id, neighbor FROM cut WHERE kind = ''lines'' GROUP BY id, neighbor HAVING count(*) = 15 ORDER BY 1, 2', 'barriers together cut what each of them cuts');
SELECT is((SELECT without_links_across(w, id, geom, NULL) FROM cell, cell_weights), w, 'no barrier, the same weights') FROM cell_weights;

-- Published maps ----------------------------------------------------------------

CREATE TABLE columbus (id bigint, polyid text, neigno text, area text, perimeter text, hoval text, inc text, crime text, open text, plumb text, discbd text, x text, y text, nsa text, nsb text, ew text, cp text, thous text, geom geometry);
CREATE TABLE nc (id bigint, name text, fipsno text, bir74 text, sid74 text, nwbir74 text, bir79 text, sid79 text, nwbir79 text, geom geometry);
CREATE TABLE edge (dataset text, kind text, i bigint, j bigint);
\copy columbus FROM 'test/data/reference/data_columbus.csv' CSV HEADER
\copy nc FROM 'test/data/reference/data_nc.csv' CSV HEADER
\copy edge FROM 'test/data/reference/ref_weights_edges.csv' CSV HEADER
CREATE VIEW published AS
SELECT dataset, kind, l.id, l.neighbor FROM (
	SELECT 'columbus' AS dataset, queen_weights(id, geom) AS queen, rook_weights(id, geom) AS rook FROM columbus
	UNION ALL SELECT 'nc', queen_weights(id, geom), rook_weights(id, geom) FROM nc) AS s,
	LATERAL (VALUES ('queen', queen), ('st_intersects', queen), ('rook', rook), ('st_relate_rook', rook)) AS k(kind, w), links(w) AS l;
SELECT results_eq('SELECT dataset, kind, count(*) FROM published WHERE kind IN (''queen'', ''rook'') GROUP BY dataset, kind ORDER BY dataset, kind',
	$$VALUES ('columbus', 'queen', 236::bigint), ('columbus', 'rook', 200), ('nc', 'queen', 490), ('nc', 'rook', 462)$$, 'Columbus and North Carolina have as many links as spdep finds');
SELECT results_eq('SELECT * FROM published ORDER BY 1, 2, 3, 4', 'SELECT * FROM edge WHERE kind IN (''queen'', ''rook'', ''st_intersects'', ''st_relate_rook'') ORDER BY 1, 2, 3, 4', 'and the same');

SELECT * FROM finish();
ROLLBACK;
