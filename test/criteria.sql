-- Properties of criteria, margins, statuses and streaks. Every margin is set
-- against brute force: people are flipped one by one until the answer changes.
BEGIN;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS monitor CASCADE;
CREATE EXTENSION IF NOT EXISTS pgtap;
SELECT plan(50);
SET LOCAL search_path = monitor, public, pg_temp;
SELECT setseed(0.42);

-- What brute force works with: exact arithmetic of its own ----------------------

-- Numerator and denominator of an average share.
CREATE FUNCTION pg_temp.fraction(averaging text, x numeric[], n numeric[], list_n numeric) RETURNS numeric[]
LANGUAGE plpgsql AS $$
DECLARE
	num numeric := 0;
	den numeric := cardinality(x);
	term numeric;
BEGIN
	IF averaging = 'pooled' THEN
		RETURN ARRAY[(SELECT sum(v) FROM unnest(x) AS v), (SELECT sum(v) FROM unnest(n) AS v)];
	ELSIF averaging = 'mean_of_counts' THEN
		RETURN ARRAY[(SELECT sum(v) FROM unnest(x) AS v), den * list_n];
	END IF;
	FOR i IN 1 .. cardinality(x) LOOP
		term := x[i];
		FOR j IN 1 .. cardinality(x) LOOP
			IF j <> i THEN term := term * n[j]; END IF;
		END LOOP;
		num := num + term;
		den := den * n[i];
	END LOOP;
	RETURN ARRAY[num, den];
END $$;

CREATE FUNCTION pg_temp.holds(a numeric, comparator text, b numeric) RETURNS bool LANGUAGE sql
RETURN CASE comparator WHEN '>' THEN a > b WHEN '>=' THEN a >= b WHEN '<' THEN a < b ELSE a <= b END;

-- Is the criterion met? benchmark: fraction of the nation, {1,100} for an absolute limit in percent.
CREATE FUNCTION pg_temp.met(comparator text, averaging text, threshold numeric, benchmark numeric[], x numeric[], n numeric[],
	list_n numeric) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
	f numeric[] := pg_temp.fraction(averaging, x, n, list_n);
BEGIN
	IF f[2] <= 0 THEN RETURN NULL; END IF;
	RETURN pg_temp.holds(f[1] * benchmark[2], comparator, threshold * benchmark[1] * f[2]);
END $$;

-- Flips people of the latest year one by one, up or down; the first number that changes the answer.
CREATE FUNCTION pg_temp.flips(comparator text, averaging text, threshold numeric, benchmark numeric[], x numeric[], n numeric[],
	list_n numeric) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	m int := cardinality(x);
	now bool := pg_temp.met(comparator, averaging, threshold, benchmark, x, n, list_n);
	changed numeric[];
BEGIN
	FOR k IN 1 .. ceil(n[m])::int LOOP
		changed := x;
		changed[m] := greatest(x[m] - k, 0);
		IF now <> pg_temp.met(comparator, averaging, threshold, benchmark, changed, n, list_n) THEN RETURN k; END IF;
		changed[m] := least(x[m] + k, n[m]);
		IF now <> pg_temp.met(comparator, averaging, threshold, benchmark, changed, n, list_n) THEN RETURN k; END IF;
	END LOOP;
	RETURN NULL;
END $$;

-- k people left or came; one date. counting: do those who move count? NULL where that leaves no share.
CREATE FUNCTION pg_temp.moved(comparator text, threshold numeric, benchmark numeric[], x numeric, n numeric, k bigint,
	counting bool) RETURNS bool LANGUAGE sql
RETURN (SELECT CASE WHEN n1 > 0 AND x1 <= n1
		THEN pg_temp.met(comparator, 'pooled', threshold, benchmark, ARRAY[x1], ARRAY[n1], n1) END
	FROM (SELECT n + k AS n1, CASE WHEN counting THEN greatest(x + k, 0) ELSE x END AS x1) AS v);

