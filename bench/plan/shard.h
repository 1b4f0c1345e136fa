/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan dealt out to several machines. What is dealt out are questions: all
 * trials that differ in design, numbers of threads and repetition only. These
 * are compared with each other, by the report too, so one machine measures
 * them all. Longest questions first, each to the shard with the least to do:
 * a pure function of the plan and the number of shards.
 */
#ifndef PLAN_SHARD_H
#define PLAN_SHARD_H

#include <stdint.h>

#include "base/err.h"
#include "plan/product.h"

enum { SHARDS_MAX = 10000, SHARD_SWEEP = 65, SHARD_DIGEST = 33 };

/* Shard @number (from 1) of @count; a count of 0 stands for the whole plan. */
struct shard {
	unsigned number, count;
};

/* "2/5"; -EINVAL with *e and a remedy. */
int shard_parse(const char *text, struct shard *s, struct err *e);

/*
 * shard_take() - leaves in *plan the trials of shard @s, in the plan's order
 * and with their place in it (`order`). -EINVAL: there are fewer questions
 * than shards; -ENOMEM. Does nothing if s->count is 0.
 */
int shard_take(struct plan *plan, struct shard s, struct err *e);

/* Names the trials of @plan: plans that agree in it are the same. */
void shard_digest(const struct plan *plan, char digest[SHARD_DIGEST]);

/*
 * The name of a sweep that was given none: shards of one config, seed,
 * program and number of shards find each other by it.
 */
void shard_sweep_name(const char *config_text, uint64_t seed,
		      const char *version, const char *cflags, unsigned count,
		      char name[SHARD_SWEEP]);

/* -EINVAL: @name is not 1 to 64 letters, digits, '.', '_' and '-'. */
int shard_check_name(const char *name, struct err *e);

#endif
