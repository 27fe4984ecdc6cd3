-- Flows between areas: the value, its indices, expected flows, and lines for a map.

CREATE TYPE flow_index;

CREATE FUNCTION flow_index_in(cstring) RETURNS flow_index
AS 'MODULE_PATHNAME', 'monitor_flow_index_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_index_in(cstring) IS
'Implementation of input of flow_index: the JSON object that flow_index_out writes, with areas and pairs in any order; two rows of a pair are added up. 22P02 for anything else, 22023 for two populations of an area, 22003 for more persons or rows than bigint holds.';

CREATE FUNCTION flow_index_out(flow_index) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_flow_index_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_index_out(flow_index) IS
'Implementation of output of flow_index: a JSON object of the rows left out as unknown, every area with its population (null where it is not known), and every pair with its flow, with as many decimals as needed, at most 4. Nothing is lost.';

CREATE FUNCTION flow_index_recv(internal) RETURNS flow_index
AS 'MODULE_PATHNAME', 'monitor_flow_index_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_index_recv(internal) IS
'Implementation of binary input of flow_index. 22P03 for bytes that flow_index_send would not have written.';

CREATE FUNCTION flow_index_send(flow_index) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_flow_index_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_index_send(flow_index) IS
'Implementation of binary output of flow_index: version, three zero bytes, rows unknown, number of areas, number of pairs, the areas and the pairs in ascending order, in network order.';

