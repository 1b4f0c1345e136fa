/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying and comparing rows of two results files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/copy.h"

static const char copying[] = "cannot copy between results files";

enum { COLUMNS_TEXT = 2048 };

struct columns {
	char names[COLUMNS_TEXT]; /* quoted, apart by commas */
	char marks[COLUMNS_TEXT]; /* as many ?1, ?2, … */
	int n;
};

/* The columns of @rows but those left out (loose ones only if @compare). */
static int find_columns(struct store *s, const struct store_rows *rows,
			bool compare, struct columns *c, struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_query(
		s, &st, copying, e,
		"SELECT name FROM pragma_table_info(?1)"
		" WHERE name <> 'id' AND name IS NOT ?2"
		" AND instr(?3, ' ' || name || ' ') = 0 ORDER BY cid",
		"ttt", rows->table, rows->owner,
		compare && rows->loose ? rows->loose : "");

	*c = (struct columns){.n = 0};
	while (store_db_next(s, st, copying, &rc, e)) {
		text_join(c->names, COLUMNS_TEXT, ", ", "\"%s\"",
			  sqlite3_column_text(st, 0));
		text_join(c->marks, COLUMNS_TEXT, ", ", "?%d", ++c->n);
	}
	sqlite3_finalize(st);
	return rc;
}

static int select_rows(struct store *s, const struct store_rows *rows,
		       const struct columns *c, int64_t a, int64_t b,
		       sqlite3_stmt **st, struct err *e)
{
	char sql[2 * COLUMNS_TEXT];
	int rc;

	/* By what names a row below its owner; one owner has a dozen rows. */
	snprintf(sql, sizeof(sql), "SELECT %s FROM %s WHERE %s ORDER BY 1, 2",
		 c->names, rows->table, rows->where);
	rc = store_db_prepare(s, st, sql, copying, e);
	if (rc)
		return rc;
	sqlite3_bind_int64(*st, 1, a);
	if (sqlite3_bind_parameter_count(*st) > 1)
		sqlite3_bind_int64(*st, 2, b);
	return 0;
}

static int insert(struct store *s, const struct store_rows *rows,
		  const struct columns *c, int64_t to, sqlite3_stmt **st,
		  struct err *e)
{
	char sql[3 * COLUMNS_TEXT];
	int rc;

	if (rows->owner)
		snprintf(sql, sizeof(sql),
			 "INSERT INTO %s (%s, \"%s\") VALUES (%s, ?%d)",
			 rows->table, c->names, rows->owner, c->marks,
			 c->n + 1);
	else
		snprintf(sql, sizeof(sql), "INSERT INTO %s (%s) VALUES (%s)",
			 rows->table, c->names, c->marks);
	rc = store_db_prepare(s, st, sql, copying, e);
	if (!rc && rows->owner)
		sqlite3_bind_int64(*st, c->n + 1, to);
	return rc;
}

int store_rows_copy(struct store *in, struct store *out,
		    const struct store_rows *rows, int64_t a, int64_t b,
		    int64_t to, struct err *e)
{
	sqlite3_stmt *from = NULL, *into = NULL;
	struct columns c;
	int rc;

	rc = find_columns(out, rows, false, &c, e);
	if (!rc)
		rc = select_rows(in, rows, &c, a, b, &from, e);
	if (!rc)
		rc = insert(out, rows, &c, to, &into, e);
	while (store_db_next(in, from, copying, &rc, e)) {
		/* What is not bound would be that of the row before. */
		for (int i = 0; i < c.n && !rc; i++)
			if (sqlite3_bind_value(into, i + 1,
					       sqlite3_column_value(from, i)))
				rc = store_db_fail(out, copying, e);
		if (!rc)
			rc = store_db_step(out, into, copying, e);
		sqlite3_reset(into);
	}
	sqlite3_finalize(from);
	sqlite3_finalize(into);
	return rc;
}

static bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int i)
{
	int type = sqlite3_column_type(a, i);
	const void *x, *y;
	int n;

	if (type != sqlite3_column_type(b, i))
		return false;
	if (type == SQLITE_INTEGER)
		return sqlite3_column_int64(a, i) == sqlite3_column_int64(b, i);
	if (type == SQLITE_NULL)
		return true;
	if (type == SQLITE_FLOAT) {
		double v = sqlite3_column_double(a, i);
		double w = sqlite3_column_double(b, i);

		return !memcmp(&v, &w, sizeof(v));
	}
	x = sqlite3_column_blob(a, i);
	y = sqlite3_column_blob(b, i);
	n = sqlite3_column_bytes(a, i);
	return n == sqlite3_column_bytes(b, i) &&
	       (!n || !memcmp(x, y, (size_t)n));
}

/* 1, or 0 with @what, for the rows that both have come to. */
static int same_row(sqlite3_stmt *a, sqlite3_stmt *b, const char *table, int n,
		    char what[96])
{
	for (int i = 0; i < n; i++)
		if (!same_value(a, b, i)) {
			snprintf(what, 96, "%s.%s", table,
				 sqlite3_column_name(a, i));
			return 0;
		}
	return 1;
}

static int other_number(char what[96], const char *table)
{
	snprintf(what, 96, "number of rows in %s", table);
	return 0;
}

int store_rows_same(struct store *in, struct store *out,
		    const struct store_rows *rows, int64_t a, int64_t to,
		    int64_t b, char what[96], struct err *e)
{
	sqlite3_stmt *x = NULL, *y = NULL;
	int left = 1, right, rc;
	struct columns c;

	rc = find_columns(out, rows, true, &c, e);
	if (!rc)
		rc = select_rows(in, rows, &c, a, b, &x, e);
	if (!rc)
		rc = select_rows(out, rows, &c, to, b, &y, e);
	if (!rc)
		rc = 1;
	while (rc == 1 && left == 1) {
		left = store_db_step(in, x, copying, e);
		right = left < 0 ? 0 : store_db_step(out, y, copying, e);
		if (left < 0 || right < 0)
			rc = left < 0 ? left : right;
		else if (left != right)
			rc = other_number(what, rows->table);
		else if (left)
			rc = same_row(x, y, rows->table, c.n, what);
	}
	sqlite3_finalize(x);
	sqlite3_finalize(y);
	return rc;
}
