/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading trials back, with their values, histograms and series. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "store/db.h"

static const char reading[] = "cannot read the trials";

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static const char *line_of(char *buf, size_t n, sqlite3_stmt *st, int column)
{
	return printable_copy(
		buf, n,
		or_empty((const char *)sqlite3_column_text(st, column)));
}

/* The columns of read_trial(). */
static const char select_trials[] =
	"SELECT id, plan_index, walkers, mappers, dumpers, repetition,"
	" attempt, duration_s, status, reason, disturbed, key, cell, axes,"
	" sweep, design, workload, params, started_utc, shard FROM trial"
	" WHERE run = ? ORDER BY plan_index, attempt, id";

static int read_trial(struct store *s, sqlite3_stmt *st, struct store_trial *t,
		      struct err *e)
{
	int status = trial_status_find(
		or_empty((const char *)sqlite3_column_text(st, 8)));

	if (status < 0)
		return err_set(e, -EINVAL, "%s: trial %lld: unknown status",
			       s->path, sqlite3_column_int64(st, 0));
	*t = (struct store_trial){
		.id = sqlite3_column_int64(st, 0),
		.index = (uint64_t)sqlite3_column_int64(st, 1),
		.walkers = (unsigned)sqlite3_column_int(st, 2),
		.mappers = (unsigned)sqlite3_column_int(st, 3),
		.dumpers = (unsigned)sqlite3_column_int(st, 4),
		.repetition = (unsigned)sqlite3_column_int(st, 5),
		.attempt = (unsigned)sqlite3_column_int(st, 6),
		.duration_s = sqlite3_column_double(st, 7),
		.key = store_db_text(st, 11),
		.cell = store_db_line(st, 12),
		.axes = store_db_line(st, 13),
		.sweep = store_db_line(st, 14),
		.design = store_db_line(st, 15),
		.workload = store_db_line(st, 16),
		.params = store_db_text(st, 17),
		.started_utc = store_db_line(st, 18),
		.shard = (unsigned)sqlite3_column_int(st, 19),
	};
	t->record.status = (enum trial_status)status;
	t->record.disturbed = (unsigned)sqlite3_column_int(st, 10);
	printable_copy(t->record.reason, sizeof(t->record.reason),
		       or_empty((const char *)sqlite3_column_text(st, 9)));
	return 0;
}

/* What one row of a table under trial adds to a record. */
typedef int read_row(struct store *s, sqlite3_stmt *st, struct record *r,
		     struct err *e);

static int read_value(struct store *s, sqlite3_stmt *st, struct record *r,
		      struct err *e)
{
	char name[128], unit[64];
	int source =
		source_find(or_empty((const char *)sqlite3_column_text(st, 3)));

	line_of(name, sizeof(name), st, 1);
	line_of(unit, sizeof(unit), st, 2);
	if (source < 0)
		return err_set(e, -EINVAL, "%s: %s: unknown source", s->path,
			       name);
	if (!isfinite(sqlite3_column_double(st, 4)))
		return err_set(e, -EINVAL, "%s: %s is not a finite number",
			       s->path, name);
	record_add_counter(r, name, unit, (enum source)source,
			   sqlite3_column_double(st, 4));
	r->values[r->nvalues - 1].deterministic = sqlite3_column_int(st, 5);
	return 0;
}

static int read_missing(struct store *s, sqlite3_stmt *st, struct record *r,
			struct err *e)
{
	char name[128], why[256];

	(void)s;
	(void)e;
	record_missing(r, line_of(name, sizeof(name), st, 1),
		       line_of(why, sizeof(why), st, 2));
	return 0;
}

static int read_hist(struct store *s, sqlite3_stmt *st, struct record *r,
		     struct err *e)
{
	const char *name = or_empty((const char *)sqlite3_column_text(st, 1));
	struct hist *h = hist_new();

	if (!h)
		return err_set(e, -ENOMEM, "no memory to read %s", s->path);
	if (hist_decode(h,
			or_empty((const char *)sqlite3_column_text(st, 2)))) {
		hist_free(h);
		return err_set(e, -EINVAL, "%s: histogram %s is damaged",
			       s->path, name);
	}
	record_add_hist(r, name, h);
	return 0;
}

static int read_series(struct store *s, sqlite3_stmt *st, struct record *r,
		       struct err *e)
{
	const char *name = or_empty((const char *)sqlite3_column_text(st, 1));
	const char *text = or_empty((const char *)sqlite3_column_text(st, 2));
	size_t room = 1, n = 0;
	double *x, *y;
	bool whole = true;

