/*
 * weights_io.c
 *	  Type weights: text and binary, in and out.
 */
#include "compat.h"
#include <float.h>
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "weights/build.h"

PG_FUNCTION_INFO_V1(monitor_weights_in);
PG_FUNCTION_INFO_V1(monitor_weights_out);
PG_FUNCTION_INFO_V1(monitor_weights_recv);
PG_FUNCTION_INFO_V1(monitor_weights_send);

/* Longest text of a number; a double's exact decimal expansion is shorter. */
#define NUMBER_TEXT_MAX 2000

/* Room for one number more. */
static inline void
text_reserve(StringInfo text)
{
	if (unlikely(text->len > (int) MaxAllocSize - 128))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("weights are too large for a text of 1 GB"),
						errhint("Copy them in binary format, or read them with links.")));
	if (unlikely(text->maxlen - text->len < 64))
		enlargeStringInfo(text, 64);
}

void
text_append_id(StringInfo text, int64 id)
{
	text_reserve(text);
	text->len += pg_lltoa(id, text->data + text->len);
}

void
text_append_weight(StringInfo text, double weight, WeightText *last)
{
	text_reserve(text);
	if (last->length == 0 || last->weight != weight)
	{
		last->weight = weight;
		last->length = double_to_shortest_decimal_bufn(weight, last->text);
	}
	memcpy(text->data + text->len, last->text, DOUBLE_SHORTEST_DECIMAL_LEN);
	text->len += last->length;
}

void
text_append_char(StringInfo text, char c)
{
	text_reserve(text);
	text->data[text->len++] = c;
}

/* weights_out(weights) -> cstring */
Datum
monitor_weights_out(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	const int64 *ids = weights_ids(w);
	const double *values = weights_values(w);
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	WeightText last = {0};
	StringInfoData text;

	initStringInfo(&text);
	text_append_char(&text, '{');
	for (uint32 i = 0; i < w->areas; i++)
	{
		if (i > 0)
			text_append_char(&text, ',');
		text_append_id(&text, ids[i]);
		text_append_char(&text, ':');
		text_append_char(&text, '{');
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			if (link % 4096 == 0)
				CHECK_FOR_INTERRUPTS();
			if (link > start[i])
				text_append_char(&text, ',');
			text_append_id(&text, ids[neighbor[link]]);
			if (values == NULL)
				continue;
			text_append_char(&text, ':');
			text_append_weight(&text, values[link], &last);
		}
		text_append_char(&text, '}');
	}
	text_append_char(&text, '}');
	text_append_char(&text, '\0');
	PG_RETURN_CSTRING(text.data);
}

/* Reads an id at *at and moves on; false, and *at where it was, for what is none. */
bool
text_read_id(const char **at, int64 *id)
{
	const char *c = *at;
	bool negative = *c == '-';
	uint64 limit = (uint64) PG_INT64_MAX + negative;
	uint64 value = 0;

	if (*c == '-' || *c == '+')
		c++;
	if (*c < '0' || *c > '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++)
	{
		uint64 digit = (uint64) (*c - '0');

		if (value > (limit - digit) / 10 || c - *at > NUMBER_TEXT_MAX)
			return false;
		value = value * 10 + digit;
	}
	*id = (int64) (negative ? -value : value);
	*at = c;
	return true;
}

/* Reads a weight at *at, finite and not negative; as text_read_id. */
bool
text_read_weight(const char **at, double *weight)
{
	size_t length = strspn(*at, "0123456789+-.eE");
	char *end;
	double value;

	if (length == 0 || length > NUMBER_TEXT_MAX)
		return false;
	value = strtod(*at, &end);
	if (end != *at + length || !(value >= 0 && value <= DBL_MAX))
		return false;
	*weight = value + 0.0; /* no minus zero */
	*at = end;
	return true;
}

/* What is left of a text, cut for a message. */
#define SHOWN_LENGTH 20

/* Raises 22P02 saying what was expected where. */
static void
malformed(const char *text, const char *at, const char *expected)
{
	Size length = strnlen(at, SHOWN_LENGTH);

	length = pg_mbcliplen(at, (int) length, SHOWN_LENGTH);
	if (length == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("malformed value of type weights: expected %s at its end", expected),
						errhint("The form is {1:{2,3},2:{1},3:{}} or {1:{2:0.5},2:{}}.")));
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("malformed value of type weights: expected %s at byte %zu, not "
						   "\"%.*s\"",
						   expected, (Size) (at - text) + 1, (int) length, at),
					errhint("The form is {1:{2,3},2:{1},3:{}} or {1:{2:0.5},2:{}}.")));
}

