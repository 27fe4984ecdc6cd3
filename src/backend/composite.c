/*
 * composite.c
 *	  Composite results, sets of rows, and composite arguments.
 */
#include "compat.h"
#include "access/htup_details.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/regproc.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "backend/composite.h"

void
composite_check(TupleDesc desc, int columns)
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

TupleDesc
composite_result_desc_at(FunctionCallInfo fcinfo, int columns, TupleDesc *kept)
{
	if (*kept == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		TupleDesc desc;

		if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
			refuse_result(fcinfo);
		composite_check(desc, columns);
		*kept = BlessTupleDesc(CreateTupleDescCopy(desc));
		MemoryContextSwitchTo(caller);
	}
	return *kept;
}

TupleDesc
composite_result_desc(FunctionCallInfo fcinfo, int columns)
{
	return composite_result_desc_at(fcinfo, columns, (TupleDesc *) &fcinfo->flinfo->fn_extra);
}

Datum
composite_datum(TupleDesc desc, const Datum *values, const bool *nulls)
{
	return HeapTupleGetDatum(heap_form_tuple(desc, (Datum *) values, (bool *) nulls));
}

void
composite_read(Datum datum, int columns, Datum *values, bool *nulls)
{
	HeapTupleHeader header = DatumGetHeapTupleHeader(datum);
	TupleDesc desc =
		lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(header), HeapTupleHeaderGetTypMod(header));
	HeapTupleData tuple;

	composite_check(desc, columns);
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
	composite_check(desc, columns);

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
