/*
 * local_losh.c
 *	  Local spatial heteroscedasticity: do the neighbours differ among themselves?
 *
 * J. K. Ord, A. Getis, "Local spatial heteroscedasticity (LOSH)", The Annals of
 * Regional Science 48 (2012); p after M. Xu, C. L. Mei, N. Yan (2014): 2 H / V is
 * chi-squared with 2 / V degrees of freedom.
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/local.h"
#include "backend/memory.h"
#include "statistics/distributions.h"

/* Residuals from the local means, and their sums over the areas that have neighbours. */
typedef struct Residuals
{
	double *e; /* 0 for islands, which are nobody's average */
	double count;
	double mean;
	double mean_square;
} Residuals;

static double
row_total(const LocalRow *row)
{
	return row->sum + row->own;
}

/* Fills lag with the local mean of each area that has neighbours. */
static Residuals
residuals_make(const Sample *sample, const LocalColumn *column, LocalRows *rows,
			   LocalAnswer *answers, double exponent)
{
	Residuals residuals = {0};

	residuals.e = allocate(sample->n, sizeof(double));
	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);
		LocalAnswer *answer = &answers[place];

		CHECK_FOR_INTERRUPTS();
		residuals.e[place] = 0;
		local_scatter(answer, &row, column, column);
		if (row.neighbors == 0 || !(row_total(&row) > 0))
			continue;
		answer->lag /= row_total(&row);
		answer->lag_z /= row_total(&row);
		residuals.e[place] = pow(fabs(answer->z_value - answer->lag_z), exponent);
		residuals.count++;
		residuals.mean += residuals.e[place];
		residuals.mean_square += residuals.e[place] * residuals.e[place];
	}
	residuals.mean /= residuals.count;
	residuals.mean_square /= residuals.count;
	return residuals;
}

static void
losh_answer(LocalAnswer *answer, const LocalRow *row, const Residuals *residuals)
{
	double total = row_total(row);
	double count = residuals->count;
	double squares = row->squares + row->own * row->own;
	double scale = total * residuals->mean;

	answer->statistic = local_lag(row, residuals->e) / scale;
	answer->expected = 1;
	answer->variance = (residuals->mean_square - residuals->mean * residuals->mean) *
					   (count * squares - total * total) / ((count - 1) * scale * scale);
	if (count < 2 || !(answer->variance > 1e-12))
	{
		answer->variance = count < 2 ? NAN : 0;
		return;
	}
	answer->z = 2 * answer->statistic / answer->variance;
	answer->p = chi_square_upper(answer->z, 2 / answer->variance);
}

LocalAnswer *
local_losh(const Sample *sample, const LocalSettings *settings)
{
	LocalColumn *column = local_column(sample, 0);
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);
	Residuals residuals = residuals_make(sample, column, rows, answers, settings->exponent);

	if (!(residuals.mean > 0) || !isfinite(residuals.mean_square))
		return answers;
	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		if (row.neighbors > 0 && row_total(&row) > 0)
			losh_answer(&answers[place], &row, &residuals);
	}
	return answers;
}
