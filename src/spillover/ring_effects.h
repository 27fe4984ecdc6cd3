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
	const char *note;       /* why there is none, or NULL */
	const char *space_note; /* why some are missing, or NULL */
} RingCovariance;

extern RingCovariance *ring_covariance(const RingDesign *design, const RingEstimates *estimates,
									   const RingOptions *options);

/*
 * Are all these terms 0? F, its p and the number of terms tested; false if their
 * covariance cannot be inverted.
 */
extern bool ring_wald(const RingCovariance *covariance, const RingEstimates *estimates,
					  const int *terms, int count, double *f, double *p);

#endif /* SPILLOVER_RING_EFFECTS_H */
