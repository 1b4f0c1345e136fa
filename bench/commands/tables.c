/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench tables`: build table images, walk images of any origin. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "commands/tables.h"
#include "commands/registry.h"
#include "base/err.h"

static void usage(FILE *out)
{
	fputs("usage: vtdbench tables walk FILE --root ADDR --levels N "
	      "[OPTION...]\n"
	      "       vtdbench tables walk FILE --root-table ADDR [OPTION...]\n"
	      "       vtdbench tables build OPS.csv --design D --levels N "
	      "--base ADDR\n"
	      "                             --out IMAGE\n"
	      "\n"
	      "walk reads page tables that anyone built, as VT-d would; build "
	      "lets a design\n"
	      "apply a list of operations and writes the tables it made.\n"
	      "`vtdbench tables VERB --help` has the options.\n",
	      out);
}

int cmd_tables(int argc, char **argv)
{
	static char walk[] = "tables walk", build[] = "tables build";
	const char *verb = argc > 1 ? argv[1] : NULL;
	struct err e = {0};

	if (verb && !strcmp(verb, "walk")) {
		argv[1] = walk; /* what messages begin with */
		return tables_walk(argc - 1, argv + 1);
	}
	if (verb && !strcmp(verb, "build")) {
		argv[1] = build;
		return tables_build(argc - 1, argv + 1);
	}
	if (verb && args_wants_help(argc, argv)) {
		usage(stdout);
		return EXIT_OK;
	}
	if (!verb) {
		usage(stderr);
		return EXIT_USAGE;
	}
	err_set(&e, -EINVAL, "tables: unknown verb '%s'", verb);
	err_remedy(&e, "it is walk or build");
	err_print(&e);
	return EXIT_USAGE;
}
