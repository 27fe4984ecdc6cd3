/*
 * ring_terms.c
 *	  What is estimated, and which cell counts for what.
 */
#include "compat.h"
#include "miscadmin.h"

#include "spillover/ring_estimate.h"

/* More terms than these are a mistake, and their matrices too large. */
#define TERMS_MOST 2000

static int
term_compare(const void *a, const void *b, void *unused)
{
	const RingTerm *left = a;
	const RingTerm *right = b;

	if (left->category != right->category)
		return left->category - right->category;
	if (left->arm != right->arm)
		return left->arm - right->arm;
	return left->event < right->event ? -1 : left->event > right->event;
}

/* What a cell is of; false for one that is of no term. */
static bool
cell_term(const Panel *panel, const Exposure *exposure, const RingTerms *terms, int64 cell,
		  RingTerm *term)
{
	uint32 area = panel->area[cell];
	int32 category = exposure->category[cell];

	memset(term, 0, sizeof(RingTerm));
	if (category < 0)
	{
		if (!terms->by_event || exposure->onset[area] == PANEL_NEVER ||
			panel->period[cell] >= exposure->onset[area])
			return false;
		term->category = exposure->first[area];
		term->event = panel->period[cell] - exposure->onset[area];
		term->lead = true;
		/* within anticipation a cell is neither clean nor a lead; the one before is the base */
		if (term->event >= -terms->anticipation - 1)
			return false;
	}
	else
	{
		term->category = category;
		if (terms->by_event)
			term->event = panel->period[cell] -
						  exposure->entered[(Size) area * exposure->categories + category];
	}
	if (term->category == 0 && panel->arm != NULL)
		term->arm = panel->arm[area];
	return true;
}

/* Place of a term, or -1. */
static int32
term_place(const RingTerms *terms, const RingTerm *wanted)
{
	int32 low = 0;
	int32 high = terms->count;

	while (low < high)
	{
		int32 middle = low + (high - low) / 2;

		if (term_compare(&terms->term[middle], wanted, NULL) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < terms->count && term_compare(&terms->term[low], wanted, NULL) == 0)
		return low;
	return -1;
}

/* Treatment or its arms, and every ring, whether there are cells of it or not. */
static void
add_plain_terms(RingTerms *terms, const Panel *panel)
{
	for (int32 category = 0; category <= panel->rings; category++)
		for (uint8 arm = 0; arm <= ARM_BOTH; arm++)
			if ((category == 0 && panel->arm != NULL) == (arm > 0))
				terms->term[terms->count++] = (RingTerm){category, arm, false, 0, 0};
}

/* Sorted and without repeats. */
static void
unique_terms(RingTerms *terms)
{
	int kept = 0;

	qsort_interruptible(terms->term, terms->count, sizeof(RingTerm), term_compare, NULL);
	for (int i = 0; i < terms->count; i++)
		if (i == 0 || term_compare(&terms->term[i], &terms->term[kept - 1], NULL) != 0)
			terms->term[kept++] = terms->term[i];
	terms->count = kept;
	if (kept > TERMS_MOST)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%d terms are more than %d", kept, TERMS_MOST),
						errhint("Use fewer rings or longer periods.")));
}

RingTerms *
ring_terms(const Panel *panel, const Exposure *exposure, bool by_event, int64 anticipation)
{
	RingTerms *terms = palloc0(sizeof(RingTerms));
	RingTerm term;
	int64 *seen;

	terms->by_event = by_event;
	terms->anticipation = anticipation;
	terms->term =
		panel_array(by_event ? panel->cells : panel->rings + ARM_BOTH + 1, sizeof(RingTerm));
	if (!by_event)
		add_plain_terms(terms, panel);
	for (int64 i = 0; by_event && i < panel->cells; i++)
		if (cell_term(panel, exposure, terms, i, &term))
			terms->term[terms->count++] = term;
	unique_terms(terms);
	seen = panel_array(terms->count, sizeof(int64));
	for (int64 i = 0; i < panel->cells; i++)
	{
		int32 place = cell_term(panel, exposure, terms, i, &term) ? term_place(terms, &term) : -1;

		if (place >= 0 && seen[place] != (int64) panel->area[i] + 1)
		{
			seen[place] = (int64) panel->area[i] + 1;
			terms->term[place].areas++;
		}
	}
	pfree(seen);
	return terms;
}

RingDesign *
ring_design(const Panel *panel, const Exposure *exposure, const RingTerms *terms)
{
	RingDesign *design = palloc(sizeof(RingDesign));

	design->panel = panel;
	design->exposure = exposure;
	design->terms = terms;
	design->term = panel_array(panel->cells, sizeof(int32));
	design->clean = panel_array(panel->cells, sizeof(bool));
	for (int64 i = 0; i < panel->cells; i++)
	{
		int64 onset = exposure->onset[panel->area[i]];
		RingTerm term;

		design->term[i] =
			cell_term(panel, exposure, terms, i, &term) ? term_place(terms, &term) : -1;
		design->clean[i] = exposure->category[i] < 0 &&
						   (onset == PANEL_NEVER || panel->period[i] < onset - terms->anticipation);
	}
	return design;
}
