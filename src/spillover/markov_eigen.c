/*
 * markov_eigen.c
 *	  Eigenvalues of a matrix that is not symmetric: reduction to Hessenberg form,
 *	  then QR steps with complex shifts (J. G. F. Francis, The Computer Journal 4,
 *	  1961 and 1962; J. H. Wilkinson, The Algebraic Eigenvalue Problem, 1965).
 */
#include "compat.h"
#include <complex.h>
#include <float.h>
#include <math.h>
#undef I
#include "miscadmin.h"

#include "spillover/markov.h"
#include "spillover/panel.h"

typedef double complex Complex;

/* Rows sum to 1; beside that these squares are nothing, and reflecting them overflows. */
#define NOTHING 1e-80

/* Steps without a new eigenvalue before the search is given up. */
#define STEPS_MOST 100

/* Takes the reflection I - factor v v' of rows and columns from `first` on, on both sides. */
static void
reflect(double *a, int n, int first, const double *v, double factor)
{
	for (int column = 0; column < n; column++)
	{
		double sum = 0;

		for (int i = first; i < n; i++)
			sum += v[i] * a[i * n + column];
		for (int i = first; i < n; i++)
			a[i * n + column] -= factor * sum * v[i];
	}
	for (int row = 0; row < n; row++)
	{
		double *at = a + (Size) row * n;
		double sum = 0;

		for (int i = first; i < n; i++)
			sum += v[i] * at[i];
		for (int i = first; i < n; i++)
			at[i] -= factor * sum * v[i];
	}
}

/* Zeros below the first subdiagonal, by Householder's reflections; eigenvalues stay. */
static void
hessenberg(double *a, int n)
{
	double *v = palloc(sizeof(double) * n);

	for (int column = 0; column + 2 < n; column++)
	{
		double square = 0;
		double head = a[(column + 1) * n + column];
		double length;

		CHECK_FOR_INTERRUPTS();
		for (int i = column + 2; i < n; i++)
			square += a[i * n + column] * a[i * n + column];
		if (square < NOTHING)
			continue;
		length = copysign(sqrt(square + head * head), head);
		for (int i = column + 1; i < n; i++)
			v[i] = a[i * n + column];
		v[column + 1] += length;
		reflect(a, n, column + 1, v, 2 / (square + v[column + 1] * v[column + 1]));
		for (int i = column + 2; i < n; i++)
			a[i * n + column] = 0;
	}
	pfree(v);
}

/* The eigenvalue of the last 2 x 2 block up to `last` that is nearer to its corner. */
static Complex
wilkinson_shift(const Complex *h, int n, int last)
{
	Complex a = h[(last - 1) * n + last - 1];
	Complex d = h[last * n + last];
	Complex product = h[(last - 1) * n + last] * h[last * n + last - 1];
	Complex half = (a - d) / 2;
	Complex root = csqrt(half * half + product);
	Complex denominator;

	denominator = cabs(half + root) > cabs(half - root) ? half + root : half - root;
	return cabs(denominator) == 0 ? d : d - product / denominator;
}

/* One QR step of the block from first to last: H - shift = QR, then RQ + shift. */
static void
qr_step(Complex *h, int n, int first, int last, Complex shift, double *cosine, Complex *sine)
{
	for (int i = first; i <= last; i++)
		h[i * n + i] -= shift;
	for (int i = first; i < last; i++)
	{
		Complex a = h[i * n + i];
		Complex b = h[(i + 1) * n + i];
		double length = hypot(cabs(a), cabs(b));

		cosine[i] = length == 0 ? 1 : cabs(a) / length;
		sine[i] = length == 0 ? 0 : (cabs(a) == 0 ? 1 : a / cabs(a)) * conj(b) / length;
		for (int j = i; j <= last; j++)
		{
			Complex upper = h[i * n + j];
			Complex lower = h[(i + 1) * n + j];

			h[i * n + j] = cosine[i] * upper + sine[i] * lower;
			h[(i + 1) * n + j] = cosine[i] * lower - conj(sine[i]) * upper;
		}
	}
	for (int j = first; j < last; j++)
		for (int i = first; i <= Min(j + 1, last); i++)
		{
			Complex left = h[i * n + j];
			Complex right = h[i * n + j + 1];

			h[i * n + j] = cosine[j] * left + conj(sine[j]) * right;
			h[i * n + j + 1] = cosine[j] * right - sine[j] * left;
		}
	for (int i = first; i <= last; i++)
		h[i * n + i] += shift;
}

/* The first row of the block that ends at last and has no element below the diagonal that counts. */
static int
block_begin(Complex *h, int n, int last, double negligible)
{
	int first = last;

	while (first > 0 && cabs(h[first * n + first - 1]) > negligible)
		first--;
	if (first > 0)
		h[first * n + first - 1] = 0;
	return first;
}

/*
 * What does not count beside the whole matrix. Eigenvalues near 0 are right to that,
 * not to their own digits, of which a matrix of low rank has none.
 */
static double
negligible_element(const Complex *h, int n)
{
	double square = 0;

	for (Size i = 0; i < (Size) n * n; i++)
		square += creal(h[i]) * creal(h[i]);
	return DBL_EPSILON * sqrt(square);
}

/* Leaves the eigenvalues on the diagonal; false: no convergence. */
static bool
eigenvalues(Complex *h, int n)
{
	double *cosine = palloc(sizeof(double) * n);
	Complex *sine = palloc(sizeof(Complex) * n);
	double negligible = negligible_element(h, n);
	int last = n - 1;
	int steps = 0;

	while (last > 0 && steps < STEPS_MOST)
	{
		int first = block_begin(h, n, last, negligible);
		Complex shift;

		CHECK_FOR_INTERRUPTS();
		if (first == last)
		{
			last--;
			steps = 0;
			continue;
		}
		steps++;
		/* now and then an odd shift, lest the steps go in a circle */
		shift = steps % 10 == 0 ? h[last * n + last] + cabs(h[last * n + last - 1])
								: wilkinson_shift(h, n, last);
		qr_step(h, n, first, last, shift, cosine, sine);
	}
	pfree(cosine);
	pfree(sine);
	return last <= 0;
}

double
markov_second_eigenvalue(double *p, int k)
{
	Complex *h = panel_array((Size) k * k, sizeof(Complex));
	double largest = 0;
	double second = 0;

	hessenberg(p, k);
	for (Size i = 0; i < (Size) k * k; i++)
		h[i] = p[i];
	if (!eigenvalues(h, k))
		largest = second = NAN;
	for (int i = 0; i < k && !isnan(largest); i++)
	{
		/* no eigenvalue of a stochastic matrix is beyond 1 */
		double modulus = Min(cabs(h[(Size) i * k + i]), 1);

		second = Max(second, Min(largest, modulus));
		largest = Max(largest, modulus);
	}
	pfree(h);
	return second;
}
