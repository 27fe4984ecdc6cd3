/*
 * area_cells.c
 *	  The grid of cells of an area index: which polygons have something of a place.
 *
 * A cell is divided into 8 x 8 subcells. For each polygon that has something of the
 * cell there is a bit for each subcell that lies wholly inside it, and one for each
 * that an edge reaches: only a point in one of the latter is tested at all. Most of
 * these tests take no more than the run of edges stored with the cell. What is hot
 * in memory is then a few hundred bytes a polygon, which is what the speed depends
 * on: a miss of the cache costs more than the arithmetic of a test. The grid is
 * bounded by the number of polygons and vertices, however they lie.
 */
#include "compat.h"
#include <float.h>
#include <math.h>
#include "miscadmin.h"
#include "utils/memutils.h"
#include "backend/memory.h"
#include "geometry/geometry.h"

/*
 * Cells wanted for a polygon of so many vertices, the optimum measured between misses
 * of the cache and tests of points; and one more for each vertex beyond, so that
 * the runs of edges stay short.
 */
#define CELLS_PER_PART 16
#define PART_VERTICES 128
#define CELLS_MOST (1 << 20)
/* Part boxes may overlap: all their cells together, as a multiple of those wanted. */
#define CELL_REFS_FACTOR 4
/* An edge counts as in a subcell when it comes this near, in widths of a subcell. */
#define CELL_MARGIN 1e-3
/* And in units of the rounding of its coordinates. */
#define ROUNDING_MARGIN (8 * DBL_EPSILON)
/*
 * The grid lies over the middle of the polygons where it would else be this many
 * times as wide, because a few lie far out (often by a mistaken coordinate).
 */
#define OUTLIER_FACTOR 4
#define OUTLIER_SHARE 0.01

/* What a subcell is to a part. */
typedef enum Subcell
{
	SUBCELL_OUTSIDE,
	SUBCELL_INSIDE,
	SUBCELL_BORDER
} Subcell;

/* Cells or subcells that a box covers: first and last column and row. */
typedef struct CellBox
{
	uint32 left, right, bottom, top;
} CellBox;

/* First and last edge of a shell on one side of a place; none where first > last. */
typedef struct EdgeRun
{
	uint32 first;
	uint32 last;
	bool hole; /* is there an edge of a hole too? */
} EdgeRun;

/* A cell's reference while they come part by part. */
typedef struct CellEntry
{
	uint32 cell;
	CellRef ref;
} CellEntry;

/* The grid in the making. */
typedef struct Grid
{
	AreaIndex *index;
	uint32 subcolumns, subrows;
	double subwidth, subheight;
	bool clipped_x, clipped_y; /* is the grid smaller than the box of all? */

	/* of the part at hand */
	const AreaPart *part;
	uint32 part_number;
	CellBox subbox, box; /* subcells and cells of its box */
	uint8 *subcell;      /* Subcell of each of subbox */
	Size subcell_room;
	EdgeRun *to_left, *to_right; /* of each cell of box: edges that reach its rows there */
	Size run_room;

	CellEntry *entry;
	Size entries;
	Size entry_room;
} Grid;

/* Number of columns or rows times the other in a box. */
static Size
box_size(const CellBox *box)
{
	return (Size) (box->right - box->left + 1) * (box->top - box->bottom + 1);
}

/* Subcolumn and subrow of a coordinate. */
static inline uint32
subcolumn_of(const Grid *grid, double x)
{
	return strip_of(x, grid->index->x0, grid->index->subcolumns_per_unit, grid->subcolumns);
}

static inline uint32
subrow_of(const Grid *grid, double y)
{
	return strip_of(y, grid->index->y0, grid->index->subrows_per_unit, grid->subrows);
}

/* The subcells, and the cells, that a part's box touches. */
static CellBox
part_subcells(const Grid *grid, const AreaPart *part)
{
	return (CellBox){subcolumn_of(grid, part->xmin), subcolumn_of(grid, part->xmax),
					 subrow_of(grid, part->ymin), subrow_of(grid, part->ymax)};
}

static CellBox
part_cells(const Grid *grid, const AreaPart *part)
{
	CellBox box = part_subcells(grid, part);

	return (CellBox){box.left / SUBCELLS, box.right / SUBCELLS, box.bottom / SUBCELLS,
					 box.top / SUBCELLS};
}

