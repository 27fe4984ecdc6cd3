-- Flows between the 17 regions of Korea, 2020: every row of ref_flow_region, ref_flow_system and
-- ref_flow_expected, made with base R. The flows are in the rows themselves; where the data they
-- were made of lie beside the project, in ../shared/reference (or in reference of
-- MONITOR_SHARED), these are read too and must give the same value.
SET client_min_messages = warning;
\set folder `for folder in "${MONITOR_SHARED:-../shared}/reference"; do if [ -r "$folder/data_korea_flows_2020.csv" ]; then printf %s "$folder"; break; fi; done`
SELECT :'folder' = '' AS absent \gset
BEGIN;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA flows_reference;
SET search_path = flows_reference, monitor, public;
SELECT plan(9);

CREATE TABLE region (region text, inflow float8, outflow float8, net float8, turnover float8, pop float8, in_rate float8, out_rate float8, net_rate float8, effectiveness float8, self_flow float8);
\copy region FROM 'test/data/reference/ref_flow_region.csv' CSV HEADER
CREATE TABLE system (quantity text, value float8);
\copy system FROM 'test/data/reference/ref_flow_system.csv' CSV HEADER
CREATE TABLE pair (orig text, dest text, flow float8, dist float8, qi float8, ipf float8, grav_pow float8, grav_exp float8, excess_ratio_qi float8, excess_ratio_gravpow float8, pearson_resid_gravpow float8, dev_resid_gravpow float8);
\copy pair FROM 'test/data/reference/ref_flow_expected.csv' CSV HEADER
CREATE FUNCTION relative_difference(a float8, b float8) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN CASE WHEN a IS NULL OR b IS NULL THEN 'Infinity' WHEN a = b THEN 0 ELSE abs(a - b) / greatest(abs(a), abs(b)) END;

CREATE TABLE area AS SELECT row_number() OVER (ORDER BY region) AS id, region, pop, self_flow FROM region;
CREATE TABLE flow AS
SELECT o.id AS origin, d.id AS destination, flow, dist, o.pop AS population_origin, d.pop AS population_destination
FROM (SELECT orig, dest, flow, dist FROM pair UNION ALL SELECT region, region, self_flow, 0 FROM region) AS f JOIN area AS o ON o.region = orig JOIN area AS d ON d.region = dest;
CREATE TABLE korea AS SELECT flow_index(origin, destination, flow, population_origin, population_destination) AS f FROM flow;

-- Each region.
CREATE TABLE region_compared AS
SELECT region, v.* FROM region JOIN area USING (region), korea, LATERAL (SELECT * FROM flow_areas(f) WHERE area = area.id) AS a,
	LATERAL (VALUES ('inflow', region.inflow, a.inflow), ('outflow', region.outflow, a.outflow), ('net', region.net, a.net), ('turnover', region.turnover, a.turnover), ('pop', region.pop, population),
		('in_rate', region.in_rate, a.in_rate), ('out_rate', region.out_rate, a.out_rate), ('net_rate', region.net_rate, a.net_rate), ('effectiveness', region.effectiveness, a.effectiveness),
		('self_flow', region.self_flow, a.self_flow)) AS v (figure, reference, ours);
SELECT is(count(*), 17 * 10::bigint, 'ref_flow_region: rows times figures compared') FROM region_compared;
SELECT is_empty('SELECT * FROM region_compared WHERE NOT relative_difference(reference, ours) <= 1e-12', 'every figure of a region as the reference has it');

-- Expected flows.
CREATE TABLE expected AS
SELECT model, origin, destination, flow, (e).* FROM (SELECT model, f.*, expected_flow(origin, destination, flow, dist, model) OVER (PARTITION BY model) AS e
	FROM flow AS f, unnest(ARRAY['quasi-independence', 'power', 'exponential']) AS model) AS t WHERE origin <> destination;
CREATE TABLE pair_compared AS
SELECT orig, dest, v.* FROM pair AS r JOIN area AS o ON o.region = orig JOIN area AS d ON d.region = dest
	JOIN expected AS q ON (q.model, q.origin, q.destination) = ('quasi-independence', o.id, d.id)
	JOIN expected AS p ON (p.model, p.origin, p.destination) = ('power', o.id, d.id)
	JOIN expected AS x ON (x.model, x.origin, x.destination) = ('exponential', o.id, d.id),
	LATERAL (VALUES ('flow', r.flow, q.flow), ('qi', qi, q.expected), ('ipf', ipf, q.expected), ('grav_pow', grav_pow, p.expected), ('grav_exp', grav_exp, x.expected),
		('excess_ratio_qi', excess_ratio_qi, q.ratio), ('excess_ratio_gravpow', excess_ratio_gravpow, p.ratio),
		('pearson_resid_gravpow', pearson_resid_gravpow, p.pearson), ('dev_resid_gravpow', dev_resid_gravpow, p.deviance)) AS v (figure, reference, ours);
