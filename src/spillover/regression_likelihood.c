/*
 * regression_likelihood.c
 *	  Maximum likelihood of lag and error models (Ord 1975; Anselin 1988), exact:
 *	  the root of the profile score in rho or lambda, log|I - rho W| from its LU.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "spillover/regression.h"

/* How near to the end of its range rho is looked for. */
#define RANGE_MARGIN 1e-6
#define ROOT_STEPS_MOST 100
#define ROOT_SHORT 1e-11

/* The profile likelihood at the value of rho or lambda that was looked at last. */
typedef struct Profile
{
	const Design *design;
	bool error;   /* lambda */
	MatrixQr *qr; /* of x, or of x - lambda W x */
	double *x;    /* x - lambda W x */
	double *y;    /* y - rho W y */
	double *wy;   /* W y */
	double **wx;  /* W x of all columns, for lambda */
	double *beta;
	double *residuals;
	double squares;
	double log_determinant;
} Profile;

static Profile *
profile_make(const Design *design, bool error)
{
	Profile *profile = palloc0(sizeof(Profile));

	profile->design = design;
	profile->error = error;
	profile->qr = design_factor(design, design->x, design->columns);
	profile->x = vector_new((Size) design->n * design->columns);
	profile->y = vector_new(design->n);
	profile->wy = vector_new(design->n);
	profile->beta = palloc(sizeof(double) * design->columns);
	profile->residuals = vector_new(design->n);
	sample_lag(design->sample, design->y, profile->wy);
	if (error)
		profile->wx = design_lags(design);
	return profile;
}

/* Least squares of y - rho W y on x, or on x - lambda W x. */
static void
profile_fit(Profile *profile, double parameter)
{
	const Design *design = profile->design;
	int columns = design->columns;

	for (int64 i = 0; i < design->n; i++)
	{
		profile->y[i] = design->y[i] - parameter * profile->wy[i];
		for (int j = 0; profile->error && j < columns; j++)
			profile->x[i * columns + j] =
				design->x[i * columns + j] - parameter * profile->wx[j][i];
	}
	if (profile->error)
	{
		double *copy = vector_new((Size) design->n * columns);

		memcpy(copy, profile->x, sizeof(double) * design->n * columns);
		pfree(profile->qr->a);
		matrix_qr_free(profile->qr);
		profile->qr = matrix_qr(copy, design->n, columns, MATRIX_QR_TOLERANCE);
	}
	matrix_qr_solve(profile->qr, profile->y, profile->beta, profile->residuals);
	profile->squares = 0;
	for (int64 i = 0; i < design->n; i++)
		profile->squares += profile->residuals[i] * profile->residuals[i];
}

/* Residuals' product with the derivative of the residuals by the parameter, turned. */
static double
profile_slope(const Profile *profile)
{
	const Design *design = profile->design;
	double sum = 0;

	for (int64 i = 0; i < design->n; i++)
	{
		double lagged = profile->wy[i];

		for (int j = 0; profile->error && j < design->columns; j++)
			lagged -= profile->wx[j][i] * profile->beta[j];
		sum += profile->residuals[i] * lagged;
	}
	return sum;
}

/* Trace of W S, by the links. */
static double
trace_with_w(const Sample *sample, const double *inverse)
{
	double sum = 0;

	for (uint32 i = 0; i < sample->n; i++)
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			sum += sample_weight(sample, link) *
				   inverse[(Size) sample->neighbor[link] * sample->n + i];
	return sum;
}

/* Derivative of the profile log-likelihood. */
static double
profile_score(Profile *profile, double parameter)
{
	const Sample *sample = profile->design->sample;
	double *inverse = spatial_inverse(sample, parameter, &profile->log_determinant);
	double trace;

	if (inverse == NULL)
		return NAN;
	trace = trace_with_w(sample, inverse);
	pfree(inverse);
	profile_fit(profile, parameter);
	return profile->design->n * profile_slope(profile) / profile->squares - trace;
}

/* The secant through the last two points, or the middle where that is outside or slow. */
static double
root_next(double low, double high, double before, double at_before, double now, double at_now)
{
	double next = now - at_now * (now - before) / (at_now - at_before);

	if (next > low && next < high && fabs(next - now) < fabs(now - before))
		return next;
	return low + (high - low) / 2;
}

/*
 * The root of the score inside -end..end; NaN: there is none. The search goes
 * outward from 0 until the score turns, as its poles at the ends mislead secants.
 */
static double
profile_root(Profile *profile, double end)
{
	double before = 0, now = 0;
	double at_before = profile_score(profile, 0), at_now = at_before;
	double low, high;

	for (double margin = 0.5; margin >= RANGE_MARGIN && (at_now > 0) == (at_before > 0);
		 margin /= 4)
	{
		before = now;
		at_before = at_now;
		now = copysign(end * (1 - margin), at_before);
		at_now = profile_score(profile, now);
	}
	if (!((at_now > 0) != (at_before > 0)))
		return NAN;
	low = Min(before, now);
	high = Max(before, now);
	for (int step = 0; step < ROOT_STEPS_MOST && at_now != 0; step++)
	{
		double next = root_next(low, high, before, at_before, now, at_now);

		/* a secant this short has twice its digits right */
		if (fabs(next - now) <= ROOT_SHORT)
			return next;
		before = now;
		at_before = at_now;
		now = next;
		at_now = profile_score(profile, now);
		if (at_now > 0)
			low = now;
		else
			high = now;
	}
	return now;
}

