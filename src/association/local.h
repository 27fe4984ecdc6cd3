/*
 * local.h
 *	  Local statistics: what they have in common, and the measures.
 */
#ifndef ASSOCIATION_LOCAL_H
#define ASSOCIATION_LOCAL_H

#include "compat.h"
#include <math.h>

#include "association/permutation.h"
#include "association/sample.h"

/* Where the draws come from. */
typedef enum LocalDraws
{
	LOCAL_DRAWS_OWN,
	LOCAL_DRAWS_GEODA,       /* as GeoDa's method "complete" */
	LOCAL_DRAWS_GEODA_LOOKUP /* as its method "lookup" */
} LocalDraws;

typedef struct LocalSettings
{
	int32 permutations;
	int64 seed;
	LocalDraws draws;
	bool star;       /* G*: the area itself is among its neighbours */
	double exponent; /* of LOSH */
	int columns;     /* of the sample */
} LocalSettings;

/* One area's answer; NaN: NULL. */
typedef struct LocalAnswer
{
	double statistic;
	double expected;
	double variance;
	double z;
	double p;
	double p_permutation;
	double p_directed;
	double z_value;
	double lag;
	double lag_z;
	int32 neighbors;
	int8 quadrant; /* 0: NULL; place in local_quadrants */
} LocalAnswer;

/* A column about its mean, in units of its standard deviation with n, and the sums of powers. */
typedef struct LocalColumn
{
	const double *x;
	double *z;
	double mean;
	double deviation; /* NaN where the values are all the same: z is then NaN too */
	double total;
	double cubes; /* sums of z^3 and z^4 */
	double fourths;
} LocalColumn;

/* Links of an area to others, and to itself. */
typedef struct LocalRow
{
	uint32 place;
	uint32 neighbors; /* without itself */
	double own;       /* weight of the link to itself */
	double sum;       /* of the weights, without itself */
	double squares;
	bool uniform; /* the weights without its own are all the same, and positive */
	const uint32 *neighbor;
	const double *weight; /* NULL: all 1 */
} LocalRow;

/* Reads the rows of a sample one after another. */
typedef struct LocalRows
{
	const Sample *sample;
	uint32 *neighbor;
	double *weight;
} LocalRows;

/* ---- local_values.c ---- */

extern LocalColumn *local_column(const Sample *sample, int column);
extern LocalRows *local_rows(const Sample *sample);
/* Links to itself apart; what it points to lasts until the next. */
extern LocalRow local_row(LocalRows *rows, uint32 place);
/* Weighted sum over the neighbours, itself included where it is linked. */
extern double local_lag(const LocalRow *row, const double *value);
/* Mean and variance of the weighted sum of others' values under conditional permutation. */
extern void local_moments(const LocalRow *row, uint32 n, double own, double total, double squares,
						  double *mean, double *variance);
/* z and two-sided p by the normal distribution. */
extern void local_normal(LocalAnswer *answer);
/* All NULL but the number of neighbours. */
extern LocalAnswer *local_answers(const Sample *sample);
/* z, lags and quadrant for the scatter plot: value here, lag of another or the same column. */
extern void local_scatter(LocalAnswer *answer, const LocalRow *row, const LocalColumn *here,
						  const LocalColumn *there);
/* p by permutation of an area. */
extern void local_permute(LocalAnswer *answer, Permutation *permutation, const Sample *sample,
						  const LocalRow *row);

/* ---- the measures: one answer a place of the sample ---- */

typedef LocalAnswer *(*LocalMeasure)(const Sample *sample, const LocalSettings *settings);

extern LocalAnswer *local_moran(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_bivariate_moran(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_lee(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_geary(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_g(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_join_count(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_bivariate_join_count(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_colocation(const Sample *sample, const LocalSettings *settings);
extern LocalAnswer *local_losh(const Sample *sample, const LocalSettings *settings);

/* ---- geoda.c ---- */

typedef enum GeodaStatistic
{
	GEODA_MORAN,
	GEODA_GEARY,
	GEODA_G,
	GEODA_G_STAR,
	GEODA_JOIN_COUNT
} GeodaStatistic;

/* p of all areas as GeoDa has it; here: the area's own value, there: those drawn. */
extern void geoda_permute(const Sample *sample, GeodaStatistic statistic, const double *here,
						  const double *there, const LocalSettings *settings, LocalAnswer *answers);

#endif /* ASSOCIATION_LOCAL_H */