-- People leave or come one by one (step -1, 1). Few newcomers are tried all; where very many
-- are claimed, that number and one fewer, and where none is claimed a billion.
CREATE FUNCTION pg_temp.moves(comparator text, threshold numeric, benchmark numeric[], x numeric, n numeric, step int,
	counting bool, claimed bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	now bool := pg_temp.met(comparator, 'pooled', threshold, benchmark, ARRAY[x], ARRAY[n], n);
	after bool;
BEGIN
	FOR k IN 1 .. 150 LOOP
		after := pg_temp.moved(comparator, threshold, benchmark, x, n, step * k, counting);
		IF after <> now THEN RETURN k; END IF;
		EXIT WHEN after IS NULL;
	END LOOP;
	IF step < 0 OR after IS NULL THEN RETURN NULL; END IF;
	IF pg_temp.moved(comparator, threshold, benchmark, x, n, 1000000000, counting) = now THEN RETURN NULL; END IF;
	IF pg_temp.moved(comparator, threshold, benchmark, x, n, claimed, counting) <> now
		AND pg_temp.moved(comparator, threshold, benchmark, x, n, claimed - 1, counting) = now THEN RETURN claimed; END IF;
	RETURN -1;
END $$;

-- A profile that gives one measure.
CREATE FUNCTION pg_temp.make(measure text, x numeric, n numeric, u bigint DEFAULT 0, a bigint DEFAULT 0) RETURNS profile
LANGUAGE sql
RETURN CASE measure
	WHEN 'outside_labour' THEN profile_from_counts(residents => (n + a)::bigint, working_age => n::bigint, outside_labour => x,
		unknown_labour => u, unknown_age => a)
	WHEN 'convicted' THEN profile_from_counts(residents => (n + a)::bigint, adults => n::bigint, convicted => x::bigint,
		unknown_conviction => u, unknown_age => a)
	WHEN 'basic_education' THEN profile_from_counts(residents => (n + a)::bigint, aged_30_59 => n::bigint,
		basic_education => x::bigint, not_approved_education => 0, unknown_education => u, unknown_age => a)
	WHEN 'non_western' THEN profile_from_counts(residents => n::bigint, non_western => x::bigint, unknown_origin => u,
		unknown_age => a)
	END;

CREATE FUNCTION pg_temp.make_all(measure text, x numeric[], n numeric[]) RETURNS profile[] LANGUAGE sql
RETURN (SELECT array_agg(pg_temp.make(measure, v.x, v.n) ORDER BY o) FROM unnest(x, n) WITH ORDINALITY AS v(x, n, o));

CREATE FUNCTION pg_temp.a_rule(measure text, comparator text, kind text, threshold numeric, offsets int[], averaging text,
	unknown text DEFAULT 'not') RETURNS rule[] LANGUAGE sql
RETURN ARRAY[ROW('own', 'test', measure, unknown, false, comparator, kind, threshold, offsets, averaging, NULL)::rule];

CREATE FUNCTION pg_temp.some(choices anyarray) RETURNS anyelement LANGUAGE sql VOLATILE AS
$$ SELECT choices[1 + floor(random() * cardinality(choices))::int] $$;

-- Random areas of few people, so that exact ties are common ---------------------

CREATE TEMP TABLE trial (
	id int, measure text, comparator text, kind text, threshold numeric, averaging text, m int, offsets int[],
	x numeric[], n numeric[], list_n numeric, nx numeric[], nn numeric[], national_list_n numeric
);

DO $$
DECLARE
	t record;
	f numeric[];
	g numeric[];
	r trial;
BEGIN
	FOR i IN 1 .. 3000 LOOP
		r.id := i;
		r.measure := pg_temp.some(ARRAY['outside_labour', 'convicted', 'basic_education', 'non_western']);
		r.comparator := pg_temp.some(ARRAY['>', '>=', '<', '<=']);
		r.averaging := pg_temp.some(ARRAY['mean_of_shares', 'pooled', 'mean_of_counts']);
		r.kind := pg_temp.some(ARRAY['absolute', 'absolute', 'national']);
		r.m := pg_temp.some(ARRAY[1, 2, 2, 3]);
		r.offsets := (ARRAY['{0}', '{-2,-1}', '{-3,-2,-1}']::text[])[r.m]::int[];
		r.n := ARRAY(SELECT pg_temp.some(ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 20, 25, 40])::numeric FROM generate_series(1, r.m));
		r.x := ARRAY(SELECT CASE WHEN r.measure = 'outside_labour' THEN floor(random() * v * 4 + 0.5) / 4
			ELSE floor(random() * (v + 1)) END FROM unnest(r.n) AS v);
		r.list_n := CASE WHEN r.m = 1 THEN r.n[1] ELSE pg_temp.some(ARRAY[3, 8, 10, 25, 30]) END;
		r.nn := ARRAY(SELECT pg_temp.some(ARRAY[60, 90, 100, 120])::numeric FROM generate_series(1, r.m));
		r.nx := ARRAY(SELECT CASE WHEN r.measure = 'outside_labour' THEN floor(random() * v * 2) / 4
			ELSE floor(random() * v / 2) END FROM unnest(r.nn) AS v);
		r.national_list_n := CASE WHEN r.m = 1 THEN r.nn[1] ELSE pg_temp.some(ARRAY[70, 100, 110]) END;
		r.threshold := CASE WHEN r.kind = 'national' THEN pg_temp.some(ARRAY[0.5, 1, 2, 3])
			ELSE pg_temp.some(ARRAY[0, 2.7, 25, 30, 37.5, 40, 50, 60, 100]) END;
		IF random() < 0.4 THEN
			-- an exact tie
			f := pg_temp.fraction(r.averaging, r.x, r.n, r.list_n);
			IF r.kind = 'national' THEN
				-- three nations of the area's kind, with one area's worth of those who count
				r.nx := r.x;
				r.nn := ARRAY(SELECT 3 * v FROM unnest(r.n) AS v);
				r.national_list_n := 3 * r.list_n;
				r.threshold := 3;
			ELSIF trunc(100 * f[1] / f[2], 4) * f[2] = 100 * f[1] THEN
				r.threshold := trim_scale(trunc(100 * f[1] / f[2], 4));
			END IF;
		END IF;
		INSERT INTO trial SELECT r.*;
	END LOOP;
END $$;

CREATE TEMP TABLE answer AS
SELECT t.*, c.value, c.threshold AS shown_threshold, c.met, c.margin, c.margin_persons, c.margin_fulltime, c.by_leaving,
	c.by_newcomers, c.methods_agree, c.note, b.benchmark
FROM trial AS t
CROSS JOIN LATERAL (SELECT CASE WHEN t.kind = 'absolute' THEN ARRAY[1, 100]::numeric[]
	ELSE pg_temp.fraction(t.averaging, t.nx, t.nn, t.national_list_n) END AS benchmark) AS b
CROSS JOIN LATERAL criteria(pg_temp.a_rule(t.measure, t.comparator, t.kind, t.threshold, t.offsets, t.averaging), 2020,
	CASE WHEN t.m = 1 THEN ARRAY[2020] ELSE ARRAY(SELECT 2020 + o FROM unnest(t.offsets) AS o) || 2020 END,
	pg_temp.make_all(t.measure, t.x, t.n) || CASE WHEN t.m = 1 THEN '{}' ELSE ARRAY[pg_temp.make(t.measure, 0, t.list_n)] END,
	pg_temp.make_all(t.measure, t.nx, t.nn)
		|| CASE WHEN t.m = 1 THEN '{}' ELSE ARRAY[pg_temp.make(t.measure, 0, t.national_list_n)] END,
	NULL) AS c;

