/*
 * waterbed_io.c
 *	  Type waterbed as text (a JSON object) and as bytes.
 */
#include "compat.h"
#include <ctype.h>
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "backend/scanner.h"
#include "relocation/waterbed.h"

PG_FUNCTION_INFO_V1(monitor_waterbed_in);
PG_FUNCTION_INFO_V1(monitor_waterbed_out);
PG_FUNCTION_INFO_V1(monitor_waterbed_recv);
PG_FUNCTION_INFO_V1(monitor_waterbed_send);

/* Where each sum stands in a pair, and whether it has 128 bits. */
typedef struct SumPlace
{
	size_t offset;
	bool wide;
} SumPlace;

#define COUNT(name)                                                                                \
	{                                                                                              \
		offsetof(WaterbedPair, name), false                                                        \
	}
#define SQUARE(name)                                                                               \
	{                                                                                              \
		offsetof(WaterbedPair, name), true                                                         \
	}
static const SumPlace sums[] = {
	COUNT(n),    COUNT(x0),    COUNT(x1),        COUNT(with),    COUNT(with_x1),  SQUARE(x00),
	SQUARE(x01), SQUARE(x11),  SQUARE(with_x11), COUNT(b0_n),    COUNT(b0_x1),    SQUARE(b0_x11),
	COUNT(b1_n), COUNT(b1_x0), COUNT(b1_with),   SQUARE(b1_x00), COUNT(neither_n)};
#undef COUNT
#undef SQUARE

static inline int128
get_sum(const WaterbedPair *pair, const SumPlace *sum)
{
	const char *at = (const char *) pair + sum->offset;

	return sum->wide ? *(const int128 *) at : (int128) * (const int64 *) at;
}

static inline void
set_sum(WaterbedPair *pair, const SumPlace *sum, int128 number)
{
	char *at = (char *) pair + sum->offset;

	if (sum->wide)
		*(int128 *) at = number;
	else
		*(int64 *) at = (int64) number;
}

/* No mean of persons is beyond what a person may have. */
static inline bool
possible_sum(int128 sum, int64 persons)
{
	int128 most = (int128) persons * (int64) (WATERBED_MAX_X * WATERBED_UNIT);

	return sum <= most && -sum <= most;
}

/* By Cauchy and Schwarz, and by the largest x, with room for the rounding of doubles. */
static inline bool
possible_square(int128 sum, int64 sum_x, int64 persons)
{
	double most = WATERBED_MAX_X * WATERBED_UNIT;

	return sum >= 0 && (double) sum <= (double) persons * most * most * (1 + 1e-9) &&
		   (double) sum_x * (double) sum_x <= (double) sum * (double) persons * (1 + 1e-9);
}

static const char *
places_fault(const WaterbedPair *pair)
{
	if (pair->before < WATERBED_NEW && pair->before != WATERBED_UNKNOWN)
		return "no such place before";
	if ((pair->after < WATERBED_GONE || pair->after == WATERBED_NEW) &&
		pair->after != WATERBED_UNKNOWN)
		return "no such place after";
	if (pair->before == WATERBED_NEW &&
		(pair->after == WATERBED_GONE || (pair->n | pair->b1_n) != 0))
		return "x before of persons who were not in the group";
	if (pair->after == WATERBED_GONE && (pair->n | pair->b0_n) != 0)
		return "x after of persons who were not in the group";
	return NULL;
}

const char *
waterbed_pair_fault(const WaterbedPair *pair)
{
	const char *fault = places_fault(pair);
	double product = (double) pair->x01 * (double) pair->x01;

	if (fault != NULL)
		return fault;
	if (pair->n < 0 || pair->b0_n < 0 || pair->b1_n < 0 || pair->neither_n < 0)
		return "a negative number of persons";
	if (pair->with < 0 || pair->with > pair->n || pair->b1_with < 0 || pair->b1_with > pair->b1_n)
		return "a number of persons with x before that is no part of the persons";
	if (!possible_sum(pair->x0, pair->with) || !possible_sum(pair->x1, pair->n) ||
		!possible_sum(pair->with_x1, pair->with) || !possible_sum(pair->b0_x1, pair->b0_n) ||
		!possible_sum(pair->b1_x0, pair->b1_with) ||
		!possible_sum((int128) pair->x1 - pair->with_x1, pair->n - pair->with))
		return "a sum of x that so few persons cannot have";
	if (!possible_square(pair->x00, pair->x0, pair->with) ||
		!possible_square(pair->x11, pair->x1, pair->n) ||
		!possible_square(pair->with_x11, pair->with_x1, pair->with) ||
		!possible_square(pair->b0_x11, pair->b0_x1, pair->b0_n) ||
		!possible_square(pair->b1_x00, pair->b1_x0, pair->b1_with) || pair->with_x11 > pair->x11 ||
		pair->x00 < pair->with || pair->b1_x00 < pair->b1_with ||
		product > (double) pair->x00 * (double) pair->with_x11 * (1 + 1e-9))
		return "squares that do not go with the sums";
	return NULL;
}

