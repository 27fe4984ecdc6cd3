/*
 * markov.h
 *	  How areas move between classes of status: the value behind the type markov,
 *	  and what follows from the chain that it describes.
 */
#ifndef SPILLOVER_MARKOV_H
#define SPILLOVER_MARKOV_H

#include "compat.h"

/* ---- markov*.c: the value ---- */

#define MARKOV_VERSION 1

/* Classes of areas and of their neighbours are from 1 to this. */
#define MARKOV_CLASS_MOST 1000
/* The lag class of a transition whose neighbours are unknown, or were not asked for. */
#define MARKOV_NO_LAG 0

/* Transitions from a class to a class, of areas whose neighbours were of a lag class before. */
typedef struct MarkovCell
{
	int32 lag;
	int32 from;
	int32 to;
	int32 reserved; /* zero */
	int64 n;        /* above 0 */
} MarkovCell;

/* The value as stored; cells ascend by lag, from, to. */
typedef struct Markov
{
	int32 vl_len_;
	uint8 version;
	uint8 reserved[3]; /* zero */
	int64 unknown;     /* rows left out because the class is unknown */
	int64 gaps;        /* rows whose area is next known after a period missed */
	int64 cells;
	MarkovCell cell[FLEXIBLE_ARRAY_MEMBER];
} Markov;

/* What is collected, in any order: a hash table of cells. */
typedef struct MarkovSet MarkovSet;

extern MarkovSet *markov_set_create(MemoryContext context);
extern void markov_set_add_missing(MarkovSet *set, int64 unknown, int64 gaps);
extern void markov_set_add(MarkovSet *set, int32 lag, int32 from, int32 to, int64 n);
extern void markov_set_append(MarkovSet *set, const Markov *value);
extern Markov *markov_set_build(const MarkovSet *set);

/* 22023 unless from 1 to MARKOV_CLASS_MOST. */
extern void markov_check_class(const char *what, int32 class);

/* The value behind a datum, detoasted; 0A000 for a newer version, XX001 for a damaged one. */
extern Markov *markov_from_datum(Datum datum);

/* ---- markov_chain.c: the chain of one lag class, or of all together ---- */

/* The classes that a value names. */
typedef struct MarkovClasses
{
	int count;
	int32 *class;                     /* ascending */
	int place[MARKOV_CLASS_MOST + 1]; /* of each class among them, or -1 */
	int lags;
	int32 *lag; /* lag classes, ascending, without MARKOV_NO_LAG */
} MarkovClasses;

extern MarkovClasses *markov_classes_make(const Markov *value);

/* Every lag class, unknown ones included. */
#define MARKOV_POOLED (-1)
/* Every lag class that is known. */
#define MARKOV_KNOWN_LAGS (-2)

/* A chain over all k classes of the value; those that it never meets are not seen. */
typedef struct MarkovChain
{
	int k;
	int64 *n;          /* k x k */
	int64 *departures; /* sums of rows */
	int64 *arrivals;   /* of columns */
	double *p;         /* k x k; NaN in rows without departures */
	/* made by markov_chain_structure */
	bool *reach; /* k x k: is there a way of one step or more? */
	int closed;  /* closed groups of classes; -1: not known */
	int unknown; /* place of a class that is seen but has no departures, or -1 */
	int *group;  /* of each class: its closed group from 0, or -1 */
	int *period; /* of each closed group */
} MarkovChain;

/* lag: a lag class, or one of the two above. In the current memory context. */
extern MarkovChain *markov_chain_make(const Markov *value, const MarkovClasses *classes, int lag);
extern void markov_chain_free(MarkovChain *chain);
extern void markov_chain_structure(MarkovChain *chain);

static inline bool
markov_seen(const MarkovChain *chain, int place)
{
	return chain->departures[place] > 0 || chain->arrivals[place] > 0;
}

/* Shares of the long run; false (and NaN) unless there is one closed group and no unknown row. */
extern bool markov_steady_state(const MarkovChain *chain, double *share);

/*
 * From each class to the class at `target`: the probability of ever coming (or coming
 * back) there, and the mean number of periods until then where that is certain. NaN:
 * not known, or infinite.
 */
extern void markov_passage(const MarkovChain *chain, int target, double *probability,
						   double *periods);

/* The second largest modulus of the eigenvalues of a stochastic matrix, which is overwritten. */
extern double markov_second_eigenvalue(double *p, int k);

#endif /* SPILLOVER_MARKOV_H */
