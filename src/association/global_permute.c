/*
 * global_permute.c
 *	  Inference by permutation of the values over the places: every arrangement where
 *	  these are few, else random ones.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "association/global.h"
#include "backend/memory.h"
#include "statistics/random.h"

/* All arrangements of this many values are always tried: 40,320. */
#define EXHAUSTIVE_MOST 8

#define INTERRUPT_MASK 0xFFFF

/* How many arrangements have a sum at least, and at most, as large as the observed. */
typedef struct Tails
{
	int64 tried;
	int64 at_least;
	int64 at_most;
} Tails;

/* An arrangement being tried. */
typedef struct Trial
{
	const Arrangement *observed;
	uint32 *order; /* of each place, where its value is taken from */
	double *x;
	double *y;
	Tails tails;
} Trial;

static void
trial_begin(Trial *trial, const Arrangement *observed)
{
	Size n = observed->n;

	memset(trial, 0, sizeof(Trial));
	trial->observed = observed;
	trial->order = allocate(n, sizeof(uint32));
	trial->x = allocate(n, sizeof(double));
	if (observed->y != NULL)
		trial->y = allocate(n, sizeof(double));
	for (uint32 i = 0; i < n; i++)
		trial->order[i] = i;
}

static void
trial_end(Trial *trial)
{
	pfree(trial->order);
	pfree(trial->x);
	if (trial->y != NULL)
		pfree(trial->y);
}

/* Counts the arrangement that order describes. */
static void
trial_count(Trial *trial)
{
	const Arrangement *observed = trial->observed;
	double sum;

	for (uint32 i = 0; i < observed->n; i++)
		trial->x[i] = observed->x[trial->order[i]];
	if (trial->y != NULL)
		for (uint32 i = 0; i < observed->n; i++)
			trial->y[i] = observed->y[trial->order[i]];
	sum = observed->sum(observed->field, trial->x, trial->y);
	trial->tails.tried++;
	trial->tails.at_least += sum >= observed->observed - observed->tolerance;
	trial->tails.at_most += sum <= observed->observed + observed->tolerance;
}

static inline void
swap_places(uint32 *order, uint32 a, uint32 b)
{
	uint32 kept = order[a];

	order[a] = order[b];
	order[b] = kept;
}

/* Every arrangement once, each one exchange from the last (B. R. Heap, 1963). */
static void
try_all(Trial *trial)
{
	uint32 done[EXHAUSTIVE_MOST + 2] = {0};
	uint32 n = trial->observed->n;
	uint32 i = 1;

	trial_count(trial);
	while (i < n)
	{
		if (done[i] == i)
		{
			done[i++] = 0;
			continue;
		}
		CHECK_FOR_INTERRUPTS();
		swap_places(trial->order, i % 2 == 0 ? 0 : done[i], i);
		trial_count(trial);
		done[i]++;
		i = 1;
	}
}

/*
 * A number below bound, each as likely, of 32 random bits and where these are refused,
 * once in 2^32 / bound times, of others (D. Lemire, ACM Transactions on Modeling and
 * Computer Simulation 29, 2019, 3).
 */
static inline uint32
draw_below(uint32 bound, uint32 bits, uint64 seed, uint64 permutation)
{
	uint64 product = (uint64) bits * bound;

	if (unlikely((uint32) product < bound))
	{
		uint32 refused = -bound % bound;

		for (uint64 again = 1; (uint32) product < refused; again++)
			product = (random_bits(seed, permutation, again << 32 | bound) >> 32) * bound;
	}
	return (uint32) (product >> 32);
}

/*
 * A random arrangement, the same for the same seed and number (R. A. Fisher and F. Yates).
 * Place i takes word i % 4 of block i / 4 of the stream (seed, permutation).
 */
static void
shuffle(uint32 *order, uint32 n, uint64 seed, uint64 permutation)
{
	uint32 counter[4] = {(uint32) permutation, (uint32) (permutation >> 32)};
	uint32 key[2] = {(uint32) seed, (uint32) (seed >> 32)};
	uint32 words[4];

	for (uint32 i = 0; i < n; i++)
	{
		uint32 other;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i % 4 == 0)
		{
			counter[2] = i / 4;
			random_philox(counter, key, words);
		}
		other = draw_below(i + 1, words[i % 4], seed, permutation);
		order[i] = order[other];
		order[other] = i;
	}
}

/* Are all arrangements of n values no more than these? */
static bool
all_are_few(uint32 n, int64 most)
{
	int64 count = 1;

	for (uint32 i = 2; i <= n; i++)
	{
		count *= i;
		if (i > EXHAUSTIVE_MOST && count > most)
			return false;
	}
	return true;
}

/*
 * Twice the smaller tail, ties in both; of random arrangements the observed one is
 * one more.
 */
double
permutation_p(const Arrangement *observed, int64 permutations, uint64 seed)
{
	Trial trial;
	Tails *tails = &trial.tails;
	bool exhaustive = all_are_few(observed->n, permutations);

	trial_begin(&trial, observed);
	if (exhaustive)
		try_all(&trial);
	for (int64 i = 0; i < permutations && !exhaustive; i++)
	{
		CHECK_FOR_INTERRUPTS();
		shuffle(trial.order, observed->n, seed, (uint64) i);
		trial_count(&trial);
	}
	if (!exhaustive)
	{
		tails->tried++;
		tails->at_least++;
		tails->at_most++;
	}
	trial_end(&trial);
	return Min(1.0, 2.0 * Min(tails->at_least, tails->at_most) / tails->tried);
}
