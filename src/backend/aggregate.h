/*
 * aggregate.h
 *	  The steps of aggregates.
 */
#ifndef BACKEND_AGGREGATE_H
#define BACKEND_AGGREGATE_H

#include "compat.h"

/* The context that a state lives in; 0A000 naming the function where no aggregate calls it. */
extern MemoryContext aggregate_context(FunctionCallInfo fcinfo);

/* An area's id; 22004 where the argument is NULL. */
extern int64 aggregate_area_id(FunctionCallInfo fcinfo, int argument);

#endif /* BACKEND_AGGREGATE_H */
