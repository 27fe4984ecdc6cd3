-- Rings around treated areas, and what happened in them.
--
-- rings.c             ring (window), the ring of an area in a period
-- edges.c             distances between polygons
-- panel.c             cells of areas and periods; effects of both swept out
-- ring_did.c          aggregate ring_did
-- ring_state.c        its value, ring_did_state
-- ring_effects.c      ring_effects: what is asked for, and the rows of the answer
-- ring_terms.c        what is estimated, and which cell counts for what
-- ring_estimate.c     the estimators two-stage and two-way fixed effects
-- ring_group_time.c   the estimator group-time
-- ring_errors.c       covariance of estimates, Wald test
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
'Window function over one row an area: the ring that each area lies in. rings holds the upper limit of each ring, ascending, in units of the coordinates: {300,600} is [0, 300) and [300, 600). A treated area is in ring 0 whatever is near; any other is in the ring of the nearest treated area, of equally near ones the lowest id. distance says from where to where: centroid (default), or edge, polygons only, where areas that touch are 0 apart. treated NULL is false. rings and distance must be the same in all rows. Errors: 22004 for a NULL area or rings, 23505 for an area that comes twice, 22023 for rings that do not ascend from above 0, options that are not the same in all rows, another distance, geometries of different SRID or, by edge, not polygons.';

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

CREATE TYPE ring_effect AS (
	term text,
	ring integer,
	event_time bigint,
	estimate double precision,
	se double precision,
	low double precision,
	high double precision,
	p double precision,
	n_areas bigint,
	note text
);
COMMENT ON TYPE ring_effect IS
'Row of ring_effects. term: treated (or physical, social, both, and interaction = both - physical - social), ring, pre-trend, control; ring: 0 for treated areas, 1 and up, NULL where it is none; event_time: periods since the exposure began, below 0 before it; estimate in units of y, with standard error, limits and two-sided p; pre-trend: estimate is the test''s statistic; control: the areas never exposed. n_areas: areas with a cell of the term. note: how it was done, what was left out, and why a figure is NULL.';

CREATE FUNCTION ring_effects(state ring_did_state, errors text DEFAULT NULL, cutoff double precision DEFAULT NULL, kernel text DEFAULT 'spherical', lags integer DEFAULT 0, anticipation integer DEFAULT 0, control_set bigint[] DEFAULT NULL, event_time boolean DEFAULT false, estimator text DEFAULT 'two-stage', placebo integer DEFAULT 0, placements integer DEFAULT 999, seed bigint DEFAULT 20260101, adjust boolean DEFAULT true, conf double precision DEFAULT 0.95, sphere_radius double precision DEFAULT 0) RETURNS SETOF ring_effect
AS 'MODULE_PATHNAME', 'monitor_ring_effects'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 10;
COMMENT ON FUNCTION ring_effects(ring_did_state, text, double precision, text, integer, integer, bigint[], boolean, text, integer, integer, bigint, boolean, double precision, double precision) IS
'What being treated, and being in a ring around a treated area, did to y, beyond effects of area and period. estimator: two-stage (default; right with staggered starts), twfe (two-way fixed effects at once), group-time (each exposed cell against its area''s last clean period, less the same of areas never exposed). errors: NULL (default) is cluster with 10 treated areas or more and randomisation below; iid, hetero, cluster (by area), conley (cutoff, kernel, lags and sphere_radius as in conley), randomisation (the treatment placed in other areas, rings moved along; given rings: whole histories of exposure dealt to other areas; so many other placements drawn, none twice, or all where there are no more; p = (1 + as large) / (1 + placements), low and high by inverting the test, se the spread of placements; the note gives the least p there can be, and says where 5 percent, or 1 - conf, is out of reach). anticipation: so many periods before an exposure are not clean. control_set: ids of the only areas that may serve as controls, for example twins; NULL: all. event_time: effects by periods since the exposure began, and pre-trend rows: all leads are 0 (F by the covariance, with errors by area Hotelling''s; or by placements). placebo: starts so many periods earlier, only cells before any exposure. adjust: small-sample factors. Exposed cells without a clean period of their area, or a clean area in their period, are left out and counted. A ring without areas, no treated area, treated everywhere, no period before: NULL and a note. No rows for NULL. Errors: 22023 for an option that is none, conley without cutoff or places, a control that is not in the panel, 22004 for a NULL option, 54000 for more than 1,000 periods, 2,000 terms, or 2e8 cells or placements times terms. Sources: Clarke 2017, Butts 2021, Gardner 2021, Callaway & Sant''Anna 2021, MacKinnon & Webb 2020.';

CREATE TYPE ring_change AS (
	ring integer,
	n_areas bigint,
	mean_change double precision,
	sd double precision,
	se double precision
);
COMMENT ON TYPE ring_change IS
'Row of ring_changes: ring (0 treated, NULL never exposed), areas with y before and after, mean over them of mean y after less mean y before, standard deviation over areas and error of the mean; NULL with fewer areas than each needs.';

CREATE FUNCTION ring_changes(state ring_did_state) RETURNS SETOF ring_change
AS 'MODULE_PATHNAME', 'monitor_ring_changes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 5;
COMMENT ON FUNCTION ring_changes(ring_did_state) IS
'Plain change by ring, without a model: for each area the mean of y from its first exposure on less the mean before, of areas never exposed about the first start of treatment anywhere; then the mean over the areas of a ring, by the ring that an area was in first. Units of y. No rows for NULL. Errors: 22023 for a malformed state.';
