/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a run to read. */
#include <stdlib.h>
#include <string.h>

#include "cli/open.h"
#include "options/table.h"

const char *cmd_results_path(const char *given)
{
	const struct option_row *row = option_find("results");
	const char *twin;
	char name[64];

	if (given)
		return given;
	option_environment(row, name, sizeof(name));
	twin = getenv(name);
	return twin && *twin ? twin : row->initial;
}

int cmd_open_run(struct opened *o, const char *results, const char *which,
		 enum store_load what, struct err *e)
{
	int64_t id;
	int rc;

	memset(o, 0, sizeof(*o));
	rc = store_open_readonly(&o->store, cmd_results_path(results), e);
	if (!rc)
		rc = store_run_find(o->store, which, &id, e);
	if (!rc)
		rc = store_run_read(o->store, id, &o->run, e);
	if (!rc)
		rc = store_trials_load(o->store, id, what, &o->trials, e);
	return rc;
}

void cmd_open_release(struct opened *o)
{
	store_trials_release(&o->trials);
	store_run_release(&o->run);
	store_close(o->store);
	memset(o, 0, sizeof(*o));
}
