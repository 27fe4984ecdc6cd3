/*
 * between.c
 *	  One area's fall and another's rise: the same persons, arrivals diverted, and
 *	  what happened to those who lived there all along.
 */
#include "compat.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "relocation/arrivals.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_between);

#define BETWEEN_COLUMNS 21

/* Of what was diverted to b, the part that a lost: losses feed gains in proportion. */
static void
divert_between(const Periods *periods, int64 a, int64 b, Diversion *to_b)
{
	Size at[2] = {0, 0};
	int64 area = 0;
	double gains = 0;
	double part = 0;
	Diversion from_a;

	divert(periods, b, to_b);
	divert(periods, a, &from_a);
	if (!to_b->defined)
		return;
	while (next_destination(periods, at, &area))
	{
		Diversion d;

		divert(periods, area, &d);
		gains += Max(d.diverted, 0);
	}
	if ((from_a.diverted < 0) != (to_b->diverted < 0) && gains > 0)
		part = Min(fabs(from_a.diverted) / gains, 1);
	to_b->diverted *= part;
	to_b->low *= part;
	to_b->high *= part;
	/* No interval of what is not there. */
	to_b->bounded = to_b->bounded && part > 0;
}

/* The flow of one pair of places, nobody's where there is none. */
static void
flow_between(const WaterbedIndex *index, int64 a, int64 b, WaterbedFlow *flow)
{
	int64 place = waterbed_index_find(index, a);

	memset(flow, 0, sizeof(WaterbedFlow));
	if (place < 0)
		return;
	for (Size k = index->from[place]; k < index->from[place + 1]; k++)
		if (index->value->pair[k].after == b)
			waterbed_flow(&index->value->pair[k], flow);
}

static double
persons(int64 x)
{
	return (double) x / WATERBED_UNIT;
}

/* The account of an area that must be there. */
static void
account_of(const WaterbedIndex *index, int64 area, WaterbedAccount *account)
{
	int64 place = place_in_city(area) ? waterbed_index_find(index, area) : -1;

	if (place < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("area " INT64_FORMAT " is not in the account", area),
						errhint("Give an area where somebody lived, or a group made by "
								"waterbed_merge.")));
	waterbed_account(index, place, account);
}

/* Two areas in the account and, if there is one, in the period before. */
typedef struct Between
{
	const WaterbedIndex *before; /* NULL if not given */
	const WaterbedIndex *index;
	int64 a;
	int64 b;
	double scale;
	double confidence;
	WaterbedAccount account_a;
	WaterbedAccount account_b;
	WaterbedFlow there;
	WaterbedFlow back;
	double from_a;
	double from_a_before;
	Diversion diverted;
	ShareResult share;
} Between;

static double
net_flow(const WaterbedFlow *there, const WaterbedFlow *back)
{
	return persons(there->x0 - back->x0);
}

/* The period before: what was ordinary between the two, and who arrives elsewhere now. */
static void
compare_before(Between *between)
{
	int64 sorted[2] = {Min(between->a, between->b), Max(between->a, between->b)};
	Periods periods = {0};
	WaterbedFlow there, back;

	periods.index[0] = between->before;
	periods.index[1] = between->index;
	periods.scale[0] = between->scale;
	periods.scale[1] = 1;
	/* Those are counted in the net flow. */
	periods.without = (PlaceSet){sorted, 2};
	periods.confidence = between->confidence;
	periods_open(&periods);
	divert_between(&periods, between->a, between->b, &between->diverted);
	flow_between(between->before, between->a, between->b, &there);
	flow_between(between->before, between->b, between->a, &back);
	between->from_a_before = net_flow(&there, &back) * between->scale;
}

static void
between_find(Between *between)
{
	PlaceSet origins = {&between->a, 1};
	PlaceSet receivers = {&between->b, 1};

	account_of(between->index, between->a, &between->account_a);
	account_of(between->index, between->b, &between->account_b);
	flow_between(between->index, between->a, between->b, &between->there);
	flow_between(between->index, between->b, between->a, &between->back);
	between->from_a = net_flow(&between->there, &between->back);
	share_of_set(between->index, &origins, &receivers, between->confidence, &between->share);
	if (between->before != NULL)
		compare_before(between);
}