/* Scales a symmetric positive matrix to a unit diagonal, inverts it, and scales back. */
static bool
information_inverse(double *information, int n, double *inverse)
{
	double *scale = palloc(sizeof(double) * n);
	bool positive;

	for (int i = 0; i < n; i++)
		scale[i] = 1 / sqrt(information[i * n + i]);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			information[i * n + j] *= scale[i] * scale[j];
	positive = matrix_cholesky(information, n);
	if (positive)
		matrix_cholesky_inverse(information, n, inverse);
	for (int i = 0; positive && i < n; i++)
		for (int j = 0; j < n; j++)
			inverse[i * n + j] *= scale[i] * scale[j];
	pfree(scale);
	return positive;
}

/* The information on beta, the parameter and sigma2, in this order; false where S is not to be had. */
static bool
information_make(const Profile *profile, double parameter, double sigma2, double *information)
{
	const Design *design = profile->design;
	int columns = design->columns;
	int size = columns + 2;
	Size n = design->n;
	const double *x = profile->error ? profile->x : design->x;
	double *inverse = spatial_inverse(design->sample, parameter, NULL);
	double *g;
	double trace = 0, squares = 0;
	double *cross = palloc0(sizeof(double) * size);
	double *fitted = palloc0(sizeof(double) * (n + 1));

	if (inverse == NULL)
		return false;
	g = spatial_times_w(design->sample, inverse);
	memset(information, 0, sizeof(double) * size * size);
	for (Size i = 0; !profile->error && i < n; i++)
		for (int j = 0; j < columns; j++)
			fitted[i] += x[i * columns + j] * profile->beta[j];
	for (Size i = 0; i < n; i++)
	{
		double through = 0;

		trace += g[i * n + i];
		for (Size j = 0; j < n; j++)
		{
			squares += g[i * n + j] * (g[i * n + j] + g[j * n + i]);
			through += g[i * n + j] * fitted[j];
		}
		squares += through * through / sigma2;
		for (int j = 0; j < columns; j++)
			cross[j] += x[i * columns + j] * through / sigma2;
		for (int j = 0; j < columns; j++)
			for (int k = 0; k < columns; k++)
				information[j * size + k] += x[i * columns + j] * x[i * columns + k] / sigma2;
	}
	for (int j = 0; j < columns; j++)
		information[j * size + columns] = information[columns * size + j] = cross[j];
	information[columns * size + columns] = squares;
	information[columns * size + columns + 1] = information[(columns + 1) * size + columns] =
		trace / sigma2;
	information[(columns + 1) * size + columns + 1] = n / (2 * sigma2 * sigma2);
	pfree(inverse);
	pfree(g);
	pfree(cross);
	pfree(fitted);
	return true;
}

/* The estimates at the root. */
static void
model_fill(SpatialModel *model, Profile *profile, double parameter)
{
	double n = model->n_used;
	int size = model->terms + 1;
	double *information = palloc(sizeof(double) * size * size);
	double *inverse = palloc(sizeof(double) * size * size);
	bool positive;

	profile_score(profile, parameter);
	memcpy(model->coefficients, profile->beta, sizeof(double) * (model->terms - 1));
	model->coefficients[model->terms - 1] = parameter;
	model->sigma2 = profile->squares / n;
	model->log_likelihood = -n / 2 * (log(2 * M_PI * model->sigma2) + 1) + profile->log_determinant;
	positive = information_make(profile, parameter, model->sigma2, information) &&
			   information_inverse(information, size, inverse);
	for (int i = 0; i < model->terms; i++)
		for (int j = 0; j < model->terms; j++)
			model->covariance[i * model->terms + j] = positive ? inverse[i * size + j] : NAN;
	pfree(information);
	pfree(inverse);
}

SpatialModel *
model_likelihood(const Design *design, SpatialModelKind kind)
{
	SpatialModel *model = model_new(kind, design);
	bool error = !model_shapes[kind].feedback;
	Profile *profile;
	double end, parameter;

	if (design->n > REGRESSION_LIKELIHOOD_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%lld areas are too many for maximum likelihood, at most %d are served",
						(long long) design->n, REGRESSION_LIKELIHOOD_MOST),
				 errhint("spatial_lag_model and durbin serve any number.")));
	profile = profile_make(design, error);
	end = spatial_radius(design->sample);
	if (!(end > 0))
		return model_unknown(model, "there are no links");
	profile_fit(profile, 0);
	if (least_squares_exact(design, profile->residuals))
		return model_unknown(model, "the model fits exactly");
	parameter = profile_root(profile, 1 / end);
	if (isnan(parameter))
		return model_unknown(model, "the likelihood has no maximum inside the range of rho");
	model_fill(model, profile, parameter);
	if (error)
		multipliers_plain(model, design->sample);
	else if (design->n <= REGRESSION_MULTIPLIERS_MOST)
		model->has_multipliers = multipliers_make(design->sample, parameter, &model->multipliers);
	return model;
}
