/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copying and comparing rows of two results files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

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
	size_t name = 0, mark = 0;
	sqlite3_stmt *st;
	int step, rc = store_db_prepare(
			  s, &st,
			  "SELECT name FROM pragma_table_info(?1)"
			  " WHERE name <> 'id' AND name IS NOT ?2"
			  " AND instr(?3, ' ' || name || ' ') = 0 ORDER BY cid",
			  copying, e);

	*c = (struct columns){.n = 0};
	if (rc)
		return rc;
	sqlite3_bind_text(st, 1, rows->table, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, rows->owner, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, compare && rows->loose ? rows->loose : "", -1,
			  SQLITE_STATIC);
	while ((step = sqlite3_step(st)) == SQLITE_ROW && name < COLUMNS_TEXT &&
	       mark < COLUMNS_TEXT) {
		const char *comma = c->n++ ? ", " : "";

		name += (size_t)snprintf(c->names + name, COLUMNS_TEXT - name,
					 "%s\"%s\"", comma,
					 sqlite3_column_text(st, 0));
		mark += (size_t)snprintf(c->marks + mark, COLUMNS_TEXT - mark,
					 "%s?%d", comma, c->n);
	}
	if (step != SQLITE_DONE)
		rc = store_db_fail(s, copying, e);
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
	int step = SQLITE_DONE, rc;
	struct columns c;

	rc = find_columns(out, rows, false, &c, e);
	if (!rc)
		rc = select_rows(in, rows, &c, a, b, &from, e);
	if (!rc)
		rc = insert(out, rows, &c, to, &into, e);
	while (!rc && (step = sqlite3_step(from)) == SQLITE_ROW) {
		/* What is not bound would be that of the row before. */
		for (int i = 0; i < c.n && !rc; i++)
			if (sqlite3_bind_value(into, i + 1,
					       sqlite3_column_value(from, i)))
				rc = store_db_fail(out, copying, e);
		if (!rc && sqlite3_step(into) != SQLITE_DONE)
			rc = store_db_fail(out, copying, e);
		sqlite3_reset(into);
	}
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(in, copying, e);
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
	int left = SQLITE_ROW, right = SQLITE_ROW, rc;
	struct columns c;

	rc = find_columns(out, rows, true, &c, e);
	if (!rc)
		rc = select_rows(in, rows, &c, a, b, &x, e);
	if (!rc)
		rc = select_rows(out, rows, &c, to, b, &y, e);
	if (!rc)
		rc = 1;
	while (rc == 1 && left == SQLITE_ROW) {
		left = sqlite3_step(x);
		right = sqlite3_step(y);
		if (left != SQLITE_ROW && left != SQLITE_DONE)
			rc = store_db_fail(in, copying, e);
		else if (right != SQLITE_ROW && right != SQLITE_DONE)
			rc = store_db_fail(out, copying, e);
		else if (left != right)
			rc = other_number(what, rows->table);
		else if (left == SQLITE_ROW)
			rc = same_row(x, y, rows->table, c.n, what);
	}
	sqlite3_finalize(x);
	sqlite3_finalize(y);
	return rc;
}
