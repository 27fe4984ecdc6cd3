-- Room mixing: how evenly are groups spread over the city, and who lives near whom?
-- The types, each the state of its aggregate, come first; their aggregates and indices are
-- in segregation.sql, measures that look at the map in spatial.sql.

CREATE TYPE segregation;

CREATE FUNCTION segregation_in(cstring) RETURNS segregation
AS 'MODULE_PATHNAME', 'monitor_segregation_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_in(cstring) IS
'Implementation of input of segregation: the JSON object that segregation_out writes, with units in any order; two rows of the same counts are added up. 22P02 for anything else, 22003 for more persons or units than bigint holds.';

CREATE FUNCTION segregation_out(segregation) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_segregation_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_out(segregation) IS
'Implementation of output of segregation: a JSON object of the number of groups, the units left out as unknown and as empty, and a row for units of the same counts: a count of each group, with as many decimals as needed, at most 4, then the number of units. Nothing is lost.';

CREATE FUNCTION segregation_recv(internal) RETURNS segregation
AS 'MODULE_PATHNAME', 'monitor_segregation_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_recv(internal) IS
'Implementation of binary input of segregation. 22P03 for bytes that segregation_send would not have written.';

CREATE FUNCTION segregation_send(segregation) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_segregation_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_send(segregation) IS
'Implementation of binary output of segregation: version, three zero bytes, groups, units unknown, units empty, rows, and the rows in ascending order, in network order.';

