/*
 * sample.h
 *	  The areas that a statistic uses: values by place, with the weights among them.
 *
 * The rule for what is missing: a row with a NULL value, and an area of w without
 * a row, are left out and counted; the rows of weights that sum to 1 are rescaled
 * to sum to 1 over the neighbours that are left; other weights stay as they are.
 * An area whose neighbours are all left out becomes an island.
 */
#ifndef ASSOCIATION_SAMPLE_H
#define ASSOCIATION_SAMPLE_H

#include "compat.h"
#include "weights/weights.h"

#define SAMPLE_COLUMNS_MOST 32

/* Rows as they come. */
typedef struct SampleRows
{
	MemoryContext context;
	int columns;
	int64 count;
	Size room;
	int64 *ids;
	double *values; /* columns of a row side by side; NaN: NULL */
} SampleRows;

extern SampleRows *sample_rows_create(MemoryContext context, int columns);
/* nulls may be NULL. Infinity and NaN: 22023 naming the id. */
extern void sample_rows_add(SampleRows *rows, int64 id, const double *values, const bool *nulls);

/* Areas used, in the order of ids, and the links among them; used where w lies if nothing is left out. */
typedef struct Sample
{
	uint32 n;
	uint32 links;
	const int64 *ids;
	double **x;             /* x[column][place] */
	const uint32 *start;    /* n + 1 */
	const uint32 *neighbor; /* places in the sample */
	const double *weight;   /* NULL: all 1 */
	int64 n_null;           /* rows with NULL, and areas of w without a row */
	uint32 n_islands;       /* of the areas used, those without neighbours other than themselves */
	uint32 *place;          /* of each row given: its place, SAMPLE_NO_PLACE for a row left out */
} Sample;

#define SAMPLE_NO_PLACE PG_UINT32_MAX
#define SAMPLE_NO_LINK PG_UINT32_MAX

/*
 * Matches rows and weights. An id that is not in w: 22023; an id twice: 23505; both
 * name it.
 */
extern Sample *sample_make(const Weights *w, const SampleRows *rows);

/* The link from one place to another, SAMPLE_NO_LINK where there is none. */
extern uint32 sample_find_link(const Sample *sample, uint32 from, uint32 to);

/* Weight of a link. */
static inline double
sample_weight(const Sample *sample, uint32 link)
{
	return sample->weight == NULL ? 1.0 : sample->weight[link];
}

#endif /* ASSOCIATION_SAMPLE_H */
