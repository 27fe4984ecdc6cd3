/*
 * nearest_persons.c
 *	  Window function nearest_persons: the share of a group among the k nearest
 *	  persons of each area (Oesth, Malmberg and Andersson 2014, EquiPop; in Denmark
 *	  k = 1,000 is the standard).
 *
 * Areas are taken by distance, the own one first, until k persons are found. What
 * is taken last, the whole ring of areas at one distance or one area of them by id,
 * counts in part or whole.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "mixing/spatial.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_nearest_persons);

#define NEAREST_PERSONS_COLUMNS 5

/* More would be a mistake, and each costs a figure a row. */
#define K_MOST 1000

/* All answers; those of a row lie together in the order of the list given. */
typedef struct NearestAnswers
{
	int count; /* of k */
	bool bounded;
	bool *given; /* has the row an answer? */
	Neighborhood *found;
} NearestAnswers;

/* ---- reading the partition ---- */

typedef struct IdRow
{
	int64 id;
	int64 row;
} IdRow;

static int
id_row_compare(const void *a, const void *b, void *unused)
{
	const IdRow *left = a;
	const IdRow *right = b;

	if (left->id != right->id)
		return left->id < right->id ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

/* A number of persons, NaN where it is NULL. */
static double
persons_read(const char *name, int64 id, Datum value, bool isnull)
{
	double persons = isnull ? NAN : DatumGetFloat8(value);

	if (!isnull && !(persons >= 0 && persons <= PERSONS_MOST))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s of area %lld is %g", name, (long long) id, persons),
						errhint("A number of persons is 0 to 1e14; NULL where it is not known.")));
	return persons;
}

/* Rows as they come. */
typedef struct PersonRows
{
	Persons *persons;
	PointSet *set;
} PersonRows;

/* Takes the first four arguments of a row; the point goes into the set. */
static void
row_take(void *state, int64 row, const Datum *value, const bool *null)
{
	const PersonRows *rows = state;
	int64 id;
	Persons persons;

	if (null[0])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an area's id must not be NULL"),
				 errhint("Leave such rows out with WHERE id IS NOT NULL.")));
	id = DatumGetInt64(value[0]);
	persons.x = persons_read("x", id, value[1], null[1]);
	persons.total = persons_read("total", id, value[2], null[2]);
	if (persons.x > persons.total)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld is %g, more than its total of %g", (long long) id,
							   persons.x, persons.total),
						errhint("x is a part of total.")));
	point_set_add(rows->set, id, null[3] ? NULL : PG_DETOAST_DATUM_PACKED(value[3]));
	rows->persons[row] = persons;
}

/* Brings the areas, read in the order of rows, into the order of ids. */
static PersonAreas *
areas_sorted(const Persons *read, const PointSet *set)
{
	PersonAreas *areas = palloc0(sizeof(PersonAreas));
	IdRow *order = allocate(set->count, sizeof(IdRow));

	areas->count = set->count;
	for (uint32 row = 0; row < areas->count; row++)
		order[row] = (IdRow){set->ids[row], row};
	qsort_interruptible(order, areas->count, sizeof(IdRow), id_row_compare, NULL);
	areas->rows = allocate(areas->count, sizeof(int64));
	areas->points = allocate(areas->count, sizeof(Point));
	areas->persons = allocate(areas->count, sizeof(Persons));
	for (uint32 i = 0; i < areas->count; i++)
	{
		int64 row = order[i].row;

		if (i > 0 && order[i].id == order[i - 1].id)
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("area %lld comes more than once", (long long) order[i].id),
							errhint("Give one row an area, or use PARTITION BY.")));
		areas->rows[i] = row;
		areas->points[i] = isnan(read[row].total) ? (Point){NAN, NAN} : set->points[row];
		areas->persons[i] = read[row];
		if (!isnan(areas->points[i].x) && !isnan(read[row].x))
			areas->known += read[row].total;
	}
	pfree(order);
	return areas;
}

/* Reads the areas; their SRID is that of the set. */
static PersonAreas *
areas_read(WindowObject window, PointSet *set)
{
	static const PartitionArgument arguments[] = {{0, sizeof(int64), FLOAT8PASSBYVAL},
												  {1, sizeof(float8), FLOAT8PASSBYVAL},
												  {2, sizeof(float8), FLOAT8PASSBYVAL},
												  {3, -1, false}};
	PersonRows rows = {allocate(partition_rows(window), sizeof(Persons)), set};

	partition_each(window, arguments, lengthof(arguments), row_take, &rows);
	return areas_sorted(rows.persons, set);
}

/* ---- options ---- */

static int
wanted_compare(const void *a, const void *b)
{
	double left = ((const Wanted *) a)->persons;
	double right = ((const Wanted *) b)->persons;

	return left < right ? -1 : left > right;
}

/* The list k in ascending order. */
static void
options_read_k(NearestOptions *options, Datum datum, bool isnull)
{
	ArrayType *array;
	Datum *values;
	bool *nulls;

	if (isnull)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("k must not be NULL"),
						errhint("Give numbers of persons, such as ARRAY[1000].")));
	array = DatumGetArrayTypeP(datum);
	if (ARR_NDIM(array) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("k has %d dimensions, not 1", ARR_NDIM(array)),
						errhint("Give numbers of persons, such as ARRAY[1000].")));
	deconstruct_array(array, FLOAT8OID, sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &values,
					  &nulls, &options->count);
	if (options->count > K_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("k has %d elements, more than %d", options->count, K_MOST),
						errhint("Call the function several times.")));
	options->wanted = palloc(sizeof(Wanted) * options->count);
	for (int i = 0; i < options->count; i++)
	{
		double persons = nulls[i] ? NAN : DatumGetFloat8(values[i]);

		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("k has a NULL in it"),
							errhint("Give numbers of persons, such as ARRAY[1000].")));
		if (!(persons > 0) || !isfinite(persons))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("k is %g persons", persons),
					 errhint("Give numbers of persons above 0, such as ARRAY[1000].")));
		options->wanted[i] = (Wanted){persons, i};
	}
	qsort(options->wanted, options->count, sizeof(Wanted), wanted_compare);
}

