/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of tables by their columns' names. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/must.h"
#include "base/printable.h"
#include "store/table.h"

enum { SQL_SIZE = 2048, SEED_SIZE = 24 };

/* The field of @c in @row, for reading or for writing. */
static void *field(const void *row, const struct store_column *c)
{
	return (char *)(uintptr_t)row + c->offset;
}

static bool is_text(const struct store_column *c)
{
	return c->type == STORE_TEXT || c->type == STORE_LINE ||
	       c->type == STORE_WORD;
}

/* @seed: room for the text of a seed, of which a table has one, until the
 * statement has run. Nothing is copied, which could fail unseen. */
static void bind(sqlite3_stmt *st, int i, const struct store_column *c,
		 const void *row, char seed[SEED_SIZE])
{
	const void *at = field(row, c);
	const char *text;

	switch (c->type) {
	case STORE_ID:
		break;
	case STORE_TEXT:
	case STORE_LINE:
	case STORE_WORD:
		text = *(const char *const *)at;
		if (!text && c->type == STORE_WORD)
			text = "";
		sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
		break;
	case STORE_COUNT:
	case STORE_COUNT_OR_NULL:
		if (*(const unsigned *)at || c->type == STORE_COUNT)
			sqlite3_bind_int64(st, i, *(const unsigned *)at);
		break;
	case STORE_BIG:
		sqlite3_bind_int64(st, i, *(const int64_t *)at);
		break;
	case STORE_SEED:
		snprintf(seed, SEED_SIZE, "%" PRIu64, *(const uint64_t *)at);
		sqlite3_bind_text(st, i, seed, -1, SQLITE_STATIC);
		break;
	case STORE_FLAG:
		sqlite3_bind_int(st, i, *(const bool *)at);
		break;
	case STORE_REAL:
		if (isfinite(*(const double *)at))
			sqlite3_bind_double(st, i, *(const double *)at);
		break;
	}
}

static void insert_sql(const struct store_table *t, char sql[SQL_SIZE])
{
	char names[SQL_SIZE / 2] = "", marks[SQL_SIZE / 8] = "";

	if (t->owner) {
		text_add(names, sizeof(names), "%s", t->owner);
		text_add(marks, sizeof(marks), "?");
	}
	for (int i = 0; i < t->n; i++) {
		if (t->column[i].type == STORE_ID)
			continue;
		text_join(names, sizeof(names), ", ", "\"%s\"",
			  t->column[i].name);
		text_join(marks, sizeof(marks), ", ", "?");
	}
	snprintf(sql, SQL_SIZE, "INSERT OR %s INTO \"%s\" (%s) VALUES (%s)",
		 t->replace ? "REPLACE" : "ABORT", t->name, names, marks);
}

int store_table_add(struct store *s, const struct store_table *t, int64_t owner,
		    const void *rows, size_t n, const char *doing,
		    struct err *e)
{
	char sql[SQL_SIZE];
	sqlite3_stmt *st;
	int rc;

	insert_sql(t, sql);
	rc = store_db_prepare(s, &st, sql, doing, e);
	for (size_t k = 0; !rc && k < n; k++) {
		const char *row = (const char *)rows + k * t->size;
		char seed[SEED_SIZE];
		int at = 1;

		sqlite3_clear_bindings(st);
		if (t->owner)
			sqlite3_bind_int64(st, at++, owner);
		for (int i = 0; i < t->n; i++)
			if (t->column[i].type != STORE_ID)
				bind(st, at++, &t->column[i], row, seed);
		rc = store_db_step(s, st, doing, e);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	return rc;
}

int store_table_select(struct store *s, sqlite3_stmt **st,
		       const struct store_table *t, const char *from,
		       const char *doing, struct err *e)
{
	char names[SQL_SIZE / 2] = "", sql[SQL_SIZE];

	if (t->owner)
		text_add(names, sizeof(names), "%s", t->owner);
	for (int i = 0; i < t->n; i++)
		text_join(names, sizeof(names), ", ", "\"%s\".\"%s\"", t->name,
			  t->column[i].name);
	snprintf(sql, sizeof(sql), "SELECT %s FROM \"%s\" %s", names, t->name,
		 from);
	return store_db_prepare(s, st, sql, doing, e);
}

static void look(sqlite3_stmt *st, int i, const struct store_column *c,
		 void *row)
{
	void *at = field(row, c);
	const char *text = NULL;

	if (is_text(c) || c->type == STORE_SEED)
		text = (const char *)sqlite3_column_text(st, i);
	switch (c->type) {
	case STORE_TEXT:
	case STORE_LINE:
	case STORE_WORD:
		if (!text && c->type == STORE_WORD)
			text = "";
		*(const char **)at = text;
		break;
	case STORE_COUNT:
	case STORE_COUNT_OR_NULL:
		*(unsigned *)at = (unsigned)sqlite3_column_int64(st, i);
		break;
	case STORE_ID:
	case STORE_BIG:
		*(int64_t *)at = sqlite3_column_int64(st, i);
		break;
	case STORE_SEED:
		*(uint64_t *)at = text ? strtoull(text, NULL, 10) : 0;
		break;
	case STORE_FLAG:
		*(bool *)at = sqlite3_column_int(st, i);
		break;
	case STORE_REAL:
		*(double *)at = sqlite3_column_double(st, i);
		break;
	}
}

void store_table_look(sqlite3_stmt *st, const struct store_table *t, void *row)
{
	for (int i = 0; i < t->n; i++)
		look(st, i + (t->owner != NULL), &t->column[i], row);
}

void store_table_own(const struct store_table *t, void *row)
{
	for (int i = 0; i < t->n; i++) {
		const char **text = field(row, &t->column[i]);

		if (is_text(&t->column[i]) && *text)
			*text = t->column[i].type == STORE_TEXT
					? must_copy(*text)
					: must(printable_dup(*text));
	}
}

void store_table_read(sqlite3_stmt *st, const struct store_table *t, void *row)
{
	store_table_look(st, t, row);
	store_table_own(t, row);
}

void store_table_release(const struct store_table *t, void *row)
{
	for (int i = 0; i < t->n; i++)
		if (is_text(&t->column[i])) {
			const char **text = field(row, &t->column[i]);

			/* Read back, the texts are ours. */
			free((void *)(uintptr_t)*text);
			*text = NULL;
		}
}
