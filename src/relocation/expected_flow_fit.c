/*
 * expected_flow_fit.c
 *	  Expected flows by Poisson likelihood: a factor for each origin, one for each
 *	  destination, and a power or an exponential of distance.
 *
 * expected = A_i K_ij B_j with K_ij = exp(slope x_ij); the likelihood's conditions are
 * that rows, columns and sum(x expected) are as observed (Wilson 1967; Flowerdew and
 * Aitkin 1982). Iterative proportional fitting alone takes hundreds of rounds where
 * distance decay is steep, and the full Newton step solves 2,000 equations for 1,000
 * areas; so a Newton step is solved by conjugate gradients, each of whose rounds is
 * one pass over the cells, between rounds of proportional fitting, which leave the
 * margins exact.
 */
#include "compat.h"
#include <float.h>
#include <math.h>
#include "miscadmin.h"

#include "backend/memory.h"
#include "relocation/flow.h"
#include "statistics/matrix.h"

#define ROUNDS_MOST 200
#define MARGIN_TOLERANCE 1e-13
#define SLOPE_TOLERANCE 1e-12
/* Of a cell's expectation, in logarithms, in one step. */
#define STEP_MOST 3.0
/* x is within 1, and the sixth power of this over 720 less than half of the last digit. */
#define SMALL_STEP 0.004
/* Less of the variance of x (it is 1 at most) is left at the fit: flows do not tell a slope. */
#define INFORMATION_LEAST 1e-10
/* What areas leave of x, whose range is 1, is nothing but rounding. */
#define X_LEAST 1e-9

/* What the fit works with. Areas of no flow have the factor 0. */
typedef struct Balance
{
	FlowFit *fit;
	double total;
	bool sloped; /* x varies */
	bool frozen; /* but flows do not tell a slope, or not a finite one */
	double x_scale;
	double *x; /* less effects of areas, and over x_scale, which leaves the model as it is */
	double *k;
	double slope;
	double *a; /* factors */
	double *b;
	double *row; /* sums of expected */
	double *column;
	double *x_row; /* sums of x expected */
	double *x_column;
	double x_sum;    /* of x (flow - expected) */
	double x_square; /* of x x expected */
	/* the part of x that areas explain */
	double *u;
	double *v;
	double information; /* sum of expected (x - u - v)^2; 0: not known yet */
	double *scratch[4]; /* of conjugate gradients, by column */
	double *weight;     /* of columns, in a pass */
} Balance;

static double *
zeros(int64 n)
{
	return allocate_zero(n, sizeof(double));
}

/* Sums of the flows of each origin and destination. */
static double
margins(FlowFit *fit)
{
	double total = 0;

	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		{
			fit->row_sum[i] += fit->flow[c];
			fit->column_sum[fit->column[c]] += fit->flow[c];
		}
		total += fit->row_sum[i];
	}
	return total;
}

/* x between 0 and 1; of one value alone there is no slope. */
static void
scale_x(Balance *balance)
{
	const FlowFit *fit = balance->fit;
	double low = INFINITY, high = -INFINITY;

	for (int64 c = 0; c < fit->cells; c++)
	{
		low = Min(low, fit->x[c]);
		high = Max(high, fit->x[c]);
	}
	balance->x_scale = high - low;
	balance->sloped = balance->x_scale > 1e-12 * Max(fabs(low), fabs(high));
	balance->x = allocate(fit->cells, sizeof(double));
	for (int64 c = 0; c < fit->cells; c++)
		balance->x[c] = balance->sloped ? (fit->x[c] - low) / balance->x_scale : 0;
}

static Balance *
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

/* The distance factor of each cell as the slope takes a step. */
static void
slope_take(Balance *balance, double step)
{
	const FlowFit *fit = balance->fit;
	const double *x = balance->x;
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

/* A round of proportional fitting: rows, then columns, which are exact after it. */
static void
fit_margins(Balance *balance)
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
	const double *k = balance->k, *b = balance->b, *x = balance->x, *flow = fit->flow;
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

/* Sums of expected and of x over it; returns by how much of itself a margin is off, at most. */
static double
margins_off(Balance *balance)
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

static double
dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
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

/*
 * Weighted least squares on areas of what has these sums over rows and columns: the
 * rows' and the columns' effects.
 */
static void
explain_by_areas(Balance *balance, const double *rows, const double *columns, double *u, double *v,
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

/* What areas explain of x, but for so much of its spread. */
static void
explain_x(Balance *balance, double tolerance)
{
	explain_by_areas(balance, balance->x_row, balance->x_column, balance->u, balance->v,
					 tolerance * tolerance * balance->x_square);
}

/* What of x areas do not explain, squared and weighted by expected flows. */
static double
information(const Balance *balance)
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
			double left = balance->x[c] - balance->u[i] - balance->v[j];

			part += balance->k[c] * balance->b[j] * left * left;
		}
		sum += balance->a[i] * part;
	}
	return sum;
}