/* The fault of a pair read from outside, which may not be of nobody either. */
static const char *
strange_pair_fault(const WaterbedPair *pair)
{
	const char *fault = waterbed_pair_fault(pair);

	return fault == NULL && waterbed_pair_is_empty(pair) ? "a pair of nobody" : fault;
}

static void
append_wide(StringInfo text, int128 number)
{
	char digits[42];
	char *at = digits + sizeof(digits) - 1;
	uint128 rest = number < 0 ? -(uint128) number : (uint128) number;

	*at = '\0';
	do
	{
		*--at = '0' + (int) (rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--at = '-';
	appendStringInfoString(text, at);
}

static void
append_place(StringInfo text, int64 place)
{
	if (place == WATERBED_UNKNOWN)
		appendStringInfoString(text, "null");
	else
		appendStringInfo(text, INT64_FORMAT, place);
}

Datum
monitor_waterbed_out(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "{\"unit\": %d, \"pairs\": [", WATERBED_UNIT);
	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = value->pair + i;

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&text, i == 0 ? "[" : ", [");
		append_place(&text, pair->before);
		appendStringInfoString(&text, ", ");
		append_place(&text, pair->after);
		for (int s = 0; s < lengthof(sums); s++)
		{
			appendStringInfoString(&text, ", ");
			append_wide(&text, get_sum(pair, &sums[s]));
		}
		appendStringInfoChar(&text, ']');
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

#define MAX_WIDE ((int128) (((uint128) 1 << 127) - 1))

/* A whole number of either sign within the limit. */
static int128
expect_number(Scanner *scanner, int128 most)
{
	bool negative = scanner_take(scanner, "-");
	int128 number = 0;

	scanner_take(scanner, "");
	if (!isdigit((unsigned char) *scanner->at))
		scanner_refuse(scanner, "no number");
	for (; isdigit((unsigned char) *scanner->at); scanner->at++)
	{
		int digit = *scanner->at - '0';

		if (number > (most - digit) / 10)
			scanner_refuse(scanner, "too large a number");
		number = number * 10 + digit;
	}
	return negative ? -number : number;
}

static int64
expect_place(Scanner *scanner)
{
	if (scanner_take(scanner, "null"))
		return WATERBED_UNKNOWN;
	return (int64) expect_number(scanner, PG_INT64_MAX);
}

/* One pair; pairs may come in any order, and several times. */
static void
expect_pair(Scanner *scanner, WaterbedSet *set)
{
	WaterbedPair pair = {0};
	const char *fault;

	scanner_expect(scanner, "[");
	pair.before = expect_place(scanner);
	scanner_expect(scanner, ",");
	pair.after = expect_place(scanner);
	for (int s = 0; s < lengthof(sums); s++)
	{
		scanner_expect(scanner, ",");
		set_sum(&pair, &sums[s], expect_number(scanner, sums[s].wide ? MAX_WIDE : PG_INT64_MAX));
	}
	scanner_expect(scanner, "]");
	fault = strange_pair_fault(&pair);
	if (fault != NULL)
		scanner_refuse(scanner, fault);
	waterbed_set_add(set, &pair);
}

Datum
monitor_waterbed_in(PG_FUNCTION_ARGS)
{
	Scanner scanner =
		scanner_open("waterbed",
					 "The text is {\"unit\": 10000, \"pairs\": [[before, after, 17 sums], ...]}; "
					 "make values with the aggregate.",
					 PG_GETARG_CSTRING(0));
	WaterbedSet *set = waterbed_set_create(CurrentMemoryContext);

	StaticAssertStmt(lengthof(sums) == 17, "the hint says how many sums there are");
	scanner_expect(&scanner, "{");
	scanner_expect_field(&scanner, "\"unit\"");
	if (expect_number(&scanner, PG_INT64_MAX) != WATERBED_UNIT)
		scanner_refuse(&scanner, "another unit than 10000");
	scanner_expect(&scanner, ",");
	scanner_expect_field(&scanner, "\"pairs\"");
	scanner_expect(&scanner, "[");
	if (!scanner_take(&scanner, "]"))
	{
		do
		{
			CHECK_FOR_INTERRUPTS();
			expect_pair(&scanner, set);
		} while (scanner_take(&scanner, ","));
		scanner_expect(&scanner, "]");
	}
	scanner_expect(&scanner, "}");
	scanner_expect_end(&scanner);
	PG_RETURN_POINTER(waterbed_set_build(set));
}

Datum
monitor_waterbed_send(PG_FUNCTION_ARGS)
{
	const Waterbed *value = PG_GETARG_WATERBED_P(0);
	StringInfoData bytes;

	pq_begintypsend(&bytes);
	pq_sendint8(&bytes, value->version);
	for (int i = 0; i < lengthof(value->reserved); i++)
		pq_sendint8(&bytes, 0);
	pq_sendint64(&bytes, value->count);
	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = value->pair + i;

		CHECK_FOR_INTERRUPTS();
		pq_sendint64(&bytes, pair->before);
		pq_sendint64(&bytes, pair->after);
		for (int s = 0; s < lengthof(sums); s++)
		{
			int128 sum = get_sum(pair, &sums[s]);

			if (sums[s].wide)
				pq_sendint64(&bytes, (int64) (sum >> 64));
			pq_sendint64(&bytes, (int64) sum);
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&bytes));
}

