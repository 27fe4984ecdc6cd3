/*
 * waterbed.h
 *	  Who was where before and after, and who of them had x: the value behind the
 *	  type waterbed.
 *
 * The group has an edge (residents, or those aged 18-64), so a person is in it
 * before, after, or both. One who was not in it before comes from -3, wherever
 * they lived, and one who no longer is goes to -4: that is how they enter the
 * account of an area. The value is a table of pairs of such places, in order, each
 * with integer sums over its persons; every measure is a function of these.
 *
 * x may be unknown, and outside the city it mostly is. So a pair has four blocks
 * of sums: x known both times, known only after (b0), only before (b1), never.
 */
#ifndef RELOCATION_WATERBED_H
#define RELOCATION_WATERBED_H

#include "compat.h"

#ifndef HAVE_INT128
#error "sums of squares need 128-bit integers, which this compiler does not have"
#endif

#define WATERBED_VERSION 1

/* x is kept in 1/10,000; squares and products are therefore in 1/100,000,000. */
#define WATERBED_UNIT 10000
#define WATERBED_SQUARE_UNIT 1e8
/* The largest x of a person, either sign. */
#define WATERBED_MAX_X 1e9

/* Places that are no housing area. Those from 0 on are in the city. */
#define WATERBED_REST_OF_CITY 0
#define WATERBED_REST_OF_COUNTRY (-1)
#define WATERBED_ABROAD (-2)
#define WATERBED_NEW (-3)  /* born or aged in: only before */
#define WATERBED_GONE (-4) /* died or aged out: only after */
#define WATERBED_UNKNOWN PG_INT64_MIN

/* The persons of one pair of places. "With" means x before is not 0. */
typedef struct WaterbedPair
{
	int64 before; /* ascending by before, then after */
	int64 after;
	/* x known before and after */
	int64 n;
	int64 x0;   /* sum of x before */
	int64 x1;   /* sum of x after */
	int64 with; /* persons with x before */
	int64 with_x1;
	int128 x00; /* sum of squares of x before: all of it is of those with */
	int128 x01;
	int128 x11;
	int128 with_x11;
	/* x known only after */
	int64 b0_n;
	int64 b0_x1;
	int128 b0_x11;
	/* x known only before */
	int64 b1_n;
	int64 b1_x0;
	int64 b1_with;
	int128 b1_x00;
	/* x known at neither time */
	int64 neither_n;
	int64 reserved;
} WaterbedPair;

typedef struct Waterbed
{
	int32 vl_len_;
	uint8 version;
	uint8 reserved[3];
	int64 count;
	WaterbedPair pair[FLEXIBLE_ARRAY_MEMBER];
} Waterbed;

/* The value behind a datum, detoasted; one written by a newer library is refused. */
extern Waterbed *waterbed_from_datum(Datum datum);

#define PG_GETARG_WATERBED_P(n) waterbed_from_datum(PG_GETARG_DATUM(n))

static inline bool
place_in_city(int64 place)
{
	return place >= 0;
}

/*
 * Who of a pair counts in the accounts. In the city x must be known whenever the
 * person is there; outside it need not be, and all that is not counted is
 * unknown. Sums of x at a time spent outside the city are 0 here, but for x0_in:
 * of arrivals from outside whose x before is known, what they brought.
 */
typedef struct WaterbedFlow
{
	int64 n;
	int64 x0;   /* leaving a place in the city with them */
	int64 x1;   /* present in a place in the city with them */
	int64 with; /* of n, those with x before: 0 for origins outside the city */
	int64 with_x1;
	int128 x00;
	int128 x01;
	int128 x11;
	int128 with_x11;
	int64 known_x0; /* entrants from outside: sum of x before of those of known x before ... */
	int64 known_x1; /* ... and of x after of the same */
	int64 unknown;  /* persons left out: x or a place is not known */
} WaterbedFlow;

extern void waterbed_flow(const WaterbedPair *pair, WaterbedFlow *flow);

/*
 * The value with its pairs found from both sides. Places are ascending; the pairs
 * from place i are value->pair[from[i]] up to from[i + 1], those to it are
 * value->pair[to_pair[k]] for k from to[i] up to to[i + 1], origins ascending.
 * totals[i] sums the flows from place i that count, whatever their destination:
 * the strata of the intervals.
 */
typedef struct WaterbedIndex
{
	const Waterbed *value;
	Size places;
	int64 *place;
	Size *from;
	Size *to;
	uint32 *to_pair;
	WaterbedFlow *totals;
} WaterbedIndex;

/* In the current memory context; the value must stay. */
extern WaterbedIndex *waterbed_index(const Waterbed *value);
/* Place of a code in index->place, or -1. */
extern int64 waterbed_index_find(const WaterbedIndex *index, int64 place);

/*
 * One share with its limits by Fieller. defined says whether the share itself has
 * a meaning, bounded whether low and high do. why is a constant text, NULL where
 * both hold: "x did not fall", "the share of x did not fall", "the interval is
 * unbounded" and the like.
 */
typedef struct WaterbedInterval
{
	bool defined;
	bool bounded;
	double share; /* 1 = all of the fall moved elsewhere in the city */
	double low;
	double high;
	const char *why;
} WaterbedInterval;

/*
 * Both waterbed shares of a set of places of the city taken as one (moves inside it
 * are stayers): net export over the fall of the count, and the terms of moves
 * within the city over the fall of the share. Codes ascending, each once; those
 * that are in no pair are passed over. Persons are taken as independent.
 */
extern void waterbed_fieller(const WaterbedIndex *index, const int64 *origins, Size n,
							 double confidence, WaterbedInterval *count, WaterbedInterval *rate);

/*
 * Pairs collected, in a hash table: memory grows with pairs, not with persons.
 * Rows of flags are counted in small cells (waterbed_accum.c); what is put here
 * is whole pairs.
 */
typedef struct WaterbedSet WaterbedSet;

extern WaterbedSet *waterbed_set_create(MemoryContext context);
/* Adds the sums of a pair; a sum out of range is 22003. */
extern void waterbed_set_add(WaterbedSet *set, const WaterbedPair *pair);
/* The value, pairs in order and without those of nobody; the set stays as it is. */
extern Waterbed *waterbed_set_build(const WaterbedSet *set);

#endif /* RELOCATION_WATERBED_H */
