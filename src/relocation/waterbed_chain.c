/*
 * waterbed_chain.c
 *	  Accounts of single periods one after the other: stocks of the first and the
 *	  last, flows and terms summed.
 *
 * This is not the account of the end points: who moves from A to B and back is
 * nobody there, but is in the flows of both periods here.
 */
#include "compat.h"
#include "common/int.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "backend/aggregate.h"
#include "backend/composite.h"
#include "backend/memory.h"
#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_chain_accum);
PG_FUNCTION_INFO_V1(monitor_waterbed_chain_final);

/* The account of an area in one period. */
typedef struct Link
{
	int64 period;
	WaterbedAccount account;
} Link;

typedef struct Chain
{
	MemoryContext context;
	int64 *period; /* as they came */
	Size periods;
	Size period_room;
	Link *link;
	Size links;
	Size link_room;
} Chain;

static Chain *
chain_create(MemoryContext context)
{
	Chain *chain = MemoryContextAllocZero(context, sizeof(Chain));

	chain->context = context;
	chain->period_room = 16;
	chain->period = MemoryContextAlloc(context, chain->period_room * sizeof(int64));
	chain->link_room = 64;
	chain->link = MemoryContextAlloc(context, chain->link_room * sizeof(Link));
	return chain;
}

static void
chain_add(Chain *chain, int64 period, const Waterbed *value)
{
	WaterbedIndex *index = waterbed_index(value);

	if (chain->periods == chain->period_room)
	{
		chain->period_room *= 2;
		chain->period = repalloc_huge(chain->period, chain->period_room * sizeof(int64));
	}
	chain->period[chain->periods++] = period;
	for (Size i = 0; i < index->places; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!place_in_city(index->place[i]))
			continue;
		if (chain->links == chain->link_room)
		{
			chain->link_room *= 2;
			chain->link = repalloc_huge(chain->link, chain->link_room * sizeof(Link));
		}
		chain->link[chain->links].period = period;
		waterbed_account(index, i, &chain->link[chain->links++].account);
	}
}

Datum
monitor_waterbed_chain_accum(PG_FUNCTION_ARGS)
{
	Chain *chain = PG_ARGISNULL(0) ? NULL : (Chain *) PG_GETARG_POINTER(0);
	MemoryContext context;

	context = aggregate_context(fcinfo);
	if (PG_ARGISNULL(2))
	{
		if (chain == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(chain);
	}
	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("period is NULL"),
						errhint("Give each account its period, such as the year it ends.")));
	if (chain == NULL)
		chain = chain_create(context);
	chain_add(chain, PG_GETARG_INT64(1), PG_GETARG_WATERBED_P(2));
	PG_RETURN_POINTER(chain);
}

#define ST_SORT sort_periods
#define ST_ELEMENT_TYPE int64
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

static inline int
compare_links(const Link *a, const Link *b)
{
	if (a->account.area != b->account.area)
		return a->account.area < b->account.area ? -1 : 1;
	return a->period < b->period ? -1 : a->period > b->period;
}

#define ST_SORT sort_links
#define ST_ELEMENT_TYPE Link
#define ST_COMPARE(a, b) compare_links(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The periods in order, each once. */
static int64 *
ordered_periods(const Chain *chain)
{
	int64 *period = allocate(chain->periods, sizeof(int64));

	memcpy(period, chain->period, chain->periods * sizeof(int64));
	sort_periods(period, chain->periods);
	for (Size i = 1; i < chain->periods; i++)
		if (period[i] == period[i - 1])
			ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
							errmsg("period " INT64_FORMAT " is given twice", period[i]),
							errhint("Put the parts of a period together with rollup first.")));
	return period;
}

/* What holds of every area: how many periods, and the first that is missing. */
static char *
describe_periods(const int64 *period, Size periods, bool *gap)
{
	StringInfoData text;
	uint64 step = PG_UINT64_MAX;

	*gap = false;
	initStringInfo(&text);
	appendStringInfo(&text,
					 "%zu periods from " INT64_FORMAT " to " INT64_FORMAT
					 ": stocks of the first and last, flows and terms summed",
					 periods, period[0], period[periods - 1]);
	for (Size i = 1; i < periods; i++)
		step = Min(step, (uint64) period[i] - (uint64) period[i - 1]);
	for (Size i = 1; i < periods; i++)
		if ((uint64) period[i] - (uint64) period[i - 1] > step)
		{
			appendStringInfo(
				&text, "; no period between " INT64_FORMAT " and " INT64_FORMAT ", so no shares",
				period[i - 1], period[i]);
			*gap = true;
			break;
		}
	return text.data;
}

