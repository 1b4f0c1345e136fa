/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens a trace, and knows the files that are no text. */
#include "trace/open.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

int trace_open(const char *path, struct err *e)
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

struct foreign {
	const char *magic;
	size_t n;
	const char *what;
	const char *reader; /* what makes text of it; the file comes next */
};

#define MAGIC(bytes) bytes, sizeof(bytes) - 1
static const struct foreign foreign[] = {
	{MAGIC("\x17\x08\x44tracing"), "a trace.dat file", "trace-cmd report"},
	{MAGIC("PERFILE2"), "a perf.data file", "perf script -i"},
	{MAGIC("\xfd"
	       "7zXZ"),
	 "packed with xz", "xz -dc"},
	{MAGIC("\x28\xb5\x2f\xfd"), "packed with zstd", "zstd -dc"},
	{MAGIC("\x04\x22\x4d\x18"), "packed with lz4", "lz4 -dc"},
	{MAGIC("BZh"), "packed with bzip2", "bzip2 -dc"},
	{MAGIC("PK\x03\x04"), "packed with zip", "unzip -p"},
	{MAGIC("\xff\xfe"), "UTF-16 text", "iconv -f UTF-16 -t UTF-8"},
	{MAGIC("\xfe\xff"), "UTF-16 text", "iconv -f UTF-16 -t UTF-8"},
};

/* Can be typed into a shell as it is, and leaves room for the rest. */
static bool is_plain(const char *name)
{
	return strlen(name) < 120 && name[0] != '-' &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-+.,:/@%")];
}

int trace_foreign(const char *name, const char *head, size_t n, bool unpacked,
		  struct err *e)
{
	const struct foreign *f = foreign;
	const char *file = is_plain(name) && !unpacked ? name : "FILE";
	const size_t count = sizeof(foreign) / sizeof(*foreign);

	while (f < foreign + count &&
	       (n < f->n || memcmp(head, f->magic, f->n)))
		f++;
	if (f == foreign + count)
		return 0;
	err_set(e, -EINVAL, "%s: this is %s%s, which is not read as it is",
		name, f->what, unpacked ? " within a gzip" : "");
	return err_remedy(e, "%s%s %s | vtdbench replay -",
			  unpacked ? "unpack it with gunzip first, then " : "",
			  f->reader, file);
}
