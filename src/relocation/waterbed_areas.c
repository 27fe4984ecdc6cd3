/*
 * waterbed_areas.c
 *	  The account of each area: what became of those who had x.
 *
 * In counts, x1 - x0 = stayers_change + net_import - left_city + entered_city +
 * arrivals_change. In shares, with S the stayers, k the arrivals and l the
 * departures (Simpson's and Galster's decompositions in one):
 *	  p1 - p0 = N_S/N1 (p_S1 - p_S0) + sum N_k/N1 (p_k1 - p_S0) - sum N_l/N0 (p_l0 - p_S0).
 * All sums are integers and numerators are formed in 128 bits, so nothing is lost
 * before the one division.
 */
#include "compat.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "backend/composite.h"
#include "relocation/waterbed.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_areas);

/* Sums over the arrivals or the departures of a place, of one kind. */
typedef struct Movers
{
	int64 n;
	int64 x0;
	int64 x1;
} Movers;

/* The arrivals by kind; [0] from within the city, [1] from outside, born or aged in. */
static void
sum_arrivals(const WaterbedIndex *index, Size place, WaterbedAccount *account, Movers *movers)
{
	for (Size i = index->to[place]; i < index->to[place + 1]; i++)
	{
		const WaterbedPair *pair = index->value->pair + index->to_pair[i];
		bool within = place_in_city(pair->before);
		WaterbedFlow flow;

		CHECK_FOR_INTERRUPTS();
		if (pair->before == account->area)
			continue;
		waterbed_flow(pair, &flow);
		account->unknown += flow.unknown;
		account->n1 += flow.n;
		account->x1 += flow.x1;
		movers[!within].n += flow.n;
		movers[!within].x1 += flow.x1;
		if (within)
		{
			account->net_import += flow.x0;
			account->arrivals_change += flow.x1 - flow.x0;
		}
		else
		{
			account->entered_city += flow.x1 - flow.known_x1 + flow.known_x0;
			account->arrivals_change += flow.known_x1 - flow.known_x0;
		}
	}
}

/* The stayers, and the departures by kind. */
static void
sum_departures(const WaterbedIndex *index, Size place, WaterbedAccount *account, Movers *movers)
{
	for (Size i = index->from[place]; i < index->from[place + 1]; i++)
	{
		const WaterbedPair *pair = index->value->pair + i;
		bool within = place_in_city(pair->after);
		WaterbedFlow flow;

		CHECK_FOR_INTERRUPTS();
		waterbed_flow(pair, &flow);
		account->unknown += flow.unknown;
		account->n0 += flow.n;
		account->x0 += flow.x0;
		if (pair->after == account->area)
		{
			account->n1 += flow.n;
			account->x1 += flow.x1;
			account->stayers = flow.n;
			account->stayers_x0 = flow.x0;
			account->stayers_change = flow.x1 - flow.x0;
			continue;
		}
		movers[!within].n += flow.n;
		movers[!within].x0 += flow.x0;
		if (within)
			account->net_import -= flow.x0;
		else
			account->left_city += flow.x0;
	}
}

void
waterbed_account(const WaterbedIndex *index, Size place, WaterbedAccount *account)
{
	Movers in[2] = {{0}};
	Movers out[2] = {{0}};
	int64 base_n, base_x;

	memset(account, 0, sizeof(WaterbedAccount));
	account->area = index->place[place];
	sum_departures(index, place, account, out);
	sum_arrivals(index, place, account, in);
	account->movers = in[0].n + out[0].n;

	account->known_size = account->n0 > 0;
	if (account->known_size)
	{
		account->export_by_size = (double) ((int128) (out[0].n - in[0].n) * account->x0) /
								  (double) account->n0 / WATERBED_UNIT;
		/* net_export less what goes by size, over the same denominator. */
		account->export_selective = (double) (-(int128) account->net_import * account->n0 -
											  (int128) (out[0].n - in[0].n) * account->x0) /
									(double) account->n0 / WATERBED_UNIT;
	}
	account->known_terms = account->n0 > 0 && account->n1 > 0;
	if (!account->known_terms)
		return;
	/* Without stayers the share before stands for theirs. */
	base_n = account->stayers > 0 ? account->stayers : account->n0;
	base_x = account->stayers > 0 ? account->stayers_x0 : account->x0;
	account->term[TERM_STAYERS] =
		(double) account->stayers_change / (double) account->n1 / WATERBED_UNIT;
	account->term[TERM_ARRIVALS_WITHIN] =
		share_term(in[0].x1, in[0].n, base_x, base_n, account->n1);
	account->term[TERM_ARRIVALS_OUTSIDE] =
		share_term(in[1].x1, in[1].n, base_x, base_n, account->n1);
	account->term[TERM_DEPARTURES_WITHIN] =
		0.0 - share_term(out[0].x0, out[0].n, base_x, base_n, account->n0);
	account->term[TERM_DEPARTURES_OUTSIDE] =
		0.0 - share_term(out[1].x0, out[1].n, base_x, base_n, account->n0);
}

