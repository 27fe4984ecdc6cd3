/*
 * regression.h
 *	  Linear models of areas whose regressors or outcome reach their neighbours.
 *
 * y = rho W y + X beta + W X theta + u, with parts of it absent, or u = lambda W u + e.
 * Coefficients stand in the order intercept, x, lags of x, rho or lambda.
 */
#ifndef SPILLOVER_REGRESSION_H
#define SPILLOVER_REGRESSION_H

#include "compat.h"

#include "association/sample.h"
#include "backend/composite.h"
#include "statistics/matrix.h"

/* Areas for which (I - rho W)^-1 is made: 16 bytes a pair of areas. */
#define REGRESSION_DENSE_MOST 5000
/* The same for maximum likelihood, which makes it about ten times. */
#define REGRESSION_LIKELIHOOD_MOST 2000
/* Up to here a lag model brings its effects' multipliers with it, at 0.5 s. */
#define REGRESSION_MULTIPLIERS_MOST 1000

typedef enum SpatialModelKind
{
	MODEL_OLS,
	MODEL_SLX,
	MODEL_LAG,
	MODEL_DURBIN,
	MODEL_ERROR,
	MODEL_LAG_ML,
	MODEL_DURBIN_ML,
	MODEL_ERROR_ML,
	MODEL_DURBIN_ERROR_ML
} SpatialModelKind;

#define MODEL_KINDS 9

typedef enum RegressionErrors
{
	ERRORS_CLASSICAL,
	ERRORS_HC0,
	ERRORS_HC1,
	ERRORS_HAC /* w is a kernel over distance */
} RegressionErrors;

/* What a kind of model has. */
typedef struct ModelShape
{
	const char *name;
	bool lagged;           /* W X among the regressors */
	const char *parameter; /* rho, lambda, or NULL */
	bool feedback;         /* the outcome itself reaches the neighbours: rho */
} ModelShape;

extern const ModelShape model_shapes[MODEL_KINDS];

/*
 * Effects per unit of beta and of theta: mean diagonal and mean row sum of
 * S = (I - rho W)^-1 and of S W, and their derivatives by rho.
 */
typedef struct Multipliers
{
	double direct_beta;
	double direct_theta;
	double total_beta;
	double total_theta;
	double direct_beta_slope;
	double direct_theta_slope;
	double total_beta_slope;
	double total_theta_slope;
} Multipliers;

#define MULTIPLIERS 8

/* Lagrange multiplier tests and Moran's I of least-squares residuals. */
typedef struct ResidualTests
{
	double error;
	double lag;
	double robust_error;
	double robust_lag;
	double moran;
	double moran_expected;
	double moran_variance;
} ResidualTests;

#define RESIDUAL_TESTS 7

/* A model estimated. What could not be computed is NaN. */
typedef struct SpatialModel
{
	SpatialModelKind kind;
	int variables; /* columns of x */
	int terms;     /* coefficients */
	double *coefficients;
	double *covariance;
	double sigma2;
	double df; /* NaN: inference by the normal distribution */
	double log_likelihood;
	int64 n_used;
	int64 n_null;
	int64 n_islands;
	double s0; /* sum of the weights among the areas used, by which w is known again */
	bool has_multipliers;
	Multipliers multipliers;
	bool has_tests;
	ResidualTests tests;
	const char *note; /* NULL: none */
} SpatialModel;

/* What an estimator works on. */
typedef struct Design
{
	const Sample *sample;
	int64 n;
	int variables;
	int columns; /* of x: intercept, variables, and their lags if the model has them */
	double *x;   /* n x columns */
	const double *y;
	double **lag; /* W x, a vector a variable, NULL where the model has none */
} Design;

/* ---- regression.c ---- */

/* So many doubles, perhaps over 1 GB. */
extern double *vector_new(Size count);
extern double vector_dot(const double *a, const double *b, int64 n);

/* W v, or W'v. */
extern void sample_lag(const Sample *sample, const double *v, double *result);
extern void sample_lag_transposed(const Sample *sample, const double *v, double *result);

/* Makes the design; 22023 where areas are too few for so many further coefficients. */
extern Design *design_make(const Sample *sample, int variables, const ModelShape *shape,
						   int further);
/* Least squares on a copy of x with columns side by side; 22023 naming a dependent column. */
extern MatrixQr *design_factor(const Design *design, const double *x, int columns);
/* Are least-squares residuals no more than rounding beside y? */
extern bool least_squares_exact(const Design *design, const double *residuals);
/* Effects' multipliers of a model without feedback. */
extern void multipliers_plain(SpatialModel *model, const Sample *sample);
/* W of all columns of x, a vector each. */
extern double **design_lags(const Design *design);
/* A new model with room for its coefficients. */
extern SpatialModel *model_new(SpatialModelKind kind, const Design *design);

/* Makes all figures of a model unknown, and says why. */
extern SpatialModel *model_unknown(SpatialModel *model, const char *note);

extern SpatialModel *model_least_squares(const Design *design, SpatialModelKind kind,
										 RegressionErrors errors);
extern SpatialModel *model_two_stage(const Design *design, SpatialModelKind kind,
									 RegressionErrors errors, int w_lags);

/* ---- regression_moments.c ---- */
extern SpatialModel *model_moments(const Design *design, SpatialModelKind kind);

/* ---- regression_likelihood.c ---- */
extern SpatialModel *model_likelihood(const Design *design, SpatialModelKind kind);

/* ---- regression_dense.c ---- */

/* (I - rho W)^-1; NULL where it has none. log_determinant may be NULL. */
extern double *spatial_inverse(const Sample *sample, double rho, double *log_determinant);
/* S W of a dense S. */
extern double *spatial_times_w(const Sample *sample, const double *inverse);
/* Largest absolute eigenvalue of w: effects die out where |rho| is below its inverse. */
extern double spatial_radius(const Sample *sample);
/* False where S has no meaning at this rho. */
extern bool multipliers_make(const Sample *sample, double rho, Multipliers *result);

/* ---- lm_tests.c ---- */

/* Traces of W, and of (W + W')W. */
extern double sample_trace_of_squares(const Sample *sample, double *trace);
extern void residual_tests(const Design *design, const MatrixQr *qr, const double *residuals,
						   ResidualTests *result);

/* ---- regression_model.c: the SQL value ---- */

#define SPATIAL_MODEL_COLUMNS 14

extern Datum model_datum(CompositeType *type, const SpatialModel *model);
extern SpatialModel *model_read(Datum datum);
/* "intercept", then of names x1: "x1", "lag_x1", "rho". */
extern char *model_term(const SpatialModel *model, int term, char **names);

#endif /* SPILLOVER_REGRESSION_H */