static int
compare_doubles(const void *a, const void *b)
{
	double left = *(const double *) a;
	double right = *(const double *) b;

	return left < right ? -1 : left > right;
}

/*
 * Narrows a range to where nearly all values lie, if that is much narrower. Sorts
 * the values. Returns whether it did.
 */
static bool
clip_outliers(double *values, uint32 count, double *from, double *to)
{
	uint32 out = (uint32) ceil(count * OUTLIER_SHARE);
	double low, high, width;

	if (count <= 2 * out)
		return false;
	qsort(values, count, sizeof(double), compare_doubles);
	low = values[out];
	high = values[count - 1 - out];
	width = high - low;
	if (!(width > 0) || *to - *from <= OUTLIER_FACTOR * width)
		return false;
	/* room for the outermost of those that stay */
	*from = Max(*from, low - width / 4);
	*to = Min(*to, high + width / 4);
	return true;
}

/* Says over what the grid lies: all parts, or all but a few far ones. */
static void
plan_frame(Grid *grid, double *width, double *height)
{
	AreaIndex *index = grid->index;
	const AreaPart *part = AREA_SECTION(index, SECTION_PARTS, const AreaPart);
	double *middle = allocate(index->parts, sizeof(double));
	double right = index->xmax;
	double top = index->ymax;

	index->x0 = index->xmin;
	index->y0 = index->ymin;
	for (uint32 p = 0; p < index->parts; p++)
		middle[p] = part[p].xmin / 2 + part[p].xmax / 2;
	grid->clipped_x = clip_outliers(middle, index->parts, &index->x0, &right);
	for (uint32 p = 0; p < index->parts; p++)
		middle[p] = part[p].ymin / 2 + part[p].ymax / 2;
	grid->clipped_y = clip_outliers(middle, index->parts, &index->y0, &top);
	pfree(middle);
	*width = right - index->x0;
	*height = top - index->y0;
}

/* Divides the grid into about so many square cells. */
static void
divide_grid(Grid *grid, double cells, double width, double height)
{
	AreaIndex *index = grid->index;
	double columns = sqrt(cells * (width / height));

	index->columns = columns >= 1 ? (uint32) Max(Min(columns, cells), 1) : 1;
	index->rows = (uint32) Max(cells / index->columns, 1);
	grid->subcolumns = index->columns * SUBCELLS;
	grid->subrows = index->rows * SUBCELLS;
	index->subcolumns_per_unit = strips_per_unit(&grid->subcolumns, width);
	index->subrows_per_unit = strips_per_unit(&grid->subrows, height);
	if (grid->subcolumns == 1)
		index->columns = 1;
	if (grid->subrows == 1)
		index->rows = 1;
	grid->subwidth = grid->subcolumns > 1 ? 1 / index->subcolumns_per_unit : 0;
	grid->subheight = grid->subrows > 1 ? 1 / index->subrows_per_unit : 0;
}

/* Lays the grid: fewer cells as long as the boxes of the parts take too many. */
static void
plan_grid(Grid *grid)
{
	const AreaIndex *index = grid->index;
	const AreaPart *part = AREA_SECTION(index, SECTION_PARTS, const AreaPart);
	double wanted = (double) CELLS_PER_PART * index->parts +
					Max(0, index->vertices - (double) PART_VERTICES * index->parts);
	double width, height;

	plan_frame(grid, &width, &height);
	wanted = Min(wanted, CELLS_MOST);
	for (double cells = wanted;; cells /= 4)
	{
		double taken = 0;

		divide_grid(grid, cells, width, height);
		for (uint32 p = 0; p < index->parts; p++)
		{
			CellBox box = part_cells(grid, &part[p]);

			taken += box_size(&box);
		}
		if (taken <= wanted * CELL_REFS_FACTOR || cells <= 1)
			return;
	}
}

/* Marks the subcells of a row that an edge reaches between two abscissas. */
static void
mark_row(Grid *grid, uint32 row, double left, double right)
{
	const CellBox *box = &grid->subbox;
	uint32 first = Max(subcolumn_of(grid, left), box->left);
	uint32 last = Min(subcolumn_of(grid, right), box->right);
	Size width = box->right - box->left + 1;

	if (first <= last)
		memset(grid->subcell + (row - box->bottom) * width + (first - box->left), SUBCELL_BORDER,
			   last - first + 1);
}