static void
refuse_bytes(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid bytes of a waterbed value: %s", what),
					errhint("Send values as waterbed_send writes them, or as text.")));
}

static void
receive_pair(StringInfo bytes, WaterbedPair *pair)
{
	const char *fault;

	memset(pair, 0, sizeof(WaterbedPair));
	pair->before = pq_getmsgint64(bytes);
	pair->after = pq_getmsgint64(bytes);
	for (int s = 0; s < lengthof(sums); s++)
	{
		int128 high = sums[s].wide ? (int128) pq_getmsgint64(bytes) : 0;
		int64 low = pq_getmsgint64(bytes);

		set_sum(pair, &sums[s],
				sums[s].wide ? (int128) (((uint128) high << 64) | (uint64) low) : (int128) low);
	}
	fault = strange_pair_fault(pair);
	if (fault != NULL)
		refuse_bytes(fault);
}

/* Bytes of a stranger: nothing is taken that send would not have written. */
Datum
monitor_waterbed_recv(PG_FUNCTION_ARGS)
{
	StringInfo bytes = (StringInfo) PG_GETARG_POINTER(0);
	/* A pair as sent, without its reserved word. */
	int64 pair_size = sizeof(WaterbedPair) - sizeof(int64);
	Waterbed *value;
	int64 count;

	if (bytes->len - bytes->cursor < 12)
		refuse_bytes("fewer than the 12 bytes of the head");
	if (pq_getmsgbyte(bytes) != WATERBED_VERSION)
		refuse_bytes("unknown version");
	for (int i = 0; i < lengthof(value->reserved); i++)
		if (pq_getmsgbyte(bytes) != 0)
			refuse_bytes("reserved bytes are not zero");
	count = pq_getmsgint64(bytes);
	if (count < 0 || count > bytes->len || count * pair_size != bytes->len - bytes->cursor)
		refuse_bytes("pairs and bytes do not agree");
	value = waterbed_allocate(count);
	value->count = count;
	for (int64 i = 0; i < count; i++)
	{
		WaterbedPair *pair = value->pair + i;

		CHECK_FOR_INTERRUPTS();
		receive_pair(bytes, pair);
		if (i > 0 && (pair->before < pair[-1].before ||
					  (pair->before == pair[-1].before && pair->after <= pair[-1].after)))
			refuse_bytes("pairs are not in ascending order");
	}
	waterbed_check_totals(value);
	PG_RETURN_POINTER(value);
}
