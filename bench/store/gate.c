/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gates in the store: adding one, and what canaries said before. */
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

int store_gate_canaries(struct store *s, const char *machine,
			const char *design, const char *metric, double *effect,
			size_t max, size_t *n, struct err *e)
{
	static const char doing[] = "cannot read earlier gates";
	sqlite3_stmt *st;
	int rc = store_db_query(s, &st, doing, e,
				"SELECT canary FROM gate_metric JOIN gate ON"
				" gate.id = gate WHERE machine = ?"
				" AND design = ? AND metric = ?"
				" AND canary IS NOT NULL"
				" ORDER BY gate.id DESC LIMIT ?",
				"ttti", machine, design, metric, (int64_t)max);

	*n = 0;
	while (store_db_next(s, st, doing, &rc, e))
		effect[(*n)++] = sqlite3_column_double(st, 0);
	sqlite3_finalize(st);
	return rc;
}