static inline void
add_exactly(int64 *to, int64 number)
{
	if (pg_add_s64_overflow(*to, number, to))
		waterbed_refuse_range();
}

/* The next period's account of the same area. */
static void
extend_account(WaterbedAccount *sum, const WaterbedAccount *next)
{
	sum->n1 = next->n1;
	sum->x1 = next->x1;
	add_exactly(&sum->stayers, next->stayers);
	add_exactly(&sum->movers, next->movers);
	add_exactly(&sum->stayers_change, next->stayers_change);
	add_exactly(&sum->net_import, next->net_import);
	add_exactly(&sum->left_city, next->left_city);
	add_exactly(&sum->entered_city, next->entered_city);
	add_exactly(&sum->arrivals_change, next->arrivals_change);
	add_exactly(&sum->unknown, next->unknown);
	sum->known_size &= next->known_size;
	sum->export_by_size += next->export_by_size;
	sum->export_selective += next->export_selective;
	sum->known_terms &= next->known_terms;
	for (int i = 0; i < WATERBED_TERMS; i++)
		sum->term[i] += next->term[i];
}

/*
 * One area's periods as one account. A period without a row is one in which the
 * area had nobody. Where people are counted at a period's start who were not at the
 * last one's end, or the reverse, flows do not sum to the change of the stocks.
 */
static WaterbedAccount
chain_area(const Link *link, Size links, const int64 *period, Size periods)
{
	WaterbedAccount nobody = {.area = link->account.area};
	WaterbedAccount sum = nobody;
	Size next = 0;

	for (Size p = 0; p < periods; p++)
	{
		bool given = next < links && link[next].period == period[p];
		const WaterbedAccount *account = given ? &link[next++].account : &nobody;

		if (p == 0)
			sum = *account;
		else
		{
			sum.broken |= account->n0 != sum.n1 || account->x0 != sum.x1;
			extend_account(&sum, account);
		}
	}
	return sum;
}

/* The account of one area as a row, its remarks first; without some period's flows, no shares. */
static Datum
chain_row(CompositeType *type, WaterbedAccount *account, const char *about, bool gap)
{
	Datum values[WATERBED_ACCOUNT_COLUMNS];
	bool nulls[WATERBED_ACCOUNT_COLUMNS];

	if (account->broken)
		about = psprintf("%s; a period does not start with those the one before ended with, so "
						 "flows do not sum to x1 - x0 and there are no shares",
						 about);
	account->broken |= gap;
	waterbed_account_values(account, NULL, NULL, about, values, nulls);
	return composite_datum(type, values, nulls);
}

Datum
monitor_waterbed_chain_final(PG_FUNCTION_ARGS)
{
	Chain *chain;
	Oid row_type = get_element_type(get_fn_expr_rettype(fcinfo->flinfo));
	CompositeType *type;
	int64 *period;
	Link *link;
	Datum *row;
	int rows = 0;
	char *about;
	bool gap;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	chain = (Chain *) PG_GETARG_POINTER(0);
	type = composite_type_create(row_type, WATERBED_ACCOUNT_COLUMNS);
	period = ordered_periods(chain);
	about = describe_periods(period, chain->periods, &gap);
	link = allocate(chain->links, sizeof(Link));
	memcpy(link, chain->link, chain->links * sizeof(Link));
	sort_links(link, chain->links);
	row = allocate(chain->links, sizeof(Datum));
	for (Size first = 0, next; first < chain->links; first = next)
	{
		WaterbedAccount account;

		CHECK_FOR_INTERRUPTS();
		for (next = first + 1;
			 next < chain->links && link[next].account.area == link[first].account.area; next++)
			;
		account = chain_area(link + first, next - first, period, chain->periods);
		row[rows++] = chain_row(type, &account, about, gap);
	}
	PG_RETURN_POINTER(construct_array(row, rows, row_type, -1, false, TYPALIGN_DOUBLE));
}
