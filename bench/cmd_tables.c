/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `vtdbench tables`: build table images, walk images of any origin. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd_tables.h"
#include "commands.h"
#include "err.h"
#include "number.h"

int tables_usage_error(const char *verb, const char *fmt, ...)
{
	struct err e = {0};
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	err_set(&e, -EINVAL, "tables %s: %s", verb, why);
	err_remedy(&e, "see vtdbench tables %s --help", verb);
	err_print(&e);
	return EXIT_USAGE;
}

bool tables_number(const char *verb, const char *option, const char *arg,
		   uint64_t min, uint64_t max, uint64_t *value)
{
	if (!number_parse_string(arg, value)) {
		tables_usage_error(verb,
				   "--%s '%s': not a number (decimal or 0x "
				   "hex)",
				   option, arg);
		return false;
	}
	if (*value < min || *value > max) {
		tables_usage_error(verb, "--%s %s: out of range", option, arg);
		return false;
	}
	return true;
}

bool tables_wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return true;
	return false;
}

static void usage(FILE *out)
{
	fputs("usage: vtdbench tables walk FILE --root ADDR --levels N "
	      "[OPTION…]\n"
	      "       vtdbench tables walk FILE --root-table ADDR [OPTION…]\n"
	      "       vtdbench tables build OPS.csv --design D --levels N "
	      "--base ADDR --out IMAGE\n"
	      "\n"
	      "walk reads page tables that anyone built, as VT-d would; build "
	      "lets a design\n"
	      "apply a list of operations and writes the tables it made.\n"
	      "`vtdbench tables VERB --help` has the options.\n",
	      out);
}

int cmd_tables(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : NULL;
	struct err e = {0};

	if (verb && !strcmp(verb, "walk"))
		return tables_walk(argc - 1, argv + 1);
	if (verb && !strcmp(verb, "build"))
		return tables_build(argc - 1, argv + 1);
	if (verb && tables_wants_help(argc, argv)) {
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
