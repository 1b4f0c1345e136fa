/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole file in memory. */
#include "base/slurp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/gz.h"

enum { CHUNK_BYTES = 1 << 20 };

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
	return gz_ended(gz, n);
}

int slurp_file(struct slurp *s, const char *path, struct err *e)
{
	gzFile gz;
	int rc = gz_open(&gz, path, e);

	memset(s, 0, sizeof(*s));
	if (rc)
		return rc;
	rc = read_all(s, gz);
	gzclose_r(gz);
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
