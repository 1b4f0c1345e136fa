/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders for output, and files that are whole. */
#include "outputs/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"

int make_folder(const char *path, struct err *e)
{
	struct stat st;
	int rc = folder_make(path, e);

	if (!rc && !stat(path, &st) && !S_ISDIR(st.st_mode))
		rc = err_set(e, -ENOTDIR, "%s: is a file, not a folder", path);
	else if (!rc && access(path, W_OK | X_OK))
		rc = err_set(e, -errno, "%s: cannot write there: %s", path,
			     strerror(errno));
	return rc ? err_remedy(e, "give a path in a writable folder") : 0;
}

static int cannot_write(const struct whole_file *f, int code, struct err *e)
{
	err_set(e, code, "%s: cannot write: %s", f->path, strerror(-code));
	if (code == -ENOSPC)
		return err_remedy(e, "the disk is full; nothing was replaced");
	return err_remedy(e, "give a path in a writable folder");
}

/* Whether @path is SQLite's, such as the results: years of nights. */
static bool is_database(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char begin[sizeof(magic)] = "";
	struct stat st;
	FILE *in;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	in = fopen(path, "re");
	if (!in)
		return false;
	if (fread(begin, sizeof(begin), 1, in) != 1)
		*begin = '\0';
	fclose(in);
	return !memcmp(begin, magic, sizeof(magic));
}

int whole_file_open(struct whole_file *f, const char *path, struct err *e)
{
	struct stat st;
	int fd;

	memset(f, 0, sizeof(*f));
	snprintf(f->path, sizeof(f->path), "%s", path);
	if (!strcmp(path, "-")) {
		f->out = stdout;
		return 0;
	}
	if (is_database(path)) {
		err_set(e, -EEXIST, "%s: holds results: not replaced", path);
		return err_remedy(e, "write to another file");
	}
	/* A rename would replace the device by a file. */
	if (stat(path, &st) || S_ISREG(st.st_mode)) {
		snprintf(f->temporary, sizeof(f->temporary), "%s.%ld.tmp",
			 f->path, (long)getpid());
		path = f->temporary;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd >= 0)
		f->out = fdopen(fd, "w");
	return f->out ? 0 : cannot_write(f, -errno, e);
}

int whole_file_in(struct whole_file *f, const char *folder, const char *name,
		  struct err *e)
{
	char path[4400];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return whole_file_open(f, path, e);
}

int whole_file_close(struct whole_file *f, int rc, struct err *e)
{
	int before = rc;

	if (!f->out || f->out == stdout)
		return rc;
	errno = 0;
	if (!rc && (fflush(f->out) || ferror(f->out) ||
		    (f->temporary[0] && fsync(fileno(f->out)))))
		rc = errno ? -errno : -EIO;
	if (fclose(f->out) && !rc)
		rc = -errno;
	if (f->temporary[0] && !rc && rename(f->temporary, f->path))
		rc = -errno;
	if (f->temporary[0] && rc)
		unlink(f->temporary);
	return before || !rc ? rc : cannot_write(f, rc, e);
}
