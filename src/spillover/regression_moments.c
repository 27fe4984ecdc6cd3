/*
 * regression_moments.c
 *	  The error model by generalised moments: Kelejian and Prucha 1999, with the
 *	  matrices and weights of Drukker, Egger and Prucha 2013 for equal variances.
 *
 * The filtered residuals e = u - lambda W u shall have e'A1 e = e'A2 e = 0, with
 * A1 = (W'W - c I)/(1 + c^2), c the mean of the diagonal of W'W, and
 * A2 = (W + W')/2.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "spillover/regression.h"

#define GRID 2000
#define HALVINGS 100

/* What the moments need of w. */
typedef struct MomentWeights
{
	const Sample *sample;
	double center;    /* c */
	double scale;     /* 1/(1 + c^2) */
	double *diagonal; /* of A1 */
	double trace11;   /* of A1 A1 */
	double trace12;   /* of A1 A2 */
	double trace22;   /* of A2 A2 */
} MomentWeights;

/* The two moments are constant[i] - slope[i] lambda - square[i] lambda^2. */
typedef struct Moments
{
	double constant[2];
	double slope[2];
	double square[2];
} Moments;

/* A symmetric 2 x 2 matrix. */
typedef struct Pair
{
	double a11;
	double a12;
	double a22;
} Pair;

/* ---- traces ---- */

/* The links by the area they lead to: the rows of W'. */
static void
links_transposed(const Sample *sample, uint32 **start, uint32 **from, double **weight)
{
	Size n = sample->n;
	uint32 *next = allocate((Size) n + 1, sizeof(uint32));

	*start = allocate((Size) n + 1, sizeof(uint32));
	*from = allocate(sample->links, sizeof(uint32));
	*weight = vector_new(sample->links);
	memset(*start, 0, sizeof(uint32) * (n + 1));
	for (uint32 link = 0; link < sample->links; link++)
		(*start)[sample->neighbor[link] + 1]++;
	for (Size i = 0; i < n; i++)
		(*start)[i + 1] += (*start)[i];
	memcpy(next, *start, sizeof(uint32) * n);
	for (uint32 i = 0; i < n; i++)
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			uint32 at = next[sample->neighbor[link]]++;

			(*from)[at] = i;
			(*weight)[at] = sample_weight(sample, link);
		}
	pfree(next);
}

/* Row `area` of W'W into row, which is 0 before. */
static void
square_row(const Sample *sample, const uint32 *start, const uint32 *from, const double *weight,
		   uint32 area, double *row)
{
	for (uint32 up = start[area]; up < start[area + 1]; up++)
		for (uint32 link = sample->start[from[up]]; link < sample->start[from[up] + 1]; link++)
			row[sample->neighbor[link]] += weight[up] * sample_weight(sample, link);
}

/* Sum of squares of a row of W'W, its product with W; makes the row 0 again. */
static double
square_row_take(const Sample *sample, const uint32 *start, const uint32 *from, const double *weight,
				uint32 area, double *row, double *with_w)
{
	double squares = 0;

	for (uint32 up = start[area]; up < start[area + 1]; up++)
		*with_w += row[from[up]] * weight[up];
	for (uint32 up = start[area]; up < start[area + 1]; up++)
		for (uint32 link = sample->start[from[up]]; link < sample->start[from[up] + 1]; link++)
		{
			double *element = &row[sample->neighbor[link]];

			squares += *element * *element;
			*element = 0;
		}
	return squares;
}

static MomentWeights *
moment_weights(const Sample *sample)
{
	MomentWeights *m = palloc0(sizeof(MomentWeights));
	double n = sample->n;
	double *row = vector_new(sample->n);
	uint32 *start, *from;
	double *weight;
	double trace, squares = 0, with_w = 0;

	m->sample = sample;
	m->diagonal = vector_new(sample->n);
	links_transposed(sample, &start, &from, &weight);
	memset(row, 0, sizeof(double) * sample->n);
	for (uint32 i = 0; i < sample->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		square_row(sample, start, from, weight, i, row);
		m->diagonal[i] = row[i];
		m->center += row[i] / n;
		squares += square_row_take(sample, start, from, weight, i, row, &with_w);
	}
	m->scale = 1 / (1 + m->center * m->center);
	for (uint32 i = 0; i < sample->n; i++)
		m->diagonal[i] = (m->diagonal[i] - m->center) * m->scale;
	m->trace22 = sample_trace_of_squares(sample, &trace) / 2;
	m->trace11 = m->scale * m->scale * (squares - n * m->center * m->center);
	m->trace12 = m->scale * (with_w - m->center * trace);
	pfree(row);
	pfree(start);
	pfree(from);
	pfree(weight);
	return m;
}

