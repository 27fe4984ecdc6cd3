/*
 * twins_state.c
 *	  Twins as the composite type twins, to be stored and read again.
 *
 * The type is made of arrays, so anyone may put one together: all is checked when
 * it is read.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "spillover/twins.h"

#define TWINS_VERSION 1

/* Columns of the type in their order. */
typedef enum StateColumn
{
	STATE_VERSION,
	STATE_METHOD,
	STATE_K,
	STATE_CALIPER,
	STATE_BEYOND,
	STATE_N_USED,
	STATE_N_NULL,
	STATE_CANDIDATES,
	STATE_AREA,
	STATE_FOUND,
	STATE_TIED,
	STATE_TWIN,
	STATE_DISTANCE,
	STATE_SD,
	STATE_FIGURES, /* the first of ten: means, standard deviations, both ks */
	STATE_NOTE = STATE_FIGURES + 10
} StateColumn;

StaticAssertDecl(STATE_NOTE + 1 == TWINS_COLUMNS, "columns of the type twins");

const char *const twins_method_names[] = {"standardised", "mahalanobis", NULL};

#define ST_SORT sort_twins_uses
#define ST_ELEMENT_TYPE TwinsUse
#define ST_COMPARE(a, b) ((a)->twin < (b)->twin ? -1 : (a)->twin > (b)->twin)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The ten figures of a column in the order of the type. */
static double *
column_figure(TwinsColumn *column, int figure)
{
	if (figure < TWINS_GROUPS)
		return &column->mean[figure];
	if (figure < 2 * TWINS_GROUPS)
		return &column->sd[figure - TWINS_GROUPS];
	return figure == 2 * TWINS_GROUPS ? &column->ks_before : &column->ks_after;
}

/* ---- writing ---- */

static Datum
make_array(Oid type, int16 length, char align, Datum *values, bool *missing, int64 count)
{
	int dims[1] = {(int) count};
	int lower[1] = {1};

	if (count == 0)
		return PointerGetDatum(construct_empty_array(type));
	return PointerGetDatum(
		construct_md_array(values, missing, 1, dims, lower, type, length, true, align));
}

static Datum
bigints_array(const int64 *numbers, int64 count)
{
	Datum *values = allocate(count, sizeof(Datum));
	Datum array;

	for (int64 i = 0; i < count; i++)
		values[i] = Int64GetDatum(numbers[i]);
	array = make_array(INT8OID, 8, TYPALIGN_DOUBLE, values, NULL, count);
	pfree(values);
	return array;
}

/* How many twins each area has, NULL where its x is unknown. */
static Datum
found_array(const Twins *twins)
{
	Datum *values = allocate(twins->areas, sizeof(Datum));
	bool *missing = allocate(twins->areas, sizeof(bool));

	for (int64 i = 0; i < twins->areas; i++)
	{
		values[i] = Int32GetDatum(twins->found[i]);
		missing[i] = twins->found[i] < 0;
	}
	return make_array(INT4OID, 4, TYPALIGN_INT, values, missing, twins->areas);
}

static Datum
tied_array(const Twins *twins)
{
	Datum *values = allocate(twins->areas, sizeof(Datum));

	for (int64 i = 0; i < twins->areas; i++)
		values[i] = BoolGetDatum(twins->tied[i]);
	return make_array(BOOLOID, 1, TYPALIGN_CHAR, values, NULL, twins->areas);
}

