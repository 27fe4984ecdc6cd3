/*
 * profile.h
 *	  The profile: counts of one area's (or city's, or country's) residents in
 *	  one data year, all that the legal criteria need.
 */
#ifndef MONITOR_PROFILE_H
#define MONITOR_PROFILE_H

#include "compat.h"
#include "utils/numeric.h"

#define PROFILE_VERSION 1

/* Units of the two sums that are not whole persons. */
#define PROFILE_LABOUR_UNIT 10000 /* full-time persons outside, in 1/10,000 */
#define PROFILE_MONEY_UNIT 100    /* kroner, in 1/100 */

/* What is counted, in the order of storage; new counts are added at the end. */
typedef enum ProfileCount
{
	PROFILE_RESIDENTS,
	PROFILE_UNKNOWN_AGE,        /* residents of unknown age: in no age group below */
	PROFILE_ADULTS,             /* aged 18 and over */
	PROFILE_WORKING_AGE,        /* aged 18-64 */
	PROFILE_OUTSIDE_LABOUR,     /* of 18-64, full-time persons x PROFILE_LABOUR_UNIT */
	PROFILE_UNKNOWN_LABOUR,     /* of 18-64 */
	PROFILE_CONVICTED,          /* of 18+ */
	PROFILE_UNKNOWN_CONVICTION, /* of 18+ */
	PROFILE_AGED_30_59,
	PROFILE_BASIC_EDUCATION,        /* of 30-59 */
	PROFILE_NOT_APPROVED_EDUCATION, /* of 30-59, more than basic school but not approved */
	PROFILE_UNKNOWN_EDUCATION,      /* of 30-59 */
	PROFILE_TAXPAYERS,              /* of 15-64, not in education, income known */
	PROFILE_INCOME_TOTAL,   /* of the taxpayers, kroner x PROFILE_MONEY_UNIT; may be negative */
	PROFILE_UNKNOWN_INCOME, /* of 15-64, not in education, income unknown */
	PROFILE_UNKNOWN_IN_EDUCATION, /* of 15-64, unknown whether in education */
	PROFILE_NON_WESTERN,          /* of residents */
	PROFILE_UNKNOWN_ORIGIN,       /* of residents */
	PROFILE_COUNTS
} ProfileCount;

/*
 * The value as stored. A count that a delivery did not give has its bit set in
 * missing and is 0; sums and differences with it miss it too.
 */
typedef struct Profile
{
	int32 vl_len_;
	uint8 version;
	uint8 reserved[3];
	uint32 missing; /* bit i: count i was not given */
	uint32 reserved2;
	int64 count[PROFILE_COUNTS];
} Profile;

#define PROFILE_IS_MISSING(profile, field) (((profile)->missing & (1u << (field))) != 0)
#define DatumGetProfileP(datum) profile_from_datum(datum)
#define PG_GETARG_PROFILE_P(n) DatumGetProfileP(PG_GETARG_DATUM(n))
#define PG_RETURN_PROFILE_P(profile) PG_RETURN_POINTER(profile)

/* SQL names of the counts, and the digits after the point that each is shown with. */
extern const char *const profile_count_names[PROFILE_COUNTS];
extern int profile_count_decimals(ProfileCount field);

/* A new profile of nobody, in the current memory context. */
extern Profile *profile_new(void);
extern Profile *profile_copy(const Profile *profile);

/* The value behind a datum, detoasted; 0A000 for a newer version, XX001 for a damaged one. */
extern Profile *profile_from_datum(Datum datum);

/* Adds or subtracts in place; a sum beyond bigint is 22003. */
extern void profile_add(Profile *to, const Profile *from);
extern void profile_subtract(Profile *to, const Profile *from);

/*
 * Raises the given SQLSTATE unless every count is possible: none negative but
 * income_total, none larger than the group it is of. hint may be NULL.
 */
extern void profile_check(const Profile *profile, int sqlstate, const char *hint);

/* One count as decimal text, "null" where missing, and as numeric. */
extern char *profile_count_text(const Profile *profile, ProfileCount field);
extern Numeric profile_count_numeric(const Profile *profile, ProfileCount field);

/* A number as stored: false where it is not finite or too large, *exact where nothing was rounded. */
extern bool profile_count_from_numeric(ProfileCount field, Numeric number, int64 *count,
									   bool *exact);

#endif /* MONITOR_PROFILE_H */
