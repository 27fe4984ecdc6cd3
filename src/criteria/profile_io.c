/*
 * profile_io.c
 *	  The profile as text (a JSON object, one key a count), json, jsonb and bytes.
 */
#include "compat.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "profile.h"

/* Version, reserved bytes, mask and counts, as send writes them. */
#define PROFILE_WIRE_SIZE (1 + 3 + 4 + 8 * PROFILE_COUNTS)

PG_FUNCTION_INFO_V1(monitor_profile_in);
PG_FUNCTION_INFO_V1(monitor_profile_out);
PG_FUNCTION_INFO_V1(monitor_profile_recv);
PG_FUNCTION_INFO_V1(monitor_profile_send);
PG_FUNCTION_INFO_V1(monitor_profile_json);
PG_FUNCTION_INFO_V1(monitor_profile_jsonb);

static char *
profile_to_text(const Profile *profile)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int field = 0; field < PROFILE_COUNTS; field++)
		appendStringInfo(&text, "%s\"%s\": %s", field == 0 ? "{" : ", ", profile_count_names[field],
						 profile_count_text(profile, field));
	appendStringInfoChar(&text, '}');
	return text.data;
}

/* One count out of its JSON value; null is missing. */
static void
count_from_json(Profile *profile, ProfileCount field, const JsonbValue *value)
{
	const char *name = profile_count_names[field];
	bool exact;

	if (value->type == jbvNull)
	{
		profile->missing |= 1u << field;
		return;
	}
	if (value->type != jbvNumeric)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid profile: %s is not a number or null", name)));
	if (!profile_count_from_numeric(field, value->val.numeric, &profile->count[field], &exact))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid profile: %s is out of range", name)));
	if (!exact && profile_count_decimals(field) == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid profile: %s is not a whole number", name)));
	if (!exact)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid profile: %s has more than %d decimals", name,
							   profile_count_decimals(field)),
						errhint("profile_from_counts() rounds such numbers.")));
}

static void
refuse_key(const char *key, int length)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("invalid profile: there is no count \"%.*s\"", length, key)));
}

/* Reads an object that has each count exactly once. */
static Profile *
profile_from_jsonb(Jsonb *jsonb)
{
	Profile *profile = profile_new();
	uint32 seen = 0;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;
	int field = 0;

	if (!JB_ROOT_IS_OBJECT(jsonb))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid profile: not a JSON object")));
	iterator = JsonbIteratorInit(&jsonb->root);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			for (field = 0; field < PROFILE_COUNTS; field++)
				if (strlen(profile_count_names[field]) == value.val.string.len &&
					memcmp(profile_count_names[field], value.val.string.val,
						   value.val.string.len) == 0)
					break;
			if (field == PROFILE_COUNTS)
				refuse_key(value.val.string.val, value.val.string.len);
			seen |= 1u << field;
		}
		else if (token == WJB_VALUE)
			count_from_json(profile, field, &value);
	}
	for (field = 0; field < PROFILE_COUNTS; field++)
		if ((seen & (1u << field)) == 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
							errmsg("invalid profile: %s is absent", profile_count_names[field]),
							errhint("Give null for a count that is not known.")));
	return profile;
}

/*
 * jsonb keeps the last of several values of one key, silently. In text that it
 * made a profile of, each value given has one colon of its own.
 */
static void
refuse_twice(const char *text)
{
	int colons = 0;

	for (; *text != '\0'; text++)
		colons += *text == ':';
	if (colons != PROFILE_COUNTS)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
						errmsg("invalid profile: a count is given twice")));
}

Datum
monitor_profile_in(PG_FUNCTION_ARGS)
{
	char *text = PG_GETARG_CSTRING(0);
	Datum jsonb = DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
	Profile *profile = profile_from_jsonb(DatumGetJsonbP(jsonb));

	refuse_twice(text);
	profile_check(profile, ERRCODE_INVALID_TEXT_REPRESENTATION, NULL);
	PG_RETURN_PROFILE_P(profile);
}

Datum
monitor_profile_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(profile_to_text(PG_GETARG_PROFILE_P(0)));
}

static void
refuse_bytes(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					errmsg("invalid bytes of a profile: %s", what),
					errhint("Send values as profile_send writes them, or as text.")));
}

/* Bytes of a stranger: nothing is taken that send would not have written. */
Datum
monitor_profile_recv(PG_FUNCTION_ARGS)
{
	StringInfo bytes = (StringInfo) PG_GETARG_POINTER(0);
	Profile *profile = profile_new();

	if (bytes->len - bytes->cursor != PROFILE_WIRE_SIZE)
		refuse_bytes(
			psprintf("%d bytes instead of %d", bytes->len - bytes->cursor, PROFILE_WIRE_SIZE));
	if (pq_getmsgbyte(bytes) != PROFILE_VERSION)
		refuse_bytes("unknown version");
	for (int i = 0; i < lengthof(profile->reserved); i++)
		if (pq_getmsgbyte(bytes) != 0)
			refuse_bytes("reserved bytes are not zero");
	profile->missing = (uint32) pq_getmsgint(bytes, 4);
	if (profile->missing >> PROFILE_COUNTS != 0)
		refuse_bytes("unknown counts in the mask");
	for (int field = 0; field < PROFILE_COUNTS; field++)
	{
		profile->count[field] = pq_getmsgint64(bytes);
		if (PROFILE_IS_MISSING(profile, field) && profile->count[field] != 0)
			refuse_bytes(psprintf("%s is missing but not zero", profile_count_names[field]));
	}
	profile_check(profile, ERRCODE_INVALID_BINARY_REPRESENTATION, NULL);
	PG_RETURN_PROFILE_P(profile);
}

Datum
monitor_profile_send(PG_FUNCTION_ARGS)
{
	Profile *profile = PG_GETARG_PROFILE_P(0);
	StringInfoData bytes;

	pq_begintypsend(&bytes);
	pq_sendint8(&bytes, profile->version);
	for (int i = 0; i < lengthof(profile->reserved); i++)
		pq_sendint8(&bytes, 0);
	pq_sendint32(&bytes, profile->missing);
	for (int field = 0; field < PROFILE_COUNTS; field++)
		pq_sendint64(&bytes, profile->count[field]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&bytes));
}

Datum
monitor_profile_json(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(profile_to_text(PG_GETARG_PROFILE_P(0))));
}

Datum
monitor_profile_jsonb(PG_FUNCTION_ARGS)
{
	char *text = profile_to_text(PG_GETARG_PROFILE_P(0));

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
}
