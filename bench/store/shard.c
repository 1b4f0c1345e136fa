/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shards in the store: which part of which sweep a run holds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "plan/shard.h"
#include "store/table.h"

#define SHARD(type, field) STORE_COLUMN(type, store_shard, field, field)
static const struct store_column columns[] = {
	SHARD(COUNT, number),	SHARD(COUNT, count),   SHARD(BIG, plan_size),
	SHARD(BIG, trials),	SHARD(LINE, sweep_id), SHARD(TEXT, plan),
	SHARD(TEXT, uuid),	SHARD(LINE, status),   SHARD(LINE, started_utc),
	SHARD(LINE, ended_utc), SHARD(LINE, host)};
static const struct store_table table = {.name = "shard",
					 STORE_TABLE(columns, store_shard)};

int store_shard_add(struct store *s, int64_t run,
		    const struct store_shard *shard, struct err *e)
{
	int rc = store_db_ask(
		s, NULL, "cannot store the shard", e,
		"INSERT INTO shard (sweep_id, number, run, count, plan,"
		" plan_size, trials, uuid, status, started_utc, ended_utc,"
		" config_path, host, machine, kernel, noise, context)"
		" SELECT ?, ?, id, ?, ?, ?, ?, uuid, status, started_utc,"
		" ended_utc, config_path, host, machine, kernel, noise, context"
		" FROM run WHERE id = ?",
		"tiitiii", shard->sweep_id, (int64_t)shard->number,
		(int64_t)shard->count, shard->plan, (int64_t)shard->plan_size,
		(int64_t)shard->trials, run);

	if (rc == -EEXIST) {
		err_set(e, rc, "%s: shard %u of sweep %s is there already",
			s->path, shard->number, shard->sweep_id);
		err_remedy(e, "go on with it (--resume), or give the new sweep "
			      "a name of its own: --sweep ID");
	}
	return rc;
}

/* What others rely on; a file may have been made by anything. */
static int check_shard(struct store *s, const struct store_shard *shard,
		       struct err *e)
{
	if (shard->sweep_id && shard->plan && shard->uuid && shard->status &&
	    shard->started_utc && shard->number &&
	    shard->number <= shard->count && shard->count <= SHARDS_MAX)
		return 0;
	return err_set(e, -EINVAL, "%s: shard %u is damaged", s->path,
		       shard->number);
}

int store_shards_load(struct store *s, int64_t run, struct store_shards *out,
		      struct err *e)
{
	static const char doing[] = "cannot read the shards";
	sqlite3_stmt *st;
	int rc = store_table_select(s, &st, &table,
				    "WHERE run = ? ORDER BY number", doing, e);

	memset(out, 0, sizeof(*out));
	if (!rc)
		sqlite3_bind_int64(st, 1, run);
	while (store_db_next(s, st, doing, &rc, e)) {
		out->shard = must_grow(out->shard, out->n, sizeof(*out->shard));
		store_table_read(st, &table, &out->shard[out->n++]);
		rc = check_shard(s, &out->shard[out->n - 1], e);
	}
	sqlite3_finalize(st);
	if (rc)
		store_shards_release(out);
	return rc;
}

void store_shards_release(struct store_shards *shards)
{
	for (size_t i = 0; i < shards->n; i++)
		store_table_release(&table, &shards->shard[i]);
	free(shards->shard);
	memset(shards, 0, sizeof(*shards));
}

int store_shard_find(struct store *s, const char *sweep, unsigned number,
		     int64_t *run, struct err *e)
{
	return store_db_ask(s, run, "cannot find the shard", e,
			    "SELECT run FROM shard WHERE sweep_id = ?"
			    " AND number = ?",
			    "ti", sweep, (int64_t)number);
}

bool store_run_merged(const struct store_run *run,
		      const struct store_shards *shards)
{
	return shards->n &&
	       strcmp(run->uuid ? run->uuid : "", shards->shard[0].uuid);
}
