/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gnuplot as a child: its words caught, its status and its file checked. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static const char line_is[] = "\" line ";

/* The last '"FILE" line N: WHY' in @said that is no warning: where FILE begins;
 * NULL: none. */
static char *last_mistake(char *said)
{
	char *found = NULL, *from;

	for (char *at = said; (at = strstr(at, line_is)); at++) {
		const char *why = strchr(at, ':');

		if (why && strncmp(why, ": warning:", 10))
			found = at;
	}
	for (from = found; from && from > said && from[-1] != '"'; from--)
		;
	return from && from > said ? from : NULL;
}

/* The command above the mark (^) at the end of @said, which is cut there; "":
 * there is no mark, and what stands there is a warning of earlier. */
static const char *marked(char *said)
{
	size_t n = strlen(said);
	const char *line;

	while (n && strchr(" \t\n", said[n - 1]))
		n--;
	if (!n || said[n - 1] != '^')
		return "";
	while (n && strchr(" \t\n^", said[n - 1]))
		n--;
	said[n] = '\0';
	line = strrchr(said, '\n');
	return line ? line + 1 : said;
}

/*
 * gnuplot may show the command, and a mark under it, before a mistake. That is
 * "FILE:N: WHY: COMMAND" for people. False: it says no line, and what it says
 * is one line of text.
 */
static bool readable(char *said, char *text, size_t size)
{
	char *file = last_mistake(said), *why;
	const char *command;

	if (file) {
		file[-1] = '\0';
		why = strstr(file, line_is);
		*why = '\0';
		why += sizeof(line_is) - 1;
		why[strcspn(why, "\n")] = '\0';
		command = marked(said);
		snprintf(text, size, "%s:%s%s%.120s", file, why,
			 *command ? ": " : "", command);
	} else {
		snprintf(text, size, "%s", said);
	}
	for (char *p = text; *p; p++)
		if (*p == '\n' || *p == '\t' || *p == '\r')
			*p = ' ';
	return file;
}

int plot_gnuplot(const char *dir, const char *name, const char *from,
		 const char *format, bool page, struct err *e)
{
	const struct child_options options = {.dir = dir, .both = true};
	char command[256], script[128], path[PATH_MAX], why[320], *said;
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
		bool line = readable(said, why, sizeof(why));

		rc = err_set(e, -EIO,
			     "gnuplot failed on %.150s/%s (status %d): %s",
			     from, script, status, why);
		if (!status && !line)
			err_remedy(e, "a script writes to the file that the "
				      "variable `out` names");
		else if (!line)
			err_remedy(e, "the table and the script are kept; is "
				      "there space in the folder?");
	}
	free(said);
	return rc;
}
