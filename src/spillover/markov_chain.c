/*
 * markov_chain.c
 *	  A chain as a matrix: which classes it can leave for good, its long run, and
 *	  how long it takes from a class to another.
 *
 * What is known of a chain is what was seen of it. A class that areas came to but
 * of which no next period is known has no row of probabilities; whatever depends
 * on that row is unknown too.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "spillover/markov.h"
#include "spillover/panel.h"
#include "statistics/matrix.h"

MarkovClasses *
markov_classes_make(const Markov *value)
{
	MarkovClasses *classes = palloc0(sizeof(MarkovClasses));
	bool seen[MARKOV_CLASS_MOST + 1] = {false};

	classes->lag = palloc(sizeof(int32) * (MARKOV_CLASS_MOST + 1));
	classes->class = palloc(sizeof(int32) * (MARKOV_CLASS_MOST + 1));
	for (int64 i = 0; i < value->cells; i++)
	{
		const MarkovCell *cell = &value->cell[i];

		if (cell->lag != MARKOV_NO_LAG && (i == 0 || value->cell[i - 1].lag != cell->lag))
			classes->lag[classes->lags++] = cell->lag;
		seen[cell->from] = seen[cell->to] = true;
	}
	for (int class = 0; class <= MARKOV_CLASS_MOST; class ++)
	{
		classes->place[class] = seen[class] ? classes->count : -1;
		if (seen[class])
			classes->class[classes->count++] = class;
	}
	return classes;
}

/* Is a cell of the chain that is asked for? */
static bool
cell_belongs(const MarkovCell *cell, int lag)
{
	return lag == MARKOV_POOLED || (lag == MARKOV_KNOWN_LAGS && cell->lag != MARKOV_NO_LAG) ||
		   lag == cell->lag;
}

MarkovChain *
markov_chain_make(const Markov *value, const MarkovClasses *classes, int lag)
{
	MarkovChain *chain = palloc0(sizeof(MarkovChain));
	int k = classes->count;

	chain->k = k;
	chain->n = panel_array((Size) k * k, sizeof(int64));
	chain->p = panel_array((Size) k * k, sizeof(double));
	chain->departures = palloc0(sizeof(int64) * k);
	chain->arrivals = palloc0(sizeof(int64) * k);
	for (int64 c = 0; c < value->cells; c++)
	{
		const MarkovCell *cell = &value->cell[c];
		int from = classes->place[cell->from];
		int to = classes->place[cell->to];

		if (!cell_belongs(cell, lag))
			continue;
		chain->n[from * k + to] += cell->n;
		chain->departures[from] += cell->n;
		chain->arrivals[to] += cell->n;
	}
	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			chain->p[i * k + j] = chain->departures[i] == 0
									  ? NAN
									  : (double) chain->n[i * k + j] / chain->departures[i];
	return chain;
}

void
markov_chain_free(MarkovChain *chain)
{
	pfree(chain->n);
	pfree(chain->p);
	pfree(chain->departures);
	pfree(chain->arrivals);
	if (chain->reach != NULL)
	{
		pfree(chain->reach);
		pfree(chain->group);
		pfree(chain->period);
	}
	pfree(chain);
}

/* ---- which classes lead where ---- */

/* Ways of any length, by S. Warshall, Journal of the ACM 9, 1962. */
static void
find_ways(MarkovChain *chain)
{
	int k = chain->k;

	for (int i = 0; i < k * k; i++)
		chain->reach[i] = chain->n[i] > 0;
	for (int by = 0; by < k; by++)
		for (int i = 0; i < k; i++)
		{
			CHECK_FOR_INTERRUPTS();
			if (!chain->reach[i * k + by])
				continue;
			for (int j = 0; j < k; j++)
				chain->reach[i * k + j] |= chain->reach[by * k + j];
		}
}

/* Can every class that i leads to lead back to it? */
static bool
always_returns(const MarkovChain *chain, int i)
{
	int k = chain->k;

	if (chain->departures[i] == 0)
		return false;
	for (int j = 0; j < k; j++)
		if (chain->reach[i * k + j] && !chain->reach[j * k + i])
			return false;
	return true;
}

