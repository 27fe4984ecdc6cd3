-- Flows between areas, waterbed shares and their limits, arrivals, delivered flows.
--   waterbed_flows, waterbed_excess         from where to where, against how others left
--   waterbed_share, waterbed_household_share  both shares of a set of areas, with limits
--   diverted, waterbed_between, waterbed_sentence  one area's fall and another's rise
--   waterbed_compare                        an account against a period before
--   waterbed_arrivals, waterbed_attachment  who moves in
--   waterbed_bounds                         delivered flows with hidden cells
-- Shares are fractions of 1, as the terms of the account are.

-- Flows

CREATE TYPE waterbed_flow AS (
	origin bigint,
	destination bigint,
	movers bigint,
	x_before double precision,
	x_after double precision,
	x_both double precision,
	net_export double precision,
	share_of_origin double precision,
	share_in_flow double precision,
	excess double precision,
	p double precision
);
COMMENT ON TYPE waterbed_flow IS
'Result of waterbed_flows: movers from origin to destination who count in the account; their x before and after, and both (persons with x at both times); what origin sent less what it got back; the part of what origin sent to the rest of the city, the x before a mover; x before beyond what was expected, and how likely a number so far out is.';

CREATE FUNCTION waterbed_flows(w waterbed) RETURNS SETOF waterbed_flow
AS 'MODULE_PATHNAME', 'monitor_waterbed_flows'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000;
COMMENT ON FUNCTION waterbed_flows(waterbed) IS
'Every flow between two places of an account, by origin and destination, places outside the city included (-1 rest of the country, -2 abroad, -3 born or aged in, -4 died or aged out); those who stayed and persons not known are left out. x_before is NULL for origins outside the city, x_after for destinations outside, x_both where x is more than a flag or a place is outside. Within the city also: net_export = x_before less x_before of the flow the other way; share_of_origin = x_before of all that origin sent to the rest of the city, 0 to 1 for flags, NULL where it sent none; excess = x_before less what is expected if origin''s leavers to the city with x went where all of them went; p = exact hypergeometric probability of a number of movers with x (x not 0) no more probable than this one, both tails. Excesses of an origin sum to 0. p is NULL where more than 1e13 left origin. A p for every flow is many tests: adjust_p, or waterbed_excess for sets. NULL: no rows.';

CREATE TYPE waterbed_excess_test AS (
	movers bigint,
	x_before double precision,
	with_x bigint,
	expected double precision,
	excess double precision,
	p double precision
);
COMMENT ON TYPE waterbed_excess_test IS
'Result of waterbed_excess: movers from the origins to the destinations, their x before, those of them with x, the x expected, the x beyond it, and how likely a number with x so far out is.';

CREATE FUNCTION waterbed_excess(w waterbed, origins bigint[], destinations bigint[]) RETURNS waterbed_excess_test
AS 'MODULE_PATHNAME', 'monitor_waterbed_excess'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION waterbed_excess(waterbed, bigint[], bigint[]) IS
'Did those with x who left the origins for the rest of the city go to the destinations more than the others who left the same places? One test of a set against a set, instead of one for each small flow. Expected: for each origin, x of its leavers x part of its leavers who went to the destinations; leavers for another of the origins are not counted. p is exact: the origins'' hypergeometric numbers with x are independent and their sum is as far from expected, both tails (no more probable than the one observed); beyond 1e6 values or 2e8 products of the sum''s distribution it is normal, corrected for whole numbers. Areas of nobody are passed over; NULL p where nobody left, or, but for the normal one, more than 1e13 left an area. Errors: 22023 for an area in both sets or a code below 0, 22004 for NULL in a set. NULL for NULL.';

-- Shares

CREATE TYPE waterbed_set_share AS (
	exported double precision,
	fall double precision,
	share_count double precision,
	share_count_low double precision,
	share_count_high double precision,
	share_rate double precision,
	share_rate_low double precision,
	share_rate_high double precision,
	unknown bigint,
	note text
);
COMMENT ON TYPE waterbed_set_share IS
'Result of waterbed_share and waterbed_household_share: net x exported to the rest of the city, fall of x, their ratio with its limits (1: all of the fall moved, 0: none), the same for the share of x, persons left out, and what is missing and why.';