/* Columns of waterbed_account, in order. */
enum
{
	COLUMN_AREA,
	COLUMN_N0,
	COLUMN_N1,
	COLUMN_X0,
	COLUMN_X1,
	COLUMN_STAYERS_CHANGE,
	COLUMN_NET_IMPORT,
	COLUMN_EXPORT_BY_SIZE,
	COLUMN_EXPORT_SELECTIVE,
	COLUMN_LEFT_CITY,
	COLUMN_ENTERED_CITY,
	COLUMN_ARRIVALS_CHANGE,
	COLUMN_TERMS,
	COLUMN_SHARE_COUNT = COLUMN_TERMS + WATERBED_TERMS,
	COLUMN_SHARE_RATE = COLUMN_SHARE_COUNT + 3,
	COLUMN_UNKNOWN = COLUMN_SHARE_RATE + 3,
	COLUMN_NOTE,
	COLUMNS
};

StaticAssertDecl(COLUMNS == WATERBED_ACCOUNT_COLUMNS, "columns of waterbed_account");

static inline Datum
amount(int64 sum)
{
	return Float8GetDatum((double) sum / WATERBED_UNIT);
}

static void
remark(StringInfo note, const char *prefix, const char *text)
{
	appendStringInfo(note, "%s%s%s", note->len > 0 ? "; " : "", prefix, text);
}

/* Why figures of the account are missing. */
static void
describe_account(StringInfo note, const WaterbedAccount *account)
{
	if (account->n0 == 0 && account->n1 == 0)
		remark(note, "", "nobody of known x at either time");
	else if (account->n0 == 0)
		remark(note, "", "nobody before, so no share and no terms");
	else if (account->n1 == 0)
		remark(note, "", "nobody after, so no share and no terms");
	else if (!account->known_terms)
		remark(note, "", "nobody at the start or the end of a period, so no terms");
	else if (account->stayers == 0)
		remark(note, "", "nobody stayed, so terms are measured from the share before");
	if (account->movers == 0 && (account->n0 > 0 || account->n1 > 0))
		remark(note, "", "nobody moved to or from elsewhere in the city");
}

/* One share and its limits; what is missing is left NULL and explained. */
static void
put_share(int column, bool defined, double share, const char *undefined, const char *name,
		  const WaterbedInterval *interval, Datum *values, bool *nulls, StringInfo note)
{
	if (!defined)
	{
		if (undefined != NULL)
			remark(note, "", undefined);
		return;
	}
	values[column] = Float8GetDatum(share);
	nulls[column] = false;
	if (interval == NULL)
		return;
	if (!interval->bounded)
	{
		if (interval->why != NULL)
			remark(note, name, interval->why);
		return;
	}
	/* Limits without any width may be off the share by a last bit. */
	values[column + 1] = Float8GetDatum(Min(interval->low, share));
	values[column + 2] = Float8GetDatum(Max(interval->high, share));
	nulls[column + 1] = nulls[column + 2] = false;
}

