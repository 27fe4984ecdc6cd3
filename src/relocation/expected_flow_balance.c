/*
 * expected_flow_balance.c
 *	  Passes over the cells of a table of flows, and what areas explain of distance
 *	  by conjugate gradients.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "backend/memory.h"
#include "relocation/expected_flow.h"

/* x is within 1, and the sixth power of this over 720 less than half of the last digit. */
#define SMALL_STEP 0.004

static double *
zeros(int64 n)
{
	return allocate_zero(n, sizeof(double));
}

/* x between 0 and 1; of one value alone there is no slope. */
static void
scale_x(Balance *balance)
{
	FlowFit *fit = balance->fit;
	double low = INFINITY, high = -INFINITY;

	for (int64 c = 0; c < fit->cells; c++)
	{
		low = Min(low, fit->x[c]);
		high = Max(high, fit->x[c]);
	}
	balance->x_scale = high - low;
	balance->sloped = balance->x_scale > 1e-12 * Max(fabs(low), fabs(high));
	for (int64 c = 0; c < fit->cells; c++)
		fit->x[c] = balance->sloped ? (fit->x[c] - low) / balance->x_scale : 0;
}

Balance *
balance_create(FlowFit *fit, double total)
{
	Balance *balance = palloc0(sizeof(Balance));

	balance->fit = fit;
	balance->total = total;
	if (fit->x != NULL)
		scale_x(balance);
	balance->k = allocate(fit->cells, sizeof(double));
	for (int64 c = 0; c < fit->cells; c++)
		balance->k[c] = 1;
	balance->a = zeros(fit->rows);
	balance->row = zeros(fit->rows);
	balance->x_row = zeros(fit->rows);
	balance->u = zeros(fit->rows);
	balance->b = zeros(fit->columns);
	balance->column = zeros(fit->columns);
	balance->x_column = zeros(fit->columns);
	balance->v = zeros(fit->columns);
	for (int i = 0; i < lengthof(balance->scratch); i++)
		balance->scratch[i] = zeros(fit->columns);
	balance->weight = zeros(fit->columns);
	for (int i = 0; i < fit->rows; i++)
		balance->a[i] = fit->row_sum[i] > 0;
	for (int j = 0; j < fit->columns; j++)
		balance->b[j] = fit->column_sum[j] > 0;
	return balance;
}

/* exp of what is SMALL_STEP at most, to the last digit and in a quarter of the time. */
static inline double
exp_small(double t)
{
	return 1 + t * (1 + t / 2 * (1 + t / 3 * (1 + t / 4 * (1 + t / 5))));
}

void
balance_slope(Balance *balance, double step)
{
	const FlowFit *fit = balance->fit;
	const double *x = fit->x;
	double *k = balance->k;
	double slope = balance->slope += step;

	for (int i = 0; i < fit->rows; i++)
	{
		int64 end = fit->row_start[i + 1];

		CHECK_FOR_INTERRUPTS();
		if (fabs(step) <= SMALL_STEP)
			for (int64 c = fit->row_start[i]; c < end; c++)
				k[c] *= exp_small(step * x[c]);
		else
			for (int64 c = fit->row_start[i]; c < end; c++)
				k[c] = exp(slope * x[c]);
	}
}

/* The distance factors of a row times these weights of columns; of four sums none waits for itself. */
static double
row_product(const Balance *balance, int i, const double *weight)
{
	const FlowFit *fit = balance->fit;
	int64 c = fit->row_start[i];
	int64 end = fit->row_start[i + 1];
	const int *column = fit->column;
	const double *k = balance->k;
	double sum[4] = {0};

	for (; c + 3 < end; c += 4)
		for (int turn = 0; turn < 4; turn++)
			sum[turn] += k[c + turn] * weight[column[c + turn]];
	for (; c < end; c++)
		sum[0] += k[c] * weight[column[c]];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Adds so many times the distance factors of a row to the columns' sums. */
static void
row_spread(const Balance *balance, int i, double times, double *sum)
{
	const FlowFit *fit = balance->fit;
	int64 end = fit->row_start[i + 1];
	const int *column = fit->column;
	const double *k = balance->k;

	for (int64 c = fit->row_start[i]; c < end; c++)
		sum[column[c]] += times * k[c];
}

void
balance_margins(Balance *balance)
{
	const FlowFit *fit = balance->fit;
	double *column = balance->column;

	memset(column, 0, fit->columns * sizeof(double));
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (balance->a[i] == 0)
			continue;
		balance->a[i] = fit->row_sum[i] / row_product(balance, i, balance->b);
		row_spread(balance, i, balance->a[i], column);
	}
	for (int j = 0; j < fit->columns; j++)
		if (balance->b[j] != 0)
			balance->b[j] = fit->column_sum[j] / column[j];
}

