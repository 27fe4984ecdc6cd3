-- Global spatial autocorrelation: one figure for all areas.

CREATE FUNCTION global_transition(state internal, w weights, id bigint, x double precision) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition';
COMMENT ON FUNCTION global_transition(internal, weights, bigint, double precision) IS
'Step of moran, geary, getis_g: collects id and x.';
CREATE FUNCTION global_transition(state internal, w weights, id bigint, x double precision, permutations integer, seed bigint) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition';
COMMENT ON FUNCTION global_transition(internal, weights, bigint, double precision, integer, bigint) IS
'Step of moran, geary, getis_g: collects id and x. With permutations and seed.';

CREATE FUNCTION global_transition_pair(state internal, w weights, id bigint, x double precision, y double precision) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_pair';
COMMENT ON FUNCTION global_transition_pair(internal, weights, bigint, double precision, double precision) IS
'Step of lee and bivariate_moran: collects id, x and y.';
CREATE FUNCTION global_transition_pair(state internal, w weights, id bigint, x double precision, y double precision, permutations integer, seed bigint) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_pair';
COMMENT ON FUNCTION global_transition_pair(internal, weights, bigint, double precision, double precision, integer, bigint) IS
'Step of lee and bivariate_moran: collects id, x and y. With permutations and seed.';

CREATE FUNCTION global_transition_rate(state internal, w weights, id bigint, x double precision, n double precision) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_rate';
COMMENT ON FUNCTION global_transition_rate(internal, weights, bigint, double precision, double precision) IS
'Step of eb_moran: collects id, x events and n persons.';
CREATE FUNCTION global_transition_rate(state internal, w weights, id bigint, x double precision, n double precision, permutations integer, seed bigint) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_rate';
COMMENT ON FUNCTION global_transition_rate(internal, weights, bigint, double precision, double precision, integer, bigint) IS
'Step of eb_moran: collects id, x events and n persons. With permutations and seed.';

CREATE FUNCTION global_transition_mark(state internal, w weights, id bigint, x boolean) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_mark';
COMMENT ON FUNCTION global_transition_mark(internal, weights, bigint, boolean) IS
'Step of join_count and join_count_mixed: collects id and x.';
CREATE FUNCTION global_transition_mark(state internal, w weights, id bigint, x boolean, permutations integer, seed bigint) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_mark';
COMMENT ON FUNCTION global_transition_mark(internal, weights, bigint, boolean, integer, bigint) IS
'Step of join_count and join_count_mixed: collects id and x. With permutations and seed.';

