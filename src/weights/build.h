/*
 * build.h
 *	  How values of type weights are made: allocated to be filled, or of links that
 *	  name their areas by id.
 */
#ifndef WEIGHTS_BUILD_H
#define WEIGHTS_BUILD_H

#include "compat.h"
#include "common/shortest_dec.h"
#include "lib/stringinfo.h"
#include "weights/weights.h"

/* Areas, rows or links between two looks at interrupts. */
#define WEIGHTS_INTERRUPT_STRIDE 65536

/* ---- weights.c ---- */

/*
 * A value whose header is set, and its ids unless NULL; the rest is for the caller
 * to fill. Too large: 54000.
 */
extern Weights *weights_allocate(uint32 areas, const int64 *ids, Size links, bool binary);

/* weights_from_links with another errcode for a link given twice. */
extern Weights *weights_from_links_coded(uint32 areas, const int64 *ids, const WeightsLink *links,
										 Size count, int errcode_twice);

/* The argument of a function that is called once or a few times with the value. */
extern const Weights *weights_get_argument(FunctionCallInfo fcinfo, int argument);

/* ---- link_set.c: links between ids, in any order ---- */

typedef struct IdLink
{
	int64 from;
	int64 to;
	double weight;
} IdLink;

typedef struct LinkSet
{
	MemoryContext context; /* of the arrays, which are reallocated as they grow */
	int64 *areas;
	Size area_count, area_room;
	IdLink *links;
	Size link_count, link_room;
} LinkSet;

extern LinkSet *link_set_create(MemoryContext context);
extern void link_set_add_area(LinkSet *set, int64 id);
extern void link_set_add(LinkSet *set, int64 from, int64 to, double weight);

/* A value of all ids that occur, as area or at an end of a link; duplicates have this errcode. */
extern Weights *link_set_build(const LinkSet *set, int errcode_twice);

/* A value of the areas added; one added twice, or a link's end that is none: this errcode. */
extern Weights *link_set_build_strict(const LinkSet *set, int errcode_malformed);

/* Sorts ids, drops repetitions and returns how many are left. */
extern Size ids_sort_unique(int64 *ids, Size count);

/* A copy of the elements of a bigint[] argument; 22004 for a NULL among them. */
extern int64 *weights_ids_argument(FunctionCallInfo fcinfo, int argument, uint32 *count);

/* ---- weights_io.c: numbers in texts ---- */

/* A weight's text, kept as the next is often the same; to be zeroed. */
typedef struct WeightText
{
	double weight;
	int length; /* 0: none yet */
	char text[DOUBLE_SHORTEST_DECIMAL_LEN];
} WeightText;

/* Appends to a text; past 1 GB 54000. */
extern void text_append_id(StringInfo text, int64 id);
extern void text_append_weight(StringInfo text, double weight, WeightText *last);
extern void text_append_char(StringInfo text, char c);

/* Reads a number at *at and moves on; false, and *at where it was, for what is none. */
extern bool text_read_id(const char **at, int64 *id);
extern bool text_read_weight(const char **at, double *weight);

/* ---- transform.c ---- */

/* The links the other way round. */
extern Weights *weights_transpose(const Weights *w);

/* Reads the name of a style, in either case; false for another word. */
extern bool weights_style(const char *name, WeightsStyle *style);

/* ---- summary.c ---- */

/* Numbers each area's weakly connected component, from 1 by smallest id; returns how many. */
extern uint32 weights_components(const Weights *w, uint32 *component);

#endif /* WEIGHTS_BUILD_H */
