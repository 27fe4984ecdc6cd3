/*
 * demo.c
 *	  The demonstration city's source of random numbers.
 */
#include "compat.h"

#include "statistics/random.h"

PG_FUNCTION_INFO_V1(monitor_demo_uniform);

/* Draw number slot of (seed, id), in [0, 1). */
Datum
monitor_demo_uniform(PG_FUNCTION_ARGS)
{
	uint64 seed = (uint64) PG_GETARG_INT64(0);
	uint64 id = (uint64) PG_GETARG_INT64(1);
	int64 slot = PG_GETARG_INT32(2);

	PG_RETURN_FLOAT8(random_uniform(seed, id, (uint64) slot));
}
