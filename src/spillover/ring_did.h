/*
 * ring_did.h
 *	  The stored panel, and estimators over it that are linear in y.
 */
#ifndef SPILLOVER_RING_DID_H
#define SPILLOVER_RING_DID_H

#include "spillover/panel.h"

#define RING_STATE_COLUMNS 17

/* ---- ring_state.c: the type ring_did_state ---- */

extern void ring_state_values(const Panel *panel, Datum *values, bool *nulls);
extern Panel *ring_state_read(Datum datum);
extern const char *panel_distance_name(PanelDistance distance);

/* ---- edges.c: distances between polygons ---- */

/*
 * Between the edges of two areas of a set, 0 where they meet; NaN for an area without
 * any. From the limit on any number that is not below it may stand for the distance.
 */
extern double area_edge_distance(const AreaSet *set, uint32 a, uint32 b, double limit);
/* Pairs of areas nearer than a limit, both ways, ascending. */
extern PanelPair *area_edge_pairs(const AreaSet *set, double limit, uint32 *count);

#endif /* SPILLOVER_RING_DID_H */
