/*
 * composite.h
 *	  Composite results and sets of rows, whose declared columns must be those
 *	  this library knows: after a package upgrade the SQL objects may be older.
 */
#ifndef MONITOR_COMPOSITE_H
#define MONITOR_COMPOSITE_H

#include "compat.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "funcapi.h"
#include "nodes/execnodes.h"

/* Raises 55000 with a hint to update unless the row type has this many columns. */
extern void composite_check(TupleDesc desc, int columns);

/*
 * The declared result row of the function being called, checked. Kept in
 * fn_extra, which the function must not use otherwise.
 */
extern TupleDesc composite_result_desc(FunctionCallInfo fcinfo, int columns);

/* The same, kept where the function says, which must be NULL at first and live as long as it. */
extern TupleDesc composite_result_desc_at(FunctionCallInfo fcinfo, int columns, TupleDesc *kept);

/* One row as a datum. */
extern Datum composite_datum(TupleDesc desc, const Datum *values, const bool *nulls);

/* A composite argument taken apart; values point into the argument. */
extern void composite_read(Datum datum, int columns, Datum *values, bool *nulls);

/* A set-returning function in materialize mode: begin once, then a put for each row. */
extern ReturnSetInfo *rows_begin(FunctionCallInfo fcinfo, int columns);
extern void rows_put(ReturnSetInfo *rows, const Datum *values, const bool *nulls);

#endif /* MONITOR_COMPOSITE_H */
