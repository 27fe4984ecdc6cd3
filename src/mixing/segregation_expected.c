/*
 * segregation_expected.c
 *	  What the indices would be if people had been put into the units at random,
 *	  and the dissimilarity corrected for it.
 *
 * The units' sizes and the groups' totals are held fixed, so each cell is
 * hypergeometric, and an index that is a sum over cells has an exact
 * expectation. Gini is a sum over pairs of units and is simulated.
 */
#include "compat.h"
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "mixing/segregation.h"
#include "statistics/distributions.h"
#include "statistics/random.h"

PG_FUNCTION_INFO_V1(monitor_dissimilarity_expected);
PG_FUNCTION_INFO_V1(monitor_mutual_information_expected);
PG_FUNCTION_INFO_V1(monitor_theil_h_expected);
PG_FUNCTION_INFO_V1(monitor_gini_expected);
PG_FUNCTION_INFO_V1(monitor_dissimilarity_modified);
PG_FUNCTION_INFO_V1(monitor_gini_modified);
PG_FUNCTION_INFO_V1(monitor_dissimilarity_bias_corrected);
PG_FUNCTION_INFO_V1(monitor_dissimilarity_density_corrected);

/* Masses below this part of the largest one are left out. */
#define NEGLIGIBLE 1e-20
#define MAX_SIMULATIONS 1000000
/* 2.4 GB while simulating. */
#define MAX_SIMULATED_UNITS 100000000

/* Units of the same number of people. */
typedef struct SizeClass
{
	double size;
	double units;
} SizeClass;

/* A city of whole persons, by the size of its units. */
typedef struct Allocation
{
	Size classes;
	SizeClass *class; /* by size */
	uint32 groups;
	double *group;
	double total;
	double product; /* as in City */
} Allocation;

static int
compare_sizes(const void *a, const void *b, void *nothing)
{
	double left = ((const SizeClass *) a)->size;
	double right = ((const SizeClass *) b)->size;

	return left < right ? -1 : left > right;
}

/* Counts are rounded to whole persons, as nobody can be put in two units. */
static Allocation
allocation_open(const Segregation *value)
{
	Allocation a = {0};
	Size last = 0;

	a.groups = value->groups;
	a.group = palloc0((value->groups + 1) * sizeof(double));
	a.class = allocate(value->rows, sizeof(SizeClass));
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);
		double times = (double) row[value->groups];
		double size = 0;

		CHECK_FOR_INTERRUPTS();
		for (uint32 g = 0; g < value->groups; g++)
		{
			double count = rint(persons(row[g]));

			a.group[g] += times * count;
			size += count;
		}
		a.total += times * size;
		a.class[i] = (SizeClass){size, times};
	}
	for (uint32 g = 0; g < value->groups; g++)
		a.product += a.group[g] * (a.total - a.group[g]);
	qsort_interruptible(a.class, value->rows, sizeof(SizeClass), compare_sizes, NULL);
	for (int64 i = 1; i < value->rows; i++)
	{
		if (a.class[i].size == a.class[last].size)
			a.class[last].units += a.class[i].units;
		else
			a.class[++last] = a.class[i];
	}
	a.classes = value->rows == 0 ? 0 : last + 1;
	return a;
}

/* What is expected of one cell with x people of it, whose mean is mean. */
typedef double (*CellFigure)(double x, double mean);

static double
cell_deviation(double x, double mean)
{
	return fabs(x - mean);
}

static double
cell_information(double x, double mean)
{
	return x > 0 ? x * log(x / mean) : 0;
}

/*
 * Expectation of a figure of the marked among size people drawn out of total. Masses run from
 * the likeliest number outwards, each from the one before, and are divided by their sum.
 */
