/*
 * value.c
 *	  Stored values that are newer than the library, or damaged.
 */
#include "compat.h"

#include "backend/value.h"

/* What every value begins with. */
typedef struct ValueHead
{
	int32 vl_len_;
	uint8 version;
} ValueHead;

void
value_refuse_damaged(const char *type, const void *value)
{
	ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
					errmsg("%s value of %zu bytes is damaged", type, (size_t) VARSIZE(value)),
					errhint("Make the value again from its rows, or restore it from a backup.")));
}

static pg_noinline void
refuse_newer(const char *type, uint8 found, uint8 known)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s value has version %d, this library knows %d", type, found, known),
			 errhint("The value was written by a newer version of monitor; install that and run "
					 "ALTER EXTENSION monitor UPDATE.")));
}

void
value_check_version(const char *type, const void *value, uint8 version)
{
	const ValueHead *head = value;

	if (unlikely(VARSIZE(value) < offsetof(ValueHead, version) + sizeof(uint8)))
		value_refuse_damaged(type, value);
	if (unlikely(head->version > version))
		refuse_newer(type, head->version, version);
	if (unlikely(head->version < version))
		value_refuse_damaged(type, value);
}