SELECT is(count(*), 3000::bigint, 'every trial has an answer') FROM answer WHERE met IS NOT NULL;
SELECT cmp_ok(count(*), '>', 300::bigint, 'hundreds of trials are exact ties')
FROM answer CROSS JOIN LATERAL pg_temp.fraction(averaging, x, n, list_n) AS f
WHERE f[1] * benchmark[2] = threshold * benchmark[1] * f[2];
SELECT is_empty($$
	SELECT * FROM answer
	WHERE met IS DISTINCT FROM pg_temp.met(comparator, averaging, threshold, benchmark, x, n, list_n)
$$, 'the answer is that of exact arithmetic');
SELECT is_empty($$
	SELECT a.*, pg_temp.flips(comparator, averaging, threshold, benchmark, x, n, list_n) FROM answer AS a
	WHERE margin_persons IS DISTINCT FROM pg_temp.flips(comparator, averaging, threshold, benchmark, x, n, list_n)
$$, 'margin_persons is what flipping people one by one finds, for every comparator, average and kind of limit');
SELECT cmp_ok(count(*), '>', 50::bigint, 'some have no margin: there are not so many people') FROM answer
WHERE margin_persons IS NULL;
SELECT is_empty($$
	SELECT a.*, l, c FROM answer AS a,
		LATERAL (SELECT pg_temp.holds(1, comparator, 0) AS over_rule) AS o,
		LATERAL (SELECT pg_temp.moves(comparator, threshold, benchmark, x[1], n[1], -1, met = over_rule, by_leaving) AS l) AS l,
		LATERAL (SELECT pg_temp.moves(comparator, threshold, benchmark, x[1], n[1], 1, met <> over_rule, by_newcomers) AS c) AS c
	WHERE m = 1 AND (by_leaving IS DISTINCT FROM l OR by_newcomers IS DISTINCT FROM c)
$$, 'by_leaving and by_newcomers are what moving people one by one finds');
SELECT is_empty($$ SELECT * FROM answer WHERE m > 1 AND (by_leaving IS NOT NULL OR by_newcomers IS NOT NULL) $$,
	'no such margins over several years');
SELECT is_empty($$
	SELECT * FROM answer CROSS JOIN LATERAL pg_temp.fraction(averaging, x, n, list_n) AS f
	WHERE value <> (100 * f[1] / f[2])::float8
		AND abs(value / (round(100 * f[1] / f[2], 60))::float8 - 1) > 1e-15
$$, 'value is the share in percent');
SELECT is_empty($$
	SELECT * FROM answer WHERE abs(margin - (value - shown_threshold)) > 1e-12
$$, 'margin = value - threshold');
SELECT is_empty($$ SELECT * FROM answer WHERE (margin_fulltime IS NOT NULL) <> (measure = 'outside_labour') $$,
	'full-time persons for the labour market only');
-- the weight of a full-time person: change the latest year by it and the share is at the limit
SELECT is_empty($$
	SELECT a.*, f FROM answer AS a,
		LATERAL pg_temp.fraction(averaging, x[:m - 1] || (x[m] - (CASE WHEN margin > 0 THEN 1 ELSE -1 END)
			* margin_fulltime::numeric), n, list_n) AS f
	WHERE measure = 'outside_labour' AND abs(f[1] / f[2] - threshold * benchmark[1] / benchmark[2]) > 1e-13
$$, 'margin_fulltime leads to the limit');
SELECT is_empty($$
	SELECT * FROM answer WHERE measure = 'outside_labour'
		AND margin_persons NOT IN (ceil(margin_fulltime), floor(margin_fulltime) + 1)
$$, 'heads are the whole number at or above the full-time persons');

-- methods_agree against the three answers
CREATE TEMP TABLE three AS
SELECT a.id, a.m, a.methods_agree,
	array_agg(pg_temp.met(a.comparator, v, a.threshold,
		CASE WHEN a.kind = 'absolute' THEN a.benchmark ELSE pg_temp.fraction(v, a.nx, a.nn, a.national_list_n) END,
		a.x, a.n, a.list_n)) AS met
FROM answer AS a, unnest(ARRAY['mean_of_shares', 'pooled', 'mean_of_counts']) AS v GROUP BY a.id, a.m, a.methods_agree;
SELECT is_empty($$
	SELECT * FROM three WHERE methods_agree IS DISTINCT FROM
		CASE WHEN m > 1 THEN (SELECT count(DISTINCT v) = 1 FROM unnest(met) AS v) END
$$, 'methods_agree says whether the three averages give one answer');
SELECT cmp_ok(count(*), '>', 100::bigint, 'and often they do not') FROM three WHERE NOT methods_agree;
SELECT is_empty($$ SELECT * FROM answer WHERE (note LIKE '%averages disagree%') <> (methods_agree IS FALSE) $$,
	'the note says where the averages disagree');

-- Ties that floating point gets wrong -------------------------------------------

CREATE TEMP TABLE tie AS
SELECT x, n, c.met, c.margin_persons, c.margin,
	100.0::float8 * x / n >= 3 * (100.0::float8 * (x * k) / (3 * n * k)) AS by_float8
FROM generate_series(1, 60) AS x, generate_series(300, 1300, 37) AS n, LATERAL (SELECT 7 * x + n AS k) AS k,
LATERAL criteria(pg_temp.a_rule('convicted', '>=', 'national', 3, '{-1}', 'mean_of_shares'), 2020, '{2019}',
	ARRAY[pg_temp.make('convicted', x, n)], ARRAY[pg_temp.make('convicted', x * k, 3 * n * k)], NULL) AS c;
SELECT cmp_ok(count(*), '>', 100::bigint, 'floating point gets many ties at 3 x the national share wrong')
FROM tie WHERE NOT by_float8;
SELECT is_empty($$ SELECT * FROM tie WHERE met IS NOT TRUE OR margin <> 0 OR margin_persons <> 1 $$,
	'here each is met, with one person to lose');

-- Residents ---------------------------------------------------------------------

CREATE TEMP TABLE size AS
SELECT n, r.comparator, r.threshold, c.met, c.margin_persons, c.margin, pg_temp.holds(n, r.comparator, r.threshold) AS expected,
	(SELECT min(k) FROM generate_series(1, 40) AS k, unnest(ARRAY[n - k, n + k]) AS n1
		WHERE n1 >= 0 AND pg_temp.holds(n1, r.comparator, r.threshold) <> pg_temp.holds(n, r.comparator, r.threshold)) AS persons
FROM generate_series(0, 20) AS n,
	(SELECT * FROM unnest(ARRAY['>', '>=', '<', '<=']) AS comparator, unnest(ARRAY[0, 1, 9.5, 10, 11]) AS threshold) AS r,
