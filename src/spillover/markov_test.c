/*
 * markov_test.c
 *	  Tests of chains: do areas move alike whatever their neighbours are, and do areas
 *	  and their neighbours move independently?
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "spillover/markov.h"
#include "spillover/panel.h"
#include "spillover/regression.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_markov_test);
PG_FUNCTION_INFO_V1(monitor_markov_moves);
PG_FUNCTION_INFO_V1(monitor_markov_moves_test);

#define TEST_COLUMNS 11
#define MOVES_COLUMNS 4
#define MOVES_TEST_COLUMNS 8

/* Expectations below this are too small for chi-square. */
#define EXPECTED_LEAST 5

/* A comparison of numbers of transitions with what they are expected to be. */
typedef struct Comparison
{
	double q;
	double lr;
	int64 df;
	int64 n;
	int64 cells; /* with an expectation above 0 */
	int64 small; /* of them, below EXPECTED_LEAST */
} Comparison;

/* Adds a cell; nothing is expected of an expectation of 0. */
static inline void
compare_cell(Comparison *comparison, double n, double expected)
{
	if (expected == 0)
		return;
	comparison->q += (n - expected) * (n - expected) / expected;
	if (n > 0)
		comparison->lr += 2 * n * log(n / expected);
	comparison->cells++;
	comparison->small += expected < EXPECTED_LEAST;
}

static double
comparison_p(const Comparison *comparison, double statistic)
{
	return comparison->df > 0 ? chi_square_upper(Max(statistic, 0), (double) comparison->df) : NAN;
}

/* ---- over lag classes ---- */

/* Classes that a row of all lag classes together leads to. */
static int64
row_width(const MarkovChain *all, int row)
{
	int64 width = 0;

	for (int j = 0; j < all->k; j++)
		width += all->n[row * all->k + j] > 0;
	return width;
}

/*
 * A lag class as part of all: its transitions against those expected if it had the
 * probabilities of all together. `parts` counts for each row the lag classes with
 * departures.
 */
static void
compare_with_all(const MarkovChain *all, const MarkovChain *part, Comparison *comparison,
				 int64 *parts)
{
	int k = all->k;

	for (int i = 0; i < k; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (part->departures[i] == 0)
			continue;
		parts[i]++;
		comparison->n += part->departures[i];
		for (int j = 0; j < k; j++)
			compare_cell(comparison, (double) part->n[i * k + j],
						 (double) part->departures[i] * (double) all->n[i * k + j] /
							 (double) all->departures[i]);
	}
}

/* A lag class against all others together, over the rows that both have. */
static Comparison
compare_with_others(const MarkovChain *all, const MarkovChain *part)
{
	Comparison comparison = {0};
	int k = all->k;

	for (int i = 0; i < k; i++)
	{
		int64 here = part->departures[i];
		int64 elsewhere = all->departures[i] - here;

		CHECK_FOR_INTERRUPTS();
		comparison.n += here;
		if (here == 0 || elsewhere == 0)
			continue;
		comparison.df += row_width(all, i) - 1;
		for (int j = 0; j < k; j++)
		{
			int64 together = all->n[i * k + j];
			int64 n = part->n[i * k + j];

			compare_cell(&comparison, (double) n,
						 (double) here * (double) together / (double) all->departures[i]);
			compare_cell(&comparison, (double) (together - n),
						 (double) elsewhere * (double) together / (double) all->departures[i]);
		}
	}
	return comparison;
}

/* One row of the test; lag 0: of all. contribution NaN: none. */
static void
put_comparison(ReturnSetInfo *rows, int32 lag, const Comparison *comparison, double contribution,
			   const char *note)
{
	bool tested = comparison->df > 0;
	Datum values[TEST_COLUMNS];
	bool nulls[TEST_COLUMNS] = {false};

	values[0] = Int32GetDatum(lag);
	nulls[0] = lag == MARKOV_NO_LAG;
	values[1] = Int64GetDatum(comparison->n);
	put_figure(values, nulls, 2, tested ? comparison->q : NAN);
	put_figure(values, nulls, 3, tested ? comparison->lr : NAN);
	values[4] = Int64GetDatum(comparison->df);
	put_figure(values, nulls, 5, comparison_p(comparison, comparison->q));
	put_figure(values, nulls, 6, comparison_p(comparison, comparison->lr));
	put_figure(values, nulls, 7, contribution);
	values[8] = Int64GetDatum(comparison->cells);
	values[9] = Int64GetDatum(comparison->small);
	if (!tested && note == NULL)
		note = "no class is left for several classes in more than one lag class";
	put_text(values, nulls, 10, note);
	rows_put(rows, values, nulls);
}

