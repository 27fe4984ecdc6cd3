/*
 * ring_errors.c
 *	  Covariance of the effects: independent cells, clusters by area, or space.
 *
 * Two-way fixed effects follow fixest's small-sample factors: K counts regressors
 * and periods, not the effects of areas, which are nested in the clusters. Means of
 * few areas get the degrees of freedom of the clusters that bear them (Carter,
 * Schnepel & Steigerwald 2017).
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "spillover/ring_effects.h"
#include "statistics/distributions.h"
#include "statistics/matrix.h"

/* Adds rows x rows' of one row of scores. */
static void
add_square(double *covariance, const double *row, int terms, double factor)
{
	for (int a = 0; a < terms; a++)
		if (row[a] != 0)
			for (int b = 0; b < terms; b++)
				covariance[a * terms + b] += factor * row[a] * row[b];
}

/* Sums over cells, each on its own: by scores, or by shares with one variance. */
static void
add_cells(const RingDesign *design, const RingEstimates *estimates, bool iid, double factor,
		  double *covariance)
{
	int terms = estimates->terms;

	for (int64 i = 0; i < design->panel->cells; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (iid)
			add_square(covariance, &estimates->share[i * terms], terms,
					   estimates->variance / panel_weight(design->panel, i));
		else
			add_square(covariance, &estimates->score[i * terms], terms, factor);
	}
}

/* Areas with a used cell; sums over areas. */
static int64
add_areas(const RingDesign *design, const RingEstimates *estimates, double *covariance)
{
	const Panel *panel = design->panel;
	int terms = estimates->terms;
	double *sum = panel_array(terms, sizeof(double));
	int64 areas = 0;

	for (uint32 area = 0; area < panel->areas; area++)
	{
		CHECK_FOR_INTERRUPTS();
		memset(sum, 0, terms * sizeof(double));
		areas += panel->start[area] < panel->start[area + 1];
		for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
			for (int term = 0; term < terms; term++)
				sum[term] += estimates->score[i * terms + term];
		add_square(covariance, sum, terms, 1);
	}
	pfree(sum);
	return areas;
}

/* Scores as the spatial engine takes them. */
static const char *
add_space(const RingDesign *design, const RingEstimates *estimates, const SpatialHac *hac,
		  double *covariance)
{
	const Panel *panel = design->panel;
	int terms = estimates->terms;
	ScoreRows rows = {.count = panel->cells,
					  .columns = terms,
					  .scores = estimates->score,
					  .unit = panel->area,
					  .period = panel->period,
					  .units = panel->areas,
					  .points = panel->point};
	SpatialCovariance *found = spatial_hac(hac, &rows);

	memcpy(covariance, found->covariance, sizeof(double) * terms * terms);
	for (int term = 0; term < terms; term++)
		if (isnan(
				spatial_hac_error(covariance[term * terms + term], found->own[term], found->least)))
			covariance[term * terms + term] = NAN;
	return spatial_hac_note(found);
}

/* How many equal areas would bear a term as its areas do, less one. */
static void
cluster_freedom(const RingDesign *design, const RingEstimates *estimates, double *freedom)
{
	const Panel *panel = design->panel;
	int terms = estimates->terms;

	for (int term = 0; term < terms; term++)
	{
		double squares = 0;
		double fourths = 0;

		for (uint32 area = 0; area < panel->areas; area++)
		{
			double sum = 0;

			CHECK_FOR_INTERRUPTS();
			for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
				sum += pow(estimates->share[i * terms + term], 2);
			squares += sum;
			fourths += sum * sum;
		}
		freedom[term] = fourths > 0 ? Max(squares * squares / fourths - 1, 1.0) : 1;
	}
}

/*
 * Makes 0 of variances that rest on nothing but the rounding of y, as where a term's
 * cells are fitted exactly: a t or F by them would say that anything is significant.
 */
static void
drop_rounding(const RingDesign *design, const RingEstimates *estimates, double *covariance)
{
	const Panel *panel = design->panel;
	int terms = estimates->terms;
	double *squares = panel_array(terms, sizeof(double));
	double largest = 0;

	for (int64 i = 0; i < panel->cells; i++)
	{
		CHECK_FOR_INTERRUPTS();
		largest = Max(largest, fabs(panel->y[i]));
		for (int term = 0; term < terms; term++)
			squares[term] +=
				estimates->share[i * terms + term] * estimates->share[i * terms + term];
	}
	for (int term = 0; term < terms; term++)
		if (sqrt(covariance[term * terms + term]) <= RING_EXACT * largest * sqrt(squares[term]))
			for (int other = 0; other < terms; other++)
				covariance[term * terms + other] = covariance[other * terms + term] = 0;
	pfree(squares);
}

