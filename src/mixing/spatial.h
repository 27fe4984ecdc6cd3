/*
 * spatial.h
 *	  Mixing in space: arguments that are words, the boundary of a study area, the
 *	  nearest persons, indices of many groups from local environments.
 */
#ifndef MIXING_SPATIAL_H
#define MIXING_SPATIAL_H

#include "compat.h"
#include "windowapi.h"

#include "geometry/geometry.h"

/* ---- spatial_words.c ---- */

/*
 * Which of some words a text value is, from 0. NULL: 22004; none of them: 22023 with a
 * hint that lists them.
 */
extern int word_choice(const char *name, Datum value, bool isnull, const char *const *words,
					   int count);

/* ---- spatial_boundary.c: how far is a point from the edge of the study area? ---- */

typedef struct Boundary Boundary;

/* Of a POLYGON or MULTIPOLYGON; any other: 22023. */
extern Boundary *boundary_build(const struct varlena *geometry);
extern int32 boundary_srid(const Boundary *boundary);

/*
 * Distance from a point to the boundary's line, -1 outside the polygon; infinity
 * where it is limit or more.
 */
extern double boundary_distance(const Boundary *boundary, Point point, double limit);

/* ---- spatial_persons.c: the nearest persons of each area ---- */

/* Persons asked for, and the place in the list given. */
typedef struct Wanted
{
	double persons;
	int place;
} Wanted;

typedef struct NearestOptions
{
	Wanted *wanted; /* ascending */
	int count;
	bool whole; /* what is taken last counts whole */
	bool by_id; /* of equally near areas the lower id first */
	double sphere_radius;
	Boundary *boundary; /* or NULL */
} NearestOptions;

/* People of an area; NaN: unknown. */
typedef struct Persons
{
	double x;
	double total;
} Persons;

/* Areas in the order of ids. */
typedef struct PersonAreas
{
	uint32 count;
	int64 *rows;   /* place in the partition */
	Point *points; /* NaN: left out */
	Persons *persons;
	double known; /* persons of the areas whose x is known */
} PersonAreas;

/* What was found for one k. */
typedef struct Neighborhood
{
	double share; /* NaN: none */
	double radius;
	double unknown;
	int64 areas;
	bool edge;
} Neighborhood;

/* Answers by row, as many for each as there are k; given: has the row an answer? */
extern void nearest_persons(const PersonAreas *areas, const NearestOptions *options,
							Neighborhood *answers, bool *given);

/* ---- spatial_groups.c: counts by group, indices of shares by group ---- */

/* More people than there can be; their sums and products stay finite. */
#define PERSONS_MOST 1e14

/* More groups than any classification has, and a matrix of them still fits. */
#define GROUPS_MOST 1000

/* Raises 22023 unless a count is 0 to PERSONS_MOST; name is for the message. */
extern void group_count_check(double count, const char *name);

/*
 * Reads a row's counts, in the current memory context; NULL where one of them is
 * NULL. groups: 0 before the first row, then how many a row must have.
 */
extern double *group_counts_read(Datum array, int *groups);

/* Entropy of shares in natural logarithms; total is their sum. */
extern double shares_entropy(const double *counts, int groups, double total);

/* What the indices are computed of: n environments of m groups. */
typedef struct Environments
{
	uint32 n;
	uint32 groups;
	const double *counts;      /* n x groups: residents */
	const double *surrounding; /* n x groups: weighted residents of the environment */
} Environments;

typedef struct SpatialIndices
{
	double dissimilarity, gini, information_theory, mutual_information, relative_diversity,
		normalized_exposure; /* NaN: not defined */
	double *exposure;        /* groups x groups; NaN rows of groups without people */
} SpatialIndices;

/*
 * Residents' environments (Reardon and O'Sullivan 2004), or, with over_environments,
 * the plain indices of the environments as if they were areas.
 */
extern void environments_indices(const Environments *environments, bool over_environments,
								 SpatialIndices *indices);

#endif /* MIXING_SPATIAL_H */
