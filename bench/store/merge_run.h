/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What runs and shards are merged with. Private to bench/store/merge*.c. */
#ifndef STORE_MERGE_RUN_H
#define STORE_MERGE_RUN_H

#include "store/copy.h"
#include "store/merge.h"

/* All return 0 or -errno with *e, within the merge's transaction. */

/* The trials of run @from that are of @shard (0: of none) into run @to. */
int store_merge_trials(struct store_merge *m, struct store *in, int64_t from,
		       unsigned shard, int64_t to, struct err *e);

/* 1: @run of m->out has @uuid; 0: none has. */
int store_merge_find(struct store_merge *m, const char *uuid, int64_t *run,
		     struct err *e);
/* The further of both statuses for the row of @table ("run", "shard"). */
int store_merge_status(struct store_merge *m, struct store *in,
		       const char *table, const char *uuid, struct err *e);
/* -EINPROGRESS unless @status is "done" or the rules do not mind. */
int store_merge_check_done(struct store_merge *m, struct store *in,
			   const struct store_run *run, const char *status,
			   struct err *e);
/* -EEXIST: @what of @in differs from what is there, in @column. */
int store_merge_differs(struct store *in, const char *what, const char *column,
			struct err *e);

#endif
