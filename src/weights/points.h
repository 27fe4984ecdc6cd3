/*
 * points.h
 *	  Links between points, with their distances, from which weights are made.
 */
#ifndef WEIGHTS_POINTS_H
#define WEIGHTS_POINTS_H

#include "weights/weights.h"

/* Rows of links as weights_from_rows takes them. */
typedef struct PointLinks
{
	uint32 *start;
	uint32 *neighbor;
	double *distance; /* NULL unless asked for */
} PointLinks;

/* 22023 unless a number is positive and finite. */
extern void points_check_positive(const char *what, double number);

/* From each point to its k nearest others; to itself too where asked for. Checks k. */
extern PointLinks *points_link_nearest(const PointSet *sorted, int64 k, double sphere_radius,
									   bool self, bool distances);

/* From each point to those within a radius; to itself too where asked for. */
extern PointLinks *points_link_within(const PointSet *sorted, double radius, double sphere_radius,
									  bool self, bool distances);

/* The weights value of links; frees them. weight: NULL where all are 1, or an array of theirs. */
extern Weights *points_links_to_weights(const PointSet *sorted, PointLinks *links,
										const double *weight);

/* The greatest distance from a point to its k-th nearest. */
extern double points_max_knn_distance(const PointSet *sorted, int64 k, double sphere_radius);

#endif /* WEIGHTS_POINTS_H */
