/*
 * waterbed_set.c
 *	  Pairs of places collected in a hash table, and put in order as a value.
 */
#include "compat.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "backend/memory.h"
#include "relocation/waterbed.h"

#define FIRST_PAIRS 16
#define FIRST_SLOTS 32

void
waterbed_refuse_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("a sum of persons or of x is out of range"),
			 errhint("A value holds at most 9.2e14 persons, and as much of x before and after.")));
	pg_unreachable();
}

static inline void
add_count(int64 *to, int64 number)
{
	if (unlikely(pg_add_s64_overflow(*to, number, to)))
		waterbed_refuse_range();
}

static inline void
subtract_count(int64 *to, int64 number)
{
	if (unlikely(pg_sub_s64_overflow(*to, number, to)))
		waterbed_refuse_range();
}

static inline void
add_square(int128 *to, int128 number)
{
	if (unlikely(__builtin_add_overflow(*to, number, to)))
		waterbed_refuse_range();
}

static inline void
subtract_square(int128 *to, int128 number)
{
	if (unlikely(__builtin_sub_overflow(*to, number, to)))
		waterbed_refuse_range();
}

#define FOR_EACH_SUM(count, square)                                                                \
	count(&to->n, from->n);                                                                        \
	count(&to->x0, from->x0);                                                                      \
	count(&to->x1, from->x1);                                                                      \
	count(&to->with, from->with);                                                                  \
	count(&to->with_x1, from->with_x1);                                                            \
	square(&to->x00, from->x00);                                                                   \
	square(&to->x01, from->x01);                                                                   \
	square(&to->x11, from->x11);                                                                   \
	square(&to->with_x11, from->with_x11);                                                         \
	count(&to->b0_n, from->b0_n);                                                                  \
	count(&to->b0_x1, from->b0_x1);                                                                \
	square(&to->b0_x11, from->b0_x11);                                                             \
	count(&to->b1_n, from->b1_n);                                                                  \
	count(&to->b1_x0, from->b1_x0);                                                                \
	count(&to->b1_with, from->b1_with);                                                            \
	square(&to->b1_x00, from->b1_x00);                                                             \
	count(&to->neither_n, from->neither_n)

void
waterbed_pair_add(WaterbedPair *to, const WaterbedPair *from)
{
	FOR_EACH_SUM(add_count, add_square);
}

void
waterbed_pair_subtract(WaterbedPair *to, const WaterbedPair *from)
{
	FOR_EACH_SUM(subtract_count, subtract_square);
}

void
waterbed_pair_complete(WaterbedPair *pair)
{
	pair->x00 = (int128) pair->x0 * WATERBED_UNIT;
	pair->x01 = (int128) pair->with_x1 * WATERBED_UNIT;
	pair->x11 = (int128) pair->x1 * WATERBED_UNIT;
	pair->with_x11 = (int128) pair->with_x1 * WATERBED_UNIT;
	pair->b0_x11 = (int128) pair->b0_x1 * WATERBED_UNIT;
	pair->b1_x00 = (int128) pair->b1_x0 * WATERBED_UNIT;
}

bool
waterbed_pair_is_empty(const WaterbedPair *pair)
{
	return (pair->n | pair->b0_n | pair->b1_n | pair->neither_n) == 0;
}

WaterbedSet *
waterbed_set_create(MemoryContext context)
{
	WaterbedSet *set = MemoryContextAllocZero(context, sizeof(WaterbedSet));

	set->context = context;
	set->room = FIRST_PAIRS;
	set->pair = MemoryContextAlloc(context, FIRST_PAIRS * sizeof(WaterbedPair));
	set->mask = FIRST_SLOTS - 1;
	set->slot = MemoryContextAllocZero(context, FIRST_SLOTS * sizeof(WaterbedSlot));
	return set;
}

/* Both codes into 32 bits, of which the low ones choose the slot. */
static inline uint32
hash_places(int64 before, int64 after)
{
	uint64 h = ((uint64) before * UINT64CONST(0x9E3779B97F4A7C15)) ^
			   ((uint64) after + UINT64CONST(0x7F4A7C15));

	h = (h ^ (h >> 32)) * UINT64CONST(0xD6E8FEB86659FD93);
	return (uint32) (h >> 32);
}

/* Twice the slots, filled anew from the hashes in the old ones. */
static void
grow_slots(WaterbedSet *set)
{
	Size slots = (set->mask + 1) * 2;
	WaterbedSlot *old = set->slot;
	Size old_slots = set->mask + 1;

	set->slot = MemoryContextAllocExtended(set->context, slots * sizeof(WaterbedSlot),
										   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	set->mask = slots - 1;
	for (Size i = 0; i < old_slots; i++)
	{
		Size at = old[i].hash & set->mask;

		if (old[i].place == 0)
			continue;
		while (set->slot[at].place != 0)
			at = (at + 1) & set->mask;
		set->slot[at] = old[i];
	}
	pfree(old);
}

/* A new pair of nobody; the caller enters it into a slot. */
static Size
append_pair(WaterbedSet *set, int64 before, int64 after)
{
	WaterbedPair *pair;

	if (set->count == set->room)
	{
		if (set->count >= PG_UINT32_MAX / 2)
			ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
							errmsg("more pairs of areas than a value can hold"),
							errhint("Put small areas together before aggregating.")));
		set->room *= 2;
		set->pair = repalloc_huge(set->pair, set->room * sizeof(WaterbedPair));
	}
	pair = set->pair + set->count;
	memset(pair, 0, sizeof(WaterbedPair));
	pair->before = before;
	pair->after = after;
	return set->count++;
}

