/*
 * scanner.h
 *	  The text of a value, words and numbers of a JSON object, read from the left.
 *	  What does not fit is 22P02 and says where.
 */
#ifndef BACKEND_SCANNER_H
#define BACKEND_SCANNER_H

#include "compat.h"
#include "lib/stringinfo.h"

typedef struct Scanner
{
	const char *type; /* its name, for errors */
	const char *hint; /* what its text looks like */
	const char *start;
	const char *at;
} Scanner;

/* A scanner at the start of a text. */
extern Scanner scanner_open(const char *type, const char *hint, const char *text);

/* Takes the word if it stands next, past blanks; these are passed in any case. */
extern bool scanner_take(Scanner *scanner, const char *word);

/* The word must stand next. */
extern void scanner_expect(Scanner *scanner, const char *word);

/* A field's name, in its quotes, and the colon must stand next. */
extern void scanner_expect_field(Scanner *scanner, const char *name);

/* A number that is not negative, in units of 1/unit, where unit is a power of ten. */
extern int64 scanner_expect_number(Scanner *scanner, int64 unit);

/* A bigint; between its sign and its digits stands nothing. */
extern int64 scanner_expect_bigint(Scanner *scanner);

/* Nothing more may follow. */
extern void scanner_expect_end(Scanner *scanner);

/* Raises 22P02: what is wrong where the scanner stands. */
extern void scanner_refuse(const Scanner *scanner, const char *what) pg_attribute_noreturn();

/* Writes a number as scanner_expect_number reads it, with as many decimals as it needs. */
extern void append_decimal(StringInfo text, int64 number, int64 unit);

#endif /* BACKEND_SCANNER_H */
