/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the results file, its schema, and errors that name it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "../kernels/mutant.h"
#include "base/must.h"
#include "base/printable.h"
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

/* steps[i] takes version i to i + 1. */
static const char *const steps[STORE_SCHEMA] = {schema_1, schema_ack,
						schema_gate, schema_shards};

/* What an operating system error under SQLite's code says. */
static int from_system(sqlite3 *db, int otherwise)
{
	int sys = sqlite3_system_errno(db);

	switch (sys) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return -ENOSPC;
	case EACCES:
	case EPERM:
		return -EACCES;
	case EROFS:
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
		return -sys;
	default:
		return otherwise;
	}
}

static int to_errno(sqlite3 *db)
{
	switch (sqlite3_errcode(db) & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_CANTOPEN: {
		/* What may not be created is looked for to be read, then. */
		int code = from_system(db, -EACCES);

		return code == -ENOENT ? -EACCES : code;
	}
	case SQLITE_IOERR:
		return from_system(db, -EIO);
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EINVAL;
	case SQLITE_CONSTRAINT:
		return -EEXIST;
	case SQLITE_NOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

/*
 * Whether the file cannot grow. SQLite reports a write beyond a size limit
 * or a quota as an I/O error, and its errno is gone after the rollback.
 */
static bool no_room(const char *path)
{
	/* More than the largest transaction begins with, the schema's. */
	const uint64_t room = 256 * 1024;
	struct rlimit limit;
	struct statvfs fs;
	struct stat st;

	if (statvfs(path, &fs) || stat(path, &st) ||
	    getrlimit(RLIMIT_FSIZE, &limit))
		return false;
	return (uint64_t)fs.f_bavail * fs.f_frsize < room ||
	       (limit.rlim_cur != RLIM_INFINITY &&
		(uint64_t)st.st_size + room > limit.rlim_cur);
}

int store_db_fail(struct store *s, const char *doing, struct err *e)
{
	int code = to_errno(s->db);

	if (code == -EIO && no_room(s->path))
		code = -ENOSPC;

	err_set(e, code, "%s: %s: %s", s->path, doing, sqlite3_errmsg(s->db));
	switch (code) {
	case -EBUSY:
		return err_remedy(e,
				  "another run is writing to this file; wait "
				  "for it, or give --results another path");
	case -ENOSPC:
		return err_remedy(e, "the disk is full; finished trials are "
				     "kept: make room and use --resume");
	case -EROFS:
	case -EACCES:
		return err_remedy(e,
				  "the file and its folder must be "
				  "writable; or give --results another path");
	case -EINVAL:
		return err_remedy(e, "this is not an intact results file; give "
				     "--results another path");
	default:
		return code;
	}
}

int store_db_exec(struct store *s, const char *sql, const char *doing,
		  struct err *e)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return store_db_fail(s, doing, e);
}

int store_db_prepare(struct store *s, sqlite3_stmt **out, const char *sql,
		     const char *doing, struct err *e)
{
	if (sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK)
		return 0;
	return store_db_fail(s, doing, e);
}

char *store_db_text(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		must_fail();
	return copy;
}

char *store_db_line(sqlite3_stmt *st, int column)
{
	const char *text = (const char *)sqlite3_column_text(st, column);
	char *copy = text ? printable_dup(text) : NULL;

	if (text && !copy)
		must_fail();
	return copy;
}

/* The integer that a query answers with. */
static int query_int(struct store *s, const char *sql, int *value,
		     struct err *e)
{
	sqlite3_stmt *st;
	int rc = store_db_prepare(s, &st, sql, "cannot read", e);

	if (rc)
		return rc;
	if (sqlite3_step(st) == SQLITE_ROW)
		*value = sqlite3_column_int(st, 0);
	else
		rc = store_db_fail(s, "cannot read", e);
	sqlite3_finalize(st);
	return rc;
}

static int read_version(struct store *s, int newest, int *version,
			struct err *e)
{
	int application = 0, objects = 0, rc;

	rc = query_int(s, "PRAGMA user_version", version, e);
	if (!rc)
		rc = query_int(s, "PRAGMA application_id", &application, e);
	if (!rc)
		rc = query_int(s, "SELECT count(*) FROM sqlite_master",
			       &objects, e);
	if (rc)
		return rc;
	if (application != APPLICATION_ID && (objects || *version)) {
		err_set(e, -EINVAL, "%s: a database of another program",
			s->path);
		return err_remedy(e, "give --results another path");
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
	int rc = read_version(s, nsteps, &version, e);

	if (rc || version == nsteps)
		return rc;
	rc = store_db_exec(s, "BEGIN IMMEDIATE", doing, e);
	if (rc)
		return rc;
	/* Another process may have been first while we waited. */
	rc = read_version(s, nsteps, &version, e);
	for (; !rc && version < nsteps; version++)
		rc = store_db_exec(s, step[version], doing, e);
	snprintf(pragma, sizeof(pragma),
		 "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, nsteps);
	if (!rc)
		rc = store_db_exec(s, pragma, doing, e);
	if (!rc)
		rc = store_db_exec(s, "COMMIT", doing, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* Creates the folders that lead to @path. */
static int make_folders(const char *path, struct err *e)
{
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *p = folder + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(folder, 0777) && errno != EEXIST) {
			err_set(e, -errno, "%s: cannot create the folder: %s",
				folder, strerror(errno));
			return err_remedy(e, "give --results a path in a "
					     "writable folder");
		}
		*p = '/';
	}
	return 0;
}

int store_check_path(const char *path, struct err *e)
{
	size_t n = strlen(path);
	bool slash = n && path[n - 1] == '/';
	struct stat st;

	if (!slash && (stat(path, &st) || S_ISREG(st.st_mode)))
		return 0;
	if (!slash && !S_ISDIR(st.st_mode)) {
		err_set(e, -EINVAL,
			"%s: is a device or a pipe; results are kept in a file",
			path);
		return err_remedy(e, "give --results another path");
	}
	err_set(e, -EISDIR, "%s: is a folder; results are kept in a file",
		path);
	return err_remedy(
		e, "name a file in it: --results %.180s%svtdbench.sqlite", path,
		slash ? "" : "/");
}

static int open_at(struct store **out, const char *path, int flags,
		   struct err *e)
{
	struct store *s = calloc(1, sizeof(*s));
	char file[sizeof(s->path) + 2];
	int rc = 0;

	/* A name alone may be ":memory:" or "file:…" to SQLite. */
	snprintf(file, sizeof(file), "%s%s", *path == '/' ? "" : "./", path);

	if (!s)
		return err_set(e, -ENOMEM, "no memory to open %s", path);
	if (snprintf(s->path, sizeof(s->path), "%s", path) >=
	    (int)sizeof(s->path))
		rc = err_set(e, -ENAMETOOLONG, "%s: path too long", path);
	else if (sqlite3_open_v2(file, &s->db, flags, NULL) != SQLITE_OK)
		rc = store_db_fail(s, "cannot open", e);
	if (rc) {
		store_close(s);
		return rc;
	}
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
	*out = s;
	return 0;
}

int store_open(struct store **out, const char *path, struct err *e)
{
	struct store *s;
	char write[96];
	int rc = store_check_path(path, e);

	if (!rc)
		rc = make_folders(path, e);

	if (!rc)
		rc = open_at(&s, path,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e);
	if (rc)
		return rc;
	/*
	 * EXTRA also synchronises the folder after the journal is deleted:
	 * without it a power cut could bring the journal back and undo the
	 * last trial. The rollback journal, not WAL: one file to copy, and
	 * readable from a read-only folder.
	 */
	rc = store_db_exec(s,
			   "PRAGMA journal_mode = DELETE;"
			   "PRAGMA synchronous = EXTRA;"
			   "PRAGMA foreign_keys = ON",
			   "cannot open", e);
	if (!rc && MUTANT(store_folder_not_synced))
		rc = store_db_exec(s, "PRAGMA synchronous = FULL",
				   "cannot open", e);
	if (!rc)
		rc = store_db_upgrade(s, steps, STORE_SCHEMA, e);
	if (!rc && sqlite3_db_readonly(s->db, "main")) {
		err_set(e, -EROFS, "%s: the file cannot be written", path);
		rc = err_remedy(e, "make it writable, or give --results "
				   "another path");
	}
	/* A folder that takes no journal shows only when one is written. */
	if (!rc) {
		snprintf(write, sizeof(write),
			 "BEGIN IMMEDIATE; PRAGMA user_version = %d; COMMIT",
			 STORE_SCHEMA);
		rc = store_db_exec(s, write, "cannot write", e);
	}
	if (rc) {
		store_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

/*
 * An older file that nobody may write is read all the same: a copy of it in
 * memory takes its place and is upgraded.
 */
static int upgrade_copy(struct store *s, struct err *e)
{
	sqlite3_backup *backup;
	sqlite3 *copy = NULL;
	int rc = sqlite3_open(":memory:", &copy);

	backup = rc == SQLITE_OK
			 ? sqlite3_backup_init(copy, "main", s->db, "main")
			 : NULL;
	if (backup)
		sqlite3_backup_step(backup, -1);
	/* Its result is that of the steps. */
	if (!backup || sqlite3_backup_finish(backup) != SQLITE_OK) {
		sqlite3_close(copy);
		return err_set(e, -ENOMEM, "%s: no memory to read it", s->path);
	}
	sqlite3_close(s->db);
	s->db = copy;
	sqlite3_extended_result_codes(s->db, 1);
	return store_db_upgrade(s, steps, STORE_SCHEMA, e);
}

/*
 * Opened for writing where possible: only so can a journal left by a killed
 * program be rolled back. query_only keeps our own statements from writing.
 */
int store_open_readonly(struct store **out, const char *path, struct err *e)
{
	struct store *s;
	struct stat st;
	int version = 0, rc = store_check_path(path, e);

	if (rc)
		return rc;
	if (stat(path, &st)) {
		err_set(e, -errno, "%s: %s", path, strerror(errno));
		return err_remedy(e, "give --results the file of a run, or "
				     "start one with vtdbench run");
	}
	rc = open_at(&s, path, SQLITE_OPEN_READWRITE, e);
	if (rc)
		return rc;
	rc = read_version(s, STORE_SCHEMA, &version, e);
	if (!rc && version < STORE_SCHEMA) {
		rc = store_db_upgrade(s, steps, STORE_SCHEMA, e);
		if (rc == -EROFS || rc == -EACCES)
			rc = upgrade_copy(s, e);
	}
	if (!rc)
		rc = store_db_exec(s, "PRAGMA query_only = 1", "cannot open",
				   e);
	if (rc) {
		store_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	free(s);
}

const char *store_path(const struct store *s)
{
	return s->path;
}
