/*
 * markov_tables.c
 *	  What a value says, in rows: transitions, classes, passages, mobility. First
 *	  those of all lag classes together (lag_class NULL), then of each.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "spillover/markov.h"
#include "spillover/panel.h"
#include "spillover/regression.h"
#include "statistics/matrix.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_markov_summary);
PG_FUNCTION_INFO_V1(monitor_markov_table);
PG_FUNCTION_INFO_V1(monitor_markov_classes);
PG_FUNCTION_INFO_V1(monitor_markov_passages);
PG_FUNCTION_INFO_V1(monitor_markov_mobility);

#define SUMMARY_COLUMNS 6
#define TABLE_COLUMNS 8
#define CLASS_COLUMNS 11
#define PASSAGE_COLUMNS 6
#define MOBILITY_COLUMNS 8

/* A function's work: its rows, and the chain that is written out. */
typedef struct Output
{
	ReturnSetInfo *rows;
	const MarkovClasses *classes;
	MarkovChain *chain;
	bool pooled;
	int32 lag; /* unless pooled */
	double conf;
	const char *initial;
} Output;

/* Begins a row of the chain: its lag class, all else NULL. */
static void
row_begin(const Output *output, Datum *values, bool *nulls, int columns)
{
	memset(values, 0, sizeof(Datum) * columns);
	memset(nulls, true, sizeof(bool) * columns);
	values[0] = Int32GetDatum(output->lag);
	nulls[0] = output->pooled;
}

static void
put_int(Datum *values, bool *nulls, int column, int32 value)
{
	values[column] = Int32GetDatum(value);
	nulls[column] = false;
}

static void
put_bigint(Datum *values, bool *nulls, int column, int64 value)
{
	values[column] = Int64GetDatum(value);
	nulls[column] = false;
}

/* Writes the chain of all lag classes, then that of each. */
static void
each_chain(FunctionCallInfo fcinfo, int columns, Output *output, bool structure,
		   void (*write)(const Output *output))
{
	const Markov *value = markov_from_datum(PG_GETARG_DATUM(0));

	output->rows = rows_begin(fcinfo, columns);
	output->classes = markov_classes_make(value);
	for (int i = -1; i < output->classes->lags; i++)
	{
		output->pooled = i < 0;
		output->lag = i < 0 ? MARKOV_POOLED : output->classes->lag[i];
		output->chain = markov_chain_make(value, output->classes, output->lag);
		if (structure)
			markov_chain_structure(output->chain);
		write(output);
		markov_chain_free(output->chain);
	}
}

/* ---- the value as a whole ---- */

Datum
monitor_markov_summary(PG_FUNCTION_ARGS)
{
	const Markov *value = markov_from_datum(PG_GETARG_DATUM(0));
	const MarkovClasses *classes = markov_classes_make(value);
	Datum values[SUMMARY_COLUMNS];
	bool nulls[SUMMARY_COLUMNS] = {false};
	int64 total = 0;
	int64 without = 0;

	for (int64 i = 0; i < value->cells; i++)
	{
		total += value->cell[i].n;
		without += value->cell[i].lag == MARKOV_NO_LAG ? value->cell[i].n : 0;
	}
	put_int(values, nulls, 0, classes->count);
	put_int(values, nulls, 1, classes->lags);
	put_bigint(values, nulls, 2, total);
	put_bigint(values, nulls, 3, without);
	put_bigint(values, nulls, 4, value->unknown);
	put_bigint(values, nulls, 5, value->gaps);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, SUMMARY_COLUMNS), values, nulls));
}

/* ---- transitions ---- */

static void
write_transitions(const Output *output)
{
	const MarkovChain *chain = output->chain;
	int k = chain->k;
	Datum values[TABLE_COLUMNS];
	bool nulls[TABLE_COLUMNS];

	for (int cell = 0; cell < k * k; cell++)
	{
		int from = cell / k;
		int64 departures = chain->departures[from];

		CHECK_FOR_INTERRUPTS();
		row_begin(output, values, nulls, TABLE_COLUMNS);
		put_int(values, nulls, 1, output->classes->class[from]);
		put_int(values, nulls, 2, output->classes->class[cell % k]);
		put_bigint(values, nulls, 3, chain->n[cell]);
		put_bigint(values, nulls, 4, departures);
		put_figure(values, nulls, 5, chain->p[cell]);
		if (departures > 0)
		{
			Limits limits =
				wilson_interval((double) chain->n[cell], (double) departures, output->conf);

			put_figure(values, nulls, 6, limits.low);
			put_figure(values, nulls, 7, limits.high);
		}
		rows_put(output->rows, values, nulls);
	}
}

Datum
monitor_markov_table(PG_FUNCTION_ARGS)
{
	Output output = {.conf = PG_GETARG_FLOAT8(1)};

	check_confidence(output.conf);
	each_chain(fcinfo, TABLE_COLUMNS, &output, false, write_transitions);
	return (Datum) 0;
}

