-- Weights made of other weights, what they hold, and the formats of other programs.

-- Of other weights

CREATE FUNCTION standardize(w weights, style text DEFAULT 'W') RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_standardize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION standardize(weights, text) IS
'The same links with weights in a style, in either case: B, all 1; W, each area''s sum to 1; C, all sum to the number of areas that have links; U, all sum to 1; S, each divided by the root of its area''s sum of squares, then all sum to the number of areas that have links; minmax, divided by the smaller of the largest row sum and the largest column sum. Islands stay islands; weights that are all 0 stay so. NULL for NULL. Errors: 22023 for another style; 22003 where a sum is out of range. Store the result or take it from (SELECT ...): as an argument of an aggregate it would run once a row. Source: Tiefelsdorf, Griffith and Boots 1999; Kelejian and Prucha 2010; spdep nb2listw, minmax.listw.';

CREATE FUNCTION symmetrize(w weights, rule text DEFAULT 'max') RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_symmetrize'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION symmetrize(weights, text) IS
'Weights that are the same in both directions, by a rule: max, a link where there is one in either direction, with the larger weight; mean, the same links with half the sum of both directions, where a link that is not there counts 0; min, a link where there is one in both directions, with the smaller weight. NULL for NULL. Errors: 22023 for another rule. max of weights that are all 1 is spdep''s make.sym.nb.';

CREATE FUNCTION higher_order(w weights, steps integer, cumulative boolean DEFAULT false) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_higher_order'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION higher_order(weights, integer, boolean) IS
'Neighbours of higher order, all of weight 1: the areas whose shortest way, from link to link, is of exactly this many steps; cumulative: of at most so many. Never the area itself. Weights do not matter, a link of weight 0 is a link. NULL for NULL. Errors: 22023 for steps below 1; 54000 above 1 GB. Source: Anselin and Smirnov 1996; spdep nblag, nblag_cumul.';

CREATE FUNCTION with_self(w weights, weight double precision DEFAULT 1) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_with_self'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION with_self(weights, double precision) IS
'The same links, and one from each area to itself with this weight; a link to itself that is there takes it on. NULL for NULL. Errors: 22023 for a weight that is negative or not finite.';

CREATE FUNCTION without_self(w weights) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_without_self'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION without_self(weights) IS
'The same links but for those of areas to themselves. NULL for NULL.';

CREATE FUNCTION subset(w weights, ids bigint[]) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_subset'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION subset(weights, bigint[]) IS
'The areas with these ids and the links among them, with their weights; areas whose neighbours are all left out become islands. An id may stand more than once. NULL for NULL. Errors: 22023 for an id that is not in w; 22004 for a NULL among the ids.';

-- What they hold

CREATE FUNCTION weights_ids(w weights) RETURNS bigint[]
AS 'MODULE_PATHNAME', 'monitor_weights_ids'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION weights_ids(weights) IS
'Ids of all areas, islands too, ascending. NULL for NULL.';

CREATE FUNCTION neighbors(w weights, id bigint) RETURNS bigint[]
AS 'MODULE_PATHNAME', 'monitor_neighbors'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION neighbors(weights, bigint) IS
'Ids of an area''s neighbours, ascending; an empty array for an island. NULL for NULL. Errors: 22023 for an id that is not in w.';

CREATE FUNCTION links(w weights, OUT id bigint, OUT neighbor bigint, OUT weight double precision) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'monitor_links'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 10000;
COMMENT ON FUNCTION links(weights) IS
'Every link with its weight, by id and neighbor; islands have no row. No rows for NULL. weights_agg makes weights of such rows; islands come along in FROM components(w) LEFT JOIN links(w) USING (id).';

CREATE FUNCTION components(w weights, OUT id bigint, OUT component integer) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'monitor_components'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION components(weights) IS
'For every area, by id, the number of its component: areas between which there is a way over links in either direction. Components are numbered from 1 by their smallest id; an island is a component. No rows for NULL. Source: spdep n.comp.nb.';

CREATE TYPE weights_summary AS (
	n integer,
	links bigint,
	islands integer,
	components integer,
	min_neighbors integer,
	max_neighbors integer,
	mean_neighbors double precision,
	is_symmetric boolean,
	s0 double precision,
	s1 double precision,
	s2 double precision
);
COMMENT ON TYPE weights_summary IS
'Result of weights_summary: number of areas, of links, of areas without links, of components; fewest, most and mean links of an area (NULL where there is no area); whether each link has one back, whatever the weights; S0, the sum of the weights, S1 = 1/2 sum (w_ij + w_ji)^2, S2 = sum over areas of (row sum + column sum)^2.';

CREATE FUNCTION weights_summary(w weights) RETURNS weights_summary
AS 'MODULE_PATHNAME', 'monitor_weights_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_summary(weights) IS
'Counts and sums of weights in one row. NULL for NULL. SELECT s.* FROM weights_summary(w) AS s runs it once. Source: Cliff and Ord 1981; spdep spweights.constants.';

-- GAL and GWT

CREATE FUNCTION weights_from_gal(gal text) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_weights_from_gal'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_from_gal(text) IS
'Weights of a GAL text, all 1: a line "0 n layer id" or "n", then for each area a line "id count" and a line of that many neighbours, empty or missing for an island. Blanks, tabs, empty lines and either line end may stand anywhere between words. NULL for NULL. Errors: 22P02 with the line for anything else, for ids that are no bigint, for a neighbour that is not an area and for an area or neighbour given twice. Source: GeoDa, PySAL, spdep read.gal.';

CREATE FUNCTION weights_to_gal(w weights, layer text DEFAULT 'areas', id_name text DEFAULT 'id') RETURNS text
AS 'MODULE_PATHNAME', 'monitor_weights_to_gal'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_to_gal(weights, text, text) IS
'GAL text of the links; the format has no place for weights. layer and id_name go into its first line, for GeoDa the name of the map layer and of the column of ids. NULL for NULL. Errors: 22023 for a name that is not one word; 54000 above 1 GB.';

CREATE FUNCTION weights_from_gwt(gwt text) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_weights_from_gwt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_from_gwt(text) IS
'Weights of a GWT (or KWT) text: a line "0 n layer id" or "n", then for each link a line "id neighbor weight". Blanks, tabs, empty lines and either line end as in GAL. The third number is taken as the weight; GeoDa writes distances there for bands and nearest neighbours, so standardize(..., ''B'') may be wanted. The areas are the ids that occur. NULL for NULL. Errors: 22P02 with the line for anything else, for a weight that is negative or not finite, for a link given twice, and where not n ids occur: areas without links are not in the format, so give the ids too. Source: GeoDa, PySAL, spdep read.gwt2nb.';
CREATE FUNCTION weights_from_gwt(gwt text, ids bigint[]) RETURNS weights
AS 'MODULE_PATHNAME', 'monitor_weights_from_gwt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_from_gwt(text, bigint[]) IS
'The same with the ids of all areas, so that those without links are there too; an id may stand more than once. Errors as without ids; 22P02 too for a link of an area that is not among them; 22004 for a NULL among them.';

CREATE FUNCTION weights_to_gwt(w weights, layer text DEFAULT 'areas', id_name text DEFAULT 'id') RETURNS text
AS 'MODULE_PATHNAME', 'monitor_weights_to_gwt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION weights_to_gwt(weights, text, text) IS
'GWT text of the links and weights, each weight by the shortest decimal that reads back as the same number. Areas without links are counted in the first line but not named: the format has no place for them. Names and errors as weights_to_gal.';
