/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storing trials: one transaction each. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernels/mutant.h"
#include "store/db.h"

static const char adding[] = "cannot store a trial";

static int step_done(struct store *s, sqlite3_stmt *st, struct err *e)
{
	int rc = 0;

	if (sqlite3_step(st) != SQLITE_DONE)
		rc = store_db_fail(s, adding, e);
	sqlite3_reset(st);
	return rc;
}

static void bind_text(sqlite3_stmt *st, int column, const char *text)
{
	sqlite3_bind_text(st, column, text, -1, SQLITE_STATIC);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* An interrupted trial of this key makes room for its repetition. */
static int drop_interrupted(struct store *s, int64_t run, const char *key,
			    struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(s, &st,
				  "DELETE FROM trial WHERE run = ? AND key = ?"
				  " AND status = 'interrupted'",
				  adding, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, run);
	bind_text(st, 2, key);
	rc = step_done(s, st, e);
	sqlite3_finalize(st);
	return rc;
}

static int add_trial(struct store *s, int64_t run, const struct store_trial *t,
		     const struct record *r, struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(
		s, &st,
		"INSERT INTO trial (run, key, cell, axes, plan_index, sweep,"
		" design, workload, walkers, mappers, dumpers, repetition,"
		" attempt, params, status, reason, disturbed, started_utc,"
		" duration_s, shard) VALUES"
		" (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		adding, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, run);
	bind_text(st, 2, t->key);
	bind_text(st, 3, or_empty(t->cell));
	bind_text(st, 4, or_empty(t->axes));
	sqlite3_bind_int64(st, 5, (int64_t)t->index);
	bind_text(st, 6, or_empty(t->sweep));
	bind_text(st, 7, t->design);
	bind_text(st, 8, t->workload);
	sqlite3_bind_int64(st, 9, t->walkers);
	sqlite3_bind_int64(st, 10, t->mappers);
	sqlite3_bind_int64(st, 11, t->dumpers);
	sqlite3_bind_int64(st, 12, t->repetition);
	sqlite3_bind_int64(st, 13, t->attempt);
	bind_text(st, 14, t->params);
	bind_text(st, 15, trial_status_name(r->status));
	bind_text(st, 16, r->reason);
	sqlite3_bind_int(st, 17, (int)r->disturbed);
	bind_text(st, 18, t->started_utc);
	sqlite3_bind_double(st, 19, t->duration_s);
	if (t->shard)
		sqlite3_bind_int64(st, 20, t->shard);
	rc = step_done(s, st, e);
	if (rc == -EEXIST)
		err_set(e, rc, "%s: trial %s is stored already", s->path,
			t->key);
	sqlite3_finalize(st);
	return rc;
}

static int add_values(struct store *s, int64_t trial, const struct record *r,
		      struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(
		s, &st,
		"INSERT OR REPLACE INTO value (trial, metric, unit, source,"
		" value, deterministic) VALUES (?,?,?,?,?,?)",
		adding, e);

	for (size_t i = 0; !rc && i < r->nvalues; i++) {
		const struct value *v = &r->values[i];

		sqlite3_bind_int64(st, 1, trial);
		bind_text(st, 2, v->name);
		bind_text(st, 3, v->unit);
		bind_text(st, 4, source_name(v->source));
		sqlite3_bind_double(st, 5, v->value);
		sqlite3_bind_int(st, 6, v->deterministic);
		rc = step_done(s, st, e);
	}
	sqlite3_finalize(st);
	return rc;
}

static int add_missing(struct store *s, int64_t trial, const struct record *r,
		       struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(s, &st,
				  "INSERT OR REPLACE INTO missing"
				  " (trial, counter, reason) VALUES (?,?,?)",
				  adding, e);

	for (size_t i = 0; !rc && i < r->nmissing; i++) {
		sqlite3_bind_int64(st, 1, trial);
		bind_text(st, 2, r->missing[i].name);
		bind_text(st, 3, r->missing[i].reason);
		rc = step_done(s, st, e);
	}
	sqlite3_finalize(st);
	return rc;
}

static int add_hists(struct store *s, int64_t trial, const struct record *r,
		     struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(s, &st,
				  "INSERT OR REPLACE INTO hist"
				  " (trial, name, counts) VALUES (?,?,?)",
				  adding, e);

	for (size_t i = 0; !rc && i < r->nhists; i++) {
		char *counts = hist_encode(r->hists[i].hist);

		if (!counts) {
			rc = err_set(e, -ENOMEM, "no memory to store a trial");
			break;
		}
		sqlite3_bind_int64(st, 1, trial);
		bind_text(st, 2, r->hists[i].name);
		sqlite3_bind_text(st, 3, counts, -1, free);
		rc = step_done(s, st, e);
	}
	sqlite3_finalize(st);
	return rc;
}

/* "x:y x:y …", every digit kept. */
static char *encode_series(const struct series *series)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < series->n; i++)
		fprintf(out, "%s%.17g:%.17g", i ? " " : "", series->x[i],
			series->y[i]);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int add_series(struct store *s, int64_t trial, const struct record *r,
		      struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(s, &st,
				  "INSERT OR REPLACE INTO series"
				  " (trial, name, points) VALUES (?,?,?)",
				  adding, e);

	for (size_t i = 0; !rc && i < r->nseries; i++) {
		char *points = encode_series(&r->series[i]);

		if (!points) {
			rc = err_set(e, -ENOMEM, "no memory to store a trial");
			break;
		}
		sqlite3_bind_int64(st, 1, trial);
		bind_text(st, 2, r->series[i].name);
		sqlite3_bind_text(st, 3, points, -1, free);
		rc = step_done(s, st, e);
	}
	sqlite3_finalize(st);
	return rc;
}

int store_trial_add(struct store *s, int64_t run, const struct store_trial *t,
		    const struct record *r, struct err *e)
{
	int64_t id;
	int rc = store_db_exec(s, "BEGIN IMMEDIATE", adding, e);

	if (rc)
		return rc;
	rc = drop_interrupted(s, run, t->key, e);
	if (!rc)
		rc = add_trial(s, run, t, r, e);
	id = sqlite3_last_insert_rowid(s->db);
	if (!rc)
		rc = add_values(s, id, r, e);
	if (!rc)
		rc = add_missing(s, id, r, e);
	if (!rc)
		rc = add_hists(s, id, r, e);
	if (!rc)
		rc = add_series(s, id, r, e);
	if (MUTANT(store_not_committed))
		return rc;
	if (!rc)
		rc = store_db_exec(s, "COMMIT", adding, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int store_trial_done(struct store *s, int64_t run, const char *key,
		     struct err *e)
{
	sqlite3_stmt *st;
	int step, rc = store_db_prepare(s, &st,
					"SELECT 1 FROM trial WHERE run = ?"
					" AND key = ?"
					" AND status <> 'interrupted'",
					"cannot read the trials", e);

	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, run);
	bind_text(st, 2, key);
	step = sqlite3_step(st);
	if (step == SQLITE_ROW)
		rc = !MUTANT(resume_runs_again);
	else if (step != SQLITE_DONE)
		rc = store_db_fail(s, "cannot read the trials", e);
	sqlite3_finalize(st);
	return rc;
}
