/*
 * spatial_words.c
 *	  Arguments that are one of some words.
 */
#include "compat.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "mixing/spatial.h"

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