LATERAL criteria(pg_temp.a_rule('residents', r.comparator, 'absolute', r.threshold, '{0}', 'mean_of_shares'), 2020, '{2020}',
	ARRAY[profile_from_counts(residents => n)], NULL, NULL) AS c;
SELECT is_empty($$ SELECT * FROM size WHERE met IS DISTINCT FROM expected OR margin_persons IS DISTINCT FROM persons
	OR margin <> n - threshold $$, 'residents: answer and persons to gain or lose, none included');

-- Income --------------------------------------------------------------------------

CREATE TEMP TABLE income AS
SELECT g AS id, comparator, threshold, n, total, rn, region, c.*
FROM (SELECT g, pg_temp.some(ARRAY['>', '>=', '<', '<=']) AS comparator, pg_temp.some(ARRAY[40, 50, 55, 65, 100, 120]) AS threshold,
	1 + floor(random() * 30)::int AS n, floor(random() * 90)::numeric * 100 AS total, 1 + floor(random() * 40)::int AS rn,
	1000 + floor(random() * 60) * 100 AS region FROM generate_series(1, 1500) AS g OFFSET 0) AS t,
LATERAL (SELECT r.value AS value, r.met, r.margin_persons, r.margin_amount, r.margin_swaps, r.by_leaving
	FROM criteria(ARRAY[ROW('own', 'test', 'low_income', 'not', false, comparator, 'regional', threshold, '{-1}',
		'mean_of_shares', NULL)::rule], 2020, '{2019}',
		ARRAY[profile_from_counts(taxpayers => n, income_total => total)], NULL,
		ARRAY[profile_from_counts(taxpayers => rn, income_total => region::numeric)]) AS r) AS c;
SELECT is_empty($$
	SELECT * FROM income
	WHERE met IS DISTINCT FROM pg_temp.holds(total * rn * 100, comparator, threshold * n * region::numeric)
$$, 'income: the answer is that of exact arithmetic');
SELECT is_empty($$ SELECT * FROM income WHERE margin_persons IS NOT NULL OR by_leaving IS NOT NULL $$,
	'income: no margin in persons');
SELECT is_empty($$
	SELECT * FROM income WHERE abs((total + margin_amount::numeric) * rn * 100 - threshold * n * region::numeric) > 1e-3
$$, 'income: margin_amount more and the mean is at the limit');
SELECT is_empty($$
	SELECT * FROM income
	WHERE margin_swaps IS DISTINCT FROM (
		-- one more person of the region's mean for one of the area's
		SELECT min(k) FROM generate_series(1, n) AS k
		WHERE met <> (comparator IN ('>', '>=')) AND region::numeric * n > total * rn
			AND pg_temp.holds((total * rn * n + k * (region::numeric * n - total * rn)) * 100, comparator,
				threshold * n * n * region::numeric) <> met)
$$, 'income: margin_swaps is what exchanging people one by one finds');

-- Unknown values ------------------------------------------------------------------

-- Every way to resolve the unknown values: u in the group count or not, a are not in the
-- group, or in it and count or not. Two years, the national share given.
CREATE TEMP TABLE doubt AS
SELECT g AS id, measure, comparator, kind, threshold, rule_says, m,
	n1, n2, floor(random() * (n1 - u1 + 1))::int AS x1, floor(random() * (n2 - u2 + 1))::int AS x2, u1, u2, a1, a2,
	nx, nn, nu
FROM (SELECT *, floor(random() * least(n1, 3))::int AS u1, floor(random() * least(n2, 3))::int AS u2,
		CASE WHEN measure = 'non_western' THEN 0 ELSE floor(random() * 3)::int END AS a1,
		CASE WHEN measure = 'non_western' THEN 0 ELSE floor(random() * 3)::int END AS a2
	FROM (SELECT g, pg_temp.some(ARRAY['convicted', 'basic_education', 'non_western']) AS measure,
			pg_temp.some(ARRAY['>', '>=', '<', '<=']) AS comparator, pg_temp.some(ARRAY['absolute', 'national']) AS kind,
			pg_temp.some(ARRAY[25, 40, 50, 60]) AS threshold, pg_temp.some(ARRAY['not', 'yes', 'excluded', 'undecided']) AS rule_says,
			pg_temp.some(ARRAY[1, 2]) AS m, 1 + floor(random() * 12)::int AS n1, 1 + floor(random() * 12)::int AS n2,
			floor(random() * 40)::int AS nx, 50 AS nn, floor(random() * 4)::int AS nu
		FROM generate_series(1, 1500) AS g OFFSET 0) AS t OFFSET 0) AS t;

CREATE TEMP TABLE doubt_answer AS
SELECT d.*, c.met, c.unknown, c.could_flip, c.value, c.note, c.margin_persons
FROM doubt AS d, LATERAL criteria(pg_temp.a_rule(measure, comparator, kind,
		CASE kind WHEN 'national' THEN 1 ELSE threshold END, CASE m WHEN 1 THEN '{-1}' ELSE '{-2,-1}' END::int[],
		'mean_of_shares', rule_says), 2020, '{2018,2019}',
	ARRAY[pg_temp.make(measure, x1, n1, u1, a1), pg_temp.make(measure, x2, n2, u2, a2)],
	ARRAY[pg_temp.make(measure, nx, nn, nu), pg_temp.make(measure, nx, nn, nu)], NULL) AS c;

-- Yearly shares that one year can have.
CREATE FUNCTION pg_temp.shares(x int, n int, u int, a int) RETURNS SETOF numeric LANGUAGE sql
BEGIN ATOMIC
	SELECT DISTINCT round((x + i + j)::numeric / (n + j + k), 30)
	FROM generate_series(0, u) AS i, generate_series(0, a) AS j, generate_series(0, a) AS k WHERE j + k <= a;
