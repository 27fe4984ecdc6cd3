/*
 * column_names.h
 *	  What the columns of x are called.
 */
#ifndef SPILLOVER_COLUMN_NAMES_H
#define SPILLOVER_COLUMN_NAMES_H

#include "compat.h"

/*
 * One name a column, of an argument text[]: x1, x2, ... where it is NULL. 22023 for
 * another number of names, 22004 for a NULL one.
 */
extern char **column_names(FunctionCallInfo fcinfo, int argument, int columns);

#endif /* SPILLOVER_COLUMN_NAMES_H */
