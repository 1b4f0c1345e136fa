/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the files are that come with the program: configs/ and plots/. */
#ifndef DATADIR_H
#define DATADIR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum { DATADIR_PLACES = 4 };
typedef char datadir_path[PATH_MAX];

/*
 * datadir_places() - the folders that may hold them, best first, whether they
 * exist or not: $VTDBENCH_DATADIR if it is set (*@named), the source tree of
 * TREE/build/vtdbench, share/vtdbench beside the program's bin/, where the
 * build was to be installed. Returns how many.
 */
size_t datadir_places(datadir_path to[DATADIR_PLACES], bool *named);

/*
 * datadir_find() - the first of them that holds @below ("plots/common.gp") and
 * can be read: its path, without links and dots. False, and @path empty, if
 * there is none.
 */
bool datadir_find(const char *below, datadir_path path);

#endif
