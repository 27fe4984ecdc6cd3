/*
 * segregation_indices.c
 *	  Indices of evenness and exposure, of two groups and of many.
 *
 * For two groups the many-group index of the same name is the classical one, so
 * each is written once, for any number. Shares are compared as products of
 * counts, which are exact for whole persons: an even city gives exactly 0.
 */
#include "compat.h"
#include <math.h>
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "backend/memory.h"
#include "mixing/segregation.h"

PG_FUNCTION_INFO_V1(monitor_segregation_units);
PG_FUNCTION_INFO_V1(monitor_segregation_units_unknown);
PG_FUNCTION_INFO_V1(monitor_segregation_units_empty);
PG_FUNCTION_INFO_V1(monitor_segregation_groups);
PG_FUNCTION_INFO_V1(monitor_segregation_population);
PG_FUNCTION_INFO_V1(monitor_segregation_group_population);
PG_FUNCTION_INFO_V1(monitor_segregation_group_populations);
PG_FUNCTION_INFO_V1(monitor_dissimilarity);
PG_FUNCTION_INFO_V1(monitor_gini);
PG_FUNCTION_INFO_V1(monitor_segregation_entropy);
PG_FUNCTION_INFO_V1(monitor_mutual_information);
PG_FUNCTION_INFO_V1(monitor_theil_h);
PG_FUNCTION_INFO_V1(monitor_relative_diversity);
PG_FUNCTION_INFO_V1(monitor_normalized_exposure);
PG_FUNCTION_INFO_V1(monitor_squared_coefficient_of_variation);
PG_FUNCTION_INFO_V1(monitor_simpson_concentration);
PG_FUNCTION_INFO_V1(monitor_simpson_interaction);
PG_FUNCTION_INFO_V1(monitor_isolation);
PG_FUNCTION_INFO_V1(monitor_interaction);
PG_FUNCTION_INFO_V1(monitor_exposure);
PG_FUNCTION_INFO_V1(monitor_isolation_multi);
PG_FUNCTION_INFO_V1(monitor_atkinson);
PG_FUNCTION_INFO_V1(monitor_min_max);
PG_FUNCTION_INFO_V1(monitor_square_root_index);
PG_FUNCTION_INFO_V1(monitor_concentration_profile);
PG_FUNCTION_INFO_V1(monitor_concentration_profile_steps);

double
within_bounds(double index)
{
	return Min(Max(index, 0), 1);
}

/* Totals of the groups; exact sums, which the value's maker has found to fit. */
City
city_open(const Segregation *value)
{
	City city = {value, value->groups};
	int64 *sum = palloc0((value->groups + 1) * sizeof(int64));

	city.group = palloc((value->groups + 1) * sizeof(double));
	for (int64 i = 0; i < value->rows; i++)
	{
		const int64 *row = SEGREGATION_ROW(value, i);

		CHECK_FOR_INTERRUPTS();
		for (uint32 g = 0; g < value->groups; g++)
			sum[g] += row[g] * row[value->groups];
	}
	city.total = persons(segregation_row_total(sum, value->groups));
	for (uint32 g = 0; g < value->groups; g++)
		city.group[g] = persons(sum[g]);
	for (uint32 g = 0; g < value->groups; g++)
		city.product += city.group[g] * (city.total - city.group[g]);
	pfree(sum);
	return city;
}

/* One unit of a row in persons, and how many of them there are. */
static inline const int64 *
city_row(const City *city, int64 row, double *total, double *times)
{
	const int64 *counts = SEGREGATION_ROW(city->value, row);

	CHECK_FOR_INTERRUPTS();
	*total = persons(segregation_row_total(counts, city->groups));
	*times = (double) counts[city->groups];
	return counts;
}

/*
 * A unit's surplus of a group over its part of the city's, times the city's total: with the
 * others in place of the whole no two large numbers cancel where the group is nearly all.
 */
static inline double
surplus(const City *city, uint32 g, double count, double total)
{
	return count * (city->total - city->group[g]) - (total - count) * city->group[g];
}

/* Sakoda 1981; of two groups Duncan and Duncan 1955. */
bool
city_dissimilarity(const City *city, double *result)
{
	double sum = 0;
	double total, times;

	if (!(city->product > 0))
		return false;
	for (int64 i = 0; i < city->value->rows; i++)
	{
		const int64 *row = city_row(city, i, &total, &times);

		for (uint32 g = 0; g < city->groups; g++)
			sum += times * fabs(surplus(city, g, persons(row[g]), total));
	}
	*result = within_bounds(sum / (2 * city->product));
	return true;
}