/* The larger of what was off before and what a ratio is off 1; a number that is none is worst. */
static inline double
worse(double before, double ratio)
{
	double off = fabs(ratio - 1);

	return off <= before ? before : isnan(off) ? INFINITY : off;
}

/* The sums of a row of expected, and its part of the columns' sums. */
static void
row_margins(Balance *balance, int i)
{
	const FlowFit *fit = balance->fit;
	int64 end = fit->row_start[i + 1];
	const int *column = fit->column;
	const double *k = balance->k, *b = balance->b;
	double a = balance->a[i], sum = 0;
	double *columns = balance->column;

	for (int64 c = fit->row_start[i]; c < end; c++)
	{
		double expected = a * k[c] * b[column[c]];

		sum += expected;
		columns[column[c]] += expected;
	}
	balance->row[i] = sum;
}

/* The same, and the sums of x over expected. */
static void
row_margins_x(Balance *balance, int i)
{
	const FlowFit *fit = balance->fit;
	int64 end = fit->row_start[i + 1];
	const int *column = fit->column;
	const double *k = balance->k, *b = balance->b, *x = fit->x, *flow = fit->flow;
	double a = balance->a[i], sum = 0, x_sum = 0, x_square = 0, x_gap = 0;
	double *columns = balance->column, *x_columns = balance->x_column;

	for (int64 c = fit->row_start[i]; c < end; c++)
	{
		double expected = a * k[c] * b[column[c]];
		double part = expected * x[c];

		sum += expected;
		columns[column[c]] += expected;
		x_sum += part;
		x_square += part * x[c];
		x_gap += (flow[c] - expected) * x[c];
		x_columns[column[c]] += part;
	}
	balance->row[i] = sum;
	balance->x_row[i] = x_sum;
	balance->x_square += x_square;
	balance->x_sum += x_gap;
}

double
balance_off(Balance *balance)
{
	const FlowFit *fit = balance->fit;
	double worst = 0;

	memset(balance->column, 0, fit->columns * sizeof(double));
	memset(balance->x_column, 0, fit->columns * sizeof(double));
	balance->x_sum = balance->x_square = 0;
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (balance->sloped)
			row_margins_x(balance, i);
		else
			row_margins(balance, i);
		if (balance->a[i] != 0)
			worst = worse(worst, balance->row[i] / fit->row_sum[i]);
	}
	for (int j = 0; j < fit->columns; j++)
		if (balance->b[j] != 0)
			worst = worse(worst, balance->column[j] / fit->column_sum[j]);
	return worst;
}

/* Columns' factors times something of theirs. */
static void
weigh(const Balance *balance, const double *given, double *weight)
{
	for (int j = 0; j < balance->fit->columns; j++)
		weight[j] = balance->b[j] * given[j];
}

/* result = (C - F'R^-1 F) given, with F the expected flows and R, C their sums. */
static void
apply_reduced(const Balance *balance, const double *given, double *result)
{
	const FlowFit *fit = balance->fit;
	double *weight = balance->weight;

	weigh(balance, given, weight);
	memset(result, 0, fit->columns * sizeof(double));
	for (int i = 0; i < fit->rows; i++)
	{
		double times = balance->a[i];

		CHECK_FOR_INTERRUPTS();
		if (times == 0)
			continue;
		times *= -times / balance->row[i];
		row_spread(balance, i, times * row_product(balance, i, weight), result);
	}
	for (int j = 0; j < fit->columns; j++)
		result[j] = balance->column[j] * given[j] + result[j] * balance->b[j];
}

