/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands. Adding one: a file VERB.c that defines cmd_VERB, and a row in
 * commands/registry.def.
 */
#ifndef COMMANDS_REGISTRY_H
#define COMMANDS_REGISTRY_H

#include "cli/command.h"

extern const struct command *const commands[]; /* ended by NULL */
const struct command *command_find(const char *name);
/* The verb nearest to @typed, or NULL. */
const char *command_nearest(const char *typed);

#define COMMAND(name) extern const struct command cmd_##name;
#include "commands/registry.def"
#undef COMMAND

#endif
