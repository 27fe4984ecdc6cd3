-- Room weights: who is whose neighbour, and how much it counts. One value a map,
-- built once, serves every indicator and year.

CREATE TYPE weights;

CREATE FUNCTION weights_in(cstring) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_weights_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION weights_out(weights) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_weights_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION weights_recv(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_weights_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION weights_send(weights) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_weights_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE weights (
	INPUT = weights_in,
	OUTPUT = weights_out,
	RECEIVE = weights_recv,
	SEND = weights_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = external
);
COMMENT ON TYPE weights IS
'Who is whose neighbour on a map, and with which weight: for each area, known by a bigint id, the links to its neighbours, each with a finite weight of 0 or more. An area may have no link (an island) and may be linked to itself. Text form {1:{2,3},2:{1},3:{}} where all weights are 1, {1:{2:0.5,3:0.5},2:{1:1},3:{}} otherwise; lossless. Made by the builders (queen_weights, knn_weights and others), weights_agg or the GAL and GWT readers.';
COMMENT ON FUNCTION weights_in(cstring) IS
'Input of type weights: {id:{neighbor,...},...} where all weights are 1, {id:{neighbor:weight,...},...} otherwise; blanks, any order of areas and neighbours. Every neighbour must stand as an area too. Errors: 22P02 for anything else, with the place where it is.';
COMMENT ON FUNCTION weights_out(weights) IS
'Output of type weights: areas and neighbours by ascending id, each weight by the shortest decimal that reads back as the same number, whatever extra_float_digits says.';
COMMENT ON FUNCTION weights_recv(internal) IS
'Binary input of type weights. Every count, id, place and weight is checked. Errors: 22P03 for bytes that weights_send does not give.';
COMMENT ON FUNCTION weights_send(weights) IS
'Binary form of type weights in network byte order: version 1 (1 byte), 1 where all weights are 1 and none follow, else 0 (1), number of areas (4) and links (4), then for each area in the order of ids: id (8), number of links (4), place of each neighbour among the areas, from 0 (4), and where not all are 1 its weight (8).';

-- Comparison, for GROUP BY, DISTINCT, EXCEPT and the like

CREATE FUNCTION weights_eq(a weights, b weights) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_weights_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_eq(weights, weights) IS
'Whether two values hold the same areas with the same links and weights. NULL for NULL.';
CREATE FUNCTION weights_ne(a weights, b weights) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_weights_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_ne(weights, weights) IS
'Whether two values differ in an area, a link or a weight. NULL for NULL.';
CREATE FUNCTION weights_lt(a weights, b weights) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_weights_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_lt(weights, weights) IS
'Whether a comes before b in a fixed order that means nothing, for sorting and grouping. NULL for NULL.';
CREATE FUNCTION weights_le(a weights, b weights) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_weights_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_le(weights, weights) IS
'Whether a comes before b, or equals it, in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION weights_gt(a weights, b weights) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_weights_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_gt(weights, weights) IS
'Whether a comes after b in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION weights_ge(a weights, b weights) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_weights_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_ge(weights, weights) IS
'Whether a comes after b, or equals it, in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION weights_cmp(a weights, b weights) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_weights_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_cmp(weights, weights) IS
'-1, 0 or 1 as a comes before, equals or comes after b in a fixed order that means nothing. NULL for NULL.';
CREATE FUNCTION weights_hash(weights) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_weights_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_hash(weights) IS
'Hash of a value, the same for equal ones. NULL for NULL.';
CREATE FUNCTION weights_hash_extended(weights, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_weights_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION weights_hash_extended(weights, bigint) IS
'Hash of 64 bits of a value and a seed, the same for equal ones. NULL for NULL.';

CREATE OPERATOR = (
	LEFTARG = weights, RIGHTARG = weights, FUNCTION = weights_eq,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
	LEFTARG = weights, RIGHTARG = weights, FUNCTION = weights_ne,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
	LEFTARG = weights, RIGHTARG = weights, FUNCTION = weights_lt,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
	LEFTARG = weights, RIGHTARG = weights, FUNCTION = weights_le,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
	LEFTARG = weights, RIGHTARG = weights, FUNCTION = weights_gt,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
	LEFTARG = weights, RIGHTARG = weights, FUNCTION = weights_ge,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR = (weights, weights) IS 'the same areas, links and weights';
COMMENT ON OPERATOR <> (weights, weights) IS 'not the same areas, links and weights';
COMMENT ON OPERATOR < (weights, weights) IS 'before, in a fixed order that means nothing';
COMMENT ON OPERATOR <= (weights, weights) IS 'before or equal, in a fixed order that means nothing';
COMMENT ON OPERATOR > (weights, weights) IS 'after, in a fixed order that means nothing';
COMMENT ON OPERATOR >= (weights, weights) IS 'after or equal, in a fixed order that means nothing';

CREATE OPERATOR CLASS weights_ops DEFAULT FOR TYPE weights USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 weights_cmp(weights, weights);
COMMENT ON OPERATOR CLASS weights_ops USING btree IS
'Sorts, groups and compares weights, so that they may stand in GROUP BY, DISTINCT, UNION and EXCEPT.';
CREATE OPERATOR CLASS weights_ops DEFAULT FOR TYPE weights USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 weights_hash(weights),
	FUNCTION 2 weights_hash_extended(weights, bigint);
COMMENT ON OPERATOR CLASS weights_ops USING hash IS
'Groups and joins weights by hash.';

-- Of links

CREATE FUNCTION weights_agg_transition(internal, id bigint, neighbor bigint, weight double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_weights_agg_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION weights_agg_transition(internal, bigint, bigint, double precision) IS
'Step of weights_agg, not for users: takes in a row.';
CREATE FUNCTION weights_agg_transition(internal, id bigint, neighbor bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_weights_agg_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1;
COMMENT ON FUNCTION weights_agg_transition(internal, bigint, bigint) IS
'Step of weights_agg, not for users: takes in a row of weight 1.';
CREATE FUNCTION weights_agg_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_weights_agg_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_agg_final(internal) IS
'Step of weights_agg, not for users: its result.';

CREATE AGGREGATE weights_agg(id bigint, neighbor bigint, weight double precision) (
	SFUNC = weights_agg_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = weights_agg_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE weights_agg(bigint, bigint, double precision) IS
'Weights of links, one a row: from area id to neighbor with this weight, finite and 0 or more. A row whose neighbor is NULL says that there is an area id, so that an island is there too. Every id that occurs, as id or as neighbor, is an area; nothing is made symmetric. The order of rows does not matter; NULL for no rows. The inverse of links, which has no row for an island. Errors: 22004 for a NULL id, and for a NULL weight where there is a neighbor; 22023 for a weight that is negative or not finite; 23505 for a link given twice; 54000 above 1 GB.';
CREATE AGGREGATE weights_agg(id bigint, neighbor bigint) (
	SFUNC = weights_agg_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = weights_agg_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE weights_agg(bigint, bigint) IS
'Weights of links, one a row, all of weight 1: from area id to neighbor; a NULL neighbor says that there is an area id. Otherwise as with a weight.';
