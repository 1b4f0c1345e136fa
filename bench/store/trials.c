/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storing the trials of draws: one transaction a draw. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "store/below.h"

static const char adding[] = "cannot store a trial";

#define TRIAL(type, column, field) \
	STORE_COLUMN(type, trial_row, column, trial.field)
static const struct store_column trial_columns[] = {
	TRIAL(ID, id, id),
	TRIAL(TEXT, key, key),
	TRIAL(WORD, cell, cell),
	TRIAL(WORD, axes, axes),
	TRIAL(BIG, plan_index, index),
	TRIAL(WORD, sweep, sweep),
	TRIAL(LINE, design, design),
	TRIAL(LINE, workload, workload),
	TRIAL(COUNT, walkers, walkers),
	TRIAL(COUNT, mappers, mappers),
	TRIAL(COUNT, dumpers, dumpers),
	TRIAL(COUNT, repetition, repetition),
	TRIAL(COUNT, attempt, attempt),
	TRIAL(TEXT, params, params),
	TRIAL(LINE, started_utc, started_utc),
	TRIAL(REAL, duration_s, duration_s),
	TRIAL(COUNT_OR_NULL, shard, shard),
	STORE_COLUMN(WORD, trial_row, status, status),
	STORE_COLUMN(WORD, trial_row, reason, reason),
	STORE_COLUMN(COUNT, trial_row, disturbed, disturbed)};
const struct store_table store_trial_table = {
	.name = "trial", .owner = "run", STORE_TABLE(trial_columns, trial_row)};

#define BELOW(type, column, field) STORE_COLUMN(type, below_row, column, field)
#define TABLE(what, ...)                                                   \
	static const struct store_column what##_columns[] = {__VA_ARGS__}; \
	const struct store_table store_##what##_table = {                  \
		.name = #what,                                             \
		.owner = "trial",                                          \
		.replace = true,                                           \
		STORE_TABLE(what##_columns, below_row)}
TABLE(value, BELOW(WORD, metric, name), BELOW(WORD, unit, unit),
      BELOW(WORD, source, source), BELOW(REAL, value, value),
      BELOW(FLAG, deterministic, deterministic));
TABLE(missing, BELOW(WORD, counter, name), BELOW(WORD, reason, text));
TABLE(hist, BELOW(WORD, name, name), BELOW(WORD, counts, text));
TABLE(series, BELOW(WORD, name, name), BELOW(WORD, points, text));

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

/* The row of @t; an interrupted trial of its key makes room. */
static int add_trial(struct store *s, int64_t run, const struct store_trial *t,
		     const struct record *r, struct err *e)
{
	const struct trial_row row = {.trial = *t,
				      .status = trial_status_name(r->status),
				      .reason = r->reason,
				      .disturbed = r->disturbed};
	int rc = store_db_ask(s, NULL, adding, e,
			      "DELETE FROM trial WHERE run = ? AND key = ?"
			      " AND status = 'interrupted'",
			      "it", run, t->key);

	if (!rc)
		rc = store_table_add(s, &store_trial_table, run, &row, 1,
				     adding, e);
	if (rc == -EEXIST)
		err_set(e, rc, "%s: trial %s is stored already", s->path,
			t->key);
	return rc;
}

static int add_numbers(struct store *s, int64_t trial, const struct record *r,
		       struct err *e)
{
	struct below_row *row =
		must_calloc(r->nvalues + r->nmissing, sizeof(*row));
	int rc;

	for (size_t i = 0; i < r->nvalues; i++)
		row[i] = (struct below_row){
			.name = r->values[i].name,
			.unit = r->values[i].unit,
			.source = source_name(r->values[i].source),
			.value = r->values[i].value,
			.deterministic = r->values[i].deterministic};
	rc = store_table_add(s, &store_value_table, trial, row, r->nvalues,
			     adding, e);
	for (size_t i = 0; i < r->nmissing; i++)
		row[i] = (struct below_row){.name = r->missing[i].name,
					    .text = r->missing[i].reason};
	if (!rc)
		rc = store_table_add(s, &store_missing_table, trial, row,
				     r->nmissing, adding, e);
	free(row);
	return rc;
}

/* One row whose @text was made for it. */
static int add_text(struct store *s, int64_t trial, const struct store_table *t,
		    const char *name, char *text, struct err *e)
{
	const struct below_row row = {.name = name, .text = text};
	int rc = text ? store_table_add(s, t, trial, &row, 1, adding, e)
		      : err_set(e, -ENOMEM, "no memory to store a trial");

	free(text);
	return rc;
}

static int add_texts(struct store *s, int64_t trial, const struct record *r,
		     struct err *e)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < r->nhists; i++)
		rc = add_text(s, trial, &store_hist_table, r->hists[i].name,
			      hist_encode(r->hists[i].hist), e);
	for (size_t i = 0; !rc && i < r->nseries; i++)
		rc = add_text(s, trial, &store_series_table, r->series[i].name,
			      encode_series(&r->series[i]), e);
	return rc;
}

static int add_one(struct store *s, int64_t run, const struct store_trial *t,
		   struct err *e)
{
	int rc = add_trial(s, run, t, &t->record, e);
	int64_t id = sqlite3_last_insert_rowid(s->db);

	if (!rc)
		rc = add_numbers(s, id, &t->record, e);
	return rc ? rc : add_texts(s, id, &t->record, e);
}

int store_trials_add(struct store *s, int64_t run, const struct store_trial *t,
		     size_t n, struct err *e)
{
	int rc = store_db_begin(s, adding, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < n && !rc; i++)
		rc = add_one(s, run, &t[i], e);
	if (MUTANT(store_not_committed))
		return rc;
	return store_db_end(s, rc, adding, e);
}

int store_trial_done(struct store *s, int64_t run, const char *key,
		     struct err *e)
{
	int rc = store_db_ask(s, NULL, "cannot read the trials", e,
			      "SELECT 1 FROM trial WHERE run = ? AND key = ?"
			      " AND status <> 'interrupted'",
			      "it", run, key);

	return rc > 0 ? !MUTANT(resume_runs_again) : rc;
}
