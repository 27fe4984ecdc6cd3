/*
 * expected_flow.h
 *	  What the files behind expected_flow share: a table of flows, and the factors of
 *	  its origins and destinations while they are found.
 */
#ifndef RELOCATION_EXPECTED_FLOW_H
#define RELOCATION_EXPECTED_FLOW_H

#include "compat.h"

/*
 * A table of flows in rows of origins and columns of destinations, sparse: a pair
 * without a cell can have no flow at all. Made by the caller up to the blank line.
 */
typedef struct FlowFit
{
	int rows;
	int columns;
	int64 cells;
	int64 *row_start; /* rows + 1 */
	int *column;      /* of each cell */
	double *flow;
	/* distance or its logarithm, or NULL; the fit takes areas' effects off it and scales it */
	double *x;

	double *row_sum; /* of flows */
	double *column_sum;
	double *expected;   /* NULL where there is no fit */
	double *complement; /* 1 - leverage; NaN where a cell decides its own expectation */
	double beta;        /* NaN: not estimated */
	int64 df;           /* cells less parameters */
	double dispersion;  /* Pearson's chi-square over df; NaN where df is 0 */
	const char *note;   /* why something is missing, or NULL */
} FlowFit;

/*
 * Leverages are exact up to so many destinations and so many cells times
 * destinations; beyond by the closed form of complete tables.
 */
#define FLOW_FIT_EXACT_COLUMNS 500
#define FLOW_FIT_EXACT_WORK 1.25e8

/* By Poisson likelihood; allocates in the current memory context. */
extern void flow_fit(FlowFit *fit);

/* ---- expected_flow_balance.c: passes over the cells ---- */

/* What the fit works with. Areas of no flow have the factor 0. */
typedef struct Balance
{
	FlowFit *fit;
	double total;
	bool sloped;    /* x varies */
	bool frozen;    /* but flows do not tell a slope, or not a finite one */
	double x_scale; /* what x of the table is over, now that it is within 1 */
	double *k;
	double slope;
	double *a; /* factors */
	double *b;
	double *row; /* sums of expected */
	double *column;
	double *x_row; /* sums of x expected */
	double *x_column;
	double x_sum;    /* of x (flow - expected) */
	double x_square; /* of x x expected */
	/* the part of x that areas explain */
	double *u;
	double *v;
	double information; /* sum of expected (x - u - v)^2 */
	double *scratch[4]; /* of conjugate gradients, by column */
	double *weight;     /* of columns, in a pass */
} Balance;

extern Balance *balance_create(FlowFit *fit, double total);

/* The distance factor of each cell as the slope takes a step. */
extern void balance_slope(Balance *balance, double step);

/* A round of proportional fitting: rows, then columns, which are exact after it. */
extern void balance_margins(Balance *balance);

/* Sums of expected and of x over it; returns by how much of itself a margin is off, at most. */
extern double balance_off(Balance *balance);

/*
 * Weighted least squares on areas of what has these sums over rows and columns: the
 * rows' and the columns' effects u and v, from where v stands, until the squares left,
 * each over its column's sum, come to no more than the bound.
 */
extern void balance_explain(Balance *balance, const double *rows, const double *columns, double *u,
							double *v, double bound);

/* What areas explain of x, but for so much of its spread. */
extern void balance_explain_x(Balance *balance, double tolerance);

/* What of x areas do not explain, squared and weighted by expected flows. */
extern double balance_information(const Balance *balance);

static inline double
dot(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* ---- expected_flow_leverages.c ---- */

/* Degrees of freedom and leverages of a fit whose expected flows are there. */
extern void flow_leverages(Balance *balance);

#endif /* RELOCATION_EXPECTED_FLOW_H */
