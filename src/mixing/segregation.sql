-- Aspatial segregation: aggregates that make the values, and the indices of them.

CREATE FUNCTION segregation_accum(internal, x double precision, total double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segregation_accum(internal, double precision, double precision) IS
'Step of the aggregate segregation.';

CREATE FUNCTION segregation_multi_accum(internal, counts double precision[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_multi_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segregation_multi_accum(internal, double precision[]) IS
'Step of the aggregate segregation_multi.';

CREATE FUNCTION segregation_combine(internal, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_combine'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segregation_combine(internal, internal) IS
'Step of the aggregates segregation, segregation_multi and rollup: two workers together.';

CREATE FUNCTION segregation_serialize(internal) RETURNS bytea
AS 'MODULE_PATHNAME', 'monitor_segregation_serialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segregation_serialize(internal) IS
'Step of the aggregates segregation, segregation_multi and rollup: what a worker sends.';

CREATE FUNCTION segregation_deserialize(bytea, internal) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_deserialize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segregation_deserialize(bytea, internal) IS
'Step of the aggregates segregation, segregation_multi and rollup: what a worker has sent.';

CREATE FUNCTION segregation_final(internal) RETURNS segregation
AS 'MODULE_PATHNAME', 'monitor_segregation_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION segregation_final(internal) IS
'Step of the aggregates segregation and rollup: their result.';

CREATE FUNCTION segregation_rollup(internal, part segregation) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_rollup'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segregation_rollup(internal, segregation) IS
'Step of the aggregate rollup(segregation).';

CREATE FUNCTION segregation_multi_final(internal) RETURNS segregation_multi
AS 'MODULE_PATHNAME', 'monitor_segregation_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION segregation_multi_final(internal) IS
'Step of the aggregates segregation_multi and rollup: their result.';

CREATE FUNCTION segregation_multi_rollup(internal, part segregation_multi) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_rollup'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segregation_multi_rollup(internal, segregation_multi) IS
'Step of the aggregate rollup(segregation_multi).';

CREATE AGGREGATE segregation(x double precision, total double precision) (
	SFUNC = segregation_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = segregation_final,
	COMBINEFUNC = segregation_combine,
	SERIALFUNC = segregation_serialize,
	DESERIALFUNC = segregation_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation(double precision, double precision) IS
'How a group is spread over the units of a city (blocks, grid cells, areas): one row a unit, x of its total people in the group. From 0 to 1e14 persons, rounded to the nearest 1/10,000. A unit of nobody (total 0) is left out and counted, see units_empty; so is one whose x or total is NULL, see units_unknown. The order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for a negative count, NaN or infinity, and for x above total; 22003 beyond 9.2e14 persons together.';

CREATE AGGREGATE segregation_multi(counts double precision[]) (
	SFUNC = segregation_multi_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = segregation_multi_final,
	COMBINEFUNC = segregation_combine,
	SERIALFUNC = segregation_serialize,
	DESERIALFUNC = segregation_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_multi(double precision[]) IS
'How groups are spread over the units of a city: one row a unit, a count of each of 2 to 1,000 groups that have nobody in common, the same groups in the same order in every row. From 0 to 1e14 persons, rounded to the nearest 1/10,000. A unit of nobody is left out and counted, see units_empty; so is one with a NULL count, or NULL counts, see units_unknown. The order of rows and parallel workers leave no trace. No rows: NULL. Errors: 22023 for a negative count, NaN or infinity, another number of groups than before, fewer than two, or more than one dimension; 54000 for more than 1,000 groups; 22003 beyond 9.2e14 persons together.';

CREATE AGGREGATE rollup(part segregation) (
	SFUNC = segregation_rollup,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = segregation_final,
	COMBINEFUNC = segregation_combine,
	SERIALFUNC = segregation_serialize,
	DESERIALFUNC = segregation_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(segregation) IS
'The units of several parts of a city, or of several cities, together, as if one aggregate had read them all: parts must have no unit in common. NULL is skipped; of none NULL. Errors: 22023 for different numbers of groups, 22003 beyond 9.2e14 persons.';

CREATE AGGREGATE rollup(part segregation_multi) (
	SFUNC = segregation_multi_rollup,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = segregation_multi_final,
	COMBINEFUNC = segregation_combine,
	SERIALFUNC = segregation_serialize,
	DESERIALFUNC = segregation_deserialize,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(segregation_multi) IS
'The units of several parts of a city, or of several cities, together, as if one aggregate had read them all: parts must have no unit in common. NULL is skipped; of none NULL. Errors: 22023 for different numbers of groups, 22003 beyond 9.2e14 persons.';

CREATE FUNCTION segregation_plus(segregation, segregation) RETURNS segregation
AS 'MODULE_PATHNAME', 'monitor_segregation_plus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_plus(segregation, segregation) IS
'Implementation of the operator +.';

CREATE OPERATOR + (
	FUNCTION = segregation_plus, LEFTARG = segregation, RIGHTARG = segregation, COMMUTATOR = +
);
COMMENT ON OPERATOR +(segregation, segregation) IS
'The units of two cities, or of two parts of one that have no unit in common, together. NULL if either is. 22023 for different numbers of groups, 22003 beyond 9.2e14 persons.';

CREATE FUNCTION segregation_multi_plus(segregation_multi, segregation_multi) RETURNS segregation_multi
AS 'MODULE_PATHNAME', 'monitor_segregation_plus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_multi_plus(segregation_multi, segregation_multi) IS
'Implementation of the operator +.';

CREATE OPERATOR + (
	FUNCTION = segregation_multi_plus, LEFTARG = segregation_multi, RIGHTARG = segregation_multi, COMMUTATOR = +
);
COMMENT ON OPERATOR +(segregation_multi, segregation_multi) IS
'The units of two cities, or of two parts of one that have no unit in common, together. NULL if either is. 22023 for different numbers of groups, 22003 beyond 9.2e14 persons.';

CREATE FUNCTION two_groups(segregation_multi, a integer, b integer DEFAULT NULL) RETURNS segregation
AS 'MODULE_PATHNAME', 'monitor_segregation_two_groups'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION two_groups(segregation_multi, integer, integer) IS
'Group a against group b, or against all others where b is left out, with all indices of two groups. Groups are numbered from 1 in the order of the counts. A unit with nobody of the two is empty. NULL if the value or a is. Errors: 22023 for a group that is not there, and for a = b.';

-- What a value holds.

CREATE FUNCTION units(segregation) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_units'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION units(segregation) IS
'Number of units that the indices are of: those with people in them and every count known.';

CREATE FUNCTION units_unknown(segregation) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_units_unknown'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION units_unknown(segregation) IS
'Number of units left out because a count of theirs is unknown.';

CREATE FUNCTION units_empty(segregation) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_units_empty'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION units_empty(segregation) IS
'Number of units left out because nobody lives there.';

CREATE FUNCTION population(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_segregation_population'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION population(segregation) IS
'Number of people in the units together.';

CREATE FUNCTION units(segregation_multi) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_units'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION units(segregation_multi) IS
'Number of units that the indices are of: those with people in them and every count known.';

CREATE FUNCTION units_unknown(segregation_multi) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_units_unknown'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION units_unknown(segregation_multi) IS
'Number of units left out because a count of theirs is unknown.';

CREATE FUNCTION units_empty(segregation_multi) RETURNS bigint
AS 'MODULE_PATHNAME', 'monitor_segregation_units_empty'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION units_empty(segregation_multi) IS
'Number of units left out because nobody lives there.';

CREATE FUNCTION population(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_segregation_population'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION population(segregation_multi) IS
'Number of people in the units together.';

CREATE FUNCTION group_population(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_segregation_group_population'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION group_population(segregation) IS
'Number of people of the group in the units together.';

CREATE FUNCTION groups(segregation_multi) RETURNS integer
AS 'MODULE_PATHNAME', 'monitor_segregation_groups'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1;
COMMENT ON FUNCTION groups(segregation_multi) IS
'Number of groups; 0 where no unit told it.';

CREATE FUNCTION group_populations(segregation_multi) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'monitor_segregation_group_populations'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION group_populations(segregation_multi) IS
'Number of people of each group in the units together.';

-- Indices. Natural logarithms throughout.

CREATE FUNCTION dissimilarity(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION dissimilarity(segregation) IS
'Dissimilarity D, 0 to 1: the part of the group that would have to move, divided by what that part is at complete segregation. D = 1/2 sum |x_i/X - (t_i-x_i)/(T-X)|. Source: Duncan and Duncan 1955. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION dissimilarity(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION dissimilarity(segregation_multi) IS
'Multigroup dissimilarity D, 0 to 1: sum over units and groups of t_i |p_ig - P_g| / (2 T I), I = sum P_g (1 - P_g). Of two groups the classical D. Source: Sakoda 1981; Morgan 1975. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION gini(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_gini'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION gini(segregation) IS
'Gini index of segregation, 0 to 1: the mean absolute difference of the units'' shares of the group between pairs of people, divided by its largest possible value. sum sum t_i t_j |p_i - p_j| / (2 T^2 P (1-P)), by sorting. Source: Duncan and Duncan 1955; Massey and Denton 1988. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION gini(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_gini'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION gini(segregation_multi) IS
'Multigroup Gini index, 0 to 1: sum over groups and pairs of units of t_i t_j |p_ig - p_jg| / (2 T^2 I), I = sum P_g (1 - P_g). Source: Reardon and Firebaugh 2002. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION theil_h(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_theil_h'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION theil_h(segregation) IS
'Theil''s information theory index H, 0 to 1: how much less diverse the mean unit is than the city, H = M / E. Source: Theil and Finizza 1971. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION theil_h(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_theil_h'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION theil_h(segregation_multi) IS
'Theil''s information theory index H of many groups, 0 to 1: H = M / E. Source: Theil and Finizza 1971; Reardon and Firebaugh 2002. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION mutual_information(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_mutual_information'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mutual_information(segregation) IS
'Mutual information M in nats, 0 to the entropy: what knowing a person''s unit tells of his group. M = sum (n_ig/T) ln(p_ig/P_g) = H E. It adds up over districts (segregation_decomposition) and dates (segregation_change). Source: Theil and Finizza 1971; Mora and Ruiz-Castillo 2011. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION mutual_information(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_mutual_information'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mutual_information(segregation_multi) IS
'Mutual information M in nats, 0 to the entropy: what knowing a person''s unit tells of his group. M = sum (n_ig/T) ln(p_ig/P_g) = H E. It adds up over districts (segregation_decomposition) and dates (segregation_change). Source: Theil and Finizza 1971; Mora and Ruiz-Castillo 2011. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION entropy(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_segregation_entropy'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION entropy(segregation) IS
'Entropy E of the whole city in nats, 0 to ln 2: -P ln P - (1-P) ln(1-P), its diversity. NULL where there is nobody. Source: Shannon 1948.';

CREATE FUNCTION entropy(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_segregation_entropy'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION entropy(segregation_multi) IS
'Entropy E of the whole city in nats, 0 to the logarithm of the number of groups: - sum P_g ln P_g, its diversity. NULL where there is nobody. Source: Shannon 1948.';

CREATE FUNCTION isolation(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_isolation'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION isolation(segregation) IS
'Isolation xPx, P to 1: share of the group among the people of the unit of the group''s mean member, himself among them. sum (x_i/X)(x_i/t_i). NULL where nobody, or everybody, is in the group. Source: Bell 1954; Lieberson 1981.';

CREATE FUNCTION interaction(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_interaction'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION interaction(segregation) IS
'Interaction xPy, 0 to 1-P: share of the others among the people of the unit of the group''s mean member; 1 - isolation. sum (x_i/X)((t_i-x_i)/t_i). NULL where nobody, or everybody, is in the group. Source: Bell 1954; Lieberson 1981.';

CREATE FUNCTION eta2(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_relative_diversity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION eta2(segregation) IS
'Correlation ratio eta squared, also V, 0 to 1: isolation corrected for the group''s size, (xPx - P) / (1 - P). NULL where nobody, or everybody, is in the group. Source: Bell 1954; Stearns and Logan 1986.';

CREATE FUNCTION atkinson(segregation, b double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_atkinson'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION atkinson(segregation, double precision) IS
'Atkinson index A(b), 0 to 1, 0 < b < 1: b above 0.5 gives more weight to units with a surplus of the group, below to units short of it. 1 - P/(1-P) (sum (1-p_i)^(1-b) p_i^b t_i / (P T))^(1/(1-b)). NULL where nobody, or everybody, is in the group. 22023 for another b. Source: James and Taeuber 1985; Massey and Denton 1988.';

CREATE FUNCTION min_max(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_min_max'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION min_max(segregation) IS
'Min-max index, 0 to 1: 1 - sum min(x_i/X, y_i/Y) / sum max(x_i/X, y_i/Y) = 2 D / (1 + D). NULL where nobody, or everybody, is in the group. Source: O''Sullivan and Wong 2007.';

CREATE FUNCTION square_root_index(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_square_root_index'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION square_root_index(segregation) IS
'Hutchens'' square root index, 0 to 1: 1 - sum sqrt((x_i/X)(y_i/Y)). NULL where nobody, or everybody, is in the group. Source: Hutchens 2001.';

CREATE FUNCTION concentration_profile(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_concentration_profile'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION concentration_profile(segregation) IS
'Index of the concentration profile, 0 to 1: the area between the city''s profile (the part of the group that lives where its share is t or more) and that of an even city, divided by that of complete segregation. The integral is exact: sum (x_i/X) |p_i - P| / (1 - P). NULL where nobody, or everybody, is in the group. Source: Hong and Sadahiro 2014.';

CREATE FUNCTION concentration_profile(segregation, steps integer) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_concentration_profile_steps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION concentration_profile(segregation, integer) IS
'The same as a sum at so many evenly spaced shares, 2 or more, as the peer segregation for Python has it with 1000 (its error is about 1/steps). NULL where nobody, or everybody, is in the group. 22023 for fewer steps than 2. Source: Hong and Sadahiro 2014.';

CREATE FUNCTION relative_diversity(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_relative_diversity'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION relative_diversity(segregation_multi) IS
'Relative diversity R, 0 to 1: sum t_i (p_ig - P_g)^2 / (T I), I = sum P_g (1 - P_g). Of two groups eta squared. NULL where all people are of one group, or there is nobody. Source: Reardon 1998; Reardon and Firebaugh 2002.';

CREATE FUNCTION normalized_exposure(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_normalized_exposure'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION normalized_exposure(segregation_multi) IS
'Normalized exposure P, 0 to 1: sum t_i (p_ig - P_g)^2 / (T (1 - P_g)). NULL where all people are of one group, or there is nobody. Source: James 1986; Reardon and Firebaugh 2002.';

CREATE FUNCTION squared_coefficient_of_variation(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_squared_coefficient_of_variation'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION squared_coefficient_of_variation(segregation_multi) IS
'Squared coefficient of variation C, 0 to 1: sum t_i (p_ig - P_g)^2 / (T (K - 1) P_g), K groups that have people. NULL where all people are of one group, or there is nobody. Source: Reardon and Firebaugh 2002.';

CREATE FUNCTION simpson_concentration(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_simpson_concentration'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION simpson_concentration(segregation_multi) IS
'Simpson''s concentration of the whole city, 0 to 1: the chance that two people are of the same group, sum P_g^2. NULL where there is nobody. Source: Simpson 1949.';

CREATE FUNCTION simpson_interaction(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_simpson_interaction'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION simpson_interaction(segregation_multi) IS
'Simpson''s interaction of the whole city, 0 to 1: the chance that two people are of different groups, I = sum P_g (1 - P_g). NULL where there is nobody. Source: Simpson 1949; Lieberson 1969.';

CREATE FUNCTION isolation(segregation_multi) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'monitor_isolation_multi'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION isolation(segregation_multi) IS
'Isolation of each group: its share among the people of the unit of its mean member, himself among them. The element of a group of nobody is NULL. NULL where all people are of one group, or there is nobody. Source: Lieberson 1981.';

CREATE FUNCTION exposure(segregation_multi) RETURNS double precision[]
AS 'MODULE_PATHNAME', 'monitor_exposure'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION exposure(segregation_multi) IS
'Exposure of each group to each, a matrix whose rows sum to 1: element [a][b] is the share of group b among the people of the unit of the mean member of group a. The row of a group of nobody is NULL. NULL where all people are of one group, or there is nobody. Source: Lieberson 1981.';

-- What chance alone gives in small units.

CREATE FUNCTION dissimilarity_expected(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION dissimilarity_expected(segregation) IS
'Expected dissimilarity if the same people were put at random into units of the same size (hypergeometric, exact). Counts are rounded to whole persons. Far above 0 where units are small or the group is: an index near it is no segregation. Source: Winship 1977; Carrington and Troske 1997. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION dissimilarity_expected(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION dissimilarity_expected(segregation_multi) IS
'Expected multigroup dissimilarity if the same people were put at random into units of the same size (hypergeometric, exact). Counts are rounded to whole persons. Source: Winship 1977; Carrington and Troske 1997. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION mutual_information_expected(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_mutual_information_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION mutual_information_expected(segregation) IS
'Expected mutual information, in nats, if the same people were put at random into units of the same size (hypergeometric, exact). Counts are rounded to whole persons. Source: Elbers 2021; Carrington and Troske 1997. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION mutual_information_expected(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_mutual_information_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION mutual_information_expected(segregation_multi) IS
'Expected mutual information, in nats, if the same people were put at random into units of the same size (hypergeometric, exact). Counts are rounded to whole persons. Source: Elbers 2021; Carrington and Troske 1997. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION theil_h_expected(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_theil_h_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION theil_h_expected(segregation) IS
'Expected H if the same people were put at random into units of the same size (hypergeometric, exact). Counts are rounded to whole persons. Source: Elbers 2021; Carrington and Troske 1997. NULL where nobody, or everybody, is in the group.';

CREATE FUNCTION theil_h_expected(segregation_multi) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_theil_h_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION theil_h_expected(segregation_multi) IS
'Expected H if the same people were put at random into units of the same size (hypergeometric, exact). Counts are rounded to whole persons. Source: Elbers 2021; Carrington and Troske 1997. NULL where all people are of one group, or there is nobody.';

CREATE FUNCTION gini_expected(segregation, simulations integer DEFAULT 100, seed bigint DEFAULT 20260101) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_gini_expected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION gini_expected(segregation, integer, bigint) IS
'Expected Gini index if the same people were put at random into units of the same size, simulated: the mean of so many random allocations, the same at every call with the same seed. Counts are rounded to whole persons. NULL where nobody, or everybody, is in the group. 22023 for fewer than 1 or more than 1,000,000 simulations. NULL for NULL. Source: Carrington and Troske 1997.';

CREATE FUNCTION dissimilarity_modified(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity_modified'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION dissimilarity_modified(segregation) IS
'Dissimilarity beyond chance, -1 to 1: (D - D*) / (1 - D*), or (D - D*) / D* where D is less than D*, the expected D at random allocation (dissimilarity_expected). NULL where nobody, or everybody, is in the group. Source: Carrington and Troske 1997.';

CREATE FUNCTION gini_modified(segregation, simulations integer DEFAULT 100, seed bigint DEFAULT 20260101) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_gini_modified'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION gini_modified(segregation, integer, bigint) IS
'Gini index beyond chance, -1 to 1: (G - G*) / (1 - G*), or (G - G*) / G* where G is less than G*, the expected G at random allocation, simulated (gini_expected). NULL where nobody, or everybody, is in the group. 22023 for fewer than 1 or more than 1,000,000 simulations. NULL for NULL. Source: Carrington and Troske 1997.';

CREATE FUNCTION dissimilarity_bias_corrected(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity_bias_corrected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION dissimilarity_bias_corrected(segregation) IS
'Bias-corrected dissimilarity: 2 D less the mean of D over resamples of both groups, which is not simulated but exact (the two counts of a unit as independent binomial numbers). Group totals are rounded to whole persons; may be below 0. NULL where nobody, or everybody, is in the group. Source: Allen, Burgess, Davidson and Windmeijer 2015.';

CREATE FUNCTION dissimilarity_density_corrected(segregation) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_dissimilarity_density_corrected'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION dissimilarity_density_corrected(segregation) IS
'Density-corrected dissimilarity, 0 to 1: each unit''s distance |x_i/X - y_i/Y| is replaced by the true distance that makes it likeliest, given its standard error; distances within one error count 0. NULL where nobody, or everybody, is in the group. Source: Allen, Burgess, Davidson and Windmeijer 2015.';

-- Parts and the whole, and change.

CREATE TYPE segregation_parts AS (
	mutual_information double precision,
	mutual_between double precision,
	mutual_within double precision,
	theil_h double precision,
	theil_between double precision,
	theil_within double precision,
	districts bigint
);
COMMENT ON TYPE segregation_parts IS
'Result of segregation_decomposition: mutual information of the whole (nats), the part between districts, the part within them (the mean of the districts'' own weighted by their people); the same of H, each divided by the entropy of the whole; number of districts with people. The first is the sum of the next two.';

CREATE FUNCTION segregation_decomposition_final(internal) RETURNS segregation_parts
AS 'MODULE_PATHNAME', 'monitor_segregation_decomposition_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION segregation_decomposition_final(internal) IS
'Step of the aggregate segregation_decomposition: its result.';

CREATE FUNCTION segregation_decomposition_accum(internal, district segregation) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_decomposition_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_decomposition_accum(internal, segregation) IS
'Step of the aggregate segregation_decomposition.';

CREATE AGGREGATE segregation_decomposition(district segregation) (
	SFUNC = segregation_decomposition_accum,
	STYPE = internal,
	FINALFUNC = segregation_decomposition_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_decomposition(segregation) IS
'Segregation between the districts of a city and within them, one row a district, its value made of its units: M = M between + sum over districts of T_k/T x M within k, and H likewise. NULL and districts of nobody are skipped; no rows: NULL; all figures but the number of districts are NULL where all people are of one group. Errors: 22023 for different numbers of groups, 22003 beyond 9.2e14 persons. Source: Theil and Finizza 1971; Mora and Ruiz-Castillo 2011.';

CREATE FUNCTION segregation_decomposition_accum(internal, district segregation_multi) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_decomposition_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION segregation_decomposition_accum(internal, segregation_multi) IS
'Step of the aggregate segregation_decomposition.';

CREATE AGGREGATE segregation_decomposition(district segregation_multi) (
	SFUNC = segregation_decomposition_accum,
	STYPE = internal,
	FINALFUNC = segregation_decomposition_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_decomposition(segregation_multi) IS
'Segregation between the districts of a city and within them, one row a district, its value made of its units: M = M between + sum over districts of T_k/T x M within k, and H likewise. NULL and districts of nobody are skipped; no rows: NULL; all figures but the number of districts are NULL where all people are of one group. Errors: 22023 for different numbers of groups, 22003 beyond 9.2e14 persons. Source: Theil and Finizza 1971; Mora and Ruiz-Castillo 2011.';

CREATE TYPE mutual_information_change AS (
	before double precision,
	after double precision,
	difference double precision,
	additions double precision,
	removals double precision,
	unit_marginal double precision,
	group_marginal double precision,
	structural double precision,
	units_common bigint,
	units_added bigint,
	units_removed bigint,
	units_unknown bigint
);
COMMENT ON TYPE mutual_information_change IS
'Result of segregation_change, in nats: mutual information before and after, the difference, and its five parts, which sum to it: units and groups that came; those that went; other sizes of units; other sizes of groups; and the structural rest, other odds of groups between units at the same sizes. Then units with people at both dates, only after, only before, and those left out because a count is unknown.';

CREATE FUNCTION segregation_change_accum(internal, before double precision[], after double precision[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_change_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION segregation_change_accum(internal, double precision[], double precision[]) IS
'Step of the aggregate segregation_change.';

CREATE FUNCTION segregation_change_final(internal) RETURNS mutual_information_change
AS 'MODULE_PATHNAME', 'monitor_segregation_change_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION segregation_change_final(internal) IS
'Step of the aggregate segregation_change: its result.';

CREATE AGGREGATE segregation_change(before double precision[], after double precision[]) (
	SFUNC = segregation_change_accum,
	STYPE = internal,
	SSPACE = 100000,
	FINALFUNC = segregation_change_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_change(double precision[], double precision[]) IS
'Why mutual information changed between two dates, one row a unit with its counts of each group before and after; NULL or all 0 for a unit that was not there, so that a FULL JOIN by unit serves. Common units'' tables are raked (Deming and Stephan 1940) to each combination of the dates'' sizes of units, sizes of groups and odds, and each part is the mean over the orders and dates (Shapley). Where cells of nobody leave no table of the sizes wanted, the parts that need it are NULL. A date without people: all figures NULL. A date whose people are all of one group has mutual information 0 here. A unit with a NULL count is left out and counted. No rows: NULL. Errors: 22023 and 54000 as segregation_multi. Source: Elbers 2021; Mora and Ruiz-Castillo 2009.';
