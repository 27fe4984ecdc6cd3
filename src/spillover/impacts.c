/*
 * impacts.c
 *	  Direct, indirect and total effects (LeSage and Pace 2009), and which area
 *	  sends how much to which.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "spillover/column_names.h"
#include "spillover/regression.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_impacts);
PG_FUNCTION_INFO_V1(monitor_impacts_fixed);
PG_FUNCTION_INFO_V1(monitor_impact_matrix);
PG_FUNCTION_INFO_V1(monitor_impact_matrix_fixed);

#define IMPACT_COLUMNS 11
#define IMPACT_MATRIX_COLUMNS 3

#define OUT_OF_RANGE "outside the range in which effects die out"

/* One unit of x: what of it is beta's, theta's, and how that moves with rho. */
typedef struct EffectWeights
{
	double beta;
	double theta;
	double beta_slope;
	double theta_slope;
} EffectWeights;

/* Weights as a sample of all their areas. */
static Sample *
sample_of_weights(const Weights *w)
{
	Sample *sample = palloc0(sizeof(Sample));

	sample->n = w->areas;
	sample->links = w->links;
	sample->ids = weights_ids(w);
	sample->start = weights_start(w);
	sample->neighbor = weights_neighbors(w);
	sample->weight = weights_values(w);
	return sample;
}

static void
refuse_size(int64 n, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					errmsg("%lld areas are too many for effects with feedback", (long long) n),
					errhint("%s", hint)));
}

/* Refuses more areas than a dense matrix is made for. */
static void
check_dense(int64 n)
{
	if (n > REGRESSION_DENSE_MOST)
		refuse_size(n, psprintf("At most %d are served: take fewer areas, or slx, whose effects "
								"need no matrix.",
								REGRESSION_DENSE_MOST));
}

/* ---- effects ---- */

/* An effect and its standard error by the delta method. */
static double
effect_of(const SpatialModel *model, int variable, const EffectWeights *weights, double *se)
{
	const ModelShape *shape = &model_shapes[model->kind];
	int terms = model->terms;
	int place[3] = {1 + variable, shape->lagged ? 1 + model->variables + variable : -1,
					shape->feedback ? terms - 1 : -1};
	double beta = model->coefficients[place[0]];
	double theta = shape->lagged ? model->coefficients[place[1]] : 0;
	double gradient[3] = {weights->beta, weights->theta,
						  beta * weights->beta_slope + theta * weights->theta_slope};
	double variance = 0;

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			if (place[i] >= 0 && place[j] >= 0)
				variance +=
					gradient[i] * gradient[j] * model->covariance[place[i] * terms + place[j]];
	*se = sqrt(variance);
	return beta * weights->beta + theta * weights->theta;
}

/* Effect, standard error and p of one kind, into three columns. */
static void
effect_put(const SpatialModel *model, int variable, const EffectWeights *weights, Datum *values,
		   bool *nulls)
{
	double se = NAN;
	double effect = weights == NULL ? NAN : effect_of(model, variable, weights, &se);
	double statistic = se > 0 ? effect / se : NAN;
	double p = !isfinite(statistic) ? NAN
			   : model->df > 0      ? student_two_sided(statistic, model->df)
									: normal_two_sided(statistic);

	put_figure(values, nulls, 0, effect);
	put_figure(values, nulls, 1, se);
	put_figure(values, nulls, 2, p);
}

