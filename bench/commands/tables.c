/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench tables`: build table images, walk images of any origin. */
#include "commands/registry.h"
#include "commands/tables.h"

const struct command cmd_tables = {
	.name = "tables",
	.help = "build page-table images, walk those of any origin",
	.about = "walk reads page tables that anyone built, as VT-d would; "
		 "build lets a design apply a list of operations and writes "
		 "the tables it made. `vtdbench tables VERB --help` has the "
		 "options.",
	.verbs = (const struct command *const[]){&tables_walk, &tables_build,
						 NULL},
};
