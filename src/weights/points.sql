-- Weights by distance between points. Each aggregate also takes the radius of a sphere,
-- where coordinates are degrees.

-- knn_weights

CREATE FUNCTION knn_weights_transition(internal, id bigint, geom geometry, k integer) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_knn_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION knn_weights_transition(internal, bigint, geometry, integer) IS
'Step of the aggregates knn_weights and max_knn_distance. Not to be called by itself.';

CREATE FUNCTION knn_weights_transition(internal, id bigint, geom geometry, k integer, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_knn_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION knn_weights_transition(internal, bigint, geometry, integer, double precision) IS
'Step of the aggregates knn_weights and max_knn_distance. Not to be called by itself.';

CREATE FUNCTION knn_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_knn_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION knn_weights_final(internal) IS
'Step of the aggregate knn_weights: its result. Not to be called by itself.';

CREATE AGGREGATE knn_weights(id bigint, geom geometry, k integer) (
	SFUNC = knn_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = knn_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE knn_weights(bigint, geometry, integer) IS
'Weights of the k nearest: from each area a link of weight 1 to each of the k others whose points are nearest, of equally near ones those of the lowest ids. Distance as ST_Distance. Seldom symmetric (symmetrize joins both directions). Areas at one point are neighbors of each other at distance 0. A geometry other than a POINT stands at its centroid (ST_Centroid). An area whose geom is NULL or EMPTY has no links to or from it. NULL for no rows; the order of rows does not matter. Errors: 23505 for an id that comes twice; 22004 for a NULL id or argument; 22023 for k below 1 or not below the number of areas that have a place, arguments that differ in the group, a second SRID, coordinates that are not finite or beyond 1e150; 54000 above 1 GB; geometry_facts tells the rest. Source: spdep knearneigh; libpysal KNN.';

CREATE AGGREGATE knn_weights(id bigint, geom geometry, k integer, sphere_radius double precision) (
	SFUNC = knn_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = knn_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE knn_weights(bigint, geometry, integer, double precision) IS
'The same as knn_weights(id, geom, k) on a sphere. Coordinates are longitude and latitude in degrees (of WGS 84, or of any sphere); distances are along the sphere of that radius, in its unit, by the haversine formula, across 180 degrees and the poles too (the Earth: 6371008.8 metres). Errors: as there, and 22023 for a sphere_radius that is not positive and finite, a latitude outside -90 to 90. Source: Sinnott 1984 (haversine).';

-- max_knn_distance

CREATE FUNCTION max_knn_distance_final(internal) RETURNS double precision
AS 'MODULE_PATHNAME', 'monitor_max_knn_distance_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION max_knn_distance_final(internal) IS
'Step of the aggregate max_knn_distance: its result. Not to be called by itself.';

CREATE AGGREGATE max_knn_distance(id bigint, geom geometry, k integer) (
	SFUNC = knn_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = max_knn_distance_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE max_knn_distance(bigint, geometry, integer) IS
'The greatest distance from an area to its k-th nearest other: with k = 1 the smallest radius at which distance_weights leaves no area without a neighbor, with other k a usual bandwidth of kernel_weights. In the unit of the coordinates. A geometry other than a POINT stands at its centroid (ST_Centroid). An area whose geom is NULL or EMPTY has no links to or from it. NULL for no rows; the order of rows does not matter. Errors: 23505 for an id that comes twice; 22004 for a NULL id or argument; 22023 for k below 1 or not below the number of areas that have a place, arguments that differ in the group, a second SRID, coordinates that are not finite or beyond 1e150; 54000 above 1 GB; geometry_facts tells the rest. Source: spdep nbdists; libpysal min_threshold_distance.';

CREATE AGGREGATE max_knn_distance(id bigint, geom geometry, k integer, sphere_radius double precision) (
	SFUNC = knn_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = max_knn_distance_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE max_knn_distance(bigint, geometry, integer, double precision) IS
'The same as max_knn_distance(id, geom, k) on a sphere. Coordinates are longitude and latitude in degrees (of WGS 84, or of any sphere); distances are along the sphere of that radius, in its unit, by the haversine formula, across 180 degrees and the poles too (the Earth: 6371008.8 metres). Errors: as there, and 22023 for a sphere_radius that is not positive and finite, a latitude outside -90 to 90. Source: Sinnott 1984 (haversine).';

-- distance_weights

CREATE FUNCTION distance_weights_transition(internal, id bigint, geom geometry, radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_distance_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION distance_weights_transition(internal, bigint, geometry, double precision) IS
'Step of the aggregate distance_weights. Not to be called by itself.';

CREATE FUNCTION distance_weights_transition(internal, id bigint, geom geometry, radius double precision, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_distance_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION distance_weights_transition(internal, bigint, geometry, double precision, double precision) IS
'Step of the aggregate distance_weights. Not to be called by itself.';

CREATE FUNCTION distance_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_distance_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION distance_weights_final(internal) IS
'Step of the aggregate distance_weights: its result. Not to be called by itself.';

CREATE AGGREGATE distance_weights(id bigint, geom geometry, radius double precision) (
	SFUNC = distance_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = distance_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distance_weights(bigint, geometry, double precision) IS
'Weights of a distance band: a link of weight 1 between any two areas whose points are at most radius apart, that distance included, by the rule of ST_DWithin. In the unit of the coordinates. Areas at one point are neighbors. A geometry other than a POINT stands at its centroid (ST_Centroid). An area whose geom is NULL or EMPTY has no links to or from it. NULL for no rows; the order of rows does not matter. Errors: 23505 for an id that comes twice; 22004 for a NULL id or argument; 22023 for a radius that is not positive and finite, arguments that differ in the group, a second SRID, coordinates that are not finite or beyond 1e150; 54000 above 1 GB; geometry_facts tells the rest. Source: spdep dnearneigh; libpysal DistanceBand.';

CREATE AGGREGATE distance_weights(id bigint, geom geometry, radius double precision, sphere_radius double precision) (
	SFUNC = distance_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = distance_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE distance_weights(bigint, geometry, double precision, double precision) IS
'The same as distance_weights(id, geom, radius) on a sphere. Coordinates are longitude and latitude in degrees (of WGS 84, or of any sphere); distances are along the sphere of that radius, in its unit, by the haversine formula, across 180 degrees and the poles too (the Earth: 6371008.8 metres). Errors: as there, and 22023 for a sphere_radius that is not positive and finite, a latitude outside -90 to 90. Source: Sinnott 1984 (haversine).';

-- inverse_distance_weights

CREATE FUNCTION inverse_distance_weights_transition(internal, id bigint, geom geometry, radius double precision, power double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_inverse_distance_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION inverse_distance_weights_transition(internal, bigint, geometry, double precision, double precision) IS
'Step of the aggregate inverse_distance_weights. Not to be called by itself.';

CREATE FUNCTION inverse_distance_weights_transition(internal, id bigint, geom geometry, radius double precision, power double precision, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_inverse_distance_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION inverse_distance_weights_transition(internal, bigint, geometry, double precision, double precision, double precision) IS
'Step of the aggregate inverse_distance_weights. Not to be called by itself.';

CREATE FUNCTION inverse_distance_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_inverse_distance_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION inverse_distance_weights_final(internal) IS
'Step of the aggregate inverse_distance_weights: its result. Not to be called by itself.';

CREATE AGGREGATE inverse_distance_weights(id bigint, geom geometry, radius double precision, power double precision) (
	SFUNC = inverse_distance_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = inverse_distance_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE inverse_distance_weights(bigint, geometry, double precision, double precision) IS
'Weights 1 / distance ^ power between any two areas whose points are at most radius apart, that distance included. Radius and distance in the unit of the coordinates; power 1 and 2 are usual. A geometry other than a POINT stands at its centroid (ST_Centroid). An area whose geom is NULL or EMPTY has no links to or from it. NULL for no rows; the order of rows does not matter. Errors: 23505 for an id that comes twice; 22004 for a NULL id or argument; 22023 for a radius or power that is not positive and finite, two areas at one point or so near that the weight is infinite (the message names them), arguments that differ in the group, a second SRID, coordinates that are not finite or beyond 1e150; 54000 above 1 GB; geometry_facts tells the rest. Source: Cliff and Ord 1981; spdep nbdists.';

CREATE AGGREGATE inverse_distance_weights(id bigint, geom geometry, radius double precision, power double precision, sphere_radius double precision) (
	SFUNC = inverse_distance_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = inverse_distance_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE inverse_distance_weights(bigint, geometry, double precision, double precision, double precision) IS
'The same as inverse_distance_weights(id, geom, radius, power) on a sphere. Coordinates are longitude and latitude in degrees (of WGS 84, or of any sphere); distances are along the sphere of that radius, in its unit, by the haversine formula, across 180 degrees and the poles too (the Earth: 6371008.8 metres). Errors: as there, and 22023 for a sphere_radius that is not positive and finite, a latitude outside -90 to 90. Source: Sinnott 1984 (haversine).';

-- kernel_weights

CREATE FUNCTION kernel_weights_transition(internal, id bigint, geom geometry, kernel text, bandwidth double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_kernel_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION kernel_weights_transition(internal, bigint, geometry, text, double precision) IS
'Step of the aggregate kernel_weights. Not to be called by itself.';

CREATE FUNCTION kernel_weights_transition(internal, id bigint, geom geometry, kernel text, bandwidth double precision, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_kernel_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION kernel_weights_transition(internal, bigint, geometry, text, double precision, double precision) IS
'Step of the aggregate kernel_weights. Not to be called by itself.';

CREATE FUNCTION kernel_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_kernel_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION kernel_weights_final(internal) IS
'Step of the aggregate kernel_weights: its result. Not to be called by itself.';

CREATE AGGREGATE kernel_weights(id bigint, geom geometry, kernel text, bandwidth double precision) (
	SFUNC = kernel_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = kernel_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE kernel_weights(bigint, geometry, text, double precision) IS
'Weights by a kernel of z = distance / bandwidth, between any two areas whose points are at most the bandwidth apart, and from each area that has a place to itself, where z = 0. Kernels: triangular 1 - z, uniform 1/2, quadratic 3/4 (1 - z^2) (Epanechnikov), quartic 15/16 (1 - z^2)^2 (biweight), gaussian (2 pi)^(-1/2) e^(-z^2/2), which is cut off at the bandwidth like the others. Not divided by the bandwidth; at the bandwidth itself a weight may be 0 and is a link all the same. Bandwidth in the unit of the coordinates. A geometry other than a POINT stands at its centroid (ST_Centroid). An area whose geom is NULL or EMPTY has no links to or from it. NULL for no rows; the order of rows does not matter. Errors: 23505 for an id that comes twice; 22004 for a NULL id or argument; 22023 for another kernel, a bandwidth that is not positive and finite, arguments that differ in the group, a second SRID, coordinates that are not finite or beyond 1e150; 54000 above 1 GB; geometry_facts tells the rest. Source: Anselin and Rey 2014; libpysal Kernel(fixed=True, diagonal=False).';

CREATE AGGREGATE kernel_weights(id bigint, geom geometry, kernel text, bandwidth double precision, sphere_radius double precision) (
	SFUNC = kernel_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = kernel_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE kernel_weights(bigint, geometry, text, double precision, double precision) IS
'The same as kernel_weights(id, geom, kernel, bandwidth) on a sphere. Coordinates are longitude and latitude in degrees (of WGS 84, or of any sphere); distances are along the sphere of that radius, in its unit, by the haversine formula, across 180 degrees and the poles too (the Earth: 6371008.8 metres). Errors: as there, and 22023 for a sphere_radius that is not positive and finite, a latitude outside -90 to 90. Source: Sinnott 1984 (haversine).';

-- adaptive_kernel_weights

CREATE FUNCTION adaptive_kernel_weights_transition(internal, id bigint, geom geometry, kernel text, k integer, diagonal boolean) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_adaptive_kernel_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION adaptive_kernel_weights_transition(internal, bigint, geometry, text, integer, boolean) IS
'Step of the aggregate adaptive_kernel_weights. Not to be called by itself.';

CREATE FUNCTION adaptive_kernel_weights_transition(internal, id bigint, geom geometry, kernel text, k integer, diagonal boolean, sphere_radius double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_adaptive_kernel_weights_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 20;
COMMENT ON FUNCTION adaptive_kernel_weights_transition(internal, bigint, geometry, text, integer, boolean, double precision) IS
'Step of the aggregate adaptive_kernel_weights. Not to be called by itself.';

CREATE FUNCTION adaptive_kernel_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_adaptive_kernel_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100000;
COMMENT ON FUNCTION adaptive_kernel_weights_final(internal) IS
'Step of the aggregate adaptive_kernel_weights: its result. Not to be called by itself.';

CREATE AGGREGATE adaptive_kernel_weights(id bigint, geom geometry, kernel text, k integer, diagonal boolean) (
	SFUNC = adaptive_kernel_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = adaptive_kernel_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE adaptive_kernel_weights(bigint, geometry, text, integer, boolean) IS
'Weights by a kernel, as kernel_weights, with a bandwidth for each area: its distance to its k-th nearest, times 1.0000001. From each area links to itself and to the k nearest, of equally near ones those of the lowest ids. The area''s own weight is 1 where diagonal is true, else the kernel at 0. A geometry other than a POINT stands at its centroid (ST_Centroid). An area whose geom is NULL or EMPTY has no links to or from it. NULL for no rows; the order of rows does not matter. Errors: 23505 for an id that comes twice; 22004 for a NULL id or argument; 22023 for another kernel, k below 1 or not below the number of areas that have a place, an area whose k nearest are all where it is, arguments that differ in the group, a second SRID, coordinates that are not finite or beyond 1e150; 54000 above 1 GB; geometry_facts tells the rest. Source: Anselin and Rey 2014; libpysal Kernel(fixed=False).';

CREATE AGGREGATE adaptive_kernel_weights(id bigint, geom geometry, kernel text, k integer, diagonal boolean, sphere_radius double precision) (
	SFUNC = adaptive_kernel_weights_transition,
	STYPE = internal,
	SSPACE = 1000000,
	FINALFUNC = adaptive_kernel_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE adaptive_kernel_weights(bigint, geometry, text, integer, boolean, double precision) IS
'The same as adaptive_kernel_weights(id, geom, kernel, k, diagonal) on a sphere. Coordinates are longitude and latitude in degrees (of WGS 84, or of any sphere); distances are along the sphere of that radius, in its unit, by the haversine formula, across 180 degrees and the poles too (the Earth: 6371008.8 metres). Errors: as there, and 22023 for a sphere_radius that is not positive and finite, a latitude outside -90 to 90. Source: Sinnott 1984 (haversine).';
