/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements of the results file, and errors that name it. */
#include <errno.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "store/db.h"

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

int store_db_begin(struct store *s, const char *doing, struct err *e)
{
	return store_db_exec(s, "BEGIN IMMEDIATE", doing, e);
}

int store_db_end(struct store *s, int rc, const char *doing, struct err *e)
{
	if (!rc)
		rc = store_db_exec(s, "COMMIT", doing, e);
	if (rc)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

int store_db_step(struct store *s, sqlite3_stmt *st, const char *doing,
		  struct err *e)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return store_db_fail(s, doing, e);
	}
}

bool store_db_next(struct store *s, sqlite3_stmt *st, const char *doing,
		   int *rc, struct err *e)
{
	if (*rc)
		return false;
	*rc = store_db_step(s, st, doing, e);
	if (*rc <= 0)
		return false;
	*rc = 0;
	return true;
}

static void bind(sqlite3_stmt *st, const char *types, va_list ap)
{
	for (int i = 0; types[i]; i++)
		if (types[i] == 'i')
			sqlite3_bind_int64(st, i + 1, va_arg(ap, int64_t));
		else
			sqlite3_bind_text(st, i + 1, va_arg(ap, const char *),
					  -1, SQLITE_STATIC);
}

int store_db_query(struct store *s, sqlite3_stmt **out, const char *doing,
		   struct err *e, const char *sql, const char *types, ...)
{
	va_list ap;
	int rc = store_db_prepare(s, out, sql, doing, e);

	va_start(ap, types);
	if (!rc)
		bind(*out, types, ap);
	va_end(ap);
	return rc;
}

int store_db_ask(struct store *s, int64_t *answer, const char *doing,
		 struct err *e, const char *sql, const char *types, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int rc = store_db_prepare(s, &st, sql, doing, e);

	if (rc)
		return rc;
	va_start(ap, types);
	bind(st, types, ap);
	va_end(ap);
	rc = store_db_step(s, st, doing, e);
	if (rc == 1 && answer)
		*answer = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc;
}
