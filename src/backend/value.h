/*
 * value.h
 *	  Checks of a stored value of a type of ours, all of which begin with a length
 *	  and a version.
 */
#ifndef BACKEND_VALUE_H
#define BACKEND_VALUE_H

#include "compat.h"

/* Raises 0A000 where a detoasted value is of a version above what the library reads, XX001 below. */
extern void value_check_version(const char *type, const void *value, uint8 version);

/* Raises XX001. */
extern void value_refuse_damaged(const char *type, const void *value) pg_attribute_noreturn();

#endif /* BACKEND_VALUE_H */
