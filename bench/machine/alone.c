/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine's lock is a file's, that of a run an address. */
#include "machine/alone.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

/* In the environment of what a process starts that has the machine. */
#define HELD "VTDBENCH_LOCK_HELD"

/*
 * Reading is enough for a lock. Opened before it is made: in /tmp the kernel
 * may refuse O_CREAT on a file of another user.
 */
static int open_lock(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW);

	if (fd < 0 && errno == ENOENT) {
		fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0444);
		if (fd < 0 && errno == EEXIST)
			fd = open(path, O_RDONLY | O_NOFOLLOW);
		else if (fd >= 0)
			fchmod(fd, 0444); /* whatever the umask */
	}
	return fd;
}

static int find_lock(const char *told)
{
	static const char *const places[] = {"/run/lock/vtdbench.lock",
					     "/tmp/vtdbench.lock"};
	int fd = -1;

	if (told && *told)
		return open_lock(told);
	for (unsigned i = 0; i < 2 && fd < 0; i++)
		fd = open_lock(places[i]);
	return fd;
}

/* The process that locked @fd's file, by /proc/locks; 0: not seen. */
static long holder(int fd)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256], want[64];
	struct stat st;
	long pid = 0, each;

	if (!locks)
		return 0;
	if (!fstat(fd, &st)) {
		snprintf(want, sizeof(want), " %02x:%02x:%" PRIu64 " ",
			 major(st.st_dev), minor(st.st_dev),
			 (uint64_t)st.st_ino);
		while (!pid && fgets(line, sizeof(line), locks))
			if (strstr(line, want) &&
			    sscanf(line, "%*s FLOCK %*s %*s %ld", &each) == 1)
				pid = each;
	}
	fclose(locks);
	return pid;
}

/* "another vtdbench, process 12 (vtdbench run x.yaml)" */
static void name_holder(int fd, char *text, size_t size)
{
	char path[64], command[160] = "";
	long pid = holder(fd);
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	f = pid > 0 ? fopen(path, "re") : NULL;
	if (f) {
		n = fread(command, 1, sizeof(command) - 1, f);
		fclose(f);
	}
	for (size_t i = 0; i < n; i++)
		if (command[i] >= 0 && command[i] < ' ')
			command[i] = i + 1 < n ? ' ' : '\0';
	if (*command)
		snprintf(text, size, "another vtdbench, process %ld (%s)", pid,
			 command);
	else
		snprintf(text, size, "another vtdbench");
}

static int busy(int fd, enum alone_else otherwise, struct err *e)
{
	char who[256];

	name_holder(fd, who, sizeof(who));
	if (otherwise == ALONE_WARN) {
		err_warn("%s measures on this machine: both are disturbed",
			 who);
		return 0;
	}
	if (otherwise == ALONE_REFUSE) {
		err_set(e, -EBUSY,
			"%s measures on this machine: both would be disturbed",
			who);
		return err_remedy(e, "--wait begins when it has ended");
	}
	err_note("waiting for %s", who);
	return flock(fd, LOCK_EX)
		       ? err_set(e, -errno, "stopped while waiting for %s", who)
		       : 0;
}

int alone_machine(enum alone_else otherwise, struct err *e)
{
	const char *told = getenv("VTDBENCH_LOCK");
	int fd, rc = 0;

	if (getenv(HELD) || (told && !strcmp(told, "none")))
		return 0;
	fd = find_lock(told);
	if (fd < 0) {
		if (told && *told)
			err_warn("VTDBENCH_LOCK: %s: %s: another vtdbench is "
				 "not seen",
				 told, strerror(errno));
		else
			err_debug("no lock of this machine: %s",
				  strerror(errno));
		return 0;
	}
	/* Inherited by what this process starts: it measures to its end. */
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		if (errno == EWOULDBLOCK)
			rc = busy(fd, otherwise, e);
		else
			err_debug("no lock of this machine: %s",
				  strerror(errno));
		if (rc || otherwise == ALONE_WARN) {
			close(fd);
			return rc;
		}
	}
	setenv(HELD, "1", 1);
	return 0;
}

int alone_run(const char *uuid, int64_t id, struct err *e)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int n = snprintf(a.sun_path + 1, sizeof(a.sun_path) - 1,
			 "vtdbench/run/%s", uuid);
	bool in_use;

	/* An address that begins with 0 is in no folder, and goes with the
	 * last process that has it. */
	if (fd < 0 || !bind(fd, (const struct sockaddr *)&a,
			    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
					1 + (size_t)n)))
		return 0; /* held until the process ends */
	in_use = errno == EADDRINUSE;
	close(fd);
	if (!in_use)
		return 0;
	err_set(e, -EBUSY, "run %" PRId64 " is being measured right now", id);
	return err_remedy(e,
			  "wait until it ends; vtdbench report %" PRId64
			  " shows what is finished",
			  id);
}
