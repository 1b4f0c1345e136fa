/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a struct is a row of a table: its columns by name, each with the field
 * that it is of. Writing and reading go by this alone, so that no column is
 * known by its number. Private to bench/store/.
 */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include <stddef.h>

#include "store/db.h"

enum store_type {
	STORE_ID,	     /* int64_t, given by the database: only read */
	STORE_TEXT,	     /* const char *; NULL is NULL */
	STORE_LINE,	     /* the same for people: read, it is printable */
	STORE_WORD,	     /* the same; NULL is "" */
	STORE_COUNT,	     /* unsigned, or an int that is not negative */
	STORE_COUNT_OR_NULL, /* the same; 0 is NULL */
	STORE_BIG,	     /* uint64_t */
	STORE_SEED, /* uint64_t, as text: SQLite's integers have a sign */
	STORE_FLAG, /* bool */
	STORE_REAL, /* double; NULL unless it is finite */
};

struct store_column {
	const char *name;
	enum store_type type;
	size_t offset;
};

/* Column @name of field @field of struct @row; mostly they have one name. */
#define STORE_COLUMN(type, row, name, field)                     \
	{                                                        \
#name, STORE_##type, offsetof(struct row, field) \
	}

struct store_table {
	const char *name;
	const char *owner; /* column that says what rows are of, or NULL */
	const struct store_column *column;
	int n;
	size_t size;  /* of the struct */
	bool replace; /* a row that is there already */
};

#define STORE_TABLE(columns, row)                                       \
	.column = (columns), .n = sizeof(columns) / sizeof(*(columns)), \
	.size = sizeof(struct row)

/* Adds @n rows that belong to @owner. 0 or as store_db_fail(). */
int store_table_add(struct store *s, const struct store_table *t, int64_t owner,
		    const void *rows, size_t n, const char *doing,
		    struct err *e);

/*
 * Prepares the select of the table's columns (its owner's before them) of the
 * rows that @where, all that comes after FROM, names. The caller finalizes.
 */
int store_table_select(struct store *s, sqlite3_stmt **st,
		       const struct store_table *t, const char *from,
		       const char *doing, struct err *e);

/* The row that @st is at; its texts last until the next step. */
void store_table_look(sqlite3_stmt *st, const struct store_table *t, void *row);
/* Copies its texts; store_table_release() frees them. */
void store_table_own(const struct store_table *t, void *row);
/* Both. */
void store_table_read(sqlite3_stmt *st, const struct store_table *t, void *row);
void store_table_release(const struct store_table *t, void *row);

#endif
