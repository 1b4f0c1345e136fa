/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A whole file in memory, plain or gzip. */
#ifndef BASE_SLURP_H
#define BASE_SLURP_H

#include <stddef.h>

#include "base/err.h"

struct slurp {
	char *data; /* NUL-terminated behind its end; malloc'd */
	size_t bytes;
};

/*
 * slurp_file() - reads @path ("-" = standard input). -EINVAL: a gzip that ends
 * early or is damaged. Returns 0, or -errno with @e filled and @s empty.
 */
int slurp_file(struct slurp *s, const char *path, struct err *e);
void slurp_release(struct slurp *s);

#endif
