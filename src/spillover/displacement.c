/*
 * displacement.c
 *	  Counts before and after, in treated, control and buffer areas: did the
 *	  problem move next door, or did the gain spread?
 */
#include "compat.h"

#include <math.h>
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "statistics/distributions.h"

PG_FUNCTION_INFO_V1(monitor_displacement);

#define DISPLACEMENT_COLUMNS 20

/* Groups of areas in the order of the arguments; each has a figure before and one after. */
typedef enum AreaGroup
{
	TREATED,
	CONTROL,
	BUFFER,
	BUFFER_CONTROL,
	GROUPS
} AreaGroup;

/* What the figures are, which decides how much they vary by chance. */
typedef enum Kind
{
	KIND_EVENT,
	KIND_STOCK,
	KIND_MEAN
} Kind;

typedef struct Figures
{
	Kind kind;
	double before[GROUPS];
	double after[GROUPS];
	bool has_buffer;
	bool has_buffer_control;
	double time_weight[2];
	double area_weight[GROUPS];
	double *spread; /* stocks: moves a group; means: standard errors; else NULL */
	double overdispersion;
	double conf;
} Figures;

/* A figure: finite, and not negative where it is a count. */
static double
figure_argument(FunctionCallInfo fcinfo, int argument, const char *name, Kind kind)
{
	double figure = PG_GETARG_FLOAT8(argument);

	if (!isfinite(figure) || (kind != KIND_MEAN && figure < 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a %s, not %.15g", name,
							   kind == KIND_MEAN ? "finite number" : "count of 0 or more", figure),
						errhint("A mean or a share that may be negative is kind => 'mean'.")));
	return figure;
}

static Kind
kind_argument(const text *argument)
{
	char *kind = text_to_cstring(argument);

	if (strcmp(kind, "event") == 0)
		return KIND_EVENT;
	if (strcmp(kind, "stock") == 0)
		return KIND_STOCK;
	if (strcmp(kind, "mean") == 0)
		return KIND_MEAN;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("kind must be event, stock or mean, not \"%s\"", kind),
					errhint("Events are counted over a period, stocks on a day.")));
}

/* An array of so many finite numbers, above 0 or not below it. */
static double *
array_argument(Datum datum, const char *name, int length, bool positive)
{
	ArrayType *array = DatumGetArrayTypeP(datum);
	double *numbers = (double *) ARR_DATA_PTR(array);

	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != length || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must hold %d numbers and no NULL", name, length),
						errhint("The order is that of the arguments: treated, control, buffer, "
								"control of the buffer; before, then after.")));
	for (int i = 0; i < length; i++)
		if (!isfinite(numbers[i]) || numbers[i] < 0 || (positive && numbers[i] == 0))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s holds %.15g", name, numbers[i]),
							errhint("Give numbers %s.", positive ? "above 0" : "of 0 or more")));
	return numbers;
}

/* How much the change in a group varies, in the units of the group's figures; NaN: unknown. */
static double
group_variance(const Figures *figures, AreaGroup group)
{
	const double *time = figures->time_weight;
	double variance;

	switch (figures->kind)
	{
		case KIND_EVENT:
			variance = figures->before[group] / (time[0] * time[0]) +
					   figures->after[group] / (time[1] * time[1]);
			break;
		case KIND_STOCK:
			/* the same people are there before and after: only those who move are chance */
			variance = figures->spread == NULL ? NAN : figures->spread[group] / (time[1] * time[1]);
			break;
		default:
			variance = figures->spread == NULL
						   ? NAN
						   : pow(figures->spread[2 * group] / time[0], 2) +
								 pow(figures->spread[2 * group + 1] / time[1], 2);
	}
	return variance * figures->overdispersion / pow(figures->area_weight[group], 2);
}

/* The weighted change in a group, and its variance. */
static double
group_change(const Figures *figures, AreaGroup group, double *variance)
{
	*variance += group_variance(figures, group);
	return (figures->after[group] / figures->time_weight[1] -
			figures->before[group] / figures->time_weight[0]) /
		   figures->area_weight[group];
}