/* ---- moments ---- */

/* a'A1 b and a'A2 b over n, of b and W b and of a and W a. */
static void
moments_of(const MomentWeights *m, const double *a, const double *wa, const double *b,
		   const double *wb, double *result)
{
	int64 n = m->sample->n;

	result[0] = (vector_dot(wa, wb, n) - m->center * vector_dot(a, b, n)) * m->scale / n;
	result[1] = (vector_dot(a, wb, n) + vector_dot(wa, b, n)) / 2 / n;
}

/* The moments of residuals u as functions of lambda. */
static Moments
moments_make(const MomentWeights *m, const double *u)
{
	Moments moments;
	double *wu = vector_new(m->sample->n);
	double *wwu = vector_new(m->sample->n);

	sample_lag(m->sample, u, wu);
	sample_lag(m->sample, wu, wwu);
	moments_of(m, u, wu, u, wu, moments.constant);
	moments_of(m, wu, wwu, u, wu, moments.slope);
	moments_of(m, wu, wwu, wu, wwu, moments.square);
	for (int i = 0; i < 2; i++)
	{
		moments.slope[i] *= 2;
		moments.square[i] = -moments.square[i];
	}
	pfree(wu);
	pfree(wwu);
	return moments;
}

/* The weighted sum of squares of the moments, and half its derivative. */
static double
moments_distance(const Moments *m, const Pair *weight, double lambda, double *derivative)
{
	double r[2], d[2];

	for (int i = 0; i < 2; i++)
	{
		r[i] = m->constant[i] - m->slope[i] * lambda - m->square[i] * lambda * lambda;
		d[i] = -m->slope[i] - 2 * m->square[i] * lambda;
	}
	*derivative = weight->a11 * r[0] * d[0] + weight->a12 * (r[0] * d[1] + r[1] * d[0]) +
				  weight->a22 * r[1] * d[1];
	return weight->a11 * r[0] * r[0] + 2 * weight->a12 * r[0] * r[1] + weight->a22 * r[1] * r[1];
}

/* The lambda inside -end..end with the least distance; NaN where it is at an end. */
static double
moments_minimum(const Moments *m, const Pair *weight, double end)
{
	double least = INFINITY;
	double best = NAN;
	double low, high, unused;

	for (int i = 0; i <= GRID; i++)
	{
		double lambda = end * (2.0 * i / GRID - 1);
		double distance = moments_distance(m, weight, lambda, &unused);

		if (distance < least)
		{
			least = distance;
			best = lambda;
		}
	}
	if (!(fabs(best) < end))
		return NAN;
	low = best - 2 * end / GRID;
	high = best + 2 * end / GRID;
	for (int i = 0; i < HALVINGS; i++)
	{
		double middle = low + (high - low) / 2;
		double derivative;

		moments_distance(m, weight, middle, &derivative);
		if (derivative > 0)
			high = middle;
		else
			low = middle;
	}
	return low;
}

/* The inverse of the covariance of the moments of residuals filtered by lambda. */
static Pair
moments_weight(const MomentWeights *m, const double *u, double lambda, double *sigma2)
{
	int64 n = m->sample->n;
	double *e = vector_new(n);
	double fourth = 0, s2 = 0, determinant;
	Pair v, inverse;

	sample_lag(m->sample, u, e);
	for (int64 i = 0; i < n; i++)
	{
		double square = (u[i] - lambda * e[i]) * (u[i] - lambda * e[i]);

		s2 += square / n;
		fourth += square * square / n;
	}
	v.a11 =
		2 * s2 * s2 * m->trace11 + (fourth - 3 * s2 * s2) * vector_dot(m->diagonal, m->diagonal, n);
	v.a12 = 2 * s2 * s2 * m->trace12;
	v.a22 = 2 * s2 * s2 * m->trace22;
	determinant = v.a11 * v.a22 - v.a12 * v.a12;
	inverse.a11 = v.a22 / determinant * n;
	inverse.a12 = -v.a12 / determinant * n;
	inverse.a22 = v.a11 / determinant * n;
	*sigma2 = s2;
	pfree(e);
	return inverse;
}

