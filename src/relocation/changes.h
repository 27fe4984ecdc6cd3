/*
 * changes.h
 *	  The parts of an area's account as rates with their errors, and what of a change
 *	  is beyond what such areas do.
 */
#ifndef RELOCATION_CHANGES_H
#define RELOCATION_CHANGES_H

#include "compat.h"

#include "relocation/waterbed.h"

/* In the order of the rows. */
typedef enum ChangeComponent
{
	CHANGE_STAYERS,    /* change of x of those who stayed, a person and year */
	CHANGE_DEPARTURES, /* mean x of those who left for elsewhere in the city less that of the others */
	CHANGE_ARRIVALS, /* mean x of those who came less that of the residents at the start */
	CHANGE_SIZE,     /* net movers from elsewhere in the city, a resident and year */
	CHANGE_COMPONENTS
} ChangeComponent;

/* A component of one area in one period; n persons bear it. Without variance it is not defined. */
typedef struct ChangeRate
{
	int64 n;
	double value;
	double variance;
	bool defined;
} ChangeRate;

/* Rates of a place of the index, in the order of the components. */
typedef ChangeRate ChangeRates[CHANGE_COMPONENTS];

/* One for each place of the index; those of places outside the city are not defined. */
extern ChangeRates *change_rates(const WaterbedIndex *index, double years);

/* What is asked of one component of the areas. */
typedef struct ChangeCase
{
	ChangeRate before; /* not defined where there is no period before */
	ChangeRate after;
	bool control;
	/* the answer; defined: there is one */
	bool defined;
	double expected;
	double difference;
	double variance;
} ChangeCase;

/*
 * Expectation of after from before and from the controls, for every case; returns
 * the overdispersion, 1 where there are too few cases to see it.
 */
extern double change_expect(ChangeCase *change, Size n);

#endif /* RELOCATION_CHANGES_H */