WaterbedPair *
waterbed_set_find(WaterbedSet *set, int64 before, int64 after)
{
	uint32 hash = hash_places(before, after);
	Size at = hash & set->mask;

	for (; set->slot[at].place != 0; at = (at + 1) & set->mask)
	{
		WaterbedPair *pair = set->pair + set->slot[at].place - 1;

		if (set->slot[at].hash == hash && pair->before == before && pair->after == after)
		{
			set->last = set->slot[at].place - 1;
			return pair;
		}
	}
	if (set->count * 2 > set->mask)
	{
		grow_slots(set);
		return waterbed_set_find(set, before, after);
	}
	set->last = append_pair(set, before, after);
	set->slot[at].hash = hash;
	set->slot[at].place = (uint32) set->last + 1;
	return set->pair + set->last;
}

void
waterbed_set_add(WaterbedSet *set, const WaterbedPair *pair)
{
	waterbed_pair_add(waterbed_set_find(set, pair->before, pair->after), pair);
}

void
waterbed_set_append(WaterbedSet *set, const Waterbed *value)
{
	for (int64 i = 0; i < value->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		waterbed_set_add(set, value->pair + i);
	}
}

Waterbed *
waterbed_allocate(Size pairs)
{
	Size size = offsetof(Waterbed, pair) + pairs * sizeof(WaterbedPair);
	Waterbed *value;

	if (pairs > MaxAllocSize / sizeof(WaterbedPair) || !AllocSizeIsValid(size))
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("%zu pairs of areas are too many for one value", pairs),
						errhint("Put small areas together before aggregating.")));
	value = palloc(size);
	memset(value, 0, offsetof(Waterbed, pair));
	SET_VARSIZE(value, size);
	value->version = WATERBED_VERSION;
	return value;
}

/* Absolute size, also of the least number there is. */
static inline uint64
magnitude(int64 number)
{
	return number < 0 ? -(uint64) number : (uint64) number;
}

/* Adds sizes of sums, whose total must stay within the most given. */
static inline void
add_sizes(uint64 *total, uint64 most, int64 a, int64 b)
{
	*total += magnitude(a);
	if (*total <= most)
		*total += magnitude(b);
	if (*total > most)
		waterbed_refuse_range();
}

/* Sums of x before and after together, so that differences of the two stay within bigint too. */
void
waterbed_check_totals(const Waterbed *value)
{
	uint64 persons = 0;
	uint64 amount = 0;
	int128 squares = 0;

	for (int64 i = 0; i < value->count; i++)
	{
		const WaterbedPair *pair = value->pair + i;

		CHECK_FOR_INTERRUPTS();
		add_sizes(&persons, PG_INT64_MAX / WATERBED_UNIT, pair->n, pair->neither_n);
		add_sizes(&persons, PG_INT64_MAX / WATERBED_UNIT, pair->b0_n, pair->b1_n);
		add_sizes(&amount, PG_INT64_MAX, pair->x0, pair->x1);
		add_sizes(&amount, PG_INT64_MAX, pair->b0_x1, pair->b1_x0);
		add_square(&squares, pair->x00);
		add_square(&squares, pair->x11);
		add_square(&squares, pair->b0_x11);
		add_square(&squares, pair->b1_x00);
	}
}

typedef struct PairPlace
{
	int64 before;
	int64 after;
	Size at;
} PairPlace;

#define ST_SORT sort_pair_places
#define ST_ELEMENT_TYPE PairPlace
#define ST_COMPARE(a, b)                                                                           \
	((a)->before != (b)->before ? ((a)->before < (b)->before ? -1 : 1)                             \
								: ((a)->after < (b)->after ? -1 : (a)->after > (b)->after))
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

Waterbed *
waterbed_set_build(WaterbedSet *set)
{
	Waterbed *value = waterbed_allocate(set->count);
	PairPlace *place = allocate(set->count, sizeof(PairPlace));
	Size pairs = 0;

	for (Size i = 0; i < set->count; i++)
		if (!waterbed_pair_is_empty(set->pair + i))
			place[pairs++] = (PairPlace){set->pair[i].before, set->pair[i].after, i};
	sort_pair_places(place, pairs);
	for (Size i = 0; i < pairs; i++)
	{
		CHECK_FOR_INTERRUPTS();
		value->pair[i] = set->pair[place[i].at];
		if (set->flags_only)
			waterbed_pair_complete(value->pair + i);
	}
	pfree(place);
	value->count = (int64) pairs;
	SET_VARSIZE(value, offsetof(Waterbed, pair) + pairs * sizeof(WaterbedPair));
	waterbed_check_totals(value);
	return value;
}
