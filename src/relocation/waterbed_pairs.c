/*
 * waterbed_pairs.c
 *	  The sums that a value is made of, for measures of one's own.
 */
#include "compat.h"

#include "miscadmin.h"

#include "backend/composite.h"
#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_pairs);

#define PAIR_COLUMNS 11

static void
put_place(Datum *value, bool *isnull, int64 place)
{
	*value = Int64GetDatum(place);
	*isnull = place == WATERBED_UNKNOWN;
}

/* waterbed_pairs(waterbed) */
Datum
monitor_waterbed_pairs(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	ReturnSetInfo *rows = rows_begin(fcinfo, PAIR_COLUMNS);

	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = &value->pair[i];
		Datum values[PAIR_COLUMNS];
		bool nulls[PAIR_COLUMNS] = {false};

		CHECK_FOR_INTERRUPTS();
		put_place(&values[0], &nulls[0], pair->before);
		put_place(&values[1], &nulls[1], pair->after);
		values[2] = Int64GetDatum(pair->n + pair->b0_n + pair->b1_n + pair->neither_n);
		values[3] = Int64GetDatum(pair->n + pair->b1_n);
		values[4] = Int64GetDatum(pair->n + pair->b0_n);
		values[5] = Int64GetDatum(pair->with + pair->b1_with);
		values[6] = Float8GetDatum((double) ((int128) pair->x0 + pair->b1_x0) / WATERBED_UNIT);
		values[7] = Float8GetDatum((double) ((int128) pair->x1 + pair->b0_x1) / WATERBED_UNIT);
		values[8] =
			Float8GetDatum(((double) pair->x00 + (double) pair->b1_x00) / WATERBED_SQUARE_UNIT);
		values[9] =
			Float8GetDatum(((double) pair->x11 + (double) pair->b0_x11) / WATERBED_SQUARE_UNIT);
		values[10] = Float8GetDatum((double) pair->x01 / WATERBED_SQUARE_UNIT);
		rows_put(rows, values, nulls);
	}
	return (Datum) 0;
}
