/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that hold table pages: a raw image (consecutive pages from a base
 * address), or a VTDPAGE1 snapshot (pages with their addresses); either may
 * be gzip. docs/traces.md has the formats.
 */
#ifndef TRACE_SNAPSHOT_H
#define TRACE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct snapshot {
	const char *data; /* the first page record */
	size_t npages;
	size_t stride; /* bytes from one page's record to the next */
	uint64_t base; /* raw image: address of the first page */
	bool raw;
	void *mem; /* owned; NULL after snapshot_from_memory() */
};

/*
 * snapshot_open() - @base is the address of the first page of a raw image;
 * a VTDPAGE1 file has its own addresses and takes none. Returns 0, or -errno:
 * unreadable, truncated, pages out of order, no whole number of pages.
 */
int snapshot_open(struct snapshot *s, const char *path, uint64_t base,
		  struct err *e);

/* The same for @bytes at @data, which stay the caller's; @name for errors. */
int snapshot_from_memory(struct snapshot *s, const void *data, size_t bytes,
			 const char *name, uint64_t base, struct err *e);

void snapshot_close(struct snapshot *s);

/* Is an image_page: the page at @pa of the snapshot @arg, or NULL. */
const uint64_t *snapshot_page(void *arg, uint64_t pa);

#endif