/* By share; the template's sort is several times as fast as a call a comparison. */
#define ST_SORT sort_by_share
#define ST_ELEMENT_TYPE GiniUnit
#define ST_COMPARE(a, b) ((a)->share < (b)->share ? -1 : (a)->share > (b)->share)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Sum over pairs of |c_i t_j - c_j t_i|, each pair once: of ascending shares the sign is known. */
double
gini_sum(GiniUnit *units, Size n)
{
	double count = 0;
	double total = 0;
	double sum = 0;

	sort_by_share(units, n);
	for (Size i = 0; i < n; i++)
	{
		sum += units[i].count * total - units[i].total * count;
		count += units[i].count;
		total += units[i].total;
	}
	return sum;
}

/* Reardon and Firebaugh 2002. Two groups give the same sum; the smaller gives it with more digits. */
bool
city_gini(const City *city, double *result)
{
	Size n = city->value->rows;
	GiniUnit *units;
	double *totals;
	double sum = 0;
	double times;

	if (!(city->product > 0))
		return false;
	units = allocate(n, sizeof(GiniUnit));
	totals = allocate(n, sizeof(double));
	for (Size i = 0; i < n; i++)
		city_row(city, i, &totals[i], &times);
	for (uint32 g = 0; g < city->groups; g++)
	{
		if (city->groups == 2 && city->group[g] > city->group[1 - g])
			continue;
		for (Size i = 0; i < n; i++)
		{
			const int64 *row = SEGREGATION_ROW(city->value, i);
			double count = persons(row[g]);

			times = (double) row[city->groups];
			units[i] = (GiniUnit){count / totals[i], times * count, times * totals[i]};
		}
		sum += gini_sum(units, n);
		if (city->groups == 2)
		{
			sum *= 2;
			break;
		}
	}
	pfree(units);
	pfree(totals);
	*result = within_bounds(sum / city->product);
	return true;
}

/* Shannon's diversity of the whole city, natural logarithm. */
double
city_entropy(const City *city)
{
	double sum = 0;

	for (uint32 g = 0; g < city->groups; g++)
		if (city->group[g] > 0)
			sum -= city->group[g] * log(city->group[g] / city->total);
	return sum / city->total;
}

/* Theil and Finizza 1971, Mora and Ruiz-Castillo 2011. */
bool
city_mutual_information(const City *city, double *result)
{
	double sum = 0;
	double total, times;

	if (!(city->product > 0))
		return false;
	for (int64 i = 0; i < city->value->rows; i++)
	{
		const int64 *row = city_row(city, i, &total, &times);

		for (uint32 g = 0; g < city->groups; g++)
			if (row[g] > 0)
				sum += times * persons(row[g]) *
					   log1p(surplus(city, g, persons(row[g]), total) / (total * city->group[g]));
	}
	*result = Max(sum / city->total, 0);
	return true;
}

static bool
city_theil_h(const City *city, double *result)
{
	if (!city_mutual_information(city, result))
		return false;
	*result = within_bounds(*result / city_entropy(city));
	return true;
}

/* Of every group the sum over units of total x (share - city's share)^2, times the city's total. */
static double *
group_variations(const City *city)
{
	double *sum = palloc0((city->groups + 1) * sizeof(double));
	double total, times;

	for (int64 i = 0; i < city->value->rows; i++)
	{
		const int64 *row = city_row(city, i, &total, &times);

		for (uint32 g = 0; g < city->groups; g++)
		{
			double excess = surplus(city, g, persons(row[g]), total);

			sum[g] += times * excess * excess / total;
		}
	}
	for (uint32 g = 0; g < city->groups; g++)
		sum[g] /= city->total;
	return sum;
}

/* Reardon 1998; of two groups the correlation ratio, eta squared, V. */
static bool
city_relative_diversity(const City *city, double *result)
{
	double *variation;
	double sum = 0;

	if (!(city->product > 0))
		return false;
	variation = group_variations(city);
	for (uint32 g = 0; g < city->groups; g++)
		sum += variation[g];
	*result = within_bounds(sum / city->product);
	return true;
}

/* James 1986 as in Reardon and Firebaugh 2002. */
static bool
city_normalized_exposure(const City *city, double *result)
{
	double *variation;
	double sum = 0;

	if (!(city->product > 0))
		return false;
	variation = group_variations(city);
	for (uint32 g = 0; g < city->groups; g++)
		if (city->group[g] > 0)
			sum += variation[g] / (city->total - city->group[g]);
	*result = within_bounds(sum / city->total);
	return true;
}

/* Reardon and Firebaugh 2002, over the groups that have people. */
static bool
city_squared_variation(const City *city, double *result)
{
	double *variation;
	double sum = 0;
	int groups = 0;

	if (!(city->product > 0))
		return false;
	variation = group_variations(city);
	for (uint32 g = 0; g < city->groups; g++)
		if (city->group[g] > 0)
		{
			sum += variation[g] / city->group[g];
			groups++;
		}
	*result = within_bounds(sum / city->total / (groups - 1));
	return true;
}

