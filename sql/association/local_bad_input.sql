-- Local statistics: arguments that are refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA association_local_bad_input;
SET search_path = association_local_bad_input, monitor, public;
CREATE FUNCTION error_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN 'no error: ' || coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || SQLERRM || CASE WHEN hint = '' THEN ' NO HINT' ELSE ' HINT: ' || hint END;
END
$$;
CREATE TABLE a AS SELECT i::bigint AS id, i * i::float8 AS x, i % 2 = 0 AS has, 'POINT(' || i || ' 0)' AS g FROM generate_series(1, 4) AS i;
CREATE TABLE w AS SELECT '{1:{2},2:{1,3},3:{2,4},4:{3}}'::weights AS w;
SELECT call, error_of(format('SELECT %s OVER () FROM a', call)) FROM (VALUES
	('spatial_lag((SELECT w FROM w), NULL, x)'),
	('spatial_lag((SELECT w FROM w), id + 1, x)'),
	('spatial_lag((SELECT w FROM w), id / 2, x)'),
	('spatial_lag((SELECT w FROM w), 9223372036854775807 - id, x)'),
	('spatial_lag((SELECT w FROM w), id, ''NaN''::float8)'),
	('spatial_lag((SELECT w FROM w), id, x * ''Infinity''::float8)'),
	('spatial_lag(CASE id WHEN 3 THEN ''{1:{2},2:{1}}''::weights ELSE (SELECT w FROM w) END, id, x)'),
	('spatial_lag(CASE id WHEN 3 THEN NULL ELSE (SELECT w FROM w) END, id, x)'),
	('local_moran((SELECT w FROM w), id, x, -1)'),
	('local_moran((SELECT w FROM w), id, x, 1000001)'),
	('local_moran((SELECT w FROM w), id, x, NULL)'),
	('local_moran((SELECT w FROM w), id, x, id::int)'),
	('local_moran((SELECT w FROM w), id, x, 9, NULL)'),
	('local_moran((SELECT w FROM w), id, x, 9, id)'),
	('local_moran((SELECT w FROM w), id, x, 9, 1, NULL)'),
	('local_moran((SELECT w FROM w), id, x, 9, 1, '''')'),
	('local_moran((SELECT w FROM w), id, x, 9, 1, ''GeoDa'')'),
	('local_moran((SELECT w FROM w), id, x, 9, 1, CASE id WHEN 1 THEN ''geoda'' ELSE ''splitmix'' END)'),
	('local_moran(id, x, g::geometry, NULL)'),
	('local_moran(id, x, g::geometry, ''neighbours'')'),
	('local_moran(id, x, g::geometry, ''knn '' || id)'),
	('local_moran(NULL, x, g::geometry, ''knn 1'')'),
	('local_moran(id / 2, x, g::geometry, ''knn 1'')'),
	('local_moran(id, x, ST_SetSRID(g::geometry, id::int), ''knn 1'')'),
	('local_bivariate_moran((SELECT w FROM w), id, x, ''-Infinity'')'),
	('local_g((SELECT w FROM w), id, x, NULL)'),
	('local_g((SELECT w FROM w), id, x, has)'),
	('local_geary((SELECT w FROM w), id, ARRAY[x], 9, 1, ''geoda'')'),
	('local_geary((SELECT w FROM w), id, CASE id WHEN 1 THEN ARRAY[x] ELSE ARRAY[x, x] END)'),
	('local_geary((SELECT w FROM w), id, ARRAY[]::float8[])'),
	('local_geary((SELECT w FROM w), id, ARRAY[[x], [x]])'),
	('local_geary((SELECT w FROM w), id, array_fill(x, ARRAY[33]))'),
	('local_geary((SELECT w FROM w), id, ARRAY[x, ''NaN''])'),
	('local_join_count((SELECT w FROM w), NULL, has)'),
	('local_bivariate_join_count((SELECT w FROM w), id, has, has, 9, 1, ''geoda_lookup'')'),
	('local_colocation((SELECT w FROM w), id, ARRAY[has], 9, 1, ''geoda'')'),
	('losh((SELECT w FROM w), id, x, 0)'),
	('losh((SELECT w FROM w), id, x, ''NaN'')'),
	('losh((SELECT w FROM w), id, x, NULL)'),
	('losh((SELECT w FROM w), id, x, id)')
) AS s(call);
-- not in the window of a moving frame's own, but of the partition; without OVER it is no call
SELECT error_of('SELECT local_moran((SELECT w FROM w), id, x) FROM a');
-- large weights in line in every row
SELECT error_of('WITH big AS MATERIALIZED (SELECT weights_agg(i, i % 200000 + 1) AS w FROM generate_series(1, 200000) AS i) SELECT spatial_lag(big.w, id, x) OVER () FROM big, a');
-- too large a table of draws
SELECT error_of('SELECT local_moran((SELECT weights_agg(i, j) FROM generate_series(1, 600) AS i, generate_series(1, 600) AS j WHERE i <> j), i, i, 1000000, 1, ''geoda_lookup'') OVER () FROM generate_series(1, 600) AS i');
-- what takes long can be cancelled
CREATE TABLE many AS SELECT id, id * 7919 % 1000 AS x FROM generate_series(1, 30000) AS id;
CREATE TABLE large AS SELECT weights_agg(id, id + d) AS w FROM many, (VALUES (-300), (-200), (-1), (1), (200), (300)) AS s(d) WHERE id + d BETWEEN 1 AND 30000;
\set VERBOSITY sqlstate
SET statement_timeout = '200ms';
SELECT clock_timestamp() AS began \gset
SELECT count(l) FROM (SELECT local_moran((SELECT w FROM large), id, x, 1000000) OVER () AS l FROM many) AS s;
SELECT count(l) FROM (SELECT local_geary((SELECT w FROM large), id, ARRAY[x, id], 1000000) OVER () AS l FROM many) AS s;
SELECT count(l) FROM (SELECT local_g((SELECT w FROM large), id, x, true, 100000, 1, 'geoda') OVER () AS l FROM many) AS s;
SELECT count(l) FROM (SELECT local_moran((SELECT w FROM large), id, x, 100000, 1, 'geoda_lookup') OVER () AS l FROM many) AS s;
SELECT count(l) FROM (SELECT local_moran((SELECT weights_agg(i, (i + d) % 130) FROM generate_series(0, 129) AS i, generate_series(1, 3) AS d), i, i * i % 7, 1) OVER (PARTITION BY k) AS l FROM generate_series(0, 129) AS i, generate_series(1, 100) AS k) AS s;
RESET statement_timeout;
SELECT clock_timestamp() - :'began' < '4 s' AS cancelled_soon \gset
\echo :cancelled_soon
DROP SCHEMA association_local_bad_input CASCADE;