/* Divided by the column's sum of expected flows; 0 for columns without. */
static void
precondition(const Balance *balance, const double *given, double *result)
{
	for (int j = 0; j < balance->fit->columns; j++)
		result[j] = balance->b[j] != 0 ? given[j] / balance->column[j] : 0;
}

/*
 * Solves the reduced equations for v, from where it stands, by conjugate gradients,
 * until the squares left, each over its column's sum, come to no more than the bound.
 */
static void
solve_reduced(Balance *balance, const double *wanted, double *v, double bound)
{
	int n = balance->fit->columns;
	double *left = balance->scratch[0];
	double *way = balance->scratch[1];
	double *image = balance->scratch[2];
	double *scaled = balance->scratch[3];
	/* in whole numbers as many as there are columns are enough; chains of areas need them */
	int rounds = Max(100, 2 * n);
	double size;

	if (dot(v, v, n) == 0)
		memset(image, 0, n * sizeof(double));
	else
		apply_reduced(balance, v, image);
	for (int j = 0; j < n; j++)
		left[j] = balance->b[j] != 0 ? wanted[j] - image[j] : 0;
	precondition(balance, left, scaled);
	memcpy(way, scaled, n * sizeof(double));
	size = dot(left, scaled, n);
	for (int round = 0; round < rounds && size > bound; round++)
	{
		double curve, step, before = size, length = 0;

		apply_reduced(balance, way, image);
		curve = dot(way, image, n);
		for (int j = 0; j < n; j++)
			length += balance->column[j] * way[j] * way[j];
		/* a factor for all origins against one for all destinations: no direction at all */
		if (!(curve > 1e-13 * length))
			break;
		step = size / curve;
		for (int j = 0; j < n; j++)
		{
			v[j] += step * way[j];
			left[j] -= step * image[j];
		}
		precondition(balance, left, scaled);
		size = dot(left, scaled, n);
		for (int j = 0; j < n; j++)
			way[j] = scaled[j] + size / before * way[j];
	}
}

void
balance_explain(Balance *balance, const double *rows, const double *columns, double *u, double *v,
				double bound)
{
	const FlowFit *fit = balance->fit;
	double *wanted = zeros(fit->columns);

	for (int i = 0; i < fit->rows; i++)
	{
		double factor = balance->a[i] != 0 ? balance->a[i] * rows[i] / balance->row[i] : 0;

		CHECK_FOR_INTERRUPTS();
		if (factor != 0)
			row_spread(balance, i, -factor, wanted);
	}
	for (int j = 0; j < fit->columns; j++)
		wanted[j] = balance->b[j] != 0 ? columns[j] + wanted[j] * balance->b[j] : 0;
	solve_reduced(balance, wanted, v, bound);
	pfree(wanted);
	weigh(balance, v, balance->weight);
	for (int i = 0; i < fit->rows; i++)
	{
		double a = balance->a[i];

		CHECK_FOR_INTERRUPTS();
		if (a != 0)
			u[i] = (rows[i] - a * row_product(balance, i, balance->weight)) / balance->row[i];
	}
}

void
balance_explain_x(Balance *balance, double tolerance)
{
	balance_explain(balance, balance->x_row, balance->x_column, balance->u, balance->v,
					tolerance * tolerance * balance->x_square);
}

double
balance_information(const Balance *balance)
{
	const FlowFit *fit = balance->fit;
	double sum = 0;

	for (int i = 0; i < fit->rows; i++)
	{
		double part = 0;

		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		{
			int j = fit->column[c];
			double left = fit->x[c] - balance->u[i] - balance->v[j];

			part += balance->k[c] * balance->b[j] * left * left;
		}
		sum += balance->a[i] * part;
	}
	return sum;
}
