/*
 * distributions.h
 *	  Distribution functions at 1e-12 relative accuracy where doubles allow it, tails included.
 *
 * Arguments that are none of a distribution (NaN, a share outside 0 to 1, a negative
 * parameter) and parameters above 1e13 give NaN.
 */
#ifndef STATISTICS_DISTRIBUTIONS_H
#define STATISTICS_DISTRIBUTIONS_H

#include "compat.h"

/* Standard normal: P(Z <= z), P(Z > z), 2 P(Z > |z|), and the z with P(Z <= z) = p. */
extern double normal_lower(double z);
extern double normal_upper(double z);
extern double normal_two_sided(double z);
extern double normal_quantile(double p);

/* Regularized incomplete beta I_x(a, b), its complement, and the x with p below or q above it. */
extern double beta_lower(double x, double a, double b);
extern double beta_upper(double x, double a, double b);
extern double beta_quantile(double p, double a, double b);
extern double beta_quantile_upper(double q, double a, double b);

/* Regularized incomplete gamma P(a, x), Q(a, x), and the x with p below or q above it. */
extern double gamma_lower(double a, double x);
extern double gamma_upper(double a, double x);
extern double gamma_quantile(double p, double a);
extern double gamma_quantile_upper(double q, double a);

extern double chi_square_upper(double x, double df);
/* Student's t: 2 P(T > |t|), and the t with P(|T| <= t) = p. */
extern double student_two_sided(double t, double df);
extern double student_quantile_two_sided(double p, double df);

/* Probabilities of counts. */
extern double binomial_mass(int64 x, int64 n, double p);
extern double binomial_lower(int64 x, int64 n, double p);
extern double poisson_mass(int64 x, double mean);
extern double poisson_lower(int64 x, double mean);

/* x of the drawn are marked, of drawn out of total, marked of which are marked; P(X = x), P(X >= x). */
extern double hypergeometric_mass(int64 x, int64 drawn, int64 marked, int64 total);
extern double hypergeometric_upper(int64 x, int64 drawn, int64 marked, int64 total);

#endif /* STATISTICS_DISTRIBUTIONS_H */
