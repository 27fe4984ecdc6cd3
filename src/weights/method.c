/*
 * method.c
 *	  Weights named by a text: a builder, its arguments, a style; 'knn 8', 'queen',
 *	  'distance 500 B'. For the shorthands that build weights and use them at once.
 */
#include "compat.h"
#include "weights/build.h"

/* Words of the longest text there is, and their length. */
#define METHOD_WORDS 5
#define WORD_LENGTH 32
#define METHOD_NUMBERS 2

struct WeightsMethod
{
	const struct Builder *builder;
	char kernel[WORD_LENGTH];
	double number[METHOD_NUMBERS];
	bool diagonal;
	bool raw; /* as built, in no style */
	WeightsStyle style;
	AreaSet *polygons; /* one of these, as the builder takes them */
	PointSet *points;
};

typedef struct Builder
{
	const char *name;
	bool polygons;
	bool kernel; /* the first word after the name */
	bool count;  /* the first number is a count of neighbours */
	int numbers_least, numbers_most;
	double second; /* the second number where it is left out */
	Weights *(*build)(const WeightsMethod *method);
} Builder;

static Weights *
build_queen(const WeightsMethod *method)
{
	return queen_weights(area_set_sorted(method->polygons), method->number[0]);
}

static Weights *
build_rook(const WeightsMethod *method)
{
	return rook_weights(area_set_sorted(method->polygons));
}

static Weights *
build_knn(const WeightsMethod *method)
{
	return knn_weights(point_set_sorted(method->points), (int64) method->number[0], 0);
}

static Weights *
build_distance(const WeightsMethod *method)
{
	return distance_weights(point_set_sorted(method->points), method->number[0], 0);
}

static Weights *
build_inverse(const WeightsMethod *method)
{
	return inverse_distance_weights(point_set_sorted(method->points), method->number[0],
									method->number[1], 0);
}

static Weights *
build_kernel(const WeightsMethod *method)
{
	return kernel_weights(point_set_sorted(method->points), method->kernel, method->number[0], 0);
}

static Weights *
build_adaptive(const WeightsMethod *method)
{
	return adaptive_kernel_weights(point_set_sorted(method->points), method->kernel,
								   (int64) method->number[0], method->diagonal, 0);
}

static const Builder builders[] = {
	{"queen", .polygons = true, .numbers_most = 1, .build = build_queen},
	{"rook", .polygons = true, .build = build_rook},
	{"knn", .count = true, .numbers_least = 1, .numbers_most = 1, .build = build_knn},
	{"distance", .numbers_least = 1, .numbers_most = 1, .build = build_distance},
	{"inverse", .numbers_least = 1, .numbers_most = 2, .second = 1, .build = build_inverse},
	{"kernel", .kernel = true, .numbers_least = 1, .numbers_most = 1, .build = build_kernel},
	{"adaptive", .kernel = true, .count = true, .numbers_least = 1, .numbers_most = 1,
	 .build = build_adaptive},
};

/* Raises 22023 with a hint that lists the methods. */
static void
bad_method(const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a method to make weights", text),
			 errhint("Methods are queen, queen SNAP, rook, knn K, distance RADIUS, inverse RADIUS "
					 "[POWER], kernel NAME BANDWIDTH and adaptive NAME K [diagonal], each with a "
					 "style B, W, C, U, S, minmax or raw at its end; without one it is W.")));
}

/* Cuts a text into words in lower case, at blanks, commas and colons. */
static int
split_words(const char *text, char words[METHOD_WORDS][WORD_LENGTH])
{
	static const char *const between = " \t\r\n,:";
	const char *at = text + strspn(text, between);
	int count = 0;

	for (; *at != '\0'; count++)
	{
		size_t length = strcspn(at, between);

		if (count == METHOD_WORDS || length >= WORD_LENGTH)
			bad_method(text);
		for (size_t i = 0; i < length; i++)
			words[count][i] = (char) pg_ascii_tolower((unsigned char) at[i]);
		words[count][length] = '\0';
		at += length;
		at += strspn(at, between);
	}
	return count;
}

/* The number that a whole word is, a count or any that is not negative. */
static bool
word_number(const char *word, bool count, double *number)
{
	int64 integer;

	if (!count)
		return text_read_weight(&word, number) && *word == '\0';
	if (!text_read_id(&word, &integer) || *word != '\0' || integer > PG_INT32_MAX)
		return false;
	*number = (double) integer;
	return true;
}

/* Reads a builder's arguments after its name; returns how many words they are. */
static int
read_arguments(WeightsMethod *method, char (*words)[WORD_LENGTH], int count, const char *text)
{
	const Builder *builder = method->builder;
	int at = 0;
	int numbers = 0;

	method->number[1] = builder->second;
	if (builder->kernel && at < count)
		strlcpy(method->kernel, words[at++], WORD_LENGTH);
	while (numbers < builder->numbers_most && at < count &&
		   word_number(words[at], builder->count, &method->number[numbers]))
	{
		at++;
		numbers++;
	}
	if (numbers < builder->numbers_least)
		bad_method(text);
	if (builder->build == build_adaptive && at < count && strcmp(words[at], "diagonal") == 0)
	{
		method->diagonal = true;
		at++;
	}
	return at;
}

/* Reads the text; 22023 with a hint that lists the methods. */
WeightsMethod *
weights_method(const char *text)
{
	WeightsMethod *method = palloc0(sizeof(WeightsMethod));
	char words[METHOD_WORDS][WORD_LENGTH];
	int count = split_words(text, words);
	int at;

	for (int i = 0; count > 0 && i < lengthof(builders); i++)
		if (strcmp(builders[i].name, words[0]) == 0)
			method->builder = &builders[i];
	if (method->builder == NULL)
		bad_method(text);
	at = 1 + read_arguments(method, words + 1, count - 1, text);
	method->style = WEIGHTS_W;
	if (at < count)
	{
		method->raw = strcmp(words[at], "raw") == 0;
		if (!method->raw && !weights_style(words[at], &method->style))
			bad_method(text);
		at++;
	}
	if (at < count)
		bad_method(text);
	if (method->builder->polygons)
	{
		method->polygons = area_set_create(CurrentMemoryContext);
		method->polygons->keep_empty = true;
	}
	else
		method->points = point_set_create(CurrentMemoryContext);
	return method;
}

/* Collects a row, then builds. NULL or EMPTY geometry: the area has no neighbours. */
void
weights_method_add(WeightsMethod *method, int64 id, const struct varlena *geometry_or_null)
{
	Geometry geometry;

	if (method->points != NULL)
		point_set_add(method->points, id, geometry_or_null);
	else if (geometry_or_null == NULL)
		area_set_add_empty(method->polygons, id);
	else
	{
		geometry = geometry_open(geometry_or_null);
		area_set_add_geometry(method->polygons, id, &geometry);
	}
}

/* What was collected stays as it is. */
Weights *
weights_method_build(WeightsMethod *method)
{
	Weights *built = method->builder->build(method);
	Weights *result;

	if (method->raw)
		return built;
	result = weights_standardize(built, method->style);
	pfree(built);
	return result;
}
