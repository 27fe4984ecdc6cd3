-- Room mixing, in space: who lives near whom, whatever the borders of the areas.

-- The nearest persons

CREATE TYPE nearest_persons AS (
	share double precision[],
	radius double precision[],
	edge boolean[],
	areas bigint[],
	unknown double precision[]
);
COMMENT ON TYPE nearest_persons IS
'Result of nearest_persons, one an area, each array with one figure for each k in the order given: share of the group among the k nearest persons, 0 to 1; radius of the circle that holds them, in the units of the geometry; whether the circle passes the boundary given (NULL without one); number of areas that it takes persons from; persons in the circle of whom x is unknown, who are not among the k. All figures of a k that is more than all persons are NULL.';

CREATE FUNCTION nearest_persons(id bigint, x double precision, total double precision, geom geometry, k double precision[],
	boundary geometry DEFAULT NULL, last text DEFAULT 'proportional', ties text DEFAULT 'pro rata',
	sphere_radius double precision DEFAULT 0) RETURNS nearest_persons
AS 'MODULE_PATHNAME', 'monitor_nearest_persons'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION nearest_persons(bigint, double precision, double precision, geometry, double precision[], geometry, text, text, double precision) IS
'Share of a group (x of the total in each area) among the k nearest persons of each area, for each k of the list; 1,000 is the Danish standard. Areas are taken by distance between points (a point''s own, else the centroid), the own area first, until k persons are reached. Areas at exactly one distance are a ring that is taken as one (ties ''pro rata''), or come by id (ties ''id''); of the ring or area that reaches k as much is taken as is missing (last ''proportional''), or all of it (last ''whole'': more than k persons, and the share is of these). boundary: POLYGON or MULTIPOLYGON of the study area; edge is true where the circle is larger than the distance to its line, or the area''s point lies outside. sphere_radius above 0: coordinates are degrees, distances run along a sphere of this radius. NULL where x, total or geom is NULL or geom is EMPTY; such an area is left out, but people of whom only x is NULL are counted in unknown. Errors: 22004 for a NULL id or NULL in k; 23505 for an id twice; 22023 for k, x, total or sphere_radius below 0, NaN or infinite, k of 0, x above total, mixed SRIDs, a boundary that is no polygon, other words for last and ties, and where k and what follows it is not the same in all rows; 0A000 for a boundary with sphere_radius; 54000 for more than 1,000 k. Source: Oesth, Malmberg and Andersson 2014; Hennerdal and Nielsen 2017.';

-- One area

CREATE FUNCTION location_quotient(x double precision, total double precision) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_location_quotient'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION location_quotient(double precision, double precision) IS
'Share of a group in the area over its share in all areas of the partition, (x / total) / (X / T): 1 as in the city, 2 twice as much; 0 or more. NULL where x or total is NULL (the area is left out), total is 0, or nobody belongs to the group. Errors: 22023 for values that are not 0 to 1e14 and x above total. Source: Isard 1960.';

CREATE TYPE local_mix AS (
	location_quotient double precision,
	share double precision,
	share_of_group double precision,
	dissimilarity double precision,
	entropy double precision
);
COMMENT ON TYPE local_mix IS
'Result of local_mix, one an area: location quotient; share of the group in the area, x / total; share of the group that lives in the area, x / X; the area''s part of the index of dissimilarity, |x / X - (total - x) / (T - X)| / 2; entropy of the area''s mix in natural logarithms, 0 to ln 2.';

CREATE FUNCTION local_mix(x double precision, total double precision) RETURNS local_mix
AS 'MODULE_PATHNAME', 'monitor_local_mix'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION local_mix(double precision, double precision) IS
'What an area contributes to the mixing of two groups: x of total belong to the one, the rest to the other. The sum of dissimilarity over the partition is the index of dissimilarity. NULL where x or total is NULL; such an area is left out. A figure that cannot be computed is NULL: share, entropy and location quotient where total is 0, location quotient and share_of_group where nobody belongs to the group, dissimilarity where nobody or everybody does. Errors: 22023 for values that are not 0 to 1e14 and x above total. Source: Isard 1960; Duncan and Duncan 1955; Theil and Finizza 1971.';

CREATE TYPE local_mutual_information AS (
	ls double precision,
	p double precision
);
COMMENT ON TYPE local_mutual_information IS
'Result of local_mutual_information, one an area: local segregation ls, 0 or more, in natural logarithms; p, the area''s share of all people. The sum of p * ls is the mutual information index M.';