static double
expected_cell(CellFigure figure, double size, double marked, double total)
{
	double mean = size * marked / total;
	double rest = total - marked - size; /* x + rest are those of the others not drawn */
	double least = Max(0, -rest);
	double most = Min(size, marked);
	double mode = Min(Max(floor((size + 1) * (marked + 1) / (total + 2)), least), most);
	double mass = 1;
	double masses = 1;
	double sum = figure(mode, mean);

	for (double x = mode; x < most && mass > NEGLIGIBLE; x++)
	{
		CHECK_FOR_INTERRUPTS();
		mass *= (marked - x) / (x + 1) * ((size - x) / (rest + x + 1));
		masses += mass;
		sum += mass * figure(x + 1, mean);
	}
	mass = 1;
	for (double x = mode; x > least && mass > NEGLIGIBLE; x--)
	{
		CHECK_FOR_INTERRUPTS();
		mass *= x / (marked - x + 1) * ((rest + x) / (size - x + 1));
		masses += mass;
		sum += mass * figure(x - 1, mean);
	}
	return sum / masses;
}

/* Sum over all cells; of two groups each deviation comes twice. */
static double
expected_sum(const Allocation *a, CellFigure figure)
{
	uint32 groups = a->groups == 2 && figure == cell_deviation ? 1 : a->groups;
	double sum = 0;

	for (uint32 g = 0; g < groups; g++)
		for (Size i = 0; i < a->classes; i++)
			if (a->group[g] > 0 && a->class[i].size > 0)
				sum += a->class[i].units *
					   expected_cell(figure, a->class[i].size, a->group[g], a->total);
	return groups < a->groups ? 2 * sum : sum;
}

static bool
expected_dissimilarity(const Segregation *value, double *result)
{
	Allocation a = allocation_open(value);

	if (!(a.product > 0))
		return false;
	*result = within_bounds(expected_sum(&a, cell_deviation) * a.total / (2 * a.product));
	return true;
}

static bool
expected_information(const Segregation *value, double *result)
{
	Allocation a = allocation_open(value);

	if (!(a.product > 0))
		return false;
	*result = Max(expected_sum(&a, cell_information) / a.total, 0);
	return true;
}

/* The totals are fixed, and so is the entropy that M is divided by. */
static bool
expected_theil_h(const Segregation *value, double *result)
{
	Allocation a = allocation_open(value);
	double entropy = 0;

	if (!expected_information(value, result))
		return false;
	for (uint32 g = 0; g < a.groups; g++)
		if (a.group[g] > 0)
			entropy -= a.group[g] * log(a.group[g] / a.total);
	*result = within_bounds(*result * a.total / entropy);
	return true;
}

/* The number of marked among those drawn at u of 0 to 1, taken from the likeliest outwards. */
static double
draw_marked(double u, double size, double marked, double total)
{
	double rest = total - marked - size;
	double least = Max(0, -rest);
	double most = Min(size, marked);
	double mode = Min(Max(floor((size + 1) * (marked + 1) / (total + 2)), least), most);
	double up = mode, down = mode;
	double above, below;

	if (least == most)
		return least;
	above = below = hypergeometric_mass((int64) mode, (int64) size, (int64) marked, (int64) total);
	u -= above;
	while (u >= 0 && (up < most || down > least))
	{
		CHECK_FOR_INTERRUPTS();
		if (up < most)
		{
			above *= (marked - up) / (up + 1) * ((size - up) / (rest + up + 1));
			up++;
			u -= above;
			if (u < 0)
				return up;
		}
		if (down > least)
		{
			below *= down / (marked - down + 1) * ((rest + down) / (size - down + 1));
			down--;
			u -= below;
			if (u < 0)
				return down;
		}
		if (above + below < NEGLIGIBLE)
			break;
	}
	return u < 0 ? mode : down;
}

/* Gini of one random allocation: each unit in turn draws from those not yet placed. */
static double
simulated_gini(const Allocation *a, GiniUnit *units, uint64 seed, uint64 run)
{
	double total = a->total;
	double marked = a->group[0];
	Size n = 0;

	for (Size i = 0; i < a->classes; i++)
	{
		double size = a->class[i].size;

		for (double k = 0; size > 0 && k < a->class[i].units; k++)
		{
			double x = draw_marked(random_uniform(seed, run, n), size, marked, total);

			units[n++] = (GiniUnit){x / size, x, size};
			total -= size;
			marked -= x;
		}
	}
	return 2 * gini_sum(units, n) / a->product;
}

