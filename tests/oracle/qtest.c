/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU's qtest protocol over a socket pair, pipelined. */
#include "qtest.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PACKET = 256,	     /* commands; its answers fit a socket buffer */
	SILENCE_MS = 60000,  /* QEMU is taken for dead after it */
	COMMAND_MAX = 80,    /* characters */
	LOG_TAIL_MAX = 2000, /* characters shown of QEMU's messages */
	ARGS_MAX = 64,
};

static void give_up(struct qtest *q, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void give_up(struct qtest *q, const char *format, ...)
{
	va_list args;

	if (q->broken)
		return;
	q->broken = true;
	va_start(args, format);
	vsnprintf(q->why, sizeof(q->why), format, args);
	va_end(args);
}

static void run_child(const char *const *argv, int socket, int log_fd,
		      pid_t parent)
{
	static const char *args[ARGS_MAX];
	char chardev[64];
	size_t n = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	snprintf(chardev, sizeof(chardev), "socket,id=qtest,fd=%d", socket);
	while (argv[n] && n < ARGS_MAX - 5) {
		args[n] = argv[n];
		n++;
	}
	args[n++] = "-chardev";
	args[n++] = chardev;
	args[n++] = "-object";
	args[n++] = "qtest,id=server,chardev=qtest,log=/dev/null";
	dup2(log_fd, STDOUT_FILENO);
	dup2(log_fd, STDERR_FILENO);
	execvp(args[0], (char *const *)(uintptr_t)args);
	_exit(127);
}

int qtest_start(struct qtest *q, const char *const *argv)
{
	pid_t parent = getpid();
	int pair[2];

	memset(q, 0, sizeof(*q));
	q->fd = -1;
	q->log_fd = memfd_create("qemu-log", MFD_CLOEXEC);
	if (q->log_fd < 0)
		return -errno;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
		close(q->log_fd);
		return -errno;
	}
	fflush(NULL);
	q->pid = fork();
	if (q->pid == 0) {
		close(pair[0]);
		run_child(argv, pair[1], q->log_fd, parent);
	}
	close(pair[1]);
	q->fd = pair[0];
	return q->pid < 0 ? -errno : 0;
}

void qtest_stop(struct qtest *q)
{
	if (q->pid > 0) {
		kill(q->pid, SIGKILL);
		while (waitpid(q->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (q->fd >= 0)
		close(q->fd);
	close(q->log_fd);
	free(q->text);
	free(q->start);
	free(q->value);
}

static size_t queue(struct qtest *q, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static size_t queue(struct qtest *q, const char *format, ...)
{
	va_list args;

	if (q->length + COMMAND_MAX > q->room) {
		q->room = 2 * q->room + PACKET * COMMAND_MAX;
		q->text = realloc(q->text, q->room);
	}
	if (q->commands == q->slots) {
		q->slots = 2 * q->slots + PACKET;
		q->start = realloc(q->start, q->slots * sizeof(*q->start));
		q->value = realloc(q->value, q->slots * sizeof(*q->value));
	}
	if (!q->text || !q->start || !q->value)
		abort();
	q->start[q->commands] = q->length;
	q->value[q->commands] = 0;
	va_start(args, format);
	q->length += (size_t)vsnprintf(q->text + q->length, COMMAND_MAX, format,
				       args);
	va_end(args);
	return q->commands++;
}

size_t qtest_readl(struct qtest *q, uint64_t address)
{
	return queue(q, "readl 0x%" PRIx64 "\n", address);
}

size_t qtest_readq(struct qtest *q, uint64_t address)
{
	return queue(q, "readq 0x%" PRIx64 "\n", address);
}

size_t qtest_writel(struct qtest *q, uint64_t address, uint32_t value)
{
	return queue(q, "writel 0x%" PRIx64 " 0x%" PRIx32 "\n", address, value);
}

size_t qtest_writeq(struct qtest *q, uint64_t address, uint64_t value)
{
	return queue(q, "writeq 0x%" PRIx64 " 0x%" PRIx64 "\n", address, value);
}

size_t qtest_outl(struct qtest *q, unsigned port, uint32_t value)
{
	return queue(q, "outl 0x%x 0x%" PRIx32 "\n", port, value);
}

static bool send_all(struct qtest *q, const char *text, size_t length)
{
	while (length) {
		ssize_t n = send(q->fd, text, length, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			give_up(q, "QEMU does not listen: %s", strerror(errno));
			return false;
		}
		text += n;
		length -= (size_t)n;
	}
	return true;
}

/* One line of answer for command @number; @line ends in a 0. */
static bool take_answer(struct qtest *q, size_t number, const char *line)
{
	if (strncmp(line, "OK", 2) != 0) {
		give_up(q, "QEMU answered \"%.60s\" to \"%.*s\"", line,
			(int)strcspn(q->text + q->start[number], "\n"),
			q->text + q->start[number]);
		return false;
	}
	q->value[number] = line[2] ? strtoull(line + 3, NULL, 0) : 0;
	return true;
}

/* Answers of the commands [first, end). */
static bool receive(struct qtest *q, size_t first, size_t end)
{
	char buffer[16384];
	size_t have = 0;

	while (first < end) {
		struct pollfd p = {.fd = q->fd, .events = POLLIN};
		char *line = buffer, *stop;
		ssize_t n;
		int rc = poll(&p, 1, SILENCE_MS);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc <= 0) {
			give_up(q, "QEMU said nothing for %d s",
				SILENCE_MS / 1000);
			return false;
		}
		n = recv(q->fd, buffer + have, sizeof(buffer) - 1 - have, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			give_up(q, "QEMU died");
			return false;
		}
		have += (size_t)n;
		buffer[have] = '\0';
		while ((stop = strchr(line, '\n')) && first < end) {
			*stop = '\0';
			if (!take_answer(q, first++, line))
				return false;
			line = stop + 1;
		}
		have -= (size_t)(line - buffer);
		memmove(buffer, line, have);
	}
	return true;
}

bool qtest_run(struct qtest *q)
{
	for (size_t first = 0; first < q->commands && !q->broken;
	     first += PACKET) {
		size_t end = first + PACKET;
		size_t stop = q->length;

		if (end < q->commands)
			stop = q->start[end];
		else
			end = q->commands;
		if (send_all(q, q->text + q->start[first],
			     stop - q->start[first]))
			receive(q, first, end);
	}
	q->commands = 0;
	q->length = 0;
	return !q->broken;
}

uint64_t qtest_readq_now(struct qtest *q, uint64_t address)
{
	size_t number = qtest_readq(q, address);

	return qtest_run(q) ? q->value[number] : 0;
}

void qtest_print_log(const struct qtest *q)
{
	char text[LOG_TAIL_MAX + 1];
	off_t size = lseek(q->log_fd, 0, SEEK_END);
	off_t from = size > LOG_TAIL_MAX ? size - LOG_TAIL_MAX : 0;
	ssize_t n = pread(q->log_fd, text, LOG_TAIL_MAX, from);
	char *save = NULL;

	if (n <= 0)
		return;
	text[n] = '\0';
	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		printf("# qemu: %s\n", line);
}
