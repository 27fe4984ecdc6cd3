/*
 * polygons_tree.c
 *	  Trees of boxes: filled, joined, and asked whether a point is inside.
 */
#include "compat.h"
#include "miscadmin.h"
#include "weights/polygons.h"

/* Boxes above so many items. */
Size
box_tree_upper_size(Size count)
{
	Size size = 0;

	while (count > TREE_FANOUT)
	{
		count = (count + TREE_FANOUT - 1) / TREE_FANOUT;
		size += count;
	}
	return size;
}

/* The level that has no more than TREE_FANOUT boxes, 0 for the items. */
static int
tree_top(uint32 count)
{
	int level = 0;

	for (; count > TREE_FANOUT; level++)
		count = (count + TREE_FANOUT - 1) / TREE_FANOUT;
	return level;
}

/* How many boxes a level has, and where it starts among the upper ones. */
static uint32
tree_level(uint32 count, int level, uint32 *start)
{
	*start = 0;
	for (int i = 0; i < level; i++)
	{
		if (i > 0)
			*start += count;
		count = (count + TREE_FANOUT - 1) / TREE_FANOUT;
	}
	return count;
}

/* The i-th box of a level. */
static inline const Box *
tree_box(const BoxTree *tree, int level, uint32 i)
{
	uint32 start;

	if (level == 0)
		return (const Box *) (tree->items + (Size) i * tree->stride);
	tree_level(tree->count, level, &start);
	return &tree->upper[start + i];
}

/* The children of the i-th box of a level are first to the returned one less 1. */
static inline uint32
tree_children(const BoxTree *tree, int level, uint32 i, uint32 *first)
{
	uint32 start;
	uint32 count = tree_level(tree->count, level - 1, &start);

	*first = i * TREE_FANOUT;
	return Min(*first + TREE_FANOUT, count);
}

/* Fills the boxes above the items in, where there is room for box_tree_upper_size of them. */
void
box_tree_fill(BoxTree *tree, Box *upper)
{
	Box *next = upper;
	int top = tree_top(tree->count);

	tree->upper = top == 0 ? NULL : upper;
	for (int level = 1; level <= top; level++)
	{
		uint32 start;
		uint32 count = tree_level(tree->count, level, &start);

		for (uint32 i = 0; i < count; i++)
		{
			uint32 child;
			uint32 end = tree_children(tree, level, i, &child);
			Box box = *tree_box(tree, level - 1, child);

			for (child++; child < end; child++)
				box_add(&box, tree_box(tree, level - 1, child));
			*next++ = box;
		}
	}
}

/* A join under way. */
typedef struct Join
{
	const BoxTree *a;
	const BoxTree *b;
	double slack;
	BoxVisit visit;
	void *state;
} Join;

/*
 * Goes down from two boxes, whichever is the higher first. A tree joined with
 * itself visits each pair of items once, the lower one first.
 */
static bool
join_below(const Join *join, int level_a, uint32 a, int level_b, uint32 b)
{
	const Box *box_a = tree_box(join->a, level_a, a);
	const Box *box_b = tree_box(join->b, level_b, b);
	uint32 child, end;

	if (join->a == join->b && level_a == level_b && (a > b || (a == b && level_a == 0)))
		return false;
	if (!boxes_near(box_a, box_b, join->slack))
		return false;
	if (level_a == 0 && level_b == 0)
		return join->visit(join->state, box_a, box_b);
	CHECK_FOR_INTERRUPTS();
	if (level_a >= level_b)
	{
		for (end = tree_children(join->a, level_a, a, &child); child < end; child++)
			if (join_below(join, level_a - 1, child, level_b, b))
				return true;
	}
	else
	{
		for (end = tree_children(join->b, level_b, b, &child); child < end; child++)
			if (join_below(join, level_a, a, level_b - 1, child))
				return true;
	}
	return false;
}

/* Visits all pairs of items whose boxes come within slack; true where a visit said so. */
bool
box_tree_join(const BoxTree *a, const BoxTree *b, double slack, BoxVisit visit, void *state)
{
	Join join = {a, b, slack, visit, state};
	int top_a = tree_top(a->count);
	int top_b = tree_top(b->count);
	uint32 start;
	uint32 count_a = tree_level(a->count, top_a, &start);
	uint32 count_b = tree_level(b->count, top_b, &start);

	for (uint32 i = 0; i < count_a; i++)
		for (uint32 k = 0; k < count_b; k++)
			if (join_below(&join, top_a, i, top_b, k))
				return true;
	return false;
}

/* Is the number of a run's edges that a ray to the right meets odd? */
static bool
run_parity(const Run *run, Point point)
{
	const Point *p = run->points;
	bool odd = false;

	/* to the right of the point all that counts is whether the ends are on two sides */
	if (run->box.xmin > point.x)
		return (p[0].y > point.y) != (p[run->edges].y > point.y);
	for (uint32 i = 0; i < run->edges; i++)
	{
		if ((p[i].y > point.y) == (p[i + 1].y > point.y))
			continue;
		if (p[i].y > point.y ? orientation(p[i + 1], p[i], point) > 0
							 : orientation(p[i], p[i + 1], point) > 0)
			odd = !odd;
	}
	return odd;
}

/* The same of all runs below a box of the tree. */
static bool
tree_parity(const BoxTree *tree, int level, uint32 i, Point point)
{
	const Box *box = tree_box(tree, level, i);
	uint32 child, end;
	bool odd = false;

	if (point.x > box->xmax || point.y >= box->ymax || point.y < box->ymin)
		return false;
	if (level == 0)
		return run_parity((const Run *) box, point);
	if (box->xmin > point.x)
	{
		const Run *runs = (const Run *) tree->items;
		Size below = (Size) 1 << (4 * level);
		Size last = Min((i + 1) * below, tree->count) - 1;
		const Run *first = &runs[i * below];

		StaticAssertStmt(TREE_FANOUT == 16, "4 bits a level");
		if (first->ring == runs[last].ring)
			return (first->points[0].y > point.y) !=
				   (runs[last].points[runs[last].edges].y > point.y);
	}
	CHECK_FOR_INTERRUPTS();
	for (end = tree_children(tree, level, i, &child); child < end; child++)
		odd ^= tree_parity(tree, level - 1, child, point);
	return odd;
}

/* Is a point, which is not on an edge, inside the polygon and in none of its holes? */
bool
part_contains(const Part *part, Point point)
{
	int top = tree_top(part->runs.count);
	uint32 start;
	uint32 count = tree_level(part->runs.count, top, &start);
	bool odd = false;

	if (!part->surface)
		return false;
	for (uint32 i = 0; i < count; i++)
		odd ^= tree_parity(&part->runs, top, i, point);
	return odd;
}
