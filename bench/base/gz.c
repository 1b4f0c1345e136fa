/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens what is read, and says how reading it ended. */
#include "base/gz.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 1 << 18 };
enum { NOTE_AFTER_MS = 1000 };

/* Nobody writes to a FIFO yet: without a word this would look like a hang. */
static void wait_for_writer(int fd, const char *path)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (!poll(&p, 1, NOTE_AFTER_MS)) {
		err_note("%s: waiting for what is written to it", path);
		while (poll(&p, 1, -1) < 0 && errno == EINTR)
			;
	}
}

static int open_path(const char *path)
{
	/* A FIFO without a writer would block in open(), silently. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || S_ISDIR(st.st_mode)) {
		close(fd);
		return -EISDIR;
	}
	if (S_ISFIFO(st.st_mode))
		wait_for_writer(fd, path);
	if (fcntl(fd, F_SETFL, O_RDONLY)) { /* blocking again */
		int rc = -errno;

		close(fd);
		return rc;
	}
	return fd;
}

static int open_to_read(const char *path, struct err *e)
{
	int fd;

	if (strcmp(path, "-")) {
		fd = open_path(path);
	} else {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		fd = fd < 0 ? -errno : fd;
	}
	if (fd >= 0)
		return fd;
	err_set(e, fd, "%s: %s", path, strerror(-fd));
	return err_remedy(e, "check the path and its permissions");
}

int gz_open(gzFile *gz, const char *path, struct err *e)
{
	int fd = open_to_read(path, e);

	if (fd < 0)
		return fd;
	*gz = gzdopen(fd, "rb");
	if (!*gz) {
		close(fd);
		return err_set(e, -ENOMEM, "%s: out of memory", path);
	}
	gzbuffer(*gz, BUFFER_BYTES);
	return 0;
}

int gz_ended(gzFile gz, int n)
{
	int code = errno, z = Z_OK;

	gzerror(gz, &z);
	if (z == Z_ERRNO)
		return code ? -code : -EIO;
	if (z == Z_MEM_ERROR)
		return -ENOMEM;
	return n < 0 || z == Z_BUF_ERROR || z == Z_DATA_ERROR ? -EINVAL : 0;
}
