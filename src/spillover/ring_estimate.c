/*
 * ring_estimate.c
 *	  Three estimators of the effect of being treated, or near to one that is.
 *
 * two-stage (Gardner 2021; Borusyak, Jaravel & Spiess 2024): effects of area and
 * period are fitted to cells that are not exposed yet and taken from the exposed
 * ones; what is left there is the effect. Leads are fitted to the clean cells alone.
 * two-way fixed effects (Clarke 2017; Butts 2021): all at once; biased where starts
 * differ and effects grow. group-time (Callaway & Sant'Anna 2021; Sun & Abraham 2021):
 * each exposed cell against its last clean period, less the same of areas never exposed.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "spillover/ring_estimate.h"
#include "statistics/matrix.h"

/* Less than this share of a regressor's length is left by area and period: it is absorbed. */
#define ABSORBED 1e-9

/* Cells between two looks at interrupts. */
#define INTERRUPT_CELLS 1024

/* ---- what the estimators share ---- */

RingEstimates *
ring_estimates_create(const RingDesign *design)
{
	RingEstimates *estimates = palloc0(sizeof(RingEstimates));
	Size cells = design->panel->cells;

	estimates->terms = design->terms->count;
	if (cells * estimates->terms > RING_NUMBERS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu cells times %d terms are more than %lld", cells,
							   estimates->terms, (long long) RING_NUMBERS_MOST),
						errhint("Use fewer areas, fewer rings or longer periods.")));
	estimates->share = panel_array(cells * Max(estimates->terms, 1), sizeof(double));
	estimates->estimate = panel_array(estimates->terms, sizeof(double));
	estimates->known = panel_array(estimates->terms, sizeof(bool));
	estimates->residual = panel_array(cells, sizeof(double));
	for (int term = 0; term < estimates->terms; term++)
		estimates->estimate[term] = NAN;
	return estimates;
}

/*
 * A mean of n areas hides 1/n of its own variance, as they are measured from it:
 * their scores are scaled up.
 */
void
ring_widen_scores(const RingDesign *design, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	Size terms = estimates->terms;
	double *factor = panel_array(terms, sizeof(double));

	for (Size term = 0; term < terms; term++)
	{
		double n = design->terms->term[term].areas;

		factor[term] = n > 1 ? sqrt(n / (n - 1)) : 1;
	}
	for (uint32 area = 0; area < panel->areas; area++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int64 i = panel->start[area]; i < panel->start[area + 1]; i++)
		{
			int32 term = design->term[i];

			if (term < 0)
				continue;
			/* once an area and term: all its cells, the clean ones too */
			for (int64 j = panel->start[area]; j < i; j++)
				if (design->term[j] == term)
					term = -1;
			for (int64 j = panel->start[area]; term >= 0 && j < panel->start[area + 1]; j++)
				estimates->score[j * terms + term] *= factor[term];
		}
	}
	pfree(factor);
}

/* Regressors with the effects of area and period swept out, and the terms they stand for. */
typedef struct Swept
{
	int columns;
	int32 *term;
	double **x;
	double *coefficient; /* NaN: collinear */
	double *inverse;     /* (X'WX)^-1 */
} Swept;

/* The dummy of a term, swept; NULL where next to nothing is left of it. */
static double *
sweep_term(const RingDesign *design, const TwoWay *two, const bool *used, int term)
{
	const Panel *panel = design->panel;
	double *x = panel_array(panel->cells, sizeof(double));
	double before = 0;
	double after = 0;

	for (int64 i = 0; i < panel->cells; i++)
	{
		x[i] = design->term[i] == term && used[i];
		before += panel_weight(panel, i) * x[i];
	}
	twoway_sweep(two, x);
	for (int64 i = 0; i < panel->cells; i++)
		after += panel_weight(panel, i) * x[i] * x[i];
	if (sqrt(after) > ABSORBED * sqrt(before))
		return x;
	pfree(x);
	return NULL;
}

