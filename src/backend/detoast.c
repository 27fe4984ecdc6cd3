/*
 * detoast.c
 *	  Cache of a few fetched TOAST values a call site.
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

/* Is this the value that a TOAST pointer names? */
static inline bool
slot_matches(const DetoastSlot *slot, const struct varatt_external *external)
{
	return slot->id == external->va_valueid && slot->table == external->va_toastrelid &&
		   slot->raw_size == external->va_rawsize &&
		   slot->stored_size == VARATT_EXTERNAL_GET_EXTSIZE(*external);
}

/* Fetches a value into the slot, which lives in the context. */
static void
slot_fetch(DetoastSlot *slot, MemoryContext context, struct varlena *pointer,
		   const struct varatt_external *external)
{
	MemoryContext caller;
	struct varlena *old = slot->value;

	slot->table = InvalidOid;
	slot->value = NULL;
	if (old != NULL)
		pfree(old);

	caller = MemoryContextSwitchTo(context);
	slot->value = detoast_attr(pointer);
	MemoryContextSwitchTo(caller);

	slot->table = external->va_toastrelid;
	slot->id = external->va_valueid;
	slot->raw_size = external->va_rawsize;
	slot->stored_size = VARATT_EXTERNAL_GET_EXTSIZE(*external);
	fetched++;
}

/* The value in the cache that was not used last, or a fetched one in place of the oldest. */
static struct varlena *
detoast_other(DetoastCache *cache, MemoryContext context, struct varlena *pointer,
			  const struct varatt_external *external)
{
	DetoastSlot found;
	int i;

	for (i = 1; i < DETOAST_SLOTS - 1; i++)
		if (slot_matches(&cache->slot[i], external))
			break;
	if (!slot_matches(&cache->slot[i], external))
		slot_fetch(&cache->slot[i], context, pointer, external);
	found = cache->slot[i];
	memmove(&cache->slot[1], &cache->slot[0], i * sizeof(DetoastSlot));
	cache->slot[0] = found;
	return found.value;
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
		if (likely(slot_matches(&cache->slot[0], &external)))
			return cache->slot[0].value;
		return detoast_other(cache, context, value, &external);
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
