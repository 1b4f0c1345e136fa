/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows the files that are no text. */
#ifndef TRACE_OPEN_H
#define TRACE_OPEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * trace_foreign() - looks at the first @n bytes of @name: 0, or -EINVAL if it
 * is a file of another kind; @e says which, and the command that reads it.
 * @unpacked: the bytes come out of a gzip.
 */
int trace_foreign(const char *name, const char *head, size_t n, bool unpacked,
		  struct err *e);

#endif
