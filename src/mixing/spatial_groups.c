/*
 * spatial_groups.c
 *	  Counts by group, and what follows from the shares of local environments.
 *
 * Reardon and O'Sullivan (2004): people live in an area but meet the mix of their
 * surroundings. t_i residents of area i meet shares p~_im; with the city's shares
 * pi_m the plain indices are taken of these.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "backend/memory.h"
#include "mixing/spatial.h"

void
group_count_check(double count, const char *name)
{
	if (!(count >= 0 && count <= PERSONS_MOST))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s is %g", name, count),
						errhint("A number of persons is 0 to 1e14; NULL where it is not known.")));
}

double *
group_counts_read(Datum datum, int *groups)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	Datum *values;
	bool *nulls;
	int count;
	double *counts;
	bool known = true;

	if (ARR_NDIM(array) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("counts has %d dimensions, not 1", ARR_NDIM(array)),
						errhint("Give the people of each group, such as ARRAY[danish, other].")));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values,
					  &nulls, &count);
	if (count > GROUPS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("counts has %d groups, more than %d", count, GROUPS_MOST),
						errhint("Put groups together.")));
	if (*groups != 0 && count != *groups)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("counts has %d groups but %d were seen before", count, *groups),
						errhint("Give the same groups in every row, 0 where there is nobody.")));
	*groups = count;
	counts = palloc(sizeof(double) * count);
	for (int i = 0; i < count; i++)
	{
		counts[i] = nulls[i] ? 0 : DatumGetFloat8(values[i]);
		group_count_check(counts[i], "a count");
		known = known && !nulls[i];
	}
	return known ? counts : NULL;
}

double
shares_entropy(const double *counts, int groups, double total)
{
	double entropy = 0;

	for (int i = 0; i < groups; i++)
		if (counts[i] > 0)
			entropy -= counts[i] / total * log(counts[i] / total);
	return entropy;
}

/* Simpson's interaction: the chance that two people are of different groups. */
static double
shares_interaction(const double *counts, int groups, double total)
{
	double interaction = 0;

	for (int i = 0; i < groups; i++)
		interaction += counts[i] / total * (1 - counts[i] / total);
	return interaction;
}

/* The sum of counts. */
static double
counts_total(const double *counts, int groups)
{
	double total = 0;

	for (int i = 0; i < groups; i++)
		total += counts[i];
	return total;
}

/* Sums over the areas whose residents have surroundings. */
typedef struct EnvironmentSums
{
	const double *weighing; /* n x groups: whose shares of environments are averaged */
	double total;
	double *group;     /* people of each group */
	double entropy;    /* mean over people of the entropy around them */
	double diversity;  /* the same of the interaction */
	double deviation;  /* mean over people of sum |p~ - pi| */
	double *exposure;  /* groups x groups: sum x_im p~_in */
	double *residents; /* n, 0: not in the sums */
	double *around;    /* n: people of the environment */
} EnvironmentSums;

/* First pass: the city's own shares. */
static void
sums_city(const Environments *e, EnvironmentSums *sums)
{
	for (uint32 i = 0; i < e->n; i++)
	{
		Size at = (Size) i * e->groups;
		double residents = counts_total(sums->weighing + at, e->groups);

		CHECK_FOR_INTERRUPTS();
		sums->around[i] = counts_total(e->surrounding + at, e->groups);
		sums->residents[i] = sums->around[i] > 0 ? residents : 0;
		if (sums->residents[i] == 0)
			continue;
		for (uint32 m = 0; m < e->groups; m++)
			sums->group[m] += sums->weighing[at + m];
	}
	sums->total = counts_total(sums->group, e->groups);
}

/* Second pass: what people meet. */
static void
sums_environments(const Environments *e, EnvironmentSums *sums)
{
	for (uint32 i = 0; i < e->n; i++)
	{
		const double *near = e->surrounding + (Size) i * e->groups;
		const double *own = sums->weighing + (Size) i * e->groups;
		double weight = sums->residents[i] / sums->total;

		CHECK_FOR_INTERRUPTS();
		if (sums->residents[i] == 0)
			continue;
		sums->entropy += weight * shares_entropy(near, e->groups, sums->around[i]);
		sums->diversity += weight * shares_interaction(near, e->groups, sums->around[i]);
		for (uint32 n = 0; n < e->groups; n++)
		{
			double share = near[n] / sums->around[i];

			sums->deviation += weight * fabs(share - sums->group[n] / sums->total);
			for (uint32 m = 0; m < e->groups; m++)
				sums->exposure[(Size) m * e->groups + n] += own[m] * share;
		}
	}
}

