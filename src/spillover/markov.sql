-- Status dynamics: how areas move between classes of status.
--
-- markov.c            type markov: transitions counted by lag class, from and to
-- markov_io.c         its text and bytes
-- markov_compare.c    its order and hash
-- markov_rows.c       aggregate markov, over areas and periods
-- markov_counts.c     aggregates markov_counts and rollup
-- markov_chain.c      the chain: closed groups, long run, first passage
-- markov_eigen.c      eigenvalues of a matrix that is not symmetric
-- markov_tables.c     transitions, classes, passages, mobility in rows
-- markov_test.c       tests over lag classes, and of areas against neighbours

CREATE TYPE markov;

CREATE FUNCTION markov_in(cstring) RETURNS markov
AS 'MODULE_PATHNAME', 'monitor_markov_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION markov_in(cstring) IS
'Implementation of input of markov: the JSON object that markov_out writes, with transitions in any order; two entries of one kind are added up. 22P02 for anything else, 22003 for more transitions than bigint holds.';

CREATE FUNCTION markov_out(markov) RETURNS cstring
AS 'MODULE_PATHNAME', 'monitor_markov_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION markov_out(markov) IS
'Implementation of output of markov: a JSON object of the rows left out as unknown, the gaps, and every kind of transition as [lag class or null, class from, class to, number]. Nothing is lost.';

CREATE FUNCTION markov_recv(internal) RETURNS markov
AS 'MODULE_PATHNAME', 'monitor_markov_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION markov_recv(internal) IS
'Implementation of binary input of markov. 22P03 for bytes that markov_send would not have written.';

CREATE FUNCTION markov_send(markov) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_markov_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION markov_send(markov) IS
'Implementation of binary output of markov: version, three zero bytes, rows unknown, gaps, number of kinds of transitions, and these in ascending order (lag class or 0, from, to in 4 bytes each, number in 8), in network order.';