/* Past blanks. */
static const char *
skip_blanks(const char *at)
{
	for (Size i = 1; *at == ' ' || (*at >= '\t' && *at <= '\r'); at++, i++)
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
	return at;
}

/* Past a character that must come next, and blanks around it. */
static const char *
expect(const char *text, const char *at, char c, const char *what)
{
	at = skip_blanks(at);
	if (*at != c)
		malformed(text, at, what);
	return skip_blanks(at + 1);
}

/* An area and its neighbours from its id to the closing brace. */
static const char *
read_area(LinkSet *set, const char *text, const char *at)
{
	int64 id, neighbor;
	double weight;

	if (!text_read_id(&at, &id))
		malformed(text, at, "an area's id, a bigint,");
	link_set_add_area(set, id);
	at = expect(text, at, ':', "\":\"");
	at = expect(text, at, '{', "\"{\"");
	for (bool first = true; *at != '}' || !first; first = false)
	{
		if (set->link_count % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		if (!text_read_id(&at, &neighbor))
			malformed(text, at, "a neighbor's id, a bigint,");
		at = skip_blanks(at);
		weight = 1;
		if (*at == ':')
		{
			at = skip_blanks(at + 1);
			if (!text_read_weight(&at, &weight))
				malformed(text, at, "a weight, a finite number of 0 or more,");
			at = skip_blanks(at);
		}
		link_set_add(set, id, neighbor, weight);
		if (*at == '}')
			break;
		at = expect(text, at, ',', "\",\" or \"}\"");
	}
	return skip_blanks(at + 1);
}

/* weights_in(cstring) -> weights */
Datum
monitor_weights_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	LinkSet *set = link_set_create(CurrentMemoryContext);
	const char *at = expect(text, text, '{', "\"{\"");

	for (bool first = true; *at != '}' || !first; first = false)
	{
		if (set->area_count % 1024 == 0)
			CHECK_FOR_INTERRUPTS();
		at = read_area(set, text, at);
		if (*at == '}')
			break;
		at = expect(text, at, ',', "\",\" or \"}\"");
	}
	at = skip_blanks(at + 1);
	if (*at != '\0')
		malformed(text, at, "nothing more");
	PG_RETURN_POINTER(link_set_build_strict(set, ERRCODE_INVALID_TEXT_REPRESENTATION));
}

/* Bytes of the binary form before the first area. */
#define BINARY_HEAD 10

/* Puts numbers in network byte order. */
static inline char *
put_uint32(char *at, uint32 number)
{
	number = pg_hton32(number);
	memcpy(at, &number, sizeof(number));
	return at + sizeof(number);
}

static inline char *
put_uint64(char *at, uint64 number)
{
	number = pg_hton64(number);
	memcpy(at, &number, sizeof(number));
	return at + sizeof(number);
}

/* weights_send(weights) -> bytea */
Datum
monitor_weights_send(PG_FUNCTION_ARGS)
{
	const Weights *w = weights_get_argument(fcinfo, 0);
	const double *values = weights_values(w);
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);
	Size size =
		VARHDRSZ + BINARY_HEAD + (Size) w->areas * 12 + (Size) w->links * (values == NULL ? 4 : 12);
	bytea *result = palloc(size);
	char *at = VARDATA(result);

	SET_VARSIZE(result, size);
	*at++ = WEIGHTS_VERSION;
	*at++ = (char) w->flags;
	at = put_uint32(at, w->areas);
	at = put_uint32(at, w->links);
	for (uint32 i = 0; i < w->areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		at = put_uint64(at, (uint64) weights_ids(w)[i]);
		at = put_uint32(at, start[i + 1] - start[i]);
		for (uint32 link = start[i]; link < start[i + 1]; link++)
			at = put_uint32(at, neighbor[link]);
		for (uint32 link = start[i]; values != NULL && link < start[i + 1]; link++)
		{
			uint64 bits;

			memcpy(&bits, &values[link], sizeof(bits));
			at = put_uint64(at, bits);
		}
	}
	PG_RETURN_BYTEA_P(result);
}

