-- Properties of the type weights: its forms, transforms and figures against plain
-- SQL over its links, on random weights.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA weights_test;
SET search_path = weights_test, monitor, public;
SELECT plan(47);
SELECT setseed(0.25);

-- Random maps of 0 to 40 areas, ids close together or far apart, with islands, links to themselves and links of weight 0.
CREATE TABLE area AS
SELECT m, CASE m % 3 WHEN 0 THEN i WHEN 1 THEN i * 7919 - 100000 ELSE (random() * 1e18)::bigint * (i % 2 * 2 - 1) END AS id, i
FROM generate_series(1, 120) AS m, generate_series(1, m % 40) AS i;
CREATE TABLE link AS
SELECT a.m, a.id, b.id AS neighbor, CASE WHEN a.m % 2 = 0 THEN 1 WHEN random() < 0.05 THEN 0 WHEN random() < 0.1 THEN 1 ELSE exp(40 * (random() - 0.5)) END AS weight
FROM area AS a JOIN area AS b USING (m) WHERE random() < 2.5 / (m % 40);
CREATE TABLE map AS
SELECT m, coalesce(weights_agg(area.id, neighbor, weight) FILTER (WHERE area.id IS NOT NULL), '{}') AS w
FROM generate_series(1, 120) AS m LEFT JOIN area USING (m) LEFT JOIN link USING (m, id) GROUP BY m;
CREATE VIEW map_link AS SELECT m, l.* FROM map, links(w) AS l;
SELECT cmp_ok((SELECT count(*) FROM link), '>', 4000::bigint, 'many links');
SELECT cmp_ok((SELECT count(*) FROM map, weights_summary(w) AS s WHERE s.islands > 0 AND s.links > 0), '>', 60::bigint, 'many maps with islands');

-- Links in, links out
SELECT results_eq('SELECT m, id, neighbor, weight FROM map_link ORDER BY 1, 2, 3', 'SELECT m, id, neighbor, weight FROM link ORDER BY 1, 2, 3', 'links gives what weights_agg was given');
SELECT results_eq('SELECT m, unnest(weights_ids(w)) FROM map ORDER BY 1, 2', 'SELECT m, id FROM area ORDER BY 1, 2', 'weights_ids gives the areas, ascending');
SELECT is_empty('SELECT m FROM (SELECT m, id, lag(id) OVER win AS last_id, neighbor, lag(neighbor) OVER win AS last_neighbor FROM (SELECT m, l.* FROM map, links(w) WITH ORDINALITY AS l) AS s WINDOW win AS (PARTITION BY m ORDER BY ordinality)) AS t WHERE (id, neighbor) <= (last_id, last_neighbor)', 'links come by id and neighbor');
SELECT results_eq('SELECT m, a.id, neighbors(w, a.id) FROM map JOIN area AS a USING (m) ORDER BY 1, 2',
	'SELECT m, id, coalesce(array_agg(neighbor ORDER BY neighbor) FILTER (WHERE neighbor IS NOT NULL), ''{}'') FROM area LEFT JOIN link USING (m, id) GROUP BY 1, 2 ORDER BY 1, 2', 'neighbors');
SELECT is_empty('SELECT m FROM map JOIN (SELECT m, weights_agg(area.id, neighbor, weight ORDER BY random()) AS again FROM area LEFT JOIN link USING (m, id) GROUP BY m) AS s USING (m) WHERE w <> again', 'the order of rows does not matter');
SELECT is_empty('SELECT m FROM map JOIN (SELECT m, weights_agg(area.id, neighbor) AS again FROM area LEFT JOIN link USING (m, id) GROUP BY m) AS s USING (m) WHERE standardize(w, ''B'') <> again', 'weights_agg without weights is style B');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT w FROM map) AS s), (SELECT count(DISTINCT w::text) FROM map), 'DISTINCT by value is DISTINCT by text');
SELECT results_eq('SELECT count(*) FROM map AS a JOIN map AS b ON a.w = b.w', 'SELECT count(*) FROM map AS a JOIN map AS b ON a.w::text = b.w::text', 'equal where the text is equal');

