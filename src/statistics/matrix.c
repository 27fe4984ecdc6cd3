/*
 * matrix.c
 *	  Dense linear algebra of our own: a linked BLAS may start threads and cannot
 *	  be cancelled.
 *
 * Householder QR and tridiagonalisation after Golub and Van Loan, Matrix
 * Computations; the rule for dependent columns is that of LINPACK's dqrdc2.
 */
#include "compat.h"
#include <float.h>
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "statistics/matrix.h"

/* Rows and columns that stay in the nearest cache while they are used. */
#define BLOCK 48
#define STRIP 256

#define INTERRUPT_ROWS 4096

#define QL_STEPS_MOST 100

static double *
scratch(Size count)
{
	return allocate(count, sizeof(double));
}

/* ---- QR ---- */

/* Largest absolute value of each column. */
static void
column_maxima(const double *a, int64 rows, int columns, double *most)
{
	for (int j = 0; j < columns; j++)
		most[j] = 0;
	for (int64 i = 0; i < rows; i++)
		for (int j = 0; j < columns; j++)
			most[j] = Max(most[j], fabs(a[i * columns + j]));
}

/* Brings each column near 1 by a power of 2, so that squares neither overflow nor vanish. */
static void
columns_scale(MatrixQr *qr)
{
	double *a = qr->a;

	column_maxima(a, qr->rows, qr->columns, qr->scale);
	for (int j = 0; j < qr->columns; j++)
	{
		int exponent = 0;

		if (qr->scale[j] > 0)
			frexp(qr->scale[j], &exponent);
		/* the reciprocal of the least doubles is not finite */
		qr->scale[j] = ldexp(1, Min(-exponent, DBL_MAX_EXP - 1));
	}
	for (int64 i = 0; i < qr->rows; i++)
		for (int j = 0; j < qr->columns; j++)
			a[i * qr->columns + j] *= qr->scale[j];
}

/* Sums of squares of the columns. */
static void
column_squares(const MatrixQr *qr, double *square)
{
	for (int j = 0; j < qr->columns; j++)
		square[j] = 0;
	for (int64 i = 0; i < qr->rows; i++)
		for (int j = 0; j < qr->columns; j++)
		{
			double value = qr->a[i * qr->columns + j];

			square[j] += value * value;
		}
}

/* Moves a column behind all others. */
static void
column_to_end(MatrixQr *qr, int column, double *left, double *whole)
{
	int last = qr->columns - 1;
	double keep_left = left[column];
	double keep_whole = whole[column];
	int keep_order = qr->order[column];

	for (int64 i = 0; i < qr->rows; i++)
	{
		double *row = qr->a + i * qr->columns;
		double keep = row[column];

		memmove(row + column, row + column + 1, sizeof(double) * (last - column));
		row[last] = keep;
	}
	memmove(left + column, left + column + 1, sizeof(double) * (last - column));
	memmove(whole + column, whole + column + 1, sizeof(double) * (last - column));
	memmove(qr->order + column, qr->order + column + 1, sizeof(int) * (last - column));
	left[last] = keep_left;
	whole[last] = keep_whole;
	qr->order[last] = keep_order;
}

/* Makes the reflection that clears column k below the diagonal; its vector starts with 1. */
static void
reflection_make(MatrixQr *qr, int k)
{
	double *a = qr->a;
	int columns = qr->columns;
	double head = a[(int64) k * columns + k];
	double square = 0;
	double length;

	for (int64 i = k + 1; i < qr->rows; i++)
		square += a[i * columns + k] * a[i * columns + k];
	qr->tau[k] = 0;
	if (square == 0)
		return;
	length = -copysign(sqrt(head * head + square), head);
	qr->tau[k] = (length - head) / length;
	for (int64 i = k + 1; i < qr->rows; i++)
		a[i * columns + k] /= head - length;
	a[(int64) k * columns + k] = length;
}

