/*
 * twins_match.c
 *	  The nearest candidates of each area, on x that has been brought to one scale.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "spillover/twins.h"
#include "statistics/matrix.h"

/* Candidates whose distances are summed at once: a column of them stays in the nearest cache. */
#define BLOCK 256
/* Squares are rounded to 44 of their 53 bits, lest rounding decide between equally near areas. */
#define SPLITTER (512.0 + 1)
/* A spread below this part of the largest value is rounding. */
#define CONSTANT 1e-13

#define ST_SORT sort_twins_rows
#define ST_ELEMENT_TYPE TwinsRow
#define ST_COMPARE(a, b) ((a)->id < (b)->id ? -1 : (a)->id > (b)->id)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* A candidate and its squared distance. */
typedef struct Near
{
	double square;
	uint32 candidate;
} Near;

/* What the search works on. Areas used are in the order of their ids. */
typedef struct Search
{
	const TwinsRows *rows;
	TwinsRow *row; /* all, sorted */
	int64 n;       /* areas used */
	int columns;
	TwinsRow *used;
	double *x;      /* n x columns, each column times a power of 2 */
	int *exponent;  /* of that */
	double *z;      /* what distances are taken of: x, or x turned so that nothing is correlated */
	double *factor; /* of a difference in each column of z */
	uint32 candidates;
	uint32 *candidate; /* places among the used */
	double *blocks;    /* their z, a block's columns one after the other */
	Near *heap;        /* the nearest so far, the farthest of them first */
	uint32 heap_room;
	uint32 near;
	Size pairs_room;
	double *weight[TWINS_GROUPS];
} Search;

/* An array of n elements that may be beyond 1 GB, all zero. */
static void *
allocate(int64 count, Size width)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, Max(count, 1) * width,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* ---- rows ---- */

/* Sorts the rows by id, each of which must come once, and picks those that are known. */
static void
order_rows(Search *search)
{
	const TwinsRows *rows = search->rows;

	search->row = allocate(rows->count, sizeof(TwinsRow));
	search->used = allocate(rows->known, sizeof(TwinsRow));
	memcpy(search->row, rows->row, rows->count * sizeof(TwinsRow));
	sort_twins_rows(search->row, rows->count);
	for (int64 i = 0; i < rows->count; i++)
	{
		if (i > 0 && search->row[i].id == search->row[i - 1].id)
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errmsg("area %lld comes more than once", (long long) search->row[i].id),
					 errhint("Give one row for each area: figures of several years stand side by "
							 "side in x.")));
		if (search->row[i].place >= 0)
			search->used[search->n++] = search->row[i];
	}
}

/* Copies x in the order of ids, each column brought near 1 by a power of 2. */
static void
copy_columns(Search *search)
{
	int columns = search->columns;
	const double *x = search->rows->x;
	double *most = allocate(columns, sizeof(double));

	search->x = allocate(search->n * columns, sizeof(double));
	search->exponent = allocate(columns, sizeof(int));
	for (int64 i = 0; i < search->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int c = 0; c < columns; c++)
			most[c] = Max(most[c], fabs(x[i * columns + c]));
	}
	for (int c = 0; c < columns; c++)
		if (most[c] > 0)
			frexp(most[c], &search->exponent[c]);
	for (int64 i = 0; i < search->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int c = 0; c < columns; c++)
			search->x[i * columns + c] =
				ldexp(x[search->used[i].place * columns + c], -search->exponent[c]);
	}
	pfree(most);
}

/* ---- scale ---- */

/* Mean and standard deviation of a column over the areas used, two or more; sd 0 where it is constant. */
static double
column_spread(const Search *search, int column, double *mean)
{
	const double *x = search->x + column;
	double sum = 0;
	double square = 0;
	double sd;

	for (int64 i = 0; i < search->n; i++)
		sum += x[i * search->columns] - x[0];
	*mean = x[0] + sum / search->n;
	for (int64 i = 0; i < search->n; i++)
	{
		double deviation = x[i * search->columns] - *mean;

		square += deviation * deviation;
	}
	CHECK_FOR_INTERRUPTS();
	sd = sqrt(square / (search->n - 1));
	return sd > CONSTANT ? sd : 0;
}

