/*
 * permutation.c
 *	  Conditional permutation of the local statistics.
 *
 * Every area and permutation has draws of its own, which are a function of (seed,
 * id, permutation, slot) alone. The generator is SplitMix64 (G. L. Steele, D. Lea,
 * C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) used
 * by counter: word number c of a stream is the mixed value of key + (c + 1) times the
 * golden gamma; an area's keys come from Philox4x32-10 of (seed, id). A word gives
 * several places at once, exactly uniform (N. Brackett-Rozinsky, D. Lemire,
 * "Batched ranged random integer generation", Software: Practice and Experience
 * 2024).
 *
 * With few neighbours among many areas a permutation's places are drawn together
 * and drawn anew if two are the same; otherwise, and then, by the first steps of a
 * Fisher-Yates shuffle. The area itself is kept out of the draw by giving its entry
 * in the table to the last area meanwhile.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/permutation.h"
#include "backend/memory.h"
#include "statistics/random.h"

/* Permutations drawn side by side; nothing but speed depends on it. */
#define LANES 16

/* Above this comparing each with each costs more than a shuffle. */
#define TOGETHER_MOST 24

/* Places a word gives at most. */
#define PLACES_A_WORD_MOST 8

/* The product of the ranges within a word; so that few words are refused. */
#define WORD_RANGE_MOST (UINT64CONST(1) << 56)

#define GOLDEN_GAMMA UINT64CONST(0x9E3779B97F4A7C15)

/* Sums that differ by less, relative to the sum of the terms' sizes, are equal. */
#define TIE_TOLERANCE 1e-12

/* Stands in for SIMD types of any machine: compilers lower it to what there is. */
typedef uint32 Vector __attribute__((vector_size(16)));
#define VECTOR_LANES 4

typedef uint32 Lanes[LANES] __attribute__((aligned(16)));

struct Permutation
{
	PermutationTerm term;
	uint32 n;
	int columns;
	int32 draws;
	int64 seed;
	double *value; /* columns of a place side by side */
	double *own;   /* of the area at hand */
	double *squares;
	double *terms; /* of the area at hand, by place in the pool; NULL: worked out when drawn */
	uint32 *order; /* 0 to n - 1 between shuffles */
	uint32 *swapped;
	/* how words are cut into places */
	int places_a_word;
	uint64 refused_below[PLACES_A_WORD_MOST + 1];
};

/* Of one area: its streams and what its sums are compared with. */
typedef struct AreaDraw
{
	const PermutationRow *row;
	uint64 together_key;
	uint64 shuffle_key;
	double low;
	double high;
} AreaDraw;