/* One row a variable; without multipliers the note says why there is none. */
static void
impacts_put(ReturnSetInfo *rows, const SpatialModel *model, char **names, const Multipliers *m)
{
	EffectWeights direct, total, indirect;

	if (m != NULL)
	{
		direct = (EffectWeights){m->direct_beta, m->direct_theta, m->direct_beta_slope,
								 m->direct_theta_slope};
		total = (EffectWeights){m->total_beta, m->total_theta, m->total_beta_slope,
								m->total_theta_slope};
		indirect = (EffectWeights){total.beta - direct.beta, total.theta - direct.theta,
								   total.beta_slope - direct.beta_slope,
								   total.theta_slope - direct.theta_slope};
	}
	for (int variable = 0; variable < model->variables; variable++)
	{
		Datum values[IMPACT_COLUMNS] = {0};
		bool nulls[IMPACT_COLUMNS] = {false};

		values[0] = CStringGetTextDatum(model_term(model, 1 + variable, names));
		effect_put(model, variable, m == NULL ? NULL : &direct, values + 1, nulls + 1);
		effect_put(model, variable, m == NULL ? NULL : &indirect, values + 4, nulls + 4);
		effect_put(model, variable, m == NULL ? NULL : &total, values + 7, nulls + 7);
		nulls[10] = m != NULL;
		if (m == NULL)
			values[10] = CStringGetTextDatum(isnan(model->coefficients[model->terms - 1])
												 ? "rho is unknown"
												 : "rho is " OUT_OF_RANGE);
		rows_put(rows, values, nulls);
	}
}

/* Refuses weights that are not those among the areas the model used. */
static void
check_weights(const SpatialModel *model, const Sample *sample)
{
	double s0 = 0;

	for (uint32 link = 0; link < sample->links; link++)
		s0 += sample_weight(sample, link);
	if (sample->n != model->n_used || !isfinite(model->s0) ||
		!(fabs(s0 - model->s0) <= 1e-9 * model->s0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("weights of %u areas with the sum %g are not those of the model, "
							   "which has %lld areas and the sum %g",
							   sample->n, s0, (long long) model->n_used, model->s0),
						errhint("Where rows were left out, take subset(w, ids) of the areas used, "
								"and standardize again.")));
}

/* The multipliers of a model by weights given anew; false where they have no meaning. */
static bool
multipliers_anew(SpatialModel *model, const struct varlena *value)
{
	const Sample *sample = sample_of_weights(weights_open(value));

	check_weights(model, sample);
	if (!model_shapes[model->kind].feedback)
	{
		multipliers_plain(model, sample);
		return true;
	}
	check_dense(sample->n);
	return multipliers_make(sample, model->coefficients[model->terms - 1], &model->multipliers);
}

/* impacts(model, w, names) -> setof (term, direct, ..., note) */
Datum
monitor_impacts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, IMPACT_COLUMNS);
	SpatialModel *model;
	bool known;

	if (PG_ARGISNULL(0))
		return (Datum) 0;
	model = model_read(PG_GETARG_DATUM(0));
	known = model->has_multipliers;
	if (!PG_ARGISNULL(1))
		known = multipliers_anew(model, (struct varlena *) PG_GETARG_VARLENA_P(1));
	else if (!known && model->n_used > REGRESSION_MULTIPLIERS_MOST)
		refuse_size(model->n_used, "Give the weights too: impacts(model, w).");
	impacts_put(rows, model, column_names(fcinfo, 2, model->variables),
				known ? &model->multipliers : NULL);
	return (Datum) 0;
}

/* ---- fixed coefficients ---- */

/* A model of one variable with given coefficients, nothing known of their errors. */
static SpatialModel *
model_fixed(double rho, double beta, double theta)
{
	SpatialModel *model = palloc0(sizeof(SpatialModel));

	if (!isfinite(rho) || !isfinite(beta) || !isfinite(theta))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rho, beta and theta must be finite, not %g, %g and %g", rho, beta, theta),
				 errhint("An effect that is absent is 0.")));
	model->kind = MODEL_DURBIN;
	model->variables = 1;
	model->terms = 4;
	model->coefficients = palloc0(sizeof(double) * 4);
	model->coefficients[1] = beta;
	model->coefficients[2] = theta;
	model->coefficients[3] = rho;
	model->covariance = palloc(sizeof(double) * 16);
	for (int i = 0; i < 16; i++)
		model->covariance[i] = NAN;
	return model;
}