/* Applies reflection k to the columns after it; left becomes what is then left of them below row k. */
static void
reflection_apply(MatrixQr *qr, int k, double *left, double *sum)
{
	int columns = qr->columns;
	double *head = qr->a + (int64) k * columns;

	for (int j = k + 1; j < columns; j++)
		sum[j] = head[j];
	for (int64 i = k + 1; i < qr->rows; i++)
	{
		const double *row = qr->a + i * columns;

		for (int j = k + 1; j < columns; j++)
			sum[j] += row[k] * row[j];
	}
	for (int j = k + 1; j < columns; j++)
	{
		sum[j] *= qr->tau[k];
		head[j] -= sum[j];
		left[j] = 0;
	}
	for (int64 i = k + 1; i < qr->rows; i++)
	{
		double *row = qr->a + i * columns;

		if (i % INTERRUPT_ROWS == 0)
			CHECK_FOR_INTERRUPTS();
		for (int j = k + 1; j < columns; j++)
		{
			row[j] -= row[k] * sum[j];
			left[j] += row[j] * row[j];
		}
	}
}

MatrixQr *
matrix_qr(double *a, int64 rows, int columns, double tolerance)
{
	MatrixQr *qr = palloc(sizeof(MatrixQr));
	double *left = palloc(sizeof(double) * (columns + 1));
	double *whole = palloc(sizeof(double) * (columns + 1));
	double *sum = palloc(sizeof(double) * (columns + 1));

	qr->rows = rows;
	qr->columns = qr->rank = columns;
	qr->a = a;
	qr->tau = palloc(sizeof(double) * (columns + 1));
	qr->scale = palloc(sizeof(double) * (columns + 1));
	qr->order = palloc(sizeof(int) * (columns + 1));
	columns_scale(qr);
	column_squares(qr, left);
	for (int j = 0; j < columns; j++)
	{
		whole[j] = left[j] == 0 ? 1 : left[j];
		qr->order[j] = j;
	}
	for (int k = 0; k < qr->rank && k < rows; k++)
	{
		CHECK_FOR_INTERRUPTS();
		while (k < qr->rank && left[k] < whole[k] * tolerance * tolerance)
		{
			column_to_end(qr, k, left, whole);
			qr->rank--;
		}
		if (k >= qr->rank)
			break;
		reflection_make(qr, k);
		reflection_apply(qr, k, left, sum);
	}
	qr->rank = (int) Min((int64) qr->rank, rows);
	pfree(left);
	pfree(whole);
	pfree(sum);
	return qr;
}

void
matrix_qr_free(MatrixQr *qr)
{
	pfree(qr->tau);
	pfree(qr->scale);
	pfree(qr->order);
	pfree(qr);
}

/* One reflection on a vector of rows. */
static void
reflect(const MatrixQr *qr, int k, double *y)
{
	const double *v = qr->a + k;
	double sum = y[k];

	for (int64 i = k + 1; i < qr->rows; i++)
		sum += v[i * qr->columns] * y[i];
	sum *= qr->tau[k];
	y[k] -= sum;
	for (int64 i = k + 1; i < qr->rows; i++)
		y[i] -= v[i * qr->columns] * sum;
}

void
matrix_qr_solve(const MatrixQr *qr, const double *y, double *coefficients, double *residuals)
{
	double *turned = scratch(qr->rows);

	memcpy(turned, y, sizeof(double) * qr->rows);
	for (int k = 0; k < qr->rank; k++)
	{
		CHECK_FOR_INTERRUPTS();
		reflect(qr, k, turned);
	}
	for (int j = 0; coefficients != NULL && j < qr->columns; j++)
		coefficients[j] = NAN;
	for (int k = qr->rank - 1; coefficients != NULL && k >= 0; k--)
	{
		const double *row = qr->a + (int64) k * qr->columns;
		double value = turned[k];

		for (int j = k + 1; j < qr->rank; j++)
			value -= row[j] * coefficients[qr->order[j]];
		coefficients[qr->order[k]] = value / row[k];
	}
	for (int j = 0; coefficients != NULL && j < qr->columns; j++)
		coefficients[j] *= qr->scale[j];
	if (residuals != NULL)
	{
		for (int k = 0; k < qr->rank; k++)
			turned[k] = 0;
		for (int k = qr->rank - 1; k >= 0; k--)
		{
			CHECK_FOR_INTERRUPTS();
			reflect(qr, k, turned);
		}
		memcpy(residuals, turned, sizeof(double) * qr->rows);
	}
	pfree(turned);
}

void
matrix_qr_basis(const MatrixQr *qr, int place, double *column)
{
	memset(column, 0, sizeof(double) * qr->rows);
	column[place] = 1;
	for (int k = place; k >= 0; k--)
		reflect(qr, k, column);
}

