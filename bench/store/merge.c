/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merging runs and their trials; shards are in store/merge_shard.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "store/merge_run.h"

static const char merging[] = "cannot merge";

/* Tables that hang below trial, whatever the schema has. */
static int find_below(struct store_merge *m, struct err *e)
{
	sqlite3_stmt *st;
	int step = SQLITE_DONE;
	int rc = store_db_prepare(
		m->out, &st,
		"SELECT m.name FROM sqlite_master AS m,"
		" pragma_foreign_key_list(m.name) AS f"
		" WHERE m.type = 'table' AND f.\"table\" = 'trial'",
		merging, e);

	if (rc)
		return rc;
	while (m->nbelow < 16 && (step = sqlite3_step(st)) == SQLITE_ROW)
		snprintf(m->below[m->nbelow++], sizeof(m->below[0]), "%s",
			 sqlite3_column_text(st, 0));
	if (step != SQLITE_DONE)
		rc = store_db_fail(m->out, merging, e);
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
	rc = store_db_exec(out, "BEGIN IMMEDIATE", merging, e);
	if (rc)
		return rc;
	rc = find_below(m, e);
	if (rc)
		store_merge_rollback(m);
	return rc;
}

int store_merge_commit(struct store_merge *m, struct err *e)
{
	int rc = store_db_exec(m->out, "COMMIT", merging, e);

	if (rc)
		store_merge_rollback(m);
	return rc;
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

int store_merge_count(struct store_merge *m, int64_t run, size_t added)
{
	struct store_merged *more;

	for (size_t i = 0; i < m->nmerged; i++)
		if (m->merged[i].run == run) {
			m->merged[i].added += added;
			return 0;
		}
	more = realloc(m->merged, (m->nmerged + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	m->merged = more;
	m->merged[m->nmerged++] = (struct store_merged){run, added};
	return 0;
}

int store_merge_differs(struct store *in, const char *what, const char *column,
			struct err *e)
{
	err_set(e, -EEXIST, "%s: %s is there already with another content (%s)",
		in->path, what, column);
	return err_remedy(e, "nothing was merged; one of the two was changed, "
			     "or measured twice: leave one file out");
}

static const struct store_rows trial_row = {
	.table = "trial", .where = "id = ?1", .owner = "run"};

static struct store_rows below(const struct store_merge *m, unsigned i)
{
	return (struct store_rows){
		.table = m->below[i], .where = "trial = ?1", .owner = "trial"};
}

static int copy_trial(struct store_merge *m, struct store *in, int64_t trial,
		      int64_t run, struct err *e)
{
	int rc = store_rows_copy(in, m->out, &trial_row, trial, 0, run, e);
	int64_t copy = sqlite3_last_insert_rowid(m->out->db);

	for (unsigned i = 0; !rc && i < m->nbelow; i++) {
		const struct store_rows rows = below(m, i);

		rc = store_rows_copy(in, m->out, &rows, trial, 0, copy, e);
	}
	return rc;
}

static int check_trial(struct store_merge *m, struct store *in, int64_t trial,
		       int64_t there, const char *key, struct err *e)
{
	char column[96], what[160];
	int rc = store_rows_same(in, m->out, &trial_row, trial, there, 0,
				 column, e);

	for (unsigned i = 0; rc == 1 && i < m->nbelow; i++) {
		const struct store_rows rows = below(m, i);

		rc = store_rows_same(in, m->out, &rows, trial, there, 0, column,
				     e);
	}
	if (rc || MUTANT(merge_conflict_ignored))
		return rc < 0 ? rc : 0;
	snprintf(what, sizeof(what), "trial %s", key);
	return store_merge_differs(in, what, column, e);
}

/* An interrupted trial gives way to any other of its key. */
static int drop(struct store_merge *m, int64_t trial, struct err *e)
{
	char sql[64];

	snprintf(sql, sizeof(sql), "DELETE FROM trial WHERE id = %" PRId64,
		 trial);
	return store_db_exec(m->out, sql, merging, e);
}

static bool interrupted(sqlite3_stmt *st, int column)
{
	const char *status = (const char *)sqlite3_column_text(st, column);

	return status && !strcmp(status, "interrupted");
}

/* The trial that @from stands at; @find looks for its key in m->out. */
static int merge_trial(struct store_merge *m, struct store *in,
		       sqlite3_stmt *from, sqlite3_stmt *find, int64_t run,
		       size_t *added, struct err *e)
{
	int64_t trial = sqlite3_column_int64(from, 0), there;
	const char *key = (const char *)sqlite3_column_text(from, 1);
	int rc = 0;

	sqlite3_reset(find);
	sqlite3_bind_int64(find, 1, MUTANT(merge_twice) ? 0 : run);
	sqlite3_bind_text(find, 2, key, -1, SQLITE_STATIC);
	switch (sqlite3_step(find)) {
	case SQLITE_DONE:
		break;
	case SQLITE_ROW:
		there = sqlite3_column_int64(find, 0);
		if (interrupted(find, 1) && !interrupted(from, 2))
			rc = drop(m, there, e);
		else if (interrupted(from, 2) && !interrupted(find, 1))
			return 0;
		else
			return check_trial(m, in, trial, there, key, e);
		break;
	default:
		return store_db_fail(m->out, merging, e);
	}
	if (!rc)
		rc = copy_trial(m, in, trial, run, e);
	*added += !rc;
	return rc;
}

int store_merge_trials(struct store_merge *m, struct store *in, int64_t from,
		       unsigned shard, int64_t to, struct err *e)
{
	sqlite3_stmt *trials = NULL, *find = NULL;
	int step = SQLITE_DONE, rc;
	size_t added = 0;

	rc = store_db_prepare(in, &trials,
			      "SELECT id, key, status FROM trial WHERE run = ?"
			      " AND shard IS ? ORDER BY id",
			      merging, e);
	if (!rc)
		rc = store_db_prepare(m->out, &find,
				      "SELECT id, status FROM trial"
				      " WHERE run = ? AND key = ?",
				      merging, e);
	if (!rc) {
		sqlite3_bind_int64(trials, 1, from);
		if (shard)
			sqlite3_bind_int64(trials, 2, shard);
	}
	while (!rc && (step = sqlite3_step(trials)) == SQLITE_ROW)
		rc = merge_trial(m, in, trials, find, to, &added, e);
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(in, merging, e);
	sqlite3_finalize(trials);
	sqlite3_finalize(find);
	if (!rc && store_merge_count(m, to, added))
		rc = err_set(e, -ENOMEM, "no memory to merge");
	return rc;
}

int store_merge_find(struct store_merge *m, const char *uuid, int64_t *run,
		     struct err *e)
{
	sqlite3_stmt *st;
	int step, rc = store_db_prepare(m->out, &st,
					"SELECT id FROM run WHERE uuid = ?",
					merging, e);

	if (rc)
		return rc;
	sqlite3_bind_text(st, 1, uuid, -1, SQLITE_STATIC);
	step = sqlite3_step(st);
	if (step == SQLITE_ROW) {
		*run = sqlite3_column_int64(st, 0);
		rc = 1;
	} else if (step != SQLITE_DONE) {
		rc = store_db_fail(m->out, merging, e);
	}
	sqlite3_finalize(st);
	return rc;
}

int store_merge_status(struct store_merge *m, struct store *in,
		       const char *table, const char *uuid, struct err *e)
{
	static const char *const rank =
		"CASE %s WHEN 'done' THEN 3 WHEN 'failed' THEN 2"
		" WHEN 'interrupted' THEN 1 ELSE 0 END";
	char sql[768], is[160], was[160];
	sqlite3_stmt *from = NULL, *to = NULL;
	int rc;

	snprintf(is, sizeof(is), rank, "?1");
	snprintf(was, sizeof(was), rank, "status");
	snprintf(sql, sizeof(sql),
		 "SELECT status, ended_utc FROM %s WHERE uuid = ?", table);
	rc = store_db_prepare(in, &from, sql, merging, e);
	snprintf(sql, sizeof(sql),
		 "UPDATE %s SET status = ?1, ended_utc = ?2 WHERE uuid = ?3 AND"
		 " (%s, coalesce(?2, '')) > (%s, coalesce(ended_utc, ''))",
		 table, is, was);
	if (!rc)
		rc = store_db_prepare(m->out, &to, sql, merging, e);
	if (!rc) {
		sqlite3_bind_text(from, 1, uuid, -1, SQLITE_STATIC);
		if (sqlite3_step(from) != SQLITE_ROW)
			rc = store_db_fail(in, merging, e);
	}
	if (!rc) {
		for (int i = 0; i < 2; i++)
			sqlite3_bind_value(to, i + 1,
					   sqlite3_column_value(from, i));
		sqlite3_bind_text(to, 3, uuid, -1, SQLITE_STATIC);
		if (sqlite3_step(to) != SQLITE_DONE)
			rc = store_db_fail(m->out, merging, e);
	}
	sqlite3_finalize(from);
	sqlite3_finalize(to);
	return rc;
}

int store_merge_check_done(struct store_merge *m, struct store *in,
			   const struct store_run *run, const char *status,
			   struct err *e)
{
	if (m->rules.partial || (status && !strcmp(status, "done")))
		return 0;
	err_set(e, -EINPROGRESS, "%s: run %" PRId64 " (%s) is not complete: %s",
		in->path, run->id, run->name ? run->name : "",
		status ? status : "unknown");
	return err_remedy(e,
			  "complete it with vtdbench run --resume=%" PRId64
			  " --results FILE; or take what is there: --partial",
			  run->id);
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
	sqlite3_stmt *st;
	int step = SQLITE_DONE, rc = store_db_exec(in, "BEGIN", merging, e);

	if (rc)
		return rc;
	rc = store_db_prepare(in, &st, "SELECT id FROM run ORDER BY id",
			      merging, e);
	while (!rc && (step = sqlite3_step(st)) == SQLITE_ROW)
		rc = merge_run(m, in, sqlite3_column_int64(st, 0), e);
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(in, merging, e);
	sqlite3_finalize(st);
	sqlite3_exec(in->db, "COMMIT", NULL, NULL, NULL);
	return rc;
}
