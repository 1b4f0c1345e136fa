/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mkdir -p, mktemp -d, rm -r. */
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/folder.h"
#include "base/must.h"

static int make(const char *path, struct err *e)
{
	if (!mkdir(path, 0777) || errno == EEXIST)
		return 0;
	return err_set(e, -errno, "%s: cannot create the folder: %s", path,
		       strerror(errno));
}

int folder_make_above(const char *path, struct err *e)
{
	char *part = must_copy(path);
	int rc = 0;

	for (char *p = *part ? part + 1 : part; !rc && (p = strchr(p, '/'));
	     *p++ = '/') {
		*p = '\0';
		rc = make(part, e);
	}
	free(part);
	return rc;
}

int folder_make(const char *path, struct err *e)
{
	int rc = folder_make_above(path, e);

	return rc ? rc : make(path, e);
}

int folder_temporary(char *path, size_t size, struct err *e)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(path, size, "%.3000s/vtdbench-XXXXXX",
		 tmp && *tmp ? tmp : "/tmp");
	if (mkdtemp(path))
		return 0;
	err_set(e, -errno, "%s: %s", path, strerror(errno));
	return err_remedy(e, "set TMPDIR to a folder that can be written");
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	return remove(path);
}

void folder_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