/* R^-1 of the independent columns, rank x rank, zeros below the diagonal. */
static double *
qr_inverse_of_r(const MatrixQr *qr)
{
	int rank = qr->rank;
	double *inverse = scratch((Size) rank * rank);

	memset(inverse, 0, sizeof(double) * rank * rank);
	for (int j = 0; j < rank; j++)
		for (int i = j; i >= 0; i--)
		{
			const double *row = qr->a + (int64) i * qr->columns;
			double value = i == j ? 1 : 0;

			for (int k = i + 1; k <= j; k++)
				value -= row[k] * inverse[k * rank + j];
			inverse[i * rank + j] = value / row[i];
		}
	return inverse;
}

void
matrix_qr_inverse(const MatrixQr *qr, double *inverse)
{
	int rank = qr->rank;
	double *r = qr_inverse_of_r(qr);

	memset(inverse, 0, sizeof(double) * qr->columns * qr->columns);
	for (int i = 0; i < rank; i++)
		for (int j = 0; j <= i; j++)
		{
			int row = qr->order[i];
			int column = qr->order[j];
			double sum = 0;

			for (int k = i; k < rank; k++)
				sum += r[i * rank + k] * r[j * rank + k];
			sum = sum * qr->scale[row] * qr->scale[column];
			inverse[row * qr->columns + column] = inverse[column * qr->columns + row] = sum;
		}
	pfree(r);
}

/* ---- blocks ---- */

/*
 * Two rows of C less two rows of A times four rows of B: the inner loop, which
 * reads an element of B once for both.
 */
static inline void
rows_subtract(double *restrict c, double *restrict other, const double *a, const double *a_other,
			  const double *restrict b, Size stride, int columns)
{
	const double *restrict b1 = b + stride;
	const double *restrict b2 = b1 + stride;
	const double *restrict b3 = b2 + stride;
	double a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
	double o0 = a_other[0], o1 = a_other[1], o2 = a_other[2], o3 = a_other[3];

	for (int j = 0; j < columns; j++)
	{
		c[j] = (((c[j] - a0 * b[j]) - a1 * b1[j]) - a2 * b2[j]) - a3 * b3[j];
		other[j] = (((other[j] - o0 * b[j]) - o1 * b1[j]) - o2 * b2[j]) - o3 * b3[j];
	}
}

/* c -= a b of one row. */
static inline void
row_subtract(double *restrict c, double a, const double *restrict b, int columns)
{
	for (int j = 0; j < columns; j++)
		c[j] -= a * b[j];
}

/* C -= A B in strips of columns: c is rows x columns, a rows x inner; strides are those of rows. */
static void
subtract_product(double *c, Size c_stride, const double *a, Size a_stride, const double *b,
				 Size b_stride, int rows, int inner, int columns)
{
	for (int from = 0; from < columns; from += STRIP)
	{
		int width = Min(STRIP, columns - from);
		int i = 0;

		CHECK_FOR_INTERRUPTS();
		for (; i + 2 <= rows; i += 2)
		{
			double *row = c + i * c_stride + from;
			const double *factor = a + i * a_stride;
			int k = 0;

			for (; k + 4 <= inner; k += 4)
				rows_subtract(row, row + c_stride, factor + k, factor + a_stride + k,
							  b + k * b_stride + from, b_stride, width);
			for (; k < inner; k++)
			{
				row_subtract(row, factor[k], b + k * b_stride + from, width);
				row_subtract(row + c_stride, factor[a_stride + k], b + k * b_stride + from, width);
			}
		}
		for (; i < rows; i++)
			for (int k = 0; k < inner; k++)
				row_subtract(c + i * c_stride + from, a[i * a_stride + k], b + k * b_stride + from,
							 width);
	}
}

/* ---- Cholesky ---- */

bool
matrix_cholesky(double *a, int n)
{
	for (int i = 0; i < n; i++)
	{
		double *row = a + (Size) i * n;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j <= i; j++)
		{
			const double *other = a + (Size) j * n;
			double sum = row[j];

			for (int k = 0; k < j; k++)
				sum -= row[k] * other[k];
			if (j < i)
				row[j] = sum / other[j];
			else if (sum > 0 && isfinite(sum))
				row[j] = sqrt(sum);
			else
				return false;
		}
	}
	return true;
}

