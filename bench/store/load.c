/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading trials back, with their values, histograms and series. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/printable.h"
#include "store/below.h"

static const char reading[] = "cannot read the trials";

static int read_trial(struct store *s, sqlite3_stmt *st, struct store_trial *t,
		      struct err *e)
{
	struct trial_row row = {0};
	int status;

	store_table_look(st, &store_trial_table, &row);
	status = trial_status_find(row.status);
	if (status < 0)
		return err_set(e, -EINVAL,
			       "%s: trial %" PRId64 ": unknown status", s->path,
			       row.trial.id);
	row.trial.record.status = (enum trial_status)status;
	row.trial.record.disturbed = row.disturbed;
	printable_copy(row.trial.record.reason, sizeof(row.trial.record.reason),
		       row.reason);
	row.status = row.reason = NULL;
	store_table_own(&store_trial_table, &row);
	*t = row.trial;
	return 0;
}

/* What one row of a table under trial adds to a record. */
typedef int read_row(struct store *s, const struct below_row *row,
		     struct record *r, struct err *e);

static int read_value(struct store *s, const struct below_row *row,
		      struct record *r, struct err *e)
{
	int source = source_find(row->source);
	char name[128], unit[64];

	printable_copy(name, sizeof(name), row->name);
	printable_copy(unit, sizeof(unit), row->unit);
	if (source < 0)
		return err_set(e, -EINVAL, "%s: %s: unknown source", s->path,
			       name);
	if (!isfinite(row->value))
		return err_set(e, -EINVAL, "%s: %s is not a finite number",
			       s->path, name);
	record_add_counter(r, name, unit, (enum source)source, row->value);
	r->values[r->nvalues - 1].deterministic = row->deterministic;
	return 0;
}

static int read_missing(struct store *s, const struct below_row *row,
			struct record *r, struct err *e)
{
	char name[128], why[256];

	record_missing_counter(r, printable_copy(name, sizeof(name), row->name),
			       printable_copy(why, sizeof(why), row->text));
	return 0;
}

static int read_hist(struct store *s, const struct below_row *row,
		     struct record *r, struct err *e)
{
	struct hist *h = hist_new();

	if (!h)
		return err_set(e, -ENOMEM, "no memory to read %s", s->path);
	if (hist_decode(h, row->text)) {
		hist_free(h);
		return err_set(e, -EINVAL, "%s: histogram %s is damaged",
			       s->path, row->name);
	}
	record_add_hist(r, row->name, h);
	return 0;
}

static int read_series(struct store *s, const struct below_row *row,
		       struct record *r, struct err *e)
{
	const char *text = row->text;
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
		record_add_series(r, row->name, n, x, y);
	free(x);
	free(y);
	if (!x || !y)
		return err_set(e, -ENOMEM, "no memory to read %s", s->path);
	if (!whole)
		return err_set(e, -EINVAL, "%s: series %s is damaged", s->path,
			       row->name);
	return 0;
}

static int by_id(const void *a, const void *b)
{
	int64_t x = (*(struct store_trial *const *)a)->id;
	int64_t y = (*(struct store_trial *const *)b)->id;

	return (x > y) - (x < y);
}

/* Of run 1 and, unless it is NULL, cell 2. */
#define OF_CELL "run = ? AND ifnull(cell = ?, 1)"

/* @cell: until the statement has run. */
static void bind(sqlite3_stmt *st, int64_t run, const char *cell)
{
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_text(st, 2, cell, -1, SQLITE_STATIC);
}

/* Adds the rows of one table, which come by trial, to their trials. */
static int read_under(struct store *s, int64_t run, const char *cell,
		      const struct store_table *t, read_row *read,
		      struct store_trial **sorted, size_t n, struct err *e)
{
	char from[128];
	sqlite3_stmt *st;
	size_t i = 0;
	int rc;

	snprintf(from, sizeof(from),
		 "JOIN trial ON trial.id = trial WHERE " OF_CELL
		 " ORDER BY trial, \"%s\"",
		 t->column[0].name);
	rc = store_table_select(s, &st, t, from, reading, e);
	if (!rc)
		bind(st, run, cell);
	while (store_db_next(s, st, reading, &rc, e)) {
		int64_t id = sqlite3_column_int64(st, 0);
		struct below_row row;

		while (i < n && sorted[i]->id < id)
			i++;
		if (i == n || sorted[i]->id != id)
			continue;
		store_table_look(st, t, &row);
		rc = read(s, &row, &sorted[i]->record, e);
	}
	sqlite3_finalize(st);
	return rc;
}

static int load_trials(struct store *s, int64_t run, const char *cell,
		       struct store_trials *out, struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_table_select(s, &st, &store_trial_table,
				    "WHERE " OF_CELL
				    " ORDER BY plan_index, attempt, id",
				    reading, e);

	if (!rc)
		bind(st, run, cell);
	while (store_db_next(s, st, reading, &rc, e)) {
		out->trial = must_grow(out->trial, out->n, sizeof(*out->trial));
		rc = read_trial(s, st, &out->trial[out->n], e);
		out->n += !rc;
	}
	sqlite3_finalize(st);
	return rc;
}

static int load_records(struct store *s, int64_t run, const char *cell,
			enum store_load what, struct store_trials *out,
			struct err *e)
{
	const struct {
		const struct store_table *table;
		read_row *read;
	} below[] = {{&store_value_table, read_value},
		     {&store_missing_table, read_missing},
		     {&store_series_table, read_series},
		     {&store_hist_table, read_hist}};
	size_t tables = what == STORE_HISTS ? 4 : 3;
	struct store_trial **sorted = must_calloc(out->n, sizeof(*sorted));
	int rc = 0;

	for (size_t i = 0; i < out->n; i++)
		sorted[i] = &out->trial[i];
	qsort(sorted, out->n, sizeof(*sorted), by_id);
	for (size_t i = 0; !rc && i < tables; i++)
		rc = read_under(s, run, cell, below[i].table, below[i].read,
				sorted, out->n, e);
	free(sorted);
	return rc;
}

static int load(struct store *s, int64_t run, const char *cell,
		enum store_load what, struct store_trials *out, struct err *e)
{
	int rc;

	memset(out, 0, sizeof(*out));
	/* One moment of a run that may still be going on. */
	rc = store_db_exec(s, "BEGIN", reading, e);
	if (rc)
		return rc;
	rc = load_trials(s, run, cell, out, e);
	if (!rc)
		rc = load_records(s, run, cell, what, out, e);
	rc = store_db_end(s, rc, reading, e);
	if (rc)
		store_trials_release(out);
	else
		store_mark_apart(out);
	return rc;
}

int store_trials_load(struct store *s, int64_t run, enum store_load what,
		      struct store_trials *out, struct err *e)
{
	return load(s, run, NULL, what, out, e);
}

int store_cell_load(struct store *s, int64_t run, const char *cell,
		    struct store_trials *out, struct err *e)
{
	return load(s, run, cell, STORE_VALUES, out, e);
}

void store_trials_release(struct store_trials *trials)
{
	for (size_t i = 0; i < trials->n; i++) {
		struct trial_row row = {.trial = trials->trial[i]};

		store_table_release(&store_trial_table, &row);
		record_release(&trials->trial[i].record);
	}
	free(trials->trial);
	memset(trials, 0, sizeof(*trials));
}
