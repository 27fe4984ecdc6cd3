/*
 * weights.c
 *	  Values of type weights made from rows, links and pairs, opened and searched.
 */
#include "compat.h"
#include <float.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "weights/build.h"

/* Bytes of a value; 54000 where they pass what a value can hold. */
static Size
weights_size(uint32 areas, Size links, bool binary)
{
	Size size =
		sizeof(Weights) + (Size) areas * sizeof(int64) + ((Size) areas + 1) * sizeof(uint32);
	Size link = sizeof(uint32) + (binary ? 0 : sizeof(double));

	if (size > MaxAllocSize || links > (MaxAllocSize - size) / link)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("weights of %u areas and %zu links do not fit into a value of 1 GB", areas,
						links),
				 errhint("Choose a shorter distance or fewer neighbours, or cut the map into "
						 "parts.")));
	return size + links * link;
}

/* A value whose header is set, and its ids unless NULL; the rest is for the caller to fill. */
Weights *
weights_allocate(uint32 areas, const int64 *ids, Size links, bool binary)
{
	Size size = weights_size(areas, links, binary);
	Weights *w = palloc(size);

	memset(w, 0, sizeof(Weights));
	SET_VARSIZE(w, size);
	w->version = WEIGHTS_VERSION;
	w->flags = binary ? WEIGHTS_BINARY : 0;
	w->areas = areas;
	w->links = (uint32) links;
	if (ids != NULL && areas > 0)
		memcpy(w + 1, ids, (Size) areas * sizeof(int64));
	return w;
}

/* Raises 22023 for a weight that cannot be one. */
static inline void
check_weight(const int64 *ids, uint32 from, uint32 to, double weight)
{
	if (unlikely(!(weight >= 0 && weight <= DBL_MAX)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight %g of the link from area %lld to area %lld is negative or not "
						"finite",
						weight, (long long) ids[from], (long long) ids[to]),
				 errhint("Weights are finite and 0 or more.")));
}

/* Makes a value of rows that are in order; weight NULL: all 1. Too large: 54000. */
Weights *
weights_from_rows(uint32 areas, const int64 *ids, const uint32 *start, const uint32 *neighbor,
				  const double *weight)
{
	uint32 links = start[areas];
	bool binary = true;
	Weights *w;

	for (uint32 i = 0; weight != NULL && i < areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 link = start[i]; link < start[i + 1]; link++)
		{
			check_weight(ids, i, neighbor[link], weight[link]);
			binary &= weight[link] == 1;
		}
	}
	w = weights_allocate(areas, ids, links, binary);
	memcpy((uint32 *) weights_start(w), start, ((Size) areas + 1) * sizeof(uint32));
	if (links > 0)
		memcpy((uint32 *) weights_neighbors(w), neighbor, (Size) links * sizeof(uint32));
	if (!binary)
	{
		double *values = (double *) weights_values(w);

		for (uint32 link = 0; link < links; link++)
			values[link] = weight[link] + 0.0; /* no minus zero */
	}
	return w;
}

/* From counts at [1 + place] to the start of each place's stretch. */
static void
counts_to_starts(uint32 *counts, uint32 places)
{
	for (uint32 i = 0; i < places; i++)
		counts[i + 1] += counts[i];
}

/* Numbers of the links in the ascending order of the neighbour. */
static uint32 *
links_by_neighbor(uint32 areas, const WeightsLink *links, uint32 count)
{
	uint32 *next = allocate_zero((Size) areas + 1, sizeof(uint32));
	uint32 *order = allocate(count, sizeof(uint32));

	for (uint32 i = 0; i < count; i++)
		next[links[i].to + 1]++;
	counts_to_starts(next, areas);
	for (uint32 i = 0; i < count; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		order[next[links[i].to]++] = i;
	}
	pfree(next);
	return order;
}

/* Raises this errcode for a link given twice, in rows that are in order. */
static void
check_unique(const Weights *w, int errcode_twice)
{
	const uint32 *start = weights_start(w);
	const uint32 *neighbor = weights_neighbors(w);

	for (uint32 i = 0; i < w->areas; i++)
		for (uint32 link = start[i] + 1; link < start[i + 1]; link++)
			if (unlikely(neighbor[link] == neighbor[link - 1]))
				ereport(ERROR,
						(errcode(errcode_twice),
						 errmsg("the link from area %lld to area %lld is given more than once",
								(long long) weights_ids(w)[i],
								(long long) weights_ids(w)[neighbor[link]]),
						 errhint("Give each link once; add weights up before with GROUP BY.")));
}