void
matrix_cholesky_solve(const double *l, int n, double *b, int columns)
{
	for (int i = 0; i < n; i++)
	{
		double *row = b + (Size) i * columns;

		subtract_product(row, columns, l + (Size) i * n, n, b, columns, 1, i, columns);
		for (int j = 0; j < columns; j++)
			row[j] /= l[(Size) i * n + i];
	}
	for (int i = n - 1; i >= 0; i--)
	{
		double *row = b + (Size) i * columns;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < columns; j++)
			row[j] /= l[(Size) i * n + i];
		for (int k = 0; k < i; k++)
			for (int j = 0; j < columns; j++)
				b[(Size) k * columns + j] -= l[(Size) i * n + k] * row[j];
	}
}

void
matrix_cholesky_inverse(const double *l, int n, double *inverse)
{
	memset(inverse, 0, sizeof(double) * n * n);
	for (int i = 0; i < n; i++)
		inverse[(Size) i * n + i] = 1;
	matrix_cholesky_solve(l, n, inverse, n);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			inverse[(Size) j * n + i] = inverse[(Size) i * n + j];
}

/* ---- LU ---- */

static void
rows_swap(double *a, int columns, int i, int j)
{
	double *left = a + (Size) i * columns;
	double *right = a + (Size) j * columns;

	for (int k = 0; i != j && k < columns; k++)
	{
		double keep = left[k];

		left[k] = right[k];
		right[k] = keep;
	}
}

/* Factors columns from to to - 1 of all rows from `from` on; rows are swapped whole. */
static bool
lu_panel(double *a, int n, int from, int to, int *pivot)
{
	for (int k = from; k < to; k++)
	{
		int best = k;
		double *head;

		for (int i = k + 1; i < n; i++)
			if (fabs(a[(Size) i * n + k]) > fabs(a[(Size) best * n + k]))
				best = i;
		pivot[k] = best;
		rows_swap(a, n, k, best);
		head = a + (Size) k * n;
		if (!(fabs(head[k]) > 0))
			return false;
		for (int i = k + 1; i < n; i++)
		{
			double *row = a + (Size) i * n;

			row[k] /= head[k];
			for (int j = k + 1; j < to; j++)
				row[j] -= row[k] * head[j];
		}
	}
	return true;
}

bool
matrix_lu(double *a, int n, int *pivot)
{
	for (int from = 0; from < n; from += BLOCK)
	{
		int to = Min(from + BLOCK, n);
		double *right = a + (Size) from * n + to;

		CHECK_FOR_INTERRUPTS();
		if (!lu_panel(a, n, from, to, pivot))
			return false;
		for (int i = from + 1; i < to; i++)
			subtract_product(right + (Size) (i - from) * n, n, a + (Size) i * n + from, n, right, n,
							 1, i - from, n - to);
		subtract_product(a + (Size) to * n + to, n, a + (Size) to * n + from, n, right, n, n - to,
						 to - from, n - to);
	}
	return true;
}

/* B = L^-1 B; with triangular B is lower triangular, as the unit matrix is. */
static void
lower_solve(const double *lu, int n, double *b, int columns, bool triangular)
{
	for (int from = 0; from < n; from += BLOCK)
	{
		int to = Min(from + BLOCK, n);
		int width = triangular ? to : columns;
		double *block = b + (Size) from * columns;

		for (int i = from + 1; i < to; i++)
			subtract_product(b + (Size) i * columns, columns, lu + (Size) i * n + from, n, block,
							 columns, 1, i - from, width);
		subtract_product(b + (Size) to * columns, columns, lu + (Size) to * n + from, n, block,
						 columns, n - to, to - from, width);
	}
}

/* B = U^-1 B. */
static void
upper_solve(const double *lu, int n, double *b, int columns)
{
	for (int to = n; to > 0;)
	{
		int from = (to - 1) / BLOCK * BLOCK;

		for (int i = to - 1; i >= from; i--)
		{
			double *row = b + (Size) i * columns;

			subtract_product(row, columns, lu + (Size) i * n + i + 1, n,
							 b + (Size) (i + 1) * columns, columns, 1, to - i - 1, columns);
			for (int j = 0; j < columns; j++)
				row[j] /= lu[(Size) i * n + i];
		}
		subtract_product(b, columns, lu + from, n, b + (Size) from * columns, columns, from,
						 to - from, columns);
		to = from;
	}
}

void
matrix_lu_solve(const double *lu, const int *pivot, int n, double *b, int columns)
{
	for (int i = 0; i < n; i++)
		rows_swap(b, columns, i, pivot[i]);
	lower_solve(lu, n, b, columns, false);
	upper_solve(lu, n, b, columns);
}

