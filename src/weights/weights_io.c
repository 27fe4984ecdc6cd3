/*
 * weights_io.c
 *	  Type weights: text and binary, in and out.
 */
#include "compat.h"
#include "common/shortest_dec.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "weights/weights.h"

PG_FUNCTION_INFO_V1(monitor_weights_in);
PG_FUNCTION_INFO_V1(monitor_weights_out);
PG_FUNCTION_INFO_V1(monitor_weights_recv);
PG_FUNCTION_INFO_V1(monitor_weights_send);

Datum
monitor_weights_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

Datum
monitor_weights_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(pstrdup(""));
}

Datum
monitor_weights_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}

Datum
monitor_weights_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_NULL();
}
