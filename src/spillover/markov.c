/*
 * markov.c
 *	  Type markov as a value: transitions collected by cell, put in order, added up.
 */
#include "compat.h"
#include "common/hashfn.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/value.h"
#include "spillover/markov.h"

PG_FUNCTION_INFO_V1(monitor_markov_plus);

typedef struct CellEntry
{
	uint64 key;
	int64 n;
	char status;
} CellEntry;

#define SH_PREFIX cell_table
#define SH_ELEMENT_TYPE CellEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_combine(murmurhash32((uint32) (key)), (uint32) ((key) >> 32))
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct MarkovSet
{
	int64 unknown;
	int64 gaps;
	cell_table_hash *cells;
};

/* Lag, from and to in one number, in the order of cells. */
static inline uint64
cell_key(int32 lag, int32 from, int32 to)
{
	return (uint64) lag << 32 | (uint64) from << 16 | (uint64) to;
}

MarkovSet *
markov_set_create(MemoryContext context)
{
	MarkovSet *set = MemoryContextAllocZero(context, sizeof(MarkovSet));

	set->cells = cell_table_create(context, 64, NULL);
	return set;
}

/* A sum that must stay within bigint. */
static inline int64
add_checked(int64 a, int64 b)
{
	int64 sum;

	if (unlikely(pg_add_s64_overflow(a, b, &sum)))
		ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						errmsg("number of transitions is out of range"),
						errhint("A value holds at most %lld.", (long long) PG_INT64_MAX)));
	return sum;
}

void
markov_set_add_missing(MarkovSet *set, int64 unknown, int64 gaps)
{
	set->unknown = add_checked(set->unknown, unknown);
	set->gaps = add_checked(set->gaps, gaps);
}

void
markov_set_add(MarkovSet *set, int32 lag, int32 from, int32 to, int64 n)
{
	bool found;
	CellEntry *entry = cell_table_insert(set->cells, cell_key(lag, from, to), &found);

	entry->n = found ? add_checked(entry->n, n) : n;
}

void
markov_set_append(MarkovSet *set, const Markov *value)
{
	markov_set_add_missing(set, value->unknown, value->gaps);
	for (int64 i = 0; i < value->cells; i++)
	{
		const MarkovCell *cell = &value->cell[i];

		CHECK_FOR_INTERRUPTS();
		markov_set_add(set, cell->lag, cell->from, cell->to, cell->n);
	}
}

static inline uint64
key_of(const MarkovCell *cell)
{
	return cell_key(cell->lag, cell->from, cell->to);
}

#define ST_SORT sort_cells
#define ST_ELEMENT_TYPE MarkovCell
#define ST_COMPARE(a, b) (key_of(a) < key_of(b) ? -1 : key_of(a) > key_of(b))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* A value of cells to be filled in. */
static Markov *
value_create(Size cells)
{
	Size size;
	Markov *value;

	if (cells > (MaxAllocSize - sizeof(Markov)) / sizeof(MarkovCell))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu kinds of transitions are too many for one value", cells),
						errhint("Take classes or lag classes together.")));
	size = offsetof(Markov, cell) + cells * sizeof(MarkovCell);
	value = palloc0(size);
	SET_VARSIZE(value, size);
	value->version = MARKOV_VERSION;
	value->cells = (int64) cells;
	return value;
}

Markov *
markov_set_build(const MarkovSet *set)
{
	Markov *value = value_create(set->cells->members);
	MarkovCell *next = value->cell;
	cell_table_iterator each;
	const CellEntry *entry;
	int64 total = 0;

	value->unknown = set->unknown;
	value->gaps = set->gaps;
	cell_table_start_iterate(set->cells, &each);
	while ((entry = cell_table_iterate(set->cells, &each)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		/* every sum that a measure may form stays within bigint */
		total = add_checked(total, entry->n);
		*next++ = (MarkovCell){(int32) (entry->key >> 32), (int32) (entry->key >> 16 & 0xFFFF),
							   (int32) (entry->key & 0xFFFF), 0, entry->n};
	}
	sort_cells(value->cell, value->cells);
	return value;
}

void
markov_check_class(const char *what, int32 class)
{
	if (unlikely(class < 1 || class > MARKOV_CLASS_MOST))
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is %d, not from 1 to %d", what, class, MARKOV_CLASS_MOST),
			 errhint("Number classes from 1, for example by array_position(ARRAY['off', 'near', "
					 "'listed'], status); an unknown class is NULL.")));
}

/*
 * Are the cells of a value what they may be? Their classes are places in arrays, and
 * as they ascend, so are the lag classes that are counted.
 */
static bool
cells_valid(const Markov *value)
{
	for (int64 i = 0; i < value->cells; i++)
	{
		const MarkovCell *cell = &value->cell[i];

		if (cell->lag < 0 || cell->lag > MARKOV_CLASS_MOST || cell->from < 1 ||
			cell->from > MARKOV_CLASS_MOST || cell->to < 1 || cell->to > MARKOV_CLASS_MOST ||
			cell->n <= 0 || (i > 0 && key_of(cell - 1) >= key_of(cell)))
			return false;
	}
	return true;
}

Markov *
markov_from_datum(Datum datum)
{
	Markov *value = (Markov *) PG_DETOAST_DATUM(datum);
	Size size = VARSIZE(value);

	value_check_version("markov", value, MARKOV_VERSION);
	if (size < offsetof(Markov, cell) || value->cells < 0 ||
		(uint64) value->cells > size / sizeof(MarkovCell) ||
		size != offsetof(Markov, cell) + value->cells * sizeof(MarkovCell) || !cells_valid(value))
		value_refuse_damaged("markov", value);
	return value;
}

/* The transitions of two parts together. */
Datum
monitor_markov_plus(PG_FUNCTION_ARGS)
{
	MarkovSet *set = markov_set_create(CurrentMemoryContext);

	markov_set_append(set, markov_from_datum(PG_GETARG_DATUM(0)));
	markov_set_append(set, markov_from_datum(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(markov_set_build(set));
}