void
matrix_lu_inverse(const double *lu, const int *pivot, int n, double *inverse)
{
	memset(inverse, 0, sizeof(double) * n * n);
	for (int i = 0; i < n; i++)
		inverse[(Size) i * n + i] = 1;
	lower_solve(lu, n, inverse, n, true);
	upper_solve(lu, n, inverse, n);
	/* the swaps of rows of A are swaps of columns of its inverse */
	for (int i = 0; i < n; i++)
	{
		double *row = inverse + (Size) i * n;

		for (int k = n - 1; k >= 0; k--)
		{
			double keep = row[k];

			row[k] = row[pivot[k]];
			row[pivot[k]] = keep;
		}
	}
}

double
matrix_lu_log_determinant(const double *lu, const int *pivot, int n, int *sign)
{
	double sum = 0;
	int turn = 1;

	for (int i = 0; i < n; i++)
	{
		double value = lu[(Size) i * n + i];

		sum += log(fabs(value));
		if ((value < 0) != (pivot[i] != i))
			turn = -turn;
	}
	if (sign != NULL)
		*sign = turn;
	return sum;
}

/* ---- eigenvalues ---- */

/*
 * One reflection of the tridiagonal form: row k beyond its neighbour is cleared by a
 * vector that stays there (its first element, 1, implied), and applied from both sides.
 */
static double
tridiagonal_step(double *a, int n, int k, double *off, double *product)
{
	double *v = a + (Size) k * n + k + 1;
	int m = n - k - 1;
	double square = 0;
	double head = v[0];
	double tau, length, dot = 0;

	for (int i = 1; i < m; i++)
		square += v[i] * v[i];
	*off = head;
	if (square == 0)
		return 0;
	length = -copysign(sqrt(head * head + square), head);
	tau = (length - head) / length;
	for (int i = 1; i < m; i++)
		v[i] /= head - length;
	v[0] = 1;
	for (int i = 0; i < m; i++)
	{
		const double *row = a + (Size) (k + 1 + i) * n + k + 1;
		double sum = 0;

		for (int j = 0; j < m; j++)
			sum += row[j] * v[j];
		product[i] = tau * sum;
		dot += product[i] * v[i];
	}
	for (int i = 0; i < m; i++)
		product[i] -= tau / 2 * dot * v[i];
	for (int i = 0; i < m; i++)
	{
		double *row = a + (Size) (k + 1 + i) * n + k + 1;

		for (int j = 0; j < m; j++)
			row[j] -= v[i] * product[j] + product[i] * v[j];
	}
	*off = length;
	return tau;
}

/* Turns the reflections that tridiagonal_step left in a into the matrix whose rows QL rotates. */
static void
tridiagonal_vectors(double *a, int n, const double *tau)
{
	double *turned = scratch((Size) n * n);
	double *sum = scratch(n);

	memset(turned, 0, sizeof(double) * n * n);
	for (int i = 0; i < n; i++)
		turned[(Size) i * n + i] = 1;
	for (int k = 0; k < n - 2; k++)
	{
		const double *v = a + (Size) k * n;

		CHECK_FOR_INTERRUPTS();
		memset(sum, 0, sizeof(double) * n);
		for (int i = k + 1; tau[k] != 0 && i < n; i++)
			for (int j = 0; j < n; j++)
				sum[j] += v[i] * turned[(Size) i * n + j];
		for (int i = k + 1; tau[k] != 0 && i < n; i++)
			for (int j = 0; j < n; j++)
				turned[(Size) i * n + j] -= tau[k] * v[i] * sum[j];
	}
	memcpy(a, turned, sizeof(double) * n * n);
	pfree(sum);
	pfree(turned);
}

/* Rotates two neighbouring rows of vectors. */
static void
rows_rotate(double *rows, int n, int i, double cosine, double sine)
{
	double *lower = rows + (Size) i * n;
	double *upper = lower + n;

	for (int k = 0; k < n; k++)
	{
		double keep = upper[k];

		upper[k] = sine * lower[k] + cosine * keep;
		lower[k] = cosine * lower[k] - sine * keep;
	}
}

