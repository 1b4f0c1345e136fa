/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merging results files: run by run, whole or by its shards. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "store/merge_shard.h"

static const char merging[] = "cannot merge";

/* Tables that hang below trial, whatever the schema has. */
static int find_below(struct store_merge *m, struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(
		m->out, &st,
		"SELECT m.name FROM sqlite_master AS m,"
		" pragma_foreign_key_list(m.name) AS f"
		" WHERE m.type = 'table' AND f.\"table\" = 'trial'",
		merging, e);

	while (m->nbelow < 16 && store_db_next(m->out, st, merging, &rc, e))
		snprintf(m->below[m->nbelow++], sizeof(m->below[0]), "%s",
			 sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	if (MUTANT(merge_forgets_table) && m->nbelow)
		m->nbelow--;
	return rc;
}

int store_merge_begin(struct store_merge *m, struct store *out,
		      const struct store_merge_rules *rules, struct err *e)
{
	int rc;

	*m = (struct store_merge){.out = out, .rules = *rules};
	rc = store_db_begin(out, merging, e);
	if (rc)
		return rc;
	rc = find_below(m, e);
	if (rc)
		store_merge_rollback(m);
	return rc;
}

int store_merge_commit(struct store_merge *m, struct err *e)
{
	return store_db_end(m->out, 0, merging, e);
}

void store_merge_rollback(struct store_merge *m)
{
	sqlite3_exec(m->out->db, "ROLLBACK", NULL, NULL, NULL);
}

void store_merge_release(struct store_merge *m)
{
	free(m->merged);
	*m = (struct store_merge){0};
}

/* A run that was not dealt out: with its uuid as it is. */
static int merge_whole(struct store_merge *m, struct store *in,
		       const struct store_run *run, struct err *e)
{
	static const struct store_rows row = {.table = "run",
					      .where = "id = ?1",
					      .loose = " status ended_utc "};
	char column[96], what[64];
	int64_t to = 0;
	int rc = run->uuid ? store_merge_check_done(m, in, run, run->status, e)
			   : err_set(e, -EINVAL, "%s: a run has no uuid",
				     in->path);

	if (!rc)
		rc = store_merge_find(m, run->uuid, &to, e);
	if (rc < 0)
		return rc;
	if (!rc) {
		rc = store_rows_copy(in, m->out, &row, run->id, 0, 0, e);
		to = sqlite3_last_insert_rowid(m->out->db);
	} else {
		rc = store_rows_same(in, m->out, &row, run->id, to, 0, column,
				     e);
		snprintf(what, sizeof(what), "run %s", run->uuid);
		if (!rc)
			return store_merge_differs(in, what, column, e);
		if (rc > 0)
			rc = store_merge_status(m, in, "run", run->uuid, e);
	}
	return rc ? rc : store_merge_trials(m, in, run->id, 0, to, e);
}

static int merge_run(struct store_merge *m, struct store *in, int64_t id,
		     struct err *e)
{
	struct store_shards shards = {0};
	struct store_run run;
	int rc = store_run_read(in, id, &run, e);

	if (!rc)
		rc = store_shards_load(in, id, &shards, e);
	if (!rc && !shards.n)
		rc = merge_whole(m, in, &run, e);
	for (size_t i = 0; !rc && i < shards.n; i++)
		rc = store_merge_shard(m, in, &run, &shards.shard[i], e);
	store_shards_release(&shards);
	store_run_release(&run);
	return rc;
}

int store_merge_add(struct store_merge *m, struct store *in, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = store_db_exec(in, "BEGIN", merging, e);

	if (!rc)
		rc = store_db_prepare(in, &st, "SELECT id FROM run ORDER BY id",
				      merging, e);
	while (store_db_next(in, st, merging, &rc, e))
		rc = merge_run(m, in, sqlite3_column_int64(st, 0), e);
	sqlite3_finalize(st);
	sqlite3_exec(in->db, "COMMIT", NULL, NULL, NULL);
	return rc;
}
