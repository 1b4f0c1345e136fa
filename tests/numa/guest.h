/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests in a guest share; one thread, TAP on stdout. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "../topology/topo.h"

extern char why[256]; /* what result() tells of a failure, then empties */

void result(bool good, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A placement and what must come of it. */
struct row {
	const char *placement, *list, *memory;
	unsigned threads;
	const char *cpus, *nodes;
};

/* Each row as planned, pinned, its memory touched and read back: a result. */
void check_rows(const struct topo *t, const struct row *rows, size_t n);

/* The machines; @t is NULL if there is no topology. */
void placements_guest(const struct topo *t);
void memoryless_guest(const struct topo *t);

#endif
