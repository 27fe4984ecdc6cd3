/*
 * arrivals.h
 *	  Who moved to a place, in one period or compared with a period before.
 */
#ifndef RELOCATION_ARRIVALS_H
#define RELOCATION_ARRIVALS_H

#include "compat.h"

#include "relocation/shares.h"

/* Arrivals with x of one period, in persons. */
typedef struct Arrivals
{
	double x;
	double squares;
} Arrivals;

/* Two periods: before and after. */
typedef struct Periods
{
	const WaterbedIndex *index[2];
	PlaceSet without;
	double scale[2]; /* before is counted as if it were as long as after */
	Arrivals all[2];
	double confidence;
} Periods;

typedef struct Diversion
{
	double arrivals[2];
	bool defined;
	double by_volume;
	double diverted;
	bool bounded;
	double low;
	double high;
} Diversion;

/* 22023 unless the length of a period. */
extern double check_years(const char *name, double years);

/* What makes figures of the period before as if it were as long; 22023 unless both have a length. */
extern double years_scale(double years_before, double years_after);

/* Whether those of a pair moved to a place from elsewhere: born and aged in are no arrivals. */
extern bool is_arrival(const WaterbedPair *pair);

/* Sums over the city; indexes, scale, confidence and who is left out are set. */
extern void periods_open(Periods *periods);

/* The change of one destination's arrivals, in two parts; limits by the change of its share. */
extern void divert(const Periods *periods, int64 area, Diversion *d);

/* The next destination of either period, ascending from at = {0, 0}; false at the end. */
extern bool next_destination(const Periods *periods, Size *at, int64 *area);

#endif /* RELOCATION_ARRIVALS_H */
