/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which unmaps a map may have to wait for, where invalidations are deferred:
 * those that left the IOVAs it maps, if they may not have been flushed yet. An
 * unmap of the same thread and domain that is a flush queue further back has
 * been.
 */
#ifndef TRACE_REUSE_H
#define TRACE_REUSE_H

#include "trace/ftrace.h"
#include "trace/ranges.h"

struct reuse {
	const struct trace *trace;
	unsigned nthreads;
	struct ranges *left; /* per domain: the last unmap there */
	uint32_t *unmaps;    /* [domain * nthreads + thread]: so far */
	uint32_t *ordinal;   /* per event: of an unmap, its place in these */
};

/* 0 or -ENOMEM; reuse_release() in any case. */
int reuse_init(struct reuse *r, const struct trace *t, unsigned nthreads);
void reuse_release(struct reuse *r);

/* Event @i, by @thread, unmaps [start, last]. 0 or -ENOMEM. */
int reuse_unmap(struct reuse *r, size_t i, unsigned thread, uint64_t start,
		uint64_t last);

/* Event @i, by @thread, maps its range: appends the unmaps to wait for to
 * *list, of *n. 0 or -ENOMEM. */
int reuse_map(const struct reuse *r, size_t i, unsigned thread, uint32_t **list,
	      size_t *n);

#endif
