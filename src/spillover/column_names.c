/*
 * column_names.c
 *	  What the columns of x are called.
 */
#include "compat.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "spillover/column_names.h"

char **
column_names(FunctionCallInfo fcinfo, int argument, int columns)
{
	char **names = palloc(Max(columns, 1) * sizeof(char *));
	Datum *elements;
	bool *nulls;
	int count;

	if (PG_ARGISNULL(argument))
	{
		for (int i = 0; i < columns; i++)
			names[i] = psprintf("x%d", i + 1);
		return names;
	}
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argument), TEXTOID, -1, false, TYPALIGN_INT, &elements,
					  &nulls, &count);
	if (count != columns)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%d names are given for %d columns of x", count, columns),
						errhint("Name each column of x, in their order, without the intercept.")));
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("the name of column %d of x is NULL", i + 1),
							errhint("Name each column of x, or none: they are then x1, x2, ...")));
		names[i] = TextDatumGetCString(elements[i]);
	}
	return names;
}