/* ---- classes ---- */

/* What a class is in its chain; NULL: not known. */
static const char *
class_kind(const MarkovChain *chain, int i)
{
	if (chain->departures[i] == 0)
		return NULL;
	if (chain->group[i] >= 0)
		return chain->n[i * chain->k + i] == chain->departures[i] ? "absorbing" : "recurrent";
	/* an unknown row may lead back */
	for (int j = 0; j < chain->k; j++)
		if (chain->reach[i * chain->k + j] && chain->group[j] >= 0)
			return "transient";
	return chain->unknown < 0 ? "transient" : NULL;
}

/* Why the long run is not known, or what it means; NULL: nothing to say. */
static const char *
chain_note(const Output *output)
{
	const MarkovChain *chain = output->chain;

	if (chain->unknown >= 0)
		return psprintf(
			"areas came to class %d, but no next period of one is known: no steady state",
			output->classes->class[chain->unknown]);
	if (chain->closed > 1)
		return psprintf("%d groups of classes that are not left: the long run depends on the "
						"start, no steady state",
						chain->closed);
	if (chain->closed == 1 && chain->period[0] > 1)
		return psprintf("returns only every %d periods: the steady state is a share of time, "
						"not a limit",
						chain->period[0]);
	return NULL;
}

/* The note of a class. */
static const char *
class_note(const Output *output, int i, const char *note)
{
	const MarkovChain *chain = output->chain;

	if (!markov_seen(chain, i))
		return "not seen in this lag class";
	if (chain->departures[i] > 0 && chain->n[i * chain->k + i] == chain->departures[i])
		return note == NULL ? "never left: no sojourn time"
							: psprintf("never left: no sojourn time; %s", note);
	return note;
}

static void
write_classes(const Output *output)
{
	const MarkovChain *chain = output->chain;
	int k = chain->k;
	double *share = palloc(sizeof(double) * Max(k, 1));
	const char *note = chain_note(output);
	int64 total = 0;

	for (int i = 0; i < k; i++)
		total += chain->departures[i];
	markov_steady_state(chain, share);
	for (int i = 0; i < k; i++)
	{
		Datum values[CLASS_COLUMNS];
		bool nulls[CLASS_COLUMNS];

		row_begin(output, values, nulls, CLASS_COLUMNS);
		put_int(values, nulls, 1, output->classes->class[i]);
		put_bigint(values, nulls, 2, chain->departures[i]);
		put_bigint(values, nulls, 3, chain->arrivals[i]);
		put_figure(values, nulls, 4, total == 0 ? NAN : (double) chain->departures[i] / total);
		put_figure(values, nulls, 5, chain->p[i * k + i]);
		put_figure(values, nulls, 6,
				   chain->departures[i] == 0
					   ? NAN
					   : (double) chain->departures[i] /
							 (double) (chain->departures[i] - chain->n[i * k + i]));
		put_figure(values, nulls, 7, share[i]);
		put_figure(values, nulls, 8, 1 / share[i]);
		put_text(values, nulls, 9, class_kind(chain, i));
		put_text(values, nulls, 10, class_note(output, i, note));
		rows_put(output->rows, values, nulls);
	}
	pfree(share);
}

Datum
monitor_markov_classes(PG_FUNCTION_ARGS)
{
	Output output = {0};

	each_chain(fcinfo, CLASS_COLUMNS, &output, true, write_classes);
	return (Datum) 0;
}

/* ---- first passages ---- */

/* Why there is no mean time, or NULL. */
static const char *
passage_note(const MarkovChain *chain, int from, int to, double probability)
{
	if (!markov_seen(chain, from) || !markov_seen(chain, to))
		return "a class is not seen in this lag class";
	if (isnan(probability))
		return "leads to a class of which no next period is known";
	if (probability == 1)
		return "too long to be computed";
	if (probability == 0)
		return from == to ? "never comes back" : "never comes there";
	return from == to ? "does not come back in every case" : "does not come there in every case";
}

static void
write_passages(const Output *output)
{
	const MarkovChain *chain = output->chain;
	int k = chain->k;
	double *probability = panel_array((Size) k * k, sizeof(double));
	double *periods = panel_array((Size) k * k, sizeof(double));

	for (int to = 0; to < k; to++)
		markov_passage(chain, to, probability + to * k, periods + to * k);
	for (int cell = 0; cell < k * k; cell++)
	{
		int from = cell / k;
		int to = cell % k;
		bool seen = markov_seen(chain, from) && markov_seen(chain, to);
		double reached = seen ? probability[to * k + from] : NAN;
		double mean = seen ? periods[to * k + from] : NAN;
		Datum values[PASSAGE_COLUMNS];
		bool nulls[PASSAGE_COLUMNS];

		row_begin(output, values, nulls, PASSAGE_COLUMNS);
		put_int(values, nulls, 1, output->classes->class[from]);
		put_int(values, nulls, 2, output->classes->class[to]);
		put_figure(values, nulls, 3, mean);
		put_figure(values, nulls, 4, reached);
		put_text(values, nulls, 5, isnan(mean) ? passage_note(chain, from, to, reached) : NULL);
		rows_put(output->rows, values, nulls);
	}
	pfree(probability);
	pfree(periods);
}

