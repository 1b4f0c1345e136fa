/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gnuplot as a child: its words caught, its status and its file checked. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/child.h"
#include "pictures/gnuplot.h"

static int missing(struct err *e)
{
	err_set(e, -ENOTSUP,
		"gnuplot is not installed; tables and scripts were written, "
		"pictures were not");
	return err_remedy(e, "apt install gnuplot-nox, then vtdbench plot "
			     "again, or gnuplot NAME.gp in the folder");
}

int plot_gnuplot(const char *dir, const char *name, const char *format,
		 bool page, struct err *e)
{
	const struct child_options options = {.dir = dir, .both = true};
	char command[256], script[128], path[PATH_MAX], *said;
	const char *const argv[] = {"gnuplot", "-d",   "-e",
				    command,   script, NULL};
	struct stat st;
	int status = 0, rc;

	snprintf(command, sizeof(command), "format='%s'; out='.%s.%s'%s",
		 format, name, format, page ? "; pointed = 1" : "");
	snprintf(script, sizeof(script), "%s.gp", name);
	if (snprintf(path, sizeof(path), "%s/.%s.%s", dir, name, format) >=
	    PATH_MAX)
		return err_set(e, -ENAMETOOLONG, "%.200s...: path too long",
			       dir);
	rc = child_run(argv, &options, &said, &status, e);
	if (rc == -ENOENT)
		return missing(e);
	if (!rc && (status || stat(path, &st) || !st.st_size)) {
		for (char *p = said; *p; p++)
			if (*p == '\n' || *p == '\t' || *p == '\r')
				*p = ' ';
		err_set(e, -EIO, "gnuplot failed on %s/%s (status %d): %.300s",
			dir, script, status, said);
		rc = err_remedy(e, "the table and the script are kept; is "
				   "there space in the folder?");
	}
	free(said);
	return rc;
}