static bool
city_shannon(const City *city, double *result)
{
	if (!(city->total > 0))
		return false;
	*result = Max(city_entropy(city), 0);
	return true;
}

static bool
city_simpson_interaction(const City *city, double *result)
{
	if (!(city->total > 0))
		return false;
	*result = within_bounds(city->product / city->total / city->total);
	return true;
}

static bool
city_simpson_concentration(const City *city, double *result)
{
	if (!city_simpson_interaction(city, result))
		return false;
	*result = 1 - *result;
	return true;
}

/*
 * Share of every group among the neighbours of the mean member of a group, himself among
 * them, row by row; or of_itself alone. What stands for a group of nobody means nothing.
 */
static double *
exposures(const City *city, bool of_itself)
{
	uint32 width = of_itself ? 1 : city->groups;
	double *sum = allocate_zero((Size) city->groups * width, sizeof(double));
	double total, times;

	for (int64 i = 0; i < city->value->rows; i++)
	{
		const int64 *row = city_row(city, i, &total, &times);

		for (uint32 a = 0; a < city->groups; a++)
		{
			double members = times * persons(row[a]) / total;

			for (uint32 b = 0; b < width; b++)
				sum[(Size) a * width + b] += members * persons(row[of_itself ? a : b]);
		}
	}
	for (uint32 a = 0; a < city->groups; a++)
		for (uint32 b = 0; b < width; b++)
			sum[(Size) a * width + b] = within_bounds(sum[(Size) a * width + b] / city->group[a]);
	return sum;
}

static bool
city_isolation(const City *city, double *result)
{
	if (!(city->product > 0))
		return false;
	*result = exposures(city, true)[0];
	return true;
}

static bool
city_interaction(const City *city, double *result)
{
	if (!(city->product > 0))
		return false;
	*result = exposures(city, false)[1];
	return true;
}

static bool
city_min_max(const City *city, double *result)
{
	if (!city_dissimilarity(city, result))
		return false;
	*result = 2 * *result / (1 + *result);
	return true;
}

/* Hutchens 2001. */
static bool
city_square_root(const City *city, double *result)
{
	double sum = 0;
	double total, times;

	if (!(city->product > 0))
		return false;
	for (int64 i = 0; i < city->value->rows; i++)
	{
		const int64 *row = city_row(city, i, &total, &times);

		sum += times * sqrt(persons(row[0]) * persons(row[1]));
	}
	*result = within_bounds(1 - sum / sqrt(city->group[0] * city->group[1]));
	return true;
}

/* James and Taeuber 1985. */
static double
city_atkinson(const City *city, double b)
{
	double sum = 0;
	double total, times;

	for (int64 i = 0; i < city->value->rows; i++)
	{
		const int64 *row = city_row(city, i, &total, &times);

		sum += times * pow(persons(row[1]), 1 - b) * pow(persons(row[0]), b);
	}
	return within_bounds(1 -
						 city->group[0] / city->group[1] * pow(sum / city->group[0], 1 / (1 - b)));
}

/* Hong and Sadahiro 2014: the areas between the profile and that of an even city, integrated. */
static bool
city_concentration_profile(const City *city, double *result)
{
	double sum = 0;
	double total, times;

	if (!(city->product > 0))
		return false;
	for (int64 i = 0; i < city->value->rows; i++)
	{
		double x = persons(city_row(city, i, &total, &times)[0]);

		sum += times * x * fabs(surplus(city, 0, x, total)) / total;
	}
	*result = within_bounds(sum / (city->group[0] * city->group[1]));
	return true;
}

/* The part of the group that lives in units where its share is so much or more. */
static double
profile_at(const City *city, double threshold)
{
	double sum = 0;
	double total, times;

	for (int64 i = 0; i < city->value->rows; i++)
	{
		double x = persons(city_row(city, i, &total, &times)[0]);

		if (x / total >= threshold)
			sum += times * x;
	}
	return sum / city->group[0];
}

/* The same areas as a sum over evenly spaced shares, as the peer has it. */
static double
city_concentration_steps(const City *city, int steps)
{
	double share = city->group[0] / city->total;
	double sum = 0;

	for (int i = 0; i < steps; i++)
	{
		double threshold = i == steps - 1 ? 1 : i * (1.0 / (steps - 1));
		double part = profile_at(city, threshold);

		sum += threshold < share ? -part : part;
	}
	return (share + sum / steps) / (1 - share);
}

/* The index of the first argument, NULL where there is none. */
static Datum
index_result(FunctionCallInfo fcinfo, bool (*index)(const City *, double *))
{
	City city = city_open(segregation_from_datum(PG_GETARG_DATUM(0)));
	double result;

	if (!index(&city, &result))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result);
}