/* Adds an edge to a run. */
static inline void
run_add(EdgeRun *run, uint32 edge, bool hole)
{
	if (hole)
	{
		run->hole = true;
		return;
	}
	run->first = Min(run->first, edge);
	run->last = Max(run->last, edge);
}

/*
 * Notes an edge that lies between two subcolumns and two subrows in the runs of its
 * cells: as seen from the right it comes into sight where it begins, from the left
 * where it ends. The runs of the cells beyond follow in spread_runs.
 */
static void
note_edge(Grid *grid, const CellBox *edge_subcells, uint32 edge, bool hole)
{
	const CellBox *box = &grid->box;
	Size width = box->right - box->left + 1;
	uint32 left = Max(edge_subcells->left / SUBCELLS, box->left);
	uint32 right = Min(edge_subcells->right / SUBCELLS, box->right);
	uint32 top = Min(edge_subcells->top / SUBCELLS, box->top);

	for (uint32 row = Max(edge_subcells->bottom / SUBCELLS, box->bottom); row <= top; row++)
	{
		Size start = (row - box->bottom) * width;

		if (left <= box->right)
			run_add(&grid->to_left[start + left - box->left], edge, hole);
		if (right >= box->left)
			run_add(&grid->to_right[start + right - box->left], edge, hole);
	}
}

/*
 * Enters an edge into the subcells that it reaches, with a margin that is wide
 * against every rounding, here and in the test of a point against the edge.
 */
static void
mark_edge(Grid *grid, uint32 number, bool hole)
{
	const AreaIndex *index = grid->index;
	const Point *edge = AREA_SECTION(index, SECTION_VERTICES, const Point) + number;
	Point a = edge[0].y <= edge[1].y ? edge[0] : edge[1];
	Point b = edge[0].y <= edge[1].y ? edge[1] : edge[0];
	double xmin = Min(a.x, b.x);
	double xmax = Max(a.x, b.x);
	double across = CELL_MARGIN * grid->subwidth + ROUNDING_MARGIN * (fabs(a.x) + fabs(b.x));
	double along = CELL_MARGIN * grid->subheight + ROUNDING_MARGIN * (fabs(a.y) + fabs(b.y));
	double slope = (b.x - a.x) / (b.y - a.y);
	CellBox box = {subcolumn_of(grid, xmin - across), subcolumn_of(grid, xmax + across),
				   subrow_of(grid, a.y - along), subrow_of(grid, b.y + along)};

	/* a long edge reaches thousands of subcells, and a ring may have a million such */
	CHECK_FOR_INTERRUPTS();
	if (edge_is_void(edge))
		return;
	note_edge(grid, &box, number, hole);
	for (uint32 row = Max(box.bottom, grid->subbox.bottom); row <= Min(box.top, grid->subbox.top);
		 row++)
	{
		double y = index->y0 + row * grid->subheight;
		double low = row == 0 ? a.y : Max(y - along, a.y);
		double high = row == grid->subrows - 1 ? b.y : Min(y + grid->subheight + along, b.y);
		double x_low = a.x + (low - a.y) * slope;
		double x_high = a.x + (high - a.y) * slope;

		/* flat, or too steep a slope for doubles */
		if (!isfinite(x_low) || !isfinite(x_high) || low > high)
		{
			x_low = xmin;
			x_high = xmax;
		}
		mark_row(grid, row, Max(Min(x_low, x_high), xmin) - across,
				 Min(Max(x_low, x_high), xmax) + across);
	}
}

/* Joins a run to that of the next cell. */
static inline void
run_join(EdgeRun *run, const EdgeRun *next)
{
	run->first = Min(run->first, next->first);
	run->last = Max(run->last, next->last);
	run->hole |= next->hole;
}

/* Lets every cell see the edges of the cells beyond it in its row. */
static void
spread_runs(Grid *grid)
{
	uint32 width = grid->box.right - grid->box.left + 1;

	for (Size start = 0; start < box_size(&grid->box); start += width)
	{
		for (uint32 i = 1; i < width; i++)
		{
			run_join(&grid->to_left[start + i], &grid->to_left[start + i - 1]);
			run_join(&grid->to_right[start + width - 1 - i], &grid->to_right[start + width - i]);
		}
	}
}

