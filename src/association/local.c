/*
 * local.c
 *	  The local statistics as window functions: a partition is read once, at its
 *	  first row, and every row looks its answer up.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "association/local.h"
#include "backend/composite.h"
#include "backend/partition.h"

PG_FUNCTION_INFO_V1(monitor_spatial_lag);
PG_FUNCTION_INFO_V1(monitor_local_moran);
PG_FUNCTION_INFO_V1(monitor_local_moran_method);
PG_FUNCTION_INFO_V1(monitor_local_bivariate_moran);
PG_FUNCTION_INFO_V1(monitor_local_lee);
PG_FUNCTION_INFO_V1(monitor_local_geary);
PG_FUNCTION_INFO_V1(monitor_local_geary_array);
PG_FUNCTION_INFO_V1(monitor_local_g);
PG_FUNCTION_INFO_V1(monitor_local_join_count);
PG_FUNCTION_INFO_V1(monitor_local_bivariate_join_count);
PG_FUNCTION_INFO_V1(monitor_local_colocation);
PG_FUNCTION_INFO_V1(monitor_losh);

#define LOCAL_COLUMNS 13
#define PERMUTATIONS_MOST 1000000
/* Arguments that are values of a row. */
#define LOCAL_VALUES_MOST 2

/* How the values are given. */
typedef enum LocalInput
{
	LOCAL_NUMBERS,
	LOCAL_FLAGS,
	LOCAL_NUMBER_ARRAY,
	LOCAL_FLAG_ARRAY
} LocalInput;

/* The arguments after w, id and the values. */
typedef enum LocalOptions
{
	LOCAL_NO_OPTIONS,
	LOCAL_PERMUTATIONS,      /* permutations, seed, rng */
	LOCAL_STAR_PERMUTATIONS, /* star before them */
	LOCAL_METHOD,            /* no w; geom, method, then permutations and the rest */
	LOCAL_EXPONENT
} LocalOptions;

/* What tells the functions apart. */
typedef struct LocalFunction
{
	LocalMeasure measure;
	LocalInput input;
	int values; /* arguments */
	LocalOptions options;
	bool has_geoda;
} LocalFunction;

typedef struct LocalCall
{
	FunctionCallInfo fcinfo;
	const LocalFunction *function;
} LocalCall;

/* What a partition comes to; no sample: w is NULL, and so is every answer. */
typedef struct LocalPartition
{
	Sample *sample;
	LocalAnswer *answers;
} LocalPartition;

static const char *const local_quadrants[] = {NULL, "HH", "LL", "LH", "HL"};

/* ---- arguments that are the same in all rows ---- */

static Datum
argument_at(WindowObject window, int number, int64 row, bool *isnull)
{
	bool outside;

	return WinGetFuncArgInPartition(window, number, (int) row, WINDOW_SEEK_HEAD, false, isnull,
									&outside);
}

/* An option: not NULL, and the same in all rows. Of so many bytes, or text (-1). */
static Datum
option_read(const LocalCall *call, int number, const char *name, int16 length)
{
	const PartitionArgument argument = {number, length,
										length != -1 && length <= (int16) sizeof(Datum)};
	bool isnull;
	Datum value = partition_constant(call->fcinfo, &argument, name, &isnull);

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s is NULL", name),
						errhint("Give a value, or leave it out where there is a default.")));
	return value;
}

/* The generator that a text names. */
static LocalDraws
draws_named(const char *name)
{
	if (strcmp(name, "splitmix") == 0)
		return LOCAL_DRAWS_OWN;
	if (strcmp(name, "geoda") == 0)
		return LOCAL_DRAWS_GEODA;
	if (strcmp(name, "geoda_lookup") == 0)
		return LOCAL_DRAWS_GEODA_LOOKUP;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown rng \"%s\"", name),
					errhint("It is one of splitmix, geoda and geoda_lookup.")));
}

/* rng. */
static LocalDraws
draws_read(const LocalCall *call, int number)
{
	LocalDraws draws = draws_named(TextDatumGetCString(option_read(call, number, "rng", -1)));

	if (draws != LOCAL_DRAWS_OWN && !call->function->has_geoda)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("GeoDa's draws are not offered for this statistic"),
						errhint("Leave rng out.")));
	return draws;
}

/* permutations, seed and rng from an argument on. */
static void
permutations_read(const LocalCall *call, int number, LocalSettings *settings)
{
	settings->permutations =
		DatumGetInt32(option_read(call, number, "permutations", sizeof(int32)));
	settings->seed = DatumGetInt64(option_read(call, number + 1, "seed", sizeof(int64)));
	settings->draws = draws_read(call, number + 2);
	if (settings->permutations < 0 || settings->permutations > PERMUTATIONS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("permutations %d is out of range", settings->permutations),
						errhint("Give a number from 0, for none, to %d; 999 is usual.",
								PERMUTATIONS_MOST)));
}