CREATE FUNCTION moran_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_moran';
COMMENT ON FUNCTION moran_final(internal) IS 'Step of moran: computes the result.';
CREATE AGGREGATE moran(w weights, id bigint, x double precision) (
	SFUNC = global_transition, STYPE = internal, FINALFUNC = moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE moran(weights, bigint, double precision) IS
'Moran''s I: are areas with like values of x neighbours? n / S0 * sum w_ij z_i z_j / sum z_i^2, z the deviation from the mean, S0 the sum of w. Expected -1 / (n - 1); above: like values side by side. A link of an area to itself counts, in the expectation and the variances too. Moments under randomisation and normality; with islands the n of the formulas is without them, as spdep does. NULL where x does not vary or w has no links. Moran 1950, Cliff and Ord 1981. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE moran(w weights, id bigint, x double precision, permutations integer, seed bigint) (
	SFUNC = global_transition, STYPE = internal, FINALFUNC = moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE moran(weights, bigint, double precision, integer, bigint) IS
'As moran without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION geary_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_geary';
COMMENT ON FUNCTION geary_final(internal) IS 'Step of geary: computes the result.';
CREATE AGGREGATE geary(w weights, id bigint, x double precision) (
	SFUNC = global_transition, STYPE = internal, FINALFUNC = geary_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE geary(weights, bigint, double precision) IS
'Geary''s C: (n - 1) sum w_ij (x_i - x_j)^2 / (2 S0 sum z_i^2), z the deviation from the mean, S0 the sum of w; links of areas to themselves do not count. Expected 1; below: like values side by side, and z is positive there. Moments under randomisation and normality; with islands the n of the formulas is without them. NULL where x does not vary or w has no links. Geary 1954, Cliff and Ord 1981. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE geary(w weights, id bigint, x double precision, permutations integer, seed bigint) (
	SFUNC = global_transition, STYPE = internal, FINALFUNC = geary_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE geary(weights, bigint, double precision, integer, bigint) IS
'As geary without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION getis_g_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_getis_g';
COMMENT ON FUNCTION getis_g_final(internal) IS 'Step of getis_g: computes the result.';
CREATE AGGREGATE getis_g(w weights, id bigint, x double precision) (
	SFUNC = global_transition, STYPE = internal, FINALFUNC = getis_g_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE getis_g(weights, bigint, double precision) IS
'General G of Getis and Ord: sum w_ij x_i x_j over the sum of x_i x_j of all pairs of different areas; x not negative. Above its expectation high values are side by side, below low ones. Islands are left out of all sums; links of areas to themselves do not count. Moments under randomisation. NULL where a value is negative, fewer than two are above 0, x does not vary or w has no links. Getis and Ord 1992. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE getis_g(w weights, id bigint, x double precision, permutations integer, seed bigint) (
	SFUNC = global_transition, STYPE = internal, FINALFUNC = getis_g_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE getis_g(weights, bigint, double precision, integer, bigint) IS
'As getis_g without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION eb_moran_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_eb_moran';
COMMENT ON FUNCTION eb_moran_final(internal) IS 'Step of eb_moran: computes the result.';
CREATE AGGREGATE eb_moran(w weights, id bigint, x double precision, n double precision) (
	SFUNC = global_transition_rate, STYPE = internal, FINALFUNC = eb_moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE eb_moran(weights, bigint, double precision, double precision) IS
'Moran''s I of rates x / n whose precision differs: x events among n persons, standardised by the rate''s variance at n persons, then as moran. An area with n = 0 has no rate and counts as NULL. Negative x or n, or events without persons: 22023. NULL where the rates do not vary or w has no links. Assuncao and Reis 1999. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE eb_moran(w weights, id bigint, x double precision, n double precision, permutations integer, seed bigint) (
	SFUNC = global_transition_rate, STYPE = internal, FINALFUNC = eb_moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE eb_moran(weights, bigint, double precision, double precision, integer, bigint) IS
'As eb_moran without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION lee_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_lee';
COMMENT ON FUNCTION lee_final(internal) IS 'Step of lee: computes the result.';
CREATE AGGREGATE lee(w weights, id bigint, x double precision, y double precision) (
	SFUNC = global_transition_pair, STYPE = internal, FINALFUNC = lee_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lee(weights, bigint, double precision, double precision) IS
'Lee''s L: do areas and their neighbours share high and low values of two variables? n / sum W_i^2 * sum (sum_j w_ij zx_j)(sum_j w_ij zy_j) / sqrt(sum zx_i^2 sum zy_i^2), W_i the sum of row i of w, z the deviation from the mean. Moments when pairs (x, y) are permuted. NULL where x or y does not vary or w has no links. Time for the variance grows with the sum over areas of squared numbers of neighbours. Lee 2001, 2004. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE lee(w weights, id bigint, x double precision, y double precision, permutations integer, seed bigint) (
	SFUNC = global_transition_pair, STYPE = internal, FINALFUNC = lee_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lee(weights, bigint, double precision, double precision, integer, bigint) IS
'As lee without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION bivariate_moran_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_bivariate_moran';
COMMENT ON FUNCTION bivariate_moran_final(internal) IS 'Step of bivariate_moran: computes the result.';
CREATE AGGREGATE bivariate_moran(w weights, id bigint, x double precision, y double precision) (
	SFUNC = global_transition_pair, STYPE = internal, FINALFUNC = bivariate_moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bivariate_moran(weights, bigint, double precision, double precision) IS
'Bivariate Moran: x in an area against y at its neighbours, n / S0 * sum w_ij zx_i zy_j / sqrt(sum zx_i^2 sum zy_i^2), S0 the sum of w, z the deviation from the mean. Moments when y is permuted and x stays; no test of neighbours net of the correlation of x and y in place. NULL where x or y does not vary or w has no links. Wartenberg 1985. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE bivariate_moran(w weights, id bigint, x double precision, y double precision, permutations integer, seed bigint) (
	SFUNC = global_transition_pair, STYPE = internal, FINALFUNC = bivariate_moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bivariate_moran(weights, bigint, double precision, double precision, integer, bigint) IS
'As bivariate_moran without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION join_count_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_join_count';
COMMENT ON FUNCTION join_count_final(internal) IS 'Step of join_count: computes the result.';
CREATE AGGREGATE join_count(w weights, id bigint, x boolean) (
	SFUNC = global_transition_mark, STYPE = internal, FINALFUNC = join_count_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE join_count(weights, bigint, boolean) IS
'Joins between marked areas (BB): half the sum of w_ij over pairs that are both marked, which with symmetric binary w is their number; of NOT x it is that between unmarked areas (WW). Links of areas to themselves do not count. Moments when as many marks are laid out at random. NULL where w has no links. Cliff and Ord 1981. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE join_count(w weights, id bigint, x boolean, permutations integer, seed bigint) (
	SFUNC = global_transition_mark, STYPE = internal, FINALFUNC = join_count_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE join_count(weights, bigint, boolean, integer, bigint) IS
'As join_count without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

CREATE FUNCTION join_count_mixed_final(state internal) RETURNS autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000 AS 'MODULE_PATHNAME', 'monitor_join_count_mixed';
COMMENT ON FUNCTION join_count_mixed_final(internal) IS 'Step of join_count_mixed: computes the result.';
CREATE AGGREGATE join_count_mixed(w weights, id bigint, x boolean) (
	SFUNC = global_transition_mark, STYPE = internal, FINALFUNC = join_count_mixed_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE join_count_mixed(weights, bigint, boolean) IS
'Joins between a marked and an unmarked area (BW): half the sum of w_ij over such pairs, which with symmetric binary w is their number. Few where marks cluster, and z is positive there. Links of areas to themselves do not count. Moments when as many marks are laid out at random. NULL where w has no links. Cliff and Ord 1981. A row with NULL is left out, see type autocorrelation; id NULL: 22004; id twice: 23505; id not in w, w not the same in all rows or a value not finite: 22023. No row, or w NULL: NULL.';
CREATE AGGREGATE join_count_mixed(w weights, id bigint, x boolean, permutations integer, seed bigint) (
	SFUNC = global_transition_mark, STYPE = internal, FINALFUNC = join_count_mixed_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE join_count_mixed(weights, bigint, boolean, integer, bigint) IS
'As join_count_mixed without permutations, which see. p_permutation from so many random arrangements, or exact from all of them where these are no more or n is at most 8; the same for the same seed. permutations, at most 1000000, and seed are the same in all rows, else 22023; 0: none; NULL: 22004.';

-- Weights built inside

CREATE FUNCTION global_transition_geometry(state internal, id bigint, x double precision, geom geometry, method text) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_geometry';
COMMENT ON FUNCTION global_transition_geometry(internal, bigint, double precision, geometry, text) IS
'Step of moran with geometries: collects id, x and geom.';
CREATE FUNCTION global_transition_geometry(state internal, id bigint, x double precision, geom geometry, method text, permutations integer, seed bigint) RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'monitor_global_transition_geometry';
COMMENT ON FUNCTION global_transition_geometry(internal, bigint, double precision, geometry, text, integer, bigint) IS
'Step of moran with geometries: collects id, x and geom. With permutations and seed.';
CREATE AGGREGATE moran(id bigint, x double precision, geom geometry, method text) (
	SFUNC = global_transition_geometry, STYPE = internal, FINALFUNC = moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE moran(bigint, double precision, geometry, text) IS
'As moran(w, id, x), of weights that are built from the geometries by method: queen, queen SNAP, rook, knn K, distance RADIUS, inverse RADIUS [POWER], kernel NAME BANDWIDTH, adaptive NAME K [diagonal], each with a style B, W (the default), C, U, S, minmax or raw. For one look: where several measures or years share a map, build the weights once. An area whose geom is NULL or EMPTY is an island. Another method: 22023; method not the same in all rows: 22023; NULL: 22004; else as the builder and moran.';
CREATE AGGREGATE moran(id bigint, x double precision, geom geometry, method text, permutations integer, seed bigint) (
	SFUNC = global_transition_geometry, STYPE = internal, FINALFUNC = moran_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE moran(bigint, double precision, geometry, text, integer, bigint) IS
'As moran(id, x, geom, method), with permutations and seed as moran(w, id, x, permutations, seed).';