void
twins_values(const Twins *twins, Datum *values, bool *nulls)
{
	double *figures = allocate(twins->columns, sizeof(double));

	if (twins->areas > TWINS_PAIRS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("twins are asked for %lld areas, more than %d",
							   (long long) twins->areas, TWINS_PAIRS_MOST),
						errhint("GROUP BY districts or the like.")));
	memset(nulls, 0, sizeof(bool) * TWINS_COLUMNS);
	values[STATE_VERSION] = Int32GetDatum(TWINS_VERSION);
	values[STATE_METHOD] = CStringGetTextDatum(twins_method_names[twins->settings.method]);
	values[STATE_K] = Int32GetDatum(twins->settings.k);
	values[STATE_CALIPER] = Float8GetDatum(twins->settings.caliper);
	nulls[STATE_CALIPER] = isinf(twins->settings.caliper);
	values[STATE_BEYOND] = Float8GetDatum(twins->settings.beyond);
	nulls[STATE_BEYOND] = twins->settings.beyond == 0;
	values[STATE_N_USED] = Int64GetDatum(twins->used);
	values[STATE_N_NULL] = Int64GetDatum(twins->unknown);
	values[STATE_CANDIDATES] = Int64GetDatum(twins->candidates);
	values[STATE_AREA] = bigints_array(twins->area, twins->areas);
	values[STATE_FOUND] = found_array(twins);
	values[STATE_TIED] = tied_array(twins);
	values[STATE_TWIN] = bigints_array(twins->twin, twins->pairs);
	values[STATE_DISTANCE] = figures_array(twins->distance, twins->pairs);
	for (int c = 0; c < twins->columns; c++)
		figures[c] = twins->column[c].sd_all;
	values[STATE_SD] = figures_array(figures, twins->columns);
	for (int f = STATE_FIGURES; f < STATE_NOTE; f++)
	{
		for (int c = 0; c < twins->columns; c++)
			figures[c] = *column_figure(&twins->column[c], f - STATE_FIGURES);
		values[f] = figures_array(figures, twins->columns);
	}
	nulls[STATE_NOTE] = twins->note == NULL;
	values[STATE_NOTE] = nulls[STATE_NOTE] ? (Datum) 0 : CStringGetTextDatum(twins->note);
}

/* ---- reading ---- */

pg_attribute_noreturn() static void malformed(const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("twins are malformed: %s", what),
			 errhint("Take them from the aggregate twins as they are.")));
}

/* The elements of a column, which must be so many (-1: any number). */
static Datum *
read_array(const Datum *values, const bool *nulls, StateColumn column, Oid type, int64 *count,
		   bool **missing)
{
	ArrayType *array;
	Datum *elements;
	int found;
	int16 length = type == BOOLOID ? 1 : type == INT4OID ? 4 : 8;
	char align = type == BOOLOID ? TYPALIGN_CHAR : type == INT4OID ? TYPALIGN_INT : TYPALIGN_DOUBLE;

	if (nulls[column])
		malformed("an array is NULL");
	array = DatumGetArrayTypeP(values[column]);
	if (ARR_NDIM(array) > 1 || (missing == NULL && array_contains_nulls(array)))
		malformed("an array has several dimensions or a NULL");
	deconstruct_array(array, type, length, true, align, &elements, missing, &found);
	if (*count >= 0 && found != *count)
		malformed("arrays differ in length");
	*count = found;
	return elements;
}

static int64 *
read_bigints(const Datum *values, const bool *nulls, StateColumn column, int64 *count)
{
	Datum *elements = read_array(values, nulls, column, INT8OID, count, NULL);
	int64 *numbers = allocate(*count, sizeof(int64));

	for (int64 i = 0; i < *count; i++)
		numbers[i] = DatumGetInt64(elements[i]);
	return numbers;
}

/* Numbers from low up; a NULL becomes NaN where allowed. */
static double *
read_doubles(const Datum *values, const bool *nulls, StateColumn column, int64 *count, double low,
			 bool may_miss)
{
	bool *missing = NULL;
	Datum *elements =
		read_array(values, nulls, column, FLOAT8OID, count, may_miss ? &missing : NULL);
	double *numbers = allocate(*count, sizeof(double));

	for (int64 i = 0; i < *count; i++)
	{
		numbers[i] = missing != NULL && missing[i] ? NAN : DatumGetFloat8(elements[i]);
		if (missing != NULL && missing[i])
			continue;
		if (!isfinite(numbers[i]) || numbers[i] < low)
			malformed("a number is out of range");
	}
	return numbers;
}