static int
greatest_common_divisor(int a, int b)
{
	while (b != 0)
	{
		int rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * The period of the closed group that `start` is in: with the number of steps from
 * start to each class, the greatest common divisor of steps[i] + 1 - steps[j] over
 * all transitions i to j.
 */
static int
group_period(const MarkovChain *chain, int start)
{
	int k = chain->k;
	int *steps = palloc(sizeof(int) * k);
	int *queue = palloc(sizeof(int) * k);
	int head = 0;
	int tail = 0;
	int divisor = 0;

	for (int i = 0; i < k; i++)
		steps[i] = -1;
	steps[start] = 0;
	queue[tail++] = start;
	while (head < tail)
	{
		int i = queue[head++];

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < k; j++)
		{
			if (chain->n[i * k + j] == 0)
				continue;
			if (steps[j] < 0)
			{
				steps[j] = steps[i] + 1;
				queue[tail++] = j;
			}
			else
				divisor = greatest_common_divisor(divisor, abs(steps[i] + 1 - steps[j]));
		}
	}
	pfree(steps);
	pfree(queue);
	return divisor;
}

void
markov_chain_structure(MarkovChain *chain)
{
	int k = chain->k;

	chain->reach = panel_array((Size) k * k, sizeof(bool));
	chain->group = palloc(sizeof(int) * Max(k, 1));
	chain->period = palloc(sizeof(int) * Max(k, 1));
	chain->unknown = -1;
	find_ways(chain);
	for (int i = 0; i < k; i++)
		chain->group[i] = -1;
	for (int i = 0; i < k; i++)
	{
		if (chain->arrivals[i] > 0 && chain->departures[i] == 0 && chain->unknown < 0)
			chain->unknown = i;
		if (chain->group[i] >= 0 || !always_returns(chain, i))
			continue;
		for (int j = 0; j < k; j++)
			if (chain->reach[i * k + j])
				chain->group[j] = chain->closed;
		chain->period[chain->closed++] = group_period(chain, i);
	}
}

/* ---- the long run ---- */

/*
 * The stationary distribution of an irreducible matrix, without a subtraction, so
 * that small shares keep all their digits (W. K. Grassmann, M. I. Taksar and
 * D. P. Heyman, Operations Research 33, 1985). Overwrites p.
 */
static void
stationary(double *p, int k, double *share)
{
	double total = 1;

	for (int last = k - 1; last > 0; last--)
	{
		double leaving = 0;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < last; j++)
			leaving += p[last * k + j];
		for (int i = 0; i < last; i++)
		{
			p[i * k + last] /= leaving;
			for (int j = 0; j < last; j++)
				p[i * k + j] += p[i * k + last] * p[last * k + j];
		}
	}
	share[0] = 1;
	for (int j = 1; j < k; j++)
	{
		share[j] = 0;
		for (int i = 0; i < j; i++)
			share[j] += share[i] * p[i * k + j];
		total += share[j];
	}
	for (int j = 0; j < k; j++)
		share[j] /= total;
}

/* The rows and columns of some classes. */
static double *
submatrix(const MarkovChain *chain, const int *member, int members)
{
	double *p = panel_array((Size) members * members, sizeof(double));

	for (int i = 0; i < members; i++)
		for (int j = 0; j < members; j++)
			p[i * members + j] = chain->p[member[i] * chain->k + member[j]];
	return p;
}

bool
markov_steady_state(const MarkovChain *chain, double *share)
{
	int k = chain->k;
	int *member = palloc(sizeof(int) * Max(k, 1));
	int members = 0;
	bool known = chain->unknown < 0 && chain->closed == 1;

	for (int i = 0; i < k; i++)
	{
		share[i] = known && markov_seen(chain, i) ? 0 : NAN;
		if (chain->group[i] == 0)
			member[members++] = i;
	}
	if (known)
	{
		double *p = submatrix(chain, member, members);
		double *part = palloc(sizeof(double) * members);

		stationary(p, members, part);
		for (int i = 0; i < members; i++)
			share[member[i]] = part[i];
		pfree(p);
		pfree(part);
	}
	pfree(member);
	return known;
}

/* ---- first passage ---- */

/*
 * Adds to `marked` the classes other than target from which a marked one can be
 * reached without passing the target.
 */
