/*
 * random.c
 *	  Random numbers by counter. A draw depends on (seed, id, slot) alone: not on
 *	  how many were drawn before it, on the order of rows, on the number of
 *	  workers or on the machine.
 *
 * The generator is Philox4x32-10 of J. K. Salmon, M. A. Moraes, R. O. Dror and
 * D. E. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
 */
#include "compat.h"

#include "statistics/random.h"

#define PHILOX_ROUNDS 10
#define PHILOX_M0 UINT64CONST(0xD2511F53)
#define PHILOX_M1 UINT64CONST(0xCD9E8D57)
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u

/* Philox4x32-10: 128 random bits out of a 128-bit counter and a 64-bit key. */
void
random_philox(const uint32 counter[4], const uint32 key[2], uint32 out[4])
{
	uint32 c0 = counter[0];
	uint32 c1 = counter[1];
	uint32 c2 = counter[2];
	uint32 c3 = counter[3];
	uint32 k0 = key[0];
	uint32 k1 = key[1];

	for (int round = 0; round < PHILOX_ROUNDS; round++)
	{
		uint64 p0 = PHILOX_M0 * c0;
		uint64 p1 = PHILOX_M1 * c2;

		c0 = (uint32) (p1 >> 32) ^ c1 ^ k0;
		c1 = (uint32) p1;
		c2 = (uint32) (p0 >> 32) ^ c3 ^ k1;
		c3 = (uint32) p0;
		k0 += PHILOX_W0;
		k1 += PHILOX_W1;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

/* 64 random bits of draw number slot of the stream that belongs to (seed, id). */
uint64
random_bits(uint64 seed, uint64 id, uint64 slot)
{
	uint32 counter[4] = {(uint32) id, (uint32) (id >> 32), (uint32) slot, (uint32) (slot >> 32)};
	uint32 key[2] = {(uint32) seed, (uint32) (seed >> 32)};
	uint32 out[4];

	random_philox(counter, key, out);
	return (uint64) out[0] << 32 | out[1];
}

/* The same as a number in [0, 1): the upper 53 bits, so the conversion is exact. */
double
random_uniform(uint64 seed, uint64 id, uint64 slot)
{
	return (double) (random_bits(seed, id, slot) >> 11) * (1.0 / 9007199254740992.0);
}
