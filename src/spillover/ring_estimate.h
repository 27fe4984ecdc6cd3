/*
 * ring_estimate.h
 *	  Effects of exposure on y, estimated; all estimators are sums of y with weights.
 */
#ifndef SPILLOVER_RING_ESTIMATE_H
#define SPILLOVER_RING_ESTIMATE_H

#include "spillover/ring_did.h"

/* Cells or placements times terms, of which several tables of doubles are kept. */
#define RING_NUMBERS_MOST INT64CONST(200000000)

/* Residuals and effects below this part of y are rounding, as in conley. */
#define RING_EXACT 1e-13

typedef enum RingEstimator
{
	RING_TWO_STAGE,
	RING_TWFE,
	RING_GROUP_TIME
} RingEstimator;

/* One thing that is estimated: an exposure, or one at a time before or after it began. */
typedef struct RingTerm
{
	int32 category; /* 0 own treatment, 1 and up a ring */
	uint8 arm;      /* 0: any */
	bool lead;      /* before the exposure */
	int64 event;    /* periods since it began; with RingTerms.by_event */
	int64 areas;    /* with a cell of it */
} RingTerm;

typedef struct RingTerms
{
	bool by_event;
	int64 anticipation;
	int count;
	RingTerm *term;
} RingTerms;

/* ---- ring_terms.c ---- */

/* The terms that a panel has cells of; without by_event also rings that are empty. */
extern RingTerms *ring_terms(const Panel *panel, const Exposure *exposure, bool by_event,
							 int64 anticipation);

/* A panel with its exposure, and of each cell what it counts as. */
typedef struct RingDesign
{
	const Panel *panel;
	const Exposure *exposure;
	const RingTerms *terms;
	int32 *term; /* -1 none */
	bool *clean; /* not exposed yet, nor about to be */
} RingDesign;

extern RingDesign *ring_design(const Panel *panel, const Exposure *exposure,
							   const RingTerms *terms);

/* ---- ring_estimate.c ---- */

/*
 * Estimates: share[cell * terms + term] is what a cell's y counts for in a term;
 * estimate NaN and known false where there is none.
 */
typedef struct RingEstimates
{
	int terms;
	double *share;
	double *estimate;
	bool *known;
	double *residual; /* of each cell */
	double *score;    /* as share: what each cell's surprise adds to each term; NULL unless asked */
	double variance;  /* of a cell of weight 1 (two-way fixed effects, two stages) */
	int64 cells;      /* that are used */
	int64 areas;
	int64 periods;
	int64 regressors;    /* independent ones */
	int64 parameters;    /* all, effects of area and period too */
	int64 dropped_cells; /* exposed ones without a clean area and period to compare with */
	int64 dropped_areas; /* of those, areas without any clean cell */
	int64 dropped_periods;
} RingEstimates;

extern RingEstimates *ring_estimate(RingEstimator estimator, const RingDesign *design,
									const double *y, bool scores);

/* What the estimators share: room, and scores of means of few areas scaled up. */
extern RingEstimates *ring_estimates_create(const RingDesign *design);
extern void ring_widen_scores(const RingDesign *design, RingEstimates *estimates);

/* ---- ring_group_time.c ---- */

extern RingEstimates *ring_group_time(const RingDesign *design, const double *y, bool scores);

/* ---- randomisation.c ---- */

/* Treatment placed elsewhere, rings moved along. */
typedef struct RingRandomisation
{
	int64 count;       /* placements made */
	double *noise;     /* [term * count + placement]: estimates where nothing is; NaN none */
	int64 *placements; /* of each term: those that have an estimate of it */
	double *p;
	double *low; /* NaN: unbounded */
	double *high;
	bool exhaustive; /* every placement there is */
} RingRandomisation;

extern RingRandomisation *ring_randomise(RingEstimator estimator, const RingDesign *design,
										 const RingEstimates *actual, int64 placements, int64 seed,
										 double conf);

#endif /* SPILLOVER_RING_ESTIMATE_H */
