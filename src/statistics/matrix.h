/*
 * matrix.h
 *	  Dense linear algebra: row-major doubles, element (i, j) of a matrix of
 *	  `columns` columns at a[i * columns + j].
 *
 * Sums are taken in a fixed order, so that the same input gives the same bits.
 * Inputs are finite. Results go into the caller's memory; scratch is allocated in
 * the current memory context and freed again. All can be cancelled.
 */
#ifndef STATISTICS_MATRIX_H
#define STATISTICS_MATRIX_H

#include "compat.h"

/* What lm of R takes for collinear: less than this is left of a column's length. */
#define MATRIX_QR_TOLERANCE 1e-7

/*
 * A = QR by Householder reflections. A column that depends on those before it
 * (less than tolerance of its length is left) is moved behind the others, which
 * keep their order, as LINPACK's dqrdc2 does.
 */
typedef struct MatrixQr
{
	int64 rows;
	int columns;
	int rank;      /* columns that are independent */
	double *a;     /* the caller's: R above the diagonal, the reflections below */
	double *tau;   /* factor of each reflection */
	double *scale; /* each column in the order given was multiplied by this power of 2 */
	int *order;    /* the column given that stands at each place; from rank on: dependent */
} MatrixQr;

/* Overwrites a, and uses it as long as the result; the rest lies in the current context. */
extern MatrixQr *matrix_qr(double *a, int64 rows, int columns, double tolerance);
extern void matrix_qr_free(MatrixQr *qr);

/*
 * Least squares: coefficients (NaN for dependent columns) and residuals (rows of
 * them); either may be NULL.
 */
extern void matrix_qr_solve(const MatrixQr *qr, const double *y, double *coefficients,
							double *residuals);

/* Column `place` of Q, below rank: with its fellows an orthonormal basis of A's columns. */
extern void matrix_qr_basis(const MatrixQr *qr, int place, double *column);

/* (A'A)^-1 in the order of columns given; 0 in rows and columns of dependent ones. */
extern void matrix_qr_inverse(const MatrixQr *qr, double *inverse);

/* A = LL' of a symmetric matrix, L over its lower half; false unless positive definite. */
extern bool matrix_cholesky(double *a, int n);
/* Solves LL'X = B; b has `columns` columns and becomes X. */
extern void matrix_cholesky_solve(const double *l, int n, double *b, int columns);
extern void matrix_cholesky_inverse(const double *l, int n, double *inverse);

/* PA = LU with partial pivoting, over a; pivot has n elements. False: singular. */
extern bool matrix_lu(double *a, int n, int *pivot);
extern void matrix_lu_solve(const double *lu, const int *pivot, int n, double *b, int columns);
extern void matrix_lu_inverse(const double *lu, const int *pivot, int n, double *inverse);
/* log |det A|, and the sign of det A where sign is not NULL. */
extern double matrix_lu_log_determinant(const double *lu, const int *pivot, int n, int *sign);

/*
 * Eigenvalues of a symmetric matrix, ascending. With vectors row i of a becomes
 * the unit vector of values[i]; without, a is overwritten. False: no convergence,
 * which finite input does not give.
 */
extern bool matrix_eigen(double *a, int n, double *values, bool vectors);

/* A'A and A'B; b NULL: A'A. The result is columns x b_columns (columns x columns). */
extern void matrix_cross(const double *a, int64 rows, int columns, const double *b, int b_columns,
						 double *result);
/* C = A B; a is rows x inner, b inner x columns. */
extern void matrix_product(const double *a, const double *b, int rows, int inner, int columns,
						   double *result);
/* B M B of symmetric n x n matrices, made symmetric to the bit. */
extern void matrix_sandwich(const double *bread, const double *meat, int n, double *result);

#endif /* STATISTICS_MATRIX_H */