/* What of the slope is wanting, by what areas explain of x as far as that is known. */
static double
slope_wanting(const Balance *balance, const double *row_gap, const double *column_gap)
{
	double gain = balance->x_sum - dot(balance->u, row_gap, balance->fit->rows) -
				  dot(balance->v, column_gap, balance->fit->columns);

	return gain / balance->information;
}

static bool
is_slope_met(const Balance *balance, double step)
{
	return fabs(step) <= SLOPE_TOLERANCE * Max(1.0, fabs(balance->slope));
}

/* The Newton step of the slope, with areas' factors going along; 0 where it stands. */
static double
slope_step(Balance *balance, const double *row_gap, const double *column_gap)
{
	bool known = balance->information > 0;
	double step;

	if (known && is_slope_met(balance, slope_wanting(balance, row_gap, column_gap)))
		return 0;
	/* solved loosely, too much of x would be left where it should be little, and the step be short */
	explain_x(balance, known && !(balance->information > 1e-4 * balance->x_square) ? 1e-9 : 1e-3);
	balance->information = information(balance);
	if (!(balance->information > INFORMATION_LEAST * balance->total))
	{
		balance->frozen = true;
		return 0;
	}
	step = slope_wanting(balance, row_gap, column_gap);
	return isfinite(step) ? step : 0;
}

/* What no cell's change is above: areas' parts, and the slope's as x is within 1. */
static double
change_bound(const Balance *balance, const double *a_step, const double *b_step, double step)
{
	const FlowFit *fit = balance->fit;
	double rows = 0, columns = 0;

	for (int i = 0; i < fit->rows; i++)
		rows = Max(rows, fabs(a_step[i] - step * balance->u[i]));
	for (int j = 0; j < fit->columns; j++)
		columns = Max(columns, fabs(b_step[j] - step * balance->v[j]));
	return rows + columns + fabs(step);
}

/* The step shortened so that no cell's expectation changes by more than so much. */
static double
step_length(const Balance *balance, const double *a_step, const double *b_step, double step)
{
	const FlowFit *fit = balance->fit;
	double most = 0;

	if (change_bound(balance, a_step, b_step, step) <= STEP_MOST)
		return 1;
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; balance->a[i] != 0 && c < fit->row_start[i + 1]; c++)
		{
			int j = fit->column[c];
			double change = a_step[i] + b_step[j];

			if (balance->sloped)
				change += step * (balance->x[c] - balance->u[i] - balance->v[j]);
			if (balance->b[j] != 0 && !(fabs(change) <= most))
				most = fabs(change);
		}
	}
	return most <= STEP_MOST ? 1 : STEP_MOST / most;
}

/* One Newton step of all factors and the slope; returns the step of the slope. */
static double
newton_step(Balance *balance)
{
	const FlowFit *fit = balance->fit;
	double *row_gap = zeros(fit->rows);
	double *column_gap = zeros(fit->columns);
	double *a_step = zeros(fit->rows);
	double *b_step = zeros(fit->columns);
	double gaps = 0, step = 0;
	double length;

	for (int i = 0; i < fit->rows; i++)
	{
		row_gap[i] = balance->a[i] != 0 ? fit->row_sum[i] - balance->row[i] : 0;
		gaps += row_gap[i] != 0 ? row_gap[i] * row_gap[i] / balance->row[i] : 0;
	}
	for (int j = 0; j < fit->columns; j++)
	{
		column_gap[j] = balance->b[j] != 0 ? fit->column_sum[j] - balance->column[j] : 0;
		gaps += column_gap[j] != 0 ? column_gap[j] * column_gap[j] / balance->column[j] : 0;
	}
	if (balance->sloped && !balance->frozen)
		step = slope_step(balance, row_gap, column_gap);
	/* solved tightly, rounding would be amplified where areas hardly hang together */
	explain_by_areas(balance, row_gap, column_gap, a_step, b_step, 1e-4 * gaps);
	length = step_length(balance, a_step, b_step, step);
	step *= length;
	for (int i = 0; i < fit->rows; i++)
		balance->a[i] *= exp(length * a_step[i] - step * balance->u[i]);
	for (int j = 0; j < fit->columns; j++)
		balance->b[j] *= exp(length * b_step[j] - step * balance->v[j]);
	pfree(row_gap);
	pfree(column_gap);
	pfree(a_step);
	pfree(b_step);
	if (step != 0)
		slope_take(balance, step);
	return step;
}

/*
 * Takes from x what areas explain of it where there is no slope yet, so that an
 * area far away does not decide how large the numbers get.
 */
