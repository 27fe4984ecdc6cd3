-- Displacement: what is NULL, what is refused.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA spillover_displacement;
SET search_path = spillover_displacement, monitor, public;
SET extra_float_digits = 0;
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
SELECT what, round((d).wdq::numeric, 6) AS wdq, round((d).wdd::numeric, 6) AS wdd, round((d).se::numeric, 6) AS se, round((d).total_net_effect::numeric, 6) AS net, round((d).phi::numeric, 6) AS phi, (d).note
FROM (VALUES
	(1, 'diffusion', displacement(207, 110, 308, 318, 178, 157, 150, 140)),
	(2, 'displacement beyond the gain', displacement(100, 80, 100, 100, 100, 130)),
	(3, 'no buffer', displacement(20, 10, 20, 20)),
	(4, 'an empty buffer', displacement(20, 10, 20, 20, 0, 0)),
	(5, 'no success', displacement(10, 20, 20, 20, 10, 10)),
	(6, 'nothing happened', displacement(10, 10, 20, 20, 10, 10)),
	(7, 'empty control', displacement(10, 5, 0, 0, 10, 10)),
	(8, 'nothing anywhere', displacement(0, 0, 0, 0, 0, 0)),
	(9, 'stock without moves', displacement(100, 80, 100, 100, 50, 60, kind => 'stock')),
	(10, 'stock with moves', displacement(100, 80, 100, 100, 50, 60, kind => 'stock', spread => '{30,10,12,0}')),
	(11, 'means', displacement(0.4, 0.3, 0.4, 0.4, 0.5, 0.6, kind => 'mean', spread => '{0.1,0.1,0.1,0.1,0.1,0.1,0.1,0.1}')),
	(12, 'a mean below 0', displacement(-1, -2, 1, 1, kind => 'mean')),
	(13, 'twice the variance', displacement(20, 10, 20, 20, overdispersion => 2)),
	(14, 'an unknown figure', displacement(NULL, 10, 20, 20)),
	(15, 'half a buffer', displacement(10, 10, 20, 20, 10, NULL)),
	(16, 'very large', displacement(1e300, 1e300, 1e300, 1e300))) AS v (number, what, d) ORDER BY number;
SELECT number, error_of(format('SELECT displacement(%s)', arguments)) FROM (VALUES
	(1, '-1, 10, 20, 20'), (2, '1, ''NaN'', 20, 20'), (3, '1, 2, ''Infinity'', 20'), (4, '1, 2, 3, 4, 5, -6'), (5, '1, 2, 3, 4, time_weight => ''{1}'''), (6, '1, 2, 3, 4, time_weight => ''{1,0}'''),
	(7, '1, 2, 3, 4, area_weight => ''{1,1,1}'''), (8, '1, 2, 3, 4, area_weight => ''{1,1,1,NULL}'''), (9, '1, 2, 3, 4, kind => ''rate'''), (10, '1, 2, 3, 4, kind => ''stock'', spread => ''{1}'''),
	(11, '1, 2, 3, 4, spread => ''{1,1,1,1}'''), (12, '1, 2, 3, 4, overdispersion => 0'), (13, '1, 2, 3, 4, conf => 1'), (14, '1, 2, 3, 4, kind => ''mean'', spread => ''{1,1,1,1,1,1,1,-1}'''),
	(15, '1, 2, 3, 4, time_weight => ''{{1,1}}''')) AS v (number, arguments) ORDER BY number;
-- an error or margins beyond the range of numbers: no z of 0, no p of 1, no phi of 0
SELECT (d).wdd, (d).se, (d).z, (d).p, (d).phi FROM (VALUES (1, displacement(1e308, 1e308, 5e-324, 1e308)), (2, displacement(1e308, 1, 1e308, 1e-300)), (3, displacement(1e308, 1e300, 1e308, 1e300))) AS v (number, d) ORDER BY number;
DROP SCHEMA spillover_displacement CASCADE;
