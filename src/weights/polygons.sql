-- Contiguity: whose polygons have a point or a line in common

CREATE FUNCTION contiguity_transition(internal, bigint, geometry) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_contiguity_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION contiguity_transition(internal, bigint, geometry) IS
'Step of the aggregates queen_weights and rook_weights; not for users.';
CREATE FUNCTION contiguity_transition(internal, bigint, geometry, double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_contiguity_snap_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION contiguity_transition(internal, bigint, geometry, double precision) IS
'Step of the aggregate queen_weights; not for users.';
CREATE FUNCTION queen_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_queen_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION queen_weights_final(internal) IS
'Step of the aggregate queen_weights; not for users.';
CREATE FUNCTION rook_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_rook_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION rook_weights_final(internal) IS
'Step of the aggregate rook_weights; not for users.';

CREATE FUNCTION shared_border_weights_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_shared_border_weights_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION shared_border_weights_final(internal) IS
'Step of the aggregate shared_border_weights; not for users.';

CREATE AGGREGATE queen_weights(id bigint, geom geometry) (
	SFUNC = contiguity_transition,
	STYPE = internal,
	FINALFUNC = queen_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE queen_weights(bigint, geometry) IS
'Binary weights of areas whose polygons have at least a point in common: the pairs for which ST_Intersects holds, decided exactly as PostGIS does, so that borders may be drawn with different vertices and polygons may overlap. An area whose geometry is NULL or EMPTY has no neighbours and stays. NULL where there is no row. Errors: 22004 for an id that is NULL; 23505 for an id that comes twice; 22023 for points, lines and collections (knn_weights and distance_weights take them), for mixed SRIDs, and for rings that are not closed, have fewer than 4 points or a coordinate that is not finite; 0A000 for curves; 54000 for more links than a value can hold. Source: Cliff and Ord (1981), Spatial Processes.';

CREATE AGGREGATE queen_weights(id bigint, geom geometry, snap double precision) (
	SFUNC = contiguity_transition,
	STYPE = internal,
	FINALFUNC = queen_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE queen_weights(bigint, geometry, double precision) IS
'Binary weights of areas whose polygons come within snap of each other, in the units of the SRID: the pairs for which ST_DWithin(a, b, snap) holds; snap 0 is queen_weights without it. For borders that were digitised apart. NULL and EMPTY geometries, and errors, as in queen_weights(bigint, geometry); also 22004 for a snap that is NULL, 22023 for one that is negative, not finite or not the same in every row. Source: R package spdep, poly2nb(snap).';

CREATE AGGREGATE rook_weights(id bigint, geom geometry) (
	SFUNC = contiguity_transition,
	STYPE = internal,
	FINALFUNC = rook_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE rook_weights(bigint, geometry) IS
'Binary weights of areas whose borders have a line in common while their insides have no point in common: the pairs for which ST_Relate(a, b, ''F***1****'') holds, decided exactly. Borders may be drawn with different vertices; polygons are taken to be valid (ST_IsValid). NULL and EMPTY geometries, and errors, as in queen_weights(bigint, geometry). Source: Cliff and Ord (1981), Spatial Processes.';

CREATE AGGREGATE shared_border_weights(id bigint, geom geometry) (
	SFUNC = contiguity_transition,
	STYPE = internal,
	FINALFUNC = shared_border_weights_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE shared_border_weights(bigint, geometry) IS
'Weights of rook neighbours by their common border: its length divided by the length of the whole border of the area, holes included. A weight is above 0 and at most 1; an area''s weights sum to the share of its border that it has with others, where no two of these overlap each other. Not symmetric. The pairs, NULL and EMPTY geometries, and errors are those of rook_weights. Source: Dacey (1968), A review on measures of contiguity for two and k-color maps; Cliff and Ord (1981), Spatial Processes.';

-- Barriers

CREATE FUNCTION without_links_across_transition(internal, weights, bigint, geometry, geometry) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_without_links_across_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10;
COMMENT ON FUNCTION without_links_across_transition(internal, weights, bigint, geometry, geometry) IS
'Step of the aggregate without_links_across; not for users.';
CREATE FUNCTION without_links_across_final(internal) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_without_links_across_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION without_links_across_final(internal) IS
'Step of the aggregate without_links_across; not for users.';

CREATE AGGREGATE without_links_across(w weights, id bigint, geom geometry, barrier geometry) (
	SFUNC = without_links_across_transition,
	STYPE = internal,
	FINALFUNC = without_links_across_final,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE without_links_across(weights, bigint, geometry, geometry) IS
'The same areas and weights without the links that a barrier cuts: those where the straight line between the two areas'' points (as ST_Centroid) has a point in common with the barrier, as ST_Intersects says, touching included. The barrier is of any type: a line (railway, motorway), a polygon (a lake cuts what runs through it or ends in it), points, a collection of these. Weights that are left keep their values: cut first, standardize after. A link of an area to itself is not cut. An area of w without a row, or whose geometry is NULL or EMPTY, must be an island. A barrier that is NULL or EMPTY cuts nothing. NULL for w NULL and where there is no row. Errors: 22004 for an id that is NULL; 23505 for an id that comes twice; 22023 for an id that is not in w, an area with links but no geometry, another w or barrier in the same group, mixed SRIDs, and coordinates that are not finite; 0A000 for curves.';
