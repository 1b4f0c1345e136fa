/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running another program and reading what it prints. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>

#include "err.h"

/*
 * child_run() - runs argv[0] (found on the PATH) without standard input, with
 * our standard error or, if @quiet, none, and waits for it. *out: what it
 * printed, NUL-terminated, which the caller frees. *status: as exit() would
 * say, 128 + signal if it died of one. 0, or -errno with *e when it could not
 * be run or read.
 */
int child_run(const char *const *argv, bool quiet, char **out, int *status,
	      struct err *e);

#endif
