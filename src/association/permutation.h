/*
 * permutation.h
 *	  Conditional permutation of the local statistics: an area keeps its value, its
 *	  neighbours' places are filled with areas drawn from the others without
 *	  replacement.
 */
#ifndef ASSOCIATION_PERMUTATION_H
#define ASSOCIATION_PERMUTATION_H

#include "compat.h"

/* What is summed over the areas drawn, each with the weight of the place it fills. */
typedef enum PermutationTerm
{
	PERMUTATION_VALUE,  /* the value drawn */
	PERMUTATION_SQUARES /* its squared difference from the own value, summed over the columns */
} PermutationTerm;

/* The same for all areas of a sample. */
typedef struct Permutation Permutation;

/* Values: columns arrays by place; they are copied. */
extern Permutation *permutation_create(PermutationTerm term, uint32 n, int columns,
									   double *const *values, int32 draws, int64 seed);

/* The places around one area. */
typedef struct PermutationRow
{
	uint32 place; /* of the area itself */
	int64 id;
	uint32 neighbors; /* without itself */
	const uint32 *neighbor;
	const double *weight; /* NULL: all the same, which does not matter */
} PermutationRow;

/* How many sums are at least, and at most, what was observed; of how many. */
typedef struct PermutationTails
{
	int64 at_least;
	int64 at_most;
	int64 total;
	bool exact; /* every arrangement was counted */
} PermutationTails;

extern PermutationTails permutation_tails(Permutation *permutation, const PermutationRow *row);

/* The p of the smaller tail. */
extern double permutation_directed(const PermutationTails *tails);

/* ---- enumerate.c ---- */

/* Sums over all arrangements of some of the values, for rows of few neighbours. */
typedef struct Arrangements
{
	uint32 pool; /* areas drawn from */
	const double *term;
	uint32 neighbors;
	const double *weight; /* NULL: all 1, the order does not matter */
	double low;           /* a sum of at least this counts as at least, */
	double high;          /* of at most this as at most what was observed */
} Arrangements;

#define ENUMERATE_NEIGHBORS_MOST 4
#define ENUMERATE_ARRANGEMENTS_MOST 500000
#define ENUMERATE_WORK_MOST 100000000

/* How many there are; 0: too many to enumerate in a sample of n areas. */
extern int64 arrangements_count(uint32 n, uint32 neighbors, bool weighted);
extern PermutationTails arrangements_tails(const Arrangements *arrangements);

#endif /* ASSOCIATION_PERMUTATION_H */
