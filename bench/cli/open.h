/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands that read a run have in common: finding and loading it. */
#ifndef CLI_OPEN_H
#define CLI_OPEN_H

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

#endif
