/*
 * spatial_dissimilarity.c
 *	  Two groups and the borders between areas: dissimilarity less the contact over
 *	  borders (Morrill 1991, Wong 1993), and the spatial proximity profile (Hong and
 *	  Sadahiro 2014).
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"

#include "association/sample.h"
#include "backend/aggregate.h"
#include "backend/memory.h"
#include "mixing/spatial.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_spatial_dissimilarity_transition);
PG_FUNCTION_INFO_V1(monitor_spatial_dissimilarity_final);
PG_FUNCTION_INFO_V1(monitor_spatial_proximity_profile_final);

/* Thresholds of the profile, as in its paper. */
#define PROFILE_THRESHOLDS 1000

typedef enum BorderColumn
{
	BORDER_X,
	BORDER_TOTAL,
	BORDER_SHAPE
} BorderColumn;

typedef struct BorderRows
{
	WeightsArgument w;
	SampleRows *rows;
} BorderRows;

/* Share of the group in an area. */
static inline double
area_share(const Sample *sample, uint32 i)
{
	return sample->x[BORDER_X][i] / sample->x[BORDER_TOTAL][i];
}

/* Sums of x and total. */
static void
sample_totals(const Sample *sample, double *x, double *total)
{
	*x = *total = 0;
	for (uint32 i = 0; i < sample->n; i++)
	{
		*x += sample->x[BORDER_X][i];
		*total += sample->x[BORDER_TOTAL][i];
	}
}

/* The index of dissimilarity; NaN where nobody or everybody is of the group. */
static double
dissimilarity(const Sample *sample)
{
	double x, total;
	double sum = 0;

	sample_totals(sample, &x, &total);
	for (uint32 i = 0; i < sample->n; i++)
		sum += fabs(sample->x[BORDER_X][i] / x -
					(sample->x[BORDER_TOTAL][i] - sample->x[BORDER_X][i]) / (total - x));
	return sample->n == 0 ? NAN : sum / 2;
}

/*
 * Mean difference in shares over the links, each by its weight and, with shapes
 * (perimeter over area), by the mean shape of both over the largest. NaN: no links.
 */
static double
border_difference(const Sample *sample, bool shaped)
{
	const double *shape = shaped ? sample->x[BORDER_SHAPE] : NULL;
	double largest = 0;
	double difference = 0;
	double weights = 0;

	for (uint32 i = 0; shaped && i < sample->n; i++)
		largest = Max(largest, shape[i]);
	for (uint32 i = 0; i < sample->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			uint32 j = sample->neighbor[link];
			double weight = sample_weight(sample, link);

			if (j == i)
				continue;
			weights += weight;
			if (shaped)
				weight *= (shape[i] + shape[j]) / (2 * largest);
			difference += weight * fabs(area_share(sample, i) - area_share(sample, j));
		}
	}
	return difference / weights;
}

/* ---- the profile ---- */

/* Links both ways, for steps from area to area. */
typedef struct Steps
{
	uint32 n;
	uint32 *start;
	uint32 *neighbor;
	uint32 *queue;
	uint32 *distance;
} Steps;

/* Joins each link and its reverse; a neighbour may come twice, which does no harm. */
static Steps *
steps_build(const Sample *sample)
{
	Steps *steps = palloc0(sizeof(Steps));
	uint32 n = sample->n;
	Size links = sample->start[n];

	steps->n = n;
	if (links > PG_UINT32_MAX / 2)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("weights of %zu links are too many", links),
						errhint("Take weights with fewer neighbours.")));
	steps->start = allocate_zero((Size) n + 2, sizeof(uint32));
	steps->neighbor = allocate(2 * links, sizeof(uint32));
	steps->queue = allocate(n, sizeof(uint32));
	steps->distance = allocate(n, sizeof(uint32));
	/* start[i + 2] counts area i, so that filling leaves start[i + 1] at its end */
	for (uint32 i = 0; i < n; i++)
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			steps->start[i + 2]++;
			steps->start[sample->neighbor[link] + 2]++;
		}
	for (uint32 i = 2; i <= n + 1; i++)
		steps->start[i] += steps->start[i - 1];
	for (uint32 i = 0; i < n; i++)
		for (uint32 link = sample->start[i]; link < sample->start[i + 1]; link++)
		{
			uint32 j = sample->neighbor[link];

			steps->neighbor[steps->start[i + 1]++] = j;
			steps->neighbor[steps->start[j + 1]++] = i;
		}
	return steps;
}

#define NOT_REACHED PG_UINT32_MAX

/* Fewest steps from an area to every other. */
static void
steps_from(Steps *steps, uint32 from)
{
	uint32 head = 0;
	uint32 tail = 0;

	CHECK_FOR_INTERRUPTS();
	memset(steps->distance, 0xff, sizeof(uint32) * steps->n);
	steps->distance[from] = 0;
	steps->queue[tail++] = from;
	while (head < tail)
	{
		uint32 i = steps->queue[head++];

		for (uint32 at = steps->start[i]; at < steps->start[i + 1]; at++)
		{
			uint32 j = steps->neighbor[at];

			if (steps->distance[j] != NOT_REACHED)
				continue;
			steps->distance[j] = steps->distance[i] + 1;
			steps->queue[tail++] = j;
		}
	}
}

static int
share_descending(const void *a, const void *b, void *argument)
{
	const Sample *sample = argument;
	uint32 left = *(const uint32 *) a;
	uint32 right = *(const uint32 *) b;
	double p = area_share(sample, left);
	double q = area_share(sample, right);

	if (p != q)
		return p > q ? -1 : 1;
	return left < right ? -1 : left > right;
}

