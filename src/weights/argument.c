/*
 * argument.c
 *	  The argument w of aggregates and window functions: the same in every row of a
 *	  group, perhaps large, fetched once a call site and shared by its groups.
 */
#include "compat.h"
#include "access/detoast.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "utils/memutils.h"

#include "weights/weights.h"

/* A larger value in line in every row costs more to carry than the statistic. */
#define INLINE_MOST (1024 * 1024)

/* The call site's own memory. */
WeightsSite *
weights_site(FunctionCallInfo fcinfo)
{
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(WeightsSite));
	return fcinfo->flinfo->fn_extra;
}

/* The expression of the first SQL argument, NULL where it cannot be known. */
static Node *
first_argument(FunctionCallInfo fcinfo)
{
	Aggref *aggregate = AggGetAggref(fcinfo);
	Node *call = fcinfo->flinfo->fn_expr;

	if (aggregate != NULL && aggregate->args != NIL)
		return (Node *) ((TargetEntry *) linitial(aggregate->args))->expr;
	if (aggregate == NULL && call != NULL && IsA(call, WindowFunc) &&
		((WindowFunc *) call)->args != NIL)
		return (Node *) linitial(((WindowFunc *) call)->args);
	return NULL;
}

/* Is w one value for all rows, and does it stay where it is? */
static bool
site_is_constant(FunctionCallInfo fcinfo, WeightsSite *site)
{
	if (!site->examined)
	{
		Node *expression = first_argument(fcinfo);

		site->constant = expression != NULL && (IsA(expression, Const) || IsA(expression, Param));
		site->examined = true;
	}
	return site->constant;
}

/* Have two values the same bytes, whatever their headers? */
static bool
bytes_equal(struct varlena *a, struct varlena *b)
{
	Size size = VARSIZE_ANY_EXHDR(a);

	return size == VARSIZE_ANY_EXHDR(b) && memcmp(VARDATA_ANY(a), VARDATA_ANY(b), size) == 0;
}

/* Is what a row brings the value kept? Two TOAST pointers may name equal values. */
static bool
argument_matches(FunctionCallInfo fcinfo, const WeightsArgument *argument, struct varlena *value)
{
	struct varlena *kept = argument->kept;
	DetoastCache *cache = &argument->site->cache;

	if (VARATT_IS_EXTERNAL(kept) && VARATT_IS_EXTERNAL(value) &&
		VARSIZE_EXTERNAL(kept) == VARSIZE_EXTERNAL(value) &&
		memcmp(kept, value, VARSIZE_EXTERNAL(kept)) == 0)
		return true;
	if (VARATT_IS_EXTERNAL(kept) || VARATT_IS_EXTERNAL(value))
	{
		MemoryContext context = fcinfo->flinfo->fn_mcxt;

		kept = detoast_cached(cache, context, PointerGetDatum(kept));
		value = detoast_cached(cache, context, PointerGetDatum(value));
	}
	else
		value = pg_detoast_datum_packed(value);
	return bytes_equal(kept, value);
}

/*
 * A value in line: the first few that come are the call site's and shared by all
 * groups that bring them; any further one is the group's own and goes with it.
 */
static struct varlena *
site_copy(FunctionCallInfo fcinfo, WeightsSite *site, MemoryContext context, struct varlena *value)
{
	struct varlena *plain = pg_detoast_datum(value);
	struct varlena *copy;
	int i = 0;

	if (VARSIZE(plain) > INLINE_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("weights of %zu bytes are carried in every row", (Size) VARSIZE(plain)),
				 errhint("Keep them in a table and give its column, or write (SELECT w FROM ...) "
						 "as the argument.")));
	for (; i < WEIGHTS_COPIES && site->copy[i] != NULL; i++)
		if (bytes_equal(site->copy[i], plain))
			return site->copy[i];
	copy =
		MemoryContextAlloc(i < WEIGHTS_COPIES ? fcinfo->flinfo->fn_mcxt : context, VARSIZE(plain));
	memcpy(copy, plain, VARSIZE(plain));
	if (i < WEIGHTS_COPIES)
		site->copy[i] = copy;
	return copy;
}

/* The first row's w in the form that the group keeps. */
static struct varlena *
argument_keep(FunctionCallInfo fcinfo, WeightsSite *site, MemoryContext context,
			  struct varlena *value)
{
	struct varlena *pointer;

	if (!VARATT_IS_EXTERNAL_ONDISK(value))
		return site_is_constant(fcinfo, site) ? value : site_copy(fcinfo, site, context, value);
	pointer = MemoryContextAlloc(context, VARSIZE_EXTERNAL(value));
	memcpy(pointer, value, VARSIZE_EXTERNAL(value));
	return pointer;
}

void
weights_argument_add(FunctionCallInfo fcinfo, WeightsArgument *argument, MemoryContext context,
					 Datum datum, bool isnull)
{
	struct varlena *value = isnull ? NULL : (struct varlena *) DatumGetPointer(datum);

	if (argument->site == NULL)
	{
		WeightsSite *site = weights_site(fcinfo);

		if (value != NULL)
			argument->kept = argument_keep(fcinfo, site, context, value);
		argument->site = site;
		return;
	}
	if (site_is_constant(fcinfo, argument->site) || (value == NULL && argument->kept == NULL))
		return;
	if (value == NULL || argument->kept == NULL || !argument_matches(fcinfo, argument, value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("weights are not the same in all rows of a group"),
						errhint("Group by what tells the weights apart, or use PARTITION BY.")));
}

const Weights *
weights_argument_value(const WeightsArgument *argument)
{
	if (argument->site == NULL || argument->kept == NULL)
		return NULL;
	return weights_open(detoast_cached(&argument->site->cache,
									   GetMemoryChunkContext(argument->site),
									   PointerGetDatum(argument->kept)));
}

const Weights *
weights_argument_window(FunctionCallInfo fcinfo, WindowObject window)
{
	WeightsArgument argument = {0};
	int64 rows = WinGetPartitionRowCount(window);
	MemoryContext context = CurrentMemoryContext;
	MemoryContext scratch =
		AllocSetContextCreate(context, "weights of a row", ALLOCSET_SMALL_SIZES);

	for (int64 row = 0; row < rows; row++)
	{
		bool isnull;
		bool outside;
		Datum datum;

		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(scratch);
		datum = WinGetFuncArgInPartition(window, 0, (int) row, WINDOW_SEEK_HEAD, false, &isnull,
										 &outside);
		weights_argument_add(fcinfo, &argument, context, datum, isnull);
		MemoryContextSwitchTo(context);
		MemoryContextReset(scratch);
		if (site_is_constant(fcinfo, argument.site))
			break;
	}
	MemoryContextDelete(scratch);
	return weights_argument_value(&argument);
}
