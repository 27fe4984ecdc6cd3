/*
 * kernels.c
 *	  Kernel weights: of the distance in units of a bandwidth, fixed or of each area.
 *
 * The kernels are those of Anselin's and PySAL's Kernel, each cut off where the
 * distance is the bandwidth, the Gaussian too. They are not scaled by the bandwidth.
 */
#include "compat.h"
#include "miscadmin.h"
#include "lib/stringinfo.h"
#include "weights/points.h"

/* What an adaptive bandwidth is more than the distance to the k-th nearest, as in PySAL. */
#define BANDWIDTH_FACTOR (1 + 1e-7)

typedef double (*KernelFunction)(double z);

/* A kernel's value where the distance is z bandwidths, 0 to 1. */
static double
triangular(double z)
{
	return 1 - z;
}

static double
uniform(double z)
{
	return 0.5;
}

static double
quadratic(double z)
{
	return 0.75 * (1 - z * z);
}

static double
quartic(double z)
{
	return 15.0 / 16 * (1 - z * z) * (1 - z * z);
}

static double
gaussian(double z)
{
	return exp(-z * z / 2) / sqrt(2 * M_PI);
}

static const struct
{
	const char *name;
	KernelFunction function;
} kernels[] = {
	{"triangular", triangular}, {"uniform", uniform},   {"quadratic", quadratic},
	{"quartic", quartic},       {"gaussian", gaussian},
};

/* A kernel by name; 22023 that lists them. */
static KernelFunction
find_kernel(const char *name)
{
	for (int i = 0; i < lengthof(kernels); i++)
		if (strcmp(kernels[i].name, name) == 0)
			return kernels[i].function;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("there is no kernel \"%s\"", name),
			 errhint("The kernels are triangular, uniform, quadratic (Epanechnikov), "
					 "quartic (biweight) and gaussian.")));
}

/* All within a bandwidth and the area itself. */
Weights *
kernel_weights(const PointSet *sorted, const char *kernel, double bandwidth, double sphere_radius)
{
	KernelFunction function = find_kernel(kernel);
	PointLinks *links;

	points_check_positive("bandwidth", bandwidth);
	links = points_link_within(sorted, bandwidth, sphere_radius, true, true);
	for (uint32 i = 0; i < sorted->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		for (uint32 link = links->start[i]; link < links->start[i + 1]; link++)
			links->distance[link] = function(links->distance[link] / bandwidth);
	}
	return points_links_to_weights(sorted, links, links->distance);
}

/* The bandwidth of an area: a little more than the farthest of its nearest. */
static double
adaptive_bandwidth(const PointSet *sorted, const PointLinks *links, uint32 i)
{
	double farthest = 0;

	for (uint32 link = links->start[i]; link < links->start[i + 1]; link++)
		farthest = Max(farthest, links->distance[link]);
	if (farthest == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("area %lld has no bandwidth: its %u nearest are where it is",
						(long long) sorted->ids[i], links->start[i + 1] - links->start[i] - 1),
				 errhint("Give a greater k, or merge areas at one place.")));
	return farthest * BANDWIDTH_FACTOR;
}

/* The k nearest and the area itself, whose weight the diagonal makes 1. */
Weights *
adaptive_kernel_weights(const PointSet *sorted, const char *kernel, int64 k, bool diagonal,
						double sphere_radius)
{
	KernelFunction function = find_kernel(kernel);
	PointLinks *links = points_link_nearest(sorted, k, sphere_radius, true, true);

	for (uint32 i = 0; i < sorted->count; i++)
	{
		double bandwidth;

		CHECK_FOR_INTERRUPTS();
		if (links->start[i] == links->start[i + 1])
			continue;
		bandwidth = adaptive_bandwidth(sorted, links, i);
		for (uint32 link = links->start[i]; link < links->start[i + 1]; link++)
			links->distance[link] = diagonal && links->neighbor[link] == i
										? 1
										: function(links->distance[link] / bandwidth);
	}
	return points_links_to_weights(sorted, links, links->distance);
}
