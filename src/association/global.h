/*
 * global.h
 *	  Global spatial autocorrelation: one engine, a measure is what it multiplies.
 *
 * Every measure is, up to a factor, sum_ij a_ij b_ij of a matrix of places, from the
 * weights, and a matrix of values, from the data. Its moments over all permutations
 * of the values over the places follow from a few sums over each matrix alone
 * (Mantel, Cancer Research 27, 1967, 209-220; Cliff and Ord, Spatial Processes, 1981).
 */
#ifndef ASSOCIATION_GLOBAL_H
#define ASSOCIATION_GLOBAL_H

#include "association/sample.h"

#define GLOBAL_PERMUTATIONS_MOST 1000000
#define GLOBAL_SEED_DEFAULT 20260101

/* A result; NaN where there is no figure. */
typedef struct Autocorrelation
{
	double statistic;
	double expected;
	double variance;
	double variance_normal;
	double z;
	double z_normal;
	double p;
	double p_normal;
	double p_permutation;
	int64 n_used;
	int64 n_null;
	int64 n_islands;
} Autocorrelation;

/* ---- global_links.c: the weights as a symmetric matrix ---- */

/* Each pair of places i < j once, with w_ij + w_ji; links of a place to itself apart. */
typedef struct Pairs
{
	uint32 n;
	uint32 *start;   /* n + 1 */
	uint32 *other;   /* j, ascending */
	double *weight;  /* NULL: all are common */
	double common;   /* the weight of every pair, where they are one */
	double *row;     /* (w_i. + w_.i) / 2 of each place, itself left out */
	double *self;    /* w_ii; NULL: no place has a link to itself */
	double total;    /* of w_ij off the diagonal */
	double squares;  /* of (w_ij + w_ji) / 2 off the diagonal */
	uint32 attached; /* places in a pair or with a link to themselves */
} Pairs;

extern void pairs_make(Pairs *pairs, const Sample *sample);
/* Takes the places out that are in no pair, and their values v. */
extern void pairs_drop_islands(Pairs *pairs, double *v);

/* The links by the place they lead to. */
typedef struct Incoming
{
	uint32 *start; /* n + 1 */
	uint32 *from;  /* ascending */
	double *weight;
} Incoming;

/* only_lower: of the links from i to j those with j < i. */
extern Incoming incoming_make(const Sample *sample, bool only_lower);
extern void incoming_free(Incoming *incoming);

static inline double
pair_weight(const Pairs *pairs, uint32 pair)
{
	return pairs->weight == NULL ? pairs->common : pairs->weight[pair];
}

/* sum_ij w_ij v_i v_j, with the links of places to themselves or without. */
extern double pairs_product(const Pairs *pairs, const double *v, bool with_self);
/* sum_ij w_ij (v_i - v_j)^2 */
extern double pairs_difference(const Pairs *pairs, const double *v);

/* ---- global_moments.c: moments over all permutations ---- */

/*
 * A symmetric matrix in parts that permutations leave apart: off the diagonal the
 * mean, the effects a_i + a_j of rows, the rest; on it the mean and its deviations.
 */
typedef struct MatrixParts
{
	double total;     /* sum off the diagonal */
	double effects;   /* sum of a_i^2 */
	double rest;      /* sum of squares of the rest, both triangles */
	double trace;     /* sum of the diagonal */
	double deviation; /* sum of squared deviations of the diagonal */
	double cross;     /* sum of a_i times the diagonal's deviation */
} MatrixParts;

/*
 * n places; a row's sum off the diagonal; the diagonal, NULL for zeros; the sum of
 * squares off the diagonal, both triangles.
 */
extern MatrixParts matrix_parts(double n, uint32 rows, const double *row, const double *diagonal,
								double squares);

/* Sums of values that have mean 0. */
typedef struct ValueSums
{
	double xx;
	double yy;
	double xy;
	double products; /* squared deviations of x_i y_i from their mean */
} ValueSums;

/* Do all values equal the first? */
extern bool values_equal(const double *v, uint32 n);
/* Brings the values into -1 to 1 by a power of 2, which rounds nothing. */
extern void values_scale_down(double *v, uint32 n);
/* Takes the mean out, and returns it. */
extern double values_take_mean(double *v, uint32 n);
/* Gives the values mean 0 and mean square 1; false where they do not vary. */
extern bool values_standardize(double *v, uint32 n);
extern ValueSums value_sums(const double *x, const double *y, uint32 n);

/* (x_i y_j + x_j y_i) / 2 of values with mean 0. */
extern MatrixParts cross_product_parts(double n, const ValueSums *sums);
/* (mean + x_i) (mean + x_j) off the diagonal; cubes is the sum of x^3. */
extern MatrixParts product_parts(double n, double mean, const ValueSums *sums, double cubes);
/* (x_i - x_j)^2 */
extern MatrixParts difference_parts(double n, const ValueSums *sums);

/* Moments of sum_ij a_ij b_ij; the variance is NaN for n below 4. */
extern double mantel_expected(double n, const MatrixParts *a, const MatrixParts *b);
extern double mantel_variance(double n, const MatrixParts *a, const MatrixParts *b);

/*
 * Variance of n x'Ax / x'x for independent normal x, their mean taken out, A symmetric
 * with the rows' means taken out; trace of A and of A squared.
 */
extern double normal_ratio_variance(double n, double trace, double trace_of_square);

/* ---- global_permute.c: inference by permutation ---- */

/* The factor-free statistic of values that stand as given. */
typedef double (*ArrangedSum)(const void *field, const double *x, const double *y);

typedef struct Arrangement
{
	uint32 n;
	const double *x; /* moved together */
	const double *y; /* NULL: x only */
	ArrangedSum sum;
	const void *field;
	double observed;
	double tolerance; /* sums as near as this are ties */
} Arrangement;

/* Two-sided p: exact where all arrangements are few, else by random ones. */
extern double permutation_p(const Arrangement *observed, int64 permutations, uint64 seed);

/* ---- global.c, global_bivariate.c: the measures ---- */

/* What a measure works on: a copy of the values, the weights, and what prepare finds. */
typedef struct GlobalField
{
	const Sample *sample;
	Pairs pairs;
	uint32 n;          /* places whose values are permuted */
	double *x;         /* permuted */
	double *y;         /* permuted with x; NULL: not at all */
	double *fixed;     /* stays in place */
	double unit;       /* the weights are those of the sample divided by this */
	double scale;      /* of the sum that the measure makes, to the statistic */
	bool standardized; /* the statistic is of the order of 1 whatever the data */
	double expected;
	double variance;
	double variance_normal;
} GlobalField;

typedef struct GlobalMeasure
{
	/* Turns the values into those that are permuted; false: there is no statistic. */
	bool (*prepare)(GlobalField *field);
	ArrangedSum sum;
	double sign; /* of z: what is alike side by side is positive */
} GlobalMeasure;

extern const GlobalMeasure measure_moran;
extern const GlobalMeasure measure_geary;
extern const GlobalMeasure measure_getis_g;
extern const GlobalMeasure measure_eb_moran;
extern const GlobalMeasure measure_lee;
extern const GlobalMeasure measure_bivariate_moran;
extern const GlobalMeasure measure_join_count;
extern const GlobalMeasure measure_join_count_mixed;

/* Of the sample's first columns; its weights may be replaced by others in proportion. */
extern Autocorrelation global_autocorrelation(const GlobalMeasure *measure, Sample *sample,
											  int columns, int64 permutations, uint64 seed);

#endif /* ASSOCIATION_GLOBAL_H */
