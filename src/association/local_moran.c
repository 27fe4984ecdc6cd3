/*
 * local_moran.c
 *	  Local Moran, of one variable and of two, and local Lee.
 *
 * L. Anselin, "Local indicators of spatial association - LISA", Geographical
 * Analysis 27 (1995); two variables: L. Anselin, I. Syabri, O. Smirnov (2002);
 * S.-I. Lee, Journal of Geographical Systems 3 (2001).
 */
#include "compat.h"
#include "miscadmin.h"

#include "association/local.h"

/* I of an area: the value here times the lag of those there, both as z-scores. */
static void
moran_answer(LocalAnswer *answer, const LocalRow *row, const LocalColumn *here,
			 const LocalColumn *there, uint32 n)
{
	double own = there->z[row->place];
	double mean;
	double variance;

	local_scatter(answer, row, here, there);
	if (row->neighbors == 0 || isnan(here->deviation) || isnan(there->deviation))
		return;
	local_moments(row, n, own, 0, n, &mean, &variance);
	answer->statistic = answer->z_value * answer->lag_z;
	answer->expected = answer->z_value * (row->own * own + mean);
	answer->variance = answer->z_value * answer->z_value * variance;
	local_normal(answer);
}

/* Both forms: the second column is the neighbours', which may be the first. */
static LocalAnswer *
moran_of(const Sample *sample, const LocalSettings *settings, int second)
{
	LocalColumn *here = local_column(sample, 0);
	LocalColumn *there = second == 0 ? here : local_column(sample, second);
	bool varies = !isnan(here->deviation) && !isnan(there->deviation);
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);
	Permutation *permutation = NULL;

	if (settings->permutations > 0 && settings->draws == LOCAL_DRAWS_OWN && varies)
		permutation = permutation_create(PERMUTATION_VALUE, sample->n, 1, &there->z,
										 settings->permutations, settings->seed);
	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		moran_answer(&answers[place], &row, here, there, sample->n);
		if (permutation == NULL || row.neighbors == 0)
			continue;
		local_permute(&answers[place], permutation, sample, &row);
		if (here->z[place] == 0)
			answers[place].p_directed = answers[place].p_permutation = 1;
	}
	if (settings->permutations > 0 && settings->draws != LOCAL_DRAWS_OWN && varies)
		geoda_permute(sample, GEODA_MORAN, here->x, there->x, settings, answers);
	return answers;
}

LocalAnswer *
local_moran(const Sample *sample, const LocalSettings *settings)
{
	return moran_of(sample, settings, 0);
}

LocalAnswer *
local_bivariate_moran(const Sample *sample, const LocalSettings *settings)
{
	return moran_of(sample, settings, 1);
}

/* L of an area is the product of both lags; the mean of L over areas is the global L. */
LocalAnswer *
local_lee(const Sample *sample, const LocalSettings *settings)
{
	LocalColumn *x = local_column(sample, 0);
	LocalColumn *y = local_column(sample, 1);
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);

	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		local_scatter(&answers[place], &row, x, y);
		if (row.neighbors > 0)
			answers[place].statistic = local_lag(&row, x->z) * local_lag(&row, y->z);
	}
	return answers;
}