/* Is a subcell in the part that has no edge in it? Border where its middle rounds out of it. */
static Subcell
subcell_side(const Grid *grid, uint32 column, uint32 row)
{
	const AreaIndex *index = grid->index;
	Point middle = {index->x0 + (column + 0.5) * grid->subwidth,
					index->y0 + (row + 0.5) * grid->subheight};

	if (subcolumn_of(grid, middle.x) != column || subrow_of(grid, middle.y) != row)
		return SUBCELL_BORDER;
	return area_part_intersects(index, grid->part_number, middle) ? SUBCELL_INSIDE
																  : SUBCELL_OUTSIDE;
}

/*
 * Tells the subcells that no edge reaches apart into inside and outside. Those side
 * by side have no edge between them, so one test serves them all. The outermost of
 * a clipped grid reach out without end and stay border.
 */
static void
fill_subcells(Grid *grid)
{
	const CellBox *box = &grid->subbox;
	uint8 *subcell = grid->subcell;

	for (uint32 row = box->bottom; row <= box->top; row++)
	{
		Subcell before = SUBCELL_BORDER;

		CHECK_FOR_INTERRUPTS();
		for (uint32 column = box->left; column <= box->right; column++, subcell++)
		{
			if ((grid->clipped_x && (column == 0 || column == grid->subcolumns - 1)) ||
				(grid->clipped_y && (row == 0 || row == grid->subrows - 1)))
				*subcell = SUBCELL_BORDER;
			else if (*subcell != SUBCELL_BORDER)
				*subcell = before != SUBCELL_BORDER ? before : subcell_side(grid, column, row);
			before = (Subcell) *subcell;
		}
	}
}

/* Gives a reference the shorter of the runs, if it is short enough and of the shell alone. */
static void
choose_run(CellRef *ref, const EdgeRun *left, const EdgeRun *right)
{
	const EdgeRun *run = right;

	if (run->hole || (!left->hole && left->last - left->first < right->last - right->first))
		run = left;
	if (run->hole || run->first > run->last || run->last - run->first >= RUN_EDGES_MOST)
		return;
	ref->run_side = run == left ? RUN_TO_LEFT : RUN_TO_RIGHT;
	ref->run = run->first;
	ref->run_edges = (uint8) (run->last - run->first + 1);
}

/* Notes the reference of a cell to the part, unless the part has nothing of it. */
static void
enter_cell(Grid *grid, uint32 column, uint32 row)
{
	const CellBox *box = &grid->subbox;
	Size width = box->right - box->left + 1;
	Size place = (Size) (row - grid->box.bottom) * (grid->box.right - grid->box.left + 1) +
				 (column - grid->box.left);
	CellRef ref = {.part = grid->part_number, .area = grid->part->area};

	for (int i = 0; i < SUBCELLS * SUBCELLS; i++)
	{
		uint32 x = column * SUBCELLS + i % SUBCELLS;
		uint32 y = row * SUBCELLS + i / SUBCELLS;
		uint8 side;

		if (x < box->left || x > box->right || y < box->bottom || y > box->top)
			continue;
		side = grid->subcell[(y - box->bottom) * width + (x - box->left)];
		if (side == SUBCELL_INSIDE)
			ref.inside |= UINT64CONST(1) << i;
		else if (side == SUBCELL_BORDER)
			ref.border |= UINT64CONST(1) << i;
	}
	if ((ref.inside | ref.border) == 0)
		return;
	choose_run(&ref, &grid->to_left[place], &grid->to_right[place]);
	if (grid->entries == grid->entry_room)
	{
		grid->entry_room *= 2;
		grid->entry = repalloc_huge(grid->entry, grid->entry_room * sizeof(CellEntry));
	}
	grid->entry[grid->entries++] = (CellEntry){row * grid->index->columns + column, ref};
}