/* The weighted displacement difference, its z and p, and the two changes it is the sum of. */
static void
put_difference(const Figures *figures, Datum *values, bool *nulls)
{
	double variance[2] = {0, 0};
	double local =
		group_change(figures, TREATED, &variance[0]) - group_change(figures, CONTROL, &variance[0]);
	double moved = 0;
	double se;
	double z = normal_quantile((1 + figures->conf) / 2);

	if (figures->has_buffer)
		moved = group_change(figures, BUFFER, &variance[1]);
	if (figures->has_buffer_control)
		moved -= group_change(figures, BUFFER_CONTROL, &variance[1]);
	se = sqrt(variance[0] + variance[1]);
	/* beyond the range of numbers it is not known, and no reason for a p of 1 */
	if (isinf(se))
		se = NAN;
	put_figure(values, nulls, 1, local + moved);
	put_figure(values, nulls, 2, se);
	put_figure(values, nulls, 3, local + moved - z * se);
	put_figure(values, nulls, 4, local + moved + z * se);
	put_figure(values, nulls, 8, se > 0 ? (local + moved) / se : NAN);
	put_figure(values, nulls, 9, se > 0 ? normal_two_sided((local + moved) / se) : NAN);
	put_figure(values, nulls, 10, local);
	put_figure(values, nulls, 11, sqrt(variance[0]));
	put_figure(values, nulls, 12, figures->has_buffer ? moved : NAN);
	put_figure(values, nulls, 13, figures->has_buffer ? sqrt(variance[1]) : NAN);
}

/* Bowers and Johnson's quotient, its two measures and Guerette's net effects; says why it is NULL. */
static const char *
put_quotient(const Figures *figures, Datum *values, bool *nulls)
{
	const double *b = figures->before;
	const double *a = figures->after;
	bool control = a[CONTROL] > 0 && b[CONTROL] > 0;
	bool counted = figures->has_buffer && (b[BUFFER] != 0 || a[BUFFER] != 0);
	double success = control ? a[TREATED] / a[CONTROL] - b[TREATED] / b[CONTROL] : NAN;
	double buffer = control && counted ? a[BUFFER] / a[CONTROL] - b[BUFFER] / b[CONTROL] : NAN;
	double ratio = a[CONTROL] / b[CONTROL];

	put_figure(values, nulls, 0, success < 0 ? buffer / success : NAN);
	put_figure(values, nulls, 5,
			   b[TREATED] * ratio - a[TREATED] + (counted ? b[BUFFER] * ratio - a[BUFFER] : 0));
	put_figure(values, nulls, 14, success);
	put_figure(values, nulls, 15, buffer);
	if (!control)
		return "no quotient: the control areas have nothing before or after";
	if (success == 0)
		return "no quotient: the treated areas changed as the control areas did";
	if (success > 0)
		return "no quotient: no reduction in the treated areas that could be displaced";
	if (!counted)
		return "no quotient: no buffer areas, or nothing in them";
	return NULL;
}

/* The two by two table of treated and control, before and after: phi and odds ratio. */
static void
put_table(const Figures *figures, Datum *values, bool *nulls)
{
	double rb = figures->before[TREATED];
	double ra = figures->after[TREATED];
	double cb = figures->before[CONTROL];
	double ca = figures->after[CONTROL];
	double odds = (rb / ra) / (cb / ca);
	double se = sqrt(figures->overdispersion * (1 / rb + 1 / ra + 1 / cb + 1 / ca));
	double margins = (rb + ra) * (cb + ca) * (rb + cb) * (ra + ca);
	double z = normal_quantile((1 + figures->conf) / 2);
	bool counts = figures->kind != KIND_MEAN;
	bool known = figures->kind == KIND_EVENT && isfinite(odds) && odds > 0;

	put_figure(values, nulls, 6,
			   counts && isfinite(margins) ? (rb * ca - ra * cb) / sqrt(margins) : NAN);
	put_figure(values, nulls, 16, counts && odds > 0 ? odds : NAN);
	put_figure(values, nulls, 17, known ? se : NAN);
	put_figure(values, nulls, 18, known ? exp(log(odds) - z * se) : NAN);
	put_figure(values, nulls, 19, known ? exp(log(odds) + z * se) : NAN);
}

/* Why there is no standard error, if there is none. */
static const char *
spread_note(const Figures *figures)
{
	if (figures->spread != NULL || figures->kind == KIND_EVENT)
		return NULL;
	if (figures->kind == KIND_STOCK)
		return "no standard error: a stock needs the moves in and out of each group (spread)";
	return "no standard error: means need theirs (spread)";
}

