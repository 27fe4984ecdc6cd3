/*
 * segregation.h
 *	  How groups of people are spread over the units of a city: the value behind
 *	  the types segregation (two groups) and segregation_multi.
 *
 * Every index depends on nothing but the units' counts, so the value is the
 * multiset of them: distinct rows of counts in ascending order, each with the
 * number of units that have it.
 */
#ifndef MIXING_SEGREGATION_H
#define MIXING_SEGREGATION_H

#include "compat.h"

#define SEGREGATION_VERSION 1

/* Counts are kept in 1/10,000 of a person. */
#define SEGREGATION_UNIT 10000
#define SEGREGATION_MAX_GROUPS 1000
/* The largest count of a row, in persons. */
#define SEGREGATION_MAX_COUNT 1e14

/*
 * The value as stored. A row is groups counts and the number of units that have
 * them; in the type segregation the groups are x and the others.
 */
typedef struct Segregation
{
	int32 vl_len_;
	uint8 version;
	uint8 reserved[3];
	uint32 groups; /* 0: not one unit is known */
	uint32 reserved2;
	int64 unknown; /* units left out because a count is unknown */
	int64 empty;   /* units left out because nobody lives there */
	int64 rows;
	int64 data[FLEXIBLE_ARRAY_MEMBER];
} Segregation;

#define SEGREGATION_ROW(value, row) ((value)->data + (Size) (row) * ((value)->groups + 1))

/* Rows collected, in any order and with repetitions. */
typedef struct SegregationSet
{
	MemoryContext context;
	uint32 groups; /* 0: not known yet */
	int64 unknown;
	int64 empty;
	Size rows;
	Size room;
	int64 *data; /* rows of groups counts and the number of units */
} SegregationSet;

extern SegregationSet *segregation_set_create(MemoryContext context);

/* Raises 22023 where the set has another number of groups already. */
extern void segregation_set_groups(SegregationSet *set, uint32 groups);

/* Adds units of these counts, or counts them as empty where all are 0. */
extern void segregation_set_add(SegregationSet *set, const int64 *counts, int64 times);
extern void segregation_set_append(SegregationSet *set, const Segregation *value);

/* The rows in ascending order, each once: a new set; the given one is left as it is. */
extern SegregationSet *segregation_set_sorted(const SegregationSet *set);
extern Segregation *segregation_build(const SegregationSet *set);

/* A count in persons as stored; raises 22023 for what no number of persons is. */
extern int64 segregation_count(const char *what, double persons);

/* The value behind a datum, detoasted; 0A000 for a newer version, XX001 for a damaged one. */
extern Segregation *segregation_from_datum(Datum datum);

/* -1, 0 or 1 by the counts in order; the first argument is not used up. */
extern int segregation_row_compare(const int64 *a, const int64 *b, uint32 groups);

/* Sum of a row's counts. */
extern int64 segregation_row_total(const int64 *counts, uint32 groups);

/* A value with the totals of its groups, in persons, as the indices want it. */
typedef struct City
{
	const Segregation *value;
	uint32 groups;
	double total;
	double *group;
	double product; /* sum over groups of group x (total - group) */
} City;

extern City city_open(const Segregation *value);

static inline double
persons(int64 count)
{
	return (double) count / SEGREGATION_UNIT;
}

/* Indices that others build on; false where the city has not two groups with people in them. */
extern bool city_dissimilarity(const City *city, double *result);
extern bool city_gini(const City *city, double *result);
extern bool city_mutual_information(const City *city, double *result);
extern double city_entropy(const City *city);

/* Rounding may carry an index past its bounds by a bit. */
extern double within_bounds(double index);

/*
 * A Gini index times 2 x product, of one group: units as share, count and total, which are
 * sorted here.
 */
typedef struct GiniUnit
{
	double share;
	double count;
	double total;
} GiniUnit;

extern double gini_sum(GiniUnit *units, Size n);

#endif /* MIXING_SEGREGATION_H */