CREATE FUNCTION waterbed_share(w waterbed, origins bigint[], confidence double precision DEFAULT 0.95) RETURNS waterbed_set_share
AS 'MODULE_PATHNAME', 'monitor_waterbed_share'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_share(waterbed, bigint[], double precision) IS
'Both waterbed shares of a set of areas taken as one: moves inside it are no moves. exported = x before of those who left for the rest of the city less that of those who came from there; fall = x before less x after. share_count = exported / fall where x fell: how much of the fall is the same persons elsewhere. share_rate = the part of the change of the share x/n that is movers within the city, where the share fell: where dwellings were pulled down an area exports by getting smaller, and only share_rate says whether those with x left more than others. Below 0: moves worked against the fall; above 1: moves outdid it. Limits by Fieller, given origin and x before, entrants Poisson; persons are taken as independent, so with households use waterbed_household_share. NULL with a note where x or the share did not fall; limits NULL where they are no interval, or where nobody or everybody moved. Areas of nobody are passed over. Errors: 22023 for a code below 0 or confidence not between 0 and 1, 22004 for NULL in origins. NULL for NULL. Source: Fieller 1954.';

CREATE FUNCTION waterbed_household_accum(internal, household bigint, area_before bigint, area_after bigint, x_before double precision, x_after double precision, origins bigint[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_household_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_household_accum(internal, bigint, bigint, bigint, double precision, double precision, bigint[]) IS
'Step of the aggregate waterbed_household_share.';

CREATE FUNCTION waterbed_household_accum(internal, household bigint, area_before bigint, area_after bigint, x_before double precision, x_after double precision, in_before boolean, in_after boolean, origins bigint[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_household_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_household_accum(internal, bigint, bigint, bigint, double precision, double precision, boolean, boolean, bigint[]) IS
'Step of the aggregate waterbed_household_share with the group''s edge.';

CREATE FUNCTION waterbed_household_accum(internal, household bigint, area_before bigint, area_after bigint, x_before boolean, x_after boolean, origins bigint[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_household_transition_flags'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_household_accum(internal, bigint, bigint, bigint, boolean, boolean, bigint[]) IS
'Step of the aggregate waterbed_household_share of flags.';

CREATE FUNCTION waterbed_household_final(internal) RETURNS waterbed_set_share
AS 'MODULE_PATHNAME', 'monitor_waterbed_household_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_household_final(internal) IS
'Step of the aggregate waterbed_household_share: its result.';

CREATE AGGREGATE waterbed_household_share(household bigint, area_before bigint, area_after bigint, x_before double precision, x_after double precision, origins bigint[]) (
	SFUNC = waterbed_household_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = waterbed_household_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed_household_share(bigint, bigint, bigint, double precision, double precision, bigint[]) IS
'Both waterbed shares of the origins with limits at 95 percent by household: those who live together move together, and limits by person are too narrow (they cover .92 at a mean size of 3). The figures are those of waterbed_share over the same rows; persons count as in the aggregate waterbed, everybody in a place being in the group. Residuals from what origin and x before let expect are summed by household; a person of household NULL is one alone, and the note counts these. Memory: 48 bytes a person. No rows: NULL. Errors: 22023 for a place or x that waterbed refuses, origins that differ within the group or hold a code below 0; 22004 for origins NULL or holding NULL. Source: Fieller 1954.';

CREATE AGGREGATE waterbed_household_share(household bigint, area_before bigint, area_after bigint, x_before double precision, x_after double precision, in_before boolean, in_after boolean, origins bigint[]) (
	SFUNC = waterbed_household_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = waterbed_household_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed_household_share(bigint, bigint, bigint, double precision, double precision, boolean, boolean, bigint[]) IS
'The same for a group with an edge (such as those aged 18-64): who is not in it before comes from -3, who is not in it after goes to -4, and x at that time is not looked at. 22004 also for in_before or in_after NULL.';

CREATE AGGREGATE waterbed_household_share(household bigint, area_before bigint, area_after bigint, x_before boolean, x_after boolean, origins bigint[]) (
	SFUNC = waterbed_household_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = waterbed_household_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed_household_share(bigint, bigint, bigint, boolean, boolean, bigint[]) IS
'The same for a flag of which everybody counts who is in a place.';

-- One area's fall and another's rise

CREATE TYPE diverted_arrivals AS (
	destination bigint,
	arrivals_before double precision,
	arrivals_after double precision,
	by_volume double precision,
	diverted double precision,
	low double precision,
	high double precision
);
COMMENT ON TYPE diverted_arrivals IS
'Result of diverted: arrivals with x in the period before, as if it were as long as the one after, and in the one after; the part of the change that follows all arrivals, the part diverted to the destination (below 0: away from it), and limits of that.';

CREATE FUNCTION diverted(before waterbed, after waterbed, without bigint[] DEFAULT '{}', years_before double precision DEFAULT 1, years_after double precision DEFAULT 1, confidence double precision DEFAULT 0.95) RETURNS SETOF diverted_arrivals
AS 'MODULE_PATHNAME', 'monitor_diverted'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION diverted(waterbed, waterbed, bigint[], double precision, double precision, double precision) IS
'Arrivals with x diverted between places of the city, from the accounts of a period before and a period after. Arrivals are all who moved to a place from another or from outside, by their x after; born and aged in are none; those from the places in without are left out (the area itself, where its leavers are counted apart). With M_b arrivals to b, M all of them and s_b = M_b / M: change of M_b = by_volume + diverted = mean(s_b) x change of M + mean(M) x change of s_b. diverted sums to 0 over all destinations, 0 (rest of the city) included. It never sees persons who lived in the area that got better: those are in waterbed_flows. For landlords give values of waterbed_merge. low and high: limits of the change of s_b by Newcombe''s method x mean(M), with as many persons as x is worth where it is no flag. Parts are NULL where nobody with x arrived in one of the periods. Errors: 22023 for years not above 0 or more than 1e9 times the others, confidence not between 0 and 1, a code below 0 in without; 22004 for NULL in it. NULL: no rows.';

CREATE TYPE waterbed_pair_account AS (
	change_a double precision,
	change_b double precision,
	movers bigint,
	moved double precision,
	same_persons double precision,
	returned double precision,
	from_a double precision,
	diverted double precision,
	own_residents double precision,
	other double precision,
	from_a_before double precision,
	diverted_low double precision,
	diverted_high double precision,
	share double precision,
	share_low double precision,
	share_high double precision,
	unknown bigint,
	note text,
	share_rate double precision,
	share_rate_low double precision,
	share_rate_high double precision
);
COMMENT ON TYPE waterbed_pair_account IS
'Result of waterbed_between: change of x in a and in b; movers from a to b, x they had, of these still with x there, x moved from b to a; the parts of b''s change: from_a = moved - returned, diverted, own_residents, other; from_a in the period before; limits of diverted; from_a over the fall of a, with limits; persons left out; note; what moves between the two are of the fall of the share of x in a, with limits.';

CREATE FUNCTION waterbed_between(before waterbed, account waterbed, a bigint, b bigint, years_before double precision DEFAULT 1, years_after double precision DEFAULT 1, confidence double precision DEFAULT 0.95) RETURNS waterbed_pair_account
AS 'MODULE_PATHNAME', 'monitor_waterbed_between'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION waterbed_between(waterbed, waterbed, bigint, bigint, double precision, double precision, double precision) IS
'What of the change of b is the fall of a. change_b = from_a + diverted + own_residents + other, always. from_a: x before of the persons who moved from a to b less that of those who moved from b to a. diverted: arrivals from third places diverted to b, as in diverted without those from a and b, and of these a''s part, losses of places feeding gains in proportion; below 0 where they went from b to a; NULL without a period before, and 0 where a and b did not change to opposite sides. own_residents: change of x of those who stayed in b. other: everything else (third places, outside, change of x of those who moved, born, aged). from_a_before is the same in the period before, as if it were as long: ordinary moving exports too. share = from_a / fall of a, share_rate the same part of the fall of the share of x in a (as in waterbed_share, arrivals from and departures to b alone), each with limits as there; NULL where a, or its share, did not fall, and the note says so. Over all other places of the city, 0 included, both sum to those of a''s account. same_persons counts those with x both times (x before times x after where it is no flag). a and b are areas, or groups of waterbed_merge in both accounts. before may be NULL. Errors: 22023 for a or b not in account, a = b, years not above 0 or more than 1e9 times the others, confidence not between 0 and 1. NULL for another NULL.';

CREATE FUNCTION waterbed_number(x double precision, signed boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
RETURN CASE WHEN signed AND round(x::numeric, 1) > 0 THEN '+' ELSE '' END || trim_scale(round(x::numeric, 1))::text;
COMMENT ON FUNCTION waterbed_number(double precision, boolean) IS
'Implementation of waterbed_sentence: a number to one decimal, not for users.';

CREATE FUNCTION waterbed_sentence(numbers waterbed_pair_account, name_a text, name_b text, indicator text, confidence double precision DEFAULT 0.95) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100
RETURN name_a || ' ' || waterbed_number((numbers).change_a, true) || ' on ' || indicator || '; '
	|| CASE
		WHEN (numbers).share IS NULL THEN CASE WHEN (numbers).share_rate IS NULL THEN 'no fall that could have moved' ELSE 'no fall in number that could have moved' END
		WHEN (numbers).from_a > 0 THEN waterbed_number((numbers).from_a, false) || ' of them the same persons now in ' || name_b
		ELSE 'none of them on balance now in ' || name_b END
	|| ' (' || CASE
		WHEN (numbers).share IS NULL THEN ''
		WHEN (numbers).share_low IS NULL OR (numbers).share_high - (numbers).share_low > 10
			THEN round((100 * (numbers).share)::numeric)::text || ' percent of the fall, too little for limits; '
		ELSE round((100 * (numbers).share)::numeric)::text || ' percent of the fall, ' || waterbed_number(100 * confidence, false) || ' percent interval '
			|| round((100 * (numbers).share_low)::numeric)::text || ' to ' || round((100 * (numbers).share_high)::numeric)::text || ', persons taken as independent; ' END
	|| CASE
		WHEN (numbers).share_rate IS NOT NULL THEN 'of the fall in the share ' || round((100 * (numbers).share_rate)::numeric)::text || ' percent'
			|| CASE WHEN (numbers).share_rate_low IS NULL OR (numbers).share_rate_high - (numbers).share_rate_low > 10 THEN ', too little for limits' ELSE '' END
		WHEN (numbers).note LIKE '%share_rate: nobody before or nobody after%' THEN 'no share before or after, as nobody lived there'
		ELSE 'the share did not fall' END || ')'
	|| '; ' || name_b || ' ' || waterbed_number((numbers).change_b, true) || ', of which ' || waterbed_number((numbers).from_a, false) || ' from ' || name_a
	|| coalesce(', ' || waterbed_number((numbers).diverted, false) || ' diverted arrivals', '')
	|| coalesce(' (' || waterbed_number((numbers).diverted_low, false) || ' to ' || waterbed_number((numbers).diverted_high, false) || ')', '')
	|| ', ' || waterbed_number((numbers).own_residents, false) || ' own residents, ' || waterbed_number((numbers).other, false) || ' other.';
COMMENT ON FUNCTION waterbed_sentence(waterbed_pair_account, text, text, text, double precision) IS
'The numbers of waterbed_between as a sentence: how x changed in a, how much of that is the same persons now in b, with its part of the fall and its limits (none where they are over 1,000 percentage points apart: then it is not sure that there was a fall), its part of the fall of the share or that there was none, and what the change of b is made of, numbers to one decimal. Numbers of persons are on balance: those who moved to b less those who moved from it. name_a, name_b and indicator are put in as given; confidence is the one that was asked for. NULL for NULL.';

CREATE TYPE waterbed_comparison AS (
	area bigint,
	change_before double precision,
	change_after double precision,
	stayers_before double precision,
	stayers_after double precision,
	net_import_before double precision,
	net_import_after double precision,
	net_import_difference double precision,
	export_selective_before double precision,
	export_selective_after double precision,
	export_selective_difference double precision,
	outside_before double precision,
	outside_after double precision,
	arrivals_change_before double precision,
	arrivals_change_after double precision
);
COMMENT ON TYPE waterbed_comparison IS
'Result of waterbed_compare: parts of each area''s account in a period before, as if it were as long as the one after, and in the one after; outside is entered_city - left_city.';

CREATE FUNCTION waterbed_compare(before waterbed, after waterbed, years_before double precision DEFAULT 1, years_after double precision DEFAULT 1) RETURNS SETOF waterbed_comparison
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 20000 ROWS 100
BEGIN ATOMIC
	SELECT area, s * (b.x1 - b.x0), a.x1 - a.x0, s * b.stayers_change, a.stayers_change, s * b.net_import, a.net_import, a.net_import - s * b.net_import,
		s * b.export_selective, a.export_selective, a.export_selective - s * b.export_selective,
		s * (b.entered_city - b.left_city), a.entered_city - a.left_city, s * b.arrivals_change, a.arrivals_change
	FROM (SELECT CASE WHEN years_before > 0 AND years_after > 0 AND years_before / 1e9 <= years_after AND years_after / 1e9 <= years_before AND years_before < 'Infinity' AND years_after < 'Infinity' THEN years_after / years_before END AS s) AS scale
		CROSS JOIN (waterbed_areas(before) AS b FULL JOIN waterbed_areas(after) AS a USING (area))
	ORDER BY area;
END;
COMMENT ON FUNCTION waterbed_compare(waterbed, waterbed, double precision, double precision) IS
'Each area''s account against a period before, because ordinary moving exports too: the change of x, of those who stayed, by moves within the city, those of persons with x beyond the area''s size, and to and from outside. Figures of the period before are multiplied by years_after / years_before, which takes moving as even over time. An area of one period only has NULL for the other and for the differences. For landlords or districts give values of waterbed_merge. All before figures are NULL unless both lengths are above 0 and finite, neither more than 1e9 times the other. NULL: no rows.';

-- Who moves in

CREATE TYPE waterbed_arrival_share AS (
	arrivals bigint,
	from_origins bigint,
	share double precision,
	low double precision,
	high double precision,
	unknown bigint
);
COMMENT ON TYPE waterbed_arrival_share IS
'Result of waterbed_arrivals: persons who moved in, those of them from the origins, their share with limits (fractions of 1), and persons whose place before is unknown, who are not in arrivals.';

CREATE FUNCTION waterbed_arrivals(w waterbed, destinations bigint[], origins bigint[], confidence double precision DEFAULT 0.95) RETURNS waterbed_arrival_share
AS 'MODULE_PATHNAME', 'monitor_waterbed_arrivals'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_arrivals(waterbed, bigint[], bigint[], double precision) IS
'Of those who moved to the destinations, how many come from the origins, as the state reports of small areas and listed areas. The destinations are taken as one: moves between them are none; born and aged in are no arrivals; whether x is known does not matter. Limits by Wilson. share is NULL where nobody moved in. Errors: 22023 for an area in both sets, a code below 0, confidence not between 0 and 1; 22004 for NULL in a set. NULL for NULL.';

CREATE TYPE waterbed_attachment_difference AS (
	arrivals bigint,
	arrivals_x double precision,
	arrivals_share double precision,
	residents bigint,
	residents_x double precision,
	residents_share double precision,
	difference double precision,
	low double precision,
	high double precision,
	unknown bigint
);
COMMENT ON TYPE waterbed_attachment_difference IS
'Result of waterbed_attachment: persons who moved in, their x and x a person; the same of those who lived there already; the difference of the two with its limits; persons whose x after or place before is unknown.';

CREATE FUNCTION waterbed_attachment(w waterbed, areas bigint[], confidence double precision DEFAULT 0.95) RETURNS waterbed_attachment_difference
AS 'MODULE_PATHNAME', 'monitor_waterbed_attachment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_attachment(waterbed, bigint[], double precision) IS
'How those who moved to the areas compare with those who lived there already, by x after (of labour-market attachment, if x is that). The areas are taken as one: who moved from one to another lived there already; born and aged in are neither. Shares are fractions of 1 for flags and parts of a person, else x a person. Limits of the difference by Newcombe''s method; NULL for amounts that are no part of a person. NULL shares where there is nobody. Errors: 22023 for a code below 0 or confidence not between 0 and 1; 22004 for NULL in areas. NULL for NULL. Source: Newcombe 1998.';

-- Delivered flows

CREATE TYPE waterbed_bound AS (
	area bigint,
	export_low double precision,
	export_high double precision,
	import_low double precision,
	import_high double precision,
	net_import_low double precision,
	net_import_high double precision,
	left_city_low double precision,
	left_city_high double precision,
	entered_city_low double precision,
	entered_city_high double precision,
	change_low double precision,
	change_high double precision,
	share_count_low double precision,
	share_count_high double precision,
	hidden bigint,
	note text
);
COMMENT ON TYPE waterbed_bound IS
'Result of waterbed_bounds: between which numbers the figures of an area''s account lie: x before sent to and got from the rest of the city, the difference, x before of those who left the city, x after of those who came from outside, change of x, waterbed share of the count; how many of the area''s cells are hidden; what is missing and why.';

CREATE FUNCTION waterbed_bounds_accum(internal, origin bigint, destination bigint, movers bigint, x_before double precision, x_after double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_bounds_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_bounds_accum(internal, bigint, bigint, bigint, double precision, double precision) IS
'Step of the aggregate waterbed_bounds.';

CREATE FUNCTION waterbed_bounds_accum(internal, origin bigint, destination bigint, movers bigint, x_before_low double precision, x_before_high double precision, x_after_low double precision, x_after_high double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_bounds_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_bounds_accum(internal, bigint, bigint, bigint, double precision, double precision, double precision, double precision) IS
'Step of the aggregate waterbed_bounds of limits.';

CREATE FUNCTION waterbed_bounds_final(internal) RETURNS waterbed_bound[]
AS 'MODULE_PATHNAME', 'monitor_waterbed_bounds_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_bounds_final(internal) IS
'Step of the aggregate waterbed_bounds: its result.';

CREATE AGGREGATE waterbed_bounds(origin bigint, destination bigint, movers bigint, x_before double precision, x_after double precision) (
	SFUNC = waterbed_bounds_accum,
	STYPE = internal,
	SSPACE = 10000,
	FINALFUNC = waterbed_bounds_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed_bounds(bigint, bigint, bigint, double precision, double precision) IS
'The account of each area from delivered flows, one row a flow, of which cells are hidden: bounds of every figure. Codes of places as in waterbed; origin = destination are those who stayed, without whom the change is not known. A hidden x (NULL) lies between 0 and movers, and where movers are hidden too there is no upper limit. Rows of the same flow are added up. Bounds are sharp as long as no totals are delivered too: every cell may be anything between its limits. The bounds of the share need a fall that is certain. A flow of unknown origin or destination may or may not be within the city, and is in the account of the place it names only. Read with unnest. No rows: NULL. Errors: 22023 for another place, movers or x below 0, x above movers or above 1e9.';

CREATE AGGREGATE waterbed_bounds(origin bigint, destination bigint, movers bigint, x_before_low double precision, x_before_high double precision, x_after_low double precision, x_after_high double precision) (
	SFUNC = waterbed_bounds_accum,
	STYPE = internal,
	SSPACE = 10000,
	FINALFUNC = waterbed_bounds_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed_bounds(bigint, bigint, bigint, double precision, double precision, double precision, double precision) IS
'The same where the delivery gives limits (a cell below 5 is 1 to 4), or x is an amount: low NULL is 0, high NULL is movers, or low where that is more. 22023 also for low above high.';