typedef struct ShareWeight
{
	double share;
	double weight;
} ShareWeight;

static int
share_compare(const void *a, const void *b, void *unused)
{
	const ShareWeight *left = a;
	const ShareWeight *right = b;

	if (left->share != right->share)
		return left->share < right->share ? -1 : 1;
	return left->weight < right->weight ? -1 : left->weight > right->weight;
}

/* Half the mean over pairs of people of the difference in a group's share around them. */
static double
group_difference(const Environments *e, const EnvironmentSums *sums, uint32 group,
				 ShareWeight *sorted)
{
	uint32 n = 0;
	double below = 0; /* weight of smaller shares, and its product with them */
	double below_share = 0;
	double difference = 0;

	for (uint32 i = 0; i < e->n; i++)
	{
		if (sums->residents[i] == 0)
			continue;
		sorted[n].share = e->surrounding[(Size) i * e->groups + group] / sums->around[i];
		sorted[n++].weight = sums->residents[i] / sums->total;
	}
	qsort_interruptible(sorted, n, sizeof(ShareWeight), share_compare, NULL);
	for (uint32 i = 0; i < n; i++)
	{
		difference += sorted[i].weight * (sorted[i].share * below - below_share);
		below += sorted[i].weight;
		below_share += sorted[i].weight * sorted[i].share;
	}
	return difference;
}

/* From sums to indices; people in one group only: all but exposure are undefined. */
static void
sums_indices(const Environments *e, const EnvironmentSums *sums, SpatialIndices *indices)
{
	double entropy = shares_entropy(sums->group, e->groups, sums->total);
	double interaction = shares_interaction(sums->group, e->groups, sums->total);
	ShareWeight *sorted = allocate(e->n, sizeof(ShareWeight));
	double differences = 0;

	for (uint32 m = 0; m < e->groups; m++)
		for (uint32 n = 0; n < e->groups; n++)
			indices->exposure[m * e->groups + n] =
				sums->exposure[m * e->groups + n] / sums->group[m];
	if (!(interaction > 0))
		return;
	for (uint32 m = 0; m < e->groups; m++)
		differences += group_difference(e, sums, m, sorted);
	indices->dissimilarity = sums->deviation / (2 * interaction);
	indices->gini = differences / interaction;
	indices->information_theory = 1 - sums->entropy / entropy;
	indices->mutual_information = entropy - sums->entropy;
	indices->relative_diversity = 1 - sums->diversity / interaction;
	indices->normalized_exposure = 0;
	for (uint32 m = 0; m < e->groups; m++)
	{
		double share = sums->group[m] / sums->total;

		if (share > 0)
			indices->normalized_exposure +=
				share * (indices->exposure[m * e->groups + m] - share) / (1 - share);
	}
	pfree(sorted);
}

void
environments_indices(const Environments *e, bool over_environments, SpatialIndices *indices)
{
	EnvironmentSums sums = {.weighing = over_environments ? e->surrounding : e->counts};
	Size cells = (Size) e->groups * e->groups;

	indices->dissimilarity = indices->gini = indices->information_theory =
		indices->mutual_information = indices->relative_diversity = indices->normalized_exposure =
			NAN;
	indices->exposure = palloc(sizeof(double) * Max(cells, 1));
	sums.group = palloc0(sizeof(double) * Max(e->groups, 1));
	sums.exposure = palloc0(sizeof(double) * Max(cells, 1));
	sums.residents = allocate(e->n, sizeof(double));
	sums.around = allocate(e->n, sizeof(double));
	sums_city(e, &sums);
	sums_environments(e, &sums);
	sums_indices(e, &sums, indices);
	pfree(sums.residents);
	pfree(sums.around);
}