pg_attribute_noreturn() static void refuse_column(int column)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("column %d of x depends on the columns before it or is constant", column + 1),
			 errhint("Leave it out: the covariance has no inverse; or take the method "
					 "standardised.")));
}

/*
 * Turns z, centred columns of variance 1, into columns that are uncorrelated, of
 * variance 1 / (n - 1): with Z = QR the row z becomes z R^-1. Rows that were alike
 * stay alike to the bit.
 */
static void
decorrelate(const Search *search)
{
	int columns = search->columns;
	double *factors = allocate(search->n * columns, sizeof(double));
	MatrixQr *qr;

	memcpy(factors, search->z, search->n * columns * sizeof(double));
	qr = matrix_qr(factors, search->n, columns, MATRIX_QR_TOLERANCE);
	if (qr->rank < columns)
		refuse_column(qr->order[qr->rank]);
	for (int64 i = 0; i < search->n; i++)
	{
		double *z = search->z + i * columns;

		CHECK_FOR_INTERRUPTS();
		for (int c = 0; c < columns; c++)
		{
			double left = z[c] * qr->scale[c];

			for (int b = 0; b < c; b++)
				left -= z[b] * factors[b * columns + c];
			z[c] = left / factors[c * columns + c];
		}
	}
	matrix_qr_free(qr);
	pfree(factors);
}

/* z of Mahalanobis distance. */
static void
turn_columns(Search *search, const double *mean, const double *sd)
{
	int columns = search->columns;

	if (search->n <= columns + 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%lld areas are too few for the covariance of %d columns",
							   (long long) search->n, columns),
						errhint("Give two more areas than x has columns, or better ten times as "
								"many; or take the method standardised.")));
	for (int c = 0; c < columns; c++)
		if (sd[c] == 0)
			refuse_column(c);
	search->z = allocate(search->n * columns, sizeof(double));
	for (int64 i = 0; i < search->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int c = 0; c < columns; c++)
			search->z[i * columns + c] = (search->x[i * columns + c] - mean[c]) / sd[c];
	}
	decorrelate(search);
	for (int c = 0; c < columns; c++)
		search->factor[c] = sqrt(search->n - 1.0);
}

/*
 * What distances are taken of. Differences of x itself, and not of z, so that equal
 * differences of whole numbers are equally far.
 */
static const char *
scale_columns(Search *search, Twins *twins)
{
	double *mean = allocate(search->columns, sizeof(double));
	double *sd = allocate(search->columns, sizeof(double));
	const char *note = NULL;

	search->factor = allocate(search->columns, sizeof(double));
	for (int c = 0; c < search->columns; c++)
	{
		sd[c] = search->n > 1 ? column_spread(search, c, &mean[c]) : 0;
		search->factor[c] = sd[c] > 0 ? 1 / sd[c] : 0;
		twins->column[c].sd_all = search->n > 1 ? ldexp(sd[c], search->exponent[c]) : NAN;
		if (sd[c] == 0 && search->n > 1)
			note = note == NULL ? psprintf("constant, counts nothing: column %d", c + 1)
								: psprintf("%s, %d", note, c + 1);
	}
	search->z = search->x;
	if (search->rows->settings.method == TWINS_MAHALANOBIS && search->n > 0)
		turn_columns(search, mean, sd);
	pfree(mean);
	pfree(sd);
	return note;
}

/* ---- the nearest ---- */