CREATE FUNCTION local_mutual_information(counts double precision[]) RETURNS local_mutual_information
AS 'MODULE_PATHNAME', 'monitor_local_mutual_information'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION local_mutual_information(double precision[]) IS
'How far the mix of the area''s groups is from that of all areas of the partition: ls = sum of q_g ln(q_g / Q_g) over the groups g, with q_g the share of the area and Q_g that of the city. It is the divergence of the area from the city (Roberto 2016). counts: people of each group, as many groups in every row. NULL where counts or one of them is NULL; such an area is left out. ls is NULL for an area without people. Errors: 22023 for counts that are not 0 to 1e14, no group, more than one dimension, another number of groups than before; 54000 for more than 1,000 groups. Source: Mora and Ruiz-Castillo 2011; Elbers 2023.';

-- Local environments

CREATE TYPE segregation_spatial AS (
	dissimilarity double precision,
	gini double precision,
	information_theory double precision,
	mutual_information double precision,
	relative_diversity double precision,
	normalized_exposure double precision,
	exposure double precision[],
	n_used bigint,
	n_null bigint
);
COMMENT ON TYPE segregation_spatial IS
'Result of segregation_spatial, of what people meet around them in place of the mix of their area: index of dissimilarity; Gini; information theory index H; mutual information M = H times the city''s entropy, in natural logarithms; relative diversity R; normalized exposure; exposure, a matrix whose row m and column n hold the mean share of group n around people of group m; areas used; areas left out. 0 is an even city; 1, but for M, is a city of groups that never meet. Figures that are not defined, where all people are of one group, or nobody is of the group of a row, are NULL.';