-- Text and binary
SELECT is_empty('SELECT m FROM map WHERE w::text::weights <> w OR w::text::weights::text <> w::text', 'text reads back');
SELECT is_empty($$SELECT m FROM map WHERE regexp_replace(w::text, '([{}:,])', E' \\1\n', 'g')::weights <> w$$, 'and with blanks');
SELECT is_empty('SELECT m FROM map WHERE m % 2 = 0 AND pg_column_size(w::text::weights) <> 20 + 12 * cardinality(weights_ids(w)) + 4 * (weights_summary(w)).links', 'links of weight 1 take 4 bytes each, areas 12');
CREATE FUNCTION through_file(format text, from_table text, to_table text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/weights_test.copy';
BEGIN
	EXECUTE format('COPY %I TO %L (FORMAT %s)', from_table, file, format);
	EXECUTE format('COPY %I FROM %L (FORMAT %s)', to_table, file, format);
END
$$;
CREATE TABLE copied (m int, w weights);
SELECT through_file('text', 'map', 'copied');
SELECT results_eq('SELECT m, w FROM copied ORDER BY m', 'SELECT m, w FROM map ORDER BY m', 'COPY, text');
TRUNCATE copied;
SELECT through_file('csv', 'map', 'copied');
SELECT results_eq('SELECT m, w FROM copied ORDER BY m', 'SELECT m, w FROM map ORDER BY m', 'COPY, CSV');
TRUNCATE copied;
SELECT through_file('binary', 'map', 'copied');
SELECT results_eq('SELECT m, w FROM copied ORDER BY m', 'SELECT m, w FROM map ORDER BY m', 'COPY, binary');

-- Changed and cut bytes and texts: a value or an error of its kind
CREATE TABLE received (w weights);
CREATE FUNCTION receive(bytes bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	file text := current_setting('data_directory') || '/weights_test.copy';
BEGIN
	EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', bytes, file);
	EXECUTE format('COPY received FROM %L (FORMAT binary)', file);
	RETURN 'read';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
CREATE FUNCTION read_text(t text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO received VALUES (t::weights);
	RETURN 'read';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END
$$;
CREATE TABLE victim AS SELECT w, weights_send(w) AS bytes, w::text AS t FROM map WHERE m IN (4, 5);
CREATE TABLE outcome AS
SELECT 'changed byte' AS what, receive(set_byte(bytes, at, v)) AS result
FROM victim, generate_series(0, least(length(bytes), 90) - 1) AS at, unnest('{0,1,128,255}'::int[]) AS v
UNION ALL SELECT 'cut bytes', receive(substr(bytes, 1, n)) FROM victim, generate_series(0, least(length(bytes), 40) - 1) AS n
UNION ALL SELECT 'more bytes', receive(bytes || '\x00') FROM victim
UNION ALL SELECT 'changed character', read_text(overlay(t placing c from at)) FROM victim, generate_series(1, least(length(t), 60)) AS at, unnest('{"{","}",":",",","7","-",".","e"," ",""}'::text[]) AS c
UNION ALL SELECT 'cut text', read_text(left(t, n)) FROM victim, generate_series(0, least(length(t), 60) - 1) AS n;
SELECT results_eq('SELECT DISTINCT what, result FROM outcome ORDER BY 1, 2',
	$$VALUES ('changed byte', '22P03'), ('changed byte', 'read'), ('changed character', '22P02'), ('changed character', 'read'), ('cut bytes', '22P03'), ('cut text', '22P02'), ('more bytes', '22P03')$$, 'changed and cut bytes and texts');
SELECT is_empty('SELECT w FROM received WHERE w::text::weights <> w', 'what was read of them reads back');
SELECT is_empty('SELECT r.w FROM received AS r, LATERAL (SELECT weights_agg(c.id, neighbor, weight) AS again FROM components(r.w) AS c LEFT JOIN links(r.w) USING (id)) AS a WHERE again <> r.w', 'and is the same as of its links');

-- Styles
CREATE TABLE styled AS SELECT m, style, standardize(w, style) AS w FROM map, unnest('{B,W,C,U,S,minmax}'::text[]) AS style;
CREATE TABLE styled_link AS SELECT m, style, l.* FROM styled, links(w) AS l;
CREATE TABLE compared AS SELECT s.*, l.weight AS raw FROM styled_link AS s JOIN link AS l USING (m, id, neighbor);
ANALYZE;
CREATE FUNCTION near(a float8, b float8) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN abs(a - b) <= 1e-12 * greatest(abs(a), abs(b));
SELECT is((SELECT count(*) FROM compared), (SELECT 6 * count(*) FROM link), 'a style leaves the links');
SELECT is((SELECT count(*) FROM styled_link), (SELECT 6 * count(*) FROM link), 'and adds none');
SELECT is_empty('SELECT m FROM compared WHERE style = ''B'' AND weight <> 1', 'B: all 1');
SELECT is_empty('SELECT m, id FROM compared WHERE style = ''W'' GROUP BY m, id HAVING NOT near(sum(weight), (sum(raw) > 0)::int)', 'W: rows sum to 1, but those of zeros');
SELECT is_empty('SELECT m, style FROM compared JOIN (SELECT m, count(DISTINCT id) AS n FROM link GROUP BY m) AS s USING (m) WHERE style IN (''C'', ''S'') GROUP BY m, style, n HAVING NOT near(sum(weight), CASE WHEN sum(raw) > 0 THEN n ELSE 0 END)', 'C, S: all sum to the number of areas with links');
SELECT is_empty('SELECT m FROM compared WHERE style = ''U'' GROUP BY m HAVING NOT near(sum(weight), (sum(raw) > 0)::int)', 'U: all sum to 1');
SELECT is_empty('SELECT m, id FROM compared WHERE style IN (''W'', ''S'') AND raw > 0 GROUP BY m, style, id HAVING NOT near(max(weight / raw), min(weight / raw))', 'W, S: one factor a row');
SELECT is_empty('SELECT m FROM compared WHERE style IN (''C'', ''U'', ''minmax'') AND raw > 0 GROUP BY m, style HAVING NOT near(max(weight / raw), min(weight / raw))', 'C, U, minmax: one factor');
SELECT is_empty('SELECT m FROM (SELECT m, sum(weight ^ 2) AS q FROM compared WHERE style = ''S'' GROUP BY m, id HAVING sum(raw) > 0) AS s GROUP BY m HAVING NOT near(max(q), min(q))', 'S: the squares of every row have one sum');
SELECT is_empty('WITH r AS (SELECT m, max(sum) AS r FROM (SELECT m, sum(weight) FROM compared WHERE style = ''minmax'' GROUP BY m, id) AS a GROUP BY m), c AS (SELECT m, max(sum) AS c FROM (SELECT m, sum(weight) FROM compared WHERE style = ''minmax'' GROUP BY m, neighbor) AS a GROUP BY m)
	SELECT m, r, c FROM r JOIN c USING (m) WHERE r > 0 AND NOT near(least(r, c), 1)', 'minmax: the smaller of the largest sums is 1');

-- Symmetric
SELECT is_empty('SELECT m FROM map, unnest(''{max,mean,min}''::text[]) AS rule WHERE symmetrize(symmetrize(w, rule), rule) <> symmetrize(w, rule) OR NOT (weights_summary(symmetrize(w, rule))).is_symmetric', 'symmetrize makes symmetric, once for all');
SELECT is_empty('WITH both_ways AS (SELECT k.m, coalesce(a.id, b.neighbor) AS id, coalesce(a.neighbor, b.id) AS neighbor, a.weight AS a, b.weight AS b FROM link AS a FULL JOIN link AS b ON (a.m, a.id, a.neighbor) = (b.m, b.neighbor, b.id) CROSS JOIN LATERAL (SELECT coalesce(a.m, b.m) AS m) AS k),
	expected AS (SELECT m, ''max'' AS rule, id, neighbor, greatest(a, b) AS weight FROM both_ways UNION ALL SELECT m, ''mean'', id, neighbor, coalesce(a, 0) / 2 + coalesce(b, 0) / 2 FROM both_ways UNION ALL SELECT m, ''min'', id, neighbor, least(a, b) FROM both_ways WHERE a IS NOT NULL AND b IS NOT NULL),
	found AS (SELECT m, rule, l.* FROM map, unnest(''{max,mean,min}''::text[]) AS rule, links(symmetrize(w, rule)) AS l)
	(TABLE expected EXCEPT ALL TABLE found) UNION ALL (TABLE found EXCEPT ALL TABLE expected)', 'symmetrize against a join');

-- Higher order: the shortest ways by recursion
CREATE TABLE way AS
WITH RECURSIVE step (m, origin, id, steps) AS (
	SELECT m, id, id, 0 FROM area WHERE m < 100 UNION SELECT step.m, origin, neighbor, steps + 1 FROM step JOIN link USING (m, id) WHERE steps < 4
)
SELECT m, origin AS id, id AS neighbor, min(steps) AS steps FROM step GROUP BY 1, 2, 3;
SELECT is_empty('(SELECT m, steps, l.id, neighbor, weight FROM map, generate_series(1, 4) AS steps, links(higher_order(w, steps)) AS l WHERE m < 100 EXCEPT ALL SELECT m, steps, id, neighbor, 1 FROM way WHERE steps > 0)
	UNION ALL (SELECT m, steps, id, neighbor, 1 FROM way WHERE steps > 0 EXCEPT ALL SELECT m, steps, l.id, neighbor, weight FROM map, generate_series(1, 4) AS steps, links(higher_order(w, steps)) AS l WHERE m < 100)', 'higher_order against recursion');
SELECT is_empty('SELECT m, k FROM map, generate_series(1, 4) AS k WHERE m < 100 AND (SELECT array_agg((id, neighbor) ORDER BY id, neighbor) FROM links(higher_order(w, k, true))) IS DISTINCT FROM (SELECT array_agg((way.id, way.neighbor) ORDER BY way.id, way.neighbor) FROM way WHERE way.m = map.m AND way.steps BETWEEN 1 AND k)', 'cumulative: all up to that many steps');

-- Oneself and fewer areas
SELECT is_empty('SELECT m FROM map WHERE without_self(with_self(w, 3)) <> without_self(w) OR with_self(without_self(w), 3) <> with_self(w, 3)', 'with_self and without_self undo each other');
SELECT is_empty('SELECT m FROM map, LATERAL (SELECT coalesce(weights_agg(id, neighbor, weight), ''{}'') AS by_sql FROM (SELECT id, neighbor, weight FROM links(w) WHERE id <> neighbor UNION ALL SELECT id, id, 0.25 FROM components(w)) AS l) AS s WHERE with_self(w, 0.25) <> by_sql', 'with_self against SQL');
SELECT is_empty('SELECT m FROM map, LATERAL (SELECT coalesce(array_agg(id), ''{}'') AS ids FROM components(w) WHERE hashint8(id) % 2 = 0) AS half,
	LATERAL (SELECT coalesce(weights_agg(c.id, l.neighbor, l.weight), ''{}'') AS by_sql FROM components(w) AS c LEFT JOIN links(w) AS l ON l.id = c.id AND l.neighbor = ANY (ids) WHERE c.id = ANY (ids)) AS s WHERE subset(w, ids) <> by_sql', 'subset against SQL');
SELECT is_empty('SELECT m FROM map WHERE subset(w, weights_ids(w)) <> w', 'subset of all is all');

-- Components and summary
CREATE TABLE reach AS
WITH RECURSIVE r (m, id, other) AS (
	SELECT m, id, id FROM area UNION SELECT r.m, r.id, s.b FROM r JOIN (SELECT m, id AS a, neighbor AS b FROM link UNION SELECT m, neighbor, id FROM link) AS s ON s.m = r.m AND s.a = r.other
)
SELECT m, id, dense_rank() OVER (PARTITION BY m ORDER BY min(other)) AS component FROM r GROUP BY m, id;
SELECT results_eq('SELECT m, c.id, component::bigint FROM map, components(w) AS c ORDER BY 1, 2', 'SELECT m, id, component FROM reach ORDER BY 1, 2', 'components against recursion');
CREATE VIEW summarized AS SELECT m, s.* FROM map, weights_summary(w) AS s;
CREATE TABLE pair AS
SELECT coalesce(a.m, b.m) AS m, coalesce(a.weight, 0) + coalesce(b.weight, 0) AS total, a.m IS NULL OR b.m IS NULL AS one_way, a.weight
FROM link AS a FULL JOIN link AS b ON (a.m, a.id, a.neighbor) = (b.m, b.neighbor, b.id);
CREATE TABLE by_sql AS
WITH per_area AS (
	SELECT m, id, coalesce(l.n, 0) AS neighbors, coalesce(l.s, 0) + coalesce(b.s, 0) AS total, component
	FROM area JOIN reach USING (m, id) LEFT JOIN (SELECT m, id, count(*) AS n, sum(weight) AS s FROM link GROUP BY m, id) AS l USING (m, id)
	LEFT JOIN (SELECT m, neighbor AS id, sum(weight) AS s FROM link GROUP BY m, neighbor) AS b USING (m, id)),
a AS (
	SELECT m, count(*)::int AS n, sum(neighbors)::bigint AS links, count(*) FILTER (WHERE neighbors = 0)::int AS islands, count(DISTINCT component)::int AS components,
		min(neighbors)::int AS min_neighbors, max(neighbors)::int AS max_neighbors, avg(neighbors)::float8 AS mean_neighbors, sum(total ^ 2) AS s2
	FROM per_area GROUP BY m),
p AS (SELECT m, bool_or(one_way) AS one_way, sum(weight) AS s0, sum(total ^ 2) / 2 AS s1 FROM pair GROUP BY m)
SELECT m, coalesce(n, 0) AS n, coalesce(links, 0) AS links, coalesce(islands, 0) AS islands, coalesce(components, 0) AS components, min_neighbors, max_neighbors, mean_neighbors,
	NOT coalesce(one_way, false) AS is_symmetric, coalesce(s0, 0) AS s0, coalesce(s1, 0) AS s1, coalesce(s2, 0) AS s2
FROM map LEFT JOIN a USING (m) LEFT JOIN p USING (m);
SELECT results_eq('SELECT m, n, links, islands, components, min_neighbors, max_neighbors, is_symmetric FROM summarized ORDER BY m', 'SELECT m, n, links, islands, components, min_neighbors, max_neighbors, is_symmetric FROM by_sql ORDER BY m', 'counts of weights_summary against SQL');
SELECT is_empty('SELECT a.m FROM summarized AS a JOIN by_sql AS b USING (m) WHERE NOT (near(a.s0, b.s0) AND near(a.s1, b.s1) AND near(a.s2, b.s2)) OR NOT near(a.mean_neighbors, b.mean_neighbors)', 'sums of weights_summary against SQL');

-- GAL and GWT
SELECT is_empty('SELECT m FROM map WHERE weights_from_gal(weights_to_gal(w)) <> standardize(w, ''B'')', 'GAL there and back');
SELECT is_empty('SELECT m FROM map WHERE weights_from_gwt(weights_to_gwt(w), weights_ids(w)) <> w', 'GWT there and back with the ids');
SELECT is_empty('SELECT m FROM map WHERE weights_from_gwt(weights_to_gwt(with_self(w, 0.5))) <> with_self(w, 0.5)', 'GWT there and back without islands');
SELECT is_empty($$SELECT m FROM map WHERE weights_from_gal(replace(replace(weights_to_gal(w), ' ', E' \t'), E'\n', E'\r\n')) <> standardize(w, 'B')$$, 'GAL with the other line ends');

-- A value of many pages, stored and read back; neighbors fetches it once a call site
CREATE TABLE large AS SELECT symmetrize(weights_agg(i, (i + d * d * 37) % 50000, 1 / (d + i % 7)::float8)) AS w FROM generate_series(0, 49999) AS i, generate_series(1, 4) AS d;
SELECT is((SELECT sum(cardinality(neighbors(w, id))) FROM large, generate_series(0, 49999) AS id), 400000::bigint, 'neighbors of every area of a stored value');
SELECT ok((SELECT w::text::weights = w AND weights_from_gwt(weights_to_gwt(w)) = w FROM large), 'a large value in and out');
SELECT ok((SELECT weights_agg(l.id, l.neighbor, l.weight) FROM large, links(w) AS l) = (SELECT w FROM large), 'and by its links');
SELECT * FROM finish();
ROLLBACK;