/* Reads what must be the same in all rows. */
static NearestOptions *
options_read(FunctionCallInfo fcinfo)
{
	static const PartitionArgument arguments[] = {{4, -1, false},
												  {5, -1, false},
												  {6, -1, false},
												  {7, -1, false},
												  {8, sizeof(float8), FLOAT8PASSBYVAL}};
	static const char *const names[] = {"k", "boundary", "last", "ties", "sphere_radius"};
	static const char *const lasts[] = {"proportional", "whole"};
	static const char *const ties[] = {"pro rata", "id"};
	NearestOptions *options = palloc0(sizeof(NearestOptions));
	Datum value[lengthof(arguments)];
	bool null[lengthof(arguments)];

	for (int i = 0; i < lengthof(arguments); i++)
		value[i] = partition_constant(fcinfo, &arguments[i], names[i], &null[i]);
	options_read_k(options, value[0], null[0]);
	options->whole = word_choice("last", value[2], null[2], lasts, 2) == 1;
	options->by_id = word_choice("ties", value[3], null[3], ties, 2) == 1;
	if (null[4])
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("sphere_radius must not be NULL"),
				 errhint("0 stands for planar coordinates.")));
	options->sphere_radius = DatumGetFloat8(value[4]);
	if (!(options->sphere_radius >= 0) || !isfinite(options->sphere_radius))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("sphere_radius is %g", options->sphere_radius),
						errhint("0 stands for planar coordinates; the earth has 6371008.8 m.")));
	if (null[1])
		return options;
	if (options->sphere_radius > 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a boundary needs planar coordinates"),
						errhint("Transform with ST_Transform first, and leave sphere_radius 0.")));
	options->boundary = boundary_build(PG_DETOAST_DATUM_PACKED(value[1]));
	return options;
}

/* ---- the window function ---- */

/* Works a partition out; argument is the call itself. */
static void *
nearest_persons_compute(WindowObject window, void *argument)
{
	NearestOptions *options = options_read(argument);
	NearestAnswers *answers = palloc0(sizeof(NearestAnswers));
	PointSet *set = point_set_create(CurrentMemoryContext);
	PersonAreas *areas = areas_read(window, set);

	if (options->boundary != NULL && set->srid_known &&
		set->srid != boundary_srid(options->boundary))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("boundary has SRID %d but the areas have %d",
							   boundary_srid(options->boundary), set->srid),
						errhint("Transform with ST_Transform first.")));
	answers->count = options->count;
	answers->bounded = options->boundary != NULL;
	answers->given = allocate_zero(areas->count, sizeof(bool));
	answers->found = allocate((Size) areas->count * options->count, sizeof(Neighborhood));
	nearest_persons(areas, options, answers->found, answers->given);
	return answers;
}

/* An array of one figure for each k. */
static Datum
array_of(Datum *values, bool *nulls, int count, Oid type)
{
	int lower = 1;
	bool flag = type == BOOLOID;

	return PointerGetDatum(construct_md_array(
		values, nulls, 1, &count, &lower, type, flag ? sizeof(bool) : sizeof(float8),
		flag || FLOAT8PASSBYVAL, flag ? TYPALIGN_CHAR : TYPALIGN_DOUBLE));
}

/* nearest_persons(id, x, total, geom, k, boundary, last, ties, sphere_radius) OVER () */
Datum
monitor_nearest_persons(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, NEAREST_PERSONS_COLUMNS);
	NearestAnswers *answers = partition_result(window, nearest_persons_compute, fcinfo);
	int64 row = WinGetCurrentPosition(window);
	const Neighborhood *mine = &answers->found[row * answers->count];
	Datum *cells = palloc(sizeof(Datum) * NEAREST_PERSONS_COLUMNS * answers->count);
	bool *none = palloc(sizeof(bool) * answers->count);
	Datum values[NEAREST_PERSONS_COLUMNS] = {0};
	bool nulls[NEAREST_PERSONS_COLUMNS] = {false};
	static const Oid types[] = {FLOAT8OID, FLOAT8OID, BOOLOID, INT8OID, FLOAT8OID};

	if (!answers->given[row])
		PG_RETURN_NULL();
	for (int i = 0; i < answers->count; i++)
	{
		none[i] = isnan(mine[i].share);
		if (none[i])
			continue;
		cells[i] = Float8GetDatum(mine[i].share);
		cells[answers->count + i] = Float8GetDatum(mine[i].radius);
		cells[2 * answers->count + i] = BoolGetDatum(mine[i].edge);
		cells[3 * answers->count + i] = Int64GetDatum(mine[i].areas);
		cells[4 * answers->count + i] = Float8GetDatum(mine[i].unknown);
	}
	nulls[2] = !answers->bounded;
	for (int i = 0; i < NEAREST_PERSONS_COLUMNS; i++)
		if (!nulls[i])
			values[i] = array_of(cells + i * answers->count, none, answers->count, types[i]);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
