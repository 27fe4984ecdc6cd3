/*
 * regression.c
 *	  Least squares with lagged regressors, and two-stage least squares with a
 *	  lagged outcome (Kelejian and Prucha 1998).
 */
#include "compat.h"
#include <float.h>
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "spillover/regression.h"

#define INTERRUPT_MASK 0xFFFF

/* Residuals this small beside y are rounding, which grows with n: the model fits exactly. */
#define EXACT_FIT 1e-13

const ModelShape model_shapes[MODEL_KINDS] = {
	[MODEL_OLS] = {"ols", false, NULL, false},
	[MODEL_SLX] = {"slx", true, NULL, false},
	[MODEL_LAG] = {"lag", false, "rho", true},
	[MODEL_DURBIN] = {"durbin", true, "rho", true},
	[MODEL_ERROR] = {"error", false, "lambda", false},
	[MODEL_LAG_ML] = {"lag_ml", false, "rho", true},
	[MODEL_DURBIN_ML] = {"durbin_ml", true, "rho", true},
	[MODEL_ERROR_ML] = {"error_ml", false, "lambda", false},
	[MODEL_DURBIN_ERROR_ML] = {"durbin_error_ml", true, "lambda", false},
};

double *
vector_new(Size count)
{
	return allocate(count, sizeof(double));
}

double
vector_dot(const double *a, const double *b, int64 n)
{
	double sum = 0;

	for (int64 i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

void
sample_lag(const Sample *sample, const double *v, double *result)
{
	for (uint32 i = 0; i < sample->n; i++)
	{
		double sum = 0;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			sum += sample_weight(sample, link) * v[sample->neighbor[link]];
		result[i] = sum;
	}
}

void
sample_lag_transposed(const Sample *sample, const double *v, double *result)
{
	memset(result, 0, sizeof(double) * sample->n);
	for (uint32 i = 0; i < sample->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			result[sample->neighbor[link]] += sample_weight(sample, link) * v[i];
	}
}

/* ---- the design ---- */

Design *
design_make(const Sample *sample, int variables, const ModelShape *shape, int further)
{
	Design *design = palloc0(sizeof(Design));
	int terms;

	design->sample = sample;
	design->n = sample->n;
	design->variables = variables;
	design->columns = 1 + variables * (shape->lagged ? 2 : 1);
	design->y = sample->x[0];
	terms = design->columns + further;
	if (design->n <= terms)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%lld areas are too few for %d coefficients", (long long) design->n, terms),
				 errhint("There must be more areas with known values than coefficients.")));
	if (shape->lagged)
	{
		design->lag = palloc(sizeof(double *) * (variables + 1));
		for (int j = 0; j < variables; j++)
		{
			design->lag[j] = vector_new(design->n);
			sample_lag(sample, sample->x[1 + j], design->lag[j]);
		}
	}
	design->x = vector_new((Size) design->n * design->columns);
	for (int64 i = 0; i < design->n; i++)
	{
		double *row = design->x + i * design->columns;

		row[0] = 1;
		for (int j = 0; j < variables; j++)
		{
			row[1 + j] = sample->x[1 + j][i];
			if (shape->lagged)
				row[1 + variables + j] = design->lag[j][i];
		}
	}
	return design;
}

/* Raises that a column of the design depends on those before it. */
static void
refuse_dependent(const Design *design, int column)
{
	const char *name = column > design->variables ? "the lag of column %d of x" : "column %d of x";
	int number = column > design->variables ? column - design->variables : column;

	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s depends linearly on the intercept and the columns before it",
						   psprintf(name, number)),
					errhint("Leave it out, or leave out one category of each set of indicators.")));
}

MatrixQr *
design_factor(const Design *design, const double *x, int columns)
{
	double *copy = vector_new((Size) design->n * columns);
	MatrixQr *qr;
	int dependent = columns;

	memcpy(copy, x, sizeof(double) * design->n * columns);
	qr = matrix_qr(copy, design->n, columns, MATRIX_QR_TOLERANCE);
	for (int place = qr->rank; place < columns; place++)
		dependent = Min(dependent, qr->order[place]);
	if (dependent < design->columns)
		refuse_dependent(design, dependent);
	return qr;
}

double **
design_lags(const Design *design)
{
	double **lag = palloc(sizeof(double *) * design->columns);
	double *column = vector_new(design->n);

	for (int j = 0; j < design->columns; j++)
	{
		for (int64 i = 0; i < design->n; i++)
			column[i] = design->x[i * design->columns + j];
		lag[j] = vector_new(design->n);
		sample_lag(design->sample, column, lag[j]);
	}
	pfree(column);
	return lag;
}

