/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mkdir -p, mktemp -d, rm -r. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include <stddef.h>

#include "base/err.h"

/*
 * Creates @path and the folders that lead to it where they are missing. Or
 * -errno, *e names the folder that could not be made; the remedy is the
 * caller's.
 */
int folder_make(const char *path, struct err *e);
/* The same for the folders that lead to the file @path. */
int folder_make_above(const char *path, struct err *e);
/*
 * A new folder of its own in $TMPDIR, or /tmp; its path goes to @path. 0, or
 * -errno with *e. folder_remove() when done.
 */
int folder_temporary(char *path, size_t size, struct err *e);
/* Removes @path and all that is in it, as far as that can be done. */
void folder_remove(const char *path);

#endif