/* The parts of the statistic, by lag class, and the degrees of freedom of the whole. */
static Comparison
compare_all(const Markov *value, const MarkovClasses *classes, const MarkovChain *all,
			double *contribution)
{
	Comparison whole = {0};
	int64 *parts = palloc0(sizeof(int64) * Max(all->k, 1));

	for (int i = 0; i < classes->lags; i++)
	{
		MarkovChain *part = markov_chain_make(value, classes, classes->lag[i]);
		Comparison one = {0};

		compare_with_all(all, part, &one, parts);
		markov_chain_free(part);
		contribution[i] = one.q;
		whole.q += one.q;
		whole.lr += one.lr;
		whole.n += one.n;
		whole.cells += one.cells;
		whole.small += one.small;
	}
	for (int i = 0; i < all->k; i++)
		if (parts[i] > 0)
			whole.df += (parts[i] - 1) * (row_width(all, i) - 1);
	pfree(parts);
	return whole;
}

Datum
monitor_markov_test(PG_FUNCTION_ARGS)
{
	const Markov *value = markov_from_datum(PG_GETARG_DATUM(0));
	const MarkovClasses *classes = markov_classes_make(value);
	const MarkovChain *all = markov_chain_make(value, classes, MARKOV_KNOWN_LAGS);
	ReturnSetInfo *rows = rows_begin(fcinfo, TEST_COLUMNS);
	double *contribution = palloc0(sizeof(double) * Max(classes->lags, 1));
	Comparison whole = compare_all(value, classes, all, contribution);

	put_comparison(rows, MARKOV_NO_LAG, &whole, whole.df > 0 ? whole.q : NAN,
				   classes->lags < 2 ? "fewer than two lag classes" : NULL);
	for (int i = 0; i < classes->lags; i++)
	{
		MarkovChain *part = markov_chain_make(value, classes, classes->lag[i]);
		Comparison others = compare_with_others(all, part);

		put_comparison(rows, classes->lag[i], &others, contribution[i], NULL);
		markov_chain_free(part);
	}
	return (Datum) 0;
}

/* ---- moves of areas and of their neighbours ---- */

/* What a class says of the area itself and of its neighbours: places from 0. */
typedef struct Joint
{
	int classes;
	int32 *own;
	int32 *neighbors;
	int own_states;      /* states of areas */
	int neighbor_states; /* and of neighbours */
	int64 *n;            /* classes x classes */
	double *own_p;
	double *neighbors_p;
	int64 own_df; /* parameters of the two chains */
	int64 neighbors_df;
} Joint;

/* An array argument of states, and the largest of them. */
static int32 *
states_argument(Datum datum, const char *name, int *count, int *most)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	Datum *elements;
	int32 *states;

	if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s has several dimensions or a NULL", name),
						errhint("Give the state of each class, in the order of classes from 1.")));
	deconstruct_array(array, INT4OID, 4, true, TYPALIGN_INT, &elements, NULL, count);
	states = palloc(sizeof(int32) * Max(*count, 1));
	*most = 0;
	for (int i = 0; i < *count; i++)
	{
		states[i] = DatumGetInt32(elements[i]);
		markov_check_class(name, states[i]);
		*most = Max(*most, states[i]);
		states[i]--;
	}
	return states;
}

/* Each state of an area must stand beside each of its neighbours once. */
static void
check_pairs(const Joint *joint, int others)
{
	bool *taken;
	bool whole = joint->classes > 0 && joint->classes == others &&
				 joint->classes <= MARKOV_CLASS_MOST &&
				 joint->classes == joint->own_states * joint->neighbor_states;

	taken = palloc0(MARKOV_CLASS_MOST + 1);
	for (int i = 0; whole && i < joint->classes; i++)
	{
		int pair = joint->own[i] * joint->neighbor_states + joint->neighbors[i];

		whole = !taken[pair];
		taken[pair] = true;
	}
	pfree(taken);
	if (!whole)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("own and neighbors do not hold every pair of states once"),
				 errhint("Of high and low areas with high and low neighbors in the order HH, "
						 "LH, LL, HL they are {1,2,2,1} and {1,1,2,2}.")));
}

/* Transitions as probabilities, in place of the counts; returns the number of parameters. */
static int64
chain_of(double *p, int states)
{
	int64 df = 0;

	for (int i = 0; i < states; i++)
	{
		double total = 0;
		int width = 0;

		for (int j = 0; j < states; j++)
		{
			total += p[i * states + j];
			width += p[i * states + j] > 0;
		}
		for (int j = 0; j < states && total > 0; j++)
			p[i * states + j] /= total;
		df += Max(width - 1, 0);
	}
	return df;
}

