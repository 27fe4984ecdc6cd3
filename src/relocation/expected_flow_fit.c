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
#include "relocation/expected_flow.h"

#define ROUNDS_MOST 200
/* A slope that does not stand after so many rounds runs away. */
#define ROUNDS_SLOPE 150
#define MARGIN_TOLERANCE 1e-13
/* Of the last step; what it leaves is at most a hundredth of it. */
#define SLOPE_TOLERANCE 1e-11
/* Of a cell's expectation, in logarithms, in one step. */
#define STEP_MOST 3.0
/* Less of the variance of x (it is 1 at most) is left at the fit: flows do not tell a slope. */
#define INFORMATION_LEAST 1e-10
/* What areas leave of x, whose range is 1, is nothing but rounding. */
#define X_LEAST 1e-9

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

/* The Newton step of the slope, with areas' factors going along. */
static double
slope_step(Balance *balance, const double *row_gap, const double *column_gap)
{
	double gain;

	/* solved loosely, too much of x would be left where it should be little, and the step be short */
	balance_explain_x(balance, balance->information > 1e-4 * balance->x_square ? 1e-3 : 1e-9);
	balance->information = balance_information(balance);
	if (!(balance->information > INFORMATION_LEAST * balance->total))
	{
		balance->frozen = true;
		return 0;
	}
	gain = balance->x_sum - dot(balance->u, row_gap, balance->fit->rows) -
		   dot(balance->v, column_gap, balance->fit->columns);
	gain /= balance->information;
	return isfinite(gain) ? gain : 0;
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
				change += step * (fit->x[c] - balance->u[i] - balance->v[j]);
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
	double *row_gap = allocate_zero(fit->rows, sizeof(double));
	double *column_gap = allocate_zero(fit->columns, sizeof(double));
	double *a_step = allocate_zero(fit->rows, sizeof(double));
	double *b_step = allocate_zero(fit->columns, sizeof(double));
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
	balance_explain(balance, row_gap, column_gap, a_step, b_step, 1e-4 * gaps);
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
		balance_slope(balance, step);
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

	balance_explain_x(balance, 1e-12);
	balance->information = balance->total;
	for (int i = 0; i < fit->rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 c = fit->row_start[i]; c < fit->row_start[i + 1]; c++)
		{
			int j = fit->column[c];

			if (balance->a[i] != 0 && balance->b[j] != 0)
				fit->x[c] -= balance->u[i] + balance->v[j];
			else
				fit->x[c] = 0; /* nothing is expected there, and exp of it must be finite */
			most = Max(most, fabs(fit->x[c]));
		}
	}
	balance->sloped = most > X_LEAST;
	for (int64 c = 0; balance->sloped && c < fit->cells; c++)
		fit->x[c] /= most;
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
	double off = balance_off(balance);

	balance->frozen = !sloped;
	for (int round = 0; round < ROUNDS_MOST; round++)
	{
		if (!isfinite(off))
			return false;
		if (off <= tolerance && fabs(step) <= SLOPE_TOLERANCE * Max(1.0, fabs(balance->slope)))
			break;
		balance->frozen |= round == ROUNDS_SLOPE;
		step = newton_step(balance);
		balance_margins(balance);
		off = balance_off(balance);
	}
	if (!sloped)
		balance->frozen = was_frozen;
	/* at the limits of doubles the last digits may go to and fro */
	return off <= 100 * tolerance &&
		   fabs(step) <= 10 * SLOPE_TOLERANCE * Max(1.0, fabs(balance->slope));
}

/* To the maximum of the likelihood; false where it is not reached. */
static bool
balance_solve(Balance *balance)
{
	for (int round = 0; round < 3; round++)
		balance_margins(balance);
	if (balance->sloped)
	{
		if (!balance_rounds(balance, 1e-4, false))
			return false;
		centre_x(balance);
	}
	return balance_rounds(balance, MARGIN_TOLERANCE, balance->sloped);
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
		balance_explain_x(balance, 1e-12);
		balance->information = balance_information(balance);
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
	double total;

	fit->beta = fit->dispersion = NAN;
	fit->row_sum = allocate_zero(fit->rows, sizeof(double));
	fit->column_sum = allocate_zero(fit->columns, sizeof(double));
	total = margins(fit);
	if (!(total > 0))
	{
		fit->expected = allocate_zero(fit->cells, sizeof(double));
		fit->complement = allocate_zero(fit->cells, sizeof(double));
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
	flow_leverages(balance);
	fit->dispersion = dispersion(fit);
}
