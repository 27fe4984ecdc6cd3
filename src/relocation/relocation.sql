-- Room relocation: the exact account of who moved where, and the flows between areas.
--   waterbed(...), rollup, +, -      who was where before and after: the value of all accounts
--   waterbed_areas, waterbed_pairs   the account of each area; the sums of each pair
--   waterbed_from, waterbed_without_leavers   some of the persons, by where they lived before
--   waterbed_merge, chain            landlords and districts; several periods
-- Shares and their intervals are in shares.sql, flow indices and expected flows in flows.sql.

CREATE TYPE waterbed;

CREATE FUNCTION waterbed_in(cstring) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION waterbed_in(cstring) IS
'Implementation of input of waterbed: the JSON object that waterbed_out writes, with pairs in any order; two rows of the same pair are added up. 22P02 for anything else, also for sums that no persons can have; 22003 for more than 9.2e14 persons.';

CREATE FUNCTION waterbed_out(waterbed) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_waterbed_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION waterbed_out(waterbed) IS
'Implementation of output of waterbed: a JSON object of the unit and a row for each pair of places: before, after (null: unknown), then 17 whole numbers. Of those with x known both times: persons, sum of x before, of x after, persons with x before, their x after; squares of x before, products, squares of x after, squares of x after of those with x before. Of those with x known only after: persons, x, squares. Only before: persons, x, persons with x, squares. At neither time: persons. x is in 1/10,000, squares and products in 1/100,000,000. Nothing is lost.';

CREATE FUNCTION waterbed_recv(internal) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION waterbed_recv(internal) IS
'Implementation of binary input of waterbed. 22P03 for bytes that waterbed_send would not have written.';

CREATE FUNCTION waterbed_send(waterbed) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_waterbed_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION waterbed_send(waterbed) IS
'Implementation of binary output of waterbed: version, three zero bytes, pairs, and the rows of waterbed_out in ascending order, in network order, squares and products in 16 bytes.';