/* What is the same for all areas. */
static void
read_settings(Twins *twins, const Datum *values, const bool *nulls)
{
	TwinsSettings *settings = &twins->settings;
	char *name;

	for (int i = STATE_VERSION; i < STATE_AREA; i++)
		if (nulls[i] && i != STATE_CALIPER && i != STATE_BEYOND)
			malformed("a setting or count is NULL");
	if (DatumGetInt32(values[STATE_VERSION]) != TWINS_VERSION)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("twins have version %d, this library knows %d",
							   DatumGetInt32(values[STATE_VERSION]), TWINS_VERSION),
						errhint("Install the library that made them, or make them anew.")));
	name = TextDatumGetCString(values[STATE_METHOD]);
	settings->method = TWINS_STANDARDISED;
	while (strcmp(name, twins_method_names[settings->method]) != 0)
		if (twins_method_names[++settings->method] == NULL)
			malformed("the method has an unknown name");
	settings->k = DatumGetInt32(values[STATE_K]);
	settings->caliper = nulls[STATE_CALIPER] ? INFINITY : DatumGetFloat8(values[STATE_CALIPER]);
	settings->beyond = nulls[STATE_BEYOND] ? 0 : DatumGetFloat8(values[STATE_BEYOND]);
	twins->used = DatumGetInt64(values[STATE_N_USED]);
	twins->unknown = DatumGetInt64(values[STATE_N_NULL]);
	twins->candidates = DatumGetInt64(values[STATE_CANDIDATES]);
	if (settings->k < 1 || !(settings->caliper >= 0) || !(settings->beyond >= 0) ||
		twins->used < 0 || twins->unknown < 0 || twins->candidates < 0)
		malformed("a setting or count is out of range");
	twins->note = nulls[STATE_NOTE] ? NULL : TextDatumGetCString(values[STATE_NOTE]);
}

/* Areas, ids ascending, and their twins, who must add up. */
static void
read_pairs(Twins *twins, const Datum *values, const bool *nulls)
{
	int64 count = -1;
	int64 pairs = 0;
	bool *missing;
	Datum *elements;

	twins->area = read_bigints(values, nulls, STATE_AREA, &count);
	twins->areas = count;
	for (int64 i = 1; i < count; i++)
		if (twins->area[i] <= twins->area[i - 1])
			malformed("areas do not ascend");
	elements = read_array(values, nulls, STATE_FOUND, INT4OID, &count, &missing);
	twins->found = allocate(count, sizeof(int32));
	for (int64 i = 0; i < count; i++)
	{
		twins->found[i] = missing[i] ? -1 : DatumGetInt32(elements[i]);
		if (!missing[i] && (twins->found[i] < 0 || twins->found[i] > twins->settings.k))
			malformed("a number of twins is out of range");
		pairs += Max(twins->found[i], 0);
	}
	elements = read_array(values, nulls, STATE_TIED, BOOLOID, &count, NULL);
	twins->tied = allocate(count, sizeof(bool));
	for (int64 i = 0; i < count; i++)
		twins->tied[i] = DatumGetBool(elements[i]);
	twins->pairs = pairs;
	twins->twin = read_bigints(values, nulls, STATE_TWIN, &pairs);
	twins->distance = read_doubles(values, nulls, STATE_DISTANCE, &pairs, 0, false);
}

Twins *
twins_read(Datum datum)
{
	Twins *twins = palloc0(sizeof(Twins));
	Datum values[TWINS_COLUMNS];
	bool nulls[TWINS_COLUMNS];
	int64 columns = -1;
	double *numbers;

	composite_read(datum, TWINS_COLUMNS, values, nulls);
	read_settings(twins, values, nulls);
	read_pairs(twins, values, nulls);
	numbers = read_doubles(values, nulls, STATE_SD, &columns, 0, true);
	if (columns > TWINS_COLUMNS_MOST)
		malformed("there are too many columns of x");
	twins->columns = (int) columns;
	twins->column = palloc(Max(columns, 1) * sizeof(TwinsColumn));
	for (int c = 0; c < columns; c++)
		twins->column[c].sd_all = numbers[c];
	for (int f = STATE_FIGURES; f < STATE_NOTE; f++)
	{
		bool mean = f < STATE_FIGURES + TWINS_GROUPS;

		numbers = read_doubles(values, nulls, f, &columns, mean ? -INFINITY : 0, true);
		for (int c = 0; c < columns; c++)
			*column_figure(&twins->column[c], f - STATE_FIGURES) = numbers[c];
	}
	return twins;
}

TwinsUse *
twins_uses(const Twins *twins, int64 *count)
{
	TwinsUse *uses = allocate(twins->pairs, sizeof(TwinsUse));
	int64 pair = 0;
	int64 last = -1;

	for (int64 i = 0; i < twins->areas; i++)
		for (int32 rank = 0; rank < twins->found[i]; rank++, pair++)
			uses[pair] = (TwinsUse){twins->twin[pair], 1, 1.0 / twins->found[i]};
	sort_twins_uses(uses, pair);
	for (int64 i = 0; i < pair; i++)
	{
		if (last >= 0 && uses[last].twin == uses[i].twin)
		{
			uses[last].times++;
			uses[last].weight += uses[i].weight;
		}
		else
			uses[++last] = uses[i];
	}
	*count = last + 1;
	return uses;
}
