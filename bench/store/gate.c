/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gates in the store: adding one, and what the twin showed before. */
#include <stdio.h>

#include "base/must.h"
#include "store/gate.h"
#include "store/table.h"

static const char adding[] = "cannot store the gate";

#define GATE(type, column, field) STORE_COLUMN(type, store_gate, column, field)
static const struct store_column gate_columns[] = {
	GATE(WORD, started_utc, started_utc),
	GATE(WORD, machine, machine),
	GATE(WORD, old, old_name),
	GATE(WORD, old_commit, old_commit),
	GATE(WORD, new, new_name),
	GATE(WORD, new_commit, new_commit),
	GATE(WORD, version, version),
	GATE(COUNT, processes, processes),
	GATE(COUNT, status, status),
	GATE(WORD, conclusion, conclusion)};
static const struct store_table gates = {.name = "gate",
					 STORE_TABLE(gate_columns, store_gate)};

#define METRIC(type, field) STORE_COLUMN(type, store_gate_metric, field, field)
static const struct store_column metric_columns[] = {
	METRIC(WORD, design), METRIC(WORD, metric),    METRIC(COUNT, samples),
	METRIC(REAL, change), METRIC(REAL, low),       METRIC(REAL, high),
	METRIC(REAL, canary), METRIC(REAL, threshold), METRIC(REAL, old_ns),
	METRIC(REAL, new_ns), METRIC(WORD, verdict),   METRIC(FLAG, confirmed)};
static const struct store_table gate_metrics = {.name = "gate_metric",
						.owner = "gate",
						STORE_TABLE(metric_columns,
							    store_gate_metric)};

int store_gate_add(struct store *s, const struct store_gate *gate,
		   struct err *e)
{
	int rc = store_db_begin(s, adding, e);

	if (rc)
		return rc;
	rc = store_table_add(s, &gates, 0, gate, 1, adding, e);
	if (!rc)
		rc = store_table_add(s, &gate_metrics,
				     sqlite3_last_insert_rowid(s->db),
				     gate->metric, gate->n, adding, e);
	return store_db_end(s, rc, adding, e);
}

int store_gate_twins(struct store *s, const char *machine, unsigned last,
		     struct store_gate_twin **twin, size_t *n, struct err *e)
{
	static const char doing[] = "cannot read earlier gates";
	sqlite3_stmt *st;
	int rc =
		store_db_query(s, &st, doing, e,
			       "SELECT design, metric, canary, (high - low) / 2"
			       " FROM gate_metric WHERE canary IS NOT NULL"
			       " AND low IS NOT NULL AND high IS NOT NULL"
			       " AND gate IN (SELECT id FROM gate"
			       "  WHERE machine = ? ORDER BY id DESC LIMIT ?)",
			       "ti", machine, (int64_t)last);

	*twin = NULL;
	*n = 0;
	while (store_db_next(s, st, doing, &rc, e)) {
		struct store_gate_twin *to;

		*twin = must_grow(*twin, *n, sizeof(**twin));
		to = &(*twin)[(*n)++];
		*to = (struct store_gate_twin){
			.value = sqlite3_column_double(st, 2),
			.half = sqlite3_column_double(st, 3)};
		snprintf(to->design, sizeof(to->design), "%s",
			 (const char *)sqlite3_column_text(st, 0));
		snprintf(to->metric, sizeof(to->metric), "%s",
			 (const char *)sqlite3_column_text(st, 1));
	}
	sqlite3_finalize(st);
	return rc;
}