CREATE TYPE segregation (
	INPUT = segregation_in,
	OUTPUT = segregation_out,
	RECEIVE = segregation_recv,
	SEND = segregation_send,
	INTERNALLENGTH = variable,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE segregation IS
'How one group, x of total, is spread over the units of a city: the number of those in the group and of the others, of every unit. All indices of two groups are functions of it. Counts are exact in 1/10,000 of a person. Units of nobody and units of an unknown count are left out and counted. Made by the aggregate segregation; put together by rollup or +.';

CREATE TYPE segregation_multi;

CREATE FUNCTION segregation_multi_in(cstring) RETURNS segregation_multi
AS 'MODULE_PATHNAME', 'monitor_segregation_multi_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_multi_in(cstring) IS
'Implementation of input of segregation_multi: the JSON object that segregation_multi_out writes, with units in any order; two rows of the same counts are added up. 22P02 for anything else, 22003 for more persons or units than bigint holds.';

CREATE FUNCTION segregation_multi_out(segregation_multi) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_segregation_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_multi_out(segregation_multi) IS
'Implementation of output of segregation_multi: a JSON object of the number of groups, the units left out as unknown and as empty, and a row for units of the same counts: a count of each group, with as many decimals as needed, at most 4, then the number of units. Nothing is lost.';

CREATE FUNCTION segregation_multi_recv(internal) RETURNS segregation_multi
AS 'MODULE_PATHNAME', 'monitor_segregation_multi_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_multi_recv(internal) IS
'Implementation of binary input of segregation_multi. 22P03 for bytes that segregation_multi_send would not have written.';

CREATE FUNCTION segregation_multi_send(segregation_multi) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_segregation_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_multi_send(segregation_multi) IS
'Implementation of binary output of segregation_multi: version, three zero bytes, groups, units unknown, units empty, rows, and the rows in ascending order, in network order.';

CREATE TYPE segregation_multi (
	INPUT = segregation_multi_in,
	OUTPUT = segregation_multi_out,
	RECEIVE = segregation_multi_recv,
	SEND = segregation_multi_send,
	INTERNALLENGTH = variable,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE segregation_multi IS
'How groups are spread over the units of a city: the counts of 2 to 1,000 groups, of every unit. All indices of many groups are functions of it. Counts are exact in 1/10,000 of a person. Units of nobody and units of an unknown count are left out and counted. Made by the aggregate segregation_multi; put together by rollup or +.';

-- Equality, order and hash.

CREATE FUNCTION segregation_eq(segregation, segregation) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_eq(segregation, segregation) IS
'Implementation of the operator =.';

CREATE FUNCTION segregation_ne(segregation, segregation) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_ne(segregation, segregation) IS
'Implementation of the operator <>.';

CREATE FUNCTION segregation_lt(segregation, segregation) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_lt(segregation, segregation) IS
'Implementation of the operator <.';

CREATE FUNCTION segregation_le(segregation, segregation) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_le(segregation, segregation) IS
'Implementation of the operator <=.';

CREATE FUNCTION segregation_gt(segregation, segregation) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_gt(segregation, segregation) IS
'Implementation of the operator >.';

CREATE FUNCTION segregation_ge(segregation, segregation) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_ge(segregation, segregation) IS
'Implementation of the operator >=.';

CREATE FUNCTION segregation_cmp(segregation, segregation) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_segregation_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_cmp(segregation, segregation) IS
'Implementation of the btree operator class: -1, 0 or 1.';

CREATE FUNCTION segregation_hash(segregation) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_segregation_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_hash(segregation) IS
'Implementation of the hash operator class.';

CREATE FUNCTION segregation_hash_extended(segregation, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_hash_extended(segregation, bigint) IS
'Implementation of the hash operator class, with a seed.';

CREATE OPERATOR = (
	FUNCTION = segregation_eq, LEFTARG = segregation, RIGHTARG = segregation,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR =(segregation, segregation) IS 'The same units with the same counts, and as many left out.';
CREATE OPERATOR <> (
	FUNCTION = segregation_ne, LEFTARG = segregation, RIGHTARG = segregation,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <>(segregation, segregation) IS 'Not the same.';
CREATE OPERATOR < (
	FUNCTION = segregation_lt, LEFTARG = segregation, RIGHTARG = segregation,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(segregation, segregation) IS 'Before, in a total order that means nothing.';
CREATE OPERATOR <= (
	FUNCTION = segregation_le, LEFTARG = segregation, RIGHTARG = segregation,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(segregation, segregation) IS 'Before or the same, in a total order that means nothing.';
CREATE OPERATOR > (
	FUNCTION = segregation_gt, LEFTARG = segregation, RIGHTARG = segregation,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(segregation, segregation) IS 'After, in a total order that means nothing.';
CREATE OPERATOR >= (
	FUNCTION = segregation_ge, LEFTARG = segregation, RIGHTARG = segregation,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(segregation, segregation) IS 'After or the same, in a total order that means nothing.';

CREATE OPERATOR CLASS segregation_ops DEFAULT FOR TYPE segregation USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 segregation_cmp(segregation, segregation);
COMMENT ON OPERATOR CLASS segregation_ops USING btree IS
'A total order that means nothing, for sorting, merge joins and unique indexes.';
CREATE OPERATOR CLASS segregation_ops DEFAULT FOR TYPE segregation USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 segregation_hash(segregation),
	FUNCTION 2 segregation_hash_extended(segregation, bigint);
COMMENT ON OPERATOR CLASS segregation_ops USING hash IS
'For grouping, hash joins and hash partitions.';

CREATE FUNCTION segregation_multi_eq(segregation_multi, segregation_multi) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_eq(segregation_multi, segregation_multi) IS
'Implementation of the operator =.';

CREATE FUNCTION segregation_multi_ne(segregation_multi, segregation_multi) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_ne(segregation_multi, segregation_multi) IS
'Implementation of the operator <>.';

CREATE FUNCTION segregation_multi_lt(segregation_multi, segregation_multi) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_lt(segregation_multi, segregation_multi) IS
'Implementation of the operator <.';

CREATE FUNCTION segregation_multi_le(segregation_multi, segregation_multi) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_le(segregation_multi, segregation_multi) IS
'Implementation of the operator <=.';

CREATE FUNCTION segregation_multi_gt(segregation_multi, segregation_multi) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_gt(segregation_multi, segregation_multi) IS
'Implementation of the operator >.';

CREATE FUNCTION segregation_multi_ge(segregation_multi, segregation_multi) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_segregation_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_ge(segregation_multi, segregation_multi) IS
'Implementation of the operator >=.';

CREATE FUNCTION segregation_multi_cmp(segregation_multi, segregation_multi) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_segregation_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_cmp(segregation_multi, segregation_multi) IS
'Implementation of the btree operator class: -1, 0 or 1.';

CREATE FUNCTION segregation_multi_hash(segregation_multi) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_segregation_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_hash(segregation_multi) IS
'Implementation of the hash operator class.';

CREATE FUNCTION segregation_multi_hash_extended(segregation_multi, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_multi_hash_extended(segregation_multi, bigint) IS
'Implementation of the hash operator class, with a seed.';

CREATE OPERATOR = (
	FUNCTION = segregation_multi_eq, LEFTARG = segregation_multi, RIGHTARG = segregation_multi,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR =(segregation_multi, segregation_multi) IS 'The same units with the same counts, and as many left out.';
CREATE OPERATOR <> (
	FUNCTION = segregation_multi_ne, LEFTARG = segregation_multi, RIGHTARG = segregation_multi,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <>(segregation_multi, segregation_multi) IS 'Not the same.';
CREATE OPERATOR < (
	FUNCTION = segregation_multi_lt, LEFTARG = segregation_multi, RIGHTARG = segregation_multi,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(segregation_multi, segregation_multi) IS 'Before, in a total order that means nothing.';
CREATE OPERATOR <= (
	FUNCTION = segregation_multi_le, LEFTARG = segregation_multi, RIGHTARG = segregation_multi,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(segregation_multi, segregation_multi) IS 'Before or the same, in a total order that means nothing.';
CREATE OPERATOR > (
	FUNCTION = segregation_multi_gt, LEFTARG = segregation_multi, RIGHTARG = segregation_multi,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(segregation_multi, segregation_multi) IS 'After, in a total order that means nothing.';
CREATE OPERATOR >= (
	FUNCTION = segregation_multi_ge, LEFTARG = segregation_multi, RIGHTARG = segregation_multi,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(segregation_multi, segregation_multi) IS 'After or the same, in a total order that means nothing.';

CREATE OPERATOR CLASS segregation_multi_ops DEFAULT FOR TYPE segregation_multi USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 segregation_multi_cmp(segregation_multi, segregation_multi);
COMMENT ON OPERATOR CLASS segregation_multi_ops USING btree IS
'A total order that means nothing, for sorting, merge joins and unique indexes.';
CREATE OPERATOR CLASS segregation_multi_ops DEFAULT FOR TYPE segregation_multi USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 segregation_multi_hash(segregation_multi),
	FUNCTION 2 segregation_multi_hash_extended(segregation_multi, bigint);
COMMENT ON OPERATOR CLASS segregation_multi_ops USING hash IS
'For grouping, hash joins and hash partitions.';
