/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gnuplot as a child: its words caught, its status and its file checked. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures/gnuplot.h"

static int missing(struct err *e)
{
	err_set(e, -ENOTSUP,
		"gnuplot is not installed; tables and scripts were written, "
		"pictures were not");
	return err_remedy(e, "apt install gnuplot-nox, then vtdbench plot "
			     "again, or gnuplot NAME.gp in the folder");
}

/* Both ends of a pipe that gnuplot writes its messages into. */
static int start(pid_t *pid, const char *dir, char *const argv[], int to,
		 struct err *e)
{
	posix_spawn_file_actions_t actions;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return err_set(e, -rc, "gnuplot: %s", strerror(rc));
	rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
					      "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, to,
						      STDOUT_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&actions, to,
						      STDERR_FILENO);
	if (!rc)
		rc = posix_spawn_file_actions_addchdir_np(&actions, dir);
	if (!rc)
		rc = posix_spawnp(pid, "gnuplot", &actions, NULL, argv,
				  environ);
	posix_spawn_file_actions_destroy(&actions);
	if (rc == ENOENT)
		return missing(e);
	return rc ? err_set(e, -rc, "gnuplot: %s", strerror(rc)) : 0;
}

/* The first words in @text; the rest is read and dropped. */
static void listen_to(int from, char *text, size_t size)
{
	char rest[512];
	size_t used = 0;
	ssize_t n;

	while ((n = read(from, rest, sizeof(rest))) > 0 ||
	       (n < 0 && errno == EINTR)) {
		size_t take = n > 0 ? (size_t)n : 0;

		if (take > size - 1 - used)
			take = size - 1 - used;
		memcpy(text + used, rest, take);
		used += take;
	}
	text[used] = '\0';
	for (char *p = text; *p; p++)
		if (*p == '\n' || *p == '\t' || *p == '\r')
			*p = ' ';
}

static int run(const char *dir, char *const argv[], char *said, size_t size,
	       int *status, struct err *e)
{
	int ends[2];
	pid_t pid;
	int rc;

	if (pipe2(ends, O_CLOEXEC))
		return err_set(e, -errno, "gnuplot: %s", strerror(errno));
	rc = start(&pid, dir, argv, ends[1], e);
	close(ends[1]);
	if (!rc) {
		listen_to(ends[0], said, size);
		while (waitpid(pid, status, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	return rc;
}

int plot_gnuplot(const char *dir, const char *name, const char *format,
		 struct err *e)
{
	char command[256], script[128], path[PATH_MAX], said[300];
	char program[] = "gnuplot", defaults[] = "-d", eval[] = "-e";
	char *const argv[] = {program, defaults, eval, command, script, NULL};
	struct stat st;
	int status = 0, rc;

	snprintf(command, sizeof(command), "format='%s'; out='.%s.%s'", format,
		 name, format);
	snprintf(script, sizeof(script), "%s.gp", name);
	if (snprintf(path, sizeof(path), "%s/.%s.%s", dir, name, format) >=
	    PATH_MAX)
		return err_set(e, -ENAMETOOLONG, "%.200s...: path too long",
			       dir);
	rc = run(dir, argv, said, sizeof(said), &status, e);
	if (rc)
		return rc;
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !stat(path, &st) &&
	    st.st_size > 0)
		return 0;
	err_set(e, -EIO, "gnuplot failed on %s/%s (status %d): %s", dir, script,
		WIFEXITED(status) ? WEXITSTATUS(status) : -1, said);
	return err_remedy(e, "the table and the script are kept; is there "
			     "space in the folder?");
}
