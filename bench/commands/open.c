/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a run to read, and writing files that are whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/open.h"
#include "options/table.h"

const char *cmd_results_path(const char *given)
{
	const struct option_row *row = option_find("results");
	const char *twin;
	char name[64];

	if (given)
		return given;
	option_environment(row, name, sizeof(name));
	twin = getenv(name);
	return twin && *twin ? twin : row->initial;
}

int cmd_open_run(struct opened *o, const char *results, const char *which,
		 enum store_load what, struct err *e)
{
	int64_t id;
	int rc;

	memset(o, 0, sizeof(*o));
	rc = store_open_readonly(&o->store, cmd_results_path(results), e);
	if (!rc)
		rc = store_run_find(o->store, which, &id, e);
	if (!rc)
		rc = store_run_read(o->store, id, &o->run, e);
	if (!rc)
		rc = store_trials_load(o->store, id, what, &o->trials, e);
	return rc;
}

void cmd_open_release(struct opened *o)
{
	store_trials_release(&o->trials);
	store_run_release(&o->run);
	store_close(o->store);
	memset(o, 0, sizeof(*o));
}

int cmd_open_status(int code)
{
	switch (-code) {
	case EIO:
	case ENOMEM:
	case ENOSPC:
	case EBUSY:
		return EXIT_RUN_FAILED;
	default:
		return EXIT_USAGE;
	}
}

int cmd_folder(const char *path, struct err *e)
{
	char part[4096];
	struct stat st;

	snprintf(part, sizeof(part), "%s", path);
	/* What cannot be made shows at the last one. */
	for (char *p = part + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(part, 0777);
		*p = '/';
	}
	if (mkdir(part, 0777) && errno != EEXIST)
		err_set(e, -errno, "%s: cannot create the folder: %s", path,
			strerror(errno));
	else if (!stat(path, &st) && !S_ISDIR(st.st_mode))
		err_set(e, -ENOTDIR, "%s: is a file, not a folder", path);
	else if (access(path, W_OK | X_OK))
		err_set(e, -errno, "%s: cannot write there: %s", path,
			strerror(errno));
	else
		return 0;
	return err_remedy(e, "give a path in a writable folder");
}

static int cannot_write(const struct cmd_file *f, int code, struct err *e)
{
	err_set(e, code, "%s: cannot write: %s", f->path, strerror(-code));
	if (code == -ENOSPC)
		return err_remedy(e, "the disk is full; nothing was replaced");
	return err_remedy(e, "give a path in a writable folder");
}

int cmd_file_open(struct cmd_file *f, const char *path, struct err *e)
{
	struct stat st;
	int fd;

	memset(f, 0, sizeof(*f));
	snprintf(f->path, sizeof(f->path), "%s", path);
	if (!strcmp(path, "-")) {
		f->out = stdout;
		return 0;
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

int cmd_file_close(struct cmd_file *f, bool keep, struct err *e)
{
	int rc = 0;

	if (!f->out || f->out == stdout)
		return 0;
	errno = 0;
	if (fflush(f->out) || ferror(f->out) ||
	    (f->temporary[0] && fsync(fileno(f->out))))
		rc = errno ? -errno : -EIO;
	if (fclose(f->out) && !rc)
		rc = -errno;
	if (!f->temporary[0])
		return rc ? cannot_write(f, rc, e) : 0;
	if (keep && !rc && rename(f->temporary, f->path))
		rc = -errno;
	if (rc || !keep)
		unlink(f->temporary);
	return rc ? cannot_write(f, rc, e) : 0;
}