END;
-- The answers a case can have under all resolutions, multiplied out to integers by rounding to 25 decimals.
CREATE TEMP TABLE doubt_all AS
SELECT d.id, bool_or(v.met) AS may_be_met, bool_or(NOT v.met) AS may_not
FROM doubt_answer AS d, LATERAL (
	SELECT pg_temp.holds(round(CASE d.m WHEN 1 THEN s2 ELSE (s1 + s2) / 2 END, 25), d.comparator, round(l, 25)) AS met
	FROM pg_temp.shares(d.x1, d.n1, d.u1, d.a1) AS s1, pg_temp.shares(d.x2, d.n2, d.u2, d.a2) AS s2,
		(SELECT d.threshold / 100.0 AS l WHERE d.kind = 'absolute'
			UNION ALL SELECT (d.nx + i) / 50.0 FROM generate_series(0, d.nu) AS i WHERE d.kind = 'national') AS l) AS v
GROUP BY d.id;
SELECT is_empty($$
	SELECT * FROM doubt_answer JOIN doubt_all USING (id)
	WHERE could_flip IS DISTINCT FROM (CASE WHEN rule_says = 'undecided' THEN may_be_met AND may_not
		WHEN met THEN may_not WHEN NOT met THEN may_be_met END) AND value IS NOT NULL
$$, 'could_flip is what trying every resolution of the unknown values finds');
SELECT is_empty($$
	SELECT * FROM doubt_answer JOIN doubt_all USING (id)
	WHERE rule_says = 'undecided' AND met IS DISTINCT FROM CASE WHEN NOT may_not THEN true WHEN NOT may_be_met THEN false END
$$, 'undecided: the answer all resolutions share, else unknown');
SELECT cmp_ok(count(*), '>', 50::bigint, 'undecided answers are often unknown') FROM doubt_answer
WHERE rule_says = 'undecided' AND met IS NULL;
SELECT is_empty($$ SELECT * FROM doubt_answer WHERE met IS NULL AND margin_persons IS NOT NULL $$,
	'no margin without an answer');
SELECT is_empty($$
	SELECT * FROM doubt_answer WHERE unknown IS DISTINCT FROM u2 + a2 + CASE m WHEN 2 THEN u1 + a1 ELSE 0 END
$$, 'unknown is summed over the years used, those perhaps in the group included');
SELECT is_empty($$
	SELECT * FROM doubt_answer, LATERAL (SELECT
		(x1 + CASE rule_says WHEN 'yes' THEN u1 ELSE 0 END)::numeric / (n1 - CASE rule_says WHEN 'excluded' THEN u1 ELSE 0 END) AS s1,
		(x2 + CASE rule_says WHEN 'yes' THEN u2 ELSE 0 END)::numeric / (n2 - CASE rule_says WHEN 'excluded' THEN u2 ELSE 0 END) AS s2) AS s
	WHERE abs(value - 100 * CASE m WHEN 1 THEN s2 ELSE (s1 + s2) / 2 END) > 1e-9
$$, 'not, yes and excluded put the unknown where the rule says');
SELECT is_empty($$
	SELECT * FROM doubt_answer WHERE note NOT LIKE
		CASE WHEN unknown = 0 THEN 'none unknown%' ELSE unknown || ' unknown (counted as ' || rule_says || ')%' END
$$, 'the note gives the number unknown');

-- The same for the two other averages. The list date is a year of its own, or the second of the two.
CREATE TEMP TABLE doubt_more AS
SELECT d.*, v.averaging, v.list_in_years, 1 + floor(random() * 12)::int AS list_n, floor(random() * 3)::int AS list_a
FROM (SELECT * FROM doubt WHERE m = 2 AND kind = 'absolute' AND measure <> 'non_western' AND id <= 700) AS d,
	(VALUES ('pooled', false), ('mean_of_counts', false), ('mean_of_counts', true)) AS v(averaging, list_in_years);
CREATE TEMP TABLE doubt_more_answer AS
SELECT d.*, c.met, c.could_flip
FROM doubt_more AS d, LATERAL criteria(pg_temp.a_rule(measure, comparator, 'absolute', threshold,
		CASE WHEN list_in_years THEN '{-1,0}' ELSE '{-2,-1}' END::int[], averaging, rule_says),
	CASE WHEN list_in_years THEN 2019 ELSE 2020 END, '{2018,2019,2020}',
	ARRAY[pg_temp.make(measure, x1, n1, u1, a1), pg_temp.make(measure, x2, n2, u2, a2), pg_temp.make(measure, 0, list_n, 0, list_a)],
	NULL, NULL) AS c;
SELECT is_empty($$
	SELECT d.*, v.* FROM doubt_more_answer AS d, LATERAL (
		SELECT bool_or(r.met) AS may_be_met, bool_or(NOT r.met) AS may_not
		FROM generate_series(0, u1 + a1) AS y1, generate_series(0, u2) AS y2, generate_series(0, a1) AS in1,
			generate_series(0, a2) AS j2, generate_series(0, a2) AS k2, generate_series(0, list_a) AS in3,
			LATERAL (SELECT CASE WHEN averaging = 'pooled' THEN ARRAY[x1 + y1 + x2 + y2 + j2, n1 + in1 + n2 + j2 + k2]
				ELSE ARRAY[x1 + y1 + x2 + y2 + j2, 2 * CASE WHEN list_in_years THEN n2 + j2 + k2 ELSE list_n + in3 END] END AS f) AS f,
			LATERAL (SELECT pg_temp.holds(f[1] * 100, comparator, threshold * f[2]) AS met) AS r
		WHERE j2 + k2 <= a2 AND y1 - u1 <= in1) AS v
	WHERE could_flip IS DISTINCT FROM (CASE WHEN rule_says = 'undecided' THEN may_be_met AND may_not
		WHEN met THEN may_not WHEN NOT met THEN may_be_met END)
$$, 'could_flip of the pooled mean and of the mean of counts, likewise');