/* SplitMix64's finaliser: variant 13 of D. Stafford. */
static inline uint64
mixed(uint64 word)
{
	word = (word ^ (word >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	word = (word ^ (word >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return word ^ (word >> 31);
}

/* Upper half of a product of 64 bits by 32; the lower half takes the word's place. */
static inline uint32
word_cut(uint64 *word, uint64 range)
{
#ifdef HAVE_INT128
	uint128 product = (uint128) *word * range;

	*word = (uint64) product;
	return (uint32) (product >> 64);
#else
	uint64 low = (*word & PG_UINT32_MAX) * range;
	uint64 high = (*word >> 32) * range + (low >> 32);

	*word = high << 32 | (low & PG_UINT32_MAX);
	return (uint32) (high >> 32);
#endif
}

/* How many places a word gives, and which remainders make it not uniform. */
static void
words_prepare(Permutation *permutation)
{
	uint64 pool = permutation->n - 1;
	uint64 range = 1;
	int places = 0;

	while (places < PLACES_A_WORD_MOST && range <= WORD_RANGE_MOST / pool)
	{
		range *= pool;
		permutation->refused_below[++places] = (0 - range) % range;
	}
	permutation->places_a_word = places;
}

Permutation *
permutation_create(PermutationTerm term, uint32 n, int columns, double *const *values, int32 draws,
				   int64 seed)
{
	Permutation *permutation = palloc0(sizeof(Permutation));

	permutation->term = term;
	permutation->n = n;
	permutation->columns = columns;
	permutation->draws = draws;
	permutation->seed = seed;
	permutation->value = allocate((Size) n * columns, sizeof(double));
	for (uint32 i = 0; i < n; i++)
		for (int c = 0; c < columns; c++)
			permutation->value[(Size) i * columns + c] = values[c][i];
	permutation->own = palloc(sizeof(double) * columns);
	permutation->order = allocate(n, sizeof(uint32));
	permutation->swapped = allocate(n, sizeof(uint32));
	for (uint32 i = 0; i < n; i++)
		permutation->order[i] = i;
	if (term == PERMUTATION_SQUARES)
		permutation->squares = allocate(n, sizeof(double));
	if (n > 1)
		words_prepare(permutation);
	return permutation;
}

/* Sum over the columns of the squared difference of a place from the own values. */
static inline double
squares_term(const Permutation *permutation, uint32 place, const int columns)
{
	const double *value = permutation->value + (Size) place * columns;
	double sum = 0;

	for (int c = 0; c < columns; c++)
	{
		double difference = permutation->own[c] - value[c];

		sum += difference * difference;
	}
	return sum;
}

/* What is summed for a place. */
static inline double
place_term(const Permutation *permutation, uint32 place)
{
	return permutation->term == PERMUTATION_VALUE
			   ? permutation->value[place]
			   : squares_term(permutation, place, permutation->columns);
}

/* Exchanges the area's values with those of the last: the pool is then 0 to n - 2. */
static void
pool_exchange(Permutation *permutation, uint32 place)
{
	Size width = permutation->columns;
	double *mine = permutation->value + place * width;
	double *last = permutation->value + (permutation->n - 1) * width;

	for (Size c = 0; c < width; c++)
	{
		double value = mine[c];

		mine[c] = last[c];
		last[c] = value;
	}
}

/* The bounds within which a sum equals that of the neighbours. */
static void
area_bounds(const Permutation *permutation, AreaDraw *area)
{
	const PermutationRow *row = area->row;
	double sum = 0;
	double size = 0;

	for (uint32 i = 0; i < row->neighbors; i++)
	{
		double term = place_term(permutation, row->neighbor[i]);

		if (row->weight != NULL)
			term *= row->weight[i];
		sum += term;
		size += fabs(term);
	}
	area->low = sum - TIE_TOLERANCE * size;
	area->high = sum + TIE_TOLERANCE * size;
}

/* What lanes_draw is told of the terms and weights; constants where the compiler sees them. */
typedef struct LaneTerms
{
	const Permutation *permutation;
	const double *terms;  /* NULL: squares, worked out when drawn */
	const double *weight; /* NULL: all 1 */
	int columns;
} LaneTerms;

/* Cuts a word into places, adds their terms to a lane's sum and returns what is left of the word. */
static inline __attribute__((always_inline)) uint64
word_places(uint64 word, uint64 pool, uint32 slot, const int cut, uint32 *place, double *sum,
			const LaneTerms of)
{
	for (int i = 0; i < cut; i++)
	{
		uint32 drawn = word_cut(&word, pool);
		double term =
			of.terms != NULL ? of.terms[drawn] : squares_term(of.permutation, drawn, of.columns);

		place[i * LANES] = drawn;
		*sum += of.weight == NULL ? term : of.weight[slot + i] * term;
	}
	return word;
}

/*
 * Draws the places of permutations side by side, each from its own words: the
 * lanes' sums, a lane being marked if a word was refused.
 */
static inline __attribute__((always_inline)) void
lanes_draw(const AreaDraw *area, uint64 first, Lanes *places, double *sums, Lanes marked,
		   const int places_a_word, const LaneTerms of)
{
	const uint64 pool = of.permutation->n - 1;
	const uint32 neighbors = area->row->neighbors;
	const int rest = neighbors % places_a_word;
	const uint32 whole = neighbors - rest;
	const uint64 words = whole / places_a_word + (rest > 0);
	const uint64 refused_below = of.permutation->refused_below[places_a_word];
	const uint64 rest_refused_below = of.permutation->refused_below[rest];
	uint64 key = area->together_key + first * words * GOLDEN_GAMMA;

	for (int lane = 0; lane < LANES; lane++, key += words * GOLDEN_GAMMA)
	{
		uint64 state = key;
		double sum = 0;
		bool refused = false;

		for (uint32 slot = 0; slot < whole; slot += places_a_word)
		{
			uint64 word = mixed(state += GOLDEN_GAMMA);

			refused |= word_places(word, pool, slot, places_a_word, &places[slot][lane], &sum, of) <
					   refused_below;
		}
		if (rest > 0)
		{
			uint64 word = mixed(state + GOLDEN_GAMMA);

			refused |= word_places(word, pool, whole, rest, &places[whole][lane], &sum, of) <
					   rest_refused_below;
		}
		sums[lane] = sum;
		marked[lane] = refused;
	}
}

/* The usual cases, known to the compiler; each apart, for the sake of its registers. */
#define LANES_OF(places_a_word)                                                                    \
	static pg_noinline void lanes_of_##places_a_word(const Permutation *permutation,               \
													 const AreaDraw *area, uint64 first,           \
													 Lanes *places, double *sums, Lanes marked)    \
	{                                                                                              \
		lanes_draw(area, first, places, sums, marked, places_a_word,                               \
				   (LaneTerms){permutation, permutation->value, NULL, 1});                         \
	}

LANES_OF(2)
LANES_OF(3)
LANES_OF(4)

/* Any other case. */
static pg_noinline void
lanes_of_any(const Permutation *permutation, const AreaDraw *area, uint64 first, Lanes *places,
			 double *sums, Lanes marked)
{
	const double *terms = permutation->terms;
	const double *weight = area->row->weight;
	int columns = permutation->columns;
	int cut = permutation->places_a_word;

	if (terms != NULL)
		lanes_draw(area, first, places, sums, marked, cut,
				   (LaneTerms){permutation, terms, weight, columns});
	else if (weight == NULL && columns == 1)
		lanes_draw(area, first, places, sums, marked, cut, (LaneTerms){permutation, NULL, NULL, 1});
	else
		lanes_draw(area, first, places, sums, marked, cut,
				   (LaneTerms){permutation, NULL, weight, columns});
}

/* Fills the lanes from the first permutation on. */
static void
lanes_fill(const Permutation *permutation, const AreaDraw *area, uint64 first, Lanes *places,
		   double *sums, Lanes marked)
{
	bool plain = permutation->term == PERMUTATION_VALUE && area->row->weight == NULL;

	if (plain && permutation->places_a_word == 2)
		lanes_of_2(permutation, area, first, places, sums, marked);
	else if (plain && permutation->places_a_word == 3)
		lanes_of_3(permutation, area, first, places, sums, marked);
	else if (plain && permutation->places_a_word == 4)
		lanes_of_4(permutation, area, first, places, sums, marked);
	else
		lanes_of_any(permutation, area, first, places, sums, marked);
}

/* Marks the lanes in which a place was drawn twice. */
static void
lanes_mark_repeats(const Lanes *places, uint32 neighbors, Lanes marked)
{
	for (int at = 0; at < LANES; at += 2 * VECTOR_LANES)
	{
		Vector *out = (Vector *) &marked[at];
		Vector left = out[0];
		Vector right = out[1];

		for (uint32 slot = 1; slot < neighbors; slot++)
		{
			const Vector *mine = (const Vector *) &places[slot][at];

			for (uint32 before = 0; before < slot; before++)
			{
				const Vector *other = (const Vector *) &places[before][at];

				left |= (Vector) (mine[0] == other[0]);
				right |= (Vector) (mine[1] == other[1]);
			}
		}
		out[0] = left;
		out[1] = right;
	}
}

/* A number below range, exactly uniform (D. Lemire, ACM TOMACS 2019). */
static inline uint32
shuffle_place(uint64 *state, uint64 range)
{
	uint64 word = mixed(*state += GOLDEN_GAMMA);
	uint32 place = word_cut(&word, range);

	if (unlikely(word < range))
	{
		uint64 refused_below = (0 - range) % range;

		while (word < refused_below)
		{
			word = mixed(*state += GOLDEN_GAMMA);
			place = word_cut(&word, range);
		}
	}
	return place;
}

/* One permutation's sum by the first steps of a shuffle, which are then undone. */
static double
shuffle_sum(Permutation *permutation, const AreaDraw *area, uint64 number)
{
	const PermutationRow *row = area->row;
	uint32 *order = permutation->order;
	uint32 *swapped = permutation->swapped;
	uint64 state = mixed(area->shuffle_key + (number + 1) * GOLDEN_GAMMA);
	uint32 pool = permutation->n - 1;
	double sum = 0;

	for (uint32 slot = 0; slot < row->neighbors; slot++)
	{
		uint32 at = slot + shuffle_place(&state, pool - slot);
		uint32 place = order[at];
		double term = permutation->terms != NULL
						  ? permutation->terms[place]
						  : squares_term(permutation, place, permutation->columns);

		order[at] = order[slot];
		order[slot] = place;
		swapped[slot] = at;
		sum += row->weight == NULL ? term : row->weight[slot] * term;
	}
	for (uint32 slot = row->neighbors; slot-- > 0;)
	{
		uint32 place = order[slot];

		order[slot] = order[swapped[slot]];
		order[swapped[slot]] = place;
	}
	return sum;
}

/* Counts a sum among the tails. */
static inline void
tails_count(PermutationTails *tails, const AreaDraw *area, double sum)
{
	tails->at_least += sum >= area->low;
	tails->at_most += sum <= area->high;
}

/* The same of lanes. */
static void
lanes_count(PermutationTails *tails, const AreaDraw *area, const double *sums, int lanes)
{
	double low = area->low;
	double high = area->high;
	int at_least = 0;
	int at_most = 0;

	for (int lane = 0; lane < lanes; lane++)
	{
		at_least += sums[lane] >= low;
		at_most += sums[lane] <= high;
	}
	tails->at_least += at_least;
	tails->at_most += at_most;
}

/* Permutations drawn side by side; what is marked is drawn anew by shuffle. */
static void
draw_together(Permutation *permutation, const AreaDraw *area, PermutationTails *tails)
{
	Lanes places[TOGETHER_MOST];
	Lanes marked;
	double sums[LANES];

	for (int32 first = 0; first < permutation->draws; first += LANES)
	{
		int lanes = Min(LANES, permutation->draws - first);

		CHECK_FOR_INTERRUPTS();
		lanes_fill(permutation, area, first, places, sums, marked);
		lanes_mark_repeats(places, area->row->neighbors, marked);
		for (int lane = 0; lane < lanes; lane++)
			if (unlikely(marked[lane]))
				sums[lane] = shuffle_sum(permutation, area, first + lane);
		lanes_count(tails, area, sums, lanes);
	}
}

/* Is it rare that two of the places are the same? */
static bool
repeats_are_rare(uint32 pool, uint32 neighbors)
{
	return neighbors <= TOGETHER_MOST && (uint64) neighbors * neighbors <= pool;
}

/* All permutations of the area. */
static void
area_draw(Permutation *permutation, AreaDraw *area, PermutationTails *tails)
{
	area->together_key = random_bits(permutation->seed, area->row->id, 0);
	area->shuffle_key = random_bits(permutation->seed, area->row->id, 1);
	tails->total = permutation->draws;
	if (repeats_are_rare(permutation->n - 1, area->row->neighbors))
	{
		draw_together(permutation, area, tails);
		return;
	}
	for (int32 number = 0; number < permutation->draws; number++)
	{
		CHECK_FOR_INTERRUPTS();
		tails_count(tails, area, shuffle_sum(permutation, area, number));
	}
}

/* Terms by place, worked out beforehand where more are drawn than there are. */
static void
area_terms(Permutation *permutation, const PermutationRow *row, bool all)
{
	uint32 pool = permutation->n - 1;

	if (permutation->term == PERMUTATION_VALUE)
		permutation->terms = permutation->value;
	else if (all || (int64) permutation->draws * row->neighbors >= pool)
	{
		permutation->terms = permutation->squares;
		for (uint32 place = 0; place < pool; place++)
			permutation->terms[place] = squares_term(permutation, place, permutation->columns);
	}
	else
		permutation->terms = NULL;
}

PermutationTails
permutation_tails(Permutation *permutation, const PermutationRow *row)
{
	int64 arrangements = arrangements_count(permutation->n, row->neighbors, row->weight != NULL);
	AreaDraw area = {.row = row};
	PermutationTails tails = {0};

	Assert(row->neighbors > 0 && row->neighbors < permutation->n);
	memcpy(permutation->own, permutation->value + (Size) row->place * permutation->columns,
		   sizeof(double) * permutation->columns);
	area_bounds(permutation, &area);
	pool_exchange(permutation, row->place);
	area_terms(permutation, row, arrangements > 0);
	if (arrangements > 0)
	{
		Arrangements all = {permutation->n - 1, permutation->terms, row->neighbors,
							row->weight,        area.low,           area.high};

		tails = arrangements_tails(&all);
	}
	else
		area_draw(permutation, &area, &tails);
	pool_exchange(permutation, row->place);
	return tails;
}

/* An observation counts as one of the draws, unless all arrangements were counted. */
double
permutation_directed(const PermutationTails *tails)
{
	int64 smaller = Min(tails->at_least, tails->at_most);

	return tails->exact ? (double) smaller / tails->total
						: (double) (smaller + 1) / (tails->total + 1);
}
