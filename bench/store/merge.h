/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merging results files: all runs of several into one, in one transaction.
 *
 * A run is known by its uuid, a trial by its key in the run. What is there
 * already must be the same to the last bit; what is new is added; a run that
 * has gone on since brings its new trials and its status. So merging is
 * idempotent, and the order of files does not matter. Shards of one sweep
 * become one run with a uuid derived from the sweep's id; its texts are those
 * of its lowest shard, its status is "done" when every shard is there and done,
 * else "interrupted".
 */
#ifndef STORE_MERGE_H
#define STORE_MERGE_H

#include "store/results.h"

struct store_merge_rules {
	bool partial; /* also runs that are not done */
	/* Whether runs are of one class of machine; NULL: not asked. */
	bool (*same_machine)(const struct store_run *a,
			     const struct store_run *b, char *why, size_t size);
};

/* A run of the merged file that something was merged into. */
struct store_merged {
	int64_t run;
	size_t added; /* trials */
};

struct store_merge {
	struct store *out;
	struct store_merge_rules rules;
	struct store_merged *merged;
	size_t nmerged;
	char below[16][64]; /* tables whose rows belong to trials */
	unsigned nbelow;
};

/* Begins the transaction on @out. 0 or as the store's errors. */
int store_merge_begin(struct store_merge *m, struct store *out,
		      const struct store_merge_rules *rules, struct err *e);
/*
 * Merges all runs of @in, at one moment of it. -EEXIST: something is there
 * with another content; -EINPROGRESS: a run is not done, and the rules want
 * that; -EINVAL: shards do not belong together, or are not what they say.
 */
int store_merge_add(struct store_merge *m, struct store *in, struct err *e);
/* Keeps everything, or nothing of it. */
int store_merge_commit(struct store_merge *m, struct err *e);
void store_merge_rollback(struct store_merge *m);
/* Of the list; after commit or rollback. */
void store_merge_release(struct store_merge *m);

#endif