SpatialModel *
model_new(SpatialModelKind kind, const Design *design)
{
	SpatialModel *model = palloc0(sizeof(SpatialModel));
	const Sample *sample = design->sample;

	model->kind = kind;
	model->variables = design->variables;
	model->terms = design->columns + (model_shapes[kind].parameter != NULL ? 1 : 0);
	model->coefficients = palloc0(sizeof(double) * model->terms);
	model->covariance = palloc0(sizeof(double) * model->terms * model->terms);
	model->df = model->log_likelihood = NAN;
	model->n_used = design->n;
	model->n_null = sample->n_null;
	model->n_islands = sample->n_islands;
	for (uint32 link = 0; link < sample->links; link++)
		model->s0 += sample_weight(sample, link);
	return model;
}

SpatialModel *
model_unknown(SpatialModel *model, const char *note)
{
	for (int i = 0; i < model->terms; i++)
		model->coefficients[i] = NAN;
	for (int i = 0; i < model->terms * model->terms; i++)
		model->covariance[i] = NAN;
	model->sigma2 = NAN;
	model->note = note;
	return model;
}

/* ---- estimation ---- */

bool
least_squares_exact(const Design *design, const double *residuals)
{
	double largest = 0;
	double squares = 0;
	double n = design->n;

	for (int64 i = 0; i < design->n; i++)
		largest = Max(largest, fabs(design->y[i]));
	for (int64 i = 0; largest > 0 && i < design->n; i++)
		squares += residuals[i] / largest * (residuals[i] / largest);
	return sqrt(squares / n) <= EXACT_FIT + n * DBL_EPSILON;
}

/* Sum of squares; 0 where the residuals are rounding, NaN where squares vanish. */
static double
sum_of_squares(const Design *design, const double *residuals)
{
	double sum = 0;

	if (least_squares_exact(design, residuals))
		return 0;
	for (int64 i = 0; i < design->n; i++)
		sum += residuals[i] * residuals[i];
	return sum > 0 ? sum : NAN;
}

/* The middle of the sandwich: sum of u_i^2 x_i x_i'. */
static void
meat_white(const double *x, const double *residuals, int64 n, int columns, double *meat)
{
	memset(meat, 0, sizeof(double) * columns * columns);
	for (int64 i = 0; i < n; i++)
	{
		const double *row = x + i * columns;
		double square = residuals[i] * residuals[i];

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < columns; j++)
			for (int k = 0; k < columns; k++)
				meat[j * columns + k] += square * row[j] * row[k];
	}
}

/*
 * The same over pairs: sum of K_ij u_i u_j x_i x_j', K the weights, 1 for an area
 * with itself (Kelejian and Prucha 2007).
 */
static void
meat_kernel(const Design *design, const double *x, const double *residuals, double *meat)
{
	const Sample *sample = design->sample;
	int columns = design->columns;
	double *reach = palloc(sizeof(double) * columns);

	meat_white(x, residuals, design->n, columns, meat);
	for (uint32 i = 0; i < sample->n; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		memset(reach, 0, sizeof(double) * columns);
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			uint32 other = sample->neighbor[link];
			double factor = other == i ? 0 : sample_weight(sample, link) * residuals[other];

			for (int j = 0; j < columns; j++)
				reach[j] += factor * x[(Size) other * columns + j];
		}
		for (int j = 0; j < columns; j++)
			for (int k = 0; k < columns; k++)
				meat[j * columns + k] += residuals[i] * x[(Size) i * columns + j] * reach[k];
	}
	pfree(reach);
}

/* Covariance of a model's coefficients, x its regressors (after the first stage). */
static void
model_covariance(SpatialModel *model, const Design *design, const MatrixQr *qr, const double *x,
				 const double *residuals, RegressionErrors errors)
{
	int terms = model->terms;
	double *bread = palloc(sizeof(double) * terms * terms);
	double *meat = palloc(sizeof(double) * terms * terms);
	double factor =
		errors == ERRORS_HC1 ? (double) model->n_used / (double) (model->n_used - terms) : 1;

	matrix_qr_inverse(qr, bread);
	if (errors == ERRORS_CLASSICAL || model->sigma2 == 0)
		for (int i = 0; i < terms * terms; i++)
			model->covariance[i] = model->sigma2 * bread[i];
	else
	{
		if (errors == ERRORS_HAC)
			meat_kernel(design, x, residuals, meat);
		else
			meat_white(x, residuals, model->n_used, terms, meat);
		matrix_sandwich(bread, meat, terms, model->covariance);
		for (int i = 0; i < terms * terms; i++)
			model->covariance[i] *= factor;
	}
	for (int i = 0; i < terms; i++)
	{
		double *variance = &model->covariance[i * terms + i];

		if (*variance < 0)
			model->note = "a variance is negative: the kernel is not positive definite";
		/* too small for a double is not 0 */
		if (*variance == 0 && model->sigma2 != 0)
			*variance = NAN;
	}
	pfree(meat);
	pfree(bread);
}

