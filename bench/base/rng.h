/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers that are the same everywhere: splitmix64 to seed,
 * xoshiro256** to draw (Blackman, Vigna 2018, public domain algorithm).
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/* @stream: independent sequences of one seed (thread, purpose, …). */
void rng_seed(struct rng *r, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *r);
uint64_t rng_below(struct rng *r, uint64_t n); /* uniform in [0, n), n > 0 */
double rng_double(struct rng *r);	       /* uniform in [0, 1) */

#endif
