/*
 * gal.c
 *	  GAL and GWT, the text formats of weights that GeoDa, PySAL and spdep share.
 */
#include "compat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "weights/build.h"

PG_FUNCTION_INFO_V1(monitor_weights_from_gal);
PG_FUNCTION_INFO_V1(monitor_weights_to_gal);
PG_FUNCTION_INFO_V1(monitor_weights_from_gwt);
PG_FUNCTION_INFO_V1(monitor_weights_to_gwt);

/* A text read line by line, word by word. */
typedef struct LineReader
{
	const char *format; /* GAL or GWT */
	const char *at;     /* in the line, past blanks */
	int64 line;         /* from 1 */
} LineReader;

/* Raises 22P02 with the number of the line. */
#define malformed(reader, ...)                                                                     \
	ereport(ERROR,                                                                                 \
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),                                         \
			 errmsg("malformed %s text, line %lld", (reader)->format, (long long) (reader)->line), \
			 errdetail(__VA_ARGS__), errhint("%s", format_hint((reader)->format))))

/* What a format looks like. */
static const char *
format_hint(const char *format)
{
	return strcmp(format, "GAL") == 0
			   ? "First \"0 n layer id\" or \"n\", then for each area a line \"id count\" and a "
				 "line of that many neighbors. Ids are bigint."
			   : "First \"0 n layer id\" or \"n\", then for each link a line \"id neighbor "
				 "weight\". Ids are bigint.";
}

static inline bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Past blanks within the line. */
static void
skip_blanks(LineReader *reader)
{
	for (Size i = 1; is_blank(*reader->at); reader->at++, i++)
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
}

static inline bool
at_line_end(const LineReader *reader)
{
	return *reader->at == '\n' || *reader->at == '\0';
}

/* To the first word of the next line; false at the end of the text. */
static bool
next_line(LineReader *reader)
{
	if (*reader->at == '\0')
		return false;
	reader->at++;
	reader->line++;
	skip_blanks(reader);
	return true;
}

/* To the first word of this line or of the next that has one; false at the end of the text. */
static bool
next_words(LineReader *reader)
{
	while (at_line_end(reader))
	{
		if (reader->line % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		if (!next_line(reader))
			return false;
	}
	return true;
}

/* Past a word that must have ended here. */
static bool
word_ends(LineReader *reader)
{
	if (!is_blank(*reader->at) && !at_line_end(reader))
		return false;
	skip_blanks(reader);
	return true;
}

/* The word at a place, cut for a message. */
static char *
shown_word(const char *at)
{
	Size length = strcspn(at, " \t\r\n\f\v");

	if (length > 40)
		length = (Size) pg_mbcliplen(at, 40, 40);
	return pnstrdup(at, length);
}

/* Reads a bigint, what it is going into the message where it is none. */
static int64
read_number(LineReader *reader, const char *what)
{
	const char *word = reader->at;
	int64 number = 0;

	if (at_line_end(reader))
		malformed(reader, "The line ends where %s is expected.", what);
	if (!text_read_id(&reader->at, &number) || !word_ends(reader))
		malformed(reader, "\"%s\" stands where %s, a bigint, is expected.", shown_word(word), what);
	return number;
}

/* Opens a text at its first word. */
static LineReader
open_text(const char *format, const char *text)
{
	LineReader reader = {format, text, 1};

	/* A byte order mark, as some editors write it. */
	if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
		reader.at += 3;
	skip_blanks(&reader);
	return reader;
}

/* Reads "0 n layer id" or "n" and returns n. */
static int64
read_header(LineReader *reader)
{
	int64 number;

	if (!next_words(reader))
		malformed(reader, "The text is empty.");
	number = read_number(reader, "the number of areas");
	if (!at_line_end(reader))
	{
		if (number != 0)
			malformed(reader, "The first word of a header of several must be 0, not %lld.",
					  (long long) number);
		number = read_number(reader, "the number of areas");
	}
	if (number < 0)
		malformed(reader, "The number of areas must be 0 or more, not %lld.", (long long) number);
	reader->at += strcspn(reader->at, "\n"); /* names, with blanks or without */
	return number;
}

/* Reads an area of a GAL text: the line "id count" and the line of neighbours. */
static void
read_gal_area(LineReader *reader, LinkSet *set)
{
	int64 id = read_number(reader, "an area's id");
	int64 count = read_number(reader, "the number of its neighbors");

	if (!at_line_end(reader))
		malformed(reader, "The line of area %lld goes on after its number of neighbors.",
				  (long long) id);
	if (count < 0)
		malformed(reader, "Area %lld cannot have %lld neighbors.", (long long) id,
				  (long long) count);
	link_set_add_area(set, id);
	if (count == 0)
		return;
	if (!next_words(reader))
		malformed(reader, "The text ends where the %lld neighbors of area %lld are expected.",
				  (long long) count, (long long) id);
	for (int64 i = 0; i < count; i++)
	{
		if (i % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		if (at_line_end(reader))
			malformed(reader, "Area %lld has %lld neighbors where it says %lld.", (long long) id,
					  (long long) i, (long long) count);
		link_set_add(set, id, read_number(reader, "a neighbor's id"), 1);
	}
	if (!at_line_end(reader))
		malformed(reader, "Area %lld has more neighbors than the %lld it says.", (long long) id,
				  (long long) count);
}

/* weights_from_gal(text) -> weights */
Datum
monitor_weights_from_gal(PG_FUNCTION_ARGS)
{
	LineReader reader = open_text("GAL", text_to_cstring(PG_GETARG_TEXT_PP(0)));
	LinkSet *set = link_set_create(CurrentMemoryContext);
	int64 areas = read_header(&reader);

	while (next_words(&reader))
	{
		CHECK_FOR_INTERRUPTS();
		read_gal_area(&reader, set);
	}
	if ((int64) set->area_count != areas)
		malformed(&reader, "The header says %lld areas, the text has %zu.", (long long) areas,
				  set->area_count);
	PG_RETURN_POINTER(link_set_build_strict(set, ERRCODE_INVALID_TEXT_REPRESENTATION));
}

/* Reads the links of a GWT text and returns the number of areas that its header says. */
static int64
read_gwt(LineReader *reader, LinkSet *set)
{
	int64 areas = read_header(reader);

	while (next_words(reader))
	{
		int64 id = read_number(reader, "an area's id");
		int64 neighbor = read_number(reader, "a neighbor's id");
		const char *word = reader->at;
		double weight = 0;

		if (set->link_count % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		if (at_line_end(reader))
			malformed(reader, "The line ends where a weight is expected.");
		if (!text_read_weight(&reader->at, &weight) || !word_ends(reader))
			malformed(reader, "\"%s\" is no weight, which is a finite number of 0 or more.",
					  shown_word(word));
		if (!at_line_end(reader))
			malformed(reader, "The line goes on after the weight.");
		link_set_add(set, id, neighbor, weight);
	}
	return areas;
}

/* weights_from_gwt(text [, ids]) -> weights */
Datum
monitor_weights_from_gwt(PG_FUNCTION_ARGS)
{
	LineReader reader = open_text("GWT", text_to_cstring(PG_GETARG_TEXT_PP(0)));
	LinkSet *set = link_set_create(CurrentMemoryContext);
	int64 areas = read_gwt(&reader, set);
	Weights *w;

	if (PG_NARGS() > 1)
	{
		uint32 count;
		int64 *ids = weights_ids_argument(fcinfo, 1, &count);

		count = (uint32) ids_sort_unique(ids, count);
		for (uint32 i = 0; i < count; i++)
			link_set_add_area(set, ids[i]);
		w = link_set_build_strict(set, ERRCODE_INVALID_TEXT_REPRESENTATION);
	}
	else
		w = link_set_build(set, ERRCODE_INVALID_TEXT_REPRESENTATION);
	if ((int64) w->areas != areas)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("the header of the GWT text says %lld areas, but %s %u", (long long) areas,
						PG_NARGS() > 1 ? "given are" : "its links name", w->areas),
				 errhint("GWT leaves out areas without links; give the ids of all areas as "
						 "second argument.")));
	PG_RETURN_POINTER(w);
}

/* A name in a header is one word. */
static const char *
header_name(FunctionCallInfo fcinfo, int argument)
{
	const char *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));

	if (name[0] == '\0' || name[strcspn(name, " \t\r\n\f\v")] != '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("name in the header must be one word, not \"%s\"", name),
						errhint("Write _ for a blank.")));
	return name;
}