/* Makes room for the subcells and runs of the part at hand, and empties them. */
static void
start_part(Grid *grid, uint32 p)
{
	Size subcells, cells;

	grid->part_number = p;
	grid->part = AREA_SECTION(grid->index, SECTION_PARTS, const AreaPart) + p;
	grid->subbox = part_subcells(grid, grid->part);
	grid->box = part_cells(grid, grid->part);
	subcells = box_size(&grid->subbox);
	cells = box_size(&grid->box);
	if (subcells > grid->subcell_room)
	{
		if (grid->subcell_room > 0)
			pfree(grid->subcell);
		grid->subcell = allocate(subcells, 1);
		grid->subcell_room = subcells;
	}
	if (cells > grid->run_room)
	{
		if (grid->run_room > 0)
		{
			pfree(grid->to_left);
			pfree(grid->to_right);
		}
		grid->to_left = allocate(cells, sizeof(EdgeRun));
		grid->to_right = allocate(cells, sizeof(EdgeRun));
		grid->run_room = cells;
	}
	memset(grid->subcell, SUBCELL_OUTSIDE, subcells);
	for (Size i = 0; i < cells; i++)
		grid->to_left[i] = grid->to_right[i] = (EdgeRun){PG_UINT32_MAX, 0, false};
}

/* Notes the cells of a part. */
static void
enter_part(Grid *grid, uint32 p)
{
	const uint32 *ring_end = AREA_SECTION(grid->index, SECTION_RING_END, const uint32);

	start_part(grid, p);
	for (uint32 r = grid->part->ring; r < grid->part->ring_end; r++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 i = group_start(ring_end, r); i + 1 < ring_end[r]; i++)
			mark_edge(grid, i, r > grid->part->ring);
	}
	fill_subcells(grid);
	spread_runs(grid);
	for (uint32 row = grid->box.bottom; row <= grid->box.top; row++)
		for (uint32 column = grid->box.left; column <= grid->box.right; column++)
			enter_cell(grid, column, row);
}

/* Where the references of each cell end when sorted by cell; sorts them there. */
static uint32 *
sort_entries(const Grid *grid, CellRef *ref, Size cells)
{
	uint32 *place = allocate(cells + 1, sizeof(uint32));

	memset(place, 0, (cells + 1) * sizeof(uint32));
	for (Size i = 0; i < grid->entries; i++)
		place[grid->entry[i].cell + 1]++;
	for (Size i = 0; i < cells; i++)
		place[i + 1] += place[i];
	/* each start moves to the cell's end */
	for (Size i = 0; i < grid->entries; i++)
		ref[place[grid->entry[i].cell]++] = grid->entry[i].ref;
	return place;
}

/* Adds the cells with the references noted, which stay in the order of parts. */
static void
write_cells(Grid *grid, AreaIndex **index)
{
	Size cells = (Size) (*index)->columns * (*index)->rows;
	uint32 *cell = area_index_add(index, SECTION_CELLS, cells, sizeof(uint32));
	CellRef *ref = area_index_add(index, SECTION_CELL_REFS, grid->entries, sizeof(CellRef));
	uint32 *end = sort_entries(grid, ref, cells);
	uint32 kept = 0;

	cell = AREA_SECTION(*index, SECTION_CELLS, uint32);
	for (Size i = 0; i < cells; i++)
	{
		uint32 from = group_start(end, i);
		uint32 count = end[i] - from;

		if (count == 0)
			continue;
		/* a cell that one area covers needs no reference; the rest move together */
		if (count == 1 && ref[from].inside == ~UINT64CONST(0))
		{
			cell[i] = CELL_COVERED(ref[from].area);
			continue;
		}
		cell[i] = CELL_REFS(kept);
		memmove(ref + kept, ref + from, count * sizeof(CellRef));
		kept += count;
		ref[kept - 1].last = 1;
	}
	(*index)->offset[SECTIONS] =
		(uint32) ((*index)->offset[SECTION_CELL_REFS] + kept * sizeof(CellRef));
	pfree(end);
}

/* Adds the grid of cells to an index that has everything else. */
void
area_index_add_cells(AreaIndex **index)
{
	Grid grid = {*index};

	plan_grid(&grid);
	grid.entry_room = Max((Size) (*index)->columns * (*index)->rows, 16);
	grid.entry = allocate(grid.entry_room, sizeof(CellEntry));
	for (uint32 p = 0; p < (*index)->parts; p++)
		enter_part(&grid, p);
	write_cells(&grid, index);
	pfree(grid.entry);
	if (grid.subcell_room > 0)
		pfree(grid.subcell);
	if (grid.run_room > 0)
	{
		pfree(grid.to_left);
		pfree(grid.to_right);
	}
}
