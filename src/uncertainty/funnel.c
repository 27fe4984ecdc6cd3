/*
 * funnel.c
 *	  Which areas are off the common rate by more than their size explains?
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"
#include "windowapi.h"

#include "backend/composite.h"
#include "backend/memory.h"
#include "backend/partition.h"
#include "statistics/distributions.h"
#include "statistics/order.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_funnel);

#define FUNNEL_COLUMNS 15

/* Figures of the partition; NaN: cannot be computed. */
typedef struct FunnelCommon
{
	double target;
	double phi;
	double phi_raw;
	double tau2;
	double z_low; /* the 10th and 90th percentiles of z */
	double z_high;
} FunnelCommon;

typedef struct FunnelArea
{
	bool known;
	double rate;
	double limit[4];
	double z;
	double z_arcsine;
	double z_winsorised;
	double z_adjusted;
	double z_additive;
} FunnelArea;

typedef struct Funnel
{
	FunnelCommon common;
	FunnelArea *areas; /* by row */
} Funnel;

/*
 * The quantile of a binomial share, interpolated between the counts on both sides
 * (Spiegelhalter 2005, A.1.1). The normal quantile with its skew is at most a few
 * counts off.
 */
static double
binomial_limit(double p, int64 n, double target)
{
	double z = normal_quantile(p);
	double guess =
		n * target + z * sqrt(n * target * (1 - target)) + (z * z - 1) * (1 - 2 * target) / 6 - 0.5;
	int64 count = (int64) Min(Max(ceil(guess), 0), n);
	double below;
	double limit;

	if (target <= 0 || target >= 1)
		return target;
	while (count < n && binomial_lower(count, n, target) < p)
		count++;
	while (count > 0 && binomial_lower(count - 1, n, target) >= p)
		count--;
	below = binomial_lower(count, n, target) - p;
	limit = (count - below / binomial_mass(count, n, target)) / n;
	return Min(Max(limit, 0), 1);
}

/* Between the two values beside place p (count - 1), as R's default quantile. */
static double
sorted_quantile(const double *sorted, int64 count, double p)
{
	double place = p * (count - 1);
	int64 before = (int64) place;

	if (before >= count - 1)
		return sorted[count - 1];
	return sorted[before] + (place - before) * (sorted[before + 1] - sorted[before]);
}

/*
 * Overdispersion: the mean square of z as it is and with its outer tenths drawn in,
 * and from the latter the variance between areas (DerSimonian & Laird 1986).
 */
static void
funnel_dispersion(FunnelCommon *common, const Shares *shares, const double *z)
{
	double *sorted = allocate(shares->count, sizeof(double));
	double squares = 0;
	double drawn_in = 0;
	double weights = 0;
	double weights_squared = 0;
	int64 count = shares->count;

	memcpy(sorted, z, sizeof(double) * count);
	qsort_interruptible(sorted, count, sizeof(double), double_order, NULL);
	common->z_low = sorted_quantile(sorted, count, 0.1);
	common->z_high = sorted_quantile(sorted, count, 0.9);
	for (int64 i = 0; i < count; i++)
	{
		double inner = Min(Max(z[i], common->z_low), common->z_high);
		double weight = shares->share[i].n / (common->target * (1 - common->target));

		squares += z[i] * z[i];
		drawn_in += inner * inner;
		weights += weight;
		weights_squared += weight * weight;
	}
	pfree(sorted);
	common->phi_raw = squares / count;
	common->phi = drawn_in / count;
	common->tau2 = Max((drawn_in - (count - 1)) / (weights - weights_squared / weights), 0);
}

static void
funnel_area(const FunnelCommon *common, const Share *share, double z, FunnelArea *area)
{
	static const double probability[4] = {0.025, 0.975, 0.001, 0.999};
	double variance = common->target * (1 - common->target) / share->n;

	area->known = true;
	area->rate = share->x / share->n;
	for (int i = 0; i < 4; i++)
		area->limit[i] = binomial_limit(probability[i], (int64) share->n, common->target);
	area->z = z;
	area->z_arcsine = 2 * sqrt(share->n) * (asin(sqrt(area->rate)) - asin(sqrt(common->target)));
	area->z_winsorised = Min(Max(z, common->z_low), common->z_high);
	area->z_adjusted = z / sqrt(Max(common->phi, 1));
	area->z_additive = (area->rate - common->target) / sqrt(variance + common->tau2);
}

/* What a single area, or a rate of 0 or 1 in all, cannot give is NaN. */
static void
funnel_common(FunnelCommon *common, const Shares *shares, const double *z)
{
	common->phi = common->phi_raw = common->tau2 = common->z_low = common->z_high = NAN;
	if (shares->count > 1 && common->target > 0 && common->target < 1)
		funnel_dispersion(common, shares, z);
}

static void *
funnel_compute(WindowObject window, void *argument)
{
	bool isnull;
	double target = window_double(argument, 2, "target", &isnull);
	Shares *shares = shares_read(window, true, false, true);
	Funnel *funnel = palloc0(sizeof(Funnel));
	double *z = allocate(shares->rows, sizeof(double));

	if (!isnull && !(target >= 0 && target <= 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("target %.15g is not between 0 and 1", target),
						errhint("Give a fraction: 0.4 for 40 percent.")));
	if (isnull)
	{
		double x = 0;
		double n = 0;

		for (int64 i = 0; i < shares->count; i++)
		{
			x += shares->share[i].x;
			n += shares->share[i].n;
		}
		target = x / n;
	}
	funnel->common.target = target;
	for (int64 i = 0; i < shares->count; i++)
	{
		const Share *share = &shares->share[i];

		z[i] = (share->x / share->n - target) / sqrt(target * (1 - target) / share->n);
	}
	funnel_common(&funnel->common, shares, z);
	funnel->areas = allocate_zero(shares->rows, sizeof(FunnelArea));
	for (int64 i = 0; i < shares->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		funnel_area(&funnel->common, &shares->share[i], z[i], &funnel->areas[shares->share[i].row]);
	}
	return funnel;
}

/* funnel(x, n, target) OVER () */
Datum
monitor_funnel(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	CompositeType *type = composite_type(fcinfo, FUNNEL_COLUMNS);
	const Funnel *funnel = partition_result(window, funnel_compute, fcinfo);
	const FunnelArea *mine = &funnel->areas[WinGetCurrentPosition(window)];
	double figures[FUNNEL_COLUMNS] = {mine->rate,
									  funnel->common.target,
									  mine->limit[0],
									  mine->limit[1],
									  mine->limit[2],
									  mine->limit[3],
									  mine->z,
									  mine->z_arcsine,
									  mine->z_winsorised,
									  funnel->common.phi,
									  funnel->common.phi_raw,
									  mine->z_adjusted,
									  funnel->common.tau2,
									  mine->z_additive,
									  normal_two_sided(mine->z_adjusted)};
	Datum values[FUNNEL_COLUMNS];
	bool nulls[FUNNEL_COLUMNS];

	if (!mine->known)
		PG_RETURN_NULL();
	put_figures(values, nulls, 0, figures, FUNNEL_COLUMNS);
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
