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

/* A fetched value and what its TOAST pointer said. */
typedef struct DetoastSlot
{
	Oid table; /* InvalidOid: the slot is free */
	Oid id;
	int32 raw_size; /* lest an id be used again */
	Size stored_size;
	struct varlena *value; /* in the context given to detoast_cached */
} DetoastSlot;

/*
 * Several, as a join may bring a few stored values in turns, row by row. A function
 * with a state of its own in fn_extra embeds this there, zeroed.
 */
#define DETOAST_SLOTS 4

typedef struct DetoastCache
{
	DetoastSlot slot[DETOAST_SLOTS]; /* last used first */
} DetoastCache;

extern struct varlena *detoast_cached(DetoastCache *cache, MemoryContext context, Datum datum);
extern struct varlena *detoast_argument(FunctionCallInfo fcinfo, int argument);

#endif /* BACKEND_DETOAST_H */