-- An unknown income can be anything from nothing up.
SELECT is_empty($$
	SELECT * FROM (SELECT op, n, total, region, u, a, b, says FROM unnest(ARRAY['<', '<=', '>', '>=']) AS op,
			unnest(ARRAY[1, 4]) AS n, unnest(ARRAY[-300, 0, 200, 220, 240, 300]) AS total, unnest(ARRAY[100, 110]) AS region, unnest(ARRAY[0, 1]) AS u,
			unnest(ARRAY[0, 1]) AS a, unnest(ARRAY[0, 2]) AS b, unnest(ARRAY['not', 'yes', 'undecided']) AS says) AS t,
		LATERAL criteria(ARRAY[ROW('own', 'test', 'low_income', says, false, op, 'regional', 55, '{-1}', 'mean_of_shares',
			NULL)::rule], 2020, '{2019}', ARRAY[profile_from_counts(taxpayers => n, income_total => total, unknown_income => u,
				unknown_in_education => a, unknown_age => b)], NULL,
			ARRAY[profile_from_counts(taxpayers => 1, income_total => region, unknown_income => 0)]) AS c,
		LATERAL (SELECT bool_or(pg_temp.holds(total * 100, op, 55 * region * k))
				OR (u + a + b > 0 AND op IN ('>', '>=')) AS may_be_met,
			bool_or(NOT pg_temp.holds(total * 100, op, 55 * region * k)) OR (u + a + b > 0 AND op IN ('<', '<=')) AS may_not
			FROM generate_series(n + u, n + u + a + b) AS k) AS v
	WHERE could_flip IS DISTINCT FROM (CASE WHEN says = 'undecided' THEN may_be_met AND may_not WHEN met THEN may_not ELSE may_be_met END)
		OR (says = 'undecided' AND met IS DISTINCT FROM CASE WHEN NOT may_not THEN true WHEN NOT may_be_met THEN false END)
$$, 'could_flip of a mean income: every unknown one from nothing up');

SELECT is_empty($$
	SELECT * FROM (SELECT t1, t2, u, a FROM unnest(ARRAY[-120, -40, 0, 60, 100, 200]) AS t1, unnest(ARRAY[-100, 50, 110, 150, 190, 260]) AS t2,
			unnest(ARRAY[0, 1]) AS u, unnest(ARRAY[0, 1, 2]) AS a) AS t,
		LATERAL criteria(ARRAY[ROW('own', 'test', 'low_income', 'not', false, '<', 'regional', 55, '{-2,-1}', 'mean_of_shares',
			NULL)::rule], 2020, '{2018,2019}', ARRAY[profile_from_counts(taxpayers => 1, income_total => t1, unknown_income => u,
				unknown_in_education => 0, unknown_age => a), profile_from_counts(taxpayers => 1, income_total => t2, unknown_income => 0,
				unknown_in_education => a, unknown_age => 0)], NULL,
			array_fill(profile_from_counts(taxpayers => 1, income_total => 100, unknown_income => 0), '{2}')) AS c
	WHERE could_flip IS DISTINCT FROM (CASE WHEN met THEN u + a > 0 ELSE EXISTS (
		SELECT FROM generate_series(1 + u, 1 + u + a) AS k1, generate_series(1, 1 + a) AS k2 WHERE t1 * k2 + t2 * k1 < 110 * k1 * k2) END)
$$, 'could_flip of a mean income over two years, with one in debt');

-- Counts without the number of unknown age
SELECT results_eq($$
	SELECT rule_says, value, met, unknown, could_flip, margin_persons
	FROM unnest(ARRAY['not', 'yes', 'excluded', 'undecided']) AS rule_says,
		LATERAL criteria(pg_temp.a_rule('basic_education', '>', 'absolute', 50, '{0}', 'mean_of_shares', rule_says), 2015, '{2015}',
			ARRAY[profile_from_counts(aged_30_59 => 100, basic_education => 45, unknown_education => 10)], NULL, NULL)
$$, $$ VALUES ('not', 45::float8, false, NULL::bigint, NULL::bool, 6::bigint), ('yes', 55, true, NULL, NULL, 5),
	('excluded', 50, false, NULL, NULL, 1), ('undecided', 45, NULL, NULL, NULL, NULL)
$$, 'aggregated counts without unknown_age have a value, only whether it could flip is unknown');
SELECT results_eq($$
	SELECT criterion, met FROM criteria('2014', 2015, '{2013,2014,2015}', array_fill(profile_from_counts(
		residents => 1200, adults => 800, working_age => 700, outside_labour => 300, convicted => 30, aged_30_59 => 400,
		basic_education => 190, not_approved_education => 50, unknown_education => 20, taxpayers => 500,
		income_total => 80000000, non_western => 700), '{3}'), NULL,
		array_fill(profile_from_counts(taxpayers => 10000, income_total => 3000000000), '{3}'))
$$, $$ VALUES ('residents', true), ('outside_labour', true), ('convicted', true), ('basic_education', true), ('low_income', true),
	('non_western', true) $$, 'aggregated counts without unknown_age still answer the 2014 edition');

-- Statuses ------------------------------------------------------------------------

-- Random results for all criteria of an edition; every unknown is tried both ways.
CREATE FUNCTION pg_temp.results(met int[], names text[], margins bigint[]) RETURNS criterion_result[] LANGUAGE sql
RETURN (SELECT array_agg(ROW(n, NULL, NULL, NULL, CASE m WHEN 0 THEN false WHEN 1 THEN true END, NULL, p, NULL, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL)::criterion_result ORDER BY random())
	FROM unnest(met, names, margins) AS v(m, n, p));
CREATE FUNCTION pg_temp.says(met int[], names text[], s status_rule) RETURNS bool LANGUAGE sql
RETURN (SELECT coalesce(bool_and(v.m = 1) FILTER (WHERE v.n = ANY (s.required)), true)
		AND count(*) FILTER (WHERE v.m = 1 AND v.n = ANY (s.criteria)) >= s.needed
	FROM unnest(met, names) AS v(m, n));
CREATE FUNCTION pg_temp.resolutions(met int[]) RETURNS SETOF int[] LANGUAGE sql AS $$
	WITH RECURSIVE r(i, v) AS (
		SELECT 0, '{}'::int[]
		UNION ALL
		SELECT i + 1, v || c FROM r, unnest(CASE WHEN met[i + 1] = 2 THEN '{0,1}' ELSE ARRAY[met[i + 1]] END) AS c
		WHERE i < cardinality(met)
	) SELECT v FROM r WHERE i = cardinality(met) $$;

