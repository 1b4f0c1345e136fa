/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * splitmix64 and xoshiro256**, written from the published definitions
 * (Steele, Lea, Flood 2014; Blackman, Vigna 2018).
 */
#include "base/rng.h"

__extension__ typedef unsigned __int128 uint128;

static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static uint64_t splitmix(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);
	return mix(*state);
}

/* mix(0) is 0: stream 0 of a seed is the sequence other programs know. */
void rng_seed(struct rng *r, uint64_t seed, uint64_t stream)
{
	uint64_t state = seed ^ mix(stream);

	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&state);
}

static uint64_t rotate_left(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));
}

uint64_t rng_u64(struct rng *r)
{
	uint64_t *s = r->s;
	uint64_t out = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return out;
}

/*
 * Multiply and keep the high half (Lemire 2019). Low halves below 2^64 mod n
 * would make some results one draw likelier than others: draw again.
 */
uint64_t rng_below(struct rng *r, uint64_t n)
{
	uint128 product = (uint128)rng_u64(r) * n;

	if ((uint64_t)product < n) {
		uint64_t uneven = -n % n;

		while ((uint64_t)product < uneven)
			product = (uint128)rng_u64(r) * n;
	}
	return (uint64_t)(product >> 64);
}

double rng_double(struct rng *r)
{
	return (double)(rng_u64(r) >> 11) * 0x1p-53;
}
