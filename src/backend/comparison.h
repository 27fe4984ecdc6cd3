/*
 * comparison.h
 *	  The functions of a type's btree and hash operator classes, all over one order
 *	  and one hash.
 */
#ifndef BACKEND_COMPARISON_H
#define BACKEND_COMPARISON_H

#include "compat.h"
#include "common/hashfn.h"

/* -1, 0 or 1 as one number is less than, equal to or greater than another. */
static inline int
compare_numbers(int64 a, int64 b)
{
	return a < b ? -1 : a > b;
}

/* One operator's function: whether the order of the arguments stands so to 0. */
#define COMPARISON_FUNCTION(name, compare, stands)                                                 \
	PG_FUNCTION_INFO_V1(name);                                                                     \
	Datum name(PG_FUNCTION_ARGS)                                                                   \
	{                                                                                              \
		PG_RETURN_BOOL(compare(fcinfo) stands 0);                                                  \
	}

/*
 * monitor_<type>_eq, ne, lt, le, gt, ge, cmp, hash and hash_extended, of
 * int compare(fcinfo), a total order of the two arguments that is 0 exactly where
 * they are equal, and uint64 hash(fcinfo, seed), the same for equal values.
 */
#define COMPARISON_FUNCTIONS(type, compare, hash)                                                  \
	COMPARISON_FUNCTION(monitor_##type##_eq, compare, ==)                                          \
	COMPARISON_FUNCTION(monitor_##type##_ne, compare, !=)                                          \
	COMPARISON_FUNCTION(monitor_##type##_lt, compare, <)                                           \
	COMPARISON_FUNCTION(monitor_##type##_le, compare, <=)                                          \
	COMPARISON_FUNCTION(monitor_##type##_gt, compare, >)                                           \
	COMPARISON_FUNCTION(monitor_##type##_ge, compare, >=)                                          \
	PG_FUNCTION_INFO_V1(monitor_##type##_cmp);                                                     \
	Datum monitor_##type##_cmp(PG_FUNCTION_ARGS)                                                   \
	{                                                                                              \
		PG_RETURN_INT32(compare(fcinfo));                                                          \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(monitor_##type##_hash);                                                    \
	Datum monitor_##type##_hash(PG_FUNCTION_ARGS)                                                  \
	{                                                                                              \
		PG_RETURN_UINT32((uint32) hash(fcinfo, 0));                                                \
	}                                                                                              \
	PG_FUNCTION_INFO_V1(monitor_##type##_hash_extended);                                           \
	Datum monitor_##type##_hash_extended(PG_FUNCTION_ARGS)                                         \
	{                                                                                              \
		PG_RETURN_UINT64(hash(fcinfo, (uint64) PG_GETARG_INT64(1)));                               \
	}                                                                                              \
	extern int no_such_variable

/*
 * The same of a type whose values Struct *open(datum) detoasts, where values that
 * are equal have equal bytes from the field version on, and
 * int compare(const Struct *a, const Struct *b) is a total order as above.
 */
#define VALUE_COMPARISON_FUNCTIONS(type, Struct, open, compare)                                    \
	static int type##_compare_arguments(FunctionCallInfo fcinfo)                                   \
	{                                                                                              \
		Struct *a = open(PG_GETARG_DATUM(0));                                                      \
		Struct *b = open(PG_GETARG_DATUM(1));                                                      \
		int result = compare(a, b);                                                                \
                                                                                                   \
		/* Sorts and index searches call this many times in one memory context. */                 \
		PG_FREE_IF_COPY(a, 0);                                                                     \
		PG_FREE_IF_COPY(b, 1);                                                                     \
		return result;                                                                             \
	}                                                                                              \
	static uint64 type##_hash_argument(FunctionCallInfo fcinfo, uint64 seed)                       \
	{                                                                                              \
		Struct *value = open(PG_GETARG_DATUM(0));                                                  \
		Size from = offsetof(Struct, version);                                                     \
		uint64 hash = hash_bytes_extended((unsigned char *) value + from,                          \
										  (int) (VARSIZE(value) - from), seed);                    \
                                                                                                   \
		PG_FREE_IF_COPY(value, 0);                                                                 \
		return hash;                                                                               \
	}                                                                                              \
	COMPARISON_FUNCTIONS(type, type##_compare_arguments, type##_hash_argument)

#endif /* BACKEND_COMPARISON_H */
