-- The area index and the grid on real data: residents of Frederiksberg by grid cell
-- and by city block, seven quarters 2012-2014 (Frederiksberg Kommune, MIT licence).
-- The data lie beside the project, in ../shared/data, or in the folder data of
-- MONITOR_SHARED; without them the tests are skipped.
SET client_min_messages = warning;
\pset format unaligned
\pset tuples_only on
\set folder `for folder in "${MONITOR_SHARED:-../shared}/data/frederiksberg" "${MONITOR_SHARED:-../shared}/frederiksberg"; do if [ -r "$folder/kvadratnet_4326.geojson" ]; then printf %s "$folder"; break; fi; done`
SELECT :'folder' = '' AS absent \gset
BEGIN;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(16);
\if :absent
SELECT skip('the Frederiksberg data are not at ../shared/data/frederiksberg (set MONITOR_SHARED)', 16);
\else
CREATE SCHEMA frederiksberg_test;
SET search_path = frederiksberg_test, monitor, public;

\setenv FREDERIKSBERG :folder
\set cells `cat "$FREDERIKSBERG/kvadratnet_4326.geojson"`
\set blocks `cat "$FREDERIKSBERG/karre_4326.geojson"`
CREATE TABLE cell AS
SELECT f -> 'properties' ->> 'distrikt_id' AS name, ST_Transform(ST_GeomFromGeoJSON(f -> 'geometry'), 25832) AS geom
FROM jsonb_array_elements(:'cells'::jsonb -> 'features') AS f;
CREATE TABLE block AS
SELECT (f -> 'properties' ->> 'distrikt_id')::bigint AS id, ST_Transform(ST_GeomFromGeoJSON(f -> 'geometry'), 25832) AS geom
FROM jsonb_array_elements(:'blocks'::jsonb -> 'features') AS f;
\set total `cat "$FREDERIKSBERG/befolkning_alle.json"`
\set age_0_5 `cat "$FREDERIKSBERG/befolkning_0_5.json"`
\set age_6_17 `cat "$FREDERIKSBERG/befolkning_6_17.json"`
\set age_18_64 `cat "$FREDERIKSBERG/befolkning_18_64.json"`
\set age_65_74 `cat "$FREDERIKSBERG/befolkning_65_74.json"`
\set age_75 `cat "$FREDERIKSBERG/befolkning_75.json"`
CREATE TABLE population AS
SELECT distrikt_id AS place, type_id = 11 AS is_cell, udtraek_dato AS day, antal_samlet AS residents
FROM jsonb_to_recordset(:'total'::jsonb) AS r(distrikt_id text, type_id int, antal_samlet bigint, udtraek_dato date);
CREATE TABLE band AS
SELECT band, distrikt_id AS place, udtraek_dato AS day, antal AS residents, antal_samlet AS all_ages
FROM (VALUES ('0-5', :'age_0_5'::jsonb), ('6-17', :'age_6_17'), ('18-64', :'age_18_64'), ('65-74', :'age_65_74'), ('75-', :'age_75')) AS v(band, j),
	jsonb_to_recordset(j) AS r(distrikt_id text, antal_samlet bigint, antal bigint, udtraek_dato date);

-- cells
SELECT is(count(*), 956::bigint, '956 cells') FROM cell;
SELECT is(count(*) FILTER (WHERE grid_cell(geom, 100) = name), 956::bigint, 'grid_cell gives each its name') FROM cell;
SELECT is(count(*) FILTER (WHERE grid_cell(ST_PointOnSurface(geom), 100) = name), 956::bigint, 'and of a point on each') FROM cell;
SELECT cmp_ok(max(ST_HausdorffDistance(geom, grid_cell_geom(name))), '<', 0.5::float8, 'grid_cell_geom draws each within half a metre (published with 6 decimals of a degree)') FROM cell;
SELECT is((SELECT count(*) FROM cell, (SELECT area_index(row_number, grid_cell_geom(name)) AS areas FROM (SELECT name, row_number() OVER (ORDER BY name) FROM cell) AS n) AS i
	WHERE locate(areas, ST_Centroid(geom)) IS NOT NULL), 956::bigint, 'each cell''s middle lies in a square of the grid');

-- counts
SELECT is(count(DISTINCT day), 7::bigint, 'seven quarters') FROM population;
SELECT is(sum(residents) FILTER (WHERE is_cell), 101168::numeric, 'cells sum to 101,168 on 2012-10-02') FROM population WHERE day = '2012-10-02';
SELECT is(sum(residents) FILTER (WHERE NOT is_cell), 101079::numeric, 'blocks sum to 101,079 on 2012-10-02') FROM population WHERE day = '2012-10-02';
SELECT is_empty($$SELECT place, day FROM band GROUP BY place, day HAVING count(*) <> 5 OR sum(residents) <> min(all_ages) OR min(all_ages) <> max(all_ages)$$, 'five age bands sum to the total of each place in each quarter');
SELECT is((SELECT count(*) FROM (SELECT place, day, all_ages FROM band EXCEPT SELECT place, day, residents FROM population) AS e), 0::bigint, 'which is the published total');

-- cells into blocks, by the cells' middles
CREATE TABLE stored AS SELECT area_index(id, geom) AS areas FROM block;
SELECT is((area_index_summary(areas)).areas, 362, '362 blocks in an index') FROM stored;
CREATE TABLE placed AS
SELECT name, locate((SELECT areas FROM stored), ST_Centroid(geom)) AS block, locate_all((SELECT areas FROM stored), ST_Centroid(geom)) AS blocks, geom FROM cell;
SELECT is_empty($$SELECT name FROM placed WHERE blocks <> ARRAY(SELECT id FROM block WHERE ST_Intersects(block.geom, ST_Centroid(placed.geom)) ORDER BY id)$$, 'the blocks of a cell''s middle, as ST_Intersects');
CREATE TABLE block_total AS
SELECT b.place::bigint AS block, b.day, b.residents AS own, coalesce(c.residents, 0) AS by_cells
FROM population AS b LEFT JOIN (SELECT block, day, sum(residents) AS residents FROM placed JOIN population ON place = name GROUP BY block, day) AS c
	ON c.block = b.place::bigint AND c.day = b.day
WHERE NOT is_cell;
SELECT diag(format('%s: %s of 956 cells have their middle in a block; residents by cells %s, in blocks by their cells %s, by the blocks'' own count %s, correlation %s',
	day, (SELECT count(block) FROM placed), (SELECT sum(residents) FROM population AS p WHERE is_cell AND p.day = t.day), sum(by_cells), sum(own), round(corr(own, by_cells)::numeric, 3)))
FROM block_total AS t GROUP BY day ORDER BY day;
SELECT cmp_ok((SELECT count(block) FROM placed), '>', 637::bigint, 'two thirds of the cells have their middle in a block');
SELECT cmp_ok(min(share), '>', 0.7, 'at least seven tenths of the residents come out in a block, in every quarter')
FROM (SELECT sum(by_cells) / sum(own) AS share FROM block_total GROUP BY day) AS s;
SELECT cmp_ok(max(share), '<=', 1.001, 'and no more than there are') FROM (SELECT sum(by_cells) / (SELECT sum(residents) FROM population AS p WHERE is_cell AND p.day = t.day) AS share FROM block_total AS t GROUP BY day) AS s;
SELECT cmp_ok(min(r), '>', 0.6::float8, 'cells of 100 m follow the blocks'' own counts') FROM (SELECT corr(own, by_cells) AS r FROM block_total GROUP BY day) AS s;
\endif
SELECT * FROM finish();
ROLLBACK;