/*
 * Spatial proximity of the areas with the k highest shares, for each k: k (k - 1)
 * over the sum of the steps between them; 0 for fewer than two, or unconnected ones.
 */
static double *
proximity_by_rank(const Sample *sample, const uint32 *order)
{
	Steps *steps = steps_build(sample);
	double *proximity = allocate((Size) sample->n + 1, sizeof(double));
	double sum = 0;

	proximity[0] = 0;
	for (uint32 k = 0; k < sample->n; k++)
	{
		steps_from(steps, order[k]);
		for (uint32 j = 0; j < k; j++)
		{
			uint32 distance = steps->distance[order[j]];

			sum += distance == NOT_REACHED ? INFINITY : 2.0 * distance;
		}
		proximity[k + 1] = k == 0 ? 0 : ((double) k + 1) * k / sum;
	}
	return proximity;
}

/* The profile's one figure; NaN where the areas are not all connected. */
static double
proximity_profile(const Sample *sample)
{
	uint32 *order = allocate(sample->n, sizeof(uint32));
	uint32 k = sample->n;
	double x, total;
	double below = 0;
	double above = 0;
	const double *proximity;

	for (uint32 i = 0; i < sample->n; i++)
		order[i] = i;
	qsort_interruptible(order, sample->n, sizeof(uint32), share_descending, (void *) sample);
	proximity = proximity_by_rank(sample, order);
	if (proximity[k] == 0)
		return NAN;
	sample_totals(sample, &x, &total);
	for (int i = 0; i < PROFILE_THRESHOLDS; i++)
	{
		double threshold = i == PROFILE_THRESHOLDS - 1 ? 1.0 : i * (1.0 / (PROFILE_THRESHOLDS - 1));

		while (k > 0 && !(area_share(sample, order[k - 1]) >= threshold))
			k--;
		if (threshold < x / total)
			below += proximity[k] / PROFILE_THRESHOLDS;
		else
			above += proximity[k] / PROFILE_THRESHOLDS;
	}
	return (x / total - (below - above)) / (1 - x / total);
}

/* ---- the aggregates ---- */

/* A row's figure, checked; NaN where it is NULL. */
static double
figure_read(FunctionCallInfo fcinfo, int number, const char *name, int64 id)
{
	double value;

	if (PG_ARGISNULL(number))
		return NAN;
	value = PG_GETARG_FLOAT8(number);
	if (!(value >= 0 && value <= PERSONS_MOST))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s of area %lld is %g", name, (long long) id, value),
						errhint("Give 0 to 1e14; NULL where it is not known.")));
	return value;
}

/* Step of spatial_dissimilarity and spatial_proximity_profile: 4 or 5 arguments. */
Datum
monitor_spatial_dissimilarity_transition(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	BorderRows *rows = PG_ARGISNULL(0) ? NULL : (BorderRows *) PG_GETARG_POINTER(0);
	int columns = PG_NARGS() - 3;
	double values[3];
	bool nulls[3];
	int64 id;

	context = aggregate_context(fcinfo);
	if (rows == NULL)
	{
		rows = MemoryContextAllocZero(context, sizeof(BorderRows));
		rows->rows = sample_rows_create(context, columns);
	}
	weights_argument_add(fcinfo, &rows->w, context, PG_GETARG_DATUM(1), PG_ARGISNULL(1));
	id = aggregate_area_id(fcinfo, 2);
	values[BORDER_X] = figure_read(fcinfo, 3, "x", id);
	values[BORDER_TOTAL] = figure_read(fcinfo, 4, "total", id);
	if (columns > 2)
		values[BORDER_SHAPE] = figure_read(fcinfo, 5, "shape", id);
	if (values[BORDER_X] > values[BORDER_TOTAL])
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("x of area %lld is %g, more than its total of %g", (long long) id,
							   values[BORDER_X], values[BORDER_TOTAL]),
						errhint("x is a part of total.")));
	for (int i = 0; i < columns; i++)
		nulls[i] = isnan(values[i]);
	/* where nobody lives there is no share to differ from the neighbours' */
	nulls[BORDER_TOTAL] = nulls[BORDER_TOTAL] || values[BORDER_TOTAL] == 0;
	sample_rows_add(rows->rows, id, values, nulls);
	PG_RETURN_POINTER(rows);
}

/* The areas of a state, NULL where there are no weights. */
static Sample *
state_sample(FunctionCallInfo fcinfo)
{
	BorderRows *rows = PG_ARGISNULL(0) ? NULL : (BorderRows *) PG_GETARG_POINTER(0);
	const Weights *w = rows == NULL ? NULL : weights_argument_value(&rows->w);

	return w == NULL ? NULL : sample_make(w, rows->rows);
}

/* Final function; leaves the state as it is, as a moving window calls it again. */
Datum
monitor_spatial_dissimilarity_final(PG_FUNCTION_ARGS)
{
	Sample *sample = state_sample(fcinfo);
	bool shaped = sample != NULL && ((BorderRows *) PG_GETARG_POINTER(0))->rows->columns > 2;
	double result =
		sample == NULL ? NAN : dissimilarity(sample) - border_difference(sample, shaped);

	if (!isfinite(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

/* Final function of spatial_proximity_profile; leaves the state as it is. */
Datum
monitor_spatial_proximity_profile_final(PG_FUNCTION_ARGS)
{
	Sample *sample = state_sample(fcinfo);
	double result = sample == NULL || sample->n < 2 ? NAN : proximity_profile(sample);

	if (!isfinite(result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}
