-- Rings around treated areas, and what happened in them.
--
-- rings.c             ring (window), the ring of an area in a period
-- edges.c             distances between polygons
-- panel.c             cells of areas and periods; effects of both swept out
-- ring_did.c          aggregate ring_did
-- ring_state.c        its value, ring_did_state
-- ring_effects.c      ring_effects: what is asked for, and the rows of the answer
-- ring_estimate.c     the estimators: two-stage, two-way fixed effects, group-time
-- randomisation.c     inference by placing the treatment elsewhere

CREATE TYPE ring_place AS (
	ring integer,
	distance double precision,
	nearest bigint
);
COMMENT ON TYPE ring_place IS
'Result of ring. ring: 0 for a treated area, 1 for the first ring and so on, NULL beyond the last and where the area has no geometry; distance to the nearest treated area in units of the coordinates (0 for a treated one); nearest: that area''s id.';

CREATE FUNCTION ring(area bigint, geom geometry, treated boolean, rings double precision[], distance text DEFAULT 'centroid') RETURNS ring_place
AS 'MODULE_PATHNAME', 'monitor_ring'
LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION ring(bigint, geometry, boolean, double precision[], text) IS
'Window function over one row an area: the ring that each area lies in. rings holds the upper limit of each ring, ascending, in units of the coordinates: {300,600} is [0, 300) and [300, 600). A treated area is in ring 0 whatever is near; any other is in the ring of the nearest treated area, of equally near ones the lowest id. distance says from where to where: centroid (default), or edge, polygons only, where areas that touch are 0 apart. treated NULL is false. rings and distance are read in the first row. Errors: 22004 for a NULL area or rings, 22023 for rings that do not ascend from above 0, another distance, geometries of different SRID or, by edge, not polygons.';

CREATE TYPE ring_did_state AS (
	version integer,
	distance text,
	ring_count integer,
	rings double precision[],
	area bigint[],
	x double precision[],
	y double precision[],
	treated_from bigint[],
	arm integer[],
	pair_from integer[],
	pair_to integer[],
	pair_distance double precision[],
	cell_area integer[],
	cell_period bigint[],
	cell_y double precision[],
	cell_weight double precision[],
	cell_ring integer[]
);
COMMENT ON TYPE ring_did_state IS
'Result of ring_did, for ring_effects and its like; can be stored. Areas by id with centroid, start of treatment (NULL: never) and arm (1 physical, 2 social, 3 both, 0 none); near pairs of areas where distance is edge; and the cells, by area (its place in the list, from 1) and period, with y, weight and ring where they were given. Read with 22023 for a value that ring_did cannot have made, 0A000 for another version.';

CREATE FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[]) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[]) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[], double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[], double precision) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[], double precision, text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[], double precision, text) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[], double precision, text, text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_transition(internal, bigint, geometry, bigint, double precision, bigint, double precision[], double precision, text, text) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_given_transition(internal, bigint, integer, bigint, double precision, bigint) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_given_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_given_transition(internal, bigint, integer, bigint, double precision, bigint) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_given_transition(internal, bigint, integer, bigint, double precision, bigint, double precision) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_given_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_given_transition(internal, bigint, integer, bigint, double precision, bigint, double precision) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_given_transition(internal, bigint, integer, bigint, double precision, bigint, double precision, text) RETURNS internal
AS 'MODULE_PATHNAME', 'monitor_ring_did_given_transition'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 5;
COMMENT ON FUNCTION ring_did_given_transition(internal, bigint, integer, bigint, double precision, bigint, double precision, text) IS
'Step of the aggregate ring_did.';

CREATE FUNCTION ring_did_final(internal) RETURNS ring_did_state
AS 'MODULE_PATHNAME', 'monitor_ring_did_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION ring_did_final(internal) IS
'Step of the aggregate ring_did.';

CREATE AGGREGATE ring_did(area bigint, geom geometry, period bigint, y double precision, treated_from bigint, rings double precision[]) (
	SFUNC = ring_did_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, geometry, bigint, double precision, bigint, double precision[]) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. rings holds the upper limits of the rings around treated areas, ascending, in units of the coordinates ({300,600}: [0, 300) and [300, 600)); the ring of an area in a period is that of the nearest area treated by then. geom is the area''s, the same in all its rows (NULL in some is no matter; NULL in all: in no ring). Distances are between centroids. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';