static bool
expected_gini(const Segregation *value, int simulations, int64 seed, double *result)
{
	Allocation a = allocation_open(value);
	double units = 0;
	double sum = 0;
	GiniUnit *room;

	if (simulations < 1 || simulations > MAX_SIMULATIONS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("simulations is %d", simulations),
				 errhint("Ask for 1 to %d simulations.", MAX_SIMULATIONS)));
	if (!(a.product > 0))
		return false;
	for (Size i = 0; i < a.classes; i++)
		units += a.class[i].units;
	if (units > MAX_SIMULATED_UNITS)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%.0f units are too many to simulate", units),
						errhint("Up to %d can be; take gini of the units as they are.",
								MAX_SIMULATED_UNITS)));
	room = allocate(units, sizeof(GiniUnit));
	for (int run = 0; run < simulations; run++)
		sum += simulated_gini(&a, room, (uint64) seed, (uint64) run);
	*result = within_bounds(sum / simulations);
	return true;
}

/* Carrington and Troske 1997: 0 where the index is what chance gives, 1 at its largest. */
static double
over_chance(double index, double expected)
{
	if (index >= expected)
		return expected < 1 ? (index - expected) / (1 - expected) : 0;
	return (index - expected) / expected;
}

/* Masses of a binomial number around its mode, and the first number they are of. */
typedef struct Masses
{
	double first;
	Size n;
	double *mass;
} Masses;

static Masses
binomial_masses(double trials, double part)
{
	double p = part / trials;
	double mode = part <= 0 ? 0 : part >= trials ? trials : Min(floor((trials + 1) * p), trials);
	double odds = p / (1 - p);
	double least = mode, most = mode;
	double mass = 1;
	double sum = 0;
	Masses m;

	if (part > 0 && part < trials)
	{
		for (; most < trials && mass > NEGLIGIBLE; most++)
		{
			CHECK_FOR_INTERRUPTS();
			mass *= (trials - most) / (most + 1) * odds;
		}
		mass = 1;
		for (; least > 0 && mass > NEGLIGIBLE; least--)
		{
			CHECK_FOR_INTERRUPTS();
			mass *= least / (trials - least + 1) / odds;
		}
	}
	m.first = least;
	m.n = (Size) (most - least) + 1;
	m.mass = allocate(m.n, sizeof(double));
	m.mass[(Size) (mode - least)] = 1;
	for (double x = mode; x < most; x++)
	{
		CHECK_FOR_INTERRUPTS();
		m.mass[(Size) (x - least) + 1] =
			m.mass[(Size) (x - least)] * ((trials - x) / (x + 1) * odds);
	}
	for (double x = mode; x > least; x--)
	{
		CHECK_FOR_INTERRUPTS();
		m.mass[(Size) (x - least) - 1] = m.mass[(Size) (x - least)] * (x / (trials - x + 1) / odds);
	}
	for (Size i = 0; i < m.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		sum += m.mass[i];
	}
	for (Size i = 0; i < m.n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		m.mass[i] /= sum;
	}
	return m;
}

/* E|a/A - b/B| of independent numbers: the integral of F_a (1 - F_b) + F_b (1 - F_a). */
static double
expected_distance(const Masses *a, double all_a, const Masses *b, double all_b)
{
	Size i = 0, j = 0;
	double below_a = 0, below_b = 0;
	double last = 0;
	double sum = 0;

	while (i < a->n || j < b->n)
	{
		double next_a = i < a->n ? (a->first + i) / all_a : INFINITY;
		double next_b = j < b->n ? (b->first + j) / all_b : INFINITY;
		double next = Min(next_a, next_b);

		CHECK_FOR_INTERRUPTS();
		sum += (next - last) * (below_a * (1 - below_b) + below_b * (1 - below_a));
		last = next;
		if (next_a == next)
			below_a += a->mass[i++];
		if (next_b == next)
			below_b += b->mass[j++];
	}
	return sum;
}

