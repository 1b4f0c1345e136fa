/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs in the store: begin, end, find, list. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"
#include "base/utc.h"
#include "store/table.h"

static const char beginning[] = "cannot store the run";
static const char reading[] = "cannot read the runs";

#define RUN(type, field) STORE_COLUMN(type, store_run, field, field)
static const struct store_column columns[] = {
	RUN(ID, id),	      RUN(LINE, uuid),	      RUN(LINE, name),
	RUN(LINE, title),     RUN(LINE, status),      RUN(LINE, started_utc),
	RUN(LINE, ended_utc), RUN(TEXT, config_path), RUN(TEXT, config_text),
	RUN(LINE, version),   RUN(LINE, commit),      RUN(LINE, compiler),
	RUN(LINE, cflags),    RUN(LINE, host),	      RUN(TEXT, machine),
	RUN(LINE, kernel),    RUN(TEXT, noise),	      RUN(TEXT, context),
	RUN(SEED, seed),      RUN(BIG, plan_size)};
static const struct store_table table = {.name = "run",
					 STORE_TABLE(columns, store_run)};

/* A random (version 4) UUID. */
static int make_uuid(char text[37], struct err *e)
{
	uint8_t b[16];

	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return err_set(e, -EIO, "the kernel gives no random bytes");
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	text[0] = '\0';
	for (int i = 0; i < 16; i++)
		text_add(text, 37, "%s%02x",
			 i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			 b[i]);
	return 0;
}

int store_run_begin(struct store *s, const struct store_run *given, int64_t *id,
		    struct err *e)
{
	struct store_run run = *given;
	char uuid[37], started[UTC_SIZE];
	int rc = make_uuid(uuid, e);

	if (rc)
		return rc;
	utc_now(started);
	run.uuid = uuid;
	run.started_utc = started;
	run.ended_utc = NULL;
	run.status = "running";
	/* With its shard or not at all: without it, it would be the sweep. */
	rc = store_db_begin(s, beginning, e);
	if (rc)
		return rc;
	rc = store_table_add(s, &table, 0, &run, 1, beginning, e);
	*id = sqlite3_last_insert_rowid(s->db);
	if (!rc && run.shard)
		rc = store_shard_add(s, *id, run.shard, e);
	return store_db_end(s, rc, beginning, e);
}

/* Status and end of the run, and of the shard that it measures. */
static int set_status(struct store *s, int64_t id, const char *status,
		      const char *ended, struct err *e)
{
	static const char doing[] = "cannot store how the run went";
	int rc = store_db_begin(s, doing, e);

	if (rc)
		return rc;
	rc = store_db_ask(s, NULL, doing, e,
			  "UPDATE run SET status = ?, ended_utc = ?"
			  " WHERE id = ?",
			  "tti", status, ended, id);
	if (!rc)
		rc = store_db_ask(s, NULL, doing, e,
				  "UPDATE shard SET status = ?, ended_utc = ?"
				  " WHERE run = ?",
				  "tti", status, ended, id);
	return store_db_end(s, rc, doing, e);
}

int store_run_end(struct store *s, int64_t id, const char *status,
		  struct err *e)
{
	char ended[UTC_SIZE];

	utc_now(ended);
	return set_status(s, id, status, ended, e);
}

int store_run_measured(struct store *s, int64_t id, uint64_t *ns, struct err *e)
{
	int64_t sum = 0;
	int rc = store_db_ask(s, &sum, reading, e,
			      "SELECT CAST(1e9 * total(duration_s) AS INTEGER)"
			      " FROM trial WHERE run = ?",
			      "i", id);

	*ns = (uint64_t)sum;
	return rc < 0 ? rc : 0;
}

int store_run_reopen(struct store *s, int64_t id, struct err *e)
{
	return set_status(s, id, "running", NULL, e);
}

/* Names the runs there are. */
static int no_such_run(struct store *s, const char *which, struct err *e)
{
	char names[200] = "";
	sqlite3_stmt *st;
	int rc = store_db_query(s, &st, reading, e,
				"SELECT id, name FROM run"
				" ORDER BY id DESC LIMIT 6",
				"");

	while (store_db_next(s, st, reading, &rc, e))
		text_join(names, sizeof(names), ", ", "%lld (%s)",
			  sqlite3_column_int64(st, 0),
			  sqlite3_column_text(st, 1));
	sqlite3_finalize(st);
	err_set(e, -ENOENT, "%s: no run \"%s\"", s->path, which);
	if (!*names)
		return err_remedy(e, "the file holds no run yet");
	return err_remedy(e, "there are: %s", names);
}

int store_run_find(struct store *s, const char *which, int64_t *id,
		   struct err *e)
{
	bool latest = !strcmp(which, "latest");
	bool number = *which && !which[strspn(which, "0123456789")];
	int rc = store_db_ask(
		s, id, "cannot find the run", e,
		latest	 ? "SELECT id FROM run ORDER BY id DESC LIMIT 1"
		: number ? "SELECT id FROM run WHERE id = ?"
			 : "SELECT id FROM run WHERE name = ?"
			   " ORDER BY id DESC LIMIT 1",
		latest ? "" : "t", which);

	if (rc < 0)
		return rc;
	return rc ? 0 : no_such_run(s, which, e);
}

int store_run_read(struct store *s, int64_t id, struct store_run *run,
		   struct err *e)
{
	char number[24];
	sqlite3_stmt *st;
	int rc = store_table_select(s, &st, &table, "WHERE id = ?", reading, e);

	memset(run, 0, sizeof(*run));
	if (rc)
		return rc;
	sqlite3_bind_int64(st, 1, id);
	rc = store_db_step(s, st, "cannot read the run", e);
	snprintf(number, sizeof(number), "%" PRId64, id);
	if (rc > 0)
		store_table_read(st, &table, run);
	else if (!rc)
		rc = no_such_run(s, number, e);
	sqlite3_finalize(st);
	return rc < 0 ? rc : 0;
}

void store_run_release(struct store_run *run)
{
	store_table_release(&table, run);
}

int store_runs_each(struct store *s, store_run_visitor *visit, void *arg,
		    struct err *e)
{
	struct store_run run = {0};
	sqlite3_stmt *st;
	int rc = store_table_select(s, &st, &table, "ORDER BY id DESC", reading,
				    e);

	while (store_db_next(s, st, reading, &rc, e)) {
		store_table_read(st, &table, &run);
		rc = visit(arg, &run);
		store_run_release(&run);
	}
	sqlite3_finalize(st);
	return rc < 0 ? rc : 0;
}

int store_remove_before(struct store *s, const char *utc, unsigned *runs,
			struct err *e)
{
	static const char doing[] = "cannot remove old runs";
	int rc = store_db_begin(s, doing, e);

	if (rc)
		return rc;
	rc = store_db_ask(s, NULL, doing, e,
			  "DELETE FROM gate WHERE started_utc < ?", "t", utc);
	if (!rc)
		rc = store_db_ask(s, NULL, doing, e,
				  "DELETE FROM run WHERE started_utc < ?", "t",
				  utc);
	/* of this statement, without what went along with it */
	*runs = (unsigned)sqlite3_changes(s->db);
	return store_db_end(s, rc, doing, e);
}
