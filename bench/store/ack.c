/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Acknowledged changes of the trend in the store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"
#include "store/db.h"

/* The columns, in the order that all statements here have them. */
static const struct {
	const char *column;
	size_t offset;
} texts[] = {
#define TEXT(field)                                       \
	{                                                 \
#field, offsetof(struct store_ack, field) \
	}
	TEXT(change),	       TEXT(name),	TEXT(machine), TEXT(cell),
	TEXT(design),	       TEXT(metric),	TEXT(reason),  TEXT(run_uuid),
	TEXT(run_started_utc), TEXT(acked_utc),
#undef TEXT
};
enum { NTEXTS = sizeof(texts) / sizeof(*texts) };

#define COLUMNS                                                \
	"change, name, machine, cell, design, metric, reason," \
	" run_uuid, run_started_utc, acked_utc"

static const char **text_of(struct store_ack *ack, int i)
{
	return (const char **)(void *)((char *)ack + texts[i].offset);
}

/* What is done for each of several rows: bind and see. */
typedef int one_row(struct store *s, sqlite3_stmt *st, const void *rows,
		    size_t i, struct err *e);

/* @sql for all of @n rows in one transaction. */
static int all_or_none(struct store *s, const char *sql, one_row *row,
		       const void *rows, size_t n, const char *doing,
		       struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_exec(s, "BEGIN IMMEDIATE", doing, e);

	if (rc)
		return rc;
	rc = store_db_prepare(s, &st, sql, doing, e);
	for (size_t i = 0; i < n && !rc; i++) {
		rc = row(s, st, rows, i, e);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	if (!rc)
		rc = store_db_exec(s, "COMMIT", doing, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

static const char adding[] = "cannot store what is acknowledged";
static const char removing[] = "cannot remove what was acknowledged";

static int add_one(struct store *s, sqlite3_stmt *st, const void *rows,
		   size_t i, struct err *e)
{
	struct store_ack ack = ((const struct store_ack *)rows)[i];
	char now[32];
	int rc;

	store_db_now(now, sizeof(now));
	ack.acked_utc = now;
	for (int k = 0; k < NTEXTS; k++)
		sqlite3_bind_text(st, k + 1, *text_of(&ack, k), -1,
				  SQLITE_STATIC);
	if (sqlite3_step(st) == SQLITE_DONE)
		return 0;
	rc = store_db_fail(s, adding, e);
	if (rc == -EEXIST) {
		err_set(e, rc, "%s: change %s is acknowledged already", s->path,
			ack.change);
		err_remedy(e, "undo that first to give another reason");
	}
	return rc;
}

int store_acks_add(struct store *s, const struct store_ack *ack, size_t n,
		   struct err *e)
{
	return all_or_none(s,
			   "INSERT INTO ack (" COLUMNS
			   ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			   add_one, ack, n, adding, e);
}

static int remove_one(struct store *s, sqlite3_stmt *st, const void *rows,
		      size_t i, struct err *e)
{
	const char *change = ((const char *const *)rows)[i];

	sqlite3_bind_text(st, 1, change, -1, SQLITE_STATIC);
	if (sqlite3_step(st) != SQLITE_DONE)
		return store_db_fail(s, removing, e);
	if (sqlite3_changes(s->db))
		return 0;
	return err_set(e, -ENOENT, "%s: change %s is not acknowledged", s->path,
		       change);
}

int store_acks_remove(struct store *s, const char *const *change, size_t n,
		      struct err *e)
{
	return all_or_none(s, "DELETE FROM ack WHERE change = ?", remove_one,
			   change, n, removing, e);
}

int store_acks_load(struct store *s, struct store_acks *out, struct err *e)
{
	static const char doing[] = "cannot read what is acknowledged";
	sqlite3_stmt *st;
	int step = SQLITE_DONE;
	int rc = store_db_prepare(
		s, &st, "SELECT " COLUMNS " FROM ack ORDER BY id", doing, e);

	memset(out, 0, sizeof(*out));
	if (rc)
		return rc;
	while ((step = sqlite3_step(st)) == SQLITE_ROW) {
		out->ack = realloc(out->ack, (out->n + 1) * sizeof(*out->ack));
		if (!out->ack)
			must_fail();
		for (int k = 0; k < NTEXTS; k++)
			*text_of(&out->ack[out->n], k) = store_db_line(st, k);
		out->n++;
	}
	if (step != SQLITE_DONE)
		rc = store_db_fail(s, doing, e);
	sqlite3_finalize(st);
	if (rc)
		store_acks_release(out);
	return rc;
}

void store_acks_release(struct store_acks *acks)
{
	for (size_t i = 0; i < acks->n; i++)
		for (int k = 0; k < NTEXTS; k++)
			/* Read back, the texts are ours. */
			free((void *)(uintptr_t)*text_of(&acks->ack[i], k));
	free(acks->ack);
	memset(acks, 0, sizeof(*acks));
}
