/*
 * conley_terms.c
 *	  Coefficients of a conley_model with their errors.
 */
#include "compat.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "spillover/column_names.h"
#include "spillover/conley.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_conley_terms);

#define MODEL_COLUMNS 12
#define TERM_COLUMNS 9

/* A model as it was stored. */
typedef struct StoredModel
{
	SpatialCovariance estimate;
	double *coefficients;
	double n;
	char *note;
} StoredModel;

/* 22023 for a value that the aggregate does not give. */
static void
refuse(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("%s of a conley_model are not those of a model", what),
					errhint("Make the value with the aggregate conley.")));
}

/* The numbers of an array, as many as there must be (-1: 1 to the most); NULL ones are NaN. */
static double *
read_numbers(Datum datum, bool null, int *count, const char *what)
{
	ArrayType *array;
	Datum *elements;
	bool *nulls;
	int found;
	double *numbers;

	if (null)
		refuse(what);
	array = DatumGetArrayTypeP(datum);
	if (ARR_NDIM(array) != 1 || ARR_ELEMTYPE(array) != FLOAT8OID)
		refuse(what);
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements,
					  &nulls, &found);
	if (*count == -1)
		*count = found;
	if (found != *count || found > (1 + CONLEY_COLUMNS_MOST) * (1 + CONLEY_COLUMNS_MOST))
		refuse(what);
	numbers = palloc(found * sizeof(double));
	for (int i = 0; i < found; i++)
		numbers[i] = nulls[i] ? NAN : DatumGetFloat8(elements[i]);
	return numbers;
}

/* A model out of its row. */
static StoredModel
read_model(Datum datum)
{
	Datum values[MODEL_COLUMNS];
	bool nulls[MODEL_COLUMNS];
	StoredModel model = {0};
	int terms = -1;
	int pairs;

	composite_read(datum, MODEL_COLUMNS, values, nulls);
	model.coefficients = read_numbers(values[0], nulls[0], &terms, "coefficients");
	if (terms > 1 + CONLEY_COLUMNS_MOST)
		refuse("coefficients");
	pairs = terms * terms;
	model.estimate.columns = terms;
	model.estimate.covariance = read_numbers(values[1], nulls[1], &pairs, "covariances");
	model.estimate.own = read_numbers(values[2], nulls[2], &terms, "variances");
	model.estimate.least = nulls[3] ? NAN : DatumGetFloat8(values[3]);
	for (int i = 0; i < terms; i++)
		if (model.estimate.own[i] < 0)
			refuse("variances");
	if (nulls[4] || DatumGetInt64(values[4]) <= terms)
		refuse("numbers of rows");
	model.n = (double) DatumGetInt64(values[4]);
	model.note = nulls[11] ? NULL : TextDatumGetCString(values[11]);
	return model;
}

/* One term as a row. */
static void
put_term(ReturnSetInfo *rows, const StoredModel *model, int i, char **names, double factor,
		 double critical)
{
	double estimate = model->coefficients[i];
	double own = model->estimate.own[i];
	double variance = model->estimate.covariance[i * model->estimate.columns + i];
	double se = sqrt(factor) * spatial_hac_error(variance, own, model->estimate.least);
	double statistic = se > 0 ? estimate / se : NAN;
	double figures[] = {estimate,
						se,
						statistic,
						student_two_sided(statistic, model->n - model->estimate.columns),
						estimate - critical * se,
						estimate + critical * se,
						sqrt(factor * own)};
	Datum values[TERM_COLUMNS];
	bool nulls[TERM_COLUMNS] = {false};
	const char *name = i == 0 ? "intercept" : names[i - 1];

	values[0] = CStringGetTextDatum(name);
	put_figures(values, nulls, 1, figures, lengthof(figures));
	put_text(values, nulls, 8, model->note);
	rows_put(rows, values, nulls);
}

/* terms(model, names, conf, adjust, clip) -> setof (term, estimate, se, ..., se_independent, note) */
Datum
monitor_conley_terms(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rows = rows_begin(fcinfo, TERM_COLUMNS);
	StoredModel model;
	double conf;
	double factor = 1;
	char **names;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		return (Datum) 0;
	model = read_model(PG_GETARG_DATUM(0));
	names = column_names(fcinfo, 1, model.estimate.columns - 1);
	conf = PG_GETARG_FLOAT8(2);
	if (!(conf > 0 && conf < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conf must be between 0 and 1, not %g", conf), errhint("0.95 is usual.")));
	if (PG_GETARG_BOOL(3))
		factor = (model.n - 1) / (model.n - model.estimate.columns);
	if (PG_GETARG_BOOL(4) && model.estimate.least < 0)
	{
		spatial_hac_clip(&model.estimate);
		model.note = "negative eigenvalues of the covariance set to 0";
	}
	for (int i = 0; i < model.estimate.columns; i++)
		put_term(rows, &model, i, names, factor,
				 student_quantile_two_sided(conf, model.n - model.estimate.columns));
	return (Datum) 0;
}
