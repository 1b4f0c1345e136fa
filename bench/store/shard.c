/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shards in the store: which part of which sweep a run holds. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan/shard.h"
#include "store/db.h"

static void bind_text(sqlite3_stmt *st, int column, const char *text)
{
	sqlite3_bind_text(st, column, text, -1, SQLITE_STATIC);
}

int store_shard_add(struct store *s, int64_t run,
		    const struct store_shard *shard, struct err *e)
{
	static const char doing[] = "cannot store the shard";
	sqlite3_stmt *st;
	int rc = store_db_prepare(
		s, &st,
		"INSERT INTO shard (sweep_id, number, run, count, plan,"
		" plan_size, trials, uuid, status, started_utc, ended_utc,"
		" config_path, host, machine, kernel, noise, context)"
		" SELECT ?, ?, id, ?, ?, ?, ?, uuid, status, started_utc,"
		" ended_utc, config_path, host, machine, kernel, noise, context"
		" FROM run WHERE id = ?",
		doing, e);

	if (rc)
		return rc;
	bind_text(st, 1, shard->sweep_id);
	sqlite3_bind_int64(st, 2, shard->number);
	sqlite3_bind_int64(st, 3, shard->count);
	bind_text(st, 4, shard->plan);
	sqlite3_bind_int64(st, 5, (int64_t)shard->plan_size);
	sqlite3_bind_int64(st, 6, (int64_t)shard->trials);
	sqlite3_bind_int64(st, 7, run);
	if (sqlite3_step(st) != SQLITE_DONE)
		rc = store_db_fail(s, doing, e);
	if (rc == -EEXIST) {
		err_set(e, rc, "%s: shard %u of sweep %s is there already",
			s->path, shard->number, shard->sweep_id);
		err_remedy(e, "go on with it (--resume), or give the new sweep "
			      "a name of its own: --sweep ID");
	}
	sqlite3_finalize(st);
	return rc;
}

static void read_shard(sqlite3_stmt *st, struct store_shard *shard)
{
	*shard = (struct store_shard){
		.number = (unsigned)sqlite3_column_int64(st, 0),
		.count = (unsigned)sqlite3_column_int64(st, 1),
		.plan_size = (uint64_t)sqlite3_column_int64(st, 2),
		.trials = (uint64_t)sqlite3_column_int64(st, 3),
		.sweep_id = store_db_line(st, 4),
		.plan = store_db_text(st, 5),
		.uuid = store_db_text(st, 6),
		.status = store_db_line(st, 7),
		.started_utc = store_db_line(st, 8),
		.ended_utc = store_db_line(st, 9),
		.host = store_db_line(st, 10),
	};
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
	int step = SQLITE_DONE;
	int rc = store_db_prepare(
		s, &st,
		"SELECT number, count, plan_size, trials, sweep_id, plan, uuid,"
		" status, started_utc, ended_utc, host FROM shard"
		" WHERE run = ? ORDER BY number",
		doing, e);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, run);
	while (!rc && (step = sqlite3_step(st)) == SQLITE_ROW) {
		struct store_shard *more =
			realloc(out->shard, (out->n + 1) * sizeof(*more));

		if (!more) {
			rc = err_set(e, -ENOMEM, "no memory to read %s",
				     s->path);
			break;
		}
		out->shard = more;
		read_shard(st, &more[out->n++]);
		rc = check_shard(s, &more[out->n - 1], e);
	}
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(s, doing, e);
	sqlite3_finalize(st);
	if (rc)
		store_shards_release(out);
	return rc;
}

static void free_text(const char *text)
{
	/* Read back, the texts are copies: see read_shard(). */
	free((void *)(uintptr_t)text);
}

void store_shards_release(struct store_shards *shards)
{
	for (size_t i = 0; i < shards->n; i++) {
		struct store_shard *shard = &shards->shard[i];

		free_text(shard->sweep_id);
		free_text(shard->plan);
		free_text(shard->uuid);
		free_text(shard->status);
		free_text(shard->started_utc);
		free_text(shard->ended_utc);
		free_text(shard->host);
	}
	free(shards->shard);
	memset(shards, 0, sizeof(*shards));
}

int store_shard_find(struct store *s, const char *sweep, unsigned number,
		     int64_t *run, struct err *e)
{
	static const char doing[] = "cannot find the shard";
	sqlite3_stmt *st;
	int step, rc = store_db_prepare(s, &st,
					"SELECT run FROM shard WHERE"
					" sweep_id = ? AND number = ?",
					doing, e);

	if (rc)
		return rc;
	bind_text(st, 1, sweep);
	sqlite3_bind_int64(st, 2, number);
	step = sqlite3_step(st);
	if (step == SQLITE_ROW) {
		*run = sqlite3_column_int64(st, 0);
		rc = 1;
	} else if (step != SQLITE_DONE) {
		rc = store_db_fail(s, doing, e);
	}
	sqlite3_finalize(st);
	return rc;
}

bool store_run_merged(const struct store_run *run,
		      const struct store_shards *shards)
{
	return shards->n &&
	       strcmp(run->uuid ? run->uuid : "", shards->shard[0].uuid);
}
