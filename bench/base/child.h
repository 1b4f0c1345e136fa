/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running another program and reading what it prints. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct child_options {
	const char *dir; /* where it runs; NULL: here */
	bool quiet; /* its standard error is thrown away; else it is ours */
	bool both;  /* its standard error is read like what it prints */
	/* Of a vtdbench: gets the last message that it wrote there, without
	 * "vtdbench: "; hints and warnings are none. NULL: not asked for. */
	char *said;
	size_t said_size;
	/* Once set, the child is interrupted (SIGINT), as from a terminal;
	 * the handler must not restart system calls. NULL: never. */
	const volatile sig_atomic_t *stop;
	const void *input; /* its standard input; NULL: none */
	size_t input_bytes;
};

/*
 * child_run() - runs argv[0] (found on the PATH) and waits for it. @o may be
 * NULL. *out: what it printed, NUL-terminated, which the caller frees. *status:
 * as exit() would say, 128 + signal if it died of one. 0, or -errno with *e
 * when it could not be run or read.
 */
int child_run(const char *const *argv, const struct child_options *o,
	      char **out, int *status, struct err *e);

#endif