/* The argument of the first value: after w and id, or after id alone. */
static int
first_value(const LocalFunction *function)
{
	return function->options == LOCAL_METHOD ? 1 : 2;
}

static LocalSettings
settings_read(const LocalCall *call)
{
	LocalSettings settings = {0};
	int number = first_value(call->function) + call->function->values;

	switch (call->function->options)
	{
		case LOCAL_NO_OPTIONS:
			break;
		case LOCAL_PERMUTATIONS:
			permutations_read(call, number, &settings);
			break;
		case LOCAL_STAR_PERMUTATIONS:
			settings.star = DatumGetBool(option_read(call, number, "star", sizeof(bool)));
			permutations_read(call, number + 1, &settings);
			break;
		case LOCAL_METHOD:
			permutations_read(call, number + 2, &settings);
			break;
		case LOCAL_EXPONENT:
			settings.exponent = DatumGetFloat8(option_read(call, number, "a", sizeof(float8)));
			if (!(settings.exponent > 0 && settings.exponent <= 100))
				ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
								errmsg("exponent a %g is out of range", settings.exponent),
								errhint("Give 1 for absolute residuals, 2 for squares.")));
			break;
	}
	return settings;
}

/* ---- the rows ---- */

static bool
is_array(const LocalFunction *function)
{
	return function->input == LOCAL_NUMBER_ARRAY || function->input == LOCAL_FLAG_ARRAY;
}

static double
number_of(LocalInput input, Datum value)
{
	return input == LOCAL_NUMBERS || input == LOCAL_NUMBER_ARRAY ? DatumGetFloat8(value)
																 : (double) DatumGetBool(value);
}

/* Checks the shape of a row's array: columns 0 where it is the first. */
static ArrayType *
array_checked(Datum datum, int64 id, int columns)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));

	if (ARR_NDIM(array) > 1 || count < 1 || count > SAMPLE_COLUMNS_MOST)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the array of area %lld has %d dimensions and %d elements",
							   (long long) id, ARR_NDIM(array), count),
						errhint("Give a list of 1 to %d values.", SAMPLE_COLUMNS_MOST)));
	if (columns > 0 && count != columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the array of area %lld has %d elements, not %d", (long long) id,
							   count, columns),
						errhint("Give a value of each variable for every area, NULL if unknown.")));
	return array;
}

/* A row's array apart. */
static void
array_read(LocalInput input, ArrayType *array, double *values, bool *nulls)
{
	Datum *elements;
	bool *unknown;
	int count;

	if (input == LOCAL_FLAG_ARRAY)
		deconstruct_array(array, BOOLOID, 1, true, TYPALIGN_CHAR, &elements, &unknown, &count);
	else
		deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE,
						  &elements, &unknown, &count);
	for (int i = 0; i < count; i++)
	{
		nulls[i] = unknown[i];
		values[i] = unknown[i] ? 0 : number_of(input, elements[i]);
	}
}

/* Number of values a row: of the first array that is not NULL, 1 where there is none. */
static int
columns_count(WindowObject window, const LocalFunction *function)
{
	MemoryContext scratch;
	int64 rows = WinGetPartitionRowCount(window);
	int columns = 0;

	if (!is_array(function))
		return function->values;
	scratch =
		AllocSetContextCreate(CurrentMemoryContext, "local statistic row", ALLOCSET_SMALL_SIZES);
	for (int64 row = 0; row < rows && columns == 0; row++)
	{
		MemoryContext caller = MemoryContextSwitchTo(scratch);
		bool isnull;
		Datum value = argument_at(window, 2, row, &isnull);

		CHECK_FOR_INTERRUPTS();
		if (!isnull)
		{
			bool no_id;
			int64 id = DatumGetInt64(argument_at(window, 1, row, &no_id));
			ArrayType *array = array_checked(value, id, 0);

			columns = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);
	return Max(columns, 1);
}

static void
refuse_null_id(void)
{
	ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("id is NULL"),
					errhint("Leave rows without an area out.")));
}

/* What rows are read into. */
typedef struct RowsRead
{
	const LocalFunction *function;
	SampleRows *rows;
} RowsRead;