/* impacts(rho, beta, theta, w) */
Datum
monitor_impacts_fixed(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, IMPACT_COLUMNS);
	SpatialModel *model =
		model_fixed(PG_GETARG_FLOAT8(0), PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2));
	const Sample *sample =
		sample_of_weights(weights_open((struct varlena *) PG_GETARG_VARLENA_P(3)));
	Multipliers multipliers;
	char *name = "x1";

	check_dense(sample->n);
	if (sample->n == 0)
		return (Datum) 0;
	impacts_put(rows, model, &name,
				multipliers_make(sample, PG_GETARG_FLOAT8(0), &multipliers) ? &multipliers : NULL);
	return (Datum) 0;
}

/* ---- the matrix ---- */

/* A row of beta I + theta W, before S. */
static void
local_row(const Sample *sample, uint32 i, double factor, double beta, double theta, double *row)
{
	row[i] += factor * beta;
	if (theta == 0)
		return;
	for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		row[sample->neighbor[link]] += factor * theta * sample_weight(sample, link);
}

/* Puts the effects on area `to` of all areas from which something comes. */
static void
matrix_row_put(ReturnSetInfo *rows, const Sample *sample, uint32 to, const double *row)
{
	for (uint32 from = 0; from < sample->n; from++)
	{
		Datum values[IMPACT_MATRIX_COLUMNS];
		bool nulls[IMPACT_MATRIX_COLUMNS] = {false};

		if (row[from] == 0)
			continue;
		values[0] = Int64GetDatum(sample->ids[from]);
		values[1] = Int64GetDatum(sample->ids[to]);
		put_figure(values, nulls, 2, row[from]);
		rows_put(rows, values, nulls);
	}
}

/* Effects of each area's x on each area's y. */
static void
matrix_put(ReturnSetInfo *rows, const Sample *sample, double rho, double beta, double theta)
{
	Size n = sample->n;
	double *row = allocate(n + 1, sizeof(double));
	double *s = NULL;

	if (rho != 0)
	{
		check_dense(n);
		if (fabs(rho) * spatial_radius(sample) < 1)
			s = spatial_inverse(sample, rho, NULL);
		if (s == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("rho is %g: " OUT_OF_RANGE, rho),
					 errhint("With rows of weights that sum to 1, rho is between -1 and 1.")));
	}
	for (uint32 to = 0; to < n; to++)
	{
		CHECK_FOR_INTERRUPTS();
		memset(row, 0, sizeof(double) * n);
		if (s == NULL)
			local_row(sample, to, 1, beta, theta, row);
		for (uint32 k = 0; s != NULL && k < n; k++)
			local_row(sample, k, s[to * n + k], beta, theta, row);
		matrix_row_put(rows, sample, to, row);
	}
}

/* impact_matrix(model, w, variable) -> setof (id_from, id_to, effect) */
Datum
monitor_impact_matrix(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, IMPACT_MATRIX_COLUMNS);
	const SpatialModel *model = model_read(PG_GETARG_DATUM(0));
	const ModelShape *shape = &model_shapes[model->kind];
	const Sample *sample =
		sample_of_weights(weights_open((struct varlena *) PG_GETARG_VARLENA_P(1)));
	int variable = PG_GETARG_INT32(2);
	double rho;

	if (variable < 1 || variable > model->variables)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the model has no column %d of x", variable),
						errhint("It has %d, counted from 1.", model->variables)));
	check_weights(model, sample);
	rho = shape->feedback ? model->coefficients[model->terms - 1] : 0;
	if (isnan(rho))
		return (Datum) 0;
	matrix_put(rows, sample, rho, model->coefficients[variable],
			   shape->lagged ? model->coefficients[model->variables + variable] : 0);
	return (Datum) 0;
}

/* impact_matrix(rho, beta, theta, w) */
Datum
monitor_impact_matrix_fixed(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, IMPACT_MATRIX_COLUMNS);
	double rho = PG_GETARG_FLOAT8(0);
	double beta = PG_GETARG_FLOAT8(1);
	double theta = PG_GETARG_FLOAT8(2);

	model_fixed(rho, beta, theta);
	matrix_put(rows, sample_of_weights(weights_open((struct varlena *) PG_GETARG_VARLENA_P(3))),
			   rho, beta, theta);
	return (Datum) 0;
}
