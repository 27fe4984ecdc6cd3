/*
 * spatial_hac.h
 *	  Covariance of estimates whose errors are correlated over short distances, and of one
 *	  unit over a few periods (Conley 1999; in time as Newey & West 1987).
 *
 * Knows nothing of the model: it takes score rows, for least squares x_i u_i, and
 * the bread, for least squares (X'X)^-1.
 */
#ifndef SPILLOVER_SPATIAL_HAC_H
#define SPILLOVER_SPATIAL_HAC_H

#include "compat.h"
#include "geometry/geometry.h"

/* Weight of a pair at distance d, r = d / cutoff <= 1; 0 beyond. */
typedef enum SpatialKernel
{
	SPATIAL_SPHERICAL,        /* 1 - 1.5 r + .5 r^3; positive definite in the plane */
	SPATIAL_PRODUCT_BARTLETT, /* (1 - |dx| / cutoff) (1 - |dy| / cutoff); likewise, planar only */
	SPATIAL_BARTLETT,         /* 1 - r; not positive definite in the plane */
	SPATIAL_UNIFORM           /* 1; nor this */
} SpatialKernel;

/* What is taken as correlated. */
typedef struct SpatialHac
{
	SpatialKernel kernel;
	double cutoff;        /* in the units of the coordinates, or of the radius */
	double sphere_radius; /* 0: planar coordinates; else degrees */
	int lags;             /* a unit with itself l periods apart: 1 - l / (lags + 1) */
} SpatialHac;

/* The settings, 22023 where one is impossible; kernel's name in any case. */
extern SpatialHac spatial_hac_settings(const char *kernel, double cutoff, double sphere_radius,
									   int lags);

/*
 * Score rows in the order of (unit, period), each pair at most once: those of unit u
 * are start[u] to start[u + 1] - 1. Pairs of units count within the same period. A
 * unit whose point is NaN has no neighbours. Without period every row is of one
 * period (a cross-section has one row a unit).
 */
typedef struct ScoreRows
{
	uint32 units;
	const Point *points;
	const int64 *start;   /* units + 1 */
	const int32 *period;  /* of each row, or NULL */
	int columns;
	const double *scores; /* rows x columns */
} ScoreRows;

typedef struct SpatialCovariance
{
	double *covariance; /* columns x columns, symmetric, as estimated */
	double *own;        /* variance of each estimate without any correlation (HC0) */
	double least;       /* least eigenvalue of covariance in units of own */
	bool positive;      /* no eigenvalue below 0, but for rounding */
	int64 pairs;        /* of units within the cutoff */
} SpatialCovariance;

/*
 * bread: columns x columns, symmetric. The result and its arrays are allocated in
 * the current memory context. Interruptible.
 */
extern SpatialCovariance *spatial_hac(const SpatialHac *settings, const ScoreRows *rows,
									  const double *bread);

/*
 * Standard error of an estimate; NaN where it is none: the covariance is not
 * positive, or the variance 0 but for rounding.
 */
extern double spatial_hac_error(const SpatialCovariance *covariance, int columns, int column);

/* Why there are no standard errors, in words; NULL where nothing is to be said. */
extern const char *spatial_hac_note(const SpatialCovariance *covariance, int columns);

/* Moves negative eigenvalues to 0, in units of own (Cameron, Gelbach & Miller 2011). */
extern void spatial_hac_clip(SpatialCovariance *covariance, int columns);

#endif /* SPILLOVER_SPATIAL_HAC_H */
