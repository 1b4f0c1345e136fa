/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the store share: the handle, statements whose errors name
 * the file, and the schema's upgrades. Private to bench/store/ and tests.
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

/* Prepares one statement; the caller finalizes, after an error as well. */
int store_db_prepare(struct store *s, sqlite3_stmt **out, const char *sql,
		     const char *doing, struct err *e);

/* 1: @st is at a row; 0: there are no more; or as store_db_fail(). */
int store_db_step(struct store *s, sqlite3_stmt *st, const char *doing,
		  struct err *e);

/*
 * while (store_db_next()): the next row of @st, unless *@rc is an error
 * already; one of its own goes there.
 */
bool store_db_next(struct store *s, sqlite3_stmt *st, const char *doing,
		   int *rc, struct err *e);

/*
 * Prepares @sql with the arguments bound: for each letter of @types an int64_t
 * ('i') or a text ('t', NULL is NULL; it must last as long). The caller
 * finalizes, after an error as well.
 */
int store_db_query(struct store *s, sqlite3_stmt **out, const char *doing,
		   struct err *e, const char *sql, const char *types, ...);

/*
 * Runs such a statement. 1: there was a row, its first column is in @answer
 * (which may be NULL); 0: there was none; or as store_db_fail().
 */
int store_db_ask(struct store *s, int64_t *answer, const char *doing,
		 struct err *e, const char *sql, const char *types, ...);

/* A transaction that writes: COMMIT if @rc is 0, else ROLLBACK; @rc is kept. */
int store_db_begin(struct store *s, const char *doing, struct err *e);
int store_db_end(struct store *s, int rc, const char *doing, struct err *e);

/*
 * store/shard.c: adds @shard to @run, whose row is there, with the run's
 * texts; within the caller's transaction.
 */
int store_shard_add(struct store *s, int64_t run,
		    const struct store_shard *shard, struct err *e);

/* steps[i] takes version i to i + 1. */
extern const char *const store_schema[STORE_SCHEMA];

/*
 * The file's version. -EPROTONOSUPPORT: above @newest; -EINVAL: not a database
 * of ours.
 */
int store_db_version(struct store *s, int newest, int *version, struct err *e);

/*
 * Brings the schema to @nsteps, from 0, which is an empty file. All steps
 * are one transaction: either the file is of the new version or it is as it
 * was. Errors as store_db_version()'s.
 */
int store_db_upgrade(struct store *s, const char *const *steps, int nsteps,
		     struct err *e);

#endif
