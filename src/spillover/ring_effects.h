/*
 * ring_effects.h
 *	  What ring_effects is asked for, and errors of what was estimated.
 */
#ifndef SPILLOVER_RING_EFFECTS_H
#define SPILLOVER_RING_EFFECTS_H

#include "spillover/ring_estimate.h"
#include "spillover/spatial_hac.h"

/* Under so many treated areas the usual errors are far too small. */
#define FEW_TREATED 10

typedef enum RingErrors
{
	ERRORS_IID,
	ERRORS_HETERO,
	ERRORS_CLUSTER,
	ERRORS_CONLEY,
	ERRORS_RANDOMISATION
} RingErrors;

typedef struct RingOptions
{
	RingErrors errors;
	RingEstimator estimator;
	bool adjust;
	double conf;
	SpatialHac hac;
	int64 anticipation;
	int64 placebo;
	bool event_time;
	int64 placements;
	int64 seed;
} RingOptions;

/* ---- ring_errors.c ---- */

/* Covariance of the estimates, and degrees of freedom of each. */
typedef struct RingCovariance
{
	double *covariance;     /* terms x terms; NaN where there is none */
	double *freedom;        /* infinite: normal */
	double *areas;          /* how many bear a term, less one; NULL: not by area */
	const char *note;       /* why there is none, or NULL */
	const char *space_note; /* why some are missing, or NULL */
} RingCovariance;

extern RingCovariance *ring_covariance(const RingDesign *design, const RingEstimates *estimates,
									   const RingOptions *options);

/*
 * Are all these terms 0? F and its p; false if their covariance cannot be inverted, or
 * comes from fewer areas than it takes. A covariance by area is itself estimated from few
 * areas, so F is Hotelling's: T squared / q x (v - q + 1) / v with q and v - q + 1 degrees of
 * freedom for q terms (Hotelling 1931; for clusters Tipton & Pustejovsky 2015).
 */
extern bool ring_wald(const RingCovariance *covariance, const RingEstimates *estimates,
					  const int *terms, int count, double *f, double *p);

#endif /* SPILLOVER_RING_EFFECTS_H */
