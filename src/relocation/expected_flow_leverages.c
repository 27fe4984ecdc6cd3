/*
 * expected_flow_leverages.c
 *	  Degrees of freedom of expected flows, and how much each cell decides its own.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "backend/memory.h"
#include "relocation/expected_flow.h"
#include "statistics/matrix.h"

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
	double *matrix = allocate_zero((int64) n * n, sizeof(double));
	double *inverse = allocate_zero((int64) n * n, sizeof(double));

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
	double *p = allocate_zero(fit->columns, sizeof(double));

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
				left = fit->x[c] - balance->u[i] - balance->v[j];
				fit->complement[c] -= fit->expected[c] * left * left / balance->information;
			}
			if (!(fit->complement[c] > 1e-8))
				fit->complement[c] = NAN;
		}
	}
}

void
flow_leverages(Balance *balance)
{
	FlowFit *fit = balance->fit;
	bool *ground = allocate(fit->columns, sizeof(bool));

	fit->df = degrees_of_freedom(balance, ground) - !isnan(fit->beta);
	fit->complement = allocate(fit->cells, sizeof(double));
	if (fit->columns > FLOW_FIT_EXACT_COLUMNS ||
		(double) fit->cells * fit->columns > FLOW_FIT_EXACT_WORK ||
		!exact_leverages(balance, ground))
		complete_leverages(balance);
	finish_leverages(balance);
}
