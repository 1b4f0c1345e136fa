/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slowdowns of a known size for all that a side runs, by -D. Nothing of it is
 * in a normal build.
 *
 *   SLOW_PER_MILLE=N    every block takes N thousandths longer
 *   SLOW_WALKS_AGAIN=N  N thousandths of a block's walks once more
 *
 * They stand outside the engine, whose code stays as it is. The first waits,
 * so that its size is what its name says, where doing a share of the
 * operations once more is not: within the measured loop that moved registers
 * and code about and made other walks 4.6 % slower or 2 % faster; outside it,
 * walks that end at level 3 came out up to 4 % faster, perhaps because a short
 * loop teaches the branch predictor another end of the long one.
 * Threads that contend, though, contend less while one waits: for them there
 * is the second. kernels/slow.h has seeds for finding the place of a change.
 */
#ifndef SIDE_SLOW_H
#define SIDE_SLOW_H

#include <stddef.h>
#include <stdint.h>

#include "../engine.h"

#ifndef SLOW_WALKS_AGAIN
#define SLOW_WALKS_AGAIN 0
#endif

/* How many of a block's @n walks to do once more. */
static inline size_t slow_walks_again(size_t n)
{
	return n * SLOW_WALKS_AGAIN / 1000;
}

#ifdef SLOW_PER_MILLE
static inline uint64_t slow_begin(void)
{
	return __builtin_ia32_rdtsc();
}

/* What reading the clock adds to a block, in its ticks. */
static int64_t slow_clock_cost(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 64; i++) {
		uint64_t from = slow_begin(), ticks = slow_begin() - from;

		if (ticks < least)
			least = ticks;
	}
	return (int64_t)(2 * least);
}

/* Ends a block that began at @begin. */
static void slow_end(uint64_t begin)
{
	/* Ticks to wait; below 0, waited too long: the next block's. */
	static _Thread_local int64_t owed, cost;
	uint64_t end = slow_begin();
	int64_t took = (int64_t)(end - begin), waited = 0;

	if (!cost)
		cost = slow_clock_cost();
	owed += took * SLOW_PER_MILLE / 1000 - cost;
	while (waited < owed)
		waited = (int64_t)(slow_begin() - end);
	owed -= waited;
	/* It lost its CPU: such a batch does not count, nor may the next pay. */
	if (owed < -took)
		owed = 0;
}
#else
static inline uint64_t slow_begin(void)
{
	return 0;
}

static inline void slow_end(uint64_t begin)
{
}
#endif

#if defined(SLOW_PER_MILLE) || SLOW_WALKS_AGAIN
enum { SLOW_DESIGNS = 32 };

/* What each domain's own design does, and longer. */
static inline void slow_exec(enum engine_executor which, struct domain *d,
			     struct engine_thread *t, const uint64_t *ops,
			     size_t n, struct engine_block *b)
{
	const uint64_t begin = slow_begin();

	d->design->exec[which](d, t, ops, n, b);
	if (which != EXEC_UPDATE && slow_walks_again(n)) {
		struct engine_block ignored = {.chain = b->chain};

		d->design->exec[which](d, t, ops, slow_walks_again(n),
				       &ignored);
	}
	slow_end(begin);
}

#define SLOW_EXEC(which)                                                    \
	static void slow_##which(struct domain *d, struct engine_thread *t, \
				 const uint64_t *ops, size_t n,             \
				 struct engine_block *b)                    \
	{                                                                   \
		slow_exec(which, d, t, ops, n, b);                          \
	}
SLOW_EXEC(EXEC_WALK_DEP)
SLOW_EXEC(EXEC_WALK_THR)
SLOW_EXEC(EXEC_WALK_CHECK)
SLOW_EXEC(EXEC_TRANSLATE_DEP)
SLOW_EXEC(EXEC_TRANSLATE_THR)
SLOW_EXEC(EXEC_TRANSLATE_CHECK)
SLOW_EXEC(EXEC_UPDATE)
#undef SLOW_EXEC

/* The designs themselves, their executors longer. */
static const struct design *slow_designs[SLOW_DESIGNS + 1];

__attribute__((constructor)) static void slow_fill(void)
{
	static struct design slow[SLOW_DESIGNS];

	for (size_t i = 0; i < SLOW_DESIGNS && designs[i]; i++) {
		slow[i] = *designs[i];
		slow[i].exec[EXEC_WALK_DEP] = slow_EXEC_WALK_DEP;
		slow[i].exec[EXEC_WALK_THR] = slow_EXEC_WALK_THR;
		slow[i].exec[EXEC_WALK_CHECK] = slow_EXEC_WALK_CHECK;
		slow[i].exec[EXEC_TRANSLATE_DEP] = slow_EXEC_TRANSLATE_DEP;
		slow[i].exec[EXEC_TRANSLATE_THR] = slow_EXEC_TRANSLATE_THR;
		slow[i].exec[EXEC_TRANSLATE_CHECK] = slow_EXEC_TRANSLATE_CHECK;
		slow[i].exec[EXEC_UPDATE] = slow_EXEC_UPDATE;
		slow_designs[i] = &slow[i];
	}
}
#else
#define slow_designs designs
#endif

#endif
