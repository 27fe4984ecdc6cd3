-- Local statistics: window functions, one answer an area. See README.md.

CREATE FUNCTION spatial_lag(w weights, id bigint, x double precision) RETURNS double precision
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 100 AS 'MODULE_PATHNAME', 'monitor_spatial_lag';
COMMENT ON FUNCTION spatial_lag(weights, bigint, double precision) IS
'Window function, OVER (): the sum of the neighbours'' values times their weights, so with row-standardised weights their mean; unit of x. A NULL x gives NULL and is nobody''s neighbour: rows of weights that sum to 1 are rescaled over the neighbours left. NULL for an area without neighbours, or without any whose value is known (spdep and esda say 0, which is a value), and where w is NULL. w must be the same in all rows (22023) and one row an area (23505); an area that is not in w: 22023; NULL id: 22004; infinity or NaN: 22023. Source: Anselin (1988).';

CREATE FUNCTION local_moran(w weights, id bigint, x double precision, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_moran';
COMMENT ON FUNCTION local_moran(weights, bigint, double precision, int, bigint, text) IS
'Window function, OVER (): local Moran, where like stands beside like (above 0) or unlike (below). statistic = z_value * lag_z, z-scores by n as in spdep (GeoDa and esda: times (n-1)/n); expected and variance are conditional on the area''s own value (Sokal, Oden and Thomson 1998, A7 and A8), z and two-sided p by the normal distribution. permutations, 0 to 1,000,000: draws of the neighbours from the other areas, all arrangements where they are few; p_directed is of the smaller tail, p_permutation twice that. rng: splitmix, or geoda and geoda_lookup, whose p_directed is GeoDa''s p to the digit. An area without neighbours: statistic NULL, island true; values all the same: NULL. NULL x: NULL, and nobody''s neighbour; w NULL: NULL. Errors as in spatial_lag; permutations, seed, rng not the same in all rows or out of range: 22023, NULL: 22004. Source: Anselin (1995).';

CREATE FUNCTION local_moran(id bigint, x double precision, geom geometry, method text, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 10000 AS 'MODULE_PATHNAME', 'monitor_local_moran_method';
COMMENT ON FUNCTION local_moran(bigint, double precision, geometry, text, int, bigint, text) IS
'Window function, OVER (): local Moran with weights built of the partition''s geometries by a method as in moran(id, x, geom, method): queen, rook, knn 8, distance 500 and so on, row-standardised unless a style is named. A NULL or EMPTY geometry: an area without neighbours. The same in all rows (22023), not NULL (22004). Convenient for one statistic; for several build the weights once. All else as local_moran(w, id, x).';

CREATE FUNCTION local_bivariate_moran(w weights, id bigint, x double precision, y double precision, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_bivariate_moran';
COMMENT ON FUNCTION local_bivariate_moran(weights, bigint, double precision, double precision, int, bigint, text) IS
'Window function, OVER (): x here beside y at the neighbours: z-score of x times the lag of the z-score of y, both by n. z_value is of x; lag and lag_z are of y. Expected, variance and permutations hold x and y of the area itself and draw y for its neighbours; they are no test of x against y in one place. An area with a NULL in x or y: NULL, and nobody''s neighbour. All else as local_moran. Source: Anselin, Syabri and Smirnov (2002).';

CREATE FUNCTION local_lee(w weights, id bigint, x double precision, y double precision) RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_lee';
COMMENT ON FUNCTION local_lee(weights, bigint, double precision, double precision) IS
'Window function, OVER (): local Lee, the lag of the z-score of x times that of y; with row-standardised weights its mean over the areas is lee(w, id, x, y). z_value is of x, lag and lag_z are of y; no inference, those figures are NULL. NULL and errors as in local_bivariate_moran. Source: Lee (2001).';

CREATE FUNCTION local_geary(w weights, id bigint, x double precision, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_geary';
COMMENT ON FUNCTION local_geary(weights, bigint, double precision, int, bigint, text) IS
'Window function, OVER (): local Geary, the weighted sum of squared differences from the neighbours, z-scores by n - 1 as in spdep and GeoDa (esda: times n/(n-1)): below expected, the area is like its neighbours, above it unlike. expected and variance are conditional on the own value, z and p by the normal distribution, which is rough for few neighbours: prefer permutations. z_value and lag_z are z-scores by n. All else as local_moran. Source: Anselin (1995, 2019).';

CREATE FUNCTION local_geary(w weights, id bigint, x double precision[], permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_geary_array';
COMMENT ON FUNCTION local_geary(weights, bigint, double precision[], int, bigint, text) IS
'Window function, OVER (): local Geary of several variables, the mean of their local Geary, 1 to 32 of them; permutations draw whole areas. A NULL array or element: NULL, and nobody''s neighbour. Arrays not of one length: 22023. rng geoda is not offered (22023). expected, variance, z, p, quadrant and the scatter plot''s columns are NULL. All else as local_geary of one. Source: Anselin (2019).';

CREATE FUNCTION local_g(w weights, id bigint, x double precision, star bool DEFAULT false, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_g';
COMMENT ON FUNCTION local_g(weights, bigint, double precision, bool, int, bigint, text) IS
'Window function, OVER (): Getis and Ord''s G, or with star G*: the share of the total of x that lies at the neighbours, with star here as well. z above 0: a hot spot, below: a cold spot; z and p are the same for weights of any scale. With star an area without a link to itself gets one as heavy as its heaviest; where all rows sum to 1 the row is rescaled to 1, which for neighbours of one weight is (x + sum of k neighbours) / (k + 1). statistic, expected and variance are NULL where the total is 0; meant for x of one sign. All else as local_moran, an island''s statistic is NULL with star too. Source: Ord and Getis (1995).';

CREATE FUNCTION local_join_count(w weights, id bigint, x bool, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_join_count';
COMMENT ON FUNCTION local_join_count(weights, bigint, bool, int, bigint, text) IS
'Window function, OVER (): local join count: for an area with x, the weights of its neighbours with x (binary weights: their number); 0 for an area without x, which has no inference. p is the exact hypergeometric P(count or more), one-sided, where the row''s weights are all the same, else NULL; expected, variance and z are conditional on the area. lag: the neighbours'' count; quadrant, z_value, lag_z NULL. rng geoda: as GeoDa, no p for a count of 0. All else as local_moran. Source: Anselin and Li (2019).';

CREATE FUNCTION local_bivariate_join_count(w weights, id bigint, x bool, y bool, permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_bivariate_join_count';
COMMENT ON FUNCTION local_bivariate_join_count(weights, bigint, bool, bool, int, bigint, text) IS
'Window function, OVER (): for an area with x and without y, the weights of its neighbours with y and without x; 0 for other areas. A NULL in x or y: NULL, and nobody''s neighbour. rng geoda is not offered (22023). All else as local_join_count. Source: Anselin and Li (2019).';

CREATE FUNCTION local_colocation(w weights, id bigint, x bool[], permutations int DEFAULT 0, seed bigint DEFAULT 20260101, rng text DEFAULT 'splitmix') RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_local_colocation';
COMMENT ON FUNCTION local_colocation(weights, bigint, bool[], int, bigint, text) IS
'Window function, OVER (): local join count of areas that have all of 1 to 32 properties: for such an area, the weights of its neighbours that have all as well; 0 for other areas. A NULL array or element: NULL, and nobody''s neighbour. Arrays not of one length: 22023. rng geoda is not offered (22023). All else as local_join_count. Source: Anselin and Li (2019).';

CREATE FUNCTION losh(w weights, id bigint, x double precision, a double precision DEFAULT 2) RETURNS local_autocorrelation
LANGUAGE c IMMUTABLE PARALLEL SAFE WINDOW COST 1000 AS 'MODULE_PATHNAME', 'monitor_losh';
COMMENT ON FUNCTION losh(weights, bigint, double precision, double precision) IS
'Window function, OVER (): local spatial heteroscedasticity: the weighted mean over the neighbours of |residual from the own local mean|^a, over the mean of all; 1 is expected, above it neighbours differ more than elsewhere. a: above 0, at most 100; 2 gives a variance, 1 an absolute deviation. z is 2 * statistic / variance, and p its upper chi-squared probability with 2 / variance degrees of freedom. lag is the local mean. Islands are left out of the means (spdep returns nothing at all if there is one). NULL: an area without neighbours, all residuals 0. All else as local_moran. Source: Ord and Getis (2012).';