/* weights_from_links with another errcode for a link given twice. */
Weights *
weights_from_links_coded(uint32 areas, const int64 *ids, const WeightsLink *links, Size count,
						 int errcode_twice)
{
	bool binary = true;
	Weights *w;
	uint32 *start, *neighbor, *order, *next;
	double *values;

	weights_size(areas, count, true);
	for (Size i = 0; i < count; i++)
	{
		check_weight(ids, links[i].from, links[i].to, links[i].weight);
		binary &= links[i].weight == 1;
	}
	w = weights_allocate(areas, ids, count, binary);
	start = (uint32 *) weights_start(w);
	neighbor = (uint32 *) weights_neighbors(w);
	values = (double *) weights_values(w);
	order = links_by_neighbor(areas, links, (uint32) count);
	memset(start, 0, ((Size) areas + 1) * sizeof(uint32));
	for (Size i = 0; i < count; i++)
		start[links[i].from + 1]++;
	counts_to_starts(start, areas);
	next = allocate((Size) areas + 1, sizeof(uint32));
	memcpy(next, start, ((Size) areas + 1) * sizeof(uint32));
	for (Size i = 0; i < count; i++)
	{
		const WeightsLink *link = &links[order[i]];
		uint32 place = next[link->from]++;

		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		neighbor[place] = link->to;
		if (!binary)
			values[place] = link->weight + 0.0; /* no minus zero */
	}
	pfree(next);
	pfree(order);
	check_unique(w, errcode_twice);
	return w;
}

/* The same of links in any order; a link given twice: 23505 naming the ids. */
Weights *
weights_from_links(uint32 areas, const int64 *ids, const WeightsLink *links, Size count)
{
	return weights_from_links_coded(areas, ids, links, count, ERRCODE_UNIQUE_VIOLATION);
}

/* Each area's neighbours in the order the pairs came, some more than once. */
static uint32 *
pairs_to_rows(uint32 areas, const WeightsPair *pairs, Size count, uint32 *start)
{
	uint32 *next = allocate((Size) areas + 1, sizeof(uint32));
	uint32 *rows;

	memset(start, 0, ((Size) areas + 1) * sizeof(uint32));
	for (Size i = 0; i < count; i++)
	{
		start[pairs[i].a + 1]++;
		start[pairs[i].b + 1] += pairs[i].a != pairs[i].b;
	}
	counts_to_starts(start, areas);
	memcpy(next, start, ((Size) areas + 1) * sizeof(uint32));
	rows = allocate(start[areas], sizeof(uint32));
	for (Size i = 0; i < count; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		rows[next[pairs[i].a]++] = pairs[i].b;
		if (pairs[i].a != pairs[i].b)
			rows[next[pairs[i].b]++] = pairs[i].a;
	}
	pfree(next);
	return rows;
}

/*
 * The same of binary neighbours, each pair given once or more often, in any order.
 * What is symmetric is its own transpose, and rows come out of transposing in order.
 */
Weights *
weights_from_pairs(uint32 areas, const int64 *ids, const WeightsPair *pairs, Size count)
{
	Size bytes = ((Size) areas + 1) * sizeof(uint32);
	uint32 *start = allocate((Size) areas + 1, sizeof(uint32));
	uint32 *end = allocate((Size) areas + 1, sizeof(uint32));
	uint32 *rows, *ordered;
	uint32 links = 0;
	Weights *w;

	if (count > PG_UINT32_MAX / 2)
		weights_size(areas, 2 * count, true);
	rows = pairs_to_rows(areas, pairs, count, start);
	ordered = allocate(start[areas], sizeof(uint32));
	memcpy(end, start, bytes);
	for (uint32 i = 0; i < areas; i++)
	{
		if (i % WEIGHTS_INTERRUPT_STRIDE == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 at = start[i]; at < start[i + 1]; at++)
		{
			uint32 j = rows[at];

			if (end[j] == start[j] || ordered[end[j] - 1] != i)
				ordered[end[j]++] = i;
		}
	}
	for (uint32 i = 0; i < areas; i++)
	{
		uint32 first = start[i];

		start[i] = links; /* links <= first: nothing is written over that is still to be read */
		memmove(ordered + links, ordered + first, (Size) (end[i] - first) * sizeof(uint32));
		links += end[i] - first;
	}
	start[areas] = links;
	w = weights_from_rows(areas, ids, start, ordered, NULL);
	pfree(rows);
	pfree(ordered);
	pfree(start);
	pfree(end);
	return w;
}

/* A value as it is stored, its header checked (XX001 for another version). */
const Weights *
weights_open(const struct varlena *value)
{
	const Weights *w = (const Weights *) value;
	Size size = VARSIZE(value);

	if (unlikely(
			size < sizeof(Weights) + sizeof(uint32) || w->version != WEIGHTS_VERSION ||
			(w->flags & ~WEIGHTS_BINARY) != 0 ||
			size != sizeof(Weights) + (Size) w->areas * sizeof(int64) +
						((Size) w->areas + 1) * sizeof(uint32) +
						(Size) w->links *
							(sizeof(uint32) + ((w->flags & WEIGHTS_BINARY) ? 0 : sizeof(double))) ||
			weights_start(w)[0] != 0 || weights_start(w)[w->areas] != w->links))
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("weights value is damaged or of an unknown version"),
						errhint("Make the weights again from the map, or update the extension.")));
	return w;
}

/* The argument of a function that is called once or a few times with the value. */
const Weights *
weights_get_argument(FunctionCallInfo fcinfo, int argument)
{
	return weights_open(PG_GETARG_VARLENA_P(argument));
}

/* The place of an id, -1 if it is not there. */
int64
weights_find(const Weights *w, int64 id)
{
	const int64 *ids = weights_ids(w);
	uint32 low = 0;
	uint32 high = w->areas;

	while (low < high)
	{
		uint32 middle = low + (high - low) / 2;

		if (ids[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < w->areas && ids[low] == id ? (int64) low : -1;
}
