/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the store share: the handle, statements whose errors name
 * the file, and the schema's upgrades. Private to bench/store_*.c and tests.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "store/results.h"

struct store {
	sqlite3 *db;
	char path[4096];
};

/*
 * Fills @e from the last error of the database, with the file and a remedy;
 * @doing: "cannot store a trial". Returns the negative errno that fits.
 */
int store_db_fail(struct store *s, const char *doing, struct err *e);

/* Runs statements without results. 0 or as store_db_fail(). */
int store_db_exec(struct store *s, const char *sql, const char *doing,
		  struct err *e);

/* Prepares one statement; the caller finalizes. */
int store_db_prepare(struct store *s, sqlite3_stmt **out, const char *sql,
		     const char *doing, struct err *e);

/* Text of a column as malloc'd copy, NULL for NULL. Aborts without memory. */
char *store_db_text(sqlite3_stmt *st, int column);
/* The same of a text of one line, made printable: files come from anybody. */
char *store_db_line(sqlite3_stmt *st, int column);

/* The time as the store writes it, "2026-11-22T12:00:00Z". */
void store_db_now(char *text, size_t size);

/*
 * store/shard.c: adds @shard to @run, whose row is there, with the run's
 * texts; within the caller's transaction.
 */
int store_shard_add(struct store *s, int64_t run,
		    const struct store_shard *shard, struct err *e);

/*
 * Brings the schema to @nsteps: steps[i] is the SQL that takes version i to
 * i + 1; version 0 is an empty file. All steps are one transaction: either
 * the file is of the new version or it is as it was. -EPROTONOSUPPORT: the file
 * is of a newer version; -EINVAL: not a database of ours.
 */
int store_db_upgrade(struct store *s, const char *const *steps, int nsteps,
		     struct err *e);

#endif
