/*
 * panel.h
 *	  Areas seen period by period: how they are held, who is exposed to what in
 *	  which period, and least squares with effects of area and period.
 */
#ifndef SPILLOVER_PANEL_H
#define SPILLOVER_PANEL_H

#include "compat.h"
#include "geometry/geometry.h"

/* More periods than this make the exact elimination of period effects slow. */
#define PANEL_PERIODS_MOST 1000

#define PANEL_NEVER PG_INT64_MAX

/* How far from an area to the treated one. */
typedef enum PanelDistance
{
	PANEL_CENTROID,
	PANEL_EDGE,
	PANEL_GIVEN /* no distance: the ring comes with each row */
} PanelDistance;

/* An area and one that is near to it by its edge: places, and the distance. */
typedef struct PanelPair
{
	uint32 from;
	uint32 to;
	double distance;
} PanelPair;

/*
 * The panel, balanced or not. Areas ascend by id and cells by area and then period;
 * a cell is an area in a period whose y is known.
 */
typedef struct Panel
{
	PanelDistance distance;
	int rings;
	double *ring; /* upper limits, ascending; NULL where rings are given */
	uint32 areas;
	int64 *id;
	Point *point;        /* centroid; NaN where there is none */
	int64 *treated_from; /* PANEL_NEVER */
	uint8 *arm;          /* 0 none, 1 physical, 2 social, 3 both */
	bool has_arms;
	uint32 pairs; /* PANEL_EDGE: both ways, ascending */
	PanelPair *pair;
	Size cells;
	uint32 *area; /* place of each cell's area */
	int64 *period;
	double *y;
	double *weight;     /* NULL: all 1 */
	int32 *given;       /* PANEL_GIVEN: ring of the cell, 0 for none */
	uint32 periods;     /* different ones */
	int64 *period_list; /* ascending */
	uint32 *when;       /* place of each cell's period in the list */
} Panel;

/*
 * What each cell adds to each of an estimator's terms: the variance is the sum
 * over pairs of cells of kernel x score x score'. A spatial estimator needs
 * nothing else than these and where and when the cells are.
 */
typedef struct PanelScores
{
	Size cells;
	int terms;
	const double *score; /* terms of a cell side by side */
	const uint32 *area;  /* of each cell, ascending */
	const int64 *period; /* of each cell, ascending within an area */
	const Point *point;  /* of each area; NaN: no place, near to nothing but itself */
	uint32 areas;
} PanelScores;

/* ---- panel.c: effects of area and period, swept out exactly ---- */

typedef struct TwoWay TwoWay;

/* Cells that are used (NULL: all) with their weights; periods without such a cell have no effect. */
extern TwoWay *twoway_make(const Panel *panel, const bool *used);
/* Takes area and period means out of the used cells of v, in place. */
extern void twoway_sweep(const TwoWay *two, double *v);
/* Effects that fit v best over the used cells; NaN where an area or period has none. */
extern void twoway_effects(const TwoWay *two, const double *v, double *area, double *period);
/* Solves the normal equations for right sides summed by area and by period. */
extern void twoway_solve(const TwoWay *two, const double *area_sum, const double *period_sum,
						 double *area, double *period);
/* Effects that can be told apart: areas + periods - connected parts. */
extern int64 twoway_rank(const TwoWay *two);
extern void twoway_free(TwoWay *two);

#endif /* SPILLOVER_PANEL_H */