/* ---- the model ---- */

/* Least squares of what is left of y and x less lambda times their lags. */
static MatrixQr *
filtered_fit(const Design *design, double **wx, const double *wy, double lambda, double *beta)
{
	int columns = design->columns;
	double *x = vector_new((Size) design->n * columns);
	double *y = vector_new(design->n);
	MatrixQr *qr;

	for (int64 i = 0; i < design->n; i++)
	{
		y[i] = design->y[i] - lambda * wy[i];
		for (int j = 0; j < columns; j++)
			x[i * columns + j] = design->x[i * columns + j] - lambda * wx[j][i];
	}
	qr = matrix_qr(x, design->n, columns, MATRIX_QR_TOLERANCE);
	if (beta != NULL)
		matrix_qr_solve(qr, y, beta, NULL);
	pfree(y);
	return qr;
}

/* Variance of lambda from the slopes of the moments, and the covariance of beta. */
static void
moments_covariance(SpatialModel *model, const MatrixQr *qr, const Moments *m, const Pair *weight,
				   double lambda)
{
	int terms = model->terms;
	int columns = terms - 1;
	double *bread = palloc(sizeof(double) * columns * columns);
	double slope[2];

	for (int i = 0; i < 2; i++)
		slope[i] = m->slope[i] + 2 * lambda * m->square[i];
	matrix_qr_inverse(qr, bread);
	for (int i = 0; i < columns; i++)
		for (int j = 0; j < columns; j++)
			model->covariance[i * terms + j] = model->sigma2 * bread[i * columns + j];
	model->covariance[terms * terms - 1] =
		1 /
		(weight->a11 * slope[0] * slope[0] + 2 * weight->a12 * slope[0] * slope[1] +
		 weight->a22 * slope[1] * slope[1]) /
		model->n_used;
	pfree(bread);
}

/* y less x times beta. */
static void
plain_residuals(const Design *design, const double *beta, double *u)
{
	for (int64 i = 0; i < design->n; i++)
	{
		u[i] = design->y[i];
		for (int j = 0; j < design->columns; j++)
			u[i] -= beta[j] * design->x[i * design->columns + j];
	}
}

SpatialModel *
model_moments(const Design *design, SpatialModelKind kind)
{
	SpatialModel *model = model_new(kind, design);
	MatrixQr *qr = design_factor(design, design->x, design->columns);
	double end = spatial_radius(design->sample);
	double *u = vector_new(design->n);
	double *wy = vector_new(design->n);
	double **wx = design_lags(design);
	double *beta = model->coefficients;
	const MomentWeights *w;
	Moments moments;
	Pair weight = {1, 0, 1};
	double lambda;

	matrix_qr_solve(qr, design->y, beta, u);
	if (!(end > 0))
		return model_unknown(model, "there are no links");
	if (least_squares_exact(design, u))
		return model_unknown(model, "the model fits exactly");
	end = 1 / end;
	w = moment_weights(design->sample);
	sample_lag(design->sample, design->y, wy);
	moments = moments_make(w, u);
	lambda = moments_minimum(&moments, &weight, end);
	if (!isnan(lambda))
	{
		filtered_fit(design, wx, wy, lambda, beta);
		plain_residuals(design, beta, u);
		moments = moments_make(w, u);
		weight = moments_weight(w, u, lambda, &model->sigma2);
		lambda = moments_minimum(&moments, &weight, end);
	}
	if (isnan(lambda))
		return model_unknown(model, "the moments have no minimum inside the range of lambda");
	beta[design->columns] = lambda;
	weight = moments_weight(w, u, lambda, &model->sigma2);
	moments_covariance(model, filtered_fit(design, wx, wy, lambda, NULL), &moments, &weight,
					   lambda);
	multipliers_plain(model, design->sample);
	return model;
}