CREATE TEMP TABLE status_trial AS
SELECT g AS id, e.rule_set, e.names,
	ARRAY(SELECT pg_temp.some(ARRAY[0, 0, 1, 1, 1, 2]) FROM unnest(e.names) WHERE g > 0) AS met,
	ARRAY(SELECT CASE WHEN n LIKE '%income' OR random() < 0.1 THEN NULL ELSE 1 + floor(random() * 30) END::bigint
		FROM unnest(e.names) AS n WHERE g > 0) AS margins,
	(random() * 7)::int AS at_least, CASE WHEN random() < 0.7 THEN (random() * 4)::int END AS more
FROM (SELECT rule_set, array_agg(criterion ORDER BY criterion) AS names FROM rule
	WHERE rule_set IN ('2010', '2014', '2018', '2021', 'combined_letting') GROUP BY rule_set) AS e,
	generate_series(1, 80) AS g;
CREATE TEMP TABLE status_answer AS
SELECT t.*, s.status, s.required, s.criteria, s.needed, s.base_status, s.years_in_row, a.met AS answer, a.rank, a.margin_low,
	a.margin_high, s AS status_rule, all_statuses
FROM (SELECT *, pg_temp.results(met, names, margins) AS results FROM status_trial) AS t
CROSS JOIN LATERAL status_results(rule_set, 2020, results, at_least, at_least + more) AS a
CROSS JOIN LATERAL statuses(rule_set, 2020, results, at_least) AS all_statuses
JOIN status_rule AS s ON s.rule_set = t.rule_set AND s.status = a.status;
CREATE TEMP TABLE status_expected AS
SELECT a.id, a.rule_set, a.status, bool_and(v) AS surely, bool_or(v) AS perhaps
FROM status_answer AS a, pg_temp.resolutions(a.met) AS r, LATERAL pg_temp.says(r, a.names, a.status_rule) AS v
WHERE a.base_status IS NULL GROUP BY a.id, a.rule_set, a.status;
SELECT is_empty($$
	SELECT * FROM status_answer JOIN status_expected USING (id, rule_set, status)
	WHERE answer IS DISTINCT FROM CASE WHEN surely THEN true WHEN NOT perhaps THEN false END
$$, 'a status is yes, no or unknown as all resolutions of the unknown criteria say');
SELECT is_empty($$
	SELECT * FROM status_answer AS a JOIN status_expected AS b ON b.id = a.id AND b.rule_set = a.rule_set
		AND b.status = a.base_status
	WHERE a.answer IS DISTINCT FROM ((CASE WHEN surely THEN true WHEN NOT perhaps THEN false END)
		AND CASE WHEN at_least >= years_in_row THEN true WHEN at_least + more < years_in_row THEN false END)
$$, 'a status for years in a row: its base now, and the bounds of the years');
SELECT is_empty($$
	SELECT id, rule_set, all_statuses, array_agg(status ORDER BY rank DESC, status) FILTER (WHERE sure)
	FROM (SELECT a.*, CASE WHEN a.base_status IS NULL THEN e.surely ELSE b.surely AND at_least >= years_in_row END AS sure
		FROM status_answer AS a LEFT JOIN status_expected AS e USING (id, rule_set, status)
		LEFT JOIN status_expected AS b ON b.id = a.id AND b.rule_set = a.rule_set AND b.status = a.base_status) AS v
	GROUP BY id, rule_set, all_statuses
	HAVING all_statuses <> coalesce(array_agg(status ORDER BY rank DESC, status) FILTER (WHERE sure), '{}')
$$, 'statuses() names those that are sure, strictest first');

-- Margins of a status by picking, not by trying: the cheapest required one or enough of the cheapest others.
CREATE TEMP TABLE status_cost AS
SELECT a.*, c.*
FROM (SELECT * FROM status_answer WHERE base_status IS NULL AND answer IS NOT NULL) AS a
CROSS JOIN LATERAL (
	SELECT (SELECT ARRAY[min(p), min(p)] FROM unnest(met, names, margins) AS v(m, n, p) WHERE m = 1 AND n = ANY (required)) AS one,
		(SELECT CASE WHEN count(*) = k THEN ARRAY[max(p), sum(p)::bigint] END
		 FROM (SELECT p FROM unnest(met, names, margins) AS v(m, n, p)
			WHERE m = CASE WHEN answer THEN 1 ELSE 0 END AND n = ANY (criteria) AND p IS NOT NULL ORDER BY p LIMIT k) AS cheap) AS enough,
		(SELECT CASE WHEN bool_or(m = 2 OR m = 0 AND p IS NULL) THEN NULL ELSE ARRAY[coalesce(max(p) FILTER (WHERE m = 0), 0),
			coalesce(sum(p) FILTER (WHERE m = 0), 0)::bigint] END
		 FROM unnest(met, names, margins) AS v(m, n, p) WHERE n = ANY (required)) AS all_required, k
	FROM (SELECT greatest(CASE WHEN answer THEN count(*) FILTER (WHERE m > 0) - needed + 1
			ELSE needed - count(*) FILTER (WHERE m = 1) END, 0) AS k
		FROM unnest(met, names) AS v(m, n) WHERE n = ANY (criteria)) AS k) AS c;
