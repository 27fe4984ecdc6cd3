-- What is no set, no period, no account and no delivery.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE SCHEMA shares_bad_input;
SET search_path = shares_bad_input, monitor, public;
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
CREATE TABLE account AS
SELECT waterbed(o, d, x0, x1) AS w, waterbed(o, d, x0, x1) FILTER (WHERE false) AS none, waterbed(5, 5, true, false) AS one, waterbed(5, -4, true, NULL) AS gone, waterbed(-3, 5, NULL, true) AS new, waterbed(o, o, x0, x0) AS still, waterbed(NULL, 5, NULL::bool, NULL) AS unknown, waterbed(5, 6, NULL::bool, NULL) AS unseen
FROM (VALUES (1, 1, true, true), (1, 2, true, true), (1, 2, false, true), (2, 2, false, false), (2, 1, true, false), (1, 1, true, false)) AS v (o, d, x0, x1);

-- Cities of one area, of nobody known, of nobody who moved.
SELECT c, error_of(format('SELECT array_agg(f) FROM account, waterbed_flows(%I) AS f', c)) AS flows, error_of(format('SELECT waterbed_share(%I, ''{5}'') FROM account', c)) AS share, error_of(format('SELECT waterbed_excess(%I, ''{5}'', ''{6}'') FROM account', c)) AS excess,
	error_of(format('SELECT array_agg(d) FROM account, diverted(%I, w) AS d', c)) AS diverted, error_of(format('SELECT waterbed_between(%I, w, 1, 2) FROM account', c)) AS before, error_of(format('SELECT waterbed_arrivals(%I, ''{5}'', ''{6}'') FROM account', c)) AS arrivals,
	error_of(format('SELECT waterbed_attachment(%I, ''{5}'') FROM account', c)) AS attachment, error_of(format('SELECT count(*) FROM account, waterbed_compare(%I, w) AS d', c)) AS compare
FROM unnest(ARRAY['none', 'one', 'gone', 'new', 'still', 'unknown', 'unseen']) WITH ORDINALITY AS t (c, i) ORDER BY i;
-- Sets.
SELECT s, error_of(format('SELECT waterbed_share(w, %L) FROM account', s)) AS share, error_of(format('SELECT waterbed_excess(w, ''{1}'', %L) FROM account', s)) AS excess, error_of(format('SELECT count(*) FROM account, diverted(w, w, %L)', s)) AS diverted,
	error_of(format('SELECT waterbed_arrivals(w, %L, ''{1}'') FROM account', s)) AS arrivals, error_of(format('SELECT waterbed_attachment(w, %L) FROM account', s)) AS attachment
FROM unnest(ARRAY['{}', '{NULL}', '{1,NULL}', '{-1}', '{-9223372036854775808}', '{9223372036854775807}', '{2,2,2}', '{1,2}', '{{1},{2}}', NULL]) WITH ORDINALITY AS t (s, i) ORDER BY i;
SELECT c, error_of(format('SELECT waterbed_share(w, ''{1}'', %s) FROM account', c)) AS share, error_of(format('SELECT waterbed_arrivals(w, ''{1}'', ''{2}'', %s) FROM account', c)) AS arrivals, error_of(format('SELECT count(*) FROM account, diverted(w, w, confidence => %s)', c)) AS diverted,
	error_of(format('SELECT waterbed_between(w, w, 1, 2, confidence => %s) FROM account', c)) AS between, error_of(format('SELECT waterbed_attachment(w, ''{1}'', %s) FROM account', c)) AS attachment
