/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands. */
#include "commands/registry.h"

#include <stddef.h>
#include <string.h>

#include "base/suggest.h"

#define COMMAND(name) &cmd_##name,
const struct command *const commands[] = {
#include "commands/registry.def"
	NULL};
#undef COMMAND

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

static const char *command_name(const void *arg, size_t i)
{
	return commands[i] ? commands[i]->name : NULL;
}

const char *command_nearest(const char *typed)
{
	return suggest_nearest(typed, command_name, NULL);
}