Datum
monitor_dissimilarity(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_dissimilarity);
}

Datum
monitor_gini(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_gini);
}

Datum
monitor_segregation_entropy(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_shannon);
}

Datum
monitor_mutual_information(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_mutual_information);
}

Datum
monitor_theil_h(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_theil_h);
}

Datum
monitor_relative_diversity(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_relative_diversity);
}

Datum
monitor_normalized_exposure(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_normalized_exposure);
}

Datum
monitor_squared_coefficient_of_variation(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_squared_variation);
}

Datum
monitor_simpson_concentration(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_simpson_concentration);
}

Datum
monitor_simpson_interaction(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_simpson_interaction);
}

Datum
monitor_isolation(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_isolation);
}

Datum
monitor_interaction(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_interaction);
}

Datum
monitor_min_max(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_min_max);
}

Datum
monitor_square_root_index(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_square_root);
}

Datum
monitor_concentration_profile(PG_FUNCTION_ARGS)
{
	return index_result(fcinfo, city_concentration_profile);
}

Datum
monitor_concentration_profile_steps(PG_FUNCTION_ARGS)
{
	City city = city_open(segregation_from_datum(PG_GETARG_DATUM(0)));
	int steps = PG_GETARG_INT32(1);

	if (steps < 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("steps is %d, but 2 or more are needed", steps),
						errhint("Leave steps out for the exact area.")));
	if (!(city.product > 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(city_concentration_steps(&city, steps));
}

Datum
monitor_atkinson(PG_FUNCTION_ARGS)
{
	City city = city_open(segregation_from_datum(PG_GETARG_DATUM(0)));
	double b = PG_GETARG_FLOAT8(1);

	if (!(b > 0 && b < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("b is %g, but must be between 0 and 1", b),
						errhint("0.5 weighs units short of the group and units with a surplus of "
								"it alike.")));
	if (!(city.product > 0))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(city_atkinson(&city, b));
}

/* The diagonal, or the whole matrix, of exposures; NULL for a group of nobody. */
static Datum
exposure_array(const City *city, bool matrix)
{
	int groups = (int) city->groups;
	Size width = matrix ? groups : 1;
	Size n = groups * width;
	double *exposure = exposures(city, !matrix);
	Datum *values = palloc(n * sizeof(Datum));
	bool *nulls = palloc(n * sizeof(bool));
	int dims[2] = {groups, groups};
	int lower[2] = {1, 1};

	for (Size i = 0; i < n; i++)
	{
		nulls[i] = !(city->group[i / width] > 0);
		values[i] = Float8GetDatum(exposure[i]);
	}
	return PointerGetDatum(construct_md_array(values, nulls, matrix ? 2 : 1, dims, lower, FLOAT8OID,
											  sizeof(float8), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

Datum
monitor_exposure(PG_FUNCTION_ARGS)
{
	City city = city_open(segregation_from_datum(PG_GETARG_DATUM(0)));

	if (!(city.product > 0))
		PG_RETURN_NULL();
	return exposure_array(&city, true);
}

Datum
monitor_isolation_multi(PG_FUNCTION_ARGS)
{
	City city = city_open(segregation_from_datum(PG_GETARG_DATUM(0)));

	if (!(city.product > 0))
		PG_RETURN_NULL();
	return exposure_array(&city, false);
}

Datum
monitor_segregation_units(PG_FUNCTION_ARGS)
{
	const Segregation *value = segregation_from_datum(PG_GETARG_DATUM(0));
	int64 units = 0;

	for (int64 i = 0; i < value->rows; i++)
		units += SEGREGATION_ROW(value, i)[value->groups];
	PG_RETURN_INT64(units);
}

Datum
monitor_segregation_units_unknown(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(segregation_from_datum(PG_GETARG_DATUM(0))->unknown);
}

Datum
monitor_segregation_units_empty(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(segregation_from_datum(PG_GETARG_DATUM(0))->empty);
}

Datum
monitor_segregation_groups(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32) segregation_from_datum(PG_GETARG_DATUM(0))->groups);
}

Datum
monitor_segregation_population(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(city_open(segregation_from_datum(PG_GETARG_DATUM(0))).total);
}

Datum
monitor_segregation_group_population(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(city_open(segregation_from_datum(PG_GETARG_DATUM(0))).group[0]);
}

Datum
monitor_segregation_group_populations(PG_FUNCTION_ARGS)
{
	City city = city_open(segregation_from_datum(PG_GETARG_DATUM(0)));
	Datum *values = palloc(Max(city.groups, 1) * sizeof(Datum));

	for (uint32 g = 0; g < city.groups; g++)
		values[g] = Float8GetDatum(city.group[g]);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, city.groups, FLOAT8OID, sizeof(float8),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