/* The candidates' z, in blocks. */
static void
block_candidates(Search *search)
{
	int columns = search->columns;

	search->candidate = allocate(search->n, sizeof(uint32));
	for (uint32 i = 0; i < search->n; i++)
		if (search->used[i].candidate)
			search->candidate[search->candidates++] = i;
	search->blocks = allocate((search->candidates + BLOCK) * (int64) columns, sizeof(double));
	for (uint32 i = 0; i < search->candidates; i++)
	{
		const double *z = search->z + (int64) search->candidate[i] * columns;
		double *block = search->blocks + (int64) (i / BLOCK) * BLOCK * columns;

		CHECK_FOR_INTERRUPTS();
		for (int c = 0; c < columns; c++)
			block[c * BLOCK + i % BLOCK] = z[c];
	}
}

/* Squared distances of a block's areas to one; rounded by Veltkamp's split. */
static void
block_squares(const double *restrict block, const double *restrict mine,
			  const double *restrict factor, int columns, double *restrict square)
{
	for (int i = 0; i < BLOCK; i++)
		square[i] = 0;
	for (int c = 0; c < columns; c++)
		for (int i = 0; i < BLOCK; i++)
		{
			double part = (block[c * BLOCK + i] - mine[c]) * factor[c];

			square[i] += part * part;
		}
	for (int i = 0; i < BLOCK; i++)
	{
		double large = square[i] * SPLITTER;

		square[i] = large - (large - square[i]);
	}
}

/* Whether a is farther than b; of equally near ones the one of the higher id is. */
static inline bool
farther(const Near *a, const Near *b)
{
	return a->square > b->square || (a->square == b->square && a->candidate > b->candidate);
}

