/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mkdir -p, rm -r. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/err.h"

/*
 * Creates @path and the folders that lead to it where they are missing. Or
 * -errno, *e names the folder that could not be made; the remedy is the
 * caller's.
 */
int folder_make(const char *path, struct err *e);
/* The same for the folders that lead to the file @path. */
int folder_make_above(const char *path, struct err *e);
/* Removes @path and all that is in it, as far as that can be done. */
void folder_remove(const char *path);

#endif