/* Raises 22P03 with what is wrong with the bytes. */
static void
bad_bytes(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("malformed binary value of type weights: %s", what),
					errhint("weights_send gives the form.")));
}

/* Reads numbers in network byte order. */
static inline uint32
get_uint32(const char *at)
{
	uint32 number;

	memcpy(&number, at, sizeof(number));
	return pg_ntoh32(number);
}

static inline uint64
get_uint64(const char *at)
{
	uint64 number;

	memcpy(&number, at, sizeof(number));
	return pg_ntoh64(number);
}

/* Reads a row's neighbours and weights, checked; the links' room is known to be there. */
static const char *
receive_row(Weights *w, uint32 first, uint32 count, const char *at, bool *all_one)
{
	uint32 *neighbor = (uint32 *) weights_neighbors(w);
	double *values = (double *) weights_values(w);

	for (uint32 link = first; link < first + count; link++, at += 4)
	{
		neighbor[link] = get_uint32(at);
		if (neighbor[link] >= w->areas)
			bad_bytes("a neighbor's place is past the last area");
		if (link > first && neighbor[link] <= neighbor[link - 1])
			bad_bytes("an area's neighbors are not in ascending order");
	}
	for (uint32 link = first; values != NULL && link < first + count; link++, at += 8)
	{
		uint64 bits = get_uint64(at);

		memcpy(&values[link], &bits, sizeof(bits));
		if (!(values[link] >= 0 && values[link] <= DBL_MAX) || signbit(values[link]))
			bad_bytes("a weight is negative or not finite");
		*all_one &= values[link] == 1;
	}
	return at;
}

/* Reads the areas into a value of that many areas and links. */
static void
receive_areas(Weights *w, const char *at, const char *end)
{
	int64 *ids = (int64 *) weights_ids(w);
	uint32 *start = (uint32 *) weights_start(w);
	bool binary = weights_values(w) == NULL;
	bool all_one = true;

	start[0] = 0;
	for (uint32 i = 0; i < w->areas; i++)
	{
		uint32 count;

		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		if (end - at < 12)
			bad_bytes("it ends in the middle of an area");
		ids[i] = (int64) get_uint64(at);
		count = get_uint32(at + 8);
		if (i > 0 && ids[i] <= ids[i - 1])
			bad_bytes("areas are not in ascending order of id");
		if (count > w->links - start[i])
			bad_bytes("areas have more links than the head says");
		at = receive_row(w, start[i], count, at + 12, &all_one);
		start[i + 1] = start[i] + count;
	}
	if (start[w->areas] != w->links)
		bad_bytes("areas have fewer links than the head says");
	if (all_one && !binary)
		bad_bytes("all weights are 1, so none must be given");
}

/* weights_recv(internal) -> weights */
Datum
monitor_weights_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
	Size size = in->len - in->cursor;
	const char *bytes = pq_getmsgbytes(in, (int) size);
	uint32 areas, links;
	bool binary;
	Weights *w;

	if (size < BINARY_HEAD)
		bad_bytes("it is shorter than its head");
	if (bytes[0] != WEIGHTS_VERSION)
		bad_bytes("its version is unknown");
	if (bytes[1] != 0 && bytes[1] != WEIGHTS_BINARY)
		bad_bytes("its flags are unknown");
	binary = bytes[1] == WEIGHTS_BINARY;
	areas = get_uint32(bytes + 2);
	links = get_uint32(bytes + 6);
	if (size != BINARY_HEAD + (Size) areas * 12 + (Size) links * (binary ? 4 : 12))
		bad_bytes("its size is not that of so many areas and links");
	w = weights_allocate(areas, NULL, links, binary);
	receive_areas(w, bytes + BINARY_HEAD, bytes + size);
	PG_RETURN_POINTER(w);
}