/* Both waterbed shares, of which neither is ever given a meaning without a fall. */
static void
put_shares(const WaterbedAccount *account, const WaterbedInterval *count,
		   const WaterbedInterval *rate, Datum *values, bool *nulls, StringInfo note)
{
	double within = account->term[TERM_ARRIVALS_WITHIN] + account->term[TERM_DEPARTURES_WITHIN];
	double change = 1.0;
	double exported = 0.0;
	bool rate_fell = account->known_terms &&
					 (int128) account->x1 * account->n0 < (int128) account->x0 * account->n1;

	if (account->broken)
		return;
	if (rate_fell)
		change = share_term(account->x1, account->n1, account->x0, account->n0, account->n1);
	/* No 0 with a sign. */
	if (account->net_import != 0)
		exported = -(double) account->net_import / (double) ((int128) account->x0 - account->x1);
	put_share(COLUMN_SHARE_COUNT, account->x0 > account->x1, exported,
			  account->n0 > 0 ? "x did not fall, so no share_count" : NULL, "share_count: ", count,
			  values, nulls, note);
	put_share(COLUMN_SHARE_RATE, rate_fell, within == 0.0 ? 0.0 : within / change,
			  account->known_terms ? "the share of x did not fall, so no share_rate" : NULL,
			  "share_rate: ", rate, values, nulls, note);
	if (!nulls[COLUMN_SHARE_COUNT + 1] || !nulls[COLUMN_SHARE_RATE + 1])
		remark(note, "", "limits take persons as independent");
}

void
waterbed_account_values(const WaterbedAccount *account, const WaterbedInterval *count,
						const WaterbedInterval *rate, const char *about, Datum *values, bool *nulls)
{
	StringInfoData note;

	memset(nulls, false, COLUMNS * sizeof(bool));
	for (int i = COLUMN_SHARE_COUNT; i < COLUMN_UNKNOWN; i++)
		nulls[i] = true;
	initStringInfo(&note);
	if (about != NULL)
		remark(&note, "", about);
	describe_account(&note, account);
	put_shares(account, count, rate, values, nulls, &note);

	values[COLUMN_AREA] = Int64GetDatum(account->area);
	values[COLUMN_N0] = Int64GetDatum(account->n0);
	values[COLUMN_N1] = Int64GetDatum(account->n1);
	values[COLUMN_X0] = amount(account->x0);
	values[COLUMN_X1] = amount(account->x1);
	values[COLUMN_STAYERS_CHANGE] = amount(account->stayers_change);
	values[COLUMN_NET_IMPORT] = amount(account->net_import);
	values[COLUMN_EXPORT_BY_SIZE] = Float8GetDatum(account->export_by_size);
	values[COLUMN_EXPORT_SELECTIVE] = Float8GetDatum(account->export_selective);
	nulls[COLUMN_EXPORT_BY_SIZE] = nulls[COLUMN_EXPORT_SELECTIVE] = !account->known_size;
	values[COLUMN_LEFT_CITY] = amount(account->left_city);
	values[COLUMN_ENTERED_CITY] = amount(account->entered_city);
	values[COLUMN_ARRIVALS_CHANGE] = amount(account->arrivals_change);
	for (int i = 0; i < WATERBED_TERMS; i++)
	{
		values[COLUMN_TERMS + i] = Float8GetDatum(account->term[i]);
		nulls[COLUMN_TERMS + i] = !account->known_terms;
	}
	values[COLUMN_UNKNOWN] = Int64GetDatum(account->unknown);
	values[COLUMN_NOTE] = CStringGetTextDatum(note.data);
	nulls[COLUMN_NOTE] = note.len == 0;
}

Datum
monitor_waterbed_areas(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	double confidence = PG_GETARG_FLOAT8(1);
	ReturnSetInfo *rows = rows_begin(fcinfo, COLUMNS);
	WaterbedIndex *index = waterbed_index(value);

	check_confidence(confidence);
	for (Size i = 0; i < index->places; i++)
	{
		WaterbedAccount account;
		WaterbedInterval count, rate;
		Datum values[COLUMNS];
		bool nulls[COLUMNS];

		CHECK_FOR_INTERRUPTS();
		if (!place_in_city(index->place[i]))
			continue;
		waterbed_account(index, i, &account);
		waterbed_fieller(index, &account.area, 1, confidence, &count, &rate);
		waterbed_account_values(&account, &count, &rate, NULL, values, nulls);
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}