FROM unnest(ARRAY['0', '1', '-1', '''NaN''', '''Infinity''', '1e-300', '0.9999999999999999']) AS c;
SELECT y, error_of(format('SELECT count(*) FROM account, diverted(w, w, years_before => %s)', y)) AS before, error_of(format('SELECT waterbed_between(w, w, 1, 2, years_after => %s) FROM account', y)) AS after FROM unnest(ARRAY['0', '-1', '''NaN''', '''Infinity''', '1e-3']) AS y;
SELECT v, error_of(format('SELECT waterbed_between(%s) FROM account', v)) FROM unnest(ARRAY['w, w, 1, 1', 'w, w, 1, 7', 'w, w, 7, 1', 'w, w, -1, 1', 'w, NULL, 1, 2', 'w, w, NULL, 2', 'NULL, w, 1, 2', 'still, w, 1, 2', 'w, still, 1, 2']) WITH ORDINALITY AS t (v, i) ORDER BY i;
SELECT error_of('SELECT waterbed_sentence(NULL, ''a'', ''b'', ''x'')'), error_of('SELECT waterbed_sentence(waterbed_between(w, still, 1, 2), ''a'', ''b'', ''x'') FROM account');
-- Households.
SELECT v, error_of(format('SELECT waterbed_household_share(%s)', v)) FROM unnest(ARRAY['1, 1, 2, true, true, ''{1}''::bigint[]', 'NULL, 1, 2, true, NULL, ''{1}''::bigint[]', 'NULL, 1, -1, true, NULL, ''{1}''::bigint[]', '1, 1, 2, 1, 1, NULL::bigint[]', '1, 1, 2, 1, 1, ''{NULL}''::bigint[]', '1, 1, 2, 1, 1, ''{-1}''::bigint[]',
	'1, -4, 2, 1, 1, ''{1}''::bigint[]', '1, 1, -3, 1, 1, ''{1}''::bigint[]', '1, -5, 1, true, true, ''{1}''::bigint[]', '1, 1, 1, 2e9, 1, ''{1}''::bigint[]', '1, 1, 1, ''NaN''::float8, 1, ''{1}''::bigint[]', '1, 1, 1, 1, ''-Infinity''::float8, ''{1}''::bigint[]', '1, 1, 1, 1, ''Infinity''::float8, true, false, ''{1}''::bigint[]',
	'1, 1, 1, 1, 1, NULL, true, ''{1}''::bigint[]', '1, 1, 1, 1, 1, false, NULL, ''{1}''::bigint[]', '1, -3, -4, 1, 1, ''{1}''::bigint[]']) WITH ORDINALITY AS t (v, i) ORDER BY i;
SELECT error_of('SELECT waterbed_household_share(1, 1, 1, true, true, ARRAY[i]) FROM generate_series(1::bigint, 2) AS i'), error_of('SELECT waterbed_household_share(1, 1, 1, true, true, ''{1}''::bigint[]) WHERE false');
SELECT array_agg((s).fall) FROM (SELECT waterbed_household_share(i, 1, 1, true, false, '{1}'::bigint[]) OVER (ORDER BY i) AS s FROM generate_series(1, 4) AS i) AS t;
-- Deliveries.
SELECT v, error_of(format('SELECT waterbed_bounds(%s)', v)) FROM unnest(ARRAY['1, 2, 5, 1, 2', '1, 2, -1, NULL, NULL', '1, 2, 5, 6, 0', '1, 2, 5, 0, 6', '1, 2, 5, -1, 0', '1, 2, 5, ''NaN''::float8, 0', '1, 2, 5, ''Infinity''::float8, 0', '1, 2, NULL, 3, 4', '1, 1, 5, 0.5, 0.25', '-4, 1, 5, 1, 1', '1, -3, 5, 1, 1', '-1, -2, 5, 1, 1', 'NULL, NULL, 5, 1, 1',
	'-5, 1, 5, 1, 1', '1, 2, 5, 3, 2, 0, 0', '1, 2, 5, 0, 0, 3, 2', '1, 2, 5, 7, NULL, NULL, NULL', '1, 1, NULL, NULL, NULL, NULL, NULL', '9223372036854775807, 0, 9223372036854775807, NULL, NULL']) WITH ORDINALITY AS t (v, i) ORDER BY i;
