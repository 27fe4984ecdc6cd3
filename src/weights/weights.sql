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