/* Takes a row's id and values; a NULL array: all values are. */
static void
row_take(void *state, int64 row, const Datum *arguments, const bool *isnull)
{
	const RowsRead *read = state;
	LocalInput input = read->function->input;
	double values[SAMPLE_COLUMNS_MOST] = {0};
	bool nulls[SAMPLE_COLUMNS_MOST] = {false};
	int64 id = DatumGetInt64(arguments[0]);

	if (isnull[0])
		refuse_null_id();
	if (!is_array(read->function))
	{
		for (int i = 0; i < read->function->values; i++)
		{
			nulls[i] = isnull[1 + i];
			values[i] = nulls[i] ? 0 : number_of(input, arguments[1 + i]);
		}
	}
	else if (isnull[1])
		memset(nulls, true, sizeof(nulls));
	else
		array_read(input, array_checked(arguments[1], id, read->rows->columns), values, nulls);
	sample_rows_add(read->rows, id, values, nulls);
}

/* How the values are stored. */
static PartitionArgument
value_argument(const LocalFunction *function, int number)
{
	if (is_array(function))
		return (PartitionArgument){number, -1, false};
	if (function->input == LOCAL_FLAGS)
		return (PartitionArgument){number, sizeof(bool), true};
	return (PartitionArgument){number, sizeof(float8), FLOAT8PASSBYVAL};
}

/* All rows of the partition. */
static SampleRows *
rows_read(const LocalCall *call)
{
	WindowObject window = (WindowObject) call->fcinfo->context;
	const LocalFunction *function = call->function;
	int first = first_value(function);
	RowsRead read = {function, NULL};
	PartitionArgument arguments[1 + LOCAL_VALUES_MOST] = {
		{first - 1, sizeof(int64), FLOAT8PASSBYVAL}};

	for (int i = 0; i < function->values; i++)
		arguments[1 + i] = value_argument(function, first + i);
	read.rows = sample_rows_create(CurrentMemoryContext, columns_count(window, function));
	partition_each(window, arguments, 1 + function->values, row_take, &read);
	return read.rows;
}

/* Takes an area's id and geometry. */
static void
geometry_take(void *method, int64 row, const Datum *arguments, const bool *isnull)
{
	if (isnull[0])
		refuse_null_id();
	weights_method_add(method, DatumGetInt64(arguments[0]),
					   isnull[1] ? NULL : PG_DETOAST_DATUM(arguments[1]));
}

/* Weights of the partition's own geometries by the method named. */
static const Weights *
weights_by_method(const LocalCall *call)
{
	int geometry = first_value(call->function) + call->function->values;
	WeightsMethod *method =
		weights_method(TextDatumGetCString(option_read(call, geometry + 1, "method", -1)));
	const PartitionArgument arguments[] = {{0, sizeof(int64), FLOAT8PASSBYVAL},
										   {geometry, -1, false}};

	partition_each((WindowObject) call->fcinfo->context, arguments, 2, geometry_take, method);
	return weights_method_build(method);
}

/* ---- answers ---- */

/* Works a partition out; its memory, and so all that is allocated here, goes with it. */
static void *
local_compute(WindowObject window, void *argument)
{
	const LocalCall *call = argument;
	LocalPartition *partition = palloc0(sizeof(LocalPartition));
	LocalSettings settings = settings_read(call);
	SampleRows *rows = rows_read(call);
	const Weights *w = call->function->options == LOCAL_METHOD
						   ? weights_by_method(call)
						   : weights_argument_window(call->fcinfo, window);

	if (w == NULL)
		return partition;
	settings.columns = rows->columns;
	partition->sample = sample_make(w, rows);
	partition->answers = call->function->measure(partition->sample, &settings);
	return partition;
}

/* An answer as a row. */
static Datum
answer_datum(CompositeType *type, const LocalAnswer *answer)
{
	Datum values[LOCAL_COLUMNS];
	bool nulls[LOCAL_COLUMNS] = {false};

	put_figure(values, nulls, 0, answer->statistic);
	put_figure(values, nulls, 1, answer->expected);
	put_figure(values, nulls, 2, answer->variance);
	put_figure(values, nulls, 3, answer->z);
	put_figure(values, nulls, 4, answer->p);
	put_figure(values, nulls, 5, answer->p_permutation);
	put_figure(values, nulls, 6, answer->p_directed);
	nulls[7] = answer->quadrant == 0;
	values[7] = nulls[7] ? 0 : CStringGetTextDatum(local_quadrants[answer->quadrant]);
	put_figure(values, nulls, 8, answer->z_value);
	put_figure(values, nulls, 9, answer->lag);
	put_figure(values, nulls, 10, answer->lag_z);
	values[11] = Int32GetDatum(answer->neighbors);
	values[12] = BoolGetDatum(answer->neighbors == 0);
	return composite_datum(type, values, nulls);
}

