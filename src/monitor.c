/*
 * monitor.c
 *	  Module entry and the library's own version.
 */
#include "compat.h"
#include "utils/builtins.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(monitor_library_version);

/* Version of the shared library that the server has loaded, as text. */
Datum
monitor_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(MONITOR_VERSION));
}