static char *
between_note(const Between *between)
{
	const WaterbedInterval *count = &between->share.count;
	const WaterbedInterval *rate = &between->share.rate;
	StringInfoData note;

	initStringInfo(&note);
	if (between->before == NULL)
		appendStringInfoString(&note, "no period before, so diverted arrivals are part of other; ");
	else if (!between->diverted.defined)
		appendStringInfoString(&note, "nobody with x arrived in one of the periods, so diverted "
									  "arrivals are part of other; ");
	if (count->why != NULL)
		appendStringInfo(&note, "share: %s; ", count->why);
	if (rate->why != NULL)
		appendStringInfo(&note, "share_rate: %s; ", rate->why);
	if (count->bounded || rate->bounded)
		appendStringInfoString(&note, "limits take persons as independent");
	else
		note.data[note.len - strlen("; ")] = '\0';
	return note.data;
}

/* A share and its limits. */
static void
put_share(const WaterbedInterval *share, Datum *values, bool *nulls)
{
	values[0] = Float8GetDatum(share->share);
	values[1] = Float8GetDatum(share->low);
	values[2] = Float8GetDatum(share->high);
	nulls[0] = !share->defined;
	nulls[1] = nulls[2] = !share->bounded;
}

/* The row; the parts of b's change sum to it. */
static Datum
between_row(CompositeType *type, const Between *between)
{
	const WaterbedAccount *a = &between->account_a;
	const WaterbedAccount *b = &between->account_b;
	const Diversion *diverted = &between->diverted;
	Datum values[BETWEEN_COLUMNS] = {0};
	bool nulls[BETWEEN_COLUMNS] = {false};

	values[0] = Float8GetDatum(persons(a->x1 - a->x0));
	values[1] = Float8GetDatum(persons(b->x1 - b->x0));
	values[2] = Int64GetDatum(between->there.n);
	values[3] = Float8GetDatum(persons(between->there.x0));
	values[4] = Float8GetDatum((double) between->there.x01 / WATERBED_SQUARE_UNIT);
	values[5] = Float8GetDatum(persons(between->back.x0));
	values[6] = Float8GetDatum(between->from_a);
	values[7] = Float8GetDatum(diverted->diverted);
	values[8] = Float8GetDatum(persons(b->stayers_change));
	values[9] = Float8GetDatum(persons(b->x1 - b->x0 - b->stayers_change) - between->from_a -
							   (diverted->defined ? diverted->diverted : 0));
	values[10] = Float8GetDatum(between->from_a_before);
	values[11] = Float8GetDatum(diverted->low);
	values[12] = Float8GetDatum(diverted->high);
	values[16] = Int64GetDatum(a->unknown + b->unknown);
	values[17] = CStringGetTextDatum(between_note(between));
	nulls[7] = !diverted->defined;
	nulls[10] = between->before == NULL;
	nulls[11] = nulls[12] = !diverted->bounded;
	put_share(&between->share.count, values + 13, nulls + 13);
	put_share(&between->share.rate, values + 18, nulls + 18);
	return composite_datum(type, values, nulls);
}

/* waterbed_between(before, account, a, b, years_before, years_after, confidence) */
Datum
monitor_waterbed_between(PG_FUNCTION_ARGS)
{
	Between between = {0};

	for (int i = 1; i < PG_NARGS(); i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_NULL();
	if (!PG_ARGISNULL(0))
		between.before = waterbed_index(PG_GETARG_WATERBED_P(0));
	between.index = waterbed_index(PG_GETARG_WATERBED_P(1));
	between.a = PG_GETARG_INT64(2);
	between.b = PG_GETARG_INT64(3);
	between.scale = years_scale(PG_GETARG_FLOAT8(4), PG_GETARG_FLOAT8(5));
	between.confidence = PG_GETARG_FLOAT8(6);
	share_check_confidence(between.confidence);
	if (between.a == between.b)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a and b are both area " INT64_FORMAT, between.a),
						errhint("Give two areas or groups.")));
	between_find(&between);
	PG_RETURN_DATUM(between_row(composite_type(fcinfo, BETWEEN_COLUMNS), &between));
}
