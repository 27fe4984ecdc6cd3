/*
 * rank.h
 *	  How the order of areas changes between two periods.
 */
#ifndef SPILLOVER_RANK_H
#define SPILLOVER_RANK_H

#include "compat.h"

/* ---- rank_tau.c ---- */

/* Pairs of rows (x, y) by how their order in x and in y agree. */
typedef struct RankPairs
{
	int64 pairs;
	int64 concordant;
	int64 discordant;
	int64 tied_x; /* equal x, whatever y is */
	int64 tied_y;
	double variance; /* of concordant - discordant, with ties */
} RankPairs;

/* Columns of n rows; in n log n steps. */
extern RankPairs rank_pairs(const double *x, const double *y, int64 n);
/* Kendall's tau-b; NaN where all x or all y are equal. */
extern double rank_tau(const RankPairs *pairs);

/* The last two arguments of an aggregate that permutes, checked; the same in all rows. */
typedef struct RankPermutations
{
	bool read;
	int64 permutations;
	int64 seed;
} RankPermutations;

extern void rank_permutations_argument(FunctionCallInfo fcinfo, int argument,
									   RankPermutations *permutations);

#endif /* SPILLOVER_RANK_H */
