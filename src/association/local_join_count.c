/*
 * local_join_count.c
 *	  Local join counts: neighbours that have a property, of areas that have one.
 *
 * L. Anselin, X. Li, "Operational local join count statistics for cluster
 * detection", Journal of Geographical Systems 21 (2019).
 */
#include "compat.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/local.h"
#include "backend/memory.h"
#include "statistics/distributions.h"

/* Whether an area counts, and whether it is counted as a neighbour: 0 or 1. */
typedef struct JoinFlags
{
	double *here;
	double *there;
	double marked; /* areas that are counted as neighbours */
} JoinFlags;

static JoinFlags
flags_alloc(uint32 n)
{
	JoinFlags flags;

	flags.here = allocate(n, sizeof(double));
	flags.there = allocate(n, sizeof(double));
	flags.marked = 0;
	return flags;
}

/* The count, its conditional moments and, if all weights are the same, P(count or more). */
static void
join_answer(LocalAnswer *answer, const LocalRow *row, const JoinFlags *flags, uint32 n)
{
	double own = flags->there[row->place];
	LocalRow without = *row; /* a link to itself joins nothing */
	double mean;
	double variance;

	answer->neighbors = row->neighbors;
	if (row->neighbors == 0)
		return;
	without.own = 0;
	answer->lag = local_lag(&without, flags->there);
	answer->statistic = flags->here[row->place] * answer->lag;
	if (flags->here[row->place] == 0)
		return;
	local_moments(row, n, own, flags->marked, flags->marked, &mean, &variance);
	answer->expected = mean;
	answer->variance = variance;
	local_normal(answer);
	answer->p = NAN;
	if (row->uniform)
	{
		int64 count = 0;

		for (uint32 i = 0; i < row->neighbors; i++)
			count += flags->there[row->neighbor[i]] != 0;
		answer->p = hypergeometric_upper(count, row->neighbors, (int64) (flags->marked - own),
										 (int64) n - 1);
	}
}

static LocalAnswer *
join_counts(const Sample *sample, const LocalSettings *settings, JoinFlags *flags)
{
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);
	Permutation *permutation = NULL;

	for (uint32 place = 0; place < sample->n; place++)
		flags->marked += flags->there[place];
	if (settings->permutations > 0 && settings->draws == LOCAL_DRAWS_OWN)
		permutation = permutation_create(PERMUTATION_VALUE, sample->n, 1, &flags->there,
										 settings->permutations, settings->seed);
	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		join_answer(&answers[place], &row, flags, sample->n);
		if (permutation != NULL && row.neighbors > 0 && flags->here[place] != 0)
			local_permute(&answers[place], permutation, sample, &row);
	}
	if (settings->permutations > 0 && settings->draws != LOCAL_DRAWS_OWN)
		geoda_permute(sample, GEODA_JOIN_COUNT, flags->here, flags->there, settings, answers);
	return answers;
}

/* Areas that have x, and their neighbours that have it. */
LocalAnswer *
local_join_count(const Sample *sample, const LocalSettings *settings)
{
	JoinFlags flags = flags_alloc(sample->n);

	for (uint32 i = 0; i < sample->n; i++)
		flags.here[i] = flags.there[i] = sample->x[0][i];
	return join_counts(sample, settings, &flags);
}

/* Areas that have x and not y, and their neighbours that have y and not x. */
LocalAnswer *
local_bivariate_join_count(const Sample *sample, const LocalSettings *settings)
{
	JoinFlags flags = flags_alloc(sample->n);

	for (uint32 i = 0; i < sample->n; i++)
	{
		flags.here[i] = sample->x[0][i] * (1 - sample->x[1][i]);
		flags.there[i] = sample->x[1][i] * (1 - sample->x[0][i]);
	}
	return join_counts(sample, settings, &flags);
}

/* Areas that have all properties, and their neighbours that have them all. */
LocalAnswer *
local_colocation(const Sample *sample, const LocalSettings *settings)
{
	JoinFlags flags = flags_alloc(sample->n);

	for (uint32 i = 0; i < sample->n; i++)
	{
		flags.here[i] = 1;
		for (int c = 0; c < settings->columns; c++)
			flags.here[i] *= sample->x[c][i];
		flags.there[i] = flags.here[i];
	}
	return join_counts(sample, settings, &flags);
}
