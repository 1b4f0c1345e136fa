/* SPDX-License-Identifier: GPL-2.0-or-later */
/* posix_spawn(), pipes, and the wait. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	pid_t pid;
	const struct child_options *o;
	bool told; /* to stop */
	int err;   /* its standard error is read from this; -1: it is not */
	char line[512];
	size_t n; /* of the line, as far as it is read */
};

/* After a system call was interrupted. */
static void pass_on(struct child *c)
{
	if (c->o->stop && *c->o->stop && !c->told)
		c->told = !kill(c->pid, SIGINT);
}

/* A line of standard error is complete. */
static void heard(struct child *c)
{
	static const char name[] = "vtdbench: ";
	const char *text = c->line + sizeof(name) - 1;

	c->line[c->n] = '\0';
	c->n = 0;
	if (!strncmp(c->line, name, sizeof(name) - 1) &&
	    strncmp(text, "hint: ", 6) && strncmp(text, "warning: ", 9))
		snprintf(c->o->said, c->o->said_size, "%s", text);
}

/* Passes on what is there of standard error, and listens. */
static void hear(struct child *c)
{
	char text[4096];
	ssize_t got = read(c->err, text, sizeof(text));

	if (got < 0 && errno == EINTR) {
		pass_on(c);
		return;
	}
	if (got <= 0) {
		close(c->err);
		c->err = -1;
		return;
	}
	for (ssize_t i = 0, wrote = 1; i < got && wrote > 0; i += wrote)
		wrote = write(STDERR_FILENO, text + i, (size_t)(got - i));
	for (ssize_t i = 0; i < got; i++)
		if (text[i] == '\n')
			heard(c);
		else if (c->n < sizeof(c->line) - 1)
			c->line[c->n++] = text[i];
}

/* Returns once @fd can be read; what comes on standard error is heard. */
static void wait_for(struct child *c, int fd)
{
	struct pollfd p[2] = {{.fd = fd, .events = POLLIN}, {.events = POLLIN}};

	while (c->err >= 0) {
		p[1].fd = c->err;
		p[0].revents = p[1].revents = 0;
		if (poll(p, 2, -1) < 0) {
			pass_on(c);
			continue;
		}
		if (p[1].revents)
			hear(c);
		else if (p[0].revents)
			return;
	}
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
		wait_for(c, fd);
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

/* A file in memory that holds @o's input, at its beginning; -1 with errno. */
static int input_of(const struct child_options *o)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, o->input, o->input_bytes);

	if (n == (ssize_t)o->input_bytes && !lseek(fd, 0, SEEK_SET))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static int spawn(const char *const *argv, const struct child_options *o,
		 const int fd[3], pid_t *pid)
{
	posix_spawn_file_actions_t a;
	int err = fd[o->both ? 1 : 2];
	int rc = posix_spawn_file_actions_init(&a);

	if (rc)
		return -rc;
	rc = fd[0] >= 0
		     ? posix_spawn_file_actions_adddup2(&a, fd[0], STDIN_FILENO)
		     : posix_spawn_file_actions_addopen(
			       &a, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!rc)
		rc = posix_spawn_file_actions_adddup2(&a, fd[1], STDOUT_FILENO);
	if (!rc && o->quiet)
		rc = posix_spawn_file_actions_addopen(&a, STDERR_FILENO,
						      "/dev/null", O_WRONLY, 0);
	else if (!rc && err >= 0)
		rc = posix_spawn_file_actions_adddup2(&a, err, STDERR_FILENO);
	if (!rc && o->dir)
		rc = posix_spawn_file_actions_addchdir_np(&a, o->dir);
	if (!rc)
		rc = posix_spawnp(pid, argv[0], &a, NULL,
				  (char *const *)(const void *)argv, environ);
	posix_spawn_file_actions_destroy(&a);
	return -rc;
}

int child_run(const char *const *argv, const struct child_options *o,
	      char **out, int *status, struct err *e)
{
	static const struct child_options plain = {0};
	struct child c = {.o = o ? o : &plain, .err = -1};
	int pipes[2], errs[2] = {-1, -1}, in = -1, rc = 0, how = 0;

	*out = NULL;
	if (pipe2(pipes, O_CLOEXEC))
		return err_set(e, -errno, "%s: no pipe: %s", argv[0],
			       strerror(errno));
	/* Without a pipe nothing is heard, and it is ours as ever. */
	if (c.o->said && !pipe2(errs, O_CLOEXEC))
		c.err = errs[0];
	if (c.o->input && (in = input_of(c.o)) < 0)
		rc = -errno;
	if (!rc)
		rc = spawn(argv, c.o, (const int[]){in, pipes[1], errs[1]},
			   &c.pid);
	close(pipes[1]);
	if (in >= 0)
		close(in);
	if (errs[1] >= 0)
		close(errs[1]);
	if (!rc)
		*out = read_all(&c, pipes[0]);
	if (rc)
		err_set(e, rc, "%s: cannot be run: %s", argv[0], strerror(-rc));
	else if (!*out)
		rc = err_set(e, errno ? -errno : -ENOMEM,
			     "%s: cannot read what it prints: %s", argv[0],
			     strerror(errno ? errno : ENOMEM));
	close(pipes[0]);
	while (c.pid && c.err >= 0)
		hear(&c);
	if (c.err >= 0)
		close(c.err);
	if (!c.pid)
		return rc;
	while (waitpid(c.pid, &how, 0) < 0 && errno == EINTR)
		pass_on(&c);
	*status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
	return rc;
}