/* On the spot beta, next door theta by the weights there. */
void
multipliers_plain(SpatialModel *model, const Sample *sample)
{
	double diagonal = 0;

	for (uint32 i = 0; i < sample->n; i++)
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			if (sample->neighbor[link] == i)
				diagonal += sample_weight(sample, link);
	model->multipliers.direct_beta = model->multipliers.total_beta = 1;
	model->multipliers.direct_theta = diagonal / model->n_used;
	model->multipliers.total_theta = model->s0 / model->n_used;
	model->has_multipliers = true;
}

SpatialModel *
model_least_squares(const Design *design, SpatialModelKind kind, RegressionErrors errors)
{
	SpatialModel *model = model_new(kind, design);
	MatrixQr *qr = design_factor(design, design->x, design->columns);
	double *residuals = vector_new(design->n);
	double squares;

	matrix_qr_solve(qr, design->y, model->coefficients, residuals);
	squares = sum_of_squares(design, residuals);
	model->df = design->n - model->terms;
	model->sigma2 = squares / model->df;
	if (squares > 0)
	{
		model->log_likelihood = -design->n / 2.0 * (log(2 * M_PI * squares / design->n) + 1);
		residual_tests(design, qr, residuals, &model->tests);
		model->has_tests = true;
	}
	else if (squares == 0)
		model->note = "the model fits exactly";
	model_covariance(model, design, qr, design->x, residuals, errors);
	multipliers_plain(model, design->sample);
	return model;
}

/* ---- two stages ---- */

/*
 * The lag of y as the regressors and their further lags explain it. Instruments
 * beyond the regressors: one more power of W on x for each of w_lags.
 */
static double *
first_stage(const Design *design, const double *wy, int w_lags)
{
	const Sample *sample = design->sample;
	int columns = design->columns + design->variables * w_lags;
	double *instruments = vector_new((Size) design->n * columns);
	double *from = vector_new(design->n);
	double *to = vector_new(design->n);
	double *fitted = vector_new(design->n);

	for (int64 i = 0; i < design->n; i++)
		memcpy(instruments + i * columns, design->x + i * design->columns,
			   sizeof(double) * design->columns);
	for (int j = 0; j < design->variables; j++)
	{
		memcpy(from, design->lag != NULL ? design->lag[j] : sample->x[1 + j],
			   sizeof(double) * design->n);
		for (int power = 0; power < w_lags; power++)
		{
			double *swap = from;
			int column = design->columns + power * design->variables + j;

			sample_lag(sample, from, to);
			for (int64 i = 0; i < design->n; i++)
				instruments[i * columns + column] = to[i];
			from = to;
			to = swap;
		}
	}
	matrix_qr_solve(design_factor(design, instruments, columns), wy, NULL, fitted);
	for (int64 i = 0; i < design->n; i++)
		fitted[i] = wy[i] - fitted[i];
	return fitted;
}

/* The regressors with one more column. */
static double *
design_with(const Design *design, const double *column)
{
	int columns = design->columns + 1;
	double *x = vector_new((Size) design->n * columns);

	for (int64 i = 0; i < design->n; i++)
	{
		memcpy(x + i * columns, design->x + i * design->columns, sizeof(double) * design->columns);
		x[i * columns + design->columns] = column[i];
	}
	return x;
}

/* y less what the model says, with the lag of y as it is. */
static double *
two_stage_residuals(const Design *design, const double *wy, const double *coefficients)
{
	double *residuals = vector_new(design->n);

	for (int64 i = 0; i < design->n; i++)
	{
		double value = design->y[i] - coefficients[design->columns] * wy[i];

		for (int j = 0; j < design->columns; j++)
			value -= coefficients[j] * design->x[i * design->columns + j];
		residuals[i] = value;
	}
	return residuals;
}

SpatialModel *
model_two_stage(const Design *design, SpatialModelKind kind, RegressionErrors errors, int w_lags)
{
	SpatialModel *model = model_new(kind, design);
	double *wy = vector_new(design->n);
	double *x;
	double *residuals;
	MatrixQr *qr;
	double squares;

	sample_lag(design->sample, design->y, wy);
	x = design_with(design, first_stage(design, wy, w_lags));
	qr = design_factor(design, x, model->terms);
	if (qr->rank < model->terms)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the lag of y cannot be told from the other columns"),
						errhint("The lags of x must explain part of it: give columns of x that "
								"differ from place to place, and weights with links.")));
	matrix_qr_solve(qr, design->y, model->coefficients, NULL);
	residuals = two_stage_residuals(design, wy, model->coefficients);
	squares = sum_of_squares(design, residuals);
	model->sigma2 = squares / (design->n - model->terms);
	if (squares == 0)
		model->note = "the model fits exactly";
	model_covariance(model, design, qr, x, residuals, errors);
	if (design->n <= REGRESSION_MULTIPLIERS_MOST)
		model->has_multipliers = multipliers_make(
			design->sample, model->coefficients[model->terms - 1], &model->multipliers);
	return model;
}
