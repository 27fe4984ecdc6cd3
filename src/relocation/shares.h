/*
 * shares.h
 *	  Waterbed shares of a set of areas and their limits, from sums by pair or from
 *	  persons in households.
 *
 * Both shares are ratios of sums over persons: exports E over the fall D of the
 * count, and the part A of moves within the city over the change R of the share
 * (its numerator and denominator linearised). A person's contribution to each is
 * constant + a x0 + b x1, by what the person did. Given origin and x before,
 * persons of an origin are draws from one distribution; entrants are Poisson.
 */
#ifndef RELOCATION_SHARES_H
#define RELOCATION_SHARES_H

#include "compat.h"
#include "utils/array.h"

#include "backend/composite.h"
#include "relocation/waterbed.h"

/* What a person did, seen from the set. Only the receivers' part counts as exported. */
typedef enum ShareCategory
{
	SHARE_NONE, /* in the city, never in the set */
	SHARE_STAYED,
	SHARE_LEFT_TO,    /* to a receiver */
	SHARE_LEFT_OTHER, /* to another place in the city */
	SHARE_LEFT_CITY,
	SHARE_CAME_FROM, /* from a receiver */
	SHARE_CAME_OTHER,
	SHARE_CAME_OUTSIDE,
	SHARE_CATEGORIES
} ShareCategory;

/* Contributions of a person. */
enum
{
	SHARE_E,
	SHARE_D,
	SHARE_A,
	SHARE_R,
	SHARE_PARTS
};

/* Sums of the persons of one category, x in 1/10,000. */
typedef struct ShareSum
{
	int64 n;
	int128 x0;
	int128 x1;
} ShareSum;

typedef struct ShareSums
{
	ShareSum of[SHARE_CATEGORIES];
	int64 unknown;
} ShareSums;

/* constant, a and b of every part. */
typedef struct ShareInfluence
{
	double constant[SHARE_PARTS];
	double x0[SHARE_PARTS];
	double x1[SHARE_PARTS];
} ShareInfluence;

/* Sums over persons of a stratum, x in its own unit. */
typedef struct ShareStratum
{
	double n;
	double x0;
	double x00;
	double u[SHARE_PARTS];
	double ux0[SHARE_PARTS];
	double uu[SHARE_PARTS][SHARE_PARTS];
	double size[SHARE_PARTS]; /* of what uu sums, without signs: what it may be off by rounding */
} ShareStratum;

/* What is expected of a person of a stratum: intercept + slope x0. */
typedef struct ShareFit
{
	double intercept[SHARE_PARTS];
	double slope[SHARE_PARTS];
	double inflation; /* of squares of residuals, for the slope */
} ShareFit;

typedef double ShareVariance[SHARE_PARTS][SHARE_PARTS];

/* Both shares; exported and fall stand whatever the shares do. */
typedef struct ShareResult
{
	double exported;
	double fall;
	WaterbedInterval count;
	WaterbedInterval rate;
	int64 unknown;
} ShareResult;

/* Codes of areas, ascending and each once. */
typedef struct PlaceSet
{
	const int64 *area;
	Size n;
} PlaceSet;

extern bool place_set_has(const PlaceSet *set, int64 area);
/* Of an argument: 22004 for NULL elements, 22023 for codes of no place in the city. */
extern PlaceSet place_set_from_array(ArrayType *array, const char *name);
/* 22023 if they share an area. */
extern void area_sets_apart(const PlaceSet *a, const char *a_name, const PlaceSet *b,
							const char *b_name);
/* 22023 unless between 0 and 1. */
extern void share_check_confidence(double confidence);

/* What the set's account makes of a person; all places in the city receive where receivers is NULL. */
extern ShareCategory share_category(const PlaceSet *set, const PlaceSet *receivers, int64 before,
									int64 after);
extern void share_influences(const ShareSums *sums, ShareInfluence *influence);
extern void share_fit(const ShareStratum *stratum, ShareFit *fit);
extern void share_result(const ShareSums *sums, const ShareVariance variance, double confidence,
						 ShareResult *result);

/* The whole for a set and its receivers (NULL: all the city). */
extern void share_of_set(const WaterbedIndex *index, const PlaceSet *set, const PlaceSet *receivers,
						 double confidence, ShareResult *result);

/* One row of type waterbed_set_share; about is put before the note of the shares. */
extern Datum share_row(CompositeType *type, const ShareResult *result, const char *about);
#define SHARE_COLUMNS 10

#endif /* RELOCATION_SHARES_H */
