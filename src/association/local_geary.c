/*
 * local_geary.c
 *	  Local Geary, of one variable or of several.
 *
 * c = sum of w (z_i - z_j)^2 with z by n - 1, as spdep and GeoDa have it; of several
 * variables the mean of their c. L. Anselin, Geographical Analysis 27 (1995) and 51
 * (2019); moments: those of a sum of draws of (z_i - z_j)^2.
 */
#include "compat.h"
#include "miscadmin.h"

#include "association/local.h"

/* Weighted sum of the squared differences from the neighbours, mean over the columns. */
static double
squares_lag(const LocalRow *row, LocalColumn *const *columns, int count)
{
	double sum = 0;

	for (int c = 0; c < count; c++)
	{
		const double *z = columns[c]->z;
		double own = z[row->place];

		for (uint32 i = 0; i < row->neighbors; i++)
		{
			double difference = own - z[row->neighbor[i]];

			sum += (row->weight == NULL ? 1 : row->weight[i]) * difference * difference;
		}
	}
	return sum / count;
}

/* Moments of the squared differences of all areas from this, by the sums of powers of z. */
static void
geary_moments(LocalAnswer *answer, const LocalRow *row, const LocalColumn *column, uint32 n,
			  double scale)
{
	double own = column->z[row->place];
	double square = own * own;
	double total = n * (square + 1);
	double squares =
		n * square * square + 6 * square * n - 4 * own * column->cubes + column->fourths;

	local_moments(row, n, 0, total, squares, &answer->expected, &answer->variance);
	answer->expected *= scale;
	answer->variance *= scale * scale;
	local_normal(answer);
}

static bool
all_vary(LocalColumn *const *columns, int count)
{
	for (int c = 0; c < count; c++)
		if (isnan(columns[c]->deviation))
			return false;
	return true;
}

static Permutation *
geary_permutation(const Sample *sample, const LocalSettings *settings, LocalColumn *const *columns)
{
	double **values = palloc(sizeof(double *) * settings->columns);

	for (int c = 0; c < settings->columns; c++)
		values[c] = columns[c]->z;
	return permutation_create(PERMUTATION_SQUARES, sample->n, settings->columns, values,
							  settings->permutations, settings->seed);
}

/* The answer of one area but for its permutations. */
static void
geary_answer(LocalAnswer *answer, const LocalRow *row, LocalColumn *const *columns, int count,
			 uint32 n)
{
	double scale = ((double) n - 1) / n;

	if (count == 1)
		local_scatter(answer, row, columns[0], columns[0]);
	answer->neighbors = row->neighbors;
	if (row->neighbors == 0 || !all_vary(columns, count))
		return;
	answer->statistic = scale * squares_lag(row, columns, count);
	if (count == 1)
		geary_moments(answer, row, columns[0], n, scale);
}

LocalAnswer *
local_geary(const Sample *sample, const LocalSettings *settings)
{
	LocalColumn **columns = palloc(sizeof(LocalColumn *) * settings->columns);
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);
	Permutation *permutation = NULL;
	bool permute;

	for (int c = 0; c < settings->columns; c++)
		columns[c] = local_column(sample, c);
	permute = settings->permutations > 0 && all_vary(columns, settings->columns);
	if (permute && settings->draws == LOCAL_DRAWS_OWN)
		permutation = geary_permutation(sample, settings, columns);
	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		geary_answer(&answers[place], &row, columns, settings->columns, sample->n);
		if (permutation != NULL && row.neighbors > 0)
			local_permute(&answers[place], permutation, sample, &row);
	}
	if (permute && settings->draws != LOCAL_DRAWS_OWN)
		geoda_permute(sample, GEODA_GEARY, sample->x[0], sample->x[0], settings, answers);
	return answers;
}