/* Reads the arguments and takes the two chains out of the joint one. */
static Joint
joint_make(FunctionCallInfo fcinfo)
{
	const Markov *value = markov_from_datum(PG_GETARG_DATUM(0));
	Joint joint = {0};
	int others;

	joint.own =
		states_argument(PG_GETARG_DATUM(1), "a state in own", &joint.classes, &joint.own_states);
	joint.neighbors = states_argument(PG_GETARG_DATUM(2), "a state in neighbors", &others,
									  &joint.neighbor_states);
	check_pairs(&joint, others);
	joint.n = panel_array((Size) joint.classes * joint.classes, sizeof(int64));
	joint.own_p = panel_array((Size) joint.own_states * joint.own_states, sizeof(double));
	joint.neighbors_p =
		panel_array((Size) joint.neighbor_states * joint.neighbor_states, sizeof(double));
	for (int64 c = 0; c < value->cells; c++)
	{
		const MarkovCell *cell = &value->cell[c];
		int from = cell->from - 1;
		int to = cell->to - 1;

		CHECK_FOR_INTERRUPTS();
		if (from >= joint.classes || to >= joint.classes)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("class %d has no state in own and neighbors", Max(from, to) + 1),
							errhint("Give the states of every class from 1 on.")));
		joint.n[from * joint.classes + to] += cell->n;
		joint.own_p[joint.own[from] * joint.own_states + joint.own[to]] += (double) cell->n;
		joint.neighbors_p[joint.neighbors[from] * joint.neighbor_states + joint.neighbors[to]] +=
			(double) cell->n;
	}
	joint.own_df = chain_of(joint.own_p, joint.own_states);
	joint.neighbors_df = chain_of(joint.neighbors_p, joint.neighbor_states);
	return joint;
}

static int64
joint_departures(const Joint *joint, int from)
{
	int64 total = 0;

	for (int to = 0; to < joint->classes; to++)
		total += joint->n[from * joint->classes + to];
	return total;
}

/* Transitions that would be expected if areas and neighbours moved independently. */
static double
joint_expected(const Joint *joint, int from, int to, int64 departures)
{
	return (double) departures *
		   joint->own_p[joint->own[from] * joint->own_states + joint->own[to]] *
		   joint->neighbors_p[joint->neighbors[from] * joint->neighbor_states +
							  joint->neighbors[to]];
}

Datum
monitor_markov_moves(PG_FUNCTION_ARGS)
{
	Joint joint = joint_make(fcinfo);
	ReturnSetInfo *rows = rows_begin(fcinfo, MOVES_COLUMNS);

	for (int from = 0; from < joint.classes; from++)
	{
		int64 departures = joint_departures(&joint, from);

		for (int to = 0; to < joint.classes; to++)
		{
			Datum values[MOVES_COLUMNS];
			bool nulls[MOVES_COLUMNS] = {false};

			CHECK_FOR_INTERRUPTS();
			values[0] = Int32GetDatum(from + 1);
			values[1] = Int32GetDatum(to + 1);
			values[2] = Int64GetDatum(joint.n[from * joint.classes + to]);
			nulls[3] = departures == 0;
			values[3] = Float8GetDatum(joint_expected(&joint, from, to, departures));
			rows_put(rows, values, nulls);
		}
	}
	return (Datum) 0;
}

/* All cells of the joint chain against independence. */
static Comparison
joint_compare(const Joint *joint)
{
	Comparison comparison = {0};

	for (int from = 0; from < joint->classes; from++)
	{
		int64 departures = joint_departures(joint, from);
		int64 before = comparison.cells;

		CHECK_FOR_INTERRUPTS();
		comparison.n += departures;
		if (departures == 0)
			continue;
		for (int to = 0; to < joint->classes; to++)
			compare_cell(&comparison, (double) joint->n[from * joint->classes + to],
						 joint_expected(joint, from, to, departures));
		comparison.df += comparison.cells - before - 1;
	}
	comparison.df = Max(comparison.df - joint->own_df - joint->neighbors_df, 0);
	return comparison;
}

Datum
monitor_markov_moves_test(PG_FUNCTION_ARGS)
{
	Joint joint = joint_make(fcinfo);
	Comparison comparison = joint_compare(&joint);
	bool tested = comparison.df > 0;
	Datum values[MOVES_TEST_COLUMNS];
	bool nulls[MOVES_TEST_COLUMNS] = {false};

	values[0] = Int64GetDatum(comparison.n);
	put_figure(values, nulls, 1, tested ? comparison.q : NAN);
	put_figure(values, nulls, 2, tested ? comparison.lr : NAN);
	values[3] = Int64GetDatum(comparison.df);
	put_figure(values, nulls, 4, comparison_p(&comparison, comparison.q));
	put_figure(values, nulls, 5, comparison_p(&comparison, comparison.lr));
	values[6] = Int64GetDatum(comparison.cells);
	values[7] = Int64GetDatum(comparison.small);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, MOVES_TEST_COLUMNS), values, nulls));
}
