/*
 * change_rates.c
 *	  Parts of an area's account as rates that can be compared: what those who stayed
 *	  did, who left, who came, and how many.
 *
 * Each is a mean over persons, or a difference of two means over different ones,
 * so its variance is that of the persons over their number. The variance of a few
 * persons says little (three of three with x: none), so each sample is given one
 * more person of the variance that all areas have within them.
 */
#include "compat.h"

#include <math.h>

#include "miscadmin.h"

#include "backend/memory.h"
#include "relocation/arrivals.h"
#include "relocation/changes.h"

/* Sums over persons, in 1/10,000 and its square. */
typedef struct Sample
{
	int64 n;
	int128 x;
	int128 xx;
} Sample;

typedef enum AreaSample
{
	SAMPLE_STAYERS, /* x after less x before */
	SAMPLE_LEAVERS, /* x before, also of the next */
	SAMPLE_OTHERS,
	SAMPLE_ARRIVALS, /* x after */
	AREA_SAMPLES
} AreaSample;

typedef struct AreaSamples
{
	Sample of[AREA_SAMPLES];
	int64 came_within; /* of the arrivals, those from elsewhere in the city */
} AreaSamples;

/* Variance within areas, by sample. */
typedef double PooledVariances[AREA_SAMPLES];

static void
sample_add(Sample *sample, int64 n, int128 x, int128 xx)
{
	sample->n += n;
	sample->x += x;
	sample->xx += xx;
}

static double
sample_mean(const Sample *sample)
{
	return (double) sample->x / sample->n / WATERBED_UNIT;
}

/* Sum of squares about the mean. */
static double
sample_squares(const Sample *sample)
{
	double mean = (double) sample->x / Max(sample->n, 1);

	return Max((double) sample->xx - mean * (double) sample->x, 0) / WATERBED_SQUARE_UNIT;
}

/* Variance of the mean. */
static double
sample_variance(const Sample *sample, double pooled)
{
	return (sample_squares(sample) + pooled) / sample->n / sample->n;
}

static void
add_origin(const WaterbedPair *pair, AreaSamples *area)
{
	WaterbedFlow flow;

	waterbed_flow(pair, &flow);
	if (pair->after == pair->before)
		sample_add(&area->of[SAMPLE_STAYERS], flow.n, (int128) flow.x1 - flow.x0,
				   flow.x00 - 2 * flow.x01 + flow.x11);
	if (pair->after != pair->before && place_in_city(pair->after))
		sample_add(&area->of[SAMPLE_LEAVERS], flow.n, flow.x0, flow.x00);
	else
		sample_add(&area->of[SAMPLE_OTHERS], flow.n, flow.x0, flow.x00);
}

static void
add_destination(const WaterbedPair *pair, AreaSamples *area)
{
	WaterbedFlow flow;

	if (!is_arrival(pair))
		return;
	waterbed_flow(pair, &flow);
	sample_add(&area->of[SAMPLE_ARRIVALS], flow.n, flow.x1, flow.x11);
	if (place_in_city(pair->before))
		area->came_within += flow.n;
}

static AreaSamples *
area_samples(const WaterbedIndex *index)
{
	AreaSamples *area = allocate_zero(index->places, sizeof(AreaSamples));

	for (Size i = 0; i < index->places; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!place_in_city(index->place[i]))
			continue;
		for (Size k = index->from[i]; k < index->from[i + 1]; k++)
			add_origin(&index->value->pair[k], &area[i]);
		for (Size k = index->to[i]; k < index->to[i + 1]; k++)
			add_destination(&index->value->pair[index->to_pair[k]], &area[i]);
	}
	return area;
}

static void
pool_variances(const AreaSamples *area, Size places, PooledVariances pooled)
{
	for (int s = 0; s < AREA_SAMPLES; s++)
	{
		double squares = 0;
		int64 freedom = 0;

		for (Size i = 0; i < places; i++)
			if (area[i].of[s].n > 1)
			{
				squares += sample_squares(&area[i].of[s]);
				freedom += area[i].of[s].n - 1;
			}
		pooled[s] = freedom > 0 ? squares / freedom : 0;
	}
}

static ChangeRate
change_rate(int64 n, double value, double variance)
{
	bool defined = isfinite(value) && isfinite(variance) && variance > 0;

	return (ChangeRate){n, defined ? value : 0, defined ? variance : 0, defined};
}

/* Residents at the start are leavers and others together. */
static void
find_rates(const AreaSamples *area, const PooledVariances pooled, double years, ChangeRates rates)
{
	const Sample *stayers = &area->of[SAMPLE_STAYERS];
	const Sample *leavers = &area->of[SAMPLE_LEAVERS];
	const Sample *others = &area->of[SAMPLE_OTHERS];
	const Sample *arrivals = &area->of[SAMPLE_ARRIVALS];
	Sample residents = *leavers;
	int64 movers = area->came_within + leavers->n;

	sample_add(&residents, others->n, others->x, others->xx);
	rates[CHANGE_STAYERS].n = stayers->n;
	rates[CHANGE_DEPARTURES].n = leavers->n;
	rates[CHANGE_ARRIVALS].n = arrivals->n;
	rates[CHANGE_SIZE].n = movers;
	if (stayers->n > 0)
		rates[CHANGE_STAYERS] =
			change_rate(stayers->n, sample_mean(stayers) / years,
						sample_variance(stayers, pooled[SAMPLE_STAYERS]) / (years * years));
	if (leavers->n > 0 && others->n > 0)
		rates[CHANGE_DEPARTURES] =
			change_rate(leavers->n, sample_mean(leavers) - sample_mean(others),
						sample_variance(leavers, pooled[SAMPLE_LEAVERS]) +
							sample_variance(others, pooled[SAMPLE_OTHERS]));
	if (arrivals->n > 0 && residents.n > 0)
		rates[CHANGE_ARRIVALS] =
			change_rate(arrivals->n, sample_mean(arrivals) - sample_mean(&residents),
						sample_variance(arrivals, pooled[SAMPLE_ARRIVALS]) +
							sample_variance(&residents, pooled[SAMPLE_OTHERS]));
	if (residents.n > 0)
		rates[CHANGE_SIZE] =
			change_rate(movers, (double) (area->came_within - leavers->n) / residents.n / years,
						(double) movers / residents.n / residents.n / (years * years));
}

ChangeRates *
change_rates(const WaterbedIndex *index, double years)
{
	AreaSamples *area = area_samples(index);
	ChangeRates *rates = allocate_zero(index->places, sizeof(ChangeRates));
	PooledVariances pooled;

	pool_variances(area, index->places, pooled);
	for (Size i = 0; i < index->places; i++)
		find_rates(&area[i], pooled, years, rates[i]);
	pfree(area);
	return rates;
}
