/*
 * composite.c
 *	  Composite results, sets of rows, and composite arguments.
 */
#include "compat.h"
#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/regproc.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "backend/composite.h"
#include "backend/memory.h"

/* Raises 55000 unless the row type has this many columns. */
static void
columns_check(TupleDesc desc, int columns)
{
	if (desc->natts == columns)
		return;
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("row type %s has %d columns where this version of the library has %d",
						   desc->tdtypeid == RECORDOID ? "record" : format_type_be(desc->tdtypeid),
						   desc->natts, columns),
					errhint("Run ALTER EXTENSION monitor UPDATE.")));
}

/* Raises that the function is declared to return something else than rows. */
static void
refuse_result(FunctionCallInfo fcinfo)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("function %s is not declared to return rows",
						   format_procedure(fcinfo->flinfo->fn_oid)),
					errhint("Run ALTER EXTENSION monitor UPDATE.")));
}

/* Rows of numbers have one layout for as long as the same columns are NULL. */
struct CompositeType
{
	TupleDesc desc;
	bool *nulls;           /* of the row before */
	int *place;            /* of each column within the mould */
	bool is_new;           /* the layout has been seen once */
	HeapTupleHeader mould; /* a row of this layout; NULL: none, or not of numbers alone */
};

static CompositeType *
type_create(TupleDesc desc, int columns)
{
	CompositeType *type = palloc0(sizeof(CompositeType));

	columns_check(desc, columns);
	type->desc = BlessTupleDesc(desc);
	type->nulls = palloc0(sizeof(bool) * columns);
	type->place = palloc0(sizeof(int) * columns);
	type->is_new = true; /* no column NULL, until a row says otherwise */
	return type;
}

CompositeType *
composite_type_create(Oid row_type, int columns)
{
	return type_create(lookup_rowtype_tupdesc_copy(row_type, -1), columns);
}

CompositeType *
composite_type_at(FunctionCallInfo fcinfo, int columns, CompositeType **kept)
{
	if (*kept == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		TupleDesc desc;

		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
			refuse_result(fcinfo);
		*kept = type_create(CreateTupleDescCopy(desc), columns);
		MemoryContextSwitchTo(caller);
	}
	return *kept;
}

CompositeType *
composite_type(FunctionCallInfo fcinfo, int columns)
{
	return composite_type_at(fcinfo, columns, (CompositeType **) &fcinfo->flinfo->fn_extra);
}

/* Finds the place of each number; false: there is a value that is none. */
static bool
places_find(CompositeType *type, const HeapTupleHeader row)
{
	int place = row->t_hoff;

	for (int i = 0; i < type->desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(type->desc, i);

		if (type->nulls[i])
			continue;
		if (!column->attbyval)
			return false;
		place = att_align_nominal(place, column->attalign);
		type->place[i] = place;
		place += column->attlen;
	}
	return true;
}

/* Keeps a row as the mould of those to come once its layout has come twice. */
static void
mould_keep(CompositeType *type, const bool *nulls, const HeapTupleHeader row)
{
	int columns = type->desc->natts;
	Size size = HeapTupleHeaderGetDatumLength(row);

	if (memcmp(type->nulls, nulls, columns) != 0)
	{
		if (type->mould != NULL)
			pfree(type->mould);
		type->mould = NULL;
		memcpy(type->nulls, nulls, columns);
		type->is_new = true;
		return;
	}
	if (type->is_new && places_find(type, row))
	{
		type->mould = MemoryContextAlloc(GetMemoryChunkContext(type), size);
		memcpy(type->mould, row, size);
	}
	type->is_new = false;
}

/* A copy of the mould with these numbers. */
static Datum
mould_fill(const CompositeType *type, const Datum *values)
{
	Size size = HeapTupleHeaderGetDatumLength(type->mould);
	char *row = palloc(size);

	memcpy(row, type->mould, size);
	for (int i = 0; i < type->desc->natts; i++)
		if (!type->nulls[i])
			store_att_byval(row + type->place[i], values[i], TupleDescAttr(type->desc, i)->attlen);
	return PointerGetDatum(row);
}

Datum
composite_datum(CompositeType *type, const Datum *values, const bool *nulls)
{
	HeapTuple tuple;

	if (type->mould != NULL && memcmp(type->nulls, nulls, type->desc->natts) == 0)
		return mould_fill(type, values);
	tuple = heap_form_tuple(type->desc, (Datum *) values, (bool *) nulls);
	mould_keep(type, nulls, tuple->t_data);
	return HeapTupleGetDatum(tuple);
}

void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

Datum
figures_array(const double *figures, int64 count)
{
	int length = (int) Min(count, PG_INT32_MAX);
	int elements = ArrayGetNItems(1, &length); /* raises 54000 where they are too many */
	int lower = 1;
	Datum *values = allocate(elements, sizeof(Datum));
	bool *nulls = allocate(elements, sizeof(bool));
	ArrayType *array;

	put_figures(values, nulls, 0, figures, elements);
	array = construct_md_array(values, nulls, 1, &length, &lower, FLOAT8OID, sizeof(float8),
							   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
	pfree(values);
	pfree(nulls);
	return PointerGetDatum(array);
}

void
composite_read(Datum datum, int columns, Datum *values, bool *nulls)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(datum);
	TupleDesc desc =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
	HeapTupleData tuple;

	columns_check(desc, columns);
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = header;
	heap_deform_tuple(&tuple, desc, values, nulls);
	ReleaseTupleDesc(desc);
}

ReturnSetInfo *
rows_begin(FunctionCallInfo fcinfo, int columns)
{
	ReturnSetInfo *rows = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext caller;
	TupleDesc desc;

	if (rows == NULL || !IsA(rows, ReturnSetInfo) || (rows->allowedModes & SFRM_Materialize) == 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("set-valued function called in context that cannot accept a set"),
						errhint("Call it in FROM.")));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		refuse_result(fcinfo);
	columns_check(desc, columns);

	caller = MemoryContextSwitchTo(rows->econtext->ecxt_per_query_memory);
	rows->returnMode = SFRM_Materialize;
	rows->setDesc = CreateTupleDescCopy(desc);
	rows->setResult =
		tuplestore_begin_heap((rows->allowedModes & SFRM_Materialize_Random) != 0, false, work_mem);
	MemoryContextSwitchTo(caller);
	return rows;
}

void
rows_put(ReturnSetInfo *rows, const Datum *values, const bool *nulls)
{
	tuplestore_putvalues(rows->setResult, rows->setDesc, (Datum *) values, (bool *) nulls);
}
