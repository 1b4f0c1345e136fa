/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Twins beside their references, one row a draw and metric. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "base/text.h"
#include "store/db.h"
#include "store/twins.h"
#include "trial/reference.h"

static const char reading[] = "cannot read the twins";

/* Runs of this host; the key of a twin is that of its reference and ".twin".
 */
static const char select_twins[] =
	"SELECT a.run, a.cell || a.axes, va.metric,"
	" a.walkers + a.mappers + a.dumpers, a.mappers, va.value / vb.value"
	" FROM trial a JOIN trial b ON b.run = a.run"
	"  AND b.key = substr(a.key, 1, length(a.key) - 5)"
	" JOIN value va ON va.trial = a.id"
	" JOIN value vb ON vb.trial = b.id AND vb.metric = va.metric"
	" WHERE a.design = '" TWIN_DESIGN "' AND a.run IN"
	"  (SELECT p.id FROM run p, run r WHERE r.id = ?1 AND p.id < ?1"
	"   AND p.host = r.host)"
	"  AND a.status = 'ok' AND b.status = 'ok'"
	"  AND va.source = 'clock' AND va.value > 0 AND vb.value > 0"
	"  AND instr(?2, ' ' || va.metric || ' ')"
	" ORDER BY 1, 2, 3, a.repetition";

/* Those that designs are compared by, each between spaces. */
static void compared(char *text, size_t size)
{
	strcpy(text, " ");
	for (enum metric_id m = METRIC_NONE + 1; m < METRIC_NR; m++)
		if (metric_compares(m))
			text_add(text, size, "%s ", metrics[m].name);
}

static void add(struct store_twins *t, const struct store_twin *one)
{
	t->twin = must_grow(t->twin, t->n, sizeof(*t->twin));
	t->twin[t->n++] = *one;
}

/* Whether the row is of another run, cell or metric than the one before. */
static bool begins(sqlite3_stmt *st, char before[512])
{
	char now[512];

	snprintf(now, sizeof(now), "%lld %s %s",
		 (long long)sqlite3_column_int64(st, 0),
		 (const char *)sqlite3_column_text(st, 1),
		 (const char *)sqlite3_column_text(st, 2));
	if (!strcmp(now, before))
		return false;
	memcpy(before, now, sizeof(now));
	return true;
}

int store_twins_load(struct store *s, int64_t run, struct store_twins *out,
		     struct err *e)
{
	char before[512] = "", names[2048];
	sqlite3_stmt *st;
	size_t group = 0;
	int step, rc = store_db_prepare(s, &st, select_twins, reading, e);

	*out = (struct store_twins){0};
	if (rc)
		return rc;
	compared(names, sizeof(names));
	sqlite3_bind_int64(st, 1, run);
	sqlite3_bind_text(st, 2, names, -1, SQLITE_STATIC);
	while ((step = sqlite3_step(st)) == SQLITE_ROW) {
		struct store_twin one = {
			.threads = (unsigned)sqlite3_column_int(st, 3),
			.mappers = (unsigned)sqlite3_column_int(st, 4),
			.ratio = sqlite3_column_double(st, 5),
		};

		group += begins(st, before);
		one.group = group;
		add(out, &one);
	}
	if (step != SQLITE_DONE)
		rc = store_db_fail(s, reading, e);
	sqlite3_finalize(st);
	return rc;
}

void store_twins_release(struct store_twins *t)
{
	free(t->twin);
	*t = (struct store_twins){0};
}
