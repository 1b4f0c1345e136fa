/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merging shards. Private to bench/store/merge.c. */
#ifndef STORE_MERGE_SHARD_H
#define STORE_MERGE_SHARD_H

#include "store/merge_run.h"

/*
 * Shard @shard of @run into the run of its sweep, within the merge's
 * transaction. 0 or -errno with *e.
 */
int store_merge_shard(struct store_merge *m, struct store *in,
		      const struct store_run *run,
		      const struct store_shard *shard, struct err *e);

#endif