CREATE TYPE markov (
	INPUT = markov_in,
	OUTPUT = markov_out,
	RECEIVE = markov_recv,
	SEND = markov_send,
	INTERNALLENGTH = variable,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE markov IS
'How often areas moved from each class of status to each other between a period and the next, by the class of their neighbours before the move where it is given. Numbers are exact. Made by the aggregates markov and markov_counts; put together by rollup or +. All measures of the chain are functions of it.';

-- Equality, order and hash.

CREATE FUNCTION markov_eq(markov, markov) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_markov_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_eq(markov, markov) IS
'Implementation of the operator =.';

CREATE FUNCTION markov_ne(markov, markov) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_markov_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_ne(markov, markov) IS
'Implementation of the operator <>.';

CREATE FUNCTION markov_lt(markov, markov) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_markov_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_lt(markov, markov) IS
'Implementation of the operator <.';

CREATE FUNCTION markov_le(markov, markov) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_markov_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_le(markov, markov) IS
'Implementation of the operator <=.';

CREATE FUNCTION markov_gt(markov, markov) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_markov_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_gt(markov, markov) IS
'Implementation of the operator >.';

CREATE FUNCTION markov_ge(markov, markov) RETURNS boolean
AS 'MODULE_PATHNAME', 'monitor_markov_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_ge(markov, markov) IS
'Implementation of the operator >=.';

CREATE FUNCTION markov_cmp(markov, markov) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_markov_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_cmp(markov, markov) IS
'Implementation of the btree operator class: -1, 0 or 1.';

CREATE FUNCTION markov_hash(markov) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_markov_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_hash(markov) IS
'Implementation of the hash operator class.';

CREATE FUNCTION markov_hash_extended(markov, seed bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_markov_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION markov_hash_extended(markov, bigint) IS
'Implementation of the hash operator class, with a seed.';

CREATE OPERATOR = (
	FUNCTION = markov_eq, LEFTARG = markov, RIGHTARG = markov,
	COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR =(markov, markov) IS 'The same transitions, and as many rows left out and gaps.';
CREATE OPERATOR <> (
	FUNCTION = markov_ne, LEFTARG = markov, RIGHTARG = markov,
	COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR <>(markov, markov) IS 'Not the same.';
CREATE OPERATOR < (
	FUNCTION = markov_lt, LEFTARG = markov, RIGHTARG = markov,
	COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR <(markov, markov) IS 'Before, in a total order that means nothing.';
CREATE OPERATOR <= (
	FUNCTION = markov_le, LEFTARG = markov, RIGHTARG = markov,
	COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR <=(markov, markov) IS 'Before or the same, in a total order that means nothing.';
CREATE OPERATOR > (
	FUNCTION = markov_gt, LEFTARG = markov, RIGHTARG = markov,
	COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR >(markov, markov) IS 'After, in a total order that means nothing.';
CREATE OPERATOR >= (
	FUNCTION = markov_ge, LEFTARG = markov, RIGHTARG = markov,
	COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR >=(markov, markov) IS 'After or the same, in a total order that means nothing.';

CREATE OPERATOR CLASS markov_ops DEFAULT FOR TYPE markov USING btree AS
	OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
	FUNCTION 1 markov_cmp(markov, markov);
COMMENT ON OPERATOR CLASS markov_ops USING btree IS
'A total order that means nothing, for sorting, merge joins and unique indexes.';
CREATE OPERATOR CLASS markov_ops DEFAULT FOR TYPE markov USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 markov_hash(markov),
	FUNCTION 2 markov_hash_extended(markov, bigint);
COMMENT ON OPERATOR CLASS markov_ops USING hash IS
'For grouping, hash joins and hash partitions.';

-- From rows of areas and periods.

CREATE FUNCTION markov_accum(internal, id bigint, period bigint, class integer) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_accum(internal, bigint, bigint, integer) IS
'Step of the aggregate markov.';

CREATE FUNCTION markov_accum(internal, id bigint, period bigint, class integer, lag_class integer) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_accum(internal, bigint, bigint, integer, integer) IS
'Step of the aggregate markov with lag classes.';

CREATE FUNCTION markov_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_combine(internal, internal) IS
'Step of the aggregate markov: two workers together.';

CREATE FUNCTION markov_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_markov_serialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION markov_serialize(internal) IS
'Step of the aggregate markov: what a worker sends.';

CREATE FUNCTION markov_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_deserialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION markov_deserialize(bytea, internal) IS
'Step of the aggregate markov: what a worker has sent.';

CREATE FUNCTION markov_final(internal) RETURNS markov
AS 'MODULE_PATHNAME', 'monitor_markov_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION markov_final(internal) IS
'Step of the aggregate markov: its result.';

CREATE AGGREGATE markov(id bigint, period bigint, class integer) (
	SFUNC = markov_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = markov_final,
	COMBINEFUNC = markov_combine,
	SERIALFUNC = markov_serialize,
	DESERIALFUNC = markov_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE markov(bigint, bigint, integer) IS
'Transitions of areas between classes of status, from one row an area and period, in any order. Counted are pairs of periods t and t + 1 of the same area; where periods are missing between two known rows nothing is counted but a gap. class is from 1 to 1000 (statuses: array_position of their list); NULL is unknown: no pair with it, and the row is counted as unknown. The order of rows and parallel workers leave no trace. Memory: 24 to 48 bytes a row; 54000 where a parallel worker holds over 44 million rows of a group. No rows: NULL. Errors: 22004 for a NULL id or period, 22023 for a class out of range, 23505 for two rows of an area and period.';

CREATE AGGREGATE markov(id bigint, period bigint, class integer, lag_class integer) (
	SFUNC = markov_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = markov_final,
	COMBINEFUNC = markov_combine,
	SERIALFUNC = markov_serialize,
	DESERIALFUNC = markov_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE markov(bigint, bigint, integer, integer) IS
'Transitions of areas between classes of status, from one row an area and period, in any order. Counted are pairs of periods t and t + 1 of the same area; where periods are missing between two known rows nothing is counted but a gap. class is from 1 to 1000 (statuses: array_position of their list); NULL is unknown: no pair with it, and the row is counted as unknown. lag_class is the class of the neighbours in the same period: a transition from period t to t + 1 counts in the lag class of t (Rey 2001); where that is NULL it counts in the chain of all, and in no lag class. The order of rows and parallel workers leave no trace. Memory: 24 to 48 bytes a row; 54000 where a parallel worker holds over 44 million rows of a group. No rows: NULL. Errors: 22004 for a NULL id or period, 22023 for a class out of range, 23505 for two rows of an area and period.';

-- From numbers of transitions.

CREATE FUNCTION markov_counts_accum(internal, class_from integer, class_to integer, n bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_counts_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_counts_accum(internal, integer, integer, bigint) IS
'Step of the aggregate markov_counts.';

CREATE FUNCTION markov_counts_accum(internal, class_from integer, class_to integer, n bigint, lag_class integer) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_counts_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_counts_accum(internal, integer, integer, bigint, integer) IS
'Step of the aggregate markov_counts with lag classes.';

CREATE FUNCTION markov_set_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_set_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_set_combine(internal, internal) IS
'Step of the aggregates markov_counts and rollup: two workers together.';

CREATE FUNCTION markov_set_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_markov_set_serialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION markov_set_serialize(internal) IS
'Step of the aggregates markov_counts and rollup: what a worker sends.';

CREATE FUNCTION markov_set_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_set_deserialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION markov_set_deserialize(bytea, internal) IS
'Step of the aggregates markov_counts and rollup: what a worker has sent.';

CREATE FUNCTION markov_set_final(internal) RETURNS markov
AS 'MODULE_PATHNAME', 'monitor_markov_set_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION markov_set_final(internal) IS
'Step of the aggregates markov_counts and rollup: their result.';

CREATE FUNCTION markov_rollup(internal, part markov) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_markov_rollup'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION markov_rollup(internal, markov) IS
'Step of the aggregate rollup(markov).';

CREATE AGGREGATE markov_counts(class_from integer, class_to integer, n bigint) (
	SFUNC = markov_counts_accum,
	STYPE = internal,
	SSPACE = 10000,
	FINALFUNC = markov_set_final,
	COMBINEFUNC = markov_set_combine,
	SERIALFUNC = markov_set_serialize,
	DESERIALFUNC = markov_set_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE markov_counts(integer, integer, bigint) IS
'Transitions from a table of them, as it is delivered: n moves (0 or more) from a class to a class, each from 1 to 1000; the same class is a stay. Rows of the same classes are added up. Rows with a NULL class or n are left out and counted as unknown. The order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for a class out of range or a negative n, 22003 for more transitions than bigint holds.';

CREATE AGGREGATE markov_counts(class_from integer, class_to integer, n bigint, lag_class integer) (
	SFUNC = markov_counts_accum,
	STYPE = internal,
	SSPACE = 10000,
	FINALFUNC = markov_set_final,
	COMBINEFUNC = markov_set_combine,
	SERIALFUNC = markov_set_serialize,
	DESERIALFUNC = markov_set_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE markov_counts(integer, integer, bigint, integer) IS
'Transitions from a table of them, as it is delivered: n moves (0 or more) from a class to a class, each from 1 to 1000; the same class is a stay. Rows of the same classes are added up. lag_class is the class of the neighbours before the move; NULL where it is unknown: then the transitions count in the chain of all, and in no lag class. Rows with a NULL class or n are left out and counted as unknown. The order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for a class out of range or a negative n, 22003 for more transitions than bigint holds.';

CREATE AGGREGATE rollup(part markov) (
	SFUNC = markov_rollup,
	STYPE = internal,
	SSPACE = 10000,
	FINALFUNC = markov_set_final,
	COMBINEFUNC = markov_set_combine,
	SERIALFUNC = markov_set_serialize,
	DESERIALFUNC = markov_set_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(markov) IS
'The transitions of several parts together. Of parts that hold different areas it is what one aggregate over all would give; of parts that hold different periods the moves from the last period of one to the first of the next are in none of them. NULL is skipped; of none NULL. 22003 for more transitions than bigint holds.';

CREATE FUNCTION markov_plus(markov, markov) RETURNS markov
AS 'MODULE_PATHNAME', 'monitor_markov_plus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION markov_plus(markov, markov) IS
'Implementation of the operator +.';

CREATE OPERATOR + (
	FUNCTION = markov_plus, LEFTARG = markov, RIGHTARG = markov, COMMUTATOR = +
);
COMMENT ON OPERATOR +(markov, markov) IS
'The transitions of two parts together, see rollup(markov). NULL if either is. 22003 for more transitions than bigint holds.';

-- What a value says.

CREATE TYPE markov_summary AS (
	classes integer,
	lag_classes integer,
	transitions bigint,
	without_lag_class bigint,
	unknown bigint,
	gaps bigint
);
COMMENT ON TYPE markov_summary IS
'Result of markov_summary: classes that a transition leaves or enters, lag classes, transitions, those of them without a lag class, rows left out because their class is unknown, and rows whose area is next known only after a period missed.';

CREATE FUNCTION markov_summary(markov) RETURNS markov_summary
AS 'MODULE_PATHNAME', 'monitor_markov_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION markov_summary(markov) IS
'How much a value holds and what was left out of it.';

CREATE FUNCTION markov_table(markov, conf double precision DEFAULT 0.95)
RETURNS TABLE (lag_class integer, class_from integer, class_to integer, n bigint, n_from bigint, p double precision, low double precision, high double precision)
AS 'MODULE_PATHNAME', 'monitor_markov_table'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION markov_table(markov, double precision) IS
'Transitions and their probabilities: first of all lag classes together (lag_class NULL), then of each; every pair of the classes seen, also where n is 0. n_from: transitions that leave or stay in class_from; p = n / n_from, 0 to 1, and its Wilson interval, which takes transitions as independent. NULL: p, low and high of a class without departures. 22023 for conf not between 0 and 1. Source: Anderson and Goodman 1957; by lag class Rey 2001.';

CREATE FUNCTION markov_classes(markov)
RETURNS TABLE (lag_class integer, class integer, n_from bigint, n_to bigint, share double precision, stays double precision, sojourn double precision, steady_state double precision, return_time double precision, kind text, note text)
AS 'MODULE_PATHNAME', 'monitor_markov_classes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 20;
COMMENT ON FUNCTION markov_classes(markov) IS
'One row a class, first of the chain of all lag classes (lag_class NULL), then of each: transitions that leave or stay, those that enter or stay, share of the former (0 to 1), stays = probability to be in the class in the next period too, sojourn = mean periods in it, 1 / (1 - stays), steady_state = its share in the long run if the probabilities stay as they are (0 to 1, sums to 1), return_time = 1 / steady_state periods, kind: recurrent (it is always come back to), absorbing (recurrent and never left), transient (left for good some time). NULL: stays, sojourn and kind of a class without departures; kind of one that leads to such a class and to none that is never left; sojourn of one never left; return_time of a transient one; steady_state where several groups of classes are never left, so that the long run depends on the start, and where areas came to a class of which no next period is known; all figures but the counts of a class that is not seen in the lag class; note says which. In a chain that returns only every d periods it is the share of time, and note says so. Sources: Kemeny and Snell 1960; computed by Grassmann, Taksar and Heyman 1985.';

CREATE FUNCTION markov_passages(markov)
RETURNS TABLE (lag_class integer, class_from integer, class_to integer, periods double precision, probability double precision, note text)
AS 'MODULE_PATHNAME', 'monitor_markov_passages'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION markov_passages(markov) IS
'How long from a class to another: mean number of periods until class_to is first reached from class_from (for the same class: come back to; 1 where it stays), and the probability that this happens at all (0 to 1). First of the chain of all lag classes (lag_class NULL), then of each. periods is NULL where probability is below 1: the mean is then infinite. Both are NULL where a way leads to a class of which no next period is known, or one of the classes is not seen in the lag class; note says which. Time grows with the fourth power of the number of classes. Source: Kemeny and Snell 1960.';

CREATE FUNCTION markov_mobility(markov, initial text DEFAULT 'uniform')
RETURNS TABLE (lag_class integer, classes integer, shorrocks double precision, determinant double precision, second_eigenvalue double precision, unconditional_leaving double precision, bartholomew double precision, note text)
AS 'MODULE_PATHNAME', 'monitor_markov_mobility'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 10;
COMMENT ON FUNCTION markov_mobility(markov, text) IS
'How mobile a chain is, as one number, of the chain of all lag classes (lag_class NULL) and of each: with k classes seen in it and transition matrix P, shorrocks = (k - trace P) / (k - 1); determinant = 1 - |det P|; second_eigenvalue = 1 - |second largest eigenvalue of P|; unconditional_leaving = (k - k sum pi_i p_ii) / (k - 1); bartholomew = sum pi_i p_ij |i - j| / (k - 1), mean number of classes moved, for classes in order. 0: nobody moves. pi are the initial shares: uniform (1 / k), observed (departures) or steady (steady state). NULL with a note: fewer than two classes, a class of which no next period is known; the last two with steady where there is no steady state. 22023 for other initial shares. Sources: Shorrocks 1978, Sommers and Conlisk 1979, Bartholomew 1973, Formby, Smith and Zheng 2004.';

-- Tests.

CREATE FUNCTION markov_test(markov)
RETURNS TABLE (lag_class integer, n bigint, q double precision, lr double precision, df bigint, p_q double precision, p_lr double precision, contribution double precision, expected_cells bigint, expected_small bigint, note text)
AS 'MODULE_PATHNAME', 'monitor_markov_test'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10;
COMMENT ON FUNCTION markov_test(markov) IS
'Do areas move alike whatever their neighbours are? First row (lag_class NULL): all lag classes against their pooled probabilities, q = sum n_im (p_ij|m - p_ij)^2 / p_ij, lr = 2 sum n_ijm ln(p_ij|m / p_ij), df = sum over classes i of (lag classes with departures from i - 1)(classes that i leads to - 1); then each lag class against all others together, over the classes that both leave. p_q and p_lr are upper tails of chi-square. contribution: the part of the first row''s q that is the lag class''s; the parts sum to it, but a part alone is not chi-square. expected_cells: numbers with an expectation above 0; expected_small: those below 5; where they are many, p is not to be trusted. Transitions without a lag class are left out. NULL with a note: q, lr, p with fewer than two lag classes or where df is 0. With the period as lag_class it tests that probabilities do not change over time, with the class before as lag_class that the past does not matter. Sources: Anderson and Goodman 1957, Kullback, Kupperman and Ku 1962, Bickenbach and Bode 2003.';

CREATE FUNCTION markov_moves(markov, own integer[] DEFAULT '{1,2,2,1}', neighbors integer[] DEFAULT '{1,1,2,2}')
RETURNS TABLE (class_from integer, class_to integer, n bigint, expected double precision)
AS 'MODULE_PATHNAME', 'monitor_markov_moves'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 16;
COMMENT ON FUNCTION markov_moves(markov, integer[], integer[]) IS
'Transitions of a chain whose classes say two things, the state of the area (own) and that of its neighbours (neighbors), beside those that would be expected if the two moved independently of each other: n_from x p(own move) x p(neighbours'' move). The arrays give both states of each class, from class 1 on; by default the quadrants of local Moran in the order HH, LH, LL, HL, with 1 high and 2 low. Lag classes are not told apart. expected is NULL for a class without departures. 22023 where own and neighbors do not hold each pair of states once, or a class is beyond them. Source: Rey 2001.';

CREATE TYPE markov_independence AS (
	n bigint,
	q double precision,
	lr double precision,
	df bigint,
	p_q double precision,
	p_lr double precision,
	expected_cells bigint,
	expected_small bigint
);
COMMENT ON TYPE markov_independence IS
'Result of markov_moves_test: transitions; chi-square and likelihood ratio of the numbers against those expected; degrees of freedom; upper tails of chi-square; numbers with an expectation above 0, and those of them below 5. q, lr and p are NULL where df is 0.';

CREATE FUNCTION markov_moves_test(markov, own integer[] DEFAULT '{1,2,2,1}', neighbors integer[] DEFAULT '{1,1,2,2}') RETURNS markov_independence
AS 'MODULE_PATHNAME', 'monitor_markov_moves_test'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION markov_moves_test(markov, integer[], integer[]) IS
'Do areas and their neighbours move independently of each other? q = sum (n - expected)^2 / expected and lr = 2 sum n ln(n / expected) over what markov_moves lists; df: free probabilities of the joint chain less those of the two single ones, counted over what is possible: 8 for the four quadrants. Arguments and errors as markov_moves. Source: Rey 2001; df Anderson and Goodman 1957.';
