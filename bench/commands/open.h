/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands that read a run have in common: finding and loading it. */
#ifndef COMMANDS_OPEN_H
#define COMMANDS_OPEN_H

#include <stdio.h>

#include "store/results.h"

/*
 * The results file: @given if not NULL, else the environment twin of the
 * option `results`, else the default of that option.
 */
const char *cmd_results_path(const char *given);

struct opened {
	struct store *store;
	struct store_run run;
	struct store_trials trials;
};

/*
 * Opens @results for reading and loads run @which (as store_run_find()).
 * cmd_open_release() in any case.
 */
int cmd_open_run(struct opened *o, const char *results, const char *which,
		 enum store_load what, struct err *e);
void cmd_open_release(struct opened *o);

/* The exit status that an error of reading results stands for. */
int cmd_open_status(int code);

/*
 * Makes the folder that --out names, and those that lead to it; one that is
 * there is fine. 0, or -errno with *e.
 */
int cmd_folder(const char *path, struct err *e);

/*
 * A file that appears whole or not at all: written under a temporary name
 * beside @path, renamed by cmd_file_close(). Path "-" is stdout; what is there
 * and is no regular file (/dev/null, a pipe) is written to as it is.
 */
struct cmd_file {
	FILE *out;
	char path[4096], temporary[4128];
};
int cmd_file_open(struct cmd_file *f, const char *path, struct err *e);
/* Closes and renames; on error, or if @keep is false, removes. */
int cmd_file_close(struct cmd_file *f, bool keep, struct err *e);

#endif