/* The answer of the row at hand, NULL where its value is unknown. */
static const LocalAnswer *
answer_at_row(FunctionCallInfo fcinfo, const LocalFunction *function)
{
	WindowObject window = PG_WINDOW_OBJECT();
	LocalCall call = {fcinfo, function};
	const LocalPartition *partition = partition_result(window, local_compute, &call);
	uint32 place;

	if (partition->sample == NULL)
		return NULL;
	place = partition->sample->place[WinGetCurrentPosition(window)];
	return place == SAMPLE_NO_PLACE ? NULL : &partition->answers[place];
}

/* A row of type local_autocorrelation. */
static Datum
local_result(FunctionCallInfo fcinfo, const LocalFunction *function)
{
	CompositeType *type = composite_type_at(fcinfo, LOCAL_COLUMNS, &weights_site(fcinfo)->type);
	const LocalAnswer *answer = answer_at_row(fcinfo, function);

	if (answer == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(answer_datum(type, answer));
}

/* The lag alone. */
static LocalAnswer *
lag_measure(const Sample *sample, const LocalSettings *settings)
{
	LocalAnswer *answers = local_answers(sample);
	LocalRows *rows = local_rows(sample);

	for (uint32 place = 0; place < sample->n; place++)
	{
		LocalRow row = local_row(rows, place);

		CHECK_FOR_INTERRUPTS();
		if (row.neighbors > 0)
			answers[place].lag = local_lag(&row, sample->x[0]);
	}
	return answers;
}

/* spatial_lag(w, id, x) OVER () */
Datum
monitor_spatial_lag(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {lag_measure, LOCAL_NUMBERS, 1, LOCAL_NO_OPTIONS, false};
	const LocalAnswer *answer = answer_at_row(fcinfo, &function);

	if (answer == NULL || !isfinite(answer->lag))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(answer->lag);
}

/* local_moran(w, id, x, permutations, seed, rng) OVER () */
Datum
monitor_local_moran(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_moran, LOCAL_NUMBERS, 1, LOCAL_PERMUTATIONS, true};

	return local_result(fcinfo, &function);
}

/* local_moran(id, x, geom, method, permutations, seed, rng) OVER () */
Datum
monitor_local_moran_method(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_moran, LOCAL_NUMBERS, 1, LOCAL_METHOD, true};

	return local_result(fcinfo, &function);
}

/* local_bivariate_moran(w, id, x, y, permutations, seed, rng) OVER () */
Datum
monitor_local_bivariate_moran(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_bivariate_moran, LOCAL_NUMBERS, 2,
										   LOCAL_PERMUTATIONS, true};

	return local_result(fcinfo, &function);
}

/* local_lee(w, id, x, y) OVER () */
Datum
monitor_local_lee(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_lee, LOCAL_NUMBERS, 2, LOCAL_NO_OPTIONS, false};

	return local_result(fcinfo, &function);
}

/* local_geary(w, id, x, permutations, seed, rng) OVER () */
Datum
monitor_local_geary(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_geary, LOCAL_NUMBERS, 1, LOCAL_PERMUTATIONS, true};

	return local_result(fcinfo, &function);
}

/* local_geary(w, id, x[], permutations, seed, rng) OVER () */
Datum
monitor_local_geary_array(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_geary, LOCAL_NUMBER_ARRAY, 1, LOCAL_PERMUTATIONS,
										   false};

	return local_result(fcinfo, &function);
}

/* local_g(w, id, x, star, permutations, seed, rng) OVER () */
Datum
monitor_local_g(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_g, LOCAL_NUMBERS, 1, LOCAL_STAR_PERMUTATIONS,
										   true};

	return local_result(fcinfo, &function);
}

/* local_join_count(w, id, x, permutations, seed, rng) OVER () */
Datum
monitor_local_join_count(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_join_count, LOCAL_FLAGS, 1, LOCAL_PERMUTATIONS,
										   true};

	return local_result(fcinfo, &function);
}

/* local_bivariate_join_count(w, id, x, y, permutations, seed, rng) OVER () */
Datum
monitor_local_bivariate_join_count(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_bivariate_join_count, LOCAL_FLAGS, 2,
										   LOCAL_PERMUTATIONS, false};

	return local_result(fcinfo, &function);
}

/* local_colocation(w, id, x[], permutations, seed, rng) OVER () */
Datum
monitor_local_colocation(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_colocation, LOCAL_FLAG_ARRAY, 1,
										   LOCAL_PERMUTATIONS, false};

	return local_result(fcinfo, &function);
}

/* losh(w, id, x, a) OVER () */
Datum
monitor_losh(PG_FUNCTION_ARGS)
{
	static const LocalFunction function = {local_losh, LOCAL_NUMBERS, 1, LOCAL_EXPONENT, false};

	return local_result(fcinfo, &function);
}