/* The regressors: all terms, or the leads. */
static Swept
sweep_terms(const RingDesign *design, const TwoWay *two, const bool *used, bool leads)
{
	Swept swept = {0, panel_array(design->terms->count, sizeof(int32)),
				   panel_array(design->terms->count, sizeof(double *)), NULL, NULL};

	for (int term = 0; term < design->terms->count; term++)
	{
		double *x;

		if (leads && !design->terms->term[term].lead)
			continue;
		x = sweep_term(design, two, used, term);
		if (x == NULL)
			continue;
		swept.term[swept.columns] = term;
		swept.x[swept.columns++] = x;
	}
	swept.coefficient = panel_array(swept.columns, sizeof(double));
	swept.inverse = panel_array((Size) swept.columns * swept.columns, sizeof(double));
	return swept;
}

/* Least squares of what is left of y; the rank. */
static int
solve_swept(const Panel *panel, Swept *swept, const double *left)
{
	int columns = swept->columns;
	double *matrix = panel_array((Size) panel->cells * Max(columns, 1), sizeof(double));
	double *scaled = panel_array(panel->cells, sizeof(double));
	int rank = 0;

	for (int64 i = 0; i < panel->cells; i++)
	{
		double root = sqrt(panel_weight(panel, i));

		if (i % INTERRUPT_CELLS == 0)
			CHECK_FOR_INTERRUPTS();
		scaled[i] = root * left[i];
		for (int j = 0; j < columns; j++)
			matrix[i * columns + j] = root * swept->x[j][i];
	}
	for (int j = 0; j < columns; j++)
		swept->coefficient[j] = NAN;
	if (columns > 0 && panel->cells >= columns)
	{
		MatrixQr *qr = matrix_qr(matrix, panel->cells, columns, MATRIX_QR_TOLERANCE);

		matrix_qr_solve(qr, scaled, swept->coefficient, NULL);
		matrix_qr_inverse(qr, swept->inverse);
		rank = qr->rank;
		matrix_qr_free(qr);
	}
	pfree(matrix);
	pfree(scaled);
	return rank;
}

/* Estimates and shares out of the solution; takes the fit out of left. */
static void
take_swept(const Panel *panel, const Swept *swept, double *left, RingEstimates *estimates)
{
	for (int j = 0; j < swept->columns; j++)
	{
		int term = swept->term[j];

		CHECK_FOR_INTERRUPTS();
		if (isnan(swept->coefficient[j]))
			continue;
		estimates->estimate[term] = swept->coefficient[j];
		estimates->known[term] = true;
		for (int64 i = 0; i < panel->cells; i++)
		{
			double share = 0;

			if (i % INTERRUPT_CELLS == 0)
				CHECK_FOR_INTERRUPTS();
			left[i] -= swept->coefficient[j] * swept->x[j][i];
			for (int k = 0; k < swept->columns; k++)
				share += swept->inverse[j * swept->columns + k] * swept->x[k][i];
			estimates->share[i * estimates->terms + term] = share * panel_weight(panel, i);
		}
	}
}

/*
 * Least squares of y on the terms (leads only, or all) with effects of area and
 * period, over the used cells.
 */
static void
fit_two_way(const RingDesign *design, const bool *used, bool leads, const double *y,
			RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	TwoWay *two = twoway_make(panel, used);
	Swept swept = sweep_terms(design, two, used, leads);
	double *left = estimates->residual;
	int64 parts;
	double squares = 0;

	memcpy(left, y, panel->cells * sizeof(double));
	twoway_sweep(two, left);
	estimates->regressors = solve_swept(panel, &swept, left);
	take_swept(panel, &swept, left, estimates);
	twoway_count(two, &estimates->areas, &estimates->periods, &parts);
	estimates->parameters = estimates->regressors + estimates->areas + estimates->periods - parts;
	estimates->cells = 0;
	for (int64 i = 0; i < panel->cells; i++)
	{
		estimates->cells += used[i];
		squares += panel_weight(panel, i) * left[i] * left[i];
	}
	estimates->variance = estimates->cells > estimates->parameters
							  ? squares / (double) (estimates->cells - estimates->parameters)
							  : NAN;
	for (int j = 0; j < swept.columns; j++)
		pfree(swept.x[j]);
	pfree(swept.x);
	pfree(swept.term);
	pfree(swept.coefficient);
	pfree(swept.inverse);
	twoway_free(two);
}

