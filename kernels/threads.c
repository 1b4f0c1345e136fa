/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of threads: a bit each, set while it is taken. */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "threads.h"

enum { WORD_BITS = 64 };
static uint64_t taken[ENGINE_THREADS_MAX / WORD_BITS];

unsigned thread_number_get(void)
{
	for (unsigned w = 0; w < ENGINE_THREADS_MAX / WORD_BITS; w++) {
		uint64_t have = __atomic_load_n(&taken[w], __ATOMIC_RELAXED);

		while (~have) {
			unsigned bit = (unsigned)__builtin_ctzll(~have);

			/* acquire: pairs with the release in
			 * thread_number_put() */
			if (__atomic_compare_exchange_n(
				    &taken[w], &have, have | UINT64_C(1) << bit,
				    true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
				return w * WORD_BITS + bit + 1;
		}
	}
	assert(0 &&
	       "there are more threads in the engine than numbers for them");
	abort();
}

void thread_number_put(unsigned number)
{
	unsigned i = number - 1;

	/* release: pairs with the acquire in thread_number_get() */
	__atomic_fetch_and(&taken[i / WORD_BITS],
			   ~(UINT64_C(1) << i % WORD_BITS), __ATOMIC_RELEASE);
}
