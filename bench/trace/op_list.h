/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Operation lists: lines `map,IOVA,PA,SIZE,r|w|rw` and `unmap,IOVA,SIZE`,
 * numbers decimal or 0x hex, comments after '#' at the start of a line.
 */
#ifndef TRACE_OP_LIST_H
#define TRACE_OP_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct op {
	bool map; /* else unmap: pa and prot are 0 */
	uint64_t iova, pa, bytes;
	unsigned prot;
	unsigned long line;
};

struct op_list {
	struct op *ops;
	size_t n;
};

/* Only the form is checked; what an engine refuses, it refuses. -EINVAL with
 * file, line and text in @e, or -ENOMEM; *l is empty then. */
int op_list_from_memory(struct op_list *l, const char *name, const char *text,
			size_t n, struct err *e);
/* From a file, plain or gzip; "-" is standard input. */
int op_list_open(struct op_list *l, const char *path, struct err *e);
void op_list_release(struct op_list *l);

#endif