CREATE AGGREGATE ring_did(area bigint, geom geometry, period bigint, y double precision, treated_from bigint, rings double precision[], weight double precision) (
	SFUNC = ring_did_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, geometry, bigint, double precision, bigint, double precision[], double precision) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. rings holds the upper limits of the rings around treated areas, ascending, in units of the coordinates ({300,600}: [0, 300) and [300, 600)); the ring of an area in a period is that of the nearest area treated by then. geom is the area''s, the same in all its rows (NULL in some is no matter; NULL in all: in no ring). weight is the cell''s in all sums, 0 leaves it out. Distances are between centroids. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';

CREATE AGGREGATE ring_did(area bigint, geom geometry, period bigint, y double precision, treated_from bigint, rings double precision[], weight double precision, arm text) (
	SFUNC = ring_did_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, geometry, bigint, double precision, bigint, double precision[], double precision, text) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. rings holds the upper limits of the rings around treated areas, ascending, in units of the coordinates ({300,600}: [0, 300) and [300, 600)); the ring of an area in a period is that of the nearest area treated by then. geom is the area''s, the same in all its rows (NULL in some is no matter; NULL in all: in no ring). weight is the cell''s in all sums, 0 leaves it out. arm is physical, social or both, the same in all rows of an area, NULL only where it is not treated. Distances are between centroids. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';

CREATE AGGREGATE ring_did(area bigint, geom geometry, period bigint, y double precision, treated_from bigint, rings double precision[], weight double precision, arm text, distance text) (
	SFUNC = ring_did_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, geometry, bigint, double precision, bigint, double precision[], double precision, text, text) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. rings holds the upper limits of the rings around treated areas, ascending, in units of the coordinates ({300,600}: [0, 300) and [300, 600)); the ring of an area in a period is that of the nearest area treated by then. geom is the area''s, the same in all its rows (NULL in some is no matter; NULL in all: in no ring). weight is the cell''s in all sums, 0 leaves it out. arm is physical, social or both, the same in all rows of an area, NULL only where it is not treated. distance is centroid (NULL too) or edge, polygons only, where areas that touch are 0 apart. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';

CREATE AGGREGATE ring_did(area bigint, ring integer, period bigint, y double precision, treated_from bigint) (
	SFUNC = ring_did_given_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, integer, bigint, double precision, bigint) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. ring says what the area is exposed to in that period other than by distance: 0 or NULL nothing, 1 and up, for example the same landlord as an area treated by then, or a class of the share of its arrivals that came from there before; give 0 in periods before. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';

CREATE AGGREGATE ring_did(area bigint, ring integer, period bigint, y double precision, treated_from bigint, weight double precision) (
	SFUNC = ring_did_given_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, integer, bigint, double precision, bigint, double precision) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. ring says what the area is exposed to in that period other than by distance: 0 or NULL nothing, 1 and up, for example the same landlord as an area treated by then, or a class of the share of its arrivals that came from there before; give 0 in periods before. weight is the cell''s in all sums, 0 leaves it out. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';

CREATE AGGREGATE ring_did(area bigint, ring integer, period bigint, y double precision, treated_from bigint, weight double precision, arm text) (
	SFUNC = ring_did_given_transition, STYPE = internal, FINALFUNC = ring_did_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ring_did(bigint, integer, bigint, double precision, bigint, double precision, text) IS
'The panel for ring_effects. One row an area and period, in any order: y is the outcome, treated_from the first period in which the area is treated (NULL: never; the same in all its rows). A row with y NULL keeps its area in place but adds no cell. Gaps are allowed. ring says what the area is exposed to in that period other than by distance: 0 or NULL nothing, 1 and up, for example the same landlord as an area treated by then, or a class of the share of its arrivals that came from there before; give 0 in periods before. weight is the cell''s in all sums, 0 leaves it out. arm is physical, social or both, the same in all rows of an area, NULL only where it is not treated. NULL over no rows. Errors: 22004 for area, period or weight NULL, 23505 for two rows of an area and period, 22023 for values of an area that change, y or weight that is not finite, a negative weight, rings that do not ascend, another SRID; 54000 for more than 1,000 periods (in ring_effects).';