SELECT error_of('SELECT waterbed_bounds(1, 2, 3, 1, 1) WHERE false'), error_of('SELECT waterbed_flows(w) FROM account');
-- Falls that are lost between doubles are taken before rounding; no share is NaN.
SELECT (s).exported, (s).fall, (s).share_count, (s).share_rate, a.share_count, a.share_rate
FROM (SELECT waterbed_share(w, '{1}') AS s, w FROM (SELECT waterbed(1, b, 1, x, true, true, n) AS w FROM (VALUES (1, 1.0, 90000000000000), (1, 0.9999, 1)) AS v (b, x, n)) AS t) AS t CROSS JOIN waterbed_areas(w) AS a;
SELECT (s).exported, round((s).fall::numeric, 4) AS fall, round((s).share_count::numeric, 4) AS share_count
FROM (SELECT waterbed_share(waterbed(1, b, 1, x, true, true, n), '{1}') AS s FROM (VALUES (1, 1.0, 90000000000000), (1, 0.9999, 1), (2, 1.0, 1)) AS v (b, x, n)) AS t;
-- x after of those without x before beyond bigint when taken from that of all.
SELECT (s).exported, (s).fall, (s).share_count * 1e14 AS share_count, (s).share_count_low * 1e14 AS low, (s).share_count_high * 1e14 AS high
FROM (SELECT waterbed_share(rollup(w), '{1}') AS s FROM (SELECT n, waterbed(1, b, x0, x1, true, true, p) AS w FROM (VALUES (1, 1, 1, 1e9, 400000), (2, 1, 0, -1e9, 500000), (3, 1, 0, -1e9, 500000), (4, 2, 1, 1e9, 10)) AS v (n, b, x0, x1, p) GROUP BY n ORDER BY n) AS t) AS t;
-- Those who stayed are all of unknown x: the limits are those without them.
SELECT round((s).share_rate_low::numeric, 9) AS low, round((s).share_rate_high::numeric, 9) AS high, (s).unknown
FROM (SELECT waterbed_share(waterbed(b, a, x0, x1, true, true) FILTER (WHERE counted), '{1,2}') FROM (VALUES (false), (true)) AS f (all_of_them), LATERAL (SELECT *, all_of_them OR x1 IS NOT NULL AS counted
	FROM (VALUES (1, -4, 0, 0), (2, -4, 1, 1), (0, 1, 1, 0), (-2, 2, 0, 0), (2, 0, 1, 0), (2, 2, 1, NULL)) AS v (b, a, x0, x1)) AS v GROUP BY all_of_them) AS t (s)
UNION ALL SELECT round((s).share_rate_low::numeric, 9), round((s).share_rate_high::numeric, 9), (s).unknown
FROM (SELECT waterbed_household_share(NULL, b, a, x0, x1, '{1,2}') FROM (VALUES (1, -4, 0, 0), (2, -4, 1, 1), (0, 1, 1, 0), (-2, 2, 0, 0), (2, 0, 1, 0), (2, 2, 1, NULL)) AS v (b, a, x0, x1)) AS t (s) ORDER BY unknown;
-- Persons who do nearly nothing to the share: no limits out of the rounding of that.
SELECT leaver, (s).share_rate IS NOT NULL AS share, (s).share_rate_low AS low, (h).share_rate_low AS household_low
FROM (SELECT leaver, waterbed_share(waterbed(a, b, x0, x1, true, true), '{1,2}') AS s, waterbed_household_share(NULL, a, b, x0, x1, '{1,2}') AS h
	FROM (VALUES (0.3999), (0.4), (0.4001), (0.4003), (0.41)) AS f (leaver), LATERAL (VALUES (1, 1, 0.3, 0.03), (1, 1, 0.7, 0.2), (1, 1, 0.2, 0.1), (2, 3, leaver, leaver), (4, 4, 0.3, 0.2)) AS v (a, b, x0, x1) GROUP BY leaver) AS t ORDER BY leaver;
-- More leavers than the distribution of p serves.
SELECT origin, destination, movers, round(excess::numeric, 6) AS excess, p FROM waterbed_flows((SELECT waterbed(1, b, x, false, n) FROM (VALUES (2, true, 10), (3, false, 30000000000000)) AS v (b, x, n)));
SELECT (waterbed_excess(waterbed(1, b, x, false, n), '{1}', '{2}')).p FROM (VALUES (2, true, 1), (3, false, 30000000000000)) AS v (b, x, n);
SELECT (waterbed_excess(waterbed(1, b, x, false, n), '{1}', '{2}')).p FROM (VALUES (2, true, 1), (2, false, 30000000000000), (3, false, 30000000000000)) AS v (b, x, n);
-- Periods of which one is no part of the other.
SELECT y0, y1, error_of(format('SELECT diverted(w, w, ''{}'', %L, %L) FROM account', y0, y1)), error_of(format('SELECT waterbed_between(w, w, 1, 2, %L, %L) FROM account', y0, y1)), error_of(format('SELECT waterbed_compare(w, w, %L, %L) FROM account LIMIT 1', y0, y1))
FROM (VALUES ('1e-300', '1e300'), ('1e300', '1e-300'), ('1', '1.1e9'), ('1e9', '1'), ('-1', '1'), ('NaN', '1'), ('1', 'NaN'), ('Infinity', 'Infinity'), ('1', '-1'), ('0', '1')) AS v (y0, y1);
DROP SCHEMA shares_bad_input CASCADE;