static void
centre_x(Balance *balance)
{
	const FlowFit *fit = balance->fit;
	double most = 0;

	explain_x(balance, 1e-12);
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		{
			int j = fit->column[c];

			if (balance->a[i] != 0 && balance->b[j] != 0)
				balance->x[c] -= balance->u[i] + balance->v[j];
			else
				balance->x[c] = 0; /* nothing is expected there, and exp of it must be finite */
			most = Max(most, fabs(balance->x[c]));
		}
	}
	balance->sloped = most > X_LEAST;
	for (int64 c = 0; balance->sloped && c < fit->cells; c++)
		balance->x[c] /= most;
	balance->x_scale *= most;
	memset(balance->u, 0, fit->rows * sizeof(double));
	memset(balance->v, 0, fit->columns * sizeof(double));
}

/* Rounds until margins are met as well as told, and the slope stands; false: never. */
static bool
balance_rounds(Balance *balance, double tolerance, bool sloped)
{
	bool was_frozen = balance->frozen;
	double step = sloped ? INFINITY : 0;
	double off = margins_off(balance);

	balance->frozen = !sloped;
	for (int round = 0; round < ROUNDS_MOST; round++)
	{
		if (!isfinite(off))
			return false;
		if (off <= tolerance && is_slope_met(balance, step))
			break;
		step = newton_step(balance);
		fit_margins(balance);
		off = margins_off(balance);
	}
	if (!sloped)
		balance->frozen = was_frozen;
	/* at the limits of doubles the last digits may go to and fro */
	return off <= 100 * tolerance && fabs(step) <= 1e-10 * Max(1.0, fabs(balance->slope));
}

/* To the maximum of the likelihood; false where it is not reached. */
static bool
balance_solve(Balance *balance)
{
	for (int round = 0; round < 3; round++)
		fit_margins(balance);
	if (balance->sloped)
	{
		if (!balance_rounds(balance, 1e-4, false))
			return false;
		centre_x(balance);
	}
	return balance_rounds(balance, MARGIN_TOLERANCE, balance->sloped);
}

/* ---- degrees of freedom and leverages ---- */

/* The representative of an area in its connected part; origins come first. */
static int
part_of(int *parent, int area)
{
	while (parent[area] != area)
	{
		parent[area] = parent[parent[area]];
		area = parent[area];
	}
	return area;
}

/* Cells, areas and parts that have flows, and so a column of each part that may be left out. */
static int64
degrees_of_freedom(const Balance *balance, bool *ground)
{
	const FlowFit *fit = balance->fit;
	int *parent = allocate((Size) fit->rows + fit->columns, sizeof(int));
	int64 df = 0;

	for (int i = 0; i < fit->rows + fit->columns; i++)
		parent[i] = i;
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (balance->a[i] == 0)
			continue;
		df--;
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		{
			if (balance->b[fit->column[c]] == 0)
				continue;
			df++;
			/* the destination's becomes the representative of both */
			parent[part_of(parent, i)] = part_of(parent, fit->rows + fit->column[c]);
		}
	}
	for (int j = 0; j < fit->columns; j++)
	{
		ground[j] = balance->b[j] != 0 && part_of(parent, fit->rows + j) == fit->rows + j;
		df -= balance->b[j] != 0 && !ground[j];
	}
	pfree(parent);
	return df;
}

/* The inverse of the reduced equations, a column of each connected part left out. */
static double *
reduced_inverse(const Balance *balance, const bool *ground)
{
	const FlowFit *fit = balance->fit;
	int n = fit->columns;
	double *matrix = zeros((int64) n * n);
	double *inverse = zeros((int64) n * n);

	for (int i = 0; i < fit->rows; i++)
	{
		const int *column = &fit->column[fit->row_start[i]];
		const double *k = &balance->k[fit->row_start[i]];
		int cells = (int) (fit->row_start[i + 1] - fit->row_start[i]);

		CHECK_FOR_INTERRUPTS();
		for (int p = 0; p < cells && balance->a[i] != 0; p++)
		{
			double factor =
				k[p] * balance->b[column[p]] * balance->a[i] * balance->a[i] / balance->row[i];
			double *line = matrix + (Size) column[p] * n;

			for (int q = 0; q < cells; q++)
				line[column[q]] -= factor * k[q] * balance->b[column[q]];
		}
	}
	for (int j = 0; j < n; j++)
	{
		bool out = ground[j] || balance->b[j] == 0;

		for (int other = 0; out && other < n; other++)
			matrix[(Size) j * n + other] = matrix[(Size) other * n + j] = 0;
		matrix[(Size) j * n + j] = out ? 1 : matrix[(Size) j * n + j] + balance->column[j];
	}
	if (!matrix_cholesky(matrix, n))
		return NULL;
	matrix_cholesky_inverse(matrix, n, inverse);
	for (int j = 0; j < n; j++)
		if (ground[j] || balance->b[j] == 0)
			inverse[(Size) j * n + j] = 0;
	pfree(matrix);
	return inverse;
}

