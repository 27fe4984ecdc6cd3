/*
 * uncertainty.h
 *	  What the files of the room share: checks of counts, and an interval.
 */
#ifndef UNCERTAINTY_UNCERTAINTY_H
#define UNCERTAINTY_UNCERTAINTY_H

#include "compat.h"
#include "windowapi.h"

/* Above the number of persons of any register; what the distributions take in well under a second. */
#define COUNT_MOST 1e10

typedef struct Limits
{
	double low;
	double high;
} Limits;

/* 22023 unless the value is a count from 0 to COUNT_MOST, whole if asked. */
extern void check_count(const char *name, double value, bool whole);

/* 22023 unless both are counts and x is at most n. */
extern void check_share(const char *x_name, double x, const char *n_name, double n, bool whole);

/* 22023 unless between 0 and 1, both excluded. */
extern void check_confidence(double conf);

/* Wilson's interval of the share x / n, n above 0. */
extern Limits wilson_interval(double x, double n, double conf);

/* Newcombe's interval of x1 / n1 - x2 / n2, both n above 0. */
extern Limits newcombe_interval(double x1, double n1, double x2, double n2, double conf);

/* Fisher's exact two-sided p of x1 of n1 against x2 of n2: tables no more probable than this one. */
extern double fisher_two_sided(int64 x1, int64 n1, int64 x2, int64 n2);

/* A share among others of a partition; row is where the answer goes. */
typedef struct Share
{
	double x;
	double n;
	int64 row;
} Share;

typedef struct Shares
{
	int64 rows;  /* of the partition */
	int64 count; /* of those, with x and n known and n above 0 */
	Share *share;
} Shares;

/*
 * Arguments x and n of a window function's rows, checked, in an order that does
 * not depend on that of the rows. limited: x is at most n; whole as above.
 */
extern Shares *shares_read(WindowObject window, bool limited, bool x_whole, bool n_whole);

/* Arguments that are the same in all rows of a partition; else 22023. */
extern double window_double(FunctionCallInfo fcinfo, int number, const char *name, bool *isnull);
extern bool window_bool(FunctionCallInfo fcinfo, int number, const char *name);

#endif /* UNCERTAINTY_UNCERTAINTY_H */
