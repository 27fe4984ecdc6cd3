/*
 * conley.h
 *	  Least squares whose errors are correlated over short distances.
 */
#ifndef SPILLOVER_CONLEY_H
#define SPILLOVER_CONLEY_H

#include "compat.h"

#include "spillover/spatial_hac.h"
#include "weights/weights.h"

/* Columns of x; a row's products are made a thousand times a second up to here. */
#define CONLEY_COLUMNS_MOST 100

/* Errors of a form without space, MacKinnon & White 1985; or with it. */
typedef enum ConleyErrors
{
	CONLEY_HC0,
	CONLEY_HC1,
	CONLEY_HC3,
	CONLEY_SPATIAL
} ConleyErrors;

/* Rows collected in any order; y, then x, of a row side by side. */
typedef struct ConleyRows
{
	MemoryContext context;
	bool has_period;
	ConleyErrors errors;
	SpatialHac settings; /* of CONLEY_SPATIAL */
	char *kernel;        /* as it was given; also the name of the errors without space */
	int columns;         /* of x; -1: not known yet */
	PointSet *places;    /* id and point of each row; NaN where space is not asked for */
	int64 *period;       /* NULL unless has_period */
	double *values;
	Size room;
	int64 unknown; /* rows left out */
} ConleyRows;

/* A model estimated. */
typedef struct ConleyModel
{
	int terms;
	double *coefficients;
	SpatialCovariance *estimate;
	int64 n;
	int64 units;
	const char *note; /* NULL: none */
} ConleyModel;

/* 23505 for a row twice, 22023 for an area at two places, too few rows or dependent columns. */
extern ConleyModel *conley_fit(const ConleyRows *rows);

#endif /* SPILLOVER_CONLEY_H */