Datum
monitor_markov_passages(PG_FUNCTION_ARGS)
{
	Output output = {0};

	each_chain(fcinfo, PASSAGE_COLUMNS, &output, true, write_passages);
	return (Datum) 0;
}

/* ---- mobility ---- */

/* The figures of mobility. */
typedef struct Mobility
{
	double shorrocks;
	double determinant;
	double eigenvalue;
	double leaving;
	double distance;
} Mobility;

/* Of the chain over the classes at these places, its start in these shares. */
static Mobility
mobility_of(const MarkovChain *chain, const int *member, int members, const double *start)
{
	double *p = panel_array((Size) members * members, sizeof(double));
	int *pivot = palloc(sizeof(int) * members);
	Mobility mobility = {0};
	double stay = 0;

	for (int i = 0; i < members; i++)
		for (int j = 0; j < members; j++)
		{
			double step = chain->p[member[i] * chain->k + member[j]];

			p[i * members + j] = step;
			mobility.distance += start[member[i]] * step * abs(i - j) / (members - 1);
			mobility.shorrocks += i == j ? step : 0;
			stay += i == j ? start[member[i]] * step : 0;
		}
	mobility.shorrocks = (members - mobility.shorrocks) / (members - 1);
	mobility.leaving = (members - members * stay) / (members - 1);
	mobility.eigenvalue = 1 - markov_second_eigenvalue(p, members);
	for (int i = 0; i < members * members; i++)
		p[i] = chain->p[member[i / members] * chain->k + member[i % members]];
	mobility.determinant = matrix_lu(p, members, pivot)
							   ? 1 - exp(matrix_lu_log_determinant(p, pivot, members, NULL))
							   : 1;
	pfree(p);
	pfree(pivot);
	return mobility;
}

/* The shares of classes that the chain is thought to start from; NaN where there are none. */
static void
initial_shares(const Output *output, int members, double *start)
{
	const MarkovChain *chain = output->chain;
	double total = 0;

	if (strcmp(output->initial, "steady") == 0)
	{
		markov_steady_state(chain, start);
		return;
	}
	for (int i = 0; i < chain->k; i++)
		total += (double) chain->departures[i];
	for (int i = 0; i < chain->k; i++)
		start[i] = strcmp(output->initial, "observed") == 0 ? (double) chain->departures[i] / total
															: 1.0 / members;
}

static void
write_mobility(const Output *output)
{
	const MarkovChain *chain = output->chain;
	int *member = palloc(sizeof(int) * Max(chain->k, 1));
	double *start = palloc(sizeof(double) * Max(chain->k, 1));
	Datum values[MOBILITY_COLUMNS];
	bool nulls[MOBILITY_COLUMNS];
	int members = 0;

	for (int i = 0; i < chain->k; i++)
		if (markov_seen(chain, i))
			member[members++] = i;
	row_begin(output, values, nulls, MOBILITY_COLUMNS);
	put_int(values, nulls, 1, members);
	if (members == 0)
		put_text(values, nulls, 7, "no transitions");
	else if (chain->unknown >= 0)
		put_text(values, nulls, 7,
				 psprintf("areas came to class %d, but no next period of one is known",
						  output->classes->class[chain->unknown]));
	else if (members == 1)
		put_text(values, nulls, 7, "only one class");
	else
	{
		Mobility mobility;

		initial_shares(output, members, start);
		mobility = mobility_of(chain, member, members, start);
		put_figure(values, nulls, 2, mobility.shorrocks);
		put_figure(values, nulls, 3, mobility.determinant);
		put_figure(values, nulls, 4, mobility.eigenvalue);
		put_figure(values, nulls, 5, mobility.leaving);
		put_figure(values, nulls, 6, mobility.distance);
		put_text(values, nulls, 7, isnan(mobility.leaving) ? chain_note(output) : NULL);
	}
	rows_put(output->rows, values, nulls);
	pfree(member);
	pfree(start);
}

Datum
monitor_markov_mobility(PG_FUNCTION_ARGS)
{
	Output output = {.initial = text_to_cstring(PG_GETARG_TEXT_PP(1))};

	if (strcmp(output.initial, "uniform") != 0 && strcmp(output.initial, "observed") != 0 &&
		strcmp(output.initial, "steady") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown initial shares \"%s\"", output.initial),
						errhint("Initial shares are uniform, observed or steady.")));
	each_chain(fcinfo, MOBILITY_COLUMNS, &output, true, write_mobility);
	return (Datum) 0;
}
