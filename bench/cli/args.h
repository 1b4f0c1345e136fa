/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the arguments of a command by its rows. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include "cli/command.h"

/*
 * args_parse() - fills the members of @options that the rows of @c name: from
 * the command line, else the environment twin, else the row's initial value;
 * else they stay as they are. Returns 0, or EXIT_USAGE after the mistake, and
 * what was meant, were printed. Context: one thread (getopt_long).
 */
int args_parse(const struct command *c, int argc, char **argv, void *options);

/* The command line that argv[0] = @c's last word began, as a shell takes it;
 * the caller frees. */
char *args_again(const struct command *c, int argc, char **argv);

/* "NAME: MESSAGE" and where help is, printed; returns EXIT_USAGE. */
int args_error(const struct command *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "NAME: " before what @e says, where help is if it says no remedy, printed.
 * Returns EXIT_USAGE. */
int args_fail(const struct command *c, const struct err *e);

#endif
