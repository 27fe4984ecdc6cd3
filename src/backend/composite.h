/*
 * composite.h
 *	  Composite results and sets of rows, whose declared columns must be those
 *	  this library knows: after a package upgrade the SQL objects may be older.
 *	  Otherwise each raises 55000 with a hint to update.
 */
#ifndef MONITOR_COMPOSITE_H
#define MONITOR_COMPOSITE_H

#include "compat.h"
#include <math.h>
#include "access/htup.h"
#include "access/tupdesc.h"
#include "funcapi.h"
#include "nodes/execnodes.h"

/* A declared result row: its columns, and the layout of the row before. */
typedef struct CompositeType CompositeType;

/* A named row type, checked, in the current memory context. */
extern CompositeType *composite_type_create(Oid row_type, int columns);

/*
 * The declared result row of the function being called, checked. Kept in
 * fn_extra, which the function must not use otherwise.
 */
extern CompositeType *composite_type(FunctionCallInfo fcinfo, int columns);

/* The same, kept where the function says, which must be NULL at first and live as long as it. */
extern CompositeType *composite_type_at(FunctionCallInfo fcinfo, int columns, CompositeType **kept);

/* One row as a datum. */
extern Datum composite_datum(CompositeType *type, const Datum *values, const bool *nulls);

/* Puts a figure into a column: NULL where it is not finite, and no minus zero. */
static inline void
put_figure(Datum *values, bool *nulls, int column, double figure)
{
	nulls[column] = !isfinite(figure);
	values[column] = Float8GetDatum(nulls[column] ? 0 : figure + 0.0);
}

/* Figures into columns side by side. */
static inline void
put_figures(Datum *values, bool *nulls, int first, const double *figures, int count)
{
	for (int i = 0; i < count; i++)
		put_figure(values, nulls, first + i, figures[i]);
}

/* Puts a text into a column; NULL for NULL. */
extern void put_text(Datum *values, bool *nulls, int column, const char *text);

/* An array of figures, NULL where one is not finite. */
extern Datum figures_array(const double *figures, int64 count);

/* A composite argument taken apart; values point into the argument. */
extern void composite_read(Datum datum, int columns, Datum *values, bool *nulls);

/* A set-returning function in materialize mode: begin once, then a put for each row. */
extern ReturnSetInfo *rows_begin(FunctionCallInfo fcinfo, int columns);
extern void rows_put(ReturnSetInfo *rows, const Datum *values, const bool *nulls);

#endif /* MONITOR_COMPOSITE_H */
