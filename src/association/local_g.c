/*
 * local_g.c
 *	  Getis and Ord's G and G*: hot spots and cold spots.
 *
 * J. K. Ord, A. Getis, "Local spatial autocorrelation statistics: distributional
 * issues and an application", Geographical Analysis 27 (1995): the variance holds
 * for weights of any kind, so z is the same for binary and row-standardised ones.
 */
#include "compat.h"
#include "miscadmin.h"

#include "association/local.h"

#define ROW_SUM_TOLERANCE 1e-9

/* Do the weights of every area with neighbours sum to 1, and are they stored? */
static bool
is_row_standardised(const Sample *sample)
{
	if (sample->weight == NULL)
		return false;
	for (uint32 i = 0; i < sample->n; i++)
	{
		double sum = 0;

		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
			sum += sample->weight[link];
		if (sample->start[i] < sample->start[i + 1] && fabs(sum - 1) > ROW_SUM_TOLERANCE)
			return false;
	}
	return true;
}

/*
 * For G* an area without a link to itself gets one, as heavy as its heaviest: it
 * is as near to itself as any. The factor keeps a row's sum at 1 where it was.
 */
static double
row_with_self(LocalRow *row, bool standardised)
{
	if (row->own > 0)
		return 1;
	for (uint32 i = 0; i < row->neighbors; i++)
		row->own = Max(row->own, row->weight == NULL ? 1 : row->weight[i]);
	return standardised ? 1 / (row->sum + row->own) : 1;
}

/* G without the area itself: moments of a draw from the others. */
static void
g_answer(LocalAnswer *answer, const LocalRow *row, const LocalColumn *column, uint32 n)
{
	double own = column->z[row->place];
	double others = column->total - column->x[row->place];
	LocalRow without = *row;
	double sum;
	double mean;
	double variance;

	without.own = 0;
	sum = local_lag(&without, column->z);
	local_moments(row, n, own, 0, n, &mean, &variance);
	if (variance > 0)
	{
		answer->statistic = sum;
		answer->expected = mean;
		answer->variance = variance;
		local_normal(answer);
	}
	answer->statistic = local_lag(&without, column->x) / others;
	answer->expected = row->sum / ((double) n - 1);
	answer->variance = variance * (column->deviation / others) * (column->deviation / others);
}

/* G* with it: Ord and Getis's (1995) moments over all n values. */
static void
g_star_answer(LocalAnswer *answer, const LocalRow *row, const LocalColumn *column, uint32 n,
			  double factor)
{
	double sum = row->sum + row->own;
	double squares = row->squares + row->own * row->own;
	double scale = (n * squares - sum * sum) / ((double) n - 1);
	double unit = factor * column->deviation / column->total;

	if (scale <= 1e-12 * squares)
		scale = 0;
	answer->statistic = local_lag(row, column->z);
	answer->expected = 0;
	answer->variance = scale;
	local_normal(answer);
	answer->statistic = factor * local_lag(row, column->x) / column->total;
	answer->expected = factor * sum / n;
	answer->variance = scale * unit * unit;
}

/* G of a total of 0, or of one past what a double holds, is not defined; its z and p are. */
static void
answer_clear_undefined(LocalAnswer *answer, double total)
{
	if (total == 0 || !isfinite(total) || !isfinite(answer->statistic))
		answer->statistic = answer->expected = answer->variance = NAN;
}

/* One area: scatter plot, statistic, moments. */
static void
g_row_answer(LocalAnswer *answer, LocalRow *row, const LocalColumn *column, uint32 n, bool star,
			 bool standardised)
{
	local_scatter(answer, row, column, column);
	if (row->neighbors == 0 || isnan(column->deviation))
		return;
	if (star)
	{
		double factor = row_with_self(row, standardised);

		g_star_answer(answer, row, column, n, factor);
		answer_clear_undefined(answer, column->total);
	}
	else
	{
		g_answer(answer, row, column, n);
		answer_clear_undefined(answer, column->total - column->x[row->place]);
	}
}

LocalAnswer *
local_g(const Sample *sample, const LocalSettings *settings)
{
	LocalColumn *column = local_column(sample, 0);
	bool varies = !isnan(column->deviation);
	bool standardised = is_row_standardised(sample);
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);
	Permutation *permutation = NULL;

	if (settings->permutations > 0 && settings->draws == LOCAL_DRAWS_OWN && varies)
		permutation = permutation_create(PERMUTATION_VALUE, sample->n, 1, &column->z,
										 settings->permutations, settings->seed);
	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		g_row_answer(&answers[place], &row, column, sample->n, settings->star, standardised);
		if (permutation != NULL && row.neighbors > 0)
			local_permute(&answers[place], permutation, sample, &row);
	}
	if (settings->permutations > 0 && settings->draws != LOCAL_DRAWS_OWN && varies)
		geoda_permute(sample, settings->star ? GEODA_G_STAR : GEODA_G, column->x, column->x,
					  settings, answers);
	return answers;
}