SELECT is_empty($$
	SELECT * FROM (SELECT id, rule_set, status, margin_low, margin_high, answer, one, enough, all_required, k,
		CASE WHEN answer THEN least(one[1], CASE WHEN needed > 0 THEN enough[1] END)
			WHEN k = 0 THEN all_required[1] ELSE CASE WHEN enough IS NOT NULL THEN all_required[1] + 0 * enough[1] END END AS low_start,
		CASE WHEN answer THEN least(one[2], CASE WHEN needed > 0 THEN enough[2] END)
			ELSE all_required[2] + CASE k WHEN 0 THEN 0 ELSE enough[2] END END AS high
		FROM status_cost) AS v
	WHERE margin_high IS DISTINCT FROM high
		OR margin_low IS DISTINCT FROM CASE WHEN answer OR k = 0 THEN low_start
			WHEN low_start IS NULL THEN NULL ELSE greatest(low_start, enough[1]) END
$$, 'margins of a status: the largest and the sum of the cheapest flips');
SELECT cmp_ok(count(*), '>', 50::bigint, 'with many margins to compare') FROM status_cost WHERE margin_low < margin_high;
SELECT is_empty($$
	SELECT * FROM status_answer AS a JOIN status_answer AS b ON b.id = a.id AND b.rule_set = a.rule_set AND b.status = a.base_status
	WHERE a.answer AND (a.margin_low, a.margin_high) IS DISTINCT FROM (b.margin_low, b.margin_high)
		OR NOT a.answer AND a.margin_low IS NOT NULL AND NOT (a.at_least >= a.years_in_row)
$$, 'a status for years in a row is lost with its base, and years cannot be gained by people');
SELECT is_empty($$
	SELECT * FROM status_answer AS a, LATERAL status_margin(rule_set, 2020, pg_temp.results(met, names, margins), status,
		at_least, at_least + more) AS m
	WHERE (m.low, m.high) IS DISTINCT FROM (margin_low, margin_high)
$$, 'status_margin() gives the same');

-- Lists in a row ------------------------------------------------------------------

CREATE TEMP TABLE pattern AS
SELECT area, list_year, pg_temp.some(ARRAY[true, true, true, false, NULL]) AS listed
FROM generate_series(1, 400) AS area, generate_series(2010, 2024) AS list_year WHERE random() < 0.75;
CREATE TEMP TABLE run AS
SELECT *, streak(listed, list_year) OVER (PARTITION BY area ORDER BY list_year) AS bounds,
	streak(NOT listed, list_year) OVER (PARTITION BY area) AS off
FROM pattern;
-- Year for year backwards, with absent and unknown years as given by the third argument.
CREATE FUNCTION pg_temp.run(an_area int, year int, doubtful bool, wanted bool) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
	years int := 0;
	answer bool;
BEGIN
	IF (SELECT p.listed FROM pattern AS p WHERE p.area = an_area AND p.list_year = year) = NOT wanted THEN RETURN 0; END IF;
	LOOP
		IF year < (SELECT min(p.list_year) FROM pattern AS p WHERE p.area = an_area) THEN
			RETURN CASE WHEN doubtful THEN NULL ELSE years END;
		END IF;
		answer := (SELECT p.listed = wanted FROM pattern AS p WHERE p.area = an_area AND p.list_year = year);
		EXIT WHEN NOT coalesce(answer, doubtful);
		years := years + 1;
		year := year - 1;
	END LOOP;
	RETURN years;
END $$;
CREATE INDEX ON pattern (area, list_year);
SELECT is_empty($$
	SELECT * FROM run WHERE (bounds).at_least IS DISTINCT FROM pg_temp.run(area, list_year, false, true)
		OR (bounds).at_most IS DISTINCT FROM pg_temp.run(area, list_year, true, true)
$$, 'streak() is what counting back year by year finds');
SELECT is_empty($$
	SELECT * FROM run WHERE (off).at_least IS DISTINCT FROM pg_temp.run(area, list_year, false, false)
		OR (off).at_most IS DISTINCT FROM pg_temp.run(area, list_year, true, false)
$$, 'and years off the list likewise');
SELECT is_empty($$
	SELECT area, list_year, streak(listed, list_year) OVER (PARTITION BY area ORDER BY md5(list_year::text), list_year)
	FROM (SELECT * FROM pattern ORDER BY random()) AS shuffled
	EXCEPT SELECT area, list_year, bounds FROM run
$$, 'whatever the order of the rows');

-- Development plan ------------------------------------------------------------------

SELECT is_empty($$
	SELECT * FROM (SELECT f, d, gone, m2, f * 7500 AS part, 40 * (75 * (d + gone) + m2) AS limit_part FROM generate_series(0, 14) AS d,
			generate_series(0, d) AS f, generate_series(0, 6, 3) AS gone, unnest(ARRAY[0, 30, 75, 150, 1000.5]) AS m2) AS t,
		LATERAL development_plan(f, d, gone, m2) AS p
	WHERE met IS DISTINCT FROM CASE WHEN d + gone + m2 > 0 THEN part <= limit_part END
		OR share IS DISTINCT FROM development_share(f, d, gone, m2)
		OR margin_dwellings IS DISTINCT FROM (SELECT min(k) FROM generate_series(1, d) AS k
			WHERE (f + CASE WHEN met THEN k ELSE -k END) BETWEEN 0 AND d
				AND ((f + CASE WHEN met THEN k ELSE -k END) * 7500 <= limit_part) <> met)
$$, 'development plan: answer and dwellings to convert as brute force finds');

-- Who may read and write --------------------------------------------------------------

SELECT is_empty($$
	SELECT t FROM unnest(ARRAY['rule_set', 'rule', 'status_rule']) AS t
	WHERE NOT has_table_privilege('public', 'monitor.' || t, 'SELECT')
		OR has_table_privilege('public', 'monitor.' || t, 'INSERT, UPDATE, DELETE, TRUNCATE')
$$, 'everybody reads the built-in rules and nobody else than the owner could write them');
SELECT throws_ok(c, '42809', NULL, 'not even the owner does: ' || c) FROM unnest(ARRAY[
	'UPDATE monitor.rule SET threshold = 41', 'DELETE FROM monitor.status_rule WHERE false']) AS c;
SELECT is(extconfig, NULL, 'a dump carries no built-in row') FROM pg_catalog.pg_extension WHERE extname = 'monitor';
SELECT is_empty($$
	SELECT p.oid::regprocedure FROM pg_catalog.pg_proc AS p
	WHERE pronamespace = 'monitor'::regnamespace AND proname IN ('criteria', 'criterion_from_bounds', 'printed_bounds',
			'development_share', 'development_plan', 'statuses', 'status_results', 'status_margin', 'streak', 'rules',
			'status_rules', 'rule_set_of', 'known_rule_set')
		AND (proparallel <> 's' OR provolatile = 'v' OR obj_description(p.oid, 'pg_proc') IS NULL)
$$, 'functions are parallel safe, not volatile, and described');

SELECT * FROM finish();
ROLLBACK;
