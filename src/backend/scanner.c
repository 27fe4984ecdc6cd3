/*
 * scanner.c
 *	  Reading the text of a value.
 */
#include "compat.h"
#include <ctype.h>

#include "backend/scanner.h"

Scanner
scanner_open(const char *type, const char *hint, const char *text)
{
	return (Scanner){type, hint, text, text};
}

void
scanner_refuse(const Scanner *scanner, const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("malformed %s value: %s at character %zu", scanner->type, what,
						   (size_t) (scanner->at - scanner->start) + 1),
					errhint("%s", scanner->hint)));
}

bool
scanner_take(Scanner *scanner, const char *word)
{
	const char *at;

	while (*scanner->at == ' ' || *scanner->at == '\t' || *scanner->at == '\n' ||
		   *scanner->at == '\r')
		scanner->at++;
	for (at = scanner->at; *word != '\0'; at++, word++)
		if (*at != *word)
			return false;
	scanner->at = at;
	return true;
}

void
scanner_expect(Scanner *scanner, const char *word)
{
	if (!scanner_take(scanner, word))
		scanner_refuse(scanner, psprintf("no %s", word));
}

void
scanner_expect_field(Scanner *scanner, const char *name)
{
	scanner_expect(scanner, name);
	scanner_expect(scanner, ":");
}

/* Digits that stand next, and decimals of 1/unit, to a number of at most so many units. */
static uint64
expect_digits(Scanner *scanner, uint64 unit, uint64 most)
{
	uint64 number = 0;
	int decimals = 0;

	if (!isdigit((unsigned char) *scanner->at))
		scanner_refuse(scanner, "no number");
	for (; isdigit((unsigned char) *scanner->at); scanner->at++)
	{
		uint64 digit = (uint64) (*scanner->at - '0');

		if (number > (most / unit - digit) / 10)
			scanner_refuse(scanner, "too large a number");
		number = number * 10 + digit;
	}
	number *= unit;
	if (unit == 1 || *scanner->at != '.' || !isdigit((unsigned char) scanner->at[1]))
		return number;
	for (scanner->at++; isdigit((unsigned char) *scanner->at); scanner->at++, decimals++)
	{
		if (unit == 1)
			scanner_refuse(scanner, psprintf("more than %d decimals", decimals));
		unit /= 10;
		number += unit * (uint64) (*scanner->at - '0');
	}
	if (number > most)
		scanner_refuse(scanner, "too large a number");
	return number;
}

int64
scanner_expect_number(Scanner *scanner, int64 unit)
{
	scanner_take(scanner, "");
	return (int64) expect_digits(scanner, (uint64) unit, PG_INT64_MAX);
}

int64
scanner_expect_bigint(Scanner *scanner)
{
	if (!scanner_take(scanner, "-"))
		return (int64) expect_digits(scanner, 1, PG_INT64_MAX);
	return (int64) (~expect_digits(scanner, 1, (uint64) PG_INT64_MAX + 1) + 1);
}

void
scanner_expect_end(Scanner *scanner)
{
	scanner_take(scanner, "");
	if (*scanner->at != '\0')
		scanner_refuse(scanner, "more than a value");
}

void
append_decimal(StringInfo text, int64 number, int64 unit)
{
	int64 rest = number % unit;

	appendStringInfo(text, INT64_FORMAT, number / unit);
	if (rest > 0)
		appendStringInfoChar(text, '.');
	for (; rest > 0; rest %= unit)
	{
		unit /= 10;
		appendStringInfoChar(text, (char) ('0' + rest / unit));
	}
}