/* Begins a text with "0 n layer id". */
static StringInfo
begin_text(FunctionCallInfo fcinfo, const Weights *w)
{
	StringInfo text = makeStringInfo();

	/* Room that the result's length goes into. */
	appendStringInfoSpaces(text, VARHDRSZ);
	appendStringInfo(text, "0 %u %s %s\n", w->areas, header_name(fcinfo, 1),
					 header_name(fcinfo, 2));
	return text;
}

/* The text as a datum. */
static Datum
finish_text(StringInfo text)
{
	SET_VARSIZE(text->data, text->len);
	return PointerGetDatum(text->data);
}

/* weights_to_gal(w, layer, id_name) -> text */
Datum
monitor_weights_to_gal(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	const int64 *ids = weights_ids(w);
	const uint32 *start = weights_start(w);
	StringInfo text = begin_text(fcinfo, w);

	for (uint32 i = 0; i < w->areas; i++)
	{
		CHECK_FOR_INTERRUPTS();
		text_append_id(text, ids[i]);
		text_append_char(text, ' ');
		text_append_id(text, (int64) (start[i + 1] - start[i]));
		text_append_char(text, '\n');
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			if (link % 4096 == 0)
				CHECK_FOR_INTERRUPTS();
			if (link > start[i])
				text_append_char(text, ' ');
			text_append_id(text, ids[weights_neighbors(w)[link]]);
		}
		text_append_char(text, '\n');
	}
	return finish_text(text);
}

/* weights_to_gwt(w, layer, id_name) -> text */
Datum
monitor_weights_to_gwt(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	const int64 *ids = weights_ids(w);
	const double *values = weights_values(w);
	const uint32 *start = weights_start(w);
	WeightText last = {0};
	StringInfo text = begin_text(fcinfo, w);

	for (uint32 i = 0; i < w->areas; i++)
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			if (link % 4096 == 0)
				CHECK_FOR_INTERRUPTS();
			text_append_id(text, ids[i]);
			text_append_char(text, ' ');
			text_append_id(text, ids[weights_neighbors(w)[link]]);
			text_append_char(text, ' ');
			text_append_weight(text, values == NULL ? 1 : values[link], &last);
			text_append_char(text, '\n');
		}
	return finish_text(text);
}