/* Lets the first of a heap sink to its place. */
static void
heap_sink(Near *heap, uint32 count)
{
	Near moving = heap[0];
	uint32 at = 0;

	for (;;)
	{
		uint32 child = 2 * at + 1;

		if (child >= count)
			break;
		if (child + 1 < count && farther(&heap[child + 1], &heap[child]))
			child++;
		if (!farther(&heap[child], &moving))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moving;
}

/* Adds to a heap that has room. */
static void
heap_add(Near *heap, uint32 count, Near added)
{
	uint32 at = count;

	while (at > 0 && farther(&added, &heap[(at - 1) / 2]))
	{
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = added;
}

/* Whether a candidate may be the twin of an area: not itself, and far enough in space. */
static bool
may_serve(const Search *search, int64 mine, uint32 candidate)
{
	const TwinsRow *a = &search->used[mine];
	const TwinsRow *b = &search->used[search->candidate[candidate]];

	if (a == b)
		return false;
	return search->rows->places == NULL ||
		   hypot(a->point.x - b->point.x, a->point.y - b->point.y) >= search->rows->settings.beyond;
}

/* Finds the nearest candidates of an area, one more than asked for, nearest first. */
static void
find_nearest(Search *search, int64 mine)
{
	double square[BLOCK];
	Near *heap = search->heap;

	search->near = 0;
	for (uint32 start = 0; start < search->candidates; start += BLOCK)
	{
		CHECK_FOR_INTERRUPTS();
		block_squares(search->blocks + (int64) start * search->columns,
					  search->z + mine * search->columns, search->factor, search->columns, square);
		for (uint32 i = 0; i < BLOCK && start + i < search->candidates; i++)
		{
			bool full = search->near == search->heap_room;

			/* candidates come by id, so that a later one as far as the farthest is no nearer */
			if ((full && square[i] >= heap[0].square) || !may_serve(search, mine, start + i))
				continue;
			if (!full)
			{
				heap_add(heap, search->near++, (Near){square[i], start + i});
				continue;
			}
			heap[0] = (Near){square[i], start + i};
			heap_sink(heap, search->near);
		}
	}
	for (uint32 left = search->near; left > 1; left--)
	{
		Near farthest = heap[0];

		heap[0] = heap[left - 1];
		heap_sink(heap, left - 1);
		heap[left - 1] = farthest;
	}
}

/* Makes room for one more pair. */
static void
reserve_pair(Search *search, Twins *twins)
{
	if (twins->pairs >= TWINS_PAIRS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("more than %d pairs of an area and a twin", TWINS_PAIRS_MOST),
						errhint("Take a smaller k, or a caliper.")));
	if (twins->pairs < search->pairs_room)
		return;
	search->pairs_room *= 2;
	twins->twin = repalloc_huge(twins->twin, search->pairs_room * sizeof(int64));
	twins->distance = repalloc_huge(twins->distance, search->pairs_room * sizeof(double));
}

/* Adds the twins of an area, which is the next of the result. */
static void
add_twins(Search *search, Twins *twins, int64 mine)
{
	const TwinsSettings *settings = &search->rows->settings;
	int32 found = 0;

	find_nearest(search, mine);
	while (found < search->near && found < settings->k &&
		   sqrt(search->heap[found].square) <= settings->caliper)
		found++;
	for (int32 i = 0; i < found; i++)
	{
		uint32 place = search->candidate[search->heap[i].candidate];

		reserve_pair(search, twins);
		twins->twin[twins->pairs] = search->used[place].id;
		twins->distance[twins->pairs++] = sqrt(search->heap[i].square);
		search->weight[TWINS_TWINS][place] += 1.0 / found;
	}
	if (found > 0)
		search->weight[TWINS_MATCHED][mine] = 1;
	twins->found[twins->areas] = found;
	twins->tied[twins->areas] = found > 0 && found < search->near && found == settings->k &&
								search->heap[found].square == search->heap[found - 1].square;
}

/* Twins of all areas that they are asked for. */
static void
match_areas(Search *search, Twins *twins)
{
	int64 mine = 0;

	search->pairs_room = 1024;
	twins->twin = allocate(search->pairs_room, sizeof(int64));
	twins->distance = allocate(search->pairs_room, sizeof(double));
	search->heap_room = (uint32) Min(search->rows->settings.k, (int64) search->candidates) + 1;
	search->heap = allocate(search->heap_room, sizeof(Near));
	for (int64 i = 0; i < search->rows->count; i++)
	{
		bool known = search->row[i].place >= 0;

		if (search->row[i].treated)
		{
			twins->area[twins->areas] = search->row[i].id;
			if (known)
				add_twins(search, twins, mine);
			else
				twins->found[twins->areas] = -1;
			twins->areas++;
		}
		mine += known;
	}
}

/* How alike the groups are in each column. */
static void
balance_columns(const Search *search, Twins *twins)
{
	double *values = allocate(search->n, sizeof(double));

	for (int64 i = 0; i < search->n; i++)
	{
		search->weight[TWINS_TREATED][i] = search->used[i].treated;
		search->weight[TWINS_CANDIDATES][i] = search->used[i].candidate;
	}
	for (int c = 0; c < search->columns; c++)
	{
		TwinsColumn *column = &twins->column[c];

		for (int64 i = 0; i < search->n; i++)
			values[i] = search->x[i * search->columns + c];
		twins_balance(column, values, search->n, search->weight);
		for (int g = 0; g < TWINS_GROUPS; g++)
		{
			column->mean[g] = ldexp(column->mean[g], search->exponent[c]);
			column->sd[g] = ldexp(column->sd[g], search->exponent[c]);
		}
	}
	pfree(values);
}

Twins *
twins_match(const TwinsRows *rows)
{
	Search search = {.rows = rows, .columns = Max(rows->columns, 0)};
	Twins *twins = palloc0(sizeof(Twins));

	order_rows(&search);
	copy_columns(&search);
	twins->settings = rows->settings;
	twins->columns = search.columns;
	twins->used = search.n;
	twins->unknown = rows->count - search.n;
	twins->column = allocate(search.columns, sizeof(TwinsColumn));
	twins->area = allocate(rows->count, sizeof(int64));
	twins->found = allocate(rows->count, sizeof(int32));
	twins->tied = allocate(rows->count, sizeof(bool));
	for (int g = 0; g < TWINS_GROUPS; g++)
		search.weight[g] = allocate(search.n, sizeof(double));
	twins->note = scale_columns(&search, twins);
	block_candidates(&search);
	twins->candidates = search.candidates;
	match_areas(&search, twins);
	balance_columns(&search, twins);
	return twins;
}
