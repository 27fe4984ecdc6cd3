/*
 * flow.h
 *	  How many moved from where to where: the value behind the type flow_index.
 */
#ifndef RELOCATION_FLOW_H
#define RELOCATION_FLOW_H

#include "compat.h"

#define FLOW_INDEX_VERSION 1

/* Flows and populations are kept in 1/10,000 of a person. */
#define FLOW_UNIT 10000
/* The largest flow or population of a row, in persons. */
#define FLOW_MAX 1e14
#define FLOW_POPULATION_UNKNOWN (-1)

typedef struct FlowArea
{
	int64 area;
	int64 population; /* or FLOW_POPULATION_UNKNOWN */
} FlowArea;

typedef struct FlowPair
{
	int64 origin;
	int64 destination; /* the same: they stayed, or moved within */
	int64 flow;        /* above 0 */
} FlowPair;

/* The value as stored: every area that a row named, then the pairs with a flow, both ascending. */
typedef struct FlowIndex
{
	int32 vl_len_;
	uint8 version;
	uint8 reserved[3];
	int64 unknown; /* rows left out because an area or the flow is unknown */
	int64 areas;
	int64 pairs;
	int64 data[FLEXIBLE_ARRAY_MEMBER];
} FlowIndex;

#define FLOW_AREAS(value) ((FlowArea *) (value)->data)
#define FLOW_PAIRS(value)                                                                          \
	((FlowPair *) ((value)->data + (value)->areas * (sizeof(FlowArea) / sizeof(int64))))

/* What is collected, in any order: hash tables of areas and of pairs. */
typedef struct FlowSet FlowSet;

extern FlowSet *flow_set_create(MemoryContext context);
extern void flow_set_add_unknown(FlowSet *set, int64 rows);
/* Raises 22023 where the area has another population already. */
extern void flow_set_add_area(FlowSet *set, int64 area, int64 population);
/* Areas that are new become known, of an unknown population. */
extern void flow_set_add(FlowSet *set, int64 origin, int64 destination, int64 flow);
extern void flow_set_append(FlowSet *set, const FlowIndex *value);
extern FlowIndex *flow_set_build(const FlowSet *set);

/* Persons as stored; raises 22023 for what is no number of persons. */
extern int64 flow_count(const char *what, double persons, int64 origin, int64 destination);

/* The value behind a datum, detoasted; 0A000 for a newer version, XX001 for a damaged one. */
extern FlowIndex *flow_index_from_datum(Datum datum);

static inline double
flow_persons(int64 count)
{
	return (double) count / FLOW_UNIT;
}

#endif /* RELOCATION_FLOW_H */
