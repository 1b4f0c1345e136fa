/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock, the kept baseline, and what is old enough to go. */
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/folder.h"
#include "base/utc.h"
#include "night/steps.h"
#include "store/results.h"

int night_lock(const char *results, struct err *e)
{
	char path[4096], who[64] = "";
	ssize_t got;
	int fd, rc;

	rc = store_check_path(results, e);
	if (rc)
		return rc;
	if (snprintf(path, sizeof(path), "%s.lock", results) >=
	    (int)sizeof(path))
		return err_set(e, -ENAMETOOLONG, "%s: path too long", results);
	/* Steps inherit it: if the night is killed, what it started goes on
	 * writing, and holds the lock until it ends. */
	fd = open(path, O_RDWR | O_CREAT, 0666);
	if (fd < 0) {
		err_set(e, -errno, "%s: %s", path, strerror(errno));
		return err_remedy(e, "give --results a path in a writable "
				     "folder");
	}
	if (!flock(fd, LOCK_EX | LOCK_NB)) {
		/* who holds it, for the message of the next one */
		if (ftruncate(fd, 0) ||
		    dprintf(fd, "process %ld\n", (long)getpid()) < 0)
			err_debug("%s: %s", path, strerror(errno));
		return 0; /* held until the process ends */
	}
	got = read(fd, who, sizeof(who) - 1);
	close(fd);
	who[got > 0 ? (size_t)got : 0] = '\0';
	who[strcspn(who, "\n")] = '\0';
	err_set(e, -EBUSY, "%s: another night is under way%s%s%s", path,
		*who ? " (" : "", who, *who ? ")" : "");
	return err_remedy(e, "wait for it, or give another --results");
}

/* Beside, then renamed: a kept baseline is whole or the old one. */
int night_keep_baseline(const struct night *n, struct err *e)
{
	char fresh[4200], said[200] = "";
	const char *argv[] = {"cp", "-r", "--", n->candidate, fresh, NULL};
	const struct child_options child = {.both = true};
	char *out = NULL;
	int status, rc;

	snprintf(fresh, sizeof(fresh), "%s.new", n->kept);
	folder_remove(fresh);
	rc = child_run(argv, &child, &out, &status, e);
	if (!rc && status) {
		snprintf(said, sizeof(said), "%s", out);
		said[strcspn(said, "\n")] = '\0';
		rc = err_set(e, -EIO, "%s", said);
	}
	free(out);
	if (!rc) {
		folder_remove(n->kept);
		if (rename(fresh, n->kept))
			rc = err_set(e, -errno, "%s: %s", n->kept,
				     strerror(errno));
	}
	return rc;
}

/* "20261124T020000Z": only what a night named is removed. */
static bool named_by_us(const char *name)
{
	if (strlen(name) != 16 || name[8] != 'T' || name[15] != 'Z')
		return false;
	for (int i = 0; i < 15; i++)
		if (i != 8 && (name[i] < '0' || name[i] > '9'))
			return false;
	return true;
}

static void remove_folders(const struct night *n, const char *before)
{
	char parent[4096], path[4400];
	struct dirent *entry;
	DIR *dir;

	snprintf(parent, sizeof(parent), "%s", n->folder);
	dirname(parent);
	dir = opendir(parent);
	while (dir && (entry = readdir(dir)))
		if (named_by_us(entry->d_name) &&
		    strcmp(entry->d_name, before) < 0) {
			snprintf(path, sizeof(path), "%s/%s", parent,
				 entry->d_name);
			folder_remove(path);
		}
	if (dir)
		closedir(dir);
}

struct ages {
	const char *before;
	size_t old, recent; /* runs */
};

static int count_run(void *arg, const struct store_run *run)
{
	struct ages *a = arg;

	if (strcmp(run->started_utc, a->before) < 0)
		a->old++;
	else
		a->recent++;
	return 0;
}

/* By a clock that is years ahead all is old but what it began tonight. */
static int check_clock(struct store *s, const struct night *n,
		       const char *before, struct err *e)
{
	struct ages a = {.before = before};
	int rc = store_runs_each(s, count_run, &a, e);

	if (rc || !a.old || a.recent > 1)
		return rc;
	return err_set(e, -EINVAL,
		       "nothing removed: all %zu earlier runs are older than "
		       "%d days, is the clock right?",
		       a.old, (int)n->keep_days);
}

int night_retain(const struct night *n, unsigned *removed, struct err *e)
{
	time_t old = time(NULL) - (time_t)n->keep_days * 86400;
	char before[UTC_SIZE], folder[UTC_SIZE];
	struct store *s;
	int rc;

	*removed = 0;
	utc_text(old, before);
	utc_stamp(old, folder);
	rc = store_open(&s, n->results, e);
	if (rc)
		return rc;
	rc = check_clock(s, n, before, e);
	if (!rc)
		rc = store_remove_before(s, before, removed, e);
	store_close(s);
	if (!rc && n->own_folder)
		remove_folders(n, folder);
	return rc;
}
