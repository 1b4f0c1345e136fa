/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders for output, and files that are whole. */
#ifndef OUTPUTS_FILE_H
#define OUTPUTS_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

/*
 * Makes the folder that --out names, and those that lead to it; one that is
 * there is fine. 0, or -errno with *e.
 */
int make_folder(const char *path, struct err *e);

/*
 * A file that appears whole or not at all: written under a temporary name
 * beside @path, renamed by whole_file_close(). Path "-" is stdout; what is
 * there and is no regular file (/dev/null, a pipe) is written to as it is.
 */
struct whole_file {
	FILE *out;
	char path[4096], temporary[4128];
};
int whole_file_open(struct whole_file *f, const char *path, struct err *e);
/* The same for @name in @folder. */
int whole_file_in(struct whole_file *f, const char *folder, const char *name,
		  struct err *e);
/*
 * Closes and renames, or removes if what was written failed with @rc; then
 * that is returned and *e left alone. Else 0, or -errno with *e.
 */
int whole_file_close(struct whole_file *f, int rc, struct err *e);

#endif
