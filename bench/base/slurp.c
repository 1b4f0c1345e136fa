/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole file in memory; zlib reads plain files as they are. */
#include "base/slurp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNK_BYTES = 1 << 20, GZIP_BUFFER_BYTES = 1 << 17 };

static int make_room(struct slurp *s, size_t *room)
{
	size_t want = s->bytes + CHUNK_BYTES + 1;
	char *data;

	if (want <= *room)
		return 0;
	want = want < 2 * *room ? 2 * *room : want;
	data = realloc(s->data, want);
	if (!data)
		return -ENOMEM;
	s->data = data;
	*room = want;
	return 0;
}

static int read_all(struct slurp *s, gzFile gz)
{
	size_t room = 0;
	int n;

	do {
		int rc = make_room(s, &room);

		if (rc)
			return rc;
		n = gzread(gz, s->data + s->bytes, CHUNK_BYTES);
		if (n > 0)
			s->bytes += (size_t)n;
	} while (n > 0);
	s->data[s->bytes] = '\0';
	if (n < 0) {
		int z;

		gzerror(gz, &z);
		if (z == Z_MEM_ERROR)
			return -ENOMEM;
		return z == Z_ERRNO ? -errno : -EINVAL;
	}
	return 0;
}

static int open_regular(const char *path, struct err *e)
{
	struct stat st;
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC)
				   : dup(STDIN_FILENO);
	int code = errno;

	if (fd >= 0 && !fstat(fd, &st) && !S_ISDIR(st.st_mode))
		return fd;
	if (fd >= 0) {
		close(fd);
		code = EISDIR;
	}
	err_set(e, -code, "%s: %s", path, strerror(code));
	return err_remedy(e, "check the path and its permissions");
}

int slurp_file(struct slurp *s, const char *path, struct err *e)
{
	int rc, fd = open_regular(path, e);
	gzFile gz;

	memset(s, 0, sizeof(*s));
	if (fd < 0)
		return fd;
	gz = gzdopen(fd, "rb");
	if (!gz) {
		close(fd);
		return err_set(e, -ENOMEM, "%s: out of memory", path);
	}
	gzbuffer(gz, GZIP_BUFFER_BYTES);
	rc = read_all(s, gz);
	/* A stream that ends early is found out only here or in gzread(). */
	if (gzclose_r(gz) == Z_BUF_ERROR && !rc)
		rc = -EINVAL;
	if (rc == -EINVAL) {
		err_set(e, rc,
			"%s: gzip is truncated or damaged after %zu unpacked "
			"bytes",
			path, s->bytes);
		err_remedy(e, "copy it again");
	} else if (rc) {
		err_set(e, rc, "%s: %s", path, strerror(-rc));
	}
	if (rc)
		slurp_release(s);
	return rc;
}

void slurp_release(struct slurp *s)
{
	free(s->data);
	memset(s, 0, sizeof(*s));
}
