/*
 * aggregate.c
 *	  The steps of aggregates.
 */
#include "compat.h"
#include "utils/lsyscache.h"

#include "backend/aggregate.h"

MemoryContext
aggregate_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
	{
		const char *name = get_func_name(fcinfo->flinfo->fn_oid);

		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("function %s is a step of an aggregate", name == NULL ? "?" : name),
						errhint("Call the aggregate itself.")));
	}
	return context;
}

int64
aggregate_area_id(FunctionCallInfo fcinfo, int argument)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("an area's id must not be NULL"),
				 errhint("Leave such rows out with FILTER (WHERE id IS NOT NULL).")));
	return PG_GETARG_INT64(argument);
}
