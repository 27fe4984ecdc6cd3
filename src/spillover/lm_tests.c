/*
 * lm_tests.c
 *	  Is there spatial dependence left in least-squares residuals, and is it of the
 *	  lag or of the error kind? Anselin 1988; Anselin, Bera, Florax and Yoon 1996;
 *	  Moran's I of residuals after Cliff and Ord 1981.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "spillover/regression.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_lm_tests);
PG_FUNCTION_INFO_V1(monitor_residual_moran);

#define LM_TEST_COLUMNS 4
#define RESIDUAL_MORAN_COLUMNS 5

/* The weight of the link from one place to another, 0 where there is none. */
static double
weight_between(const Sample *sample, uint32 from, uint32 to)
{
	uint32 link = sample_find_link(sample, from, to);

	return link == SAMPLE_NO_LINK ? 0 : sample_weight(sample, link);
}

double
sample_trace_of_squares(const Sample *sample, double *trace)
{
	double sum = 0;

	*trace = 0;
	for (uint32 i = 0; i < sample->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			double weight = sample_weight(sample, link);

			sum += weight * (weight + weight_between(sample, sample->neighbor[link], i));
			if (sample->neighbor[link] == i)
				*trace += weight;
		}
	}
	return sum;
}

/* (W + W')/2 times v. */
static void
symmetric_lag(const Sample *sample, const double *v, double *result, double *room)
{
	sample_lag(sample, v, result);
	sample_lag_transposed(sample, v, room);
	for (uint32 i = 0; i < sample->n; i++)
		result[i] = (result[i] + room[i]) / 2;
}

/*
 * Traces of M U and of M U M U, U = (W + W')/2 and M the projection off the
 * regressors, from an orthonormal basis Q of these.
 */
static void
projected_traces(const Design *design, const MatrixQr *qr, double trace, double squares,
				 double *first, double *second)
{
	double **basis = palloc(sizeof(double *) * qr->rank);
	double *lagged = vector_new(design->n);
	double *room = vector_new(design->n);

	for (int j = 0; j < qr->rank; j++)
	{
		basis[j] = vector_new(design->n);
		matrix_qr_basis(qr, j, basis[j]);
	}
	*first = trace;
	*second = squares / 2;
	for (int j = 0; j < qr->rank; j++)
	{
		symmetric_lag(design->sample, basis[j], lagged, room);
		*first -= vector_dot(basis[j], lagged, design->n);
		*second -= 2 * vector_dot(lagged, lagged, design->n);
		for (int k = 0; k < qr->rank; k++)
		{
			double element = vector_dot(basis[k], lagged, design->n);

			*second += element * element;
		}
	}
	for (int j = 0; j < qr->rank; j++)
		pfree(basis[j]);
	pfree(basis);
	pfree(lagged);
	pfree(room);
}

/* Moran's I of the residuals with its moments for normal errors. */
static void
residual_moran(const Design *design, const MatrixQr *qr, double lagged, double squares,
			   double trace, double trace2, ResidualTests *result)
{
	double n = design->n;
	double df = n - qr->rank;
	double s0 = 0;
	double first, second;

	for (uint32 link = 0; link < design->sample->links; link++)
		s0 += sample_weight(design->sample, link);
	projected_traces(design, qr, trace, trace2, &first, &second);
	result->moran = n / s0 * lagged / squares;
	result->moran_expected = n / s0 * first / df;
	result->moran_variance =
		n / s0 * (n / s0) * 2 * (second - first * first / df) / (df * (df + 2));
}