/* One implicit QL step on the block first..last, with Wilkinson's shift. */
static void
ql_step(double *value, double *off, int first, int last, double *rows, int n)
{
	double half = (value[first + 1] - value[first]) / (2 * off[first]);
	double root = hypot(half, 1);
	double g = value[last] - value[first] + off[first] / (half + copysign(root, half));
	double sine = 1, cosine = 1, carried = 0;
	int i;

	for (i = last - 1; i >= first; i--)
	{
		double f = sine * off[i];
		double b = cosine * off[i];
		double radius = hypot(f, g);
		double turn;

		off[i + 1] = radius;
		if (radius == 0)
		{
			value[i + 1] -= carried;
			off[last] = 0;
			return;
		}
		sine = f / radius;
		cosine = g / radius;
		g = value[i + 1] - carried;
		turn = (value[i] - g) * sine + 2 * cosine * b;
		carried = sine * turn;
		value[i + 1] = g + carried;
		g = cosine * turn - b;
		if (rows != NULL)
			rows_rotate(rows, n, i, cosine, sine);
	}
	value[first] -= carried;
	off[first] = g;
	off[last] = 0;
}

/* Eigenvalues of a tridiagonal matrix; off[i] stands between i and i + 1, off[n - 1] is 0. */
static bool
ql(double *value, double *off, int n, double *rows)
{
	for (int first = 0; first < n; first++)
		for (int steps = 0;; steps++)
		{
			int last = first;

			CHECK_FOR_INTERRUPTS();
			while (last < n - 1 &&
				   fabs(off[last]) > DBL_EPSILON * (fabs(value[last]) + fabs(value[last + 1])))
				last++;
			if (last == first)
				break;
			if (steps == QL_STEPS_MOST)
				return false;
			ql_step(value, off, first, last, rows, n);
		}
	return true;
}

/* Puts values, and rows of vectors with them, in ascending order. */
static void
eigen_sort(double *value, int n, double *rows)
{
	for (int i = 0; i < n; i++)
	{
		int least = i;
		double keep;

		for (int j = i + 1; j < n; j++)
			if (value[j] < value[least])
				least = j;
		keep = value[i];
		value[i] = value[least];
		value[least] = keep;
		if (rows != NULL)
			rows_swap(rows, n, i, least);
	}
}

bool
matrix_eigen(double *a, int n, double *values, bool vectors)
{
	double *off = scratch(n);
	double *tau = scratch(n);
	double *product = scratch(n);
	bool done;

	memset(tau, 0, sizeof(double) * n);
	memset(off, 0, sizeof(double) * n);
	for (int k = 0; k < n - 2; k++)
	{
		CHECK_FOR_INTERRUPTS();
		tau[k] = tridiagonal_step(a, n, k, &off[k], product);
	}
	if (n > 1)
		off[n - 2] = a[(Size) (n - 2) * n + n - 1];
	for (int i = 0; i < n; i++)
		values[i] = a[(Size) i * n + i];
	if (vectors)
		tridiagonal_vectors(a, n, tau);
	done = ql(values, off, n, vectors ? a : NULL);
	eigen_sort(values, n, vectors ? a : NULL);
	pfree(off);
	pfree(tau);
	pfree(product);
	return done;
}

/* ---- products ---- */

void
matrix_cross(const double *a, int64 rows, int columns, const double *b, int b_columns,
			 double *result)
{
	if (b == NULL)
	{
		b = a;
		b_columns = columns;
	}
	memset(result, 0, sizeof(double) * columns * b_columns);
	for (int64 i = 0; i < rows; i++)
	{
		const double *left = a + i * columns;
		const double *right = b + i * b_columns;

		if (i % INTERRUPT_ROWS == 0)
			CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < columns; j++)
			for (int k = 0; k < b_columns; k++)
				result[j * b_columns + k] += left[j] * right[k];
	}
}

void
matrix_product(const double *a, const double *b, int rows, int inner, int columns, double *result)
{
	memset(result, 0, sizeof(double) * rows * columns);
	for (int i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < inner; k++)
			for (int j = 0; j < columns; j++)
				result[(Size) i * columns + j] +=
					a[(Size) i * inner + k] * b[(Size) k * columns + j];
	}
}

void
matrix_sandwich(const double *bread, const double *meat, int n, double *result)
{
	double *half = scratch((Size) n * n);

	matrix_product(bread, meat, n, n, n, half);
	matrix_product(half, bread, n, n, n, result);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
		{
			double middle = (result[i * n + j] + result[j * n + i]) / 2;

			result[i * n + j] = result[j * n + i] = middle;
		}
	pfree(half);
}
