/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands. Adding one: a file cmd_VERB.c and a row in
 * commands/registry.def.
 *
 * A command gets argv[0] = its verb, may use getopt_long() at once, and
 * returns an exit status of base/err.h. It prints its own help to stdout for
 * --help. Options that hold for every command (-q, -v, --color=WHEN) have been
 * taken out before.
 */
#ifndef COMMANDS_REGISTRY_H
#define COMMANDS_REGISTRY_H

#include "cli/command.h"

extern const struct command commands[]; /* ended by name == NULL */
const struct command *command_find(const char *name);
/* The verb nearest to @typed, or NULL. */
const char *command_nearest(const char *typed);

#define COMMAND(name, help) int cmd_##name(int argc, char **argv);
#include "commands/registry.def"
#undef COMMAND

#endif