/* score = share x residual. */
static void
plain_scores(const Panel *panel, RingEstimates *estimates)
{
	Size terms = estimates->terms;

	estimates->score = panel_array((Size) panel->cells * Max(terms, 1), sizeof(double));
	for (int64 i = 0; i < panel->cells; i++)
	{
		if (i % INTERRUPT_CELLS == 0)
			CHECK_FOR_INTERRUPTS();
		for (Size term = 0; term < terms; term++)
			estimates->score[i * terms + term] =
				estimates->share[i * terms + term] * estimates->residual[i];
	}
}

/* ---- two-way fixed effects ---- */

static RingEstimates *
estimate_twfe(const RingDesign *design, const double *y, bool scores)
{
	RingEstimates *estimates = ring_estimates_create(design);
	const Panel *panel = design->panel;
	bool *used = panel_array(panel->cells, sizeof(bool));

	/* years just before an exposure are left out; what came after one is not a control */
	for (int64 i = 0; i < panel->cells; i++)
		used[i] = design->clean[i] || design->exposure->category[i] >= 0;
	fit_two_way(design, used, false, y, estimates);
	if (scores)
		plain_scores(panel, estimates);
	pfree(used);
	return estimates;
}

/* ---- two stages ---- */

/* Exposed cells that can be compared, and what cannot. */
static bool *
comparable_cells(const RingDesign *design, const TwoWay *two, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	bool *usable = panel_array(panel->cells, sizeof(bool));
	bool *period_lost = panel_array(panel->periods, sizeof(bool));
	uint32 last = PG_UINT32_MAX;

	for (int64 i = 0; i < panel->cells; i++)
	{
		bool clean_area = false;

		if (i % INTERRUPT_CELLS == 0)
			CHECK_FOR_INTERRUPTS();
		if (design->exposure->category[i] < 0 || design->term[i] < 0)
			continue;
		usable[i] = twoway_known(two, panel->area[i], panel->when[i]);
		if (usable[i])
			continue;
		estimates->dropped_cells++;
		for (int64 j = panel->start[panel->area[i]]; j < panel->start[panel->area[i] + 1]; j++)
			clean_area |= design->clean[j];
		if (clean_area && !period_lost[panel->when[i]])
		{
			period_lost[panel->when[i]] = true;
			estimates->dropped_periods++;
		}
		if (!clean_area && panel->area[i] != last)
		{
			last = panel->area[i];
			estimates->dropped_areas++;
		}
	}
	pfree(period_lost);
	return usable;
}

/* Of each exposure the weighted mean of what the first stage leaves; shares by cell. */
static void
second_stage(const RingDesign *design, const TwoWay *two, const bool *usable,
			 RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	double *area_sum = panel_array(panel->areas, sizeof(double));
	double *period_sum = panel_array(panel->periods, sizeof(double));
	double *area = panel_array(panel->areas, sizeof(double));
	double *period = panel_array(panel->periods, sizeof(double));
	Size terms = estimates->terms;

	for (Size term = 0; term < terms; term++)
	{
		double total = 0;

		CHECK_FOR_INTERRUPTS();
		if (design->terms->term[term].lead)
			continue;
		memset(area_sum, 0, panel->areas * sizeof(double));
		memset(period_sum, 0, panel->periods * sizeof(double));
		for (int64 i = 0; i < panel->cells; i++)
			if (usable[i] && design->term[i] == (int32) term)
				total += panel_weight(panel, i);
		if (total <= 0)
			continue;
		estimates->known[term] = true;
		for (int64 i = 0; i < panel->cells; i++)
		{
			double share = panel_weight(panel, i) / total;

			if (!usable[i] || design->term[i] != (int32) term)
				continue;
			estimates->share[i * terms + term] = share;
			area_sum[panel->area[i]] -= share;
			period_sum[panel->when[i]] -= share;
		}
		twoway_solve(two, area_sum, period_sum, area, period);
		for (int64 i = 0; i < panel->cells; i++)
			if (design->clean[i])
				estimates->share[i * terms + term] =
					panel_weight(panel, i) * (area[panel->area[i]] + period[panel->when[i]]);
	}
	pfree(area_sum);
	pfree(period_sum);
	pfree(area);
	pfree(period);
}