static void
scale(double *numbers, Size count, double factor)
{
	for (Size i = 0; i < count; i++)
		numbers[i] *= factor;
}

RingCovariance *
ring_covariance(const RingDesign *design, const RingEstimates *estimates,
				const RingOptions *options)
{
	RingCovariance *result = palloc0(sizeof(RingCovariance));
	bool twfe = options->estimator == RING_TWFE;
	int terms = estimates->terms;
	Size size = (Size) terms * terms;
	double n = (double) estimates->cells;
	double left = n - (double) estimates->parameters;

	result->covariance = panel_array(size, sizeof(double));
	result->freedom = panel_array(terms, sizeof(double));
	for (int term = 0; term < terms; term++)
		result->freedom[term] = left;
	if (options->errors == ERRORS_IID || options->errors == ERRORS_HETERO)
	{
		if (left < 1)
			result->note = "no more cells than parameters";
		add_cells(design, estimates, options->errors == ERRORS_IID,
				  options->adjust && twfe ? n / left : 1, result->covariance);
	}
	else if (options->errors == ERRORS_CONLEY)
	{
		result->space_note = add_space(design, estimates, &options->hac, result->covariance);
		for (int term = 0; term < terms; term++)
			result->freedom[term] = INFINITY;
	}
	else
	{
		double areas = (double) add_areas(design, estimates, result->covariance);
		double nested = n - (double) (estimates->regressors + estimates->periods);

		result->areas = panel_array(terms, sizeof(double));
		cluster_freedom(design, estimates, result->areas);
		for (int term = 0; term < terms; term++)
			result->freedom[term] = twfe ? areas - 1 : result->areas[term];
		if (areas < 2 || (twfe && nested < 1))
			result->note = "too few areas for errors by area";
		else if (options->adjust)
			scale(result->covariance, size, areas / (areas - 1) * (twfe ? (n - 1) / nested : 1));
	}
	drop_rounding(design, estimates, result->covariance);
	if (result->note != NULL)
		scale(result->covariance, size, NAN);
	return result;
}

bool
ring_wald(const RingCovariance *covariance, const RingEstimates *estimates, const int *terms,
		  int count, double *f, double *p)
{
	double *part = panel_array((Size) count * count, sizeof(double));
	double *solved = panel_array(count, sizeof(double));
	const double *each = covariance->areas != NULL ? covariance->areas : covariance->freedom;
	double freedom = INFINITY;
	bool possible;

	for (int a = 0; a < count; a++)
	{
		double own = sqrt(covariance->covariance[(Size) terms[a] * estimates->terms + terms[a]]);

		/* the far leads of staggered starts rest on few areas: with the mean, .28 are rejected */
		freedom = Min(freedom, each[terms[a]]);
		solved[a] = estimates->estimate[terms[a]] / own;
		for (int b = 0; b < count; b++)
			part[a * count + b] =
				covariance->covariance[(Size) terms[a] * estimates->terms + terms[b]] / own /
				sqrt(covariance->covariance[(Size) terms[b] * estimates->terms + terms[b]]);
		/* positive definite with room for rounding */
		part[a * count + a] -= 1e-10;
	}
	possible = isfinite(solved[0]) && matrix_cholesky(part, count) &&
			   (covariance->areas == NULL || freedom >= count);
	*f = possible ? 0 : NAN;
	if (possible)
	{
		double *right = panel_array(count, sizeof(double));

		memcpy(right, solved, count * sizeof(double));
		matrix_cholesky_solve(part, count, right, 1);
		for (int a = 0; a < count; a++)
			*f += solved[a] * right[a] / count;
		if (covariance->areas != NULL)
		{
			*f *= (freedom - count + 1) / freedom;
			freedom -= count - 1;
		}
		*p = isinf(freedom) || freedom > 1e6
				 ? chi_square_upper(*f * count, count)
				 : beta_lower(freedom / (freedom + count * *f), freedom / 2, count / 2.0);
	}
	pfree(part);
	pfree(solved);
	return possible && isfinite(*f);
}
