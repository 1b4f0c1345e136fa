/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of requests to translate: lines or items `IOVA[,r|w|rw]`. */
#ifndef TRACE_IOVA_LIST_H
#define TRACE_IOVA_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct iova_request {
	uint64_t iova;
	unsigned access; /* VTD_R, VTD_W or both */
};

struct iova_list {
	struct iova_request *requests;
	size_t n;
};

/*
 * iova_list_from_memory() - one request a line; a first line `iova` or
 * `iova,access` is a header. -EINVAL (place and text in @e), -ENOMEM.
 */
int iova_list_from_memory(struct iova_list *l, const char *name,
			  const char *text, size_t n, struct err *e);

/*
 * iova_list_open() - @arg is a file, "-" (standard input), or the list itself:
 * "0x1000,0x2000,w,4096".
 */
int iova_list_open(struct iova_list *l, const char *arg, struct err *e);
void iova_list_release(struct iova_list *l);

/* "r", "w" or "rw" of a permission or an access; NULL for none. */
const char *perm_text(unsigned perm);
/* The reverse for @n characters at @text; 0: none of them. */
unsigned perm_parse(const char *text, size_t n);

#endif
