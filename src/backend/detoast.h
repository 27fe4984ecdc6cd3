/*
 * detoast.h
 *	  Large arguments that are the same in row after row, fetched once.
 *
 * An index or a weights value of some megabytes reaches a function either in
 * line (from a CTE or a parameter), and is then used where it lies, or as a
 * pointer into a TOAST table, and is then fetched once a call site: the copy
 * lives as long as the FmgrInfo and is known by the pointer's identity.
 */
#ifndef BACKEND_DETOAST_H
#define BACKEND_DETOAST_H

#include "compat.h"

/* One fetched value; a caller with a state of its own in fn_extra embeds it there. */
typedef struct DetoastCache
{
	Oid table;      /* of the TOAST table; InvalidOid = nothing fetched */
	Oid id;         /* of the value in that table */
	int32 raw_size; /* and its sizes, lest an id be used again */
	Size stored_size;
	struct varlena *value; /* in the context given to detoast_cached */
} DetoastCache;

extern struct varlena *detoast_cached(DetoastCache *cache, MemoryContext context, Datum datum);
extern struct varlena *detoast_argument(FunctionCallInfo fcinfo, int argument);

#endif /* BACKEND_DETOAST_H */
