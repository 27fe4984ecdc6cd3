/*
 * panel.h
 *	  Areas seen period by period: how they are held, who is exposed to what in
 *	  which period, and least squares with effects of area and period.
 */
#ifndef SPILLOVER_PANEL_H
#define SPILLOVER_PANEL_H

#include "compat.h"
#include "geometry/geometry.h"
#include "utils/memutils.h"

/* Period effects are solved for exactly, at a cost that grows with their cube. */
#define PANEL_PERIODS_MOST 1000
#define PANEL_RINGS_MOST 100

#define PANEL_NEVER PG_INT64_MAX
/* Periods and starts are within this of 0, so that differences cannot overflow. */
#define PANEL_PERIOD_MOST INT64CONST(1000000000000000)

/* Arms of an area: bits. */
#define ARM_PHYSICAL 1
#define ARM_SOCIAL 2
#define ARM_BOTH 3

/* How far it is from an area to the treated one. */
typedef enum PanelDistance
{
	PANEL_CENTROID,
	PANEL_EDGE,
	PANEL_GIVEN /* no distance: the ring comes with each row */
} PanelDistance;

/* An area whose edge is near to that of another: places, and the distance. */
typedef struct PanelPair
{
	uint32 from;
	uint32 to;
	double distance;
} PanelPair;

/*
 * The panel, balanced or not. Areas ascend by id, cells by area and then period;
 * a cell is an area in a period with known y.
 */
typedef struct Panel
{
	PanelDistance distance;
	int rings;
	double *limit; /* upper limit of each ring, ascending; NULL where rings are given */
	uint32 areas;
	int64 *id;
	Point *point;        /* centroid; NaN where there is none */
	int64 *treated_from; /* PANEL_NEVER */
	uint8 *arm;          /* NULL where areas have none */
	uint32 pairs;        /* PANEL_EDGE: both ways, ascending */
	PanelPair *pair;
	int64 cells;
	uint32 *area; /* place of each cell's area */
	int64 *period;
	double *y;
	double *weight; /* NULL: all 1 */
	int32 *given;   /* PANEL_GIVEN: ring of the cell, 0 for none */
	/* made by panel_index */
	uint32 periods;     /* different ones */
	int64 *period_list; /* ascending */
	int32 *when;        /* place of each cell's period */
	int64 *start;       /* first cell of each area, and one more */
} Panel;

/* A zeroed array that may be large, in the current memory context. */
static inline void *
panel_array(Size count, Size width)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, Max(count, 1) * width,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

static inline double
panel_weight(const Panel *panel, int64 cell)
{
	return panel->weight == NULL ? 1.0 : panel->weight[cell];
}

/* ---- panel.c: order, and effects of area and period swept out exactly ---- */

/* Fills in what is made of the cells; they are in order. */
extern void panel_index(Panel *panel);
/* The cells that are kept, of the same areas. */
extern Panel *panel_subset(const Panel *panel, const bool *keep);

typedef struct TwoWay TwoWay;

/* Of the used cells. */
extern TwoWay *twoway_make(const Panel *panel, const bool *used);
extern void twoway_free(TwoWay *two);
/* Area and period effects whose sums over the used cells are these. */
extern void twoway_solve(const TwoWay *two, const double *area_sum, const double *period_sum,
						 double *area, double *period);
/* Effects that fit v best; unknown ones are 0. */
extern void twoway_effects(const TwoWay *two, const double *v, double *area, double *period);
/* Takes the effects out of v; 0 in cells that are not used. */
extern void twoway_sweep(const TwoWay *two, double *v);
/* Are the effects of an area and of a period known, and on one footing? */
extern bool twoway_known(const TwoWay *two, uint32 area, int32 when);
/* Areas and periods with effects, and the connected parts they fall into. */
extern void twoway_count(const TwoWay *two, int64 *areas, int64 *periods, int64 *parts);

/* ---- rings.c: who is exposed to what ---- */

/*
 * What each cell is exposed to: 0 its own treatment, 1 and up a ring, -1 nothing.
 * entered[area * (rings + 1) + category]: from when on; PANEL_NEVER.
 */
typedef struct Exposure
{
	int categories; /* rings + 1 */
	int32 *category;
	int64 *entered;
	int64 *onset; /* of each area: its first exposure of any kind */
	int32 *first; /* the category of that; -1 */
} Exposure;

/* The ring of a distance: from 1, or 0 beyond the last. */
extern int ring_of(const double *limit, int rings, double distance);
/* Of a treatment that begins in areas at treated_from (the panel's own, or a placement). */
extern Exposure *exposure_make(const Panel *panel, const int64 *treated_from, const int32 *given);
/* Upper limits of rings as SQL gives them, checked. */
extern double *rings_argument(Datum datum, int *rings);

#endif /* SPILLOVER_PANEL_H */
