/*
 * checks.c
 *	  Counts, confidences and partitions as the room's functions need them.
 */
#include "compat.h"

#include <math.h>

#include "windowapi.h"

#include "backend/memory.h"
#include "backend/partition.h"
#include "uncertainty/uncertainty.h"

void
check_count(const char *name, double value, bool whole)
{
	if (!(value >= 0 && value <= COUNT_MOST))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %.15g is not a count from 0 to %.0f", name, value, COUNT_MOST),
						errhint("Give a number of persons or events.")));
	if (whole && value != floor(value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %.15g is not a whole number", name, value),
						errhint("Parts of a person have a meaning in wilson, wilson_corrected, "
								"agresti_coull, jeffreys, newcombe, byar and eb_rate.")));
}

void
check_share(const char *x_name, double x, const char *n_name, double n, bool whole)
{
	check_count(x_name, x, whole);
	check_count(n_name, n, whole);
	if (x > n)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s %.15g is more than %s %.15g", x_name, x, n_name, n),
						errhint("Give the part first, then the whole.")));
}

void
check_confidence(double conf)
{
	if (!(conf > 0 && conf < 1))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("confidence %.15g is not between 0 and 1", conf),
						errhint("Give a fraction: 0.95 for 95 percent.")));
}

/* By n, then x: which of equal shares comes first changes no sum. */
static int
share_order(const void *a, const void *b, void *unused)
{
	const Share *left = a;
	const Share *right = b;

	if (left->n != right->n)
		return left->n < right->n ? -1 : 1;
	return left->x < right->x ? -1 : left->x > right->x;
}

Shares *
shares_read(WindowObject window, bool limited, bool x_whole, bool n_whole)
{
	static const PartitionArgument arguments[] = {{0, sizeof(float8), FLOAT8PASSBYVAL},
												  {1, sizeof(float8), FLOAT8PASSBYVAL}};
	PartitionColumns *read = partition_read(window, arguments, 2);
	Shares *shares = palloc(sizeof(Shares));

	shares->rows = read->rows;
	shares->count = 0;
	shares->share = allocate(read->rows, sizeof(Share));
	for (int64 row = 0; row < read->rows; row++)
	{
		Share share = {.row = row};

		if (read->nulls[0][row] || read->nulls[1][row])
			continue;
		share.x = DatumGetFloat8(read->values[0][row]);
		share.n = DatumGetFloat8(read->values[1][row]);
		check_count("x", share.x, x_whole);
		check_count("n", share.n, n_whole);
		if (limited || share.n == 0)
			check_share("x", share.x, "n", share.n, false);
		if (share.n > 0)
			shares->share[shares->count++] = share;
	}
	qsort_interruptible(shares->share, shares->count, sizeof(Share), share_order, NULL);
	return shares;
}

double
window_double(FunctionCallInfo fcinfo, int number, const char *name, bool *isnull)
{
	const PartitionArgument argument = {number, sizeof(float8), FLOAT8PASSBYVAL};
	Datum value = partition_constant(fcinfo, &argument, name, isnull);

	return *isnull ? 0 : DatumGetFloat8(value);
}

/* NULL is false. */
bool
window_bool(FunctionCallInfo fcinfo, int number, const char *name)
{
	const PartitionArgument argument = {number, sizeof(bool), true};
	bool isnull;
	Datum value = partition_constant(fcinfo, &argument, name, &isnull);

	return !isnull && DatumGetBool(value);
}
