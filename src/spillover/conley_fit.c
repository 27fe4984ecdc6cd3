/*
 * conley_fit.c
 *	  Least squares, and what each row adds to each coefficient.
 */
#include "compat.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "spillover/conley.h"
#include "statistics/matrix.h"

/* Residuals below this part of y are rounding. */
#define EXACT 1e-13

/* A row by its area and period. */
typedef struct RowKey
{
	int64 id;
	int64 period;
	uint32 row;
} RowKey;

static inline int
row_key_compare(const RowKey *a, const RowKey *b)
{
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->period != b->period)
		return a->period < b->period ? -1 : 1;
	return 0;
}

#define ST_SORT sort_row_keys
#define ST_ELEMENT_TYPE RowKey
#define ST_COMPARE(a, b) row_key_compare(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Rows in the order of area and period, and what is computed of them. */
typedef struct Fit
{
	const ConleyRows *rows;
	int64 n;
	int columns;  /* intercept and x */
	RowKey *key;  /* of each row */
	uint32 *unit; /* of each row */
	uint32 units;
	Point *points; /* of each unit */
	double *x;     /* n x columns; in the end the scores */
	double *residuals;
	double *inverse; /* (X'X)^-1 */
} Fit;

/* 23505 for two rows of an area, in one period where there are periods. */
static void
refuse_twice(const Fit *fit, const RowKey *key)
{
	if (fit->rows->has_period)
		ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
						errmsg("area %lld comes more than once in period %lld", (long long) key->id,
							   (long long) key->period),
						errhint("Give one row for each area and period.")));
	ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
					errmsg("area %lld comes more than once", (long long) key->id),
					errhint("Give one row for each area, or the form with a period.")));
}

/* Sorts the rows and numbers their areas, whose places must not change. */
static void
order_rows(Fit *fit)
{
	const ConleyRows *rows = fit->rows;
	const PointSet *places = rows->places;

	fit->key = allocate(fit->n, sizeof(RowKey));
	fit->unit = allocate(fit->n, sizeof(uint32));
	fit->points = allocate(fit->n, sizeof(Point));
	for (uint32 i = 0; i < fit->n; i++)
		fit->key[i] = (RowKey){places->ids[i], rows->has_period ? rows->period[i] : 0, i};
	sort_row_keys(fit->key, fit->n);
	for (int64 i = 0; i < fit->n; i++)
	{
		Point point = places->points[fit->key[i].row];

		if (i > 0 && row_key_compare(fit->key + i, fit->key + i - 1) == 0)
			refuse_twice(fit, fit->key + i);
		if (i == 0 || fit->key[i].id != fit->key[i - 1].id)
			fit->points[fit->units++] = point;
		else if (rows->errors == CONLEY_SPATIAL && (point.x != fit->points[fit->units - 1].x ||
													point.y != fit->points[fit->units - 1].y))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("area %lld is at another place in period %lld",
								   (long long) fit->key[i].id, (long long) fit->key[i].period),
							errhint("Give each area one geometry for all periods.")));
		fit->unit[i] = fit->units - 1;
	}
}

/* The intercept and x of all rows, and y. */
static double *
fill_design(Fit *fit)
{
	int columns = fit->columns;
	double *y = allocate(fit->n, sizeof(double));

	fit->x = allocate(fit->n * columns, sizeof(double));
	for (int64 i = 0; i < fit->n; i++)
	{
		const double *values = fit->rows->values + (Size) fit->key[i].row * columns;

		y[i] = values[0];
		fit->x[i * columns] = 1;
		memcpy(fit->x + i * columns + 1, values + 1, (columns - 1) * sizeof(double));
	}
	return y;
}

