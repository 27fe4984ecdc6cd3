/*
 * random.h
 *	  Random numbers by counter: every draw is a pure function of its key.
 */
#ifndef MONITOR_RANDOM_H
#define MONITOR_RANDOM_H

#include "compat.h"

/* Philox4x32-10: 128 random bits out of a 128-bit counter and a 64-bit key. */
extern void random_philox(const uint32 counter[4], const uint32 key[2], uint32 out[4]);

/* 64 random bits of draw number slot of the stream that belongs to (seed, id). */
extern uint64 random_bits(uint64 seed, uint64 id, uint64 slot);

/* The same as a number in [0, 1), a multiple of 2^-53. */
extern double random_uniform(uint64 seed, uint64 id, uint64 slot);

#endif /* MONITOR_RANDOM_H */
