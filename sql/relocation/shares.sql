-- Flows and shares of a small city: what is printed.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA shares_test;
SET search_path = shares_test, monitor, public;
-- Two periods: 70 less in 1, of whom 41 in 2; 9 arrivals diverted from 1 to 2; 5 of the residents of 2.
CREATE TABLE moves (period int, o bigint, d bigint, x0 bool, x1 bool, n bigint);
INSERT INTO moves VALUES (0, 1, 1, true, true, 200), (0, 2, 2, true, true, 100), (0, -1, 1, NULL, true, 20), (0, -1, 2, NULL, true, 11), (0, -1, 0, NULL, true, 69), (0, 1, -1, true, false, 20), (0, 2, -1, true, false, 11),
	(1, 1, 1, true, true, 120), (1, 1, 2, true, true, 41), (1, 1, 2, false, false, 30), (1, 1, 0, false, true, 12), (1, 2, 1, false, NULL, 4), (1, 1, 1, true, false, 20), (1, 1, 1, false, false, 150), (1, 2, 2, true, true, 100), (1, 2, 2, false, true, 5),
	(1, 0, 0, false, false, 500), (1, -1, 1, NULL, true, 11), (1, -1, 2, NULL, true, 20), (1, -1, 0, NULL, true, 69), (1, 1, -1, true, false, 20), (1, 2, -1, true, false, 11), (1, -3, 2, NULL, false, 8), (1, NULL, 2, true, true, 3), (1, 2, -4, false, NULL, 6);
CREATE TABLE account AS SELECT waterbed(o, d, x0, x1, n) FILTER (WHERE period = 0) AS before, waterbed(o, d, x0, x1, n) FILTER (WHERE period = 1) AS after FROM moves;
CREATE FUNCTION brief(x float8) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN trim_scale(round(x::numeric, 6));

SELECT origin, destination, movers, x_before, x_after, x_both, net_export, brief(share_of_origin) AS share_of_origin, brief(share_in_flow) AS share_in_flow, brief(excess) AS excess, brief(p) AS p FROM account, waterbed_flows(after);
SELECT movers, x_before, with_x, brief(expected) AS expected, brief(excess) AS excess, brief(p) AS p FROM account, waterbed_excess(after, '{1}', '{2}');
SELECT origins, exported, fall, brief(share_count) AS share_count, brief(share_count_low) AS low, brief(share_count_high) AS high, brief(share_rate) AS share_rate, brief(share_rate_low) AS low, brief(share_rate_high) AS high, unknown, note
FROM account, unnest(ARRAY['{1}', '{2}', '{1,2}', '{0,1,2}', '{7}', '{}']) WITH ORDINALITY AS o (origins, i), waterbed_share(after, origins::bigint[]) ORDER BY i;
SELECT brief(share_count_low) AS low90, brief(share_count_high) AS high90 FROM account, waterbed_share(after, '{1}', 0.9);
SELECT destination, arrivals_before, arrivals_after, brief(by_volume) AS by_volume, brief(diverted) AS diverted, brief(low) AS low, brief(high) AS high FROM account, diverted(before, after);
SELECT destination, arrivals_before, arrivals_after, brief(by_volume) AS by_volume, brief(diverted) AS diverted FROM account, diverted(before, after, '{1}', years_before => 2);
SELECT s.i, change_a, change_b, movers, moved, same_persons, returned, from_a, brief(diverted) AS diverted, own_residents, brief(other) AS other, from_a_before, brief(share) AS share, unknown, note
FROM account, LATERAL (VALUES (1, before), (2, NULL), (3, after)) AS s (i, b), waterbed_between(b, after, 1, 2) ORDER BY i;
SELECT waterbed_sentence(waterbed_between(before, after, a, b), name_a, name_b, 'unemployment') FROM account, (VALUES (1, 2, 'AAB', 'Oesterbo'), (2, 1, 'Oesterbo', 'AAB'), (1, 0, 'AAB', 'the rest')) AS v (a, b, name_a, name_b);
SELECT waterbed_sentence(waterbed_between(NULL, after, 1, 2, confidence => 0.9), 'AAB', 'Oesterbo', 'unemployment', 0.9) FROM account;
SELECT area, change_before, change_after, stayers_before, stayers_after, net_import_before, net_import_after, net_import_difference, outside_before, outside_after, arrivals_change_before, arrivals_change_after FROM account, waterbed_compare(before, after, 2, 1);
SELECT arrivals, from_origins, brief(share) AS share, brief(low) AS low, brief(high) AS high, unknown FROM account, waterbed_arrivals(after, '{2}', '{1}');
SELECT arrivals, arrivals_x, brief(arrivals_share) AS arrivals_share, residents, residents_x, brief(residents_share) AS residents_share, brief(difference) AS difference, brief(low) AS low, brief(high) AS high, unknown FROM account, waterbed_attachment(after, '{2}');
-- Delivered: cells of 1 to 4 hidden, stayers of 3 not delivered.
SELECT b.area, b.export_low, b.export_high, b.import_low, b.import_high, b.net_import_low, b.net_import_high, b.left_city_low, b.left_city_high, b.entered_city_low, b.entered_city_high, b.change_low, b.change_high,
	brief(b.share_count_low) AS share_low, brief(b.share_count_high) AS share_high, b.hidden, b.note
FROM (SELECT waterbed_bounds(o, d, n, low0, high0, low1, high1) AS b
	FROM (VALUES (1, 1, 90, 40, 40, 30, 30), (1, 2, 20, 12, 12, 11, 11), (1, 3, 7, 1, 4, 1, 4), (2, 1, 9, 1, 4, 1, 4), (2, 2, 60, 20, 20, 22, 22), (3, 1, 2, NULL, NULL, NULL, NULL), (-1, 1, 6, NULL, NULL, 2, 2), (1, -1, 5, 3, 3, NULL, NULL),
		(NULL, 2, 3, 1, 4, 1, 4), (2, NULL, NULL, NULL, NULL, NULL, NULL), (0, -4, 4, 4, 4, NULL, NULL)) AS v (o, d, n, low0, high0, low1, high1)) AS s, unnest(b) AS b;
-- Households: one of three, one alone.
SELECT exported, fall, brief(share_count) AS share_count, brief(share_count_low) AS low, brief(share_count_high) AS high, unknown, note
FROM (SELECT (waterbed_household_share(CASE WHEN i <= 200 THEN i / 4 END, CASE WHEN i % 50 = 7 THEN NULL WHEN i <= 120 THEN 1 ELSE 2 END, CASE WHEN i / 4 % 3 = 0 THEN 2 WHEN i / 4 % 7 = 0 THEN -1 WHEN i <= 120 THEN 1 ELSE 2 END, i % 2 = 0, i % 2 = 0 AND i % 5 > 0, ARRAY[1]::bigint[])).* FROM generate_series(1, 240) AS i) AS s;
SELECT waterbed_household_share(1, 1, 1, 1.5, 2.5, NULL::bool IS NULL, true, ARRAY[1]::bigint[]);
DROP SCHEMA shares_test CASCADE;