static void
mark_backwards(const MarkovChain *chain, int target, bool *marked)
{
	int k = chain->k;
	int *queue = palloc(sizeof(int) * k);
	int head = 0;
	int tail = 0;

	for (int i = 0; i < k; i++)
		if (marked[i])
			queue[tail++] = i;
	while (head < tail)
	{
		int to = queue[head++];

		CHECK_FOR_INTERRUPTS();
		for (int from = 0; from < k; from++)
		{
			if (marked[from] || from == target || chain->n[from * k + to] == 0)
				continue;
			marked[from] = true;
			queue[tail++] = from;
		}
	}
	pfree(queue);
}

/* For one target: the ways that lead to it, that miss it for good, that are not known. */
typedef struct Ways
{
	bool *hits;
	bool *misses;
	bool *unknown;
} Ways;

static Ways
ways_to(const MarkovChain *chain, int target)
{
	int k = chain->k;
	Ways ways = {palloc0(k), palloc0(k), palloc0(k)};

	for (int i = 0; i < k; i++)
	{
		ways.hits[i] = i != target && chain->reach[i * k + target];
		ways.unknown[i] = i != target && chain->departures[i] == 0;
		ways.misses[i] = i != target && !chain->reach[i * k + target];
	}
	mark_backwards(chain, target, ways.misses);
	mark_backwards(chain, target, ways.unknown);
	return ways;
}

static void
ways_free(Ways *ways)
{
	pfree(ways->hits);
	pfree(ways->misses);
	pfree(ways->unknown);
}

/*
 * Probabilities and times of the classes that can come to the target: both solve
 * (I - Q) x = b with Q the transitions among them, b the step into the target, or 1.
 * The time is right where the way is certain: such a class leads to no other kind.
 */
static void
solve_passage(const MarkovChain *chain, int target, const int *member, int members, double *x)
{
	double *q = submatrix(chain, member, members);
	int *pivot = palloc(sizeof(int) * Max(members, 1));

	for (int i = 0; i < members * members; i++)
		q[i] = -q[i];
	for (int i = 0; i < members; i++)
	{
		int64 departures = chain->departures[member[i]];
		int64 stays = chain->n[member[i] * chain->k + member[i]];

		/* 1 - p of the counts, which a p near 1 does not cancel */
		q[i * members + i] = (double) (departures - stays) / (double) departures;
		x[2 * i] = chain->p[member[i] * chain->k + target];
		x[2 * i + 1] = 1;
	}
	if (members > 0 && matrix_lu(q, members, pivot))
		matrix_lu_solve(q, pivot, members, x, 2);
	else
		for (int i = 0; i < 2 * members; i++)
			x[i] = NAN;
	pfree(q);
	pfree(pivot);
}

/* Back to the target itself: one step, then from wherever it led. */
static void
return_passage(const MarkovChain *chain, int target, double *probability, double *periods)
{
	double reached = 0;
	double after = 1;

	for (int i = 0; i < chain->k; i++)
	{
		double p = chain->p[target * chain->k + i];

		if (p > 0 && i != target)
			after += p * periods[i];
		if (p > 0)
			reached += p * (i == target ? 1 : probability[i]);
	}
	periods[target] = chain->departures[target] == 0 ? NAN : after;
	probability[target] = chain->departures[target] == 0 ? NAN : reached;
	/* not left to rounding */
	if (!isnan(periods[target]) || reached > 1)
		probability[target] = 1;
}

void
markov_passage(const MarkovChain *chain, int target, double *probability, double *periods)
{
	int k = chain->k;
	Ways ways = ways_to(chain, target);
	int *member = palloc(sizeof(int) * k);
	double *x = palloc(sizeof(double) * 2 * k);
	int members = 0;

	for (int i = 0; i < k; i++)
		if (ways.hits[i])
			member[members++] = i;
	solve_passage(chain, target, member, members, x);
	for (int i = 0, next = 0; i < k; i++)
	{
		bool hits = ways.hits[i];

		probability[i] = ways.unknown[i] ? NAN : !hits ? 0 : !ways.misses[i] ? 1 : x[2 * next];
		periods[i] = ways.unknown[i] || !hits || ways.misses[i] ? NAN : x[2 * next + 1];
		next += hits;
	}
	return_passage(chain, target, probability, periods);
	ways_free(&ways);
	pfree(member);
	pfree(x);
}