CREATE FUNCTION segregation_spatial_transition(internal, counts double precision[], geom geometry, kernel text, bandwidth double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_spatial_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_spatial_transition(internal, double precision[], geometry, text, double precision) IS
'Step of segregation_spatial, not for users: adds an area. Errors: as segregation_spatial.';
CREATE FUNCTION segregation_spatial_transition(internal, counts double precision[], geom geometry, kernel text, bandwidth double precision, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_spatial_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_spatial_transition(internal, double precision[], geometry, text, double precision, double precision) IS
'Step of segregation_spatial, not for users: adds an area, on a sphere. Errors: as segregation_spatial.';
CREATE FUNCTION segregation_spatial_transition(internal, counts double precision[], geom geometry, kernel text, bandwidth double precision, radius double precision, sphere_radius double precision, "over" text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_spatial_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_spatial_transition(internal, double precision[], geometry, text, double precision, double precision, double precision, text) IS
'Step of segregation_spatial, not for users: adds an area, with a radius beyond which nobody is met, and with the people to average over. Errors: as segregation_spatial.';
CREATE FUNCTION segregation_spatial_transition(internal, w weights, id bigint, counts double precision[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_spatial_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_spatial_transition(internal, weights, bigint, double precision[]) IS
'Step of segregation_spatial, not for users: adds an area with its weights. Errors: as segregation_spatial.';
CREATE FUNCTION segregation_spatial_transition(internal, w weights, id bigint, counts double precision[], "over" text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_spatial_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION segregation_spatial_transition(internal, weights, bigint, double precision[], text) IS
'Step of segregation_spatial, not for users: adds an area with its weights and the people to average over. Errors: as segregation_spatial.';
CREATE FUNCTION segregation_spatial_final(internal) RETURNS segregation_spatial
AS 'MODULE_PATHNAME', 'monitor_segregation_spatial_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION segregation_spatial_final(internal) IS
'Step of segregation_spatial, not for users: the indices of the areas collected.';

CREATE AGGREGATE segregation_spatial(counts double precision[], geom geometry, kernel text, bandwidth double precision) (
	SFUNC = segregation_spatial_transition,
	STYPE = internal,
	FINALFUNC = segregation_spatial_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_spatial(double precision[], geometry, text, double precision) IS
'Segregation of any number of groups in local environments: the share of a group around area i is the sum over all areas j, i among them, of phi(d_ij) x_jm over that of phi(d_ij) t_j, with distances between points (a point''s own, else the centroid) in the units of the geometry; the indices average over residents. kernel: uniform 1, triangular 1 - z, quadratic 1 - z^2, quartic (1 - z^2)^2, all within z = d / bandwidth <= 1; gaussian exp(-z^2 / 2) and exponential exp(-z) without an end, for which all pairs of areas are visited. counts: people of each group, as many groups in every row. Areas with NULL in counts or geom, or an EMPTY geom, are left out and counted in n_null. NULL for no row. Errors: 22023 for counts that are not 0 to 1e14, another number of groups, an unknown kernel, a bandwidth not above 0, mixed SRIDs, and kernel or bandwidth that differ among rows; 22004 for a NULL kernel or bandwidth; 54000 for more than 1,000 groups. Source: Reardon and O''Sullivan 2004; gini and normalized_exposure by the same rule.';
CREATE AGGREGATE segregation_spatial(counts double precision[], geom geometry, kernel text, bandwidth double precision, sphere_radius double precision) (
	SFUNC = segregation_spatial_transition,
	STYPE = internal,
	FINALFUNC = segregation_spatial_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_spatial(double precision[], geometry, text, double precision, double precision) IS
'segregation_spatial for coordinates in degrees: distances along a sphere of this radius, bandwidth in its unit; 0: planar. Otherwise as segregation_spatial(counts, geom, kernel, bandwidth).';
CREATE AGGREGATE segregation_spatial(counts double precision[], geom geometry, kernel text, bandwidth double precision, radius double precision, sphere_radius double precision, "over" text) (
	SFUNC = segregation_spatial_transition,
	STYPE = internal,
	FINALFUNC = segregation_spatial_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_spatial(double precision[], geometry, text, double precision, double precision, double precision, text) IS
'segregation_spatial with a radius beyond which nobody is met (NULL: the kernel''s own end), a sphere_radius (0: planar) and what to average over: ''residents'', or ''environments'', the convention of pysal, which takes the plain indices of the weighted counts as if environments were areas. Errors: 22023 for another word and a radius not above 0. Otherwise as segregation_spatial(counts, geom, kernel, bandwidth).';
CREATE AGGREGATE segregation_spatial(w weights, id bigint, counts double precision[]) (
	SFUNC = segregation_spatial_transition,
	STYPE = internal,
	FINALFUNC = segregation_spatial_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_spatial(weights, bigint, double precision[]) IS
'Segregation of any number of groups in local environments given by weights: an area''s own people count with the weight of its link to itself, with 1 where there is none. Areas with NULL in counts, and areas of w without a row, are left out and counted in n_null. NULL where w is NULL and for no row. Errors: 22004 for a NULL id; 22023 for an id that is not in w and a w that differs among rows; 23505 for an id twice; others as segregation_spatial(counts, geom, kernel, bandwidth). Source: Reardon and O''Sullivan 2004.';
CREATE AGGREGATE segregation_spatial(w weights, id bigint, counts double precision[], "over" text) (
	SFUNC = segregation_spatial_transition,
	STYPE = internal,
	FINALFUNC = segregation_spatial_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_spatial(weights, bigint, double precision[], text) IS
'segregation_spatial by weights that averages over ''residents'' or ''environments'' (the convention of pysal). Errors: 22023 for another word. Otherwise as segregation_spatial(w, id, counts).';

-- Borders

CREATE FUNCTION spatial_dissimilarity_transition(internal, w weights, id bigint, x double precision, total double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_spatial_dissimilarity_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION spatial_dissimilarity_transition(internal, weights, bigint, double precision, double precision) IS
'Step of spatial_dissimilarity and spatial_proximity_profile, not for users: adds an area. Errors: as these.';
CREATE FUNCTION spatial_dissimilarity_transition(internal, w weights, id bigint, x double precision, total double precision, shape double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_spatial_dissimilarity_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION spatial_dissimilarity_transition(internal, weights, bigint, double precision, double precision, double precision) IS
'Step of spatial_dissimilarity, not for users: adds an area and its shape. Errors: as spatial_dissimilarity.';
CREATE FUNCTION spatial_dissimilarity_final(internal) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_spatial_dissimilarity_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION spatial_dissimilarity_final(internal) IS
'Step of spatial_dissimilarity, not for users: the index of the areas collected.';
CREATE FUNCTION spatial_proximity_profile_final(internal) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_spatial_proximity_profile_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION spatial_proximity_profile_final(internal) IS
'Step of spatial_proximity_profile, not for users: the figure of the areas collected.';

CREATE AGGREGATE spatial_dissimilarity(w weights, id bigint, x double precision, total double precision) (
	SFUNC = spatial_dissimilarity_transition,
	STYPE = internal,
	FINALFUNC = spatial_dissimilarity_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_dissimilarity(weights, bigint, double precision, double precision) IS
'Index of dissimilarity less the contact over borders: D - sum of w_ij |p_i - p_j| over sum of w_ij, with p = x / total; links of an area to itself do not count. With queen or rook neighbours it is Morrill''s D(adj), with the length of the shared borders as weights Wong''s D(w). At most D, and below 0 where neighbours differ more than the city does. Areas with NULL or a total of 0, and areas of w without a row, are left out. NULL where nobody or everybody belongs to the group, there are no links, w is NULL, and for no row. Errors: 22004 for a NULL id; 22023 for an id not in w, values that are not 0 to 1e14, x above total, and a w that differs among rows; 23505 for an id twice. Source: Morrill 1991; Wong 1993.';
CREATE AGGREGATE spatial_dissimilarity(w weights, id bigint, x double precision, total double precision, shape double precision) (
	SFUNC = spatial_dissimilarity_transition,
	STYPE = internal,
	FINALFUNC = spatial_dissimilarity_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_dissimilarity(weights, bigint, double precision, double precision, double precision) IS
'Wong''s D(s): as spatial_dissimilarity(w, id, x, total), with each difference multiplied by (s_i + s_j) / (2 max s), where the shape s of an area is its perimeter over its area: compact areas are in contact less. w holds the length of the shared borders. Source: Wong 1993, with the formula of Tivadar 2019.';
CREATE AGGREGATE spatial_proximity_profile(w weights, id bigint, x double precision, total double precision) (
	SFUNC = spatial_dissimilarity_transition,
	STYPE = internal,
	FINALFUNC = spatial_proximity_profile_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE spatial_proximity_profile(weights, bigint, double precision, double precision) IS
'Spatial proximity profile: for 1,000 thresholds from 0 to 1 the proximity of the k areas with a share at or above it, k (k - 1) over the sum of the least numbers of steps between them over links (passed both ways, whatever their weight; 0 where k is below 2 or they are not connected), and of these, with the city''s share P, (P - mean below P + mean from P on) / (1 - P), each sum divided by 1,000. Larger the nearer the areas with high shares stand to each other. Time grows with areas times links. NULL for fewer than two areas, where they are not all connected, and where everybody belongs to the group; otherwise NULL and errors as spatial_dissimilarity. Source: Hong and Sadahiro 2014.';

-- Concentration, centralization, clustering

CREATE TYPE segregation_dimensions AS (
	delta double precision,
	absolute_concentration double precision,
	relative_concentration double precision,
	absolute_centralization double precision,
	relative_centralization double precision,
	absolute_clustering double precision,
	relative_clustering double precision,
	spatial_proximity double precision,
	distance_decay_isolation double precision,
	distance_decay_interaction double precision,
	n_used bigint,
	n_null bigint
);
COMMENT ON TYPE segregation_dimensions IS
'Result of segregation_dimensions: delta, the share of the group that would have to move for an even density over land, 0 to 1; absolute and relative concentration, up to 1 where the group lives on the least land; absolute and relative centralization, -1 to 1, above 0 near the centre; absolute clustering, up to 1; relative clustering, 0 where the group is as clustered as the rest; spatial proximity, 1 without clustering; distance-decay isolation and interaction, the chance that the next person a member of the group meets is of the group, or is not; areas used; areas left out. Figures that are not defined are NULL.';

CREATE FUNCTION segregation_dimensions_transition(internal, x double precision, total double precision, geom geometry, unit double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_dimensions_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION segregation_dimensions_transition(internal, double precision, double precision, geometry, double precision) IS
'Step of segregation_dimensions, not for users: adds an area. Errors: as segregation_dimensions.';
CREATE FUNCTION segregation_dimensions_transition(internal, x double precision, total double precision, geom geometry, unit double precision, center geometry) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_segregation_dimensions_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION segregation_dimensions_transition(internal, double precision, double precision, geometry, double precision, geometry) IS
'Step of segregation_dimensions, not for users: adds an area, with the centre of the city. Errors: as segregation_dimensions.';
CREATE FUNCTION segregation_dimensions_final(internal) RETURNS segregation_dimensions
AS 'MODULE_PATHNAME', 'monitor_segregation_dimensions_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION segregation_dimensions_final(internal) IS
'Step of segregation_dimensions, not for users: the indices of the areas collected.';

CREATE AGGREGATE segregation_dimensions(x double precision, total double precision, geom geometry, unit double precision) (
	SFUNC = segregation_dimensions_transition,
	STYPE = internal,
	FINALFUNC = segregation_dimensions_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_dimensions(double precision, double precision, geometry, double precision) IS
'Where on the map a group lives: concentration, centralization and clustering. x of total in each area belong to the group; geom is its polygon, of which the area and the centroid count; planar. Proximity of two areas is exp(-d / unit), of an area to itself d = sqrt(0.6 area): unit is the distance at which proximity falls to 1/e, in the units of the geometry (1000: a kilometre in metres; the papers use 1 mile). The centre is the mean of the centroids. Areas equally large, or equally far from the centre, are taken together. All pairs of areas are visited. Rows with a NULL, or an EMPTY geom, are left out and counted. NULL for no row. Errors: 22023 for values that are not 0 to 1e14, x above total, mixed SRIDs, a unit not above 0 or that differs among rows; 22004 for a NULL unit. Source: Massey and Denton 1988; Morgan 1983.';
CREATE AGGREGATE segregation_dimensions(x double precision, total double precision, geom geometry, unit double precision, center geometry) (
	SFUNC = segregation_dimensions_transition,
	STYPE = internal,
	FINALFUNC = segregation_dimensions_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE segregation_dimensions(double precision, double precision, geometry, double precision, geometry) IS
'segregation_dimensions with the centre of the city, a point or any geometry''s centroid. Errors: 22004 for a NULL or EMPTY centre; 22023 for one that differs among rows. Otherwise as segregation_dimensions(x, total, geom, unit).';
