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

/* The value behind a datum, detoasted; 0A000 for a newer version, XX001 for a damaged one. */
extern Waterbed *waterbed_from_datum(Datum datum);

#define PG_GETARG_WATERBED_P(n) waterbed_from_datum(PG_GETARG_DATUM(n))

static inline bool
place_in_city(int64 place)
{
	return place >= 0;
}

/* (x - n p) / size, where p = part_x / part_n: what persons add to a share above p. */
static inline double
share_term(int128 x, int128 n, int128 part_x, int128 part_n, int128 size)
{
	return (double) (x * part_n - n * part_x) / ((double) part_n * (double) size) / WATERBED_UNIT;
}

/*
 * Who of a pair counts in the accounts. In the city x must be known whenever the
 * person is there; outside it need not be, and whoever is not counted is unknown.
 * Sums of x at a time spent outside the city are 0 here; what is known of it for
 * entrants is kept apart.
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
 * Pairs collected, in a hash table: memory grows with pairs, not with persons. Pairs
 * stand one after the other as they came; slots say where. While all of them come
 * from rows of flags, the squares and products are not kept but follow from the
 * sums.
 */
typedef struct WaterbedSlot
{
	uint32 hash;
	uint32 place; /* of the pair, from 1 on; 0: free */
} WaterbedSlot;

typedef struct WaterbedSet
{
	MemoryContext context;
	WaterbedPair *pair;
	Size count;
	Size room;
	WaterbedSlot *slot;
	Size mask;       /* slots - 1; slots are a power of two */
	Size last;       /* where the pair of the last row is */
	int64 persons;   /* of rows added in place */
	bool flags_only; /* squares and products are not kept */
} WaterbedSet;

extern WaterbedSet *waterbed_set_create(MemoryContext context);
/* The pair of these places, made if it is not there; valid until the next call. */
extern WaterbedPair *waterbed_set_find(WaterbedSet *set, int64 before, int64 after);
/* Adds the sums of a pair; a sum out of range is 22003. */
extern void waterbed_set_add(WaterbedSet *set, const WaterbedPair *pair);
extern void waterbed_set_append(WaterbedSet *set, const Waterbed *value);
/* The value, pairs in order and without those of nobody; the set stays as it is. */
extern Waterbed *waterbed_set_build(WaterbedSet *set);

/* Adds or subtracts the sums of a pair; a sum out of range is 22003. */
extern void waterbed_pair_add(WaterbedPair *to, const WaterbedPair *from);
extern void waterbed_pair_subtract(WaterbedPair *to, const WaterbedPair *from);
/* The squares and products of a pair of flags, from its sums. */
extern void waterbed_pair_complete(WaterbedPair *pair);
/* What is impossible about the sums of a pair, or NULL. */
extern const char *waterbed_pair_fault(const WaterbedPair *pair);
extern bool waterbed_pair_is_empty(const WaterbedPair *pair);

/* An empty value with room for so many pairs; 54000 where no value can hold them. */
extern Waterbed *waterbed_allocate(Size pairs);
/* Raises 22003 where a sum over the pairs of a value leaves its range. */
extern void waterbed_check_totals(const Waterbed *value);

extern void waterbed_refuse_range(void) pg_attribute_noreturn();

/*
 * The account of one place in the city. Sums are exact; the terms are in shares
 * of 1. known_terms says whether there were people both times, without which there
 * are no terms.
 */
typedef enum WaterbedTerm
{
	TERM_STAYERS,
	TERM_ARRIVALS_WITHIN,
	TERM_ARRIVALS_OUTSIDE,
	TERM_DEPARTURES_WITHIN,
	TERM_DEPARTURES_OUTSIDE,
	WATERBED_TERMS
} WaterbedTerm;

typedef struct WaterbedAccount
{
	int64 area;
	int64 n0;
	int64 n1;
	int64 x0;
	int64 x1;
	int64 stayers;
	int64 stayers_x0;
	int64 movers; /* arrivals from and departures to elsewhere in the city */
	int64 stayers_change;
	int64 net_import;
	int64 left_city;
	int64 entered_city;
	int64 arrivals_change;
	int64 unknown;
	bool known_size;       /* somebody was there before */
	double export_by_size; /* in persons */
	double export_selective;
	bool known_terms;
	double term[WATERBED_TERMS];
	bool broken; /* of several periods, whose stocks do not join: no shares */
} WaterbedAccount;

/* Of a place of the index that is in the city. */
extern void waterbed_account(const WaterbedIndex *index, Size place, WaterbedAccount *account);

#define WATERBED_ACCOUNT_COLUMNS 25
/* The account as a row; intervals are NULL where there are none, about opens the note. */
extern void waterbed_account_values(const WaterbedAccount *account, const WaterbedInterval *count,
									const WaterbedInterval *rate, const char *about, Datum *values,
									bool *nulls);

#endif /* RELOCATION_WATERBED_H */
