/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs in the store: begin, end, find, list. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "store/db.h"

/* The text columns of a run, in the order that reading selects them. */
static const struct {
	const char *column;
	size_t offset;
	/* Reads it: a line for people; or as it is: a path, JSON, a config. */
	char *(*read)(sqlite3_stmt *st, int column);
} texts[] = {
#define COLUMN(field, read)                                     \
	{                                                       \
#field, offsetof(struct store_run, field), read \
	}
#define TEXT(field) COLUMN(field, store_db_text)
#define LINE(field) COLUMN(field, store_db_line)
	LINE(uuid),	   LINE(name),	      LINE(title),
	LINE(status),	   LINE(started_utc), LINE(ended_utc),
	TEXT(config_path), TEXT(config_text), LINE(version),
	LINE(commit),	   LINE(compiler),    LINE(cflags),
	LINE(host),	   TEXT(machine),     LINE(kernel),
	TEXT(noise),	   TEXT(context),
#undef LINE
#undef TEXT
#undef COLUMN
};
static const char beginning[] = "cannot store the run";
enum { NTEXTS = sizeof(texts) / sizeof(*texts) };

static const char **text_of(struct store_run *run, int i)
{
	return (const char **)(void *)((char *)run + texts[i].offset);
}

void store_db_now(char *text, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* A random (version 4) UUID. */
static int make_uuid(char text[37], struct err *e)
{
	uint8_t b[16];
	int n = 0;

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return err_set(e, -EIO, "the kernel gives no random bytes");
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		n += snprintf(text + n, (size_t)(37 - n), "%s%02x",
			      i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			      b[i]);
	return 0;
}

/* "INSERT INTO run ("uuid", …, seed, plan_size) VALUES (?, …)". */
static void insert_sql(char *sql, size_t size)
{
	size_t n = (size_t)snprintf(sql, size, "INSERT INTO run (");

	for (int i = 0; i < NTEXTS; i++)
		n += (size_t)snprintf(sql + n, size - n, "\"%s\", ",
				      texts[i].column);
	n += (size_t)snprintf(sql + n, size - n, "seed, plan_size) VALUES (");
	for (int i = 0; i < NTEXTS; i++)
		n += (size_t)snprintf(sql + n, size - n, "?, ");
	snprintf(sql + n, size - n, "?, ?)");
}

/* The row of @run; its id goes to @id. */
static int insert_run(struct store *s, struct store_run *run, int64_t *id,
		      struct err *e)
{
	char sql[1024], seed[24];
	sqlite3_stmt *st;
	int rc;

	snprintf(seed, sizeof(seed), "%" PRIu64, run->seed);
	insert_sql(sql, sizeof(sql));
	rc = store_db_prepare(s, &st, sql, beginning, e);
	if (rc)
		return rc;
	for (int i = 0; i < NTEXTS; i++)
		sqlite3_bind_text(st, i + 1, *text_of(run, i), -1,
				  SQLITE_STATIC);
	sqlite3_bind_text(st, NTEXTS + 1, seed, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, NTEXTS + 2, (int64_t)run->plan_size);
	if (sqlite3_step(st) != SQLITE_DONE)
		rc = store_db_fail(s, beginning, e);
	else
		*id = sqlite3_last_insert_rowid(s->db);
	sqlite3_finalize(st);
	return rc;
}

int store_run_begin(struct store *s, const struct store_run *given, int64_t *id,
		    struct err *e)
{
	struct store_run run = *given;
	char uuid[37], started[32];
	int rc = make_uuid(uuid, e);

	if (rc)
		return rc;
	store_db_now(started, sizeof(started));
	run.uuid = uuid;
	run.started_utc = started;
	run.ended_utc = NULL;
	run.status = "running";
	/* With its shard or not at all: without it, it would be the sweep. */
	rc = store_db_exec(s, "BEGIN IMMEDIATE", beginning, e);
	if (rc)
		return rc;
	rc = insert_run(s, &run, id, e);
	if (!rc && run.shard)
		rc = store_shard_add(s, *id, run.shard, e);
	if (!rc)
		rc = store_db_exec(s, "COMMIT", beginning, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Status and end of the run, and of the shard that it measures. */
static int set_status(struct store *s, int64_t id, const char *status,
		      const char *ended, struct err *e)
{
	static const char doing[] = "cannot store how the run went";
	static const char *const updates[] = {
		"UPDATE run SET status = ?1, ended_utc = ?2 WHERE id = ?3",
		"UPDATE shard SET status = ?1, ended_utc = ?2 WHERE run = ?3"};
	int rc = store_db_exec(s, "BEGIN IMMEDIATE", doing, e);

	if (rc)
		return rc;
	for (int i = 0; !rc && i < 2; i++) {
		sqlite3_stmt *st;

		rc = store_db_prepare(s, &st, updates[i], doing, e);
		if (rc)
			break;
		sqlite3_bind_text(st, 1, status, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 2, ended, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 3, id);
		if (sqlite3_step(st) != SQLITE_DONE)
			rc = store_db_fail(s, doing, e);
		sqlite3_finalize(st);
	}
	if (!rc)
		rc = store_db_exec(s, "COMMIT", doing, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int store_run_end(struct store *s, int64_t id, const char *status,
		  struct err *e)
{
	char ended[32];

	store_db_now(ended, sizeof(ended));
	return set_status(s, id, status, ended, e);
}

int store_run_reopen(struct store *s, int64_t id, struct err *e)
{
	return set_status(s, id, "running", NULL, e);
}

/* Names of the runs there are, for an error message. */
static void list_names(struct store *s, char *text, size_t size)
{
	sqlite3_stmt *st;
	size_t n = 0;

	text[0] = '\0';
	if (sqlite3_prepare_v2(s->db,
			       "SELECT id, name FROM run"
			       " ORDER BY id DESC LIMIT 6",
			       -1, &st, NULL) != SQLITE_OK)
		return;
	while (sqlite3_step(st) == SQLITE_ROW && n < size)
		n += (size_t)snprintf(text + n, size - n, "%s%lld (%s)",
				      n ? ", " : "",
				      sqlite3_column_int64(st, 0),
				      sqlite3_column_text(st, 1));
	sqlite3_finalize(st);
}

static int no_such_run(struct store *s, const char *which, struct err *e)
{
	char names[200];

	err_set(e, -ENOENT, "%s: no run \"%s\"", s->path, which);
	list_names(s, names, sizeof(names));
	if (!*names)
		return err_remedy(e, "the file holds no run yet");
	return err_remedy(e, "there are: %s", names);
}

int store_run_find(struct store *s, const char *which, int64_t *id,
		   struct err *e)
{
	bool latest = !strcmp(which, "latest");
	bool number = *which && !which[strspn(which, "0123456789")];
	sqlite3_stmt *st;
	int rc, step;

	rc = store_db_prepare(
		s, &st,
		latest	 ? "SELECT max(id) FROM run"
		: number ? "SELECT id FROM run WHERE id = ?"
			 : "SELECT max(id) FROM run WHERE name = ?",
		"cannot find the run", e);
	if (rc)
		return rc;
	if (!latest)
		sqlite3_bind_text(st, 1, which, -1, SQLITE_STATIC);
	step = sqlite3_step(st);
	if (step != SQLITE_ROW && step != SQLITE_DONE)
		rc = store_db_fail(s, "cannot find the run", e);
	else if (step == SQLITE_DONE ||
		 sqlite3_column_type(st, 0) == SQLITE_NULL)
		rc = no_such_run(s, which, e);
	else
		*id = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc;
}

/* SELECT of everything store_row_read() takes, and @where. */
static int select_runs(struct store *s, const char *where, sqlite3_stmt **st,
		       struct err *e)
{
	char sql[1024];
	size_t n = (size_t)snprintf(sql, sizeof(sql), "SELECT ");

	for (int i = 0; i < NTEXTS; i++)
		n += (size_t)snprintf(sql + n, sizeof(sql) - n, "\"%s\", ",
				      texts[i].column);
	snprintf(sql + n, sizeof(sql) - n, "id, seed, plan_size FROM run %s",
		 where);
	return store_db_prepare(s, st, sql, "cannot read the runs", e);
}

static void read_row(sqlite3_stmt *st, struct store_run *run)
{
	const char *seed = (const char *)sqlite3_column_text(st, NTEXTS + 1);

	for (int i = 0; i < NTEXTS; i++)
		*text_of(run, i) = texts[i].read(st, i);
	run->id = sqlite3_column_int64(st, NTEXTS);
	run->seed = seed ? strtoull(seed, NULL, 10) : 0;
	run->plan_size = (uint64_t)sqlite3_column_int64(st, NTEXTS + 2);
}

int store_run_read(struct store *s, int64_t id, struct store_run *run,
		   struct err *e)
{
	char number[24];
	sqlite3_stmt *st;
	int step, rc = select_runs(s, "WHERE id = ?", &st, e);

	memset(run, 0, sizeof(*run));
	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, id);
	step = sqlite3_step(st);
	snprintf(number, sizeof(number), "%" PRId64, id);
	if (step == SQLITE_ROW)
		read_row(st, run);
	else if (step == SQLITE_DONE)
		rc = no_such_run(s, number, e);
	else
		rc = store_db_fail(s, "cannot read the run", e);
	sqlite3_finalize(st);
	return rc;
}

void store_run_release(struct store_run *run)
{
	for (int i = 0; i < NTEXTS; i++) {
		/* Read back, the texts are ours: see read_row(). */
		free((void *)(uintptr_t)*text_of(run, i));
		*text_of(run, i) = NULL;
	}
}

int store_runs_each(struct store *s, store_run_visitor *visit, void *arg,
		    struct err *e)
{
	struct store_run run = {0};
	sqlite3_stmt *st;
	int step = SQLITE_DONE, rc = select_runs(s, "ORDER BY id DESC", &st, e);

	if (rc)
		return rc;
	while (!rc && (step = sqlite3_step(st)) == SQLITE_ROW) {
		read_row(st, &run);
		rc = visit(arg, &run);
		store_run_release(&run);
	}
	if (!rc && step != SQLITE_DONE)
		rc = store_db_fail(s, "cannot read the runs", e);
	sqlite3_finalize(st);
	return rc < 0 ? rc : 0;
}

int store_remove_before(struct store *s, const char *utc, unsigned *runs,
			struct err *e)
{
	static const char doing[] = "cannot remove old runs";
	static const char *const sql[] = {
		"DELETE FROM gate WHERE started_utc < ?",
		"DELETE FROM run WHERE started_utc < ?"};
	int rc = store_db_exec(s, "BEGIN IMMEDIATE", doing, e);

	if (rc)
		return rc;
	for (unsigned i = 0; !rc && i < 2; i++) {
		sqlite3_stmt *st;

		rc = store_db_prepare(s, &st, sql[i], doing, e);
		if (rc)
			break;
		sqlite3_bind_text(st, 1, utc, -1, SQLITE_STATIC);
		if (sqlite3_step(st) != SQLITE_DONE)
			rc = store_db_fail(s, doing, e);
		/* of this statement, without what went along with it */
		*runs = (unsigned)sqlite3_changes(s->db);
		sqlite3_finalize(st);
	}
	if (!rc)
		rc = store_db_exec(s, "COMMIT", doing, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}
