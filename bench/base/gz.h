/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files to read, plain or gzip: zlib reads plain ones as they are. */
#ifndef BASE_GZ_H
#define BASE_GZ_H

#include <zlib.h>

#include "base/err.h"

/*
 * gz_open() - "-" is standard input. Waits for the writer of a FIFO, and says
 * so. 0: gzclose_r() by the caller; or -errno with @e filled.
 */
int gz_open(gzFile *gz, const char *path, struct err *e);

/*
 * gz_ended() - what a gzread() that returned @n, 0 or less, means: 0 the end,
 * -EINVAL a gzip that ends early or is damaged, -ENOMEM, or that of reading.
 */
int gz_ended(gzFile gz, int n);

#endif