void
residual_tests(const Design *design, const MatrixQr *qr, const double *residuals,
			   ResidualTests *result)
{
	double *fitted = vector_new(design->n);
	double *lagged = vector_new(design->n);
	double squares = vector_dot(residuals, residuals, design->n);
	double variance = squares / design->n;
	double trace;
	double t = sample_trace_of_squares(design->sample, &trace);
	double on_errors, on_y, j;

	sample_lag(design->sample, residuals, lagged);
	on_errors = vector_dot(residuals, lagged, design->n) / variance;
	residual_moran(design, qr, on_errors * variance, squares, trace, t, result);
	sample_lag(design->sample, design->y, lagged);
	on_y = vector_dot(residuals, lagged, design->n) / variance;
	for (int64 i = 0; i < design->n; i++)
		fitted[i] = design->y[i] - residuals[i];
	sample_lag(design->sample, fitted, lagged);
	matrix_qr_solve(qr, lagged, NULL, fitted);
	j = vector_dot(fitted, fitted, design->n) / variance + t;

	result->error = on_errors * on_errors / t;
	result->lag = on_y * on_y / j;
	result->robust_error =
		(on_errors - t / j * on_y) * (on_errors - t / j * on_y) / (t * (1 - t / j));
	/* without regressors that vary the two kinds cannot be told apart */
	if (!(j - t > 1e-12 * t))
		result->robust_error = result->robust_lag = NAN;
	else
		result->robust_lag = (on_y - on_errors) * (on_y - on_errors) / (j - t);
	pfree(fitted);
	pfree(lagged);
}

/* ---- SQL ---- */

/* The model's tests; 22023 where it has none by its kind, NULL where it fits exactly. */
static const ResidualTests *
tests_of(const SpatialModel *model)
{
	if (model->kind != MODEL_OLS && model->kind != MODEL_SLX)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a model \"%s\" has no tests of least-squares residuals",
							   model_shapes[model->kind].name),
						errhint("Give the result of spatial_ols or slx.")));
	return model->has_tests ? &model->tests : NULL;
}

/* lm_tests(model) -> setof (test, statistic, df, p) */
Datum
monitor_lm_tests(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"LMerr", "LMlag", "RLMerr", "RLMlag", "SARMA"};
	const ResidualTests *tests = tests_of(model_read(PG_GETARG_DATUM(0)));
	ReturnSetInfo *rows = rows_begin(fcinfo, LM_TEST_COLUMNS);

	for (int i = 0; i < lengthof(names); i++)
	{
		double figures[5];
		Datum values[LM_TEST_COLUMNS];
		bool nulls[LM_TEST_COLUMNS] = {false};
		int df = i == 4 ? 2 : 1;
		double statistic = NAN;

		if (tests != NULL)
		{
			figures[0] = tests->error;
			figures[1] = tests->lag;
			figures[2] = tests->robust_error;
			figures[3] = tests->robust_lag;
			figures[4] = tests->error + tests->robust_lag;
			statistic = figures[i];
		}
		values[0] = CStringGetTextDatum(names[i]);
		put_figure(values, nulls, 1, statistic);
		values[2] = Int32GetDatum(df);
		put_figure(values, nulls, 3,
				   isfinite(statistic) && statistic >= 0 ? chi_square_upper(statistic, df) : NAN);
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}

/* residual_moran(model) -> (statistic, expected, variance, z, p) */
Datum
monitor_residual_moran(PG_FUNCTION_ARGS)
{
	const ResidualTests *tests = tests_of(model_read(PG_GETARG_DATUM(0)));
	CompositeType *type = composite_type(fcinfo, RESIDUAL_MORAN_COLUMNS);
	double figures[RESIDUAL_MORAN_COLUMNS] = {NAN, NAN, NAN, NAN, NAN};
	Datum values[RESIDUAL_MORAN_COLUMNS];
	bool nulls[RESIDUAL_MORAN_COLUMNS] = {false};

	if (tests != NULL)
	{
		figures[0] = tests->moran;
		figures[1] = tests->moran_expected;
		figures[2] = tests->moran_variance;
		if (tests->moran_variance > 0)
		{
			figures[3] = (tests->moran - tests->moran_expected) / sqrt(tests->moran_variance);
			figures[4] = isfinite(figures[3]) ? normal_two_sided(figures[3]) : NAN;
		}
	}
	for (int i = 0; i < RESIDUAL_MORAN_COLUMNS; i++)
		put_figure(values, nulls, i, figures[i]);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
