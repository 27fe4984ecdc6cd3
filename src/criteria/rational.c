/*
 * rational.c
 *	  Exact fractions on PostgreSQL's numeric.
 *
 * Criteria are decided at ties: of exact ties at "at least three times the
 * national share" floating point gets one in six wrong. Numerators and
 * denominators are kept apart, so nothing is rounded until a figure is shown.
 */
#include "compat.h"
#include "utils/builtins.h"

#include "criteria/criteria.h"

/* Digits after the point that decide the nearest double; see rational_to_float8. */
#define SHOWN_DIGITS 160

#define NUMERIC_CALL(function, a, b)                                                               \
	DatumGetNumeric(DirectFunctionCall2(function, NumericGetDatum(a), NumericGetDatum(b)))

static int
numeric_order(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

Rational
rational_from_numeric(Numeric value)
{
	return (Rational){value, int64_to_numeric(1)};
}

Rational
rational_from_int64(int64 value)
{
	return rational_from_numeric(int64_to_numeric(value));
}

Rational
rational_ratio(int64 num, int64 den)
{
	Assert(den > 0);
	return (Rational){int64_to_numeric(num), int64_to_numeric(den)};
}

Rational
rational_from_argument(Numeric value, const char *what)
{
	if (numeric_is_nan(value) || numeric_is_inf(value))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s is %s", what, numeric_normalize(value)),
						errhint("Give a finite number, or NULL where it is not known.")));
	/* products of these must stay within the digits numeric can hold */
	if (DatumGetInt32(DirectFunctionCall1(numeric_min_scale, NumericGetDatum(value))) > 100 ||
		numeric_order(DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(value))),
					  int64_to_numeric(PG_INT64_MAX)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("%s is out of range", what),
				 errhint("Give a number within bigint and with at most 100 decimals.")));
	return rational_from_numeric(value);
}

Rational
rational_add(Rational a, Rational b)
{
	return (Rational){NUMERIC_CALL(numeric_add, NUMERIC_CALL(numeric_mul, a.num, b.den),
								   NUMERIC_CALL(numeric_mul, b.num, a.den)),
					  NUMERIC_CALL(numeric_mul, a.den, b.den)};
}

Rational
rational_negate(Rational a)
{
	return (Rational){DatumGetNumeric(DirectFunctionCall1(numeric_uminus, NumericGetDatum(a.num))),
					  a.den};
}

Rational
rational_subtract(Rational a, Rational b)
{
	return rational_add(a, rational_negate(b));
}

Rational
rational_multiply(Rational a, Rational b)
{
	return (Rational){NUMERIC_CALL(numeric_mul, a.num, b.num),
					  NUMERIC_CALL(numeric_mul, a.den, b.den)};
}

/* The divisor must not be zero. */
Rational
rational_divide(Rational a, Rational b)
{
	int sign = rational_sign(b);

	Assert(sign != 0);
	if (sign < 0)
	{
		a = rational_negate(a);
		b = rational_negate(b);
	}
	return rational_multiply(a, (Rational){b.den, b.num});
}

Rational
rational_scale(Rational a, int64 factor)
{
	return (Rational){NUMERIC_CALL(numeric_mul, a.num, int64_to_numeric(factor)), a.den};
}

int
rational_compare(Rational a, Rational b)
{
	return numeric_order(NUMERIC_CALL(numeric_mul, a.num, b.den),
						 NUMERIC_CALL(numeric_mul, b.num, a.den));
}

int
rational_sign(Rational a)
{
	return numeric_order(a.num, int64_to_numeric(0));
}

bool
rational_floor(Rational a, int64 *result)
{
	/* exact, but towards zero */
	Numeric whole = NUMERIC_CALL(numeric_div_trunc, a.num, a.den);

	if (numeric_order(NUMERIC_CALL(numeric_mul, whole, a.den), a.num) > 0)
		whole = NUMERIC_CALL(numeric_sub, whole, int64_to_numeric(1));
	if (numeric_order(whole, int64_to_numeric(PG_INT64_MAX)) > 0 ||
		numeric_order(whole, int64_to_numeric(PG_INT64_MIN)) < 0)
		return false;
	*result = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(whole)));
	return true;
}

bool
rational_ceiling(Rational a, int64 *result)
{
	if (!rational_floor(rational_negate(a), result) || *result == PG_INT64_MIN)
		return false;
	*result = -*result;
	return true;
}

/* A power of ten, exact. */
static Numeric
power_of_ten(int exponent)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "1e%d", exponent);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(digits),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * The quotient is cut after many digits and, if anything was cut, one more
 * digit says so: it can then be rounded to a double once, correctly. Numbers
 * here have denominators far below 10^100, so the digits are more than enough
 * to tell a quotient from the middle between two doubles.
 */
double
rational_to_float8(Rational a)
{
	Numeric scaled = NUMERIC_CALL(numeric_mul, a.num, power_of_ten(SHOWN_DIGITS));
	Numeric whole = NUMERIC_CALL(numeric_div_trunc, scaled, a.den);
	int rest = numeric_order(scaled, NUMERIC_CALL(numeric_mul, whole, a.den));
	Numeric shown = NUMERIC_CALL(numeric_mul, whole, power_of_ten(-SHOWN_DIGITS));

	if (rest != 0)
	{
		Numeric more = power_of_ten(-SHOWN_DIGITS - 1);

		shown = rest > 0 ? NUMERIC_CALL(numeric_add, shown, more)
						 : NUMERIC_CALL(numeric_sub, shown, more);
	}
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(shown)));
}
