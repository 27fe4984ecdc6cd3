/*
 * polygons_exact.c
 *	  Which side, whether edges meet, and how far apart they are.
 *
 * Sides are decided exactly: the determinant in doubles where its error bound
 * allows, else as a sum of doubles without loss (Dekker 1971, Numerische Mathematik
 * 18; Shewchuk 1997, Discrete and Computational Geometry 18). GEOS decides to 106
 * bits, which holds all there is for coordinates of one magnitude, so that both
 * name the same neighbours.
 */
#include "compat.h"
#include <math.h>
#include "weights/polygons.h"

/* The sum of both, high much larger than low. */
typedef struct Pair
{
	double high;
	double low;
} Pair;

/* a + b without loss. */
static inline Pair
pair_sum(double a, double b)
{
	double high = a + b;
	double part = high - a;

	return (Pair){high, (a - (high - part)) + (b - part)};
}

/* a * b without loss, short of overflow: each cut into halves of 26 bits. */
static inline Pair
pair_product(double a, double b)
{
	double cut_a = 134217729.0 * a;
	double cut_b = 134217729.0 * b;
	double high_a = cut_a - (cut_a - a);
	double high_b = cut_b - (cut_b - b);
	double low_a = a - high_a;
	double low_b = b - high_b;
	double high = a * b;

	return (Pair){high,
				  ((high_a * high_b - high) + high_a * low_b + low_a * high_b) + low_a * low_b};
}

/* A sum without loss: numbers that do not overlap, the largest last. */
typedef struct Sum
{
	int count;
	double term[16];
} Sum;

/* Adds a number. */
static inline void
sum_add(Sum *sum, double number)
{
	if (number == 0)
		return;
	for (int i = 0; i < sum->count; i++)
	{
		Pair pair = pair_sum(number, sum->term[i]);

		number = pair.high;
		sum->term[i] = pair.low;
	}
	sum->term[sum->count++] = number;
}

/* Adds the product of two pairs. */
static inline void
sum_add_product(Sum *sum, Pair a, Pair b)
{
	double factors[4][2] = {{a.low, b.low}, {a.low, b.high}, {a.high, b.low}, {a.high, b.high}};

	for (int i = 0; i < 4; i++)
	{
		Pair product = pair_product(factors[i][0], factors[i][1]);

		sum_add(sum, product.low);
		sum_add(sum, product.high);
	}
}

/* Which side, where doubles leave a doubt. */
static pg_noinline int
orientation_without_loss(Point a, Point b, Point c)
{
	Sum sum = {0};

	sum_add_product(&sum, pair_sum(b.x, -a.x), pair_sum(c.y, -b.y));
	sum_add_product(&sum, pair_sum(a.y, -b.y), pair_sum(c.x, -b.x));
	for (int i = sum.count - 1; i >= 0; i--)
		if (sum.term[i] != 0)
			return sum.term[i] > 0 ? 1 : -1;
	return 0;
}

/* 1 where c lies to the left of the way from a to b, -1 to the right, 0 on the line. */
int
orientation(Point a, Point b, Point c)
{
	double left = (a.x - c.x) * (b.y - c.y);
	double right = (a.y - c.y) * (b.x - c.x);
	double determinant = left - right;

	/* of products with different signs the difference has the right sign as it is */
	if (!((left > 0 && right > 0) || (left < 0 && right < 0)))
	{
		if (left != 0 || right != 0)
			return (determinant > 0) - (determinant < 0);
		/* no difference is 0 but between equal numbers; a product may be too small */
		if ((a.x == c.x || b.y == c.y) && (a.y == c.y || b.x == c.x))
			return 0;
	}
	else if (fabs(determinant) >= 1e-15 * fabs(left + right))
		return (determinant > 0) - (determinant < 0);
	return orientation_without_loss(a, b, c);
}

/* Does a point on the line of an edge lie on the edge? */
static inline bool
within_ends(Point point, const Point *edge)
{
	return point.x >= Min(edge[0].x, edge[1].x) && point.x <= Max(edge[0].x, edge[1].x) &&
		   point.y >= Min(edge[0].y, edge[1].y) && point.y <= Max(edge[0].y, edge[1].y);
}

