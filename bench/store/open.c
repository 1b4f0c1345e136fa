/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opening the results file, to write and to read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../kernels/mutant.h"
#include "base/folder.h"
#include "store/db.h"

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

	if (rc)
		return rc;
	rc = folder_make_above(path, e);
	if (rc)
		return err_remedy(e, "give --results a path in a writable "
				     "folder");
	rc = open_at(&s, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, e);
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
		rc = store_db_upgrade(s, store_schema, STORE_SCHEMA, e);
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
	return store_db_upgrade(s, store_schema, STORE_SCHEMA, e);
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
	rc = store_db_version(s, STORE_SCHEMA, &version, e);
	if (!rc && version < STORE_SCHEMA) {
		rc = store_db_upgrade(s, store_schema, STORE_SCHEMA, e);
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
