/* SPDX-License-Identifier: GPL-2.0-or-later */
/* posix_spawn(), a pipe, and the wait. */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* All of @fd. NULL: no memory, or it cannot be read (errno). */
static char *read_all(int fd)
{
	size_t n = 0, room = 65536;
	char *text = malloc(room);

	while (text) {
		ssize_t got;

		if (n + 1 >= room) {
			char *more = realloc(text, room *= 2);

			if (!more)
				break;
			text = more;
		}
		got = read(fd, text + n, room - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		n += (size_t)got;
		text[n] = '\0';
		if (!got)
			return text;
	}
	free(text);
	return NULL;
}

static int spawn(const char *const *argv, bool quiet, int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (quiet)
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
						 "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(pid, argv[0], &actions, NULL,
			  (char *const *)(const void *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

int child_run(const char *const *argv, bool quiet, char **out, int *status,
	      struct err *e)
{
	int pipes[2], rc, how;
	pid_t pid;

	*out = NULL;
	if (pipe2(pipes, O_CLOEXEC))
		return err_set(e, -errno, "%s: no pipe: %s", argv[0],
			       strerror(errno));
	rc = spawn(argv, quiet, pipes[1], &pid);
	close(pipes[1]);
	if (rc) {
		close(pipes[0]);
		return err_set(e, rc, "%s: cannot be run: %s", argv[0],
			       strerror(-rc));
	}
	*out = read_all(pipes[0]);
	if (!*out)
		rc = err_set(e, errno ? -errno : -ENOMEM,
			     "%s: cannot read what it prints", argv[0]);
	close(pipes[0]);
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
		;
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return rc;
}