/* Is the point on the edge, its ends included? */
bool
point_on_edge(Point point, const Point *edge)
{
	return within_ends(point, edge) && orientation(edge[0], edge[1], point) == 0;
}

/* Distance of points, rounded as ST_Distance rounds it. */
static inline double
points_distance(Point a, Point b)
{
	double x = b.x - a.x;
	double y = b.y - a.y;

	return sqrt(x * x + y * y);
}

/* Do edges on one line share more than a point? */
static Meeting
meeting_on_line(const Point *a, const Point *b)
{
	bool by_y = a[0].x == a[1].x;
	double a0 = by_y ? a[0].y : a[0].x;
	double a1 = by_y ? a[1].y : a[1].x;
	double b0 = by_y ? b[0].y : b[0].x;
	double b1 = by_y ? b[1].y : b[1].x;
	double low = Max(Min(a0, a1), Min(b0, b1));
	double high = Min(Max(a0, a1), Max(b0, b1));

	if (low > high)
		return EDGES_APART;
	return low < high ? EDGES_SHARE : EDGES_TOUCH;
}

/* Puts two points in the order of their coordinates. */
static inline void
put_in_order(Point *a, Point *b)
{
	if (a->x > b->x || (a->x == b->x && a->y > b->y))
	{
		Point swap = *a;

		*a = *b;
		*b = swap;
	}
}

/* The length that edges have in common that share a line: from the second of their ends to the third. */
double
edges_shared_length(const Point *a, const Point *b)
{
	Point end[4] = {a[0], a[1], b[0], b[1]};

	put_in_order(&end[0], &end[1]);
	put_in_order(&end[2], &end[3]);
	put_in_order(&end[0], &end[2]);
	put_in_order(&end[1], &end[3]);
	put_in_order(&end[1], &end[2]);
	return hypot(end[2].x - end[1].x, end[2].y - end[1].y);
}

/* How edges meet whose boxes do; an edge without length is a point. */
Meeting
edges_meet(const Point *a, const Point *b)
{
	int b0 = orientation(a[0], a[1], b[0]);
	int b1 = orientation(a[0], a[1], b[1]);
	int a0, a1;

	if (b0 * b1 > 0)
		return EDGES_APART;
	a0 = orientation(b[0], b[1], a[0]);
	a1 = orientation(b[0], b[1], a[1]);
	if (a0 * a1 > 0)
		return EDGES_APART;
	if (b0 == 0 && b1 == 0 && a0 == 0 && a1 == 0)
	{
		if (edge_is_void(a))
			return within_ends(a[0], b) ? EDGES_TOUCH : EDGES_APART;
		if (edge_is_void(b))
			return within_ends(b[0], a) ? EDGES_TOUCH : EDGES_APART;
		return meeting_on_line(a, b);
	}
	return b0 * b1 < 0 && a0 * a1 < 0 ? EDGES_CROSS : EDGES_TOUCH;
}

/* Distance of a point from an edge: to its foot on the line, or to the nearer end. */
static double
point_edge_distance(Point point, const Point *edge)
{
	double dx = edge[1].x - edge[0].x;
	double dy = edge[1].y - edge[0].y;
	double foot;

	if (edge_is_void(edge))
		return points_distance(point, edge[0]);
	foot = ((point.x - edge[0].x) * dx + (point.y - edge[0].y) * dy) / (dx * dx + dy * dy);
	/* not a number where the edge is so short that its square is 0 */
	if (!(foot >= 0))
		return points_distance(point, edge[0]);
	if (foot >= 1)
		return points_distance(point, edge[1]);
	return points_distance(point, (Point){edge[0].x + foot * dx, edge[0].y + foot * dy});
}

/* Distance of edges, 0 where they meet; rounded as the formulas of ST_Distance are. */
double
edges_distance(const Point *a, const Point *b)
{
	double distance = point_edge_distance(a[0], b);

	distance = Min(distance, point_edge_distance(a[1], b));
	distance = Min(distance, point_edge_distance(b[0], a));
	distance = Min(distance, point_edge_distance(b[1], a));
	return distance > 0 && edges_meet(a, b) != EDGES_APART ? 0 : distance;
}
