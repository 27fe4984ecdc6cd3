/*
 * twins.h
 *	  Areas most alike on given figures.
 */
#ifndef SPILLOVER_TWINS_H
#define SPILLOVER_TWINS_H

#include "compat.h"

#include "weights/weights.h"

/* Columns of x. */
#define TWINS_COLUMNS_MOST 100
/* Pairs of an area and a twin: the value stays below the 1 GB that PostgreSQL stores. */
#define TWINS_PAIRS_MOST 20000000

typedef enum TwinsMethod
{
	TWINS_STANDARDISED,
	TWINS_MAHALANOBIS
} TwinsMethod;

/* What is the same in all rows. */
typedef struct TwinsSettings
{
	int32 k;
	TwinsMethod method;
	double caliper; /* infinite: none */
	double beyond;  /* 0: none */
} TwinsSettings;

/* A row: an area. */
typedef struct TwinsRow
{
	int64 id;
	int64 place; /* of its x among the known ones; -1: unknown */
	Point point; /* where space is asked for */
	bool treated;
	bool candidate;
} TwinsRow;

/* Rows collected in any order. */
typedef struct TwinsRows
{
	MemoryContext context;
	TwinsSettings settings;
	int columns;      /* of x; -1: not known yet */
	PointSet *places; /* reads geometries; NULL: no space is asked for */
	int64 count;
	Size room;
	TwinsRow *row;
	int64 known;
	Size x_room;
	double *x; /* of the known ones */
} TwinsRows;

/* Who is compared with whom. */
typedef enum TwinsGroup
{
	TWINS_TREATED,
	TWINS_CANDIDATES,
	TWINS_MATCHED, /* treated areas that have a twin */
	TWINS_TWINS,   /* by their weights */
	TWINS_GROUPS
} TwinsGroup;

/* A column of x: NaN where a figure is not defined. */
typedef struct TwinsColumn
{
	double sd_all; /* over all areas used */
	double mean[TWINS_GROUPS];
	double sd[TWINS_GROUPS];
	double ks_before; /* Kolmogorov-Smirnov, treated against candidates */
	double ks_after;  /* matched against twins */
} TwinsColumn;

/* The result. Areas that twins are asked for ascend; their twins stand one area after the other, nearest first. */
typedef struct Twins
{
	TwinsSettings settings;
	int columns;
	int64 used;
	int64 unknown;
	int64 candidates;
	int64 areas;
	int64 *area;
	int32 *found; /* twins of each area; -1: its x is unknown */
	bool *tied;   /* whether one more is as near as its last twin */
	int64 pairs;
	int64 *twin;
	double *distance;
	TwinsColumn *column;
	const char *note; /* NULL: none */
} Twins;

/* A twin, how many areas it serves, and the sum of its shares among their twins. */
typedef struct TwinsUse
{
	int64 twin;
	int64 times;
	double weight;
} TwinsUse;

/* ---- twins_match.c ---- */

/* 23505 for an area twice, 22023 for columns or too few areas that have no inverse covariance. */
extern Twins *twins_match(const TwinsRows *rows);

/* ---- twins_balance.c ---- */

/*
 * A column's figures out of its n values; weight[group] are the weights of the areas
 * in each group.
 */
extern void twins_balance(TwinsColumn *column, const double *values, int64 n,
						  double *const weight[TWINS_GROUPS]);

/* ---- twins_state.c ---- */

#define TWINS_COLUMNS 25

extern const char *const twins_method_names[];
extern void twins_values(const Twins *twins, Datum *values, bool *nulls);
/* 22023 for a value that the aggregate does not give, 0A000 for another version. */
extern Twins *twins_read(Datum datum);
/* Each twin once, ascending. */
extern TwinsUse *twins_uses(const Twins *twins, int64 *count);

#endif /* SPILLOVER_TWINS_H */
