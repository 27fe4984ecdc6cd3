/*
 * memory.h
 *	  Arrays that may be large: beyond 1 GB where need be. One of no elements has room
 *	  for one, so that it is never NULL.
 */
#ifndef BACKEND_MEMORY_H
#define BACKEND_MEMORY_H

#include "compat.h"
#include "utils/memutils.h"

/* An array in the current memory context. */
static inline void *
allocate(Size count, Size width)
{
	return palloc_extended(Max(count, 1) * width, MCXT_ALLOC_HUGE);
}

/* The same with all bytes 0. */
static inline void *
allocate_zero(Size count, Size width)
{
	return palloc_extended(Max(count, 1) * width, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* The array with room for so many elements: a new one in the context where it is NULL. */
static inline void *
reallocate(MemoryContext context, void *array, Size count, Size width)
{
	if (array == NULL)
		return MemoryContextAllocHuge(context, count * width);
	return repalloc_huge(array, count * width);
}

#endif /* BACKEND_MEMORY_H */