CREATE TYPE flow_index (
	INPUT = flow_index_in,
	OUTPUT = flow_index_out,
	RECEIVE = flow_index_recv,
	SEND = flow_index_send,
	INTERNALLENGTH = variable,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE flow_index IS
'How many moved from each area to each other, with the areas'' populations where they are given. All indices of flows are functions of it. Numbers are exact in 1/10,000 of a person. Made by the aggregate flow_index; put together by rollup or +.';

-- Equality, order and hash.

CREATE FUNCTION flow_index_eq(flow_index, flow_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_flow_index_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_eq(flow_index, flow_index) IS
'Implementation of the operator =.';

CREATE FUNCTION flow_index_ne(flow_index, flow_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_flow_index_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_ne(flow_index, flow_index) IS
'Implementation of the operator <>.';

CREATE FUNCTION flow_index_lt(flow_index, flow_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_flow_index_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_lt(flow_index, flow_index) IS
'Implementation of the operator <.';

CREATE FUNCTION flow_index_le(flow_index, flow_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_flow_index_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_le(flow_index, flow_index) IS
'Implementation of the operator <=.';

CREATE FUNCTION flow_index_gt(flow_index, flow_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_flow_index_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_gt(flow_index, flow_index) IS
'Implementation of the operator >.';

CREATE FUNCTION flow_index_ge(flow_index, flow_index) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_flow_index_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_ge(flow_index, flow_index) IS
'Implementation of the operator >=.';

CREATE FUNCTION flow_index_cmp(flow_index, flow_index) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_flow_index_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_cmp(flow_index, flow_index) IS
'Implementation of the btree operator class: -1, 0 or 1.';

CREATE FUNCTION flow_index_hash(flow_index) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_flow_index_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_hash(flow_index) IS
'Implementation of the hash operator class.';

CREATE FUNCTION flow_index_hash_extended(flow_index, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_flow_index_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION flow_index_hash_extended(flow_index, bigint) IS
'Implementation of the hash operator class, with a seed.';

CREATE OPERATOR = (
	FUNCTION = flow_index_eq, LEFTARG = flow_index, RIGHTARG = flow_index,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR =(flow_index, flow_index) IS 'The same areas, populations and flows, and as many rows left out.';
CREATE OPERATOR <> (
	FUNCTION = flow_index_ne, LEFTARG = flow_index, RIGHTARG = flow_index,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <>(flow_index, flow_index) IS 'Not the same.';
CREATE OPERATOR < (
	FUNCTION = flow_index_lt, LEFTARG = flow_index, RIGHTARG = flow_index,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(flow_index, flow_index) IS 'Before, in a total order that means nothing.';
CREATE OPERATOR <= (
	FUNCTION = flow_index_le, LEFTARG = flow_index, RIGHTARG = flow_index,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(flow_index, flow_index) IS 'Before or the same, in a total order that means nothing.';
CREATE OPERATOR > (
	FUNCTION = flow_index_gt, LEFTARG = flow_index, RIGHTARG = flow_index,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(flow_index, flow_index) IS 'After, in a total order that means nothing.';
CREATE OPERATOR >= (
	FUNCTION = flow_index_ge, LEFTARG = flow_index, RIGHTARG = flow_index,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(flow_index, flow_index) IS 'After or the same, in a total order that means nothing.';

CREATE OPERATOR CLASS flow_index_ops DEFAULT FOR TYPE flow_index USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 flow_index_cmp(flow_index, flow_index);
COMMENT ON OPERATOR CLASS flow_index_ops USING btree IS
'A total order that means nothing, for sorting, merge joins and unique indexes.';
CREATE OPERATOR CLASS flow_index_ops DEFAULT FOR TYPE flow_index USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 flow_index_hash(flow_index),
	FUNCTION 2 flow_index_hash_extended(flow_index, bigint);
COMMENT ON OPERATOR CLASS flow_index_ops USING hash IS
'For grouping, hash joins and hash partitions.';

CREATE FUNCTION flow_index_accum(internal, origin bigint, destination bigint, flow double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_flow_index_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_index_accum(internal, bigint, bigint, double precision) IS
'Step of the aggregate flow_index.';

CREATE FUNCTION flow_index_accum(internal, origin bigint, destination bigint, flow double precision, population_origin double precision, population_destination double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_flow_index_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_index_accum(internal, bigint, bigint, double precision, double precision, double precision) IS
'Step of the aggregate flow_index with populations.';

CREATE FUNCTION flow_index_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_flow_index_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_index_combine(internal, internal) IS
'Step of the aggregates flow_index and rollup: two workers together.';

CREATE FUNCTION flow_index_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_flow_index_serialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION flow_index_serialize(internal) IS
'Step of the aggregates flow_index and rollup: what a worker sends.';

CREATE FUNCTION flow_index_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_flow_index_deserialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION flow_index_deserialize(bytea, internal) IS
'Step of the aggregates flow_index and rollup: what a worker has sent.';

CREATE FUNCTION flow_index_rollup(internal, part flow_index) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_flow_index_rollup'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION flow_index_rollup(internal, flow_index) IS
'Step of the aggregate rollup(flow_index).';

CREATE FUNCTION flow_index_final(internal) RETURNS flow_index
AS 'MODULE_PATHNAME', 'monitor_flow_index_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION flow_index_final(internal) IS
'Step of the aggregates flow_index and rollup: their result.';

CREATE AGGREGATE flow_index(origin bigint, destination bigint, flow double precision) (
	SFUNC = flow_index_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = flow_index_final,
	COMBINEFUNC = flow_index_combine,
	SERIALFUNC = flow_index_serialize,
	DESERIALFUNC = flow_index_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_index(bigint, bigint, double precision) IS
'How many moved from origin to destination (the same area: stayed, or moved within it). Flows are from 0 to 1e14 persons, rounded to the nearest 1/10,000; those of several rows of a pair are summed, so persons may be given one by one with flow 1. A flow of 0 makes its areas known. Rows with a NULL area or flow are left out and counted, see flows_unknown. Areas are any bigint: leave codes of places that are no areas out with FILTER, or they count as areas. The order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for a negative flow, NaN or infinity; 22003 beyond 4.6e14 persons together.';

CREATE AGGREGATE flow_index(origin bigint, destination bigint, flow double precision, population_origin double precision, population_destination double precision) (
	SFUNC = flow_index_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = flow_index_final,
	COMBINEFUNC = flow_index_combine,
	SERIALFUNC = flow_index_serialize,
	DESERIALFUNC = flow_index_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE flow_index(bigint, bigint, double precision, double precision, double precision) IS
'How many moved from origin to destination (the same area: stayed, or moved within it), and the populations of both areas, which rates and intensities need: of the middle of the period, or of its start where measures are then told so. NULL is a population that this row does not know; one row with it is enough. An area without moves gets its population by a row to itself with flow 0. Flows are from 0 to 1e14 persons, rounded to the nearest 1/10,000; those of several rows of a pair are summed, so persons may be given one by one with flow 1. A flow of 0 makes its areas known. Rows with a NULL area or flow are left out and counted, see flows_unknown. Areas are any bigint: leave codes of places that are no areas out with FILTER, or they count as areas. The order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for two populations of one area, a negative number, NaN or infinity; 22003 beyond 4.6e14 persons together.';

CREATE AGGREGATE rollup(part flow_index) (
	SFUNC = flow_index_rollup,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = flow_index_final,
	COMBINEFUNC = flow_index_combine,
	SERIALFUNC = flow_index_serialize,
	DESERIALFUNC = flow_index_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(flow_index) IS
'The flows of several periods, or of several parts of a table, together, as if one aggregate had read them all: flows of a pair are summed. NULL is skipped; of none NULL. Errors: 22023 where an area has different populations in the parts (give each period the population of the middle of all), 22003 beyond 4.6e14 persons.';

CREATE FUNCTION flow_index_plus(flow_index, flow_index) RETURNS flow_index
AS 'MODULE_PATHNAME', 'monitor_flow_index_plus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_index_plus(flow_index, flow_index) IS
'Implementation of the operator +.';

CREATE OPERATOR + (
	FUNCTION = flow_index_plus, LEFTARG = flow_index, RIGHTARG = flow_index, COMMUTATOR = +
);
COMMENT ON OPERATOR +(flow_index, flow_index) IS
'The flows of two periods, or of two parts of a table, together. NULL if either is. 22023 where an area has two populations, 22003 beyond 4.6e14 persons.';

-- What a value says of each area and of all.

CREATE FUNCTION flow_areas(flow_index, population text DEFAULT 'given')
RETURNS TABLE (area bigint, inflow double precision, outflow double precision, net double precision, turnover double precision, population double precision, in_rate double precision, out_rate double precision, net_rate double precision, effectiveness double precision, self_flow double precision)
AS 'MODULE_PATHNAME', 'monitor_flow_areas'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION flow_areas(flow_index, text) IS
'One row an area, in the order of their numbers: persons who came from other areas and who left for others, net = in - out (which sums to exactly 0 over all areas), turnover = in + out, the population, in, out and net per 1,000 of it, effectiveness = 100 net / turnover (-100 to 100), and self_flow, those who stayed or moved within, who are in none of the others. population => ''given'' takes the populations as they were given; ''start'' takes them to be of the start of the period and adds half of net, which is the middle of the period but for births, deaths and moves beyond the table. NULL: rates without a population above 0, effectiveness without moves. 22023 for another population. Sources: Shryock and Siegel 1976, Bell et al. 2002.';

CREATE FUNCTION flow_pairs(flow_index) RETURNS TABLE (origin bigint, destination bigint, flow double precision)
AS 'MODULE_PATHNAME', 'monitor_flow_pairs'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION flow_pairs(flow_index) IS
'The pairs of areas with a flow above 0, ascending, and the persons who moved, those from an area to itself included.';

CREATE FUNCTION flows_unknown(flow_index) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_flows_unknown'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION flows_unknown(flow_index) IS
'Rows left out because origin, destination or flow is NULL.';

CREATE FUNCTION total_flow(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_total_flow'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION total_flow(flow_index) IS
'Persons who moved from an area to another; those who stayed or moved within are left out. 0 or more.';

CREATE FUNCTION crude_migration_intensity(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_crude_migration_intensity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION crude_migration_intensity(flow_index) IS
'Movers in percent of the population, 100 M / P; 0 or more. NULL where the population of an area is not known or nobody lives there. Source: Bell et al. 2002.';

CREATE FUNCTION migration_effectiveness(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_migration_effectiveness'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION migration_effectiveness(flow_index) IS
'Migration effectiveness index (MEI): 100 sum |in - out| / sum (in + out), in percent: 0 where flows there and back are balanced, 100 where all go one way. NULL where nobody moved. Source: Bell et al. 2002.';

CREATE FUNCTION aggregate_net_migration_rate(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_aggregate_net_migration_rate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION aggregate_net_migration_rate(flow_index) IS
'Aggregate net migration rate (ANMR): 100 x 1/2 sum |in - out| / P, the percent of the population that moves shift from area to area; crude_migration_intensity x migration_effectiveness / 100. NULL where the population of an area is not known or nobody lives there. Source: Bell et al. 2002.';

CREATE FUNCTION courgeau_k(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_courgeau_k'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION courgeau_k(flow_index) IS
'Courgeau''s k: crude_migration_intensity / ln(n^2) with n areas, for comparison of systems cut into more or fewer areas; in percent. NULL where the population of an area is not known, nobody lives there, or there are fewer than two areas. Source: Courgeau 1973.';

CREATE FUNCTION migration_preference(flow_index, population text DEFAULT 'given') RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_migration_preference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION migration_preference(flow_index, text) IS
'Bachi''s index of preference: the sum over pairs of areas of (m/M) / ((p_i/P)(p_j/P)), each flow over what it would be if people went anywhere in proportion to population. It is about n(n-1) where they do, and more where they prefer small areas. population => ''given'' or ''start'', see flow_areas. NULL where nobody moved, a population is not known or not above 0, or there is one area. 22023 for another population. Source: Bachi 1956, as in United Nations 1983.';

CREATE FUNCTION migration_velocity(flow_index, population text DEFAULT 'given') RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_migration_velocity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION migration_velocity(flow_index, text) IS
'Index of velocity: the sum over pairs of areas of P m / (p_i p_j), flows over the product of the populations at their ends; migration_preference x M / P. population => ''given'' or ''start'', see flow_areas. NULL where a population is not known or not above 0, or there is one area. 22023 for another population. Source: Bogue, Shryock and Hoermann 1957, as in United Nations 1983.';

CREATE FUNCTION migration_connectivity(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_migration_connectivity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION migration_connectivity(flow_index) IS
'Share of the n(n-1) pairs of areas that have a flow; 0 to 1. NULL with fewer than two areas. Source: Bell et al. 2002.';

CREATE FUNCTION migration_inequality(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_migration_inequality'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION migration_inequality(flow_index) IS
'Half the sum over the k = n(n-1) pairs of areas of |m/M - 1/k|: the share of movers who would have to go elsewhere for all flows to be equal; 0 to 1. NULL where nobody moved. Source: Bell et al. 2002.';

CREATE FUNCTION gini(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_flow_gini'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION gini(flow_index) IS
'Gini coefficient of the flows of all n(n-1) pairs of areas, those without a flow included, divided by their number: 0 where all are equal, up to 1 - 1/(n(n-1)) where all go one way. NULL where nobody moved. Source: Plane and Mulligan 1997.';

CREATE FUNCTION entropy(flow_index) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_flow_entropy'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION entropy(flow_index) IS
'Entropy of the flows shares of all moves, -sum (m/M) ln(m/M), in nats: from 0 where all go one way to ln(n(n-1)). NULL where nobody moved. Source: Shannon 1948.';

-- Expected flows.

CREATE TYPE flow_expectation AS (
	expected double precision,
	ratio double precision,
	pearson double precision,
	deviance double precision,
	adjusted double precision,
	p double precision,
	p_poisson double precision,
	beta double precision,
	dispersion double precision,
	df bigint,
	note text
);
COMMENT ON TYPE flow_expectation IS
'Result of expected_flow, one a pair of areas: expected flow; ratio, the flow over it; pearson, (flow - expected) / sqrt(expected); deviance residual; adjusted, pearson over sqrt(1 - leverage), which is about standard normal if flows are Poisson; p, two-sided, of adjusted over the square root of dispersion, by Student''s t; p_poisson, as if dispersion were 1; and the same in all rows: beta of distance, dispersion (Pearson''s chi-square over df), df, and a note where something could not be estimated.';

CREATE FUNCTION expected_flow(origin bigint, destination bigint, flow double precision, distance double precision DEFAULT NULL, model text DEFAULT 'quasi-independence') RETURNS flow_expectation
AS 'MODULE_PATHNAME', 'monitor_expected_flow'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION expected_flow(bigint, bigint, double precision, double precision, text) IS
'Flow from origin to destination against what all that leaves the one and all that arrives in the other would have it, over all rows of the partition, one a pair of areas: model ''quasi-independence'' is a_i b_j, ''power'' a_i b_j distance^beta, ''exponential'' a_i b_j exp(beta distance), by Poisson likelihood, so that the sums of every origin and destination are as observed. A pair without a row is taken for impossible and not for empty, as is an area with itself: give pairs that could have had a flow but had none a row with flow 0. NULL for an area with itself, and where flow is NULL (left out of the sums). Areas from or to which nobody moved: expected is 0, ratio NULL. p and p_poisson are NULL where expected is below 5, df is 0, or the pair is the only one of an area; p counts dispersion below 1 as 1. beta is NULL, with a note, where distance tells no more than the areas do, and where no flow goes beyond some distance. Errors: 22004 for a NULL area or model, and a NULL distance of a known flow in a model of distance; 22023 for a flow that is not 0 to 1e14, a distance not above 0 (exponential: below 0), an unknown model, or more than one; 23505 for two rows of a pair. Sources: Goodman 1968, Wilson 1967, Flowerdew and Aitkin 1982.';

-- Lines for a map.

CREATE FUNCTION flow_line(origin geometry, destination geometry, curvature double precision DEFAULT 0) RETURNS geometry
AS 'MODULE_PATHNAME', 'monitor_flow_line'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION flow_line(geometry, geometry, double precision) IS
'The line from the middle of origin to that of destination (ST_Centroid; points, lines, polygons), for a map of flows. curvature 0 is straight, of two points; otherwise a parabola of 33 points whose greatest distance from the straight line is half of curvature times its length, to the right of the way where it is above 0, so that the lines there and back lie apart; -1 to 1. NULL where either is EMPTY or both have the same middle. Errors: 22023 for different SRIDs, a middle that is not finite and another curvature, 22003 for a bend beyond the range of numbers.';
