/*
 * regression_model.c
 *	  The SQL value spatial_model: made, read back with mistrust, and its terms.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "spillover/column_names.h"
#include "spillover/regression.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_terms);

#define TERM_COLUMNS 7

Datum
model_datum(CompositeType *type, const SpatialModel *model)
{
	Datum values[SPATIAL_MODEL_COLUMNS] = {0};
	bool nulls[SPATIAL_MODEL_COLUMNS] = {false};

	values[0] = CStringGetTextDatum(model_shapes[model->kind].name);
	values[1] = Int32GetDatum(model->variables);
	values[2] = figures_array(model->coefficients, model->terms);
	values[3] = figures_array(model->covariance, model->terms * model->terms);
	put_figure(values, nulls, 4, model->sigma2);
	put_figure(values, nulls, 5, model->df);
	put_figure(values, nulls, 6, model->log_likelihood);
	values[7] = Int64GetDatum(model->n_used);
	values[8] = Int64GetDatum(model->n_null);
	values[9] = Int64GetDatum(model->n_islands);
	put_figure(values, nulls, 10, model->s0);
	nulls[11] = !model->has_multipliers;
	if (model->has_multipliers)
		values[11] = figures_array((const double *) &model->multipliers, MULTIPLIERS);
	nulls[12] = !model->has_tests;
	if (model->has_tests)
		values[12] = figures_array((const double *) &model->tests, RESIDUAL_TESTS);
	put_text(values, nulls, 13, model->note);
	return composite_datum(type, values, nulls);
}

/* ---- reading ---- */

/* Raises that a value does not come from one of the aggregates. */
static void
refuse_model(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("not a result of a spatial regression: %s", what),
					errhint("Give the result of spatial_ols, slx, spatial_lag_model, durbin or "
							"one of the likelihood forms as it is.")));
}

/* Elements of an array of so many; NULL: NaN. */
static void
array_read(Datum datum, const char *what, int count, double *result)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	Datum *elements;
	bool *nulls;
	int n;

	if (ARR_ELEMTYPE(array) != FLOAT8OID ||
		ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) != count)
		refuse_model(what);
	deconstruct_array(array, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		result[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
}

static SpatialModelKind
kind_of(Datum datum)
{
	char *name = TextDatumGetCString(datum);

	for (int i = 0; i < MODEL_KINDS; i++)
		if (strcmp(name, model_shapes[i].name) == 0)
			return i;
	refuse_model("the model is of no known kind");
	pg_unreachable();
}

SpatialModel *
model_read(Datum datum)
{
	Datum values[SPATIAL_MODEL_COLUMNS];
	bool nulls[SPATIAL_MODEL_COLUMNS];
	SpatialModel *model = palloc0(sizeof(SpatialModel));

	composite_read(datum, SPATIAL_MODEL_COLUMNS, values, nulls);
	if (nulls[0] || nulls[1] || nulls[2] || nulls[3] || nulls[7])
		refuse_model("a column is NULL");
	model->kind = kind_of(values[0]);
	model->variables = DatumGetInt32(values[1]);
	if (model->variables < 0 || model->variables >= SAMPLE_COLUMNS_MOST)
		refuse_model("the number of variables is impossible");
	model->terms = 1 + model->variables * (model_shapes[model->kind].lagged ? 2 : 1) +
				   (model_shapes[model->kind].parameter != NULL ? 1 : 0);
	model->coefficients = palloc(sizeof(double) * model->terms);
	model->covariance = palloc(sizeof(double) * model->terms * model->terms);
	array_read(values[2], "coefficients are too few or too many", model->terms,
			   model->coefficients);
	array_read(values[3], "the covariance has too few or too many elements",
			   model->terms * model->terms, model->covariance);
	model->sigma2 = nulls[4] ? NAN : DatumGetFloat8(values[4]);
	model->df = nulls[5] ? NAN : DatumGetFloat8(values[5]);
	model->n_used = DatumGetInt64(values[7]);
	model->s0 = nulls[10] ? NAN : DatumGetFloat8(values[10]);
	model->has_multipliers = !nulls[11];
	if (model->has_multipliers)
		array_read(values[11], "multipliers are too few or too many", MULTIPLIERS,
				   (double *) &model->multipliers);
	model->has_tests = !nulls[12];
	if (model->has_tests)
		array_read(values[12], "tests are too few or too many", RESIDUAL_TESTS,
				   (double *) &model->tests);
	return model;
}

/* ---- terms ---- */

char *
model_term(const SpatialModel *model, int term, char **names)
{
	int variable = term - 1;

	if (term == 0)
		return "intercept";
	if (variable < model->variables)
		return names[variable];
	variable -= model->variables;
	if (model_shapes[model->kind].lagged && variable < model->variables)
		return psprintf("lag_%s", names[variable]);
	return (char *) model_shapes[model->kind].parameter;
}

/* terms(model, names, conf) -> setof (term, estimate, se, statistic, p, low, high) */
Datum
monitor_terms(PG_FUNCTION_ARGS)
{
	SpatialModel *model;
	ReturnSetInfo *rows = rows_begin(fcinfo, TERM_COLUMNS);
	double conf, critical;
	char **names;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		return (Datum) 0;
	model = model_read(PG_GETARG_DATUM(0));
	names = column_names(fcinfo, 1, model->variables);
	conf = PG_GETARG_FLOAT8(2);
	if (!(conf > 0 && conf < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conf must be between 0 and 1, not %g", conf), errhint("0.95 is usual.")));
	critical = model->df > 0 ? student_quantile_two_sided(conf, model->df)
							 : normal_quantile((1 + conf) / 2);
	for (int i = 0; i < model->terms; i++)
	{
		double estimate = model->coefficients[i];
		double se = sqrt(model->covariance[i * model->terms + i]);
		double statistic = se > 0 ? estimate / se : NAN;
		double p = !isfinite(statistic) ? NAN
				   : model->df > 0      ? student_two_sided(statistic, model->df)
										: normal_two_sided(statistic);
		double figures[] = {
			estimate, se, statistic, p, estimate - critical * se, estimate + critical * se};
		Datum values[TERM_COLUMNS];
		bool nulls[TERM_COLUMNS] = {false};

		values[0] = CStringGetTextDatum(model_term(model, i, names));
		for (int j = 0; j < lengthof(figures); j++)
			put_figure(values, nulls, j + 1, figures[j]);
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}