SELECT is(count(*), 272 * 9::bigint, 'ref_flow_expected: rows times figures compared') FROM pair_compared;
SELECT is_empty('SELECT * FROM pair_compared WHERE NOT relative_difference(reference, ours) <= 1e-9', 'every expected flow, ratio and residual as the reference has it');

-- The system. mean_distance and inequality against quasi-independence follow from what is given.
CREATE TABLE system_compared AS
SELECT quantity, value AS reference, ours FROM system LEFT JOIN (
	SELECT v.* FROM korea, LATERAL (VALUES ('total_flow', total_flow(f)), ('crude_migration_intensity_pct', crude_migration_intensity(f)), ('MEI_system_pct', migration_effectiveness(f)),
		('ANMR_pct', aggregate_net_migration_rate(f)), ('courgeau_k', courgeau_k(f)), ('preference_bachi_as_migest', migration_preference(f)),
		('velocity_as_migest(pop in persons)', migration_velocity(f)), ('connectivity_share_nonzero', migration_connectivity(f)), ('inequality_equal', migration_inequality(f)),
		('entropy_flow_shares_nat', entropy(f)), ('gini_offdiag', gini(f))) AS v (quantity, ours)
	UNION ALL SELECT 'mean_distance', sum(flow * dist) / sum(flow) FROM flow WHERE origin <> destination
	UNION ALL SELECT 'inequality_quasi_indep', sum(abs(flow - expected)) / sum(flow) / 2 FROM expected WHERE model = 'quasi-independence'
	UNION ALL SELECT CASE model WHEN 'power' THEN 'decay_power_beta' ELSE 'decay_exp_beta' END, min(beta) FROM expected WHERE model <> 'quasi-independence' GROUP BY model
	UNION ALL SELECT 'deviance_' || CASE model WHEN 'power' THEN 'power' WHEN 'exponential' THEN 'exp' ELSE 'qi' END, sum(deviance ^ 2) FROM expected GROUP BY model
) AS s USING (quantity);
SELECT is(count(*), 18::bigint, 'ref_flow_system: rows compared') FROM system_compared;
SELECT is_empty('SELECT * FROM system_compared WHERE NOT relative_difference(reference, ours) <= 1e-9', 'every figure of the system as the reference has it');

-- Margins are met to rounding.
SELECT is_empty($$SELECT model, origin FROM expected GROUP BY 1, 2 HAVING abs(sum(expected) / sum(flow) - 1) > 1e-12
	UNION ALL SELECT model, destination FROM expected GROUP BY 1, 2 HAVING abs(sum(expected) / sum(flow) - 1) > 1e-12$$, 'every origin and destination keeps its sum');
SELECT is((SELECT count(DISTINCT beta) FROM expected), 2::bigint, 'one beta a model');

-- The same from the data themselves.
\if :absent
SELECT skip('data_korea_flows_2020.csv is not at ../shared/reference (set MONITOR_SHARED)', 1);
\else
CREATE TABLE delivered (orig text, dest text, flow float8, dist_km float8, dest_pop_mill numeric, orig_pop_mill numeric);
\setenv KOREA :folder
\copy delivered FROM PROGRAM 'cat "$KOREA/data_korea_flows_2020.csv"' CSV HEADER
SELECT is((SELECT flow_index(o.id, d.id, flow, (orig_pop_mill * 1000000)::float8, (dest_pop_mill * 1000000)::float8)::text FROM delivered JOIN area AS o ON o.region = orig JOIN area AS d ON d.region = dest),
	f::text, 'the data beside the project give the same value') FROM korea;
\endif

SELECT diag(format('ref_flow_region: 17 rows, %s figures compared, worst relative difference %s', count(*), max(relative_difference(reference, ours)))) FROM region_compared;
SELECT diag(format('ref_flow_expected: 272 rows, %s figures compared, worst relative difference %s', count(*), max(relative_difference(reference, ours)))) FROM pair_compared;
SELECT diag(format('ref_flow_system: %s rows compared, worst relative difference %s', count(*), max(relative_difference(reference, ours)))) FROM system_compared;
SELECT * FROM finish();
ROLLBACK;