/* Residuals of both stages, and the estimates. */
static void
two_stage_estimates(const RingDesign *design, const TwoWay *two, const bool *usable,
					const double *y, RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	double *area = panel_array(panel->areas, sizeof(double));
	double *period = panel_array(panel->periods, sizeof(double));

	twoway_effects(two, y, area, period);
	for (int term = 0; term < estimates->terms; term++)
		if (estimates->known[term])
			estimates->estimate[term] = 0;
	for (int64 i = 0; i < panel->cells; i++)
	{
		estimates->residual[i] = y[i] - area[panel->area[i]] - period[panel->when[i]];
		if (usable[i])
			estimates->estimate[design->term[i]] +=
				estimates->share[i * estimates->terms + design->term[i]] * estimates->residual[i];
	}
	for (int64 i = 0; i < panel->cells; i++)
	{
		if (usable[i])
			estimates->residual[i] -= estimates->estimate[design->term[i]];
		else if (!design->clean[i])
			estimates->residual[i] = 0;
	}
	pfree(area);
	pfree(period);
}

/* Cells, parameters and the variance of a cell. */
static void
two_stage_counts(const RingDesign *design, const TwoWay *two, const bool *usable,
				 RingEstimates *estimates)
{
	const Panel *panel = design->panel;
	int64 parts;
	double squares = 0;

	estimates->cells = estimates->regressors = 0;
	for (int64 i = 0; i < panel->cells; i++)
		if (design->clean[i] || usable[i])
		{
			estimates->cells++;
			squares += panel_weight(panel, i) * estimates->residual[i] * estimates->residual[i];
		}
	for (int term = 0; term < estimates->terms; term++)
		estimates->regressors += estimates->known[term] && !design->terms->term[term].lead;
	twoway_count(two, &estimates->areas, &estimates->periods, &parts);
	estimates->parameters = estimates->regressors + estimates->areas + estimates->periods - parts;
	estimates->variance = estimates->cells > estimates->parameters
							  ? squares / (double) (estimates->cells - estimates->parameters)
							  : NAN;
}

/* Leads, fitted to the clean cells alone. */
static void
two_stage_leads(const RingDesign *design, const double *y, bool scores, RingEstimates *estimates)
{
	int64 cells = design->panel->cells;
	double *residual = estimates->residual;

	estimates->residual = panel_array(cells, sizeof(double));
	fit_two_way(design, design->clean, true, y, estimates);
	for (int64 i = 0; scores && i < cells; i++)
	{
		if (i % INTERRUPT_CELLS == 0)
			CHECK_FOR_INTERRUPTS();
		for (int term = 0; term < estimates->terms; term++)
			if (design->terms->term[term].lead)
				estimates->score[i * estimates->terms + term] =
					estimates->share[i * estimates->terms + term] * estimates->residual[i];
	}
	pfree(estimates->residual);
	estimates->residual = residual;
}

static RingEstimates *
estimate_two_stage(const RingDesign *design, const double *y, bool scores)
{
	RingEstimates *estimates = ring_estimates_create(design);
	TwoWay *two = twoway_make(design->panel, design->clean);
	bool *usable = comparable_cells(design, two, estimates);

	second_stage(design, two, usable, estimates);
	two_stage_estimates(design, two, usable, y, estimates);
	if (scores)
		plain_scores(design->panel, estimates);
	if (design->terms->by_event)
		two_stage_leads(design, y, scores, estimates);
	if (scores)
		ring_widen_scores(design, estimates);
	two_stage_counts(design, two, usable, estimates);
	twoway_free(two);
	pfree(usable);
	return estimates;
}

static RingEstimates *
estimate_by(RingEstimator estimator, const RingDesign *design, const double *y, bool scores)
{
	switch (estimator)
	{
		case RING_TWFE:
			return estimate_twfe(design, y, scores);
		case RING_GROUP_TIME:
			return ring_group_time(design, y, scores);
		default:
			return estimate_two_stage(design, y, scores);
	}
}

/* An effect that is rounding is none, lest placements be compared by their last digits. */
RingEstimates *
ring_estimate(RingEstimator estimator, const RingDesign *design, const double *y, bool scores)
{
	RingEstimates *estimates = estimate_by(estimator, design, y, scores);
	double largest = 0;

	for (int64 i = 0; i < design->panel->cells; i++)
		largest = Max(largest, fabs(y[i]));
	for (int term = 0; term < estimates->terms; term++)
		if (fabs(estimates->estimate[term]) <= RING_EXACT * largest)
			estimates->estimate[term] = 0;
	return estimates;
}