	for (const char *p = text; *p; p++)
		room += *p == ' ';
	x = calloc(room, sizeof(*x));
	y = calloc(room, sizeof(*y));
	for (char *end; x && y && whole && *text; n++) {
		x[n] = strtod(text, &end);
		whole = end > text && *end == ':';
		text = whole ? end + 1 : end;
		y[n] = strtod(text, &end);
		whole = whole && end > text && (*end == ' ' || !*end);
		text = *end ? end + 1 : end;
	}
	if (x && y && whole)
		record_add_series(r, name, n, x, y);
	free(x);
	free(y);
	if (!x || !y)
		return err_set(e, -ENOMEM, "no memory to read %s", s->path);
	if (!whole)
		return err_set(e, -EINVAL, "%s: series %s is damaged", s->path,
			       name);
	return 0;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = (*(struct store_trial *const *)a)->id;
	int64_t y = (*(struct store_trial *const *)b)->id;

	return (x > y) - (x < y);
}

/* Adds the rows of one table, which come by trial, to their trials. */
static int read_under(struct store *s, int64_t run, const char *sql,
		      read_row *read, struct store_trial **sorted, size_t n,
		      struct err *e)
{
	sqlite3_stmt *st;
	int step = SQLITE_DONE;
	int rc = store_db_prepare(s, &st, sql, reading, e);
	size_t i = 0;

	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, run);
	while (!rc && (step = sqlite3_step(st)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(st, 0);

		while (i < n && sorted[i]->id < id)
			i++;
		if (i < n && sorted[i]->id == id)
			rc = read(s, st, &sorted[i]->record, e);
	}
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(s, reading, e);
	sqlite3_finalize(st);
	return rc;
}

static int load_trials(struct store *s, int64_t run, struct store_trials *out,
		       struct err *e)
{
	size_t room = 0;
	sqlite3_stmt *st;
	int step = SQLITE_DONE;
	int rc = store_db_prepare(s, &st, select_trials, reading, e);

	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, run);
	while (!rc && (step = sqlite3_step(st)) == SQLITE_ROW) {
		if (out->n == room) {
			struct store_trial *more;

			room = room ? 2 * room : 64;
			more = realloc(out->trial, room * sizeof(*more));
			if (!more) {
				rc = err_set(e, -ENOMEM, "no memory to read %s",
					     s->path);
				break;
			}
			out->trial = more;
		}
		rc = read_trial(s, st, &out->trial[out->n], e);
		out->n += !rc;
	}
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(s, reading, e);
	sqlite3_finalize(st);
	return rc;
}

static int load_records(struct store *s, int64_t run, enum store_load what,
			struct store_trials *out, struct err *e)
{
	struct store_trial **sorted = calloc(out->n + 1, sizeof(*sorted));
	int rc;

	if (!sorted)
		return err_set(e, -ENOMEM, "no memory to read %s", s->path);
	for (size_t i = 0; i < out->n; i++)
		sorted[i] = &out->trial[i];
	qsort(sorted, out->n, sizeof(*sorted), by_id);
	rc = read_under(s, run,
			"SELECT trial, metric, unit, source, value,"
			" deterministic FROM value JOIN trial"
			" ON trial.id = value.trial WHERE run = ?"
			" ORDER BY trial, metric",
			read_value, sorted, out->n, e);
	if (!rc)
		rc = read_under(s, run,
				"SELECT trial, counter, missing.reason"
				" FROM missing JOIN trial"
				" ON trial.id = missing.trial WHERE run = ?"
				" ORDER BY trial, counter",
				read_missing, sorted, out->n, e);
	if (!rc && what == STORE_HISTS)
		rc = read_under(s, run,
				"SELECT trial, name, counts FROM hist"
				" JOIN trial ON trial.id = hist.trial"
				" WHERE run = ? ORDER BY trial, name",
				read_hist, sorted, out->n, e);
	if (!rc)
		rc = read_under(s, run,
				"SELECT trial, name, points FROM series"
				" JOIN trial ON trial.id = series.trial"
				" WHERE run = ? ORDER BY trial, name",
				read_series, sorted, out->n, e);
	free(sorted);
	return rc;
}

int store_trials_load(struct store *s, int64_t run, enum store_load what,
		      struct store_trials *out, struct err *e)
{
	int rc;

	memset(out, 0, sizeof(*out));
	/* One moment of a run that may still be going on. */
	rc = store_db_exec(s, "BEGIN", reading, e);
	if (rc)
		return rc;
	rc = load_trials(s, run, out, e);
	if (!rc)
		rc = load_records(s, run, what, out, e);
	/* One that stays open is in the way of the next. */
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	else
		rc = store_db_exec(s, "COMMIT", reading, e);
	if (rc)
		store_trials_release(out);
	return rc;
}

static void free_text(const char *text)
{
	/* Read back, the texts are copies: see read_trial(). */
	free((void *)(uintptr_t)text);
}

void store_trials_release(struct store_trials *trials)
{
	for (size_t i = 0; i < trials->n; i++) {
		struct store_trial *t = &trials->trial[i];

		free_text(t->key);
		free_text(t->cell);
		free_text(t->axes);
		free_text(t->sweep);
		free_text(t->design);
		free_text(t->workload);
		free_text(t->params);
		free_text(t->started_utc);
		record_release(&t->record);
	}
	free(trials->trial);
	memset(trials, 0, sizeof(*trials));
}