/* Least squares; residuals that are rounding become 0. */
static void
solve(Fit *fit, double *coefficients)
{
	double *y = fill_design(fit);
	Size bytes = (Size) fit->n * fit->columns * sizeof(double);
	double *factors = allocate(fit->n * fit->columns, sizeof(double));
	double largest_y = 0;
	double largest = 0;
	MatrixQr *qr;

	memcpy(factors, fit->x, bytes);
	qr = matrix_qr(factors, fit->n, fit->columns, MATRIX_QR_TOLERANCE);
	if (qr->rank < fit->columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("column %d of x depends on the columns before it or is constant",
							   qr->order[qr->rank]),
						errhint("Leave it out; the intercept is added without being asked for.")));
	fit->residuals = allocate(fit->n, sizeof(double));
	fit->inverse = palloc((Size) fit->columns * fit->columns * sizeof(double));
	matrix_qr_solve(qr, y, coefficients, fit->residuals);
	matrix_qr_inverse(qr, fit->inverse);
	for (int64 i = 0; i < fit->n; i++)
	{
		largest_y = Max(largest_y, fabs(y[i]));
		largest = Max(largest, fabs(fit->residuals[i]));
	}
	if (largest <= EXACT * largest_y)
		memset(fit->residuals, 0, fit->n * sizeof(double));
	matrix_qr_free(qr);
	pfree(factors);
	pfree(y);
}

/* Turns x into what each row adds to each coefficient: (X'X)^-1 x u, u made larger for HC1 and HC3. */
static void
make_scores(Fit *fit)
{
	int k = fit->columns;
	double factor = fit->rows->errors == CONLEY_HC1 ? sqrt(fit->n / (double) (fit->n - k)) : 1;
	double *product = palloc(k * sizeof(double));

	for (int64 i = 0; i < fit->n; i++)
	{
		double *x = fit->x + i * k;
		double u = factor * fit->residuals[i];
		double leverage = 0;

		if (i % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
		for (int a = 0; a < k; a++)
		{
			product[a] = 0;
			for (int b = 0; b < k; b++)
				product[a] += fit->inverse[a * k + b] * x[b];
			leverage += x[a] * product[a];
		}
		if (fit->rows->errors == CONLEY_HC3)
			u = leverage < 1 - 1e-10 ? u / (1 - leverage) : NAN;
		for (int a = 0; a < k; a++)
			x[a] = u * product[a];
	}
	pfree(product);
}

/* Units, periods and rows as the sum takes them. */
static SpatialCovariance *
estimate_covariance(const Fit *fit)
{
	int64 *period = NULL;
	ScoreRows scores = {.count = fit->n,
						.columns = fit->columns,
						.scores = fit->x,
						.unit = fit->unit,
						.units = fit->units,
						.points = fit->points};

	if (fit->rows->has_period)
	{
		period = allocate(fit->n, sizeof(int64));
		for (int64 i = 0; i < fit->n; i++)
			period[i] = fit->key[i].period;
		scores.period = period;
	}
	return spatial_hac(fit->rows->errors == CONLEY_SPATIAL ? &fit->rows->settings : NULL, &scores);
}

/* What is to be said of a model. */
static const char *
model_note(const Fit *fit, const ConleyModel *model)
{
	bool exact = true;

	for (int i = 0; i < model->terms; i++)
		exact = exact && model->estimate->own[i] == 0;
	if (exact)
		return "the model fits exactly";
	if (fit->rows->errors == CONLEY_HC3 && isnan(model->estimate->least))
		return "a coefficient hangs on one row alone, HC3 has no value";
	return spatial_hac_note(model->estimate);
}

ConleyModel *
conley_fit(const ConleyRows *rows)
{
	Fit fit = {.rows = rows, .n = rows->places->count, .columns = 1 + rows->columns};
	ConleyModel *model = palloc0(sizeof(ConleyModel));

	if (fit.n <= fit.columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%lld rows are too few for %d coefficients", (long long) fit.n,
							   fit.columns),
						errhint("Give more rows than x has columns, and two more.")));
	model->terms = fit.columns;
	model->coefficients = palloc(fit.columns * sizeof(double));
	order_rows(&fit);
	solve(&fit, model->coefficients);
	make_scores(&fit);
	model->estimate = estimate_covariance(&fit);
	model->n = fit.n;
	model->units = fit.units;
	model->note = model_note(&fit, model);
	return model;
}