CREATE TYPE waterbed (
	INPUT = waterbed_in,
	OUTPUT = waterbed_out,
	RECEIVE = waterbed_recv,
	SEND = waterbed_send,
	INTERNALLENGTH = variable,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE waterbed IS
'Who of a group was where before and after, and who of them had x: for every pair of places the persons, their x before and after, and the squares and products that intervals need, all as integers (x in 1/10,000). Every account, flow and share is a function of it. About 200 bytes a pair that occurs, whatever the number of persons. Made by the aggregate waterbed; put together by rollup or +.';

-- Equality, order and hash.

CREATE FUNCTION waterbed_eq(waterbed, waterbed) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_waterbed_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_eq(waterbed, waterbed) IS
'Implementation of the operator =.';

CREATE FUNCTION waterbed_ne(waterbed, waterbed) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_waterbed_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_ne(waterbed, waterbed) IS
'Implementation of the operator <>.';

CREATE FUNCTION waterbed_lt(waterbed, waterbed) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_waterbed_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_lt(waterbed, waterbed) IS
'Implementation of the operator <.';

CREATE FUNCTION waterbed_le(waterbed, waterbed) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_waterbed_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_le(waterbed, waterbed) IS
'Implementation of the operator <=.';

CREATE FUNCTION waterbed_gt(waterbed, waterbed) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_waterbed_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_gt(waterbed, waterbed) IS
'Implementation of the operator >.';

CREATE FUNCTION waterbed_ge(waterbed, waterbed) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_waterbed_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_ge(waterbed, waterbed) IS
'Implementation of the operator >=.';

CREATE FUNCTION waterbed_cmp(waterbed, waterbed) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_waterbed_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_cmp(waterbed, waterbed) IS
'Implementation of the btree operator class: -1, 0 or 1.';

CREATE FUNCTION waterbed_hash(waterbed) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_waterbed_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_hash(waterbed) IS
'Implementation of the hash operator class.';

CREATE FUNCTION waterbed_hash_extended(waterbed, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_waterbed_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION waterbed_hash_extended(waterbed, bigint) IS
'Implementation of the hash operator class, with a seed.';

CREATE OPERATOR = (
	FUNCTION = waterbed_eq, LEFTARG = waterbed, RIGHTARG = waterbed,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR =(waterbed, waterbed) IS 'The same sums over the same pairs of areas.';
CREATE OPERATOR <> (
	FUNCTION = waterbed_ne, LEFTARG = waterbed, RIGHTARG = waterbed,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <>(waterbed, waterbed) IS 'Not the same.';
CREATE OPERATOR < (
	FUNCTION = waterbed_lt, LEFTARG = waterbed, RIGHTARG = waterbed,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(waterbed, waterbed) IS 'Before, in a total order that means nothing.';
CREATE OPERATOR <= (
	FUNCTION = waterbed_le, LEFTARG = waterbed, RIGHTARG = waterbed,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(waterbed, waterbed) IS 'Before or the same, in a total order that means nothing.';
CREATE OPERATOR > (
	FUNCTION = waterbed_gt, LEFTARG = waterbed, RIGHTARG = waterbed,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(waterbed, waterbed) IS 'After, in a total order that means nothing.';
CREATE OPERATOR >= (
	FUNCTION = waterbed_ge, LEFTARG = waterbed, RIGHTARG = waterbed,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(waterbed, waterbed) IS 'After or the same, in a total order that means nothing.';

CREATE OPERATOR CLASS waterbed_ops DEFAULT FOR TYPE waterbed USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 waterbed_cmp(waterbed, waterbed);
COMMENT ON OPERATOR CLASS waterbed_ops USING btree IS
'A total order that means nothing, for sorting, merge joins and unique indexes.';
CREATE OPERATOR CLASS waterbed_ops DEFAULT FOR TYPE waterbed USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 waterbed_hash(waterbed),
	FUNCTION 2 waterbed_hash_extended(waterbed, bigint);
COMMENT ON OPERATOR CLASS waterbed_ops USING hash IS
'For grouping, hash joins and hash partitions.';

-- The value ----------------------------------------------------------------

CREATE FUNCTION waterbed_plus(waterbed, waterbed) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_plus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION waterbed_plus(waterbed, waterbed) IS
'Implementation of the operator +.';

CREATE OPERATOR + (
	FUNCTION = waterbed_plus, LEFTARG = waterbed, RIGHTARG = waterbed, COMMUTATOR = +
);
COMMENT ON OPERATOR +(waterbed, waterbed) IS
'The persons of both, who must be different persons of the same city and period. NULL if either is. 22003 beyond 9.2e14 persons.';

CREATE FUNCTION waterbed_minus(waterbed, waterbed) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION waterbed_minus(waterbed, waterbed) IS
'Implementation of the operator -.';

CREATE OPERATOR - (
	FUNCTION = waterbed_minus, LEFTARG = waterbed, RIGHTARG = waterbed
);
COMMENT ON OPERATOR -(waterbed, waterbed) IS
'The first without the persons of the second, who must be among them: exactly what the others alone would have given. NULL if either is. 22023 where the second cannot be a part of the first.';

CREATE FUNCTION waterbed_accum(internal, area_before bigint, area_after bigint, x_before double precision, x_after double precision, in_before boolean, in_after boolean) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_accum(internal, bigint, bigint, double precision, double precision, boolean, boolean) IS
'Step of the aggregate waterbed.';

CREATE FUNCTION waterbed_accum(internal, area_before bigint, area_after bigint, x_before double precision, x_after double precision, in_before boolean, in_after boolean, persons bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_accum(internal, bigint, bigint, double precision, double precision, boolean, boolean, bigint) IS
'Step of the aggregate waterbed with persons.';

CREATE FUNCTION waterbed_accum(internal, area_before bigint, area_after bigint, x_before boolean, x_after boolean) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_transition_flags'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_accum(internal, bigint, bigint, boolean, boolean) IS
'Step of the aggregate waterbed of flags.';

CREATE FUNCTION waterbed_accum(internal, area_before bigint, area_after bigint, x_before boolean, x_after boolean, persons bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_transition_flags'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_accum(internal, bigint, bigint, boolean, boolean, bigint) IS
'Step of the aggregate waterbed of flags with persons.';

CREATE FUNCTION waterbed_rollup(internal, part waterbed) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_rollup'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_rollup(internal, waterbed) IS
'Step of the aggregate rollup(waterbed).';

CREATE FUNCTION waterbed_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_combine(internal, internal) IS
'Step of the aggregates waterbed and rollup: two workers together.';

CREATE FUNCTION waterbed_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_waterbed_serialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_serialize(internal) IS
'Step of the aggregates waterbed and rollup: what a worker sends.';

CREATE FUNCTION waterbed_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_deserialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_deserialize(bytea, internal) IS
'Step of the aggregates waterbed and rollup: what a worker has sent.';

CREATE FUNCTION waterbed_final(internal) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_final(internal) IS
'Step of the aggregates waterbed and rollup: their result.';

CREATE AGGREGATE waterbed(area_before bigint, area_after bigint, x_before double precision, x_after double precision, in_before boolean, in_after boolean) (
	SFUNC = waterbed_accum,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = waterbed_final,
	COMBINEFUNC = waterbed_combine,
	SERIALFUNC = waterbed_serialize,
	DESERIALFUNC = waterbed_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed(bigint, bigint, double precision, double precision, boolean, boolean) IS
'Who was where before and after, one row a person of the group at either time. Places: an area 1 and above, 0 rest of the city, -1 rest of the country, -2 abroad, -3 (only before) born or aged in, -4 (only after) died or aged out, NULL unknown. in_before and in_after say whether the person was in the group (such as those aged 18-64): one who was not before counts as -3 wherever they lived, one who is not after as -4, and x at that time is not looked at. x is a flag (0, 1), a fraction or an amount from -1e9 to 1e9, kept to the nearest 1/10,000; NULL in the group is unknown: such persons, and those of an unknown place, are left out of every identity and counted as unknown, but outside the city x need not be known. Order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for another place, x out of range or NaN; 22004 for in_before or in_after NULL; 22003 for sums beyond 9.2e14.';

CREATE AGGREGATE waterbed(area_before bigint, area_after bigint, x_before double precision, x_after double precision, in_before boolean, in_after boolean, persons bigint) (
	SFUNC = waterbed_accum,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = waterbed_final,
	COMBINEFUNC = waterbed_combine,
	SERIALFUNC = waterbed_serialize,
	DESERIALFUNC = waterbed_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed(bigint, bigint, double precision, double precision, boolean, boolean, bigint) IS
'The same where a row stands for so many persons, each of whom has x_before and x_after. 0 persons: the row is passed over. 22023 for negative persons, 22004 for NULL.';

CREATE AGGREGATE waterbed(area_before bigint, area_after bigint, x_before boolean, x_after boolean) (
	SFUNC = waterbed_accum,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = waterbed_final,
	COMBINEFUNC = waterbed_combine,
	SERIALFUNC = waterbed_serialize,
	DESERIALFUNC = waterbed_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed(bigint, bigint, boolean, boolean) IS
'Who was where before and after, and who had x, for a flag of which everybody counts who is in a place: the short form of waterbed(area_before, area_after, x_before, x_after, in_before, in_after). Places: an area 1 and above, 0 rest of the city, -1 rest of the country, -2 abroad, -3 (only before) born or aged in, -4 (only after) died or aged out, NULL unknown. x_before NULL in the city: unknown.';

CREATE AGGREGATE waterbed(area_before bigint, area_after bigint, x_before boolean, x_after boolean, persons bigint) (
	SFUNC = waterbed_accum,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = waterbed_final,
	COMBINEFUNC = waterbed_combine,
	SERIALFUNC = waterbed_serialize,
	DESERIALFUNC = waterbed_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE waterbed(bigint, bigint, boolean, boolean, bigint) IS
'The same where a row stands for so many persons. 0 persons: the row is passed over. 22023 for negative persons, 22004 for NULL.';

CREATE AGGREGATE rollup(part waterbed) (
	SFUNC = waterbed_rollup,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = waterbed_final,
	COMBINEFUNC = waterbed_combine,
	SERIALFUNC = waterbed_serialize,
	DESERIALFUNC = waterbed_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(waterbed) IS
'The persons of all parts together, to the bit what one aggregate over them would be. NULLs are passed over; of NULLs alone: NULL. 22003 beyond 9.2e14 persons.';

-- The account of an area ----------------------------------------------------

CREATE TYPE waterbed_account AS (
	area bigint,
	n0 bigint,
	n1 bigint,
	x0 double precision,
	x1 double precision,
	stayers_change double precision,
	net_import double precision,
	export_by_size double precision,
	export_selective double precision,
	left_city double precision,
	entered_city double precision,
	arrivals_change double precision,
	term_stayers double precision,
	term_arrivals_within double precision,
	term_arrivals_outside double precision,
	term_departures_within double precision,
	term_departures_outside double precision,
	share_count double precision,
	share_count_low double precision,
	share_count_high double precision,
	share_rate double precision,
	share_rate_low double precision,
	share_rate_high double precision,
	unknown bigint,
	note text
);
COMMENT ON TYPE waterbed_account IS
'The account of an area between two dates. In x: x1 - x0 = stayers_change + net_import - left_city + entered_city + arrivals_change. In shares of 1: x1/n1 - x0/n0 = the five terms, which carry their signs. Formulas: README of the room.';
COMMENT ON COLUMN waterbed_account.area IS
'The area; 0 is the rest of the city. Places outside the city have no account.';
COMMENT ON COLUMN waterbed_account.n0 IS
'Persons of the group there before, of known x.';
COMMENT ON COLUMN waterbed_account.n1 IS
'Persons of the group there after, of known x.';
COMMENT ON COLUMN waterbed_account.x0 IS
'Their sum of x before.';
COMMENT ON COLUMN waterbed_account.x1 IS
'Their sum of x after.';
COMMENT ON COLUMN waterbed_account.stayers_change IS
'Change of x of those who were there both times.';
COMMENT ON COLUMN waterbed_account.net_import IS
'x before of those who came from elsewhere in the city, less that of those who went there. Sums to 0 over the city.';
COMMENT ON COLUMN waterbed_account.export_by_size IS
'What the area exports because more left than came, each at its mean x before: (O - I) x0/n0 with O departures to and I arrivals from elsewhere in the city. NULL where n0 is 0.';
COMMENT ON COLUMN waterbed_account.export_selective IS
'What it exports because those with x left more, or came less, than others: -net_import - export_by_size. NULL where n0 is 0.';
COMMENT ON COLUMN waterbed_account.left_city IS
'x before of those who left the city, died or aged out.';
COMMENT ON COLUMN waterbed_account.entered_city IS
'x before of those who came from outside the city, or, where it is not known, as with those born or aged in, x after.';
COMMENT ON COLUMN waterbed_account.arrivals_change IS
'Change of x of those who came, where x before is known.';
COMMENT ON COLUMN waterbed_account.term_stayers IS
'Stayers'' own change as a part of x1/n1 - x0/n0. NULL, like all terms, where n0 or n1 is 0.';
COMMENT ON COLUMN waterbed_account.term_arrivals_within IS
'Arrivals from elsewhere in the city, as a part of x1/n1 - x0/n0.';
COMMENT ON COLUMN waterbed_account.term_arrivals_outside IS
'Arrivals from outside the city, born or aged in, as a part of x1/n1 - x0/n0.';
COMMENT ON COLUMN waterbed_account.term_departures_within IS
'Departures to elsewhere in the city, as a part of x1/n1 - x0/n0.';
COMMENT ON COLUMN waterbed_account.term_departures_outside IS
'Departures out of the city, died or aged out, as a part of x1/n1 - x0/n0.';
COMMENT ON COLUMN waterbed_account.share_count IS
'Waterbed share of the count: -net_import / (x0 - x1). 1: all of the fall went elsewhere in the city; 0: none. NULL unless x fell.';
COMMENT ON COLUMN waterbed_account.share_count_low IS
'Lower limit of share_count, by Fieller.';
COMMENT ON COLUMN waterbed_account.share_count_high IS
'Upper limit of share_count.';
COMMENT ON COLUMN waterbed_account.share_rate IS
'Waterbed share of the mean: the terms of moves within the city over x1/n1 - x0/n0. NULL unless that is negative.';
COMMENT ON COLUMN waterbed_account.share_rate_low IS
'Lower limit of share_rate, by Fieller.';
COMMENT ON COLUMN waterbed_account.share_rate_high IS
'Upper limit of share_rate.';
COMMENT ON COLUMN waterbed_account.unknown IS
'Persons left out, here before or after: x is unknown at a time spent in the city, or the other place is.';
COMMENT ON COLUMN waterbed_account.note IS
'Why a figure is missing, and what to read with it. NULL: nothing to say.';

CREATE FUNCTION waterbed_areas(w waterbed, confidence double precision DEFAULT 0.95) RETURNS SETOF waterbed_account
AS 'MODULE_PATHNAME', 'monitor_waterbed_areas'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION waterbed_areas(waterbed, double precision) IS
'The account of every area of the city in the value, by area; 0, the rest of the city, is one. Limits are Fieller''s at the given confidence, conditional on where people were and whether they had x, and take persons as independent (households: waterbed_household_share). A figure that has no meaning is NULL and the note says why. NULL: no rows. 22023 for a confidence outside 0 to 1.';

CREATE FUNCTION waterbed_pairs(w waterbed)
RETURNS TABLE (origin bigint, destination bigint, persons bigint, known_before bigint, known_after bigint, with_x bigint, x_before double precision, x_after double precision, squares_before double precision, squares_after double precision, products double precision)
AS 'MODULE_PATHNAME', 'monitor_waterbed_pairs'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION waterbed_pairs(waterbed) IS
'The sums a value is made of, a row a pair of places (origin = destination: who stayed), for measures of one''s own: all persons, those of x known before and known after, those with x before (not 0), sums of x before and after and of their squares, and of the products of persons of x known both times. NULL is a place not known; -3 and -4 are outside the group. Unlike the accounts nothing is left out. By origin and destination, a place not known first. NULL: no rows.';

CREATE FUNCTION waterbed_merge(w waterbed, area bigint[], grp bigint[]) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_merge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_merge(waterbed, bigint[], bigint[]) IS
'The value with areas put together into groups (landlords, districts): what the aggregate would give with the group''s code for the area''s, so a move inside a group is no move. One group an area, both 1 or above; 0 and below stay. Every area of the value must have a group; others may be named. Errors: 22023 for arrays of different lengths, a code below 1, an area without a group; 23505 for an area given twice; 22004 for NULL within.';

CREATE FUNCTION waterbed_from(w waterbed, origins bigint[]) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_from'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_from(waterbed, bigint[]) IS
'The value of those only who lived in the areas given before, wherever they were after: what the aggregate would give with WHERE area_before = ANY (origins) of persons in the group before. 0 is the rest of the city; areas that the value has not, and one given twice, change nothing. NULL: NULL. Errors: 22004 for NULL in origins, 22023 for a code below 0.';

CREATE FUNCTION waterbed_without_leavers(w waterbed, origins bigint[]) RETURNS waterbed
AS 'MODULE_PATHNAME', 'monitor_waterbed_without_leavers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION waterbed_without_leavers(waterbed, bigint[]) IS
'The value without those who lived in one of the areas given before and were elsewhere after (in another of these, outside the city or the group, or not known where): so that nobody who arrived anywhere comes from these. Who stayed in them is kept. 0 is the rest of the city; areas that the value has not, and one given twice, change nothing. NULL: NULL. Errors: 22004 for NULL in origins, 22023 for a code below 0.';

-- Several periods ------------------------------------------------------------

CREATE FUNCTION waterbed_chain_accum(internal, period bigint, w waterbed) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_waterbed_chain_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_chain_accum(internal, bigint, waterbed) IS
'Step of the aggregate chain.';

CREATE FUNCTION waterbed_chain_final(internal) RETURNS waterbed_account[]
AS 'MODULE_PATHNAME', 'monitor_waterbed_chain_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION waterbed_chain_final(internal) IS
'Step of the aggregate chain: its result.';

CREATE AGGREGATE chain(period bigint, w waterbed) (
	SFUNC = waterbed_chain_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = waterbed_chain_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE chain(bigint, waterbed) IS
'Accounts of single periods (years) as one, by area: n0 and x0 of the first period, n1 and x1 of the last, everything between summed in the order of period. Not the account of the end points: who moves away and back is in the flows of both periods, and nowhere in an account from first to last. So the waterbed shares, summed export over the fall, have no limits. The note says how many periods, where one is missing, and where a period does not start with those the one before ended with. Read with unnest. NULL values are passed over; none: NULL. Errors: 23505 for a period given twice, 22004 for NULL as period.';
