/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What whole runs and shards are merged with: their trials, how far they are. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "store/merge_run.h"
#include "trial/reference.h"

static const char merging[] = "cannot merge";

/* Notes @added trials of @run for the list of what was merged. */
static void count(struct store_merge *m, int64_t run, size_t added)
{
	for (size_t i = 0; i < m->nmerged; i++)
		if (m->merged[i].run == run) {
			m->merged[i].added += added;
			return;
		}
	m->merged = must_grow(m->merged, m->nmerged, sizeof(*m->merged));
	m->merged[m->nmerged++] = (struct store_merged){run, added};
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
	return store_db_ask(m->out, NULL, merging, e,
			    "DELETE FROM trial WHERE id = ?", "i", trial);
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
	int rc;

	sqlite3_reset(find);
	sqlite3_bind_int64(find, 1, MUTANT(merge_twice) ? 0 : run);
	sqlite3_bind_text(find, 2, key, -1, SQLITE_STATIC);
	rc = store_db_step(m->out, find, merging, e);
	if (rc > 0) {
		there = sqlite3_column_int64(find, 0);
		if (interrupted(find, 1) == interrupted(from, 2))
			return check_trial(m, in, trial, there, key, e);
		if (interrupted(from, 2))
			return 0;
		rc = drop(m, there, e);
	}
	if (!rc)
		rc = copy_trial(m, in, trial, run, e);
	/* What a plan counts: a twin is of none. */
	*added += !rc && !sqlite3_column_int(from, 3);
	return rc;
}

int store_merge_trials(struct store_merge *m, struct store *in, int64_t from,
		       unsigned shard, int64_t to, struct err *e)
{
	sqlite3_stmt *trials = NULL, *find = NULL;
	size_t added = 0;
	int rc = store_db_query(in, &trials, merging, e,
				"SELECT id, key, status,"
				" design IN ('" TWIN_DESIGN "', '" OTHER_DESIGN
				"')"
				" FROM trial"
				" WHERE run = ? AND coalesce(shard, 0) = ?"
				" ORDER BY id",
				"ii", from, (int64_t)shard);

	if (!rc)
		rc = store_db_prepare(m->out, &find,
				      "SELECT id, status FROM trial"
				      " WHERE run = ? AND key = ?",
				      merging, e);
	while (store_db_next(in, trials, merging, &rc, e))
		rc = merge_trial(m, in, trials, find, to, &added, e);
	sqlite3_finalize(trials);
	sqlite3_finalize(find);
	if (!rc)
		count(m, to, added);
	return rc;
}

int store_merge_find(struct store_merge *m, const char *uuid, int64_t *run,
		     struct err *e)
{
	return store_db_ask(m->out, run, merging, e,
			    "SELECT id FROM run WHERE uuid = ?", "t", uuid);
}

int store_merge_status(struct store_merge *m, struct store *in,
		       const char *table, const char *uuid, struct err *e)
{
	static const char *const rank =
		"CASE %s WHEN 'done' THEN 3 WHEN 'failed' THEN 2"
		" WHEN 'interrupted' THEN 1 ELSE 0 END";
	char sql[768], is[160], was[160];
	sqlite3_stmt *from = NULL;
	int rc;

	snprintf(is, sizeof(is), rank, "?1");
	snprintf(was, sizeof(was), rank, "status");
	snprintf(sql, sizeof(sql),
		 "SELECT status, ended_utc FROM %s WHERE uuid = ?", table);
	rc = store_db_query(in, &from, merging, e, sql, "t", uuid);
	if (!rc)
		rc = store_db_step(in, from, merging, e);
	snprintf(sql, sizeof(sql),
		 "UPDATE %s SET status = ?1, ended_utc = ?2 WHERE uuid = ?3 AND"
		 " (%s, coalesce(?2, '')) > (%s, coalesce(ended_utc, ''))",
		 table, is, was);
	if (rc > 0)
		rc = store_db_ask(m->out, NULL, merging, e, sql, "ttt",
				  (const char *)sqlite3_column_text(from, 0),
				  (const char *)sqlite3_column_text(from, 1),
				  uuid);
	sqlite3_finalize(from);
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
