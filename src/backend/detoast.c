/*
 * detoast.c
 *	  Cache of one fetched TOAST value a call site.
 */
#include "compat.h"
#include "access/detoast.h"
#include "utils/memutils.h"
#include "backend/detoast.h"

PG_FUNCTION_INFO_V1(monitor_detoast_count);

/* Values fetched in this session. For diagnostics: nothing is decided by it. */
static int64 fetched = 0;

/* Number of large values this session has fetched from TOAST. */
Datum
monitor_detoast_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(fetched);
}

/* Replaces the cached value by the one that the TOAST pointer names. */
static void
detoast_fetch(DetoastCache *cache, MemoryContext context, struct varlena *pointer,
			  const struct varatt_external *external)
{
	MemoryContext caller;

	cache->table = InvalidOid;
	if (cache->value != NULL)
		pfree(cache->value);
	cache->value = NULL;

	caller = MemoryContextSwitchTo(context);
	cache->value = detoast_attr(pointer);
	MemoryContextSwitchTo(caller);

	cache->table = external->va_toastrelid;
	cache->id = external->va_valueid;
	cache->raw_size = external->va_rawsize;
	cache->stored_size = VARATT_EXTERNAL_GET_EXTSIZE(*external);
	fetched++;
}

/*
 * The value with a four-byte header, aligned for doubles. What is stored out of
 * line is fetched into the context given, and only if it is not there yet; what
 * is in line and aligned is returned as it is; the rest is copied for the row.
 */
struct varlena *
detoast_cached(DetoastCache *cache, MemoryContext context, Datum datum)
{
	struct varlena *value = (struct varlena *) DatumGetPointer(datum);

	if (likely(VARATT_IS_4B_U(value)))
	{
		struct varlena *copy;

		if (likely((uintptr_t) value % sizeof(double) == 0))
			return value;
		copy = palloc(VARSIZE(value));
		memcpy(copy, value, VARSIZE(value));
		return copy;
	}
	if (VARATT_IS_EXTERNAL_ONDISK(value))
	{
		struct varatt_external external;

		VARATT_EXTERNAL_GET_POINTER(external, value);
		if (external.va_valueid != cache->id || external.va_toastrelid != cache->table ||
			external.va_rawsize != cache->raw_size ||
			VARATT_EXTERNAL_GET_EXTSIZE(external) != cache->stored_size)
			detoast_fetch(cache, context, value, &external);
		return cache->value;
	}
	return detoast_attr(value);
}

/* The same for a function that keeps nothing else in fn_extra. */
struct varlena *
detoast_argument(FunctionCallInfo fcinfo, int argument)
{
	DetoastCache *cache = fcinfo->flinfo->fn_extra;

	if (unlikely(cache == NULL))
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(DetoastCache));
		fcinfo->flinfo->fn_extra = cache;
	}
	return detoast_cached(cache, fcinfo->flinfo->fn_mcxt, PG_GETARG_DATUM(argument));
}