/*
 * The leverages of one row: expected x variance of the logarithm of expected, where
 * p = cov(row's effect, columns') with its sign turned.
 */
static void
row_leverages(const Balance *balance, const double *inverse, int i, double *p)
{
	const FlowFit *fit = balance->fit;
	int n = fit->columns;
	double own = 1;

	memset(p, 0, n * sizeof(double));
	for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
	{
		const double *line = inverse + (Size) fit->column[c] * n;
		double share = fit->expected[c] / balance->row[i];

		for (int j = 0; j < n; j++)
			p[j] += share * line[j];
	}
	for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		own += p[fit->column[c]] * fit->expected[c];
	own /= balance->row[i];
	for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
	{
		int j = fit->column[c];

		fit->complement[c] = 1 - fit->expected[c] * (inverse[(Size) j * n + j] - 2 * p[j] + own);
	}
}

/* Exact leverages of areas; false where the equations are singular to the last digit. */
static bool
exact_leverages(const Balance *balance, const bool *ground)
{
	const FlowFit *fit = balance->fit;
	double *inverse = reduced_inverse(balance, ground);
	double *p = zeros(fit->columns);

	for (int i = 0; inverse != NULL && i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (balance->a[i] != 0)
			row_leverages(balance, inverse, i, p);
	}
	return inverse != NULL;
}

/* Those of complete tables: 1 - h = (1 - expected / row)(1 - expected / column). */
static void
complete_leverages(const Balance *balance)
{
	const FlowFit *fit = balance->fit;

	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
			fit->complement[c] = (1 - fit->expected[c] / balance->row[i]) *
								 (1 - fit->expected[c] / balance->column[fit->column[c]]);
	}
}

/* Takes the slope's part off, and calls what rounding leaves of nothing by its name. */
static void
finish_leverages(Balance *balance)
{
	FlowFit *fit = balance->fit;

	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		{
			int j = fit->column[c];
			double left;

			if (balance->a[i] == 0 || balance->b[j] == 0)
			{
				fit->complement[c] = NAN;
				continue;
			}
			if (!isnan(fit->beta))
			{
				left = balance->x[c] - balance->u[i] - balance->v[j];
				fit->complement[c] -= fit->expected[c] * left * left / balance->information;
			}
			if (!(fit->complement[c] > 1e-8))
				fit->complement[c] = NAN;
		}
	}
}

/* Pearson's chi-square over the degrees of freedom. */
static double
dispersion(const FlowFit *fit)
{
	double sum = 0;

	for (int64 c = 0; c < fit->cells; c++)
		if (fit->expected[c] > 0)
			sum += (fit->flow[c] - fit->expected[c]) * (fit->flow[c] - fit->expected[c]) /
				   fit->expected[c];
	return fit->df > 0 ? sum / (double) fit->df : NAN;
}

/* The expected flows, and beta where flows tell it. */
static void
put_expected(Balance *balance)
{
	FlowFit *fit = balance->fit;

	fit->expected = allocate(fit->cells, sizeof(double));
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
			fit->expected[c] = balance->a[i] * balance->k[c] * balance->b[fit->column[c]];
	}
	if (fit->x == NULL)
		return;
	if (balance->sloped && !balance->frozen)
	{
		explain_x(balance, 1e-12);
		balance->information = information(balance);
		fit->beta = balance->slope / balance->x_scale;
	}
	else if (balance->slope == 0)
		fit->note = "beta is not estimated: distance tells no more than the areas do";
	else
		fit->note =
			"beta is not estimated: flows stop at a distance, and any steeper decay fits as well";
}

void
flow_fit(FlowFit *fit)
{
	Balance *balance;
	bool *ground;
	double total;

	fit->beta = fit->dispersion = NAN;
	fit->row_sum = zeros(fit->rows);
	fit->column_sum = zeros(fit->columns);
	total = margins(fit);
	if (!(total > 0))
	{
		fit->expected = zeros(fit->cells);
		fit->complement = zeros(fit->cells);
		fit->note = "nobody moved";
		return;
	}
	balance = balance_create(fit, total);
	if (!balance_solve(balance))
	{
		fit->note = "no fit: the margins cannot be reached";
		return;
	}
	put_expected(balance);
	ground = allocate(fit->columns, sizeof(bool));
	fit->df = degrees_of_freedom(balance, ground) - !isnan(fit->beta);
	fit->dispersion = dispersion(fit);
	fit->complement = allocate(fit->cells, sizeof(double));
	if (fit->columns > FLOW_FIT_EXACT_COLUMNS ||
		(double) fit->cells * fit->columns > FLOW_FIT_EXACT_WORK ||
		!exact_leverages(balance, ground))
		complete_leverages(balance);
	finish_leverages(balance);
}
