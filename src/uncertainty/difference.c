/*
 * difference.c
 *	  Two shares: by how much do they differ, and could they be the same?
 */
#include "compat.h"

#include <math.h>

#include "backend/composite.h"
#include "statistics/distributions.h"
#include "uncertainty/uncertainty.h"

PG_FUNCTION_INFO_V1(monitor_newcombe);
PG_FUNCTION_INFO_V1(monitor_fisher_exact);

/* As R's fisher.test: tables as probable as the observed one, up to rounding, count. */
#define PROBABILITY_SLACK (1 + 1e-7)

typedef struct Table
{
	int64 drawn;
	int64 marked;
	int64 total;
	double limit; /* tables at most this probable count */
} Table;

/* Method 10 of Newcombe 1998: the two score intervals, squared and added. */
Limits
newcombe_interval(double x1, double n1, double x2, double n2, double conf)
{
	double p1 = x1 / n1;
	double p2 = x2 / n2;
	Limits first = wilson_interval(x1, n1, conf);
	Limits second = wilson_interval(x2, n2, conf);
	Limits result;

	result.low = p1 - p2 - hypot(p1 - first.low, second.high - p2);
	result.high = p1 - p2 + hypot(first.high - p1, p2 - second.low);
	return result;
}

/* From inside, where tables are too probable or it is the mode, out to the first that counts. */
static int64
first_counted(const Table *table, int64 inside, int64 outside)
{
	while (inside != outside)
	{
		int64 middle = inside + (outside - inside) / 2;

		if (hypergeometric_mass(middle, table->drawn, table->marked, table->total) <= table->limit)
			outside = middle;
		else
			inside = middle + (outside > inside ? 1 : -1);
	}
	return outside;
}

/*
 * Both tails of the tables no more probable than the observed one. Probability
 * rises to the mode and falls after it, so each tail is one run.
 */
double
fisher_two_sided(int64 x1, int64 n1, int64 x2, int64 n2)
{
	Table table = {n1, x1 + x2, n1 + n2, 0};
	int64 least = Max(0, x1 + x2 - n2);
	int64 most = Min(n1, x1 + x2);
	int64 mode = (int64) ((n1 + 1.0) * (table.marked + 1.0) / (table.total + 2.0));
	int64 left;
	int64 right;
	double p = 0;

	mode = Min(Max(mode, least), most);
	table.limit = hypergeometric_mass(x1, n1, table.marked, table.total) * PROBABILITY_SLACK;
	if (isnan(table.limit))
		return NAN;
	if (hypergeometric_mass(mode, n1, table.marked, table.total) <= table.limit)
		return 1;
	left = first_counted(&table, mode, least - 1);
	right = first_counted(&table, mode, most + 1);
	/* P(X <= left) is that of drawing more without the mark */
	if (left >= least)
		p += hypergeometric_upper(n1 - left, n1, table.total - table.marked, table.total);
	if (right <= most)
		p += hypergeometric_upper(right, n1, table.marked, table.total);
	return Min(p, 1);
}

/* newcombe(x1, n1, x2, n2, conf) */
Datum
monitor_newcombe(PG_FUNCTION_ARGS)
{
	double x1 = PG_GETARG_FLOAT8(0);
	double n1 = PG_GETARG_FLOAT8(1);
	double x2 = PG_GETARG_FLOAT8(2);
	double n2 = PG_GETARG_FLOAT8(3);
	Limits interval;
	Datum values[3];
	bool nulls[3] = {false, false, false};

	check_share("x1", x1, "n1", n1, false);
	check_share("x2", x2, "n2", n2, false);
	check_confidence(PG_GETARG_FLOAT8(4));
	if (n1 == 0 || n2 == 0)
		PG_RETURN_NULL();
	interval = newcombe_interval(x1, n1, x2, n2, PG_GETARG_FLOAT8(4));
	values[0] = Float8GetDatum(x1 / n1 - x2 / n2);
	values[1] = Float8GetDatum(interval.low);
	values[2] = Float8GetDatum(interval.high);
	PG_RETURN_DATUM(composite_datum(composite_type(fcinfo, 3), values, nulls));
}

/* fisher_exact(x1, n1, x2, n2) */
Datum
monitor_fisher_exact(PG_FUNCTION_ARGS)
{
	double x1 = PG_GETARG_FLOAT8(0);
	double n1 = PG_GETARG_FLOAT8(1);
	double x2 = PG_GETARG_FLOAT8(2);
	double n2 = PG_GETARG_FLOAT8(3);

	check_share("x1", x1, "n1", n1, true);
	check_share("x2", x2, "n2", n2, true);
	if (n1 == 0 || n2 == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(fisher_two_sided((int64) x1, (int64) n1, (int64) x2, (int64) n2));
}