/* The arguments after the eight figures. */
static void
read_settings(FunctionCallInfo fcinfo, Figures *figures)
{
	for (int i = 0; i < 2; i++)
		figures->time_weight[i] = 1;
	for (int i = 0; i < GROUPS; i++)
		figures->area_weight[i] = 1;
	if (!PG_ARGISNULL(8))
		memcpy(figures->time_weight, array_argument(PG_GETARG_DATUM(8), "time_weight", 2, true),
			   sizeof(figures->time_weight));
	if (!PG_ARGISNULL(9))
		memcpy(figures->area_weight,
			   array_argument(PG_GETARG_DATUM(9), "area_weight", GROUPS, true),
			   sizeof(figures->area_weight));
	figures->spread = NULL;
	if (!PG_ARGISNULL(11) && figures->kind == KIND_EVENT)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("spread is given, but events vary as Poisson counts do"),
						errhint("Use overdispersion where they vary more.")));
	if (!PG_ARGISNULL(11))
		figures->spread = array_argument(PG_GETARG_DATUM(11), "spread",
										 figures->kind == KIND_STOCK ? GROUPS : 2 * GROUPS, false);
	figures->overdispersion = PG_ARGISNULL(12) ? 1 : PG_GETARG_FLOAT8(12);
	figures->conf = PG_ARGISNULL(13) ? 0.95 : PG_GETARG_FLOAT8(13);
	if (!(figures->overdispersion > 0) || isinf(figures->overdispersion))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("overdispersion must be a finite number above 0, not %.15g",
							   figures->overdispersion),
						errhint("1 is Poisson; Farrington and Welsh take 2 for crime.")));
	if (!(figures->conf > 0 && figures->conf < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("conf must be between 0 and 1, not %.15g", figures->conf),
						errhint("0.95 is usual.")));
}

/* The eight figures; false where one that is needed is unknown. */
static bool
read_figures(FunctionCallInfo fcinfo, Figures *figures)
{
	static const char *const name[2][GROUPS] = {
		{"pre_treated", "pre_control", "pre_buffer", "pre_buffer_control"},
		{"post_treated", "post_control", "post_buffer", "post_buffer_control"}};
	bool known[GROUPS];

	figures->kind = PG_ARGISNULL(10) ? KIND_EVENT : kind_argument(PG_GETARG_TEXT_PP(10));
	for (int group = 0; group < GROUPS; group++)
	{
		known[group] = !PG_ARGISNULL(2 * group) && !PG_ARGISNULL(2 * group + 1);
		if (!known[group] && PG_ARGISNULL(2 * group) != PG_ARGISNULL(2 * group + 1))
			return false;
		figures->before[group] = figures->after[group] = 0;
		if (!known[group])
			continue;
		figures->before[group] = figure_argument(fcinfo, 2 * group, name[0][group], figures->kind);
		figures->after[group] =
			figure_argument(fcinfo, 2 * group + 1, name[1][group], figures->kind);
	}
	figures->has_buffer = known[BUFFER];
	figures->has_buffer_control = known[BUFFER_CONTROL];
	return known[TREATED] && known[CONTROL];
}

/* displacement(pre_treated, post_treated, pre_control, post_control, pre_buffer, ...) */
Datum
monitor_displacement(PG_FUNCTION_ARGS)
{
	CompositeType *type = composite_type(fcinfo, DISPLACEMENT_COLUMNS);
	Figures figures;
	Datum values[DISPLACEMENT_COLUMNS];
	bool nulls[DISPLACEMENT_COLUMNS];
	const char *notes[2];
	StringInfoData note;

	if (!read_figures(fcinfo, &figures))
		PG_RETURN_NULL();
	read_settings(fcinfo, &figures);
	put_difference(&figures, values, nulls);
	put_table(&figures, values, nulls);
	notes[0] = put_quotient(&figures, values, nulls);
	notes[1] = spread_note(&figures);
	initStringInfo(&note);
	for (int i = 0; i < 2; i++)
		if (notes[i] != NULL)
			appendStringInfo(&note, "%s%s", note.len > 0 ? "; " : "", notes[i]);
	nulls[7] = note.len == 0;
	values[7] = PointerGetDatum(cstring_to_text(note.data));
	PG_RETURN_DATUM(composite_datum(type, values, nulls));
}
