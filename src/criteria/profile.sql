-- The type profile: counts of an area's residents in one data year.

CREATE TYPE profile;

CREATE FUNCTION profile_in(cstring) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_profile_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_in(cstring) IS
'Reads a profile from its text: a JSON object with each count exactly as profile_out writes it, null for a missing one. Anything else is 22P02: an unknown or absent key, a value that is no number, too many decimals, a negative count, a part larger than its whole.';

CREATE FUNCTION profile_out(profile) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_profile_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_out(profile) IS
'Writes a profile as text: a JSON object of all counts by name, full-time persons with 4 decimals and kroner with 2, null for a missing count. Nothing is lost.';

CREATE FUNCTION profile_recv(internal) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_profile_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_recv(internal) IS
'Reads a profile from the bytes of profile_send. Bytes of another length or version, set reserved bits or an impossible profile are 22P03.';

CREATE FUNCTION profile_send(profile) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_profile_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_send(profile) IS
'Writes a profile as bytes in network order: version, three zero bytes, the mask of missing counts, the counts.';

CREATE TYPE profile (
	INPUT = profile_in,
	OUTPUT = profile_out,
	RECEIVE = profile_recv,
	SEND = profile_send,
	INTERNALLENGTH = variable,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE profile IS
'Counts of the residents of an area, city or country in one data year: all that the legal criteria need. Persons are whole, full-time persons outside the labour market in 1/10,000, income in 1/100 krone, all exact. What a person''s record does not tell is counted as unknown; a count that a delivery does not give is missing, never 0. Made by the aggregate profile or by profile_from_counts; rolled up by rollup. Source: consolidated act on social housing, sections 61 a and 61 b.';

-- From persons.

CREATE FUNCTION profile_accum(state profile, age int, outside_labour float8, convicted bool, education int,
	gross_income float8, in_education bool, non_western bool) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_profile_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION profile_accum(profile, int, float8, bool, int, float8, bool, bool) IS
'The profile with one more resident: the transition of the aggregate profile. NULL state: NULL.';

CREATE FUNCTION rollup_accum(state profile, part profile) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_rollup_accum'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rollup_accum(profile, profile) IS
'The sum of two profiles: the transition of rollup, and what merges the states of parallel workers. Outside an aggregate use the operator +.';

CREATE FUNCTION rollup_remove(state profile, part profile) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_rollup_remove'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rollup_remove(profile, profile) IS
'The state of rollup without a row that left the window frame; NULL where that row misses counts, which asks for a new sum. Outside an aggregate use the operator -.';

CREATE AGGREGATE profile(age int, outside_labour float8, convicted bool, education int,
	gross_income float8, in_education bool, non_western bool) (
	SFUNC = profile_accum,
	STYPE = profile,
	INITCOND = '{"residents": 0, "unknown_age": 0, "adults": 0, "working_age": 0, "outside_labour": 0.0000, "unknown_labour": 0, "convicted": 0, "unknown_conviction": 0, "aged_30_59": 0, "basic_education": 0, "not_approved_education": 0, "unknown_education": 0, "taxpayers": 0, "income_total": 0.00, "unknown_income": 0, "unknown_in_education": 0, "non_western": 0, "unknown_origin": 0}',
	COMBINEFUNC = rollup_accum,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE profile(int, float8, bool, int, float8, bool, bool) IS
'The profile of the residents given, one row a person and data year. age in whole years, 0 to 130; outside_labour the part of the year outside labour market and education, 0 to 1, rounded to the nearest 1/10,000; convicted under the penal, weapons or drugs act; education 0 = basic school only, 1 = more, taken or approved in Denmark, 2 = more, not approved; gross_income in kroner, at most 1e13 either way, rounded to the nearest 1/100 (ties to even); in_education at the reference date; non_western origin. NULL is unknown and counted as such: a row is a resident even if all is NULL, so after an outer join filter on the person. Unknown age: counted in no age group. Other values, NaN and infinity: 22023, at any age. No rows: a profile of nobody. Income beyond 9.2e16 kroner: 22003. Source: consolidated act on social housing, sections 61 a and 61 b.';

CREATE AGGREGATE rollup(profile) (
	SFUNC = rollup_accum,
	STYPE = profile,
	COMBINEFUNC = rollup_accum,
	MSFUNC = rollup_accum,
	MINVFUNC = rollup_remove,
	MSTYPE = profile,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(profile) IS
'The sum of profiles of groups with nobody in common, such as the areas of a city. NULL is skipped; of no profiles NULL. A count that any of them misses is missing. A sum beyond bigint: 22003.';

-- From a delivery's counts.

CREATE FUNCTION profile_from_counts(
	residents bigint DEFAULT NULL,
	adults bigint DEFAULT NULL,
	working_age bigint DEFAULT NULL,
	outside_labour numeric DEFAULT NULL,
	convicted bigint DEFAULT NULL,
	aged_30_59 bigint DEFAULT NULL,
	basic_education bigint DEFAULT NULL,
	not_approved_education bigint DEFAULT NULL,
	unknown_education bigint DEFAULT NULL,
	taxpayers bigint DEFAULT NULL,
	income_total numeric DEFAULT NULL,
	non_western bigint DEFAULT NULL,
	unknown_age bigint DEFAULT NULL,
	unknown_labour bigint DEFAULT NULL,
	unknown_conviction bigint DEFAULT NULL,
	unknown_income bigint DEFAULT NULL,
	unknown_in_education bigint DEFAULT NULL,
	unknown_origin bigint DEFAULT NULL
) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_profile_from_counts'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION profile_from_counts(bigint, bigint, bigint, numeric, bigint, bigint, bigint, bigint, bigint, bigint, numeric, bigint, bigint, bigint, bigint, bigint, bigint, bigint) IS
'The profile of a delivery of counts. outside_labour in full-time persons, rounded to the nearest 1/10,000; income_total in kroner, rounded to the nearest 1/100. NULL or left out: the count is missing, never 0, also where it is the number unknown. 22023: a negative count (income_total may be), NaN or infinity, parts larger than their whole (adults of residents; working_age of adults; outside_labour and aged_30_59 of working_age; convicted of adults; the educations of aged_30_59; taxpayers and non_western of residents), an income of no taxpayers. Source: consolidated act on social housing, sections 61 a and 61 b.';

-- Sum and difference.

CREATE FUNCTION profile_plus(profile, profile) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_profile_plus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_plus(profile, profile) IS
'Implementation of the operator +.';

CREATE FUNCTION profile_minus(profile, profile) RETURNS profile
AS 'MODULE_PATHNAME', 'monitor_profile_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_minus(profile, profile) IS
'Implementation of the operator -.';

CREATE OPERATOR + (
	FUNCTION = profile_plus,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = +
);
COMMENT ON OPERATOR +(profile, profile) IS
'The profile of two groups together that have nobody in common. A count missing in either is missing in the sum. NULL if either is NULL. A sum beyond bigint: 22003.';

CREATE OPERATOR - (
	FUNCTION = profile_minus,
	LEFTARG = profile,
	RIGHTARG = profile
);
COMMENT ON OPERATOR -(profile, profile) IS
'The profile of the rest: a city less an area of it; (a + b) - b = a where b misses no count. A count missing in either is missing in the result. NULL if either is NULL. 22003 if the second is not of a part of the people in the first.';

-- One count of a profile, by name.

CREATE FUNCTION residents(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_residents'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION residents(profile) IS
'Number of residents. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_age(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_age'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_age(profile) IS
'Number of residents of unknown age; they are in no age group. NULL where the delivery did not give it.';

CREATE FUNCTION adults(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_adults'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION adults(profile) IS
'Number of residents aged 18 and over. NULL where the delivery did not give it.';

CREATE FUNCTION working_age(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_working_age'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION working_age(profile) IS
'Number of residents aged 18-64. NULL where the delivery did not give it.';

CREATE FUNCTION outside_labour(profile) RETURNS numeric
AS 'MODULE_PATHNAME', 'monitor_outside_labour'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION outside_labour(profile) IS
'Of those aged 18-64, the number outside labour market and education, in full-time persons with 4 decimals. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_labour(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_labour'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_labour(profile) IS
'Of those aged 18-64, the number whose part outside the labour market is unknown. NULL where the delivery did not give it.';

CREATE FUNCTION convicted(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_convicted'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION convicted(profile) IS
'Of those aged 18 and over, the number convicted under the penal code, the weapons act or the drugs act. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_conviction(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_conviction'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_conviction(profile) IS
'Of those aged 18 and over, the number of whom it is unknown whether they were convicted. NULL where the delivery did not give it.';

CREATE FUNCTION aged_30_59(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_aged_30_59'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION aged_30_59(profile) IS
'Number of residents aged 30-59. NULL where the delivery did not give it.';

CREATE FUNCTION basic_education(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_basic_education'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION basic_education(profile) IS
'Of those aged 30-59, the number with no more than basic school. NULL where the delivery did not give it.';

CREATE FUNCTION not_approved_education(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_not_approved_education'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION not_approved_education(profile) IS
'Of those aged 30-59, the number with more than basic school that was neither taken nor approved in Denmark. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_education(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_education'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_education(profile) IS
'Of those aged 30-59, the number of unknown education. NULL where the delivery did not give it.';

CREATE FUNCTION taxpayers(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_taxpayers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION taxpayers(profile) IS
'Number aged 15-64, not in education, whose income is known. NULL where the delivery did not give it.';

CREATE FUNCTION income_total(profile) RETURNS numeric
AS 'MODULE_PATHNAME', 'monitor_income_total'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION income_total(profile) IS
'Gross income in kroner with 2 decimals of the taxpayers together; may be negative. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_income(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_income'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_income(profile) IS
'Number aged 15-64, not in education, whose income is unknown. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_in_education(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_in_education'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_in_education(profile) IS
'Number aged 15-64 of whom it is unknown whether they are in education; they are not among the taxpayers. NULL where the delivery did not give it.';

CREATE FUNCTION non_western(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_non_western'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION non_western(profile) IS
'Number of residents who are immigrants or descendants from non-western countries. NULL where the delivery did not give it.';

CREATE FUNCTION unknown_origin(profile) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_unknown_origin'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION unknown_origin(profile) IS
'Number of residents of unknown origin. NULL where the delivery did not give it.';

-- Shares and the mean of one profile, for the eye: the law's means over years and its
-- treatment of unknown values are in criteria().

CREATE FUNCTION share_outside_labour(profile) RETURNS float8
AS 'MODULE_PATHNAME', 'monitor_share_outside_labour'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_outside_labour(profile) IS
'Full-time persons outside labour market and education, percent of those aged 18-64, 0 to 100. Unknown counts as not outside. NULL where there is nobody to count, or a count is missing.';

CREATE FUNCTION share_convicted(profile) RETURNS float8
AS 'MODULE_PATHNAME', 'monitor_share_convicted'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_convicted(profile) IS
'Convicted, percent of those aged 18 and over, 0 to 100. Unknown counts as not convicted. NULL where there is nobody to count, or a count is missing.';

CREATE FUNCTION share_basic_education(profile) RETURNS float8
AS 'MODULE_PATHNAME', 'monitor_share_basic_education'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_basic_education(profile) IS
'No more than basic school, percent of those aged 30-59, 0 to 100. Unknown counts as more; education not approved in Denmark counts as more too. NULL where there is nobody to count, or a count is missing.';

CREATE FUNCTION share_non_western(profile) RETURNS float8
AS 'MODULE_PATHNAME', 'monitor_share_non_western'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_non_western(profile) IS
'Immigrants and descendants from non-western countries, percent of the residents, 0 to 100. Unknown counts as not. NULL where there is nobody to count, or a count is missing.';

CREATE FUNCTION mean_income(profile) RETURNS float8
AS 'MODULE_PATHNAME', 'monitor_mean_income'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_income(profile) IS
'Mean gross income of the taxpayers, in kroner. NULL where there is nobody to count, or a count is missing.';

-- JSON.

CREATE FUNCTION profile_json(profile) RETURNS json
AS 'MODULE_PATHNAME', 'monitor_profile_json'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_json(profile) IS
'A JSON object of all counts by name, exact, null where missing. Also the cast to json, so that row_to_json and to_json give objects.';

CREATE FUNCTION profile_jsonb(profile) RETURNS jsonb
AS 'MODULE_PATHNAME', 'monitor_profile_jsonb'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_jsonb(profile) IS
'A JSON object of all counts by name, exact, null where missing. Also the cast to jsonb.';

CREATE CAST (profile AS json) WITH FUNCTION profile_json(profile) AS ASSIGNMENT;
COMMENT ON CAST (profile AS json) IS 'A JSON object of all counts by name.';
CREATE CAST (profile AS jsonb) WITH FUNCTION profile_jsonb(profile) AS ASSIGNMENT;
COMMENT ON CAST (profile AS jsonb) IS 'A JSON object of all counts by name.';

-- Equality, order and hash.

CREATE FUNCTION profile_eq(profile, profile) RETURNS bool
AS 'MODULE_PATHNAME', 'monitor_profile_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_eq(profile, profile) IS
'Implementation of the operator =.';

CREATE FUNCTION profile_ne(profile, profile) RETURNS bool
AS 'MODULE_PATHNAME', 'monitor_profile_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_ne(profile, profile) IS
'Implementation of the operator <>.';

CREATE FUNCTION profile_lt(profile, profile) RETURNS bool
AS 'MODULE_PATHNAME', 'monitor_profile_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_lt(profile, profile) IS
'Implementation of the operator <.';

CREATE FUNCTION profile_le(profile, profile) RETURNS bool
AS 'MODULE_PATHNAME', 'monitor_profile_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_le(profile, profile) IS
'Implementation of the operator <=.';

CREATE FUNCTION profile_gt(profile, profile) RETURNS bool
AS 'MODULE_PATHNAME', 'monitor_profile_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_gt(profile, profile) IS
'Implementation of the operator >.';

CREATE FUNCTION profile_ge(profile, profile) RETURNS bool
AS 'MODULE_PATHNAME', 'monitor_profile_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_ge(profile, profile) IS
'Implementation of the operator >=.';

CREATE FUNCTION profile_cmp(profile, profile) RETURNS int
AS 'MODULE_PATHNAME', 'monitor_profile_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_cmp(profile, profile) IS
'-1, 0 or 1: the order of profiles, arbitrary but total, for sorting and btree indexes.';

CREATE FUNCTION profile_hash(profile) RETURNS int
AS 'MODULE_PATHNAME', 'monitor_profile_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_hash(profile) IS
'Hash of a profile, for grouping and hash joins.';

CREATE FUNCTION profile_hash_extended(profile, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_profile_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profile_hash_extended(profile, bigint) IS
'Hash of a profile with a seed, for hash partitioning.';

CREATE OPERATOR = (
	FUNCTION = profile_eq,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = =,
	NEGATOR = <>,
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	HASHES,
	MERGES
);
COMMENT ON OPERATOR =(profile, profile) IS
'Equal in every count, and missing the same.';

CREATE OPERATOR <> (
	FUNCTION = profile_ne,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = <>,
	NEGATOR = =,
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR <>(profile, profile) IS
'Not equal.';

CREATE OPERATOR < (
	FUNCTION = profile_lt,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = >,
	NEGATOR = >=,
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(profile, profile) IS
'Before in an arbitrary but total order: by the counts in order, residents first.';

CREATE OPERATOR <= (
	FUNCTION = profile_le,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = >=,
	NEGATOR = >,
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(profile, profile) IS
'Before or equal in an arbitrary but total order: by the counts in order, residents first.';

CREATE OPERATOR > (
	FUNCTION = profile_gt,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = <,
	NEGATOR = <=,
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(profile, profile) IS
'After in an arbitrary but total order: by the counts in order, residents first.';

CREATE OPERATOR >= (
	FUNCTION = profile_ge,
	LEFTARG = profile,
	RIGHTARG = profile,
	COMMUTATOR = <=,
	NEGATOR = <,
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(profile, profile) IS
'After or equal in an arbitrary but total order: by the counts in order, residents first.';

CREATE OPERATOR CLASS profile_ops DEFAULT FOR TYPE profile USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 profile_cmp(profile, profile);
COMMENT ON OPERATOR CLASS profile_ops USING btree IS
'An arbitrary but total order of profiles, for sorting, merge joins and unique indexes.';

CREATE OPERATOR CLASS profile_ops DEFAULT FOR TYPE profile USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 profile_hash(profile),
	FUNCTION 2 profile_hash_extended(profile, bigint);
COMMENT ON OPERATOR CLASS profile_ops USING hash IS
'Hashing of profiles, for grouping, hash joins and hash partitions.';
