/* SPDX-License-Identifier: GPL-2.0-or-later */
/* posix_spawn(), a pipe, and the wait. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	pid_t pid;
	const volatile sig_atomic_t *stop;
	bool told; /* to stop */
};

/* After a system call was interrupted. */
static void pass_on(struct child *c)
{
	if (c->stop && *c->stop && !c->told)
		c->told = !kill(c->pid, SIGINT);
}

/* All of @fd. NULL: no memory, or it cannot be read (errno). */
static char *read_all(struct child *c, int fd)
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
		pass_on(c);
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

static int spawn(const char *const *argv, const struct child_options *o,
		 int out, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
					 O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (o->quiet)
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
						 "/dev/null", O_WRONLY, 0);
	if (o->both)
		posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	if (o->dir)
		posix_spawn_file_actions_addchdir_np(&actions, o->dir);
	rc = posix_spawnp(pid, argv[0], &actions, NULL,
			  (char *const *)(const void *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -rc;
}

int child_run(const char *const *argv, const struct child_options *o,
	      char **out, int *status, struct err *e)
{
	static const struct child_options plain = {0};
	struct child c = {.stop = o ? o->stop : NULL};
	int pipes[2], rc, how = 0;

	*out = NULL;
	if (pipe2(pipes, O_CLOEXEC))
		return err_set(e, -errno, "%s: no pipe: %s", argv[0],
			       strerror(errno));
	rc = spawn(argv, o ? o : &plain, pipes[1], &c.pid);
	close(pipes[1]);
	if (rc) {
		close(pipes[0]);
		return err_set(e, rc, "%s: cannot be run: %s", argv[0],
			       strerror(-rc));
	}
	*out = read_all(&c, pipes[0]);
	if (!*out)
		rc = err_set(e, errno ? -errno : -ENOMEM,
			     "%s: cannot read what it prints: %s", argv[0],
			     strerror(errno ? errno : ENOMEM));
	close(pipes[0]);
	while (waitpid(c.pid, &how, 0) < 0 && errno == EINTR)
		pass_on(&c);
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return rc;
}
