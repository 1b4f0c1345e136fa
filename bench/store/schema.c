/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema of the results file, and what it was before. */
#include <errno.h>
#include <stdio.h>

#include "store/db.h"

/* "VTDb": tells our files from other SQLite databases. */
#define APPLICATION_ID 0x56544462

static const char schema_1[] =
	"CREATE TABLE run ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" uuid TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, title TEXT,"
	" status TEXT NOT NULL, started_utc TEXT NOT NULL, ended_utc TEXT,"
	" config_path TEXT, config_text TEXT, seed TEXT NOT NULL,"
	" plan_size INTEGER NOT NULL,"
	" version TEXT, \"commit\" TEXT, compiler TEXT, cflags TEXT,"
	" host TEXT, machine TEXT, kernel TEXT, noise TEXT, context TEXT);"
	"CREATE INDEX run_name ON run (name);"
	"CREATE TABLE trial ("
	" id INTEGER PRIMARY KEY,"
	" run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
	" key TEXT NOT NULL, cell TEXT NOT NULL, axes TEXT NOT NULL,"
	" plan_index INTEGER NOT NULL,"
	" sweep TEXT NOT NULL, design TEXT NOT NULL, workload TEXT NOT NULL,"
	" walkers INTEGER NOT NULL, mappers INTEGER NOT NULL,"
	" dumpers INTEGER NOT NULL,"
	" repetition INTEGER NOT NULL, attempt INTEGER NOT NULL,"
	" params TEXT, status TEXT NOT NULL, reason TEXT NOT NULL,"
	" disturbed INTEGER NOT NULL, started_utc TEXT,"
	" duration_s REAL NOT NULL,"
	" UNIQUE (run, key));"
	"CREATE TABLE value ("
	" trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,"
	" metric TEXT NOT NULL, unit TEXT NOT NULL, source TEXT NOT NULL,"
	" value REAL NOT NULL, deterministic INTEGER NOT NULL,"
	" PRIMARY KEY (trial, metric)) WITHOUT ROWID;"
	"CREATE TABLE missing ("
	" trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,"
	" counter TEXT NOT NULL, reason TEXT NOT NULL,"
	" PRIMARY KEY (trial, counter)) WITHOUT ROWID;"
	"CREATE TABLE hist ("
	" trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,"
	" name TEXT NOT NULL, counts TEXT NOT NULL,"
	" PRIMARY KEY (trial, name)) WITHOUT ROWID;"
	"CREATE TABLE series ("
	" trial INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,"
	" name TEXT NOT NULL, points TEXT NOT NULL,"
	" PRIMARY KEY (trial, name)) WITHOUT ROWID;";

/*
 * Changes of the trend that were acknowledged. Runs by their uuid, which
 * survives a merge of files and a removal of old runs.
 */
static const char schema_ack[] =
	"CREATE TABLE ack ("
	" id INTEGER PRIMARY KEY,"
	" change TEXT NOT NULL UNIQUE,"
	" name TEXT NOT NULL, machine TEXT NOT NULL,"
	" cell TEXT NOT NULL, design TEXT NOT NULL, metric TEXT NOT NULL,"
	" run_uuid TEXT NOT NULL, run_started_utc TEXT NOT NULL,"
	" reason TEXT NOT NULL, acked_utc TEXT NOT NULL);";

/* What vtdbench gate measured; the canaries make the thresholds of later
 * nights. Effects are logarithms of a ratio. */
static const char schema_gate[] =
	"CREATE TABLE gate ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" started_utc TEXT NOT NULL, machine TEXT NOT NULL,"
	" old TEXT NOT NULL, old_commit TEXT NOT NULL,"
	" new TEXT NOT NULL, new_commit TEXT NOT NULL,"
	" version TEXT NOT NULL, processes INTEGER NOT NULL,"
	" status INTEGER NOT NULL, conclusion TEXT NOT NULL);"
	"CREATE INDEX gate_machine ON gate (machine);"
	"CREATE TABLE gate_metric ("
	" gate INTEGER NOT NULL REFERENCES gate (id) ON DELETE CASCADE,"
	" design TEXT NOT NULL, metric TEXT NOT NULL,"
	" samples INTEGER NOT NULL, change REAL, low REAL, high REAL,"
	" canary REAL, threshold REAL NOT NULL, old_ns REAL, new_ns REAL,"
	" verdict TEXT NOT NULL, confirmed INTEGER NOT NULL,"
	" PRIMARY KEY (gate, design, metric)) WITHOUT ROWID;";

