/*
 * spatial_hac.h
 *	  Covariance of estimates whose errors are correlated over short distances, and of one
 *	  unit over a few periods (Conley 1999; in time as Newey & West 1987).
 *
 * Knows nothing of the model. It takes what each row adds to each estimate, for
 * least squares (X'X)^-1 x_i u_i, and sums kernel x row x row' over pairs of rows.
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
	int64 lags;           /* a unit with itself l periods apart: 1 - l / (lags + 1) */
} SpatialHac;

/*
 * The settings; 22023 where one is impossible. kernel: its name, in any case;
 * sphere_radius: 0 for a plane.
 */
extern SpatialHac spatial_hac_settings(const char *kernel, double cutoff, double sphere_radius,
									   int64 lags);

extern double spatial_kernel_weight(SpatialKernel kernel, double cutoff, double distance,
									Point from, Point to);

/*
 * Rows in the order of (unit, period), each at most once. Pairs of units count
 * within the same period. A unit whose point is NaN has no neighbours.
 */
typedef struct ScoreRows
{
	int64 count;
	int columns;
	const double *scores; /* count x columns */
	const uint32 *unit;   /* of each row, ascending */
	const int64 *period;  /* of each row, ascending in a unit; NULL: one row a unit */
	uint32 units;
	const Point *points; /* of each unit */
} ScoreRows;

typedef struct SpatialCovariance
{
	int columns;
	double *covariance; /* columns x columns, symmetric to the bit, as estimated */
	double *own;        /* variance of each estimate without any correlation */
	double least;       /* least eigenvalue of covariance in units of own; NaN: out of range */
	int64 pairs;        /* of units within the cutoff */
} SpatialCovariance;

/* settings NULL: no correlation. The result lies in the current memory context. Interruptible. */
extern SpatialCovariance *spatial_hac(const SpatialHac *settings, const ScoreRows *rows);

/* Is no eigenvalue below 0, but for rounding? */
extern bool spatial_hac_positive(double least);

/*
 * Standard error out of a variance and the variance without correlation; NaN where
 * it is none: the covariance is not positive, or the variance 0 but for rounding.
 */
extern double spatial_hac_error(double variance, double own, double least);

/* Why standard errors are missing, in words; NULL where none is. */
extern const char *spatial_hac_note(const SpatialCovariance *estimate);

/* Moves negative eigenvalues to 0, in units of own (Cameron, Gelbach & Miller 2011). */
extern void spatial_hac_clip(SpatialCovariance *estimate);

#endif /* SPILLOVER_SPATIAL_HAC_H */
