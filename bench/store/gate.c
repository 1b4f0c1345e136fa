/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gates in the store: adding one, and what canaries said before. */
#include <math.h>

#include "store/db.h"
#include "store/gate.h"

static const char adding[] = "cannot store the gate";

static void bind_text(sqlite3_stmt *st, int i, const char *text)
{
	sqlite3_bind_text(st, i, text ? text : "", -1, SQLITE_STATIC);
}

/* SQLite stores NaN as NULL. */
static void bind_real(sqlite3_stmt *st, int i, double v)
{
	sqlite3_bind_double(st, i, isfinite(v) ? v : (double)NAN);
}

static int done(struct store *s, sqlite3_stmt *st, struct err *e)
{
	return sqlite3_step(st) == SQLITE_DONE ? 0
					       : store_db_fail(s, adding, e);
}

static int add_head(struct store *s, const struct store_gate *g, int64_t *id,
		    struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(
		s, &st,
		"INSERT INTO gate (started_utc, machine, old, old_commit, new,"
		" new_commit, version, processes, status, conclusion)"
		" VALUES (?,?,?,?,?,?,?,?,?,?)",
		adding, e);

	if (rc)
		return rc;
	bind_text(st, 1, g->started_utc);
	bind_text(st, 2, g->machine);
	bind_text(st, 3, g->old_name);
	bind_text(st, 4, g->old_commit);
	bind_text(st, 5, g->new_name);
	bind_text(st, 6, g->new_commit);
	bind_text(st, 7, g->version);
	sqlite3_bind_int64(st, 8, g->processes);
	sqlite3_bind_int(st, 9, g->status);
	bind_text(st, 10, g->conclusion);
	rc = done(s, st, e);
	*id = sqlite3_last_insert_rowid(s->db);
	sqlite3_finalize(st);
	return rc;
}

static int add_metrics(struct store *s, const struct store_gate *g, int64_t id,
		       struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(
		s, &st,
		"INSERT INTO gate_metric (gate, design, metric, samples,"
		" change, low, high, canary, threshold, old_ns, new_ns,"
		" verdict, confirmed) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
		adding, e);

	for (size_t i = 0; !rc && i < g->n; i++) {
		const struct store_gate_metric *m = &g->metric[i];
		const double real[] = {m->change, m->low,	m->high,
				       m->canary, m->threshold, m->old_ns,
				       m->new_ns};

		sqlite3_bind_int64(st, 1, id);
		bind_text(st, 2, m->design);
		bind_text(st, 3, m->metric);
		sqlite3_bind_int64(st, 4, m->samples);
		for (int k = 0; k < 7; k++)
			bind_real(st, 5 + k, real[k]);
		bind_text(st, 12, m->verdict);
		sqlite3_bind_int(st, 13, m->confirmed);
		rc = done(s, st, e);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	return rc;
}

int store_gate_add(struct store *s, const struct store_gate *gate,
		   struct err *e)
{
	int64_t id;
	int rc = store_db_exec(s, "BEGIN IMMEDIATE", adding, e);

	if (rc)
		return rc;
	rc = add_head(s, gate, &id, e);
	if (!rc)
		rc = add_metrics(s, gate, id, e);
	if (!rc)
		rc = store_db_exec(s, "COMMIT", adding, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int store_gate_canaries(struct store *s, const char *machine,
			const char *design, const char *metric, double *effect,
			size_t max, size_t *n, struct err *e)
{
	static const char doing[] = "cannot read earlier gates";
	sqlite3_stmt *st;
	int step, rc;

	*n = 0;
	rc = store_db_prepare(s, &st,
			      "SELECT canary FROM gate_metric JOIN gate ON"
			      " gate.id = gate WHERE machine = ? AND design = ?"
			      " AND metric = ? AND canary IS NOT NULL"
			      " ORDER BY gate.id DESC LIMIT ?",
			      doing, e);
	if (rc)
		return rc;
	bind_text(st, 1, machine);
	bind_text(st, 2, design);
	bind_text(st, 3, metric);
	sqlite3_bind_int64(st, 4, (int64_t)max);
	while ((step = sqlite3_step(st)) == SQLITE_ROW && *n < max)
		effect[(*n)++] = sqlite3_column_double(st, 0);
	if (step != SQLITE_DONE && step != SQLITE_ROW)
		rc = store_db_fail(s, doing, e);
	sqlite3_finalize(st);
	return rc;
}