/* Shards: the part of a sweep that each machine measured, and its trials. */
static const char schema_shards[] =
	"CREATE TABLE shard ("
	" sweep_id TEXT NOT NULL, number INTEGER NOT NULL,"
	" run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,"
	" count INTEGER NOT NULL, plan TEXT NOT NULL,"
	" plan_size INTEGER NOT NULL, trials INTEGER NOT NULL,"
	" uuid TEXT NOT NULL, status TEXT NOT NULL,"
	" started_utc TEXT NOT NULL, ended_utc TEXT, config_path TEXT,"
	" host TEXT, machine TEXT, kernel TEXT, noise TEXT, context TEXT,"
	" PRIMARY KEY (sweep_id, number)) WITHOUT ROWID;"
	"CREATE INDEX shard_run ON shard (run);"
	"ALTER TABLE trial ADD COLUMN shard INTEGER;";

/* Design `lockless` is called `leak`, and the C library's locks are no longer
 * those of `spinlock` and `rwlock`: their trials are none of a plan of today. */
#define PTHREAD(table, and)                                      \
	"UPDATE " table " SET design = design || '_pthread'" and \
		" WHERE design IN ('spinlock', 'rwlock');"
static const char schema_leak[] =
	"UPDATE trial SET design = 'leak' WHERE design = 'lockless';"
	"UPDATE trial SET key = replace(key, 'lockless', 'leak');"
	"UPDATE ack SET design = 'leak' WHERE design = 'lockless';"
	"UPDATE gate_metric SET design = 'leak' WHERE design = "
	"'lockless';" PTHREAD("trial", ", key = key || '-pthread'")
		PTHREAD("ack", "") PTHREAD("gate_metric", "");

const char *const store_schema[STORE_SCHEMA] = {
	schema_1, schema_ack, schema_gate, schema_shards, schema_leak};

int store_db_version(struct store *s, int newest, int *version, struct err *e)
{
	static const char doing[] = "cannot read";
	int64_t number = 0, application = 0, objects = 0;
	int rc = store_db_ask(s, &number, doing, e, "PRAGMA user_version", "");

	if (rc > 0)
		rc = store_db_ask(s, &application, doing, e,
				  "PRAGMA application_id", "");
	if (rc > 0)
		rc = store_db_ask(s, &objects, doing, e,
				  "SELECT count(*) FROM sqlite_master", "");
	*version = (int)number;
	if (rc < 0)
		return rc;
	if (application != APPLICATION_ID && (objects || *version)) {
		err_set(e, -EINVAL, "%s: a database of another program",
			s->path);
		return err_remedy(e, "give --results another path");
	}
	if (*version < 0) {
		err_set(e, -EINVAL,
			"%s: schema version %d, which no vtdbench wrote; the "
			"file is damaged",
			s->path, *version);
		return err_remedy(e, "take a copy of the file from before, or "
				     "give --results another path");
	}
	if (*version > newest) {
		err_set(e, -EPROTONOSUPPORT,
			"%s: has schema version %d, this vtdbench knows up "
			"to %d",
			s->path, *version, newest);
		return err_remedy(e, "use the newer vtdbench that wrote it, or "
				     "give --results another path");
	}
	return 0;
}

int store_db_upgrade(struct store *s, const char *const *step, int nsteps,
		     struct err *e)
{
	static const char doing[] = "cannot upgrade the schema";
	char pragma[96];
	int version = 0;
	int rc = store_db_version(s, nsteps, &version, e);

	if (rc || version == nsteps)
		return rc;
	rc = store_db_begin(s, doing, e);
	if (rc)
		return rc;
	/* Another process may have been first while we waited. */
	rc = store_db_version(s, nsteps, &version, e);
	for (; !rc && version < nsteps; version++)
		rc = store_db_exec(s, step[version], doing, e);
	snprintf(pragma, sizeof(pragma),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, nsteps);
	if (!rc)
		rc = store_db_exec(s, pragma, doing, e);
	return store_db_end(s, rc, doing, e);
}