/* Allen, Burgess, Davidson and Windmeijer 2015: 2 D less the expectation of D over resamples. */
static bool
bias_corrected(const Segregation *value, double *result)
{
	City city = city_open(value);
	double all_x = rint(city.total > 0 ? city.group[0] : 0);
	double all_y = rint(city.total > 0 ? city.group[1] : 0);
	double sum = 0;

	if (!city_dissimilarity(&city, result) || all_x == 0 || all_y == 0)
		return false;
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);
		Masses x = binomial_masses(all_x, persons(row[0]) / city.group[0] * all_x);
		Masses y = binomial_masses(all_y, persons(row[1]) / city.group[1] * all_y);

		CHECK_FOR_INTERRUPTS();
		sum += (double) row[2] * expected_distance(&x, all_x, &y, all_y);
		pfree(x.mass);
		pfree(y.mass);
	}
	*result = 2 * *result - sum / 2;
	return true;
}

/* The true distance that makes the observed one likeliest, both in standard errors. */
static double
likeliest_distance(double observed)
{
	double low = 0, high = observed;

	if (observed <= 1)
		return 0;
	for (int i = 0; i < 100 && low < high; i++)
	{
		double middle = (low + high) / 2;

		if (middle == low || middle == high)
			break;
		if (middle < observed * tanh(middle * observed))
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* The same authors' density-corrected index. */
static bool
density_corrected(const Segregation *value, double *result)
{
	City city = city_open(value);
	double sum = 0;

	if (!(city.product > 0))
		return false;
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);
		double x = persons(row[0]) / city.group[0];
		double y = persons(row[1]) / city.group[1];
		double error = sqrt(x * (1 - x) / city.group[0] + y * (1 - y) / city.group[1]);

		CHECK_FOR_INTERRUPTS();
		sum += (double) row[2] *
			   (error > 0 ? error * likeliest_distance(fabs(x - y) / error) : fabs(x - y));
	}
	*result = within_bounds(sum / 2);
	return true;
}

/* The figure of the first argument, NULL where there is none. */
static Datum
expected_result(FunctionCallInfo fcinfo, bool (*figure)(const Segregation *, double *))
{
	double result;

	if (!figure(segregation_from_datum(PG_GETARG_DATUM(0)), &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

Datum
monitor_dissimilarity_expected(PG_FUNCTION_ARGS)
{
	return expected_result(fcinfo, expected_dissimilarity);
}

Datum
monitor_mutual_information_expected(PG_FUNCTION_ARGS)
{
	return expected_result(fcinfo, expected_information);
}

Datum
monitor_theil_h_expected(PG_FUNCTION_ARGS)
{
	return expected_result(fcinfo, expected_theil_h);
}

Datum
monitor_dissimilarity_bias_corrected(PG_FUNCTION_ARGS)
{
	return expected_result(fcinfo, bias_corrected);
}

Datum
monitor_dissimilarity_density_corrected(PG_FUNCTION_ARGS)
{
	return expected_result(fcinfo, density_corrected);
}

Datum
monitor_gini_expected(PG_FUNCTION_ARGS)
{
	double result;

	if (!expected_gini(segregation_from_datum(PG_GETARG_DATUM(0)), PG_GETARG_INT32(1),
					   PG_GETARG_INT64(2), &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

Datum
monitor_dissimilarity_modified(PG_FUNCTION_ARGS)
{
	const Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	City city = city_open(value);
	double index, expected;

	if (!city_dissimilarity(&city, &index) || !expected_dissimilarity(value, &expected))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(over_chance(index, expected));
}

Datum
monitor_gini_modified(PG_FUNCTION_ARGS)
{
	const Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	City city = city_open(value);
	double index, expected;

	if (!expected_gini(value, PG_GETARG_INT32(1), PG_GETARG_INT64(2), &expected) ||
		!city_gini(&city, &index))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(over_chance(index, expected));
}
