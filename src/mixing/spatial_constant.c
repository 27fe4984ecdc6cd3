/*
 * spatial_constant.c
 *	  Arguments of window functions that must be the same in all rows of a partition,
 *	  and arguments that are one of some words.
 */
#include "compat.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/memutils.h"

#include "mixing/spatial.h"

/* Is the argument a constant or a parameter, such as an uncorrelated subquery? */
static bool
argument_is_fixed(FunctionCallInfo fcinfo, int number)
{
	Node *call = fcinfo->flinfo->fn_expr;
	Node *expression;

	if (call == NULL || !IsA(call, WindowFunc) ||
		list_length(((WindowFunc *) call)->args) <= number)
		return false;
	expression = list_nth(((WindowFunc *) call)->args, number);
	return IsA(expression, Const) || IsA(expression, Param);
}

/* Are two values the same, as stored or once they are fetched? */
static bool
values_equal(Datum a, Datum b, int16 length)
{
	struct varlena *left, *right;
	Size size;

	if (length != -1)
		return a == b;
	if (datumIsEqual(a, b, false, length))
		return true;
	left = PG_DETOAST_DATUM_PACKED(a);
	right = PG_DETOAST_DATUM_PACKED(b);
	size = VARSIZE_ANY_EXHDR(left);
	return size == VARSIZE_ANY_EXHDR(right) &&
		   memcmp(VARDATA_ANY(left), VARDATA_ANY(right), size) == 0;
}

Datum
window_constant(FunctionCallInfo fcinfo, WindowObject window, const WindowArgument *argument,
				bool *isnull)
{
	MemoryContext scratch =
		AllocSetContextCreate(CurrentMemoryContext, "constant argument", ALLOCSET_SMALL_SIZES);
	int64 rows = WinGetPartitionRowCount(window);
	Datum kept = 0;

	for (int64 row = 0; row < rows; row++)
	{
		MemoryContext caller = MemoryContextSwitchTo(scratch);
		bool null;
		bool outside;
		Datum value = WinGetFuncArgInPartition(window, argument->number, (int) row,
											   WINDOW_SEEK_HEAD, false, &null, &outside);
		bool same =
			row == 0 || (null == *isnull && (null || values_equal(value, kept, argument->length)));

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(caller);
		if (!same)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s is not the same in all rows", argument->name),
							errhint("Give one %s, or use PARTITION BY.", argument->name)));
		if (row == 0)
		{
			*isnull = null;
			if (!null)
				kept = datumCopy(value, argument->length != -1, argument->length);
			if (argument_is_fixed(fcinfo, argument->number))
				break;
		}
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);
	return kept;
}

/* Words for a hint: 'a', 'b' or 'c'. */
static char *
words_list(const char *const *words, int count)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
		appendStringInfo(&list, "%s'%s'", i == 0 ? "" : i == count - 1 ? " or " : ", ", words[i]);
	return list.data;
}

int
word_choice(const char *name, Datum value, bool isnull, const char *const *words, int count)
{
	const char *word = isnull ? NULL : TextDatumGetCString(value);

	if (word == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", name),
				 errhint("%s is %s.", name, words_list(words, count))));
	for (int i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s is \"%s\"", name, word),
					errhint("%s is %s.", name, words_list(words, count))));
}
